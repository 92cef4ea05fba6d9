"""Sampling plans of one lot: how many units to draw, and how many may be nonconforming.

A *single plan* is n, Ac and Re for one AQL.  An *inspection plan* holds one for each class
of nonconformity.  One sample serves all classes: the largest is drawn, in an order nobody
chose, and a class with a smaller n is judged on the first n units of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from lotwarden.core.errors import Refusal
from lotwarden.core.sampling.refusals import (
    ClassNameInvalid,
    DuplicateClass,
    NoClasses,
    SeverityMissing,
    UnknownClass,
    shown,
)
from lotwarden.core.sampling.series import (
    COLUMNS,
    UNITS_AQLS,
    AqlValue,
    aql_column,
)
from lotwarden.core.sampling.tables import code_letter, single_table


class SinglePlan(NamedTuple):
    """The single sampling plan of one lot at one AQL.

    `n`, `ac` and `re` are the table's, whatever the lot; `inspect` is what this lot allows.
    `letter` is the letter whose sample size is used, `code_letter` the lot's own: an arrow
    in the table makes them differ.  `aql` is written as the table prints it.
    """

    n: int
    ac: int
    re: int
    letter: str
    code_letter: str
    lot_size: int
    level: str
    aql: str
    severity: str
    standard: str

    @property
    def inspect(self) -> int:
        """The units to inspect: n, or the whole lot where it has no more."""
        return min(self.n, self.lot_size)

    @property
    def full(self) -> bool:
        """Whether every unit of the lot is inspected; Ac and Re stay the table's."""
        return self.n >= self.lot_size

    @property
    def counts_units(self) -> bool:
        """Whether nonconforming units are counted; above AQL 10 it is nonconformities.

        An AQL above 10 cannot be a percentage of units (ISO 2859-1, 5.2): Ac may exceed n.
        """
        return self.aql in UNITS_AQLS


class ClassPlan(NamedTuple):
    """The plan of one class of nonconformity."""

    name: str
    plan: SinglePlan


class InspectionPlan(NamedTuple):
    """The plans of all classes of one lot, in the order in which they were named."""

    lot_size: int
    level: str
    standard: str
    classes: tuple[ClassPlan, ...]

    @property
    def sample_size(self) -> int:
        """The units to draw: the largest number that any class inspects."""
        return max(one.plan.inspect for one in self.classes)

    @property
    def full(self) -> bool:
        """Whether every unit of the lot is drawn."""
        return self.sample_size == self.lot_size

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the classes, in order."""
        return tuple(one.name for one in self.classes)

    def of(self, name: str) -> SinglePlan:
        """Return the plan of the class `name`.

        Refuses, first match wins:
            sampling.unknown_class: the plan has no such class.
        """
        for one in self.classes:
            if one.name == name:
                return one.plan
        raise UnknownClass(given=shown(name), known=", ".join(self.names))


def single_plan(
    *, lot_size: int, level: str, aql: AqlValue, severity: str, standard: str
) -> SinglePlan:
    """Return the single sampling plan that the tables give a lot, with arrows followed.

    AQL 0 means that none is tolerated: the sample size of the lot's own letter, Ac 0, Re 1.
    212 of the 416 cells of reduced inspection in ISO 2859-1 rest on a single source, which
    `tables` names.

    Refuses, first match wins:
        sampling.lot_size_not_whole: not an integer.
        sampling.lot_too_small: 1 or less.
        sampling.unknown_level: none of S-1, S-2, S-3, S-4, I, II, III.
        sampling.aql_not_a_number: text that is no decimal number, NaN, an infinity, a bool.
        sampling.aql_not_in_series: neither 0 nor in the series; the neighbours are named.
        sampling.unknown_severity: none of normal, tightened, reduced.
        sampling.unknown_standard: neither iso2859-1 nor z1.4.

    >>> plan = single_plan(
    ...     lot_size=4000, level="II", aql="2.5", severity="normal", standard="iso2859-1"
    ... )
    >>> plan.n, plan.ac, plan.re, plan.letter
    (200, 10, 11, 'L')
    """
    own = code_letter(lot_size=lot_size, level=level)
    column = aql_column(aql=aql)
    n, ac, re, letter = single_table(standard=standard, severity=severity)[own][column]
    return SinglePlan(n, ac, re, letter, own, lot_size, level, COLUMNS[column], severity, standard)


def class_plans(
    *,
    lot_size: int,
    level: str,
    aqls: Mapping[str, AqlValue] | Iterable[tuple[str, AqlValue]],
    severity: str | Mapping[str, str],
    standard: str,
) -> InspectionPlan:
    """Return the plans of all classes of a lot.

    The classes keep the order of `aqls`.  Each class switches its severity on its own
    (ISO 2859-1, 9.2): `severity` is one for all, or one for each class by name.

    Refuses, first match wins:
        sampling.no_classes: no class is named.
        sampling.class_name_invalid: a name is not text, is empty, or has blanks around it.
        sampling.duplicate_class: two names are alike but for letter case.
        sampling.severity_missing: severities are given by class, and one has none.
        sampling.unknown_class: a severity is given for a class that has no AQL.
        and, class by class, what `single_plan` refuses.

    >>> plan = class_plans(
    ...     lot_size=4000,
    ...     level="II",
    ...     aqls={"critical": "0", "major": "2.5", "minor": "4.0"},
    ...     severity="normal",
    ...     standard="iso2859-1",
    ... )
    >>> [(one.name, one.plan.n, one.plan.ac) for one in plan.classes], plan.sample_size
    ([('critical', 200, 0), ('major', 200, 10), ('minor', 200, 14)], 200)
    """
    pairs, severities = checked_classes(aqls=aqls, severity=severity)
    return InspectionPlan(
        lot_size=lot_size,
        level=level,
        standard=standard,
        classes=tuple(
            ClassPlan(
                name,
                single_plan(
                    lot_size=lot_size,
                    level=level,
                    aql=aql,
                    severity=severities[name],
                    standard=standard,
                ),
            )
            for name, aql in pairs
        ),
    )


def checked_classes(
    *,
    aqls: Mapping[str, AqlValue] | Iterable[tuple[str, AqlValue]],
    severity: str | Mapping[str, str],
) -> tuple[list[tuple[str, AqlValue]], Mapping[str, str]]:
    """Return the classes with their AQLs in order, and the severity of each by name.

    Refuses what `class_plans` does of names and severities.
    """
    pairs = list(aqls.items() if isinstance(aqls, Mapping) else aqls)
    names = [name for name, _ in pairs]
    _check_names(names)
    return pairs, by_class(names=names, value=severity, missing=SeverityMissing)


def by_class(
    *, names: list[str], value: str | Mapping[str, str], missing: type[Refusal]
) -> Mapping[str, str]:
    """Return a value for each class from one for all, or one for each class by name.

    Refuses, first match wins:
        what `missing` says: values are given by class, and one has none.
        sampling.unknown_class: a value is given for a class that has no AQL.
    """
    if not isinstance(value, Mapping):
        return dict.fromkeys(names, value)
    for name in names:
        if name not in value:
            raise missing(name=name)
    for name in value:
        if name not in names:
            raise UnknownClass(given=shown(name), known=", ".join(names))
    return value


def _check_names(names: list[str]) -> None:
    if not names:
        raise NoClasses
    for name in names:
        if not isinstance(name, str) or not name or name != name.strip():
            raise ClassNameInvalid(given=shown(name))
    seen = set()
    for name in names:
        if name.casefold() in seen:
            raise DuplicateClass(name=name)
        seen.add(name.casefold())
