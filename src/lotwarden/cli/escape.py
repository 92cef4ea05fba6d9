"""`lotwarden audit escape`: the bound that pieces of evidence give; needs nothing but the core."""

from __future__ import annotations

import argparse
import json
import sys
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from lotwarden.core.nesting import too_deep


def escape_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command."""
    parser.add_argument(
        "--pieces", required=True, metavar="FILE|-", help="a JSON list of pieces; - reads it here"
    )
    parser.add_argument(
        "--alpha", default="0.05", help="how often the method may fail at worst (0.05)"
    )
    parser.add_argument(
        "--w0", default="0.8",
        help="part of alpha for clean evidence, declared before the first draw (0.8)",
    )  # fmt: skip
    parser.add_argument(
        "--lambda0", metavar="L0",
        help="weight of finding nothing, declared before it (1 - 1/(looks + 1))",
    )  # fmt: skip
    parser.add_argument(
        "--now", type=_instant, metavar="INSTANT",
        help="after 14 days what was seen on hold counts for nothing unless sealed; else no rule",
    )  # fmt: skip


def _instant(text: str) -> datetime:
    """Return an instant; argparse says `invalid instant value` where it is none."""
    found = datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise ValueError(text)
    return found


_instant.__name__ = "instant"


def escape(arguments: argparse.Namespace) -> int:
    """Print the bound; exit 1 where the evidence contradicts itself."""
    try:
        text = _text(arguments.pieces)
    except OSError as failed:
        reason = failed.strerror or failed
        print(f"lotwarden audit escape: {arguments.pieces}: {reason}", file=sys.stderr)
        return 2
    from lotwarden.core import bound

    declared = bound.settings(alpha=arguments.alpha, w0=arguments.w0, none=arguments.lambda0)
    pieces = bound.read_pieces(_data(text))
    found = bound.escape(pieces, declared=declared, now=arguments.now)
    told: dict[str, Any] = {
        "lower": found.lower,
        "upper": found.upper,
        "one_liar": found.one_liar,
        "confidence": declared.confidence,
        "lines": [one.as_dict() for one in bound.lines(found)],
        "strict": found.strict,
        "as_of": found.as_of.isoformat() if found.as_of else None,
        "says": [one.words for one in bound.summary(found)],
        "holds_if": [one.words for one in bound.assumptions(found)],
    }
    shipped = bound.arrivals(pieces, found=found)
    if shipped is not None:
        told["shipped"] = shipped._asdict()
        told["says"].append(bound.arrival_sentence(shipped).words)
    if found.void:
        told["void"] = [one._asdict() for one in found.void]
    if arguments.json:
        print(json.dumps(told, ensure_ascii=False))
    else:
        _show(told)
    return 1 if found.void else 0


def _text(source: str) -> bytes:
    return sys.stdin.buffer.read() if source == "-" else Path(source).read_bytes()


def _data(text: bytes) -> object:
    """Return what the JSON holds, its numbers as they were written."""
    from lotwarden.core.bound import NotAList

    try:
        said = text.decode("utf-8-sig")
        if too_deep(said):
            raise NotAList(why="JSON, nested too deeply")
        return json.loads(
            said, parse_float=Decimal, parse_constant=_no_number, object_pairs_hook=_once
        )
    except ValueError as failed:
        raise NotAList(why=f"JSON, {failed}") from None


def _no_number(text: str) -> object:
    raise ValueError(f"{text} is no number")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("an object has a field twice")
    return found


def _show(told: dict[str, Any]) -> None:
    for sentence in told["says"]:
        print(sentence)
    print()
    for line in told["lines"]:
        print(f"  {line['piece']:>3}  {line['text']}")
    if told["holds_if"] and "void" not in told:
        print("\nThis holds if:")
        for one in told["holds_if"]:
            print(f"  - {one}")
