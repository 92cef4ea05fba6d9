"""The rules of switching, and the settings where the standards leave something open.

One history belongs to one class of nonconformity of one flow of lots: each class switches on
its own (ISO 2859-1, 9.2).  The rules, in full:

- Inspection starts normal, unless the authority directs otherwise.
- Normal -> tightened: 2 of 5 or fewer lots in a row were not accepted.
- Tightened -> normal: 5 lots in a row were accepted.
- Normal -> reduced, ISO 2859-1: the switching score reaches 30, production is steady and the
  responsible authority wants it.  The score grows by 2 for a lot accepted at Ac 0 or 1; at Ac
  2 or more by 3 if the lot would also have been accepted one AQL step tighter; in double
  sampling by 3 if the first sample accepted, in multiple if the third or one before it did.
  Any other lot puts it back to 0.
- Normal -> reduced, Z1.4: the 10 lots before were accepted, the nonconforming units in all
  their samples are within a limit number, production is steady and the authority wants it.
- Reduced -> normal: a lot is not accepted; or it is accepted over its Ac, in the gap that only
  reduced inspection of Z1.4 has; or production is not steady, or anything else speaks for it.
- Tightened -> discontinued: 5 lots were not accepted since tightened inspection began.  It is
  resumed, tightened, once the supplier's correction is judged effective.
- A switch binds the next lot.  Only the original inspection of a lot counts; a resubmitted lot
  changes nothing.

What the standards leave open is a setting, `SwitchSettings`, with our choice as its default.
The limit numbers of Z1.4's Table VIII are not here, since they were not to be had: the parties
drop that condition (8.5), or give the number.  The score of double and multiple sampling rests
on memory of the text; all other thresholds on four restatements that agree.

The rules are stated once, in `after_lot`.  `Automaton` is that function, tabled: every state
with every kind of lot.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from functools import lru_cache
from typing import Final, NamedTuple

from lotwarden.core.sampling.refusals import UnknownStandard, UnknownSwitchSetting, shown
from lotwarden.core.sampling.tables import STANDARDS

NORMAL, TIGHTENED, REDUCED, DISCONTINUED = "normal", "tightened", "reduced", "discontinued"

SWITCH_SEVERITIES: Final = (NORMAL, TIGHTENED, REDUCED, DISCONTINUED)
"""What can bind the next lot, in the order in which bulk results number it."""

# No rule says what follows: Z1.4 asks for a limit number, and there is none.
_UNDECIDED: Final = "undecided"

WINDOW: Final = 5
"""Two lots not accepted within so many in a row lead to tightened inspection."""

RETURN_AFTER: Final = 5
"""So many lots accepted in a row lead from tightened inspection back to normal."""

DISCONTINUE_AT: Final = 5
"""So many lots not accepted on tightened inspection end it."""

DISCONTINUE_AT_OLDER: Final = 10
"""So many lots that stay on tightened inspection end it in editions before 1999 and 2003."""

# What a lot can add to the score, and where the score leads to reduced inspection.  Z1.4 counts
# accepted lots, one each.
CREDITS: Final = {"iso2859-1": (0, 2, 3), "z1.4": (0, 1, 1)}

ENOUGH: Final = {"iso2859-1": 30, "z1.4": 10}


@dataclass(frozen=True, slots=True, kw_only=True)
class SwitchSettings:
    """What the texts leave open or to the parties, with our choice as the default.

    `start`: what binds the first lot; the authority can direct otherwise than normal.
    `reduced_wanted`: whether the responsible authority wants reduced inspection at all.
    `window`: whether "2 of 5" starts anew when normal inspection is back ("restarts"), or still
    sees the lot that ended reduced inspection ("goes_on").
    `score_past_30`: a score that reached 30 without leading to reduced inspection, because
    production was not steady or nobody wanted it, "grows" on or "restarts" at 0.
    `score_after_return`: the score when reduced inspection ends "restarts" at 0 or is "kept".
    `other_n`: where the plan one AQL step tighter has another sample size, the count cannot
    show what that plan would have found: the lot "resets" the score, or the count is compared
    with that plan's Ac all the same ("compares").  `switching_result` asks for it.
    `discontinue`: "5_not_accepted", or by the older editions' rule "10_on_tightened".
    `limit`: for Z1.4, the limit number of the last 10 lots, or "dropped" by agreement (8.5).

    Refuses:
        sampling.unknown_switch_setting: a value is none of these.
    """

    start: str = NORMAL
    reduced_wanted: bool = True
    window: str = "restarts"
    score_past_30: str = "grows"
    score_after_return: str = "restarts"
    other_n: str = "resets"
    discontinue: str = "5_not_accepted"
    limit: int | str | None = None

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            known = _SETTINGS[field.name]
            number = field.name == "limit" and type(value) is int and value >= 0
            if not number and not any(value is one or _same_text(value, one) for one in known):
                raise UnknownSwitchSetting(
                    setting=field.name,
                    given=shown(value),
                    known=", ".join(str(one) for one in known),
                )


_SETTINGS: Final[Mapping[str, tuple[object, ...]]] = {
    "start": (NORMAL, TIGHTENED, REDUCED),
    "reduced_wanted": (True, False),
    "window": ("restarts", "goes_on"),
    "score_past_30": ("grows", "restarts"),
    "score_after_return": ("restarts", "kept"),
    "other_n": ("resets", "compares"),
    "discontinue": ("5_not_accepted", "10_on_tightened"),
    "limit": (None, "dropped"),
}


class SwitchReason(StrEnum):
    """Why the severity is what it is after a lot."""

    RESUBMITTED = "resubmitted"
    SCORE = "score"
    RUN = "run"
    SCORE_HELD = "score_held"
    RUN_HELD = "run_held"
    TO_REDUCED_BY_SCORE = "to_reduced_by_score"
    TO_REDUCED_BY_RUN = "to_reduced_by_run"
    ONE_NOT_ACCEPTED = "one_not_accepted"
    TO_TIGHTENED = "to_tightened"
    TIGHTENED_ACCEPTED = "tightened_accepted"
    TIGHTENED_NOT_ACCEPTED = "tightened_not_accepted"
    TIGHTENED_NOT_ACCEPTED_OLDER = "tightened_not_accepted_older"
    TIGHTENED_TO_NORMAL = "tightened_to_normal"
    TO_DISCONTINUED = "to_discontinued"
    TO_DISCONTINUED_OLDER = "to_discontinued_older"
    STILL_DISCONTINUED = "still_discontinued"
    REDUCED_ACCEPTED = "reduced_accepted"
    REDUCED_NOT_ACCEPTED = "reduced_not_accepted"
    REDUCED_OVER_AC = "reduced_over_ac"
    REDUCED_NOT_STEADY = "reduced_not_steady"
    OTHER_SEVERITY = "other_severity"
    LIMIT_ABSENT = "limit_absent"


class Lot(NamedTuple):
    """What the rules see of a lot; `credit` is what it adds to the score."""

    original: bool = True
    accepted: bool = True
    credit: int = 0
    over_ac: bool = False
    steady: bool = True
    reduced_allowed: bool = True
    resumed: bool = False


class State(NamedTuple):
    """What the rules remember.

    `since`: how many lots ago the last one was not accepted, 0 if none in the window.
    """

    severity: str
    since: int = 0
    score: int = 0
    accepted: int = 0
    rejected: int = 0
    lots: int = 0


class Rules(NamedTuple):
    """One standard under given settings."""

    standard: str
    settings: SwitchSettings

    @property
    def enough(self) -> int:
        """The score that leads to reduced inspection."""
        return ENOUGH[self.standard]

    @property
    def by_score(self) -> bool:
        """Whether the score is ISO 2859-1's; Z1.4 counts lots."""
        return self.standard == "iso2859-1"

    @property
    def limit_absent(self) -> bool:
        """Whether reduced inspection asks for a limit number that nobody gave."""
        return not self.by_score and self.settings.limit is None

    def begin(self) -> State:
        """Return what is remembered before the first lot."""
        return State(self.settings.start)


