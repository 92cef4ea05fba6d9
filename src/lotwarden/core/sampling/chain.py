"""Chain sampling, ChSP-1 (Dodge, 1955): a single flaw is forgiven a supplier without flaws.

For inspections that are dear or destroy the unit: n is small and Ac is 0.  A sample with
exactly one nonconforming unit still accepts the lot if the samples of the i lots before had
none.  Only for a steady series from one process, in the order of its production.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from lotwarden.core.sampling.curves import Model, oc
from lotwarden.core.sampling.hypergeometric import FloatArray
from lotwarden.core.sampling.refusals import (
    ChainTooShort,
    CountBelowZero,
    CountNotWhole,
    shown,
)


def chain_oc(
    *, n: int, i: int, p: ArrayLike, model: Model = "binomial", lot_size: int | None = None
) -> FloatArray:
    """Return Pa of ChSP-1: P(0) + P(1)·P(0)^i, for a series of lots of one quality.

    Refuses, first match wins:
        sampling.chain_too_short: i is not a whole number from 1 on.
        and as `oc` does.

    >>> chain_oc(n=10, i=2, p=[0.01, 0.05, 0.1]).round(4).tolist()
    [0.9791, 0.7117, 0.3958]
    """
    _check_length(i)
    none = oc(n=n, ac=0, p=p, model=model, lot_size=lot_size)
    at_most_one = oc(n=n, ac=1, p=p, model=model, lot_size=lot_size)
    pa: FloatArray = none + np.maximum(at_most_one - none, 0.0) * none**i
    return pa


def chain_accepts(*, found: int, before: Sequence[int], i: int) -> bool:
    """Say whether ChSP-1 accepts a lot, given what the samples before it held, oldest first.

    Fewer than i lots before forgive nothing.  Every sample counts, of accepted and of
    rejected lots alike.

    Refuses, first match wins:
        sampling.chain_too_short: i is not a whole number from 1 on.
        sampling.count_not_whole, sampling.count_below_zero: a count is none.
    """
    _check_length(i)
    for count in (found, *before):
        if not isinstance(count, int) or isinstance(count, bool):
            raise CountNotWhole(counted="found", given=shown(count))
        if count < 0:
            raise CountBelowZero(counted="found", given=count)
    if found == 1:
        return len(before) >= i and not any(before[-i:])
    return found == 0


def _check_length(i: int) -> None:
    if not isinstance(i, int) or isinstance(i, bool) or i < 1:
        raise ChainTooShort(given=shown(i))
