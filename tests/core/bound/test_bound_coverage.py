"""The bound fails at most as often as promised, whatever the holder does.

`worst_miss` is exact: two piles are drawn from in turn, the holder chooses the second after he
has seen the first, and every outcome is weighed.  The simulations play the six piles of the
tables against holders who know the rule.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import cache
from itertools import pairwise, product

import numpy as np
import pytest
from scipy import stats

from lotwarden.core.bound.chances import Look
from lotwarden.core.bound.optimum import Pile, Rule, View, most
from lotwarden.core.bound.pieces import Piece
from lotwarden.core.bound.reckoning import Settings, upper_end
from tests.core.bound.ways import SIX

Drawn = tuple[tuple[int, int], ...]


@cache
def bounded(drawn: Drawn, missing: tuple[int, ...]) -> int:
    pieces = [
        Piece(kind="draw", n=n, m=m, missing=x) for (n, m), x in zip(drawn, missing, strict=True)
    ]
    return upper_end(pieces, Settings()).units


def worst_miss(first: tuple[int, int], seconds: Sequence[tuple[int, int]]) -> tuple[float, float]:
    """Return how often the bound fails at worst: for a holder who decides before, and one who
    reacts to the first draw; the second pile is drawn as `seconds[x]` says after x were missing
    (the last stands for all further)."""
    (n1, m1), n2 = first, seconds[0][0]

    def after(x: int) -> tuple[int, int]:
        return seconds[min(x, len(seconds) - 1)]

    bounds = {
        x: [bounded((first, after(x)), (x, y)) for y in range(after(x)[1] + 1)]
        for x in range(m1 + 1)
    }
    here = stats.hypergeom.pmf(np.arange(m1 + 1)[None, :], n1, np.arange(n1 + 1)[:, None], m1)
    there = {
        m2: stats.hypergeom.pmf(np.arange(m2 + 1)[None, :], n2, np.arange(n2 + 1)[:, None], m2)
        for _, m2 in set(seconds)
    }
    fails = {  # by first k, then x, then second k
        x: np.array([
            (there[after(x)[1]] * (k1 + np.arange(n2 + 1)[:, None] > np.array(bounds[x]))).sum(1)
            for k1 in range(n1 + 1)
        ])
        for x in range(m1 + 1)
    }  # fmt: skip
    joint = np.array([[here[k1, x] * fails[x][k1] for x in fails] for k1 in range(n1 + 1)])
    static = joint.sum(axis=1).max()
    adaptive = joint.max(axis=2).sum(axis=1).max()
    return float(static), float(adaptive)


def test_the_worst_holder_of_two_piles_is_missed_as_often_as_the_table_says() -> None:
    static, adaptive = worst_miss((80, 20), [(40, 5)])

    assert (round(static, 3), round(adaptive, 3)) == (0.031, 0.031)


@pytest.mark.long
@pytest.mark.parametrize(
    ("first", "second", "told"),
    [
        ((60, 15), (60, 15), (0.036, 0.037)),
        ((100, 10), (60, 30), (0.036, 0.036)),
    ],
)
def test_the_other_pairs_of_piles_are_missed_as_often_as_the_table_says(
    first: tuple[int, int], second: tuple[int, int], told: tuple[float, float]
) -> None:
    static, adaptive = worst_miss(first, [second])

    assert (round(static, 3), round(adaptive, 3)) == told


@pytest.mark.long
def test_an_auditor_who_adapts_too_keeps_the_promise() -> None:
    _, adaptive = worst_miss((60, 15), [(60, 10), (60, 30)])

    assert round(adaptive, 3) == 0.033


# Simulations

Holder = Callable[[np.random.Generator, int, Drawn], "tuple[int, tuple[int, ...]]"]
"""Plays K units against a design: returns the units really gone and what each draw missed."""

DESIGNS: dict[str, Drawn] = {
    "5 %": tuple((n, -(-n // 20)) for n in SIX),
    "20 each": tuple((n, 20) for n in SIX),
    "one pile exempt": (*((n, 30) for n in SIX[:5]), (40, 0)),
}


def missed(rng: np.random.Generator, n: int, m: int, gone: int) -> int:
    return int(rng.hypergeometric(gone, n - gone, m)) if gone and m else 0


def fixed(order: Callable[[Drawn, int], Sequence[int]]) -> Holder:
    def play(rng: np.random.Generator, units: int, drawn: Drawn) -> tuple[int, tuple[int, ...]]:
        gone = order(drawn, units)
        found = (missed(rng, n, m, k) for (n, m), k in zip(drawn, gone, strict=True))
        return sum(gone), tuple(found)

    return play


def filled(drawn: Drawn, units: int, order: Sequence[int]) -> list[int]:
    gone = [0] * len(drawn)
    for at in order:
        gone[at] = min(drawn[at][0], units - sum(gone))
    return gone


def concentrated(drawn: Drawn, units: int) -> list[int]:
    return filled(drawn, units, range(len(drawn)))


def tail_first(drawn: Drawn, units: int) -> list[int]:
    return filled(drawn, units, range(len(drawn))[::-1])


def lowest_share_first(drawn: Drawn, units: int) -> list[int]:
    return filled(
        drawn, units, sorted(range(len(drawn)), key=lambda at: drawn[at][1] / drawn[at][0])
    )


def spread(drawn: Drawn, units: int) -> list[int]:
    there = sum(n for n, _ in drawn)
    ends = [0, *np.cumsum([n for n, _ in drawn]).tolist()]
    return [units * b // there - units * a // there for a, b in pairwise(ends)]


@cache
def best_reply(drawn: Drawn, units: int) -> tuple[int, ...]:
    """Return the cheapest place for so many units, by the prices of the joint rule."""
    gone = [0] * len(drawn)
    for _ in range(units):
        at = min(
            (at for at, (n, m) in enumerate(drawn) if gone[at] < n),
            key=lambda at: drawn[at][1] / (drawn[at][0] - gone[at]),
        )
        gone[at] += 1
    return tuple(gone)


def pushing(*, dump: bool) -> Holder:
    """Take from each pile while everything is clean; at a miss stop, or take all that is left."""

    def play(rng: np.random.Generator, units: int, drawn: Drawn) -> tuple[int, tuple[int, ...]]:
        plan, seen, gone, hit = best_reply(drawn, units), [], 0, False
        for (n, m), k in zip(drawn, plan, strict=True):
            taken = (n if dump else 0) if hit else k
            seen.append(missed(rng, n, m, taken))
            gone, hit = gone + taken, hit or seen[-1] > 0
        return gone, tuple(seen)

    return play


def waiting(rng: np.random.Generator, units: int, drawn: Drawn) -> tuple[int, tuple[int, ...]]:
    """Touch nothing in the first half; nothing was missed there, so take from the rest."""
    half = len(drawn) // 2
    gone = [0] * half + filled(drawn[half:], units, range(len(drawn) - half))
    return sum(gone), tuple(missed(rng, n, m, k) for (n, m), k in zip(drawn, gone, strict=True))


HOLDERS: dict[str, Holder] = {
    "concentrated": fixed(concentrated),
    "spread": fixed(spread),
    "tail piles first": fixed(tail_first),
    "lowest share first": fixed(lowest_share_first),
    "best reply": fixed(best_reply),
    "push, stop at a miss": pushing(dump=False),
    "push, dump at a miss": pushing(dump=True),
    "wait for a clean half": waiting,
}


@pytest.mark.long
@pytest.mark.parametrize("design", DESIGNS)
@pytest.mark.parametrize("holder", HOLDERS)
def test_whatever_the_holder_does_the_bound_covers_it(holder: str, design: str) -> None:
    drawn, rng, plays = DESIGNS[design], np.random.default_rng(20_261_124), 400
    clean = bounded(drawn, (0,) * len(drawn))
    there = sum(n for n, _ in drawn)
    worst = 1.0
    for times in (0.5, 1.02, 1.5, 3):
        units = min(there, math.ceil(clean * times) + 1)
        played = [HOLDERS[holder](rng, units, drawn) for _ in range(plays)]
        worst = min(worst, np.mean([gone <= bounded(drawn, seen) for gone, seen in played]))

    assert worst >= 0.95 - 3 * math.sqrt(0.95 * 0.05 / plays)


@pytest.mark.long
def test_greedy_is_the_optimum_of_every_small_nested_case() -> None:
    """A draw over one list and a draw in each of its piles, every combination tried."""
    level = Fraction(1, 20)
    for n1, n2, m1, m2 in product((6, 9), (5, 8), (1, 3), (2, 4)):
        for whole in (2, 5):
            sizes = (n1 - m1, n2 - m2)
            looks = (Look(n1, m1, 0), Look(n2, m2, 0), Look(n1 + n2, whole, 0))
            parts = tuple(
                Pile(size, (View(look),)) for size, look in zip(sizes, looks, strict=False)
            )
            pile = Pile(min(sum(sizes), looks[2].most), (View(looks[2]),), parts)
            rule = Rule(level)

            tried = max(
                a + b
                for a, b in product(range(sizes[0] + 1), range(sizes[1] + 1))
                if rule.keeps(zip(looks, (a, b, a + b), strict=True))
            )

            assert most([pile], [], rule).units == tried
