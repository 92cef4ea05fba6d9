"""How well an act is known: by what is attached to it, then, later, and by whom."""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lotwarden.core.grades import EvidenceKind
from lotwarden.custody import queries
from lotwarden.custody.operations import counts, grading, sightings
from lotwarden.evidence import blobs
from lotwarden.evidence import operations as evidence
from lotwarden.evidence import queries as kept
from lotwarden.evidence.models import Attachment, Blob
from lotwarden.identity.acting import Actor
from lotwarden.reports import fsck
from tests.workspace import K, Workspace, findings, refused, sheet, sighting_row


def attach(ws: Workspace, by: Actor, *things: Any, lot: str = "L-1", **about: Any) -> None:
    grading.attach(by, lot=lot, things=list(things), **about)


def level(act: uuid.UUID) -> int:
    return queries.gradings([act])[act][0]


def why(act: uuid.UUID) -> list[str]:
    """Why an act is graded as it is, and why not higher, as templates."""
    return [one[0] for one in queries.gradings([act])[act][1] if one]


@pytest.fixture
def counted(ws: Workspace) -> tuple[Workspace, uuid.UUID]:
    """Wang counted L-1, seven short: the supplier's own statement."""
    counts.count(ws.wang, lot="L-1", site=ws.yongkang, condition="quarantined", found=3_193)
    act = ws.last_act()
    assert level(act) == 1
    return ws, act


# Late evidence ----------------------------------------------------------------------------------


def test_evidence_that_comes_later_raises_the_grade_of_its_act(
    counted: tuple[Workspace, uuid.UUID],
) -> None:
    ws, act = counted
    report = ws.thing(ws.li, K.INSPECTION_REPORT, document=b"report")
    attach(ws, ws.li, report, entry=act)
    assert (level(act), ws.grades("unaccounted")) == (2, {2: 7})

    attach(ws, ws.li, ws.thing(ws.li, K.ATTESTATION), entry=act)
    assert level(act) == 2, "a signature without pictures is no witness"
    attach(ws, ws.li, ws.thing(ws.li, K.MEDIA, document=b"pallets"), entry=act)
    assert level(act) == 2, "and the supplier's count is not the witness's own"
    attach(ws, ws.li, ws.thing(ws.li, K.COUNT_IN, quantity=3_193), entry=act)

    assert (level(act), ws.grades("unaccounted")) == (3, {3: 7})
    assert findings() == []


@pytest.mark.parametrize(
    ("by", "kind", "grade"),
    [
        ("wang", K.CERTIFICATE, 1),  # the supplier's own paper is no third party's
        ("zhou", K.CERTIFICATE, 2),
        ("zhou", K.WEIGH_TICKET, 2),
        ("zhou", K.DELIVERY_RECEIPT, 2),
        ("vera", K.CUSTOMS_FILE, 2),
        ("zhou", K.MEDIA, 1),
        ("zhou", K.SEAL, 1),
        ("vera", K.OFFICER, 5),
    ],
)
def test_what_an_act_is_worth_with_one_paper_more(
    counted: tuple[Workspace, uuid.UUID], by: str, kind: EvidenceKind, grade: int
) -> None:
    ws, act = counted

    attach(ws, ws.vera, ws.thing(ws.actor(by), kind, document=b"paper", number="7"), entry=act)

    assert level(act) == grade
    assert findings() == []


def test_a_secret_draw_and_an_unbroken_seal_prove_what_a_witness_saw(
    counted: tuple[Workspace, uuid.UUID],
) -> None:
    ws, act = counted
    attach(ws, ws.sun, *ws.signature_of_witness(3_193), entry=act)
    assert level(act) == 3

    for kind, grade in ((K.SECRET_DRAW, 3), (K.SEAL, 4)):
        attach(ws, ws.sun, ws.thing(ws.sun, kind, number="JH-1"), entry=act)
        assert level(act) == grade
    assert findings() == []


def test_evidence_is_attached_to_something_of_this_lot(ws: Workspace) -> None:
    picture = ws.thing(ws.li, K.MEDIA, document=b"a picture")
    sort = ws.propose("sort", "S-1")

    for about in (
        {"entry": ws.last_act("S-1")},
        {"entry": uuid.uuid4()},
        {"disposition": sort},
        {},
    ):
        with refused("custody.unknown_act"):
            attach(ws, ws.li, picture, **about)
    with refused("custody.unknown_disposition"):
        attach(ws, ws.li, picture, disposition="D-99")


