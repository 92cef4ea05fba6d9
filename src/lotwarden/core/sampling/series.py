"""The series of AQLs, and the one way each of its numbers is written.

An *AQL* (acceptance quality limit) is a percentage of nonconforming units, or a number of
nonconformities per 100 units; above 10 it can only be the second.  The series is a
preferred-number series with five steps to the decade: one step is one diagonal of the
master tables (`tables`).

AQL 0 is not of the series.  Buyers write it for critical defects and mean that the first
one found decides: the sample of the lot's own code letter, Ac 0, Re 1.
"""

from __future__ import annotations

import re
from bisect import bisect
from decimal import Decimal
from typing import Final, TypeAlias

from lotwarden.core.sampling.refusals import (
    AqlAboveSeries,
    AqlBelowSeries,
    AqlNotANumber,
    AqlNotInSeries,
    cut,
    shown,
)

AqlValue: TypeAlias = str | int | float | Decimal
"""How a caller may write an AQL: "4.0", "4", 4, 4.0 and Decimal("4.00") are one."""

AQLS: Final = (
    *("0.010", "0.015", "0.025", "0.040", "0.065"),
    *("0.10", "0.15", "0.25", "0.40", "0.65"),
    *("1.0", "1.5", "2.5", "4.0", "6.5"),
    *("10", "15", "25", "40", "65"),
    *("100", "150", "250", "400", "650", "1000"),
)
"""The series, strictest first, in the text form in which the tables print it."""

AQL_ZERO: Final = "0"
"""The AQL that stands for "none at all"; its column follows the series."""

COLUMNS: Final = (*AQLS, AQL_ZERO)

UNITS_AQLS: Final = frozenset((AQL_ZERO, *AQLS[: AQLS.index("10") + 1]))
"""The AQLs for which nonconforming units may be counted (ISO 2859-1, 5.2)."""

_VALUES: Final = tuple(Decimal(aql) for aql in AQLS)

# Equal numbers have equal hashes whatever their type, so one key serves int, float and
# Decimal; the float key is needed where binary cannot hold the decimal number.
_COLUMN: Final[dict[object, int]] = {
    key: column
    for column, aql in enumerate(COLUMNS)
    for key in (aql, Decimal(aql), float(aql), str(Decimal(aql).normalize()), f"{float(aql):g}")
}

_NUMBER: Final = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)")


def aql_column(*, aql: AqlValue) -> int:
    """Return the place of `aql` in `COLUMNS`; refuse it as `canonical_aql` does."""
    try:
        column = _COLUMN[aql]
    except (KeyError, TypeError, ValueError):  # not printed so, or cannot be a key at all
        return _searched_column(aql)
    if type(aql) is bool:  # True equals 1, and is no AQL
        raise AqlNotANumber(given=shown(aql))
    return column


def canonical_aql(*, aql: AqlValue) -> str:
    """Return the AQL as the tables print it.

    Refuses, first match wins:
        sampling.aql_not_a_number: text that is no decimal number, NaN, an infinity, a bool.
        sampling.aql_not_in_series: the series does not have it; the neighbours are named.

    >>> [canonical_aql(aql=one) for one in ("4", 4.0, 0.1, Decimal("10.00"), 0)]
    ['4.0', '4.0', '0.10', '10', '0']
    """
    return COLUMNS[aql_column(aql=aql)]


def _searched_column(aql: object) -> int:
    """Return the place of an AQL in an unusual spelling (" 4.00", "00.1"), or refuse it."""
    value = _number(aql)
    if value == 0:
        return COLUMNS.index(AQL_ZERO)
    place = bisect(_VALUES, value)
    if place and _VALUES[place - 1] == value:
        return place - 1

    refusal = AqlNotInSeries
    if place == 0:
        refusal, place = AqlBelowSeries, 1
    elif place == len(AQLS):
        refusal, place = AqlAboveSeries, place - 1
    written = str(aql).strip() if isinstance(aql, str | float) else str(value)
    raise refusal(aql=cut(written), lower=AQLS[place - 1], upper=AQLS[place])


def _number(aql: object) -> Decimal:
    if isinstance(aql, str) and _NUMBER.fullmatch(aql.strip()):
        return Decimal(aql.strip())
    if isinstance(aql, int | float | Decimal):  # no bool comes here: it equals 0 or 1
        value = Decimal(aql)
        if value.is_finite():
            return value
    raise AqlNotANumber(given=shown(aql))
