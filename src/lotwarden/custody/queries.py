"""Reads of custody: where every unit is, what was decided, what was seen."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import BigIntegerField, Case, F, Min, Q, QuerySet, Sum, Value, When

from lotwarden.core.dispositions import SIGNS_WORK
from lotwarden.core.grades import Evidence
from lotwarden.core.ledger import Account, Code
from lotwarden.core.units import NONE, Units, load
from lotwarden.custody.books import account
from lotwarden.custody.models import (
    Disposition,
    Grading,
    Nonconformity,
    Reservation,
    Sighting,
    Standing,
    Transfer,
)
from lotwarden.custody.refusals import UnknownDisposition, UnknownNonconformity
from lotwarden.evidence import queries as evidence
from lotwarden.identity.acting import Actor
from lotwarden.orders import queries as lots


@dataclass(frozen=True, slots=True)
class Stand:
    """So many units of a lot at one place, as well known as `grade` says."""

    lot: uuid.UUID
    account: Account
    grade: int
    contradicted: bool
    rejected: bool
    quantity: int
    unidentified: bool = False


@dataclass(frozen=True, slots=True)
class Produced:
    """What a lot was declared with, and what came on top."""

    declared: int = 0
    surplus: int = 0

    @property
    def produced(self) -> int:
        """Return declared + surplus."""
        return self.declared + self.surplus


@dataclass(frozen=True, slots=True)
class NonconformityCard:
    """A nonconformity's number and what opened it."""

    id: uuid.UUID
    number: str
    lot: uuid.UUID
    cause: str
    requirement: str
    opened_at: datetime
    opened_by: uuid.UUID
    withdrawn_at: datetime | None


@dataclass(frozen=True, slots=True)
class DispositionCard:
    """A disposition as pages read it."""

    id: uuid.UUID
    number: str
    lot: uuid.UUID
    kind: str
    status: str
    quantity: int
    site: uuid.UUID
    nonconformity: str | None
    proposed_by: uuid.UUID
    proposed_at: datetime
    authorised_by: uuid.UUID | None
    authority_basis: str
    reason: str
    instruction: str
    risk: str
    method: str
    owner: uuid.UUID | None
    deadline: datetime | None
    expires_at: datetime | None
    agent_organisation: uuid.UUID | None
    agent_person: uuid.UUID | None
    witness: uuid.UUID | None
    next_site: uuid.UUID | None
    reinspection: dict[str, Any] | None
    lifted_by: tuple[str, ...]
    closed_because: str
    list_digest: str
    holds: tuple[tuple[Account, int], ...]
    row: Disposition


@dataclass(frozen=True, slots=True)
class Waiting:
    """An open disposition in short: what to do next follows from it."""

    id: uuid.UUID
    number: str
    lot: uuid.UUID
    kind: str
    status: str
    quantity: int
    deadline: datetime | None
    reinspection: dict[str, Any] | None
    holds: tuple[tuple[Account, int], ...] = ()


@dataclass(frozen=True, slots=True)
class SightingCard:
    """A sighting as pages read it."""

    act: uuid.UUID
    lot: uuid.UUID
    serial: str
    quantity: int
    seen_at: datetime
    place: str
    how: str
    confirmed: bool
    confirmed_how: str
    source: str


@dataclass(frozen=True, slots=True)
class Moved:
    """A transfer as the pictures need it."""

    act: uuid.UUID
    id: uuid.UUID
    debit: Account
    credit: Account
    quantity: int
    code: str
    pending: uuid.UUID | None
    corrects: uuid.UUID | None
    corrected: bool
    units: Units | None = None


@dataclass(frozen=True, slots=True)
class Weighed:
    """Units and their worth by place, grade and currency: a cell of the home matrix.

    `uncosted`: how many of the units have no known cost, and are not in `cost`.
    """

    condition: str
    carries: str
    grade: int
    contradicted: bool
    currency: str
    units: int
    cost: Decimal
    uncosted: int = 0


