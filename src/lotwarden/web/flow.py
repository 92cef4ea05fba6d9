"""The picture of a lot: all its units from left to right, as one SVG string.

A *flow* (`lotwarden.reports.pages.Flow`) is columns of nodes and the links between them.
Thickness is units: every node and band is as thick as its units, except that nothing is
thinner than the eye can see, so seven of 3,200 are still there and still labelled.  Nodes
that end are drawn in the last column and bands pass between the nodes on their way, so every
column sums to what was made and the last one is the answer.

Labels never overlap: across the flow each node has a slot as thick as its label, and along
it a label is cut before the next column.  A number is never cut.

`draw_wide` lies on its side for a desk and for paper; `draw_narrow` runs down a phone.  Both
are deterministic, use presentation attributes alone (no style sheet, no script) and colours
that read on white and on near-black, so the string also stands by itself in a PDF.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from xml.sax import saxutils

from lotwarden.reports.pages import Flow, FlowNode

FILLS: Mapping[str, str] = {
    "plain": "#8b9692",
    "hold": "#7288a8",
    "open": "#a58a72",
    "overdue": "#d0921a",
    "alarm": "#d8483e",
    "grade0": "#a8a595",
    "grade1": "#9bb8ab",
    "grade2": "#7bab98",
    "grade3": "#579984",
    "grade4": "#3c8a73",
    "grade5": "#1f7561",
}
BAND_WORDS = "{units} from {source} to {target}"
FONT = (
    "-apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'Helvetica Neue', 'Liberation Sans', Arial, "
    "'PingFang SC', 'Microsoft YaHei', 'Noto Sans SC', 'Noto Sans CJK SC', sans-serif"
)

MIN_BAND = 2.5  # the thinnest band, and so the thinnest node, in picture units
BAR = 12.0
WIDE, WIDE_BASE, WIDE_ALONE, WIDE_LABELS = 1100.0, 280.0, 60.0, 250.0
NARROW, NARROW_STAGE, NARROW_CROWD = 340.0, 26.0, 12
FONT_SIZE, LINE = 13.0, 17.0
EM = 0.55  # a generous mean advance: DejaVu is the widest face of the stack
SWEEPS = 12
NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Box:
    x: float
    y: float
    width: float
    height: float

    def overlaps(self, other: Box) -> bool:
        return (
            self.x < other.x + other.width
            and other.x < self.x + self.width
            and self.y < other.y + other.height
            and other.y < self.y + self.height
        )


@dataclass(frozen=True, slots=True)
class Label:
    node: FlowNode
    box: Box
    lines: tuple[str, ...]
    anchor: str  # start or end


@dataclass(frozen=True, slots=True)
class Band:
    """A link as drawn: `thickness` across the flow, `path` its outline."""

    link: int
    thickness: float
    path: str


@dataclass(frozen=True, slots=True)
class Picture:
    """Where everything is; `bars` by node key, `column_units` what each column sums to."""

    width: float
    height: float
    scale: float
    bars: Mapping[str, Box]
    bands: tuple[Band, ...]
    labels: tuple[Label, ...]
    column_units: tuple[int, ...]


@dataclass(slots=True)
class _Item:
    """A node in its column, or a link passing through a column on its way."""

    units: int
    column: int
    node: FlowNode | None = None
    size: float = 0.0
    at: float = 0.0  # where it begins, across the flow
    start: float = 0.0  # where its bar begins and ends, along the flow
    end: float = 0.0


@dataclass(slots=True)
class _Graph:
    columns: list[list[_Item]]
    routes: list[list[_Item]]  # per link: source, what it passes, target
    units: list[int]  # per link
    scale: float = 1.0
    spans: list[tuple[float, float]] = field(default_factory=list)  # per column, along the flow

    def thickness(self, link: int) -> float:
        return max(MIN_BAND, self.units[link] * self.scale)


# Order ---------------------------------------------------------------------------------------


def _graph(flow: Flow) -> _Graph:
    """Place nodes in columns, ends last and sources first, and let long links pass through."""
    sources = {link.source for link in flow.links}
    targets = {link.target for link in flow.links}
    columns: list[list[_Item]] = [[] for _ in flow.columns] or [[]]
    items: dict[str, _Item] = {}
    for given, nodes in enumerate(flow.columns):
        for node in nodes:
            assert node.key not in items, f"two nodes are called {node.key}"
            column = given
            if node.key not in sources:
                column = len(columns) - 1
            elif node.key not in targets:
                column = 0
            items[node.key] = _Item(node.units, column, node)
            columns[column].append(items[node.key])
    routes: list[list[_Item]] = []
    for link in flow.links:
        source, target = items[link.source], items[link.target]
        assert source.column < target.column, f"{link.source} to {link.target} runs backwards"
        route = [source]
        for column in range(source.column + 1, target.column):
            route.append(_Item(link.units, column))
            columns[column].append(route[-1])
        routes.append([*route, target])
    return _Graph(columns, routes, [link.units for link in flow.links])


def _crossings(graph: _Graph) -> int:
    place = {id(item): rank for column in graph.columns for rank, item in enumerate(column)}
    steps: dict[int, list[tuple[int, int]]] = {}
    for route in graph.routes:
        for one, two in pairwise(route):
            steps.setdefault(one.column, []).append((place[id(one)], place[id(two)]))
    return sum(
        (a - c) * (b - d) < 0
        for pairs in steps.values()
        for index, (a, b) in enumerate(pairs)
        for c, d in pairs[index + 1 :]
    )


def _order(graph: _Graph) -> None:
    """Sort each column so that few bands cross: by the mean place of what they lead to."""
    before: dict[int, list[tuple[_Item, int]]] = {}
    after: dict[int, list[tuple[_Item, int]]] = {}
    for route, units in zip(graph.routes, graph.units, strict=True):
        for one, two in pairwise(route):
            after.setdefault(id(one), []).append((two, units))
            before.setdefault(id(two), []).append((one, units))
    best, fewest = [list(column) for column in graph.columns], _crossings(graph)
    for sweep in range(SWEEPS):
        if not fewest:
            break
        near = after if sweep % 2 else before
        place = {id(item): rank for column in graph.columns for rank, item in enumerate(column)}
        for column in graph.columns[::-1] if sweep % 2 else graph.columns:
            means = [(_mean_place(item, near, place), item) for item in column]
            column[:] = [item for _, item in sorted(means, key=lambda pair: pair[0])]
            place.update({id(item): rank for rank, item in enumerate(column)})
        if (crossings := _crossings(graph)) < fewest:
            best, fewest = [list(column) for column in graph.columns], crossings
    graph.columns = best


def _mean_place(
    item: _Item, near: Mapping[int, Sequence[tuple[_Item, int]]], place: Mapping[int, int]
) -> float:
    """Return the mean place of the neighbours by units; without any, where it is now."""
    neighbours = near.get(id(item), ())
    weight = sum(units for _, units in neighbours)
    if not weight:
        return float(place[id(item)])
    return sum(place[id(one)] * units for one, units in neighbours) / weight


# Sizes and places ----------------------------------------------------------------------------


def _size(graph: _Graph) -> None:
    """Make every item as thick as its units, and no thinner than the bands that meet it."""
    into: dict[int, float] = {}
    out: dict[int, float] = {}
    for link, route in enumerate(graph.routes):
        for item in route[1:]:
            into[id(item)] = into.get(id(item), 0.0) + graph.thickness(link)
        for item in route[:-1]:
            out[id(item)] = out.get(id(item), 0.0) + graph.thickness(link)
    for column in graph.columns:
        for item in column:
            item.size = max(
                MIN_BAND, item.units * graph.scale, into.get(id(item), 0), out.get(id(item), 0)
            )


def _fill(graph: _Graph, breadth: float, produced: int) -> None:
    """Size the items as large as `breadth` allows for the fullest column."""
    low, high = NARROW / 8 / max(produced, 1), breadth / max(produced, 1)
    for _ in range(24):
        graph.scale = (low + high) / 2
        _size(graph)
        fits = all(sum(item.size for item in column) <= breadth for column in graph.columns)
        low, high = (graph.scale, high) if fits else (low, graph.scale)
    graph.scale = low
    _size(graph)


def spread(wanted: Sequence[float], sizes: Sequence[float]) -> list[float]:
    """Return centres near `wanted`, in order, that leave each its size: nothing overlaps.

    The least squares answer, weighted by size: neighbours that would overlap move together
    (pool adjacent violators), the large hardly and the small more.

    >>> spread([10, 10, 50], [8, 8, 8])
    [6.0, 14.0, 50.0]
    """
    offsets, total = [], 0.0
    for size in sizes:
        offsets.append(total + size / 2)
        total += size
    pools: list[tuple[float, float, int]] = []  # mean, weight, how many
    for want, offset, size in zip(wanted, offsets, sizes, strict=True):
        mean, weight, count = want - offset, size, 1
        while pools and pools[-1][0] > mean:
            other, heavy, others = pools.pop()
            mean = (other * heavy + mean * weight) / (heavy + weight)
            weight, count = weight + heavy, count + others
        pools.append((mean, weight, count))
    starts = [mean for mean, _, count in pools for _ in range(count)]
    return [start + offset for start, offset in zip(starts, offsets, strict=True)]


def _place_across(
    graph: _Graph, slots: Callable[[_Item], tuple[float, float]], *, is_packed: bool
) -> float:
    """Put every item near where its units come from; return how far the picture reaches.

    `slots` gives the room before an item and the room it needs in all.

    When packed, columns begin at the edge and lose no room: a phone has none to lose.
    """
    came: dict[int, list[tuple[_Item, int]]] = {}
    for route, units in zip(graph.routes, graph.units, strict=True):
        for one, two in pairwise(route):
            came.setdefault(id(two), []).append((one, units))
    lowest = highest = 0.0
    for column in graph.columns:
        rooms = [slots(item) for item in column]
        sizes = [size for _, size in rooms]
        packed, total = [], 0.0
        for size in sizes:
            packed.append(total + size / 2)
            total += size
        if not is_packed:
            wanted = []
            for item, place in zip(column, packed, strict=True):
                near = came.get(id(item), [])
                weight = sum(units for _, units in near)
                centres = sum((one.at + one.size / 2) * units for one, units in near)
                wanted.append(centres / weight if weight else place)
            shifts = [
                size / 2 - lead - item.size / 2
                for item, (lead, size) in zip(column, rooms, strict=True)
            ]
            packed = spread([one + shift for one, shift in zip(wanted, shifts, strict=True)], sizes)
        for item, centre, (lead, size) in zip(column, packed, rooms, strict=True):
            item.at = centre - size / 2 + lead
            lowest, highest = min(lowest, centre - size / 2), max(highest, centre + size / 2)
    for column in graph.columns:
        for item in column:
            item.at -= lowest
    return highest - lowest


def _bands(graph: _Graph, *, is_narrow: bool) -> tuple[Band, ...]:
    """Outline every link; bands meet a node side by side, in the order of where they lead."""
    enter: dict[tuple[int, int], float] = {}
    leave: dict[tuple[int, int], float] = {}
    for ends, other, at in ((-1, -2, enter), (0, 1, leave)):
        used: dict[int, float] = {}
        order = sorted(
            range(len(graph.routes)), key=lambda link: (graph.routes[link][other].at, link)
        )
        for link in order:
            item = graph.routes[link][ends]
            at[id(item), link] = item.at + used.get(id(item), 0.0)
            used[id(item)] = used.get(id(item), 0.0) + graph.thickness(link)
    bands = []
    for link, route in enumerate(graph.routes):
        stops = [(leave[id(route[0]), link], route[0].end, graph.spans[route[0].column][1])]
        stops += [(item.at, *graph.spans[item.column]) for item in route[1:-1]]
        last = route[-1]
        stops.append((enter[id(last), link], graph.spans[last.column][0], last.start))
        thickness = graph.thickness(link)
        bands.append(Band(link, thickness, _outline(stops, thickness, is_narrow=is_narrow)))
    return tuple(bands)


def _outline(
    stops: Sequence[tuple[float, float, float]], thickness: float, *, is_narrow: bool
) -> str:
    def point(along: float, across: float) -> str:
        return f"{across:.1f},{along:.1f}" if is_narrow else f"{along:.1f},{across:.1f}"

    def curve(one: tuple[float, float], two: tuple[float, float]) -> str:
        middle = (one[0] + two[0]) / 2
        return f"C{point(middle, one[1])} {point(middle, two[1])} {point(*two)}"

    there = [f"M{point(stops[0][1], stops[0][0])}"]
    back = []
    for across, start, end in stops:
        there.append(f"L{point(end, across)}")
        back.append(f"L{point(start, across + thickness)}")
    path = [there[0], there[1]]
    for index, (one, two) in enumerate(pairwise(stops)):
        path += [curve((one[2], one[0]), (two[1], two[0])), there[index + 2]]
    path.append(f"L{point(stops[-1][2], stops[-1][0] + thickness)}")
    for index in range(len(stops) - 1, 0, -1):
        one, two = stops[index], stops[index - 1]
        path += [
            back[index],
            curve((one[1], one[0] + thickness), (two[2], two[0] + thickness)),
        ]
    return "".join([*path, back[0], "Z"])


# Labels --------------------------------------------------------------------------------------


def text_width(text: str, size: float = FONT_SIZE) -> float:
    """Return about how wide `text` is: wide characters (中) count one em, others EM."""
    return size * sum(1.0 if unicodedata.east_asian_width(one) in "WF" else EM for one in text)


def _cut(text: str, width: float) -> str:
    if text_width(text) <= width:
        return text
    while text and text_width(text + "…") > width:
        text = text[:-1]
    return text.rstrip() + "…"


def _lines(node: FlowNode, width: float, *, has_two: bool) -> tuple[str, ...]:
    """Word a label in `width`: the number always whole, then the name, then the rest."""
    units = f"{node.units:,}"
    if has_two:
        rest = f"{units} · {node.sublabel}" if node.sublabel else units
        if text_width(rest) > width:
            room = width - text_width(f"{units} · ")
            rest = f"{units} · {_cut(node.sublabel, room)}" if room > 3 * FONT_SIZE else units
        return _cut(node.label, width), rest
    rest = f"{units} · {node.sublabel}"
    if node.sublabel and text_width(f"{node.label} {rest}") <= width:
        return node.label, rest
    return _cut(node.label, width - text_width(f" {units}")), units


# Pictures ------------------------------------------------------------------------------------


def layout_wide(flow: Flow) -> Picture:
    """Lay the flow out on its side: columns left to right, labels right of their bars."""
    graph = _graph(flow)
    _order(graph)
    produced = max((sum(item.units for item in column) for column in graph.columns), default=0)
    graph.scale = (WIDE_BASE if flow.links else WIDE_ALONE) / max(produced, 1)
    _size(graph)

    last = len(graph.columns) - 1
    height = _place_across(graph, lambda item: _wide_slot(item, last), is_packed=False)
    step = (WIDE - WIDE_LABELS - BAR) / max(last, 1)
    bars, labels = {}, []
    for index, column in enumerate(graph.columns):
        start = index * step
        graph.spans.append((start, start + BAR))
        room = (WIDE_LABELS if index == last else step - BAR) - 16
        for item in column:
            item.start, item.end = start, start + BAR
            if item.node is None:
                continue
            bars[item.node.key] = Box(start, item.at, BAR, item.size)
            has_two = item.size >= 2 * LINE
            tall = LINE * (2 if has_two else 1)
            top = item.at + (item.size - tall) / 2
            if item.size < LINE and index < last:
                top = item.at - LINE
            lines = _lines(item.node, room, has_two=has_two)
            labels.append(Label(item.node, Box(start + BAR + 8, top, room, tall), lines, "start"))
    return Picture(
        WIDE,
        height,
        graph.scale,
        bars,
        _bands(graph, is_narrow=False),
        tuple(labels),
        tuple(sum(item.units for item in column) for column in graph.columns),
    )


def _wide_slot(item: _Item, last: int) -> tuple[float, float]:
    """Return the room an item and its label need; a thin band's label stands above it."""
    if item.node is None:
        return 3, item.size + 6
    if item.size < LINE and item.column < last:
        return LINE + 1, LINE + 1 + item.size + 4
    room = max(item.size + 8, (2 if item.size >= 2 * LINE else 1) * LINE + 5)
    return (room - item.size) / 2, room


