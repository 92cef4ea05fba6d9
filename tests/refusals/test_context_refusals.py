"""The smallest way to each refusal of the contexts and of `config`, with its exact words.

`L-1` and the other people and lots are those of `tests/workspace.py`.  A refusal without a way
to it fails the last tests here.
"""

from __future__ import annotations

import importlib
import os
import pkgutil
import socket
import sqlite3
import sys
import tempfile
import types
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder

from lotwarden import config, custody, evidence, identity, inspections, orders, reports
from lotwarden.config import backup, database, home, restore
from lotwarden.core.errors import Refusal
from lotwarden.core.ledger import Condition
from lotwarden.core.units import parse
from lotwarden.custody import queries as where
from lotwarden.custody.operations import corrections, dispositions, moves, sightings
from lotwarden.custody.operations.lots import quarantine
from lotwarden.evidence import blobs
from lotwarden.identity import attempts
from lotwarden.identity import operations as people
from lotwarden.identity import queries as who
from lotwarden.inspections import operations as inspecting
from lotwarden.inspections import severity
from lotwarden.orders import queries as lots
from lotwarden.reports import calculator
from tests.workspace import Workspace, ago, operation, soon, these

CONTEXTS = (identity, evidence, orders, custody, inspections, reports, config)


@dataclass(frozen=True)
class Way:
    """A refusal, the smallest way to it, and all a person reads."""

    code: str
    to: Callable[[Workspace], object]
    message: str
    next_step: str
    who: str = "you"


# The ways that take more than one line ----------------------------------------------------------


def _offered_at_two_sites(ws: Workspace) -> str:
    ws.offered("N-1")
    sent = {"lot": "N-1", "site": ws.yongkang, "condition": "offered", "to": ws.ningbo}
    moves.move(ws.wang, **sent, quantity=400)
    moves.arrive(ws.wang, lot="N-1", site=ws.ningbo, carries="offered")
    return ws.plan("N-1")


def _arrived_after_the_inspection(ws: Workspace) -> object:
    ws.offered("N-1")
    sent = {"lot": "N-1", "site": ws.yongkang, "condition": "offered", "to": ws.ningbo}
    moves.move(ws.wang, **sent, quantity=400)
    ws.result(ws.plan("N-1"))
    moves.arrive(ws.wang, lot="N-1", site=ws.ningbo, carries="offered")
    return inspecting.release(ws.vera, lot="N-1")


def _held_after_the_inspection(ws: Workspace) -> object:
    ws.offered("N-1")
    ws.result(ws.plan("N-1"))
    quarantine(ws.vera, lot="N-1", reason="A leaking lid.")
    ws.lifted(ws.propose("hold", "N-1"))
    return inspecting.release(ws.vera, lot="N-1")


def _sent_again(ws: Workspace) -> object:
    act = uuid.uuid4()
    people.approve(ws.vera, act=act, organisation=ws.organisations["supplier"], note="visited")
    return people.approve(
        ws.vera, act=act, organisation=ws.organisations["supplier"], note="not visited"
    )


def _busy(ws: Workspace) -> object:
    """A database that somebody else has locked, and a person who waits no time at all."""
    with (
        tempfile.TemporaryDirectory() as folder,
        closing(sqlite3.connect(f"{folder}/rows", timeout=0, isolation_level=None)) as first,
        closing(sqlite3.connect(f"{folder}/rows", timeout=0, isolation_level=None)) as second,
        pytest.MonkeyPatch.context() as patch,
    ):
        first.execute("BEGIN IMMEDIATE")
        patch.setattr(attempts, "connection", types.SimpleNamespace(in_atomic_block=False))

        def write() -> None:
            try:
                second.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError as error:
                raise OperationalError from error

        return attempts.insist(write)


def _too_many_failures(ws: Workspace) -> None:
    for _ in range(people.FAILURES_MOST):
        with pytest.raises(people.LogInFailed):
            people.check_password(email="li@agency.example", password="x")
    people.check_password(email="li@agency.example", password="x")


def _too_many_from_here(ws: Workspace) -> None:
    with mock.patch.object(people, "CLIENT_FAILURES_MOST", 2):  # each costs half a second
        for n in range(2):
            with pytest.raises(people.LogInFailed):
                people.check_password(email=f"a{n}@b.example", password="x", client="203.0.113.7")
        people.check_password(email="li@agency.example", password="x", client="203.0.113.7")


