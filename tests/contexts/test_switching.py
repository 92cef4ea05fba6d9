"""Switching: the severity of a stream's next lot, from the results of the lots before it."""

from __future__ import annotations

from typing import Any

import pytest

from lotwarden.inspections import operations as inspections
from lotwarden.inspections import queries, severity, streams
from lotwarden.orders import queries as lots
from tests.workspace import Workspace, findings, operation, order_row, refused, sheet

MAJOR = {"major": "2.5"}


@pytest.fixture
def stream(ws: Workspace) -> Workspace:
    """A product that no lot was inspected of."""
    ws.offered("P-1", 500, product_code="CUP-1")
    return ws


def judge(ws: Workspace, lot: str, bad: int = 0, **plan: Any) -> str:
    """Inspect a lot of the stream, for major defects; return the severity it was inspected at."""
    if not lots.lots(numbers=[lot]):
        ws.offered(lot, 500, product_code="CUP-1")
    number = ws.plan(lot, **{"aqls": MAJOR, **plan})
    found = queries.inspection(number, ws.vera)
    inspections.record_result(
        ws.li, inspection=number, inspected=found.sample_size, found={"major": bad}
    )
    return found.severity


def proposal(ws: Workspace, standard: str = "iso2859-1", lot: str = "P-1") -> streams.Proposal:
    return streams.stream_of(lots.lot(lot), standard).proposal("major")


def test_two_of_five_lots_not_accepted_make_the_next_one_tightened_and_it_says_why(
    stream: Workspace,
) -> None:
    ws = stream
    assert (proposal(ws).severity, proposal(ws).template) == ("normal", streams.NOTHING_BEFORE)
    told = [judge(ws, f"P-{n}", bad) for n, bad in enumerate((9, 0, 9), 1)]

    assert told == ["normal"] * 3
    assert proposal(ws).severity == "tightened"
    assert proposal(ws).template.startswith("2 of 5 or fewer lots in a row were not accepted")
    assert [judge(ws, f"P-{n}") for n in range(4, 10)] == ["tightened"] * 5 + ["normal"]
    assert proposal(ws, "z1.4").template == streams.NOTHING_BEFORE, "each standard by itself"
    assert findings() == []


def test_another_severity_than_the_proposed_one_needs_a_reason_and_keeps_it(
    stream: Workspace,
) -> None:
    ws = stream
    with refused("inspections.severity_unreasoned", proposed="normal", given="tightened"):
        ws.plan("P-1", aqls=MAJOR, severity="tightened")

    number = ws.plan("P-1", aqls=MAJOR, severity="tightened", reason="A new line.")

    found = queries.inspection(number, ws.vera)
    assert (found.reason, found.plan["classes"][0]["proposed"]) == ("A new line.", "normal")
    assert found.plan["classes"][0]["severity"] == "tightened"


def test_lots_of_another_site_or_family_are_another_stream_and_a_family_joins_products(
    stream: Workspace,
) -> None:
    ws = stream
    ws.offered("Q-1", 500, product_code="MUG-1", family="mugs")
    ws.offered("Q-2", 500, product_code="MUG-2", family="mugs")
    ws.offered("Q-3", 500, product_code="MUG-2", family="mugs", site="Second site", country="CN")
    for lot in ("Q-1", "Q-2"):
        judge(ws, lot, 9)

    assert proposal(ws, lot="Q-1").severity == proposal(ws, lot="Q-2").severity == "tightened"
    assert proposal(ws).severity == proposal(ws, lot="Q-3").severity == "normal"


def test_only_the_first_inspection_of_a_lot_counts(stream: Workspace) -> None:
    ws = stream
    judge(ws, "P-1")
    operation("custody.quarantine")(ws.vera, lot="P-1", reason="A smell.")
    hold = ws.propose("hold", "P-1")
    for person in (ws.vera, ws.tomas):
        operation("custody.sign_lift")(person, disposition=hold)

    assert judge(ws, "P-1", 9) == "tightened", "offered again: no switching protects the buyer"

    (first,) = streams.stream_of(lots.lot("P-1"), "iso2859-1").history["major"]
    assert first.accepted
    again = queries.inspections([lots.lot("P-1").id])[-1]
    assert again.resubmission == 1


def test_a_corrected_result_changes_what_is_proposed(stream: Workspace) -> None:
    ws = stream
    for n in (1, 2):
        judge(ws, f"P-{n}", 9)
    assert proposal(ws).severity == "tightened"
    number = queries.inspections([lots.lot("P-2").id])[-1].number

    inspections.record_result(
        ws.li, inspection=number, inspected=50, found={"major": 0}, corrects=True
    )

    assert proposal(ws).severity == "normal"


