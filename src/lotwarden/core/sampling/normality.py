"""Whether measurements look like what a plan by variables takes them for.

Its numbers hold for a normal distribution, and for nothing else: in the tail beyond a limit
a skewed property can have many times the fraction that the estimate says.  What is found here
is a *doubt*.  A doubt never changes a verdict; it says what was seen, and that the same lot
can be inspected by attributes, which takes no distribution for granted.

    not_normal    the test says that a normal property would rarely give such a sample
    too_few       a test on so few could not tell
    outlier       one measurement stands far off the others (Grubbs)
    coarse        the instrument or the clerk rounded so much that the standard deviation
                  is part rounding
    repeated      one value is most of the sample

Shapiro-Wilk serves from 8 to 5,000 measurements, its range; Anderson-Darling above.  On
coarse measurements neither is asked: ties alone would make it complain.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal
from itertools import pairwise
from numbers import Real
from typing import Final, NamedTuple, NoReturn

from lotwarden.core.errors import N_
from lotwarden.core.sampling.refusals import MeasurementNotANumber, shown
from lotwarden.core.sentences import worded

TEST_LEVEL: Final = 0.05
"""Of samples that are normal, this fraction raises the doubt all the same."""

OUTLIER_LEVEL: Final = 0.01
TESTED_FROM: Final = 8
OUTLIERS_FROM: Final = 5
_SHAPIRO_MAX: Final = 5_000
_COARSE_STEP: Final = 0.5
"""A step of half a standard deviation adds 1 % to it: rounding has a variance of step²/12."""

# Stephens (1974): critical value at 5 % with mean and standard deviation estimated.
_ANDERSON_CRITICAL: Final = 0.752


class Doubt(NamedTuple):
    """One thing that speaks against a normal distribution, with its numbers."""

    code: str
    template: str
    numbers: Mapping[str, int | str]

    @property
    def words(self) -> str:
        """The doubt in English."""
        return worded(self.template, self.numbers)


class Normality(NamedTuple):
    """What was looked at and what was found; `p_value` is `None` where no test was made."""

    measured: int
    test: str
    p_value: float | None
    doubts: tuple[Doubt, ...]

    def __bool__(self) -> NoReturn:
        raise TypeError("Normality is never proved: look at the doubts.")


def checked_measurements(measurements: Sequence[float | Decimal]) -> tuple[float, ...]:
    """Return the measurements as floats, or refuse the first that is no usable number.

    Refuses:
        sampling.measurement_not_a_number: text, a truth value, NaN, an infinity.
    """
    values = []
    for place, given in enumerate(measurements, start=1):
        usable = isinstance(given, Real | Decimal) and not isinstance(given, bool)
        try:
            value = float(given) if usable else math.nan
        except (OverflowError, ValueError):
            value = math.nan
        if not abs(value) <= _LARGEST:
            raise MeasurementNotANumber(place=place, given=shown(given))
        values.append(value)
    return tuple(values)


_LARGEST: Final = 1e150
"""Squares of anything larger do not fit a float."""


def mean_and_spread(values: Sequence[float]) -> tuple[float, float]:
    """Return mean and standard deviation (n - 1), each sum rounded once."""
    mean = math.fsum(values) / len(values)
    if len(values) == 1 or min(values) == max(values):
        return mean, 0.0
    # In units of the farthest one: a square of what is tiny would vanish.
    unit = max(abs(x - mean) for x in values)
    return mean, unit * math.sqrt(
        math.fsum(((x - mean) / unit) ** 2 for x in values) / (len(values) - 1)
    )


def check_normality(measurements: Sequence[float | Decimal]) -> Normality:
    """Look for what speaks against a normal distribution, and say it.

    Refuses:
        sampling.measurement_not_a_number: text, a truth value, NaN, an infinity.

    >>> check_normality([9.9, 10.0, 10.1, 10.2, 9.8]).doubts[0].words
    '5 measurements are too few to tell whether the property is normally distributed'
    """
    values = checked_measurements(measurements)
    count = len(values)
    mean, spread = mean_and_spread(values) if values else (0.0, 0.0)
    if spread == 0:
        few = [_too_few(count)] if count < TESTED_FROM else []
        return Normality(count, "", None, (*_repeated(values), *few))
    doubts = [*_outlier(values, mean, spread), *_coarse(values, spread)]
    coarse = any(one.code == "coarse" for one in doubts)
    doubts += _repeated(values)
    if count < TESTED_FROM:
        return Normality(count, "", None, (*doubts, _too_few(count)))
    if coarse:
        return Normality(count, "", None, tuple(doubts))
    test, p_value, rejected = _tested(values, mean, spread)
    if rejected:
        doubts.insert(0, _not_normal(count, test))
    return Normality(count, test, p_value, tuple(doubts))


def _tested(values: Sequence[float], mean: float, spread: float) -> tuple[str, float | None, bool]:
    """Return the test that fits the count, its p-value where it has one, and what it says."""
    from scipy.special import log_ndtr  # noqa: PLC0415 - a look at ten numbers needs no scipy
    from scipy.stats import shapiro  # noqa: PLC0415

    scaled = sorted((x - mean) / spread for x in values)
    count = len(scaled)
    if count <= _SHAPIRO_MAX:
        p_value = float(shapiro(scaled).pvalue)
        return "Shapiro-Wilk", p_value, p_value < TEST_LEVEL
    lower, upper = log_ndtr(scaled), log_ndtr([-z for z in reversed(scaled)])
    total = math.fsum((2 * i + 1) * float(lower[i] + upper[i]) for i in range(count))
    statistic = (-count - total / count) * (1 + 0.75 / count + 2.25 / count**2)
    return "Anderson-Darling", None, statistic > _ANDERSON_CRITICAL


def _outlier(values: Sequence[float], mean: float, spread: float) -> list[Doubt]:
    """Grubbs' test for the one measurement farthest from the mean, both sides."""
    from scipy.special import stdtrit  # noqa: PLC0415

    count = len(values)
    if count < OUTLIERS_FROM:
        return []
    place = max(range(count), key=lambda i: abs(values[i] - mean))
    distance = abs(values[place] - mean) / spread
    t = float(stdtrit(count - 2, 1 - OUTLIER_LEVEL / (2 * count)))
    critical = (count - 1) / math.sqrt(count) * math.sqrt(t * t / (count - 2 + t * t))
    if distance <= critical:
        return []
    template = N_(
        "measurement {place}, {value}, is {distance} standard deviations off the mean: "
        "check it, and do not drop it without a cause"
    )
    numbers: dict[str, int | str] = {
        "place": place + 1,
        "value": f"{values[place]:g}",
        "distance": f"{distance:.1f}",
    }
    return [Doubt("outlier", template, numbers)]


