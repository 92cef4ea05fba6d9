"""The swap audit against published values, full enumeration, and its laws."""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import combinations, pairwise, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lotwarden.core.audits import swaps
from lotwarden.core.audits.refusals import AuditInputInvalid, NoSampleSuffices
from lotwarden.core.audits.swaps import Recognition
from lotwarden.core.audits.tails import Checked, at_most, compare

NINETY_FIVE = Fraction(19, 20)
HALF = Fraction(1, 2)


def test_the_published_sample_sizes_of_a_thousand_units() -> None:
    found = {
        k: swaps.smallest_sample(units=1000, swapped=k, confidence=NINETY_FIVE)
        for k in (1, 2, 5, 10, 20, 50)
    }

    assert found == {1: 950, 2: 777, 5: 450, 10: 258, 20: 138, 50: 57}


def test_at_a_tie_the_number_is_excluded() -> None:
    """950 of 1,000 miss one unit in exactly 1 of 20 cases: not in more."""
    assert at_most(Checked(1000, 950), bad=1, most=0) == Fraction(1, 20)
    assert swaps.possible(units=1000, n=950, found=0, confidence=NINETY_FIVE)[:2] == (0, 0)
    assert swaps.possible(units=1000, n=949, found=0, confidence=NINETY_FIVE)[:2] == (0, 1)


def test_six_missing_of_a_hundred_prove_at_least_24_of_a_thousand() -> None:
    found = swaps.possible(units=1000, n=100, found=6, confidence=Fraction(39, 40))

    assert found.lower == 24


@pytest.mark.parametrize("s", [Fraction(1), HALF, Fraction(4, 5)])
def test_the_tail_is_what_counting_every_case_gives(s: Fraction) -> None:
    units = 5
    for bad, n, most in product(range(units + 1), range(units + 1), range(3)):
        chance = Fraction(0)
        for drawn in combinations(range(units), n):
            hit = sum(one < bad for one in drawn)
            for seen in product((True, False), repeat=hit):
                if sum(seen) <= most:
                    chance += math.prod((s if one else 1 - s for one in seen), start=Fraction(1))

        told = at_most(Checked(units, n, s), bad=bad, most=most)

        assert told == chance / math.comb(units, n), (bad, n, most)


@given(
    st.integers(1, 80), st.data(), st.sampled_from([Fraction(1), HALF, Fraction(9, 10)])
)  # fmt: skip
@settings(max_examples=150, deadline=None)
def test_floats_never_decide_a_tie(units: int, data: st.DataObject, s: Fraction) -> None:
    check = Checked(units, data.draw(st.integers(0, units)), s)
    bad, most = data.draw(st.integers(0, units)), data.draw(st.integers(0, 4))
    chance = at_most(check, bad=bad, most=most)
    hair = Fraction(1, 10**30)

    assert compare(check, bad=bad, most=most, level=chance) == 0
    assert compare(check, bad=bad, most=most, level=chance + hair) == -1
    assert compare(check, bad=bad, most=most, level=chance - hair) == 1


def test_a_near_tie_among_millions_is_decided_at_once() -> None:
    """Half of ten million miss both of two in 1/4 − 1/(4·9,999,999) of all cases."""
    half = Checked(10**7, 5 * 10**6)

    assert compare(half, bad=2, most=0, level=Fraction(1, 4)) == -1
    assert compare(half, bad=1, most=0, level=HALF) == 0


@pytest.mark.parametrize("most", [0, 200])
def test_the_sum_by_arrays_is_the_sum_in_whole_numbers(most: int) -> None:
    check = Checked(2000, 700, Fraction(4, 5))
    chance = at_most(check, bad=640, most=most)

    for level, sign in ((chance * Fraction(10**7 - 1, 10**7), 1), (chance, 0)):
        assert compare(check, bad=640, most=most, level=level) == sign


