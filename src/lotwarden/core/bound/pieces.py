"""Pieces of evidence: what each says, read from plain data with every problem at once.

    paper     n                          certificates, returned, salvage: nothing is excluded
    count     n, verified, identity      a full count; without identity only "no substitutes" counts
    draw      n, m, missing, flagged     a secret draw from a list that was frozen before the seed
    cartons   sizes, opened, bad         a secret draw of cartons, each opened one counted in full
    sighting  pile, distinct             units confirmed elsewhere; they never lower the upper end
    seals     pile, open                 carries what was known of a pile to a later moment
    arrival   n, m, found                rejects looked for in a shipment: another population

A piece has units of its own unless it names, in `pile` or `piles`, the pieces whose units it
looks at too; then its n is theirs.  Whose word it rests on is `person` and `organisation`: a
list of both where several were there.  `sensitivity` is the least chance that a unit which is
not right is noticed when it is looked at: of each unit for itself, or, with `all_or_nothing`,
of all of them together, as with one good forger and one inspector.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Final, Literal, NamedTuple, TypeAlias, cast, get_args

from lotwarden.core.bound.refusals import NotAList, PiecesWrong, Problem
from lotwarden.core.errors import N_

Kind: TypeAlias = Literal["paper", "count", "draw", "cartons", "sighting", "seals", "arrival"]
KINDS: Final[tuple[str, ...]] = get_args(Kind)

UNITS_MAX: Final = 20_000_000
"""So many units a piece can have where chances are computed from it."""
PAPER_MAX: Final = 10**15
"""So many units a piece can have that excludes nothing."""
CARTONS_MAX: Final = 100_000

NO_SUBSTITUTES: Final = "no_substitutes"
ASSUMPTIONS: Final = (NO_SUBSTITUTES,)
"""What can be assumed by name, besides what every piece of its kind assumes."""

ONE: Final = Fraction(1)
"""Eyes that miss nothing; one object, so that asking for it is cheap."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """One piece of evidence; which fields mean something depends on its kind."""

    kind: Kind
    n: int = 0
    m: int = 0
    missing: int = 0
    flagged: int = 0
    verified: int = 0
    identity: bool = False
    error: int = 0
    sizes: tuple[int, ...] = ()
    opened: int = 0
    bad: int = 0
    pile: int | None = None
    piles: tuple[int, ...] = ()
    distinct: int = 0
    open: int = 0
    found: int = 0
    sensitivity: Fraction = ONE
    all_or_nothing: bool = False
    persons: tuple[str, ...] = ()
    organisations: tuple[str, ...] = ()
    time: datetime | None = None
    hold: bool = False
    sealed: bool = False
    assumption: str | None = None

    @property
    def over(self) -> tuple[int, ...]:
        """The pieces whose units it looks at too; empty where it has units of its own."""
        if self.kind in ("sighting", "seals"):
            return ()
        return self.piles if self.pile is None else (self.pile,)

    @property
    def owns(self) -> bool:
        """Whether it has units of its own, so that others can speak of them."""
        return self.kind in ("paper", "count", "draw", "cartons") and not self.over

    @property
    def seen(self) -> int:
        """How many of those looked at were not right: not there, or noticed to be false."""
        if self.kind == "cartons":
            return self.bad
        if self.kind == "arrival":
            return self.found
        return self.flagged if self.kind == "count" else self.missing + self.flagged

    @property
    def rolls(self) -> bool:
        """Whether chance enters: by a seed, or by an eye that may not notice."""
        if self.kind in ("draw", "arrival"):
            return self.m > 0 and self.sensitivity > 0
        if self.kind == "cartons":
            return self.opened > 0 and self.sensitivity > 0
        shown = self.verified + self.flagged
        return self.kind == "count" and self.identity and shown > 0 and 0 < self.sensitivity < 1

    @property
    def units(self) -> int:
        """How many units it speaks of."""
        return sum(self.sizes) if self.kind == "cartons" else self.n


class _Field(NamedTuple):
    read: Callable[[object], object]
    unfit: str


class _Wrong(Exception):
    """A value that is not what its field holds."""


def _whole(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise _Wrong
    if not 0 <= value <= PAPER_MAX:
        raise _Wrong
    return value


def _truth(value: object) -> bool:
    if not isinstance(value, bool):
        raise _Wrong
    return value


def fraction(value: object) -> Fraction | None:
    """Return a number as the exact fraction that was written; None where it is none.

    >>> fraction(0.05), fraction("0.95"), fraction("a")
    (Fraction(1, 20), Fraction(19, 20), None)
    """
    if isinstance(value, bool) or not isinstance(value, int | float | str | Fraction | Decimal):
        return None
    if isinstance(value, float | Decimal) and not math.isfinite(value):
        return None
    text = str(value)
    if len(text) > 40:
        return None
    try:
        exponent = text.lower().partition("e")[2]
        return None if exponent and abs(int(exponent)) > 300 else Fraction(text)
    except (ValueError, ZeroDivisionError):
        return None


def _share(value: object) -> Fraction:
    found = None if isinstance(value, str) else fraction(value)
    if found is None or not 0 <= found <= 1:
        raise _Wrong
    return ONE if found == 1 else found


def _names(value: object) -> tuple[str, ...]:
    listed = value if isinstance(value, list | tuple) else [value]
    names = tuple(one.strip() for one in listed if isinstance(one, str))
    if not names or len(names) < len(listed) or not all(names):
        raise _Wrong
    return names


def _sizes(value: object) -> tuple[int, ...]:
    if not isinstance(value, list | tuple) or not 0 < len(value) <= CARTONS_MAX:
        raise _Wrong
    return tuple(_whole(one) for one in value)


def _indices(value: object) -> tuple[int, ...]:
    if not isinstance(value, list | tuple) or not value or len(set(map(str, value))) < len(value):
        raise _Wrong
    return tuple(sorted(_whole(one) for one in value))


def _instant(value: object) -> datetime:
    try:
        found = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    except ValueError:
        raise _Wrong from None
    if found.tzinfo is None:
        raise _Wrong
    return found


def _assumption(value: object) -> str:
    if value not in ASSUMPTIONS:
        raise _Wrong
    return str(value)


_WHOLE: Final = _Field(_whole, N_("{given} is not a whole number, 0 or more"))
_TRUTH: Final = _Field(_truth, N_("{given} is neither true nor false"))
_WHO: Final = _Field(_names, N_("{given} is neither a name nor a list of names"))
_FIELDS: Final[Mapping[str, _Field]] = {
    **dict.fromkeys(
        ("n", "m", "missing", "flagged", "verified", "error", "opened", "bad", "pile",
         "distinct", "open", "found"), _WHOLE,
    ),
    **dict.fromkeys(("identity", "all_or_nothing", "hold", "sealed"), _TRUTH),
    **dict.fromkeys(("person", "organisation"), _WHO),
    "sizes": _Field(_sizes, N_("{given} is not a list of whole numbers, one for each carton")),
    "piles": _Field(
        _indices, N_("{given} is not a list of different pieces, each by its number from 0")
    ),
    "sensitivity": _Field(_share, N_("{given} is not a number from 0 to 1")),
    "time": _Field(
        _instant,
        N_("{given} is not an instant with its time zone, such as 2026-03-03T10:00:00Z"),
    ),
    "assumption": _Field(
        _assumption, N_("{given} is no assumption; the one there is: no_substitutes")
    ),
}  # fmt: skip

_SEVERAL: Final = {"person": "persons", "organisation": "organisations"}
"""Fields that may hold several, under the name a piece has for them."""

_STANDING: Final = ("person", "organisation", "time", "hold", "sealed")
_EYES: Final = ("sensitivity", "all_or_nothing", "flagged")
_TAKES: Final[Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]]] = {
    "paper": (("n",), ("person", "organisation", "time")),
    "count": (
        ("n", "verified"),
        ("identity", "error", "assumption", "missing", "pile", "piles", *_EYES, *_STANDING),
    ),
    "draw": (("n", "m"), ("missing", "pile", "piles", *_EYES, *_STANDING)),
    "cartons": (("sizes", "opened"), ("bad", *_STANDING)),
    "sighting": (("pile", "distinct"), ("person", "organisation", "time")),
    "seals": (("pile",), ("open", "person", "organisation", "time")),
    "arrival": (("n", "m"), ("found", "sensitivity", "all_or_nothing", *_STANDING)),
}
"""What each kind needs, and what else it takes."""


def read_pieces(data: object) -> tuple[Piece, ...]:
    """Return pieces of evidence from plain data, as JSON gives it.

    Refuses, first match wins:
        bound.not_a_list: no list, or nothing in it.
        bound.pieces_wrong: with every problem, by piece and field.

    >>> read_pieces([{"kind": "draw", "n": 1000, "m": 100}])[0].m
    100
    """
    if not isinstance(data, list | tuple):
        raise NotAList(why=type(data).__name__)
    if not data:
        raise NotAList(why="[]")
    problems: list[Problem] = []
    pieces = [_read(index, one, problems) for index, one in enumerate(data)]
    if not problems:
        check_pieces(pieces, problems)
    if problems:
        raise PiecesWrong(problems=problems)
    return tuple(pieces)


def _read(index: int, data: object, problems: list[Problem]) -> Piece:
    """Return one piece, noting what does not fit."""
    if not isinstance(data, Mapping):
        problems.append(Problem(index, "kind", N_("this is no object with a kind"), {}))
        return Piece(kind="paper")
    kind = data.get("kind")
    if not isinstance(kind, str) or kind not in KINDS:
        known = {"given": _shown(kind), "kinds": ", ".join(KINDS)}
        problems.append(Problem(index, "kind", N_("{given} is no kind; these are: {kinds}"), known))
        return Piece(kind="paper")
    needs, takes = _TAKES[kind]
    values: dict[str, object] = {}
    for name, value in data.items():
        if name == "kind":
            continue
        if name not in needs and name not in takes:
            can = {"kind": kind, "fields": ", ".join((*needs, *takes))}
            says = N_("a {kind} has no such field; it has {fields}")
            problems.append(Problem(index, _shown(name), says, can))
            continue
        field = _FIELDS[name]
        try:
            values[_SEVERAL.get(name, str(name))] = field.read(value)
        except _Wrong:
            problems.append(Problem(index, name, field.unfit, {"given": _shown(value)}))
    for name in needs:
        if name not in data:
            problems.append(Problem(index, name, N_("this is missing"), {}))
    return Piece(kind=cast(Kind, kind), **values)  # type: ignore[arg-type]


def _shown(value: object) -> str:
    text = repr(value) if isinstance(value, str) else str(value)
    text = text.lower() if isinstance(value, bool) else text
    return text if len(text) <= 40 else text[:40] + "…"


def check_pieces(pieces: Sequence[Piece], problems: list[Problem]) -> None:
    """Note what does not fit within a piece, and between pieces."""
    for index, piece in enumerate(pieces):
        for field, big, small in _orders(piece):
            if small[1] > big[1]:
                numbers = {"small": f"{small[1]:,}", "what": big[0], "big": f"{big[1]:,}"}
                says = N_("{small} is more than {what}, {big}")
                problems.append(Problem(index, field, says, numbers))
        if piece.kind != "paper" and piece.units > UNITS_MAX:
            most = {"most": f"{UNITS_MAX:,}"}
            problems.append(Problem(index, "n", N_("more than {most} units in one piece"), most))
        _check_places(index, piece, pieces, problems)
    _check_sightings(pieces, problems)


def _check_sightings(pieces: Sequence[Piece], problems: list[Problem]) -> None:
    """Note where more different units were seen, in all, than a pile has."""
    seen: dict[int, int] = {}
    for index, piece in enumerate(pieces):
        if piece.kind == "sighting" and piece.pile is not None and piece.pile < len(pieces):
            seen[piece.pile] = seen.get(piece.pile, 0) + piece.distinct
            there = pieces[piece.pile].units
            if pieces[piece.pile].owns and seen[piece.pile] > there:
                numbers = {"there": f"{there:,}"}
                problems.append(
                    Problem(index, "distinct", N_("its pile has {there} units only"), numbers)
                )


def _orders(piece: Piece) -> Iterable[tuple[str, tuple[str, int], tuple[str, int]]]:
    """Yield (field at fault, the larger, the smaller) of what has to be ordered."""
    if piece.kind in ("draw", "arrival"):
        yield "m", ("n", piece.n), ("m", piece.m)
    if piece.kind == "draw":
        yield "missing", ("m", piece.m), ("missing + flagged", piece.missing + piece.flagged)
    if piece.kind == "arrival":
        yield "found", ("m", piece.m), ("found", piece.found)
    if piece.kind == "count":
        yield "verified", ("n", piece.n), ("verified", piece.verified)
        left = piece.n - piece.verified
        yield "flagged", ("n − verified", left), ("", piece.missing + piece.flagged)
    if piece.kind == "cartons":
        yield "opened", ("sizes", len(piece.sizes)), ("opened", piece.opened)
        yield "bad", ("opened", piece.opened), ("bad", piece.bad)


def _check_places(
    index: int, piece: Piece, pieces: Sequence[Piece], problems: list[Problem]
) -> None:
    """Note where a piece speaks of pieces that have no units of their own."""
    field = "piles" if piece.piles else "pile"
    if piece.piles and piece.pile is not None:
        problems.append(Problem(index, "piles", N_("give pile or piles, not both"), {}))
        return
    named = piece.piles or (() if piece.pile is None else (piece.pile,))
    wrong = [one for one in named if one >= len(pieces) or not pieces[one].owns]
    if wrong:
        says = N_("piece {given} is not there, or has no units of its own")
        listed = ", ".join(map(str, wrong))
        problems.append(Problem(index, field, says, {"given": listed}))
        return
    there = sum(pieces[one].units for one in named)
    numbers = {"there": f"{there:,}"}
    if piece.over and piece.n != there:
        says = N_("the pieces it looks at have {there} units together")
        problems.append(Problem(index, "n", says, numbers))
    if piece.kind == "seals" and piece.open > there:
        problems.append(Problem(index, "open", N_("its pile has {there} units only"), numbers))
    if piece.over and any(not _simple(pieces[one]) for one in (*named, index)):
        says = N_("cartons, and all-or-nothing eyes, are not combined with another look")
        problems.append(Problem(index, field, says, {}))


def _simple(piece: Piece) -> bool:
    """Whether each further unit of it is dearer than the one before."""
    return piece.kind != "cartons" and not (piece.all_or_nothing and piece.sensitivity < 1)
