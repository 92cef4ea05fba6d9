"""Lots enter the books, are put on hold, are judged, are released."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from django.db.models import QuerySet

from lotwarden.core import ledger
from lotwarden.core.grades import EvidenceKind
from lotwarden.core.ledger import DECLARED, Account, Code, Condition, Transfer, in_words
from lotwarden.core.units import NONE, Units, first, units
from lotwarden.custody import books as stored
from lotwarden.custody import queries
from lotwarden.custody.models import Nonconformity
from lotwarden.custody.models import Transfer as TransferRow
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
    inspectors: Iterable[uuid.UUID],
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
        for code, quantity in ((Code.CONSUME, consumed), (Code.RETAIN, retained)):
            if quantity:
                part = None if left is None else first(left, quantity)
                desk.post([_move(drawn, Account(_USED[code], site), quantity, code, part)])
                left = None if left is None or part is None else left - part
    number = None
    if rejected:
        number = _quarantine(op, desk, cause=cause, requirement=requirement, inspectors=inspectors)
    else:
        _move_all(desk, drawn, offered, Code.PUT_BACK)
    desk.close()
    return number


def inspected_otherwise(  # noqa: PLR0913 - what a corrected result says
    op: Op,
    lot: lots.LotCard,
    *,
    acts: Sequence[uuid.UUID],
    covers: int,
    used: Mapping[Code, int],
    sampled_units: Units | None,
    rejected: bool,
    cause: str,
    requirement: str,
    inspectors: Iterable[uuid.UUID],
    things: Sequence[Attached],
) -> str | None:
    """Book what a corrected result says: the difference to what the results before it booked.

    `acts` are those of the earlier results, `used` how many units were used up and kept.
    What was not used after all goes where the rest of the lot was put.  Returns the number
    of the nonconformity that was opened, if one was.

    Refuses:
        custody.units_missing: units with numbers were used, and it is not said which.
        ledger.*: the units that were used by now have moved on.
    """
    desk = Desk(op, lot)
    drawn = Account(C.SAMPLED, str(lot.site))
    desk.grade(things, holder=lot.supplier, covers=covers)
    booked = TransferRow.objects.filter(lot=lot.id, statement__in=acts)
    if lot.serialised or booked.filter(code=Code.DRAW.value).exists():
        left: dict[Code, int] = {}
        for code in _USED:
            left[code] = _take_back(desk, code, booked, to=used[code])
        for code, stands in left.items():
            _use_more(desk, code, used[code] - stands, sampled_units, cause=cause)
    number = None
    if rejected:
        number = _quarantine(op, desk, cause=cause, requirement=requirement, inspectors=inspectors)
    elif Nonconformity.objects.filter(lot=lot.id, cause=cause).exists():
        _move_all(desk, drawn, Account(C.QUARANTINED, str(lot.site)), Code.QUARANTINE)
    else:
        _move_all(desk, drawn, Account(C.OFFERED, str(lot.site)), Code.PUT_BACK)
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
    numbers = []
    for row in found:
        row.withdrawn_at = op.recorded_at
        row.save(update_fields=["withdrawn_at"])
        op.tell_row("nonconformity", row)
        numbers.append(row.number)
    return numbers


def hold_again(op: Op, desk: Desk, *, named: Units, cause: str, requirement: str) -> int:
    """Put on hold what was let go on a result that proved wrong; return how many units.

    Units without numbers cannot be told from others that were released: all of these go on
    hold.  What was released by concession was decided for what it is, and stays.
    """
    held = 0
    for account in sorted({key.account for key in desk.books.holdings}, key=str):
        if (account.carries or account.condition) not in (C.RELEASED, C.RECEIVED):
            continue
        there = desk.books.held(account)
        units = None if there.units is None else there.units & named
        quantity = there.quantity if units is None else len(units)
        if quantity:
            desk.post([_move(account, _on_hold(account), quantity, Code.QUARANTINE, units)])
            held += quantity
    if held and queries.open_nonconformity(desk.lot.id) is None:
        _open_nonconformity(op, desk, cause=cause, requirement=requirement)
    return held


def use_waiting(
    desk: Desk,
    *,
    pending: str,
    acts: Sequence[uuid.UUID],
    used: Mapping[Code, int],
    named: Units | None,
    cause: str,
) -> None:
    """Book what a re-inspection used up and kept of a disposition's units that wait for it.

    The result is the authority for units on hold.  `acts` are those of its earlier results:
    the difference to what they booked is booked, from where the units are by now.

    Refuses:
        custody.units_missing: units with numbers were used, and it is not said which.
        ledger.*: the units that were used by now have moved on.
    """
    booked = TransferRow.objects.filter(lot=desk.lot.id, statement__in=acts)
    left = {code: _take_back(desk, code, booked, to=used[code]) for code in _USED}
    for code, stands in left.items():
        more = used[code] - stands
        if more and desk.lot.serialised and named is None:
            raise UnitsMissing(what="the units drawn")
        for (whose, where), held in sorted(desk.books.reserved.items(), key=str):
            if whose != pending or where.condition is not C.AWAITING_REINSPECTION:
                continue
            part = None if named is None else first(named & (held.units or NONE), more)
            n = min(more, held.quantity) if part is None else len(part)
            if n:
                move = _move(where, Account(_USED[code], where.site), n, code, part)
                desk.post([replace(move, pending=pending, authority=cause)])
                more -= n
        if more and acts:
            _use_more(desk, code, more, named, cause=cause)


_USED = {Code.CONSUME: C.CONSUMED, Code.RETAIN: C.RETAINED}


def _take_back(desk: Desk, code: Code, booked: QuerySet[TransferRow], *, to: int) -> int:
    """Take back what results booked as used beyond `to`, last first; return what stands."""
    rows = booked.filter(code=code.value, corrects=None, correction=None)
    values = [stored.transfer_value(row) for row in rows.order_by("statement__number", "index")]
    left = sum(one.quantity for one in values)
    while left > to:
        last = values.pop()
        left -= last.quantity
        back = ledger.correction(last, id=str(uuid.uuid4()), authority=None, corrected=False)
        desk.post([back])
        if left < to:
            kept = None if last.units is None else first(last.units, to - left)
            again = _move(last.debit, last.credit, to - left, code, kept)
            desk.post([replace(again, pending=last.pending, authority=last.authority)])
            left = to
    return left


def _use_more(desk: Desk, code: Code, quantity: int, named: Units | None, *, cause: str) -> None:
    """Book `quantity` more units as used: those drawn first, then what lies at the lot's site.

    A corrected result is the authority for units on hold: they were used up before they were
    put on hold, and the books did not know it.
    """
    if quantity and desk.lot.serialised and named is None:
        raise UnitsMissing(what="the units drawn")
    site = str(desk.lot.site)
    for condition in (C.SAMPLED, C.OFFERED, C.RELEASED, C.QUARANTINED):
        source = Account(condition, site)
        there = desk.books.free(source)
        part = None if named is None else first(named & (there.units or NONE), quantity)
        n = min(quantity, there.quantity) if part is None else len(part)
        if condition is C.QUARANTINED:
            n = quantity  # what of it is promised, or not there, the ledger says
        if n:
            desk.post(_to_use(source, Account(_USED[code], site), code, n, part, cause=cause))
        quantity -= n


def _to_use(
    source: Account, used: Account, code: Code, n: int, part: Units | None, *, cause: str
) -> list[Transfer]:
    """Return the moves by which units were used from where the books have them."""
    offered, drawn = Account(C.OFFERED, source.site), Account(C.SAMPLED, source.site)
    moves = []
    if source.condition is C.QUARANTINED:
        moves = [replace(_move(source, offered, n, Code.PUT_BACK, part), authority=cause)]
    if source.condition in (C.OFFERED, C.QUARANTINED):
        moves += [_move(offered, drawn, n, Code.DRAW, part)]
    last = source if source.condition is C.RELEASED else drawn
    return [*moves, _move(last, used, n, code, part)]


def _quarantine(
    op: Op, desk: Desk, *, cause: str, requirement: str, inspectors: Iterable[uuid.UUID] = ()
) -> str:
    """Put every unit that can be held on hold and open the nonconformity."""
    for account in sorted({key.account for key in desk.books.holdings}, key=str):
        if not _can_be_held(account):
            continue
        _move_all(desk, account, _on_hold(account), Code.QUARANTINE)
    return _open_nonconformity(
        op, desk, cause=cause, requirement=requirement, inspectors=inspectors
    )


def _on_hold(account: Account) -> Account:
    """Return where units of `account` are once they are on hold."""
    if account.condition is C.IN_TRANSIT:
        return Account(C.IN_TRANSIT, account.site, C.QUARANTINED)
    return Account(C.QUARANTINED, account.site)


def _open_nonconformity(
    op: Op, desk: Desk, *, cause: str, requirement: str, inspectors: Iterable[uuid.UUID] = ()
) -> str:
    number = f"NCR-{evidence.next_number('NCR')}"
    row = Nonconformity.objects.create(
        number=number,
        lot_id=desk.lot.id,
        cause=cause,
        requirement=requirement,
        found_at_id=desk.lot.site,
        opened_at=op.occurred_at,
        opened_by=op.actor.person,
        inspectors=sorted({str(one) for one in (op.actor.person, *inspectors)}),
    )
    op.tell(nonconformity=number, cause=cause)
    op.tell_row("nonconformity", row)
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