@pytest.mark.parametrize("s", [Fraction(1), Fraction(4, 5)])
def test_each_end_holds_as_often_as_promised_whatever_was_swapped(s: Fraction) -> None:
    units, n, confidence = 14, 6, Fraction(4, 5)
    told = [
        swaps.possible(units=units, n=n, found=d, confidence=confidence,
                       recognition=Recognition(s))
        for d in range(n + 1)
    ]  # fmt: skip
    for swapped in range(units + 1):
        check = Checked(units, n, s)
        upto = [at_most(check, bad=swapped, most=d) for d in range(-1, n + 1)]
        chances = [b - a for a, b in pairwise(upto)]

        upper = sum(p for p, one in zip(chances, told, strict=True) if swapped <= one.upper)
        lower = sum(p for p, one in zip(chances, told, strict=True) if swapped >= one.lower)

        assert upper >= confidence
        assert lower >= confidence


@given(st.integers(1, 60), st.data())
@settings(max_examples=80, deadline=None)
def test_a_clean_unit_never_raises_it_and_a_swapped_one_never_lowers_it(
    units: int, data: st.DataObject
) -> None:
    n = data.draw(st.integers(0, units - 1))
    found = data.draw(st.integers(0, n))

    def upper(n: int, found: int) -> int:
        return swaps.possible(units=units, n=n, found=found, confidence=NINETY_FIVE).upper

    assert upper(n + 1, found) <= upper(n, found) <= upper(n + 1, found + 1)


def test_the_smallest_sample_is_the_first_that_suffices() -> None:
    for units, s in product((20, 33), (Fraction(1), Fraction(19, 20))):
        weak = Recognition(s)
        n = swaps.smallest_sample(units=units, swapped=4, confidence=NINETY_FIVE, recognition=weak)
        chances = [
            swaps.detection(units=units, swapped=4, n=one, recognition=weak) for one in (n - 1, n)
        ]

        assert chances[0] < NINETY_FIVE <= chances[1]


def test_no_number_of_units_cures_a_forger_who_fools_the_inspector() -> None:
    """All or nothing: at s = 0.95 the 5 % are used up; at 0.97 the draw has what is left."""
    fooled = Recognition(Fraction(95, 100), all_or_nothing=True)
    seldom = Recognition(Fraction(97, 100), all_or_nothing=True)
    asked = {"units": 1000, "n": 400, "found": 0, "confidence": NINETY_FIVE}

    assert swaps.possible(**asked, recognition=fooled).upper == 1000  # type: ignore[arg-type]
    at_2_of_97 = swaps.possible(units=1000, n=400, found=0, confidence=1 - Fraction(2, 97)).upper
    assert swaps.possible(**asked, recognition=seldom).upper == at_2_of_97  # type: ignore[arg-type]
    with pytest.raises(NoSampleSuffices):
        swaps.smallest_sample(units=1000, swapped=10, confidence=NINETY_FIVE, recognition=fooled)


def test_emptied_cartons_are_bounded_as_cartons() -> None:
    sizes = [24] * 50
    upper = swaps.possible(units=50, n=20, found=0, confidence=NINETY_FIVE).upper

    assert swaps.cartons(sizes=sizes, opened=20, bad=[], confidence=NINETY_FIVE) == (
        upper, 24 * upper,
    )  # fmt: skip
    assert swaps.cartons(sizes=[9, 5, 1], opened=1, bad=[1], confidence=NINETY_FIVE) == (3, 15)


def test_a_place_in_the_pile_is_named_once() -> None:
    shape = (2, 3, 4)
    named = swaps.positions(ordinals=list(range(1, 25)), shape=shape)

    assert named == [(a, b, c) for a in (1, 2) for b in (1, 2, 3) for c in (1, 2, 3, 4)]


def test_every_wrong_number_is_named() -> None:
    with pytest.raises(AuditInputInvalid) as refused:
        swaps.possible(units=10, n=11, found=12, confidence=Fraction(2))

    assert refused.value.data["fields"] == ["checked", "found", "confidence"]


def test_the_sentence_says_what_the_number_means() -> None:
    told = swaps.possible(units=1000, n=100, found=0, confidence=NINETY_FIVE)

    assert str(told.sentence) == (
        "At most 28 of the 1,000 units can be swapped. If more were, this check of 100 would have "
        "shown it in at least 95 of 100 cases."
    )
    nothing = swaps.possible(units=1000, n=0, found=0, confidence=NINETY_FIVE)
    assert "excludes nothing" in str(nothing.sentence)