def layout_narrow(flow: Flow) -> Picture:
    """Lay the flow out downwards for a phone: each node in a row of its own, label above."""
    graph = _graph(flow)
    _order(graph)
    produced = max((sum(item.units for item in column) for column in graph.columns), default=0)
    most = max((len(column) for column in graph.columns), default=1)
    gap = 5.0 if most <= NARROW_CROWD else 1.5
    _fill(graph, NARROW - most * gap, produced)
    width = max(NARROW, _place_across(graph, lambda item: (0, item.size + gap), is_packed=True))
    bars, labels, y = {}, [], 0.0
    for column in graph.columns:
        start = y
        for item in column:
            if item.node is None:
                continue
            tall = LINE * (2 if item.node.sublabel else 1)
            item.start, item.end = y + tall + 3, y + tall + 3 + BAR
            bars[item.node.key] = Box(item.at, item.start, item.size, BAR)
            labels.append(_label_above(item.node, Box(item.at, y, width, tall)))
            y = item.end + 8
        graph.spans.append((start, y))
        y += NARROW_STAGE
    return Picture(
        width,
        max(y - NARROW_STAGE, 1.0),
        graph.scale,
        bars,
        _bands(graph, is_narrow=True),
        tuple(labels),
        tuple(sum(item.units for item in column) for column in graph.columns),
    )


