"""What a plan lets through, for pages: its curves point by point, and in words.

`told` serves every page that shows a plan of counting; the calculator adds plans of other
kinds.  Points begin at no nonconforming unit and end where hardly a lot is accepted, on a
scale that a person reads: every eighth point stands at a round number.

What is computed is remembered: pages ask for the same few plans again and again.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from django.utils.translation import gettext as _

from lotwarden.core import sampling
from lotwarden.core.errors import Refusal
from lotwarden.reports import pages

POINTS: Final = 80
"""Steps of a curve; the table of points has every eighth."""

REMEMBERED_MOST: Final = 512
"""Plans whose curves are kept in memory."""

HARDLY: Final = 0.002
"""The curve ends where so few lots are accepted."""

_ROUND: Final = (1.0, 1.2, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0)

Stages = tuple[tuple[int, int | None, int], ...]


class Computed(NamedTuple):
    """Points, sentences and the AOQL of a plan, before they are worded for a reader."""

    points: tuple[pages.CurvePoint, ...]
    sentences: tuple[sampling.Sentence, ...]
    worst: sampling.Aoql | None


def told(
    *,
    key: str,
    label: str,
    stages: Sequence[tuple[int, int | None, int]],
    lot_size: int,
    aql: str = "",
    model: str = "",
) -> pages.PlanCurves | None:
    """Return what a plan lets through; None where it looks at every unit.

    Above AQL 10 nonconformities are counted, not units.  Without another `model` the lots
    come from a process: the percentage is the process's, and one lot may have more or less.
    """
    if stages[-1][0] >= lot_size:
        return None
    counted = bool(aql) and float(aql) > 10
    asked = model or ("poisson" if counted else "binomial")
    share = float(aql) / 100 if aql else 0.0
    found = computed(tuple(tuple(one) for one in stages), asked, lot_size, share)
    return worded(
        found,
        key=key,
        label=label,
        model=asked,
        mark=(share or None, _("AQL %(value)s") % {"value": aql}),
    )


def worded(
    found: Computed, *, key: str, label: str, model: str, mark: tuple[float | None, str]
) -> pages.PlanCurves:
    """Return computed curves in the reader's language; `mark` is a quality and its name."""
    counted = model == "poisson"
    worst = ""
    if found.worst is not None:
        worst = (
            _("At worst %(aoq)s nonconformities per 100 units go out on average: where %(p)s come in (AOQL).")
            if counted
            else _("At worst %(aoq)s %% nonconforming goes out on average: where %(p)s %% comes in (AOQL).")
        ) % {"aoq": percent(found.worst.aoq), "p": percent(found.worst.p)}  # fmt: skip
    basis = {
        "binomial": _("Computed for lots from a process that makes this percentage (binomial), exactly."),
        "hypergeometric": _("Computed for this one lot, drawn from without putting back (hypergeometric), exactly."),
        "poisson": _("Computed for nonconformities that occur independently (Poisson), exactly."),
        "normal": _("Computed for a measurement that is normally distributed, exactly."),
    }[model]  # fmt: skip
    at, name = mark
    return pages.PlanCurves(
        key=key,
        label=label,
        points=found.points,
        words=tuple(_(one.template).format_map(one.numbers) for one in found.sentences),
        basis=basis,
        worst=worst,
        is_per_hundred=counted,
        mark=at if at is not None and at <= found.points[-1].quality else None,
        mark_label=name,
    )


@lru_cache(maxsize=REMEMBERED_MOST)
def computed(stages: Stages, model: sampling.Model, lot_size: int | None, aql: float) -> Computed:
    """Return the curves of a plan of counting; `aql` 0 has no sentence of its own."""
    qualities = _scale(
        _end(stages, model, lot_size), lot_size if model == "hypergeometric" else None
    )
    fits = lot_size is not None and stages[-1][0] <= lot_size
    found = sampling.plan_curves(
        stages=stages, p=qualities, model=model, lot_size=lot_size if fits else None
    )
    sentences = sampling.passing_sentences(
        stages=stages, model=model, lot_size=lot_size if fits else None, aql=aql or None
    )
    try:
        worst = sampling.aoql(stages=stages, model=model, lot_size=lot_size if fits else None)
    except Refusal:  # the plan stops nothing, so nothing is screened
        worst = None
    return Computed(points(found), sentences, worst)


def points(found: sampling.Curves) -> tuple[pages.CurvePoint, ...]:
    """Return curves as points."""
    rows = zip(found.p, found.pa, found.asn, found.aoq, strict=True)
    screened = [None] * len(found.p) if found.ati is None else [float(one) for one in found.ati]
    return tuple(
        pages.CurvePoint(
            quality=float(p),
            accepted=float(pa),
            inspected=float(asn),
            outgoing=float(aoq),
            screened=ati,
        )
        for (p, pa, asn, aoq), ati in zip(rows, screened, strict=True)
    )


def scale(end: float) -> list[float]:
    """Return the qualities of a curve that ends at about `end`: round, from 0 on, at most 1."""
    return _scale(min(end, 1.0), None)


def percent(share: float) -> str:
    """Return a share as a percentage, with the three digits that mean something."""
    return f"{100 * share:,.0f}" if share >= 1 else f"{100 * share:.3g}"


def _end(stages: Stages, model: sampling.Model, lot_size: int | None) -> float:
    try:
        return sampling.quality_at(
            stages=stages,
            pa=HARDLY,
            model=model,
            lot_size=lot_size if model == "hypergeometric" else None,
        )
    except Refusal:  # lots of every quality are accepted more often
        return 1.0


def _scale(end: float, lot_size: int | None) -> list[float]:
    power = 10.0 ** math.floor(math.log10(max(end, 1e-9)))
    round_end = next(one * power for one in _ROUND if one * power >= end * (1 - 1e-9))
    made = [round_end * step / POINTS for step in range(POINTS + 1)]
    if lot_size is None:
        return made if end > 1 else [min(one, 1.0) for one in made]
    return sorted({min(round(one * lot_size), lot_size) / lot_size for one in made})
