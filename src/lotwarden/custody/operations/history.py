"""History: what was done before these books began, told as it was done.

A case that is older than the workspace was not kept by its gates, and pretending so would be
a lie; leaving it out would be another.  So the buyer's administrator may book a step that
happened before the workspace existed, of a lot that was loaded as history.  The statement
names every gate that was not kept; the grade falls by itself, since the evidence is missing.
ADR 0007.
"""

from __future__ import annotations

from datetime import datetime

from lotwarden.core.dispositions import Facts, Step, gate_states
from lotwarden.core.errors import N_, Refusal
from lotwarden.identity import queries as identity
from lotwarden.identity.acting import Op
from lotwarden.orders.queries import LotCard


class NotHistory(Refusal):
    """Only what happened before the workspace, to a lot loaded as history, is history."""

    code = "custody.not_history"
    template = N_("{what} is not history: it did not happen before this workspace began, {began}.")
    remedy = N_("Meet the gates; what is done today is done by today's rules.")


def require_history(op: Op, lot: LotCard) -> None:
    """Refuse unless this act may be told as history.

    Refuses:
        custody.not_history
    """
    workspace = identity.workspace()
    assert workspace is not None, "operations run in a workspace"
    began: datetime = workspace.created_at
    allowed = op.actor.role == "buyer" and op.actor.is_admin and bool(lot.case)
    if not allowed or op.occurred_at >= began:
        raise NotHistory(what=lot.number, began=began.date().isoformat())


def now(op: Op, lot: LotCard) -> datetime:
    """Return by which clock a deadline is judged: this server's, so that nobody back-dates.

    What happened before the workspace began, to a lot loaded as history, has its own dates.
    """
    workspace = identity.workspace()
    assert workspace is not None, "operations run in a workspace"
    history = bool(lot.case) and op.occurred_at < workspace.created_at
    return op.occurred_at if history else op.recorded_at


def not_kept(step: Step, facts: Facts) -> list[str]:
    """Return the codes of the gates that were not kept."""
    return [state.gate.code for state in gate_states(step, facts) if not state.met]
