"""Laws: what is written reads back, and no bytes at all do anything but read or be refused."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lotwarden.core.errors import Refusal
from lotwarden.sheets import (
    Column,
    Kind,
    SheetData,
    Table,
    Value,
    csv_file,
    read,
    template,
    workbook,
)
from lotwarden.sheets.grid import trimmed

Made = Callable[..., bytes]

TABLE = Table(
    name="t",
    title="T",
    columns=(
        Column("serial", Kind.SERIAL, example="x"),
        Column("text", Kind.TEXT, required=False),
        Column("integer", Kind.INTEGER, required=False),
        Column("decimal", Kind.DECIMAL, required=False),
        Column("date", Kind.DATE, required=False),
        Column("datetime", Kind.DATETIME, required=False),
        Column("boolean", Kind.BOOLEAN, required=False),
        Column("choice", Kind.CHOICE, required=False, choices=("critical", "major", "minor")),
    ),
)
ERRORS = {"#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A", "#CALC!", "#SPILL!"}
TRICKY = ["=1", "'=1", "''-x", "@a", "_x000D_", "_x0041_", "_x005F_x0041_", "1,2;3", 'a"b', "007"]


def is_readable(text: str) -> bool:
    return text == trimmed(text) != "" and text not in ERRORS and set(text) != {"#"}


texts = st.one_of(
    st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn")), max_size=40),
    st.sampled_from(TRICKY),
    st.text("=+-@'#_x05Fa \n\t;,\"", max_size=12),
).filter(is_readable)
texts = texts.filter(lambda text: not set("\ufffe\uffff") & set(text))
serials = st.text(st.characters(codec="utf-8"), min_size=1, max_size=30).filter(
    lambda text: is_readable(text) and text.isprintable()
)
offsets = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
rows = st.tuples(
    serials,
    st.none() | texts,
    st.none() | st.integers(-(10**29), 10**29),
    st.none() | st.decimals(allow_nan=False, allow_infinity=False, places=6),
    st.none() | st.dates(min_value=date(1900, 3, 1)),
    st.none()
    | st.datetimes(
        min_value=datetime.fromisoformat("0002-01-01"),
        max_value=datetime.fromisoformat("9998-01-01"),
        timezones=offsets,
    ),
    st.none() | st.booleans(),
    st.sampled_from([None, "critical", "major", "minor"]),
)


def is_small(row: tuple[Value, ...]) -> bool:
    return not isinstance(row[3], Decimal) or abs(row[3]) < 10**24


@given(st.lists(rows.filter(is_small), min_size=1, max_size=8))
@settings(deadline=None)
def test_what_is_exported_reads_back(written: list[tuple[Value, ...]]) -> None:
    sheet = SheetData(TABLE.title, [column.heading for column in TABLE.columns], written)

    for data in (workbook([sheet]), csv_file(sheet)):
        found = read(TABLE, data, filename="f")

        assert [tuple(row.values.values()) for row in found] == written
        assert [row.number for row in found] == list(range(2, len(written) + 2))


@given(st.lists(st.sampled_from(list(Kind)), min_size=1, max_size=12), st.data())
@settings(deadline=None, max_examples=40)
def test_every_template_gives_its_example(kinds: list[Kind], data: Any) -> None:
    examples: dict[Kind, st.SearchStrategy[Value]] = {
        Kind.TEXT: texts,
        Kind.SERIAL: serials,
        Kind.INTEGER: st.integers(-(10**20), 10**20),
        Kind.DECIMAL: st.decimals("-1e9", "1e9", places=2),
        Kind.DATE: st.dates(min_value=date(1900, 3, 1)),
        Kind.DATETIME: st.datetimes(
            min_value=datetime.fromisoformat("1900-03-01"), timezones=offsets
        ),
        Kind.BOOLEAN: st.booleans(),
        Kind.CHOICE: st.sampled_from(["a", "b,c"]),
        Kind.CURRENCY: st.just("EUR"),
        Kind.COUNTRY: st.just("CN"),
        Kind.EMAIL: st.just("a@b.cn"),
    }
    columns = tuple(
        Column(
            f"column {number}",
            kind,
            example=data.draw(examples[kind]),
            choices=("a", "b,c") if kind is Kind.CHOICE else (),
        )
        for number, kind in enumerate(kinds)
    )
    table = Table("t", "T", columns)

    (row,) = read(table, template(table), filename="f")

    assert row.values == {column.name: column.example for column in columns}


@given(st.text(max_size=30))
@settings(deadline=None)
def test_no_text_in_a_serial_column_is_changed_in_silence(text: str) -> None:
    table = Table("t", "T", (Column("x", Kind.SERIAL, required=False),))
    data = csv_file(SheetData("T", ["x"], [[text]]))

    try:
        found = [row.values["x"] for row in read(table, data, filename="f")]
    except Refusal:
        return

    seen = trimmed(re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", "\ufffd", text))
    assert found == ([seen] if seen else [])


@given(
    st.binary(max_size=200), st.sampled_from([b"", b"PK\x03\x04", b"PO,Quantity\n", b"\xff\xfe"])
)
@settings(deadline=None)
def test_no_bytes_do_anything_but_read_or_be_refused(
    orders: Table, data: bytes, first: bytes
) -> None:
    for encoding in (None, "gb18030"):
        try:
            read(orders, first + data, filename="f", encoding=encoding)
        except Refusal as refused:
            assert refused.code.startswith("sheets.")


@given(st.lists(st.tuples(st.integers(0, 10**6), st.binary(min_size=1, max_size=6)), max_size=6))
@settings(deadline=None)
def test_no_change_to_a_workbook_does_anything_but_read_or_be_refused(
    orders: Table, changes: list[tuple[int, bytes]]
) -> None:
    file = bytearray(workbook([SheetData("Orders", ["PO", "Quantity"], [["A-1", 5], ["A-2", 6]])]))
    for at, put in changes:
        start = at % len(file)
        file[start : start + len(put)] = put

    try:
        read(orders, bytes(file), filename="f")
    except Refusal as refused:
        assert refused.code.startswith("sheets.")


@pytest.mark.filterwarnings("ignore::UserWarning")
@given(
    st.sampled_from(["xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/styles.xml",
                     "[Content_Types].xml", "xl/_rels/workbook.xml.rels"]),
    st.integers(0, 10**6),
    st.sampled_from([b"", b"<", b">", b'"', b"-1", b"e9", b"&", b"<f>1+</f>", b"<c/>", b"9" * 30]),
    st.integers(0, 12),
)  # fmt: skip
@settings(deadline=None, max_examples=200)
def test_no_change_inside_a_part_does_anything_but_read_or_be_refused(
    orders: Table, part: str, at: int, put: bytes, cut: int
) -> None:
    made = workbook([SheetData("Orders", ["PO", "Quantity"], [["A-1", 5], ["A-2", 6]])])
    file = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(made)) as source,
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        for name in source.namelist():
            content = bytearray(source.read(name))
            if name == part:
                start = at % len(content)
                content[start : start + cut] = put
            archive.writestr(name, bytes(content))

    try:
        read(orders, file.getvalue(), filename="f")
    except Refusal as refused:
        assert refused.code.startswith("sheets.")
