"""A public beacon's round, in drand's format: is it what it claims to be, and when was it due?

A drand network publishes one round every few seconds.  Its signature is a BLS signature over
BLS12-381 by the network's key, so nobody, the network's members included, can choose it or
know it before; the randomness is SHA-256 of the signature.  A *chain* is a network's key,
period, beginning and scheme; its hash, SHA-256 over these, names it.

Three schemes are known.  They differ in what is signed, and in which group:

    pedersen-bls-chained        previous signature ‖ round (8 bytes, big-endian), G2
    pedersen-bls-unchained      round, G2
    bls-unchained-g1-rfc9380    round, G1

The signature is checked with py_ecc, the extra `lotwarden[beacon]`: docs/decisions/0012.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple

from lotwarden.core.errors import N_, Problem, Refusal

SCHEMES: Final = (
    "pedersen-bls-chained",
    "pedersen-bls-unchained",
    "bls-unchained-g1-rfc9380",
)
ON_G1: Final = "bls-unchained-g1-rfc9380"

KNOWN: Final = {
    "8990e7a9aaed2ffed73dbd7092123d6f289930540d7651336225dc172e51b2ce": "drand default",
    "52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971": "drand quicknet",
}
"""Chains of the League of Entropy.  Another chain is worth what those who run it are."""

_TAG_G1: Final = b"BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_NUL_"
_TAG_G2: Final = b"BLS_SIG_BLS12381G2_XMD:SHA-256_SSWU_RO_NUL_"


class BeaconInvalid(Refusal):
    """What is given as a beacon's chain or round is not in drand's format."""

    code = "beacon.invalid"
    template = N_("This is not a chain or round in drand's format: {problems}.")
    remedy = N_("Take the chain's info and the round as the network publishes them, in JSON.")


class BeaconLibraryMissing(Refusal):
    """A beacon's signature cannot be checked here; a draw is not verified without it."""

    code = "beacon.library_missing"
    template = N_("The beacon's signature cannot be checked: py_ecc is not installed.")
    remedy = N_("Do: pip install 'lotwarden[beacon]', then verify again.")
    who = N_("whoever installed lotwarden here")


