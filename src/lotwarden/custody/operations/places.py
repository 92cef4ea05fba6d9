"""Who may speak of what lies at a place."""

from __future__ import annotations

from lotwarden.custody.refusals import NotYourSite
from lotwarden.identity.acting import Op
from lotwarden.identity.queries import SiteCard


def require_own_site(op: Op, place: SiteCard) -> None:
    """Refuse a supplier or a disposer who speaks of goods at somebody else's site.

    Refuses:
        custody.not_your_site
    """
    if op.actor.role in ("supplier", "disposer") and place.organisation != op.actor.organisation:
        raise NotYourSite(site=place.label, organisation=op.actor.organisation_name)
