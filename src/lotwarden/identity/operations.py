"""Writes of identity: make a workspace, add organisations and sites, invite, approve, log in."""

from __future__ import annotations

import hashlib
import uuid
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

from django.conf import settings
from django.contrib.auth import authenticate, password_validation
from django.contrib.auth.hashers import make_password
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from lotwarden.core.errors import N_, Refusal
from lotwarden.identity import queries
from lotwarden.identity.acting import Actor, Op, Outcome, operation
from lotwarden.identity.models import LogInFailure, Organisation, Person, Role, Site, Workspace

FAILURES_MOST = 8
"""So many failed log-ins of one address in `FAILURES_WINDOW` close it until they are older."""

CLIENT_FAILURES_MOST = 40
"""So many from one client in `FAILURES_WINDOW`, whatever the addresses, close it likewise."""

FAILURES_WINDOW = timedelta(minutes=15)


class AlreadyThere(Refusal):
    """A name or address is taken, or a workspace exists."""

    code = "identity.already_there"
    template = N_("{what} exists already.")
    remedy = N_("Use what is there, or choose another name.")


class WorkspaceThere(Refusal):
    """This home has its workspace."""

    code = "identity.workspace_there"
    template = N_("There is a workspace in this home already.")
    remedy = N_("Use it with `lotwarden serve`, or set LOTWARDEN_HOME to another folder first.")


class WeakPassword(Refusal):
    """The password is too easy to guess."""

    code = "identity.weak_password"
    template = N_("The password is too easy: {why}")
    remedy = N_("Choose a longer one, or three unrelated words.")


class LinkInvalid(Refusal):
    """A link to set a password was used, is too old, or was cut."""

    code = "identity.link_invalid"
    template = N_("This link was used already, is too old, or is not complete.")
    remedy = N_("Ask for a new one.")
    who = N_("an administrator")


class LogInFailed(Refusal):
    """Address and password do not belong together; which is wrong is not told."""

    code = "identity.log_in_failed"
    template = N_("This address and this password do not belong together.")
    remedy = N_("Check both; or ask for a link to set a new password.")
    who = N_("an administrator")


class TooManyFailures(Refusal):
    """Too many log-ins of one address failed."""

    code = "identity.too_many_failures"
    template = N_("Too many log-ins with this address failed.")
    remedy = N_("Wait {minutes} minutes, or ask for a link to set a new password.")
    who = N_("an administrator")


class TooManyFromHere(Refusal):
    """Too many log-ins from one client failed, with whatever addresses."""

    code = "identity.too_many_from_here"
    template = N_("Too many log-ins from where you are failed.")
    remedy = N_("Wait {minutes} minutes, then try again.")
    who = N_("an administrator")


class LastAdmin(Refusal):
    """A workspace keeps an administrator: nobody could let anyone in again."""

    code = "identity.last_admin"
    template = N_("{name} is the only administrator.")
    remedy = N_("Invite another administrator first.")


class NotAlone(Refusal):
    """Single-person mode is for who is alone."""

    code = "identity.not_alone"
    template = N_("You are not alone: {names} can act for the buyer too.")
    remedy = N_("Let them sign what two people must; single-person mode is for one person.")
    who = N_("another person of the buyer")


class UnknownZone(Refusal):
    """A site's time zone is not of the IANA list."""

    code = "identity.unknown_zone"
    template = N_("{zone} is not a time zone.")
    remedy = N_("Write it like Asia/Shanghai or Europe/Berlin.")


class NotEmpty(Refusal):
    """A name must be written."""

    code = "identity.not_empty"
    template = N_("{what} is missing.")
    remedy = N_("Write it.")


class _Tokens(PasswordResetTokenGenerator):
    """One-time links to set a password; they end with use, and after PASSWORD_RESET_TIMEOUT."""


def create_workspace(
    *,
    name: str,
    organisation: str,
    person: str,
    email: str,
    demonstration: bool = False,
) -> tuple[Actor, str]:
    """Make the workspace, its buyer and its first person, an administrator.

    Returns the person as actor and the path of the link by which they set their password.

    Refuses:
        identity.workspace_there: this installation has its workspace.
        identity.not_empty
    """
    for what, text in (("the name", name), ("the organisation", organisation),
                       ("the person's name", person), ("the address", email)):  # fmt: skip
        if not text.strip():
            raise NotEmpty(what=what)
    with transaction.atomic():
        if queries.workspace() is not None:
            raise WorkspaceThere
        now = timezone.now()
        Workspace.objects.create(name=name.strip(), demonstration=demonstration, created_at=now)
        company = Organisation.objects.create(
            name=organisation.strip(), role=Role.BUYER, independence="B", approved_at=now
        )
        row = _add_person(company, name=person, email=email, is_admin=True, at=now)
    return queries.actor_of(row.id), link_to_set_password(row.id)


