"""What to do next: short sentences in the imperative, each with why and one button.

Read from the state of the lots, never stored: what is done disappears by itself.  In order:
what is wrong (unaccounted, contradicted, surplus), what is overdue, what waits for a
decision, what waits for a step.  What a person's role may not do is not on their list.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from heapq import nsmallest
from typing import Any, Literal

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lotwarden.core.dispositions import KINDS, Kind, Step, StepType
from lotwarden.core.ledger import Condition
from lotwarden.custody import queries as custody
from lotwarden.custody.queries import DispositionCard, Waiting
from lotwarden.identity import queries as identity
from lotwarden.identity.acting import Actor, may
from lotwarden.inspections import queries as inspections
from lotwarden.inspections.queries import InspectionCard
from lotwarden.orders import queries as orders
from lotwarden.orders.queries import LotCard
from lotwarden.reports import words
from lotwarden.reports.pages import NextAct

MOST = 12
"""So many at the most: what can wait is not on the list."""


@dataclass(frozen=True, slots=True)
class State:
    """What the acts of some lots follow from, read at once for all of them."""

    sums: Mapping[uuid.UUID, Mapping[str, int]]
    free: Mapping[tuple[uuid.UUID, uuid.UUID], int]
    waiting: Sequence[Waiting]
    planned: Sequence[InspectionCard]
    verdicts: Mapping[uuid.UUID, str]
    """Of lots of which units are offered."""


@dataclass(frozen=True, slots=True)
class _Ranked:
    """An act with its place in the list; its words are made only if it gets on the page."""

    rank: int
    weight: int
    lot: uuid.UUID
    key: str
    words: Callable[[LotCard], NextAct]


def state_of(lot_ids: Sequence[uuid.UUID] | None) -> State:
    """Return the state of these lots, or of all."""
    sums = custody.per_lot(lot_ids)
    return State(
        sums=sums,
        free=custody.free_in_quarantine(lot_ids),
        waiting=custody.waiting(lot_ids),
        planned=inspections.inspections(lot_ids, only_planned=True),
        verdicts=inspections.verdicts([lot for lot, one in sums.items() if one["offered"]]),
    )


def next_acts(
    actor: Actor, state: State, now: datetime, *, most: int = MOST
) -> tuple[NextAct, ...]:
    """Return what the actor should do about the lots of `state`, the most urgent first."""
    in_disposition = {one.disposition for one in state.planned}
    in_inspection = {one.lot for one in state.planned if one.disposition is None}
    found: list[_Ranked] = []
    for lot, sums in state.sums.items():
        found += _wrong(lot, sums)
        if sums["offered"] and lot not in in_inspection:
            found.append(_to_judge(lot, sums["offered"], state.verdicts.get(lot)))
    found += [_undecided(lot, site, n) for (lot, site), n in state.free.items()]
    for one in state.waiting:
        found += _disposition(one, now, in_disposition)
    found += [_to_record(one, now) for one in state.planned]
    allowed = (one for one in found if _allowed(actor, one.key))
    first = nsmallest(most, allowed, key=lambda one: (one.rank, -one.weight))
    cards = orders.lots_by_id({one.lot for one in first})
    return tuple(one.words(cards[one.lot]) for one in first)


def act_href(card: LotCard, key: str, about: str | None = None) -> str:
    """Return the address of an act's page; `about` names a disposition or an inspection."""
    if about is None:
        return reverse("act", args=[card.number, key])
    return reverse("act_about", args=[card.number, about, key])


def step_now(one: DispositionCard | Waiting) -> Step | None:
    """Return the step a disposition waits for, by where its units stand."""
    steps = KINDS[Kind(one.kind)]
    if one.status in ("proposed", "authorised"):
        return steps[0]
    conditions = {account.condition for account, quantity in one.holds if quantity}
    for step in steps:
        if step.debit in conditions and (step.type is not StepType.START or len(steps) == 1):
            return step
    return None


def _wrong(lot: uuid.UUID, sums: Mapping[str, int]) -> Iterator[_Ranked]:
    if n := sums["unaccounted"]:
        yield _Ranked(0, n, lot, "count", partial(_find, n))
    if n := sums["contradicted"] - sums["held_elsewhere"]:
        yield _Ranked(1, n, lot, "reopen", partial(_seen_alive, n))
    if n := sums["held_elsewhere"]:
        yield _Ranked(1, n, lot, "count", partial(_seen_elsewhere, n))
    if n := sums["surplus"]:
        yield _Ranked(2, n, lot, "quarantine", partial(_surplus, n))


