"""Writes of inspections: plan, record a result, correct it, release."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple

from lotwarden.core import sampling
from lotwarden.core.dispositions import Reinspection
from lotwarden.core.errors import N_, Named, Refusal
from lotwarden.core.grades import EvidenceKind
from lotwarden.core.ledger import Code
from lotwarden.core.units import Units
from lotwarden.custody import queries as custody
from lotwarden.custody.operations import dispositions, reinspections
from lotwarden.custody.operations import lots as books
from lotwarden.evidence import operations as evidence
from lotwarden.evidence.operations import Attached
from lotwarden.identity import queries as identity
from lotwarden.identity.acting import Op, Outcome, operation
from lotwarden.inspections import queries, snapshots
from lotwarden.inspections.models import Inspection, Result
from lotwarden.inspections.severity import severities
from lotwarden.orders import operations as orders
from lotwarden.orders import queries as lots


class PlannedAlready(Refusal):
    """An inspection of these units is planned and has no result yet."""

    code = "inspections.planned_already"
    template = N_("Inspection {number} of lot {lot} is planned and has no result yet.")
    remedy = N_("Record its result first.")
    who = N_("the inspector")


class NothingToInspect(Refusal):
    """No units wait for this inspection."""

    code = "inspections.nothing_to_inspect"
    template = N_("No units of lot {lot} wait for this inspection.")
    remedy = N_(
        "An original inspection needs units offered; a re-inspection units sorted or reworked."
    )


class SameInspector(Refusal):
    """A re-inspection is done by someone other than who did the work or the first inspection."""

    code = "inspections.same_inspector"
    template = N_("{name} {did}; these units are re-inspected by someone else.")
    remedy = N_("Choose another inspector.")
    who = N_("the buyer")


class NotAnInspector(Refusal):
    """Who inspects belongs to the agency or the buyer."""

    code = "inspections.not_an_inspector"
    template = N_("{name} works for {organisation}, which is neither the buyer nor an agency.")
    remedy = N_("Choose an inspector of the agency or the buyer.")
    who = N_("the buyer")


class ResultThere(Refusal):
    """The inspection has a result that stands."""

    code = "inspections.result_there"
    template = N_("Inspection {number} has its result.")
    remedy = N_("If it is wrong, correct it: the first one stays readable.")


class NotAcceptable(Refusal):
    """No acceptable verdict stands for these units."""

    code = "inspections.not_acceptable"
    template = N_("No acceptable verdict stands for lot {lot}: it is {verdict}.")
    remedy = N_("Inspect it, or decide a disposition.")
    who = N_("the inspector")


class HeldSince(Refusal):
    """Units were put on hold after the inspection, and are offered again: it did not ask why."""

    code = "inspections.held_since"
    template = N_(
        "Inspection {number} is older than the hold that {n} units of lot {lot} came off since."
    )
    remedy = N_("Plan an inspection of what is offered now.")
    who = N_("the buyer")


class NotPresented(Refusal):
    """More units are offered by now than were presented to the inspection."""

    code = "inspections.not_presented"
    template = N_(
        "Inspection {number} was of {size} units of lot {lot}; with what came later they are {n}."
    )
    remedy = N_("Plan an inspection of what is offered now.")
    who = N_("the buyer")


class UsedUpMore(Refusal):
    """More units were used up or kept than were inspected."""

    code = "inspections.used_up_more"
    template = N_("{used} units were used up or kept, but only {inspected} were inspected.")
    remedy = N_("Count the units that were drawn.")


class CellFlagged(Refusal):
    """A class's plan comes from a cell of the tables that looks wrong in its source."""

    code = "inspections.cell_flagged"
    template = N_("{flag} So the plan for {name} is doubtful.")
    remedy = N_("Confirm that you read this and want the plan, or choose another kind.")


class CountDiffers(Refusal):
    """The inspector counted another number of units than the plan was made for."""

    code = "inspections.count_differs"
    template = N_("{counted} units were counted, but {size} are presented by the books.")
    remedy = N_("Record a count of the place first: it books the difference. Then the result.")


