"""The fields of the calculator of plans, for each type those that it needs.

Every field takes any text: `reports.calculator` says what is wrong with it, in the same words
as everywhere, and what was typed is kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django import forms
from django.urls import reverse
from django.utils.translation import gettext as _

from lotwarden.core import sampling
from lotwarden.reports import calculator, words
from lotwarden.reports.pages import CalculatorPage
from lotwarden.web.limits import ASKED_MOST

_TABLED = ("lot", "level", "critical", "major", "minor", "severity")
FIELDS: Final[Mapping[str, tuple[str, ...]]] = {
    "single": (*_TABLED, "standard"),
    "double": _TABLED,
    "multiple": _TABLED,
    "c0": ("lot", "lq", "beta"),
    "design": ("p1", "pa1", "p2", "pa2", "model", "lot"),
    "dodge-romig": ("lot", "kind", "limit", "average", "beta"),
    "sequential": ("p1", "pa1", "p2", "pa2"),
    "chain": ("n", "before"),
    "variables": ("letter", "aql", "severity", "method", "limits"),
}

RESHAPES: Final = {
    "hx-include": "#ask", "hx-target": "#calculator", "hx-select": "#calculator",
    "hx-swap": "outerHTML", "hx-replace-url": "true",
}  # fmt: skip
"""On a field that changes which fields there are: the script asks for all of them anew.

Such a field stands outside the form's element, so that the form does not ask too.
"""


class CalculatorForm(forms.Form):
    """What is asked, as fields; `wrong` is the field that the answer is refused for."""

    def __init__(self, asked: Mapping[str, str], page: CalculatorPage) -> None:
        super().__init__(dict(asked), auto_id="ask-%s")
        names = ("type", *_shown(asked))
        for name in names:
            self.fields[name] = _field(name, asked[name])
        self.is_valid()  # any text is: it fills what errors are added to
        if page.refusal is not None and page.wrong in self.fields:
            self.add_error(page.wrong, page.refusal.message)


def _shown(asked: Mapping[str, str]) -> tuple[str, ...]:
    """Return the fields that apply."""
    off = set()
    if asked["model"] != "hypergeometric" and asked["type"] == "design":
        off.add("lot")
    if asked["kind"] != "LTPD" and asked["type"] == "dodge-romig":
        off.add("beta")
    fields = FIELDS.get(asked["type"], FIELDS["single"])
    return tuple(name for name in fields if name not in off)


def _field(name: str, given: str) -> forms.CharField:
    label, hint = _words(name)
    choices = _choices(name)
    widget: forms.Widget
    if choices is not None:
        if given not in dict(choices):
            choices = [(given[:ASKED_MOST], given[:ASKED_MOST]), *choices]
        widget = forms.Select(choices=choices)
        if name in ("type", "model", "kind"):  # what applies changes with it
            widget.attrs.update(RESHAPES | {"hx-get": reverse("calculator")})
    else:
        widget = forms.TextInput(
            attrs={"inputmode": "decimal", "autocomplete": "off", "maxlength": ASKED_MOST}
        )
        if name in (*calculator.CLASSES, "aql"):
            widget.attrs["list"] = "aqls"
    return forms.CharField(label=label, help_text=hint, widget=widget, required=False, strip=False)


def _choices(name: str) -> list[tuple[str, str]] | None:
    """Return what can be chosen; None where it is typed."""
    found: dict[str, list[tuple[str, str]]] = {
        "type": [(key, _(value)) for key, value in calculator.TYPES.items()],
        "level": [
            (one, _("%(level)s, usual") % {"level": one} if one == "II" else one)
            for one in sampling.LEVELS
        ],
        "standard": list(calculator.SCHEMES.items()),
        "severity": [(one, _(words.SEVERITIES[one])) for one in sampling.SEVERITIES],
        "model": [
            ("binomial", _("a process (binomial)")),
            ("hypergeometric", _("one lot (hypergeometric)")),
            ("poisson", _("nonconformities counted (Poisson)")),
        ],
        "kind": [
            ("AOQL", _("what goes out on average (AOQL)")),
            ("LTPD", _("what one lot may have (LTPD)")),
        ],
        "method": [("s", _("from the sample (s)")), ("sigma", _("known beforehand (sigma)"))],
        "limits": [("one", _("one limit")), ("two", _("two limits together"))],
        "letter": [(one, one) for one in sampling.VARIABLES_LETTERS],
    }
    return found.get(name)


def _words(name: str) -> tuple[str, str]:
    """Return a field's label and hint."""
    if name in calculator.CLASSES:
        return _("AQL, %(name)s") % {"name": _(name)}, ""
    return {
        "type": (_("Type of plan"), ""),
        "lot": (_("Lot size"), ""),
        "level": (_("Inspection level"), ""),
        "standard": (_("Standard"), ""),
        "severity": (_("Severity"), ""),
        "p1": (_("Quality to accept, %"), ""),
        "pa1": (_("accepted so often, %"), ""),
        "p2": (_("Quality to stop, %"), ""),
        "pa2": (_("still accepted at most, %"), ""),
        "model": (_("Lots from"), ""),
        "lq": (_("Quality to stop, %"), ""),
        "beta": (_("still accepted at most, %"), ""),
        "kind": (_("What is limited"), ""),
        "limit": (_("Limit, %"), ""),
        "average": (_("Usual quality (process average), %"), ""),
        "n": (_("Sample"), ""),
        "before": (_("Lots before"), ""),
        "letter": (_("Code letter of Z1.9"), ""),
        "aql": (_("AQL"), ""),
        "method": (_("Spread (standard deviation)"), ""),
        "limits": (_("Limits"), ""),
    }[name]
