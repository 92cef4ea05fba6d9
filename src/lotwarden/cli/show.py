"""How the command line shows things to a person."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

Step = Callable[[str, int, int], None]
"""Called as work goes on: what is being done, how many more are done, of how many in all."""


@contextmanager
def progress(title: str, *, quiet: bool) -> Iterator[Step]:
    """Show a progress bar on a terminal while long work goes on; else nothing."""
    if quiet or not sys.stderr.isatty():
        yield lambda what, more, total: None
        return
    from tqdm import tqdm

    with tqdm(desc=title, unit="", leave=False) as bar:

        def step(what: str, more: int, total: int) -> None:
            bar.total = total
            bar.set_postfix_str(what, refresh=False)
            bar.update(more)

        yield step


def position(found: dict[str, Any], lot: str | None) -> None:
    """Print where every unit is, the sum first."""
    from lotwarden.core.grades import NAMES

    print(f"{'Lot ' + lot if lot else 'All lots'}: {found['produced']:,} made "
          f"= {found['declared']:,} declared + {found['surplus']:,} surplus")  # fmt: skip
    width = max((len(_place(row)) for row in found["accounts"]), default=0)
    for row in found["accounts"]:
        grade = f"grade {row['grade']}, {NAMES[row['grade']]}"
        against = "  contradicted" if row["contradicted"] else ""
        print(f"  {row['units']:>13,}  {_place(row):<{width}}  {grade}{against}")
    if found["unaccounted"]:
        print(f"Unaccounted: {found['unaccounted']:,}")
    if found["contradicted"]:
        print(f"Contradicted, at least: {found['contradicted']:,}")
    for row in found.get("lots", []):
        verdict = (row["verdict"] or "not judged").replace("_", " ")
        print(
            f"  {row['lot']}: {row['produced']:,} made, {verdict}, {row['rejected']:,} rejected, "
            f"{row['unaccounted']:,} unaccounted, {row['contradicted']:,} contradicted"
        )


def _place(row: dict[str, Any]) -> str:
    condition = str(row["condition"]).replace("_", " ")
    return f"{condition} at {row['site']}" if row["site"] else condition
