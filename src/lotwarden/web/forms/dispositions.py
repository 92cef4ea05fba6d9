"""Forms about dispositions: propose, authorise, take a step, withdraw, lift."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lotwarden.core import dispositions as rules
from lotwarden.core.dispositions import KINDS, Kind, StepType
from lotwarden.custody import queries as custody
from lotwarden.custody.operations.dispositions import Terms
from lotwarden.custody.queries import DispositionCard
from lotwarden.identity import queries as identity
from lotwarden.reports import ways, words
from lotwarden.reports.pages import FieldGroup, Gate
from lotwarden.web.forms.base import (
    ActForm,
    LocalDateTime,
    Scope,
    counted,
    quantity,
    text,
    total,
    units_text,
)

KIND_WORDS = {
    "sort": gettext_lazy("Sort: every unit is looked at; good ones are re-inspected and released"),
    "rework": gettext_lazy("Rework: made to conform, then re-inspected by someone else"),
    "destroy": gettext_lazy(
        "Destroy: frozen list, independent witness, counted and weighed, certificate"
    ),
    "concession": gettext_lazy("Concession: released as is, for a reason and until a date"),
    "return": gettext_lazy("Return: handed back to the factory; stays an open question"),
    "hold": gettext_lazy("Hold: keep it as it is until a review date"),
}

ASKED: dict[str, tuple[str, ...]] = {
    "sort": ("instruction", "agent_person"),
    "rework": ("instruction", "risk", "agent_person", "defects"),
    "destroy": ("reason", "method", "agent_organisation", "agent_person", "witness"),
    "concession": ("reason", "expires_at", "customer"),
    "return": ("reason", "next_site"),
    "hold": ("reason",),
}
"""What each kind's proposal asks, besides how many, by when and whose it is."""


class TermsForm(ActForm):
    """The terms of a disposition: fields for its kind only."""

    kind: str

    def add_terms(self, kind: str) -> None:
        """Add the fields that the kind asks."""
        self.kind = kind
        scope = self.scope
        makers: dict[str, Any] = {
            "reason": lambda: text(_("Why")),
            "instruction": lambda: text(_("Instruction: what is done to each unit")),
            "risk": lambda: text(_("Risk: what the work could do to the goods")),
            "method": lambda: forms.CharField(
                label=_("Method of destruction"), required=False, max_length=200,
                help_text=_("Such as shredded, crushed, incinerated. A cut in two or a drilled hole is not enough."),
            ),
            "agent_organisation": lambda: forms.ChoiceField(
                label=_("Disposer"), required=False, choices=_disposers(scope),
                help_text=_("Only a disposer that the buyer approved may destroy."),
            ),
            "agent_person": lambda: forms.ChoiceField(
                label=_("Who does it"), required=False,
                choices=scope.people_choices("agency", "supplier", "disposer", "buyer", blank=True),
            ),
            "witness": lambda: forms.ChoiceField(
                label=_("Witness"), required=False,
                choices=scope.people_choices("agency", "buyer", blank=True),
                help_text=_("Somebody independent of the factory and the disposer, who is there and signs."),
            ),
            "defects": lambda: quantity(_("Kinds of defect to rework"), required=False, initial=1),
            "expires_at": lambda: LocalDateTime(
                label=_("Ends on"), zone=scope.card.zone, required=False
            ),
            "customer": lambda: forms.ChoiceField(
                label=_("The customer"), required=False,
                choices=[("", _("not asked yet")), ("yes", _("agrees")), ("no", _("need not be asked, by contract"))],
            ),
            "next_site": lambda: forms.ChoiceField(
                label=_("Who holds them next"), required=False,
                choices=[("", _("nobody yet")), *scope.site_choices()],
            ),
        }  # fmt: skip
        for name in ASKED[kind]:
            self.fields[name] = makers[name]()
        label = _("Review on") if kind == "hold" else _("Deadline")
        self.fields["deadline"] = LocalDateTime(
            label=label, zone=scope.card.zone, required=kind == "hold"
        )
        owners = scope.people_choices("buyer")
        self.fields["owner"] = forms.ChoiceField(
            label=_("Owner"), choices=[("", _("nobody yet")), *owners], required=False,
            initial=str(scope.actor.person) if scope.actor.role == "buyer" else "",
        )  # fmt: skip

    def terms(self) -> Terms:
        """Return the terms from the cleaned fields."""
        data = self.cleaned_data

        def id_of(name: str) -> uuid.UUID | None:
            return uuid.UUID(data[name]) if data.get(name) else None

        customer = data.get("customer")
        return Terms(
            reason=data.get("reason") or "",
            instruction=data.get("instruction") or "",
            risk=data.get("risk") or "",
            method=data.get("method") or "",
            owner=id_of("owner"),
            deadline=data.get("deadline"),
            expires_at=data.get("expires_at"),
            agent_organisation=id_of("agent_organisation"),
            agent_person=id_of("agent_person"),
            witness=id_of("witness"),
            next_site=id_of("next_site"),
            customer_agreement=True if customer == "yes" else None,
            contract_silent=customer == "no",
            defects=data.get("defects") or 0,
        )

    def start_from(self, row: Any) -> None:
        """Fill the fields with what the disposition says so far."""
        for name in self.fields:
            if name == "customer":
                self.initial[name] = (
                    "yes" if row.customer_agreement else "no" if row.contract_silent else ""
                )
            elif hasattr(row, name) and getattr(row, name) not in (None, ""):
                value = getattr(row, name)
                self.initial[name] = str(value) if isinstance(value, uuid.UUID) else value
        if row.next_site_id and "next_site" in self.fields:
            self.initial["next_site"] = str(row.next_site_id)

    def term_groups(self) -> tuple[FieldGroup, ...]:
        """Return the groups of the terms."""
        return (
            FieldGroup(_("What is done"), ASKED[self.kind]),
            FieldGroup(_("By when, and whose it is"), ("deadline", "owner")),
        )


