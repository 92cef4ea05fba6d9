"""Acceptance sampling by attributes: which plan a lot has, and what it says of the lot.

    series       the AQLs, and the one way each is written
    tables       code letters and master tables, as the rule they follow
    plans        the plan of one lot: for one AQL, and for all classes of nonconformity
    judgement    the verdict on a lot
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
    LotSizeNotWhole,
    LotTooSmall,
    MoreFoundThanInspected,
    MoreInspectedThanLot,
    NoClasses,
    NonconformitiesNotCounted,
    SeverityMissing,
    UnitCountedTwice,
    UnknownClass,
    UnknownLevel,
    UnknownSeverity,
    UnknownStandard,
)
from lotwarden.core.sampling.series import AQL_ZERO, AQLS, COLUMNS, AqlValue, canonical_aql
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
    "LotSizeNotWhole",
    "LotTooSmall",
    "MoreFoundThanInspected",
    "MoreInspectedThanLot",
    "NoClasses",
    "NonconformitiesNotCounted",
    "Outcome",
    "SeverityMissing",
    "SinglePlan",
    "UnitCountedTwice",
    "UnknownClass",
    "UnknownLevel",
    "UnknownSeverity",
    "UnknownStandard",
    "Verdict",
    "canonical_aql",
    "class_plans",
    "code_letter",
    "judge",
    "single_plan",
    "single_table",
    "tally",
]
