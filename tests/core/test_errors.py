"""Refusals: a code, the numbers of the case, who can provide what is missing, the next step."""

from __future__ import annotations

import json
from collections.abc import Iterator
from enum import StrEnum

import pytest

from lotwarden.core.errors import N_, Refusal


@pytest.fixture(autouse=True)
def registry() -> Iterator[None]:
    """Forget the refusals that a test defines: no page and no reproduction is due for them."""
    before = dict(Refusal.registry)
    yield
    Refusal.registry.clear()
    Refusal.registry.update(before)


def too_many() -> type[Refusal]:
    class TooMany(Refusal):
        code = "test.too_many"
        template = N_("{held} units are there; {asked} were asked for.")
        remedy = N_("Ask for {held} or fewer.")
        who = N_("the buyer")

    return TooMany


def test_a_refusal_tells_the_numbers_of_its_case() -> None:
    refusal = too_many()(held=2, asked=3)

    assert str(refusal) == "2 units are there; 3 were asked for."
    assert refusal.next_step == "Ask for 2 or fewer."
    assert refusal.data == {"held": 2, "asked": 3}


def test_whole_numbers_are_grouped_as_a_person_reads_them() -> None:
    refusal = too_many()(held=3_200, asked=1_234_567)

    assert str(refusal) == "3,200 units are there; 1,234,567 were asked for."
    assert refusal.next_step == "Ask for 3,200 or fewer."


def test_a_translation_is_told_with_the_same_numbers() -> None:
    refusal = too_many()(held=3_200, asked=4_000)

    assert refusal.say("申请 {asked}，现有 {held}。") == "申请 4,000，现有 3,200。"


def test_grouping_leaves_text_and_truth_values_and_the_data_alone() -> None:
    refusal = too_many()(held="2026", asked=True)

    assert str(refusal) == "2026 units are there; True were asked for."
    assert refusal.data == {"held": "2026", "asked": True}


def test_a_shell_gets_four_parts_and_the_data() -> None:
    refusal = too_many()(held=3_200, asked=4_000)

    assert refusal.as_dict() == {
        "code": "test.too_many",
        "message": "3,200 units are there; 4,000 were asked for.",
        "who": "the buyer",
        "next_step": "Ask for 3,200 or fewer.",
        "data": {"held": 3_200, "asked": 4_000},
    }


def test_whatever_the_data_is_a_shell_can_write_it_as_json() -> None:
    class Colour(StrEnum):
        RED = "red"

    refusal = too_many()(
        held=None,
        asked=[1, (2, frozenset({3})), {Colour.RED: {4.5}, 6: object}],
        more=Colour.RED,
    )

    data = json.loads(json.dumps(refusal.as_dict()))["data"]

    assert data == {
        "held": None,
        "asked": [1, [2, [3]], {"red": [4.5], "6": "<class 'object'>"}],
        "more": "red",
    }


def test_without_other_words_you_can_provide_what_is_missing() -> None:
    class Plain(Refusal):
        code = "test.plain"
        template = N_("No.")
        remedy = N_("Ask.")

    assert Plain().as_dict()["who"] == "you"


def test_every_refusal_is_registered_by_its_code() -> None:
    kind = too_many()

    assert Refusal.registry["test.too_many"] is kind


def test_a_family_of_refusals_has_no_code_and_is_not_registered() -> None:
    before = set(Refusal.registry)

    class Family(Refusal):
        """The parent of some."""

    assert set(Refusal.registry) == before
    assert not hasattr(Family, "code")


def test_a_code_is_never_used_twice() -> None:
    too_many()

    with pytest.raises(AssertionError, match=r"test\.too_many is used twice"):

        class Other(Refusal):
            code = "test.too_many"
            template = N_("No.")
            remedy = N_("Ask.")


def test_a_message_is_marked_for_translation_and_stays_itself() -> None:
    assert N_("No unit is counted.") == "No unit is counted."