def test_evidence_is_told_by_kind_person_and_digest_and_its_number_and_title_are_salted(
    counted: tuple[Workspace, uuid.UUID],
) -> None:
    ws, act = counted
    ticket = ws.thing(
        ws.zhou, K.WEIGH_TICKET, document=b"ticket", number="W-7", weight_g=9_000,
        title="周杰 weigh ticket.pdf",
    )  # fmt: skip

    attach(ws, ws.zhang, ticket, entry=act)

    (told,) = ws.chain()[-1].body["evidence"]
    its_id = told.pop("id")
    assert told == {
        "about": str(act),
        "kind": "weigh_ticket",
        "person": str(ws.people["zhou"]),
        "organisation": str(ws.organisations["disposer"]),
        "independence": "none",
        "by_themselves": True,
        "sha256": ticket.evidence.document,
        "weight_g": 9_000,
    }
    salted = ws.chain()[-1].texts[f"attachment {its_id}"]
    assert json.loads(salted) == {"number": "W-7", "title": "周杰 weigh ticket.pdf"}
    assert [one.title for one in kept.things([act]) if one.title] == ["周杰 weigh ticket.pdf"]


# Evidence belongs to the step it came for -------------------------------------------------------


def steps_of(ws: Workspace, lot: str = "L-1") -> dict[str, uuid.UUID]:
    return {one.body["step"]: one.act for one in ws.chain(lot) if one.kind == "custody.take_step"}


@pytest.fixture
def sorted_by_the_supplier(ws: Workspace) -> tuple[Workspace, str]:
    """Wang sorted all of L-1 and says so; nobody else was there."""
    sort = ws.running("sort", agent_person=ws.wang.person)
    ws.step(sort, "counts", ws.wang, conforming=3_000, not_reworkable=200)
    assert level(steps_of(ws)["counts"]) == 1
    return ws, sort


def test_a_reinspections_evidence_does_not_raise_the_sorting_it_looks_at(
    sorted_by_the_supplier: tuple[Workspace, str],
) -> None:
    ws, sort = sorted_by_the_supplier

    ws.reinspected(sort, things=[ws.thing(ws.chen, K.MEDIA, document=b"a picture")])

    assert level(steps_of(ws)["counts"]) == 1
    assert findings() == [], "and fsck knows it"
    ws.step(sort, "release")
    acts = steps_of(ws)
    assert (level(acts["counts"]), level(acts["release"])) == (1, 3)
    assert ws.grades("quarantined") == {1: 200}
    assert ws.grades("released") == {3: 3_000}
    assert findings() == []


def test_evidence_for_a_disposition_counts_for_the_step_before_it_came(
    sorted_by_the_supplier: tuple[Workspace, str],
) -> None:
    ws, sort = sorted_by_the_supplier

    attach(ws, ws.sun, *ws.signature_of_witness(3_200), disposition=sort)
    assert level(steps_of(ws)["counts"]) == 3
    ws.reinspected(sort)
    ws.step(sort, "release")

    acts = steps_of(ws)
    assert level(acts["counts"]) == 3
    assert level(acts["release"]) == 1, "a signature and a count without pictures"
    assert findings() == []


def test_late_evidence_for_a_disposition_counts_for_its_last_step(
    sorted_by_the_supplier: tuple[Workspace, str],
) -> None:
    ws, sort = sorted_by_the_supplier
    ws.reinspected(sort)
    ws.step(sort, "release")

    attach(ws, ws.chen, ws.thing(ws.chen, K.MEDIA, document=b"a picture"), disposition=sort)

    acts = steps_of(ws)
    assert (level(acts["counts"]), level(acts["release"])) == (1, 3)
    assert ws.grades("released") == {3: 3_000}
    assert findings() == []


def test_evidence_that_comes_between_reinspection_and_release_is_the_releases(
    sorted_by_the_supplier: tuple[Workspace, str],
) -> None:
    ws, sort = sorted_by_the_supplier
    ws.reinspected(sort)

    attach(ws, ws.chen, ws.thing(ws.chen, K.MEDIA, document=b"a picture"), disposition=sort)

    assert level(steps_of(ws)["counts"]) == 1
    assert findings() == []
    ws.step(sort, "release")
    assert level(steps_of(ws)["release"]) == 3
    assert findings() == []


def test_after_a_reinspection_that_is_not_acceptable_the_sorting_is_known_as_before(
    sorted_by_the_supplier: tuple[Workspace, str],
) -> None:
    ws, sort = sorted_by_the_supplier

    ws.reinspected(sort, major=3_000, things=[ws.thing(ws.chen, K.MEDIA, document=b"a picture")])

    assert level(steps_of(ws)["counts"]) == 1
    assert ws.grades("quarantined") == {1: 200, 3: 3_000}
    assert findings() == []


