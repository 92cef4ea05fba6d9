"""Workbooks: formulas and errors, hidden and merged, and files made to do harm."""

from __future__ import annotations

import dataclasses
import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest

from lotwarden.core.errors import Refusal
from lotwarden.sheets import (
    LIMITS,
    Damaged,
    Kind,
    Limits,
    NotASpreadsheet,
    OldFormat,
    Table,
    TooManyColumns,
    TooManyRows,
    UnpacksTooLarge,
    read,
)

One = Callable[..., Table]
Said = Callable[..., list[str]]
Made = Callable[..., bytes]

MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
HEAD = (
    '<row r="1"><c r="A1" t="inlineStr"><is><t>PO</t></is></c>'
    '<c r="B1" t="inlineStr"><is><t>Quantity</t></is></c></row>'
)
FIRST = '<row r="2"><c r="A2" t="inlineStr"><is><t>A-1</t></is></c>%s</row>'
SHEET = "xl/worksheets/sheet1.xml"


def pairs(table: Table, data: bytes) -> list[tuple[object, object]]:
    rows = read(table, data, filename="f")
    return [(row.values["po"], row.values["quantity"]) for row in rows]


def changed(data: bytes, change: Callable[[Any], None]) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(data))
    change(book)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


# ---------------------------------------------------------------- formulas and errors


def test_a_formula_counts_as_the_result_that_was_saved(orders: Table, by_hand: Made) -> None:
    data = by_hand(HEAD + FIRST % '<c r="B2"><f>2+3</f><v>5</v></c>')

    assert pairs(orders, data) == [("A-1", 5)]


def test_a_formula_without_a_saved_result_is_a_problem(
    orders: Table, said: Said, xlsx: Made
) -> None:
    data = xlsx([["PO", "Quantity"], ["A-1", "=2+3"]])

    assert said(orders, data) == [
        "f, row 2, Quantity: Is a formula whose result is not in the file. Write the value itself."
    ]


def test_a_formula_whose_result_is_an_empty_text_is_an_empty_cell(
    orders: Table, by_hand: Made
) -> None:
    empty = '<row r="3"><c r="A3" t="str"><f>""</f><v></v></c></row>'
    data = by_hand(HEAD + FIRST % '<c r="B2"><v>5</v></c>' + empty)

    assert pairs(orders, data) == [("A-1", 5)]


def test_formulas_with_empty_results_do_not_count_as_rows(orders: Table, by_hand: Made) -> None:
    limits = dataclasses.replace(LIMITS, max_rows=1)
    filled = "".join(
        f'<row r="{n}"><c r="A{n}" t="str"><f>""</f><v></v></c></row>' for n in range(3, 9)
    )
    data = by_hand(HEAD + FIRST % '<c r="B2"><v>5</v></c>' + filled)

    assert len(read(orders, data, filename="f", limits=limits)) == 1


def test_formulas_with_results_count_as_rows(orders: Table, by_hand: Made) -> None:
    limits = dataclasses.replace(LIMITS, max_rows=1)
    filled = '<row r="3"><c r="A3" t="str"><f>"A"</f><v>A</v></c></row>'
    data = by_hand(HEAD + FIRST % '<c r="B2"><v>5</v></c>' + filled)

    with pytest.raises(TooManyRows):
        read(orders, data, filename="f", limits=limits)


@pytest.mark.parametrize(
    "cell",
    [
        '<c r="B2" t="e"><v>#N/A</v></c>',
        '<c r="B2" t="e"><f>NA()</f><v>#N/A</v></c>',
        '<c r="B2" t="str"><f>A1</f><v>#N/A</v></c>',
    ],
)
def test_an_error_value_is_a_problem(orders: Table, said: Said, by_hand: Made, cell: str) -> None:
    assert said(orders, by_hand(HEAD + FIRST % cell)) == [
        (
            'f, row 2, Quantity, "#N/A": Is an error value of the spreadsheet program. '
            "Write the value itself."
        )
    ]


