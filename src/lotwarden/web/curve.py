"""The curves of a plan as pictures: one SVG string for each, which stands by itself on paper.

    pa    how often lots of each quality are accepted (OC)
    aoq   what goes out on average where lots not accepted are screened (AOQ)
    asn   the units looked at for the verdict, on average (ASN)
    ati   the units looked at on average, screening included (ATI)

The size is one that reads on a phone and on a desk.  Colours are presentation attributes
that a style sheet may change.  `data-x` and `data-y` say where each point stands, so that a
script can show the one that a reader chooses; without it the points are in the page's table.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from lotwarden.reports.pages import CurvePoint, PlanCurves
from lotwarden.web.flow import FONT, escape, quoteattr

WIDTH, HEIGHT = 440.0, 272.0
LEFT, RIGHT, TOP, BOTTOM = 52.0, 16.0, 16.0, 44.0
FONT_SIZE: Final = 13
INK, LINE = "#0f5c4c", "#8b9692"
_Place = Callable[[float], float]
_STEPS: Final = (1.0, 2.0, 2.5, 5.0, 10.0)


@dataclass(frozen=True, slots=True)
class Axis:
    """A scale from 0 to `end` with marks at round numbers."""

    end: float
    step: float

    @property
    def marks(self) -> tuple[float, ...]:
        return tuple(self.step * one for one in range(math.floor(self.end / self.step + 1e-9) + 1))


def kinds(curves: PlanCurves) -> tuple[str, ...]:
    """Return which curves there are of a plan: what varies, and is known."""
    first = curves.points[0]
    found = ["pa"]
    if first.outgoing is not None:
        found.append("aoq")
    if first.inspected is not None:
        found.append("asn")
    if first.screened is not None:
        found.append("ati")
    return tuple(found)


def draw(curves: PlanCurves, kind: str, *, title: str, across: str) -> str:
    """Return one curve; `title` names it and `across` says what lies along the bottom."""
    qualities = [one.quality * 100 for one in curves.points]
    values = [_value(one, kind) for one in curves.points]
    x_axis, y_axis = axis(qualities[-1]), axis(100.0 if kind == "pa" else max(values) * 1.02)

    def x(one: float) -> float:
        return LEFT + one / qualities[-1] * (WIDTH - LEFT - RIGHT)

    def y(one: float) -> float:
        return HEIGHT - BOTTOM - one / y_axis.end * (HEIGHT - TOP - BOTTOM)

    name = f"curve-{curves.key}-{kind}"
    xs, ys = [x(one) for one in qualities], [y(one) for one in values]
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:.0f} {HEIGHT:.0f}" '
        f'width="{WIDTH:.0f}" height="{HEIGHT:.0f}" role="img" aria-labelledby="{name}" '
        f'font-family={quoteattr(FONT)} font-size="{FONT_SIZE}" fill="currentColor" '
        f'data-x="{_places(xs)}" data-y="{_places(ys)}"><title id="{name}">{escape(title)}</title>'
    )
    parts = [head]
    is_share = kind == "pa" or (kind == "aoq" and not curves.is_per_hundred)
    parts += _frame(x_axis, y_axis, (x, y), is_share=is_share, across=across)
    if curves.mark is not None:
        parts.append(_mark(x(curves.mark * 100), curves.mark_label))
    if kind == "pa" and curves.points[0].accepted_most is not None:
        tops = [y(100 * (one.accepted_most or 0.0)) for one in curves.points]
        there = _line(xs, tops)
        back = _line(xs[::-1], ys[::-1])
        parts.append(
            f'<path class="band" d="{there}L{back[1:]}Z" fill="{INK}" fill-opacity="0.22"/>'
            f'<path class="curve-line" d="{there}" fill="none" stroke="{INK}" stroke-width="1.5"/>'
        )
    parts.append(
        f'<path class="curve-line" d="{_line(xs, ys)}" fill="none" stroke="{INK}" '
        'stroke-width="2.5" stroke-linejoin="round"/>'
        f'<g class="here" visibility="hidden"><path d="M0,{TOP:.0f}V{HEIGHT - BOTTOM:.0f}" '
        f'stroke="{LINE}"/><circle r="5.5" fill="{INK}"/></g></svg>'
    )
    return "".join(parts)


def axis(end: float) -> Axis:
    """Return a scale to `end` with four to six marks.

    >>> axis(12.0).marks
    (0.0, 2.5, 5.0, 7.5, 10.0)
    """
    end = max(end, 1e-9)
    rough = end / 5
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(one * power for one in _STEPS if one * power >= rough * (1 - 1e-9))
    return Axis(end, step)


def _value(point: CurvePoint, kind: str) -> float:
    if kind == "pa":
        return 100 * point.accepted
    if kind == "aoq":
        return 100 * (point.outgoing or 0.0)
    return (point.inspected if kind == "asn" else point.screened) or 0.0


def _frame(
    x_axis: Axis, y_axis: Axis, place: tuple[_Place, _Place], *, is_share: bool, across: str
) -> list[str]:
    x, y = place
    floor = HEIGHT - BOTTOM
    lines = "".join(f"M{LEFT:.0f},{y(one):.1f}H{WIDTH - RIGHT:.0f}" for one in y_axis.marks)
    parts = [f'<path class="grid" d="{lines}" stroke="{LINE}" stroke-opacity="0.35" fill="none"/>']
    for one in y_axis.marks:
        unit = " %" if is_share else ""
        parts.append(
            f'<text x="{LEFT - 8:.0f}" y="{y(one) + 4.5:.1f}" text-anchor="end">'
            f"{one:,.6g}{unit}</text>"
        )
    for one in x_axis.marks:
        parts.append(
            f'<text x="{x(one):.1f}" y="{floor + 18:.0f}" text-anchor="middle">{one:,.6g}</text>'
        )
    middle = (LEFT + WIDTH - RIGHT) / 2
    parts.append(
        f'<text x="{middle:.0f}" y="{HEIGHT - 6:.0f}" text-anchor="middle" fill-opacity="0.8">'
        f"{escape(across)}</text>"
    )
    return parts


def _mark(at: float, label: str) -> str:
    """Return a dashed line with its name beside it, on the side that has room."""
    side, off = ("end", -6) if at > WIDTH * 0.7 else ("start", 6)
    return (
        f'<path class="mark" d="M{at:.1f},{TOP:.0f}V{HEIGHT - BOTTOM:.0f}" stroke="{LINE}" '
        f'stroke-dasharray="4 4" fill="none"/><text x="{at + off:.1f}" '
        f'y="{HEIGHT - BOTTOM - 8:.0f}" '
        f'text-anchor="{side}" class="halo">{escape(label)}</text>'
    )


def _line(xs: Sequence[float], ys: Sequence[float]) -> str:
    return "M" + "L".join(f"{x:.1f},{y:.1f}" for x, y in zip(xs, ys, strict=True))


def _places(values: Sequence[float]) -> str:
    return " ".join(f"{one:.1f}" for one in values)
