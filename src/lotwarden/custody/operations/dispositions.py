"""Dispositions: proposed, authorised, taken step by step, withdrawn, lapsed."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any

from lotwarden.core import dispositions as rules
from lotwarden.core import statements
from lotwarden.core.dispositions import OPEN, Counted, Facts, Kind, Reinspection, Status, StepType
from lotwarden.core.errors import N_
from lotwarden.core.grades import Evidence, EvidenceKind, Independence
from lotwarden.core.ledger import Account, Code, Condition, Transfer, in_words
from lotwarden.core.units import NONE, Units, dump, from_ranges, to_ranges
from lotwarden.custody import queries
from lotwarden.custody.books import load_books
from lotwarden.custody.models import Disposition, Nonconformity
from lotwarden.custody.operations import history as past
from lotwarden.custody.operations.desk import Desk
from lotwarden.custody.operations.grading import grade_step
from lotwarden.custody.operations.words import kind_of
from lotwarden.custody.refusals import (
    DeadlinePassed,
    NoNonconformity,
    NoteNeeded,
    NothingThere,
    NotOpen,
    NotThoseInspected,
    NotYours,
    OwnProposal,
    SecondPerson,
    SeveralParts,
    TermsStand,
    UnitsMissing,
    WrongStatus,
)
from lotwarden.evidence import operations as evidence
from lotwarden.evidence.operations import Attached
from lotwarden.identity import queries as identity
from lotwarden.identity.acting import Actor, Op, Outcome, operation
from lotwarden.orders import operations as orders
from lotwarden.orders import queries as lots

C = Condition


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a proposal says besides kind and units; which of it is needed, the gates say."""

    reason: str = ""
    instruction: str = ""
    risk: str = ""
    method: str = ""
    owner: uuid.UUID | None = None
    deadline: datetime | None = None
    expires_at: datetime | None = None
    agent_organisation: uuid.UUID | None = None
    agent_person: uuid.UUID | None = None
    witness: uuid.UUID | None = None
    next_site: uuid.UUID | None = None
    customer_agreement: bool | None = None
    contract_silent: bool = False
    defects: int = 0

    TEXTS = ("reason", "instruction", "risk", "method")


@operation("custody.propose")
def propose(  # noqa: PLR0913 - what a proposal names
    op: Op,
    *,
    lot: str,
    kind: str,
    site: uuid.UUID,
    terms: Terms,
    quantity: int | None = None,
    named: Units | None = None,
    things: Sequence[Attached] = (),
) -> Outcome:
    """Propose what happens to units in quarantine at `site`; they are reserved for it.

    Without `quantity` and `named`: all that nobody else's disposition holds.

    Refuses, first match wins:
        orders.unknown_lot, custody.unknown_kind
        custody.no_nonconformity: the lot was not rejected; a hold is proposed all the same
            where the rejection was withdrawn, so that it can be lifted.
        custody.deadline_passed: a date lies in the past.
        custody.nothing_there: nothing of the lot is in quarantine at `site`.
        disposition.gates_unmet: a hold without reason, owner and review date.
        ledger.*: the units are not there, or promised to another disposition.
    """
    card, what = lots.lot(lot, op.actor), kind_of(kind)
    op.lock([card.id])
    desk = Desk(op, card)
    lapse_overdue(op, desk)
    report = queries.open_nonconformity(card.id)
    if report is None and what is Kind.HOLD:
        # A corrected result withdrew it: lifting a hold is how its units come off hold.
        report = queries.last_nonconformity(card.id)
    if report is None:
        raise NoNonconformity(lot=lot)
    _check_dates(op, card, terms)
    where = Account(C.QUARANTINED, str(site))
    asked = _asked(desk, where, quantity, named)
    units = asked.units
    row = Disposition(
        id=op.act,
        number=f"D-{evidence.next_number('D')}",
        lot_id=card.id,
        nonconformity_id=report.id,
        kind=what.value,
        status=Status.PROPOSED.value,
        quantity=max(1, asked.quantity),
        units=None if units is None else dump(units),
        site_id=site,
        proposed_by=op.actor.person,
        proposed_at=op.occurred_at,
    )
    _put_terms(op, row, terms)
    needed = rules.NEEDED_TO_PROPOSE.get(what, ())
    rules.require(needed, _facts(op, row, card), step="propose")
    row.save(force_insert=True)
    desk.pend(row.id, where, asked.quantity, units)
    desk.close()
    op.attach(things, about=row.id)
    tell(op, row)
    ranges = None if units is None else to_ranges(units)
    op.tell(quantity=asked.quantity, units=ranges, site=str(site))
    if op.actor.role == "buyer":
        _let_take_part(row)
    return {"lot": lot, "disposition": row.number}


