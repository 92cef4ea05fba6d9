"""Comparing defect rates: what was mixed into a shipment, and whether rework did anything."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import NamedTuple

from lotwarden.core.audits.percent import percent
from lotwarden.core.audits.refusals import between, refuse, whole
from lotwarden.core.errors import N_, Problem
from lotwarden.core.sentences import Sentence


class Sample(NamedTuple):
    """So many of `n` looked at were defective."""

    bad: int
    n: int


class Share(NamedTuple):
    """What part of a shipment may come from the rejected lot: from, to, and the likeliest."""

    lower: float
    upper: float
    estimate: float | None
    sentence: Sentence

    @property
    def tells(self) -> bool:
        """Whether the samples exclude anything at all."""
        return self.lower > 0 or self.upper < 1


def mixing(*, accepted: Sample, rejected: Sample, arrived: Sample, confidence: Fraction) -> Share:
    """Return which part of what arrived may be rejected goods, from three defect rates.

    If a share f of the shipment is rejected goods, its rate is (1−f)·p_A + f·p_R.  Each rate
    gets an exact interval at a third of the risk; f is possible where some rates within them
    fit.  So the interval holds whatever the three rates are, and is wide where samples are
    small; it is [0, 1] where the samples cannot tell.

    Refuses:
        audit.input_invalid: a sample of none, or more defective than looked at.

    >>> asked = dict(accepted=Sample(10, 500), rejected=Sample(150, 500), arrived=Sample(60, 500))
    >>> found = mixing(**asked, confidence=Fraction(19, 20))
    >>> round(found.lower, 3), round(found.estimate, 3), round(found.upper, 3)
    (0.151, 0.357, 0.619)
    """
    samples = {"accepted": accepted, "rejected": rejected, "arrived": arrived}
    refuse([*(one for name, sample in samples.items() for one in _unfit(name, sample)),
            between("confidence", confidence)])  # fmt: skip
    alpha = (1 - confidence) / 3
    a_low, a_high = interval(accepted, alpha=alpha)
    r_low, r_high = interval(rejected, alpha=alpha)
    x_low, x_high = interval(arrived, alpha=alpha)
    lower, upper = 0.0, 1.0
    # The mixed rate's lowest value must not lie above x_high, its highest not below x_low.
    for slope, room in ((r_low - a_low, x_high - a_low), (a_high - r_high, a_high - x_low)):
        if slope > 0:
            upper = min(upper, room / slope)
        elif slope < 0:
            lower = max(lower, room / slope)
        elif room < 0:
            upper = -1.0
    p_a, p_r, p_x = (bad / n for bad, n in samples.values())
    estimate = min(1.0, max(0.0, (p_x - p_a) / (p_r - p_a))) if p_a != p_r else None
    return Share(lower, upper, estimate, _mixing_sentence(lower, upper, estimate, confidence))


def _mixing_sentence(
    lower: float, upper: float, estimate: float | None, confidence: Fraction
) -> Sentence:
    data: dict[str, int | str] = {
        "lower": percent(lower, digits=2), "upper": percent(upper, digits=2),
        "percent": percent(confidence),
        "estimate": percent(estimate, digits=2) if estimate is not None else "",
    }  # fmt: skip
    if lower > upper:
        return Sentence(
            N_(
                "No mixture of these two lots has the rate that arrived: other goods, or other "
                "eyes, are in it."
            ),
            data,
        )
    if lower <= 0 and upper >= 1:
        return Sentence(
            N_("These samples cannot tell: none or all of it may be rejected goods."), data
        )
    if estimate is None:
        return Sentence(
            N_("Between {lower} % and {upper} % of what arrived may be rejected goods."), data
        )
    return Sentence(
        N_(
            "Between {lower} % and {upper} % of what arrived may be rejected goods, most likely "
            "about {estimate} %. Such an interval is right in at least {percent} of 100 cases, if "
            "defects are judged alike in all three samples."
        ),
        data,
    )


def interval(sample: Sample, *, alpha: Fraction) -> tuple[float, float]:
    """Return the exact (Clopper-Pearson) interval of a rate; half of alpha at each end.

    >>> [round(end, 4) for end in interval(Sample(0, 100), alpha=Fraction(1, 20))]
    [0.0, 0.0362]
    """
    from scipy.special import betaincinv  # noqa: PLC0415 - only these answers need SciPy

    bad, n = sample
    half = float(alpha) / 2
    low = float(betaincinv(bad, n - bad + 1, half)) if bad else 0.0
    high = float(betaincinv(bad + 1, n - bad, 1 - half)) if bad < n else 1.0
    return low, high


class Rework(NamedTuple):
    """Whether the defect rate after rework is lower than before."""

    p_value: Fraction
    fell: bool
    sentence: Sentence


def rework(*, before: Sample, after: Sample, confidence: Fraction) -> Rework:
    """Return whether so few defects after rework can be chance: an exact test (Fisher's).

    "The same rate as before" is what goods look like that were offered again untouched.

    Refuses:
        audit.input_invalid: a sample of none, or more defective than looked at.

    >>> rework(before=Sample(14, 200), after=Sample(9, 200), confidence=Fraction(19, 20)).fell
    False
    >>> rework(before=Sample(14, 200), after=Sample(1, 200), confidence=Fraction(19, 20)).fell
    True
    """
    refuse([*_unfit("before", before), *_unfit("after", after),
            between("confidence", confidence)])  # fmt: skip
    total, bad = before.n + after.n, before.bad + after.bad
    first = max(0, bad - before.n)
    ways = sum(
        math.comb(after.n, x) * math.comb(before.n, bad - x) for x in range(first, after.bad + 1)
    )
    p_value = Fraction(ways, math.comb(total, bad))
    fell = p_value <= 1 - confidence
    data: dict[str, int | str] = {
        "bad": before.bad, "n": before.n, "bad_after": after.bad, "n_after": after.n,
        "chance": percent(p_value, digits=2),
    }  # fmt: skip
    text = (
        N_(
            "Defects fell: {bad} of {n} before rework, {bad_after} of {n_after} after. Goods that "
            "nobody touched would show so few in {chance} of 100 cases."
        )
        if fell
        else N_(
            "{bad} of {n} were defective before rework, {bad_after} of {n_after} after. Goods that "
            "nobody touched show so few in {chance} of 100 cases: this does not prove that "
            "anything was reworked."
        )
    )
    return Rework(p_value, fell, Sentence(text, data))


def _unfit(name: str, sample: Sample) -> list[Problem | None]:
    bad, n = sample
    most = n if type(n) is int and n > 0 else None
    return [whole(f"{name} n", n, least=1), whole(f"{name} bad", bad, most=most)]