def _find(n: int, card: LotCard) -> NextAct:
    noun = card.unit_name or _("unit")
    return NextAct(
        ngettext("Find %(n)s %(noun)s of lot %(lot)s", "Find %(n)s %(noun)ss of lot %(lot)s", n)
        % {"n": words.number(n), "noun": noun, "lot": card.number},
        _(
            "%(n)s are not where the books last had them. Ask the site to count before anything moves."
        )
        % {"n": words.number(n)},
        _("Record a count"),
        act_href(card, "count"),
        _("unaccounted"),
        "alarm",
    )


def _seen_alive(n: int, card: LotCard) -> NextAct:
    return NextAct(
        _("Decide about %(n)s of lot %(lot)s seen alive")
        % {"n": words.units(n), "lot": card.number},
        _("Their end is on paper and they were seen after it. Reopening books them as unaccounted for."),
        _("Reopen"),
        act_href(card, "reopen"),
        _("contradicted"),
        "alarm",
    )  # fmt: skip


def _seen_elsewhere(n: int, card: LotCard) -> NextAct:
    return NextAct(
        _("Count what is on hold of lot %(lot)s") % {"lot": card.number},
        _("%(n)s that the books have on hold were seen elsewhere. A scan names what is missing.")
        % {"n": words.units(n)},
        _("Record a count"),
        act_href(card, "count"),
        _("contradicted"),
        "alarm",
    )


def _surplus(n: int, card: LotCard) -> NextAct:
    return NextAct(
        _("Explain %(n)s of lot %(lot)s beyond those declared")
        % {"n": words.units(n), "lot": card.number},
        _("A third shift and mixing show here first. Put them on hold until it is explained."),
        _("Put on hold"),
        act_href(card, "quarantine"),
    )


def _to_judge(lot: uuid.UUID, offered: int, verdict: str | None) -> _Ranked:
    if verdict == "acceptable":
        return _Ranked(6, offered, lot, "release", partial(_release, offered))
    return _Ranked(7, offered, lot, "plan", partial(_plan, offered))


def _release(n: int, card: LotCard) -> NextAct:
    return NextAct(
        _("Release lot %(lot)s") % {"lot": card.number},
        _("Its inspection is acceptable; %(n)s wait.") % {"n": words.units(n)},
        _("Release"),
        act_href(card, "release"),
    )


def _plan(n: int, card: LotCard) -> NextAct:
    return NextAct(
        _("Plan the inspection of lot %(lot)s") % {"lot": card.number},
        _("%(n)s are offered and nobody has looked.") % {"n": words.units(n)},
        _("Plan it"),
        act_href(card, "plan"),
    )


def _undecided(lot: uuid.UUID, site: uuid.UUID, quantity: int) -> _Ranked:
    return _Ranked(4, quantity, lot, "propose", partial(_decide, quantity, site))


def _decide(n: int, site: uuid.UUID, card: LotCard) -> NextAct:
    return NextAct(
        _("Decide what happens to %(n)s of lot %(lot)s")
        % {"n": words.units(n), "lot": card.number},
        _("They are in quarantine and no disposition holds them: sort, rework, destroy, or another."),
        _("Decide"),
        f"{act_href(card, 'propose')}?site={site}",
    )  # fmt: skip


def _disposition(one: Waiting, now: datetime, planned: Collection[Any]) -> Iterator[_Ranked]:
    late = one.deadline is not None and one.deadline < now
    found = _asked(one, planned, late=late)
    if found is None:
        return
    key, asked = found

    def say(card: LotCard) -> NextAct:
        tag = words.overdue(one.deadline, now) if late and one.deadline else None
        tone: Literal["plain", "overdue"] = "overdue" if late else "plain"
        return NextAct(*asked(card, one), tag, tone)

    yield _Ranked(3 if late else 5, one.quantity, one.lot, key, say)


_Asked = tuple[str, str, str, str]
"""Title, why, button, address."""


def _asked(
    one: Waiting, planned: Collection[Any], *, late: bool
) -> tuple[str, Callable[[LotCard, Waiting], _Asked]] | None:
    """Return which act a disposition waits for, and its words; `None` for no act."""
    if one.status == "proposed":
        return ("withdraw", _lapsed) if late else ("authorise", _authorise)
    step = step_now(one)
    if step is None:
        return None if _on_the_way_to(one) is None else ("arrive", _arrival)
    if one.kind == "hold":
        return "sign-lift", _review
    if step.name == "release" and one.reinspection is None:
        return None if one.id in planned else ("plan", _reinspect)
    return step.name, partial(_step, step, late)


def _said(card: LotCard, one: Waiting) -> dict[str, str]:
    return {
        "kind": _(words.KINDS[one.kind]),
        "n": words.units(one.quantity),
        "number": one.number,
        "lot": card.number,
    }