def _label_above(node: FlowNode, at: Box) -> Label:
    """Begin the label at its bar, or end it at the edge where it would leave the picture."""
    units = f"{node.units:,}"
    name = _cut(node.label, at.width - text_width(f" {units}"))
    lines = [name, units, _cut(node.sublabel, at.width)] if node.sublabel else [name, units]
    wide = max(text_width(f"{name}  {units}"), text_width(lines[2]) if node.sublabel else 0.0)
    wide = min(wide, at.width)
    if at.x + wide <= at.width:
        return Label(node, Box(at.x, at.y, wide, at.height), tuple(lines), "start")
    return Label(node, Box(at.width - wide, at.y, wide, at.height), tuple(lines), "end")


# SVG -----------------------------------------------------------------------------------------


def escape(text: str) -> str:
    """Escape for an element's text; characters that XML 1.0 forbids are left out."""
    return saxutils.escape(NOT_XML.sub("", text))


def quoteattr(text: str) -> str:
    """Quote as an attribute's value; characters that XML 1.0 forbids are left out."""
    return saxutils.quoteattr(NOT_XML.sub("", text))


def draw_wide(flow: Flow, *, selected: str | None = None, band_words: str = BAND_WORDS) -> str:
    """Return the picture for a desk or paper; `selected` is the key of the band to stress."""
    return _svg(flow, layout_wide(flow), "flow-wide", selected, band_words)


