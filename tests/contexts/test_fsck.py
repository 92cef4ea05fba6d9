"""What `fsck` finds when somebody with the database in hand changes the past."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, transaction

from lotwarden.config.database import APPEND_ONLY, guard, unguarded
from lotwarden.core import statements
from lotwarden.core.units import dump as packed
from lotwarden.core.units import units
from lotwarden.custody import books
from lotwarden.custody.models import (
    Contradiction,
    Discrepancy,
    Grading,
    Reservation,
    Standing,
    Transfer,
)
from lotwarden.custody.operations import counts, dispositions, grading, sightings
from lotwarden.evidence.models import Attachment, Chain, SaltedValue, Statement, StatementLot
from lotwarden.orders import queries as lots
from lotwarden.reports import fsck
from tests.workspace import Workspace, findings, sheet, sighting_row

Tamper = Callable[[Workspace], None]


def codes() -> set[str]:
    """The codes of what is found."""
    return {one.split(":")[0] for one in findings()}


@contextmanager
def past_the_triggers() -> Iterator[None]:
    """Let a test change what is only appended to, as the operator of the server could."""
    with connection.cursor() as cursor:
        for table in APPEND_ONLY:
            for verb in ("update", "delete"):
                name = f"{table}_no_{verb}"
                on = f" ON {table}" if connection.vendor == "postgresql" else ""
                cursor.execute(f"DROP TRIGGER {name}{on}")
    yield
    guard()


@pytest.fixture(scope="module")
def history(founded: Workspace, django_db_blocker: Any) -> None:
    """L-1 is destroyed in part and seven short, S-1 is promised: once, for every test here."""
    with django_db_blocker.unblock(), founded.at_home():
        _live(founded)


def _live(ws: Workspace) -> None:
    ws.destroyed("L-1", quantity=268)
    counts.count(
        ws.li, lot="L-1", site=ws.yongkang, condition="quarantined", found=2_925,
        note="Seven fewer than the books.",
    )  # fmt: skip
    ws.propose("sort", "S-1")
    assert findings() == []


@pytest.fixture
def lived(history: None, ws: Workspace) -> Workspace:
    """A workspace with history."""
    return ws


# The chain --------------------------------------------------------------------------------------


def test_every_statement_names_the_one_before_it_in_its_lot(lived: Workspace) -> None:
    for number in ("L-1", "S-1"):
        lot = str(lots.lot(number).id)
        previous = None
        for told in lived.chain(number):
            row = Statement.objects.get(act=told.act)
            said = json.loads(bytes(row.canonical))
            assert row.digest == statements.digest(said)
            assert {one["lot"]: one["previous"] for one in said["lots"]}[lot] == previous
            previous = row.digest
        chain = Chain.objects.get(lot=lot)
        assert (chain.head, chain.length) == (previous, len(lived.chain(number)))


def test_free_text_is_salted_and_verifies_before_and_after_it_is_erased(lived: Workspace) -> None:
    told = lived.chain("L-1")[-1]
    row = Statement.objects.get(act=told.act)
    said = json.loads(bytes(row.canonical))
    (kept,) = SaltedValue.objects.filter(statement=told.act)
    assert b"Seven fewer" not in bytes(row.canonical)
    assert (kept.name, kept.value, len(kept.salt)) == ("note", "Seven fewer than the books.", 32)
    assert said["salted"] == {
        "note": statements.salted(salt=kept.salt, name="note", value=kept.value)
    }

    SaltedValue.objects.all().delete()

    assert findings() == []
    assert lived.chain("L-1")[-1].texts == {}


def test_the_same_text_twice_has_two_digests(lived: Workspace) -> None:
    ws = lived
    for _ in range(2):
        counts.count(ws.li, lot="L-1", site=ws.yongkang, condition="quarantined",
                     found=3_200, note="All there.")  # fmt: skip

    digests = [
        json.loads(bytes(Statement.objects.get(act=told.act).canonical))["salted"]["note"]
        for told in ws.chain()[-2:]
    ]
    assert len(set(digests)) == 2


def test_a_report_says_how_much_was_checked(lived: Workspace) -> None:
    report = fsck.check()

    assert report.as_dict() == {
        "statements": Statement.objects.count(),
        "transfers": Transfer.objects.count(),
        "lots": 2,
        "blobs": 2,
        "findings": [],
    }


def test_its_steps_tell_how_far_it_is(lived: Workspace) -> None:
    told: dict[str, tuple[int, int]] = {}

    def step(what: str, more: int, total: int) -> None:
        told[what] = (told.get(what, (0, 0))[0] + more, total)

    fsck.check(step)

    assert told["statements"] == (Statement.objects.count(),) * 2
    assert told["lots"] == (2, 2)


# Tampering --------------------------------------------------------------------------------------


def last(ws: Workspace, kind: str = "custody.count", lot: str = "L-1") -> Any:
    return [one.act for one in ws.chain(lot) if one.kind == kind][-1]


def transfer_of(ws: Workspace) -> Transfer:
    """The seven units that a count did not find."""
    return Transfer.objects.get(statement=last(ws))


def changed_transfer(ws: Workspace) -> None:
    with past_the_triggers():
        Transfer.objects.filter(pk=transfer_of(ws).pk).update(quantity=6)


def changed_site(ws: Workspace) -> None:
    with past_the_triggers():
        Transfer.objects.filter(pk=transfer_of(ws).pk).update(credit_site=ws.ningbo)


def changed_units(ws: Workspace) -> None:
    with past_the_triggers():
        Transfer.objects.filter(lot=lots.lot("S-1").id, code="declare").update(
            units=packed(units((2, 501)))
        )


def missing_transfer(ws: Workspace) -> None:
    with past_the_triggers():
        transfer_of(ws).delete()


def added_transfer(ws: Workspace) -> None:
    row = transfer_of(ws)
    row.pk, row.index, row.quantity = None, 7, 1
    row.id = last(ws)
    row.save(force_insert=True)


def rewritten(ws: Workspace, change: Callable[[dict[str, Any]], None], *, digest: bool) -> None:
    """Rewrite the last count's statement, and its digest too where the operator is careful."""
    row = Statement.objects.get(act=last(ws))
    said = json.loads(bytes(row.canonical))
    change(said)
    changes: dict[str, Any] = {"canonical": statements.canonical(said)}
    if digest:
        changes["digest"] = statements.digest(said)
    with past_the_triggers():
        Statement.objects.filter(act=row.act).update(**changes)


