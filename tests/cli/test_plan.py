"""`lotwarden plan`: the fixed form, refusals, and that it needs nothing but the core."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest

from lotwarden.cli import main
from tests.cli.program import environment

ROOT = Path(__file__).resolve().parents[2]
UV = Path(sys.executable).with_name("uv")
ASKED = (
    "plan", "--lot-size", "4000", "--level", "II", "--aql", "critical=0", "--aql", "major=2.5",
    "--aql", "minor=4.0", "--severity", "normal", "--standard", "iso2859-1", "--json",
)  # fmt: skip
TOLD = {
    "code_letter": "L",
    "classes": {
        name: {"n": 200, "ac": ac, "re": ac + 1, "letter": "L",
               "stages": [{"n": 200, "ac": ac, "re": ac + 1}]}
        for name, ac in (("critical", 0), ("major", 10), ("minor", 14))
    },
}  # fmt: skip
LIBRARY = """
from lotwarden.core import sampling
plan = sampling.single_plan(
    lot_size=4000, level="II", aql="2.5", severity="normal", standard="iso2859-1"
)
assert (plan.n, plan.ac, plan.re, plan.letter) == (200, 10, 11, "L"), plan
assert sampling.code_letter(lot_size=4000, level="II") == "L"
assert sampling.oc(n=80, ac=7, p=[0.05]).round(3).tolist() == [0.953]
import lotwarden.core.dispositions, lotwarden.core.grades, lotwarden.core.ledger
import lotwarden.core.statements, lotwarden.core.units
"""


def test_the_json_has_its_fixed_form(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(ASKED) == 0

    said = capsys.readouterr()
    assert json.loads(said.out) == TOLD
    assert said.err == ""


def test_the_other_standard_and_the_other_severities_are_looked_up(
    capsys: pytest.CaptureFixture[str],
) -> None:
    found = {}
    for standard in ("iso2859-1", "z1.4"):
        for severity in ("normal", "tightened", "reduced"):
            asked = ["plan", "--lot-size", "4000", "--aql", "major=2.5", "--json"]
            assert main([*asked, "--standard", standard, "--severity", severity]) == 0
            one = json.loads(capsys.readouterr().out)["classes"]["major"]
            found[standard, severity] = (one["n"], one["ac"], one["re"])

    # ISO 2859-1:1999 and MIL-STD-105E, tables 2-A, 2-B, 2-C: letter L, AQL 2.5.
    assert found == {
        ("iso2859-1", "normal"): (200, 10, 11),
        ("iso2859-1", "tightened"): (200, 8, 9),
        ("iso2859-1", "reduced"): (80, 6, 7),
        ("z1.4", "normal"): (200, 10, 11),
        ("z1.4", "tightened"): (200, 8, 9),
        ("z1.4", "reduced"): (80, 5, 8),
    }


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        (["--lot-size", "1", "--aql", "major=2.5"], "sampling.lot_too_small"),
        (["--lot-size", "4000", "--aql", "major=3"], "sampling.aql_not_in_series"),
        (["--lot-size", "4000", "--aql", "major=2.5", "--level", "IV"], "sampling.unknown_level"),
        (["--lot-size", "4000", "--aql", "major=2.5", "--severity", "lax"],
         "sampling.unknown_severity"),
        (["--lot-size", "4000", "--aql", "major=2.5", "--standard", "din"],
         "sampling.unknown_standard"),
    ],
)  # fmt: skip
def test_what_no_table_holds_is_refused_with_1_in_words_and_in_json(
    wrong: list[str], code: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["plan", *wrong]) == 1
    in_words = capsys.readouterr()
    assert main(["plan", *wrong, "--json"]) == 1
    in_json = capsys.readouterr()

    told = json.loads(in_json.out)["refused"]
    assert told["code"] == code
    assert in_json.err == ""
    assert in_words.out == ""
    assert in_words.err.splitlines() == [
        f"lotwarden: refused: {code}",
        *(f"  {line}" for line in told["message"].splitlines()),
        f"Who: {told['who']}",
        f"Do:  {told['next_step']}",
    ]


def test_the_wheel_alone_plans_and_names_what_the_rest_needs(tmp_path: Path) -> None:
    python = _venv_with_the_wheel_alone(tmp_path)
    program = python.with_name("lotwarden")

    plan = _run(program, *ASKED)
    picture = _run(program, *ASKED, "--plot", tmp_path / "oc.svg")
    library = _run(python, "-c", LIBRARY)
    where = _run(program, "where")

    assert (plan.returncode, plan.stderr) == (0, "")
    assert json.loads(plan.stdout) == TOLD
    assert (picture.returncode, picture.stdout) == (1, "")
    assert picture.stderr == (
        "lotwarden: a picture needs matplotlib.\nDo:  pip install 'lotwarden[plot]'\n"
    )
    assert library.returncode == 0, library.stderr
    assert (where.returncode, where.stdout) == (1, "")
    assert where.stderr == (
        "lotwarden: this command needs the server's libraries.\n"
        "Do:  pip install 'lotwarden[server]'\n"
    )


def test_looking_up_a_plan_loads_neither_the_numeric_libraries_nor_django() -> None:
    script = (
        "import sys\n"
        "from lotwarden.cli import main\n"
        "assert main(sys.argv[1:]) == 0\n"
        "heavy = {'numpy', 'scipy', 'matplotlib', 'django'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )

    for asked in (ASKED, ASKED[:-1], (*ASKED, "--type", "double", "--standard", "z1.4")):
        ended = _run(sys.executable, "-c", script, *asked)
        assert ended.returncode == 0, ended.stderr


def _venv_with_the_wheel_alone(folder: Path) -> Path:
    """Build the wheel and install it, with what it declares it needs and nothing else.

    Its dependencies are linked from this environment, since no network is asked; `uv pip check`
    then proves that they are all it declares.
    """
    built = _run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder, cwd=ROOT)
    assert built.returncode == 0, built.stderr
    (wheel,) = folder.glob("lotwarden-*.whl")
    venv = folder / "venv"
    made = _run(sys.executable, "-m", "venv", "--without-pip", venv)
    assert made.returncode == 0, made.stderr
    python = venv / "bin" / "python"
    (packages,) = venv.glob("lib/python*/site-packages")
    needed = {"numpy", "pyroaring", "rfc8785", "scipy"}
    for name in needed:
        _link_distribution(name, packages)
    installed = _run(UV, "pip", "install", "--offline", "--no-deps", "--python", python, wheel)
    assert installed.returncode == 0, installed.stderr
    checked = _run(UV, "pip", "check", "--offline", "--python", python)
    assert checked.returncode == 0, checked.stderr
    listed = _run(UV, "pip", "list", "--offline", "--python", python, "--format", "json")
    names = {one["name"] for one in json.loads(listed.stdout)}
    assert names == needed | {"lotwarden"}
    return python


def _link_distribution(name: str, packages: Path) -> None:
    """Put a distribution into another environment: its metadata as a copy, its code as links."""
    files = metadata.files(name)
    assert files, f"{name} is installed here"
    for top in {file.parts[0] for file in files if ".." not in file.parts}:
        here = Path(str(metadata.distribution(name).locate_file(top)))
        if top.endswith(".dist-info"):
            shutil.copytree(here, packages / top)
        elif top != "__pycache__":
            (packages / top).symlink_to(here)


def _run(*command: str | Path, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    kept = environment(Path("nowhere"))
    kept.pop("PYTHONPATH", None)
    kept.pop("COVERAGE_PROCESS_START", None)
    return subprocess.run(
        [str(one) for one in command],
        cwd=cwd, env=kept, capture_output=True, text=True, timeout=180, check=False,
    )  # fmt: skip
