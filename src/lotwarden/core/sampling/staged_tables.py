"""The master tables of double and multiple sampling, read off the single table.

MIL-STD-105E, whose tables ANSI/ASQ Z1.4 prints unchanged, gives beside each single plan a
double and a multiple one that lets through about the same.  So a cell needs no table of its
own.  Its *stages* follow from the Ac and Re of the single plan in the same place; its units
for each stage are the sample size one letter before the single plan's (double) or three
(multiple).  Where the series has no sample so small, the table says "use double" or "use
single", and so it does where the single plan's Ac is 0.

Four things do not follow, and each is named where it stands below: letter A of normal
inspection has no double plans; four cells of the double table cannot be right; thirteen of
the multiple table, and two more, look wrong.  A plan of such a cell carries its flag.

How far to trust the cells: all double and multiple plans rest on a single source, the flagged
ones on one that contradicts itself.  ISO 2859-1:1999 prints tables of its own, which are not
here: they were not to be had.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final, NamedTuple, Protocol, TypeAlias

from lotwarden.core.errors import N_
from lotwarden.core.sampling.plans import by_class, checked_classes
from lotwarden.core.sampling.refusals import (
    KindMissing,
    StagedCellInvalid,
    StagedTableAbsent,
    UnknownKind,
    shown,
)
from lotwarden.core.sampling.series import AQLS, COLUMNS, AqlValue, aql_column
from lotwarden.core.sampling.stages import Stage, StagedClass, StagedInspection, StagedPlan
from lotwarden.core.sampling.tables import (
    LETTERS,
    SAMPLE_SIZES,
    Cell,
    code_letter,
    single_table,
)

KINDS: Final = ("single", "double", "multiple")
"""One stage, two stages, seven stages."""

_STAGED_STANDARD: Final = "z1.4"

# How many letters before the single plan's the units of each stage stand.
_LETTERS_BEFORE: Final = {"double": 1, "multiple": 3}

# The stages that stand beside a single plan of this Ac/Re, cumulative; # where acceptance is
# not possible yet.  Normal and tightened inspection share those they both have.
_DOUBLE: Final = {
    "1/2": "0/2 1/2",
    "2/3": "0/3 3/4",
    "3/4": "1/4 4/5",
    "5/6": "2/5 6/7",
    # Normal inspection.
    "7/8": "3/7 8/9",
    "10/11": "5/9 12/13",
    "14/15": "7/11 18/19",
    "21/22": "11/16 26/27",
    "30/31": "17/22 37/38",
    "44/45": "25/31 56/57",
    # Tightened inspection.
    "8/9": "3/7 11/12",
    "12/13": "6/10 15/16",
    "18/19": "9/14 23/24",
    "27/28": "15/20 34/35",
    "41/42": "23/29 52/53",
    # Reduced inspection, which leaves a gap at the last stage.
    "0/2": "0/2 0/2",
    "1/3": "0/3 0/4",
    "1/4": "0/4 1/5",
    "2/5": "0/4 3/6",
    "3/6": "1/5 4/7",
    "5/8": "2/7 6/9",
    "7/10": "3/8 8/12",
    "10/13": "5/10 12/16",
    "14/17": "7/12 18/22",
    "21/24": "11/17 26/30",
}
_MULTIPLE: Final = {
    "1/2": "#/2 #/2 0/2 0/3 1/3 1/3 2/3",
    "2/3": "#/2 0/3 0/3 1/4 2/4 3/5 4/5",
    "3/4": "#/3 0/3 1/4 2/5 3/6 4/6 6/7",
    "5/6": "#/4 1/5 2/6 3/7 5/8 7/9 9/10",
    # Normal inspection.
    "7/8": "0/4 1/6 3/8 5/10 7/11 10/12 13/14",
    "10/11": "0/5 3/8 6/10 8/13 11/15 14/17 18/19",
    "14/15": "1/7 4/10 8/13 12/17 17/20 21/23 25/26",
    "21/22": "2/9 7/14 13/19 19/25 25/29 31/33 37/38",
    "30/31": "4/12 11/19 19/27 27/34 36/40 45/47 53/54",
    "44/45": "6/16 17/27 29/39 40/49 53/58 65/68 77/78",
    # Tightened inspection.
    "8/9": "0/4 2/7 4/9 6/11 9/12 12/14 14/15",
    "12/13": "0/6 3/9 7/12 10/15 14/17 18/20 21/22",
    "18/19": "1/8 6/12 11/17 16/22 22/25 27/29 32/33",
    "27/28": "3/10 10/17 17/24 24/31 32/37 40/43 48/49",
    "41/42": "6/15 16/25 26/36 37/46 49/55 61/64 72/73",
    # Reduced inspection, which leaves a gap at the last stage.
    "0/2": "#/2 #/2 0/2 0/3 0/3 0/3 1/3",
    "1/3": "#/2 #/3 0/3 0/4 0/4 1/5 1/5",
    "1/4": "#/3 #/3 0/4 0/5 1/6 1/6 2/7",
    "2/5": "#/3 0/4 0/5 1/6 2/7 3/7 4/8",
    "3/6": "#/4 0/5 1/6 2/7 3/8 4/9 6/10",
    "5/8": "#/4 1/6 2/8 3/10 5/11 7/12 9/14",
    "7/10": "0/5 1/7 3/9 5/12 7/13 10/15 13/17",
    "10/13": "0/6 3/9 6/12 8/15 11/17 14/20 18/22",
}
_PLANS: Final = {"double": _DOUBLE, "multiple": _MULTIPLE}

FLAG_INVALID: Final = N_(
    "This cell cannot be right in our source: its last stage accepts and rejects the same count."
)
FLAG_SUSPECT: Final = N_(
    "This cell looks wrong in our source: its first stage rejects at 2, where normal inspection "
    "with the same single plan rejects at 3. If in doubt, use the single plan."
)
FLAG_UNMOVED: Final = N_(
    "This cell looks wrong in our source: it takes 5 units a stage where all other letters with "
    "the same single plan take 3. If in doubt, use the single plan."
)

# Cells that do not follow: kind, severity, letter, AQL -> stages, letters later, flag.
_IRREGULAR: Final = {
    # Other letters that lead to the same single plan end with 26/27; which of the two numbers
    # is misprinted is not ours to say.
    **{("double", "normal", letter, "100"): ("11/16 26/26", 0, FLAG_INVALID) for letter in "LMNP"},
    # The single plan here is that of letter E, which every other letter that is sent to it
    # takes with E's 3 units a stage.  F keeps its own 5.
    **{
        ("multiple", "normal", "F", aql): (_MULTIPLE[single], 1, FLAG_UNMOVED)
        for aql, single in (("100", "21/22"), ("150", "30/31"))
    },
}
# Tightened multiple sampling rejects one earlier here than normal does for the same plan.
_SUSPECT_TIGHTENED: Final = ("3/4", "#/2 0/3 1/4 2/5 3/6 4/6 6/7")


class StagedCell(NamedTuple):
    """One cell of a table of double or multiple sampling, with its arrow followed."""

    kind: str
    stages: tuple[Stage, ...]
    letter: str
    flag: str


StagedTable: TypeAlias = Mapping[str, tuple[StagedCell, ...]]

_built: dict[tuple[str, str, str], StagedTable] = {}


def staged_table(*, kind: str, severity: str, standard: str) -> StagedTable:
    """Return a table of plans in stages: for each code letter, one cell for each of `COLUMNS`.

    A cell that cannot be right is in it, with its flag; `staged_plan` refuses it.

    Refuses, first match wins:
        sampling.unknown_severity, sampling.unknown_standard: as `single_table`.
        sampling.unknown_kind: none of single, double, multiple.
        sampling.staged_table_absent: double or multiple, and the standard is not z1.4.

    >>> table = staged_table(kind="double", severity="normal", standard="z1.4")
    >>> table["K"][AQLS.index("2.5")].stages
    (Stage(n=80, ac=3, re=7), Stage(n=160, ac=8, re=9))
    """
    try:
        return _built[kind, severity, standard]
    except (KeyError, TypeError):  # not built yet, or no key of any table
        singles = single_table(standard=standard, severity=severity)
        if kind not in KINDS:
            raise UnknownKind(given=shown(kind), known=", ".join(KINDS)) from None
        if kind != "single" and standard != _STAGED_STANDARD:
            raise StagedTableAbsent(kind=kind, standard=standard) from None
    table = MappingProxyType(
        {
            letter: tuple(
                _cell(kind, severity, letter, column, single)
                for column, single in enumerate(singles[letter])
            )
            for letter in LETTERS
        }
    )
    _built[kind, severity, standard] = table
    return table


class PlanOfClass(Protocol):
    """What gives the plan of one class: `staged_plan`, or a kind of plan beside the tables."""

    def __call__(
        self, *, kind: str, lot_size: int, level: str, aql: AqlValue, severity: str, standard: str
    ) -> StagedPlan: ...


def staged_plan(
    *, kind: str, lot_size: int, level: str, aql: AqlValue, severity: str, standard: str
) -> StagedPlan:
    """Return the plan that the tables give a lot, in stages, with arrows followed.

    Where the table says "use single" or "use double", that is the plan, and its `kind` says
    so.  A cell that looks wrong in our source comes with its `flag`.

    Refuses, first match wins:
        what `single_plan` refuses.
        sampling.unknown_kind: none of single, double, multiple.
        sampling.staged_table_absent: double or multiple, and the standard is not z1.4.
        sampling.staged_cell_invalid: the cell cannot be right; the single plan is named.

    >>> plan = staged_plan(
    ...     kind="double", lot_size=3200, level="II", aql="2.5", severity="normal", standard="z1.4"
    ... )
    >>> plan.kind, plan.stages, plan.sample_size
    ('double', (Stage(n=80, ac=3, re=7), Stage(n=160, ac=8, re=9)), 160)
    """
    own = code_letter(lot_size=lot_size, level=level)
    column = aql_column(aql=aql)
    table = staged_table(kind=kind, severity=severity, standard=standard)
    found, stages, letter, flag = table[own][column]
    aql = COLUMNS[column]
    if flag is FLAG_INVALID:
        single = single_table(standard=standard, severity=severity)[own][column]
        raise StagedCellInvalid(
            kind=kind,
            letter=own,
            aql=aql,
            both=stages[-1].re,
            n=min(single.n, lot_size),
            ac=single.ac,
            re=single.re,
        )
    return StagedPlan(
        *(found, stages, letter, own, lot_size, level, aql, severity, standard),
        flag=flag,
    )


def staged_plans(
    *,
    kind: str | Mapping[str, str],
    lot_size: int,
    level: str,
    aqls: Mapping[str, AqlValue] | Iterable[tuple[str, AqlValue]],
    severity: str | Mapping[str, str],
    standard: str,
) -> StagedInspection:
    """Return the plans of all classes of a lot, in stages.

    As `class_plans`; `kind`, too, is one for all classes, or one for each by name: single
    classes can stand beside double ones in one inspection.

    Refuses, first match wins:
        what `class_plans` refuses of the names and severities.
        sampling.kind_missing: kinds are given by class, and one has none.
        sampling.unknown_class: a kind is given for a class that has no AQL.
        and, class by class, what `staged_plan` refuses.
    """
    return class_by_class(
        staged_plan, kind=kind, lot_size=lot_size, level=level, aqls=aqls, severity=severity,
        standard=standard,
    )  # fmt: skip


def class_by_class(  # noqa: PLR0913 - what a plan of classes names
    plan: PlanOfClass,
    *,
    kind: str | Mapping[str, str],
    lot_size: int,
    level: str,
    aqls: Mapping[str, AqlValue] | Iterable[tuple[str, AqlValue]],
    severity: str | Mapping[str, str],
    standard: str,
) -> StagedInspection:
    """Return what `plan` gives for each class; refuses what `staged_plans` does of their names."""
    pairs, severities = checked_classes(aqls=aqls, severity=severity)
    kinds = by_class(names=[name for name, _ in pairs], value=kind, missing=KindMissing)
    plans = (
        plan(
            kind=kinds[name], lot_size=lot_size, level=level, aql=aql, severity=severities[name],
            standard=standard,
        )
        for name, aql in pairs
    )  # fmt: skip
    return StagedInspection(
        lot_size=lot_size,
        level=level,
        standard=standard,
        classes=tuple(StagedClass(name, one) for (name, _), one in zip(pairs, plans, strict=True)),
    )


def _cell(kind: str, severity: str, letter: str, column: int, single: Cell) -> StagedCell:
    """Return the cell that stands beside a single plan."""
    alone = StagedCell("single", (Stage(single.n, single.ac, single.re),), single.letter, "")
    if kind == "single" or (single.ac, single.re) == (0, 1):
        return alone
    if (severity, letter) == ("normal", "A"):
        return alone
    size = SAMPLE_SIZES.index(single.n) - _LETTERS_BEFORE[kind]
    if size < 0:
        if kind == "multiple":
            return _cell("double", severity, letter, column, single)
        return alone

    printed = f"{single.ac}/{single.re}"
    # Only AQL 0 is not in the series, and its Ac is 0.
    place = (kind, severity, letter, AQLS[column])
    text, later, flag = _IRREGULAR.get(place) or (_PLANS[kind][printed], 0, "")
    if (kind, severity, printed) == ("multiple", "tightened", _SUSPECT_TIGHTENED[0]):
        text, flag = _SUSPECT_TIGHTENED[1], FLAG_SUSPECT
    return StagedCell(kind, _stages(text, SAMPLE_SIZES[size + later]), single.letter, flag)


def _stages(text: str, n: int) -> tuple[Stage, ...]:
    stages = []
    for place, numbers in enumerate(text.split(), start=1):
        ac, re = numbers.split("/")
        stages.append(Stage(n * place, None if ac == "#" else int(ac), int(re)))
    return tuple(stages)
