"""Every type of `plan`, `oc`, `design` and `switch`: their fixed forms, their words, their no."""

from __future__ import annotations

import json
import subprocess
import sys
from math import ceil, comb
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from scipy.special import bdtr, pdtr

from tests.cli.program import PROGRAM, done, environment, refused, run

TWO_POINTS = ("--producer", "0.01,0.95", "--consumer", "0.05,0.10")
GOOD_AND_BAD = "# a heading, a comment and a blank line\naccepted,ac,tighter\n\n1,5,1\n0,5,0\n"


def _stages(*told: tuple[int, int | None, int]) -> list[dict[str, int | None]]:
    return [{"n": n, "ac": ac, "re": re} for n, ac, re in told]


def _only(*arguments: str | Path, home: Path) -> dict[str, Any]:
    """Return the one class of a plan."""
    [(_, one)] = done("plan", *arguments, home=home)["classes"].items()
    return dict(one)


def test_double_and_multiple_plans_have_cumulative_stages(home: Path) -> None:
    asked = ("plan", "--lot-size", "3200", "--aql", "critical=0", "--aql", "major=2.5")

    double = done(*asked, "--type", "double", home=home)
    multiple = done(*asked, "--type", "multiple", "--severity", "reduced", home=home)

    # MIL-STD-105E, tables III-A and IV-C, letter K; there is no double plan for Ac 0.
    assert double["code_letter"] == "K"
    assert double["classes"]["critical"]["kind"] == "single"
    assert double["classes"]["critical"]["stages"] == _stages((125, 0, 1))
    major = double["classes"]["major"]
    assert major == {
        "n": 160, "ac": 8, "re": 9, "letter": "K", "kind": "double", "flag": "",
        "stages": _stages((80, 3, 7), (160, 8, 9)),
    }  # fmt: skip
    assert multiple["classes"]["major"]["stages"] == _stages(
        (13, None, 4), (26, 0, 5), (39, 1, 6), (52, 2, 7), (65, 3, 8), (78, 4, 9), (91, 6, 10)
    )


def test_the_staged_tables_of_iso_are_refused_and_never_replaced(home: Path) -> None:
    asked = ("plan", "--type", "double", "--lot-size", "3200", "--aql", "major=2.5")

    assert refused(*asked, "--standard", "iso2859-1", home=home)["code"] == (
        "sampling.staged_table_absent"
    )


def test_computed_plans_keep_what_was_asked_of_them(home: Path) -> None:
    zero = _only("--type", "c0", "--lq", "major=0.05", home=home)
    outgoing = _only(
        "--type", "dodge-romig", "--lot-size", "1000", "--aoql", "0.03",
        "--process-average", "0.009", home=home,
    )  # fmt: skip
    per_lot = _only(
        "--type", "dodge-romig", "--lot-size", "10000", "--ltpd", "0.01",
        "--process-average", "0.0015", home=home,
    )  # fmt: skip

    # 0.95^45 is the first power of 0.95 below 0.1; the others are Dodge and Romig's own.
    assert (zero["stages"], zero["pa"] == pytest.approx(0.95**45)) == (_stages((45, 0, 1)), True)
    assert outgoing["stages"] == _stages((27, 1, 2))
    assert outgoing["aoq"] <= 0.03
    assert per_lot["stages"] == _stages((655, 3, 4))


def test_a_zero_plan_for_an_aql_is_as_safe_as_its_single_plan(home: Path) -> None:
    lot = ("--lot-size", "1000")
    zero = _only("--type", "c0", *lot, "--aql", "major=1.0", home=home)
    single = _only(*lot, "--aql", "major=1.0", home=home)
    numbers = ("--n", str(single["n"]), "--ac", str(single["ac"]), "--p", str(zero["lq"]))

    assert done("oc", *numbers, home=home)["pa"] == [pytest.approx(0.10)]
    assert zero["pa"] <= 0.10
    assert zero["n"] < single["n"]


