"""Who sees what: cost is the buyer's, people and places are known as far as the lot goes."""

from __future__ import annotations

import re

import pytest

from lotwarden.custody.operations import lots as holding
from lotwarden.orders import queries as orders
from lotwarden.reports import lot as lot_page
from tests.web.conftest import LogIn
from tests.web.test_counting import now_at, send
from tests.workspace import Workspace

COST = "US$"


@pytest.mark.parametrize("path", ["/?show=money", "/lots/L-1/", "/orders/", "/orders/PO-L-1/"])
def test_what_goods_cost_is_shown_to_the_buyer_alone(
    path: str, ws: Workspace, log_in: LogIn
) -> None:
    pages = {name: log_in(name).get(path).content.decode() for name in ("Vera", "Li", "Wang")}

    assert {name: COST in page for name, page in pages.items()} == {
        "Vera": True, "Li": False, "Wang": False,
    }  # fmt: skip


def test_a_supplier_chooses_among_those_who_take_part_in_the_lot(
    ws: Workspace, log_in: LogIn
) -> None:
    def choices(name: str) -> str:
        return log_in(name).get("/lots/L-1/propose?kind=destroy").content.decode()

    assert "Zhou" in choices("Vera")
    assert "Zhou" not in choices("Wang")
    assert "Sun" in choices("Wang"), "the agency inspected the lot"
    ws.authorised("destroy", quantity=100)
    assert "Zhou" in choices("Wang")


def test_who_may_import_nothing_is_told_so(ws: Workspace, log_in: LogIn) -> None:
    answer = log_in("Zhou").get("/import/")

    assert answer.status_code == 403
    assert "This page is not yours to open" in answer.content.decode()


def test_an_import_without_a_file_says_so(ws: Workspace, log_in: LogIn) -> None:
    answer = log_in("Vera").post("/import/", {"what": "orders"})

    assert answer.status_code == 422
    assert "No file was chosen." in answer.content.decode()


def test_a_lot_on_hold_without_a_verdict_is_rejected_on_suspicion_on_every_page(
    ws: Workspace, log_in: LogIn
) -> None:
    ws.offered("L-9", 40)
    assert lot_page.head(orders.lot("L-9")).verdict == "none"
    holding.quarantine(ws.vera, lot="L-9", reason="A customer found a leaking lid.")

    client = log_in("Vera")
    for path in ("/lots/L-9/", "/lots/?q=L-9", "/orders/PO-L-9/", "/lots/?verdict=suspect"):
        page = client.get(path).content.decode()
        tags = re.findall(r'<span class="tag[^"]*">([^<]+)</span>', page)
        assert "Rejected on suspicion" in tags, path
        assert "Not yet judged" not in tags, path


def test_the_plan_is_shown_before_it_is_made(ws: Workspace, log_in: LogIn) -> None:
    ws.offered("L-9", 3_200)
    client = log_in("Vera")

    def asks(query: str) -> str:
        page = client.get(f"/lots/L-9/plan/preview?{query}").content.decode()
        return " ".join(re.sub("<[^>]+>", " ", page).split())

    normal = asks("level=II&standard=iso2859-1&major=2.5")
    assert "Code letter K: 125 of 3,200 units are looked at." in normal
    assert "major single sampling, normal 125 7 8" in normal
    tightened = asks("level=II&major_severity=tightened&standard=iso2859-1&major=2.5")
    assert "major single sampling, tightened 125 5 6" in tightened
    double = asks("level=II&standard=z1.4&major=2.5&major_kind=double")
    assert "80 of 3,200 units first, 160 at most." in double
    assert "major double sampling, normal 80 3 7 sample 2, all so far 160 8 9" in double
    assert "Choose an AQL" in asks("level=II&standard=iso2859-1")
    assert "major: A lot with 2.5 % nonconforming passes 986 times in 1,000." in normal
    assert "See the curves of this plan" in normal
    assert client.get("/lots/L-9/plan/preview?level=XX&major=9").status_code == 200
    assert log_in("Li").get("/lots/L-9/plan/preview").status_code == 403


def test_an_act_says_what_was_recorded_and_what_follows(ws: Workspace, log_in: LogIn) -> None:
    ws.offered("L-9", 3_200)
    path = f"/lots/L-9/{ws.plan('L-9')}/result"
    client = log_in("Li")
    at = now_at(client, path)

    send(client, path, inspected=125, found_critical=0, found_major=21, found_minor=0,
         **{"initial-occurred_at": at, "occurred_at": at})  # fmt: skip

    page = client.get("/lots/L-9/").content.decode()
    assert "21 major in 125, at most 7" in page
    assert "not acceptable. On hold: 3,200 units; NCR-" in page
