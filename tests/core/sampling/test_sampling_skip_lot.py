"""Lots that pass without inspection, and what that lets through."""

from __future__ import annotations

import numpy as np
import pytest

from lotwarden.core import sampling
from lotwarden.core.sampling import SkipLotResult, SkipLotState

PLAN = sampling.skip_lot_plan(clearance=4, fraction=0.25)
ACCEPTED, NOT_ACCEPTED, SKIPPED = SkipLotResult


def after(*results: SkipLotResult) -> SkipLotState:
    state = SkipLotState()
    for result in results:
        state = sampling.skip_lot_after(plan=PLAN, state=state, result=result)
    return state


def test_lots_are_skipped_once_enough_in_a_row_were_accepted() -> None:
    assert not after(*[ACCEPTED] * 3).skipping
    assert after(*[ACCEPTED] * 4).skipping
    assert not after(*[ACCEPTED] * 3, NOT_ACCEPTED, *[ACCEPTED] * 3).skipping


def test_a_lot_not_accepted_brings_back_the_inspection_of_every_lot() -> None:
    assert after(*[ACCEPTED] * 4, SKIPPED, ACCEPTED, SKIPPED).skipping
    assert after(*[ACCEPTED] * 4, SKIPPED, NOT_ACCEPTED) == SkipLotState()


def test_the_draw_decides_only_while_lots_are_skipped() -> None:
    skipping = after(*[ACCEPTED] * 4)

    def inspected(state: SkipLotState, draw: float) -> bool:
        return sampling.skip_lot_inspects(plan=PLAN, state=state, draw=draw)

    assert inspected(SkipLotState(), 0.999)
    assert [inspected(skipping, draw) for draw in (0.0, 0.249, 0.25, 0.999)] == [
        *(True, True, False, False),
    ]


def test_good_lots_are_inspected_one_in_four_and_bad_ones_all() -> None:
    assert sampling.skip_lot_inspected(plan=PLAN, pa=1.0) == 0.25
    assert sampling.skip_lot_inspected(plan=PLAN, pa=0.0) == 1.0
    assert sampling.skip_lot_pa(plan=PLAN, pa=1.0) == 1.0
    assert sampling.skip_lot_pa(plan=PLAN, pa=0.0) == 0.0


def test_skipping_never_lets_less_through_than_the_plan_itself() -> None:
    pa = np.linspace(0, 1, 101)

    passed = np.asarray(sampling.skip_lot_pa(plan=PLAN, pa=pa))

    assert (passed >= pa - 1e-15).all()
    assert (np.diff(passed) >= 0).all()
    # 1 is full inspection: nothing is skipped.
    all_inspected = sampling.skip_lot_plan(clearance=4, fraction=1.0)
    assert np.allclose(sampling.skip_lot_pa(plan=all_inspected, pa=pa), pa)


@pytest.mark.parametrize("pa", [0.5, 0.9, 0.99])
def test_the_formulas_are_what_the_rules_do_in_the_long_run(pa: float) -> None:
    """The rules are a Markov chain: its long run is computed here, and not simulated."""
    states = [
        SkipLotState(),
        *(SkipLotState(accepted=one) for one in (1, 2, 3)),
        after(*[ACCEPTED] * 4),
    ]
    chain = np.zeros((len(states), len(states)))
    for place, state in enumerate(states):
        share = PLAN.fraction if state.skipping else 1.0
        steps = {ACCEPTED: share * pa, NOT_ACCEPTED: share * (1 - pa), SKIPPED: 1 - share}
        for result, chance in steps.items():
            if chance:
                following = sampling.skip_lot_after(plan=PLAN, state=state, result=result)
                chain[place, states.index(following)] += chance
    long_run = np.linalg.matrix_power(chain, 1 << 20)[0]

    skipped = long_run[-1] * (1 - PLAN.fraction)
    assert sampling.skip_lot_inspected(plan=PLAN, pa=pa) == pytest.approx(1 - skipped, abs=1e-9)
    passed = skipped + (1 - skipped) * pa
    assert sampling.skip_lot_pa(plan=PLAN, pa=pa) == pytest.approx(passed, abs=1e-9)
