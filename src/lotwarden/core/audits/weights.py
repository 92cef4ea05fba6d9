"""Weights: an alarm, and a cost to who cheats; they exclude nothing by themselves.

n units should weigh n·μ.  μ is known from r units that trusted eyes weighed, a unit's spread
is σ, the scale errs by the share ε of what it shows and by at most b in its calibration:

    sd² = n·σ² + n²·σ²/r + ε²·W²
    at most missing = ⌊(n·μ − W + z·sd + b) / w_lo⌋

w_lo is the lightest a unit can be, since who takes units takes the lightest.  Dividing by the
mean instead, or forgetting the reference sample's own error, gives bounds that fail in a third
of all cases.  And whoever puts something of the same weight in their place is not seen at all:
unless it is named that no substitute exists, the bound is n.
"""

from __future__ import annotations

import math
from fractions import Fraction
from statistics import NormalDist
from typing import NamedTuple

from lotwarden.core.audits.percent import percent
from lotwarden.core.audits.refusals import between, number, refuse, whole
from lotwarden.core.errors import N_, Problem
from lotwarden.core.sentences import Sentence


class Scale(NamedTuple):
    """How a scale errs: by a share of what it shows, and by a bias up to so much."""

    relative: float = 0.0
    bias: float = 0.0


class Reference(NamedTuple):
    """Units that trusted eyes weighed: their mean, spread, number, and the lightest possible."""

    mean: float
    sd: float
    n: int
    lightest: float


class Weighed(NamedTuple):
    """Whether the weight alarms, what may be missing, and what the weight excludes."""

    alarm: bool
    short: float
    missing: int
    upper: int
    sentence: Sentence


TRUE_SCALE = Scale()
_LIGHTEST = N_("is not above 0 and at most the mean")


def weighed(
    *, units: int, weight: float, reference: Reference, confidence: Fraction,
    scale: Scale = TRUE_SCALE, no_substitutes: bool = False,
) -> Weighed:  # fmt: skip
    """Return what the weight of a load of `units` says.

    `missing` holds if units were only taken; `upper`, what may be missing or replaced, is all
    units unless `no_substitutes` is vouched for.

    Refuses:
        audit.input_invalid: the numbers do not fit together.

    >>> known = Reference(mean=1.0, sd=0.02, n=50, lightest=0.93)
    >>> load = weighed(units=1000, weight=995.0, reference=known, confidence=Fraction(19, 20))
    >>> load.alarm, load.missing, load.upper
    (True, 10, 1000)
    """
    mean, sd, n, lightest = reference
    refuse([whole("units", units, least=1), number("weight", weight),
            number("mean", mean), number("sd", sd),
            whole("reference", n, least=2), number("scale", scale.relative),
            number("bias", scale.bias),
            None if 0 < lightest <= mean else Problem("lightest", _LIGHTEST),
            between("confidence", confidence)])  # fmt: skip
    spread = math.sqrt(units * sd**2 + units**2 * sd**2 / n + scale.relative**2 * weight**2)
    margin = NormalDist().inv_cdf(float(confidence)) * spread + scale.bias
    short = units * mean - weight
    missing = max(0, min(units, _floor((short + margin) / lightest)))
    alarm = short > margin
    upper = missing if no_substitutes else units
    return Weighed(alarm, short, missing, upper, _sentence(
        {"units": units, "missing": missing, "short": f"{short:,.4g}",
         "over": f"{-short:,.4g}", "percent": percent(confidence)},
        alarm=alarm, no_substitutes=no_substitutes))  # fmt: skip


def reweighed(
    *, before: float, after: float, lightest: float, scale: Scale, confidence: Fraction
) -> int:
    """Return how many units can have been taken between two weighings of the same load.

    The spread of units cancels; both weighings are trusted, and nothing was put in.

    Refuses:
        audit.input_invalid: the numbers do not fit together.

    >>> reweighed(
    ...     before=1000.0, after=999.5, lightest=0.93, scale=Scale(0.0005),
    ...     confidence=Fraction(19, 20),
    ... )
    1
    """
    refuse([number("before", before), number("after", after),
            None if lightest > 0 else Problem("lightest", N_("is not above 0")),
            number("scale", scale.relative),
            between("confidence", confidence)])  # fmt: skip
    z = NormalDist().inv_cdf(float(confidence))
    margin = z * math.sqrt(2) * scale.relative * before + scale.bias
    return max(0, _floor((before - after + margin) / lightest))


def _floor(units: float) -> int:
    """Round down to whole units, but never by what a float may have lost at a tie."""
    return math.floor(units + 1e-9 * max(1.0, abs(units)))


def _sentence(data: dict[str, int | str], *, alarm: bool, no_substitutes: bool) -> Sentence:
    if alarm:
        return Sentence(
            N_(
                "Alarm: the load is {short} short, more than spread and scale explain; up to "
                "{missing} of {units} units may have been taken."
            ),
            data,
        )
    if no_substitutes:
        return Sentence(
            N_(
                "The weight fits. At most {missing} of {units} units can be missing, if nothing of "
                "the same weight exists to put in their place, and the scale is not the holder's."
            ),
            data,
        )
    return Sentence(
        N_(
            "The weight fits, and proves nothing by itself: something of the same weight may lie "
            "in the place of all {units} units. It makes cheating dearer."
        ),
        data,
    )
