"""Inspection by variables: tables, verdicts and curves, against outside figures."""

from __future__ import annotations

import csv
import hashlib
import math
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from lotwarden.core import sampling
from lotwarden.core.errors import Refusal
from lotwarden.core.sampling import variables_curves
from tests.core.sampling.variables_refusals import FIVE, curve, judged, limit_plans, plan

VARIABLES_TABLE_SHA256 = "c1fbd974c31a4422ef45c05b7432defc2db3d437ae139263aff32e9a0bd099aa"

TRUST = {"two": "two_sources", "sin": "single_source", "DIS": "sources_differ"}
METHODS = {"s (sigma unknown)": "s", "sigma known": "sigma"}


def product_table() -> list[str]:
    lines = []
    for method in sampling.VARIABLES_METHODS:
        for severity in sampling.SEVERITIES:
            table = sampling.variables_table(method=method, severity=severity)
            for letter, row in table.items():
                for aql, cell in zip(sampling.VARIABLES_AQLS, row, strict=True):
                    k = plan(letter=letter, aql=aql, severity=severity, method=method).k
                    other = "" if cell.other_k is None else f"{cell.other_k:g}"
                    found = (method, severity, letter, aql, cell.n, cell.m_percent, f"{k:.6f}")
                    lines.append(",".join(map(str, (*found, cell.trust, other))))
    return lines


def reference_table(path: Path) -> list[str]:
    lines = []
    with path.open(encoding="ascii", newline="") as file:
        for row in csv.DictReader(file):
            trust = TRUST[row["status"][:3]]
            other = row["milstd414_k_same_n_aql(Planesmuestra)"] if trust[:7] == "sources" else ""
            columns = ("severity", "letter", "aql", "n", "M_percent", "k_computed_from_M")
            found = (METHODS[row["method"]], *(row[column] for column in columns))
            lines.append(",".join((*found, trust, other)))
    return lines


def test_every_cell_of_the_variables_tables_is_that_of_the_reference(reference: Path) -> None:
    expected = reference_table(reference / "variables_z19.csv")

    assert len(expected) == 924
    assert product_table() == expected


def test_the_variables_tables_are_those_proved_against_the_reference() -> None:
    text = "\n".join(product_table())

    assert hashlib.sha256(text.encode("ascii")).hexdigest() == VARIABLES_TABLE_SHA256


def test_at_the_same_sample_a_stricter_severity_allows_less_and_a_milder_aql_more() -> None:
    compared = 0
    for method in sampling.VARIABLES_METHODS:
        normal = sampling.variables_table(method=method, severity="normal")
        tightened = sampling.variables_table(method=method, severity="tightened")
        for letter in sampling.VARIABLES_LETTERS:
            pairs = [
                *zip(tightened[letter], normal[letter], strict=True),
                *zip(normal[letter], normal[letter][1:], strict=False),
            ]
            for strict, mild in pairs:
                if strict.n == mild.n:
                    compared += 1
                    assert Decimal(strict.m_percent) < Decimal(mild.m_percent)

    assert compared > 300


def test_a_cell_says_how_well_it_is_known() -> None:
    assert plan().warning == ""
    assert plan(method="sigma").warning == "this cell of the table rests on one source"
    differing = plan(letter="G", aql="0.25")
    assert (
        differing.warning.format_map(differing.warning_numbers)
        == "two sources differ in this cell: k is 2.19 by the one used, 2.20 by the other"
    )


# -- the examples of MIL-STD-414 B (device temperatures, n 5, AQL 1 %), and of textbooks ------


def test_the_first_example_of_the_standard_is_judged_as_printed() -> None:
    # Printed: mean 195, s 8.81, Q 1.59, k 1.53, acceptable; estimate 2.19 % from Q rounded.
    verdict = judged(form="k")

    assert verdict.outcome is sampling.Outcome.ACCEPTABLE
    assert verdict.mean == 195
    assert verdict.spread == pytest.approx(8.81, abs=0.01)
    assert verdict.upper is not None
    assert verdict.upper.quality == pytest.approx(1.59, abs=0.005)
    assert verdict.plan.k == pytest.approx(1.53, abs=0.01)  # type: ignore[union-attr]
    assert verdict.words == ("quality 1.590, at least 1.525; 5 measured, mean 195, spread 8.803")
    estimate = sampling.estimate_nonconforming(n=5, q=1.59, method="s")
    assert round(100 * estimate, 2) == 2.19


