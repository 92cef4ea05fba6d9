"""Templates that read back, and exports in which text stays text."""

from __future__ import annotations

import dataclasses
import io
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import openpyxl
import pytest

from lotwarden.sheets import (
    Column,
    Kind,
    SheetData,
    Table,
    Value,
    csv_file,
    read,
    template,
    template_csv,
    workbook,
)

CHINA = timezone(timedelta(hours=8))
EVERYTHING = Table(
    name="everything",
    title="Everything / all",
    columns=(
        Column("serial", Kind.SERIAL, title="Serial", example="00123", description="As marked."),
        Column("text", Kind.TEXT, example="=1+1", max_length=80),
        Column("integer", Kind.INTEGER, example=1200, minimum=1, maximum=9999),
        Column("decimal", Kind.DECIMAL, example=Decimal("9.50")),
        Column("date", Kind.DATE, example=date(2026, 3, 31)),
        Column("datetime", Kind.DATETIME, example=datetime(2026, 3, 31, 14, 30, tzinfo=CHINA)),
        Column("boolean", Kind.BOOLEAN, example=True),
        Column("choice", Kind.CHOICE, choices=(("critical", "CR"), "major"), example="major"),
        Column("currency", Kind.CURRENCY, choices=("EUR", "CNY"), example="EUR"),
        Column("country", Kind.COUNTRY, example="CN"),
        Column("email", Kind.EMAIL, example="qc@example.com"),
        Column("optional", Kind.INTEGER, required=False, title="数量"),
    ),
)


def opened(data: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(data))


# ---------------------------------------------------------------- templates


@pytest.mark.parametrize("make", [template, template_csv])
def test_a_template_uploaded_unchanged_gives_its_example(
    make: Callable[[Table], bytes],
) -> None:
    (row,) = read(EVERYTHING, make(EVERYTHING), filename="f")

    assert row.number == 2
    assert row.values == {column.name: column.example for column in EVERYTHING.columns}


def test_a_template_has_bold_headings_that_stay_in_view() -> None:
    sheet = opened(template(EVERYTHING)).worksheets[0]

    assert [cell.value for cell in sheet[1]][:2] == ["Serial", "text"]
    assert all(cell.font.bold for cell in sheet[1])
    assert sheet.freeze_panes == "A2"
    assert not sheet["A2"].font.bold
    assert sheet["G2"].value == "yes"


def test_the_columns_of_a_template_are_wide_enough() -> None:
    sheet = opened(template(EVERYTHING)).worksheets[0]

    for index, column in enumerate(EVERYTHING.columns):
        letter = openpyxl.utils.get_column_letter(index + 1)
        assert sheet.column_dimensions[letter].width > len(column.heading)


def test_a_template_keeps_serials_from_becoming_numbers() -> None:
    sheet = opened(template(EVERYTHING)).worksheets[0]

    assert sheet["A2"].data_type == "s"
    assert sheet["A2"].number_format == "@"
    assert sheet.column_dimensions["A"].number_format == "@"
    assert sheet.column_dimensions["C"].number_format == "0"
    assert sheet["L2"].number_format == "0"
    assert sheet.column_dimensions["E"].number_format == "yyyy-mm-dd"


def test_a_template_offers_the_choices() -> None:
    sheet = opened(template(dataclasses.replace(EVERYTHING, max_rows=50))).worksheets[0]

    offered = {str(one.sqref): one.formula1 for one in sheet.data_validations.dataValidation}
    assert offered == {
        "G2:G51": '"yes,no"',
        "H2:H51": '"critical,major"',
        "I2:I51": '"EUR,CNY"',
    }


@pytest.mark.parametrize("word", ["a,b", 'a"b', "x" * 250])
def test_choices_that_a_list_cannot_hold_are_not_offered_in_one(word: str) -> None:
    table = Table("t", "T", (Column("c", Kind.CHOICE, choices=(word, "other"), example="other"),))

    sheet = opened(template(table)).worksheets[0]

    assert list(sheet.data_validations.dataValidation) == []


