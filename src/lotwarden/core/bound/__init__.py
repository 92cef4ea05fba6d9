"""The escape bound: at least so many, and at most so many, are not where they should be.

    pieces      pieces of evidence, read with every problem at once
    standing    which of them still speak, and whose word each rests on
    chances     how likely what was seen is when so many are gone, exactly and fast
    optimum     the most that can be gone while that stays likely enough
    reckoning   the bound: both ends, both columns of trust, what voids it
    wording     sentences: what to quote, what it holds under, what made it
    evidence    what would lower it most for the money
    refusals    what cannot be computed, and the way out

What it means and why it holds: docs/concepts/escape-bound.md.  Pure, and usable alone; what
computes with chances needs NumPy and SciPy and is loaded when the first of its names is asked
for (docs/decisions/0010).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lotwarden.core.bound.pieces import Piece, read_pieces
from lotwarden.core.bound.refusals import ActWrong, NotAList, PiecesWrong, Problem, SettingOutside
from lotwarden.core.lazy import load

if TYPE_CHECKING:
    from lotwarden.core.bound.evidence import (
        Act,
        Costs,
        Offer,
        best_sample,
        break_points,
        offers,
        tried,
    )
    from lotwarden.core.bound.reckoning import (
        Arrivals,
        Escape,
        Part,
        Settings,
        Void,
        arrivals,
        escape,
        settings,
    )
    from lotwarden.core.bound.wording import Line, arrival_sentence, assumptions, lines, summary

__all__ = [
    "Act",
    "ActWrong",
    "Arrivals",
    "Costs",
    "Escape",
    "Line",
    "NotAList",
    "Offer",
    "Part",
    "Piece",
    "PiecesWrong",
    "Problem",
    "SettingOutside",
    "Settings",
    "Void",
    "arrival_sentence",
    "arrivals",
    "assumptions",
    "best_sample",
    "break_points",
    "escape",
    "lines",
    "offers",
    "read_pieces",
    "settings",
    "summary",
    "tried",
]

_NUMERIC: Final = {
    **dict.fromkeys(
        ("Arrivals", "Escape", "Part", "Settings", "Void", "arrivals", "escape", "settings"),
        "reckoning",
    ),
    **dict.fromkeys(
        ("Act", "Costs", "Offer", "best_sample", "break_points", "offers", "tried"), "evidence"
    ),
    **dict.fromkeys(("Line", "arrival_sentence", "assumptions", "lines", "summary"), "wording"),
}


def __getattr__(name: str) -> object:
    """Load the module of a name that needs the numeric libraries."""
    return load(globals(), _NUMERIC, name)
