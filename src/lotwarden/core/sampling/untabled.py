"""Plans of tables that are not here: refused, with what can be computed exactly instead.

Some tables of the standards are nobody's to copy, and we have no source of them that we
trust.  A number made up in their place would look like the standard's.  What protects in
the same way can be computed, and each refusal has it in its words and its data.
"""

from __future__ import annotations

from typing import NoReturn

from lotwarden.core.sampling.designs import Point, design, design_variables
from lotwarden.core.sampling.isolated import isolated_plan
from lotwarden.core.sampling.refusals import (
    FractionalPlansNotHeld,
    LimitingQualityTablesNotHeld,
    VariablesTablesNotHeld,
)


def fractional_plan(*, producer: Point, consumer: Point, lot_size: int) -> NoReturn:
    """Refuse a plan with a fractional Ac (ISO 2859-1, 13), and name the exact one for this lot.

    Refuses, first match wins:
        as `design` does for one lot.
        sampling.fractional_plans_not_held: always.
    """
    plan = design(producer=producer, consumer=consumer, model="hypergeometric", lot_size=lot_size)
    raise FractionalPlansNotHeld(n=plan.n, ac=plan.ac, lot_size=lot_size)


def limiting_quality_plan(*, lot_size: int, lq: float) -> NoReturn:
    """Refuse a plan of ISO 2859-2, and name the exact one for this lot and limiting quality.

    Refuses, first match wins:
        as `isolated_plan` does.
        sampling.limiting_quality_tables_not_held: always.
    """
    plan = isolated_plan(lot_size=lot_size, lq=lq)
    raise LimitingQualityTablesNotHeld(n=plan.n, ac=plan.ac, percent=f"{100 * lq:g}")


def iso_variables_plan(*, producer: Point, consumer: Point) -> NoReturn:
    """Refuse a plan of ISO 3951-1, and name the exact one for one limit, spread unknown.

    Refuses, first match wins:
        as `design_variables` does.
        sampling.variables_tables_not_held: always.
    """
    plan = design_variables(producer=producer, consumer=consumer, spread="unknown")
    raise VariablesTablesNotHeld(n=plan.n, k=f"{plan.k:.3f}")