def test_five_lots_not_accepted_on_tightened_stop_inspection_until_the_buyer_resumes(
    ws: Workspace,
) -> None:
    ws.discontinued()

    with refused("inspections.discontinued", family="CUP-1", classes="major"):
        ws.plan("P-8", aqls=MAJOR)
    ws.plan("P-8", aqls={"minor": "4.0"})  # a class that is not discontinued
    severity.resume(ws.vera, lot="P-8", action="A new mould; 200 shots checked.")

    assert proposal(ws).severity == "tightened"
    assert judge(ws, "P-9") == "tightened"
    assert proposal(ws).template.startswith("Accepted; {accepted} of the 5")
    assert findings() == []


def test_reduced_is_for_streams_whose_buyer_allowed_it_and_ends_when_that_is_withdrawn(
    stream: Workspace,
) -> None:
    ws = stream
    with refused("inspections.reduced_not_allowed"):
        ws.plan("P-1", aqls=MAJOR, severity="reduced", reason="It is good.")
    for n in range(1, 11):
        judge(ws, f"P-{n}")
    assert proposal(ws).severity == "normal", "the score is 30, and nobody allowed it"
    severity.allow_reduced(ws.vera, lot="P-1", reason="Steady since March; we want it.")
    with refused("inspections.allowed_already"):
        severity.allow_reduced(ws.vera, lot="P-1", reason="Again.")

    assert [judge(ws, "P-11"), judge(ws, "P-12")] == ["normal", "reduced"]
    severity.withdraw_reduced(ws.vera, lot="P-1", reason="A new workshop.")
    assert proposal(ws).severity == "normal"
    with refused("inspections.nothing_allowed"):
        severity.withdraw_reduced(ws.vera, lot="P-1", reason="Again.")


def test_z14_without_a_limit_number_stays_normal_and_a_setting_drops_the_condition(
    stream: Workspace,
) -> None:
    ws = stream
    severity.allow_reduced(ws.vera, lot="P-1", reason="Steady; wanted.", standard="z1.4")
    for n in range(1, 11):
        judge(ws, f"P-{n}", standard="z1.4")
    assert (proposal(ws, "z1.4").severity) == "normal"
    assert "Table VIII" in proposal(ws, "z1.4").template.replace("its Table ", "Table ")

    with refused("sampling.unknown_switch_setting", setting="limt"):
        severity.set_switching(ws.vera, settings={"limt": 3}, reason="A typing error.")
    severity.set_switching(ws.vera, settings={"limit": "dropped"}, reason="Agreed under 8.5.")

    assert proposal(ws, "z1.4").severity == "reduced"
    assert findings() == []


def test_a_double_plan_counts_by_the_stage_that_accepted(stream: Workspace) -> None:
    ws = stream
    for n in range(1, 11):
        judge(ws, f"P-{n}", standard="z1.4", kind="double")

    (*_, last) = streams.stream_of(lots.lot("P-1"), "z1.4").history["major"]
    assert last.after is not None
    assert last.after.score == 10


def test_a_family_is_told_in_the_order_file_and_no_other_row_changes_it(ws: Workspace) -> None:
    ws.offered("Q-1", 500, product_code="MUG-1", family="mugs")

    with refused("sheets.refused"):
        operation("custody.load_orders")(
            ws.vera, filename="orders.csv",
            data=sheet(order_row("Q-2", 500, product_code="MUG-1", family="cups")),
        )  # fmt: skip
    assert lots.lot("Q-1").family == "mugs"


def test_after_a_withdrawal_the_next_lots_count_on_normal(stream: Workspace) -> None:
    ws = stream
    severity.allow_reduced(ws.vera, lot="P-1", reason="Steady since March.")
    told = [judge(ws, f"P-{n}") for n in range(1, 16)]
    assert "reduced" in told
    severity.withdraw_reduced(ws.vera, lot="P-1", reason="A new workshop.")

    assert [judge(ws, f"P-{n}", 9) for n in (16, 17)] == ["normal", "normal"]
    assert proposal(ws).severity == "tightened"


def test_a_lot_inspected_milder_than_it_had_to_be_leads_nowhere(stream: Workspace) -> None:
    ws = stream
    for n in (1, 2):
        judge(ws, f"P-{n}", 9)
    milder = {"severity": "normal", "reason": "The ship leaves tonight."}

    for n in range(3, 8):
        judge(ws, f"P-{n}", **milder)

    assert proposal(ws).severity == "tightened"
    assert proposal(ws).template.startswith("Inspected at another severity")


def test_what_is_allowed_after_the_last_lot_is_not_held_against_it(stream: Workspace) -> None:
    ws = stream
    for n in range(1, 17):
        judge(ws, f"P-{n}")
    assert proposal(ws).template.startswith("The switching score reached 30, but")

    severity.allow_reduced(ws.vera, lot="P-1", reason="Steady since March.")

    assert proposal(ws).template.startswith("Reduced inspection was allowed after the last lot")
    judge(ws, "P-17")
    assert proposal(ws).severity == "reduced"
