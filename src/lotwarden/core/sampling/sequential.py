"""Sequential sampling of units (Wald, 1947): unit by unit, and stop as soon as it is clear.

Two straight lines over the units inspected: at or below the lower one the lot is accepted,
at or above the upper one it is not, between them the next unit is inspected.  On average it
takes about half of the units of a single plan with the same two points; in a bad case it
could go on and on, so it is cut off at half as many again as that single plan, and the
middle line decides.

Wald's formulas for Pa and ASN leave out that counts are whole and that the test is cut off.
`sequential_curves` computes both exactly; `wald_curves` gives the formulas, for comparison.
"""

from __future__ import annotations

import math
from typing import Final, Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from lotwarden.core.sampling.curves import Curves, Model, Plan, shaped_as
from lotwarden.core.sampling.designs import Point, check_points, design
from lotwarden.core.sampling.hypergeometric import FloatArray
from lotwarden.core.sampling.refusals import (
    CountBelowZero,
    CountNotWhole,
    DesignTooLarge,
    MoreFoundThanInspected,
    UnknownModel,
    shown,
)
from lotwarden.core.sampling.stages import Stage

CUT_MAX: Final = 100_000
"""The longest sequential plan that is followed unit by unit."""

_HALVINGS: Final = 80
_EDGE: Final = 1e-9


class SequentialPlan(NamedTuple):
    """Two lines and where they are cut off: accepted there at `cut_ac` or fewer.

    After n units: accept at or below slope·n − `accept_offset`, and not at or above
    slope·n + `reject_offset`.
    """

    slope: float
    accept_offset: float
    reject_offset: float
    cut: int
    cut_ac: int
    producer: Point
    consumer: Point

    def accept_at(self, n: int) -> int | None:
        """Return the most found in n units that accepts the lot; None if nothing does yet."""
        if n >= self.cut:
            return self.cut_ac
        line = math.floor(self.slope * n - self.accept_offset + _EDGE)
        return min(line, self.cut_ac) if line >= 0 else None

    def reject_at(self, n: int) -> int | None:
        """Return the fewest found in n units that do not accept it; None if nothing does yet."""
        if n >= self.cut:
            return self.cut_ac + 1
        # Above what the cut accepts the verdict is known, whatever the line says.
        line = min(math.ceil(self.slope * n + self.reject_offset - _EDGE), self.cut_ac + 1)
        return line if line <= n else None

    @property
    def stages(self) -> tuple[Stage, ...]:
        """The same plan as stages: the places alone at which one of its two numbers changes.

        Between them no verdict can fall that does not fall there: what accepts was accepted
        where the number rose, and what does not accept is still there before it rises.

        >>> plan = sequential_plan(producer=(0.01, 0.95), consumer=(0.05, 0.10))
        >>> plan.stages[0], plan.stages[-1]
        (Stage(n=9, ac=None, re=2), Stage(n=198, ac=4, re=5))
        """
        found = []
        before: int | None = None
        for n in range(1, self.cut + 1):
            accepts, rejects = self.accept_at(n), self.reject_at(n)
            stops = rejects is not None and (n == self.cut or self.reject_at(n + 1) != rejects)
            if stops or accepts != before:
                # Where nothing stops the lot yet, Re is more than the units can hold.
                found.append(Stage(n, accepts, n + 1 if rejects is None else rejects))
            before = accepts
        return tuple(found)

    def decide(self, *, inspected: int, found: int) -> Literal["accept", "not_accept", "continue"]:
        """Return what to do after so many units, of which so many are nonconforming.

        Refuses, first match wins:
            sampling.count_not_whole, sampling.count_below_zero: a count is none.
            sampling.more_found_than_inspected: more nonconforming units than inspected.
        """
        for counted, count in (("inspected", inspected), ("found", found)):
            if not isinstance(count, int) or isinstance(count, bool):
                raise CountNotWhole(counted=counted, given=shown(count))
            if count < 0:
                raise CountBelowZero(counted=counted, given=count)
        if found > inspected:
            raise MoreFoundThanInspected(found=found, name="nonconforming", inspected=inspected)
        rejects = self.reject_at(inspected)
        if rejects is not None and found >= rejects:
            return "not_accept"
        accepts = self.accept_at(inspected)
        if accepts is not None and found <= accepts:
            return "accept"
        return "continue"


