"""Dispositions: one table of what may be decided for units on hold, and what each step needs.

A *disposition* is a pending transfer of part of a lot.  Its *kind* has steps; a step moves
units from one condition to others, as far as its gates are met.  Gates of a *start* step
let units move within the hold group; gates of a *finish* step let them leave it.  The law:
nothing leaves the hold group without its finish gates.  In every step that counts,
classes + shortfall = quantity sent, and the shortfall is unaccounted for in the same act.

`KINDS` is the table; everything else here reads it.  The diagram in docs/concepts is
generated from it, and so are the forms' hints.  Source: domain.md, "From offer to end".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from lotwarden.core.errors import N_, Refusal
from lotwarden.core.grades import (
    Evidence,
    EvidenceKind,
    Independence,
    Setting,
    not_independent,
    witnesses,
)
from lotwarden.core.ledger import GROUP_OF, Account, Code, Condition, Group, Transfer
from lotwarden.core.units import NONE, Units

C = Condition


class Kind(StrEnum):
    """What may be decided for units on hold."""

    SORT = "sort"
    REWORK = "rework"
    CONCESSION = "concession"
    RETURN = "return"
    DESTROY = "destroy"
    HOLD = "hold"


class Status(StrEnum):
    """Where a disposition stands."""

    PROPOSED = "proposed"
    AUTHORISED = "authorised"
    RUNNING = "running"
    FINISHED = "finished"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"


OPEN: frozenset[Status] = frozenset({Status.PROPOSED, Status.AUTHORISED, Status.RUNNING})


SIGNS_WORK: frozenset[EvidenceKind] = frozenset(
    {EvidenceKind.COUNT_OUT, EvidenceKind.INSPECTION_REPORT, EvidenceKind.ATTESTATION}
)
"""Whose evidence of these kinds a work step rests on did the work, or vouched for it."""


class StepType(StrEnum):
    """Start: within the hold group.  Count: classes must add up.  Finish: out of it."""

    START = "start"
    COUNT = "count"
    FINISH = "finish"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reinspection:
    """An inspection of these very units after the work, by somebody else.

    `accepted` units leave as conforming; the rest go back to quarantine.
    """

    acceptable: bool
    inspector: str
    organisation: str
    accepted: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """All that the gates look at, as recorded so far; people and organisations are ids.

    `as_of` is the clock that dates are judged by, never the one an act claims for itself.
    """

    kind: Kind
    quantity: int
    proposed_by: str
    supplier: str
    buyer: str
    as_of: datetime
    authorised_by: str | None = None
    authoriser_organisation: str | None = None
    inspected_by: frozenset[str] = frozenset()
    reason: str = ""
    instruction: str = ""
    risk: str = ""
    deadline: datetime | None = None
    owner: str | None = None
    agent_person: str | None = None
    agent_organisation: str | None = None
    agent_approved: bool = False
    worked_by: frozenset[str] = frozenset()
    next_holder: str | None = None
    method: str = ""
    witness: str | None = None
    witness_organisation: str | None = None
    witness_independence: Independence = Independence.NONE
    listed: bool = False
    evidence: tuple[Evidence, ...] = ()
    defects: int = 0
    defects_shown: int = 0
    reinspection: Reinspection | None = None
    expires_at: datetime | None = None
    customer_agreement: bool | None = None
    contract_silent: bool = False
    lifted_by: frozenset[str] = frozenset()
    cause_withdrawn: bool = False
    single_person: bool = False

    @property
    def setting(self) -> Setting:
        """Return how the evidence of this disposition is to be read."""
        return Setting(
            holder=self.agent_organisation,
            supplier=self.supplier,
            end_by_destruction=False,
        )


@dataclass(frozen=True, slots=True)
class Gate:
    """One thing that must be there: its words, who can provide it, and the check."""

    code: str
    needs: str
    who: str
    met: Callable[[Facts], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of a kind: from a condition to others, once its gates are met.

    `classes` maps the name of each outcome to the condition its units take; an outcome in
    `stays` remains the disposition's own.
    """

    name: str
    type: StepType
    title: str
    debit: Condition
    classes: Mapping[str, Condition]
    gates: tuple[Gate, ...]
    stays: frozenset[str] = frozenset()


