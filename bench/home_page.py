"""Pages over 10^8 units in 10,000 lots: how long the first reading takes, and how much memory.

Each reading is done by a fresh process on books that no process has in its memory; the file
itself is in the system's cache, as on a server that has run for a minute.
"""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

from bench import large_books, stage
from bench.measuring import Figure, at_most, seconds, spread

TITLE = "Pages over large books"

SECONDS = 1.0
MEMORY_MB = 200.0
CONTENTS = (
    ("lot", "lots"), ("transfer", "transfers"), ("standing", "standings"),
    ("statement", "statements"),
)  # fmt: skip
OPENED = """SELECT count(*) FROM lotwarden_disposition
    WHERE status IN ('proposed', 'authorised', 'running')"""


def measure(folder: Path, *, quick: bool) -> list[Figure]:
    """Return the figures of this budget."""
    home = folder / "home"
    home.mkdir()
    large_books.build(
        home / stage.DATABASE, lots=large_books.QUICK_LOTS if quick else large_books.LOTS
    )
    repeats = 3 if quick else 7
    print(f"  {_contents(home / stage.DATABASE)}", flush=True)
    return [
        *_figures("home: the matrix", [_probe(home, "matrix") for _ in range(repeats)], limit=True),
        *_figures("home: all of the page", [_probe(home, "home") for _ in range(repeats)],
                  limit=True),
        *_figures("home: as the server answers", [_probe(home, "answer") for _ in range(repeats)]),
        *_figures("lots: the list's first page", [_probe(home, "lots") for _ in range(repeats)]),
        _command(home, "lotwarden where --json", ["where", "--json"], repeats),
        _command(home, "lotwarden where --lots --json", ["where", "--lots", "--json"], repeats),
    ]  # fmt: skip


def _figures(name: str, found: list[dict[str, Any]], *, limit: bool = False) -> list[Figure]:
    taken = spread((one["seconds"] for one in found), "s")
    peak = spread((one["peak_bytes"] / 1e6 for one in found), "MB")
    computed = Figure(
        "  processor time alone", spread((one["processor_seconds"] for one in found), "s")
    )
    if not limit:
        return [Figure(name, taken), computed, Figure("  peak memory of the process", peak)]
    return [
        at_most(name, taken, SECONDS),
        computed,
        at_most("  peak memory of the process", peak, MEMORY_MB),
    ]


def _probe(home: Path, name: str) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "bench.probe", name],
        cwd=stage.ROOT, env=_environment(home), check=True, capture_output=True, text=True,
    )  # fmt: skip
    found: dict[str, Any] = json.loads(done.stdout)
    assert found["shown"], f"{name} shows nothing"
    return found


def _command(home: Path, name: str, arguments: list[str], repeats: int) -> Figure:
    """Return how long a command takes from its start to its end."""
    program = [sys.executable, "-c", "from lotwarden.cli import main; raise SystemExit(main())"]

    def run() -> None:
        subprocess.run(
            [*program, *arguments], cwd=stage.ROOT, env=_environment(home), check=True,
            stdout=subprocess.DEVNULL,
        )  # fmt: skip

    run()
    return Figure(f"{name}, from start to end", spread((seconds(run) for _ in range(repeats)), "s"))


def _environment(home: Path) -> dict[str, str]:
    return {**os.environ, "LOTWARDEN_HOME": str(home)}


def _contents(path: Path) -> str:
    connection = sqlite3.connect(path)
    counted = [
        f"{connection.execute(f'SELECT count(*) FROM lotwarden_{table}').fetchone()[0]:,} {words}"
        for table, words in CONTENTS
    ]
    units = connection.execute("SELECT sum(quantity) FROM lotwarden_standing").fetchone()[0]
    opened = connection.execute(OPENED).fetchone()[0]
    connection.close()
    size = path.stat().st_size / 1e6
    return f"{units:,} units; {', '.join(counted)}; {opened:,} open dispositions; {size:,.0f} MB"
