"""The demonstration's cases show the figures of their sources, on every page that tells them."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.cli.program import Server

pytestmark = pytest.mark.browser

NUMBER = re.compile(r"\d[\d,]*")


def _numbers(text: str) -> list[int]:
    return [int(one.replace(",", "")) for one in NUMBER.findall(text)]


def _first(text: str) -> int:
    return _numbers(text)[0]


def test_home_answers_where_the_rejected_units_are(demonstration: Server, visit: Visit) -> None:
    page = visit(demonstration, "Vera")

    expect(page.get_by_role("heading", level=1)).to_have_text("Where are the rejected units?")
    answer = " ".join(page.locator(".answer").inner_text().split())
    assert answer.startswith(
        "Of 586,876 rejected units, 7 are unaccounted for and at least 103,845 were seen alive "
        "after their end."
    )
    assert "6,800 are still on hold. 1 disposition is overdue." in answer
    front = {
        one.locator(".label").inner_text(): " ".join(one.inner_text().split())
        for one in page.get_by_role("list", name="In front").get_by_role("listitem").all()
    }
    assert front == {
        "Unaccounted": "Unaccounted 7 US$ 63.00 lot L-1024",
        "Seen alive after their end": (
            "Seen alive after their end at least 103,845 18.0 % of 576,916, lots T1-GEEP-1, "
            "T1-GEEP-2, T1-GEEP-3"
        ),
        "Surplus": "Surplus 0",
        "Overdue": front["Overdue"],
        "On hold": "On hold 6,800 lot T3-POWDER",
    }
    assert re.fullmatch(r"Overdue 6,800 D-\d+, lot T3-POWDER: \d+ years overdue", front["Overdue"])


def test_what_is_unaccounted_and_contradicted_is_red_and_nothing_else_in_front_is(
    demonstration: Server, visit: Visit
) -> None:
    page = visit(demonstration, "Vera")

    colours = page.locator(".front .value").evaluate_all(
        "all => Object.fromEntries(all.map(one => ["
        "one.closest('li').querySelector('.label').textContent, getComputedStyle(one).color]))"
    )

    red = {name for name, colour in colours.items() if _is_red(colour)}
    assert red == {"Unaccounted", "Seen alive after their end"}


def _is_red(colour: str) -> bool:
    red, green, blue = (int(one) for one in re.findall(r"\d+", colour)[:3])
    return red > 2 * green and red > 2 * blue


def test_the_matrix_adds_up_and_every_cell_leads_to_its_lots(
    demonstration: Server, visit: Visit
) -> None:
    page = visit(demonstration, "Vera")
    table = page.get_by_role("table", name="Where they are, and how well that is known")
    rows = {}
    for row in table.get_by_role("row").all()[1:]:
        cells = [one.inner_text() for one in row.get_by_role("cell").all()]
        rows[row.get_by_role("rowheader").inner_text()] = [
            _first(one) for one in cells if NUMBER.search(one)
        ]

    groups = ["Open, whatever the paper says", "On hold", "Released after rejection", "At an end"]
    assert rows["Unaccounted"][0] == 7
    assert rows["Quarantined"][0] == 6_800
    assert rows["Released"][0] == 2_885
    assert rows["Destroyed"] == [577_184, 473_071, 0, 0, 268, 0, 0, 103_845]
    assert sum(rows[group][0] for group in groups) == 586_876
    for name, (total, *parts) in rows.items():
        assert name in groups or sum(parts) == total, name

    table.get_by_role("link", name="577,184").first.click()
    expect(page.get_by_role("table")).to_contain_text("T1-GEEP-1")
    expect(page.get_by_role("table")).not_to_contain_text("T3-POWDER")


def test_home_counts_in_money_by_currency(demonstration: Server, visit: Visit) -> None:
    page = visit(demonstration, "Vera")

    page.get_by_role("navigation", name="Show").get_by_role("link", name="Money").click()

    table = page.get_by_role("table", name="Where they are, and how well that is known")
    expect(table.get_by_role("row", name="Unaccounted")).to_contain_text("US$ 63.00")
    expect(table.get_by_role("row", name="Destroyed")).to_contain_text("US$ 2,412.00")


def test_do_next_is_what_is_wrong_then_what_is_overdue_each_with_why_and_one_button(
    demonstration: Server, visit: Visit
) -> None:
    page = visit(demonstration, "Vera")

    acts = page.get_by_role("complementary", name="Do next").get_by_role("listitem").all()
    titles = [one.get_by_role("heading").inner_text() for one in acts]
    assert [re.sub(r"\s+", " ", one) for one in titles] == [
        "Find 7 units (bottle) of lot L-1024 unaccounted",
        "Decide about 95,754 units of lot T1-GEEP-1 seen alive contradicted",
        "Decide about 4,621 units of lot T1-GEEP-2 seen alive contradicted",
        "Decide about 3,470 units of lot T1-GEEP-3 seen alive contradicted",
        next(one for one in (re.sub(r"\s+", " ", t) for t in titles) if "T3-POWDER" in one),
    ]
    assert "overdue" in titles[-1]
    for one in acts:
        assert one.locator(".why").inner_text().endswith(".")
        assert one.get_by_role("link").count() == 1


SUMS = {
    "L-1024": {
        "made": 3_200, "released": 2_506, "reworked and released": 379, "destroyed": 268,
        "samples used up or kept": 40, "unaccounted": 7,
    },
    "T1-GEEP-1": {"made": 531_966, "destroyed": 436_212, "destroyed on paper, seen alive": 95_754},
    "T1-GEEP-2": {"made": 25_673, "destroyed": 21_052, "destroyed on paper, seen alive": 4_621},
    "T1-GEEP-3": {"made": 19_277, "destroyed": 15_807, "destroyed on paper, seen alive": 3_470},
    "T3-POWDER": {"made": 6_800, "quarantined": 6_800},
}  # fmt: skip


@pytest.mark.parametrize("lot", SUMS)
def test_the_lot_page_says_the_sum_in_words_and_the_picture_shows_the_same_numbers(
    lot: str, demonstration: Server, visit: Visit
) -> None:
    page = visit(demonstration, "Vera", f"/lots/{lot}/")

    terms = [_term(one.inner_text()) for one in page.locator(".sum .sum-term").all()]
    assert dict(terms) == SUMS[lot]
    assert sum(quantity for name, quantity in terms if name != "made") == SUMS[lot]["made"]
    for picture in (".wide svg", ".narrow svg"):
        drawn = _drawn(page, picture)
        ends = {name: drawn.get(name[0].upper() + name[1:]) for name in SUMS[lot]}
        assert ends == SUMS[lot], picture


def _term(text: str) -> tuple[str, int]:
    quantity, name = text.split(" ", 1)
    return name, _first(quantity)


def _drawn(page: Page, picture: str) -> dict[str, int]:
    """Return the picture's nodes by name, as they are written in it."""
    labels = page.locator(f".flow {picture} g").evaluate_all(
        "all => all.map(one => [...one.querySelectorAll('text')]"
        ".map(text => text.textContent).join(' '))"
    )
    found = {}
    for label in labels:
        match = re.match(r"(.+?) (\d[\d,]*)\b", " ".join(label.split()))
        assert match, label
        found[match[1]] = _first(match[2])
    return found


