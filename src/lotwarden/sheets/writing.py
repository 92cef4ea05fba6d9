"""Writing sheets: a template to fill in, and exports to read, sort and send on.

What is text stays text.  A text that begins with = + - @ (plain or full-width), a tab or a
line break is written to .xlsx as a text cell with the text format, which no spreadsheet
program evaluates, and to .csv by the prefix rule: with an apostrophe in front.  A text that
already is apostrophes and then such a sign gets one more, so that taking one away, as `read`
does, always gives back what was written.  Numbers are numbers: -5 has no apostrophe.

Whole numbers and decimals of more than 15 digits are written as text, since a spreadsheet
would drop the rest.  A date and time is written as text with its offset, since a spreadsheet's
own date cell has none.  Characters that XML cannot hold become U+FFFD, and a text longer than
a cell is cut with a mark that says so.

An uploaded template gives back its example row.
"""

from __future__ import annotations

import csv
import io
import itertools
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from lotwarden.core.errors import N_
from lotwarden.sheets.delimited import GUARDED
from lotwarden.sheets.limits import CELL_CHARACTERS_MAX, EXACT_DIGITS_MAX, LIMITS, SHEET_ROWS_MAX
from lotwarden.sheets.refusals import ExportTooLong
from lotwarden.sheets.tables import Column, Kind, Table, Value

_BOLD = Font(bold=True)
_WRAPPED = Alignment(wrap_text=True, vertical="top")
_WIDTH_MIN, _WIDTH_MAX = 8, 60
_MEASURED_ROWS = 200
_LIST_CHARACTERS_MAX = 255  # what a drop-down list in a cell may hold
_DECIMAL_PLACES_MAX = 15
_CUT = N_("… [cut]")
_TITLE_CHARACTERS_MAX = 31
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_ESCAPE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")

NOTES = N_("Notes")
_NOTES_HEADINGS = (N_("Column"), N_("Needed"), N_("Meaning"), N_("How to write it"))
_FORMATS = {
    Kind.TEXT: N_("Text."),
    Kind.INTEGER: N_("A whole number in digits, without separators: 1200."),
    Kind.DECIMAL: N_("A number with a decimal point and without separators: 1200.5."),
    Kind.DATE: N_("A date as year-month-day: 2026-03-31."),
    Kind.DATETIME: N_("A date and time with its offset from UTC: 2026-03-31 14:30+08:00."),
    Kind.BOOLEAN: N_("yes or no."),
    Kind.CHOICE: N_("One of: {words}."),
    Kind.SERIAL: N_("Text, exactly as marked. Keep the column formatted as text."),
    Kind.CURRENCY: N_("A currency code of three letters (ISO 4217): EUR."),
    Kind.COUNTRY: N_("A country code of two letters (ISO 3166): DE."),
    Kind.EMAIL: N_("An e-mail address."),
}
_AT_LEAST = N_("At least {minimum}.")
_AT_MOST = N_("At most {maximum}.")
_AT_MOST_CHARACTERS = N_("At most {limit} characters.")
_COLUMN_FORMATS = {
    Kind.INTEGER: "0",
    Kind.DECIMAL: "General",
    Kind.DATE: "yyyy-mm-dd",
    Kind.BOOLEAN: "General",
}


@dataclass(frozen=True)
class SheetData:
    """One sheet to write: a heading per column and a value per heading in every row."""

    title: str
    headings: Sequence[str]
    rows: Iterable[Sequence[Value]]


def workbook(sheets: Sequence[SheetData]) -> bytes:
    """Return an .xlsx file of the sheets: bold headings that stay in view, and a filter.

    Refuses:
        sheets.export_too_long: more rows than a sheet can hold.
    """
    assert sheets, "a workbook has a sheet"
    book = Workbook(write_only=True)
    titles: set[str] = set()
    for sheet in sheets:
        title = _sheet_title(sheet.title, titles)
        titles.add(title.casefold())
        _write_sheet(book.create_sheet(title), sheet)
    return _saved(book)


