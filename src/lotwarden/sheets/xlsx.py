"""The cells of an .xlsx workbook, read by openpyxl from a copy that is safe to give it.

An .xlsx file is a zip of XML parts.  Only the parts that hold cells are copied, every byte
counted as it is unpacked (a zip's own sizes may lie), and the copy is given to openpyxl in
read-only mode; its XML goes through defusedxml, so entities are refused.  Before that:

- parts are UTF-8, a name occurs once, and each sheet is named once, since openpyxl would
  read a sheet again for every mention;
- tags are counted, because a tag costs more in memory than in the file.

Macros, pictures, charts, links, hidden sheets and hidden rows play no part: hidden sheets
are not read, hidden rows are.  A formula counts as the result that the spreadsheet program
saved; a formula without one is flagged.  A merged range has its value in its first cell.
"""

from __future__ import annotations

import io
import itertools
import posixpath
import re
import warnings
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from typing import Any

import openpyxl
from defusedxml import ElementTree
from openpyxl.formula.tokenizer import TokenizerError
from openpyxl.formula.translate import TranslatorError
from openpyxl.utils.exceptions import CellCoordinatesException, InvalidFileException

from lotwarden.core.errors import N_
from lotwarden.sheets.grid import (
    IS_ERROR,
    IS_FORMULA,
    IS_LONG,
    Line,
    RawCell,
    Unfit,
    trimmed,
)
from lotwarden.sheets.limits import SHEET_ROWS_MAX, Limits
from lotwarden.sheets.refusals import (
    Damaged,
    NotASpreadsheet,
    OldFormat,
    TooManyColumns,
    TooManyRows,
    UnpacksTooLarge,
)

assert openpyxl.DEFUSEDXML, "openpyxl reads uploads only with defusedxml"

# openpyxl warns of parts of a workbook that it does not keep; nothing is kept here.
warnings.filterwarnings("ignore", category=UserWarning, module=r"openpyxl\.")

# What zipfile, zlib, expat and openpyxl raise for a file that contradicts itself.
_DAMAGE = (
    ArithmeticError,
    AttributeError,
    CellCoordinatesException,
    EOFError,
    InvalidFileException,
    LookupError,
    NotImplementedError,
    OSError,
    RecursionError,
    SyntaxError,
    TokenizerError,
    TranslatorError,
    TypeError,
    ValueError,
    zipfile.BadZipFile,
    zlib.error,
)
_CONTENT_TYPES = "[Content_Types].xml"
_WORKBOOK = "xl/workbook.xml"
_RELATIONS = "xl/_rels/workbook.xml.rels"
_NEEDED = re.compile(
    r"\[Content_Types\]\.xml|xl/workbook\.xml|xl/_rels/workbook\.xml\.rels|xl/styles\.xml"
    r"|(?i:xl/sharedStrings\.xml)|(?i:xl/worksheets)/[^/]+\.xml"
)
_OTHERS = {  # a member that only this kind of zip has
    "xl/workbook.bin": (OldFormat, N_("a binary workbook (.xlsb)")),
    "content.xml": (OldFormat, N_("an OpenDocument file")),
    "word/document.xml": (NotASpreadsheet, N_("a text document")),
    "ppt/presentation.xml": (NotASpreadsheet, N_("a presentation")),
}
_FIRST_ROWS = 1_000
_CHUNK_BYTES = 65_536
_CELL_TAG = re.compile(rb"<(?:\w+:)?(?:row|c|v|is|t|f|si)[\s/>]")
_DECLARED = re.compile(rb"<\?xml[^>]*?encoding\s*=\s*[\"']([\w.-]+)[\"']")
_STRICT = b"http://purl.oclc.org/ooxml/"
_ESCAPE = re.compile("_x005F_|_x000D_")


