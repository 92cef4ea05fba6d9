"""The page of one inspection: its plan in words, and what was found."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lotwarden.core import sampling
from lotwarden.core.errors import Refusal
from lotwarden.core.sampling import StagedPlan
from lotwarden.identity import queries as identity
from lotwarden.identity.acting import Actor, may
from lotwarden.inspections import queries as inspections
from lotwarden.inspections import streams
from lotwarden.inspections.queries import InspectionCard
from lotwarden.orders import queries as orders
from lotwarden.reports import calculator, curves, lot, pages, words

SCHEMES = calculator.SCHEMES


def proposed(card: orders.LotCard, standard: str, *, again: bool) -> Callable[[str], str]:
    """Return what gives a class's proposed severity: of a lot judged before, tightened."""
    if again:
        return lambda _name: "tightened"
    stream = streams.stream_of(card, standard)
    return lambda name: stream.proposal(name).severity


def again(times: int) -> str:
    """Say what offering a lot again means: without rework it passes by being drawn anew."""
    passes = 1 - 0.2 ** (times + 1)
    return _(
        "These units were judged before: this is try %(n)s. Drawn again without any rework, a lot that passes 80 times in 100 passes one of %(n)s tries %(times)s times in 100. The plan is therefore for one lot alone, as safe as tightened inspection; it does not count for switching."
    ) % {"n": times + 1, "times": f"{100 * passes:.4g}"}  # fmt: skip


def preview(
    card: orders.LotCard,
    lot_size: int,
    asked: Mapping[str, str],
    *,
    href: str,
    every_unit: bool,
    again: bool,
) -> pages.PlanPreview:
    """Return what a plan with these choices would ask: `level`, `standard`; AQL, kind, severity.

    `again`: the lot was judged before, so that switching proposes nothing.
    """
    aqls = {name: asked[name] for name in CLASSES if asked.get(name)}
    size = words.number(lot_size)
    if not lot_size:
        return pages.PlanPreview(href, _("No unit waits for an inspection."))
    if every_unit or lot_size == 1:
        return pages.PlanPreview(
            href,
            ngettext("The one unit is looked at.", "All %(size)s units are looked at.", lot_size)
            % {"size": size},
        )
    if not aqls:
        return pages.PlanPreview(href, _("Choose an AQL for one class at least."))
    try:
        standard = asked["standard"]
        stream = None if again else _stream(card, standard)
        severity = {}
        for name in aqls:
            one = stream.proposal(name).severity if stream else "tightened"
            severity[name] = asked.get(f"{name}_severity") or one
        stopped = [_(name) for name, one in severity.items() if one == "discontinued"]
        if stopped:
            said = _(
                "Inspection is discontinued for: %(classes)s. It is resumed on the switching page, once the supplier has corrected the cause."
            )  # fmt: skip
            return pages.PlanPreview(href, said % {"classes": ", ".join(stopped)})
        made = sampling.record_plans(
            kind={name: asked.get(f"{name}_kind") or "single" for name in aqls},
            lot_size=lot_size, level=asked["level"], aqls=aqls, severity=severity,
            standard=standard,
        )  # fmt: skip
    except Refusal as refusal:
        return pages.PlanPreview(href, f"{refusal} {refusal.next_step}")
    letter = sampling.code_letter(lot_size=lot_size, level=asked["level"])
    data = {"letter": letter, "n": words.number(made.sample_size), "size": size}
    first = sampling.first_units_asked(made)
    sentence = _("Code letter %(letter)s: %(n)s of %(size)s units are looked at.") % data
    if first < made.sample_size:
        sentence = _(
            "Code letter %(letter)s: %(first)s of %(size)s units first, %(n)s at most."
        ) % {**data, "first": words.number(first)}
    notes = [_why(_(name), stream.proposal(name)) for name in aqls] if stream else []
    notes += [f"{_(one.name)}: {_(one.plan.flag)}" for one in made.classes if one.plan.flag]
    rows = [row for one in made.classes for row in _stages(_(one.name), one.plan)]
    said = tuple(
        _("%(name)s: %(sentence)s") % {"name": _(one.name), "sentence": each}
        for one in made.classes
        for each in _said(one, lot_size)
    )
    more = _calculator_href(lot_size, asked, made)
    return pages.PlanPreview(href, sentence, tuple(rows), tuple(notes), said, more)