def csv_file(sheet: SheetData) -> bytes:
    """Return the sheet as UTF-8 with a byte order mark, which Excel needs to read it well."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    for row in [sheet.headings, *_checked(sheet)]:
        writer.writerow([_csv_value(value) for value in row])
    return text.getvalue().encode("utf-8-sig")


def template(table: Table, *, translate: Callable[[str], str] = str) -> bytes:
    """Return an .xlsx file to fill in: headings, an example row, and notes on each column."""
    book = Workbook()
    sheet = book.active
    sheet.title = _sheet_title(table.title, set())
    for index, column in enumerate(table.columns, start=1):
        letter = get_column_letter(index)
        number_format = _COLUMN_FORMATS.get(column.kind, "@")
        dimension = sheet.column_dimensions[letter]
        dimension.width = _width([column.heading, _text(column.example)])
        dimension.number_format = number_format
        heading = sheet.cell(1, index)
        _fill(heading, column.heading)
        heading.font = _BOLD
        example = column.example
        _fill(sheet.cell(2, index), _text(example) if isinstance(example, bool) else example)
        if column.example is None:
            sheet.cell(2, index).number_format = number_format
        words = ("yes", "no") if column.kind is Kind.BOOLEAN else column.words
        listed = ",".join(words)
        if (
            words
            and len(listed) <= _LIST_CHARACTERS_MAX
            and not any(set(',"') & set(word) for word in words)
        ):
            offer = DataValidation(type="list", formula1=f'"{listed}"', allow_blank=True)
            offer.add(f"{letter}2:{letter}{(table.max_rows or LIMITS.max_rows) + 1}")
            sheet.add_data_validation(offer)
    sheet.freeze_panes = "A2"
    _write_notes(book.create_sheet(_sheet_title(translate(NOTES), {sheet.title})), table, translate)
    return _saved(book)


def template_csv(table: Table) -> bytes:
    """Return a .csv file to fill in: headings and an example row."""
    headings = [column.heading for column in table.columns]
    example = [column.example for column in table.columns]
    return csv_file(SheetData(table.title, headings, [example]))


def _write_notes(sheet: Any, table: Table, translate: Callable[[str], str]) -> None:
    rows = [
        [
            column.heading,
            translate(N_("yes") if column.required else N_("no")),
            column.description,
            _how(column, translate),
        ]
        for column in table.columns
    ]
    headings = [translate(one) for one in _NOTES_HEADINGS]
    for at, row in enumerate([headings, *rows], start=1):
        for index, value in enumerate(row, start=1):
            cell = sheet.cell(at, index)
            _fill(cell, value)
            cell.alignment = _WRAPPED
            if at == 1:
                cell.font = _BOLD
    for index in range(len(headings)):
        width = _width([headings[index], *(row[index] for row in rows)])
        sheet.column_dimensions[get_column_letter(index + 1)].width = width
    sheet.freeze_panes = "A2"


def _how(column: Column, translate: Callable[[str], str]) -> str:
    """Return how a value of the column is written, with its bounds."""
    words = ", ".join(column.words)
    says = [translate(_FORMATS[column.kind]).format(words=words)]
    if column.choices and column.kind is not Kind.CHOICE:
        says.append(translate(_FORMATS[Kind.CHOICE]).format(words=words))
    if column.minimum is not None:
        says.append(translate(_AT_LEAST).format(minimum=column.minimum))
    if column.maximum is not None:
        says.append(translate(_AT_MOST).format(maximum=column.maximum))
    if column.max_length is not None:
        says.append(translate(_AT_MOST_CHARACTERS).format(limit=column.max_length))
    return " ".join(says)


def _write_sheet(sheet: Any, data: SheetData) -> None:
    """Write the rows, which are checked before: openpyxl cannot take back a row."""
    rows = _checked(data)
    first = rows[:_MEASURED_ROWS]
    for index, heading in enumerate(data.headings):
        width = _width([heading, *(_text(row[index]) for row in first)])
        sheet.column_dimensions[get_column_letter(index + 1)].width = width
    sheet.freeze_panes = "A2"
    headings = [_fill(WriteOnlyCell(sheet), heading) for heading in data.headings]
    for cell in headings:
        cell.font = _BOLD
    sheet.append(headings)
    for row in rows:
        sheet.append([_fill(WriteOnlyCell(sheet), value) for value in row])
    if data.headings:
        last = get_column_letter(len(data.headings))
        sheet.auto_filter.ref = f"A1:{last}{len(rows) + 1}"


def _checked(data: SheetData) -> list[Sequence[Value]]:
    """Return the rows, each with a value for each heading and no value that cannot be written."""
    rows = list(itertools.islice(data.rows, SHEET_ROWS_MAX))
    if len(rows) == SHEET_ROWS_MAX:
        raise ExportTooLong(title=data.title, limit=SHEET_ROWS_MAX - 1)
    for row in rows:
        assert len(row) == len(data.headings), "a value for each heading"
        for value in row:
            if isinstance(value, datetime):
                assert value.tzinfo is not None, "a time without its zone is not exported"
            elif isinstance(value, Decimal):
                assert value.is_finite(), "a quantity is a number"
    return rows


def _fill(cell: Any, value: Value) -> Any:
    """Put the value into the cell, with the type and format that keep it what it is."""
    if value is None:
        return cell
    if isinstance(value, bool) or _is_exact_number(value):
        cell.value = value
        if isinstance(value, Decimal):
            cell.number_format = _decimal_format(value)
    elif isinstance(value, date) and not isinstance(value, datetime):
        cell.value = value
        cell.number_format = "yyyy-mm-dd"
    else:
        cell.value = _writable(_text(value))
        cell.data_type = "s"  # openpyxl takes "=1" for a formula and "#N/A" for an error
        cell.number_format = "@"
    return cell


def _is_exact_number(value: Value) -> bool:
    """Whether a spreadsheet's number keeps every digit of the value."""
    if isinstance(value, int):
        return len(str(abs(value))) <= EXACT_DIGITS_MAX
    if isinstance(value, Decimal):
        return len(f"{abs(value):f}".replace(".", "").lstrip("0")) <= EXACT_DIGITS_MAX
    return False