def test_an_error_value_of_a_newer_program_is_a_problem(
    orders: Table, said: Said, by_hand: Made
) -> None:
    (problem,) = said(orders, by_hand(HEAD + FIRST % '<c r="B2" t="e"><v>#BUSY!</v></c>'))

    assert problem.startswith('f, row 2, Quantity, "#BUSY!": Is an error value')


# ---------------------------------------------------------------- what a workbook may have


def test_a_hidden_sheet_is_not_read(orders: Table, xlsx: Made) -> None:
    rows = [["PO", "Quantity"], ["A-1", 5]]

    def hide(book: Any) -> None:
        book["Old"].sheet_state = "hidden"

    data = changed(xlsx(rows, title="Old", New=[rows[0], ["A-2", 6]]), hide)

    assert pairs(orders, data) == [("A-2", 6)]


def test_a_hidden_row_is_read(orders: Table, xlsx: Made) -> None:
    def hide(book: Any) -> None:
        book["Orders"].row_dimensions[2].hidden = True

    data = changed(xlsx([["PO", "Quantity"], ["A-1", 5]]), hide)

    assert pairs(orders, data) == [("A-1", 5)]


def test_a_merged_range_has_its_value_in_its_first_cell(
    orders: Table, said: Said, xlsx: Made
) -> None:
    def merge(book: Any) -> None:
        book["Orders"].merge_cells("A2:A3")

    data = changed(xlsx([["PO", "Quantity"], ["A-1", 5], ["A-1", 6]]), merge)

    assert said(orders, data) == ["f, row 3, PO: Is empty, but a value is needed."]


def test_shared_and_rich_texts_are_read_without_their_formats(one: One, by_hand: Made) -> None:
    types = (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Override PartName="/xl/workbook.xml" ContentType="application/vnd.'
        'openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
        '<Override PartName="/xl/sharedStrings.xml" ContentType="application/vnd.'
        'openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/></Types>'
    )
    strings = (
        f"<sst {MAIN}><si><t>X</t></si><si><r><t>ab</t></r><r><rPr><b/></rPr><t>cd</t></r></si>"
        "<si><t>one_x000D_\ntwo _x005F_x0041_</t></si></sst>"
    )
    data = by_hand(
        '<row r="1"><c r="A1" t="s"><v>0</v></c></row>'
        '<row r="2"><c r="A2" t="s"><v>1</v></c></row>'
        '<row r="3"><c r="A3" t="s"><v>2</v></c></row>',
        parts={"[Content_Types].xml": types, "xl/sharedStrings.xml": strings},
    )

    rows = read(one(Kind.TEXT), data, filename="f")

    assert [row.values["x"] for row in rows] == ["abcd", "one\n\ntwo _x0041_"]


def test_pictures_and_macros_are_neither_read_nor_counted(orders: Table, by_hand: Made) -> None:
    limits = dataclasses.replace(LIMITS, max_unzipped_bytes=10_000)
    rows = HEAD + FIRST % '<c r="B2"><v>5</v></c>'
    data = by_hand(rows, parts={"xl/media/a.png": b"x" * 20_000, "xl/vbaProject.bin": b"\0" * 9})

    (row,) = read(orders, data, filename="f.xlsm", limits=limits)

    assert row.values["po"] == "A-1"


def test_what_a_sheet_says_of_its_size_is_not_believed(orders: Table, by_hand: Made) -> None:
    sheet = (
        f'<worksheet {MAIN}><dimension ref="A1:A1"/><sheetData>'
        + HEAD
        + FIRST % '<c r="B2"><v>5</v></c>'
        + "</sheetData></worksheet>"
    )

    assert pairs(orders, by_hand(parts={SHEET: sheet})) == [("A-1", 5)]