def _coarse(values: Sequence[float], spread: float) -> list[Doubt]:
    """The step is the smallest gap between two different values, where others repeat it."""
    different = sorted(set(values))
    if len(different) == len(values):
        return []
    step = min(b - a for a, b in pairwise(different))
    if step < _COARSE_STEP * spread:
        return []
    template = N_(
        "the measurements go in steps of {step}, and their standard deviation is only {spread}: "
        "read the instrument finer"
    )
    return [Doubt("coarse", template, {"step": f"{step:.4g}", "spread": f"{spread:.4g}"})]


def _repeated(values: Sequence[float]) -> list[Doubt]:
    value, times = Counter(values).most_common(1)[0] if values else (0.0, 0)
    if times * 2 <= len(values) or times <= 2:
        return []
    template = N_("{times} of {measured} measurements are exactly {value}")
    numbers: dict[str, int | str] = {"times": times, "measured": len(values), "value": f"{value:g}"}
    return [Doubt("repeated", template, numbers)]


def _too_few(count: int) -> Doubt:
    template = N_(
        "{measured} measurements are too few to tell whether the property is normally distributed"
    )
    return Doubt("too_few", template, {"measured": count})


def _not_normal(count: int, test: str) -> Doubt:
    template = N_(
        "the {measured} measurements do not look normally distributed ({test}): "
        "inspect by attributes, which takes no distribution for granted"
    )
    return Doubt("not_normal", template, {"measured": count, "test": test})
