"""Real files for the tests: made by openpyxl, or part by part where openpyxl would not."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from typing import Any

import openpyxl
import pytest

from lotwarden.sheets import Column, Kind, SheetRefused, Table, read

Xlsx = Callable[..., bytes]

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
PARTS = {
    "[Content_Types].xml": (
        f'<Types xmlns="{_PACKAGE}/content-types">'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_TYPE}.worksheet+xml"/>'
        "</Types>"
    ),
    "xl/workbook.xml": (
        f'<workbook xmlns="{_MAIN}" xmlns:r="{_RELATION}">'
        '<sheets><sheet name="Orders" sheetId="1" r:id="rId1"/></sheets></workbook>'
    ),
    "xl/_rels/workbook.xml.rels": (
        f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
        f'Type="{_RELATION}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>'
    ),
    "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{_MAIN}"><sheetData>%s</sheetData></worksheet>',
}


def _zipped(parts: dict[str, str | bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return file.getvalue()


@pytest.fixture(scope="session")
def orders() -> Table:
    return Table(
        name="orders",
        title="Orders",
        columns=(
            Column("po", Kind.SERIAL, title="PO", aliases=("订单号", "Order No."), example="PO-7"),
            Column("quantity", Kind.INTEGER, title="Quantity", aliases=("数量",), example=1200),
            Column("price", Kind.DECIMAL, required=False, title="Price", example=Decimal("9.50")),
            Column("remark", Kind.TEXT, required=False, title="Remark"),
        ),
    )


@pytest.fixture(scope="session")
def one() -> Callable[..., Table]:
    """Return a function that makes a table of one optional column, called X."""

    def make(kind: Kind, **more: Any) -> Table:
        return Table("x", "Orders", (Column("x", kind, required=False, title="X", **more),))

    return make


@pytest.fixture(scope="session")
def xlsx() -> Xlsx:
    """Return a function that makes a workbook of sheets: title to rows."""

    def make(rows: Iterable[Sequence[Any]] = (), *, title: str = "Orders", **others: Any) -> bytes:
        book = openpyxl.Workbook()
        book.remove(book.active)
        for name, lines in {title: rows, **others}.items():
            sheet = book.create_sheet(name)
            for line in lines:
                sheet.append(line)
        file = io.BytesIO()
        book.save(file)
        return file.getvalue()

    return make


@pytest.fixture(scope="session")
def formatted() -> Xlsx:
    """Return a function that makes a workbook of one cell under the heading X."""

    def make(value: Any, number_format: str = "General") -> bytes:
        book = openpyxl.Workbook()
        sheet = book.active
        sheet.append(["X"])
        sheet["A2"] = value
        sheet["A2"].number_format = number_format
        file = io.BytesIO()
        book.save(file)
        return file.getvalue()

    return make


@pytest.fixture(scope="session")
def zipped() -> Callable[[dict[str, str | bytes]], bytes]:
    return _zipped


@pytest.fixture(scope="session")
def by_hand() -> Xlsx:
    """Return a function that makes a workbook of the given XML rows, and of other parts."""

    def make(rows: str = "", **parts: Any) -> bytes:
        others = parts.get("parts", {})
        made = {**PARTS, **others}
        name = "xl/worksheets/sheet1.xml"
        if name in made and name not in others:
            made[name] = PARTS[name] % rows
        return _zipped({name: part for name, part in made.items() if part is not None})

    return make


@pytest.fixture(scope="session")
def said() -> Callable[..., list[str]]:
    """Return a function that reads a file that is refused, and returns its problems as text."""

    def read_refused(table: Table, data: bytes, **how: Any) -> list[str]:
        with pytest.raises(SheetRefused) as refused:
            read(table, data, filename=how.pop("filename", "f"), **how)
        return [str(problem) for problem in refused.value.problems]

    return read_refused
