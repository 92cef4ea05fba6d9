"""One view for every act: show its form, do it, and keep what was typed when it is refused."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from lotwarden.core.dispositions import KINDS, Kind
from lotwarden.core.errors import Refusal
from lotwarden.custody import queries as custody
from lotwarden.custody.operations import (
    corrections,
    counts,
    dispositions,
    grading,
    lots,
    moves,
    sightings,
)
from lotwarden.identity import queries as identity
from lotwarden.identity.acting import OPERATIONS, Actor, require
from lotwarden.inspections import operations as inspecting
from lotwarden.inspections import queries as inspections
from lotwarden.inspections import severity
from lotwarden.orders import queries as orders
from lotwarden.orders.queries import LotCard
from lotwarden.reports import lot as lot_page
from lotwarden.reports import ways
from lotwarden.reports.pages import ActPage, RefusalPanel
from lotwarden.web.forms import dispositions as decisions
from lotwarden.web.forms import lots as about_lots
from lotwarden.web.forms.base import ActForm, EvidenceSet, Scope, things_of
from lotwarden.web.said import said
from lotwarden.web.views import errors
from lotwarden.web.views.guard import actor_of, logged_in

BEHIND = (corrections, counts, dispositions, grading, lots, moves, sightings, inspecting,
          severity)  # fmt: skip
"""The modules whose operations the forms name: importing them registers these."""

LOT_FORMS: dict[str, type[ActForm]] = {
    form.key: form
    for form in (
        about_lots.PlanForm,
        about_lots.ReleaseForm,
        about_lots.AllowReducedForm,
        about_lots.WithdrawReducedForm,
        about_lots.ResumeForm,
        about_lots.SwitchingRulesForm,
        about_lots.CountForm,
        about_lots.MoveForm,
        about_lots.ArriveForm,
        about_lots.QuarantineForm,
        about_lots.ReopenForm,
        about_lots.AttachForm,
        about_lots.CorrectForm,
        decisions.ProposeForm,
    )
}
DISPOSITION_FORMS: dict[str, type[ActForm]] = {
    form.key: form
    for form in (
        decisions.AuthoriseForm,
        decisions.AmendForm,
        decisions.StartForm,
        decisions.CountsForm,
        decisions.ReleasePartForm,
        decisions.FinishForm,
        decisions.WithdrawForm,
        decisions.SignLiftForm,
    )
}
INSPECTION_FORMS: dict[str, type[ActForm]] = {about_lots.ResultForm.key: about_lots.ResultForm}


@require_http_methods(["GET", "HEAD", "POST"])
@logged_in
def act(request: HttpRequest, number: str, key: str, about: str | None = None) -> HttpResponse:
    """Show or do one act of a lot; `about` names a disposition or an inspection."""
    made = _form_of(key, about)
    actor = actor_of(request)
    require(actor, made.operation)
    scope = _scope(request, number, key, about)
    if made is decisions.ProposeForm and scope.query.get("kind") not in set(Kind):
        return _choose_kind(request, scope)
    if request.method != "POST":
        form = made(scope=scope)
        return _show(request, form, EvidenceSet(prefix="evidence"))
    form = made(request.POST, scope=scope)
    things = (
        EvidenceSet(request.POST, request.FILES, prefix="evidence")
        if form.has_evidence
        else EvidenceSet(prefix="evidence")
    )
    fine = form.is_valid() & (not form.has_evidence or things.is_valid())
    if not fine:
        return _show(request, form, things, status=422)
    return _do(request, form, things)


@require_safe
@logged_in
def plan_preview(request: HttpRequest, number: str) -> HttpResponse:
    """Show what the plan asks, for the choices so far: a part of the plan's page."""
    require(actor_of(request), about_lots.PlanForm.operation)
    form = about_lots.PlanForm(request.GET, scope=_scope(request, number, "plan", None))
    return render(request, "_plan_preview.html", {"preview": form.preview()})


def _do(request: HttpRequest, form: ActForm, things: Any) -> HttpResponse:
    """Do the act; a refusal goes back to the form, with what was typed."""
    actor = actor_of(request)
    card = form.scope.card
    try:
        asked = form.request()
        if form.has_evidence:
            attached = things_of(things, actor)
            if attached:
                asked["things"] = attached
            elif form.key == "attach":
                form.add_error(None, _("Attach one piece of evidence at least."))
                return _show(request, form, things, status=422)
        outcome = OPERATIONS[form.operation](
            actor,
            act=form.cleaned_data["act"],
            occurred_at=form.happened_at(),
            **asked,
        )
    except Refusal as refusal:
        return _show(request, form, things, refusal=refusal, status=409)
    messages.success(request, said(form, outcome))
    if form.key == "plan":
        return redirect("inspection", outcome["inspection"])
    if isinstance(form, about_lots.SwitchingForm | about_lots.SwitchingRulesForm):
        return redirect("switching", card.number)
    return redirect("lot", card.number)


