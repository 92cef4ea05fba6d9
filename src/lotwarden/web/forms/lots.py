"""Forms about a lot: plan, result, release, count, send, arrive, hold, reopen, attach, correct."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django import forms
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lotwarden.core import sampling
from lotwarden.core.ledger import Condition
from lotwarden.custody import queries as custody
from lotwarden.custody.operations.counts import IN_HAND
from lotwarden.custody.operations.lots import DRAWN_FROM
from lotwarden.custody.operations.moves import MAY_MOVE
from lotwarden.evidence import queries as evidence
from lotwarden.inspections import queries as inspections
from lotwarden.reports import flow, plan, story, switching, words
from lotwarden.reports.pages import FieldGroup, PlanPreview
from lotwarden.web.forms.base import ActForm, LocalDateTime, quantity, text, units_text

C = Condition
_NOT_CLASS = ("", gettext_lazy("not inspected for"))
CLASSES = ("critical", "major", "minor")
_TABLES = [("iso2859-1", "ISO 2859-1"), ("z1.4", "ANSI/ASQ Z1.4, MIL-STD-105E")]


class PlanForm(ActForm):
    """Plan an inspection, or a re-inspection of a disposition's units."""

    key = "plan"
    operation = "inspections.plan"
    title = gettext_lazy("Plan an inspection")
    explains = gettext_lazy(
        "The plan fixes how many units are looked at and how many may be nonconforming, before anybody looks."
    )
    submit = gettext_lazy("Plan it")

    def build(self) -> None:
        scope = self.scope
        about = scope.query.get("disposition")
        if about:
            self.fields["disposition"] = forms.CharField(
                label=_("Re-inspects the units of"), initial=about, max_length=20
            )
            self.fields["every_unit"] = forms.BooleanField(
                label=_("Every unit is inspected"),
                required=False,
                help_text=_("Units that conform are accepted one by one; the others go back to quarantine."),
            )  # fmt: skip
        self.fields["inspector"] = forms.ChoiceField(
            label=_("Inspector"),
            choices=scope.people_choices("agency", "buyer"),
            help_text=_("A re-inspection is done by someone other than who did the work, and than who inspected first.")
            if about
            else "",
        )  # fmt: skip
        self.fields["planned_for"] = LocalDateTime(
            label=_("Planned for"), zone=scope.card.zone, required=False
        )
        times = self.times_before()
        if times:
            self.explains = plan.again(times)
        aqls = [(one, one) for one in sampling.AQLS if float(one) <= 10]
        zero = (sampling.AQL_ZERO, _("0, none allowed"))
        for name, label, first in (
            ("critical", _("AQL"), "0"), ("major", _("AQL"), "2.5"), ("minor", _("AQL"), "4.0"),
        ):  # fmt: skip
            self.fields[name] = forms.ChoiceField(
                label=label, choices=[_NOT_CLASS, zero, *aqls], initial=first, required=False
            )
            self.fields[f"{name}_kind"] = forms.ChoiceField(
                label=_("Plan"),
                choices=[(one, _(text)) for one, text in words.PLAN_KINDS.items()],
                initial="isolated" if times else "single",
            )
            self.fields[f"{name}_severity"] = forms.ChoiceField(
                label=_("Severity"), choices=self._severities(again=bool(times)), required=False
            )
        self.fields["level"] = forms.ChoiceField(
            label=_("Inspection level"),
            choices=[(one, one) for one in sampling.LEVELS],
            initial="II",
        )
        self.fields["standard"] = forms.ChoiceField(
            label=_("Tables"),
            choices=_TABLES,
            initial="iso2859-1",
            help_text=_("Double and multiple sampling: only Z1.4 has them here."),
        )
        self.fields["reason"] = text(
            _("Why another severity than the proposed one"), required=False
        )
        self.fields["acknowledged"] = forms.BooleanField(
            label=_("I have read what is doubtful about the plan, and want it"), required=False
        )
        for name, field in self.fields.items():
            if name in ("level", "standard", "every_unit") or name.startswith(CLASSES):
                field.widget.attrs["data-plan"] = ""

    def _severities(self, *, again: bool) -> list[tuple[str, Any]]:
        first = _("tightened: it was offered before") if again else _("as switching proposes")
        return [("", first), *((one, _(words.SEVERITIES[one])) for one in sampling.SEVERITIES)]

    def times_before(self) -> int:
        """Return how often these units were judged before."""
        card, about = self.scope.card, self.scope.disposition
        return inspections.times_judged(card.id) + (about is not None)

    def preview(self) -> PlanPreview:
        """Return what the plan asks as it is chosen now."""
        chosen = {name: str(self[name].value() or "") for name in self.fields if name != "act"}
        about = self.scope.query.get("disposition", "")
        query = f"?disposition={about}" if about else ""
        href = reverse("plan_preview", args=[self.scope.card.number]) + query
        every_unit = chosen.get("every_unit") in ("on", "True")
        return plan.preview(
            self.scope.card,
            self.lot_size(),
            chosen,
            href=href,
            every_unit=every_unit,
            again=bool(self.times_before()),
        )

    def lot_size(self) -> int:
        """Return how many units wait for this inspection."""
        one = self.scope.disposition
        if one is None:
            return sum(
                n for account, n in self.scope.accounts().items() if account.condition is C.OFFERED
            )
        return sum(n for account, n in one.holds if account.condition is C.AWAITING_REINSPECTION)

    def groups(self) -> tuple[FieldGroup, ...]:
        first = [name for name in ("disposition", "every_unit") if name in self.fields]
        explained = _(
            "The acceptable quality limit of each class of defects, in per cent. Usual: 0, 2.5 and 4.0."
        )
        return (
            FieldGroup(_("Who and when"), (*first, "inspector", "planned_for")),
            *(
                FieldGroup(
                    legend,
                    (name, f"{name}_kind", f"{name}_severity"),
                    explained if name == "critical" else "",
                    in_a_row=True,
                )
                for name, legend in (
                    ("critical", _("Critical defects")),
                    ("major", _("Major defects")),
                    ("minor", _("Minor defects")),
                )
            ),
            FieldGroup(
                _("Scheme"), ("level", "standard", "reason", "acknowledged", "occurred_at")
            ),
        )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or self.cleaned_data
        if not any(found.get(name) for name in CLASSES):
            self.add_error("major", _("Choose an AQL for one class at least."))
        return found

    def _chosen(self, names: list[str]) -> dict[str, str] | None:
        """Return the severities that somebody chose, the others as proposed; `None`: none."""
        chosen = {name: self.cleaned_data[f"{name}_severity"] for name in names}
        if not any(chosen.values()):
            return None
        proposed = plan.proposed(
            self.scope.card, self.cleaned_data["standard"], again=bool(self.times_before())
        )
        return {name: one or proposed(name) for name, one in chosen.items()}

    def request(self) -> dict[str, Any]:
        data = self.cleaned_data
        names = [name for name in CLASSES if data.get(name)]
        return {
            "lot": self.scope.card.number,
            "inspector": uuid.UUID(data["inspector"]),
            "aqls": {name: data[name] for name in names},
            "kind": {name: data[f"{name}_kind"] for name in names},
            "severity": self._chosen(names),
            "reason": data["reason"],
            "acknowledged": names if data["acknowledged"] else [],
            "level": data["level"],
            "standard": data["standard"],
            "disposition": data.get("disposition") or None,
            "every_unit": bool(data.get("every_unit")),
            "planned_for": data.get("planned_for"),
        }


