"""Reads of inspections."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Prefetch, QuerySet

from lotwarden.core import sampling
from lotwarden.core.errors import N_, Refusal
from lotwarden.custody import queries as custody
from lotwarden.identity.acting import Actor
from lotwarden.inspections.models import Inspection, Result
from lotwarden.inspections.snapshots import UNDECIDED, looks_at_each, recorded
from lotwarden.inspections.snapshots import plan_of as plan_kept
from lotwarden.orders import queries as lots


class UnknownInspection(Refusal):
    """No inspection has this number."""

    code = "inspections.unknown_inspection"
    template = N_("There is no inspection {number} here.")
    remedy = N_("Plan it first, on the lot's page.")
    who = N_("the buyer")


@dataclass(frozen=True, slots=True)
class ResultCard:
    """One result of an inspection: what it said of all that was inspected so far."""

    inspected: int
    found: Mapping[str, int]
    consumed: int
    retained: int
    verdict: str
    words: str
    inspected_at: datetime
    recorded_by: uuid.UUID
    stands: bool


@dataclass(frozen=True, slots=True)
class InspectionCard:
    """An inspection with the result that stands, as pages read it.

    `asked`: the units that the next result should have inspected in all; 0 once it is decided.
    `class_verdicts`: of each class so far, acceptable, not_acceptable, incomplete or continue;
    `stages`: the stage of its plan that it is in, or ended at, counted from 1.
    """

    number: str
    lot: uuid.UUID
    disposition: uuid.UUID | None
    resubmission: int
    standard: str
    level: str
    severity: str
    every_unit: bool
    lot_size: int
    sample_size: int
    plan: dict[str, Any]
    inspector: uuid.UUID
    planned_for: datetime | None
    planned_at: datetime
    verdict: str
    words: str
    inspected: int
    found: dict[str, int]
    nonconforming: int
    inspected_at: datetime | None
    act: uuid.UUID | None
    reason: str
    results: Sequence[ResultCard]
    asked: int
    class_verdicts: Mapping[str, str]
    stages: Mapping[str, int]

    @property
    def waits(self) -> bool:
        """Whether a result is still to come: none is there, or it decides nothing yet."""
        return not self.verdict or self.verdict in UNDECIDED


def inspections(
    lot_ids: Iterable[uuid.UUID] | None = None, *, only_planned: bool = False
) -> list[InspectionCard]:
    """Return the inspections of these lots, or of all, in the order they were planned.

    `only_planned`: those that have no result yet.
    """
    rows = Inspection.objects.order_by("planned_at")
    if lot_ids is not None:
        rows = rows.filter(lot__in=list(lot_ids))
    if only_planned:
        return [_card(row) for row in rows.filter(results=None)]
    return [_card(row) for row in rows.prefetch_related(_RESULTS)]


def inspection(number: str, actor: Actor) -> InspectionCard:
    """Return the inspection with this number.

    Refuses:
        inspections.unknown_inspection
    """
    row = inspection_for(number, actor)[0]
    return _card(row)


def inspection_for(number: str, actor: Actor) -> tuple[Inspection, lots.LotCard]:
    """Return the row of an inspection and its lot, for the operations of this context.

    Refuses:
        inspections.unknown_inspection: none, or of a lot the actor takes no part in.
    """
    row = Inspection.objects.filter(number=number).first()
    if row is None or not lots.takes_part(actor, row.lot_id):
        raise UnknownInspection(number=number)
    return row, lots.lot_by_id(row.lot_id)


def lots_of(numbers: Iterable[str]) -> set[uuid.UUID]:
    """Return the lots of these inspections."""
    return set(Inspection.objects.filter(number__in=list(numbers)).values_list("lot", flat=True))


def verdict(lot: uuid.UUID) -> InspectionCard | None:
    """Return the lot's latest original inspection that has a result."""
    latest = _originals([lot]).values_list("inspection__number", flat=True).last()
    return next((one for one in inspections([lot]) if one.number == latest), None)


@dataclass(frozen=True, slots=True)
class Later:
    """What became of a lot after its inspection, for which the verdict does not speak.

    `lifted`: units offered again after a hold that another cause put them on; a doubt that came
    after the first result is answered by no correction of it.  `presented`: units offered now,
    with those settled since the plan; more than its size came later.
    """

    lifted: int
    presented: int


def later(found: InspectionCard) -> Later:
    """Return what became of a lot after this inspection, which has a result."""
    row = Inspection.objects.get(number=found.number)
    first = row.results.order_by("statement__number").values_list("statement", flat=True)[0]
    cause = f"inspection:{found.number}"
    settled = custody.settled_since(found.lot, row.statement_id)
    return Later(
        lifted=custody.lifted_since(found.lot, first, but_for=cause),
        presented=custody.offered(found.lot) + settled,
    )


