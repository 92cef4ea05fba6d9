"""The commands and their options."""

from __future__ import annotations

import argparse

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
    _plan(_add(commands, "plan", "look up the sampling plan of a lot"))
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
    return parser


def _plan(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--lot-size", type=int, required=True, metavar="N", help="units in the lot")
    parser.add_argument("--level", default="II", help="S-1 to S-4, I, II, III (II)")
    parser.add_argument(
        "--aql", action="append", required=True, metavar="CLASS=AQL",
        help="such as major=2.5; critical=0 accepts none; once for each class",
    )  # fmt: skip
    parser.add_argument("--severity", default="normal", help="normal, tightened, reduced (normal)")
    parser.add_argument("--standard", default="iso2859-1", help="iso2859-1 or z1.4 (iso2859-1)")


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
