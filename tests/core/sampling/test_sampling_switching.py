"""How strictly the next lot is inspected: each clause by hand, and all against a slow model."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lotwarden.core import sampling
from lotwarden.core.sampling import LotResult, SwitchSettings

DROPPED = SwitchSettings(limit="dropped")
GOOD = (True, 5, True)  # Ac 5, and accepted one step tighter too: +3


def severities(
    results: Sequence[object],
    standard: str = "iso2859-1",
    settings: SwitchSettings | None = None,
) -> str:
    """The severity after each lot, by its first letter."""
    after = sampling.switch(
        standard=standard,
        results=results,  # type: ignore[arg-type]
        settings=settings,
    )
    return "".join(one.severity[0] for one in after)


def last(
    results: Sequence[object],
    standard: str = "iso2859-1",
    settings: SwitchSettings | None = None,
) -> sampling.Switched:
    return sampling.switch(
        standard=standard,
        results=results,  # type: ignore[arg-type]
        settings=settings,
    )[-1]


@pytest.mark.parametrize("standard", sampling.STANDARDS)
@pytest.mark.parametrize(
    ("lots", "after"),
    [
        ("RR", "nt"),
        ("RAAAR", "nnnnt"),
        ("RAAAAR", "nnnnnn"),
        ("RAAAARAAAR", "nnnnnnnnnt"),
        ("RRAAAAA", "ntttttn"),
        ("RRAAAARAAAAA", "nttttttttttn"),
        # Back on normal, the window starts anew.
        ("RRAAAAAR", "ntttttnn"),
        # However many lots stay on tightened: only those not accepted are counted.
        ("RR" + "AAAAR" * 2 + "A", "n" + "t" * 12),
        # 5 not accepted since tightened began, wherever they stand; then nothing counts.
        ("RRRRARRRA", "nttttttdd"),
        # Those of an earlier time on tightened do not count.
        ("RRRRRRAAAAARRRRRRR", "ntttttttttnntttttd"),
    ],
)
def test_tightened_inspection_begins_ends_and_is_discontinued(
    lots: str, after: str, standard: str
) -> None:
    assert severities(lots, standard) == after


def test_by_older_editions_ten_lots_on_tightened_inspection_end_it() -> None:
    older = SwitchSettings(discontinue="10_on_tightened")

    assert severities("RR" + "ARARARARAR", settings=older) == "nt" + "ttttttttt" + "d"
    assert severities("RR" + "RRRRRAAAAA", settings=older)[-1] == "n"
    assert last("RR" + "ARARARARAR", settings=older).reason == "to_discontinued_older"


def test_inspection_is_resumed_on_tightened_once_the_correction_is_effective() -> None:
    discontinued = ["R"] * 7
    resumed = LotResult(accepted=True, resumed=True)

    assert severities(discontinued) == "nttttt" + "d"
    assert severities([*discontinued, "A", resumed]) == "ntttttddt"
    assert severities([*discontinued, resumed, *"AAAA"])[-1] == "n"
    not_yet = LotResult(accepted=False, resumed=True)
    assert severities([*discontinued, not_yet, *"RRRR"])[-5:] == "ttttd"


def test_a_lot_inspected_at_another_severity_than_bound_it_counts_for_nothing() -> None:
    milder = [LotResult(accepted=True, severity="normal")] * 5
    worse = [LotResult(accepted=False, severity="normal")] * 5
    kept = [LotResult(accepted=True, severity="tightened")] * 5

    assert severities(["R", "R", *milder])[-1] == "t", "9.3.2: 5 accepted on tightened"
    assert severities(["R", "R", *worse])[-1] == "t", "9.4: 5 not accepted on tightened"
    assert severities(["R", "R", *kept])[-1] == "n"
    assert last(["R", "R", *milder]).reason == "other_severity"
    resumed = LotResult(accepted=True, severity="tightened", resumed=True)
    assert severities([*"RRRRRRR", resumed])[-1] == "t"


def test_what_ends_reduced_inspection_before_a_lot_has_that_lot_count_on_normal() -> None:
    withdrawn = LotResult(accepted=False, withdrawn=True)

    assert severities([GOOD] * 10 + [withdrawn, "R"])[-3:] == "rnt"
    assert last([GOOD] * 10 + [withdrawn]).reason == "one_not_accepted"
    assert last([*[GOOD] * 10, LotResult(*GOOD, withdrawn=True)]).score == 3


def test_the_score_of_30_leads_to_reduced_inspection() -> None:
    assert severities([GOOD] * 10) == "n" * 9 + "r"
    assert severities([(True, 1)] * 15) == "n" * 14 + "r"
    assert severities([(True, 0, None)] * 15) == "n" * 14 + "r"
    assert [one.score for one in sampling.switch(standard="iso2859-1", results=[GOOD] * 3)] == [
        *(3, 6, 9),
    ]


@pytest.mark.parametrize(
    "spoiler",
    [
        (False, 5),
        (True, 5, False),
        (True, 5, None),
        "A",
        LotResult(accepted=True, kind="double", stage=2),
        LotResult(accepted=True, kind="multiple", stage=4),
    ],
)
def test_what_does_not_count_puts_the_score_back_to_0(spoiler: object) -> None:
    assert last([GOOD] * 9 + [spoiler]).score == 0
    assert severities([GOOD] * 9 + [spoiler] + [GOOD] * 9).count("r") == 0


@pytest.mark.parametrize(
    "staged",
    [
        LotResult(accepted=True, kind="double", stage=1),
        LotResult(accepted=True, kind="multiple", stage=3),
    ],
)
def test_a_staged_plan_that_accepts_early_counts_3(staged: LotResult) -> None:
    assert severities([staged] * 10) == "n" * 9 + "r"


@pytest.mark.parametrize(
    "lacking", [LotResult(*GOOD, steady=False), LotResult(*GOOD, wanted=False)]
)
def test_reduced_inspection_needs_steady_production_and_somebody_who_wants_it(
    lacking: LotResult,
) -> None:
    held = last([lacking] * 12)

    assert (held.severity, held.reason, held.score) == ("normal", "score_held", 36)
    assert severities([lacking] * 12 + [GOOD])[-1] == "r"
    assert "r" not in severities([GOOD] * 20, settings=SwitchSettings(reduced_wanted=False))


def test_plain_results_never_lead_to_reduced_inspection() -> None:
    assert severities("A" * 100) == "n" * 100
    assert severities("A" * 100, "z1.4") == "n" * 100


@pytest.mark.parametrize(
    ("lot", "reason"),
    [
        ("R", "reduced_not_accepted"),
        (LotResult(accepted=True, over_ac=True), "reduced_over_ac"),
        (LotResult(accepted=True, steady=False), "reduced_not_steady"),
    ],
)
@pytest.mark.parametrize("standard", sampling.STANDARDS)
def test_one_lot_ends_reduced_inspection(lot: object, reason: str, standard: str) -> None:
    after = sampling.switch(
        standard=standard,
        results=[*[GOOD] * 10, "A", lot],  # type: ignore[list-item]
        settings=DROPPED,
    )

    assert [one.severity for one in after[-3:]] == ["reduced", "reduced", "normal"]
    assert (after[-1].reason, after[-1].score) == (reason, 0)


def test_z1_4_counts_ten_lots_and_asks_for_a_limit_number() -> None:
    assert severities([(True, 0)] * 10, "z1.4", DROPPED) == "n" * 9 + "r"
    found = [LotResult(*GOOD, nonconforming=1)] * 10
    assert severities(found, "z1.4", SwitchSettings(limit=10))[-1] == "r"
    assert severities(found, "z1.4", SwitchSettings(limit=9))[-1] == "n"
    # The last ten lots are looked at again after each lot.
    clean = LotResult(*GOOD, nonconforming=0)
    assert severities([*found, clean], "z1.4", SwitchSettings(limit=9))[-1] == "r"
    assert severities([GOOD] * 10, "z1.4", SwitchSettings(limit=9))[-1] == "n"


def test_the_units_of_a_resubmitted_lot_are_not_in_the_limit_number() -> None:
    found = [LotResult(*GOOD, nonconforming=1)] * 9
    again = LotResult(accepted=True, nonconforming=50, original=False)
    within = SwitchSettings(limit=10)

    assert severities([*found, again, found[0]], "z1.4", within)[-1] == "r"


def test_the_limit_number_is_asked_for_only_where_it_decides() -> None:
    assert severities([GOOD] * 9, "z1.4") == "n" * 9
    with pytest.raises(sampling.LimitNumbersAbsent):
        severities([GOOD] * 10, "z1.4")
    unwanted = SwitchSettings(reduced_wanted=False)
    assert severities([GOOD] * 20, "z1.4", unwanted) == "n" * 20


def test_a_resubmitted_lot_changes_nothing() -> None:
    again = LotResult(accepted=False, original=False)

    assert severities(["R", again, again]) == "nnn"
    assert last(["R", again]).reason == "resubmitted"
    assert severities([*[GOOD] * 9, again, GOOD]) == "n" * 10 + "r"


def test_the_window_can_go_on_after_reduced_inspection() -> None:
    lots = [*[GOOD] * 10, "R", "A", "R"]

    assert severities(lots)[-3:] == "nnn"
    assert severities(lots, settings=SwitchSettings(window="goes_on"))[-3:] == "nnt"


def test_the_score_can_be_kept_over_reduced_inspection() -> None:
    lots = [*[GOOD] * 10, "R", GOOD]

    assert severities(lots)[-2:] == "nn"
    assert severities(lots, settings=SwitchSettings(score_after_return="kept"))[-2:] == "nr"


def test_the_score_can_restart_where_it_led_to_nothing() -> None:
    unwanted = LotResult(*GOOD, wanted=False)
    lots = [*[unwanted] * 10, GOOD]

    assert severities(lots)[-1] == "r"
    assert severities(lots, settings=SwitchSettings(score_past_30="restarts"))[-1] == "n"


def test_inspection_can_start_with_another_severity() -> None:
    assert severities("AAAAA", settings=SwitchSettings(start="tightened")) == "ttttn"
    assert severities("A", settings=SwitchSettings(start="reduced")) == "r"


def test_each_class_switches_on_its_own() -> None:
    after = sampling.switch_classes(
        standard="iso2859-1", results={"major": "RR", "minor": "AA", "new": []}
    )

    assert [one.severity for one in after["major"]] == ["normal", "tightened"]
    assert [one.severity for one in after["minor"]] == ["normal", "normal"]
    assert after["new"] == ()


def test_the_reason_is_said_in_words() -> None:
    assert last([GOOD] * 4).words == "Accepted; the switching score is 12 of 30."
    assert last("RRA").words == (
        "Accepted; 1 of the 5 in a row that lead back to normal inspection."
    )


def plan(aql: str, lot_size: int = 3_200, severity: str = "normal") -> sampling.SinglePlan:
    return sampling.single_plan(
        lot_size=lot_size, level="II", aql=aql, severity=severity, standard="z1.4"
    )


@pytest.mark.parametrize(
    ("found", "result"),
    [
        (5, (True, 7, True)),  # one step tighter, 1.5: Ac 5
        (6, (True, 7, False)),
        (8, (False, 7, None)),
    ],
)
def test_one_step_tighter_is_read_off_the_tables(found: int, result: tuple[object, ...]) -> None:
    assert sampling.switching_result(plan=plan("2.5"), found=found)[:3] == result


def test_a_tighter_plan_with_another_sample_size_is_not_comparable_unless_agreed() -> None:
    over = plan("15")  # an arrow: 80 units, Ac 21; one step tighter 125 units, Ac 21

    compares = SwitchSettings(other_n="compares")

    assert over.n == 80
    assert sampling.switching_result(plan=over, found=3).accepted_tighter is False
    assert sampling.switching_result(plan=over, found=3, settings=compares).accepted_tighter


def test_the_gap_of_reduced_inspection_is_told_to_the_switching_rules() -> None:
    reduced = plan("4.0", severity="reduced")  # Ac 5, Re 8

    assert not sampling.switching_result(plan=reduced, found=5).over_ac
    result = sampling.switching_result(plan=reduced, found=6)
    assert (result.accepted, result.over_ac) == (True, True)


@st.composite
def lots(draw: st.DrawFn) -> LotResult:
    accepted = draw(st.sampled_from([True, True, True, True, False]))
    often = st.sampled_from([True] * 9 + [False])
    return LotResult(
        accepted=accepted,
        ac=draw(st.sampled_from([5, 5, 5, 1, 0, 2, None])),
        accepted_tighter=draw(often) if accepted else draw(st.sampled_from([None, False])),
        over_ac=accepted and not draw(often),
        nonconforming=draw(st.sampled_from([0, 0, 1, 2, None])),
        steady=draw(often),
        wanted=draw(often),
        resumed=not draw(often),
        original=draw(often),
    )


@st.composite
def histories(draw: st.DrawFn) -> list[LotResult]:
    """Some lots of all kinds, and long runs of one kind, so that every severity is reached."""
    history: list[LotResult] = []
    for _ in range(draw(st.integers(0, 8))):
        run = draw(st.sampled_from([1, 1, 2, 5, 12]))
        accepted = draw(st.lists(st.sampled_from([True, True, False]), max_size=12))
        history.extend(LotResult(one, 5, one, nonconforming=0) for one in accepted)
        history.extend([draw(lots())] * run)
        history.extend([LotResult(*GOOD, nonconforming=0)] * draw(st.sampled_from([0, 0, 10])))
    return history


switch_settings = st.builds(
    SwitchSettings,
    start=st.sampled_from(sampling.SEVERITIES),
    reduced_wanted=st.sampled_from([True, True, False]),
    window=st.sampled_from(["restarts", "goes_on"]),
    score_past_30=st.sampled_from(["grows", "restarts"]),
    score_after_return=st.sampled_from(["restarts", "kept"]),
    discontinue=st.sampled_from(["5_not_accepted", "10_on_tightened"]),
    limit=st.sampled_from(["dropped", 0, 3, 10]),
)


def slow(standard: str, history: Sequence[LotResult], chosen: SwitchSettings) -> list[str]:
    """The rules as they read, by looking back over the lots each time."""
    severity, after = chosen.start, []
    spell: list[LotResult] = []  # the original lots since the severity last changed
    originals: list[LotResult] = []
    kept_score, before = 0, []
    for lot in history:
        if lot.original:
            originals.append(lot)
            if severity == "discontinued" and lot.resumed:
                severity, spell = "tightened", []
            spell.append(lot)
            following = severity
            if severity == "normal":
                following = slow_normal(
                    standard, chosen, spell, originals, kept_score, list(before)
                )
            elif severity == "tightened":
                following = slow_tightened(chosen, spell)
            elif severity == "reduced" and (not lot.accepted or lot.over_ac or not lot.steady):
                following = "normal"
                before = [lot] if chosen.window == "goes_on" else []
                if chosen.score_after_return == "kept":
                    kept_score = 30 if chosen.start != "reduced" or "normal" in after else 0
            if following != severity:
                if severity == "normal":
                    before, kept_score = [], 0
                severity, spell = following, []
        after.append(severity)
    return after


def slow_normal(
    standard: str,
    chosen: SwitchSettings,
    spell: list[LotResult],
    originals: list[LotResult],
    kept_score: int,
    before: list[LotResult],
) -> str:
    if not spell[-1].accepted:
        in_window = [*before, *spell][-5:]
        return "tightened" if sum(not one.accepted for one in in_window) >= 2 else "normal"
    if standard == "z1.4":
        last_ten = originals[-10:]
        enough = len(spell) >= 10 or kept_score
        enough = enough and all(one.accepted and one.ac is not None for one in spell[-10:])
        within = chosen.limit == "dropped" or (
            all(one.nonconforming is not None for one in last_ten)
            and sum(one.nonconforming or 0 for one in last_ten) <= int(chosen.limit or 0)
        )
        allowed = within
    else:
        score = kept_score
        for place, one in enumerate(spell, start=1):
            if not one.accepted or one.ac is None:
                score = 0
            elif one.ac in (0, 1):
                score += 2
            else:
                score = score + 3 if one.accepted_tighter else 0
            held = place < len(spell) and score >= 30
            if held and chosen.score_past_30 == "restarts":
                score = 0
        enough, allowed = score >= 30, True
    steady_and_wanted = spell[-1].steady and spell[-1].wanted and chosen.reduced_wanted
    return "reduced" if enough and allowed and steady_and_wanted else "normal"


def slow_tightened(chosen: SwitchSettings, spell: list[LotResult]) -> str:
    if len(spell) >= 5 and all(one.accepted for one in spell[-5:]):
        return "normal"
    if chosen.discontinue == "10_on_tightened":
        return "discontinued" if len(spell) == 10 else "tightened"
    not_accepted = sum(not one.accepted for one in spell)
    return "discontinued" if not_accepted == 5 else "tightened"


def columns(history: Sequence[LotResult]) -> sampling.LotHistory:
    def known(value: int | None) -> int:
        return -1 if value is None else value

    return sampling.LotHistory(
        accepted=[one.accepted for one in history],
        ac=[known(one.ac) for one in history],
        accepted_tighter=[bool(one.accepted_tighter) for one in history],
        over_ac=[one.over_ac for one in history],
        nonconforming=[known(one.nonconforming) for one in history],
        steady=[one.steady for one in history],
        wanted=[one.wanted for one in history],
        resumed=[one.resumed for one in history],
        original=[one.original for one in history],
    )


@settings(max_examples=150)
@given(histories(), st.sampled_from(sampling.STANDARDS), switch_settings)
def test_a_history_is_switched_as_the_rules_read(
    history: list[LotResult], standard: str, chosen: SwitchSettings
) -> None:
    after = sampling.switch(standard=standard, results=history, settings=chosen)
    bulk = sampling.switch_history(standard=standard, history=columns(history), settings=chosen)

    assert [one.severity for one in after] == slow(standard, history, chosen)
    assert [sampling.SWITCH_SEVERITIES[one] for one in bulk] == [one.severity for one in after]
    assert all(one.words for one in after)


def test_a_long_history_visits_every_severity_and_every_reason() -> None:
    drawn = np.random.default_rng(2859)
    history = [
        LotResult(
            accepted=bool(drawn.random() < good),
            ac=5,
            accepted_tighter=None,
            steady=bool(drawn.random() < 0.98),
            resumed=bool(drawn.random() < 0.1),
            original=bool(drawn.random() < 0.95),
        )
        for good in np.repeat([0.99, 0.6, 0.99, 0.3, 0.95], 400)
    ]
    history = [one._replace(accepted_tighter=one.accepted) for one in history]

    after = sampling.switch(standard="iso2859-1", results=history)
    bulk = sampling.switch_history(standard="iso2859-1", history=columns(history))

    assert [sampling.SWITCH_SEVERITIES[one] for one in bulk] == [one.severity for one in after]
    assert set(bulk.tolist()) == {0, 1, 2, 3}
    changes = set(pairwise(one.severity for one in after))
    assert {(one, other) for one, other in changes if one != other} == {
        ("normal", "tightened"),
        ("tightened", "normal"),
        ("normal", "reduced"),
        ("reduced", "normal"),
        ("tightened", "discontinued"),
        ("discontinued", "tightened"),
    }


def test_what_needs_no_arrays_loads_no_numpy() -> None:
    script = (
        "import sys; from lotwarden.core import sampling; "
        "sampling.switch(standard='z1.4', results='AAR'); "
        "assert 'numpy' not in sys.modules and 'scipy' not in sys.modules; "
        "sampling.switch_history; assert 'numpy' in sys.modules"
    )

    subprocess.run([sys.executable, "-c", script], check=True)


def test_an_unknown_name_is_no_attribute_of_the_package() -> None:
    with pytest.raises(AttributeError, match="no_such_plan"):
        sampling.no_such_plan  # noqa: B018
