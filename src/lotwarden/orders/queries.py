"""Reads of orders: lots, who may see them, which ordinal a serial is."""

from __future__ import annotations

import re
import uuid
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Q
from django.db.models.functions import Lower

from lotwarden.core import statements
from lotwarden.core.errors import N_, Refusal
from lotwarden.core.units import NONE, Units, parse, units
from lotwarden.evidence.rows import Prepared
from lotwarden.identity.acting import Actor
from lotwarden.identity.queries import buyer
from lotwarden.orders.models import Carton, Lot, Order, Participant, SerialRange


class UnknownLot(Refusal):
    """No lot has this number, or the actor takes no part in it."""

    code = "orders.unknown_lot"
    template = N_("There is no lot {lot} here that you take part in.")
    remedy = N_("Check the number, or load the order that it belongs to.")
    who = N_("the buyer")


class UnknownOrder(Refusal):
    """No order has this number, or the actor takes no part in it."""

    code = "orders.unknown_order"
    template = N_("There is no order {order} here that you take part in.")
    remedy = N_("Check the number, or load the order.")
    who = N_("the buyer")


class UnknownSerials(Refusal):
    """Serials that are not of this lot."""

    code = "orders.unknown_serials"
    template = N_("{quantity} of these numbers are not of lot {lot}: {serials}.")
    remedy = N_("Check them. Units without a known number are counted, not named.")


@dataclass(frozen=True, slots=True)
class LotCard:
    """A lot with its order and product, as pages and rules need it."""

    id: uuid.UUID
    number: str
    declared: int
    serialised: bool
    case: str
    source: str
    order: str
    placed_on: date | None
    site: uuid.UUID
    site_name: str
    zone: str
    supplier: uuid.UUID
    supplier_name: str
    supplier_local: str
    product_code: str
    product: str
    product_local: str
    unit_name: str
    unit_cost: Decimal | None
    currency: str
    weight_g: int | None
    branded: bool
    own_family: str

    @property
    def family(self) -> str:
        """The product family: products made alike, whose lots switch severity together."""
        return self.own_family or self.product_code


@dataclass(frozen=True, slots=True)
class OrderCard:
    """An order with its lots."""

    number: str
    placed_on: date | None
    supplier_name: str
    site_name: str
    lots: tuple[LotCard, ...]


@dataclass(frozen=True, slots=True)
class Packing:
    """A lot's packing list in short."""

    cartons: int
    packed: int
    gross_weight_g: int | None
    serials: tuple[tuple[str, str, int], ...]


def lots(actor: Actor | None = None, numbers: Iterable[str] | None = None) -> list[LotCard]:
    """Return the lots that `actor` takes part in, or all; the buyer takes part in all."""
    rows = Lot.objects.order_by("number")
    if actor is not None and actor.role != "buyer":
        rows = rows.filter(participants__organisation=actor.organisation)
    if numbers is not None:
        rows = rows.filter(number__in=list(numbers))
    return [LotCard(*row) for row in rows.values_list(*_CARD)]


def lots_by_key(actor: Actor) -> dict[str, LotCard]:
    """Return the lots that `actor` takes part in by `key` of their numbers."""
    return {key(card.number): card for card in lots(actor)}


def key(number: str) -> str:
    """Return what is the same for A-17 and a-17: they are one lot."""
    return number.casefold()


def keys_there(numbers: Iterable[str]) -> set[str]:
    """Return the keys of these numbers that are taken by lots."""
    rows = Lot.objects.annotate(key=Lower("number")).filter(key__in={key(one) for one in numbers})
    return set(rows.values_list("key", flat=True))


def lots_by_id(lot_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, LotCard]:
    """Return these lots by id, whoever asks."""
    rows = Lot.objects.filter(id__in=list(lot_ids)).values_list(*_CARD)
    return {row[0]: LotCard(*row) for row in rows}


def lot_ids(actor: Actor) -> list[uuid.UUID]:
    """Return the lots that `actor` takes part in, by id alone."""
    rows = Lot.objects.order_by("number")
    if actor.role != "buyer":
        rows = rows.filter(participants__organisation=actor.organisation)
    return list(rows.values_list("id", flat=True))


def lot_count(actor: Actor) -> int:
    """Return how many lots `actor` takes part in."""
    if actor.role == "buyer":
        return int(Lot.objects.count())
    return int(Lot.objects.filter(participants__organisation=actor.organisation).count())


def numbers(lot_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, str]:
    """Return the number of each of these lots."""
    return dict(Lot.objects.filter(id__in=list(lot_ids)).values_list("id", "number"))


def lot(number: str, actor: Actor | None = None) -> LotCard:
    """Return the lot with this number, whatever its letter case.

    Refuses:
        orders.unknown_lot: no such lot, or `actor` takes no part in it.
    """
    if actor is None or actor.role == "buyer":
        found = _BY_NUMBER.first(number)
    else:
        found = _BY_NUMBER_FOR.first(number, actor.organisation)
    if found is not None:
        return LotCard(*found)
    other = Lot.objects.filter(number__iexact=number).values_list("number", flat=True).first()
    if other is None or other == number:
        raise UnknownLot(lot=number)
    return lot(other, actor)


