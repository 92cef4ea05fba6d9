"""What cannot be computed about the escape bound, and the way out.

Refusal
  NotAList        bound.not_a_list
  PiecesWrong     bound.pieces_wrong
  SettingOutside  bound.setting_outside
  ActWrong        bound.act_wrong
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final, NamedTuple

from lotwarden.core.errors import N_, Refusal

PROBLEMS_MAX: Final = 50
"""So many problems are told at once; the rest is counted."""

_AND_MORE: Final = N_("and {more} more")


class Problem(NamedTuple):
    """One thing that does not fit: which piece, counted from 0, which field, and why."""

    piece: int
    field: str
    template: str
    numbers: Mapping[str, str]

    def said(self, translate: Callable[[str], str] = str) -> str:
        """Return where and what, in the reader's language."""
        says = translate(self.template).format_map(self.numbers)
        return translate(_WHERE).format(piece=self.piece, field=self.field, says=says)


_WHERE: Final = N_("piece {piece}, {field}: {says}")


class NotAList(Refusal):
    """The input is no list of pieces at all."""

    code = "bound.not_a_list"
    template = N_("This is not a list of pieces of evidence: {why}.")
    remedy = N_('Write a JSON list of objects, each with its kind: [{{"kind": "paper", "n": 9}}].')


class PiecesWrong(Refusal):
    """Some pieces do not fit; nothing is computed from the others.

    `problems` are told by piece, counted from 0 as in the list, and by field.
    """

    code = "bound.pieces_wrong"
    template = N_("Nothing is computed from these pieces; to correct: {count}. {listed}.")
    remedy = N_("Correct these fields and ask again.")

    def __init__(self, *, problems: Sequence[Problem]) -> None:
        assert problems, "refused pieces have a problem"
        self.problems = tuple(problems)
        super().__init__(
            count=len(problems),
            listed=self._listed(str),
            problems=[{"piece": one.piece, "field": one.field, "says": one.said()}
                      for one in problems[:PROBLEMS_MAX]],
        )  # fmt: skip

    def say(self, template: str, translate: Callable[[str], str] = str) -> str:
        """Return a translation with the problems translated too."""
        return template.format(count=f"{len(self.problems):,}", listed=self._listed(translate))

    def _listed(self, translate: Callable[[str], str]) -> str:
        told = [one.said(translate).rstrip(".") for one in self.problems[:PROBLEMS_MAX]]
        if len(self.problems) > PROBLEMS_MAX:
            more = len(self.problems) - PROBLEMS_MAX
            told.append(translate(_AND_MORE).format(more=f"{more:,}"))
        return "; ".join(told)


class SettingOutside(Refusal):
    """α, w0, λ0 or a cost is not what it can be."""

    code = "bound.setting_outside"
    template = N_("{name} is {given}; it has to be {wanted}.")
    remedy = N_("Give {name} as a number that is {wanted}.")


class ActWrong(Refusal):
    """An act looks at a pile that is not there, or at more units than it has left."""

    code = "bound.act_wrong"
    template = N_("The act {act} looks at {units} units of piece {piece}, which cannot be.")
    remedy = N_("Name a piece with units of its own, and at most the units not yet looked at.")
