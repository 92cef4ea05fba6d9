"""`lotwarden plan`: needs nothing but the core."""

from __future__ import annotations

import argparse
import json
import sys

from lotwarden.core import sampling


def plan(arguments: argparse.Namespace) -> int:
    """Print the sampling plan of a lot for each class."""
    aqls: list[tuple[str, str]] = []
    for pair in arguments.aql:
        name, equals, aql = pair.partition("=")
        if not equals or not name.strip():
            print(f"lotwarden plan: write --aql CLASS=AQL, not {pair}", file=sys.stderr)
            return 2
        aqls.append((name.strip(), aql.strip()))
    made = sampling.class_plans(
        lot_size=arguments.lot_size,
        level=arguments.level,
        aqls=aqls,
        severity=arguments.severity,
        standard=arguments.standard,
    )
    letter = sampling.code_letter(lot_size=arguments.lot_size, level=arguments.level)
    if arguments.json:
        classes = {
            one.name: {
                "n": one.plan.n, "ac": one.plan.ac, "re": one.plan.re, "letter": one.plan.letter,
            }
            for one in made.classes
        }  # fmt: skip
        print(json.dumps({"code_letter": letter, "classes": classes}))
        return 0
    scheme = f"level {made.level}, {arguments.severity}"
    print(f"Lot of {arguments.lot_size:,}, {scheme}: code letter {letter}")
    for one in made.classes:
        every = "every unit" if one.plan.full else f"{one.plan.inspect:,} units"
        print(
            f"  {one.name}: AQL {one.plan.aql}: inspect {every} (letter {one.plan.letter}); "
            f"acceptable at {one.plan.ac:,} or fewer, not acceptable at {one.plan.re:,} or more"
        )
    return 0