def _evidence(facts: Facts, *kinds: EvidenceKind) -> bool:
    return all(any(one.kind is kind for one in facts.evidence) for kind in kinds)


def _certified(facts: Facts) -> bool:
    """Return whether there is a certificate that is not the supplier's word for itself."""
    own = facts.supplier if facts.agent_organisation != facts.supplier else None
    return any(
        one.kind is EvidenceKind.CERTIFICATE
        and one.document
        and one.number
        and (own is None or one.organisation != own)
        for one in facts.evidence
    )


def _authorised(facts: Facts) -> bool:
    return facts.authorised_by is not None and facts.authoriser_organisation == facts.buyer


def _not_alone(facts: Facts) -> bool:
    return facts.single_person or facts.authorised_by not in facts.inspected_by


def _other_than_agent(facts: Facts) -> bool:
    found = facts.reinspection
    if found is None:
        return False
    if found.organisation == facts.supplier:
        return False
    if facts.agent_person is None and found.organisation == facts.agent_organisation:
        return facts.single_person  # who of them did the work is not known
    did_it = {facts.agent_person, *facts.worked_by}
    return facts.single_person or found.inspector not in did_it


def _witness_independent(facts: Facts) -> bool:
    if facts.witness is None:
        return False
    if facts.single_person:
        return facts.witness_organisation not in (facts.agent_organisation, facts.supplier)
    objection = not_independent(
        organisation=facts.witness_organisation,
        independence=facts.witness_independence,
        setting=facts.setting,
    )
    return objection is None


def _witness_signed(facts: Facts) -> bool:
    if facts.single_person:
        return any(
            one.kind is EvidenceKind.ATTESTATION and one.person == facts.witness
            for one in facts.evidence
        )
    return any(
        one.person == facts.witness for one in witnesses(facts.evidence, facts.setting).independent
    )


