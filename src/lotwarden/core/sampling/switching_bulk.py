"""Switching over long histories: arrays in, severities out.

The same rules as `switching`, through their automaton: a lot is a byte, a state is a row, and
the run is one lookup for each lot.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import accumulate, islice
from operator import getitem, itemgetter
from typing import Any, Final, NamedTuple, TypeAlias, TypeVar, cast

import numpy as np
import numpy.typing as npt

from lotwarden.core.sampling.refusals import (
    HistoryUneven,
    LimitNumbersAbsent,
    SwitchResultContradicts,
)
from lotwarden.core.sampling.switching_rules import (
    BIT_ACCEPTED,
    BIT_ALLOWED,
    BIT_OVER_AC,
    BIT_RESUBMITTED,
    BIT_RESUMED,
    BIT_STEADY,
    CREDIT_SHIFT,
    KINDS_OF_LOT,
    SWITCH_SEVERITIES,
    Rules,
    SwitchSettings,
    automaton,
    rules_of,
)

Bytes: TypeAlias = npt.NDArray[np.uint8]
Scalar = TypeVar("Scalar", bound=np.generic)

_LOTS_OF_LIMIT: Final = 10


class LotHistory(NamedTuple):
    """The lots of one class in order, as arrays of one length; the fields are `LotResult`'s.

    In `ac` and `nonconforming`, a number below 0 says that it is not known.  What is left out
    has the default of `LotResult`.  A lot of double or multiple sampling is told as one with
    Ac 2, "accepted tighter" if the stage that accepted it is early enough for the score.
    """

    accepted: npt.ArrayLike
    ac: npt.ArrayLike | None = None
    accepted_tighter: npt.ArrayLike | None = None
    over_ac: npt.ArrayLike | None = None
    nonconforming: npt.ArrayLike | None = None
    steady: npt.ArrayLike | None = None
    wanted: npt.ArrayLike | None = None
    resumed: npt.ArrayLike | None = None
    original: npt.ArrayLike | None = None


def switch_history(
    *, standard: str, history: LotHistory, settings: SwitchSettings | None = None
) -> Bytes:
    """Return the severity after each lot, as its place in `SWITCH_SEVERITIES`.

    Refuses, first match wins:
        sampling.unknown_standard: neither iso2859-1 nor z1.4.
        sampling.history_uneven: the arrays are not all of one length.
        sampling.switch_result_contradicts: not accepted, and accepted tighter or in the gap.
        sampling.limit_numbers_absent: Z1.4 asks for a limit number, and there is none.

    >>> history = LotHistory([True] * 10, ac=[5] * 10, accepted_tighter=[True] * 10)
    >>> severities = switch_history(standard="iso2859-1", history=history)
    >>> [SWITCH_SEVERITIES[one] for one in severities[-2:]]
    ['normal', 'reduced']
    """
    rules = rules_of(standard=standard, settings=settings)
    lots = _lots(rules, history).tobytes()
    # Each row holds the rows that can follow it, so that the run is `row = row[lot]`.
    rows = cast(
        "Iterable[list[Any]]",
        accumulate(lots, cast("Any", getitem), initial=automaton(rules).start),
    )
    after = bytes(map(itemgetter(KINDS_OF_LOT), islice(rows, 1, None)))
    if len(SWITCH_SEVERITIES) in after:
        raise LimitNumbersAbsent
    return np.frombuffer(after, dtype=np.uint8)


def _lots(rules: Rules, history: LotHistory) -> Bytes:
    """Return each lot as the byte that the automaton reads."""
    accepted = np.asarray(history.accepted, dtype=bool)
    tighter = _flags(history.accepted_tighter, accepted, default=False)
    over_ac = _flags(history.over_ac, accepted, default=False)
    steady = _flags(history.steady, accepted, default=True)
    wanted = _flags(history.wanted, accepted, default=rules.settings.reduced_wanted)
    original = _flags(history.original, accepted, default=True)
    resumed = _flags(history.resumed, accepted, default=False)
    ac = _counts(history.ac, accepted)

    contradicts = ~accepted & (tighter | over_ac)
    if contradicts.any():
        raise SwitchResultContradicts(place=int(contradicts.argmax()) + 1)

    allowed = steady & wanted & rules.settings.reduced_wanted
    if not rules.by_score and isinstance(rules.settings.limit, int):
        allowed &= _within(_counts(history.nonconforming, accepted), original, rules.settings.limit)
    if rules.by_score:
        # 1 is the credit at Ac 0 and 1, 2 that of a lot accepted one step tighter.
        credit = np.where(ac < 2, ac >= 0, tighter.view(np.uint8) << 1).astype(np.uint8)
    else:
        credit = (ac >= 0).astype(np.uint8)
    lots = (credit << CREDIT_SHIFT).astype(np.uint8)
    lots[~accepted] = 0
    for flags, bit in (
        (accepted, BIT_ACCEPTED),
        (over_ac, BIT_OVER_AC),
        (steady, BIT_STEADY),
        (allowed, BIT_ALLOWED),
        (resumed, BIT_RESUMED),
        (~original, BIT_RESUBMITTED),
    ):
        lots |= flags.view(np.uint8) * np.uint8(bit)
    return lots


def _within(
    found: npt.NDArray[np.int64], original: npt.NDArray[np.bool_], limit: int
) -> npt.NDArray[np.bool_]:
    """Return for each lot whether the last 10 original ones keep to the limit number."""
    known = np.where(found < 0, limit + 1, found)[original]
    sums = np.concatenate(([0], np.cumsum(known)))
    first = np.maximum(np.arange(1, len(sums)) - _LOTS_OF_LIMIT, 0)
    within = np.ones(len(original), dtype=bool)
    within[original] = sums[1:] - sums[first] <= limit
    return within


def _flags(
    given: npt.ArrayLike | None, like: npt.NDArray[np.bool_], *, default: bool
) -> npt.NDArray[np.bool_]:
    if given is None:
        return np.full(like.shape, default)
    return _even(np.asarray(given, dtype=bool), like)


def _counts(given: npt.ArrayLike | None, like: npt.NDArray[np.bool_]) -> npt.NDArray[np.int64]:
    if given is None:
        return np.full(like.shape, -1)
    return _even(np.asarray(given, dtype=np.int64), like)


def _even(array: npt.NDArray[Scalar], like: npt.NDArray[np.bool_]) -> npt.NDArray[Scalar]:
    if array.shape != like.shape or array.ndim != 1:
        raise HistoryUneven(lots=int(like.size), given=int(array.size))
    return array