@operation("custody.authorise")
def authorise(op: Op, *, disposition: str, basis: str, terms: Terms | None = None) -> Outcome:
    """Authorise a proposal for the buyer, on a named authority basis.

    `terms` completes or changes what the proposal said; the statement tells what was signed.

    Refuses, first match wins:
        custody.unknown_disposition
        custody.wrong_status: it is not proposed any more.
        custody.own_proposal: the supplier's people never approve.
        custody.deadline_passed
    """
    row, card, desk = open_disposition(op, disposition)
    _expect(row, Status.PROPOSED)
    if op.actor.organisation == card.supplier:
        raise OwnProposal(
            name=op.actor.name, number=row.number, organisation=op.actor.organisation_name
        )
    if terms is not None:
        _check_dates(op, card, terms)
        _put_terms(op, row, terms)
    row.authorised_by = op.actor.person
    row.authorised_at = op.occurred_at
    row.authority_basis = basis.strip()[:200]
    row.status = Status.AUTHORISED.value
    row.save()
    desk.close()
    op.write("basis", basis.strip())
    tell(op, row)
    _let_take_part(row)
    return {"lot": card.number, "disposition": row.number}


@operation("custody.amend")
def amend(op: Op, *, disposition: str, terms: Terms, note: str = "") -> Outcome:
    """Complete or change the terms of an authorised disposition: a witness, a deadline.

    What was blank is filled in.  Before the start, a change of what was signed makes it a
    proposal again, to be authorised anew; after it, who does the work and how, and who
    watches, stand, and another deadline needs a `note` that says why.  A customer's no is
    not blank: a yes after it is signed anew.

    Refuses, first match wins:
        custody.unknown_disposition, custody.not_open
        custody.wrong_status: a proposal is completed when it is authorised.
        custody.deadline_passed
        custody.terms_stand, custody.note_needed: the work has begun.
    """
    row, card, desk = open_disposition(op, disposition)
    _expect(row, Status.AUTHORISED, Status.RUNNING)
    _check_dates(op, card, terms)
    changed = _changed(row, terms)
    if row.status == Status.RUNNING.value:
        if stands := [name for name in changed if name in _STAND]:
            raise TermsStand(number=row.number, what=", ".join(_STAND[one] for one in stands))
        if "deadline" in changed and not note.strip():
            raise NoteNeeded(number=row.number)
    elif set(changed) - {"owner"}:
        row.status = Status.PROPOSED.value
        row.authorised_by, row.authorised_at, row.authority_basis = None, None, ""
    op.write("note", note.strip())
    _put_terms(op, row, terms)
    row.save()
    desk.close()
    tell(op, row)
    _let_take_part(row)
    return {"lot": card.number, "disposition": row.number}


