"""Re-inspections: nothing leaves the hold group on one that does not stand.

Of L-1 (3,200 units without numbers) and S-1 (500 with numbers) all is on hold.
"""

from __future__ import annotations

import pytest

from lotwarden.custody import queries
from lotwarden.custody.operations import corrections, dispositions, moves
from tests.workspace import K, Workspace, findings, kept_plan, refused, these


def sorted_out(ws: Workspace, lot: str = "L-1") -> tuple[str, int]:
    """Sort all of a lot, all of it conforming; return the disposition and how many wait."""
    sort = ws.running("sort", lot)
    quantity = ws.where(lot)["in_sorting"]
    ws.step(sort, "counts", ws.zhang, conforming=quantity)
    return sort, quantity


def part_at_ningbo(ws: Workspace, sort: str, condition: str, quantity: int) -> None:
    """Bring a part of L-1's units from Yongkang to Ningbo."""
    moves.move(
        ws.vera, lot="L-1", site=ws.yongkang, condition=condition, to=ws.ningbo,
        quantity=quantity, disposition=sort,
    )  # fmt: skip
    moves.arrive(ws.wang, lot="L-1", site=ws.ningbo, carries=condition, found=quantity)


# A re-inspection that proves wrong --------------------------------------------------------------


@pytest.mark.parametrize(
    ("lot", "found"),
    [
        ("L-1", {"critical": 3}),
        ("S-1", {"critical": 3}),
        ("L-1", {"inspected": 5}),
        ("S-1", {"inspected": 5}),
    ],
)
def test_what_was_released_on_a_result_that_proves_wrong_is_on_hold_again(
    ws: Workspace, lot: str, found: dict[str, int]
) -> None:
    sort, n = sorted_out(ws, lot)
    number = ws.plan(lot, ws.chen, disposition=sort)
    sample = kept_plan(number)["sample_size"]
    ws.result(number, ws.chen, inspected=sample)
    ws.step(sort, "release")
    assert ws.where(lot) == {"released": n}

    ws.result(number, ws.chen, corrects=True, **{"inspected": sample, **found})

    assert ws.where(lot) == {"quarantined": n}
    assert f"of {n:,} units released before, {n:,} are on hold again" in (
        queries.disposition(sort).closed_because
    )
    assert ws.propose("sort", lot, quantity=n), "the nonconformity stands"
    assert findings() == []


def test_what_had_left_already_when_its_result_proves_wrong_is_told(ws: Workspace) -> None:
    sort, n = sorted_out(ws)
    number = ws.plan("L-1", ws.chen, disposition=sort, every_unit=True)
    ws.result(number, ws.chen, inspected=n)
    ws.step(sort, "release", accepted=n)
    moves.move(
        ws.wang, lot="L-1", site=ws.yongkang, condition="released", to=ws.ningbo, quantity=1_000
    )
    moves.arrive(ws.wang, lot="L-1", site=ws.ningbo, carries="released", found=900)
    moves.move(
        ws.wang, lot="L-1", site=ws.yongkang, condition="released", to=ws.ningbo, quantity=200
    )

    ws.result(number, ws.chen, inspected=n, major=n, corrects=True)

    assert ws.where() == {"quarantined": 2_900, "in_transit": 200, "unaccounted": 100}
    assert queries.disposition(sort).closed_because == (
        "not acceptable on re-inspection; of 3,200 units released before, "
        "3,100 are on hold again, 100 had left already"
    )
    moves.arrive(ws.wang, lot="L-1", site=ws.ningbo, carries="quarantined", found=200)
    assert ws.where() == {"quarantined": 3_100, "unaccounted": 100}
    assert findings() == []


def test_another_dispositions_numbered_units_stay_released(ws: Workspace) -> None:
    wrong = ws.running("sort", "S-1", named=these("1-200").units)
    ws.step(wrong, "counts", ws.zhang, conforming=200)
    number = ws.plan("S-1", ws.chen, disposition=wrong, every_unit=True)
    ws.result(number, ws.chen, inspected=200)
    ws.step(wrong, "release")
    right = ws.running("sort", "S-1", named=these("201-500").units)
    ws.step(right, "counts", ws.zhang, conforming=300)
    ws.reinspected(right, "S-1")
    ws.step(right, "release")

    ws.result(number, ws.chen, inspected=200, major=200, corrects=True)

    assert ws.where("S-1") == {"quarantined": 200, "released": 300}


def test_the_rest_goes_back_to_quarantine_when_its_result_proves_wrong(ws: Workspace) -> None:
    sort, n = sorted_out(ws)
    part_at_ningbo(ws, sort, "awaiting_reinspection", 1_000)
    number = ws.plan("L-1", ws.chen, disposition=sort, every_unit=True)
    ws.result(number, ws.chen, inspected=n)
    ws.step(sort, "release", site=ws.ningbo, accepted=1_000)

    ws.result(number, ws.chen, inspected=n, major=n, corrects=True)

    assert ws.where() == {"quarantined": n}
    assert queries.disposition(sort).status == "finished"
    assert findings() == []


