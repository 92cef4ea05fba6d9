"""Re-inspections: what they found, what rests on it, and what falls with a wrong one."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lotwarden.core.dispositions import OPEN, Reinspection, Status
from lotwarden.core.grades import EvidenceKind
from lotwarden.core.ledger import Books, Code, Condition
from lotwarden.core.units import Units, to_ranges
from lotwarden.custody import queries
from lotwarden.custody.models import Disposition
from lotwarden.custody.operations.desk import Desk
from lotwarden.custody.operations.dispositions import close, tell
from lotwarden.custody.operations.lots import hold_again, use_waiting
from lotwarden.evidence.operations import Attached
from lotwarden.identity.acting import Op
from lotwarden.orders import queries as lots

C = Condition


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a result says of a disposition's units.

    `decided`: it draws a verdict.  `earlier` are the acts of this inspection's results before
    it, first to last.  `worse`: it corrects one on which units may have been released that
    would not be released on this one.
    """

    inspection: str
    decided: bool
    found: Reinspection
    words: str
    earlier: Sequence[uuid.UUID] = ()
    worse: bool = False
    used: Mapping[Code, int]
    named: Units | None = None


def reinspected(
    op: Op,
    *,
    disposition: uuid.UUID,
    card: lots.LotCard,
    said: Said,
    things: Sequence[Attached],
) -> None:
    """Note what the re-inspection of a disposition's units found.

    Part of the operation that records the result, which has locked the lot.  Not acceptable:
    the units go back to quarantine at once; acceptable: the buyer releases them by a step.
    A result that draws no verdict leaves none to release on.  Where a corrected result is
    worse, what was released on the first one goes back on hold, as far as it is at hand.
    """
    row = Disposition.objects.get(id=disposition)
    desk = Desk(op, card)
    op.attach(things, about=row.id)
    before = row.reinspection or {}
    stands = not said.earlier or before.get("inspection", said.inspection) == said.inspection
    bad = stands and said.decided and not said.found.acceptable
    if bad or said.worse:
        desk.grade((), holder=card.supplier, disposition=row.id)
    elif any(said.used.values()) or said.earlier:
        desk.grade(
            [Attached(evidence=op.self_signed(kind=EvidenceKind.STATEMENT))], holder=card.supplier
        )
    use_waiting(
        desk, pending=str(row.id), acts=said.earlier, used=said.used, named=said.named,
        cause=f"inspection:{said.inspection}",
    )  # fmt: skip
    kept = {**before, "acts": [*before.get("acts", []), str(op.act)]}
    row.reinspection = _noted(op, row, desk.books, kept, said) if stands else kept
    because = "not acceptable on re-inspection" if bad else row.closed_because
    if said.worse:
        because = "; ".join(filter(None, (because, _hold_again(op, row, desk, said))))
    closed = Status(row.status) not in OPEN
    if closed or bad:  # what was not used up after all is on hold, and promised to nobody
        status = Status(row.status) if closed else Status.FINISHED
        close(op, desk, row, status=status, because=because)
    row.closed_because = because
    row.save()
    desk.close()
    tell(op, row)


def _noted(
    op: Op, row: Disposition, books: Books, kept: dict[str, Any], said: Said
) -> dict[str, Any]:
    """Return what a disposition keeps of its re-inspection, which is now this one.

    What it looked at is what waited at its first result: a correction looks at no other
    units, and what was released on it since is part of what it accepts.
    """
    if not said.earlier:
        kept = {
            "inspection": said.inspection,
            "since": str(op.act),
            "before": queries.released(row.lot_id, row.id),
            "waiting": _waiting(books, row),
            "on_the_way": _on_the_way(books, row),
            "acts": kept["acts"],
        }
    for name in ("acceptable", "inspector", "organisation", "accepted"):
        kept.pop(name, None)
    if not said.decided:
        return kept
    return {
        **kept,
        "acceptable": said.found.acceptable,
        "inspector": said.found.inspector,
        "organisation": said.found.organisation,
        "accepted": kept.get("before", 0) + said.found.accepted,
    }


def _hold_again(op: Op, row: Disposition, desk: Desk, said: Said) -> str:
    """Put back on hold what was released on the earlier result; return that in words."""
    kept = row.reinspection or {}
    later = None if kept.get("inspection") == said.inspection else kept.get("since")
    released, named = queries.released_between(
        row.lot_id,
        row.id,
        after=said.earlier[0],
        before=None if later is None else uuid.UUID(later),
    )
    if not released:
        return ""
    held = hold_again(
        op, desk, named=named, cause=f"inspection:{said.inspection}", requirement=said.words
    )
    left = max(0, released - held)
    op.tell(released_before=released, held_again=held, left_already=left)
    return f"of {released:,} units released before, {released - left:,} are on hold again" + (
        f", {left:,} had left already" if left else ""
    )


def _waiting(books: Books, row: Disposition) -> list[list[Any]]:
    """Return where units of a disposition wait for re-inspection, how many, and which."""
    return sorted(
        [where.site, held.quantity, None if held.units is None else to_ranges(held.units)]
        for (pending, where), held in books.reserved.items()
        if pending == str(row.id) and where.condition is C.AWAITING_REINSPECTION and held.quantity
    )


def _on_the_way(books: Books, row: Disposition) -> int:
    """Return how many units that wait for re-inspection nobody could look at: they travel."""
    return sum(
        held.quantity
        for (pending, where), held in books.reserved.items()
        if pending == str(row.id) and where.carries is C.AWAITING_REINSPECTION
    )
