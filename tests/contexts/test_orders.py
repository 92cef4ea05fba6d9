"""Orders and packing lists from spreadsheets; which unit a serial is."""

from __future__ import annotations

import uuid
from decimal import Decimal
from typing import Any

import pytest

from lotwarden.core.units import to_ranges, units
from lotwarden.custody import queries as books
from lotwarden.custody.operations import lots as custody
from lotwarden.identity import operations as identity
from lotwarden.identity import queries as who
from lotwarden.orders import operations as orders
from lotwarden.orders import queries as lots
from lotwarden.orders.models import Carton
from lotwarden.orders.tables import ORDERS, PACKING_LIST
from lotwarden.sheets import SheetRefused, template, template_csv
from tests.workspace import (
    Workspace,
    carton_row,
    findings,
    order_row,
    refused,
    sheet,
)


def load(ws: Workspace, *rows: dict[str, object], **more: Any) -> dict[str, Any]:
    given = {"data": sheet(*rows), "filename": "orders.csv", **more}
    return custody.load_orders(ws.vera, **given)


def pack(ws: Workspace, *rows: dict[str, Any], by: str = "vera") -> dict[str, Any]:
    return orders.import_packing_list(ws.actor(by), data=sheet(*rows), filename="packing.csv")


def problems(refusal: pytest.ExceptionInfo[Any]) -> list[tuple[int | None, str, str, str]]:
    """Every problem of a refused file: row, column, value, what is wrong."""
    assert isinstance(refusal.value, SheetRefused)
    return [(one.row, one.column, one.value, one.message) for one in refusal.value.problems]


# Orders -----------------------------------------------------------------------------------------


def test_an_order_file_brings_supplier_site_product_and_lots_into_the_books(
    ws: Workspace,
) -> None:
    outcome = load(
        ws,
        order_row(
            "N-1", 500, order="PO-9", supplier="Wenzhou Valve", site="Hall 3", country="CN",
            placed_on="2026-01-20", supplier_local="温州阀门", product_code="V-1",
            product="Valve", product_local="阀门", unit_name="valve", unit_cost="1.25",
            currency="CNY", weight_g="80", branded="no",
        ),
        order_row("N-2", 700, order="PO-9", supplier="wenzhou valve", site="hall 3",
                  country="CN", product_code="V-1", product="Valve", unit_cost=None,
                  currency=None, weight_g=None, numbered="yes"),
    )  # fmt: skip

    assert outcome == {
        "lots": ["N-1", "N-2"],
        "orders": ["PO-9"],
        "suppliers": ["Wenzhou Valve"],
        "sites": ["Wenzhou Valve, Hall 3"],
        "products": ["V-1"],
    }
    card = lots.lot("N-1")
    assert (card.declared, card.serialised, card.order) == (500, False, "PO-9")
    assert (card.product, card.product_local, card.unit_name) == ("Valve", "阀门", "valve")
    assert (card.unit_cost, card.currency) == (Decimal("1.25"), "CNY")
    assert (card.weight_g, card.branded) == (80, False)
    assert str(card.placed_on) == "2026-01-20"
    assert (card.supplier_name, card.supplier_local) == ("Wenzhou Valve", "温州阀门")
    assert (card.site_name, card.zone) == ("Hall 3", "Asia/Shanghai")
    assert lots.lot("N-2").serialised
    assert ws.where("N-1") == {"offered": 500}
    assert ws.where("N-2") == {"offered": 700}
    assert [len(one.lots) for one in lots.orders(ws.vera) if one.number == "PO-9"] == [2]
    assert findings() == []


def test_a_lot_is_offered_at_grade_0_because_somebody_said_so(ws: Workspace) -> None:
    ws.offered("N-1", 500)

    assert ws.grades("offered", "N-1") == {0: 500}


def test_units_of_a_numbered_lot_are_named_from_one_up(ws: Workspace) -> None:
    ws.offered("N-1", 48, serials="SB0001")

    (moved,) = books.transfers(lots.lot("N-1").id)
    assert moved.units is not None
    assert to_ranges(moved.units) == [[1, 48]]


