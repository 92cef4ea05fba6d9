"""What the plans of the command line have in common: their form, their words, their names."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from lotwarden.cli.usage import Usage
from lotwarden.core import sampling

ALL = "all"
"""The name of the one class where a plan is asked for without naming any."""


class Subject(NamedTuple):
    """What a plan is to somebody who computes what it lets through: one of the three.

    `aql` is a share of units, or nonconformities per unit where the model is Poisson.  Every
    unit of the lot is inspected where all three are empty.
    """

    stages: Sequence[tuple[int, int | None, int]] = ()
    model: Any = "binomial"
    lot_size: int | None = None
    aql: float | None = None
    measured: tuple[int, float, str] | None = None
    sequential: Any = None

    @property
    def full(self) -> bool:
        """Whether nothing is left to chance, since every unit is inspected."""
        return not self.stages and self.measured is None and self.sequential is None


class Shown(NamedTuple):
    """The plan of one class: its JSON, its lines for a person, and what it is."""

    name: str
    json: dict[str, Any]
    lines: Sequence[str]
    subject: Subject


class Plans(NamedTuple):
    """The plans of all classes: what is said once, and each class."""

    json: dict[str, Any]
    title: str
    classes: Sequence[Shown]


def named(pairs: Sequence[str], option: str) -> Iterator[tuple[str, str]]:
    """Yield name and value of each `CLASS=VALUE`; a lone value is that of all."""
    seen = set()
    for pair in pairs:
        name, equals, value = pair.rpartition("=")
        if equals and not name.strip():
            raise Usage(f"write {option} CLASS=VALUE, not {pair}")
        name = name.strip() or ALL
        if name.casefold() in seen:
            raise sampling.DuplicateClass(name=name)
        seen.add(name.casefold())
        yield name, value.strip()


def aqls_of(arguments: argparse.Namespace) -> list[tuple[str, str]]:
    """Return the classes with their AQLs."""
    for pair in arguments.aql:
        name, equals, _ = pair.partition("=")
        if not equals or not name.strip():
            raise Usage(f"write --aql CLASS=AQL, not {pair}")
    return list(named(arguments.aql, "--aql"))


def stages_json(stages: Sequence[tuple[int, int | None, int]]) -> list[dict[str, int | None]]:
    """Return stages in their fixed form."""
    return [{"n": n, "ac": ac, "re": re} for n, ac, re in stages]


def judged(stage: tuple[int, int | None, int]) -> str:
    """Return what is said of the count at one stage."""
    _, ac, re = stage
    accepts = "not acceptable yet" if ac is None else f"acceptable at {ac:,} or fewer"
    return f"{accepts}, not acceptable at {re:,} or more"
