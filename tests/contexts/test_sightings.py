"""Units seen somewhere: what a confirmed sighting contradicts, and what it does to grades."""

from __future__ import annotations

from typing import Any

import pytest

from lotwarden.core.units import parse
from lotwarden.custody import queries
from lotwarden.custody.models import Contradiction
from lotwarden.custody.operations import counts, sightings
from lotwarden.inspections import operations as inspections
from lotwarden.orders import queries as lots
from lotwarden.reports import position
from tests.workspace import K, Workspace, findings, refused, sheet, sighting_row, soon


def load(ws: Workspace, *rows: dict[str, object], **more: Any) -> dict[str, Any]:
    given = {"data": sheet(*rows), "filename": "sightings.csv", **more}
    return sightings.import_sightings(ws.vera, **given)


def seen(ws: Workspace, lot: str, serial: str, last: str = "", **columns: object) -> dict[str, Any]:
    return load(ws, sighting_row(lot, serial=serial, serial_last=last, **columns))


def reopen(ws: Workspace, lot: str) -> dict[str, Any]:
    return sightings.reopen(ws.vera, lot=lot, reason="Bought in Shenzhen.")


@pytest.fixture
def burnt(ws: Workspace) -> Workspace:
    """All 500 units of S-1 are destroyed before the witness, as certificate NGS-2231 says."""
    ws.destroyed("S-1")
    assert ws.grades("destroyed", "S-1") == {3: 500}
    return ws


# Suspected and confirmed ------------------------------------------------------------------------


def test_a_suspected_sighting_is_kept_and_contradicts_nothing(burnt: Workspace) -> None:
    outcome = seen(burnt, "S-1", "SB0017", confirmed="no", how="listing", source="taobao")

    assert outcome == {"lots": ["S-1"], "seen": 1, "known": 0, "contradicted": 0}
    assert burnt.contradicted("S-1") == 0
    assert burnt.grades("destroyed", "S-1") == {3: 500}
    (card,) = queries.sightings(lots.lot("S-1").id)
    assert (card.serial, card.confirmed, card.how, card.source) == (
        "SB0017", False, "listing", "taobao",
    )  # fmt: skip


def test_a_confirmed_sighting_contradicts_the_units_it_names_and_they_keep_their_account(
    burnt: Workspace,
) -> None:
    outcome = seen(burnt, "S-1", "SB0011", "SB0028")

    assert outcome == {"lots": ["S-1"], "seen": 18, "known": 0, "contradicted": 18}
    assert burnt.where("S-1") == {"destroyed": 500}
    assert position.where("S-1")["contradicted"] == 18
    assert position.where("S-1")["unaccounted"] == 0
    assert findings() == []


def test_at_least_counts_distinct_units_however_often_they_are_seen(burnt: Workspace) -> None:
    load(
        burnt,
        sighting_row("S-1", serial="SB0001", serial_last="SB0010"),
        sighting_row("S-1", serial="SB0005", serial_last="SB0015"),
        sighting_row("S-1", serial="SB0007"),
    )
    assert burnt.contradicted("S-1") == 15

    assert seen(burnt, "S-1", "SB0015", "SB0016")["contradicted"] == 1

    assert burnt.contradicted("S-1") == 16
    assert findings() == []


def test_a_sighting_of_a_unit_that_was_let_go_contradicts_nothing(ws: Workspace) -> None:
    ws.offered("N-1", 100, serials="X001")
    ws.result(ws.plan("N-1"), inspected=20)
    inspections.release(ws.vera, lot="N-1")

    assert seen(ws, "N-1", "X001", "X100")["contradicted"] == 0

    assert ws.contradicted("N-1") == 0


def test_a_confirmed_sighting_of_goods_on_hold_contradicts_the_hold(ws: Workspace) -> None:
    assert seen(ws, "S-1", "SB0001")["contradicted"] == 1

    assert ws.where("S-1") == {"quarantined": 500}
    assert ws.contradicted("S-1") == 1
    assert findings() == []


def test_units_without_numbers_are_contradicted_by_quantity_what_was_gone_first(
    ws: Workspace,
) -> None:
    ws.destroyed(quantity=268)

    assert load(ws, sighting_row("L-1", quantity=3))["contradicted"] == 3
    assert load(ws, sighting_row("L-1", quantity=300))["contradicted"] == 300

    assert ws.contradicted() == 303
    assert findings() == []