def test_prefixed_tags_are_read(orders: Table, by_hand: Made) -> None:
    rows = HEAD + FIRST % '<c r="B2"><v>5</v></c>'
    for tag in ("row", "c", "v", "is", "t"):
        rows = rows.replace(f"<{tag}>", f"<x:{tag}>").replace(f"<{tag} ", f"<x:{tag} ")
        rows = rows.replace(f"</{tag}>", f"</x:{tag}>")
    sheet = (
        '<x:worksheet xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        f"<x:sheetData>{rows}</x:sheetData></x:worksheet>"
    )
    limits = dataclasses.replace(LIMITS, max_other_tags=15)

    (row,) = read(orders, by_hand(parts={SHEET: sheet}), filename="f", limits=limits)

    assert row.values["quantity"] == 5


# ---------------------------------------------------------------- files made to do harm


def test_a_text_longer_than_a_cell_is_a_problem(orders: Table, said: Said, by_hand: Made) -> None:
    long = f'<c r="B2" t="inlineStr"><is><t>{"9" * 32_768}</t></is></c>'

    (problem,) = said(orders, by_hand(HEAD + FIRST % long))

    assert problem.endswith(": Is longer than 32767 characters.")


def test_a_zip_bomb_is_refused_before_it_is_unpacked(orders: Table, by_hand: Made) -> None:
    sheet = f"<worksheet {MAIN}><sheetData>" + " " * 70_000_000
    data = by_hand(parts={SHEET: sheet})
    assert len(data) < 100_000

    with pytest.raises(UnpacksTooLarge) as refused:
        read(orders, data, filename="f")

    assert "60,000,000 bytes" in str(refused.value)


def test_a_zip_that_lies_about_its_sizes_is_damaged(orders: Table, by_hand: Made) -> None:
    sheet = f"<worksheet {MAIN}><sheetData>" + " " * 5_000_000
    data = by_hand(parts={SHEET: sheet})
    true_size = struct.pack("<L", len(sheet))
    assert data.count(true_size) == 2
    lying = data.replace(true_size, struct.pack("<L", 100))

    with pytest.raises(Damaged):
        read(orders, lying, filename="f")


def test_a_part_that_ends_where_its_false_size_says_is_cut_there(
    orders: Table, by_hand: Made
) -> None:
    """The size and the checksum lie together: zipfile stops at the size, and so does the copy."""
    rows = HEAD + FIRST % '<c r="B2"><v>5</v></c>'
    honest = f"<worksheet {MAIN}><sheetData>{rows}</sheetData></worksheet>".encode()
    data = by_hand(parts={SHEET: honest + b" " * 5_000_000})
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        checksum = archive.getinfo(SHEET).CRC
    lies = (
        (struct.pack("<L", len(honest) + 5_000_000), struct.pack("<L", len(honest))),
        (struct.pack("<L", checksum), struct.pack("<L", zlib.crc32(honest))),
    )
    for truth, lie in lies:
        assert data.count(truth) == 2
        data = data.replace(truth, lie)
    limits = dataclasses.replace(LIMITS, max_unzipped_bytes=100_000)

    (row,) = read(orders, data, filename="f", limits=limits)

    assert row.values["quantity"] == 5


def test_a_part_that_does_not_match_its_checksum_is_damage(orders: Table, by_hand: Made) -> None:
    rows = HEAD + FIRST % '<c r="B2"><v>5</v></c>'
    sheet = f"<worksheet {MAIN}><sheetData>{rows}</sheetData></worksheet>" + " " * 200_000
    file = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(by_hand(parts={SHEET: sheet}))) as source,
        zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive,
    ):
        for name in source.namelist():
            archive.writestr(name, source.read(name))
    data = bytearray(file.getvalue())
    data[data.rindex(b" " * 100)] = ord("\n")

    with pytest.raises(Damaged):
        read(orders, bytes(data), filename="f")


def test_cell_tags_in_another_part_count_as_format_tags(orders: Table, by_hand: Made) -> None:
    limits = dataclasses.replace(LIMITS, max_other_tags=100)
    data = by_hand(HEAD, parts={"xl/styles.xml": f"<styleSheet {MAIN}>{'<c/>' * 100}</styleSheet>"})

    with pytest.raises(UnpacksTooLarge):
        read(orders, data, filename="f", limits=limits)