AUTHORISED = Gate("authorised", N_("The buyer has authorised it."), N_("the buyer"), _authorised)
NOT_ALONE = Gate(
    "not_alone",
    N_("Who inspected the lot is not the only one who approves."),
    N_("another person of the buyer"),
    _not_alone,
)
INSTRUCTION = Gate(
    "instruction", N_("The instruction is written."), N_("the buyer"), lambda f: bool(f.instruction)
)
AGENT = Gate(
    "agent",
    N_("Who does the work is named."),
    N_("the buyer"),
    lambda f: f.agent_organisation is not None,
)
RISK = Gate(
    "risk", N_("The risk of the rework is assessed."), N_("the buyer"), lambda f: bool(f.risk)
)
DEADLINE = Gate(
    "deadline", N_("There is a deadline."), N_("the buyer"), lambda f: f.deadline is not None
)
REPORT = Gate(
    "report",
    N_("The supplier's 100 % re-inspection is reported with counts."),
    N_("the supplier"),
    lambda f: _evidence(f, EvidenceKind.INSPECTION_REPORT, EvidenceKind.COUNT_OUT),
)
BEFORE_AFTER = Gate(
    "before_after",
    N_("Each defect is shown before and after."),
    N_("the supplier"),
    lambda f: f.defects_shown >= max(1, f.defects),
)
REINSPECTED = Gate(
    "reinspected",
    N_("These very units were re-inspected and are acceptable."),
    N_("the agency or the buyer"),
    lambda f: f.reinspection is not None and f.reinspection.acceptable,
)
OTHER_INSPECTOR = Gate(
    "other_inspector",
    N_("The re-inspection was done by someone other than who did the work."),
    N_("the agency or the buyer"),
    _other_than_agent,
)
REASON = Gate("reason", N_("The reason is written."), N_("the buyer"), lambda f: bool(f.reason))
EXPIRY = Gate(
    "expiry",
    N_("The concession ends at a date that is still to come."),
    N_("the buyer"),
    lambda f: f.expires_at is not None and f.expires_at > f.as_of,
)
CUSTOMER = Gate(
    "customer",
    N_("The customer agrees, or the contract does not ask for it."),
    N_("the buyer, from the customer"),
    lambda f: bool(f.customer_agreement) or (f.customer_agreement is None and f.contract_silent),
)
NEXT_HOLDER = Gate(
    "next_holder",
    N_("Who holds the goods next is named."),
    N_("the buyer"),
    lambda f: f.next_holder is not None,
)
DISPOSER = Gate(
    "disposer",
    N_("The disposer is approved by the buyer."),
    N_("the buyer"),
    lambda f: f.agent_organisation is not None and f.agent_approved,
)
METHOD = Gate(
    "method", N_("The method of destruction is named."), N_("the buyer"), lambda f: bool(f.method)
)
WITNESS = Gate(
    "witness",
    N_("An independent witness is appointed."),
    N_("the buyer"),
    _witness_independent,
)
LIST_FROZEN = Gate(
    "list_frozen",
    N_("The list of units is frozen."),
    N_("the buyer"),
    lambda f: f.listed,
)
COUNTED_IN = Gate(
    "counted_in",
    N_("The units were counted and weighed in."),
    N_("the disposer or the witness"),
    lambda f: _evidence(f, EvidenceKind.COUNT_IN, EvidenceKind.WEIGHT_IN),
)
COUNTED_OUT = Gate(
    "counted_out",
    N_("What was left was counted and weighed out."),
    N_("the disposer or the witness"),
    lambda f: _evidence(f, EvidenceKind.COUNT_OUT, EvidenceKind.WEIGHT_OUT),
)
CERTIFICATE = Gate(
    "certificate",
    N_("The certificate of destruction is attached."),
    N_("the disposer"),
    _certified,
)
WITNESS_SIGNED = Gate(
    "witness_signed",
    N_("The appointed witness was there and signed."),
    N_("the witness"),
    _witness_signed,
)
OWNER = Gate("owner", N_("Someone owns it."), N_("the buyer"), lambda f: f.owner is not None)
TWO_PEOPLE = Gate(
    "two_people",
    N_("Two people lift the hold."),
    N_("another person of the buyer"),
    lambda f: len(f.lifted_by) >= (1 if f.single_person else 2),
)
CAUSE_WITHDRAWN = Gate(
    "cause_withdrawn",
    N_("No verdict of not acceptable stands against the lot."),
    N_("the inspector, with a corrected result"),
    lambda f: f.cause_withdrawn,
)

_FINISH_REINSPECTED = Step(
    name="release",
    type=StepType.FINISH,
    title=N_("Release what the re-inspection accepted"),
    debit=C.AWAITING_REINSPECTION,
    classes=MappingProxyType({"accepted": C.RELEASED, "not_accepted": C.QUARANTINED}),
    gates=(REINSPECTED, OTHER_INSPECTOR),
)

