"""Grading anew: evidence that comes later, or that a contradiction strikes out."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from django.db.models import Q

from lotwarden.core.grades import Evidence, EvidenceKind, Grade, Setting, grade
from lotwarden.core.ledger import CONTRADICTABLE, HOLD, Condition
from lotwarden.core.units import load
from lotwarden.custody import books as stored
from lotwarden.custody import queries
from lotwarden.custody.models import Contradiction, Grading, Transfer
from lotwarden.custody.operations.desk import reasons_of
from lotwarden.custody.refusals import UnknownAct
from lotwarden.evidence import queries as evidence
from lotwarden.evidence.operations import Attached, lock_chains
from lotwarden.identity.acting import Op, Outcome, operation
from lotwarden.orders import queries as lots

_SIGNERS = (EvidenceKind.STATEMENT, EvidenceKind.ATTESTATION)


@operation("custody.attach")
def attach(
    op: Op,
    *,
    lot: str,
    things: Sequence[Attached],
    entry: uuid.UUID | None = None,
    disposition: str | None = None,
) -> Outcome:
    """Attach evidence to an act (`entry`) or to a disposition; what rests on it is graded anew.

    Refuses:
        orders.unknown_lot, custody.unknown_disposition
        custody.unknown_act: neither names something of this lot.
    """
    card = lots.lot(lot, op.actor)
    about = entry
    if disposition is not None:
        found = queries.disposition(disposition, op.actor)
        about = found.id if found.lot == card.id else None
    elif entry is not None and card.id not in evidence.lots_of_acts([entry]):
        about = None
    if about is None:
        raise UnknownAct
    op.lock([card.id])
    op.attach(things, about=about)
    op.tell(about=str(about))
    grade_again(_resting_on({about}))
    return {"lot": lot, "attached": len(things)}


@dataclass(slots=True)
class Strikes:
    """What contradictions strike out of each act: certificates, and who signed with them."""

    documents: dict[uuid.UUID, set[str]] = field(default_factory=dict)
    persons: dict[uuid.UUID, set[str]] = field(default_factory=dict)

    @property
    def acts(self) -> set[uuid.UUID]:
        """Return the acts that are struck."""
        return set(self.documents)

    def add(self, acts: set[uuid.UUID], documents: set[str], persons: set[str]) -> None:
        """Strike `documents` and `persons` out of each of `acts`."""
        for act in acts:
            self.documents.setdefault(act, set()).update(documents)
            self.persons.setdefault(act, set()).update(persons)


def strikes(in_lots: Iterable[uuid.UUID] | None = None) -> Strikes:
    """Return what the contradictions of ends strike out: those of all lots, or of these.

    Every act that brought contradicted units to an end is struck, and with its certificate
    every other act that rests on the same one, in whatever lot.  The signers of those acts
    count for nothing there, and there only.
    """
    entries = Contradiction.objects.all()
    if in_lots is not None:
        entries = entries.filter(lot__in=list(in_lots))
    return _strikes_of({act for entry in entries for act in _acts_behind(entry)})


def _strikes_around(acts: set[uuid.UUID]) -> Strikes:
    """Return what is struck out where these acts belong to it: the rest of the books is not read.

    An act is struck for its own contradicted units, or for those of an act with which it
    shares a certificate.
    """
    related = acts | _resting_on(evidence.about_certificates(_certificates(_about(acts))))
    ended = Transfer.objects.filter(statement__in=related, credit_condition__in=_ENDS)
    lots_of_them = set(ended.values_list("lot", flat=True))
    entries = Contradiction.objects.filter(lot__in=lots_of_them)
    return _strikes_of({act for entry in entries for act in _acts_behind(entry, among=related)})


def _strikes_of(behind: set[uuid.UUID]) -> Strikes:
    """Return what is struck out because these acts brought contradicted units to an end."""
    found = Strikes()
    for act in sorted(behind):
        about = _about({act})
        certificates = _certificates(about)
        same = evidence.about_certificates(certificates)
        acts = {act} | _resting_on(same)
        documents = {one.document for one in certificates if one.document} | {
            one.number for one in certificates if one.number
        }
        signed = evidence.evidence_about(about | same | acts).values()
        persons = {
            one.person for items in signed for one in items if one.kind in _SIGNERS and one.person
        }
        found.add(acts, documents, persons)
    return found


def _about(acts: set[uuid.UUID]) -> set[uuid.UUID]:
    """Return these acts and the dispositions whose steps they are: evidence is about either."""
    return acts | {one.disposition for one in _gradings(acts) if one.disposition}


def _certificates(about: set[uuid.UUID]) -> list[Evidence]:
    return [
        one
        for items in evidence.evidence_about(about).values()
        for one in items
        if one.kind is EvidenceKind.CERTIFICATE
    ]


def grade_again(acts: Iterable[uuid.UUID]) -> None:
    """Grade these acts by today's evidence, and those with which they are struck.

    Rewrites the standings of lots where a grade changed.
    """
    wanted = set(acts)
    _grade(wanted, _strikes_around(wanted) if Contradiction.objects.exists() else Strikes())


def grade_struck(struck: Strikes) -> None:
    """Grade the acts that are struck by today's evidence."""
    _grade(set(), struck)


