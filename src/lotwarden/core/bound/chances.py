"""How likely it is that a look comes out as well as it did, when k of its units are gone.

A *look* draws m of n units without putting back and finds Y of them not right.  Of the drawn
units that are gone each is noticed with the chance s at least, for itself; or, `together`, all
of them or none.  What counts is P(Y ≤ x | k), x being what was found.

Everything exists twice: exactly, as a fraction, and as a logarithm of floats for all k at
once.  The floats find the answer; where they are too near a limit to be trusted, the
fractions decide.

Once something may be missing, a look weighs k by a mixture (an e-value) that was fixed before
the first draw: e(x; k) = Σ λ_a / P(Y ≤ a | k) over a from x on, with λ_0 given and the rest
halving from a to a+1.  Its mean is at most 1 whatever k is true.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import comb, perm
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import special

from lotwarden.core.bound.pieces import ONE

FloatArray: TypeAlias = NDArray[np.float64]

TERMS: Final = 40
"""So many terms of a mixture are kept; what is left of its weight stands over 1, which only
makes the weight smaller."""

LEFT: Final = Fraction(1, 2**60)
"""Of eyes that miss all or nothing no chance is taken to be smaller: where they overlook
everything as often as the level, no number is excluded, not even an impossible one."""

_CELLS: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Look:
    """m of n units looked at, x of them not right; s is the least chance to notice one."""

    n: int
    m: int
    x: int
    s: Fraction = ONE
    together: bool = False

    @property
    def plain(self) -> bool:
        """Whether nothing was found by eyes that miss nothing."""
        return self.x == 0 and (self.s is ONE or self.s == 1)  # the former is much faster

    @property
    def most(self) -> int:
        """The most units that can be gone whatever the chances: all but those seen right."""
        return self.n - (self.m - self.x) if self.s == 1 else self.n


def chance(look: Look, gone: int) -> Fraction:
    """Return P(Y ≤ x | so many gone), exactly.

    >>> chance(Look(1000, 950, 0), 1)
    Fraction(1, 20)
    """
    if look.plain and not look.together:
        fewer, more = sorted((look.m, gone))
        return Fraction(perm(look.n - more, fewer), perm(look.n, fewer))
    return _up_to(look, gone, look.x)


def _up_to(look: Look, gone: int, a: int) -> Fraction:
    n, m, s = look.n, look.m, look.s
    eye = Fraction(1) if look.together else s
    least, most = max(0, m - (n - gone)), min(m, gone)
    if eye == 1:
        ways = sum(comb(gone, j) * comb(n - gone, m - j) for j in range(least, min(most, a) + 1))
        found = Fraction(ways, comb(n, m))
    else:
        found = sum(
            (
                comb(gone, j) * comb(n - gone, m - j) * _overlooked(j, a, eye)
                for j in range(least, most + 1)
            ),
            Fraction(0),
        ) / comb(n, m)
    return (1 - s) + s * max(found, LEFT) if look.together else found


def _overlooked(j: int, a: int, s: Fraction) -> Fraction:
    """Return P(Bin(j, s) ≤ a)."""
    if j <= a:
        return Fraction(1)
    return sum((comb(j, i) * s**i * (1 - s) ** (j - i) for i in range(a + 1)), Fraction(0))


def weight(look: Look, gone: int, none: Fraction) -> Fraction:
    """Return e(x; k), exactly; `none` is λ_0.  An impossible k is not asked for."""
    total, left = Fraction(0), Fraction(0)
    for a, share in enumerate(shares(look, none)):
        if a == look.x + TERMS:
            left = share
        elif a >= look.x:
            total += share / _up_to(look, gone, a)
    return total + left


def shares(look: Look, none: Fraction) -> tuple[Fraction, ...]:
    """Return λ_0, λ_1, … up to m, or up to x + TERMS, where the rest is lumped.

    >>> [str(one) for one in shares(Look(10, 3, 0), Fraction(1, 2))]
    ['1/2', '1/4', '1/8', '1/8']
    """
    top = min(look.m, look.x + TERMS)
    rest = [(1 - none) / 2**a for a in range(1, top)]
    return (none, *rest, (1 - none) / 2 ** max(top - 1, 0)) if top else (Fraction(1),)


def logs(look: Look, upto: int) -> FloatArray:
    """Return ln P(Y ≤ x | k) for k from 0 to `upto`.

    >>> logs(Look(10, 5, 0), 2).round(4).tolist()
    [0.0, -0.6931, -1.5041]
    """
    if look.plain and not look.together:
        gone = np.arange(upto, dtype=np.float64)
        with np.errstate(divide="ignore", invalid="ignore"):
            steps = np.log1p(-look.m / (look.n - gone))
        steps[gone >= look.n - look.m] = -np.inf
        return np.concatenate(([0.0], np.cumsum(steps)))
    with np.errstate(divide="ignore"):
        found: FloatArray = np.log(_tails(look, upto, look.x, look.x)[:, 0])
    return found


def weight_logs(look: Look, upto: int, none: Fraction) -> FloatArray:
    """Return ln e(x; k) for k from 0 to `upto`; infinite where k is impossible."""
    every = shares(look, none)
    lumped = len(every) == look.x + TERMS + 1
    last = look.x + TERMS - 1 if lumped else len(every) - 1
    tails = _tails(look, upto, look.x, last)
    own = np.array([float(one) for one in every[look.x : last + 1]])
    with np.errstate(divide="ignore"):
        summed = (own / tails).sum(axis=1) + (float(every[-1]) if lumped else 0.0)
    found: FloatArray = np.log(summed)
    return found


def _tails(look: Look, upto: int, first: int, last: int) -> FloatArray:
    """Return P(Y ≤ a | k) for k from 0 to `upto`, by row, and a from `first` to `last`."""
    s = 1.0 if look.together else float(look.s)
    mean = upto * look.m / look.n
    most = last if s == 1.0 else int(mean + 12 * mean**0.5 + 60 + last)
    j = np.arange(min(look.m, upto, most) + 1)
    a = np.arange(first, last + 1)
    if s == 1.0:
        unnoticed = (j[:, None] <= a[None, :]).astype(np.float64)
    else:
        unnoticed = np.where(
            j[:, None] <= a[None, :],
            1.0,
            special.bdtr(a[None, :], np.maximum(j[:, None], a[None, :] + 1), s),
        )
    rows = max(1, _CELLS // len(j))
    tails: FloatArray = np.concatenate([
        _masses(look, np.arange(at, min(at + rows, upto + 1)), j) @ unnoticed
        for at in range(0, upto + 1, rows)
    ])  # fmt: skip
    tails = np.minimum(tails, 1.0)
    tails[: min(first, upto) + 1] = 1.0
    if look.together:
        tails = (1 - float(look.s)) + float(look.s) * np.maximum(tails, float(LEFT))
    return tails


def _masses(look: Look, gone: NDArray[np.int64], j: NDArray[np.int64]) -> FloatArray:
    """Return P(j drawn units are gone | k) by row k and column j.

    Every factorial but two depends on the row or the column alone, and those two on a short
    range: none is computed twice.
    """
    n, m = look.n, look.m
    there, whole = gone[:, None] - j[None, :], (n - m - gone)[:, None] + j[None, :]
    rows = _factorial(gone) + _factorial(n - gone)
    columns = _factorial(j) + _factorial(m - j)
    every = _factorial(np.array([n, m, n - m]))
    found = np.exp(
        rows[:, None] - columns[None, :] - _of_range(there) - _of_range(whole)
        - (every[0] - every[1] - every[2])
    )  # fmt: skip
    return np.where((there >= 0) & (whole >= 0), found, 0.0)


def _factorial(numbers: NDArray[np.int64]) -> FloatArray:
    """Return ln(n!), and of what is below 0 anything."""
    found: FloatArray = special.gammaln(np.maximum(numbers, 0) + 1.0)
    return found


def _of_range(numbers: NDArray[np.int64]) -> FloatArray:
    """Return ln(n!) of many numbers from a short range."""
    least = int(numbers.min())
    return _factorial(np.arange(least, int(numbers.max()) + 1))[numbers - least]
