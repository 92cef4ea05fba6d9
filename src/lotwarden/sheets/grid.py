"""What the two formats have in common: numbered lines of cells as they stand in the file."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import NamedTuple

from lotwarden.core.errors import N_

IS_ERROR = N_("Is an error value of the spreadsheet program. Write the value itself.")
IS_FORMULA = N_("Is a formula whose result is not in the file. Write the value itself.")
IS_LONG = N_("Is longer than {limit} characters.")

_SHOWN_CHARACTERS = 60

# White space of every script, and the marks that are not seen at all.
_SPACES = "".join(chr(code) for code in range(0x3001) if chr(code).isspace())
_UNSEEN = "\u200b\u200e\u200f\u2060\ufeff"


class Unfit(Exception):
    """The cell does not fit; `template` with `data` is the message."""

    def __init__(self, template: str, **data: object) -> None:
        self.template = template
        self.data = data
        super().__init__(template.format_map(data))


class RawCell(NamedTuple):
    """A cell that is not empty; `flaw` says what is wrong with it in any column."""

    value: object
    number_format: str = "General"
    flaw: Unfit | None = None


class Line(NamedTuple):
    """A row with something in it; `number` is the one beside it in the spreadsheet program."""

    number: int
    cells: tuple[RawCell | None, ...]

    def at(self, index: int) -> RawCell | None:
        """Return the cell in that column, if the line is so long."""
        return self.cells[index] if index < len(self.cells) else None


def trimmed(text: str) -> str:
    """Return `text` with plain line breaks, and no white space or unseen marks at its ends."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip(_SPACES + _UNSEEN)


def shown(cell: RawCell | None) -> str:
    """Return what a person sees in the cell, shortened to a line."""
    value = None if cell is None else cell.value
    if value is None:
        return ""
    if isinstance(value, bool):
        text = "TRUE" if value else "FALSE"
    elif isinstance(value, float):
        text = format(value, ".15g").upper()
    elif isinstance(value, datetime):
        text = value.isoformat(" ", "seconds").removesuffix(" 00:00:00")
    elif isinstance(value, date | time):
        text = value.isoformat()
    else:
        text = " ".join(str(value).split())
    return text if len(text) <= _SHOWN_CHARACTERS else text[: _SHOWN_CHARACTERS - 1] + "…"
