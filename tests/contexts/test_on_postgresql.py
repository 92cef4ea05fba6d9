"""The tests of the contexts and the scenarios once more, on a real PostgreSQL."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

from tests.contexts.conftest import Server

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("tests/contexts", "tests/scenarios")
ONCE = ("test_on_postgresql.py", "test_concurrency.py", "test_registry.py")
"""Modules that need no second database, or bring their own."""


def test_the_contexts_and_the_scenarios_hold_on_postgresql(
    postgresql: Server, tmp_path: Path
) -> None:
    report = tmp_path / "report.xml"
    command = [
        *(sys.executable, "-m", "pytest", *FOLDERS, "-q", "-p", "no:cacheprovider"),
        *(f"--ignore={ROOT / 'tests/contexts' / name}" for name in ONCE),
        f"--junit-xml={report}",
    ]
    environment = {
        **os.environ,
        "LOTWARDEN_DATABASE": postgresql.address,
        "LOTWARDEN_HOME": str(tmp_path / "home"),
    }

    done = subprocess.run(
        command, cwd=ROOT, env=environment, check=False, capture_output=True, text=True
    )

    said = f"{done.stdout}\n{done.stderr}"
    assert done.returncode == 0, said
    (suite,) = ElementTree.parse(report).getroot().iter("testsuite")
    ran = {key: int(suite.attrib[key]) for key in ("tests", "failures", "errors", "skipped")}
    assert ran["tests"] > 300, said
    assert ran | {"tests": 0} == {"tests": 0, "failures": 0, "errors": 0, "skipped": 0}, said
    assert "PostgreSQL" in said, "the inner run says which database it used"
