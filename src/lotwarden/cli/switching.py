"""`lotwarden switch`: the severity after each lot of a history."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import fields, replace
from pathlib import Path
from typing import Any, Final

from lotwarden.cli.usage import Usage
from lotwarden.core import sampling
from lotwarden.core.errors import N_, Refusal

_YES: Final = frozenset({"1", "true", "yes", "y", "a"})
_NO: Final = frozenset({"0", "false", "no", "n", "r"})
_UNKNOWN: Final = frozenset({"", "-"})
_COLUMNS: Final = 3
_SHOWN_MAX: Final = 20
_LONGEST: Final = 40


class CannotRead(Refusal):
    """The file of results cannot be read."""

    code = "cli.cannot_read"
    template = N_("The file {file} cannot be read: {reason}.")
    remedy = N_("Name a text file, or - and give the lines on standard input.")


class LinesUnreadable(Refusal):
    """Lines of a history say no result; every one of them is named, up to a screen."""

    code = "cli.lines_unreadable"
    template = N_("{count} lines say no result:\n{lines}")
    remedy = N_(
        "Write each lot as: accepted, Ac, accepted one AQL step tighter, such as 1,5,1; or as A "
        "or R alone."
    )


def switch(arguments: argparse.Namespace) -> int:
    """Print the severity after each lot."""
    settings = _settings(arguments.set or [], arguments.standard)
    results = _results(_text(arguments.results))
    after = sampling.switch(
        standard=arguments.standard, results=[one for _, one in results], settings=settings
    )
    if arguments.json:
        print(json.dumps({"severity": [one.severity for one in after]}))
        return 0
    for place, ((_, result), one) in enumerate(zip(results, after, strict=True), start=1):
        verdict = "accepted" if result.accepted else "not accepted"
        print(f"{place:>5}  {verdict:<12}  next lot: {one.severity:<12}  {one.words}")
    following = after[-1].severity if after else settings.start
    if following == "discontinued":
        print("Inspection is discontinued until the supplier has corrected the cause.")
    else:
        print(f"The next lot is inspected at: {following}")
    return 0


def _settings(pairs: Sequence[str], standard: str) -> sampling.SwitchSettings:
    """Return the settings; Z1.4's limit numbers are dropped unless one is given."""
    settings = sampling.SwitchSettings(limit="dropped" if standard == "z1.4" else None)
    known = {field.name for field in fields(settings)}
    for pair in pairs:
        name, equals, text = pair.partition("=")
        if not equals or name not in known:
            raise Usage(f"write --set NAME=VALUE with a name of {', '.join(sorted(known))}")
        value: Any = int(text) if name == "limit" and text.isdecimal() else text
        if name == "reduced_wanted" and text in ("yes", "no"):
            value = text == "yes"
        settings = replace(settings, **{name: value})
    return settings


_DIGITS_MOST = 9
"""No Ac has as many digits."""


def _text(file: str) -> str:
    if file == "-":
        return sys.stdin.read().removeprefix("\ufeff")
    try:
        return Path(file).read_text(encoding="utf-8-sig")
    except OSError as error:
        raise CannotRead(file=file, reason=error.strerror or str(error)) from None
    except UnicodeDecodeError:
        raise CannotRead(file=file, reason="it is no UTF-8 text") from None


def _results(text: str) -> list[tuple[int, sampling.LotResult]]:
    """Return each lot with the number of its line; refuse all bad lines together."""
    found, wrong = [], []
    for number, line in _lines(text):
        result = _read(line)
        if isinstance(result, str):
            shown = line if len(line) <= _LONGEST else line[:_LONGEST] + "…"
            wrong.append(f"line {number}: {shown}: {result}")
        else:
            found.append((number, result))
    if wrong:
        shown_lines = wrong[:_SHOWN_MAX]
        if len(wrong) > _SHOWN_MAX:
            shown_lines.append(f"and {len(wrong) - _SHOWN_MAX} more")
        raise LinesUnreadable(count=len(wrong), lines="\n".join(shown_lines))
    return found


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """Yield what says something: neither blank lines, nor comments, nor a heading."""
    first = True
    for number, raw in enumerate(text.splitlines(), start=1):
        line = raw.strip()
        if not line or line.startswith("#"):
            continue
        if not (first and line.lower().startswith("accepted")):
            yield number, line
        first = False


def _read(line: str) -> sampling.LotResult | str:
    """Return the result that a line says, or what is wrong with it."""
    cells = [cell.strip().strip('"').lower() for cell in line.replace(";", ",").split(",")]
    if len(cells) > _COLUMNS:
        return f"{len(cells)} values, at most {_COLUMNS}"
    cells += [""] * (_COLUMNS - len(cells))
    accepted, ac, tighter = cells
    if accepted not in _YES | _NO:
        return "accepted is neither yes nor no"
    if ac not in _UNKNOWN and not (ac.isascii() and ac.isdecimal() and len(ac) <= _DIGITS_MOST):
        return "Ac is no whole number"
    if tighter not in _YES | _NO | _UNKNOWN:
        return "accepted tighter is neither yes nor no"
    result = sampling.LotResult(
        accepted=accepted in _YES,
        ac=None if ac in _UNKNOWN else int(ac),
        accepted_tighter=None if tighter in _UNKNOWN else tighter in _YES,
    )
    if result.accepted_tighter and not result.accepted:
        return "not accepted, but accepted one AQL step tighter"
    return result
