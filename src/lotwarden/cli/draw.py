"""`lotwarden draw`: freeze a list, reveal the seed, verify anybody's draw.  Needs only the core."""

from __future__ import annotations

import argparse
import json
import os
import secrets
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lotwarden.core.nesting import too_deep

if TYPE_CHECKING:
    from lotwarden.core.draw import FrozenList
    from lotwarden.core.draw_records import Record

ROUNDS_AHEAD_MOST = 10**9
"""A round further ahead is a slip of the hand."""


def add_steps(draw: argparse.ArgumentParser) -> None:
    """Add the steps of `lotwarden draw` and their options."""
    steps = draw.add_subparsers(dest="step", metavar="STEP", required=True)
    for name, does, options in (
        ("make", "freeze a list into FILE; later, with --reveal, draw from it", _make_options),
        ("verify", "repeat a draw from its record and say what holds", _verify_options),
    ):
        parser = steps.add_parser(name, help=does, description=does[:1].upper() + does[1:] + ".")
        parser.add_argument(
            "--json", action="store_true", default=argparse.SUPPRESS, help="print JSON"
        )
        options(parser)


def draw(arguments: argparse.Namespace) -> int:
    """Freeze, reveal or verify."""
    if arguments.step == "verify":
        return _verify(arguments)
    return _reveal(arguments) if arguments.reveal or arguments.void else _freeze(arguments)


def _verify_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "file", type=_text, metavar="FILE", help="one record, or a list of them, oldest first"
    )


def _make_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE", help="the draw's record")
    parser.add_argument("--units", metavar="RANGES", help="the list: 1-500, 602")
    parser.add_argument("--take", type=int, metavar="N", help="how many to draw")
    parser.add_argument("--of", default="units", help="units, cartons or positions (units)")
    parser.add_argument(
        "--stratum", action="append", default=[], type=_pair, metavar="NAME=RANGES",
        help="a part drawn by itself, such as a carton; once for each, dividing the list",
    )  # fmt: skip
    parser.add_argument("--by", default="operator", help="who commits entropy here (operator)")
    parser.add_argument(
        "--committed", action="append", default=[], type=_pair, metavar="BY=DIGEST",
        help="entropy that somebody else committed",
    )  # fmt: skip
    parser.add_argument("--chain", type=_json, metavar="FILE", help="a beacon's info, as published")
    parser.add_argument("--round", type=int, metavar="N", help="its round, still to come")
    parser.add_argument(
        "--earlier", action="append", default=[], type=_text, metavar="FILE",
        help="the record of an earlier draw of these goods; every one of them",
    )  # fmt: skip
    parser.add_argument("--reveal", action="store_true", help="reveal the seed and draw")
    parser.add_argument("--void", metavar="REASON", help="close it undrawn; it stays on the record")
    parser.add_argument("--beacon", type=_json, metavar="FILE", help="the round, as published")
    parser.add_argument(
        "--entropy", action="append", default=[], metavar="HEX",
        help="what somebody else committed, in the order committed",
    )  # fmt: skip


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise argparse.ArgumentTypeError(f"write NAME=…, not {text}")
    return name.strip(), value.strip()


def _text(name: str) -> str:
    try:
        return Path(name).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as cause:
        raise argparse.ArgumentTypeError(f"{name} cannot be read") from cause


def _json(name: str) -> dict[str, Any]:
    text = _text(name)
    if too_deep(text):
        raise argparse.ArgumentTypeError(f"{name} is nested too deeply")
    try:
        said = json.loads(text)
    except ValueError as cause:
        raise argparse.ArgumentTypeError(f"{name} is no JSON") from cause
    if not isinstance(said, dict):
        raise argparse.ArgumentTypeError(f"{name} is no JSON object")
    return said


def _wrong(what: str) -> int:
    print(f"lotwarden draw make: {what}", file=sys.stderr)
    return 2


def _secret(file: Path) -> Path:
    return file.with_name(file.name + ".secret")


