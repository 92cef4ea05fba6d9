"""`lotwarden draw`: frozen, revealed, repeated; never made over; wrong files named."""

from __future__ import annotations

import hashlib
import json
import stat
from pathlib import Path

import pytest
from py_ecc.bls.g2_primitives import G1_to_pubkey, G2_to_signature
from py_ecc.bls.hash_to_curve import hash_to_G2
from py_ecc.optimized_bls12_381 import G1, multiply

from lotwarden.cli import main

VECTORS = json.loads((Path(__file__).parents[2] / "vectors" / "draw-v1.json").read_text())
CHAIN = "the chain of the vectors"


def _told(capsys: pytest.CaptureFixture[str]) -> dict[str, object]:
    told = json.loads(capsys.readouterr().out)
    assert isinstance(told, dict)
    return told


def test_a_draw_is_frozen_then_revealed_then_repeated_by_anybody(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "draw.json"
    freeze = ["draw", "make", str(file), "--units", "1-40, 101-110", "--take", "6",
              "--stratum", "a=1-40", "--stratum", "b=101-110", "--json"]  # fmt: skip

    assert main(freeze) == 0
    name = _told(capsys)["name"]
    assert main(["draw", "verify", str(file), "--json"]) == 1  # not revealed yet
    assert _told(capsys)["refused"]
    assert main(["draw", "make", str(file), "--reveal", "--json"]) == 0
    revealed = _told(capsys)
    assert main(["draw", "verify", str(file), "--json"]) == 0
    found = _told(capsys)

    assert found == revealed
    assert found["foreknown_by"] == ["operator"]
    assert len(set(found["drawn"])) == 6  # type: ignore[call-overload]
    secret = tmp_path / "draw.json.secret"
    assert stat.S_IMODE(secret.stat().st_mode) == 0o600
    assert (
        main([*freeze[:2], str(tmp_path / "again.json"), *freeze[3:], "--earlier", str(file)]) == 0
    )
    capsys.readouterr()
    again = json.loads((tmp_path / "again.json").read_text())
    assert again["commitment"]["earlier"] == [name]


def test_a_draw_is_never_made_over(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "draw.json"
    freeze = ["draw", "make", str(file), "--units", "1-9", "--take", "2"]
    assert main(freeze) == 0
    before = file.read_text()

    assert main(freeze) == 2
    assert file.read_text() == before
    assert main(["draw", "make", str(file), "--void", "the witness fell ill"]) == 0
    assert main(["draw", "make", str(file), "--reveal"]) == 2
    assert json.loads(file.read_text())["void"] == "the witness fell ill"
    assert "exists" in capsys.readouterr().err


def test_a_round_to_come_of_a_beacon_is_named_then_revealed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The beacon is our own, with the key 7,919: so the result names who runs it."""
    number, key = 10**6, 7_919
    info = {
        "public_key": G1_to_pubkey(multiply(G1, key)).hex(), "period": 3600,
        "genesis_time": 1_700_000_000, "groupHash": "00" * 32,
        "schemeID": "pedersen-bls-unchained", "metadata": {"beaconID": "ours"},
    }  # fmt: skip
    message = hashlib.sha256(number.to_bytes(8, "big")).digest()
    tag = b"BLS_SIG_BLS12381G2_XMD:SHA-256_SSWU_RO_NUL_"
    signature = G2_to_signature(multiply(hash_to_G2(message, tag, hashlib.sha256), key)).hex()
    chain, came, forged = (tmp_path / name for name in ("chain.json", "round.json", "forged.json"))
    chain.write_text(json.dumps(info))
    came.write_text(json.dumps({"round": number, "signature": signature}))
    forged.write_text(json.dumps({"round": number, "signature": signature[:-2] + "00"}))
    make = ["draw", "make", str(tmp_path / "draw.json")]
    freeze = [*make, "--units", "1-99", "--take", "3", "--chain", str(chain), "--round", "1000000"]
    reveal = [*make, "--reveal", "--chain", str(chain), "--json", "--beacon"]
    assert main(freeze) == 0
    capsys.readouterr()

    assert main([*reveal, str(forged)]) == 1
    assert _told(capsys)["holds"] is False
    assert main([*reveal, str(came)]) == 0
    told = _told(capsys)
    assert main(["draw", "verify", make[2], "--json"]) == 0

    assert _told(capsys) == told
    [operator, runs] = told["foreknown_by"]  # type: ignore[misc]
    assert operator == "operator"
    assert runs.startswith("who runs the beacon")


def test_a_draw_with_a_real_beacon_round_says_that_nobody_knew(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "draw.json"
    file.write_text(json.dumps(VECTORS["draws"][2]["record"]))

    assert main(["draw", "verify", str(file)]) == 0
    said = capsys.readouterr().out
    assert "holds  Round 657,413 of the beacon drand quicknet was named beforehand" in said
    assert "Could have known the units beforehand: nobody." in said


def test_a_changed_unit_is_found(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    record = VECTORS["draws"][0]["record"]
    file = tmp_path / "draw.json"
    file.write_text(json.dumps({**record, "drawn": [1, *record["drawn"][1:]]}))

    assert main(["draw", "verify", str(file), "--json"]) == 1
    told = _told(capsys)
    assert told["holds"] is False
    assert [one["check"] for one in told["checks"] if not one["holds"]] == ["drawn"]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "asked",
    [
        ["verify", "nowhere.json"],
        ["make", "new.json", "--units", "1-9"],
        ["make", "new.json", "--units", "1-9", "--take", "2", "--round", "7"],
        ["make", "new.json", "--units", "1-9", "--take", "2", "--of", "souls"],
        [
            "make",
            "new.json",
            "--units",
            "1-9",
            "--take",
            "2",
            "--chain",
            CHAIN,
            "--round",
            "657413",
        ],
        ["make", "new.json", "--units", "1-9", "--take", "2", "--stratum", "1-9"],
    ],
)
def test_what_cannot_be_read_is_a_matter_of_usage(
    asked: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chain = tmp_path / "chain.json"
    chain.write_text(json.dumps(VECTORS["draws"][2]["record"]["revealed"]["beacon"]["chain"]))
    asked = [str(chain) if one == CHAIN else one for one in asked]
    monkeypatch.chdir(tmp_path)
    try:
        code = main(["draw", *asked])
    except SystemExit as left:
        code = int(left.code or 0)

    assert code == 2
    assert list(tmp_path.iterdir()) == [chain]


def test_every_wrong_field_of_a_record_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    record = json.loads(json.dumps(VECTORS["draws"][0]["record"]))
    record["list"]["units"], record["list"]["of"] = [[5, 1]], "souls"
    record["commitment"]["take"], record["committed_at"] = 0.5, "yesterday"
    record["drawn"] = "17"
    file = tmp_path / "draw.json"
    file.write_text(json.dumps([record]))

    assert main(["draw", "verify", str(file), "--json"]) == 1
    refused = _told(capsys)["refused"]
    assert refused["code"] == "draw.record_invalid"  # type: ignore[index]
    for field in ("units", "list.of", "commitment.take", "committed_at", "drawn"):
        assert field in refused["message"]  # type: ignore[index]
