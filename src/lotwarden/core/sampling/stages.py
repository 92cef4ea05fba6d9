"""Plans of one or more stages, and the judgement stage by stage.

A *stage* is one of the samples that a double or a multiple plan takes one after the other.
All its numbers are cumulative: the units drawn so far, and what may be among them.  A single
plan is a plan of one stage, so one inspection can hold single classes beside double ones.

The rules, in full, for one class:

- A stage is judged on the units up to its own n in drawn order, never on more.
- Found at the Re of the stage or above: not acceptable, however few units of the stage were
  inspected so far.
- Otherwise, a stage that was begun and not finished is incomplete.  No number of clean units
  below the stage's makes a lot acceptable.
- Otherwise, found at its Ac or below: acceptable, and no further stage is drawn.  A stage
  without Ac cannot accept.
- Otherwise the next stage is drawn: "draw k more".
- Between Ac and Re at the last stage, a gap that only reduced inspection of Z1.4 has, the lot
  is acceptable and normal inspection is back with the next lot (Z1.4, 10.1.4).
- Where the lot ends before the stages do, every unit is inspected and the numbers of the
  later stages are asked in turn.

And for the lot: not acceptable if one class is not; else incomplete if one class is; else
more is drawn if one class asks for it; else acceptable.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple, NoReturn

from lotwarden.core.errors import N_
from lotwarden.core.sampling.refusals import (
    ClassNotCounted,
    CountBelowZero,
    CountNotWhole,
    MoreFoundThanInspected,
    MoreInspectedThanLot,
    NonconformitiesNotCounted,
    StageNotBegun,
    StageNotCounted,
    UnitCountedTwice,
    UnknownClass,
    shown,
)
from lotwarden.core.sampling.series import UNITS_AQLS
from lotwarden.core.sentences import worded


class Stage(NamedTuple):
    """One stage: the units so far, and how many of them may be nonconforming.

    `ac` is `None` where acceptance is not possible yet.
    """

    n: int
    ac: int | None
    re: int


class StagedPlan(NamedTuple):
    """The plan of one lot at one AQL, single, double or multiple.

    The stages are the table's, whatever the lot; `ends` is what this lot allows.  `kind` is
    what the plan is, which need not be what was asked for: some cells of the tables say "use
    single".  `letter` and `code_letter` are those of the single plan it stands for.  `flag`
    is empty, or the sentence that warns of this cell of the table.
    """

    kind: str
    stages: tuple[Stage, ...]
    letter: str
    code_letter: str
    lot_size: int
    level: str
    aql: str
    severity: str
    standard: str
    flag: str

    @property
    def sample_size(self) -> int:
        """The units to inspect if every stage is drawn: at most the whole lot."""
        return min(self.stages[-1].n, self.lot_size)

    @property
    def inspect(self) -> int:
        """The same, under the name it has in a single plan."""
        return self.sample_size

    @property
    def ends(self) -> tuple[int, ...]:
        """The units inspected when each stage ends: its n, or the whole lot."""
        return tuple(min(stage.n, self.lot_size) for stage in self.stages)

    @property
    def full(self) -> bool:
        """Whether the stages can reach every unit of the lot."""
        return self.stages[-1].n >= self.lot_size

    @property
    def counts_units(self) -> bool:
        """Whether nonconforming units are counted; above AQL 10 it is nonconformities."""
        return self.aql in UNITS_AQLS


class StagedClass(NamedTuple):
    """The plan of one class of nonconformity, in stages."""

    name: str
    plan: StagedPlan


class StagedInspection(NamedTuple):
    """The plans of all classes of one lot, in the order in which they were named.

    One sequence of units in drawn order serves all classes: each takes its stages from the
    front of it.
    """

    lot_size: int
    level: str
    standard: str
    classes: tuple[StagedClass, ...]

    @property
    def sample_size(self) -> int:
        """The units to draw in order: what the longest class can come to ask for."""
        return max(one.plan.sample_size for one in self.classes)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the classes, in order."""
        return tuple(one.name for one in self.classes)

    def of(self, name: str) -> StagedPlan:
        """Return the plan of the class `name`.

        Refuses, first match wins:
            sampling.unknown_class: the plan has no such class.
        """
        for one in self.classes:
            if one.name == name:
                return one.plan
        raise UnknownClass(given=shown(name), known=", ".join(self.names))


class StageOutcome(StrEnum):
    """What the plan says of a lot or of one class so far."""

    ACCEPTABLE = "acceptable"
    NOT_ACCEPTABLE = "not_acceptable"
    INCOMPLETE = "incomplete"
    DRAW_MORE = "draw_more"


class StagedFound(NamedTuple):
    """What an inspection found: by class, the count of each stage that was begun."""

    inspected: int
    by_class: Mapping[str, tuple[int, ...]]