def _show(
    request: HttpRequest,
    form: ActForm,
    things: Any,
    *,
    refusal: Refusal | None = None,
    status: int = 200,
) -> HttpResponse:
    scope = form.scope
    about = scope.disposition or scope.inspection
    page = ActPage(
        key=form.key,
        title=str(form.title),
        explains=str(form.explains),
        lot=lot_page.head(scope.card),
        groups=form.groups(),
        submit=str(form.submit),
        cancel_href=reverse("lot", args=[scope.card.number]),
        gates=form.gates(),
        refusal=_panel(scope, refusal) if refusal else None,
        has_evidence=form.has_evidence,
        evidence_help=str(form.evidence_help),
        is_evidence_folded=form.evidence_is_rare and not (things and things.is_bound),
        preview=form.preview() if isinstance(form, about_lots.PlanForm) else None,
        draft=f"{scope.card.number}-{form.key}-{about.number if about else ''}",
    )
    context = {"page": page, "form": form, "evidence": things if form.has_evidence else None}
    return render(request, "act.html", context, status=status)


def _panel(scope: Scope, refusal: Refusal) -> RefusalPanel:
    """Return a refusal as it is shown: missing gates as a list, each with who and where."""
    message, next_step, who = errors.shown(refusal)
    one = scope.disposition
    codes = refusal.data.get("gates")
    if one is None or not isinstance(codes, list):
        return RefusalPanel(refusal.code, message, who, next_step)
    known = {gate.code: gate for steps in KINDS.values() for step in steps for gate in step.gates}
    missing = ways.gates(scope.actor, scope.card, one, [known[code] for code in codes])
    return RefusalPanel(
        refusal.code,
        ngettext("One thing is still missing", "%(n)s things are still missing", len(missing))
        % {"n": len(missing)},
        next_step=next_step,
        missing=missing,
    )


def _choose_kind(request: HttpRequest, scope: Scope) -> HttpResponse:
    form = decisions.KindForm(request.POST if request.method == "POST" else None, scope=scope)
    if form.is_valid():
        site = scope.query.get("site", "")
        where = reverse("act", args=[scope.card.number, "propose"])
        return redirect(f"{where}?kind={form.cleaned_data['kind']}&site={site}")
    return _show(request, form, None, status=422 if form.errors else 200)


def _form_of(key: str, about: str | None) -> type[ActForm]:
    if about is None:
        forms = LOT_FORMS
    elif about.startswith("I-"):
        forms = INSPECTION_FORMS
    else:
        forms = DISPOSITION_FORMS
    if key not in forms:
        raise Http404("no such act")
    return forms[key]


def _has_step(kind: str, key: str) -> bool:
    form = DISPOSITION_FORMS[key]
    if not issubclass(form, decisions.StepForm):
        return True
    return form.step_name in {step.name for step in KINDS[Kind(kind)]}


def _known(actor: Actor, card: LotCard) -> set[uuid.UUID]:
    """Return the organisations that the actor may know of: others only those in the lot."""
    known = set(identity.organisation_names())
    if actor.role == "buyer":
        return known
    involved = {one for one in known if orders.is_party(card.id, one)}
    return involved | {actor.organisation, identity.buyer().id}


def _scope(request: HttpRequest, number: str, key: str, about: str | None) -> Scope:
    """Return what the form is about; refuses what the actor takes no part in."""
    actor = actor_of(request)
    card = orders.lot(number, actor)
    disposition = inspection = None
    if about is not None and about.startswith("I-"):
        inspection = inspections.inspection(about, actor)
    elif about is not None:
        disposition = custody.disposition(about, actor)
    elif key == "plan" and request.GET.get("disposition"):
        disposition = custody.disposition(str(request.GET["disposition"]), actor)
    for found in (disposition, inspection):
        if found is not None and found.lot != card.id:
            raise Http404("of another lot")
    if about is not None and disposition is not None and not _has_step(disposition.kind, key):
        raise Http404("this kind has no such step")
    known = _known(actor, card)
    return Scope(
        actor=actor,
        card=card,
        standing=custody.standing([card.id]),
        sites={key: one for key, one in identity.sites().items() if one.organisation in known},
        people={key: one for key, one in identity.people().items() if one.organisation in known},
        query={name: value for name, value in request.GET.items() if isinstance(value, str)},
        now=timezone.now(),
        disposition=disposition,
        inspection=inspection,
    )
