"""Between rows and values: a lot's books as `core.ledger` knows them, and back.

Rows are read into `Books`, the core computes, and what changed is written: `Standing` and
`Reservation` are moved by their difference, each update conditional on what was read, so
that the database decides a race.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from lotwarden.core.ledger import (
    Account,
    Books,
    Code,
    Condition,
    Holding,
    Key,
    Transfer,
    lost_from,
    replay,
)
from lotwarden.core.ledger import Contradiction as CoreContradiction
from lotwarden.core.ledger import Discrepancy as CoreDiscrepancy
from lotwarden.core.units import dump, from_ranges, load, to_ranges
from lotwarden.custody import models as rows
from lotwarden.evidence import queries as evidence
from lotwarden.evidence.rows import Interleaved, Prepared, delete, insert, update


class RowKey(NamedTuple):
    """What makes a `Standing` row one: see the model."""

    site: str | None
    condition: str
    carries: str
    grade: int
    contradicted: bool
    rejected: bool
    unidentified: bool


class Cell(NamedTuple):
    """What a `Standing` row holds: the quantity shown, and the units as bytes."""

    quantity: int
    units: bytes | None


@dataclass(slots=True)
class Loaded:
    """A lot's books with the rows they came from."""

    books: Books
    standing: dict[RowKey, tuple[int, Cell]]
    reserved: dict[tuple[str, Account], int]


def account(site: uuid.UUID | str | None, condition: str, carries: str = "") -> Account:
    """Return the ledger's account for columns of a row."""
    return Account(
        Condition(condition),
        None if site is None else str(site),
        Condition(carries) if carries else None,
    )


def load_books(lot: uuid.UUID, *, serialised: bool) -> Loaded:
    """Return the books of `lot` from its standings and reservations.

    The split of what was produced into declared and surplus is not read here: see
    `queries.produced`.
    """
    holdings: dict[Key, Holding] = {}
    missing: dict[Account, int] = {}
    standing: dict[RowKey, tuple[int, Cell]] = {}
    for row in _STANDINGS(lot):
        pk, place, condition, carries, grade, contradicted, rejected, unidentified, n, data = row
        key = RowKey(place, condition, carries, grade, contradicted, rejected, unidentified)
        units = None if data is None else bytes(data)
        standing[key] = (pk, Cell(n, units))
        if unidentified:
            where = Account(Condition(carries), place)
            missing[where] = missing.get(where, 0) + n
        else:
            held = None if units is None else load(units)
            holdings[Key(account(place, condition, carries), grade, contradicted, rejected)] = (
                Holding(n if held is None else len(held), held)
            )
    reserved: dict[tuple[str, Account], Holding] = {}
    reserved_pk: dict[tuple[str, Account], int] = {}
    for pk, disposition, site, condition, carries, n, data in _RESERVATIONS(lot):
        name = (disposition, account(site, condition, carries))
        reserved[name] = Holding(n, None if data is None else load(data))
        reserved_pk[name] = pk
    books = Books(
        serialised=serialised,
        holdings=holdings,
        declared=sum(cell.quantity for _, cell in standing.values()),
        reserved=reserved,
        discrepancies=missing,
    )
    return Loaded(books, standing, reserved_pk)


_STANDINGS = Prepared(
    lambda lot: rows.Standing.objects.filter(lot=lot).values_list(
        "id", "site_id", "condition", "carries", "grade", "contradicted", "rejected",
        "unidentified", "quantity", "units",
    ),
    ids_as_text=True,
)  # fmt: skip

_RESERVATIONS = Prepared(
    lambda lot: rows.Reservation.objects.filter(lot=lot).values_list(
        "id", "disposition_id", "site_id", "condition", "carries", "quantity", "units"
    ),
    ids_as_text=True,
)


def save_books(lot: uuid.UUID, loaded: Loaded, after: Books) -> None:
    """Write what changed between `loaded` and `after`."""
    wanted = rows_of(after)
    gone = [pk for key, (pk, _) in loaded.standing.items() if key not in wanted]
    if gone:
        delete(rows.Standing, gone)
    fresh = []
    for key, cell in wanted.items():
        before = loaded.standing.get(key)
        if before is None:
            fresh.append(_standing(lot, key, cell))
        elif before[1] != cell:
            moved = update(
                rows.Standing,
                where={"id": before[0], "quantity": before[1].quantity},
                to={"quantity": cell.quantity, "units": cell.units},
            )
            if moved != 1:
                raise Interleaved(f"lot {lot}: somebody else moved these units meanwhile")
    insert(rows.Standing, fresh)
    if after.reserved or loaded.reserved:
        _save_reservations(lot, loaded, after)


