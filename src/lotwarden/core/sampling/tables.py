"""The master tables of single sampling, written as the rule they follow.

A *code letter* stands for a sample size; the lot size and the inspection level choose it.
Letters and AQLs are steps of one preferred-number series, so a cell of a master table
depends on its *diagonal*: the step of the letter plus the step of the AQL.  Along a
diagonal the expected number of nonconforming units in the sample stays the same, and so
do Ac and Re.  Each table is therefore one line: what the diagonals hold, from the first
that holds a plan to the last.  A diagonal holds a plan or an *arrow*, which sends the
reader to the nearest plan of its column, and that plan's own sample size is used.

Three things are not diagonal, and each is named where it stands below: from letter F on
the tables end at diagonal 24; letters A and B of reduced inspection share the sample size
of C; and MIL-STD-105E leaves out one cell of tightened inspection.

How far to trust the cells.  Code letters rest on five or six sources that agree.  Every
cell of MIL-STD-105E / ANSI Z1.4 rests on two or more.  Of ISO 2859-1:1999, normal and
tightened rest on two or more; of the reduced table, 212 of the 416 cells rest on a single
source (GB/T 2828.1-2012, the Chinese adoption): those that differ from MIL-STD-105E at an
AQL other than 1.0, 4.0 and 10.  A second source confirms the 39 that differ at these.

The module is pure, and each table is built once, when it is first asked for.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, NamedTuple, TypeAlias

from lotwarden.core.sampling.refusals import (
    LotSizeNotWhole,
    LotTooSmall,
    UnknownLevel,
    UnknownSeverity,
    UnknownStandard,
    shown,
)
from lotwarden.core.sampling.series import AQLS

STANDARDS: Final = ("iso2859-1", "z1.4")
"""ISO 2859-1:1999, and MIL-STD-105E, whose tables ANSI/ASQ Z1.4 prints unchanged."""

SEVERITIES: Final = ("normal", "tightened", "reduced")

LETTERS: Final = "ABCDEFGHJKLMNPQR"
"""The code letters a lot can have.  An arrow of tightened inspection may lead past them, to S."""

_ALL_LETTERS: Final = LETTERS + "S"

LOT_SIZE_MIN: Final = 2

# The last lot size of each row of the table of code letters; the row after them is open.
_LOT_SIZE_LAST: Final = (
    *(8, 15, 25, 50, 90, 150, 280, 500),
    *(1_200, 3_200, 10_000, 35_000, 150_000, 500_000),
)

# One letter for each row.  Level II is the letters in turn and III is one step ahead of it.
_LETTERS_OF_LEVEL: Final = {
    "S-1": "AAAABBBBCCCCDDD",
    "S-2": "AAABBBCCCDDDEEE",
    "S-3": "AABBCCDDEEFFGGH",
    "S-4": "AABCCDEEFGGHJJK",
    "I": "AABCCDEFGHJKLMN",
    "II": "ABCDEFGHJKLMNPQ",
    "III": "BCDEFGHJKLMNPQR",
}

LEVELS: Final = tuple(_LETTERS_OF_LEVEL)

SAMPLE_SIZES: Final = (
    *(2, 3, 5, 8, 13, 20, 32, 50, 80, 125),
    *(200, 315, 500, 800, 1_250, 2_000, 3_150),
)

# Reduced inspection takes the sample size of the letter two steps before; the series has
# nothing below 2, so A and B take 2 as C does.
_REDUCED_SAMPLE_SIZES: Final = (2, 2, *SAMPLE_SIZES[:-2])

# A line of a table holds plans, as "Ac/Re", and the arrows "up" and "down".
_Line: TypeAlias = tuple[str, ...]

# What the diagonals of a table hold, the first with a plan coming first.  Those before it
# point down, to a larger sample; those after the last point up.
_NORMAL: Final = (14, "0/1 up down 1/2 2/3 3/4 5/6 7/8 10/11 14/15 21/22 30/31 44/45")
_TIGHTENED: Final = (15, "0/1 down down 1/2 2/3 3/4 5/6 8/9 12/13 18/19 27/28 41/42")
_DIAGONALS: Final = {
    ("iso2859-1", "normal"): _NORMAL,
    ("iso2859-1", "tightened"): _TIGHTENED,
    ("iso2859-1", "reduced"): (
        *(14, "0/1 up down down 1/2 2/3 3/4 5/6 6/7 8/9 10/11 14/15 21/22"),
    ),
    ("z1.4", "normal"): _NORMAL,
    ("z1.4", "tightened"): _TIGHTENED,
    # Re leaves a gap above Ac here: MIL-STD-105E then accepts the lot and ends reduced
    # inspection (Z1.4, 10.1.4).  ISO 2859-1 closed the gap in 1999.
    ("z1.4", "reduced"): (14, "0/1 up down 0/2 1/3 1/4 2/5 3/6 5/8 7/10 10/13 14/17 21/24"),
}

# From letter F on no plan has more than the Ac of this diagonal; only the samples of A to E
# are small enough for the two diagonals after it.
_LAST_DIAGONAL_FROM_F: Final = 24

# Letters A and B of reduced inspection draw the 2 units of C, more than their diagonals
# reckon with.  From AQL 25 on they have a line of their own: that of a sample of 2 in normal
# inspection, where MIL-STD-105E leaves a gap under B at three AQLs.
_SAMPLE_OF_TWO: Final = "1/2 2/3 3/4 5/6 7/8 10/11 14/15 21/22 30/31"
_SAMPLE_OF_TWO_FROM: Final = AQLS.index("25")
_SAMPLE_OF_TWO_LINES: Final = {
    ("iso2859-1", "A"): _SAMPLE_OF_TWO,
    ("iso2859-1", "B"): _SAMPLE_OF_TWO,
    ("z1.4", "A"): _SAMPLE_OF_TWO,
    ("z1.4", "B"): "1/3 2/4 3/5 5/6 7/8 10/11 14/15 21/22 30/31",
}


class Cell(NamedTuple):
    """One cell of a master table with its arrow followed.

    `letter` is the letter whose sample size is used.
    """

    n: int
    ac: int
    re: int
    letter: str


Table: TypeAlias = Mapping[str, tuple[Cell, ...]]

_resolved: dict[tuple[str, str], Table] = {}


def code_letter(*, lot_size: int, level: str) -> str:
    """Return the code letter of a lot.

    Refuses, first match wins:
        sampling.lot_size_not_whole: not an integer.
        sampling.lot_too_small: 1 or less.
        sampling.unknown_level: none of S-1, S-2, S-3, S-4, I, II, III.

    >>> code_letter(lot_size=4000, level="II")
    'L'
    """
    if not isinstance(lot_size, int) or isinstance(lot_size, bool):
        raise LotSizeNotWhole(given=shown(lot_size))
    if lot_size < LOT_SIZE_MIN:
        raise LotTooSmall(lot_size=lot_size)
    try:
        letters = _LETTERS_OF_LEVEL[level]
    except (KeyError, TypeError):
        raise UnknownLevel(given=shown(level), known=", ".join(LEVELS)) from None
    return letters[bisect_left(_LOT_SIZE_LAST, lot_size)]


def single_table(*, standard: str, severity: str) -> Table:
    """Return a master table: for each code letter, one cell for each AQL of `COLUMNS`.

    The last column is AQL 0: the sample size of the letter itself, Ac 0, Re 1.

    Refuses, first match wins:
        sampling.unknown_severity: none of normal, tightened, reduced.
        sampling.unknown_standard: neither iso2859-1 nor z1.4.

    >>> single_table(standard="iso2859-1", severity="normal")["L"][AQLS.index("2.5")]
    Cell(n=200, ac=10, re=11, letter='L')
    """
    try:
        return _resolved[standard, severity]
    except (KeyError, TypeError):  # not built yet, or no key of any table
        if severity not in SEVERITIES:
            raise UnknownSeverity(given=shown(severity), known=", ".join(SEVERITIES)) from None
        if standard not in STANDARDS:
            raise UnknownStandard(given=shown(standard), known=", ".join(STANDARDS)) from None
    table = _followed(standard, severity)
    _resolved[standard, severity] = table
    return table


def _followed(standard: str, severity: str) -> Table:
    """Return the table with every arrow followed."""
    sizes = _REDUCED_SAMPLE_SIZES if severity == "reduced" else SAMPLE_SIZES
    # Only tightened inspection knows S: without it one plan would have no place (AQL 0.025).
    letters = _ALL_LETTERS if severity == "tightened" else LETTERS
    rows = [_printed(standard, severity, letter) for letter in letters]
    table = {}
    for own, letter in enumerate(LETTERS):
        cells = []
        for column in range(len(AQLS)):
            found = _nearest(tuple(row[column] for row in rows), own)
            ac, re = rows[found][column].split("/")
            named = letters[found]
            if standard == "z1.4" and severity == "reduced" and sizes[found] == sizes[0]:
                # A, B and C are one sample size, which our sources do not tell apart: the
                # lot's own letter is named where it has that size, else the first.
                named = letter if sizes[own] == sizes[0] else letters[0]
            cells.append(Cell(n=sizes[found], ac=int(ac), re=int(re), letter=named))
        cells.append(Cell(n=sizes[own], ac=0, re=1, letter=letter))
        table[letter] = tuple(cells)
    return MappingProxyType(table)


def _printed(standard: str, severity: str, letter: str) -> _Line:
    """Return the row of a letter as the standard prints it: plans and arrows, by AQL."""
    first, text = _DIAGONALS[standard, severity]
    row = _ALL_LETTERS.index(letter)
    diagonals: _Line = tuple(text.split())
    if letter >= "F":
        diagonals = diagonals[: _LAST_DIAGONAL_FROM_F + 1 - first]
    before: _Line = ("down",) * max(0, first - row)
    after: _Line = ("up",) * len(AQLS)
    line = (before + diagonals[max(0, row - first) :] + after)[: len(AQLS)]

    if severity == "reduced" and (standard, letter) in _SAMPLE_OF_TWO_LINES:
        line = line[:_SAMPLE_OF_TWO_FROM] + tuple(_SAMPLE_OF_TWO_LINES[standard, letter].split())
    if (standard, severity, letter) == ("z1.4", "tightened", "A"):
        # ISO 2859-1 fills this cell with 0/1; MIL-STD-105E has an arrow in its place.
        column = AQLS.index("10")
        line = (*line[:column], "down", *line[column + 1 :])
    return line


def _nearest(column: _Line, own: int) -> int:
    """Return the row of the plan that the arrow in row `own` leads to.

    An arrow that would leave the table turns round.  Two kinds do: A has nothing above it,
    and R nothing below.
    """
    above = range(own, -1, -1)
    below = range(own, len(column))
    ways = (above, below) if column[own] == "up" else (below, above)
    return next(row for way in ways for row in way if column[row] not in ("up", "down"))
