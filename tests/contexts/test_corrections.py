"""An act is taken back by its mirror image, and nothing is edited."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from lotwarden.core.units import parse
from lotwarden.custody import queries
from lotwarden.custody.models import Reservation, Transfer
from lotwarden.custody.operations import corrections, counts, dispositions, moves
from lotwarden.custody.operations import lots as custody
from lotwarden.identity import operations as identity
from lotwarden.orders import queries as lots
from lotwarden.reports import position
from tests.workspace import Workspace, findings, refused


def correct(ws: Workspace, lot: str = "L-1", *, by: str = "vera", entry: uuid.UUID) -> bool:
    """Take an act back; returns whether a second person must sign."""
    outcome = corrections.correct(
        ws.actor(by), lot=lot, entry=entry, reason="A pallet was overlooked."
    )
    return bool(outcome["waits"])


def both(ws: Workspace, lot: str = "L-1", *, entry: uuid.UUID) -> None:
    """Take an act back that two people must sign for."""
    assert correct(ws, lot, entry=entry)
    assert not correct(ws, lot, by="tomas", entry=entry)


def short(ws: Workspace, found: int = 3_193, **more: Any) -> uuid.UUID:
    given = {"lot": "L-1", "site": ws.yongkang, "condition": "quarantined", "found": found, **more}
    counts.count(ws.li, **given)
    return ws.last_act(str(given["lot"]))


def held(number: str) -> dict[str, int]:
    card = next(one for one in queries.dispositions() if one.number == number)
    return {str(account): quantity for account, quantity in card.holds}


def test_a_count_that_was_wrong_is_taken_back_by_its_mirror_image(ws: Workspace) -> None:
    entry = short(ws)
    assert ws.where() == {"quarantined": 3_193, "unaccounted": 7}

    both(ws, entry=entry)

    assert ws.where() == {"quarantined": 3_200}
    wrong, right = queries.transfers(lots.lot("L-1").id)[-2:]
    assert (wrong.corrected, right.corrects, right.code) == (True, wrong.id, "correct")
    assert (right.debit, right.credit, right.quantity) == (wrong.credit, wrong.debit, 7)
    assert ws.chain()[-1].texts == {"reason": "A pallet was overlooked."}
    assert findings() == []


def test_an_act_is_taken_back_once_and_a_correction_never(ws: Workspace) -> None:
    entry = short(ws)
    both(ws, entry=entry)

    for again in (entry, ws.last_act()):
        with refused("ledger.already_corrected"):
            correct(ws, entry=again)


def test_all_of_an_act_is_taken_back_in_this_lot(ws: Workspace) -> None:
    sort = ws.running("sort")
    ws.step(sort, "counts", ws.zhang, conforming=3_000, reworkable=100, not_reworkable=93)

    both(ws, entry=ws.last_act())  # seven are not unaccounted for any more

    assert ws.where() == {"in_sorting": 3_200}
    assert held(sort) == {"in_sorting": 3_200}
    ws.step(sort, "counts", ws.zhang, conforming=3_000, reworkable=200)
    assert ws.where() == {"awaiting_reinspection": 3_000, "quarantined": 200}
    assert findings() == []


def test_units_with_numbers_go_back_by_name(ws: Workspace) -> None:
    entry = short(ws, lot="S-1", found=None, seen=parse("1-493"))

    both(ws, "S-1", entry=entry)

    assert ws.where("S-1") == {"quarantined": 500}
    assert findings() == []


def test_a_correction_that_lets_units_out_of_hold_needs_two_people(ws: Workspace) -> None:
    ws.offered("N-1", 300)
    custody.quarantine(ws.vera, lot="N-1", reason="The wrong lot.")
    entry = ws.last_act("N-1")

    assert correct(ws, "N-1", entry=entry)
    assert ws.where("N-1") == {"quarantined": 300}
    told = ws.chain("N-1")[-1].body
    assert (told["corrects"], told["signed"]) == (str(entry), str(ws.people["vera"]))
    with refused("custody.second_person", name="Vera Lindqvist"):
        correct(ws, "N-1", entry=entry)

    assert not correct(ws, "N-1", by="tomas", entry=entry)

    assert ws.where("N-1") == {"offered": 300}
    moved = Transfer.objects.get(corrects__isnull=False)
    both = sorted([str(ws.people["vera"]), str(ws.people["tomas"])])
    assert moved.authority == f"two people: {', '.join(both)}"
    assert findings() == []


def test_a_suspicion_that_is_taken_back_leaves_no_open_nonconformity(ws: Workspace) -> None:
    number = ws.suspected("N-1", 300)
    opened, entry = queries.open_nonconformity(lots.lot(number).id), ws.last_act("N-1")
    assert opened is not None

    assert correct(ws, "N-1", entry=entry)
    assert queries.open_nonconformity(opened.lot_id) == opened, "one signature withdraws nothing"
    assert not correct(ws, "N-1", by="tomas", entry=entry)

    assert queries.open_nonconformity(opened.lot_id) is None
    assert ws.chain("N-1")[-1].body["withdrawn"] == [opened.number]
    assert queries.per_lot([opened.lot_id])[opened.lot_id]["rejected"] == 300, "the mark stays"
    assert queries.open_nonconformity(lots.lot("L-1").id) is not None, "the verdict's stands"
    assert findings() == []


def test_surplus_is_not_made_smaller_by_one_person(ws: Workspace) -> None:
    entry = short(ws, found=3_230)

    both(ws, entry=entry)

    assert ws.where() == {"quarantined": 3_200}
    assert position.where("L-1")["surplus"] == 0
    assert findings() == []


def test_what_a_result_booked_is_not_taken_back_without_it(ws: Workspace) -> None:
    with refused("custody.result_stands"):
        correct(ws, entry=ws.last_act())


def test_units_found_again_were_out_of_hold_before_and_two_people_take_that_back(
    ws: Workspace,
) -> None:
    short(ws)
    entry = short(ws, found=3_200, again=7)

    assert correct(ws, entry=entry)
    assert not correct(ws, by="tomas", entry=entry)

    assert ws.where() == {"quarantined": 3_193, "unaccounted": 7}


def test_one_person_alone_corrects_alone_where_that_is_declared(ws: Workspace) -> None:
    ws.leave("tomas")
    identity.set_single_person(ws.vera, on=True)
    ws.forget()
    ws.offered("N-1", 300)
    custody.quarantine(ws.vera, lot="N-1", reason="The wrong lot.")

    assert not correct(ws, "N-1", entry=ws.last_act("N-1"))

    assert ws.where("N-1") == {"offered": 300}


def test_a_release_that_is_taken_back_runs_again(ws: Workspace) -> None:
    sort = ws.running("sort", quantity=100)
    ws.step(sort, "counts", ws.zhang, conforming=100)
    ws.reinspected(sort)
    ws.step(sort, "release")
    assert queries.disposition(sort).status == "finished"

    assert not correct(ws, entry=ws.last_act())

    assert queries.disposition(sort).status == "running"
    assert held(sort) == {"awaiting_reinspection": 100}
    ws.step(sort, "release", accepted=90, not_accepted=10)
    assert ws.where() == {"released": 90, "quarantined": 3_110}
    assert findings() == []


def test_a_withdrawal_that_is_taken_back_runs_again(ws: Workspace) -> None:
    sort = ws.running("sort", quantity=100)
    dispositions.withdraw(ws.vera, disposition=sort, reason="The line is down.")

    correct(ws, entry=ws.last_act())

    assert ws.where() == {"in_sorting": 100, "quarantined": 3_100}
    assert queries.disposition(sort).status == "running"
    ws.step(sort, "counts", ws.zhang, conforming=100)
    assert held(sort) == {"awaiting_reinspection": 100}
    assert findings() == []


def test_a_start_that_is_taken_back_can_be_taken_again(ws: Workspace) -> None:
    sort = ws.running("sort", quantity=100)

    correct(ws, entry=ws.last_act())

    assert held(sort) == {"quarantined": 100}
    ws.step(sort, "start")
    assert held(sort) == {"in_sorting": 100}


def test_a_dispatch_and_an_arrival_are_taken_back_last_first(ws: Workspace) -> None:
    sent = {"lot": "L-1", "site": ws.yongkang, "condition": "quarantined", "to": ws.ningbo}
    moves.move(ws.wang, **sent, quantity=100)
    first = ws.last_act()
    moves.arrive(ws.wang, lot="L-1", site=ws.ningbo, carries="quarantined", found=99)
    second = ws.last_act()
    with refused("ledger.overdrawn"):  # what no second signature can do takes no first one
        correct(ws, entry=first)

    both(ws, entry=second)
    both(ws, entry=first)

    assert ws.where() == {"quarantined": 3_200}
    assert ws.at("L-1", "ningbo") == {}
    assert findings() == []


def test_units_that_have_moved_on_or_are_promised_are_not_taken_back(ws: Workspace) -> None:
    entry = short(ws, found=3_230)
    custody.quarantine(ws.vera, lot="L-1", reason="Surplus found.")

    with refused("ledger.overdrawn", held=0, asked=30):
        correct(ws, entry=entry)
    ws.propose("destroy", quantity=3_230)
    entry = ws.last_act()
    with refused("custody.cannot_be_taken_back"):
        correct(ws, entry=entry)
    (quarantined,) = [one.act for one in ws.chain() if one.kind == "custody.quarantine"]
    with refused("ledger.reserved"):
        correct(ws, entry=quarantined)


def test_a_lot_that_was_never_made_is_taken_back_whole(ws: Workspace) -> None:
    ws.offered("N-1", 300)

    correct(ws, "N-1", entry=ws.last_act("N-1"))

    found = position.where("N-1")
    assert (found["produced"], found["declared"], found["accounts"]) == (0, 0, [])
    assert findings() == []


def test_of_an_act_in_several_lots_only_this_ones_part_is_taken_back(ws: Workspace) -> None:
    from tests.workspace import order_row, sheet

    custody.load_orders(
        ws.vera, data=sheet(order_row("N-1"), order_row("N-2")), filename="orders.csv"
    )

    correct(ws, "N-1", entry=ws.last_act("N-1"))

    assert ws.where("N-1") == {}
    assert ws.where("N-2") == {"offered": 3_200}


@pytest.mark.parametrize(
    ("entry", "code"),
    [("nowhere", "custody.unknown_act"), ("of another lot", "custody.unknown_act"),
     ("a plan", "custody.cannot_be_taken_back")],
)  # fmt: skip
def test_what_is_no_entry_of_this_lot_is_not_taken_back(
    ws: Workspace, entry: str, code: str
) -> None:
    known = {
        "nowhere": uuid.uuid4(),
        "of another lot": ws.last_act("S-1"),
        "a plan": next(one.act for one in ws.chain() if one.kind == "inspections.plan"),
    }

    with refused(code):
        correct(ws, entry=known[entry])


def test_nothing_stays_reserved_by_what_is_closed(ws: Workspace) -> None:
    sort = ws.running("sort", quantity=100)
    dispositions.withdraw(ws.vera, disposition=sort, reason="The line is down.")
    correct(ws, entry=ws.last_act())

    dispositions.withdraw(ws.vera, disposition=sort, reason="It is down again.")

    assert ws.where() == {"quarantined": 3_200}
    assert not Reservation.objects.exists()
