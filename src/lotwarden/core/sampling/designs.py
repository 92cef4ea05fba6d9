"""Plans designed from what they shall do, where a table has none that does it.

Two points ask for a plan: lots of the producer's quality shall be accepted at least so
often, lots of the consumer's quality at most so often.  Of the plans that do, the one with
the smallest n is returned, and of those the one with the smallest Ac.

For a given Ac a larger sample accepts less.  So each Ac has a least n that keeps the
consumer's point, it grows with Ac, and the first Ac whose least n also keeps the producer's
point gives the smallest n of all.  Every Ac before it is looked at: nothing is skipped.

A probability within 1e-12 of its limit keeps it.  Of one lot (hypergeometric), the
consumer's quality is the fewest nonconforming units that are that share or more; the
producer's is the most that are that share or less.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final, Literal, NamedTuple, TypeAlias

import numpy as np
from scipy.special import betainc, gammainccinv, nctdtr, nctdtrit, ndtr, ndtri, pdtr

from lotwarden.core.sampling.curves import (
    MODELS,
    SAMPLE_SIZE_MAX,
    Model,
    check_lot_size,
    check_probability,
)
from lotwarden.core.sampling.hypergeometric import FloatArray, acceptance_of_one
from lotwarden.core.sampling.refusals import (
    DesignTooLarge,
    LotSizeMissing,
    PointsReversed,
    RisksReversed,
    SampleExceedsLot,
    SpreadUnknown,
    UnknownModel,
    shown,
)

Point: TypeAlias = tuple[float, float]
"""A quality, and the probability that a lot of it is accepted."""

AC_MAX: Final = 20_000
"""The largest Ac that is looked at."""

VARIABLES_N_MAX: Final = 100_000
"""The largest sample of measurements that is looked at."""

KEPT: Final = 1e-12
"""How near to its limit a probability keeps it: what computing it costs."""

_DOUBLINGS_MAX: Final = 40

# How often a sample of n is accepted at Ac, where one of both or each is an array.
_Tail: TypeAlias = Callable[[FloatArray, FloatArray], FloatArray]


class Design(NamedTuple):
    """A single plan, and how often it accepts lots of the two qualities."""

    n: int
    ac: int
    model: Model
    lot_size: int | None
    producer: Point
    consumer: Point

    @property
    def re(self) -> int:
        """The rejection number."""
        return self.ac + 1


class VariablesDesign(NamedTuple):
    """A plan by measurements for one limit: accepted where (limit − mean)/spread ≥ k."""

    n: int
    k: float
    spread: Literal["known", "unknown"]
    producer: Point
    consumer: Point


def design(
    *,
    producer: Point,
    consumer: Point,
    model: Model = "binomial",
    lot_size: int | None = None,
) -> Design:
    """Return the smallest single plan that keeps both points.

    Refuses, first match wins:
        sampling.unknown_model: none of binomial, hypergeometric, poisson.
        sampling.probability_outside: a quality or a probability is not between 0 and 1.
        sampling.points_reversed: the consumer's quality is not worse than the producer's.
        sampling.risks_reversed: worse lots shall be accepted as often or oftener.
        sampling.lot_size_missing, sampling.lot_size_not_whole, sampling.lot_too_small.
        sampling.design_too_large: the points are so near that the plan is out of reach.
        sampling.sample_exceeds_lot: a plan for a process asks for more than the lot has.

    >>> plan = design(producer=(0.01, 0.95), consumer=(0.05, 0.10))
    >>> plan.n, plan.ac, plan.re
    (132, 3, 4)
    >>> plan = design(
    ...     producer=(0.01, 0.95), consumer=(0.05, 0.10), model="hypergeometric", lot_size=500
    ... )
    >>> plan.n, plan.ac
    (123, 3)
    """
    if model not in MODELS:
        raise UnknownModel(given=shown(model), known=", ".join(MODELS))
    check_points(producer, consumer)
    if lot_size is not None:
        check_lot_size(lot_size)
    if model == "hypergeometric":
        if lot_size is None:
            raise LotSizeMissing(model=model)
        return _of_lot(producer, consumer, lot_size)

    good, bad = (_tail(model, quality) for quality, _ in (producer, consumer))
    ac = np.arange(8.0)
    while ac[0] <= AC_MAX:
        n = least_samples(bad, ac, consumer)
        kept = good(n, ac) >= producer[1] - KEPT
        if kept.any():
            first = int(kept.argmax())
            one, most = n[first : first + 1], ac[first : first + 1]
            if one[0] > SAMPLE_SIZE_MAX:
                break
            if lot_size is not None and one[0] > lot_size:
                raise SampleExceedsLot(n=int(one[0]), lot_size=lot_size)
            return Design(
                n=int(one[0]),
                ac=int(most[0]),
                model=model,
                lot_size=lot_size,
                producer=(producer[0], float(good(one, most)[0])),
                consumer=(consumer[0], float(bad(one, most)[0])),
            )
        ac = np.arange(ac[-1] + 1, 2 * ac[-1] + 10)
    raise DesignTooLarge(most=SAMPLE_SIZE_MAX)


def least_samples(bad: _Tail, ac: FloatArray, consumer: Point) -> FloatArray:
    """Return for each Ac the least n at which the consumer's point is kept."""
    quality, most = consumer
    low = ac.copy()  # a sample of Ac units is always accepted
    high: FloatArray = np.maximum(np.ceil(gammainccinv(ac + 1, most) / quality), ac + 1)
    for _ in range(_DOUBLINGS_MAX):
        over = bad(high, ac) > most + KEPT
        if not over.any():
            break
        if high.max() > SAMPLE_SIZE_MAX:
            raise DesignTooLarge(most=SAMPLE_SIZE_MAX)
        low, high = np.where(over, high, low), np.where(over, 2 * high, high)
    for _ in range(int(high.max()).bit_length()):
        if (high - low <= 1).all():
            break
        middle = np.floor((low + high) / 2)
        over = bad(middle, ac) > most + KEPT
        low, high = np.where(over, middle, low), np.where(over, high, middle)
    return high


