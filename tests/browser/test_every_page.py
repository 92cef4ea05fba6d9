"""Every page, as a buyer meets it: accessible, light and dark, on a desk and on a phone."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, Response

from tests.browser.chrome import PHONE, WIDE
from tests.browser.conftest import Visit
from tests.cli.program import Server, done

pytestmark = pytest.mark.browser

CHECKS = Path(__file__).with_name("page_checks.js").read_text()
WEIGHT_MOST = 250_000

PAGES = {
    "home": "/",
    "home in money": "/?show=money",
    "lots": "/lots/",
    "lots, open questions": "/lots/?open=1",
    "lots, none fits": "/lots/?q=nothing-is-called-so",
    "a lot sorted and destroyed": "/lots/L-1024/",
    "a lot seen alive": "/lots/T1-GEEP-1/",
    "a lot overdue": "/lots/T3-POWDER/",
    "orders": "/orders/",
    "an order": "/orders/PO-7731/",
    "a nonconformity": "/nonconformities/NCR-1/",
    "import": "/import/",
    "import of orders": "/import/?what=orders",
    "people": "/people/",
    "organisations": "/organisations/",
    "add an organisation": "/organisations/add",
    "plan": "/lots/L-1024/plan",
    "switching": "/lots/L-1024/switching/",
    "allow reduced": "/lots/L-1024/allow-reduced",
    "switching rules": "/lots/L-1024/switching-rules",
    "count": "/lots/L-1024/count",
    "count by scan": "/lots/T1-GEEP-1/count",
    "send": "/lots/L-1024/move",
    "arrive": "/lots/L-1024/arrive",
    "hold": "/lots/L-1024/quarantine",
    "reopen": "/lots/T1-GEEP-1/reopen",
    "attach": "/lots/L-1024/attach",
    "attach to a disposition": "/lots/T3-POWDER/attach?disposition=D-7",
    "correct": "/lots/L-1024/correct",
    "choose a disposition": "/lots/T3-POWDER/propose",
    "propose to sort": "/lots/T3-POWDER/propose?kind=sort",
    "propose to rework": "/lots/T3-POWDER/propose?kind=rework",
    "propose to destroy": "/lots/T3-POWDER/propose?kind=destroy",
    "propose a concession": "/lots/T3-POWDER/propose?kind=concession",
    "propose to return": "/lots/T3-POWDER/propose?kind=return",
    "propose a hold": "/lots/T3-POWDER/propose?kind=hold",
    "start": "/lots/T3-POWDER/D-7/start",
    "withdraw": "/lots/T3-POWDER/D-7/withdraw",
    "nowhere": "/lots/L-9999/",
    "an inspection": "/inspections/I-1/",
    "calculator": "/plan/",
    "calculator, stages": "/plan/?type=multiple&severity=tightened&major=0.65&minor=15",
    "calculator, measurements": "/plan/?type=variables&limits=two",
    "calculator, refused": "/plan/?major=3",
}


def test_every_page_is_accessible_light_and_dark_and_fits_a_phone(
    demonstration: Server, visit: Visit
) -> None:
    page = visit(demonstration, "Vera")
    wrong: list[str] = []

    for name, path in PAGES.items():
        page.goto(path)
        wrong += [f"{name} ({path}): {one}" for one in _problems_of(page)]

    assert not wrong, "\n" + "\n".join(wrong)


def test_the_pages_of_who_is_not_logged_in_are_as_good(
    demonstration: Server, workbench: Server, visit: Visit, tmp_path: Path
) -> None:
    wrong: list[str] = []
    page = visit(demonstration, None, "/log-in/")
    wrong += [f"log in: {one}" for one in _problems_of(page)]
    page.get_by_label("E-mail address").fill("vera@buyer.example")
    page.get_by_label("Password").fill("not the password")
    page.get_by_role("button", name="Log in").click()
    page.get_by_text("do not belong together").wait_for()
    wrong += [f"not let in: {one}" for one in _problems_of(page)]

    home = Path(workbench.log).with_suffix("")
    link = done("people", "invite", "new@buyer.example", "--name", "New Person", home=home)["link"]
    welcomed = visit(workbench, None, link)
    wrong += [f"welcome: {one}" for one in _problems_of(welcomed)]
    welcomed.get_by_label("New password").fill("short")
    welcomed.get_by_label("The same again").fill("other")
    welcomed.get_by_role("button", name="Set the password").click()
    welcomed.get_by_text("The two are not the same.").wait_for()
    wrong += [f"a weak password: {one}" for one in _problems_of(welcomed)]

    assert not wrong, "\n" + "\n".join(wrong)


def _problems_of(page: Page) -> list[str]:
    """Return what is wrong with a page at a desk, in the dark, and on a phone."""
    found = list(page.evaluate(CHECKS, "structure"))
    found += [f"light: {one}" for one in page.evaluate(CHECKS, "contrast")]
    page.emulate_media(color_scheme="dark")
    found += [f"dark: {one}" for one in page.evaluate(CHECKS, "contrast")]
    page.set_viewport_size(PHONE)
    found += [f"phone: {one}" for one in page.evaluate(CHECKS, "phone")]
    page.set_viewport_size(WIDE)
    page.emulate_media(color_scheme="light")
    return found


@pytest.mark.parametrize(
    "name", ["home", "lots", "a lot sorted and destroyed", "count by scan", "calculator"]
)
def test_a_page_with_all_its_parts_weighs_less_than_250_kb(
    name: str, demonstration: Server, visit: Visit
) -> None:
    page = visit(demonstration, "Vera", "/orders/", own=True)
    page.wait_for_load_state("networkidle")
    loaded: list[Response] = []

    def keep(response: Response) -> None:
        loaded.append(response)

    page.context.clear_cookies(name="csrftoken")
    page.on("response", keep)
    page.goto(PAGES[name], wait_until="networkidle")
    weights = {response.url: len(response.body()) for response in loaded}

    assert len(weights) >= 4, "the page, its style, its script, htmx"
    assert sum(weights.values()) < WEIGHT_MOST, weights


def test_the_page_is_dark_where_the_person_wants_it_dark(
    demonstration: Server, visit: Visit
) -> None:
    page = visit(demonstration, "Vera", "/", color_scheme="light")
    ground = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(ground)
    page.emulate_media(color_scheme="dark")
    dark = page.evaluate(ground)

    brightness = [sum(map(int, one[4:-1].split(","))) for one in (light, dark)]
    assert brightness[0] > 600, light
    assert brightness[1] < 150, dark


def test_the_checks_find_what_is_wrong(demonstration: Server, visit: Visit) -> None:
    page = visit(demonstration, None, "/log-in/")
    page.evaluate(
        """document.body.innerHTML = `
            <h1 id="a">One</h1><h1>Two</h1><h4 id="a">Far down</h4>
            <input name="unlabelled"><button></button><a href="#nowhere">Away</a>
            <nav><a href="/"><svg></svg></a></nav><table><tr><th>Of what</th></tr></table>
            <p id="pale">Pale</p>
            <ul><div>None of the list</div></ul><div id="wide">.</div>
            <button id="small">Small</button>`;
        document.getElementById("wide").style.width = "2000px";
        document.getElementById("small").style.height = "12px";
        document.getElementById("pale").style.color = "#999";"""
    )

    structure = page.evaluate(CHECKS, "structure")
    page.set_viewport_size(PHONE)
    phone = page.evaluate(CHECKS, "phone")

    for sign in (
        "2 × h1", "0 × main", "after h1 comes <h4>", "the id a is there twice", "without a name",
        "<input> unlabelled", "nothing to read on <button>", "nothing to read on <a>",
        "a picture without a name", "a table without a name", "#nowhere leads nowhere",
        "a heading of what?", "inline: <p>", "in a list: <div>",
    ):  # fmt: skip
        assert any(sign in one for one in structure), sign
    assert any("<p> pale" in one for one in page.evaluate(CHECKS, "contrast"))
    assert any("px wide on a screen of 390" in one for one in phone)
    assert any("<button> small" in one for one in phone)
