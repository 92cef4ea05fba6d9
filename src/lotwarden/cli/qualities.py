"""`lotwarden oc` and `lotwarden design`: from a plan to what passes, and back."""

from __future__ import annotations

import argparse
import json
from typing import Any

from lotwarden.cli import plot
from lotwarden.cli.subjects import Subject
from lotwarden.cli.usage import Usage
from lotwarden.core import sampling


def oc(arguments: argparse.Namespace) -> int:
    """Print how often a single plan accepts lots of each quality."""
    asked = arguments.p
    if arguments.defectives is not None:
        if arguments.model != "hypergeometric" or arguments.lot_size is None:
            raise Usage(
                "--defectives counts units of one lot: add --model hypergeometric --lot-size N"
            )
        asked = [one / arguments.lot_size for one in arguments.defectives]
    if asked is None and arguments.plot is None:
        raise Usage("write the qualities: --p 0.01,0.05, or --defectives 1,5 of one lot")
    plan = {"n": arguments.n, "ac": arguments.ac, "model": arguments.model}
    found = sampling.oc(**plan, p=asked or [0.0], lot_size=arguments.lot_size)
    drawn = {}
    if arguments.plot is not None:
        plot.check(arguments.plot)
        stages = ((arguments.n, arguments.ac, arguments.ac + 1),)
        subject = Subject(stages, model=arguments.model, lot_size=arguments.lot_size)
        plot.of_single(subject, arguments.plot, arguments.curve)
        drawn = {"plot": arguments.plot}
    pa = [] if asked is None else found.tolist()
    if arguments.json:
        print(json.dumps({"pa": pa, **drawn}))
        return 0
    lot = "" if arguments.lot_size is None else f", lot of {arguments.lot_size:,}"
    print(f"n {arguments.n:,}, Ac {arguments.ac:,}, {arguments.model}{lot}")
    for quality, often in zip(asked or [], pa, strict=True):
        words = sampling.passing_sentence(p=quality, pa=often, model=arguments.model).words
        print(f"  {words} (Pa {often:.4f})")
    if drawn:
        print(f"Curve: {arguments.plot}")
    return 0


def design(arguments: argparse.Namespace) -> int:
    """Print the smallest plan that keeps two points."""
    points = {"producer": arguments.producer, "consumer": arguments.consumer}
    if arguments.model == "normal":
        if arguments.lot_size is not None:
            raise Usage("--lot-size does not belong to --model normal")
        return _design_by_measurements(arguments, points)
    if arguments.spread is not None:
        raise Usage("--spread belongs to --model normal")
    plan = sampling.design(**points, model=arguments.model, lot_size=arguments.lot_size)
    if arguments.json:
        print(json.dumps({"n": plan.n, "ac": plan.ac, "re": plan.re}))
        return 0
    print(
        f"Inspect {plan.n:,} units; acceptable at {plan.ac:,} or fewer, "
        f"not acceptable at {plan.re:,} or more"
    )
    for quality, often in (plan.producer, plan.consumer):
        words = sampling.passing_sentence(p=quality, pa=often, model=plan.model).words
        print(f"  {words} (Pa {often:.4f})")
    return 0


def _design_by_measurements(arguments: argparse.Namespace, points: dict[str, Any]) -> int:
    plan = sampling.design_variables(**points, spread=arguments.spread or "unknown")
    if arguments.json:
        print(json.dumps({"n": plan.n, "k": plan.k}))
        return 0
    print(
        f"Measure {plan.n:,} units, standard deviation {plan.spread}; acceptable where the mean "
        f"is at least {plan.k:.3f} standard deviations inside the limit"
    )
    for quality, often in (plan.producer, plan.consumer):
        words = sampling.passing_sentence(p=quality, pa=often).words
        print(f"  {words} (Pa {often:.4f})")
    return 0
