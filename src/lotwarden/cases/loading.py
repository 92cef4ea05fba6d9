"""Load a case: make who takes part, import its spreadsheets, do its acts."""

from __future__ import annotations

import re
import tomllib
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone

from lotwarden.core.dispositions import Counted
from lotwarden.core.grades import Evidence, EvidenceKind
from lotwarden.custody.operations import (  # noqa: F401 - registers the operations
    corrections,
    counts,
    dispositions,
    grading,
    moves,
    sightings,
)
from lotwarden.custody.operations import lots as custody_lots
from lotwarden.evidence import operations as evidence
from lotwarden.evidence.operations import Attached
from lotwarden.identity import operations as identity
from lotwarden.identity import queries as who
from lotwarden.identity.acting import OPERATIONS, Actor
from lotwarden.inspections import operations as inspections  # noqa: F401 - registers
from lotwarden.orders import operations as orders
from lotwarden.orders import queries as lots

CASES = ("constructed", "t1-geep", "t3-melamine")
"""The cases that the demonstration loads, in this order."""

_RELATIVE = re.compile(r"(-\d+)d (\d\d):(\d\d)")
_DATES = frozenset({"at", "planned_for", "deadline", "expires_at"})


@dataclass(frozen=True, slots=True)
class Demonstration:
    """What the demonstration holds: the numbers of its lots."""

    lots: tuple[str, ...]


@dataclass(slots=True)
class _Loading:
    """One case being loaded: what its names stand for so far."""

    folder: Traversable
    case: dict[str, Any]
    people: dict[str, uuid.UUID]
    zone: ZoneInfo
    first_run: datetime
    organisations: dict[str, uuid.UUID] = field(default_factory=dict)
    sites: dict[str, uuid.UUID] = field(default_factory=dict)
    named: dict[str, str] = field(default_factory=dict)


def make_demonstration(*, progress: Callable[[str], None] = lambda _: None) -> Demonstration:
    """Make the demonstration workspace with all cases, or nothing of it.

    Its people log in with one click.

    Refuses:
        identity.workspace_there: this home has a workspace.
    """
    with transaction.atomic():
        vera, _ = identity.create_workspace(
            name="Demonstration",
            organisation="Nordhaven Outdoor",
            person="Vera Lindqvist",
            email="vera@buyer.example",
            demonstration=True,
        )
        tomas = identity.invite(
            vera, organisation=vera.organisation, name="Tomas Okafor", email="tomas@buyer.example"
        )
        identity.add_site(
            vera, organisation=vera.organisation, name="Gothenburg warehouse", country="SE",
            zone="Europe/Stockholm",
        )  # fmt: skip
        people = {"vera": vera.person, "tomas": uuid.UUID(tomas["person"])}
        made: list[str] = []
        for name in CASES:
            progress(name)
            made += load_case(name, vera, people)
        return Demonstration(tuple(made))


def load_case(name: str, actor: Actor, people: Mapping[str, uuid.UUID]) -> list[str]:
    """Load one case as `actor`, an administrator of the buyer; return its lots' numbers."""
    folder = resources.files(__package__).joinpath(name)
    case = tomllib.loads(folder.joinpath("case.toml").read_text("utf-8"))
    source = f"{case['title']}. {case['source']}"
    loading = _Loading(folder, case, dict(people), ZoneInfo("UTC"), timezone.now())
    data = folder.joinpath("orders.csv").read_bytes()
    first = _offered_at(case, loading)
    loaded = custody_lots.load_orders(
        actor, data=data, filename="orders.csv", case=name, source=source, occurred_at=first
    )
    made = [str(number) for number in loaded["lots"]]
    loading.zone = ZoneInfo(lots.lot(made[0]).zone)
    packing = folder.joinpath("packing-list.csv")
    if packing.is_file():
        orders.import_packing_list(
            actor, data=packing.read_bytes(), filename="packing-list.csv", occurred_at=first
        )
    _take_part(actor, loading)
    for act in case["acts"]:
        _do(loading, dict(act))
    return made


def _offered_at(case: Mapping[str, Any], loading: _Loading) -> datetime:
    """Return when the case's lots were offered: four days before its first act."""
    return _instant(case["acts"][0]["at"], loading) - timedelta(days=4)