# Grades -----------------------------------------------------------------------------------------


def test_every_unit_on_a_contradicted_certificate_is_graded_at_most_1(burnt: Workspace) -> None:
    seen(burnt, "S-1", "SB0017")

    rows = position.where("S-1")["accounts"]
    assert {(row["condition"], row["contradicted"]) for row in rows} == {
        ("destroyed", True), ("destroyed", False),
    }  # fmt: skip
    assert max(row["grade"] for row in rows) <= 1
    assert findings() == []


@pytest.mark.parametrize(
    "shared", [{"number": "NGS-2231", "document": b"another scan"}, {"number": "NGS-9"}]
)
def test_a_contradicted_certificate_falls_in_every_lot_that_rests_on_it(
    burnt: Workspace, shared: dict[str, Any]
) -> None:
    """By its number or by its file: the fixture's file has the bytes `certificate`."""
    burnt.destroyed("L-1", quantity=268, **shared)
    assert burnt.grades("destroyed", "L-1") == {3: 268}

    seen(burnt, "S-1", "SB0017")

    assert max(burnt.grades("destroyed", "L-1")) <= 1
    assert burnt.contradicted("L-1") == 0
    assert burnt.where("L-1") == {"destroyed": 268, "quarantined": 2_932}
    assert findings() == []


def test_another_certificate_stands_though_the_same_people_signed_it(burnt: Workspace) -> None:
    burnt.destroyed("L-1", quantity=268, number="NGS-9", document=b"another certificate")

    seen(burnt, "S-1", "SB0017")

    assert burnt.grades("destroyed", "L-1") == {3: 268}


def test_a_destruction_that_comes_later_on_a_contradicted_certificate_falls_too(
    burnt: Workspace,
) -> None:
    seen(burnt, "S-1", "SB0017")

    burnt.destroyed("L-1", quantity=268)

    assert max(burnt.grades("destroyed", "L-1")) <= 1
    assert findings() == []


def test_an_act_of_any_kind_that_rests_on_a_contradicted_certificate_falls(
    burnt: Workspace,
) -> None:
    seen(burnt, "S-1", "SB0017")
    certificate = burnt.thing(burnt.zhou, K.CERTIFICATE, number="NGS-2231", document=b"certificate")

    counts.count(
        burnt.li, lot="L-1", site=burnt.yongkang, condition="quarantined", found=3_193,
        things=[certificate],
    )  # fmt: skip

    assert burnt.grades("unaccounted", "L-1") in ({0: 7}, {1: 7})
    assert findings() == []


def test_the_reason_says_why_a_grade_fell(burnt: Workspace) -> None:
    finish = burnt.last_act("S-1")

    seen(burnt, "S-1", "SB0017")

    _, reasons = queries.gradings([finish])[finish]
    assert reasons[1][0] == (
        "units on the same certificate were seen alive: it and its signers count for nothing"
    )
    assert str(finish) in burnt.chain("S-1")[-1].body["struck"]


# Reopening --------------------------------------------------------------------------------------


def test_reopened_units_are_unaccounted_for_and_the_others_stay(burnt: Workspace) -> None:
    with refused("custody.nothing_contradicted", lot="S-1"):
        reopen(burnt, "S-1")
    seen(burnt, "S-1", "SB0011", "SB0028")

    assert reopen(burnt, "S-1") == {"lot": "S-1", "reopened": 18}

    assert burnt.where("S-1") == {"destroyed": 482, "unaccounted": 18}
    assert position.where("S-1")["contradicted"] == 0
    with refused("custody.nothing_contradicted", lot="S-1"):
        reopen(burnt, "S-1")
    assert max(burnt.grades("destroyed", "S-1")) <= 1, "the certificate stays struck"
    assert findings() == []


def test_reopening_takes_the_contradicted_units_of_a_lot_without_numbers(ws: Workspace) -> None:
    ws.destroyed(quantity=268)
    load(ws, sighting_row("L-1", quantity=3))

    reopen(ws, "L-1")

    assert ws.where() == {"destroyed": 265, "unaccounted": 3, "quarantined": 2_932}
    assert ws.contradicted() == 0
    assert findings() == []


def test_goods_on_hold_that_are_contradicted_are_not_reopened(ws: Workspace) -> None:
    seen(ws, "S-1", "SB0001")

    with refused("custody.nothing_contradicted"):
        reopen(ws, "S-1")


