"""Run benchmarks and print their figures: `python -m bench [NAME …] [--quick]`.

Nothing is asserted: a figure that misses its reach says so, and the exit code is 0.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from bench import bound, home_page, measuring, posting, sampling, serialised, stage, start_up

BUDGETS = {
    "posting": posting,
    "serialised": serialised,
    "home_page": home_page,
    "start_up": start_up,
    "sampling": sampling,
    "bound": bound,
}


def main() -> int:
    """Run the budgets asked for."""
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(BUDGETS))
    parser.add_argument("--quick", action="store_true", help="fewer repeats, smaller books")
    arguments = parser.parse_args()
    unknown = set(arguments.names) - set(BUDGETS)
    if unknown:
        parser.error(f"no benchmark is called {', '.join(sorted(unknown))}")
    with stage.scratch() as scratch:
        stage.set_up(scratch)
        for line in measuring.machine():
            print(line)
        for name in arguments.names or BUDGETS:
            run(name, scratch / name, quick=arguments.quick)
    return 0


def run(name: str, folder: Path, *, quick: bool) -> None:
    """Measure one budget in `folder` and print its table."""
    folder.mkdir()
    budget = BUDGETS[name]
    print(f"\n{name}: {budget.TITLE}", flush=True)
    before = measuring.fsync_latency(folder)
    figures = budget.measure(folder, quick=quick)
    after = measuring.fsync_latency(folder)
    for line in measuring.table(figures):
        print(line)
    print(f"  fsync of one page, before {before}, after {after}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
