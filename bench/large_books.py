"""Large books for reading: a hundred million units in ten thousand lots, made in bulk.

Transfers, standings and reservations are what the ledger makes of a score of stories that
lots live through, in the product's own rows; the statements are stand-ins of real length, so
these books are for reading pages, not for `fsck`.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench import stage

if TYPE_CHECKING:
    from lotwarden.core.ledger import Account, Books
    from lotwarden.identity.acting import Actor

LOTS, QUICK_LOTS = 10_000, 1_000
UNITS_OF_A_LOT = 10_000
LOTS_OF_AN_ORDER = 4
BATCH = 500
STATEMENT_BYTES = 1_500

Move = tuple[str, str, int]
"""From, to, and how many percent of the lot; accounts as condition[/carries]@place."""


@dataclass(frozen=True, slots=True)
class Story:
    """What happened to a lot, act by act with its grade, and what is still open of it."""

    acts: tuple[tuple[int, tuple[Move, ...]], ...]
    verdict: str = ""
    planned: bool = False
    dispositions: tuple[tuple[str, str, str, int], ...] = ()
    """Kind, status, the account it holds units in, how many percent."""


# F is the factory, W the buyer's warehouse, D a disposer.
_LOADED: tuple[int, tuple[Move, ...]] = (0, (("declared@-", "offered@F", 100),))
_HELD: tuple[int, tuple[Move, ...]] = (1, (("offered@F", "quarantined@F", 100),))
_SENT = (
    (1, (("offered@F", "released@F", 100),)),
    (1, (("released@F", "in_transit/released@W", 100),)),
    (2, (("in_transit/released@W", "received@W", 100),)),
)
_SORTING = (
    (1, (("quarantined@F", "in_sorting@F", 60),)),
    (3, (("in_sorting@F", "awaiting_reinspection@F", 50), ("in_sorting@F", "quarantined@F", 9),
         ("in_sorting@F", "unaccounted@F", 1))),
)  # fmt: skip
_DESTROYED = (
    (1, (("quarantined@F", "awaiting_destruction@F", 80),)),
    (1, (("awaiting_destruction@F", "in_transit/awaiting_destruction@D", 80),)),
    (2, (("in_transit/awaiting_destruction@D", "awaiting_destruction@D", 80),)),
    (3, (("awaiting_destruction@D", "destroyed@D", 60),)),
)

ACCEPTED, REJECTED = "acceptable", "not_acceptable"
STORIES: tuple[Story, ...] = (
    Story((_LOADED,)),
    Story((_LOADED,), planned=True),
    Story((_LOADED,), ACCEPTED),
    *[Story((_LOADED, *_SENT), ACCEPTED)] * 8,
    Story((_LOADED, _HELD), REJECTED),
    Story((_LOADED, _HELD), REJECTED),
    Story((_LOADED, _HELD), REJECTED, False, (("sort", "proposed", "quarantined@F", 70),)),
    Story(
        (_LOADED, _HELD, _SORTING[0]), REJECTED, False,
        (("sort", "running", "in_sorting@F", 60), ("rework", "authorised", "quarantined@F", 20)),
    ),
    Story(
        (_LOADED, _HELD), REJECTED, False,
        (("destroy", "authorised", "quarantined@F", 60), ("hold", "running", "quarantined@F", 20)),
    ),
    Story(
        (_LOADED, _HELD, *_SORTING), REJECTED, False,
        (("sort", "running", "awaiting_reinspection@F", 50),),
    ),
    Story(
        (_LOADED, _HELD, *_DESTROYED), REJECTED, False,
        (("destroy", "running", "awaiting_destruction@D", 20),),
    ),
    Story(
        (_LOADED, _HELD, *_DESTROYED[:2]), REJECTED, False,
        (("destroy", "running", "in_transit/awaiting_destruction@D", 80),),
    ),
    Story(
        (_LOADED, _HELD, (2, (("declared@-", "surplus@F", 2),))), REJECTED, False,
        (("sort", "authorised", "quarantined@F", 100),),
    ),
)  # fmt: skip


@dataclass(slots=True)
class _Made:
    """Rows collected until they are written, and the numbers given out so far."""

    actor: Actor
    now: datetime
    factories: list[tuple[uuid.UUID, uuid.UUID]]
    warehouse: uuid.UUID
    disposers: list[tuple[uuid.UUID, uuid.UUID]]
    orders: dict[int, uuid.UUID] = field(default_factory=dict)
    products: list[uuid.UUID] = field(default_factory=list)
    rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    dispositions: int = 0

    def add(self, table: str, **row: Any) -> None:
        self.rows.setdefault(table, []).append(row)


def build(path: Path, *, lots: int) -> None:
    """Make a workspace with so many lots of 10,000 units each in the database at `path`."""
    from django.db import connection, transaction
    from django.utils import timezone

    actor = stage.new_workspace(path)
    made = _Made(actor, timezone.now(), *_companies(actor))
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA synchronous=OFF")
    _products(made)
    for start in range(0, lots, BATCH):
        for n in range(start, min(lots, start + BATCH)):
            _lot(made, n)
        with transaction.atomic():
            _write(made)
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    stage.use(path)


def _companies(actor: Actor) -> tuple[Any, uuid.UUID, Any]:
    """Add 40 suppliers with a factory each, a warehouse, 4 disposers; return their sites."""
    from lotwarden.identity import operations as identity

    def company(name: str, role: str, zone: str) -> tuple[uuid.UUID, uuid.UUID]:
        made = identity.add_organisation(actor, name=name, role=role)["organisation"]
        site = identity.add_site(
            actor, organisation=uuid.UUID(made), name="Site 1", country="CN", zone=zone
        )
        return uuid.UUID(site["site"]), uuid.UUID(made)

    factories = [company(f"Factory {n}", "supplier", "Asia/Shanghai") for n in range(40)]
    disposers = [company(f"Disposer {n}", "disposer", "Asia/Shanghai") for n in range(4)]
    warehouse = identity.add_site(
        actor, organisation=actor.organisation, name="Gothenburg", zone="Europe/Stockholm"
    )
    return factories, uuid.UUID(warehouse["site"]), disposers


def _products(made: _Made) -> None:
    for n in range(200):
        made.products.append(uuid.uuid4())
        made.add(
            "product", id=made.products[-1], code=f"P-{n}", name=f"Product {n}",
            name_local=f"产品 {n}", unit_name="", unit_cost=Decimal(n % 90 + 10) / 4,
            currency=("USD", "EUR", "CNY")[n % 3], weight_g=100 + n, branded=True,
            family="",
        )  # fmt: skip


def _lot(made: _Made, n: int) -> None:
    """Add a lot with its story."""
    story = STORIES[n % len(STORIES)]
    lot, size = uuid.uuid4(), UNITS_OF_A_LOT
    site, supplier = made.factories[n // LOTS_OF_AN_ORDER % len(made.factories)]
    order, at = n // LOTS_OF_AN_ORDER, made.now - timedelta(days=60)
    if order not in made.orders:
        made.orders[order] = uuid.uuid4()
        made.add("order", id=made.orders[order], number=f"PO-{order}", site_id=site, placed_on=at)
    made.add(
        "lot", id=lot, number=f"L-{n}", order_id=made.orders[order],
        product_id=made.products[n % len(made.products)], declared=size, serialised=False,
        case="", source="",
    )  # fmt: skip
    made.add("participant", lot_id=lot, organisation_id=supplier)
    places = {"F": site, "W": made.warehouse, "D": made.disposers[n % 4][0]}
    books, last = _acts(made, lot, story, places, size)
    report = _inspected(made, lot, n, story, site, size)
    books = _decided(made, lot, story, places, books, report)
    _standing(made, lot, books)
    made.add("chain", lot=lot, head=last, length=len(story.acts))


def _acts(
    made: _Made, lot: uuid.UUID, story: Story, places: dict[str, uuid.UUID], size: int
) -> tuple[Books, str]:
    """Post a lot's acts and return its books and the digest of the last statement."""
    from lotwarden.core import ledger
    from lotwarden.core.ledger import Code, Transfer
    from lotwarden.custody import books as stored

    books, digest = ledger.Books(serialised=False), ""
    for grade, moves in story.acts:
        act, digest = _statement(made, lot, "custody.take_step", grade=grade)
        for index, (debit, credit, percent) in enumerate(moves):
            one = Transfer(
                id=str(uuid.uuid4()), debit=_account(debit, places),
                credit=_account(credit, places), quantity=size * percent // 100,
                code=Code.STEP, authority="bench", grade=grade,
            )  # fmt: skip
            books = ledger.post(books, [one])
            made.rows.setdefault("transfer", []).append(
                stored.transfer_row(one, lot=lot, act=act, index=index)
            )
    return books, digest


