"""The curves of a plan: beside scipy, beside enumeration, and the laws they keep."""

from __future__ import annotations

import subprocess
import sys
from fractions import Fraction
from itertools import product
from math import comb
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from lotwarden.core import sampling

SHARES = np.concatenate([[0.0, 1e-12, 1e-6], np.linspace(0.001, 1.0, 1000)])

DOUBLE = ((125, 3, 7), (250, 8, 9))
SEVEN = (
    *((50, None, 5), (100, 3, 8), (150, 6, 10), (200, 8, 13)),
    *((250, 11, 15), (300, 14, 17), (350, 18, 19)),
)


def _stages(steps: list[tuple[int, int, int]]) -> tuple[tuple[int, int | None, int], ...]:
    """Stages from what each adds to n and Ac, and how far its Re lies above its Ac."""
    stages: list[tuple[int, int | None, int]] = []
    n = ac = re = 0
    for more, up, gap in steps:
        n, ac = n + more, ac + up
        re = max(re, ac + gap)
        stages.append((n, None if gap == 4 else ac, re))
    return tuple(stages)


small_plans = st.lists(
    st.tuples(st.integers(1, 4), st.integers(0, 2), st.integers(1, 4)), min_size=1, max_size=3
).map(_stages)


def enumerated(stages: Any, lot_size: int, defectives: int) -> tuple[Fraction, Fraction, Fraction]:
    """Pa, ASN, and ASN stopping at Re, over every order in which the sample can come."""
    drawn = stages[-1][0]
    accepted = units = until_known = Fraction(0)
    for order in product((0, 1), repeat=drawn):
        held = sum(order)
        if held > defectives or drawn - held > lot_size - defectives:
            continue
        weight = Fraction(comb(lot_size - drawn, defectives - held), comb(lot_size, defectives))
        for place, (n, ac, re) in enumerate(stages):
            found = sum(order[:n])
            if found >= re:
                units += weight * n
                until_known += weight * (1 + [*_sums(order)].index(re))
                break
            if place == len(stages) - 1 or (ac is not None and found <= ac):
                accepted += weight
                units += weight * n
                until_known += weight * n
                break
    return accepted, units, until_known


def _sums(order: tuple[int, ...]) -> list[int]:
    return [sum(order[: place + 1]) for place in range(len(order))]


@pytest.mark.parametrize(
    ("n", "ac"), [(1, 0), (5, 5), (13, 0), (80, 7), (3922, 7), (2000, 900), (100_000, 5000)]
)
def test_a_single_plan_has_the_tail_of_its_distribution(n: int, ac: int) -> None:
    binomial = sampling.oc(n=n, ac=ac, p=SHARES)
    poisson = sampling.oc(n=n, ac=ac, p=3 * SHARES, model="poisson")

    assert np.abs(binomial - stats.binom.cdf(ac, n, SHARES)).max() < 1e-12
    assert np.abs(poisson - stats.poisson.cdf(ac, n * 3 * SHARES)).max() < 1e-12


@pytest.mark.parametrize(
    ("lot_size", "n", "ac"),
    [(2, 1, 0), (50, 50, 3), (1000, 80, 7), (20_000, 3150, 44), (100_000, 2, 1)],
)
def test_every_lot_has_the_tail_of_its_own_draw(lot_size: int, n: int, ac: int) -> None:
    every = np.arange(lot_size + 1)
    some = np.unique(np.concatenate([every[:50], np.linspace(0, lot_size, 60).astype(int)]))
    truth = stats.hypergeom.cdf(ac, lot_size, some, n)
    asked: dict[str, Any] = {"n": n, "ac": ac, "model": "hypergeometric", "lot_size": lot_size}

    together = sampling.oc(p=every / lot_size, **asked)
    one_by_one = np.array([sampling.oc(p=d / lot_size, **asked) for d in some])

    assert together.shape == every.shape
    assert np.abs(together[some] - truth).max() < 1e-12
    assert np.abs(one_by_one - truth).max() < 1e-12