class StagedClassVerdict(NamedTuple):
    """The verdict on one class at the stage it came to, counted from 1.

    `inspected` is what counts for this class: at most what its stage reaches to.  `found` is
    cumulative, as Ac and Re are.
    """

    name: str
    plan: StagedPlan
    stage: int
    inspected: int
    found: int
    outcome: StageOutcome

    def __bool__(self) -> NoReturn:
        raise TypeError("A verdict is neither true nor false: compare its outcome.")

    @property
    def next_units(self) -> range:
        """The places in drawn order to inspect next, counted from 1; empty once decided."""
        if self.outcome in (StageOutcome.ACCEPTABLE, StageOutcome.NOT_ACCEPTABLE):
            return range(0)
        return range(self.inspected + 1, self.plan.ends[self.stage - 1] + 1)

    @property
    def draw(self) -> int:
        """The units of the next stage to draw; 0 unless the plan asks for one."""
        return len(self.next_units) if self.outcome is StageOutcome.DRAW_MORE else 0

    @property
    def missing(self) -> int:
        """The units that a stage which was begun still lacks: it was inspected short."""
        return len(self.next_units) if self.outcome is StageOutcome.INCOMPLETE else 0

    @property
    def back_to_normal(self) -> bool:
        """Whether the count lies between Ac and Re: acceptable, and the last reduced lot."""
        ac = self.plan.stages[self.stage - 1].ac
        return self.outcome is StageOutcome.ACCEPTABLE and ac is not None and self.found > ac

    @property
    def template(self) -> str:
        """The sentence that says the verdict, for `numbers`; it is translated as a whole."""
        if self.outcome is StageOutcome.DRAW_MORE:
            return N_(
                "{found} {name} in {inspected}: draw {draw} more, {first} to {last} in drawn order"
            )
        if self.outcome is StageOutcome.INCOMPLETE:
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
        """What `template` asks for; `at_most` is the count that this stage still allows."""
        stage = self.plan.stages[self.stage - 1]
        at_most = stage.re - 1
        if self.outcome is StageOutcome.ACCEPTABLE and not self.back_to_normal:
            at_most = self.found if stage.ac is None else stage.ac
        return {
            "found": self.found,
            "name": self.name,
            "inspected": self.inspected,
            "asked": self.plan.ends[self.stage - 1],
            "missing": self.missing,
            "draw": self.draw,
            "first": self.next_units.start,
            "last": self.next_units.stop - 1,
            "ac": 0 if stage.ac is None else stage.ac,
            "at_most": at_most,
        }

    @property
    def words(self) -> str:
        """The verdict in English: "5 major in 80: draw 80 more, 81 to 160 in drawn order"."""
        return worded(self.template, self.numbers)


class StagedVerdict(NamedTuple):
    """The verdict on a lot so far, and on each class of its plan in order."""

    outcome: StageOutcome
    classes: tuple[StagedClassVerdict, ...]

    def __bool__(self) -> NoReturn:
        raise TypeError("A verdict is neither true nor false: compare its outcome.")

    @property
    def next_units(self) -> range:
        """The places in drawn order to inspect next, up to the first stage that ends there.

        Empty once the lot is decided, also where a class would still ask for more.
        """
        if self.outcome in (StageOutcome.ACCEPTABLE, StageOutcome.NOT_ACCEPTABLE):
            return range(0)
        return min((one.next_units for one in self.classes if one.next_units), key=_stop)

    @property
    def back_to_normal(self) -> tuple[str, ...]:
        """The classes that return to normal inspection although they are acceptable."""
        return tuple(one.name for one in self.classes if one.back_to_normal)

    @property
    def words(self) -> str:
        """All classes in English, in the order of the plan."""
        return "; ".join(one.words for one in self.classes)


def tally_stages(*, plan: StagedInspection, worst: Sequence[str | None]) -> StagedFound:
    """Count nonconforming units by class and stage from the worst class of each unit.

    `worst` is as in `tally`: one entry for each unit inspected, in drawn order.  A class gets
    one count for each of its stages that was begun.

    Refuses, first match wins:
        sampling.nonconformities_not_counted: a class has an AQL above 10.
        sampling.more_inspected_than_lot: there are more entries than units in the lot.
        sampling.unknown_class: an entry is no class of the plan.
    """
    for one in plan.classes:
        if not one.plan.counts_units:
            raise NonconformitiesNotCounted(aql=one.plan.aql, name=one.name)
    if len(worst) > plan.lot_size:
        raise MoreInspectedThanLot(inspected=len(worst), lot_size=plan.lot_size)
    for name in worst:
        if name is not None and name not in plan.names:
            raise UnknownClass(given=shown(name), known=", ".join(plan.names))
    counts = {
        one.name: tuple(
            worst[first:last].count(one.name)
            for first, last in _pieces(one.plan)
            if first < len(worst) and first < last
        )
        for one in plan.classes
    }
    return StagedFound(len(worst), MappingProxyType(counts))