class KindForm(ActForm):
    """Choose what happens to units in quarantine."""

    key = "propose"
    operation = "custody.propose"
    title = gettext_lazy("Decide what happens")
    explains = gettext_lazy(
        "Choose a disposition for units in quarantine. Several can stand side by side, each for its part of the lot."
    )
    submit = gettext_lazy("Go on")

    def build(self) -> None:
        del self.fields["occurred_at"]
        self.fields["kind"] = forms.ChoiceField(
            label=_("Disposition"),
            widget=forms.RadioSelect,
            choices=[(kind.value, KIND_WORDS[kind.value]) for kind in Kind],
        )

    def groups(self) -> tuple[FieldGroup, ...]:
        return (FieldGroup("", ("kind",)),)


class ProposeForm(TermsForm):
    """Propose a disposition of one kind."""

    key = "propose"
    operation = "custody.propose"
    title = gettext_lazy("Propose a disposition")
    explains = gettext_lazy(
        "The units are reserved for it. Nothing moves before the buyer authorises it and its gates are met."
    )
    submit = gettext_lazy("Propose it")
    has_evidence = True
    evidence_is_rare = True

    def build(self) -> None:
        scope = self.scope
        kind = scope.query["kind"]
        self.title = _("Propose: %(kind)s") % {"kind": _(words.KINDS[kind])}
        free = custody.free_in_quarantine([scope.card.id])
        choices = [
            (str(site), _("%(n)s free in quarantine at %(site)s") % {
                "n": words.number(n), "site": scope.label(str(site)),
            })
            for (_lot, site), n in free.items()
        ]  # fmt: skip
        self.fields["site"] = forms.ChoiceField(
            label=_("Units"), choices=choices, initial=scope.query.get("site", "")
        )
        self.fields["quantity"] = quantity(
            _("How many"), required=False, least=1, help_text=_("Empty: all that are free.")
        )
        if scope.card.serialised:
            self.fields["named"] = units_text(_("Or: which units"))
        self.add_terms(kind)

    def groups(self) -> tuple[FieldGroup, ...]:
        named = ("named",) if "named" in self.fields else ()
        return (
            FieldGroup(_("Which units"), ("site", "quantity", *named)),
            *self.term_groups(),
            FieldGroup("", ("occurred_at",)),
        )

    def request(self) -> dict[str, Any]:
        data = self.cleaned_data
        named = self.units_field("named") if "named" in self.fields else None
        return {
            "lot": self.scope.card.number,
            "kind": self.kind,
            "site": uuid.UUID(data["site"]),
            "quantity": data.get("quantity") if named is None else None,
            "named": named,
            "terms": self.terms(),
        }


