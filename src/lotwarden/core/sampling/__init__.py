"""Acceptance sampling: which plan a lot has, and what it says of the lot.

    series       the AQLs, and the one way each is written
    tables       code letters and master tables, as the rule they follow
    plans        the plan of one lot: for one AQL, and for all classes of nonconformity
    judgement    the verdict on a lot
    variables    plans of Z1.9 for measurements, their verdict and their curves; with
                 variables_tables, variables_curves and normality
    refusals     what cannot be planned or judged, and the way out

Single sampling plans of ISO 2859-1:1999 and of MIL-STD-105E / ANSI Z1.4 at the three
severities.  Of the 416 cells of reduced inspection in ISO 2859-1, 212 rest on a single
source; `tables` says which.

Pure: no file, network, clock or random source.  What is imported from here is public; the
modules below are not.  What computes with probabilities needs NumPy and SciPy, and is loaded
when the first of its names is asked for (docs/decisions/0010).
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

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
    AqlNotInVariables,
    ClassNameInvalid,
    ClassNotCounted,
    CountBelowZero,
    CountNotWhole,
    DuplicateClass,
    FractionInvalid,
    FractionUnreachable,
    KFormNeedsOneLimit,
    LimitNotANumber,
    LimitPlanMissing,
    LimitPlansDiffer,
    LimitsInWrongOrder,
    LotSizeNotWhole,
    LotTooSmall,
    MeasurementNotANumber,
    MoreFoundThanInspected,
    MoreInspectedThanLot,
    NoClasses,
    NoLimit,
    NonconformitiesNotCounted,
    NoSpread,
    PlanExceedsLot,
    SeverityMissing,
    SigmaMissing,
    SigmaNotPositive,
    SigmaNotUsed,
    TooFewMeasurements,
    UnitCountedTwice,
    UnknownClass,
    UnknownLevel,
    UnknownSeverity,
    UnknownStandard,
    UnknownVariablesForm,
    UnknownVariablesLetter,
    UnknownVariablesMethod,
    UnknownVariablesStandard,
    VariablesPlanInvalid,
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
from lotwarden.core.sampling.variables_tables import (
    VARIABLES_AQLS,
    VARIABLES_LETTERS,
    VARIABLES_METHODS,
    Trust,
    VariablesCell,
    variables_table,
)

if TYPE_CHECKING:
    from lotwarden.core.sampling.normality import Doubt, Normality, check_normality
    from lotwarden.core.sampling.variables import (
        LimitPlans,
        LimitVerdict,
        VariablesPlan,
        VariablesVerdict,
        judge_variables,
        variables_plan,
        variables_plan_of_k,
    )
    from lotwarden.core.sampling.variables_curves import (
        Band,
        estimate_nonconforming,
        k_of_m,
        m_of_k,
        variables_oc,
        variables_oc_band,
    )

# Each name that needs the numeric libraries, under the module that has it.
_NUMERIC = {
    name: module
    for module, names in {
        "normality": "Doubt Normality check_normality",
        "variables": "LimitPlans LimitVerdict VariablesPlan VariablesVerdict "
        "judge_variables variables_plan variables_plan_of_k",
        "variables_curves": "Band estimate_nonconforming k_of_m m_of_k variables_oc "
        "variables_oc_band",
    }.items()
    for name in names.split()
}

__all__ = [
    "AQLS",
    "AQL_ZERO",
    "COLUMNS",
    "LETTERS",
    "LEVELS",
    "SEVERITIES",
    "STANDARDS",
    "VARIABLES_AQLS",
    "VARIABLES_LETTERS",
    "VARIABLES_METHODS",
    "AqlAboveSeries",
    "AqlBelowSeries",
    "AqlNotANumber",
    "AqlNotInSeries",
    "AqlNotInVariables",
    "AqlValue",
    "Band",
    "Cell",
    "ClassNameInvalid",
    "ClassNotCounted",
    "ClassPlan",
    "ClassVerdict",
    "CountBelowZero",
    "CountNotWhole",
    "Doubt",
    "DuplicateClass",
    "Found",
    "FractionInvalid",
    "FractionUnreachable",
    "InspectionPlan",
    "KFormNeedsOneLimit",
    "LimitNotANumber",
    "LimitPlanMissing",
    "LimitPlans",
    "LimitPlansDiffer",
    "LimitVerdict",
    "LimitsInWrongOrder",
    "LotSizeNotWhole",
    "LotTooSmall",
    "MeasurementNotANumber",
    "MoreFoundThanInspected",
    "MoreInspectedThanLot",
    "NoClasses",
    "NoLimit",
    "NoSpread",
    "NonconformitiesNotCounted",
    "Normality",
    "Outcome",
    "PlanExceedsLot",
    "SeverityMissing",
    "SigmaMissing",
    "SigmaNotPositive",
    "SigmaNotUsed",
    "SinglePlan",
    "TooFewMeasurements",
    "Trust",
    "UnitCountedTwice",
    "UnknownClass",
    "UnknownLevel",
    "UnknownSeverity",
    "UnknownStandard",
    "UnknownVariablesForm",
    "UnknownVariablesLetter",
    "UnknownVariablesMethod",
    "UnknownVariablesStandard",
    "VariablesCell",
    "VariablesPlan",
    "VariablesPlanInvalid",
    "VariablesVerdict",
    "Verdict",
    "canonical_aql",
    "check_normality",
    "class_plans",
    "code_letter",
    "estimate_nonconforming",
    "judge",
    "judge_variables",
    "k_of_m",
    "m_of_k",
    "single_plan",
    "single_table",
    "tally",
    "variables_oc",
    "variables_oc_band",
    "variables_plan",
    "variables_plan_of_k",
    "variables_table",
]


def __getattr__(name: str) -> object:
    """Load the module of a name that needs the numeric libraries."""
    module = _NUMERIC.get(name)
    if module is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found: object = getattr(import_module(f"{__name__}.{module}"), name)
    globals()[name] = found
    return found
