"""Words for what the books hold, in the reader's language: conditions, kinds, places, dates.

One place for every enumeration that a person reads, so that a page, a spreadsheet and the
command line say the same word for the same thing.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext, ngettext

from lotwarden.core.errors import N_
from lotwarden.core.ledger import HOLD, WORDS, Account, Condition

CONDITIONS: Mapping[Condition, str] = WORDS

KINDS: Mapping[str, str] = {
    "sort": N_("sort"),
    "rework": N_("rework"),
    "concession": N_("concession"),
    "return": N_("return"),
    "destroy": N_("destroy"),
    "hold": N_("hold"),
}

STATUSES: Mapping[str, str] = {
    "proposed": N_("proposed"),
    "authorised": N_("authorised"),
    "running": N_("under way"),
    "finished": N_("finished"),
    "withdrawn": N_("withdrawn"),
    "lapsed": N_("lapsed"),
}

ROLES: Mapping[str, str] = {
    "buyer": N_("buyer"),
    "agency": N_("inspection agency"),
    "supplier": N_("supplier"),
    "disposer": N_("disposer"),
}

VERDICTS: Mapping[str, str] = {
    "acceptable": N_("acceptable"),
    "not_acceptable": N_("not acceptable"),
    "incomplete": N_("incomplete"),
    "continue": N_("more to be drawn"),
    "contested": N_("contested"),
}

SEVERITIES: Mapping[str, str] = {
    "normal": N_("normal"),
    "tightened": N_("tightened"),
    "reduced": N_("reduced"),
    "mixed": N_("by class"),
    "discontinued": N_("discontinued"),
}

PLAN_KINDS: Mapping[str, str] = {
    "single": N_("single sampling"),
    "double": N_("double sampling"),
    "multiple": N_("multiple sampling"),
    "c0": N_("none allowed (c = 0)"),
    "isolated": N_("one lot alone"),
}

CLASSES: Mapping[str, str] = {
    "sent": N_("sent"),
    "conforming": N_("conforming"),
    "reworkable": N_("can be reworked"),
    "not_reworkable": N_("cannot be reworked"),
    "reworked": N_("reworked"),
    "not_reworked": N_("not reworked"),
    "accepted": N_("accepted"),
    "not_accepted": N_("not accepted"),
    "conceded": N_("released by concession"),
    "returned": N_("handed back"),
    "destroyed": N_("destroyed"),
    "not_destroyed": N_("not destroyed"),
    "lifted": N_("lifted"),
}

EVIDENCE: Mapping[str, str] = {
    "statement": N_("statement"),
    "certificate": N_("certificate"),
    "weigh_ticket": N_("weigh ticket"),
    "delivery_receipt": N_("delivery receipt"),
    "customs_file": N_("customs file"),
    "inspection_report": N_("inspection report"),
    "count_in": N_("count in"),
    "count_out": N_("count out"),
    "weight_in": N_("weight in"),
    "weight_out": N_("weight out"),
    "media": N_("picture or video"),
    "attestation": N_("signature on the spot"),
    "seal": N_("seal"),
    "secret_draw": N_("secret draw"),
    "officer": N_("officer of an authority"),
}


def condition(of: Account) -> str:
    """Return where units are, in words: `on the way (quarantined)`."""
    word = gettext(CONDITIONS[of.condition])
    if of.carries is not None:
        return gettext("%(way)s (%(carried)s)") % {
            "way": word,
            "carried": gettext(CONDITIONS[of.carries]),
        }
    return word


def condition_name(name: str, carries: str = "") -> str:
    """Return a condition in words, from the columns of a row."""
    return condition(Account(Condition(name), None, Condition(carries) if carries else None))


def reason(stored: list[object] | None) -> str:
    """Return a grade's reason in words, from its template and data as kept."""
    if not stored:
        return ""
    template, data = stored
    assert isinstance(template, str)
    assert isinstance(data, dict)
    return gettext(template).format_map(data)


def place(name: str) -> str:
    """Return a place of the home matrix in words; nothing where it is none."""
    other = {"contradicted": gettext("contradicted"), "on_hold": gettext("on hold")}
    if name in other:
        return other[name]
    return gettext(CONDITIONS[Condition(name)]) if name in set(Condition) else ""


def number(quantity: int) -> str:
    """Return a whole number as a person reads it."""
    return f"{quantity:,}"


def units(quantity: int) -> str:
    """Return so many units in words."""
    return ngettext("%(n)s unit", "%(n)s units", quantity) % {"n": number(quantity)}


def day(at: datetime, zone: str) -> str:
    """Return the day of an instant in the place's zone: 18 Nov 2026."""
    local = at.astimezone(ZoneInfo(zone))
    return f"{local.day} {local:%b} {local.year}"


def minute(at: datetime, zone: str) -> str:
    """Return an instant in the place's zone, to the minute: 18 Nov 2026 16:20."""
    return f"{day(at, zone)} {at.astimezone(ZoneInfo(zone)):%H:%M}"


def overdue(deadline: datetime, now: datetime) -> str:
    """Return by how much a date has passed."""
    days = (now - deadline) // timedelta(days=1)
    if days < 1:
        return gettext("overdue since today")
    if days < 400:
        return ngettext("%(n)s day overdue", "%(n)s days overdue", days) % {"n": number(days)}
    years = days // 365
    return ngettext("%(n)s year overdue", "%(n)s years overdue", years) % {"n": number(years)}


def is_hold(name: str, carries: str = "") -> bool:
    """Return whether units in this condition are on hold."""
    return Condition(carries if name == "in_transit" and carries else name) in HOLD


def share(part: int, whole: int) -> str:
    """Return a part in per cent with one digit, rounded down: it is said as "at least"."""
    return f"{part * 1000 // whole / 10:.1f}"


def weight(grams: int) -> str:
    """Return a weight in kilograms, without zeros that say nothing."""
    return f"{grams / 1000:,.3f}".rstrip("0").rstrip(".") + " kg"
