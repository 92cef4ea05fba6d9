"""The smallest way to each refusal, with its exact words."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest

from lotwarden.core import sampling
from lotwarden.core.errors import Refusal
from tests.core.sampling import variables_refusals


def letter(lot_size: object = 4_000, level: object = "II") -> object:
    return sampling.code_letter(lot_size=lot_size, level=level)  # type: ignore[arg-type]


def plan(**changed: object) -> object:
    asked: dict[str, object] = {
        "lot_size": 4_000,
        "level": "II",
        "aql": "2.5",
        "severity": "normal",
        "standard": "iso2859-1",
    }
    return sampling.single_plan(**(asked | changed))  # type: ignore[arg-type]


def classes(
    aqls: object, severity: object = "normal", lot_size: int = 3_200
) -> sampling.InspectionPlan:
    return sampling.class_plans(
        lot_size=lot_size,
        level="II",
        aqls=aqls,  # type: ignore[arg-type]
        severity=severity,  # type: ignore[arg-type]
        standard="iso2859-1",
    )


def judged(inspected: object = 125, **found: object) -> object:
    return sampling.judge(
        plan=classes({"major": "2.5", "minor": "4.0"}),
        inspected=inspected,  # type: ignore[arg-type]
        found=found,  # type: ignore[arg-type]
    )


def staged(**changed: object) -> object:
    asked: dict[str, object] = {
        "kind": "double",
        "lot_size": 4_000,
        "level": "II",
        "aql": "100",
        "severity": "normal",
        "standard": "z1.4",
    }
    return sampling.staged_plan(**(asked | changed))  # type: ignore[arg-type]


def in_stages(kind: object = "double") -> sampling.StagedInspection:
    return sampling.staged_plans(
        kind=kind,  # type: ignore[arg-type]
        lot_size=3_200,
        level="II",
        aqls={"major": "2.5", "minor": "4.0"},  # 80 and 80
        severity="normal",
        standard="z1.4",
    )


def judged_in_stages(inspected: object = 80, **found: object) -> object:
    return sampling.judge_stages(
        plan=in_stages(),
        inspected=inspected,  # type: ignore[arg-type]
        found=found,  # type: ignore[arg-type]
    )


def switched(*results: object, standard: str = "z1.4") -> object:
    return sampling.switch(standard=standard, results=results)  # type: ignore[arg-type]


def skip_lot(clearance: object = 10, fraction: object = 0.25) -> sampling.SkipLotPlan:
    return sampling.skip_lot_plan(
        clearance=clearance,  # type: ignore[arg-type]
        fraction=fraction,  # type: ignore[arg-type]
    )


SMALLEST: list[tuple[type[Refusal], Callable[[], object], str, str]] = [
    (
        sampling.LotSizeNotWhole,
        lambda: letter(lot_size=4_000.0),
        "The lot size 4000.0 is not a whole number of units.",
        "State the lot size as a whole number of units, 2 or more.",
    ),
    (
        sampling.LotTooSmall,
        lambda: letter(lot_size=1),
        "A lot of 1 cannot be sampled: the tables begin at 2 units.",
        "Inspect the unit itself, or state the size of the whole lot, 2 or more.",
    ),
    (
        sampling.UnknownLevel,
        lambda: letter(level="IV"),
        "There is no inspection level 'IV'.",
        "Choose one of S-1, S-2, S-3, S-4, I, II, III; II is usual.",
    ),
    (
        sampling.AqlNotANumber,
        lambda: plan(aql="strict"),
        "The AQL 'strict' is not a number.",
        "Give an AQL of the series, such as 2.5, or 0 for no nonconforming unit at all.",
    ),
    (
        sampling.AqlNotInSeries,
        lambda: plan(aql=3),
        "AQL 3 is not in the series; its neighbours there are 2.5 and 4.0.",
        "Agree on 2.5 (stricter) or 4.0 (milder).",
    ),
    (
        sampling.AqlBelowSeries,
        lambda: plan(aql="0.005"),
        "AQL 0.005 is not in the series; it begins with 0.010 and 0.015.",
        "Agree on 0.010, or on 0 for no nonconforming unit at all.",
    ),
    (
        sampling.AqlAboveSeries,
        lambda: plan(aql=1_500),
        "AQL 1500 is not in the series; it ends with 650 and 1000.",
        "Agree on 1000 or a smaller number of the series.",
    ),
    (
        sampling.UnknownSeverity,
        lambda: plan(severity="relaxed"),
        "There is no severity 'relaxed'.",
        "Choose one of normal, tightened, reduced; inspection starts with normal.",
    ),
    (
        sampling.UnknownStandard,
        lambda: plan(standard="iso2859-2"),
        "There are no tables for the standard 'iso2859-2'.",
        "Choose one of iso2859-1, z1.4.",
    ),
    (
        sampling.NoClasses,
        lambda: classes({}),
        "The plan names no class of nonconformity.",
        "Name at least one class and its AQL, such as major 2.5.",
    ),
    (
        sampling.ClassNameInvalid,
        lambda: classes({" major": "2.5"}),
        "' major' cannot name a class of nonconformity.",
        "Name the class with text without blanks around it, such as critical or major.",
    ),
    (
        sampling.DuplicateClass,
        lambda: classes({"major": "2.5", "Major": "4.0"}),
        "The class Major is named twice.",
        "Give each class one name and one AQL.",
    ),
    (
        sampling.SeverityMissing,
        lambda: classes({"major": "2.5"}, severity={}),
        "No severity was given for the class major.",
        "Give each class its severity, or one severity for all.",
    ),
    (
        sampling.CountNotWhole,
        lambda: judged(major=2.5, minor=0),
        "The count of major is 2.5: not a whole number.",
        "Count again, and give a whole number, 0 or more.",
    ),
    (
        sampling.CountBelowZero,
        lambda: judged(major=-1, minor=0),
        "The count of major is -1: below zero.",
        "Count again, and give a whole number, 0 or more.",
    ),
    (
        sampling.MoreInspectedThanLot,
        lambda: judged(inspected=3_201, major=0, minor=0),
        "3,201 units were inspected in a lot of 3,200.",
        "Check which lot was inspected, and how many units of it.",
    ),
    (
        sampling.UnknownClass,
        lambda: judged(major=0, minor=0, fatal=1),
        "The plan has no class 'fatal'.",
        "Count under the classes of the plan: major, minor.",
    ),
    (
        sampling.ClassNotCounted,
        lambda: judged(major=0),
        "No count was given for the class minor.",
        "Give the count of every class of the plan, 0 where none was found.",
    ),
    (
        sampling.MoreFoundThanInspected,
        lambda: judged(major=126, minor=0),
        "126 units are counted as major, but only 125 were inspected for it.",
        "Count units, not defects, and only the first 125 in drawn order.",
    ),
    (
        sampling.UnitCountedTwice,
        lambda: judged(major=100, minor=26),
        "126 nonconforming units are counted in the first 125 inspected.",
        "Count each unit once, under its worst defect.",
    ),
    (
        sampling.NonconformitiesNotCounted,
        lambda: sampling.tally(plan=classes({"minor": "15"}), worst=["minor"]),
        "AQL 15 for minor limits nonconformities per 100 units, not units.",
        "Count every nonconformity of the class, or agree on an AQL of 10 or less.",
    ),
    # Curves and designs.
    (
        sampling.UnknownModel,
        lambda: sampling.oc(n=80, ac=7, p=0.05, model="normal"),  # type: ignore[arg-type]
        "There is no model 'normal'.",
        (
            "Choose one of binomial, hypergeometric, poisson; hypergeometric is that of one lot of "
            "known size."
        ),
    ),
    (
        sampling.StagesInvalid,
        lambda: sampling.oc(n=80.5, ac=7, p=0.05),  # type: ignore[arg-type]
        "n of 80.5 makes no plan.",
        (
            "Give whole numbers: n from 1 to 10,000,000, growing with each stage; Ac 0 or more and "
            "Re above it, both never falling."
        ),
    ),
    (
        sampling.SampleExceedsLot,
        lambda: sampling.oc(n=80, ac=7, p=0.0, model="hypergeometric", lot_size=50),
        "A sample of 80 cannot be drawn from a lot of 50.",
        "Where a plan asks for more than the lot has, inspect every unit: n = 50.",
    ),
    (
        sampling.LotSizeMissing,
        lambda: sampling.oc(n=80, ac=7, p=0.0, model="hypergeometric"),
        "The hypergeometric model needs a lot size.",
        "Give the lot size, or take binomial for the process that made the lot.",
    ),
    (
        sampling.QualityNotANumber,
        lambda: sampling.oc(n=80, ac=7, p=[0.01, float("nan")]),
        "The quality nan is not a number.",
        "Give the share of nonconforming units, such as 0.025 for 2.5 %.",
    ),
    (
        sampling.QualityOutside,
        lambda: sampling.oc(n=80, ac=7, p=2.5),
        "A quality of 2.5 is not possible.",
        "Give a share from 0 to 1: 0.025 for 2.5 %.",
    ),
    (
        sampling.QualityNotWholeUnits,
        lambda: sampling.oc(n=8, ac=1, p=0.05, model="hypergeometric", lot_size=50),
        "A lot of 50 cannot have a quality of 0.05: that is 2.5 units.",
        "Give 0.04 or 0.06, or the number of nonconforming units.",
    ),
    (
        sampling.ProbabilityOutside,
        lambda: sampling.quality_at(stages=((80, 7, 8),), pa=1.0),
        "pa of 1.0 is not a probability between 0 and 1.",
        "Give a number above 0 and below 1, such as 0.10 for 1 lot in 10.",
    ),
    (
        sampling.NoSuchQuality,
        lambda: sampling.quality_at(stages=((5, 5, 6),), pa=0.1),
        "Lots of every quality are accepted more often than 10 % of the time.",
        "Check the plan: an Ac that is as large as n stops nothing.",
    ),
    (
        sampling.PlanTooLarge,
        lambda: sampling.staged_oc(stages=((5000, 0, 5000), (9000, 5000, 5001)), p=0.5),
        "A plan of 2 stages, n 9,000 and Re 5,001 is more than is computed here.",
        "Ask for fewer qualities at once, or for a single plan with the same limits.",
    ),
    (
        sampling.PointsReversed,
        lambda: sampling.design(producer=(0.05, 0.95), consumer=(0.05, 0.10)),
        "The consumer's quality 0.05 is not worse than the producer's 0.05.",
        "Give the quality to accept first, and a larger one to stop second.",
    ),
    (
        sampling.RisksReversed,
        lambda: sampling.design(producer=(0.01, 0.10), consumer=(0.05, 0.95)),
        "Good lots shall be accepted with 0.1, and bad ones with 0.95: not less.",
        "Give the probability of acceptance of both, such as 0.95 and 0.10.",
    ),
    (
        sampling.SpreadUnknown,
        lambda: sampling.design_variables(
            producer=(0.01, 0.95),
            consumer=(0.05, 0.10),
            spread="s",  # type: ignore[arg-type]
        ),
        "The spread is 's': neither known nor unknown.",
        "Say known where the process has a proven standard deviation, else unknown.",
    ),
    (
        sampling.DesignTooLarge,
        lambda: sampling.design_variables(
            producer=(0.01, 0.95), consumer=(0.01001, 0.10), spread="known"
        ),
        "No plan up to 100,000 keeps both points.",
        "Move the two qualities apart, or inspect every unit.",
    ),
    (
        sampling.ZeroPlanImpossible,
        lambda: sampling.zero_plan_for_producer(aql=0.1),
        "With Ac 0 no sample accepts lots with 10 % as often as 95 %.",
        "Agree on a better quality, or design a plan with a larger Ac.",
    ),
    (
        sampling.ChainTooShort,
        lambda: sampling.chain_accepts(found=0, before=[], i=0),
        "A chain of 0 lots is no chain.",
        "Give the number of lots before as a whole number, 1 or more; 2 to 4 are usual.",
    ),
    (
        sampling.FractionalPlansNotHeld,
        lambda: sampling.fractional_plan(
            producer=(0.01, 0.95), consumer=(0.05, 0.10), lot_size=500
        ),
        "Plans with a fractional Ac are not held here: there is no source of them to trust.",
        "Agree on the plan that keeps both points in a lot of 500: n 123, Ac 3.",
    ),
    (
        sampling.LimitingQualityTablesNotHeld,
        lambda: sampling.limiting_quality_plan(lot_size=500, lq=0.05),
        "The tables of ISO 2859-2 are not held here: there is no source to trust.",
        "Agree on the plan that stops this lot at 5 % 9 times in 10: n 43, Ac 0.",
    ),
    (
        sampling.VariablesTablesNotHeld,
        lambda: sampling.iso_variables_plan(producer=(0.01, 0.95), consumer=(0.05, 0.10)),
        "The tables of ISO 3951-1 are not held here: there is no source to trust.",
        "Agree on the plan that keeps both points, spread unknown: n 55, k 1.948; or use Z1.9.",
    ),
    (
        sampling.UnknownKind,
        lambda: staged(kind="triple"),
        "There is no kind of sampling 'triple'.",
        "Choose one of single, double, multiple; single is usual.",
    ),
    (
        sampling.KindMissing,
        lambda: in_stages({"major": "double"}),
        "No kind of sampling was given for the class minor.",
        "Give each class its kind, single, double or multiple, or one kind for all.",
    ),
    (
        sampling.StagedTableAbsent,
        lambda: staged(standard="iso2859-1"),
        "The tables of double sampling of iso2859-1 are not here; none are invented.",
        (
            "Agree on double sampling by z1.4, on single sampling by iso2859-1, or on a plan "
            "designed from two points: what shall pass, and what shall not."
        ),
    ),
    (
        sampling.StagedCellInvalid,
        staged,
        (
            "The double plan of letter L at AQL 100 cannot be right in our source: "
            "its last stage accepts 26 and rejects 26."
        ),
        (
            "Use the single plan it stands for: inspect 13 units; acceptable at 21 or fewer, "
            "not acceptable at 22 or more."
        ),
    ),
    (
        sampling.StageNotBegun,
        lambda: judged_in_stages(major=[4, 0], minor=[0]),
        "A count is given for stage 2 of major, but no unit of it is among the 80 inspected.",
        "Say how many units were inspected, or leave the count of stage 2 out.",
    ),
    (
        sampling.StageNotCounted,
        lambda: judged_in_stages(81, major=[4], minor=[0]),
        "No count was given for stage 2 of major, which was begun.",
        "Give the count of every stage that was begun, 0 where none was found.",
    ),
    (
        sampling.UnknownSwitchSetting,
        lambda: sampling.SwitchSettings(window="slides"),
        "The switching rules know no window 'slides'.",
        "Choose one of restarts, goes_on; for a limit, a whole number too.",
    ),
    (
        sampling.SwitchResultUnreadable,
        lambda: switched("A", "B"),
        "The result of lot 2 cannot be read: 'B'.",
        (
            "Give accepted (true or false), Ac, and whether it would be accepted one AQL step "
            "tighter; or plain A or R."
        ),
    ),
    (
        sampling.SwitchResultContradicts,
        lambda: switched((False, 5, True)),
        "Lot 1 is not accepted, and yet accepted one AQL step tighter or over its Ac.",
        "Look up the verdict on lot 1, and say it again.",
    ),
    (
        sampling.LimitNumbersAbsent,
        lambda: switched(*[(True, 0)] * 10),
        (
            "10 lots in a row were accepted, and Z1.4 now asks for a limit number of its Table "
            "VIII, which is not here; none is invented."
        ),
        (
            "Agree to drop that condition (Z1.4, 8.5), give the limit number your copy of the "
            "standard has, or say that reduced inspection is not wanted."
        ),
    ),
    (
        sampling.HistoryUneven,
        lambda: sampling.switch_history(
            standard="z1.4", history=sampling.LotHistory(accepted=[True, True], ac=[5])
        ),
        "The history has 2 lots, and one of its columns has 1 values.",
        "Give every column one value for each lot.",
    ),
    (
        sampling.ClearanceInvalid,
        lambda: skip_lot(clearance=0),
        "No lots can be skipped after 0 accepted in a row.",
        "Say how many lots in a row must be accepted first: a whole number, 1 or more.",
    ),
    (
        sampling.FractionOutOfRange,
        lambda: skip_lot(fraction=0.0),
        "0.0 is no fraction of lots to inspect.",
        "Give a number above 0 and at most 1, such as 0.25 for one lot in four.",
    ),
    (
        sampling.DrawOutOfRange,
        lambda: sampling.skip_lot_inspects(
            plan=skip_lot(), state=sampling.SkipLotState(), draw=1.0
        ),
        "The number drawn for the lot is 1.0: not from 0 up to 1.",
        "Draw a number of 0 or more and below 1, all equally likely.",
    ),
    (
        sampling.InspectedLotSkipped,
        lambda: sampling.skip_lot_after(
            plan=skip_lot(),
            state=sampling.SkipLotState(),
            result=sampling.SkipLotResult.SKIPPED,
        ),
        "The lot was skipped after 0 lots accepted in a row; 10 are needed first.",
        "Inspect this lot: every lot is inspected until 10 in a row are accepted.",
    ),
    (
        sampling.CountFell,
        lambda: sampling.judge_record(
            plan=in_stages(),
            results=[
                sampling.Recorded(80, {"major": 5, "minor": 2}),
                sampling.Recorded(70, {"major": 5, "minor": 2}),
            ],
        ),
        "The count of inspected is 70 now; the result before this one says 80.",
        (
            "Give all that was inspected and found so far, the first result included; if that "
            "one is wrong, correct it."
        ),
    ),
    *variables_refusals.SMALLEST,
]


@pytest.mark.parametrize(
    ("refusal", "act", "message", "next_step"),
    SMALLEST,
    ids=[f"{one.code}-{one.__name__}" for one, *_ in SMALLEST],
)
def test_what_cannot_be_planned_or_judged_is_refused_with_the_way_out(
    refusal: type[Refusal], act: Callable[[], object], message: str, next_step: str
) -> None:
    with pytest.raises(Refusal) as refused:
        act()

    assert type(refused.value) is refusal
    assert refused.value.code == refusal.code
    assert str(refused.value) == message
    assert refused.value.next_step == next_step


def test_every_refusal_of_sampling_has_its_smallest_reproduction() -> None:
    public = {
        one
        for name in sampling.__all__
        if isinstance(one := getattr(sampling, name), type) and issubclass(one, Refusal)
    }

    assert {refusal for refusal, *_ in SMALLEST} == public


def test_the_codes_of_sampling_are_the_documented_ones() -> None:
    documented = sampling.refusals.__doc__ or ""

    for refusal, *_ in SMALLEST:
        assert refusal.__name__ in documented.split()
        assert refusal.code in documented.split()
        assert refusal.code.startswith("sampling.")


@pytest.mark.parametrize("lot_size", [True, None, "4000", 4_000.5, float("nan"), Decimal(8)])
def test_a_lot_size_that_is_no_integer_is_refused(lot_size: object) -> None:
    with pytest.raises(sampling.LotSizeNotWhole):
        letter(lot_size=lot_size)


@pytest.mark.parametrize("lot_size", [1, 0, -4_000])
def test_a_lot_of_one_unit_or_less_is_refused(lot_size: int) -> None:
    with pytest.raises(sampling.LotTooSmall):
        letter(lot_size=lot_size)


@pytest.mark.parametrize(
    "aql",
    [
        *(True, False, None, "", ".", "2,5", "2.5%", "NaN", "1e1", "٤", [], {}, 1j),
        *(float("nan"), float("inf"), float("-inf")),
        *(Decimal("NaN"), Decimal("sNaN"), Decimal("Infinity")),
    ],
)
def test_an_aql_that_is_no_decimal_number_is_refused(aql: object) -> None:
    with pytest.raises(sampling.AqlNotANumber):
        plan(aql=aql)


@pytest.mark.parametrize("aql", [-2.5, "-2.5", "0.001", 0.0099])
def test_an_aql_below_the_series_is_not_taken_for_zero(aql: object) -> None:
    with pytest.raises(sampling.AqlBelowSeries):
        plan(aql=aql)


@pytest.mark.parametrize("unhashable", [[], {}, set()])
def test_what_cannot_be_a_key_is_refused_like_any_other_unknown_word(unhashable: object) -> None:
    with pytest.raises(sampling.UnknownLevel):
        plan(level=unhashable)
    with pytest.raises(sampling.UnknownSeverity):
        plan(severity=unhashable)
    with pytest.raises(sampling.UnknownStandard):
        plan(standard=unhashable)


def test_a_long_input_is_cut_in_the_message() -> None:
    with pytest.raises(sampling.AqlNotANumber) as text:
        plan(aql="x" * 10_000)
    with pytest.raises(sampling.AqlAboveSeries) as number:
        plan(aql=10**10_000)

    assert str(text.value) == f"The AQL '{'x' * 39}… is not a number."
    assert str(number.value).startswith(f"AQL 1{'0' * 39}… is not in the series;")


def test_the_first_of_several_reasons_is_given_in_the_documented_order() -> None:
    wrong: dict[str, object] = {
        "lot_size": 1.5,
        "level": "IV",
        "aql": "3",
        "severity": "relaxed",
        "standard": "iso2859-2",
    }
    right: dict[str, object] = {
        "lot_size": 4_000,
        "level": "II",
        "aql": "2.5",
        "severity": "normal",
        "standard": "z1.4",
    }
    given_in_order = []
    for name in wrong:
        with pytest.raises(Refusal) as refused:
            plan(**wrong)
        given_in_order.append(refused.value.code)
        wrong[name] = right[name]

    assert given_in_order == [
        "sampling.lot_size_not_whole",
        "sampling.unknown_level",
        "sampling.aql_not_in_series",
        "sampling.unknown_severity",
        "sampling.unknown_standard",
    ]


def test_the_reasons_against_a_judgement_are_given_in_the_documented_order() -> None:
    acts: list[Callable[[], object]] = [
        lambda: judged(inspected="125", fatal=1),
        lambda: judged(inspected=-1, fatal=1),
        lambda: judged(inspected=3_201, fatal=1),
        lambda: judged(fatal=1),
        lambda: judged(major=None),
        lambda: judged(major=None, minor=-1),
        lambda: judged(major=126, minor=126),
        lambda: judged(major=125, minor=125),
    ]
    codes = []
    for act in acts:
        with pytest.raises(Refusal) as refused:
            act()
        codes.append(refused.value.code)

    assert codes == [
        "sampling.count_not_whole",
        "sampling.count_below_zero",
        "sampling.more_inspected_than_lot",
        "sampling.unknown_class",
        "sampling.class_not_counted",
        "sampling.count_not_whole",
        "sampling.more_found_than_inspected",
        "sampling.unit_counted_twice",
    ]


def test_a_severity_for_a_class_without_an_aql_is_refused() -> None:
    with pytest.raises(sampling.UnknownClass):
        classes({"major": "2.5"}, severity={"major": "normal", "minor": "normal"})


def test_a_class_that_the_plan_does_not_have_has_no_plan() -> None:
    with pytest.raises(sampling.UnknownClass):
        classes({"major": "2.5"}).of("minor")


@pytest.mark.parametrize("name", ["", "major ", None, 1])
def test_a_class_needs_a_name_that_is_text(name: object) -> None:
    with pytest.raises(sampling.ClassNameInvalid):
        classes({name: "2.5"})


def test_a_unit_of_an_unknown_class_is_not_left_out_of_the_count() -> None:
    with pytest.raises(sampling.UnknownClass):
        sampling.tally(plan=classes({"major": "2.5"}), worst=[None, "minor"])


def test_more_units_than_the_lot_has_are_not_counted() -> None:
    small = classes({"major": "2.5"}, lot_size=5)

    with pytest.raises(sampling.MoreInspectedThanLot):
        sampling.tally(plan=small, worst=[None] * 6)


def test_a_class_cannot_have_more_units_than_its_own_sample() -> None:
    unequal = classes({"major": "6.5", "minor": "10"}, lot_size=20)

    with pytest.raises(sampling.MoreFoundThanInspected) as refused:
        sampling.judge(plan=unequal, inspected=8, found={"major": 0, "minor": 6})

    assert refused.value.data == {"found": 6, "name": "minor", "inspected": 5}


def test_a_unit_in_two_classes_is_found_within_the_smaller_sample_too() -> None:
    unequal = classes({"major": "6.5", "minor": "10", "other": "10"}, lot_size=20)

    with pytest.raises(sampling.UnitCountedTwice) as refused:
        sampling.judge(plan=unequal, inspected=8, found={"major": 0, "minor": 3, "other": 3})

    assert str(refused.value) == "6 nonconforming units are counted in the first 5 inspected."


@pytest.mark.parametrize(
    ("stages", "what"),
    [
        ((), "—"),
        (((0, 0, 1),), "0"),
        (((80, 7, 7),), "(80, 7, 7)"),
        (((80, 7),), "(80, 7)"),
        (((80, 3, 7), (80, 8, 9)), "(80, 8, 9)"),
        (((80, 3, 7), (160, 2, 9)), "(160, 2, 9)"),
        (((80, 3, 7), (160, 4, 5)), "(160, 4, 5)"),
        (((80, True, 7),), "True"),
        (((10**9, 3, 7),), "(1000000000, 3, 7)"),
    ],
)
def test_stages_that_make_no_plan_have_no_curve(stages: object, what: str) -> None:
    with pytest.raises(sampling.StagesInvalid) as refused:
        sampling.staged_oc(stages=stages, p=0.05)  # type: ignore[arg-type]

    assert refused.value.data["given"] == what


@pytest.mark.parametrize("p", ["many", None, [0.1, float("inf")], [[0.1], [0.1, 0.2]]])
def test_what_is_no_quality_has_no_curve(p: object) -> None:
    with pytest.raises(sampling.QualityNotANumber):
        sampling.oc(n=80, ac=7, p=p)  # type: ignore[arg-type]


def test_a_lot_of_one_has_no_curve_of_its_own() -> None:
    with pytest.raises(sampling.LotTooSmall):
        sampling.oc(n=1, ac=0, p=0.0, model="hypergeometric", lot_size=1)


def test_a_curve_too_long_to_follow_unit_by_unit_is_refused() -> None:
    with pytest.raises(sampling.PlanTooLarge):
        sampling.curtailed_asn(stages=((1_000_000, 10_000, 10_001),), p=[0.01] * 10)
