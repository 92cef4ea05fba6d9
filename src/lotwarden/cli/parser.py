"""The commands and their options."""

from __future__ import annotations

import argparse

from lotwarden.cli.audit import add_questions
from lotwarden.cli.draw import add_steps
from lotwarden.cli.escape import escape_options

_EPILOG = """\
Everything is stored under LOTWARDEN_HOME, else ./lotwarden-data.
Exit codes: 0 done, 1 refused or a finding, 2 usage.
"""


def build(version: str) -> argparse.ArgumentParser:
    """Return the parser of all commands."""
    parser = argparse.ArgumentParser(
        prog="lotwarden",
        description="Where every unit of a rejected lot is, how well known, what to do next.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"lotwarden {version}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    _plan(_add(commands, "plan", "give the sampling plan of a lot, from the tables or computed"))
    _oc(_add(commands, "oc", "say how often a single plan accepts lots of given qualities"))
    _design(_add(commands, "design", "find the smallest plan that keeps two points"))
    _switch(_add(commands, "switch", "say how strictly to inspect after each lot of a history"))
    audit = _add(commands, "audit", "what evidence proves, and what it does not")
    questions = audit.add_subparsers(dest="question", metavar="QUESTION", required=True)
    escape_options(
        _add(questions, "escape", "how many units are not proven to be where the books say")
    )
    add_questions(questions)
    add_steps(_add(commands, "draw", "draw units so that nobody can rig it, or verify a draw"))
    _init(_add(commands, "init", "make your own workspace with its first person"))
    demo = _add(commands, "demo", "make the demonstration workspace")
    demo.add_argument(
        "--serve", action="store_true", help="then serve it, making it only if it is not there"
    )
    _serving(demo)
    serve = _add(commands, "serve", "serve the web pages")
    _serving(serve)
    _import(
        _add(commands, "import", "load a spreadsheet: orders, packing list, results, sightings")
    )
    where = _add(commands, "where", "where every unit is, of one lot or of all")
    where.add_argument("lot", nargs="?", metavar="LOT", help="a lot's number; without it, all lots")
    where.add_argument("--lots", action="store_true", help="add a row for each lot")
    people = _add(commands, "people", "list people, invite one, make a new link, or deactivate one")
    people.add_argument("action", choices=["list", "invite", "reset", "deactivate"])
    people.add_argument("email", nargs="?")
    people.add_argument("--name", help="the person's name; from the address where left out")
    people.add_argument("--organisation", help="its name; the buyer where left out")
    people.add_argument("--admin", action="store_true", help="may invite people; the buyer's only")
    _add(commands, "fsck", "compute everything again from the statements and compare")
    backup = _add(
        commands, "backup", "write a consistent copy of the workspace, also while serving"
    )
    backup.add_argument("file", metavar="FILE")
    backup.add_argument("--force", action="store_true", help="replace the file if it is there")
    restore = _add(commands, "restore", "restore a backup into an empty home")
    restore.add_argument("file", metavar="FILE")
    return parser


def _add(
    commands: argparse._SubParsersAction[argparse.ArgumentParser], name: str, does: str
) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=does, description=does[:1].upper() + does[1:] + ".")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.set_defaults(error=parser.error)  # for options that do not fit together
    return parser


def _plan(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--type", default="single",
        choices=["single", "double", "multiple", "variables", "c0", "dodge-romig", "sequential"],
        help="the kind of plan (single)",
    )  # fmt: skip
    parser.add_argument("--lot-size", type=int, metavar="N", help="units in the lot")
    parser.add_argument("--level", help="S-1 to S-4, I, II, III (II)")
    parser.add_argument(
        "--aql", action="append", metavar="CLASS=AQL",
        help="such as major=2.5; critical=0 accepts none; once for each class",
    )  # fmt: skip
    parser.add_argument("--severity", help="normal, tightened, reduced (normal)")
    parser.add_argument(
        "--standard",
        help="iso2859-1 or z1.4 (iso2859-1; z1.4 for double and multiple); z1.9 for variables",
    )
    parser.add_argument("--letter", help="variables: the code letter that Z1.9's table A-2 gives")
    parser.add_argument("--method", choices=["s", "sigma"], help="variables: s or sigma (s)")
    parser.add_argument(
        "--lq", action="append", metavar="[CLASS=]SHARE",
        help="c0: the limiting quality, such as 0.05; or --aql, to be as safe as its single plan",
    )  # fmt: skip
    parser.add_argument(
        "--aoql", action="append", metavar="[CLASS=]SHARE",
        help="dodge-romig: the worst quality that may go out on average, such as 0.03",
    )  # fmt: skip
    parser.add_argument(
        "--ltpd", action="append", metavar="[CLASS=]SHARE",
        help="dodge-romig: the quality of lots that hardly may pass, such as 0.05",
    )  # fmt: skip
    parser.add_argument(
        "--process-average", type=float, metavar="SHARE", help="dodge-romig: what usually comes in"
    )
    parser.add_argument(
        "--beta", type=float, metavar="SHARE",
        help="c0, dodge-romig: how often a lot of --lq or --ltpd may pass (0.10)",
    )  # fmt: skip
    _two_points(parser, required=False)
    parser.add_argument(
        "--words", action="store_true",
        help="say what a single plan lets through; of the other types it is always said",
    )  # fmt: skip
    _picture(parser)


