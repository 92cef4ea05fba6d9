"""What is counted is typed: a blank is no count, and a large shortfall is asked about once more."""

from __future__ import annotations

import re
import uuid

from django.http import HttpResponse
from django.test import Client

from lotwarden.custody.operations import moves
from tests.web.conftest import LogIn
from tests.workspace import Workspace

EMPTY = {"evidence-TOTAL_FORMS": "0", "evidence-INITIAL_FORMS": "0"}


def send(client: Client, path: str, **typed: object) -> HttpResponse:
    """Send a form as it is typed, with a time that passed."""
    given = {"act": str(uuid.uuid4()), "occurred_at": "2026-01-01T12:00", **EMPTY}
    return client.post(path, {**given, **{name: str(one) for name, one in typed.items()}})


def now_at(client: Client, path: str) -> str:
    """The time that the form shows: left alone, it means now."""
    page = client.get(path).content.decode()
    found = re.search(r'name="occurred_at" value="([^"]+)"', page)
    assert found
    return found[1]


def test_a_class_left_blank_is_asked_for_and_nothing_is_booked(
    ws: Workspace, log_in: LogIn
) -> None:
    number = ws.running("sort")
    before = ws.where()

    answer = send(log_in("Zhang"), f"/lots/L-1/{number}/counts", conforming=3_000, reworkable=100)

    assert answer.status_code == 422
    assert "Cannot be reworked</a>: This field is required." in answer.content.decode()
    assert 'value="3000"' in answer.content.decode()
    assert ws.where() == before


def test_a_large_shortfall_is_recorded_only_when_it_is_confirmed(
    ws: Workspace, log_in: LogIn
) -> None:
    number = ws.running("sort")
    client, path = log_in("Zhang"), f"/lots/L-1/{number}/counts"
    sent = ws.where()["in_sorting"]
    typed = {"conforming": sent - 12, "reworkable": 0, "not_reworkable": 0}
    at = now_at(client, path)

    asked = send(client, path, **typed, **{"initial-occurred_at": at, "occurred_at": at})
    unaccounted = ws.where().get("unaccounted", 0)
    done = send(client, path, **typed, short="on", **{"initial-occurred_at": at, "occurred_at": at})

    assert asked.status_code == 422
    assert f"Counted again: 12 of {sent:,} are missing" in asked.content.decode()
    assert unaccounted == 0
    assert done.status_code == 302
    assert ws.where()["unaccounted"] == 12


def test_a_small_shortfall_is_recorded_at_once(ws: Workspace, log_in: LogIn) -> None:
    client, path = log_in("Li"), "/lots/L-1/count"
    held = ws.where()["quarantined"]
    at = now_at(client, path)

    done = send(
        client, path, account=f"{ws.yongkang}|quarantined", found=held - 9,
        **{"initial-occurred_at": at, "occurred_at": at},
    )  # fmt: skip

    assert done.status_code == 302
    assert ws.where()["unaccounted"] == 9


def test_a_scan_that_misses_much_is_asked_about_too(ws: Workspace, log_in: LogIn) -> None:
    client, path = log_in("Li"), "/lots/S-1/count"

    asked = send(client, path, account=f"{ws.yongkang}|quarantined", seen="SB0001..SB0400")

    assert asked.status_code == 422
    assert "Counted again: 100 of 500 are missing" in asked.content.decode()


def test_what_an_inspection_found_is_typed_for_each_class(ws: Workspace, log_in: LogIn) -> None:
    ws.offered("L-9", 3_200)
    number = ws.plan("L-9")

    answer = send(log_in("Li"), f"/lots/L-9/{number}/result", inspected=125, found_major=2)

    page = answer.content.decode()
    assert answer.status_code == 422
    assert page.count("This field is required.") == 4, "critical and minor, above and at the field"


def test_parts_at_several_places_are_counted_one_by_one(ws: Workspace, log_in: LogIn) -> None:
    sort = ws.running("sort", quantity=300)
    moves.move(
        ws.wang, lot="L-1", site=ws.yongkang, condition="in_sorting", to=ws.ningbo,
        quantity=100, disposition=sort,
    )  # fmt: skip
    moves.arrive(ws.wang, lot="L-1", site=ws.ningbo, carries="in_sorting")
    client, path = log_in("Zhang"), f"/lots/L-1/{sort}/counts"
    at = now_at(client, path)
    assert "Which part" in client.get(path).content.decode()
    typed = {"conforming": 98, "reworkable": 0, "not_reworkable": 0}
    when = {"initial-occurred_at": at, "occurred_at": at}

    unsaid = send(client, path, **typed, **when)
    done = send(client, path, **typed, **when, where=ws.ningbo)

    assert unsaid.status_code == 422
    assert done.status_code == 302
    assert ws.at("L-1", "ningbo") == {"awaiting_reinspection": 98, "unaccounted": 2}
    assert ws.at("L-1", "yongkang")["in_sorting"] == 200
