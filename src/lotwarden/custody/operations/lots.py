"""Lots enter the books, are put on hold, are judged, are released."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from lotwarden.core.grades import EvidenceKind
from lotwarden.core.ledger import DECLARED, Account, Code, Condition, Transfer, in_words
from lotwarden.core.units import Units, first, units
from lotwarden.custody.models import Nonconformity
from lotwarden.custody.operations.desk import Desk
from lotwarden.custody.refusals import NothingThere, UnitsMissing
from lotwarden.evidence import operations as evidence
from lotwarden.evidence.operations import Attached
from lotwarden.identity import queries as identity
from lotwarden.identity.acting import Op, Outcome, operation
from lotwarden.orders import operations as orders
from lotwarden.orders import queries as lots

C = Condition


@operation("custody.load_orders")
def load_orders(
    op: Op,
    *,
    data: bytes,
    filename: str,
    encoding: str | None = None,
    case: str = "",
    source: str = "",
) -> Outcome:
    """Load a spreadsheet of orders: its lots enter the books as offered at the supplier's site.

    Refuses:
        sheets.*: with every problem by file, row, column and value; nothing is loaded.
    """
    rows = orders.read_orders(data, filename=filename, encoding=encoding)
    added = orders.add_orders(rows, case=case, source=source)
    cards = {card.id: card for card in lots.lots(numbers=[lot.number for lot in added.lots])}
    op.lock(cards)
    for lot in added.lots:
        card = cards[lot.id]
        desk = Desk(op, card)
        desk.grade([], holder=card.supplier)
        named = units((1, lot.declared)) if lot.serialised else None
        offered = Account(C.OFFERED, str(card.site))
        desk.post([_move(DECLARED, offered, lot.declared, Code.DECLARE, named)])
        desk.close()
    op.tell(lots=[str(lot.id) for lot in added.lots])
    return {
        "lots": [lot.number for lot in added.lots],
        "orders": added.orders,
        "suppliers": added.suppliers,
        "sites": added.sites,
        "products": added.products,
    }


def inspected(  # noqa: PLR0913 - an inspection's outcome in the books
    op: Op,
    lot: lots.LotCard,
    *,
    sampled: int,
    sampled_units: Units | None,
    consumed: int,
    retained: int,
    rejected: bool,
    cause: str,
    requirement: str,
    things: Sequence[Attached],
) -> str | None:
    """Book what an original inspection drew and used up; not acceptable: all goes on hold.

    Part of the operation that records the result, which has locked the lot.  Returns the
    number of the nonconformity that was opened, if one was.

    Refuses:
        ledger.*: more was drawn, consumed or retained than is there.
    """
    desk = Desk(op, lot)
    site = str(lot.site)
    offered, drawn = Account(C.OFFERED, site), Account(C.SAMPLED, site)
    desk.grade(things, holder=lot.supplier, covers=desk.books.held(offered).quantity)
    if lot.serialised and sampled_units is None and (consumed or retained):
        raise UnitsMissing(what="the units drawn")
    known = not lot.serialised or sampled_units is not None
    if sampled and known and desk.books.held(offered).quantity:
        desk.post([_move(offered, drawn, sampled, Code.DRAW, sampled_units)])
        left = sampled_units
        for code, to, quantity in (
            (Code.CONSUME, C.CONSUMED, consumed),
            (Code.RETAIN, C.RETAINED, retained),
        ):
            if quantity:
                part = None if left is None else first(left, quantity)
                desk.post([_move(drawn, Account(to, site), quantity, code, part)])
                left = None if left is None or part is None else left - part
    number = None
    if rejected:
        number = _quarantine(op, desk, cause=cause, requirement=requirement)
    else:
        _move_all(desk, drawn, offered, Code.PUT_BACK)
    desk.close()
    return number


@operation("custody.quarantine")
def quarantine(op: Op, *, lot: str, reason: str, things: Sequence[Attached] = ()) -> Outcome:
    """Put all of a lot's units that are at hand on hold, because of a suspicion.

    Refuses:
        orders.unknown_lot
        custody.nothing_there: nothing of it is offered, sampled or released.
    """
    card = lots.lot(lot, op.actor)
    op.lock([card.id])
    desk = Desk(op, card)
    said = Attached(evidence=op.self_signed(kind=EvidenceKind.STATEMENT))
    there = sum(
        held.quantity for key, held in desk.books.holdings.items() if _can_be_held(key.account)
    )
    desk.grade([said, *things], holder=card.supplier, covers=there)
    if not there:
        raise NothingThere(lot=lot, condition=in_words(Account(C.OFFERED)), site=card.site_name)
    number = _quarantine(op, desk, cause=f"act:{op.act}", requirement=reason)
    desk.close()
    op.write("reason", reason)
    return {"lot": lot, "nonconformity": number}


def release_offered(
    op: Op, lot: lots.LotCard, *, cause: str, things: Sequence[Attached] = ()
) -> int:
    """Release what of a lot is offered, on an acceptable verdict; return how many units.

    Part of the operation that has checked the verdict and locked the lot.

    Refuses:
        custody.nothing_there
    """
    desk = Desk(op, lot)
    offered = Account(C.OFFERED, str(lot.site))
    quantity = desk.books.held(offered).quantity
    desk.grade(things, holder=lot.supplier, covers=quantity)
    if not quantity:
        raise NothingThere(
            lot=lot.number, condition=in_words(Account(C.OFFERED)), site=lot.site_name
        )
    _move_all(desk, offered, Account(C.RELEASED, str(lot.site)), Code.ACCEPT)
    desk.close()
    op.tell(cause=cause)
    return quantity


def withdraw_nonconformities(op: Op, lot: uuid.UUID, *, cause: str) -> list[str]:
    """Withdraw the nonconformities that `cause` opened: a corrected result says acceptable."""
    found = Nonconformity.objects.filter(lot=lot, cause=cause, withdrawn_at__isnull=True)
    numbers = list(found.values_list("number", flat=True))
    found.update(withdrawn_at=op.recorded_at)
    return numbers


def _quarantine(op: Op, desk: Desk, *, cause: str, requirement: str) -> str:
    """Put every unit that can be held on hold and open the nonconformity."""
    for account in sorted({key.account for key in desk.books.holdings}, key=str):
        if not _can_be_held(account):
            continue
        held = Account(C.QUARANTINED, account.site)
        if account.condition is C.IN_TRANSIT:
            held = Account(C.IN_TRANSIT, account.site, C.QUARANTINED)
        _move_all(desk, account, held, Code.QUARANTINE)
    number = f"NCR-{evidence.next_number('NCR')}"
    Nonconformity.objects.create(
        number=number,
        lot_id=desk.lot.id,
        cause=cause,
        requirement=requirement,
        found_at_id=desk.lot.site,
        opened_at=op.occurred_at,
        opened_by=op.actor.person,
    )
    op.tell(nonconformity=number, cause=cause)
    orders.take_part(desk.lot.id, identity.site(desk.lot.site).organisation)
    return number


def _can_be_held(account: Account) -> bool:
    if account.condition is C.IN_TRANSIT:
        return not account.on_hold
    return account.condition in (
        C.OFFERED, C.SAMPLED, C.RELEASED, C.CONCEDED, C.RECEIVED, C.SURPLUS,
    )  # fmt: skip


def _move_all(desk: Desk, debit: Account, credit: Account, code: Code) -> None:
    held = desk.books.held(debit)
    if held.quantity:
        desk.post([_move(debit, credit, held.quantity, code, held.units)])


def _move(
    debit: Account, credit: Account, quantity: int, code: Code, named: Units | None
) -> Transfer:
    return Transfer(id="", debit=debit, credit=credit, quantity=quantity, units=named, code=code)