def test_a_class_named_twice_is_refused_for_every_type(home: Path) -> None:
    twice = ("--aql", "major=1.0", "--aql", "Major=2.5")

    for asked in (
        ("--type", "double", "--lot-size", "90", *twice),
        ("--type", "variables", "--letter", "D", *twice),
        ("--type", "c0", "--lq", "0.05", "--lq", "0.1"),
    ):
        assert refused("plan", *asked, home=home)["code"] == "sampling.duplicate_class"


def test_a_sequential_plan_has_its_lines_and_where_its_numbers_change(home: Path) -> None:
    plan = _only("--type", "sequential", *TWO_POINTS, home=home)

    # Wald's slope, and the fewest units that accept: accept_offset / slope, rounded up.
    assert round(plan["slope"], 6) == 0.024985
    first = next(one["n"] for one in plan["stages"] if one["ac"] is not None)
    assert first == ceil(plan["accept_offset"] / plan["slope"]) == 55
    assert plan["stages"][-1] == {"n": plan["cut"], "ac": plan["ac"], "re": plan["re"]}


def test_plans_by_measurements_come_from_the_table_or_from_two_points(home: Path) -> None:
    table = _only("--type", "variables", "--letter", "D", "--aql", "major=1.0", home=home)
    designed = _only("--type", "variables", "--method", "sigma", *TWO_POINTS, home=home)

    # Z1.9, table B-3: letter D, AQL 1.0.
    assert (table["n"], table["m"], round(table["k"], 2)) == (5, 0.0333, 1.52)
    assert (designed["n"], round(designed["k"], 3)) == (19, 1.939)
    assert refused(
        "plan", "--type", "variables", "--letter", "D", "--aql", "major=1.0",
        "--standard", "iso3951-1", home=home,
    )["code"] == "sampling.unknown_variables_standard"  # fmt: skip


@pytest.mark.parametrize(
    "asked",
    [
        ("--type", "double", "--lot-size", "3200", "--aql", "major=2.5"),
        ("--type", "multiple", "--lot-size", "3200", "--aql", "major=2.5"),
        ("--type", "variables", "--letter", "D", "--aql", "major=2.5"),
        ("--type", "c0", "--lot-size", "1000", "--lq", "0.05"),
        ("--type", "dodge-romig", "--lot-size", "1000", "--aoql", "0.03",
         "--process-average", "0.009"),
        ("--type", "sequential", *TWO_POINTS),
        ("--lot-size", "4000", "--aql", "major=2.5", "--words"),
    ],
)  # fmt: skip
def test_a_person_reads_how_often_bad_lots_pass(asked: tuple[str, ...], home: Path) -> None:
    ended = run("plan", *asked, home=home)

    assert (ended.returncode, ended.stderr) == (0, "")
    assert "nonconforming" in ended.stdout.splitlines()[-1]
    assert " 1 time in 10." in ended.stdout


def test_a_plan_of_the_whole_lot_lets_nothing_to_chance(home: Path) -> None:
    asked = ("plan", "--lot-size", "10", "--aql", "major=1.0")

    assert "Every unit is inspected" in run(*asked, "--words", home=home).stdout
    assert refused(*asked, "--plot", home / "oc.svg", home=home)["code"] == "cli.nothing_to_draw"


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (("plan", "--lot-size", "4000"), "--type single needs --aql"),
        (("plan", "--lot-size", "4000", "--aql", "2.5"), "write --aql CLASS=AQL, not 2.5"),
        (("plan", "--type", "c0"), "--type c0 needs --lq or --aql"),
        (("plan", "--type", "c0", "--lq", "much"), "--lq is a share such as 0.05, not much"),
        (("plan", "--type", "sequential", *TWO_POINTS, "--lq", "0.1"), "--lq does not belong"),
        (("plan", "--type", "variables", "--aql", "major=1.0"), "needs --letter"),
        (("plan", "--lot-size", "90", "--aql", "a=1.0", "--plot", "oc.pdf"), ".svg or .png"),
        (("oc", "--n", "13", "--ac", "0"), "write the qualities"),
        (("oc", "--n", "13", "--ac", "0", "--defectives", "1"), "--lot-size N"),
        (("design", *TWO_POINTS, "--spread", "known"), "--spread belongs to --model normal"),
        (("design", "--producer", "0.01", "--consumer", "0.05,0.1"), "invalid point value"),
        (("switch", "--results", "-", "--set", "mood=good"), "--set NAME=VALUE"),
    ],
)
def test_options_that_do_not_fit_together_end_with_2(
    asked: tuple[str, ...], said: str, home: Path
) -> None:
    ended = run(*asked, home=home)

    assert (ended.returncode, ended.stdout) == (2, "")
    assert said in ended.stderr
    assert "Traceback" not in ended.stderr


