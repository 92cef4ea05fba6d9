"""One plain sentence beside the numbers: a template that can be translated, and its numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

Shown = int | str


def worded(
    template: str, numbers: Mapping[str, Shown], translate: Callable[[str], str] = str
) -> str:
    """Return a template, translated as a whole, with its numbers in it: whole ones grouped.

    >>> worded("{units} units were checked.", {"units": 1200})
    '1,200 units were checked.'
    """
    return translate(template).format_map(
        {name: f"{value:,}" if isinstance(value, int) else value for name, value in numbers.items()}
    )


class Sentence(NamedTuple):
    """What an answer means, fit to quote; `say` words it in the reader's language."""

    template: str
    numbers: Mapping[str, Shown]

    @property
    def words(self) -> str:
        """The sentence in English."""
        return worded(self.template, self.numbers)

    def say(self, translate: Callable[[str], str]) -> str:
        """Return the sentence with `translate` applied to its template."""
        return worded(self.template, self.numbers, translate)

    def __str__(self) -> str:
        return self.words