def lot_by_id(lot_id: uuid.UUID) -> LotCard:
    """Return this lot, whoever asks."""
    found = _BY_ID.first(lot_id)
    assert found is not None, "whoever has a lot's id has it from its row"
    return LotCard(*found)


_CARD = (
    "id", "number", "declared", "serialised", "case", "source", "order__number",
    "order__placed_on", "order__site", "order__site__name", "order__site__zone",
    "order__site__organisation", "order__site__organisation__name",
    "order__site__organisation__name_local", "product__code", "product__name",
    "product__name_local", "product__unit_name", "product__unit_cost", "product__currency",
    "product__weight_g", "product__branded", "product__family",
)  # fmt: skip
"""The columns of a `LotCard`, in its order."""

_BY_ID = Prepared(lambda lot: Lot.objects.filter(id=lot).values_list(*_CARD))

_BY_NUMBER = Prepared(lambda number: Lot.objects.filter(number=number).values_list(*_CARD))

_BY_NUMBER_FOR = Prepared(
    lambda number, organisation: Lot.objects.filter(
        number=number, participants__organisation=organisation
    ).values_list(*_CARD)
)


def takes_part(actor: Actor, lot_id: uuid.UUID) -> bool:
    """Return whether the actor's organisation takes part in the lot."""
    if actor.role == "buyer":
        return True
    return Participant.objects.filter(lot=lot_id, organisation=actor.organisation).exists()


def is_party(lot_id: uuid.UUID, organisation: uuid.UUID) -> bool:
    """Return whether an organisation takes part in the lot, or is the buyer."""
    if organisation == buyer().id:
        return True
    return Participant.objects.filter(lot=lot_id, organisation=organisation).exists()


def stream(site: uuid.UUID, family: str) -> dict[uuid.UUID, str]:
    """Return the lots of a product family from one site, with their numbers."""
    of_family = Q(product__family=family) | Q(product__family="", product__code=family)
    return dict(Lot.objects.filter(of_family, order__site=site).values_list("id", "number"))


def orders(actor: Actor) -> list[OrderCard]:
    """Return the orders with lots that `actor` takes part in, the newest first."""
    by_order: dict[str, list[LotCard]] = {}
    for card in lots(actor):
        by_order.setdefault(card.order, []).append(card)
    cards = [
        OrderCard(
            number=number,
            placed_on=members[0].placed_on,
            supplier_name=members[0].supplier_name,
            site_name=members[0].site_name,
            lots=tuple(members),
        )
        for number, members in by_order.items()
    ]
    return sorted(cards, key=lambda card: (card.placed_on or date.min, card.number), reverse=True)


def order(number: str, actor: Actor) -> OrderCard:
    """Return the order with this number.

    Refuses:
        orders.unknown_order
    """
    for card in orders(actor):
        if card.number == number:
            return card
    raise UnknownOrder(order=number)


def order_exists(number: str) -> bool:
    """Return whether an order has this number."""
    return Order.objects.filter(number=number).exists()


def packing(lot_id: uuid.UUID) -> Packing:
    """Return the lot's packing list in short."""
    cartons = list(Carton.objects.filter(lot=lot_id))
    weights = [carton.gross_weight_g for carton in cartons]
    return Packing(
        cartons=len(cartons),
        packed=sum(carton.last - carton.first + 1 for carton in cartons),
        gross_weight_g=None if not weights or None in weights else sum(w for w in weights if w),
        serials=tuple(
            (_serial(row, row.first), _serial(row, row.last), row.last - row.first + 1)
            for row in SerialRange.objects.filter(lot=lot_id).order_by("first")
        ),
    )


def packing_digest(lot_id: uuid.UUID) -> str:
    """Return the digest of a lot's cartons and serials, as its statement tells it."""
    cartons = (
        Carton.objects.filter(lot=lot_id)
        .order_by("first", "number")
        .values_list("number", "first", "last", "gross_weight_g")
    )
    serials = SerialRange.objects.filter(lot=lot_id).order_by("first", "number")
    return statements.digest(
        {
            "cartons": [
                list(row)
                for row in cartons.values_list("number", "first", "last", "gross_weight_g")
            ],
            "serials": [
                list(row)
                for row in serials.values_list(
                    "first", "last", "prefix", "number", "width", "suffix"
                )
            ],
        }
    )


def packed_lots() -> set[uuid.UUID]:
    """Return the lots that have cartons or serials."""
    return {
        *Carton.objects.values_list("lot", flat=True).distinct(),
        *SerialRange.objects.values_list("lot", flat=True).distinct(),
    }


