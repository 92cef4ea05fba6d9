"""The locks agree: what serves is what was developed and tested with."""

from __future__ import annotations

import re

import pytest

from tests.repo.tree import ROOT

PIN = re.compile(r"^([a-z0-9][a-z0-9.-]*)(?:\[[^]]*\])?==([^\s;\\]+)\s*(?:;\s*([^\\]*?))?\s*\\?$")


def _pins(name: str) -> set[tuple[str, ...]]:
    """Return what the lock pins: name, version, and the condition where there is one."""
    lines = (ROOT / "requirements" / f"{name}.lock").read_text().splitlines()
    found = (PIN.match(line) for line in lines)
    return {match.groups(default="") for match in found if match}


@pytest.mark.parametrize("name", ["server", "build"])
def test_development_has_the_same_versions(name: str) -> None:
    """So `make setup` installs all that `make run` needs, and nothing else in its place."""
    pins = _pins(name)

    assert pins
    assert pins - _pins("dev") == set(), "run `make lock`"


@pytest.mark.parametrize("name", ["dev", "server", "bench", "build", "uv"])
def test_every_package_is_held_to_its_digest(name: str) -> None:
    text = (ROOT / "requirements" / f"{name}.lock").read_text()
    entries = re.split(r"^(?=[a-z0-9])", text, flags=re.MULTILINE)[1:]

    assert len(entries) == len(_pins(name))
    assert [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry] == []