@operation("custody.take_step")
def take_step(  # noqa: PLR0913 - what a step records
    op: Op,
    *,
    disposition: str,
    step: str,
    classes: Mapping[str, Counted] | None = None,
    site: uuid.UUID | None = None,
    rest: str | None = None,
    defects_shown: int | None = None,
    note: str = "",
    things: Sequence[Attached] = (),
    history: bool = False,
) -> Outcome:
    """Take one step of a disposition: start, counts, release, finish.

    `classes` counts the units by outcome; without it a step with one outcome takes all that
    stands there.  What the classes do not name is short, and unaccounted for in the same
    act.  `rest` names the class that gets every unit of a serialised lot not named elsewhere.
    `history`: the step happened before these books began, and is told with the gates that
    were not kept then.

    Refuses, first match wins:
        custody.unknown_disposition, custody.not_open, custody.wrong_status
        custody.not_yours: a supplier or disposer records only what it was asked to do.
        custody.several_parts: its units stand at several sites and `site` is not given.
        custody.units_missing: a serialised lot's units are not named.
        disposition.*: classes that do not add up or contradict a count, gates not met.
        custody.not_history, ledger.*
    """
    row, card, desk = open_disposition(op, disposition)
    taken = rules.step_of(Kind(row.kind), step)
    _check_turn(op, row, taken)
    where = _where(desk, row, taken, site)
    sent = desk.books.free(where, pending=str(row.id))
    _check_inspected(desk, row, taken, where)
    counted = _counted(taken, classes, Counted(quantity=sent.quantity, units=sent.units), rest)
    op.attach(things, about=row.id)
    if defects_shown is not None or rules.BEFORE_AFTER in taken.gates:
        row.defects_shown = defects_shown or 0  # each part's own
    facts = _facts(op, row, card, where.site)
    moves = rules.take_step(
        step=taken,
        facts=facts,
        pending=str(row.id),
        debit=where,
        sent=Counted(quantity=sent.quantity, units=sent.units),
        classes=counted,
        sites={"returned": str(row.next_site_id)} if row.next_site_id else None,
        not_kept=_not_kept(op, card, taken, facts) if history else None,
    )
    if not history:
        _check_counts(row, taken, where, counted, sent=sent.quantity, note=note)
    holder = identity.site(uuid.UUID(where.site)).organisation
    desk.grade(
        _said_by(op, taken, counted),
        holder=holder,
        covers=sum(one.quantity for one in counted.values()),
        disposition=row.id if taken.type is not StepType.START else None,
        site=where.site,
        end_by_destruction=row.kind == Kind.DESTROY.value and taken.type is StepType.FINISH,
    )
    desk.post(moves)
    _advance(op, row, taken, desk, sent.units)
    row.save()
    desk.close()
    grade_step(op.act)
    tell(op, row)
    op.tell(step=step, classes={k: one.quantity for k, one in counted.items()}, sent=sent.quantity)
    op.write("note", note.strip())
    return {"lot": card.number, "disposition": row.number, "step": step}


@operation("custody.withdraw")
def withdraw(op: Op, *, disposition: str, reason: str) -> Outcome:
    """Withdraw a disposition: what it still holds is in quarantine again and free.

    Refuses:
        custody.unknown_disposition, custody.not_open
    """
    row, card, desk = open_disposition(op, disposition, lapsed=True)
    lapsed = _lapsed(row, past.now(op, card))
    status = Status.LAPSED if lapsed else Status.WITHDRAWN
    close(op, desk, row, status=status, because=reason.strip())
    desk.close()
    op.write("reason", reason.strip())
    tell(op, row)
    return {"lot": card.number, "disposition": row.number}


@operation("custody.sign_lift")
def sign_lift(op: Op, *, disposition: str) -> Outcome:
    """Sign that a hold may be lifted; with the second person's signature it is.

    Lifted units are offered again: they are released only by an acceptable inspection.

    Refuses:
        custody.unknown_disposition, custody.not_open, custody.wrong_status: not a hold.
        custody.second_person: this person signed already.
        disposition.gates_unmet: what else is missing, with the first signature already.
    """
    row, card, desk = open_disposition(op, disposition)
    if row.kind != Kind.HOLD.value:
        raise WrongStatus(number=row.number, status=row.kind, wanted=Kind.HOLD.value)
    me = str(op.actor.person)
    if me in row.lifted_by:
        raise SecondPerson(name=op.actor.name)
    row.lifted_by = [*row.lifted_by, me]
    step = rules.step_of(Kind.HOLD, "finish")
    facts = _facts(op, row, card)
    enough = rules.TWO_PEOPLE.met(facts)
    others = [gate for gate in step.gates if gate is not rules.TWO_PEOPLE]
    rules.require(others, facts, step=step.name)
    if enough:
        where = _where(desk, row, step, None)
        sent = desk.books.free(where, pending=str(row.id))
        whole = Counted(quantity=sent.quantity, units=sent.units)
        moves = rules.take_step(
            step=step, facts=facts, pending=str(row.id), debit=where, sent=whole,
            classes={"lifted": whole},
        )  # fmt: skip
        holder = identity.site(uuid.UUID(where.site)).organisation
        desk.grade([], holder=holder, covers=sent.quantity, disposition=row.id)
        desk.post(moves)
        row.status = Status.FINISHED.value
        row.closed_at = op.occurred_at
        _withdraw_suspicion(op, row)
    row.save()
    desk.close()
    tell(op, row)
    op.tell(signed=me, lifted=enough)
    return {"lot": card.number, "disposition": row.number, "lifted": enough}


