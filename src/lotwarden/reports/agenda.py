"""What to do next: short sentences in the imperative, each with why and one button.

Read from the state of the lots, never stored: what is done disappears by itself.  In order:
what is wrong (unaccounted, contradicted, surplus), what is overdue, what waits for a
decision, what waits for a step.  On a person's list stands what they can do and see; its
button leads to the first thing that is missing.  Where somebody else must, the buyer, whose
lots they are, reads who.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Literal

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lotwarden.core.dispositions import Step, StepType
from lotwarden.core.ledger import Condition
from lotwarden.custody import queries as custody
from lotwarden.custody.queries import DispositionCard, Waiting
from lotwarden.identity import queries as identity
from lotwarden.identity.acting import Actor, may
from lotwarden.inspections import queries as inspections
from lotwarden.inspections.queries import InspectionCard
from lotwarden.orders import queries as orders
from lotwarden.orders.queries import LotCard
from lotwarden.reports import ways, words
from lotwarden.reports.pages import NextAct
from lotwarden.reports.ways import act_href

MOST = 12
"""So many at the most: what can wait is not on the list."""

READ_AT_ONCE = 60
"""Of so many lots the dispositions are read together, until the list is full."""


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
class _View:
    """Who looks, when, at which lot, and at which of its dispositions."""

    actor: Actor
    now: datetime
    card: LotCard
    disposition: DispositionCard | None = None

    @property
    def is_buyer(self) -> bool:
        return self.actor.role == "buyer"


@dataclass(frozen=True, slots=True)
class _Ranked:
    """An act with its place in the list; its words are made only if it may get on the page."""

    rank: int
    weight: int
    lot: uuid.UUID
    words: Callable[[_View], NextAct | None]
    disposition: uuid.UUID | None = None


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
    ranked: list[_Ranked] = []
    for lot, sums in state.sums.items():
        ranked += _wrong(lot, sums)
        if sums["offered"] and lot not in in_inspection:
            ranked.append(_to_judge(lot, sums["offered"], state.verdicts.get(lot)))
    ranked += [_undecided(lot, site, n) for (lot, site), n in state.free.items()]
    for one in state.waiting:
        late = one.deadline is not None and one.deadline < now
        words_of = partial(_disposition, one.id in in_disposition)
        ranked.append(_Ranked(3 if late else 5, one.quantity, one.lot, words_of, one.id))
    ranked += [_to_record(one, now) for one in state.planned]
    ranked.sort(key=lambda one: (one.rank, -one.weight))
    found: list[NextAct] = []
    for view, each in _views(actor, now, ranked):
        act = each.words(view)
        if act is not None:
            found.append(act)
            if len(found) == most:
                break
    return tuple(found)


def _views(
    actor: Actor, now: datetime, ranked: Sequence[_Ranked]
) -> Iterator[tuple[_View, _Ranked]]:
    """Read lots and dispositions of some acts at a time, and hand them out."""
    for start in range(0, len(ranked), READ_AT_ONCE):
        some = ranked[start : start + READ_AT_ONCE]
        cards = orders.lots_by_id({one.lot for one in some})
        lots = {one.lot for one in some if one.disposition is not None}
        decided = {one.id: one for one in custody.dispositions(lots, only_open=True)}
        for one in some:
            about = decided.get(one.disposition) if one.disposition else None
            yield _View(actor, now, cards[one.lot], about), one


def _wrong(lot: uuid.UUID, sums: Mapping[str, int]) -> Iterator[_Ranked]:
    if n := sums["unaccounted"]:
        yield _Ranked(0, n, lot, partial(_find, n))
    if n := sums["contradicted"] - sums["held_elsewhere"]:
        yield _Ranked(1, n, lot, partial(_seen_alive, n))
    if n := sums["held_elsewhere"]:
        yield _Ranked(1, n, lot, partial(_seen_elsewhere, n))
    if n := sums["surplus"]:
        yield _Ranked(2, n, lot, partial(_surplus, n))


def _find(n: int, view: _View) -> NextAct | None:
    """Ask the buyer; and who lost them, for those last booked at their own sites."""
    card = view.card
    if not view.is_buyer:
        n = _lost_at(view)
        if not n or view.actor.role == "agency":
            return None
        return NextAct(
            _("Count what you hold of lot %(lot)s") % {"lot": card.number},
            _("%(n)s that the books had with you were not found.") % {"n": words.units(n)},
            _("Record a count"),
            act_href(card, "count"),
            _("unaccounted"),
            "alarm",
        )
    return NextAct(
        _("Find %(n)s of lot %(lot)s") % {"n": _these(n, card), "lot": card.number},
        ngettext(
            "%(n)s is not where the books last had it. Ask the site to count before anything moves.",
            "%(n)s are not where the books last had them. Ask the site to count before anything moves.",
            n,
        ) % {"n": words.number(n)},
        _("Record a count"),
        act_href(card, "count"),
        _("unaccounted"),
        "alarm",
    )  # fmt: skip


def _these(n: int, card: LotCard) -> str:
    """Return so many units, with the lot's own word, whose plural nobody knows: 7 units (box)."""
    if not card.unit_name:
        return words.units(n)
    return _("%(n)s (%(noun)s)") % {"n": words.units(n), "noun": card.unit_name}


