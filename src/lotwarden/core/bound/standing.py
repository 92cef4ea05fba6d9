"""Which pieces still speak, and whose word each rests on.

Two looks at the same units speak together only if nothing could move between them: they were
made at one moment, or the units were sealed.  Otherwise the later one stands alone where it
covers all that the earlier one did, else the earlier one.  The choice depends on what was
planned and never on what was found, and a look that found something is never set aside to make
the bound smaller.

Goods on hold can leave any day: what was seen there counts for `HOLD_DAYS`, unless they are
sealed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import combinations
from typing import Final

from lotwarden.core.bound.pieces import NO_SUBSTITUTES, Piece
from lotwarden.core.bound.refusals import Problem
from lotwarden.core.errors import N_

HOLD_DAYS: Final = 14
"""So long a look at goods on hold speaks, unless they are sealed."""

UNNAMED: Final = ""
"""Whoever a piece rests on that names nobody: somebody, and perhaps the same each time."""


def excludes(piece: Piece) -> bool:
    """Return whether a piece can exclude anything at all."""
    if piece.kind == "count":
        return (piece.identity and piece.sensitivity > 0) or piece.assumption == NO_SUBSTITUTES
    return piece.kind in ("draw", "cartons") and piece.rolls


def units_of(pieces: Sequence[Piece], index: int) -> frozenset[int]:
    """Return the pieces whose own units this one looks at: itself, or those it names."""
    return frozenset(pieces[index].over or (index,))


def _sharing(pieces: Sequence[Piece]) -> Iterator[tuple[int, int]]:
    """Yield each two pieces that look at common units, the first of the list first."""
    of: dict[int, list[int]] = {}
    for at, piece in enumerate(pieces):
        for unit in piece.over:
            of.setdefault(unit, [unit]).append(at)
    found = {pair for several in of.values() for pair in combinations(sorted(several), 2)}
    yield from sorted(found)


def pairs(pieces: Sequence[Piece]) -> Iterator[tuple[int, int]]:
    """Yield each two pieces that exclude something and look at common units."""
    for first, second in _sharing(pieces):
        if excludes(pieces[first]) and excludes(pieces[second]):
            yield first, second


def check_pairs(pieces: Sequence[Piece]) -> list[Problem]:
    """Return what does not fit between pieces that look at common units."""
    problems = []
    for first, second in _sharing(pieces):
        own, other = units_of(pieces, first), units_of(pieces, second)
        if not (own <= other or other <= own):
            says = N_("it shares some units with piece {other}, and each has units of its own")
            problems.append(Problem(second, "piles", says, {"other": str(first)}))
    for first, second in pairs(pieces):
        a, b = pieces[first], pieces[second]
        if (a.time is None or b.time is None) and not (a.sealed or b.sealed):
            at = second if b.over else first
            says = N_(
                "it looks at units of piece {other} too; say of both when it was, or that these "
                "were sealed between"
            )
            with_it = {"other": str(first if at == second else second)}
            problems.append(Problem(at, "time", says, with_it))
    return problems


def set_aside(pieces: Sequence[Piece]) -> frozenset[int]:
    """Return the looks that another look at the same units makes old.

    >>> from datetime import UTC
    >>> day = datetime(2026, 3, 3, tzinfo=UTC)
    >>> old = Piece(kind="draw", n=1000, m=200, time=day)
    >>> new = Piece(kind="draw", n=1000, m=20, pile=0, time=day + timedelta(days=1))
    >>> set_aside([old, new])
    frozenset({0})
    """
    aside = set()
    for first, second in pairs(pieces):
        if not _together(pieces[first], pieces[second]):
            early, late = sorted((first, second), key=lambda at: _moment(pieces[at]))
            covered = units_of(pieces, early) <= units_of(pieces, late)
            aside.add(early if covered else late)
    return frozenset(aside)


def _together(a: Piece, b: Piece) -> bool:
    if a.time is None or b.time is None:
        return True  # one of them was sealed, or they would have been refused
    early, late = sorted((a, b), key=_moment)
    return early.time == late.time or late.sealed


def _moment(piece: Piece) -> float:
    return piece.time.timestamp() if piece.time else 0.0


def carried(pieces: Sequence[Piece], active: Collection[int]) -> dict[int, datetime]:
    """Return the last moment to which seals carry what was known of a piece's units."""
    found: dict[int, datetime] = {}
    for at in active:
        piece = pieces[at]
        if piece.kind == "seals" and piece.pile is not None and piece.time is not None:
            found[piece.pile] = max(piece.time, found.get(piece.pile, piece.time))
    return found


def spoken_at(
    pieces: Sequence[Piece], index: int, seals: Mapping[int, datetime]
) -> datetime | None:
    """Return the moment a piece speaks of: its own, or the one that seals carry it to."""
    own = pieces[index].time
    last = [seals.get(unit) for unit in units_of(pieces, index)]
    if own is None or None in last:
        return own
    return max(own, min(one for one in last if one is not None))


def too_old(
    pieces: Sequence[Piece], active: Collection[int], now: datetime | None, hold_days: int
) -> frozenset[int]:
    """Return the looks at goods on hold that were made too long ago.

    A look at goods on hold of which nobody knows when it was is too old.
    """
    if now is None:
        return frozenset()
    old = set()
    seals = carried(pieces, active)
    for at in active:
        piece = pieces[at]
        if piece.hold and not piece.sealed and excludes(piece):
            spoken = spoken_at(pieces, at, seals)
            if spoken is None or now - spoken > timedelta(days=hold_days):
                old.add(at)
    return frozenset(old)


def liars(pieces: Sequence[Piece]) -> dict[str, frozenset[int]]:
    """Return who could lie, and the pieces that rest on each alone.

    Two of one organisation are one; a person whose organisation one piece names belongs to it
    everywhere.

    >>> one, other = (
    ...     Piece(kind="draw", n=9, m=3, persons=(name,), organisations=("agency",))
    ...     for name in ("w1", "w2")
    ... )
    >>> liars([one, other])
    {'organisation agency': frozenset({0, 1})}
    """
    belongs: dict[str, str] = {}
    for piece in pieces:
        if len(piece.organisations) == 1:
            belongs |= dict.fromkeys(piece.persons, piece.organisations[0])
        elif len(piece.organisations) == len(piece.persons):
            belongs |= dict(zip(piece.persons, piece.organisations, strict=True))
    rests: dict[str, set[int]] = {}
    for at, piece in enumerate(pieces):
        if excludes(piece) or piece.kind == "seals":
            words = {
                f"organisation {belongs[one]}" if one in belongs else f"person {one}"
                for one in piece.persons
            }
            if not piece.persons:
                words = {f"organisation {one}" for one in piece.organisations}
            if len(words) < 2:
                rests.setdefault(next(iter(words), UNNAMED), set()).add(at)
    return {name: frozenset(found) for name, found in rests.items()}
