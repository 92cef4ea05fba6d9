"""The demonstration and the workspace, asked through Django's own client: no server, no browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings as in_force
from django.db import transaction
from django.test import Client

from lotwarden import cases
from lotwarden.identity.models import Person
from tests.workspace import founded, ws

__all__ = ["founded", "ws"]

LogIn = Callable[[str], Client]


@pytest.fixture(scope="module")
def loaded(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[cases.Demonstration]:
    """The demonstration, loaded once for a module: what a test does to it is undone."""
    before, in_force.HOME = in_force.HOME, tmp_path_factory.mktemp("demonstration")
    try:
        with django_db_blocker.unblock(), transaction.atomic():
            yield cases.make_demonstration()
            transaction.set_rollback(True)
    finally:
        in_force.HOME = before


@pytest.fixture
def log_in(db: None) -> LogIn:
    """Log in who has this name."""

    def as_person(name: str) -> Client:
        client = Client(raise_request_exception=True)
        client.force_login(Person.objects.get(name__startswith=name))
        return client

    return as_person