class ResultForm(ActForm):
    """Record what an inspection found."""

    key = "result"
    operation = "inspections.record_result"
    title = gettext_lazy("Record the inspection's result")
    explains = gettext_lazy(
        "What you found is stored as it is; the plan gives the verdict. If a lot is not acceptable, every unit of it is on hold at once."
    )
    has_evidence = True
    evidence_help = gettext_lazy(
        "Pictures of defects and of the goods as offered. You sign by recording this yourself."
    )

    def build(self) -> None:
        found = self.scope.inspection
        assert found is not None, "a result belongs to an inspection"
        asked = found.asked or found.inspected
        self.fields["inspected"] = quantity(_("Units inspected, in all"), initial=asked, least=1)
        for one in found.plan["classes"]:
            verdict = found.class_verdicts.get(one["name"], "")
            decided = verdict in ("acceptable", "not_acceptable") and found.waits
            label = _("Units with a %(name)s defect as their worst") % {"name": one["name"]}
            self.fields[f"found_{one['name']}"] = quantity(
                label, required=not decided, help_text=plan.stage_hint(found, one)
            )
        self.fields["counted"] = quantity(
            _("Units counted as presented"),
            required=False,
            help_text=_(
                "Only if you counted all %(n)s. Without it the lot is not counted by a witness."
            )
            % {"n": words.number(found.lot_size)},
        )
        if found.disposition is None:
            last = found.results[-1] if found.results else None
            for name, label in (
                ("consumed", _("Used up in tests")),
                ("retained", _("Kept as reference samples")),
            ):
                so_far = getattr(last, name) if last is not None else 0
                self.fields[name] = quantity(label, initial=so_far, required=False)
            if self.scope.card.serialised:
                self.fields["sampled_units"] = units_text(_("Which units were drawn"))
            elif len(sites := self._sites()) > 1:
                self.fields["drawn_at"] = forms.ChoiceField(
                    label=_("Where these units were drawn"),
                    choices=[
                        ("", _("none was used up or kept")),
                        *self.scope.site_choices(only=sites),
                    ],
                    required=False,
                )
        self.fields["remarks"] = text(_("What was wrong, in words"))
        if found.verdict:
            self.fields["corrects"] = forms.BooleanField(
                label=_("This corrects the result that is there"),
                required=not found.waits,
                help_text=_("The first one stays readable. Units on hold stay there until two people lift it."),
            )  # fmt: skip

    def groups(self) -> tuple[FieldGroup, ...]:
        classes = tuple(name for name in self.fields if name.startswith("found_"))
        names = ("consumed", "retained", "sampled_units", "drawn_at")
        used = tuple(name for name in names if name in self.fields)
        last = ("corrects",) if "corrects" in self.fields else ()
        told = _("A unit counts once, under its worst defect. Type 0 where none was found.")
        if self.scope.inspection is not None and self.scope.inspection.results:
            told += " " + _(
                "Give all counts of the whole inspection so far, the first sample included."
            )
        groups = [
            FieldGroup(
                _("What was found"),
                ("counted", "inspected", *classes),
                told,
            )
        ]
        if used:
            groups.append(FieldGroup(_("Units that do not go back"), used))
        groups.append(FieldGroup(_("In words"), ("remarks", "occurred_at", *last)))
        return tuple(groups)

    def request(self) -> dict[str, Any]:
        data = self.cleaned_data
        found = self.scope.inspection
        assert found is not None
        asked: dict[str, Any] = {
            "inspection": found.number,
            "inspected": data["inspected"],
            "found": {
                one["name"]: count
                for one in found.plan["classes"]
                if (count := data[f"found_{one['name']}"]) is not None
            },
            "consumed": data.get("consumed") or 0,
            "retained": data.get("retained") or 0,
            "counted": data.get("counted"),
            "remarks": data["remarks"],
            "corrects": bool(data.get("corrects")),
        }
        if "sampled_units" in self.fields:
            asked["sampled_units"] = self.units_field("sampled_units")
        if data.get("drawn_at"):
            asked["drawn_at"] = uuid.UUID(data["drawn_at"])
        return asked

    def _sites(self) -> set[str]:
        """Return the sites where units that were drawn may lie by the books."""
        return {
            account.site
            for account, n in self.scope.accounts().items()
            if n and account.site and account.condition in DRAWN_FROM
        }


