"""Judgement of a lot: what was found, against what the plan allows.

The rules, in full:

- A class is judged on its own first n units in drawn order, never on more.
- Found at Re or above: not acceptable, however few units were inspected so far.
- Otherwise, fewer units inspected than the plan asks: incomplete.  No number of clean
  units below the plan's makes a lot acceptable.
- Otherwise acceptable.  Between Ac and Re, a gap that only reduced inspection of Z1.4 has,
  the lot is acceptable and normal inspection is back with the next lot (Z1.4, 10.1.4).
- The lot is not acceptable if one class is not; else incomplete if one class is; else
  acceptable.

The inspector observes, the plan gives the verdict, the buyer decides: nothing here asks
anybody's opinion, and a verdict moves no unit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple, NoReturn

from lotwarden.core.errors import N_
from lotwarden.core.sampling.plans import InspectionPlan, SinglePlan
from lotwarden.core.sampling.refusals import (
    ClassNotCounted,
    CountBelowZero,
    CountNotWhole,
    MoreFoundThanInspected,
    MoreInspectedThanLot,
    NonconformitiesNotCounted,
    UnitCountedTwice,
    UnknownClass,
    shown,
)
from lotwarden.core.sentences import worded


class Outcome(StrEnum):
    """What the plan says of a lot or of one class."""

    ACCEPTABLE = "acceptable"
    NOT_ACCEPTABLE = "not_acceptable"
    INCOMPLETE = "incomplete"


class Found(NamedTuple):
    """What an inspection found: by class, within the first n units of that class."""

    inspected: int
    by_class: Mapping[str, int]


class ClassVerdict(NamedTuple):
    """The verdict on one class, with its numbers.

    `inspected` is what counts for this class: at most `plan.inspect`.
    """

    name: str
    plan: SinglePlan
    inspected: int
    found: int
    outcome: Outcome

    def __bool__(self) -> NoReturn:
        raise TypeError("A verdict is neither true nor false: compare its outcome.")

    @property
    def missing(self) -> int:
        """The units the plan still asks for."""
        return self.plan.inspect - self.inspected

    @property
    def back_to_normal(self) -> bool:
        """Whether the count lies between Ac and Re: acceptable, and the last reduced lot."""
        return self.outcome is Outcome.ACCEPTABLE and self.found > self.plan.ac

    @property
    def template(self) -> str:
        """The sentence that says the verdict, for `numbers`; it is translated as a whole."""
        if self.outcome is Outcome.INCOMPLETE:
            return N_(
                "{found} {name} in {inspected} of {asked}, at most {at_most}: "
                "{missing} more to inspect"
            )
        if self.back_to_normal:
            return N_(
                "{found} {name} in {inspected}, over {ac} and at most {at_most}: "
                "normal inspection from the next lot"
            )
        return N_("{found} {name} in {inspected}, at most {at_most}")

    @property
    def numbers(self) -> Mapping[str, int | str]:
        """What `template` asks for; `at_most` is the last count before Re."""
        return {
            "found": self.found,
            "name": self.name,
            "inspected": self.inspected,
            "asked": self.plan.inspect,
            "missing": self.missing,
            "ac": self.plan.ac,
            "at_most": self.plan.re - 1,
        }

    @property
    def words(self) -> str:
        """The verdict in English: "21 major in 125, at most 7"."""
        return worded(self.template, self.numbers)


class Verdict(NamedTuple):
    """The verdict on a lot, and on each class of its plan in order."""

    outcome: Outcome
    classes: tuple[ClassVerdict, ...]

    def __bool__(self) -> NoReturn:
        raise TypeError("A verdict is neither true nor false: compare its outcome.")

    @property
    def back_to_normal(self) -> tuple[str, ...]:
        """The classes that return to normal inspection although the lot is acceptable.

        Each class switches on its own, so the name is listed whatever the other classes say.
        """
        return tuple(one.name for one in self.classes if one.back_to_normal)

    @property
    def words(self) -> str:
        """All classes in English, in the order of the plan."""
        return "; ".join(one.words for one in self.classes)


def tally(*, plan: InspectionPlan, worst: Sequence[str | None]) -> Found:
    """Count nonconforming units by class from the worst class of each unit, in drawn order.

    `worst` has one entry for each unit inspected: the class of its worst defect, or `None`
    for a conforming unit.  A unit counts once, under that class, and only within the first n
    units of that class: a critical defect beyond them is a fact, and is not in the count.

    Refuses, first match wins:
        sampling.nonconformities_not_counted: a class has an AQL above 10.
        sampling.more_inspected_than_lot: there are more entries than units in the lot.
        sampling.unknown_class: an entry is no class of the plan.

    >>> from lotwarden.core.sampling import class_plans
    >>> plan = class_plans(
    ...     lot_size=20,
    ...     level="II",
    ...     aqls={"major": "6.5", "minor": "10"},
    ...     severity="normal",
    ...     standard="iso2859-1",
    ... )
    >>> [(one.name, one.plan.n) for one in plan.classes]
    [('major', 8), ('minor', 5)]
    >>> tally(plan=plan, worst=["minor", None, "major", None, None, "minor", None, "major"])
    Found(inspected=8, by_class=mappingproxy({'major': 2, 'minor': 1}))
    """
    for one in plan.classes:
        if not one.plan.counts_units:
            raise NonconformitiesNotCounted(aql=one.plan.aql, name=one.name)
    if len(worst) > plan.lot_size:
        raise MoreInspectedThanLot(inspected=len(worst), lot_size=plan.lot_size)
    names = plan.names
    for name in worst:
        if name is not None and name not in names:
            raise UnknownClass(given=shown(name), known=", ".join(names))
    counts = {one.name: worst[: one.plan.inspect].count(one.name) for one in plan.classes}
    return Found(inspected=len(worst), by_class=MappingProxyType(counts))


def judge(*, plan: InspectionPlan, inspected: int, found: Mapping[str, int]) -> Verdict:
    """Judge a lot by what was found in the first `inspected` units of its sample.

    `found` gives for every class the nonconforming units within that class's own first n
    units, each counted once, under its worst defect (`tally` counts so).  For a class whose
    AQL is above 10 it gives nonconformities, of which a unit can have several.  Units
    inspected beyond a class's n change nothing for it.

    Refuses, first match wins:
        sampling.count_not_whole: the number inspected is not an integer.
        sampling.count_below_zero: the number inspected is negative.
        sampling.more_inspected_than_lot: more units were inspected than the lot has.
        sampling.unknown_class: a class was counted that the plan does not have.
        sampling.class_not_counted: a class of the plan has no count.
        and, class by class:
        sampling.count_not_whole: the count is not an integer.
        sampling.count_below_zero: the count is negative.
        sampling.more_found_than_inspected: more units than were inspected for the class.
        and then:
        sampling.unit_counted_twice: the classes together have more units than were inspected.

    >>> from lotwarden.core.sampling import class_plans
    >>> plan = class_plans(
    ...     lot_size=3200,
    ...     level="II",
    ...     aqls={"major": "2.5"},
    ...     severity="normal",
    ...     standard="iso2859-1",
    ... )
    >>> verdict = judge(plan=plan, inspected=125, found={"major": 21})
    >>> str(verdict.outcome), verdict.words
    ('not_acceptable', '21 major in 125, at most 7')
    """
    _check_count("inspected", inspected)
    if inspected > plan.lot_size:
        raise MoreInspectedThanLot(inspected=inspected, lot_size=plan.lot_size)
    _check_found(plan, inspected, found)

    verdicts = tuple(
        _judge_class(one.name, one.plan, inspected, found[one.name]) for one in plan.classes
    )
    outcomes = {one.outcome for one in verdicts}
    for outcome in (Outcome.NOT_ACCEPTABLE, Outcome.INCOMPLETE):
        if outcome in outcomes:
            return Verdict(outcome, verdicts)
    return Verdict(Outcome.ACCEPTABLE, verdicts)


def _judge_class(name: str, plan: SinglePlan, inspected: int, found: int) -> ClassVerdict:
    counted = min(inspected, plan.inspect)
    if found >= plan.re:
        outcome = Outcome.NOT_ACCEPTABLE
    elif counted < plan.inspect:
        outcome = Outcome.INCOMPLETE
    else:
        outcome = Outcome.ACCEPTABLE
    return ClassVerdict(name, plan, counted, found, outcome)


def _check_found(plan: InspectionPlan, inspected: int, found: Mapping[str, int]) -> None:
    names = plan.names
    for name in found:
        if name not in names:
            raise UnknownClass(given=shown(name), known=", ".join(names))
    for name in names:
        if name not in found:
            raise ClassNotCounted(name=name)
    for name, single in plan.classes:
        units = min(inspected, single.inspect)
        _check_count(name, found[name])
        if single.counts_units and found[name] > units:
            raise MoreFoundThanInspected(found=found[name], name=name, inspected=units)

    # The units of a class lie within its own n, so those of all classes with an n up to
    # this one lie within this one's, and no unit is in two of them.
    together = 0
    for name, single in sorted(plan.classes, key=lambda one: one.plan.inspect):
        if single.counts_units:
            together += found[name]
            units = min(inspected, single.inspect)
            if together > units:
                raise UnitCountedTwice(found=together, inspected=units)


def _check_count(counted: str, count: int) -> None:
    if not isinstance(count, int) or isinstance(count, bool):
        raise CountNotWhole(counted=counted, given=shown(count))
    if count < 0:
        raise CountBelowZero(counted=counted, given=count)
