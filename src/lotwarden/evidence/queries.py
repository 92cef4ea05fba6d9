"""Reads of evidence."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q

from lotwarden.core.grades import Evidence, EvidenceKind, Independence
from lotwarden.evidence.models import Attachment, Blob, Chain, SaltedValue, Statement, StatementLot
from lotwarden.evidence.rows import Prepared


@dataclass(frozen=True, slots=True)
class Told:
    """A statement as the pages read it: its number, who, when, what, and its texts."""

    number: int
    act: uuid.UUID
    kind: str
    actor: uuid.UUID
    organisation: uuid.UUID
    occurred_at: datetime
    recorded_at: datetime
    digest: str
    body: Mapping[str, Any]
    texts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Thing:
    """An attachment as the pages read it."""

    about: uuid.UUID
    act: uuid.UUID
    title: str
    media_type: str
    evidence: Evidence


def act(act_id: uuid.UUID) -> tuple[str, str, dict[str, Any], uuid.UUID] | None:
    """Return kind, request digest, outcome and actor of an act that was done, else `None`."""
    return _DONE.first(act_id)


_DONE = Prepared(
    lambda act_id: Statement.objects.filter(act=act_id).values_list(
        "kind", "request", "outcome", "actor"
    )
)


def story(lot: uuid.UUID) -> list[Told]:
    """Return a lot's statements, first to last."""
    acts = StatementLot.objects.filter(lot=lot).values("statement")
    rows = list(Statement.objects.filter(act__in=acts).order_by("number"))
    texts: dict[uuid.UUID, dict[str, str]] = {}
    for one in SaltedValue.objects.filter(statement__in=[row.act for row in rows]):
        texts.setdefault(one.statement_id, {})[one.name] = one.value
    return [
        Told(
            number=row.number,
            act=row.act,
            kind=row.kind,
            actor=row.actor,
            organisation=row.organisation,
            occurred_at=row.occurred_at,
            recorded_at=row.recorded_at,
            digest=row.digest,
            body=json.loads(bytes(row.canonical))["body"],
            texts=texts.get(row.act, {}),
        )
        for row in rows
    ]


def was_told(lot: uuid.UUID, kind: str) -> bool:
    """Return whether a lot has a statement of this kind."""
    return StatementLot.objects.filter(lot=lot, statement__kind=kind).exists()


def numbers(lot: uuid.UUID) -> dict[uuid.UUID, int]:
    """Return the number of each statement of a lot by its act: their order."""
    acts = StatementLot.objects.filter(lot=lot).values("statement")
    return dict(Statement.objects.filter(act__in=acts).values_list("act", "number"))


def things(about: Iterable[uuid.UUID]) -> list[Thing]:
    """Return what is attached to these acts and dispositions, in the order it came."""
    rows = (
        Attachment.objects.filter(about__in=list(about))
        .select_related("blob")
        .order_by("statement__number", "id")
    )
    return [_thing(row) for row in rows]


def evidence_about(about: Iterable[uuid.UUID]) -> dict[uuid.UUID, list[Evidence]]:
    """Return the evidence attached to each of these acts and dispositions."""
    found: dict[uuid.UUID, list[Evidence]] = {}
    for row in Attachment.objects.filter(about__in=list(about)):
        found.setdefault(row.about, []).append(_evidence(row))
    return found


def evidence_in_order(about: Iterable[uuid.UUID]) -> list[tuple[int, Evidence]]:
    """Return the evidence of these acts and dispositions, each with its statement's number.

    What the act under way attaches comes last: its statement is not written yet.
    """
    rows = list(Attachment.objects.filter(about__in=list(about)))
    numbers = dict(
        Statement.objects.filter(act__in={row.statement_id for row in rows}).values_list(
            "act", "number"
        )
    )
    found = [(numbers.get(row.statement_id, UNDER_WAY), _evidence(row)) for row in rows]
    return sorted(found, key=lambda item: item[0])


UNDER_WAY = 2**62
"""The place in the order of a statement that is not written yet."""


def number_of(act_id: uuid.UUID) -> int:
    """Return the number of an act's statement; the act under way comes last."""
    found = Statement.objects.filter(act=act_id).values_list("number", flat=True).first()
    return UNDER_WAY if found is None else found


def about_certificates(certificates: Iterable[Evidence]) -> set[uuid.UUID]:
    """Return the acts and dispositions that rest on one of these certificates.

    A certificate is its file, or its number together with who issued it: two disposers may
    both have a number 1.
    """
    same = Q(blob__in=[one.document for one in certificates if one.document])
    for one in certificates:
        if one.number:
            same |= Q(number=one.number, organisation=one.organisation)
    rows = Attachment.objects.filter(same, kind=EvidenceKind.CERTIFICATE.value)
    return set(rows.values_list("about", flat=True))


def blob(sha256: str) -> tuple[int, str] | None:
    """Return size and media type of a kept file, else `None`."""
    return Blob.objects.filter(sha256=sha256).values_list("size", "media_type").first()


def blob_is_about(sha256: str) -> list[uuid.UUID]:
    """Return the acts and dispositions that a file is attached to."""
    return list(Attachment.objects.filter(blob=sha256).values_list("about", flat=True).distinct())


def lots_of_acts(acts: Iterable[uuid.UUID]) -> set[uuid.UUID]:
    """Return the lots that these acts tell of."""
    return set(StatementLot.objects.filter(statement__in=list(acts)).values_list("lot", flat=True))


def chains() -> dict[uuid.UUID, tuple[str | None, int]]:
    """Return every lot's head and length, for `fsck`."""
    return {
        lot: (head, length)
        for lot, head, length in Chain.objects.values_list("lot", "head", "length")
    }


def _thing(row: Attachment) -> Thing:
    return Thing(
        about=row.about,
        act=row.statement_id,
        title=row.title,
        media_type=row.blob.media_type if row.blob else "",
        evidence=_evidence(row),
    )


def _evidence(row: Attachment) -> Evidence:
    return Evidence(
        kind=EvidenceKind(row.kind),
        person=str(row.person) if row.person else None,
        organisation=str(row.organisation) if row.organisation else None,
        independence=Independence(row.independence),
        by_themselves=row.by_themselves,
        document=row.blob_id,
        number=row.number or None,
        quantity=row.quantity,
        weight_g=row.weight_g,
    )
