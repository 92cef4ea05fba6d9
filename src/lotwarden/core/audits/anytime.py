"""Bounds that hold however often one looks: after every unit, after every carton.

A bound for a sample of fixed size is wrong for who looks, and stops when it pleases: over 300
looks at 1,000 units it fails 13 of 100 times instead of 5.  Here each possible number of
swapped units k is a null hypothesis with a nonnegative martingale that starts at 1 while k is
the truth; k is excluded for good once it reaches 1/α (Ville's inequality).

Units are drawn one by one without putting back.  With x swapped among the first t,

    M_t(k) = Q(x, t) / P_k(x, t),    Q = w·[x = 0] + (1 − w)·beta-binomial(½, 10)

P_k is the chance of that very path, Q a bet fixed beforehand: w (0.9) on "none is swapped".

Cartons are opened whole, and their units are alike in nothing: carton j has the share x_j of
bad units in the largest carton's size.  If T units are bad in all, the next carton's mean is
m_j = (T/size − S_{j−1})/(J − j + 1), and a bet of the fraction c of what may be lost pays
1 − c + c·x_j/m_j that there are more, 1 − c + c·(1−x_j)/(1−m_j) that there are fewer.  Both
are mixed over a few c, each end gets half of α.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from typing import Final, NamedTuple

from lotwarden.core.audits.percent import percent
from lotwarden.core.audits.refusals import between, refuse, whole
from lotwarden.core.errors import N_, Problem
from lotwarden.core.sentences import Sentence

NONE_WEIGHT: Final = Fraction(9, 10)
"""The part of the bet that is on "none is swapped"; fixed before the first look."""

BETS: Final = (
    (Fraction(1, 2), Fraction(1)),
    (Fraction(1, 4), Fraction(1, 2)),
    (Fraction(1, 8), Fraction(1, 4)),
    (Fraction(1, 8), Fraction(1, 8)),
)
"""Weight and fraction bet, for cartons: all of it while they are clean, less to survive one."""

_NEAR: Final = 1e-7


class Look(NamedTuple):
    """What stands after so many checked and so many found."""

    checked: int
    found: int
    lower: int
    upper: int


def after_units(
    *, units: int, looks: Sequence[tuple[int, int]], confidence: Fraction
) -> list[Look]:
    """Return the bounds at each look; each is (checked, found) since the look before.

    Bounds never widen again: what one look excluded stays excluded.

    Refuses:
        audit.input_invalid: more checked than there are, more found than checked.

    >>> after_units(units=1000, looks=[(100, 0), (100, 0)], confidence=Fraction(19, 20))
    [Look(checked=100, found=0, lower=0, upper=28), Look(checked=200, found=0, lower=0, upper=13)]
    """
    problems = [whole("units", units, least=1), between("confidence", confidence)]
    problems += _unfit(looks, units)
    refuse(problems)
    alpha = 1 - confidence
    told: list[Look] = []
    lower, upper, n, x = 0, units, 0, 0
    for checked, found in looks:
        n, x = n + checked, x + found
        below, above = _interval(units, n, x, alpha)
        lower, upper = max(lower, below), min(upper, above)
        told.append(Look(n, x, lower, upper))
    return told


def sentence(look: Look, *, units: int, confidence: Fraction) -> Sentence:
    """Return what stands at this look, fit to quote."""
    data: dict[str, int | str] = {
        "n": look.checked, "found": look.found, "lower": look.lower, "upper": look.upper,
        "units": units, "percent": percent(confidence),
    }  # fmt: skip
    if look.lower > look.upper:
        return Sentence(
            N_(
                "These looks contradict each other: an assumption is false. Was every unit drawn "
                "by the seed, and none left out?"
            ),
            data,
        )
    return Sentence(
        N_(
            "After {n} checked and {found} found, at least {lower} and at most {upper} of the "
            "{units} units are swapped. However often one looks, such bounds hold in at least "
            "{percent} of 100 cases."
        ),
        data,
    )


def _unfit(looks: Sequence[tuple[int, int]], units: int) -> list[Problem | None]:
    problems: list[Problem | None] = [None if looks else Problem("looks", N_("are none"))]
    for number, (checked, found) in enumerate(looks, start=1):
        problems.append(whole(f"checked in look {number}", checked))
        problems.append(whole(f"found in look {number}", found, most=max(checked, 0)))
    total = sum(checked for checked, _ in looks)
    if total > units:
        text = N_("check {total} of {units} units")
        problems.append(Problem("looks", text, total=total, units=units))
    return problems


def _interval(units: int, n: int, x: int, alpha: Fraction) -> tuple[int, int]:
    """Return the least and the most k that are not excluded; P_k is largest between them."""
    first, last = x, units - n + x
    if n == 0:
        return first, last
    top = min(max((x * (units + 1)) // n, first), last)

    def possible(k: int) -> bool:
        return _possible(units, n, x, k, alpha)

    if not possible(top):  # nor is any other: this is the likeliest
        return last + 1, first - 1
    return _edge(possible, top, first), _edge(possible, top, last)


def _edge(possible: Callable[[int], bool], inside: int, end: int) -> int:
    """Return the furthest possible number on the way from `inside` to `end`."""
    if possible(end):
        return end
    while abs(end - inside) > 1:
        middle = (inside + end) // 2
        inside, end = (middle, end) if possible(middle) else (inside, middle)
    return inside


def _possible(units: int, n: int, x: int, k: int, alpha: Fraction) -> bool:
    """Return whether alpha·Q < P_k: by logarithms, exactly where they are near."""
    gap = math.log(alpha) + _log_q(n, x) - _log_path(units, n, x, k)
    if abs(gap) > _NEAR * (1 + 1e-8 * units):
        return gap < 0
    path = Fraction(math.perm(k, x) * math.perm(units - k, n - x), math.perm(units, n))
    return alpha * bet(n, x) < path


def bet(n: int, x: int) -> Fraction:
    """Return Q, exactly: what the bet fixed beforehand gives a path with x of n swapped.

    >>> bet(1, 0) + bet(1, 1)
    Fraction(1, 1)
    """
    # Rising factorials of ½, 10 and 10½ as whole numbers over powers of two.
    hits = math.prod(2 * i + 1 for i in range(x))
    clean = math.prod(2 * (10 + i) for i in range(n - x))
    every = math.prod(21 + 2 * i for i in range(n))
    mixed = (1 - NONE_WEIGHT) * Fraction(hits * clean, every)
    return mixed + (NONE_WEIGHT if x == 0 else 0)


def _log_q(n: int, x: int) -> float:
    mixed = math.log(1 - NONE_WEIGHT) + (
        math.lgamma(x + 0.5) - math.lgamma(0.5) + math.lgamma(n - x + 10) - math.lgamma(10)
        - math.lgamma(n + 10.5) + math.lgamma(10.5)
    )  # fmt: skip
    return math.log(float(NONE_WEIGHT) + math.exp(mixed)) if x == 0 else mixed


def _log_path(units: int, n: int, x: int, k: int) -> float:
    return (
        math.lgamma(k + 1) - math.lgamma(k - x + 1)
        + math.lgamma(units - k + 1) - math.lgamma(units - k - n + x + 1)
        - math.lgamma(units + 1) + math.lgamma(units - n + 1)
    )  # fmt: skip


def after_cartons(
    *, sizes: Sequence[int], opened: Sequence[tuple[int, int]], confidence: Fraction
) -> list[Look]:
    """Return the bounds on bad units after each opened carton: (its size, bad units in it).

    Cartons are opened in the order drawn; `sizes` are all cartons, opened ones included.

    Refuses:
        audit.input_invalid: a carton that is not there, more bad units than it holds.

    >>> looks = after_cartons(sizes=[24] * 40, opened=[(24, 0)] * 6, confidence=Fraction(19, 20))
    >>> looks[-1].upper
    457
    """
    problems = [
        None if sizes else Problem("sizes", N_("name no carton")),
        between("confidence", confidence),
    ]
    problems += [whole("sizes", size, least=1) for size in sizes]
    left = list(sizes)
    for number, (size, bad) in enumerate(opened, start=1):
        if size in left:
            left.remove(size)
        else:
            text = N_("has the size {size} and no such carton is left")
            problems.append(Problem(f"carton {number}", text, size=size))
        problems.append(whole(f"bad in carton {number}", bad, most=max(size, 0)))
    refuse(problems)
    alpha = (1 - confidence) / 2
    told: list[Look] = []
    lower, upper = 0, sum(sizes)
    for number in range(1, len(opened) + 1):
        seen = opened[:number]
        found = sum(bad for _, bad in seen)
        room = sum(sizes) - sum(size - bad for size, bad in seen)
        more = _first(lambda t: not _pays(sizes, seen, t, alpha, more=True), found, room)  # noqa: B023
        fewer = _first(lambda t: _pays(sizes, seen, t, alpha, more=False), found, room + 1)  # noqa: B023
        lower, upper = max(lower, more), min(upper, fewer - 1)
        told.append(Look(sum(size for size, _ in seen), found, lower, upper))
    return told


def _first(true_from: Callable[[int], bool], low: int, high: int) -> int:
    """Return the first number from `low` on for which it holds, or `high`; it never stops to."""
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if true_from(middle) else (middle + 1, high)
    return low


def _pays(
    sizes: Sequence[int],
    seen: Iterable[tuple[int, int]],
    total: int,
    alpha: Fraction,
    *,
    more: bool,
) -> bool:
    """Return whether the bet against `total` bad units has reached 1/alpha."""
    largest, cartons = max(sizes), len(sizes)
    worth = [weight for weight, _ in BETS]
    so_far = 0
    for number, (_, bad) in enumerate(seen):
        # Everything in units: the next carton's mean, and the largest carton's size, times left.
        left = cartons - number
        mean, most = total - so_far, left * largest
        if not 0 <= mean <= most:
            return True
        have, of = (bad * left, mean) if more else ((largest - bad) * left, most - mean)
        if of == 0:
            if have:
                return True  # a carton that cannot be, were `total` the truth
        else:
            ratio = Fraction(have, of)
            worth = [one * (1 - c + c * ratio) for one, (_, c) in zip(worth, BETS, strict=True)]
        so_far += bad
    return sum(worth) * alpha >= 1
