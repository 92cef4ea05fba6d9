"""Counts, two lists, mixing, rework and weights: coverage by counting every outcome."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations, product
from math import comb

import pytest

from lotwarden.core.audits.counts import count, forged, two_lists
from lotwarden.core.audits.rates import Sample, mixing, rework
from lotwarden.core.audits.weights import Reference, Scale, reweighed, weighed

KNOWN = Reference(mean=2.0, sd=0.05, n=40, lightest=1.8)


def test_a_count_without_identity_excludes_only_what_somebody_vouches_for() -> None:
    asked = {"units": 500, "counted": 497, "error": 2}

    assert count(**asked, identity=True).upper == 3  # type: ignore[arg-type]
    assert count(**asked, identity=False).upper == 500  # type: ignore[arg-type]
    assert count(**asked, identity=False, no_substitutes=True).upper == 5  # type: ignore[arg-type]
    assert count(units=5, counted=9, identity=False, no_substitutes=True).upper == 0


def test_forged_units_stay_possible_while_missing_them_all_is_likely_enough() -> None:
    for s, confidence in ((Fraction(1, 2), Fraction(15, 16)), (Fraction(4, 5), Fraction(19, 20))):
        most = forged(verified=100, sensitivity=s, confidence=confidence)

        assert (1 - s) ** most > 1 - confidence >= (1 - s) ** (most + 1)


def test_two_lists_hold_the_truth_as_often_as_promised() -> None:
    first, second, confidence = 12, 10, Fraction(4, 5)
    told = {
        both: two_lists(first=first, second=second, both=both, confidence=confidence)
        for both in range(second + 1)
    }
    for units in (22, 25, 30, 40, 90):
        right = sum(
            Fraction(comb(first, both) * comb(units - first, second - both), comb(units, second))
            for both, one in told.items()
            if one.lower <= units and (one.upper is None or units <= one.upper)
        )

        assert right >= confidence, units


def test_two_lists_without_a_unit_in_common_have_no_upper_end() -> None:
    told = two_lists(first=12, second=10, both=0, confidence=Fraction(19, 20))

    assert told.upper is None
    assert told.estimate == 142
    assert "cannot tell how many at most" in str(told.sentence)


def test_the_mixing_share_is_held_as_often_as_promised() -> None:
    n, confidence = 7, Fraction(7, 10)
    told = {
        bad: mixing(accepted=Sample(bad[0], n), rejected=Sample(bad[1], n),
                    arrived=Sample(bad[2], n), confidence=confidence)
        for bad in product(range(n + 1), repeat=3)
    }  # fmt: skip
    for p_a, p_r, f in product((0.0, 0.1), (0.1, 0.6, 1.0), (0.0, 0.3, 1.0)):
        rates = (p_a, p_r, (1 - f) * p_a + f * p_r)
        right = 0.0
        for bad, one in told.items():
            if one.lower <= f <= one.upper:
                chance = 1.0
                for x, p in zip(bad, rates, strict=True):
                    chance *= comb(n, x) * p**x * (1 - p) ** (n - x)
                right += chance

        assert right >= float(confidence), (p_a, p_r, f)


def test_lots_with_like_rates_cannot_tell_what_was_mixed() -> None:
    alike = mixing(accepted=Sample(20, 200), rejected=Sample(22, 200), arrived=Sample(21, 200),
                   confidence=Fraction(19, 20))  # fmt: skip
    apart = mixing(accepted=Sample(1, 1000), rejected=Sample(500, 1000), arrived=Sample(250, 1000),
                   confidence=Fraction(19, 20))  # fmt: skip
    neither = mixing(accepted=Sample(0, 900), rejected=Sample(90, 900), arrived=Sample(800, 900),
                     confidence=Fraction(19, 20))  # fmt: skip

    assert not alike.tells
    assert "cannot tell" in str(alike.sentence)
    assert apart.tells
    assert 0.39 < apart.lower < 0.5 < apart.upper < 0.62
    assert "other goods" in str(neither.sentence)


def test_the_rework_test_is_what_counting_every_allotment_gives() -> None:
    for n_before, n_after, bad in ((4, 3, 3), (3, 5, 4), (5, 2, 2)):
        allotments = list(combinations(range(n_before + n_after), bad))
        for few in range(min(n_after, bad) + 1):
            if bad - few > n_before:
                continue
            as_few = sum(sum(one >= n_before for one in unit) <= few for unit in allotments)

            told = rework(before=Sample(bad - few, n_before), after=Sample(few, n_after),
                          confidence=Fraction(19, 20))  # fmt: skip

            assert told.p_value == Fraction(as_few, len(allotments))


@pytest.mark.parametrize("p", [0.05, 0.3, 0.5, 0.9])
def test_untouched_goods_seldom_look_reworked(p: float) -> None:
    n, confidence = 9, Fraction(4, 5)
    chance = [comb(n, x) * p**x * (1 - p) ** (n - x) for x in range(n + 1)]
    wrong = sum(
        chance[a] * chance[b]
        for a, b in product(range(n + 1), repeat=2)
        if rework(before=Sample(a, n), after=Sample(b, n), confidence=confidence).fell
    )

    assert wrong <= 1 - confidence


def test_a_weight_excludes_nothing_unless_no_substitute_exists() -> None:
    full = weighed(units=500, weight=1000.0, reference=KNOWN, confidence=Fraction(19, 20))
    vouched = weighed(units=500, weight=1000.0, reference=KNOWN, confidence=Fraction(19, 20),
                      no_substitutes=True)  # fmt: skip

    assert (full.alarm, full.upper) == (False, 500)
    assert "proves nothing by itself" in str(full.sentence)
    assert vouched.upper == full.missing < 10


def test_a_load_too_light_alarms_and_reckons_with_the_lightest_taken() -> None:
    exact = Reference(mean=2.0, sd=0.0, n=40, lightest=1.6)
    light = weighed(units=500, weight=984.0, reference=exact, confidence=Fraction(19, 20))

    assert light.alarm
    assert light.missing == 10  # 16 kg short are 8 units of the mean, 10 of the lightest


def test_the_reference_samples_own_error_widens_the_bound() -> None:
    """n²σ²/r: 500 units known from 40 weighed err by 500·σ/√40, far more than √500·σ."""
    few = weighed(units=500, weight=1000.0, reference=KNOWN, confidence=Fraction(19, 20))
    many = weighed(units=500, weight=1000.0, reference=KNOWN._replace(n=10**6),
                   confidence=Fraction(19, 20))  # fmt: skip

    # z·sd is 1.645·√(1.25 + 15.6) kg = 6.75 kg, and 1.84 kg: 3 and 1 of the lightest.
    assert (few.missing, many.missing) == (3, 1)


def test_weighing_the_same_load_again_cancels_the_spread_of_units() -> None:
    asked = {"before": 1000.0, "lightest": 1.8, "confidence": Fraction(19, 20)}

    assert reweighed(after=1000.0, scale=Scale(0.0), **asked) == 0  # type: ignore[arg-type]
    assert reweighed(after=994.6, scale=Scale(0.0), **asked) == 3  # type: ignore[arg-type]
    assert reweighed(after=1000.0, scale=Scale(0.001), **asked) == 1  # type: ignore[arg-type]
