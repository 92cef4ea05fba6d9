"""How long `lotwarden where` takes to start, beyond what Python itself takes to do nothing.

The books are nearly empty, so that the time is that of starting.  Both take turns.  What is
imported is listed by package, from Python's own `-X importtime`.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

from bench import posting, stage
from bench.measuring import Figure, at_most, seconds, spread

TITLE = "Start of `lotwarden where`"

REACH_S = 0.5
SHOWN = 8
WHERE = "from lotwarden.cli import main; raise SystemExit(main(['where', '--json']))"
NEVER = ("scipy", "numpy", "openpyxl", "jinja2", "waitress", "puremagic", "lotwarden.web")
"""What `where` has no business to import."""


def measure(folder: Path, *, quick: bool) -> list[Figure]:
    """Return the figures of this budget."""
    home = folder / "home"
    home.mkdir()
    posting.load(stage.new_workspace(home / stage.DATABASE), lots=1, quantity=1_000)
    stage.use(home / stage.DATABASE)
    # Compiled files are kept in the scratch folder, so that they are there and stay nowhere.
    environment = {
        **os.environ, "LOTWARDEN_HOME": str(home), "PYTHONPYCACHEPREFIX": str(folder / "compiled"),
    }  # fmt: skip
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    nothing, where = [], []
    for turn in range(1 + (5 if quick else 21)):
        pair = [_run(code, environment) for code in ("pass", WHERE)]
        if turn:  # the first turn compiles
            nothing.append(pair[0])
            where.append(pair[1])
    more = spread((b - a for a, b in zip(nothing, where, strict=True)), "s")
    return [
        Figure("python -c pass", spread(nothing, "s")),
        Figure("lotwarden where --json", spread(where, "s")),
        at_most("  more than python -c pass", more, REACH_S),
        *_imports(environment),
    ]


def _run(code: str, environment: dict[str, str]) -> float:
    return seconds(
        lambda: subprocess.run(
            [sys.executable, "-c", code], env=environment, check=True, cwd=stage.ROOT,
            stdout=subprocess.DEVNULL,
        )
    )  # fmt: skip


def _imports(environment: dict[str, str]) -> list[Figure]:
    """Return the packages whose modules take longest to import, and what should not be there."""
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-c", WHERE], env=environment, check=True,
        cwd=stage.ROOT, capture_output=True, text=True,
    )  # fmt: skip
    taken: Counter[str] = Counter()
    modules: Counter[str] = Counter()
    for own_us, name in re.findall(r"import time:\s+(\d+) \|\s+\d+ \|\s+(\S+)", done.stderr):
        package = _package(name)
        taken[package] += int(own_us)
        modules[package] += 1
    figures = [
        Figure(f"  imports {package}, {modules[package]} modules", spread([own_us / 1e3], "ms"))
        for package, own_us in taken.most_common(SHOWN)
    ]
    found = [name for name in NEVER if name in taken]
    unwanted = Figure("  imports it should not", spread([len(found)], ""), ", ".join(found), "0",
                      not found)  # fmt: skip
    return [*figures, unwanted]


def _package(name: str) -> str:
    parts = name.split(".")
    depth = 2 if parts[0] in ("django", "lotwarden") else 1
    return ".".join(parts[:depth])
