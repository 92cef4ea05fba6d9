"""Writes of orders: add what a spreadsheet of orders names, load packing lists."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from importlib import resources
from typing import Any
from zoneinfo import available_timezones

from lotwarden.core.errors import N_
from lotwarden.evidence import queries as evidence
from lotwarden.evidence.rows import Prepared
from lotwarden.identity import operations as identity
from lotwarden.identity import queries as who
from lotwarden.identity.acting import Op, Outcome, operation
from lotwarden.orders import queries
from lotwarden.orders.models import Carton, Lot, Order, Participant, Product, SerialRange
from lotwarden.orders.tables import ORDERS, PACKING_LIST
from lotwarden.sheets import Problem, Row, read

LOT_NUMBER = r"[A-Za-z0-9][A-Za-z0-9._-]{0,59}"
"""What a lot's number may be: it stands in addresses and file names."""


@dataclass(slots=True)
class Added:
    """What an order file added."""

    lots: list[Lot] = field(default_factory=list)
    suppliers: list[str] = field(default_factory=list)
    sites: list[str] = field(default_factory=list)
    products: list[str] = field(default_factory=list)
    orders: list[str] = field(default_factory=list)


def read_orders(data: bytes, *, filename: str, encoding: str | None) -> list[Row]:
    """Return the rows of an order file, or refuse it with every problem in it.

    Refuses:
        sheets.*: the file does not fit the table, or not what is here already.
    """
    return read(
        ORDERS,
        data,
        filename=filename,
        encoding=encoding,
        check=lambda rows, _whole: _order_problems(rows),
    )


def add_orders(rows: Sequence[Row], *, case: str = "", source: str = "") -> Added:
    """Add the suppliers, sites, products, orders and lots that `rows` name.

    Part of an operation that opens the lots' books and tells of them.
    """
    added = Added()
    participants: list[Participant] = []
    # A file names the same ones again and again: each is looked up once.
    sites: dict[tuple[str, str], who.SiteCard] = {}
    orders: dict[str, Order] = {}
    products: dict[str, Product] = {}
    for row in rows:
        value = row.values
        where, number, code = (
            (value["supplier"], value["site"]),
            value["order"],
            value["product_code"],
        )
        if where not in sites:
            sites[where] = _site(value, added)
        if number not in orders:
            orders[number] = _order(value, sites[where], added)
        if code not in products:
            products[code] = _product(value, added)
        lot = Lot(
            number=value["lot"],
            order=orders[number],
            product=products[code],
            declared=value["quantity"],
            serialised=bool(value["numbered"]),
            case=case,
            source=source,
        )
        participants.append(Participant(lot=lot, organisation_id=sites[where].organisation))
        added.lots.append(lot)
    Lot.objects.bulk_create(added.lots)
    Participant.objects.bulk_create(participants)
    return added


def take_part(lot: uuid.UUID, organisation: uuid.UUID) -> None:
    """Let an organisation see a lot; part of the operation that gives it something to do there."""
    if not _TAKES_PART(lot, organisation):
        Participant.objects.get_or_create(lot_id=lot, organisation_id=organisation)


_TAKES_PART = Prepared(
    lambda lot, organisation: Participant.objects.filter(
        lot=lot, organisation=organisation
    ).values_list("id")
)