def _decimal_format(value: Decimal) -> str:
    """Return the format that shows as many places as the value has."""
    exponent = value.as_tuple().exponent
    places = -exponent if isinstance(exponent, int) else 0
    if not 0 < places <= _DECIMAL_PLACES_MAX:
        return "General"
    return "0." + "0" * places


def _text(value: Value) -> str:
    """Return the value as text that `read` reads back."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return value.isoformat(" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value:f}"
    return str(value)


def _writable(text: str) -> str:
    """Return `text` as a cell of an .xlsx file can hold it."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = _ESCAPE.sub("_x005F_", _UNWRITABLE.sub("\ufffd", text))
    if len(text) > CELL_CHARACTERS_MAX:
        text = text[: CELL_CHARACTERS_MAX - len(_CUT)] + _CUT
    return text


def _csv_value(value: Value) -> str:
    text = _text(value)
    if isinstance(value, str):
        text = _UNWRITABLE.sub("\ufffd", text)
        if GUARDED.match(text):
            return "'" + text
    return text


def _width(texts: Iterable[str]) -> int:
    """Return a width for the longest line; a Chinese character is two wide."""
    longest = max(
        sum(2 if ord(one) > 0x2E7F else 1 for one in line)
        for text in texts
        for line in text[: _WIDTH_MAX * 4].split("\n")
    )
    return max(_WIDTH_MIN, min(_WIDTH_MAX, longest + 2))


def _sheet_title(title: str, taken: set[str]) -> str:
    """Return a title that a sheet can have and that is not taken yet."""
    plain = re.sub(r"[\[\]:*?/\\]", " ", _UNWRITABLE.sub(" ", title)).strip(" '")
    plain = plain[:_TITLE_CHARACTERS_MAX].rstrip(" '") or "Sheet"
    taken = {one.casefold() for one in taken}
    candidate, number = plain, 2
    while candidate.casefold() in taken:
        ending = f" {number}"
        candidate = plain[: _TITLE_CHARACTERS_MAX - len(ending)] + ending
        number += 1
    return candidate


def _saved(book: Workbook) -> bytes:
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()
