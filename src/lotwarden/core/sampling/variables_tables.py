"""The tables of ANSI/ASQ Z1.9 for inspection by variables, as the rule they follow.

A cell holds n, the measurements to take, and M, the largest percentage nonconforming that
the sample may let expect.  k, the other form of the same plan, follows from n and M
(`variables_curves.k_of_m`), so it is not written here.

What the tables have in common, checked cell by cell against the reference:

- One line of cells serves all severities.  Normal inspection reads it one AQL further than
  tightened, reduced inspection one AQL further still, on the line of another letter.  So the
  line runs from one step before AQL 0.10 to one step after AQL 10.
- A line that starts late has arrows down before: the first letter below with a plan serves.
- With the s method n is the letter's own; with the sigma method each cell has one.

How far to trust them.  s method, normal and tightened: 240 of 308 cells rest on two sources
that agree (the second gives k to two decimals); 61 on one; in 7 the two differ, by up to 0.015 in
k, and the cell says so.  s method, reduced, and the whole sigma method: one source.  The
range method, and the table that gives a lot its letter, are not here.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final, NamedTuple, TypeAlias

from lotwarden.core.sampling.refusals import (
    AqlNotInVariables,
    UnknownSeverity,
    UnknownVariablesLetter,
    UnknownVariablesMethod,
    UnknownVariablesStandard,
    shown,
)
from lotwarden.core.sampling.series import AqlValue, canonical_aql
from lotwarden.core.sampling.tables import SEVERITIES

VARIABLES_METHODS: Final = ("s", "sigma")
"""s: the standard deviation comes from the sample; sigma: it is known beforehand."""

VARIABLES_STANDARDS: Final = ("z1.9",)

VARIABLES_AQLS: Final = (
    *("0.10", "0.15", "0.25", "0.40", "0.65"),
    *("1.0", "1.5", "2.5", "4.0", "6.5", "10"),
)
"""The AQLs that Z1.9 has plans for, strictest first."""

VARIABLES_LETTERS: Final = tuple("BCDEFGHIJKLMNP")
"""Z1.9's own letters: it has an I, and no A, and its lot sizes are not those of Z1.4."""

_S_SAMPLE_SIZES: Final = (3, 4, 5, 7, 10, 15, 20, 25, 35, 50, 75, 100, 150, 200)

# M in percent.  ~ marks what rests on one source, ! what two sources give differently.
_S_LINES: Final = {
    "B": "7.59 18.86 26.94 33.69 40.47",
    "C": "1.49 5.46 10.88 16.41 22.84 29.43 36.79",
    "D": "0.041~ 1.34 3.33 5.82 9.8 14.37 20.19 26.55 33.94",
    "E": "0.005~ 0.087~ 0.421 1.05 2.13 3.54 5.34 8.4 12.19 17.34 23.3 30.5",
    "F": "0.077~ 0.179~ 0.349 0.714 1.27 2.14 3.27 4.72 7.26 10.53 15.17 20.73 27.65",
    "G": "0.186 0.311 0.491 0.839! 1.33 2.09 3.06 4.32 6.55 9.48 13.74 18.97 25.63",
    "H": "0.228 0.356 0.531 0.864 1.33 2.03 2.93 4.1 6.18 8.95 13.01 18.07 24.58",
    "I": "0.25~ 0.378 0.551 0.874 1.32! 2 2.86 3.97 5.98 8.65 12.6 17.55 23.97",
    "J": "0.253! 0.373! 0.534 0.833~ 1.24~ 1.87~ 2.66~ 3.7~ 5.58 8.11~ 11.89~ 16.67 -",
    "K": "0.243 0.355 0.503 0.778 1.16 1.73 2.47 3.44 5.21 7.61 11.23 15.87 21.99",
    "L": "0.225 0.326 0.461 0.711 1.06 1.59 2.27 3.17 4.83 7.1 10.58 15.07 21.05",
    "M": "0.218 0.315 0.444 0.684 1.02 1.52 2.18 3.06 4.67 6.88 10.29 14.71 -",
    "N": "0.202 0.292~ 0.412 0.636~ 0.946~ 1.42~ 2.05 2.88~ 4.42~ 6.56~ 9.86~ 14.18~ -",
    "P": "0.204 0.294 0.414 0.637 0.945 1.42 2.04 2.86 4.39 6.52 9.8 14.11 -",
}

