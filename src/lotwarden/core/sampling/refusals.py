"""What cannot be planned or judged, and the way out.

Refusal
  LotSizeNotWhole             sampling.lot_size_not_whole
  LotTooSmall                 sampling.lot_too_small
  UnknownLevel                sampling.unknown_level
  AqlNotANumber               sampling.aql_not_a_number
  AqlNotInSeries              sampling.aql_not_in_series
    AqlBelowSeries              (the same code, other words)
    AqlAboveSeries              (the same code, other words)
  UnknownSeverity             sampling.unknown_severity
  UnknownStandard             sampling.unknown_standard
  NoClasses                   sampling.no_classes
  ClassNameInvalid            sampling.class_name_invalid
  DuplicateClass              sampling.duplicate_class
  SeverityMissing             sampling.severity_missing
  CountNotWhole               sampling.count_not_whole
  CountBelowZero              sampling.count_below_zero
  MoreInspectedThanLot        sampling.more_inspected_than_lot
  CountFell                   sampling.count_fell
  UnknownClass                sampling.unknown_class
  ClassNotCounted             sampling.class_not_counted
  MoreFoundThanInspected      sampling.more_found_than_inspected
  UnitCountedTwice            sampling.unit_counted_twice
  NonconformitiesNotCounted   sampling.nonconformities_not_counted
  UnknownModel                sampling.unknown_model
  StagesInvalid               sampling.stages_invalid
  SampleExceedsLot            sampling.sample_exceeds_lot
  LotSizeMissing              sampling.lot_size_missing
  QualityNotANumber           sampling.quality_not_a_number
  QualityOutside              sampling.quality_outside
  QualityNotWholeUnits        sampling.quality_not_whole_units
  ProbabilityOutside          sampling.probability_outside
  NoSuchQuality               sampling.no_such_quality
  PlanTooLarge                sampling.plan_too_large
  PointsReversed              sampling.points_reversed
  RisksReversed               sampling.risks_reversed
  SpreadUnknown               sampling.spread_unknown
  DesignTooLarge              sampling.design_too_large
  ZeroPlanImpossible          sampling.zero_plan_impossible
  ChainTooShort               sampling.chain_too_short
  FractionalPlansNotHeld      sampling.fractional_plans_not_held
  LimitingQualityTablesNotHeld  sampling.limiting_quality_tables_not_held
  VariablesTablesNotHeld      sampling.variables_tables_not_held

  (by variables)
  UnknownVariablesStandard    sampling.unknown_variables_standard
  UnknownVariablesLetter      sampling.unknown_variables_letter
  AqlNotInVariables           sampling.aql_not_in_variables
  UnknownVariablesMethod      sampling.unknown_variables_method
  UnknownVariablesForm        sampling.unknown_variables_form
  KFormNeedsOneLimit          sampling.k_form_needs_one_limit
  PlanExceedsLot              sampling.plan_exceeds_lot
  MeasurementNotANumber       sampling.measurement_not_a_number
  TooFewMeasurements          sampling.too_few_measurements
  NoSpread                    sampling.no_spread
  NoLimit                     sampling.no_limit
  LimitNotANumber             sampling.limit_not_a_number
  LimitsInWrongOrder          sampling.limits_in_wrong_order
  LimitPlanMissing            sampling.limit_plan_missing
  LimitPlansDiffer            sampling.limit_plans_differ
  SigmaMissing                sampling.sigma_missing
  SigmaNotPositive            sampling.sigma_not_positive
  SigmaNotUsed                sampling.sigma_not_used
  FractionInvalid             sampling.fraction_invalid
  VariablesPlanInvalid        sampling.variables_plan_invalid
  FractionUnreachable         sampling.fraction_unreachable
  UnknownKind                 sampling.unknown_kind
  KindMissing                 sampling.kind_missing
  StagedTableAbsent           sampling.staged_table_absent
  StagedCellInvalid           sampling.staged_cell_invalid
  StageNotBegun               sampling.stage_not_begun
  StageNotCounted             sampling.stage_not_counted
  UnknownSwitchSetting        sampling.unknown_switch_setting
  SwitchResultUnreadable      sampling.switch_result_unreadable
  SwitchResultContradicts     sampling.switch_result_contradicts
  LimitNumbersAbsent          sampling.limit_numbers_absent
  HistoryUneven               sampling.history_uneven
  ClearanceInvalid            sampling.clearance_invalid
  FractionOutOfRange          sampling.fraction_out_of_range
  DrawOutOfRange              sampling.draw_out_of_range
  InspectedLotSkipped         sampling.inspected_lot_skipped
"""

