"""A share as a sentence says it."""

from __future__ import annotations

from fractions import Fraction


def percent(share: Fraction | float, *, digits: int = 4) -> str:
    """Return a share as a number of 100, as short as it can be: 95, 99.9, <0.01.

    >>> percent(Fraction(19, 20)), percent(Fraction(999, 1000)), percent(1e-9, digits=2)
    ('95', '99.9', '<0.01')
    """
    hundred = float(100 * share)
    least = 10.0**-digits
    if 0 < hundred < least:
        return f"<{least:.{digits}f}"
    shown = f"{hundred:.{digits}f}"
    return shown.rstrip("0").rstrip(".")
