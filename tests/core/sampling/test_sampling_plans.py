"""The plan of one lot, for one AQL and for all classes of nonconformity."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lotwarden.core import sampling

lot_sizes = st.integers(2, 2_000_000)
levels = st.sampled_from(sampling.LEVELS)
severities = st.sampled_from(sampling.SEVERITIES)
standards = st.sampled_from(sampling.STANDARDS)
aqls = st.sampled_from(sampling.COLUMNS)


def normal_plan(lot_size: int, aql: sampling.AqlValue, level: str = "II") -> sampling.SinglePlan:
    return sampling.single_plan(
        lot_size=lot_size, level=level, aql=aql, severity="normal", standard="iso2859-1"
    )


@pytest.mark.parametrize("standard", sampling.STANDARDS)
def test_the_usual_plan_of_4000_units_is_200_with_10_major_and_14_minor(standard: str) -> None:
    major, minor = (
        sampling.single_plan(
            lot_size=4_000, level="II", aql=aql, severity="normal", standard=standard
        )
        for aql in ("2.5", "4.0")
    )

    assert (major.letter, major.n, major.ac, major.re) == ("L", 200, 10, 11)
    assert (minor.letter, minor.n, minor.ac, minor.re) == ("L", 200, 14, 15)


def test_a_plan_says_what_it_was_asked_for() -> None:
    plan = sampling.single_plan(
        lot_size=4_000, level="S-4", aql=0.1, severity="tightened", standard="z1.4"
    )

    assert plan.lot_size == 4_000
    assert plan.level == "S-4"
    assert plan.aql == "0.10"
    assert plan.severity == "tightened"
    assert plan.standard == "z1.4"


def test_an_arrow_leads_to_the_sample_size_of_another_letter() -> None:
    plans = [normal_plan(4_000, aql) for aql in ("0.040", "0.065", "0.10", "0.15")]

    assert {plan.code_letter for plan in plans} == {"L"}
    assert [(plan.letter, plan.n, plan.ac) for plan in plans] == [
        ("M", 315, 0),
        ("L", 200, 0),
        ("K", 125, 0),
        ("M", 315, 1),
    ]


def test_a_sample_larger_than_the_lot_becomes_the_whole_lot() -> None:
    plan = normal_plan(8, "0.010")

    assert (plan.n, plan.ac, plan.re) == (1_250, 0, 1)
    assert plan.inspect == 8
    assert plan.full


def test_a_sample_as_large_as_the_lot_is_the_whole_lot() -> None:
    assert normal_plan(13, "1.0").n == 13
    assert normal_plan(13, "1.0").full
    assert not normal_plan(14, "1.0").full


def test_a_lot_of_a_thousand_million_units_has_the_plan_of_the_last_row() -> None:
    plan = normal_plan(10**9, "1.0")

    assert (plan.code_letter, plan.n, plan.ac) == ("Q", 1_250, 21)
    assert plan == normal_plan(500_001, "1.0")._replace(lot_size=10**9)


@pytest.mark.parametrize("spelled", ["4", "4.0", "4.00", " 4.0 ", "04", 4, 4.0, Decimal("4.000")])
def test_one_aql_has_one_text_however_it_is_spelled(spelled: sampling.AqlValue) -> None:
    assert sampling.canonical_aql(aql=spelled) == "4.0"
    assert normal_plan(4_000, spelled) == normal_plan(4_000, "4.0")


@pytest.mark.parametrize("aql", sampling.COLUMNS)
def test_every_aql_of_the_series_is_known_in_every_type(aql: str) -> None:
    number = Decimal(aql)
    plain = format(number.normalize(), "f")
    spellings = (aql, plain, f"0{aql}", f"{number:.5f}", float(aql), number, number.normalize())

    assert {sampling.canonical_aql(aql=spelled) for spelled in spellings} == {aql}


@given(st.decimals("0.0101", "999.9", places=4))
def test_an_aql_between_two_of_the_series_is_refused_with_its_neighbours(aql: Decimal) -> None:
    values = {Decimal(one): one for one in sampling.AQLS}
    if aql in values:
        assert sampling.canonical_aql(aql=aql) == values[aql]
        return

    with pytest.raises(sampling.AqlNotInSeries) as refused:
        sampling.canonical_aql(aql=aql)

    lower, upper = refused.value.data["lower"], refused.value.data["upper"]
    assert Fraction(str(lower)) < Fraction(aql) < Fraction(str(upper))
    assert sampling.AQLS.index(str(upper)) == sampling.AQLS.index(str(lower)) + 1


@given(st.text(max_size=60) | st.floats() | st.integers() | st.booleans() | st.none())
def test_whatever_is_written_is_refused_or_is_an_aql_of_that_value(written: object) -> None:
    try:
        text = sampling.canonical_aql(aql=written)  # type: ignore[arg-type]
    except (sampling.AqlNotANumber, sampling.AqlNotInSeries):
        return  # any other exception fails the test

    assert text in sampling.COLUMNS
    assert float(str(written)) == float(text)


@given(lot_sizes, levels, severities, standards, st.sampled_from(["0", 0, 0.0, Decimal("0.00")]))
def test_aql_0_takes_the_sample_of_the_own_letter_and_tolerates_none(
    lot_size: int, level: str, severity: str, standard: str, zero: sampling.AqlValue
) -> None:
    plan = sampling.single_plan(
        lot_size=lot_size, level=level, aql=zero, severity=severity, standard=standard
    )

    assert (plan.ac, plan.re, plan.aql) == (0, 1, "0")
    assert plan.letter == plan.code_letter == sampling.code_letter(lot_size=lot_size, level=level)
    sizes = {
        cell.letter: cell.n
        for row in sampling.single_table(standard=standard, severity=severity).values()
        for cell in row[: len(sampling.AQLS)]
        if cell.letter in sampling.LETTERS
    }
    assert plan.n == sizes[plan.letter]


def test_reduced_inspection_draws_fewer_units_for_aql_0_too() -> None:
    sizes = [
        sampling.single_plan(
            lot_size=4_000, level="II", aql="0", severity=severity, standard="z1.4"
        ).n
        for severity in sampling.SEVERITIES
    ]

    assert sizes == [200, 200, 80]


@given(lot_sizes, levels, aqls, severities, standards)
def test_no_plan_inspects_more_than_the_lot_has(
    lot_size: int, level: str, aql: str, severity: str, standard: str
) -> None:
    plan = sampling.single_plan(
        lot_size=lot_size, level=level, aql=aql, severity=severity, standard=standard
    )

    assert 2 <= plan.inspect <= lot_size
    assert plan.full == (plan.inspect == lot_size)
    assert 0 <= plan.ac < plan.re


@given(st.lists(lot_sizes, min_size=2, max_size=2).map(sorted), levels)
def test_a_larger_lot_never_has_an_earlier_letter(sizes: list[int], level: str) -> None:
    smaller, larger = (sampling.code_letter(lot_size=size, level=level) for size in sizes)

    assert smaller <= larger


def test_a_plan_cannot_be_changed() -> None:
    plan = normal_plan(4_000, "2.5")

    with pytest.raises(AttributeError):
        plan.ac = 200  # type: ignore[misc]
    with pytest.raises(TypeError):
        sampling.single_table(standard="z1.4", severity="normal")["A"] = ()  # type: ignore[index]


def test_units_are_counted_up_to_aql_10_and_nonconformities_above() -> None:
    units = [aql for aql in sampling.COLUMNS if normal_plan(4_000, aql).counts_units]

    assert units == [*sampling.AQLS[: sampling.AQLS.index("15")], "0"]


def usual_classes(**changed: object) -> sampling.InspectionPlan:
    asked: dict[str, object] = {
        "lot_size": 4_000,
        "level": "II",
        "aqls": {"critical": "0", "major": "2.5", "minor": "4.0"},
        "severity": "normal",
        "standard": "iso2859-1",
    }
    return sampling.class_plans(**(asked | changed))  # type: ignore[arg-type]


def test_the_classes_of_a_plan_keep_the_order_in_which_they_are_named() -> None:
    plan = usual_classes(aqls={"minor": "4.0", "critical": "0", "major": "2.5"})

    assert plan.names == ("minor", "critical", "major")
    assert [one.plan.aql for one in plan.classes] == ["4.0", "0", "2.5"]
    assert plan == usual_classes(aqls=[("minor", 4), ("critical", 0), ("major", 2.5)])


def test_each_class_has_the_single_plan_of_its_own_aql() -> None:
    plan = usual_classes()

    assert plan.of("major") == normal_plan(4_000, "2.5")
    assert plan.of("minor") == normal_plan(4_000, "4.0")
    assert plan.of("critical") == normal_plan(4_000, "0")


def test_the_largest_sample_of_all_classes_is_drawn() -> None:
    plan = usual_classes(aqls={"critical": "0.040", "major": "2.5", "minor": "0.10"})

    assert [one.plan.n for one in plan.classes] == [315, 200, 125]
    assert plan.sample_size == 315
    assert not plan.full


def test_one_class_that_needs_the_whole_lot_makes_the_sample_the_whole_lot() -> None:
    plan = usual_classes(lot_size=90, aqls={"critical": "0.010", "major": "2.5"})

    assert [(one.plan.n, one.plan.inspect) for one in plan.classes] == [(1_250, 90), (20, 20)]
    assert plan.sample_size == 90
    assert plan.full


def test_each_class_can_have_its_own_severity() -> None:
    severity = {"critical": "tightened", "major": "reduced", "minor": "normal"}

    plan = usual_classes(severity=severity)

    assert {one.name: one.plan.severity for one in plan.classes} == severity
    assert [one.plan.n for one in plan.classes] == [200, 80, 200]