def draw_narrow(flow: Flow, *, selected: str | None = None, band_words: str = BAND_WORDS) -> str:
    """Return the picture for a phone; same units, same words."""
    return _svg(flow, layout_narrow(flow), "flow-narrow", selected, band_words)


def describe(flow: Flow, *, band_words: str = BAND_WORDS) -> tuple[str, ...]:
    """Return one sentence per link, for readers that see no picture."""
    names = {node.key: node.label for column in flow.columns for node in column}
    # A template's gettext hands over Markup, whose own `format` would escape too early.
    return tuple(
        str.format(
            band_words,
            units=f"{link.units:,}",
            source=names[link.source],
            target=names[link.target],
        )
        for link in flow.links
    )


def _svg(flow: Flow, picture: Picture, name: str, selected: str | None, band_words: str) -> str:
    sentences = describe(flow, band_words=band_words)
    nodes = [node for column in flow.columns for node in column]
    has_links = any(link.href for link in flow.links) or any(node.href for node in nodes)
    # An image hides its inside from assistive technology: with links in it, it is a group.
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="-1 -1 {picture.width + 2:.0f} '
        f'{picture.height + 2:.0f}" width="{picture.width + 2:.0f}" '
        f'height="{picture.height + 2:.0f}" role="{"group" if has_links else "img"}" '
        f'aria-labelledby="{name}-title" aria-describedby="{name}-desc" '
        f'font-family={quoteattr(FONT)} font-size="{FONT_SIZE:.0f}" fill="currentColor">'
        f'<title id="{name}-title">{escape(flow.title)}</title>'
        f'<desc id="{name}-desc">{escape("; ".join(sentences))}</desc>'
    )
    parts = [head]
    for band in sorted(picture.bands, key=lambda one: (-one.thickness, one.link)):
        parts.append(_band_svg(flow, band, sentences[band.link], selected))
    reached = {link.href for link in flow.links}
    for label in picture.labels:
        parts.append(_node_svg(label, picture.bars[label.node.key], reached))
    return "".join([*parts, "</svg>"])


