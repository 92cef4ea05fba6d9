"""Corrections: an act is taken back by its mirror image; nothing is edited or deleted."""

from __future__ import annotations

import uuid

from lotwarden.core import ledger
from lotwarden.core.dispositions import OPEN, Status
from lotwarden.core.grades import EvidenceKind
from lotwarden.custody import books as stored
from lotwarden.custody.models import Disposition, Signature, Transfer
from lotwarden.custody.operations.desk import Desk
from lotwarden.custody.operations.lots import withdraw_nonconformities
from lotwarden.custody.refusals import (
    CannotBeTakenBack,
    ResultStands,
    SecondPerson,
    UnknownAct,
)
from lotwarden.evidence import queries as kept
from lotwarden.evidence.operations import Attached
from lotwarden.identity.acting import Op, Outcome, operation
from lotwarden.orders import queries as lots

C = ledger.Condition


@operation("custody.correct")
def correct(op: Op, *, lot: str, entry: uuid.UUID, reason: str) -> Outcome:
    """Take back all transfers of an earlier act (`entry`) of this lot.

    Where that lets units out of the hold group, makes what is unaccounted for or surplus
    smaller, or undoes a loading, two people must sign: the first signature is recorded and
    moves nothing, the second one corrects.  A disposition that the act finished or withdrew
    runs again; a nonconformity that the act opened is withdrawn.  The units stay marked as
    rejected: they were once on hold, and a mark that is kept never hides a unit.

    Refuses, first match wins:
        orders.unknown_lot, custody.unknown_act, custody.cannot_be_taken_back
        custody.result_stands: it booked an inspection's result.
        ledger.already_corrected
        custody.second_person: this person signed already.
        ledger.*: the units have moved on since; asked before the first signature is taken.
    """
    card = lots.lot(lot, op.actor)
    op.lock([card.id])
    there = Transfer.objects.filter(lot=card.id, statement=entry).order_by("index")
    rows = list(there.select_related("correction"))
    if not rows:
        raise UnknownAct() if not _is_of(card.id, entry) else CannotBeTakenBack()
    if (done := kept.act(entry)) is not None and done[0] == "inspections.record_result":
        raise ResultStands
    if any(row.corrects_id or hasattr(row, "correction") for row in rows):
        raise ledger.AlreadyCorrected(transfer=str(rows[0].id))
    desk = Desk(op, card)
    originals = [stored.transfer_value(row) for row in rows]
    two = any(_needs_two(one) for one in originals)
    authority = None
    op.write("reason", reason.strip())
    if two:
        _try(desk.books, originals)
        signers = _sign(op, entry)
        if len(signers) < 2 and not op.actor.single_person:
            op.tell(corrects=str(entry), signed=str(op.actor.person), waits_for="second person")
            return {"lot": lot, "waits": True}
        how = "two people" if len(signers) > 1 else "single-person mode"
        authority = f"{how}: {', '.join(sorted(signers))}"
    desk.grade(
        [Attached(evidence=op.self_signed(kind=EvidenceKind.STATEMENT))], holder=card.supplier
    )
    for original in reversed(originals):
        desk.post(
            [
                ledger.correction(
                    original, id=str(uuid.uuid4()), authority=authority, corrected=False
                )
            ]
        )
    _run_again(op, originals)
    if withdrawn := withdraw_nonconformities(op, card.id, cause=f"act:{entry}"):
        op.tell(withdrawn=withdrawn)
    desk.close()
    op.tell(corrects=str(entry))
    return {"lot": lot, "waits": False}


def _try(books: ledger.Books, originals: list[ledger.Transfer]) -> None:
    """Refuse at the first signature what the books would refuse at the second."""
    for original in reversed(originals):
        taken_back = ledger.correction(
            original, id=str(uuid.uuid4()), authority="tried", corrected=False
        )
        books = ledger.post(books, [taken_back])


def _needs_two(original: ledger.Transfer) -> bool:
    """Return whether taking this back could hide a unit: see `correct`."""
    lets_out = original.credit.on_hold and not original.debit.on_hold
    return lets_out or original.credit.condition in _WATCHED


_WATCHED = frozenset({C.UNACCOUNTED, C.STOLEN, C.SURPLUS, C.IN_TRANSIT})
"""What a correction makes smaller only with a second person."""


def _is_of(lot: uuid.UUID, entry: uuid.UUID) -> bool:
    return lot in kept.lots_of_acts([entry])


def _sign(op: Op, entry: uuid.UUID) -> set[str]:
    """Add the actor's signature under the correction of `entry` and return all signers."""
    signed = {
        str(one) for one in Signature.objects.filter(about=entry).values_list("person", flat=True)
    }
    if str(op.actor.person) in signed:
        raise SecondPerson(name=op.actor.name)
    row = Signature.objects.create(about=entry, person=op.actor.person, statement_id=op.act)
    op.tell_row("signature", row)
    return signed | {str(op.actor.person)}


def _run_again(op: Op, originals: list[ledger.Transfer]) -> None:
    """Let dispositions run again that the act closed; undone work needs its re-inspection anew.

    A release that is taken back leaves the units as they were re-inspected.
    """
    pending = {one.pending for one in originals if one.pending}
    undone = any(one.code in (ledger.Code.START, ledger.Code.STEP) for one in originals)
    for row in Disposition.objects.filter(id__in=[uuid.UUID(one) for one in pending]):
        void = undone and row.reinspection is not None
        closed = Status(row.status) not in OPEN
        if void:
            row.reinspection = {"acts": (row.reinspection or {})["acts"], "inspection": None}
            op.tell_more("reinspection_void", [str(row.id)])
        if closed:
            row.status = Status.RUNNING.value
            row.closed_at, row.closed_because = None, ""
            op.tell_more("runs_again", [str(row.id)])
        if void or closed:
            row.save()
            op.tell_row("disposition", row)
