"""The cells of a text file: RFC 4180 with commas, semicolons or tabs.

Encoding.  A byte order mark decides (UTF-8 or UTF-16); else the encoding that the person
chose; else the text is UTF-8 or it is `EncodingUnknown`.  It is never guessed: short Chinese
or Western text decodes as many things, and only a reader can see which is right.

Delimiter.  The one with which the headings of the required columns appear, then the one with
which most known headings do.  A first line `sep=;`, which Excel writes and hides, is skipped.

Apostrophe.  `lotwarden.sheets.writing` puts ' before a text that a spreadsheet program would
take for a formula, and here one ' before such a text is taken away again.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator

from lotwarden.core.errors import N_
from lotwarden.sheets.grid import IS_LONG, Line, RawCell, Unfit, trimmed
from lotwarden.sheets.limits import Limits
from lotwarden.sheets.refusals import (
    EncodingUnknown,
    EncodingUnsupported,
    EncodingWrong,
    NotASpreadsheet,
    Problem,
    SheetRefused,
    TooManyColumns,
    TooManyRows,
)
from lotwarden.sheets.tables import Table, heading_key

ENCODINGS = ("gb18030", "cp1252")  # what a person can choose from when a file is not UTF-8
DELIMITERS = (",", ";", "\t")
# What `writing` puts an apostrophe before.
GUARDED = re.compile(r"'*[=+\-@\uff1d\uff0b\uff0d\uff20\t\r\n]")

_QUOTES = N_(
    "The quotes do not match. A quoted value begins and ends with a quote, "
    "and a quote inside it is doubled."
)
_LONG = N_("A value is longer than is read. Perhaps a quote is opened and not closed.")
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_MARKUP = ("<!doctype", "<html", "<?xml", "<table", "<head", "<meta")
_BINARY = N_("neither a workbook nor text")


def decoded(data: bytes, *, table: Table, file: str, encoding: str | None, limits: Limits) -> str:
    """Return the text of the file.

    Refuses, first match wins:
        sheets.encoding_unsupported: the chosen encoding is not offered.
        sheets.encoding_wrong: the bytes are no text in the chosen encoding.
        sheets.encoding_unknown: not UTF-8, and no encoding was chosen.
        sheets.not_a_spreadsheet: no text in any encoding, or text of another kind.
    """
    chosen = None if encoding is None else _known(encoding)
    for mark, name in _MARKS:
        if data.startswith(mark):
            data, chosen = data.removeprefix(mark), name
            break
    else:
        if b"\0" in data:  # UTF-16 without its mark, or no text at all
            raise NotASpreadsheet(file=file, what=_BINARY)
    try:
        text = data.decode(chosen or "utf-8")
    except UnicodeDecodeError as why:
        if chosen is not None:
            position = why.start + 1
            raise EncodingWrong(file=file, encoding=chosen, position=position) from None
        previews = _previews(data, table=table, limits=limits)
        if not previews:
            raise NotASpreadsheet(file=file, what=_BINARY) from None
        raise EncodingUnknown(file=file, previews=previews) from None
    if "\0" in text:
        raise NotASpreadsheet(file=file, what=_BINARY)
    if text[:200].lstrip().lower().startswith(_MARKUP):
        raise NotASpreadsheet(file=file, what=N_("a web page or XML"))
    return text


def lines(text: str, *, table: Table, file: str, limits: Limits) -> list[Line]:
    """Return the lines that have anything in them, numbered as a spreadsheet shows them."""
    text = re.sub(r"\Asep=[,;\t]\r?\n", "", text)
    found: list[Line] = []
    number = 0
    try:
        for number, record in enumerate(_records(text, _delimiter(text, table)), start=1):
            cells = [_cell(value, limits=limits) for value in record]
            while cells and cells[-1] is None:
                cells.pop()
            if len(cells) > limits.max_columns:
                raise TooManyColumns(file=file, row=number, limit=limits.max_columns)
            if cells:
                found.append(Line(number, tuple(cells)))
            if len(found) > limits.max_rows + 1:
                raise TooManyRows(file=file, limit=limits.max_rows)
    except csv.Error as why:
        message = _LONG if "field larger" in str(why) else _QUOTES
        problem = Problem(
            file=file, row=number + 1, column="", value="", message=message, template=message
        )
        raise SheetRefused(file=file, problems=[problem]) from None
    return found


def _known(encoding: str) -> str:
    """Return Python's name of the encoding, if it is one that is read here."""
    offered = ("utf-8", *ENCODINGS)
    try:
        name = codecs.lookup(encoding).name
    except (LookupError, ValueError):
        name = ""
    if name not in offered:
        raise EncodingUnsupported(encoding=encoding[:40], offered=", ".join(offered))
    return name


def _previews(data: bytes, *, table: Table, limits: Limits) -> list[tuple[str, list[list[str]]]]:
    """Return the first rows in each encoding in which the whole file is text."""
    previews = []
    for name in ENCODINGS:
        try:
            text = data.decode(name)
        except UnicodeDecodeError:
            continue
        rows: list[list[str]] = []
        try:
            for record in _records(text, _delimiter(text, table)):
                if len(rows) == limits.preview_rows:
                    break
                if any(map(str.strip, record)):
                    wanted = record[: limits.preview_columns]
                    rows.append([value[: limits.preview_characters] for value in wanted])
        except csv.Error:
            pass  # the rows before it are enough to see whether the text reads right
        previews.append((name, rows))
    return previews


def _records(text: str, delimiter: str) -> Iterator[list[str]]:
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)


def _delimiter(text: str, table: Table) -> str:
    """Return the delimiter with which most of the table's headings appear, required first."""
    columns = table.by_key()
    required = {one.name for one in table.columns if one.required}

    def appearing(delimiter: str) -> tuple[int, int]:
        names = {
            columns[key].name
            for key in map(heading_key, _first_record(text, delimiter))
            if key in columns
        }
        return len(names & required), len(names)

    return max(DELIMITERS, key=appearing)  # the first of equals: the comma


def _first_record(text: str, delimiter: str) -> list[str]:
    """Return the first record with anything in it, if there is one that can be read."""
    try:
        for record in _records(text, delimiter):
            if any(map(str.strip, record)):
                return record
    except csv.Error:
        pass  # not with this delimiter
    return []


def _cell(value: str, *, limits: Limits) -> RawCell | None:
    if value[:1] == "'" and GUARDED.match(value):
        value = value[1:]
    if len(value) > limits.max_cell_characters:
        return RawCell(value[:100], flaw=Unfit(IS_LONG, limit=limits.max_cell_characters))
    text = trimmed(value)
    return RawCell(text) if text else None