def test_in_words_the_picture_says_every_band_and_no_unit_is_lost_on_the_way(
    demonstration: Server, visit: Visit
) -> None:
    page = visit(demonstration, "Vera", "/lots/L-1024/")

    page.get_by_text("The same in words").click()

    bands = []
    for one in page.locator(".in-words li").all():
        match = re.fullmatch(r"([\d,]+) (?:units? )?from (.+) to (.+)", one.inner_text())
        assert match, one.inner_text()
        bands.append((_first(match[1]), match[2], match[3]))
    for node in {name for _, name, _ in bands} - {"Made"}:
        arrived = sum(n for n, _, target in bands if target == node)
        assert arrived == sum(n for n, source, _ in bands if source == node), node
    assert sum(n for n, source, _ in bands if source == "Made") == 3_200


def test_a_band_shows_the_story_of_its_units_and_the_address_keeps_it(
    demonstration: Server, visit: Visit
) -> None:
    page = visit(demonstration, "Vera", "/lots/L-1024/")
    story = page.get_by_role("region", name="What happened, and how we know")
    whole = story.get_by_role("listitem").count()

    _click_band(page, "sorting.unaccounted")

    expect(story).to_contain_text("Only the story of 7 units")
    expect(story).to_contain_text("7 fewer than the books")
    assert 0 < story.get_by_role("listitem").count() < whole
    assert "band=sorting.unaccounted" in page.url
    titles = story.get_by_role("heading", level=3).all_inner_texts()
    assert not [one for one in titles if "Destroyed" in one or "Rework" in one], titles

    page.reload()
    expect(story).to_contain_text("Only the story of 7 units")
    story.get_by_role("link", name="Show the whole story").click()
    expect(story.get_by_role("listitem")).to_have_count(whole)


