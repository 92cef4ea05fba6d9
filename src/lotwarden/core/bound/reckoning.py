"""The escape bound: how many units are not proven to be where the books say, from and to.

The upper end is the most units that could be gone, or false, without the evidence having been
unlikely to come out as it did (docs/concepts/escape-bound.md).  Its confidence is that of the
method: whatever the holder does, as long as he does not know a seed before it is revealed, the
method fails at most so often.

- One look alone has its own exact bound at the whole α.
- Several looks that found nothing: the product of their chances stays above w0·α.
- Once one found something: a mixture fixed before the first draw, at (1−w0)·α.
- w0 = 1 was declared: the whole α for clean evidence, and nothing from chance after a miss.

Sightings never lower the upper end: the units seen are taken out of what was drawn from, and
added again.  The lower end counts distinct units that were confirmed elsewhere, and units a
draw found missing.  If it is above what can be gone, something that was assumed is false: then
there is no interval.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from functools import cached_property
from itertools import accumulate
from typing import NamedTuple

from lotwarden.core.bound.chances import Look
from lotwarden.core.bound.optimum import Lumps, Pile, Rule, View, most, split
from lotwarden.core.bound.pieces import Piece, fraction
from lotwarden.core.bound.refusals import PiecesWrong, SettingOutside
from lotwarden.core.bound.standing import (
    HOLD_DAYS,
    carried,
    check_pairs,
    excludes,
    liars,
    set_aside,
    spoken_at,
    too_old,
    units_of,
)


class Settings(NamedTuple):
    """What was declared before the first draw; `none` is λ0, by default 1 − 1/(looks + 1)."""

    alpha: Fraction = Fraction(1, 20)
    w0: Fraction = Fraction(4, 5)
    none: Fraction | None = None

    @property
    def confidence(self) -> float:
        """How often the method is right at worst."""
        return float(1 - self.alpha)


def settings(*, alpha: object = "0.05", w0: object = "0.8", none: object | None = None) -> Settings:
    """Return the settings as exact fractions.

    Refuses:
        bound.setting_outside: a number is missing its range; the first one in this order.

    >>> settings(alpha=0.01).confidence
    0.99
    """
    level, share = fraction(alpha), fraction(w0)
    weight = None if none is None else fraction(none)
    if level is None or not 0 < level < 1:
        raise SettingOutside(name="alpha", given=str(alpha), wanted="> 0, < 1")
    if share is None or not 0 <= share <= 1:
        raise SettingOutside(name="w0", given=str(w0), wanted="≥ 0, ≤ 1")
    if none is not None and (weight is None or not 0 <= weight < 1):
        raise SettingOutside(name="lambda0", given=str(none), wanted="≥ 0, < 1")
    return Settings(level, share, weight)


class Void(NamedTuple):
    """A piece that what was found elsewhere contradicts: one of its assumptions is false."""

    piece: int
    found: int
    room: int


class Part(NamedTuple):
    """What one piece with units of its own leaves: so many of its n can be gone."""

    piece: int
    n: int
    leaves: int


class Upper(NamedTuple):
    """The upper end, and where the worst case has the units."""

    units: int
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Escape:
    """The bound with what made it; `upper` and both columns are None where it is void."""

    pieces: tuple[Piece, ...]
    settings: Settings
    lower: int
    upper: int | None
    one_liar: int | None
    strict: int | None
    liar: str | None
    parts: tuple[Part, ...]
    void: tuple[Void, ...]
    open: int
    as_of: datetime | None
    aside: frozenset[int]
    old: frozenset[int]
    looks: int

    @property
    def declared(self) -> int:
        """How many units the pieces speak of."""
        return sum(one.units for one in self.pieces if one.owns)

    @cached_property
    def silent(self) -> frozenset[int]:
        """The pieces that say nothing now: set aside, too old, or void."""
        return self.aside | self.old | {one.piece for one in self.void}


class Arrivals(NamedTuple):
    """How many rejected units are in what was shipped: another population than the pile."""

    lower: int
    upper: int
    n: int
    confidence: float


def escape(
    pieces: Sequence[Piece],
    *,
    declared: Settings | None = None,
    now: datetime | None = None,
    hold_days: int = HOLD_DAYS,
) -> Escape:
    """Return how many units are not proven to be where the books say.

    Refuses:
        bound.pieces_wrong: pieces share units and cannot be combined.

    >>> found = escape([Piece(kind="draw", n=1000, m=950), Piece(kind="paper", n=150)])
    >>> found.lower, found.upper, found.one_liar
    (0, 150, 1150)
    """
    problems = check_pairs(pieces)
    if problems:
        raise PiecesWrong(problems=problems)
    case = _Case(tuple(pieces), declared or settings(), now, hold_days)
    every = frozenset(range(len(pieces)))
    void = case.voids(every)
    opened = case.upper(every - {one.piece for one in void})
    old = too_old(pieces, every, now, hold_days)
    speaking = [
        at for at in sorted(every - old - case.aside) if excludes(pieces[at])
    ]  # fmt: skip
    seals = carried(pieces, every)
    times = [spoken_at(pieces, at, seals) for at in speaking]
    known = [one for one in times if one is not None]
    alone = liars(pieces)
    columns = {} if void else {
        name: max(opened.units, case.upper(every - rests).units) for name, rests in alone.items()
    }  # fmt: skip
    liar = max(columns, key=lambda name: (columns[name], name), default=None)
    nobody = frozenset().union(*alone.values())
    one_liar = opened.units if liar is None else columns[liar]
    strict = max(one_liar, case.upper(every - nobody).units) if not void else None
    return Escape(
        pieces=case.pieces,
        settings=case.declared,
        lower=case.lower(),
        upper=None if void else opened.units,
        one_liar=None if void else one_liar,
        strict=strict,
        liar=liar,
        parts=opened.parts,
        void=void,
        open=opened.units,
        as_of=min(known) if known and len(known) == len(times) else None,
        aside=case.aside,
        old=old,
        looks=case.looks,
    )


def arrivals(pieces: Sequence[Piece], *, found: Escape) -> Arrivals | None:
    """Return the bound on rejected units within shipments; None where none was looked at.

    What is not in the pile bounds it too, so it is the smaller of both, and holds as often as
    both hold.
    """
    own = [one for one in pieces if one.kind == "arrival"]
    if not own:
        return None
    as_draws = tuple(
        Piece(
            kind="draw", n=one.n, m=one.m, flagged=one.found, sensitivity=one.sensitivity,
            all_or_nothing=one.all_or_nothing,
        )
        for one in own
    )  # fmt: skip
    upper = upper_end(as_draws, found.settings).units
    alpha, shipped = found.settings.alpha, sum(one.n for one in own)
    lower = sum(one.found for one in own)
    if found.upper is not None and lower <= found.upper < upper:
        return Arrivals(lower, found.upper, shipped, float(1 - 2 * alpha))
    return Arrivals(lower, upper, shipped, float(1 - alpha))


def upper_end(pieces: Sequence[Piece], declared: Settings) -> Upper:
    """Return the upper end alone, of pieces that fit together and all speak."""
    return _Case(tuple(pieces), declared, None, HOLD_DAYS).upper(range(len(pieces)))


class _Node(NamedTuple):
    """A pile of the evidence as a tree: leaves are pieces with units of their own."""

    leaves: frozenset[int]
    pieces: tuple[int, ...]
    within: tuple[_Node, ...]


class _Case:
    """The evidence, and what it leaves when only some of its pieces speak."""

    def __init__(
        self, pieces: tuple[Piece, ...], declared: Settings, now: datetime | None, hold_days: int
    ) -> None:
        self.pieces, self.declared = pieces, declared
        self._now, self._hold_days = now, hold_days
        self.aside = set_aside(pieces)
        rolling = [one for one in pieces if one.rolls and one.kind != "arrival"]
        self.looks = len(rolling)
        self._sighted = [0] * len(pieces)
        for one in pieces:
            if one.kind == "sighting" and one.pile is not None:
                self._sighted[one.pile] += one.distinct
        self._seals = [at for at, one in enumerate(pieces) if one.kind == "seals"]
        self._rules: dict[tuple[Fraction, Fraction | None], Rule] = {}
        self._tree = self._rooted()

    # What the pieces look at

    def _rooted(self) -> tuple[_Node, ...]:
        groups: dict[frozenset[int], list[int]] = {
            frozenset((at,)): [at] for at, one in enumerate(self.pieces) if one.owns
        }
        for at, one in enumerate(self.pieces):
            if one.over:
                groups.setdefault(units_of(self.pieces, at), []).append(at)
        tops: dict[int, _Node] = {}
        for leaves in sorted(groups, key=lambda one: (len(one), sorted(one))):
            below = {tops[leaf].leaves: tops[leaf] for leaf in sorted(leaves) if leaf in tops}
            node = _Node(leaves, tuple(groups[leaves]), tuple(below.values()))
            tops |= dict.fromkeys(leaves, node)
        return tuple({id(one): one for one in tops.values()}.values())

    def _seen_elsewhere(self, node: _Node) -> int:
        return sum(self._sighted[leaf] for leaf in node.leaves)

    def lower(self) -> int:
        """Return how many distinct units are known not to be where the books say."""
        return sum(map(self._missing, self._tree)) + sum(self._sighted)

    def _missing(self, node: _Node) -> int:
        """Return how many a look found missing; the same ones may be missed again."""
        own = max(self.pieces[at].missing for at in node.pieces)
        return max(own, sum(map(self._missing, node.within)))

    # What they contradict

    def voids(self, active: Collection[int]) -> tuple[Void, ...]:
        """Return the pieces that leave less room than was found gone."""
        found: list[Void] = []
        nodes = list(self._tree)
        while nodes:
            node = nodes.pop()
            nodes += node.within
            gone = self._missing(node) + self._seen_elsewhere(node)
            for at in node.pieces:
                room = self._room(self.pieces[at])
                if at in active and room < gone:
                    found.append(Void(at, gone, room))
        return tuple(sorted(found))

    def _room(self, piece: Piece) -> int:
        """Return how many of its units can be gone, whatever the chances."""
        if not excludes(piece):
            return piece.units
        if piece.kind == "count":
            if piece.rolls:
                return piece.n
            left = piece.n - piece.verified
            return left if piece.identity else min(piece.n, left + piece.error)
        if piece.kind == "draw" and piece.sensitivity == 1:
            return piece.n - (piece.m - piece.missing - piece.flagged)
        return piece.units

    # What they leave

    def upper(self, active: Collection[int]) -> Upper:
        """Return the most units that can be gone when these pieces speak."""
        speaking = frozenset(active) - too_old(self.pieces, active, self._now, self._hold_days)
        now = self._upper(speaking - self.aside)
        dirty = any(self.pieces[at].seen or self.pieces[at].missing for at in self.aside & speaking)
        return max(now, self._upper(speaking), key=lambda one: one.units) if dirty else now

    def _upper(self, active: frozenset[int]) -> Upper:
        rolling = [
            one for at in active for one in (self.pieces[at],)
            if one.rolls and one.kind != "arrival"
        ]  # fmt: skip
        clean = not any(one.seen for one in rolling)
        alpha, w0, none = self.declared
        if self.looks == 1:
            return self._most(active, self._rule(alpha))
        if none is None:
            none = 1 - Fraction(1, self.looks + 1)
        if not rolling:
            return self._most(active, None)
        found = []
        if clean and w0 > 0:
            found.append(self._most(active, self._rule(w0 * alpha)))
        # With half of α or more for clean evidence the mixture never says more than that does.
        if w0 < 1 and not (clean and 2 * w0 >= 1):
            found.append(self._most(active, self._rule((1 - w0) * alpha, none)))
        if not found:
            found.append(self._most(active, None))
        return min(found, key=lambda one: one.units)

    def _rule(self, level: Fraction, none: Fraction | None = None) -> Rule:
        """Return a rule, the same for every column: it holds what looks cost."""
        return self._rules.setdefault((level, none), Rule(level, none))

    def _most(self, active: frozenset[int], rule: Rule | None) -> Upper:
        """Return the most under a rule; without one chance excludes nothing."""
        piles, lumps, order = [], [], []
        lumped: list[int] = []
        for node in self._tree:
            lump = self._lumps(node, active) if rule else None
            if lump is None:
                piles.append(self._pile(node, active, chances=rule is not None))
                order.append(node)
            else:
                lumps.append(lump)
                lumped.append(node.pieces[0])
        if rule is None:
            gone: dict[int, int] = {}
            for pile, node in zip(piles, order, strict=True):
                gone |= _shared(node, pile, pile.size, Rule(Fraction(1, 2)))
        else:
            worst = most(piles, lumps, rule)
            gone = {
                at: one.values[state]
                for at, one, state in zip(lumped, lumps, worst.states, strict=True)
            }
            for pile, node, taken in zip(piles, order, worst.gone, strict=True):
                gone |= _shared(node, pile, taken, rule)
        parts = tuple(
            Part(at, self.pieces[at].units, gone[at] + self._sighted[at]) for at in sorted(gone)
        )
        return Upper(sum(one.leaves for one in parts), parts)

    def _pile(self, node: _Node, active: frozenset[int], *, chances: bool) -> Pile:
        """Return a node as a pile, without the units that were seen elsewhere."""
        within = tuple(self._pile(one, active, chances=chances) for one in node.within)
        there = sum(self.pieces[leaf].units for leaf in node.leaves)
        away = self._seen_elsewhere(node)
        size = sum(one.size for one in within) if within else there - away
        opened = self._opened(node, active)
        views = []
        for at in node.pieces:
            piece = self.pieces[at]
            if at not in active or not excludes(piece):
                continue
            size = min(size, max(0, min(there, self._room(piece) + opened) - away))
            if chances and piece.rolls:
                views.append(_view(piece, away, opened))
        return Pile(size, tuple(views), within)

    def _opened(self, node: _Node, active: frozenset[int]) -> int:
        """Return how many units lay in cartons whose seal was not whole."""
        return sum(
            self.pieces[at].open
            for at in self._seals
            if at in active and self.pieces[at].pile in node.leaves
        )

    def _lumps(self, node: _Node, active: frozenset[int]) -> Lumps | None:
        """Return a node whose states are tried one by one; None where it is a pile."""
        at = node.pieces[0]
        piece = self.pieces[at]
        if at not in active or not piece.rolls or len(node.pieces) > 1:
            return None
        cartons = piece.kind == "cartons"
        if not cartons and not (piece.all_or_nothing and piece.sensitivity < 1):
            return None
        opened, away = self._opened(node, active), self._sighted[at]
        if cartons:
            look = Look(len(piece.sizes), piece.opened, piece.bad)
            units = [0, *accumulate(sorted(piece.sizes, reverse=True))][: look.most + 1]
        else:
            look, free = _view(piece, away, opened)
            opened = free
            units = list(range(look.n + 1))
        room = piece.units - away
        return Lumps(look, tuple(min(room, one + opened) for one in units))


def _view(piece: Piece, away: int, opened: int) -> View:
    """Return the look of a draw, or of a count by eyes that may not notice."""
    together = piece.all_or_nothing and piece.sensitivity < 1
    if piece.kind == "draw":
        look = Look(max(piece.n - away, piece.m), piece.m, piece.seen, piece.sensitivity, together)
        return View(look, opened)
    shown = piece.verified + piece.flagged
    look = Look(shown, shown, piece.flagged, piece.sensitivity, together)
    return View(look, max(0, piece.n - shown - away) + opened)


def _shared(node: _Node, pile: Pile, gone: int, rule: Rule) -> dict[int, int]:
    """Return how many are gone of each leaf of a node."""
    return dict(zip(_order(node), split(pile, gone, rule), strict=True))


def _order(node: _Node) -> list[int]:
    if not node.within:
        return list(node.leaves)
    return [leaf for one in node.within for leaf in _order(one)]
