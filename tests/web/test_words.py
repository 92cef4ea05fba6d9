"""How pages word what is there: one form of dates, no step told twice, overdue leads there."""

from __future__ import annotations

import re
from zoneinfo import ZoneInfo

from django.utils import timezone

from lotwarden.orders import queries as orders
from lotwarden.reports import lot as lot_page
from lotwarden.reports import words
from tests.web.conftest import LogIn
from tests.web.test_counting import send
from tests.workspace import Workspace


def test_what_was_put_on_hold_and_not_touched_since_is_one_step_in_the_picture(
    ws: Workspace,
) -> None:
    ws.suspected("L-9", 40)

    flow = lot_page.lot_page(ws.vera, "L-9", now=timezone.now()).flow

    assert [[node.label for node in column] for column in flow.columns] == [
        ["Made"], ["Quarantined"],
    ]  # fmt: skip
    assert [link.units for link in flow.links] == [40]


def test_entries_to_correct_are_told_by_the_site_s_own_time(ws: Workspace, log_in: LogIn) -> None:
    page = log_in("Vera").get("/lots/L-1/correct").content.decode()

    at = ws.chain("L-1")[-1].occurred_at
    assert f"({words.minute(at, orders.lot('L-1').zone)})" in page
    local = at.astimezone(ZoneInfo(orders.lot("L-1").zone))
    assert words.minute(at, orders.lot("L-1").zone).endswith(f"{local.year} {local:%H:%M}")


def test_a_time_to_come_is_refused_in_the_site_s_own_time(ws: Workspace, log_in: LogIn) -> None:
    answer = send(
        log_in("Vera"), "/lots/L-1/quarantine", reason="x", occurred_at="2199-01-01T12:00"
    )

    assert answer.status_code == 422
    assert re.search(
        r"That is still to come: at the site it is \d+ \w+ \d{4} \d\d:\d\d now \([A-Z]",
        answer.content.decode(),
    )


def test_no_page_shows_the_code_of_a_rule(ws: Workspace, log_in: LogIn) -> None:
    answer = send(log_in("Wang"), "/lots/L-1/count", account=f"{ws.yongkang}|released", found=0)

    page = re.sub(r'data-rule="[^"]+"', "", answer.content.decode())
    assert answer.status_code == 409
    assert "custody.nothing_there" not in page