def standing(lot_ids: Iterable[uuid.UUID] | None = None) -> list[Stand]:
    """Return what stands where, of these lots or of all."""
    rows = Standing.objects.order_by("lot", "condition", "site", "-grade", "contradicted")
    if lot_ids is not None:
        rows = rows.filter(lot__in=list(lot_ids))
    return [
        Stand(
            lot=lot,
            account=account(site, condition, "" if unidentified else carries),
            grade=grade,
            contradicted=contradicted,
            rejected=rejected,
            quantity=quantity,
            unidentified=unidentified,
        )
        for lot, site, condition, carries, grade, contradicted, rejected, quantity, unidentified in
        rows.values_list(
            "lot", "site", "condition", "carries", "grade", "contradicted", "rejected",
            "quantity", "unidentified",
        )
        if quantity
    ]  # fmt: skip


def accounts(lot_ids: Iterable[uuid.UUID] | None = None) -> list[dict[str, Any]]:
    """Return one row per condition, site, grade and contradicted, summed over lots, in SQL."""
    rows = Standing.objects.filter(quantity__gt=0)
    if lot_ids is not None:
        rows = rows.filter(lot__in=list(lot_ids))
    return list(
        rows.values("condition", "site__name", "site__organisation__name", "grade", "contradicted")
        .annotate(units=Sum("quantity"))
        .order_by("condition", "site__organisation__name", "site__name", "grade", "contradicted")
    )


def produced(lot_ids: Iterable[uuid.UUID] | None = None) -> dict[uuid.UUID, Produced]:
    """Return declared and surplus of each lot, from the transfers out of and into `declared`."""
    rows = Transfer.objects.filter(Q(debit_condition="declared") | Q(credit_condition="declared"))
    if lot_ids is not None:
        rows = rows.filter(lot__in=list(lot_ids))
    signed = Case(
        When(debit_condition="declared", then=F("quantity")),
        default=-1 * F("quantity"),
        output_field=BigIntegerField(),
    )
    over = Case(
        When(Q(debit_condition="surplus") | Q(credit_condition="surplus"), then=Value(1)),
        default=Value(0),
    )
    found: dict[uuid.UUID, list[int]] = {}
    for lot, is_over, quantity in (
        rows.annotate(over=over).values("lot", "over").annotate(n=Sum(signed)).values_list(
            "lot", "over", "n"
        )
    ):  # fmt: skip
        found.setdefault(lot, [0, 0])[is_over] = quantity
    return {lot: Produced(*parts) for lot, parts in found.items()}


def weighed(lot_ids: Iterable[uuid.UUID] | None = None) -> list[Weighed]:
    """Return rejected units by place, grade and currency with their cost, summed in SQL.

    Besides units that were ever quarantined: all that is unaccounted for, surplus, or
    contradicted, since those are questions whoever the lot is.
    """
    rows = Standing.objects.filter(quantity__gt=0).filter(
        Q(rejected=True) | Q(contradicted=True) | Q(condition__in=["unaccounted", "surplus"])
    )
    if lot_ids is not None:
        rows = rows.filter(lot__in=list(lot_ids))
    grouped = (
        rows.values("condition", "carries", "grade", "contradicted", "unidentified",
                    "lot__product__currency", "lot__product__unit_cost")
        .annotate(units=Sum("quantity"))
    )  # fmt: skip
    return [
        Weighed(
            condition=row["condition"],
            carries="" if row["unidentified"] else row["carries"],
            grade=row["grade"],
            contradicted=row["contradicted"],
            currency="" if cost is None else row["lot__product__currency"],
            units=row["units"],
            cost=(cost or Decimal(0)) * row["units"],
            uncosted=row["units"] if cost is None else 0,
        )
        for row in grouped
        for cost in [row["lot__product__unit_cost"]]
    ]


