"""A draw's record: read it, repeat the draw from it, and say what holds.

One file holds one record, or a list of records of the same goods, oldest first.  Reading names
every problem of form at once; `verify` then judges what a well-formed record claims, check by
check.  The form: docs/specs/draw-v1.md.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple, TypeGuard

from lotwarden.core import beacon, draw
from lotwarden.core.beacon import Chain, Round
from lotwarden.core.draw import FrozenList, Source, Stratum
from lotwarden.core.errors import N_, Problem, Refusal
from lotwarden.core.nesting import too_deep
from lotwarden.core.sentences import Sentence, Shown
from lotwarden.core.statements import Json, digest, instant
from lotwarden.core.units import BadRanges, Units, from_ranges


class DrawRecordInvalid(Refusal):
    """A file is not a draw's record; every problem is named."""

    code = "draw.record_invalid"
    template = N_("This is not a draw's record: {problems}.")
    remedy = N_("Take the record as it was written; its form is docs/specs/draw-v1.md.")


class Record(NamedTuple):
    """What was frozen, committed and, unless it is still open, revealed and drawn."""

    listed: FrozenList
    committed: dict[str, Json]
    committed_at: datetime
    entropy: tuple[str, ...] = ()
    chain: Chain | None = None
    round: Round | None = None
    drawn: tuple[int, ...] | None = None
    calls: tuple[str, ...] = ()
    void: str = ""

    @property
    def name(self) -> str:
        """The digest of the commitment, by which later draws name this one."""
        return digest(self.committed)

    @property
    def source(self) -> Source:
        """What the seed was to be made of."""
        entropy, fixed = self.committed["entropy"], self.committed["beacon"]
        assert isinstance(entropy, list)
        named = [one for one in entropy if isinstance(one, dict)]
        beacon_round = None
        if isinstance(fixed, dict):
            number = fixed["round"]
            assert isinstance(number, int)
            beacon_round = (str(fixed["chain"]), number)
        return Source(tuple((str(one["by"]), str(one["digest"])) for one in named), beacon_round)

    @property
    def take(self) -> int:
        """How many were to be drawn."""
        take = self.committed["take"]
        assert isinstance(take, int)
        return take

    def seed(self) -> str:
        """Return the seed that what was revealed makes."""
        return draw.seed(
            self.committed, entropy=self.entropy,
            randomness=self.round.randomness if self.round else None,
        )  # fmt: skip


class Check(NamedTuple):
    """One thing a record claims, and whether it holds."""

    check: str
    holds: bool
    sentence: Sentence


class Verified(NamedTuple):
    """What was found: all checks, and who could have known the units before they were called."""

    holds: bool
    checks: list[Check]
    drawn: list[int]
    seed: str
    foreknown_by: list[str]
    number: int


def verify(records: Sequence[Record]) -> Verified:
    """Repeat the last of the draws and check it, and that each names all before it.

    Refuses:
        draw.record_invalid: there is no record, or the last was not revealed.
        beacon.library_missing: a beacon's signature cannot be checked here.
    """
    if not records or (records[-1].drawn is None and not records[-1].void):
        raise DrawRecordInvalid(problems=(Problem("revealed", N_("is not there yet")),))
    last = records[-1]
    own, drawn, seed = _repeated(last)
    checks = [*own, *_earlier_checks(records)]
    holds = all(one.holds for one in checks)
    return Verified(holds, checks, drawn, seed, foreknown_by(last), len(_earlier(last)) + 1)


def _repeated(record: Record) -> tuple[list[Check], list[int], str]:
    """Return what holds of a closed record by itself, the units drawn and the seed."""
    draw.check_strata(record.listed)
    checks = [_list_check(record)]
    if record.void:
        text = N_("This draw is void: {reason}. It stays on the record.")
        return [*checks, _says("void", text, text, {"reason": record.void}, holds=True)], [], ""
    if not checks[0].holds:
        return checks, [], ""
    seed = record.seed()
    drawn = draw.units_drawn(record.listed, take=record.take, seed=seed)
    checks += [_entropy_check(record), *_beacon_checks(record), _drawn_check(record, drawn)]
    if record.calls:
        checks.append(_calls_check(record, draw.calls(drawn, seed=seed)))
    return checks, drawn, seed


