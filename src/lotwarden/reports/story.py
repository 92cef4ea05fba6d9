"""The lot's story: each statement as a sentence, with its evidence, its grade, and who said it."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lotwarden.core.ledger import Account, Condition
from lotwarden.custody import queries as custody
from lotwarden.evidence import queries as evidence
from lotwarden.evidence.queries import Thing, Told
from lotwarden.identity import queries as identity
from lotwarden.identity.queries import SiteCard
from lotwarden.orders.queries import LotCard
from lotwarden.reports import flow, words
from lotwarden.reports.flow import Walk, band_key
from lotwarden.reports.pages import EvidenceLink, Grade, Story, StoryItem, Tag, Tone

SIGHTINGS_TOLD = 5
"""So many sightings of one act are told one by one."""

Line = tuple[str, list[str], Tone, Tag | None]
"""A statement's title, its details, its colour, and a tag."""


class _Teller:
    """What the sentences need: names of sites and people, the lot."""

    def __init__(self, card: LotCard) -> None:
        self.card = card
        self.sites: Mapping[uuid.UUID, SiteCard] = identity.sites()
        self.people = identity.people()
        self.organisations = identity.organisation_names()
        self.sightings = custody.sightings(card.id)

    def site(self, text: str | None) -> str:
        found = self.sites.get(uuid.UUID(text)) if text else None
        return found.label if found else ""

    def person(self, text: str | None) -> str:
        found = self.people.get(uuid.UUID(text)) if text else None
        return found.name if found else ""

    def organisation(self, text: str | None) -> str:
        return self.organisations.get(uuid.UUID(text), "") if text else ""

    def quantity(self, told: Told, *, to: str | None = None, code: str | None = None) -> int:
        """Return how many of this lot's units the statement moved."""
        return sum(
            one["quantity"]
            for one in told.body.get("transfers", [])
            if one["lot"] == str(self.card.id)
            and (to is None or one["to"][0] == to)
            and (code is None or one["code"] == code)
        )


def story(card: LotCard, found: Walk, band: str | None, *, href: str) -> Story:
    """Return the lot's story, newest first; narrowed to the units of `band` where given."""
    told = evidence.story(card.id)
    teller = _Teller(card)
    acts = [one.act for one in told]
    graded = custody.gradings(acts)
    things = _things(told)
    bands = _bands(found, told)
    items = [
        _item(teller, one, graded.get(one.act), things.get(one.act, []), bands.get(one.act, ()))
        for one in told
    ]
    # Forms tell minutes, the server's own times microseconds: within a minute, as recorded.
    items.sort(
        key=lambda item: (item.occurred_at.replace(second=0, microsecond=0), item.statement or 0),
        reverse=True,
    )
    if band is None:
        return Story(tuple(items), None, f"{href}#story")
    chosen = tuple(item for item in items if band in item.bands)
    return Story(chosen, _band_words(found, band), f"{href}#story")


def _things(told: Sequence[Told]) -> dict[uuid.UUID, list[Thing]]:
    """Return what was attached in each act."""
    about = {one.act for one in told}
    for one in told:
        if one.body.get("disposition"):
            about.add(uuid.UUID(one.body["disposition"]))
        for thing in one.body.get("evidence", []):
            about.add(uuid.UUID(thing["about"]))
    found: dict[uuid.UUID, list[Thing]] = {}
    for thing in evidence.things(about):
        found.setdefault(thing.act, []).append(thing)
    return found


def _bands(found: Walk, told: Sequence[Told]) -> dict[uuid.UUID, tuple[str, ...]]:
    bands: dict[uuid.UUID, list[str]] = {}
    for (source, target), link in found.links.items():
        key = band_key(source, target)
        for one in told:
            disposition = one.body.get("disposition")
            about = uuid.UUID(disposition) if disposition else None
            if one.act in link.acts or (about is not None and about in link.pending):
                bands.setdefault(one.act, []).append(key)
    return {act: tuple(keys) for act, keys in bands.items()}


def _band_words(found: Walk, band: str) -> str:
    for (source, target), link in found.links.items():
        if band_key(source, target) == band:
            return _("%(units)s, from %(source)s to %(target)s") % {
                "units": words.units(link.units),
                "source": flow.node_label(found, source),
                "target": flow.node_label(found, target),
            }
    return band