def _account(text: str, places: dict[str, uuid.UUID]) -> Account:
    from lotwarden.core.ledger import Account, Condition

    what, _, place = text.partition("@")
    condition, _, carries = what.partition("/")
    site = str(places[place]) if place in places else None
    return Account(Condition(condition), site, Condition(carries) if carries else None)


def _statement(
    made: _Made, lot: uuid.UUID, kind: str, *, grade: int | None = None
) -> tuple[uuid.UUID, str]:
    """Add a stand-in for an act's statement, with its evidence and grade."""
    act = uuid.uuid4()
    text = json.dumps({"id": str(act), "kind": kind, "lots": [str(lot)], "body": {}}).encode()
    canonical = text + b" " * (STATEMENT_BYTES - len(text))
    digest = hashlib.sha256(canonical).hexdigest()
    made.add(
        "statement", act=act, kind=kind, actor=made.actor.person,
        organisation=made.actor.organisation, occurred_at=made.now, recorded_at=made.now,
        request=digest, canonical=canonical, digest=digest, outcome={"lot": str(lot)},
    )  # fmt: skip
    made.add("statementlot", statement_id=act, lot=lot)
    if grade is not None:
        made.add(
            "grading", statement_id=act, level=grade,
            reasons=[["somebody said so", {}], ["no document of a third party is attached", {}]],
            setting={"holder": str(lot), "supplier": str(lot)}, disposition=None, since=None,
        )  # fmt: skip
        made.add(
            "attachment", id=uuid.uuid4(), about=act, statement_id=act, kind="statement",
            person=made.actor.person, organisation=made.actor.organisation, independence="B",
            by_themselves=True, blob_id=None, number="", quantity=None, weight_g=None, title="",
        )  # fmt: skip
    return act, digest


