"""Text files: encodings that are never guessed, delimiters, quotes and what else arrives."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Callable

import pytest

from lotwarden.sheets import (
    EncodingUnknown,
    NotASpreadsheet,
    SheetData,
    SheetRefused,
    Table,
    csv_file,
    read,
)

Said = Callable[..., list[str]]

CHINESE = "订单号,数量,Remark\nA-1,5,质量问题\nA-2,6,小\n"
WESTERN = "PO;Quantity;Remark\nA-1;5;gelöst für Müller\n"


def remarks(table: Table, data: bytes, encoding: str | None = None) -> list[object]:
    rows = read(table, data, filename="f.csv", encoding=encoding)
    return [row.values["remark"] for row in rows]


@pytest.mark.parametrize(
    "data",
    [
        CHINESE.encode(),
        codecs.BOM_UTF8 + CHINESE.encode(),
        codecs.BOM_UTF16_LE + CHINESE.encode("utf-16-le"),
        codecs.BOM_UTF16_BE + CHINESE.encode("utf-16-be"),
    ],
)
def test_utf_8_and_marked_utf_16_are_read_without_asking(orders: Table, data: bytes) -> None:
    assert remarks(orders, data) == ["质量问题", "小"]


def test_a_chinese_file_is_shown_in_each_encoding_that_decodes_it(orders: Table) -> None:
    with pytest.raises(EncodingUnknown) as unknown:
        read(orders, CHINESE.encode("gb18030"), filename="f.csv")

    previews = dict(unknown.value.previews)
    assert previews["gb18030"] == [
        ["订单号", "数量", "Remark"],
        ["A-1", "5", "质量问题"],
        ["A-2", "6", "小"],
    ]
    assert previews["cp1252"][2] == ["A-2", "6", "Ð¡"]


def test_a_western_file_is_shown_with_its_own_delimiter(orders: Table) -> None:
    with pytest.raises(EncodingUnknown) as unknown:
        read(orders, WESTERN.encode("cp1252"), filename="f.csv")

    previews = dict(unknown.value.previews)
    assert previews["cp1252"][1] == ["A-1", "5", "gelöst für Müller"]
    assert previews["gb18030"][1] != previews["cp1252"][1]


def test_an_encoding_that_does_not_decode_the_file_is_not_offered(orders: Table) -> None:
    data = "PO,Quantity,Remark\nA-1,5,丂\n".encode("gb18030")  # has 0x81, which is no cp1252

    with pytest.raises(EncodingUnknown) as unknown:
        read(orders, data, filename="f.csv")

    assert [name for name, _ in unknown.value.previews] == ["gb18030"]


def test_a_preview_is_small(orders: Table) -> None:
    data = ("é" * 99 + ",") * 30 + "\n\n" + "é\n" * 30

    with pytest.raises(EncodingUnknown) as unknown:
        read(orders, data.encode("cp1252"), filename="f.csv")

    rows = dict(unknown.value.previews)["cp1252"]
    assert rows == [["é" * 40] * 12, *[["é"]] * 4]


def test_a_preview_is_shown_up_to_a_quote_that_does_not_match(orders: Table) -> None:
    with pytest.raises(EncodingUnknown) as unknown:
        read(orders, 'PO\nü\n"x\n'.encode("cp1252"), filename="f.csv")

    assert dict(unknown.value.previews)["cp1252"] == [["PO"], ["ü"]]


@pytest.mark.parametrize("name", ["gb18030", "GB18030"])
def test_a_chosen_encoding_is_used(orders: Table, name: str) -> None:
    assert remarks(orders, CHINESE.encode("gb18030"), name) == ["质量问题", "小"]


def test_a_chosen_encoding_holds_even_where_the_bytes_could_be_utf_8(orders: Table) -> None:
    data = b"PO,Quantity,Remark\nA-1,5," + "小".encode("gb18030") + b"\n"

    assert remarks(orders, data) == ["С"]  # a Cyrillic letter: the same two bytes
    assert remarks(orders, data, "gb18030") == ["小"]


def test_a_byte_order_mark_holds_against_a_chosen_encoding(orders: Table) -> None:
    data = codecs.BOM_UTF8 + CHINESE.encode()

    assert remarks(orders, data, "cp1252") == ["质量问题", "小"]


# ---------------------------------------------------------------- delimiters and quotes


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_delimiter_is_the_one_that_makes_the_headings_appear(
    orders: Table, delimiter: str
) -> None:
    text = 'PO,Quantity,Remark\nA-1,5,"a,b;c\td"\n'
    head, rest = text.split("\n", 1)
    start, quoted = rest.split(',"')
    data = f'{head}\n{start},"'.replace(",", delimiter) + quoted

    assert remarks(orders, data.encode()) == ["a,b;c\td"]


def test_the_rows_do_not_sway_the_delimiter(orders: Table) -> None:
    data = b"PO;Quantity;Remark\n" + b"A-1;5;a,b,c,d,e,f\n" * 3

    assert remarks(orders, data) == ["a,b,c,d,e,f"] * 3


def test_a_heading_with_another_delimiter_in_it_does_not_sway_it(orders: Table) -> None:
    data = b'PO;Quantity;"x, Price"\nA-1;5;\n'

    assert remarks(orders, data) == [None]


def test_the_line_that_names_the_delimiter_for_excel_is_no_row(orders: Table) -> None:
    (row,) = read(orders, b"sep=;\r\nPO;Quantity\r\nA-1;5\r\n", filename="f.csv")

    assert (row.number, row.values["po"]) == (2, "A-1")


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_every_line_ending_is_read(orders: Table, ending: str) -> None:
    data = ending.join(["PO,Quantity,Remark", "A-1,5,x", "A-2,6,y", ""])

    assert remarks(orders, data.encode()) == ["x", "y"]


def test_quotes_inside_a_quoted_value_are_doubled(orders: Table) -> None:
    data = b'PO,Quantity,Remark\nA-1,5,"say ""no"", then"\nA-2,5,5" nail\n'

    assert remarks(orders, data) == ['say "no", then', '5" nail']


@pytest.mark.parametrize("line", ['A-2,5,"open', 'A-2,5,"a"b'])
def test_quotes_that_do_not_match_are_a_problem_with_their_row(
    orders: Table, said: Said, line: str
) -> None:
    data = f"PO,Quantity,Remark\nA-1,5,x\n{line}\n".encode()

    assert said(orders, data) == [
        (
            "f, row 3: The quotes do not match. A quoted value begins and ends with a quote, "
            "and a quote inside it is doubled."
        )
    ]


def test_a_value_without_end_is_a_problem_with_its_row(orders: Table, said: Said) -> None:
    assert csv.field_size_limit() == 131_072
    data = b'PO,Quantity,Remark\nA-1,5,"' + b"x\n" * 70_000

    assert said(orders, data) == [
        "f, row 2: A value is longer than is read. Perhaps a quote is opened and not closed."
    ]


def test_a_value_longer_than_a_cell_is_a_problem(orders: Table, said: Said) -> None:
    data = b"PO,Quantity,Remark\nA-1,5," + b"x" * 32_768 + b"\nA-2,5," + b"x" * 32_767 + b"\n"

    (problem,) = said(orders, data)

    assert problem.startswith("f, row 2, Remark, ")
    assert problem.endswith(": Is longer than 32767 characters.")


# ---------------------------------------------------------------- other contents


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"PO,Quantity\nA\0,5\n", "neither a workbook nor text"),
        (b"PO,Quantity\n\0\xe9,5\n", "neither a workbook nor text"),
        ("PO,Quantity\n".encode("utf-16-le"), "neither a workbook nor text"),
        (codecs.BOM_UTF16_LE + "PO\0".encode("utf-16-le"), "neither a workbook nor text"),
        (b"\x81\xff\x81\xff", "neither a workbook nor text"),
        (b"%PDF-1.7\n", "a PDF document"),
        (b"\x89PNG\r\n\x1a\n\0", "a picture"),
        (b"\xff\xd8\xff\xe0", "a picture"),
        (b"GIF89a", "a picture"),
        (b"\x1f\x8b\x08", "a compressed file"),
        (b"7z\xbc\xaf\x27\x1c", "a compressed file"),
        (b"Rar!\x1a\x07", "a compressed file"),
        (b"{\\rtf1}", "a text document"),
        (b"\n<HTML><table>", "a web page or XML"),
        (b"<?xml version='1.0'?><Workbook/>", "a web page or XML"),
    ],
)
def test_other_content_is_named_whatever_the_file_is_called(
    orders: Table, data: bytes, what: str
) -> None:
    with pytest.raises(NotASpreadsheet) as refused:
        read(orders, data, filename="orders.xlsx")

    assert str(refused.value) == f"orders.xlsx is not a spreadsheet: it is {what}."


def test_a_text_file_named_xlsx_is_read_as_text(orders: Table) -> None:
    (row,) = read(orders, b"PO,Quantity\nA-1,5\n", filename="orders.xlsx")

    assert row.values["po"] == "A-1"


# ---------------------------------------------------------------- the prefix rule


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("=1+1", "'=1+1"),
        ("+49", "'+49"),
        ("-x", "'-x"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("'=1", "''=1"),
        ("\uff1d1", "'\uff1d1"),
        ("'quoted", "'quoted"),
        ("a=1", "a=1"),
    ],
)
def test_a_text_that_looks_like_a_formula_has_an_apostrophe_and_loses_it_again(
    orders: Table, value: str, written: str
) -> None:
    data = csv_file(SheetData("Orders", ["PO", "Quantity", "Remark"], [["A-1", -5, value]]))

    (row,) = read(orders, data, filename="f.csv")

    assert data.decode("utf-8-sig").splitlines()[1] == f"A-1,-5,{written}"
    assert (row.values["quantity"], row.values["remark"]) == (-5, value)


def test_a_text_with_leading_tab_or_line_break_has_an_apostrophe() -> None:
    for value in ("\t=1", "\r=1", "\n=1"):
        data = csv_file(SheetData("t", ["h"], [[value]]))

        assert list(csv.reader(data.decode("utf-8-sig").split("\r\n", 1)[1:])) != []
        assert f"'{value}" in data.decode("utf-8-sig")


def test_a_refused_text_file_says_so_in_one_refusal(orders: Table) -> None:
    with pytest.raises(SheetRefused) as refused:
        read(orders, b"PO,Quantity\n,\nA-1,x\n", filename="f.csv")

    assert refused.value.as_dict()["code"] == "sheets.refused"
