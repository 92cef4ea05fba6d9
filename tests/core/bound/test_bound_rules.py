"""Whose word, which moment, which pieces: what is made of pieces that do not stand alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from math import comb
from typing import Any

import pytest

from lotwarden.core import bound
from tests.core.bound.ways import count, draw, found, paper, sighting, upper

DAY = datetime(2026, 3, 3, 10, tzinfo=UTC)


def on(day: int) -> str:
    return (DAY + timedelta(days=day)).isoformat()


# Trust


def test_one_liar_is_the_person_whose_word_excludes_most() -> None:
    one = found(
        draw(1000, 100, person="w1"), count(500, 500, person="w2"), count(200, 200, person="w2")
    )

    assert (one.upper, one.one_liar, one.strict, one.liar) == (28, 1000, 1700, "person w1")


def test_two_of_one_organisation_are_one_liar() -> None:
    apart = found(count(500, 500, person="w1"), count(300, 300, person="w2"))
    agency = {"organisation": "agency"}
    both = found(count(500, 500, person="w1", **agency), count(300, 300, person="w2", **agency))
    known = found(
        count(500, 500, person="w1", **agency), count(300, 300, person="w2", **agency),
        count(200, 200, person="w1"),
    )  # fmt: skip

    assert (apart.one_liar, both.one_liar, known.one_liar) == (500, 800, 1000)


def test_a_piece_that_two_witnessed_does_not_rest_on_one() -> None:
    two = found(count(500, 500, person=["w1", "w2"], organisation=["agency", "buyer"]))
    one = found(count(500, 500, person=["w1", "w2"], organisation="agency"))

    assert (two.one_liar, two.strict) == (0, 0)
    assert (one.one_liar, one.strict) == (500, 500)


def test_pieces_that_name_nobody_may_all_rest_on_the_same_person() -> None:
    assert found(count(500, 500), count(300, 300)).one_liar == 800


# Time


def test_goods_on_hold_count_in_full_after_fourteen_days_unless_sealed() -> None:
    def at(day: int, *more: dict[str, Any], **changed: Any) -> int | None:
        held = count(500, 497, hold=True, time=on(0), **changed)
        return found(held, *more, now=DAY + timedelta(days=day)).upper

    seals = {"kind": "seals", "pile": 0, "time": on(10), "open": 24}

    assert (at(14), at(15)) == (3, 500)
    assert at(15, sealed=True) == 3
    assert (at(24, seals), at(25, seals)) == (27, 500)
    assert found(count(500, 497, hold=True), now=DAY).upper == 500  # nobody knows when
    assert found(count(500, 497, hold=True, time=on(0))).upper == 3  # nobody asks as of when


def test_the_bound_is_as_of_its_oldest_look() -> None:
    two = found(draw(1000, 100, time=on(3)), count(500, 497, time=on(1)), paper(10))

    assert two.as_of == DAY + timedelta(days=1)
    assert found(draw(1000, 100, time=on(3)), count(500, 497)).as_of is None


def test_only_the_later_of_two_draws_counts_unless_the_pile_was_sealed() -> None:
    first, later = draw(1000, 200, time=on(0)), draw(1000, 20, pile=0, time=on(2))

    alone = upper(draw(1000, 20), draw(1, 1))  # two looks were declared

    assert upper(first, later) == alone == 147
    assert (upper(first, later | {"sealed": True}) or 0) < alone
    assert upper(first, later | {"time": on(0)}) == upper(first, later | {"sealed": True})


def test_a_draw_that_missed_units_never_disappears() -> None:
    first, later = draw(1000, 100, missing=9, time=on(0)), draw(1000, 100, pile=0, time=on(2))

    again = found(first, later)

    assert again.lower == 9
    assert (again.upper or 0) > (upper(draw(1000, 100), draw(1, 1)) or 0)


def test_nested_draws_are_one_case() -> None:
    piles = [draw(100, 20, sealed=True), draw(60, 12, sealed=True), paper(40)]
    whole = draw(200, 40, piles=[0, 1, 2], sealed=True)

    one = found(*piles, whole, w0=1)

    assert one.upper == 12
    assert found(*piles, w0=1).upper == 40 + 12
    assert sum(part.leaves for part in one.parts) == one.upper


# What contradicts itself


@pytest.mark.parametrize(
    ("pieces", "at"),
    [
        ([count(500, 500), sighting(0, 2)], 0),
        ([draw(10, 9), sighting(0, 2)], 0),
        ([count(10, 10, sealed=True), draw(10, 5, pile=0, missing=1)], 0),
    ],
)
def test_a_contradicted_piece_voids_the_bound_and_is_named(
    pieces: list[dict[str, Any]], at: int
) -> None:
    one = found(*pieces)

    assert (one.upper, one.one_liar, one.strict) == (None, None, None)
    assert [void.piece for void in one.void] == [at]
    assert one.open >= one.lower > one.void[0].room
    assert "One of these is false" in bound.summary(one)[0].words


def test_sightings_of_what_was_not_counted_contradict_nothing() -> None:
    one = found(count(500, 497), sighting(0, 2))

    assert (one.lower, one.upper, one.void) == (2, 3, ())


# What was declared


def test_clean_evidence_only_is_declared_beforehand_and_ends_with_a_miss() -> None:
    clean = [draw(60, 15), draw(60, 15)]
    missed = [draw(60, 15, missing=1), draw(60, 15)]

    assert upper(*clean, w0=1) == 10
    assert upper(*missed, w0=1) == 120 - 14 - 15  # all but those that were shown
    assert upper(*missed) == 26


def test_arrivals_bound_the_shipment_and_nothing_else() -> None:
    arrived = {"kind": "arrival", "n": 5000, "m": 200, "found": 0}
    one = found(paper(1000), arrived)
    few = found(count(500, 497), arrived)

    shipped = bound.arrivals(one.pieces, found=one)
    smaller = bound.arrivals(few.pieces, found=few)

    assert one.upper == 1000
    assert shipped is not None
    assert (shipped.upper, shipped.confidence) == (72, 0.95)
    assert smaller is not None
    assert (smaller.upper, smaller.confidence) == (3, 0.9)


# Words


def test_the_words_speak_of_the_method_and_name_what_they_hold_under() -> None:
    one = found(
        draw(1000, 100, missing=2, time=on(0), person="w1"), paper(50), sighting(0, 1), alpha="0.01"
    )

    assert bound.summary(one)[0].words == (
        "At least 3 are not where they should be: 1 are outside, if their marks were not copied, "
        "and 2 were asked for and not there."
    )
    assert [said.words for said in bound.summary(one)[1:]] == [
        f"At most {one.upper} of the 1,050 declared units can be missing or replaced.",
        "If more were, these checks would have shown it in at least 99 of 100 cases.",
        "If any one person lied, it is at most 1,050.",
        "As of 2026-03-03; nothing is known since.",
        "Not covered: units never declared.",
    ]
    assert [held.words for held in bound.assumptions(one)] == [
        "the witnesses were honest",
        "the list was fixed before the draw",
        "nothing could be fetched between the draw and the look",
        "a false unit, or a forged mark, would have been noticed",
    ]


def test_every_kind_has_its_line_and_every_template_its_numbers() -> None:
    pieces = [
        draw(100, 20, sealed=True), paper(50), count(30, 29, sensitivity=0.5),
        count(30, 29, identity=False), count(30, 29, identity=False, assumption="no_substitutes"),
        {"kind": "cartons", "sizes": [5, 5], "opened": 1}, draw(9, 0),
        draw(150, 30, piles=[0, 1], sealed=True), sighting(1, 1),
        {"kind": "seals", "pile": 0}, {"kind": "arrival", "n": 9, "m": 3},
        draw(8, 2, sensitivity=0.9, all_or_nothing=True),
    ]  # fmt: skip
    one = found(*pieces)

    told = [line.sentence.words for line in bound.lines(one)]

    assert len(set(told)) == len(pieces)
    assert "pieces 0, 1" in told[7]
    assert {held.template for held in bound.assumptions(one)} >= {
        "no seal was opened and closed again unnoticed",
        "there are no substitutes among the units that were counted",
        "each false unit is noticed in {share} of 100 cases, by itself",
        "false units are noticed in {share} of 100 cases, all or none",
    }


# Acts


def test_the_offer_that_lowers_most_for_its_cost_stands_first() -> None:
    pieces = bound.read_pieces([draw(1200, 80), paper(600), paper(200)])

    offered = bound.offers(
        pieces, costs=bound.Costs(check=1, visit=200), visits={"ningbo": [1, 2]}
    )  # fmt: skip

    best = offered[0]
    assert best.act.bundle in ("undrawn", "visit", "all")
    assert {at for at, _ in best.act.draws} == {1, 2}
    assert best.act.visits == 1
    assert [one.per_cost for one in offered] == sorted(
        (one.per_cost for one in offered), reverse=True
    )
    for one in offered[:5]:
        assert bound.tried(pieces, one.act).falls_to == one.falls_to
        assert 0 < one.notices <= 1


def test_the_chance_to_notice_is_that_of_the_worst_case() -> None:
    pieces = bound.read_pieces([draw(1000, 100), draw(5, 5)])

    offer = bound.tried(pieces, bound.Act("pile", ((0, 100),)))

    # 30 can be gone among the 900 not yet drawn.
    assert bound.escape(pieces).upper == 30
    assert offer.notices == pytest.approx(1 - comb(870, 100) / comb(900, 100))