def waiting_for_reinspection(row: queries.DispositionCard, card: lots.LotCard) -> int:
    """Return how many units of a disposition wait for their re-inspection."""
    books = load_books(card.id, serialised=card.serialised).books
    return sum(
        held.quantity
        for (pending, where), held in books.reserved.items()
        if pending == str(row.id) and where.condition is C.AWAITING_REINSPECTION
    )


def _asked(desk: Desk, where: Account, quantity: int | None, named: Units | None) -> Counted:
    """Return what a proposal asks for: the units named, so many, or all that is free."""
    if named is not None:
        return Counted(quantity=len(named) if quantity is None else quantity, units=named)
    free = desk.books.free(where)
    # Where all is promised, or some may be missing, the ledger refuses the whole by its number.
    whole = free if free.quantity else desk.books.held(where)
    there = whole.quantity if whole.units is None else len(whole.units)
    if quantity is not None:
        return Counted(quantity=quantity, units=whole.units if quantity == there else None)
    if not there:
        site = identity.site(uuid.UUID(where.site)).label
        raise NothingThere(lot=desk.lot.number, condition=in_words(where), site=site)
    return Counted(quantity=there, units=whole.units)


def open_disposition(
    op: Op, number: str, *, lapsed: bool = False
) -> tuple[Disposition, lots.LotCard, Desk]:
    """Lock the lot of a disposition and return it with the lot and its books.

    `lapsed`: also a proposal that lapsed, to give its units free.

    Refuses:
        custody.unknown_disposition: none, or of a lot the actor takes no part in.
        custody.not_open
    """
    card = lots.lot_by_id(queries.disposition(number, op.actor).lot)
    op.lock([card.id])
    row = Disposition.objects.get(number=number)
    desk = Desk(op, card)
    if Status(row.status) not in OPEN:
        raise NotOpen(number=number, status=row.status)
    if not lapsed and _lapsed(row, past.now(op, card)):
        raise NotOpen(number=number, status=Status.LAPSED.value)
    return row, card, desk


def lapse_overdue(op: Op, desk: Desk) -> None:
    """Let proposals of this lot lapse that nobody authorised by their deadline, and tell so."""
    for row in Disposition.objects.filter(lot=desk.lot.id, status=Status.PROPOSED.value):
        if _lapsed(row, past.now(op, desk.lot)):
            desk.void(row.id)
            row.status = Status.LAPSED.value
            row.closed_at = op.recorded_at
            row.save()
            op.tell_more("lapsed", [str(row.id)])
            op.tell_row("disposition", row)


def _facts(op: Op, row: Disposition, card: lots.LotCard, site: str | None = None) -> Facts:
    alone = op.actor.single_person
    return facts_of(row, as_of=past.now(op, card), single_person=alone, site=site)


def facts_of(
    row: Disposition, *, as_of: datetime, single_person: bool, site: str | None = None
) -> Facts:
    """Return what the gates of the next step look at, as of a time, of the part at `site`."""
    people = identity.people([row.witness, row.authorised_by, row.agent_person])
    witness = people.get(row.witness) if row.witness else None
    authoriser = people.get(row.authorised_by) if row.authorised_by else None
    buyer = identity.buyer()
    agent = row.agent_organisation
    approved = bool(agent and identity.organisation(agent).approved)
    found = queries.standing_reinspection(row.reinspection)
    of_verdicts = queries.of_verdicts(row.lot_id)
    return Facts(
        kind=Kind(row.kind),
        quantity=row.quantity,
        proposed_by=str(row.proposed_by),
        supplier=str(lots.lot_by_id(row.lot_id).supplier),
        buyer=str(buyer.id),
        as_of=as_of,
        authorised_by=_text(row.authorised_by),
        authoriser_organisation=str(authoriser.organisation) if authoriser else None,
        inspected_by=_inspected_by(row, of_verdicts),
        reason=row.reason,
        instruction=row.instruction,
        risk=row.risk,
        deadline=row.deadline,
        owner=_text(row.owner),
        agent_person=_text(row.agent_person),
        agent_organisation=_text(agent),
        agent_approved=approved,
        worked_by=queries.worked_by(row.lot_id, row.id) if found else frozenset(),
        next_holder=_text(row.next_site_id),
        method=row.method,
        witness=_text(row.witness),
        witness_organisation=str(witness.organisation) if witness else None,
        witness_independence=witness.independence if witness else Independence.NONE,
        listed=bool(row.list_digest),
        evidence=tuple(_evidence_of(row, site)),
        defects=row.defects,
        defects_shown=row.defects_shown,
        reinspection=None if found is None else _reinspection_of(row, found),
        expires_at=row.expires_at,
        customer_agreement=row.customer_agreement,
        contract_silent=row.contract_silent,
        lifted_by=frozenset(row.lifted_by),
        cause_withdrawn=not any(one.stands for one in of_verdicts),
        single_person=single_person,
    )


