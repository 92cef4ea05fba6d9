"""The inspection of record: results that follow one another carry each class through its stages.

Each result says the units inspected so far, and by class what is nonconforming among the
units of that class so far: both are cumulative, as Ac and Re are.  A class counts up to the
end of the stage it is in, and not beyond: where one class asks for 125 units and another for
80 first, the result after 125 units says of the other what its first 80 held.

The rules, in full, beside those of `stages`:

- Units inspected and counts of a class never fall from one result to the next.
- A class that is decided stays decided; later results need not count it.
- A class that asks for another stage gets it with the next result.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from lotwarden.core.sampling.refusals import (
    ClassNotCounted,
    CountFell,
    MoreFoundThanInspected,
    MoreInspectedThanLot,
    UnitCountedTwice,
    UnknownClass,
    shown,
)
from lotwarden.core.sampling.stages import (
    StagedClass,
    StagedClassVerdict,
    StagedInspection,
    StagedVerdict,
    StageOutcome,
    check_count,
    judge_stages,
)

DECIDED = (StageOutcome.ACCEPTABLE, StageOutcome.NOT_ACCEPTABLE)
"""What ends a class: later results change nothing for it."""


class Recorded(NamedTuple):
    """What one result says: the units inspected so far, and what was found in each class."""

    inspected: int
    found: Mapping[str, int]


class _Open(NamedTuple):
    """Where a class stands after the results so far: its finished stages, and its verdict."""

    finished: tuple[int, ...] = ()
    found: int = 0
    verdict: StagedClassVerdict | None = None

    @property
    def decided(self) -> bool:
        return self.verdict is not None and self.verdict.outcome in DECIDED


def judge_record(*, plan: StagedInspection, results: Sequence[Recorded]) -> StagedVerdict:
    """Judge a lot by all results of its inspection, or say what to draw next.

    Refuses, first match wins, result by result:
        sampling.unknown_class: a class was counted that the plan does not have.
        sampling.count_not_whole, sampling.count_below_zero: a number is no whole number.
        sampling.more_inspected_than_lot: more units were inspected than the lot has.
        sampling.count_fell: fewer units, or fewer of a class, than the result before says.
        sampling.class_not_counted: a class that is not decided has no count.
        sampling.more_found_than_inspected: more of a class than its stage has units.
        sampling.unit_counted_twice: the classes together have more units than were inspected.

    >>> from lotwarden.core.sampling import staged_plans
    >>> plan = staged_plans(
    ...     kind="double",
    ...     lot_size=3200,
    ...     level="II",
    ...     aqls={"major": "2.5"},
    ...     severity="normal",
    ...     standard="z1.4",
    ... )
    >>> judge_record(plan=plan, results=[Recorded(80, {"major": 5})]).words
    '5 major in 80: draw 80 more, 81 to 160 in drawn order'
    >>> both = [Recorded(80, {"major": 5}), Recorded(160, {"major": 7})]
    >>> judge_record(plan=plan, results=both).words
    '7 major in 160, at most 8'
    """
    assert results, "a record has one result at least"
    open_classes = {one.name: _Open() for one in plan.classes}
    before = 0
    for result in results:
        _check(plan, result, before)
        before = result.inspected
        for one in plan.classes:
            open_classes[one.name] = _after(plan, one, open_classes[one.name], result)
        _check_together(plan, list(open_classes.values()))
    verdicts = tuple(one.verdict for one in open_classes.values() if one.verdict is not None)
    outcomes = {one.outcome for one in verdicts}
    for outcome in (StageOutcome.NOT_ACCEPTABLE, StageOutcome.INCOMPLETE, StageOutcome.DRAW_MORE):
        if outcome in outcomes:
            return StagedVerdict(outcome, verdicts)
    return StagedVerdict(StageOutcome.ACCEPTABLE, verdicts)


def units_asked(verdict: StagedVerdict) -> int:
    """Return how many units the next result should have inspected in all; 0 once decided."""
    if verdict.outcome in DECIDED:
        return 0
    return max(one.next_units.stop - 1 for one in verdict.classes if one.next_units)


def first_units_asked(plan: StagedInspection) -> int:
    """Return how many units the first result should have inspected."""
    return max(one.plan.ends[0] for one in plan.classes)


def _after(plan: StagedInspection, one: StagedClass, so_far: _Open, result: Recorded) -> _Open:
    """Return where a class stands after a result."""
    name = one.name
    if so_far.decided:
        again = result.found.get(name, so_far.found)
        if again < so_far.found:
            raise CountFell(counted=name, given=again, before=so_far.found)
        if one.plan.counts_units and again > result.inspected:
            raise MoreFoundThanInspected(found=again, name=name, inspected=result.inspected)
        return so_far
    if name not in result.found:
        raise ClassNotCounted(name=name)
    found = result.found[name]
    if found < so_far.found:
        raise CountFell(counted=name, given=found, before=so_far.found)
    ends = one.plan.ends
    place = len(so_far.finished)
    begins, ends_at = (ends[place - 1] if place else 0), ends[place]
    reached = min(result.inspected, ends_at)
    if place and reached <= begins:  # no unit of this stage was looked at
        if found > so_far.found:
            raise MoreFoundThanInspected(found=found - so_far.found, name=name, inspected=0)
        return so_far
    here = found - sum(so_far.finished)
    alone = plan._replace(classes=(one,))
    counts = (*so_far.finished, here)
    (verdict,) = judge_stages(plan=alone, inspected=reached, found={name: counts}).classes
    draws = verdict.outcome is StageOutcome.DRAW_MORE
    return _Open(counts if draws else so_far.finished, found, verdict)


def _check(plan: StagedInspection, result: Recorded, before: int) -> None:
    for name in result.found:
        if name not in plan.names:
            raise UnknownClass(given=shown(name), known=", ".join(plan.names))
    for counted, count in {"inspected": result.inspected, **result.found}.items():
        check_count(counted, count)
    if result.inspected > plan.lot_size:
        raise MoreInspectedThanLot(inspected=result.inspected, lot_size=plan.lot_size)
    if result.inspected < before:
        raise CountFell(counted="inspected", given=result.inspected, before=before)


def _check_together(plan: StagedInspection, classes: Sequence[_Open]) -> None:
    """Refuse counts of which no unit has only one class: those of all classes up to a place."""
    together = 0
    verdicts = [one.verdict for one in classes if one.verdict is not None]
    for verdict in sorted(verdicts, key=lambda one: one.inspected):
        if plan.of(verdict.name).counts_units:
            together += verdict.found
            if together > verdict.inspected:
                raise UnitCountedTwice(found=together, inspected=verdict.inspected)
