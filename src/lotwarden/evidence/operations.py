"""Writes of evidence: append a statement to its lots' chains, give out numbers, attach things.

Only `identity.acting` appends statements: an operation cannot forget its own.
"""

from __future__ import annotations

import hashlib
import secrets
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection
from django.utils import timezone

from lotwarden.core import statements
from lotwarden.core.errors import N_, Refusal
from lotwarden.core.grades import Evidence
from lotwarden.evidence import blobs, rows
from lotwarden.evidence.models import (
    Attachment,
    Blob,
    Chain,
    Counter,
    SaltedValue,
    Statement,
    StatementLot,
)

SALT_BYTES = 16
"""128 random bits: nobody finds a value by trying, as long as the salt is not told."""


def claim(act: uuid.UUID) -> None:
    """Let nobody else do this act until it is done: a form sent twice at once is one act.

    Writers of SQLite wait for each other anyway.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [act.int & (2**63 - 1)])


class Head(NamedTuple):
    """Where a lot's chain ends: the digest of its last statement, and how many there are."""

    head: str | None = None
    length: int = 0


def lock_chains(lots: Iterable[uuid.UUID]) -> dict[uuid.UUID, Head]:
    """Lock the chains of `lots` in order of id and return their heads; new lots get a chain.

    Called once per operation: a second call could deadlock on PostgreSQL.
    """
    wanted = sorted(set(lots))
    if len(wanted) == 1:
        there = _CHAIN(wanted[0])
    else:
        there = list(
            Chain.objects.select_for_update()
            .filter(lot__in=wanted)
            .order_by("lot")
            .values_list("lot", "head", "length")
        )
    found = {lot: Head(head, length) for lot, head, length in there}
    missing = [lot for lot in wanted if lot not in found]
    rows.insert(Chain, ({"lot": lot, **Head()._asdict()} for lot in missing))
    found.update(dict.fromkeys(missing, Head()))
    return found


_CHAIN = rows.Prepared(
    lambda lot: (
        Chain.objects.select_for_update().filter(lot=lot).values_list("lot", "head", "length")
    )
)


def append(  # noqa: PLR0913 - the fields of a statement, each once
    *,
    act: uuid.UUID,
    kind: str,
    actor: uuid.UUID,
    organisation: uuid.UUID,
    occurred_at: datetime,
    recorded_at: datetime,
    request: str,
    heads: Mapping[uuid.UUID, Head],
    body: Mapping[str, Any],
    texts: Mapping[str, str],
    outcome: Mapping[str, Any],
) -> str:
    """Append the statement of one act to the chains of its lots and return its digest."""
    salts = {name: secrets.token_hex(SALT_BYTES) for name in texts}
    told = statements.statement(
        id=str(act),
        kind=kind,
        actor=str(actor),
        organisation=str(organisation),
        occurred_at=occurred_at,
        recorded_at=recorded_at,
        previous={str(lot): chain.head for lot, chain in heads.items()},
        body=body,
        salted_digests={
            name: statements.salted(salt=salts[name], name=name, value=value)
            for name, value in texts.items()
        },
    )
    canonical = statements.canonical(told)
    digest = hashlib.sha256(canonical).hexdigest()
    statement = {
        "act": act,
        "kind": kind,
        "actor": actor,
        "organisation": organisation,
        "occurred_at": occurred_at,
        "recorded_at": recorded_at,
        "request": request,
        "canonical": canonical,
        "digest": digest,
        "outcome": dict(outcome),
    }
    rows.insert(Statement, [statement])
    rows.insert(
        SaltedValue,
        (
            {"statement_id": act, "name": name, "salt": salts[name], "value": value}
            for name, value in texts.items()
        ),
    )
    rows.insert(StatementLot, ({"statement_id": act, "lot": lot} for lot in heads))
    for lot, chain in heads.items():
        moved = rows.update(
            Chain,
            where={"lot": lot, "length": chain.length},
            to={"head": digest, "length": chain.length + 1},
        )
        if moved != 1:
            raise rows.Interleaved(f"lot {lot}: somebody else told of it meanwhile")
    return digest


def next_number(name: str) -> int:
    """Return the next number of the series `name`, locking the series until the act ends."""
    counter, _ = Counter.objects.select_for_update().get_or_create(name=name)
    counter.value += 1
    counter.save(update_fields=["value"])
    return counter.value


TITLE_MOST = 200
"""The longest title of an attachment that is kept, in characters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attached:
    """Evidence with the title people see: the name its file had, or what was written."""

    evidence: Evidence
    title: str = ""


class BelowZero(Refusal):
    """Evidence says a weight or a number of units that nothing has."""

    code = "evidence.below_zero"
    template = N_("Evidence says {figure}: no weight and no number of units is below 0.")
    remedy = N_("Give what was weighed or counted, or leave it out.")


def attach(*, about: uuid.UUID, act: uuid.UUID, things: Sequence[Attached]) -> list[uuid.UUID]:
    """Attach `things` to the act or disposition `about`, in the act `act`; return their ids.

    Refuses:
        evidence.below_zero
    """
    for figure in [n for one in things for n in (one.evidence.weight_g, one.evidence.quantity)]:
        if figure is not None and figure < 0:
            raise BelowZero(figure=figure)
    ids = [uuid.uuid4() for _ in things]
    rows.insert(
        Attachment,
        (
            {
                "id": its_id,
                "about": about,
                "statement_id": act,
                "kind": one.evidence.kind.value,
                "person": one.evidence.person,
                "organisation": one.evidence.organisation,
                "independence": one.evidence.independence.value,
                "by_themselves": one.evidence.by_themselves,
                "blob_id": one.evidence.document,
                "number": one.evidence.number or "",
                "quantity": one.evidence.quantity,
                "weight_g": one.evidence.weight_g,
                "title": one.title[:TITLE_MOST],
            }
            for its_id, one in zip(ids, things, strict=True)
        ),
    )
    return ids


def keep_file(chunks: Iterable[bytes], *, name: str) -> str:
    """Keep a file's bytes and return their SHA-256; the same bytes are kept once.

    The file is safe on disk when this returns, before any act names it: a file that no act
    names is harmless, an act that names a missing file is not.

    Refuses:
        evidence.too_large, evidence.empty_file
    """
    stored = blobs.folder().store(chunks, name=name)
    Blob.objects.get_or_create(
        sha256=stored.sha256,
        defaults={
            "size": stored.size,
            "media_type": stored.media_type,
            "stored_at": timezone.now(),
        },
    )
    return stored.sha256
