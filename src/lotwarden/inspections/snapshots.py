"""The plan that an inspection keeps: what was agreed, whatever the tables say later."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from lotwarden.core import sampling
from lotwarden.core.sampling import Recorded, Stage, StagedClass, StagedInspection, StagedPlan
from lotwarden.inspections.models import Inspection, Result

UNDECIDED = ("incomplete", "continue")
"""The verdicts that decide nothing yet: the next result of the inspection continues it."""


def snapshot(made: StagedInspection, *, proposed: Mapping[str, str]) -> dict[str, Any]:
    """Return a plan as it is kept; `n`, `ac` and `re` are those of a class's last stage."""
    return {
        "code_letter": sampling.code_letter(lot_size=made.lot_size, level=made.level),
        "sample_size": made.sample_size,
        "classes": [_kept(one, proposed.get(one.name)) for one in made.classes],
    }


def _kept(one: StagedClass, proposed: str | None) -> dict[str, Any]:
    plan, last = one.plan, one.plan.stages[-1]
    return {
        "name": one.name,
        "kind": plan.kind,
        "aql": plan.aql,
        "severity": plan.severity,
        "proposed": proposed or plan.severity,
        "n": last.n,
        "ac": last.ac,
        "re": last.re,
        "letter": plan.letter,
        "inspect": plan.inspect,
        "stages": [stage._asdict() for stage in plan.stages],
        "flag": plan.flag,
    }


def single_unit(aqls: Mapping[str, str]) -> dict[str, Any]:
    """Return the plan of one unit: it is no lot, is looked at, and decides itself."""
    classes = [
        {"name": name, "aql": aql, "n": 1, "ac": 0, "re": 1, "letter": "", "inspect": 1}
        for name, aql in aqls.items()
    ]
    return {"code_letter": "", "sample_size": 1, "classes": classes}


def plan_of(row: Inspection) -> StagedInspection:
    """Return the plan that an inspection keeps, as the core judges by it."""
    return StagedInspection(
        lot_size=row.lot_size,
        level=row.level,
        standard=row.standard,
        classes=tuple(StagedClass(one["name"], _plan(row, one)) for one in row.plan["classes"]),
    )


def _plan(row: Inspection, one: Mapping[str, Any]) -> StagedPlan:
    # Plans of before had one severity, and one stage.
    stages = one.get("stages") or [{name: one[name] for name in ("n", "ac", "re")}]
    return StagedPlan(
        kind=one.get("kind", "single"),
        stages=tuple(Stage(**stage) for stage in stages),
        letter=one["letter"],
        code_letter=row.plan["code_letter"],
        lot_size=row.lot_size,
        level=row.level,
        aql=one["aql"],
        severity=one.get("severity", row.severity),
        standard=row.standard,
        flag=one.get("flag", ""),
    )


def recorded(results: Iterable[Result]) -> list[Recorded]:
    """Return results as the core reads them."""
    return [Recorded(one.inspected, one.found) for one in results]


def looks_at_each(row: Inspection) -> bool:
    """Return whether every unit is looked at: no table then says how many."""
    return row.every_unit or row.lot_size == 1
