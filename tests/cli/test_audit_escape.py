"""`lotwarden audit escape`: the fixed form, the exit codes, every problem by piece and field."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from lotwarden.cli import main

PIECES = [
    {"kind": "draw", "n": 1000, "m": 100, "missing": 0, "sensitivity": 1, "person": "w1",
     "organisation": "agency"},
    {"kind": "count", "n": 500, "verified": 497, "identity": True, "person": "w2"},
    {"kind": "cartons", "sizes": [24, 24, 12], "opened": 2, "bad": 0},
    {"kind": "paper", "n": 150},
    {"kind": "sighting", "pile": 0, "distinct": 2},
]  # fmt: skip


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    def ask(text: str, *options: str) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
        code = main(["audit", "escape", "--pieces", "-", *options])
        said = capsys.readouterr()
        return code, said.out, said.err

    return ask


def test_the_json_has_its_fixed_form(asked: Any, tmp_path: Path, capsys: Any) -> None:
    code, out, err = asked(json.dumps(PIECES), "--json")
    file = tmp_path / "pieces.json"
    file.write_text(json.dumps(PIECES))

    told = json.loads(out)
    assert (code, err) == (0, "")
    assert {name: told[name] for name in ("lower", "upper", "one_liar", "confidence")} == {
        "lower": 2, "upper": 198, "one_liar": 1177, "confidence": 0.95,
    }  # fmt: skip
    assert [line["leaves"] for line in told["lines"]] == [21, 3, 24, 150, 0]
    assert all(line["text"] for line in told["lines"])
    assert main(["audit", "escape", "--pieces", str(file), "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == told


def test_without_json_it_is_what_can_be_quoted(asked: Any) -> None:
    code, out, _ = asked('[{"kind": "draw", "n": 1000, "m": 138}]')

    assert code == 0
    assert "At most 19 of the 1,000 declared units can be missing or replaced." in out
    assert "This holds if:" in out


def test_what_was_declared_changes_the_bound(asked: Any) -> None:
    two = '[{"kind": "draw", "n": 100, "m": 10}, {"kind": "draw", "n": 60, "m": 6, "missing": 1}]'

    def upper(*options: str) -> int:
        return json.loads(asked(two, "--json", *options)[1])["upper"]

    assert upper("--alpha", "0.2") < upper()
    assert upper("--w0", "0") < upper()
    assert upper("--lambda0", "0.1") != upper()


def test_evidence_that_contradicts_itself_is_a_finding_without_a_range(asked: Any) -> None:
    pieces = [PIECES[1] | {"verified": 500}, {"kind": "sighting", "pile": 0, "distinct": 2}]

    code, out, _ = asked(json.dumps(pieces), "--json")

    told = json.loads(out)
    assert (code, told["lower"], told["upper"], told["one_liar"]) == (1, 2, None, None)
    assert told["void"] == [{"piece": 0, "found": 2, "room": 0}]


def test_a_file_of_brackets_is_refused_whatever_limit_of_recursion_a_library_has_set(
    asked: Any,
) -> None:
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(1_000_000)
    try:
        ended, out, _ = asked("[" * 1_000_000, "--json")
    finally:
        sys.setrecursionlimit(before)

    assert (ended, json.loads(out)["refused"]["code"]) == (1, "bound.not_a_list")


@pytest.mark.parametrize(
    ("text", "options", "code"),
    [
        ("{}", (), "bound.not_a_list"),
        ("[]", (), "bound.not_a_list"),
        ("[", (), "bound.not_a_list"),
        ("[" * 100_000, (), "bound.not_a_list"),
        ('[{"kind": "paper", "n": NaN}]', (), "bound.not_a_list"),
        ('[{"kind": "paper", "n": 1, "n": 2}]', (), "bound.not_a_list"),
        ('[{"kind": "paper", "n": 1.0}]', (), "bound.pieces_wrong"),
        ('[{"kind": "paper", "n": 1}]', ("--alpha", "0"), "bound.setting_outside"),
        ('[{"kind": "paper", "n": 1}]', ("--w0", "1.1"), "bound.setting_outside"),
        ('[{"kind": "paper", "n": 1}]', ("--lambda0", "x"), "bound.setting_outside"),
    ],
)
def test_wrong_input_is_refused(asked: Any, text: str, options: tuple[str, ...], code: str) -> None:
    ended, out, _ = asked(text, "--json", *options)

    assert ended == 1
    assert json.loads(out)["refused"]["code"] == code


def test_all_problems_are_named_by_piece_and_field(asked: Any) -> None:
    pieces: list[Any] = [
        {"kind": "draw", "n": 10, "m": 2.5, "missing": -1, "colour": "red"},
        3,
        {"kind": "guess"},
        {"kind": "count", "n": True, "verified": 1, "time": "2026-03-03", "person": ""},
        {"kind": "sighting", "pile": "0", "distinct": 1},
    ]

    _, out, _ = asked(json.dumps(pieces), "--json")

    problems = json.loads(out)["refused"]["data"]["problems"]
    assert [(one["piece"], one["field"]) for one in problems] == [
        (0, "m"), (0, "missing"), (0, "'colour'"), (1, "kind"), (2, "kind"), (3, "n"),
        (3, "time"), (3, "person"), (4, "pile"),
    ]  # fmt: skip


def test_pieces_that_do_not_fit_each_other_are_named_too(asked: Any) -> None:
    pieces: list[Any] = [
        {"kind": "draw", "n": 10, "m": 11},
        {"kind": "draw", "n": 10, "m": 5, "missing": 4, "flagged": 2},
        {"kind": "count", "n": 10, "verified": 11},
        {"kind": "cartons", "sizes": [1], "opened": 2, "bad": 0},
        {"kind": "sighting", "pile": 9, "distinct": 1},
        {"kind": "sighting", "pile": 0, "distinct": 11},
        {"kind": "draw", "n": 21, "m": 1, "piles": [0, 1]},
        {"kind": "draw", "n": 1, "m": 1, "pile": 3},
        {"kind": "sighting", "pile": 3, "distinct": 1},
        {"kind": "sighting", "pile": 3, "distinct": 1},
    ]

    _, out, _ = asked(json.dumps(pieces), "--json")

    problems = json.loads(out)["refused"]["data"]["problems"]
    assert {(one["piece"], one["field"]) for one in problems} == {
        (0, "m"), (1, "missing"), (2, "verified"), (3, "opened"), (4, "pile"), (5, "distinct"),
        (6, "n"), (7, "pile"), (2, "flagged"), (9, "distinct"),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("third", "field"),
    [({"n": 10, "pile": 0}, "time"), ({"n": 20, "piles": [0, 1], "sealed": True}, "piles")],
)
def test_draws_that_cannot_be_combined_say_why(asked: Any, third: Any, field: str) -> None:
    three = [{"kind": "draw", "n": 10, "m": 5} for _ in range(3)]
    crossing = {"kind": "draw", "n": 20, "m": 1, "piles": [1, 2], "sealed": True}

    code, out, _ = asked(json.dumps([*three, crossing, {"kind": "draw", "m": 1} | third]), "--json")

    problems = json.loads(out)["refused"]["data"]["problems"]
    assert code == 1
    assert (4, field) in {(one["piece"], one["field"]) for one in problems}


def test_a_file_that_is_not_there_is_a_matter_of_usage(tmp_path: Path) -> None:
    assert main(["audit", "escape", "--pieces", str(tmp_path / "none.json")]) == 2
