"""What the templates can use: addresses, numbers, money, moments, the flow picture."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone, translation
from django_htmx.jinja import htmx_script
from jinja2 import Environment
from markupsafe import Markup

from lotwarden.identity import queries as identity
from lotwarden.identity.acting import may
from lotwarden.reports import curves, words
from lotwarden.reports.pages import Frame, Money
from lotwarden.web import curve, flow

SYMBOLS = {"USD": "US$", "EUR": "€", "GBP": "£", "CNY": "CN¥", "JPY": "JP¥", "HKD": "HK$"}


def environment(**options: Any) -> Environment:
    """Return the environment of all pages."""
    found = Environment(  # noqa: S701 - Django passes autoescape=True
        **options, extensions=["jinja2.ext.i18n"], trim_blocks=True, lstrip_blocks=True
    )
    found.install_gettext_callables(  # type: ignore[attr-defined]
        gettext=translation.gettext, ngettext=translation.ngettext, newstyle=True
    )
    found.globals.update(
        url=_url,
        static=static,
        htmx_script=htmx_script,
        flow_wide=flow.draw_wide,
        flow_narrow=flow.draw_narrow,
        flow_words=flow.describe,
        flow_fills=flow.FILLS,
        curve_kinds=curve.kinds,
        curve_draw=curve.draw,
    )
    found.filters.update(
        units=units, money=money, moment=moment, day=day, percent=curves.percent, chance=chance
    )
    return found


def around(request: HttpRequest) -> dict[str, Any]:
    """Return what stands around every page: who is logged in, messages, the language."""
    actor = getattr(request, "actor", None)
    workspace = identity.workspace()
    frame = None
    if actor is not None and workspace is not None:
        menu = ["home", "lots", "orders"]
        if may(actor, "identity.add_organisation"):
            menu.append("organisations")
        if may(actor, "custody.import_sightings") or may(actor, "orders.import_packing_list"):
            menu.append("import")
        if may(actor, "identity.invite"):
            menu.append("people")
        menu.append("calculator")
        frame = Frame(
            workspace=workspace.name,
            person=actor.name,
            organisation=actor.organisation_name,
            role=translation.gettext(words.ROLES[actor.role]),
            menu=tuple(menu),  # type: ignore[arg-type]
            is_demonstration=workspace.demonstration,
            is_single_person=actor.single_person,
        )
    return {
        "frame": frame,
        "messages": [str(one) for one in messages.get_messages(request)],
        "language": translation.get_language() or "en",
    }


def units(quantity: int) -> str:
    """Return a whole number as a person reads it: 3,200."""
    return f"{quantity:,}"


def chance(share: float) -> str:
    """Return how often something happens: 98.6 %; never all or nothing where it is not."""
    hundred = 100 * share
    if 0 < hundred < 0.05:
        return "< 0.1 %"
    if 99.95 <= hundred < 100:
        return "> 99.9 %"
    return f"{hundred:.1f} %" if 0 < hundred < 100 else f"{hundred:.0f} %"


def money(one: Money) -> str:
    """Return a sum of money: US$ 63.00."""
    return f"{SYMBOLS.get(one.currency, one.currency)} {one.amount:,.2f}"


def moment(at: datetime, zone: str = "UTC") -> Markup:
    """Return an instant in the place's zone, the zone on hover, ISO for machines."""
    local = at.astimezone(ZoneInfo(zone))
    shown = f"{local.day} {local:%b} {local:%H:%M}"
    if local.year != timezone.now().astimezone(ZoneInfo(zone)).year:
        shown = f"{local.day} {local:%b} {local.year}"
    return Markup('<time datetime="{}" title="{}">{}</time>').format(
        local.isoformat(timespec="seconds"), f"{local:%Y-%m-%d %H:%M} {zone}", shown
    )


def day(on: date) -> Markup:
    """Return a day: 18 Nov 2026."""
    return Markup('<time datetime="{}">{}</time>').format(
        on.isoformat(), f"{on.day} {on:%b} {on.year}"
    )


def _url(name: str, *args: object, **kwargs: object) -> str:
    return reverse(name, args=args, kwargs=kwargs)