def test_two_limits_add_up_as_printed() -> None:
    # Printed: below 180 0.66 % and above 209 2.19 %, from Q with two decimals, together 2.85 %;
    # at most 3.32 %, in Z1.9 3.33.
    verdict = judged(lower=180)

    assert verdict.lower is not None
    assert verdict.upper is not None
    assert verdict.lower.quality == pytest.approx(1.70, abs=0.005)
    assert verdict.upper.quality == pytest.approx(1.59, abs=0.005)
    assert verdict.estimate == verdict.lower.estimate + verdict.upper.estimate
    rounded = [sampling.estimate_nonconforming(n=5, q=q, method="s") for q in (1.70, 1.59)]
    assert [round(100 * one, 2) for one in rounded] == [0.66, 2.19]
    assert round(100 * sum(rounded), 2) == 2.85
    assert verdict.outcome is sampling.Outcome.ACCEPTABLE
    assert judged(lower=185).outcome is sampling.Outcome.NOT_ACCEPTABLE


@pytest.mark.parametrize(
    ("method", "n", "k", "allowed", "q", "estimate"),
    # J. Lawson, An Introduction to Acceptance Sampling and SPC with R, chapter 3.
    [("s", 42, 1.905285, 0.02630455, 2.0, 0.02069563), ("sigma", 10, 1.6094, 0.0449, 1.25, 0.0938)],
)
def test_both_numbers_of_a_textbook_plan_are_met(
    method: str, n: int, k: float, allowed: float, q: float, estimate: float
) -> None:
    m = sampling.m_of_k(n=n, k=k, method=method)
    found = sampling.estimate_nonconforming(n=n, q=q, method=method)

    assert m == pytest.approx(allowed, rel=1e-3)
    assert sampling.k_of_m(n=n, m=m, method=method) == pytest.approx(k, rel=1e-12)
    assert found == pytest.approx(estimate, rel=1e-3)


def test_an_aql_for_each_limit_needs_each_estimate_and_their_sum() -> None:
    # Z1.9 B, example B-4: each at most its own M, together at most the larger M.
    plans = limit_plans("1.0", "2.5")  # M 3.33 % below, 9.8 % above

    def outcome(lower: float, upper: float) -> str:
        return str(judged(plan=plans, lower=lower, upper=upper).outcome)

    assert outcome(180, 207) == "acceptable"  # 0.6 % and 6.7 %
    assert outcome(182, 209) == "not_acceptable"  # 4.3 % below, over its own 3.33
    assert outcome(180, 206) == "not_acceptable"  # each within its own, together 10.1
    both = judged(plan=plans, lower=180, upper=206)
    assert both.lower is not None
    assert both.upper is not None
    assert both.lower.estimate < both.lower.allowed
    assert both.upper.estimate < both.upper.allowed
    assert both.estimate > both.allowed == 0.098


def test_the_sigma_method_takes_sigma_and_not_the_sample_for_the_spread() -> None:
    known = plan(method="sigma", letter="F", aql="2.5")

    verdict = judged(plan=known, sigma=8, measurements=[*FIVE, 1e6])

    assert (verdict.measured, verdict.unused, verdict.spread) == (5, 1, 8)
    assert verdict.upper is not None
    assert verdict.upper.quality == 1.75
    by_hand = stats.norm.sf(1.75 * math.sqrt(5 / 4))
    assert verdict.estimate == pytest.approx(by_hand, rel=1e-12)


def test_a_unit_outside_stays_counted_where_the_lot_is_acceptable() -> None:
    verdict = judged(plan=plan(aql="10"), upper=204)

    assert verdict.outcome is sampling.Outcome.ACCEPTABLE
    assert verdict.outside == 1


def test_a_verdict_is_neither_true_nor_false() -> None:
    verdict = judged()

    for value in (verdict, verdict.upper, verdict.normality):
        with pytest.raises(TypeError):
            bool(value)


samples = st.lists(st.integers(-1000, 1000).map(lambda x: x / 8), min_size=7, max_size=7).filter(
    lambda values: len(set(values)) > 1
)


@given(samples, st.integers(-500, 500), st.sampled_from(sampling.VARIABLES_AQLS))
def test_both_forms_give_one_limit_the_same_verdict(
    values: list[float], upper: int, aql: str
) -> None:
    asked = plan(letter="E", aql=aql)
    by_m = judged(plan=asked, measurements=values, upper=upper)
    by_k = judged(plan=asked, measurements=values, upper=upper, form="k")

    assert by_m.outcome is by_k.outcome


@given(samples, st.integers(1, 900), st.integers(-64, 64), st.sampled_from([0.25, 2.0, 1024.0]))
def test_the_unit_of_measurement_and_its_zero_do_not_matter(
    values: list[float], half: int, shift: int, scale: float
) -> None:
    asked = plan(letter="E", aql="4.0")
    first = judged(plan=asked, measurements=values, lower=-half, upper=half)
    moved = judged(
        plan=asked,
        measurements=[scale * x + shift for x in values],
        lower=-scale * half + shift,
        upper=scale * half + shift,
    )
    mirrored = judged(plan=asked, measurements=[-x for x in values], lower=-half, upper=half)

    assert moved.estimate == pytest.approx(first.estimate, abs=1e-12)
    assert mirrored.estimate == pytest.approx(first.estimate, abs=1e-12)


