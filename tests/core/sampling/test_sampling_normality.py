"""What speaks against a normal distribution, and that it never changes a verdict."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from lotwarden.core import sampling
from tests.core.sampling.variables_refusals import judged, plan


def codes(values: object) -> list[str]:
    return [one.code for one in sampling.check_normality(values).doubts]  # type: ignore[arg-type]


def quantiles(distribution: object, count: int) -> list[float]:
    """Return the sample that follows a distribution as closely as `count` values can."""
    return list(distribution.ppf((np.arange(count) + 0.5) / count))  # type: ignore[attr-defined]


@pytest.mark.parametrize("count", [8, 50, 5_000, 6_000])
def test_a_sample_like_a_normal_one_raises_no_doubt(count: int) -> None:
    found = sampling.check_normality(quantiles(stats.norm(10, 0.2), count))

    assert found.doubts == ()
    assert found.test == ("Shapiro-Wilk" if count <= 5_000 else "Anderson-Darling")


@pytest.mark.parametrize("count", [50, 6_000])
def test_a_skewed_sample_is_said_not_to_look_normal(count: int) -> None:
    found = sampling.check_normality(quantiles(stats.lognorm(0.6), count))

    assert found.doubts[0].code == "not_normal"
    assert found.doubts[0].words == (
        f"the {count:,} measurements do not look normally distributed ({found.test}): "
        "inspect by attributes, which takes no distribution for granted"
    )


def test_a_doubt_comes_with_the_verdict_and_does_not_change_it() -> None:
    skewed = quantiles(stats.lognorm(0.6), 50)

    verdict = judged(plan=plan(letter="K", aql="1.0"), measurements=skewed, upper=1_000)

    assert verdict.outcome is sampling.Outcome.ACCEPTABLE
    assert "not_normal" in [one.code for one in verdict.normality.doubts]


def test_too_few_are_said_to_be_too_few_and_not_tested() -> None:
    found = sampling.check_normality([1, 2, 3, 50, 4, 5, 6])

    assert found.p_value is None
    assert codes([1, 2, 3, 50, 4, 5, 6]) == ["outlier", "too_few"]
    assert found.doubts[0].words == (
        "measurement 4, 50, is 2.3 standard deviations off the mean: "
        "check it, and do not drop it without a cause"
    )


def test_coarse_readings_are_said_to_be_coarse_and_not_tested() -> None:
    rounded = [10.0, 10.1, 10.1, 10.2, 10.1, 10.0, 10.1, 10.2, 10.1, 10.1]
    found = sampling.check_normality(rounded)

    assert (found.test, found.p_value) == ("", None)
    assert codes(rounded) == ["coarse", "repeated"]
    assert found.doubts[0].words == (
        "the measurements go in steps of 0.1, and their standard deviation is only 0.06667: "
        "read the instrument finer"
    )
    assert found.doubts[1].words == "6 of 10 measurements are exactly 10.1"


def test_fine_readings_with_ties_are_tested() -> None:
    fine = [round(x, 2) for x in quantiles(stats.norm(10, 0.1), 60)]

    assert len(set(fine)) < 60
    assert codes(fine) == []


def test_measurements_that_are_all_alike_are_said_to_be() -> None:
    assert codes([5.0] * 20) == ["repeated"]
    assert codes([]) == ["too_few"]


@pytest.mark.long
@pytest.mark.parametrize("count", [8, 30, 200])
def test_normal_samples_raise_the_doubt_as_rarely_as_the_level_says(count: int) -> None:
    rng = np.random.default_rng(20260101)
    doubted = sum("not_normal" in codes(rng.normal(5, 2, count).tolist()) for _ in range(2_000))

    assert doubted / 2_000 == pytest.approx(0.05, abs=0.02)