def _originals(lot_ids: Iterable[uuid.UUID] | None) -> QuerySet[Result]:
    """Return the results of original inspections that stand, the latest inspection last.

    A correction answers for its own inspection, and is no later word than that of a later one.
    """
    rows = Result.objects.filter(inspection__disposition=None, corrected_by=None)
    if lot_ids is not None:
        rows = rows.filter(inspection__lot__in=list(lot_ids))
    return rows.order_by("inspection__statement__number", "statement__number")


def verdicts(lot_ids: Iterable[uuid.UUID] | None = None) -> dict[uuid.UUID, str]:
    """Return the standing verdict of each of these lots, or of all: the latest original result."""
    return dict(_originals(lot_ids).values_list("inspection__lot", "verdict"))


def waiting(lot: uuid.UUID, disposition: uuid.UUID | None) -> str | None:
    """Return the number of an inspection of these units whose results decide nothing yet."""
    rows = Inspection.objects.filter(lot=lot, disposition=disposition)
    for row in rows.prefetch_related(_RESULTS):
        found = standing(row)
        if not found or found[-1].verdict in UNDECIDED:
            return row.number
    return None


def times_judged(lot: uuid.UUID) -> int:
    """Return how many inspections of the whole lot were decided."""
    decided = _originals([lot]).filter(verdict__in=("acceptable", "not_acceptable"))
    return decided.values("inspection").distinct().order_by().count()


def inspectors(lot: uuid.UUID) -> set[uuid.UUID]:
    """Return who inspected the lot first: who was to, and who recorded a result."""
    done = Result.objects.filter(inspection__lot=lot, inspection__disposition=None)
    return {
        person
        for pair in done.values_list("recorded_by", "inspection__inspector")
        for person in pair
    }


_RESULTS = Prefetch(
    "results",
    Result.objects.select_related("statement", "corrected_by").order_by("statement__number"),
)


def standing(row: Inspection) -> list[Result]:
    """Return the results of an inspection that stand, each continuing the one before it."""
    return [one for one in _in_order(row) if not hasattr(one, "corrected_by")]


def _in_order(row: Inspection) -> list[Result]:
    return sorted(row.results.all(), key=lambda one: one.statement.number)


def _card(row: Inspection) -> InspectionCard:
    each = _in_order(row)
    stand = [one for one in each if not hasattr(one, "corrected_by")]
    last = stand[-1] if stand else None
    asked, class_verdicts, stages = _progress(row, stand)
    return InspectionCard(
        number=row.number,
        lot=row.lot_id,
        disposition=row.disposition,
        resubmission=row.resubmission,
        standard=row.standard,
        level=row.level,
        severity=row.severity,
        every_unit=row.every_unit,
        lot_size=row.lot_size,
        sample_size=row.sample_size,
        plan=row.plan,
        inspector=row.inspector,
        planned_for=row.planned_for,
        planned_at=row.planned_at,
        verdict=last.verdict if last else "",
        words=last.words if last else "",
        inspected=last.inspected if last else 0,
        found=last.found if last else {},
        nonconforming=last.nonconforming if last else 0,
        inspected_at=last.inspected_at if last else None,
        act=last.id if last else None,
        reason=row.reason,
        results=[_result_card(one) for one in each],
        asked=asked,
        class_verdicts=class_verdicts,
        stages=stages,
    )


def _result_card(one: Result) -> ResultCard:
    return ResultCard(
        inspected=one.inspected,
        found=one.found,
        consumed=one.consumed,
        retained=one.retained,
        verdict=one.verdict,
        words=one.words,
        inspected_at=one.inspected_at,
        recorded_by=one.recorded_by,
        stands=not hasattr(one, "corrected_by"),
    )


def _progress(row: Inspection, stand: list[Result]) -> tuple[int, dict[str, str], dict[str, int]]:
    """Return the units the next result should have inspected, and where each class stands."""
    if looks_at_each(row):
        waits = not stand or stand[-1].verdict in UNDECIDED
        return (row.lot_size if waits else 0), {}, {}
    plan = plan_kept(row)
    if not stand:
        return sampling.first_units_asked(plan), {}, {}
    verdict = sampling.judge_record(plan=plan, results=recorded(stand))
    asked = sampling.units_asked(verdict) if stand[-1].verdict in UNDECIDED else 0
    words = {"draw_more": "continue"}
    outcomes = {
        one.name: words.get(one.outcome.value, one.outcome.value) for one in verdict.classes
    }
    return asked, outcomes, {one.name: one.stage for one in verdict.classes}


def plan_of(number: str) -> dict[str, Any]:
    """Return the plan of the inspection with this number."""
    plan: dict[str, Any] = Inspection.objects.values_list("plan", flat=True).get(number=number)
    return plan


def undecided(number: str) -> tuple[str, ...]:
    """Return the classes of an inspection that its results so far have not decided."""
    row = Inspection.objects.prefetch_related(_RESULTS).get(number=number)
    decided = _progress(row, standing(row))[1]
    return tuple(
        one["name"]
        for one in row.plan["classes"]
        if decided.get(one["name"]) not in ("acceptable", "not_acceptable")
    )