def _item(
    teller: _Teller,
    told: Told,
    graded: tuple[int, list[Any]] | None,
    things: Sequence[Thing],
    bands: tuple[str, ...],
) -> StoryItem:
    title, details, tone, tag = _TELL.get(told.kind, _other)(teller, told)
    for name in ("note", "reason", "remarks", "instruction", "risk"):
        if name in told.texts:
            details.append(told.texts[name])
    for said in map(_thing, things):
        if said and said not in details:
            details.append(said)
    grade = None
    if graded is not None and any(
        one["lot"] == str(teller.card.id) for one in told.body.get("transfers", [])
    ):
        grade = Grade(graded[0], _why(graded[1]))
    person = teller.people.get(told.actor)
    return StoryItem(
        id=f"s{told.number}",
        title=title,
        occurred_at=told.occurred_at,
        recorded_at=told.recorded_at,
        zone=teller.card.zone,
        person=person.name if person else "",
        organisation=teller.organisations.get(told.organisation, ""),
        details=tuple(details),
        tag=tag,
        grade=grade,
        evidence=tuple(
            EvidenceLink(
                one.title or _(words.EVIDENCE[one.evidence.kind.value]),
                reverse("blob", args=[one.evidence.document]),
                _(words.EVIDENCE[one.evidence.kind.value]),
            )
            for one in things
            if one.evidence.document
        ),
        statement=told.number,
        tone=tone,
        bands=bands,
    )


def _why(reasons: list[Any]) -> str:
    because, not_more = (words.reason(one) for one in (*reasons, None, None)[:2])
    if not_more:
        return _("%(because)s; not more, because %(not_more)s") % {
            "because": because,
            "not_more": not_more,
        }
    return because


def _thing(one: Thing) -> str:
    """Return an attachment without a file in words: a count, a weight, a seal."""
    item = one.evidence
    kind = _(words.EVIDENCE[item.kind.value])
    if item.quantity is not None:
        return f"{kind}: {words.units(item.quantity)}"
    if item.weight_g is not None:
        return f"{kind}: {words.weight(item.weight_g)}"
    if item.kind.value == "seal" and item.number:
        return f"{kind} {item.number}"
    if item.number:
        return f"{kind} {item.number}"
    return kind if item.kind.value == "attestation" else ""


def _loaded(teller: _Teller, told: Told) -> Line:
    n = teller.quantity(told)
    title = _("Offered: %(n)s, as declared") % {"n": words.units(n)}
    return title, [teller.site(str(teller.card.site))], "plain", None


def _packed(teller: _Teller, told: Told) -> Line:
    n = sum(one["cartons"] for one in told.body["packing"] if one["lot"] == str(teller.card.id))
    title = ngettext("Packing list: %(n)s carton", "Packing list: %(n)s cartons", n)
    return title % {"n": words.number(n)}, [], "plain", None


def _planned(teller: _Teller, told: Told) -> Line:
    body = told.body
    if body["disposition"]:
        title = _("Re-inspection %(number)s planned of %(n)s")
    else:
        title = _("Inspection %(number)s planned of %(n)s")
    details = [_("inspector: %(name)s") % {"name": teller.person(body["inspector"])}]
    if body["every_unit"]:
        details.append(_("every unit"))
    else:
        details += [
            _("%(name)s: %(n)s units, at most %(ac)s") % {
                "name": one["name"], "n": words.number(one["inspect"]), "ac": one["ac"],
            }
            for one in body["plan"]["classes"]
        ]  # fmt: skip
    return (
        title % {"number": body["inspection"], "n": words.units(body["lot_size"])},
        details,
        "plain",
        None,
    )


def _result(teller: _Teller, told: Told) -> Line:
    body = told.body
    verdict = body["verdict"]
    details = [
        _("%(n)s %(name)s") % {"n": words.number(n), "name": name}
        for name, n in body["found"].items()
    ]
    details.insert(0, _("%(n)s inspected") % {"n": words.number(body["inspected"])})
    held = teller.quantity(told, to="quarantined")
    if verdict == "not_acceptable" and held:
        title = _("Not acceptable: all %(n)s put on hold") % {"n": words.units(held)}
        if "nonconformity" in body:
            details.append(_("%(number)s opened") % {"number": body["nonconformity"]})
        return title, details, "alarm", None
    title = _("Inspection %(number)s: %(verdict)s") % {
        "number": body["inspection"],
        "verdict": _(words.VERDICTS[verdict]),
    }
    tone: Tone = "good" if verdict == "acceptable" else "hold"
    tag = Tag(_("corrects an earlier result")) if body.get("corrects") else None
    return title, details, tone, tag


def _released(teller: _Teller, told: Told) -> Line:
    n = teller.quantity(told)
    return _("Released: %(n)s") % {"n": words.units(n)}, [], "good", None


def _reduced_allowed(teller: _Teller, told: Told) -> Line:
    return _("Reduced inspection of these goods allowed"), [], "plain", None


def _reduced_withdrawn(teller: _Teller, told: Told) -> Line:
    return _("Reduced inspection of these goods withdrawn"), [], "plain", None


def _resumed(teller: _Teller, told: Told) -> Line:
    return _("Inspection of these goods resumed, tightened"), [], "plain", None


