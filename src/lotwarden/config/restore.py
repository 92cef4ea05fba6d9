"""Restore: a backup into a home that has no workspace yet; every digest is checked first.

It runs before Django is set up: the settings would make a new secret in the empty home.
"""

from __future__ import annotations

import hashlib
import json
import os
import tarfile
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from lotwarden.core.errors import N_, Refusal

Step = Callable[[str, int, int], None]
DATABASE = "workspace.sqlite3"
MANIFEST = "manifest.json"
FORMAT = "lotwarden/backup/1"
MEMBERS_MOST = 10_000_000


class HomeNotEmpty(Refusal):
    """A restore never writes over a workspace."""

    code = "config.home_not_empty"
    template = N_("{home} holds a workspace already.")
    remedy = N_("Set LOTWARDEN_HOME to an empty folder and restore there.")


class NotABackup(Refusal):
    """The file is not a backup, is cut off, or was changed."""

    code = "config.not_a_backup"
    template = N_("{file} is not a whole backup of lotwarden: {why}.")
    remedy = N_("Use another copy; nothing was restored.")


def read(source: Path, home: Path, step: Step) -> dict[str, Any]:
    """Restore a backup into `home`, which holds no workspace yet; every digest is checked.

    Refuses, before anything stands in `home`:
        config.home_not_empty
        config.not_a_backup
    """
    if (home / DATABASE).exists() or (home / "secret").exists():
        raise HomeNotEmpty(home=home)
    if not source.is_file():
        raise NotABackup(file=source.name, why="there is no such file")
    with tempfile.TemporaryDirectory(dir=home, prefix=".restore-") as name:
        folder = Path(name)
        try:
            files = _unpack(source, folder, step)
        except (tarfile.TarError, OSError, ValueError, KeyError) as cause:
            raise NotABackup(file=source.name, why=type(cause).__name__) from cause
        if (folder / "blobs").is_dir():
            for path in (folder / "blobs").iterdir():
                final = home / "blobs" / path.name[:2] / path.name
                final.parent.mkdir(parents=True, exist_ok=True)
                os.replace(path, final)
        os.chmod(folder / "secret", 0o600)
        os.replace(folder / "secret", home / "secret")
        os.replace(folder / DATABASE, home / DATABASE)
    return {"home": str(home), "files": files}


def _unpack(source: Path, folder: Path, step: Step) -> int:
    """Unpack into `folder`, checking names and digests; return how many files."""
    files = 0
    with tarfile.open(source, "r:") as tar:
        members = tar.getmembers()
        if len(members) > MEMBERS_MOST:
            raise ValueError("too many members")
        (folder / "blobs").mkdir()
        for member in members:
            known = member.name in (DATABASE, "secret", MANIFEST)
            blob = member.name.startswith("blobs/") and len(member.name) == 6 + 64
            if not member.isfile() or not (known or blob) or ".." in member.name:
                raise ValueError(f"unknown member {member.name}")
            handle = tar.extractfile(member)
            assert handle is not None, "a regular file"
            target = folder / member.name
            with target.open("wb") as out:
                while chunk := handle.read(1 << 20):
                    out.write(chunk)
                out.flush()
                os.fsync(out.fileno())
            if blob and digest_of(target) != member.name[6:]:
                raise ValueError(f"{member.name} was changed")
            files += 1
            step("files", 1, len(members))
    told = json.loads((folder / MANIFEST).read_text())
    if told["format"] != FORMAT:
        raise ValueError("another format")
    for name, digest in told["digests"].items():
        if digest_of(folder / name) != digest:
            raise ValueError(f"{name} was changed")
    if len(list((folder / "blobs").iterdir())) != told["blobs"]:
        raise ValueError("files are missing")
    return files


def digest_of(path: Path) -> str:
    """Return a file's SHA-256."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