class SwitchingForm(ActForm):
    """Decide something for the stream that the lot belongs to."""

    word: ClassVar[str] = "reason"
    label: ClassVar[Any] = gettext_lazy("Reason")

    def build(self) -> None:
        self.fields["standard"] = forms.ChoiceField(
            label=_("Tables"),
            choices=_TABLES,
            initial=self.scope.query.get("standard", "iso2859-1"),
        )
        self.fields[self.word] = text(self.label, required=True)

    def request(self) -> dict[str, Any]:
        data = self.cleaned_data
        asked = {"lot": self.scope.card.number, "standard": data["standard"]}
        return {**asked, self.word: data[self.word]}


class AllowReducedForm(SwitchingForm):
    """Allow reduced inspection of the lot's stream."""

    key = "allow-reduced"
    operation = "inspections.allow_reduced"
    title = gettext_lazy("Allow reduced inspection")
    explains = gettext_lazy(
        "Production at this site is steady, and you want smaller samples. The rules say when they begin, and when they end."
    )
    submit = gettext_lazy("Allow it")
    label = gettext_lazy("How you know that production is steady, and why you want it")


class WithdrawReducedForm(SwitchingForm):
    """Withdraw reduced inspection."""

    key = "withdraw-reduced"
    operation = "inspections.withdraw_reduced"
    title = gettext_lazy("Withdraw reduced inspection")
    explains = gettext_lazy("The next lot is inspected at normal again.")
    submit = gettext_lazy("Withdraw it")


