"""The rules that no linter knows, kept as tests.

What is looked for stands here as patterns, which do not match themselves.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from tests.repo.tree import ROOT, SRC, classes, files, functions, name_of, parsed, python, shown
from tests.repo.tree import text as text_of

LINES_MOST = 70
RATCHET = Path(__file__).with_name("long_functions.txt")
EMPTY_NAMES = frozenset({"util", "utils", "helper", "helpers", "common", "misc", "manager"})
SHELLS = ("web", "cli", "config")
HOSTS = re.compile(
    r"\b(pypi\.org|pythonhosted\.org|npmjs\.(org|com)|yarnpkg\.com|deb\.debian\.org"
    r"|archive\.ubuntu\.com|crates\.io|proxy\.golang\.org)\b"
)
MACHINE_PATHS = re.compile(r"(?<![\w.~/-])/(work|root)/")
TEMPORARY = re.compile(r"(?<![\w.~/-])/(tmp)/")
SWALLOWED = re.compile(r"\|\|\s*(true\b|:(\s|$))")
SCRIPTS = (".sh", ".bash", ".yml", ".yaml", ".toml", ".cfg", ".mk")


def test_no_function_grows_beyond_a_screen() -> None:
    allowed = _ratchet()
    long = {
        f"{shown(path)}::{name}": lines
        for path in python("src", "tests", "bench")
        for name, node in functions(path)
        if (lines := (node.end_lineno or node.lineno) - node.lineno + 1) > LINES_MOST
    }

    grown = [
        f"{name}: {lines} lines, {allowed.get(name, LINES_MOST)} allowed"
        for name, lines in long.items()
        if lines > allowed.get(name, LINES_MOST)
    ]

    assert not grown, (
        f"Split these; {shown(RATCHET)} may only shrink and takes no new name:\n  "
        + "\n  ".join(grown)
    )


def test_the_list_of_long_functions_shrinks_with_them() -> None:
    allowed = _ratchet()
    now = {
        f"{shown(path)}::{name}": (node.end_lineno or node.lineno) - node.lineno + 1
        for path in python("src", "tests", "bench")
        for name, node in functions(path)
    }

    slack = [
        f"{name} {now[name]}" if now.get(name, 0) > LINES_MOST else f"(remove) {name}"
        for name, lines in allowed.items()
        if now.get(name, 0) < lines
    ]

    assert not slack, f"Well done; now write so in {shown(RATCHET)}:\n  " + "\n  ".join(slack)


def _ratchet() -> dict[str, int]:
    """Return the functions that were long when the rule began, each with its lines then."""
    lines = (line.split("#")[0].split() for line in RATCHET.read_text().splitlines())
    return {line[0]: int(line[1]) for line in lines if line}


def test_no_file_has_a_name_that_says_nothing() -> None:
    nameless = [
        shown(path)
        for path in files()
        if EMPTY_NAMES & {part.split(".")[0].lower() for part in path.relative_to(ROOT).parts}
    ]

    assert not nameless, f"Name these by what they hold: {nameless}"


def test_nothing_happens_through_signals() -> None:
    received = [
        f"{shown(path)}:{node.lineno}"
        for path in python("src")
        for _, node in functions(path)
        for decorator in node.decorator_list
        if name_of(decorator.func if isinstance(decorator, ast.Call) else decorator) == "receiver"
    ]

    assert not received, f"An operation calls what shall happen: {received}"


def test_no_row_or_form_has_logic_in_save() -> None:
    saving = [
        f"{shown(path)}:{node.lineno} {name}"
        for path in python("src")
        for name, node in functions(path)
        if node.name in {"save", "delete"} and "." in name
    ]

    assert not saving, f"What an act does belongs into an operation: {saving}"


def test_no_file_names_a_package_registry() -> None:
    named = list(_lines_with(HOSTS, files()))

    assert not named, f"The ordinary clients know their registry: {named}"


def test_no_lock_names_where_it_was_resolved() -> None:
    others = [shown(path) for path in files() if path.name == "uv.lock"]
    locks = [path for path in files() if path.suffix == ".lock"]

    assert [name for name in others if name != "requirements/uv.lock"] == []
    assert (
        list(_lines_with(re.compile(r"https?://|--(extra-)?index-url|--find-links"), locks)) == []
    )


def test_no_file_knows_the_machine_it_was_written_on() -> None:
    delivered = [path for path in files() if shown(path).startswith(("src/", "docs/"))]

    assert list(_lines_with(MACHINE_PATHS, files())) == []
    assert list(_lines_with(TEMPORARY, delivered)) == []


def test_no_script_hides_a_failure() -> None:
    scripts = [
        path
        for path in files()
        if path.name == "Makefile" or path.parent.name == ".ci" or path.suffix in SCRIPTS
    ]

    assert list(_lines_with(SWALLOWED, scripts)) == []


def test_below_the_shells_no_fault_of_ours_is_caught() -> None:
    catching = [
        f"{shown(path)}:{node.lineno}"
        for path in python("src")
        if path.relative_to(SRC).parts[0].removesuffix(".py") not in SHELLS
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.ExceptHandler) and _catches_all(node)
    ]

    assert not catching, f"Name what may fail, or let it through: {catching}"


def _catches_all(handler: ast.ExceptHandler) -> bool:
    """Say whether it takes every exception and does not pass it on."""
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    blind = any(kind is None or name_of(kind) in {"Exception", "BaseException"} for kind in kinds)
    last = handler.body[-1]
    return blind and not (isinstance(last, ast.Raise) and last.exc is None)


def test_no_test_is_skipped_without_a_reason() -> None:
    silent = [
        f"{shown(path)}:{node.lineno}"
        for path in python("tests", "bench")
        for node in ast.walk(parsed(path))
        if _skips_silently(node)
    ]

    assert not silent, f"Say why: {silent}"


def _skips_silently(node: ast.AST) -> bool:
    """Say whether it is `mark.skip`, `mark.xfail`, `skip()` without the reason."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        bare = (one for one in node.decorator_list if isinstance(one, ast.Attribute))
        return any(one.attr in {"skip", "xfail"} and name_of(one.value) == "mark" for one in bare)
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return False
    kind, of = node.func.attr, name_of(node.func.value)
    named = any(one.arg == "reason" for one in node.keywords)
    if of == "mark":
        no_condition = kind == "skip" and node.args
        return kind in {"skip", "skipif", "xfail"} and not (named or no_condition)
    return of == "pytest" and kind in {"skip", "xfail"} and not (named or node.args)