def _lost_at(view: _View) -> int:
    """Return how many units were last booked at the actor's own sites and are not found."""
    sites = {str(one.id) for one in identity.organisation(view.actor.organisation).sites}
    return sum(
        one.quantity
        for one in custody.standing([view.card.id])
        if one.account.condition is Condition.UNACCOUNTED and one.account.site in sites
    )


def _seen_alive(n: int, view: _View) -> NextAct | None:
    if not may(view.actor, "custody.reopen"):
        return None
    return NextAct(
        _("Decide about %(n)s of lot %(lot)s seen alive")
        % {"n": words.units(n), "lot": view.card.number},
        _("Their end is on paper and they were seen after it. Reopening books them as unaccounted for."),
        _("Reopen"),
        act_href(view.card, "reopen"),
        _("contradicted"),
        "alarm",
    )  # fmt: skip


def _seen_elsewhere(n: int, view: _View) -> NextAct | None:
    if not view.is_buyer:
        return None
    return NextAct(
        _("Count what is on hold of lot %(lot)s") % {"lot": view.card.number},
        ngettext(
            "%(n)s unit that the books have on hold was seen elsewhere. A scan names what is missing.",
            "%(n)s units that the books have on hold were seen elsewhere. A scan names what is missing.",
            n,
        ) % {"n": words.number(n)},
        _("Record a count"),
        act_href(view.card, "count"),
        _("contradicted"),
        "alarm",
    )  # fmt: skip


def _surplus(n: int, view: _View) -> NextAct | None:
    if not may(view.actor, "custody.quarantine"):
        return None
    return NextAct(
        _("Explain %(n)s of lot %(lot)s beyond those declared")
        % {"n": words.units(n), "lot": view.card.number},
        _("A third shift and mixing show here first. Put them on hold until it is explained."),
        _("Put on hold"),
        act_href(view.card, "quarantine"),
    )


def _to_judge(lot: uuid.UUID, offered: int, verdict: str | None) -> _Ranked:
    if verdict == "acceptable":
        return _Ranked(6, offered, lot, partial(_release, offered))
    return _Ranked(7, offered, lot, partial(_inspect, offered, verdict))


def _release(n: int, view: _View) -> NextAct | None:
    """Offer the release, or the inspection that it needs first, as the operation would refuse."""
    latest = inspections.verdict(view.card.id)
    assert latest is not None, "its verdict was read"
    later = inspections.later(latest)
    if later.lifted:
        return _inspect(n, latest.verdict, view)
    if later.presented > latest.lot_size:
        why = _("Units came after the last inspection: %(n)s are offered now.")
        return _plan(n, why, view)
    if not may(view.actor, "inspections.release"):
        return None
    return NextAct(
        _("Release lot %(lot)s") % {"lot": view.card.number},
        ngettext(
            "Its inspection is acceptable; %(n)s unit waits.",
            "Its inspection is acceptable; %(n)s units wait.",
            n,
        )
        % {"n": words.number(n)},
        _("Release"),
        act_href(view.card, "release"),
    )


def _inspect(n: int, verdict: str | None, view: _View) -> NextAct | None:
    if verdict in ("incomplete", "continue"):
        latest = inspections.verdict(view.card.id)
        assert latest is not None, "its verdict was read"
        return _rest_to_inspect(view, latest)
    why = ngettext(
        "%(n)s unit is offered and nobody has looked.",
        "%(n)s units are offered and nobody has looked.",
        n,
    )
    if verdict == "contested":
        why = _(
            "The last result answers a plan for another number of units: %(n)s are offered now."
        )
    elif verdict is not None:
        why = ngettext(
            "%(n)s unit is offered again after a hold.",
            "%(n)s units are offered again after a hold.",
            n,
        )
    return _plan(n, why, view)


