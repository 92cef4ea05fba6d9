"""What a full count excludes, and how many there are when two lists overlap."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import NamedTuple

from lotwarden.core.audits.percent import percent
from lotwarden.core.audits.refusals import between, refuse, share, whole
from lotwarden.core.audits.tails import Checked, compare
from lotwarden.core.errors import N_
from lotwarden.core.sentences import Sentence

UNITS_MOST = 10**9
"""Where the upper end of a two-list estimate is looked for; beyond it there is none."""


class Counted(NamedTuple):
    """At most so many of the listed units are not where they should be."""

    upper: int
    sentence: Sentence


def count(
    *, units: int, counted: int, identity: bool, error: int = 0, no_substitutes: bool = False
) -> Counted:
    """Return what a full count of a pile leaves open.

    With identity each serial was verified once, all in view together: `counted` were verified.
    Without, objects were counted: a count excludes nothing unless somebody vouches that there
    are no substitutes, and then up to `error` may have been counted twice.

    Refuses:
        audit.input_invalid: the numbers do not fit together.

    >>> count(units=500, counted=497, identity=True).upper
    3
    >>> count(units=500, counted=497, identity=False).upper
    500
    """
    refuse([whole("units", units, least=1),
            whole("counted", counted, most=units if identity else None),
            whole("error", error)])  # fmt: skip
    data: dict[str, int | str] = {"units": units, "counted": counted, "error": error}
    if identity:
        upper = units - counted
        text = N_(
            "{counted} of {units} units were verified one by one; {upper} were not. This holds if "
            "the witness was honest, each mark was seen once, and all were in view together."
        )
    elif no_substitutes:
        upper = max(0, min(units, units - counted + error))
        text = N_(
            "{counted} objects were counted where {units} units should be: at most {upper} are "
            "missing, if nothing lies there in their place."
        )
    else:
        upper = units
        text = N_(
            "{counted} objects were counted where {units} units should be. Nobody says that "
            "nothing lies there in their place, so the count excludes none."
        )
    return Counted(upper, Sentence(text, data | {"upper": upper}))


def forged(*, verified: int, sensitivity: Fraction, confidence: Fraction) -> int:
    """Return how many of the verified units may be forged, when none was flagged.

    Each forged unit is recognised with chance `sensitivity`, independently.

    Refuses:
        audit.input_invalid: the numbers do not fit together.

    >>> forged(verified=497, sensitivity=Fraction(4, 5), confidence=Fraction(19, 20))
    1
    """
    refuse([whole("verified", verified), share("sensitivity", sensitivity),
            between("confidence", confidence)])  # fmt: skip
    check = Checked(units=verified, n=verified, sensitivity=sensitivity)
    low, high = 0, verified + 1
    while high - low > 1:
        bad = (low + high) // 2
        low, high = (
            (bad, high) if compare(check, bad=bad, most=0, level=1 - confidence) > 0
            else (low, bad)
        )  # fmt: skip
    return low


class TwoLists(NamedTuple):
    """How many there are in all, of which two lists each hold some."""

    estimate: Fraction
    lower: int
    upper: int | None
    sentence: Sentence


def two_lists(*, first: int, second: int, both: int, confidence: Fraction) -> TwoLists:
    """Return Chapman's estimate of the whole, and the exact interval of it.

    Each list is taken without regard to the other; every unit is as likely as any to be on
    the second.  `upper` is None where nothing bounds it: no unit, or next to none, is on both.

    Refuses:
        audit.input_invalid: the numbers do not fit together.

    >>> two_lists(first=60, second=50, both=20, confidence=Fraction(19, 20))[1:3]
    (117, 214)
    """
    smaller = min(first, second) if type(first) is int and type(second) is int else None
    refuse([whole("first", first, least=1), whole("second", second, least=1),
            whole("both", both, most=smaller), between("confidence", confidence)])  # fmt: skip
    estimate = Fraction((first + 1) * (second + 1), both + 1) - 1
    seen = first + second - both
    half = (1 - confidence) / 2

    def too_few(units: int) -> bool:
        """So few units would make the lists overlap more."""
        return compare(Checked(units, second), bad=first, most=both, level=half) <= 0

    def too_many(units: int) -> bool:
        """So many units would make the lists overlap less."""
        if both == 0:
            return False
        rest = compare(Checked(units, second), bad=first, most=both - 1, level=1 - half)
        return rest >= 0

    low, lower = seen - 1, seen
    while too_few(lower):
        low, lower = lower, 2 * lower
    while lower - low > 1:
        middle = (low + lower) // 2
        low, lower = (middle, lower) if too_few(middle) else (low, middle)
    upper = _largest(too_many, lower)
    return TwoLists(estimate, lower, upper, _two_lists_sentence(
        {"first": first, "second": second, "both": both, "lower": lower,
         "estimate": round(estimate), "percent": percent(confidence)}, upper))  # fmt: skip


def _two_lists_sentence(data: dict[str, int | str], upper: int | None) -> Sentence:
    if upper is None:
        return Sentence(
            N_(
                "The lists of {first} and {second} share {both}: there are at least {lower} in "
                "all, and these lists cannot tell how many at most."
            ),
            data,
        )
    return Sentence(
        N_(
            "The lists of {first} and {second} share {both}: about {estimate} in all, between "
            "{lower} and {upper} in {percent} of 100 cases, if being on one list says nothing "
            "about being on the other. An estimate, not a bound."
        ),
        data | {"upper": upper},
    )


def _largest(too_many: Callable[[int], bool], lower: int) -> int | None:
    inside, outside = lower, lower + 1
    while not too_many(outside):
        inside, outside = outside, 2 * outside
        if outside > UNITS_MOST:
            return None
    while outside - inside > 1:
        middle = (inside + outside) // 2
        inside, outside = (inside, middle) if too_many(middle) else (middle, outside)
    return inside
