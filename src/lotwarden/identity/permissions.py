"""Who may do what: one table, operation × role.

The buyer owns the workspace.  A supplier may propose and report, never approve; a disposer
records what happened to goods sent to it; an agency inspects, sorts, counts and witnesses.
What the table allows is narrowed again by the lot (a stranger to a lot does not see it) and
by the rules of each act.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

BUYER = frozenset({"buyer"})
HANDS = frozenset({"buyer", "agency", "supplier", "disposer"})
EYES = frozenset({"buyer", "agency"})

PERMISSIONS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "identity.add_organisation": BUYER,
        "identity.add_site": BUYER,
        "identity.approve": BUYER,
        "identity.withdraw_approval": BUYER,
        "identity.invite": BUYER,
        "identity.reset": BUYER,
        "identity.deactivate": BUYER,
        "identity.readmit": BUYER,
        "identity.set_single_person": BUYER,
        "custody.load_orders": BUYER,
        "orders.import_packing_list": frozenset({"buyer", "supplier"}),
        "inspections.plan": BUYER,
        "inspections.record_result": EYES,
        "inspections.import_results": EYES,
        "inspections.release": BUYER,
        "inspections.allow_reduced": BUYER,
        "inspections.withdraw_reduced": BUYER,
        "inspections.resume": BUYER,
        "inspections.set_switching": BUYER,
        "custody.amend": BUYER,
        "custody.attach": HANDS,
        "custody.authorise": BUYER,
        "custody.count": HANDS,
        "custody.correct": BUYER,
        "custody.import_sightings": EYES,
        "custody.move": HANDS,
        "custody.arrive": HANDS,
        "custody.propose": frozenset({"buyer", "agency", "supplier"}),
        "custody.quarantine": EYES,
        "custody.reopen": BUYER,
        "custody.sign_lift": BUYER,
        "custody.take_step": HANDS,
        "custody.withdraw": BUYER,
    }
)

ADMIN: frozenset[str] = frozenset(
    {
        "identity.deactivate",
        "identity.invite",
        "identity.readmit",
        "identity.reset",
        "identity.set_single_person",
    }
)
"""Operations that need an administrator among the buyer's people."""