# n/M, M in percent; all on one source.
_SIGMA_LINES: Final = {
    "B": "",
    "C": "2/2.73 2/3.9 2/6.11 2/9.27 3/17.74 3/24.22 4/33.67",
    "D": "2/1.28 2/2.23 2/3 3/7.56 3/10.79 3/15.6 4/22.97 4/31.01",
    "E": "2/0.31 2/0.51 4/1.94 3/2.76 3/3.85 4/6.99 4/9.97 5/15.21 5/20.8 6/28.64",
    "F": "3/0.369 3/0.568 3/0.959 4/1.88 4/2.58 4/3.87 5/6.05 5/8.92 6/13.89 7/19.46 8/26.64",
    "G": "3/0.114 4/0.29 4/0.399 4/0.681 5/1.09 5/1.76 6/2.57 6/3.77 7/5.83 8/8.62 9/12.88 "
    "11/17.88 12/24.88",
    "H": "4/0.161 5/0.296 5/0.445 6/0.721 6/1.14 7/1.75 7/2.62 8/3.68 9/5.68 10/8.43 12/12.35 "
    "14/17.36 16/23.96",
    "I": "6/0.23 6/0.321 6/0.478 7/0.756 8/1.14 8/1.8 9/2.59 10/3.63 11/5.6 13/8.13 15/12.04 "
    "17/17.05 20/23.43",
    "J": "7/0.226 8/0.33 9/0.469 9/0.76 10/1.14 11/1.73 12/2.49 14/3.43 15/5.34 18/7.72 "
    "20/11.57 24/16.23 -",
    "K": "11/0.217 11/0.326 12/0.461 13/0.721 14/1.08 16/1.62 17/2.35 19/3.28 22/4.98 25/7.34 "
    "29/10.93 33/15.61 38/21.77",
    "L": "15/0.211 16/0.308 17/0.438 19/0.673 21/1 23/1.51 25/2.19 28/3.05 32/4.68 36/6.95 "
    "42/10.4 49/14.87 56/20.9",
    "M": "20/0.207 22/0.296 23/0.423 25/0.655 27/0.98 30/1.47 33/2.12 36/2.99 42/4.55 48/6.75 "
    "55/10.17 64/14.58 -",
    "N": "30/0.193 31/0.283 34/0.397 37/0.615 40/0.921 44/1.39 49/2 54/2.82 61/4.35 73/6.48 "
    "82/9.76 95/14.09 -",
    "P": "40/0.196 42/0.285 45/0.402 49/0.62 54/0.92 59/1.39 65/2 71/2.82 81/4.34 93/6.46 "
    "109/9.73 127/14.02 -",
}

_LINE_LENGTH: Final = 13
_FIRST_COLUMN: Final = {"tightened": 0, "normal": 1, "reduced": 2}

# Reduced inspection: the letter whose line is read.  M has a line of its own.
_REDUCED_LETTERS: Final = dict(zip(VARIABLES_LETTERS, "BBBBCDEFGHI.KL", strict=True))
_REDUCED_M: Final = {
    "s": "30/0.567 30/0.885 30/1.32 30/1.98 30/2.82 30/3.91 30/5.87 30/8.48 30/12.37 30/17.25 "
    "30/23.61",
    "sigma": "7/0.507 8/0.791 9/1.18 10/1.79 11/2.57 12/3.61 13/5.58 15/8.13 18/11.88 21/16.71 "
    "24/23.13",
}

# Two cells of reduced inspection are printed unlike the normal line that they follow.
_REDUCED_UNLIKE: Final = {("s", "H", "0.25"): "7/1.06", ("sigma", "H", "0.40"): "3/1.94"}

# Where two sources differ: the k of the second, by n and M.
_OTHER_K: Final = {
    (15, "0.839"): 2.20,
    (25, "1.32"): 2.14,
    (35, "0.373"): 2.54,
    (35, "0.253"): 2.65,
}


class Trust(StrEnum):
    """How well a cell of the tables is known."""

    TWO_SOURCES = "two_sources"
    SINGLE_SOURCE = "single_source"
    SOURCES_DIFFER = "sources_differ"
    COMPUTED = "computed"
    """No table's: n and k were given."""


class VariablesCell(NamedTuple):
    """One cell with its arrow followed; `m_percent` is as printed.

    `other_k` is what the second source has where the two differ.
    """

    n: int
    m_percent: str
    trust: Trust
    other_k: float | None


VariablesTable: TypeAlias = Mapping[str, tuple[VariablesCell, ...]]

