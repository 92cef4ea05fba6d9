"""Rows of inspections: what was planned and what was found."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

__all__ = ["Inspection", "Result"]


class Inspection(models.Model):
    """A planned inspection of a lot, or the re-inspection of a disposition's units.

    `plan` is a snapshot: per class n, Ac, Re, letter; what it says stays what was agreed.
    `resubmission` counts: 0 is the original.  `inspector` is a person's id.
    no_pii: ids only.
    """

    id = models.UUIDField(primary_key=True)
    number = models.CharField(max_length=20, unique=True)
    lot = models.ForeignKey("lotwarden.Lot", models.PROTECT, related_name="inspections")
    statement = models.ForeignKey(
        "lotwarden.Statement", models.PROTECT, to_field="act", related_name="+"
    )
    disposition = models.UUIDField(null=True)
    resubmission = models.PositiveSmallIntegerField(default=0)
    standard = models.CharField(max_length=20)
    level = models.CharField(max_length=4)
    severity = models.CharField(max_length=12)
    every_unit = models.BooleanField(default=False)
    lot_size = models.PositiveBigIntegerField()
    sample_size = models.PositiveBigIntegerField()
    plan = models.JSONField()
    inspector = models.UUIDField()
    planned_for = models.DateTimeField(null=True)
    planned_at = models.DateTimeField()

    WRITTEN = ()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(lot_size__gt=0), name="inspection_lot_size")
        ]


class Result(models.Model):
    """What was found; always stored, also late or contested.

    `verdict`: acceptable, not_acceptable, incomplete, contested.  `corrects` names an
    earlier result that was wrong: it stays, and no longer stands.
    pii: remarks are what people write.
    """

    id = models.UUIDField(primary_key=True)
    inspection = models.ForeignKey(Inspection, models.PROTECT, related_name="results")
    statement = models.ForeignKey(
        "lotwarden.Statement", models.PROTECT, to_field="act", related_name="+"
    )
    inspected = models.PositiveBigIntegerField()
    found = models.JSONField()
    nonconforming = models.PositiveBigIntegerField()
    consumed = models.PositiveBigIntegerField(default=0)
    retained = models.PositiveBigIntegerField(default=0)
    remarks = models.TextField(blank=True)
    verdict = models.CharField(max_length=16)
    words = models.TextField(blank=True)
    recorded_by = models.UUIDField()
    inspected_at = models.DateTimeField()
    corrects = models.OneToOneField("self", models.PROTECT, null=True, related_name="corrected_by")

    WRITTEN = ("remarks", "words")
