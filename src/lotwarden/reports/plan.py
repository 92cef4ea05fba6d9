"""The page of one inspection: its plan in words, and what was found."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lotwarden.core import sampling
from lotwarden.core.errors import Refusal
from lotwarden.identity import queries as identity
from lotwarden.identity.acting import Actor, may
from lotwarden.inspections import queries as inspections
from lotwarden.orders import queries as orders
from lotwarden.reports import calculator, curves, lot, pages, words

SCHEMES = calculator.SCHEMES


def preview(
    lot_size: int, asked: Mapping[str, str], *, href: str, every_unit: bool
) -> pages.PlanPreview:
    """Return what a plan with these choices would ask: `level`, `severity`, `standard`, AQLs."""
    aqls = {name: asked[name] for name in ("critical", "major", "minor") if asked.get(name)}
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
        made = sampling.class_plans(
            lot_size=lot_size, level=asked["level"], aqls=aqls, severity=asked["severity"],
            standard=asked["standard"],
        )  # fmt: skip
    except Refusal as refusal:
        return pages.PlanPreview(href, f"{refusal} {refusal.next_step}")
    n = made.sample_size
    return pages.PlanPreview(
        href,
        _("Code letter %(letter)s: %(n)s of %(size)s units are looked at.") % {
            "letter": sampling.code_letter(lot_size=lot_size, level=asked["level"]),
            "n": words.number(n),
            "size": size,
        },
        tuple(
            pages.PlanClass(
                label=_(one.name), sample=one.plan.inspect, accept=one.plan.ac,
                reject=one.plan.re, aql=one.plan.aql,
            )
            for one in made.classes
        ),
        words=tuple(
            _("%(name)s: %(sentence)s") % {"name": _(one.name), "sentence": sentence}
            for one in made.classes
            for sentence in _said(one, lot_size)
        ),
        more_href=reverse("calculator")
        + "?"
        + urlencode({name: asked[name] for name in ("level", "severity", "standard")} | aqls | {"lot": lot_size}),
    )  # fmt: skip


def _said(one: sampling.ClassPlan, lot_size: int) -> tuple[str, ...]:
    """Return what a class lets through in two sentences: the first, and the last."""
    found = curves.told(
        key=one.name, label=one.name, stages=((one.plan.n, one.plan.ac, one.plan.re),),
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
            stages=((one["inspect"], one["ac"], one["re"]),),
            lot_size=found.lot_size, aql=one["aql"],
        )
        for place, one in enumerate(found.plan["classes"])
    )  # fmt: skip
    return tuple(one for one in told if one is not None)


def plan_page(actor: Actor, number: str) -> pages.PlanPage:
    """Return the page of an inspection.

    Refuses:
        inspections.unknown_inspection
    """
    found = inspections.inspection(number, actor)
    card = orders.lot_by_id(found.lot)
    inspector = identity.people([found.inspector]).get(found.inspector)
    notes = []
    if inspector is not None:
        notes.append(_("inspector: %(name)s") % {"name": inspector.name})
    if found.planned_for is not None:
        notes.append(_("planned for %(day)s") % {"day": words.minute(found.planned_for, card.zone)})
    if found.disposition is not None:
        notes.append(_("re-inspection, time %(n)s") % {"n": found.resubmission})
    if found.verdict:
        verdict = _(words.VERDICTS[found.verdict])
        notes.append(_("verdict: %(verdict)s") % {"verdict": verdict})
    sample = _("Draw %(n)s of %(size)s units, so that every unit could be drawn.") % {
        "n": words.number(found.sample_size),
        "size": words.number(found.lot_size),
    }
    if found.every_unit:
        sample = _("Look at every one of %(size)s units; each that conforms is accepted.") % {
            "size": words.number(found.lot_size)
        }
    record = None
    if not found.verdict and may(actor, "inspections.record_result"):
        where = reverse("act_about", args=[card.number, number, "result"])
        record = pages.Link(_("Record the result"), where)
    return pages.PlanPage(
        lot=lot.head(card),
        number=number,
        scheme=SCHEMES[found.standard],
        level=found.level,
        severity=_(words.SEVERITIES[found.severity]),
        classes=()
        if found.every_unit
        else tuple(
            pages.PlanClass(
                label=one["name"],
                sample=one["inspect"],
                accept=one["ac"],
                reject=one["re"],
                aql=one["aql"],
                found=found.found.get(one["name"]) if found.verdict else None,
            )
            for one in found.plan["classes"]
        ),
        sample=sample,
        notes=tuple(notes),
        act=record,
        curves=curves_of(found),
    )
