"""Refusals: what the rules forbid, said so that the person knows the way out.

A *refusal* is expected and is never our fault: it has a code that is never reused, the
numbers of this case, who can provide what is missing, and the next step.  A fault of ours
is an `AssertionError`; stored data that contradicts itself is a finding of `fsck`.

    Refusal
      ledger.*        core.ledger         the books do not allow it
      disposition.*   core.dispositions   a gate is not met
      sampling.*      core.sampling       no such plan
      bound.*         core.bound          pieces of evidence that do not fit
      statement.*     core.statements     what is claimed has no canonical form
      <context>.*     the contexts        permission, a lost race, input that does not fit

Every subclass anywhere is registered by its code: `tests/refusals` asks for the smallest
reproduction of each.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar


def N_(message: str) -> str:
    """Mark `message` for translation and return it: the shells translate, core does not."""
    return message


class Named(str):
    """A code name in a refusal's data that a person reads in words: `awaiting destruction`.

    `of` is what it is of: units on the way carry a condition.
    """

    words: str
    of: str

    def __new__(cls, code: str, words: str, of: str = "") -> Named:
        made = super().__new__(cls, code)
        made.words, made.of = words, of
        return made

    def shown(self, translate: Callable[[str], str]) -> str:
        """Return the words in the reader's language."""
        return (
            f"{translate(self.words)} ({translate(self.of)})" if self.of else translate(self.words)
        )


class Problem(Named):
    """What is wrong with one field, in words that can be translated, with this case's numbers.

    Several stand in one refusal as a tuple.

    >>> str(Problem("checked", "is {value} but can be {most} at most", value=1100, most=10))
    'checked is 1,100 but can be 10 at most'
    """

    field: str
    numbers: dict[str, object]

    def __new__(cls, field: str, words: str, **numbers: object) -> Problem:
        made = super().__new__(cls, f"{field} {words.format_map(_shown(numbers))}", words)
        assert isinstance(made, Problem)
        made.field, made.numbers = field, numbers
        return made

    def shown(self, translate: Callable[[str], str]) -> str:
        """Return the field and what is wrong with it, in the reader's language."""
        return f"{self.field} {translate(self.words).format_map(_shown(self.numbers))}"


class Refusal(Exception):
    """The rules forbid this act now; `str(self)` is fit to show to a person.

    A subclass states `code`, a `template` whose fields are the keyword arguments, and a
    `remedy`; both may be translated as wholes.  `who` names who can provide what is missing.

    >>> class TooMany(Refusal):
    ...     code = "doc.too_many"
    ...     template = "{held} are there; {asked} were asked for."
    ...     remedy = "Ask for {held} or fewer."
    >>> str(TooMany(held=2, asked=3))
    '2 are there; 3 were asked for.'
    >>> TooMany(held=2, asked=3).next_step
    'Ask for 2 or fewer.'
    """

    code: ClassVar[str]
    template: ClassVar[str]
    remedy: ClassVar[str]
    who: ClassVar[str] = N_("you")

    registry: ClassVar[dict[str, type[Refusal]]] = {}

    def __init_subclass__(cls, **kwargs: object) -> None:
        super().__init_subclass__(**kwargs)
        code = cls.__dict__.get("code")
        if code is None:  # a family, such as GateUnmet's parents: it is never raised itself
            return
        other = Refusal.registry.get(code)
        assert other is None or other.__qualname__ == cls.__qualname__, f"{code} is used twice"
        Refusal.registry[code] = cls

    def __init__(self, **data: object) -> None:
        self.data = data
        super().__init__(self.template.format_map(_shown(data)))

    @property
    def next_step(self) -> str:
        """Return what the person can do now, with this case's numbers."""
        return self.remedy.format_map(_shown(self.data))

    def say(self, template: str, translate: Callable[[str], str] = str) -> str:
        """Return a translation of `template` or `remedy` with this case's numbers in it."""
        return template.format_map(_shown(self.data, translate))

    def as_dict(self) -> dict[str, object]:
        """Return the four parts a shell shows: code, message, who, next step, and the data."""
        return {
            "code": self.code,
            "message": str(self),
            "who": self.who,
            "next_step": self.next_step,
            "data": {key: _plain(value) for key, value in self.data.items()},
        }


def _shown(data: dict[str, object], translate: Callable[[str], str] = str) -> dict[str, object]:
    """Return `data` as a person reads it: whole numbers grouped, names in words."""
    return {key: _read(value, translate) for key, value in data.items()}


def _read(value: object, translate: Callable[[str], str]) -> object:
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:,}"
    if isinstance(value, Named):
        return value.shown(translate)
    if isinstance(value, tuple) and all(isinstance(one, Named) for one in value):
        return ", ".join(one.shown(translate) for one in value)
    return value


def _plain(value: object) -> object:
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(one) for one in value]
    if isinstance(value, dict):
        return {str(key): _plain(one) for key, one in value.items()}
    return str(value)