def judge_stages(
    *, plan: StagedInspection, inspected: int, found: Mapping[str, Sequence[int]]
) -> StagedVerdict:
    """Judge a lot, or say how many units to draw next.

    `found` gives for every class what was found in each of its own stages, not cumulative:
    the first count is for the first stage.  A stage that was begun needs its count, unless an
    earlier one decided the class; counts after that change nothing.

    Refuses, first match wins:
        sampling.count_not_whole: the number inspected is not an integer.
        sampling.count_below_zero: the number inspected is negative.
        sampling.more_inspected_than_lot: more units were inspected than the lot has.
        sampling.unknown_class: a class was counted that the plan does not have.
        sampling.class_not_counted: a class of the plan has no counts.
        and, class by class:
        sampling.stage_not_begun: a count is given for a stage of which no unit was inspected.
        sampling.count_not_whole, sampling.count_below_zero: a count is no whole number.
        sampling.more_found_than_inspected: more units than were inspected in the stage.
        sampling.stage_not_counted: a stage was begun, and has no count.
        and then:
        sampling.unit_counted_twice: the classes together have more units than were inspected.

    >>> from lotwarden.core.sampling import staged_plans
    >>> plan = staged_plans(
    ...     kind={"critical": "single", "major": "double"},
    ...     lot_size=3200,
    ...     level="II",
    ...     aqls={"critical": "0", "major": "2.5"},
    ...     severity="normal",
    ...     standard="z1.4",
    ... )
    >>> judge_stages(plan=plan, inspected=125, found={"critical": [0], "major": [5, 1]}).words
    '0 critical in 125, at most 0; 6 major in 125 of 160, at most 8: 35 more to inspect'
    """
    check_count("inspected", inspected)
    if inspected > plan.lot_size:
        raise MoreInspectedThanLot(inspected=inspected, lot_size=plan.lot_size)
    for name in found:
        if name not in plan.names:
            raise UnknownClass(given=shown(name), known=", ".join(plan.names))
    for name in plan.names:
        if name not in found:
            raise ClassNotCounted(name=name)
    verdicts = tuple(
        _judge_class(name, staged, inspected, found[name]) for name, staged in plan.classes
    )
    _check_together(plan, inspected, found)

    outcomes = {one.outcome for one in verdicts}
    for outcome in (
        StageOutcome.NOT_ACCEPTABLE,
        StageOutcome.INCOMPLETE,
        StageOutcome.DRAW_MORE,
    ):
        if outcome in outcomes:
            return StagedVerdict(outcome, verdicts)
    return StagedVerdict(StageOutcome.ACCEPTABLE, verdicts)


def _judge_class(
    name: str, plan: StagedPlan, inspected: int, counts: Sequence[int]
) -> StagedClassVerdict:
    _check_counts(name, plan, inspected, counts)
    total = 0
    last = len(plan.stages)
    for place, (stage, (before, end)) in enumerate(
        zip(plan.stages, _pieces(plan), strict=True), start=1
    ):
        if inspected <= before < end and place > 1:
            return StagedClassVerdict(name, plan, place, before, total, StageOutcome.DRAW_MORE)
        if place <= len(counts):
            total += counts[place - 1]
        elif before < min(inspected, end):
            raise StageNotCounted(stage=place, name=name)
        reached = StagedClassVerdict(
            name, plan, place, min(inspected, end), total, StageOutcome.INCOMPLETE
        )
        if total >= stage.re:
            return reached._replace(outcome=StageOutcome.NOT_ACCEPTABLE)
        if inspected < end:
            return reached
        if place == last or (stage.ac is not None and total <= stage.ac):
            return reached._replace(outcome=StageOutcome.ACCEPTABLE)
    raise AssertionError("the last stage decides")


def _pieces(plan: StagedPlan) -> list[tuple[int, int]]:
    """Return the places in drawn order at which each stage begins and ends."""
    ends = plan.ends
    return list(zip((0, *ends), ends, strict=False))


def _stop(units: range) -> int:
    return units.stop


def _check_counts(name: str, plan: StagedPlan, inspected: int, counts: Sequence[int]) -> None:
    pieces = _pieces(plan)
    for place, count in enumerate(counts, start=1):
        before, end = pieces[place - 1] if place <= len(pieces) else (inspected, inspected + 1)
        units = max(0, min(inspected, end) - before)
        past_the_lot = before == end and count == 0  # no unit is left for the stage
        if place > 1 and not units and not past_the_lot:
            raise StageNotBegun(stage=place, name=name, inspected=inspected)
        check_count(name, count)
        if plan.counts_units and count > units:
            raise MoreFoundThanInspected(found=count, name=name, inspected=units)


def _check_together(
    plan: StagedInspection, inspected: int, found: Mapping[str, Sequence[int]]
) -> None:
    """Refuse counts of which no unit has only one class.

    The stages of all classes that end at one place or before it lie within the units up to
    there, so together they cannot hold more nonconforming units than that.
    """
    stages = [
        (min(end, inspected), found[name][place])
        for name, staged in plan.classes
        if staged.counts_units
        for place, (_, end) in enumerate(_pieces(staged))
        if place < len(found[name])
    ]
    for place in sorted({place for place, _ in stages}):
        together = sum(count for end, count in stages if end <= place)
        if together > place:
            raise UnitCountedTwice(found=together, inspected=place)


def check_count(counted: str, count: int) -> None:
    """Refuse what is no whole number of 0 or more."""
    if not isinstance(count, int) or isinstance(count, bool):
        raise CountNotWhole(counted=counted, given=shown(count))
    if count < 0:
        raise CountBelowZero(counted=counted, given=count)