from __future__ import annotations

from typing import Final

from lotwarden.core.errors import N_, Refusal

SHOWN_MAX: Final = 40
"""The longest piece of somebody's input that a message repeats, in characters."""


def shown(value: object) -> str:
    """Return `value` as a message repeats it: text in quotes, and cut where it is long.

    >>> shown("II "), shown(2.5)
    ("'II '", '2.5')
    """
    return cut(repr(value) if isinstance(value, str) else str(value))


def cut(text: str) -> str:
    """Return `text`, shortened to what a message can hold."""
    return text if len(text) <= SHOWN_MAX else text[:SHOWN_MAX] + "…"


class LotSizeNotWhole(Refusal):
    """The lot size is not an integer; `True` and `4000.0` are not integers either."""

    code = "sampling.lot_size_not_whole"
    template = N_("The lot size {given} is not a whole number of units.")
    remedy = N_("State the lot size as a whole number of units, 2 or more.")


class LotTooSmall(Refusal):
    """The tables of code letters begin at a lot of 2 units."""

    code = "sampling.lot_too_small"
    template = N_("A lot of {lot_size} cannot be sampled: the tables begin at 2 units.")
    remedy = N_("Inspect the unit itself, or state the size of the whole lot, 2 or more.")


class UnknownLevel(Refusal):
    """The inspection level is none of the seven."""

    code = "sampling.unknown_level"
    template = N_("There is no inspection level {given}.")
    remedy = N_("Choose one of {known}; II is usual.")


class AqlNotANumber(Refusal):
    """The AQL cannot be read as a decimal number: text, `NaN`, an infinity, a truth value."""

    code = "sampling.aql_not_a_number"
    template = N_("The AQL {given} is not a number.")
    remedy = N_("Give an AQL of the series, such as 2.5, or 0 for no nonconforming unit at all.")


class AqlNotInSeries(Refusal):
    """The AQL lies between two numbers of the series; neither is chosen in silence."""

    code = "sampling.aql_not_in_series"
    template = N_("AQL {aql} is not in the series; its neighbours there are {lower} and {upper}.")
    remedy = N_("Agree on {lower} (stricter) or {upper} (milder).")


class AqlBelowSeries(AqlNotInSeries):
    """The AQL is smaller than every number of the series, and is not 0."""

    template = N_("AQL {aql} is not in the series; it begins with {lower} and {upper}.")
    remedy = N_("Agree on {lower}, or on 0 for no nonconforming unit at all.")


class AqlAboveSeries(AqlNotInSeries):
    """The AQL is larger than every number of the series."""

    template = N_("AQL {aql} is not in the series; it ends with {lower} and {upper}.")
    remedy = N_("Agree on {upper} or a smaller number of the series.")


class UnknownSeverity(Refusal):
    """The severity is none of normal, tightened, reduced."""

    code = "sampling.unknown_severity"
    template = N_("There is no severity {given}.")
    remedy = N_("Choose one of {known}; inspection starts with normal.")


class UnknownStandard(Refusal):
    """The tables of this standard are not here."""

    code = "sampling.unknown_standard"
    template = N_("There are no tables for the standard {given}.")
    remedy = N_("Choose one of {known}.")


class NoClasses(Refusal):
    """A plan without classes would find every lot acceptable."""

    code = "sampling.no_classes"
    template = N_("The plan names no class of nonconformity.")
    remedy = N_("Name at least one class and its AQL, such as major 2.5.")


class ClassNameInvalid(Refusal):
    """The name of a class is not text, is empty, or has blanks around it."""

    code = "sampling.class_name_invalid"
    template = N_("{given} cannot name a class of nonconformity.")
    remedy = N_("Name the class with text without blanks around it, such as critical or major.")