class AuthoriseForm(TermsForm):
    """Authorise a proposal, completing its terms."""

    key = "authorise"
    operation = "custody.authorise"
    title = gettext_lazy("Authorise a disposition")
    explains = gettext_lazy(
        "You sign for the buyer. Complete what the proposal left open; what you sign is kept as it stands here."
    )
    submit = gettext_lazy("Authorise")

    def build(self) -> None:
        found = self.scope.disposition
        assert found is not None
        self.title = _("Authorise %(number)s: %(kind)s %(n)s") % {
            "number": found.number,
            "kind": _(words.KINDS[found.kind]),
            "n": words.units(found.quantity),
        }
        self.add_terms(found.kind)
        self.start_from(found.row)
        self.fields["basis"] = forms.CharField(
            label=_("On what authority"), max_length=200,
            help_text=_("Such as your role in the quality manual, or the contract's clause."),
        )  # fmt: skip

    def groups(self) -> tuple[FieldGroup, ...]:
        return (*self.term_groups(), FieldGroup(_("Authority"), ("basis", "occurred_at")))

    def gates(self) -> tuple[Gate, ...]:
        found = self.scope.disposition
        assert found is not None
        first = KINDS[Kind(found.kind)][0]
        wanted = [gate for gate in first.gates if gate.code not in ("authorised", "not_alone")]
        return ways.gates(self.scope.actor, self.scope.card, found, wanted)

    def request(self) -> dict[str, Any]:
        found = self.scope.disposition
        assert found is not None
        return {
            "disposition": found.number,
            "basis": self.cleaned_data["basis"],
            "terms": self.terms(),
        }


class AmendForm(TermsForm):
    """Complete or change the terms of an authorised disposition."""

    key = "amend"
    operation = "custody.amend"
    title = gettext_lazy("Complete the terms")
    explains = gettext_lazy(
        "What was authorised stays readable; what you enter here holds from now on."
    )

    def build(self) -> None:
        found = self.scope.disposition
        assert found is not None
        self.title = _("Complete the terms of %(number)s") % {"number": found.number}
        self.add_terms(found.kind)
        self.start_from(found.row)
        self.fields["note"] = text(_("Why"))

    def groups(self) -> tuple[FieldGroup, ...]:
        return (*self.term_groups(), FieldGroup("", ("note", "occurred_at")))

    def request(self) -> dict[str, Any]:
        found = self.scope.disposition
        assert found is not None
        return {
            "disposition": found.number,
            "terms": self.terms(),
            "note": self.cleaned_data["note"],
        }


