"""Moving 10,000 serialised units in one transfer, against moving one.

A lot's units are a Roaring bitmap: 10,000 that lie together are one run, so naming them costs
no more than naming one.  Units that do not lie together cost what their ranges take to write:
the statement tells every range.  That is shown beside it, without a limit.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from bench import posting, stage
from bench.measuring import Figure, at_most, ratios, spread, timed

if TYPE_CHECKING:
    from lotwarden.core.units import Units
    from lotwarden.identity.acting import Actor

TITLE = "Many serialised units in one transfer"

REACH = 2.0
UNITS = 10_000
LOT = 2_000_000


def measure(folder: Path, *, quick: bool) -> list[Figure]:
    """Return the figures of this budget."""
    rounds, block = (4, 3) if quick else (15, 5)
    ways = _ways()
    base = folder / "base.sqlite3"
    actor = stage.new_workspace(base)
    posting.load(actor, lots=len(ways), quantity=LOT, numbered=True)
    to = posting.second_site(actor)
    movers = [_mover(actor, f"L-{n}", to) for n in range(1, len(ways) + 1)]
    taken: list[list[float]] = [[] for _ in ways]
    for turn in range(rounds + 1):
        for move, named, times in zip(movers, ways.values(), taken, strict=True):
            each: list[float] = []
            for which in [named(turn * block + n) for n in range(block)]:
                with timed(each):
                    move(which)
            times.append(sum(each) / block)
    taken = [times[1:] for times in taken]  # the first turn warms up
    figures = [
        Figure(name, spread((one * 1e3 for one in times), "ms"))
        for name, times in zip(ways, taken, strict=True)
    ]
    one, many, *_ = taken
    cost = at_most("  10,000 units / 1 unit", ratios(many, one), REACH, beside="1 unit = 1")
    return [*figures[:2], cost, *figures[2:]]


def _ways() -> dict[str, Callable[[int], Units]]:
    """Return how units are named: for the n-th move, which units."""
    from lotwarden.core.units import Units, units

    def together(quantity: int) -> Callable[[int], Units]:
        return lambda n: units((n * quantity + 1, (n + 1) * quantity))

    def parts(ranges: int) -> Callable[[int], Units]:
        # Every range is followed by as many units that stay, so that none touches the next.
        length = UNITS // ranges
        return lambda n: Units(
            ordinal
            for k in range(ranges)
            for ordinal in range(
                2 * (n * UNITS + k * length) + 1, 2 * (n * UNITS + k * length) + length + 1
            )
        )

    return {
        "custody.move, 1 unit": together(1),
        "custody.move, 10,000 units that lie together": together(UNITS),
        "  the same in 10 ranges": parts(10),
        "  the same in 100 ranges": parts(100),
        "  the same, every second unit of 20,000": parts(UNITS),
    }


def _mover(actor: Actor, lot: str, to: uuid.UUID) -> Callable[[Units], None]:
    from lotwarden.custody.operations.moves import move
    from lotwarden.orders import queries as orders

    site = orders.lot(lot).site

    def act(named: Units) -> None:
        move(
            actor, act=uuid.uuid4(), lot=lot, site=site, condition="offered", to=to, named=named
        )  # fmt: skip

    return act
