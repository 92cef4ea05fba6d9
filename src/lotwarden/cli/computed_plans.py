"""The plans of `lotwarden plan` that no table of counts holds: computed, or by measurements."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from typing import Any

from lotwarden.cli.subjects import (
    ALL,
    Plans,
    Shown,
    Subject,
    aqls_of,
    judged,
    named,
    stages_json,
)
from lotwarden.cli.usage import Usage
from lotwarden.core import sampling

_RARELY = 0.10


def _percent(share: float) -> str:
    return f"{100 * share:.3g} %"


def _share(text: str, option: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise Usage(f"{option} is a share such as 0.05, not {text}") from None


def _variables(arguments: argparse.Namespace) -> Plans:
    """Return plans by measurements: Z1.9's for a letter and AQLs, or one for two points."""
    method = arguments.method or "s"
    how = "known" if method == "sigma" else "unknown"
    title = f"By measurements, {method} method (standard deviation {how}), one limit"
    if arguments.producer is not None:
        return Plans({}, title, [_variables_designed(arguments, method)])
    if arguments.consumer is not None:
        raise Usage("write --consumer with --producer, not with --aql")
    standard = arguments.standard or "z1.9"
    severity = arguments.severity or "normal"
    if arguments.letter is None and standard == "z1.9":
        raise Usage(
            "--type variables needs --letter: Z1.9 has a table of lot sizes of its own (A-2), "
            "which is not here"
        )
    shown = []
    for name, aql in aqls_of(arguments):
        found = sampling.variables_plan(
            letter=arguments.letter,
            aql=aql,
            severity=severity,
            method=method,
            standard=standard,
            lot_size=arguments.lot_size,
        )
        lines = _measured(f"{name}: AQL {found.aql}", found)
        if found.warning:
            warning = found.warning.format_map(found.warning_numbers)
            lines.append(f"  Note: {warning}.")
        told = {"letter": found.letter, "trust": str(found.trust)}
        shown.append(_measured_class(name, found, lines, told, float(found.aql) / 100))
    return Plans({}, f"{title}: letter {arguments.letter}, {severity}, {standard}", shown)


def _variables_designed(arguments: argparse.Namespace, method: str) -> Shown:
    if arguments.consumer is None:
        raise Usage("--producer needs --consumer")
    for option in ("letter", "severity", "standard"):
        if getattr(arguments, option) is not None:
            raise Usage(f"--{option} belongs to a table: write it with --aql, not --producer")
    design = sampling.design_variables(
        producer=arguments.producer,
        consumer=arguments.consumer,
        spread="known" if method == "sigma" else "unknown",
    )
    found = sampling.variables_plan_of_k(n=design.n, k=design.k, method=method)
    good = arguments.producer[0]
    return _measured_class(ALL, found, _measured(_points(arguments), found), {}, good)


def _measured(what: str, plan: sampling.VariablesPlan) -> list[str]:
    least = f"at least {plan.k:.3f} standard deviations inside the limit"
    return [
        f"{what}: measure {plan.n:,} units; acceptable where the mean is {least}",
        f"  The same: at most {_percent(plan.m)} estimated outside (M).",
    ]


def _measured_class(
    name: str,
    plan: sampling.VariablesPlan,
    lines: list[str],
    more: Mapping[str, Any],
    aql: float,
) -> Shown:
    told = {"n": plan.n, "k": plan.k, "m": plan.m, "method": plan.method, **more}
    return Shown(name, told, lines, Subject(aql=aql, measured=(plan.n, plan.k, plan.method)))


def _zero(arguments: argparse.Namespace) -> Plans:
    """Return plans with Ac 0: for a limiting quality, or as safe as the single plan of an AQL."""
    beta = _RARELY if arguments.beta is None else arguments.beta
    title = "Acceptance number 0: one nonconforming unit in the sample, and the lot stays"
    if arguments.lq is not None:
        for option in ("level", "standard"):
            if getattr(arguments, option) is not None:
                raise Usage(f"--{option} belongs to --aql, not to --lq")
        asked = [(name, _share(lq, "--lq"), "") for name, lq in named(arguments.lq, "--lq")]
    else:
        asked = _as_single(arguments, beta)
    shown = []
    for name, lq, aql in asked:
        found = sampling.zero_plan(lq=lq, beta=beta, lot_size=arguments.lot_size)
        stages = ((found.n, 0, 1),)
        full = found.n == found.lot_size
        told = {
            **_numbers(stages), "lq": found.quality, "pa": found.pa,
        }  # fmt: skip
        why = f"LQ {_percent(lq)}" + (f" as for AQL {aql}" if aql else "")
        subject = Subject()
        if not full:
            subject = _of_lot(stages, found.lot_size)._replace(aql=_of_units(aql, found.lot_size))
        lines = [f"{name}: {why}: {_inspect(found.n, full=full)}; {judged(stages[0])}"]
        shown.append(Shown(name, told, lines, subject))
    return Plans({}, title, shown)


