"""Moves: goods leave one site for another, and arrive."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from lotwarden.core.grades import EvidenceKind
from lotwarden.core.ledger import HOLD, Account, Code, Condition, Transfer, in_words
from lotwarden.core.units import NONE, Units
from lotwarden.custody import queries
from lotwarden.custody.operations.desk import Desk
from lotwarden.custody.operations.grading import grade_if_struck
from lotwarden.custody.operations.places import require_own_site
from lotwarden.custody.operations.words import condition_of
from lotwarden.custody.refusals import NothingThere, NotYourSite, SameSite, UnitsMissing
from lotwarden.evidence.operations import Attached
from lotwarden.identity import queries as identity
from lotwarden.identity.acting import Op, Outcome, operation
from lotwarden.orders import operations as orders
from lotwarden.orders import queries as lots

C = Condition

MAY_MOVE = (
    C.OFFERED, C.QUARANTINED, C.IN_SORTING, C.IN_REWORK, C.AWAITING_REINSPECTION,
    C.AWAITING_DESTRUCTION, C.RELEASED, C.CONCEDED,
)  # fmt: skip


@operation("custody.move")
def move(  # noqa: PLR0913 - what a dispatch names
    op: Op,
    *,
    lot: str,
    site: uuid.UUID,
    condition: str,
    to: uuid.UUID,
    quantity: int | None = None,
    named: Units | None = None,
    disposition: str | None = None,
    seals: str = "",
    things: Sequence[Attached] = (),
) -> Outcome:
    """Send units to another site: on the way they keep what they are and who holds them.

    Without `quantity` and `named`: all that is free, or all that `disposition` holds there.

    Refuses:
        orders.unknown_lot, custody.unknown_disposition, custody.same_site
        custody.unknown_condition
        custody.nothing_there, ledger.*
    """
    card = lots.lot(lot, op.actor)
    target, source = identity.site(to), identity.site(site)
    if to == site:
        raise SameSite(site=target.label)
    require_own_site(op, source)
    if op.actor.role != "buyer" and not lots.is_party(card.id, target.organisation):
        raise NotYourSite(site=target.label, organisation="this lot's parties")
    pending = None
    if disposition is not None:
        pending = str(queries.disposition(disposition, op.actor).id)
    op.lock([card.id])
    desk = Desk(op, card)
    debit = Account(condition_of(condition), str(site))
    free = desk.books.free(debit, pending=pending)
    if not free.quantity and pending is None:
        free = desk.books.held(debit)  # promised, all of it: the ledger says so
    if not free.quantity:
        raise NothingThere(lot=lot, condition=in_words(debit), site=source.label)
    units = named if named is not None else (free.units if quantity is None else None)
    if quantity is None:
        quantity = free.quantity if units is None else len(units)
    said = Attached(evidence=op.self_signed(kind=EvidenceKind.STATEMENT))
    seal = [
        Attached(evidence=op.self_signed(kind=EvidenceKind.SEAL, number=one[:80]))
        for one in _numbers(seals)
    ]
    desk.grade([said, *seal, *things], holder=source.organisation, covers=quantity)
    desk.post(
        [
            Transfer(
                id="",
                debit=debit,
                credit=Account(C.IN_TRANSIT, str(to), debit.condition),
                quantity=quantity,
                units=units,
                code=Code.MOVE,
                pending=pending,
                stays=pending is not None,
            )
        ]
    )
    desk.close()
    grade_if_struck(op.act)
    orders.take_part(card.id, target.organisation)
    op.tell(sent=quantity, site=str(site), to=str(to), seals=_numbers(seals))
    return {"lot": lot, "sent": quantity}


@operation("custody.arrive")
def arrive(  # noqa: PLR0913 - what an arrival names
    op: Op,
    *,
    lot: str,
    site: uuid.UUID,
    carries: str,
    found: int | None = None,
    seen: Units | None = None,
    seals: str = "",
    note: str = "",
    things: Sequence[Attached] = (),
) -> Outcome:
    """Record what arrived at `site` of what was on the way there; what is short is unaccounted.

    Released and conceded goods that arrive at the buyer's are received; goods on hold stay
    what they were.  More than was sent is recorded by a count of the place.

    Refuses:
        orders.unknown_lot, custody.unknown_condition
        custody.nothing_there, ledger.overdrawn
        custody.units_missing: a serialised lot arrived short and the units are not named.
    """
    card = lots.lot(lot, op.actor)
    place = identity.site(site)
    require_own_site(op, place)
    op.lock([card.id])
    desk = Desk(op, card)
    way = Account(C.IN_TRANSIT, str(site), condition_of(carries))
    sent = desk.books.held(way)
    if not sent.quantity:
        raise NothingThere(lot=lot, condition=in_words(Account(C.IN_TRANSIT)), site=place.label)
    there = len(seen) if seen is not None else (sent.quantity if found is None else found)
    if card.serialised and seen is None and there != sent.quantity:
        raise UnitsMissing(what=in_words(Account(C.IN_TRANSIT)))
    final = condition_of(carries)
    if place.role == "buyer" and final in (C.RELEASED, C.CONCEDED):
        final = C.RECEIVED
    said = Attached(evidence=op.self_signed(kind=EvidenceKind.STATEMENT))
    counted = Attached(evidence=op.self_signed(kind=EvidenceKind.COUNT_IN, quantity=there))
    desk.grade([said, counted, *things], holder=place.organisation, covers=there)
    desk.post(_arrivals(desk, way, Account(final, str(site)), there, seen))
    desk.close()
    grade_if_struck(op.act)
    op.tell(sent=sent.quantity, arrived=there, site=str(site), seals=_numbers(seals))
    op.write("note", note.strip())
    return {"lot": lot, "arrived": there, "short": sent.quantity - there}


def _arrivals(
    desk: Desk, way: Account, final: Account, there: int, seen: Units | None
) -> list[Transfer]:
    """Return the arrival, disposition by disposition, and the shortfall."""
    moves: list[Transfer] = []
    left = there
    held = desk.books.held(way)
    if there > held.quantity:
        # Refused by the ledger with its own words: nothing arrives that was not sent.
        return [
            Transfer(id="", debit=way, credit=final, quantity=there, units=seen, code=Code.ARRIVE)
        ]
    arrived = seen if seen is not None else held.units
    parts: list[tuple[str | None, int, Units | None]] = [
        (pending, own.quantity, own.units)
        for (pending, where), own in sorted(desk.books.reserved.items(), key=lambda one: one[0][0])
        if where == way
    ]
    promised = sum(quantity for _, quantity, _ in parts)
    rest = held.quantity - promised
    if rest:
        taken = [units for _, _, units in parts if units is not None]
        free = None if held.units is None else held.units - NONE.union(*taken)
        parts.append((None, rest, free))
    for pending, quantity, units in parts:
        part = None if units is None or arrived is None else units & arrived
        n = min(left, quantity) if part is None else len(part)
        left -= n
        if n:
            moves.append(
                Transfer(
                    id="", debit=way, credit=final, quantity=n, units=part, code=Code.ARRIVE,
                    pending=pending, stays=pending is not None,
                )
            )  # fmt: skip
            if pending is None and final.condition in HOLD - {C.QUARANTINED}:
                # Their disposition was withdrawn on the way: they are free and in quarantine.
                moves.append(
                    Transfer(
                        id="", debit=final, credit=Account(C.QUARANTINED, final.site),
                        quantity=n, units=part, code=Code.QUARANTINE,
                    )
                )  # fmt: skip
    if there < held.quantity:
        lost = None if held.units is None else held.units - (arrived or NONE)
        moves.append(
            Transfer(
                id="", debit=way, credit=Account(C.UNACCOUNTED, way.site),
                quantity=held.quantity - there, units=lost, code=Code.COUNT_SHORT,
            )
        )  # fmt: skip
    return moves


def _numbers(text: str) -> list[str]:
    return [one.strip() for one in text.replace(";", ",").split(",") if one.strip()]
