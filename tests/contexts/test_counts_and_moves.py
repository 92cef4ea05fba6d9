"""Counts and scans against the books; goods that leave one site and arrive at another."""

from __future__ import annotations

from typing import Any

import pytest

from lotwarden.core.ledger import Condition
from lotwarden.core.units import parse
from lotwarden.custody import queries
from lotwarden.custody.models import Discrepancy
from lotwarden.custody.operations import counts, dispositions, moves
from lotwarden.inspections import operations as inspections
from lotwarden.orders import queries as lots
from lotwarden.reports import position
from tests.workspace import K, Workspace, findings, refused, these


def count(ws: Workspace, lot: str = "L-1", **more: Any) -> dict[str, Any]:
    given = {"site": ws.yongkang, "condition": "quarantined", **more}
    return counts.count(
        more.pop("by", ws.li), lot=lot, **{k: v for k, v in given.items() if k != "by"}
    )


def move(ws: Workspace, lot: str = "L-1", **more: Any) -> dict[str, Any]:
    given = {"site": ws.yongkang, "condition": "quarantined", "to": ws.ningbo, **more}
    return moves.move(given.pop("by", ws.vera), lot=lot, **given)


def arrive(ws: Workspace, lot: str = "L-1", **more: Any) -> dict[str, Any]:
    given = {"site": ws.ningbo, "carries": "quarantined", **more}
    return moves.arrive(given.pop("by", ws.vera), lot=lot, **given)


def named(lot: str, code: str) -> set[int]:
    """Which units of a numbered lot a kind of entry moved."""
    found: set[int] = set()
    for one in queries.transfers(lots.lot(lot).id):
        if one.code == code:
            found |= set(one.units or ())
    return found


# Counts by number -------------------------------------------------------------------------------


def test_a_count_that_agrees_moves_nothing_and_is_kept(ws: Workspace) -> None:
    outcome = count(ws, found=3_200, weight_g=1_120_000, note="Counted twice.")

    assert outcome == {
        "lot": "L-1", "booked": 3_200, "found": 3_200, "difference": 0, "contradicted": 0,
    }  # fmt: skip
    assert ws.where() == {"quarantined": 3_200}
    told = ws.chain()[-1]
    assert told.body["count"]["weight_g"] == 1_120_000
    assert told.texts == {"note": "Counted twice."}
    assert findings() == []


def test_what_a_count_is_short_of_is_unaccounted_for_at_once(ws: Workspace) -> None:
    assert count(ws, found=3_193)["difference"] == -7

    assert ws.where() == {"quarantined": 3_193, "unaccounted": 7}
    assert position.where("L-1")["unaccounted"] == 7
    assert ws.at("L-1", "yongkang") == {"quarantined": 3_193, "unaccounted": 7}
    assert findings() == []


def test_what_a_count_is_over_is_surplus_and_was_produced(ws: Workspace) -> None:
    assert count(ws, found=3_230)["difference"] == 30

    found = position.where("L-1")
    assert (found["produced"], found["declared"], found["surplus"]) == (3_230, 3_200, 30)
    assert ws.where() == {"quarantined": 3_200, "surplus": 30}
    assert findings() == []


def test_the_same_units_counted_over_twice_are_surplus_once(ws: Workspace) -> None:
    count(ws, found=3_205)

    assert count(ws, found=3_205)["difference"] == 0

    assert ws.where() == {"quarantined": 3_200, "surplus": 5}
    assert ws.chain()[-1].body["count"]["known"] == 5
    assert findings() == []


@pytest.mark.parametrize("condition", ["declared", "in_transit", "destroyed", "unaccounted"])
def test_only_what_lies_at_a_place_is_counted(ws: Workspace, condition: str) -> None:
    with refused("custody.cannot_be_counted", condition=condition):
        count(ws, condition=condition, found=12)


def test_units_that_are_found_again_go_on_hold_and_only_the_rest_is_surplus(ws: Workspace) -> None:
    count(ws, found=3_193)

    count(ws, found=3_202, again=7)

    assert ws.where() == {"quarantined": 3_200, "surplus": 2}
    with refused("ledger.not_found_again", again=1, most=0):
        count(ws, found=3_201, again=1)
    assert findings() == []


