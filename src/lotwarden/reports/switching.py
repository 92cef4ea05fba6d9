"""The page of a stream: how strictly its next lot is inspected, and why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from lotwarden.core import sampling
from lotwarden.core.errors import N_
from lotwarden.identity import queries as identity
from lotwarden.identity.acting import Actor, require
from lotwarden.inspections import streams
from lotwarden.orders import queries as orders
from lotwarden.reports import lot, pages, plan, words
from lotwarden.reports.ways import act_href

SHOWN = 20
"""How many lots of a class are shown, the latest ones."""


def rules() -> dict[str, Any]:
    """Return how the switching rules are read now."""
    there = asdict(streams.settings())
    return {**there, "limit_dropped": "dropped" if there["limit"] == "dropped" else ""}


def choices() -> tuple[tuple[str, str, list[tuple[str, str]]], ...]:
    """Return what the standards leave open: setting, question, answers; our choice first."""
    return (
        ("start", _("The first lot of a stream is inspected at"),
         [("normal", _("normal")), ("tightened", _("tightened"))]),
        ("window", _("After reduced inspection ended on a lot that was not accepted, that lot"),
         [("restarts", _("is not one of the 2 of 5")), ("goes_on", _("is one of the 2 of 5"))]),
        ("score_past_30", _("A score of 30 that did not lead to reduced inspection"),
         [("grows", _("stays and grows")), ("restarts", _("begins at 0 again"))]),
        ("score_after_return", _("When reduced inspection ends, the score"),
         [("restarts", _("begins at 0 again")), ("kept", _("is kept"))]),
        ("other_n", _("Where the plan one AQL step tighter has another sample size, the score"),
         [("resets", _("begins at 0 again")), ("compares", _("compares with that plan's Ac"))]),
        ("discontinue", _("Inspection is discontinued"),
         [("5_not_accepted", _("at 5 lots not accepted on tightened")),
          ("10_on_tightened", _("after 10 lots on tightened (older editions)"))]),
        ("limit_dropped", _("Z1.4: the limit number of Table VIII"),
         [("", _("is asked for: without it nothing leads to reduced inspection")),
          ("dropped", _("is dropped by agreement (8.5)"))]),
    )  # fmt: skip


def switching_page(actor: Actor, number: str) -> pages.SwitchingPage:
    """Return the page of the stream that a lot belongs to.

    Refuses:
        identity.not_allowed: it tells of other lots too, and is the buyer's.
        orders.unknown_lot
    """
    require(actor, "inspections.plan")
    card = orders.lot(number, actor)
    return pages.SwitchingPage(
        lot=lot.head(card),
        family=card.family,
        site=f"{card.supplier_name}, {card.site_name}",
        standards=tuple(_standard(card, one) for one in sampling.STANDARDS),
        rules_href=act_href(card, "switching-rules"),
    )


def _standard(card: orders.LotCard, standard: str) -> pages.SwitchingStandard:
    stream = streams.stream_of(card, standard)
    return pages.SwitchingStandard(
        name=plan.SCHEMES[standard],
        key=standard.replace(".", ""),
        classes=tuple(
            _class(name, history, stream, card) for name, history in stream.history.items()
        ),
        decided=tuple(_decided(stream, card)),
        acts=tuple(_acts(stream, card)),
    )


def _class(
    name: str, history: Sequence[streams.Counted], stream: streams.Stream, card: orders.LotCard
) -> pages.SwitchingClass:
    proposal = stream.proposal(name)
    return pages.SwitchingClass(
        label=_(name),
        severity=_(words.SEVERITIES[proposal.severity]),
        tone=_TONES[proposal.severity],
        why=plan.reason_of(proposal),
        would=tuple(_would(proposal.severity, stream)),
        lots=tuple(_lot(one, card) for one in history[-SHOWN:]),
        more=max(0, len(history) - SHOWN),
    )


_TONES: dict[str, pages.Tone] = {
    "normal": "plain", "reduced": "good", "tightened": "hold", "discontinued": "alarm",
}  # fmt: skip


def _lot(one: streams.Counted, card: orders.LotCard) -> pages.SwitchingLot:
    said = ""
    if one.after is not None:
        said = _(one.after.template).format_map(one.after.numbers)
    return pages.SwitchingLot(
        lot=one.lot,
        href=reverse("inspection", args=[one.inspection]),
        day=words.minute(one.at, card.zone),
        severity=_(words.SEVERITIES[one.severity]),
        result=_("%(found)s in %(n)s")
        % {"found": words.number(one.found), "n": words.number(one.inspected)},
        accepted=one.accepted,
        after=said,
    )


def _would(severity: str, stream: streams.Stream) -> Iterator[str]:
    """Say what would change the severity."""
    if severity == "normal":
        yield _("Tightened: when 2 of 5 or fewer lots in a row are not accepted.")
        score = (
            _("when the switching score reaches 30")
            if stream.standard == "iso2859-1"
            else _("when 10 lots in a row are accepted and few units were nonconforming")
        )
        allowed = (
            _("you have allowed it") if stream.reduced_allowed else _("you have not allowed it")
        )
        yield _("Reduced: %(score)s; %(allowed)s.") % {"score": score, "allowed": allowed}
    elif severity == "tightened":
        yield _("Normal: when 5 lots in a row are accepted.")
        yield _("Discontinued: when 5 lots are not accepted.")
    elif severity == "reduced":
        yield _("Normal: when a lot is not accepted, or production is not steady.")
    else:
        yield _("Tightened: once you resume it, with the supplier's correction named.")


def _decided(stream: streams.Stream, card: orders.LotCard) -> Iterator[str]:
    names = identity.people([one.decided_by for one in stream.decisions])
    for one in stream.decisions:
        person = names.get(one.decided_by)
        yield _("%(day)s, %(name)s: %(what)s. %(reason)s") % {
            "day": words.minute(one.decided_at, card.zone),
            "name": person.name if person else "",
            "what": _(_DECIDED[one.kind]),
            "reason": one.reason,
        }


_DECIDED = {
    streams.ALLOW: N_("reduced inspection allowed"),
    streams.WITHDRAW: N_("reduced inspection withdrawn"),
    streams.RESUME: N_("inspection resumed"),
}


def _acts(stream: streams.Stream, card: orders.LotCard) -> Iterator[pages.Link]:
    query = {"standard": stream.standard}
    if any(one.severity == "discontinued" for one in stream.proposals.values()):
        yield pages.Link(_("Resume inspection"), act_href(card, "resume", **query))
    if stream.reduced_allowed:
        href = act_href(card, "withdraw-reduced", **query)
        yield pages.Link(_("Withdraw reduced inspection"), href)
    else:
        yield pages.Link(_("Allow reduced inspection"), act_href(card, "allow-reduced", **query))