@operation("inspections.plan")
def plan(  # noqa: PLR0913 - what a plan names
    op: Op,
    *,
    lot: str,
    inspector: uuid.UUID,
    aqls: Mapping[str, str],
    kind: str | Mapping[str, str] = "single",
    level: str = "II",
    severity: str | Mapping[str, str] | None = None,
    standard: str = "iso2859-1",
    reason: str = "",
    acknowledged: Sequence[str] = (),
    disposition: str | None = None,
    every_unit: bool = False,
    planned_for: datetime | None = None,
) -> Outcome:
    """Plan an inspection of the offered lot, or the re-inspection of a disposition's units.

    Each class has its own AQL; `kind` and `severity` are one for all classes, or one for each.
    Without a `severity` the next lot of a stream gets what switching proposes; a lot that was
    judged before, and units of a disposition, get tightened: no switching protects the buyer
    there.  Another severity than the proposed one needs a `reason`.  `acknowledged` names the
    classes whose doubtful cell of the tables was read and is wanted all the same.

    Refuses, first match wins:
        orders.unknown_lot, custody.unknown_disposition, identity.unknown_person
        inspections.not_an_inspector
        inspections.same_inspector: who did the work, or inspected first, may not re-inspect.
        inspections.nothing_to_inspect
        inspections.planned_already
        inspections.discontinued, inspections.reduced_not_allowed,
        inspections.severity_unreasoned: of the first inspection of a lot, by a plan.
        sampling.*: there is no such plan.
        inspections.cell_flagged
    """
    card = lots.lot(lot, op.actor)
    person = _inspector(inspector)
    op.lock([card.id])
    about, size, resubmission = _size(op, card, disposition)
    if about is not None:
        _check_other_inspector(op, card, about, person)
    if not size:
        raise NothingToInspect(lot=lot)
    if (waiting := queries.waiting(card.id, about.id if about else None)) is not None:
        raise PlannedAlready(number=waiting, lot=lot)
    wanted = _Wanted(aqls, kind, level, severity, standard, reason.strip(), acknowledged)
    switches = not (resubmission or every_unit or size == 1)
    kept, chosen = _agreed(card, size, wanted, switches=switches, again=bool(resubmission))
    row = Inspection.objects.create(
        id=op.act,
        number=f"I-{evidence.next_number('I')}",
        lot_id=card.id,
        statement_id=op.act,
        disposition=about.id if about else None,
        resubmission=resubmission,
        standard=standard,
        level=level,
        severity=_one_for_all(kept, chosen),
        every_unit=every_unit,
        lot_size=size,
        sample_size=size if every_unit else kept["sample_size"],
        plan=kept,
        inspector=inspector,
        planned_for=planned_for,
        planned_at=op.recorded_at,
        reason=wanted.reason,
    )
    orders.take_part(card.id, person.organisation)
    _tell_plan(op, row)
    return {"lot": lot, "inspection": row.number, "sample_size": row.sample_size}