class DuplicateClass(Refusal):
    """Two classes have names that a person takes for one: letter case does not tell them apart."""

    code = "sampling.duplicate_class"
    template = N_("The class {name} is named twice.")
    remedy = N_("Give each class one name and one AQL.")


class SeverityMissing(Refusal):
    """Severities were given class by class, and not for this one."""

    code = "sampling.severity_missing"
    template = N_("No severity was given for the class {name}.")
    remedy = N_("Give each class its severity, or one severity for all.")


class CountNotWhole(Refusal):
    """A count is not an integer; a missing count is not 0."""

    code = "sampling.count_not_whole"
    template = N_("The count of {counted} is {given}: not a whole number.")
    remedy = N_("Count again, and give a whole number, 0 or more.")


class CountBelowZero(Refusal):
    """A count is negative."""

    code = "sampling.count_below_zero"
    template = N_("The count of {counted} is {given}: below zero.")
    remedy = N_("Count again, and give a whole number, 0 or more.")


class MoreInspectedThanLot(Refusal):
    """More units were inspected than the lot has."""

    code = "sampling.more_inspected_than_lot"
    template = N_("{inspected} units were inspected in a lot of {lot_size}.")
    remedy = N_("Check which lot was inspected, and how many units of it.")


class UnknownClass(Refusal):
    """A class was counted that the plan does not have."""

    code = "sampling.unknown_class"
    template = N_("The plan has no class {given}.")
    remedy = N_("Count under the classes of the plan: {known}.")


class ClassNotCounted(Refusal):
    """No count was given for a class; silence is not a count of 0."""

    code = "sampling.class_not_counted"
    template = N_("No count was given for the class {name}.")
    remedy = N_("Give the count of every class of the plan, 0 where none was found.")


class MoreFoundThanInspected(Refusal):
    """A class has more nonconforming units than were inspected for it."""

    code = "sampling.more_found_than_inspected"
    template = N_(
        "{found} units are counted as {name}, but only {inspected} were inspected for it."
    )
    remedy = N_("Count units, not defects, and only the first {inspected} in drawn order.")


class UnitCountedTwice(Refusal):
    """The classes together have more nonconforming units than were inspected."""

    code = "sampling.unit_counted_twice"
    template = N_("{found} nonconforming units are counted in the first {inspected} inspected.")
    remedy = N_("Count each unit once, under its worst defect.")


class NonconformitiesNotCounted(Refusal):
    """The AQL of the class limits nonconformities, and only units were counted."""

    code = "sampling.nonconformities_not_counted"
    template = N_("AQL {aql} for {name} limits nonconformities per 100 units, not units.")
    remedy = N_("Count every nonconformity of the class, or agree on an AQL of 10 or less.")


# Curves and designs: curves, designs, zero, dodge_romig, sequential, chain, isolated, untabled.


class UnknownModel(Refusal):
    """There are three models of what a sample holds."""

    code = "sampling.unknown_model"
    template = N_("There is no model {given}.")
    remedy = N_("Choose one of {known}; hypergeometric is that of one lot of known size.")


class StagesInvalid(Refusal):
    """A plan is whole numbers: samples that grow, Ac below Re."""

    code = "sampling.stages_invalid"
    template = N_("{what} of {given} makes no plan.")
    remedy = N_(
        "Give whole numbers: n from 1 to {most}, growing with each stage; Ac 0 or more and Re "
        "above it, both never falling."
    )


class SampleExceedsLot(Refusal):
    """A sample cannot have more units than its lot."""

    code = "sampling.sample_exceeds_lot"
    template = N_("A sample of {n} cannot be drawn from a lot of {lot_size}.")
    remedy = N_("Where a plan asks for more than the lot has, inspect every unit: n = {lot_size}.")


class LotSizeMissing(Refusal):
    """A lot of known size is what the hypergeometric model is about."""

    code = "sampling.lot_size_missing"
    template = N_("The {model} model needs a lot size.")
    remedy = N_("Give the lot size, or take binomial for the process that made the lot.")


class QualityNotANumber(Refusal):
    """A quality is a number: no text, no NaN, no infinity."""

    code = "sampling.quality_not_a_number"
    template = N_("The quality {given} is not a number.")
    remedy = N_("Give the share of nonconforming units, such as 0.025 for 2.5 %.")


