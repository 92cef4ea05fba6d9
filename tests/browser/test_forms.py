"""Forms: what is typed is never lost, an act is done once, a refusal shows the way out."""

from __future__ import annotations

import re
import threading
import uuid
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.chrome import PHONE
from tests.browser.conftest import Visit
from tests.cli.client import Client
from tests.cli.program import Server, done

pytestmark = pytest.mark.browser

TABS_MOST = 80


def _home(server: Server) -> Path:
    return server.log.with_suffix("")


def _statements(server: Server) -> int:
    return int(done("fsck", home=_home(server))["statements"])


def _refusal(page: Page) -> Locator:
    return page.get_by_role("alert")


def test_a_refused_act_says_what_is_missing_who_can_provide_it_and_leads_there(
    workbench: Server, visit: Visit
) -> None:
    page = visit(workbench, "Vera", "/lots/T3-POWDER/")
    page.get_by_role("article").get_by_role("link", name="Freeze the list").click()
    page.get_by_label("Remarks").fill("The bags are on pallets 1 to 170.")

    page.get_by_role("button", name="Start").click()

    panel = _refusal(page)
    expect(panel).to_be_focused()
    expect(panel).to_contain_text("This was not done. What you typed is kept.")
    missing = panel.get_by_role("listitem")
    for words in ("The disposer is approved by the buyer.", "An independent witness is appointed."):
        expect(missing.filter(has_text=words)).to_contain_text("Who can: the buyer.")
    expect(panel).not_to_contain_text("disposition.gates_unmet")
    expect(page.get_by_label("Remarks")).to_have_value("The bags are on pallets 1 to 170.")
    page.reload()
    expect(page.get_by_label("Remarks")).to_have_value("The bags are on pallets 1 to 170.")
    page.get_by_role("button", name="Start").click()
    _refusal(page).get_by_role("link", name="Do it now").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("^Approve "))
    found = done("where", "T3-POWDER", home=_home(workbench))
    assert [(row["condition"], row["units"]) for row in found["accounts"]] == [
        ("quarantined", 6_800)
    ]


def test_a_double_plan_is_carried_through_both_samples_in_the_pages(
    workbench: Server, visit: Visit, tmp_path: Path
) -> None:
    order = tmp_path / "order.csv"
    order.write_text(
        "order,supplier,site,country,lot,product_code,product,quantity\n"
        "PO-D1,Zhongshan Cups,Main works,CN,D-1,CUP-9,Cup,3200\n"
    )
    done("import", "orders", order, home=_home(workbench))
    page = visit(workbench, "Vera", "/lots/D-1/plan")
    asked = page.locator("#plan-preview")
    expect(asked).to_contain_text("No lot of this stream was judged for this class before.")
    # Both at once: the second choice is not lost while the answer to the first is under way.
    page.locator("#id_standard").select_option("z1.4")
    page.locator("#id_major_kind").select_option("double")
    expect(asked).to_contain_text("125 of 3,200 units first, 160 at most.")
    page.get_by_role("button", name="Plan it").click()

    page.get_by_role("link", name="Record the result").click()
    for name, found in (("critical", "0"), ("major", "5"), ("minor", "0")):
        page.locator(f"#id_found_{name}").fill(found)
    page.get_by_role("button", name="Record", exact=True).click()
    expect(page.get_by_role("status").first).to_contain_text("draw 80 more, 81 to 160")
    page.get_by_role("link", name="inspected 125; the plan asks for more, 160 in all").click()
    page.get_by_role("link", name="Record the next result").click()
    expect(page.locator("#id_inspected")).to_have_value("160")
    page.locator("#id_found_major").fill("9")
    page.get_by_role("button", name="Record", exact=True).click()

    expect(page.get_by_role("status").first).to_contain_text("9 major in 160, at most 8")
    found = done("where", "D-1", home=_home(workbench))
    assert [(row["condition"], row["units"]) for row in found["accounts"]] == [
        ("quarantined", 3_200)
    ]
    page.goto("/lots/D-1/switching/")
    expect(page.get_by_role("row").filter(has_text="9 in 160")).to_contain_text("not accepted")


