"""Rows of evidence: statements, each lot's chain, salted values, blobs, what is attached."""

from __future__ import annotations

from django.db import models

__all__ = ["Attachment", "Blob", "Chain", "Counter", "SaltedValue", "Statement", "StatementLot"]


class Statement(models.Model):
    """One act, told in canonical JSON; never changed, never deleted (triggers refuse).

    `act` is the id its client made, `request` the digest of what was asked, so that a retry
    finds its own outcome and a different request under the same id is refused.
    no_pii: ids only; what is personal stands in SaltedValue.
    """

    number = models.BigAutoField(primary_key=True)
    act = models.UUIDField(unique=True)
    kind = models.CharField(max_length=60)
    actor = models.UUIDField()
    organisation = models.UUIDField()
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    request = models.CharField(max_length=64)
    canonical = models.BinaryField()
    digest = models.CharField(max_length=64, unique=True)
    outcome = models.JSONField(default=dict)


class StatementLot(models.Model):
    """That a statement tells of a lot. no_pii"""

    statement = models.ForeignKey(Statement, models.PROTECT, to_field="act", related_name="+")
    lot = models.UUIDField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["lot", "statement"], name="statement_lot_once")
        ]


class Chain(models.Model):
    """The head of a lot's statements; locked once in every act that touches the lot. no_pii"""

    lot = models.UUIDField(primary_key=True)
    head = models.CharField(max_length=64, null=True)  # noqa: DJ001 - no head is not an empty one
    length = models.PositiveIntegerField(default=0)


class SaltedValue(models.Model):
    """A personal or free text of a statement, with its salt; may be erased, the digest stays.

    pii: whatever people write.
    """

    statement = models.ForeignKey(Statement, models.PROTECT, to_field="act", related_name="+")
    name = models.CharField(max_length=60)
    salt = models.CharField(max_length=64)
    value = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["statement", "name"], name="salted_value_once")
        ]


class Blob(models.Model):
    """A file's bytes as they came, by SHA-256; the bytes lie in the blob folder.

    pii: photos and documents may show people.
    """

    sha256 = models.CharField(max_length=64, primary_key=True)
    size = models.PositiveBigIntegerField()
    media_type = models.CharField(max_length=100)
    stored_at = models.DateTimeField()


class Attachment(models.Model):
    """One thing that backs an act or a disposition (`about`): see core.grades.Evidence.

    pii: title is the file's name or what a person wrote; person is an id.
    """

    id = models.UUIDField(primary_key=True)
    about = models.UUIDField(db_index=True)
    statement = models.ForeignKey(Statement, models.PROTECT, to_field="act", related_name="+")
    kind = models.CharField(max_length=30)
    person = models.UUIDField(null=True)
    organisation = models.UUIDField(null=True)
    independence = models.CharField(max_length=4, default="none")
    by_themselves = models.BooleanField(default=False)
    blob = models.ForeignKey(Blob, models.PROTECT, null=True, related_name="+")
    number = models.CharField(max_length=80, blank=True, db_index=True)
    quantity = models.PositiveBigIntegerField(null=True)
    weight_g = models.PositiveBigIntegerField(null=True)
    title = models.CharField(max_length=200, blank=True)

    WRITTEN = ("number", "title")


class Counter(models.Model):
    """The last number given out under a name, such as `NCR`; locked while one is taken. no_pii"""

    name = models.CharField(max_length=20, primary_key=True)
    value = models.PositiveIntegerField(default=0)