def rows_of(books: Books) -> dict[RowKey, Cell]:
    """Return the `Standing` rows that show these books."""
    shown = {key: holding.quantity for key, holding in books.holdings.items()}
    found: dict[RowKey, Cell] = {}
    for key, part in books.missing_parts():
        shown[key] -= part
        lost = lost_from(key)
        name = RowKey(
            lost.account.site,
            lost.account.condition.value,
            key.account.condition.value,
            lost.grade,
            lost.contradicted,
            lost.rejected,
            unidentified=True,
        )
        before = found.get(name, Cell(0, None))
        found[name] = Cell(before.quantity + part, None)
    for key, holding in books.holdings.items():
        name = RowKey(
            key.account.site,
            key.account.condition.value,
            key.account.carries.value if key.account.carries else "",
            key.grade,
            key.contradicted,
            key.rejected,
            unidentified=False,
        )
        found[name] = Cell(shown[key], None if holding.units is None else dump(holding.units))
    return found


def rewrite_books(lot: uuid.UUID, books: Books) -> None:
    """Put the standings of `books` in place of all that the lot has; reservations stay."""
    rows.Standing.objects.filter(lot=lot).delete()
    insert(rows.Standing, (_standing(lot, key, cell) for key, cell in rows_of(books).items()))


def replayed(lot: uuid.UUID, *, serialised: bool) -> Books:
    """Return the books that the lot's stored entries make with today's grades."""
    return replay(serialised=serialised, entries=(entry for _, entry in entries(lot)))


def entries(
    lot: uuid.UUID,
) -> Iterator[tuple[uuid.UUID, Transfer | CoreContradiction | CoreDiscrepancy]]:
    """Return the entries of a lot's books in their order, each with the act that made it."""
    number = evidence.numbers(lot)
    # The act under way has entries, and its statement comes last of all.
    last = max(number.values(), default=0) + 1
    acts = rows.Transfer.objects.filter(lot=lot).values("statement")
    levels = dict(rows.Grading.objects.filter(statement__in=acts).values_list("statement", "level"))
    found: list[tuple[int, int, uuid.UUID, Any]] = []

    def add(row: Any, value: Any) -> None:
        found.append((number.get(row.statement_id, last), row.index, row.statement_id, value))

    for row in rows.Transfer.objects.filter(lot=lot):
        add(row, transfer_value(row, grade=levels.get(row.statement_id, 0)))
    for one in rows.Contradiction.objects.filter(lot=lot):
        place = account(one.site_id, one.condition) if one.condition else None
        units = None if one.units is None else load(one.units)
        add(one, CoreContradiction(units=units, quantity=one.quantity, account=place))
    for gap in rows.Discrepancy.objects.filter(lot=lot):
        place = account(gap.site_id, gap.condition, gap.carries)
        add(gap, CoreDiscrepancy(account=place, quantity=gap.quantity))
    for _, _, act, value in sorted(found, key=lambda item: item[:2]):
        yield act, value


def transfer_value(row: rows.Transfer, *, grade: int = 0) -> Transfer:
    """Return the ledger's value of a transfer row."""
    return Transfer(
        id=str(row.id),
        debit=account(row.debit_site_id, row.debit_condition, row.debit_carries),
        credit=account(row.credit_site_id, row.credit_condition, row.credit_carries),
        quantity=row.quantity,
        code=Code(row.code),
        units=None if row.units is None else load(row.units),
        pending=str(row.pending) if row.pending else None,
        stays=row.stays,
        authority=row.authority or None,
        corrects=str(row.corrects_id) if row.corrects_id else None,
        grade=grade,
    )


