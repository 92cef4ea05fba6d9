"""The law: nothing leaves the hold group without its finish gates, whatever way round is tried."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from lotwarden.custody import queries
from lotwarden.custody.operations import corrections, counts, dispositions, grading, moves
from lotwarden.custody.operations import lots as custody
from lotwarden.custody.operations.dispositions import Terms
from tests.contexts.test_dispositions import report_of_rework
from tests.workspace import K, Workspace, findings, refused


def test_a_second_nonconformity_does_not_lift_the_hold_of_units_that_a_verdict_rejected(
    ws: Workspace,
) -> None:
    counts.count(ws.vera, lot="L-1", site=ws.yongkang, condition="quarantined", found=3_201)
    custody.quarantine(ws.vera, lot="L-1", reason="One more than was declared.")
    hold = ws.propose("hold")

    with refused("disposition.gates_unmet", gates=["cause_withdrawn"]):
        dispositions.sign_lift(ws.vera, disposition=hold)

    assert ws.where() == {"quarantined": 3_201}
    assert findings() == []


def test_what_was_released_after_rejection_is_not_offered_again_after_a_suspicion(
    ws: Workspace,
) -> None:
    sort = ws.running("sort")
    ws.step(sort, "counts", ws.zhang, conforming=3_000, not_reworkable=200)
    ws.reinspected(sort)
    ws.step(sort, "release")
    custody.quarantine(ws.vera, lot="L-1", reason="A customer found a leaking lid.")
    hold = ws.propose("hold")

    with refused("disposition.gates_unmet", gates=["cause_withdrawn"]):
        dispositions.sign_lift(ws.vera, disposition=hold)


def test_who_inspected_does_not_approve_alone_under_a_second_nonconformity(
    ws: Workspace,
) -> None:
    ws.offered("E-1", 1_200)
    ws.result(ws.plan("E-1", ws.tomas), ws.tomas, inspected=80, major=9)
    counts.count(ws.wang, lot="E-1", site=ws.yongkang, condition="quarantined", found=1_201)
    custody.quarantine(ws.vera, lot="E-1", reason="One more than was declared.")
    concession = ws.authorised("concession", "E-1", quantity=1_000)

    with refused("disposition.gates_unmet", gates=["not_alone"]):
        ws.step(concession, "finish")


# Each part ends by its own evidence ---------------------------------------------------------------


def sent_on(ws: Workspace, disposition: str, condition: str, to: str, quantity: int) -> None:
    """Send a part of a disposition's units from Yongkang to another site, where it arrives."""
    site = ws.sites[to]
    moves.move(
        ws.vera, lot="L-1", site=ws.yongkang, condition=condition, to=site, quantity=quantity,
        disposition=disposition,
    )  # fmt: skip
    moves.arrive(ws.vera, lot="L-1", site=site, carries=condition, found=quantity)


def test_what_is_destroyed_elsewhere_needs_its_own_witness_counts_and_certificate(
    ws: Workspace,
) -> None:
    destroy = ws.frozen()
    sent_on(ws, destroy, "awaiting_destruction", "beilun", 1_000)
    grading.attach(ws.sun, lot="L-1", disposition=destroy, things=ws.signature_of_witness(1_000))
    papers = ws.papers_of_destruction(1_000)
    ws.step(destroy, "finish", ws.zhou, site=ws.beilun, things=papers, destroyed=1_000)
    unmet = ["counted_in", "counted_out", "certificate", "witness_signed"]

    with refused("disposition.gates_unmet", gates=unmet):
        ws.step(destroy, "finish", site=ws.yongkang, destroyed=2_200)

    grading.attach(ws.sun, lot="L-1", disposition=destroy, things=ws.signature_of_witness(2_200))
    papers = ws.papers_of_destruction(2_200, number="NGS-2232", document=b"another")
    ws.step(destroy, "finish", ws.zhou, site=ws.yongkang, things=papers, destroyed=2_200)
    assert ws.where() == {"destroyed": 3_200}
    assert findings() == []


def test_what_is_reworked_elsewhere_needs_its_own_report(ws: Workspace) -> None:
    rework = ws.running("rework")
    sent_on(ws, rework, "in_rework", "ningbo", 1_000)
    ws.step(
        rework, "counts", ws.wang, site=ws.ningbo, things=report_of_rework(ws, 1_000),
        defects_shown=2, reworked=1_000,
    )  # fmt: skip

    with refused("disposition.gates_unmet", gates=["report", "before_after"]):
        ws.step(rework, "counts", ws.wang, site=ws.yongkang, reworked=2_200)


def test_what_was_attached_before_the_list_was_frozen_ends_nothing(ws: Workspace) -> None:
    destroy = ws.authorised("destroy")
    early = [*ws.signature_of_witness(3_200), *ws.papers_of_destruction(3_200)]
    grading.attach(ws.sun, lot="L-1", disposition=destroy, things=early)
    ws.step(destroy, "start")
    unmet = ["counted_in", "counted_out", "certificate", "witness_signed"]

    with refused("disposition.gates_unmet", gates=unmet):
        ws.step(destroy, "finish", ws.zhou, destroyed=3_200)


def test_an_early_count_of_the_witness_raises_no_grade(ws: Workspace) -> None:
    destroy = ws.authorised("destroy")
    early = ws.signature_of_witness(3_200)
    grading.attach(ws.sun, lot="L-1", disposition=destroy, things=early)
    ws.step(destroy, "start")
    signed, _, weighed, _ = early
    late = [
        signed, weighed, ws.thing(ws.zhou, K.COUNT_IN, quantity=3_200),
        *ws.papers_of_destruction(3_200),
    ]  # fmt: skip

    ws.step(destroy, "finish", ws.zhou, things=late)

    assert ws.grades("destroyed") == {2: 3_200}
    assert findings() == []


def test_a_step_that_was_taken_back_is_taken_again_by_the_same_evidence(ws: Workspace) -> None:
    destroy = ws.destroyed()
    wrong = ws.last_act("L-1")
    corrections.correct(ws.vera, lot="L-1", entry=wrong, reason="Entered on the wrong day.")
    assert ws.where() == {"awaiting_destruction": 3_200}

    ws.step(destroy, "finish", ws.zhou)

    assert ws.grades("destroyed") == {3: 3_200}
    assert findings() == []


# What was signed stands ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "later", [{"customer_agreement": True}, {"contract_silent": True}], ids=str
)
def test_a_customers_no_becomes_a_yes_only_by_another_signature(
    ws: Workspace, later: dict[str, Any]
) -> None:
    concession = ws.authorised("concession", customer_agreement=False)

    dispositions.amend(ws.vera, disposition=concession, terms=Terms(**later))

    card = queries.disposition(concession)
    assert (card.status, card.authorised_by) == ("proposed", None)


@pytest.mark.parametrize(
    ("name", "value", "what"),
    [
        ("instruction", "Do nothing at all.", "the instruction"),
        ("risk", "None.", "the risk"),
        ("defects", 1, "the kinds of defect"),
    ],
)
def test_what_was_signed_for_a_rework_stands_once_it_has_begun(
    ws: Workspace, name: str, value: Any, what: str
) -> None:
    rework = ws.running("rework")

    with refused("custody.terms_stand", what=what):
        dispositions.amend(ws.vera, disposition=rework, terms=replace(Terms(), **{name: value}))
