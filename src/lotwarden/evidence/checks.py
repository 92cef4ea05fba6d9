"""What `fsck` asks of evidence: every statement, every head, every file."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lotwarden.core import statements
from lotwarden.evidence import blobs
from lotwarden.evidence.models import Blob, Chain, SaltedValue, Statement


@dataclass(frozen=True, slots=True)
class Kept:
    """A statement as stored: its row and its bytes."""

    number: int
    act: uuid.UUID
    kind: str
    digest: str
    canonical: bytes
    said: dict[str, Any]


def statement_count() -> int:
    """Return how many statements are stored."""
    return Statement.objects.count()


def statements_in_order() -> Iterator[Kept]:
    """Return every statement, first to last."""
    for row in Statement.objects.order_by("number").iterator(chunk_size=1_000):
        data = bytes(row.canonical)
        yield Kept(row.number, row.act, row.kind, row.digest, data, json.loads(data))


def heads() -> Iterator[tuple[str, str | None, int]]:
    """Return every lot's chain: its head and its length."""
    for lot, head, length in Chain.objects.values_list("lot", "head", "length"):
        yield str(lot), head, length


def salts_that_differ(act: uuid.UUID, digests: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Return salted values that do not give the digest in their statement; erased ones are fine."""
    if not digests:
        return
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