def transfer_row(value: Transfer, *, lot: uuid.UUID, act: uuid.UUID, index: int) -> dict[str, Any]:
    """Return the row that stores a transfer, ready to be inserted."""
    return {
        "id": value.id,
        "statement_id": act,
        "index": index,
        "lot_id": lot,
        "debit_site_id": value.debit.site,
        "debit_condition": value.debit.condition.value,
        "debit_carries": value.debit.carries.value if value.debit.carries else "",
        "credit_site_id": value.credit.site,
        "credit_condition": value.credit.condition.value,
        "credit_carries": value.credit.carries.value if value.credit.carries else "",
        "quantity": value.quantity,
        "units": None if value.units is None else dump(value.units),
        "code": value.code.value,
        "pending": value.pending,
        "stays": value.stays,
        "authority": value.authority or "",
        "corrects_id": value.corrects,
    }


def told(value: Transfer, *, lot: uuid.UUID) -> dict[str, Any]:
    """Return a transfer as its statement tells it."""
    return {
        "id": value.id,
        "lot": str(lot),
        "from": _told_account(value.debit),
        "to": _told_account(value.credit),
        "quantity": value.quantity,
        "units": None if value.units is None else to_ranges(value.units),
        "code": value.code.value,
        "pending": value.pending,
        "stays": value.stays,
        "authority": value.authority,
        "corrects": value.corrects,
    }


def reservations_told(lot: uuid.UUID, before: Books, after: Books) -> list[dict[str, Any]]:
    """Return what dispositions hold after an act, where it changed it, as its statement tells it.

    No quantity: it holds nothing there any more, and has no row.
    """
    if not before.reserved and not after.reserved:
        return []
    names = sorted({*before.reserved, *after.reserved}, key=str)
    return [
        reservation_told(lot, name, after.reserved.get(name))
        for name in names
        if before.reserved.get(name) != after.reserved.get(name)
    ]


def reservation_told(
    lot: uuid.UUID, name: tuple[str, Account], held: Holding | None
) -> dict[str, Any]:
    """Return one reservation as statements tell it."""
    return {
        "lot": str(lot),
        "disposition": name[0],
        "account": _told_account(name[1]),
        "quantity": None if held is None else held.quantity,
        "units": None if held is None or held.units is None else to_ranges(held.units),
    }


def untold(entry: Mapping[str, Any]) -> Transfer:
    """Return the transfer that a statement tells; the grade is not in it."""
    return Transfer(
        id=entry["id"],
        debit=_untold_account(entry["from"]),
        credit=_untold_account(entry["to"]),
        quantity=entry["quantity"],
        units=None if entry["units"] is None else from_ranges(entry["units"]),
        code=Code(entry["code"]),
        pending=entry["pending"],
        stays=entry["stays"],
        authority=entry["authority"],
        corrects=entry["corrects"],
    )


def _told_account(of: Account) -> list[str | None]:
    return [of.condition.value, of.site, of.carries.value if of.carries else None]


def _untold_account(told_as: Iterable[str | None]) -> Account:
    condition, site, carries = told_as
    assert condition is not None
    return Account(Condition(condition), site, Condition(carries) if carries else None)


def _standing(lot: uuid.UUID, key: RowKey, cell: Cell) -> dict[str, Any]:
    return {
        "lot_id": lot,
        "site_id": key.site,
        "condition": key.condition,
        "carries": key.carries,
        "grade": key.grade,
        "contradicted": key.contradicted,
        "rejected": key.rejected,
        "unidentified": key.unidentified,
        "quantity": cell.quantity,
        "units": cell.units,
    }


def _save_reservations(lot: uuid.UUID, loaded: Loaded, after: Books) -> None:
    gone = [pk for name, pk in loaded.reserved.items() if name not in after.reserved]
    if gone:
        delete(rows.Reservation, gone)
    fresh = []
    for name, held in after.reserved.items():
        data = None if held.units is None else dump(held.units)
        if name in loaded.reserved:
            if held != loaded.books.reserved[name]:
                update(
                    rows.Reservation,
                    where={"id": loaded.reserved[name]},
                    to={"quantity": held.quantity, "units": data},
                )
            continue
        pending, where = name
        fresh.append(
            {
                "disposition_id": pending,
                "lot_id": lot,
                "site_id": where.site,
                "condition": where.condition.value,
                "carries": where.carries.value if where.carries else "",
                "quantity": held.quantity,
                "units": data,
            }
        )
    insert(rows.Reservation, fresh)
