"""Reads of identity."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from lotwarden.core.errors import N_, Refusal
from lotwarden.core.grades import Independence
from lotwarden.evidence.rows import Prepared
from lotwarden.identity.acting import Actor
from lotwarden.identity.models import Organisation, Person, Site, Workspace


class UnknownPerson(Refusal):
    """Nobody is known by this id or address."""

    code = "identity.unknown_person"
    template = N_("Nobody here is known as {person}.")
    remedy = N_("Invite them first, under People.")
    who = N_("an administrator")


class UnknownOrganisation(Refusal):
    """No organisation has this name or id."""

    code = "identity.unknown_organisation"
    template = N_("No organisation here is called {organisation}.")
    remedy = N_("Add it first, under Suppliers.")
    who = N_("the buyer")


class UnknownSite(Refusal):
    """No site has this name or id."""

    code = "identity.unknown_site"
    template = N_("No site here is called {site}.")
    remedy = N_("Add it first, under Suppliers.")
    who = N_("the buyer")


@dataclass(frozen=True, slots=True)
class SiteCard:
    """A site with its company, as pages and rules need it."""

    id: uuid.UUID
    name: str
    name_local: str
    zone: str
    country: str
    organisation: uuid.UUID
    organisation_name: str
    role: str

    @property
    def label(self) -> str:
        """Return the company and the place, once."""
        if self.name.startswith(self.organisation_name):
            return self.name
        return f"{self.organisation_name}, {self.name}"


@dataclass(frozen=True, slots=True)
class PersonCard:
    """A person with their company, as pages and rules need it."""

    id: uuid.UUID
    name: str
    email: str
    organisation: uuid.UUID
    organisation_name: str
    role: str
    independence: Independence
    is_admin: bool
    is_active: bool
    has_password: bool


@dataclass(frozen=True, slots=True)
class OrganisationCard:
    """An organisation, as pages and rules need it."""

    id: uuid.UUID
    name: str
    name_local: str
    role: str
    independence: Independence
    approved: bool
    approval_note: str
    sites: tuple[SiteCard, ...]


def workspace() -> Workspace | None:
    """Return the workspace of this installation, if there is one."""
    return Workspace.objects.order_by("created_at").first()


def actor_of(person: uuid.UUID) -> Actor:
    """Return the actor that this person is, today.

    Refuses:
        identity.unknown_person: nobody, or somebody who may no longer log in.
    """
    row = Person.objects.select_related("organisation").filter(id=person, is_active=True).first()
    if row is None:
        raise UnknownPerson(person=str(person))
    found = workspace()
    return Actor(
        person=row.id,
        name=row.name,
        organisation=row.organisation_id,
        organisation_name=row.organisation.name,
        role=row.organisation.role,
        independence=Independence(row.organisation.independence),
        is_admin=row.is_admin,
        single_person=bool(found and found.single_person),
    )


def person_by_email(email: str) -> PersonCard:
    """Return who has this address.

    Refuses:
        identity.unknown_person
    """
    row = Person.objects.select_related("organisation").filter(email=email.lower()).first()
    if row is None:
        raise UnknownPerson(person=email)
    return _person(row)


def people(ids: Iterable[uuid.UUID | None] | None = None) -> dict[uuid.UUID, PersonCard]:
    """Return people by id: these, or all."""
    rows = Person.objects.select_related("organisation").order_by("organisation__role", "name")
    if ids is not None:
        rows = rows.filter(id__in={one for one in ids if one})
    return {row.id: _person(row) for row in rows}


def person(person_id: uuid.UUID) -> PersonCard:
    """Return this person.

    Refuses:
        identity.unknown_person
    """
    found = people([person_id]).get(person_id)
    if found is None:
        raise UnknownPerson(person=str(person_id))
    return found


def organisations(role: str | None = None) -> list[OrganisationCard]:
    """Return all organisations, or those of one role, by name."""
    rows = Organisation.objects.prefetch_related("sites").order_by("role", "name")
    if role:
        rows = rows.filter(role=role)
    return [_organisation(row) for row in rows]


def organisation(organisation_id: uuid.UUID) -> OrganisationCard:
    """Return this organisation.

    Refuses:
        identity.unknown_organisation
    """
    row = Organisation.objects.prefetch_related("sites").filter(id=organisation_id).first()
    if row is None:
        raise UnknownOrganisation(organisation=str(organisation_id))
    return _organisation(row)


def find_organisation(name: str) -> OrganisationCard | None:
    """Return the organisation of this name, whatever its letter case, or `None`."""
    row = Organisation.objects.prefetch_related("sites").filter(name__iexact=name.strip()).first()
    return None if row is None else _organisation(row)


def organisation_names() -> dict[uuid.UUID, str]:
    """Return every organisation's name by id."""
    return dict(Organisation.objects.values_list("id", "name"))


def zone_of(actor: Actor) -> ZoneInfo:
    """Return the zone of the actor's organisation: that of its first site, else UTC."""
    sites_of = organisation(actor.organisation).sites
    return ZoneInfo(sites_of[0].zone if sites_of else "UTC")


def buyer() -> OrganisationCard:
    """Return the organisation that owns the workspace."""
    row = Organisation.objects.prefetch_related("sites").filter(role="buyer").first()
    assert row is not None, "a workspace is made with its buyer"
    return _organisation(row)


def sites() -> Mapping[uuid.UUID, SiteCard]:
    """Return every site by id."""
    rows = Site.objects.select_related("organisation").order_by("organisation__name", "name")
    return {row.id: _site(row) for row in rows}


def site(site_id: uuid.UUID) -> SiteCard:
    """Return this site.

    Refuses:
        identity.unknown_site
    """
    found = _SITE.first(site_id)
    if found is None:
        raise UnknownSite(site=str(site_id))
    return SiteCard(*found)


_SITE = Prepared(
    lambda site_id: Site.objects.filter(id=site_id).values_list(
        "id", "name", "name_local", "zone", "country",
        "organisation", "organisation__name", "organisation__role",
    )
)  # fmt: skip
"""In the order of `SiteCard`."""


def _person(row: Person) -> PersonCard:
    return PersonCard(
        id=row.id,
        name=row.name,
        email=row.email,
        organisation=row.organisation_id,
        organisation_name=row.organisation.name,
        role=row.organisation.role,
        independence=Independence(row.organisation.independence),
        is_admin=row.is_admin,
        is_active=row.is_active,
        has_password=row.has_usable_password(),
    )


def _site(row: Site) -> SiteCard:
    return SiteCard(
        id=row.id,
        name=row.name,
        name_local=row.name_local,
        zone=row.zone,
        country=row.country,
        organisation=row.organisation_id,
        organisation_name=row.organisation.name,
        role=row.organisation.role,
    )


def _organisation(row: Organisation) -> OrganisationCard:
    return OrganisationCard(
        id=row.id,
        name=row.name,
        name_local=row.name_local,
        role=row.role,
        independence=Independence(row.independence),
        approved=row.approved_at is not None,
        approval_note=row.approval_note,
        sites=tuple(_site(site) for site in row.sites.all()),
    )
