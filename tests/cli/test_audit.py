"""`lotwarden audit`: the fixed form, each question's numbers and sentence, wrong input."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from lotwarden.cli import main


def test_the_smallest_sample_has_its_fixed_form(capsys: pytest.CaptureFixture[str]) -> None:
    asked = "audit swap --units 1000 --swapped 10 --confidence 0.95 --json"

    assert main(asked.split()) == 0
    assert json.loads(capsys.readouterr().out) == {"n": 258}


@pytest.mark.parametrize(
    ("asked", "numbers"),
    [
        ("swap --units 1000 --checked 100", {"lower": 0, "upper": 28}),
        ("swap --units 1000 --checked 950 --swapped 1", {"upper": 0, "detection": 0.95}),
        ("swap --units 1000 --checked 400 --sensitivity 0.95 --all-or-nothing", {"upper": 1000}),
        ("swap --units 1000 --looks 100:0,100:0",
         {"looks": [{"checked": 100, "found": 0, "lower": 0, "upper": 28},
                    {"checked": 200, "found": 0, "lower": 0, "upper": 13}]}),
        ("counts --units 500 --counted 497 --identity", {"upper": 3}),
        ("counts --units 500 --counted 497", {"upper": 500}),
        ("counts --units 500 --counted 497 --identity --sensitivity 0.8",
         {"upper": 4, "forged": 1}),
        ("mixing --accepted 9/90 --rejected 10/90 --arrived 9/90",
         {"tells": False, "lower": 0.0, "upper": 1.0}),
        ("two-lists --first 60 --second 50 --both 0", {"estimate": 3110.0, "upper": None}),
        ("rework --before 14/200 --after 1/200", {"fell": True}),
        ("weights --units 9 --weight 9 --mean 1 --sd 0 --reference 9 --lightest 1",
         {"alarm": False, "missing": 0, "upper": 9}),
    ],
)  # fmt: skip
def test_each_question_is_answered_with_numbers_and_a_sentence(
    asked: str, numbers: dict[str, object], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["audit", *asked.split(), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert main(["audit", *asked.split()]) == 0
    said = capsys.readouterr().out

    assert {name: told[name] for name in numbers} == numbers
    assert said.startswith(told["sentence"])


@pytest.mark.parametrize(
    ("asked", "fields"),
    [
        ("swap --units 10 --checked 11 --found 12 --confidence 1.5",
         ["checked", "found", "confidence"]),
        ("swap --units 10", ["swapped"]),
        ("swap --units 10 --looks 5:0,9:1 --confidence 0", ["confidence", "looks"]),
        ("counts --units 3 --counted 4 --identity --error -1", ["counted", "error"]),
        ("mixing --accepted 1/0 --rejected 3/2 --arrived 1/1", ["accepted n", "rejected bad"]),
        ("two-lists --first 0 --second 3 --both 5", ["first", "both"]),
        ("weights --units 9 --weight nan --mean 1 --sd -1 --reference 1 --lightest 2",
         ["weight", "sd", "reference", "lightest"]),
    ],
)  # fmt: skip
def test_wrong_numbers_are_refused_all_at_once(
    asked: str, fields: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["audit", *asked.split(), "--json"]) == 1

    refused = json.loads(capsys.readouterr().out)["refused"]
    assert refused["code"] == "audit.input_invalid"
    assert refused["data"]["fields"] == fields
    for field in fields:
        assert field in refused["message"]


@pytest.mark.parametrize(
    "asked",
    ["", "destiny", "swap --units many", "swap --units 9 --confidence often", "rework --before 3"],
)
def test_what_cannot_be_read_is_a_matter_of_usage(asked: str) -> None:
    with pytest.raises(SystemExit) as left:
        main(["audit", *asked.split()])

    assert left.value.code == 2


def test_a_sample_is_found_without_django_numpy_and_scipy() -> None:
    asked = "['audit', 'swap', '--units', '1000', '--swapped', '10']"
    code = (
        f"import sys; from lotwarden.cli import main; assert main({asked}) == 0\n"
        "assert not {'django', 'numpy', 'scipy'} & set(sys.modules)"
    )

    ended = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False
    )

    assert (ended.returncode, ended.stderr) == (0, "")