def test_oc_answers_for_each_quality_in_each_model(home: Path) -> None:
    plan = ("oc", "--n", "80", "--ac", "7", "--p", "0.01,0.05")

    binomial = done(*plan, "--model", "binomial", home=home)
    poisson = done(*plan, "--model", "poisson", home=home)
    lot = ("oc", "--n", "13", "--ac", "0", "--model", "hypergeometric", "--lot-size", "50")
    by_count = done(*lot, "--defectives", "0,1,5", home=home)
    by_share = done(*lot, "--p", "0,0.02,0.10", home=home)

    assert list(binomial) == ["pa"]
    assert binomial["pa"] == pytest.approx([bdtr(7, 80, p) for p in (0.01, 0.05)], rel=1e-12)
    assert poisson["pa"] == pytest.approx([pdtr(7, 80 * p) for p in (0.01, 0.05)], rel=1e-12)
    assert by_count["pa"] == pytest.approx([1, 37 / 50, comb(45, 13) / comb(50, 13)], rel=1e-12)
    assert by_count == by_share


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        (("--n", "13", "--p", "0.01", "--model", "hypergeometric", "--lot-size", "50"),
         "sampling.quality_not_whole_units"),
        (("--n", "13", "--p", "0.01", "--model", "hypergeometric"), "sampling.lot_size_missing"),
        (("--n", "60", "--p", "0.02", "--lot-size", "50"), "sampling.sample_exceeds_lot"),
        (("--n", "13", "--p", "nan"), "sampling.quality_not_a_number"),
        (("--n", "13", "--p", "1.5"), "sampling.quality_outside"),
        (("--n", "0", "--p", "0.5"), "sampling.stages_invalid"),
        (("--n", "13", "--p", "0.5", "--model", "normal"), "sampling.unknown_model"),
    ],
)  # fmt: skip
def test_oc_refuses_what_no_plan_and_no_lot_can_be(
    asked: tuple[str, ...], code: str, home: Path
) -> None:
    assert refused("oc", "--ac", "0", *asked, home=home)["code"] == code


def test_design_gives_the_smallest_plan(home: Path) -> None:
    one_lot = ("--model", "hypergeometric", "--lot-size", "500")

    assert done("design", *TWO_POINTS, home=home) == {"n": 132, "ac": 3, "re": 4}
    assert done("design", *TWO_POINTS, *one_lot, home=home) == {"n": 123, "ac": 3, "re": 4}
    normal = done("design", *TWO_POINTS, "--model", "normal", "--spread", "known", home=home)
    assert (normal["n"], round(normal["k"], 3)) == (19, 1.939)
    in_words = run("design", *TWO_POINTS, home=home).stdout
    assert "A lot with 5 % nonconforming passes 1 time in 10." in in_words


@pytest.mark.parametrize("good", ["1,5,1", "true, 5, true", "A;5;A", "yes,5,yes"])
def test_switch_reads_a_lot_in_several_spellings(good: str, home: Path, tmp_path: Path) -> None:
    file = tmp_path / "lots.csv"
    file.write_text(f"{good}\n" * 10 + "R\n")

    for standard in ("iso2859-1", "z1.4"):
        found = done("switch", "--standard", standard, "--results", file, home=home)
        assert found == {"severity": ["normal"] * 9 + ["reduced", "normal"]}


