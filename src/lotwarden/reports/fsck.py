"""fsck: compute everything again from what is appended, and compare.  It repairs nothing.

ids          every id is one; else nothing more is compared, since rows are found by their ids
chains       each statement's digest is that of its bytes; each names its lot's previous one
entries      the transfers, contradictions and discrepancies stored are those the statements
             tell, to the unit
evidence     what is attached is what the statements tell
records      inspections, results, nonconformities, dispositions, sightings and signatures are as
             the statements that told of them last left them
books        replaying the entries gives the standings that the pages show
grades       grading the evidence again gives the grades that are stored
packing      cartons and serials are those the statements tell
promises     what dispositions reserve is what the statements tell; no account holds less
files        every file that is named is there, and its bytes are its own
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from lotwarden.core import statements
from lotwarden.core.errors import Refusal
from lotwarden.custody import checks as custody
from lotwarden.evidence import checks as evidence
from lotwarden.evidence import rows
from lotwarden.inspections import checks as inspections
from lotwarden.orders import queries as orders

Step = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Finding:
    """Stored data that contradicts itself."""

    code: str
    words: str


@dataclass(slots=True)
class Report:
    """What was checked and what was found."""

    statements: int = 0
    transfers: int = 0
    lots: int = 0
    blobs: int = 0
    findings: list[Finding] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        """Return the report as plain data."""
        return {
            "statements": self.statements,
            "transfers": self.transfers,
            "lots": self.lots,
            "blobs": self.blobs,
            "findings": [{"code": one.code, "words": one.words} for one in self.findings],
        }


def check(step: Step = lambda what, more, total: None, *, unguarded: Iterable[str] = ()) -> Report:
    """Check the whole workspace and return what was found.

    `unguarded` are append-only tables whose triggers the caller found missing.
    """
    report = Report()
    for table in unguarded:
        report.findings.append(Finding("fsck.unguarded", f"{table} could be changed unseen"))
    unreadable = [Finding("fsck.unreadable", words) for words in evidence.unreadable_ids()]
    if unreadable:
        stopped = Finding("fsck.stopped", "nothing else was compared; those ids come first")
        report.findings += [*unreadable, stopped]
        return report
    told, last = _check_statements(report, step)
    report.findings += _check_records(last)
    report.findings += [
        Finding("fsck.evidence", f"{name} of act {act}: its texts are not those told")
        for act, name, texts in evidence.attachments()
        if evidence.texts_differ(act, name, texts)
    ]
    cards, packed = orders.lots(), orders.packed_lots()
    for card in cards:
        report.lots += 1
        report.findings += _check_lot(card, told.get(card.id, {}), packed=card.id in packed)
        step("lots", 1, len(cards))
    report.transfers = custody.transfer_count()
    report.findings += [
        Finding("fsck.grade", f"act {act}: graded {stored}, its evidence gives {now}")
        for act, stored, now in custody.grades_that_differ()
    ]
    for sha256, wrong in evidence.blobs_that_differ():
        report.findings.append(Finding("fsck.file", f"file {sha256[:12]}: {wrong}"))
    report.blobs = evidence.blob_count()
    return report


Told = dict[str, list[dict[str, Any]]]
"""What the statements tell of one lot: its entries by kind, in their order."""

_ENTRIES = ("transfers", "contradictions", "discrepancies")

Rows = dict[tuple[str, str], tuple[uuid.UUID, dict[str, Any]]]
"""Kind and id of each row that the statements tell: the act that told it last, its columns."""
_FIELDS = frozenset(
    {"format", "id", "kind", "actor", "organisation", "occurred_at", "recorded_at", "lots",
     "body", "salted"}
)  # fmt: skip


@dataclass(slots=True)
class _Chains:
    """Where each lot's chain stands while the statements are read, first to last."""

    heads: dict[str, str | None] = field(default_factory=dict)
    lengths: dict[str, int] = field(default_factory=dict)

    def add(self, lot: str, digest: str) -> None:
        self.heads[lot] = digest
        self.lengths[lot] = self.lengths.get(lot, 0) + 1


