"""Plans that an inspection of record can have: those of the tables, and two with Ac 0.

single, double, multiple   as the tables give them
c0         Ac 0; n so that the quality which the single plan of this severity accepts one
           time in ten is accepted no more often
isolated   the same with the single plan of tightened inspection: for one lot alone, or for
           a lot that is offered again, where no switching protects the buyer
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from lotwarden.core.sampling.isolated import zero_as_safe_as
from lotwarden.core.sampling.plans import single_plan
from lotwarden.core.sampling.refusals import (
    NonconformitiesNotCounted,
    UnknownKind,
    shown,
)
from lotwarden.core.sampling.series import AqlValue
from lotwarden.core.sampling.staged_tables import KINDS, class_by_class, staged_plan
from lotwarden.core.sampling.stages import Stage, StagedInspection, StagedPlan

RECORD_KINDS: Final = (*KINDS, "c0", "isolated")
"""What kinds of plan an inspection of record can have for a class."""


def record_plan(
    *, kind: str, lot_size: int, level: str, aql: AqlValue, severity: str, standard: str
) -> StagedPlan:
    """Return the plan of one class, of any kind that an inspection of record can have.

    Refuses, first match wins:
        sampling.unknown_kind: none of single, double, multiple, c0, isolated.
        what `staged_plan` refuses, or for Ac 0 `single_plan` and `resubmission_plan`.

    >>> plan = record_plan(
    ...     kind="c0", lot_size=3200, level="II", aql="2.5", severity="normal", standard="z1.4"
    ... )
    >>> plan.stages
    (Stage(n=24, ac=0, re=1),)
    """
    if kind in KINDS:
        return staged_plan(
            kind=kind, lot_size=lot_size, level=level, aql=aql, severity=severity,
            standard=standard,
        )  # fmt: skip
    if kind not in RECORD_KINDS:
        raise UnknownKind(given=shown(kind), known=", ".join(RECORD_KINDS))
    if kind == "isolated":
        severity = "tightened"
    single = single_plan(
        lot_size=lot_size, level=level, aql=aql, severity=severity, standard=standard
    )
    if not single.counts_units:
        raise NonconformitiesNotCounted(aql=single.aql, name=kind)
    found = zero_as_safe_as(single)
    return StagedPlan(
        kind=kind,
        stages=(Stage(found.n, found.ac, found.re),),
        letter="",
        code_letter=single.code_letter,
        lot_size=lot_size,
        level=level,
        aql=single.aql,
        severity=severity,
        standard=standard,
        flag="",
    )


def record_plans(
    *,
    kind: str | Mapping[str, str],
    lot_size: int,
    level: str,
    aqls: Mapping[str, AqlValue] | Iterable[tuple[str, AqlValue]],
    severity: str | Mapping[str, str],
    standard: str,
) -> StagedInspection:
    """Return the plans of all classes of a lot; as `staged_plans`, with the kinds of a record.

    Refuses what `staged_plans` does, and what `record_plan` does.
    """
    return class_by_class(
        record_plan, kind=kind, lot_size=lot_size, level=level, aqls=aqls, severity=severity,
        standard=standard,
    )  # fmt: skip
