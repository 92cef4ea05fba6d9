"""What a plan lets through, for the command line: sentences and curves."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from lotwarden.cli.subjects import Subject
from lotwarden.cli.usage import Usage
from lotwarden.core import sampling

CURVES = ("oc", "asn", "aoq", "ati")

_POINTS = 400
_SEARCH, _ROUNDS = 30, 5
_OFTEN_ENOUGH_TO_SEE = 0.003
_RARELY = 0.10
_AS_OFTEN_AS_NOT = 0.5


def sentences(subject: Subject) -> list[str]:
    """Return what a plan lets through, in its most telling points."""
    if subject.stages:
        told = sampling.passing_sentences(
            stages=subject.stages, model=subject.model, lot_size=subject.lot_size, aql=subject.aql
        )
        return [one.words for one in told]
    accepted = _accepted(subject)
    at = [_quality(subject, often) for often in (_AS_OFTEN_AS_NOT, _RARELY)]
    if subject.aql is not None:
        at.insert(0, subject.aql)
    found = accepted(np.array(at))
    return [
        sampling.passing_sentence(p=p, pa=float(pa)).words
        for p, pa in zip(at, found, strict=True)
    ]  # fmt: skip


def limiting_quality(subject: Subject) -> float | None:
    """Return the quality of which lots still pass 1 time in 10; none where all pass oftener."""
    try:
        return _quality(subject, _RARELY)
    except sampling.NoSuchQuality:
        return None


def reach(subject: Subject) -> float:
    """Return the quality up to which a curve is worth drawing: hardly a lot of it passes."""
    try:
        return _quality(subject, _OFTEN_ENOUGH_TO_SEE)
    except sampling.NoSuchQuality:
        return 1.0


def curve(subject: Subject, which: str, worst: float) -> tuple[Any, Any]:
    """Return qualities up to `worst` and the values of a curve there.

    A plan by measurements has the curve of acceptance alone; its sample is n, always.
    """
    points = np.linspace(0.0, worst if subject.model == "poisson" else min(worst, 1.0), _POINTS)
    if subject.model == "hypergeometric":
        assert subject.lot_size is not None
        points = np.unique(np.rint(points * subject.lot_size)) / subject.lot_size
    if subject.measured is not None:
        if which != "oc":
            raise Usage(f"--curve {which} is for plans that count units")
        return points, _accepted(subject)(points)
    if which == "ati" and subject.lot_size is None:
        raise Usage("--curve ati needs --lot-size: what is screened is the rest of the lot")
    found = (
        sampling.sequential_curves(
            plan=subject.sequential, p=points, lot_size=subject.lot_size
        )
        if subject.sequential is not None
        else sampling.plan_curves(
            stages=subject.stages, p=points, model=subject.model, lot_size=subject.lot_size
        )
    )  # fmt: skip
    return points, {"oc": found.pa, "asn": found.asn, "aoq": found.aoq, "ati": found.ati}[which]


def accepted_at(subject: Subject, quality: float) -> float:
    """Return how often lots of one quality are accepted; of one lot, the worst it can have."""
    if subject.model == "hypergeometric":
        assert subject.lot_size is not None
        quality = np.floor(quality * subject.lot_size + 1e-9) / subject.lot_size
    return float(_accepted(subject)(np.array([quality]))[0])


def _accepted(subject: Subject) -> Callable[[Any], Any]:
    """Return Pa as a function of qualities."""
    if subject.measured is not None:
        n, k, method = subject.measured
        return lambda p: sampling.variables_oc(n=n, k=k, p=p, method=method)
    if subject.sequential is not None:
        return lambda p: sampling.sequential_curves(plan=subject.sequential, p=p).pa
    return lambda p: sampling.staged_oc(
        stages=subject.stages, p=p, model=subject.model, lot_size=subject.lot_size
    )


def _quality(subject: Subject, often: float) -> float:
    """Return the quality of which lots pass so often."""
    if subject.stages:
        return sampling.quality_at(
            stages=subject.stages, pa=often, model=subject.model, lot_size=subject.lot_size
        )
    accepted = _accepted(subject)
    low, high = 0.0, 1.0
    for _ in range(_ROUNDS):
        points = np.linspace(low, high, _SEARCH)
        first = max(int((accepted(points) <= often).argmax()), 1)
        low, high = float(points[first - 1]), float(points[first])
    return high