class ResumeForm(SwitchingForm):
    """Resume inspection after a discontinuation."""

    key = "resume"
    operation = "inspections.resume"
    title = gettext_lazy("Resume inspection")
    explains = gettext_lazy(
        "Inspection was discontinued because too many lots were not accepted. It is resumed, tightened, once the supplier has corrected the cause."
    )
    submit = gettext_lazy("Resume it")
    word = "action"
    label = gettext_lazy("What the supplier corrected, and how you know that it works")


class SwitchingRulesForm(ActForm):
    """Say how the workspace reads what the standards of switching leave open."""

    key = "switching-rules"
    operation = "inspections.set_switching"
    title = gettext_lazy("How the switching rules are read")
    explains = gettext_lazy(
        "The standards leave these points open, or to the parties. What you choose holds for every supplier and product, and for the lots before too."
    )
    submit = gettext_lazy("Use these")

    def build(self) -> None:
        there = switching.rules()
        for name, label, choices in switching.choices():
            self.fields[name] = forms.ChoiceField(
                label=label, choices=choices, initial=str(there[name])
            )
        self.fields["limit"] = forms.IntegerField(
            label=_("Z1.4: limit number of the last 10 lots"),
            required=False,
            min_value=0,
            max_value=1_000_000,
            initial=there["limit"] if isinstance(there["limit"], int) else None,
            help_text=_("From Table VIII of your copy of the standard. Blank: as chosen above."),
        )
        self.fields["reason"] = text(_("Reason"), required=True)

    def request(self) -> dict[str, Any]:
        data = self.cleaned_data
        settings: dict[str, Any] = {name: data[name] for name, _, _ in switching.choices()}
        dropped = settings.pop("limit_dropped") == "dropped"
        limit = data["limit"] if data["limit"] is not None else ("dropped" if dropped else None)
        return {"settings": {**settings, "limit": limit}, "reason": data["reason"]}


class ReleaseForm(ActForm):
    """Release an accepted lot."""

    key = "release"
    operation = "inspections.release"
    title = gettext_lazy("Release the lot")
    explains = gettext_lazy(
        "The inspection is acceptable. Released units may be shipped; until then nothing leaves."
    )
    submit = gettext_lazy("Release it")

    def request(self) -> dict[str, Any]:
        return {"lot": self.scope.card.number}


class CountForm(ActForm):
    """Record a count."""

    key = "count"
    operation = "custody.count"
    title = gettext_lazy("Record a count")
    explains = gettext_lazy(
        "What is there against the books. Short goes to unaccounted, over to surplus, at once and in the open."
    )
    has_evidence = True
    evidence_help = gettext_lazy(
        "Pictures of what was counted. You sign by recording this yourself."
    )

    def build(self) -> None:
        choices = [*self.scope.account_choices(IN_HAND), *_empty_accounts(self)]
        self.fields["account"] = forms.ChoiceField(label=_("What was counted"), choices=choices)
        self.fields["found"] = quantity(_("Units found"), required=not self.scope.card.serialised)
        if self.scope.card.serialised:
            self.fields["seen"] = units_text(
                _("Or: the units scanned"),
                help_text=_("A scan names what is missing; a number alone leaves it unidentified."),
            )
            self.fields["unknown"] = quantity(
                _("Units with a serial that is not of this lot"), required=False, initial=0
            )
        elif any(one.account.condition is C.UNACCOUNTED for one in self.scope.standing):
            self.fields["again"] = quantity(
                _("Of these, found again"),
                required=False,
                initial=0,
                help_text=_("Units beyond the books that are the ones missing before. They go on hold: where they were is unknown."),
            )  # fmt: skip
        self.fields["weight_kg"] = forms.DecimalField(
            label=_("Weight, kg"), required=False, min_value=0, max_digits=12, decimal_places=3
        )
        self.fields["note"] = text(_("Remarks"))
        if self.is_bound:
            self.ask_if_short(self._booked(), _found_or_seen(self))

    def _booked(self) -> int:
        """Return what the books have in the account that is chosen."""
        chosen = self.data.get("account")
        return sum(
            n
            for account, n in self.scope.accounts().items()
            if f"{account.site}|{account.condition.value}" == chosen
        )

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or self.cleaned_data
        if found.get("found") is None and not (found.get("seen") or "").strip():
            self.add_error("found", _("Say how many were found, or scan them."))
        return found

    def request(self) -> dict[str, Any]:
        data = self.cleaned_data
        site, condition = data["account"].split("|")
        weight = data.get("weight_kg")
        return {
            "lot": self.scope.card.number,
            "site": uuid.UUID(site),
            "condition": condition,
            "found": data.get("found"),
            "seen": self.units_field("seen") if "seen" in self.fields else None,
            "unknown": data.get("unknown") or 0,
            "again": data.get("again") or 0,
            "weight_g": None if weight is None else int(weight * 1000),
            "note": data["note"],
        }


