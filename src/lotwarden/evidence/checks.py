"""What `fsck` asks of evidence: every statement, every head, every file."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import connection, models

from lotwarden.core import statements
from lotwarden.evidence import blobs, rows
from lotwarden.evidence.models import (
    Attachment,
    Blob,
    Chain,
    SaltedValue,
    Statement,
    StatementLot,
)


@dataclass(frozen=True, slots=True)
class Kept:
    """A statement as stored: its row, and what its bytes say; nothing where they are no JSON.

    `row` is what the row repeats of the text, in the words of the text.
    """

    number: int
    act: uuid.UUID
    kind: str
    digest: str
    canonical: bytes
    said: dict[str, Any]
    row: dict[str, str]


def unreadable_ids() -> Iterator[str]:
    """Return in words where a row of any table has something else where an id belongs.

    SQLite takes whatever is written past Django; PostgreSQL has a type for ids.
    """
    if connection.vendor != "sqlite":
        return
    quote = connection.ops.quote_name
    for model in apps.get_app_config("lotwarden").get_models():
        table, key = model._meta.db_table, model._meta.pk.column
        ids = [one.column for one in model._meta.concrete_fields if _is_id(one)]
        if not ids:
            continue
        wrong = " OR ".join(
            f"typeof({one}) <> 'text' AND {one} IS NOT NULL"
            f" OR length({one}) <> 32 OR {one} GLOB '*[^0-9a-f]*'"
            for one in map(quote, ids)
        )
        columns = ", ".join(map(quote, [key, *ids]))
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {columns} FROM {quote(table)} WHERE {wrong}")  # noqa: S608 - named by the model
            for row, *values in cursor.fetchall():
                for column, value in zip(ids, values, strict=True):
                    if value is not None and not _ID.fullmatch(str(value)):
                        yield f"{table}, row {row}: {column} is no id: {value!r}"


_ID = re.compile("[0-9a-f]{32}")


def _is_id(column: Any) -> bool:
    return isinstance(getattr(column, "target_field", column), models.UUIDField)


def statement_count() -> int:
    """Return how many statements are stored."""
    return Statement.objects.count()


def statements_in_order() -> Iterator[Kept]:
    """Return every statement, first to last."""
    for row in Statement.objects.order_by("number").iterator(chunk_size=1_000):
        data = bytes(row.canonical)
        repeated = {
            "id": str(row.act),
            "kind": row.kind,
            "actor": str(row.actor),
            "organisation": str(row.organisation),
            "occurred_at": statements.instant(row.occurred_at),
            "recorded_at": statements.instant(row.recorded_at),
        }
        yield Kept(row.number, row.act, row.kind, row.digest, data, _said(data), repeated)


def _said(data: bytes) -> dict[str, Any]:
    try:
        loaded = json.loads(data)
    except ValueError:
        return {}
    return loaded if isinstance(loaded, dict) else {}


def lots_of(act: uuid.UUID) -> list[str]:
    """Return the lots that a statement tells of, as its rows have it."""
    rows = StatementLot.objects.filter(statement=act).order_by("lot")
    return [str(lot) for lot in rows.values_list("lot", flat=True)]


def attached_as_told() -> dict[uuid.UUID, list[dict[str, Any]]]:
    """Return what each act attached, in the form in which statements tell it."""
    found: dict[uuid.UUID, list[dict[str, Any]]] = {}
    for row in Attachment.objects.iterator(chunk_size=1_000):
        told = {
            "id": str(row.id),
            "about": str(row.about),
            "kind": row.kind,
            "person": str(row.person or ""),
            "organisation": str(row.organisation or ""),
            "independence": row.independence,
            "by_themselves": row.by_themselves,
            "sha256": row.blob_id,
            "quantity": row.quantity,
            "weight_g": row.weight_g,
        }
        found.setdefault(row.statement_id, []).append({k: v for k, v in told.items() if v})
    return found


def attachments() -> Iterator[tuple[uuid.UUID, str, dict[str, str]]]:
    """Return each attachment's act, the name of its texts in the statement, and the texts."""
    for row in Attachment.objects.iterator(chunk_size=1_000):
        yield row.statement_id, f"attachment {row.id}", rows.told(row)[1]


def texts_differ(act: uuid.UUID, name: str, texts: dict[str, Any]) -> bool:
    """Return whether a row's texts are not those salted under `name`; erased ones are fine.

    Texts under a name that the statement does not have are no erased ones.
    """
    kept = SaltedValue.objects.filter(statement=act, name=name).values_list("value", flat=True)
    value = kept.first()
    if value is not None:
        return value != statements.canonical(texts).decode()
    if not any(texts.values()):
        return False
    told = Statement.objects.filter(act=act).values_list("canonical", flat=True).first()
    return told is None or name not in _said(bytes(told)).get("salted", {})


def acts_with_texts() -> set[uuid.UUID]:
    """Return the acts whose salted values are kept."""
    return set(SaltedValue.objects.values_list("statement", flat=True).distinct())


def heads() -> Iterator[tuple[str, str | None, int]]:
    """Return every lot's chain: its head and its length."""
    for lot, head, length in Chain.objects.values_list("lot", "head", "length"):
        yield str(lot), head, length


def salts_that_differ(act: uuid.UUID, digests: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Return salted values that do not give the digest in their statement; erased ones are fine."""
    for row in SaltedValue.objects.filter(statement=act):
        if row.name not in digests:
            yield row.name, "not in the statement"
        elif digests[row.name] != statements.salted(salt=row.salt, name=row.name, value=row.value):
            yield row.name, "its digest is another"


def blob_count() -> int:
    """Return how many files are named."""
    return Blob.objects.count()


def blobs_that_differ() -> Iterator[tuple[str, str]]:
    """Return files that are missing or whose bytes are not their own."""
    folder = blobs.folder()
    for sha256 in Blob.objects.values_list("sha256", flat=True).iterator():
        wrong = folder.check(sha256)
        if wrong:
            yield sha256, wrong
