"""What to do next: short sentences in the imperative, each with why and one button.

Read from the state of the lots, never stored: what is done disappears by itself.  In order:
what is wrong (unaccounted, contradicted, surplus), what is overdue, what waits for a
decision, what waits for a step.  What a person's role may not do is not on their list.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lotwarden.core.dispositions import KINDS, Kind, Step, StepType
from lotwarden.core.ledger import Condition
from lotwarden.custody import queries as custody
from lotwarden.custody.queries import DispositionCard
from lotwarden.identity import queries as identity
from lotwarden.identity.acting import Actor, may
from lotwarden.inspections import queries as inspections
from lotwarden.inspections.queries import InspectionCard
from lotwarden.orders.queries import LotCard
from lotwarden.reports import words
from lotwarden.reports.pages import NextAct

MOST = 12
"""So many at the most: what can wait is not on the list."""


@dataclass(frozen=True, slots=True)
class _Ranked:
    rank: int
    weight: int
    act: NextAct


def next_acts(
    actor: Actor, cards: Sequence[LotCard], now: datetime, *, most: int = MOST
) -> tuple[NextAct, ...]:
    """Return what the actor should do about these lots, the most urgent first."""
    by_id = {card.id: card for card in cards}
    numbers = custody.per_lot()
    free = custody.free_in_quarantine(by_id)
    open_ones = [one for one in custody.dispositions(only_open=True) if one.lot in by_id]
    planned = [one for one in inspections.inspections(by_id) if not one.verdict]
    verdicts = inspections.verdicts()
    in_disposition = {one.disposition for one in planned}
    found: list[_Ranked] = []
    for card in cards:
        sums = numbers.get(card.id)
        if sums is not None:
            found += _wrong(card, sums)
            found += _to_judge(card, sums, planned, verdicts)
    for (lot, site), quantity in free.items():
        found += _undecided(by_id[lot], site, quantity)
    for one in open_ones:
        found += _disposition(by_id[one.lot], one, now, in_disposition)
    found += [_to_record(by_id[one.lot], one, now) for one in planned]
    allowed = [one for one in found if _allowed(actor, one.act)]
    allowed.sort(key=lambda one: (one.rank, -one.weight))
    return tuple(one.act for one in allowed[:most])


def act_href(card: LotCard, key: str, about: str | None = None) -> str:
    """Return the address of an act's page; `about` names a disposition or an inspection."""
    if about is None:
        return reverse("act", args=[card.number, key])
    return reverse("act_about", args=[card.number, about, key])


def step_now(one: DispositionCard) -> Step | None:
    """Return the step a disposition waits for, by where its units stand."""
    steps = KINDS[Kind(one.kind)]
    if one.status in ("proposed", "authorised"):
        return steps[0]
    conditions = {
        account.carries or account.condition for account, quantity in one.holds if quantity
    }
    for step in steps:
        if step.debit in conditions and (step.type is not StepType.START or len(steps) == 1):
            return step
    return None


def _wrong(card: LotCard, sums: dict[str, int]) -> Iterator[_Ranked]:
    if sums["unaccounted"]:
        n = sums["unaccounted"]
        noun = card.unit_name or _("unit")
        yield _Ranked(
            0,
            n,
            NextAct(
                ngettext("Find %(n)s %(noun)s of lot %(lot)s", "Find %(n)s %(noun)ss of lot %(lot)s", n)
                % {"n": words.number(n), "noun": noun, "lot": card.number},
                _("The count was %(n)s short of the books. Ask the site to recount before anything moves.")
                % {"n": words.number(n)},
                _("Record a count"),
                act_href(card, "count"),
                _("unaccounted"),
                "alarm",
            ),
        )  # fmt: skip
    if sums["contradicted"]:
        n = sums["contradicted"]
        yield _Ranked(
            1,
            n,
            NextAct(
                _("Decide about %(n)s of lot %(lot)s seen alive")
                % {"n": words.units(n), "lot": card.number},
                _("Their end is on paper and they were seen after it. Reopening books them as unaccounted for."),
                _("Reopen"),
                act_href(card, "reopen"),
                _("contradicted"),
                "alarm",
            ),
        )  # fmt: skip
    if sums["surplus"]:
        n = sums["surplus"]
        yield _Ranked(
            2,
            n,
            NextAct(
                _("Explain %(n)s of lot %(lot)s beyond those declared")
                % {"n": words.units(n), "lot": card.number},
                _("A third shift and mixing show here first. Put them on hold until it is explained."),
                _("Put on hold"),
                act_href(card, "quarantine"),
            ),
        )  # fmt: skip