# Files ------------------------------------------------------------------------------------------


def test_a_serial_alone_tells_its_lot(burnt: Workspace) -> None:
    outcome = load(burnt, sighting_row("", serial="SB0017"), sighting_row("L-1", quantity=2))

    assert outcome == {"lots": ["L-1", "S-1"], "seen": 3, "known": 0, "contradicted": 3}


def test_every_problem_of_a_file_of_sightings_is_told_and_nothing_is_loaded(
    burnt: Workspace,
) -> None:
    burnt.offered("N-1", 10, serials="X01")
    burnt.offered("N-2", 10, serials="X05")

    with refused("sheets.refused") as refusal:
        load(
            burnt,
            sighting_row("S-1", serial="SB0501"),
            sighting_row("S-1", serial="SB0001", serial_last="SB0010", quantity=11),
            sighting_row("L-1"),
            sighting_row("N-9", serial="SB0001"),
            sighting_row("", serial="X07"),
            sighting_row("S-1", serial="SB0017"),
            sighting_row(""),
        )

    told = [(one.row, one.column, one.message) for one in refusal.value.problems]
    assert sorted(told) == [
        (2, "serial", "lot S-1 has no such serial"),
        (3, "quantity", "the serials named are 10 units"),
        (4, "quantity", "the units of lot L-1 have no serials: say how many were seen"),
        (5, "lot", "no lot here has this number or serial"),
        (6, "lot", "no lot here has this number or serial"),
        (8, "lot", "no lot here has this number or serial"),
    ]
    assert told == sorted(told), "in reading order"


def test_an_agency_sees_and_reports_only_lots_it_takes_part_in(burnt: Workspace) -> None:
    data = sheet(sighting_row("S-1", serial="SB0017"))

    with refused("sheets.refused"):
        sightings.import_sightings(burnt.mo, data=data, filename="sightings.csv")
    sightings.import_sightings(burnt.li, data=data, filename="sightings.csv")

    assert burnt.contradicted("S-1") == 1


def test_what_was_seen_when_and_where_is_kept_as_it_was_told(burnt: Workspace) -> None:
    seen(
        burnt, "S-1", "SB0017", how="device active", place="深圳", confirmed_how="a device active",
        seen_at="2026-03-01T09:30:00+08:00", source="the sender",
    )  # fmt: skip

    (card,) = queries.sightings(lots.lot("S-1").id)
    assert (card.how, card.place, card.confirmed_how) == ("network", "深圳", "a device active")
    assert card.seen_at.isoformat() == "2026-03-01T01:30:00+00:00"
    told = burnt.chain("S-1")[-1].body["sightings"]
    assert told == [
        {"lot": str(lots.lot("S-1").id), "units": [[17, 17]], "quantity": 1, "how": "network",
         "confirmed": True}
    ]  # fmt: skip


def test_a_contradiction_is_an_entry_of_the_books(burnt: Workspace) -> None:
    seen(burnt, "S-1", "SB0011", "SB0028")

    (entry,) = Contradiction.objects.all()
    assert (entry.quantity, entry.lot_id) == (18, lots.lot("S-1").id)
    assert queries.contradicted_units(lots.lot("S-1").id) == parse("11-28")


def test_the_same_sighting_again_is_known_and_not_confirmed_twice(ws: Workspace) -> None:
    ws.destroyed("L-1", quantity=268)
    rows = [sighting_row("L-1", quantity=3), sighting_row("L-1", quantity=3)]

    def load(*rows: dict[str, object]) -> tuple[int, int]:
        outcome = sightings.import_sightings(ws.li, data=sheet(*rows), filename="seen.csv")
        return outcome["seen"], outcome["known"]

    assert load(*rows) == (3, 3)
    assert load(rows[0]) == (0, 3)
    assert load(sighting_row("L-1", quantity=3, place="a market, Ningbo")) == (3, 0)
    assert sum(one.quantity for one in queries.sightings(lots.lot("L-1").id)) == 6
    assert ws.contradicted() == 6
    assert findings() == []


def test_a_sighting_is_not_later_than_now(ws: Workspace) -> None:
    row = sighting_row("L-1", quantity=3, seen_at=soon(2).isoformat())

    with refused("sheets.refused"):
        sightings.import_sightings(ws.li, data=sheet(row), filename="seen.csv")
