"""Who sees and may do what: each role's links lead somewhere, and nobody gets beyond them."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from html import unescape
from urllib.parse import urljoin, urlsplit

import pytest
from playwright.sync_api import expect

from tests.browser.chrome import PHONE
from tests.browser.conftest import Visit
from tests.cli.client import Answer, Client
from tests.cli.program import Server

pytestmark = pytest.mark.browser

PAGES_MOST = 150
HREF = re.compile(r'<(?:a|link)\b[^>]*?\bhref="([^"]+)"')

HEADERS = {
    "content-security-policy": (
        "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
        "frame-ancestors 'none'; form-action 'self'"
    ),
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
}


def _as(server: Server, name: str) -> Client:
    client = Client(server.address)
    client.try_as(name)
    return client


@pytest.mark.parametrize("name", ["Vera", "Li Wen", "Wang Qiang", "Zhou Jie"])
def test_every_link_that_a_person_is_shown_leads_to_a_page(
    name: str, demonstration: Server
) -> None:
    client = _as(demonstration, name)

    visited = dict(_crawl(client))

    assert len(visited) > 10, "this is the list of what was visited"
    broken = {path: answer.status for path, answer in visited.items() if answer.status != 200}
    assert not broken
    assert not [path for path, answer in visited.items() if "Traceback" in answer.text]


def _crawl(client: Client) -> Iterator[tuple[str, Answer]]:
    """Visit everything that a person reaches from home by links; of a page's variants, one."""
    waiting, seen = ["/"], {"/"}
    visited = 0
    while waiting:
        path = waiting.pop(0)
        answer = client.get(path)
        visited += 1
        assert visited <= PAGES_MOST, f"more than {PAGES_MOST} pages; the last was {path}"
        yield path, answer
        if not answer.headers.get("content-type", "").startswith("text/html"):
            continue
        for href in map(unescape, HREF.findall(answer.text)):
            if re.search("T1-GEEP-[23]", href):
                continue  # as the first of the three
            target = urlsplit(urljoin(path, href))
            assert not target.netloc, f"{path} leads away, to {href}"
            query = re.sub(r"(band|place|q|site)=[^&]+", r"\1=…", target.query)
            key = f"{target.path}?{query}"
            if key not in seen:
                seen.add(key)
                waiting.append(target.path + (f"?{target.query}" if target.query else ""))


def test_a_supplier_sees_its_own_lots_and_nobody_else_s(
    demonstration: Server, visit: Visit
) -> None:
    page = visit(demonstration, "Wang Qiang")

    menu = page.get_by_role("navigation", name="Main")
    assert menu.get_by_role("link").all_inner_texts() == [
        "Home",
        "Lots",
        "Orders",
        "Import",
        "Plans",
    ]
    expect(page.locator(".answer")).to_contain_text(
        "Of 3,160 rejected units, 7 are unaccounted for."
    )
    expect(page.locator("main")).not_to_contain_text("T1-GEEP")
    expect(page.locator("main")).not_to_contain_text("T3-POWDER")
    menu.get_by_role("link", name="Lots").click()
    expect(page.get_by_role("table").get_by_role("row")).to_have_count(2)
    expect(page.get_by_role("table")).to_contain_text("L-1024")


@pytest.mark.parametrize("name", ["Wang Qiang", "Zhou Jie", "Li Wen"])
def test_what_is_of_others_is_not_there_and_what_is_the_buyer_s_is_forbidden(
    name: str, demonstration: Server
) -> None:
    buyer, other = _as(demonstration, "Vera"), _as(demonstration, name)
    file = re.search(r'href="(/files/[0-9a-f]{64})"', buyer.get("/lots/T1-GEEP-1/").text)
    assert file
    site = re.search(r'href="(/organisations/[0-9a-f-]{36})"', buyer.get("/organisations/").text)
    assert site

    absent = ["/lots/T1-GEEP-1/", "/lots/T1-GEEP-1/count", "/lots/T1-GEEP-1/position.xlsx",
              "/lots/T3-POWDER/", "/orders/T3/", "/nonconformities/NCR-2/", file[1]]  # fmt: skip
    forbidden = ["/people/", "/organisations/add", site[1], f"{site[1]}?do=approve",
                 "/lots/L-1024/plan", "/lots/L-1024/correct", "/lots/L-1024/reopen"]  # fmt: skip
    assert {path: other.get(path).status for path in absent} == dict.fromkeys(absent, 404)
    assert {path: other.get(path).status for path in forbidden} == dict.fromkeys(forbidden, 403)
    assert {path: buyer.get(path).status for path in (*absent, *forbidden)} == dict.fromkeys(
        (*absent, *forbidden), 200
    )
    for path in (*absent, *forbidden):
        assert "T1-GEEP" not in other.get(path).text.replace(path, ""), path


def test_what_is_not_there_and_what_is_another_s_look_the_same(demonstration: Server) -> None:
    client = _as(demonstration, "Wang Qiang")

    others, nobodys = client.get("/lots/T3-POWDER/"), client.get("/lots/T3-PUDDLE/")

    assert (others.status, nobodys.status) == (404, 404)
    plain = [
        re.sub(r'value="[^"]+"', "", one.text).replace(name, "X")
        for one, name in ((others, "T3-POWDER"), (nobodys, "T3-PUDDLE"))
    ]
    assert plain[0] == plain[1]