def _fewer(said: dict[str, Any]) -> None:
    said["body"]["transfers"][0]["quantity"] = 6


def changed_statement(ws: Workspace) -> None:
    rewritten(ws, _fewer, digest=False)


def carefully_changed_statement(ws: Workspace) -> None:
    rewritten(ws, _fewer, digest=True)


def backdated_statement(ws: Workspace) -> None:
    rewritten(ws, lambda said: said.update(occurred_at="2020-01-01T00:00:00.000000Z"), digest=True)


def another_actor_in_the_text(ws: Workspace) -> None:
    rewritten(ws, lambda said: said.update(actor=str(ws.people["wang"])), digest=True)


def unreadable_statement(ws: Workspace) -> None:
    with past_the_triggers():
        Statement.objects.filter(act=last(ws)).update(canonical=b"\xff{not json")


def other_json_in_a_statement(ws: Workspace) -> None:
    with past_the_triggers():
        Statement.objects.filter(act=last(ws)).update(canonical=b'{"format":"other"}')


def another_kind_in_the_row(ws: Workspace) -> None:
    with past_the_triggers():
        Statement.objects.filter(act=last(ws)).update(kind="custody.move")


def another_actor_in_the_row(ws: Workspace) -> None:
    with past_the_triggers():
        Statement.objects.filter(act=last(ws)).update(actor=ws.people["wang"])


def another_time_in_the_row(ws: Workspace) -> None:
    row = Statement.objects.get(act=last(ws))
    with past_the_triggers():
        Statement.objects.filter(act=row.act).update(occurred_at=ws_began(ws))


def ws_began(ws: Workspace) -> Any:
    from lotwarden.identity.queries import workspace

    found = workspace()
    assert found is not None
    return found.created_at


def dropped_statement(ws: Workspace) -> None:
    """The authorisation of the destruction never happened."""
    act = last(ws, "custody.authorise")
    with past_the_triggers():
        StatementLot.objects.filter(statement=act).delete()
        SaltedValue.objects.filter(statement=act).delete()
        Statement.objects.filter(act=act).delete()


def dropped_last_statement(ws: Workspace) -> None:
    act = last(ws, "custody.propose", "S-1")
    with past_the_triggers():
        StatementLot.objects.filter(statement=act).delete()
        SaltedValue.objects.filter(statement=act).delete()
        Statement.objects.filter(act=act).delete()