def foreknown_by(record: Record) -> list[str]:
    """Return who, all together, could have known the drawn units when the list was frozen.

    Nobody, where a round of a well-known public beacon was still to come.
    """
    named = [by for by, _ in record.source.entropy]
    if record.source.beacon is None:
        return named
    if record.chain is None or record.round is None:
        return []
    if record.chain.due(record.round.number) <= record.committed_at:
        return named or ["everybody"]
    if record.chain.hash not in beacon.KNOWN:
        return [*named, f"who runs the beacon {record.chain.hash[:16]}"]
    return []


def _says(check: str, yes: str, no: str, data: Mapping[str, Shown], *, holds: bool) -> Check:
    return Check(check, holds, Sentence(yes if holds else no, data))


def _list_check(record: Record) -> Check:
    holds = record.committed["list"] == digest(record.listed.as_json())
    return _says(
        "list",
        N_("The list of {units} is the one that was frozen before the seed."),
        N_("The list of {units} is not the one that was frozen."),
        {"units": len(record.listed.units)},
        holds=holds and record.committed["units"] == len(record.listed.units),
    )


def _entropy_check(record: Record) -> Check:
    committed = record.source.entropy
    holds = len(committed) == len(record.entropy) and all(
        draw.entropy_digest(by=by, entropy=revealed) == of
        for (by, of), revealed in zip(committed, record.entropy, strict=True)
    )
    return _says(
        "entropy",
        N_("What was revealed is what was committed ({entropy} committed)."),
        N_("What was revealed is not what was committed ({entropy} committed)."),
        {"entropy": len(committed)},
        holds=holds,
    )


def _beacon_checks(record: Record) -> list[Check]:
    named, of, made = record.source.beacon, record.chain, record.round
    if named is None and made is None:
        return []
    missing = N_("The beacon's round that is revealed is not the one that was named beforehand.")
    if of is None or made is None or (of.hash, made.number) != named:
        return [_says("beacon", missing, missing, {}, holds=False)]
    data: dict[str, Shown] = {
        "round": made.number, "chain": beacon.KNOWN.get(of.hash, of.hash[:16]),
        "at": instant(record.committed_at), "due": instant(of.due(made.number)),
    }  # fmt: skip
    return [
        _says(
            "beacon",
            N_("Round {round} of the beacon {chain} was named beforehand and is signed by it."),
            N_("Round {round} of the beacon {chain} is not signed by it."),
            data,
            holds=beacon.signed(of, made),
        ),
        _says(
            "beacon_later",
            N_("That round came at {due}, after the list was frozen at {at}."),
            N_("That round came at {due}, before the list was frozen at {at}."),
            data,
            holds=of.due(made.number) > record.committed_at,
        ),
    ]


def _drawn_check(record: Record, drawn: Sequence[int]) -> Check:
    claimed = list(record.drawn or ())
    return _says(
        "drawn",
        N_("List and seed give these {take}, in this order."),
        N_("List and seed give others than the {claimed} named here."),
        {"take": len(drawn), "claimed": len(claimed)},
        holds=claimed == list(drawn),
    )


def _calls_check(record: Record, calls: Sequence[str]) -> Check:
    return _says(
        "calls",
        N_("Each call that was published opens to the unit drawn."),
        N_("The calls that were published are not those of this draw."),
        {},
        holds=list(record.calls) == list(calls),
    )


def _earlier(record: Record) -> list[Json]:
    earlier = record.committed["earlier"]
    assert isinstance(earlier, list)
    return earlier


def _earlier_checks(records: Sequence[Record]) -> list[Check]:
    """Each draw names all earlier ones of its goods, and these hold and are closed.

    Draws of the same goods are known by the units that they cover.
    """
    hidden = sum(
        before.name not in _earlier(record)
        for at, record in enumerate(records)
        for before in records[:at]
        if before.listed.kind == record.listed.kind and before.listed.units & record.listed.units
    )
    named, before = _earlier(records[-1]), records[:-1]
    here = {one.name for one in before}
    left_open = sum(one.drawn is None and not one.void for one in before)
    broken = sum(
        not all(check.holds for check in _repeated(one)[0])
        for one in before
        if one.drawn is not None or one.void
    )
    checks = [
        _says(
            "earlier",
            N_("It names {earlier} earlier draws of these goods; {here} of them are in this file."),
            N_("A later draw in this file does not name an earlier one: {hidden} times. A redraw "
               "is hidden."),
            {"earlier": len(named), "here": sum(one in here for one in named), "hidden": hidden},
            holds=hidden == 0,
        )
    ]  # fmt: skip
    if before:
        checks.append(
            _says(
                "earlier_hold",
                N_("The {others} other draws in this file hold, and are closed."),
                N_("Of the {others} other draws in this file {broken} do not hold, and "
                   "{left_open} were neither revealed nor closed as void."),
                {"others": len(before), "broken": broken, "left_open": left_open},
                holds=broken + left_open == 0,
            )
        )  # fmt: skip
    return checks