def _plan(n: int, why: str, view: _View) -> NextAct | None:
    if not may(view.actor, "inspections.plan"):
        return None
    return NextAct(
        _("Plan the inspection of lot %(lot)s") % {"lot": view.card.number},
        why % {"n": words.number(n)},
        _("Plan it"),
        act_href(view.card, "plan"),
    )


def _rest_to_inspect(view: _View, found: InspectionCard) -> NextAct | None:
    """Ask for the units that an incomplete inspection did not look at, of who inspects."""
    if not _is_theirs_to_record(view.actor, found):
        return None
    data = {
        "n": words.units(max(1, found.asked - found.inspected)),
        "lot": view.card.number,
        "number": found.number,
        "inspected": words.number(found.inspected),
        "plan": words.number(found.asked),
    }
    return NextAct(
        _("Inspect %(n)s more of lot %(lot)s") % data,
        _("%(number)s looked at %(inspected)s of the %(plan)s that its plan asks: no verdict yet.")
        % data,
        _("Record all that were inspected"),
        act_href(view.card, "result", found.number),
    )


def _undecided(lot: uuid.UUID, site: uuid.UUID, quantity: int) -> _Ranked:
    return _Ranked(4, quantity, lot, partial(_decide, quantity, site))


def _decide(n: int, site: uuid.UUID, view: _View) -> NextAct | None:
    href = act_href(view.card, "propose", site=str(site))
    data = {"n": words.units(n), "lot": view.card.number}
    if view.is_buyer:
        return NextAct(
            _("Decide what happens to %(n)s of lot %(lot)s") % data,
            _("They are in quarantine and no disposition holds them: sort, rework, destroy, or another."),
            _("Decide"),
            href,
        )  # fmt: skip
    if view.actor.organisation != view.card.supplier:
        return None
    return NextAct(
        _("Propose what happens to %(n)s of lot %(lot)s") % data,
        _("They are in quarantine. You may propose to sort or rework them; the buyer decides."),
        _("Propose"),
        href,
    )


def _disposition(is_planned: bool, view: _View) -> NextAct | None:  # noqa: FBT001 - for partial
    one = view.disposition
    if one is None:  # closed since the list was read
        return None
    late = one.deadline is not None and one.deadline < view.now
    if one.status == "proposed":
        asked = _proposed(view, one, late=late)
    elif (step := ways.step_now(one)) is None:
        asked = _arrival(view, one)
    elif one.kind == "hold":
        asked = _review(view, one, step)
    elif step.name == "release" and one.reinspection is None:
        if is_planned:  # its result is on the list
            return None
        asked = _reinspect(view, one)
    else:
        asked = _step(view, one, step, late=late)
    if asked is None:
        return None
    tag = words.overdue(one.deadline, view.now) if late and one.deadline else None
    tone: Literal["plain", "overdue"] = "overdue" if late else "plain"
    return NextAct(*asked, tag, tone)


_Asked = tuple[str, str, str, str]
"""Title, why, button, address."""


def _said(view: _View, one: DispositionCard) -> dict[str, str]:
    return {
        "kind": _(words.KINDS[one.kind]),
        "n": words.units(one.quantity),
        "number": one.number,
        "lot": view.card.number,
    }


def _proposed(view: _View, one: DispositionCard, *, late: bool) -> _Asked | None:
    data = _said(view, one)
    if late and may(view.actor, "custody.withdraw"):
        return (
            _("Give free what %(number)s of lot %(lot)s holds") % data,
            _("It lapsed: nobody authorised it by its deadline, and %(n)s still wait for it.")
            % data,
            _("Withdraw it"),
            act_href(view.card, "withdraw", one.number),
        )
    if late or not may(view.actor, "custody.authorise"):
        return None
    return (
        _("Authorise %(number)s: %(kind)s %(n)s of lot %(lot)s") % data,
        _("Proposed; nothing moves until the buyer authorises it."),
        _("Look and authorise"),
        act_href(view.card, "authorise", one.number),
    )


def _review(view: _View, one: DispositionCard, step: Step) -> _Asked | None:
    if not may(view.actor, "custody.sign_lift"):
        return None
    data = _said(view, one)
    return _or_first(
        view,
        one,
        step,
        (
            _("Review hold %(number)s of lot %(lot)s") % data,
            _("%(n)s are held; two people lift a hold.") % data,
            _("Look"),
            act_href(view.card, "sign-lift", one.number),
        ),
    )


