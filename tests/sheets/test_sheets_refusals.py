"""The smallest reproduction of each refusal, its code, and every word that a person reads."""

from __future__ import annotations

import dataclasses
import functools
import json
from collections.abc import Callable

import pytest

from lotwarden import sheets
from lotwarden.core.errors import Refusal
from lotwarden.sheets import LIMITS, SheetData, Table, read, workbook

Made = Callable[..., bytes]


def refusal_of(act: Callable[[], object]) -> Refusal:
    with pytest.raises(Refusal) as refused:
        act()
    return refused.value


def check(refusal: Refusal, *, code: str, says: str, do: str) -> None:
    assert (refusal.code, str(refusal), refusal.next_step) == (code, says, do)
    assert json.loads(json.dumps(refusal.as_dict()))["message"] == says


def test_cells_that_do_not_fit_are_refused(orders: Table) -> None:
    data = b"PO,Quantity\n,5\n"

    check(
        refusal_of(lambda: read(orders, data, filename="o.csv")),
        code="sheets.refused",
        says="o.csv is not loaded; to correct: 1\n"
        "o.csv, row 2, PO: Is empty, but a value is needed.",
        do="Correct these cells in o.csv and upload it again; nothing of it was loaded.",
    )


def test_other_content_is_refused(orders: Table) -> None:
    check(
        refusal_of(lambda: read(orders, b"%PDF-1.7", filename="o.xlsx")),
        code="sheets.not_a_spreadsheet",
        says="o.xlsx is not a spreadsheet: it is a PDF document.",
        do="Open it in a spreadsheet program and save it as .xlsx or .csv.",
    )


def test_an_old_format_is_refused(orders: Table) -> None:
    data = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

    check(
        refusal_of(lambda: read(orders, data, filename="o.xls")),
        code="sheets.old_format",
        says="o.xls cannot be read: it is an old Excel file (.xls) or another old document.",
        do="Open it in a spreadsheet program and save as .xlsx or .csv, without a password.",
    )


def test_a_damaged_workbook_is_refused(orders: Table) -> None:
    check(
        refusal_of(lambda: read(orders, b"PK\x03\x04", filename="o.xlsx")),
        code="sheets.damaged",
        says="o.xlsx begins as an .xlsx workbook, but is damaged or incomplete.",
        do="Open it in a spreadsheet program, save it anew as .xlsx, and upload that.",
    )


@pytest.mark.parametrize("data", [b"", b"\n\n", b"\xef\xbb\xbf", b",,\n ,\t\n"])
def test_an_empty_text_file_is_refused(orders: Table, data: bytes) -> None:
    check(
        refusal_of(lambda: read(orders, data, filename="o.csv")),
        code="sheets.empty",
        says="o.csv is empty: it has no headings and no rows.",
        do="Fill in the template and upload it; other sheets and hidden ones are not read.",
    )


def test_an_empty_workbook_is_refused(orders: Table, xlsx: Made) -> None:
    refusal = refusal_of(lambda: read(orders, xlsx([[None]]), filename="o.xlsx"))

    assert refusal.code == "sheets.empty"


def test_a_workbook_of_hidden_sheets_is_refused_as_empty(orders: Table, by_hand: Made) -> None:
    book = (
        '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
        'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
        '<sheets><sheet name="Orders" sheetId="1" state="hidden" r:id="rId1"/></sheets></workbook>'
    )
    data = by_hand(parts={"xl/workbook.xml": book})

    refusal = refusal_of(lambda: read(orders, data, filename="o.xlsx"))

    assert refusal.code == "sheets.empty"


def test_a_file_of_headings_alone_is_refused(orders: Table) -> None:
    check(
        refusal_of(lambda: read(orders, b"PO,Quantity\n", filename="o.csv")),
        code="sheets.no_rows",
        says="o.csv has headings and no rows: there is nothing to load.",
        do="Fill in the rows under the headings, save the file and upload it.",
    )


def test_an_unknown_encoding_is_refused(orders: Table) -> None:
    data = "PO\nür\n".encode("cp1252")

    check(
        refusal_of(lambda: read(orders, data, filename="o.csv")),
        code="sheets.encoding_unknown",
        says="o.csv is not UTF-8, and it does not say which encoding it has.",
        do="Choose the encoding in which the text reads right: gb18030, cp1252.",
    )