def _held(teller: _Teller, told: Told) -> Line:
    n = teller.quantity(told, to="quarantined")
    title = _("Put on hold on suspicion: %(n)s") % {"n": words.units(n)}
    return title, [_("%(number)s opened") % {"number": told.body["nonconformity"]}], "hold", None


def _proposed(teller: _Teller, told: Told) -> Line:
    body = told.body
    title = _("%(number)s proposed: %(kind)s %(n)s") % {
        "number": body["number"],
        "kind": _(words.KINDS[body["kind"]]),
        "n": words.units(body["quantity"]),
    }
    return title, _terms(teller, body), "plain", None


def _terms(teller: _Teller, body: Mapping[str, Any]) -> list[str]:
    terms = body["terms"]
    found = []
    agent = teller.person(terms["agent_person"]) or teller.organisation(terms["agent_organisation"])
    if agent:
        found.append(_("by %(name)s") % {"name": agent})
    if terms["witness"]:
        found.append(_("witness: %(name)s") % {"name": teller.person(terms["witness"])})
    if terms["deadline"]:
        due = datetime.fromisoformat(terms["deadline"])
        found.append(_("due %(day)s") % {"day": words.day(due, teller.card.zone)})
    if terms["next_site"]:
        found.append(_("next holder: %(site)s") % {"site": teller.site(terms["next_site"])})
    return found


def _authorised(teller: _Teller, told: Told) -> Line:
    title = _("%(number)s authorised") % {"number": told.body["number"]}
    details = _terms(teller, told.body)
    if "basis" in told.texts:
        details.insert(0, told.texts["basis"])
    return title, details, "plain", None


def _amended(teller: _Teller, told: Told) -> Line:
    title = _("Terms of %(number)s completed") % {"number": told.body["number"]}
    return title, _terms(teller, told.body), "plain", None


def _stepped(teller: _Teller, told: Told) -> Line:
    body = told.body
    key = (body["kind"], body["step"])
    n = words.units(body["classes"].get(_MAIN.get(body["kind"], ""), body["sent"]))
    parts = [
        f"{words.number(quantity)} {_(words.CLASSES[name])}"
        for name, quantity in body["classes"].items()
    ]
    short = teller.quantity(told, code="count_short")
    tag = None
    if short:
        tag = Tag(_("%(n)s unaccounted") % {"n": words.number(short)}, "alarm")
        parts.append(_("%(n)s fewer than the books") % {"n": words.number(short)})
    if body.get("history"):
        parts.append(_("history: gates that were not kept then: %(n)s") % {
            "n": len(body["not_kept"]),
        })  # fmt: skip
    titles: dict[tuple[str, str], str] = {
        ("sort", "start"): _("Sorting started: %(n)s"),
        ("sort", "counts"): _("Sorted: %(n)s"),
        ("sort", "release"): _("Released after sorting and re-inspection"),
        ("rework", "start"): _("Rework started: %(n)s"),
        ("rework", "counts"): _("Rework reported: %(n)s"),
        ("rework", "release"): _("Released after rework and re-inspection"),
        ("concession", "finish"): _("Released by concession: %(n)s"),
        ("return", "finish"): _("Returned: %(n)s"),
        ("destroy", "start"): _("List frozen for destruction: %(n)s"),
        ("destroy", "finish"): _("Destroyed: %(n)s"),
    }
    tone: Tone = (
        "alarm" if short else ("good" if body["step"] in ("release", "finish") else "plain")
    )
    if body["kind"] == "return":
        tone = "open"
    return titles[key] % {"n": n}, parts if len(parts) > 1 or short else [], tone, tag


_MAIN = {"destroy": "destroyed", "concession": "conceded", "return": "returned"}
"""The class that a finishing step is called after."""


def _withdrawn(teller: _Teller, told: Told) -> Line:
    return _("%(number)s withdrawn") % {"number": told.body["number"]}, [], "plain", None


def _signed_lift(teller: _Teller, told: Told) -> Line:
    number = told.body["number"]
    if told.body["lifted"]:
        return _("Hold %(number)s lifted: offered again") % {"number": number}, [], "plain", None
    return _("First signature to lift hold %(number)s") % {"number": number}, [], "plain", None