def per_lot(lot_ids: Iterable[uuid.UUID] | None = None) -> dict[uuid.UUID, dict[str, int]]:
    """Return what each of these lots, or of all, comes to, summed in SQL.

    Produced, rejected, unaccounted, surplus, contradicted (and of these on hold in the books),
    offered, on hold.
    """
    hold = Q(condition__in=_HOLD) | Q(condition="in_transit", carries__in=_HOLD)
    rows = Standing.objects.values("lot")
    if lot_ids is not None:
        rows = rows.filter(lot__in=list(lot_ids))
    rows = rows.annotate(
        produced=Sum("quantity", default=0),
        rejected=Sum("quantity", default=0, filter=Q(rejected=True)),
        unaccounted=Sum("quantity", default=0, filter=Q(condition="unaccounted")),
        surplus=Sum("quantity", default=0, filter=Q(condition="surplus")),
        # Before `contradicted`, which from then on names the sum and not the column.
        held_elsewhere=Sum("quantity", default=0, filter=Q(contradicted=True) & hold),
        contradicted=Sum("quantity", default=0, filter=Q(contradicted=True)),
        offered=Sum("quantity", default=0, filter=Q(condition="offered")),
        hold=Sum("quantity", default=0, filter=hold),
    )
    return {row.pop("lot"): row for row in rows}


_HOLD = [
    "quarantined", "in_sorting", "in_rework", "awaiting_reinspection", "awaiting_destruction",
]  # fmt: skip


def open_nonconformity(lot: uuid.UUID) -> Nonconformity | None:
    """Return the lot's latest nonconformity that was not withdrawn."""
    return (
        Nonconformity.objects.filter(lot=lot, withdrawn_at__isnull=True)
        .order_by("-opened_at")
        .first()
    )


def last_nonconformity(lot: uuid.UUID) -> Nonconformity | None:
    """Return the lot's latest nonconformity, withdrawn or not."""
    return Nonconformity.objects.filter(lot=lot).order_by("-opened_at").first()


def of_verdicts(lot: uuid.UUID) -> list[Nonconformity]:
    """Return the lot's nonconformities that a verdict opened, withdrawn ones too."""
    return list(Nonconformity.objects.filter(lot=lot, cause__startswith="inspection:"))


def nonconformities(lot_ids: Iterable[uuid.UUID]) -> list[NonconformityCard]:
    """Return the nonconformities of these lots, first to last."""
    rows = Nonconformity.objects.filter(lot__in=list(lot_ids)).order_by("opened_at")
    return [_nonconformity(row) for row in rows]


def nonconformity(number: str, actor: Actor) -> NonconformityCard:
    """Return the nonconformity with this number.

    Refuses:
        custody.unknown_nonconformity: none, or of a lot the actor takes no part in.
    """
    row = Nonconformity.objects.filter(number=number).first()
    if row is None or not lots.takes_part(actor, row.lot_id):
        raise UnknownNonconformity(number=number)
    return _nonconformity(row)


def disposition(number: str, actor: Actor | None = None) -> DispositionCard:
    """Return the disposition with this number.

    Refuses:
        custody.unknown_disposition: none, or of a lot the actor takes no part in.
    """
    row = Disposition.objects.select_related("nonconformity").filter(number=number).first()
    if row is None or (actor is not None and not lots.takes_part(actor, row.lot_id)):
        raise UnknownDisposition(number=number)
    return _disposition(row)


def disposition_by_id(disposition_id: uuid.UUID) -> DispositionCard:
    """Return this disposition."""
    return _disposition(Disposition.objects.get(id=disposition_id))


def dispositions(
    lot_ids: Iterable[uuid.UUID] | None = None, *, only_open: bool = False
) -> list[DispositionCard]:
    """Return the dispositions of these lots, or of all, in order of number."""
    rows = Disposition.objects.select_related("nonconformity").order_by("proposed_at", "number")
    if lot_ids is not None:
        rows = rows.filter(lot__in=list(lot_ids))
    if only_open:
        rows = rows.filter(status__in=_OPEN)
    return [_disposition(row) for row in rows.prefetch_related("reservations")]