def moved_head(ws: Workspace) -> None:
    Chain.objects.filter(lot=lots.lot("L-1").id).update(head="0" * 64)


def shorter_chain(ws: Workspace) -> None:
    Chain.objects.filter(lot=lots.lot("L-1").id).update(length=3)


def changed_text(ws: Workspace) -> None:
    SaltedValue.objects.filter(statement=last(ws)).update(value="All there.")


def added_text(ws: Workspace) -> None:
    row = SaltedValue.objects.filter(statement=last(ws)).get()
    SaltedValue.objects.create(statement_id=row.statement_id, name="reason", salt="0", value="x")


def text_under_a_statement_that_has_none(ws: Workspace) -> None:
    act = last(ws, "inspections.plan")
    SaltedValue.objects.create(statement_id=act, name="reason", salt="0", value="x")


def changed_standing(ws: Workspace) -> None:
    Standing.objects.filter(condition="destroyed").update(quantity=275)


def missing_standing(ws: Workspace) -> None:
    Standing.objects.filter(condition="unaccounted").delete()


def believed_standing(ws: Workspace) -> None:
    Standing.objects.filter(condition="destroyed").update(grade=4)


def changed_grade(ws: Workspace) -> None:
    """Both places where a grade is kept are changed alike."""
    act = last(ws, "custody.take_step")
    Grading.objects.filter(statement=act).update(level=4)
    Standing.objects.filter(condition="destroyed").update(grade=4)


def dropped_evidence(ws: Workspace) -> None:
    with past_the_triggers():
        Attachment.objects.filter(kind="attestation").delete()


def forged_signature(ws: Workspace) -> None:
    """Somebody independent was there when L-1 was counted, says the database, and the grade."""
    act = last(ws)
    row = Attachment.objects.filter(statement=act, kind="attestation").get()
    row.pk, row.kind = act, "media"
    row.save(force_insert=True)
    grading.grade_again([act])


def forgotten_contradiction(ws: Workspace) -> None:
    """Units were seen alive, and everything the pages read says they were not."""
    here = ws.where("L-1")
    let_go = sum(here.get(where, 0) for where in ("released", "received", "unaccounted"))
    sightings.import_sightings(
        ws.vera, data=sheet(sighting_row("L-1", quantity=let_go + 3)), filename="sightings.csv"
    )
    assert ws.contradicted() == 3
    with past_the_triggers():
        Contradiction.objects.all().delete()
    act = last(ws, "custody.take_step")
    grading.grade_again([act])
    lot = lots.lot("L-1").id
    books.rewrite_books(lot, books.replayed(lot, serialised=False))
    assert (ws.contradicted(), ws.grades("destroyed")) == (0, {3: 268})


def forgotten_discrepancy(ws: Workspace) -> None:
    dispositions.withdraw(ws.vera, disposition="D-2", reason="Count first.")
    counts.count(ws.li, lot="S-1", site=ws.yongkang, condition="quarantined", found=497)
    assert ws.where("S-1") == {"quarantined": 497, "unaccounted": 3}
    with past_the_triggers():
        Discrepancy.objects.all().delete()
    lot = lots.lot("S-1").id
    books.rewrite_books(lot, books.replayed(lot, serialised=True))
    assert ws.where("S-1") == {"quarantined": 500}


def oversold(ws: Workspace) -> None:
    Reservation.objects.update(quantity=501, units=packed(units((1, 501))))


def forged_contradiction(ws: Workspace) -> None:
    Contradiction.objects.create(
        statement_id=last(ws), index=9, lot_id=lots.lot("L-1").id, quantity=3,
        site_id=ws.yongkang, condition="destroyed",
    )  # fmt: skip


def forged_discrepancy(ws: Workspace) -> None:
    Discrepancy.objects.create(
        statement_id=last(ws, "custody.propose", "S-1"), index=9, lot_id=lots.lot("S-1").id,
        quantity=3, site_id=ws.yongkang, condition="quarantined",
    )  # fmt: skip


def _certificate() -> Path:
    name = Attachment.objects.get(kind="certificate").blob_id
    return Path(settings.HOME) / "blobs" / name[:2] / name


def missing_file(ws: Workspace) -> None:
    _certificate().unlink()