def _calculator_href(
    lot_size: int, asked: Mapping[str, str], made: sampling.StagedInspection
) -> str:
    """Return the calculator with the same choices; it knows one kind and severity for all."""
    kinds = {(one.plan.kind, one.plan.severity) for one in made.classes}
    kind, severity = next(iter(kinds))
    if len(kinds) > 1 or kind not in sampling.KINDS:
        return ""
    chosen = {"type": kind, "lot": lot_size, "level": asked["level"], "severity": severity,
              "standard": asked["standard"]}  # fmt: skip
    aqls = {one.name: one.plan.aql for one in made.classes}
    return f"{reverse('calculator')}?{urlencode(chosen | aqls)}"


CLASSES = ("critical", "major", "minor")


def _stream(card: orders.LotCard, standard: str) -> streams.Stream | None:
    return streams.stream_of(card, standard) if standard in sampling.STANDARDS else None


def _why(name: str, one: streams.Proposal) -> str:
    """Say a proposal with its reason: "major: tightened. 2 of 5 …"."""
    return f"{name}: {_(words.SEVERITIES[one.severity])}. {reason_of(one)}"


def reason_of(one: streams.Proposal) -> str:
    """Return why a severity is proposed."""
    return _(one.template).format_map(one.numbers)


def _stages(label: str, plan: StagedPlan) -> Iterator[pages.PlanClass]:
    """Return a row for each stage of a class."""
    several = len(plan.stages) > 1
    for place, (stage, end) in enumerate(zip(plan.stages, plan.ends, strict=True), start=1):
        what = f"{_(words.PLAN_KINDS[plan.kind])}, {_(words.SEVERITIES[plan.severity])}"
        if several and place > 1:
            what = _("sample %(n)s, all so far") % {"n": place}
        yield pages.PlanClass(
            label=label, sample=end, accept=stage.ac, reject=stage.re, aql=plan.aql, sub=what,
            is_first=place == 1,
        )  # fmt: skip


def stage_hint(found: InspectionCard, one: Mapping[str, Any]) -> str:
    """Say, beside the field for a class's count, what is counted and what it decides."""
    verdict = found.class_verdicts.get(one["name"], "")
    if found.every_unit:
        return _("every unit is inspected")
    if found.waits and verdict in ("acceptable", "not_acceptable"):
        return _("decided: %(verdict)s; leave it empty") % {"verdict": _(words.VERDICTS[verdict])}
    stages = one.get("stages") or [one]
    stage = stages[min(found.stages.get(one["name"], 1), len(stages)) - 1]
    data = {
        "n": words.number(min(stage["n"], found.lot_size)),
        "ac": stage["ac"], "re": stage["re"],
        "so_far": words.number(found.found.get(one["name"], 0)),
    }  # fmt: skip
    if stage["ac"] is None:
        hint = _("in the first %(n)s units; none yet is acceptable, %(re)s is not") % data
    elif len(stages) > 1 and stage is not stages[-1]:
        hint = _(
            "in the first %(n)s units; %(ac)s or fewer is acceptable, %(re)s is not, between them more is drawn"
        ) % data  # fmt: skip
    else:
        hint = _("in the first %(n)s units; %(ac)s or fewer is acceptable, %(re)s is not") % data
    if found.results and found.waits:
        hint += _("; %(so_far)s so far") % data
    return hint


def _said(one: sampling.StagedClass, lot_size: int) -> tuple[str, ...]:
    """Return what a class lets through in two sentences: the first, and the last."""
    found = curves.told(
        key=one.name, label=one.name, stages=one.plan.stages,
        lot_size=lot_size, aql=one.plan.aql,
    )  # fmt: skip
    said = () if found is None else found.words
    return (said[0], said[-1]) if len(said) > 1 else said


def curves_of(found: inspections.InspectionCard) -> tuple[pages.PlanCurves, ...]:
    """Return what the plan of an inspection lets through, class by class."""
    if found.every_unit:
        return ()
    told = (
        curves.told(
            key=f"c{place}", label=_(one["name"]),
            stages=_as_stages(one),
            lot_size=found.lot_size, aql=one["aql"],
        )
        for place, one in enumerate(found.plan["classes"])
    )  # fmt: skip
    return tuple(one for one in told if one is not None)


def _as_stages(one: Mapping[str, Any]) -> tuple[tuple[int, int | None, int], ...]:
    stages = one.get("stages") or [{**one, "n": one["inspect"]}]
    return tuple((each["n"], each["ac"], each["re"]) for each in stages)


