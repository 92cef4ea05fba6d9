"""Plans designed from two points: minimal, and beside another way to compute them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from lotwarden.core import sampling


def smallest(tail: Any, good: Any, bad: Any, producer: float, consumer: float) -> tuple[int, int]:
    """The first n, and of it the first Ac, that keeps both points: every plan is tried."""
    n = 0
    while True:
        n += 1
        ac = np.arange(n + 1)
        kept = (tail(ac, n, good) >= producer - 1e-12) & (tail(ac, n, bad) <= consumer + 1e-12)
        if kept.any():
            return n, int(kept.argmax())


points = st.tuples(
    st.sampled_from([0.002, 0.01, 0.02, 0.05, 0.1]),
    st.sampled_from([0.8, 0.9, 0.95]),
    st.sampled_from([0.12, 0.2, 0.3, 0.5]),
    st.sampled_from([0.05, 0.1, 0.25]),
)


@settings(max_examples=12, deadline=None)
@given(asked=points)
def test_no_smaller_plan_for_a_process_keeps_both_points(asked: Any) -> None:
    good, producer, bad, consumer = asked

    for model, tail in (
        ("binomial", stats.binom.cdf),
        ("poisson", lambda ac, n, p: stats.poisson.cdf(ac, n * p)),
    ):
        if model == "poisson" and bad / good < 3:  # n grows beyond what is tried by Ac ≤ n
            continue
        plan = sampling.design(
            producer=(good, producer),
            consumer=(bad, consumer),
            model=model,  # type: ignore[arg-type]
        )
        assert (plan.n, plan.ac) == smallest(tail, good, bad, producer, consumer)
        assert plan.producer[1] == pytest.approx(tail(plan.ac, plan.n, good))
        assert plan.consumer[1] == pytest.approx(tail(plan.ac, plan.n, bad))


@settings(max_examples=25, deadline=None)
@given(asked=points, lot_size=st.integers(2, 150))
def test_no_smaller_plan_for_a_lot_keeps_both_points(asked: Any, lot_size: int) -> None:
    good, producer, bad, consumer = asked
    fewest = next(d for d in range(lot_size + 1) if d >= bad * lot_size - 1e-9)
    most = max(d for d in range(lot_size + 1) if d <= good * lot_size + 1e-9)

    plan = sampling.design(
        producer=(good, producer),
        consumer=(bad, consumer),
        model="hypergeometric",
        lot_size=lot_size,
    )

    tail = lambda ac, n, d: stats.hypergeom.cdf(ac, lot_size, d, n)  # noqa: E731
    assert (plan.n, plan.ac) == smallest(tail, most, fewest, producer, consumer)


def test_the_plan_of_the_facts_is_found() -> None:
    plan = sampling.design(producer=(0.001, 0.95), consumer=(0.003, 0.10))

    assert (plan.n, plan.ac, plan.re) == (3922, 7, 8)


def test_two_qualities_that_are_near_take_a_large_sample() -> None:
    plan = sampling.design(producer=(0.01, 0.95), consumer=(0.0105, 0.10))
    n, ac = plan.n, plan.ac

    assert stats.binom.cdf(ac, n, 0.01) >= 0.95
    assert stats.binom.cdf(ac, n, 0.0105) <= 0.10
    assert stats.binom.cdf(ac, n - 1, 0.0105) > 0.10
    assert stats.binom.cdf(ac - 1, n - 1, 0.01) < 0.95


def test_a_design_for_a_large_lot_is_nearly_that_of_its_process() -> None:
    asked: dict[str, Any] = {"producer": (0.001, 0.95), "consumer": (0.003, 0.10)}

    lot = sampling.design(**asked, model="hypergeometric", lot_size=10_000_000)

    assert (lot.n, lot.ac) == (3921, 7)
    assert stats.hypergeom.cdf(7, 10_000_000, 30_000, 3921) <= 0.10
    assert stats.hypergeom.cdf(7, 10_000_000, 30_000, 3920) > 0.10


@pytest.mark.parametrize(
    ("producer", "consumer"),
    [((0.01, 0.95), (0.05, 0.10)), ((0.001, 0.9), (0.02, 0.05)), ((0.05, 0.8), (0.3, 0.2))],
)
def test_no_smaller_sample_of_measurements_keeps_both_points(producer: Any, consumer: Any) -> None:
    """Every n below, with the k that keeps the consumer's point, fails the producer's."""
    good, bad = stats.norm.isf(producer[0]), stats.norm.isf(consumer[0])

    def unknown(n: int) -> float:
        root = np.sqrt(n)
        limit = stats.nct.isf(consumer[1], n - 1, root * bad)
        return float(stats.nct.sf(limit, n - 1, root * good))

    def known(n: int) -> float:
        k = bad - stats.norm.ppf(consumer[1]) / np.sqrt(n)
        return float(stats.norm.cdf(np.sqrt(n) * (good - k)))

    for spread, passes, first in (("unknown", unknown, 2), ("known", known, 1)):
        plan = sampling.design_variables(
            producer=producer,
            consumer=consumer,
            spread=spread,  # type: ignore[arg-type]
        )
        n = first
        while passes(n) < producer[1]:
            n += 1
        assert plan.n == n
        assert plan.producer[1] == pytest.approx(passes(n), abs=1e-6)


def test_a_design_for_measurements_needs_fewer_units_than_counting() -> None:
    asked: dict[str, Any] = {"producer": (0.01, 0.95), "consumer": (0.05, 0.10)}

    assert (
        sampling.design_variables(**asked, spread="known").n
        < sampling.design_variables(**asked, spread="unknown").n
        < sampling.design(**asked).n
    )


@pytest.mark.parametrize("pa", [0.0, 1.0, float("nan"), "0.95", True])
def test_a_risk_that_is_no_probability_designs_nothing(pa: Any) -> None:
    with pytest.raises(sampling.ProbabilityOutside):
        sampling.design(producer=(0.01, pa), consumer=(0.05, 0.10))


@pytest.mark.parametrize(("good", "bad"), [(0.01, 0.010001), (1e-9, 1e-8)])
def test_a_plan_out_of_reach_is_refused_and_not_searched_for_ever(good: float, bad: float) -> None:
    with pytest.raises(sampling.DesignTooLarge):
        sampling.design(producer=(good, 0.95), consumer=(bad, 0.10))


def test_a_design_for_a_process_is_not_given_to_a_lot_that_is_smaller() -> None:
    with pytest.raises(sampling.SampleExceedsLot):
        sampling.design(producer=(0.01, 0.95), consumer=(0.05, 0.10), lot_size=131)