class QualityOutside(Refusal):
    """A share lies between 0 and 1."""

    code = "sampling.quality_outside"
    template = N_("A quality of {given} is not possible.")
    remedy = N_("Give a share from 0 to 1: 0.025 for 2.5 %.")


class QualityNotWholeUnits(Refusal):
    """A lot has a whole number of nonconforming units."""

    code = "sampling.quality_not_whole_units"
    template = N_("A lot of {lot_size} cannot have a quality of {p}: that is {units} units.")
    remedy = N_("Give {below} or {above}, or the number of nonconforming units.")


class ProbabilityOutside(Refusal):
    """A risk or a probability lies strictly between 0 and 1."""

    code = "sampling.probability_outside"
    template = N_("{name} of {given} is not a probability between 0 and 1.")
    remedy = N_("Give a number above 0 and below 1, such as 0.10 for 1 lot in 10.")


class NoSuchQuality(Refusal):
    """The plan accepts so much that the probability asked for is never reached."""

    code = "sampling.no_such_quality"
    template = N_("Lots of every quality are accepted more often than {percent} % of the time.")
    remedy = N_("Check the plan: an Ac that is as large as n stops nothing.")


class PlanTooLarge(Refusal):
    """The plan has more stages, or larger numbers, than are computed here."""

    code = "sampling.plan_too_large"
    template = N_("A plan of {stages} stages, n {n} and Re {re} is more than is computed here.")
    remedy = N_("Ask for fewer qualities at once, or for a single plan with the same limits.")


class PointsReversed(Refusal):
    """The consumer's quality is not worse than the producer's: no plan lies between them."""

    code = "sampling.points_reversed"
    template = N_("The consumer's quality {consumer} is not worse than the producer's {producer}.")
    remedy = N_("Give the quality to accept first, and a larger one to stop second.")


class RisksReversed(Refusal):
    """Worse lots shall be accepted as often as good ones."""

    code = "sampling.risks_reversed"
    template = N_(
        "Good lots shall be accepted with {producer}, and bad ones with {consumer}: not less."
    )
    remedy = N_("Give the probability of acceptance of both, such as 0.95 and 0.10.")


class SpreadUnknown(Refusal):
    """A plan by measurements knows the spread of the process, or estimates it."""

    code = "sampling.spread_unknown"
    template = N_("The spread is {given}: neither known nor unknown.")
    remedy = N_("Say known where the process has a proven standard deviation, else unknown.")


class DesignTooLarge(Refusal):
    """The two qualities are so near that no plan in reach tells them apart."""

    code = "sampling.design_too_large"
    template = N_("No plan up to {most} keeps both points.")
    remedy = N_("Move the two qualities apart, or inspect every unit.")


class ZeroPlanImpossible(Refusal):
    """With Ac 0 even a sample of one stops lots of that quality more often than is allowed."""

    code = "sampling.zero_plan_impossible"
    template = N_("With Ac 0 no sample accepts lots with {percent} % as often as {often} %.")
    remedy = N_("Agree on a better quality, or design a plan with a larger Ac.")


class ChainTooShort(Refusal):
    """A chain is at least one lot long."""

    code = "sampling.chain_too_short"
    template = N_("A chain of {given} lots is no chain.")
    remedy = N_("Give the number of lots before as a whole number, 1 or more; 2 to 4 are usual.")


class FractionalPlansNotHeld(Refusal):
    """The tables of fractional acceptance numbers are not here; an exact plan is."""

    code = "sampling.fractional_plans_not_held"
    template = N_(
        "Plans with a fractional Ac are not held here: there is no source of them to trust."
    )
    remedy = N_("Agree on the plan that keeps both points in a lot of {lot_size}: n {n}, Ac {ac}.")


class LimitingQualityTablesNotHeld(Refusal):
    """The tables of ISO 2859-2 are not here; an exact plan for the lot is."""

    code = "sampling.limiting_quality_tables_not_held"
    template = N_("The tables of ISO 2859-2 are not held here: there is no source to trust.")
    remedy = N_(
        "Agree on the plan that stops this lot at {percent} % 9 times in 10: n {n}, Ac {ac}."
    )


