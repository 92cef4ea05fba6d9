"""Draws that nobody can rig and anybody can repeat: `lotwarden draw verify`.

    freeze    the list of units is fixed; its digest, how many to take, what the seed will be
              made of and every earlier draw of these units are committed in one statement
    reveal    the operator's entropy, committed as a digest, is revealed; a beacon's round,
              named before it existed, is published: together they are the seed
    draw      the units follow from list and seed by a published algorithm, in order

Who can know the drawn units beforehand?  With a beacon's later round, nobody.  Without, those
who committed entropy, all of them together: one operator alone knows them, and `verify` says so.

Every revealed seed is evidence for ever.  A draw names all earlier ones of its units, void ones
included, so that who draws until it comes out well shows it.

The algorithm, with vectors: docs/specs/draw-v1.md.  Seeds and instants are arguments.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Final, NamedTuple

from lotwarden.core.errors import N_, Problem, Refusal
from lotwarden.core.statements import Json, digest
from lotwarden.core.units import Units, to_ranges

LIST: Final = "lotwarden/draw-list/1"
COMMITMENT: Final = "lotwarden/draw-commitment/1"
RECORD: Final = "lotwarden/draw/1"

KINDS: Final = ("units", "cartons", "positions")
"""What the numbers of a list are: a lot's ordinals, its cartons, or places in a pile."""

ENTROPY_BYTES: Final = 32
_WORDS: Final = 2**64


class NothingToDraw(Refusal):
    """A draw needs a list of units and takes from 1 up to all of them."""

    code = "draw.nothing_to_draw"
    template = N_("{take} cannot be drawn from a list of {units}.")
    remedy = N_("Draw from 1 up to as many as the list has.")


class StrataDoNotFit(Refusal):
    """Strata divide the list: each unit is in exactly one, and no two have one name."""

    code = "draw.strata_do_not_fit"
    template = N_("The strata do not divide the list: {problems}.")
    remedy = N_("Put each unit into exactly one stratum, each with a name of its own.")


class EntropyInvalid(Refusal):
    """Entropy is 32 bytes that nobody else could guess."""

    code = "draw.entropy_invalid"
    template = N_("Entropy {number} is not 32 bytes in lower-case hexadecimal.")
    remedy = N_("Give exactly what was committed: 64 digits of 0-9 and a-f.")


class SeedWithoutSource(Refusal):
    """Nothing was named that the seed shall be made of."""

    code = "draw.seed_without_source"
    template = N_("This draw names neither entropy nor a beacon: its seed could be chosen.")
    remedy = N_("Commit entropy, or name a later round of a public beacon, or both.")


class Stratum(NamedTuple):
    """A named part of the list that is drawn by itself, such as a carton."""

    name: str
    units: Units


class FrozenList(NamedTuple):
    """What is drawn from, fixed before the seed exists; `salt` keeps its digest from telling."""

    units: Units
    salt: str
    strata: tuple[Stratum, ...] = ()
    kind: str = "units"

    def as_json(self) -> dict[str, Json]:
        """Return the list as its digest covers it."""
        strata: list[Json] = [
            {"name": one.name, "units": _ranges(one.units)} for one in self.strata
        ]
        return {
            "format": LIST, "of": self.kind, "salt": self.salt, "units": _ranges(self.units),
            "strata": strata,
        }  # fmt: skip

    @property
    def parts(self) -> tuple[Stratum, ...]:
        """What is drawn from one after another: the strata, or the whole list, nameless."""
        return self.strata or (Stratum("", self.units),)


class Source(NamedTuple):
    """What the seed will be made of: digests of entropy, by whom, and a beacon's later round."""

    entropy: tuple[tuple[str, str], ...] = ()
    beacon: tuple[str, int] | None = None


def commitment(
    listed: FrozenList, *, take: int, source: Source, earlier: Sequence[str] = ()
) -> dict[str, Json]:
    """Return what a statement tells before the seed exists; its digest names the draw.

    `earlier` are the digests of the commitments of every earlier draw of any of these units,
    oldest first.

    Refuses, first match wins:
        draw.nothing_to_draw: more than the list has, or none.
        draw.strata_do_not_fit: a unit in no stratum or in two, a name used twice.
        draw.seed_without_source: neither entropy nor a beacon.
        draw.entropy_invalid: a digest of entropy is not 32 bytes in lower-case hexadecimal.
    """
    if not 1 <= take <= len(listed.units):
        raise NothingToDraw(take=take, units=len(listed.units))
    check_strata(listed)
    if not source.entropy and source.beacon is None:
        raise SeedWithoutSource
    _check_entropy([of for _, of in source.entropy])
    entropy: list[Json] = [{"by": by, "digest": of} for by, of in source.entropy]
    beacon: dict[str, Json] | None = None
    if source.beacon is not None:
        beacon = {"chain": source.beacon[0], "round": source.beacon[1]}
    return {
        "format": COMMITMENT, "list": digest(listed.as_json()), "units": len(listed.units),
        "take": take, "entropy": entropy, "beacon": beacon, "earlier": list(earlier),
    }  # fmt: skip