def to_json(record: Record, *, info: Mapping[str, Json] | None = None) -> dict[str, Json]:
    """Return the record as its file holds it; `info` is the beacon's chain as published."""
    revealed: dict[str, Json] | None = None
    if record.drawn is not None:
        made: dict[str, Json] | None = None
        if record.round is not None:
            assert info is not None, "a beacon's round stands with its chain"
            made = {
                "chain": dict(info), "round": record.round.number,
                "signature": record.round.signature.hex(),
            }  # fmt: skip
            if record.round.previous:
                made["previous_signature"] = record.round.previous.hex()
        revealed = {"entropy": list(record.entropy), "beacon": made}
    told: dict[str, Json] = {
        "format": draw.RECORD, "list": record.listed.as_json(), "commitment": record.committed,
        "committed_at": instant(record.committed_at), "revealed": revealed,
        "drawn": None if record.drawn is None else list(record.drawn),
    }  # fmt: skip
    if record.calls:
        told["calls"] = list(record.calls)
    if record.void:
        told["void"] = record.void
    return told


def read(text: str) -> list[Record]:
    """Return the records of a file, oldest first.

    Refuses:
        draw.record_invalid: it is no JSON, or not of the form; every problem is named.
        beacon.invalid: a beacon's chain or round is not in drand's format.
    """
    if too_deep(text):
        raise DrawRecordInvalid(problems=(Problem("file", N_("is nested too deeply")),))
    try:
        said = json.loads(text)
    except ValueError as cause:
        raise DrawRecordInvalid(problems=(Problem("file", N_("is no JSON")),)) from cause
    records = said if isinstance(said, list) else [said]
    problems: list[Problem] = []
    found = []
    for number, one in enumerate(records, start=1):
        where = f"record {number}: " if len(records) > 1 else ""
        reader = _Reader(where, problems)
        if isinstance(one, dict) and one.get("format") == draw.RECORD:
            found.append(reader.record(one))
        else:
            reader.wrong("format", N_("is not {form}"), form=draw.RECORD)
    if problems or not records:
        raise DrawRecordInvalid(problems=tuple(problems) or (Problem("file", N_("is empty")),))
    return found


