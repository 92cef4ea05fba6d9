"""How probable so few finds are, compared with a level exactly.

N units hold k bad ones, n are checked, each bad one that is checked is recognised with
probability s, independently; y or fewer are recognised with probability

    P = Σ_j C(k,j)·C(N−k,n−j)/C(N,n) · P(Bin(j,s) ≤ y)

An answer turns on whether P is above a level, and at a tie one more float digit would turn
it: N = 1000, n = 950, k = 1 is 1/20 exactly.  So floats decide only what is further from the
level than they can err; the rest is compared as whole numbers.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Final, NamedTuple

_TERMS_BY_HAND: Final = 300
"""Above so many terms of the sum NumPy is quicker, its import included."""


class Checked(NamedTuple):
    """`n` of `units` are checked, each bad one recognised with chance `sensitivity`."""

    units: int
    n: int
    sensitivity: Fraction = Fraction(1)


def compare(check: Checked, *, bad: int, most: int, level: Fraction) -> int:
    """Return the sign of P(at most `most` recognised) − `level`: exact, ties are 0."""
    if level <= 0 or level >= 1 or most < 0:
        return _sign(at_most(check, bad=bad, most=most) - level)
    first, last = _range(check, bad)
    if check.sensitivity == 1:
        last = min(last, most)
    if first > last:
        return -1
    log_p = _log_at_most(check, bad, most, first, last)
    difference = log_p - math.log(level)
    # lgamma errs by a few units in its last place, and there are nine of them in a term.
    err = 1e-9 + 64 * 2.3e-16 * math.lgamma(check.units + 2)
    if abs(difference) > err:
        return 1 if difference > 0 else -1
    return _sign(at_most(check, bad=bad, most=most) - level)


def at_most(check: Checked, *, bad: int, most: int) -> Fraction:
    """Return P(at most `most` of `bad` are recognised), exactly.

    >>> at_most(Checked(units=1000, n=950), bad=1, most=0)
    Fraction(1, 20)
    """
    if most < 0:
        return Fraction(0)
    units, n, s = check
    first, last = _range(check, bad)
    # Who is drawn and who is bad may change places: the smaller number makes smaller products.
    few, many = min(n, bad), max(n, bad)
    if s == 1:
        ways = sum(math.comb(many, j) * math.comb(units - many, few - j)
                   for j in range(first, min(last, most) + 1))  # fmt: skip
        return Fraction(ways, math.comb(units, few))
    hit, miss, of = s.numerator, s.denominator - s.numerator, s.denominator
    total = 0
    for j in range(first, last + 1):
        ways = math.comb(many, j) * math.comb(units - many, few - j)
        seen = sum(math.comb(j, y) * hit**y * miss ** (j - y) for y in range(min(j, most) + 1))
        total += ways * seen * of ** (last - j)
    return Fraction(total, math.comb(units, few) * of**last)


def _range(check: Checked, bad: int) -> tuple[int, int]:
    """Return the fewest and the most bad units that can be among the checked."""
    return max(0, check.n + bad - check.units), min(check.n, bad)


def _sign(value: Fraction) -> int:
    return (value > 0) - (value < 0)


def _log_at_most(check: Checked, bad: int, most: int, first: int, last: int) -> float:
    units, n, s = check
    if last - first >= _TERMS_BY_HAND:
        return _log_by_arrays(check, bad, most, first, last)
    terms = []
    for j in range(first, last + 1):
        term = _log_comb(bad, j) + _log_comb(units - bad, n - j)
        if s != 1:
            term += _log_binomial(j, most, float(s))
        terms.append(term)
    top = max(terms)
    return top + math.log(math.fsum(math.exp(t - top) for t in terms)) - _log_comb(units, n)


def _log_binomial(j: int, most: int, s: float) -> float:
    if most >= j:
        return 0.0
    few = math.fsum(
        math.exp(_log_comb(j, y) + y * math.log(s) + (j - y) * math.log1p(-s))
        for y in range(most + 1)
    )
    return math.log(few) if few > 0 else -math.inf


def _log_by_arrays(check: Checked, bad: int, most: int, first: int, last: int) -> float:
    import numpy as np  # noqa: PLC0415 - only a large audit needs it
    from scipy.special import bdtr, gammaln, logsumexp, xlog1py  # noqa: PLC0415

    units, n, s = check
    j = np.arange(first, last + 1, dtype=np.float64)
    terms = (
        math.lgamma(bad + 1) - gammaln(j + 1) - gammaln(bad - j + 1)
        + math.lgamma(units - bad + 1) - gammaln(n - j + 1) - gammaln(units - bad - n + j + 1)
    )  # fmt: skip
    if s != 1:
        if most == 0:
            terms += xlog1py(j, -float(s))
        else:
            of = np.maximum(j, most).astype(np.int64)
            with np.errstate(divide="ignore"):
                terms += np.log(bdtr(float(most), of, float(s)))
    return float(logsumexp(terms)) - _log_comb(units, n)


def _log_comb(of: int, take: int) -> float:
    return math.lgamma(of + 1) - math.lgamma(take + 1) - math.lgamma(of - take + 1)
