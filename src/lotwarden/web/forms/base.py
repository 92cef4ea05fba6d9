"""What every act's form has: a client-made id, when it happened, evidence, groups of fields."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from lotwarden.core.dispositions import Counted
from lotwarden.core.errors import Refusal
from lotwarden.core.grades import Evidence, EvidenceKind
from lotwarden.core.ledger import Account
from lotwarden.core.units import Units
from lotwarden.custody import queries as custody
from lotwarden.custody.queries import DispositionCard, Stand
from lotwarden.evidence import operations as evidence
from lotwarden.evidence.operations import Attached
from lotwarden.identity.acting import CLOCK_AHEAD_MOST, Actor
from lotwarden.identity.queries import PersonCard, SiteCard
from lotwarden.inspections.queries import InspectionCard
from lotwarden.orders import queries as orders
from lotwarden.orders.queries import LotCard
from lotwarden.reports import words
from lotwarden.reports.pages import FieldGroup, Gate, LiveTotal
from lotwarden.web.limits import (
    EVIDENCE_ROWS_EXTRA,
    EVIDENCE_ROWS_MOST,
    SHORT_PERCENT_MUCH,
    SHORT_UNITS_MUCH,
    TEXT_MOST,
)


@dataclass(frozen=True, slots=True)
class Scope:
    """What a form is about: the lot, who acts, and what can be chosen."""

    actor: Actor
    card: LotCard
    standing: Sequence[Stand]
    sites: Mapping[uuid.UUID, SiteCard]
    people: Mapping[uuid.UUID, PersonCard]
    query: Mapping[str, str]
    now: datetime
    disposition: DispositionCard | None = None
    inspection: InspectionCard | None = None

    def site_choices(self, *, only: set[str] | None = None) -> list[tuple[str, str]]:
        """Return sites to choose from, those of the lot's supplier first."""
        cards = [one for one in self.sites.values() if only is None or str(one.id) in only]
        cards.sort(key=lambda one: (one.organisation != self.card.supplier, one.label))
        return [(str(one.id), one.label) for one in cards]

    def people_choices(self, *roles: str, blank: bool = False) -> list[tuple[str, str]]:
        """Return active people of these roles, with their company."""
        found = [
            (str(one.id), f"{one.name}, {one.organisation_name}")
            for one in self.people.values()
            if one.role in roles and one.is_active
        ]
        return [("", _("nobody yet")), *found] if blank else found

    def accounts(self) -> dict[Account, int]:
        """Return the lot's accounts with what they hold."""
        found: dict[Account, int] = {}
        for one in self.standing:
            found[one.account] = found.get(one.account, 0) + one.quantity
        return found

    def account_choices(self, conditions: Sequence[Any]) -> list[tuple[str, str]]:
        """Return accounts in these conditions, as `site|condition`, with their units."""
        return [
            (
                f"{account.site}|{account.condition.value}",
                _("%(n)s %(where)s at %(site)s")
                % {
                    "n": words.number(quantity),
                    "where": words.condition(account),
                    "site": self.label(account.site),
                },
            )
            for account, quantity in self.accounts().items()
            if account.condition in conditions and account.site
        ]

    def label(self, site: str | None) -> str:
        """Return a site's name."""
        found = self.sites.get(uuid.UUID(site)) if site else None
        return found.label if found else ""


