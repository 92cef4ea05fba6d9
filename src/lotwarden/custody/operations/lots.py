"""Lots enter the books, are put on hold, are judged, are released."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from django.db.models import QuerySet

from lotwarden.core import ledger
from lotwarden.core.grades import EvidenceKind
from lotwarden.core.ledger import DECLARED, Account, Code, Condition, Holding, Transfer, in_words
from lotwarden.core.units import NONE, Units, first, units
from lotwarden.custody import books as stored
from lotwarden.custody import queries
from lotwarden.custody.models import Nonconformity
from lotwarden.custody.models import Transfer as TransferRow
from lotwarden.custody.operations.desk import Desk
from lotwarden.custody.refusals import DrawnWhere, NothingThere, UnitsMissing
from lotwarden.evidence import operations as evidence
from lotwarden.evidence.operations import Attached
from lotwarden.identity import queries as identity
from lotwarden.identity.acting import Op, Outcome, operation
from lotwarden.orders import operations as orders
from lotwarden.orders import queries as lots

C = Condition


@dataclass(frozen=True, slots=True)
class Drawn:
    """Which units an inspector drew, and at which site: needed only where some were used.

    Units with numbers lie where the books have them; of others the site is asked for where
    there are several.
    """

    units: Units | None = None
    site: uuid.UUID | None = None


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
    drawn: Drawn,
    consumed: int,
    retained: int,
    rejected: bool,
    cause: str,
    requirement: str,
    inspectors: Iterable[uuid.UUID],
    things: Sequence[Attached],
) -> str | None:
    """Book what an original inspection drew and used up; not acceptable: all goes on hold.

    It covers what is offered, at whatever sites.  Part of the operation that records the
    result, which has locked the lot.  Returns the number of the nonconformity that was opened,
    if one was.

    Refuses:
        custody.units_missing: units with numbers were used, and it is not said which.
        custody.drawn_where: units were used, and it is not said at which of several sites.
        custody.nothing_there: nothing is offered at the site where units were drawn.
        ledger.*: more was drawn, consumed or retained than is there.
    """
    desk = Desk(op, lot)
    offered = _places(desk, C.OFFERED)
    there = sum(held.quantity for held in offered.values())
    desk.grade(things, holder=_holder(desk, offered), covers=there)
    if lot.serialised and drawn.units is None and (consumed or retained):
        raise UnitsMissing(what="the units drawn")
    _draw(desk, offered, sampled, drawn, is_used=bool(consumed or retained))
    if _places(desk, C.SAMPLED):
        left = drawn.units
        for code, quantity in ((Code.CONSUME, consumed), (Code.RETAIN, retained)):
            part = None if left is None else first(left, quantity)
            for site, n, named in _by_place(_places(desk, C.SAMPLED), quantity, part):
                used = Account(_USED[code], site)
                desk.post([_move(Account(C.SAMPLED, site), used, n, code, named)])
            left = None if left is None or part is None else left - part
    number = None
    if rejected:
        number = _quarantine(op, desk, cause=cause, requirement=requirement, inspectors=inspectors)
    else:
        _put_drawn(desk, C.OFFERED, Code.PUT_BACK)
    desk.close()
    return number


def inspected_otherwise(  # noqa: PLR0913 - what a corrected result says
    op: Op,
    lot: lots.LotCard,
    *,
    acts: Sequence[uuid.UUID],
    covers: int,
    used: Mapping[Code, int],
    drawn: Drawn,
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
        custody.drawn_where: units were used, and it is not said at which of several sites.
        ledger.*: the units that were used by now have moved on.
    """
    desk = Desk(op, lot)
    desk.grade(things, holder=lot.supplier, covers=covers)
    booked = TransferRow.objects.filter(lot=lot.id, statement__in=acts)
    draws = booked.filter(code=Code.DRAW.value)
    if lot.serialised or drawn.site is not None or draws.exists():
        booked_at = {str(one) for one in draws.values_list("debit_site", flat=True)}
        sites = _drawn_at(desk, drawn, booked_at)
        left: dict[Code, int] = {}
        for code in _USED:
            left[code] = _take_back(desk, code, booked, to=used[code])
        for code, stands in left.items():
            _use_more(desk, code, used[code] - stands, drawn.units, sites, cause=cause)
    elif any(used.values()) and len(_places(desk, C.OFFERED, C.RELEASED, C.QUARANTINED)) > 1:
        raise DrawnWhere(lot=lot.number)
    number = None
    if rejected:
        number = _quarantine(op, desk, cause=cause, requirement=requirement, inspectors=inspectors)
    elif Nonconformity.objects.filter(lot=lot.id, cause=cause).exists():
        _put_drawn(desk, C.QUARANTINED, Code.QUARANTINE)
    else:
        _put_drawn(desk, C.OFFERED, Code.PUT_BACK)
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
    """Release what of a lot is offered, at every site, on an acceptable verdict; return how many.

    Part of the operation that has checked the verdict and locked the lot.

    Refuses:
        custody.nothing_there
    """
    desk = Desk(op, lot)
    offered = _places(desk, C.OFFERED)
    quantity = sum(held.quantity for held in offered.values())
    desk.grade(things, holder=_holder(desk, offered), covers=quantity)
    if not quantity:
        raise NothingThere(
            lot=lot.number, condition=in_words(Account(C.OFFERED)), site=lot.site_name
        )
    for site in offered:
        _move_all(desk, Account(C.OFFERED, site), Account(C.RELEASED, site), Code.ACCEPT)
    desk.close()
    op.tell(cause=cause)
    return quantity


