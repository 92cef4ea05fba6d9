"""Peers that write what an operation wrote: `sqlite3` alone, and an ORM sketch.

After an act `Witness.changes` says which rows of the product's own tables came, went or
changed.  A peer then writes exactly these rows, byte for byte, into a copy of the database as
it was before: same tables, indexes, triggers, foreign keys, same durability, one transaction.
It reads nothing, decides nothing and makes nothing.  In the end the copies must be equal.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench import stage

GROWING = frozenset(
    {
        "lotwarden_statement", "lotwarden_statementlot", "lotwarden_transfer",
        "lotwarden_attachment", "lotwarden_grading", "lotwarden_saltedvalue", "lotwarden_lot",
        "lotwarden_order", "lotwarden_product", "lotwarden_participant",
    }
)  # fmt: skip
"""Tables whose rows these acts only add: what came is what lies above the last row seen."""


@dataclass(frozen=True, slots=True)
class Change:
    """One row written: `values` to insert it or to update, `key` where it is updated or deleted."""

    table: str
    values: dict[str, Any]
    key: tuple[str, Any] | None = None


Row = dict[str, Any]


class Witness:
    """Sees what an act changed in the database at `path`."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None)
        self._connection.row_factory = lambda cursor, row: {
            column[0]: value for column, value in zip(cursor.description, row, strict=True)
        }
        self._keys = {name: self._key(name) for name in self._tables()}
        self._last = {
            name: self._one(f"SELECT max(rowid) AS n FROM {name}") or 0
            for name in self._keys.keys() & GROWING
        }
        self._rows = {name: self._all(name) for name in self._keys.keys() - GROWING}

    def changes(self) -> list[Change]:
        """Return what changed since the last call."""
        found: list[Change] = []
        for name in sorted(self._last):
            query = f"SELECT rowid AS n, * FROM {name} WHERE rowid > ? ORDER BY rowid"
            for row in self._connection.execute(query, [self._last[name]]):
                self._last[name] = row.pop("n")
                found.append(Change(name, row))
        for name, before in sorted(self._rows.items()):
            after = self._all(name)
            found += _differences(name, self._keys[name], before, after)
            self._rows[name] = after
        return found

    def close(self) -> None:
        """Let go of the database."""
        self._connection.close()

    def _tables(self) -> list[str]:
        rows = self._connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE 'lotwarden@_%' "
            "ESCAPE '@'"
        )
        return [row["name"] for row in rows]

    def _key(self, table: str) -> str:
        columns = self._connection.execute(f"PRAGMA table_info({table})")
        return next(str(row["name"]) for row in columns if row["pk"])

    def _one(self, query: str) -> Any:
        return self._connection.execute(query).fetchone()["n"]

    def _all(self, table: str) -> dict[Any, Row]:
        rows = self._connection.execute(f"SELECT * FROM {table} ORDER BY rowid").fetchall()
        return {row[self._keys[table]]: row for row in rows}


def _differences(
    table: str, key: str, before: dict[Any, Row], after: dict[Any, Row]
) -> Iterator[Change]:
    for pk in before.keys() - after.keys():
        yield Change(table, {}, (key, pk))
    for pk, row in after.items():
        if pk not in before:
            yield Change(table, row)
        elif changed := {name: value for name, value in row.items() if value != before[pk][name]}:
            yield Change(table, changed, (key, pk))


Batch = tuple[str, list[Sequence[Any]]]


def prepared(changes: Sequence[Change]) -> list[Batch]:
    """Return statements with their parameters, those of one form together."""
    batches: dict[str, list[Sequence[Any]]] = {}
    for one in changes:
        names = list(one.values)
        if one.key is None:
            marks = ", ".join("?" * len(names))
            columns = ", ".join(f'"{name}"' for name in names)
            sql = f"INSERT INTO {one.table} ({columns}) VALUES ({marks})"
        elif names:
            columns = ", ".join(f'"{name}" = ?' for name in names)
            sql = f"UPDATE {one.table} SET {columns} WHERE {one.key[0]} = ?"
        else:
            sql = f"DELETE FROM {one.table} WHERE {one.key[0]} = ?"
        parameters = [*one.values.values(), *([] if one.key is None else [one.key[1]])]
        batches.setdefault(sql, []).append(parameters)
    return sorted(batches.items(), key=lambda item: not item[0].startswith("DELETE"))