def _inspected_by(row: Disposition, of_verdicts: Sequence[Nonconformity]) -> frozenset[str]:
    """Return who found the units nonconforming, under whatever number they are dealt with."""
    own = [row.nonconformity] if row.nonconformity else []
    return frozenset(
        person for one in (*own, *of_verdicts) for person in (str(one.opened_by), *one.inspectors)
    )


def _not_kept(op: Op, card: lots.LotCard, step: rules.Step, facts: Facts) -> list[str]:
    """Return the gates that were not kept in history, and tell them; refuses what is today."""
    past.require_history(op, card)
    missed = past.not_kept(step, facts)
    op.tell(history=True, not_kept=missed)
    return missed


def _withdraw_suspicion(op: Op, row: Disposition) -> None:
    """Withdraw the nonconformity of a suspicion once its hold is lifted and nothing is left."""
    report = row.nonconformity
    others = Disposition.objects.filter(
        nonconformity=report, status__in=[one.value for one in OPEN]
    )
    if report is not None and not others.exclude(id=row.id).exists():
        report.withdrawn_at = op.recorded_at
        report.save(update_fields=["withdrawn_at"])
        op.tell(withdrawn=[report.number])
        op.tell_row("nonconformity", report)


def _said_by(op: Op, step: rules.Step, counted: Mapping[str, Counted]) -> list[Attached]:
    """Return what the actor says by recording a step: who counts was there, and signs."""
    said = [Attached(evidence=op.self_signed(kind=EvidenceKind.STATEMENT))]
    if step.type is StepType.COUNT:
        n = sum(one.quantity for one in counted.values())
        said.append(Attached(evidence=op.self_signed(kind=EvidenceKind.ATTESTATION)))
        said.append(Attached(evidence=op.self_signed(kind=EvidenceKind.COUNT_OUT, quantity=n)))
    return said


def _evidence_of(row: Disposition, site: str | None) -> list[Evidence]:
    """Return what the next step can rest on: what grades it meets its gates, nothing else."""
    return queries.evidence_of(None, row.id, queries.last_step(row.lot_id, row.id, site))


def _reinspection_of(row: Disposition, found: Mapping[str, Any]) -> Reinspection:
    """Return what was found, with what of its accepted units is still to be released."""
    return Reinspection(
        acceptable=found["acceptable"],
        inspector=found["inspector"],
        organisation=found["organisation"],
        accepted=max(0, found["accepted"] - queries.released(row.lot_id, row.id)),
    )


def _text(value: uuid.UUID | None) -> str | None:
    return None if value is None else str(value)


def _lapsed(row: Disposition, at: datetime) -> bool:
    return row.status == Status.PROPOSED.value and row.deadline is not None and row.deadline < at


def _check_dates(op: Op, card: lots.LotCard, terms: Terms) -> None:
    for what, at in (("The deadline", terms.deadline), ("The expiry", terms.expires_at)):
        if at is not None and at <= past.now(op, card):
            raise DeadlinePassed(what=what, at=at.date().isoformat())


