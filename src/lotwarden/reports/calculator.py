"""The calculator of plans: anybody asks, in the query of an address, and gets plan and curve.

A question is the texts that were typed, by field.  `answer` reads them and either answers or
says which field is wrong and why, in the words of the refusal; nothing here is stored.

Anybody may ask, so nothing here computes without end: the limits below say how much one
question may take, and what was computed is remembered.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Final, cast

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lotwarden.core import sampling
from lotwarden.core.errors import N_, Named, Refusal
from lotwarden.reports import curves, pages, words

LOT_MOST: Final = 10_000_000
"""The largest lot that is answered for."""

SAMPLE_MOST: Final = 1_000_000
"""The largest sample of a plan that was typed in."""

CHAIN_MOST: Final = 100
"""The lots before that a chain may look back on."""

SEQUENTIAL_MOST: Final = 1_000_000
"""Units x nonconforming units that a sequential plan is followed for: about half a second."""

RECTIFYING_MOST: Final = 2_000
"""Nonconforming units, lot size x limit, up to which the cheapest plan is looked for."""

REMEMBERED_MOST: Final = 256

CLASSES: Final = ("critical", "major", "minor")
TYPES: Final[Mapping[str, str]] = {
    "single": N_("Single sample"),
    "double": N_("Double sample"),
    "multiple": N_("Multiple sample, up to seven"),
    "c0": N_("Accept on zero (c = 0)"),
    "design": N_("Designed from two points"),
    "dodge-romig": N_("Dodge–Romig: what is not accepted is screened"),
    "sequential": N_("Sequential: unit by unit"),
    "chain": N_("Chain: looks back on the lots before"),
    "variables": N_("By measurements (variables)"),
}
DEFAULTS: Final[Mapping[str, str]] = {
    "type": "single", "lot": "4000", "level": "II", "standard": "iso2859-1", "severity": "normal",
    "p1": "1", "pa1": "95", "p2": "5", "pa2": "10", "model": "binomial",
    "lq": "5", "beta": "10", "kind": "AOQL", "limit": "2", "average": "0.5",
    "n": "10", "before": "2",
    "method": "s", "letter": "H", "aql": "1.0", "limits": "one",
}  # fmt: skip
"""What is answered where a field is not in the address at all."""

CLASS_DEFAULTS: Final = {"critical": "0", "major": "2.5", "minor": "4.0"}
"""The AQLs where the address names no class: else a class that it leaves out is not inspected for."""

NAMES: Final[Mapping[str, str]] = {
    "lot": N_("The lot size"),
    "p1": N_("The quality to accept"),
    "pa1": N_("How often it is accepted"),
    "p2": N_("The quality to stop"),
    "pa2": N_("How often it still passes"),
    "lq": N_("The limiting quality"),
    "beta": N_("How often it still passes"),
    "limit": N_("The limit"),
    "average": N_("The process average"),
    "n": N_("The sample"),
    "before": N_("The lots before"),
}
SCHEMES: Final = {"iso2859-1": "ISO 2859-1:1999", "z1.4": "ANSI/ASQ Z1.4, MIL-STD-105E"}


class PercentOutside(Refusal):
    """What was typed is no percentage, or one that nothing can be computed for."""

    code = "reports.percent_outside"
    template = N_("{name}: {given} is not a percentage above 0 and below 100.")
    remedy = N_("Give a percentage such as 2.5, without letters.")


class CountOutside(Refusal):
    """What was typed is no count, or a larger one than is answered for."""

    code = "reports.count_outside"
    template = N_("{name}: {given} is not a whole number from {least} to {most}.")
    remedy = N_("Give a whole number in that range; the Python library has no such limit.")


class UnknownType(Refusal):
    """The calculator has no such type of plan."""

    code = "reports.unknown_plan_type"
    template = N_("There is no type of plan {given}.")
    remedy = N_("Choose one of: {known}.")


class PlanTooHeavy(Refusal):
    """The answer would take more computing than a public page gives one question."""

    code = "reports.plan_too_heavy"
    template = N_("This plan takes more computing than one question is given on this page.")
    remedy = N_("Move the two qualities apart or take a smaller lot; the Python library has no such limit.")  # fmt: skip


class InField(Exception):
    """A refusal, and the field that it is about."""

    def __init__(self, field: str, refusal: Refusal) -> None:
        self.field, self.refusal = field, refusal
        super().__init__(str(refusal))


Asked = Mapping[str, str]


def question(given: Asked) -> dict[str, str]:
    """Return what is asked: what was given, and the defaults for what was not."""
    asked = dict(DEFAULTS) | dict.fromkeys(CLASSES, "")
    if not any(name in given for name in CLASSES):
        asked |= CLASS_DEFAULTS
    asked |= {name: given[name].strip() for name in asked if name in given}
    for name, known in (("kind", ("AOQL", "LTPD")), ("limits", ("one", "two"))):
        if asked[name] not in known:
            asked[name] = DEFAULTS[name]
    return asked


def answer(asked: Asked) -> pages.CalculatorPage:
    """Return the page for a whole question; a refusal is a part of it."""
    try:
        return _answered(asked)
    except InField as wrong:
        refusal, field = wrong.refusal, wrong.field
    return pages.CalculatorPage(
        answer="",
        refusal=pages.RefusalPanel(
            refusal.code,
            refusal.say(_(refusal.template), _),
            next_step=refusal.say(_(refusal.remedy), _),
        ),
        wrong=field,
    )


def plan_of(asked: Asked) -> pages.CalculatorPage:
    """Return the page for a whole question.

    Refuses:
        reports.unknown_plan_type, reports.count_outside, reports.percent_outside,
        reports.plan_too_heavy, and what `core.sampling` does of such a plan.
    """
    try:
        return _answered(asked)
    except InField as wrong:
        raise wrong.refusal from None


def _answered(asked: Asked) -> pages.CalculatorPage:
    kind = _TYPES.get(asked["type"])
    if kind is None:
        raise InField("type", UnknownType(given=quoted(asked["type"]), known=", ".join(TYPES)))
    return kind(asked)


# Plans of the tables -------------------------------------------------------------------------


def _tabled(asked: Asked) -> pages.CalculatorPage:
    """Answer for single, double and multiple sampling, all classes in one sample."""
    lot_size = _count(asked, "lot", least=2, most=LOT_MOST)
    kind, level, severity = asked["type"], asked["level"], asked["severity"]
    standard = asked["standard"] if kind == "single" else "z1.4"
    with _about("level"):
        letter = sampling.code_letter(lot_size=lot_size, level=level)
    named = [name for name in CLASSES if asked[name]]
    if not named:
        raise InField("major", sampling.NoClasses())
    made: dict[str, sampling.StagedPlan] = {}
    for name in named:
        with _about(name, unknown_severity="severity", unknown_standard="standard"):
            made[name] = sampling.staged_plan(
                kind=kind, lot_size=lot_size, level=level, aql=asked[name], severity=severity,
                standard=standard,
            )  # fmt: skip
    drawn = max(one.sample_size for one in made.values())
    first = max(one.ends[0] for one in made.values())
    aqls = ", ".join(f"{_(name)} {one.aql}" for name, one in made.items())
    notes = []
    if kind != "single":
        notes.append(
            _("Double and multiple plans are those of ANSI/ASQ Z1.4 (MIL-STD-105E); ISO 2859-1 prints tables of its own, which are not held here.")
        )  # fmt: skip
    return pages.CalculatorPage(
        answer=_draw(drawn, lot_size, first),
        basis=_("%(scheme)s, level %(level)s, %(severity)s inspection, code letter %(letter)s, AQL: %(aqls)s")
        % {
            "scheme": SCHEMES[standard], "level": level, "severity": _(words.SEVERITIES[severity]),
            "letter": letter, "aqls": aqls,
        },
        plans=tuple(_of_class(name, one, drawn) for name, one in made.items()),
        notes=tuple(notes),
    )  # fmt: skip


def _of_class(name: str, plan: sampling.StagedPlan, drawn: int) -> pages.CalculatedPlan:
    last = plan.stages[-1]
    if len(plan.stages) > 1:
        rule = _first_stage(plan)
    else:
        rule = _accept(last.ac or 0, last.re, counts_units=plan.counts_units)
    if plan.sample_size < drawn and len(plan.stages) == 1:
        rule = _("%(rule)s, in the first %(n)s drawn") % {
            "rule": rule,
            "n": words.number(plan.sample_size),
        }
    flags = [_(plan.flag)] if plan.flag else []
    if last.ac is not None and last.re > last.ac + 1:
        flags.append(
            _("Between the two numbers the lot is accepted, and the next lot has normal inspection.")
        )  # fmt: skip
    trust = ""
    if len(plan.stages) > 1 or _rests_on_one_source(plan):
        trust = _("This cell of the table rests on a single source.")
    return pages.CalculatedPlan(
        key=name,
        label=_(name),
        rule=rule,
        stages=_stages(plan) if len(plan.stages) > 1 else (),
        flags=tuple(flags),
        trust=trust,
        curves=curves.told(
            key=name, label=_(name), stages=plan.stages, lot_size=plan.lot_size, aql=plan.aql
        ),
    )


def _first_stage(plan: sampling.StagedPlan) -> str:
    """Return what the first sample decides, and that others may follow."""
    first = plan.stages[0]
    if plan.ends[0] >= plan.lot_size:
        return _("the lot ends with the first stage: every unit is looked at, and the numbers below are asked in turn")  # fmt: skip
    numbers = {
        "n": words.number(plan.ends[0]), "re": words.number(first.re),
        "ac": words.number(first.ac or 0), "more": words.number(plan.ends[1] - plan.ends[0]),
    }  # fmt: skip
    if first.ac is None:
        return _("of the first %(n)s, reject at %(re)s; with fewer, draw %(more)s more, as below") % numbers  # fmt: skip
    if first.ac == 0:
        return _("of the first %(n)s, accept at 0, reject at %(re)s; between, draw %(more)s more, as below") % numbers  # fmt: skip
    return _("of the first %(n)s, accept at %(ac)s or fewer, reject at %(re)s; between, draw %(more)s more, as below") % numbers  # fmt: skip


def _rests_on_one_source(plan: sampling.StagedPlan) -> bool:
    """Return whether a cell of reduced inspection of ISO 2859-1 has one source (`tables`)."""
    if (plan.standard, plan.severity) != ("iso2859-1", "reduced") or plan.aql in _CONFIRMED:
        return False
    column = sampling.COLUMNS.index(plan.aql)
    here, elsewhere = (
        sampling.single_table(standard=standard, severity="reduced")[plan.code_letter][column]
        for standard in ("iso2859-1", "z1.4")
    )
    return here != elsewhere


_CONFIRMED: Final = (sampling.AQL_ZERO, "1.0", "4.0", "10")
"""The AQLs at which a second source confirms what ISO 2859-1 has for reduced inspection."""


def _stages(plan: sampling.StagedPlan) -> tuple[pages.PlanStage, ...]:
    """Return the stages as far as the lot reaches."""
    found: list[pages.PlanStage] = []
    before = 0
    for number, (stage, end) in enumerate(zip(plan.stages, plan.ends, strict=True), start=1):
        found.append(pages.PlanStage(number, end - before, end, stage.ac, stage.re))
        before = end
    return tuple(found)


# Plans that are computed ---------------------------------------------------------------------


def _zero(asked: Asked) -> pages.CalculatorPage:
    """Answer for acceptance number 0, for a process or for one lot."""
    lot_size = _count(asked, "lot", least=2, most=LOT_MOST)
    lq, beta = _share(asked, "lq"), _share(asked, "beta")
    with _about("lq"):
        plan = sampling.zero_plan(lq=lq, beta=beta, lot_size=lot_size)
    return _one_plan(
        asked,
        (plan.n, 0, 1),
        lot_size=lot_size,
        model="hypergeometric",
        basis=_("Accept on zero: a lot with %(lq)s %% nonconforming passes at most %(beta)s times in 100")
        % {"lq": curves.percent(lq), "beta": curves.percent(beta)},
        mark=(lq, _("limiting quality")),
    )  # fmt: skip


def _designed(asked: Asked) -> pages.CalculatorPage:
    """Answer for the smallest plan that keeps two points."""
    producer, consumer = _points(asked)
    model = cast("sampling.Model", asked["model"])  # the design refuses another
    lot_size = None
    if model == "hypergeometric":
        lot_size = _count(asked, "lot", least=2, most=LOT_MOST)
    with _about("p2", unknown_model="model", lot_too_small="lot", risks_reversed="pa2"):
        plan = sampling.design(
            producer=producer,
            consumer=consumer,
            model=model,
            lot_size=lot_size,
        )
    return _one_plan(
        asked,
        (plan.n, plan.ac, plan.re),
        lot_size=lot_size,
        model=model,
        basis=_promise(producer, consumer),
        mark=(consumer[0], _("to stop")),
    )


def _rectifying(asked: Asked) -> pages.CalculatorPage:
    """Answer for the cheapest plan where lots not accepted are screened."""
    lot_size = _count(asked, "lot", least=2, most=LOT_MOST)
    limit, average = _share(asked, "limit"), _share(asked, "average")
    if limit * lot_size > RECTIFYING_MOST:
        raise InField("limit", PlanTooHeavy())
    if asked["kind"] == "LTPD":
        beta = _share(asked, "beta")
        plan = _ltpd(limit, average, lot_size, beta)
        basis = _("LTPD: a lot with %(limit)s %% nonconforming passes at most %(beta)s times in 100, at the least inspection where %(average)s %% is usual") % {
            "limit": curves.percent(limit), "beta": curves.percent(beta), "average": curves.percent(average),
        }  # fmt: skip
    else:
        plan = _aoql(limit, average, lot_size)
        basis = _("AOQL: on average never more than %(limit)s %% nonconforming goes out, at the least inspection where %(average)s %% is usual") % {
            "limit": curves.percent(limit), "average": curves.percent(average),
        }  # fmt: skip
    page = _one_plan(
        asked,
        (plan.n, plan.ac, plan.re),
        lot_size=lot_size,
        model="binomial",
        basis=basis,
        mark=(limit, asked["kind"] if asked["kind"] == "LTPD" else "AOQL"),
    )
    note = _("Screened: all units of a lot that is not accepted are looked at, and what does not conform is replaced. On average %(ati)s of %(size)s units are looked at.") % {
        "ati": words.number(round(plan.ati)), "size": words.number(lot_size),
    }  # fmt: skip
    return pages.CalculatorPage(page.answer, page.basis, page.plans, (note,))


@lru_cache(maxsize=REMEMBERED_MOST)
def _aoql(limit: float, average: float, lot_size: int) -> sampling.RectifyingPlan:
    return sampling.aoql_plan(aoql=limit, process_average=average, lot_size=lot_size)


@lru_cache(maxsize=REMEMBERED_MOST)
def _ltpd(limit: float, average: float, lot_size: int, beta: float) -> sampling.RectifyingPlan:
    return sampling.ltpd_plan(ltpd=limit, process_average=average, lot_size=lot_size, beta=beta)


def _sequential(asked: Asked) -> pages.CalculatorPage:
    """Answer for a plan that looks at unit by unit, and for when it stops."""
    producer, consumer = _points(asked)
    with _about("p2", risks_reversed="pa2"):
        plan = sampling.sequential_plan(producer=producer, consumer=consumer)
    if plan.cut * max(plan.cut_ac, 1) > SEQUENTIAL_MOST:
        raise InField("p2", PlanTooHeavy())
    found = _followed(producer, consumer)
    mean = max(one.inspected or 0.0 for one in found.points)
    return pages.CalculatorPage(
        answer=_("Look at unit by unit, and stop as soon as it is clear: at most %(cut)s units.")
        % {"cut": words.number(plan.cut)},
        basis=_promise(producer, consumer),
        plans=(
            pages.CalculatedPlan(
                key="plan",
                label=_("any class"),
                rule=_("accept or reject at the numbers below; between them, look at the next unit"),
                stages=_steps(plan),
                curves=curves.worded(
                    found, key="plan", label=_("any class"), model="binomial",
                    mark=(consumer[0], _("to stop")),
                ),
            ),
        ),
        notes=(
            _("On average at most %(n)s units are looked at, whatever the quality.")
            % {"n": words.number(round(mean))},
        ),
    )  # fmt: skip


@lru_cache(maxsize=REMEMBERED_MOST)
def _followed(producer: tuple[float, float], consumer: tuple[float, float]) -> curves.Computed:
    plan = sampling.sequential_plan(producer=producer, consumer=consumer)
    at = [*curves.scale(consumer[0] * 1.5), producer[0], consumer[0]]
    found = sampling.sequential_curves(plan=plan, p=at)
    sentences = tuple(
        sampling.passing_sentence(p=at[place], pa=float(found.pa[place])) for place in (-2, -1)
    )
    return curves.Computed(curves.points(found)[:-2], sentences, None)


def _steps(plan: sampling.SequentialPlan) -> tuple[pages.PlanStage, ...]:
    """Return the units at which a number changes; at most `STEPS_SHOWN`, then the cut."""
    found: list[pages.PlanStage] = []
    before: tuple[int | None, int | None] = (None, None)
    last = 0
    for n in range(1, plan.cut + 1):
        now = (plan.accept_at(n), plan.reject_at(n))
        if now == before or now[1] is None:
            continue
        before = now
        if len(found) < STEPS_SHOWN or n == plan.cut:
            found.append(pages.PlanStage(len(found) + 1, n - last, n, now[0], now[1]))
            last = n
    return tuple(found)


STEPS_SHOWN: Final = 40
"""Rows of a sequential plan that are shown."""


def _chain(asked: Asked) -> pages.CalculatorPage:
    """Answer for ChSP-1, which forgives one unit after lots without any."""
    n = _count(asked, "n", least=1, most=SAMPLE_MOST)
    before = _count(asked, "before", least=1, most=CHAIN_MOST)
    return pages.CalculatorPage(
        answer=ngettext("Draw %(n)s unit.", "Draw %(n)s units.", n) % {"n": words.number(n)},
        basis=_("Chain sampling (ChSP-1), n %(n)s, i %(i)s") % {"n": words.number(n), "i": before},
        plans=(
            pages.CalculatedPlan(
                key="plan",
                label=_("any class"),
                rule=ngettext(
                    "accept at 0; at 1 only if the sample of the lot before had none; reject at 2",
                    "accept at 0; at 1 only if the samples of the %(i)s lots before had none; reject at 2",
                    before,
                )
                % {"i": before},
                curves=curves.worded(
                    _chained(n, before), key="plan", label=_("any class"), model="binomial",
                    mark=(None, ""),
                ),
            ),
        ),
        notes=(_("Only for a steady series of lots from one process, in the order of production."),),
    )  # fmt: skip


@lru_cache(maxsize=REMEMBERED_MOST)
def _chained(n: int, before: int) -> curves.Computed:
    end = sampling.quality_at(stages=((n, 0, 1),), pa=curves.HARDLY)
    at = curves.scale(end)
    pa = sampling.chain_oc(n=n, i=before, p=at)
    found = tuple(
        pages.CurvePoint(quality=p, accepted=float(one), inspected=float(n), outgoing=p * float(one))
        for p, one in zip(at, pa, strict=True)
    )  # fmt: skip
    told = (len(at) // 16, len(at) // 4)
    return curves.Computed(
        found,
        tuple(sampling.passing_sentence(p=at[one], pa=float(pa[one])) for one in told),
        None,
    )


def _variables(asked: Asked) -> pages.CalculatorPage:
    """Answer for a plan by measurements of Z1.9."""
    with _about(
        "aql", unknown_variables_letter="letter", unknown_variables_method="method",
        unknown_severity="severity",
    ):  # fmt: skip
        plan = sampling.variables_plan(
            letter=asked["letter"], aql=asked["aql"], severity=asked["severity"],
            method=asked["method"], standard="z1.9",
        )  # fmt: skip
    both = asked["limits"] == "two"
    if both:
        rule = _("accept where at most %(m)s %% is estimated outside the two limits together (M)")
    else:
        rule = _("accept where the mean is at least %(k)s spreads inside the limit (k), or at most %(m)s %% is estimated beyond it (M)")  # fmt: skip
    spread = _("the spread of the sample") if plan.method == "s" else _("the known spread")
    notes = [
        _("Z1.9 gives a lot its letter by a table that is not held here: choose the letter."),
        _("Only for what is normally distributed; a unit outside a limit stays nonconforming, whatever the verdict."),
    ]  # fmt: skip
    if both:
        notes.append(_("With two limits the chance also depends on how the units outside are split between them: the curve is a band."))  # fmt: skip
    return pages.CalculatorPage(
        answer=ngettext("Measure %(n)s unit.", "Measure %(n)s units.", plan.n)
        % {"n": words.number(plan.n)},
        basis=_("ANSI/ASQ Z1.9, letter %(letter)s, AQL %(aql)s, %(severity)s inspection, %(spread)s")
        % {
            "letter": plan.letter, "aql": plan.aql, "spread": spread,
            "severity": _(words.SEVERITIES[plan.severity]),
        },
        plans=(
            pages.CalculatedPlan(
                key="plan",
                label=_("measured property"),
                rule=rule % {"k": f"{plan.k:.3f}", "m": f"{100 * plan.m:.3g}"},
                flags=(_(plan.warning).format_map(plan.warning_numbers),) if plan.other_k else (),
                trust="" if plan.other_k or not plan.warning else _("This cell of the table rests on a single source."),
                curves=curves.worded(
                    _measured(plan.n, plan.k, plan.m, plan.method, both), key="plan",
                    label=_("measured property"), model="normal",
                    mark=(float(plan.aql) / 100, _("AQL %(value)s") % {"value": plan.aql}),
                ),
            ),
        ),
        notes=tuple(notes),
    )  # fmt: skip


@lru_cache(maxsize=REMEMBERED_MOST)
def _measured(n: int, k: float, m: float, method: str, both: bool) -> curves.Computed:  # noqa: FBT001
    def passes(p: float) -> float:
        return float(sampling.variables_oc(n=n, k=k, p=p, method=method))

    fine = [0.0005 * 1.2**step for step in range(40)]
    end = next((p for p in fine if passes(p) < curves.HARDLY), 1.0)
    at = curves.scale(end)
    if both:
        band = sampling.variables_oc_band(n=n, m=m, p=at, method=method)
        ways = list(zip(band.lower, band.upper, strict=True))
    else:
        single = sampling.variables_oc(n=n, k=k, p=at, method=method)
        ways = [(one, one) for one in single]
    found = tuple(
        pages.CurvePoint(
            quality=p,
            accepted=float(least),
            accepted_most=float(most) if both else None,
            inspected=float(n),
        )
        for p, (least, most) in zip(at, ways, strict=True)
    )
    low, high = 0.0, 1.0
    for _step in range(40):  # where a lot passes as often as not
        middle = (low + high) / 2
        low, high = (middle, high) if passes(middle) > 0.5 else (low, middle)
    told = (low / 3, low, 2 * low) if not both else ()
    sentences = tuple(sampling.passing_sentence(p=p, pa=passes(p)) for p in told if 0 < p < 1)
    return curves.Computed(found, sentences, None)


# Words and numbers ---------------------------------------------------------------------------


def _one_plan(
    asked: Asked,
    stage: tuple[int, int, int],
    *,
    lot_size: int | None,
    model: sampling.Model,
    basis: str,
    mark: tuple[float, str],
) -> pages.CalculatorPage:  # fmt: skip
    """Return the page of one single plan that was computed."""
    n, ac, re = stage
    found = None
    if lot_size is None or n < lot_size:
        found = curves.worded(
            curves.computed((stage,), model, lot_size, 0.0),
            key="plan",
            label=_("any class"),
            model=model,
            mark=mark,
        )
    return pages.CalculatorPage(
        answer=_draw(n, lot_size, n),
        basis=basis,
        plans=(
            pages.CalculatedPlan(
                key="plan",
                label=_("any class"),
                rule=_accept(ac, re, counts_units=model != "poisson"),
                curves=found,
            ),
        ),
    )


def _draw(n: int, lot_size: int | None, first: int) -> str:
    """Return the first sentence of the answer."""
    numbers = {"n": words.number(n), "size": words.number(lot_size or 0), "first": words.number(first)}  # fmt: skip
    if lot_size is None:
        return ngettext("Draw %(n)s unit.", "Draw %(n)s units.", n) % numbers
    if n >= lot_size:
        return _("Look at all %(size)s.") % numbers
    if first < n:
        return _("Draw %(first)s of %(size)s first, at most %(n)s in all.") % numbers
    return _("Draw %(n)s of %(size)s.") % numbers


def _accept(ac: int, re: int, *, counts_units: bool) -> str:
    numbers = {"ac": words.number(ac), "re": words.number(re)}
    if not counts_units:
        return _("accept at %(ac)s nonconformities or fewer, reject at %(re)s") % numbers
    if ac == 0:
        return _("accept at 0, reject at %(re)s") % numbers
    return _("accept at %(ac)s or fewer, reject at %(re)s") % numbers


def _promise(producer: tuple[float, float], consumer: tuple[float, float]) -> str:
    return _("Lots with %(p1)s %% nonconforming pass at least %(pa1)s times in 100, lots with %(p2)s %% at most %(pa2)s") % {
        "p1": curves.percent(producer[0]), "pa1": curves.percent(producer[1]),
        "p2": curves.percent(consumer[0]), "pa2": curves.percent(consumer[1]),
    }  # fmt: skip


def _points(asked: Asked) -> tuple[tuple[float, float], tuple[float, float]]:
    return (
        (_share(asked, "p1"), _share(asked, "pa1")),
        (_share(asked, "p2"), _share(asked, "pa2")),
    )


def _name(field: str) -> Named:
    return Named(field, NAMES[field])


def _count(asked: Asked, field: str, *, least: int, most: int) -> int:
    """Read a whole number, with the separators that people type."""
    text = asked[field].translate(_SEPARATORS)
    if text.isascii() and text.isdecimal() and len(text) <= len(str(most)):
        number = int(text)
        if least <= number <= most:
            return number
        if field == "lot" and number < least:
            raise InField(field, sampling.LotTooSmall(lot_size=number))
    raise InField(
        field,
        CountOutside(name=_name(field), given=quoted(asked[field]), least=least, most=most),
    )


def _share(asked: Asked, field: str) -> float:
    """Read a percentage, with a point or a comma, as a share."""
    text = asked[field].removesuffix("%").strip().replace(",", ".")
    try:
        number = Decimal(text) / 100
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or not _SHARE_LEAST <= number <= 1 - _SHARE_LEAST:
        raise InField(field, PercentOutside(name=_name(field), given=quoted(asked[field])))
    return float(number)


_SEPARATORS: Final = str.maketrans("", "", " ,'’\u00a0\u202f")
_SHARE_LEAST: Final = Decimal("1e-7")
_SHOWN_MOST: Final = 40


def quoted(given: str) -> str:
    """Return what was typed as a message repeats it: in quotes, cut where it is long."""
    text = given if len(given) <= _SHOWN_MOST else given[:_SHOWN_MOST] + "…"
    return f"“{text}”"


@contextmanager
def _about(field: str, **others: str) -> Iterator[None]:
    """Say which field a refusal is about: `others` by the part of its code after the dot."""
    try:
        yield
    except Refusal as refusal:
        raise InField(others.get(refusal.code.split(".")[1], field), refusal) from refusal


_TYPES: Final[Mapping[str, Callable[[Asked], pages.CalculatorPage]]] = {
    "single": _tabled,
    "double": _tabled,
    "multiple": _tabled,
    "c0": _zero,
    "design": _designed,
    "dodge-romig": _rectifying,
    "sequential": _sequential,
    "chain": _chain,
    "variables": _variables,
}
