"""fsck: compute everything again from what is appended, and compare.  It repairs nothing.

chains       each statement's digest is that of its bytes; each names its lot's previous one
entries      the transfers stored are those the statements tell, to the unit
books        replaying the entries gives the standings that the pages show
grades       grading the evidence again gives the grades that are stored
promises     no account holds less than its dispositions reserve
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
    told = _check_statements(report, step)
    cards = orders.lots()
    for card in cards:
        report.lots += 1
        report.findings += _check_lot(card, told.get(card.id, []))
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


def _check_statements(report: Report, step: Step) -> dict[uuid.UUID, list[dict[str, Any]]]:
    """Check every statement's digest and chain; return the transfers told, by lot."""
    heads: dict[str, str | None] = {}
    lengths: dict[str, int] = {}
    told: dict[uuid.UUID, list[dict[str, Any]]] = {}
    total = evidence.statement_count()
    for one in evidence.statements_in_order():
        report.statements += 1
        name = f"statement {one.number} ({one.kind})"
        try:
            digest = statements.digest(one.said)
        except Refusal:
            digest = ""
        if digest != one.digest or statements.canonical(one.said) != one.canonical:
            report.findings.append(Finding("fsck.digest", f"{name}: its digest is not its own"))
        if (one.said["id"], one.said["kind"]) != (str(one.act), one.kind):
            report.findings.append(Finding("fsck.row", f"{name}: the row says other than the text"))
        for entry in one.said["lots"]:
            lot = entry["lot"]
            if entry["previous"] != heads.get(lot):
                report.findings.append(
                    Finding("fsck.chain", f"{name}: it does not follow its lot's previous one")
                )
            heads[lot] = one.digest
            lengths[lot] = lengths.get(lot, 0) + 1
        for transfer in one.said["body"].get("transfers", []):
            told.setdefault(uuid.UUID(transfer["lot"]), []).append(transfer)
        for name_of, problem in evidence.salts_that_differ(one.act, one.said["salted"]):
            report.findings.append(Finding("fsck.salt", f"{name}: {name_of}: {problem}"))
        step("statements", 1, total)
    for lot_id, head, length in evidence.heads():
        if (heads.get(lot_id), lengths.get(lot_id, 0)) != (head, length):
            report.findings.append(
                Finding("fsck.head", f"lot {lot_id}: the chain's head is not its last statement")
            )
    return told


def _check_lot(card: orders.LotCard, told: list[dict[str, Any]]) -> Iterator[Finding]:
    """Check one lot: entries as told, books as replayed, promises kept."""
    stored = custody.transfers_as_told(card.id)
    if stored != told:
        yield Finding("fsck.entries", f"lot {card.number}: the entries stored are not those told")
    try:
        differ = custody.standings_that_differ(card.id, serialised=card.serialised)
    except Refusal as refusal:
        yield Finding("fsck.replay", f"lot {card.number}: {refusal}")
        return
    for words in differ:
        yield Finding("fsck.books", f"lot {card.number}: {words}")
    for words in custody.promises_broken(card.id, serialised=card.serialised):
        yield Finding("fsck.promise", f"lot {card.number}: {words}")