KINDS: Mapping[Kind, tuple[Step, ...]] = MappingProxyType(
    {
        Kind.SORT: (
            Step(
                name="start",
                type=StepType.START,
                title=N_("Start sorting"),
                debit=C.QUARANTINED,
                classes=MappingProxyType({"sent": C.IN_SORTING}),
                gates=(AUTHORISED, NOT_ALONE, INSTRUCTION, AGENT),
                stays=frozenset({"sent"}),
            ),
            Step(
                name="counts",
                type=StepType.COUNT,
                title=N_("Record the sorting"),
                debit=C.IN_SORTING,
                classes=MappingProxyType(
                    {
                        "conforming": C.AWAITING_REINSPECTION,
                        "reworkable": C.QUARANTINED,
                        "not_reworkable": C.QUARANTINED,
                    }
                ),
                gates=(),
                stays=frozenset({"conforming"}),
            ),
            _FINISH_REINSPECTED,
        ),
        Kind.REWORK: (
            Step(
                name="start",
                type=StepType.START,
                title=N_("Start the rework"),
                debit=C.QUARANTINED,
                classes=MappingProxyType({"sent": C.IN_REWORK}),
                gates=(AUTHORISED, NOT_ALONE, RISK, INSTRUCTION, AGENT),
                stays=frozenset({"sent"}),
            ),
            Step(
                name="counts",
                type=StepType.COUNT,
                title=N_("Report the rework"),
                debit=C.IN_REWORK,
                classes=MappingProxyType(
                    {"reworked": C.AWAITING_REINSPECTION, "not_reworked": C.QUARANTINED}
                ),
                gates=(REPORT, BEFORE_AFTER),
                stays=frozenset({"reworked"}),
            ),
            _FINISH_REINSPECTED,
        ),
        Kind.CONCESSION: (
            Step(
                name="finish",
                type=StepType.FINISH,
                title=N_("Release by concession"),
                debit=C.QUARANTINED,
                classes=MappingProxyType({"conceded": C.CONCEDED}),
                gates=(AUTHORISED, NOT_ALONE, REASON, EXPIRY, CUSTOMER),
            ),
        ),
        Kind.RETURN: (
            Step(
                name="finish",
                type=StepType.FINISH,
                title=N_("Hand the goods back"),
                debit=C.QUARANTINED,
                classes=MappingProxyType({"returned": C.RETURNED}),
                gates=(AUTHORISED, NOT_ALONE, NEXT_HOLDER),
            ),
        ),
        Kind.DESTROY: (
            Step(
                name="start",
                type=StepType.START,
                title=N_("Freeze the list"),
                debit=C.QUARANTINED,
                classes=MappingProxyType({"sent": C.AWAITING_DESTRUCTION}),
                gates=(AUTHORISED, NOT_ALONE, DISPOSER, METHOD, WITNESS, DEADLINE),
                stays=frozenset({"sent"}),
            ),
            Step(
                name="finish",
                type=StepType.FINISH,
                title=N_("Record the destruction"),
                debit=C.AWAITING_DESTRUCTION,
                classes=MappingProxyType(
                    {"destroyed": C.DESTROYED, "not_destroyed": C.QUARANTINED}
                ),
                gates=(
                    DISPOSER, LIST_FROZEN, WITNESS, COUNTED_IN, COUNTED_OUT, CERTIFICATE,
                    WITNESS_SIGNED,
                ),
            ),
        ),
        Kind.HOLD: (
            Step(
                name="finish",
                type=StepType.FINISH,
                title=N_("Lift the hold"),
                debit=C.QUARANTINED,
                classes=MappingProxyType({"lifted": C.OFFERED}),
                gates=(REASON, OWNER, TWO_PEOPLE, CAUSE_WITHDRAWN),
            ),
        ),
    }
)  # fmt: skip
"""kind × step → conditions and gates.  `hold` lifts to `offered`: before an inspection again."""

NEEDED_TO_PROPOSE: Mapping[Kind, tuple[Gate, ...]] = MappingProxyType(
    {Kind.HOLD: (REASON, OWNER, DEADLINE)}
)
"""What must be there for the proposal itself; a hold without an owner and a date is nobody's."""


class GatesUnmet(Refusal):
    """A step's gates are not all met; `data["missing"]` names them, with who can provide."""

    code = "disposition.gates_unmet"
    template = N_("{kind}, step {step}: {missing}")
    remedy = N_("Provide what is missing, then try again.")
    who = N_("as named")


class DoesNotAddUp(Refusal):
    """Classes + shortfall is the quantity sent; more than was sent is never booked here."""

    code = "disposition.does_not_add_up"
    template = N_("{sent} units were sent, but the classes add up to {counted}: {over} too many.")
    remedy = N_("Count again; units beyond those sent are recorded as a count of the place.")


class CountDiffers(Refusal):
    """What somebody counted out or in is what the step says, unless the step says otherwise."""

    code = "disposition.count_differs"
    template = N_("{counted} were counted, but by this step it would be {said}.")
    remedy = N_("Count again, or enter what the count says: what is missing is booked as short.")


