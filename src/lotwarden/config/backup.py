"""Backup: one file with the database, the blobs and the secret.

A backup is consistent while the server works: SQLite copies itself page by page under its
own locks, and a blob is written before the act that names it, so that copying the database
first and the blobs after finds every file that any act in the copy names.  The secret is in
it (log-in sessions and links go on after a restore): keep a backup like a key.
"""

from __future__ import annotations

import json
import os
import sqlite3
import tarfile
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from lotwarden.config.restore import DATABASE, FORMAT, MANIFEST, MEMBERS_MOST, digest_of
from lotwarden.core.errors import N_, Refusal

Step = Callable[[str, int, int], None]


class NotSqlite(Refusal):
    """PostgreSQL is backed up with its own tools."""

    code = "config.not_sqlite"
    template = N_("This workspace is in PostgreSQL, which has its own backup tools.")
    remedy = N_("Use pg_dump, then copy the blobs folder of the home.")


class CannotWrite(Refusal):
    """There can be no file of this name."""

    code = "config.cannot_write"
    template = N_("{file} cannot be written: its folder is not there, or it is a folder itself.")
    remedy = N_("Name a file in a folder that is there.")


class BackupExists(Refusal):
    """A backup writes over no file unless it is told to."""

    code = "config.backup_exists"
    template = N_("There is a file {file} already; nothing was written.")
    remedy = N_("Name another file, or replace this one with `lotwarden backup --force {file}`.")


def write(target: Path, step: Step, *, force: bool = False) -> dict[str, Any]:
    """Write a backup to `target`; it appears there whole or not at all.

    A file that is there is replaced only with `force`, when the new one is whole.

    Refuses:
        config.not_sqlite, config.cannot_write, config.backup_exists
    """
    if connection.vendor != "sqlite":
        raise NotSqlite
    home = Path(settings.HOME)
    target = target.resolve()
    if target.is_dir() or not target.parent.is_dir():
        raise CannotWrite(file=target)
    if target.exists() and not force:
        raise BackupExists(file=target)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".lotwarden-") as folder:
        copy = Path(folder) / DATABASE
        _copy_database(home / DATABASE, copy)
        files = sorted(_named_blobs(copy))
        statements = _statements(copy)
        partial = Path(folder) / "backup.tar"
        digests: dict[str, str] = {}
        with tarfile.open(partial, "w") as tar:
            for name, path in ((DATABASE, copy), ("secret", home / "secret")):
                digests[name] = digest_of(path)
                tar.add(path, arcname=name)
            for number, sha256 in enumerate(files, start=1):
                tar.add(home / "blobs" / sha256[:2] / sha256, arcname=f"blobs/{sha256}")
                step("files", 1, len(files))
                assert number <= MEMBERS_MOST
            manifest = Path(folder) / MANIFEST
            told = {"format": FORMAT, "digests": digests, "blobs": len(files)}
            manifest.write_text(json.dumps(told, indent=1))
            tar.add(manifest, arcname=MANIFEST)
        os.chmod(partial, 0o600)
        with partial.open("rb") as file:
            os.fsync(file.fileno())
        os.replace(partial, target)
    return {"file": str(target), "statements": statements, "files": len(files) + 2,
            "bytes": target.stat().st_size}  # fmt: skip


def _copy_database(source: Path, target: Path) -> None:
    """Copy a database that may be written to meanwhile: SQLite's own online backup."""
    with (
        sqlite3.connect(f"file:{source}?mode=ro", uri=True) as live,
        sqlite3.connect(target) as copy,
    ):
        live.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")
    live.close()
    copy.close()


def _named_blobs(database: Path) -> list[str]:
    copy = sqlite3.connect(database)
    try:
        return [row[0] for row in copy.execute("SELECT sha256 FROM lotwarden_blob")]
    finally:
        copy.close()


def _statements(database: Path) -> int:
    copy = sqlite3.connect(database)
    try:
        return int(copy.execute("SELECT count(*) FROM lotwarden_statement").fetchone()[0])
    finally:
        copy.close()