@operation("inspections.record_result")
def record_result(  # noqa: PLR0913 - what a result names
    op: Op,
    *,
    inspection: str,
    inspected: int,
    found: Mapping[str, int],
    consumed: int = 0,
    retained: int = 0,
    counted: int | None = None,
    sampled_units: Units | None = None,
    drawn_at: uuid.UUID | None = None,
    remarks: str = "",
    corrects: bool = False,
    things: Sequence[Attached] = (),
) -> Outcome:
    """Record what the inspector found so far, judge it, and book what follows, in one act.

    All counts are those of the whole inspection so far.  A result that decides nothing yet
    (`incomplete`: fewer units than the stage asks; `continue`: the plan asks for its next stage)
    is continued by the next one; a class that is decided then need not be counted again.

    The result is a fact and always stored.  An original inspection that is not acceptable
    puts every unit of the lot on hold and opens a nonconformity; a re-inspection notes its
    outcome on its disposition.  A result whose plan is stale (the lot has other units by now)
    is kept and draws no verdict: `contested`.  `corrects`: the earlier result was wrong, and stays
    readable; the difference in units used and kept is booked; an acceptable one withdraws its
    nonconformity, and two people lift the hold.  `drawn_at`: where units used were drawn.

    Refuses, first match wins:
        inspections.unknown_inspection
        inspections.result_there
        inspections.same_inspector: a re-inspection is not recorded by who did the work.
        inspections.used_up_more
        inspections.count_differs
        sampling.*: impossible counts, or fewer than the result before says.
        custody.units_missing, custody.drawn_where, custody.nothing_there
        ledger.*
    """
    row, card = queries.inspection_for(inspection, op.actor)
    op.lock([card.id])
    standing = _check_turn(row, corrects=corrects)
    before = standing[:-1] if corrects else standing
    _check_recorder(op, row, card)
    _check_counts(row, inspected, consumed, retained, counted)
    _check_not_fewer(before, {"used up": consumed, "kept": retained})
    judged, words = _judge(row, before, inspected, found)
    verdict = "contested" if _stale(op, row, card, before, is_correction=corrects) else judged
    found = _with_decided(row, before, found)
    result = Result.objects.create(
        id=op.act,
        inspection=row,
        statement_id=op.act,
        inspected=inspected,
        found=dict(found),
        nonconforming=sum(found.values()),
        consumed=consumed,
        retained=retained,
        remarks=remarks.strip(),
        verdict=verdict,
        words=words,
        recorded_by=op.actor.person,
        inspected_at=op.occurred_at,
        corrects=standing[-1] if corrects else None,
    )
    _tell(op, row, result)
    signed = [*_signed(op, counted), *things]
    drawn = books.Drawn(sampled_units, drawn_at)
    number = _book(op, card, result, before, drawn, signed, judged)
    told = {"lot": card.number, "inspection": row.number, "verdict": verdict, "words": words}
    return told if row.disposition is not None else {**told, "nonconformity": number}


@operation("inspections.release")
def release(op: Op, *, lot: str) -> Outcome:
    """Release what of the lot is offered, because its original inspection is acceptable.

    Refuses:
        orders.unknown_lot
        inspections.not_acceptable
        inspections.held_since: a suspicion came after its first result, and its hold was lifted.
        inspections.not_presented: units came later, that the inspection was not of.
        custody.nothing_there
    """
    card = lots.lot(lot, op.actor)
    op.lock([card.id])
    verdict = queries.verdict(card.id)
    if verdict is None or verdict.verdict != "acceptable":
        found = verdict.verdict if verdict else "not inspected"
        raise NotAcceptable(lot=lot, verdict=Named(found, found.replace("_", " ")))
    later = queries.later(verdict)
    if later.lifted:
        raise HeldSince(number=verdict.number, lot=lot, n=later.lifted)
    if (n := later.presented) > verdict.lot_size:
        raise NotPresented(number=verdict.number, size=verdict.lot_size, lot=lot, n=n)
    about = evidence.Attached(evidence=op.self_signed(kind=EvidenceKind.STATEMENT))
    quantity = books.release_offered(op, card, cause=f"inspection:{verdict.number}", things=[about])
    return {"lot": lot, "released": quantity}


def _inspector(person: uuid.UUID) -> identity.PersonCard:
    found = identity.person(person)
    if found.role not in ("buyer", "agency"):
        raise NotAnInspector(name=found.name, organisation=found.organisation_name)
    return found


def _size(
    op: Op, card: lots.LotCard, disposition: str | None
) -> tuple[custody.DispositionCard | None, int, int]:
    """Return what is inspected, how many units, and how often the lot was offered before."""
    if disposition is None:
        return None, custody.offered(card.id), queries.times_judged(card.id)
    about = custody.disposition(disposition, op.actor)
    size = dispositions.waiting_for_reinspection(about, card)
    done = Inspection.objects.filter(lot=card.id).exclude(disposition=None).count()
    return about, size, done + 1


def _check_other_inspector(
    op: Op,
    card: lots.LotCard,
    about: custody.DispositionCard,
    person: identity.PersonCard,
) -> None:
    if op.actor.single_person:
        return
    if person.id == about.agent_person:
        raise SameInspector(name=person.name, did="did the work")
    if about.agent_person is None and person.organisation == about.agent_organisation:
        raise SameInspector(name=person.name, did="works for who did the work")
    if str(person.id) in custody.worked_by(card.id, about.id):
        raise SameInspector(name=person.name, did="recorded or signed the work")
    if person.id in queries.inspectors(card.id):
        raise SameInspector(name=person.name, did="inspected the lot first")


