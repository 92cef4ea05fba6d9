"""Every operation has its permission, its line in the reference, and a test."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from lotwarden.identity.acting import OPERATIONS
from lotwarden.identity.permissions import ADMIN, PERMISSIONS
from tests import workspace  # noqa: F401 - registers every operation
from tests.repo.tree import ROOT, parsed, python

REFERENCE = ROOT / "docs" / "reference" / "operations.md"
ROLES = {"buyer", "agency", "supplier", "disposer"}


def test_every_operation_has_its_row_in_the_table_of_permissions_and_no_other_row_is_there() -> (
    None
):
    assert sorted(PERMISSIONS) == sorted(OPERATIONS)


def test_a_row_of_permissions_names_roles_that_there_are() -> None:
    for name, roles in PERMISSIONS.items():
        assert roles, f"nobody may do {name}"
        assert roles <= ROLES, name
    assert set(PERMISSIONS) >= ADMIN


def test_the_reference_tells_of_every_operation() -> None:
    text = REFERENCE.read_text(encoding="utf-8") if REFERENCE.is_file() else ""

    untold = [name for name in sorted(OPERATIONS) if f"`{name}`" not in text]

    assert not untold, f"docs/reference/operations.md does not tell of: {', '.join(untold)}"


def test_an_operation_is_named_after_its_context_and_its_function() -> None:
    for name, one in OPERATIONS.items():
        context, _, verb = name.partition(".")
        assert one.__name__ == verb
        assert one.__module__.startswith(f"lotwarden.{context}."), name
        assert one.__doc__, f"{name} does not say what it does"


@pytest.mark.parametrize("name", sorted(PERMISSIONS))
def test_a_test_calls_the_operation(name: str) -> None:
    one = OPERATIONS[name]

    assert {(one.__module__, one.__name__), ("operation", name)} & called(), f"no test does {name}"


@cache
def called() -> frozenset[tuple[str, str]]:
    """What the tests call: functions by their module, and `operation(name)`."""
    return frozenset(call for path in python("tests") for call in _calls(path))


def _calls(path: Path) -> Iterator[tuple[str, str]]:
    modules: dict[str, str] = {}
    functions: dict[str, tuple[str, str]] = {}
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.ImportFrom) and node.module:
            for one in node.names:
                modules[one.asname or one.name] = f"{node.module}.{one.name}"
                functions[one.asname or one.name] = (node.module, one.name)
    for node in ast.walk(parsed(path)):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id=of), attr=attribute)):
                if of in modules:
                    yield modules[of], attribute
            case ast.Call(func=ast.Name(id="operation"), args=[ast.Constant(value=str(given))]):
                yield "operation", given
            case ast.Call(func=ast.Name(id=name)) if name in functions:
                yield functions[name]
