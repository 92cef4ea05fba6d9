"""`lotwarden where` and `demo`: the fixed JSON forms, the cases' figures, what is imported."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.cli.program import demonstration_said, done, environment, refused, run

POSITION = {"produced", "declared", "surplus", "unaccounted", "contradicted", "accounts"}
ACCOUNT = {"condition", "site", "grade", "contradicted", "units"}
LOT = {"lot", "order", "product", "produced", "verdict", "rejected", "unaccounted", "contradicted"}
LOTS = ["L-1024", "T1-GEEP-1", "T1-GEEP-2", "T1-GEEP-3", "T3-POWDER"]
YONGKANG = "Yongkang Haoyu Metal Co., Ltd, Yongkang site"


@pytest.fixture(scope="module")
def everything(demonstration: Path) -> dict[str, Any]:
    """What `where --lots --json` prints of the demonstration, asked once."""
    return dict(done("where", "--lots", home=demonstration))


def test_demo_prints_its_home_and_its_lots(demonstration: Path) -> None:
    assert demonstration_said() == {"home": str(demonstration), "lots": LOTS}


def test_the_position_of_one_lot_has_its_fixed_form_and_sums_to_what_was_made(
    demonstration: Path,
) -> None:
    found = done("where", "L-1024", home=demonstration)

    assert set(found) == POSITION
    assert all(set(row) == ACCOUNT for row in found["accounts"])
    assert sum(row["units"] for row in found["accounts"]) == found["produced"] == 3_200
    assert (found["declared"], found["surplus"]) == (3_200, 0)
    assert (found["unaccounted"], found["contradicted"]) == (7, 0)
    assert {(row["condition"], row["site"], row["units"]) for row in found["accounts"]} == {
        ("released", YONGKANG, 2_885),
        ("destroyed", "Ningbo Green Shredding, Beilun yard", 268),
        ("consumed", YONGKANG, 25),
        ("retained", YONGKANG, 15),
        ("unaccounted", YONGKANG, 7),
    }


def test_without_lots_the_form_of_the_whole_is_that_of_one_lot(everything: dict[str, Any]) -> None:
    assert set(everything) == POSITION | {"lots"}
    assert all(set(row) == ACCOUNT for row in everything["accounts"])
    assert all(set(row) == LOT for row in everything["lots"])


def test_the_values_have_the_types_that_others_build_on(everything: dict[str, Any]) -> None:
    for row in everything["accounts"]:
        assert isinstance(row["condition"], str)
        assert row["site"] is None or isinstance(row["site"], str)
        assert row["grade"] in range(6)
        assert isinstance(row["contradicted"], bool)
        assert isinstance(row["units"], int)
        assert row["units"] > 0
    keys = [
        (row["condition"], row["site"], row["grade"], row["contradicted"])
        for row in everything["accounts"]
    ]
    assert len(keys) == len(set(keys)), "one row per condition, site, grade and contradicted"


def test_the_three_cases_have_the_figures_of_their_sources(everything: dict[str, Any]) -> None:
    t1 = [row for row in everything["lots"] if row["lot"].startswith("T1-")]
    destroyed = [row for row in everything["accounts"] if row["condition"] == "destroyed"]
    at_geep = [row for row in destroyed if row["site"] == "GEEP Canada (T1), Barrie, Ontario"]

    assert [row["lot"] for row in everything["lots"]] == LOTS
    assert everything["produced"] == 3_200 + 576_916 + 6_800
    assert sum(row["units"] for row in everything["accounts"]) == everything["produced"]
    assert (everything["unaccounted"], everything["contradicted"]) == (7, 103_845)
    assert sum(row["produced"] for row in t1) == 576_916
    assert sum(row["contradicted"] for row in t1) == 103_845
    assert sum(row["unaccounted"] for row in t1) == 0
    assert sum(row["units"] for row in at_geep) == 576_916
    assert sum(row["units"] for row in at_geep if row["contradicted"]) == 103_845
    assert max(row["grade"] for row in at_geep) <= 1
    assert f"{103_845 / 576_916:.1%}" == "18.0%"


def test_what_was_ordered_destroyed_and_never_supervised_is_still_on_hold(
    everything: dict[str, Any],
) -> None:
    (powder,) = [row for row in everything["lots"] if row["lot"] == "T3-POWDER"]
    held = [row for row in everything["accounts"] if row["condition"] == "quarantined"]

    assert (powder["produced"], powder["rejected"], powder["unaccounted"]) == (6_800, 6_800, 0)
    assert sum(row["units"] for row in held) == 6_800


def test_the_verdict_is_told_as_the_core_says_it(everything: dict[str, Any]) -> None:
    verdicts = {row["lot"]: row["verdict"] for row in everything["lots"]}

    assert verdicts["L-1024"] == "not_acceptable"
    assert verdicts["T1-GEEP-1"] is None, "nobody inspected it"


def test_where_in_words_says_the_same_numbers(demonstration: Path) -> None:
    shown = run("where", "L-1024", home=demonstration)

    lines = shown.stdout.splitlines()
    assert (shown.returncode, shown.stderr) == (0, "")
    assert lines[0] == "Lot L-1024: 3,200 made = 3,200 declared + 0 surplus"
    assert lines[-1] == "Unaccounted: 7"
    assert any(
        line.split() == f"7 unaccounted at {YONGKANG} grade 3, witnessed".split() for line in lines
    )


def test_where_imports_neither_scipy_nor_the_web_nor_openpyxl(demonstration: Path) -> None:
    script = (
        "import sys\n"
        "from lotwarden.cli import main\n"
        "code = main(['where', '--json'])\n"
        "print(*sys.modules, sep='\\n', file=sys.stderr)\n"
        "sys.exit(code)\n"
    )

    ended = subprocess.run(
        [sys.executable, "-c", script], env=environment(demonstration),
        capture_output=True, text=True, timeout=180, check=False,
    )  # fmt: skip

    loaded = set(ended.stderr.split())
    assert ended.returncode == 0, ended.stderr
    assert json.loads(ended.stdout)["produced"] == 586_916
    assert "django.db" in loaded, "this is the list of what was imported"
    heavy = {"scipy", "numpy", "openpyxl", "jinja2", "waitress", "whitenoise", "tqdm"}
    assert not [
        name
        for name in loaded
        if name.split(".")[0] in heavy or f"{name}.".startswith("lotwarden.web.")
    ]  # fmt: skip


def test_a_lot_that_is_not_there_is_refused_with_its_number(demonstration: Path) -> None:
    told = refused("where", "L-9999", home=demonstration)

    assert told["code"] == "orders.unknown_lot"
    assert "L-9999" in told["message"]
    assert told["data"] == {"lot": "L-9999"}


def test_where_there_is_no_workspace_nothing_is_made_by_asking(home: Path) -> None:
    told = refused("where", home=home)

    assert told["code"] == "config.no_workspace_here"
    assert str(home) in told["message"]
    assert "lotwarden init" in told["next_step"]
    assert not home.exists()
