"""Every command: its help, its exit codes, its words when it is called wrongly."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from lotwarden import __version__
from lotwarden.cli import main
from lotwarden.cli.parser import build
from tests.cli.program import run, run_as_installed

COMMANDS = (
    "plan", "oc", "design", "switch", "audit", "draw", "init", "demo", "serve", "import", "where",
    "people", "fsck", "backup", "restore",
)  # fmt: skip


def test_the_help_names_every_command_and_no_other(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(["--help"])

    shown = capsys.readouterr().out
    assert left.value.code == 0
    assert tuple(re.findall(r"^    (\w[\w-]*) ", shown, re.MULTILINE)) == COMMANDS
    assert "LOTWARDEN_HOME" in shown
    assert "Exit codes: 0 done, 1 refused or a finding, 2 usage." in shown


@pytest.mark.parametrize("command", COMMANDS)
def test_the_help_of_each_command_says_what_it_does_and_knows_json(
    command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as left:
        main([command, "--help"])

    shown = capsys.readouterr().out
    assert left.value.code == 0
    assert shown.startswith(f"usage: lotwarden {command} ")
    assert "--json" in shown
    assert re.search(r"^[A-Z].*\.$", shown, re.MULTILINE), "a sentence says what it does"


def test_every_option_explains_itself() -> None:
    silent = [
        f"{parser.prog} {option.option_strings[0]}"
        for parser in _parsers(build("0"))
        for option in parser._actions
        if option.option_strings and not option.help
    ]

    assert not silent


def _parsers(parser: argparse.ArgumentParser) -> Iterator[argparse.ArgumentParser]:
    """Yield the parser and those of all its commands, and of theirs."""
    yield parser
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for command in action.choices.values():
                yield from _parsers(command)


def test_the_version_is_the_package_s_own(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(["--version"])

    assert left.value.code == 0
    assert capsys.readouterr().out == f"lotwarden {__version__}\n"


def test_no_command_at_all_is_a_matter_of_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    assert capsys.readouterr().out.startswith("usage: lotwarden")


@pytest.mark.parametrize(
    "arguments",
    [
        ["burn"],
        ["plan"],
        ["plan", "--lot-size", "many", "--aql", "major=2.5"],
        ["plan", "--lot-size", "4000"],
        ["init", "--name", "N"],
        ["serve", "--port", "http"],
        ["import", "weather", "file.csv"],
        ["import", "orders", "file.csv", "--encoding", "klingon"],
        ["where", "L-1", "L-2"],
        ["people", "praise"],
        ["backup"],
        ["restore"],
    ],
)
def test_what_argparse_cannot_read_ends_with_2(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as left:
        main(arguments)

    said = capsys.readouterr()
    assert left.value.code == 2
    assert "usage: lotwarden" in said.err
    assert said.out == ""


@pytest.mark.parametrize("pair", ["major", "=2.5", " =2.5"])
def test_an_aql_without_its_class_ends_with_2(
    pair: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["plan", "--lot-size", "4000", "--aql", pair]) == 2
    assert "write --aql CLASS=AQL" in capsys.readouterr().err


def test_a_file_that_is_not_there_and_an_address_left_out_end_with_2(
    demonstration: Path, tmp_path: Path
) -> None:
    absent = run("import", "orders", tmp_path / "absent.xlsx", home=demonstration)
    nobody = run("people", "invite", home=demonstration)

    assert (absent.returncode, absent.stdout) == (2, "")
    assert "absent.xlsx" in absent.stderr
    assert (nobody.returncode, nobody.stdout) == (2, "")
    assert "an e-mail address is missing" in nobody.stderr


def test_the_program_as_installed_answers_like_the_function() -> None:
    ended = run_as_installed(
        "plan", "--lot-size", "4000", "--aql", "major=2.5", home=Path("nowhere")
    )

    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout == (
        "Lot of 4,000, level II, normal: code letter L\n"
        "  major: AQL 2.5: inspect 200 units (letter L); "
        "acceptable at 10 or fewer, not acceptable at 11 or more\n"
    )
    assert not Path("nowhere").exists()