def rules_of(*, standard: str, settings: SwitchSettings | None) -> Rules:
    """Return the rules of a standard; refuses sampling.unknown_standard."""
    if standard not in STANDARDS:
        raise UnknownStandard(given=shown(standard), known=", ".join(STANDARDS))
    return Rules(standard, settings or SwitchSettings())


def after_lot(rules: Rules, state: State, lot: Lot) -> tuple[State, SwitchReason]:
    """Return what is remembered after a lot, and why: the rules, stated once."""
    if not lot.original:
        return state, SwitchReason.RESUBMITTED
    if state.severity == DISCONTINUED:
        if not lot.resumed:
            return state, SwitchReason.STILL_DISCONTINUED
        state = State(TIGHTENED)
    if state.severity == TIGHTENED:
        return _after_tightened(rules, state, lot)
    if state.severity == REDUCED:
        return _after_reduced(rules, state, lot)
    if state.severity == _UNDECIDED:
        return state, SwitchReason.LIMIT_ABSENT
    return _after_normal(rules, state, lot)


def _after_normal(rules: Rules, state: State, lot: Lot) -> tuple[State, SwitchReason]:
    if not lot.accepted:
        if state.since:
            return State(TIGHTENED), SwitchReason.TO_TIGHTENED
        return State(NORMAL, since=1), SwitchReason.ONE_NOT_ACCEPTED

    since = state.since + 1 if 0 < state.since < WINDOW - 1 else 0
    score = state.score + lot.credit if lot.credit else 0
    stays = State(NORMAL, since=since, score=score)
    if score < rules.enough:
        return stays, SwitchReason.SCORE if rules.by_score else SwitchReason.RUN
    if not lot.reduced_allowed:
        if not rules.by_score:
            return stays, SwitchReason.RUN_HELD
        if rules.settings.score_past_30 == "restarts":
            stays = stays._replace(score=0)
        return stays, SwitchReason.SCORE_HELD
    if rules.limit_absent:
        return State(_UNDECIDED), SwitchReason.LIMIT_ABSENT
    reduced = State(REDUCED, score=score)
    return (
        reduced,
        SwitchReason.TO_REDUCED_BY_SCORE if rules.by_score else SwitchReason.TO_REDUCED_BY_RUN,
    )