def sequential_plan(*, producer: Point, consumer: Point) -> SequentialPlan:
    """Return Wald's sequential plan for two points, cut off.

    Refuses, first match wins:
        sampling.probability_outside, sampling.points_reversed, sampling.risks_reversed.
        sampling.design_too_large: the points are so near that the plan is out of reach.

    >>> plan = sequential_plan(producer=(0.01, 0.95), consumer=(0.05, 0.10))
    >>> plan.decide(inspected=54, found=0), plan.decide(inspected=55, found=0)
    ('continue', 'accept')
    >>> plan.decide(inspected=20, found=3), plan.decide(inspected=20, found=2), plan.cut
    ('not_accept', 'continue', 198)
    """
    check_points(producer, consumer)
    (p1, pa1), (p2, pa2) = producer, consumer
    weight = math.log(p2 / p1) + math.log1p(-p1) - math.log1p(-p2)
    slope = (math.log1p(-p1) - math.log1p(-p2)) / weight
    cut = math.ceil(1.5 * design(producer=producer, consumer=consumer).n)
    if cut > CUT_MAX:
        raise DesignTooLarge(most=CUT_MAX)
    return SequentialPlan(
        slope=slope,
        accept_offset=math.log(pa1 / pa2) / weight,
        reject_offset=math.log((1 - pa2) / (1 - pa1)) / weight,
        cut=cut,
        cut_ac=math.floor(slope * cut),
        producer=producer,
        consumer=consumer,
    )


def sequential_curves(
    *,
    plan: SequentialPlan,
    p: ArrayLike,
    model: Model = "binomial",
    lot_size: int | None = None,
) -> Curves:
    """Return the exact curves of a sequential plan as it is cut off; refuse as `oc` does.

    The Poisson model is refused as unknown: a sequential plan counts units.
    """
    if model == "poisson":
        raise UnknownModel(given=shown(model), known="binomial, hypergeometric")
    asked = Plan.of(((plan.cut, plan.cut_ac, plan.cut_ac + 1),), model, lot_size)
    points = asked.points(p)
    state = np.zeros((plan.cut_ac + 2, len(points)))
    state[0] = 1.0
    pa, asn, spared = (np.zeros(points.shape) for _ in range(3))
    for n in range(1, plan.cut + 1):
        asn += state.sum(axis=0)
        chance = asked.chances(points, len(state), n - 1)
        after = state * (1.0 - chance)
        after[1:] += state[:-1] * chance[:-1]
        state = after
        rejects, accepts = plan.reject_at(n), plan.accept_at(n)
        if rejects is not None:
            state[rejects:] = 0.0
        if accepts is not None:
            accepted = state[: accepts + 1].sum(axis=0)
            state[: accepts + 1] = 0.0
            pa += accepted
            if lot_size is not None:
                spared += accepted * (lot_size - n)
    pa = np.minimum(pa, 1.0)
    ati = None if lot_size is None else shaped_as(lot_size - spared, p)
    aoq = points * (pa if lot_size is None else spared / lot_size)
    return Curves(
        p=shaped_as(points, p),
        pa=shaped_as(pa, p),
        asn=shaped_as(asn, p),
        aoq=shaped_as(aoq, p),
        ati=ati,
    )


def wald_curves(*, plan: SequentialPlan, p: ArrayLike) -> tuple[FloatArray, FloatArray]:
    """Return Wald's approximations of Pa and ASN: no cut, and lines hit exactly."""
    points = Plan.of(((plan.cut, 0, 1),), "binomial", None).points(p)
    (p1, pa1), (p2, pa2) = plan.producer, plan.consumer
    high, low = math.log((1 - pa2) / (1 - pa1)), math.log(pa2 / pa1)
    up, down = math.log(p2 / p1), math.log1p(-p2) - math.log1p(-p1)

    # The h of each quality: E[exp(h·step)] = 1.  Its sign is that of slope − p.
    inside = np.clip(points, 1e-12, 1 - 1e-12)
    least, most = np.full(inside.shape, -200.0), np.full(inside.shape, 200.0)
    for _ in range(_HALVINGS):
        middle = (least + most) / 2
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            of_middle = -np.expm1(middle * down) / (np.exp(middle * up) - np.exp(middle * down))
        of_middle = np.where(np.isnan(of_middle), np.where(middle < 0, 1.0, 0.0), of_middle)
        of_middle = np.where(np.abs(middle) < _EDGE, plan.slope, of_middle)
        better = of_middle > inside
        least, most = np.where(better, middle, least), np.where(better, most, middle)
    h = (least + most) / 2
    flat = np.abs(h) < 1e-6
    steep = np.where(flat, 1.0, h)
    with np.errstate(over="ignore"):
        pa = np.where(
            flat, high / (high - low), -np.expm1(-steep * high) / -np.expm1(steep * (low - high))
        )
    drift = points * up + (1 - points) * down
    even = high * -low / (points * up**2 + (1 - points) * down**2 + 1e-300)
    moving = (pa * low + (1 - pa) * high) / np.where(flat, 1.0, drift)
    return shaped_as(pa, p), shaped_as(np.where(flat, even, moving), p)
