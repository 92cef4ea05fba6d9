# ruff: noqa: E402, INP001 - Django is set up before the contexts are imported
"""Write the generated parts of the documents, or say what differs.

    python docs/generate.py            write them
    python docs/generate.py --check    write nothing; exit 1 and say what differs

A generated part stands between `<!-- generated: NAME -->` and `<!-- end -->` and is made from
the code: never edit it by hand.  `--check` runs the `>>>` examples of the documents too.
"""

from __future__ import annotations

import argparse
import contextlib
import difflib
import doctest
import importlib
import io
import os
import pkgutil
import re
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import django
from openpyxl import load_workbook

HOME = tempfile.TemporaryDirectory()
os.environ |= {
    "LOTWARDEN_HOME": HOME.name,
    "DJANGO_SETTINGS_MODULE": "lotwarden.config.settings",
}
django.setup()

import lotwarden
from lotwarden.cli import main as command_line
from lotwarden.cli.parser import build
from lotwarden.config.database import prepare
from lotwarden.core.dispositions import KINDS, NEEDED_TO_PROPOSE, diagram
from lotwarden.core.errors import Refusal
from lotwarden.core.ledger import FOLLOWS, GROUPS, HOLD, Condition
from lotwarden.identity.acting import OPERATIONS
from lotwarden.identity.permissions import ADMIN, PERMISSIONS
from lotwarden.sheets import LIMITS, template
from lotwarden.web.imports import IMPORTS

DOCS = Path(__file__).resolve().parent
PART = re.compile(r"(<!-- generated: ([a-z-]+) -->\n)(.*?)(<!-- end -->)", re.DOTALL)
ROLES = ("buyer", "agency", "supplier", "disposer")
PLAN = (
    "plan --lot-size 4000 --level II --aql critical=0 --aql major=2.5 --aql minor=4.0 "
    "--severity normal --standard iso2859-1 --json"
)


def main() -> int:
    """Write or check every generated part; return the exit code."""
    arguments = argparse.ArgumentParser(description="Write the generated parts of the documents.")
    arguments.add_argument("--check", action="store_true", help="write nothing, say what differs")
    check = arguments.parse_args().check
    _load_everything()
    differing = [name for path in _documents() for name in _renew(path, check=check)]
    broken = _broken_examples() if check else 0
    return 1 if check and (differing or broken) else 0


def _load_everything() -> None:
    """Import every module, so that every operation and refusal is registered.

    The server's own module starts only on a database that is ready.
    """
    prepare()
    for module in pkgutil.walk_packages(lotwarden.__path__, "lotwarden."):
        if not module.name.startswith("lotwarden.migrations"):
            importlib.import_module(module.name)


def _documents() -> list[Path]:
    return sorted(DOCS.rglob("*.md"))


def _renew(path: Path, *, check: bool) -> Iterator[str]:
    """Write the generated parts of one document; yield the names of those that differed."""
    before = path.read_text(encoding="utf-8")
    after = PART.sub(lambda part: f"{part[1]}{_made(part[2])}{part[4]}", before)
    if before.count("<!-- generated:") != len(PART.findall(before)):
        raise SystemExit(f"{path.name}: a generated part has no <!-- end -->")
    if before == after:
        return
    shown = path.relative_to(DOCS.parent).as_posix()
    if check:
        sys.stdout.writelines(
            f"{line}\n"
            for line in difflib.unified_diff(
                before.splitlines(), after.splitlines(), shown, "as the code is now", lineterm=""
            )
        )
    else:
        path.write_text(after, encoding="utf-8")
        sys.stdout.write(f"{shown}: written\n")
    yield shown


def _made(name: str) -> str:
    return f"\n{PARTS[name]().rstrip()}\n\n"


def _broken_examples() -> int:
    """Run the examples of the documents and return how many fail; doctest says which."""
    return sum(
        doctest.testfile(str(path), module_relative=False, encoding="utf-8").failed
        for path in _documents()
        if ">>> " in path.read_text(encoding="utf-8")
    )


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    lines = [list(head), *(list(row) for row in rows)]
    lines.insert(1, ["---"] * len(lines[0]))
    return "\n".join("| " + " | ".join(_cell(cell) for cell in line) + " |" for line in lines)


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def _first_line(of: object) -> str:
    return (of.__doc__ or "").strip().partition("\n")[0]


def _diagram() -> str:
    return f"```mermaid\n{diagram()}```"


def _gates() -> str:
    """Return the gates of each kind and step, and what the step does."""
    rows = []
    for kind, steps in KINDS.items():
        if needed := NEEDED_TO_PROPOSE.get(kind):
            gates = "<br>".join(f"{gate.needs} ({gate.who})" for gate in needed)
            rows.append([f"`{kind}`", "propose", "", gates])
        for step in steps:
            moves = "<br>".join(
                f"{name.replace('_', ' ')}: `{step.debit}` → `{credit}`"
                for name, credit in step.classes.items()
            )
            gates = "<br>".join(f"{gate.needs} ({gate.who})" for gate in step.gates)
            rows.append([f"`{kind}`", f"{step.name} ({step.type})", moves, gates or "none"])
    return _table(("Kind", "Step", "Moves", "Gates, with who can provide each"), rows)


