"""A table described once: for reading an upload, for its template and for its notes.

A *column* has a name (the program's word), a heading (the person's word) and a kind (what
its values are).  What the values *mean* belongs to the context that declares the table;
this module only says what fits.

Headings are matched without regard to case, spaces, underscores, full-width letters and a
mark such as `*` or `:` at the end.  Name, heading and aliases of a column all count, and no
two columns of one table may share any of them: that is a fault of the declaration.
"""

from __future__ import annotations

import re
from dataclasses import KW_ONLY, dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

Value = str | int | Decimal | date | datetime | bool | None

# Full-width letters, digits and signs, as Chinese input methods write them, to plain ones.
_NARROW = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}


class Kind(StrEnum):
    """What the values of a column are."""

    TEXT = "text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    DATE = "date"
    DATETIME = "datetime"
    BOOLEAN = "boolean"
    CHOICE = "choice"
    SERIAL = "serial"
    CURRENCY = "currency"
    COUNTRY = "country"
    EMAIL = "email"


def narrow(text: str) -> str:
    """Return `text` with full-width letters, digits and signs made plain."""
    return text.translate(_NARROW)


def heading_key(text: str) -> str:
    """Return what two spellings of one heading have in common.

    >>> heading_key(" Lot  No.: ") == heading_key("lot_no")
    True
    """
    return re.sub(r"[\s_]+", "", narrow(text)).casefold().rstrip("*:.")


@dataclass(frozen=True)
class Column:
    """One column.  A choice is a word, or a word followed by other spellings of it.

    `minimum` and `maximum` are for numbers and dates and include the bound itself.
    A required column has an example: it becomes the example row of the template.
    """

    name: str
    kind: Kind
    _: KW_ONLY
    required: bool = True
    title: str = ""
    aliases: tuple[str, ...] = ()
    description: str = ""
    example: Value = None
    choices: tuple[str | tuple[str, ...], ...] = ()
    minimum: int | Decimal | date | None = None
    maximum: int | Decimal | date | None = None
    max_length: int | None = None

    def __post_init__(self) -> None:
        assert self.name, "a column has a name"
        assert self.choices or self.kind is not Kind.CHOICE, f"{self.name} has no choices"
        assert self.example is not None or not self.required, f"{self.name} has no example"
        bounded = (Kind.INTEGER, Kind.DECIMAL, Kind.DATE)
        bounds = (self.minimum, self.maximum)
        assert self.kind in bounded or bounds == (None, None), f"{self.name} has no order"
        if self.choices and self.example is not None:
            assert self.example in self.words, f"{self.name}: {self.example} is no choice"

    @property
    def heading(self) -> str:
        """Return what the template writes above this column."""
        return self.title or self.name

    @property
    def words(self) -> tuple[str, ...]:
        """Return the choices, each in the one spelling that is stored."""
        return tuple(one if isinstance(one, str) else one[0] for one in self.choices)

    @property
    def keys(self) -> frozenset[str]:
        """Return the keys of all headings that mean this column."""
        return frozenset(map(heading_key, (self.name, self.heading, *self.aliases)))


@dataclass(frozen=True)
class Table:
    """The columns that belong together; `title` is also the name of the sheet that is read."""

    name: str
    title: str
    columns: tuple[Column, ...]
    max_rows: int | None = None

    def __post_init__(self) -> None:
        assert self.columns, f"{self.name} has no columns"
        owners: dict[str, str] = {}
        for column in self.columns:
            for key in column.keys:
                other = owners.setdefault(key, column.name)
                assert other == column.name, f"{other} and {column.name} share the heading {key}"
        assert len({one.name for one in self.columns}) == len(self.columns), "a name used twice"

    def by_key(self) -> dict[str, Column]:
        """Return the column that each known heading's key means."""
        return {key: column for column in self.columns for key in column.keys}
