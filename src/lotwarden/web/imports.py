"""What can be imported, and what a file would store: read against its table and the books."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from lotwarden.custody.operations import sightings
from lotwarden.custody.tables import SIGHTINGS
from lotwarden.identity import queries as identity
from lotwarden.identity.acting import OPERATIONS, Actor
from lotwarden.identity.attempts import insist
from lotwarden.inspections import importing
from lotwarden.inspections.tables import RESULTS
from lotwarden.orders import operations as orders
from lotwarden.orders.tables import ORDERS, PACKING_LIST
from lotwarden.reports import words
from lotwarden.sheets import Table, read

PREVIEW_ROWS = 5


@dataclass(frozen=True, slots=True)
class Import:
    """One kind of spreadsheet: its table, the operation that stores it, where to go then."""

    table: Table
    operation: str
    label: Any
    help: Any
    afterwards: str


IMPORTS: dict[str, Import] = {
    "orders": Import(
        ORDERS,
        "custody.load_orders",
        gettext_lazy("Orders"),
        gettext_lazy("What was ordered, lot by lot: supplier, site, product, quantity, cost."),
        "orders",
    ),
    "packing-list": Import(
        PACKING_LIST,
        "orders.import_packing_list",
        gettext_lazy("Packing list"),
        gettext_lazy("Cartons of lots that are here, with their serial ranges and weights."),
        "lots",
    ),
    "results": Import(
        RESULTS,
        "inspections.import_results",
        gettext_lazy("Inspection results"),
        gettext_lazy("What was found in inspections that are planned; each is judged and booked."),
        "lots",
    ),
    "sightings": Import(
        SIGHTINGS,
        "custody.import_sightings",
        gettext_lazy("Sightings"),
        gettext_lazy("Units seen somewhere: serial, when, where, how confirmed."),
        "home",
    ),
}


@dataclass(frozen=True, slots=True)
class Checked:
    """What a file without a problem would store, in words, and its first rows."""

    rows: int
    ready: tuple[str, ...]
    columns: tuple[str, ...]
    preview: tuple[tuple[str, ...], ...]


def more_of(actor: Actor, what: str) -> dict[str, Any]:
    """Return what else the import's operation takes: the zone of times that name none."""
    if what in ("results", "sightings"):
        return {"zone": identity.zone_of(actor)}
    return {}


class _Undo(Exception):
    """Raised to undo what a check tried."""


def _try(
    actor: Actor, what: str, data: bytes, *, filename: str, encoding: str | None
) -> dict[str, Any]:
    outcome: dict[str, Any] = {}
    try:
        with transaction.atomic():
            outcome = OPERATIONS[IMPORTS[what].operation](
                actor, data=data, filename=filename, encoding=encoding, **more_of(actor, what)
            )
            raise _Undo
    except _Undo:
        pass
    return outcome


def check(actor: Actor, what: str, data: bytes, *, filename: str, encoding: str | None) -> Checked:
    """Return what the file would store, by trying it and undoing it: nothing is kept.

    Refuses:
        sheets.*: with every problem; and whatever the operation itself refuses.
    """
    one = IMPORTS[what]
    outcome = insist(lambda: _try(actor, what, data, filename=filename, encoding=encoding))
    zone = identity.zone_of(actor)
    rows = read(one.table, data, filename=filename, encoding=encoding, zone=zone)
    used = [
        column
        for column in one.table.columns
        if any(row.values.get(column.name) is not None for row in rows[:PREVIEW_ROWS])
    ]
    ready = _ready(what, outcome, len(rows))
    if any(row.zone_assumed for row in rows):
        ready.append(_("times without a zone are taken as %(zone)s") % {"zone": zone})
    return Checked(
        rows=len(rows),
        ready=tuple(ready),
        columns=tuple(column.heading for column in used),
        preview=tuple(
            tuple(_shown(row.values.get(column.name)) for column in used)
            for row in rows[:PREVIEW_ROWS]
        ),
    )


def _ready(what: str, outcome: dict[str, Any], rows: int) -> list[str]:
    """Return what would be stored, in words."""
    found = [ngettext("%(n)s row", "%(n)s rows", rows) % {"n": words.number(rows)}]
    if what == "orders":
        n = len(outcome["lots"])
        found = [ngettext("%(n)s lot", "%(n)s lots", n) % {"n": words.number(n)}]
        for key, told in (
            ("suppliers", _("new supplier: %(names)s")),
            ("sites", _("new site: %(names)s")),
            ("products", _("new product: %(names)s")),
        ):
            if outcome[key]:
                found.append(told % {"names": ", ".join(outcome[key][:10])})
    if what == "sightings":
        found.append(
            _("%(n)s seen, of which %(m)s newly contradict the books")
            % {"n": words.units(outcome["seen"]), "m": words.number(outcome["contradicted"])}
        )
    if what == "results":
        for verdict, n in sorted(outcome["verdicts"].items()):
            found.append(f"{_(words.VERDICTS[verdict])}: {n}")
    if what == "packing-list":
        found.append(
            ngettext("%(n)s carton", "%(n)s cartons", outcome["cartons"])
            % {"n": words.number(outcome["cartons"])}
        )
    return found


def _shown(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return str(value)


REGISTERED = (sightings.import_sightings, orders.import_packing_list, importing.import_results)
"""The operations behind the imports: importing this module registers them."""
