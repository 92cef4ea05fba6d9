"""A workspace for the tests, made through the operations, so that a test reads as sentences.

    ws = make_workspace()                 the buyer's two people, an agency, a supplier, a disposer
    ws.rejected("L-1", 3_200)             offered, inspected, not acceptable: all of it on hold
    sort = ws.running("sort", "L-1")      proposed by Vera, authorised by Tomas, started
    ws.step(sort, "counts", ws.zhang, conforming=3_000, not_reworkable=193)
    assert ws.where("L-1") == {"awaiting_reinspection": 3_000, "quarantined": 193, …}

People: Vera (administrator) and Tomas are the buyer's; Li, Zhang, Chen and Sun the agency's, of
type A; Wang works for the supplier, Zhou for the disposer.  Mo of another agency (type C), Qian
of another supplier and Gu of a disposer that nobody approved have no part in anything.

The fixture `ws` has two lots that Li found not acceptable: L-1, 3,200 units without numbers, and
S-1, 500 units with the serials SB0001 to SB0500.
"""

from __future__ import annotations

import csv
import io
import shutil
import uuid
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as in_force
from django.db import connection, transaction
from django.utils import timezone

from lotwarden.config.database import unguarded
from lotwarden.core.dispositions import Counted
from lotwarden.core.errors import Refusal
from lotwarden.core.grades import Evidence, EvidenceKind
from lotwarden.core.units import Units, parse
from lotwarden.custody.operations import (  # noqa: F401 - registers every operation
    corrections,
    counts,
    dispositions,
    grading,
    moves,
    sightings,
)
from lotwarden.custody.operations import lots as custody
from lotwarden.custody.operations.dispositions import Terms
from lotwarden.evidence import operations as evidence
from lotwarden.evidence import queries as kept
from lotwarden.evidence.operations import Attached
from lotwarden.identity import operations as identity
from lotwarden.identity import queries as who
from lotwarden.identity.acting import OPERATIONS, Actor
from lotwarden.identity.models import Person
from lotwarden.inspections import importing  # noqa: F401 - registers
from lotwarden.inspections import operations as inspections
from lotwarden.orders import operations as orders
from lotwarden.orders import queries as lots
from lotwarden.reports import fsck, position

AQLS = {"critical": "0", "major": "2.5", "minor": "4.0"}

K = EvidenceKind


def soon(days: int = 7) -> datetime:
    """Return an instant that is still to come."""
    return timezone.now() + timedelta(days=days)


def ago(days: int = 0, **more: int) -> datetime:
    """Return an instant that has passed."""
    return timezone.now() - timedelta(days=days, **more)