def waiting(lot_ids: Iterable[uuid.UUID] | None = None) -> list[Waiting]:
    """Return the open dispositions of these lots, or of all, in short, in order of number."""
    rows = Disposition.objects.filter(status__in=_OPEN).order_by("proposed_at", "number")
    held = Reservation.objects.filter(disposition__status__in=_OPEN, quantity__gt=0)
    if lot_ids is not None:
        wanted = list(lot_ids)
        rows, held = rows.filter(lot__in=wanted), held.filter(lot__in=wanted)
    holds: dict[uuid.UUID, list[tuple[Account, int]]] = {}
    for one, site, condition, carries, quantity in held.order_by("id").values_list(
        "disposition", "site", "condition", "carries", "quantity"
    ):
        holds.setdefault(one, []).append((account(site, condition, carries), quantity))
    names = ("id", "number", "lot", "kind", "status", "quantity", "deadline")
    return [
        Waiting(
            **dict(zip(names, row, strict=True)),
            reinspection=standing_reinspection(found),
            holds=tuple(holds.get(row[0], ())),
        )
        for *row, found in rows.values_list(*names, "reinspection")
    ]


_OPEN = ["proposed", "authorised", "running"]


def free_in_quarantine(
    lot_ids: Iterable[uuid.UUID] | None = None,
) -> dict[tuple[uuid.UUID, uuid.UUID], int]:
    """Return, by lot and site, the units in quarantine that no disposition holds."""
    held = Standing.objects.filter(condition="quarantined")
    taken = Reservation.objects.filter(condition="quarantined")
    if lot_ids is not None:
        wanted = list(lot_ids)
        held, taken = held.filter(lot__in=wanted), taken.filter(lot__in=wanted)
    free: dict[tuple[uuid.UUID, uuid.UUID], int] = {}
    for lot, site, quantity in (
        held.values("lot", "site").annotate(n=Sum("quantity")).values_list("lot", "site", "n")
    ):
        free[(lot, site)] = quantity
    for lot, site, quantity in (
        taken.values("lot", "site").annotate(n=Sum("quantity")).values_list("lot", "site", "n")
    ):
        free[(lot, site)] = free.get((lot, site), 0) - quantity
    return {key: quantity for key, quantity in free.items() if quantity > 0}


def transfers(lot: uuid.UUID) -> list[Moved]:
    """Return a lot's transfers in their order."""
    rows = (
        Transfer.objects.filter(lot=lot)
        .select_related("correction")
        .order_by("statement__number", "index")
    )
    return [
        Moved(
            act=row.statement_id,
            id=row.id,
            debit=account(row.debit_site_id, row.debit_condition, row.debit_carries),
            credit=account(row.credit_site_id, row.credit_condition, row.credit_carries),
            quantity=row.quantity,
            code=row.code,
            pending=row.pending,
            corrects=row.corrects_id,
            corrected=hasattr(row, "correction"),
            units=None if row.units is None else load(row.units),
        )
        for row in rows
    ]


def released(lot: uuid.UUID, disposition: uuid.UUID) -> int:
    """Return how many units a disposition has released so far."""
    return _released(lot, disposition).aggregate(n=Sum("quantity", default=0))["n"]


def released_between(
    lot: uuid.UUID, disposition: uuid.UUID, *, after: uuid.UUID, before: uuid.UUID | None
) -> tuple[int, Units]:
    """Return how many units a disposition released after one act and before another, and which.

    Units without numbers are named by none.
    """
    rows = _released(lot, disposition).filter(statement__number__gt=evidence.number_of(after))
    if before is not None:
        rows = rows.filter(statement__number__lt=evidence.number_of(before))
    found = list(rows.values_list("quantity", "units"))
    named = NONE.union(*(load(units) for _, units in found if units is not None))
    return sum(quantity for quantity, _ in found), named


def _released(lot: uuid.UUID, disposition: uuid.UUID) -> QuerySet[Transfer]:
    return Transfer.objects.filter(
        lot=lot, pending=disposition, credit_condition="released", corrects=None, correction=None
    )


def standing_reinspection(found: dict[str, Any] | None) -> dict[str, Any] | None:
    """Return what was found by the re-inspection that stands; a void one leaves nothing."""
    return found if found is not None and "acceptable" in found else None