def _weak_password(ws: Workspace) -> object:
    token = people.link_to_set_password(ws.people["li"]).split("/")[3]
    return people.set_password(person=ws.people["li"], token=token, password="kettle")


def _others_than_inspected(ws: Workspace) -> object:
    """Units 1-300 are re-inspected; then 301-500, sorted elsewhere, would be released."""
    sort = ws.running("sort", "S-1")
    moves.move(
        ws.wang, lot="S-1", site=ws.yongkang, condition="in_sorting", to=ws.ningbo,
        named=parse("301-500"), disposition=sort,
    )  # fmt: skip
    moves.arrive(ws.wang, lot="S-1", site=ws.ningbo, carries="in_sorting")
    ws.step(sort, "counts", ws.zhang, site=ws.yongkang, conforming=these("1-300"))
    ws.reinspected(sort, "S-1")
    ws.step(sort, "counts", ws.zhang, site=ws.ningbo, conforming=these("301-500"))
    return ws.step(sort, "release", site=ws.ningbo, accepted=these("301-500"))


def _withdrawn(ws: Workspace) -> object:
    sort = ws.propose("sort")
    dispositions.withdraw(ws.vera, disposition=sort, reason="")
    return ws.step(sort, "start")


def _signed_twice(ws: Workspace) -> object:
    hold = ws.propose("hold", ws.suspected("L-9", 40))
    dispositions.sign_lift(ws.vera, disposition=hold)
    return dispositions.sign_lift(ws.vera, disposition=hold)


def _of_its_own(ws: Workspace) -> object:
    ws.rejected("N-1", 300, supplier="Nordhaven", site="Gothenburg warehouse")
    return ws.authorise(ws.propose("sort", "N-1", site=ws.gothenburg))


def _in_two_places(ws: Workspace) -> object:
    sort = ws.running("sort")
    moves.move(
        ws.wang, lot="L-1", site=ws.yongkang, condition="in_sorting", to=ws.ningbo,
        quantity=200, disposition=sort,
    )  # fmt: skip
    moves.arrive(ws.wang, lot="L-1", site=ws.ningbo, carries="in_sorting")
    return ws.step(sort, "counts", conforming=3_200)


def _not_history(ws: Workspace) -> object:
    who.Workspace.objects.update(created_at="2026-02-03T00:00:00Z")
    return ws.step(ws.propose("sort"), "start", history=True)


def _reinspection_by(name: str) -> Callable[[Workspace], object]:
    def plan(ws: Workspace) -> object:
        sort = ws.running("sort")
        ws.step(sort, "counts", ws.zhang, conforming=3_200)
        return ws.plan("L-1", ws.actor(name), disposition=sort)

    return plan


def _planned_twice(ws: Workspace) -> object:
    ws.offered("N-1")
    return [ws.plan("N-1"), ws.plan("N-1")]


def _stopped(ws: Workspace) -> object:
    ws.discontinued()
    return ws.plan("P-8", aqls={"major": "2.5"})


def _doubtful(ws: Workspace) -> object:
    ws.offered("N-1", 3_200, product_code="CUP-1")
    return ws.plan(
        "N-1",
        aqls={"major": "1.5"},
        kind="multiple",
        standard="z1.4",
        severity="tightened",
        reason="New.",
    )  # fmt: skip


def _twice_allowed(ws: Workspace) -> object:
    return [
        severity.allow_reduced(ws.vera, lot="L-1", reason=reason)
        for reason in ("Steady.", "Still steady.")
    ]


def _result_twice(ws: Workspace) -> object:
    ws.offered("N-1")
    number = ws.plan("N-1")
    return [ws.result(number), ws.result(number)]


def _counted_otherwise(ws: Workspace) -> None:
    ws.offered("N-2", 3_200)
    ws.result(ws.plan("N-2"), counted=3_150)


def _used_up(ws: Workspace) -> object:
    ws.offered("N-1")
    return ws.result(ws.plan("N-1"), inspected=125, consumed=100, retained=26)


def _too_large(ws: Workspace) -> object:
    return blobs.BlobFolder(blobs.folder().root, most_bytes=1 << 20).store(
        [b"\0" * (1 << 20), b"\0"], name="shredding.mp4"
    )


