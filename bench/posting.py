"""Transfers posted per second through an operation, against writing the same rows and no more.

One by one: `custody.move` sends one unit of a counted lot to another site; each act is one
transaction with its own statement, evidence, grade and transfer.  With many transfers in one
act: `custody.arrive` of a truck with the parts of 100 dispositions of one lot.  Besides, and
without a reach, `custody.load_orders` of a spreadsheet with 100 lots: it also reads the file,
and makes the lots and their orders.  The peers write the very same rows: see `bench.peers`.
"""

from __future__ import annotations

import csv
import io
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench import peers, stage
from bench.measuring import Figure, at_least, ratios, spread, timed

if TYPE_CHECKING:
    from lotwarden.identity.acting import Actor

TITLE = "Transfers posted through the operation"

REACH_ONE = 0.15
"""Of what bare SQLite does, one by one; a bare ORM sketch reaches 0.14–0.19."""

REACH_MANY = 0.4
"""Of what bare SQLite does, with 100 transfers in one act."""

PEER = "sqlite3 = 1"
IN_ONE_ACT = 100


@dataclass(slots=True)
class Times:
    """How long each of the three took, act by act; of two also without waiting for the disk."""

    operation: list[float] = field(default_factory=list)
    operation_processor: list[float] = field(default_factory=list)
    bare: list[float] = field(default_factory=list)
    bare_processor: list[float] = field(default_factory=list)
    sketch: list[float] = field(default_factory=list)


def measure(folder: Path, *, quick: bool) -> list[Figure]:
    """Return the figures of this budget."""
    rounds, block = (4, 10) if quick else (15, 20)
    repeats = 5 if quick else 15
    return [
        *_one_by_one(_new(folder / "move"), rounds, block),
        *_in_one_act(_new(folder / "arrive"), "custody.arrive", _arrival, repeats, REACH_MANY),
        *_in_one_act(_new(folder / "load"), "custody.load_orders", _loading, repeats, None),
    ]


def _one_by_one(folder: Path, rounds: int, block: int) -> list[Figure]:
    actor, lot, site, to = _lot_to_move(folder / "base.sqlite3")
    from lotwarden.custody.operations.moves import move

    def act() -> None:
        move(actor, act=uuid.uuid4(), lot=lot, site=site, condition="offered", to=to, quantity=1)

    paths = _copies(folder)
    stage.use(paths[0])
    witness, bare, sketch = peers.Witness(paths[0]), stage.bare(paths[1]), peers.Sketch(paths[2])
    times = [Times() for _ in range(rounds)]
    for one in [Times(), *times]:  # the first round warms up, and is not in `times`
        changes = []
        for _ in range(block):
            with timed(one.operation, one.operation_processor):
                act()
            changes.append(witness.changes())
        for batches in [peers.prepared(each) for each in changes]:
            with timed(one.bare, one.bare_processor):
                peers.write_bare(bare, batches)
        for steps in [sketch.prepared(each) for each in changes]:
            with timed(one.sketch):
                sketch.write(steps)
    _compare(witness, bare, sketch, paths)
    rows = sum(len(rows) for _, rows in peers.prepared(changes[-1]))
    named = f"custody.move, one unit an act, {rows} rows"
    return _figures(named, times, transfers=1, reach=REACH_ONE)


Acts = tuple[Callable[[], Any], ...]


def _in_one_act(
    folder: Path, name: str, stage_of: Callable[[Path], Acts], repeats: int, reach: float | None
) -> list[Figure]:
    """Do the last of the acts on fresh copies; those before it warm the connections up."""
    acts = stage_of(folder / "base.sqlite3")
    times: list[Times] = []
    rows = 0
    for _ in range(1 + repeats):
        paths = _copies(folder)
        stage.use(paths[0])
        witness, bare, sketch = (
            peers.Witness(paths[0]), stage.bare(paths[1]), peers.Sketch(paths[2])
        )  # fmt: skip
        one = Times()
        for act in acts:
            one = Times()
            with timed(one.operation, one.operation_processor):
                act()
            changes = witness.changes()
            batches, steps = peers.prepared(changes), sketch.prepared(changes)
            with timed(one.bare, one.bare_processor):
                peers.write_bare(bare, batches)
            with timed(one.sketch):
                sketch.write(steps)
            moved = [each for each in changes if each.table == "lotwarden_transfer"]
            assert len(moved) == IN_ONE_ACT, f"{name} posted {len(moved)} transfers"
            rows = len(changes)
        times.append(one)
        _compare(witness, bare, sketch, paths)
    named = f"{name}, {IN_ONE_ACT} in one act, {rows} rows"
    return _figures(named, times[1:], transfers=IN_ONE_ACT, reach=reach)