class StepForm(ActForm):
    """Take a step of a disposition: counts by class, evidence, what is short shows at once."""

    step_name = ""
    operation = "custody.take_step"
    has_evidence = True

    def build(self) -> None:
        found = self.scope.disposition
        assert found is not None
        self.step = rules.step_of(Kind(found.kind), self.step_name)
        self.title = _(self.step.title)
        self.explains = self._explains()
        self.evidence_help = self._evidence_help()
        self.sent = self._choose_part(found)
        self.names = tuple(self.step.classes)
        if self.step.type is StepType.START:
            self.names = ()
            self.has_evidence = False
        accepted = (found.reinspection or {}).get("accepted")
        for name in self.names:
            first = None
            if len(self.names) == 1:
                first = self.sent
            elif accepted is not None and name == "accepted":
                first = accepted
            elif accepted is not None and name == "not_accepted":
                first = self.sent - accepted
            label = _(words.CLASSES[name])
            several = self.scope.card.serialised and len(self.names) > 1
            field = quantity(label[:1].upper() + label[1:], required=not several, initial=first)
            field.widget.attrs["data-part"] = "classes"
            if several:
                field.widget.attrs["data-or-named"] = ""
            self.fields[name] = field
            if self.scope.card.serialised and len(self.names) > 1:
                self.fields[f"{name}_units"] = units_text(_("Which: %(name)s") % {"name": label})
        if self.scope.card.serialised and len(self.names) > 1:
            self.fields["rest"] = forms.ChoiceField(
                label=_("All units not named above are"), required=False,
                choices=[("", _("missing: book them as unaccounted")),
                         *((name, _(words.CLASSES[name])) for name in self.names)],
            )  # fmt: skip
        if found.kind == "rework" and self.step_name == "counts":
            self.fields["defects_shown"] = quantity(
                _("Kinds of defect shown before and after"), initial=0
            )
        self.fields["note"] = text(_("Remarks"))
        if self.is_bound and self.names and not self.data.get("rest"):
            parts = [self.typed(name) for name in self.names]
            whole = [one for one in parts if one is not None]
            self.ask_if_short(self.sent, sum(whole) if len(whole) == len(parts) else None)

    def _choose_part(self, found: DispositionCard) -> int:
        """Ask which part is meant where the units stand at several sites; return how many it is."""
        parts = {
            str(account.site): n
            for account, n in found.holds
            if account.condition is self.step.debit and n
        }
        if len(parts) < 2:
            return sum(parts.values())
        choices = [
            (site, _("%(n)s at %(site)s") % {"n": words.units(n), "site": self.scope.label(site)})
            for site, n in parts.items()
        ]
        self.fields["where"] = forms.ChoiceField(
            label=_("Which part"), choices=choices, initial=self.scope.query.get("site"),
            help_text=_("Its units stand at several places; each is counted by itself."),
        )  # fmt: skip
        chosen = self.data.get("where") if self.is_bound else self.scope.query.get("site")
        return parts.get(str(chosen), 0)

    def clean(self) -> dict[str, Any]:
        """Demand a number for each class, 0 where there is none: a blank is not a count."""
        found: dict[str, Any] = super().clean() or self.cleaned_data
        for name in self.names:
            blank = found.get(name) is None and not (found.get(f"{name}_units") or "").strip()
            if blank and name not in self.errors and found.get("rest") != name:
                self.add_error(name, _("Say how many, 0 for none, or name the units."))
        return found

    def groups(self) -> tuple[FieldGroup, ...]:
        groups: list[FieldGroup] = []
        if "where" in self.fields:
            groups.append(FieldGroup("", ("where",)))
        if self.names:
            fields = [
                name
                for base in self.names
                for name in (base, f"{base}_units")
                if name in self.fields
            ]
            fields += [name for name in ("rest", "short") if name in self.fields]
            check = total("classes", self.sent) if self.sent else None
            groups.append(FieldGroup(_("What was counted"), tuple(fields), "", check))
        more = tuple(
            name for name in ("defects_shown", "note", "occurred_at") if name in self.fields
        )
        groups.append(FieldGroup("", more))
        return tuple(groups)

    def gates(self) -> tuple[Gate, ...]:
        found = self.scope.disposition
        assert found is not None
        return ways.gates(self.scope.actor, self.scope.card, found, self.step.gates)

    def request(self) -> dict[str, Any]:
        found = self.scope.disposition
        assert found is not None
        asked: dict[str, Any] = {
            "disposition": found.number,
            "step": self.step_name,
            "note": self.cleaned_data["note"],
        }
        if self.names:
            classes, rest = counted(self, self.names)
            asked["classes"], asked["rest"] = classes, rest
        if "where" in self.fields:
            asked["site"] = uuid.UUID(self.cleaned_data["where"])
        if "defects_shown" in self.fields:
            asked["defects_shown"] = self.cleaned_data["defects_shown"]
        return asked

    def _explains(self) -> str:
        found = self.scope.disposition
        assert found is not None
        told = {
            "start": _("The units leave quarantine for the work; they stay on hold."),
            "counts": _("Count what came out, class by class. What is short is unaccounted for at once, in the open."),
            "release": _("What the re-inspection accepted leaves the hold; the rest goes back to quarantine."),
            "finish": _("The units leave the hold for good."),
        }  # fmt: skip
        if found.kind == "destroy" and self.step_name == "start":
            return _("From here on the list of units is fixed: its digest is in the statement.")
        if found.kind == "destroy":
            return _(
                "How many were destroyed. No secret draw is presented here yet, so the grade is 3 at most."
            )
        if found.kind == "return":
            return _(
                "They go back into the factory's free custody. That is no end: they stay an open question."
            )
        return told[self.step_name]

    def _evidence_help(self) -> str:
        found = self.scope.disposition
        assert found is not None
        if found.kind == "destroy":
            return _(
                "Count and weight in and out, the certificate with its number, pictures. The witness signs under “Attach evidence”, logged in as themselves."
            )
        if found.kind == "rework":
            return _(
                "The 100 % re-inspection report, the count that came out, pictures before and after."
            )
        return _("Tally sheets, pictures of the sorted parts.")


