"""Judging stage by stage."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lotwarden.core import sampling
from lotwarden.core.sampling import StageOutcome


def plan_of(
    aqls: dict[str, str],
    *,
    kind: str | dict[str, str] = "double",
    lot_size: int = 3_200,
    severity: str = "normal",
) -> sampling.StagedInspection:
    return sampling.staged_plans(
        kind=kind, lot_size=lot_size, level="II", aqls=aqls, severity=severity, standard="z1.4"
    )


DOUBLE = plan_of({"major": "2.5"})  # 80: 3/7, 160: 8/9
MULTIPLE = plan_of({"major": "1.0"}, kind="multiple")  # 32 a stage: #/2 … no Ac at first
WITH_GAP = plan_of({"minor": "4.0"}, severity="reduced")  # 32: 2/7, 64: 6/9
MIXED = plan_of(
    {"critical": "0", "major": "2.5", "minor": "4.0"},
    kind={"critical": "single", "major": "double", "minor": "double"},
)


def judge_one(
    plan: sampling.StagedInspection, inspected: int, *found: int
) -> sampling.StagedVerdict:
    return sampling.judge_stages(plan=plan, inspected=inspected, found={plan.names[0]: list(found)})


@pytest.mark.parametrize(
    ("inspected", "found", "outcome", "words"),
    [
        (80, [3], "acceptable", "3 major in 80, at most 3"),
        (80, [4], "draw_more", "4 major in 80: draw 80 more, 81 to 160 in drawn order"),
        (80, [7], "not_acceptable", "7 major in 80, at most 6"),
        (79, [0], "incomplete", "0 major in 79 of 80, at most 6: 1 more to inspect"),
        (9, [7], "not_acceptable", "7 major in 9, at most 6"),
        (159, [4, 0], "incomplete", "4 major in 159 of 160, at most 8: 1 more to inspect"),
        (160, [4, 4], "acceptable", "8 major in 160, at most 8"),
        (160, [4, 5], "not_acceptable", "9 major in 160, at most 8"),
        (100, [6, 3], "not_acceptable", "9 major in 100, at most 8"),
        (0, [], "incomplete", "0 major in 0 of 80, at most 6: 80 more to inspect"),
    ],
)
def test_a_double_plan_is_judged_stage_by_stage(
    inspected: int, found: list[int], outcome: str, words: str
) -> None:
    verdict = judge_one(DOUBLE, inspected, *found)

    assert (verdict.outcome, verdict.words) == (outcome, words)


def test_what_follows_the_deciding_stage_changes_nothing() -> None:
    accepted = judge_one(DOUBLE, 160, 3, 80)

    assert accepted.outcome is StageOutcome.ACCEPTABLE
    assert (accepted.classes[0].stage, accepted.classes[0].inspected) == (1, 80)
    assert judge_one(DOUBLE, 160, 3).outcome is StageOutcome.ACCEPTABLE


def test_a_stage_without_acceptance_number_cannot_accept() -> None:
    plan = MULTIPLE.of("major")

    verdict = judge_one(MULTIPLE, plan.stages[0].n, 0)

    assert plan.stages[0].ac is None
    assert verdict.outcome is StageOutcome.DRAW_MORE
    assert verdict.classes[0].draw == plan.stages[0].n


@pytest.mark.parametrize(
    ("second", "outcome", "back"),
    [
        (3, StageOutcome.ACCEPTABLE, ()),
        (4, StageOutcome.ACCEPTABLE, ("minor",)),
        (5, StageOutcome.ACCEPTABLE, ("minor",)),
        (6, StageOutcome.NOT_ACCEPTABLE, ()),
    ],
)
def test_the_gap_at_the_last_stage_accepts_and_ends_reduced_inspection(
    second: int, outcome: StageOutcome, back: tuple[str, ...]
) -> None:
    stages = WITH_GAP.of("minor").stages
    assert [tuple(one) for one in stages] == [(32, 2, 7), (64, 6, 9)]

    verdict = judge_one(WITH_GAP, 64, 3, second)

    assert (verdict.outcome, verdict.back_to_normal) == (outcome, back)


def test_between_ac_and_re_of_an_earlier_stage_more_is_drawn() -> None:
    verdict = judge_one(WITH_GAP, 32, 3)

    assert verdict.outcome is StageOutcome.DRAW_MORE
    assert verdict.back_to_normal == ()


def test_single_classes_stand_beside_double_ones() -> None:
    found = {"critical": [0], "major": [2], "minor": [6]}

    verdict = sampling.judge_stages(plan=MIXED, inspected=80, found=found)

    assert [one.plan.kind for one in verdict.classes] == ["single", "double", "double"]
    assert [str(one.outcome) for one in verdict.classes] == [
        "incomplete",
        "acceptable",
        "draw_more",
    ]
    assert verdict.outcome is StageOutcome.INCOMPLETE
    # Up to the end of the single sample first: minor needs 160 only if the lot gets there.
    assert verdict.next_units == range(81, 126)
    assert verdict.classes[2].next_units == range(81, 161)


def test_the_lot_is_not_acceptable_if_one_class_is_not_and_then_asks_for_no_unit() -> None:
    found = {"critical": [1], "major": [2], "minor": [6]}

    verdict = sampling.judge_stages(plan=MIXED, inspected=80, found=found)

    assert verdict.outcome is StageOutcome.NOT_ACCEPTABLE
    assert verdict.next_units == range(0)


def test_a_lot_that_ends_before_the_stages_is_judged_by_those_that_are_left() -> None:
    plan = plan_of({"major": "6.5"}, kind="multiple", lot_size=60)
    (major,) = plan.classes
    small = plan._replace(
        lot_size=10, classes=(major._replace(plan=major.plan._replace(lot_size=10)),)
    )
    assert [tuple(one) for one in major.plan.stages][:5] == [
        *((3, None, 2), (6, 0, 3), (9, 0, 3), (12, 1, 4), (15, 2, 4)),
    ]

    verdict = judge_one(small, 10, 1, 1, 0, 0)

    assert verdict.outcome is StageOutcome.ACCEPTABLE
    assert (verdict.classes[0].stage, verdict.classes[0].inspected) == (5, 10)


def test_a_verdict_cannot_be_taken_for_true() -> None:
    verdict = judge_one(DOUBLE, 80, 3)

    with pytest.raises(TypeError, match="compare its outcome"):
        bool(verdict)
    with pytest.raises(TypeError, match="compare its outcome"):
        bool(verdict.classes[0])


unit_aqls = st.sampled_from(["0.65", "1.5", "2.5", "4.0", "6.5", "10"])


@st.composite
def inspections(
    draw: st.DrawFn,
) -> tuple[sampling.StagedInspection, list[str | None]]:
    """A plan, and the worst class of each unit of the lot in drawn order."""
    names = draw(st.lists(st.sampled_from(["critical", "major", "minor"]), min_size=1, unique=True))
    plan = sampling.staged_plans(
        kind={name: draw(st.sampled_from(sampling.KINDS)) for name in names},
        lot_size=draw(st.integers(2, 120)),
        level=draw(st.sampled_from(["I", "II", "III"])),
        aqls={name: draw(unit_aqls) for name in names},
        severity=draw(st.sampled_from(sampling.SEVERITIES)),
        standard="z1.4",
    )
    defects = st.sampled_from([*[None] * draw(st.integers(1, 30)), *names])
    return plan, [draw(defects) for _ in range(plan.lot_size)]


def walked(plan: sampling.StagedPlan, bad: list[bool]) -> StageOutcome:
    """What the whole plan says, by the words of the standard: one stage after the other."""
    for place, stage in enumerate(plan.stages, start=1):
        found = sum(bad[: stage.n])
        if found >= stage.re:
            return StageOutcome.NOT_ACCEPTABLE
        if stage.ac is not None and found <= stage.ac:
            return StageOutcome.ACCEPTABLE
        if place == len(plan.stages):
            return StageOutcome.ACCEPTABLE  # the gap of reduced inspection
    raise AssertionError


@settings(max_examples=50)
@given(inspections())
def test_following_what_the_verdict_asks_for_ends_where_the_standard_does(
    inspection: tuple[sampling.StagedInspection, list[str | None]],
) -> None:
    plan, worst = inspection
    inspected, asked = 0, [0]
    while True:
        found = sampling.tally_stages(plan=plan, worst=worst[:inspected])
        verdict = sampling.judge_stages(plan=plan, inspected=inspected, found=found.by_class)
        if not verdict.next_units:
            break
        assert verdict.next_units.start == inspected + 1
        inspected = verdict.next_units[-1]
        asked.append(inspected)

    ends = {end for one in plan.classes for end in one.plan.ends}
    assert set(asked[1:]) <= ends
    expected = [walked(one.plan, [bad == one.name for bad in worst]) for one in plan.classes]
    if verdict.outcome is StageOutcome.ACCEPTABLE:
        assert set(expected) == {StageOutcome.ACCEPTABLE}
    else:
        assert StageOutcome.NOT_ACCEPTABLE in expected


@settings(max_examples=50)
@given(inspections(), st.data())
def test_no_stage_that_was_inspected_short_accepts(
    inspection: tuple[sampling.StagedInspection, list[str | None]], data: st.DataObject
) -> None:
    plan, worst = inspection
    inspected = data.draw(st.integers(0, plan.sample_size))
    found = sampling.tally_stages(plan=plan, worst=worst[:inspected])

    verdict = sampling.judge_stages(plan=plan, inspected=inspected, found=found.by_class)

    for one in verdict.classes:
        if one.outcome is StageOutcome.ACCEPTABLE:
            assert one.inspected == one.plan.ends[one.stage - 1] <= inspected
        if one.outcome is StageOutcome.INCOMPLETE:
            assert one.missing == one.plan.ends[one.stage - 1] - inspected > 0


@settings(max_examples=50)
@given(inspections())
def test_a_single_class_is_judged_as_judgement_does(
    inspection: tuple[sampling.StagedInspection, list[str | None]],
) -> None:
    plan, worst = inspection
    asked = {"lot_size": plan.lot_size, "level": plan.level, "standard": plan.standard}
    for name, staged in plan.classes:
        single = sampling.class_plans(aqls={name: staged.aql}, severity=staged.severity, **asked)
        alone = sampling.staged_plans(
            kind="single", aqls={name: staged.aql}, severity=staged.severity, **asked
        )
        mine = [one if one == name else None for one in worst]
        for inspected in {0, single.sample_size - 1, single.sample_size, plan.lot_size}:
            count = mine[: min(inspected, single.sample_size)].count(name)
            one = sampling.judge(plan=single, inspected=inspected, found={name: count})
            found = sampling.tally_stages(plan=alone, worst=mine[:inspected])
            other = sampling.judge_stages(plan=alone, inspected=inspected, found=found.by_class)
            assert str(one.outcome) == str(other.outcome)
            assert one.back_to_normal == other.back_to_normal