@pytest.mark.parametrize("inspected", [5, 3_199])
def test_a_result_that_is_incomplete_after_all_releases_nothing(
    ws: Workspace, inspected: int
) -> None:
    sort, n = sorted_out(ws)
    number = ws.plan("L-1", ws.chen, disposition=sort, every_unit=True)
    ws.result(number, ws.chen, inspected=n)

    ws.result(number, ws.chen, inspected=inspected, corrects=True)

    with refused("disposition.gates_unmet", gates=["reinspected", "other_inspector"]):
        ws.step(sort, "release", accepted=n)
    ws.result(number, ws.chen, inspected=n, corrects=True)
    ws.step(sort, "release", accepted=n)
    assert findings() == []


@pytest.mark.parametrize(("lot", "part"), [("L-1", 1_000), ("S-1", 100)])
def test_a_corrected_result_accepts_no_unit_twice(ws: Workspace, lot: str, part: int) -> None:
    sort, n = sorted_out(ws, lot)
    named = these(f"1-{part}") if lot == "S-1" else part
    rest = these(f"{part + 1}-{n}") if lot == "S-1" else n - part
    moves.move(
        ws.vera, lot=lot, site=ws.yongkang, condition="awaiting_reinspection", to=ws.ningbo,
        disposition=sort, **({"named": named.units} if lot == "S-1" else {"quantity": part}),
    )  # fmt: skip
    moves.arrive(ws.wang, lot=lot, site=ws.ningbo, carries="awaiting_reinspection")
    number = ws.plan(lot, ws.chen, disposition=sort, every_unit=True)
    ws.result(number, ws.chen, inspected=n, major=20)
    ws.step(sort, "release", site=ws.ningbo, accepted=named)

    ws.result(number, ws.chen, inspected=n, major=300, corrects=True)

    assert ws.at(lot, "ningbo") == {"quarantined": part}, "some of them may be the bad ones"
    with refused("disposition.more_than_accepted", accepted=n - 300 - part, asked=n - part):
        ws.step(sort, "release", site=ws.yongkang, accepted=rest)
    assert findings() == []


# Units that nobody re-inspected -----------------------------------------------------------------


def sorted_in_two_places(ws: Workspace) -> str:
    """Re-inspect what was sorted at Ningbo, 1,600 units; then sort the 1,600 at Yongkang."""
    sort = ws.running("sort")
    part_at_ningbo(ws, sort, "in_sorting", 1_600)
    ws.step(sort, "counts", ws.zhang, site=ws.ningbo, conforming=1_600)
    ws.reinspected(sort)
    ws.step(sort, "counts", ws.zhang, site=ws.yongkang, conforming=1_600)
    return sort


def test_what_was_sorted_after_the_reinspection_is_not_released_on_it(ws: Workspace) -> None:
    sort = sorted_in_two_places(ws)

    with refused("custody.not_those_inspected", number=sort):
        ws.step(sort, "release", site=ws.yongkang, accepted=1_600)
    ws.step(sort, "release", site=ws.ningbo, accepted=1_600)
    ws.reinspected(sort)
    ws.step(sort, "release", accepted=1_600)
    assert ws.where() == {"released": 3_200}
    assert findings() == []


def test_what_was_not_reinspected_is_not_released_where_other_units_were(ws: Workspace) -> None:
    sort = sorted_in_two_places(ws)
    ws.step(sort, "release", site=ws.ningbo, accepted=1_000, not_accepted=600)
    part_at_ningbo(ws, sort, "awaiting_reinspection", 600)

    with refused("custody.not_those_inspected", number=sort):
        ws.step(sort, "release", site=ws.ningbo, accepted=600)


def test_what_was_on_the_way_was_not_reinspected(ws: Workspace) -> None:
    sort, _ = sorted_out(ws)
    moves.move(
        ws.vera, lot="L-1", site=ws.yongkang, condition="awaiting_reinspection", to=ws.ningbo,
        quantity=600, disposition=sort,
    )  # fmt: skip
    ws.reinspected(sort)
    moves.arrive(ws.wang, lot="L-1", site=ws.ningbo, carries="awaiting_reinspection", found=600)

    with refused("custody.not_those_inspected", number=sort):
        ws.step(sort, "release", site=ws.ningbo, accepted=600)
    ws.step(sort, "release", site=ws.yongkang, accepted=2_600)


