"""Which acts a lot allows a person now, and where each is done."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.urls import reverse
from django.utils.translation import gettext as _

from lotwarden.core.dispositions import Kind
from lotwarden.core.ledger import GROUP_OF, Condition, Group
from lotwarden.custody.queries import DispositionCard, Stand
from lotwarden.identity.acting import Actor, may
from lotwarden.orders.queries import LotCard
from lotwarden.reports import ways
from lotwarden.reports.pages import Link, PossibleAct
from lotwarden.reports.ways import act_href

C = Condition


def possible(actor: Actor, card: LotCard, standing: Sequence[Stand]) -> tuple[PossibleAct, ...]:
    """Return the acts of this lot that the actor's role may do, with what each still needs."""
    there = {one.account.condition for one in standing}
    rows = list(_rows(there, standing))
    return tuple(
        PossibleAct(label, reverse("act", args=[card.number, key]), missing)
        for key, operation, label, missing in rows
        if may(actor, operation)
    )


def _rows(
    there: set[Condition], standing: Sequence[Stand]
) -> Iterator[tuple[str, str, str, tuple[str, ...]]]:
    offered = () if C.OFFERED in there else (_("units that are offered"),)
    yield "plan", "inspections.plan", _("Plan an inspection"), offered
    held = () if C.QUARANTINED in there else (_("units in quarantine"),)
    yield "propose", "custody.propose", _("Propose a disposition"), held
    yield "count", "custody.count", _("Record a count"), ()
    yield "move", "custody.move", _("Send units to another site"), ()
    way = () if C.IN_TRANSIT in there else (_("units on the way"),)
    yield "arrive", "custody.arrive", _("Record an arrival"), way
    can = there & {C.OFFERED, C.SAMPLED, C.RELEASED, C.SURPLUS}
    free = () if can else (_("units that are not on hold"),)
    yield "quarantine", "custody.quarantine", _("Put on hold on suspicion"), free
    ends = any(
        one.contradicted and GROUP_OF[one.account.condition] is Group.ENDS for one in standing
    )
    seen = () if ends else (_("a confirmed sighting"),)
    yield "reopen", "custody.reopen", _("Reopen units seen alive"), seen
    yield "attach", "custody.attach", _("Attach evidence"), ()
    yield "correct", "custody.correct", _("Correct an entry"), ()


def of_disposition(actor: Actor, card: LotCard, one: DispositionCard) -> tuple[Link, ...]:
    """Return the acts that a disposition allows the actor now, the next one first."""
    links = list(_onward(actor, card, one))
    if may(actor, "custody.attach"):
        links.append(Link(_("Attach evidence"), act_href(card, "attach", disposition=one.number)))
    if any(account.condition in _MOVABLE for account, quantity in one.holds if quantity):
        links.append(
            Link(_("Send to another site"), act_href(card, "move", disposition=one.number))
        )
    amend = act_href(card, "amend", one.number)
    if one.status != "proposed" and may(actor, "custody.amend"):
        links.append(Link(_("Complete the terms"), amend))
    if may(actor, "custody.withdraw"):
        links.append(Link(_("Withdraw"), act_href(card, "withdraw", one.number)))
    once = {link.href: link for link in reversed(links)}
    return tuple(link for link in links if once[link.href] is link)


def _onward(actor: Actor, card: LotCard, one: DispositionCard) -> Iterator[Link]:
    """Yield what brings a disposition on: its step, and the re-inspection of what waits for it."""
    if one.status == "proposed":
        if may(actor, "custody.authorise"):
            yield Link(_("Authorise"), act_href(card, "authorise", one.number))
        return
    if one.kind == Kind.HOLD.value:
        if may(actor, "custody.sign_lift"):
            yield Link(_("Sign to lift"), act_href(card, "sign-lift", one.number))
        return
    step = ways.step_now(one)
    inspected = one.reinspection is not None
    ready = step is not None and (step.name != "release" or inspected)
    if step is not None and ready and ways.may_step(actor, one, step.name):
        first = ways.first_missing(actor, card, one, step)
        if first is not None and first.here is not None:
            yield first.here
        yield Link(_(step.title), act_href(card, step.name, one.number))
    waits = any(
        account.condition is C.AWAITING_REINSPECTION for account, quantity in one.holds if quantity
    )
    if waits and not inspected:
        here = ways.reinspect(actor, card, one)
        if here is not None:
            yield here


_MOVABLE = (C.AWAITING_DESTRUCTION, C.IN_SORTING, C.IN_REWORK, C.AWAITING_REINSPECTION)
