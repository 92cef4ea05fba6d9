"""Rectifying inspection: plans that cost the least, as Dodge and Romig tabled them.

Lots that are not accepted are screened.  Of all plans that keep a limit, the one with the
fewest units inspected on average (ATI) is taken, at the quality that the process usually
has, the *process average*:

- AOQL: the average quality that goes out is never worse than the limit, whatever comes in;
- LTPD: a lot as bad as the limit is accepted at most so often.

Computed here exactly (binomial for a process, hypergeometric for the lot at the LTPD).
Dodge and Romig's tables use approximations, give n in round numbers and one plan for a
range of process averages: a plan of theirs may differ, and is then dearer, or misses its
limit by a little.  Of the 195 plans we have and trust (AOQL 3 %, LTPD 1 %), taken at the
middle of their range, 52 are the same, and 154 have the same Ac.

Each further Ac needs a larger n, and no plan inspects fewer units than its n: once n passes
the cheapest ATI found, the search is over and complete.
"""

from __future__ import annotations

import math
from typing import Final, Literal, NamedTuple

import numpy as np

from lotwarden.core.sampling import curves
from lotwarden.core.sampling.curves import check_lot_size, check_probability
from lotwarden.core.sampling.designs import AC_MAX, least_sample, units_at_least
from lotwarden.core.sampling.passing import single

_KEPT: Final = 1e-9


class RectifyingPlan(NamedTuple):
    """The cheapest plan that keeps a limit; every unit is inspected where n is the lot.

    `ati` is at the process average.  `aoq` is the worst outgoing quality, and `aoq_at` the
    incoming quality at which it lies.
    """

    n: int
    ac: int
    lot_size: int
    kind: Literal["AOQL", "LTPD"]
    limit: float
    process_average: float
    ati: float
    aoq: float
    aoq_at: float

    @property
    def re(self) -> int:
        """The rejection number: from here on the lot is screened."""
        return self.ac + 1

    @property
    def full(self) -> bool:
        """Whether every unit of the lot is inspected anyhow."""
        return self.n == self.lot_size


def aoql_plan(*, aoql: float, process_average: float, lot_size: int) -> RectifyingPlan:
    """Return the cheapest plan whose outgoing quality is never worse than `aoql`, on average.

    Refuses, first match wins:
        sampling.lot_size_not_whole, sampling.lot_too_small.
        sampling.probability_outside: a quality is not between 0 and 1.

    >>> plan = aoql_plan(aoql=0.03, process_average=0.009, lot_size=1000)
    >>> plan.n, plan.ac
    (27, 1)
    """
    check_lot_size(lot_size)
    check_probability("AOQL", aoql)
    check_probability("process average", process_average)
    cheapest = (float(lot_size), lot_size, 0)
    n = 0
    for ac in range(min(lot_size, AC_MAX)):
        n = _least_for_aoql(lot_size, aoql, ac, n)
        if n >= cheapest[0]:
            break
        cheapest = min(cheapest, (_ati(lot_size, n, ac, process_average), n, ac))
    return _plan(cheapest, lot_size, "AOQL", aoql, process_average)


def ltpd_plan(
    *, ltpd: float, process_average: float, lot_size: int, beta: float = 0.10
) -> RectifyingPlan:
    """Return the cheapest plan that accepts a lot as bad as `ltpd` at most so often.

    Refuses, first match wins:
        sampling.lot_size_not_whole, sampling.lot_too_small.
        sampling.probability_outside: a quality or a probability is not between 0 and 1.

    >>> plan = ltpd_plan(ltpd=0.01, process_average=0.0015, lot_size=10_000)
    >>> plan.n, plan.ac
    (655, 3)
    """
    check_lot_size(lot_size)
    check_probability("LTPD", ltpd)
    check_probability("process average", process_average)
    check_probability("beta", beta)
    cheapest = (float(lot_size), lot_size, 0)
    for ac in range(min(units_at_least(lot_size, ltpd), AC_MAX)):
        n = least_sample(ac=ac, consumer=(ltpd, beta), model="hypergeometric", lot_size=lot_size)
        if n >= cheapest[0]:
            break
        cheapest = min(cheapest, (_ati(lot_size, n, ac, process_average), n, ac))
    return _plan(cheapest, lot_size, "LTPD", ltpd, process_average)


def _plan(
    cheapest: tuple[float, int, int],
    lot_size: int,
    kind: Literal["AOQL", "LTPD"],
    limit: float,
    process_average: float,
) -> RectifyingPlan:
    ati, n, ac = cheapest
    worst = curves.Aoql(0.0, 0.0)
    if n < lot_size:
        worst = curves.aoql(stages=((n, ac, ac + 1),), lot_size=lot_size)
    return RectifyingPlan(n, ac, lot_size, kind, limit, process_average, ati, *worst)


def _ati(lot_size: int, n: int, ac: int, process_average: float) -> float:
    pa = float(single(n, ac, np.array([process_average]), in_units=True)[0])
    return n + (1.0 - pa) * (lot_size - n)


def _least_for_aoql(lot_size: int, aoql: float, ac: int, low: int) -> int:
    """Return the least n, from max(low, Ac+1) on, that keeps the AOQL; at most the lot."""
    low = max(low, ac + 1)

    def kept(n: int) -> bool:
        if n >= lot_size:
            return True
        worst = curves.aoql(stages=((n, ac, ac + 1),), lot_size=lot_size).aoq
        return worst <= aoql * (1 + _KEPT)

    # Where the sample is a small part of a Poisson process, y = max x·P(at most Ac | x)
    # gives n at once; it is near everywhere.
    top = curves.aoql(stages=((1, ac, ac + 1),), model="poisson").aoq
    n = min(max(math.ceil(top * lot_size / (aoql * lot_size + top)), low), lot_size)
    if kept(n):
        while n > low and kept(n - 1):
            n -= 1
        return n
    while not kept(n):
        n += 1
    return n