def test_what_is_typed_survives_a_reload_and_is_gone_once_it_is_recorded(
    workbench: Server, visit: Visit
) -> None:
    page = visit(workbench, "Vera", "/lots/T3-POWDER/count")
    page.get_by_label("Units found").fill("6800")
    page.get_by_label("Remarks").fill("Counted at the gate.")
    act = page.locator("input[name=act]").get_attribute("value")

    page.reload()

    expect(page.get_by_label("Units found")).to_have_value("6800")
    expect(page.get_by_label("Remarks")).to_have_value("Counted at the gate.")
    told = page.get_by_role("status").filter(has_text=re.compile(r"Draft from \d\d:\d\d restored"))
    expect(told).to_be_visible()

    page.get_by_role("button", name="Record").click()
    expect(page.get_by_role("status")).to_contain_text("Recorded.")
    page.goto("/lots/T3-POWDER/count")
    expect(page.get_by_label("Units found")).to_have_value("")
    expect(page.get_by_label("Remarks")).to_have_value("")
    page.get_by_label("Remarks").fill("Begun, and not meant.")
    page.reload()
    page.get_by_role("button", name="Start again").click()
    expect(page.get_by_label("Remarks")).to_have_value("")
    assert page.locator("input[name=act]").get_attribute("value") != act


def test_a_draft_keeps_a_time_that_was_typed_and_takes_now_for_one_that_was_not(
    workbench: Server, visit: Visit
) -> None:
    page = visit(workbench, "Vera", "/lots/T3-POWDER/move")
    kept = "Object.keys(localStorage).map(key => localStorage.getItem(key)).join()"
    page.get_by_label("Seal numbers").fill("JH-1")
    assert "occurred_at" not in page.evaluate(kept)

    page.get_by_label("When").fill("2026-03-05T16:20")
    page.reload()

    expect(page.get_by_label("Seal numbers")).to_have_value("JH-1")
    expect(page.get_by_label("When")).to_have_value("2026-03-05T16:20")


def test_a_button_pressed_twice_does_the_act_once(workbench: Server, visit: Visit) -> None:
    page = visit(workbench, "Vera", "/lots/T3-POWDER/count")
    before = _statements(workbench)
    page.get_by_label("Units found").fill("6800")
    page.get_by_label("Remarks").fill("Pressed twice.")

    page.get_by_role("button", name="Record").dblclick()

    page.wait_for_url("**/lots/T3-POWDER/")
    expect(page.get_by_text("Pressed twice.")).to_have_count(1)
    assert _statements(workbench) == before + 1


