"""Which column of a file is which, which rows are rows, and all that is wrong at once."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import pytest

from lotwarden.core.errors import Refusal
from lotwarden.sheets import LIMITS, Column, Kind, Problem, SheetRefused, Table, read

Said = Callable[..., list[str]]
Made = Callable[..., bytes]


def values(table: Table, data: bytes, **how: Any) -> list[tuple[object, object]]:
    rows = read(table, data, filename="f", **how)
    return [(row.values["po"], row.values["quantity"]) for row in rows]


@pytest.mark.parametrize(
    "headings",
    [
        "PO,Quantity",
        "po,quantity",
        " P O , quan tity ",
        "订单号,数量",
        "order_no,QUANTITY",
        "Order No.:,Quantity *",
        "ＰＯ,Ｑｕａｎｔｉｔｙ",
    ],
)
def test_a_heading_is_matched_in_every_spelling(orders: Table, headings: str) -> None:
    data = f"{headings}\nA-1,5\n".encode()

    assert values(orders, data) == [("A-1", 5)]


def test_columns_may_stand_in_any_order(orders: Table) -> None:
    assert values(orders, b"Remark,Quantity,PO\nx,5,A-1\n") == [("A-1", 5)]


def test_the_headings_are_the_first_row_with_anything_in_it(orders: Table, xlsx: Made) -> None:
    rows = [[None, None], [" "], ["PO", "Quantity"], ["A-1", 5]]

    (row,) = read(orders, xlsx(rows), filename="f")
    (line,) = read(orders, b"\n,,\nPO,Quantity\nA-1,5\n", filename="f")

    assert row.number == line.number == 4


def test_empty_rows_are_skipped_and_rows_keep_their_numbers(orders: Table, xlsx: Made) -> None:
    rows = [["PO", "Quantity"], ["A-1", 5], [], [None, "  "], ["A-2", 6], []]

    from_workbook = read(orders, xlsx(rows), filename="f")
    from_text = read(orders, b"PO,Quantity\nA-1,5\n\n, \nA-2,6\n\n", filename="f")

    assert [row.number for row in from_workbook] == [2, 5]
    assert [row.number for row in from_text] == [2, 5]


def test_a_row_over_several_lines_of_text_has_the_number_of_its_row(
    orders: Table, said: Said
) -> None:
    data = b'PO,Quantity,Remark\nA-1,5,"one\ntwo\nthree"\nA-2,x,\n'

    assert said(orders, data) == [
        'f, row 3, Quantity, "x": Is not a whole number. Write digits only, such as 1200.'
    ]


def test_a_file_with_headings_alone_is_refused(orders: Table) -> None:
    with pytest.raises(Refusal) as caught:
        read(orders, b"PO,Quantity\n,\n", filename="f")

    assert caught.value.code == "sheets.no_rows"


def test_everything_that_does_not_fit_is_said_at_once(orders: Table, said: Said) -> None:
    data = 'PO,Quantity,Price,Colour\n,"1,200",9.5,\n3.01E+12,5,"9,5",red\nA-3,5,,\n'

    problems = said(orders, data.encode(), filename="orders.csv")

    assert problems == [
        (
            "orders.csv, row 1, Colour: No column is called so. "
            "Remove it, or use one of: PO, Quantity, Price, Remark."
        ),
        "orders.csv, row 2, PO: Is empty, but a value is needed.",
        'orders.csv, row 2, Quantity, "1,200": Write 1200, without thousands separators.',
        (
            'orders.csv, row 3, PO, "3.01E+12": Is in E-notation. '
            "Format the column as text and enter it again, in full."
        ),
        'orders.csv, row 3, Price, "9,5": Write 9.5, with a decimal point.',
    ]


def test_a_problem_names_file_row_column_and_value(orders: Table) -> None:
    with pytest.raises(SheetRefused) as refused:
        read(orders, "订单号,数量\nA-1,many\n".encode(), filename="C:\\in\\o.csv")

    expected = Problem(
        file="o.csv",
        row=2,
        column="数量",
        value="many",
        message="Is not a whole number. Write digits only, such as 1200.",
    )
    assert refused.value.problems == [expected]


def test_problems_beyond_the_limit_are_counted(orders: Table) -> None:
    limits = dataclasses.replace(LIMITS, max_problems=2)
    data = b"PO,Quantity\n" + b"A,x\n" * 1_500

    with pytest.raises(SheetRefused) as refused:
        read(orders, data, filename="f", limits=limits)

    assert len(refused.value.problems) == 2
    assert refused.value.more == 1_498
    assert str(refused.value).startswith("f is not loaded; to correct: 1,500\n")
    assert str(refused.value).endswith("\nand 1,498 more")


# ---------------------------------------------------------------- headings that do not fit


def test_a_required_column_that_is_missing_is_a_problem(orders: Table, said: Said) -> None:
    assert said(orders, b"\nPO,Price\nA-1,5\n") == [
        "f, row 2, Quantity: The column Quantity is missing."
    ]


def test_an_optional_column_may_be_missing(orders: Table) -> None:
    (row,) = read(orders, b"PO,Quantity\nA-1,5\n", filename="f")

    assert row.values["remark"] is None


def test_two_columns_that_mean_the_same_are_a_problem(orders: Table, said: Said) -> None:
    data = "PO,Quantity,数量\nA-1,5,6\n".encode()

    assert said(orders, data) == [
        "f, row 1, 数量: Two columns mean Quantity: Quantity and this one. Keep one."
    ]


def test_an_unknown_column_with_values_is_a_problem_that_names_the_nearest(
    orders: Table, said: Said
) -> None:
    assert said(orders, b"PO,Quantity,Remarks\nA-1,5,\nA-2,5,late\n") == [
        "f, row 1, Remarks: No column is called so. Did you mean Remark?"
    ]


def test_an_unknown_column_without_values_is_left_alone(orders: Table) -> None:
    assert values(orders, b"PO,Quantity,Colour\nA-1,5,\n") == [("A-1", 5)]


def test_values_without_a_heading_are_a_problem(orders: Table, said: Said, xlsx: Made) -> None:
    rows = [["PO", "Quantity", None, "Price"], ["A-1", 5, None, 1, None, "late"]]

    assert said(orders, xlsx(rows)) == [
        'f, row 2, "late": Has a value, but its column F has no heading.'
    ]


def test_a_value_right_of_the_last_heading_is_a_problem(orders: Table, said: Said) -> None:
    assert said(orders, b"PO,Quantity\nA-1,5,late\n") == [
        'f, row 2, "late": Has a value, but its column C has no heading.'
    ]


def test_a_column_far_right_has_its_letters(orders: Table, said: Said, xlsx: Made) -> None:
    rows = [["PO", "Quantity"], ["A-1", 5, *[None] * 25, "x"]]

    assert said(orders, xlsx(rows)) == [
        'f, row 2, "x": Has a value, but its column AB has no heading.'
    ]


def test_a_title_above_the_headings_is_a_problem(orders: Table, said: Said) -> None:
    assert said(orders, b"Orders of May\nPO,Quantity\nA-1,5\n") == [
        (
            'f, row 1, "Orders of May": The first row with anything in it is to be the headings: '
            "PO, Quantity, Price, Remark."
        )
    ]


# ---------------------------------------------------------------- which sheet


def test_the_sheet_named_like_the_table_is_read(orders: Table, xlsx: Made) -> None:
    data = xlsx([["anything"]], title="Cover", ORDERS=[["PO", "Quantity"], ["A-1", 5]])

    assert values(orders, data) == [("A-1", 5)]


def test_the_first_sheet_is_read_where_none_is_named_like_the_table(
    orders: Table, xlsx: Made
) -> None:
    data = xlsx([["PO", "Quantity"], ["A-1", 5]], title="Sheet1", Sheet2=[["anything"]])

    assert values(orders, data) == [("A-1", 5)]


def test_rows_on_a_second_sheet_are_a_problem(orders: Table, said: Said, xlsx: Made) -> None:
    rows = [["PO", "Quantity"], ["A-1", 5]]

    assert said(orders, xlsx(rows, title="May", June=[[], *rows])) == [
        'f, row 2, "June": This sheet has rows as well. Put all rows on the sheet May.'
    ]


def test_another_sheet_is_no_second_one_where_nothing_is_required(xlsx: Made) -> None:
    table = Table("x", "Orders", (Column("x", Kind.TEXT, required=False),))

    assert len(read(table, xlsx([["x"], ["1"]], Cover=[["anything"]]), filename="f")) == 1


# ---------------------------------------------------------------- what a context adds


def test_a_context_reports_what_only_it_can_see(orders: Table) -> None:
    (row,) = read(orders, b"Order no,Quantity\nA-1,5\n", filename="o.csv")

    problem = row.problem(column="po", template="{count} orders have this number.", count=2)

    assert str(problem) == 'o.csv, row 2, Order no, "A-1": 2 orders have this number.'
    assert (problem.template, problem.data) == ("{count} orders have this number.", {"count": 2})


def test_a_context_reports_a_column_that_the_file_does_not_have(orders: Table) -> None:
    (row,) = read(orders, b"PO,Quantity\nA-1,5\n", filename="o.csv")

    assert str(row.problem(column="remark", template="Say why.")) == (
        "o.csv, row 2, remark: Say why."
    )


def test_a_long_value_is_shortened_where_it_is_shown(one: Callable[..., Table]) -> None:
    table = one(Kind.INTEGER)

    with pytest.raises(SheetRefused) as refused:
        read(table, b"X\n" + b"z" * 500 + b"\n", filename="f")

    (problem,) = refused.value.problems
    assert problem.value == "z" * 59 + "…"


def test_a_file_name_is_shown_without_folders_and_on_one_line(orders: Table) -> None:
    for filename, expected in (
        ("../a/b\n.csv", "b?.csv"),
        ("", "the file"),
        ("x" * 300, "x" * 100),
    ):
        with pytest.raises(SheetRefused) as refused:
            read(orders, b"PO\nA\n", filename=filename)

        assert refused.value.problems[0].file == expected


def test_the_smaller_limit_of_rows_holds() -> None:
    table = Table("x", "X", (Column("x", Kind.TEXT, required=False),), max_rows=2)

    assert len(read(table, b"x\n1\n2\n", filename="f")) == 2
