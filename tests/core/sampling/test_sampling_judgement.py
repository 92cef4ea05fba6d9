"""What was found, against what the plan allows."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lotwarden.core import sampling
from lotwarden.core.sampling import Outcome


def plan_of(
    aqls: dict[str, str],
    *,
    lot_size: int = 3_200,
    severity: str = "normal",
    standard: str = "iso2859-1",
) -> sampling.InspectionPlan:
    return sampling.class_plans(
        lot_size=lot_size, level="II", aqls=aqls, severity=severity, standard=standard
    )


MAJOR = plan_of({"major": "2.5"})  # n 125, Ac 7, Re 8
UNEQUAL = plan_of({"major": "6.5", "minor": "10"}, lot_size=20)  # n 8 and n 5, Ac 1 in both
WITH_GAP = plan_of({"minor": "4.0"}, severity="reduced", standard="z1.4")  # n 50, Ac 5, Re 8


def judge_one(plan: sampling.InspectionPlan, inspected: int, found: int) -> sampling.Verdict:
    return sampling.judge(plan=plan, inspected=inspected, found={plan.names[0]: found})


@st.composite
def plans(
    draw: st.DrawFn, aqls: tuple[str, ...] = sampling.COLUMNS, lot_size_max: int = 1_000_000
) -> sampling.InspectionPlan:
    names = draw(st.lists(st.sampled_from(["critical", "major", "minor"]), min_size=1, unique=True))
    return sampling.class_plans(
        lot_size=draw(st.integers(2, lot_size_max)),
        level=draw(st.sampled_from(sampling.LEVELS)),
        aqls={name: draw(st.sampled_from(aqls)) for name in names},
        severity=draw(st.sampled_from(sampling.SEVERITIES)),
        standard=draw(st.sampled_from(sampling.STANDARDS)),
    )


unit_aqls = ("0", *sampling.AQLS[: sampling.AQLS.index("15")])


@st.composite
def inspections(draw: st.DrawFn) -> tuple[sampling.InspectionPlan, list[str | None]]:
    """A plan, and the worst class of each unit inspected, up to the whole lot."""
    plan = draw(plans(aqls=unit_aqls, lot_size_max=60))
    classes = st.sampled_from([None, None, None, *plan.names])
    inspected = draw(
        st.sampled_from([plan.sample_size, plan.lot_size]) | st.integers(0, plan.lot_size)
    )
    return plan, draw(st.lists(classes, min_size=inspected, max_size=inspected))


def test_a_lot_at_the_acceptance_number_is_acceptable() -> None:
    verdict = judge_one(MAJOR, inspected=125, found=7)

    assert verdict.outcome == "acceptable"
    assert verdict.words == "7 major in 125, at most 7"


def test_a_lot_at_the_rejection_number_is_not_acceptable() -> None:
    verdict = judge_one(MAJOR, inspected=125, found=8)

    assert verdict.outcome == "not_acceptable"
    assert verdict.words == "8 major in 125, at most 7"


def test_one_unit_too_few_gives_no_acceptance() -> None:
    verdict = judge_one(MAJOR, inspected=124, found=0)

    assert verdict.outcome == "incomplete"
    assert verdict.classes[0].missing == 1
    assert verdict.words == "0 major in 124 of 125, at most 7: 1 more to inspect"


def test_too_many_found_decide_however_few_units_were_inspected() -> None:
    verdict = judge_one(MAJOR, inspected=8, found=8)

    assert verdict.outcome is Outcome.NOT_ACCEPTABLE
    assert verdict.words == "8 major in 8, at most 7"


def test_nothing_inspected_is_incomplete() -> None:
    assert judge_one(MAJOR, inspected=0, found=0).outcome is Outcome.INCOMPLETE


@pytest.mark.parametrize(
    ("found", "outcome", "back"),
    [
        (5, Outcome.ACCEPTABLE, ()),
        (6, Outcome.ACCEPTABLE, ("minor",)),
        (7, Outcome.ACCEPTABLE, ("minor",)),
        (8, Outcome.NOT_ACCEPTABLE, ()),
    ],
)
def test_between_acceptance_and_rejection_the_lot_is_acceptable_and_reduced_inspection_ends(
    found: int, outcome: Outcome, back: tuple[str, ...]
) -> None:
    verdict = judge_one(WITH_GAP, inspected=50, found=found)

    assert verdict.outcome is outcome
    assert verdict.back_to_normal == back


def test_the_end_of_reduced_inspection_is_said_with_its_numbers() -> None:
    verdict = judge_one(WITH_GAP, inspected=50, found=6)

    assert verdict.words == (
        "6 minor in 50, over 5 and at most 7: normal inspection from the next lot"
    )


def test_too_few_units_between_acceptance_and_rejection_are_incomplete() -> None:
    verdict = judge_one(WITH_GAP, inspected=49, found=6)

    assert verdict.outcome is Outcome.INCOMPLETE
    assert verdict.back_to_normal == ()


def test_a_class_is_judged_on_its_own_first_units_only() -> None:
    late = [None, None, "minor", None, None, "minor", "minor", "major"]
    early = ["minor", "minor", None, None, None, None, None, "major"]

    after_its_units, within_its_units = (
        sampling.tally(plan=UNEQUAL, worst=worst) for worst in (late, early)
    )

    verdicts = [
        sampling.judge(plan=UNEQUAL, inspected=found.inspected, found=found.by_class)
        for found in (after_its_units, within_its_units)
    ]

    assert [one.plan.n for one in UNEQUAL.classes] == [8, 5]
    assert after_its_units.by_class == {"major": 1, "minor": 1}
    assert within_its_units.by_class == {"major": 1, "minor": 2}
    assert [one.outcome for one in verdicts] == [Outcome.ACCEPTABLE, Outcome.NOT_ACCEPTABLE]
    assert verdicts[1].words == "1 major in 8, at most 1; 2 minor in 5, at most 1"


def test_a_class_with_a_small_sample_is_complete_before_the_others() -> None:
    verdict = sampling.judge(plan=UNEQUAL, inspected=5, found={"major": 0, "minor": 1})

    assert [one.outcome for one in verdict.classes] == [Outcome.INCOMPLETE, Outcome.ACCEPTABLE]
    assert verdict.outcome is Outcome.INCOMPLETE
    assert [(one.inspected, one.missing) for one in verdict.classes] == [(5, 3), (5, 0)]


def test_the_whole_lot_is_judged_by_the_numbers_of_the_table() -> None:
    plan = plan_of({"minor": "10"}, lot_size=3)  # n 5, Ac 1, Re 2, and 3 units to inspect

    assert plan.of("minor").n == 5
    assert judge_one(plan, inspected=3, found=1).outcome is Outcome.ACCEPTABLE
    assert judge_one(plan, inspected=3, found=2).outcome is Outcome.NOT_ACCEPTABLE
    assert judge_one(plan, inspected=2, found=1).outcome is Outcome.INCOMPLETE


def test_large_numbers_are_grouped_in_words() -> None:
    plan = plan_of({"major": "0.65"}, lot_size=600_000)

    verdict = judge_one(plan, inspected=1_250, found=1_000)

    assert verdict.words == "1,000 major in 1,250, at most 14"


def test_above_aql_10_a_unit_can_have_several_nonconformities() -> None:
    plan = plan_of({"minor": "100"}, lot_size=8)  # n 2, Ac 5, Re 6

    assert judge_one(plan, inspected=2, found=5).outcome is Outcome.ACCEPTABLE
    assert judge_one(plan, inspected=2, found=6).outcome is Outcome.NOT_ACCEPTABLE


def test_a_verdict_cannot_be_taken_for_true() -> None:
    verdict = judge_one(MAJOR, inspected=125, found=8)

    with pytest.raises(TypeError, match="compare its outcome"):
        bool(verdict)
    with pytest.raises(TypeError, match="compare its outcome"):
        bool(verdict.classes[0])


def test_the_counts_of_the_caller_may_change_after_the_verdict() -> None:
    found = {"major": 7}

    verdict = sampling.judge(plan=MAJOR, inspected=125, found=found)
    found["major"] = 8

    assert verdict.classes[0].found == 7


@given(plans(), st.data())
def test_a_complete_inspection_is_judged_by_the_rejection_number_alone(
    plan: sampling.InspectionPlan, data: st.DataObject
) -> None:
    name, single = data.draw(st.sampled_from(plan.classes))
    limit = single.inspect if single.counts_units else single.re + 5
    count = data.draw(st.sampled_from([single.ac, single.re]) | st.integers(0, limit))
    count = min(count, limit)

    verdict = sampling.judge(
        plan=plan,
        inspected=plan.sample_size,
        found={one: count if one == name else 0 for one in plan.names},
    )

    assert (verdict.outcome is Outcome.NOT_ACCEPTABLE) == (count >= single.re)
    assert (verdict.outcome is Outcome.ACCEPTABLE) == (count < single.re)
    assert verdict.back_to_normal == ((name,) if single.ac < count < single.re else ())


@given(inspections())
def test_no_verdict_accepts_a_lot_on_too_few_units(
    inspection: tuple[sampling.InspectionPlan, list[str | None]],
) -> None:
    plan, worst = inspection

    found = sampling.tally(plan=plan, worst=worst)
    verdict = sampling.judge(plan=plan, inspected=found.inspected, found=found.by_class)

    if len(worst) < plan.sample_size:
        assert verdict.outcome is not Outcome.ACCEPTABLE
    else:
        assert verdict.outcome is not Outcome.INCOMPLETE


@given(inspections())
def test_a_lot_once_not_acceptable_stays_so_whatever_the_next_units_are(
    inspection: tuple[sampling.InspectionPlan, list[str | None]],
) -> None:
    plan, worst = inspection
    outcomes = []
    for inspected in range(len(worst) + 1):
        found = sampling.tally(plan=plan, worst=worst[:inspected])
        outcomes.append(
            sampling.judge(plan=plan, inspected=inspected, found=found.by_class).outcome
        )

    # First incomplete, then one answer that no further unit changes.
    decided = [one for one in outcomes if one is not Outcome.INCOMPLETE]
    assert len(set(decided)) <= 1
    assert outcomes[len(outcomes) - len(decided) :] == decided


@given(inspections())
def test_units_beyond_the_sample_of_a_class_change_nothing_for_it(
    inspection: tuple[sampling.InspectionPlan, list[str | None]],
) -> None:
    plan, worst = inspection
    for name, single in plan.classes:
        kept = worst[: single.inspect]
        spoiled = kept + [name] * (len(worst) - len(kept))

        found = sampling.tally(plan=plan, worst=spoiled)

        assert found.by_class[name] == kept.count(name)


@given(inspections())
def test_no_unit_is_counted_in_two_classes(
    inspection: tuple[sampling.InspectionPlan, list[str | None]],
) -> None:
    plan, worst = inspection

    found = sampling.tally(plan=plan, worst=worst)

    assert sum(found.by_class.values()) <= sum(one is not None for one in worst)
    for name, single in plan.classes:
        assert found.by_class[name] == sum(
            one == name for place, one in enumerate(worst) if place < single.n
        )


@given(inspections())
def test_the_lot_is_as_its_worst_class(
    inspection: tuple[sampling.InspectionPlan, list[str | None]],
) -> None:
    plan, worst = inspection
    order = [Outcome.ACCEPTABLE, Outcome.INCOMPLETE, Outcome.NOT_ACCEPTABLE]

    found = sampling.tally(plan=plan, worst=worst)
    verdict = sampling.judge(plan=plan, inspected=found.inspected, found=found.by_class)

    assert tuple(one.name for one in verdict.classes) == plan.names
    assert verdict.outcome is max((one.outcome for one in verdict.classes), key=order.index)
