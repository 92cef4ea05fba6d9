"""The swap audit: units, seals or marks are drawn and checked against the list.

N units are listed, k of them were swapped (are missing, replaced, wrongly marked), n are
drawn by a seed nobody knew, d are recognised as swapped.  What the check would have shown,
how many to check, and what the result leaves possible, all exact.

Two ways a check can be imperfect.  *Independent*: each swapped unit that is checked is
recognised with chance s.  *All or nothing*: one forger works for one inspector, who knows
every swapped unit with chance s and else none; no number of units cures that.

The rule for ties: k stays possible where P(result at least this good) is above 1 − confidence,
strictly.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import NamedTuple

from lotwarden.core.audits.percent import percent
from lotwarden.core.audits.refusals import NoSampleSuffices, between, refuse, share, whole
from lotwarden.core.audits.tails import Checked, at_most, compare
from lotwarden.core.errors import N_, Problem
from lotwarden.core.sentences import Sentence

PERFECT = Fraction(1)


class Recognition(NamedTuple):
    """How surely a swapped unit is recognised when it is checked."""

    sensitivity: Fraction = PERFECT
    all_or_nothing: bool = False


SURE = Recognition()


class Possible(NamedTuple):
    """At least and at most so many of the units, each end at the confidence by itself."""

    lower: int
    upper: int
    sentence: Sentence


def detection(*, units: int, swapped: int, n: int, recognition: Recognition = SURE) -> Fraction:
    """Return the chance that checking `n` shows at least one of `swapped`.

    Refuses:
        audit.input_invalid: the numbers do not fit together.

    >>> round(float(detection(units=1000, swapped=10, n=258)), 4)
    0.9502
    """
    s = recognition.sensitivity
    refuse([whole("units", units, least=1), whole("swapped", swapped, most=units),
            whole("checked", n, most=units), share("sensitivity", s)])  # fmt: skip
    if recognition.all_or_nothing:
        return s * (1 - at_most(Checked(units, n), bad=swapped, most=0))
    return 1 - at_most(Checked(units, n, s), bad=swapped, most=0)


def smallest_sample(
    *, units: int, swapped: int, confidence: Fraction, recognition: Recognition = SURE
) -> int:
    """Return the fewest units to check, so that `swapped` are noticed with the confidence.

    Refuses, first match wins:
        audit.input_invalid: the numbers do not fit together.
        audit.no_sample_suffices: a check of every unit misses them too often.

    >>> [smallest_sample(units=1000, swapped=k, confidence=Fraction(19, 20)) for k in (1, 10, 50)]
    [950, 258, 57]
    """
    s = recognition.sensitivity
    refuse([whole("units", units, least=1), whole("swapped", swapped, least=1, most=units),
            between("confidence", confidence), share("sensitivity", s)])  # fmt: skip
    level = _level(1 - confidence, recognition)
    each = PERFECT if recognition.all_or_nothing else s

    def misses(n: int) -> bool:
        return compare(Checked(units, n, each), bad=swapped, most=0, level=level) > 0

    if level <= 0 or misses(units):
        raise NoSampleSuffices(units=units, swapped=swapped, percent=percent(1 - confidence))
    low, high = 0, units  # `low` misses too often, `high` does not
    while high - low > 1:
        n = (low + high) // 2
        low, high = (n, high) if misses(n) else (low, n)
    return high


def sample_sentence(*, units: int, swapped: int, n: int, confidence: Fraction) -> Sentence:
    """Return what a sample of that size promises, fit to quote."""
    return Sentence(
        N_(
            "Check {n} of the {units} units, drawn by a seed nobody knew: if {swapped} or more "
            "were swapped, the check shows it in at least {percent} of 100 cases."
        ),
        {"n": n, "units": units, "swapped": swapped, "percent": percent(confidence)},
    )


def possible(
    *, units: int, n: int, found: int, confidence: Fraction,
    recognition: Recognition = SURE,
) -> Possible:  # fmt: skip
    """Return how many may be swapped after `found` of `n` checked were recognised as such.

    Refuses:
        audit.input_invalid: the numbers do not fit together.

    >>> possible(units=1000, n=950, found=0, confidence=Fraction(19, 20))[:2]
    (0, 0)
    >>> possible(units=1000, n=100, found=6, confidence=Fraction(39, 40))[:2]
    (24, 122)
    """
    s = recognition.sensitivity
    refuse([whole("units", units, least=1), whole("checked", n, most=units),
            whole("found", found, most=n if type(n) is int else None),
            between("confidence", confidence), share("sensitivity", s)])  # fmt: skip
    alpha = 1 - confidence
    level = _level(alpha, recognition)
    each = PERFECT if recognition.all_or_nothing else s
    upper = units if level <= 0 else _upper(Checked(units, n, each), found, level)
    # A forger who was recognised fools nobody; that all were recognised is assumed at the most.
    lower = _lower(Checked(units, n), found, alpha) if found else 0
    return Possible(lower, upper, _sentence(units, n, found, upper, confidence))


def _level(alpha: Fraction, recognition: Recognition) -> Fraction:
    s = recognition.sensitivity
    return (alpha - (1 - s)) / s if recognition.all_or_nothing else alpha


def _upper(check: Checked, found: int, level: Fraction) -> int:
    """Return the largest k whose P(at most `found`) is above the level."""
    low, high = found, check.units + 1
    while high - low > 1:
        k = (low + high) // 2
        low, high = (k, high) if compare(check, bad=k, most=found, level=level) > 0 else (low, k)
    return low


def _lower(check: Checked, found: int, alpha: Fraction) -> int:
    """Return the smallest k whose P(at least `found`) is above alpha: never below `found`."""
    low, high = found - 1, check.units - (check.n - found)  # the latter is always possible
    while high - low > 1:
        k = (low + high) // 2
        seldom = compare(check, bad=k, most=found - 1, level=1 - alpha) >= 0
        low, high = (k, high) if seldom else (low, k)
    return high


def _sentence(units: int, n: int, found: int, upper: int, confidence: Fraction) -> Sentence:
    data: dict[str, int | str] = {
        "units": units, "n": n, "found": found, "upper": upper, "percent": percent(confidence),
    }  # fmt: skip
    if upper >= units:
        return Sentence(
            N_("This check of {n} units excludes nothing: all {units} may be swapped."), data
        )
    if found:
        return Sentence(
            N_(
                "{found} of {n} checked units were swapped, and at most {upper} of the {units} "
                "can be. If more were, this check would have shown more in at least {percent} of "
                "100 cases."
            ),
            data,
        )
    return Sentence(
        N_(
            "At most {upper} of the {units} units can be swapped. If more were, this check of {n} "
            "would have shown it in at least {percent} of 100 cases."
        ),
        data,
    )


def positions(*, ordinals: list[int], shape: tuple[int, ...]) -> list[tuple[int, ...]]:
    """Return where each drawn number lies in a pile without serials, counted from 1.

    `shape` is how many of each the pile has, outermost first, as cartons, layers, rows, places;
    the scheme is fixed with the list, before the seed.  A place that turns out empty counts as
    missing.

    Refuses:
        audit.input_invalid: a shape is not of whole numbers from 1, a number lies outside it.

    >>> positions(ordinals=[1, 25, 48], shape=(2, 4, 6))
    [(1, 1, 1), (2, 1, 1), (2, 4, 6)]
    """
    refuse([whole("shape", one, least=1) for one in shape])
    places = math.prod(shape)
    refuse([whole("drawn", one, least=1, most=places) for one in ordinals])
    found = []
    for ordinal in ordinals:
        rest, where = ordinal - 1, []
        for size in reversed(shape):
            rest, at = divmod(rest, size)
            where.append(at + 1)
        found.append(tuple(reversed(where)))
    return found


def cartons(
    *, sizes: list[int], opened: int, bad: list[int], confidence: Fraction
) -> tuple[int, int]:
    """Return how many cartons can be bad, and how many units then, at most.

    Whole cartons were drawn; `bad` are the sizes of those that were not what they should be.
    Cartons are bounded, never the units in them: few cartons can be emptied completely.

    Refuses:
        audit.input_invalid: no carton, or more opened or bad than there are.

    >>> cartons(sizes=[24, 24, 12], opened=2, bad=[], confidence=Fraction(19, 20))
    (1, 24)
    """
    left = list(sizes)
    strange = []
    for size in bad:
        if size in left:
            left.remove(size)
        else:
            strange.append(size)
    problems = [
        None if sizes else Problem("sizes", N_("name no carton")),
        *(whole("sizes", one, least=1) for one in sizes),
        whole("opened", opened, most=len(sizes)),
        between("confidence", confidence),
    ]
    if strange:
        text = N_("names a carton of {size} that is not there")
        problems.append(Problem("bad", text, size=strange[0]))
    if len(bad) > opened:
        problems.append(Problem("bad", N_("names more cartons than were opened")))
    refuse(problems)
    upper = _upper(Checked(len(sizes), opened), len(bad), 1 - confidence)
    worst = sorted(left, reverse=True)[: upper - len(bad)]
    return upper, sum(bad) + sum(worst)