def test_the_same_form_sent_by_ten_at_once_is_done_once_and_another_under_its_id_is_refused(
    workbench: Server,
) -> None:
    client = Client(workbench.address)
    client.try_as("Vera")
    before = _statements(workbench)
    fields = _count_fields(client, found="6800")
    statuses: list[int] = []

    def send() -> None:
        one = Client(workbench.address, cookies=dict(client.cookies))
        statuses.append(one.post("/lots/T3-POWDER/count", fields).status)

    threads = [threading.Thread(target=send) for _ in range(10)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    other = client.post("/lots/T3-POWDER/count", {**fields, "found": "6799"})

    assert statuses == [302] * 10
    assert other.status == 409
    assert "This form was sent already, with other content." in other.text
    assert 'value="6799"' in other.text, "what was typed is kept"
    assert _statements(workbench) == before + 1
    assert done("where", "T3-POWDER", home=_home(workbench))["unaccounted"] == 0


def _count_fields(client: Client, *, found: str) -> dict[str, str]:
    page = client.get("/lots/T3-POWDER/count").text
    account = re.search(r'value="([0-9a-f-]{36}\|quarantined)"', page)
    assert account
    return {
        "act": str(uuid.uuid4()), "account": account[1], "found": found,
        "occurred_at": "2026-01-01T12:00", "evidence-TOTAL_FORMS": "0",
        "evidence-INITIAL_FORMS": "0",
    }  # fmt: skip


def test_the_keyboard_alone_logs_in_and_records_a_count(workbench: Server, visit: Visit) -> None:
    page = visit(workbench, None, "/log-in/")
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("Skip to the page")
    _tab_to(page, page.get_by_role("button", name="Vera"))
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Where are the rejected units?").wait_for()

    _tab_to(page, page.get_by_role("link", name="Lots", exact=True))
    page.keyboard.press("Enter")
    _tab_to(page, page.get_by_role("link", name="T3-POWDER"))
    page.keyboard.press("Enter")
    _tab_to(page, page.get_by_role("link", name="Record a count"))
    page.keyboard.press("Enter")
    _tab_to(page, page.get_by_label("Units found"))
    page.keyboard.type("6800")
    _tab_to(page, page.get_by_label("Remarks"))
    page.keyboard.type("Without a mouse.")
    _tab_to(page, page.get_by_role("button", name="Record"))
    page.keyboard.press("Enter")

    expect(page.get_by_role("status")).to_contain_text("Recorded.")
    expect(page.get_by_text("Without a mouse.")).to_be_visible()


def _tab_to(page: Page, wanted: Locator) -> None:
    """Press Tab until what is wanted has the focus, and see that the focus is shown."""
    wanted.first.wait_for()
    for _ in range(TABS_MOST):
        page.keyboard.press("Tab")
        if wanted.first.evaluate("one => one === document.activeElement"):
            ring = page.evaluate(
                "(s => [s.outlineStyle, s.boxShadow, s.borderColor])"
                "(getComputedStyle(document.activeElement))"
            )
            assert ring[0] != "none" or ring[1] != "none", f"no focus is shown on {wanted}"
            return
    raise AssertionError(f"{wanted} is not reached in {TABS_MOST} steps")


def test_the_person_s_menu_opens_and_closes_by_keyboard(
    demonstration: Server, visit: Visit
) -> None:
    page = visit(demonstration, "Vera")
    menu = page.locator("summary", has_text="Vera Lindqvist")
    menu.focus()

    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Log out")).to_be_visible()
    page.keyboard.press("Escape")

    expect(page.get_by_role("button", name="Log out")).to_be_hidden()
    expect(menu).to_be_focused()


def test_a_thumb_on_a_phone_records_a_count_with_a_picture(
    workbench: Server, visit: Visit, tmp_path: Path
) -> None:
    page = visit(
        workbench, "Vera", "/lots/T3-POWDER/", viewport=PHONE, has_touch=True, is_mobile=True,
        device_scale_factor=2,
    )  # fmt: skip
    photo = tmp_path / "pallets.png"
    photo.write_bytes(page.screenshot())

    page.get_by_role("link", name="Record a count").tap()
    found = page.get_by_label("Units found")
    assert found.get_attribute("inputmode") == "numeric"
    found.tap()
    page.keyboard.type("6800")
    page.get_by_label("Remarks").tap()
    page.keyboard.type("From the phone.")
    row = page.locator(".evidence-row").first
    row.get_by_label("What it is").select_option("picture or video")
    row.get_by_label("File").set_input_files(photo)
    page.get_by_role("button", name="Record", exact=True).tap()

    expect(page.get_by_role("status")).to_contain_text("Recorded.")
    expect(page.get_by_text("From the phone.")).to_be_visible()
    answer = page.request.get(
        page.get_by_role("link", name="pallets.png").get_attribute("href") or ""
    )
    assert answer.body() == photo.read_bytes()


def test_a_count_is_recorded_without_any_script(workbench: Server, visit: Visit) -> None:
    page = visit(workbench, "Vera", "/lots/T3-POWDER/count", java_script_enabled=False)
    page.get_by_label("Units found").fill("6800")
    page.get_by_label("Remarks").fill("Without any script.")

    page.get_by_role("button", name="Record", exact=True).click()

    expect(page.get_by_role("status")).to_contain_text("Recorded.")
    expect(page.get_by_text("Without any script.")).to_be_visible()


def test_fields_that_do_not_fit_are_named_and_reached_by_one_press(
    workbench: Server, visit: Visit
) -> None:
    page = visit(workbench, "Vera", "/lots/T3-POWDER/count")
    page.get_by_label("Units found").fill("-3")
    page.locator("#id_weight_kg").fill("12.34567")
    page.get_by_label("Remarks").fill("Kept.")
    row = page.locator(".evidence-row").first
    row.get_by_label("What it is").select_option("weight in")
    page.locator("form.body").evaluate("form => { form.noValidate = true; }")

    page.get_by_role("button", name="Record", exact=True).click()

    panel = _refusal(page)
    expect(panel).to_be_focused()
    expect(panel).to_contain_text("2 fields need a look")
    expect(page.get_by_label("Units found")).to_have_value("-3")
    expect(page.get_by_label("Units found")).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_label("Remarks")).to_have_value("Kept.")
    expect(page.get_by_text("Say how much it weighed.")).to_be_visible()
    expect(page.get_by_text("Choose the files again")).to_be_visible()
    panel.get_by_role("link", name="Units found").click()
    expect(page.get_by_label("Units found")).to_be_focused()