@operation("identity.add_organisation")
def add_organisation(
    op: Op, *, name: str, role: str, name_local: str = "", independence: str = "none"
) -> Outcome:
    """Add a company.

    Refuses:
        identity.not_empty, identity.already_there
    """
    row = make_organisation(name=name, role=role, name_local=name_local, independence=independence)
    op.tell(organisation=str(row.id), role=role, independence=row.independence)
    op.write("name", row.name)
    return {"organisation": str(row.id), "name": row.name}


@operation("identity.add_site")
def add_site(
    op: Op,
    *,
    organisation: uuid.UUID,
    name: str,
    zone: str,
    name_local: str = "",
    country: str = "",
) -> Outcome:
    """Add a place of a company.

    Refuses:
        identity.unknown_organisation, identity.not_empty, identity.unknown_zone,
        identity.already_there
    """
    queries.organisation(organisation)
    row = make_site(
        organisation=organisation, name=name, zone=zone, name_local=name_local, country=country
    )
    op.tell(site=str(row.id), organisation=str(organisation), zone=zone)
    op.write("name", row.name)
    return {"site": str(row.id), "name": row.name}


@operation("identity.approve")
def approve(op: Op, *, organisation: uuid.UUID, note: str) -> Outcome:
    """Approve a company for its role: a destruction then may begin at a disposer.

    Refuses:
        identity.unknown_organisation
        identity.not_empty: why it is approved is written.
    """
    card = queries.organisation(organisation)
    if not note.strip():
        raise NotEmpty(what="Why it is approved")
    Organisation.objects.filter(id=organisation).update(
        approved_at=op.recorded_at, approved_by=op.actor.person, approval_note=note.strip()[:400]
    )
    op.tell(organisation=str(organisation))
    op.write("note", note.strip())
    return {"organisation": str(organisation), "name": card.name}


@operation("identity.withdraw_approval")
def withdraw_approval(op: Op, *, organisation: uuid.UUID, note: str) -> Outcome:
    """Withdraw a company's approval: no destruction begins or ends there until it is back.

    What was done while it was approved stays as it was graded.

    Refuses:
        identity.unknown_organisation
        identity.not_empty: why it is withdrawn is written.
    """
    card = queries.organisation(organisation)
    if not note.strip():
        raise NotEmpty(what="Why the approval is withdrawn")
    Organisation.objects.filter(id=organisation).update(
        approved_at=None, approved_by=None, approval_note=""
    )
    op.tell(organisation=str(organisation))
    op.write("note", note.strip())
    return {"organisation": str(organisation), "name": card.name}


@operation("identity.invite")
def invite(
    op: Op, *, organisation: uuid.UUID, name: str, email: str, is_admin: bool = False
) -> Outcome:
    """Add a person who sets their own password by the link returned.

    A second person of the buyer ends single-person mode.

    Refuses:
        identity.unknown_organisation, identity.not_empty, identity.already_there
    """
    queries.organisation(organisation)
    company = Organisation.objects.get(id=organisation)
    row = _add_person(
        company,
        name=name,
        email=email,
        is_admin=is_admin and company.role == Role.BUYER,
        at=op.recorded_at,
    )
    op.tell(person=str(row.id), organisation=str(organisation))
    op.write("name", row.name)
    op.write("email", row.email)
    told: Outcome = {"person": str(row.id), "name": row.name}
    if company.role == Role.BUYER and Workspace.objects.filter(single_person=True).update(
        single_person=False
    ):
        op.tell(single_person=False)
        told["single_person"] = False
    return told


@operation("identity.reset")
def reset(op: Op, *, person: uuid.UUID) -> Outcome:
    """Take a person's password away, so that only a new link lets them in.

    Refuses:
        identity.unknown_person
    """
    card = queries.person(person)
    Person.objects.filter(id=person).update(password=make_password(None))
    op.tell(person=str(person))
    return {"person": str(person), "name": card.name}


@operation("identity.deactivate")
def deactivate(op: Op, *, person: uuid.UUID) -> Outcome:
    """Let a person in no more: their sessions, password and links end; what they did stays.

    Refuses:
        identity.unknown_person
        identity.last_admin
    """
    card = queries.person(person)
    others = Person.objects.select_for_update().filter(is_admin=True, is_active=True)
    if card.is_admin and card.is_active and not [one for one in others if one.id != person]:
        raise LastAdmin(name=card.name)
    Person.objects.filter(id=person).update(is_active=False, password=make_password(None))
    op.tell(person=str(person))
    return {"person": str(person), "name": card.name}


@operation("identity.readmit")
def readmit(op: Op, *, person: uuid.UUID) -> Outcome:
    """Let a person in again who was deactivated, with a new link.

    Refuses:
        identity.unknown_person
    """
    card = queries.person(person)
    Person.objects.filter(id=person).update(is_active=True)
    op.tell(person=str(person))
    return {"person": str(person), "name": card.name}