def _after_tightened(rules: Rules, state: State, lot: Lot) -> tuple[State, SwitchReason]:
    older = rules.settings.discontinue == "10_on_tightened"
    lots = state.lots + 1
    accepted = state.accepted + 1 if lot.accepted else 0
    rejected = state.rejected + (not lot.accepted)
    stays = State(TIGHTENED, accepted=accepted, rejected=rejected, lots=lots)
    if accepted == RETURN_AFTER:
        return State(NORMAL), SwitchReason.TIGHTENED_TO_NORMAL
    if older and lots == DISCONTINUE_AT_OLDER:
        return stays._replace(severity=DISCONTINUED), SwitchReason.TO_DISCONTINUED_OLDER
    if not older and rejected == DISCONTINUE_AT:
        return stays._replace(severity=DISCONTINUED), SwitchReason.TO_DISCONTINUED
    if lot.accepted:
        return stays, SwitchReason.TIGHTENED_ACCEPTED
    if older:
        return stays, SwitchReason.TIGHTENED_NOT_ACCEPTED_OLDER
    return stays, SwitchReason.TIGHTENED_NOT_ACCEPTED


def back_to_normal(rules: Rules, state: State) -> State:
    """Return what is remembered where reduced inspection ends, other than by a lot."""
    kept = rules.settings.score_after_return == "kept"
    return State(NORMAL, score=state.score if kept else 0)


def _after_reduced(rules: Rules, state: State, lot: Lot) -> tuple[State, SwitchReason]:
    seen = rules.settings.window == "goes_on" and not lot.accepted
    normal = back_to_normal(rules, state)._replace(since=int(seen))
    if not lot.accepted:
        return normal, SwitchReason.REDUCED_NOT_ACCEPTED
    if lot.over_ac:
        return normal, SwitchReason.REDUCED_OVER_AC
    if not lot.steady:
        return normal, SwitchReason.REDUCED_NOT_STEADY
    return state, SwitchReason.REDUCED_ACCEPTED


# One kind of lot is one byte: these bits, and which of the standard's credits it has.
BIT_ACCEPTED, CREDIT_SHIFT, BIT_OVER_AC = 1, 1, 8

BIT_STEADY, BIT_ALLOWED, BIT_RESUMED, BIT_RESUBMITTED = 16, 32, 64, 128

KINDS_OF_LOT: Final = 256


class Automaton(NamedTuple):
    """The rules, tabled: a row for each state.

    `row[byte]` is the row after a lot of that kind, and `row[KINDS_OF_LOT]` the number of the
    state's severity in `SWITCH_SEVERITIES`, or one more where it is undecided.
    """

    start: list[object]
    states: int


@lru_cache(maxsize=64)
def automaton(rules: Rules) -> Automaton:
    """Return the rules tabled, built when they are first asked for."""
    lots = [_decoded(rules, byte) for byte in range(KINDS_OF_LOT)]
    kinds = {lot: _after_kind(rules, lot) for lot in set(lots)}
    rows: dict[State, list[object]] = {}
    waiting = [_bounded(rules, rules.begin())]
    start = rows.setdefault(waiting[0], [])
    severities = (*SWITCH_SEVERITIES, _UNDECIDED)
    while waiting:
        state = waiting.pop()
        following = {}
        for lot, kind in kinds.items():
            if kind not in following:
                after = _bounded(rules, after_lot(rules, state, kind)[0])
                if after not in rows:
                    rows[after] = []
                    waiting.append(after)
                following[kind] = rows[after]
            following[lot] = following[kind]
        rows[state].extend(following[lot] for lot in lots)
        rows[state].append(severities.index(state.severity))
    return Automaton(start, len(rows))


def _decoded(rules: Rules, byte: int) -> Lot:
    return Lot(
        original=not byte & BIT_RESUBMITTED,
        accepted=bool(byte & BIT_ACCEPTED),
        credit=(*CREDITS[rules.standard], 0)[byte >> CREDIT_SHIFT & 3],
        over_ac=bool(byte & BIT_OVER_AC),
        steady=bool(byte & BIT_STEADY),
        reduced_allowed=bool(byte & BIT_ALLOWED),
        resumed=bool(byte & BIT_RESUMED),
    )


def _after_kind(rules: Rules, lot: Lot) -> Lot:
    """Return the simplest lot that the rules cannot tell from this one."""
    if not lot.original:
        return Lot(original=False)
    if not lot.accepted:
        return Lot(accepted=False, resumed=lot.resumed)
    return lot


def _bounded(rules: Rules, state: State) -> State:
    """Return a state that the rules cannot tell from this one, of finitely many."""
    older = rules.settings.discontinue == "10_on_tightened"
    if state.severity == DISCONTINUED:
        return State(DISCONTINUED)
    if state.severity == TIGHTENED:
        return state._replace(rejected=0) if older else state._replace(lots=0)
    return state._replace(score=min(state.score, rules.enough))


def _same_text(value: object, known: object) -> bool:
    return isinstance(value, str) and value == known
