"""Inspection by variables: the plan of one lot, and the verdict on its measurements.

A unit conforms if its measurement is within the limits.  The plan does not count units
outside; from mean and standard deviation it estimates the fraction outside that a normal
distribution would have, and compares that with M.

    method   s: standard deviation of the sample;  sigma: known beforehand
    form     M: estimate <= M;  k: Q >= k, the same criterion, for one limit only
    limits   one;  two with one AQL for both together;  two with an AQL each

The rules, in full (ANSI/ASQ Z1.9, B and D):

- One limit: acceptable if the estimate beyond it is at most M, or Q at least k.
- Two limits, one AQL: acceptable if the two estimates together are at most M.
- Two limits, an AQL each: each estimate at most its own M, and both together at most the
  larger M.
- Exactly n measurements are judged, the first n in drawn order: M holds for that n.
- Fewer are not judged: unlike counting, no part of a sample decides.

A measurement outside a limit stays a nonconforming unit, whatever the verdict on the lot.
Doubts about the normal distribution (`normality`) come with the verdict and do not change it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple, NoReturn

from lotwarden.core.errors import N_
from lotwarden.core.sampling.judgement import Outcome
from lotwarden.core.sampling.normality import (
    Normality,
    check_normality,
    checked_measurements,
    mean_and_spread,
)
from lotwarden.core.sampling.refusals import (
    KFormNeedsOneLimit,
    LimitNotANumber,
    LimitPlanMissing,
    LimitPlansDiffer,
    LimitsInWrongOrder,
    LotSizeNotWhole,
    NoLimit,
    NoSpread,
    PlanExceedsLot,
    SigmaMissing,
    SigmaNotPositive,
    SigmaNotUsed,
    TooFewMeasurements,
    UnknownVariablesForm,
    shown,
)
from lotwarden.core.sampling.series import AqlValue
from lotwarden.core.sampling.variables_curves import (
    estimate_nonconforming,
    k_of_m,
    m_of_k,
)
from lotwarden.core.sampling.variables_tables import Trust, variables_cell
from lotwarden.core.sentences import worded

FORMS = ("M", "k")


class VariablesPlan(NamedTuple):
    """The plan by variables of one lot.

    `k` and `m` (a fraction) say the same.  `letter`, `aql` and `severity` are empty for a plan
    that comes from no table.  `trust` says how well the table's cell is known.
    """

    n: int
    k: float
    m: float
    method: str
    letter: str
    aql: str
    severity: str
    standard: str
    trust: Trust
    other_k: float | None

    @property
    def warning(self) -> str:
        """The sentence to show with the plan, for `warning_numbers`; empty if there is none."""
        if self.trust is Trust.SOURCES_DIFFER:
            return N_(
                "two sources differ in this cell: k is {k} by the one used, {other_k} by the other"
            )
        if self.trust is Trust.SINGLE_SOURCE:
            return N_("this cell of the table rests on one source")
        return ""

    @property
    def warning_numbers(self) -> Mapping[str, str]:
        """What `warning` asks for."""
        return {"k": f"{self.k:.2f}", "other_k": f"{self.other_k or self.k:.2f}"}


class LimitPlans(NamedTuple):
    """A plan for each of two limits, where each limit has its own AQL."""

    lower: VariablesPlan
    upper: VariablesPlan


class LimitVerdict(NamedTuple):
    """One limit: its quality Q and the fraction estimated beyond it."""

    limit: float
    quality: float
    estimate: float
    allowed: float

    def __bool__(self) -> NoReturn:
        raise TypeError("A limit is neither true nor false: compare its numbers.")


class VariablesVerdict(NamedTuple):
    """The verdict on a lot, with all its numbers; fractions, not percentages.

    `outside` counts the measurements outside the limits: those units are nonconforming even
    where the lot is acceptable.  `unused` are measurements beyond the plan's n.
    """

    outcome: Outcome
    form: str
    plan: VariablesPlan | LimitPlans
    measured: int
    unused: int
    mean: float
    spread: float
    lower: LimitVerdict | None
    upper: LimitVerdict | None
    estimate: float
    allowed: float
    outside: int
    normality: Normality

    def __bool__(self) -> NoReturn:
        raise TypeError("A verdict is neither true nor false: compare its outcome.")

    @property
    def template(self) -> str:
        """The sentence that says the verdict, for `numbers`; it is translated as a whole."""
        if self.form == "k":
            return N_(
                "quality {quality}, at least {k}; {measured} measured, mean {mean}, spread {spread}"
            )
        if isinstance(self.plan, LimitPlans):
            return N_(
                "{lower} % estimated below, at most {lower_allowed} %; {upper} % above, at most "
                "{upper_allowed} %; together {estimate} %, at most {allowed} %; "
                "{measured} measured, mean {mean}, spread {spread}"
            )
        return N_(
            "{estimate} % estimated outside, at most {allowed} %; "
            "{measured} measured, mean {mean}, spread {spread}"
        )

    @property
    def numbers(self) -> Mapping[str, int | str]:
        """What `template` asks for; fractions as percentages."""
        found: dict[str, int | str] = {
            "estimate": _percent(self.estimate),
            "allowed": _percent(self.allowed),
            "measured": self.measured,
            "mean": f"{self.mean:.6g}",
            "spread": f"{self.spread:.4g}",
        }
        for name, one in (("lower", self.lower), ("upper", self.upper)):
            if one is not None:
                found |= {name: _percent(one.estimate), f"{name}_allowed": _percent(one.allowed)}
                found["quality"] = f"{one.quality:.3f}"
        if isinstance(self.plan, VariablesPlan):
            found["k"] = f"{self.plan.k:.3f}"
        return found

    @property
    def words(self) -> str:
        """The verdict in English: "2.182 % estimated outside, at most 3.33 %; 5 measured, …"."""
        return worded(self.template, self.numbers)


def variables_plan(
    *,
    letter: str,
    aql: AqlValue,
    severity: str,
    method: str = "s",
    standard: str = "z1.9",
    lot_size: int | None = None,
) -> VariablesPlan:
    """Return the plan by variables that Z1.9 gives a code letter.

    The letter is Z1.9's own for the lot size and level; its table of lot sizes is not here, so
    the letter is asked for and not derived.  k is computed from M and n.  With `lot_size` a
    plan that would measure the whole lot is refused: M is made for a sample.

    Refuses, first match wins:
        sampling.unknown_variables_standard: a standard other than z1.9, such as iso3951-1.
        sampling.unknown_variables_letter: none of Z1.9's letters.
        sampling.aql_not_a_number, sampling.aql_not_in_series: as `single_plan`.
        sampling.aql_not_in_variables: Z1.9 has no plan for this AQL.
        sampling.unknown_variables_method: neither s nor sigma.
        sampling.unknown_severity: none of normal, tightened, reduced.
        sampling.lot_size_not_whole: a lot size that is not an integer.
        sampling.plan_exceeds_lot: n is the lot size or more.

    >>> plan = variables_plan(letter="D", aql="1.0", severity="normal")
    >>> plan.n, plan.m, round(plan.k, 3), str(plan.trust)
    (5, 0.0333, 1.525, 'two_sources')
    """
    cell, written = variables_cell(
        letter=letter, aql=aql, severity=severity, method=method, standard=standard
    )
    if lot_size is not None:
        if not isinstance(lot_size, int) or isinstance(lot_size, bool):
            raise LotSizeNotWhole(given=shown(lot_size))
        if cell.n >= lot_size:
            raise PlanExceedsLot(n=cell.n, lot_size=lot_size)
    m = float(Decimal(cell.m_percent) / 100)
    return VariablesPlan(
        n=cell.n,
        k=k_of_m(n=cell.n, m=m, method=method),
        m=m,
        method=method,
        letter=letter,
        aql=written,
        severity=severity,
        standard=standard,
        trust=cell.trust,
        other_k=cell.other_k,
    )


def variables_plan_of_k(*, n: int, k: float, method: str = "s") -> VariablesPlan:
    """Return the plan that n and k make, such as one designed from two points.

    This is the exact alternative where there is no table (ISO 3951-1).  The M that comes with
    k may also judge two limits; `variables_oc_band` then says what it lets through.

    Refuses, first match wins:
        sampling.unknown_variables_method: neither s nor sigma.
        sampling.variables_plan_invalid: n or k cannot belong to a plan with both forms.

    >>> round(variables_plan_of_k(n=42, k=1.905285).m, 4)
    0.0263
    """
    m = m_of_k(n=n, k=k, method=method)
    return VariablesPlan(n, k, m, method, "", "", "", "n and k", Trust.COMPUTED, None)


def judge_variables(
    *,
    plan: VariablesPlan | LimitPlans,
    measurements: Sequence[float | Decimal],
    lower: float | Decimal | None = None,
    upper: float | Decimal | None = None,
    sigma: float | Decimal | None = None,
    form: str = "M",
) -> VariablesVerdict:
    """Judge a lot by the measurements of its sample, in drawn order.

    Measurements beyond the plan's n change nothing.  A `plan` that is `LimitPlans` has an AQL
    for each limit.

    Refuses, first match wins:
        sampling.no_limit, sampling.limit_not_a_number, sampling.limits_in_wrong_order.
        sampling.limit_plan_missing: a plan for each limit, but only one limit.
        sampling.limit_plans_differ: the two plans differ in n or method.
        sampling.unknown_variables_form: neither M nor k.
        sampling.k_form_needs_one_limit: the k form with two limits.
        sampling.sigma_not_used, sampling.sigma_missing, sampling.sigma_not_positive.
        sampling.measurement_not_a_number: text, a truth value, NaN, an infinity.
        sampling.too_few_measurements: fewer than n.
        sampling.no_spread: s method, and all measurements are alike.

    >>> plan = variables_plan(letter="D", aql="1.0", severity="normal")
    >>> verdict = judge_variables(plan=plan, measurements=[197, 188, 184, 205, 201], upper=209)
    >>> str(verdict.outcome), verdict.words
    ('acceptable', '2.182 % estimated outside, at most 3.33 %; 5 measured, mean 195, spread 8.803')
    """
    below, above = _limits(lower, upper)
    _check_form(plan, form, below, above)
    first = plan.lower if isinstance(plan, LimitPlans) else plan
    known = _sigma(first.method, sigma)
    values = checked_measurements(measurements)
    if len(values) < first.n:
        raise TooFewMeasurements(measured=len(values), n=first.n, missing=first.n - len(values))
    used = values[: first.n]
    mean, spread = mean_and_spread(used)
    if known is None and spread == 0:
        raise NoSpread(measured=first.n, given=f"{mean:g}")

    plans = plan if isinstance(plan, LimitPlans) else LimitPlans(plan, plan)
    scale = spread if known is None else known
    low = None if below is None else _limit(plans.lower, below, (mean - below) / scale)
    high = None if above is None else _limit(plans.upper, above, (above - mean) / scale)
    estimate = math.fsum(one.estimate for one in (low, high) if one is not None)
    allowed = max(one.allowed for one in (low, high) if one is not None)
    return VariablesVerdict(
        outcome=_outcome(plan, form, low, high),
        form=form,
        plan=plan,
        measured=first.n,
        unused=len(values) - first.n,
        mean=mean,
        spread=scale,
        lower=low,
        upper=high,
        estimate=estimate,
        allowed=allowed,
        outside=sum(
            (below is not None and x < below) or (above is not None and x > above) for x in used
        ),
        normality=check_normality(used),
    )


def _limit(plan: VariablesPlan, limit: float, quality: float) -> LimitVerdict:
    estimate = estimate_nonconforming(n=plan.n, q=quality, method=plan.method)
    return LimitVerdict(limit, quality, estimate, plan.m)


def _outcome(
    plan: VariablesPlan | LimitPlans,
    form: str,
    low: LimitVerdict | None,
    high: LimitVerdict | None,
) -> Outcome:
    given = [one for one in (low, high) if one is not None]
    if form == "k" and isinstance(plan, VariablesPlan):
        kept = given[0].quality >= plan.k
    else:
        kept = math.fsum(one.estimate for one in given) <= max(one.allowed for one in given)
        if isinstance(plan, LimitPlans):
            kept = kept and all(one.estimate <= one.allowed for one in given)
    return Outcome.ACCEPTABLE if kept else Outcome.NOT_ACCEPTABLE


def _check_form(
    plan: VariablesPlan | LimitPlans, form: str, below: float | None, above: float | None
) -> None:
    both = below is not None and above is not None
    if isinstance(plan, LimitPlans):
        if not both:
            raise LimitPlanMissing
        low, high = plan
        if (low.n, low.method) != (high.n, high.method):
            raise LimitPlansDiffer(
                lower_n=low.n, lower_method=low.method, upper_n=high.n, upper_method=high.method
            )
    if form not in FORMS:
        raise UnknownVariablesForm(given=shown(form))
    if form == "k" and both:
        raise KFormNeedsOneLimit


def _limits(
    lower: float | Decimal | None, upper: float | Decimal | None
) -> tuple[float | None, float | None]:
    if lower is None and upper is None:
        raise NoLimit
    below, above = (None if one is None else _finite_limit(one) for one in (lower, upper))
    if below is not None and above is not None and below >= above:
        raise LimitsInWrongOrder(lower=f"{below:g}", upper=f"{above:g}")
    return below, above


def _finite_limit(given: object) -> float:
    value = _finite(given)
    if value is None:
        raise LimitNotANumber(given=shown(given))
    return value


def _sigma(method: str, given: float | Decimal | None) -> float | None:
    if method == "s":
        if given is not None:
            raise SigmaNotUsed
        return None
    if given is None:
        raise SigmaMissing
    value = _finite(given)
    if value is None or value <= 0:
        raise SigmaNotPositive(given=shown(given))
    return value


def _finite(given: object) -> float | None:
    """Return a number as a float; `None` for what is no finite number."""
    if isinstance(given, bool) or not isinstance(given, int | float | Decimal):
        return None
    try:
        value = float(given)
    except (OverflowError, ValueError):
        return None
    return value if math.isfinite(value) else None


def _percent(fraction: float) -> str:
    """Return a fraction as a percentage with three decimals at most."""
    return f"{100 * fraction:.3f}".rstrip("0").rstrip(".")
