"""The way on: what a disposition needs next, who can provide it, and where this person does.

A gate that is missing is shown with its address only to who may open it; who cannot reads
who can.  Evidence that the step's own form takes does not stand in the step's way.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from lotwarden.core import dispositions as rules
from lotwarden.core.dispositions import KINDS, Facts, Kind, Step, StepType
from lotwarden.custody.operations.dispositions import facts_of
from lotwarden.custody.queries import DispositionCard, Waiting
from lotwarden.identity import queries as identity
from lotwarden.identity.acting import Actor, may
from lotwarden.inspections import queries as inspections
from lotwarden.orders.queries import LotCard
from lotwarden.reports.pages import Gate, Link

BUYERS_STEPS = frozenset({"start", "release"})
_BUYERS_KINDS = frozenset({Kind.CONCESSION.value, Kind.RETURN.value})

_TERMS = frozenset(
    {"instruction", "agent", "risk", "deadline", "reason", "expiry", "customer", "next_holder",
     "method", "witness", "owner"}
)  # fmt: skip
"""Gates that the terms of a disposition meet."""

_WITH_THE_STEP = frozenset({"report", "before_after", "counted_in", "counted_out", "certificate"})
"""Gates that are met by what the step's own form takes."""


@dataclass(frozen=True, slots=True)
class Way:
    """What a disposition's step needs first: `here` where this person provides it, else `who`."""

    missing: rules.Gate
    who: str
    here: Link | None


def act_href(card: LotCard, key: str, about: str | None = None, **query: str) -> str:
    """Return the address of an act's page; `about` names a disposition or an inspection."""
    if about is None:
        href = reverse("act", args=[card.number, key])
    else:
        href = reverse("act_about", args=[card.number, about, key])
    return f"{href}?{urlencode(query)}" if query else href


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


def may_step(actor: Actor, one: DispositionCard, step: str) -> bool:
    """Return whether a step of a disposition is the actor's to take."""
    if not may(actor, "custody.take_step"):
        return False
    if actor.role == "buyer":
        return True
    if step in BUYERS_STEPS or one.kind in _BUYERS_KINDS:
        return False
    return actor.role == "agency" or one.agent_organisation == actor.organisation


def facts(actor: Actor, one: DispositionCard) -> Facts:
    """Return what the gates look at, as this actor's workspace reads them."""
    return facts_of(one.row, as_of=timezone.now(), single_person=actor.single_person)


def gates(
    actor: Actor, card: LotCard, one: DispositionCard, of: Sequence[rules.Gate]
) -> tuple[Gate, ...]:
    """Return gates in words: met, or missing with who can provide it and where."""
    known = facts(actor, one)
    found = []
    for gate in of:
        met = gate.met(known)
        here = None if met else provide(actor, card, one, gate.code)
        found.append(
            Gate(
                label=_(gate.needs),
                is_met=met,
                who="" if met else who(one, gate),
                href=here.href if here else None,
            )
        )
    return tuple(found)


def first_missing(actor: Actor, card: LotCard, one: DispositionCard, step: Step) -> Way | None:
    """Return what stands in the way of a step: what this person can provide, before all else.

    `None`: the step's form can be opened and sent.
    """
    known = facts(actor, one)
    ways = [
        Way(gate, who(one, gate), provide(actor, card, one, gate.code))
        for gate in step.gates
        if not gate.met(known) and not _given_with(actor, one, step, gate.code)
    ]
    return next((way for way in ways if way.here is not None), ways[0] if ways else None)


def _given_with(actor: Actor, one: DispositionCard, step: Step, gate: str) -> bool:
    if step.type is StepType.START:
        return False
    if gate == "witness_signed":
        return actor.person == one.witness
    if gate == "two_people":
        return str(actor.person) not in one.lifted_by
    return gate in _WITH_THE_STEP


def who(one: DispositionCard, gate: rules.Gate) -> str:
    """Return who can provide a gate; the witness by name, once there is one."""
    told = _(gate.who)
    if gate.code == "witness_signed" and one.witness is not None:
        return _("%(who)s, %(name)s") % {"who": told, "name": identity.person(one.witness).name}
    return told


def provide(actor: Actor, card: LotCard, one: DispositionCard, gate: str) -> Link | None:
    """Return where this person provides a missing gate; `None` if they cannot, or no page does."""
    if gate == "authorised" or (gate in _TERMS and one.status == "proposed"):
        return _link(
            actor, "custody.authorise", _("Look and authorise"),
            act_href(card, "authorise", one.number),
        )  # fmt: skip
    if gate in _TERMS or (gate == "disposer" and one.agent_organisation is None):
        return _link(
            actor, "custody.amend", _("Complete the terms"), act_href(card, "amend", one.number)
        )
    if gate == "disposer":
        where = reverse("organisation", args=[one.agent_organisation])
        return _link(actor, "identity.approve", _("Approve the disposer"), f"{where}?do=approve")
    if gate in ("reinspected", "other_inspector"):
        return reinspect(actor, card, one)
    if gate == "two_people" and str(actor.person) not in one.lifted_by:
        return _link(
            actor, "custody.sign_lift", _("Sign to lift"), act_href(card, "sign-lift", one.number)
        )
    if gate == "cause_withdrawn":
        cause = one.row.nonconformity.cause.removeprefix("inspection:")
        return _link(
            actor, "inspections.record_result", _("Correct the result"),
            act_href(card, "result", cause),
        )  # fmt: skip
    if _is_theirs_to_attach(actor, one, gate):
        return _link(
            actor, "custody.attach", _("Attach evidence"),
            act_href(card, "attach", disposition=one.number),
        )  # fmt: skip
    return None


def reinspect(actor: Actor, card: LotCard, one: DispositionCard) -> Link | None:
    """Return where a disposition's units are re-inspected: its result, or first its plan."""
    planned = [
        each
        for each in inspections.inspections([card.id], only_planned=True)
        if each.disposition == one.id
    ]
    if not planned:
        return _link(
            actor, "inspections.plan", _("Plan the re-inspection"),
            act_href(card, "plan", disposition=one.number),
        )  # fmt: skip
    return _link(
        actor, "inspections.record_result", _("Record the re-inspection"),
        act_href(card, "result", planned[-1].number),
    )  # fmt: skip


def _is_theirs_to_attach(actor: Actor, one: DispositionCard, gate: str) -> bool:
    if gate == "witness_signed":
        return actor.person == one.witness
    if gate not in _WITH_THE_STEP or gate == "before_after":
        return False
    if actor.role == "buyer" or actor.person == one.witness:
        return True
    return one.agent_organisation == actor.organisation


def _link(actor: Actor, operation: str, label: str, href: str) -> Link | None:
    return Link(label, href) if may(actor, operation) else None
