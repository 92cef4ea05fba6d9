"""What a plan lets through, in sentences: "a lot with 6 % nonconforming passes 3 times in 10".

A sentence is a template with its numbers, as everywhere in the core; the shells translate
it.  Three kinds of lots tell most of a plan: those at the AQL, which should pass; those
that pass as often as not; and those that hardly pass.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from lotwarden.core.errors import N_
from lotwarden.core.sampling.curves import Model, quality_at, staged_oc
from lotwarden.core.sampling.designs import units_at_most
from lotwarden.core.sampling.refusals import NoSuchQuality
from lotwarden.core.sentences import Sentence

RARELY: Final = 0.10
"""How often a lot of the limiting quality passes."""

# A probability is said in the coarsest of these that is nearly true, for those that pass and
# for those that do not.
_SAID_IN: Final = (10, 100, 1_000, 10_000)
_NEAR: Final = 0.05


def passing_sentences(
    *,
    stages: Sequence[tuple[int, int | None, int]],
    model: Model = "binomial",
    lot_size: int | None = None,
    aql: float | None = None,
) -> tuple[Sentence, ...]:
    """Return what a plan lets through, in its most telling points; refuse as `oc` does.

    `aql` is a share, 0.025 for an AQL of 2.5; without it, and for AQL 0, its sentence is
    left out.  A plan that stops nothing, or is never sure to, says so instead.

    >>> for one in passing_sentences(stages=((80, 7, 8),), aql=0.04):
    ...     print(one.words)
    A lot with 4 % nonconforming passes 985 times in 1,000.
    A lot with 9.55 % nonconforming passes as often as not.
    A lot with 14.3 % nonconforming still passes 1 time in 10.
    """
    told = []
    if aql:
        at = aql
        if model == "hypergeometric" and lot_size is not None:
            at = units_at_most(lot_size, aql) / lot_size  # the worst lot that keeps it
        pa = float(staged_oc(stages=stages, p=at, model=model, lot_size=lot_size))
        told.append(passing_sentence(p=at, pa=pa, model=model))
    for often, template in ((0.5, _EVENLY), (RARELY, _STILL)):
        try:
            p = quality_at(stages=stages, pa=often, model=model, lot_size=lot_size)
        except NoSuchQuality:
            told.append(Sentence(N_("No lot is so bad that this plan surely stops it."), {}))
            break
        if model == "hypergeometric":  # the lots are few: none may pass exactly so often
            pa = float(staged_oc(stages=stages, p=p, model=model, lot_size=lot_size))
            told.append(passing_sentence(p=p, pa=pa, model=model))
        else:
            told.append(Sentence(template[model == "poisson"], {"quality": _quality(p, model)}))
    return _once(told)


def passing_sentence(*, p: float, pa: float, model: Model = "binomial") -> Sentence:
    """Return how often lots of quality `p` pass, when Pa is `pa`.

    >>> passing_sentence(p=0.06, pa=0.3041).words
    'A lot with 6 % nonconforming passes 3 times in 10.'
    >>> passing_sentence(p=0.2, pa=0.0004).words
    'A lot with 20 % nonconforming passes 4 times in 10,000.'
    """
    numbers = {"quality": _quality(p, model)}
    counted = model == "poisson"
    if pa >= 1 - 0.5 / _SAID_IN[-1]:
        return Sentence(_ALWAYS[counted], numbers)
    if pa < 0.5 / _SAID_IN[-1]:
        return Sentence(_NEVER[counted], numbers)
    times, of = next(
        (round(pa * of), of)
        for of in _SAID_IN
        if abs(round(pa * of) / of - pa) <= _NEAR * min(pa, 1 - pa) or of == _SAID_IN[-1]
    )
    template = _ONCE[counted] if times == 1 else _TIMES[counted]
    return Sentence(template, numbers | {"times": f"{times:,}", "of": f"{of:,}"})


# Each text twice: for shares of units, and for nonconformities per 100 units.
_ALWAYS: Final = (
    N_("A lot with {quality} % nonconforming practically always passes."),
    N_("A lot with {quality} nonconformities per 100 units practically always passes."),
)
_NEVER: Final = (
    N_("A lot with {quality} % nonconforming practically never passes."),
    N_("A lot with {quality} nonconformities per 100 units practically never passes."),
)
_ONCE: Final = (
    N_("A lot with {quality} % nonconforming passes 1 time in {of}."),
    N_("A lot with {quality} nonconformities per 100 units passes 1 time in {of}."),
)
_TIMES: Final = (
    N_("A lot with {quality} % nonconforming passes {times} times in {of}."),
    N_("A lot with {quality} nonconformities per 100 units passes {times} times in {of}."),
)
_EVENLY: Final = (
    N_("A lot with {quality} % nonconforming passes as often as not."),
    N_("A lot with {quality} nonconformities per 100 units passes as often as not."),
)
_STILL: Final = (
    N_("A lot with {quality} % nonconforming still passes 1 time in 10."),
    N_("A lot with {quality} nonconformities per 100 units still passes 1 time in 10."),
)


def _quality(p: float, model: Model) -> str:
    """Return a quality per hundred, with the three digits that mean something."""
    hundred = 100 * p
    return f"{hundred:,.0f}" if hundred >= 100 else f"{hundred:.3g}"


def _once(told: Sequence[Sentence]) -> tuple[Sentence, ...]:
    """Return the sentences without repetitions: a small lot has few states to tell of."""
    once: list[Sentence] = []
    for one in told:
        if one not in once:
            once.append(one)
    return tuple(once)
