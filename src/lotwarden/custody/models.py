"""Rows of custody: transfers and what else makes the books, their caches, decisions, sightings.

`Transfer`, `Contradiction` and `Discrepancy` are the books: appended, never changed (triggers
refuse).  `Standing`, `Grading` and `Reservation` are computed from them and from evidence;
`fsck` computes them again and compares.
"""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q

__all__ = [
    "Contradiction",
    "Discrepancy",
    "Disposition",
    "Grading",
    "Nonconformity",
    "Reservation",
    "Sighting",
    "Signature",
    "Standing",
    "Transfer",
]


class Transfer(models.Model):
    """One movement of units: see core.ledger.Transfer.  Position in the books: (statement, index).

    no_pii
    """

    id = models.UUIDField(primary_key=True)
    statement = models.ForeignKey(
        "lotwarden.Statement", models.PROTECT, to_field="act", related_name="+"
    )
    index = models.PositiveIntegerField()
    lot = models.ForeignKey("lotwarden.Lot", models.PROTECT, related_name="+")
    debit_site = models.ForeignKey("lotwarden.Site", models.PROTECT, null=True, related_name="+")
    debit_condition = models.CharField(max_length=24)
    debit_carries = models.CharField(max_length=24, blank=True)
    credit_site = models.ForeignKey("lotwarden.Site", models.PROTECT, null=True, related_name="+")
    credit_condition = models.CharField(max_length=24)
    credit_carries = models.CharField(max_length=24, blank=True)
    quantity = models.PositiveBigIntegerField()
    units = models.BinaryField(null=True)
    code = models.CharField(max_length=16)
    pending = models.UUIDField(null=True)
    stays = models.BooleanField(default=False)
    authority = models.CharField(max_length=400, blank=True)
    corrects = models.OneToOneField("self", models.PROTECT, null=True, related_name="correction")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gt=0), name="transfer_quantity_positive"),
            models.CheckConstraint(
                condition=~Q(
                    debit_condition=F("credit_condition"),
                    debit_site=F("credit_site"),
                    debit_carries=F("credit_carries"),
                ),
                name="transfer_moves",
            ),
            models.UniqueConstraint(
                fields=["lot", "statement", "index"], name="transfer_place_in_books"
            ),
        ]
        indexes = [
            models.Index(
                fields=["lot"],
                condition=Q(debit_condition="declared"),
                name="transfer_from_declared",
            ),
            models.Index(
                fields=["lot"],
                condition=Q(credit_condition="declared"),
                name="transfer_to_declared",
            ),
        ]


class Contradiction(models.Model):
    """Units of a lot that a confirmed sighting contradicts. no_pii"""

    statement = models.ForeignKey(
        "lotwarden.Statement", models.PROTECT, to_field="act", related_name="+"
    )
    index = models.PositiveIntegerField()
    lot = models.ForeignKey("lotwarden.Lot", models.PROTECT, related_name="+")
    units = models.BinaryField(null=True)
    quantity = models.PositiveBigIntegerField()
    site = models.ForeignKey("lotwarden.Site", models.PROTECT, null=True, related_name="+")
    condition = models.CharField(max_length=24, blank=True)


class Discrepancy(models.Model):
    """So many serialised units a count did not find in an account; the latest holds. no_pii"""

    statement = models.ForeignKey(
        "lotwarden.Statement", models.PROTECT, to_field="act", related_name="+"
    )
    index = models.PositiveIntegerField()
    lot = models.ForeignKey("lotwarden.Lot", models.PROTECT, related_name="+")
    site = models.ForeignKey("lotwarden.Site", models.PROTECT, null=True, related_name="+")
    condition = models.CharField(max_length=24)
    carries = models.CharField(max_length=24, blank=True)
    quantity = models.PositiveBigIntegerField()


class Standing(models.Model):
    """What stands in an account of a lot, by how well it is known.  A cache. no_pii

    `unidentified`: units that a count missed and nobody can name; they stand as unaccounted
    and `carries` is the condition in which the books still have them.
    """

    lot = models.ForeignKey("lotwarden.Lot", models.PROTECT, related_name="+")
    site = models.ForeignKey("lotwarden.Site", models.PROTECT, null=True, related_name="+")
    condition = models.CharField(max_length=24)
    carries = models.CharField(max_length=24, blank=True)
    grade = models.PositiveSmallIntegerField()
    contradicted = models.BooleanField(default=False)
    rejected = models.BooleanField(default=False)
    unidentified = models.BooleanField(default=False)
    quantity = models.PositiveBigIntegerField()
    units = models.BinaryField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(grade__lte=5), name="standing_grade"),
            models.UniqueConstraint(
                fields=[
                    "lot", "site", "condition", "carries", "grade", "contradicted", "rejected",
                    "unidentified",
                ],
                name="standing_once",
            ),
            models.UniqueConstraint(
                fields=[
                    "lot", "condition", "carries", "grade", "contradicted", "rejected",
                    "unidentified",
                ],
                condition=Q(site__isnull=True),
                name="standing_nowhere_once",
            ),
        ]  # fmt: skip