def changed_file(ws: Workspace) -> None:
    _certificate().write_bytes(b"another certificate")


TAMPERING: list[tuple[Tamper, set[str]]] = [
    (changed_transfer, {"fsck.entries", "fsck.books"}),
    (changed_site, {"fsck.entries", "fsck.books"}),
    (changed_units, {"fsck.entries", "fsck.replay"}),
    (missing_transfer, {"fsck.entries", "fsck.books"}),
    (added_transfer, {"fsck.entries", "fsck.books"}),
    (changed_statement, {"fsck.digest", "fsck.entries"}),
    (carefully_changed_statement, {"fsck.head", "fsck.entries"}),
    (backdated_statement, {"fsck.head", "fsck.row"}),
    (another_actor_in_the_text, {"fsck.head", "fsck.row"}),
    (unreadable_statement, {"fsck.digest", "fsck.entries"}),
    (other_json_in_a_statement, {"fsck.digest", "fsck.entries"}),
    (another_kind_in_the_row, {"fsck.row"}),
    (another_actor_in_the_row, {"fsck.row"}),
    (another_time_in_the_row, {"fsck.row"}),
    (dropped_statement, {"fsck.chain", "fsck.head"}),
    (dropped_last_statement, {"fsck.head"}),
    (moved_head, {"fsck.head"}),
    (shorter_chain, {"fsck.head"}),
    (changed_text, {"fsck.salt"}),
    (added_text, {"fsck.salt"}),
    (text_under_a_statement_that_has_none, {"fsck.salt"}),
    (changed_standing, {"fsck.books"}),
    (missing_standing, {"fsck.books"}),
    (believed_standing, {"fsck.books"}),
    (changed_grade, {"fsck.grade"}),
    (dropped_evidence, {"fsck.grade", "fsck.evidence"}),
    (forged_signature, {"fsck.evidence"}),
    (forgotten_contradiction, {"fsck.entries"}),
    (forgotten_discrepancy, {"fsck.entries"}),
    (oversold, {"fsck.promise"}),
    (forged_contradiction, {"fsck.entries", "fsck.books"}),
    (forged_discrepancy, {"fsck.entries", "fsck.books"}),
    (missing_file, {"fsck.file"}),
    (changed_file, {"fsck.file"}),
]


@pytest.mark.parametrize(
    ("tamper", "expected"), TAMPERING, ids=lambda one: getattr(one, "__name__", "")
)
def test_what_was_changed_behind_the_books_is_found(
    lived: Workspace, tamper: Tamper, expected: set[str]
) -> None:
    with transaction.atomic():
        tamper(lived)
        assert expected <= codes()
        assert unguarded() == []
        transaction.set_rollback(True)

    shutil.copytree(lived.home / "blobs", Path(settings.HOME) / "blobs", dirs_exist_ok=True)
    assert findings() == [], "and clean again once it is undone"


def test_a_finding_names_the_statement_the_lot_or_the_file(lived: Workspace) -> None:
    changed_transfer(lived)
    missing_file(lived)
    number = Statement.objects.get(act=last(lived)).number
    changed_statement(lived)

    told = findings()

    assert f"fsck.digest: statement {number} (custody.count): its digest is not its own" in told
    assert any(one.startswith("fsck.books: lot L-1: ") for one in told)
    assert any(one == f"fsck.file: file {_certificate().name[:12]}: missing" for one in told)


def test_an_added_transfer_is_found_though_every_cache_was_made_to_agree(
    lived: Workspace,
) -> None:
    """Six units leave `unaccounted` quietly, in the entries and in what the pages show."""
    row = transfer_of(lived)
    with past_the_triggers():
        Transfer.objects.filter(pk=row.pk).update(quantity=1)
    Standing.objects.filter(condition="unaccounted").update(quantity=1)
    Standing.objects.filter(condition="quarantined", lot=row.lot_id).update(quantity=2_931)

    assert "fsck.entries" in codes()


def test_tables_without_their_triggers_are_a_finding(lived: Workspace) -> None:
    report = fsck.check(unguarded=["lotwarden_transfer"])

    assert [(one.code, one.words) for one in report.findings] == [
        ("fsck.unguarded", "lotwarden_transfer could be changed unseen")
    ]


def test_fsck_repairs_nothing(lived: Workspace) -> None:
    changed_standing(lived)
    before = findings()

    assert before
    assert findings() == before