class VariablesTablesNotHeld(Refusal):
    """The tables of ISO 3951-1 are not here; an exact plan is."""

    code = "sampling.variables_tables_not_held"
    template = N_("The tables of ISO 3951-1 are not held here: there is no source to trust.")
    remedy = N_(
        "Agree on the plan that keeps both points, spread unknown: n {n}, k {k}; or use Z1.9."
    )


# Inspection by variables: variables_tables, variables, variables_curves, normality.


class UnknownVariablesStandard(Refusal):
    """No source that may be checked cell by cell has these tables; none are invented."""

    code = "sampling.unknown_variables_standard"
    template = N_("The variables tables of {given} are not here; only those of {known} are.")
    remedy = N_(
        "Use {known}, or design an exact plan from two points: what must pass, what must not."
    )


class UnknownVariablesLetter(Refusal):
    """Z1.9 has letters of its own, and the table that gives a lot its letter is not here."""

    code = "sampling.unknown_variables_letter"
    template = N_("{given} is no code letter of Z1.9 for variables.")
    remedy = N_(
        "Read the letter for your lot size and level in table A-2 of Z1.9, which differs from "
        "Z1.4, and give it: one of {known}."
    )


class AqlNotInVariables(Refusal):
    """The AQL is in the series, and Z1.9 has no plan for it."""

    code = "sampling.aql_not_in_variables"
    template = N_("There is no variables plan for AQL {aql}: they run from {lower} to {upper}.")
    remedy = N_("Agree on an AQL from {lower} to {upper}, or inspect by attributes.")


class UnknownVariablesMethod(Refusal):
    """The method is neither s nor sigma; the range method is not here."""

    code = "sampling.unknown_variables_method"
    template = N_("There is no variables method {given}.")
    remedy = N_("Choose one of {known}: s unless the standard deviation is known beforehand.")


class UnknownVariablesForm(Refusal):
    """The form of the criterion is neither k nor M."""

    code = "sampling.unknown_variables_form"
    template = N_("There is no form {given} of the criterion.")
    remedy = N_("Choose M, which serves one limit and two, or k, which serves one.")


class KFormNeedsOneLimit(Refusal):
    """The k form compares with one limit; two limits share one percentage."""

    code = "sampling.k_form_needs_one_limit"
    template = N_("The k form judges one limit, and two are given.")
    remedy = N_("Judge by the M form: it adds up what is expected outside both limits.")


class PlanExceedsLot(Refusal):
    """The variables plan asks for the whole lot or more, and its M holds for its n only."""

    code = "sampling.plan_exceeds_lot"
    template = N_("The plan asks for {n} measurements; the lot has {lot_size} units.")
    remedy = N_("Measure every unit, and accept or reject each on its own measurement.")


class MeasurementNotANumber(Refusal):
    """A measurement is text, missing, NaN or infinite, or too large to reckon with."""

    code = "sampling.measurement_not_a_number"
    template = N_("Measurement {place} is {given}, which is not a usable number.")
    remedy = N_("Measure that unit again; do not leave it out.")


class TooFewMeasurements(Refusal):
    """M and k hold for exactly n measurements."""

    code = "sampling.too_few_measurements"
    template = N_("There are {measured} measurements; the plan asks for {n}.")
    remedy = N_("Measure {missing} more units of the sample.")


class NoSpread(Refusal):
    """All measurements are alike, so the sample does not tell the standard deviation."""

    code = "sampling.no_spread"
    template = N_("All {measured} measurements are {given}: their standard deviation is 0.")
    remedy = N_("Read the instrument finer, or inspect by attributes.")


class NoLimit(Refusal):
    """Neither a lower nor an upper limit is given."""

    code = "sampling.no_limit"
    template = N_("No specification limit is given.")
    remedy = N_("Give the lower limit, the upper limit, or both.")


class LimitNotANumber(Refusal):
    """A specification limit is not a finite number."""

    code = "sampling.limit_not_a_number"
    template = N_("The specification limit {given} is not a number.")
    remedy = N_("Give the limit as a number in the unit of the measurements.")


class LimitsInWrongOrder(Refusal):
    """The lower limit is not below the upper one."""

    code = "sampling.limits_in_wrong_order"
    template = N_("The lower limit {lower} is not below the upper limit {upper}.")
    remedy = N_("Check which limit is which.")