class CountInDiffers(Refusal):
    """More or fewer came in than were sent, and nobody says so in words."""

    code = "disposition.count_in_differs"
    template = N_("{counted} were counted in, but {sent} were sent.")
    remedy = N_("Say in the remarks what became of the difference.")


class MoreThanAccepted(Refusal):
    """No more units are released than their re-inspection accepted."""

    code = "disposition.more_than_accepted"
    template = N_(
        "Of what the re-inspection accepted, {accepted} are still to be released; {asked} would be."
    )
    remedy = N_("Release {accepted} or fewer; the others go back to quarantine.")


class UnknownStep(Refusal):
    """The kind has no such step."""

    code = "disposition.unknown_step"
    template = N_("{kind} has no step {step}.")
    remedy = N_("Its steps are: {steps}.")


class UnknownClass(Refusal):
    """The step has no such outcome."""

    code = "disposition.unknown_class"
    template = N_("{step} knows no class {name}.")
    remedy = N_("Its classes are: {names}.")


class NothingCounted(Refusal):
    """A step moves at least one unit, and no class counts below zero."""

    code = "disposition.nothing_counted"
    template = N_("No unit is counted in any class, or one is below zero.")
    remedy = N_("Give each class a whole number, at least one of them above 0.")


@dataclass(frozen=True, slots=True)
class GateState:
    """One gate of a step, and whether it is met by the facts so far."""

    gate: Gate
    met: bool


def step_of(kind: Kind, name: str) -> Step:
    """Return the step `name` of `kind`.

    Refuses:
        disposition.unknown_step
    """
    for step in KINDS[kind]:
        if step.name == name:
            return step
    raise UnknownStep(kind=kind.value, step=name, steps=", ".join(s.name for s in KINDS[kind]))


def gate_states(step: Step, facts: Facts) -> tuple[GateState, ...]:
    """Return every gate of `step` with whether `facts` meet it, in the table's order."""
    return tuple(GateState(gate, gate.met(facts)) for gate in step.gates)