def test_the_far_tail_of_a_lot_keeps_its_digits() -> None:
    """A plan of 200 of 1,000 at Ac 0 lets 300 bad units through once in 10^39."""
    exact = Fraction(comb(700, 200), comb(1000, 200))

    found = sampling.oc(n=200, ac=0, p=np.arange(1001) / 1000, model="hypergeometric",
                        lot_size=1000)  # fmt: skip

    assert found[300] == pytest.approx(float(exact), rel=1e-10)


def test_a_lot_of_a_thousand_million_is_not_held_in_memory() -> None:
    lots = np.array([0.0, 0.01, 0.02])

    found = sampling.oc(n=80, ac=1, p=lots, model="hypergeometric", lot_size=10**9)

    assert np.abs(found - stats.binom.cdf(1, 80, lots)).max() < 1e-6


@pytest.mark.parametrize("stages", [DOUBLE, SEVEN])
def test_a_staged_plan_has_the_tail_of_its_stages(stages: Any) -> None:
    """The state of each stage, carried forward with scipy's distributions."""
    p = SHARES[::20]
    state, drawn, accepted, units = {0: np.ones(p.shape)}, 0, 0.0, 0.0
    for place, (n, ac, re) in enumerate(stages):
        units = units + sum(state.values()) * (n - drawn)
        here = {
            d: sum(share * stats.binom.pmf(d - b, n - drawn, p) for b, share in state.items())
            for d in range(re)
        }
        last = place == len(stages) - 1
        taken = [d for d in here if last or (ac is not None and d <= ac)]
        accepted = accepted + sum(here.pop(d) for d in taken)
        state, drawn = here, n

    found = sampling.plan_curves(stages=stages, p=p, lot_size=5000)

    assert np.abs(found.pa - accepted).max() < 1e-12
    assert np.abs(found.asn - units).max() < 1e-9


@settings(max_examples=30, deadline=None)
@given(stages=small_plans, more=st.integers(0, 5), part=st.floats(0, 1))
def test_a_plan_is_what_counting_every_order_gives(stages: Any, more: int, part: float) -> None:
    lot_size = max(stages[-1][0] + more, 2)
    defectives = round(part * lot_size)
    accepted, units, until_known = enumerated(stages, lot_size, defectives)
    asked: dict[str, Any] = {
        "stages": stages,
        "p": defectives / lot_size,
        "model": "hypergeometric",
        "lot_size": lot_size,
    }

    found = sampling.plan_curves(**asked)
    curtailed = sampling.curtailed_asn(**asked)

    assert found.pa == pytest.approx(float(accepted), abs=1e-12)
    assert found.asn == pytest.approx(float(units), abs=1e-10)
    assert curtailed == pytest.approx(float(until_known), abs=1e-10)
    assert found.ati is not None
    assert found.asn <= found.ati + 1e-9


@settings(max_examples=30, deadline=None)
@given(stages=small_plans, model=st.sampled_from(["binomial", "poisson", "hypergeometric"]))
def test_a_worse_lot_is_accepted_no_more_often(stages: Any, model: Any) -> None:
    lot_size = stages[-1][0] + 20

    found = sampling.staged_oc(
        stages=stages, p=np.arange(lot_size + 1) / lot_size, model=model, lot_size=lot_size
    )

    assert found[0] == pytest.approx(1.0, abs=1e-15)
    assert (np.diff(found) <= 1e-12).all()
    assert ((found >= 0) & (found <= 1)).all()


@pytest.mark.parametrize("model", ["binomial", "poisson", "hypergeometric"])
def test_what_stops_at_the_verdict_inspects_no_more(model: Any) -> None:
    lots = np.arange(0, 501, 25) / 500
    asked: dict[str, Any] = {"p": lots, "model": model, "lot_size": 500}

    whole = sampling.plan_curves(stages=DOUBLE, **asked).asn
    at_re = sampling.curtailed_asn(stages=DOUBLE, **asked)
    both = sampling.curtailed_asn(stages=DOUBLE, accepting="as_soon_as_certain", **asked)

    assert (at_re <= whole + 1e-9).all()
    assert (both <= at_re + 1e-9).all()
    assert whole[0] == pytest.approx(125)
    assert both[-1] == pytest.approx(7 if model != "poisson" else both[-1])
    assert whole.max() < 250