def test_a_site_gets_the_zone_that_is_written_or_that_of_its_country(ws: Workspace) -> None:
    load(ws, order_row("N-1", site="East", country="US"), order_row("N-2", site="West",
         country="US", zone="America/Los_Angeles"))  # fmt: skip

    assert lots.lot("N-1").zone == "America/New_York"
    assert lots.lot("N-2").zone == "America/Los_Angeles"


def test_every_problem_of_an_order_file_is_told_by_row_and_column_and_nothing_is_loaded(
    ws: Workspace,
) -> None:
    with refused("sheets.refused") as refusal:
        load(
            ws,
            order_row("N-1", order="PO-9"),
            order_row("L-1", order="PO-9"),
            order_row("N 2", order="PO-9"),
            order_row("N-1", order="PO-9"),
            order_row("N-3", order="PO-9", site="Ningbo warehouse"),
            order_row("N-4", order="PO-9", currency=""),
            order_row("N-5", order="PO-9", zone="Shanghai"),
            order_row("N-6", order="PO-8", site="Hall 3"),
            order_row("N-7", order="PO-7", site="Hall 3", country="AQX"[:2]),
            order_row("N-8", order="PO-L-1", supplier="Elsewhere Metal", country="CN"),
            order_row("N-9", order="PO-6", site="Island", country="BV"),
        )

    assert problems(refusal) == [
        (3, "lot", "L-1", "a lot of this number is here already"),
        (4, "lot", "N 2", "a lot's number has letters, digits, point, dash and underscore only"),
        (5, "lot", "N-1", "a lot of this number is here already"),
        (
            6, "site", "Ningbo warehouse",
            "order PO-9 is placed at Yongkang site of Yongkang Haoyu",
        ),
        (7, "currency", "", "a unit cost and its currency go together"),
        (8, "zone", "Shanghai", "write a zone like Asia/Shanghai"),
        (9, "country", "", "a new site needs its country or its time zone"),
        (
            11, "site", "Yongkang site",
            "order PO-L-1 is placed at Yongkang site of Yongkang Haoyu",
        ),
        (12, "country", "BV", "no time zone is known for this country"),
    ]  # fmt: skip


def test_cells_that_do_not_fit_their_column_are_told_all_at_once(ws: Workspace) -> None:
    with refused("sheets.refused") as refusal:
        load(
            ws,
            order_row("N-1", quantity="many"),
            order_row("N-2", quantity=1),
            order_row("N-3", supplier="", unit_cost="-1"),
            order_row("N-4", numbered="perhaps"),
        )

    assert [(row, column) for row, column, _, _ in problems(refusal)] == [
        (2, "quantity"),
        (3, "quantity"),
        (4, "supplier"),
        (4, "unit_cost"),
        (5, "numbered"),
    ]


def test_an_order_file_without_a_column_that_is_needed_is_refused(ws: Workspace) -> None:
    row = order_row("N-1")
    del row["quantity"]

    with refused("sheets.refused") as refusal:
        load(ws, row)

    assert "The column Quantity is missing." in str(refusal.value)


def test_a_chinese_file_says_its_encoding_or_is_refused_with_what_to_choose(
    ws: Workspace,
) -> None:
    text = sheet(order_row("N-1", supplier_local="永康市浩宇金属有限公司", country="CN",
                           supplier="永康浩宇", site="永康")).decode()  # fmt: skip
    data = text.encode("gb18030")

    with refused("sheets.encoding_unknown") as refusal:
        load(ws, data=data)
    assert "gb18030" in refusal.value.next_step
    with refused("sheets.encoding_unsupported"):
        load(ws, data=data, encoding="shift_jis")

    load(ws, data=data, encoding="gb18030")

    card = lots.lot("N-1")
    assert (card.supplier_name, card.supplier_local) == ("永康浩宇", "永康市浩宇金属有限公司")


