"""Reading an upload: every cell fits its column, or nothing is loaded and all is said at once.

1. What the file is, its content decides and never its name: a zip is an .xlsx workbook or
   nothing, anything else is text.
2. A workbook is read from the sheet named like the table, or else from its first visible
   sheet.  Rows of the table on a second visible sheet are a problem, not a surprise.
3. The first row with anything in it has the headings; titles above it are not supported.
   A heading twice, a required heading that is missing, and values under a heading that is
   not known are problems.  A column that is not known and empty is left alone.
4. Rows with nothing in them are skipped and keep their numbers.
"""

from __future__ import annotations

import dataclasses
import difflib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any

from lotwarden.core.errors import N_
from lotwarden.sheets import delimited
from lotwarden.sheets.cells import fit
from lotwarden.sheets.grid import Line, RawCell, Unfit, shown
from lotwarden.sheets.limits import LIMITS, Limits
from lotwarden.sheets.refusals import (
    Empty,
    NoRows,
    NotASpreadsheet,
    OldFormat,
    Problem,
    SheetRefused,
    TooLarge,
)
from lotwarden.sheets.tables import Column, Table, heading_key
from lotwarden.sheets.xlsx import Book

_NO_HEADINGS = N_("The first row with anything in it is to be the headings: {known}.")
_MISSING = N_("The column {heading} is missing.")
_TWICE = N_("Two columns mean {heading}: {first} and this one. Keep one.")
_UNKNOWN = N_("No column is called so. Remove it, or use one of: {known}.")
_NEAR = N_("No column is called so. Did you mean {nearest}?")
_NO_HEADING = N_("Has a value, but its column {letter} has no heading.")
_SECOND_SHEET = N_("This sheet has rows as well. Put all rows on the sheet {read}.")

_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_KNOWN_CONTENT = (
    (b"%PDF-", N_("a PDF document")),
    (b"\x89PNG", N_("a picture")),
    (b"\xff\xd8\xff", N_("a picture")),
    (b"GIF8", N_("a picture")),
    (b"{\\rtf", N_("a text document")),
    (b"\x1f\x8b", N_("a compressed file")),
    (b"7z\xbc\xaf", N_("a compressed file")),
    (b"Rar!", N_("a compressed file")),
)
_FILE_CHARACTERS = 100


@dataclass(frozen=True)
class Row:
    """One row as its table describes it; an optional column that is empty or absent is None.

    `number` is the one beside the row in the spreadsheet program.  `zone_assumed` names the
    columns whose time had no offset and was taken in the caller's zone.
    """

    number: int
    values: Mapping[str, Any]
    zone_assumed: frozenset[str]
    file: str
    _headings: Mapping[str, str] = dataclasses.field(repr=False)
    _cells: Mapping[str, RawCell | None] = dataclasses.field(repr=False)

    def problem(self, *, column: str, template: str, **data: object) -> Problem:
        """Return a problem that only the caller can see, such as a lot that does not exist."""
        heading = self._headings.get(column, column)
        value = shown(self._cells.get(column))
        return _problem(self.file, self.number, heading, value, Unfit(template, **data))


def read(  # noqa: PLR0913 - a file, and how to read it
    table: Table,
    data: bytes,
    *,
    filename: str,
    encoding: str | None = None,
    zone: tzinfo | None = None,
    limits: Limits = LIMITS,
    check: Check | None = None,
) -> list[Row]:
    """Return the rows of the uploaded file, or refuse it with everything that does not fit.

    `encoding` is what the person chose after `EncodingUnknown`.  `zone` is the zone of a date
    and time without an offset; without it such a cell is a problem.  `check` looks at the rows
    whose cells fit, told whether these are all rows, and returns what only the caller can see.
    It is told together with what does not fit; of a row that does not fit only once it does.

    Refuses in the order that `lotwarden.sheets.refusals` gives.
    """
    file = _file_shown(filename)
    if table.max_rows is not None:
        limits = dataclasses.replace(limits, max_rows=min(limits.max_rows, table.max_rows))
    if len(data) > limits.max_bytes:
        raise TooLarge(file=file, size=len(data), limit=limits.max_bytes)
    _check_content(data, file=file)

    problems = _Problems(file, limits.max_problems)
    if data.startswith(_ZIP):
        lines = _book_lines(Book(data, file=file, limits=limits), table, problems)
    else:
        text = delimited.decoded(data, table=table, file=file, encoding=encoding, limits=limits)
        lines = delimited.lines(text, table=table, file=file, limits=limits)
    if not lines:
        raise Empty(file=file)

    headings = _Headings(table, lines, problems)
    rows = [headings.row(line, zone=zone) for line in lines[1:]] if headings.columns else []
    if check is not None:
        fine = [row for row in rows if row.number not in problems.rows]
        problems.include(check(fine, len(fine) == len(rows) and not problems.rows))
    problems.refuse_if_any()
    if not rows:
        raise NoRows(file=file)
    return rows


Check = Callable[[Sequence["Row"], bool], Iterable[Problem]]
"""What a caller finds in rows that fit, given whether they are all rows of the file."""