def _found_or_seen(form: ActForm) -> int | None:
    """Return how many units were scanned, or counted; `None` where neither is typed."""
    seen = str(form.data.get("seen") or "").strip()
    return form.named(seen) if seen and "seen" in form.fields else form.typed("found")


def _empty_accounts(form: ActForm) -> list[tuple[str, str]]:
    """Return accounts where something may be found although the books have nothing there."""
    scope = form.scope
    there = scope.accounts()
    sites = {one.site for one in there if one.site} | {str(scope.card.site)}
    return [
        (
            f"{site}|{condition.value}",
            _("nothing booked: %(where)s at %(site)s")
            % {"where": _(words.CONDITIONS[condition]), "site": scope.label(site)},
        )
        for site in sorted(sites)
        for condition in (C.QUARANTINED, C.RELEASED)
        if not any(one.site == site and one.condition is condition for one in there)
    ]


class MoveForm(ActForm):
    """Send units to another site."""

    key = "move"
    operation = "custody.move"
    title = gettext_lazy("Send units to another site")
    explains = gettext_lazy(
        "They leave one custodian for another. On the way they keep what they are: goods on hold stay on hold."
    )
    submit = gettext_lazy("Record the dispatch")
    has_evidence = True
    evidence_help = gettext_lazy("Seals in place, the loaded vehicle, the delivery note.")

    def build(self) -> None:
        scope = self.scope
        about = scope.query.get("disposition")
        self.fields["account"] = forms.ChoiceField(
            label=_("What is sent"), choices=scope.account_choices(MAY_MOVE)
        )
        if about:
            self.fields["disposition"] = forms.CharField(
                label=_("Under disposition"), initial=about, max_length=20
            )
        self.fields["to"] = forms.ChoiceField(label=_("To"), choices=scope.site_choices())
        self.fields["quantity"] = quantity(
            _("How many"), required=False, least=1, help_text=_("Empty: all of them.")
        )
        if scope.card.serialised:
            self.fields["named"] = units_text(_("Which units"))
        self.fields["seals"] = forms.CharField(
            label=_("Seal numbers"), required=False, max_length=400,
            help_text=_("With commas; compare them on arrival."),
        )  # fmt: skip

    def request(self) -> dict[str, Any]:
        data = self.cleaned_data
        site, condition = data["account"].split("|")
        return {
            "lot": self.scope.card.number,
            "site": uuid.UUID(site),
            "condition": condition,
            "to": uuid.UUID(data["to"]),
            "quantity": data.get("quantity"),
            "named": self.units_field("named") if "named" in self.fields else None,
            "disposition": data.get("disposition") or None,
            "seals": data["seals"],
        }


class ArriveForm(ActForm):
    """Record an arrival."""

    key = "arrive"
    operation = "custody.arrive"
    title = gettext_lazy("Record an arrival")
    explains = gettext_lazy("What arrived is counted in; what is short is unaccounted for at once.")
    has_evidence = True
    evidence_help = gettext_lazy("The seal as it arrived, the weigh ticket, the delivery receipt.")

    def build(self) -> None:
        scope = self.scope
        choices = [
            (
                f"{account.site}|{account.carries.value}",
                _("%(n)s %(where)s to %(site)s")
                % {
                    "n": words.number(n),
                    "where": words.condition(account),
                    "site": scope.label(account.site),
                },
            )
            for account, n in scope.accounts().items()
            if account.condition is C.IN_TRANSIT and account.carries and account.site
        ]
        self.fields["account"] = forms.ChoiceField(label=_("What arrived"), choices=choices)
        self.fields["found"] = quantity(_("Units that arrived"), required=not scope.card.serialised)
        if scope.card.serialised:
            self.fields["seen"] = units_text(
                _("Or: the units scanned"),
                help_text=_("Needed where fewer arrived than were sent."),
            )
        self.fields["seals"] = forms.CharField(
            label=_("Seal numbers found"), required=False, max_length=400
        )
        self.fields["note"] = text(_("Remarks"))
        if self.is_bound:
            sent = sum(
                n
                for account, n in scope.accounts().items()
                if account.carries
                and f"{account.site}|{account.carries.value}" == self.data.get("account")
            )
            self.ask_if_short(sent, _found_or_seen(self))

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or self.cleaned_data
        if found.get("found") is None and not (found.get("seen") or "").strip():
            self.add_error("found", _("Say how many arrived, or scan them."))
        return found

    def request(self) -> dict[str, Any]:
        data = self.cleaned_data
        site, carries = data["account"].split("|")
        return {
            "lot": self.scope.card.number,
            "site": uuid.UUID(site),
            "carries": carries,
            "found": data.get("found"),
            "seen": self.units_field("seen") if "seen" in self.fields else None,
            "seals": data["seals"],
            "note": data["note"],
        }


