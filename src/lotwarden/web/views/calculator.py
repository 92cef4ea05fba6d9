"""The public calculator of plans: everything asked is in the address, nobody logs in."""

from __future__ import annotations

import threading

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from lotwarden.core import sampling
from lotwarden.reports import calculator
from lotwarden.reports.pages import Message
from lotwarden.web.forms.calculator import CalculatorForm
from lotwarden.web.limits import (
    ASKED_MOST,
    CALCULATED_AT_ONCE,
    CALCULATED_KEPT_S,
    CALCULATED_WAIT_S,
)
from lotwarden.web.views.guard import actor_of

_COMPUTING = threading.BoundedSemaphore(CALCULATED_AT_ONCE)


@require_safe
def calculate(request: HttpRequest) -> HttpResponse:
    """Answer a question; a refused one is answered too, so it is no failure of the request.

    The books come first: only so many questions are computed at a time, and one that would
    wait for long is sent away.
    """
    given = {
        name: str(value)[: ASKED_MOST + 1]
        for name, value in request.GET.items()
        if name in calculator.DEFAULTS or name in calculator.CLASSES
    }
    asked = calculator.question(given)
    if not _COMPUTING.acquire(timeout=CALCULATED_WAIT_S):
        return _busy(request)
    try:
        page = calculator.answer(asked)
    finally:
        _COMPUTING.release()
    context = {
        "page": page,
        "form": CalculatorForm(asked, page),
        "asked": asked,
        "aqls": [sampling.AQL_ZERO, *sampling.AQLS],
    }
    response = render(request, "calculator.html", context)
    if actor_of(request) is None:
        response.headers["Cache-Control"] = f"public, max-age={CALCULATED_KEPT_S}"
    return response


def _busy(request: HttpRequest) -> HttpResponse:
    page = Message(
        _("Many people are calculating at the moment."),
        _("Load this page again in a few seconds; what you asked is in its address."),
        is_failure=True,
    )
    response = render(request, "message.html", {"page": page}, status=503)
    response.headers["Retry-After"] = str(CALCULATED_WAIT_S)
    return response