def _readable(ws: Workspace) -> object:
    with _folder(ws) as folder:
        (folder / "secret").write_text("known to all")
        (folder / "secret").chmod(0o644)
        return home.secret_key(folder)


@contextmanager
def _folder(ws: Workspace) -> Iterator[Path]:
    """A folder with the same name everywhere, so that the words are."""
    before = Path.cwd()
    os.chdir(blobs.folder().root.parent)
    try:
        Path("home").mkdir()
        yield Path("home")
    finally:
        os.chdir(before)


def _no_workspace(ws: Workspace) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LOTWARDEN_HOME", "/nowhere")
        patch.delenv("LOTWARDEN_DATABASE", raising=False)
        home.require_workspace()


def _not_migrated(ws: Workspace) -> None:
    MigrationRecorder(connection).migration_qs.filter(app="lotwarden").delete()
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(connection.settings_dict, "NAME", "workspace.sqlite3")
        database.check()


def _unguarded(ws: Workspace) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER lotwarden_transfer_no_delete")
        cursor.execute("DROP TRIGGER lotwarden_result_no_update")
    with pytest.MonkeyPatch.context() as patch:  # the tests' database lies in memory
        patch.setattr(database, "_durability", lambda vendor: [])
        database.check()


def _in_postgresql(ws: Workspace) -> object:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(connection, "vendor", "postgresql")
        return backup.write(Path("backup.tar"), _step)


def _into_a_workspace(ws: Workspace) -> object:
    with _folder(ws) as folder:
        (folder / restore.DATABASE).touch()
        return restore.read(Path("backup.tar"), folder, _step)


def _from_nothing(ws: Workspace) -> object:
    with _folder(ws) as folder:
        return restore.read(Path("backup.tar"), folder, _step)


def _step(what: str, more: int, total: int) -> None: ...


def _serving() -> Any:
    """`config.serving` without `config.wsgi`, which checks the database of a server."""
    if "lotwarden.config.serving" not in sys.modules:
        stands_for = types.ModuleType("lotwarden.config.wsgi")
        stands_for.application = None  # type: ignore[attr-defined]
        with pytest.MonkeyPatch.context() as patch:
            patch.setitem(sys.modules, "lotwarden.config.wsgi", stands_for)
            return importlib.import_module("lotwarden.config.serving")
    return sys.modules["lotwarden.config.serving"]


def _taken(ws: Workspace) -> object:
    with socket.create_server(("127.0.0.1", 0)) as first:
        port = first.getsockname()[1]
        try:
            return _serving()._listen("127.0.0.1", port)
        except Refusal as refusal:
            raise type(refusal)(**{**refusal.data, "port": "8000"}) from refusal


DOES_NOT_BELONG = "This address and this password do not belong together."
L_1_IS_NOT_THERE = "Look at the lot's table of accounts for where its units are."


def _calculated(**asked: str) -> None:
    """Ask the calculator, which shows the refusal on its page."""
    calculator.plan_of(calculator.question(asked))