def _conditions() -> str:
    """Return the conditions by group, and what may follow each."""
    order = list(Condition)
    rows = [
        [
            group.replace("_", " "),
            f"`{condition}`" + (" (hold)" if condition in HOLD else ""),
            ", ".join(f"`{one}`" for one in sorted(FOLLOWS[condition], key=order.index)),
        ]
        for group, members in GROUPS.items()
        for condition in members
    ]
    return _table(("Group", "Condition", "May become"), rows)


def _operations() -> str:
    """Return a table of every operation and who may do it."""
    parts = []
    for context in sorted({name.partition(".")[0] for name in OPERATIONS}):
        rows = []
        for name in sorted(one for one in OPERATIONS if one.startswith(f"{context}.")):
            who = ", ".join(role for role in ROLES if role in PERMISSIONS[name])
            who += " (administrators)" if name in ADMIN else ""
            rows.append([f"`{name}`", _first_line(OPERATIONS[name]), who])
        parts.append(f"### {context}\n\n" + _table(("Operation", "What it does", "Who may"), rows))
    return "\n\n".join(parts)


def _refusals() -> str:
    """Return a table of every refusal: code, message, who can help, way out."""
    areas: dict[str, list[list[str]]] = {}
    for one in sorted(_subclasses(Refusal), key=lambda each: (each.code, each.__name__)):
        row = [f"`{one.code}`", one.template, one.who, one.remedy]
        areas.setdefault(one.code.partition(".")[0], []).append(row)
    head = ("Code", "What is said", "Who can help", "The way out")
    return "\n\n".join(f"### {area}\n\n{_table(head, rows)}" for area, rows in areas.items())


def _subclasses(of: type) -> set[type]:
    """Return every refusal that can be raised, through any number of bases."""
    below = set(of.__subclasses__())
    for one in tuple(below):
        below |= _subclasses(one)
    return {one for one in below if hasattr(one, "code") and hasattr(one, "template")}


def _commands() -> str:
    """Return each command with its options, from the parser."""
    parser = build(lotwarden.__version__)
    [commands] = [one for one in parser._actions if isinstance(one, argparse._SubParsersAction)]
    parts = []
    for name, command in _each(commands):
        actions = [one for one in command._actions if not isinstance(one, argparse._HelpAction)]
        usage = " ".join(["lotwarden", name, *(_usage(one) for one in actions)])
        rows = [[f"`{_usage(one, bare=True)}`", _option_help(one)] for one in actions]
        table = _table(("Argument", "Meaning"), rows)
        parts.append(f"### {name}\n\n{command.description}\n\n```\n{usage}\n```\n\n{table}")
    return "\n\n".join(parts)


def _each(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
) -> Iterator[tuple[str, argparse.ArgumentParser]]:
    """Yield each command, and in place of one that asks questions each of these."""
    for name, command in commands.choices.items():
        asks = [one for one in command._actions if isinstance(one, argparse._SubParsersAction)]
        for questions in asks:
            yield from ((f"{name} {question}", one) for question, one in _each(questions))
        if not asks:
            yield name, command


def _usage(action: argparse.Action, *, bare: bool = False) -> str:
    value = str(action.metavar or "")
    if not value and action.nargs != 0:
        value = "|".join(map(str, action.choices)) if action.choices else action.dest.upper()
    if not action.option_strings:
        return value if bare or action.nargs != "?" else f"[{value}]"
    text = f"{action.option_strings[-1]} {value}".strip()
    if bare:
        return text
    return text if action.required else f"[{text}]"


def _option_help(action: argparse.Action) -> str:
    text = action.help or ""
    return f"{text} (needed)" if action.required and action.option_strings else text


def _plan_example() -> str:
    """Return a real call of `lotwarden plan` with what it prints."""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        code = command_line(PLAN.split())
    assert code == 0, "the example is a plan that exists"
    return f"```console\n$ lotwarden {PLAN}\n{printed.getvalue()}```"


def _spreadsheets() -> str:
    """Return the columns of each table that can be imported."""
    parts = []
    for name, one in IMPORTS.items():
        table = one.table
        notes = load_workbook(io.BytesIO(template(table)))["Notes"].iter_rows(values_only=True)
        next(notes)  # the headings
        rows = [
            [*(str(cell or "") for cell in note), ", ".join(column.aliases)]
            for note, column in zip(notes, table.columns, strict=True)
        ]
        most = min(table.max_rows or LIMITS.max_rows, LIMITS.max_rows)
        head = ("Heading", "Needed", "Meaning", "How to write it", "Also read as")
        parts.append(
            f"### {table.title}\n\n"
            f"`lotwarden import {name} FILE`; at most {most:,} rows.\n\n{_table(head, rows)}"
        )
    return "\n\n".join(parts)


PARTS: dict[str, Callable[[], str]] = {
    "dispositions": _diagram,
    "gates": _gates,
    "conditions": _conditions,
    "operations": _operations,
    "refusals": _refusals,
    "cli": _commands,
    "cli-plan": _plan_example,
    "spreadsheets": _spreadsheets,
}


if __name__ == "__main__":
    sys.exit(main())