def require(gates: Sequence[Gate], facts: Facts, *, step: str) -> None:
    """Refuse unless `facts` meet all `gates`.

    Refuses:
        disposition.gates_unmet: with each missing gate's code, words and who can provide it.
    """
    missing = [gate for gate in gates if not gate.met(facts)]
    if missing:
        raise GatesUnmet(
            kind=facts.kind.value,
            step=step,
            missing=" ".join(f"{gate.needs} ({gate.who})" for gate in missing),
            gates=[gate.code for gate in missing],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """What was counted into one class: a quantity, and which units where they have numbers."""

    quantity: int
    units: Units | None = None


def take_step(  # noqa: PLR0913 - what a step is made of, each once
    *,
    step: Step,
    facts: Facts,
    pending: str,
    debit: Account,
    sent: Counted,
    classes: Mapping[str, Counted],
    sites: Mapping[str, str | None] | None = None,
    not_kept: Sequence[str] | None = None,
) -> tuple[Transfer, ...]:
    """Return the transfers of one step, once its gates are met; ids are the caller's to fill.

    `sent` is what of the disposition stands in `debit` and is counted now; what the classes
    do not name of it is short and goes to `unaccounted` in the same act.  `sites` gives a
    class another custodian than `debit`'s.  `not_kept` is given for history alone: the gates
    that were not kept then; the authority names them for ever, and all others are demanded.

    Refuses, first match wins:
        disposition.unknown_class, disposition.nothing_counted
        disposition.does_not_add_up: more was counted than sent, or a unit twice.
        disposition.gates_unmet
        disposition.more_than_accepted: by the re-inspection that met the gates.
    """
    assert debit.condition is step.debit, "a step takes units from where the table says"
    for name in classes:
        if name not in step.classes:
            raise UnknownClass(step=step.name, name=name, names=", ".join(step.classes))
    counted = sum(one.quantity for one in classes.values())
    if counted < 1 or any(one.quantity < 0 for one in classes.values()):
        raise NothingCounted
    named = [one.units for one in classes.values() if one.units is not None]
    union = NONE.union(*named) if named else NONE
    if counted > sent.quantity or sum(len(one) for one in named) != len(union):
        raise DoesNotAddUp(
            sent=sent.quantity, counted=counted, over=max(1, counted - sent.quantity)
        )
    kept = [gate for gate in step.gates if gate.code not in (not_kept or ())]
    require(kept, facts, step=step.name)
    if facts.reinspection is not None and "accepted" in classes:
        accepted, asked = facts.reinspection.accepted, classes["accepted"].quantity
        if asked > accepted:
            raise MoreThanAccepted(accepted=accepted, asked=asked)
    authority = f"{pending}:{step.name}" if step.type is StepType.FINISH else None
    if authority and not_kept:
        authority += f" history, not kept: {' '.join(not_kept)}"
    code = {StepType.START: Code.START, StepType.COUNT: Code.STEP, StepType.FINISH: Code.FINISH}[
        step.type
    ]
    moves = [
        Transfer(
            id="",
            debit=debit,
            credit=Account(step.classes[name], (sites or {}).get(name, debit.site)),
            quantity=one.quantity,
            units=one.units,
            code=code,
            pending=pending,
            stays=name in step.stays,
            authority=authority,
        )
        for name, one in classes.items()
        if one.quantity
    ]
    if counted < sent.quantity:
        moves.append(_short(debit, sent, counted, union, pending))
    return tuple(moves)


def check_counts(
    *,
    step: Step,
    evidence: Sequence[Evidence],
    sent: int,
    classes: Mapping[str, Counted],
    explained: bool,
) -> None:
    """Refuse a step that contradicts what was counted for it.

    A count out is of what is there after the step: all its classes but the ends.  It may be
    more than they say by what the step books as short.  A count in is of what was sent, or of
    that without what is short.  Only where the step's gates ask for these counts.

    Refuses:
        disposition.count_differs
        disposition.count_in_differs: and no remark says why (`explained`).
    """
    asked = {gate.code for gate in step.gates}
    counts_out = bool(asked & {REPORT.code, COUNTED_OUT.code})
    counts_in = COUNTED_IN.code in asked and not explained
    short = sent - sum(one.quantity for one in classes.values())
    said = sum(
        one.quantity
        for name, one in classes.items()
        if GROUP_OF[step.classes[name]] is not Group.ENDS
    )
    for one in evidence:
        if one.quantity is None:
            continue
        out = counts_out and one.kind is EvidenceKind.COUNT_OUT
        if out and not said <= one.quantity <= said + short:
            raise CountDiffers(counted=one.quantity, said=said)
        into = counts_in and one.kind is EvidenceKind.COUNT_IN
        if into and not sent - short <= one.quantity <= sent:
            raise CountInDiffers(counted=one.quantity, sent=sent)


def _short(debit: Account, sent: Counted, counted: int, seen: Units, pending: str) -> Transfer:
    missing = None if sent.units is None else sent.units - seen
    return Transfer(
        id="",
        debit=debit,
        credit=Account(C.UNACCOUNTED, debit.site),
        quantity=sent.quantity - counted,
        units=missing,
        code=Code.COUNT_SHORT,
        pending=pending,
    )


def diagram() -> str:
    """Return the table as a Mermaid state diagram for the docs."""
    lines = ["stateDiagram-v2"]
    for kind, steps in KINDS.items():
        for step in steps:
            for name, credit in step.classes.items():
                label = f"{kind.value}: {step.name}"
                if len(step.classes) > 1:
                    label += f" ({name.replace('_', ' ')})"
                lines.append(f"    {step.debit.value} --> {credit.value} : {label}")
            if step.type is StepType.COUNT:
                lines.append(f"    {step.debit.value} --> unaccounted : {kind.value}: shortfall")
    return "\n".join(lines) + "\n"