def test_entities_are_refused(orders: Table, by_hand: Made) -> None:
    bomb = (
        '<!DOCTYPE worksheet [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>'
        f"<worksheet {MAIN}><sheetData>"
        '<row r="1"><c r="A1" t="inlineStr"><is><t>&b;</t></is></c></row>'
        "</sheetData></worksheet>"
    )

    with pytest.raises(Damaged):
        read(orders, by_hand(parts={SHEET: bomb}), filename="f")


def test_tags_are_counted(orders: Table, by_hand: Made) -> None:
    limits = dataclasses.replace(LIMITS, max_cell_tags=100, max_other_tags=100)
    cells = HEAD + "".join(f'<row r="{n}"/>' for n in range(2, 110))
    runs = HEAD + FIRST % ('<c r="B2" t="inlineStr"><is>' + "<r><b/></r>" * 60 + "</is></c>")

    for rows, unit in ((cells, "cell tags"), (runs, "format tags")):
        with pytest.raises(UnpacksTooLarge) as refused:
            read(orders, by_hand(rows), filename="f", limits=limits)

        assert f"100 {unit}" in str(refused.value)


def test_cells_are_counted_with_the_gaps_before_them(orders: Table, by_hand: Made) -> None:
    limits = dataclasses.replace(LIMITS, max_cells=20_000)
    far = "".join(f'<row r="{n}"><c r="XFD{n}"/></row>' for n in range(2, 4))

    with pytest.raises(UnpacksTooLarge) as refused:
        read(orders, by_hand(HEAD + far), filename="f", limits=limits)

    assert "20,000 cells" in str(refused.value)


def test_an_empty_cell_far_right_is_no_column(orders: Table, by_hand: Made) -> None:
    far = '<c r="B2"><v>5</v></c><c r="XFD2"/>'

    assert pairs(orders, by_hand(HEAD + FIRST % far)) == [("A-1", 5)]


def test_a_row_beyond_what_a_sheet_can_have_is_damage(
    orders: Table, by_hand: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lotwarden.sheets.xlsx.SHEET_ROWS_MAX", 5)
    row = '<row r="%d"><c r="A%d"><v>1</v></c><c r="B%d"><v>5</v></c></row>'

    assert pairs(orders, by_hand(HEAD + row % (5, 5, 5))) == [("1", 5)]
    for far in (6, 7, 2_000_000_000):
        with pytest.raises(Damaged):
            read(orders, by_hand(HEAD + row % (far, far, far)), filename="f")


@pytest.mark.parametrize(
    ("name", "needed"),
    [
        ("max_zip_members", 5),
        ("max_cell_tags", 16),
        ("max_other_tags", 10),
        ("max_cells", 5),
        ("max_columns", 3),
        ("max_cell_characters", 3),
        ("max_rows", 1),
    ],
)
def test_a_limit_allows_as_much_as_it_says(
    orders: Table, by_hand: Made, name: str, needed: int
) -> None:
    remark = '<c r="C1" t="inlineStr"><is><t>Remark</t></is></c></row>'
    rows = HEAD.replace("</row>", remark) + FIRST % '<c r="B2"><v>5</v></c>'
    data = by_hand(rows, parts={"xl/media/image.png": b"x"})

    def limited(most: int) -> Limits:
        return dataclasses.replace(LIMITS, **{name: most})

    assert len(read(orders, data, filename="f", limits=limited(needed))) == 1
    with pytest.raises(Refusal):
        read(orders, data, filename="f", limits=limited(needed - 1))


def test_a_sheet_that_is_named_twice_is_damage(orders: Table, by_hand: Made) -> None:
    book = (
        f"<workbook {MAIN} xmlns:r="
        '"http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets>'
        '<sheet name="A" sheetId="1" r:id="rId1"/><sheet name="B" sheetId="2" r:id="%s"/>'
        "</sheets></workbook>"
    )
    relation = (
        '<Relationship Id="rId%d" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
        'relationships/worksheet" Target="%s"/>'
    )
    relations = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        + relation % (1, "worksheets/sheet1.xml")
        + relation % (2, "/xl/worksheets/./sheet1.xml")
        + "</Relationships>"
    )
    by_id = {"xl/workbook.xml": book % "rId1"}
    by_target = {"xl/workbook.xml": book % "rId2", "xl/_rels/workbook.xml.rels": relations}

    for parts in (by_id, by_target):
        with pytest.raises(Damaged):
            read(orders, by_hand(HEAD, parts=parts), filename="f")