def _click_band(page: Page, key: str) -> None:
    """Click where the band is drawn: the middle of its box may lie beside it."""
    band = page.locator(f".flow .wide a[href*='band={key}'] path")
    band.scroll_into_view_if_needed()
    x, y = band.evaluate(
        """path => {
          const box = path.getBBox(), x = box.x + box.width / 2;
          for (let y = box.y; y <= box.y + box.height; y += 0.5)
            if (path.isPointInFill(new DOMPoint(x, y))) {
              const at = new DOMPoint(x, y + 0.5).matrixTransform(path.getScreenCTM());
              return [at.x, at.y];
            }
        }"""
    )
    page.mouse.click(x, y)


def test_without_its_script_a_band_leads_to_the_same_story(
    demonstration: Server, visit: Visit
) -> None:
    page = visit(demonstration, "Vera", "/lots/L-1024/", java_script_enabled=False)

    page.locator(".sum").get_by_role("link", name="7 unaccounted").click()

    story = page.locator("#story")
    expect(story).to_contain_text("Only the story of 7 units")
    expect(story).to_contain_text("7 fewer than the books")


def test_a_grade_tells_its_reason_on_demand(demonstration: Server, visit: Visit) -> None:
    page = visit(demonstration, "Vera", "/lots/L-1024/")
    destroyed = page.get_by_role("listitem").filter(
        has=page.get_by_role("heading", name="Destroyed: 268 units")
    )
    reason = destroyed.get_by_text("no secret draw was presented")
    expect(reason).to_be_hidden()

    destroyed.get_by_text("grade 3, witnessed").click()

    expect(reason).to_be_visible()
    expect(destroyed).to_contain_text(
        "an independent person was there, with counts and pictures, and signed on the spot"
    )


def test_the_books_of_a_lot_sum_to_what_was_made(demonstration: Server, visit: Visit) -> None:
    page = visit(demonstration, "Vera", "/lots/L-1024/")
    table = page.get_by_role("table", name="The books: every account of this lot")

    units = [_first(one) for one in table.locator("td[data-label=Units]").all_inner_texts()]

    assert sorted(units) == [7, 15, 25, 268, 2_885]
    assert sum(units) == 3_200


def test_evidence_opens_from_the_story_and_cannot_run_anything(
    demonstration: Server, visit: Visit
) -> None:
    page = visit(demonstration, "Vera", "/lots/L-1024/")
    link = page.get_by_role("link", name="leaking lid.png").get_attribute("href")
    assert link is not None

    answer = page.request.get(link)

    assert answer.status == 200
    assert answer.headers["content-type"] == "image/png"
    assert answer.body().startswith(b"\x89PNG")
    assert answer.headers["content-security-policy"] == "sandbox; default-src 'none'"
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_lots_keep_their_filter_in_the_address_and_narrow_while_one_types(
    demonstration: Server, visit: Visit
) -> None:
    page = visit(demonstration, "Vera", "/lots/")
    table = page.get_by_role("table")
    expect(table).to_contain_text("T3-POWDER")

    page.get_by_label("Lot, order or product").press_sequentially("bottle")

    expect(table).not_to_contain_text("T3-POWDER")
    expect(table).to_contain_text("L-1024")
    page.wait_for_url("**q=bottle**")
    page.reload()
    expect(page.get_by_label("Lot, order or product")).to_have_value("bottle")
    expect(table.get_by_role("row")).to_have_count(2)

    page.get_by_label("Lot, order or product").fill("")
    page.get_by_label("Verdict").select_option("Not acceptable")
    expect(table.get_by_role("row")).to_have_count(2)
    expect(table).to_contain_text("7 unaccounted")


def test_a_strange_address_is_no_fault_of_ours(demonstration: Server, visit: Visit) -> None:
    page = visit(demonstration, "Vera")

    for path in ("/lots/?page=²", "/lots/?page=99999", "/lots/?place=moon&verdict=x&supplier=y",
                 "/lots/L-1024/?band=no.such", "/?show=moons",
                 "/lots/L-1024/propose?kind=burn"):  # fmt: skip
        assert page.request.get(path).status == 200, path
    for path in ("/lots/L-1024/D-99/start", "/lots/L-1024/I-99/result", "/lots/L-1024/burn",
                 "/orders/none/", "/nonconformities/NCR-99/", "/files/" + "0" * 64,
                 "/import/weather.xlsx", "/lots/L-1024/D-7/start"):  # fmt: skip
        assert page.request.get(path).status == 404, path