SMALLEST = [
    # Identity
    Way(
        "identity.not_allowed",
        lambda ws: ws.authorise(ws.propose("sort"), ws.wang),
        "Wang acts for the supplier; this is for: buyer.",
        "Ask one of them to do it.",
        "the buyer",
    ),
    Way(
        "identity.not_admin",
        lambda ws: people.reset(ws.tomas, person=ws.people["li"]),
        "This is for an administrator of the workspace.",
        "Ask an administrator.",
        "an administrator",
    ),
    Way(
        "identity.other_request",
        _sent_again,
        "This form was sent already, with other content.",
        "Look at what was recorded; if it is wrong, correct it. Else open the form anew.",
    ),
    Way(
        "identity.busy",
        _busy,
        "Others were writing to the same books in each of 6 attempts.",
        "Nothing was recorded. Wait a minute and send it again.",
    ),
    Way(
        "identity.in_the_future",
        lambda ws: people.approve(
            ws.vera,
            organisation=ws.organisations["supplier"],
            note="visited",
            occurred_at=soon(1),
        ),
        "The time given is 1,439 minutes ahead of this server's clock.",
        "Give the time at which it happened, with the right time zone.",
    ),
    Way(
        "identity.already_there",
        lambda ws: people.add_organisation(ws.vera, name="Nordhaven", role="agency"),
        "Nordhaven exists already.",
        "Use what is there, or choose another name.",
    ),
    Way(
        "identity.not_alone",
        lambda ws: people.set_single_person(ws.vera, on=True),
        "You are not alone: Tomas can act for the buyer too.",
        "Let them sign what two people must; single-person mode is for one person.",
        "another person of the buyer",
    ),
    Way(
        "identity.workspace_there",
        lambda ws: people.create_workspace(
            name="A", organisation="B", person="C", email="c@d.example"
        ),
        "There is a workspace in this home already.",
        "Use it with `lotwarden serve`, or set LOTWARDEN_HOME to another folder first.",
    ),
    Way(
        "identity.weak_password",
        _weak_password,
        "The password is too easy: "
        "This password is too short. It must contain at least 10 characters.",
        "Choose a longer one, or three unrelated words.",
    ),
    Way(
        "identity.link_invalid",
        lambda ws: people.person_of_link(person=ws.people["li"], token="x-1"),
        "This link was used already, is too old, or is not complete.",
        "Ask for a new one.",
        "an administrator",
    ),
    Way(
        "identity.log_in_failed",
        lambda ws: people.check_password(email="li@agency.example", password="x"),
        DOES_NOT_BELONG,
        "Check both; or ask for a link to set a new password.",
        "an administrator",
    ),
    Way(
        "identity.too_many_failures",
        _too_many_failures,
        "Too many log-ins with this address failed.",
        "Wait 15 minutes, or ask for a link to set a new password.",
        "an administrator",
    ),
    Way(
        "identity.too_many_from_here",
        _too_many_from_here,
        "Too many log-ins from where you are failed.",
        "Wait 15 minutes, then try again.",
        "an administrator",
    ),
    Way(
        "identity.last_admin",
        lambda ws: people.deactivate(ws.vera, person=ws.vera.person),
        "Vera Lindqvist is the only administrator.",
        "Invite another administrator first.",
    ),
    Way(
        "identity.unknown_zone",
        lambda ws: people.add_site(
            ws.vera, organisation=ws.organisations["supplier"], name="Hall 3", zone="Shanghai"
        ),
        "Shanghai is not a time zone.",
        "Write it like Asia/Shanghai or Europe/Berlin.",
    ),
    Way(
        "identity.not_empty",
        lambda ws: people.approve(ws.vera, organisation=ws.organisations["supplier"], note=""),
        "Why it is approved is missing.",
        "Write it.",
    ),
    Way(
        "identity.unknown_person",
        lambda ws: who.person_by_email("ma@agency.example"),
        "Nobody here is known as ma@agency.example.",
        "Invite them first, under People.",
        "an administrator",
    ),
    Way(
        "identity.unknown_organisation",
        lambda ws: who.organisation(uuid.UUID(int=7)),
        "No organisation here is called 00000000-0000-0000-0000-000000000007.",
        "Add it first, under Suppliers.",
        "the buyer",
    ),
    Way(
        "identity.unknown_site",
        lambda ws: who.site(uuid.UUID(int=7)),
        "No site here is called 00000000-0000-0000-0000-000000000007.",
        "Add it first, under Suppliers.",
        "the buyer",
    ),
    # Evidence
    Way(
        "evidence.too_large",
        _too_large,
        "shredding.mp4 is larger than 1 MiB.",
        "Split it, or attach a smaller copy and keep the original.",
    ),
    Way(
        "evidence.empty_file",
        lambda ws: blobs.folder().store([b""], name="certificate.pdf"),
        "certificate.pdf is empty.",
        "Choose the file again; the upload may have been cut off.",
    ),
    Way(
        "evidence.below_zero",
        lambda ws: operation("custody.count")(
            ws.li, lot="L-1", site=ws.yongkang, condition="quarantined", found=3_200, weight_g=-1
        ),
        "Evidence says -1: no weight and no number of units is below 0.",
        "Give what was weighed or counted, or leave it out.",
    ),
    # Orders
    Way(
        "orders.unknown_lot",
        lambda ws: lots.lot("L-9"),
        "There is no lot L-9 here that you take part in.",
        "Check the number, or load the order that it belongs to.",
        "the buyer",
    ),
    Way(
        "orders.unknown_order",
        lambda ws: lots.order("PO-9", ws.vera),
        "There is no order PO-9 here that you take part in.",
        "Check the number, or load the order.",
        "the buyer",
    ),
    Way(
        "orders.unknown_serials",
        lambda ws: lots.units_named(lots.lot("S-1"), "SB0500, SB0501"),
        "1 of these numbers are not of lot S-1: SB0501.",
        "Check them. Units without a known number are counted, not named.",
    ),
    # Custody
    Way(
        "custody.unknown_disposition",
        lambda ws: ws.step("D-9", "start"),
        "There is no disposition D-9 here.",
        "Look at the lot's page for those that are open.",
    ),
    Way(
        "custody.unknown_nonconformity",
        lambda ws: where.nonconformity("NCR-9", ws.vera),
        "There is no nonconformity NCR-9 here.",
        "Look at the lot's page.",
    ),
    Way(
        "custody.unknown_act",
        lambda ws: corrections.correct(ws.vera, lot="L-1", entry=uuid.uuid4(), reason=""),
        "There is no such entry in this lot's books.",
        "Look at the lot's story for it.",
    ),
    Way(
        "custody.not_yours",
        lambda ws: ws.step(ws.authorised("rework"), "start", ws.wang),
        "Start the rework is for the buyer.",
        "Ask them to do it.",
        "the organisation named",
    ),
    Way(
        "custody.not_your_site",
        lambda ws: moves.arrive(ws.wang, lot="L-1", site=ws.beilun, carries="quarantined"),
        "Ningbo Shredding, Beilun yard is not a site of Yongkang Haoyu.",
        "Those who hold the goods there record it, or the buyer.",
        "the holder of the goods",
    ),
    Way(
        "custody.not_those_inspected",
        _others_than_inspected,
        "The units of D-1 that wait now are not those that were re-inspected.",
        "Plan another re-inspection of what waits now.",
        "the buyer",
    ),
    Way(
        "custody.not_open",
        _withdrawn,
        "Disposition D-1 is withdrawn.",
        "Decide a new disposition for what is still on hold.",
    ),
    Way(
        "custody.wrong_status",
        lambda ws: ws.step(ws.propose("sort"), "counts", conforming=3_200),
        "Disposition D-1 is proposed; this act needs it to be running.",
        "Do what comes before, on the lot's page.",
    ),
    Way(
        "custody.own_proposal",
        _of_its_own,
        "Tomas proposed disposition D-1 and works for Nordhaven.",
        "A person of the buyer authorises it.",
        "the buyer",
    ),
    Way(
        "custody.nothing_there",
        lambda ws: operation("custody.quarantine")(ws.vera, lot="L-1", reason=""),
        "No unit of lot L-1 is offered at Yongkang site.",
        L_1_IS_NOT_THERE,
    ),
    Way(
        "custody.unknown_condition",
        lambda ws: operation("custody.count")(
            ws.li, lot="L-1", site=ws.yongkang, condition="mislaid", found=3
        ),
        "Units are never said to be 'mislaid'.",
        f"Use one of these words: {', '.join(Condition)}.",
    ),
    Way(
        "custody.unknown_kind",
        lambda ws: dispositions.propose(
            ws.vera, lot="L-1", kind="burn", site=ws.yongkang, terms=ws.terms("sort")
        ),
        "There is no disposition of the kind 'burn'.",
        "Use one of these words: sort, rework, concession, return, destroy, hold.",
    ),
    Way(
        "custody.cannot_be_counted",
        lambda ws: operation("custody.count")(
            ws.li, lot="L-1", site=ws.yongkang, condition="destroyed", found=3
        ),
        "Units that are destroyed lie at no place where they could be counted.",
        "Count the place where units lie, and say what they are there.",
    ),
    Way(
        "custody.terms_stand",
        lambda ws: dispositions.amend(
            ws.vera,
            disposition=ws.frozen(),
            terms=dispositions.Terms(witness=ws.chen.person),
        ),
        "The work of D-1 has begun; this stands: the witness.",
        "Withdraw it and propose anew what is still on hold.",
        "the buyer",
    ),
    Way(
        "custody.note_needed",
        lambda ws: dispositions.amend(
            ws.vera, disposition=ws.frozen(), terms=dispositions.Terms(deadline=soon(20))
        ),
        "The work of D-1 has begun; why its deadline changes is missing.",
        "Write why.",
    ),
    Way(
        "custody.deadline_passed",
        lambda ws: ws.propose("sort", deadline=ago(1).replace(year=2025, month=3, day=7)),
        "The deadline lies in the past: 2025-03-07.",
        "Give a date that is still to come.",
    ),
    Way(
        "custody.several_parts",
        _in_two_places,
        "The units of D-1 are in 2 places.",
        "Say from which of them.",
    ),
    Way(
        "custody.second_person",
        _signed_twice,
        "Vera Lindqvist signed already; two people must.",
        "Another person of the buyer signs.",
        "another person of the buyer",
    ),
    Way(
        "custody.no_nonconformity",
        lambda ws: ws.propose("sort", ws.offered("N-1")),
        "No nonconformity is open for lot N-1.",
        "Put its units on hold first, with the reason.",
    ),
    Way(
        "custody.nothing_contradicted",
        lambda ws: sightings.reopen(ws.vera, lot="L-1", reason=""),
        "No unit of lot L-1 was seen alive after its end.",
        "Record the sighting first.",
    ),
    Way(
        "custody.drawn_where",
        lambda ws: ws.result(_offered_at_two_sites(ws), consumed=1),
        "Lot N-1 lies at several sites; where the units used were drawn is missing.",
        "Say at which site they were drawn.",
    ),
    Way(
        "custody.units_missing",
        lambda ws: ws.step(ws.running("sort", "S-1"), "counts", conforming=490, reworkable=10),
        "Which units are meant is missing for: conforming, reworkable.",
        "Name them by serial or unit number; one part may be left as the rest.",
    ),
    Way(
        "custody.same_site",
        lambda ws: moves.move(
            ws.wang, lot="L-1", site=ws.yongkang, condition="quarantined", to=ws.yongkang
        ),
        "The goods are at Yongkang Haoyu, Yongkang site already.",
        "Choose the site they go to.",
    ),
    Way(
        "custody.result_stands",
        lambda ws: corrections.correct(ws.vera, lot="L-1", entry=ws.last_act(), reason=""),
        "This entry follows from an inspection's result, which stands.",
        "Correct the result: the books follow it, and the first one stays readable.",
        "the inspector",
    ),
    Way(
        "custody.cannot_be_taken_back",
        lambda ws: [
            ws.propose("sort"),
            corrections.correct(ws.vera, lot="L-1", entry=ws.last_act(), reason=""),
        ],
        "This entry moved no units.",
        "Record what is true now as a new act.",
    ),
    Way(
        "custody.not_history",
        _not_history,
        "L-1 is not history: it did not happen before this workspace began, 2026-02-03.",
        "Meet the gates; what is done today is done by today's rules.",
    ),
    # Inspections
    Way(
        "inspections.planned_already",
        _planned_twice,
        "Inspection I-3 of lot N-1 is planned and has no result yet.",
        "Record its result first.",
        "the inspector",
    ),
    Way(
        "inspections.nothing_to_inspect",
        lambda ws: ws.plan("L-1"),
        "No units of lot L-1 wait for this inspection.",
        "An original inspection needs units offered; a re-inspection units sorted or reworked.",
    ),
    Way(
        "inspections.same_inspector",
        _reinspection_by("li"),
        "Li inspected the lot first; these units are re-inspected by someone else.",
        "Choose another inspector.",
        "the buyer",
    ),
    Way(
        "inspections.not_an_inspector",
        lambda ws: ws.plan("L-1", ws.wang),
        "Wang works for Yongkang Haoyu, which is neither the buyer nor an agency.",
        "Choose an inspector of the agency or the buyer.",
        "the buyer",
    ),
    Way(
        "inspections.result_there",
        _result_twice,
        "Inspection I-3 has its result.",
        "If it is wrong, correct it: the first one stays readable.",
    ),
    Way(
        "inspections.not_acceptable",
        lambda ws: inspecting.release(ws.vera, lot="L-1"),
        "No acceptable verdict stands for lot L-1: it is not acceptable.",
        "Inspect it, or decide a disposition.",
        "the inspector",
    ),
    Way(
        "inspections.not_presented",
        _arrived_after_the_inspection,
        "Inspection I-3 was of 2,800 units of lot N-1; with what came later they are 3,200.",
        "Plan an inspection of what is offered now.",
        "the buyer",
    ),
    Way(
        "inspections.held_since",
        _held_after_the_inspection,
        "Inspection I-3 is older than the hold that 3,200 units of lot N-1 came off since.",
        "Plan an inspection of what is offered now.",
        "the buyer",
    ),
    Way(
        "inspections.used_up_more",
        _used_up,
        "126 units were used up or kept, but only 125 were inspected.",
        "Count the units that were drawn.",
    ),
    Way(
        "inspections.count_differs",
        _counted_otherwise,
        "3,150 units were counted, but 3,200 are presented by the books.",
        "Record a count of the place first: it books the difference. Then the result.",
    ),
    Way(
        "inspections.discontinued",
        _stopped,
        "Inspection of CUP-1 from Yongkang site is discontinued for major.",
        "Have the supplier correct the cause; then resume inspection, and name what was done.",
        "the buyer",
    ),
    Way(
        "inspections.cell_flagged",
        _doubtful,
        (
            "This cell looks wrong in our source: its first stage "
            "rejects at 2, where normal inspection with the same single plan rejects at 3. If in "
            "doubt, use the single plan. So the plan for major is doubtful."
        ),
        "Confirm that you read this and want the plan, or choose another kind.",
    ),
    Way(
        "inspections.reduced_not_allowed",
        lambda ws: [ws.offered("N-1"), ws.plan("N-1", severity="reduced")],
        "Reduced inspection of SB-750 from Yongkang site is not allowed.",
        "Allow it first, if production is steady and you want it; or choose normal.",
        "the buyer",
    ),
    Way(
        "inspections.severity_unreasoned",
        lambda ws: [ws.offered("N-1"), ws.plan("N-1", aqls={"major": "2.5"}, severity="tightened")],
        "For major inspection is normal; tightened was chosen without a reason.",
        "Take the proposed severity, or say why not.",
    ),
    Way(
        "inspections.allowed_already",
        _twice_allowed,
        "Reduced inspection of SB-750 from Yongkang site is allowed already.",
        "Look at the switching page: the rules say when it begins.",
    ),
    Way(
        "inspections.nothing_allowed",
        lambda ws: severity.withdraw_reduced(ws.vera, lot="L-1", reason="No."),
        "Reduced inspection of SB-750 from Yongkang site is not allowed now.",
        "There is nothing to withdraw.",
    ),
    Way(
        "inspections.not_discontinued",
        lambda ws: severity.resume(ws.vera, lot="L-1", action="None."),
        "Inspection of SB-750 from Yongkang site is not discontinued.",
        "Plan the next lot.",
    ),
    Way(
        "inspections.unknown_inspection",
        lambda ws: ws.result("I-9"),
        "There is no inspection I-9 here.",
        "Plan it first, on the lot's page.",
        "the buyer",
    ),
    # Config
    Way(
        "config.secret_readable",
        _readable,
        "home/secret can be read by other users of this machine.",
        "Run `chmod 600 home/secret`; if others may have read it, delete it and log in anew.",
    ),
    Way(
        "config.bad_database",
        lambda ws: home.postgresql("mysql://localhost/lotwarden"),
        "LOTWARDEN_DATABASE does not begin with postgresql://",
        "Write postgresql://user:password@host:port/name, or leave it out for SQLite.",
    ),
    Way(
        "config.no_workspace_here",
        _no_workspace,
        "There is no workspace in /nowhere.",
        "Make one with `lotwarden init`, or try the demonstration with `lotwarden demo`.",
    ),
    Way(
        "config.not_migrated",
        _not_migrated,
        "The database at workspace.sqlite3 is older than this program.",
        "Back it up, then run `lotwarden serve`, which brings it up to date.",
        "the administrator of this machine",
    ),
    Way(
        "config.unsafe_store",
        lambda ws: database.check(),  # the tests' database lies in memory
        "journal_mode is memory; an act that was acknowledged could be lost.",
        "Set it to wal.",
        "the administrator of this machine",
    ),
    Way(
        "config.unguarded",
        _unguarded,
        "These tables could be changed unseen: lotwarden_transfer, lotwarden_result.",
        "Run `lotwarden fsck` and, if it is clean, `lotwarden serve` again.",
        "the administrator of this machine",
    ),
    Way(
        "config.not_sqlite",
        _in_postgresql,
        "This workspace is in PostgreSQL, which has its own backup tools.",
        "Use pg_dump, then copy the blobs folder of the home.",
    ),
    Way(
        "config.cannot_write",
        lambda ws: backup.write(Path("/nowhere/backup.tar"), _step),
        "/nowhere/backup.tar cannot be written: its folder is not there, or it is a folder itself.",
        "Name a file in a folder that is there.",
    ),
    Way(
        "config.backup_exists",
        lambda ws: backup.write(Path("/dev/null"), _step),
        "There is a file /dev/null already; nothing was written.",
        "Name another file, or replace this one with `lotwarden backup --force /dev/null`.",
    ),
    Way(
        "config.home_not_empty",
        _into_a_workspace,
        "home holds a workspace already.",
        "Set LOTWARDEN_HOME to an empty folder and restore there.",
    ),
    Way(
        "config.not_a_backup",
        _from_nothing,
        "backup.tar is not a whole backup of lotwarden: there is no such file.",
        "Use another copy; nothing was restored.",
    ),
    Way(
        "reports.percent_outside",
        lambda ws: _calculated(type="c0", lq="200"),
        "The limiting quality: “200” is not a percentage above 0 and below 100.",
        "Give a percentage such as 2.5, without letters.",
    ),
    Way(
        "reports.count_outside",
        lambda ws: _calculated(lot="many"),
        "The lot size: “many” is not a whole number from 2 to 10,000,000.",
        "Give a whole number in that range; the Python library has no such limit.",
    ),
    Way(
        "reports.unknown_plan_type",
        lambda ws: _calculated(type="triple"),
        "There is no type of plan “triple”.",
        "Choose one of: single, double, multiple, c0, design, dodge-romig, sequential, chain, "
        "variables.",
    ),
    Way(
        "reports.plan_too_heavy",
        lambda ws: _calculated(type="dodge-romig", lot="1000000", limit="20"),
        "This plan takes more computing than one question is given on this page.",
        "Move the two qualities apart or take a smaller lot; the Python library has no such limit.",
    ),
    Way(
        "config.port_taken",
        _taken,
        "Something listens on 127.0.0.1:8000 already.",
        "Stop it, or choose another: `lotwarden serve --port 8001`.",
    ),
    Way(
        "config.cannot_listen",
        lambda ws: _serving()._listen("192.0.2.1", 8000),
        "This machine cannot listen on 192.0.2.1:8000: Cannot assign requested address.",
        "Choose an address of this machine, such as 127.0.0.1, and a port above 1023.",
    ),
]