class Grading(models.Model):
    """The grade of an act's evidence today, with its reasons.  A cache.

    A step of a disposition rests on what was attached to the disposition since the step
    before (`since`), and the last step also on what comes later.  no_pii
    """

    statement = models.OneToOneField(
        "lotwarden.Statement", models.PROTECT, to_field="act", primary_key=True, related_name="+"
    )
    level = models.PositiveSmallIntegerField()
    reasons = models.JSONField(default=list)
    setting = models.JSONField(default=dict)
    disposition = models.UUIDField(null=True, db_index=True)
    since = models.UUIDField(null=True)


class Nonconformity(models.Model):
    """The number under which a rejected lot is dealt with; opened by a verdict.

    `cause` is an opaque reference to what said so.  pii: none beyond ids.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    number = models.CharField(max_length=20, unique=True)
    lot = models.ForeignKey("lotwarden.Lot", models.PROTECT, related_name="nonconformities")
    cause = models.CharField(max_length=100)
    requirement = models.TextField(blank=True)
    found_at = models.ForeignKey("lotwarden.Site", models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    opened_by = models.UUIDField()
    inspectors = models.JSONField(default=list)
    withdrawn_at = models.DateTimeField(null=True)

    WRITTEN = ("requirement",)

    @property
    def stands(self) -> bool:
        """Return whether it was not withdrawn."""
        return self.withdrawn_at is None


class Disposition(models.Model):
    """What was decided for part of a lot: a pending transfer with its gates.

    pii: reason, instruction and the like are what people write.
    """

    id = models.UUIDField(primary_key=True)
    number = models.CharField(max_length=20, unique=True)
    lot = models.ForeignKey("lotwarden.Lot", models.PROTECT, related_name="dispositions")
    nonconformity = models.ForeignKey(
        Nonconformity, models.PROTECT, null=True, related_name="dispositions"
    )
    kind = models.CharField(max_length=12)
    status = models.CharField(max_length=12)
    quantity = models.PositiveBigIntegerField()
    units = models.BinaryField(null=True)
    site = models.ForeignKey("lotwarden.Site", models.PROTECT, related_name="+")
    proposed_by = models.UUIDField()
    proposed_at = models.DateTimeField()
    authorised_by = models.UUIDField(null=True)
    authorised_at = models.DateTimeField(null=True)
    authority_basis = models.CharField(max_length=200, blank=True)
    reason = models.TextField(blank=True)
    instruction = models.TextField(blank=True)
    risk = models.TextField(blank=True)
    method = models.CharField(max_length=200, blank=True)
    owner = models.UUIDField(null=True)
    deadline = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    agent_organisation = models.UUIDField(null=True)
    agent_person = models.UUIDField(null=True)
    witness = models.UUIDField(null=True)
    next_site = models.ForeignKey("lotwarden.Site", models.PROTECT, null=True, related_name="+")
    customer_agreement = models.BooleanField(null=True)
    contract_silent = models.BooleanField(default=False)
    defects = models.PositiveIntegerField(default=0)
    defects_shown = models.PositiveIntegerField(default=0)
    list_digest = models.CharField(max_length=64, blank=True)
    reinspection = models.JSONField(null=True)
    lifted_by = models.JSONField(default=list)
    closed_at = models.DateTimeField(null=True)
    closed_because = models.TextField(blank=True)

    WRITTEN = ("reason", "instruction", "risk", "method", "authority_basis", "closed_because")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gt=0), name="disposition_quantity")
        ]


class Reservation(models.Model):
    """What of an account a disposition holds.  A cache. no_pii"""

    disposition = models.ForeignKey(Disposition, models.PROTECT, related_name="reservations")
    lot = models.ForeignKey("lotwarden.Lot", models.PROTECT, related_name="+")
    site = models.ForeignKey("lotwarden.Site", models.PROTECT, null=True, related_name="+")
    condition = models.CharField(max_length=24)
    carries = models.CharField(max_length=24, blank=True)
    quantity = models.PositiveBigIntegerField()
    units = models.BinaryField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["disposition", "site", "condition", "carries"], name="reservation_once"
            )
        ]


class Sighting(models.Model):
    """Units seen somewhere: suspected, or confirmed by a unit in hand.

    pii: where, how and source are what people write.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    statement = models.ForeignKey(
        "lotwarden.Statement", models.PROTECT, to_field="act", related_name="+"
    )
    lot = models.ForeignKey("lotwarden.Lot", models.PROTECT, related_name="sightings")
    serial = models.CharField(max_length=200, blank=True)
    units = models.BinaryField(null=True)
    quantity = models.PositiveBigIntegerField()
    seen_at = models.DateTimeField()
    place = models.CharField(max_length=200)
    how = models.CharField(max_length=30)
    confirmed = models.BooleanField()
    confirmed_how = models.CharField(max_length=400, blank=True)
    source = models.CharField(max_length=400, blank=True)

    WRITTEN = ("serial", "place", "confirmed_how", "source")


class Signature(models.Model):
    """That a person signed for something two people must agree to, such as a correction. no_pii"""

    about = models.UUIDField(db_index=True)
    person = models.UUIDField()
    statement = models.ForeignKey(
        "lotwarden.Statement", models.PROTECT, to_field="act", related_name="+"
    )

    WRITTEN = ()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["about", "person"], name="signature_once")]
