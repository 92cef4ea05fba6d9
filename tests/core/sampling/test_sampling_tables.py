"""Every cell of the tables, against the reference and against the digests pinned here."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterable
from pathlib import Path

import pytest

from lotwarden.core import sampling

FILES = {
    "iso2859-1": "single_iso_2859_1_1999.csv",
    "z1.4": "single_mil_std_105e_z14.csv",
}

SINGLE_TABLE_SHA256 = {
    "iso2859-1": "2706819c1032da3164a8e91052dd4fb8fc947468f22f723cbbf28ff42624a686",
    "z1.4": "7fa37234e75341415b59f5ccf17c8ba95d99307b54c3b9746227b7ccebee6ae0",
}
CODE_LETTERS_SHA256 = "3cfcb381b36c8b2216ba438e8d2e9af0d550c709a5404871876ef62858252104"

# The first and last lot size of each row; the last row is open.
LOT_SIZE_ROWS = (
    *((2, 8), (9, 15), (16, 25), (26, 50), (51, 90), (91, 150), (151, 280), (281, 500)),
    *((501, 1_200), (1_201, 3_200), (3_201, 10_000), (10_001, 35_000), (35_001, 150_000)),
    *((150_001, 500_000), (500_001, None)),
)
LARGE_LOT = 10**9


def rendered(cells: Iterable[tuple[object, ...]]) -> str:
    """Return cells as text, one a line: what is compared and what is pinned."""
    return "".join(",".join(str(value) for value in cell) + "\n" for cell in cells)


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def product_single_table(standard: str) -> str:
    return rendered(
        (severity, letter, aql, cell.n, cell.ac, cell.re, cell.letter)
        for severity in sampling.SEVERITIES
        for letter, row in sampling.single_table(standard=standard, severity=severity).items()
        for aql, cell in zip(sampling.AQLS, row, strict=False)  # the column of AQL 0 is ours
    )


def reference_single_table(path: Path) -> str:
    columns = ("severity", "letter", "aql", "n", "ac", "re")
    with path.open(encoding="ascii", newline="") as file:
        return rendered(
            (*(row[column] for column in columns), row["executed_letter"].split("/")[0])
            for row in csv.DictReader(file)
        )


def product_code_letters() -> str:
    return rendered(
        (first, last or "", level, sampling.code_letter(lot_size=size, level=level))
        for first, last in LOT_SIZE_ROWS
        for level in sampling.LEVELS
        for size in (first, last or LARGE_LOT)
    )


def reference_code_letters(path: Path) -> str:
    with path.open(encoding="ascii", newline="") as file:
        return rendered(
            (row["lot_from"], row["lot_to"], row["level"], row["letter"])
            for row in csv.DictReader(file)
            for _ in ("first", "last")
        )


@pytest.mark.parametrize("standard", sampling.STANDARDS)
def test_every_cell_of_the_master_tables_is_that_of_the_reference(
    standard: str, reference: Path
) -> None:
    expected = reference_single_table(reference / FILES[standard])

    assert expected.count("\n") == 1_248
    assert product_single_table(standard).splitlines() == expected.splitlines()
    assert sha256(expected) == SINGLE_TABLE_SHA256[standard]


def test_every_code_letter_is_that_of_the_reference(reference: Path) -> None:
    expected = reference_code_letters(reference / "code_letters.csv")

    assert expected.count("\n") == 2 * 105
    assert product_code_letters().splitlines() == expected.splitlines()
    assert sha256(expected) == CODE_LETTERS_SHA256


@pytest.mark.parametrize("standard", sampling.STANDARDS)
def test_the_master_tables_are_those_proved_against_the_reference(standard: str) -> None:
    assert sha256(product_single_table(standard)) == SINGLE_TABLE_SHA256[standard]


def test_the_code_letters_are_those_proved_against_the_reference() -> None:
    assert sha256(product_code_letters()) == CODE_LETTERS_SHA256


def test_the_letter_changes_with_the_row_and_not_within_it() -> None:
    within = [
        (first, sampling.code_letter(lot_size=size, level="II"))
        for first, last in LOT_SIZE_ROWS
        for size in (first, first + 1, (first + (last or LARGE_LOT)) // 2, last or LARGE_LOT)
    ]

    assert len(set(within)) == len(LOT_SIZE_ROWS)
    assert len({letter for _, letter in within}) == len(LOT_SIZE_ROWS)


def lot_of_each_letter() -> dict[str, tuple[int, str]]:
    return {
        sampling.code_letter(lot_size=first, level=level): (first, level)
        for first, _ in LOT_SIZE_ROWS
        for level in sampling.LEVELS
    }


@pytest.mark.parametrize("standard", sampling.STANDARDS)
@pytest.mark.parametrize("severity", sampling.SEVERITIES)
def test_the_plan_of_a_lot_is_the_cell_of_its_letter_and_aql(standard: str, severity: str) -> None:
    lots = lot_of_each_letter()
    table = sampling.single_table(standard=standard, severity=severity)
    assert "".join(sorted(lots)) == sampling.LETTERS

    for own, (lot_size, level) in lots.items():
        for aql, cell in zip(sampling.COLUMNS, table[own], strict=True):
            plan = sampling.single_plan(
                lot_size=lot_size, level=level, aql=aql, severity=severity, standard=standard
            )
            assert (plan.n, plan.ac, plan.re, plan.letter) == cell
            assert (plan.code_letter, plan.aql) == (own, aql)


@pytest.mark.parametrize("severity", sampling.SEVERITIES)
def test_iso_2859_1_leaves_no_count_between_acceptance_and_rejection(severity: str) -> None:
    table = sampling.single_table(standard="iso2859-1", severity=severity)

    assert {cell.re - cell.ac for row in table.values() for cell in row} == {1}


def test_only_reduced_inspection_of_z1_4_has_counts_between_acceptance_and_rejection() -> None:
    gaps = {
        severity: {
            cell.re - cell.ac - 1
            for row in sampling.single_table(standard="z1.4", severity=severity).values()
            for cell in row
        }
        for severity in sampling.SEVERITIES
    }

    assert gaps == {"normal": {0}, "tightened": {0}, "reduced": {0, 1, 2}}


def differing_cells(severity: str) -> list[tuple[str, str]]:
    iso, mil = (
        sampling.single_table(standard=standard, severity=severity)
        for standard in sampling.STANDARDS
    )
    return [
        (letter, aql)
        for letter in sampling.LETTERS
        for aql, one, other in zip(sampling.COLUMNS, iso[letter], mil[letter], strict=True)
        if one[:3] != other[:3]
    ]


def test_the_standards_differ_in_one_tightened_cell_and_in_251_reduced_ones() -> None:
    assert differing_cells("normal") == []
    assert differing_cells("tightened") == [("A", "10")]
    reduced = differing_cells("reduced")
    assert len(reduced) == 251
    # Those at 1.0, 4.0 and 10 have a second source; the others are the 212 that have one.
    assert len([aql for _, aql in reduced if aql not in ("1.0", "4.0", "10")]) == 212


def test_the_cells_with_a_single_source_are_those_the_documentation_names(
    reference: Path,
) -> None:
    with (reference / FILES["iso2859-1"]).open(encoding="ascii", newline="") as file:
        single = [
            (row["letter"], row["aql"])
            for row in csv.DictReader(file)
            if row["severity"] == "reduced" and row["n_sources_agree"] == "1"
        ]

    named = [one for one in differing_cells("reduced") if one[1] not in ("1.0", "4.0", "10")]
    assert named == single


def test_tightened_inspection_reaches_a_sample_size_that_no_code_letter_has() -> None:
    table = sampling.single_table(standard="iso2859-1", severity="tightened")

    cell = table["R"][sampling.AQLS.index("0.025")]

    assert cell == sampling.Cell(n=3_150, ac=1, re=2, letter="S")
    assert "S" not in sampling.LETTERS


@pytest.mark.parametrize("standard", sampling.STANDARDS)
@pytest.mark.parametrize("severity", sampling.SEVERITIES)
def test_every_plan_that_counts_units_can_find_a_lot_not_acceptable(
    standard: str, severity: str
) -> None:
    for lot_size in (*range(2, 30), *(size for row in LOT_SIZE_ROWS for size in row if size)):
        for level in sampling.LEVELS:
            for aql in sampling.COLUMNS:
                plan = sampling.single_plan(
                    lot_size=lot_size, level=level, aql=aql, severity=severity, standard=standard
                )
                assert plan.re <= plan.inspect or not plan.counts_units