class LimitPlanMissing(Refusal):
    """An AQL for each limit is asked for, and one of the two limits is not given."""

    code = "sampling.limit_plan_missing"
    template = N_("There is an AQL for each limit, but only one limit.")
    remedy = N_("Give both limits, or one plan for the one limit.")


class LimitPlansDiffer(Refusal):
    """The plans of the two limits do not ask for the same sample by the same method."""

    code = "sampling.limit_plans_differ"
    template = N_(
        "The plans of the two limits differ: {lower_n} measurements by {lower_method}, "
        "{upper_n} by {upper_method}."
    )
    remedy = N_("Take one AQL for both limits together, or two whose plans have the same n.")


class SigmaMissing(Refusal):
    """The sigma method needs the standard deviation."""

    code = "sampling.sigma_missing"
    template = N_("The sigma method needs the standard deviation, and none is given.")
    remedy = N_("Give sigma as the process record shows it, or use a plan of the s method.")


class SigmaNotPositive(Refusal):
    """The standard deviation is not a finite number above 0."""

    code = "sampling.sigma_not_positive"
    template = N_("The standard deviation {given} is not a number above 0.")
    remedy = N_("Give sigma in the unit of the measurements.")


class SigmaNotUsed(Refusal):
    """A known standard deviation comes with a plan that reckons with the sample's."""

    code = "sampling.sigma_not_used"
    template = N_("A plan of the s method takes the standard deviation from the sample.")
    remedy = N_("Leave sigma out, or use a plan of the sigma method.")


class FractionInvalid(Refusal):
    """A fraction nonconforming or a probability of a variables plan is not from 0 to 1."""

    code = "sampling.fraction_invalid"
    template = N_("{given} is not a fraction from 0 to 1.")
    remedy = N_("Give fractions: 0.01 is 1 %.")


class VariablesPlanInvalid(Refusal):
    """n, k or M cannot belong to a variables plan."""

    code = "sampling.variables_plan_invalid"
    template = N_("A variables plan cannot have {name} {given}.")
    remedy = N_(
        "n is a whole number from {n_min} to {n_max}, k from -10 to 10, M above 0 and below 0.5."
    )


class FractionUnreachable(Refusal):
    """Known sigma and two limits leave at least so much outside, wherever the mean is."""

    code = "sampling.fraction_unreachable"
    template = N_(
        "Limits {width} standard deviations apart leave at least {least} outside; "
        "a lot with {given} does not exist."
    )
    remedy = N_("Ask for fractions from {least} on.")


# Plans in stages: `stages`, `staged_tables`.


class UnknownKind(Refusal):
    """The kind of sampling is none of single, double, multiple."""

    code = "sampling.unknown_kind"
    template = N_("There is no kind of sampling {given}.")
    remedy = N_("Choose one of {known}; single is usual.")


class KindMissing(Refusal):
    """Kinds of sampling were given class by class, and not for this one."""

    code = "sampling.kind_missing"
    template = N_("No kind of sampling was given for the class {name}.")
    remedy = N_("Give each class its kind, single, double or multiple, or one kind for all.")


class StagedTableAbsent(Refusal):
    """ISO 2859-1 prints tables of its own for these kinds, and they were not to be had."""

    code = "sampling.staged_table_absent"
    template = N_("The tables of {kind} sampling of {standard} are not here; none are invented.")
    remedy = N_(
        "Agree on {kind} sampling by z1.4, on single sampling by {standard}, or on a plan "
        "designed from two points: what shall pass, and what shall not."
    )


class StagedCellInvalid(Refusal):
    """The only source of the cell has a last stage that accepts and rejects the same count."""

    code = "sampling.staged_cell_invalid"
    template = N_(
        "The {kind} plan of letter {letter} at AQL {aql} cannot be right in our source: "
        "its last stage accepts {both} and rejects {both}."
    )
    remedy = N_(
        "Use the single plan it stands for: inspect {n} units; acceptable at {ac} or fewer, "
        "not acceptable at {re} or more."
    )


