"""Rows of identity: the workspace, organisations, their sites, people, failed log-ins."""

from __future__ import annotations

import uuid

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

__all__ = ["LogInFailure", "Organisation", "Person", "Site", "Workspace"]


class Role(models.TextChoices):
    """What an organisation is to this workspace."""

    BUYER = "buyer"
    AGENCY = "agency"
    SUPPLIER = "supplier"
    DISPOSER = "disposer"


class Workspace(models.Model):
    """The one workspace of this installation (ADR 0006).  `demonstration` offers its people.

    `single_person`: one person plays buyer and inspector; acts work, are marked, and are
    graded at most 2. no_pii
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    name = models.CharField(max_length=100)
    demonstration = models.BooleanField(default=False)
    single_person = models.BooleanField(default=False)
    created_at = models.DateTimeField()


class Organisation(models.Model):
    """A company: buyer, agency, supplier or disposer.

    `independence` is its type as an inspection body (ISO/IEC 17020), `none` where it is not
    one.  `approved_at` is when the buyer approved it for its role. no_pii
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    name = models.CharField(max_length=200, unique=True)
    name_local = models.CharField(max_length=200, blank=True)
    role = models.CharField(max_length=10, choices=Role)
    independence = models.CharField(max_length=4, default="none")
    approved_at = models.DateTimeField(null=True)
    approved_by = models.UUIDField(null=True)
    approval_note = models.CharField(max_length=400, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(independence__in=["A", "B", "C", "none"]),
                name="organisation_independence",
            ),
            models.CheckConstraint(
                condition=models.Q(role__in=["buyer", "agency", "supplier", "disposer"]),
                name="organisation_role",
            ),
        ]


class Site(models.Model):
    """A place where goods can be: factory, warehouse, shredder. no_pii"""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="sites")
    name = models.CharField(max_length=200)
    name_local = models.CharField(max_length=200, blank=True)
    country = models.CharField(max_length=2, blank=True)
    zone = models.CharField(max_length=60, default="UTC")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "name"], name="site_name_once")
        ]


class Person(AbstractBaseUser):
    """Someone who logs in, and signs by doing so.

    pii: name, email, password digest, last log-in.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    email = models.EmailField(unique=True)
    name = models.CharField(max_length=100)
    name_local = models.CharField(max_length=100, blank=True)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="people")
    is_admin = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    objects = BaseUserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: list[str] = []


class LogInFailure(models.Model):
    """A log-in that failed; too many of one address, or from one place, close it for a while.

    `client` is where it came from.  pii: salted digests of the address typed and of the client's.
    """

    address = models.CharField(max_length=64, db_index=True)
    client = models.CharField(max_length=64, blank=True, default="", db_index=True)
    at = models.DateTimeField()
