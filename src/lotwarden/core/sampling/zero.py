"""Plans with acceptance number 0: one nonconforming unit in the sample, and the lot stays.

Computed, not looked up: n follows from one point.  For the consumer it is the least sample
that lets the limiting quality pass rarely enough; for the producer the largest that lets a
good lot pass often enough.  With a lot size they are exact for that lot.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from lotwarden.core.sampling.curves import Model, check_lot_size, check_probability
from lotwarden.core.sampling.designs import (
    KEPT,
    least_sample,
    units_at_least,
    units_at_most,
)
from lotwarden.core.sampling.hypergeometric import acceptance_of_one
from lotwarden.core.sampling.refusals import ZeroPlanImpossible


class ZeroPlan(NamedTuple):
    """A plan that accepts at 0, and how often it accepts lots of `quality`."""

    n: int
    lot_size: int | None
    quality: float
    pa: float

    @property
    def ac(self) -> int:
        """The acceptance number."""
        return 0

    @property
    def re(self) -> int:
        """The rejection number."""
        return 1


def zero_plan(*, lq: float, beta: float = 0.10, lot_size: int | None = None) -> ZeroPlan:
    """Return the least n with Ac 0 that accepts lots of the limiting quality at most so often.

    Refuses, first match wins:
        sampling.probability_outside: a quality or a probability is not between 0 and 1.
        sampling.lot_size_not_whole, sampling.lot_too_small.

    >>> zero_plan(lq=0.05).n, zero_plan(lq=0.05, lot_size=100).n
    (45, 37)
    """
    _check(lq, beta, lot_size)
    model: Model = "binomial" if lot_size is None else "hypergeometric"
    n = least_sample(ac=0, consumer=(lq, beta), model=model, lot_size=lot_size)
    if lot_size is None:
        return ZeroPlan(n, None, lq, _none_in(n, lq))
    bad = units_at_least(lot_size, lq)
    pa = acceptance_of_one(lot_size=lot_size, n=n, ac=0, defectives=bad)
    return ZeroPlan(n, lot_size, lq, pa)


def zero_plan_for_producer(
    *, aql: float, pa: float = 0.95, lot_size: int | None = None
) -> ZeroPlan:
    """Return the largest n with Ac 0 that accepts lots of quality `aql` at least so often.

    It promises the consumer nothing: `zero_plan` does.  Where a lot of that quality has no
    nonconforming unit at all, it is the whole lot.

    Refuses, first match wins:
        sampling.probability_outside: a quality or a probability is not between 0 and 1.
        sampling.lot_size_not_whole, sampling.lot_too_small.
        sampling.zero_plan_impossible: even one unit stops such lots more often.

    >>> zero_plan_for_producer(aql=0.01).n
    5
    """
    _check(aql, pa, lot_size)
    if lot_size is None:
        n = math.floor(math.log(pa) / math.log1p(-aql) * (1 + KEPT))
        if n < 1:
            raise ZeroPlanImpossible(percent=f"{100 * aql:g}", often=f"{100 * pa:g}")
        return ZeroPlan(n, None, aql, _none_in(n, aql))

    good = units_at_most(lot_size, aql)
    low, high = 0, lot_size + 1
    while high - low > 1:
        n = (low + high) // 2
        passes = acceptance_of_one(lot_size=lot_size, n=n, ac=0, defectives=good)
        low, high = (n, high) if passes >= pa - KEPT else (low, n)
    if low < 1:
        raise ZeroPlanImpossible(percent=f"{100 * aql:g}", often=f"{100 * pa:g}")
    passes = acceptance_of_one(lot_size=lot_size, n=low, ac=0, defectives=good)
    return ZeroPlan(low, lot_size, aql, passes)


def _none_in(n: int, quality: float) -> float:
    return math.exp(n * math.log1p(-quality))


def _check(quality: float, pa: float, lot_size: int | None) -> None:
    check_probability("p", quality)
    check_probability("Pa", pa)
    if lot_size is not None:
        check_lot_size(lot_size)