def test_choices_that_just_fit_into_a_list_are_offered() -> None:
    word = "x" * (255 - len(",other"))
    table = Table("t", "T", (Column("c", Kind.CHOICE, choices=(word, "other"), example="other"),))

    sheet = opened(template(table)).worksheets[0]

    assert [one.formula1 for one in sheet.data_validations.dataValidation] == [f'"{word},other"']


def test_the_notes_describe_each_column() -> None:
    sheet = opened(template(EVERYTHING))["Notes"]

    rows = [tuple(cell.value for cell in row) for row in sheet.iter_rows()]
    assert rows[0] == ("Column", "Needed", "Meaning", "How to write it")
    assert rows[1] == (
        "Serial",
        "yes",
        "As marked.",
        "Text, exactly as marked. Keep the column formatted as text.",
    )
    assert rows[3][3] == (
        "A whole number in digits, without separators: 1200. At least 1. At most 9999."
    )
    assert rows[2][3] == "Text. At most 80 characters."
    assert rows[8][3] == "One of: critical, major."
    assert rows[9][3].endswith("One of: EUR, CNY.")
    assert rows[12][:2] == ("数量", "no")
    assert len(rows) == 1 + len(EVERYTHING.columns)
    assert [sheet["A1"].font.bold, sheet["A2"].font.bold] == [True, False]
    assert [sheet.column_dimensions[letter].width for letter in "ABCD"] == [10, 8, 12, 60]


def test_the_notes_are_written_in_the_language_of_the_caller() -> None:
    words = {
        "Notes": "说明",
        "Column": "列",
        "yes": "是",
        "One of: {words}.": "其中之一：{words}。",
    }

    book = opened(template(EVERYTHING, translate=lambda text: words.get(text, text)))

    assert book.sheetnames[1] == "说明"
    assert book["说明"]["A1"].value == "列"
    assert book["说明"]["B2"].value == "是"
    assert book["说明"]["D9"].value == "其中之一：critical, major。"


def test_a_table_called_notes_has_notes_under_another_name() -> None:
    table = dataclasses.replace(EVERYTHING, title="notes")

    assert opened(template(table)).sheetnames == ["notes", "Notes 2"]


def test_a_csv_template_begins_with_the_mark_that_excel_needs() -> None:
    assert template_csv(EVERYTHING).startswith(b"\xef\xbb\xbfSerial,text,")


# ---------------------------------------------------------------- exports


def test_an_export_has_typed_cells_with_formats() -> None:
    rows: list[list[Value]] = [
        [12, Decimal("9.50"), date(2026, 3, 1), True, "x", None],
        [-7, Decimal("1E+3"), date(2026, 3, 2), False, "y", None],
    ]
    data = workbook([SheetData("Lots", ["i", "d", "on", "b", "t", "n"], rows)])

    sheet = opened(data)["Lots"]
    first = [(cell.value, cell.data_type, cell.number_format) for cell in sheet[2]]
    assert first[0] == (12, "n", "General")
    assert first[1] == (9.5, "n", "0.00")
    assert first[2][0].date() == date(2026, 3, 1)
    assert first[2][1:] == ("d", "yyyy-mm-dd")
    assert first[3] == (True, "b", "General")
    assert first[4] == ("x", "s", "@")
    assert first[5][0] is None
    assert (sheet["B3"].value, sheet["B3"].number_format) == (1000, "General")


def test_an_export_has_bold_headings_in_view_with_a_filter() -> None:
    sheet = opened(workbook([SheetData("Lots", ["a", "b"], [[1, 2], [3, 4]])]))["Lots"]

    assert all(cell.font.bold for cell in sheet[1])
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == "A1:B3"


def test_the_columns_of_an_export_fit_their_longest_line_within_bounds() -> None:
    rows = [["x", "质量问题" * 3, "y" * 500, "one\nlonger line"]]
    sheet = opened(workbook([SheetData("Lots", ["a", "b", "c", "d"], rows)]))["Lots"]

    widths = [sheet.column_dimensions[letter].width for letter in "ABCD"]
    assert widths == [8, 26, 60, 13]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\t=1", "#N/A", "TRUE", "'=1", "="])
