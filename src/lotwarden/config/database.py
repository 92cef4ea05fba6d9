"""The database made ready: migrated, guarded by triggers, and safe to write to.

Appended rows are never changed or deleted: triggers refuse it, on SQLite and PostgreSQL
alike.  A table that SQLite rebuilds in a migration loses its triggers silently, so they are
put back after every migration and a server refuses to start when one is missing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from lotwarden.core.errors import N_, Refusal

APPEND_ONLY = (
    "lotwarden_statement",
    "lotwarden_statementlot",
    "lotwarden_transfer",
    "lotwarden_contradiction",
    "lotwarden_discrepancy",
    "lotwarden_attachment",
    "lotwarden_sighting",
    "lotwarden_signature",
    "lotwarden_result",
    "lotwarden_switchingdecision",
)
"""Tables whose rows are appended and never changed."""


class Unguarded(Refusal):
    """A table that is only appended to has lost its triggers."""

    code = "config.unguarded"
    template = N_("These tables could be changed unseen: {tables}.")
    remedy = N_("Run `lotwarden fsck` and, if it is clean, `lotwarden serve` again.")
    who = N_("the administrator of this machine")


class UnsafeStore(Refusal):
    """The database may lose an act that was acknowledged."""

    code = "config.unsafe_store"
    template = N_("{setting} is {value}; an act that was acknowledged could be lost.")
    remedy = N_("Set it to {wanted}.")
    who = N_("the administrator of this machine")


class NotMigrated(Refusal):
    """The database is older than this program."""

    code = "config.not_migrated"
    template = N_("The database at {where} is older than this program.")
    remedy = N_("Back it up, then run `lotwarden serve`, which brings it up to date.")
    who = N_("the administrator of this machine")


def prepare() -> None:
    """Migrate the database, put the triggers back, and refuse an unsafe store.

    Refuses:
        config.unsafe_store, config.unguarded
    """
    call_command("migrate", verbosity=0, interactive=False)
    guard()
    check()


def guard(tables: Sequence[str] = APPEND_ONLY) -> None:
    """Put the triggers on append-only tables; a migration names those there are by then."""
    with connection.cursor() as cursor:
        for statement in _statements(connection.vendor, tables):
            cursor.execute(statement)


def check() -> None:
    """Refuse a database that could lose an act, or in which the past could be changed unseen.

    Refuses:
        config.not_migrated, config.unsafe_store, config.unguarded
    """
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise NotMigrated(where=connection.settings_dict["NAME"])
    for setting, wanted in _durability(connection.vendor):
        value = _setting(setting)
        if value not in wanted:
            raise UnsafeStore(setting=setting, value=value, wanted=" / ".join(wanted))
    missing = unguarded()
    if missing:
        raise Unguarded(tables=", ".join(missing))


def unguarded() -> list[str]:
    """Return the append-only tables that lack a trigger."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        else:
            cursor.execute(
                "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled = 'O'"
            )
        there = {row[0] for row in cursor.fetchall()}
    return [
        table for table in APPEND_ONLY if not {f"{table}_no_{verb}" for verb in _VERBS} <= there
    ]


_VERBS = ("update", "delete")


def _durability(vendor: str) -> list[tuple[str, tuple[str, ...]]]:
    if vendor == "sqlite":
        return [("synchronous", ("2", "3")), ("journal_mode", ("wal",)), ("foreign_keys", ("1",))]
    return [
        ("fsync", ("on",)),
        ("full_page_writes", ("on",)),
        ("synchronous_commit", ("on", "remote_apply", "remote_write")),
    ]


def _setting(name: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA {name}" if connection.vendor == "sqlite" else f"SHOW {name}")
        row: Any = cursor.fetchone()
    return str(row[0])


def _statements(vendor: str, tables: Sequence[str]) -> Iterator[str]:
    if vendor == "postgresql":
        yield (
            "CREATE OR REPLACE FUNCTION lotwarden_append_only() RETURNS trigger AS $$ BEGIN "
            "RAISE EXCEPTION '% is appended to, never changed', TG_TABLE_NAME; END; $$ "
            "LANGUAGE plpgsql"
        )
    for table in tables:
        for verb in _VERBS:
            name = f"{table}_no_{verb}"
            if vendor == "sqlite":
                yield (
                    f"CREATE TRIGGER IF NOT EXISTS {name} BEFORE {verb.upper()} ON {table} "
                    f"BEGIN SELECT RAISE(ABORT, '{table} is appended to, never changed'); END"
                )
            else:
                yield (
                    f"CREATE OR REPLACE TRIGGER {name} BEFORE {verb.upper()} ON {table} "
                    "FOR EACH ROW EXECUTE FUNCTION lotwarden_append_only()"
                )
