"""Bounds at every look: their promise, proven by walking every path."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise, permutations, product
from math import comb

from hypothesis import given, settings
from hypothesis import strategies as st

from lotwarden.core.audits import swaps
from lotwarden.core.audits.anytime import after_cartons, after_units, bet, sentence


def test_the_bet_is_a_distribution_over_paths() -> None:
    for n in range(12):
        assert sum(comb(n, x) * bet(n, x) for x in range(n + 1)) == 1


def test_who_looks_after_every_unit_is_wrong_no_more_often_than_promised() -> None:
    """All 1,024 orders of ten units; the bounds are what the last look leaves of them all."""
    units, confidence = 10, Fraction(4, 5)
    right = dict.fromkeys(range(units + 1), 0)
    for path in product((0, 1), repeat=units):
        last = after_units(units=units, looks=[(1, x) for x in path], confidence=confidence)[-1]
        right[sum(path)] += last.lower <= sum(path) <= last.upper

    assert all(Fraction(n, comb(units, k)) >= confidence for k, n in right.items())
    assert any(n < comb(units, k) for k, n in right.items()), "the promise is used, not idle"


def test_who_looks_after_every_carton_is_wrong_no_more_often_than_promised() -> None:
    sizes, confidence = (3, 2, 2, 1), Fraction(1, 2)
    missed = 0
    for bad in product(*(range(size + 1) for size in sizes)):
        right = tried = 0
        for order in permutations(range(4)):
            last = after_cartons(
                sizes=sizes, opened=[(sizes[c], bad[c]) for c in order[:3]], confidence=confidence
            )[-1]
            tried += 1
            right += last.lower <= sum(bad) <= last.upper
        missed += tried - right

        assert Fraction(right, tried) >= confidence, bad

    assert missed, "the promise is used, not idle"


def test_all_units_looked_at_leave_no_doubt() -> None:
    looks = after_units(units=6, looks=[(3, 1), (3, 1)], confidence=Fraction(19, 20))

    assert looks[-1][2:] == (2, 2)


def test_looking_early_costs_little_while_all_is_clean() -> None:
    fixed = swaps.possible(units=1000, n=300, found=0, confidence=Fraction(19, 20)).upper
    looks = after_units(units=1000, looks=[(1, 0)] * 300, confidence=Fraction(19, 20))

    assert fixed <= looks[-1].upper <= fixed + 1


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=1, max_size=6))
@settings(max_examples=60, deadline=None)
def test_bounds_never_widen_again(asked: list[tuple[int, int]]) -> None:
    looks = after_units(
        units=80, looks=[(n, min(n, x)) for n, x in asked], confidence=Fraction(9, 10)
    )

    for a, b in pairwise(looks):
        assert a.lower <= b.lower
        assert a.upper >= b.upper


def test_looks_that_cannot_all_be_are_said_to_contradict() -> None:
    """Clean for 500 of 1,000 units, then 60 swapped in a row: no honest order gives this."""
    last = after_units(units=1000, looks=[(500, 0), (60, 60)], confidence=Fraction(19, 20))[-1]

    assert last.lower > last.upper
    assert "an assumption is false" in str(sentence(last, units=1000, confidence=Fraction(19, 20)))