class _Reader:
    """Takes a record's fields, and notes what is wrong instead of stopping."""

    def __init__(self, where: str, problems: list[Problem]) -> None:
        self.where, self.problems = where, problems

    def wrong(self, field: str, what: str, **numbers: object) -> None:
        self.problems.append(Problem(f"{self.where}{field}", what, **numbers))

    def record(self, said: dict[str, object]) -> Record:
        listed = self.listed(self.map(said, "list"))
        committed = self.committed(self.map(said, "commitment"))
        at = self.instant(said.get("committed_at"))
        void = said.get("void", "")
        if not isinstance(void, str):
            self.wrong("void", N_("is not a text"))
        revealed, chain, made = said.get("revealed"), None, None
        entropy: tuple[str, ...] = ()
        if isinstance(revealed, dict):
            entropy = self.texts(revealed, "entropy")
            if revealed.get("beacon") is not None:
                of = self.map(revealed, "beacon")
                chain = beacon.chain(self.map(of, "chain"))
                made = beacon.published(chain, of)
        elif revealed is not None:
            self.wrong("revealed", N_("is not an object"))
        drawn = said.get("drawn")
        if drawn is not None and not _is_whole_list(drawn):
            self.wrong("drawn", N_("is not a list of whole numbers"))
        elif (drawn is None) != (revealed is None):
            self.wrong("drawn", N_("and revealed stand together or not at all"))
        calls = self.texts(said, "calls") if "calls" in said else ()
        return Record(
            listed, committed, at, entropy, chain, made,
            tuple(drawn) if _is_whole_list(drawn) else None, calls, str(void),
        )  # fmt: skip

    def listed(self, said: dict[str, object]) -> FrozenList:
        kind = said.get("of")
        if said.get("format") != draw.LIST:
            self.wrong("list.format", N_("is not {form}"), form=draw.LIST)
        if kind not in draw.KINDS:
            self.wrong("list.of", N_("is none of {kinds}"), kinds=" ".join(draw.KINDS))
        (salt,) = self.texts({"salt": [said.get("salt")]}, "salt") or ("",)
        whole = self.units(said, "units")
        strata = said.get("strata")
        made = []
        for one in strata if isinstance(strata, list) else []:
            name = one.get("name") if isinstance(one, dict) else None
            if isinstance(name, str):
                made.append(Stratum(name, self.units(one, "units")))
            else:
                self.wrong("list.strata", N_("has one without a name"))
        if not isinstance(strata, list):
            self.wrong("list.strata", N_("is not a list"))
        return FrozenList(whole, salt, tuple(made), str(kind))

    def committed(self, said: dict[str, object]) -> dict[str, Json]:
        if said.get("format") != draw.COMMITMENT:
            self.wrong("commitment.format", N_("is not {form}"), form=draw.COMMITMENT)
        self.texts({"list": [said.get("list")]}, "list")
        for field in ("units", "take"):
            value = said.get(field)
            if type(value) is not int or value < 1:
                self.wrong(f"commitment.{field}", N_("is not a whole number above 0"))
        entropy = said.get("entropy")
        for one in entropy if isinstance(entropy, list) else [None]:
            if not isinstance(one, dict) or not isinstance(one.get("by"), str):
                self.wrong("commitment.entropy", N_("is not a list of who committed which digest"))
            else:
                self.texts({"digest": [one.get("digest")]}, "digest")
        fixed = said.get("beacon")
        if fixed is not None and not (
            isinstance(fixed, dict) and isinstance(fixed.get("chain"), str)
            and type(fixed.get("round")) is int
        ):  # fmt: skip
            self.wrong("commitment.beacon", N_("is not a chain and a round"))
        self.texts(said, "earlier")
        self.known(said, {"format", "list", "units", "take", "entropy", "beacon", "earlier"})
        take, units = said.get("take"), said.get("units")
        if type(take) is int and type(units) is int and take > units:
            self.wrong("commitment.take", N_("is more than the list has"))
        return said  # type: ignore[return-value]  # checked field by field above

    def known(self, said: dict[str, object], fields: set[str]) -> None:
        for field in sorted(said.keys() - fields):
            self.wrong(f"commitment.{field}", N_("is not a field of it"))

    def map(self, said: Mapping[str, object], field: str) -> dict[str, object]:
        value = said.get(field)
        if isinstance(value, dict):
            return value
        self.wrong(field, N_("is not an object"))
        return {}

    def units(self, said: dict[str, object], field: str) -> Units:
        value = said.get(field)
        try:
            found = from_ranges(value if isinstance(value, list) else [()])
        except BadRanges:
            self.wrong(field, N_("is not a list of ranges such as [[1, 500]]"))
            return Units()
        if not found:
            self.wrong(field, N_("is empty"))
        return found

    def texts(self, said: Mapping[str, object], field: str) -> tuple[str, ...]:
        """Take a list of texts, 32 bytes in hexadecimal each."""
        value = said.get(field)
        if isinstance(value, list) and all(isinstance(one, str) and _is_hex(one) for one in value):
            return tuple(value)
        self.wrong(field, N_("is not 32 bytes in lower-case hexadecimal, or a list of such"))
        return ()

    def instant(self, value: object) -> datetime:
        try:
            at = datetime.fromisoformat(str(value))
        except ValueError:
            at = datetime(1, 1, 1)  # noqa: DTZ001 - found wrong in the next line
        if at.tzinfo is None:
            self.wrong("committed_at", N_("is not an instant with its time zone"))
        return at


def _is_hex(text: str) -> bool:
    return len(text) == 64 and not set(text) - set("0123456789abcdef")


def _is_whole_list(value: object) -> TypeGuard[list[int]]:
    return isinstance(value, list) and all(type(one) is int for one in value)
