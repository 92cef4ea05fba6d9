"""What is said after an act: what was recorded, and what follows from it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lotwarden.core.dispositions import StepType
from lotwarden.custody import queries as custody
from lotwarden.reports import words
from lotwarden.web.forms.base import ActForm

Outcome = Mapping[str, Any]


def said(form: ActForm, outcome: Outcome) -> str:
    """Return the sentences that stand on the next page."""
    tell = _TELL.get(form.operation)
    return tell(form, outcome) if tell is not None else _("Recorded.")


def _result(form: ActForm, outcome: Outcome) -> str:
    """Say the verdict with its numbers, and what it did to the lot."""
    data = {
        "words": outcome["words"],
        "number": outcome.get("nonconformity") or "",
        "n": words.units(custody.per_lot([form.scope.card.id])[form.scope.card.id]["hold"]),
    }
    verdict = outcome["verdict"]
    if verdict == "incomplete":
        return _("Recorded. %(words)s. Fewer than the plan asks: no verdict yet.") % data
    if verdict == "continue":
        return _("Recorded. %(words)s. Nothing is decided yet.") % data
    if verdict == "contested":
        return _("Recorded. The lot is no longer the one that was planned for: no verdict.")
    if verdict == "acceptable":
        return _("Recorded. %(words)s: acceptable. The buyer can release them now.") % data
    if outcome.get("nonconformity"):
        return _("Recorded. %(words)s: not acceptable. On hold: %(n)s; %(number)s is open.") % data
    return _("Recorded. %(words)s: not acceptable. On hold: %(n)s.") % data


def _step(form: ActForm, outcome: Outcome) -> str:
    """Say how many came out in each class, and how many did not."""
    step, sent = form.step, form.sent
    if step.type is StepType.START:
        n = words.units(form.scope.disposition.quantity if form.scope.disposition else sent)
        return _("Recorded. %(n)s: %(where)s, and on hold as before.") % {
            "n": n,
            "where": _(words.CONDITIONS[next(iter(step.classes.values()))]),
        }
    typed = {name: form.typed(name) or 0 for name in form.names}
    parts = ", ".join(
        f"{words.number(n)} {_(words.CLASSES[name])}" for name, n in typed.items() if n
    )
    short = 0 if form.cleaned_data.get("rest") else sent - sum(typed.values())
    if short > 0:
        return _("Recorded: %(parts)s. Unaccounted: %(short)s.") % {
            "parts": parts,
            "short": words.number(short),
        }
    return _("Recorded: %(parts)s.") % {"parts": parts}


def _count(form: ActForm, outcome: Outcome) -> str:
    difference = outcome["difference"]
    data = {"found": words.units(outcome["found"]), "n": words.number(abs(difference))}
    if difference < 0:
        return (
            _("Recorded. %(found)s counted, %(n)s fewer than the books: unaccounted from now on.")
            % data
        )
    if difference > 0:
        return _("Recorded. %(found)s counted, %(n)s more than the books.") % data
    return _("Recorded. %(found)s counted, as the books say.") % data


def _held(form: ActForm, outcome: Outcome) -> str:
    return _("Recorded. Every unit at hand is on hold, %(number)s is open.") % {
        "number": outcome["nonconformity"]
    }


def _proposed(form: ActForm, outcome: Outcome) -> str:
    return _("%(number)s is proposed. Nothing moves until the buyer authorises it.") % {
        "number": outcome["disposition"]
    }


def _authorised(form: ActForm, outcome: Outcome) -> str:
    return _("Recorded. %(number)s is authorised; what its next step needs is listed below.") % {
        "number": outcome["disposition"]
    }


def _withdrawn(form: ActForm, outcome: Outcome) -> str:
    return _("Recorded. %(number)s is closed; what it held is free in quarantine.") % {
        "number": outcome["disposition"]
    }


def _corrected(form: ActForm, outcome: Outcome) -> str:
    if outcome.get("waits"):
        return _("Your signature is recorded. A second person signs before anything moves.")
    return _("Recorded. The entry is taken back; both stay readable.")


def _lifted(form: ActForm, outcome: Outcome) -> str:
    if outcome.get("lifted"):
        return _("Recorded. The hold is lifted: the units are offered again, to be inspected.")
    return _("Your signature is recorded. A second person lifts the hold.")


def _planned(form: ActForm, outcome: Outcome) -> str:
    n = outcome["sample_size"]
    return ngettext(
        "%(number)s is planned: %(n)s unit to look at.",
        "%(number)s is planned: %(n)s units to look at.",
        n,
    ) % {"number": outcome["inspection"], "n": words.number(n)}


def _released(form: ActForm, outcome: Outcome) -> str:
    return _("Recorded. %(n)s released.") % {"n": words.units(outcome["released"])}


def _sent(form: ActForm, outcome: Outcome) -> str:
    return _("Recorded. They are on the way until their arrival is recorded.")


def _attached(form: ActForm, outcome: Outcome) -> str:
    return _("Recorded. What rests on it is graded anew.")


_TELL: Mapping[str, Callable[[ActForm, Outcome], str]] = {
    "inspections.record_result": _result,
    "inspections.plan": _planned,
    "inspections.release": _released,
    "custody.take_step": _step,
    "custody.count": _count,
    "custody.quarantine": _held,
    "custody.propose": _proposed,
    "custody.authorise": _authorised,
    "custody.withdraw": _withdrawn,
    "custody.correct": _corrected,
    "custody.sign_lift": _lifted,
    "custody.move": _sent,
    "custody.attach": _attached,
}