def least_sample(
    *, ac: int, consumer: Point, model: Model = "binomial", lot_size: int | None = None
) -> int:
    """Return the least n that accepts lots of the consumer's quality at Ac rarely enough.

    For one lot it is the whole lot where nothing less will do.
    """
    if model == "hypergeometric":
        assert lot_size is not None
        defectives = units_at_least(lot_size, consumer[0])
        return _least_of_lot(lot_size, defectives, ac, consumer[1], ac)
    return int(least_samples(_tail(model, consumer[0]), np.array([float(ac)]), consumer)[0])


def units_at_least(lot_size: int, quality: float) -> int:
    """Return the fewest units of a lot that are that share of it, or more."""
    return min(math.ceil(lot_size * quality * (1 - KEPT)), lot_size)


def units_at_most(lot_size: int, quality: float) -> int:
    """Return the most units of a lot that are that share of it, or less."""
    return math.floor(lot_size * quality * (1 + KEPT))


def check_points(producer: Point, consumer: Point) -> None:
    """Refuse two points between which no plan can lie."""
    for who, (quality, pa) in (("producer", producer), ("consumer", consumer)):
        check_probability(f"{who} p", quality)
        check_probability(f"{who} Pa", pa)
    if producer[0] >= consumer[0]:
        raise PointsReversed(producer=f"{producer[0]:g}", consumer=f"{consumer[0]:g}")
    if producer[1] <= consumer[1]:
        raise RisksReversed(producer=f"{producer[1]:g}", consumer=f"{consumer[1]:g}")


def _tail(model: Model, quality: float) -> _Tail:
    """Return P(x ≤ Ac) in n as a function of both."""
    if model == "poisson":
        return lambda n, ac: np.asarray(pdtr(ac, n * quality))
    return lambda n, ac: np.where(
        ac >= n, 1.0, betainc(np.maximum(n - ac, 1), ac + 1, 1.0 - quality)
    )


