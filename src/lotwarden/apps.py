"""One Django app for all contexts: one label, one linear history of migrations (ADR 0002)."""

from __future__ import annotations

from django.apps import AppConfig


class LotwardenConfig(AppConfig):
    """The app; its models live in the contexts and are gathered in `lotwarden.models`."""

    name = "lotwarden"
    label = "lotwarden"
    default_auto_field = "django.db.models.BigAutoField"
