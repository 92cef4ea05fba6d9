"""Rows of inspections: what was planned and what was found."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

__all__ = ["Inspection", "Result", "SwitchingDecision"]


class Inspection(models.Model):
    """A planned inspection of a lot, or the re-inspection of a disposition's units.

    `plan` is a snapshot: per class its kind, AQL, severity and stages; what it says stays what
    was agreed.  `severity` is "mixed" where the classes differ.  `resubmission` counts: 0 is the
    original.  `inspector` is a person's id.
    pii: `reason`, why another severity than the proposed one, is what people write.
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
    reason = models.TextField(blank=True, default="")

    WRITTEN = ("reason",)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(lot_size__gt=0), name="inspection_lot_size")
        ]


class Result(models.Model):
    """What was found so far; always stored, also late or contested.

    `verdict`: acceptable, not_acceptable, contested; or undecided: incomplete (fewer units than
    the stage asks), continue (the plan asks for its next stage).  The next result of an
    undecided inspection continues it: all its counts include those before.  `corrects` names
    an earlier result that was wrong: it stays, and no longer stands.
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


class SwitchingDecision(models.Model):
    """What the buyer decided of switching: for one stream of lots, or of the rules for all.

    A stream is a supplier's site, a product family and a standard.  `kind`: allow_reduced,
    withdraw_reduced, resume (after a discontinuation); or settings, which has no site and holds
    how the buyer reads what the standards leave open.
    pii: `reason` is what people write.
    """

    id = models.UUIDField(primary_key=True)
    statement = models.ForeignKey(
        "lotwarden.Statement", models.PROTECT, to_field="act", related_name="+"
    )
    kind = models.CharField(max_length=20)
    site = models.ForeignKey("lotwarden.Site", models.PROTECT, null=True, related_name="+")
    family = models.CharField(max_length=60, blank=True)
    standard = models.CharField(max_length=20, blank=True)
    settings = models.JSONField(default=dict)
    reason = models.TextField()
    decided_by = models.UUIDField()
    decided_at = models.DateTimeField()

    WRITTEN = ("reason",)
