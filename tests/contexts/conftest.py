"""The workspace that the tests of the contexts work in, and a PostgreSQL for some of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.conf import settings

from tests.postgres import address, temporary_server
from tests.workspace import founded, ws

__all__ = ["founded", "ws"]


@dataclass(frozen=True, slots=True)
class Server:
    """A PostgreSQL that is there for the length of the run, with its LOTWARDEN_DATABASE."""

    address: str


@pytest.fixture(scope="session")
def postgresql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with temporary_server(tmp_path_factory.mktemp("postgresql")) as parameters:
        yield Server(address(parameters))


def pytest_report_header() -> str:
    """Say which database the tests of the contexts use."""
    engine = settings.DATABASES["default"]["ENGINE"].rpartition(".")[2]
    return f"contexts on {'PostgreSQL' if engine == 'postgresql' else 'SQLite'}"