def test_a_curtailed_single_plan_stops_at_the_unit_that_makes_re() -> None:
    """Beside the negative binomial distribution: the unit at which the 8th is found."""
    p, units = 0.2, np.arange(1, 81)
    at = stats.nbinom.pmf(units - 8, 8, p)

    found = sampling.curtailed_asn(stages=((80, 7, 8),), p=p)

    assert found == pytest.approx(float((at * units).sum() + 80 * (1 - at.sum())), abs=1e-9)


def test_every_point_of_a_curve_has_the_form_of_what_was_asked() -> None:
    assert sampling.oc(n=80, ac=7, p=0.05).shape == ()
    assert sampling.oc(n=80, ac=7, p=[0.05]).shape == (1,)
    assert sampling.oc(n=80, ac=7, p=[]).shape == (0,)
    assert sampling.oc(n=80, ac=7, p=[[0.05, 0.1]], model="poisson").shape == (1, 2)


def test_the_worst_outgoing_quality_is_the_top_of_the_curve() -> None:
    fine = np.linspace(0, 1, 200_001)
    for stages in (((80, 7, 8),), DOUBLE, SEVEN):
        worst = sampling.aoql(stages=stages)
        curve = sampling.plan_curves(stages=stages, p=fine).aoq

        assert worst.aoq == pytest.approx(curve.max(), rel=1e-8)
        assert worst.aoq >= curve.max() - 1e-15
        assert worst.p == pytest.approx(fine[curve.argmax()], abs=1e-4)


def test_the_worst_outgoing_quality_of_a_lot_is_that_of_one_of_its_lots() -> None:
    lots = np.arange(501) / 500
    asked: dict[str, Any] = {"stages": DOUBLE, "model": "hypergeometric", "lot_size": 500}
    curve = sampling.plan_curves(p=lots, **asked).aoq

    worst = sampling.aoql(**asked)

    assert worst == (curve.max(), lots[curve.argmax()])


@pytest.mark.parametrize("pa", [0.95, 0.5, 0.1, 0.001])
def test_the_quality_of_a_probability_is_the_inverse_of_the_curve(pa: float) -> None:
    for stages in (((80, 7, 8),), SEVEN):
        p = sampling.quality_at(stages=stages, pa=pa)

        assert sampling.staged_oc(stages=stages, p=p) == pytest.approx(pa, rel=1e-9)

    lot: dict[str, Any] = {"stages": DOUBLE, "model": "hypergeometric", "lot_size": 500}
    units = round(500 * sampling.quality_at(pa=pa, **lot))
    at, before = sampling.staged_oc(p=[units / 500, (units - 1) / 500], **lot)
    assert at <= pa < before


def test_a_rate_of_nonconformities_may_be_above_one() -> None:
    p = sampling.quality_at(stages=((2, 10, 11),), pa=0.1, model="poisson")

    assert p == pytest.approx(stats.chi2.ppf(0.9, 22) / 4, rel=1e-9)


def test_between_ac_and_re_of_the_last_stage_a_lot_is_accepted() -> None:
    """Reduced inspection of Z1.4: the lot passes, and the next is inspected normally."""
    with_gap = sampling.staged_oc(stages=((20, 1, 4),), p=0.1)

    assert with_gap == sampling.oc(n=20, ac=3, p=0.1)


def test_a_plan_is_looked_up_without_the_numeric_libraries() -> None:
    """`lotwarden plan` starts at once: nothing numeric is loaded before a curve is asked for."""
    said = (
        "import sys; from lotwarden.core import sampling; sampling.single_plan(lot_size=4000, "
        "level='II', aql='2.5', severity='normal', standard='iso2859-1'); "
        "print([name for name in ('numpy', 'scipy') if name in sys.modules]); sampling.oc; "
        "print('numpy' in sys.modules)"
    )

    told = subprocess.run([sys.executable, "-c", said], capture_output=True, text=True, check=True)

    assert told.stdout.split("\n")[:2] == ["[]", "True"]


@pytest.mark.parametrize(
    "strange", [0.1 + 1j, np.ma.masked_array([0.01, 0.05], mask=[False, True])], ids=str
)
def test_what_is_no_quality_is_not_taken_for_one(strange: object) -> None:
    with pytest.raises(sampling.QualityNotANumber):
        sampling.oc(n=80, ac=7, p=strange)  # type: ignore[arg-type]
