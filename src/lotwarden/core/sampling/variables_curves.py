"""What a plan by variables lets through: estimates and curves.

The measured property is taken as normal.  Written with standard deviation 1, a sample has
mean x and standard deviation s, and the quality of a limit is Q = (distance of x) / s; with
the sigma method s is 1.

- The *estimate* is the minimum-variance unbiased one: with v = sqrt(n) / (n - 1), the beta
  distribution with both parameters n/2 - 1 at (1 - Q v) / 2 (s method); the normal
  distribution at -Q sqrt(n / (n - 1)) (sigma method).
- *k form*: Q >= k.  *M form*: estimate <= M.  The estimate falls as Q grows, so for one limit
  the two are the same criterion, and each number follows from the other.
- *One limit*: the chance of acceptance is one number for each fraction nonconforming.
- *Two limits*, one M for both: it also depends on how the fraction splits between them, which
  the books cannot know.  So a band is given: the least and the largest over all splits.

The integrals over s are Gauss-Legendre sums over the part of its distribution that holds all
but 1e-17, cut where the criterion has an edge; no approximation of normal theory is used.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Final, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import betainc, betaincinv, gammainccinv, gammaincinv, gammaln, ndtr, ndtri

from lotwarden.core.sampling.refusals import (
    FractionInvalid,
    FractionUnreachable,
    SigmaNotUsed,
    VariablesPlanInvalid,
    shown,
)
from lotwarden.core.sampling.variables_tables import check_method

Floats: TypeAlias = NDArray[np.float64]

N_MIN: Final = {"s": 3, "sigma": 2}
"""The fewest measurements for which both forms exist."""

N_MAX: Final = 100_000
"""The most measurements a plan here may have."""

_TAIL: Final = 1e-17
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(128)
_NODES_OF_K: Final = ((2.0, 64), (4.5, 128), (10.0, 512))
"""How many nodes keep 1e-12 up to which k: the larger k, the steeper the integrand."""
K_MAX: Final = _NODES_OF_K[-1][0]
"""The largest k, either way: a limit ten standard deviations off is no limit."""
_CHUNK: Final = 4_096  # points of a curve at a time, so that memory stays bounded
_SHARES: Final = 17  # splits looked at, twice: all over, then around the extremes
_HALVINGS: Final = 60
_FARTHEST: Final = 9.0  # a mean so far beyond a limit has everything outside, to the last digit


class Band(NamedTuple):
    """The least and the largest chance of acceptance over all splits of a fraction."""

    lower: Floats
    upper: Floats


def estimate_nonconforming(*, n: int, q: float, method: str) -> float:
    """Return the fraction estimated beyond one limit at quality `q` in `n` measurements.

    Refuses, first match wins:
        sampling.unknown_variables_method: neither s nor sigma.
        sampling.variables_plan_invalid: n out of reach (s method: 3 or more).

    >>> round(estimate_nonconforming(n=5, q=1.59, method="s"), 4)
    0.0219
    """
    _check_plan(method, n)
    return float(_tail(method, n, np.float64(q)))


def k_of_m(*, n: int, m: float, method: str) -> float:
    """Return the k that says the same as M, a fraction; refuse as `estimate_nonconforming`.

    >>> round(k_of_m(n=5, m=0.0333, method="s"), 3)
    1.525
    """
    _check_plan(method, n, m=m)
    return float(_quality(method, n, np.float64(m)))


def m_of_k(*, n: int, k: float, method: str) -> float:
    """Return the M, a fraction, that says the same as k; refuse as `estimate_nonconforming`."""
    _check_plan(method, n, k=k)
    return float(_tail(method, n, np.float64(k)))


def variables_oc(*, n: int, k: float, p: ArrayLike, method: str) -> Floats:
    """Return the chance that a lot with fraction `p` beyond one limit is accepted.

    Exact: for the s method the noncentral t distribution, as an integral over s.  The result
    has the shape of `p`.

    Refuses, first match wins:
        sampling.unknown_variables_method: neither s nor sigma.
        sampling.variables_plan_invalid: n or k cannot belong to a plan.
        sampling.fraction_invalid: a p is NaN or not from 0 to 1.

    >>> variables_oc(n=50, k=1.45, p=[0.03, 0.15], method="s").round(3).tolist()
    [0.984, 0.022]
    """
    _check_plan(method, n, k=k)
    points = _fractions(p)
    z = -ndtri(points.ravel())
    if method == "sigma":
        accepted = ndtr(math.sqrt(n) * (z - k))
    else:
        accepted = np.concatenate(
            [
                _one_limit(n, k, z[start : start + _CHUNK])
                for start in range(0, max(1, z.size), _CHUNK)
            ]
        )
    return np.asarray(np.clip(accepted, 0, 1)).reshape(points.shape)


def variables_oc_band(
    *, n: int, m: float, p: ArrayLike, method: str, width: float | None = None
) -> Band:
    """Return what a lot with fraction `p` outside two limits together has as a chance to pass.

    `m` is M as a fraction, for both limits together.  `lower` and `upper` are the extremes
    over the split of `p` between the limits; one end of it, all beyond one limit, is the
    curve of `variables_oc`.

    With the sigma method, `width` is the distance of the limits in standard deviations.  Then
    a fraction lies between the limits in one way only, and both curves of the band are one.

    Refuses, first match wins:
        as `variables_oc`; M must be above 0 and below 0.5.
        sampling.sigma_not_used: a width with the s method.
        sampling.variables_plan_invalid: a width that is no number above 0.
        sampling.fraction_unreachable: less than limits so close leave outside.

    >>> band = variables_oc_band(n=10, m=0.0327, p=[0.01, 0.1], method="s")
    >>> band.lower.round(3).tolist(), band.upper.round(3).tolist()
    ([0.9, 0.227], [0.901, 0.232])
    """
    _check_plan(method, n, m=m)
    points = _fractions(p)
    if width is not None:
        known = _known_width(method, n, m, points, width)
        return Band(known, known)
    lower = np.empty(points.size)
    upper = np.empty(points.size)
    step = _CHUNK // _SHARES
    for start in range(0, points.size, step):
        part = points.ravel()[start : start + step]
        lower[start : start + step], upper[start : start + step] = _extremes(method, n, m, part)
    return Band(lower.reshape(points.shape), upper.reshape(points.shape))


# -- one limit -------------------------------------------------------------------------------


def _tail(method: str, n: int, q: Floats | np.float64) -> Floats:
    """Return the estimate of the fraction beyond a limit of quality `q`."""
    if method == "sigma":
        return np.asarray(ndtr(-q * math.sqrt(n / (n - 1))))
    half = n / 2 - 1
    return np.asarray(betainc(half, half, np.clip(0.5 - q * math.sqrt(n) / (2 * (n - 1)), 0, 1)))


def _quality(method: str, n: int, m: Floats | np.float64) -> Floats:
    """Return the quality whose estimate is `m`."""
    if method == "sigma":
        return np.asarray(-ndtri(m) * math.sqrt((n - 1) / n))
    half = n / 2 - 1
    return np.asarray((1 - 2 * betaincinv(half, half, m)) * (n - 1) / math.sqrt(n))


def _span(n: int) -> tuple[float, float]:
    """Return the least and the largest s to reckon with."""
    half = (n - 1) / 2
    low = math.sqrt(float(gammaincinv(half, _TAIL)) / half)
    return low, math.sqrt(float(gammainccinv(half, _TAIL)) / half)


def _density(n: int, s: Floats) -> Floats:
    """Return the density of s, the standard deviation of `n` measurements."""
    half = (n - 1) / 2
    log_norm = math.log(2) + half * math.log(half) - float(gammaln(half))
    s = np.maximum(s, np.finfo(float).tiny)
    return np.exp(log_norm + (n - 2) * np.log(s) - half * s * s)


def _one_limit(n: int, k: float, z: Floats) -> Floats:
    s, weights = _spread_nodes(n, next(count for reach, count in _NODES_OF_K if abs(k) <= reach))
    return np.asarray(ndtr(math.sqrt(n) * (z[:, None] - k * s)) @ weights)


@lru_cache(maxsize=256)
def _spread_nodes(n: int, count: int) -> tuple[Floats, Floats]:
    """Return values of s with their weights, which add up to 1."""
    nodes, weights = np.polynomial.legendre.leggauss(count)
    low, high = _span(n)
    s = (low + high) / 2 + (high - low) / 2 * nodes
    weights = weights * _density(n, s)
    return s, weights / weights.sum()


# -- two limits ------------------------------------------------------------------------------


def _extremes(method: str, n: int, m: float, p: Floats) -> tuple[Floats, Floats]:
    """Return the least and the largest chance over the splits of each `p`.

    Splits mirror each other, so the smaller share runs from 0 to one half.  The extremes of a
    coarse grid are looked at again between their neighbours; what a finer grid would add is
    below 1e-4.
    """
    grid = np.broadcast_to(np.linspace(0, 0.5, _SHARES), (p.size, _SHARES))
    coarse = _two_limits(method, n, m, p[:, None], grid)
    found = []
    for best, pick in ((coarse.argmin(axis=1), np.min), (coarse.argmax(axis=1), np.max)):
        step = 0.5 / (_SHARES - 1)
        around = best[:, None] * step + np.linspace(-step, step, _SHARES)
        fine = _two_limits(method, n, m, p[:, None], np.clip(around, 0, 0.5))
        found.append(pick(np.hstack((coarse, fine)), axis=1))
    return found[0], found[1]


def _two_limits(method: str, n: int, m: float, p: Floats, share: Floats) -> Floats:
    """Return the chance of acceptance where `share` of `p` lies beyond the lower limit."""
    shape = np.broadcast_shapes(p.shape, share.shape)
    lower = -ndtri(np.broadcast_to(p * share, shape).ravel())
    upper = -ndtri(np.broadcast_to(p * (1 - share), shape).ravel())
    accepted = np.where(np.isinf(upper), (upper > 0).astype(np.float64), 0.0)
    one_sided = np.isinf(lower) & np.isfinite(upper)
    k = float(_quality(method, n, np.float64(m)))
    if method == "sigma":
        accepted[one_sided] = ndtr(math.sqrt(n) * (upper[one_sided] - k))
    elif one_sided.any():
        accepted[one_sided] = _one_limit(n, k, upper[one_sided])
    both = np.isfinite(lower) & np.isfinite(upper)
    between = _between_sigma if method == "sigma" else _between_s
    if both.any():
        lower, upper = lower[both], upper[both]
        width = np.maximum(lower + upper, 0)  # rounding alone can bring it below 0, at p = 1
        accepted[both] = between(n, m, k, width, (lower - upper) / 2)
    return np.clip(accepted, 0, 1).reshape(shape)


def _between_sigma(n: int, m: float, k: float, width: Floats, mean: Floats) -> Floats:
    """Return the chance of acceptance, limits `width` apart, mean so far off their middle.

    The estimate is least in the middle and grows outwards, so a sample mean is accepted up to
    an edge, which is found by halving.
    """
    inner, outer = np.zeros_like(width), np.maximum(width / 2 - k, 0)
    for _ in range(_HALVINGS):
        middle = (inner + outer) / 2
        estimate = _tail("sigma", n, width / 2 - middle) + _tail("sigma", n, width / 2 + middle)
        kept = estimate <= m
        inner, outer = np.where(kept, middle, inner), np.where(kept, outer, middle)
    narrow = 2 * _tail("sigma", n, width / 2) > m
    return np.where(narrow, 0.0, _within(n, inner, mean))


def _known_width(method: str, n: int, m: float, p: Floats, width: float) -> Floats:
    """Return the chance of acceptance where the limits and sigma are known.

    How far the mean is off the middle follows from the fraction outside; found by halving.
    """
    if method == "s":
        raise SigmaNotUsed
    if not isinstance(width, int | float) or not 0 < width < math.inf:
        raise VariablesPlanInvalid(
            name="width", given=shown(width), n_min=N_MIN[method], n_max=N_MAX
        )
    least = 2 * float(ndtr(-width / 2))
    if p.size and float(p.min()) < least:
        raise FractionUnreachable(
            width=f"{width:g}", least=f"{least:.4g}", given=f"{float(p.min()):.4g}"
        )
    near, far = np.zeros_like(p), np.full_like(p, width / 2 + _FARTHEST)
    for _ in range(_HALVINGS):
        mean = (near + far) / 2
        more = ndtr(mean - width / 2) + ndtr(-mean - width / 2) < p
        near, far = np.where(more, mean, near), np.where(more, far, mean)
    k = float(_quality("sigma", n, np.float64(m)))
    return _between_sigma(n, m, k, np.full_like(p, width), far)


def _within(n: int, edge: Floats, mean: Floats) -> Floats:
    """Return the chance that the sample mean is within `edge` of the middle of the limits."""
    root = math.sqrt(n)
    return np.asarray(ndtr(root * (edge - mean)) - ndtr(root * (-edge - mean)))


def _between_s(n: int, m: float, k: float, width: Floats, mean: Floats) -> Floats:
    """Return the same for the s method: an integral over s of what is accepted at each s.

    The beta distribution ends: beyond quality q_end nothing is expected outside a limit.  Up to
    s = width / (k + q_end) one limit alone decides.  Above it both do:

    - n = 3: the estimate is *larger* between the edges than at them, so that up to the same s
      there is also a hole in the middle; and above it nothing is accepted.
    - n = 4: the two estimates add up to the same everywhere; above it nothing is accepted.
    - n > 4: what is accepted shrinks to the middle.  There the edge is given by the quality of
      the far limit, from q_end down to where both limits have M / 2.
    """
    q_end = (n - 1) / math.sqrt(n)
    low, high = _span(n)
    turn = width / (k + q_end)

    start = np.minimum(low, turn)[:, None]
    stretch = (np.clip(turn, low, high) - low)[:, None] / 2
    s = start + stretch * (1 + _NODES)
    edge = width[:, None] / 2 - k * s
    accepted = (_within(n, edge, mean[:, None]) * _density(n, s) * stretch) @ _WEIGHTS
    if n == 3:
        accepted -= _hole_of_three(m, width, mean)
    elif n > 4:
        accepted += _both_decide(n, m, q_end, width, mean)
    return np.asarray(accepted)


def _hole_of_three(m: float, width: Floats, mean: Floats) -> Floats:
    """Return the chance of the hole in the middle for n = 3.

    Both estimates are arccosines there, so the hole's edge is a circle's: t is the half
    difference of the two angles, whose sum is pi m.
    """
    t = math.pi * m / 4 * (1 + _NODES)
    unit = math.sqrt(3) / 2
    per_width = unit / (2 * math.cos(math.pi * m / 2) * np.cos(t))
    s = width[:, None] * per_width
    edge = s * math.sin(math.pi * m / 2) * np.sin(t) / unit
    ds = s * np.tan(t) * (math.pi * m / 4)
    return np.asarray((_within(3, edge, mean[:, None]) * _density(3, s) * ds) @ _WEIGHTS)


def _both_decide(n: int, m: float, q_end: float, width: Floats, mean: Floats) -> Floats:
    half = n / 2 - 1
    low, high = _span(n)
    q_middle = float(_quality("s", n, np.float64(m / 2)))
    k = float(_quality("s", n, np.float64(m)))
    # Of the far quality only what an s of any weight leads to: near + far = width / s.
    last = np.clip(width / low - k, q_middle, q_end)[:, None]
    first = np.clip(width / high - q_middle, q_middle, last[:, 0])[:, None]
    angle = math.pi / 4 * (1 + _NODES)
    far = first + (last - first) * np.sin(angle) ** 2  # the sine smooths the root at q_end
    d_far = (last - first) * np.sin(2 * angle) * (math.pi / 4)

    x_far = np.clip(0.5 - far / (2 * q_end), 0, 1)
    x_near = betaincinv(half, half, np.clip(m - betainc(half, half, x_far), m / 2, m))
    near = (1 - 2 * x_near) * q_end
    slope = (x_far * (1 - x_far) / (x_near * (1 - x_near))) ** (half - 1)  # of the densities
    s = width[:, None] / (near + far)
    ds = s / (near + far) * (1 - slope) * d_far
    edge = np.maximum(width[:, None] / 2 - s * near, 0)
    return np.asarray((_within(n, edge, mean[:, None]) * _density(n, s) * ds) @ _WEIGHTS)


# -- input -----------------------------------------------------------------------------------


def _check_plan(method: str, n: int, *, k: float = 0.0, m: float = 0.25) -> None:
    check_method(method)
    least = N_MIN[method]
    if not isinstance(n, int) or isinstance(n, bool) or not least <= n <= N_MAX:
        raise VariablesPlanInvalid(name="n", given=shown(n), n_min=least, n_max=N_MAX)
    if not isinstance(k, int | float) or not abs(k) <= K_MAX:
        raise VariablesPlanInvalid(name="k", given=shown(k), n_min=least, n_max=N_MAX)
    if not isinstance(m, int | float) or not 0 < m < 0.5:
        raise VariablesPlanInvalid(name="M", given=shown(m), n_min=least, n_max=N_MAX)


def _fractions(p: ArrayLike) -> Floats:
    try:
        points = np.asarray(p, dtype=np.float64)
    except (TypeError, ValueError):
        raise FractionInvalid(given=shown(p)) from None
    wrong = ~((points >= 0) & (points <= 1))
    if wrong.any():
        raise FractionInvalid(given=shown(float(points[wrong].flat[0])))
    return points
