"""Plans for one lot alone: a series, and what switching makes of it, is not there to protect.

The lot has N units and is drawn from without putting back, so everything is hypergeometric.
What is fixed is the consumer's side: a lot with the limiting quality or worse is accepted
at most so often.

A lot that is offered again after it was not accepted is such a lot.  It was screened, so
nothing nonconforming should be left: its default is Ac 0, with the limiting quality of
*tightened* inspection of the same lot.
"""

from __future__ import annotations

from typing import NamedTuple

from lotwarden.core.sampling.curves import (
    check_lot_size,
    check_probability,
    check_whole,
    quality_at,
)
from lotwarden.core.sampling.designs import least_sample, units_at_least
from lotwarden.core.sampling.hypergeometric import acceptance_of_one
from lotwarden.core.sampling.plans import SinglePlan, single_plan
from lotwarden.core.sampling.refusals import NonconformitiesNotCounted


class IsolatedPlan(NamedTuple):
    """A plan for one lot, and how often it accepts that lot at its limiting quality.

    `defectives` is the fewest nonconforming units that are the limiting quality or worse.
    """

    n: int
    ac: int
    lot_size: int
    lq: float
    defectives: int
    pa: float

    @property
    def re(self) -> int:
        """The rejection number."""
        return self.ac + 1

    @property
    def full(self) -> bool:
        """Whether every unit of the lot is inspected."""
        return self.n == self.lot_size


def isolated_plan(*, lot_size: int, lq: float, beta: float = 0.10, ac: int = 0) -> IsolatedPlan:
    """Return the least n for one lot that accepts its limiting quality at most so often.

    An Ac that would accept as many units as are too many is lowered to one less.

    Refuses, first match wins:
        sampling.lot_size_not_whole, sampling.lot_too_small.
        sampling.probability_outside: a quality or a probability is not between 0 and 1.
        sampling.stages_invalid: Ac is not a whole number from 0 on.

    >>> plan = isolated_plan(lot_size=500, lq=0.05)
    >>> plan.n, plan.ac, plan.defectives, round(plan.pa, 4)
    (43, 0, 25, 0.0996)
    """
    check_lot_size(lot_size)
    check_probability("LQ", lq)
    check_probability("beta", beta)
    check_whole("Ac", ac)
    bad = units_at_least(lot_size, lq)
    ac = min(ac, bad - 1)
    n = least_sample(ac=ac, consumer=(lq, beta), model="hypergeometric", lot_size=lot_size)
    pa = acceptance_of_one(lot_size=lot_size, n=n, ac=ac, defectives=bad)
    return IsolatedPlan(n, ac, lot_size, lq, bad, pa)


def resubmission_plan(*, original: SinglePlan, beta: float = 0.10) -> IsolatedPlan:
    """Return the plan to offer a screened lot by: Ac 0, as safe as tightened inspection.

    Refuses, first match wins:
        sampling.nonconformities_not_counted: an AQL above 10 does not limit units.
        sampling.probability_outside: beta is not between 0 and 1.
        sampling.no_such_quality: the plan is so mild that it stops no lot of this size.

    >>> original = single_plan(
    ...     lot_size=3200, level="II", aql="2.5", severity="normal", standard="iso2859-1"
    ... )
    >>> plan = resubmission_plan(original=original)
    >>> plan.n, plan.ac, round(plan.lq, 4)
    (31, 0, 0.0725)
    """
    if not original.counts_units:
        raise NonconformitiesNotCounted(aql=original.aql, name="resubmission")
    tightened = single_plan(
        lot_size=original.lot_size,
        level=original.level,
        aql=original.aql,
        severity="tightened",
        standard=original.standard,
    )
    return zero_as_safe_as(tightened, beta=beta)


def zero_as_safe_as(plan: SinglePlan, *, beta: float = 0.10) -> IsolatedPlan:
    """Return the plan with Ac 0 that lets bad lots of this size pass as rarely as `plan` does.

    Refuses, first match wins:
        sampling.probability_outside: beta is not between 0 and 1.
        sampling.no_such_quality: the plan is so mild that it stops no lot of this size.
    """
    lq = quality_at(
        stages=((plan.inspect, plan.ac, plan.re),),
        pa=beta,
        model="hypergeometric",
        lot_size=plan.lot_size,
    )
    if lq >= 1.0:  # only a lot without one conforming unit is surely stopped
        lq = (plan.lot_size - 0.5) / plan.lot_size
    return isolated_plan(lot_size=plan.lot_size, lq=lq, beta=beta)