def test_a_count_of_nothing_where_nothing_is_booked_is_refused_and_of_something_is_a_fact(
    ws: Workspace,
) -> None:
    with refused("custody.nothing_there", lot="L-1", condition="quarantined"):
        count(ws, site=ws.ningbo, found=0)

    count(ws, site=ws.ningbo, found=12)

    assert ws.at("L-1", "ningbo") == {"surplus": 12}
    assert findings() == []


def test_a_count_is_not_below_zero(ws: Workspace) -> None:
    with refused("ledger.bad_quantity", quantity=-1):
        count(ws, found=-1)


def test_a_short_count_takes_from_what_dispositions_hold(ws: Workspace) -> None:
    sort = ws.propose("sort", quantity=3_000)

    count(ws, found=2_990)

    assert ws.where() == {"quarantined": 2_990, "unaccounted": 210}
    (held,) = next(one for one in queries.dispositions() if one.number == sort).holds
    assert held[1] == 2_990
    assert findings() == []


def test_a_trusted_count_with_pictures_grades_what_it_found_missing(ws: Workspace) -> None:
    picture = ws.thing(ws.li, K.MEDIA, document=b"pallets")

    count(ws, found=3_193, things=[picture])

    assert ws.grades("unaccounted") == {3: 7}


def test_a_count_by_the_supplier_itself_is_its_statement(ws: Workspace) -> None:
    count(ws, by=ws.wang, found=3_193, things=[ws.thing(ws.wang, K.MEDIA, document=b"pallets")])

    assert ws.grades("unaccounted") == {1: 7}


# Counts and scans of numbered units -------------------------------------------------------------


def test_a_short_number_of_numbered_units_moves_none_and_is_shown_as_unaccounted(
    ws: Workspace,
) -> None:
    outcome = count(ws, "S-1", found=497)

    assert outcome["difference"] == -3
    assert ws.where("S-1") == {"quarantined": 497, "unaccounted": 3}
    assert position.where("S-1")["unaccounted"] == 3
    assert named("S-1", "count_short") == set()
    assert [(one.quantity, one.condition) for one in Discrepancy.objects.all()] == [
        (3, "quarantined")
    ]
    assert findings() == []


def test_a_number_opens_a_discrepancy_and_only_a_scan_closes_it(ws: Workspace) -> None:
    count(ws, "S-1", found=497)
    count(ws, "S-1", found=495)
    assert ws.where("S-1") == {"quarantined": 495, "unaccounted": 5}

    count(ws, "S-1", found=500)
    assert ws.where("S-1") == {"quarantined": 495, "unaccounted": 5}

    count(ws, "S-1", seen=parse("1-500"))
    assert ws.where("S-1") == {"quarantined": 500}
    assert findings() == []


def test_units_that_may_be_missing_are_not_promised_or_moved_until_a_scan_names_them(
    ws: Workspace,
) -> None:
    count(ws, "S-1", found=497)
    for attempt in (
        lambda: ws.propose("destroy", "S-1"),
        lambda: ws.propose("destroy", "S-1", named=parse("1-500")),
        lambda: move(ws, "S-1"),
    ):
        with refused("ledger.missing_unidentified", missing=3, asked=500):
            attempt()

    count(ws, "S-1", seen=parse("1-400, 404-500"))

    assert ws.where("S-1") == {"quarantined": 497, "unaccounted": 3}
    assert named("S-1", "count_short") == {401, 402, 403}
    assert ws.propose("destroy", "S-1")
    assert findings() == []


def test_a_missing_unit_that_is_scanned_again_goes_on_hold_where_it_was_seen(
    ws: Workspace,
) -> None:
    count(ws, "S-1", seen=parse("1-493"))
    assert ws.where("S-1") == {"quarantined": 493, "unaccounted": 7}

    outcome = count(ws, "S-1", site=ws.ningbo, seen=parse("499-500"))

    assert outcome["found"] == 2
    assert ws.at("S-1", "ningbo") == {"quarantined": 2}
    assert ws.where("S-1") == {"quarantined": 495, "unaccounted": 5}
    assert findings() == []


def test_foreign_serials_in_a_scan_are_surplus_and_get_the_next_numbers(ws: Workspace) -> None:
    count(ws, "S-1", seen=parse("1-500"), unknown=4)

    assert ws.where("S-1") == {"quarantined": 500, "surplus": 4}
    assert named("S-1", "count_over") == {501, 502, 503, 504}
    assert position.where("S-1")["produced"] == 504
    assert findings() == []


