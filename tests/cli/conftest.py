"""A home for each test, and a demonstration that is only read."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli import program


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A folder that does not exist yet."""
    return tmp_path / "home"


@pytest.fixture(scope="session")
def demonstration() -> Path:
    """The home of a demonstration, made once: tests only read it."""
    return program.demonstration()


@pytest.fixture
def own_demonstration(tmp_path: Path) -> Path:
    """A demonstration's home of the test's own, to change and to break."""
    return program.demonstration_in(tmp_path)
