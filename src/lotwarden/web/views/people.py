"""People and organisations: invite, reset, add, approve, single-person mode."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from lotwarden.core.errors import Refusal
from lotwarden.identity import operations as identity
from lotwarden.identity import queries as who
from lotwarden.identity.acting import require
from lotwarden.reports import people as pages_of
from lotwarden.reports import words
from lotwarden.reports.pages import ActPage, FieldGroup, Link, OneTimeLink, RefusalPanel
from lotwarden.web.views import errors
from lotwarden.web.views.guard import actor_of, logged_in


class InviteForm(forms.Form):
    """Who is invited, for which organisation."""

    act = forms.UUIDField(widget=forms.HiddenInput)
    name = forms.CharField(label=gettext_lazy("Name"), max_length=100)
    email = forms.EmailField(label=gettext_lazy("E-mail address"))
    organisation = forms.ChoiceField(label=gettext_lazy("Organisation"))
    is_admin = forms.BooleanField(
        label=gettext_lazy("Administrator: invites people, for the buyer only"), required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("act", uuid.uuid4())
        self.fields["organisation"].choices = [
            (str(one.id), f"{one.name} ({_(words.ROLES[one.role])})") for one in who.organisations()
        ]


class OrganisationForm(forms.Form):
    """A company and its first place."""

    act = forms.UUIDField(widget=forms.HiddenInput)
    name = forms.CharField(label=gettext_lazy("Name"), max_length=200)
    name_local = forms.CharField(
        label=gettext_lazy("Name in its own script"), max_length=200, required=False
    )
    role = forms.ChoiceField(label=gettext_lazy("What it is to you"))
    independence = forms.ChoiceField(
        label=gettext_lazy("Type as an inspection body"),
        choices=[
            ("none", gettext_lazy("none: it is not one")),
            ("A", gettext_lazy("A: independent of all parties")),
            ("B", gettext_lazy("B: inspects for its own organisation")),
            ("C", gettext_lazy("C: serves others too, with safeguards")),
        ],
        help_text=gettext_lazy(
            "ISO/IEC 17020. A witness of a destruction is of type A for grade 3."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("act", uuid.uuid4())
        self.fields["role"].choices = [
            (role, _(name)) for role, name in words.ROLES.items() if role != "buyer"
        ]


class SiteForm(forms.Form):
    """A place of a company."""

    act = forms.UUIDField(widget=forms.HiddenInput)
    name = forms.CharField(label=gettext_lazy("Name of the place"), max_length=200)
    name_local = forms.CharField(
        label=gettext_lazy("Name in its own script"), max_length=200, required=False
    )
    country = forms.CharField(
        label=gettext_lazy("Country"), max_length=2, required=False,
        help_text=gettext_lazy("Two letters, such as CN."),
    )  # fmt: skip
    zone = forms.ChoiceField(label=gettext_lazy("Time zone"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("act", uuid.uuid4())
        zones = sorted(one for one in available_timezones() if "/" in one or one == "UTC")
        self.fields["zone"].choices = [(one, one) for one in zones]
        self.initial.setdefault("zone", "Asia/Shanghai")


class ApproveForm(forms.Form):
    """Why a company is approved."""

    act = forms.UUIDField(widget=forms.HiddenInput)
    note = forms.CharField(
        label=gettext_lazy("Why it is approved"), max_length=400,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Such as: licence seen, scope lists waste treatment, visited on 3 March."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("act", uuid.uuid4())


@require_http_methods(["GET", "HEAD", "POST"])
@logged_in
def people(request: HttpRequest) -> HttpResponse:
    """Show people; invite one, whose link is shown once."""
    actor = actor_of(request)
    require(actor, "identity.invite")
    form = InviteForm(request.POST if request.method == "POST" else None)
    once = None
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            outcome = identity.invite(
                actor,
                act=data["act"],
                organisation=uuid.UUID(data["organisation"]),
                name=data["name"],
                email=data["email"],
                is_admin=data["is_admin"],
            )
        except Refusal as refusal:
            form.add_error(None, _said(refusal))
        else:
            invited = uuid.UUID(outcome["person"])
            # Sent again after the link was used, the form gives no second one.
            if not who.person(invited).has_password:
                once = _once(request, invited, outcome["name"])
            form = InviteForm()
    page = pages_of.people_page(actor, once)
    return render(
        request, "people.html", {"page": page, "form": form}, status=422 if form.errors else 200
    )


@require_POST
@logged_in
def reset_link(request: HttpRequest, person: uuid.UUID) -> HttpResponse:
    """Take a person's password away and show a new link once."""
    actor = actor_of(request)
    if not who.person(person).is_active:
        identity.readmit(actor, person=person)
    outcome = identity.reset(actor, person=person)
    once = _once(request, person, outcome["name"])
    page = pages_of.people_page(actor, once)
    return render(request, "people.html", {"page": page, "form": InviteForm()})


