"""Sightings: units seen somewhere; confirmed ones contradict the books; reopening."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterable, Sequence
from datetime import timedelta, tzinfo

from django.db.models import Sum

from lotwarden.core.errors import N_
from lotwarden.core.ledger import (
    CONTRADICTABLE,
    GROUP_OF,
    Account,
    Code,
    Condition,
    Group,
    Transfer,
)
from lotwarden.core.units import Units, dump, to_ranges
from lotwarden.custody.models import Sighting
from lotwarden.custody.operations.desk import Desk
from lotwarden.custody.operations.grading import grade_struck, strikes
from lotwarden.custody.refusals import NothingContradicted
from lotwarden.custody.tables import SIGHTINGS
from lotwarden.evidence.operations import Attached
from lotwarden.identity.acting import Op, Outcome, operation
from lotwarden.orders import queries as lots
from lotwarden.sheets import Problem, Row, read

C = Condition

ZONES_AHEAD_MOST = timedelta(hours=14)
"""How far a sighting may seem ahead of this server's clock: its zone may not be the file's."""


@operation("custody.import_sightings")
def import_sightings(
    op: Op,
    *,
    data: bytes,
    filename: str,
    encoding: str | None = None,
    zone: tzinfo | None = None,
) -> Outcome:
    """Load sightings: serial or range of serials, when, where, how, how confirmed.

    A confirmed sighting marks its units contradicted where the books have them at an end or
    on hold; a suspected one is kept and marks nothing.  The same sighting again (what, when,
    where, how) is `known`, and seen once.

    Refuses:
        sheets.*: with every problem by file, row, column and value; nothing is loaded.
    """
    found: list[tuple[lots.LotCard, Row, Units | None]] = []

    def check(rows: Sequence[Row], _whole: bool) -> list[Problem]:  # noqa: FBT001 - sheets.Check
        return _resolve(op, rows, found)

    read(SIGHTINGS, data, filename=filename, encoding=encoding, zone=zone, check=check)
    cards = {card.id: card for card, _, _ in found}
    op.lock(cards)
    desks = {lot: Desk(op, card) for lot, card in cards.items()}
    seen, known, contradicted = 0, 0, 0
    before = _told_before(cards)
    for card, row, units in found:
        value = row.values
        quantity = len(units) if units is not None else value["quantity"]
        same = (card.id, _serial(value), quantity, value["seen_at"], value["place"],
                value["how"], value["confirmed"])  # fmt: skip
        if same in before:
            known += quantity
            continue
        before.add(same)
        seen += quantity
        _keep(op, card, row, units, quantity)
        if value["confirmed"]:
            contradicted += _contradict(desks[card.id], units, quantity)
    op.tell(file=hashlib.sha256(data).hexdigest())
    for desk in desks.values():
        desk.close()
    if contradicted:
        grade_after_contradiction(op)
    return {
        "lots": sorted(card.number for card in cards.values()),
        "seen": seen,
        "known": known,
        "contradicted": contradicted,
    }


@operation("custody.reopen")
def reopen(op: Op, *, lot: str, reason: str, things: Sequence[Attached] = ()) -> Outcome:
    """Decide that contradicted units are unaccounted for: their end is not believed any more.

    Refuses:
        orders.unknown_lot, custody.nothing_contradicted
    """
    card = lots.lot(lot, op.actor)
    op.lock([card.id])
    desk = Desk(op, card)
    desk.grade(things, holder=card.supplier)
    moves = [
        Transfer(
            id="",
            debit=key.account,
            credit=Account(C.UNACCOUNTED, key.account.site),
            quantity=held.quantity,
            units=held.units,
            code=Code.REOPEN,
        )
        for key, held in desk.books.holdings.items()
        if key.contradicted and GROUP_OF[key.account.condition] is Group.ENDS
    ]
    if not moves:
        raise NothingContradicted(lot=lot)
    desk.post(moves)
    desk.close()
    op.write("reason", reason.strip())
    quantity = sum(one.quantity for one in moves)
    op.tell(reopened=quantity)
    return {"lot": lot, "reopened": quantity}


def contradict_by_count(op: Op, desk: Desk, where: Account, units: Units, *, place: str) -> int:
    """Note that units were found by a scan at a place where the books do not have them.

    A unit in hand is confirmed.  Returns how many are newly contradicted.
    """
    row = Sighting.objects.create(
        statement_id=op.act,
        lot_id=desk.lot.id,
        units=dump(units),
        quantity=len(units),
        seen_at=op.occurred_at,
        place=place[:200],
        how="count",
        confirmed=True,
        confirmed_how="scanned in a count",
    )
    op.tell_row("sighting", row)
    op.tell_more(
        "sightings",
        [{"lot": str(desk.lot.id), "units": to_ranges(units), "quantity": len(units),
          "how": "count", "confirmed": True}],
    )  # fmt: skip
    if where.condition not in CONTRADICTABLE:
        return 0
    return desk.contradict(units, len(units), None)


def grade_after_contradiction(op: Op) -> None:
    """Grade anew what contradictions strike out; lots that share a certificate follow."""
    struck = strikes(op.heads)
    grade_struck(struck)
    op.tell(struck=sorted(str(one) for one in struck.acts))


def _keep(op: Op, card: lots.LotCard, row: Row, units: Units | None, quantity: int) -> None:
    """Keep a sighting and tell it."""
    value = row.values
    seen = Sighting.objects.create(
        statement_id=op.act,
        lot_id=card.id,
        serial=_serial(value),
        units=None if units is None else dump(units),
        quantity=quantity,
        seen_at=value["seen_at"],
        place=value["place"],
        how=value["how"],
        confirmed=value["confirmed"],
        confirmed_how=value["confirmed_how"] or "",
        source=value["source"] or "",
    )
    op.tell_row("sighting", seen)
    told = {
        "lot": str(card.id),
        "units": None if units is None else to_ranges(units),
        "quantity": quantity,
        "how": value["how"],
        "confirmed": value["confirmed"],
    }
    op.tell_more("sightings", [told])


def _told_before(cards: Iterable[uuid.UUID]) -> set[tuple[object, ...]]:
    """Return what makes each sighting of these lots one."""
    return set(
        Sighting.objects.filter(lot__in=list(cards)).values_list(
            "lot", "serial", "quantity", "seen_at", "place", "how", "confirmed"
        )
    )


def _contradict(desk: Desk, units: Units | None, quantity: int) -> int:
    if units is not None:
        return desk.contradict(units, quantity, None)
    # Units without numbers: whoever is seen may be one that was let go.  Only what cannot be is
    # against the books, and then against the ends that should leave nothing to be seen.
    seen = _confirmed(desk)
    out = sum(h.quantity for key, h in desk.books.holdings.items() if _may_be_seen(key.account))
    already = sum(h.quantity for key, h in desk.books.holdings.items() if key.contradicted)
    left, marked = min(quantity, seen - out - already), 0
    for condition in _LEAVE_NOTHING:
        for account in sorted({key.account for key in desk.books.holdings}, key=str):
            if account.condition is condition and left > 0:
                now = desk.contradict(None, left, account)
                left, marked = left - now, marked + now
    return marked


_LEAVE_NOTHING = (
    C.DESTROYED, C.RECYCLED, C.SALVAGE, C.DONATED, C.AWAITING_DESTRUCTION, C.QUARANTINED,
    C.IN_SORTING, C.IN_REWORK, C.AWAITING_REINSPECTION,
)  # fmt: skip
"""Where a unit seen elsewhere is against the books, what was said to be gone first."""


def _may_be_seen(account: Account) -> bool:
    """Return whether a unit here may be anywhere: it was let go, or nobody knows where it is."""
    return account.condition not in CONTRADICTABLE | {C.OFFERED, C.SAMPLED}


def _confirmed(desk: Desk) -> int:
    """Return how many units of the lot were seen and confirmed so far, this sighting included."""
    seen = Sighting.objects.filter(lot=desk.lot.id, confirmed=True)
    return seen.aggregate(n=Sum("quantity", default=0))["n"]


def _resolve(
    op: Op, rows: Sequence[Row], found: list[tuple[lots.LotCard, Row, Units | None]]
) -> list[Problem]:
    """Add each row with its lot and units to `found`; return what cannot be resolved."""
    problems: list[Problem] = []
    cards = lots.lots_by_key(op.actor)
    by_id = {card.id: card for card in cards.values()}
    wanted: dict[str, list[Row]] = {}
    for row in rows:
        if row.values["seen_at"] > op.recorded_at + ZONES_AHEAD_MOST:
            problems.append(row.problem(column="seen_at", template=N_("this is later than now")))
        number = lots.key(row.values["lot"] or _lot_of_serial(_serial(row.values), by_id) or "")
        if number not in cards:
            problems.append(
                row.problem(column="lot", template=N_("no lot here has this number or serial"))
            )
            continue
        wanted.setdefault(number, []).append(row)
    for number, members in wanted.items():
        card = cards[number]
        named = lots.find_serials(card, [_serial(row.values) for row in members])
        for row, units in zip(members, named, strict=True):
            problem = _misfit(row, card, units)
            if problem is not None:
                problems.append(problem)
            found.append((card, row, units if card.serialised else None))
    found.sort(key=lambda one: one[1].number)
    return problems


def _misfit(row: Row, card: lots.LotCard, units: Units | None) -> Problem | None:
    value = row.values
    if card.serialised:
        if units is None:
            return row.problem(
                column="serial", template=N_("lot {lot} has no such serial"), lot=card.number
            )
        if value["quantity"] is not None and value["quantity"] != len(units):
            return row.problem(
                column="quantity",
                template=N_("the serials named are {count} units"),
                count=len(units),
            )
        return None
    if value["quantity"] is None:
        return row.problem(
            column="quantity",
            template=N_("the units of lot {lot} have no serials: say how many were seen"),
            lot=card.number,
        )
    return None


def _lot_of_serial(serial: str, by_id: dict[uuid.UUID, lots.LotCard]) -> str:
    found = [by_id[lot].number for lot in lots.find_serial(serial) if lot in by_id]
    return found[0] if len(found) == 1 else ""


def _serial(value: object) -> str:
    assert hasattr(value, "__getitem__")
    first, last = value["serial"] or "", value["serial_last"] or ""
    return f"{first}..{last}" if last else first
