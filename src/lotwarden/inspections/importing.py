"""Import inspection results: each row is the result of one planned inspection."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Sequence
from datetime import tzinfo

from lotwarden.core.errors import N_, Refusal
from lotwarden.evidence.operations import lock_chains
from lotwarden.identity.acting import Op, Outcome, operation
from lotwarden.inspections import operations, queries
from lotwarden.inspections.tables import RESULTS
from lotwarden.orders import queries as orders
from lotwarden.sheets import Problem, Row, read


@operation("inspections.import_results")
def import_results(
    op: Op,
    *,
    data: bytes,
    filename: str,
    encoding: str | None = None,
    zone: tzinfo | None = None,
) -> Outcome:
    """Record a file of results, row by row as `record_result` does, all of them or none.

    Each row is an act of its own under the importing person, with its own statement; this
    act's statement names them.

    A class of the plan that is left blank is a problem: blank is not 0.

    Refuses:
        sheets.*: with every problem by file, row, column and value; nothing is loaded.
    """
    verdicts: Counter[str] = Counter()
    acts: list[str] = []

    def check(rows: Sequence[Row], _whole: bool) -> list[Problem]:  # noqa: FBT001 - sheets.Check
        found, problems = _resolve(op, rows)
        lock_chains(queries.lots_of([number for _, number in found]))  # in one order, all at once
        for row, number in found:
            blank = _blank(row, number)
            if blank:
                problems += blank
                continue
            act = uuid.uuid5(op.act, str(row.number))
            try:
                outcome = _record(op, row, number, act)
            except Refusal as refusal:
                problems.append(
                    row.problem(column="inspected", template=refusal.template, **refusal.data)
                )
            else:
                verdicts[outcome["verdict"]] += 1
                acts.append(str(act))
        return problems

    rows = read(RESULTS, data, filename=filename, encoding=encoding, zone=zone, check=check)
    op.tell(results=acts)
    return {"rows": len(rows), "verdicts": dict(verdicts)}


def _record(op: Op, row: Row, number: str, act: uuid.UUID) -> Outcome:
    return operations.record_result(
        op.actor,
        act=act,
        occurred_at=row.values["inspected_at"] or op.occurred_at,
        inspection=number,
        inspected=row.values["inspected"],
        found=_counts(row, number),
        counted=row.values["counted"],
        consumed=row.values["consumed"] or 0,
        retained=row.values["retained"] or 0,
        remarks=row.values["remarks"] or "",
    )


def _resolve(op: Op, rows: Sequence[Row]) -> tuple[list[tuple[Row, str]], list[Problem]]:
    """Return each row with the inspection it answers, and what cannot be resolved."""
    problems: list[Problem] = []
    found: list[tuple[Row, str]] = []
    cards = orders.lots_by_key(op.actor)
    waiting: dict[uuid.UUID, list[str]] = {}
    for one in queries.inspections([card.id for card in cards.values()]):
        if one.waits:
            waiting.setdefault(one.lot, []).append(one.number)
    taken: set[str] = set()
    for row in rows:
        card = cards.get(orders.key(row.values["lot"]))
        if card is None:
            problems.append(row.problem(column="lot", template=N_("there is no such lot here")))
            continue
        numbers = [one for one in waiting.get(card.id, []) if one not in taken]
        asked = row.values["inspection"]
        if asked is not None and asked not in numbers:
            problems.append(
                row.problem(
                    column="inspection",
                    template=N_("no inspection of this number of lot {lot} waits for a result"),
                    lot=card.number,
                )
            )
        elif asked is None and len(numbers) != 1:
            problems.append(
                row.problem(
                    column="lot",
                    template=N_("{count} inspections of this lot wait for a result: name the one"),
                    count=len(numbers),
                )
            )
        else:
            number = asked or numbers[0]
            taken.add(number)
            found.append((row, number))
    return found, problems


def _blank(row: Row, number: str) -> list[Problem]:
    """Return a problem for each class that is not decided yet and the row says nothing of."""
    return [
        row.problem(
            column=name,
            template=N_("the plan of {inspection} asks for this class; write 0 if none was found"),
            inspection=number,
        )
        for name in queries.undecided(number)
        if name in _CLASSES and row.values[name] is None
    ]


def _counts(row: Row, number: str) -> dict[str, int]:
    """Return what was found by class: what was counted, but no 0 of a class that is not planned."""
    counted = {name: row.values[name] for name in _CLASSES}
    planned = _planned(number)
    return {
        name: n for name, n in counted.items() if n is not None and (name in planned or n)
    }  # fmt: skip


_CLASSES = ("critical", "major", "minor")
"""The classes that have a column."""


def _planned(number: str) -> list[str]:
    return [one["name"] for one in queries.plan_of(number)["classes"]]