class LocalDateTime(forms.DateTimeField):
    """A date and time in the zone of the lot's site."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")

    def __init__(self, *args: Any, zone: str = "UTC", **kwargs: Any) -> None:
        super().__init__(*args, input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"], **kwargs)
        self.zone = ZoneInfo(zone)

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, datetime):
            return value.astimezone(self.zone).replace(tzinfo=None)
        return value

    def to_python(self, value: Any) -> datetime | None:
        found = super().to_python(value)
        if found is None:
            return None
        return found.replace(tzinfo=None).replace(tzinfo=self.zone)


class ActForm(forms.Form):
    """A form of one act: subclasses say which operation, which words, which fields."""

    key: ClassVar[str] = ""
    operation: ClassVar[str] = ""
    title: Any = ""
    explains: Any = ""
    submit: ClassVar[Any] = gettext_lazy("Record")
    has_evidence: bool = False
    evidence_is_rare: ClassVar[bool] = False
    evidence_help: Any = ""

    act = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.scope = scope
        self.initial.setdefault("act", uuid.uuid4())
        self.fields["occurred_at"] = LocalDateTime(
            label=_("When"),
            zone=scope.card.zone,
            help_text=_("Time at the lot's site, %(zone)s.") % {"zone": scope.card.zone},
            initial=scope.now,
            show_hidden_initial=True,
        )
        self.build()
        self._describe()

    def build(self) -> None:
        """Add the fields that depend on the lot."""

    def _describe(self) -> None:
        for name, field in self.fields.items():
            if isinstance(field.widget, forms.Textarea):
                field.widget.attrs.setdefault("rows", 3)
            if isinstance(field, forms.IntegerField):  # decimals are of this class too
                decimal = isinstance(field, forms.DecimalField)
                field.widget.attrs.setdefault("inputmode", "decimal" if decimal else "numeric")
            assert name, "a field has a name"

    def ask_if_short(self, sent: int, found: int | None) -> None:
        """Ask once more where much of what was sent is missing, on the form that comes back.

        `found` is `None` while it is not typed: that is asked for first.
        """
        short = 0 if found is None else sent - found
        if short < SHORT_UNITS_MUCH and short * 100 < SHORT_PERCENT_MUCH * max(sent, 1):
            return
        self.fields["short"] = forms.BooleanField(
            label=ngettext(
                "Counted again: %(n)s of %(sent)s is missing",
                "Counted again: %(n)s of %(sent)s are missing",
                short,
            )
            % {"n": words.number(short), "sent": words.number(sent)},
            help_text=_("They are booked as unaccounted at once, and stand in front of everybody."),
            error_messages={"required": _("That is many. Count again; if it is so, tick this.")},
        )

    def typed(self, name: str) -> int | None:
        """Return the number of units typed into a field, or named beside it; `None` for neither."""
        named = str(self.data.get(f"{name}_units") or "").strip()
        if named and f"{name}_units" in self.fields:
            return self.named(named)
        text = str(self.data.get(name) or "").strip()
        return int(text) if text.isdecimal() and len(text) < 11 else None

    def named(self, text: str) -> int | None:
        """Return how many units a text names; `None` where it cannot be read, which is said later."""
        try:
            return len(orders.units_named(self.scope.card, text))
        except Refusal:
            return None

    def groups(self) -> tuple[FieldGroup, ...]:
        """Return the fields in groups, in the order people know them."""
        names = [name for name in self.fields if name not in ("act", "occurred_at", "short")]
        if "short" in self.fields:  # beside the number that it is about
            names.insert(names.index("found") + 1, "short")
        last = [name for name in ("occurred_at",) if name in self.fields]
        return (FieldGroup("", (*names, *last)),)

    def happened_at(self) -> datetime | None:
        """Return when it happened, or `None` for now: the field was left as it was shown.

        The field has whole minutes; left alone it must not put acts of one minute out of order.
        """
        if "occurred_at" not in self.changed_data:
            return None
        found: datetime | None = self.cleaned_data.get("occurred_at")
        return found

    def gates(self) -> tuple[Gate, ...]:
        """Return what the act needs: something to choose from, and a step's own gates."""
        return tuple(
            Gate(
                _("There is something to choose under “%(field)s”.") % {"field": field.label},
                is_met=False,
            )
            for field in self.fields.values()
            if isinstance(field, forms.ChoiceField) and field.required and not list(field.choices)
        )

    def request(self) -> dict[str, Any]:
        """Return what the operation is asked, from the cleaned fields."""
        raise NotImplementedError(f"{type(self).__name__} says what it asks")

    def clean(self) -> dict[str, Any]:
        """Refuse a time that is still to come, where it was typed and in the site's own time."""
        found: dict[str, Any] = super().clean() or self.cleaned_data
        at = found.get("occurred_at")
        if at is not None and at > self.scope.now + CLOCK_AHEAD_MOST:
            zone = self.scope.card.zone
            self.add_error(
                "occurred_at",
                _("That is still to come: at the site it is %(now)s now (%(zone)s).")
                % {"now": words.minute(self.scope.now, zone), "zone": zone},
            )
        return found

    def units_field(self, name: str) -> Units | None:
        """Return the units named in a text field, or `None` if it is empty."""
        text = (self.cleaned_data.get(name) or "").strip()
        if not text:
            return None
        card = self.scope.card
        return orders.units_named(card, text, most=custody.produced([card.id])[card.id].produced)