def check_strata(listed: FrozenList) -> None:
    """Refuse strata that do not divide the list.

    Refuses:
        draw.strata_do_not_fit: a unit in no stratum or in two, a name used twice.
    """
    if not listed.strata:
        return
    names = [one.name for one in listed.strata]
    problems = [
        Problem(name, N_("stands twice")) for name in sorted(set(names)) if names.count(name) > 1
    ]
    problems += [Problem("strata", N_("have one without a name")) for name in names if not name]
    problems += [Problem(one.name, N_("is empty")) for one in listed.strata if not one.units]
    together = Units().union(*(one.units for one in listed.strata))
    twice = sum(len(one.units) for one in listed.strata) - len(together)
    missing, strange = len(listed.units - together), len(together - listed.units)
    if twice:
        problems.append(Problem("strata", N_("share units: {units}"), units=twice))
    if missing:
        problems.append(Problem("strata", N_("leave out units: {units}"), units=missing))
    if strange:
        text = N_("hold units that are not on the list: {units}")
        problems.append(Problem("strata", text, units=strange))
    if problems:
        raise StrataDoNotFit(problems=tuple(problems))


def entropy_digest(*, by: str, entropy: str) -> str:
    """Return what is committed for entropy that is revealed later.

    Refuses:
        draw.entropy_invalid: it is not 32 bytes in lower-case hexadecimal.
    """
    _check_entropy([entropy])
    return digest(["lotwarden/draw-entropy/1", by, entropy])


def seed(committed: dict[str, Json], *, entropy: Sequence[str], randomness: str | None) -> str:
    """Return the seed: SHA-256 over the commitment, all entropy in its order, and the beacon.

    Whoever reveals last cannot choose it, since what is revealed was committed; another list
    or another number to take gives another seed.

    Refuses:
        draw.entropy_invalid: entropy is not 32 bytes in lower-case hexadecimal.
    """
    _check_entropy(entropy)
    return digest(["lotwarden/draw-seed/1", digest(committed), list(entropy), randomness])


def _check_entropy(entropy: Sequence[str]) -> None:
    for number, one in enumerate(entropy, start=1):
        if len(one) != 2 * ENTROPY_BYTES or set(one) - set("0123456789abcdef"):
            raise EntropyInvalid(number=number)


def units_drawn(listed: FrozenList, *, take: int, seed: str) -> list[int]:
    """Return the drawn units in the order in which they are called.

    Each stratum gives its share (`allocate`), drawn by itself, one stratum after another; the
    order within one is the order drawn, so that any first part of it is a draw too.

    >>> from lotwarden.core.units import units
    >>> units_drawn(FrozenList(units((1, 1000)), "00" * 32), take=3, seed="00" * 32)
    [422, 65, 205]
    """
    drawn: list[int] = []
    shares = allocate([len(one.units) for one in listed.parts], take=take)
    for part, share in zip(listed.parts, shares, strict=True):
        words = _words(digest(["lotwarden/draw-stream/1", seed, part.name]))
        chosen = sample(len(part.units), share, partial(below, words))
        drawn += [part.units[at] for at in chosen]
    return drawn


def allocate(sizes: Sequence[int], *, take: int) -> list[int]:
    """Return how many each stratum gives: in proportion, by largest remainder, earlier first.

    >>> allocate([24, 24, 12], take=7)
    [3, 3, 1]
    """
    whole = sum(sizes)
    shares = [take * size // whole for size in sizes]
    remainders = sorted(range(len(sizes)), key=lambda i: (-(take * sizes[i] % whole), i))
    for i in remainders[: take - sum(shares)]:
        shares[i] += 1
    return shares


def sample(size: int, take: int, choose: Callable[[int], int]) -> list[int]:
    """Return `take` different places of 0…size−1 in order: Fisher-Yates, begun from the front.

    `choose(b)` gives a number from 0 to b−1.  Only places that moved are remembered.
    """
    moved: dict[int, int] = {}
    chosen = []
    for i in range(take):
        j = i + choose(size - i)
        chosen.append(moved.get(j, j))
        moved[j] = moved.get(i, i)
    return chosen


def below(words: Iterator[int], bound: int, *, of: int = _WORDS) -> int:
    """Return a number from 0 to bound−1, each as likely: a word beyond the last whole
    multiple of `bound` is thrown away.
    """
    limit = of - of % bound
    return next(word for word in words if word < limit) % bound


def _words(key: str) -> Iterator[int]:
    """Yield 64-bit numbers: four from each SHA-256 of the key and a counter of eight bytes."""
    begun = hashlib.sha256(bytes.fromhex(key))
    counter = 0
    while True:
        block = begun.copy()
        block.update(counter.to_bytes(8, "big"))
        said = block.digest()
        for at in range(0, 32, 8):
            yield int.from_bytes(said[at : at + 8], "big")
        counter += 1


def calls(drawn: Sequence[int], *, seed: str) -> list[str]:
    """Return a digest for each drawn unit in order, to publish while the units stay secret.

    When unit i is called, its `call_salt` is shown with it: everybody can check that it is the
    one that was drawn, and nothing is told of those still to come.
    """
    return [
        digest(["lotwarden/draw-call/1", call_salt(seed=seed, number=number), number, unit])
        for number, unit in enumerate(drawn, start=1)
    ]


def call_salt(*, seed: str, number: int) -> str:
    """Return what opens the digest of the call with this number, from 1 on."""
    return digest(["lotwarden/draw-call-salt/1", seed, number])


def opens(call: str, *, salt: str, number: int, unit: int) -> bool:
    """Return whether `call` is the digest of this unit as this number."""
    return call == digest(["lotwarden/draw-call/1", salt, number, unit])


def _ranges(of: Units) -> list[Json]:
    return [list(one) for one in to_ranges(of)]
