"""The escape bound gives the figures that were derived and simulated for it."""

from __future__ import annotations

from typing import Any

import pytest

from lotwarden.core import bound
from tests.core.bound.ways import SIX, count, draw, found, paper, sighting, upper


def cartons(sizes: list[int], opened: int, bad: int = 0) -> dict[str, Any]:
    return {"kind": "cartons", "sizes": sizes, "opened": opened, "bad": bad}


@pytest.mark.parametrize(
    ("pieces", "most"),
    [
        ([draw(1000, 950)], 0),  # P(clean | 1 gone) is 1/20 exactly: a tie excludes
        ([draw(1000, 949)], 1),
        ([draw(1000, 100)], 28),
        ([draw(1000, 138)], 19),
        ([draw(1000, 50, sensitivity=0)], 1000),
        ([draw(1000, 0)], 1000),
        ([draw(1000, 1000)], 0),
        ([draw(1000, 1000, missing=3)], 3),
        ([paper(150)], 150),
        ([count(500, 497)], 3),
        ([count(500, 497, sensitivity=0.5)], 3 + 4),  # 1/2^4 is above 1/20, 1/2^5 is not
        ([count(500, 497, identity=False)], 500),
        ([count(500, 497, identity=False, assumption="no_substitutes", error=2)], 5),
        # 1 − s ≥ α: one good forgery is missed too often for any number to be excluded.
        ([draw(1000, 100, sensitivity=0.95, all_or_nothing=True)], 1000),
        ([draw(1000, 100, sensitivity=0.8)], 35),
        ([cartons([20] * 100, 10)], 24 * 20),
        ([cartons([24, 24, 12], 2)], 24),
        ([cartons([24, 24, 12], 3)], 0),
        ([cartons([24, 24, 12], 3, bad=1)], 24),
        ([draw(1000, 100), sighting(0, 2)], 2 + 27),
        ([paper(150), sighting(0, 2)], 150),
    ],
)
def test_one_piece_alone_has_its_exact_bound(pieces: list[dict[str, Any]], most: int) -> None:
    assert upper(*pieces) == most


def test_all_or_nothing_eyes_take_their_share_of_the_level() -> None:
    # (1/20 − 3/100) / (97/100) = 2/97 is what is left for the draw.
    left = upper(draw(1000, 100), alpha="2/97")

    assert upper(draw(1000, 100, sensitivity=0.97, all_or_nothing=True)) == left


def test_what_is_paper_and_what_was_seen_of_t1() -> None:
    devices = [paper(531_966), paper(25_673), paper(19_277), sighting(0, 103_845)]

    one = found(*devices)

    assert (one.lower, one.upper) == (103_845, 576_916)


@pytest.mark.parametrize(
    ("drawn", "most"),
    [
        ([(n, -(-n // 20)) for n in SIX], 62),
        ([(n, 20) for n in SIX], 176),
        ([(n, 30) for n in SIX[:5]] + [(40, 0)], 160),
        ([(100, 10)] * 20, 30),
        ([(60, 15)] * 2, 10),
        ([(80, 20), (40, 5)], 18),
        ([(100, 10), (60, 30)], 26),
    ],
)
def test_clean_piles_are_bounded_together(drawn: list[tuple[int, int]], most: int) -> None:
    assert upper(*(draw(n, m) for n, m in drawn)) == most


@pytest.mark.parametrize(
    ("piles", "missing", "most"),
    [
        ([(n, -(-n // 20)) for n in SIX], [1, 0, 0, 0, 0, 0], 177),
        ([(100, 10)] * 20, [1], 89),
        ([(100, 10)] * 20, [1] * 8, 394),
        ([(100, 10)] * 20, [2] * 10, 647),
        ([(60, 15)] * 2, [1, 1], 36),
    ],
)
def test_something_missing_is_weighed_by_the_mixture(
    piles: list[tuple[int, int]], missing: list[int], most: int
) -> None:
    missing = missing + [0] * (len(piles) - len(missing))

    one = found(*(draw(n, m, missing=x) for (n, m), x in zip(piles, missing, strict=True)))

    assert (one.lower, one.upper) == (sum(missing), most)


@pytest.mark.parametrize(
    ("a", "b", "c", "most"), [(80, 0, 0, 842), (80, 45, 0, 242), (80, 0, 45, 642),
                              (125, 0, 0, 826), (80, 34, 11, 50)],
)  # fmt: skip
def test_undrawn_piles_are_covered_first(a: int, b: int, c: int, most: int) -> None:
    assert upper(draw(1200, a), draw(600, b), draw(200, c), w0=1) == most


def test_gains_are_not_submodular_so_acts_come_in_bundles() -> None:
    two = bound.read_pieces([draw(100, 20), draw(100, 20)])
    full = bound.settings(w0=1)

    falls = [
        bound.tried(two, bound.Act("pile", draws), declared=full).falls_to
        for draws in (((0, 15),), ((1, 15),), ((0, 15), (1, 15)))
    ]

    assert (bound.escape(two, declared=full).upper, falls) == (13, [12, 12, 6])


def test_one_draw_over_one_list_beats_every_split() -> None:
    piles = bound.read_pieces([paper(100), paper(60), paper(40)])
    full = bound.settings(w0=1)
    splits = (
        bound.tried(piles, bound.Act("all", ((0, a), (1, b), (2, 40 - a - b))), declared=full)
        for a, b in ((20, 12), (14, 13), (40, 0), (25, 10))
    )

    merged = bound.tried(piles, bound.Act("one_list", ((0, 20), (1, 12), (2, 8))), declared=full)

    assert merged.falls_to == 12
    assert min(one.falls_to for one in splits) == 13


@pytest.mark.parametrize(
    ("n", "value", "check", "best"),
    [
        (1000, 5, 0.5, (170, 15, 160.0)),
        (3200, 10, 1, (303, 29, 593)),
        (300, 2, 1, (37, 21, 79)),
    ],
)
def test_the_cheapest_sample_stands_at_a_break_point(
    n: int, value: float, check: float, best: tuple[int, int, float]
) -> None:
    assert bound.best_sample(n=n, value=value, check=check) == best


def test_break_points_are_the_smallest_samples_that_lower_the_bound() -> None:
    swaps = dict(bound.break_points(n=1000, upto=49))

    assert [swaps[k - 1] for k in (1, 2, 5, 10, 20, 50)] == [950, 777, 450, 258, 138, 57]
    for gone, units in bound.break_points(n=60, upto=20):
        less = upper(draw(60, units - 1))
        assert upper(draw(60, units)) == gone
        assert less is not None
        assert less > gone
