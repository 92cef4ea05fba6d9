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
  UnknownClass                sampling.unknown_class
  ClassNotCounted             sampling.class_not_counted
  MoreFoundThanInspected      sampling.more_found_than_inspected
  UnitCountedTwice            sampling.unit_counted_twice
  NonconformitiesNotCounted   sampling.nonconformities_not_counted
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