def _check_recorder(op: Op, row: Inspection, card: lots.LotCard) -> None:
    """Refuse a re-inspection recorded by who may not do it, whoever it was planned for."""
    if row.disposition is not None:
        about = custody.disposition_by_id(row.disposition)
        _check_other_inspector(op, card, about, identity.person(op.actor.person))


class _Wanted(NamedTuple):
    """What is asked of a plan, class by class where it is given so."""

    aqls: Mapping[str, str]
    kind: str | Mapping[str, str]
    level: str
    severity: str | Mapping[str, str] | None
    standard: str
    reason: str
    acknowledged: Sequence[str]


def _agreed(
    card: lots.LotCard, size: int, wanted: _Wanted, *, switches: bool, again: bool
) -> tuple[dict[str, Any], str | Mapping[str, str]]:
    """Return the plan as it is kept, and the severity of its classes."""
    chosen: str | Mapping[str, str] = wanted.severity or ("tightened" if again else "normal")
    proposed: Mapping[str, str] = {}
    if switches and wanted.standard in sampling.STANDARDS:
        chosen, proposed = severities(
            card,
            standard=wanted.standard,
            names=list(wanted.aqls),
            asked=wanted.severity,
            reason=wanted.reason,
        )
    if size == 1:  # the tables begin at 2
        return snapshots.single_unit(wanted.aqls), chosen
    made = sampling.record_plans(
        kind=wanted.kind,
        lot_size=size,
        level=wanted.level,
        aqls=wanted.aqls,
        severity=chosen,
        standard=wanted.standard,
    )
    for name, one in made.classes:
        if one.flag and name not in wanted.acknowledged:
            raise CellFlagged(name=Named(name, name), flag=Named(one.flag, one.flag))
    return snapshots.snapshot(made, proposed=proposed), chosen


def _tell_plan(op: Op, row: Inspection) -> None:
    op.tell_row("inspection", row)
    op.tell(
        inspection=row.number,
        inspector=str(row.inspector),
        plan=row.plan,
        every_unit=row.every_unit,
        disposition=str(row.disposition) if row.disposition else None,
        resubmission=row.resubmission,
        lot_size=row.lot_size,
    )


def _one_for_all(kept: Mapping[str, Any], chosen: str | Mapping[str, str]) -> str:
    """Return the severity of all classes, or that they differ."""
    if isinstance(chosen, str):
        return chosen
    found = {one.get("severity", chosen[one["name"]]) for one in kept["classes"]}
    return found.pop() if len(found) == 1 else "mixed"


def _judge(
    row: Inspection, before: Sequence[Result], inspected: int, found: Mapping[str, int]
) -> tuple[str, str]:
    """Return the verdict and its words."""
    if snapshots.looks_at_each(row):
        judged = _judge_every_unit(row, inspected, found)
        _check_not_fewer(before, {"inspected": inspected})
        earlier = before[-1].found if before else {}
        for name in [one["name"] for one in row.plan["classes"] if one["name"] in earlier]:
            if found[name] < earlier[name]:
                raise sampling.CountFell(counted=name, given=found[name], before=earlier[name])
        return judged
    verdict = sampling.judge_record(
        plan=snapshots.plan_of(row),
        results=[*snapshots.recorded(before), sampling.Recorded(inspected, found)],
    )
    undecided = verdict.outcome is sampling.StageOutcome.DRAW_MORE
    return ("continue" if undecided else verdict.outcome.value), verdict.words


def _check_turn(row: Inspection, *, corrects: bool) -> list[Result]:
    """Return the results that stand; refuse a correction of nothing, and a result where one
    stands that decided or is void.
    """
    standing = queries.standing(row)
    undecided = not standing or standing[-1].verdict in snapshots.UNDECIDED
    if not (standing if corrects else undecided):
        raise ResultThere(number=row.number)
    return standing


