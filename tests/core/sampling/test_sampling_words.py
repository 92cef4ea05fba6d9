"""What a plan lets through, in words that say the number as near as it matters."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lotwarden.core import sampling

DOUBLE = ((125, 3, 7), (250, 8, 9))


@pytest.mark.parametrize(
    ("pa", "said"),
    [
        (0.3041, "passes 3 times in 10"),
        (0.5, "passes 5 times in 10"),
        (0.1, "passes 1 time in 10"),
        (0.95, "passes 95 times in 100"),
        (0.015, "passes 15 times in 1,000"),
        (0.999, "passes 999 times in 1,000"),
        (1.0, "practically always passes"),
        (0.99996, "practically always passes"),
        (0.00004, "practically never passes"),
        (0.0, "practically never passes"),
    ],
)
def test_a_probability_is_said_in_times(pa: float, said: str) -> None:
    sentence = sampling.passing_sentence(p=0.06, pa=pa)

    assert sentence.words == f"A lot with 6 % nonconforming {said}."


@given(pa=st.floats(0, 1))
def test_what_is_said_is_nearly_true(pa: float) -> None:
    words = sampling.passing_sentence(p=0.06, pa=pa).words
    times = re.search(r"passes ([\d,]+) times? in ([\d,]+)", words)

    if times is None:
        assert min(pa, 1 - pa) <= 0.00005 + 1e-12
    else:
        said = int(times[1].replace(",", "")) / int(times[2].replace(",", ""))
        assert abs(said - pa) <= max(0.05 * min(pa, 1 - pa), 0.00005 + 1e-12)
        assert 0 < said < 1


def test_a_plan_is_told_by_its_aql_its_middle_and_its_limit() -> None:
    told = sampling.passing_sentences(stages=DOUBLE, aql=0.015)

    assert [one.words for one in told] == [
        "A lot with 1.5 % nonconforming passes 988 times in 1,000.",
        "A lot with 3.67 % nonconforming passes as often as not.",
        "A lot with 5.65 % nonconforming still passes 1 time in 10.",
    ]


def test_the_sentences_of_a_lot_are_of_lots_that_there_are() -> None:
    told = sampling.passing_sentences(
        stages=((20, 0, 1),), model="hypergeometric", lot_size=50, aql=0.025
    )

    assert [one.words for one in told] == [
        "A lot with 2 % nonconforming passes 6 times in 10.",
        "A lot with 4 % nonconforming passes 36 times in 100.",
        "A lot with 10 % nonconforming passes 7 times in 100.",
    ]


def test_nonconformities_are_told_per_hundred_units() -> None:
    told = sampling.passing_sentences(stages=((2, 10, 11),), model="poisson", aql=2.5)

    assert told[0].words == (
        "A lot with 250 nonconformities per 100 units passes 986 times in 1,000."
    )
    assert told[2].words == (
        "A lot with 770 nonconformities per 100 units still passes 1 time in 10."
    )


def test_a_plan_that_stops_nothing_says_so() -> None:
    told = sampling.passing_sentences(stages=((5, 5, 6),))

    assert [one.words for one in told] == ["No lot is so bad that this plan surely stops it."]
