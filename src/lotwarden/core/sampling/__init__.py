"""Acceptance sampling: which plan a lot has, what it lets through, what it says of the lot.

    series       the AQLs, and the one way each is written
    tables       code letters and master tables, as the rule they follow
    plans        the plan of one lot: for one AQL, and for all classes of nonconformity
    judgement    the verdict on a lot
    stages       plans in stages (single, double, multiple), and the verdict stage by stage
    staged_tables    the tables of double and multiple sampling
    record       the inspection of record: results one after the other, class by class;
                 record_kinds are the kinds of plan it can have
    switching    the severity of the next lot, by switching_rules; switching_bulk runs long
                 histories
    skip_lot     lots that pass without inspection
    curves       what a plan lets through: Pa, ASN, AOQ, ATI, exact; by the ways in passing
    designs      plans that keep two points: by counting, for one lot, by measurements
    zero         plans with acceptance number 0
    isolated     plans for one lot alone, and for a lot offered again
    dodge_romig  the cheapest plans where lots not accepted are screened
    chain        ChSP-1: one flaw is forgiven after lots without any
    sequential   unit by unit, until it is clear
    words        what a plan lets through, in sentences
    untabled     tables that are not here, and the exact plans in their place
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

from typing import TYPE_CHECKING, Final

from lotwarden.core.lazy import load
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
from lotwarden.core.sampling.record import (
    Recorded,
    first_units_asked,
    judge_record,
    units_asked,
)
from lotwarden.core.sampling.refusals import (
    AqlAboveSeries,
    AqlBelowSeries,
    AqlNotANumber,
    AqlNotInSeries,
    AqlNotInVariables,
    ChainTooShort,
    ClassNameInvalid,
    ClassNotCounted,
    ClearanceInvalid,
    CountBelowZero,
    CountFell,
    CountNotWhole,
    DesignTooLarge,
    DrawOutOfRange,
    DuplicateClass,
    FractionalPlansNotHeld,
    FractionInvalid,
    FractionOutOfRange,
    FractionUnreachable,
    HistoryUneven,
    InspectedLotSkipped,
    KFormNeedsOneLimit,
    KindMissing,
    LimitingQualityTablesNotHeld,
    LimitNotANumber,
    LimitNumbersAbsent,
    LimitPlanMissing,
    LimitPlansDiffer,
    LimitsInWrongOrder,
    LotSizeMissing,
    LotSizeNotWhole,
    LotTooSmall,
    MeasurementNotANumber,
    MoreFoundThanInspected,
    MoreInspectedThanLot,
    NoClasses,
    NoLimit,
    NonconformitiesNotCounted,
    NoSpread,
    NoSuchQuality,
    PlanExceedsLot,
    PlanTooLarge,
    PointsReversed,
    ProbabilityOutside,
    QualityNotANumber,
    QualityNotWholeUnits,
    QualityOutside,
    RisksReversed,
    SampleExceedsLot,
    SeverityMissing,
    SigmaMissing,
    SigmaNotPositive,
    SigmaNotUsed,
    SpreadUnknown,
    StagedCellInvalid,
    StagedTableAbsent,
    StageNotBegun,
    StageNotCounted,
    StagesInvalid,
    SwitchResultContradicts,
    SwitchResultUnreadable,
    TooFewMeasurements,
    UnitCountedTwice,
    UnknownClass,
    UnknownKind,
    UnknownLevel,
    UnknownModel,
    UnknownSeverity,
    UnknownStandard,
    UnknownSwitchSetting,
    UnknownVariablesForm,
    UnknownVariablesLetter,
    UnknownVariablesMethod,
    UnknownVariablesStandard,
    VariablesPlanInvalid,
    VariablesTablesNotHeld,
    ZeroPlanImpossible,
)
from lotwarden.core.sampling.series import (
    AQL_ZERO,
    AQLS,
    COLUMNS,
    UNITS_AQLS,
    AqlValue,
    canonical_aql,
)
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
from lotwarden.core.sampling.variables_tables import (
    VARIABLES_AQLS,
    VARIABLES_LETTERS,
    VARIABLES_METHODS,
    Trust,
    VariablesCell,
    variables_table,
)
from lotwarden.core.sentences import Sentence

if TYPE_CHECKING:
    from lotwarden.core.sampling.chain import (
        chain_accepts,
        chain_oc,
    )
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
    from lotwarden.core.sampling.designs import (
        Design,
        VariablesDesign,
        design,
        design_variables,
    )
    from lotwarden.core.sampling.dodge_romig import (
        RectifyingPlan,
        aoql_plan,
        ltpd_plan,
    )
    from lotwarden.core.sampling.isolated import (
        IsolatedPlan,
        isolated_plan,
        resubmission_plan,
    )
    from lotwarden.core.sampling.normality import (
        Doubt,
        Normality,
        check_normality,
    )
    from lotwarden.core.sampling.record_kinds import (
        RECORD_KINDS,
        record_plan,
        record_plans,
    )
    from lotwarden.core.sampling.sequential import (
        SequentialPlan,
        sequential_curves,
        sequential_plan,
        wald_curves,
    )
    from lotwarden.core.sampling.switching_bulk import (
        LotHistory,
        switch_history,
    )
    from lotwarden.core.sampling.untabled import (
        fractional_plan,
        iso_variables_plan,
        limiting_quality_plan,
    )
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
    from lotwarden.core.sampling.words import (
        passing_sentence,
        passing_sentences,
    )
    from lotwarden.core.sampling.zero import (
        ZeroPlan,
        zero_plan,
        zero_plan_for_producer,
    )

# Each name that needs the numeric libraries, under the module that has it: a look-up in the
# tables stays light.
_NUMERIC: Final = {
    name: module
    for module, names in {
        "chain": "chain_accepts chain_oc",
        "curves": (
            "Aoql Curves MODELS Model aoql curtailed_asn oc plan_curves quality_at staged_oc"
        ),
        "designs": "Design VariablesDesign design design_variables",
        "dodge_romig": "RectifyingPlan aoql_plan ltpd_plan",
        "isolated": "IsolatedPlan isolated_plan resubmission_plan",
        "normality": "Doubt Normality check_normality",
        "record_kinds": "RECORD_KINDS record_plan record_plans",
        "sequential": "SequentialPlan sequential_curves sequential_plan wald_curves",
        "switching_bulk": "LotHistory switch_history",
        "untabled": "fractional_plan iso_variables_plan limiting_quality_plan",
        "variables": (
            "LimitPlans LimitVerdict VariablesPlan VariablesVerdict judge_variables "
            "variables_plan variables_plan_of_k"
        ),
        "variables_curves": (
            "Band estimate_nonconforming k_of_m m_of_k variables_oc variables_oc_band"
        ),
        "words": "passing_sentence passing_sentences",
        "zero": "ZeroPlan zero_plan zero_plan_for_producer",
    }.items()
    for name in names.split()
}

__all__ = [
    "AQLS",
    "AQL_ZERO",
    "COLUMNS",
    "KINDS",
    "LETTERS",
    "LEVELS",
    "MODELS",
    "RECORD_KINDS",
    "SEVERITIES",
    "STANDARDS",
    "SWITCH_SEVERITIES",
    "UNITS_AQLS",
    "VARIABLES_AQLS",
    "VARIABLES_LETTERS",
    "VARIABLES_METHODS",
    "Aoql",
    "AqlAboveSeries",
    "AqlBelowSeries",
    "AqlNotANumber",
    "AqlNotInSeries",
    "AqlNotInVariables",
    "AqlValue",
    "Band",
    "Cell",
    "ChainTooShort",
    "ClassNameInvalid",
    "ClassNotCounted",
    "ClassPlan",
    "ClassVerdict",
    "ClearanceInvalid",
    "CountBelowZero",
    "CountFell",
    "CountNotWhole",
    "Curves",
    "Design",
    "DesignTooLarge",
    "Doubt",
    "DrawOutOfRange",
    "DuplicateClass",
    "Found",
    "FractionInvalid",
    "FractionOutOfRange",
    "FractionUnreachable",
    "FractionalPlansNotHeld",
    "HistoryUneven",
    "InspectedLotSkipped",
    "InspectionPlan",
    "IsolatedPlan",
    "KFormNeedsOneLimit",
    "KindMissing",
    "LimitNotANumber",
    "LimitNumbersAbsent",
    "LimitPlanMissing",
    "LimitPlans",
    "LimitPlansDiffer",
    "LimitVerdict",
    "LimitingQualityTablesNotHeld",
    "LimitsInWrongOrder",
    "LotHistory",
    "LotResult",
    "LotSizeMissing",
    "LotSizeNotWhole",
    "LotTooSmall",
    "MeasurementNotANumber",
    "Model",
    "MoreFoundThanInspected",
    "MoreInspectedThanLot",
    "NoClasses",
    "NoLimit",
    "NoSpread",
    "NoSuchQuality",
    "NonconformitiesNotCounted",
    "Normality",
    "Outcome",
    "PlanExceedsLot",
    "PlanTooLarge",
    "PointsReversed",
    "ProbabilityOutside",
    "QualityNotANumber",
    "QualityNotWholeUnits",
    "QualityOutside",
    "Recorded",
    "RectifyingPlan",
    "RisksReversed",
    "SampleExceedsLot",
    "Sentence",
    "SequentialPlan",
    "SeverityMissing",
    "SigmaMissing",
    "SigmaNotPositive",
    "SigmaNotUsed",
    "SinglePlan",
    "SkipLotPlan",
    "SkipLotResult",
    "SkipLotState",
    "SpreadUnknown",
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
    "StagesInvalid",
    "SwitchReason",
    "SwitchResultContradicts",
    "SwitchResultUnreadable",
    "SwitchSettings",
    "Switched",
    "TooFewMeasurements",
    "Trust",
    "UnitCountedTwice",
    "UnknownClass",
    "UnknownKind",
    "UnknownLevel",
    "UnknownModel",
    "UnknownSeverity",
    "UnknownStandard",
    "UnknownSwitchSetting",
    "UnknownVariablesForm",
    "UnknownVariablesLetter",
    "UnknownVariablesMethod",
    "UnknownVariablesStandard",
    "VariablesCell",
    "VariablesDesign",
    "VariablesPlan",
    "VariablesPlanInvalid",
    "VariablesTablesNotHeld",
    "VariablesVerdict",
    "Verdict",
    "ZeroPlan",
    "ZeroPlanImpossible",
    "aoql",
    "aoql_plan",
    "canonical_aql",
    "chain_accepts",
    "chain_oc",
    "check_normality",
    "class_plans",
    "code_letter",
    "curtailed_asn",
    "design",
    "design_variables",
    "estimate_nonconforming",
    "first_units_asked",
    "fractional_plan",
    "iso_variables_plan",
    "isolated_plan",
    "judge",
    "judge_record",
    "judge_stages",
    "judge_variables",
    "k_of_m",
    "limiting_quality_plan",
    "ltpd_plan",
    "m_of_k",
    "oc",
    "passing_sentence",
    "passing_sentences",
    "plan_curves",
    "quality_at",
    "record_plan",
    "record_plans",
    "resubmission_plan",
    "sequential_curves",
    "sequential_plan",
    "single_plan",
    "single_table",
    "skip_lot_after",
    "skip_lot_inspected",
    "skip_lot_inspects",
    "skip_lot_pa",
    "skip_lot_plan",
    "staged_oc",
    "staged_plan",
    "staged_plans",
    "staged_table",
    "switch",
    "switch_classes",
    "switch_history",
    "switching_result",
    "tally",
    "tally_stages",
    "units_asked",
    "variables_oc",
    "variables_oc_band",
    "variables_plan",
    "variables_plan_of_k",
    "variables_table",
    "wald_curves",
    "zero_plan",
    "zero_plan_for_producer",
]


def __getattr__(name: str) -> object:
    """Load the module of a name that needs the numeric libraries."""
    return load(globals(), _NUMERIC, name)