@pytest.mark.parametrize("encoding", ["latin-1", "utf-7", "no such", "rot13", "a\0b"])
def test_an_encoding_that_is_not_offered_is_refused(orders: Table, encoding: str) -> None:
    check(
        refusal_of(lambda: read(orders, b"PO\n", filename="o.csv", encoding=encoding)),
        code="sheets.encoding_unsupported",
        says=f"{encoding} is not an encoding that is read here.",
        do="Choose one of utf-8, gb18030, cp1252, or save the file as .xlsx.",
    )


def test_a_chosen_encoding_that_does_not_decode_is_refused(orders: Table) -> None:
    data = b"PO\n\x81\n"

    check(
        refusal_of(lambda: read(orders, data, filename="o.csv", encoding="cp1252")),
        code="sheets.encoding_wrong",
        says="o.csv cannot be read as cp1252: byte 4 does not fit.",
        do="Choose another encoding, or save the file as .xlsx.",
    )


def test_a_file_of_too_many_bytes_is_refused(orders: Table) -> None:
    limits = dataclasses.replace(LIMITS, max_bytes=1_000)

    assert read(orders, b"PO,Quantity\nA,5" + b" " * 985, filename="o.csv", limits=limits)
    check(
        refusal_of(lambda: read(orders, b"x" * 1_001, filename="o.csv", limits=limits)),
        code="sheets.too_large",
        says="o.csv has 1,001 bytes; at most 1,000 are read.",
        do="Remove pictures and sheets that are not needed, or upload it in parts.",
    )


def test_a_workbook_that_unpacks_too_large_is_refused(orders: Table, xlsx: Made) -> None:
    limits = dataclasses.replace(LIMITS, max_unzipped_bytes=1_000)

    check(
        refusal_of(lambda: read(orders, xlsx(), filename="o.xlsx", limits=limits)),
        code="sheets.unpacks_too_large",
        says="o.xlsx unpacks to more than 1,000 bytes, which is more than is read.",
        do="Copy the rows alone into a new workbook, or save the sheet as .csv.",
    )


def test_too_many_rows_are_refused(orders: Table, xlsx: Made) -> None:
    table = dataclasses.replace(orders, max_rows=2)
    head, row = ["PO", "Quantity"], ["A-1", 5]
    text = b"PO,Quantity\n" + b"A-1,5\n" * 3

    assert len(read(table, xlsx([head, row, row]), filename="o.csv")) == 2
    for data in (text, xlsx([head, row, row, [], row])):
        check(
            refusal_of(functools.partial(read, table, data, filename="o.csv")),
            code="sheets.too_many_rows",
            says="o.csv has more than 2 rows.",
            do="Upload it in parts of at most 2 rows.",
        )


def test_too_many_columns_are_refused(orders: Table) -> None:
    data = b"," * 200 + b"PO\n"

    check(
        refusal_of(lambda: read(orders, data, filename="o.csv")),
        code="sheets.too_many_columns",
        says="o.csv has something in row 1 beyond column 200.",
        do="Remove the columns that are not in the template.",
    )


def test_an_export_too_long_for_a_sheet_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lotwarden.sheets.writing.SHEET_ROWS_MAX", 3)

    assert workbook([SheetData("Units", ["n"], [[1], [2]])])
    check(
        refusal_of(lambda: workbook([SheetData("Units", ["n"], [[1], [2], [3]])])),
        code="sheets.export_too_long",
        says="Units has more than the 2 rows that a sheet can hold.",
        do="Narrow the export, for example to one lot or one month.",
    )


def test_every_refusal_of_the_package_is_public_and_reproduced_here() -> None:
    mine = {code: one for code, one in Refusal.registry.items() if code.startswith("sheets.")}
    with open(__file__, encoding="utf-8") as this:
        text = this.read()

    assert all(getattr(sheets, one.__name__) is one for one in mine.values())
    assert [code for code in mine if f'"{code}"' not in text] == []
    assert len(mine) == 14
