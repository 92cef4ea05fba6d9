"""Writes about switching: what the buyer allows, resumes, and reads into the standards."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields

from lotwarden.core import sampling
from lotwarden.core.errors import N_, Named, Refusal
from lotwarden.core.sampling import SwitchSettings
from lotwarden.identity.acting import Op, Outcome, operation
from lotwarden.inspections import streams
from lotwarden.inspections.models import SwitchingDecision
from lotwarden.orders import queries as lots
from lotwarden.orders.queries import LotCard


class Discontinued(Refusal):
    """Too many lots of the stream were not accepted: none is inspected until it is resumed."""

    code = "inspections.discontinued"
    template = N_("Inspection of {family} from {site} is discontinued for {classes}.")
    remedy = N_(
        "Have the supplier correct the cause; then resume inspection, and name what was done."
    )
    who = N_("the buyer")


class ReducedNotAllowed(Refusal):
    """Reduced inspection is for streams whose buyer allowed it."""

    code = "inspections.reduced_not_allowed"
    template = N_("Reduced inspection of {family} from {site} is not allowed.")
    remedy = N_("Allow it first, if production is steady and you want it; or choose normal.")
    who = N_("the buyer")


class SeverityUnreasoned(Refusal):
    """Another severity than the proposed one is chosen, and nobody says why."""

    code = "inspections.severity_unreasoned"
    template = N_("For {name} inspection is {proposed}; {given} was chosen without a reason.")
    remedy = N_("Take the proposed severity, or say why not.")


class NothingAllowed(Refusal):
    """Reduced inspection is withdrawn where it is not allowed."""

    code = "inspections.nothing_allowed"
    template = N_("Reduced inspection of {family} from {site} is not allowed now.")
    remedy = N_("There is nothing to withdraw.")


class AllowedAlready(Refusal):
    """Reduced inspection is allowed where it is."""

    code = "inspections.allowed_already"
    template = N_("Reduced inspection of {family} from {site} is allowed already.")
    remedy = N_("Look at the switching page: the rules say when it begins.")


class NotDiscontinued(Refusal):
    """Inspection is resumed where it goes on."""

    code = "inspections.not_discontinued"
    template = N_("Inspection of {family} from {site} is not discontinued.")
    remedy = N_("Plan the next lot.")


@operation("inspections.allow_reduced")
def allow_reduced(op: Op, *, lot: str, reason: str, standard: str = "iso2859-1") -> Outcome:
    """Allow reduced inspection of a lot's stream: production is steady, and the buyer wants it.

    The rules say when it begins; the permission lasts until it is withdrawn.

    Refuses:
        orders.unknown_lot
        sampling.unknown_standard
        inspections.allowed_already
    """
    card, stream = _stream(op, lot, standard)
    if stream.reduced_allowed:
        raise AllowedAlready(family=card.family, site=card.site_name)
    return _decide(op, card, streams.ALLOW, standard, reason)


@operation("inspections.withdraw_reduced")
def withdraw_reduced(op: Op, *, lot: str, reason: str, standard: str = "iso2859-1") -> Outcome:
    """Withdraw the permission: the next lot of the stream is inspected at normal again.

    Refuses:
        orders.unknown_lot
        sampling.unknown_standard
        inspections.nothing_allowed
    """
    card, stream = _stream(op, lot, standard)
    if not stream.reduced_allowed:
        raise NothingAllowed(family=card.family, site=card.site_name)
    return _decide(op, card, streams.WITHDRAW, standard, reason)


@operation("inspections.resume")
def resume(op: Op, *, lot: str, action: str, standard: str = "iso2859-1") -> Outcome:
    """Resume inspection of a stream, tightened, naming the supplier's corrective action.

    Refuses:
        orders.unknown_lot
        sampling.unknown_standard
        inspections.not_discontinued
    """
    card, stream = _stream(op, lot, standard)
    if all(one.severity != "discontinued" for one in stream.proposals.values()):
        raise NotDiscontinued(family=card.family, site=card.site_name)
    return _decide(op, card, streams.RESUME, standard, action)


@operation("inspections.set_switching")
def set_switching(op: Op, *, settings: Mapping[str, str | int | None], reason: str) -> Outcome:
    """Say how the workspace reads what the standards of switching leave open.

    It holds for every stream, its past included: severities are computed from results.

    Refuses:
        sampling.unknown_switch_setting: no such setting, or no such value.
    """
    known = [one.name for one in fields(SwitchSettings)]
    for name in settings:
        if name not in known:
            raise sampling.UnknownSwitchSetting(
                setting=name, given=str(settings[name]), known=", ".join(known)
            )
    SwitchSettings(**settings)  # type: ignore[arg-type] # refuses what is none
    _keep(op, SwitchingDecision(kind=streams.SETTINGS, settings=dict(settings)), reason)
    op.tell(settings=dict(settings))
    return {"settings": dict(settings)}


def severities(
    card: LotCard,
    *,
    standard: str,
    names: list[str],
    asked: str | Mapping[str, str] | None,
    reason: str,
) -> tuple[dict[str, str], dict[str, str]]:
    """Return the severity of each class for a stream's next lot, and the one proposed.

    Refuses, first match wins:
        inspections.discontinued
        inspections.reduced_not_allowed
        inspections.severity_unreasoned
    """
    stream = streams.stream_of(card, standard)
    proposed = {name: stream.proposal(name).severity for name in names}
    stopped = [name for name, one in proposed.items() if one == "discontinued"]
    if stopped:
        raise Discontinued(family=card.family, site=card.site_name, classes=", ".join(stopped))
    if asked is None:
        return proposed, proposed
    chosen = dict(asked) if isinstance(asked, Mapping) else dict.fromkeys(names, asked)
    for name, given in chosen.items():
        if given == "reduced" and not stream.reduced_allowed:
            raise ReducedNotAllowed(family=card.family, site=card.site_name)
        if given in sampling.SEVERITIES and given != proposed.get(name, given) and not reason:
            raise SeverityUnreasoned(
                name=Named(name, name),
                proposed=Named(proposed[name], proposed[name]),
                given=Named(given, given),
            )
    return chosen, proposed


def _stream(op: Op, lot: str, standard: str) -> tuple[LotCard, streams.Stream]:
    card = lots.lot(lot, op.actor)
    if standard not in sampling.STANDARDS:
        raise sampling.UnknownStandard(given=standard, known=", ".join(sampling.STANDARDS))
    op.lock([card.id])
    return card, streams.stream_of(card, standard)


def _decide(op: Op, card: LotCard, kind: str, standard: str, reason: str) -> Outcome:
    row = SwitchingDecision(kind=kind, site_id=card.site, family=card.family, standard=standard)
    _keep(op, row, reason)
    op.tell(site=str(card.site), family=card.family, standard=standard)
    return {"lot": card.number, "family": card.family, "standard": standard}


def _keep(op: Op, row: SwitchingDecision, reason: str) -> None:
    row.id, row.statement_id = op.act, op.act
    row.reason, row.decided_by, row.decided_at = reason.strip(), op.actor.person, op.recorded_at
    row.save(force_insert=True)
    op.tell_row("switching", row)