class StageNotBegun(Refusal):
    """A count is given for a stage of which no unit was inspected, or that the plan lacks."""

    code = "sampling.stage_not_begun"
    template = N_(
        "A count is given for stage {stage} of {name}, but no unit of it is among the "
        "{inspected} inspected."
    )
    remedy = N_("Say how many units were inspected, or leave the count of stage {stage} out.")


class StageNotCounted(Refusal):
    """A stage was begun, no earlier one decided, and it has no count."""

    code = "sampling.stage_not_counted"
    template = N_("No count was given for stage {stage} of {name}, which was begun.")
    remedy = N_("Give the count of every stage that was begun, 0 where none was found.")


# Switching: `switching`, `switching_bulk`.


class UnknownSwitchSetting(Refusal):
    """A setting of the switching rules has a value that is none of its choices."""

    code = "sampling.unknown_switch_setting"
    template = N_("The switching rules know no {setting} {given}.")
    remedy = N_("Choose one of {known}; for a limit, a whole number too.")


class SwitchResultUnreadable(Refusal):
    """The result of a lot is in none of the forms that the switching rules read."""

    code = "sampling.switch_result_unreadable"
    template = N_("The result of lot {place} cannot be read: {given}.")
    remedy = N_(
        "Give accepted (true or false), Ac, and whether it would be accepted one AQL step "
        "tighter; or plain A or R."
    )


class SwitchResultContradicts(Refusal):
    """A lot is not accepted, and yet accepted one step tighter or in the gap over its Ac."""

    code = "sampling.switch_result_contradicts"
    template = N_(
        "Lot {place} is not accepted, and yet accepted one AQL step tighter or over its Ac."
    )
    remedy = N_("Look up the verdict on lot {place}, and say it again.")


class LimitNumbersAbsent(Refusal):
    """Z1.4 asks for a limit number of Table VIII, which was not to be had."""

    code = "sampling.limit_numbers_absent"
    template = N_(
        "10 lots in a row were accepted, and Z1.4 now asks for a limit number of its Table VIII, "
        "which is not here; none is invented."
    )
    remedy = N_(
        "Agree to drop that condition (Z1.4, 8.5), give the limit number your copy of the "
        "standard has, or say that reduced inspection is not wanted."
    )
    who = N_("the responsible authority")


class HistoryUneven(Refusal):
    """The arrays of a history have not all one length, or more than one dimension."""

    code = "sampling.history_uneven"
    template = N_("The history has {lots} lots, and one of its columns has {given} values.")
    remedy = N_("Give every column one value for each lot.")


# Skip-lot: `skip_lot`.


class ClearanceInvalid(Refusal):
    """The number of lots to accept in a row is no whole number of 1 or more."""

    code = "sampling.clearance_invalid"
    template = N_("No lots can be skipped after {given} accepted in a row.")
    remedy = N_("Say how many lots in a row must be accepted first: a whole number, 1 or more.")


class FractionOutOfRange(Refusal):
    """The fraction of lots to inspect is not above 0 and at most 1."""

    code = "sampling.fraction_out_of_range"
    template = N_("{given} is no fraction of lots to inspect.")
    remedy = N_("Give a number above 0 and at most 1, such as 0.25 for one lot in four.")


class DrawOutOfRange(Refusal):
    """The number drawn for a lot is not from 0 up to but not including 1."""

    code = "sampling.draw_out_of_range"
    template = N_("The number drawn for the lot is {given}: not from 0 up to 1.")
    remedy = N_("Draw a number of 0 or more and below 1, all equally likely.")


class InspectedLotSkipped(Refusal):
    """A lot was skipped before enough lots in a row were accepted."""

    code = "sampling.inspected_lot_skipped"
    template = N_(
        "The lot was skipped after {accepted} lots accepted in a row; {clearance} are needed first."
    )
    remedy = N_("Inspect this lot: every lot is inspected until {clearance} in a row are accepted.")


# Inspections of record: `record`.


class CountFell(Refusal):
    """A later result of an inspection says less than the one before it."""

    code = "sampling.count_fell"
    template = N_(
        "The count of {counted} is {given} now; the result before this one says {before}."
    )
    remedy = N_(
        "Give all that was inspected and found so far, the first result included; if that one "
        "is wrong, correct it."
    )