def _counted(teller: _Teller, told: Told) -> Line:
    one = told.body["count"]
    condition, site = one["account"]
    what = words.condition(Account(Condition(condition)))
    known = one.get("known", 0)
    difference = one["found"] - one["booked"] - known
    details = [
        _("%(what)s at %(site)s") % {"what": what, "site": teller.site(site)},
        _("booked %(n)s") % {"n": words.number(one["booked"])},
    ]
    if one["weight_g"]:
        details.append(words.weight(one["weight_g"]))
    if known:
        details.append(_("%(n)s booked as surplus before") % {"n": words.number(known)})
    if one["again"]:
        details.append(_("%(n)s found again") % {"n": words.number(one["again"])})
    for other in one["elsewhere"]:
        details.append(
            _("%(n)s that the books have as %(where)s") % {
                "n": words.units(other["quantity"]),
                "where": words.condition(Account(Condition(other["account"][0]))),
            }
        )  # fmt: skip
    if difference < 0:
        n = words.number(-difference)
        title = _("Counted %(found)s: %(n)s fewer than the books")
        return (
            title % {"found": words.number(one["found"]), "n": n},
            details,
            "alarm",
            Tag(_("unaccounted"), "alarm"),
        )
    if difference > 0:
        title = _("Counted %(found)s: %(n)s more than the books")
        n = words.number(difference)
        return (
            title % {"found": words.number(one["found"]), "n": n},
            details,
            "open",
            Tag(_("surplus"), "open"),
        )
    title = _("Counted %(found)s: as the books say")
    return title % {"found": words.number(one["found"])}, details, "good", None


def _sent(teller: _Teller, told: Told) -> Line:
    body = told.body
    title = _("Sent: %(n)s to %(site)s") % {
        "n": words.units(body["sent"]),
        "site": teller.site(body["to"]),
    }
    return title, [_("from %(site)s") % {"site": teller.site(body["site"])}], "plain", None


def _arrived(teller: _Teller, told: Told) -> Line:
    body = told.body
    title = _("Arrived: %(n)s at %(site)s") % {
        "n": words.units(body["arrived"]),
        "site": teller.site(body["site"]),
    }
    short = body["sent"] - body["arrived"]
    details = (
        [_("seals found: %(numbers)s") % {"numbers": ", ".join(body["seals"])}]
        if body["seals"]
        else []
    )
    if short > 0:
        tag = Tag(_("%(n)s unaccounted") % {"n": words.number(short)}, "alarm")
        return title, details, "alarm", tag
    return title, details, "plain", None


def _corrected(teller: _Teller, told: Told) -> Line:
    if told.body.get("waits_for"):
        return _("First signature under a correction"), [], "plain", None
    n = teller.quantity(told)
    return _("Corrected: %(n)s taken back") % {"n": words.units(n)}, [], "open", None


def _sighted(teller: _Teller, told: Told) -> Line:
    mine = [one for one in told.body["sightings"] if one["lot"] == str(teller.card.id)]
    confirmed = sum(one["quantity"] for one in mine if one["confirmed"])
    suspected = sum(one["quantity"] for one in mine if not one["confirmed"])
    against = any(one["lot"] == str(teller.card.id) for one in told.body.get("contradictions", []))
    details = [
        f"{words.day(one.seen_at, teller.card.zone)}: {one.place} ({one.how})"
        for one in teller.sightings
        if one.act == told.act
    ][:SIGHTINGS_TOLD]
    if suspected and confirmed:
        details.insert(0, _("suspected besides: %(n)s") % {"n": words.units(suspected)})
    if confirmed:
        title = _("Seen alive, confirmed: %(n)s") % {"n": words.units(confirmed)}
        tag = (
            Tag(_("contradicted"), "alarm") if against else Tag(_("says nothing against the books"))
        )
        return title, details, "alarm" if against else "plain", tag
    return _("Seen, suspected: %(n)s") % {"n": words.units(suspected)}, details, "open", None


def _reopened(teller: _Teller, told: Told) -> Line:
    n = told.body["reopened"]
    title = _("Reopened: %(n)s are unaccounted for") % {"n": words.units(n)}
    return title, [], "alarm", None


def _attached(teller: _Teller, told: Told) -> Line:
    n = len(told.body.get("evidence", []))
    title = ngettext("Evidence attached: %(n)s item", "Evidence attached: %(n)s items", n)
    return title % {"n": n}, [], "plain", None


def _other(teller: _Teller, told: Told) -> Line:
    return _("Recorded"), [], "plain", None


_TELL: Mapping[str, Callable[[_Teller, Told], Line]] = {
    "custody.load_orders": _loaded,
    "orders.import_packing_list": _packed,
    "inspections.plan": _planned,
    "inspections.record_result": _result,
    "inspections.release": _released,
    "inspections.allow_reduced": _reduced_allowed,
    "inspections.withdraw_reduced": _reduced_withdrawn,
    "inspections.resume": _resumed,
    "custody.quarantine": _held,
    "custody.propose": _proposed,
    "custody.authorise": _authorised,
    "custody.amend": _amended,
    "custody.take_step": _stepped,
    "custody.withdraw": _withdrawn,
    "custody.sign_lift": _signed_lift,
    "custody.count": _counted,
    "custody.move": _sent,
    "custody.arrive": _arrived,
    "custody.correct": _corrected,
    "custody.import_sightings": _sighted,
    "custody.reopen": _reopened,
    "custody.attach": _attached,
}
