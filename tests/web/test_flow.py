"""The picture of a lot shows every unit, labels every number and overlaps nothing."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations

import pytest
from defusedxml import ElementTree
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from lotwarden.reports.pages import Flow, FlowLink, FlowNode
from lotwarden.web.flow import (
    MIN_BAND,
    Picture,
    describe,
    draw_narrow,
    draw_wide,
    layout_narrow,
    layout_wide,
    spread,
)

Draw = Callable[..., str]
Layout = Callable[[Flow], Picture]

LAYOUTS: list[Layout] = [layout_wide, layout_narrow]
DRAWINGS: list[Draw] = [draw_wide, draw_narrow]
SVG = "{http://www.w3.org/2000/svg}"


def bottles() -> Flow:
    return Flow(
        title="3,200 made: 2,506 released, 379 reworked and released, 268 destroyed",
        columns=(
            (FlowNode("made", "Made", 3200, sublabel="Yongkang site"),),
            (FlowNode("held", "Quarantined", 3160, "hold", "3 Nov"),),
            (
                FlowNode("sorted", "Sorted, conforming", 2506, "grade3", "by the agency"),
                FlowNode("rework", "In rework", 414, "hold", "lids"),
                FlowNode("scrap", "Not repairable", 233, "hold"),
                FlowNode("lost", "Unaccounted", 7, "alarm", "since 18 Nov", "?band=lost#story"),
            ),
            (
                FlowNode("released", "Released", 2506, "grade3", "marked and sealed"),
                FlowNode("reworked", "Reworked and released", 379, "grade3"),
                FlowNode("destroyed", "Destroyed", 268, "grade3", "witnessed"),
                FlowNode("samples", "Samples", 40),
            ),
        ),
        links=(
            FlowLink("made", "held", 3160),
            FlowLink("made", "samples", 40),
            FlowLink("held", "sorted", 2506, "grade3"),
            FlowLink("held", "rework", 414, "hold"),
            FlowLink("held", "scrap", 233, "hold"),
            FlowLink("held", "lost", 7, "alarm", "lost", "?band=lost#story"),
            FlowLink("sorted", "released", 2506, "grade3"),
            FlowLink("rework", "reworked", 379, "grade3"),
            FlowLink("rework", "destroyed", 35, "grade3"),
            FlowLink("scrap", "destroyed", 233, "grade3", "scrap", "?band=scrap#story"),
        ),
    )


def masks() -> Flow:
    return Flow(
        title="576,916 made",
        columns=(
            (FlowNode("made", "Made", 576_916),),
            (
                FlowNode("destroyed", "Destroyed", 473_071, "grade1", "stated"),
                FlowNode("alive", "Contradicted", 103_845, "alarm", "at least"),
            ),
        ),
        links=(
            FlowLink("made", "destroyed", 473_071, "grade1"),
            FlowLink("made", "alive", 103_845, "alarm"),
        ),
    )


@st.composite
def flows(draw: st.DrawFn) -> Flow:
    """Units split at each stage among the nodes of the next, or stay where they are."""
    produced = draw(st.integers(1, 2_000_000))
    columns = [[("made", produced)]]
    units: dict[tuple[str, str], int] = {}
    for stage in range(1, draw(st.integers(1, 5))):
        held: dict[str, int] = {}
        for key, here in columns[-1]:
            left = here
            targets = draw(st.lists(st.integers(0, 11), min_size=0, max_size=4, unique=True))
            for index, target in enumerate(targets):
                last = index == len(targets) - 1
                part = left if last else draw(st.integers(0, left))
                left -= part
                if part:
                    name = f"n{stage}-{target}"
                    units[key, name] = part
                    held[name] = held.get(name, 0) + part
        if not held:
            break
        columns.append(list(held.items()))
    labels = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs")))
    return Flow(
        title="any lot",
        columns=tuple(
            tuple(FlowNode(key, draw(labels), held, sublabel=draw(labels)) for key, held in column)
            for column in columns
        ),
        links=tuple(FlowLink(*ends, part, "hold") for ends, part in units.items()),
    )


def shown_text(svg: str) -> list[str]:
    return ["".join(text.itertext()) for text in ElementTree.fromstring(svg).iter(f"{SVG}text")]


def across(picture: Picture, key: str) -> float:
    box = picture.bars[key]
    return box.height if picture.width > 1000 else box.width


@pytest.mark.parametrize("draw", DRAWINGS)
def test_the_picture_is_well_formed_and_named(draw: Draw) -> None:
    root = ElementTree.fromstring(draw(masks()))

    assert root.tag == f"{SVG}svg"
    assert root.get("role") == "img"
    assert root.findtext(f"{SVG}title") == "576,916 made"
    assert "473,071 from Made to Destroyed" in root.findtext(f"{SVG}desc")


@pytest.mark.parametrize("draw", DRAWINGS)
def test_bands_are_links_with_a_title(draw: Draw) -> None:
    root = ElementTree.fromstring(draw(bottles()))
    links = {link.get("aria-label"): link for link in root.iter(f"{SVG}a")}

    link = links["233 from Not repairable to Destroyed"]

    assert root.get("role") == "group"  # an image would hide its links
    assert link.get("href") == "?band=scrap#story"
    assert link.find(f"{SVG}title").text == "233 from Not repairable to Destroyed"


@pytest.mark.parametrize("draw", DRAWINGS)
def test_every_number_given_is_in_the_picture(draw: Draw) -> None:
    words = " ".join(shown_text(draw(bottles())))

    for node in (node for column in bottles().columns for node in column):
        assert f"{node.units:,}" in words


@pytest.mark.parametrize("layout", LAYOUTS)
def test_seven_of_3200_are_visible(layout: Layout) -> None:
    picture = layout(bottles())

    assert across(picture, "lost") >= MIN_BAND


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_column_sums_to_what_was_made(layout: Layout) -> None:
    assert layout(bottles()).column_units == (3200, 3200, 3200, 3200)
    assert layout(masks()).column_units == (576_916, 576_916)


def test_what_ended_early_is_drawn_in_the_last_column() -> None:
    picture = layout_wide(bottles())

    assert picture.bars["lost"].x == picture.bars["released"].x


def test_bands_that_need_not_cross_do_not_cross() -> None:
    nodes = tuple(FlowNode(f"a{index}", "a", 10) for index in range(6))
    ends = tuple(FlowNode(f"b{index}", "b", 10) for index in range(6))
    flow = Flow(
        title="reversed",
        columns=((FlowNode("made", "Made", 60),), nodes, ends),
        links=(
            *(FlowLink("made", node.key, 10) for node in nodes),
            *(FlowLink(f"a{index}", f"b{5 - index}", 10) for index in range(6)),
        ),
    )

    bars = layout_wide(flow).bars

    for one, two in combinations(range(6), 2):
        higher = bars[f"a{one}"].y < bars[f"a{two}"].y
        assert higher == (bars[f"b{5 - one}"].y < bars[f"b{5 - two}"].y)


@pytest.mark.parametrize("draw", DRAWINGS)
def test_text_and_addresses_are_escaped(draw: Draw) -> None:
    nasty = '<script>alert("x")</script> & 中文'
    flow = Flow(
        title=nasty,
        columns=(
            (FlowNode("a", nasty, 5, sublabel=nasty, href='?a="b"&c'),),
            (FlowNode("b", nasty, 5),),
        ),
        links=(FlowLink("a", "b", 5, href='?"><x'),),
    )

    svg = draw(flow)

    assert "<script" not in svg
    root = ElementTree.fromstring(svg)
    assert {link.get("href") for link in root.iter(f"{SVG}a")} == {'?a="b"&c', '?"><x'}


@pytest.mark.parametrize("draw", DRAWINGS)
def test_characters_that_xml_forbids_are_left_out(draw: Draw) -> None:
    flow = Flow("a\x00b", ((FlowNode("a", "x\x0b\ud800y", 5, sublabel="\ufffe"),),))

    root = ElementTree.fromstring(draw(flow))

    assert root.findtext(f"{SVG}title") == "ab"


@pytest.mark.parametrize("draw", DRAWINGS)
def test_the_picture_brings_no_style_and_no_script(draw: Draw) -> None:
    root = ElementTree.fromstring(draw(bottles()))

    for element in root.iter():
        assert "style" not in element.attrib
        assert element.tag not in (f"{SVG}style", f"{SVG}script")
        assert not [name for name in element.attrib if name.startswith("on")]


@pytest.mark.parametrize("draw", DRAWINGS)
def test_the_selected_band_is_marked(draw: Draw) -> None:
    root = ElementTree.fromstring(draw(bottles(), selected="lost"))

    current = [link for link in root.iter(f"{SVG}a") if link.get("aria-current")]

    assert [link.get("href") for link in current] == ["?band=lost#story"]


@pytest.mark.parametrize("draw", DRAWINGS)
def test_one_node_alone_is_a_picture(draw: Draw) -> None:
    flow = Flow("1,000 made", ((FlowNode("made", "Offered", 1000),),))

    assert any("1,000" in text for text in shown_text(draw(flow)))


def test_a_link_that_runs_backwards_is_our_fault() -> None:
    nodes = (FlowNode("a", "a", 1),), (FlowNode("b", "b", 1),)

    with pytest.raises(AssertionError, match="runs backwards"):
        layout_wide(Flow("loop", nodes, (FlowLink("a", "b", 1), FlowLink("b", "a", 1))))


def test_the_words_say_what_the_bands_show() -> None:
    words = describe(masks(), band_words="{source} → {target}: {units}")

    assert words == ("Made → Destroyed: 473,071", "Made → Contradicted: 103,845")


def test_translated_words_are_escaped_once() -> None:
    nodes = (FlowNode("a", "Q&A", 5),), (FlowNode("b", "b", 5),)
    flow = Flow("a lot", nodes, (FlowLink("a", "b", 5),))

    assert describe(flow, band_words=Markup("{units} from {source} to {target}")) == (
        "5 from Q&A to b",
    )


@given(flows())
def test_any_flow_is_well_formed_and_the_same_each_time(flow: Flow) -> None:
    for draw in DRAWINGS:
        svg = draw(flow)
        ElementTree.fromstring(svg)
        assert svg == draw(flow)


@given(flows())
def test_thickness_is_units_except_that_nothing_is_too_thin_to_see(flow: Flow) -> None:
    for layout in LAYOUTS:
        picture = layout(flow)
        for band in picture.bands:
            exact = flow.links[band.link].units * picture.scale
            assert band.thickness == pytest.approx(max(MIN_BAND, exact))
        for node in (node for column in flow.columns for node in column):
            exact = node.units * picture.scale
            assert across(picture, node.key) >= max(MIN_BAND, exact) - 1e-6
            assert across(picture, node.key) <= exact + MIN_BAND * (1 + len(flow.links)) + 1e-6


@given(flows())
def test_no_labels_overlap_and_none_leaves_the_picture(flow: Flow) -> None:
    for layout in LAYOUTS:
        picture = layout(flow)
        for one, two in combinations(picture.labels, 2):
            assert not one.box.overlaps(two.box)
        for label in picture.labels:
            assert label.box.x >= -1e-6
            assert label.box.y >= -1e-6
            assert label.box.x + label.box.width <= picture.width + 1e-6
            assert label.box.y + label.box.height <= picture.height + 1e-6


@given(flows())
def test_no_bars_overlap(flow: Flow) -> None:
    for layout in LAYOUTS:
        for one, two in combinations(layout(flow).bars.values(), 2):
            assert not one.overlaps(two)


@given(flows())
def test_every_label_says_its_number_whole(flow: Flow) -> None:
    for layout in LAYOUTS:
        for label in layout(flow).labels:
            assert any(line.startswith(f"{label.node.units:,}") for line in label.lines)


@given(
    st.lists(st.tuples(st.floats(-1e4, 1e4), st.floats(1, 500)), min_size=1, max_size=40),
)
def test_spreading_keeps_the_order_and_leaves_room(wanted: list[tuple[float, float]]) -> None:
    sizes = [size for _, size in wanted]

    centres = spread([want for want, _ in wanted], sizes)

    for index in range(len(centres) - 1):
        room = centres[index + 1] - centres[index]
        assert room >= (sizes[index] + sizes[index + 1]) / 2 - 1e-6
