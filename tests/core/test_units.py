"""Unit sets: equal sets are equal bytes, and what a person writes is what is meant."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lotwarden.core import units as of
from lotwarden.core.units import NONE, ORDINAL_MAX, BadRanges, Units, units

law = settings(max_examples=60, deadline=None)

ordinals = st.one_of(
    st.integers(1, 60),
    st.integers(65_500, 65_600),  # around the edge of a Roaring container
    st.integers(ORDINAL_MAX - 60, ORDINAL_MAX),
)
sets = st.one_of(
    st.frozensets(ordinals, max_size=40),
    st.tuples(ordinals, st.integers(0, 9_000)).map(
        lambda run: frozenset(range(run[0], min(run[0] + run[1], ORDINAL_MAX) + 1))
    ),
)


# Ranges


def test_a_set_is_written_as_closed_ranges_in_order_that_do_not_touch() -> None:
    whole = units((9, 9), (4, 5), (1, 3))

    assert of.to_ranges(whole) == [[1, 5], [9, 9]]


def test_the_empty_set_is_written_as_no_range() -> None:
    assert of.to_ranges(NONE) == []
    assert units() == NONE


def test_the_number_of_units_is_the_length_of_the_set() -> None:
    assert len(units((1, 2_500), (2_601, 2_601))) == 2_501


def test_the_largest_ordinal_is_a_unit_like_any_other() -> None:
    last = units((ORDINAL_MAX, ORDINAL_MAX))

    assert of.to_ranges(last) == [[ORDINAL_MAX, ORDINAL_MAX]]
    assert of.load(of.dump(last)) == last


@law
@given(sets)
def test_the_ranges_of_a_set_are_the_set(members: frozenset[int]) -> None:
    whole = Units(members)

    ranges = of.to_ranges(whole)

    assert of.from_ranges(ranges) == whole
    assert {one for first, last in ranges for one in range(first, last + 1)} == members


@law
@given(sets)
def test_no_range_touches_the_next(members: frozenset[int]) -> None:
    ranges = of.to_ranges(Units(members))

    assert all(first <= last for first, last in ranges)
    assert all(left[1] + 1 < right[0] for left, right in pairwise(ranges))


@pytest.mark.parametrize(("first", "last"), [(0, 3), (-1, 3), (5, 3), (1, ORDINAL_MAX + 1)])
def test_a_range_that_starts_below_1_or_is_turned_round_or_too_large_is_refused(
    first: int, last: int
) -> None:
    with pytest.raises(BadRanges) as refused:
        units((first, last))

    assert refused.value.data == {"text": f"{first}-{last}"}


@pytest.mark.parametrize(
    "written",
    [[[1]], [[1, 2, 3]], [["1", "2"]], [[1.0, 2]], [[True, 2]], [[]], [7], ["12"], [None]],
)
def test_ranges_in_a_document_are_pairs_of_whole_numbers(written: list[list[int]]) -> None:
    with pytest.raises(BadRanges):
        of.from_ranges(written)


# What a person types


@pytest.mark.parametrize(
    ("typed", "ranges"),
    [
        ("1-2500, 2601", [[1, 2500], [2601, 2601]]),
        ("7", [[7, 7]]),
        ("3,1,2", [[1, 3]]),
        ("1 - 3 ; 9", [[1, 3], [9, 9]]),
        ("1–3，9", [[1, 3], [9, 9]]),  # as a Chinese keyboard writes it
        ("1-3,,9,", [[1, 3], [9, 9]]),
        ("1-5, 3-8", [[1, 8]]),
    ],
)
def test_units_are_read_as_a_person_types_them(typed: str, ranges: list[list[int]]) -> None:
    assert of.to_ranges(of.parse(typed)) == ranges


@pytest.mark.parametrize(
    "typed",
    ["", " ", ",", "all", "1-", "-3", "1-2-3", "1.5", "１", "0", "5-3", "1 2", "12345678901"],
)
def test_anything_else_typed_is_refused(typed: str) -> None:
    with pytest.raises(BadRanges):
        of.parse(typed)


@law
@given(sets.filter(bool))
def test_what_is_shown_in_full_can_be_typed_again(members: frozenset[int]) -> None:
    whole = Units(members)

    assert of.parse(of.show(whole, most=len(members))) == whole


def test_a_long_list_is_shown_in_part_and_says_how_much_is_left() -> None:
    odd = Units(range(1, 21, 2))

    assert of.show(odd, most=3) == "1, 3, 5 and 7 more ranges"
    assert of.show(odd, most=10) == "1, 3, 5, 7, 9, 11, 13, 15, 17, 19"
    assert of.show(units((1, 2_500), (2_601, 2_601))) == "1-2500, 2601"


# Bytes


@law
@given(sets, sets)
def test_equal_sets_are_equal_bytes_however_they_were_made(
    left: frozenset[int], right: frozenset[int]
) -> None:
    at_once = Units(left | right)
    in_parts = Units(left) | Units(right)
    by_ranges = of.from_ranges(of.to_ranges(at_once))
    by_removal = Units(left | right | {5, 70_000}) - (Units({5, 70_000}) - at_once)
    one_by_one = NONE.union(*(units((one, one)) for one in sorted(left | right)[:200]))
    one_by_one |= at_once - one_by_one

    made = [at_once, in_parts, by_ranges, by_removal, one_by_one, of.load(of.dump(at_once))]

    assert {of.dump(one) for one in made} == {of.dump(at_once)}


@law
@given(sets, sets)
def test_different_sets_are_different_bytes(left: frozenset[int], right: frozenset[int]) -> None:
    assert (of.dump(Units(left)) == of.dump(Units(right))) is (left == right)


def test_ten_thousand_units_that_lie_together_are_few_bytes() -> None:
    assert len(of.dump(units((1, 10_000)))) < 20


def test_the_bytes_are_the_portable_format_and_stay_so() -> None:
    one_run = "3b3000000100000200010001000200"
    four_singles = "3a3000000100000000000300100000000100020003000900"

    assert of.dump(units((1, 3))).hex() == one_run
    assert of.dump(units((1, 3), (9, 9))).hex() == four_singles


def test_bytes_are_read_from_a_memory_view_as_a_database_gives_them() -> None:
    whole = units((1, 3))

    assert of.load(memoryview(of.dump(whole))) == whole


# The first units


@law
@given(sets, st.integers(-2, 12_000))
def test_the_first_units_are_the_lowest_ordinals(members: frozenset[int], quantity: int) -> None:
    taken = of.first(Units(members), quantity)

    assert list(taken) == sorted(members)[: max(0, quantity)]
