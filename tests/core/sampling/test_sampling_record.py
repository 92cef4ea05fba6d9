"""Inspections of record: results one after the other, each class at its own stage."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lotwarden.core import sampling
from lotwarden.core.errors import Refusal
from lotwarden.core.sampling import Recorded, StagedInspection, StageOutcome

O = StageOutcome  # noqa: E741 - read as the outcome


def plan(lot_size: int = 3_200, **kind: str) -> StagedInspection:
    kinds = kind or {"critical": "single", "major": "double"}
    aqls = {"critical": "0", "major": "2.5", "minor": "4.0"}
    return sampling.record_plans(
        kind=kinds,
        lot_size=lot_size,
        level="II",
        aqls={name: aqls[name] for name in kinds},
        severity="normal",
        standard="z1.4",
    )


def judged(*results: tuple[int, Mapping[str, int]], of: StagedInspection | None = None) -> str:
    verdict = sampling.judge_record(plan=of or plan(), results=[Recorded(*one) for one in results])
    return verdict.outcome.value


def test_a_class_between_ac_and_re_asks_for_its_next_stage_and_the_others_are_decided() -> None:
    made = plan()
    assert sampling.first_units_asked(made) == 125

    verdict = sampling.judge_record(plan=made, results=[Recorded(125, {"critical": 0, "major": 5})])

    assert verdict.outcome is O.DRAW_MORE
    assert [one.outcome for one in verdict.classes] == [O.ACCEPTABLE, O.DRAW_MORE]
    assert sampling.units_asked(verdict) == 160
    assert verdict.classes[1].words == "5 major in 80: draw 80 more, 81 to 160 in drawn order"


@pytest.mark.parametrize(
    ("second", "outcome"), [(8, "acceptable"), (9, "not_acceptable"), (5, "acceptable")]
)
def test_the_second_stage_is_judged_on_all_that_was_found(second: int, outcome: str) -> None:
    first = (125, {"critical": 0, "major": 5})

    assert judged(first, (160, {"major": second})) == outcome


def test_a_stage_that_was_inspected_short_goes_on_where_it_stopped() -> None:
    short = (60, {"critical": 0, "major": 2})

    assert judged(short) == "incomplete"
    assert judged(short, (125, {"critical": 0, "major": 3})) == "acceptable"
    assert judged(short, (125, {"critical": 1, "major": 3})) == "not_acceptable"


def test_a_class_that_is_decided_stays_decided_whatever_is_counted_later() -> None:
    made = plan(major="double", minor="double")
    first = (80, {"major": 5, "minor": 2})

    verdict = sampling.judge_record(
        plan=made, results=[Recorded(*first), Recorded(160, {"major": 6, "minor": 40})]
    )

    assert [(one.name, one.found, one.inspected) for one in verdict.classes] == [
        ("major", 6, 160), ("minor", 2, 80),
    ]  # fmt: skip
    assert verdict.outcome is O.ACCEPTABLE


def test_a_result_past_the_end_of_a_stage_still_answers_for_that_stage_alone() -> None:
    first = (160, {"critical": 0, "major": 5})

    assert judged(first) == "draw_more"
    assert judged(first, (160, {"major": 6})) == "acceptable"


@pytest.mark.parametrize(
    ("results", "code"),
    [
        ([(80, {"critical": 0})], "sampling.class_not_counted"),
        ([(80, {"critical": 0, "major": 0, "odd": 1})], "sampling.unknown_class"),
        ([(80, {"critical": 0, "major": -1})], "sampling.count_below_zero"),
        ([(3_201, {"critical": 0, "major": 1})], "sampling.more_inspected_than_lot"),
        ([(125, {"critical": 0, "major": 81})], "sampling.more_found_than_inspected"),
        ([(80, {"critical": 50, "major": 50})], "sampling.unit_counted_twice"),
        ([(60, {"critical": 0, "major": 2}), (50, {"critical": 0, "major": 2})],
         "sampling.count_fell"),
        ([(60, {"critical": 0, "major": 2}), (80, {"critical": 0, "major": 1})],
         "sampling.count_fell"),
        ([(80, {"critical": 0, "major": 5}), (80, {"critical": 0, "major": 6})],
         "sampling.more_found_than_inspected"),
    ],
)  # fmt: skip
def test_results_that_cannot_be_are_refused(
    results: list[tuple[int, Mapping[str, int]]], code: str
) -> None:
    with pytest.raises(Refusal) as refusal:
        judged(*results)

    assert refusal.value.code == code


@given(st.sets(st.integers(0, 120), max_size=12), st.sets(st.integers(1, 200), max_size=3))
def test_a_record_says_what_the_units_in_drawn_order_say(bad: set[int], stops: set[int]) -> None:
    made = plan(500, major="multiple")
    ends = made.classes[0].plan.ends
    worst = ["major" if place in bad else None for place in range(ends[-1])]

    asked = sampling.tally_stages(plan=made, worst=worst)
    whole = sampling.judge_stages(plan=made, inspected=len(worst), found=asked.by_class)
    places = sorted({*ends, *(one for one in stops if one < ends[-1])})
    recorded = [Recorded(place, {"major": worst[:place].count("major")}) for place in places]

    assert sampling.judge_record(plan=made, results=recorded).outcome is whole.outcome


@pytest.mark.parametrize("kind", ["c0", "isolated"])
@pytest.mark.parametrize("lot_size", [2, 90, 3_200])
@pytest.mark.parametrize("aql", ["0", "2.5", "10"])
def test_a_plan_on_zero_lets_bad_lots_pass_no_more_often_than_the_single_plan(
    kind: str, lot_size: int, aql: str
) -> None:
    made = sampling.record_plan(
        kind=kind, lot_size=lot_size, level="II", aql=aql, severity="normal", standard="iso2859-1"
    )

    beside = sampling.single_plan(
        lot_size=lot_size,
        level="II",
        aql=aql,
        severity="tightened" if kind == "isolated" else "normal",
        standard="iso2859-1",
    )
    assert made.severity == beside.severity
    assert [(one.ac, one.re) for one in made.stages] == [(0, 1)]
    stages = ((beside.inspect, beside.ac, beside.re),)
    for defectives in range(lot_size + 1):
        share = [defectives / lot_size]
        (single,) = sampling.staged_oc(
            stages=stages, p=share, model="hypergeometric", lot_size=lot_size
        )
        if single <= 0.10:
            (zero,) = sampling.staged_oc(
                stages=made.stages, p=share, model="hypergeometric", lot_size=lot_size
            )
            assert zero <= 0.10
            break


def test_a_kind_that_no_record_has_is_refused() -> None:
    with pytest.raises(sampling.UnknownKind):
        plan(major="triple")
