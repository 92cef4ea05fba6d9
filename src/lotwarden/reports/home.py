"""The home page: where are the rejected units?"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Literal
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from lotwarden.core.ledger import GROUP_OF, Condition, Group
from lotwarden.custody import queries as custody
from lotwarden.custody.queries import Weighed
from lotwarden.identity import queries as identity
from lotwarden.identity.acting import Actor
from lotwarden.orders import queries as orders
from lotwarden.reports import agenda, pages, words

C = Condition
NAMED = 3
"""So many lots at the most are named one by one."""

_ALARM = (C.UNACCOUNTED, C.STOLEN)
_ROWS = (
    C.UNACCOUNTED, C.STOLEN, C.SURPLUS, C.RETURNED, C.SALVAGE,
    C.QUARANTINED, C.IN_SORTING, C.IN_REWORK, C.AWAITING_REINSPECTION, C.AWAITING_DESTRUCTION,
    C.IN_TRANSIT, C.OFFERED, C.SAMPLED, C.RELEASED, C.CONCEDED, C.REGRADED, C.RECEIVED,
    C.DESTROYED, C.RECYCLED, C.DONATED, C.SOLD_RESTRICTED, C.CONSUMED, C.RETAINED,
)  # fmt: skip


def home(actor: Actor, *, now: datetime, shows: Literal["units", "money"] = "units") -> pages.Home:
    """Return the home page of this actor: the buyer sees all lots, others theirs."""
    workspace = identity.workspace()
    assert workspace is not None, "whoever is logged in is in a workspace"
    mine = None if actor.role == "buyer" else orders.lot_ids(actor)
    weighed = custody.weighed(mine)
    if actor.role != "buyer":  # what goods cost is the buyer's own business
        weighed = [replace(one, currency="", cost=Decimal(0)) for one in weighed]
        shows = "units"
    state = agenda.state_of(mine)
    rejected = [one["rejected"] for one in state.sums.values() if one["rejected"]]
    return pages.Home(
        workspace=workspace.name,
        as_of=now,
        zone=str(identity.zone_of(actor)),
        lots=orders.lot_count(actor),
        lots_rejected=len(rejected),
        units_rejected=sum(rejected),
        front=_front(weighed, state, now),
        matrix=tuple(matrix(weighed)),
        next_acts=agenda.next_acts(actor, state, now),
        shows=shows,
        has_money=actor.role == "buyer",
    )


def matrix(weighed: Sequence[Weighed]) -> list[pages.PlaceRow]:
    """Return a row for each place where a rejected unit is, by grade; what is wrong first."""
    found: list[pages.PlaceRow] = []
    for condition in _ROWS:
        here = [one for one in weighed if one.condition == condition.value]
        carried = sorted({one.carries for one in here})
        for carries in carried:
            rows = [one for one in here if one.carries == carries]
            if rows:
                found.append(_row(condition, carries, rows))
    return found


def _row(condition: Condition, carries: str, rows: Sequence[Weighed]) -> pages.PlaceRow:
    href = f"{reverse('lots')}?{urlencode({'place': condition.value})}"
    cells = tuple(
        _cell([one for one in rows if one.grade == level and not one.contradicted])
        for level in range(6)
    )
    label = words.condition_name(condition.value, carries)
    return pages.PlaceRow(
        key=condition.value,
        label=label[:1].upper() + label[1:],
        group=_group(condition, carries),
        cells=cells,  # type: ignore[arg-type]
        units=sum(one.units for one in rows),
        money=_money(rows),
        contradicted=_cell([one for one in rows if one.contradicted]),
        href=href,
    )


def _group(condition: Condition, carries: str) -> pages.PlaceGroup:
    if words.is_hold(condition.value, carries):
        return "hold"
    if condition is C.IN_TRANSIT:
        return "on_the_way"
    group = GROUP_OF[condition]
    if group is Group.OPEN:
        return "open"
    if group is Group.ENDS and condition is not C.RECEIVED:
        return "ends"
    return "released" if condition not in (C.OFFERED, C.SAMPLED) else "open"


def _cell(rows: Sequence[Weighed]) -> pages.Cell:
    return pages.Cell(sum(one.units for one in rows), _money(rows))


def _money(rows: Sequence[Weighed]) -> tuple[pages.Money, ...]:
    return pages.sum_money(
        pages.Money(one.currency, one.cost.quantize(Decimal("0.01")))
        for one in rows
        if one.currency
    )


def _front(
    weighed: Sequence[Weighed], state: agenda.State, now: datetime
) -> tuple[pages.Front, ...]:
    sums = state.sums
    lost = [one for one in weighed if Condition(one.condition) in _ALARM]
    over = [one for one in weighed if one.condition == "surplus"]
    hold = [one for one in weighed if words.is_hold(one.condition, one.carries)]
    late = agenda.overdue_of(state.waiting, now)
    return (
        _number("unaccounted", lost, sums, "unaccounted"),
        _contradicted(weighed, sums),
        _number("surplus", over, sums, "surplus"),
        pages.Front(
            "overdue",
            sum(one.quantity for one in late),
            detail=_late_words(late, now),
            href=_late_href(late),
            items=len(late),
        ),
        _number("on_hold", hold, sums, "hold"),
    )


def _number(
    key: pages.FrontKey,
    rows: Sequence[Weighed],
    sums: Mapping[uuid.UUID, Mapping[str, int]],
    name: str,
) -> pages.Front:
    lots = [lot for lot, one in sums.items() if one[name]]
    named = sorted(orders.numbers(lots).values()) if len(lots) <= NAMED else []
    units = sum(one.units for one in rows)
    href = None
    if len(lots) == 1:
        href = reverse("lot", args=named)
    elif lots:
        href = f"{reverse('lots')}?{urlencode({'place': key})}"
    detail = _lots_words(named, len(lots))
    return pages.Front(key, units, _money(rows), detail, href if units else None)


def _contradicted(
    weighed: Sequence[Weighed], sums: Mapping[uuid.UUID, Mapping[str, int]]
) -> pages.Front:
    """Return what was seen alive after its end, with its share of those lots' ends."""
    seen = [one for one in weighed if one.contradicted]
    front = _number("contradicted", seen, sums, "contradicted")
    lots = [lot for lot, one in sums.items() if one["contradicted"]]
    places = {one.condition for one in seen}
    whole = sum(
        one.units for one in custody.weighed(lots) if one.condition in places
    ) if seen else 0  # fmt: skip
    if not whole:
        return front
    share = _("%(share)s %% of %(whole)s, %(lots)s") % {
        "share": words.share(front.units, whole),
        "whole": words.number(whole),
        "lots": front.detail,
    }
    return replace(front, detail=share)


def _lots_words(named: Sequence[str], lots: int) -> str:
    """Return the lots in words: by their numbers where these are few, else how many."""
    if not lots:
        return ""
    if len(named) == 1:
        return _("lot %(lot)s") % {"lot": named[0]}
    if named:
        return _("lots %(lots)s") % {"lots": ", ".join(named)}
    return _("%(n)s lots") % {"n": words.number(lots)}


def _late_href(late: Sequence[custody.Waiting]) -> str | None:
    """Return where the overdue dispositions are: the one, or the list of their lots."""
    if len(late) == 1:
        lot = orders.numbers([late[0].lot])[late[0].lot]
        return f"{reverse('lot', args=[lot])}#{late[0].number}"
    return f"{reverse('lots')}?overdue=1" if late else None


def _late_words(late: Sequence[custody.Waiting], now: datetime) -> str:
    if not late:
        return ""
    worst = min(late, key=lambda one: one.deadline or now)
    assert worst.deadline is not None
    return _("%(number)s, lot %(lot)s: %(late)s") % {
        "number": worst.number,
        "lot": orders.numbers([worst.lot])[worst.lot],
        "late": words.overdue(worst.deadline, now),
    }
