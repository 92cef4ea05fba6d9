"""The most units that can be gone while everything that was seen stays likely enough.

Every pile has a price for its next unit: by how much the logarithm of what was seen falls.
The prices of a pile never fall, so the worst case takes the cheapest next unit over all piles
until the limit would be reached; this greedy answer is the optimum.  A pile whose units are
looked at in parts and as a whole (nested looks) is a tree: the prices of its parts in order,
and on each the price of the whole.

Two things have prices that may fall and are tried in all their states beside it: cartons,
which hold different numbers of units, and eyes that miss all or nothing.

A state is kept only if it is strictly inside the limit.  Floats find the place; where they
are nearer to the limit than their own error, fractions decide.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from lotwarden.core.bound.chances import (
    FloatArray,
    Look,
    chance,
    logs,
    weight,
    weight_logs,
)

WholeArray: TypeAlias = NDArray[np.int64]


class View(NamedTuple):
    """A look at a pile; so many of its units can be gone without touching what was seen."""

    look: Look
    free: int = 0


@dataclass(frozen=True, slots=True)
class Pile:
    """Units of which at most `size` can be gone, and the looks at them.

    With `within` it is a whole whose parts are piles; its size is then at most theirs.
    """

    size: int
    views: tuple[View, ...] = ()
    within: tuple[Pile, ...] = ()

    @property
    def quick(self) -> bool:
        """Whether its prices have a closed form: one look of eyes that miss nothing."""
        if self.within or len(self.views) != 1:
            return False
        view = self.views[0]
        return view.free == 0 and view.look.plain and not view.look.together


@dataclass(frozen=True, slots=True)
class Lumps:
    """A look whose states are tried one by one: state u costs u gone, and is values[u] units."""

    look: Look
    values: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """What is still likely enough.

    Without `none`: Π P(as good as seen) > level.  With it, λ_0 of the mixture: Π e < 1/level.
    """

    level: Fraction
    none: Fraction | None = None
    _costs: dict[Look, FloatArray] = field(default_factory=dict)

    @property
    def limit(self) -> float:
        """Return what all costs together have to stay under."""
        return -_log(self.level)

    def costs(self, look: Look, upto: int) -> FloatArray:
        """Return what k units cost, for k from 0 to `upto`; infinite where impossible."""
        held = self._costs.get(look)
        if held is None or len(held) <= upto:
            none = self.none
            held = -logs(look, upto) if none is None else weight_logs(look, upto, none)
            self._costs[look] = held
        return held[: upto + 1]

    def start(self, look: Look) -> float:
        """Return what a look costs with nothing gone: below 0 once something was missing."""
        return 0.0 if self.none is None else float(self.costs(look, 0)[0])

    def keeps(self, states: Iterable[tuple[Look, int]]) -> bool:
        """Return whether these states are within the limit, exactly."""
        above, below = [self.level.denominator], [self.level.numerator]
        for look, gone in states:
            if self.none is None and gone == 0:
                continue
            found = chance(look, gone)
            if found == 0:
                return False
            if self.none is not None:
                found = 1 / weight(look, gone, self.none)
            above.append(found.numerator)
            below.append(found.denominator)
        return _product(above) > _product(below)


class Worst(NamedTuple):
    """The most units, how many of each pile, and the state of each lump."""

    units: int
    gone: tuple[int, ...]
    states: tuple[int, ...]


def most(piles: Sequence[Pile], lumps: Sequence[Lumps], rule: Rule) -> Worst:
    """Return the most units that can be gone under the rule, and where.

    >>> most([Pile(100, (View(Look(100, 20, 0)),))] * 2, [], Rule(Fraction(1, 20))).units
    13
    """
    bare = [not one.views and not one.within for one in piles]
    if any(bare):
        return _beside_bare(piles, lumps, rule, bare)
    closed = [rule.none is None and one.quick for one in piles]
    slow = [
        *(view.look for one, quick in zip(piles, closed, strict=True) if not quick
          for view in _views(one)),
        *(one.look for one in lumps),
    ]  # fmt: skip
    limit = rule.limit - math.fsum(rule.start(look) for look in slow)
    guard = 1e-9 + min(1e-6, 4e-15 * math.fsum(look.n * math.log(look.n + 2) for look in slow))
    stacks = _Stacks(piles, closed, rule, limit + guard)
    spent = np.cumsum(stacks.prices)
    front = _front(lumps, rule, limit + guard)
    least = np.searchsorted(spent, limit - front.costs - guard, side="left") + front.units
    utmost = np.searchsorted(spent, limit - front.costs + guard, side="left") + front.units
    # A state of lumps that is itself near the limit is only a candidate; the first costs nothing.
    least = np.where((front.costs < limit - guard) | (front.costs == 0), least, -1)
    sure = int(least.max())
    best = int(least.argmax())
    for place in np.flatnonzero(utmost > sure).tolist():
        for units in range(int(utmost[place]), sure, -1):
            picks, taken = front.states[place], units - int(front.units[place])
            gone = stacks.gone(taken)
            if _inside(stacks, front, place, taken, limit, exact=bool(slow)) or (
                rule.keeps(_states(piles, gone, lumps, picks, rule))
            ):
                sure, best = units, place
                break
    gone = stacks.gone(sure - int(front.units[best]))
    return Worst(sure, tuple(gone.tolist()), front.states[best])


def _beside_bare(
    piles: Sequence[Pile], lumps: Sequence[Lumps], rule: Rule, bare: Sequence[bool]
) -> Worst:
    """Return the most where some piles were not looked at: all their units count."""
    looked = [one for one, plain in zip(piles, bare, strict=True) if not plain]
    worst = most(looked, lumps, rule)
    taken = iter(worst.gone)
    gone = tuple(one.size if plain else next(taken) for one, plain in zip(piles, bare, strict=True))
    free = sum(one.size for one, plain in zip(piles, bare, strict=True) if plain)
    return Worst(worst.units + free, gone, worst.states)


def split(pile: Pile, gone: int, rule: Rule) -> tuple[int, ...]:
    """Return how many are gone of each leaf of a pile, from left to right."""
    if not pile.within:
        return (gone,)
    return tuple(
        units
        for part, taken in zip(pile.within, _parts(pile, gone, rule), strict=True)
        for units in split(part, taken, rule)
    )


def _parts(pile: Pile, gone: int, rule: Rule) -> list[int]:
    prices = [_prices(part, min(gone, part.size), rule) for part in pile.within]
    owners = np.repeat(np.arange(len(prices)), [len(one) for one in prices])
    taken = owners[np.argsort(np.concatenate(prices), kind="stable")[:gone]]
    counted: list[int] = np.bincount(taken, minlength=len(prices)).tolist()
    return counted


def _views(pile: Pile) -> Iterator[View]:
    yield from pile.views
    for part in pile.within:
        yield from _views(part)


def _prices(pile: Pile, upto: int, rule: Rule) -> FloatArray:
    """Return the prices of the first `upto` units of a pile."""
    upto = min(upto, pile.size)
    if pile.within:
        parts = np.concatenate([_prices(part, upto, rule) for part in pile.within])
        prices = np.sort(parts)[:upto]
    else:
        prices = np.zeros(upto)
    for look, free in pile.views:
        reach = min(upto - free, look.n)
        if reach > 0:
            costs = rule.costs(look, reach)
            with np.errstate(invalid="ignore"):
                steps = np.where(np.isinf(costs[1:]), np.inf, np.diff(costs))
            prices[free : free + reach] += np.maximum(steps, 0.0)
    return prices


class _Stacks:
    """The cheapest units over all piles, in order, as far as the limit reaches.

    What was looked at so far gives a price that no unit of the answer exceeds; each pile is
    then unrolled as far as that price, step by step, and the price falls with every step.
    """

    def __init__(
        self, piles: Sequence[Pile], closed: Sequence[bool], rule: Rule, reach: float
    ) -> None:
        self._count = len(piles)
        at = [one for one, quick in enumerate(closed) if quick]
        looks = [one.views[0].look for one, quick in zip(piles, closed, strict=True) if quick]
        n = np.array([one.n for one in looks], dtype=np.float64)
        m = np.array([one.m for one in looks], dtype=np.float64)
        size = np.array([piles[one].size for one in at], dtype=np.int64)
        depth = np.minimum(size, 1)
        deep = {one: min(piles[one].size, 64) for one, quick in enumerate(closed) if not quick}
        held = {one: _prices(piles[one], upto, rule) for one, upto in deep.items()}
        while True:
            prices = np.concatenate([_closed(n, m, depth), *held.values()])
            owners = np.repeat(
                np.array([*at, *held], dtype=np.int64),
                np.concatenate([depth, [len(one) for one in held.values()]]).astype(np.int64),
            )
            order = np.argsort(prices, kind="stable")
            self.prices, self._owners = prices[order], owners[order]
            over = int(np.searchsorted(np.cumsum(self.prices), reach, side="right"))
            price = float(self.prices[over]) if over < len(prices) else np.inf
            # All units up to this price: m/(n−r) is at most 1−e^−price.
            wanted = np.minimum(size, _reached(n, m, price))
            further = np.minimum(wanted, np.maximum(depth, 1) * 8)
            short = [
                one
                for one, found in held.items()
                if len(found) < piles[one].size and found[-1] <= price and found[-1] < np.inf
            ]
            if not short and (further <= depth).all():
                return
            depth = further
            for one in short:
                held[one] = _prices(piles[one], 4 * len(held[one]), rule)

    def gone(self, taken: int) -> WholeArray:
        """Return how many of each pile are among the cheapest `taken` units."""
        return np.bincount(self._owners[:taken], minlength=self._count).astype(np.int64)


def _closed(n: FloatArray, m: FloatArray, depth: WholeArray) -> FloatArray:
    """Return the prices of piles with a closed form, one pile after another."""
    before = np.arange(int(depth.sum())) - np.repeat(np.cumsum(depth) - depth, depth)
    return -np.log1p(-np.repeat(m, depth) / (np.repeat(n, depth) - before))


def _reached(n: FloatArray, m: FloatArray, price: float) -> WholeArray:
    """Return how many units of each pile cost at most this much; one more does no harm."""
    share = -math.expm1(-price)
    with np.errstate(divide="ignore"):
        units = np.floor(n - m / share) + 2 if share > 0 else np.zeros(len(n))
    return np.clip(units, 0, n).astype(np.int64)


class _Front(NamedTuple):
    """States of all lumps together that no other state beats: costs, units, and which."""

    costs: FloatArray
    units: WholeArray
    states: list[tuple[int, ...]]


def _front(lumps: Sequence[Lumps], rule: Rule, limit: float) -> _Front:
    costs, units = np.zeros(1), np.zeros(1, dtype=np.int64)
    states: list[tuple[int, ...]] = [()]
    for one in lumps:
        own = rule.costs(one.look, len(one.values) - 1) - rule.start(one.look)
        values = np.array(one.values, dtype=np.int64)
        summed = np.maximum(own, 0.0)[None, :] + costs[:, None]
        total = (values[None, :] + units[:, None]).ravel()
        flat = summed.ravel()
        # Most units first, the cheaper of equals before: what costs less than all before stays.
        order = np.lexsort((flat, -total))
        order = order[flat[order] < limit]
        cheapest = np.minimum.accumulate(np.append(np.inf, flat[order]))[:-1]
        kept = order[flat[order] < cheapest]
        costs, units = flat[kept], total[kept]
        states = [(*states[at // len(values)], at % len(values)) for at in kept.tolist()]
    return _Front(costs, units, states)


def _inside(
    stacks: _Stacks, front: _Front, place: int, taken: int, limit: float, *, exact: bool
) -> bool:
    """Return whether floats alone are sure: with closed prices their sum is nearly exact."""
    if exact:
        return False
    total = math.fsum(stacks.prices[:taken].tolist()) + float(front.costs[place])
    return total < limit - 1e-12 * (1 + limit)


def _states(
    piles: Sequence[Pile],
    gone: WholeArray,
    lumps: Sequence[Lumps],
    picks: tuple[int, ...],
    rule: Rule,
) -> Iterator[tuple[Look, int]]:
    for pile, taken in zip(piles, gone.tolist(), strict=True):
        yield from _within(pile, taken, rule)
    yield from ((one.look, state) for one, state in zip(lumps, picks, strict=True))


def _within(pile: Pile, gone: int, rule: Rule) -> Iterator[tuple[Look, int]]:
    for look, free in pile.views:
        yield look, max(0, gone - free)
    if pile.within and any(True for part in pile.within for _ in _views(part)):
        for part, taken in zip(pile.within, _parts(pile, gone, rule), strict=True):
            yield from _within(part, taken, rule)


def _product(numbers: list[int]) -> int:
    """Return the product, by halves: long numbers are multiplied with long ones."""
    while len(numbers) > 8:
        numbers = [math.prod(numbers[at : at + 2]) for at in range(0, len(numbers), 2)]
    return math.prod(numbers)


def _log(number: Fraction) -> float:
    return math.log(number.numerator) - math.log(number.denominator)
