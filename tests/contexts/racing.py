"""A process of its own that does acts on a workspace, for the tests of concurrency.

    python -m tests.contexts.racing        LOTWARDEN_HOME and LOTWARDEN_DATABASE say where

One line of JSON on standard input is one request, answered by one line on standard output:

    {"do": "prepare"}                           make the database and the workspace
    {"do": "acts", "acts": [{…}, …]}            do acts in their order; ["ok", …], ["refused", …]
    {"do": "impatient", "wait_s": 0.05}         wait no longer than this for another writer
    {"do": "endless", "act": {…}}               do it again and again; a line for each that is done
    {"do": "look", "lots": [...]}               where units are, what is promised, what fsck finds
"""

from __future__ import annotations

import json
import os
import sys
import uuid
from collections.abc import Iterator
from typing import Any

import django
from django.db import connection

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lotwarden.config.settings")
django.setup()

from lotwarden.config.database import prepare, unguarded  # noqa: E402 - Django is ready now
from lotwarden.core.errors import Refusal  # noqa: E402
from lotwarden.custody import queries as custody  # noqa: E402
from lotwarden.evidence import queries as kept  # noqa: E402
from lotwarden.identity import queries as who  # noqa: E402
from lotwarden.orders import queries as lots  # noqa: E402
from lotwarden.reports import fsck  # noqa: E402
from tests.workspace import Workspace, make_workspace, operation, sheet, sighting_row  # noqa: E402


def workspace() -> Workspace:
    """Return the workspace that is in the database."""
    people = {one.name.split()[0].lower(): one.id for one in who.people().values()}
    sites = {site.name.split()[0].lower(): site.id for site in who.sites().values()}
    return Workspace(people, {}, sites)


def make() -> dict[str, Any]:
    """Make the database with L-1, 3,200 units on hold, and two lots on one certificate."""
    prepare()
    ws = make_workspace()
    ws.rejected("L-1", 3_200)
    ws.rejected("S-1", 500, serials="SB0001")
    ws.rejected("C-1", 500)
    for lot in ("S-1", "C-1"):
        ws.destroyed(lot, **({"quantity": 100} if lot == "C-1" else {}))
    return {"settled": True}


def done(ws: Workspace, act: dict[str, Any]) -> list[Any]:
    """Do one act and say what came of it."""
    try:
        outcome = operation(act["operation"])(
            ws.actor(act["by"]),
            act=uuid.UUID(act["id"]) if "id" in act else uuid.uuid4(),
            **{key: _value(ws, value) for key, value in act["request"].items()},
        )
    except Refusal as refusal:
        return ["refused", refusal.code]
    except Exception as error:  # noqa: BLE001 - the test says which
        return ["error", repr(error)]
    return ["ok", outcome]


def _value(ws: Workspace, value: Any) -> Any:
    """Return a site, terms or a file of sightings by the word that stands for it."""
    kind, _, name = value.partition(":") if isinstance(value, str) else ("", "", "")
    if kind == "site":
        return ws.sites[name]
    if kind == "terms":
        return ws.terms(name)
    if kind == "seen":
        return sheet(sighting_row("S-1", serial=name))
    return value


def look(wanted: list[str]) -> dict[str, Any]:
    """Return what the books say, and whether they are sound."""
    ws = workspace()
    report = fsck.check(unguarded=unguarded())
    return {
        "where": {lot: ws.where(lot) for lot in wanted},
        "held": {one.number: sum(n for _, n in one.holds) for one in custody.dispositions()},
        "told": {lot: [str(one.act) for one in ws.chain(lot)] for lot in wanted},
        "contradicted": {lot: ws.contradicted(lot) for lot in wanted},
        "lots": [card.number for card in lots.lots()],
        "chains": {str(lot): length for lot, (_, length) in kept.chains().items()},
        "findings": [f"{one.code}: {one.words}" for one in report.findings],
    }


def be_impatient(wait_s: float) -> dict[str, Any]:
    """Let the database give up a lock after this time, as it does by itself after much longer."""
    wait_ms = round(wait_s * 1_000)
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f"PRAGMA busy_timeout = {wait_ms}")
        else:
            cursor.execute(f"SET lock_timeout = {wait_ms}")
    return {"wait_ms": wait_ms}


def answers(request: dict[str, Any]) -> Iterator[Any]:
    """Yield what a request is answered by, one line each."""
    match request["do"]:
        case "prepare":
            yield make()
        case "acts":
            ws = workspace()
            yield [done(ws, act) for act in request["acts"]]
        case "impatient":
            yield be_impatient(request["wait_s"])
        case "endless":
            ws = workspace()
            while True:
                act = {**request["act"], "id": str(uuid.uuid4())}
                yield [*done(ws, act), act["id"]]
        case "look":
            yield look(request["lots"])


def main() -> None:
    for line in sys.stdin:
        for answer in answers(json.loads(line)):
            print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
