"""What an audit cannot answer, and the way out.

Refusal
  AuditInputInvalid    audit.input_invalid
  NoSampleSuffices     audit.no_sample_suffices
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from fractions import Fraction

from lotwarden.core.errors import N_, Problem, Refusal


class AuditInputInvalid(Refusal):
    """Numbers of an audit do not fit together; all of them are named at once."""

    code = "audit.input_invalid"
    template = N_("These numbers do not fit: {problems}.")
    remedy = N_("Correct each of them, then ask again.")


class NoSampleSuffices(Refusal):
    """Even checking every unit would miss it too often: the check itself is too weak."""

    code = "audit.no_sample_suffices"
    template = N_(
        "Even a check of all {units} units misses swapped ones, {swapped} of them, in more than "
        "{percent} of 100 cases."
    )
    remedy = N_("Use a check that recognises more of them, or a lower confidence.")


def refuse(problems: Iterable[Problem | None]) -> None:
    """Refuse if there is a problem, naming all by field.

    Refuses:
        audit.input_invalid: at least one is a problem.
    """
    found = tuple(one for one in problems if one is not None)
    if found:
        raise AuditInputInvalid(problems=found, fields=[one.field for one in found])


def whole(field: str, value: object, *, least: int = 0, most: int | None = None) -> Problem | None:
    """Say what is wrong with a count that should be a whole number from `least` to `most`."""
    if type(value) is not int:
        return Problem(field, N_("is not a whole number"))
    if most is not None and most >= least and not least <= value <= most:
        text = N_("is {value} but can be {least} to {most}")
        return Problem(field, text, value=value, least=least, most=most)
    if value < least:
        return Problem(field, N_("is {value} but can be {least} or more"), value=value, least=least)
    return None


def between(field: str, value: Fraction) -> Problem | None:
    """Say what is wrong with a share that should lie between 0 and 1, both excluded."""
    if 0 < value < 1:
        return None
    return Problem(field, N_("is {value} but lies between 0 and 1"), value=f"{float(value):g}")


def share(field: str, value: Fraction) -> Problem | None:
    """Say what is wrong with a chance that should be above 0 and at most 1."""
    if 0 < value <= 1:
        return None
    text = N_("is {value} but lies above 0 and is 1 at most")
    return Problem(field, text, value=f"{float(value):g}")


def number(field: str, value: float, *, least: float = 0.0) -> Problem | None:
    """Say what is wrong with a measurement that should be a number from `least` on."""
    if not math.isfinite(value):
        return Problem(field, N_("is not a number"))
    if value >= least:
        return None
    text = N_("is {value} but can be {least} or more")
    return Problem(field, text, value=f"{value:g}", least=f"{least:g}")


def exactly(value: Fraction | float | str, *, field: str) -> Fraction:
    """Return a share as the decimal it was written as: 0.95 is 19/20, not its nearest float.

    Refuses:
        audit.input_invalid: it is not a number.

    >>> exactly(0.95, field="confidence")
    Fraction(19, 20)
    """
    try:
        return Fraction(str(value))
    except (ValueError, ZeroDivisionError) as cause:
        wrong = Problem(field, N_("is not a number"))
        raise AuditInputInvalid(problems=(wrong,), fields=[field]) from cause
