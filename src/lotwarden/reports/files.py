"""Who may see an attached file."""

from __future__ import annotations

from lotwarden.custody import queries as custody
from lotwarden.evidence import queries as evidence
from lotwarden.identity.acting import Actor
from lotwarden.orders import queries as orders


def may_see(actor: Actor, sha256: str) -> bool:
    """Return whether the actor takes part in a lot that this file is about."""
    if actor.role == "buyer":
        return True
    about = evidence.blob_is_about(sha256)
    lots = evidence.lots_of_acts(about) | custody.lots_of_dispositions(about)
    return any(orders.takes_part(actor, lot) for lot in lots)
