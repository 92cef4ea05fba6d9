"""Every refusal says what is wrong, who can help and the way out, read from the source.

`tests/refusals` provokes each of them; here nothing is run, so that a refusal that no test
reaches is held to the same: its code is its own, and whoever raises it gives what its words
need.
"""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from string import Formatter

import pytest

from tests.repo.tree import classes, name_of, parsed, python, shown

ROOT_NAME = "Refusal"
CODE = re.compile(r"[a-z]+(_[a-z]+)*(\.[a-z0-9]+(_[a-z0-9]+)*)+")
WORDS = ("template", "remedy", "who")
REQUIRED = ("code", "template", "remedy")


@dataclass(frozen=True)
class Kind:
    """A class of refusals as its source has it: what it states itself, and its base."""

    name: str
    path: Path
    line: int
    base: str
    states: dict[str, str | None]
    has_init: bool
    given_by_init: frozenset[str] | None
    """What its own `__init__` gives to `Refusal`; None without one, or where it passes `**data`."""

    def __str__(self) -> str:
        return f"{shown(self.path)}:{self.line} {self.name}"

    def stated(self, what: str) -> str | None:
        """Return a text it states or inherits; None where that is no constant, or missing."""
        if what in self.states:
            return self.states[what]
        parent = self.parent()
        return parent.stated(what) if parent else None

    def parent(self) -> Kind | None:
        """Return the refusal it derives from, unless that is `Refusal` itself."""
        return next((one for one in _kinds() if one.name == self.base), None)

    def makes_its_data(self) -> bool:
        """Say whether an `__init__`, its own or inherited, stands between caller and words."""
        parent = self.parent()
        return self.has_init or (parent is not None and parent.makes_its_data())

    def needs(self) -> set[str]:
        """Return the fields of its words."""
        texts = (self.stated(what) for what in WORDS)
        return {field for text in texts if text for field in _fields(text)}


@cache
def _kinds() -> tuple[Kind, ...]:
    """Return every class that is a refusal, through any number of bases."""
    known, found = {ROOT_NAME}, list[Kind]()
    everything = [(path, one) for path in python("src") for one in classes(path)]
    while True:
        more = [
            (path, one)
            for path, one in everything
            if known & {name_of(base) for base in one.bases}
            and all((kind.path, kind.line) != (path, one.lineno) for kind in found)
        ]
        if not more:
            return tuple(found)
        found += [_kind(path, one, known) for path, one in more]
        known |= {one.name for _, one in more}


def _kind(path: Path, of: ast.ClassDef, known: set[str]) -> Kind:
    states: dict[str, str | None] = {}
    has_init, given = False, None
    for node in of.body:
        if isinstance(node, ast.Assign):
            states |= {name_of(target): _constant(node.value) for target in node.targets}
        elif isinstance(node, ast.AnnAssign) and node.value is not None:
            states[name_of(node.target)] = _constant(node.value)
        elif isinstance(node, ast.FunctionDef) and node.name == "__init__":
            has_init, given = True, _given_to_super(node)
    base = next(name for name in map(name_of, of.bases) if name in known)
    return Kind(of.name, path, of.lineno, base, states, has_init, given)


def _constant(node: ast.expr) -> str | None:
    """Return the text of `"…"` or `N_("…")`; None for anything that is put together."""
    if isinstance(node, ast.Call) and name_of(node.func) == "N_" and len(node.args) == 1:
        node = node.args[0]
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def _given_to_super(init: ast.FunctionDef) -> frozenset[str] | None:
    """Return the names that `super().__init__(…)` gives; None where that cannot be read."""
    for node in ast.walk(init):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "super().__init__":
            names = [one.arg for one in node.keywords]
            return None if None in names else frozenset(name for name in names if name)
    return None


def _fields(text: str) -> set[str]:
    return {re.split(r"[.\[]", field)[0] for _, field, _, _ in Formatter().parse(text) if field}


def _calls() -> Iterator[tuple[Path, ast.Call, str]]:
    """Yield each call that makes a refusal, by a name that the file defines or imports."""
    names = {kind.name for kind in _kinds()}
    for path in python("src"):
        here = {kind.name for kind in _kinds() if kind.path == path}
        for node in ast.walk(parsed(path)):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("lotwarden"):
                here |= {one.asname or one.name for one in node.names} & names
        for node in ast.walk(parsed(path)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute):
                name = name_of(node.func)
                if name in here or (isinstance(node.func, ast.Attribute) and name in names):
                    yield path, node, name


def test_there_are_refusals_to_look_at() -> None:
    assert len(_kinds()) > 50


@pytest.mark.parametrize("what", REQUIRED)
def test_a_refusal_states_its_code_and_words_as_constants(what: str) -> None:
    raised = {name for _, _, name in _calls()}
    families = {kind.base for kind in _kinds()} - raised

    lacking = [
        str(kind)
        for kind in _kinds()
        if (kind.name not in families or what in kind.states) and kind.stated(what) is None
    ]

    assert not lacking, f"No constant {what}, of its own or inherited: {lacking}"


def test_no_two_refusals_have_the_same_code() -> None:
    codes = Counter(kind.states["code"] for kind in _kinds() if kind.states.get("code"))

    assert [code for code, times in codes.items() if times > 1] == []


def test_a_code_is_an_area_and_a_name() -> None:
    codes = [kind.states["code"] for kind in _kinds() if kind.states.get("code")]

    assert [code for code in codes if not CODE.fullmatch(code)] == []


def test_whoever_refuses_gives_what_the_words_need() -> None:
    lacking = []
    for path, call, name in _calls():
        given = {one.arg for one in call.keywords}
        meant = [kind for kind in _kinds() if kind.name == name and not kind.makes_its_data()]
        if not meant or None in given or call.args:  # **data is read where it is made
            continue
        if not any(kind.needs() <= given for kind in meant):
            missing = min((kind.needs() - given for kind in meant), key=len)
            lacking.append(f"{shown(path)}:{call.lineno} {name} lacks {', '.join(sorted(missing))}")

    assert not lacking, "\n  ".join(
        ["The words of these have fields that are not given:", *lacking]
    )


def test_a_refusal_that_makes_its_data_makes_all_that_its_words_need() -> None:
    lacking = [
        f"{kind} lacks {kind.needs() - kind.given_by_init}"
        for kind in _kinds()
        if kind.given_by_init is not None and not kind.needs() <= kind.given_by_init
    ]

    assert not lacking, lacking