def units_named(lot: LotCard, text: str, *, most: int | None = None) -> Units:
    """Return the units a person named: serials, ranges of serials `A001..A010`, or unit numbers.

    Serials are separated by commas, semicolons or lines.  Where the lot has serials they are
    tried first; what is no serial is read as a unit number or a range of them, up to `most`:
    surplus units have numbers beyond those declared.

    Refuses:
        orders.unknown_serials: a word is neither a serial nor a unit number of this lot.
    """
    ranges = _Serials(lot.id)
    found, unknown = NONE, []
    for word in _words(text):
        one = _find(ranges, word)
        if one is None and re.fullmatch(r"\d{1,10}([-–]\d{1,10})?", word):
            one = parse(word)
            if one.max() > max(lot.declared, most or 0):
                one = None
        if one is None:
            unknown.append(word)
        else:
            found |= one
    if unknown:
        shown = ", ".join(unknown[:5]) + (" …" if len(unknown) > 5 else "")
        raise UnknownSerials(quantity=len(unknown), lot=lot.number, serials=shown)
    return found


def find_serials(lot: LotCard, words: Sequence[str]) -> list[Units | None]:
    """Return the units of each serial, or range `A..B`; `None` where not of the lot."""
    ranges = _Serials(lot.id)
    return [_find(ranges, word) for word in words]


def find_serial(serial: str) -> list[uuid.UUID]:
    """Return the lots that have this serial, by its first one if it is a range `A..B`."""
    first = serial.split("..", maxsplit=1)[0].strip()
    match = _SERIAL.fullmatch(first)
    if match is None:
        return []
    prefix, digits = match["prefix"], match["digits"]
    rows = SerialRange.objects.filter(
        prefix=prefix, suffix=match["suffix"], width=len(digits), number__lte=int(digits)
    )
    return [row.lot_id for row in rows if int(digits) <= row.number + row.last - row.first]


def show_units(lot_id: uuid.UUID, of: Units, *, most: int = 4) -> str:
    """Return units by their serials where they have any, else by number."""
    ranges = _Serials(lot_id)
    words: list[str] = []
    starts, ends = of - of.shift(1), of - of.shift(-1)
    for first, last in zip(starts, ends, strict=True):
        if len(words) == most:
            return ", ".join(words) + f" … ({len(of):,})"
        a, b = ranges.name(first), ranges.name(last)
        words.append(a if first == last else f"{a} – {b}")
    return ", ".join(words)


_SERIAL = re.compile(r"(?P<prefix>.*?)(?P<digits>\d{1,18})(?P<suffix>\D*)", re.DOTALL)


def split_serial(serial: str) -> tuple[str, int, int, str] | None:
    """Return prefix, number, width and suffix of a serial that counts up, else `None`.

    >>> split_serial("SB-000024X")
    ('SB-', 24, 6, 'X')
    """
    match = _SERIAL.fullmatch(serial.strip())
    if match is None:
        return None
    return match["prefix"], int(match["digits"]), len(match["digits"]), match["suffix"]


def _words(text: str) -> list[str]:
    return [word.strip() for word in re.split(r"[,;，；\n\r\t]+", text) if word.strip()]


class _Serials:
    """A lot's serials, looked up by halving: a lot may have a range for each carton.

    Ranges of one shape (prefix, suffix, width) do not overlap, so that the last one that
    begins at or before a number is the only one that may hold it.
    """

    def __init__(self, lot: uuid.UUID) -> None:
        self._by_ordinal = list(SerialRange.objects.filter(lot=lot).order_by("first"))
        shapes: dict[tuple[str, str, int], list[SerialRange]] = {}
        for row in sorted(self._by_ordinal, key=lambda row: row.number):
            shapes.setdefault((row.prefix, row.suffix, row.width), []).append(row)
        self._by_number = shapes

    def ordinal(self, serial: str) -> int | None:
        """Return which unit bears a serial, or `None`."""
        parts = split_serial(serial)
        if parts is None:
            return None
        prefix, number, width, suffix = parts
        rows = self._by_number.get((prefix, suffix, width), [])
        place = bisect_right(rows, number, key=lambda row: row.number)
        if not place:
            return None
        row = rows[place - 1]
        offset = number - row.number
        return int(row.first + offset) if offset <= row.last - row.first else None

    def name(self, ordinal: int) -> str:
        """Return a unit's serial, or its number where it has none."""
        place = bisect_right(self._by_ordinal, ordinal, key=lambda row: row.first)
        if not place or ordinal > self._by_ordinal[place - 1].last:
            return str(ordinal)
        return _serial(self._by_ordinal[place - 1], ordinal)


def _find(ranges: _Serials, word: str) -> Units | None:
    first, _, last = (part.strip() for part in word.partition(".."))
    a = ranges.ordinal(first)
    b = ranges.ordinal(last) if last else a
    if a is None or b is None or b < a:
        return None
    return units((a, b))


def _serial(row: SerialRange, ordinal: int) -> str:
    return f"{row.prefix}{row.number + ordinal - row.first:0{row.width}d}{row.suffix}"