def worked_by(lot: uuid.UUID, disposition: uuid.UUID) -> frozenset[str]:
    """Return who recorded or signed that a disposition's units were sorted or reworked.

    Also where that was taken back: a count that was wrong was made all the same.
    """
    rows = Transfer.objects.filter(
        lot=lot,
        pending=disposition,
        code="step",
        debit_condition__in=["in_sorting", "in_rework"],
        corrects=None,
    )
    acts = set(rows.values_list("statement", flat=True))
    last = max((evidence.number_of(act) for act in acts), default=0)
    found = Disposition.objects.values_list("reinspection", flat=True).get(id=disposition) or {}
    looked = {evidence.number_of(uuid.UUID(one)) for one in found.get("acts", ())}
    signed = [one for _, one in evidence.evidence_in_order(acts)]
    signed += [
        one
        for number, one in evidence.evidence_in_order([disposition])
        if number <= last and number not in looked
    ]
    return frozenset(
        one.person for one in signed if one.kind in SIGNS_WORK and one.person is not None
    )


def came_to_wait(
    lot: uuid.UUID, disposition: uuid.UUID, *, since: uuid.UUID
) -> list[tuple[str, str]]:
    """Return how and at which site units of a disposition came to wait for re-inspection.

    Since an act, and without what was only taken back.
    """
    rows = Transfer.objects.filter(
        lot=lot,
        pending=disposition,
        credit_condition="awaiting_reinspection",
        corrects=None,
        correction=None,
        statement__number__gt=evidence.number_of(since),
    )
    return [(code, str(site)) for code, site in rows.values_list("code", "credit_site")]


def gradings(acts: Iterable[uuid.UUID]) -> dict[uuid.UUID, tuple[int, list[Any]]]:
    """Return level and reasons of these acts."""
    rows = Grading.objects.filter(statement__in=list(acts))
    return {row.statement_id: (row.level, row.reasons) for row in rows}


def evidence_of(
    act: uuid.UUID | None, disposition: uuid.UUID | None, since: uuid.UUID | None
) -> list[Evidence]:
    """Return the evidence an act rests on: its own, and its disposition's for this step.

    A step rests on what was attached to its disposition since the step before, and on what
    comes later until the next one.  What a re-inspection brings, and what comes after it, is
    for the step that it opens and never for the work that it looks at.  Without `act`: what
    the step that is still to come can rest on.
    """
    items = [one for _, one in evidence.evidence_in_order([act])] if act else []
    if disposition is None:
        return items
    begin, end = _window(act, disposition, since)
    return items + [
        one
        for number, one in evidence.evidence_in_order([disposition])
        if begin <= number and (end is None or number < end)
    ]


def _window(
    act: uuid.UUID | None, disposition: uuid.UUID, since: uuid.UUID | None
) -> tuple[int, int | None]:
    """Return from which statement on, and before which, evidence is for this step."""
    own = evidence.number_of(act) if act else evidence.UNDER_WAY
    begin = evidence.number_of(since) + 1 if since else 0
    rows = Disposition.objects.filter(id=disposition).values_list("reinspection", flat=True)
    found = rows.first() or {}  # none while it is being proposed
    reinspected = sorted(evidence.number_of(uuid.UUID(one)) for one in found.get("acts", ()))
    begin = next((number for number in reinspected if begin <= number <= own), begin)
    after = next((number for number in reinspected if number > own), None)
    later = Grading.objects.filter(disposition=disposition, statement__number__gt=own)
    followed = later.aggregate(first=Min("statement__number"))["first"]
    if followed is not None and (after is None or followed < after):
        return begin, own + 1
    return begin, after


def last_step(lot: uuid.UUID, disposition: uuid.UUID, site: str | None = None) -> uuid.UUID | None:
    """Return the act after which evidence is for the next step of a disposition.

    It is the latest step that stands, its start too: what was attached before the list was
    frozen, or for another part, says nothing of this one.  A part that was started at `site`
    by itself goes by its own start.
    """
    moved = Transfer.objects.filter(lot=lot, pending=disposition)
    undone = moved.filter(correction__isnull=False).values_list("statement", flat=True)
    steps = Grading.objects.filter(disposition=disposition).exclude(statement__in=list(undone))
    started = moved.filter(code=Code.START.value, correction=None)
    here = started.filter(credit_site=site) if site else started
    latest = [
        rows.order_by("-statement__number").values_list("statement__number", "statement").first()
        for rows in (steps, here if here.exists() else started)
    ]
    return max((one for one in latest if one), default=(0, None))[1]


