"""The public calculator in a browser: typed, read by keys and touch, on a phone, without script."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.chrome import PHONE
from tests.browser.conftest import Visit
from tests.cli.program import Server

pytestmark = pytest.mark.browser


def test_the_answer_and_the_address_follow_what_is_typed(
    demonstration: Server, visit: Visit
) -> None:
    page = visit(demonstration, None, "/plan/")
    lot = page.get_by_label("Lot size")
    lot.fill("")
    lot.press_sequentially("500")

    expect(page.locator("#answer h2")).to_have_text("Draw 50 of 500.")
    expect(lot).to_be_focused()
    page.wait_for_url("**/plan/?*lot=500*")
    page.get_by_label("AQL, minor").fill("3")
    expect(page.locator("#wrong-minor")).to_contain_text("its neighbours there are 2.5 and 4.0")
    expect(page.get_by_label("AQL, minor")).to_have_attribute("aria-invalid", "true")
    page.get_by_label("AQL, minor").fill("")
    expect(page.locator("#detail [data-curve]")).to_have_count(2)
    expect(page.get_by_label("AQL, minor")).not_to_have_attribute("aria-invalid", "true")
    assert page.context.cookies() == []

    again = visit(demonstration, None, page.url.removeprefix(demonstration.address))
    expect(again.locator("#answer h2")).to_have_text("Draw 50 of 500.")
    expect(again.get_by_label("AQL, minor")).to_have_value("")


def test_another_type_brings_its_own_fields_and_keeps_the_lot(
    demonstration: Server, visit: Visit
) -> None:
    page = visit(demonstration, None, "/plan/?lot=500&major=2.5")
    page.get_by_label("Type of plan").focus()
    page.get_by_label("Type of plan").select_option("design")

    expect(page.locator("#answer h2")).to_have_text("Draw 132 units.")
    expect(page.get_by_label("AQL, major")).to_have_count(0)
    expect(page.get_by_label("Type of plan")).to_be_focused()
    page.get_by_label("Lots from").select_option("hypergeometric")
    expect(page.get_by_label("Lot size")).to_be_visible()
    expect(page.locator("#answer h2")).to_contain_text("of 4,000")


@pytest.mark.parametrize("viewport", [None, PHONE], ids=["desk", "phone"])
def test_a_point_of_the_curve_is_read_by_keys_and_by_pointer(
    viewport: dict[str, int] | None, demonstration: Server, visit: Visit
) -> None:
    how = {} if viewport is None else {"viewport": viewport, "has_touch": True}
    page = visit(demonstration, None, "/plan/?lot=4000&major=2.5", **how)
    said = page.locator(".said")
    slider = page.get_by_role("slider")

    slider.press("Home")
    expect(said).to_contain_text("Lots with 0 % nonconforming: 100 % accepted")
    for _ in range(20):
        slider.press("ArrowRight")
    expect(said).to_contain_text("Lots with 3 % nonconforming: 96.0 % accepted")
    assert slider.get_attribute("aria-valuetext") == said.inner_text()
    _point(page, at=0.98)
    expect(said).to_contain_text("Lots with 12 % nonconforming: 0.1 % accepted")
    page.get_by_text("Goes out (AOQ)").first.click()
    expect(page.locator(".panel.is-aoq svg")).to_be_visible()
    expect(page.locator(".panel.is-pa svg")).to_be_hidden()

    page.get_by_label("Lot size").fill("5000")
    expect(page.locator("#answer h2")).to_have_text("Draw 200 of 5,000.")
    expect(page.locator(".panel.is-aoq svg")).to_be_visible()


def test_all_of_it_works_without_script(demonstration: Server, visit: Visit) -> None:
    page = visit(demonstration, None, "/plan/", java_script_enabled=False)
    page.get_by_label("Lot size").fill("500")
    page.get_by_role("button", name="Show the plan").click()

    expect(page.locator("#answer h2")).to_have_text("Draw 50 of 500.")
    expect(page.get_by_role("slider")).to_have_count(0)
    page.get_by_text("The points of the curve as a table").first.click()
    expect(page.locator("table.points").first).to_be_visible()
    page.get_by_text("With screening (ATI)").first.click()
    expect(page.locator(".panel.is-ati svg").first).to_be_visible()


def _point(page: Page, *, at: float) -> None:
    """Point at, or touch, a place along the first curve that is shown."""
    box = page.locator(".panel.is-pa svg").first.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] * at, box["y"] + box["height"] / 2
    if page.evaluate("navigator.maxTouchPoints"):
        page.locator(".panel.is-pa svg").first.scroll_into_view_if_needed()
        box = page.locator(".panel.is-pa svg").first.bounding_box()
        assert box is not None
        page.touchscreen.tap(x, box["y"] + box["height"] / 2)
    else:
        page.mouse.move(x, y)