def test_the_template_is_read_again_as_a_workbook_and_as_text(ws: Workspace) -> None:
    assert load(ws, data=template(ORDERS))["lots"] == ["L-1024"]
    assert ws.where("L-1024") == {"offered": 3_200}

    with refused("sheets.refused") as refusal:
        load(ws, data=template_csv(ORDERS))

    assert problems(refusal) == [(2, "Lot", "L-1024", "a lot of this number is here already")]


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7", b"PK\x03\x04 not a workbook"])
def test_what_is_no_spreadsheet_is_refused(ws: Workspace, data: bytes) -> None:
    with pytest.raises(Exception, match=r".") as refusal:
        load(ws, data=data)

    assert getattr(refusal.value, "code", "").startswith("sheets.")


def test_a_lot_is_the_same_in_capital_and_small_letters(ws: Workspace) -> None:
    with refused("sheets.refused") as refusal:
        load(ws, order_row("l-1", order="PO-9"), order_row("N-1"), order_row("n-1"))
    load(ws, order_row("N-1", 48))
    packed = pack(ws, carton_row("n-1", 48))

    here = "a lot of this number is here already"
    assert problems(refusal) == [(2, "lot", "l-1", here), (4, "lot", "n-1", here)]
    assert packed["lots"] == ["N-1"]
    assert lots.lot("n-1", ws.wang).number == "N-1"


def test_a_case_and_its_source_stay_with_its_lots(ws: Workspace) -> None:
    load(ws, order_row("N-1"), case="t1", source="BBC, 2020")

    card = lots.lot("N-1")
    assert (card.case, card.source) == ("t1", "BBC, 2020")


def test_a_row_that_says_other_than_is_known_of_its_product_is_a_problem(ws: Workspace) -> None:
    load(ws, order_row("N-1", product_code="CUP-1", product="Cup", unit_cost="2.50",
                       currency="USD", weight_g=None))  # fmt: skip

    with refused("sheets.refused") as refusal:
        load(
            ws,
            order_row("N-2", product_code="CUP-1", product="Cup", unit_cost="2.5", currency="USD",
                      weight_g=None),
            order_row("N-3", product_code="CUP-1", product="Mug", unit_cost="2.75",
                      currency="USD", weight_g=310),
            order_row("N-4", product_code="CUP-2", product="Cup, large", branded="no"),
            order_row("N-5", product_code="CUP-2", product="Cup, large", branded="yes"),
        )  # fmt: skip

    assert problems(refusal) == [
        (3, "product", "Mug", "product CUP-1 is here already, with Cup"),
        (3, "unit_cost", "2.75", "product CUP-1 is here already, with 2.5"),
        (3, "weight_g", "310", "product CUP-1 is here already, without it"),
        (5, "branded", "yes", "product CUP-2 is here already, with no"),
    ]


def test_units_without_a_cost_are_counted_beside_the_money(ws: Workspace) -> None:
    load(ws, order_row("N-1", 800, product_code="CUP-1", product="Cup", unit_cost=None,
                       currency=None))  # fmt: skip
    ws.result(ws.plan("N-1"), major=40)

    (found,) = books.weighed([lots.lot("N-1").id])

    assert (found.units, found.uncosted, found.cost) == (800, 800, 0)
    assert {one.uncosted for one in books.weighed([lots.lot("L-1").id])} == {0}


# Packing lists ----------------------------------------------------------------------------------


def test_a_packing_list_numbers_the_cartons_through_and_joins_serials_that_run_on(
    ws: Workspace,
) -> None:
    load(ws, order_row("N-1", 72, numbered="yes"))

    outcome = pack(
        ws,
        carton_row("N-1", 24, carton="A", serials="SB0001") | {"gross_weight_g": 9_000},
        carton_row("N-1", 24, carton="B", serials="SB0025") | {"gross_weight_g": 9_100},
        carton_row("N-1", 24, carton="C", serials="X09") | {"gross_weight_g": 9_200},
        by="wang",
    )

    assert outcome == {"lots": ["N-1"], "cartons": 3}
    found = lots.packing(lots.lot("N-1").id)
    assert (found.cartons, found.packed, found.gross_weight_g) == (3, 72, 27_300)
    assert found.serials == (("SB0001", "SB0048", 48), ("X09", "X32", 24))


