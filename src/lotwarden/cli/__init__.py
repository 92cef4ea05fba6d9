"""The command line: `lotwarden`, with the same words as the pages.

Exit codes: 0 done, 1 refused or a finding, 2 usage.  Every command has `--json`.  What a
command does not need it does not import: what plans, draws and computes works without Django, a
look-up of a plan without the numeric libraries, `where` without the web shell.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from typing import Any

from lotwarden import __version__
from lotwarden.cli.parser import build
from lotwarden.cli.usage import Usage

DONE, REFUSED, USAGE = 0, 1, 2

NEEDS_SERVER = (
    "lotwarden: this command needs the server's libraries.\nDo:  pip install 'lotwarden[server]'"
)

NEEDS_PLOT = "lotwarden: a picture needs matplotlib.\nDo:  pip install 'lotwarden[plot]'"


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    parser = build(__version__)
    arguments = parser.parse_args(argv)
    if arguments.command is None:
        parser.print_help()
        return USAGE
    try:
        run = _command(arguments)
        return run(arguments)
    except Usage as wrong:
        print(f"lotwarden {arguments.command}: {wrong}", file=sys.stderr)
        return USAGE
    except ModuleNotFoundError as missing:
        module = (missing.name or "").split(".")[0]
        if module not in _SERVER_MODULES | {"matplotlib"}:
            raise
        print(NEEDS_PLOT if module == "matplotlib" else NEEDS_SERVER, file=sys.stderr)
        return REFUSED
    except BrokenPipeError:
        sys.stderr.close()
        return DONE
    except KeyboardInterrupt:
        return 130
    except _refusal() as refusal:
        say_refusal(refusal, as_json=bool(getattr(arguments, "json", False)))
        return REFUSED


_SERVER_MODULES = frozenset({"django", "openpyxl", "waitress", "whitenoise", "jinja2", "puremagic"})


def say_refusal(refusal: Any, *, as_json: bool) -> None:
    """Print a refusal: code, message, who can help, next step."""
    if as_json:
        print(json.dumps({"refused": refusal.as_dict()}, ensure_ascii=False))
        return
    print(f"lotwarden: refused: {refusal.code}", file=sys.stderr)
    for line in str(refusal).splitlines():
        print(f"  {line}", file=sys.stderr)
    print(f"Who: {refusal.who}", file=sys.stderr)
    print(f"Do:  {refusal.next_step}", file=sys.stderr)


def _command(arguments: argparse.Namespace) -> Callable[[argparse.Namespace], int]:
    if arguments.command == "plan":
        from lotwarden.cli.plan import plan

        return plan
    if arguments.command in ("oc", "design"):
        from lotwarden.cli import qualities

        return qualities.oc if arguments.command == "oc" else qualities.design
    if arguments.command == "switch":
        from lotwarden.cli.switching import switch

        return switch
    if arguments.command == "audit" and arguments.question == "escape":
        from lotwarden.cli.escape import escape

        return escape
    if arguments.command == "audit":
        from lotwarden.cli.audit import audit

        return audit
    if arguments.command == "draw":
        from lotwarden.cli.draw import draw

        return draw
    from lotwarden.cli import workspace

    found: Callable[[argparse.Namespace], int] = getattr(
        workspace, arguments.command.replace("-", "_").replace("import", "import_file")
    )
    return found


def _refusal() -> type[Exception]:
    from lotwarden.core.errors import Refusal

    return Refusal