def _to_judge(
    card: LotCard,
    sums: dict[str, int],
    planned: Sequence[InspectionCard],
    verdicts: dict[uuid.UUID, str],
) -> Iterator[_Ranked]:
    if any(one.lot == card.id and one.disposition is None for one in planned):
        return
    verdict = verdicts.get(card.id)
    offered = custody.offered(card.id) if sums["produced"] > sums["hold"] else 0
    if not offered:
        return
    if verdict == "acceptable":
        yield _Ranked(
            6,
            offered,
            NextAct(
                _("Release lot %(lot)s") % {"lot": card.number},
                _("Its inspection is acceptable; %(n)s wait.") % {"n": words.units(offered)},
                _("Release"),
                act_href(card, "release"),
            ),
        )
        return
    yield _Ranked(
        7,
        offered,
        NextAct(
            _("Plan the inspection of lot %(lot)s") % {"lot": card.number},
            _("%(n)s are offered and nobody has looked.") % {"n": words.units(offered)},
            _("Plan it"),
            act_href(card, "plan"),
        ),
    )


def _undecided(card: LotCard, site: uuid.UUID, quantity: int) -> Iterator[_Ranked]:
    yield _Ranked(
        4,
        quantity,
        NextAct(
            _("Decide what happens to %(n)s of lot %(lot)s")
            % {"n": words.units(quantity), "lot": card.number},
            _("They are in quarantine and no disposition holds them: sort, rework, destroy, or another."),
            _("Decide"),
            f"{act_href(card, 'propose')}?site={site}",
        ),
    )  # fmt: skip


def _disposition(
    card: LotCard, one: DispositionCard, now: datetime, planned: set[Any]
) -> Iterator[_Ranked]:
    late = one.deadline is not None and one.deadline < now
    tag = words.overdue(one.deadline, now) if late and one.deadline else None
    if one.status == "proposed" and late:
        return  # it has lapsed, and says so on the lot's page
    asked = _asked(card, one, planned, late=late)
    if asked is not None:
        tone: Literal["plain", "overdue"] = "overdue" if late else "plain"
        yield _Ranked(3 if late else 5, one.quantity, NextAct(*asked, tag, tone))


def _asked(
    card: LotCard, one: DispositionCard, planned: set[Any], *, late: bool
) -> tuple[str, str, str, str] | None:
    """Return what a disposition waits for: title, why, button, address; `None` for nobody."""
    data = {
        "kind": _(words.KINDS[one.kind]),
        "n": words.units(one.quantity),
        "number": one.number,
        "lot": card.number,
    }
    if one.status == "proposed":
        return (
            _("Authorise %(number)s: %(kind)s %(n)s of lot %(lot)s") % data,
            _("Proposed; nothing moves until the buyer authorises it."),
            _("Look and authorise"),
            act_href(card, "authorise", one.number),
        )
    step = step_now(one)
    if step is None:
        return _arrival(card, one)
    if one.kind == "hold":
        return (
            _("Review hold %(number)s of lot %(lot)s") % data,
            _("%(n)s are held; two people lift a hold.") % data,
            _("Look"),
            act_href(card, "sign-lift", one.number),
        )
    if step.name == "release" and one.reinspection is None:
        if one.id in planned:
            return None
        return (
            _("Re-inspect the units of %(number)s, lot %(lot)s") % data,
            _("The work is reported; nobody else has looked. Choose another inspector than who did the work."),
            _("Plan it"),
            f"{act_href(card, 'plan')}?disposition={one.number}",
        )  # fmt: skip
    return (
        _step_title(one, step, data),
        _step_why(one, step, late=late),
        _(step.title),
        act_href(card, step.name, one.number),
    )