def _grade(acts: set[uuid.UUID], struck: Strikes) -> None:
    changed: set[uuid.UUID] = set()
    for row in _gradings(acts | struck.acts):
        now = _grade_now(row, struck)
        reasons = reasons_of(now)
        if (now.level, reasons) != (row.level, row.reasons):
            if now.level != row.level:
                changed.add(row.statement_id)
            row.level, row.reasons = now.level, reasons
            row.save(update_fields=["level", "reasons"])
    moved = set(Transfer.objects.filter(statement__in=changed).values_list("lot", flat=True))
    lock_chains(moved)  # lots that share a certificate: their own acts wait, or this one does
    for lot in sorted(moved):
        card = lots.lot_by_id(lot)
        stored.rewrite_books(lot, stored.replayed(lot, serialised=card.serialised))


def grade_if_struck(act: uuid.UUID) -> None:
    """Grade an act anew where an earlier contradiction strikes out what it rests on."""
    if Contradiction.objects.exists():
        struck = _strikes_around({act})
        if struck.acts:
            grade_struck(struck)


def grade_step(act: uuid.UUID) -> None:
    """Grade anew the step before `act`, whose evidence ends here, and `act` where it is struck."""
    step_of = Grading.objects.values_list("disposition", flat=True).get(statement=act)
    others = Grading.objects.filter(disposition=step_of).exclude(statement=act)
    latest = others.order_by("-statement__number").values_list("statement", flat=True)
    before = None if step_of is None else latest.first()
    if before is None:
        grade_if_struck(act)
    else:
        grade_again([before, act])


def levels_now() -> Iterator[tuple[uuid.UUID, int, int]]:
    """Return each graded act with the level stored and the one today's evidence gives."""
    struck = strikes()
    for row in Grading.objects.iterator():
        yield row.statement_id, row.level, _grade_now(row, struck).level


def _gradings(acts: Iterable[uuid.UUID]) -> Iterable[Grading]:
    return Grading.objects.filter(statement__in=set(acts))


def _grade_now(row: Grading, struck: Strikes) -> Grade:
    items = queries.evidence_of(row.statement_id, row.disposition, row.since)
    return grade(items, _setting(row, struck))


def _setting(row: Grading, struck: Strikes) -> Setting:
    return Setting(
        holder=row.setting.get("holder"),
        supplier=row.setting.get("supplier"),
        quantity=row.setting.get("quantity"),
        end_by_destruction=bool(row.setting.get("by_destruction")),
        same_person=bool(row.setting.get("same_person")),
        struck_documents=frozenset(struck.documents.get(row.statement_id, ())),
        struck_persons=frozenset(struck.persons.get(row.statement_id, ())),
        contradicted=row.statement_id in struck.documents,
    )


_ENDS = [
    condition.value
    for condition in CONTRADICTABLE - HOLD - {Condition.IN_TRANSIT, Condition.CONSUMED,
                                              Condition.RETAINED}
]  # fmt: skip
"""Where units are no more, so that one that is seen contradicts the act that brought it there."""


def _acts_behind(entry: Contradiction, *, among: set[uuid.UUID] | None = None) -> set[uuid.UUID]:
    """Return the acts, all or those `among` them, that brought contradicted units to an end."""
    rows = Transfer.objects.filter(lot=entry.lot_id, credit_condition__in=_ENDS)
    if among is not None:
        rows = rows.filter(statement__in=among)
    if entry.units is None:
        rows = rows.filter(credit_condition=entry.condition, credit_site=entry.site_id)
        return set(rows.values_list("statement", flat=True))
    seen = load(entry.units)
    return {row.statement_id for row in rows if row.units is not None and load(row.units) & seen}


def _resting_on(about: set[uuid.UUID]) -> set[uuid.UUID]:
    """Return the graded acts among `about`, and those graded by a disposition among it."""
    rows = Grading.objects.filter(Q(statement__in=about) | Q(disposition__in=about))
    return set(rows.values_list("statement", flat=True))
