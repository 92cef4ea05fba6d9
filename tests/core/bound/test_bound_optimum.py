"""The optimum found by taking the cheapest next unit is the one of a programme that knows no
convexity: over random piles, nested looks, eyes that miss some, cartons, and after misses."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lotwarden.core.bound.chances import Look, chance, logs, shares, weight, weight_logs
from lotwarden.core.bound.optimum import Lumps, Pile, Rule, View, most
from tests.core.bound.ways import programme

law = settings(max_examples=40, deadline=None)
LEVELS = st.sampled_from([Fraction(1, 20), Fraction(1, 25), Fraction(1, 5), Fraction(1, 2)])
EYES = st.sampled_from([Fraction(1), Fraction(1), Fraction(4, 5), Fraction(1, 3)])


@st.composite
def looks(draw: st.DrawFn, n: int, *, clean: bool = True, together: bool = False) -> Look:
    m = draw(st.integers(1, n))
    x = 0 if clean else draw(st.integers(0, min(m, 2)))
    return Look(n, m, x, draw(EYES), together)


@st.composite
def leaves(draw: st.DrawFn, *, clean: bool = True) -> Pile:
    n = draw(st.integers(1, 9))
    views = [View(draw(looks(n, clean=clean))) for _ in range(draw(st.integers(0, 2)))]
    return Pile(min([n, *(one.look.most for one in views)]), tuple(views))


@st.composite
def trees(draw: st.DrawFn, *, clean: bool = True) -> Pile:
    within = tuple(draw(st.lists(leaves(clean=clean), min_size=1, max_size=3)))
    there = sum(one.size for one in within)
    if not there:
        return within[0]
    look = draw(looks(there, clean=clean))
    free = draw(st.integers(0, 2))
    return Pile(min(there, look.most + free), (View(look, free),), within)


@law
@given(st.lists(leaves() | trees(), min_size=1, max_size=3), LEVELS)
def test_greedy_is_the_optimum_while_everything_is_clean(
    piles: Sequence[Pile], level: Fraction
) -> None:
    assert most(piles, [], Rule(level)).units == programme(piles, level=level)


@law
@given(
    st.lists(leaves(clean=False) | trees(clean=False), min_size=1, max_size=3),
    st.sampled_from([Fraction(1, 100), Fraction(1, 10)]),
    st.sampled_from([Fraction(2, 3), Fraction(6, 7), Fraction(0)]),
)
def test_greedy_is_the_optimum_of_the_mixture(
    piles: Sequence[Pile], level: Fraction, none: Fraction
) -> None:
    assert most(piles, [], Rule(level, none)).units == programme(piles, level=level, none=none)


@law
@given(st.data(), st.lists(leaves(), min_size=1, max_size=2), LEVELS)
def test_cartons_and_all_or_nothing_eyes_are_tried_in_all_their_states(
    data: st.DataObject, piles: Sequence[Pile], level: Fraction
) -> None:
    lumps = []
    for _ in range(data.draw(st.integers(1, 2))):
        n = data.draw(st.integers(1, 6))
        look = data.draw(looks(n, together=data.draw(st.booleans())))
        sizes = sorted(data.draw(st.lists(st.integers(1, 9), min_size=n, max_size=n)))[::-1]
        lumps.append(Lumps(look, tuple(sum(sizes[:u]) for u in range(n + 1))))

    assert most(piles, lumps, Rule(level)).units == programme(piles, lumps, level=level)


def test_the_worst_case_says_where_the_units_are() -> None:
    piles = [Pile(80, (View(Look(100, 20, 0)),)), Pile(30), Pile(45, (View(Look(60, 15, 0)),))]
    rule = Rule(Fraction(1, 20))

    worst = most(piles, [], rule)

    assert sum(worst.gone) == worst.units
    assert worst.gone[1] == 30
    states = [(pile.views[0].look, worst.gone[at]) for at, pile in enumerate(piles) if pile.views]
    assert rule.keeps(states)


@pytest.mark.parametrize("n", [20, 40, 100, 1000, 10_000])
def test_a_tie_is_no_longer_kept(n: int) -> None:
    m = n * 19 // 20  # P(clean | 1 gone) is exactly 1/20
    pile = Pile(n - m, (View(Look(n, m, 0)),))

    assert most([pile], [], Rule(Fraction(1, 20))).units == 0
    assert most([pile], [], Rule(Fraction(1, 20) - Fraction(1, 10**15))).units == 1


def test_a_tie_of_a_product_is_seen() -> None:
    # 1/4 · 1/5 = 1/20, from two piles of which one unit each is gone.
    piles = [Pile(1, (View(Look(4, 3, 0)),)), Pile(1, (View(Look(5, 4, 0)),))]

    assert most(piles, [], Rule(Fraction(1, 20))).units == 1
    assert most(piles, [], Rule(Fraction(1, 20) - Fraction(1, 10**15))).units == 2


@pytest.mark.parametrize("s", [Fraction(1), Fraction(4, 5), Fraction(1, 10)])
@pytest.mark.parametrize(("n", "m", "x"), [(50, 10, 0), (40, 10, 2), (20, 17, 1), (7, 7, 1)])
@pytest.mark.parametrize("together", [False, True])
def test_floats_and_fractions_agree(n: int, m: int, x: int, s: Fraction, together: bool) -> None:
    look, none = Look(n, m, x, s, together), Fraction(2, 3)
    near, weighed = logs(look, n), weight_logs(look, n, none)

    for gone in range(n + 1):
        exact = chance(look, gone)
        if exact == 0:
            assert not together
            assert near[gone] == -math.inf
            continue
        assert near[gone] == pytest.approx(math.log(exact), abs=1e-10)
        assert weighed[gone] == pytest.approx(math.log(weight(look, gone, none)), abs=1e-10)


@pytest.mark.parametrize("m", [0, 1, 5, 200])
def test_the_shares_of_a_mixture_sum_to_one(m: int) -> None:
    assert sum(shares(Look(300, m, min(m, 2)), Fraction(2, 3))) == 1


@pytest.mark.parametrize("s", [Fraction(1), Fraction(4, 5)])
def test_a_weight_has_a_mean_of_one_at_most_whatever_is_gone(s: Fraction) -> None:
    n, m, none = 12, 5, Fraction(2, 3)
    for gone in range(n + 1):
        up_to = [chance(Look(n, m, x, s), gone) for x in range(m + 1)]
        masses = [b - a for a, b in zip([Fraction(0), *up_to], up_to, strict=False)]

        mean = sum(
            mass * weight(Look(n, m, x, s), gone, none) for x, mass in enumerate(masses) if mass
        )

        assert mean <= 1