def test_more_numbered_units_than_are_booked_are_surplus_by_number(ws: Workspace) -> None:
    count(ws, "S-1", found=502)

    assert ws.where("S-1") == {"quarantined": 500, "surplus": 2}


def test_a_unit_scanned_elsewhere_contradicts_the_hold_and_moves_nothing(ws: Workspace) -> None:
    outcome = count(ws, "S-1", site=ws.ningbo, seen=parse("17"))

    assert outcome["contradicted"] == 1
    assert ws.where("S-1") == {"quarantined": 500}
    (seen,) = queries.sightings(lots.lot("S-1").id)
    assert (seen.quantity, seen.how, seen.confirmed) == (1, "count", True)
    assert ws.chain("S-1")[-1].body["count"]["elsewhere"][0]["quantity"] == 1


def test_a_destroyed_unit_that_is_scanned_in_a_count_contradicts_its_end(ws: Workspace) -> None:
    ws.destroyed("S-1", named=parse("1-100"))
    assert ws.grades("destroyed", "S-1") == {3: 100}

    outcome = count(ws, "S-1", seen=parse("50-500"))

    assert outcome["contradicted"] == 51
    assert ws.contradicted("S-1") == 51
    assert ws.grades("destroyed", "S-1") in ({0: 49}, {1: 49})
    assert ws.where("S-1") == {"destroyed": 100, "quarantined": 400}
    assert findings() == []


def test_a_lot_without_numbers_is_not_scanned(ws: Workspace) -> None:
    with refused("ledger.units_unknown"):
        count(ws, seen=parse("1-3200"))


def test_a_shortfall_in_a_step_names_the_units_of_a_discrepancy(ws: Workspace) -> None:
    sort = ws.running("sort", "S-1")
    count(ws, "S-1", condition="in_sorting", found=497)
    assert ws.where("S-1") == {"in_sorting": 497, "unaccounted": 3}

    ws.step(sort, "counts", ws.zhang, conforming=these("1-497"))

    assert ws.where("S-1") == {"awaiting_reinspection": 497, "unaccounted": 3}
    assert findings() == []


# Moves ------------------------------------------------------------------------------------------


def test_goods_on_hold_are_on_hold_on_the_way_and_where_they_arrive(ws: Workspace) -> None:
    assert move(ws, quantity=1_000, seals="JH-1; JH-2, ") == {"lot": "L-1", "sent": 1_000}

    assert ws.where() == {"quarantined": 2_200, "in_transit": 1_000}
    assert ws.at("L-1", "ningbo") == {"in_transit": 1_000}
    assert ws.chain()[-1].body["seals"] == ["JH-1", "JH-2"]
    with refused("ledger.overdrawn"):
        ws.propose("sort", quantity=3_200)
    with refused("ledger.overdrawn"):
        ws.propose("sort", quantity=1, site=ws.ningbo)

    assert arrive(ws) == {"lot": "L-1", "arrived": 1_000, "short": 0}

    assert ws.at("L-1", "ningbo") == {"quarantined": 1_000}
    assert ws.propose("sort", quantity=1_000, site=ws.ningbo)
    assert findings() == []


def test_what_arrives_short_is_unaccounted_for_at_once(ws: Workspace) -> None:
    move(ws, quantity=1_000)

    assert arrive(ws, found=990, note="One carton open.")["short"] == 10

    assert ws.at("L-1", "ningbo") == {"quarantined": 990, "unaccounted": 10}
    assert findings() == []


def test_more_than_was_sent_does_not_arrive(ws: Workspace) -> None:
    move(ws, quantity=1_000)

    with refused("ledger.overdrawn", held=1_000, asked=1_001):
        arrive(ws, found=1_001)


def test_nothing_arrives_that_is_not_on_the_way(ws: Workspace) -> None:
    with refused("custody.nothing_there", condition="in_transit"):
        arrive(ws)
    move(ws, quantity=10)
    with refused("custody.nothing_there", condition="in_transit"):
        arrive(ws, carries="released")
    with refused("custody.nothing_there", condition="in_transit"):
        arrive(ws, site=ws.beilun)