@operation("orders.import_packing_list")
def import_packing_list(
    op: Op, *, data: bytes, filename: str, encoding: str | None = None
) -> Outcome:
    """Load the cartons of lots, and their serials; each lot once.

    Once units of a lot were inspected only the buyer loads its packing list: who made the
    goods could else name afterwards which of them were looked at.

    Refuses:
        sheets.*: with every problem by file, row, column and value.
    """
    cards = queries.lots_by_key(op.actor)

    def check(rows: Sequence[Row], whole: bool) -> Iterator[Problem]:  # noqa: FBT001 - sheets.Check
        for number, members in _by_lot(rows).items():
            yield from _packing_problems(cards.get(number), members, whole=whole)
            if number in cards and op.actor.role != "buyer":
                yield from _late_problems(cards[number], members)

    rows = read(PACKING_LIST, data, filename=filename, encoding=encoding, check=check)
    by_lot = _by_lot(rows)
    op.lock(cards[number].id for number in by_lot)
    for number, members in by_lot.items():
        _add_packing(cards[number], members)
    op.tell(
        packing=[
            {
                "lot": str(cards[number].id),
                "cartons": len(members),
                "digest": queries.packing_digest(cards[number].id),
            }
            for number, members in by_lot.items()
        ]
    )
    return {"lots": sorted(cards[one].number for one in by_lot), "cartons": len(rows)}


