"""What a plan lets through: the curves of a plan, exact, for many qualities at once.

    Pa    the probability that a lot of quality p is accepted (the OC curve)
    ASN   the units inspected for the verdict, on average
    AOQ   the quality that goes out, on average, where lots not accepted are screened
    ATI   the units inspected, on average, screening included
    AOQL  the worst AOQ of all, and the quality at which it lies

`p` is the share of nonconforming units: a process that makes them (binomial), one lot that
has them (hypergeometric), or nonconformities per unit (Poisson; above 1 too).  For the
hypergeometric model p names a lot, so N·p must be whole.

A plan is its stages: cumulative (n, Ac, Re), Ac `None` where acceptance is not possible
yet.  `passing` says how the probabilities are computed.  *Screened*: every unit is
inspected, the nonconforming ones are replaced by conforming ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from operator import index
from typing import Final, Literal, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from lotwarden.core.sampling import hypergeometric, passing
from lotwarden.core.sampling.hypergeometric import FloatArray, WholeArray
from lotwarden.core.sampling.refusals import (
    LotSizeMissing,
    LotSizeNotWhole,
    LotTooSmall,
    NoSuchQuality,
    PlanTooLarge,
    ProbabilityOutside,
    QualityNotANumber,
    QualityNotWholeUnits,
    QualityOutside,
    SampleExceedsLot,
    StagesInvalid,
    UnknownModel,
    shown,
)

Model: TypeAlias = Literal["binomial", "hypergeometric", "poisson"]

MODELS: Final = ("binomial", "hypergeometric", "poisson")

SAMPLE_SIZE_MAX: Final = 10_000_000
"""The largest sample a curve is computed for."""

WHOLE_WITHIN: Final = 1e-9
"""How far N·p may be from a whole number: what writing p as a decimal number costs."""

STAGES_MAX: Final = 100
RE_MAX: Final = 2_000
"""How far plans of several stages are computed: stages, and the largest Re of one."""

STEPS_MAX: Final = 5_000_000_000
"""Units x counts x qualities that are followed unit by unit."""

_SCAN: Final = 257
_ROUNDS_MAX: Final = 64
_SAME: Final = 1e-14


class Curves(NamedTuple):
    """The curves of a plan over `p`, each as long as `p`.

    Without a lot size `ati` is None, and `aoq` is that of a lot without end: p · Pa.
    """

    p: FloatArray
    pa: FloatArray
    asn: FloatArray
    aoq: FloatArray
    ati: FloatArray | None


class Aoql(NamedTuple):
    """The worst average outgoing quality, and the incoming quality at which it lies."""

    aoq: float
    p: float


def oc(
    *, n: int, ac: int, p: ArrayLike, model: Model = "binomial", lot_size: int | None = None
) -> FloatArray:
    """Return Pa of a single plan, one for each quality in `p`.

    Refuses, first match wins:
        sampling.unknown_model: none of binomial, hypergeometric, poisson.
        sampling.stages_invalid: n is not a whole number from 1 on, Ac none from 0 on.
        sampling.plan_too_large: several stages with an Re that is out of reach.
        sampling.lot_size_not_whole, sampling.lot_too_small: no lot size of 2 or more.
        sampling.lot_size_missing: the hypergeometric model without a lot.
        sampling.sample_exceeds_lot: n is more than the lot has.
        sampling.quality_not_a_number: p holds text, NaN or an infinity.
        sampling.quality_outside: p is below 0, or above 1 where it is a share.
        sampling.quality_not_whole_units: N·p is not whole in the hypergeometric model.

    >>> oc(n=80, ac=7, p=[0.0, 0.05, 0.10]).round(4).tolist()
    [1.0, 0.9534, 0.4456]
    >>> float(oc(n=13, ac=0, p=0.1, model="hypergeometric", lot_size=50).round(4))
    0.2057
    """
    check_whole("n", n)
    check_whole("Ac", ac)
    return staged_oc(stages=((n, ac, ac + 1),), p=p, model=model, lot_size=lot_size)


def staged_oc(
    *,
    stages: Sequence[tuple[int, int | None, int]],
    p: ArrayLike,
    model: Model = "binomial",
    lot_size: int | None = None,
) -> FloatArray:
    """Return Pa of a plan of any number of stages; refuse as `oc` does.

    >>> double = [(125, 3, 7), (250, 8, 9)]
    >>> staged_oc(stages=double, p=[0.01, 0.04]).round(4).tolist()
    [0.999, 0.4012]
    """
    plan = Plan.of(stages, model, lot_size)
    return shaped_as(plan.accepted(plan.points(p)), p)


def plan_curves(
    *,
    stages: Sequence[tuple[int, int | None, int]],
    p: ArrayLike,
    model: Model = "binomial",
    lot_size: int | None = None,
) -> Curves:
    """Return all curves of a plan; refuse as `oc` does.

    The ASN is that of whole samples: `curtailed_asn` stops as soon as the verdict is known.
    With the binomial or the Poisson model a lot size is used for AOQ and ATI alone.
    """
    plan = Plan.of(stages, model, lot_size)
    points = plan.points(p)
    pa = plan.accepted(points)
    ati = None
    if lot_size is not None:
        spared = plan.spared(points)
        ati = shaped_as(lot_size - spared, p)
    return Curves(
        p=shaped_as(points, p),
        pa=shaped_as(pa, p),
        asn=shaped_as(plan.inspected(points), p),
        aoq=shaped_as(plan.outgoing(points), p),
        ati=ati,
    )


def curtailed_asn(
    *,
    stages: Sequence[tuple[int, int | None, int]],
    p: ArrayLike,
    model: Model = "binomial",
    lot_size: int | None = None,
    accepting: Literal["whole_sample", "as_soon_as_certain"] = "whole_sample",
) -> FloatArray:
    """Return the units inspected on average when inspection stops with the verdict.

    It stops at Re in any stage; and, with `as_soon_as_certain`, where the units left of the
    sample could no longer lead above Ac.  Unit by unit, so it takes n steps.  Refuses as
    `oc` does.

    >>> round(float(curtailed_asn(stages=[(80, 7, 8)], p=0.2)), 2)
    39.96
    """
    plan = Plan.of(stages, model, lot_size)
    points = plan.points(p)
    certain = accepting == "as_soon_as_certain"
    return shaped_as(plan.inspected_until_known(points, early_acceptance=certain), p)


def aoql(
    *,
    stages: Sequence[tuple[int, int | None, int]],
    model: Model = "binomial",
    lot_size: int | None = None,
) -> Aoql:
    """Return the worst average outgoing quality of rectifying inspection, and where it lies.

    Refuses as `oc` does, and `sampling.no_such_quality` where no quality is stopped.

    >>> worst = aoql(stages=[(80, 7, 8)])
    >>> round(worst.aoq, 4), round(worst.p, 4)
    (0.0563, 0.0723)
    """
    plan = Plan.of(stages, model, lot_size)
    middle = plan.quality_at(0.5)
    low, high = middle * 1e-3, middle * 50.0
    if model != "poisson":
        high = min(high, 1.0)
    best = Aoql(0.0, 0.0)
    for _ in range(_ROUNDS_MAX):
        points = plan.grid(low, high)
        values = plan.outgoing(plan.points(points))
        top = int(values.argmax())
        if float(values[top]) > best.aoq:
            best = Aoql(float(values[top]), float(points[top]))
        low, high = float(points[max(top - 1, 0)]), float(points[min(top + 1, len(points) - 1)])
        if high - low <= _SAME * high or len(points) <= 3:
            break
    return best


def quality_at(
    *,
    stages: Sequence[tuple[int, int | None, int]],
    pa: float,
    model: Model = "binomial",
    lot_size: int | None = None,
) -> float:
    """Return the quality of which lots are accepted with probability `pa`.

    0.95 gives what the producer may count on, 0.50 the indifference quality, 0.10 the
    limiting quality (LQ).  For the hypergeometric model it is the best lot that is accepted
    no more often.

    Refuses as `oc` does, and:
        sampling.probability_outside: pa is not between 0 and 1.
        sampling.no_such_quality: lots of every quality are accepted more often.

    >>> round(quality_at(stages=[(80, 7, 8)], pa=0.10), 4)
    0.1428
    """
    check_probability("pa", pa)
    return Plan.of(stages, model, lot_size).quality_at(pa)


class Plan(NamedTuple):
    """A plan that can be computed: its stages are sound, and its lot has as many units."""

    stages: passing.Stages
    model: Model
    lot_size: int | None

    @classmethod
    def of(
        cls,
        stages: Sequence[tuple[int, int | None, int]],
        model: Model,
        lot_size: int | None,
    ) -> Plan:
        if model not in MODELS:
            raise UnknownModel(given=shown(model), known=", ".join(MODELS))
        sound = checked_stages(stages)
        n = sound[-1][0]
        if lot_size is not None:
            check_lot_size(lot_size)
            if n > lot_size:
                raise SampleExceedsLot(n=n, lot_size=lot_size)
        elif model == "hypergeometric":
            raise LotSizeMissing(model=model)
        return cls(sound, model, lot_size)

    @property
    def flows(self) -> tuple[passing.Flow, ...]:
        return passing.flows(self.stages, in_units=self.model != "poisson")

    def points(self, p: ArrayLike) -> FloatArray:
        """Return `p` as one row of numbers, or refuse it."""
        try:
            lossy = np.iscomplexobj(p) or np.ma.is_masked(p)  # NumPy would drop what makes it none
            points = None if lossy else np.asarray(p, dtype=np.float64).ravel()
        except (TypeError, ValueError):
            points = None
        if points is None:
            raise QualityNotANumber(given=shown(p))
        if not np.isfinite(points).all():
            raise QualityNotANumber(given=shown(points[~np.isfinite(points)][0]))
        outside = points < 0.0
        if self.model != "poisson":
            outside |= points > 1.0
        if outside.any():
            raise QualityOutside(given=shown(points[outside][0]))
        if self.model == "hypergeometric":
            self.defectives(points)
        return points

    def defectives(self, points: FloatArray) -> WholeArray:
        """Return N·p, which must be whole."""
        assert self.lot_size is not None
        units = points * self.lot_size
        whole = np.rint(units)
        off = np.abs(units - whole) > WHOLE_WITHIN * np.maximum(whole, 1.0)
        if off.any():
            first = int(off.argmax())
            raise QualityNotWholeUnits(
                p=shown(points[first]),
                lot_size=self.lot_size,
                units=f"{units[first]:.12g}",
                below=f"{np.floor(units[first]) / self.lot_size:.12g}",
                above=f"{np.ceil(units[first]) / self.lot_size:.12g}",
            )
        return whole.astype(np.int64)

    def sum(self, parts: Sequence[tuple[float, passing.Ways]], points: FloatArray) -> FloatArray:
        """Return Σ weight · P(these ways)."""
        if self.model == "binomial":
            return passing.binomial(parts, points)
        if self.model == "poisson":
            return passing.poisson(parts, points)
        assert self.lot_size is not None
        return passing.hypergeometric(parts, self.defectives(points), lot_size=self.lot_size)

    def accepted(self, points: FloatArray) -> FloatArray:
        if len(self.stages) > 1:
            whole = self.sum([(1.0, one.accepted) for one in self.flows], points)
            return np.minimum(whole, 1.0, out=whole)
        n, _, re = self.stages[0]
        if self.model != "hypergeometric":
            return passing.single(n, re - 1, points, in_units=self.model == "binomial")
        assert self.lot_size is not None
        return hypergeometric.acceptance(
            lot_size=self.lot_size, n=n, ac=re - 1, defectives=self.defectives(points)
        )

    def inspected(self, points: FloatArray) -> FloatArray:
        first = float(self.stages[0][0])
        if len(self.stages) == 1:
            return np.full(points.shape, first)
        parts = [
            (float(after[0] - before[0]), flow.continued)
            for before, after, flow in zip(self.stages, self.stages[1:], self.flows, strict=False)
        ]
        return self.sum(parts, points) + first

    def spared(self, points: FloatArray) -> FloatArray:
        """Return the units that nobody looks at, on average, where the rest is screened."""
        assert self.lot_size is not None
        if len(self.stages) == 1:
            return self.accepted(points) * (self.lot_size - self.stages[0][0])
        left = [(float(self.lot_size - flow.accepted.n), flow.accepted) for flow in self.flows]
        return self.sum(left, points)

    def outgoing(self, points: FloatArray) -> FloatArray:
        if self.lot_size is None:
            return points * self.accepted(points)
        return points * self.spared(points) / self.lot_size

    def quality_at(self, pa: float) -> float:
        low, high = 0.0, 1.0
        for _ in range(_ROUNDS_MAX):
            if self.accepted(np.array([high]))[0] <= pa:
                break
            if self.model != "poisson":
                raise NoSuchQuality(percent=f"{100 * pa:g}")
            low, high = high, 2.0 * high
        for _ in range(_ROUNDS_MAX):
            points = self.grid(low, high)
            first = int((self.accepted(points) <= pa).argmax())
            low, high = float(points[max(first - 1, 0)]), float(points[first])
            if high - low <= _SAME * high or len(points) <= 2:
                break
        return high

    def grid(self, low: float, high: float) -> FloatArray:
        """Return qualities from `low` to `high`, both of them; of a lot, those it can have."""
        points = np.linspace(low, high, _SCAN)
        if self.model != "hypergeometric":
            return points
        assert self.lot_size is not None
        units = np.unique(np.rint(points * self.lot_size))
        return np.asarray(units / self.lot_size, dtype=np.float64)

    def inspected_until_known(self, points: FloatArray, *, early_acceptance: bool) -> FloatArray:
        """Return the units inspected on average, one step for each unit of the sample."""
        width = max(re for _, _, re in self.stages)
        if width * self.stages[-1][0] * len(points) > STEPS_MAX:
            raise PlanTooLarge(stages=len(self.stages), re=width, n=self.stages[-1][0])
        state = np.zeros((width, len(points)))
        state[0] = 1.0
        total = np.zeros(points.shape)
        drawn = 0
        for n, ac, re in self.stages:
            while drawn < n:
                total += state.sum(axis=0)
                state = self._after_one_more(state, points, drawn)
                drawn += 1
                state[re:] = 0.0
                if early_acceptance and ac is not None:
                    state[: max(ac + 1 - (n - drawn), 0)] = 0.0
            if ac is not None:
                state[: ac + 1] = 0.0
        return total

    def _after_one_more(self, state: FloatArray, points: FloatArray, drawn: int) -> FloatArray:
        if self.model == "poisson":
            after = np.zeros_like(state)
            chance = np.exp(-points)
            for more in range(len(state)):
                after[more:] += state[: len(state) - more] * chance
                chance = chance * points / (more + 1)
            return after
        chances = self.chances(points, len(state), drawn)
        after = state * (1.0 - chances)
        after[1:] += state[:-1] * chances[:-1]
        return after

    def chances(self, points: FloatArray, width: int, drawn: int) -> FloatArray:
        """Return how likely the next unit is nonconforming, after `drawn` with 0, 1, … found."""
        if self.model == "binomial":
            return np.broadcast_to(points, (width, len(points)))
        assert self.lot_size is not None
        found = np.arange(width)[:, np.newaxis]
        left = (self.defectives(points) - found) / (self.lot_size - drawn)
        return np.clip(left, 0.0, 1.0)


def shaped_as(values: FloatArray, p: ArrayLike) -> FloatArray:
    """Return `values` in the form of `p`; one number for one number."""
    shaped: FloatArray = values.reshape(np.shape(p))[()]
    return shaped


def checked_stages(stages: Sequence[tuple[int, int | None, int]]) -> passing.Stages:
    """Return the stages of a plan as whole numbers, or refuse them."""
    sound: list[tuple[int, int | None, int]] = []
    drawn, found, refused = 0, -1, 0
    for stage in stages:
        if len(stage) != 3:
            raise StagesInvalid(what="n, Ac, Re", given=shown(stage), most=SAMPLE_SIZE_MAX)
        n, ac, re = stage
        check_whole("n", n)
        check_whole("Re", re)
        if ac is not None:
            check_whole("Ac", ac)
        before = -1 if ac is None else ac
        if (
            not drawn < n <= SAMPLE_SIZE_MAX
            or (ac is not None and ac < found)
            or re < max(before + 1, refused, 1)
        ):
            raise StagesInvalid(what="n, Ac, Re", given=shown((n, ac, re)), most=SAMPLE_SIZE_MAX)
        sound.append((index(n), None if ac is None else index(ac), index(re)))
        drawn, refused = n, re
        found = max(found, before)
    if not sound:
        raise StagesInvalid(what="n, Ac, Re", given="—", most=SAMPLE_SIZE_MAX)
    most = max(re for _, _, re in sound)
    if len(sound) > 1 and (len(sound) > STAGES_MAX or most > RE_MAX):
        raise PlanTooLarge(stages=len(sound), re=most, n=sound[-1][0])
    return tuple(sound)


def check_lot_size(lot_size: int) -> None:
    """Refuse what is no number of units, and a lot of one."""
    if not _is_whole(lot_size):
        raise LotSizeNotWhole(given=shown(lot_size))
    if lot_size < 2:
        raise LotTooSmall(lot_size=int(lot_size))


def check_probability(name: str, value: float) -> None:
    """Refuse what is not strictly between 0 and 1; `name` says what it is."""
    number = isinstance(value, int | float | np.floating) and not isinstance(value, bool)
    if not number or not 0.0 < value < 1.0:
        raise ProbabilityOutside(name=name, given=shown(value))


def check_whole(name: str, value: int) -> None:
    """Refuse what is no whole number of a plan; n is 1 or more, the others 0 or more."""
    if not _is_whole(value) or value < (1 if name == "n" else 0):
        raise StagesInvalid(what=name, given=shown(value), most=SAMPLE_SIZE_MAX)


def _is_whole(value: object) -> bool:
    return isinstance(value, int | np.integer) and not isinstance(value, bool)