def test_core_is_told_the_time() -> None:
    """Import-linter keeps `time` out of core; `datetime` has a clock too."""
    asking = [
        f"{shown(path)}:{node.lineno}"
        for path in python("src/lotwarden/core", "src/lotwarden/sheets")
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Attribute) and node.attr in {"now", "utcnow", "today"}
    ]

    assert not asking, f"The instant is an argument: {asking}"


def test_every_model_says_what_personal_data_it_holds() -> None:
    silent = [
        f"{shown(path)}:{model.lineno} {model.name}"
        for path in python("src")
        if path.name == "models.py" or path.parent.name == "models"
        for model in _models(path)
        if not re.search(r"\bno_pii\b|\bpii:", ast.get_docstring(model) or "")
    ]

    assert not silent, f"End the docstring with `no_pii`, or with `pii: what, why`: {silent}"


def _models(path: Path) -> Iterator[ast.ClassDef]:
    """Yield the classes of the file that are Django models, by way of their bases."""
    known = {"Model", "AbstractBaseUser", "AbstractUser"}
    for one in classes(path):
        if known & {name_of(base) for base in one.bases}:
            known.add(one.name)
            yield one


def _lines_with(pattern: re.Pattern[str], paths: Iterable[Path]) -> Iterator[str]:
    """Yield each line that holds the pattern, with where it is."""
    for path in paths:
        for number, line in enumerate((text_of(path) or "").splitlines(), start=1):
            if pattern.search(line):
                yield f"{shown(path)}:{number}: {line.strip()[:100]}"
