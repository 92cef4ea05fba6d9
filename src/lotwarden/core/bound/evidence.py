"""The cheapest next evidence: what each act would make of the bound if all is well.

Beside what the bound falls to stands the chance that the act would notice something if as many
units as now possible really are gone, where that is hardest to see.  There is no average over
outcomes: nobody knows how likely the holder is to cheat.

Acts come in bundles too.  Single acts can each look useless and be worth much together: of two
piles of 100 with 20 looked at in each, 15 more in one lower the bound by 1, in both by 7.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Final, Literal, NamedTuple, TypeAlias

import numpy as np
from scipy import special

from lotwarden.core.bound.chances import Look, chance, logs
from lotwarden.core.bound.pieces import Piece, fraction
from lotwarden.core.bound.reckoning import Part, Settings, settings, upper_end
from lotwarden.core.bound.refusals import ActWrong, SettingOutside

Bundle: TypeAlias = Literal["pile", "undrawn", "visit", "all", "one_list"]

FRACTIONS: Final = tuple(Fraction(*one) for one in ((1, 50), (1, 20), (1, 10), (1, 5), (1, 3)))
"""The shares of a pile that are tried."""

PILES_MAX: Final = 50
"""So many piles are tried one by one: those that leave most."""


class Costs(NamedTuple):
    """What looking costs: for each unit, and for each visit; piles are one visit each unless
    the visits are named."""

    check: float = 1.0
    visit: float = 0.0


class Act(NamedTuple):
    """Units to draw: so many more of each pile, or with `one_list` of all of them together."""

    bundle: Bundle
    draws: tuple[tuple[int, int], ...]
    visits: int = 1

    @property
    def units(self) -> int:
        """How many units are looked at."""
        return sum(more for _, more in self.draws)


class Offer(NamedTuple):
    """An act with what it does: the bound if all is well, and the chance to notice if not."""

    act: Act
    falls_to: int
    falls_by: int
    notices: float
    cost: float

    @property
    def per_cost(self) -> float:
        """How much the bound falls for each unit of cost."""
        return self.falls_by / self.cost if self.cost else math.inf


def best_sample(
    *, n: int, value: float, check: float, alpha: object = "0.05"
) -> tuple[int, int, float]:
    """Return the cheapest first draw of one pile: how many, the bound it gives, and the cost.

    A unit of the bound costs `value`, a look `check`.

    Refuses:
        bound.setting_outside: a number is not above 0.

    >>> best_sample(n=1000, value=5, check=0.5)
    (170, 15, 160.0)
    """
    for name, given in (("n", n), ("value", value), ("check", check)):
        if not 0 < given < math.inf:
            raise SettingOutside(name=name, given=str(given), wanted="> 0")
    level = settings(alpha=alpha).alpha
    rule = min(n, max(1, round(math.sqrt(value * n * -math.log(level) / check))))
    bound = upper_end([Piece(kind="draw", n=n, m=rule)], Settings(level)).units
    reach = min(n, math.ceil(bound + check * rule / value) + 1)
    costs = [
        (value * gone + check * units, units, gone)
        for gone, units in break_points(n=n, upto=reach, alpha=level)
    ]
    cost, units, gone = min(costs)
    return units, gone, cost


def break_points(*, n: int, upto: int, alpha: object = "0.05") -> tuple[tuple[int, int], ...]:
    """Return (k, fewest units to draw for a bound of k) for k from 0 to `upto`, at most n.

    No other number of units is worth drawing.

    >>> break_points(n=1000, upto=2)
    ((0, 950), (1, 777), (2, 631))
    """
    level = settings(alpha=alpha).alpha
    bounds = np.arange(min(upto, n) + 1)
    limit = math.log(level)
    low, high = np.zeros(len(bounds), dtype=np.int64), np.maximum(n - bounds, 0)
    while (low < high).any():
        middle = (low + high) // 2
        enough = _missed(n, bounds + 1, middle) <= limit + 1e-7
        low, high = np.where(enough, low, middle + 1), np.where(enough, middle, high)
    found: dict[int, int] = {}
    for gone, units in zip(bounds.tolist(), low.tolist(), strict=True):
        found.setdefault(_settled(n, gone, units, level), gone)
    return tuple((gone, units) for units, gone in found.items())


def _settled(n: int, gone: int, units: int, level: Fraction) -> int:
    """Return the first number of units from here on that is exactly enough."""
    while units < n - gone and chance(Look(n, units, 0), gone + 1) > level:
        units += 1
    return units


def _missed(n: int, gone: np.ndarray, m: np.ndarray) -> np.ndarray:
    """Return ln P(none of `gone` is among m drawn)."""
    left = np.maximum(n - gone - m, 0)
    found = (
        special.gammaln(n - gone + 1.0) - special.gammaln(left + 1.0)
        - special.gammaln(n + 1.0) + special.gammaln(n - m + 1.0)
    )  # fmt: skip
    return np.where(n - gone - m < 0, -np.inf, found)


def tried(
    pieces: Sequence[Piece],
    act: Act,
    *,
    costs: Costs | None = None,
    declared: Settings | None = None,
) -> Offer:
    """Return what an act would do to the bound.

    Refuses:
        bound.act_wrong: a pile is not there or has not so many units left.

    >>> two = [Piece(kind="draw", n=100, m=20)] * 2
    >>> tried(two, Act("all", ((0, 15), (1, 15))), declared=settings(w0=1)).falls_to
    6
    """
    return _offer(pieces, act, costs or Costs(), declared or settings(), None)


def offers(
    pieces: Sequence[Piece],
    *,
    costs: Costs | None = None,
    visits: Mapping[str, Sequence[int]] | None = None,
    fractions: Sequence[object] = FRACTIONS,
    declared: Settings | None = None,
) -> tuple[Offer, ...]:
    """Return acts that would lower the bound, the most for its cost first.

    `visits` names the piles that one visit reaches.  After an act, ask again.

    Refuses:
        bound.setting_outside: a fraction is not above 0 and at most 1, or a cost is below 0.
    """
    costs = costs or Costs()
    for name, given in costs._asdict().items():
        if not 0 <= given < math.inf:
            raise SettingOutside(name=name, given=str(given), wanted="≥ 0")
    shares = []
    for given in fractions:
        share = fraction(given)
        if share is None or not 0 < share <= 1:
            raise SettingOutside(name="fraction", given=str(given), wanted="> 0, ≤ 1")
        shares.append(share)
    declared = declared or settings()
    now = upper_end(pieces, declared)
    parts = {one.piece: one for one in now.parts}
    acts = dict.fromkeys(_acts(pieces, parts, shares, visits or {}))
    found = [_offer(pieces, act, costs, declared, (now.units, parts)) for act in acts]
    useful = [one for one in found if one.falls_by > 0]
    return tuple(sorted(useful, key=lambda one: (-one.per_cost, one.cost, one.act)))


def _acts(
    pieces: Sequence[Piece],
    parts: Mapping[int, Part],
    shares: Sequence[Fraction],
    visits: Mapping[str, Sequence[int]],
) -> Iterator[Act]:
    able = [at for at in parts if _able(pieces[at])]
    by_rest = sorted(able, key=lambda at: (-parts[at].leaves, at))[:PILES_MAX]
    undrawn = [at for at in able if pieces[at].kind != "draw"]
    reached = {at: name for name, there in visits.items() for at in there}
    groups: list[tuple[Bundle, list[int]]] = [
        *(("pile", [at]) for at in by_rest),
        ("undrawn", undrawn),
        *(("visit", [at for at in there if at in able]) for there in visits.values()),
        ("all", able),
        ("one_list", able),
    ]  # fmt: skip
    for bundle, group in groups:
        for share in shares:
            if bundle == "one_list":
                there = sum(pieces[at].n for at in group)
                draws = _spread(group, pieces, math.ceil(share * there)) if len(group) > 1 else ()
            else:
                draws = tuple(
                    (at, more)
                    for at in group
                    for more in (math.ceil(share * pieces[at].n) - pieces[at].m,)
                    if more > 0
                )
            if draws:
                yield Act(bundle, draws, len({reached.get(at, at) for at, _ in draws}))


def _spread(
    group: Sequence[int], pieces: Sequence[Piece], units: int
) -> tuple[tuple[int, int], ...]:
    """Return how many of each pile a draw from one list asks for, on average and summing up."""
    there = sum(pieces[at].n for at in group)
    before, found = 0, []
    for at in group:
        upto = before + pieces[at].n
        found.append((at, units * upto // there - units * before // there))
        before = upto
    return tuple(found)


def _able(piece: Piece) -> bool:
    """Whether a secret draw can add something: to paper, to a bare number, to a draw."""
    if piece.kind == "draw":
        return piece.m < piece.n and not piece.all_or_nothing
    return piece.kind == "paper" or (piece.kind == "count" and not piece.identity)


def _offer(
    pieces: Sequence[Piece],
    act: Act,
    costs: Costs,
    declared: Settings,
    now: tuple[int, Mapping[int, Part]] | None,
) -> Offer:
    if now is None:
        found = upper_end(pieces, declared)
        now = found.units, {one.piece: one for one in found.parts}
    units, parts = now
    for at, more in act.draws:
        fits = 0 <= at < len(pieces) and at in parts and _able(pieces[at])
        if not fits or not 0 <= more <= pieces[at].n - pieces[at].m:
            raise ActWrong(act=act.bundle, units=more, piece=at)
    after = upper_end(_with(pieces, act), declared).units
    missed = 0.0
    if act.bundle == "one_list":
        there = sum(pieces[at].n for at, _ in act.draws)
        gone = sum(parts[at].leaves for at, _ in act.draws)
        missed = _unnoticed(Look(there, act.units, 0), gone)
    else:
        for at, more in act.draws:
            piece = pieces[at]
            left = Look(piece.n - piece.m, more, 0, piece.sensitivity)
            missed += _unnoticed(left, parts[at].leaves - piece.missing - piece.flagged)
    cost = costs.check * act.units + costs.visit * act.visits
    return Offer(act, after, units - after, -math.expm1(missed), cost)


def _unnoticed(look: Look, gone: int) -> float:
    """Return ln P(nothing is noticed), when as many are gone as there are at most."""
    gone = min(max(gone, 0), look.n)
    return float(logs(look, gone)[gone]) if look.m and gone else 0.0


def _with(pieces: Sequence[Piece], act: Act) -> tuple[Piece, ...]:
    """Return the pieces as they will be if the act finds nothing."""
    if act.bundle == "one_list":
        piles = tuple(at for at, _ in act.draws)
        there = sum(pieces[at].n for at in piles)
        merged = Piece(kind="draw", n=there, m=act.units, piles=piles, sealed=True)
        return (*pieces, merged)
    changed = list(pieces)
    for at, more in act.draws:
        piece = pieces[at]
        if piece.kind == "draw":
            changed[at] = replace(piece, m=piece.m + more)
        else:
            changed[at] = Piece(kind="draw", n=piece.n, m=more)
    return tuple(changed)