def test_an_act_reads_only_the_contradictions_that_it_shares_a_certificate_with(
    ws: Workspace,
) -> None:
    """T1 has contradictions for ever: no later act elsewhere pays for them."""
    ws.destroyed("S-1", number="A-1", document=b"A")
    ws.rejected("L-2", 1_000)

    def count() -> int:
        with CaptureQueriesContext(connection) as asked:
            counts.count(ws.li, lot="L-2", site=ws.yongkang, condition="quarantined", found=1_000)
        return len(asked)

    count()
    before = count()
    seen = [sighting_row("S-1", serial=f"SB{n:04d}") for n in range(1, 9)]
    sightings.import_sightings(ws.vera, data=sheet(*seen), filename="seen.csv")

    assert ws.contradicted("S-1") == 8
    assert count() <= before + 5, "are there any; what does this act share; what of that is struck"


def test_a_witness_struck_out_with_one_certificate_counts_beside_another_that_is_struck(
    ws: Workspace,
) -> None:
    """Each contradicted act is judged by its own certificate, whatever else was contradicted."""
    ws.destroyed("S-1", number="A-1", document=b"A")
    ws.destroyed("L-1", number="B-1", document=b"B", quantity=100)
    seen = sheet(sighting_row("S-1", serial="SB0001"))
    sightings.import_sightings(ws.vera, data=seen, filename="seen.csv")

    struck = grading.strikes()

    (act,) = {one for one in struck.acts if level(one) <= 1}
    assert ws.grades("destroyed", "L-1") == {3: 100}
    assert act == steps_of(ws, "S-1")["finish"]
    assert findings() == []


# Destruction ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("witness", "grade", "reason"),
    [
        ("sun", 3, "no secret draw was presented"),
        ("mo", 2, "the witness is of type {type}, and a destruction asks for type A"),
        ("tomas", 2, "the witness is of type {type}, and a destruction asks for type A"),
    ],
)
def test_a_destruction_asks_for_a_witness_of_type_a_and_the_reason_says_so(
    ws: Workspace, witness: str, grade: int, reason: str
) -> None:
    person = ws.actor(witness)
    destroy = ws.frozen(quantity=100, witness=person.person)
    attach(ws, person, *ws.signature_of_witness(100, person), disposition=destroy)

    ws.step(destroy, "finish", ws.zhou, things=ws.papers_of_destruction(100))

    assert ws.grades("destroyed") == {grade: 100}
    assert why(ws.last_act())[-1] == reason


def test_a_certificate_alone_never_exceeds_2(counted: tuple[Workspace, uuid.UUID]) -> None:
    ws, act = counted
    papers = [
        ws.thing(ws.zhou, K.CERTIFICATE, document=bytes([n]), number=str(n)) for n in range(1, 5)
    ]

    attach(ws, ws.vera, *papers, entry=act)

    assert level(act) == 2


def test_what_the_buyer_says_of_goods_it_does_not_hold_is_claimed(ws: Workspace) -> None:
    counts.count(ws.vera, lot="L-1", site=ws.yongkang, condition="quarantined", found=3_193)

    # the buyer's own unit, type B, was there and counted; without pictures that is stated
    assert ws.grades("unaccounted") == {1: 7}


# Files ------------------------------------------------------------------------------------------


def test_the_same_bytes_are_kept_once_whatever_they_are_called(ws: Workspace) -> None:
    first = evidence.keep_file([b"%PDF-1.7 ", b"ticket"], name="a.pdf")
    second = evidence.keep_file([b"%PDF-1.7 ticket"], name="b.png")

    assert first == second
    assert Blob.objects.filter(sha256=first).count() == 1
    assert kept.blob(first) == (15, "application/pdf")
    assert b"".join(blobs.folder().read(first)) == b"%PDF-1.7 ticket"
    assert [one.name for one in blobs.folder().path(first).parent.iterdir()] == [first]


@pytest.mark.parametrize("chunks", [[], [b""]])
def test_a_file_without_bytes_is_refused(ws: Workspace, chunks: list[bytes]) -> None:
    with refused("evidence.empty_file"):
        evidence.keep_file(chunks, name="empty.pdf")


def test_a_file_that_is_too_large_leaves_nothing_behind(ws: Workspace) -> None:
    folder = blobs.BlobFolder(blobs.folder().root, most_bytes=10)

    with refused("evidence.too_large"):
        folder.store([b"12345", b"67890", b"1"], name="video.mp4")

    assert [one for one in folder.root.rglob("*") if one.is_file()] == []


def test_an_attachment_is_an_entry_and_names_the_act_that_attached_it(
    counted: tuple[Workspace, uuid.UUID],
) -> None:
    ws, act = counted
    picture = ws.thing(ws.li, K.MEDIA, document=b"a picture")
    before = Attachment.objects.count()

    attach(ws, ws.li, picture, picture, entry=act)

    assert Attachment.objects.count() == before + 2
    assert Attachment.objects.filter(statement=ws.last_act(), about=act).count() == 2
    assert fsck.check().blobs == Blob.objects.count() == 1