def _check_statements(report: Report, step: Step) -> tuple[dict[uuid.UUID, Told], Rows]:
    """Check every statement's digest, row, chain, texts and evidence; return what is told."""
    chains = _Chains()
    told: dict[uuid.UUID, Told] = {}
    last: Rows = {}
    attached, with_texts = evidence.attached_as_told(), evidence.acts_with_texts()
    total = evidence.statement_count()
    for one in evidence.statements_in_order():
        report.statements += 1
        step("statements", 1, total)
        name = f"statement {one.number} ({one.kind})"
        if not _is_itself(one):
            report.findings.append(Finding("fsck.digest", f"{name}: its digest is not its own"))
            for lot in evidence.lots_of(one.act):
                chains.add(lot, one.digest)
            continue
        said = one.said
        if any(said[key] != value for key, value in one.row.items()):
            report.findings.append(Finding("fsck.row", f"{name}: the row says other than the text"))
        for entry in said["lots"]:
            if entry["previous"] != chains.heads.get(entry["lot"]):
                report.findings.append(
                    Finding("fsck.chain", f"{name}: it does not follow its lot's previous one")
                )
            chains.add(entry["lot"], one.digest)
        for kind in (*_ENTRIES, "reserved"):
            for entry in said["body"].get(kind, []):
                told.setdefault(uuid.UUID(entry["lot"]), {}).setdefault(kind, []).append(entry)
        for entry in said["body"].get("packing", []):
            told.setdefault(uuid.UUID(entry["lot"]), {})["packing"] = [entry]
        for entry in said["body"].get("rows", []):
            last[entry["row"], str(entry["id"])] = (one.act, entry)
        if _sorted(said["body"].get("evidence", [])) != _sorted(attached.get(one.act, [])):
            report.findings.append(
                Finding("fsck.evidence", f"{name}: what is attached is not what it tells")
            )
        if said["salted"] or one.act in with_texts:
            for text, problem in evidence.salts_that_differ(one.act, said["salted"]):
                report.findings.append(Finding("fsck.salt", f"{name}: {text}: {problem}"))
    report.findings += _check_heads(chains)
    return told, last


def _is_itself(one: evidence.Kept) -> bool:
    """Return whether a statement is canonical, has its fields, and its digest is its own."""
    try:
        digest, canonical = statements.digest(one.said), statements.canonical(one.said)
    except Refusal:
        return False
    return (digest, canonical, frozenset(one.said)) == (one.digest, one.canonical, _FIELDS)


def _sorted(entries: list[dict[str, Any]]) -> list[bytes]:
    return sorted(statements.canonical(entry) for entry in entries)


def _check_heads(chains: _Chains) -> Iterator[Finding]:
    for lot, head, length in evidence.heads():
        if (chains.heads.get(lot), chains.lengths.get(lot, 0)) != (head, length):
            yield Finding("fsck.head", f"lot {lot}: the chain's head is not its last statement")


def _check_records(last: Rows) -> Iterator[Finding]:
    """Compare every row that statements tell with what they told of it last."""
    missing = dict(last)
    for kind, row in (*custody.records(), *inspections.records()):
        columns, texts = rows.told(row)
        name = f"{kind} {columns.get('number', row.pk)}"
        act, told = missing.pop((kind, str(row.pk)), (None, {}))
        if act is None:
            yield Finding("fsck.record", f"{name}: no statement tells of it")
            continue
        changed = [key for key, value in columns.items() if told.get(key) != value]
        if changed:
            yield Finding("fsck.record", f"{name}: not as told in act {act}: {', '.join(changed)}")
        if evidence.texts_differ(act, f"{kind} {row.pk}", texts):
            yield Finding("fsck.record", f"{name}: its texts are not those told in act {act}")
    for (kind, its_id), (act, told) in missing.items():
        name = f"{kind} {told.get('number', its_id)}"
        yield Finding("fsck.record", f"{name}: told in act {act}, but not there")


def _promised(told: Told) -> list[dict[str, Any]]:
    """Return what dispositions hold of a lot, as the statements left it."""
    held: dict[str, dict[str, Any]] = {}
    for entry in told.get("reserved", []):
        held[f"{entry['disposition']} {entry['account']}"] = entry
    return [entry for entry in held.values() if entry["quantity"] is not None]


def _check_lot(card: orders.LotCard, told: Told, *, packed: bool) -> Iterator[Finding]:
    """Check one lot: entries as told, books as replayed, promises kept."""
    stored = (
        custody.transfers_as_told(card.id),
        custody.contradictions_as_told(card.id),
        custody.discrepancies_as_told(card.id),
    )
    if stored != tuple(told.get(kind, []) for kind in _ENTRIES):
        yield Finding("fsck.entries", f"lot {card.number}: the entries stored are not those told")
    packing = [one["digest"] for one in told.get("packing", [])]
    if packing != ([orders.packing_digest(card.id)] if packed else []):
        yield Finding("fsck.packing", f"lot {card.number}: its cartons or serials are not as told")
    reserved = custody.reservations_as_told(card.id, serialised=card.serialised)
    if _sorted(reserved) != _sorted(_promised(told)):
        yield Finding(
            "fsck.promise", f"lot {card.number}: what is reserved is not what the statements tell"
        )
    try:
        differ = custody.standings_that_differ(card.id, serialised=card.serialised)
    except Refusal as refusal:
        yield Finding("fsck.replay", f"lot {card.number}: {refusal}")
        return
    for words in differ:
        yield Finding("fsck.books", f"lot {card.number}: {words}")
    for words in custody.promises_broken(card.id, serialised=card.serialised):
        yield Finding("fsck.promise", f"lot {card.number}: {words}")