def _freeze(asked: argparse.Namespace) -> int:
    from lotwarden.core import beacon, draw
    from lotwarden.core.draw_records import Record, read, to_json

    if asked.units is None or asked.take is None:
        return _wrong("--units and --take are needed to freeze a list")
    if (asked.chain is None) != (asked.round is None):
        return _wrong("--chain and --round stand together")
    if asked.of not in draw.KINDS:
        return _wrong(f"--of is one of {', '.join(draw.KINDS)}")
    if asked.file.exists() or _secret(asked.file).exists():
        return _wrong(f"{asked.file} exists: a draw is never made over; use --earlier")
    listed = _listed(asked)
    entropy = secrets.token_hex(draw.ENTROPY_BYTES)
    own = (asked.by, draw.entropy_digest(by=asked.by, entropy=entropy))
    now = datetime.now(tz=UTC)  # noqa: TID251 - this command works without Django
    fixed = None
    if asked.chain is not None:
        chain = beacon.chain(asked.chain)
        if not chain.latest(now) < asked.round < chain.latest(now) + ROUNDS_AHEAD_MOST:
            return _wrong(f"round {asked.round} is not one of those to come")
        fixed = (chain.hash, asked.round)
    committed = draw.commitment(
        listed, take=asked.take, source=draw.Source((own, *asked.committed), fixed),
        earlier=[record.name for text in asked.earlier for record in read(text)],
    )  # fmt: skip
    record = Record(listed, committed, now)
    _keep(_secret(asked.file), entropy + "\n")
    _write(asked.file, to_json(record))
    if asked.json:
        print(json.dumps({"name": record.name, "units": len(listed.units), "take": asked.take}))
    else:
        print(f"Frozen: {len(listed.units):,} {asked.of}, of which {asked.take:,} will be drawn.")
        print(f"Publish this before the seed exists: {record.name}")
        print(f"Keep {_secret(asked.file)} to yourself until then.")
    return 0


def _listed(asked: argparse.Namespace) -> FrozenList:
    from lotwarden.core.draw import FrozenList, Stratum
    from lotwarden.core.units import parse

    strata = tuple(Stratum(name, parse(ranges)) for name, ranges in asked.stratum)
    return FrozenList(parse(asked.units), secrets.token_hex(32), strata, asked.of)


def _reveal(asked: argparse.Namespace) -> int:
    from lotwarden.core import beacon, draw
    from lotwarden.core.draw_records import read, to_json

    if (asked.chain is None) != (asked.beacon is None):
        return _wrong("--chain and --beacon stand together")
    opened = read(_text(str(asked.file)))[-1]
    if opened.drawn is not None or opened.void:
        return _wrong(f"{asked.file} is revealed or void already")
    if asked.void:
        _write(asked.file, to_json(opened._replace(void=asked.void)))
        return _report([opened._replace(void=asked.void)], as_json=asked.json)
    entropy = (_text(str(_secret(asked.file))).strip(), *asked.entropy)
    chain = None if asked.chain is None else beacon.chain(asked.chain)
    made = None if chain is None else beacon.published(chain, asked.beacon)
    record = opened._replace(entropy=entropy, chain=chain, round=made)
    drawn = draw.units_drawn(record.listed, take=record.take, seed=record.seed())
    record = record._replace(drawn=tuple(drawn))
    code = _report([record], as_json=asked.json)
    if code == 0:
        _write(asked.file, to_json(record, info=asked.chain))
    return code


def _verify(asked: argparse.Namespace) -> int:
    from lotwarden.core.draw_records import read

    return _report(read(asked.file), as_json=asked.json)


def _report(records: list[Record], *, as_json: bool) -> int:
    """Say what holds of the last of them; 1 where something does not."""
    from lotwarden.core.draw_records import verify

    found = verify(records)
    if as_json:
        checks = [
            {"check": one.check, "holds": one.holds, "sentence": str(one.sentence)}
            for one in found.checks
        ]
        print(json.dumps({
            "holds": found.holds, "draw": found.number, "drawn": found.drawn, "seed": found.seed,
            "foreknown_by": found.foreknown_by, "checks": checks,
        }))  # fmt: skip
        return 0 if found.holds else 1
    for one in found.checks:
        print(f"{'holds ' if one.holds else 'FALSE '} {one.sentence}")
    who = ", ".join(found.foreknown_by)
    print(f"Could have known the units beforehand: {who or 'nobody'}.")
    if found.drawn:
        print(f"Drawn: {', '.join(map(str, found.drawn))}")
    return 0 if found.holds else 1


def _write(file: Path, record: dict[str, Any]) -> None:
    """Write the record whole or not at all."""
    beside = file.with_name(file.name + ".new")
    beside.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    beside.replace(file)


def _keep(file: Path, text: str) -> None:
    """Write a file that only its owner reads."""
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as out:
        out.write(text)
