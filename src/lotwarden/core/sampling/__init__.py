"""Acceptance sampling by attributes: which plan a lot has, and what it says of the lot.

    series       the AQLs, and the one way each is written
    tables       code letters and master tables, as the rule they follow
    plans        the plan of one lot: for one AQL, and for all classes of nonconformity
    judgement    the verdict on a lot
    stages       plans in stages (single, double, multiple), and the verdict stage by stage
    staged_tables    the tables of double and multiple sampling
    refusals     what cannot be planned or judged, and the way out

Single sampling plans of ISO 2859-1:1999 and of MIL-STD-105E / ANSI Z1.4 at the three
severities.  Of the 416 cells of reduced inspection in ISO 2859-1, 212 rest on a single
source; `tables` says which.

Pure: no file, network, clock or random source.  What is imported from here is public; the
modules below are not.
"""

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
    CountBelowZero,
    CountNotWhole,
    DuplicateClass,
    KindMissing,
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
    UnitCountedTwice,
    UnknownClass,
    UnknownKind,
    UnknownLevel,
    UnknownSeverity,
    UnknownStandard,
)
from lotwarden.core.sampling.series import AQL_ZERO, AQLS, COLUMNS, AqlValue, canonical_aql
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
from lotwarden.core.sampling.tables import (
    LETTERS,
    LEVELS,
    SEVERITIES,
    STANDARDS,
    Cell,
    code_letter,
    single_table,
)

__all__ = [
    "AQLS",
    "AQL_ZERO",
    "COLUMNS",
    "KINDS",
    "LETTERS",
    "LEVELS",
    "SEVERITIES",
    "STANDARDS",
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
    "CountBelowZero",
    "CountNotWhole",
    "DuplicateClass",
    "Found",
    "InspectionPlan",
    "KindMissing",
    "LotSizeNotWhole",
    "LotTooSmall",
    "MoreFoundThanInspected",
    "MoreInspectedThanLot",
    "NoClasses",
    "NonconformitiesNotCounted",
    "Outcome",
    "SeverityMissing",
    "SinglePlan",
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
    "UnitCountedTwice",
    "UnknownClass",
    "UnknownKind",
    "UnknownLevel",
    "UnknownSeverity",
    "UnknownStandard",
    "Verdict",
    "canonical_aql",
    "class_plans",
    "code_letter",
    "judge",
    "judge_stages",
    "single_plan",
    "single_table",
    "staged_plan",
    "staged_plans",
    "staged_table",
    "tally",
    "tally_stages",
]
