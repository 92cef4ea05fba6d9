"""The ways through a plan, counted: what is left to do for a curve is one sum for each point.

How the nonconforming units of a sample spread over its stages does not depend on how many
the lot has.  So the ways to reach stage i with d of them are counted once, in whole
numbers; and for every model the probability of being there is that count times a power of
the quality:

    binomial         ways · p^d · (1−p)^(n−d)
    Poisson          ways · p^d · e^(−n·p) / d!            (ways weighted by stage sizes)
    hypergeometric   ways / C(n,d) · P(d in n)             (`hypergeometric`)

A *stage* is cumulative: n units so far, accepted at Ac or fewer, not accepted at Re or
more, otherwise the next stage is drawn.  At the last stage everything below Re is
accepted: reduced inspection of Z1.4 leaves a gap above Ac there.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Final, NamedTuple, TypeAlias

import numpy as np
from scipy.special import betainc, pdtr, xlog1py, xlogy

from lotwarden.core.sampling.hypergeometric import (
    FloatArray,
    WholeArray,
    dense,
    mass,
    mass_of_all,
)

Stages: TypeAlias = tuple[tuple[int, int | None, int], ...]

CHUNK: Final = 8_192
"""The points computed at once: what a processor keeps near; memory stays bounded."""

# Above this a power of the quality and a number of ways leave what a float can hold, and
# logarithms take their place.
_LOG_MAX: Final = 600.0

# Up to this Ac the ways of a single plan are counted: faster than the special functions.
_AC_COUNTED: Final = 200


class Ways(NamedTuple):
    """The ways to be at one stage with `first`, `first`+1, … nonconforming units."""

    n: int
    first: int
    counts: tuple[int, ...]


class Flow(NamedTuple):
    """Where the ways of one stage lead: to acceptance, or on to the next stage."""

    accepted: Ways
    continued: Ways


@lru_cache(maxsize=512)
def flows(stages: Stages, *, in_units: bool) -> tuple[Flow, ...]:
    """Count the ways of each stage.

    With `in_units` a unit is nonconforming or not, and a way is a choice of units.  Without,
    a unit can have several nonconformities, and a way is a place for each of them.
    """
    found = []
    reached: Mapping[int, int] = {0: 1}
    drawn = 0
    for number, (n, ac, re) in enumerate(stages):
        last = number == len(stages) - 1
        most = re - 1 if not in_units else min(re - 1, n)
        here = _spread(reached, n - drawn, most, in_units=in_units)
        accept_to = most if last else -1 if ac is None else min(ac, most)
        accepted = {d: ways for d, ways in here.items() if d <= accept_to}
        reached = {d: ways for d, ways in here.items() if d > accept_to}
        found.append(Flow(_ways(n, accepted), _ways(n, reached)))
        drawn = n
    return tuple(found)


def _spread(reached: Mapping[int, int], more: int, most: int, *, in_units: bool) -> dict[int, int]:
    """Return the ways after `more` units, for each count up to `most` that can be reached."""
    if not reached:
        return {}
    added = _added(more, most - min(reached), in_units=in_units)
    here = {}
    for d in range(min(reached), most + 1):
        ways = 0
        for before, times in reached.items():
            if 0 <= d - before < len(added):
                step = times * added[d - before]
                ways += step if in_units else step * math.comb(d, before)
        if ways:
            here[d] = ways
    return here


def _added(more: int, most: int, *, in_units: bool) -> list[int]:
    """Return the ways to find 0, 1, … `most` in `more` units."""
    if not in_units:
        return [more**x for x in range(most + 1)]
    ways = [1]
    for x in range(min(most, more)):
        ways.append(ways[-1] * (more - x) // (x + 1))
    return ways


def _ways(n: int, counts: Mapping[int, int]) -> Ways:
    if not counts:
        return Ways(n, 0, ())
    first, last = min(counts), max(counts)
    return Ways(n, first, tuple(counts.get(d, 0) for d in range(first, last + 1)))


class _Sum(NamedTuple):
    """One stage's share of a sum, ready for the points: Σ exp(logs)·weight·(…)."""

    n: int
    first: int
    logs: FloatArray
    whole_tail: bool  # all ways of 0 … last: the plain binomial or Poisson tail

    @property
    def mirrored(self) -> _Sum:
        """The same ways by the number of conforming units."""
        first = self.n - self.first - len(self.logs) + 1
        return _Sum(self.n, first, self.logs[::-1], whole_tail=False)


def _prepared(parts: Sequence[tuple[float, Ways]], *, in_units: bool) -> list[tuple[float, _Sum]]:
    prepared = []
    for weight, (n, first, counts) in parts:
        if not counts or not weight:
            continue
        logs = [math.log(one) if one else -math.inf for one in counts]
        if not in_units:
            logs = [one - math.lgamma(first + d + 1) for d, one in enumerate(logs)]
        whole = first == 0 and counts == tuple(_added(n, len(counts) - 1, in_units=in_units))
        prepared.append((weight, _Sum(n, first, np.array(logs), whole)))
    return prepared


def single(n: int, ac: int, p: FloatArray, *, in_units: bool) -> FloatArray:
    """Return P(at most Ac) in a sample of n, however large both are."""
    if in_units and ac >= n:
        return np.ones(p.shape)
    if ac > _AC_COUNTED:
        found: FloatArray = betainc(n - ac, ac + 1, 1.0 - p) if in_units else pdtr(ac, n * p)
        return found
    ways = [(1.0, one.accepted) for one in flows(((n, ac, ac + 1),), in_units=in_units)]
    return binomial(ways, p) if in_units else poisson(ways, p)


