"""Pages for what cannot be shown or done."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from lotwarden.core.errors import Refusal
from lotwarden.reports.pages import Message

UNKNOWN = ("orders.unknown_lot", "orders.unknown_order", "custody.unknown_disposition",
           "custody.unknown_nonconformity", "inspections.unknown_inspection")  # fmt: skip


def shown(refusal: Refusal) -> tuple[str, str, str]:
    """Return a refusal's message, next step and who can help, in the reader's language."""
    template, remedy = _(refusal.template), _(refusal.remedy)
    if template == refusal.template and remedy == refusal.remedy:
        return str(refusal), refusal.next_step, _(refusal.who)
    return refusal.say(template, _), refusal.say(remedy, _), _(refusal.who)


def refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """Return a refusal as a page, where no form shows it."""
    message, next_step, who = shown(refusal)
    if refusal.code in UNKNOWN:
        return render(request, "404.html", {"message": message}, status=404)
    status = 403 if refusal.code.startswith("identity.not_") else 409
    page = Message(message, f"{next_step} ({_('Who can')}: {who})", is_failure=True)
    return render(request, "message.html", {"page": page}, status=status)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Return the page for an address that leads nowhere."""
    return render(request, "404.html", status=404)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Return the page for what is not allowed."""
    return render(request, "403.html", status=403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Return the page for a form that was open too long, or came from elsewhere."""
    return render(request, "403_csrf.html", status=403)


def failed(request: HttpRequest) -> HttpResponse:
    """Return the page for a fault of ours; nothing of the act was recorded."""
    return render(request, "500.html", status=500)


def to_log_in(request: HttpRequest) -> HttpResponse:
    """Send who is not logged in to the log-in page, and back afterwards."""
    return redirect(f"/log-in/?{urlencode({'next': request.get_full_path()})}")
