"""Inspections: what is planned, what is found, what follows from it at once."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from lotwarden.core.units import parse
from lotwarden.custody import queries as books
from lotwarden.custody.models import Nonconformity
from lotwarden.custody.operations import counts, dispositions, moves
from lotwarden.custody.operations.lots import quarantine
from lotwarden.evidence import queries as kept
from lotwarden.identity.acting import OPERATIONS
from lotwarden.inspections import importing, queries
from lotwarden.inspections import operations as inspections
from lotwarden.inspections.models import Result
from lotwarden.orders import queries as lots
from tests.workspace import (
    AQLS,
    K,
    Workspace,
    ago,
    findings,
    kept_plan,
    refused,
    sheet,
    soon,
)


@pytest.fixture
def offered(ws: Workspace) -> Workspace:
    """N-1, 3,200 units without numbers, is offered; of its product none was inspected before."""
    ws.offered("N-1", product_code="SB-900")
    return ws


def card(ws: Workspace, number: str) -> queries.InspectionCard:
    return queries.inspection(number, ws.vera)


def open_ncr(lot: str = "N-1") -> Nonconformity | None:
    return books.open_nonconformity(lots.lot(lot).id)


# Plans ------------------------------------------------------------------------------------------


def test_a_plan_keeps_what_was_agreed_for_each_class(offered: Workspace) -> None:
    ws = offered
    when = soon()
    number = ws.plan("N-1", planned_for=when)

    found = card(ws, number)
    assert (found.lot_size, found.sample_size, found.level, found.severity) == (
        3_200, 125, "II", "normal",
    )  # fmt: skip
    assert found.plan["code_letter"] == "K"
    assert [(one["name"], one["aql"], one["n"], one["ac"], one["re"], one["letter"])
            for one in found.plan["classes"]] == [
        ("critical", "0", 125, 0, 1, "K"),
        ("major", "2.5", 125, 7, 8, "K"),
        ("minor", "4.0", 125, 10, 11, "K"),
    ]  # fmt: skip
    assert (found.inspector, found.planned_for, found.resubmission) == (
        ws.people["li"], when, 0,
    )  # fmt: skip
    assert ws.where("N-1") == {"offered": 3_200}
    assert lots.takes_part(ws.li, lots.lot("N-1").id)


def test_severity_level_and_standard_change_the_plan(offered: Workspace) -> None:
    ws = offered
    ws.offered("N-2", 4_000)

    asked = {"severity": "tightened", "reason": "A new site."}
    tightened = card(ws, ws.plan("N-1", **asked)).plan["classes"][1]
    z14 = card(ws, ws.plan("N-2", standard="z1.4", aqls={"major": "2.5"})).plan

    assert (tightened["n"], tightened["ac"], tightened["re"]) == (125, 5, 6)
    assert (z14["code_letter"], z14["classes"][0]["n"]) == ("L", 200)


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"aqls": {}}, "sampling.no_classes"),
        ({"aqls": {"major": "2.4"}}, "sampling.aql_not_in_series"),
        ({"level": "IV"}, "sampling.unknown_level"),
        ({"severity": "strict"}, "sampling.unknown_severity"),
        ({"standard": "iso9001"}, "sampling.unknown_standard"),
        ({"lot": "N-9"}, "orders.unknown_lot"),
        ({"inspector": uuid.UUID(int=0)}, "identity.unknown_person"),
        ({"disposition": "D-99"}, "custody.unknown_disposition"),
        ({"lot": "L-1"}, "inspections.nothing_to_inspect"),
    ],
)
def test_what_cannot_be_planned_is_refused(
    offered: Workspace, changed: dict[str, Any], code: str
) -> None:
    given = {"lot": "N-1", "inspector": offered.people["li"], "aqls": AQLS, **changed}

    with refused(code):
        inspections.plan(offered.vera, **given)


def test_an_inspector_is_of_the_agency_or_the_buyer(offered: Workspace) -> None:
    ws = offered

    for name in ("wang", "zhou"):
        with refused("inspections.not_an_inspector", name=name.title()):
            ws.plan("N-1", ws.actor(name))
    ws.plan("N-1", ws.tomas)


def test_one_inspection_of_the_same_units_waits_at_a_time(offered: Workspace) -> None:
    ws = offered
    number = ws.plan("N-1")

    with refused("inspections.planned_already", number=number):
        ws.plan("N-1", ws.chen)
    ws.result(number)
    assert ws.plan("N-1", ws.chen) != number


def test_a_single_unit_is_no_lot_and_decides_itself(ws: Workspace) -> None:
    sort = ws.running("sort", quantity=1)
    ws.step(sort, "counts", ws.zhang, conforming=1)
    number = ws.plan("L-1", ws.chen, disposition=sort)
    assert card(ws, number).plan["classes"][0] == {
        "name": "critical", "aql": "0", "n": 1, "ac": 0, "re": 1, "letter": "", "inspect": 1,
    }  # fmt: skip

    outcome = ws.result(number, ws.chen, inspected=1)

    assert outcome["verdict"] == "acceptable"
    ws.step(sort, "release")
    assert ws.where()["released"] == 1


# Verdicts ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("found", "verdict", "words"),
    [
        (
            {},
            "acceptable",
            "0 critical in 125, at most 0; 0 major in 125, at most 7; 0 minor in 125, at most 10",
        ),
        (
            {"major": 7, "minor": 10},
            "acceptable",
            "0 critical in 125, at most 0; 7 major in 125, at most 7; 10 minor in 125, at most 10",
        ),
        (
            {"major": 8},
            "not_acceptable",
            "0 critical in 125, at most 0; 8 major in 125, at most 7; 0 minor in 125, at most 10",
        ),
        (
            {"minor": 11},
            "not_acceptable",
            "0 critical in 125, at most 0; 0 major in 125, at most 7; 11 minor in 125, at most 10",
        ),
        (
            {"critical": 1},
            "not_acceptable",
            "1 critical in 125, at most 0; 0 major in 125, at most 7; 0 minor in 125, at most 10",
        ),
    ],
)
def test_the_plan_gives_the_verdict_class_by_class(
    offered: Workspace, found: dict[str, int], verdict: str, words: str
) -> None:
    outcome = offered.result(offered.plan("N-1"), **found)

    assert (outcome["verdict"], outcome["words"]) == (verdict, words)
    assert queries.verdicts()[lots.lot("N-1").id] == verdict


def test_a_lot_that_is_not_acceptable_is_on_hold_at_once_under_a_new_number(
    offered: Workspace,
) -> None:
    ws = offered

    outcome = ws.result(ws.plan("N-1"), major=21, minor=6, consumed=25, retained=15)

    assert ws.where("N-1") == {"quarantined": 3_160, "consumed": 25, "retained": 15}
    report = open_ncr()
    assert report is not None
    assert outcome["nonconformity"] == report.number == "NCR-3"
    assert (report.cause, report.opened_by) == (
        f"inspection:{outcome['inspection']}", ws.people["li"],
    )  # fmt: skip
    assert "21 major in 125" in report.requirement
    assert findings() == []


def test_an_acceptable_lot_stays_offered_until_the_buyer_releases_it(offered: Workspace) -> None:
    ws = offered
    with refused("inspections.not_acceptable", verdict="not inspected"):
        inspections.release(ws.vera, lot="N-1")
    ws.result(ws.plan("N-1"), consumed=5)
    assert ws.where("N-1") == {"offered": 3_195, "consumed": 5}
    assert open_ncr() is None

    outcome = inspections.release(ws.tomas, lot="N-1")

    assert outcome == {"lot": "N-1", "released": 3_195}
    assert ws.where("N-1") == {"released": 3_195, "consumed": 5}
    with refused("custody.nothing_there", condition="offered"):
        inspections.release(ws.vera, lot="N-1")


def test_a_lot_that_is_not_acceptable_is_not_released(ws: Workspace) -> None:
    with refused("inspections.not_acceptable", verdict="not_acceptable"):
        inspections.release(ws.vera, lot="L-1")


def test_an_unfinished_inspection_gives_no_verdict_and_is_completed(offered: Workspace) -> None:
    ws = offered
    number = ws.plan("N-1")

    outcome = ws.result(number, inspected=80, major=3)

    assert outcome["verdict"] == "incomplete"
    assert "45 more to inspect" in outcome["words"]
    assert ws.where("N-1") == {"offered": 3_200}
    with refused("inspections.not_acceptable", verdict="incomplete"):
        inspections.release(ws.vera, lot="N-1")
    with refused("inspections.planned_already", number=number):
        ws.plan("N-1")
    with refused("sampling.count_fell", before=80):
        ws.result(number, inspected=70, major=3)

    assert ws.result(number, major=3)["verdict"] == "acceptable"
    with refused("inspections.result_there", number=number):
        ws.result(number, major=3)
    assert _verdicts(number) == ["incomplete", "acceptable"]

    inspections.release(ws.vera, lot="N-1")
    assert ws.where("N-1") == {"released": 3_200}


def test_one_bad_unit_is_too_many_where_every_unit_of_an_offered_lot_is_inspected(
    ws: Workspace,
) -> None:
    for lot, bad, verdict in (("N-1", 0, "acceptable"), ("N-2", 1, "not_acceptable")):
        ws.offered(lot, 100)
        number = ws.plan(lot, every_unit=True)

        assert ws.result(number, inspected=100, major=bad)["verdict"] == verdict

    assert ws.where("N-1") == {"offered": 100}
    assert ws.where("N-2") == {"quarantined": 100}


def test_an_unfinished_inspection_that_found_too_much_already_rejects(offered: Workspace) -> None:
    outcome = offered.result(offered.plan("N-1"), inspected=30, major=8)

    assert outcome["verdict"] == "not_acceptable"
    assert offered.where("N-1") == {"quarantined": 3_200}


def test_a_bad_result_for_an_outdated_plan_draws_no_verdict_and_holds_what_is_there(
    offered: Workspace,
) -> None:
    ws = offered
    number = ws.plan("N-1")
    OPERATIONS["custody.count"](
        ws.wang, lot="N-1", site=ws.yongkang, condition="offered", found=3_190
    )

    outcome = ws.result(number, critical=1)

    assert outcome["verdict"] == "contested"
    assert Result.objects.filter(inspection__number=number).count() == 1
    assert ws.where("N-1") == {"quarantined": 3_190, "unaccounted": 10}
    assert open_ncr() is not None
    with refused("inspections.not_acceptable", verdict="contested"):
        inspections.release(ws.vera, lot="N-1")


def test_correcting_a_contested_result_does_not_give_it_a_verdict(offered: Workspace) -> None:
    ws = offered
    number = ws.plan("N-1")
    OPERATIONS["custody.count"](
        ws.wang, lot="N-1", site=ws.yongkang, condition="offered", found=3_190
    )
    ws.result(number)

    outcome = ws.result(number, corrects=True)

    assert outcome["verdict"] == "contested"
    with refused("inspections.not_acceptable", verdict="contested"):
        inspections.release(ws.vera, lot="N-1")


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"inspected": 10, "consumed": 6, "retained": 5}, "inspections.used_up_more"),
        ({"inspected": 10, "consumed": -6, "retained": 5}, "inspections.used_up_more"),
        ({"inspected": 3_201}, "sampling.more_inspected_than_lot"),
        ({"inspected": 125, "major": 126}, "sampling.more_found_than_inspected"),
        ({"inspected": 125, "major": 100, "minor": 100}, "sampling.unit_counted_twice"),
        ({"inspected": 125, "major": -1}, "sampling.count_below_zero"),
    ],
)
def test_a_result_that_cannot_be_is_refused(
    offered: Workspace, given: dict[str, Any], code: str
) -> None:
    number = offered.plan("N-1")

    with refused(code):
        offered.result(number, **given)


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"inspected": 3_201}, "sampling.more_inspected_than_lot"),
        ({"inspected": 10, "major": 11}, "sampling.more_found_than_inspected"),
        ({"inspected": 10, "major": 6, "minor": 6}, "sampling.unit_counted_twice"),
        ({"inspected": 10, "major": -1}, "sampling.count_below_zero"),
    ],
)
def test_a_result_of_every_unit_that_cannot_be_is_refused(
    offered: Workspace, given: dict[str, Any], code: str
) -> None:
    number = offered.plan("N-1", every_unit=True)

    with refused(code):
        offered.result(number, **given)


def test_a_class_that_was_not_planned_or_not_counted_is_refused(offered: Workspace) -> None:
    number = offered.plan("N-1", aqls={"major": "2.5"})

    for found in ({"major": 0, "minor": 1}, {}):
        with refused("sampling.unknown_class" if found else "sampling.class_not_counted"):
            inspections.record_result(offered.li, inspection=number, inspected=125, found=found)


def test_a_result_is_recorded_by_who_takes_part(offered: Workspace) -> None:
    number = offered.plan("N-1")

    with refused("inspections.unknown_inspection", number=number):
        offered.result(number, offered.mo)
    with refused("inspections.unknown_inspection", number="I-99"):
        offered.result("I-99")


def test_drawn_units_of_a_numbered_lot_are_used_up_by_name(ws: Workspace) -> None:
    ws.offered("N-1", 500, serials="SB0001")
    number = ws.plan("N-1")
    sample = kept_plan(number)["sample_size"]

    ws.result(number, inspected=sample, critical=1, consumed=2, retained=1,
              sampled_units=parse(f"101-{100 + sample}"))  # fmt: skip

    assert ws.where("N-1") == {"consumed": 2, "retained": 1, "quarantined": 497}
    assert [
        (one.code, one.quantity) for one in books.transfers(lots.lot("N-1").id)
    ][1:] == [("draw", sample), ("consume", 2), ("retain", 1),
              ("quarantine", 500 - sample), ("quarantine", sample - 3)]  # fmt: skip
    assert findings() == []


def test_evidence_of_an_inspection_grades_what_it_moved(offered: Workspace) -> None:
    ws = offered
    picture = ws.thing(ws.li, K.MEDIA, document=b"leaking lid", title="leaking lid.png")

    ws.result(ws.plan("N-1"), critical=1, consumed=1, things=[picture])

    # an independent person was there, with a count and a picture, and signed
    assert ws.grades("quarantined", "N-1") == {3: 3_199}
    assert ws.grades("consumed", "N-1") == {3: 1}


def _verdicts(number: str) -> list[str]:
    """Every verdict of an inspection, the first one first."""
    rows = Result.objects.filter(inspection__number=number).order_by("statement__number")
    return [row.verdict for row in rows]


# Stage by stage ---------------------------------------------------------------------------------

STAGED = {
    "standard": "z1.4",
    "aqls": {"critical": "0", "major": "2.5", "minor": "4.0"},
    "kind": {"critical": "single", "major": "double", "minor": "c0"},
}


def staged(ws: Workspace, number: str, inspected: int, **more: Any) -> dict[str, Any]:
    found = {name: more.pop(name) for name in ("critical", "major", "minor") if name in more}
    return inspections.record_result(
        ws.li, inspection=number, inspected=inspected, found=found, **more
    )


def test_each_class_of_an_inspection_has_its_own_plan(offered: Workspace) -> None:
    number = offered.plan("N-1", **STAGED)

    found = card(offered, number)
    assert [(one["name"], one["kind"], one["stages"]) for one in found.plan["classes"]] == [
        ("critical", "single", [{"n": 125, "ac": 0, "re": 1}]),
        ("major", "double", [{"n": 80, "ac": 3, "re": 7}, {"n": 160, "ac": 8, "re": 9}]),
        ("minor", "c0", [{"n": 18, "ac": 0, "re": 1}]),
    ]
    assert (found.sample_size, found.asked) == (160, 125)


def test_a_double_plan_asks_for_its_second_sample_and_moves_nothing_until_it_is_decided(
    offered: Workspace,
) -> None:
    ws = offered
    number = ws.plan("N-1", **STAGED)

    first = staged(ws, number, 125, critical=0, major=5, minor=0, consumed=3)

    assert (first["verdict"], first["nonconformity"]) == ("continue", None)
    assert "5 major in 80: draw 80 more, 81 to 160 in drawn order" in first["words"]
    assert ws.where("N-1") == {"offered": 3_197, "consumed": 3}
    found = card(ws, number)
    assert (found.waits, found.asked) == (True, 160)
    assert found.class_verdicts == {
        "critical": "acceptable", "major": "continue", "minor": "acceptable",
    }  # fmt: skip
    with refused("inspections.not_acceptable", verdict="continue"):
        inspections.release(ws.vera, lot="N-1")
    with refused("inspections.planned_already", number=number):
        ws.plan("N-1")
    with refused("sampling.count_fell", counted="used up", before=3):
        staged(ws, number, 160, major=6)

    second = staged(ws, number, 160, major=9, consumed=5)

    assert second["verdict"] == "not_acceptable"
    assert ws.where("N-1") == {"quarantined": 3_195, "consumed": 5}
    assert card(ws, number).found == {"critical": 0, "major": 9, "minor": 0}
    assert [(one.inspected, one.verdict) for one in card(ws, number).results] == [
        (125, "continue"), (160, "not_acceptable"),
    ]  # fmt: skip
    assert findings() == []


def test_the_last_stage_is_corrected_and_the_first_stays(offered: Workspace) -> None:
    ws = offered
    number = ws.plan("N-1", **STAGED)
    staged(ws, number, 125, critical=0, major=5, minor=0)
    staged(ws, number, 160, major=9)

    outcome = staged(ws, number, 160, major=7, corrects=True)

    assert outcome["verdict"] == "acceptable"
    assert [one.stands for one in card(ws, number).results] == [True, False, True]
    assert open_ncr() is None
    assert findings() == []


def test_a_second_sample_of_a_lot_that_has_other_units_by_now_is_contested(
    offered: Workspace,
) -> None:
    ws = offered
    number = ws.plan("N-1", **STAGED)
    staged(ws, number, 125, critical=0, major=5, minor=0, consumed=3)
    OPERATIONS["custody.count"](
        ws.wang, lot="N-1", site=ws.yongkang, condition="offered", found=3_190
    )

    assert staged(ws, number, 160, major=6, consumed=3)["verdict"] == "contested"


def test_a_plan_from_a_doubtful_cell_of_the_tables_is_made_once_somebody_has_read_that(
    offered: Workspace,
) -> None:
    ws = offered
    asked = {"standard": "z1.4", "kind": "multiple", "aqls": {"major": "1.5"},
             "severity": "tightened", "reason": "A new line."}  # fmt: skip

    with refused("inspections.cell_flagged", name="major"):
        ws.plan("N-1", **asked)

    number = ws.plan("N-1", acknowledged=["major"], **asked)
    assert "looks wrong" in card(ws, number).plan["classes"][0]["flag"]


def test_a_file_of_results_carries_an_inspection_to_its_second_stage(offered: Workspace) -> None:
    ws = offered
    number = ws.plan("N-1", **STAGED)
    row = {"lot": "N-1", "inspected": 125, "critical": 0, "major": 5, "minor": 0}
    for more in ({}, {"inspected": 160, "major": 6, "critical": "", "minor": ""}):
        importing.import_results(ws.li, data=sheet({**row, **more}), filename="results.csv")

    assert [one.verdict for one in card(ws, number).results] == ["continue", "acceptable"]


# Corrected results ------------------------------------------------------------------------------


def test_a_corrected_result_withdraws_the_nonconformity_and_two_people_lift_the_hold(
    offered: Workspace,
) -> None:
    ws = offered
    number = ws.plan("N-1")
    ws.result(number, major=21)
    before = ws.propose("hold", "N-1", quantity=200)

    outcome = ws.result(number, major=2, corrects=True)

    assert outcome["verdict"] == "acceptable"
    assert _verdicts(number) == [
        "not_acceptable", "acceptable",
    ]  # fmt: skip
    assert open_ncr() is None
    assert ws.where("N-1") == {"quarantined": 3_200}, "units stay on hold"
    after = ws.propose("hold", "N-1")
    for hold in (before, after):
        assert not dispositions.sign_lift(ws.vera, disposition=hold)["lifted"]
        with refused("custody.second_person", name="Vera Lindqvist"):
            dispositions.sign_lift(ws.vera, disposition=hold)
        assert dispositions.sign_lift(ws.tomas, disposition=hold)["lifted"]
    assert ws.where("N-1") == {"offered": 3_200}
    inspections.release(ws.vera, lot="N-1")
    assert ws.where("N-1") == {"released": 3_200}
    assert findings() == []


def test_nothing_but_a_hold_is_proposed_where_no_nonconformity_stands(offered: Workspace) -> None:
    ws = offered
    with refused("custody.no_nonconformity", lot="N-1"):
        ws.propose("hold", "N-1")
    number = ws.plan("N-1")
    ws.result(number, major=21)
    ws.result(number, major=2, corrects=True)

    for kind in ("sort", "rework", "concession", "return", "destroy"):
        with refused("custody.no_nonconformity", lot="N-1"):
            ws.propose(kind, "N-1")


def test_a_result_corrected_to_not_acceptable_puts_the_lot_on_hold(offered: Workspace) -> None:
    ws = offered
    number = ws.plan("N-1")
    ws.result(number, major=2)

    outcome = ws.result(number, major=21, corrects=True)

    assert outcome["verdict"] == "not_acceptable"
    assert ws.where("N-1") == {"quarantined": 3_200}
    report = open_ncr()
    assert report is not None
    assert report.number == outcome["nonconformity"]


def test_a_released_lot_whose_result_is_corrected_to_not_acceptable_goes_on_hold(
    offered: Workspace,
) -> None:
    ws = offered
    number = ws.plan("N-1")
    ws.result(number)
    inspections.release(ws.vera, lot="N-1")

    ws.result(number, critical=1, corrects=True)

    assert ws.where("N-1") == {"quarantined": 3_200}
    assert findings() == []


def test_a_correction_that_changes_no_verdict_opens_no_second_number(offered: Workspace) -> None:
    ws = offered
    number = ws.plan("N-1")
    ws.result(number, major=21)

    ws.result(number, major=22, corrects=True)

    assert Nonconformity.objects.filter(lot=lots.lot("N-1").id).count() == 1
    assert card(ws, number).nonconforming == 22


@pytest.mark.parametrize(
    ("first", "second", "books"),
    [
        ({"consumed": 25, "retained": 15, "major": 21},
         {"consumed": 20, "retained": 18, "major": 21},
         {"quarantined": 3_162, "consumed": 20, "retained": 18}),
        ({"consumed": 25}, {"consumed": 5}, {"offered": 3_195, "consumed": 5}),
        ({"consumed": 5}, {"consumed": 25, "major": 21}, {"quarantined": 3_175, "consumed": 25}),
        ({"consumed": 5, "major": 21}, {"retained": 1}, {"quarantined": 3_199, "retained": 1}),
    ],
)  # fmt: skip
def test_a_corrected_result_books_the_difference_in_what_was_used_up(
    offered: Workspace, first: dict[str, int], second: dict[str, int], books: dict[str, int]
) -> None:
    ws = offered
    number = ws.plan("N-1")
    ws.result(number, **first)

    ws.result(number, corrects=True, **second)

    assert ws.where("N-1") == books
    assert findings() == []
    ws.result(number, corrects=True, **second)
    assert ws.where("N-1") == books, "said again, it is booked no second time"


def test_units_used_up_after_all_are_not_taken_from_what_is_promised(offered: Workspace) -> None:
    ws = offered
    number = ws.plan("N-1")
    ws.result(number, major=21)
    ws.propose("sort", "N-1")

    with refused("ledger.reserved", asked=4, free=0):
        ws.result(number, major=21, consumed=4, corrects=True)


def test_numbered_units_used_up_after_all_are_named(ws: Workspace) -> None:
    ws.offered("N-1", 500, serials="NX0001")
    number = ws.plan("N-1")
    ws.result(number, inspected=50, major=21, consumed=3, sampled_units=parse("1-50"))
    with refused("custody.units_missing"):
        ws.result(number, inspected=50, major=21, consumed=5, corrects=True)

    ws.result(
        number, inspected=50, major=21, consumed=5, sampled_units=parse("1-50"), corrects=True
    )

    assert ws.where("N-1") == {"quarantined": 495, "consumed": 5}
    assert findings() == []


def test_who_was_to_inspect_counts_as_inspector_though_another_recorded_it(ws: Workspace) -> None:
    ws.offered("N-1")
    ws.result(ws.plan("N-1", ws.vera), ws.tomas, critical=1)

    for approver in (ws.vera, ws.tomas):
        sort = ws.propose("sort", "N-1")
        ws.authorise(sort, approver)
        with refused("disposition.gates_unmet", gates=["not_alone"]):
            ws.step(sort, "start")
        dispositions.withdraw(ws.vera, disposition=sort, reason="Signed by who inspected.")
    assert queries.inspectors(lots.lot("N-1").id) == {ws.vera.person, ws.tomas.person}


def test_evidence_of_a_corrected_result_is_kept(offered: Workspace) -> None:
    ws = offered
    number = ws.plan("N-1")
    ws.result(number, major=21)
    sheet_of_paper = ws.thing(ws.li, K.INSPECTION_REPORT, document=b"second look", title="p.pdf")

    ws.result(number, major=2, corrects=True, things=[sheet_of_paper])

    assert [one.title for one in kept.things([ws.last_act("N-1")]) if one.title] == ["p.pdf"]


def test_only_a_result_that_stands_is_corrected(offered: Workspace) -> None:
    number = offered.plan("N-1")

    with refused("inspections.result_there"):
        offered.result(number, corrects=True)


# Offered at several sites ------------------------------------------------------------------------


def moved(ws: Workspace, lot: str, quantity: int | None = None, **more: Any) -> None:
    """Send offered units from Yongkang to Ningbo, and let them arrive."""
    go = {"lot": lot, "site": ws.yongkang, "condition": "offered", "to": ws.ningbo}
    moves.move(ws.wang, **go, quantity=quantity, **more)
    moves.arrive(ws.wang, lot=lot, site=ws.ningbo, carries="offered")


def test_what_is_offered_is_inspected_and_released_wherever_it_stands(offered: Workspace) -> None:
    ws = offered
    moved(ws, "N-1", 1_200)
    ws.result(ws.plan("N-1"))

    inspections.release(ws.vera, lot="N-1")

    assert ws.at("N-1", "yongkang") == {"released": 2_000}
    assert ws.at("N-1", "ningbo") == {"released": 1_200}
    assert findings() == []


def test_a_lot_that_was_moved_as_a_whole_is_sampled_where_it_is(offered: Workspace) -> None:
    ws = offered
    moved(ws, "N-1")

    ws.result(ws.plan("N-1"), consumed=3, retained=2)
    inspections.release(ws.vera, lot="N-1")

    assert ws.where("N-1") == {"released": 3_195, "consumed": 3, "retained": 2}
    assert findings() == []


def test_units_used_up_are_booked_at_the_one_of_several_sites_where_they_were_drawn(
    offered: Workspace,
) -> None:
    ws = offered
    moved(ws, "N-1", 100)
    number = ws.plan("N-1")
    with refused("custody.drawn_where", lot="N-1"):
        ws.result(number, consumed=3)
    with refused("custody.nothing_there"):
        ws.result(number, consumed=3, drawn_at=ws.beilun)

    ws.result(number, consumed=3, drawn_at=ws.ningbo)
    ws.result(number, consumed=5, retained=1, corrects=True)

    assert ws.at("N-1", "yongkang") == {"offered": 3_100}
    assert ws.at("N-1", "ningbo") == {"offered": 94, "consumed": 5, "retained": 1}
    assert findings() == []


def test_units_used_up_after_all_are_asked_for_by_site_where_no_draw_was_booked(
    offered: Workspace,
) -> None:
    ws = offered
    moved(ws, "N-1", 100)
    number = ws.plan("N-1")
    ws.result(number, major=21)
    with refused("custody.drawn_where", lot="N-1"):
        ws.result(number, major=21, consumed=2, corrects=True)

    ws.result(number, major=21, consumed=2, drawn_at=ws.ningbo, corrects=True)

    assert ws.at("N-1", "yongkang") == {"quarantined": 3_100}
    assert ws.at("N-1", "ningbo") == {"quarantined": 98, "consumed": 2}
    assert findings() == []


def test_numbered_units_are_drawn_where_the_books_have_them(ws: Workspace) -> None:
    ws.offered("N-1", 500, serials="NX0001")
    moved(ws, "N-1", named=parse("1-10"))

    ws.result(ws.plan("N-1"), inspected=50, consumed=12, sampled_units=parse("1-50"))
    inspections.release(ws.vera, lot="N-1")

    assert ws.at("N-1", "yongkang") == {"released": 488, "consumed": 2}
    assert ws.at("N-1", "ningbo") == {"consumed": 10}
    assert findings() == []


def test_what_arrives_after_the_inspection_is_not_released_on_it(offered: Workspace) -> None:
    ws = offered
    moves.move(
        ws.wang, lot="N-1", site=ws.yongkang, condition="offered", to=ws.ningbo, quantity=400
    )
    number = ws.plan("N-1")
    ws.result(number)
    inspections.release(ws.vera, lot="N-1")
    moves.arrive(ws.wang, lot="N-1", site=ws.ningbo, carries="offered")

    with refused("inspections.not_presented", number=number, size=2_800, n=3_200):
        inspections.release(ws.vera, lot="N-1")

    ws.result(ws.plan("N-1"), inspected=50)
    inspections.release(ws.vera, lot="N-1")
    assert ws.where("N-1") == {"released": 3_200}


def test_after_a_suspicion_is_lifted_only_a_new_inspection_releases(offered: Workspace) -> None:
    ws = offered
    number = ws.plan("N-1")
    ws.result(number)
    quarantine(ws.vera, lot="N-1", reason="A customer found a leaking lid.")
    ws.lifted(ws.propose("hold", "N-1"))
    assert ws.where("N-1") == {"offered": 3_200}

    with refused("inspections.held_since", number=number, lot="N-1", n=3_200):
        inspections.release(ws.vera, lot="N-1")
    ws.result(number, major=1, corrects=True)  # what it says now was seen before the suspicion
    with refused("inspections.held_since"):
        inspections.release(ws.vera, lot="N-1")

    ws.result(ws.plan("N-1"))
    inspections.release(ws.vera, lot="N-1")
    assert ws.where("N-1") == {"released": 3_200}
    assert findings() == []


# Re-inspection ----------------------------------------------------------------------------------


@pytest.fixture
def sorted_out(ws: Workspace) -> tuple[Workspace, str]:
    """Of L-1 Zhang has sorted all: 3,000 conforming, 200 not."""
    sort = ws.running("sort")
    ws.step(sort, "counts", ws.zhang, conforming=3_000, not_reworkable=200)
    return ws, sort


def test_a_reinspection_is_for_the_units_that_were_sorted(
    sorted_out: tuple[Workspace, str],
) -> None:
    ws, sort = sorted_out

    number = ws.plan("L-1", ws.chen, disposition=sort, severity="tightened")

    found = card(ws, number)
    assert (found.lot_size, found.resubmission, found.severity) == (3_000, 1, "tightened")


def test_who_sorted_or_inspected_first_does_not_reinspect(
    sorted_out: tuple[Workspace, str],
) -> None:
    ws, sort = sorted_out

    with refused("inspections.same_inspector", name="Zhang", did="did the work"):
        ws.plan("L-1", ws.zhang, disposition=sort)
    with refused("inspections.same_inspector", name="Li", did="inspected the lot first"):
        ws.plan("L-1", ws.li, disposition=sort)
    ws.plan("L-1", ws.chen, disposition=sort)


def test_who_inspected_first_does_not_record_the_reinspection_planned_for_another(
    sorted_out: tuple[Workspace, str],
) -> None:
    ws, sort = sorted_out
    number = ws.plan("L-1", ws.chen, disposition=sort)

    for name in ("li", "zhang"):
        with refused("inspections.same_inspector", name=name.title()):
            ws.result(number, ws.actor(name))
    assert ws.result(number, ws.chen)["verdict"] == "acceptable"


def test_nobody_of_an_organisation_that_did_the_work_reinspects_where_no_name_is_given(
    ws: Workspace,
) -> None:
    agency = ws.organisations["agency"]
    sort = ws.running("sort", agent_person=None, agent_organisation=agency)
    ws.step(sort, "counts", ws.zhang, conforming=3_200)

    with refused("inspections.same_inspector", did="works for who did the work"):
        ws.plan("L-1", ws.chen, disposition=sort)
    ws.plan("L-1", ws.tomas, disposition=sort)


def test_a_reinspection_needs_units_that_wait_for_it(ws: Workspace) -> None:
    sort = ws.running("sort")

    with refused("inspections.nothing_to_inspect"):
        ws.plan("L-1", ws.chen, disposition=sort)


def test_what_is_not_acceptable_on_reinspection_goes_back_to_quarantine_at_once(
    sorted_out: tuple[Workspace, str],
) -> None:
    ws, sort = sorted_out

    outcome = ws.result(ws.plan("L-1", ws.chen, disposition=sort), ws.chen, critical=1)

    assert outcome["verdict"] == "not_acceptable"
    assert ws.where() == {"quarantined": 3_200}
    with refused("custody.not_open", status="finished"):
        ws.step(sort, "release")
    assert ws.propose("sort", quantity=3_200)
    assert findings() == []


def test_what_is_acceptable_on_reinspection_waits_for_the_buyer(
    sorted_out: tuple[Workspace, str],
) -> None:
    ws, sort = sorted_out

    ws.reinspected(sort, every_unit=False)

    assert ws.where() == {"awaiting_reinspection": 3_000, "quarantined": 200}
    ws.step(sort, "release")
    assert ws.where() == {"released": 3_000, "quarantined": 200}
    assert findings() == []


def test_of_units_all_inspected_the_conforming_ones_are_accepted_one_by_one(
    sorted_out: tuple[Workspace, str],
) -> None:
    ws, sort = sorted_out

    outcome = ws.reinspected(sort, major=35)

    assert outcome["verdict"] == "acceptable"
    assert outcome["words"] == "35 nonconforming in 3,000, every unit inspected"
    with refused("disposition.more_than_accepted", accepted=2_965, asked=3_000):
        ws.step(sort, "release")
    ws.step(sort, "release", accepted=2_965, not_accepted=35)
    assert ws.where() == {"released": 2_965, "quarantined": 235}


def test_a_reinspection_of_units_that_changed_since_is_contested_and_opens_no_gate(
    sorted_out: tuple[Workspace, str],
) -> None:
    ws, sort = sorted_out
    number = ws.plan("L-1", ws.chen, disposition=sort)
    OPERATIONS["custody.count"](
        ws.wang, lot="L-1", site=ws.yongkang, condition="awaiting_reinspection", found=2_990
    )

    assert ws.result(number, ws.chen)["verdict"] == "contested"

    with refused("disposition.gates_unmet", gates=["reinspected", "other_inspector"]):
        ws.step(sort, "release")
    again = ws.reinspected(sort)
    assert again["verdict"] == "acceptable"


# Results from a file ----------------------------------------------------------------------------


def test_a_file_of_results_is_judged_and_booked_row_by_row(ws: Workspace) -> None:
    ws.offered("N-1")
    ws.offered("N-2")
    first, second = ws.plan("N-1"), ws.plan("N-2")
    rows = [
        {"lot": "N-1", "inspected": 125, "critical": 0, "major": 21, "minor": 6,
         "consumed": 25, "retained": 15, "remarks": "漏水", "inspection": "", "inspected_at": ""},
        {"lot": "N-2", "inspected": 125, "critical": 0, "major": 0, "minor": 0,
         "inspection": second,
         "inspected_at": "2026-03-01 09:30+08:00"},
    ]  # fmt: skip

    outcome = importing.import_results(ws.li, data=sheet(*rows), filename="results.csv")

    assert outcome == {"rows": 2, "verdicts": {"not_acceptable": 1, "acceptable": 1}}
    assert ws.where("N-1") == {"quarantined": 3_160, "consumed": 25, "retained": 15}
    assert ws.where("N-2") == {"offered": 3_200}
    assert card(ws, first).found == {"critical": 0, "major": 21, "minor": 6}
    told = ws.chain("N-2")[-1]
    assert (told.kind, told.actor) == ("inspections.record_result", ws.people["li"])
    assert told.occurred_at.isoformat() == "2026-03-01T01:30:00+00:00"
    assert findings() == []


def test_a_file_of_results_with_any_problem_is_not_booked_at_all(ws: Workspace) -> None:
    ws.offered("N-1")
    ws.offered("N-2")
    ws.plan("N-1")
    ws.result(ws.plan("N-2"))
    rows = [
        {"lot": "N-1", "inspected": 125, "critical": 0, "major": 126, "minor": 0},
        {"lot": "N-2", "inspected": 125},
        {"lot": "N-9", "inspected": 125},
        {"lot": "N-1", "inspected": 125, "inspection": "I-99"},
        {"lot": "N-1", "inspected": 125},
    ]

    with refused("sheets.refused") as refusal:
        importing.import_results(ws.li, data=sheet(*rows), filename="results.csv")

    assert [(one.row, one.column, one.message) for one in refusal.value.problems] == [
        (
            2,
            "inspected",
            "126 units are counted as major, but only 125 were inspected for it.",
        ),
        (3, "lot", "0 inspections of this lot wait for a result: name the one"),
        (4, "lot", "there is no such lot here"),
        (5, "inspection", "no inspection of this number of lot N-1 waits for a result"),
        (6, "lot", "0 inspections of this lot wait for a result: name the one"),
    ]


def test_a_class_left_blank_in_a_file_of_results_is_asked_for_and_not_taken_as_0(
    ws: Workspace,
) -> None:
    ws.offered("N-1")
    ws.offered("N-2")
    number, major_only = ws.plan("N-1"), ws.plan("N-2", aqls={"major": "2.5"})
    rows = [{"lot": "N-1", "inspected": 125, "minor": 0}, {"lot": "N-2", "inspected": 125}]

    with refused("sheets.refused") as refusal:
        importing.import_results(ws.li, data=sheet(*rows), filename="results.csv")

    asks = "the plan of {} asks for this class; write 0 if none was found"
    assert [(one.row, one.column, one.message) for one in refusal.value.problems] == [
        (2, "critical", asks.format(number)),
        (2, "major", asks.format(number)),
        (3, "major", asks.format(major_only)),
    ]


# Suspicion --------------------------------------------------------------------------------------


def test_a_suspicion_puts_everything_that_is_not_on_hold_on_hold(offered: Workspace) -> None:
    ws = offered
    ws.result(ws.plan("N-1"))
    inspections.release(ws.vera, lot="N-1")

    outcome = OPERATIONS["custody.quarantine"](ws.vera, lot="N-1", reason="The caps smell.")

    assert ws.where("N-1") == {"quarantined": 3_200}
    report = open_ncr()
    assert report is not None
    assert (report.number, report.requirement) == (outcome["nonconformity"], "The caps smell.")
    with refused("custody.nothing_there"):
        OPERATIONS["custody.quarantine"](ws.vera, lot="N-1", reason="Again.")


def test_the_verdict_of_a_lot_is_that_of_its_latest_original_inspection(
    offered: Workspace,
) -> None:
    ws = offered
    ws.result(ws.plan("N-1"), occurred_at=ago(days=2))
    ws.result(ws.plan("N-1", ws.chen), ws.chen, critical=1, occurred_at=ago(days=1))

    assert queries.verdicts()[lots.lot("N-1").id] == "not_acceptable"
    found = queries.verdict(lots.lot("N-1").id)
    assert found is not None
    assert found.verdict == "not_acceptable"


def test_where_every_unit_is_looked_at_what_was_found_stays_found(ws: Workspace) -> None:
    ws.offered("N-1", 100)
    number = ws.plan("N-1", every_unit=True)
    ws.result(number, inspected=50, critical=1, major=3)

    with refused("sampling.count_fell", counted="critical"):
        ws.result(number, inspected=100)
    with refused("sampling.class_not_counted"):
        inspections.record_result(ws.li, inspection=number, inspected=100, found={})


def test_a_correction_of_an_earlier_inspection_is_no_later_word_than_a_later_one(
    ws: Workspace,
) -> None:
    ws.offered("N-1", 3_200)
    first = ws.plan("N-1")
    ws.result(first, inspected=125)
    second = ws.plan("N-1")
    ws.result(second, inspected=125, critical=1)

    ws.result(first, inspected=125, major=1, corrects=True)

    assert queries.verdicts()[lots.lot("N-1").id] == "not_acceptable"


def test_a_result_after_a_correction_answers_for_the_units_that_are_there_now(
    ws: Workspace,
) -> None:
    ws.offered("N-1", 3_200)
    number = ws.plan("N-1", aqls={"major": "2.5"}, kind="double", standard="z1.4")
    said = {"inspection": number, "inspected": 80}
    inspections.record_result(ws.li, **said, found={"major": 5})
    inspections.record_result(ws.li, **said, found={"major": 4}, corrects=True)
    counts.count(ws.li, lot="N-1", site=ws.yongkang, condition="offered", found=3_100)

    told = inspections.record_result(
        ws.li, inspection=number, inspected=160, found={"major": 6}
    )  # fmt: skip

    assert told["verdict"] == "contested"
