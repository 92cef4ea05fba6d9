"""The bound in sentences: what can be quoted, what it holds under, and what made it.

A sentence is a template with its numbers, as everywhere in the core.  It speaks of the method:
in how many cases these checks would have shown more.  It never says how sure anybody may be.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Final, NamedTuple

from lotwarden.core.bound.pieces import NO_SUBSTITUTES, Piece
from lotwarden.core.bound.reckoning import Arrivals, Escape
from lotwarden.core.bound.standing import excludes
from lotwarden.core.errors import N_
from lotwarden.core.sentences import Sentence


class Line(NamedTuple):
    """What one piece excludes and leaves; those of the pieces with own units sum to the bound."""

    piece: int
    kind: str
    n: int
    excludes: int
    leaves: int
    sentence: Sentence

    def as_dict(self) -> dict[str, object]:
        """Return the line as plain data, its sentence in English."""
        told = self._asdict() | {"text": self.sentence.words}
        del told["sentence"]
        return told


def lines(found: Escape) -> tuple[Line, ...]:
    """Return a line for each piece, in their order.

    >>> from lotwarden.core.bound.reckoning import escape
    >>> found = escape([Piece(kind="draw", n=1000, m=100), Piece(kind="paper", n=150)])
    >>> for one in lines(found):
    ...     print(one.excludes, one.leaves, one.sentence.words)
    972 28 100 of 1,000 units were drawn in secret, 0 of them missing or false: at most 28 are gone.
    0 150 150 units rest on paper, or on nothing: nothing is excluded.
    """
    leaves = {one.piece: one.leaves for one in found.parts}
    told = []
    for at, piece in enumerate(found.pieces):
        left = leaves.get(at, 0)
        excluded = piece.units - left if at in leaves else 0
        template = _silent(found, at) or _said(piece)
        listed = ", ".join(
            map(str, piece.over or ((piece.pile,) if piece.pile is not None else ()))
        )
        numbers = {
            "n": piece.units, "m": piece.m, "seen": piece.seen, "verified": piece.verified,
            "cartons": len(piece.sizes), "opened": piece.opened, "bad": piece.bad,
            "distinct": piece.distinct, "open": piece.open, "found": piece.found, "leaves": left,
        }  # fmt: skip
        shown = {name: f"{number:,}" for name, number in numbers.items()} | {"pieces": listed}
        kind = piece.kind
        told.append(Line(at, kind, piece.units, excluded, left, Sentence(template, shown)))
    return tuple(told)


def _silent(found: Escape, at: int) -> str | None:
    """Return why a piece says nothing now; None where it speaks."""
    if any(one.piece == at for one in found.void):
        return N_("What was found elsewhere contradicts this: all its {n} units count.")
    if at in found.aside:
        return N_("Another look at the same units stands in its place: this one excludes nothing.")
    if at in found.old:
        return N_("These were on hold, not sealed, and it is too long ago: nothing is excluded.")
    return None


def _said(piece: Piece) -> str:
    if piece.over:
        return _OVER[piece.kind]
    if piece.kind == "count" and not (piece.identity and piece.sensitivity > 0):
        return _NO_IDENTITY[piece.assumption == NO_SUBSTITUTES]
    if piece.kind in ("draw", "cartons") and not excludes(piece):
        return N_("Of {n} units nothing was looked at that could tell: nothing is excluded.")
    return _OWN[piece.kind]


_OWN: Final = {
    "paper": N_("{n} units rest on paper, or on nothing: nothing is excluded."),
    "count": N_(
        "{verified} of {n} units were counted, each by its own mark: at most {leaves} are gone."
    ),
    "draw": N_(
        "{m} of {n} units were drawn in secret, {seen} of them missing or false: at most {leaves} "
        "are gone."
    ),
    "cartons": N_(
        "{opened} of {cartons} cartons were drawn and opened, {bad} of them not whole: at most "
        "{leaves} of {n} units are gone."
    ),
    "sighting": N_(
        "{distinct} units of piece {pieces} were confirmed elsewhere: they are out, and lower "
        "nothing."
    ),
    "seals": N_(
        "Seals carry what was known of piece {pieces} to this moment; the {open} units under "
        "broken ones count in full."
    ),
    "arrival": N_(
        "{m} of {n} units were looked at on arrival, {found} of them rejected ones: this speaks of "
        "the shipment only."
    ),
}
_OVER: Final = {
    "draw": N_(
        "{m} units were drawn in secret from one list of pieces {pieces}, {seen} of them missing "
        "or false: their lines count it."
    ),
    "count": N_("{verified} units of pieces {pieces} were counted: their lines count it."),
}
_NO_IDENTITY: Final = {
    False: N_(
        "{verified} of {n} units were counted, but not told apart: others may lie in their place, "
        "so nothing is excluded."
    ),
    True: N_(
        "{verified} of {n} units were counted, not told apart: at most {leaves} are gone if there "
        "are no substitutes."
    ),
}


def summary(found: Escape) -> tuple[Sentence, ...]:
    """Return what can be quoted, sentence by sentence; what it holds under is `assumptions`.

    >>> from lotwarden.core.bound.reckoning import escape
    >>> for one in summary(escape([Piece(kind="draw", n=1000, m=138, missing=0)])):
    ...     print(one.words)
    At most 19 of the 1,000 declared units can be missing or replaced.
    If more were, these checks would have shown it in at least 95 of 100 cases.
    If any one person lied, it is at most 1,000.
    Not covered: units never declared.
    """
    if found.upper is None:
        return tuple(_contradictions(found))
    return tuple(_told(found))


def _told(found: Escape) -> Iterator[Sentence]:
    if found.lower:
        yield _at_least(found)
    numbers = {"upper": f"{found.upper:,}", "n": f"{found.declared:,}"}
    yield Sentence(_AT_MOST, numbers)
    if found.looks and found.open < found.declared:
        yield Sentence(_SHOWN, _cases(1 - found.settings.alpha))
    if found.upper == found.declared:
        yield Sentence(N_("No evidence excludes any of them."), {})
    elif found.one_liar is not None:
        yield Sentence(
            N_("If any one person lied, it is at most {units}."), {"units": f"{found.one_liar:,}"}
        )
    if found.as_of is not None:
        day = {"as_of": found.as_of.date().isoformat()}
        yield Sentence(N_("As of {as_of}; nothing is known since."), day)
    yield Sentence(N_("Not covered: units never declared."), {})


_AT_MOST: Final = N_("At most {upper} of the {n} declared units can be missing or replaced.")
_SHOWN: Final = N_(
    "If more were, these checks would have shown it in at least {often} of {of} cases."
)


def _at_least(found: Escape) -> Sentence:
    seen = sum(one.distinct for one in found.pieces)
    missing = found.lower - seen
    numbers = {"lower": f"{found.lower:,}", "seen": f"{seen:,}", "missing": f"{missing:,}"}
    if not missing:
        return Sentence(
            N_("At least {lower} are outside, if their marks were not copied."), numbers
        )
    if not seen:
        return Sentence(
            N_("At least {lower} are missing: they were asked for and not there."), numbers
        )
    return Sentence(
        N_(
            "At least {lower} are not where they should be: {seen} are outside, if their marks "
            "were not copied, and {missing} were asked for and not there."
        ),
        numbers,
    )


def _contradictions(found: Escape) -> Iterator[Sentence]:
    for one in found.void:
        numbers = {
            "piece": str(one.piece), "found": f"{one.found:,}", "room": f"{one.room:,}",
        }  # fmt: skip
        yield Sentence(_FALSE, numbers)
    yield Sentence(
        N_("So there is no range to give. Without these pieces it is at least {lower} and at most "
           "{open} units."),
        {"lower": f"{found.lower:,}", "open": f"{found.open:,}"},
    )  # fmt: skip


_FALSE: Final = N_(
    "{found} units of piece {piece} are known to be gone, but by that piece at most {room} can be. "
    "One of these is false: its witness was honest and saw each unit; no mark was copied; what was "
    "seen elsewhere was confirmed rightly."
)


def _cases(share: Fraction) -> dict[str, str]:
    """Return a confidence as so many of so many cases, rounded down.

    >>> _cases(Fraction(95, 100)), _cases(Fraction(999, 1000))
    ({'often': '95', 'of': '100'}, {'often': '999', 'of': '1,000'})
    """
    of = next((one for one in (100, 1_000, 10_000) if (share * one).denominator == 1), 10_000)
    return {"often": f"{int(share * of):,}", "of": f"{of:,}"}


def assumptions(found: Escape) -> tuple[Sentence, ...]:
    """Return what the bound holds under, each once."""
    speaking = [
        one
        for at, one in enumerate(found.pieces)
        if at not in found.silent and (excludes(one) or one.kind == "seals")
    ]
    told: list[Sentence] = []
    for piece in speaking:
        for one in _holds_if(piece):
            if one not in told:
                told.append(one)
    return tuple(told)


def _holds_if(piece: Piece) -> Iterator[Sentence]:
    if piece.kind == "seals":
        yield Sentence(N_("no seal was opened and closed again unnoticed"), {})
        return
    yield Sentence(N_("the witnesses were honest"), {})
    if piece.kind == "count" and not piece.identity:
        yield Sentence(N_("there are no substitutes among the units that were counted"), {})
        return
    if piece.kind == "count":
        yield Sentence(N_("each unit was counted once, all in view together"), {})
    else:
        yield Sentence(N_("the list was fixed before the draw"), {})
        yield Sentence(N_("nothing could be fetched between the draw and the look"), {})
    if piece.kind == "cartons":
        yield Sentence(N_("each opened carton was counted in full, each unit by its own mark"), {})
    if piece.sensitivity == 1:
        yield Sentence(N_("a false unit, or a forged mark, would have been noticed"), {})
        return
    share = {"share": f"{float(100 * piece.sensitivity):.3g}"}
    if piece.all_or_nothing:
        yield Sentence(N_("false units are noticed in {share} of 100 cases, all or none"), share)
    else:
        yield Sentence(N_("each false unit is noticed in {share} of 100 cases, by itself"), share)


def arrival_sentence(found: Arrivals) -> Sentence:
    """Return what can be quoted of the shipments."""
    numbers = {
        "lower": f"{found.lower:,}", "upper": f"{found.upper:,}", "n": f"{found.n:,}",
        **_cases(Fraction(str(round(found.confidence, 12)))),
    }  # fmt: skip
    return Sentence(
        N_(
            "Among the {n} units shipped are at least {lower} and at most {upper} rejected ones; "
            "if more were, these checks would have shown it in at least {often} of {of} cases."
        ),
        numbers,
    )
