"""The list of lots: what needs people first stands first."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.urls import reverse

from lotwarden.custody import queries as custody
from lotwarden.custody.queries import Stand
from lotwarden.identity.acting import Actor
from lotwarden.inspections import queries as inspections
from lotwarden.orders import queries as orders
from lotwarden.orders.queries import LotCard
from lotwarden.reports import agenda, flow, lot, pages, words

PAGE_LOTS = 50
"""So many lots on a page of the list."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the list's address asks for; empty means everything."""

    q: str = ""
    verdict: str = ""
    supplier: str = ""
    place: str = ""
    only_open: bool = False
    only_overdue: bool = False
    page: int = 1

    def query(self, page: int) -> str:
        """Return the address's query for another page of the same list."""
        asked = {"q": self.q, "verdict": self.verdict, "supplier": self.supplier, "place": self.place,
                 "open": "1" if self.only_open else "",
                 "overdue": "1" if self.only_overdue else "", "page": str(page)}  # fmt: skip
        return urlencode({key: value for key, value in asked.items() if value})


def lots_page(actor: Actor, wanted: Wanted, *, now: datetime) -> pages.LotsPage:
    """Return one page of the lots that the actor takes part in and the filters let through."""
    cards = orders.lots(actor)
    sums = custody.per_lot()
    verdicts = inspections.verdicts()
    late = {
        one.lot: words.overdue(one.deadline, now)
        for one in agenda.overdue_of(custody.waiting(), now)
        if one.deadline
    }
    places = _places(wanted.place)
    found = [card for card in cards if _fits(card, wanted, sums, verdicts, late, places)]
    found.sort(key=lambda card: _urgency(card, sums.get(card.id, {}), late))
    start = (max(1, wanted.page) - 1) * PAGE_LOTS
    shown = found[start : start + PAGE_LOTS]
    base = reverse("lots")
    more = len(found) > start + PAGE_LOTS
    return pages.LotsPage(
        filters=pages.LotFilters(
            q=wanted.q,
            verdict=wanted.verdict,
            supplier=wanted.supplier,
            is_open_only=wanted.only_open,
            is_overdue_only=wanted.only_overdue,
            place=words.place(wanted.place),
            suppliers=_suppliers(cards, wanted.supplier),
        ),
        rows=lot_rows(shown, now=now),
        lots=len(cards),
        found=len(found),
        previous_href=f"{base}?{wanted.query(wanted.page - 1)}" if start else None,
        next_href=f"{base}?{wanted.query(wanted.page + 1)}" if more else None,
    )


def lot_rows(cards: Sequence[LotCard], *, now: datetime) -> tuple[pages.LotRow, ...]:
    """Return these lots as rows of a list, in their order."""
    ids = [card.id for card in cards]
    sums, verdicts = custody.per_lot(ids), inspections.verdicts(ids)
    standing: dict[uuid.UUID, list[Stand]] = {}
    for one in custody.standing(ids):
        standing.setdefault(one.lot, []).append(one)
    late = {
        one.lot: words.overdue(one.deadline, now)
        for one in agenda.overdue_of(custody.waiting(ids), now)
        if one.deadline
    }
    zero = dict.fromkeys(("produced", "rejected", "unaccounted", "contradicted", "offered"), 0)
    return tuple(
        pages.LotRow(
            number=card.number,
            product=card.product,
            order=card.order,
            site=f"{card.supplier_name}, {card.site_name}",
            produced=sums.get(card.id, zero)["produced"],
            verdict=lot.verdict_of(verdicts.get(card.id, ""), sums.get(card.id, zero)),
            rejected=sums.get(card.id, zero)["rejected"],
            where=shares(standing.get(card.id, [])),
            product_local=card.product_local,
            order_href=reverse("order", args=[card.order]),
            unaccounted=sums.get(card.id, zero)["unaccounted"],
            contradicted=sums.get(card.id, zero)["contradicted"],
            overdue=late.get(card.id),
        )
        for card in cards
    )


def shares(standing: Sequence[Stand]) -> tuple[pages.Share, ...]:
    """Return a lot's units by place, for the small bar."""
    units: dict[flow.Place, int] = {}
    for one in standing:
        place = flow.Place(one.account.condition, contradicted=one.contradicted)
        units[place] = units.get(place, 0) + one.quantity
    return tuple(
        pages.Share(flow.place_label(place), n, flow.place_tone(place, standing))
        for place, n in sorted(units.items(), key=lambda item: -item[1])
    )


def _fits(
    card: LotCard,
    wanted: Wanted,
    sums: dict[uuid.UUID, dict[str, int]],
    verdicts: dict[uuid.UUID, str],
    late: dict[uuid.UUID, str],
    places: set[uuid.UUID] | None,
) -> bool:
    text = f"{card.number} {card.order} {card.product} {card.product_local} {card.product_code}"
    if wanted.q and wanted.q.casefold() not in text.casefold():
        return False
    if wanted.supplier and str(card.supplier) != wanted.supplier:
        return False
    of_lot = sums.get(card.id, {"rejected": 0, "offered": 0})
    if wanted.verdict and lot.verdict_of(verdicts.get(card.id, ""), of_lot) != wanted.verdict:
        return False
    if wanted.only_overdue and card.id not in late:
        return False
    if places is not None and card.id not in places:
        return False
    one = sums.get(card.id, {})
    asks = one.get("unaccounted") or one.get("contradicted") or one.get("surplus")
    return not wanted.only_open or bool(asks or one.get("hold") or card.id in late)


def _places(place: str) -> set[uuid.UUID] | None:
    """Return the lots that have units at a place of the home matrix; `None` for no filter."""
    if not place:
        return None
    if place == "contradicted":
        return {one.lot for one in custody.standing() if one.contradicted}
    if place == "on_hold":
        return {one.lot for one in custody.standing() if one.account.on_hold}
    return {one.lot for one in custody.standing() if one.account.condition.value == place}


def _urgency(
    card: LotCard, sums: dict[str, int], late: dict[uuid.UUID, str]
) -> tuple[int, int, str]:
    wrong = sums.get("unaccounted", 0) + sums.get("contradicted", 0) + sums.get("surplus", 0)
    if wrong:
        return (0, -wrong, card.number)
    if card.id in late:
        return (1, -sums.get("hold", 0), card.number)
    if sums.get("hold"):
        return (2, -sums["hold"], card.number)
    return (3, 0, card.number)


def _suppliers(cards: Sequence[LotCard], chosen: str) -> tuple[pages.Option, ...]:
    names = {str(card.supplier): card.supplier_name for card in cards}
    return tuple(
        pages.Option(key, name, key == chosen)
        for key, name in sorted(names.items(), key=lambda item: item[1])
    )
