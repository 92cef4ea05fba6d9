"""What a benchmark reports: figures, each with its spread and what it stands beside.

Machines are noisy, so a figure is a median with its smallest and largest value, and a ratio is
taken between neighbours in time: what is compared takes turns.
"""

from __future__ import annotations

import os
import platform
import sqlite3
import statistics
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

PAGE = 4096


@dataclass(frozen=True, slots=True)
class Spread:
    """Values of one quantity in one unit: what `--` shows as median, smallest, largest."""

    values: tuple[float, ...]
    unit: str

    @property
    def median(self) -> float:
        """Return the middle value."""
        return statistics.median(self.values)

    def __str__(self) -> str:
        if len(self.values) == 1:
            return f"{shown(self.median)} {self.unit}".rstrip()
        low, high = min(self.values), max(self.values)
        return f"{shown(self.median)} {self.unit} ({shown(low)}–{shown(high)})".replace("  ", " ")


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the report; `reach` is what we want, `reached` whether it is so."""

    name: str
    value: Spread
    beside: str = ""
    reach: str = ""
    reached: bool | None = None


def spread(values: Iterable[float], unit: str) -> Spread:
    """Return the spread of `values`."""
    return Spread(tuple(values), unit)


def at_least(name: str, value: Spread, least: float, *, beside: str = "") -> Figure:
    """Return a figure that should be `least` or more."""
    return Figure(
        name, value, beside, f"≥ {shown(least)} {value.unit}".rstrip(), value.median >= least
    )


def at_most(name: str, value: Spread, most: float, *, beside: str = "") -> Figure:
    """Return a figure that should be `most` or less."""
    return Figure(
        name, value, beside, f"≤ {shown(most)} {value.unit}".rstrip(), value.median <= most
    )


def ratios(above: Sequence[float], below: Sequence[float]) -> Spread:
    """Return how `above` compares with `below`, neighbour by neighbour."""
    return spread((a / b for a, b in zip(above, below, strict=True)), "")


def shown(value: float) -> str:
    """Return a number with as many digits as mean something."""
    if value >= 100:
        return f"{value:,.0f}"
    if value >= 10:
        return f"{value:.1f}"
    return f"{value:.3f}" if value < 0.1 else f"{value:.2f}"


def seconds(of: Callable[[], object]) -> float:
    """Return how long one call takes."""
    began = time.perf_counter()
    of()
    return time.perf_counter() - began


@contextmanager
def timed(into: list[float], processor: list[float] | None = None) -> Iterator[None]:
    """Append how long the block takes, and how much of that this process computed."""
    computed, began = time.process_time(), time.perf_counter()
    yield
    into.append(time.perf_counter() - began)
    if processor is not None:
        processor.append(time.process_time() - computed)


def fsync_latency(folder: Path, *, repeats: int = 100) -> Spread:
    """Return how long one page appended to a file takes to be safe on this disk."""
    taken: list[float] = []
    path = folder / "fsync"
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC)
    try:
        for index in range(repeats):
            os.pwrite(handle, os.urandom(PAGE), index * PAGE)
            with timed(taken):
                os.fsync(handle)
    finally:
        os.close(handle)
        path.unlink()
    return spread((one * 1e3 for one in taken), "ms")


def machine() -> list[str]:
    """Return what the figures were measured on, without any path of it."""
    load = ", ".join(f"{one:.1f}" for one in os.getloadavg())
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    system = f"{platform.system()} {platform.release()}"
    own = ", ".join(f"{name} {metadata.version(name)}" for name in ("django", "lotwarden"))
    return [
        f"machine   {_processor()}, {os.cpu_count()} processors, {memory:.0f} GiB, {system}",
        f"software  Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, {own}",
        f"load      {load} over 1, 5 and 15 minutes, before these benchmarks",
    ]


def table(figures: Sequence[Figure]) -> Iterator[str]:
    """Return the figures as lines of a table."""
    rows = [("", "median (smallest–largest)", "beside", "reach", "")] + [
        (one.name, str(one.value), one.beside, one.reach, _VERDICT[one.reached]) for one in figures
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(5)]
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        yield "  " + "  ".join(cells).rstrip()


_VERDICT = {None: "", True: "reached", False: "MISSED"}


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.machine()
    names = (line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.machine())