class Book:
    """The visible sheets of one uploaded workbook."""

    def __init__(self, data: bytes, *, file: str, limits: Limits) -> None:
        self._file = file
        self._limits = limits
        parts = _unpacked(data, file=file, limits=limits)
        _check_structure(parts, file=file)
        self._copy = _packed(parts)
        self._texts: dict[str, str] = {}
        self._book = _opened(self._copy, file=file, with_results=False)
        sheets = self._book.worksheets
        self.titles = [one.title for one in sheets if one.sheet_state == "visible"]
        if len(set(self.titles)) != len(self.titles):
            raise Damaged(file=file)

    def first_line(self, title: str) -> Line | None:
        """Return the first line with anything in it, if the sheet begins with one."""
        for number, row in itertools.islice(self._rows(self._book[title]), _FIRST_ROWS):
            line = self._line(number, row, {})
            if line is not None:
                return line
        return None

    def lines(self, title: str) -> list[Line]:
        """Return the lines of that sheet that have anything in them."""
        formulas: dict[int, set[int]] = {}
        lines = self._lines(self._book[title], formulas)
        if not formulas:
            return lines
        book = _opened(self._copy, file=self._file, with_results=True)
        return self._lines(book[title], formulas)

    def _lines(self, sheet: Any, formulas: dict[int, set[int]]) -> list[Line]:
        """Return the lines, and note where formulas are where the sheet still has them."""
        first_pass = not formulas
        lines: list[Line] = []
        uncounted = 0
        for number, row in self._rows(sheet):
            if first_pass:
                there = {at for at, cell in enumerate(row) if cell.data_type == "f"}
                if there:
                    formulas[number] = there
                    uncounted += 1  # perhaps all its results are empty: the next pass knows
            line = self._line(number, row, {} if first_pass else formulas)
            if line is not None:
                lines.append(line)
                if len(line.cells) > self._limits.max_columns:
                    limit = self._limits.max_columns
                    raise TooManyColumns(file=self._file, row=number, limit=limit)
                if len(lines) - uncounted > self._limits.max_rows + 1:
                    raise TooManyRows(file=self._file, limit=self._limits.max_rows)
        return lines

    def _rows(self, sheet: Any) -> Iterator[tuple[int, tuple[Any, ...]]]:
        """Yield openpyxl's rows with their numbers, as many as a sheet can have."""
        sheet.reset_dimensions()  # what the sheet says of its size may be wrong
        rows = sheet.iter_rows()
        cells = 0
        for number in range(1, SHEET_ROWS_MAX + 2):
            try:
                row = next(rows, None)
            except _DAMAGE:
                raise Damaged(file=self._file) from None
            if row is None:
                return
            if number > SHEET_ROWS_MAX:
                raise Damaged(file=self._file)
            cells += len(row)
            if cells > self._limits.max_cells:
                raise UnpacksTooLarge(
                    file=self._file, limit=self._limits.max_cells, unit=N_("cells")
                )
            yield number, row

    def _line(
        self, number: int, row: tuple[Any, ...], formulas: Mapping[int, set[int]]
    ) -> Line | None:
        """Return the line, or nothing where no cell of the row has anything in it."""
        there = formulas.get(number, ())
        cells = [
            None if cell.value is None and at not in there else self._cell(cell)
            for at, cell in enumerate(row)
        ]
        while cells and cells[-1] is None:
            cells.pop()
        return Line(number, tuple(cells)) if cells else None

    def _cell(self, cell: Any) -> RawCell | None:
        value, kind = cell.value, cell.data_type
        if value is None:
            # openpyxl leaves the type "str" on a formula whose saved result is an empty text.
            return None if kind == "str" else RawCell(None, flaw=Unfit(IS_FORMULA))
        if kind == "e":
            return RawCell(value, flaw=Unfit(IS_ERROR))
        if not isinstance(value, str):
            return RawCell(value, cell.number_format or "General")
        limit = self._limits.max_cell_characters
        if len(value) > limit:
            return RawCell(value[:100], flaw=Unfit(IS_LONG, limit=limit))
        text = self._texts.get(value)
        if text is None:  # a shared text is trimmed once, however many cells show it
            text = self._texts[value] = trimmed(_ESCAPE.sub(_unescaped, value))
        return RawCell(text) if text else None


def _unescaped(match: re.Match[str]) -> str:
    """Return what Excel means by the escape: a carriage return, or a literal underscore."""
    return "\n" if match[0] == "_x000D_" else "_"


def _opened(copy: bytes, *, file: str, with_results: bool) -> Any:
    """Return openpyxl's view of the copy: with formulas as such, or with their results."""
    try:
        return openpyxl.load_workbook(
            io.BytesIO(copy), read_only=True, data_only=with_results, keep_links=False
        )
    except _DAMAGE:
        raise Damaged(file=file) from None