@pytest.mark.parametrize("lot", ["L-1", "S-1"])
def test_a_count_that_is_taken_back_takes_its_reinspection_along(ws: Workspace, lot: str) -> None:
    sort, n = sorted_out(ws, lot)
    counted = ws.last_act(lot)
    number = ws.plan(lot, ws.chen, disposition=sort, every_unit=True)
    ws.result(number, ws.chen, inspected=n)

    corrections.correct(ws.vera, lot=lot, entry=counted, reason="Counted twice.")
    ws.step(sort, "counts", ws.zhang, conforming=n)

    with refused("disposition.gates_unmet", gates=["reinspected", "other_inspector"]):
        ws.step(sort, "release", accepted=n)
    ws.result(number, ws.chen, inspected=n, corrects=True)
    with refused("disposition.gates_unmet", gates=["reinspected", "other_inspector"]):
        ws.step(sort, "release", accepted=n)
    ws.reinspected(sort, lot)
    ws.step(sort, "release", accepted=n)
    assert findings() == []


def test_a_withdrawal_that_is_taken_back_needs_its_reinspection_anew(ws: Workspace) -> None:
    sort = ws.running("sort", quantity=100)
    ws.step(sort, "counts", ws.zhang, conforming=100)
    ws.reinspected(sort)
    dispositions.withdraw(ws.vera, disposition=sort, reason="Rework all.")

    corrections.correct(ws.vera, lot="L-1", entry=ws.last_act(), reason="Not all.")

    with refused("disposition.gates_unmet", gates=["reinspected", "other_inspector"]):
        ws.step(sort, "release")
    ws.reinspected(sort)
    ws.step(sort, "release")


# Who did the work -------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["chen", "tomas"])
def test_who_counted_for_the_sorter_does_not_reinspect(ws: Workspace, name: str) -> None:
    sort = ws.running("sort")
    ws.step(sort, "counts", ws.actor(name), conforming=3_200)

    with refused("inspections.same_inspector", did="recorded or signed the work"):
        ws.plan("L-1", ws.actor(name), disposition=sort)
    other = ws.plan("L-1", ws.sun, disposition=sort)
    with refused("inspections.same_inspector", did="recorded or signed the work"):
        ws.result(other, ws.actor(name))
    ws.result(other, ws.sun)
    ws.step(sort, "release")


def test_who_signed_the_report_of_the_rework_does_not_reinspect(ws: Workspace) -> None:
    rework = ws.running("rework", quantity=100)
    report = [
        ws.thing(ws.tomas, K.INSPECTION_REPORT, document=b"all tight"),
        ws.thing(ws.wang, K.COUNT_OUT, quantity=100),
    ]
    ws.step(rework, "counts", ws.wang, things=report, defects_shown=2, reworked=100)

    with refused("inspections.same_inspector", did="recorded or signed the work"):
        ws.plan("L-1", ws.tomas, disposition=rework)
    ws.reinspected(rework)


def test_a_part_that_its_reinspector_sorts_is_reinspected_by_somebody_else(ws: Workspace) -> None:
    sort = ws.running("sort")
    part_at_ningbo(ws, sort, "in_sorting", 1_600)
    ws.step(sort, "counts", ws.zhang, site=ws.ningbo, conforming=1_600)
    ws.reinspected(sort)
    ws.step(sort, "counts", ws.chen, site=ws.yongkang, conforming=1_600)

    with refused("disposition.gates_unmet", gates=["other_inspector"]):
        ws.step(sort, "release", site=ws.ningbo, accepted=1_600)
    ws.reinspected(sort, inspector=ws.sun)
    ws.step(sort, "release", site=ws.ningbo, accepted=1_600)


# Used up and kept -------------------------------------------------------------------------------


@pytest.mark.parametrize("lot", ["L-1", "S-1"])
def test_what_a_reinspection_used_up_and_kept_is_booked(ws: Workspace, lot: str) -> None:
    sort, n = sorted_out(ws, lot)
    drawn = {"sampled_units": these("1-50").units} if lot == "S-1" else {}
    number = ws.plan(lot, ws.chen, disposition=sort)
    sample = kept_plan(number)["sample_size"]

    ws.result(number, ws.chen, inspected=sample, consumed=5, retained=3, **drawn)

    assert ws.where(lot) == {"awaiting_reinspection": n - 8, "consumed": 5, "retained": 3}
    used = {"inspected": sample, "consumed": 4, "retained": 4, "corrects": True, **drawn}
    ws.result(number, ws.chen, **used)
    assert ws.where(lot) == {"awaiting_reinspection": n - 8, "consumed": 4, "retained": 4}
    ws.step(sort, "release")
    assert ws.where(lot) == {"released": n - 8, "consumed": 4, "retained": 4}
    ws.result(number, ws.chen, **used | {"consumed": 0})
    assert ws.where(lot) == {"released": n - 8, "quarantined": 4, "retained": 4}
    assert queries.free_in_quarantine()[
        queries.disposition(sort).lot, queries.disposition(sort).site
    ] == 4  # fmt: skip
    assert findings() == []


def test_numbered_units_used_up_in_a_reinspection_are_named(ws: Workspace) -> None:
    sort, _ = sorted_out(ws, "S-1")
    number = ws.plan("S-1", ws.chen, disposition=sort)

    with refused("custody.units_missing"):
        ws.result(number, ws.chen, inspected=50, consumed=5)