def _of_lot(producer: Point, consumer: Point, lot_size: int) -> Design:
    """Return the smallest plan for one lot; inspecting all of it always keeps both points."""
    good, bad = units_at_most(lot_size, producer[0]), units_at_least(lot_size, consumer[0])
    n = 0
    for ac in range(min(good, AC_MAX) + 1):
        n = _least_of_lot(lot_size, bad, ac, consumer[1], max(n, ac))
        passes = acceptance_of_one(lot_size=lot_size, n=n, ac=ac, defectives=good)
        if passes >= producer[1] - KEPT:
            return Design(
                n=n,
                ac=ac,
                model="hypergeometric",
                lot_size=lot_size,
                producer=(producer[0], passes),
                consumer=(
                    consumer[0],
                    acceptance_of_one(lot_size=lot_size, n=n, ac=ac, defectives=bad),
                ),
            )
    raise DesignTooLarge(most=lot_size)


def _least_of_lot(lot_size: int, defectives: int, ac: int, most: float, low: int) -> int:
    """Return the least n above `low`, at which the consumer's point is known not to be kept."""

    def kept(n: int) -> bool:
        passes = acceptance_of_one(lot_size=lot_size, n=n, ac=ac, defectives=defectives)
        return passes <= most + KEPT

    step, high = 1, min(low + 1, lot_size)
    while high < lot_size and not kept(high):
        low, step = high, 2 * step
        high = min(high + step, lot_size)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if kept(middle) else (middle, high)
    return high


def design_variables(
    *, producer: Point, consumer: Point, spread: Literal["known", "unknown"]
) -> VariablesDesign:
    """Return the smallest plan by measurements that keeps both points, for one limit.

    The characteristic must be normally distributed.  Of the k that keep both points it is
    the smallest: the consumer's point is kept exactly, and the producer has what is left.

    Refuses, first match wins:
        sampling.probability_outside, sampling.points_reversed, sampling.risks_reversed.
        sampling.spread_unknown: neither known nor unknown.
        sampling.design_too_large: the points are so near that the plan is out of reach.

    >>> plan = design_variables(producer=(0.01, 0.95), consumer=(0.05, 0.10), spread="known")
    >>> plan.n, round(plan.k, 3)
    (19, 1.939)
    >>> plan = design_variables(producer=(0.01, 0.95), consumer=(0.05, 0.10), spread="unknown")
    >>> plan.n, round(plan.k, 3)
    (55, 1.948)
    """
    check_points(producer, consumer)
    if spread not in ("known", "unknown"):
        raise SpreadUnknown(given=shown(spread))
    good, bad = -ndtri(producer[0]), -ndtri(consumer[0])
    known = (float(ndtri(producer[1]) - ndtri(consumer[1])) / float(good - bad)) ** 2
    n = max(math.ceil(known * (1 - KEPT)), 1)
    if n > VARIABLES_N_MAX:
        raise DesignTooLarge(most=VARIABLES_N_MAX)
    if spread == "known":
        k = float(bad) - float(ndtri(consumer[1])) / math.sqrt(n)
        passes = float(ndtr(math.sqrt(n) * (good - k)))
        return VariablesDesign(n, k, spread, (producer[0], passes), consumer)

    low, high = 1, max(n, 2)
    while not _keeps(high, float(good), float(bad), producer[1], consumer[1]):
        if high > VARIABLES_N_MAX:
            raise DesignTooLarge(most=VARIABLES_N_MAX)
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        keeps = _keeps(middle, float(good), float(bad), producer[1], consumer[1])
        low, high = (low, middle) if keeps else (middle, high)
    k, passes = _by_spread_of_sample(high, float(good), float(bad), consumer[1])
    return VariablesDesign(high, k, spread, (producer[0], passes), consumer)


def _keeps(n: int, good: float, bad: float, least: float, most: float) -> bool:
    return _by_spread_of_sample(n, good, bad, most)[1] >= least - KEPT


def _by_spread_of_sample(n: int, good: float, bad: float, most: float) -> tuple[float, float]:
    """Return k that keeps the consumer's point with n, and how often good lots pass then.

    √n·(limit − mean)/s has a noncentral t distribution with n−1 degrees of freedom.
    """
    root = math.sqrt(n)
    limit = float(nctdtrit(n - 1, root * bad, 1.0 - most))
    return limit / root, 1.0 - float(nctdtr(n - 1, root * good, limit))