def sightings(lot: uuid.UUID) -> list[SightingCard]:
    """Return a lot's sightings, first seen first."""
    return [
        SightingCard(
            act=row.statement_id,
            lot=row.lot_id,
            serial=row.serial,
            quantity=row.quantity,
            seen_at=row.seen_at,
            place=row.place,
            how=row.how,
            confirmed=row.confirmed,
            confirmed_how=row.confirmed_how,
            source=row.source,
        )
        for row in Sighting.objects.filter(lot=lot).order_by("seen_at", "serial")
    ]


def contradicted_units(lot: uuid.UUID) -> Units | None:
    """Return which units of a serialised lot are contradicted."""
    found: Units | None = None
    for data in Standing.objects.filter(lot=lot, contradicted=True).values_list("units", flat=True):
        if data is not None:
            more = load(data)
            found = more if found is None else found | more
    return found


def _nonconformity(row: Nonconformity) -> NonconformityCard:
    return NonconformityCard(
        id=row.id,
        number=row.number,
        lot=row.lot_id,
        cause=row.cause,
        requirement=row.requirement,
        opened_at=row.opened_at,
        opened_by=row.opened_by,
        withdrawn_at=row.withdrawn_at,
    )


def _disposition(row: Disposition) -> DispositionCard:
    return DispositionCard(
        id=row.id,
        number=row.number,
        lot=row.lot_id,
        kind=row.kind,
        status=row.status,
        quantity=row.quantity,
        site=row.site_id,
        nonconformity=row.nonconformity.number if row.nonconformity else None,
        proposed_by=row.proposed_by,
        proposed_at=row.proposed_at,
        authorised_by=row.authorised_by,
        authority_basis=row.authority_basis,
        reason=row.reason,
        instruction=row.instruction,
        risk=row.risk,
        method=row.method,
        owner=row.owner,
        deadline=row.deadline,
        expires_at=row.expires_at,
        agent_organisation=row.agent_organisation,
        agent_person=row.agent_person,
        witness=row.witness,
        next_site=row.next_site_id,
        reinspection=standing_reinspection(row.reinspection),
        lifted_by=tuple(row.lifted_by),
        closed_because=row.closed_because,
        list_digest=row.list_digest,
        holds=tuple(
            (account(one.site_id, one.condition, one.carries), one.quantity)
            for one in row.reservations.all()
            if one.quantity
        ),
        row=row,
    )


def offered(lot: uuid.UUID) -> int:
    """Return how many units of a lot are offered for inspection."""
    total = Standing.objects.filter(lot=lot, condition="offered").aggregate(n=Sum("quantity"))["n"]
    return total or 0


def settled_since(lot: uuid.UUID, act: uuid.UUID) -> int:
    """Return how many offered units of a lot were released, used up or kept since an act."""
    rows = Transfer.objects.filter(
        lot=lot,
        statement__number__gt=evidence.number_of(act),
        code__in=[Code.ACCEPT.value, Code.CONSUME.value, Code.RETAIN.value],
        corrects=None,
        correction=None,
    )
    return rows.aggregate(n=Sum("quantity", default=0))["n"]


def lifted_since(lot: uuid.UUID, act: uuid.UUID, *, but_for: str) -> int:
    """Return how many units of a lot came off a hold since an act, to be offered again.

    Not those that were on hold `but_for` this cause.
    """
    holds = Disposition.objects.filter(lot=lot).exclude(nonconformity__cause=but_for)
    rows = Transfer.objects.filter(
        lot=lot,
        statement__number__gt=evidence.number_of(act),
        code=Code.FINISH.value,
        credit_condition="offered",
        pending__in=list(holds.values_list("id", flat=True)),
        corrects=None,
        correction=None,
    )
    return rows.aggregate(n=Sum("quantity", default=0))["n"]


def lots_of_dispositions(ids: Iterable[uuid.UUID]) -> set[uuid.UUID]:
    """Return the lots of these dispositions; what is no disposition is left out."""
    return set(Disposition.objects.filter(id__in=list(ids)).values_list("lot", flat=True))