_STAND = {
    "witness": N_("the witness"),
    "agent_organisation": N_("who does the work"),
    "agent_person": N_("who does the work"),
    "method": N_("the method"),
    "instruction": N_("the instruction"),
    "risk": N_("the risk"),
    "defects": N_("the kinds of defect"),
    "customer_agreement": N_("what the customer said"),
    "contract_silent": N_("what the contract asks for"),
}
"""Terms that stand once the work has begun, in words."""


def _changed(row: Disposition, terms: Terms) -> list[str]:
    """Return which terms that were filled in already would say something else."""
    changed = []
    for one in fields(terms):
        before = getattr(row, "next_site_id" if one.name == "next_site" else one.name)
        new = getattr(terms, one.name)
        new = new.strip() if isinstance(new, str) else new
        refuses = one.name == "customer_agreement" and new is False
        blank = before in (None, "") or (one.name == "defects" and not before)
        if (not new and not refuses) or blank or new == before:
            continue
        if isinstance(new, datetime) and abs(new - before) < timedelta(minutes=1):
            continue  # a form knows minutes
        changed.append(one.name)
    return changed


def _put_terms(op: Op, row: Disposition, terms: Terms) -> None:
    for name in Terms.TEXTS:
        text = getattr(terms, name).strip()
        if text:
            setattr(row, name, text)
            op.write(name, text)
    for name in ("owner", "deadline", "expires_at", "agent_organisation", "agent_person",
                 "witness", "customer_agreement"):  # fmt: skip
        value = getattr(terms, name)
        if value is not None:
            setattr(row, name, value)
    if terms.next_site is not None:
        row.next_site_id = identity.site(terms.next_site).id
    row.contract_silent = row.contract_silent or terms.contract_silent
    if terms.defects:
        row.defects = terms.defects
    if row.agent_organisation is None and row.agent_person is not None:
        row.agent_organisation = identity.person(row.agent_person).organisation


def _let_take_part(row: Disposition) -> None:
    """Let everyone who has something to do see the lot."""
    involved = {row.agent_organisation}
    for person in identity.people([row.agent_person, row.witness]).values():
        involved.add(person.organisation)
    if row.next_site_id:
        involved.add(identity.site(row.next_site_id).organisation)
    for organisation in involved - {None}:
        assert organisation is not None
        orders.take_part(row.lot_id, organisation)


def tell(op: Op, row: Disposition) -> None:
    """Tell a disposition as this act leaves it."""
    op.tell_row("disposition", row)
    op.tell(
        disposition=str(row.id),
        number=row.number,
        kind=row.kind,
        status=row.status,
        terms={
            "owner": _text(row.owner),
            "deadline": statements.instant(row.deadline) if row.deadline else None,
            "expires_at": statements.instant(row.expires_at) if row.expires_at else None,
            "agent_organisation": _text(row.agent_organisation),
            "agent_person": _text(row.agent_person),
            "witness": _text(row.witness),
            "next_site": _text(row.next_site_id),
            "customer_agreement": row.customer_agreement,
            "contract_silent": row.contract_silent,
            "defects": row.defects,
            "defects_shown": row.defects_shown,
            "list_digest": row.list_digest or None,
            "reinspection": row.reinspection,
        },
    )


def _expect(row: Disposition, *wanted: Status) -> None:
    if Status(row.status) not in wanted:
        raise WrongStatus(
            number=row.number, status=row.status, wanted=" / ".join(one.value for one in wanted)
        )


_BUYERS = (Kind.CONCESSION.value, Kind.RETURN.value)
"""Kinds that the buyer alone executes: their one step is the decision itself."""


def _check_turn(op: Op, row: Disposition, step: rules.Step) -> None:
    """Refuse a step out of turn, or by somebody it is not for."""
    first = rules.KINDS[Kind(row.kind)][0].name == step.name
    if not first:
        _expect(row, Status.RUNNING)
    actor: Actor = op.actor
    own = row.agent_organisation == actor.organisation
    if actor.role in ("supplier", "disposer") and not own:
        raise NotYours(what=step.title, whose="who was asked to do it")
    decides = step.type is StepType.START or step.name == "release" or row.kind in _BUYERS
    if actor.role != "buyer" and decides:
        raise NotYours(what=step.title, whose="the buyer")