def test_a_packing_list_after_the_inspection_is_loaded_by_the_buyer_only(ws: Workspace) -> None:
    rows = [carton_row("N-1", 800, carton="A", serials="SB0001")]
    load(ws, order_row("N-1", 800, numbered="yes"))
    ws.result(ws.plan("N-1"), major=0)

    with refused("sheets.refused") as refusal:
        pack(ws, *rows, by="wang")

    assert problems(refusal) == [
        (
            2,
            "lot",
            "N-1",
            "units of this lot were inspected: only the buyer loads its packing list now",
        ),
    ]
    assert pack(ws, *rows)["cartons"] == 1
    told = ws.chain("N-1")[-1].body["packing"]
    card = lots.lot("N-1").id
    assert told == [{"lot": str(card), "cartons": 1, "digest": lots.packing_digest(card)}]
    assert findings() == []
    Carton.objects.filter(lot=card).update(gross_weight_g=1)
    assert findings() == ["fsck.packing: lot N-1: its cartons or serials are not as told"]


def test_a_serial_is_found_among_many_cartons_and_one_between_them_is_not(ws: Workspace) -> None:
    """Each carton has a range of its own, in an order of its own, with a gap behind it."""
    load(ws, order_row("N-1", 400, numbered="yes"))
    first = [1_000 - 7 * carton for carton in range(100)]
    pack(
        ws,
        *(
            carton_row("N-1", 4, carton=carton, serials=f"S{number:04d}")
            for carton, number in enumerate(first)
        ),
    )
    card = lots.lot("N-1")

    for carton, number in enumerate(first):
        found = lots.find_serials(card, [f"S{number + k:04d}" for k in (-1, 0, 3, 4)])
        assert found == [None, units((4 * carton + 1,) * 2), units((4 * carton + 4,) * 2), None]
    shown = lots.show_units(card.id, units((1, 1), (400, 400)))
    assert shown == f"S1000, S{first[-1] + 3:04d}"


def test_every_problem_of_a_packing_list_is_told_and_nothing_is_loaded(ws: Workspace) -> None:
    load(ws, order_row("N-1", 48, numbered="yes"), order_row("N-2", 48))

    with refused("sheets.refused") as refusal:
        pack(
            ws,
            carton_row("N-1", 24, carton="A") | {"serial_first": "SB01", "serial_last": "SX24"},
            carton_row("N-1", 20, carton="A") | {"serial_first": "SB25", "serial_last": "SB48"},
            carton_row("N-2", 24, carton="A", serials="SB01"),
            carton_row("N-2", 24, carton="B"),
            carton_row("N-3", 24, carton="A"),
            carton_row("S-1", 500, carton="A"),
        )

    assert problems(refusal) == [
        (
            2,
            "serial_last",
            "SX24",
            "first and last serial differ in more than their running number",
        ),
        (3, "carton", "A", "this carton stands twice"),
        (3, "serial_last", "SB48", "from SB25 to SB48 are 24 serials, the quantity is 20"),
        (3, "quantity", "20", "the cartons of lot N-1 hold 44 units, it was offered with 48"),
        (4, "serial_first", "SB01", "the units of this lot are not numbered: the order says so"),
        (6, "lot", "N-3", "there is no such lot here"),
        (7, "lot", "S-1", "its packing list is loaded already"),
    ]


def test_one_serial_is_one_unit_of_a_lot(ws: Workspace) -> None:
    load(ws, order_row("N-1", 48, numbered="yes"))

    with refused("sheets.refused") as refusal:
        pack(
            ws,
            carton_row("N-1", 24, carton="A", serials="SB0001"),
            carton_row("N-1", 24, carton="B", serials="SB0024"),
        )

    assert problems(refusal) == [
        (3, "serial_first", "SB0024", "some of these serials are in another carton of this lot")
    ]


def test_the_template_of_a_packing_list_is_read_again(ws: Workspace) -> None:
    load(ws, order_row("L-1024", 24, numbered="yes"))

    pack_template = template_csv(PACKING_LIST)
    orders.import_packing_list(ws.wang, data=pack_template, filename="packing-list.csv")

    assert lots.packing(lots.lot("L-1024").id).packed == 24


def test_a_supplier_packs_only_lots_it_takes_part_in(ws: Workspace) -> None:
    load(ws, order_row("N-1", 48))

    with refused("sheets.refused"):
        pack(ws, carton_row("N-1", 48), by="qian")


