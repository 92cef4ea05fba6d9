"""What the database itself refuses, whatever Python does: the past, and impossible rows."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.apps import apps
from django.db import DatabaseError, IntegrityError, connection, transaction

from lotwarden.config.database import APPEND_ONLY, unguarded
from lotwarden.custody.models import Disposition, Reservation, Standing, Transfer
from lotwarden.custody.operations import corrections, counts, lots, sightings
from lotwarden.evidence.models import Statement
from lotwarden.inspections import severity
from lotwarden.inspections.models import Inspection
from lotwarden.orders.models import Lot
from tests.workspace import Workspace, dump, sheet, sighting_row


@pytest.fixture(scope="module")
def history(founded: Workspace, django_db_blocker: Any) -> None:
    """There is a row in every table that is only appended to: once, for every test here."""
    with django_db_blocker.unblock(), founded.at_home():
        _live(founded)


def _live(ws: Workspace) -> None:
    ws.destroyed("S-1")
    sightings.import_sightings(
        ws.vera, data=sheet(sighting_row("S-1", serial="SB0001")), filename="s.csv"
    )
    ws.offered("N-1", 100, serials="X001")
    severity.allow_reduced(ws.vera, lot="N-1", reason="Steady since March.")
    lots.quarantine(ws.vera, lot="N-1", reason="A customer found a leaking lid.")
    corrections.correct(ws.vera, lot="N-1", entry=ws.last_act("N-1"), reason="The wrong lot.")
    counts.count(ws.vera, lot="N-1", site=ws.yongkang, condition="quarantined", found=99)


@pytest.fixture
def lived(history: None, ws: Workspace) -> Workspace:
    """A workspace with history."""
    return ws


def test_every_table_that_is_only_appended_to_is_guarded(lived: Workspace) -> None:
    assert unguarded() == []


def test_what_is_appended_to_are_the_books_the_statements_and_what_backs_them() -> None:
    caches = {"standing", "grading", "reservation", "chain", "counter"}
    may_change = caches | {
        "workspace", "organisation", "site", "person", "loginfailure",  # ordinary data
        "product", "order", "lot", "participant", "carton", "serialrange",
        "nonconformity", "disposition", "inspection",  # decisions under way
        "saltedvalue", "blob",  # may be erased: the digest stays
    }  # fmt: skip
    every = {one._meta.db_table for one in apps.get_app_config("lotwarden").get_models()}

    assert {table.removeprefix("lotwarden_") for table in every - set(APPEND_ONLY)} == may_change


@pytest.mark.parametrize("table", APPEND_ONLY)
def test_a_row_that_was_appended_is_neither_changed_nor_deleted(
    lived: Workspace, table: str
) -> None:
    before = dump()
    assert before[table], "there is a row to change"

    for statement in (
        f"UPDATE {table} SET {_a_column(table)} = {_a_column(table)}",
        f"DELETE FROM {table}",
    ):
        with (
            pytest.raises(DatabaseError, match=f"{table} is appended to, never changed"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)
    assert dump() == before


def _a_column(table: str) -> str:
    (model,) = [
        one for one in apps.get_app_config("lotwarden").get_models() if one._meta.db_table == table
    ]
    column = model._meta.concrete_fields[-1].column
    assert column is not None
    return f'"{column}"'


def test_the_orm_is_refused_like_anybody(lived: Workspace) -> None:
    row = Transfer.objects.first()
    assert row is not None

    for attempt in (
        lambda: Statement.objects.all().delete(),
        lambda: Statement.objects.update(kind="other"),
        row.delete,
        row.save,
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            attempt()


def _first(model: Any, **where: Any) -> Any:
    row = model.objects.filter(**where).order_by("pk").first()
    assert row is not None, "there is a row to copy"
    return row


HELD = {"credit_condition": "quarantined"}

IMPOSSIBLE: list[tuple[str, Any, dict[str, Any], dict[str, Any]]] = [
    ("a transfer of nothing", Transfer, {}, {"quantity": 0, "index": 9}),
    ("a transfer of fewer than nothing", Transfer, {}, {"quantity": -1, "index": 9}),
    (
        "a transfer from an account to itself",
        Transfer,
        HELD,
        {"debit_condition": "quarantined", "index": 9},
    ),
    ("two transfers in one place of the books", Transfer, {}, {}),
    ("a standing below zero", Standing, {}, {"quantity": -1, "grade": 5}),
    ("a grade above 5", Standing, {}, {"grade": 6}),
    ("one account twice", Standing, {}, {}),
    ("a disposition of nothing", Disposition, {}, {"quantity": 0, "number": "D-X"}),
    ("one number twice", Disposition, {}, {}),
    ("a reservation below zero", Reservation, {}, {"quantity": -1, "condition": "in_rework"}),
    ("one reservation twice", Reservation, {}, {}),
    ("a lot of nothing", Lot, {}, {"declared": 0, "number": "X"}),
    ("one lot twice", Lot, {}, {}),
    ("an inspection of nothing", Inspection, {}, {"lot_size": 0, "number": "I-X"}),
]


@pytest.mark.parametrize(
    ("model", "where", "changed"),
    [one[1:] for one in IMPOSSIBLE],
    ids=[one[0] for one in IMPOSSIBLE],
)
def test_an_impossible_row_is_refused_by_the_database(
    lived: Workspace, model: Any, where: dict[str, Any], changed: dict[str, Any]
) -> None:
    lived.propose("sort", quantity=10)
    row = _first(model, **where)
    row.pk = uuid.uuid4() if model._meta.pk.get_internal_type() == "UUIDField" else None
    for name, value in changed.items():
        setattr(row, name, value)

    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)


def test_a_lot_that_is_told_of_is_not_deleted(lived: Workspace) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        _delete_lots()


def _delete_lots() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM lotwarden_lot")
    connection.check_constraints()
