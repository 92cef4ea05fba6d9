"""Counts: what somebody found at a place, against the books."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from lotwarden.core import ledger
from lotwarden.core.grades import EvidenceKind
from lotwarden.core.ledger import Account, Condition
from lotwarden.core.units import Units
from lotwarden.custody.operations import sightings
from lotwarden.custody.operations.desk import Desk
from lotwarden.custody.operations.grading import grade_if_struck
from lotwarden.custody.operations.places import require_own_site
from lotwarden.custody.operations.words import condition_of
from lotwarden.custody.refusals import CannotBeCounted, NothingThere
from lotwarden.evidence.operations import Attached
from lotwarden.identity import queries as identity
from lotwarden.identity.acting import Op, Outcome, operation
from lotwarden.orders import queries as lots

IN_HAND = ledger.GROUPS[ledger.Group.IN_HAND] + (
    Condition.AWAITING_DESTRUCTION,
    Condition.SURPLUS,
    Condition.RETURNED,
    Condition.RETAINED,
    Condition.RECEIVED,
    Condition.SALVAGE,
)
"""What can be counted: everything that lies at a place."""


@operation("custody.count")
def count(  # noqa: PLR0913 - what a count names
    op: Op,
    *,
    lot: str,
    site: uuid.UUID,
    condition: str,
    found: int | None = None,
    seen: Units | None = None,
    unknown: int = 0,
    again: int = 0,
    weight_g: int | None = None,
    note: str = "",
    things: Sequence[Attached] = (),
) -> Outcome:
    """Record a count by number (`found`) or a scan (`seen`, and `unknown` foreign serials).

    Short goes to unaccounted, over to surplus, in this act; a short number of serialised
    units opens a discrepancy.  Units scanned here that the books have at an end are
    confirmed sightings and contradict it.  A count of an empty account is a fact too, if
    something was found.

    Refuses:
        orders.unknown_lot, custody.unknown_condition
        custody.cannot_be_counted: nothing lies at a place there.
        custody.nothing_there: the books have nothing there, and nothing was found.
        ledger.bad_quantity, ledger.not_found_again, ledger.units_unknown
        evidence.below_zero: a weight below 0.
    """
    card = lots.lot(lot, op.actor)
    place = identity.site(site)
    require_own_site(op, place)
    account = Account(condition_of(condition), str(site))
    if account.condition not in IN_HAND:
        raise CannotBeCounted(condition=ledger.in_words(account))
    op.lock([card.id])
    desk = Desk(op, card)
    booked = desk.books.held(account).quantity
    if not booked and not found and not seen and not unknown:
        raise NothingThere(lot=lot, condition=ledger.in_words(account), site=place.label)
    if seen is not None:
        outcome = ledger.scan(desk.books, account, seen=seen, unknown=unknown)
    else:
        outcome = ledger.count(desk.books, account, found=found or 0, again=again)
    signed = _signed(op, outcome.found, weight_g)
    desk.grade([*signed, *things], holder=place.organisation, covers=outcome.found)
    desk.post(outcome.transfers)
    if card.serialised:
        # A number cannot say which units are there again: only a scan closes a discrepancy.
        open_before = 0 if seen is not None else desk.books.discrepancies.get(account, 0)
        desk.discrepancy(account, max(open_before, outcome.discrepancy))
    contradicted = 0
    for where, units in outcome.elsewhere:
        contradicted += sightings.contradict_by_count(op, desk, where, units, place=place.label)
    desk.close()
    told = {"again": again, "scanned": seen is not None, "weight_g": weight_g}
    op.tell(count={**_told(account, outcome), **told})
    op.write("note", note.strip())
    if contradicted:
        sightings.grade_after_contradiction(op)
    else:
        grade_if_struck(op.act)
    return {
        "lot": lot,
        "booked": outcome.booked,
        "found": outcome.found,
        "difference": outcome.difference,
        "contradicted": contradicted,
    }


def _signed(op: Op, found: int, weight_g: int | None) -> list[Attached]:
    """Return what the counter says by recording the count: there, counted, signed."""
    counted = op.self_signed(kind=EvidenceKind.COUNT_IN, quantity=found, weight_g=weight_g)
    return [
        Attached(evidence=counted),
        Attached(evidence=op.self_signed(kind=EvidenceKind.ATTESTATION)),
        Attached(evidence=op.self_signed(kind=EvidenceKind.STATEMENT)),
    ]


def _told(account: Account, outcome: ledger.CountOutcome) -> dict[str, Any]:
    return {
        "account": [account.condition.value, account.site],
        "booked": outcome.booked,
        "found": outcome.found,
        "known": outcome.known,
        "discrepancy": outcome.discrepancy,
        "elsewhere": [
            {"account": [where.condition.value, where.site], "quantity": len(units)}
            for where, units in outcome.elsewhere
        ],
    }
