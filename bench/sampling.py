"""What a plan lets through, and plans found: beside SciPy, and peers where they are installed.

Curves of 100,000 points, designs and look-ups.  SciPy is always there; `capstat-core` and
`mistat` are installed by `make peers`, and a line says so where one is missing.  What peers
say is compared before it is timed.  R's AcceptanceSampling and AQLSchemes are other people's
machines' affair: their figures beside ours are in no run of this.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import special, stats

from bench.measuring import Figure, Spread, at_least, at_most, ratios, seconds, spread
from lotwarden.core import sampling

TITLE = "Curves, designs and look-ups of sampling plans"

POINTS = 100_000
LOT_SIZE = 100_000
DOUBLE = ((125, 3, 7), (250, 8, 9))
SEVEN = (
    *((50, None, 5), (100, 3, 8), (150, 6, 10), (200, 8, 13)),
    *((250, 11, 15), (300, 14, 17), (350, 18, 19)),
)
GOOD, BAD = (0.001, 0.95), (0.003, 0.10)
FEW = 500
"""The points of a peer that would take minutes for all of them."""

REACH_BINOMIAL = 1.2
REACH_HYPERGEOMETRIC = 50.0
REACH_STAGED = 5.0
REACH_DESIGN_MS = 1.0
REACH_LOOK_UPS = 200_000

Array = NDArray[np.float64]


def measure(folder: Path, *, quick: bool) -> list[Figure]:
    """Return the figures of this budget."""
    turns = 5 if quick else 21
    p = np.linspace(0.0, 0.3, POINTS)
    return [
        *_binomial(p, turns),
        *_hypergeometric(turns, states=LOT_SIZE // (100 if quick else 10)),
        *_staged("double, 2 stages", DOUBLE, p, turns),
        *_staged("multiple, 7 stages", SEVEN, p, turns),
        *_designs(turns),
        _look_ups(turns),
    ]


def _turns(turns: int, *calls: Callable[[], object]) -> list[list[float]]:
    """Return how long each call takes, turn by turn; the first turn warms up."""
    taken: list[list[float]] = [[] for _ in calls]
    for turn in range(turns + 1):
        for one, call in zip(taken, calls, strict=True):
            time = seconds(call)
            if turn:
                one.append(time)
    return taken


def _ms(values: Sequence[float]) -> Spread:
    return spread((1e3 * one for one in values), "ms")


def _same(ours: Array, theirs: Array, within: float = 1e-12) -> str:
    """Return how far two curves are apart; peers that say something else are not compared."""
    apart = float(np.abs(ours - theirs).max())
    return f"apart {apart:.0e}" + ("" if apart <= within else ": NOT THE SAME")


def _binomial(p: Array, turns: int) -> list[Figure]:
    def ours() -> Array:
        return sampling.oc(n=80, ac=7, p=p)

    forms: dict[str, Callable[[], Array]] = {
        "scipy.special.betainc": lambda: special.betainc(73, 8, 1.0 - p),
        "scipy.special.bdtr": lambda: special.bdtr(7, 80, p),
    }
    own, *others = _turns(turns, ours, *forms.values())
    best = min(range(len(others)), key=lambda one: float(np.median(others[one])))
    figures = [
        at_most(
            "OC, binomial (80, 7), over the best form of SciPy",
            ratios(own, others[best]), REACH_BINOMIAL, beside=list(forms)[best],
        ),
        Figure("  ours", _ms(own), f"{POINTS:,} points"),
    ]  # fmt: skip
    for name, taken, form in zip(forms, others, forms.values(), strict=True):
        figures.append(Figure(f"  {name}", _ms(taken), _same(ours(), form())))
    few = p[:: POINTS // FEW]
    return [*figures, *_capstat_curve(few), *_mistat_curve(few)]


def _capstat_curve(p: Array) -> list[Figure]:
    if find_spec("capstat_core") is None:
        return [_missing("capstat-core")]
    from capstat_core import acceptance_sampling as peer

    plan = peer.SamplingPlan(sample_size=80, acceptance_number=7)

    def theirs() -> Array:
        return np.array([peer.probability_of_acceptance(plan, one) for one in p.tolist()])

    return [_reckoned("  capstat-core", theirs, p)]


def _mistat_curve(p: Array) -> list[Figure]:
    if find_spec("mistat") is None:
        return [_missing("mistat")]
    from mistat.acceptanceSampling.distributions import OCbinomial

    def theirs() -> Array:
        return np.asarray(OCbinomial(n=[80], c=[7], r=[8], pd=p).paccept, dtype=np.float64)

    return [_reckoned("  mistat", theirs, p)]


def _reckoned(name: str, theirs: Callable[[], Array], p: Array) -> Figure:
    """Return how long all points would take, from a few of them."""
    time = seconds(theirs) * POINTS / len(p)
    told = _same(sampling.oc(n=80, ac=7, p=p), theirs())
    return Figure(name, _ms([time]), f"reckoned from {len(p)} points; {told}")


def _missing(package: str) -> Figure:
    return Figure(f"  {package}", Spread((float("nan"),), ""), "not installed: make peers")


def _hypergeometric(turns: int, states: int) -> list[Figure]:
    every = np.arange(LOT_SIZE + 1)
    lots = every / LOT_SIZE
    some = every[:: LOT_SIZE // states]

    def ours() -> Array:
        return sampling.oc(n=80, ac=7, p=lots, model="hypergeometric", lot_size=LOT_SIZE)

    def scipys() -> Array:
        return np.asarray(stats.hypergeom.cdf(7, LOT_SIZE, some, 80))

    own, theirs = _turns(3, ours, scipys)
    whole = [one * len(every) / len(some) for one in theirs]
    return [
        at_least(
            "OC, one lot of 100,000, all states, times as fast as SciPy",
            ratios(whole, own), REACH_HYPERGEOMETRIC, beside="scipy.stats.hypergeom.cdf",
        ),
        Figure("  ours", _ms(_turns(turns, ours)[0]), f"{len(every):,} states"),
        Figure(
            "  scipy.stats.hypergeom.cdf", _ms(whole),
            f"reckoned from {len(some):,} states; {_same(ours()[some], scipys())}",
        ),
    ]  # fmt: skip


def _staged(name: str, stages: Any, p: Array, turns: int) -> list[Figure]:
    def ours() -> Array:
        return sampling.staged_oc(stages=stages, p=p)

    def scipys() -> Array:
        return _carried(stages, p)

    own, theirs = _turns(max(turns // 4, 3), ours, scipys)
    return [
        at_least(
            f"OC, {name}, times as fast as SciPy", ratios(theirs, own), REACH_STAGED,
            beside="states carried forward",
        ),
        Figure("  ours", _ms(own), f"{POINTS:,} points"),
        Figure("  SciPy's distributions", _ms(theirs), _same(ours(), scipys())),
    ]  # fmt: skip


def _carried(stages: Any, p: Array) -> Array:
    """Return Pa as one writes it with SciPy and care: logarithms once, every mass once."""
    inside = np.clip(p, 1e-300, 1 - 1e-16)
    logs = np.log(inside), np.log1p(-inside)
    masses: dict[tuple[int, int], Array] = {}
    tails: dict[tuple[int, int], Array] = {}

    def mass(x: int, n: int) -> Array:
        if (x, n) not in masses:
            ways = special.gammaln(n + 1) - special.gammaln(x + 1) - special.gammaln(n - x + 1)
            masses[x, n] = np.exp(ways + x * logs[0] + (n - x) * logs[1])
        return masses[x, n]

    def tail(x: int, n: int) -> Array:
        if (x, n) not in tails:
            tails[x, n] = special.betainc(n - x, x + 1, 1.0 - p)
        return tails[x, n]

    state: dict[int, Array] = {0: np.ones(p.shape)}
    drawn, accepted = 0, np.zeros(p.shape)
    for n, ac, re in stages:
        more, here = n - drawn, dict[int, Array]()
        for before, share in state.items():
            if ac is not None and ac >= before:
                accepted += share * tail(ac - before, more)
            if n < stages[-1][0]:
                for d in range(max(before, -1 if ac is None else ac + 1), re):
                    step = share * mass(d - before, more)
                    here[d] = here[d] + step if d in here else step
        state, drawn = here, n
    return accepted


def _designs(turns: int) -> list[Figure]:
    def ours() -> object:
        return sampling.design(producer=GOOD, consumer=BAD)

    figures = [
        at_most(
            "design of (0.001, 0.95), (0.003, 0.10)", _ms(_turns(turns, ours)[0]),
            REACH_DESIGN_MS, beside=_told(ours()),
        )
    ]  # fmt: skip
    if find_spec("capstat_core") is None:
        return [*figures, _missing("capstat-core")]
    from capstat_core import acceptance_sampling as peer

    def theirs() -> Any:
        return peer.design_single_sampling_plan(GOOD[0], BAD[0])

    found = theirs()
    told = f"n {found.sample_size:,}, Ac {found.acceptance_number}"
    return [*figures, Figure("  capstat-core", _ms(_turns(turns, theirs)[0]), told)]


def _told(plan: Any) -> str:
    return f"n {plan.n:,}, Ac {plan.ac}"


def _look_ups(turns: int) -> Figure:
    asked = [(lot, aql) for lot in (40, 400, 4_000, 40_000) for aql in sampling.AQLS]

    def look_up() -> None:
        for lot_size, aql in asked:
            sampling.single_plan(
                lot_size=lot_size, level="II", aql=aql, severity="normal", standard="iso2859-1"
            )

    taken = _turns(turns, look_up)[0]
    return at_least(
        "plans looked up", spread((len(asked) / one for one in taken), "/s"), REACH_LOOK_UPS
    )
