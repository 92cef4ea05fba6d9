"""Acceptance sampling by attributes: which plan a lot has, and what it says of the lot.

    series       the AQLs, and the one way each is written
    tables       code letters and master tables, as the rule they follow
    plans        the plan of one lot: for one AQL, and for all classes of nonconformity
    judgement    the verdict on a lot
    curves       what a plan lets through: Pa, ASN, AOQ, ATI, exact
    designs      plans that keep two points: by counting, for one lot, by measurements
    zero         plans with acceptance number 0
    isolated     plans for one lot alone, and for a lot offered again
    dodge_romig  the cheapest plans where lots not accepted are screened
    chain        ChSP-1: one flaw is forgiven after lots without any
    sequential   unit by unit, until it is clear
    words        what a plan lets through, in sentences
    untabled     tables that are not here, and the exact plans in their place
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
    ChainTooShort,
    ClassNameInvalid,
    ClassNotCounted,
    CountBelowZero,
    CountNotWhole,
    DesignTooLarge,
    DuplicateClass,
    FractionalPlansNotHeld,
    LimitingQualityTablesNotHeld,
    LotSizeMissing,
    LotSizeNotWhole,
    LotTooSmall,
    MoreFoundThanInspected,
    MoreInspectedThanLot,
    NoClasses,
    NonconformitiesNotCounted,
    NoSuchQuality,
    PlanTooLarge,
    PointsReversed,
    ProbabilityOutside,
    QualityNotANumber,
    QualityNotWholeUnits,
    QualityOutside,
    RisksReversed,
    SampleExceedsLot,
    SeverityMissing,
    SpreadUnknown,
    StagesInvalid,
    UnitCountedTwice,
    UnknownClass,
    UnknownLevel,
    UnknownModel,
    UnknownSeverity,
    UnknownStandard,
    VariablesTablesNotHeld,
    ZeroPlanImpossible,
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

if TYPE_CHECKING:
    from lotwarden.core.sampling.chain import chain_accepts, chain_oc
    from lotwarden.core.sampling.curves import (
        MODELS,
        Aoql,
        Curves,
        Model,
        aoql,
        curtailed_asn,
        oc,
        plan_curves,
        quality_at,
        staged_oc,
    )
    from lotwarden.core.sampling.designs import Design, VariablesDesign, design, design_variables
    from lotwarden.core.sampling.dodge_romig import RectifyingPlan, aoql_plan, ltpd_plan
    from lotwarden.core.sampling.isolated import IsolatedPlan, isolated_plan, resubmission_plan
    from lotwarden.core.sampling.sequential import (
        SequentialPlan,
        sequential_curves,
        sequential_plan,
        wald_curves,
    )
    from lotwarden.core.sampling.untabled import (
        fractional_plan,
        iso_variables_plan,
        limiting_quality_plan,
    )
    from lotwarden.core.sampling.words import Sentence, passing_sentence, passing_sentences
    from lotwarden.core.sampling.zero import ZeroPlan, zero_plan, zero_plan_for_producer

# Each name that needs the numeric libraries, under the module that has it.
_NUMERIC = {
    name: module
    for module, names in {
        "curves": "MODELS Aoql Curves Model aoql curtailed_asn oc plan_curves quality_at staged_oc",
        "zero": "ZeroPlan zero_plan zero_plan_for_producer",
        "isolated": "IsolatedPlan isolated_plan resubmission_plan",
        "dodge_romig": "RectifyingPlan aoql_plan ltpd_plan",
        "chain": "chain_accepts chain_oc",
        "sequential": "SequentialPlan sequential_curves sequential_plan wald_curves",
        "words": "Sentence passing_sentence passing_sentences",
        "untabled": "fractional_plan iso_variables_plan limiting_quality_plan",
        "designs": "Design VariablesDesign design design_variables",
    }.items()
    for name in names.split()
}

__all__ = [
    "AQLS",
    "AQL_ZERO",
    "COLUMNS",
    "LETTERS",
    "LEVELS",
    "MODELS",
    "SEVERITIES",
    "STANDARDS",
    "Aoql",
    "AqlAboveSeries",
    "AqlBelowSeries",
    "AqlNotANumber",
    "AqlNotInSeries",
    "AqlValue",
    "Cell",
    "ChainTooShort",
    "ClassNameInvalid",
    "ClassNotCounted",
    "ClassPlan",
    "ClassVerdict",
    "CountBelowZero",
    "CountNotWhole",
    "Curves",
    "Design",
    "DesignTooLarge",
    "DuplicateClass",
    "Found",
    "FractionalPlansNotHeld",
    "InspectionPlan",
    "IsolatedPlan",
    "LimitingQualityTablesNotHeld",
    "LotSizeMissing",
    "LotSizeNotWhole",
    "LotTooSmall",
    "Model",
    "MoreFoundThanInspected",
    "MoreInspectedThanLot",
    "NoClasses",
    "NoSuchQuality",
    "NonconformitiesNotCounted",
    "Outcome",
    "PlanTooLarge",
    "PointsReversed",
    "ProbabilityOutside",
    "QualityNotANumber",
    "QualityNotWholeUnits",
    "QualityOutside",
    "RectifyingPlan",
    "RisksReversed",
    "SampleExceedsLot",
    "Sentence",
    "SequentialPlan",
    "SeverityMissing",
    "SinglePlan",
    "SpreadUnknown",
    "StagesInvalid",
    "UnitCountedTwice",
    "UnknownClass",
    "UnknownLevel",
    "UnknownModel",
    "UnknownSeverity",
    "UnknownStandard",
    "VariablesDesign",
    "VariablesTablesNotHeld",
    "Verdict",
    "ZeroPlan",
    "ZeroPlanImpossible",
    "aoql",
    "aoql_plan",
    "canonical_aql",
    "chain_accepts",
    "chain_oc",
    "class_plans",
    "code_letter",
    "curtailed_asn",
    "design",
    "design_variables",
    "fractional_plan",
    "iso_variables_plan",
    "isolated_plan",
    "judge",
    "limiting_quality_plan",
    "ltpd_plan",
    "oc",
    "passing_sentence",
    "passing_sentences",
    "plan_curves",
    "quality_at",
    "resubmission_plan",
    "sequential_curves",
    "sequential_plan",
    "single_plan",
    "single_table",
    "staged_oc",
    "tally",
    "wald_curves",
    "zero_plan",
    "zero_plan_for_producer",
]


def __getattr__(name: str) -> object:
    """Load the module of a name that needs the numeric libraries."""
    module = _NUMERIC.get(name)
    if module is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found: object = getattr(import_module(f"{__name__}.{module}"), name)
    globals()[name] = found
    return found
