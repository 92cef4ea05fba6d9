"""`lotwarden plan`: needs nothing but the core.

A look-up of single, double or multiple plans stays light: the numeric libraries are loaded
only for what computes, which is every other type, `--words` and `--plot`.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Mapping
from typing import Any

from lotwarden.cli.subjects import Plans, Shown, Subject, aqls_of, judged, stages_json
from lotwarden.core import sampling

_FROM_TABLES = ("single", "double", "multiple")

# The options of each type beside those of all: what must be there ("a|b": one of them), and
# what may be.
_NEEDS: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(_FROM_TABLES, ("lot_size", "aql")),
    "variables": ("aql|producer",),
    "c0": ("lq|aql",),
    "dodge-romig": ("lot_size", "aoql|ltpd", "process_average"),
    "sequential": ("producer", "consumer"),
}
_TAKES: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(_FROM_TABLES, ("level", "severity", "standard")),
    "variables": ("letter", "method", "severity", "standard", "consumer", "lot_size"),
    "c0": ("lot_size", "level", "standard", "beta"),
    "dodge-romig": ("beta",),
    "sequential": ("lot_size",),
}
_OF_SOME = frozenset(
    name
    for options in (*_NEEDS.values(), *_TAKES.values())
    for option in options
    for name in option.split("|")
)


def plan(arguments: argparse.Namespace) -> int:
    """Print the sampling plan of a lot for each class."""
    _check_options(arguments)
    if arguments.plot is not None:
        _check_picture(arguments.plot)
    if arguments.type in _FROM_TABLES:
        plans = _from_tables(arguments)
    else:
        from lotwarden.cli import computed_plans

        plans = computed_plans.TYPES[arguments.type](arguments)
    drawn = {}
    if arguments.plot is not None:
        from lotwarden.cli import plot

        plot.of_plans(plans, arguments.plot, arguments.curve)
        drawn = {"plot": arguments.plot}
    if arguments.json:
        classes = {one.name: one.json for one in plans.classes}
        print(json.dumps({**plans.json, "classes": classes, **drawn}))
        return 0
    print(plans.title)
    tells = arguments.words or arguments.plot is not None or arguments.type != "single"
    for one in plans.classes:
        for line in (*one.lines, *(_told(one.subject) if tells else ())):
            print(f"  {line}")
    if drawn:
        print(f"Curve: {arguments.plot}")
    return 0


def _check_picture(file: str) -> None:
    from lotwarden.cli import plot

    plot.check(file)


def _check_options(arguments: argparse.Namespace) -> None:
    """Ask of each type the options that it needs and no others, as argparse would."""
    kind = arguments.type
    for option in _NEEDS[kind]:
        if all(getattr(arguments, one) is None for one in option.split("|")):
            arguments.error(f"--type {kind} needs {' or '.join(map(_written, option.split('|')))}")
    takes = {one for option in _NEEDS[kind] for one in option.split("|")} | {*_TAKES[kind]}
    for name in sorted(_OF_SOME - takes):
        if getattr(arguments, name) is not None:
            arguments.error(f"{_written(name)} does not belong to --type {kind}")
    for option in _NEEDS[kind]:
        one, _, other = option.partition("|")
        if other and None not in (getattr(arguments, one), getattr(arguments, other)):
            arguments.error(f"write {_written(one)} or {_written(other)}, not both")


def _written(name: str) -> str:
    return f"--{name.replace('_', '-')}"


def _told(subject: Subject) -> Iterator[str]:
    if subject.full:
        yield "  Every unit is inspected: nothing is left to chance."
        return
    from lotwarden.cli import passing

    for sentence in passing.sentences(subject):
        yield f"  {sentence}"


def _from_tables(arguments: argparse.Namespace) -> Plans:
    """Look up single, double or multiple plans; the tables of the latter two are Z1.4's."""
    kind = arguments.type
    level = arguments.level or "II"
    severity = arguments.severity or "normal"
    made = sampling.staged_plans(
        kind=kind,
        lot_size=arguments.lot_size,
        level=level,
        aqls=aqls_of(arguments),
        severity=severity,
        standard=arguments.standard or ("iso2859-1" if kind == "single" else "z1.4"),
    )
    letter = sampling.code_letter(lot_size=arguments.lot_size, level=level)
    scheme = f"level {made.level}, {severity}"
    if kind != "single":
        scheme += f", {kind} sampling of {made.standard}"
    return Plans(
        {"code_letter": letter},
        f"Lot of {made.lot_size:,}, {scheme}: code letter {letter}",
        [_class(one.name, one.plan, asked=kind) for one in made.classes],
    )


def _class(name: str, plan: sampling.StagedPlan, *, asked: str) -> Shown:
    last = plan.stages[-1]
    told: dict[str, Any] = {"n": last.n, "ac": last.ac, "re": last.re, "letter": plan.letter}
    told["stages"] = stages_json(plan.stages)
    if asked != "single":
        told |= {"kind": plan.kind, "flag": plan.flag}
    subject = Subject()
    if not plan.full:
        subject = Subject(
            plan.stages,
            model="binomial" if plan.counts_units else "poisson",
            lot_size=plan.lot_size,
            aql=float(plan.aql) / 100 or None,
        )
    lines = _one_stage(name, plan) if len(plan.stages) == 1 else _many_stages(name, plan)
    if plan.kind != asked:
        lines.append(f"  The table says: use {plan.kind} sampling here.")
    if plan.flag:
        lines.append(f"  Note: {plan.flag}")
    return Shown(name, told, lines, subject)


def _one_stage(name: str, plan: sampling.StagedPlan) -> list[str]:
    every = "every unit" if plan.full else f"{plan.inspect:,} units"
    asked = f"{name}: AQL {plan.aql}: inspect {every} (letter {plan.letter})"
    return [f"{asked}; {judged(plan.stages[0])}"]


def _many_stages(name: str, plan: sampling.StagedPlan) -> list[str]:
    lines = [f"{name}: AQL {plan.aql}: in stages (letter {plan.letter}), all counted together"]
    for place, (stage, end) in enumerate(zip(plan.stages, plan.ends, strict=True)):
        more = plan.ends[place + 1] - end if place + 1 < len(plan.ends) else 0
        otherwise = f"; else {more:,} more" if more else ""
        whole = ", the whole lot" if end == plan.lot_size else ""
        lines.append(f"  after {end:,} units{whole}: {judged(stage)}{otherwise}")
    last = plan.stages[-1]
    if last.ac is not None and last.re > last.ac + 1:
        lines.append("  Between the two at the end: acceptable, and normal from the next lot.")
    return lines
