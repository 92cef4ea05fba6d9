"""What the tests of the escape bound share: pieces in short, and a second way to the optimum."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from lotwarden.core import bound
from lotwarden.core.bound.chances import chance, weight
from lotwarden.core.bound.optimum import Lumps, Pile

SIX = (1200, 600, 600, 300, 150, 40)
"""The six piles of the tables, 2,890 units."""


def draw(n: int, m: int, **more: Any) -> dict[str, Any]:
    return {"kind": "draw", "n": n, "m": m, **more}


def paper(n: int, **more: Any) -> dict[str, Any]:
    return {"kind": "paper", "n": n, **more}


def count(n: int, verified: int, **more: Any) -> dict[str, Any]:
    return {"kind": "count", "n": n, "verified": verified, "identity": True, **more}


def sighting(pile: int, distinct: int) -> dict[str, Any]:
    return {"kind": "sighting", "pile": pile, "distinct": distinct}


def found(*pieces: dict[str, Any], now: Any = None, **declared: Any) -> bound.Escape:
    return bound.escape(
        bound.read_pieces(list(pieces)), declared=bound.settings(**declared), now=now
    )


def upper(*pieces: dict[str, Any], **declared: Any) -> int | None:
    return found(*pieces, **declared).upper


def programme(
    piles: Sequence[Pile],
    lumps: Sequence[Lumps] = (),
    *,
    level: Fraction,
    none: Fraction | None = None,
) -> int:
    """Return the optimum by a max-product programme over totals, in fractions: no convexity."""

    def kept(look: Any, gone: int) -> Fraction:
        likely = chance(look, gone)
        if none is None or likely == 0:
            return likely
        return 1 / weight(look, gone, none)

    def joined(a: list[Fraction], b: list[Fraction]) -> list[Fraction]:
        best = [Fraction(0)] * (len(a) + len(b) - 1)
        for i, x in enumerate(a):
            for j, y in enumerate(b):
                best[i + j] = max(best[i + j], x * y)
        return best

    def of(pile: Pile) -> list[Fraction]:
        best = [Fraction(1)] * (pile.size + 1)
        if pile.within:
            best = [Fraction(1)]
            for part in pile.within:
                best = joined(best, of(part))
        return [
            value * _product(kept(look, max(0, k - free)) for look, free in pile.views)
            for k, value in enumerate(best[: pile.size + 1])
        ]

    best = [Fraction(1)]
    for pile in piles:
        best = joined(best, of(pile))
    for one in lumps:
        units = [Fraction(0)] * (max(one.values) + 1)
        for state, value in enumerate(one.values):
            units[value] = max(units[value], kept(one.look, state))
        best = joined(best, units)
    return max(total for total, value in enumerate(best) if value > level)


def _product(factors: Any) -> Fraction:
    product = Fraction(1)
    for one in factors:
        product *= one
    return product
