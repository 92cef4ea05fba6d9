"""The home of a test run, and the reference data beside the repository.

The data is used where it is, and missed loudly where it is not.

What a test proves against it is pinned inside the repository as well, so a copy without the
folder is still tested; the summary of the run then says how much was not proved.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

import django
import pytest
from hypothesis import settings

REPOSITORY = Path(__file__).resolve().parents[1]

# Before Django reads its settings: a test run has a home of its own, also a bare `pytest`.
os.environ.setdefault("LOTWARDEN_HOME", str(REPOSITORY / "test-results" / "home"))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lotwarden.config.settings")
django.setup()

# Time is measured by benchmarks; a busy machine is no broken law.
settings.register_profile("lotwarden", deadline=None)
settings.load_profile("lotwarden")

SHARED_DATA = REPOSITORY.parent / "shared" / "data"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of reference data; without it the test is skipped, with the reason."""
    if not SHARED_DATA.is_dir():
        pytest.skip(f"NOT PROVED AGAINST THE REFERENCE DATA: there is no folder {SHARED_DATA}")
    return SHARED_DATA


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Count what was skipped because the reference data, or a part of it, is absent."""
    unproved = _unproved(terminalreporter.stats.get("skipped", ()))
    if unproved:
        terminalreporter.write_sep(
            "!", f"{unproved} tests skipped: no reference data at {SHARED_DATA}", red=True
        )


def _unproved(skipped: Iterable[pytest.TestReport]) -> int:
    """Return how many of the `skipped` name the folder in their reason."""
    return sum(str(SHARED_DATA) in str(one.longrepr) for one in skipped)