def _step_title(one: DispositionCard, step: Step, data: dict[str, str]) -> str:
    titles = {
        ("sort", "start"): _("Start sorting %(n)s of lot %(lot)s"),
        ("sort", "counts"): _("Record the sorting of lot %(lot)s"),
        ("rework", "start"): _("Start the rework of %(n)s of lot %(lot)s"),
        ("rework", "counts"): _("Get the rework report of lot %(lot)s"),
        ("destroy", "start"): _("Freeze the list of %(n)s of lot %(lot)s to destroy"),
        ("destroy", "finish"): _("Record the destruction of lot %(lot)s"),
        ("concession", "finish"): _("Release %(n)s of lot %(lot)s by concession"),
        ("return", "finish"): _("Hand back %(n)s of lot %(lot)s"),
    }
    if step.name == "release":
        return _("Release what the re-inspection of %(number)s accepted, lot %(lot)s") % data
    return titles[(one.kind, step.name)] % data


def _step_why(one: DispositionCard, step: Step, *, late: bool) -> str:
    if one.kind == "destroy" and late:
        return _(
            "Ordered, and no witnessed destruction is recorded: the units still count as on hold. Send a witness."
        )
    if one.kind == "destroy" and step.name == "start":
        return _("Authorised; from the frozen list nothing can be exchanged.")
    if step.type is StepType.START:
        return _("Authorised; the units wait in quarantine.")
    if step.name == "release":
        return _("Re-inspected and acceptable; the rest goes back to quarantine.")
    return _("Under way under %(number)s.") % {"number": one.number}


def _arrival(card: LotCard, one: DispositionCard) -> tuple[str, str, str, str] | None:
    sites = [
        account.site
        for account, quantity in one.holds
        if account.condition is Condition.IN_TRANSIT and quantity
    ]
    if not sites or sites[0] is None:
        return None
    place = identity.site(uuid.UUID(sites[0])).label
    return (
        _("Record the arrival of lot %(lot)s at %(site)s") % {"lot": card.number, "site": place},
        _("Units on hold are on the way; until they are counted in, nobody has seen them."),
        _("Record the arrival"),
        f"{act_href(card, 'arrive')}?site={sites[0]}",
    )


def _to_record(card: LotCard, one: InspectionCard, now: datetime) -> _Ranked:
    late = one.planned_for is not None and one.planned_for < now
    tag = words.overdue(one.planned_for, now) if late and one.planned_for else None
    return _Ranked(
        3 if late else 7,
        one.lot_size,
        NextAct(
            _("Record the result of inspection %(number)s, lot %(lot)s")
            % {"number": one.number, "lot": card.number},
            _("%(n)s to inspect.") % {"n": words.units(one.sample_size)},
            _("Record it"),
            act_href(card, "result", one.number),
            tag,
            "overdue" if tag else "plain",
        ),
    )


OPERATION_OF = {
    "count": "custody.count",
    "reopen": "custody.reopen",
    "quarantine": "custody.quarantine",
    "release": "custody.take_step",
    "plan": "inspections.plan",
    "propose": "custody.propose",
    "authorise": "custody.authorise",
    "arrive": "custody.arrive",
    "sign-lift": "custody.sign_lift",
    "result": "inspections.record_result",
    "start": "custody.take_step",
    "counts": "custody.take_step",
    "finish": "custody.take_step",
}
"""The operation behind each act's page."""

BUYERS_STEPS = frozenset({"start", "release"})


def _allowed(actor: Actor, act: NextAct) -> bool:
    key = act.href.split("?")[0].rstrip("/").split("/")[-1]
    if key in BUYERS_STEPS and actor.role != "buyer":
        return False
    return may(actor, OPERATION_OF[key])


def overdue_of(cards: Iterable[DispositionCard], now: datetime) -> list[DispositionCard]:
    """Return the open dispositions whose deadline has passed."""
    return [
        one
        for one in cards
        if one.deadline is not None and one.deadline < now and one.status != "proposed"
    ]
