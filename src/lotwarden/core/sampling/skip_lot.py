"""Skip-lot sampling: good lots in a row let some lots pass without inspection.

The plan SkSP-2 of the literature (Perry, Skip-lot sampling plans, Journal of Quality Technology
5, 1973), the principle on which ISO 2859-3 rests.  It has two numbers beside the plan by which
a lot is inspected:

- Every lot is inspected until `clearance` lots in a row were accepted (Perry's i).
- From then on a fraction of the lots, chosen at random, is inspected (Perry's f).
- A lot that is inspected and not accepted brings back the inspection of every lot.

From the literature are these rules and the two formulas, which hold in the long run for lots
of one quality.  Not from it is the form of the choice: the caller gives a number for each lot
that was drawn uniformly from 0 up to 1, so that the choice can be committed to before the lot
is known.  Not here are ISO 2859-3's own conditions: who and what qualifies, its frequencies of
1 in 2 to 1 in 5, the state of interruption and the requalification; the text was not to be had.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from lotwarden.core.sampling.refusals import (
    ClearanceInvalid,
    DrawOutOfRange,
    FractionOutOfRange,
    InspectedLotSkipped,
    shown,
)

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

Numbers = TypeVar("Numbers", float, "npt.NDArray[np.float64]")


class SkipLotPlan(NamedTuple):
    """How many lots in a row must be accepted, and which fraction is inspected from then on."""

    clearance: int
    fraction: float


class SkipLotState(NamedTuple):
    """What is remembered between lots: whether lots are skipped, and those accepted in a row."""

    skipping: bool = False
    accepted: int = 0


class SkipLotResult(StrEnum):
    """What became of a lot."""

    ACCEPTED = "accepted"
    NOT_ACCEPTED = "not_accepted"
    SKIPPED = "skipped"


def skip_lot_plan(*, clearance: int, fraction: float) -> SkipLotPlan:
    """Return a skip-lot plan.

    Refuses, first match wins:
        sampling.clearance_invalid: not an integer of 1 or more.
        sampling.fraction_out_of_range: not above 0 and at most 1.
    """
    if not isinstance(clearance, int) or isinstance(clearance, bool) or clearance < 1:
        raise ClearanceInvalid(given=shown(clearance))
    if not 0 < fraction <= 1:  # NaN, too, is neither
        raise FractionOutOfRange(given=shown(fraction))
    return SkipLotPlan(clearance, fraction)


def skip_lot_inspects(*, plan: SkipLotPlan, state: SkipLotState, draw: float) -> bool:
    """Return whether the next lot is inspected.

    `draw` is uniform from 0 up to but not including 1, and nobody could foresee it.

    Refuses:
        sampling.draw_out_of_range: the number drawn is not from that range.
    """
    if not 0 <= draw < 1:
        raise DrawOutOfRange(given=shown(draw))
    return not state.skipping or draw < plan.fraction


def skip_lot_after(
    *, plan: SkipLotPlan, state: SkipLotState, result: SkipLotResult
) -> SkipLotState:
    """Return what is remembered after a lot.

    Refuses:
        sampling.inspected_lot_skipped: the lot was skipped while every lot is inspected.

    >>> plan = skip_lot_plan(clearance=2, fraction=0.25)
    >>> state = SkipLotState()
    >>> for result in (SkipLotResult.ACCEPTED, SkipLotResult.ACCEPTED, SkipLotResult.SKIPPED):
    ...     state = skip_lot_after(plan=plan, state=state, result=result)
    >>> state.skipping
    True
    """
    if result == SkipLotResult.SKIPPED:
        if not state.skipping:
            raise InspectedLotSkipped(accepted=state.accepted, clearance=plan.clearance)
        return state
    if result == SkipLotResult.NOT_ACCEPTED:
        return SkipLotState()
    if state.skipping or state.accepted + 1 >= plan.clearance:
        return SkipLotState(skipping=True, accepted=plan.clearance)
    return SkipLotState(accepted=state.accepted + 1)


def skip_lot_inspected(*, plan: SkipLotPlan, pa: Numbers) -> Numbers:
    """Return the fraction of lots that is inspected in the long run: F = f / (f + (1 − f)Pⁱ).

    `pa` is the probability P that the plan by which a lot is inspected accepts it: a number,
    or an array of them.

    >>> skip_lot_inspected(plan=skip_lot_plan(clearance=2, fraction=0.25), pa=1.0)
    0.25
    """
    skipped = (1 - plan.fraction) * pa**plan.clearance
    return plan.fraction / (plan.fraction + skipped)


def skip_lot_pa(*, plan: SkipLotPlan, pa: Numbers) -> Numbers:
    """Return the probability that a lot passes: Pa = (fP + (1 − f)Pⁱ) / (f + (1 − f)Pⁱ).

    `pa` is as in `skip_lot_inspected`.  A skipped lot passes whatever is in it: the result
    is never below `pa`.

    >>> round(skip_lot_pa(plan=skip_lot_plan(clearance=2, fraction=0.25), pa=0.5), 4)
    0.7143
    """
    skipped = (1 - plan.fraction) * pa**plan.clearance
    return (plan.fraction * pa + skipped) / (plan.fraction + skipped)