def _by_lot(rows: Sequence[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(queries.key(row.values["lot"]), []).append(row)
    return found


def _order_problems(rows: Sequence[Row]) -> list[Problem]:
    problems: list[Problem] = []
    known = queries.keys_there(row.values["lot"] for row in rows)
    placed: dict[str, tuple[str, str]] = {
        number: (supplier, site)
        for number, supplier, site in Order.objects.filter(
            number__in={row.values["order"] for row in rows}
        ).values_list("number", "site__organisation__name", "site__name")
    }
    for row in rows:
        value = row.values
        problems += _lot_problems(row, known)
        known.add(queries.key(value["lot"]))
        where = (value["supplier"].casefold(), value["site"].casefold())
        other = placed.setdefault(value["order"], (value["supplier"], value["site"]))
        if tuple(word.casefold() for word in other) != where:
            problems.append(
                row.problem(
                    column="site",
                    template=N_("order {order} is placed at {site} of {supplier}"),
                    order=value["order"],
                    site=other[1],
                    supplier=other[0],
                )
            )
        if (value["unit_cost"] is None) != (value["currency"] is None):
            problems.append(
                row.problem(
                    column="currency", template=N_("a unit cost and its currency go together")
                )
            )
        problems += _zone_problems(row)
    return problems + _product_problems(rows)


_OF_PRODUCT = ("name", "name_local", "unit_name", "unit_cost", "currency", "weight_g", "branded",
               "family")  # fmt: skip
"""What a row says of its product, by the product's own columns."""


def _product_problems(rows: Sequence[Row]) -> list[Problem]:
    """Return a problem for each row that says other than what is known of its product.

    What a row leaves empty it does not contradict; a local name or a unit's name that was not
    known says nothing else.
    """
    known: dict[str, dict[str, Any]] = {
        one.pop("code"): one
        for one in Product.objects.filter(
            code__in={row.values["product_code"] for row in rows}
        ).values("code", *_OF_PRODUCT)
    }
    problems: list[Problem] = []
    for row in rows:
        said = _said_of_product(row.values)
        there = known.setdefault(row.values["product_code"], said)
        for name, value in said.items():
            column, here = _COLUMN.get(name, name), there[name]
            if row.values[column] is None or value == here:
                continue
            if here == "" and name in ("name_local", "unit_name"):
                continue
            template = N_("product {code} is here already, with {known}")
            if here in (None, ""):
                template = N_("product {code} is here already, without it")
            problems.append(
                row.problem(
                    column=column,
                    template=template,
                    code=row.values["product_code"],
                    known=_known(here),
                )
            )
    return problems


_COLUMN = {"name": "product", "name_local": "product_local"}


def _said_of_product(value: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "name": value["product"],
        "name_local": value["product_local"] or "",
        "unit_name": value["unit_name"] or "",
        "unit_cost": value["unit_cost"],
        "currency": value["currency"] or "",
        "weight_g": value["weight_g"],
        "branded": value["branded"] is not False,
        "family": value["family"] or "",
    }


def _known(value: Any) -> str:
    """Return a product's value as a row would write it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return str(value)


def _lot_problems(row: Row, known: set[str]) -> list[Problem]:
    number = row.values["lot"]
    if not re.fullmatch(LOT_NUMBER, number):
        return [
            row.problem(
                column="lot",
                template=N_("a lot's number has letters, digits, point, dash and underscore only"),
            )
        ]
    if queries.key(number) in known:
        return [row.problem(column="lot", template=N_("a lot of this number is here already"))]
    return []


def _zone_problems(row: Row) -> list[Problem]:
    zone, country = row.values["zone"], row.values["country"]
    if zone is not None and zone not in available_timezones():
        return [row.problem(column="zone", template=N_("write a zone like Asia/Shanghai"))]
    if zone is None and country is None and _known_site(row.values) is None:
        return [
            row.problem(
                column="country",
                template=N_("a new site needs its country or its time zone"),
            )
        ]
    if zone is None and country is not None and country not in zones_by_country():
        return [
            row.problem(column="country", template=N_("no time zone is known for this country"))
        ]
    return []


@cache
def zones_by_country() -> Mapping[str, str]:
    """Return the first time zone of each country, as the IANA zone table lists them."""
    table = resources.files("tzdata").joinpath("zoneinfo/zone.tab").read_text("utf-8")
    found: dict[str, str] = {}
    for line in table.splitlines():
        if line and not line.startswith("#"):
            country, _, zone, *_ = line.split("\t")
            found.setdefault(country, zone)
    return found


def _known_site(value: Mapping[str, Any]) -> who.SiteCard | None:
    company = who.find_organisation(value["supplier"])
    for site in company.sites if company else ():
        if site.name.casefold() == value["site"].strip().casefold():
            return site
    return None


def _site(value: Mapping[str, Any], added: Added) -> who.SiteCard:
    known = _known_site(value)
    if known is not None:
        return known
    company = who.find_organisation(value["supplier"])
    if company is None:
        identity.make_organisation(
            name=value["supplier"], role="supplier", name_local=value["supplier_local"] or ""
        )
        added.suppliers.append(value["supplier"])
        company = who.find_organisation(value["supplier"])
        assert company is not None
    identity.make_site(
        organisation=company.id,
        name=value["site"],
        zone=value["zone"] or zones_by_country()[value["country"]],
        country=value["country"] or "",
    )
    added.sites.append(f"{company.name}, {value['site']}")
    made = _known_site(value)
    assert made is not None
    return made


def _order(value: Mapping[str, Any], site: who.SiteCard, added: Added) -> Order:
    order, new = Order.objects.get_or_create(
        number=value["order"], defaults={"site_id": site.id, "placed_on": value["placed_on"]}
    )
    if new:
        added.orders.append(order.number)
    return order


def _product(value: Mapping[str, Any], added: Added) -> Product:
    product, new = Product.objects.get_or_create(
        code=value["product_code"], defaults=_said_of_product(value)
    )
    if new:
        added.products.append(product.code)
    return product


def _packing_problems(
    card: queries.LotCard | None, rows: Sequence[Row], *, whole: bool
) -> list[Problem]:
    if card is None:
        return [rows[0].problem(column="lot", template=N_("there is no such lot here"))]
    if Carton.objects.filter(lot=card.id).exists():
        return [rows[0].problem(column="lot", template=N_("its packing list is loaded already"))]
    problems: list[Problem] = []
    seen: set[str] = set()
    for row in rows:
        if row.values["carton"] in seen:
            problems.append(row.problem(column="carton", template=N_("this carton stands twice")))
        seen.add(row.values["carton"])
        problems += _serial_problems(card, row)
    problems += _repeated_serials(rows)
    packed = sum(row.values["quantity"] for row in rows)
    if whole and packed != card.declared:
        problems.append(
            rows[-1].problem(
                column="quantity",
                template=N_(
                    "the cartons of lot {lot} hold {packed} units, it was offered with {declared}"
                ),
                lot=card.number,
                packed=packed,
                declared=card.declared,
            )
        )
    return problems


def _late_problems(card: queries.LotCard, rows: Sequence[Row]) -> list[Problem]:
    if evidence.was_told(card.id, "inspections.record_result"):
        template = N_("units of this lot were inspected: only the buyer loads its packing list now")
        return [rows[0].problem(column="lot", template=template)]
    return []


def _serial_problems(card: queries.LotCard, row: Row) -> list[Problem]:
    first, last = row.values["serial_first"], row.values["serial_last"]
    if first is None and last is None:
        return []
    if not card.serialised:
        return [
            row.problem(
                column="serial_first",
                template=N_("the units of this lot are not numbered: the order says so"),
            )
        ]
    a, b = queries.split_serial(first or ""), queries.split_serial(last or "")
    if a is None or b is None or (a[0], a[2], a[3]) != (b[0], b[2], b[3]):
        return [
            row.problem(
                column="serial_last",
                template=N_("first and last serial differ in more than their running number"),
            )
        ]
    if b[1] - a[1] + 1 != row.values["quantity"]:
        return [
            row.problem(
                column="serial_last",
                template=N_(
                    "from {first} to {last} are {count} serials, the quantity is {quantity}"
                ),
                first=first,
                last=last,
                count=b[1] - a[1] + 1,
                quantity=row.values["quantity"],
            )
        ]
    return []


def _repeated_serials(rows: Sequence[Row]) -> list[Problem]:
    """Return a problem for each row with serials that another row of the lot has: one unit each."""
    ranges: list[tuple[tuple[str, int, str], int, int, int, Row]] = []
    for row in rows:
        parts = queries.split_serial(row.values["serial_first"] or "")
        if parts is not None:
            prefix, number, width, suffix = parts
            last = number + row.values["quantity"] - 1
            ranges.append(((prefix, width, suffix), number, row.number, last, row))
    problems: list[tuple[int, Problem]] = []
    highest: dict[tuple[str, int, str], int] = {}
    for form, first, at, last, row in sorted(ranges, key=lambda one: one[:3]):
        if first <= highest.get(form, -1):
            template = N_("some of these serials are in another carton of this lot")
            problems.append((at, row.problem(column="serial_first", template=template)))
        highest[form] = max(last, highest.get(form, -1))
    return [problem for _, problem in sorted(problems, key=lambda one: one[0])]


def _add_packing(card: queries.LotCard, rows: Sequence[Row]) -> None:
    cartons: list[Carton] = []
    serials: list[SerialRange] = []
    start = 1
    for row in rows:
        value = row.values
        end = start + value["quantity"] - 1
        cartons.append(
            Carton(
                lot_id=card.id,
                number=value["carton"],
                first=start,
                last=end,
                gross_weight_g=value["gross_weight_g"],
            )
        )
        parts = queries.split_serial(value["serial_first"] or "")
        if parts is not None:
            serials.append(
                SerialRange(
                    lot_id=card.id,
                    first=start,
                    last=end,
                    prefix=parts[0],
                    number=parts[1],
                    width=parts[2],
                    suffix=parts[3],
                )
            )
        start = end + 1
    Carton.objects.bulk_create(cartons, batch_size=2_000)
    SerialRange.objects.bulk_create(_merged(serials), batch_size=2_000)


def _merged(rows: list[SerialRange]) -> list[SerialRange]:
    """Return the ranges with those that run on joined: a look-up then walks a few."""
    joined: list[SerialRange] = []
    for row in rows:
        last = joined[-1] if joined else None
        if last is not None and (
            (last.prefix, last.suffix, last.width) == (row.prefix, row.suffix, row.width)
            and last.last + 1 == row.first
            and last.number + (last.last - last.first) + 1 == row.number
        ):
            last.last = row.last
        else:
            joined.append(row)
    return joined