def _inspected(
    made: _Made, lot: uuid.UUID, n: int, story: Story, site: uuid.UUID, size: int
) -> uuid.UUID | None:
    """Add the lot's inspection with its result; return the nonconformity that it opened."""
    if not story.verdict and not story.planned:
        return None
    one, (act, _) = uuid.uuid4(), _statement(made, lot, "inspections.plan")
    classes = [
        {"name": name, "aql": aql, "n": 200, "ac": 10, "re": 11, "letter": "L", "inspect": 200}
        for name, aql in (("critical", "0"), ("major", "2.5"), ("minor", "4.0"))
    ]
    made.add(
        "inspection", id=one, number=f"I-{n}", lot_id=lot, statement_id=act, disposition=None,
        resubmission=0, standard="iso2859-1", level="II", severity="normal", every_unit=False,
        lot_size=size, sample_size=200, plan={"code_letter": "L", "classes": classes},
        inspector=made.actor.person, planned_for=made.now - timedelta(days=n % 60),
        planned_at=made.now, reason="",
    )  # fmt: skip
    if not story.verdict:
        return None
    act, _ = _statement(made, lot, "inspections.record_result")
    made.add(
        "result", id=act, inspection_id=one, statement_id=act, inspected=200,
        found={"critical": 0, "major": 21, "minor": 6}, nonconforming=27, consumed=0, retained=0,
        remarks="", verdict=story.verdict, words="21 major in 200, at most 10",
        recorded_by=made.actor.person, inspected_at=made.now, corrects_id=None,
    )  # fmt: skip
    if story.verdict != REJECTED:
        return None
    report = uuid.uuid4()
    made.add(
        "nonconformity", id=report, number=f"NCR-{n}", lot_id=lot, cause=f"I-{n}",
        requirement="AQL 2.5", found_at_id=site, opened_at=made.now, opened_by=made.actor.person,
        withdrawn_at=None, inspectors=[],
    )  # fmt: skip
    return report


def _decided(
    made: _Made, lot: uuid.UUID, story: Story, places: dict[str, uuid.UUID], books: Books,
    report: uuid.UUID | None,
) -> Books:  # fmt: skip
    """Add the lot's open dispositions, every third of them overdue, with what they hold."""
    from lotwarden.core import ledger

    for kind, status, place, percent in story.dispositions:
        made.dispositions += 1
        number, where = made.dispositions, _account(place, places)
        quantity = UNITS_OF_A_LOT * percent // 100
        one, _ = _statement(made, lot, "custody.propose")
        books = ledger.pend(books, pending=str(one), account=where, quantity=quantity)
        authorised = status != "proposed"
        made.add(
            "disposition", id=one, number=f"D-{number}", lot_id=lot, nonconformity_id=report,
            kind=kind, status=status, quantity=quantity, units=None, site_id=places["F"],
            proposed_by=made.actor.person, proposed_at=made.now,
            authorised_by=made.actor.person if authorised else None,
            authorised_at=made.now if authorised else None, authority_basis="manual 8.7",
            reason="", instruction="Every piece: leak test, then the limit sample.", risk="",
            method="", owner=made.actor.person,
            deadline=made.now + timedelta(days=20 if number % 3 else -number % 50 - 1),
            expires_at=None, agent_organisation=None, agent_person=None, witness=None,
            next_site_id=None, customer_agreement=None, contract_silent=False, defects=0,
            defects_shown=0,
            list_digest="", reinspection=None, lifted_by=[], closed_at=None, closed_because="",
        )  # fmt: skip
    return books


def _standing(made: _Made, lot: uuid.UUID, books: Books) -> None:
    from lotwarden.custody import books as stored

    for key, cell in stored.rows_of(books).items():
        made.rows.setdefault("standing", []).append(
            {"lot_id": lot, **_renamed(key._asdict()), **cell._asdict()}
        )
    for (pending, where), held in books.reserved.items():
        made.add(
            "reservation", disposition_id=pending, lot_id=lot, site_id=where.site,
            condition=where.condition.value, carries=where.carries.value if where.carries else "",
            quantity=held.quantity, units=None,
        )  # fmt: skip


def _renamed(key: dict[str, Any]) -> dict[str, Any]:
    return {"site_id" if name == "site" else name: value for name, value in key.items()}


def _write(made: _Made) -> None:
    from django.apps import apps

    from lotwarden.evidence.rows import insert

    for table, rows in made.rows.items():
        insert(apps.get_model("lotwarden", table), rows)
    made.rows = {}
