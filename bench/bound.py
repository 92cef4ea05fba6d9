"""The escape bound: many piles, a large bound, one lot; beside the bound that splits α."""

from __future__ import annotations

import random
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

from bench.measuring import Figure, at_most, seconds, spread
from lotwarden.core import bound
from lotwarden.core.bound.chances import Look
from lotwarden.core.bound.optimum import Pile, Rule, View, most

TITLE = "how many units are not where the books say, over many piles"

PILES = 100_000
REACH_PILES_S = 0.3
REACH_LARGE_S = 0.5
REACH_LOT_MS = 5.0
SIX = (1200, 600, 600, 300, 150, 40)
LEVEL = Fraction(1, 25)


def measure(folder: Path, *, quick: bool) -> list[Figure]:
    """Return the figures of this budget."""
    turns = 3 if quick else 9
    dice = random.Random(1)
    sizes = [dice.randint(20, 2000) for _ in range(PILES)]
    many = [_pile(n, max(1, n // 20)) for n in sizes]
    large = [_pile(dice.randint(9, 19), 1) for _ in range(PILES // 2)]
    large += [Pile(8) for _ in range(PILES)]
    lot = bound.read_pieces(
        [
            {"kind": "draw", "n": 2800, "m": 125, "person": "w1"},
            {"kind": "draw", "n": 300, "m": 50, "missing": 1, "person": "w2"},
            {"kind": "count", "n": 80, "verified": 78, "identity": True, "person": "w3"},
            {"kind": "paper", "n": 20},
            {"kind": "sighting", "pile": 0, "distinct": 2},
        ]
    )
    six = [{"kind": "draw", "n": n, "m": -(-n // 20)} for n in SIX]
    joint = bound.escape(bound.read_pieces(six)).upper
    part = bound.settings(alpha=f"1/{20 * len(six)}")
    union = sum(bound.escape(bound.read_pieces([one]), declared=part).open for one in six)
    ms = [1e3 * one for one in _turns(turns, lambda: bound.lines(bound.escape(lot)))]
    return [
        _timed(f"{PILES:,} piles", many, turns, REACH_PILES_S),
        _timed("the upper end of many units", large, turns, REACH_LARGE_S),
        at_most(
            "one lot, both columns, its lines",
            spread(ms, "ms"),
            REACH_LOT_MS, beside=f"at most {bound.escape(lot).upper} units",
        ),
        Figure(
            "six piles, 5 % of each", spread([joint or 0], "units"), f"α split over them: {union}"
        ),
    ]  # fmt: skip


def _pile(n: int, m: int) -> Pile:
    return Pile(n - m, (View(Look(n, m, 0)),))


def _timed(name: str, piles: list[Pile], turns: int, reach: float) -> Figure:
    found = most(piles, [], Rule(LEVEL)).units
    taken = _turns(turns, lambda: most(piles, [], Rule(LEVEL)))
    return at_most(name, spread(taken, "s"), reach, beside=f"at most {found:,} units")


def _turns(turns: int, call: Callable[[], object]) -> list[float]:
    call()
    return [seconds(call) for _ in range(turns)]