@require_POST
@logged_in
def deactivate(request: HttpRequest, person: uuid.UUID) -> HttpResponse:
    """Let a person in no more."""
    outcome = identity.deactivate(actor_of(request), person=person)
    messages.success(request, _("%(name)s cannot log in any more.") % {"name": outcome["name"]})
    return redirect("people")


@require_http_methods(["GET", "HEAD"])
@logged_in
def organisations(request: HttpRequest) -> HttpResponse:
    """Show suppliers, disposers and agencies."""
    actor = actor_of(request)
    require(actor, "identity.add_organisation")
    page = pages_of.organisations_page(actor)
    return render(request, "organisations.html", {"page": page})


@require_http_methods(["GET", "HEAD", "POST"])
@logged_in
def organisation_add(request: HttpRequest) -> HttpResponse:
    """Add a company."""
    actor = actor_of(request)
    require(actor, "identity.add_organisation")
    form = OrganisationForm(request.POST if request.method == "POST" else None)
    refusal = None
    if request.method == "POST" and form.is_valid():
        try:
            outcome = identity.add_organisation(actor, **form.cleaned_data)
            messages.success(request, _("%(name)s is added.") % {"name": outcome["name"]})
            return redirect("organisation", outcome["organisation"])
        except Refusal as refused:
            refusal = refused
    names = ("name", "name_local", "role", "independence")
    page = _page(
        "organisation-add",
        _("Add an organisation"),
        _("A supplier, a disposer or an inspection agency. Its places come next."),
        (FieldGroup("", names),),
        _("Add it"),
        refusal,
    )
    return render(request, "act.html", {"page": page, "form": form}, status=_status(form, refusal))


@require_http_methods(["GET", "HEAD", "POST"])
@logged_in
def organisation(request: HttpRequest, organisation: uuid.UUID) -> HttpResponse:
    """Add a place to a company, or approve it: two forms, one address each."""
    actor = actor_of(request)
    card = who.organisation(organisation)
    approving = request.GET.get("do") == "approve"
    require(actor, "identity.approve" if approving else "identity.add_site")
    form: forms.Form = (ApproveForm if approving else SiteForm)(
        request.POST if request.method == "POST" else None
    )
    refusal = None
    if request.method == "POST" and form.is_valid():
        try:
            if approving:
                identity.approve(actor, organisation=organisation, **form.cleaned_data)
            else:
                identity.add_site(actor, organisation=organisation, **form.cleaned_data)
            messages.success(request, _("Recorded."))
            return redirect("organisations")
        except Refusal as refused:
            refusal = refused
    if approving:
        title = _("Approve %(name)s") % {"name": card.name}
        explains = _("Only an approved disposer may destroy; your reason is kept with your name.")
        names: tuple[str, ...] = ("note",)
        submit = _("Approve")
    else:
        title = _("Add a place of %(name)s") % {"name": card.name}
        explains = _("Where goods can be. Its time zone is the one its dates are shown in.")
        names, submit = ("name", "name_local", "country", "zone"), _("Add it")
    page = _page("organisation", title, explains, (FieldGroup("", names),), submit, refusal)
    return render(request, "act.html", {"page": page, "form": form}, status=_status(form, refusal))


@require_POST
@logged_in
def single_person(request: HttpRequest) -> HttpResponse:
    """Declare or end single-person mode."""
    actor = actor_of(request)
    identity.set_single_person(actor, on=not actor.single_person)
    return redirect("organisations")


def _once(request: HttpRequest, person: uuid.UUID, name: str) -> OneTimeLink:
    path = identity.link_to_set_password(person)
    until = timezone.now() + timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT)
    return OneTimeLink(name, request.build_absolute_uri(path), until)


def _page(
    key: str,
    title: str,
    explains: str,
    groups: tuple[FieldGroup, ...],
    submit: str,
    refusal: Refusal | None,
) -> ActPage:
    panel = None
    if refusal is not None:
        message, next_step, helper = errors.shown(refusal)
        panel = RefusalPanel(refusal.code, message, helper, next_step)
    return ActPage(
        key=key,
        title=title,
        explains=explains,
        lot=None,
        groups=groups,
        submit=submit,
        cancel_href=reverse("organisations"),
        refusal=panel,
        draft=key,
        crumbs=(Link(_("Home"), reverse("home")), Link(_("Suppliers"), reverse("organisations"))),
    )


def _said(refusal: Refusal) -> str:
    message, next_step, _helper = errors.shown(refusal)
    return f"{message} {next_step}"


def _status(form: forms.Form, refusal: Refusal | None) -> int:
    if refusal is not None:
        return 409
    return 422 if form.errors else 200