@pytest.mark.parametrize("way", SMALLEST, ids=lambda way: way.code)
def test_a_refusal_says_what_is_wrong_who_can_help_and_what_to_do(ws: Workspace, way: Way) -> None:
    with pytest.raises(Refusal) as refused:
        way.to(ws)

    told = refused.value.as_dict()
    assert told.pop("data") is not None
    assert told == {
        "code": way.code,
        "message": way.message,
        "who": way.who,
        "next_step": way.next_step,
    }


def context_refusals() -> dict[str, type[Refusal]]:
    """Every refusal that a module of a context, or of `config`, defines."""
    _serving()
    for package in CONTEXTS:
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if module.name != "lotwarden.config.wsgi":
                importlib.import_module(module.name)
    names = tuple(f"{package.__name__}." for package in CONTEXTS)
    return {
        code: kind for code, kind in Refusal.registry.items() if kind.__module__.startswith(names)
    }


def test_every_refusal_of_the_contexts_has_its_smallest_way() -> None:
    assert sorted(way.code for way in SMALLEST) == sorted(context_refusals())


def test_the_code_of_a_refusal_begins_with_its_context() -> None:
    for code, kind in context_refusals().items():
        assert code.split(".")[0] == kind.__module__.split(".")[1]


def test_what_a_person_reads_is_whole_sentences() -> None:
    for kind in context_refusals().values():
        assert kind.remedy.endswith(".")
        assert kind.template.endswith((".", "{why}", "postgresql://"))
        assert kind.__doc__
