"""Why an uploaded spreadsheet is not loaded.

    Refusal
      SheetRefused         sheets.refused               some cells or headings do not fit
      NotASpreadsheet      sheets.not_a_spreadsheet     the content is something else
      OldFormat            sheets.old_format            a spreadsheet, in a form not read here
      Damaged              sheets.damaged               begins as .xlsx and cannot be read on
      Empty                sheets.empty                 nothing in it, not even headings
      NoRows               sheets.no_rows               headings, and nothing under them
      EncodingUnknown      sheets.encoding_unknown      not UTF-8: the person chooses
      EncodingUnsupported  sheets.encoding_unsupported  an encoding that is not offered
      EncodingWrong        sheets.encoding_wrong        the chosen encoding does not decode it
      TooLarge             sheets.too_large             more bytes than are read
      UnpacksTooLarge      sheets.unpacks_too_large     small, but large when unpacked
      TooManyRows          sheets.too_many_rows
      TooManyColumns       sheets.too_many_columns
      ExportTooLong        sheets.export_too_long       more rows than a sheet can hold

Order, first match wins: too large; not a spreadsheet, old format, damaged, unpacks too
large; encoding; empty; too many columns or rows; refused; no rows.  All but `SheetRefused`
are about the file as a whole.  That names every cell that does not fit, at once, and nothing
of the file has been loaded then.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from lotwarden.core.errors import N_, Refusal

_AND_MORE = N_("and {more} more")


@dataclass(frozen=True)
class Problem:
    """One thing to correct: where it is, what stands there, and what to write instead.

    `row` is the number beside the row in the spreadsheet program, `column` the heading as it
    stands in the file, `value` what the cell shows.  `message` is `template` with `data` put
    in; a shell that translates uses those two.
    """

    file: str
    row: int | None
    column: str
    value: str
    message: str
    template: str = field(default="", compare=False)
    data: Mapping[str, object] = field(default_factory=dict, compare=False)

    def __str__(self) -> str:
        row = "" if self.row is None else f"row {self.row}"
        value = f'"{self.value}"' if self.value else ""
        where = ", ".join(part for part in (self.file, row, self.column, value) if part)
        return f"{where}: {self.message}"


class SheetRefused(Refusal):
    """Some cells or headings do not fit; nothing was loaded.

    `problems` are the first `max_problems` of the file in reading order, `more` how many
    follow.  A context raises it too, with problems made by `Row.problem`.
    """

    code = "sheets.refused"
    template = N_("{file} is not loaded; to correct: {count}\n{listed}")
    remedy = N_("Correct these cells in {file} and upload it again; nothing of it was loaded.")

    def __init__(self, *, file: str, problems: Sequence[Problem], more: int = 0) -> None:
        assert problems, "a refused sheet has a problem"
        self.problems = list(problems)
        self.more = more
        lines = [str(one) for one in problems]
        if more:
            lines.append(_AND_MORE.format(more=f"{more:,}"))
        super().__init__(
            file=file, count=len(problems) + more, listed="\n".join(lines), problems=lines
        )


class NotASpreadsheet(Refusal):
    """What the file holds, whatever its name says, is not a spreadsheet."""

    code = "sheets.not_a_spreadsheet"
    template = N_("{file} is not a spreadsheet: it is {what}.")
    remedy = N_("Open it in a spreadsheet program and save it as .xlsx or .csv.")


class OldFormat(Refusal):
    """A spreadsheet in a form that is not read here: old, binary, or under a password."""

    code = "sheets.old_format"
    template = N_("{file} cannot be read: it is {what}.")
    remedy = N_("Open it in a spreadsheet program and save as .xlsx or .csv, without a password.")


class Damaged(Refusal):
    """The file begins as an .xlsx workbook and does not go on as one."""

    code = "sheets.damaged"
    template = N_("{file} begins as an .xlsx workbook, but is damaged or incomplete.")
    remedy = N_("Open it in a spreadsheet program, save it anew as .xlsx, and upload that.")


class Empty(Refusal):
    """No row has anything in it."""

    code = "sheets.empty"
    template = N_("{file} is empty: it has no headings and no rows.")
    remedy = N_("Fill in the template and upload it; other sheets and hidden ones are not read.")


class NoRows(Refusal):
    """There are headings, and nothing under them."""

    code = "sheets.no_rows"
    template = N_("{file} has headings and no rows: there is nothing to load.")
    remedy = N_("Fill in the rows under the headings, save the file and upload it.")


class EncodingUnknown(Refusal):
    """The text is not UTF-8, and nothing in the file says what it is; it is never guessed.

    `previews` shows the first rows in each encoding that could be meant.
    """

    code = "sheets.encoding_unknown"
    template = N_("{file} is not UTF-8, and it does not say which encoding it has.")
    remedy = N_("Choose the encoding in which the text reads right: {offered}.")

    def __init__(self, *, file: str, previews: list[tuple[str, list[list[str]]]]) -> None:
        self.previews = previews
        offered = ", ".join(name for name, _ in previews)
        super().__init__(file=file, offered=offered, previews=previews)


class EncodingUnsupported(Refusal):
    """The chosen encoding is none of those that are read here."""

    code = "sheets.encoding_unsupported"
    template = N_("{encoding} is not an encoding that is read here.")
    remedy = N_("Choose one of {offered}, or save the file as .xlsx.")


class EncodingWrong(Refusal):
    """The file's bytes are no text in the chosen encoding."""

    code = "sheets.encoding_wrong"
    template = N_("{file} cannot be read as {encoding}: byte {position} does not fit.")
    remedy = N_("Choose another encoding, or save the file as .xlsx.")


class TooLarge(Refusal):
    """More bytes than are read."""

    code = "sheets.too_large"
    template = N_("{file} has {size} bytes; at most {limit} are read.")
    remedy = N_("Remove pictures and sheets that are not needed, or upload it in parts.")


class UnpacksTooLarge(Refusal):
    """The workbook is a small file that unpacks into something large."""

    code = "sheets.unpacks_too_large"
    template = N_("{file} unpacks to more than {limit} {unit}, which is more than is read.")
    remedy = N_("Copy the rows alone into a new workbook, or save the sheet as .csv.")


class TooManyRows(Refusal):
    """More rows than are read at once."""

    code = "sheets.too_many_rows"
    template = N_("{file} has more than {limit} rows.")
    remedy = N_("Upload it in parts of at most {limit} rows.")


class TooManyColumns(Refusal):
    """A cell far to the right has something in it."""

    code = "sheets.too_many_columns"
    template = N_("{file} has something in row {row} beyond column {limit}.")
    remedy = N_("Remove the columns that are not in the template.")


class ExportTooLong(Refusal):
    """More rows than one sheet of a spreadsheet program can hold."""

    code = "sheets.export_too_long"
    template = N_("{title} has more than the {limit} rows that a sheet can hold.")
    remedy = N_("Narrow the export, for example to one lot or one month.")