class QuarantineForm(ActForm):
    """Put a lot on hold on suspicion."""

    key = "quarantine"
    operation = "custody.quarantine"
    title = gettext_lazy("Put on hold on suspicion")
    explains = gettext_lazy(
        "Suspect counts as nonconforming: every unit that is offered, drawn, released or surplus goes into quarantine and a nonconformity is opened."
    )
    submit = gettext_lazy("Put on hold")
    has_evidence = True
    evidence_is_rare = True

    def build(self) -> None:
        self.fields["reason"] = text(_("Why"), required=True)

    def request(self) -> dict[str, Any]:
        return {"lot": self.scope.card.number, "reason": self.cleaned_data["reason"]}


class ReopenForm(ActForm):
    """Reopen units seen alive."""

    key = "reopen"
    operation = "custody.reopen"
    title = gettext_lazy("Reopen units seen alive")
    explains = gettext_lazy(
        "Their end is not believed any more: the contradicted units are booked as unaccounted for. The sightings and the certificate stay readable."
    )
    submit = gettext_lazy("Reopen")
    has_evidence = True
    evidence_is_rare = True

    def build(self) -> None:
        self.fields["reason"] = text(_("Why"), required=True)

    def request(self) -> dict[str, Any]:
        return {"lot": self.scope.card.number, "reason": self.cleaned_data["reason"]}


class AttachForm(ActForm):
    """Attach evidence to a disposition or to an entry."""

    key = "attach"
    operation = "custody.attach"
    title = gettext_lazy("Attach evidence")
    explains = gettext_lazy(
        "What rests on it is graded anew. You speak for yourself: a signature on the spot is yours, and says you were there."
    )
    submit = gettext_lazy("Attach")
    has_evidence = True

    def build(self) -> None:
        scope = self.scope
        about = scope.query.get("disposition")
        if about:
            self.fields["disposition"] = forms.CharField(
                label=_("To disposition"), initial=about, max_length=20
            )
        else:
            self.fields["entry"] = forms.ChoiceField(
                label=_("To which entry"), choices=entry_choices(self)
            )

    def request(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {
            "lot": self.scope.card.number,
            "disposition": data.get("disposition") or None,
            "entry": uuid.UUID(data["entry"]) if data.get("entry") else None,
        }


class CorrectForm(ActForm):
    """Take an entry back."""

    key = "correct"
    operation = "custody.correct"
    title = gettext_lazy("Correct an entry")
    explains = gettext_lazy(
        "Nothing is edited or deleted: a new entry the other way takes it back. Where that lets units out of hold, a second person must sign."
    )
    submit = gettext_lazy("Take it back")

    def build(self) -> None:
        self.fields["entry"] = forms.ChoiceField(
            label=_("Which entry"), choices=entry_choices(self)
        )
        self.fields["reason"] = text(_("What was wrong"), required=True)

    def request(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {
            "lot": self.scope.card.number,
            "entry": uuid.UUID(data["entry"]),
            "reason": data["reason"],
        }


def entry_choices(form: ActForm) -> list[tuple[str, str]]:
    """Return a lot's entries that moved units, the newest first."""
    card = form.scope.card
    walked = flow.walk(custody.transfers(card.id), form.scope.standing, None)
    by_number = {item.statement: item for item in story.story(card, walked, None, href="").items}
    return [
        (
            str(told.act),
            f"{by_number[told.number].title} ({words.minute(told.occurred_at, card.zone)})",
        )
        for told in reversed(evidence.story(card.id))
        if told.body.get("transfers")
    ]