def test_a_text_stays_a_text_in_a_workbook(text: str) -> None:
    cell = opened(workbook([SheetData("s", ["h"], [[text]])]))["s"]["A2"]

    assert (cell.value, cell.data_type, cell.number_format) == (text, "s", "@")


def test_a_heading_stays_a_text_as_well() -> None:
    cell = opened(workbook([SheetData("s", ["=1+1"], [])]))["s"]["A1"]

    assert (cell.value, cell.data_type) == ("=1+1", "s")


def test_digits_beyond_fifteen_are_written_as_text() -> None:
    rows: list[list[Value]] = [
        [10**15 - 1, Decimal("0.123456789012345")],
        [10**15, Decimal("1.123456789012345")],
        [-(10**15), Decimal("1E+15")],
    ]
    sheet = opened(workbook([SheetData("s", ["i", "d"], rows)]))["s"]

    assert [sheet["A2"].data_type, sheet["B2"].data_type] == ["n", "n"]
    assert [sheet["A3"].value, sheet["B3"].value] == ["1000000000000000", "1.123456789012345"]
    assert [sheet["A4"].value, sheet["B4"].value] == ["-1000000000000000", "1000000000000000"]


def test_an_instant_is_written_with_its_offset() -> None:
    at = datetime(2026, 3, 1, 14, 30, 5, tzinfo=CHINA)

    sheet = opened(workbook([SheetData("s", ["at"], [[at]])]))["s"]

    assert sheet["A2"].value == "2026-03-01 14:30:05+08:00"


def test_an_instant_without_its_zone_is_our_fault() -> None:
    at = datetime(2026, 3, 1, tzinfo=UTC).replace(tzinfo=None)

    for write in (lambda sheet: workbook([sheet]), csv_file):
        with pytest.raises(AssertionError):
            write(SheetData("s", ["at"], [[at]]))


def test_a_row_of_another_length_is_our_fault() -> None:
    with pytest.raises(AssertionError):
        workbook([SheetData("s", ["a", "b"], [[1, 2, 3]])])


def test_a_workbook_without_sheets_is_our_fault() -> None:
    with pytest.raises(AssertionError):
        workbook([])


def test_characters_that_a_workbook_cannot_hold_are_seen_to_be_missing() -> None:
    text = "a\x00b\x07c\ud800d\ufffee"

    cell = opened(workbook([SheetData("s", ["h"], [[text]])]))["s"]["A2"]
    line = csv_file(SheetData("s", ["h"], [[text]])).decode("utf-8-sig").splitlines()[1]

    assert cell.value == line == "a\ufffdb\ufffdc\ufffdd\ufffde"


def test_a_text_longer_than_a_cell_is_cut_and_says_so() -> None:
    sheet = opened(workbook([SheetData("s", ["h"], [["x" * 32_767], ["x" * 32_768]])]))["s"]

    assert sheet["A2"].value == "x" * 32_767
    assert sheet["A3"].value == "x" * (32_767 - 7) + "… [cut]"


def test_sheets_have_titles_that_a_workbook_can_have() -> None:
    titles = ["Lot 1/2", "x" * 40, "X" * 40, "'quoted'", "[]:*?/\\", "", "sheet"]

    book = opened(workbook([SheetData(title, ["h"], []) for title in titles]))

    assert book.sheetnames == [
        "Lot 1 2",
        "x" * 31,
        "X" * 29 + " 2",
        "quoted",
        "Sheet",
        "Sheet 2",
        "sheet 3",
    ]


def test_a_sheet_may_have_no_columns() -> None:
    assert opened(workbook([SheetData("s", [], [])]))["s"]["A1"].value is None


def test_rows_may_come_one_by_one() -> None:
    rows = ([number] for number in range(500))

    sheet = opened(workbook([SheetData("s", ["n"], rows)]))["s"]

    assert [cell.value for cell in sheet["A"]][1:] == list(range(500))
    assert sheet.auto_filter.ref == "A1:A501"