def plan_page(actor: Actor, number: str) -> pages.PlanPage:
    """Return the page of an inspection.

    Refuses:
        inspections.unknown_inspection
    """
    found = inspections.inspection(number, actor)
    card = orders.lot_by_id(found.lot)
    inspector = identity.people([found.inspector]).get(found.inspector)
    where = reverse("act_about", args=[card.number, number, "result"])
    record = None
    if found.waits and may(actor, "inspections.record_result"):
        label = _("Record the next result") if found.verdict else _("Record the result")
        record = pages.Link(label, where)
    buyer = may(actor, "inspections.plan")
    return pages.PlanPage(
        lot=lot.head(card),
        number=number,
        scheme=SCHEMES[found.standard],
        level=found.level,
        severity=_(words.SEVERITIES[found.severity]),
        classes=() if found.every_unit else tuple(_class_rows(found)),
        sample=_asks(found),
        notes=tuple(_notes(found, card, inspector.name if inspector else "")),
        act=record,
        curves=curves_of(found),
        reasons=tuple(_reasons(found)),
        results=tuple(_results(found, card)) if len(found.results) > 1 else (),
        switching_href=reverse("switching", args=[card.number]) if buyer else None,
    )


def _asks(found: InspectionCard) -> str:
    data = {"size": words.number(found.lot_size), "n": words.number(found.sample_size)}
    if found.every_unit:
        return _("Look at every one of %(size)s units; each that conforms is accepted.") % data
    if found.waits and found.asked < found.sample_size:
        return _(
            "Draw %(n)s of %(size)s units in an order, so that every unit could be drawn; look at the first %(first)s."
        ) % {**data, "first": words.number(found.asked)}  # fmt: skip
    return _("Draw %(n)s of %(size)s units, so that every unit could be drawn.") % data


def _notes(found: InspectionCard, card: orders.LotCard, inspector: str) -> Iterator[str]:
    if inspector:
        yield _("inspector: %(name)s") % {"name": inspector}
    if found.planned_for is not None:
        yield _("planned for %(day)s") % {"day": words.minute(found.planned_for, card.zone)}
    if found.disposition is not None:
        yield _("re-inspection, time %(n)s") % {"n": found.resubmission}
    if found.verdict:
        yield _("verdict: %(verdict)s") % {"verdict": _(words.VERDICTS[found.verdict])}
    if said := lot.progress(found):
        yield said


def _reasons(found: InspectionCard) -> Iterator[str]:
    if found.resubmission:
        yield again(found.resubmission)
    if found.reason:
        yield _("Another severity than the proposed one: %(reason)s") % {"reason": found.reason}
    for one in found.plan["classes"]:
        if one.get("flag"):
            yield f"{_(one['name'])}: {_(one['flag'])}"


def _results(found: InspectionCard, card: orders.LotCard) -> Iterator[str]:
    """Say each result, the first one first; a corrected one stays readable."""
    for one in found.results:
        said = f"{words.minute(one.inspected_at, card.zone)}: {_(words.VERDICTS[one.verdict])}. {one.words}"
        yield said if one.stands else _("%(said)s (corrected since)") % {"said": said}


def _class_rows(found: InspectionCard) -> Iterator[pages.PlanClass]:
    """Return the rows of all classes: one a class, or one for each stage."""
    for one in found.plan["classes"]:
        stages = one.get("stages") or [one]
        counted = found.found.get(one["name"]) if found.verdict else None
        kind, severity = one.get("kind", "single"), one.get("severity", found.severity)
        sub = f"{_(words.PLAN_KINDS[kind])}, {_(words.SEVERITIES[severity])}"
        if len(stages) == 1:
            yield pages.PlanClass(
                label=one["name"], sample=one["inspect"], accept=one["ac"], reject=one["re"],
                aql=one["aql"], sub=sub, found=counted,
                said=_short(found) if found.verdict == "incomplete" else "",
            )  # fmt: skip
            continue
        verdict = found.class_verdicts.get(one["name"], "")
        reached = found.stages.get(one["name"], 0) - (verdict == "continue")
        for place, stage in enumerate(stages, start=1):
            said = ""
            if place == reached:
                said = _(words.VERDICTS[verdict])
            elif place < reached:
                said = _("decided nothing")
            yield pages.PlanClass(
                label=one["name"], sample=min(stage["n"], found.lot_size), accept=stage["ac"],
                reject=stage["re"], aql=one["aql"], is_first=place == 1, said=said,
                sub=sub if place == 1 else _("sample %(n)s, all so far") % {"n": place},
                found=counted if place == reached else None,
            )  # fmt: skip


def _short(found: InspectionCard) -> str:
    return _("Inspected %(n)s: no verdict.") % {"n": words.number(found.inspected)}