def test_numbered_units_that_arrive_short_are_named(ws: Workspace) -> None:
    move(ws, "S-1", named=parse("1-100"))
    with refused("custody.units_missing", what="in_transit"):
        arrive(ws, "S-1", found=98)
    with refused("ledger.not_there"):
        arrive(ws, "S-1", seen=parse("1-98, 400-410"))

    arrive(ws, "S-1", seen=parse("1-98"))

    assert ws.at("S-1", "ningbo") == {"quarantined": 98, "unaccounted": 2}
    assert named("S-1", "count_short") == {99, 100}
    assert findings() == []


def test_a_disposition_keeps_its_units_on_the_way(ws: Workspace) -> None:
    destroy = ws.frozen(quantity=268)
    with refused("ledger.reserved"):
        move(ws, condition="awaiting_destruction", to=ws.beilun, quantity=10)
    with refused("custody.nothing_there"):
        move(ws, condition="in_rework", to=ws.beilun, disposition=destroy)

    move(ws, condition="awaiting_destruction", to=ws.beilun, disposition=destroy)
    arrive(ws, site=ws.beilun, carries="awaiting_destruction", found=267)

    card = next(one for one in queries.dispositions() if one.number == destroy)
    assert [(str(account), quantity) for account, quantity in card.holds] == [
        ("awaiting_destruction", 267)
    ]
    assert ws.at("L-1", "beilun") == {"awaiting_destruction": 267, "unaccounted": 1}
    assert findings() == []


def test_two_dispositions_travel_together_and_what_is_short_is_the_last_ones(
    ws: Workspace,
) -> None:
    both = [ws.running("sort", quantity=100), ws.running("sort", quantity=50)]
    for number in both:
        move(ws, condition="in_sorting", disposition=number)

    arrive(ws, carries="in_sorting", found=140)

    held = {one.number: sum(n for _, n in one.holds) for one in queries.dispositions()}
    assert sorted(held[number] for number in both) in ([40, 100], [50, 90])
    assert ws.at("L-1", "ningbo") == {"in_sorting": 140, "unaccounted": 10}
    assert findings() == []


def test_released_goods_that_reach_the_buyer_are_received_and_goods_on_hold_are_not(
    ws: Workspace,
) -> None:
    ws.offered("N-1", 500)
    ws.result(ws.plan("N-1"), inspected=50)
    inspections.release(ws.vera, lot="N-1")
    move(ws, "N-1", condition="released", to=ws.gothenburg)
    move(ws, quantity=10, to=ws.gothenburg)

    moves.arrive(ws.tomas, lot="N-1", site=ws.gothenburg, carries="released", found=499)
    moves.arrive(ws.tomas, lot="L-1", site=ws.gothenburg, carries="quarantined")

    assert ws.where("N-1") == {"received": 499, "unaccounted": 1}
    assert ws.at("L-1", "gothenburg") == {"quarantined": 10}
    assert findings() == []


@pytest.mark.parametrize("condition", [Condition.RECEIVED, Condition.DESTROYED])
def test_what_has_come_to_its_end_is_not_sent(ws: Workspace, condition: Condition) -> None:
    ws.destroyed(quantity=10)

    with refused(
        "ledger.may_not_follow" if condition is Condition.DESTROYED else "custody.nothing_there"
    ):
        move(ws, condition=condition.value)


def test_goods_are_not_sent_where_they_are(ws: Workspace) -> None:
    with refused("custody.same_site"):
        move(ws, to=ws.yongkang)


def test_who_is_sent_goods_takes_part_in_the_lot(ws: Workspace) -> None:
    assert not lots.takes_part(ws.zhou, lots.lot("L-1").id)

    move(ws, to=ws.beilun, quantity=10)

    assert lots.takes_part(ws.zhou, lots.lot("L-1").id)


def test_what_nobody_reserves_is_sent_and_the_rest_stays_promised(ws: Workspace) -> None:
    ws.propose("sort", quantity=3_000)

    with refused("ledger.reserved", asked=201, free=200):
        move(ws, quantity=201)
    assert move(ws)["sent"] == 200


def test_goods_lifted_off_hold_are_offered_where_they_lie(ws: Workspace) -> None:
    ws.offered("N-1", 300)
    number = ws.plan("N-1")
    ws.result(number, inspected=50, critical=1)
    hold = ws.propose("hold", "N-1")
    ws.result(number, inspected=50, corrects=True)

    dispositions.sign_lift(ws.vera, disposition=hold)
    dispositions.sign_lift(ws.tomas, disposition=hold)

    assert ws.at("N-1", "yongkang") == {"offered": 300}
