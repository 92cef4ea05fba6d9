"""For every operation a situation in which it can be done: who does it, and with what.

`SITUATIONS[name](ws)` makes the situation and returns the request; `other` is the same act with
other content, as when a form is sent again after it was changed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from lotwarden.core.dispositions import Counted
from lotwarden.custody.operations import moves
from lotwarden.identity import operations as identity
from lotwarden.identity.acting import Actor
from tests.workspace import (
    AQLS,
    K,
    Workspace,
    carton_row,
    operation,
    order_row,
    sheet,
    sighting_row,
)


@dataclass(frozen=True, kw_only=True)
class Situation:
    """Who does what; `lots` are those whose chains the act is told in."""

    by: Actor
    request: Mapping[str, Any]
    other: Mapping[str, Any] = field(default_factory=dict)
    lots: tuple[str, ...] = ()


Make = Callable[[Workspace], Situation]

SITUATIONS: dict[str, Make] = {}


def situation(name: str) -> Callable[[Make], Make]:
    def register(make: Make) -> Make:
        SITUATIONS[name] = make
        return make

    return register


def perform(
    name: str, made: Situation, /, *, by: Actor | None = None, **more: Any
) -> dict[str, Any]:
    """Do the operation in its situation."""
    outcome = operation(name)(by or made.by, **{**made.request, **more})
    assert isinstance(outcome, dict)
    return outcome


# Identity ---------------------------------------------------------------------------------------


@situation("identity.add_organisation")
def _(ws: Workspace) -> Situation:
    return Situation(
        by=ws.vera,
        request={"name": "Wenzhou Valve", "role": "supplier"},
        other={"name": "Wenzhou Valves"},
    )


@situation("identity.add_site")
def _(ws: Workspace) -> Situation:
    return Situation(
        by=ws.vera,
        request={
            "organisation": ws.organisations["supplier"],
            "name": "Hall 3",
            "zone": "Asia/Shanghai",
        },
        other={"name": "Hall 4"},
    )


@situation("identity.approve")
def _(ws: Workspace) -> Situation:
    return Situation(
        by=ws.vera,
        request={"organisation": ws.organisations["other_disposer"], "note": "visited in May"},
        other={"note": "visited in June"},
    )


@situation("identity.withdraw_approval")
def _(ws: Workspace) -> Situation:
    return Situation(
        by=ws.vera,
        request={"organisation": ws.organisations["disposer"], "note": "licence ran out"},
        other={"note": "licence withdrawn"},
    )


@situation("identity.invite")
def _(ws: Workspace) -> Situation:
    return Situation(
        by=ws.vera,
        request={
            "organisation": ws.organisations["agency"],
            "name": "Ma",
            "email": "ma@agency.example",
        },
        other={"email": "ma.2@agency.example"},
    )


@situation("identity.reset")
def _(ws: Workspace) -> Situation:
    return Situation(
        by=ws.vera, request={"person": ws.people["li"]}, other={"person": ws.people["chen"]}
    )


@situation("identity.deactivate")
def _(ws: Workspace) -> Situation:
    return Situation(
        by=ws.vera, request={"person": ws.people["li"]}, other={"person": ws.people["chen"]}
    )


@situation("identity.readmit")
def _(ws: Workspace) -> Situation:
    identity.deactivate(ws.vera, person=ws.people["li"])
    return Situation(
        by=ws.vera, request={"person": ws.people["li"]}, other={"person": ws.people["chen"]}
    )


@situation("identity.set_single_person")
def _(ws: Workspace) -> Situation:
    return Situation(by=ws.vera, request={"on": False}, other={"on": True})


# Orders and inspections -------------------------------------------------------------------------


@situation("custody.load_orders")
def _(ws: Workspace) -> Situation:
    return Situation(
        by=ws.vera,
        request={
            "data": sheet(order_row("N-1", 500), order_row("N-2", 700, order="PO-N-1")),
            "filename": "orders.csv",
        },
        other={"data": sheet(order_row("N-3"))},
        lots=("N-1", "N-2"),
    )


@situation("orders.import_packing_list")
def _(ws: Workspace) -> Situation:
    ws.offered("N-1", 48)
    cartons = [carton_row("N-1", 24, carton=1), carton_row("N-1", 24, carton=2)]
    return Situation(
        by=ws.wang,
        request={"data": sheet(*cartons), "filename": "packing.csv"},
        other={"data": sheet(carton_row("N-1", 48))},
        lots=("N-1",),
    )


@situation("inspections.plan")
def _(ws: Workspace) -> Situation:
    ws.offered("N-1")
    return Situation(
        by=ws.vera,
        request={"lot": "N-1", "inspector": ws.people["li"], "aqls": AQLS},
        other={"level": "III"},
        lots=("N-1",),
    )


@situation("inspections.record_result")
def _(ws: Workspace) -> Situation:
    ws.offered("N-1")
    found = {"critical": 0, "major": 21, "minor": 6}
    return Situation(
        by=ws.li,
        request={"inspection": ws.plan("N-1"), "inspected": 125, "found": found},
        other={"found": {**found, "major": 2}},
        lots=("N-1",),
    )


@situation("inspections.import_results")
def _(ws: Workspace) -> Situation:
    ws.offered("N-1")
    ws.plan("N-1")
    row = {"lot": "N-1", "inspected": 125, "critical": 0, "major": 3, "minor": 1}
    return Situation(
        by=ws.li,
        request={"data": sheet(row), "filename": "results.csv"},
        other={"data": sheet({**row, "major": 4})},
    )


@situation("inspections.release")
def _(ws: Workspace) -> Situation:
    ws.offered("N-1")
    ws.offered("N-2")
    for lot in ("N-1", "N-2"):
        ws.result(ws.plan(lot))
    return Situation(by=ws.vera, request={"lot": "N-1"}, other={"lot": "N-2"}, lots=("N-1",))


def _wants_reduced(ws: Workspace) -> Situation:
    ws.offered("N-1")
    return Situation(
        by=ws.vera,
        request={"lot": "N-1", "reason": "Steady since March; we want it."},
        other={"reason": "Steady since April."},
        lots=("N-1",),
    )


@situation("inspections.allow_reduced")
def _(ws: Workspace) -> Situation:
    return _wants_reduced(ws)


@situation("inspections.withdraw_reduced")
def _(ws: Workspace) -> Situation:
    made = _wants_reduced(ws)
    operation("inspections.allow_reduced")(ws.vera, lot="N-1", reason="Steady.")
    return made


@situation("inspections.resume")
def _(ws: Workspace) -> Situation:
    ws.discontinued()
    return Situation(
        by=ws.vera,
        request={"lot": "P-8", "action": "A new mould."},
        other={"action": "A new tool."},
        lots=("P-8",),
    )


@situation("inspections.set_switching")
def _(ws: Workspace) -> Situation:
    return Situation(
        by=ws.vera,
        request={"settings": {"limit": "dropped"}, "reason": "Agreed under 8.5."},
        other={"settings": {"limit": 3}},
    )


# Custody ----------------------------------------------------------------------------------------


@situation("custody.quarantine")
def _(ws: Workspace) -> Situation:
    ws.offered("N-1")
    ws.plan("N-1")  # lets the agency take part
    return Situation(
        by=ws.li,
        request={"lot": "N-1", "reason": "The caps smell."},
        other={"reason": "The caps are loose."},
        lots=("N-1",),
    )


@situation("custody.propose")
def _(ws: Workspace) -> Situation:
    return Situation(
        by=ws.wang,
        request={
            "lot": "L-1",
            "kind": "rework",
            "site": ws.yongkang,
            "terms": ws.terms("rework"),
            "quantity": 400,
        },
        other={"quantity": 401},
        lots=("L-1",),
    )


@situation("custody.authorise")
def _(ws: Workspace) -> Situation:
    return Situation(
        by=ws.tomas,
        request={"disposition": ws.propose("sort"), "basis": "quality manual 8.7"},
        other={"basis": "by telephone"},
        lots=("L-1",),
    )


@situation("custody.amend")
def _(ws: Workspace) -> Situation:
    return Situation(
        by=ws.vera,
        request={"disposition": ws.running("sort"), "terms": ws.terms("sort")},
        other={"terms": replace(ws.terms("sort"), reason="The line is slow.")},
        lots=("L-1",),
    )


@situation("custody.take_step")
def _(ws: Workspace) -> Situation:
    sort = ws.running("sort", agent_person=ws.wang.person)
    classes = {"conforming": Counted(quantity=3_000), "not_reworkable": Counted(quantity=200)}
    return Situation(
        by=ws.wang,
        request={"disposition": sort, "step": "counts", "classes": classes},
        other={"classes": {"conforming": Counted(quantity=3_200)}},
        lots=("L-1",),
    )


@situation("custody.withdraw")
def _(ws: Workspace) -> Situation:
    return Situation(
        by=ws.vera,
        request={"disposition": ws.running("sort"), "reason": "The line is down."},
        other={"reason": "The line is up."},
        lots=("L-1",),
    )


@situation("custody.sign_lift")
def _(ws: Workspace) -> Situation:
    ws.suspected("L-9", 200)
    hold = ws.propose("hold", "L-9", quantity=100)
    return Situation(
        by=ws.vera,
        request={"disposition": hold},
        other={"disposition": ws.propose("hold", "L-9", quantity=100)},
        lots=("L-9",),
    )


@situation("custody.count")
def _(ws: Workspace) -> Situation:
    request = {"lot": "L-1", "site": ws.yongkang, "condition": "quarantined", "found": 3_193}
    return Situation(by=ws.wang, request=request, other={"found": 3_194}, lots=("L-1",))


@situation("custody.move")
def _(ws: Workspace) -> Situation:
    request = {
        "lot": "L-1",
        "site": ws.yongkang,
        "condition": "quarantined",
        "to": ws.ningbo,
        "quantity": 1_000,
    }
    return Situation(by=ws.wang, request=request, other={"quantity": 999}, lots=("L-1",))


@situation("custody.arrive")
def _(ws: Workspace) -> Situation:
    moves.move(
        ws.vera, lot="L-1", site=ws.yongkang, condition="quarantined", to=ws.beilun, quantity=1_000
    )
    request = {"lot": "L-1", "site": ws.beilun, "carries": "quarantined", "found": 999}
    return Situation(by=ws.zhou, request=request, other={"found": 998}, lots=("L-1",))


@situation("custody.correct")
def _(ws: Workspace) -> Situation:
    request = {"lot": "L-1", "site": ws.yongkang, "condition": "quarantined", "found": 3_193}
    operation("custody.count")(ws.wang, **request)
    return Situation(
        by=ws.vera,
        request={"lot": "L-1", "entry": ws.last_act(), "reason": "A pallet was overlooked."},
        other={"reason": "Two pallets were overlooked."},
        lots=("L-1",),
    )


@situation("custody.attach")
def _(ws: Workspace) -> Situation:
    entry = ws.last_act()
    ticket = ws.thing(ws.wang, K.WEIGH_TICKET, document=b"a ticket", number="W-1")
    return Situation(
        by=ws.wang,
        request={"lot": "L-1", "entry": entry, "things": [ticket]},
        other={"things": [ticket, ticket]},
        lots=("L-1",),
    )


@situation("custody.import_sightings")
def _(ws: Workspace) -> Situation:
    ws.destroyed("L-1", quantity=268)
    row = sighting_row("L-1", quantity=3)
    return Situation(
        by=ws.li,
        request={"data": sheet(row), "filename": "sightings.csv"},
        other={"data": sheet({**row, "quantity": 4})},
        lots=("L-1",),
    )


@situation("custody.reopen")
def _(ws: Workspace) -> Situation:
    ws.destroyed("L-1", quantity=268)
    operation("custody.import_sightings")(
        ws.li, data=sheet(sighting_row("L-1", quantity=3)), filename="sightings.csv"
    )
    assert ws.contradicted() == 3
    return Situation(
        by=ws.vera,
        request={"lot": "L-1", "reason": "Bought in Shenzhen."},
        other={"reason": "Bought in Ningbo."},
        lots=("L-1",),
    )


# Strangers --------------------------------------------------------------------------------------

STRANGERS = {"agency": "mo", "supplier": "qian", "disposer": "gu"}
"""By role, who takes no part in any lot."""

ONE_OF_EACH = {"buyer": "vera", "agency": "li", "supplier": "wang", "disposer": "zhou"}