# Serials ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("SB0001", [[1, 1]]),
        ("SB0001, SB0003;SB0002\nSB0500", [[1, 3], [500, 500]]),
        ("SB0010..SB0020", [[10, 20]]),
        ("17", [[17, 17]]),
        ("17-20，SB0499", [[17, 20], [499, 499]]),
    ],
)
def test_units_are_named_by_serial_range_or_number(
    ws: Workspace, text: str, found: list[list[int]]
) -> None:
    assert to_ranges(lots.units_named(lots.lot("S-1"), text)) == found


@pytest.mark.parametrize(
    ("text", "unknown"),
    [
        ("SB0501", "SB0501"),
        ("SB001", "SB001"),
        ("sb0001", "sb0001"),
        ("501", "501"),
        ("490-501", "490-501"),
        ("SB0020..SB0010", "SB0020..SB0010"),
        ("SB0499..SB0501", "SB0499..SB0501"),
        ("SB0001, X1, X2, X3, X4, X5, X6", "X1, X2, X3, X4, X5 …"),
    ],
)
def test_serials_that_are_not_of_the_lot_are_named(ws: Workspace, text: str, unknown: str) -> None:
    with refused("orders.unknown_serials", serials=unknown, lot="S-1"):
        lots.units_named(lots.lot("S-1"), text)


def test_a_serial_tells_its_lot(ws: Workspace) -> None:
    ws.offered("N-1", 48, serials="X0001")
    ws.offered("N-2", 48, serials="X0040")

    assert lots.find_serial("SB0500") == [lots.lot("S-1").id]
    assert set(lots.find_serial("X0045..X0046")) == {lots.lot("N-1").id, lots.lot("N-2").id}
    assert lots.find_serial("X0088") == []
    assert lots.find_serial("no number") == []


def test_units_are_shown_by_their_serials(ws: Workspace) -> None:
    card = lots.lot("S-1")
    some = lots.units_named(card, "1-3, 7, 9, 11, 13, 500")

    assert lots.show_units(card.id, some) == "SB0001 – SB0003, SB0007, SB0009, SB0011 … (8)"
    load(ws, order_row("N-1", 48, numbered="yes"))
    assert lots.show_units(lots.lot("N-1").id, some) == "1 – 3, 7, 9, 11 … (8)"


# Who sees what ----------------------------------------------------------------------------------


def test_who_takes_no_part_in_a_lot_does_not_see_it(ws: Workspace) -> None:
    assert [card.number for card in lots.lots(ws.wang)] == ["L-1", "S-1"]
    assert lots.lots(ws.qian) == []
    assert lots.orders(ws.qian) == []
    with refused("orders.unknown_lot", lot="L-1"):
        lots.lot("L-1", ws.qian)
    with refused("orders.unknown_order", order="PO-L-1"):
        lots.order("PO-L-1", ws.zhou)
    assert lots.order("PO-L-1", ws.wang).supplier_name == "Yongkang Haoyu"


def test_who_is_given_something_to_do_takes_part(ws: Workspace) -> None:
    assert not lots.takes_part(ws.zhou, lots.lot("L-1").id)

    ws.propose("destroy", agent_person=ws.zhou.person)

    assert lots.takes_part(ws.zhou, lots.lot("L-1").id)


def test_a_buyer_that_makes_goods_itself_is_their_supplier(ws: Workspace) -> None:
    load(ws, order_row("N-1", 48, supplier="Nordhaven", site="Gothenburg warehouse"))

    assert lots.lot("N-1").supplier == who.buyer().id
    made = identity.add_site(
        ws.vera, organisation=who.buyer().id, name="Malmö", zone="Europe/Stockholm"
    )
    assert uuid.UUID(made["site"]) in who.sites()


def test_surplus_units_are_named_by_number_though_they_were_not_declared(ws: Workspace) -> None:
    card = lots.lot("S-1")

    assert len(lots.units_named(card, "499-502", most=502)) == 4
    with refused("orders.unknown_serials"):
        lots.units_named(card, "499-503", most=502)
