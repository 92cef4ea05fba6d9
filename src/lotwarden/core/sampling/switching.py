"""Switching: how strictly the next lot is inspected, from how the lots before it went.

One history belongs to one class of nonconformity of one flow of lots; `switching_rules` holds
the rules.  Here is what a caller gives and gets: results in, severities with their reasons out.
`switching_bulk` runs long histories.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple, TypeAlias

from lotwarden.core.errors import N_
from lotwarden.core.sampling.plans import SinglePlan
from lotwarden.core.sampling.refusals import (
    LimitNumbersAbsent,
    SwitchResultContradicts,
    SwitchResultUnreadable,
    shown,
)
from lotwarden.core.sampling.series import AQLS
from lotwarden.core.sampling.switching_rules import (
    CREDITS,
    DISCONTINUED,
    ENOUGH,
    NORMAL,
    REDUCED,
    TIGHTENED,
    Lot,
    Rules,
    State,
    SwitchReason,
    SwitchSettings,
    after_lot,
    back_to_normal,
    rules_of,
)
from lotwarden.core.sampling.tables import SEVERITIES, single_table
from lotwarden.core.sentences import worded

# The score of ISO 2859-1 takes a staged plan for good if it accepts by this stage.
_EARLY_STAGE: Final = {"double": 1, "multiple": 3}


class LotResult(NamedTuple):
    """How the inspection of one lot went, for one class.

    `ac` is the acceptance number of its single plan, and `accepted_tighter` whether it would
    also have been accepted one AQL step tighter; both matter on normal inspection only.  A lot
    without them never leads to reduced inspection.  A lot of double or multiple sampling says
    its `kind` and the `stage` that accepted it instead.
    `over_ac`: accepted in the gap of reduced inspection.  `nonconforming`: what was found, for
    Z1.4's limit number.  `steady`: no irregular production, nor anything else that speaks
    against reduced inspection.  `wanted`: the authority wants reduced inspection.  `resumed`:
    before this lot, the correction after a discontinuation was judged effective.  `original`:
    not a resubmission.  `severity`: what the lot was inspected at; where that is not what bound
    it, the lot counts for nothing (ISO 2859-1, 9.3 and 9.4: "on normal", "on tightened").
    `withdrawn`: before this lot, the authority ended reduced inspection.
    """

    accepted: bool
    ac: int | None = None
    accepted_tighter: bool | None = None
    kind: str = "single"
    stage: int | None = None
    over_ac: bool = False
    nonconforming: int | None = None
    steady: bool = True
    wanted: bool = True
    resumed: bool = False
    original: bool = True
    severity: str | None = None
    withdrawn: bool = False


Result: TypeAlias = LotResult | Sequence[bool | int | None] | str
"""A `LotResult`, the first of its values in order, or plain "A" or "R"."""

_TEXTS: Final = {
    SwitchReason.RESUBMITTED: N_("A resubmitted lot does not count for switching."),
    SwitchReason.SCORE: N_("Accepted; the switching score is {score} of 30."),
    SwitchReason.RUN: N_(
        "Accepted; {score} of the 10 lots in a row that reduced inspection asks for."
    ),
    SwitchReason.SCORE_HELD: N_(
        "The switching score reached 30, but production is not steady or reduced inspection is "
        "not wanted: normal goes on."
    ),
    SwitchReason.RUN_HELD: N_(
        "10 lots in a row were accepted, but too many units were nonconforming, production is "
        "not steady or reduced inspection is not wanted: normal goes on."
    ),
    SwitchReason.TO_REDUCED_BY_SCORE: N_(
        "The switching score reached 30, production is steady and reduced inspection is wanted: "
        "reduced from the next lot."
    ),
    SwitchReason.TO_REDUCED_BY_RUN: N_(
        "10 lots in a row were accepted, production is steady and reduced inspection is wanted: "
        "reduced from the next lot."
    ),
    SwitchReason.ONE_NOT_ACCEPTED: N_(
        "Not accepted; a second one among the next 4 lots leads to tightened inspection."
    ),
    SwitchReason.TO_TIGHTENED: N_(
        "2 of 5 or fewer lots in a row were not accepted: tightened from the next lot."
    ),
    SwitchReason.TIGHTENED_ACCEPTED: N_(
        "Accepted; {accepted} of the 5 in a row that lead back to normal inspection."
    ),
    SwitchReason.TIGHTENED_NOT_ACCEPTED: N_(
        "Not accepted; {rejected} of the 5 at which inspection is discontinued."
    ),
    SwitchReason.TIGHTENED_NOT_ACCEPTED_OLDER: N_(
        "Not accepted; {lots} of the 10 lots on tightened inspection at which it is discontinued."
    ),
    SwitchReason.TIGHTENED_TO_NORMAL: N_(
        "5 lots in a row were accepted: normal from the next lot."
    ),
    SwitchReason.TO_DISCONTINUED: N_(
        "5 lots were not accepted on tightened inspection: it is discontinued until the "
        "supplier has corrected the cause."
    ),
    SwitchReason.TO_DISCONTINUED_OLDER: N_(
        "10 lots stayed on tightened inspection: it is discontinued until the supplier has "
        "corrected the cause."
    ),
    SwitchReason.STILL_DISCONTINUED: N_(
        "Inspection is discontinued: no lot counts until the correction is judged effective."
    ),
    SwitchReason.REDUCED_ACCEPTED: N_("Accepted: reduced goes on."),
    SwitchReason.REDUCED_NOT_ACCEPTED: N_("Not accepted on reduced: normal from the next lot."),
    SwitchReason.REDUCED_OVER_AC: N_("Accepted between Ac and Re: normal from the next lot."),
    SwitchReason.REDUCED_NOT_STEADY: N_("Production is not steady: normal from the next lot."),
    SwitchReason.OTHER_SEVERITY: N_(
        "Inspected at another severity than the one that bound it: it does not count for switching."
    ),
}


class Switched(NamedTuple):
    """The severity that binds the next lot, after one lot, and why.

    `score` is the switching score, in Z1.4 the lots accepted in a row; `accepted`, `rejected`
    and `lots` count what happened since tightened inspection began.
    """

    severity: str
    reason: SwitchReason
    score: int
    accepted: int
    rejected: int
    lots: int

    @property
    def template(self) -> str:
        """The sentence that says why, for `numbers`; it is translated as a whole."""
        return _TEXTS[self.reason]

    @property
    def numbers(self) -> Mapping[str, int]:
        """What `template` asks for."""
        return {
            "score": self.score,
            "accepted": self.accepted,
            "rejected": self.rejected,
            "lots": self.lots,
        }

    @property
    def words(self) -> str:
        """The reason in English."""
        return worded(self.template, self.numbers)


def switch(
    *, standard: str, results: Iterable[Result], settings: SwitchSettings | None = None
) -> tuple[Switched, ...]:
    """Return the severity after each lot, with its reason; the last binds the next lot.

    Without any lot the answer is empty, and `settings.start` binds.

    Refuses, first match wins:
        sampling.unknown_standard: neither iso2859-1 nor z1.4.
        and, lot by lot:
        sampling.switch_result_unreadable: a result is not in the form of `Result`.
        sampling.switch_result_contradicts: not accepted, and accepted tighter or in the gap.
        sampling.limit_numbers_absent: Z1.4 asks for a limit number, and there is none.

    >>> after = switch(standard="iso2859-1", results=["A", "R", "A", "R", "A"])
    >>> [one.severity for one in after]
    ['normal', 'normal', 'normal', 'tightened', 'tightened']
    >>> after[3].words
    '2 of 5 or fewer lots in a row were not accepted: tightened from the next lot.'
    """
    rules = rules_of(standard=standard, settings=settings)
    state = rules.begin()
    known: dict[tuple[State, Lot], tuple[State, Switched]] = {}
    last = deque[int | None](maxlen=ENOUGH["z1.4"])
    switched = []
    for place, given in enumerate(results, start=1):
        result = _read(place, given)
        state = _decided_before(rules, state, result)
        if _is_of_other_severity(state, result):
            switched.append(_switched(state, SwitchReason.OTHER_SEVERITY)[1])
            continue
        lot = _lot(rules, result, last)
        following = known.get((state, lot))
        if following is None:
            following = known[state, lot] = _switched(*after_lot(rules, state, lot))
        state, one = following
        switched.append(one)
    return tuple(switched)


def switch_classes(
    *,
    standard: str,
    results: Mapping[str, Iterable[Result]],
    settings: SwitchSettings | None = None,
) -> Mapping[str, tuple[Switched, ...]]:
    """Return the severity after each lot for each class, which switches on its own.

    Refuses what `switch` refuses, class by class.
    """
    return {
        name: switch(standard=standard, results=one, settings=settings)
        for name, one in results.items()
    }


def switching_result(
    *, plan: SinglePlan, found: int, settings: SwitchSettings | None = None
) -> LotResult:
    """Return what an inspection that `plan` was complete for says to the switching rules.

    Whether the lot would also have been accepted one AQL step tighter is read off the tables:
    only normal inspection asks, at Ac 2 or more.
    """
    result = LotResult(
        accepted=found < plan.re, over_ac=plan.ac < found < plan.re, nonconforming=found
    )
    if plan.severity != NORMAL:
        return result
    if plan.ac < 2 or not result.accepted:
        return result._replace(ac=plan.ac)
    settings = settings or SwitchSettings()
    table = single_table(standard=plan.standard, severity=NORMAL)
    tighter = table[plan.code_letter][AQLS.index(plan.aql) - 1]
    comparable = tighter.n == plan.n or settings.other_n == "compares"
    return result._replace(ac=plan.ac, accepted_tighter=comparable and found <= tighter.ac)


def _switched(state: State, reason: SwitchReason) -> tuple[State, Switched]:
    """Return the state, and the answer to whoever asked; refuse where there is none."""
    if reason is SwitchReason.LIMIT_ABSENT:
        raise LimitNumbersAbsent
    severity, _, score, accepted, rejected, lots = state
    return state, Switched(severity, reason, score, accepted, rejected, lots)


def _decided_before(rules: Rules, state: State, result: LotResult) -> State:
    """Return what is remembered after what people decided before a lot."""
    if result.withdrawn and state.severity == REDUCED:
        return back_to_normal(rules, state)
    if result.resumed and result.original and state.severity == DISCONTINUED:
        return State(TIGHTENED)
    return state


def _is_of_other_severity(state: State, result: LotResult) -> bool:
    if not result.original or state.severity == DISCONTINUED:  # such a lot counts for nothing
        return False
    return result.severity not in (None, state.severity)


def _lot(rules: Rules, result: LotResult, last: deque[int | None]) -> Lot:
    """Return what the rules see of a result; `last` holds what was found in those before it."""
    limit = None if rules.by_score else rules.settings.limit
    allowed = rules.settings.reduced_wanted and result.wanted and result.steady
    if isinstance(limit, int):
        if result.original:
            last.append(result.nonconforming)
        found = [one for one in last if one is not None]
        allowed = allowed and len(found) == len(last) and sum(found) <= limit
    return Lot(
        result.original,
        result.accepted,
        _credit(rules, result),
        result.over_ac,
        result.steady,
        allowed,
        result.resumed,
    )


def _credit(rules: Rules, result: LotResult) -> int:
    """Return what a lot adds to the score: 0 where it says too little to count."""
    nothing, some, most = CREDITS[rules.standard]
    told = result.ac if result.kind == "single" else result.stage
    if not result.accepted or told is None:
        return nothing
    if not rules.by_score:
        return some
    if result.kind != "single":
        return most if told <= _EARLY_STAGE[result.kind] else nothing
    if told < 2:
        return some
    return most if result.accepted_tighter else nothing


def _read(place: int, given: Result) -> LotResult:
    """Return a result as a `LotResult`, or refuse what is in none of the forms."""
    result: object = given
    if isinstance(given, str):
        result = {"A": LotResult(accepted=True), "R": LotResult(accepted=False)}.get(given)
    elif isinstance(given, tuple | list) and 0 < len(given) <= len(LotResult._fields):
        result = LotResult(*given)
    if not isinstance(result, LotResult) or not _well_formed(result):
        raise SwitchResultUnreadable(place=place, given=shown(given))
    if not result.accepted and (result.accepted_tighter or result.over_ac):
        raise SwitchResultContradicts(place=place)
    return result


def _well_formed(result: LotResult) -> bool:
    accepted, ac, tighter, kind, stage, over_ac, found, *flags, severity, withdrawn = result
    return (
        # 1 is not taken for "accepted", nor `True` for a count.
        type(accepted) is bool
        and (ac is None or (type(ac) is int and ac >= 0))
        and (tighter is None or type(tighter) is bool)
        and (kind == "single" or (isinstance(kind, str) and kind in _EARLY_STAGE))
        and (stage is None or (type(stage) is int and stage > 0))
        and type(over_ac) is bool
        and (found is None or (type(found) is int and found >= 0))
        and all(type(one) is bool for one in (*flags, withdrawn))
        and (severity is None or severity in SEVERITIES)
    )