def test_two_sheets_of_one_title_are_damage(orders: Table, by_hand: Made) -> None:
    book = (
        f"<workbook {MAIN} xmlns:r="
        '"http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets>'
        '<sheet name="A" sheetId="1" r:id="rId1"/><sheet name="A" sheetId="2" r:id="rId2"/>'
        "</sheets></workbook>"
    )
    relation = (
        '<Relationship Id="rId%d" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
        'relationships/worksheet" Target="worksheets/sheet%d.xml"/>'
    )
    relations = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        + relation % (1, 1)
        + relation % (2, 2)
        + "</Relationships>"
    )
    parts = {
        "xl/workbook.xml": book,
        "xl/_rels/workbook.xml.rels": relations,
        "xl/worksheets/sheet2.xml": f"<worksheet {MAIN}/>",
    }

    with pytest.raises(Damaged):
        read(orders, by_hand(HEAD, parts=parts), filename="f")


def test_a_workbook_part_under_another_name_is_damage(orders: Table, by_hand: Made) -> None:
    types = (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Override PartName="/xl/other.xml" ContentType="application/vnd.'
        'openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>'
    )

    with pytest.raises(Damaged):
        read(orders, by_hand(HEAD, parts={"[Content_Types].xml": types}), filename="f")


@pytest.mark.parametrize(
    "encoded",
    [
        f"<worksheet {MAIN}/>".encode("utf-16"),
        f'<?xml version="1.0" encoding="cp037"?><worksheet {MAIN}/>'.encode(),
        b"no XML at all",
        b"<worksheet",
    ],
)
def test_a_part_that_is_no_utf_8_xml_is_damage(
    orders: Table, by_hand: Made, encoded: bytes
) -> None:
    with pytest.raises(Damaged):
        read(orders, by_hand(parts={SHEET: encoded}), filename="f")


@pytest.mark.parametrize("missing", [SHEET, "xl/_rels/workbook.xml.rels"])
def test_a_missing_part_is_damage(orders: Table, by_hand: Made, missing: str) -> None:
    with pytest.raises(Damaged):
        read(orders, by_hand(HEAD, parts={missing: None}), filename="f")


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_part_that_is_there_twice_is_damage(orders: Table, by_hand: Made) -> None:
    file = io.BytesIO(by_hand(HEAD))
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr(SHEET, f"<worksheet {MAIN}/>")

    with pytest.raises(Damaged):
        read(orders, file.getvalue(), filename="f")


def test_a_part_packed_in_an_unusual_way_is_damage(orders: Table, by_hand: Made) -> None:
    file = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(by_hand(HEAD))) as source,
        zipfile.ZipFile(file, "w", zipfile.ZIP_BZIP2) as archive,
    ):
        for name in source.namelist():
            archive.writestr(name, source.read(name))

    with pytest.raises(Damaged):
        read(orders, file.getvalue(), filename="f")


