"""The lot page: where did every unit of this lot go?"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lotwarden.core.dispositions import KINDS, Kind
from lotwarden.core.ledger import HOLD, Condition
from lotwarden.custody import queries as custody
from lotwarden.custody.queries import DispositionCard, Stand
from lotwarden.identity import queries as identity
from lotwarden.identity.acting import Actor, may
from lotwarden.inspections import queries as inspections
from lotwarden.inspections.queries import InspectionCard
from lotwarden.orders import queries as orders
from lotwarden.orders.queries import LotCard
from lotwarden.reports import acts, agenda, flow, pages, story, ways, words

C = Condition


def lot_page(actor: Actor, number: str, *, now: datetime, band: str | None = None) -> pages.LotPage:
    """Return the page of a lot; `band` narrows the story to the units of one band.

    Refuses:
        orders.unknown_lot
    """
    card = orders.lot(number, actor)
    standing = custody.standing([card.id])
    contradicted = custody.contradicted_units(card.id) if card.serialised else None
    walked = flow.walk(custody.transfers(card.id), standing, contradicted)
    href = reverse("lot", args=[number])
    known = {flow.band_key(*pair) for pair in walked.links}
    chosen = band if band in known else None
    lot_head = head(card)
    decided = custody.dispositions([card.id])
    return pages.LotPage(
        head=lot_head,
        sum=flow.terms_of(walked, href=href),
        flow=flow.flow_of(
            walked, standing, title=_("Where every unit of lot %(lot)s went") % {"lot": number},
            href=href,
        ),
        story=story.story(card, walked, chosen, href=href),
        accounts=_accounts(actor, card, standing),
        dispositions=tuple(
            _disposition(actor, card, one, now)
            for one in decided
            if one.status in ("proposed", "authorised", "running")
        ),
        next_acts=agenda.next_acts(actor, agenda.state_of([card.id]), now, most=6),
        acts=acts.possible(actor, card, standing),
        packing=_packing(card),
        nonconformities=tuple(
            pages.Link(
                _("%(number)s and the stop-ship notice") % {"number": one.number},
                reverse("nonconformity", args=[one.number]),
            )
            for one in custody.nonconformities([card.id])
        ),
        money=money(actor, card, lot_head.produced),
        selected_band=chosen,
        switching_href=reverse("switching", args=[card.number])
        if may(actor, "inspections.plan")
        else None,
        notes=_notes(standing),
        source=card.source,
        zone=card.zone,
    )  # fmt: skip


def head(card: LotCard) -> pages.LotHead:
    """Return the few lines that say which lot this is."""
    sums = custody.per_lot([card.id]).get(
        card.id, {"produced": card.declared, "rejected": 0, "offered": 0}
    )
    verdict = inspections.verdict(card.id)
    return pages.LotHead(
        number=card.number,
        product=card.product,
        site=f"{card.supplier_name}, {card.site_name}",
        order=card.order,
        verdict=verdict_of(verdict.verdict if verdict else "", sums),
        produced=sums["produced"],
        rejected=sums["rejected"],
        product_local=card.product_local,
        site_local=card.supplier_local,
        order_href=reverse("order", args=[card.order]),
        plan=(progress(verdict) or verdict.words) if verdict else "",
        plan_href=reverse("inspection", args=[verdict.number]) if verdict else None,
    )


def progress(found: InspectionCard) -> str:
    """Say how far an inspection is that decides nothing yet; empty where it decides."""
    data = {"n": words.number(found.inspected), "asked": words.number(found.asked)}
    if found.verdict == "incomplete":
        return _("inspected %(n)s of %(asked)s: no verdict") % data
    if found.verdict == "continue":
        return _("inspected %(n)s; the plan asks for more, %(asked)s in all: no verdict yet") % data
    return ""


def verdict_of(word: str, sums: Mapping[str, int]) -> pages.Verdict:
    """Return a verdict as pages name it: what is incomplete is not judged yet.

    Units on hold that no verdict rejected are rejected on suspicion: home counts them so.
    """
    held = sums.get("hold", 0) or (not word and sums["rejected"] and not sums["offered"])
    if held and word != "not_acceptable":
        return "suspect"
    found: Mapping[str, pages.Verdict] = {
        "acceptable": "acceptable",
        "not_acceptable": "not_acceptable",
        "contested": "contested",
    }
    return found.get(word, "none")


def money(actor: Actor, card: LotCard, quantity: int) -> tuple[pages.Money, ...]:
    """Return what so many units of the lot cost the buyer, whose own business that is."""
    if actor.role != "buyer" or card.unit_cost is None or not card.currency or not quantity:
        return ()
    return (pages.Money(card.currency, (card.unit_cost * quantity).quantize(Decimal("0.01"))),)


def _notes(standing: list[Stand]) -> tuple[str, ...]:
    """Return what must be said with the sum: how much of its ends was seen alive, at least."""
    notes = []
    for condition in sorted({one.account.condition for one in standing if one.contradicted}):
        here = [one for one in standing if one.account.condition is condition]
        seen = sum(one.quantity for one in here if one.contradicted)
        total = sum(one.quantity for one in here)
        notes.append(
            (
                _(
                    "At least %(seen)s of %(total)s units %(where)s (%(share)s %%) were seen elsewhere."
                )
                if condition in HOLD
                else _(
                    "At least %(seen)s of %(total)s units %(where)s (%(share)s %%) were seen alive after it."
                )
            )
            % {
                "seen": words.number(seen),
                "total": words.number(total),
                "where": _(words.CONDITIONS[condition]),
                "share": words.share(seen, total),
            }
        )
    return tuple(notes)


def _accounts(actor: Actor, card: LotCard, standing: list[Stand]) -> tuple[pages.AccountRow, ...]:
    sites = identity.sites()
    merged: dict[tuple[str, str, int, bool], pages.AccountRow] = {}
    order = list(C)
    for one in sorted(standing, key=lambda s: (order.index(s.account.condition), -s.grade)):
        site = sites.get(uuid.UUID(one.account.site)) if one.account.site else None
        where = words.condition(one.account)
        label = site.label if site else _("nobody holds them")
        key = (where, label, one.grade, one.contradicted)
        before = merged.get(key)
        quantity = one.quantity + (before.units if before else 0)
        bad = one.account.condition in (C.UNACCOUNTED, C.STOLEN) or one.contradicted
        merged[key] = pages.AccountRow(
            condition=where[:1].upper() + where[1:],
            site=label,
            units=quantity,
            grade=None
            if one.account.condition in (C.UNACCOUNTED, C.STOLEN)
            else pages.Grade(one.grade),
            contradicted=quantity if one.contradicted else 0,
            money=money(actor, card, quantity),
            tone="alarm" if bad else "plain",
            site_local=site.name_local if site else "",
        )
    return tuple(merged.values())


def _packing(card: LotCard) -> tuple[str, ...]:
    found = orders.packing(card.id)
    if not found.cartons:
        return ()
    lines = [
        ngettext("%(n)s carton", "%(n)s cartons", found.cartons)
        % {"n": words.number(found.cartons)}
    ]
    for first, last, quantity in found.serials[:3]:
        lines.append(
            _("serials %(first)s to %(last)s: %(n)s")
            % {"first": first, "last": last, "n": words.units(quantity)}
        )
    if found.gross_weight_g:
        lines.append(_("gross %(weight)s") % {"weight": words.weight(found.gross_weight_g)})
    return tuple(lines)


def _disposition(
    actor: Actor, card: LotCard, one: DispositionCard, now: datetime
) -> pages.DispositionCard:
    owner = identity.people([one.owner]).get(one.owner) if one.owner else None
    late = one.deadline is not None and one.deadline < now
    status = _(words.STATUSES[one.status])
    overdue = words.overdue(one.deadline, now) if late and one.deadline else None
    if one.status == "proposed" and late:
        status, overdue = _(words.STATUSES["lapsed"]), None
    return pages.DispositionCard(
        number=one.number,
        kind=_(words.KINDS[one.kind]),
        units=one.quantity,
        status=status,
        owner=owner.name if owner else "",
        deadline=one.deadline.astimezone(ZoneInfo(card.zone)).date() if one.deadline else None,
        overdue=overdue,
        steps=_steps(actor, card, one),
        acts=acts.of_disposition(actor, card, one),
    )


def _steps(actor: Actor, card: LotCard, one: DispositionCard) -> tuple[pages.Step, ...]:
    current = ways.step_now(one)
    steps = [pages.Step(_("Authorise"), "now" if one.status == "proposed" else "done")]
    past = one.status == "running"
    for step in KINDS[Kind(one.kind)]:
        if one.status == "proposed":
            steps.append(pages.Step(_(step.title), "later"))
            continue
        is_now = current is not None and step.name == current.name
        if is_now:
            past = False
        gates = ways.gates(actor, card, one, step.gates) if is_now else ()
        state: str = "now" if is_now else ("done" if past else "later")
        steps.append(
            pages.Step(_(step.title), state, gates)  # type: ignore[arg-type]
        )
    return tuple(steps)