def sheet(*rows: Mapping[str, object]) -> bytes:
    """Return a .csv with these rows; their keys are the headings."""
    text = io.StringIO()
    headings = list(dict.fromkeys(key for row in rows for key in row))
    writer = csv.DictWriter(text, headings, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def order_row(lot: str = "L-1", quantity: int = 3_200, **columns: object) -> dict[str, object]:
    """Return a row of an order file; `columns` replaces what it says."""
    row: dict[str, object] = {
        "order": f"PO-{lot}",
        "supplier": "Yongkang Haoyu",
        "site": "Yongkang site",
        "lot": lot,
        "product_code": "SB-750",
        "product": "Steel bottle 750 ml",
        "quantity": quantity,
        "unit_cost": "9.00",
        "currency": "USD",
        "weight_g": 350,
        "numbered": "no",
    }
    return {**row, **columns}


def carton_row(lot: str, quantity: int, *, carton: object = 1, serials: str = "") -> dict[str, Any]:
    """Return a row of a packing list; `serials` is the first serial, the others follow it."""
    row: dict[str, Any] = {"lot": lot, "carton": carton, "quantity": quantity}
    if serials:
        parts = lots.split_serial(serials)
        assert parts is not None, "a first serial that counts up"
        prefix, number, width, suffix = parts
        row["serial_first"] = serials
        row["serial_last"] = f"{prefix}{number + quantity - 1:0{width}d}{suffix}"
    return row


def sighting_row(lot: str, **columns: object) -> dict[str, object]:
    """Return a row of a file of sightings: a confirmed test buy, unless `columns` says other."""
    row: dict[str, object] = {
        "lot": lot,
        "seen_at": "2026-03-01T09:30:00+08:00",
        "place": "online shop, Shenzhen",
        "how": "test buy",
        "confirmed": "yes",
    }
    return {**row, **columns}


def these(text: str) -> Counted:
    """Return units of a serialised lot, as counted into a class."""
    named = parse(text)
    return Counted(quantity=len(named), units=named)


@dataclass(slots=True)
class Workspace:
    """Who there is, and the shortest way to each thing they do."""

    people: dict[str, uuid.UUID]
    organisations: dict[str, uuid.UUID]
    sites: dict[str, uuid.UUID]
    home: Path = Path()
    changed: bool = False
    _actors: dict[str, Actor] = field(default_factory=dict)

    def actor(self, name: str) -> Actor:
        """Return who has this first name, as they are today."""
        if name not in self._actors:
            self._actors[name] = who.actor_of(self.people[name])
        return self._actors[name]

    def forget(self) -> None:
        """Read every actor anew: the workspace or its people changed."""
        self._actors.clear()
        self.changed = True

    @contextmanager
    def at_home(self) -> Iterator[None]:
        """Keep files in the workspace's own home, for acts that every test of a module finds."""
        before, in_force.HOME = in_force.HOME, self.home
        try:
            yield
        finally:
            in_force.HOME = before

    def leave(self, *names: str) -> None:
        """Let people be no longer there: they cannot act any more."""
        gone = [self.people[name] for name in names]
        Person.objects.filter(id__in=gone).update(is_active=False)
        self.forget()

    vera = property(lambda self: self.actor("vera"))
    tomas = property(lambda self: self.actor("tomas"))
    li = property(lambda self: self.actor("li"))
    zhang = property(lambda self: self.actor("zhang"))
    chen = property(lambda self: self.actor("chen"))
    sun = property(lambda self: self.actor("sun"))
    wang = property(lambda self: self.actor("wang"))
    zhou = property(lambda self: self.actor("zhou"))
    mo = property(lambda self: self.actor("mo"))
    qian = property(lambda self: self.actor("qian"))
    gu = property(lambda self: self.actor("gu"))

    yongkang = property(lambda self: self.sites["yongkang"])
    ningbo = property(lambda self: self.sites["ningbo"])
    beilun = property(lambda self: self.sites["beilun"])
    gothenburg = property(lambda self: self.sites["gothenburg"])

    # Lots and inspections -------------------------------------------------------------------

    def offered(
        self, lot: str = "L-1", quantity: int = 3_200, *, serials: str = "", **row: object
    ) -> str:
        """Load a lot; with `serials`, such as `SB0001`, its units have numbers."""
        given = order_row(lot, quantity, numbered="yes" if serials else "no", **row)
        custody.load_orders(self.vera, data=sheet(given), filename="orders.csv")
        if serials:
            orders.import_packing_list(
                self.vera,
                data=sheet(carton_row(lot, quantity, serials=serials)),
                filename="packing-list.csv",
            )
        return lot

    def plan(self, lot: str = "L-1", inspector: Actor | None = None, **more: Any) -> str:
        """Plan an inspection and return its number."""
        request = {"aqls": AQLS, "inspector": (inspector or self.li).person, **more}
        return str(inspections.plan(self.vera, lot=lot, **request)["inspection"])

    def result(
        self,
        inspection: str,
        by: Actor | None = None,
        *,
        inspected: int = 125,
        critical: int = 0,
        major: int = 0,
        minor: int = 0,
        **more: Any,
    ) -> dict[str, Any]:
        """Record what an inspection found; all units presented are counted, unless told not."""
        if (planned := planned_size(inspection)) is not None:
            more.setdefault("counted", planned)
        found = {"critical": critical, "major": major, "minor": minor}
        return inspections.record_result(
            by or self.li, inspection=inspection, inspected=inspected, found=found, **more
        )

    def discontinued(self) -> None:
        """Reject seven lots of cups, P-1 to P-7, for major defects; P-8 is offered after them."""
        for n in range(1, 9):
            self.offered(f"P-{n}", 500, product_code="CUP-1")
            if n < 8:
                number = self.plan(f"P-{n}", aqls={"major": "2.5"})
                inspections.record_result(
                    self.li, inspection=number, inspected=50, found={"major": 9}
                )

    def rejected(
        self, lot: str = "L-1", quantity: int = 3_200, *, serials: str = "", **row: object
    ) -> str:
        """Offer a lot and find it not acceptable: every unit of it is on hold."""
        self.offered(lot, quantity, serials=serials, **row)
        inspection = self.plan(lot)
        sample = kept_plan(inspection)["sample_size"]
        outcome = self.result(inspection, inspected=sample, critical=1)
        assert outcome["verdict"] == "not_acceptable", "a critical defect is never acceptable"
        return lot

    def suspected(self, lot: str, quantity: int) -> str:
        """Offer a lot and put it on hold on suspicion: no verdict stands against it."""
        self.offered(lot, quantity)
        custody.quarantine(self.vera, lot=lot, reason="A customer found a leaking lid.")
        return lot

    # Dispositions ---------------------------------------------------------------------------

    def terms(self, kind: str, **changed: Any) -> Terms:
        """Return terms by which every gate of this kind that is a matter of terms is met."""
        vera = self.vera.person
        complete: dict[str, dict[str, Any]] = {
            "sort": {"instruction": "By the limit sample.", "agent_person": self.zhang.person},
            "rework": {
                "instruction": "Replace the gasket.",
                "risk": "The gasket may swell.",
                "agent_person": self.wang.person,
                "defects": 2,
            },
            "concession": {
                "reason": "The scratch is under the label.",
                "expires_at": soon(90),
                "customer_agreement": True,
            },
            "return": {"next_site": self.ningbo},
            "destroy": {
                "reason": "Not repairable.",
                "method": "shredded",
                "agent_person": self.zhou.person,
                "witness": self.sun.person,
            },
            "hold": {"reason": "Wait for the laboratory."},
        }
        given = {"deadline": soon(), "owner": vera, **complete[kind], **changed}
        return Terms(**given)

    def propose(
        self,
        kind: str,
        lot: str = "L-1",
        by: Actor | None = None,
        *,
        quantity: int | None = None,
        named: Units | None = None,
        site: uuid.UUID | None = None,
        **terms: Any,
    ) -> str:
        """Propose a disposition with complete terms, `terms` changed, and return its number."""
        outcome = dispositions.propose(
            by or self.vera,
            lot=lot,
            kind=kind,
            site=site or self.yongkang,
            quantity=quantity,
            named=named,
            terms=self.terms(kind, **terms),
        )
        return str(outcome["disposition"])

    def authorise(self, disposition: str, by: Actor | None = None, **more: Any) -> dict[str, Any]:
        """Authorise a disposition, as Tomas unless `by` says other."""
        return dispositions.authorise(
            by or self.tomas, disposition=disposition, basis="quality manual 8.7", **more
        )

    def lifted(self, hold: str) -> None:
        """Lift a hold by two people."""
        for one in (self.vera, self.tomas):
            dispositions.sign_lift(one, disposition=hold)

    def authorised(self, kind: str, lot: str = "L-1", **more: Any) -> str:
        """Propose a disposition, have Tomas authorise it and return its number."""
        number = self.propose(kind, lot, **more)
        self.authorise(number)
        return number

    def running(self, kind: str, lot: str = "L-1", **more: Any) -> str:
        """Propose, authorise and start a disposition and return its number."""
        number = self.authorised(kind, lot, **more)
        self.step(number, "start")
        return number

    def step(
        self,
        disposition: str,
        step: str,
        by: Actor | None = None,
        *,
        things: Iterable[Attached] = (),
        site: uuid.UUID | None = None,
        rest: str | None = None,
        defects_shown: int | None = None,
        history: bool = False,
        **classes: int | Counted,
    ) -> dict[str, Any]:
        """Take a step; classes are quantities, or named units (`these`)."""
        counted = {
            name: one if isinstance(one, Counted) else Counted(quantity=one)
            for name, one in classes.items()
        }
        return dispositions.take_step(
            by or self.vera,
            disposition=disposition,
            step=step,
            classes=counted or None,
            site=site,
            rest=rest,
            defects_shown=defects_shown,
            history=history,
            things=list(things),
        )

    def reinspected(
        self,
        disposition: str,
        lot: str = "L-1",
        *,
        inspector: Actor | None = None,
        every_unit: bool = True,
        major: int = 0,
        things: Iterable[Attached] = (),
        **more: Any,
    ) -> dict[str, Any]:
        """Plan the re-inspection of a disposition's units and record its result, as Chen."""
        person = inspector or self.chen
        number = self.plan(lot, person, disposition=disposition, every_unit=every_unit, **more)
        sample = kept_plan(number)["sample_size"]
        return self.result(number, person, inspected=sample, major=major, things=list(things))

    def frozen(self, lot: str = "L-1", **more: Any) -> str:
        """Bring units to where they wait for their destruction; return the disposition."""
        return self.running("destroy", lot, **more)

    def papers_of_destruction(
        self,
        quantity: int,
        *,
        left: int = 0,
        number: str = "NGS-2231",
        document: bytes = b"certificate",
    ) -> list[Attached]:
        """Return what the disposer brings to the end: counted and weighed out, certificate."""
        return [
            self.thing(self.zhou, K.COUNT_OUT, quantity=left),
            self.thing(self.zhou, K.WEIGHT_OUT, weight_g=349 * quantity),
            self.thing(self.zhou, K.CERTIFICATE, number=number, document=document),
        ]

    def signature_of_witness(self, quantity: int, by: Actor | None = None) -> list[Attached]:
        """Return what the witness brings: counted and weighed in, pictures, signature."""
        person = by or self.sun
        return [
            self.thing(person, K.ATTESTATION),
            self.thing(person, K.COUNT_IN, quantity=quantity),
            self.thing(person, K.WEIGHT_IN, weight_g=350 * quantity),
            self.thing(person, K.MEDIA, document=b"a video"),
        ]

    def destroyed(
        self,
        lot: str = "L-1",
        *,
        number: str = "NGS-2231",
        document: bytes = b"certificate",
        **more: Any,
    ) -> str:
        """Destroy units before the witness, all papers there; return the disposition."""
        disposition = self.frozen(lot, **more)
        quantity = self.where(lot)["awaiting_destruction"]
        grading.attach(
            self.sun, lot=lot, disposition=disposition, things=self.signature_of_witness(quantity)
        )
        papers = self.papers_of_destruction(quantity, number=number, document=document)
        self.step(disposition, "finish", self.zhou, things=papers)
        return disposition

    # Evidence -------------------------------------------------------------------------------

    def thing(
        self,
        by: Actor,
        kind: EvidenceKind,
        *,
        document: bytes | None = None,
        title: str = "",
        **what: Any,
    ) -> Attached:
        """Return evidence by which `by` speaks for themselves; `document` is its bytes."""
        sha256 = None if document is None else evidence.keep_file([document], name=title or "file")
        return Attached(
            evidence=Evidence(
                kind=kind,
                person=str(by.person),
                organisation=str(by.organisation),
                independence=by.independence,
                by_themselves=True,
                document=sha256,
                **what,
            ),
            title=title,
        )

    # What the books say ---------------------------------------------------------------------

    def where(self, lot: str = "L-1") -> dict[str, int]:
        """Return how many units of a lot are in each condition."""
        found: dict[str, int] = {}
        for row in position.where(lot)["accounts"]:
            found[row["condition"]] = found.get(row["condition"], 0) + row["units"]
        return found

    def at(self, lot: str, site: str) -> dict[str, int]:
        """Return how many units of a lot are in each condition at one site."""
        name = who.site(self.sites[site]).name
        return {
            row["condition"]: row["units"]
            for row in position.where(lot)["accounts"]
            if row["site"] is not None and row["site"].endswith(name)
        }

    def grades(self, condition: str, lot: str = "L-1") -> dict[int, int]:
        """Return how many units in a condition have each grade, contradicted ones apart."""
        found: dict[int, int] = {}
        for row in position.where(lot)["accounts"]:
            if row["condition"] == condition and not row["contradicted"]:
                found[row["grade"]] = found.get(row["grade"], 0) + row["units"]
        return found

    def contradicted(self, lot: str = "L-1") -> int:
        """Return how many units of a lot are contradicted."""
        return int(position.where(lot)["contradicted"])

    def chain(self, lot: str = "L-1") -> list[kept.Told]:
        """Return the statements of a lot, first to last."""
        return kept.story(lots.lot(lot).id)

    def last_act(self, lot: str = "L-1") -> uuid.UUID:
        """Return the latest act of a lot."""
        return self.chain(lot)[-1].act


def make_workspace() -> Workspace:
    """Make the workspace with everyone in it; see the module."""
    vera, _ = identity.create_workspace(
        name="Test", organisation="Nordhaven", person="Vera Lindqvist", email="vera@buyer.example"
    )
    ws = Workspace({"vera": vera.person}, {"buyer": vera.organisation}, {})

    def company(key: str, name: str, role: str, independence: str = "none") -> None:
        made = identity.add_organisation(vera, name=name, role=role, independence=independence)
        ws.organisations[key] = uuid.UUID(made["organisation"])

    def place(key: str, organisation: str, name: str, zone: str) -> None:
        owner = ws.organisations[organisation]
        made = identity.add_site(vera, organisation=owner, name=name, zone=zone)
        ws.sites[key] = uuid.UUID(made["site"])

    company("agency", "Jinhua Inspection", "agency", "A")
    company("supplier", "Yongkang Haoyu", "supplier")
    company("disposer", "Ningbo Shredding", "disposer")
    company("other_agency", "Bureau Two", "agency", "C")
    company("other_supplier", "Elsewhere Metal", "supplier")
    company("other_disposer", "Backyard Furnace", "disposer")
    place("gothenburg", "buyer", "Gothenburg warehouse", "Europe/Stockholm")
    place("yongkang", "supplier", "Yongkang site", "Asia/Shanghai")
    place("ningbo", "supplier", "Ningbo warehouse", "Asia/Shanghai")
    place("beilun", "disposer", "Beilun yard", "Asia/Shanghai")
    identity.approve(vera, organisation=ws.organisations["disposer"], note="licence seen")
    for key, organisation in (
        ("tomas", "buyer"), ("li", "agency"), ("zhang", "agency"), ("chen", "agency"),
        ("sun", "agency"), ("wang", "supplier"), ("zhou", "disposer"),
        ("mo", "other_agency"), ("qian", "other_supplier"), ("gu", "other_disposer"),
    ):  # fmt: skip
        invited = identity.invite(
            vera,
            organisation=ws.organisations[organisation],
            name=key.title(),
            email=f"{key}@{organisation.replace('_', '-')}.example",
        )
        ws.people[key] = uuid.UUID(invited["person"])
    return ws


def planned_size(inspection: str) -> int | None:
    """Return how many units an inspection was planned for; `None` if there is none such."""
    from lotwarden.inspections.models import Inspection

    return Inspection.objects.filter(number=inspection).values_list("lot_size", flat=True).first()


def kept_plan(inspection: str) -> dict[str, Any]:
    """Return what was planned: sample size, and whether it is every unit."""
    from lotwarden.inspections.models import Inspection

    row = Inspection.objects.get(number=inspection)
    return {"sample_size": row.sample_size, "every_unit": row.every_unit, "lot_size": row.lot_size}


def dump() -> dict[str, list[tuple[object, ...]]]:
    """Return every row of every table: what a refused act must not change."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":  # one question instead of one for each table
            each = (f"SELECT '{one}', t::text FROM \"{one}\" t" for one in _tables())
            cursor.execute(" UNION ALL ".join(each))
            found: dict[str, list[tuple[object, ...]]] = {one: [] for one in _tables()}
            for table, row in cursor.fetchall():
                found[table].append((row,))
        else:
            found = {}
            for table in _tables():
                cursor.execute(f'SELECT * FROM "{table}"')
                found[table] = cursor.fetchall()
    return {table: sorted(rows, key=repr) for table, rows in found.items()}


@cache
def _tables() -> tuple[str, ...]:
    return tuple(sorted(connection.introspection.table_names()))


@contextmanager
def refused(code: str, **data: object) -> Iterator[pytest.ExceptionInfo[Refusal]]:
    """Demand that the block is refused with this code, and that no row has changed then.

    `data` are numbers that the refusal must name.
    """
    before = dump()
    with pytest.raises(Refusal) as caught:
        yield caught
    told = caught.value
    assert told.code == code, f"{told.code}: {told}"
    assert {key: told.data.get(key) for key in data} == data
    assert dump() == before, "a refused act changed a row"


def findings() -> list[str]:
    """Return what `fsck` finds."""
    return [f"{one.code}: {one.words}" for one in fsck.check(unguarded=unguarded()).findings]


def operation(name: str) -> Any:
    """Return an operation by its name."""
    return OPERATIONS[name]


# Fixtures, named in the conftest of each folder that uses them ---------------------------------


@pytest.fixture(scope="module")
def founded(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Workspace]:
    """The workspace of a module: made once, gone with it."""
    with django_db_blocker.unblock(), transaction.atomic():
        made = make_workspace()
        made.home = tmp_path_factory.mktemp("home")
        with made.at_home():
            made.rejected("L-1", 3_200)
            made.rejected("S-1", 500, serials="SB0001")
        yield made
        transaction.set_rollback(True)


@pytest.fixture
def ws(founded: Workspace, db: None, tmp_path: Path, settings: Any) -> Iterator[Workspace]:
    """The workspace, for one test: what that writes is gone after it, in books and folders."""
    settings.HOME = tmp_path
    if (founded.home / "blobs").is_dir():
        shutil.copytree(founded.home / "blobs", tmp_path / "blobs")
    yield founded
    if founded.changed:
        founded.forget()
        founded.changed = False
