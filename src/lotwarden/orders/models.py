"""Rows of orders: products, orders, lots and who takes part, cartons, serial numbers."""

from __future__ import annotations

import uuid

from django.db import models

__all__ = ["Carton", "Lot", "Order", "Participant", "Product", "SerialRange"]


class Product(models.Model):
    """What is made; `unit_cost` in `currency` values it, `weight_g` weighs one unit.

    `family`: products made alike, whose lots switch severity together; the code where blank.
    no_pii
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    code = models.CharField(max_length=60, unique=True)
    name = models.CharField(max_length=200)
    name_local = models.CharField(max_length=200, blank=True)
    unit_name = models.CharField(max_length=40, blank=True)
    unit_cost = models.DecimalField(max_digits=14, decimal_places=4, null=True)
    currency = models.CharField(max_length=3, blank=True)
    weight_g = models.PositiveIntegerField(null=True)
    branded = models.BooleanField(default=True)
    family = models.CharField(max_length=60, blank=True, default="")


class Order(models.Model):
    """An order at a supplier's site. no_pii"""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    number = models.CharField(max_length=60, unique=True)
    site = models.ForeignKey("lotwarden.Site", models.PROTECT, related_name="orders")
    placed_on = models.DateField(null=True)


class Lot(models.Model):
    """A batch offered for inspection under one order line.

    `declared` is what the supplier said it made; what was really produced follows from the
    books.  `serialised`: its units can be told apart. no_pii
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    number = models.CharField(max_length=60, unique=True)
    order = models.ForeignKey(Order, models.PROTECT, related_name="lots")
    product = models.ForeignKey(Product, models.PROTECT, related_name="lots")
    declared = models.PositiveBigIntegerField()
    serialised = models.BooleanField(default=False)
    case = models.CharField(max_length=60, blank=True)
    source = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(declared__gt=0), name="lot_declared_positive")
        ]


class Participant(models.Model):
    """An organisation that takes part in a lot and may see it. no_pii"""

    lot = models.ForeignKey(Lot, models.PROTECT, related_name="participants")
    organisation = models.ForeignKey("lotwarden.Organisation", models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["lot", "organisation"], name="participant_once")
        ]


class Carton(models.Model):
    """A carton of a packing list: it holds the ordinals first…last. no_pii"""

    lot = models.ForeignKey(Lot, models.PROTECT, related_name="cartons")
    number = models.CharField(max_length=60)
    first = models.PositiveBigIntegerField()
    last = models.PositiveBigIntegerField()
    gross_weight_g = models.PositiveBigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["lot", "number"], name="carton_once"),
            models.CheckConstraint(
                condition=models.Q(first__gte=1) & models.Q(last__gte=models.F("first")),
                name="carton_range",
            ),
        ]


class SerialRange(models.Model):
    """Serials of a lot that run with its ordinals: prefix, number of fixed width, suffix.

    Ordinal `first + k` bears `prefix` + (`number + k`, padded to `width`) + `suffix`. no_pii
    """

    lot = models.ForeignKey(Lot, models.PROTECT, related_name="serials")
    first = models.PositiveBigIntegerField()
    last = models.PositiveBigIntegerField()
    prefix = models.CharField(max_length=60, blank=True)
    number = models.PositiveBigIntegerField()
    width = models.PositiveSmallIntegerField()
    suffix = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(first__gte=1) & models.Q(last__gte=models.F("first")),
                name="serial_range",
            )
        ]
