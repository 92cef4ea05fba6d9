"""The home folder: where everything of one workspace is stored, and its secret.

lotwarden-data/
  workspace.sqlite3   rows       trusted for availability; a change shows against the chains
  blobs/              files      by SHA-256; trusted for availability
  secret              32 random bytes in hexadecimal, mode 0600: sessions and links
"""

from __future__ import annotations

import os
import secrets
import stat
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from lotwarden.core.errors import N_, Refusal

SECRET_BYTES = 32
BUSY_S = 20
"""How long a writer waits for another before it is told to try again."""


class SecretReadable(Refusal):
    """The secret can be read by others on this machine."""

    code = "config.secret_readable"
    template = N_("{path} can be read by other users of this machine.")
    remedy = N_("Run `chmod 600 {path}`; if others may have read it, delete it and log in anew.")


class BadDatabase(Refusal):
    """The database address is not understood."""

    code = "config.bad_database"
    template = N_("LOTWARDEN_DATABASE does not begin with postgresql://")
    remedy = N_("Write postgresql://user:password@host:port/name, or leave it out for SQLite.")


def home() -> Path:
    """Return the home folder: `LOTWARDEN_HOME`, else `./lotwarden-data`; made where it is not."""
    path = Path(os.environ.get("LOTWARDEN_HOME") or "lotwarden-data").expanduser().resolve()
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


class NoWorkspaceHere(Refusal):
    """The home holds no workspace."""

    code = "config.no_workspace_here"
    template = N_("There is no workspace in {home}.")
    remedy = N_("Make one with `lotwarden init`, or try the demonstration with `lotwarden demo`.")


def require_workspace() -> None:
    """Refuse a home without a database; nothing is made there by asking.

    Refuses:
        config.no_workspace_here
    """
    path = Path(os.environ.get("LOTWARDEN_HOME") or "lotwarden-data").expanduser().resolve()
    if not os.environ.get("LOTWARDEN_DATABASE") and not (path / "workspace.sqlite3").is_file():
        raise NoWorkspaceHere(home=path)


def secret_key(folder: Path) -> str:
    """Return the secret of this home, made at the first call with mode 0600.

    Refuses:
        config.secret_readable: its mode lets others read it.
    """
    path = folder / "secret"
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        pass
    else:
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_hex(SECRET_BYTES))
            file.flush()
            os.fsync(file.fileno())
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise SecretReadable(path=path)
    return path.read_text().strip()


def database(folder: Path) -> dict[str, Any]:
    """Return Django's description of the database.

    SQLite in WAL mode with `synchronous=FULL`: an acknowledged act survives a power cut.
    Writers begin IMMEDIATE, so that two acts on one lot wait for each other.

    Refuses:
        config.bad_database
    """
    address = os.environ.get("LOTWARDEN_DATABASE", "")
    if address:
        return postgresql(address)
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": folder / "workspace.sqlite3",
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": BUSY_S,
            "init_command": (
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
                "PRAGMA cache_size=-65536;"
            ),
        },
        "CONN_MAX_AGE": None,
        "TEST": {"NAME": None},
    }


def postgresql(address: str) -> dict[str, Any]:
    """Return Django's description of a PostgreSQL database."""
    parts = urlsplit(address)
    if parts.scheme not in ("postgresql", "postgres"):
        raise BadDatabase
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": parts.port or "",
        "CONN_MAX_AGE": 60,
        "OPTIONS": {},
    }
