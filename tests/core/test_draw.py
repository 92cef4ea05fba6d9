"""Draws: the published vectors by a second, naive way; uniformity by counting; what cheats meet."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from itertools import islice, product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lotwarden.core import beacon, draw
from lotwarden.core.draw import FrozenList, Source, Stratum
from lotwarden.core.draw_records import (
    DrawRecordInvalid,
    Record,
    foreknown_by,
    read,
    to_json,
    verify,
)
from lotwarden.core.statements import digest
from lotwarden.core.units import units

VECTORS: dict[str, Any] = json.loads(
    (Path(__file__).parents[2] / "vectors" / "draw-v1.json").read_text()
)
ABOUT = {one["about"]: one for one in VECTORS["draws"]}
AT = datetime(2026, 3, 3, 9, tzinfo=UTC)
ENTROPY = {by: hashlib.sha256(by.encode()).hexdigest() for by in ("buyer", "agency")}


def naive(record: dict[str, Any], seed: str) -> list[int]:
    """The draw as docs/specs/draw-v1.md says it, written anew without a thought of speed."""
    listed, take = record["list"], record["commitment"]["take"]
    strata = listed["strata"] or [{"name": "", "units": listed["units"]}]
    places = [[u for a, b in one["units"] for u in range(a, b + 1)] for one in strata]
    exact = [Fraction(take * len(one), sum(map(len, places))) for one in places]
    shares = [int(one) for one in exact]
    while sum(shares) < take:
        rest = [one - share for one, share in zip(exact, shares, strict=True)]
        shares[rest.index(max(rest))] += 1
    drawn = []
    for one, place, share in zip(strata, places, shares, strict=True):
        words = naive_words(digest(["lotwarden/draw-stream/1", seed, one["name"]]))
        for i in range(share):
            bound = len(place) - i
            w = next(w for w in words if w < 2**64 - 2**64 % bound)
            j = i + w % bound
            place[i], place[j] = place[j], place[i]
        drawn += place[:share]
    return drawn


def naive_words(key: str) -> Iterator[int]:
    for counter in range(10**6):
        block = hashlib.sha256(bytes.fromhex(key) + counter.to_bytes(8, "big")).hexdigest()
        yield from (int(block[at : at + 16], 16) for at in range(0, 64, 16))


def frozen(**changed: Any) -> Record:
    """A draw of 5 from 1-60 by two who commit entropy."""
    listed = FrozenList(units((1, 60)), "ab" * 32)
    source = Source(
        tuple((by, draw.entropy_digest(by=by, entropy=of)) for by, of in ENTROPY.items())
    )
    committed = draw.commitment(listed, take=5, source=source, earlier=changed.pop("earlier", ()))
    return Record(listed, committed, AT, **changed)


def revealed(**changed: Any) -> Record:
    record = frozen(entropy=tuple(ENTROPY.values()), **changed)
    drawn = draw.units_drawn(record.listed, take=5, seed=record.seed())
    return record._replace(drawn=tuple(drawn))


def false_checks(*records: Record) -> list[str]:
    return [one.check for one in verify(records).checks if not one.holds]


@pytest.mark.parametrize("about", ABOUT)
def test_a_published_draw_is_repeated_by_us_and_by_the_naive_way(about: str) -> None:
    vector = ABOUT[about]
    [record] = read(json.dumps(vector["record"]))

    found = verify([record])

    assert found.holds
    assert record.name == vector["name"]
    assert found.seed == vector["seed"]
    assert found.drawn == vector["record"]["drawn"] == naive(vector["record"], vector["seed"])
    assert draw.call_salt(seed=found.seed, number=1) == vector["call_salt_1"]


def test_a_record_is_read_as_it_was_written() -> None:
    for vector in VECTORS["draws"]:
        [record] = read(json.dumps(vector["record"]))
        made = vector["record"]["revealed"]["beacon"]

        assert to_json(record, info=made and made["chain"]) == vector["record"]


def test_streams_and_shares_are_the_published_ones() -> None:
    for one in VECTORS["streams"]:
        key = digest(["lotwarden/draw-stream/1", one["seed"], one["stratum"]])
        assert [f"{w:016x}" for w in islice(naive_words(key), 6)] == one["words"]
        assert [f"{w:016x}" for w in islice(draw._words(key), 6)] == one["words"]
    for one in VECTORS["allocations"]:
        assert draw.allocate(one["sizes"], take=one["take"]) == one["shares"]


def test_every_ordered_sample_comes_from_exactly_one_run_of_choices() -> None:
    size, take = 6, 4
    bounds = [size - i for i in range(take)]
    samples: Counter[tuple[int, ...]] = Counter()
    for choices in product(*map(range, bounds)):
        left = list(reversed(choices))
        samples[tuple(draw.sample(size, take, lambda _, left=left: left.pop()))] += 1  # type: ignore[misc]

    assert len(samples) == 6 * 5 * 4 * 3
    assert set(samples.values()) == {1}
    assert all(len(set(one)) == take for one in samples)


def test_each_number_below_a_bound_comes_from_as_many_words() -> None:
    for bound in range(1, 17):
        counts: Counter[int] = Counter()
        for word in range(16):
            found = list(islice(iter([word]), 1))
            try:
                counts[draw.below(iter(found), bound, of=16)] += 1
            except (StopIteration, RuntimeError):
                continue  # thrown away

        assert set(counts) == set(range(bound))
        assert set(counts.values()) == {16 // bound}


def test_over_many_seeds_each_unit_is_drawn_as_often_at_each_place() -> None:
    listed = FrozenList(units((1, 8)), "00" * 32)
    counts: Counter[tuple[int, int]] = Counter()
    draws = 4_000
    for number in range(draws):
        seed = hashlib.sha256(number.to_bytes(4, "big")).hexdigest()
        counts.update(enumerate(draw.units_drawn(listed, take=3, seed=seed)))

    expected = draws / 8
    for place in range(3):
        chi2 = sum((counts[place, unit] - expected) ** 2 / expected for unit in range(1, 9))
        assert chi2 < 24.32  # 99.9 % of chi-square with 7 degrees of freedom


@given(st.lists(st.integers(1, 50), min_size=1, max_size=6), st.data())
def test_shares_are_in_proportion_and_sum_to_what_is_taken(
    sizes: list[int], data: st.DataObject
) -> None:
    take = data.draw(st.integers(1, sum(sizes)))
    shares = draw.allocate(sizes, take=take)

    assert sum(shares) == take
    for size, share in zip(sizes, shares, strict=True):
        assert abs(share - Fraction(take * size, sum(sizes))) < 1
        assert share <= size


def test_the_first_units_of_a_draw_are_the_smaller_draw() -> None:
    listed = FrozenList(units((1, 300)), "00" * 32)
    large = draw.units_drawn(listed, take=50, seed="11" * 32)

    assert draw.units_drawn(listed, take=9, seed="11" * 32) == large[:9]
    assert sorted(draw.units_drawn(listed, take=300, seed="11" * 32)) == list(range(1, 301))


def test_an_honest_draw_holds_and_only_both_together_could_have_known() -> None:
    found = verify([revealed()])

    assert found.holds
    assert found.foreknown_by == ["buyer", "agency"]


def test_what_was_changed_after_the_freeze_shows() -> None:
    honest = revealed()
    other = FrozenList(units((1, 59), (61, 61)), "ab" * 32)
    swapped = tuple(reversed(honest.drawn or ()))
    bent = honest._replace(entropy=(ENTROPY["buyer"], "cd" * 32))
    redrawn = bent._replace(drawn=tuple(draw.units_drawn(bent.listed, take=5, seed=bent.seed())))

    assert false_checks(honest._replace(listed=other)) == ["list"]
    assert false_checks(honest._replace(drawn=swapped)) == ["drawn"]
    assert false_checks(redrawn) == ["entropy"]
    assert false_checks(honest._replace(entropy=honest.entropy[:1])) == ["entropy", "drawn"]
    assert false_checks(honest._replace(calls=("00" * 32,) * 5)) == ["calls"]


def test_a_redraw_that_does_not_name_the_earlier_draw_shows() -> None:
    first = revealed()
    void = frozen(void="agency did not reveal", earlier=(first.name,))
    third = revealed(earlier=(first.name, void.name))

    assert verify([first, void, third]).holds
    assert verify([first, void, third]).number == 3
    assert verify([first, void]).drawn == []
    assert false_checks(first, void, revealed(earlier=(void.name,))) == ["earlier"]


def test_an_earlier_draw_that_does_not_hold_or_was_left_open_shows() -> None:
    bent = revealed()._replace(drawn=(1, 2, 3, 4, 5))
    still_open = frozen(earlier=(bent.name,))
    last = revealed(earlier=(bent.name, still_open.name))

    assert false_checks(bent, last) == ["earlier_hold"]
    assert false_checks(still_open, last) == ["earlier_hold"]
    assert false_checks(frozen(void="nobody came"), revealed(earlier=(frozen().name,))) == []


def test_a_call_opens_to_its_own_unit_only() -> None:
    seed = "22" * 32
    [first, second] = draw.calls([17, 4], seed=seed)
    salt = draw.call_salt(seed=seed, number=1)

    assert draw.opens(first, salt=salt, number=1, unit=17)
    assert not draw.opens(first, salt=salt, number=1, unit=4)
    assert not draw.opens(second, salt=salt, number=2, unit=4)


def test_the_digest_of_a_list_does_not_tell_the_list() -> None:
    listed = FrozenList(units((1, 500)), "ab" * 32)

    assert digest(listed.as_json()) != digest(listed._replace(salt="cd" * 32).as_json())


def test_a_beacon_round_that_had_come_before_the_freeze_shows() -> None:
    [record] = read(json.dumps(VECTORS["draws"][3]["record"]))
    assert record.chain is not None
    assert record.round is not None
    late = record._replace(
        committed_at=record.chain.due(record.round.number) + timedelta(seconds=1)
    )

    assert verify([record]).foreknown_by == []
    assert false_checks(late) == ["beacon_later"]
    assert verify([late]).foreknown_by == ["everybody"]


def test_another_round_than_the_one_named_shows() -> None:
    [record] = read(json.dumps(VECTORS["draws"][2]["record"]))
    assert record.round is not None
    other = record._replace(round=record.round._replace(number=657414))

    assert "beacon" in false_checks(other)
    assert "beacon" in false_checks(record._replace(round=None, chain=None))


def test_a_chain_nobody_knows_is_worth_what_those_who_run_it_are() -> None:
    own = beacon.Chain(b"\x01" * 96, 3, 1_600_000_000, b"\x02" * 32, beacon.ON_G1, "mine")
    record = frozen(chain=own, round=beacon.Round(10**9, b""))
    fixed = {**record.committed, "beacon": {"chain": own.hash, "round": 10**9}}
    assert foreknown_by(record._replace(committed=fixed)) == [
        "buyer", "agency", f"who runs the beacon {own.hash[:16]}",
    ]  # fmt: skip


def test_strata_are_drawn_one_after_another_in_proportion() -> None:
    parts = (Stratum("a", units((1, 30))), Stratum("b", units((31, 40))))
    listed = FrozenList(units((1, 40)), "00" * 32, parts)
    drawn = draw.units_drawn(listed, take=8, seed="33" * 32)

    assert [unit <= 30 for unit in drawn] == [True] * 6 + [False] * 2


def test_a_record_of_nothing_but_brackets_is_refused() -> None:
    with pytest.raises(DrawRecordInvalid, match="is nested too deeply"):
        read("[" * 1_000_000)