def _lapsed(card: LotCard, one: Waiting) -> _Asked:
    return (
        _("Give free what %(number)s of lot %(lot)s holds") % _said(card, one),
        _("It lapsed: nobody authorised it by its deadline, and %(n)s still wait for it.")
        % _said(card, one),
        _("Withdraw it"),
        act_href(card, "withdraw", one.number),
    )


def _authorise(card: LotCard, one: Waiting) -> _Asked:
    return (
        _("Authorise %(number)s: %(kind)s %(n)s of lot %(lot)s") % _said(card, one),
        _("Proposed; nothing moves until the buyer authorises it."),
        _("Look and authorise"),
        act_href(card, "authorise", one.number),
    )


def _review(card: LotCard, one: Waiting) -> _Asked:
    data = _said(card, one)
    return (
        _("Review hold %(number)s of lot %(lot)s") % data,
        _("%(n)s are held; two people lift a hold.") % data,
        _("Look"),
        act_href(card, "sign-lift", one.number),
    )


def _reinspect(card: LotCard, one: Waiting) -> _Asked:
    return (
        _("Re-inspect the units of %(number)s, lot %(lot)s") % _said(card, one),
        _("The work is reported; nobody else has looked. Choose another inspector than who did the work."),
        _("Plan it"),
        f"{act_href(card, 'plan')}?disposition={one.number}",
    )  # fmt: skip


def _step(step: Step, late: bool, card: LotCard, one: Waiting) -> _Asked:  # noqa: FBT001 - for partial
    return (
        _step_title(one, step, _said(card, one)),
        _step_why(one, step, late=late),
        _(step.title),
        act_href(card, step.name, one.number),
    )


def _step_title(one: Waiting, step: Step, data: dict[str, str]) -> str:
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


def _step_why(one: Waiting, step: Step, *, late: bool) -> str:
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


def _on_the_way_to(one: Waiting) -> str | None:
    """Return the site to which units of a disposition are on the way, the first of them."""
    sites = [
        account.site
        for account, quantity in one.holds
        if account.condition is Condition.IN_TRANSIT and quantity
    ]
    return sites[0] if sites else None


def _arrival(card: LotCard, one: Waiting) -> _Asked:
    site = _on_the_way_to(one)
    assert site is not None, "asked for only where there is one"
    place = identity.site(uuid.UUID(site)).label
    return (
        _("Record the arrival of lot %(lot)s at %(site)s") % {"lot": card.number, "site": place},
        _("Units on hold are on the way; until they are counted in, nobody has seen them."),
        _("Record the arrival"),
        f"{act_href(card, 'arrive')}?site={site}",
    )


def _to_record(one: InspectionCard, now: datetime) -> _Ranked:
    late = one.planned_for is not None and one.planned_for < now
    return _Ranked(3 if late else 7, one.lot_size, one.lot, "result", partial(_record, one, now))


def _record(one: InspectionCard, now: datetime, card: LotCard) -> NextAct:
    late = one.planned_for is not None and one.planned_for < now
    tag = words.overdue(one.planned_for, now) if late and one.planned_for else None
    return NextAct(
        _("Record the result of inspection %(number)s, lot %(lot)s")
        % {"number": one.number, "lot": card.number},
        _("%(n)s to inspect.") % {"n": words.units(one.sample_size)},
        _("Record it"),
        act_href(card, "result", one.number),
        tag,
        "overdue" if tag else "plain",
    )


OPERATION_OF = {
    "count": "custody.count",
    "reopen": "custody.reopen",
    "quarantine": "custody.quarantine",
    "release": "custody.take_step",
    "plan": "inspections.plan",
    "propose": "custody.propose",
    "authorise": "custody.authorise",
    "amend": "custody.amend",
    "withdraw": "custody.withdraw",
    "arrive": "custody.arrive",
    "sign-lift": "custody.sign_lift",
    "result": "inspections.record_result",
    "start": "custody.take_step",
    "counts": "custody.take_step",
    "finish": "custody.take_step",
}
"""The operation behind each act's page."""

BUYERS_STEPS = frozenset({"start", "release"})


def _allowed(actor: Actor, key: str) -> bool:
    if key in BUYERS_STEPS and actor.role != "buyer":
        return False
    return may(actor, OPERATION_OF[key])


def overdue_of(cards: Iterable[Waiting], now: datetime) -> list[Waiting]:
    """Return the open dispositions whose deadline has passed."""
    return [
        one
        for one in cards
        if one.deadline is not None and one.deadline < now and one.status != "proposed"
    ]
