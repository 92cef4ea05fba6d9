"""Stories of rejected lots, told as tables: see `tests/scenarios/notation.py`."""

from __future__ import annotations

import pytest

from lotwarden.core.errors import Refusal
from tests.scenarios.notation import read, tell
from tests.workspace import Workspace


def test_a_reworked_lot_is_released_after_acceptance_on_resubmission(ws: Workspace) -> None:
    tell(
        ws,
        """
        present    N 5000
        inspect    N 200 major=14                      -> not_acceptable
        balances   N quarantined=5000
        propose    D1 N rework 5000 by=wang
        authorise  D1 by=wang                          -> refused identity.not_allowed
        step       D1 start                            -> refused disposition.gates_unmet
        authorise  D1
        step       D1 start
        step       D1 counts reworked=5000 by=wang     -> refused disposition.gates_unmet
        step       D1 counts report reworked=4990 not_reworked=10 by=wang
        balances   N awaiting_reinspection=4990 quarantined=10
        step       D1 release                          -> refused disposition.gates_unmet
        reinspect  D1 major=4990                       -> not_acceptable
        balances   N quarantined=5000                  # back at once
        propose    D2 N rework 5000
        authorise  D2
        step       D2 start
        step       D2 counts report reworked=5000 by=wang
        reinspect  D2 major=2                          -> acceptable
        step       D2 release accepted=4998 not_accepted=2
        balances   N released=4998 quarantined=2
        grades     N released=3
        """,
    )


def test_rejects_mixed_back_into_good_product_show_as_surplus_and_stop_the_lot(
    ws: Workspace,
) -> None:
    tell(
        ws,
        """
        present    N 3200
        inspect    N 125 major=21                      -> not_acceptable
        propose    D1 N sort
        authorise  D1
        step       D1 start
        step       D1 counts conforming=2900 not_reworkable=300 by=zhang
        reinspect  D1                                  -> acceptable
        step       D1 release
        balances   N released=2900 quarantined=300
        count      N quarantined 240                   # sixty rejects are not in their cage
        balances   N released=2900 quarantined=240 unaccounted=60
        count      N released 2960                     # and sixty too many are with the good
        balances   N released=2900 quarantined=240 unaccounted=60 surplus=60
        suspect    N                                   # which they are nobody knows: all on hold
        balances   N quarantined=3200 unaccounted=60
        send       N quarantined 3200 to=gothenburg
        arrive     N quarantined at=gothenburg by=tomas
        balances   N quarantined=3200 unaccounted=60   # on hold they are not received
        propose    D2 N sort 3200 at=gothenburg agent=zhang
        authorise  D2
        step       D2 start
        step       D2 counts conforming=2900 not_reworkable=300 by=zhang
        reinspect  D2                                  -> acceptable
        step       D2 release
        balances   N released=2900 quarantined=300 unaccounted=60
        """,
    )


def test_a_one_person_importer_does_it_all_alone_and_every_act_says_so(ws: Workspace) -> None:
    tell(
        ws,
        """
        declare    alone
        present    N 800
        inspect    N 80 major=9 used=2 by=vera         -> not_acceptable
        balances   N quarantined=798 consumed=2
        propose    D1 N sort agent=vera
        authorise  D1 by=vera
        step       D1 start
        step       D1 counts picture conforming=700 not_reworkable=96
        reinspect  D1 by=vera                          -> acceptable
        step       D1 release
        balances   N released=700 quarantined=96 consumed=2 unaccounted=2
        grades     N released=2 quarantined=2          # at most 2, with pictures too
        propose    D2 N concession 40
        authorise  D2 by=vera
        step       D2 finish
        balances   N released=700 conceded=40 quarantined=56 consumed=2 unaccounted=2
        declare    more
        propose    D3 N concession 56
        authorise  D3 by=vera                          # she inspected, and now there are others
        step       D3 finish                           -> refused disposition.gates_unmet
        """,
    )