@operation("identity.set_single_person")
def set_single_person(op: Op, *, on: bool) -> Outcome:
    """Declare that one person plays buyer and inspector, or end that.

    Refuses:
        identity.not_alone: other people of the buyer can act.
    """
    others = Person.objects.filter(organisation__role=Role.BUYER, is_active=True)
    names = others.exclude(id=op.actor.person).order_by("name").values_list("name", flat=True)
    if on and names:
        raise NotAlone(names=", ".join(names))
    Workspace.objects.update(single_person=on)
    op.tell(single_person=on)
    return {"single_person": on}


def make_organisation(
    *, name: str, role: str, name_local: str = "", independence: str = "none"
) -> Organisation:
    """Make a company; part of an operation that tells of it."""
    if not name.strip():
        raise NotEmpty(what="The name")
    if Organisation.objects.filter(name__iexact=name.strip()).exists():
        raise AlreadyThere(what=name.strip())
    return Organisation.objects.create(
        name=name.strip(), role=role, name_local=name_local.strip(), independence=independence
    )


def make_site(
    *, organisation: uuid.UUID, name: str, zone: str, name_local: str = "", country: str = ""
) -> Site:
    """Make a place of a company; part of an operation that tells of it."""
    if not name.strip():
        raise NotEmpty(what="The name")
    if zone not in available_timezones():
        raise UnknownZone(zone=zone)
    if Site.objects.filter(organisation=organisation, name__iexact=name.strip()).exists():
        raise AlreadyThere(what=name.strip())
    return Site.objects.create(
        organisation_id=organisation,
        name=name.strip(),
        zone=str(ZoneInfo(zone)),
        name_local=name_local.strip(),
        country=country.strip().upper(),
    )


def link_to_set_password(person: uuid.UUID) -> str:
    """Return the path of a one-time link by which this person sets a password."""
    row = Person.objects.get(id=person)
    return f"/welcome/{row.id}/{_Tokens().make_token(row)}/"


def person_of_link(person: uuid.UUID, token: str) -> str:
    """Return the name of the person whom a link is for.

    Refuses:
        identity.link_invalid
    """
    return _of_link(person, token).name


def set_password(*, person: uuid.UUID, token: str, password: str) -> Actor:
    """Set the password by a one-time link; failed log-ins of the address are forgotten.

    Refuses:
        identity.link_invalid, identity.weak_password
    """
    row = _of_link(person, token)
    try:
        password_validation.validate_password(password, row)
    except ValidationError as weak:
        raise WeakPassword(why=" ".join(weak.messages)) from weak
    row.set_password(password)
    row.save(update_fields=["password"])
    LogInFailure.objects.filter(address=_address(row.email)).delete()
    return queries.actor_of(row.id)


def check_password(*, email: str, password: str, client: str = "") -> Person:
    """Return the person with this address and password.

    `client` is the network address that asks, where there is one.

    Refuses, first match wins:
        identity.too_many_from_here, identity.too_many_failures
        identity.log_in_failed
    """
    address, origin, now = _address(email), _address(client) if client else "", timezone.now()
    recent = LogInFailure.objects.filter(at__gt=now - FAILURES_WINDOW)
    minutes = FAILURES_WINDOW // timedelta(minutes=1)
    if origin and recent.filter(client=origin).count() >= CLIENT_FAILURES_MOST:
        raise TooManyFromHere(minutes=minutes)
    if recent.filter(address=address).count() >= FAILURES_MOST:
        raise TooManyFailures(minutes=minutes)
    person = authenticate(username=email.strip().lower(), password=password)
    if not isinstance(person, Person):
        LogInFailure.objects.filter(at__lt=now - FAILURES_WINDOW).delete()
        LogInFailure.objects.create(address=address, client=origin, at=now)
        raise LogInFailed
    return person


def demonstration_person(person: uuid.UUID) -> Person:
    """Return a person of a demonstration, who needs no password; elsewhere nobody does.

    Refuses:
        identity.log_in_failed: this is no demonstration, or nobody there.
    """
    found = queries.workspace()
    row = Person.objects.filter(id=person, is_active=True).first()
    if found is None or not found.demonstration or row is None:
        raise LogInFailed
    return row


def _of_link(person: uuid.UUID, token: str) -> Person:
    row = Person.objects.filter(id=person, is_active=True).first()
    if row is None or not _Tokens().check_token(row, token):
        raise LinkInvalid
    return row


def _add_person(
    company: Organisation, *, name: str, email: str, is_admin: bool, at: datetime
) -> Person:
    if not name.strip():
        raise NotEmpty(what="The name")
    if "@" not in email or len(email) > 254 or any(sign.isspace() for sign in email.strip()):
        raise NotEmpty(what="The e-mail address")
    address = email.strip().lower()
    if Person.objects.filter(email=address).exists():
        raise AlreadyThere(what=address)
    return Person.objects.create(
        organisation=company,
        name=name.strip(),
        email=address,
        is_admin=is_admin,
        password=make_password(None),
        created_at=at,
    )


def _address(email: str) -> str:
    """Return the digest under which failures of an address are counted."""
    return hashlib.sha256(f"{settings.SECRET_KEY}{email.strip().lower()}".encode()).hexdigest()