# -- curves ----------------------------------------------------------------------------------

P = np.array([1e-6, 1e-3, 0.01, 0.05, 0.1, 0.3, 0.6, 0.99])


@pytest.mark.parametrize(("n", "k"), [(3, 1.2), (5, 1.525), (10, 2.4), (50, 4.5), (200, 2.5)])
def test_the_s_curve_is_that_of_the_noncentral_t(n: int, k: float) -> None:
    expected = stats.nct.sf(math.sqrt(n) * k, n - 1, math.sqrt(n) * stats.norm.isf(P))

    assert np.abs(sampling.variables_oc(n=n, k=k, p=P, method="s") - expected).max() < 1e-12


def test_the_sigma_curve_is_the_normal_one() -> None:
    expected = stats.norm.cdf(math.sqrt(9) * (stats.norm.isf(P) - 1.6))

    assert np.abs(sampling.variables_oc(n=9, k=1.6, p=P, method="sigma") - expected).max() < 1e-14


@pytest.mark.parametrize("method", sampling.VARIABLES_METHODS)
def test_curves_begin_at_one_end_at_zero_and_never_rise(method: str) -> None:
    p = np.linspace(0, 1, 201)
    one = sampling.variables_oc(n=10, k=1.5, p=p, method=method)
    band = sampling.variables_oc_band(n=10, m=0.07, p=p, method=method)

    for pa in (one, band.lower, band.upper):
        assert (pa[0], pa[-1]) == (1, 0)
        assert np.diff(pa).max() <= 1e-12
    assert np.all(band.lower <= band.upper)


def test_a_curve_has_the_shape_of_what_was_asked() -> None:
    square = np.full((2, 3), 0.05)

    assert sampling.variables_oc(n=10, k=1.5, p=square, method="s").shape == (2, 3)
    assert sampling.variables_oc(n=10, k=1.5, p=0.05, method="s").shape == ()
    assert sampling.variables_oc(n=10, k=1.5, p=[], method="s").shape == (0,)
    assert sampling.variables_oc_band(n=10, m=0.07, p=square, method="s").lower.shape == (2, 3)


def counted(n: int, m: float, p: float, share: float) -> float:
    """Add up what is accepted on a fine grid of means and standard deviations, n > 2, s method.

    Nothing of the product is used but the estimate's formula.
    """
    below, above = stats.norm.isf(p * share), stats.norm.isf(p * (1 - share))
    width, mean = below + above, (below - above) / 2
    edges = np.linspace(0, 1, 801)
    s_edges = stats.chi.ppf(edges, n - 1) / math.sqrt(n - 1)
    s_mid = stats.chi.ppf((edges[1:] + edges[:-1]) / 2, n - 1) / math.sqrt(n - 1)
    assert s_edges[0] == 0
    x_mid = stats.norm.ppf((edges[1:] + edges[:-1]) / 2, mean, 1 / math.sqrt(n))
    estimate = np.zeros((s_mid.size, x_mid.size))
    for distance in (width / 2 - x_mid, width / 2 + x_mid):
        x = 0.5 - np.divide.outer(1 / s_mid, 1 / distance) * math.sqrt(n) / (2 * (n - 1))
        estimate += stats.beta.cdf(np.clip(x, 0, 1), n / 2 - 1, n / 2 - 1)
    return float((estimate <= m).mean())


@pytest.mark.parametrize(
    ("n", "m", "p", "share"),
    [(3, 0.3369, 0.2, 0.5), (4, 0.2943, 0.2, 0.3), (5, 0.2655, 0.2, 0.5), (50, 0.05, 0.05, 0.1)],
)
def test_two_limits_accept_what_can_be_counted(n: int, m: float, p: float, share: float) -> None:
    found = variables_curves._two_limits("s", n, m, np.array([[p]]), np.array([[share]]))

    assert float(found[0, 0]) == pytest.approx(counted(n, m, p, share), abs=1e-3)


@pytest.mark.long
@pytest.mark.parametrize("method", sampling.VARIABLES_METHODS)
@pytest.mark.parametrize("n", [3, 4, 5, 7, 20, 100])
def test_simulated_lots_pass_as_often_as_the_band_says(method: str, n: int) -> None:
    rng = np.random.default_rng(20260101)
    count = 200_000
    m = 0.1
    for p, share in ((0.05, 0.5), (0.1, 0.02), (0.15, 0.2)):
        below, above = stats.norm.isf(p * share), stats.norm.isf(p * (1 - share))
        x = rng.normal((below - above) / 2, 1 / math.sqrt(n), count)
        s = 1.0 if method == "sigma" else np.sqrt(rng.chisquare(n - 1, count) / (n - 1))
        half = (below + above) / 2
        estimate = variables_curves._tail(method, n, (half - x) / s)
        estimate = estimate + variables_curves._tail(method, n, (half + x) / s)
        simulated = float((estimate <= m).mean())
        band = sampling.variables_oc_band(n=n, m=m, p=p, method=method)
        exact = variables_curves._two_limits(method, n, m, np.array([[p]]), np.array([[share]]))

        assert float(exact[0, 0]) == pytest.approx(simulated, abs=5 * 0.5 / math.sqrt(count))
        assert float(band.lower) - 1e-9 <= float(exact[0, 0]) <= float(band.upper) + 1e-9


