"""People, organisations and orders as pages."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lotwarden.identity import queries as identity
from lotwarden.identity.acting import Actor, may
from lotwarden.orders import queries as orders
from lotwarden.reports import lot, lots, pages, words


def people_page(actor: Actor, once: pages.OneTimeLink | None = None) -> pages.PeoplePage:
    """Return the page of people; a link to set a password is shown once."""
    rows = []
    for one in identity.people().values():
        status = pages.Tag(_("active"), "good") if one.has_password else pages.Tag(_("invited"))
        if not one.is_active:
            status = pages.Tag(_("deactivated"))
        acts: tuple[pages.Button, ...] = ()
        if may(actor, "identity.reset"):
            acts = (pages.Button(_("New link"), reverse("reset_link", args=[one.id])),)
        if one.is_active and one.id != actor.person and may(actor, "identity.deactivate"):
            acts += (pages.Button(_("Deactivate"), reverse("deactivate", args=[one.id])),)
        role = _(words.ROLES[one.role])
        rows.append(
            pages.PersonRow(
                name=one.name,
                email=one.email,
                organisation=one.organisation_name,
                role=_("%(role)s, administrator") % {"role": role} if one.is_admin else role,
                status=status,
                acts=acts,
            )
        )
    return pages.PeoplePage(tuple(rows), once, may(actor, "identity.invite"))


def organisations_page(actor: Actor) -> pages.OrganisationsPage:
    """Return the page of suppliers, disposers and agencies, with their approval and sites."""
    own = identity.organisation(actor.organisation)
    cards = [one for one in identity.organisations() if one.role != "buyer"]
    change = None
    if may(actor, "identity.set_single_person"):
        label = (
            _("End single-person mode") if actor.single_person else _("Declare single-person mode")
        )
        change = pages.Button(label, reverse("single_person"))
    return pages.OrganisationsPage(
        tuple(_organisation(actor, one) for one in cards),
        pages.OwnOrganisation(own.name, actor.single_person, change)
        if actor.role == "buyer"
        else None,
        reverse("organisation_add") if may(actor, "identity.add_organisation") else None,
    )


def orders_page(actor: Actor) -> pages.OrdersPage:
    """Return the page of orders."""
    rows = []
    for one in orders.orders(actor):
        money = pages.sum_money(
            part for card in one.lots for part in lot.money(actor, card, card.declared)
        )
        rows.append(
            pages.OrderRow(
                number=one.number,
                supplier=one.supplier_name,
                ordered_on=one.placed_on,
                lines=len({card.product_code for card in one.lots}),
                units=sum(card.declared for card in one.lots),
                money=money,
                lots=len(one.lots),
            )
        )
    add = f"{reverse('import')}?what=orders" if may(actor, "custody.load_orders") else None
    return pages.OrdersPage(tuple(rows), add)


def order_page(actor: Actor, number: str, *, now: datetime) -> pages.OrderPage:
    """Return the page of one order, its lines and its lots.

    Refuses:
        orders.unknown_order
    """
    found = orders.order(number, actor)
    by_product: dict[str, list[orders.LotCard]] = {}
    for card in found.lots:
        by_product.setdefault(card.product_code, []).append(card)
    lines = []
    for index, members in enumerate(by_product.values(), start=1):
        first = members[0]
        units = sum(card.declared for card in members)
        price = lot.money(actor, first, 1)
        lines.append(
            pages.OrderLine(
                number=str(index),
                product=first.product,
                units=units,
                offered=units,
                price=price[0] if price else None,
                product_local=first.product_local,
                product_code=first.product_code,
            )
        )
    return pages.OrderPage(
        number=number,
        supplier=found.supplier_name,
        ordered_on=found.placed_on,
        lines=tuple(lines),
        lots=lots.lot_rows(found.lots, now=now),
        site=found.site_name,
        supplier_local=found.lots[0].supplier_local,
        money=pages.sum_money(
            part for card in found.lots for part in lot.money(actor, card, card.declared)
        ),
    )


def _organisation(actor: Actor, one: identity.OrganisationCard) -> pages.OrganisationCard:
    kinds = [_(words.ROLES[one.role])]
    if one.independence.value != "none":
        kinds.append(_("type %(type)s") % {"type": one.independence.value})
    links: list[pages.Link] = []
    approval = None
    where = reverse("organisation", args=[one.id])
    if one.role == "disposer":
        approval = (
            pages.Tag(_("approved"), "good") if one.approved else pages.Tag(_("not approved yet"))
        )
        if not one.approved and may(actor, "identity.approve"):
            links.append(pages.Link(_("Approve"), f"{where}?do=approve"))
    if may(actor, "identity.add_site"):
        links.append(pages.Link(_("Add a place"), where))
    n = len(one.sites)
    detail = one.approval_note or ngettext("%(n)s site", "%(n)s sites", n) % {"n": n}
    return pages.OrganisationCard(
        name=one.name,
        kinds=tuple(kinds),
        approval=approval,
        name_local=one.name_local,
        detail=detail,
        sites=tuple(
            pages.SiteRow(
                site.name, " · ".join(filter(None, (site.country, site.zone))), site.name_local
            )
            for site in one.sites
        ),
        links=tuple(links),
    )