def _oc(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--n", type=int, required=True, metavar="N", help="sample size")
    parser.add_argument("--ac", type=int, required=True, metavar="N", help="acceptance number")
    quality = parser.add_mutually_exclusive_group()
    quality.add_argument(
        "--p", type=_numbers, metavar="SHARE,…",
        help="qualities, such as 0.01,0.05; of one lot N·p must be whole",
    )  # fmt: skip
    quality.add_argument(
        "--defectives", type=_counts, metavar="N,…", help="of one lot: nonconforming units in it"
    )
    parser.add_argument(
        "--model", default="binomial",
        help="binomial: a process; hypergeometric: one lot; poisson: nonconformities (binomial)",
    )  # fmt: skip
    parser.add_argument("--lot-size", type=int, metavar="N", help="units in the lot")
    _picture(parser)


def _design(parser: argparse.ArgumentParser) -> None:
    _two_points(parser, required=True)
    parser.add_argument(
        "--model", default="binomial",
        help="binomial, hypergeometric, poisson, normal: by measurements (binomial)",
    )  # fmt: skip
    parser.add_argument("--lot-size", type=int, metavar="N", help="units in the lot")
    parser.add_argument(
        "--spread", choices=["known", "unknown"],
        help="normal: whether the standard deviation is known beforehand (unknown)",
    )  # fmt: skip


def _switch(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--standard", default="iso2859-1", help="iso2859-1 or z1.4 (iso2859-1)")
    parser.add_argument(
        "--results", required=True, metavar="FILE",
        help="a lot a line: accepted, Ac, accepted one AQL step tighter; or A or R; - reads stdin",
    )  # fmt: skip
    parser.add_argument(
        "--set", action="append", metavar="NAME=VALUE",
        help="what the standard leaves open, such as start=tightened, discontinue=10_on_tightened",
    )  # fmt: skip


def _two_points(parser: argparse.ArgumentParser, *, required: bool) -> None:
    parser.add_argument(
        "--producer", type=_point, required=required, metavar="SHARE,PA",
        help="lots that shall pass and how often at least, such as 0.01,0.95",
    )  # fmt: skip
    parser.add_argument(
        "--consumer", type=_point, required=required, metavar="SHARE,PA",
        help="lots that shall not pass and how often at most, such as 0.05,0.10",
    )  # fmt: skip


def _picture(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--plot", metavar="FILE", help="draw the curve to FILE.svg or FILE.png (lotwarden[plot])"
    )
    parser.add_argument(
        "--curve", choices=["oc", "asn", "aoq", "ati"], default="oc",
        help="oc: what passes; asn: units inspected; aoq: what goes out; ati: the work (oc)",
    )  # fmt: skip


def _numbers(text: str) -> list[float]:
    """Return numbers with commas between them."""
    return [float(one) for one in text.split(",")]


def _counts(text: str) -> list[int]:
    """Return whole numbers with commas between them."""
    return [int(one) for one in text.split(",")]


def _point(text: str) -> tuple[float, float]:
    """Return a quality and a probability."""
    quality, often = map(float, text.split(","))
    return quality, often


# What argparse calls a text that is none: "invalid point value".
_numbers.__name__, _counts.__name__, _point.__name__ = "list", "list of counts", "point"


def _init(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--name", required=True, help="the workspace's name")
    parser.add_argument("--organisation", required=True, help="your company, the buyer")
    parser.add_argument("--person", required=True, help="the first person's name")
    parser.add_argument("--email", required=True, help="their address, to log in with")


def _serving(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (127.0.0.1)")
    parser.add_argument("--port", type=_port, default=8000, help="port (8000; 0 takes a free one)")


def _port(text: str) -> int:
    """Return a port's number; argparse says `invalid port value` where it is none."""
    port = int(text)
    if not 0 <= port < 1 << 16:
        raise ValueError(text)
    return port


_port.__name__ = "port"


def _import(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", choices=["orders", "packing-list", "results", "sightings"])
    parser.add_argument("file", metavar="FILE", help=".xlsx or .csv")
    parser.add_argument(
        "--as",
        dest="person",
        metavar="EMAIL",
        help="who imports; the first administrator where left out",
    )
    parser.add_argument(
        "--encoding", choices=["utf-8", "gb18030", "cp1252"], help="of a .csv that is not UTF-8"
    )