def _band_svg(flow: Flow, band: Band, words: str, selected: str | None) -> str:
    link = flow.links[band.link]
    opacity = 0.36 if band.thickness > MIN_BAND else 0.9
    if selected:
        opacity = 0.62 if link.key == selected else 0.14
    shape = f'<path d="{band.path}" fill="{FILLS[link.tone]}" fill-opacity="{opacity}"/>'
    title = f"<title>{escape(words)}</title>"
    if link.href:
        current = ' aria-current="true"' if selected and link.key == selected else ""
        return (
            f"<a href={quoteattr(link.href)} aria-label={quoteattr(words)}{current}>"
            f"{title}{shape}</a>"
        )
    return f"<g>{title}{shape}</g>"


def _node_svg(label: Label, bar: Box, reached: set[str | None]) -> str:
    node = label.node
    edge = min(3.0, bar.width / 4, bar.height / 4)
    shape = (
        f'<rect x="{bar.x:.1f}" y="{bar.y:.1f}" width="{bar.width:.1f}" '
        f'height="{bar.height:.1f}" rx="{edge:.1f}" fill="{FILLS[node.tone]}"/>'
    )
    words = f"{node.label}: {node.units:,}" + (f" · {node.sublabel}" if node.sublabel else "")
    inside = f"<title>{escape(words)}</title>{shape}{_label_svg(label)}"
    tone = f' data-tone="{node.tone}"'  # lets a page's style sheet colour the words too
    if node.href:
        skip = ' tabindex="-1"' if node.href in reached else ""
        name = quoteattr(words)
        return f"<a href={quoteattr(node.href)} aria-label={name}{tone}{skip}>{inside}</a>"
    return f"<g{tone}>{inside}</g>"


def _label_svg(label: Label) -> str:
    box, node = label.box, label.node
    x = box.x if label.anchor == "start" else box.x + box.width
    anchor = ' text-anchor="end"' if label.anchor == "end" else ""
    if not node.href:  # a click on the words is meant for the band under them
        anchor += ' pointer-events="none"'
    name, units, *rest = label.lines
    weight = ' font-weight="700"' if node.tone == "alarm" else ' font-weight="600"'
    first = f'<text x="{x:.1f}" y="{box.y + LINE - 4:.1f}"{anchor}'
    second = f'<text x="{x:.1f}" y="{box.y + 2 * LINE - 4:.1f}"{anchor} fill-opacity="0.78">'
    if not rest and box.height > LINE:
        return f"{first}{weight}>{escape(name)}</text>{second}{escape(units)}</text>"
    text = f"{first}><tspan{weight}>{escape(name)}</tspan> <tspan>{escape(units)}</tspan></text>"
    return text + "".join(f"{second}{escape(one)}</text>" for one in rest)
