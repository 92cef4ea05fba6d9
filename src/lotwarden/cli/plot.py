"""Pictures of what plans let through, as SVG or PNG; matplotlib is needed for these alone."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from textwrap import fill
from typing import Any, NamedTuple

from lotwarden.cli import passing
from lotwarden.cli.subjects import ALL, Plans, Subject
from lotwarden.cli.usage import Usage
from lotwarden.core.errors import N_, Refusal

_WORDS = {
    "oc": ("What the plan lets through", "How often such a lot is accepted (%)"),
    "asn": ("Units inspected for the verdict", "Units inspected, on average"),
    "aoq": ("What goes out where lots not accepted are screened", "Nonconforming that goes out"),
    "ati": ("The work where lots not accepted are screened", "Units inspected, on average"),
}
_UNITS = "Nonconforming units in the lot (%)"
_NONCONFORMITIES = "Nonconformities per 100 units"
# Told apart without colour too (Okabe and Ito; line styles).
_COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00")
_STYLES = ("-", "--", "-.", ":")
_RARELY_PERCENT = 10
_GREY = "#5f6b73"
_LINE = 100


class CannotDraw(Refusal):
    """The picture's file cannot be written."""

    code = "cli.cannot_draw"
    template = N_("The picture {file} cannot be written: {reason}.")
    remedy = N_("Name a file in a folder that you may write to.")


class NothingToDraw(Refusal):
    """Every unit is inspected, so that there is no curve."""

    code = "cli.nothing_to_draw"
    template = N_("Every unit of the lot is inspected: there is no curve to draw.")
    remedy = N_("Leave out --plot, or choose a plan that inspects a part of the lot.")


class Line(NamedTuple):
    """One curve with its name; `good` is what its better point is called."""

    name: str
    subject: Subject
    good: str = "AQL "


def check(file: str) -> None:
    """Look, before anything is computed, whether a picture can be drawn at all."""
    import matplotlib as mpl

    if Path(file).suffix.lower() not in (".svg", ".png"):
        raise Usage(f"--plot writes .svg or .png, not {file}")
    mpl.use("agg")


def of_plans(plans: Plans, file: str, which: str) -> None:
    """Draw one curve for each class that leaves something to chance."""
    lines = [
        Line(_numbers(one.json), one.subject, "")
        if one.name == ALL
        else Line(f"{one.name}: {_numbers(one.json)}", one.subject)
        for one in plans.classes
        if not one.subject.full
    ]
    _draw(lines, file, which, plans.title)


def of_single(subject: Subject, file: str, which: str) -> None:
    """Draw the curve of one single plan."""
    [(n, ac, _)] = subject.stages
    lot = "" if subject.lot_size is None else f", lot of {subject.lot_size:,}"
    _draw([Line(f"n {n:,}, Ac {ac:,}", subject)], file, which, f"{subject.model}{lot}")


def _numbers(told: dict[str, Any]) -> str:
    if "k" in told:
        return f"n {told['n']:,}, k {told['k']:.3f}"
    most = "up to " if len(told["stages"]) > 1 else ""
    return f"n {most}{told['n']:,}, Ac {told['ac']:,}"


def _draw(lines: Sequence[Line], file: str, which: str, about: str) -> None:
    if not lines:
        raise NothingToDraw
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    title, axis = _WORDS[which]
    about = fill(about, _LINE)
    with rc_context({"svg.hashsalt": "lotwarden", "font.size": 11}):
        height = 5.6 + 0.32 * len(lines)
        figure = Figure(figsize=(8.4, height), dpi=144)
        figure.set_layout_engine("constrained", w_pad=0.15, h_pad=0.12)
        axes = figure.add_subplot()
        worst = max(passing.reach(line.subject) for line in lines)
        for place, line in enumerate(lines):
            _one_line(axes, line, which, place, worst)
        _dress(axes, lines, which)
        axes.set_ylabel(axis + (" (%)" if which == "aoq" and _all_units(lines) else ""))
        pad = 14 + 13 * len(about.splitlines())
        axes.set_title(title, fontsize=14, fontweight="bold", loc="left", pad=pad)
        axes.annotate(
            about, (0, 1), xytext=(0, 8), xycoords="axes fraction", textcoords="offset points",
            fontsize=10, color=_GREY, va="bottom",
        )  # fmt: skip
        figure.legend(loc="outside lower left", frameon=False, fontsize=10, handlelength=3)
        _save(figure, file, f"{title}. {about}")


def _one_line(axes: Any, line: Line, which: str, place: int, worst: float) -> None:
    subject = line.subject
    points, values = passing.curve(subject, which, worst)
    colour = _COLOURS[place % len(_COLOURS)]
    times = 100 if which in ("oc", "aoq") else 1
    marks, told = _marks(line) if which == "oc" else ([], [])
    axes.plot(
        100 * points,
        times * values,
        color=colour,
        linestyle=_STYLES[place % len(_STYLES)],
        linewidth=2,
        label="; ".join([line.name, *told]),
    )
    for shape, quality, often in marks:
        axes.plot(quality, often, shape, color=colour, markersize=8, clip_on=False, zorder=5)


def _marks(line: Line) -> tuple[list[tuple[str, float, float]], list[str]]:
    """Return where AQL and LQ lie on the curve, and what the legend says of them."""
    subject = line.subject
    marks, told = [], []
    unit = "" if subject.model == "poisson" else " %"
    if subject.aql is not None:
        often = 100 * passing.accepted_at(subject, subject.aql)
        marks.append(("o", 100 * subject.aql, often))
        told.append(f"{line.good}{100 * subject.aql:.3g}{unit}, passes {often:.1f} % of the time")
    worst = passing.limiting_quality(subject)
    if worst is not None:
        often = 100 * passing.accepted_at(subject, worst)
        marks.append(("s", 100 * worst, often))
        told.append(f"LQ {100 * worst:.3g}{unit}")
    return marks, told


def _dress(axes: Any, lines: Sequence[Line], which: str) -> None:
    """Give the axes their words and leave out what nobody reads."""
    counted = any(line.subject.model == "poisson" for line in lines)
    words = _UNITS if _all_units(lines) else _NONCONFORMITIES
    if counted and any(line.subject.model != "poisson" for line in lines):
        words = "Nonconforming units (%), or nonconformities per 100 units"
    axes.set_xlabel(words)
    axes.set_xlim(left=0)
    axes.set_ylim(bottom=0)
    if which == "oc":
        axes.set_ylim(0, 103)
        axes.axhline(_RARELY_PERCENT, color=_GREY, linewidth=0.8, linestyle=(0, (2, 3)), zorder=1)
        if any(line.subject.aql is not None for line in lines):
            axes.plot([], [], "o", color=_GREY, label="the AQL, or the producer's quality")
        axes.plot([], [], "s", color=_GREY, label="LQ, the limiting quality: passes 1 time in 10")
    axes.grid(color="#dfe4e7", linewidth=0.8)
    axes.set_axisbelow(True)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)


def _all_units(lines: Sequence[Line]) -> bool:
    return all(line.subject.model != "poisson" for line in lines)


def _save(figure: Any, file: str, description: str) -> None:
    kind = Path(file).suffix.lower().removeprefix(".")
    told = {"Title": description, "Date": None} if kind == "svg" else {"Title": description}
    try:
        figure.savefig(file, format=kind, metadata=told)
    except OSError as error:
        raise CannotDraw(file=file, reason=error.strerror or str(error)) from None
