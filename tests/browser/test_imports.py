"""Import in the browser: every problem by row and column, an encoding chosen by eye, once."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from pathlib import Path

import pytest
from openpyxl import Workbook
from playwright.sync_api import FilePayload, Page, expect

from tests.browser.conftest import Visit
from tests.cli.program import Server, done

pytestmark = pytest.mark.browser

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
HEADINGS = ("Order", "Supplier", "Site", "Country", "Lot", "Product code", "Product", "Quantity")


def _workbook(rows: Iterable[Iterable[object]]) -> bytes:
    book = Workbook()
    sheet = book.active
    sheet.append(HEADINGS)
    for row in rows:
        sheet.append(list(row))
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def _csv(rows: Iterable[Iterable[object]], encoding: str) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(HEADINGS)
    writer.writerows(rows)
    return text.getvalue().encode(encoding)


def _choose(page: Page, kind: str, name: str, data: bytes) -> None:
    page.get_by_role("radio", name=kind).check()
    page.get_by_label("Spreadsheet (.xlsx)").set_input_files(
        FilePayload(name=name, mimeType=XLSX, buffer=data)
    )
    page.get_by_role("button", name="Check the file").click()


def _lots(server: Server) -> list[str]:
    rows = done("where", "--lots", home=Path(server.log).with_suffix(""))["lots"]
    return [row["lot"] for row in rows]


def _problems(page: Page) -> list[tuple[str, ...]]:
    alert = page.get_by_role("alert")
    expect(alert).to_be_focused()
    expect(alert).to_contain_text("Nothing was stored.")
    expect(page.get_by_role("button", name="Store it")).to_have_count(0)
    table = page.get_by_role("table", name="All problems found, in the order of the file")
    return [
        tuple(cell.inner_text() for cell in row.get_by_role("cell").all()[:4])
        for row in table.get_by_role("row").all()[1:]
    ]


def test_all_cells_that_do_not_fit_are_shown_by_row_and_column_and_nothing_is_loaded(
    workbench: Server, visit: Visit
) -> None:
    page = visit(workbench, "Vera", "/import/")
    before = _lots(workbench)

    _choose(page, "Orders", "wrong.xlsx", _workbook([
        ("PO-1", "Haoyu", "Yongkang site", "CN", "W-1", "SB", "Bottle", 3_200),
        ("PO-1", "Haoyu", "Yongkang site", "China", "W-2", "SB", "Bottle", "many"),
        ("PO-1", "", "Yongkang site", "CN", "W-3", "SB", "Bottle", 0),
    ]))  # fmt: skip

    assert _problems(page) == [
        ("wrong.xlsx", "3", "Country", "China"),
        ("wrong.xlsx", "3", "Quantity", "many"),
        ("wrong.xlsx", "4", "Supplier", "(empty)"),
        ("wrong.xlsx", "4", "Quantity", "0"),
    ]
    assert _lots(workbench) == before
    page.goto("/orders/")
    expect(page.get_by_role("main")).not_to_contain_text("PO-1")


def test_all_that_the_books_do_not_allow_is_shown_by_row_and_column_and_nothing_is_loaded(
    workbench: Server, visit: Visit
) -> None:
    page = visit(workbench, "Vera", "/import/")
    before = _lots(workbench)

    _choose(page, "Orders", "again.xlsx", _workbook([
        ("PO-1", "Haoyu", "Yongkang site", "CN", "W-1", "SB", "Bottle", 3_200),
        ("PO-1", "Haoyu", "Yongkang site", "CN", "L-1024", "SB", "Bottle", 10),
        ("PO-1", "Haoyu", "Yongkang site", "CN", "W 3", "SB", "Bottle", 10),
        ("PO-1", "Haoyu", "Yongkang site", "CN", "W-1", "SB", "Bottle", 10),
    ]))  # fmt: skip

    assert _problems(page) == [
        ("again.xlsx", "3", "Lot", "L-1024"),
        ("again.xlsx", "4", "Lot", "W 3"),
        ("again.xlsx", "5", "Lot", "W-1"),
    ]
    assert _lots(workbench) == before


def test_a_row_is_compared_with_the_books_once_its_cells_fit_and_the_page_says_so(
    workbench: Server, visit: Visit
) -> None:
    page = visit(workbench, "Vera", "/import/")
    there = ("PO-1", "Haoyu", "Yongkang site", "CN", "L-1024", "SB", "Bottle")

    _choose(page, "Orders", "first.xlsx", _workbook([(*there, "many")]))
    assert _problems(page) == [("first.xlsx", "2", "Quantity", "many")]
    expect(page.get_by_role("alert")).to_contain_text("corrected, it may show another problem.")

    _choose(page, "Orders", "then.xlsx", _workbook([(*there, 10)]))
    assert _problems(page) == [("then.xlsx", "2", "Lot", "L-1024")]


def test_cells_that_do_not_fit_and_what_the_books_do_not_allow_are_shown_together(
    workbench: Server, visit: Visit
) -> None:
    page = visit(workbench, "Vera", "/import/")

    _choose(page, "Orders", "both.xlsx", _workbook([
        ("PO-1", "Haoyu", "Yongkang site", "CN", "W-1", "SB", "Bottle", "many"),
        ("PO-1", "Haoyu", "Yongkang site", "CN", "L-1024", "SB", "Bottle", 10),
    ]))  # fmt: skip

    assert _problems(page) == [
        ("both.xlsx", "2", "Quantity", "many"),
        ("both.xlsx", "3", "Lot", "L-1024"),
    ]


def test_a_file_in_a_chinese_encoding_is_chosen_by_eye_and_stored_once(
    workbench: Server, visit: Visit
) -> None:
    page = visit(workbench, "Vera", "/import/")
    rows = [("PO-8", "浩宇金属", "永康工厂", "CN", "G-1", "SB", "不锈钢水瓶", 50)]

    _choose(page, "Orders", "orders.csv", _csv(rows, "gb18030"))

    question = page.get_by_role("group", name="In which of these do the names look right?")
    expect(question).to_contain_text("浩宇金属")
    chinese = question.get_by_role("radio", name="Chinese (GB 18030)")
    expect(chinese).not_to_be_checked()
    assert "G-1" not in _lots(workbench)
    chinese.check()
    page.get_by_role("button", name="Check the file").click()
    expect(page.get_by_role("heading", name="orders.csv can be stored")).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text("1 lot")
    expect(page.get_by_role("main")).to_contain_text("new supplier: 浩宇金属")
    expect(page.get_by_role("region", name="First rows")).to_contain_text("不锈钢水瓶")
    assert "G-1" not in _lots(workbench), "checking stores nothing"

    page.get_by_role("button", name="Store it").dblclick()

    expect(page.get_by_role("status")).to_have_text("Stored: orders.csv.")
    assert _lots(workbench).count("G-1") == 1
    page.goto("/lots/G-1/")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Lot G-1")
    expect(page.locator(".lot-title")).to_contain_text("不锈钢水瓶")
    expect(page.locator(".lot-meta")).to_contain_text("浩宇金属")


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("picture.xlsx", b"\x89PNG\r\n\x1a\n" + b"\0" * 200, "is not a spreadsheet"),
        ("cut.xlsx", b"PK\x03\x04" + b"\0" * 200, "damaged or incomplete"),
        ("empty.csv", b"", "empty"),
    ],
)
def test_what_is_no_spreadsheet_is_refused_in_words(
    name: str, data: bytes, said: str, workbench: Server, visit: Visit
) -> None:
    page = visit(workbench, "Vera", "/import/")

    _choose(page, "Orders", name, data)

    expect(page.get_by_role("alert")).to_contain_text("Nothing was stored.")
    expect(page.get_by_role("table", name="All problems")).to_contain_text(said)


def test_a_person_imports_only_what_their_role_may(demonstration: Server, visit: Visit) -> None:
    wang = visit(demonstration, "Wang Qiang", "/import/")

    kinds = wang.get_by_role("group", name="What is in the file?").get_by_role("radio")
    assert [one.get_attribute("value") for one in kinds.all()] == ["packing-list"]
    refused = wang.request.post(
        "/import/",
        multipart={
            "what": "orders",
            "csrfmiddlewaretoken": wang.locator(
                "input[name=csrfmiddlewaretoken]"
            ).first.input_value(),
            "file": FilePayload(name="orders.csv", mimeType="text/csv", buffer=_csv([], "utf-8")),
        },
        headers={"Referer": f"{demonstration.address}/import/"},
    )
    assert refused.status == 404