class Chain(NamedTuple):
    """A beacon network: how to check its rounds, and when each is due."""

    public_key: bytes
    period_s: int
    genesis: int
    seed: bytes
    scheme: str
    beacon_id: str

    @property
    def hash(self) -> str:
        """The chain's name: SHA-256 over what defines it, as drand computes it."""
        said = hashlib.sha256()
        said.update(self.period_s.to_bytes(4, "big"))
        said.update(self.genesis.to_bytes(8, "big"))
        said.update(self.public_key)
        said.update(self.seed)
        if self.beacon_id not in {"", "default"}:
            said.update(self.beacon_id.encode())
        return said.hexdigest()

    def due(self, number: int) -> datetime:
        """Return when a round is published; nobody can know it earlier."""
        began = datetime.fromtimestamp(self.genesis, tz=UTC)
        return began + timedelta(seconds=self.period_s * (number - 1))

    def latest(self, at: datetime) -> int:
        """Return the number of the round that was published last at that time; 0 before all."""
        began = datetime.fromtimestamp(self.genesis, tz=UTC)
        return max(0, (at - began) // timedelta(seconds=self.period_s) + 1)


class Round(NamedTuple):
    """One published round."""

    number: int
    signature: bytes
    previous: bytes = b""

    @property
    def randomness(self) -> str:
        """What the round gives: SHA-256 of its signature."""
        return hashlib.sha256(self.signature).hexdigest()


def chain(info: Mapping[str, object]) -> Chain:
    """Return the chain that a network's `/info` describes.

    Refuses:
        beacon.invalid: a field is missing or not what drand writes.
    """
    problems: list[Problem] = []
    scheme = info.get("schemeID", SCHEMES[0])
    if scheme not in SCHEMES:
        problems.append(Problem("schemeID", N_("is not known")))
    key = _hex(info, "public_key", 96 if scheme == ON_G1 else 48, problems)
    seed = _hex(info, "groupHash", 32, problems)
    period = _whole(info, "period", 2**20, problems)
    genesis = _whole(info, "genesis_time", 2**35, problems)
    metadata = info.get("metadata") or {}
    beacon_id = metadata.get("beaconID", "") if isinstance(metadata, Mapping) else None
    if not isinstance(beacon_id, str):
        problems.append(Problem("metadata.beaconID", N_("is not a text")))
    if problems:
        raise BeaconInvalid(problems=tuple(problems))
    made = Chain(key, period, genesis, seed, str(scheme), str(beacon_id))
    if "hash" in info and info["hash"] != made.hash:
        wrong = Problem("hash", N_("is not that of this chain: {hash}"), hash=made.hash)
        raise BeaconInvalid(problems=(wrong,))
    return made


def published(of: Chain, said: Mapping[str, object]) -> Round:
    """Return the round that a network published, unchecked.

    Refuses:
        beacon.invalid: a field is missing or not what drand writes; the randomness is not the
            signature's.
    """
    problems: list[Problem] = []
    number = _whole(said, "round", 2**48, problems)
    signature = _hex(said, "signature", 48 if of.scheme == ON_G1 else 96, problems)
    previous = b""
    if of.scheme == SCHEMES[0]:
        first = number == 1  # the first round follows the chain's seed
        previous = _hex(said, "previous_signature", 32 if first else 96, problems)
    made = Round(number, signature, previous)
    if not problems and said.get("randomness", made.randomness) != made.randomness:
        problems.append(Problem("randomness", N_("is not SHA-256 of the signature")))
    if not problems and of.period_s * number >= 2**37:
        problems.append(Problem("round", N_("is further off than calendars go")))
    if problems:
        raise BeaconInvalid(problems=tuple(problems))
    return made


def signed(of: Chain, made: Round) -> bool:
    """Return whether the round bears the chain's signature.

    Refuses:
        beacon.library_missing: py_ecc is not installed.
    """
    try:
        import py_ecc.bls.g2_primitives as points  # noqa: PLC0415 - an extra
        import py_ecc.bls.hash_to_curve as hashing  # noqa: PLC0415
        import py_ecc.bls.point_compression as compression  # noqa: PLC0415
        import py_ecc.optimized_bls12_381 as curve  # noqa: PLC0415
    except ModuleNotFoundError as cause:
        raise BeaconLibraryMissing from cause
    message = hashlib.sha256(made.previous + made.number.to_bytes(8, "big")).digest()
    try:
        if of.scheme == ON_G1:
            on_g1 = compression.decompress_G1(_number(made.signature))
            on_g2 = compression.decompress_G2((_number(of.public_key[:48]),
                                               _number(of.public_key[48:])))  # fmt: skip
            hashed = hashing.hash_to_G1(message, _TAG_G1, hashlib.sha256)
            pairs = ((curve.G2, on_g1), (on_g2, curve.neg(hashed)))
        else:
            on_g2 = points.signature_to_G2(made.signature)
            on_g1 = points.pubkey_to_G1(of.public_key)
            hashed = hashing.hash_to_G2(message, _TAG_G2, hashlib.sha256)
            pairs = ((on_g2, curve.G1), (hashed, curve.neg(on_g1)))
    except ValueError:
        return False  # not a point of the curve
    if not all(points.subgroup_check(one) and not curve.is_inf(one) for one in (on_g1, on_g2)):
        return False
    product = curve.FQ12.one()
    for second, first in pairs:
        product *= curve.pairing(second, first, final_exponentiate=False)
    return bool(curve.final_exponentiate(product) == curve.FQ12.one())


def _number(of: bytes) -> int:
    return int.from_bytes(of, "big")


def _hex(said: Mapping[str, object], field: str, size: int, problems: list[Problem]) -> bytes:
    text = said.get(field)
    if isinstance(text, str) and len(text) == 2 * size and text.isascii():
        try:
            return bytes.fromhex(text)
        except ValueError:
            pass
    problems.append(Problem(field, N_("is not {size} bytes in hexadecimal"), size=size))
    return b""


def _whole(said: Mapping[str, object], field: str, below: int, problems: list[Problem]) -> int:
    value = said.get(field)
    if type(value) is int and 0 < value < below:
        return value
    problems.append(Problem(field, N_("is not a whole number above 0")))
    return 0