def _figures(name: str, times: list[Times], *, transfers: int, reach: float | None) -> list[Figure]:
    """Return the rates of the three and their ratios, round by round."""

    def rates(of: Callable[[Times], list[float]]) -> list[float]:
        return [transfers * len(of(one)) / sum(of(one)) for one in times]

    operation = rates(lambda one: one.operation)
    bare = rates(lambda one: one.bare)
    sketch = rates(lambda one: one.sketch)
    ratio, of_it = ratios(operation, bare), "  operation / sqlite3"
    computed = ratios(
        rates(lambda one: one.operation_processor), rates(lambda one: one.bare_processor)
    )
    return [
        Figure(name, spread(operation, "/s")),
        Figure("  the same rows, sqlite3 alone", spread(bare, "/s")),
        Figure("  the same rows, ORM sketch", spread(sketch, "/s")),
        Figure(of_it, ratio, PEER) if reach is None else at_least(of_it, ratio, reach, beside=PEER),
        Figure("  the same in processor time alone, as if the disk took none", computed, PEER),
        Figure("  ORM sketch / sqlite3", ratios(sketch, bare), PEER),
    ]


def _lot_to_move(path: Path) -> tuple[Actor, str, uuid.UUID, uuid.UUID]:
    actor = stage.new_workspace(path)
    load(actor, lots=1, quantity=1_000_000)
    to = second_site(actor)
    from lotwarden.custody.operations.moves import move
    from lotwarden.orders import queries as orders

    card = orders.lot("L-1")
    # The first move makes the rows of the account and of who takes part; later ones change them.
    move(actor, lot="L-1", site=card.site, condition="offered", to=to, quantity=1)
    stage.use(path)
    return actor, "L-1", card.site, to


def _arrival(path: Path) -> Acts:
    """Send the parts of 100 dispositions of each of two lots on their way; return the arrivals."""
    from lotwarden.custody.operations import lots
    from lotwarden.orders import queries as orders

    actor = stage.new_workspace(path)
    load(actor, lots=2, quantity=10_000)
    to, site = second_site(actor), orders.lot("L-1").site
    for lot in ("L-1", "L-2"):
        lots.quarantine(actor, lot=lot, reason="bench")
        _send_in_parts(actor, lot, site, to)
    stage.use(path)
    return tuple(_arriving(actor, lot, to) for lot in ("L-1", "L-2"))


def _send_in_parts(actor: Actor, lot: str, site: uuid.UUID, to: uuid.UUID) -> None:
    from django.utils import timezone

    from lotwarden.custody.operations import dispositions, moves

    terms = dispositions.Terms(
        instruction="sort", owner=actor.person, deadline=timezone.now() + timedelta(days=30)
    )
    for _ in range(IN_ONE_ACT):
        made = dispositions.propose(
            actor, lot=lot, kind="sort", site=site, terms=terms, quantity=100
        )["disposition"]
        dispositions.authorise(actor, disposition=made, basis="bench")
        moves.move(
            actor, lot=lot, site=site, condition="quarantined", to=to, disposition=made
        )  # fmt: skip


def _arriving(actor: Actor, lot: str, to: uuid.UUID) -> Callable[[], Any]:
    from lotwarden.custody.operations.moves import arrive

    return lambda: arrive(actor, act=uuid.uuid4(), lot=lot, site=to, carries="quarantined")


def _loading(path: Path) -> Acts:
    """Return the acts of loading two spreadsheets of 100 lots each."""
    actor = stage.new_workspace(path)
    stage.use(path)
    return (
        lambda: load(actor, lots=IN_ONE_ACT, quantity=3_200),
        lambda: load(actor, lots=IN_ONE_ACT, quantity=3_200, after=IN_ONE_ACT),
    )


def load(actor: Actor, *, lots: int, quantity: int, numbered: bool = False, after: int = 0) -> None:
    """Load a spreadsheet of so many lots, ten to an order, twenty products."""
    from lotwarden.custody.operations.lots import load_orders

    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(
        ["Order", "Supplier", "Site", "Country", "Lot", "Product code", "Product", "Quantity",
         "Units numbered"]
    )  # fmt: skip
    for n in range(after + 1, after + lots + 1):
        writer.writerow(
            [f"PO-{(n + 9) // 10}", "Yongkang Haoyu", "Yongkang", "CN", f"L-{n}", f"P-{n % 20}",
             f"Bottle {n % 20}", quantity, "yes" if numbered else "no"]
        )  # fmt: skip
    load_orders(actor, act=uuid.uuid4(), data=text.getvalue().encode(), filename="orders.csv")


def second_site(actor: Actor) -> uuid.UUID:
    """Add a warehouse of the buyer to send goods to."""
    from lotwarden.identity.operations import add_site

    made = add_site(
        actor, organisation=actor.organisation, name="Gothenburg", country="SE",
        zone="Europe/Stockholm",
    )  # fmt: skip
    return uuid.UUID(made["site"])


def _new(folder: Path) -> Path:
    folder.mkdir()
    return folder


def _copies(folder: Path) -> list[Path]:
    base = folder / "base.sqlite3"
    return [stage.copy(base, folder / f"{name}.sqlite3") for name in ("product", "bare", "sketch")]


def _compare(witness: peers.Witness, bare: Any, sketch: peers.Sketch, paths: list[Path]) -> None:
    """Make sure that the peers wrote what the operation wrote."""
    witness.close()
    bare.close()
    sketch.close()
    stage.use(paths[0])
    different = peers.unequal(*paths)
    assert not different, f"the peers wrote something else into {different}"