def test_the_band_holds_the_curve_of_one_limit() -> None:
    p = np.linspace(0.001, 0.3, 40)
    for method in sampling.VARIABLES_METHODS:
        m = sampling.m_of_k(n=10, k=1.5, method=method)
        band = sampling.variables_oc_band(n=10, m=m, p=p, method=method)
        one = sampling.variables_oc(n=10, k=1.5, p=p, method=method)

        assert np.all(band.lower <= one + 1e-12)
        assert np.all(one <= band.upper + 1e-12)


def test_with_sigma_and_both_limits_known_the_band_is_one_curve() -> None:
    p = np.array([0.0456, 0.06, 0.2])
    wide = sampling.variables_oc_band(n=10, m=0.05, p=p, method="sigma", width=40)
    k = sampling.k_of_m(n=10, m=0.05, method="sigma")
    close = sampling.variables_oc_band(n=10, m=0.06, p=p, method="sigma", width=4)

    # So wide that only one limit matters; so close that the mean can be nowhere but between.
    assert wide.lower == pytest.approx(
        sampling.variables_oc(n=10, k=k, p=p, method="sigma"), abs=1e-12
    )
    assert np.all(close.lower == close.upper)
    band = sampling.variables_oc_band(n=10, m=0.06, p=p, method="sigma")
    assert np.all((band.lower - 1e-4 <= close.lower) & (close.lower <= band.upper + 1e-4))


def test_published_designs_keep_the_points_they_were_made_for() -> None:
    # A. Kiermeier, manual of the R package AcceptanceSampling: (0.05, 0.95) and (0.15, 0.075).
    for method, n, k in (("sigma", 26, 1.322271), ("s", 49, 1.326538)):
        good, bad = sampling.variables_oc(n=n, k=k, p=[0.05, 0.15], method=method)

        assert good >= 0.95 - 1e-5
        assert bad <= 0.075


def test_a_plan_of_n_and_k_judges_like_any_other() -> None:
    designed = sampling.variables_plan_of_k(n=7, k=1.2)

    verdict = judged(plan=designed, measurements=[*FIVE, 190, 199])

    assert (designed.standard, designed.trust) == ("n and k", sampling.Trust.COMPUTED)
    assert verdict.outcome is sampling.Outcome.ACCEPTABLE
    assert verdict.allowed == sampling.m_of_k(n=7, k=1.2, method="s")


# -- what was not meant ----------------------------------------------------------------------


@pytest.mark.parametrize("value", [None, "197", True, float("inf"), 1e200, 10**400, 1j])
def test_what_is_no_usable_number_is_no_measurement(value: object) -> None:
    with pytest.raises(sampling.MeasurementNotANumber):
        judged(measurements=[*FIVE[:4], value])


def test_measurements_of_any_size_are_judged_alike() -> None:
    plain = judged()
    tiny = judged(measurements=[x * 2.0**-600 for x in FIVE], upper=209 * 2.0**-600)
    huge = judged(measurements=[x * 2.0**480 for x in FIVE], upper=209 * 2.0**480)

    assert plain.estimate == tiny.estimate == huge.estimate


@pytest.mark.parametrize(
    "changed",
    [
        *({"n": 2.5}, {"n": True}, {"n": 100_001}, {"k": float("nan")}, {"k": 11}, {"k": "1"}),
        *({"p": float("nan")}, {"p": -0.1}, {"p": "x"}, {"p": [None]}, {"method": []}),
    ],
)
def test_a_curve_of_no_plan_is_refused(changed: dict[str, object]) -> None:
    with pytest.raises(Refusal):
        curve(**changed)


@pytest.mark.parametrize("m", [0, 0.5, -1, float("nan")])
def test_a_band_needs_an_m_below_one_half(m: float) -> None:
    with pytest.raises(sampling.VariablesPlanInvalid):
        sampling.variables_oc_band(n=10, m=m, p=0.1, method="s")


def test_the_tables_are_read_without_the_numeric_libraries() -> None:
    code = (
        "import sys; from lotwarden.core import sampling; "
        "sampling.variables_table(method='s', severity='normal'); "
        "assert not {'numpy', 'scipy'} & set(sys.modules)"
    )

    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
