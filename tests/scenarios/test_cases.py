"""The product's three cases, loaded as `lotwarden demo` loads them, to the exact figures.

The figures are those of the issue and of the sources that the cases name; the assumptions are
written in each `case.toml`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as in_force
from django.db import connection, transaction
from django.utils import timezone

from lotwarden import cases
from lotwarden.config.database import unguarded
from lotwarden.custody import queries as custody
from lotwarden.evidence import queries as kept
from lotwarden.identity import queries as who
from lotwarden.identity.acting import Actor
from lotwarden.inspections import queries as inspections
from lotwarden.orders import queries as lots
from lotwarden.reports import fsck, home, lot, pages, position
from tests.workspace import refused

GEEP = ("T1-GEEP-1", "T1-GEEP-2", "T1-GEEP-3")


@pytest.fixture(scope="module")
def loaded(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[cases.Demonstration]:
    """The demonstration, loaded once for this module."""
    before, in_force.HOME = in_force.HOME, tmp_path_factory.mktemp("demonstration")
    try:
        with django_db_blocker.unblock(), transaction.atomic():
            yield cases.make_demonstration()
            connection.check_constraints()
            transaction.set_rollback(True)
    finally:
        in_force.HOME = before


@pytest.fixture
def vera(loaded: cases.Demonstration, db: None) -> Actor:
    return who.actor_of(who.person_by_email("vera@buyer.example").id)


def sums(number: str) -> dict[str, int]:
    """How many units of a lot are in each condition."""
    found: dict[str, int] = {}
    for row in position.where(number)["accounts"]:
        found[row["condition"]] = found.get(row["condition"], 0) + row["units"]
    return found


def head(number: str | None = None) -> dict[str, int]:
    """What `where` says in front of its rows."""
    found = position.where(number)
    return {key: value for key, value in found.items() if key != "accounts"}


def page(vera: Actor, number: str) -> pages.LotPage:
    return lot.lot_page(vera, number, now=timezone.now())


def front(vera: Actor, key: pages.FrontKey) -> pages.Front:
    return home.home(vera, now=timezone.now()).in_front(key)


# All together -----------------------------------------------------------------------------------


def test_the_demonstration_holds_five_lots_in_three_cases(
    loaded: cases.Demonstration, vera: Actor
) -> None:
    assert loaded.lots == ("L-1024", *GEEP, "T3-POWDER")
    assert cases.CASES == ("constructed", "t1-geep", "t3-melamine")
    assert {card.number: card.case for card in lots.lots()} == {
        "L-1024": "constructed",
        "T1-GEEP-1": "t1-geep",
        "T1-GEEP-2": "t1-geep",
        "T1-GEEP-3": "t1-geep",
        "T3-POWDER": "t3-melamine",
    }
    assert all(card.source for card in lots.lots())


def test_the_demonstration_is_sound(loaded: cases.Demonstration, vera: Actor) -> None:
    report = fsck.check(unguarded=unguarded())

    assert report.findings == []
    assert (report.lots, report.blobs) == (5, len(list(Path(in_force.HOME).rglob("blobs/*/*"))))


def test_a_demonstration_is_made_once(loaded: cases.Demonstration, vera: Actor) -> None:
    with refused("identity.workspace_there"):
        cases.make_demonstration()


def test_where_sums_all_lots_to_the_unit(loaded: cases.Demonstration, vera: Actor) -> None:
    assert head() == {
        "produced": 3_200 + 576_916 + 6_800,
        "declared": 3_200 + 576_916 + 6_800,
        "surplus": 0,
        "unaccounted": 7,
        "contradicted": 103_845,
    }
    rows = position.where()["accounts"]
    assert sum(row["units"] for row in rows) == 586_916
    assert set(rows[0]) == {"condition", "site", "grade", "contradicted", "units"}
    keys = [
        tuple(row[key] for key in ("condition", "site", "grade", "contradicted")) for row in rows
    ]
    assert len(keys) == len(set(keys)), "one row for each"
    assert sorted(row["units"] for row in rows if row["condition"] == "destroyed") == [
        268, 103_845, 473_071,
    ]  # fmt: skip


def test_every_lot_has_its_row(loaded: cases.Demonstration, vera: Actor) -> None:
    rows = {row.pop("lot"): row for row in position.lots()}

    assert rows["L-1024"] == {
        "order": "PO-7731", "product": "Steel bottle 750 ml", "produced": 3_200,
        "verdict": "not_acceptable", "rejected": 3_160, "unaccounted": 7, "contradicted": 0,
    }  # fmt: skip
    assert rows["T1-GEEP-1"] == {
        "order": "T1-GEEP", "product": "Returned phone, tablet or watch", "produced": 531_966,
        "verdict": None, "rejected": 531_966, "unaccounted": 0, "contradicted": 95_754,
    }  # fmt: skip
    assert {number: row["contradicted"] for number, row in rows.items()} == {
        "L-1024": 0, "T1-GEEP-1": 95_754, "T1-GEEP-2": 4_621, "T1-GEEP-3": 3_470, "T3-POWDER": 0,
    }  # fmt: skip


def test_the_home_page_says_what_is_wrong_in_front(
    loaded: cases.Demonstration, vera: Actor
) -> None:
    found = home.home(vera, now=timezone.now())

    assert (found.lots, found.lots_rejected, found.units_rejected) == (5, 5, 586_876)
    lost = found.in_front("unaccounted")
    assert (lost.units, lost.money) == (7, (pages.Money("USD", Decimal("63.00")),))
    assert lost.detail == "lot L-1024"
    alive = found.in_front("contradicted")
    assert alive.units == 103_845
    assert "18.0 %" in alive.detail
    assert found.in_front("surplus").units == 0
    assert found.in_front("on_hold").units == 6_800


def test_the_home_pages_matrix_holds_every_rejected_unit_once_by_place_and_grade(
    loaded: cases.Demonstration, vera: Actor
) -> None:
    rows = {row.key: row for row in home.home(vera, now=timezone.now()).matrix}

    assert {key: row.units for key, row in rows.items()} == {
        "unaccounted": 7, "quarantined": 6_800, "released": 2_885, "destroyed": 577_184,
    }  # fmt: skip
    assert sum(row.units for row in rows.values()) == 586_876
    for row in rows.values():
        assert sum(cell.units for cell in row.cells) + row.contradicted.units == row.units
    destroyed = rows["destroyed"]
    assert destroyed.contradicted.units == 103_845
    assert destroyed.cells[3].units == 268
    assert destroyed.cells[0].units + destroyed.cells[1].units == 576_916 - 103_845
    assert rows["released"].money == (pages.Money("USD", Decimal("25965.00")),)
    assert destroyed.money == (pages.Money("USD", Decimal("2412.00")),)


def test_what_is_wrong_and_overdue_is_what_to_do_next(
    loaded: cases.Demonstration, vera: Actor
) -> None:
    acts = home.home(vera, now=timezone.now()).next_acts

    assert [one.tag for one in acts][:4] == ["unaccounted"] + ["contradicted"] * 3
    assert "7" in acts[0].title
    assert "95,754" in acts[1].title
    assert any("6,800" in one.title and one.tone == "overdue" for one in acts)


# Constructed ------------------------------------------------------------------------------------


def test_of_the_3200_bottles_every_one_is_where_the_case_says(
    loaded: cases.Demonstration, vera: Actor
) -> None:
    assert head("L-1024") == {
        "produced": 3_200, "declared": 3_200, "surplus": 0, "unaccounted": 7, "contradicted": 0,
    }  # fmt: skip
    assert sums("L-1024") == {
        "released": 2_506 + 379, "destroyed": 268, "consumed": 25, "retained": 15,
        "unaccounted": 7,
    }  # fmt: skip
    rows = position.where("L-1024")["accounts"]
    assert {row["condition"]: row["site"] for row in rows}["destroyed"] == (
        "Ningbo Green Shredding, Beilun yard"
    )
    assert {row["grade"] for row in rows if row["condition"] == "destroyed"} == {3}


def test_the_bottles_were_inspected_at_level_ii_and_found_not_acceptable(
    loaded: cases.Demonstration, vera: Actor
) -> None:
    original, sorted_out, reworked = inspections.inspections([lots.lot("L-1024").id])

    assert (original.level, original.lot_size, original.sample_size) == ("II", 3_200, 125)
    assert {one["name"]: one["aql"] for one in original.plan["classes"]} == {
        "critical": "0", "major": "2.5", "minor": "4.0",
    }  # fmt: skip
    assert (original.verdict, original.found) == (
        "not_acceptable", {"critical": 0, "major": 21, "minor": 6},
    )  # fmt: skip
    assert (sorted_out.lot_size, sorted_out.severity, sorted_out.verdict) == (
        2_506, "tightened", "acceptable",
    )  # fmt: skip
    assert (reworked.lot_size, reworked.every_unit, reworked.nonconforming) == (414, True, 35)


def test_the_sum_of_the_lot_page_is_the_sentence_of_the_design(
    loaded: cases.Demonstration, vera: Actor
) -> None:
    found = page(vera, "L-1024")

    assert [(one.label, one.units) for one in found.sum] == [
        ("released", 2_506),
        ("reworked and released", 379),
        ("destroyed", 268),
        ("samples used up or kept", 40),
        ("unaccounted", 7),
    ]
    assert sum(one.units for one in found.sum) == found.head.produced == 3_200
    assert found.sum[-1].tone == "alarm"
    assert (found.head.verdict, found.head.rejected) == ("not_acceptable", 3_160)


def test_the_picture_of_the_lot_shows_the_same_numbers_as_its_sum(
    loaded: cases.Demonstration, vera: Actor
) -> None:
    found = page(vera, "L-1024")
    nodes = {node.key: node.units for column in found.flow.columns for node in column}

    assert nodes == {
        "made": 3_200, "held": 3_160, "sorting": 3_160, "reworking": 414, "released": 2_506,
        "reworked-released": 379, "destroyed": 268, "samples": 40, "unaccounted": 7,
    }  # fmt: skip
    assert {(one.source, one.target): one.units for one in found.flow.links} == {
        ("made", "held"): 3_160, ("made", "samples"): 40, ("held", "sorting"): 3_160,
        ("sorting", "released"): 2_506, ("sorting", "reworking"): 414,
        ("sorting", "destroyed"): 233, ("sorting", "unaccounted"): 7,
        ("reworking", "reworked-released"): 379, ("reworking", "destroyed"): 35,
    }  # fmt: skip
    _what_goes_in_comes_out(found.flow)


def _what_goes_in_comes_out(flow: pages.Flow) -> None:
    nodes = {node.key: node.units for column in flow.columns for node in column}
    for key, units in nodes.items():
        into = sum(one.units for one in flow.links if one.target == key)
        out = sum(one.units for one in flow.links if one.source == key)
        assert key == "made" or into == units
        assert out in (0, units)
    last = {node.key for node in flow.columns[-1]}
    assert sum(nodes[key] for key in last) == nodes["made"]


@pytest.mark.parametrize("number", [*GEEP, "T3-POWDER"])
def test_every_picture_keeps_every_unit(
    loaded: cases.Demonstration, vera: Actor, number: str
) -> None:
    found = page(vera, number)

    _what_goes_in_comes_out(found.flow)
    assert sum(one.units for one in found.sum) == found.head.produced


def test_the_bottles_are_dated_relative_to_the_first_run(
    loaded: cases.Demonstration, vera: Actor
) -> None:
    told = kept.story(lots.lot("L-1024").id)
    now = timezone.now()

    first, last = told[0].occurred_at, told[-1].occurred_at
    assert timedelta(days=27) < now - first < timedelta(days=30)
    assert timedelta(hours=1) < now - last < timedelta(days=3)
    assert [one.occurred_at for one in told] == sorted(one.occurred_at for one in told)
    assert all(now - one.recorded_at < timedelta(hours=1) for one in told)


# T1 ---------------------------------------------------------------------------------------------


def test_of_576916_devices_destroyed_on_paper_103845_were_seen_alive(
    loaded: cases.Demonstration, vera: Actor
) -> None:
    found = [head(number) for number in GEEP]

    assert [one["produced"] for one in found] == [531_966, 25_673, 19_277]
    assert sum(one["produced"] for one in found) == 576_916
    assert [one["contradicted"] for one in found] == [95_754, 4_621, 3_470]
    assert sum(one["contradicted"] for one in found) == 103_845
    assert [one["unaccounted"] for one in found] == [0, 0, 0]
    assert [sums(number) for number in GEEP] == [
        {"destroyed": 531_966}, {"destroyed": 25_673}, {"destroyed": 19_277},
    ]  # fmt: skip


def test_every_device_on_those_certificates_is_graded_at_most_1(
    loaded: cases.Demonstration, vera: Actor
) -> None:
    for number in GEEP:
        rows = position.where(number)["accounts"]
        assert sum(row["units"] for row in rows) == position.where(number)["produced"]
        assert max(row["grade"] for row in rows) <= 1
        assert {row["contradicted"] for row in rows} == {True, False}


def test_the_share_seen_alive_is_said_as_at_least(loaded: cases.Demonstration, vera: Actor) -> None:
    found = front(vera, "contradicted")

    assert round(100 * 103_845 / 576_916, 1) == 18.0
    assert (found.units, found.detail) == (
        103_845, f"18.0 % of 576,916, lots {', '.join(GEEP)}",
    )  # fmt: skip


def test_the_devices_keep_the_dates_of_their_history(
    loaded: cases.Demonstration, vera: Actor
) -> None:
    told = kept.story(lots.lot("T1-GEEP-1").id)

    assert told[0].occurred_at.year == 2015
    assert told[-1].kind == "custody.import_sightings"
    assert told[-1].occurred_at == datetime(2020, 1, 15, 17, tzinfo=UTC)
    steps = [one.body for one in told if one.kind == "custody.take_step"]
    assert all(one["history"] is True for one in steps)
    assert "witness" in steps[0]["not_kept"]
    assert "witness_signed" in steps[1]["not_kept"]


def test_the_serials_seen_are_a_range_of_each_consignment(
    loaded: cases.Demonstration, vera: Actor
) -> None:
    (seen,) = custody.sightings(lots.lot("T1-GEEP-1").id)

    assert (seen.serial, seen.quantity) == ("GA0010001..GA0105754", 95_754)
    assert (seen.confirmed, seen.how) == (True, "network")
    assert "assumed" in seen.source
    assert lots.packing(lots.lot("T1-GEEP-1").id).serials == (("GA0000001", "GA0531966", 531_966),)


# T3 ---------------------------------------------------------------------------------------------


def test_powder_ordered_destroyed_and_never_supervised_still_counts_as_on_hold(
    loaded: cases.Demonstration, vera: Actor
) -> None:
    assert sums("T3-POWDER") == {"quarantined": 6_800}
    assert head("T3-POWDER")["unaccounted"] == 0
    card = lots.lot("T3-POWDER")
    assert (card.weight_g, card.unit_name) == (25_000, "bag")
    assert 6_800 * 25_000 == 170_000_000, "170 t"
    assert "Assumed" in card.source


def test_its_destruction_is_overdue_since_2008(loaded: cases.Demonstration, vera: Actor) -> None:
    (ordered,) = custody.dispositions([lots.lot("T3-POWDER").id])
    late = front(vera, "overdue")

    assert (ordered.kind, ordered.status, ordered.quantity) == ("destroy", "authorised", 6_800)
    assert ordered.deadline is not None
    assert ordered.deadline.year == 2008
    assert (late.units, late.items) == (6_800, 1)
    assert "T3-POWDER" in late.detail
    assert "years overdue" in late.detail
    (shown,) = page(vera, "T3-POWDER").dispositions
    assert shown.overdue is not None


# Who else sees it -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("email", "numbers"),
    [
        ("tomas@buyer.example", ["L-1024", *GEEP, "T3-POWDER"]),
        ("wang.qiang@supplier.example", ["L-1024"]),
        ("li.wen@agency.example", ["L-1024"]),
        ("zhou.jie@disposer.example", ["L-1024"]),
    ],
)
def test_everyone_sees_the_lots_they_take_part_in(
    loaded: cases.Demonstration, vera: Actor, email: str, numbers: list[str]
) -> None:
    person = who.actor_of(who.person_by_email(email).id)

    assert [card.number for card in lots.lots(person)] == numbers
    assert home.home(person, now=timezone.now()).lots == len(numbers)
