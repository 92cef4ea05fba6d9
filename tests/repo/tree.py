"""What the repository holds, for the tests that read it: tracked files, and parsed Python."""

from __future__ import annotations

import ast
import functools
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SRC = ROOT / "src" / "lotwarden"
MADE = frozenset({".git", ".venv", "lotwarden-data", "dist", "build", "htmlcov", "test-results"})
"""Folders that tools and people make; with every other folder whose name begins with a dot."""
OURS = frozenset({".ci"})


@functools.cache
def files() -> tuple[Path, ...]:
    """Return every file that is tracked, or would be by `git add --all`.

    Without git, or in an unpacked archive: every file outside the folders that tools make.
    """
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, text=True)
    except (FileNotFoundError, subprocess.CalledProcessError):
        return tuple(sorted(_walked()))
    found = {ROOT / name for name in listed.stdout.split("\0") if name}
    return tuple(sorted(path for path in found if path.is_file()))


def _walked() -> Iterator[Path]:
    for folder, names, here in os.walk(ROOT):
        names[:] = [
            name
            for name in names
            if name in OURS or not (name in MADE or name.startswith(".") or name == "__pycache__")
        ]
        yield from (Path(folder, name) for name in here)


def shown(path: Path) -> str:
    """Return a path as messages show it."""
    return path.relative_to(ROOT).as_posix()


def text(path: Path) -> str | None:
    """Return what a text file holds; None for anything else."""
    data = path.read_bytes()
    if b"\0" in data:
        return None
    try:
        return data.decode()
    except UnicodeDecodeError:
        return None


def python(*folders: str) -> tuple[Path, ...]:
    """Return the Python files under these folders of the repository."""
    tops = tuple(ROOT / folder for folder in folders)
    return tuple(
        path for path in files() if path.suffix == ".py" and any(map(path.is_relative_to, tops))
    )


@functools.cache
def parsed(path: Path) -> ast.Module:
    """Return the file, parsed."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def functions(path: Path) -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    """Yield each function of the file under its qualified name, such as `Books.held`."""

    def within(node: ast.AST, prefix: str) -> Iterator[tuple[str, ast.FunctionDef]]:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                name = f"{prefix}{child.name}"
                if not isinstance(child, ast.ClassDef):
                    yield name, child
                yield from within(child, f"{name}.")
            else:
                yield from within(child, prefix)

    yield from within(parsed(path), "")


def classes(path: Path) -> list[ast.ClassDef]:
    """Return every class of the file, those within classes and functions too."""
    return [node for node in ast.walk(parsed(path)) if isinstance(node, ast.ClassDef)]


def name_of(node: ast.expr) -> str:
    """Return the last name of a dotted expression: `Model` of `models.Model`; else nothing."""
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""
