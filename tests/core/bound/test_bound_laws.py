"""What holds for every list of pieces: nobody gains by adding, ordering, or being seen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from lotwarden.core import bound
from tests.core.bound.ways import count, draw, found, paper, sighting

law = settings(
    max_examples=60, deadline=None, phases=[one for one in Phase if one is not Phase.explain]
)
PERSONS = st.sampled_from(["w1", "w2", "w3"])
EYES = st.sampled_from([1, 1, 0.8])


@st.composite
def clean(of: st.DrawFn) -> dict[str, Any]:
    n = of(st.integers(1, 60))
    kind = of(st.sampled_from(["draw", "draw", "draw", "count", "paper", "cartons"]))
    who = {"person": of(PERSONS)}
    if kind == "draw":
        return draw(n, of(st.integers(0, n)), sensitivity=of(EYES), **who)
    if kind == "count":
        return count(n, of(st.integers(0, n)), sensitivity=of(EYES), **who)
    if kind == "paper":
        return paper(n)
    sizes = of(st.lists(st.integers(0, 9), min_size=1, max_size=6))
    return {"kind": kind, "sizes": sizes, "opened": of(st.integers(0, len(sizes))), **who}


@st.composite
def lists(of: st.DrawFn) -> list[dict[str, Any]]:
    """Return pieces of evidence; in some draws units were missing."""
    pieces = of(st.lists(clean(), min_size=1, max_size=4))
    for one in pieces:
        if one["kind"] == "draw":
            one["missing"] = min(one["m"], of(st.sampled_from([0, 0, 0, 1, 2])))
    return pieces


def most(pieces: Sequence[dict[str, Any]], **declared: Any) -> int:
    upper = found(*pieces, **declared).upper
    assert upper is not None
    return upper


@law
@given(lists(), st.randoms())
def test_the_order_of_pieces_does_not_matter(pieces: list[dict[str, Any]], dice: Any) -> None:
    other = list(pieces)
    dice.shuffle(other)

    one, two = found(*pieces), found(*other)

    assert (one.lower, one.upper, one.one_liar, one.strict) == (
        (two.lower, two.upper, two.one_liar, two.strict)
    )


@law
@given(st.lists(clean(), min_size=1, max_size=3), st.data())
def test_a_clean_look_at_what_is_there_already_never_raises_it(
    pieces: list[dict[str, Any]], data: st.DataObject
) -> None:
    """The declared number of looks stays; another look is made at sealed units."""
    plain = [at for at, one in enumerate(pieces) if one["kind"] in ("draw", "paper")]
    if not plain:
        return
    at = data.draw(st.sampled_from(plain))
    m = data.draw(st.integers(0, pieces[at]["n"]))
    pieces.append(draw(3, 1))  # a second look, so that the rule is that of several
    pieces.append(draw(3, 1))
    again = draw(pieces[at]["n"], m, pile=at, sealed=True)

    assert most([*pieces, again]) <= most(pieces)


@law
@given(lists(), st.data())
def test_a_missing_unit_never_lowers_it(pieces: list[dict[str, Any]], data: st.DataObject) -> None:
    drawn = [at for at, one in enumerate(pieces) if one["kind"] == "draw"]
    free = [at for at in drawn if pieces[at]["missing"] < pieces[at]["m"]]
    if not free:
        return
    at = data.draw(st.sampled_from(free))
    worse = [dict(one) for one in pieces]
    worse[at]["missing"] += 1

    assert most(worse) >= most(pieces)
    assert found(*worse).lower == found(*pieces).lower + 1


@law
@given(lists(), st.data())
def test_a_sighting_never_lowers_it(pieces: list[dict[str, Any]], data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(pieces) - 1))
    there = sum(pieces[at].get("sizes", [])) or pieces[at].get("n", 0)
    seen = sighting(at, data.draw(st.integers(0, there)))

    before, after = found(*pieces), found(*pieces, seen)

    assert after.open >= before.open
    assert after.lower == before.lower + seen["distinct"]
    assert after.upper is None or after.lower <= after.upper


@law
@given(lists(), st.sampled_from([0.8, 0, 0.3, 1]))
def test_the_columns_of_trust_are_nested(pieces: list[dict[str, Any]], w0: float) -> None:
    one = found(*pieces, w0=w0)

    assert one.upper is not None
    assert one.one_liar is not None
    assert one.strict is not None
    assert one.lower <= one.upper <= one.one_liar <= one.strict <= one.declared


@law
@given(lists())
def test_the_lines_sum_to_the_bound(pieces: list[dict[str, Any]]) -> None:
    one = found(*pieces)

    told = bound.lines(one)

    assert len(told) == len(pieces)
    assert sum(line.leaves for line in told) == one.upper
    assert all(line.excludes + line.leaves == line.n for line in told)


@law
@given(st.lists(clean(), min_size=2, max_size=4))
def test_together_they_say_more_than_separate_bounds_of_a_part_of_the_level(
    pieces: list[dict[str, Any]],
) -> None:
    looks = found(*pieces).looks
    if looks < 2:
        return

    union = sum(most([one], alpha=f"4/{100 * looks}") for one in pieces)

    assert most(pieces) <= union