def write_bare(connection: sqlite3.Connection, batches: Sequence[Batch]) -> None:
    """Write the rows in one transaction, with nothing between us and SQLite."""
    execute = connection.execute
    execute("BEGIN IMMEDIATE")
    for sql, rows in batches:
        if len(rows) == 1:
            execute(sql, rows[0])
        else:
            connection.executemany(sql, rows)
    execute("COMMIT")


Step = tuple[Any, str, list[Row]]


class Sketch:
    """Writes the same rows through Django's ORM, as a first sketch of the product would."""

    def __init__(self, path: Path) -> None:
        from django.apps import apps
        from django.db import connections

        if "sketch" not in connections.settings:
            connections.settings["sketch"] = {**connections.settings["default"]}
        self._connection = connections["sketch"]
        self._connection.close()
        self._connection.settings_dict["NAME"] = path
        self._models = {model._meta.db_table: model for model in apps.get_models()}

    def prepared(self, changes: Sequence[Change]) -> list[Step]:
        """Return the changes with values as Python has them, those of one table together."""
        found: dict[tuple[str, str], list[Row]] = {}
        for one in changes:
            model = self._models[one.table]
            fields = {field.column: field for field in model._meta.concrete_fields}
            values = {fields[name].attname: _python(fields[name], v) for name, v in
                      one.values.items()}  # fmt: skip
            if one.key is not None:
                key = {"pk": _python(model._meta.pk, one.key[1])}
                found.setdefault((one.table, "update" if values else "delete"), []).append(
                    {"key": key, "values": values}
                )
            else:
                found.setdefault((one.table, "insert"), []).append(values)
        order = {"delete": 0, "insert": 1, "update": 1}
        listed = sorted(found.items(), key=lambda item: order[item[0][1]])
        return [(self._models[table], verb, rows) for (table, verb), rows in listed]

    def write(self, changes: Sequence[Step]) -> None:
        """Write the rows in one transaction through managers: create, bulk_create, update."""
        from django.db import transaction

        with transaction.atomic(using="sketch"):
            for model, verb, rows in changes:
                manager = model._base_manager.using("sketch")
                if verb == "delete":
                    manager.filter(pk__in=[row["key"]["pk"] for row in rows]).delete()
                elif verb == "update":
                    for row in rows:
                        manager.filter(**row["key"]).update(**row["values"])
                elif len(rows) == 1:
                    manager.create(**rows[0])
                else:
                    manager.bulk_create([model(**row) for row in rows])

    def close(self) -> None:
        """Let go of the database."""
        self._connection.close()


def _python(field: Any, raw: Any) -> Any:
    """Return what a field holds for what its column holds."""
    from django.db import models

    field = getattr(field, "target_field", field)
    if raw is None or isinstance(field, models.BinaryField):
        return raw
    if isinstance(field, models.JSONField):
        return json.loads(raw)
    value = field.to_python(raw)
    return value.replace(tzinfo=UTC) if isinstance(value, datetime) else value


def unequal(*paths: Path) -> list[str]:
    """Return the product's tables that differ between databases which should be equal."""
    held = []
    for path in paths:
        connection = stage.bare(path)
        names = [
            name
            for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            if name.startswith("lotwarden_")
        ]
        held.append(
            {name: set(connection.execute(f"SELECT * FROM {name}").fetchall()) for name in names}
        )
        connection.close()
    return sorted(
        {name for other in held[1:] for name in held[0] if other.get(name) != held[0][name]}
    )
