"""How strictly the next lot of a stream is inspected, and why: read off the results there are.

A stream is what one supplier's site makes of one product family, under one standard; each class
of defects of it switches on its own.  Counted are original inspections by a plan that were
decided, one a lot, in the order in which they were recorded.  The rules are the core's.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Prefetch

from lotwarden.core import sampling
from lotwarden.core.errors import N_, Refusal
from lotwarden.core.sampling import (
    LotResult,
    SinglePlan,
    Switched,
    SwitchReason,
    SwitchSettings,
)
from lotwarden.core.sampling.stages import StagedClassVerdict, StageOutcome
from lotwarden.inspections import snapshots
from lotwarden.inspections.models import Inspection, Result, SwitchingDecision
from lotwarden.orders import queries as orders
from lotwarden.orders.queries import LotCard

ALLOW, WITHDRAW, RESUME, SETTINGS = "allow_reduced", "withdraw_reduced", "resume", "settings"


@dataclass(frozen=True, slots=True)
class Counted:
    """A lot that counts for a class: what its inspection found, and what followed from it."""

    inspection: str
    lot: str
    at: datetime
    severity: str
    inspected: int
    found: int
    accepted: bool
    after: Switched | None


@dataclass(frozen=True, slots=True)
class Proposal:
    """The severity of the next lot for one class, and the sentence that says why.

    `severity` is `discontinued` where no lot is inspected until the buyer resumes.
    """

    severity: str
    template: str
    numbers: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Decision:
    """What the buyer decided for a stream."""

    kind: str
    reason: str
    decided_by: uuid.UUID
    decided_at: datetime
    place: int


@dataclass(frozen=True, slots=True)
class Stream:
    """A stream with its history by class, what binds the next lot, and what was decided."""

    site: uuid.UUID
    family: str
    standard: str
    settings: SwitchSettings
    history: Mapping[str, Sequence[Counted]]
    proposals: Mapping[str, Proposal]
    decisions: Sequence[Decision]
    reduced_allowed: bool

    def proposal(self, name: str) -> Proposal:
        """Return what binds the next lot for a class; also for one that has no history."""
        found = self.proposals.get(name)
        return found or Proposal(self.settings.start, NOTHING_BEFORE)


NOTHING_BEFORE = N_("No lot of this stream was judged for this class before.")
_ALLOWED = N_("Reduced inspection was allowed after the last lot: the next one decides.")
_WITHDRAWN = N_("Reduced inspection is not allowed any more: normal.")
_RESUMED = N_("Inspection was discontinued and is resumed: tightened.")


def settings() -> SwitchSettings:
    """Return how the workspace reads what the standards leave open."""
    rows = SwitchingDecision.objects.filter(kind=SETTINGS).order_by("-statement__number")
    latest = rows.values_list("settings", flat=True).first()
    return SwitchSettings(**(latest or {}))


def stream_of(card: LotCard, standard: str) -> Stream:
    """Return the stream that a lot belongs to."""
    rules = settings()
    decisions = _decisions(card.site, card.family, standard)
    lots = orders.stream(card.site, card.family)
    told = _told(lots, standard, rules)
    history: dict[str, list[Counted]] = {}
    proposals: dict[str, Proposal] = {}
    for name in dict.fromkeys(name for one in told for name in one.classes):
        of_class = [one for one in told if name in one.classes]
        history[name], proposals[name] = _switched(name, of_class, standard, rules, decisions)
    return Stream(
        site=card.site,
        family=card.family,
        standard=standard,
        settings=rules,
        history=history,
        proposals=proposals,
        decisions=decisions,
        reduced_allowed=_allowed(decisions, None),
    )


@dataclass(frozen=True, slots=True)
class _Told:
    """One decided original inspection: its place in the log, and each class that was decided."""

    row: Inspection
    lot: str
    place: int
    at: datetime
    classes: Mapping[str, tuple[StagedClassVerdict, LotResult]]


def _told(lots: Mapping[uuid.UUID, str], standard: str, rules: SwitchSettings) -> list[_Told]:
    """Return what counts, one inspection a lot, in the order of recording."""
    results = Result.objects.select_related("statement", "corrected_by")
    rows = Inspection.objects.filter(
        lot__in=list(lots), standard=standard, disposition=None, resubmission=0, every_unit=False,
        lot_size__gt=1, results__isnull=False,
    ).distinct().prefetch_related(
        Prefetch("results", results.order_by("statement__number"))
    )  # fmt: skip
    told: list[_Told] = []
    for row in rows:
        each = list(row.results.all())
        standing = [one for one in each if not hasattr(one, "corrected_by")]
        deciding = [one for one in each if one.verdict in ("acceptable", "not_acceptable")]
        if not deciding or standing[-1].verdict not in ("acceptable", "not_acceptable"):
            continue
        told.append(
            _Told(
                row=row,
                lot=lots[row.lot_id],
                place=deciding[0].statement.number,
                at=deciding[0].inspected_at,
                classes=_classes(row, standing, rules),
            )
        )
    told.sort(key=lambda one: one.place)
    first = {one.row.lot_id: one for one in reversed(told)}  # the first of each lot stays
    return [one for one in told if first[one.row.lot_id] is one]


def _classes(
    row: Inspection, standing: Sequence[Result], rules: SwitchSettings
) -> dict[str, tuple[StagedClassVerdict, LotResult]]:
    """Return each class that was decided and that switching may count."""
    verdict = sampling.judge_record(
        plan=snapshots.plan_of(row), results=snapshots.recorded(standing)
    )
    return {
        one.name: (one, _lot_result(one, rules))
        for one in verdict.classes
        if one.outcome in (StageOutcome.ACCEPTABLE, StageOutcome.NOT_ACCEPTABLE)
        and one.plan.kind != "isolated"
    }


def _lot_result(one: StagedClassVerdict, rules: SwitchSettings) -> LotResult:
    """Return what a class says to the rules; a plan that is not of the tables adds no score."""
    plan = one.plan
    accepted = one.outcome is StageOutcome.ACCEPTABLE
    if plan.kind == "c0":
        return LotResult(accepted, nonconforming=one.found)
    if plan.kind != "single":
        return LotResult(
            accepted, kind=plan.kind, stage=one.stage, over_ac=one.back_to_normal,
            nonconforming=one.found,
        )  # fmt: skip
    (stage,) = plan.stages
    assert stage.ac is not None, "a single plan can accept"
    single = SinglePlan(
        stage.n, stage.ac, stage.re, plan.letter, plan.code_letter, plan.lot_size, plan.level,
        plan.aql, plan.severity, plan.standard,
    )  # fmt: skip
    return sampling.switching_result(plan=single, found=one.found, settings=rules)


def _switched(
    name: str,
    told: Sequence[_Told],
    standard: str,
    rules: SwitchSettings,
    decisions: Sequence[Decision],
) -> tuple[list[Counted], Proposal]:
    """Return the history of one class, and what binds its next lot."""
    results: list[LotResult] = []
    before = 0
    for one in told:
        verdict, result = one.classes[name]
        decided = {d.kind for d in decisions if before < d.place < one.place}
        results.append(
            result._replace(
                wanted=_allowed(decisions, one.place),
                resumed=RESUME in decided,
                withdrawn=WITHDRAW in decided,
                severity=verdict.plan.severity,
            )
        )
        before = one.place
    refused: Refusal | None = None
    try:
        after = sampling.switch(standard=standard, results=results, settings=rules)
    except sampling.LimitNumbersAbsent as refusal:
        # Without the limit number nothing leads to reduced inspection; all else goes on.
        refused = refusal
        kept = [one._replace(wanted=False) for one in results]
        after = sampling.switch(standard=standard, results=kept, settings=rules)
    counted = []
    for one, switched in zip(told, after, strict=True):
        verdict, result = one.classes[name]
        counted.append(
            Counted(
                inspection=one.row.number,
                lot=one.lot,
                at=one.at,
                severity=verdict.plan.severity,
                inspected=verdict.inspected,
                found=verdict.found,
                accepted=result.accepted,
                after=switched,
            )
        )
    return counted, _proposal(after[-1], before, decisions, refused)


def _proposal(
    last: Switched, place: int, decisions: Sequence[Decision], refused: Refusal | None
) -> Proposal:
    since = {one.kind for one in decisions if one.place > place}
    if last.severity == "discontinued" and RESUME in since:
        return Proposal("tightened", _RESUMED)
    if last.severity == "reduced" and WITHDRAW in since:
        return Proposal("normal", _WITHDRAWN)
    if last.reason in (SwitchReason.SCORE_HELD, SwitchReason.RUN_HELD):
        if refused is not None:
            return Proposal("normal", refused.template)
        if ALLOW in since:
            return Proposal("normal", _ALLOWED)
    return Proposal(last.severity, last.template, last.numbers)


def _allowed(decisions: Iterable[Decision], before: int | None) -> bool:
    """Return whether reduced inspection was allowed, at a place in the log or now."""
    allowed = False
    for one in decisions:
        if one.kind in (ALLOW, WITHDRAW) and (before is None or one.place < before):
            allowed = one.kind == ALLOW
    return allowed


def _decisions(site: uuid.UUID, family: str, standard: str) -> list[Decision]:
    rows: Any = SwitchingDecision.objects.filter(site=site, family=family, standard=standard)
    names = ("kind", "reason", "decided_by", "decided_at", "statement__number")
    return [Decision(*row) for row in rows.order_by("statement__number").values_list(*names)]