def test_a_workbook_cut_off_is_damage(orders: Table, xlsx: Made) -> None:
    data = xlsx([["PO", "Quantity"], ["A-1", 5]])

    with pytest.raises(Damaged):
        read(orders, data[: len(data) // 2], filename="f")


def test_members_are_counted(orders: Table, by_hand: Made) -> None:
    limits = dataclasses.replace(LIMITS, max_zip_members=10)
    data = by_hand(HEAD, parts={f"xl/media/{n}.png": b"x" for n in range(10)})

    with pytest.raises(UnpacksTooLarge) as refused:
        read(orders, data, filename="f", limits=limits)

    assert "10 parts" in str(refused.value)


# ---------------------------------------------------------------- relatives of .xlsx


@pytest.mark.parametrize(
    ("member", "refusal", "what"),
    [
        ("xl/workbook.bin", OldFormat, "a binary workbook (.xlsb)"),
        ("content.xml", OldFormat, "an OpenDocument file"),
        ("word/document.xml", NotASpreadsheet, "a text document"),
        ("ppt/presentation.xml", NotASpreadsheet, "a presentation"),
        ("photo.jpg", NotASpreadsheet, "an archive without a workbook in it"),
    ],
)
def test_other_zips_are_named(
    orders: Table, zipped: Made, member: str, refusal: type[Exception], what: str
) -> None:
    with pytest.raises(refusal) as refused:
        read(orders, zipped({member: b"x"}), filename="f.xlsx")

    assert what in str(refused.value)


def test_a_workbook_in_the_strict_variant_is_named(orders: Table, by_hand: Made) -> None:
    book = '<workbook xmlns="http://purl.oclc.org/ooxml/spreadsheetml/main"/>'

    with pytest.raises(OldFormat) as refused:
        read(orders, by_hand(HEAD, parts={"xl/workbook.xml": book}), filename="f")

    assert "a workbook in the strict variant of .xlsx" in str(refused.value)


@pytest.mark.parametrize(
    ("rest", "what"),
    [
        (b"\0" * 504, "an old Excel file (.xls) or another old document"),
        ("EncryptedPackage".encode("utf-16-le"), "protected with a password"),
    ],
)
def test_old_and_protected_workbooks_are_named(orders: Table, rest: bytes, what: str) -> None:
    with pytest.raises(OldFormat) as refused:
        read(orders, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + rest, filename="f.xlsx")

    assert str(refused.value) == f"f.xlsx cannot be read: it is {what}."


def test_a_zip_with_a_password_is_named(orders: Table, by_hand: Made) -> None:
    data = bytearray(by_hand(HEAD))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(mark)
        while at >= 0:
            data[at + offset] |= 1
            at = data.find(mark, at + 1)

    with pytest.raises(OldFormat) as refused:
        read(orders, bytes(data), filename="f.xlsx")

    assert "protected with a password" in str(refused.value)


@pytest.mark.filterwarnings("ignore:.*extension is not supported")
def test_what_only_newer_programs_know_is_passed_over(orders: Table, by_hand: Made) -> None:
    sheet = (
        f"<worksheet {MAIN}><sheetData>"
        + HEAD
        + FIRST % '<c r="B2"><v>5</v></c>'
        + '</sheetData><extLst><ext uri="{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}"/></extLst>'
        "</worksheet>"
    )

    assert pairs(orders, by_hand(parts={SHEET: sheet})) == [("A-1", 5)]


def test_a_wide_sheet_beside_the_one_that_is_read_does_no_harm(orders: Table, xlsx: Made) -> None:
    data = xlsx([["PO", "Quantity"], ["A-1", 5]], Wide=[["x"] * 300])

    assert pairs(orders, data) == [("A-1", 5)]


def test_a_second_sheet_is_looked_at_only_where_it_begins(orders: Table, by_hand: Made) -> None:
    def beyond(book: Any) -> None:
        sheet = book.create_sheet("Late")
        sheet["A1001"], sheet["B1001"] = "PO", "Quantity"

    data = changed(by_hand(HEAD + FIRST % '<c r="B2"><v>5</v></c>'), beyond)

    assert pairs(orders, data) == [("A-1", 5)]


def test_something_beyond_the_last_column_is_refused(orders: Table, xlsx: Made) -> None:
    limits = dataclasses.replace(LIMITS, max_columns=3)
    rows = [["PO", "Quantity", "Price"], ["A-1", 5, None, "x"]]

    for data in (xlsx(rows), b"PO,Quantity,Price\nA-1,5,,x\n"):
        with pytest.raises(TooManyColumns) as refused:
            read(orders, data, filename="f", limits=limits)

        assert str(refused.value) == "f has something in row 2 beyond column 3."