def test_evidence_alone_that_does_not_fit_keeps_the_draft_too(
    workbench: Server, visit: Visit
) -> None:
    page = visit(workbench, "Vera", "/lots/T3-POWDER/count")
    page.get_by_label("Units found").fill("6800")
    page.get_by_label("Remarks").fill("Kept as well.")
    page.locator(".evidence-row").first.get_by_label("What it is").select_option("weight in")

    page.get_by_role("button", name="Record", exact=True).click()

    expect(_refusal(page)).to_contain_text("The evidence needs a look")
    expect(page.get_by_label("Remarks")).to_have_value("Kept as well.")
    expect(page.get_by_text("Choose the files again")).to_be_visible()
    page.goto("/lots/T3-POWDER/count")
    expect(page.get_by_label("Remarks")).to_have_value("Kept as well.")


def test_a_weight_has_a_keyboard_with_a_decimal_point_and_a_number_of_units_has_none(
    demonstration: Server, visit: Visit
) -> None:
    page = visit(demonstration, "Vera", "/lots/T3-POWDER/count")

    expect(page.locator("#id_weight_kg")).to_have_attribute("inputmode", "decimal")
    expect(page.locator("#id_found")).to_have_attribute("inputmode", "numeric")


def test_what_is_said_to_have_happened_tomorrow_is_refused_where_it_was_typed(
    workbench: Server, visit: Visit
) -> None:
    page = visit(workbench, "Vera", "/lots/T3-POWDER/count")
    page.get_by_label("Units found").fill("6800")
    page.get_by_label("When").fill("2199-01-01T12:00")

    page.get_by_role("button", name="Record", exact=True).click()

    expect(_refusal(page)).to_contain_text("That is still to come: at the site it is")
    expect(page.get_by_label("When")).to_have_value("2199-01-01T12:00")
    expect(page.get_by_label("Units found")).to_have_value("6800")


def test_a_time_is_the_site_s_own_whatever_the_person_s_clock_says(
    workbench: Server, visit: Visit
) -> None:
    page = visit(workbench, "Vera", "/lots/T3-POWDER/count", timezone_id="America/New_York")
    page.get_by_label("Units found").fill("6800")
    page.get_by_label("When").fill("2026-03-05T16:20")
    page.get_by_label("Remarks").fill("At twenty past four.")

    page.get_by_role("button", name="Record", exact=True).click()

    told = page.locator("#story li").filter(has_text="At twenty past four.").locator("time").first
    expect(told).to_have_attribute("title", "2026-03-05 16:20 Asia/Shanghai")
    expect(told).to_have_attribute("datetime", "2026-03-05T16:20:00+08:00")


def test_evidence_rows_grow_one_by_one_and_come_back_with_their_words_after_a_refusal(
    workbench: Server, visit: Visit
) -> None:
    page = visit(workbench, "Vera", "/lots/T3-POWDER/attach?disposition=D-7")
    rows = page.locator(".evidence-row")
    first = rows.count()

    page.get_by_role("button", name="Add another").click()
    expect(rows).to_have_count(first + 1)
    assert rows.last.locator("select").evaluate("one => one === document.activeElement")
    rows.last.get_by_label("What it is").select_option("certificate")
    rows.last.get_by_label("Number or name").fill("C-77")
    page.reload()
    expect(rows).to_have_count(first + 1)
    expect(rows.last.get_by_label("Number or name")).to_have_value("C-77")
    page.get_by_label("When").fill("2199-01-01T12:00")
    page.get_by_role("button", name="Attach", exact=True).click()

    expect(_refusal(page)).to_contain_text("That is still to come: at the site it is")
    expect(page.get_by_label("Number or name").nth(first)).to_have_value("C-77")
    expect(page.get_by_text("Choose the files again")).to_be_visible()