def _check_not_fewer(before: Sequence[Result], counts: Mapping[str, int]) -> None:
    """Refuse counts below those of the result that this one continues."""
    if not before:
        return
    last = before[-1]
    there = {"used up": last.consumed, "kept": last.retained, "inspected": last.inspected}
    for name, count in counts.items():
        if count < there[name]:
            raise sampling.CountFell(counted=Named(name, name), given=count, before=there[name])


def _with_decided(
    row: Inspection, before: Sequence[Result], found: Mapping[str, int]
) -> dict[str, int]:
    """Return the counts with those of classes that were decided before and not counted again."""
    last = before[-1].found if before else {}
    names = [one["name"] for one in row.plan["classes"]]
    return {
        name: max(found.get(name, 0), last.get(name, 0))
        for name in names
        if name in found or name in last
    }


def _judge_every_unit(row: Inspection, inspected: int, found: Mapping[str, int]) -> tuple[str, str]:
    """Return the verdict and its words where every unit is looked at.

    On re-inspection what conforms is accepted unit by unit (rectifying inspection): acceptable
    as soon as all were looked at and one conforms.  An original inspection accepts the lot as
    a whole, so there one unit that does not conform is one too many.
    """
    aqls = {one["name"]: one["aql"] for one in row.plan["classes"]}
    names = list(aqls)
    for name in found:
        if name not in names:
            raise sampling.UnknownClass(given=name, known=", ".join(names))
    for name in names:
        if name not in found:
            raise sampling.ClassNotCounted(name=name)
    for name, count in {"inspected": inspected, **found}.items():
        if count < 0:
            raise sampling.CountBelowZero(counted=name, given=count)
    if inspected > row.lot_size:
        raise sampling.MoreInspectedThanLot(inspected=inspected, lot_size=row.lot_size)
    units = [name for name in names if aqls[name] in sampling.UNITS_AQLS]
    for name in units:
        if found[name] > inspected:
            raise sampling.MoreFoundThanInspected(found=found[name], name=name, inspected=inspected)
    together = sum(found[name] for name in units)
    if together > inspected:
        raise sampling.UnitCountedTwice(found=together, inspected=inspected)
    bad = sum(found.values())
    words = f"{bad:,} nonconforming in {inspected:,}, every unit inspected"
    if inspected < row.lot_size:
        return "incomplete", words
    accepted = bad == 0 if row.disposition is None else bad < inspected
    return ("acceptable" if accepted else "not_acceptable"), words


def _stale(
    op: Op, row: Inspection, card: lots.LotCard, before: Sequence[Result], *, is_correction: bool
) -> bool:
    """Return whether the units the plan was made for are not the units that are there now."""
    if is_correction:  # it answers the same plan as the result it corrects
        return row.results.filter(verdict="contested").exists()
    wrong = row.results.filter(corrected_by__isnull=False, verdict="not_acceptable")
    if wrong.exists():  # by it these very units are on hold
        return False
    used = before[-1].consumed + before[-1].retained if before else 0
    if row.disposition is None:
        return custody.offered(card.id) + used != row.lot_size
    about = custody.disposition_by_id(row.disposition)
    return dispositions.waiting_for_reinspection(about, card) + used != row.lot_size


def _signed(op: Op, counted: int | None) -> list[Attached]:
    """Return the inspector's own signature, and count where all units were counted."""
    signed = op.self_signed(kind=EvidenceKind.ATTESTATION)
    said = [Attached(evidence=signed)]
    if counted is not None:
        said.append(
            Attached(evidence=replace(signed, kind=EvidenceKind.COUNT_IN, quantity=counted))
        )
    return said


def _check_counts(
    row: Inspection, inspected: int, consumed: int, retained: int, counted: int | None
) -> None:
    if min(consumed, retained) < 0 or consumed + retained > inspected:
        raise UsedUpMore(used=consumed + retained, inspected=inspected)
    if counted is not None and counted != row.lot_size:
        raise CountDiffers(counted=counted, size=row.lot_size)


def _tell(op: Op, row: Inspection, result: Result) -> None:
    op.tell(
        inspection=row.number,
        inspected=result.inspected,
        found=result.found,
        consumed=result.consumed,
        retained=result.retained,
        verdict=result.verdict,
        corrects=str(result.corrects_id) if result.corrects_id else None,
    )
    op.tell_row("result", result)
    op.write("remarks", result.remarks)


