"""What `fsck` asks of custody: stored against computed."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

from lotwarden.core.units import load, to_ranges
from lotwarden.custody import books as stored
from lotwarden.custody.models import (
    Contradiction,
    Discrepancy,
    Disposition,
    Nonconformity,
    Sighting,
    Signature,
    Transfer,
)
from lotwarden.custody.operations.grading import levels_now


def transfer_count() -> int:
    """Return how many transfers are stored."""
    return Transfer.objects.count()


def transfers_as_told(lot: uuid.UUID) -> list[dict[str, Any]]:
    """Return a lot's stored transfers in the form in which statements tell them."""
    rows = Transfer.objects.filter(lot=lot).order_by("statement__number", "index")
    return [stored.told(stored.transfer_value(row), lot=lot) for row in rows]


def contradictions_as_told(lot: uuid.UUID) -> list[dict[str, Any]]:
    """Return a lot's stored contradictions in the form in which statements tell them."""
    return [
        {
            "lot": str(lot),
            "units": None if row.units is None else to_ranges(load(row.units)),
            "quantity": row.quantity,
            "account": [row.condition, _site(row.site_id)] if row.condition else None,
        }
        for row in Contradiction.objects.filter(lot=lot).order_by("statement__number", "index")
    ]


def discrepancies_as_told(lot: uuid.UUID) -> list[dict[str, Any]]:
    """Return a lot's stored discrepancies in the form in which statements tell them."""
    return [
        {
            "lot": str(lot),
            "account": [row.condition, _site(row.site_id), row.carries or None],
            "quantity": row.quantity,
        }
        for row in Discrepancy.objects.filter(lot=lot).order_by("statement__number", "index")
    ]


def reservations_as_told(lot: uuid.UUID, *, serialised: bool) -> list[dict[str, Any]]:
    """Return what dispositions hold of a lot, in the form in which statements tell it."""
    reserved = stored.load_books(lot, serialised=serialised).books.reserved
    return [stored.reservation_told(lot, name, held) for name, held in reserved.items()]


def records() -> Iterator[tuple[str, Any]]:
    """Return every row that statements tell as it is, with the word for its kind."""
    for kind, model in _RECORDS.items():
        for row in model.objects.iterator(chunk_size=1_000):
            yield kind, row


_RECORDS: dict[str, Any] = {
    "nonconformity": Nonconformity,
    "disposition": Disposition,
    "sighting": Sighting,
    "signature": Signature,
}


def _site(site: uuid.UUID | None) -> str | None:
    return None if site is None else str(site)


def standings_that_differ(lot: uuid.UUID, *, serialised: bool) -> Iterator[str]:
    """Return in words where the standings are not what the entries make.

    Refuses as `core.ledger.replay` does, where an entry cannot be.
    """
    wanted = stored.rows_of(stored.replayed(lot, serialised=serialised))
    there = {
        key: cell
        for key, (_, cell) in stored.load_books(lot, serialised=serialised).standing.items()
    }
    return iter(
        [
            f"{key.condition} (grade {key.grade}): shown {_n(there.get(key))}, "
            f"the entries make {_n(wanted.get(key))}"
            for key in sorted(set(wanted) | set(there), key=str)
            if wanted.get(key) != there.get(key)
        ]
    )


def promises_broken(lot: uuid.UUID, *, serialised: bool) -> Iterator[str]:
    """Return in words where dispositions reserve more than an account holds."""
    books = stored.load_books(lot, serialised=serialised).books
    for account in {where for _, where in books.reserved}:
        held, taken = books.held(account).quantity, books.reserved_in(account).quantity
        if taken > held:
            yield f"{account}: {taken:,} promised, {held:,} there"


def grades_that_differ() -> Iterator[tuple[uuid.UUID, int, int]]:
    """Return acts whose stored grade is not what their evidence gives today."""
    for act, level, now in levels_now():
        if now != level:
            yield act, level, now


def _n(cell: stored.Cell | None) -> str:
    return "nothing" if cell is None else f"{cell.quantity:,}"