def _of_units(aql: str, lot_size: int | None) -> float | None:
    """Return an AQL as a share, unless the lot cannot have as much as one unit of it."""
    share = float(aql or 0) / 100
    return share if lot_size is not None and share * lot_size >= 1 else None


def _as_single(arguments: argparse.Namespace, beta: float) -> list[tuple[str, float, str]]:
    """Return each class with the limiting quality that the single plan of its AQL has."""
    if arguments.lot_size is None:
        raise Usage("--type c0 with --aql needs --lot-size: the plan is as safe as the table's")
    made = sampling.class_plans(
        lot_size=arguments.lot_size,
        level=arguments.level or "II",
        aqls=aqls_of(arguments),
        severity="normal",
        standard=arguments.standard or "iso2859-1",
    )
    found = []
    for name, plan in made.classes:
        if not plan.counts_units:
            raise sampling.NonconformitiesNotCounted(aql=plan.aql, name=name)
        stages = ((plan.inspect, plan.ac, plan.re),)
        lq = 1 / plan.lot_size  # where every unit is inspected anyhow
        if not plan.full:
            lq = sampling.quality_at(stages=stages, pa=beta)
        found.append((name, lq, plan.aql))
    return found


def _dodge_romig(arguments: argparse.Namespace) -> Plans:
    """Return the cheapest plan that keeps an AOQL or an LTPD where rejected lots are screened."""
    lot, average = arguments.lot_size, arguments.process_average
    kind = "AOQL" if arguments.aoql is not None else "LTPD"
    if kind == "AOQL" and arguments.beta is not None:
        raise Usage("--beta belongs to --ltpd, not to --aoql")
    shown = []
    for name, text in named(arguments.aoql or arguments.ltpd, f"--{kind.lower()}"):
        limit = _share(text, f"--{kind.lower()}")
        if kind == "AOQL":
            found = sampling.aoql_plan(aoql=limit, process_average=average, lot_size=lot)
        else:
            found = sampling.ltpd_plan(
                ltpd=limit,
                process_average=average,
                lot_size=lot,
                beta=_RARELY if arguments.beta is None else arguments.beta,
            )
        stages = ((found.n, found.ac, found.re),)
        told = {**_numbers(stages), "ati": found.ati, "aoq": found.aoq, "aoq_at": found.aoq_at}
        inspect = _inspect(found.n, full=found.full)
        lines = [f"{name}: {kind} {_percent(limit)}: {inspect}; {judged(stages[0])}"]
        subject = Subject()
        if not found.full:
            subject = _of_lot(stages, lot) if kind == "LTPD" else Subject(stages, lot_size=lot)
            worst, at = _percent(found.aoq), _percent(found.aoq_at)
            lines += [
                f"  At the process average {found.ati:,.1f} units of a lot are inspected.",
                f"  At worst {worst} go out, on average: where {at} come in.",
            ]
        shown.append(Shown(name, told, lines, subject))
    title = f"Lot of {lot:,}, lots not accepted are screened; process average {_percent(average)}"
    return Plans({}, title, shown)


def _sequential(arguments: argparse.Namespace) -> Plans:
    """Return Wald's plan, and the places where one of its numbers changes as its stages."""
    found = sampling.sequential_plan(producer=arguments.producer, consumer=arguments.consumer)
    stages = found.stages
    told = {
        **_numbers(stages),
        "slope": found.slope,
        "accept_offset": found.accept_offset,
        "reject_offset": found.reject_offset,
        "cut": found.cut,
    }
    lines = [f"{_points(arguments)}: unit by unit, at most {found.cut:,}"]
    accepts: int | None = None
    for n, ac, re in stages:
        line = f"  up to {n:,} units: not acceptable at {re:,} or more"
        if ac != accepts:
            line += f"; at {n:,}: acceptable at {ac:,} or fewer"
        lines.append(line)
        accepts = ac
    subject = Subject(
        aql=arguments.producer[0], sequential=found, lot_size=arguments.lot_size
    )  # fmt: skip
    title = "Sequential: stop as soon as the count reaches one of the two numbers"
    return Plans({}, title, [Shown(ALL, told, lines, subject)])


def _numbers(stages: Any) -> dict[str, Any]:
    n, ac, re = stages[-1]
    return {"n": n, "ac": ac, "re": re, "stages": stages_json(stages)}


def _of_lot(stages: tuple[tuple[int, int, int], ...], lot_size: int | None) -> Subject:
    model = "binomial" if lot_size is None else "hypergeometric"
    return Subject(stages, model=model, lot_size=lot_size)


def _inspect(n: int, *, full: bool) -> str:
    return "inspect every unit" if full else f"inspect {n:,} units"


def _points(arguments: argparse.Namespace) -> str:
    (good, often), (bad, rarely) = arguments.producer, arguments.consumer
    return (
        f"{_percent(good)} accepted {_percent(often)} of the time, "
        f"{_percent(bad)} at most {_percent(rarely)}"
    )


TYPES: Mapping[str, Callable[[argparse.Namespace], Plans]] = {
    "variables": _variables,
    "c0": _zero,
    "dodge-romig": _dodge_romig,
    "sequential": _sequential,
}