def _unpacked(data: bytes, *, file: str, limits: Limits) -> dict[str, bytes]:
    """Return the parts that hold cells, after as many bytes and tags as are allowed."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except _DAMAGE:
        raise Damaged(file=file) from None
    members = archive.infolist()
    names = [one.filename for one in members]
    if _CONTENT_TYPES not in names or _WORKBOOK not in names:
        for name, (refusal, what) in _OTHERS.items():
            if name in names:
                raise refusal(file=file, what=what)
        raise NotASpreadsheet(file=file, what=N_("an archive without a workbook in it"))
    if len(members) > limits.max_zip_members:
        raise UnpacksTooLarge(file=file, limit=limits.max_zip_members, unit=N_("parts"))
    if len(set(names)) != len(names):
        raise Damaged(file=file)

    parts: dict[str, bytes] = {}
    left = limits.max_unzipped_bytes
    for member in members:
        if _NEEDED.fullmatch(member.filename):
            if member.flag_bits & 0x1:
                raise OldFormat(file=file, what=N_("protected with a password"))
            part = _unpacked_member(archive, member, file=file, most_bytes=left)
            if part is None:
                limit = limits.max_unzipped_bytes
                raise UnpacksTooLarge(file=file, limit=limit, unit=N_("bytes"))
            left -= len(part)
            parts[member.filename] = part
    _check_parts(parts, file=file, limits=limits)
    return parts


def _unpacked_member(
    archive: zipfile.ZipFile, member: zipfile.ZipInfo, *, file: str, most_bytes: int
) -> bytes | None:
    """Return the member, or None once it is larger than `most_bytes`."""
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise Damaged(file=file)
    part = bytearray()
    try:
        with archive.open(member) as source:
            while chunk := source.read(_CHUNK_BYTES):
                part += chunk
                if len(part) > most_bytes:
                    return None
    except _DAMAGE:
        raise Damaged(file=file) from None
    return bytes(part)


def _check_parts(parts: Mapping[str, bytes], *, file: str, limits: Limits) -> None:
    """Refuse parts that are not UTF-8 XML, and more tags than openpyxl should hold."""
    cell_tags = other_tags = 0
    for name, part in parts.items():
        declared = _DECLARED.search(part[:200])
        if (
            not part.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<")
            or b"\0" in part
            or (declared is not None and declared[1].lower() not in (b"utf-8", b"us-ascii"))
        ):
            raise Damaged(file=file)
        tags = part.count(b"<") - part.count(b"</")
        of_cells = 0
        if name not in (_CONTENT_TYPES, _WORKBOOK, _RELATIONS, "xl/styles.xml"):
            of_cells = sum(1 for _ in _CELL_TAG.finditer(part))
        cell_tags += of_cells
        other_tags += tags - of_cells
    if cell_tags > limits.max_cell_tags:
        raise UnpacksTooLarge(file=file, limit=limits.max_cell_tags, unit=N_("cell tags"))
    if other_tags > limits.max_other_tags:
        raise UnpacksTooLarge(file=file, limit=limits.max_other_tags, unit=N_("format tags"))


def _check_structure(parts: Mapping[str, bytes], *, file: str) -> None:
    """Refuse a workbook whose parts do not name each other exactly once, as ours must."""
    if _STRICT in parts[_WORKBOOK]:
        raise OldFormat(file=file, what=N_("a workbook in the strict variant of .xlsx"))
    try:
        books = [
            one.get("PartName")
            for one in ElementTree.fromstring(parts[_CONTENT_TYPES])
            if (one.get("ContentType") or "").endswith(".main+xml") and one.get("PartName")
        ]
        sheets = [
            value
            for one in ElementTree.fromstring(parts[_WORKBOOK]).iter()
            if one.tag.endswith("}sheet")
            for key, value in one.attrib.items()
            if key.endswith("}id")
        ]
        relations = list(ElementTree.fromstring(parts[_RELATIONS]))
        targets = [
            posixpath.normpath(posixpath.join("/xl", one.attrib["Target"]))[1:] for one in relations
        ]
        read = [one.attrib["Type"].endswith("/worksheet") for one in relations]
    except _DAMAGE:
        raise Damaged(file=file) from None
    is_sound = (
        books in ([], ["/" + _WORKBOOK])
        and len(set(sheets)) == len(sheets)
        and len(set(targets)) == len(targets)
        and len({one.get("Id") for one in relations}) == len(relations)
        and all(one in parts for one, is_read in zip(targets, read, strict=True) if is_read)
    )
    if not is_sound:
        raise Damaged(file=file)


def _packed(parts: Mapping[str, bytes]) -> bytes:
    """Return a zip of the parts, whose sizes are true."""
    copy = io.BytesIO()
    with zipfile.ZipFile(copy, "w", zipfile.ZIP_STORED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return copy.getvalue()
