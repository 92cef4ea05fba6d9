"""The workspace that the tests of the contexts work in, and a PostgreSQL for some of them."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.conf import settings

from tests.postgres import address, temporary_server
from tests.workspace import founded, ws

__all__ = ["founded", "ws"]

ROOT = Path(__file__).resolve().parents[2]
AGAIN = "test_the_contexts_and_the_scenarios_hold_on_postgresql"
ONCE = ("test_on_postgresql.py", "test_concurrency.py", "test_registry.py")
"""Modules that need no second database, or bring their own."""


@dataclass(frozen=True, slots=True)
class Server:
    """A PostgreSQL that is there for the length of the run, with its LOTWARDEN_DATABASE."""

    address: str


@dataclass(frozen=True, slots=True)
class SecondRun:
    """The same tests on PostgreSQL, in a process of their own."""

    process: subprocess.Popen[bytes]
    report: Path
    said: Path


@pytest.fixture(scope="session")
def postgresql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with temporary_server(tmp_path_factory.mktemp("postgresql")) as parameters:
        yield Server(address(parameters))


@pytest.fixture(scope="session", autouse=True)
def early(request: pytest.FixtureRequest) -> None:
    """Start the second run with the first test here, so that it goes on beside the others.

    Not in a worker of pytest-xdist, each of which knows every test.
    """
    wanted = any(item.name == AGAIN for item in request.session.items)
    if wanted and not hasattr(request.config, "workerinput"):
        request.getfixturevalue("second_run")


@pytest.fixture(scope="session")
def second_run(postgresql: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SecondRun]:
    folder = tmp_path_factory.mktemp("second-run")
    command = [
        *(sys.executable, "-m", "pytest", "tests/contexts", "tests/scenarios"),
        *("-p", "no:cacheprovider", f"--junit-xml={folder / 'report.xml'}"),
        *(f"--ignore={ROOT / 'tests/contexts' / name}" for name in ONCE),
        f"--basetemp={folder / 'temporary'}",
    ]
    environment = {
        **os.environ,
        "LOTWARDEN_DATABASE": postgresql.address,
        "LOTWARDEN_HOME": str(folder / "home"),
    }
    for name in [one for one in environment if one.startswith("PYTEST_")]:
        del environment[name]
    with (
        (folder / "said.txt").open("wb") as said,
        subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=said, stderr=subprocess.STDOUT
        ) as process,
    ):
        yield SecondRun(process, folder / "report.xml", folder / "said.txt")
        process.kill()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Wait for the second run last of all."""
    items.sort(key=lambda item: item.name == AGAIN)


def pytest_report_header() -> str:
    """Say which database the tests of the contexts use."""
    engine = settings.DATABASES["default"]["ENGINE"].rpartition(".")[2]
    return f"contexts on {'PostgreSQL' if engine == 'postgresql' else 'SQLite'}"
