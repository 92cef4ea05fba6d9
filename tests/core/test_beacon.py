"""A beacon's rounds: real ones of both chains of the League of Entropy, and a chain of our own."""

from __future__ import annotations

import hashlib
import json
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from py_ecc.bls.g2_primitives import G1_to_pubkey, G2_to_signature
from py_ecc.bls.hash_to_curve import hash_to_G2
from py_ecc.optimized_bls12_381 import G1, multiply

from lotwarden.core import beacon
from lotwarden.core.beacon import BeaconInvalid, BeaconLibraryMissing

VECTORS: dict[str, Any] = json.loads(
    (Path(__file__).parents[2] / "vectors" / "draw-v1.json").read_text()
)
QUICKNET, DEFAULT = (VECTORS["draws"][at]["record"]["revealed"]["beacon"] for at in (2, 3))
OTHER_ROUND = (
    "929906c959032ab363c9f26570d215d66f5c06cb0c44fe50"
    "8c12bb5839f04ec895bb6868e5b9ff13ab289bdb5266b394"
)
"""Round 12,040,883 of quicknet, as published."""


@pytest.mark.parametrize("told", [QUICKNET, DEFAULT], ids=["quicknet", "default"])
def test_a_published_round_bears_the_signature_of_its_chain(told: dict[str, Any]) -> None:
    chain = beacon.chain(told["chain"])
    made = beacon.published(chain, told)

    assert chain.hash == told["chain"]["hash"]
    assert chain.hash in beacon.KNOWN
    assert beacon.signed(chain, made)
    assert not beacon.signed(chain, made._replace(number=made.number + 1))


def test_a_round_signed_for_another_number_or_by_nobody_is_not_signed() -> None:
    chain = beacon.chain(QUICKNET["chain"])
    other = beacon.Round(12_040_883, bytes.fromhex(OTHER_ROUND))

    assert beacon.signed(chain, other)
    assert not beacon.signed(chain, other._replace(signature=b"\x00" * 48))
    assert not beacon.signed(chain, other._replace(signature=b"\xc0" + b"\x00" * 47))
    assert not beacon.signed(chain._replace(public_key=b"\xc0" + b"\x00" * 95), other)


def test_the_randomness_is_what_the_network_published() -> None:
    """drand-verify's documentation prints that of round 657,413 and of round 3,311,596."""
    found = [
        beacon.published(beacon.chain(one["chain"]), one).randomness for one in (QUICKNET, DEFAULT)
    ]

    assert found == [
        "fc1873a13f3545aeade8401532ef5519920652eee6b0d2b19ca12643b87b3587",
        "647c07b2abbf7ff2afb4d670214f565e5cd9f9c91bfdcecb59a21f3c78d73920",
    ]


def test_a_round_is_due_at_its_time() -> None:
    chain = beacon.chain(QUICKNET["chain"])

    assert chain.due(1) == datetime.fromtimestamp(1_692_803_367, tz=UTC)
    assert (chain.due(1001) - chain.due(1)).total_seconds() == 3000
    for number in (1, 2, 1001):
        assert chain.latest(chain.due(number)) == number
        assert chain.latest(chain.due(number) - timedelta(microseconds=1)) == number - 1


def test_an_unchained_chain_with_signatures_in_g2_is_checked_too() -> None:
    """Nobody publishes this scheme any more: the chain is our own, its key is 7,919."""
    key = 7_919
    info = {
        "public_key": G1_to_pubkey(multiply(G1, key)).hex(), "period": 30,
        "genesis_time": 1_700_000_000, "groupHash": "00" * 32, "schemeID": "pedersen-bls-unchained",
        "metadata": {"beaconID": "ours"},
    }  # fmt: skip
    message = hashlib.sha256((42).to_bytes(8, "big")).digest()
    tag = b"BLS_SIG_BLS12381G2_XMD:SHA-256_SSWU_RO_NUL_"
    signature = G2_to_signature(multiply(hash_to_G2(message, tag, hashlib.sha256), key))
    chain = beacon.chain(info)
    made = beacon.published(chain, {"round": 42, "signature": signature.hex()})

    assert beacon.signed(chain, made)
    assert not beacon.signed(chain, made._replace(number=43))


def test_all_that_is_wrong_with_a_chain_is_named() -> None:
    wrong = {**QUICKNET["chain"], "period": 0, "public_key": "83cf", "schemeID": "rot13"}

    with pytest.raises(BeaconInvalid) as refused:
        beacon.chain(wrong)

    for field in ("period", "public_key", "schemeID"):
        assert field in str(refused.value)


@pytest.mark.parametrize(
    "wrong",
    [{"round": "657413"}, {"round": 2**47}, {"signature": "b7"}, {"randomness": "00" * 32}],
)
def test_a_round_that_is_not_one_is_refused(wrong: dict[str, Any]) -> None:
    chain = beacon.chain(QUICKNET["chain"])

    with pytest.raises(BeaconInvalid):
        beacon.published(chain, {**QUICKNET, **wrong})


def test_a_chain_whose_hash_is_another_s_is_refused() -> None:
    with pytest.raises(BeaconInvalid, match="hash is not that of this chain"):
        beacon.chain({**QUICKNET["chain"], "period": 4})


def test_without_the_library_a_round_is_refused_and_never_passed_over(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    chain = beacon.chain(QUICKNET["chain"])
    made = beacon.published(chain, QUICKNET)
    for name in [one for one in sys.modules if one.startswith("py_ecc")]:
        monkeypatch.setitem(sys.modules, name, None)

    with pytest.raises(BeaconLibraryMissing):
        beacon.signed(chain, made)