def _book(  # noqa: PLR0913 - what a result names
    op: Op,
    card: lots.LotCard,
    result: Result,
    before: Sequence[Result],
    drawn: books.Drawn,
    things: Sequence[Attached],
    judged: str,
) -> str | None:
    """Book what follows from a result; return the number of the nonconformity it opened."""
    row = result.inspection
    if row.disposition is not None:
        _book_reinspection(op, row, card, result, drawn.units, things)
        return None
    if row.results.exclude(corrects=None).exists():
        return _book_correction(op, card, result, drawn, things)
    last = before[-1] if before else None
    return _book_original(op, card, result, last, drawn, things, judged)


def _book_original(  # noqa: PLR0913 - what a result names
    op: Op,
    card: lots.LotCard,
    result: Result,
    last: Result | None,
    drawn: books.Drawn,
    things: Sequence[Attached],
    judged: str,
) -> str | None:
    """Book what an original result adds to the `last` one; a bad one puts the lot on hold,
    contested or not.
    """
    consumed = result.consumed - (last.consumed if last else 0)
    retained = result.retained - (last.retained if last else 0)
    more = result.inspected - (last.inspected if last else 0)
    return books.inspected(
        op,
        card,
        sampled=max(more, consumed + retained),
        drawn=drawn,
        consumed=consumed,
        retained=retained,
        rejected=judged == "not_acceptable",
        cause=f"inspection:{result.inspection.number}",
        requirement=result.words,
        inspectors=queries.inspectors(card.id),
        things=things,
    )


def _book_reinspection(
    op: Op,
    row: Inspection,
    card: lots.LotCard,
    result: Result,
    sampled_units: Units | None,
    things: Sequence[Attached],
) -> None:
    assert row.disposition is not None
    person = identity.person(op.actor.person)
    accepted = row.lot_size - result.nonconforming - result.consumed - result.retained
    earlier = row.results.exclude(id=result.id).order_by("statement__number")
    reinspections.reinspected(
        op,
        disposition=row.disposition,
        card=card,
        said=reinspections.Said(
            inspection=row.number,
            decided=result.verdict in ("acceptable", "not_acceptable"),
            found=Reinspection(
                acceptable=result.verdict == "acceptable",
                inspector=str(person.id),
                organisation=str(person.organisation),
                accepted=max(0, accepted),
            ),
            words=result.words,
            earlier=list(earlier.values_list("statement", flat=True)),
            worse=_worse(row, result),
            used={Code.CONSUME: result.consumed, Code.RETAIN: result.retained},
            named=sampled_units,
        ),
        things=things,
    )


def _worse(row: Inspection, result: Result) -> bool:
    """Return whether units may be out that this corrected result would not have let go."""
    wrong = result.corrects
    if wrong is None or wrong.verdict != "acceptable":
        return False
    more = result.nonconforming > wrong.nonconforming
    return result.verdict != "acceptable" or (row.every_unit and more)


def _book_correction(
    op: Op,
    card: lots.LotCard,
    result: Result,
    drawn: books.Drawn,
    things: Sequence[Attached],
) -> str | None:
    """Book what was used and kept otherwise; withdraw or open the nonconformity as it says now."""
    cause = f"inspection:{result.inspection.number}"
    stands = [
        one
        for one in custody.nonconformities([card.id])
        if one.cause == cause and one.withdrawn_at is None
    ]
    earlier = result.inspection.results.exclude(id=result.id)
    number = books.inspected_otherwise(
        op,
        card,
        acts=list(earlier.values_list("statement", flat=True)),
        covers=result.inspection.lot_size,
        used={Code.CONSUME: result.consumed, Code.RETAIN: result.retained},
        drawn=drawn,
        rejected=result.verdict == "not_acceptable" and not stands,
        cause=cause,
        requirement=result.words,
        inspectors=queries.inspectors(card.id),
        things=things,
    )
    if result.verdict == "acceptable":
        op.tell(withdrawn=books.withdraw_nonconformities(op, card.id, cause=cause))
    return number