def text(
    label: Any, *, required: bool = False, help_text: Any = "", rows: int = 3
) -> forms.CharField:
    """Return a field for a free text."""
    return forms.CharField(
        label=label,
        required=required,
        help_text=help_text,
        max_length=TEXT_MOST,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


def quantity(
    label: Any, *, required: bool = True, least: int = 0, **kwargs: Any
) -> forms.IntegerField:
    """Return a field for a number of units."""
    return forms.IntegerField(
        label=label, required=required, min_value=least, max_value=4_000_000_000, **kwargs
    )


def units_text(label: Any, *, help_text: Any = "") -> forms.CharField:
    """Return a field to name units of a serialised lot."""
    return forms.CharField(
        label=label,
        required=False,
        max_length=200_000,
        help_text=help_text
        or _("Serials or unit numbers, with commas or one a line; ranges as A001..A010 or 1-24."),
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
    )


def total(key: str, quantity_sent: int) -> LiveTotal:
    """Return the sum that classes should make, with words for short and over."""
    return LiveTotal(
        key,
        quantity_sent,
        _("{sum} of {total} so far; the empty fields make up {difference}. None is 0."),
        _("{sum} of {total}: every unit is counted."),
        _("{sum} of {total}: {difference} short, they will be booked as unaccounted."),
        _("{sum} of {total}: {difference} more than were sent; count again."),
    )


def counted(form: ActForm, names: Sequence[str]) -> tuple[dict[str, Counted], str | None]:
    """Return the classes a person counted; for a serialised lot with their units, and the rest."""
    found: dict[str, Counted] = {}
    rest = form.cleaned_data.get("rest") or None
    for name in names:
        n = form.cleaned_data.get(name) or 0
        named = form.units_field(f"{name}_units") if f"{name}_units" in form.fields else None
        if named is not None:
            found[name] = Counted(quantity=len(named), units=named)
        elif n or name == rest:
            found[name] = Counted(quantity=n or 1)
    return found, rest


EVIDENCE_CHOICES = (
    EvidenceKind.MEDIA,
    EvidenceKind.ATTESTATION,
    EvidenceKind.CERTIFICATE,
    EvidenceKind.WEIGH_TICKET,
    EvidenceKind.DELIVERY_RECEIPT,
    EvidenceKind.CUSTOMS_FILE,
    EvidenceKind.INSPECTION_REPORT,
    EvidenceKind.COUNT_IN,
    EvidenceKind.WEIGHT_IN,
    EvidenceKind.COUNT_OUT,
    EvidenceKind.WEIGHT_OUT,
    EvidenceKind.SEAL,
)
"""What can be attached.  An officer's attendance and a secret draw are not among them: nothing
here could check what they claim, and they would lift an act to grades 4 and 5."""


class EvidenceForm(forms.Form):
    """One piece of evidence: what it is, a file, a number, a quantity or a weight."""

    kind = forms.ChoiceField(label=gettext_lazy("What it is"), required=False)
    file = forms.FileField(label=gettext_lazy("File"), required=False)
    number = forms.CharField(label=gettext_lazy("Number or name"), required=False, max_length=80)
    quantity = forms.IntegerField(
        label=gettext_lazy("Units"), required=False, min_value=0, max_value=4_000_000_000
    )
    weight_kg = forms.DecimalField(
        label=gettext_lazy("Weight, kg"), required=False, min_value=0, max_digits=12,
        decimal_places=3,
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [
            ("", _("choose")),
            *((kind.value, _(words.EVIDENCE[kind.value])) for kind in EVIDENCE_CHOICES),
        ]

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or self.cleaned_data
        kind = found.get("kind")
        filled = any(
            found.get(name) not in (None, "")
            for name in ("file", "number", "quantity", "weight_kg")
        )
        if filled and not kind:
            self.add_error("kind", _("Say what this is."))
        if kind == "media" and not found.get("file"):
            self.add_error("file", _("Choose the picture or video."))
        if kind in ("count_in", "count_out") and found.get("quantity") is None:
            self.add_error("quantity", _("Say how many units were counted."))
        if kind in ("weight_in", "weight_out") and found.get("weight_kg") is None:
            self.add_error("weight_kg", _("Say how much it weighed."))
        return found


EvidenceSet = forms.formset_factory(
    EvidenceForm,
    extra=EVIDENCE_ROWS_EXTRA,
    max_num=EVIDENCE_ROWS_MOST,
    absolute_max=EVIDENCE_ROWS_MOST,
    validate_max=True,
)


def things_of(formset: Any, actor: Actor) -> list[Attached]:
    """Keep the files of an evidence form and return what is attached, spoken by the actor.

    Refuses:
        evidence.too_large, evidence.empty_file
    """
    found: list[Attached] = []
    for row in formset.cleaned_data:
        if not row or not row.get("kind"):
            continue
        upload = row.get("file")
        document = None
        if upload is not None:
            document = evidence.keep_file(upload.chunks(), name=upload.name)
        weight = row.get("weight_kg")
        found.append(
            Attached(
                evidence=Evidence(
                    kind=EvidenceKind(row["kind"]),
                    person=str(actor.person),
                    organisation=str(actor.organisation),
                    independence=actor.independence,
                    by_themselves=True,
                    document=document,
                    number=(row.get("number") or "").strip() or None,
                    quantity=row.get("quantity"),
                    weight_g=None if weight is None else int(weight * 1000),
                ),
                title=upload.name if upload is not None else "",
            )
        )
    return found