_resolved: dict[tuple[str, str], VariablesTable] = {}


def variables_table(*, method: str, severity: str) -> VariablesTable:
    """Return a table of Z1.9: for each letter, one cell for each AQL of `VARIABLES_AQLS`.

    Refuses, first match wins:
        sampling.unknown_variables_method: neither s nor sigma.
        sampling.unknown_severity: none of normal, tightened, reduced.

    >>> variables_table(method="s", severity="normal")["D"][VARIABLES_AQLS.index("1.0")].m_percent
    '3.33'
    """
    try:
        return _resolved[method, severity]
    except (KeyError, TypeError):
        check_method(method)
        if severity not in SEVERITIES:
            raise UnknownSeverity(given=shown(severity), known=", ".join(SEVERITIES)) from None
    table = MappingProxyType(
        {letter: _row(method, severity, letter) for letter in VARIABLES_LETTERS}
    )
    _resolved[method, severity] = table
    return table


def variables_cell(
    *, letter: str, aql: AqlValue, severity: str, method: str, standard: str
) -> tuple[VariablesCell, str]:
    """Return the cell of a letter and an AQL, and the AQL as the tables print it.

    Refuses, first match wins:
        sampling.unknown_variables_standard: a standard other than z1.9.
        sampling.unknown_variables_letter: none of Z1.9's letters, or none given.
        sampling.aql_not_a_number, sampling.aql_not_in_series: as `single_plan`.
        sampling.aql_not_in_variables: in the series, but Z1.9 has no plan for it.
        sampling.unknown_variables_method: neither s nor sigma.
        sampling.unknown_severity: none of normal, tightened, reduced.
    """
    if standard not in VARIABLES_STANDARDS:
        raise UnknownVariablesStandard(given=shown(standard), known=", ".join(VARIABLES_STANDARDS))
    if letter not in VARIABLES_LETTERS:
        raise UnknownVariablesLetter(given=shown(letter), known=", ".join(VARIABLES_LETTERS))
    written = canonical_aql(aql=aql)
    if written not in VARIABLES_AQLS:
        raise AqlNotInVariables(aql=written, lower=VARIABLES_AQLS[0], upper=VARIABLES_AQLS[-1])
    table = variables_table(method=method, severity=severity)
    return table[letter][VARIABLES_AQLS.index(written)], written


def check_method(method: object) -> None:
    """Refuse what is neither of the two methods."""
    if method not in VARIABLES_METHODS:
        raise UnknownVariablesMethod(given=shown(method), known=", ".join(VARIABLES_METHODS))


def _row(method: str, severity: str, letter: str) -> tuple[VariablesCell, ...]:
    if severity == "reduced" and letter == "M":
        texts = _REDUCED_M[method].split()
    else:
        read = _REDUCED_LETTERS[letter] if severity == "reduced" else letter
        start = _FIRST_COLUMN[severity]
        texts = [_followed(method, read, start + place) for place in range(len(VARIABLES_AQLS))]
    return tuple(
        _cell(method, severity, _REDUCED_UNLIKE.get((method, letter, aql), text))
        if severity == "reduced"
        else _cell(method, severity, text)
        for aql, text in zip(VARIABLES_AQLS, texts, strict=True)
    )


def _followed(method: str, letter: str, column: int) -> str:
    """Return the cell of a line, or of the first letter below that has a plan there."""
    lines = _S_LINES if method == "s" else _SIGMA_LINES
    for row in range(VARIABLES_LETTERS.index(letter), len(VARIABLES_LETTERS)):
        cells = lines[VARIABLES_LETTERS[row]].split()
        place = column - (_LINE_LENGTH - len(cells))
        if place >= 0:
            text = cells[place]
            return text if method == "sigma" else f"{_S_SAMPLE_SIZES[row]}/{text}"
    raise AssertionError("every column of the table has a plan at its foot")


def _cell(method: str, severity: str, text: str) -> VariablesCell:
    size, printed = text.split("/")
    n, m = int(size), printed.rstrip("~!")
    if severity == "reduced" or method == "sigma" or printed.endswith("~"):
        return VariablesCell(n, m, Trust.SINGLE_SOURCE, None)
    if printed.endswith("!"):
        return VariablesCell(n, m, Trust.SOURCES_DIFFER, _OTHER_K[n, m])
    return VariablesCell(n, m, Trust.TWO_SOURCES, None)