def _reinspect(view: _View, one: DispositionCard) -> _Asked | None:
    last = [each for each in inspections.inspections([one.lot]) if each.disposition == one.id]
    if last and last[-1].waits and last[-1].verdict:
        act = _rest_to_inspect(view, last[-1])
        return None if act is None else (act.title, act.why, act.button, act.href)
    if not may(view.actor, "inspections.plan"):
        return None
    return (
        _("Re-inspect the units of %(number)s, lot %(lot)s") % _said(view, one),
        _("The work is reported; nobody else has looked. Choose another inspector than who did the work."),
        _("Plan it"),
        act_href(view.card, "plan", disposition=one.number),
    )  # fmt: skip


def _step(view: _View, one: DispositionCard, step: Step, *, late: bool) -> _Asked | None:
    if view.actor.person == one.witness and step.name == "finish":
        return _witness(view, one)
    if not ways.may_step(view.actor, one, step.name):
        return None
    if view.actor.role == "agency" and one.agent_organisation != view.actor.organisation:
        return None  # they may, and it is nobody's expectation
    asked = (
        _step_title(one, step, _said(view, one)),
        _step_why(one, step, late=late),
        _(step.title),
        act_href(view.card, step.name, one.number),
    )
    return _or_first(view, one, step, asked)


def _witness(view: _View, one: DispositionCard) -> _Asked | None:
    if any(each.person == str(view.actor.person) for each in ways.facts(view.actor, one).evidence):
        return None
    return (
        _("Witness the destruction of lot %(lot)s") % _said(view, one),
        _("You are appointed for %(number)s: be there, count and weigh in, and sign on the spot.")
        % _said(view, one),
        _("Attach evidence"),
        act_href(view.card, "attach", disposition=one.number),
    )


def _or_first(view: _View, one: DispositionCard, step: Step, asked: _Asked) -> _Asked | None:
    """Return the step, or what stands in its way: where this person provides it, else who can."""
    first = ways.first_missing(view.actor, view.card, one, step)
    if first is None:
        return asked
    title, why, _button, _href = asked
    needs = _(first.missing.needs)
    if first.here is not None:
        said = _("%(why)s Missing first: %(needs)s") % {"why": why, "needs": needs}
        return title, said, first.here.label, first.here.href
    if not view.is_buyer:
        return None
    said = _("%(why)s Still missing: %(needs)s Who can: %(who)s.") % {
        "why": why,
        "needs": needs,
        "who": first.who,
    }
    href = f"{reverse('lot', args=[view.card.number])}#{one.number}"
    return title, said, _("See what is missing"), href


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


def _arrival(view: _View, one: DispositionCard) -> _Asked | None:
    """Ask who receives units that are on the way, and the buyer."""
    sites = [
        account.site
        for account, quantity in one.holds
        if account.condition is Condition.IN_TRANSIT and quantity and account.site
    ]
    if not sites:
        return None
    place = identity.site(uuid.UUID(sites[0]))
    if not view.is_buyer and place.organisation != view.actor.organisation:
        return None
    return (
        _("Record the arrival of lot %(lot)s at %(site)s")
        % {"lot": view.card.number, "site": place.label},
        _("Units on hold are on the way; until they are counted in, nobody has seen them."),
        _("Record the arrival"),
        act_href(view.card, "arrive", site=sites[0]),
    )


def _to_record(one: InspectionCard, now: datetime) -> _Ranked:
    late = one.planned_for is not None and one.planned_for < now
    return _Ranked(3 if late else 7, one.lot_size, one.lot, partial(_record, one))


def _is_theirs_to_record(actor: Actor, one: InspectionCard) -> bool:
    """Return whether a result is expected of the actor: the buyer's, or the inspector's own."""
    if not may(actor, "inspections.record_result"):
        return False
    inspector = identity.person(one.inspector)
    return actor.role == "buyer" or inspector.organisation == actor.organisation


def _record(one: InspectionCard, view: _View) -> NextAct | None:
    if not _is_theirs_to_record(view.actor, one):
        return None
    late = one.planned_for is not None and one.planned_for < view.now
    tag = words.overdue(one.planned_for, view.now) if late and one.planned_for else None
    why = _("%(n)s to inspect; the inspector is %(name)s.") % {
        "n": words.units(one.sample_size),
        "name": identity.person(one.inspector).name,
    }
    return NextAct(
        _("Record the result of inspection %(number)s, lot %(lot)s")
        % {"number": one.number, "lot": view.card.number},
        why,
        _("Record it"),
        act_href(view.card, "result", one.number),
        tag,
        "overdue" if tag else "plain",
    )


def overdue_of(cards: Iterable[Waiting], now: datetime) -> list[Waiting]:
    """Return the open dispositions whose deadline has passed."""
    return [
        one
        for one in cards
        if one.deadline is not None and one.deadline < now and one.status != "proposed"
    ]