class StartForm(StepForm):
    """Start the work of a disposition."""

    key = "start"
    step_name = "start"
    submit = gettext_lazy("Start")


class CountsForm(StepForm):
    """Record what the work gave."""

    key = "counts"
    step_name = "counts"


class ReleasePartForm(StepForm):
    """Release what a re-inspection accepted."""

    key = "release"
    step_name = "release"
    submit = gettext_lazy("Release")


class FinishForm(StepForm):
    """Finish a disposition."""

    key = "finish"
    step_name = "finish"


class WithdrawForm(ActForm):
    """Withdraw a disposition."""

    key = "withdraw"
    operation = "custody.withdraw"
    title = gettext_lazy("Withdraw a disposition")
    explains = gettext_lazy("What it still holds goes back to quarantine and is free again.")
    submit = gettext_lazy("Withdraw it")

    def build(self) -> None:
        self.fields["reason"] = text(_("Why"), required=True)

    def request(self) -> dict[str, Any]:
        found = self.scope.disposition
        assert found is not None
        return {"disposition": found.number, "reason": self.cleaned_data["reason"]}


class SignLiftForm(ActForm):
    """Sign that a hold may be lifted."""

    key = "sign-lift"
    operation = "custody.sign_lift"
    title = gettext_lazy("Sign to lift a hold")
    explains = gettext_lazy(
        "Two people lift a hold. The units are then offered again: only an acceptable inspection releases them."
    )
    submit = gettext_lazy("Sign")

    def gates(self) -> tuple[Gate, ...]:
        found = self.scope.disposition
        assert found is not None
        step = rules.step_of(Kind.HOLD, "finish")
        return ways.gates(self.scope.actor, self.scope.card, found, step.gates)

    def request(self) -> dict[str, Any]:
        found = self.scope.disposition
        assert found is not None
        return {"disposition": found.number}


def _disposers(scope: Scope) -> list[tuple[str, str]]:
    known = {one.organisation for one in scope.sites.values()}
    is_buyer = scope.actor.role == "buyer"
    found = []
    for one in identity.organisations("disposer"):
        if not is_buyer and one.id not in known:
            continue
        state = _("approved") if one.approved else _("not approved yet")
        found.append((str(one.id), f"{one.name} ({state})"))
    return [("", _("nobody yet")), *found]