def binomial(parts: Sequence[tuple[float, Ways]], p: FloatArray) -> FloatArray:
    """Return Σ weight · P(the ways) at each p, within 0…1."""
    terms = _prepared(parts, in_units=True)
    found = np.empty(p.shape)
    for start in range(0, len(p), CHUNK):
        piece = p[start : start + CHUNK]
        few = piece <= 0.5
        if few.all():
            found[start : start + CHUNK] = _binomial_few(terms, piece)
            continue
        # Above one half the conforming units are the few, and are counted instead.
        part = np.empty(piece.shape)
        part[few] = _binomial_few(terms, piece[few])
        mirrored = [
            (
                weight,
                _Sum(
                    one.n, one.n - one.first - len(one.logs) + 1, one.logs[::-1], whole_tail=False
                ),
            )
            for weight, one in terms
        ]
        part[~few] = _binomial_few(mirrored, 1.0 - piece[~few])
        found[start : start + CHUNK] = part
    return found


def _binomial_few(terms: Sequence[tuple[float, _Sum]], p: FloatArray) -> FloatArray:
    odds = p / (1.0 - p)
    conforming = np.log1p(-p)
    powers: dict[int, FloatArray] = {}
    total = np.zeros(p.shape)
    for weight, one in terms:
        last = one.first + len(one.logs) - 1
        if one.logs.max() < _LOG_MAX:
            if one.n not in powers:
                powers[one.n] = _next_power(powers, one.n, conforming)
            share = _polynomial(np.exp(one.logs), odds)
            share *= powers[one.n]
            if one.first:
                share *= _power(odds, one.first)
        elif one.whole_tail:
            share = betainc(one.n - last, last + 1, 1.0 - p)
        else:
            share = np.zeros(p.shape)
            for d, log in enumerate(one.logs, one.first):
                share += np.exp(log + xlogy(d, p) + xlog1py(one.n - d, -p))
        total += share if weight == 1.0 else weight * share
    return total


def _next_power(powers: Mapping[int, FloatArray], n: int, log: FloatArray) -> FloatArray:
    """Return exp(n·log), by one multiplication where two known powers make it."""
    for one in powers:
        if n - one in powers:
            return powers[one] * powers[n - one]
    return np.exp(n * log)


def _polynomial(coefficients: FloatArray, x: FloatArray) -> FloatArray:
    share = np.full(x.shape, coefficients[-1])
    for one in coefficients[-2::-1]:
        share *= x
        share += one
    return share


def _power(x: FloatArray, exponent: int) -> FloatArray:
    found, square = np.ones(x.shape), x
    while exponent:
        if exponent & 1:
            found = found * square
        exponent >>= 1
        if exponent:
            square = square * square
    return found


def poisson(parts: Sequence[tuple[float, Ways]], p: FloatArray) -> FloatArray:
    """Return Σ weight · P(the ways) at each p: nonconformities per unit, 0 or more."""
    terms = _prepared(parts, in_units=False)
    found = np.empty(p.shape)
    for start in range(0, len(p), CHUNK):
        piece = p[start : start + CHUNK]
        total = np.zeros(piece.shape)
        most = math.log(max(1.0, float(piece.max())))
        powers: dict[int, FloatArray] = {}
        for weight, one in terms:
            last = one.first + len(one.logs) - 1
            if one.logs.max() + last * most < _LOG_MAX:
                if one.n not in powers:
                    powers[one.n] = _next_power(powers, one.n, -piece)
                share = _polynomial(np.exp(one.logs), piece)
                share *= powers[one.n]
                if one.first:
                    share *= _power(piece, one.first)
            elif one.whole_tail:
                share = pdtr(last, one.n * piece)
            else:
                share = np.zeros(piece.shape)
                for d, log in enumerate(one.logs, one.first):
                    share += np.exp(log + xlogy(d, piece) - one.n * piece)
            total += weight * share
        found[start : start + CHUNK] = total
    return found


def hypergeometric(
    parts: Sequence[tuple[float, Ways]], defectives: WholeArray, *, lot_size: int
) -> FloatArray:
    """Return Σ weight · P(the ways) for lots with that many nonconforming units."""
    asked, where = np.unique(defectives, return_inverse=True)
    shares = [(one, _shares(weight, one)) for weight, one in parts if one.counts and weight]
    largest = max((one.n for one, _ in shares), default=0)
    if dense(lot_size=lot_size, n=largest, points=len(asked)):
        of_all = np.zeros(lot_size + 1)
        for one, share in shares:
            for d, part in enumerate(share, one.first):
                if part:
                    of_all += part * mass_of_all(lot_size=lot_size, n=one.n, found=d)
        total = of_all[asked]
    else:
        total = np.array([_of_one(shares, int(one), lot_size) for one in asked])
    return total[where].reshape(defectives.shape)


def _shares(weight: float, one: Ways) -> list[float]:
    """Return the part of the samples with d nonconforming units that come this way."""
    return [weight * (ways / math.comb(one.n, d)) for d, ways in enumerate(one.counts, one.first)]


def _of_one(shares: Sequence[tuple[Ways, list[float]]], defectives: int, lot_size: int) -> float:
    total = 0.0
    for one, share in shares:
        least, found = mass(lot_size=lot_size, n=one.n, defectives=defectives)
        low = max(least, one.first)
        high = min(least + len(found), one.first + len(share))
        if low < high:
            total += float(
                np.dot(found[low - least : high - least], share[low - one.first : high - one.first])
            )
    return total
