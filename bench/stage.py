"""Where benchmarks run: a scratch folder on the disk of this checkout, and workspaces in it.

Not the system's temporary folder, which may live in memory: what is measured is how long it
takes until an act is safe on a disk.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lotwarden.identity.acting import Actor

ROOT = Path(__file__).resolve().parent.parent
DATABASE = "workspace.sqlite3"


@contextmanager
def scratch() -> Iterator[Path]:
    """Give a folder that is gone afterwards."""
    made = ROOT / "test-results"
    made.mkdir(exist_ok=True)
    with TemporaryDirectory(dir=made, prefix="bench-") as name:
        yield Path(name)


def set_up(folder: Path) -> None:
    """Set Django up, once for the process, with a home in `folder`."""
    os.environ["LOTWARDEN_HOME"] = str(folder / "home")
    os.environ["DJANGO_SETTINGS_MODULE"] = "lotwarden.config.settings"
    os.environ.pop("LOTWARDEN_DATABASE", None)
    import django

    django.setup()


def use(path: Path) -> None:
    """Let the product work on the database at `path`."""
    from django.db import connection

    connection.close()
    connection.settings_dict["NAME"] = path


def new_workspace(path: Path) -> Actor:
    """Make a workspace in the database at `path` and return its first person."""
    from lotwarden.config.database import prepare
    from lotwarden.identity import operations as identity

    use(path)
    prepare()
    actor, _ = identity.create_workspace(
        name="Bench", organisation="Nordhaven", person="Vera", email="vera@buyer.example"
    )
    return actor


def copy(source: Path, target: Path) -> Path:
    """Copy a database that nobody has open; whoever opened the target lets go of it."""
    for suffix in ("", "-wal", "-shm"):
        Path(f"{target}{suffix}").unlink(missing_ok=True)
    assert not Path(f"{source}-wal").exists(), "closed by its last user, a database is one file"
    shutil.copyfile(source, target)
    with target.open("rb+") as file:
        os.fsync(file.fileno())
    return target


def bare(path: Path) -> sqlite3.Connection:
    """Open the database at `path` without Django, as durable as the product opens it."""
    connection = sqlite3.connect(path, isolation_level=None)
    for pragma in (
        "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "cache_size=-65536",
    ):  # fmt: skip
        connection.execute(f"PRAGMA {pragma}").fetchall()
    return connection