def _check_counts(
    row: Disposition,
    step: rules.Step,
    where: Account,
    classes: Mapping[str, Counted],
    *,
    sent: int,
    note: str,
) -> None:
    """Refuse a step that contradicts what was counted for it since the step before."""
    rules.check_counts(
        step=step,
        evidence=_evidence_of(row, where.site),
        sent=sent,
        classes=classes,
        explained=bool(note.strip()),
    )


def _check_inspected(desk: Desk, row: Disposition, step: rules.Step, where: Account) -> None:
    """Refuse to release units that are not those that were re-inspected.

    Units without numbers are those as long as none came to wait here since the re-inspection.
    What was inspected may be moved, unless others wait by now, which it could be mixed with.
    """
    found = row.reinspection or {}
    if step.name != "release" or "waiting" not in found:
        return
    sent = desk.books.free(where, pending=str(row.id)).units
    if sent is None:
        came = queries.came_to_wait(row.lot_id, row.id, since=uuid.UUID(found["since"]))
        others = bool(found.get("on_the_way")) or any(code == Code.STEP for code, _ in came)
        wrong = others and any(site == where.site for _, site in came)
    else:
        inspected = (from_ranges(ranges) for _, _, ranges in found["waiting"] if ranges)
        wrong = bool(sent - NONE.union(*inspected))
    if wrong:
        raise NotThoseInspected(number=row.number)


def _where(desk: Desk, row: Disposition, step: rules.Step, site: uuid.UUID | None) -> Account:
    """Return the account in which the disposition's units wait for this step."""
    places = sorted(
        {
            where
            for (pending, where), held in desk.books.reserved.items()
            if pending == str(row.id)
            and where.condition is step.debit
            and held.quantity
            and (site is None or where.site == str(site))
        },
        key=str,
    )
    if len(places) > 1:
        raise SeveralParts(number=row.number, parts=len(places))
    if not places:
        return Account(step.debit, str(site or row.site_id))
    return places[0]


def _counted(
    step: rules.Step,
    classes: Mapping[str, Counted] | None,
    sent: Counted,
    rest: str | None,
) -> dict[str, Counted]:
    """Return the classes with their units: for a serialised lot `rest` gets what is left."""
    if classes is None:
        classes = {next(iter(step.classes)): sent}
    wanted = {name: one for name, one in classes.items() if one.quantity}
    if sent.units is None:
        return wanted
    named = {name: one for name, one in wanted.items() if one.units is not None}
    missing = [name for name in wanted if name not in named]
    if len(wanted) == 1 and missing and wanted[missing[0]].quantity == sent.quantity:
        return {missing[0]: sent}
    if rest is not None and rest in missing:
        left = sent.units
        for one in named.values():
            left -= one.units or left
        named[rest] = Counted(quantity=len(left), units=left)
        missing.remove(rest)
    if missing:
        raise UnitsMissing(what=", ".join(missing).replace("_", " "))
    return named


def _advance(op: Op, row: Disposition, step: rules.Step, desk: Desk, sent: Units | None) -> None:
    """Move the disposition on: running, or finished when it holds nothing any more."""
    row.status = Status.RUNNING.value
    if row.kind == Kind.DESTROY.value and step.type is StepType.START:
        listed: Any = to_ranges(sent) if sent is not None else row.quantity
        row.list_digest = statements.digest({"lot": str(row.lot_id), "units": listed})
    holds = any(pending == str(row.id) for pending, _ in desk.books.reserved)
    if not holds:
        row.status = Status.FINISHED.value
        row.closed_at = op.occurred_at


def close(op: Op, desk: Desk, row: Disposition, *, status: Status, because: str) -> None:
    """Bring what a disposition still holds back to quarantine and free it."""
    moves = [
        Transfer(
            id="",
            debit=where,
            credit=Account(C.QUARANTINED, where.site),
            quantity=held.quantity,
            units=held.units,
            code=Code.STEP,
            pending=str(row.id),
        )
        for (pending, where), held in desk.books.reserved.items()
        if pending == str(row.id)
        and where.condition not in (C.QUARANTINED, C.IN_TRANSIT)
        and held.quantity
    ]
    if moves:
        desk.post(moves)
    desk.void(row.id)
    row.status = status.value
    row.closed_at = op.occurred_at
    row.closed_because = because
    row.save()