class _Problems:
    """The first problems of a file, and the number of the others."""

    def __init__(self, file: str, most: int) -> None:
        self.file = file
        self._most = most
        self._kept: list[Problem] = []
        self._more = 0
        self.rows: set[int | None] = set()

    def add(self, row: int | None, column: str, value: str, why: Unfit) -> None:
        self.rows.add(row)
        if len(self._kept) < self._most:
            self._kept.append(_problem(self.file, row, column, value, why))
        else:
            self._more += 1

    def include(self, found: Iterable[Problem]) -> None:
        """Add what the caller found, in reading order with the rest."""
        for one in found:
            if len(self._kept) < self._most:
                self._kept.append(one)
            else:
                self._more += 1

    def refuse_if_any(self) -> None:
        if self._kept:
            listed = sorted(self._kept, key=lambda one: one.row or 0)
            raise SheetRefused(file=self.file, problems=listed, more=self._more)


class _Headings:
    """Which column of the file is which column of the table."""

    def __init__(self, table: Table, lines: Sequence[Line], problems: _Problems) -> None:
        self._table = table
        self._problems = problems
        self._file_headings = [shown(cell) for cell in lines[0].cells]
        self._row = lines[0].number
        self.columns: dict[int, Column] = {}
        known = table.by_key()
        for index, text in enumerate(self._file_headings):
            column = known.get(heading_key(text))
            if column is not None:
                self._claim(index, column)
        if not self.columns:
            first = next(filter(None, self._file_headings), "")
            problems.add(self._row, "", first, Unfit(_NO_HEADINGS, known=self._known()))
            return
        for column in table.columns:
            if column.required and column not in self.columns.values():
                why = Unfit(_MISSING, heading=column.heading)
                problems.add(self._row, column.heading, "", why)
        self._names = {one.name: self._file_headings[at] for at, one in self.columns.items()}
        self._check_strangers(lines)

    def row(self, line: Line, *, zone: tzinfo | None) -> Row:
        """Return the row; what does not fit is added to the problems and is None in it."""
        values: dict[str, Any] = {column.name: None for column in self._table.columns}
        assumed: set[str] = set()
        cells = {column.name: line.at(index) for index, column in self.columns.items()}
        for index, column in self.columns.items():
            cell = cells[column.name]
            try:
                found = fit(column, cell, zone=zone)
            except Unfit as why:
                heading = self._file_headings[index]
                self._problems.add(line.number, heading, shown(cell), why)
                continue
            values[column.name] = found.value
            if found.zone_assumed:
                assumed.add(column.name)
        return Row(line.number, values, frozenset(assumed), self._problems.file, self._names, cells)

    def _claim(self, index: int, column: Column) -> None:
        for other, taken in self.columns.items():
            if taken is column:
                first = self._file_headings[other]
                why = Unfit(_TWICE, heading=column.heading, first=first)
                self._problems.add(self._row, self._file_headings[index], "", why)
                return
        self.columns[index] = column

    def _check_strangers(self, lines: Sequence[Line]) -> None:
        """Add a problem for each column that has values and no heading that is known."""
        known = self._table.by_key()
        done = {at for at, text in enumerate(self._file_headings) if heading_key(text) in known}
        for line in lines[1:]:
            for index, cell in enumerate(line.cells):
                if cell is None or index in done:
                    continue
                done.add(index)
                heading = self._file_headings[index] if index < len(self._file_headings) else ""
                if not heading:
                    why = Unfit(_NO_HEADING, letter=_letters(index))
                    self._problems.add(line.number, "", shown(cell), why)
                    continue
                near = difflib.get_close_matches(heading_key(heading), known, n=1)
                why = (
                    Unfit(_NEAR, nearest=known[near[0]].heading)
                    if near
                    else Unfit(_UNKNOWN, known=self._known())
                )
                self._problems.add(self._row, heading, "", why)

    def _known(self) -> str:
        return ", ".join(column.heading for column in self._table.columns)


def _book_lines(book: Book, table: Table, problems: _Problems) -> list[Line]:
    """Return the lines of the sheet that is meant, and note a second one that could be."""
    if not book.titles:
        return []
    own = [one for one in book.titles if heading_key(one) == heading_key(table.title)]
    meant = own[0] if own else book.titles[0]
    known = table.by_key()
    required = {column.name for column in table.columns if column.required}
    for title in book.titles:
        first = None if title == meant else book.first_line(title)
        if first is not None:
            keys = {heading_key(shown(cell)) for cell in first.cells}
            names = {known[key].name for key in keys & known.keys()}
            if names and names >= required:
                why = Unfit(_SECOND_SHEET, read=meant)
                problems.add(first.number, "", title, why)
    return book.lines(meant)


def _check_content(data: bytes, *, file: str) -> None:
    """Refuse what is recognised by its first bytes as something that is not read."""
    if data.startswith(_OLE):
        if _ENCRYPTED in data:
            raise OldFormat(file=file, what=N_("protected with a password"))
        raise OldFormat(file=file, what=N_("an old Excel file (.xls) or another old document"))
    for beginning, what in _KNOWN_CONTENT:
        if data.startswith(beginning):
            raise NotASpreadsheet(file=file, what=what)


def _file_shown(filename: str) -> str:
    """Return the last part of the name, on one line and not too long."""
    last = re.split(r"[/\\]", filename)[-1]
    text = "".join(one if one.isprintable() else "?" for one in last).strip()
    return text[:_FILE_CHARACTERS] or "the file"


def _problem(file: str, row: int | None, column: str, value: str, why: Unfit) -> Problem:
    return Problem(
        file=file,
        row=row,
        column=column,
        value=value,
        message=str(why),
        template=why.template,
        data=why.data,
    )


def _letters(index: int) -> str:
    """Return the letters above a column: A, B … Z, AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
