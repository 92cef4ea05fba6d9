"""Who may see a page: the decorators every view wears."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse

from lotwarden.identity.acting import Actor
from lotwarden.web.views import errors

View = Callable[..., HttpResponse]


def logged_in(view: View) -> View:
    """Send who is not logged in to the log-in page."""

    @functools.wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if actor_of(request) is None:
            return errors.to_log_in(request)
        return view(request, *args, **kwargs)

    return guarded


def actor_of(request: HttpRequest) -> Actor:
    """Return who acts in this request; the middleware has put them there."""
    found: Actor = request.actor
    return found