def test_five_hundred_numbered_units_are_scanned_lost_found_destroyed_and_seen_again(
    ws: Workspace,
) -> None:
    tell(
        ws,
        """
        present    N 500 serials=SX0001
        inspect    N critical=1                        -> not_acceptable
        count      N quarantined 497                   # three are missing and nobody knows which
        balances   N quarantined=497 unaccounted=3
        propose    D1 N destroy                        -> refused ledger.missing_unidentified
        scan       N quarantined 1-100,104-500 unknown=2
        balances   N quarantined=497 unaccounted=3 surplus=2
        scan       N surplus 501-502
        scan       N quarantined 450 at=ningbo         # a unit lies where it is not booked
        balances   N quarantined=497 unaccounted=3 surplus=2 contradicted=1
        scan       N quarantined 101 at=ningbo         # one of the three turns up elsewhere
        balances   N quarantined=498 unaccounted=2 surplus=2 contradicted=1
        propose    D1 N destroy 1-100,104-400
        authorise  D1
        step       D1 start
        propose    D2 N rework 390-410                 -> refused ledger.not_there
        send       N awaiting_destruction of=D1 to=beilun
        arrive     N awaiting_destruction 396 at=beilun by=zhou  -> refused custody.units_missing
        arrive     N awaiting_destruction 1-100,104-399 at=beilun by=zhou
        balances   N awaiting_destruction=396 quarantined=101 unaccounted=3 surplus=2 contradicted=1
        step       D1 finish papers by=zhou            -> refused disposition.gates_unmet
        papers     D1 by=sun
        step       D1 finish papers by=zhou
        balances   N destroyed=396 quarantined=101 unaccounted=3 surplus=2 contradicted=1
        grades     N destroyed=3
        see        N SX0010..SX0019 suspected
        grades     N destroyed=3
        see        N SX0010..SX0019 confirmed
        balances   N destroyed=396 quarantined=101 unaccounted=3 surplus=2 contradicted=11
        grades     N destroyed=0
        reopen     N
        balances   N destroyed=386 quarantined=101 unaccounted=13 surplus=2 contradicted=1
        scan       N quarantined 10-19 at=gothenburg by=tomas
        balances   N destroyed=386 quarantined=111 unaccounted=3 surplus=2 contradicted=1
        """,
    )


def test_a_destruction_on_paper_only_ends_nothing(ws: Workspace) -> None:
    tell(
        ws,
        """
        present    N 1000
        inspect    N critical=1                        -> not_acceptable
        propose    D1 N destroy agent=gu by=wang       # a furnace that nobody knows
        authorise  D1
        step       D1 start                            -> refused disposition.gates_unmet
        withdraw   D1
        propose    D2 N destroy witness=wang by=wang   # the factory watches itself
        authorise  D2
        step       D2 start                            -> refused disposition.gates_unmet
        withdraw   D2 by=wang                          -> refused identity.not_allowed
        withdraw   D2
        propose    D3 N destroy
        authorise  D3
        step       D3 start
        step       D3 finish papers by=zhou            -> refused disposition.gates_unmet
        step       D3 finish papers by=wang            -> refused custody.not_yours
        balances   N awaiting_destruction=1000
        papers     D3 by=chen                          # not the witness that was appointed
        step       D3 finish papers by=zhou            -> refused disposition.gates_unmet
        withdraw   D3
        balances   N quarantined=1000
        """,
    )


def test_a_truck_that_arrives_short_says_so_at_once(ws: Workspace) -> None:
    tell(
        ws,
        """
        present    N 1000
        inspect    N critical=1                        -> not_acceptable
        propose    D1 N destroy 600
        authorise  D1
        step       D1 start
        send       N awaiting_destruction of=D1 to=beilun
        balances   N quarantined=400 in_transit=600
        send       N in_transit 1 to=ningbo            -> refused custody.nothing_there
        arrive     N awaiting_destruction 601 at=beilun by=zhou  -> refused ledger.overdrawn
        arrive     N awaiting_destruction 580 at=beilun by=zhou
        balances   N quarantined=400 awaiting_destruction=580 unaccounted=20
        papers     D1 by=sun
        step       D1 finish papers destroyed=570 not_destroyed=5 by=zhou
        balances   N quarantined=405 destroyed=570 unaccounted=25
        count      N quarantined 425                   # more are left than were not sent
        balances   N quarantined=405 destroyed=570 unaccounted=25 surplus=25
        """,
    )


def test_a_lot_on_hold_by_mistake_is_let_go_by_two_people(ws: Workspace) -> None:
    tell(
        ws,
        """
        present    N 300
        inspect    N                                   -> acceptable
        release    N
        suspect    N
        correct    N by=vera                           -> waits
        balances   N quarantined=300
        correct    N by=vera                           -> refused custody.second_person
        correct    N by=tomas
        balances   N released=300
        correct    N by=tomas                          -> refused ledger.already_corrected
        """,
    )


def test_a_story_with_a_wrong_balance_fails(ws: Workspace) -> None:
    with pytest.raises(AssertionError):
        tell(ws, "balances   L-1 quarantined=3199")
    with pytest.raises(pytest.fail.Exception):
        tell(ws, "count  L-1 quarantined 3200   -> refused ledger.overdrawn")
    with pytest.raises(Refusal):
        tell(ws, "inspect  L-1")


def test_a_line_is_read_as_it_is_written() -> None:
    line = read("propose  D1 N sort 1-100 by=wang  -> refused ledger.reserved  # promised")

    assert line is not None
    assert (line.verb, line.words, line.by) == ("propose", ["D1", "N", "sort", "1-100"], "wang")
    assert (line.number(3), len(line.units(3))) == (None, 100)
    assert line.expected == "refused ledger.reserved"
    assert read("   # a remark") is None
