"""Acceptance sampling by attributes: which plan a lot has, and what it says of the lot.

    series       the AQLs, and the one way each is written
    tables       code letters and master tables, as the rule they follow
    plans        the plan of one lot: for one AQL, and for all classes of nonconformity
    judgement    the verdict on a lot
    stages       plans in stages (single, double, multiple), and the verdict stage by stage
    staged_tables    the tables of double and multiple sampling
    switching    the severity of the next lot, by switching_rules; switching_bulk runs long
                 histories
    skip_lot     lots that pass without inspection
    refusals     what cannot be planned or judged, and the way out

Single sampling plans of ISO 2859-1:1999 and of MIL-STD-105E / ANSI Z1.4 at the three
severities.  Of the 416 cells of reduced inspection in ISO 2859-1, 212 rest on a single
source; `tables` says which.

Pure: no file, network, clock or random source.  What is imported from here is public; the
modules below are not.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Final

from lotwarden.core.sampling.judgement import (
    ClassVerdict,
    Found,
    Outcome,
    Verdict,
    judge,
    tally,
)
from lotwarden.core.sampling.plans import (
    ClassPlan,
    InspectionPlan,
    SinglePlan,
    class_plans,
    single_plan,
)
from lotwarden.core.sampling.refusals import (
    AqlAboveSeries,
    AqlBelowSeries,
    AqlNotANumber,
    AqlNotInSeries,
    ClassNameInvalid,
    ClassNotCounted,
    ClearanceInvalid,
    CountBelowZero,
    CountNotWhole,
    DrawOutOfRange,
    DuplicateClass,
    FractionOutOfRange,
    HistoryUneven,
    InspectedLotSkipped,
    KindMissing,
    LimitNumbersAbsent,
    LotSizeNotWhole,
    LotTooSmall,
    MoreFoundThanInspected,
    MoreInspectedThanLot,
    NoClasses,
    NonconformitiesNotCounted,
    SeverityMissing,
    StagedCellInvalid,
    StagedTableAbsent,
    StageNotBegun,
    StageNotCounted,
    SwitchResultContradicts,
    SwitchResultUnreadable,
    UnitCountedTwice,
    UnknownClass,
    UnknownKind,
    UnknownLevel,
    UnknownSeverity,
    UnknownStandard,
    UnknownSwitchSetting,
)
from lotwarden.core.sampling.series import AQL_ZERO, AQLS, COLUMNS, AqlValue, canonical_aql
from lotwarden.core.sampling.skip_lot import (
    SkipLotPlan,
    SkipLotResult,
    SkipLotState,
    skip_lot_after,
    skip_lot_inspected,
    skip_lot_inspects,
    skip_lot_pa,
    skip_lot_plan,
)
from lotwarden.core.sampling.staged_tables import (
    KINDS,
    StagedCell,
    staged_plan,
    staged_plans,
    staged_table,
)
from lotwarden.core.sampling.stages import (
    Stage,
    StagedClass,
    StagedClassVerdict,
    StagedFound,
    StagedInspection,
    StagedPlan,
    StagedVerdict,
    StageOutcome,
    judge_stages,
    tally_stages,
)
from lotwarden.core.sampling.switching import (
    LotResult,
    Switched,
    switch,
    switch_classes,
    switching_result,
)
from lotwarden.core.sampling.switching_rules import (
    SWITCH_SEVERITIES,
    SwitchReason,
    SwitchSettings,
)
from lotwarden.core.sampling.tables import (
    LETTERS,
    LEVELS,
    SEVERITIES,
    STANDARDS,
    Cell,
    code_letter,
    single_table,
)

if TYPE_CHECKING:
    from lotwarden.core.sampling.switching_bulk import LotHistory, switch_history

# What needs numpy is loaded when it is first asked for: a look-up in the tables stays light.
_NUMERIC: Final = {
    "LotHistory": "switching_bulk",
    "switch_history": "switching_bulk",
}

__all__ = [
    "AQLS",
    "AQL_ZERO",
    "COLUMNS",
    "KINDS",
    "LETTERS",
    "LEVELS",
    "SEVERITIES",
    "STANDARDS",
    "SWITCH_SEVERITIES",
    "AqlAboveSeries",
    "AqlBelowSeries",
    "AqlNotANumber",
    "AqlNotInSeries",
    "AqlValue",
    "Cell",
    "ClassNameInvalid",
    "ClassNotCounted",
    "ClassPlan",
    "ClassVerdict",
    "ClearanceInvalid",
    "CountBelowZero",
    "CountNotWhole",
    "DrawOutOfRange",
    "DuplicateClass",
    "Found",
    "FractionOutOfRange",
    "HistoryUneven",
    "InspectedLotSkipped",
    "InspectionPlan",
    "KindMissing",
    "LimitNumbersAbsent",
    "LotHistory",
    "LotResult",
    "LotSizeNotWhole",
    "LotTooSmall",
    "MoreFoundThanInspected",
    "MoreInspectedThanLot",
    "NoClasses",
    "NonconformitiesNotCounted",
    "Outcome",
    "SeverityMissing",
    "SinglePlan",
    "SkipLotPlan",
    "SkipLotResult",
    "SkipLotState",
    "Stage",
    "StageNotBegun",
    "StageNotCounted",
    "StageOutcome",
    "StagedCell",
    "StagedCellInvalid",
    "StagedClass",
    "StagedClassVerdict",
    "StagedFound",
    "StagedInspection",
    "StagedPlan",
    "StagedTableAbsent",
    "StagedVerdict",
    "SwitchReason",
    "SwitchResultContradicts",
    "SwitchResultUnreadable",
    "SwitchSettings",
    "Switched",
    "UnitCountedTwice",
    "UnknownClass",
    "UnknownKind",
    "UnknownLevel",
    "UnknownSeverity",
    "UnknownStandard",
    "UnknownSwitchSetting",
    "Verdict",
    "canonical_aql",
    "class_plans",
    "code_letter",
    "judge",
    "judge_stages",
    "single_plan",
    "single_table",
    "skip_lot_after",
    "skip_lot_inspected",
    "skip_lot_inspects",
    "skip_lot_pa",
    "skip_lot_plan",
    "staged_plan",
    "staged_plans",
    "staged_table",
    "switch",
    "switch_classes",
    "switch_history",
    "switching_result",
    "tally",
    "tally_stages",
]


def __getattr__(name: str) -> object:
    if name not in _NUMERIC:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_NUMERIC[name]}"), name)
