"""What holds for every operation: it is told, it is done once, and not everybody may do it."""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest

from lotwarden.core import statements
from lotwarden.core.errors import Refusal
from lotwarden.evidence.models import Chain, Statement, StatementLot
from lotwarden.identity.acting import OPERATIONS, Actor, may
from lotwarden.identity.permissions import ADMIN, PERMISSIONS
from lotwarden.orders import queries as lots
from tests.contexts.situations import ONE_OF_EACH, SITUATIONS, STRANGERS, Situation, perform
from tests.workspace import Workspace, ago, dump, findings, refused

EVERY = sorted(SITUATIONS)

UNSEEN = {
    "orders.unknown_lot",
    "custody.unknown_disposition",
    "inspections.unknown_inspection",
    "sheets.refused",
}
"""What a stranger to a lot is told: as if it were not there."""


def heads(numbers: tuple[str, ...]) -> dict[uuid.UUID, tuple[str | None, int]]:
    """The head and the length of each lot's chain; of lots that are not there yet, nothing."""
    found = {card.id for card in lots.lots(numbers=numbers)}
    return {
        lot: (head, length)
        for lot, head, length in Chain.objects.filter(lot__in=found).values_list(
            "lot", "head", "length"
        )
    }


def test_there_is_a_situation_for_every_operation() -> None:
    assert sorted(OPERATIONS) == EVERY


@pytest.mark.parametrize("name", EVERY)
def test_an_act_is_told_in_one_statement_at_the_end_of_the_chain_of_each_lot(
    ws: Workspace, name: str
) -> None:
    made = SITUATIONS[name](ws)
    before, act, when = heads(made.lots), uuid.uuid4(), ago(hours=1)
    told_before = Statement.objects.count()

    outcome = perform(name, made, act=act, occurred_at=when)

    row = Statement.objects.get(act=act)
    told = row.canonical if isinstance(row.canonical, bytes) else bytes(row.canonical)
    said = _loaded(told)
    assert statements.canonical(said) == told
    assert statements.digest(said) == row.digest
    assert (said["id"], said["kind"], said["actor"]) == (str(act), name, str(made.by.person))
    assert said["organisation"] == str(made.by.organisation)
    assert said["occurred_at"] == statements.instant(when)
    assert said["recorded_at"] == statements.instant(row.recorded_at) > said["occurred_at"]
    assert row.outcome == outcome
    after = heads(made.lots)
    assert len(after) == len(made.lots)
    for lot, (head, length) in after.items():
        assert head == row.digest
        assert length == before.get(lot, (None, 0))[1] + 1
    assert said["lots"] == [
        {"lot": lot, "previous": before.get(uuid.UUID(lot), (None, 0))[0]}
        for lot in sorted(map(str, after))
    ]
    own = StatementLot.objects.filter(statement=act).values_list("lot", flat=True)
    assert set(own) == set(after)
    within = 1 if name == "inspections.import_results" else 0  # each row is an act of its own
    assert Statement.objects.count() == told_before + 1 + within
    assert findings() == []


@pytest.mark.parametrize("name", EVERY)
def test_an_act_sent_again_changes_nothing_and_with_other_content_it_is_refused(
    ws: Workspace, name: str
) -> None:
    made, act = SITUATIONS[name](ws), uuid.uuid4()
    (other_kind, *_) = Statement.objects.exclude(kind=name).values_list("act", flat=True)
    with refused("identity.other_request"):
        perform(name, made, act=other_kind)
    outcome = perform(name, made, act=act)
    after = dump()

    again = perform(name, made, act=act)

    assert again == outcome
    assert dump() == after
    with refused("identity.other_request"):
        perform(name, made, act=act, **made.other)


@pytest.mark.parametrize("name", EVERY)
def test_who_may_not_do_it_is_refused_and_nothing_changes(ws: Workspace, name: str) -> None:
    made = SITUATIONS[name](ws)

    for role, first_name in ONE_OF_EACH.items():
        person = ws.actor(first_name)
        assert may(person, name) is (role in PERMISSIONS[name])
        if role not in PERMISSIONS[name]:
            with refused("identity.not_allowed", role=role, operation=name):
                perform(name, made, by=person)
        if made.lots and role in STRANGERS and role in PERMISSIONS[name]:
            _stranger_is_refused(name, made, ws.actor(STRANGERS[role]))
    if name in ADMIN:
        with refused("identity.not_admin"):
            perform(name, made, by=ws.tomas)
    perform(name, made)


def _stranger_is_refused(name: str, made: Situation, stranger: Actor) -> None:
    before = dump()
    try:
        perform(name, made, by=stranger)
    except Refusal as refusal:
        assert refusal.code in UNSEEN
    else:
        pytest.fail(f"{stranger.name} takes no part in {made.lots}, and did {name}")
    assert dump() == before


@pytest.mark.parametrize("name", ["custody.count", "identity.approve"])
def test_what_happened_cannot_lie_in_the_future(ws: Workspace, name: str) -> None:
    made = SITUATIONS[name](ws)

    with refused("identity.in_the_future", minutes=30):
        perform(name, made, occurred_at=ago(minutes=-31))
    perform(name, made, occurred_at=ago(minutes=-5))  # a clock may be a little ahead


DECISIONS = {
    "custody.amend", "custody.authorise", "custody.correct", "custody.load_orders",
    "custody.reopen",
    "custody.sign_lift", "custody.withdraw", "inspections.plan", "inspections.release",
}  # fmt: skip


def test_decisions_are_the_buyers() -> None:
    assert {name for name in DECISIONS if PERMISSIONS[name] == {"buyer"}} == DECISIONS


def test_a_supplier_proposes_and_reports_and_judges_nothing() -> None:
    may_do = {name for name, roles in PERMISSIONS.items() if "supplier" in roles}

    assert may_do == {
        "custody.arrive",
        "custody.attach",
        "custody.count",
        "custody.move",
        "custody.propose",
        "custody.take_step",
        "orders.import_packing_list",
    }


def test_a_disposer_does_what_was_asked_of_it_and_proposes_nothing() -> None:
    may_do = {name for name, roles in PERMISSIONS.items() if "disposer" in roles}

    assert may_do == {
        "custody.arrive",
        "custody.attach",
        "custody.count",
        "custody.move",
        "custody.take_step",
    }


def test_no_role_but_the_buyers_touches_the_workspace_itself() -> None:
    for name, roles in PERMISSIONS.items():
        if name.startswith("identity."):
            assert roles == {"buyer"}


def _loaded(data: bytes) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(data)
    return loaded
