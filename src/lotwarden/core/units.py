"""Unit sets: which of a lot's units, by ordinal, as compressed bitmaps.

A lot's units are numbered 1…N.  A set of them is a Roaring bitmap in the portable format,
built anew from its ranges and run-optimised before it is written: only then are equal sets
equal bytes, so that a digest of the bytes is a digest of the set.  10,000 units that lie
together are one run.

In statements and documents the same set is written as ranges, `[[1, 2500], [2601, 2601]]`,
which a person can read and any language can check.  Why bitmaps: docs/decisions/0004.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pyroaring import BitMap, FrozenBitMap

from lotwarden.core.errors import N_, Refusal

Units = FrozenBitMap
"""An immutable set of ordinals; `len` is the number of units."""

NONE: Units = FrozenBitMap()

ORDINAL_MAX = 2**32 - 1
"""The largest ordinal the portable Roaring format can hold."""


class BadRanges(Refusal):
    """A set of units written as ranges is not well-formed."""

    code = "units.bad_ranges"
    template = N_("{text} is not a list of unit numbers.")
    remedy = N_("Write unit numbers as 1-2500, 2601: each from 1 up, no range turned round.")


def units(*ranges: tuple[int, int]) -> Units:
    """Return the set of all ordinals in the closed `ranges`.

    Refuses:
        units.bad_ranges: a range starts below 1, ends before it starts, or is too large.

    >>> len(units((1, 3), (7, 7)))
    4
    """
    whole = FrozenBitMap()
    for first, last in ranges:
        if not 1 <= first <= last <= ORDINAL_MAX:
            raise BadRanges(text=f"{first}-{last}")
        whole |= FrozenBitMap(range(first, last + 1))
    return whole


def from_ranges(ranges: Iterable[Sequence[int]]) -> Units:
    """Return the set that `to_ranges` wrote.

    Refuses:
        units.bad_ranges: as `units`, and what is not a pair of whole numbers.
    """
    pairs: list[tuple[int, int]] = []
    for one in ranges:
        match one:
            case [first, last] if type(first) is int and type(last) is int:
                pairs.append((first, last))
            case _:
                raise BadRanges(text=repr(one)[:80])
    return units(*pairs)


def to_ranges(of: Units) -> list[list[int]]:
    """Return `of` as closed ranges, ascending, none touching the next.

    >>> to_ranges(units((1, 3), (4, 5), (9, 9)))
    [[1, 5], [9, 9]]
    """
    starts = of - of.shift(1)
    ends = of - of.shift(-1)
    return [[first, last] for first, last in zip(starts, ends, strict=True)]


def parse(text: str) -> Units:
    """Return the units a person typed, such as `1-2500, 2601`.

    Refuses:
        units.bad_ranges: anything that is not whole numbers and ranges of them.

    >>> to_ranges(parse("1-3, 9"))
    [[1, 3], [9, 9]]
    """
    ranges: list[tuple[int, int]] = []
    for part in text.replace("–", "-").replace("，", ",").replace(";", ",").split(","):
        piece = part.strip()
        if not piece:
            continue
        first, dash, last = (word.strip() for word in piece.partition("-"))
        if not (first.isascii() and first.isdigit() and len(first) <= 10):
            raise BadRanges(text=repr(piece))
        if dash and not (last.isascii() and last.isdigit() and len(last) <= 10):
            raise BadRanges(text=repr(piece))
        ranges.append((int(first), int(last) if dash else int(first)))
    if not ranges:
        raise BadRanges(text=repr(text))
    return units(*ranges)


def show(of: Units, *, most: int = 8) -> str:
    """Return `of` for a person: `1-2500, 2601 and 3 more ranges`."""
    ranges = to_ranges(of)
    words = [str(a) if a == b else f"{a}-{b}" for a, b in ranges[:most]]
    left = len(ranges) - most
    return ", ".join(words) + (f" and {left} more ranges" if left > 0 else "")


def dump(of: Units) -> bytes:
    """Return the portable, run-optimised bytes: equal sets give equal bytes."""
    # Where runs and single ordinals take the same room, as in {1, 2, 3}, `run_optimize` keeps
    # whichever the set's history left; a fresh bitmap has one history.
    fresh = BitMap()
    for first, last in to_ranges(of):
        fresh.add_range(first, last + 1)
    fresh.run_optimize()
    return fresh.serialize()


def load(data: bytes | memoryview) -> Units:
    """Return the set that `dump` wrote."""
    return FrozenBitMap.deserialize(bytes(data))


def first(of: Units, quantity: int) -> Units:
    """Return the `quantity` lowest ordinals of `of`; all of them when there are fewer."""
    if quantity >= len(of):
        return of
    if quantity <= 0:
        return NONE
    return of & FrozenBitMap(range(of.min(), of[quantity - 1] + 1))
