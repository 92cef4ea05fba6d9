"""One plain sentence beside the numbers: a template that can be translated, and its numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import NamedTuple

Shown = int | str


class Sentence(NamedTuple):
    """What an answer means, fit to quote; `say` words it in the reader's language.

    >>> str(Sentence("{units} units were checked.", {"units": 1200}))
    '1,200 units were checked.'
    """

    template: str
    data: Mapping[str, Shown]

    def say(self, translate: Callable[[str], str]) -> str:
        """Return the sentence with `translate` applied to its template."""
        return translate(self.template).format_map(
            {
                name: f"{value:,}" if isinstance(value, int) else value
                for name, value in self.data.items()
            }
        )

    def __str__(self) -> str:
        return self.say(str)


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
