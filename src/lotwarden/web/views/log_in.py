"""Log in and out, set a password by a link, try the demonstration."""

from __future__ import annotations

import uuid
from ipaddress import IPv6Address, IPv6Network, ip_address
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth import login, logout
from django.http import Http404, HttpRequest, HttpResponse
from django.http.request import split_domain_port
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from lotwarden.core.errors import Refusal
from lotwarden.identity import operations as identity
from lotwarden.identity import queries as who
from lotwarden.reports import words
from lotwarden.reports.pages import DemoPerson
from lotwarden.web.views import errors
from lotwarden.web.views.guard import actor_of

BACKEND = "django.contrib.auth.backends.ModelBackend"
LOOPBACK = frozenset({"127.0.0.1", "::1"})
LOOPBACK_NAMES = frozenset({"127.0.0.1", "localhost", "[::1]"})
PROXIED = ("HTTP_FORWARDED", "HTTP_VIA", "HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_HOST",
           "HTTP_X_FORWARDED_PROTO", "HTTP_X_REAL_IP")  # fmt: skip
"""Headers of which a proxy adds one at least: then the request may come from anywhere."""


class LogInForm(forms.Form):
    """Address and password."""

    email = forms.EmailField(
        label=gettext_lazy("E-mail address"),
        widget=forms.EmailInput(attrs={"autocomplete": "username"}),
    )
    password = forms.CharField(
        label=gettext_lazy("Password"),
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class PasswordForm(forms.Form):
    """A new password, typed twice."""

    password = forms.CharField(
        label=gettext_lazy("New password"),
        max_length=200,
        help_text=gettext_lazy("10 characters or more; three unrelated words are good."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=gettext_lazy("The same again"),
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or self.cleaned_data
        if found.get("password") != found.get("again"):
            self.add_error("again", _("The two are not the same."))
        return found


@require_http_methods(["GET", "HEAD", "POST"])
def log_in(request: HttpRequest) -> HttpResponse:
    """Show the log-in page; let in who gives the right password."""
    if request.method != "POST" and actor_of(request) is not None:
        return redirect("home")
    form = LogInForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            person = identity.check_password(
                email=form.cleaned_data["email"],
                password=form.cleaned_data["password"],
                client=client_of(request),
            )
        except Refusal as refusal:
            message, next_step, _who = errors.shown(refusal)
            form.add_error(None, f"{message} {next_step}")
        else:
            login(request, person, backend=BACKEND)
            return redirect(_next(request))
    return render(
        request,
        "login.html",
        {
            "form": form,
            "next": request.POST.get("next") or request.GET.get("next", ""),
            "demo_people": _demo_people(request),
        },
        status=422 if form.errors else 200,
    )


@require_POST
def log_out(request: HttpRequest) -> HttpResponse:
    """Log out."""
    logout(request)
    return redirect("log_in")


@require_POST
def demo_log_in(request: HttpRequest, person: uuid.UUID) -> HttpResponse:
    """Log in as a person of the demonstration: on loopback, in a demonstration workspace only."""
    if not _is_demonstration(request):
        raise Http404("no demonstration here")
    login(request, identity.demonstration_person(person), backend=BACKEND)
    return redirect("home")


@require_http_methods(["GET", "HEAD", "POST"])
def welcome(request: HttpRequest, person: uuid.UUID, token: str) -> HttpResponse:
    """Let the person whom a link is for set their password."""
    form = PasswordForm(request.POST if request.method == "POST" else None)
    name = ""
    try:
        name = identity.person_of_link(person, token)
        if request.method == "POST" and form.is_valid():
            actor = identity.set_password(
                person=person, token=token, password=form.cleaned_data["password"]
            )
            found = identity.check_password(
                email=who.person(actor.person).email, password=form.cleaned_data["password"]
            )
            login(request, found, backend=BACKEND)
            return redirect("home")
    except Refusal as refusal:
        if refusal.code != identity.WeakPassword.code:
            return errors.refused(request, refusal)
        message, next_step, _who = errors.shown(refusal)
        form.add_error("password", f"{message} {next_step}")
    card = who.person(person)
    return render(
        request,
        "welcome.html",
        {"form": form, "person": name, "organisation": card.organisation_name},
        status=422 if form.errors else 200,
    )


def client_of(request: HttpRequest) -> str:
    """Return the network address that asks: the peer's, or what a trusted proxy says of it.

    Of IPv6 the network of one customer, /64: within it anybody has as many addresses as they
    like.  A proxy adds the address that it sees last; what stands before it anybody can write.
    """
    said = str(request.META.get("REMOTE_ADDR", ""))
    if said in settings.TRUSTED_PROXIES:
        said = str(request.META.get("HTTP_X_FORWARDED_FOR", "")).rpartition(",")[2].strip() or said
    try:
        address = ip_address(said)
    except ValueError:
        return said[:64]
    if isinstance(address, IPv6Address):
        return str(IPv6Network((address, 64), strict=False))
    return str(address)


def _is_demonstration(request: HttpRequest) -> bool:
    """Return whether one click may log in: loopback without a proxy, demonstration workspace."""
    found = who.workspace()
    forwarded = any(name in request.META for name in PROXIED)
    name, _port = split_domain_port(request.get_host())
    here = request.META.get("REMOTE_ADDR") in LOOPBACK and name in LOOPBACK_NAMES and not forwarded
    return bool(found and found.demonstration and here)


def _demo_people(request: HttpRequest) -> list[DemoPerson]:
    if not _is_demonstration(request):
        return []
    order = list(words.ROLES)
    people = sorted(who.people().values(), key=lambda one: order.index(one.role))
    return [
        DemoPerson(str(one.id), one.name, one.organisation_name, _(words.ROLES[one.role]))
        for one in people
        if one.is_active
    ]


def _next(request: HttpRequest) -> str:
    wanted = request.POST.get("next", "")
    if wanted and url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()}):
        return wanted
    return "home"