def _take_part(actor: Actor, loading: _Loading) -> None:
    known = {card.name: card for card in who.organisations()}
    for key, one in loading.case.get("organisations", {}).items():
        card = known.get(one["name"])
        if card is None:
            made = identity.add_organisation(
                actor,
                name=one["name"],
                role=one["role"],
                name_local=one.get("name_local", ""),
                independence=one.get("independence", "none"),
            )
            loading.organisations[key] = uuid.UUID(made["organisation"])
        else:
            loading.organisations[key] = card.id
        if "approved" in one:
            identity.approve(actor, organisation=loading.organisations[key], note=one["approved"])
    for key, one in loading.case.get("sites", {}).items():
        organisation = who.organisation(loading.organisations[one["organisation"]])
        found = [site.id for site in organisation.sites if site.name == one["name"]]
        loading.sites[key] = found[0] if found else uuid.UUID(
            identity.add_site(
                actor,
                organisation=organisation.id,
                name=one["name"],
                name_local=one.get("name_local", ""),
                country=one.get("country", ""),
                zone=one["zone"],
            )["site"]
        )  # fmt: skip
    for key, one in loading.case.get("people", {}).items():
        invited = identity.invite(
            actor,
            organisation=loading.organisations[one["organisation"]],
            name=f"{one['name']} {one.get('name_local', '')}".strip(),
            email=one["email"],
        )
        loading.people[key] = uuid.UUID(invited["person"])


def _do(loading: _Loading, act: dict[str, Any]) -> None:
    name, label = act.pop("do"), act.pop("as", None)
    actor = who.actor_of(loading.people[act.pop("by")])
    at = _instant(act.pop("at"), loading)
    file = act.pop("file", None)
    if file is not None:
        act |= {"data": loading.folder.joinpath(file).read_bytes(), "filename": file}
    request = {key: _value(key, one, loading, actor) for key, one in act.items()}
    wants_lot = name.split(".")[1] in ("plan", "propose", "move", "arrive", "attach", "count",
                                       "quarantine")  # fmt: skip
    if wants_lot and "lot" not in request:
        request["lot"] = loading.case["lot"]
    outcome = OPERATIONS[name](actor, occurred_at=at, **request)
    if label is not None:
        for kind in ("disposition", "inspection"):
            if kind in outcome:
                loading.named[f"{kind}:{label}"] = outcome[kind]


def _value(key: str, value: Any, loading: _Loading, actor: Actor) -> Any:
    if key in _DATES:
        return _instant(value, loading)
    if key == "terms":
        fields = {name: _value(name, one, loading, actor) for name, one in value.items()}
        return dispositions.Terms(**fields)
    if key == "classes":
        return {name: Counted(quantity=quantity) for name, quantity in value.items()}
    if key == "things":
        return [_thing(one, loading, actor) for one in value]
    if isinstance(value, str) and ":" in value:
        kind, _, label = value.partition(":")
        if kind == "person":
            return loading.people[label]
        if kind == "site":
            return loading.sites[label]
        if kind == "organisation":
            return loading.organisations[label]
        if kind in ("disposition", "inspection"):
            return loading.named[value]
    return value


def _thing(one: Mapping[str, Any], loading: _Loading, actor: Actor) -> Attached:
    document = None
    if "file" in one:
        data = loading.folder.joinpath(one["file"]).read_bytes()
        document = evidence.keep_file([data], name=one["file"])
    issuer = _value("organisation", one.get("organisation"), loading, actor)
    return Attached(
        evidence=Evidence(
            kind=EvidenceKind(one["kind"]),
            person=None if issuer else str(actor.person),
            organisation=str(issuer or actor.organisation),
            independence=actor.independence,
            by_themselves=not issuer,
            document=document,
            number=one.get("number"),
            quantity=one.get("quantity"),
            weight_g=one.get("weight_g"),
        ),
        title=one.get("title", ""),
    )


def _instant(text: str, loading: _Loading) -> datetime:
    """Return an instant: `-21d 15:31` before the first run, or `2016-05-31 17:00`, site's zone."""
    match = _RELATIVE.fullmatch(text)
    if match is None:
        return datetime.fromisoformat(text).replace(tzinfo=loading.zone)
    day = (loading.first_run.astimezone(loading.zone) + timedelta(days=int(match[1]))).date()
    return datetime.combine(day, time(int(match[2]), int(match[3])), tzinfo=loading.zone)