def test_switch_says_why_and_plain_letters_never_lead_to_reduced(
    home: Path, tmp_path: Path
) -> None:
    file = tmp_path / "lots.txt"
    file.write_text("A\n" * 40)
    for standard in ("iso2859-1", "z1.4"):
        found = done("switch", "--standard", standard, "--results", file, home=home)
        assert found == {"severity": ["normal"] * 40}

    file.write_text(GOOD_AND_BAD)
    told = run("switch", "--results", file, home=home).stdout.splitlines()
    assert len(told) == 3
    assert told[0].endswith("Accepted; the switching score is 3 of 30.")
    assert told[-1] == "The next lot is inspected at: normal"

    file.write_text("")
    asked = ("switch", "--results", file, "--set", "start=tightened")
    assert run(*asked, home=home).stdout == "The next lot is inspected at: tightened\n"


def test_switch_reads_standard_input(home: Path) -> None:
    ended = subprocess.run(
        [PROGRAM, "switch", "--standard", "iso2859-1", "--results", "-", "--json"],
        input="A\nR\nA\nR\nA\n", env=environment(home), capture_output=True, text=True,
        timeout=60, check=False,
    )  # fmt: skip

    assert ended.returncode == 0, ended.stderr
    assert json.loads(ended.stdout) == {"severity": ["normal"] * 3 + ["tightened"] * 2}


def test_all_bad_lines_of_a_history_are_reported_by_number(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "lots.csv"
    file.write_text("A\nQ\n1,x\n\n1,2,3,4\n1,2,perhaps\n0,5,1\n")

    told = refused("switch", "--results", file, home=home)

    assert told["code"] == "cli.lines_unreadable"
    assert told["message"].splitlines() == [
        "5 lines say no result:",
        "line 2: Q: accepted is neither yes nor no",
        "line 3: 1,x: Ac is no whole number",
        "line 5: 1,2,3,4: 4 values, at most 3",
        "line 6: 1,2,perhaps: accepted tighter is neither yes nor no",
        "line 7: 0,5,1: not accepted, but accepted one AQL step tighter",
    ]
    assert refused("switch", "--results", tmp_path, home=home)["code"] == "cli.cannot_read"


def test_a_picture_is_an_svg_or_a_png_that_is_titled(home: Path, tmp_path: Path) -> None:
    svg, png = tmp_path / "oc.svg", tmp_path / "asn.png"
    asked = ("plan", "--lot-size", "3200", "--aql", "major=2.5", "--aql", "minor=4.0")

    told = done(*asked, "--plot", svg, home=home)
    run(*asked, "--type", "double", "--curve", "asn", "--plot", png, home=home)
    done("oc", "--n", "13", "--ac", "0", "--plot", tmp_path / "one.svg", home=home)

    assert told["plot"] == str(svg)
    root = ET.parse(svg).getroot()
    title = next(root.iter("{http://purl.org/dc/elements/1.1/}title"))
    assert title.text == "What the plan lets through. Lot of 3,200, level II, normal: code letter K"
    assert png.read_bytes().startswith(b"\x89PNG\r\n")
    assert (tmp_path / "one.svg").stat().st_size > 1_000
    nowhere = tmp_path / "no" / "folder.svg"
    assert refused(*asked, "--plot", nowhere, home=home)["code"] == "cli.cannot_draw"


def test_nothing_of_it_imports_django() -> None:
    script = (
        "import sys\n"
        "from lotwarden.cli import main\n"
        "for line in sys.argv[1:]: assert main(line.split()) == 0, line\n"
        "assert 'django' not in sys.modules\n"
        "assert 'matplotlib' not in sys.modules\n"
    )
    lines = [
        "plan --type sequential " + " ".join(TWO_POINTS),
        "plan --type double --lot-size 3200 --aql major=2.5",
        "oc --n 80 --ac 7 --p 0.05",
        "design " + " ".join(TWO_POINTS),
        "switch --results /dev/null",
    ]

    ended = subprocess.run(
        [sys.executable, "-c", script, *lines],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip

    assert ended.returncode == 0, ended.stderr