def test_the_table_of_lots_to_take_away_holds_only_one_s_own(demonstration: Server) -> None:
    import io
    import urllib.request

    from openpyxl import load_workbook

    client = _as(demonstration, "Wang Qiang")
    cookies = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
    request = urllib.request.Request(
        f"{demonstration.address}/lots.xlsx", headers={"Cookie": cookies}
    )
    with urllib.request.urlopen(request) as answer:
        sheet = load_workbook(io.BytesIO(answer.read())).active

    assert [row[0].value for row in sheet.iter_rows()] == ["Lot", "L-1024"]


def test_a_supplier_may_propose_and_never_authorise(workbench: Server, visit: Visit) -> None:
    vera = visit(workbench, "Vera", "/lots/L-1024/quarantine")
    vera.get_by_label("Why").fill("A customer found a leaking lid.")
    vera.get_by_role("button", name="Put on hold").click()
    wang = visit(workbench, "Wang Qiang", "/lots/L-1024/propose", viewport=PHONE)
    wang.get_by_text("Sort: every unit").click()
    wang.get_by_role("button", name="Go on").click()
    wang.get_by_label("How many").fill("100")
    wang.get_by_label("Instruction").fill("We look at every lid.")
    wang.get_by_role("button", name="Propose it").click()
    number = re.search(r"(D-\d+) is proposed", wang.get_by_role("status").inner_text())
    assert number

    expect(wang.get_by_role("link", name="Authorise")).to_have_count(0)
    opened = wang.goto(f"/lots/L-1024/{number[1]}/authorise")
    assert opened is not None
    assert opened.status == 403
    forged = _as(workbench, "Wang Qiang").post(
        f"/lots/L-1024/{number[1]}/authorise",
        {"act": str(uuid.uuid4()), "basis": "ours", "occurred_at": "2026-01-01T12:00"},
    )
    assert forged.status == 403

    vera.goto("/lots/L-1024/")
    card = vera.get_by_role("article").filter(has_text=number[1])
    expect(card).to_contain_text("proposed")
    expect(card.get_by_role("link", name="Authorise")).to_be_visible()


def test_who_is_not_logged_in_is_sent_to_log_in_and_back(
    demonstration: Server, visit: Visit
) -> None:
    page = visit(demonstration, None, "/lots/?q=bottle&verdict=not_acceptable")

    assert urlsplit(page.url).path == "/log-in/"
    wanted = page.locator("input[name=next]").get_attribute("value")
    assert wanted == "/lots/?q=bottle&verdict=not_acceptable"
    for path in ("/", "/lots/L-1024/", "/lots.xlsx", "/people/", "/files/" + "0" * 64):
        assert Client(demonstration.address).get(path).status == 302, path


def test_a_page_to_return_to_is_one_of_ours(demonstration: Server) -> None:
    client = Client(demonstration.address)
    for away in ("https://elsewhere.example/", "//elsewhere.example/", "javascript:alert(1)"):
        page = client.get(f"/log-in/?next={away}")
        assert page.status == 200
        assert f'href="{away}"' not in page.text


@pytest.mark.parametrize(
    "path", ["/", "/log-in/", "/lots/L-1024/", "/nowhere", "/static/lotwarden/lotwarden.css"]
)
def test_every_answer_tells_the_browser_to_be_careful(path: str, demonstration: Server) -> None:
    answer = _as(demonstration, "Vera").get(path)

    assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS
    assert "unsafe" not in answer.headers["content-security-policy"]
    if not path.startswith("/static/"):
        assert answer.headers["cache-control"] == "no-store"
    assert "server" not in answer.headers


def test_the_cookies_are_for_this_server_and_the_session_is_not_for_scripts(
    demonstration: Server, visit: Visit
) -> None:
    page = visit(demonstration, None, "/log-in/")
    page.get_by_role("button", name="Vera").click()
    page.get_by_role("heading", name="Where are the rejected units?").wait_for()

    cookies = {one["name"]: one for one in page.context.cookies()}

    assert set(cookies) == {"lotwarden", "csrftoken"}
    assert cookies["lotwarden"]["httpOnly"]
    assert {one["sameSite"] for one in cookies.values()} == {"Lax"}


def test_a_form_from_elsewhere_does_nothing(workbench: Server) -> None:
    client = _as(workbench, "Vera")
    client.cookies.pop("csrftoken")

    answer = client.post("/organisations/single-person", {})

    assert answer.status == 403
    assert "This form was open too long" in answer.text
    assert "Declare single-person mode" in client.get("/organisations/").text


def test_logging_out_ends_the_session_on_the_server(demonstration: Server, visit: Visit) -> None:
    page = visit(demonstration, "Vera", own=True)
    stolen = {one["name"]: one["value"] for one in page.context.cookies()}

    page.locator("summary", has_text="Vera Lindqvist").click()
    page.get_by_role("button", name="Log out").click()

    expect(page.get_by_role("heading", name="Log in")).to_be_visible()
    assert Client(demonstration.address, cookies=stolen).get("/").status == 302
