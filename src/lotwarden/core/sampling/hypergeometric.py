"""Draws without putting back: how many nonconforming units a sample of a lot can hold.

A lot of N units has D nonconforming ones; a sample of n holds x of them with probability
C(D,x)·C(N−D,n−x) / C(N,n).  Two identities make this fast and exact where logarithms of
factorials would lose digits:

- Over all D from 0 to N, the probabilities of the same x sum to (N+1)/(n+1).
- One more nonconforming unit changes a verdict only if it is in the sample and exactly Ac
  of the others are: P(x ≤ Ac | D) − P(x ≤ Ac | D+1) = n/N · P(x = Ac | N−1, D, n−1).  Over
  all D these differences sum to 1.

So neighbours follow by one multiplication each, from the largest outwards, and the sum
that is known puts them on scale.  Tails are summed from their own end.
"""

from __future__ import annotations

from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

FloatArray: TypeAlias = NDArray[np.float64]
WholeArray: TypeAlias = NDArray[np.int64]

STATES_MAX: Final = 5_000_000
"""The largest lot of which all states are held in memory at once."""

# One call of an array function costs about as much as this many of its elements.
_CALL: Final = 5_000


def acceptance(*, lot_size: int, n: int, ac: int, defectives: WholeArray) -> FloatArray:
    """Return P(x ≤ Ac) for lots with that many nonconforming units, each within 0…N."""
    if ac >= n:
        return np.ones(defectives.shape)
    asked, where = np.unique(defectives, return_inverse=True)
    if dense(lot_size=lot_size, n=n, points=len(asked)):
        found = acceptance_of_all(lot_size=lot_size, n=n, ac=ac)[asked]
    else:
        found = np.array(
            [acceptance_of_one(lot_size=lot_size, n=n, ac=ac, defectives=int(one)) for one in asked]
        )
    return found[where].reshape(defectives.shape)


def dense(*, lot_size: int, n: int, points: int) -> bool:
    """Return whether all states of the lot cost less than so many states one by one."""
    return lot_size <= STATES_MAX and lot_size + 4 * _CALL < points * (_CALL + n)


def acceptance_of_all(*, lot_size: int, n: int, ac: int) -> FloatArray:
    """Return P(x ≤ Ac) for every lot: with 0, 1, … N nonconforming units.

    >>> acceptance_of_all(lot_size=4, n=2, ac=0).round(6).tolist()
    [1.0, 0.5, 0.166667, 0.0, 0.0]
    """
    if ac >= n:
        return np.ones(lot_size + 1)
    steps = _over_lots(lot_size - 1, n - 1, ac)
    from_below = np.cumsum(steps)
    from_above = np.cumsum(steps[::-1])[::-1]
    total = from_below[-1]
    found = np.zeros(lot_size + 1)
    found[: ac + 1] = 1.0
    first = ac + 1
    # Lot number `first + k` has lost the steps 0…k and keeps those from k+1 on.
    keeps = np.append(from_above[1:], 0.0)
    found[first : first + len(steps)] = np.where(
        keeps < from_below, keeps / total, 1.0 - from_below / total
    )
    return found


def mass_of_all(*, lot_size: int, n: int, found: int) -> FloatArray:
    """Return P(x = found) for every lot: with 0, 1, … N nonconforming units."""
    mass = np.zeros(lot_size + 1)
    steps = _over_lots(lot_size, n, found)
    mass[found : found + len(steps)] = steps * ((lot_size + 1) / (n + 1) / steps.sum())
    return mass


def mass(*, lot_size: int, n: int, defectives: int) -> tuple[int, FloatArray]:
    """Return the smallest x that can be found and P(x) from there on, for one lot."""
    least = max(0, n + defectives - lot_size)
    most = min(n, defectives)
    x = np.arange(least, most, dtype=np.float64)
    ratios = (n - x) * (defectives - x) / ((x + 1) * (lot_size - defectives - n + x + 1))
    mode = (n + 1) * (defectives + 1) // (lot_size + 2)
    weights = _outwards(ratios, min(max(mode, least), most) - least)
    return least, weights / weights.sum()


def acceptance_of_one(*, lot_size: int, n: int, ac: int, defectives: int) -> float:
    """Return P(x ≤ Ac) for one lot with that many nonconforming units."""
    least, weights = mass(lot_size=lot_size, n=n, defectives=defectives)
    cut = ac + 1 - least
    if cut <= 0:
        return 0.0
    if cut >= len(weights):
        return 1.0
    below, above = float(weights[:cut].sum()), float(weights[cut:].sum())
    return below if below < above else 1.0 - above


def _over_lots(lot_size: int, n: int, found: int) -> FloatArray:
    """Return what P(x = found) is proportional to, for D from `found` to N−n+found."""
    d = np.arange(found, lot_size - n + found, dtype=np.float64)
    ratios = (d + 1) * (lot_size - d - n + found) / ((d + 1 - found) * (lot_size - d))
    mode = min(found * (lot_size + 1) // n, lot_size - n + found) if n else 0
    return _outwards(ratios, max(mode, found) - found)


def _outwards(ratios: FloatArray, top: int) -> FloatArray:
    """Return weights whose neighbours have these ratios, 1 at `top`."""
    weights = np.ones(len(ratios) + 1)
    np.cumprod(ratios[top:], out=weights[top + 1 :])
    with np.errstate(under="ignore"):
        below = np.cumprod(1.0 / ratios[:top][::-1])
    weights[:top] = below[::-1]
    return weights