def withdraw_nonconformities(op: Op, lot: uuid.UUID, *, cause: str) -> list[str]:
    """Withdraw the nonconformities that `cause` opened: it was corrected, or taken back."""
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
            sites = tuple(_places(desk, *DRAWN_FROM)) or (str(desk.lot.site),)
            _use_more(desk, code, more, named, sites, cause=cause)


_USED = {Code.CONSUME: C.CONSUMED, Code.RETAIN: C.RETAINED}


def _places(desk: Desk, *conditions: Condition) -> dict[str, Holding]:
    """Return what each site holds in these conditions."""
    accounts = {key.account for key in desk.books.holdings if key.account.condition in conditions}
    found: dict[str, Holding] = {}
    for account in sorted(accounts, key=str):
        held = desk.books.held(account)
        if account.site and held.quantity:
            other = found.get(account.site, Holding(0, NONE))
            named = None if held.units is None else held.units | (other.units or NONE)
            found[account.site] = Holding(held.quantity + other.quantity, named)
    return found


def _holder(desk: Desk, places: Iterable[str]) -> uuid.UUID:
    """Return who holds what lies at one place; of several places, the lot's supplier."""
    sites = set(places)
    if len(sites) != 1 or sites == {str(desk.lot.site)}:
        return desk.lot.supplier
    return identity.site(uuid.UUID(sites.pop())).organisation


def _draw(
    desk: Desk, offered: Mapping[str, Holding], sampled: int, drawn: Drawn, *, is_used: bool
) -> None:
    """Book the draw of a sample, as far as the books can know where it was drawn.

    Of counted units drawn at several sites the books follow those at the site that is named:
    the others went back where they were.
    """
    lot = desk.lot
    if not sampled or not offered:
        return
    if lot.serialised:
        parts = [] if drawn.units is None else list(_by_place(offered, sampled, drawn.units))
    elif len(offered) == 1:
        parts = [(next(iter(offered)), sampled, None)]
    elif drawn.site is not None:
        site = str(drawn.site)
        if site not in offered:
            place = identity.site(drawn.site).label
            raise NothingThere(lot=lot.number, condition=in_words(Account(C.OFFERED)), site=place)
        parts = [(site, min(sampled, offered[site].quantity), None)]
    elif is_used:
        raise DrawnWhere(lot=lot.number)
    else:
        parts = []
    for site, n, named in parts:
        move = _move(Account(C.OFFERED, site), Account(C.SAMPLED, site), n, Code.DRAW, named)
        desk.post([move])


def _by_place(
    places: Mapping[str, Holding], quantity: int, named: Units | None
) -> Iterator[tuple[str, int, Units | None]]:
    """Return so many units by the site that holds them; what none holds the ledger refuses."""
    *others, last = places
    for site in others:
        part = (named or NONE) & (places[site].units or NONE)
        if named is not None and part:
            named, quantity = named - part, quantity - len(part)
            yield site, len(part), part
    if quantity or named:
        yield last, quantity, named


def _put_drawn(desk: Desk, condition: Condition, code: Code) -> None:
    """Put what was drawn and not used where it was drawn, as the rest of the lot."""
    for site in _places(desk, C.SAMPLED):
        _move_all(desk, Account(C.SAMPLED, site), Account(condition, site), code)


def _drawn_at(desk: Desk, drawn: Drawn, booked: set[str]) -> tuple[str, ...]:
    """Return the sites where an inspection may have drawn: as said, else as booked before."""
    if desk.lot.serialised:
        known = _places(desk, *DRAWN_FROM)
        return tuple(known) or (str(desk.lot.site),)
    return (str(drawn.site),) if drawn.site is not None else tuple(sorted(booked))


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


def _use_more(
    desk: Desk, code: Code, quantity: int, named: Units | None, sites: Sequence[str], *, cause: str
) -> None:
    """Book `quantity` more units as used: those drawn first, then what lies where they were drawn.

    A corrected result is the authority for units on hold: they were used up before they were
    put on hold, and the books did not know it.
    """
    if quantity and desk.lot.serialised and named is None:
        raise UnitsMissing(what="the units drawn")
    for condition, site in [(one, site) for one in DRAWN_FROM for site in sites]:
        source = Account(condition, site)
        there = desk.books.free(source)
        part = None if named is None else first(named & (there.units or NONE), quantity)
        n = min(quantity, there.quantity) if part is None else len(part)
        if source == Account(C.QUARANTINED, sites[-1]):
            n = quantity  # what of it is promised, or not there, the ledger says
        if n:
            desk.post(_to_use(source, Account(_USED[code], site), code, n, part, cause=cause))
        quantity -= n


DRAWN_FROM = (C.SAMPLED, C.OFFERED, C.RELEASED, C.QUARANTINED)
"""Where units that were used may be by the books, in the order in which they are taken."""


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
