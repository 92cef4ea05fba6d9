"""Every cell of double and multiple sampling, against the reference and the digests pinned here."""

from __future__ import annotations

import csv
import hashlib
from pathlib import Path

import pytest

from lotwarden.core import sampling
from lotwarden.core.sampling import staged_tables

STAGED_TABLE_SHA256 = {
    "double": "854e915ee22b46954b11dd033b3a8b414000cb46dd06ddabdab42dc89fcb7c3c",
    "multiple": "37a518253d0bd769e15264f908fd2621e74c1762d81837dca0ba681ad217dea9",
}
NUMBERS = "ac_re_cumulative(#=acceptance not permitted)"
SEVERITIES = ("normal", "tightened", "reduced")

# Flags of ours: the reference has these cells without one.
FLAGGED_BY_US = {("normal", "F", "100"), ("normal", "F", "150")}


def written(stages: tuple[sampling.Stage, ...]) -> str:
    return ";".join(f"{'#' if one.ac is None else one.ac}/{one.re}" for one in stages)


def product_cells(kind: str) -> dict[tuple[str, str, str], sampling.StagedCell]:
    return {
        (severity, letter, aql): cell
        for severity in SEVERITIES
        for letter, row in sampling.staged_table(
            kind=kind, severity=severity, standard="z1.4"
        ).items()
        for aql, cell in zip(sampling.AQLS, row, strict=False)  # the column of AQL 0 is ours
    }


def rendered(kind: str) -> str:
    return "".join(
        f"{','.join(place)},{cell.kind},{'/'.join(str(one.n) for one in cell.stages)},"
        f"{written(cell.stages)},{cell.letter},{'!' if cell.flag else ''}\n"
        for place, cell in product_cells(kind).items()
    )


@pytest.mark.parametrize("kind", ["double", "multiple"])
def test_every_cell_is_that_of_the_reference_and_every_flag_is_kept(
    kind: str, reference: Path
) -> None:
    cells, doubles = product_cells(kind), product_cells("double")
    with (reference / f"{kind}_mil_std_105e_z14.csv").open(encoding="ascii", newline="") as file:
        rows = {(row["severity"], row["letter"], row["aql"]): row for row in csv.DictReader(file)}

    assert list(cells) == list(rows)
    for place, row in rows.items():
        cell = cells[place]
        single = ";".join(str(number) for number in cell.stages[0])
        if row[NUMBERS] == "use_single":
            assert (cell.kind, single) == ("single", row["matching_single_n_ac_re"]), place
        elif row[NUMBERS] == "use_double":
            assert cell == doubles[place]
        else:
            n = int(row["n_per_stage"])
            assert cell.kind == kind
            assert [one.n for one in cell.stages] == [
                n * stage for stage in range(1, int(row["stages"]) + 1)
            ]
            assert written(cell.stages) == row[NUMBERS], place
    flagged = {place for place, cell in cells.items() if cell.flag}
    ours = FLAGGED_BY_US if kind == "multiple" else set()
    assert flagged == {place for place, row in rows.items() if row["flag"]} | ours


@pytest.mark.parametrize("kind", ["double", "multiple"])
def test_the_tables_are_those_proved_against_the_reference(kind: str) -> None:
    digest = hashlib.sha256(rendered(kind).encode("ascii")).hexdigest()

    assert digest == STAGED_TABLE_SHA256[kind]


@pytest.mark.parametrize("kind", ["double", "multiple"])
def test_every_plan_without_a_flag_decides_at_its_last_stage_and_not_against_itself(
    kind: str,
) -> None:
    for (severity, _, _), cell in product_cells(kind).items():
        if cell.flag == staged_tables.FLAG_INVALID:
            continue
        last = cell.stages[-1]
        assert last.ac is not None
        assert last.re == last.ac + 1 or (severity == "reduced" and last.re > last.ac)
        for before, after in zip(cell.stages, cell.stages[1:], strict=False):
            assert after.n - before.n == cell.stages[0].n
            assert (before.ac or 0) <= (after.ac or 0)
            assert before.re <= after.re
            assert before.ac is None or before.ac < before.re - 1


def test_a_cell_that_says_use_single_gives_the_single_plan() -> None:
    asked = {"lot_size": 3_200, "level": "II", "severity": "normal", "standard": "z1.4"}

    staged = sampling.staged_plan(kind="multiple", aql="0.10", **asked)
    single = sampling.single_plan(aql="0.10", **asked)

    assert staged.kind == "single"
    assert staged.stages == ((single.n, single.ac, single.re),)
    assert staged.letter == single.letter


def test_a_cell_that_says_use_double_gives_the_double_plan() -> None:
    asked = {"lot_size": 20, "level": "II", "aql": "15", "severity": "normal", "standard": "z1.4"}

    multiple = sampling.staged_plan(kind="multiple", **asked)

    assert multiple == sampling.staged_plan(kind="double", **asked)
    assert multiple.kind == "double"
    assert multiple.stages == ((3, 0, 3), (6, 3, 4))


def test_aql_0_is_single_whatever_is_asked_for() -> None:
    plan = sampling.staged_plan(
        kind="multiple", lot_size=3_200, level="II", aql="0", severity="normal", standard="z1.4"
    )

    assert (plan.kind, plan.stages) == ("single", ((125, 0, 1),))


def test_a_suspect_cell_is_served_with_its_flag() -> None:
    plan = sampling.staged_plan(
        kind="multiple",
        lot_size=3_200,
        level="II",
        aql="1.5",
        severity="tightened",
        standard="z1.4",
    )

    assert plan.stages[0] == (32, None, 2)
    assert plan.flag == staged_tables.FLAG_SUSPECT


def test_a_single_plan_in_stages_is_the_single_plan_in_both_standards() -> None:
    for standard in sampling.STANDARDS:
        for severity in SEVERITIES:
            table = sampling.single_table(standard=standard, severity=severity)
            staged = sampling.staged_table(kind="single", severity=severity, standard=standard)
            for letter in sampling.LETTERS:
                assert [(*one.stages[0], one.letter) for one in staged[letter]] == [
                    tuple(one) for one in table[letter]
                ]


def test_a_small_lot_caps_the_stages() -> None:
    plan = sampling.staged_plan(
        kind="double", lot_size=30, level="III", aql="6.5", severity="normal", standard="z1.4"
    )

    assert [one.n for one in plan.stages] == [8, 16]
    assert (plan.ends, plan.sample_size, plan.full) == ((8, 16), 16, False)
    small = plan._replace(lot_size=12)
    assert (small.ends, small.sample_size, small.full) == ((8, 12), 12, True)
