"""Acting: one request is one operation, one transaction, one statement.

    @operation("custody.count")
    def count(op, *, lot, …): …

    count(actor, act=client_made_id, occurred_at=when, lot=…, …) -> outcome

The decorated function is called with an `Op` in place of the actor, inside a transaction.
Before it: the actor's permission; then, whether this act was done already: the same id with
the same request gets the stored outcome and changes nothing, with another request it is
refused.  After it: the statement of all it told.  An act that another writer gets in the way of
is done anew, whole (`attempts`).  Times are kept apart: `occurred_at` is what
the client says, `recorded_at` what this server's clock says.
"""

from __future__ import annotations

import functools
import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Concatenate, ParamSpec

from django.db import transaction
from django.utils import timezone

from lotwarden.core import statements
from lotwarden.core.errors import N_, Refusal
from lotwarden.core.grades import Evidence, Independence
from lotwarden.core.units import Units, to_ranges
from lotwarden.evidence import operations as evidence
from lotwarden.evidence import queries as kept
from lotwarden.evidence import rows
from lotwarden.identity.attempts import insist
from lotwarden.identity.permissions import ADMIN, PERMISSIONS

CLOCK_AHEAD_MOST = timedelta(minutes=10)
"""How far a client's clock may run ahead of the server's."""

P = ParamSpec("P")
Outcome = dict[str, Any]
"""What an operation answers: small JSON, stored, so that a retry gets the same."""


class NotAllowed(Refusal):
    """The actor's role may not do this."""

    code = "identity.not_allowed"
    template = N_("{name} acts for the {role}; this is for: {roles}.")
    remedy = N_("Ask one of them to do it.")
    who = N_("the buyer")


class NotAdmin(Refusal):
    """Only an administrator may do this."""

    code = "identity.not_admin"
    template = N_("This is for an administrator of the workspace.")
    remedy = N_("Ask an administrator.")
    who = N_("an administrator")


class OtherRequest(Refusal):
    """An act's id was used already, for something else."""

    code = "identity.other_request"
    template = N_("This form was sent already, with other content.")
    remedy = N_("Look at what was recorded; if it is wrong, correct it. Else open the form anew.")


class InTheFuture(Refusal):
    """What happened cannot have happened later than now."""

    code = "identity.in_the_future"
    template = N_("The time given is {minutes} minutes ahead of this server's clock.")
    remedy = N_("Give the time at which it happened, with the right time zone.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who acts, and for which organisation; made at log-in, handed to every operation."""

    person: uuid.UUID
    name: str
    organisation: uuid.UUID
    organisation_name: str
    role: str
    independence: Independence = Independence.NONE
    is_admin: bool = False
    single_person: bool = False


@dataclass(slots=True)
class Op:
    """One operation under way: who, when, which lots are locked, what it tells."""

    actor: Actor
    act: uuid.UUID
    kind: str
    occurred_at: datetime
    recorded_at: datetime
    heads: dict[uuid.UUID, evidence.Head] = field(default_factory=dict)
    body: dict[str, Any] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)

    def lock(self, lots: Iterable[uuid.UUID]) -> None:
        """Lock these lots for this act; all of them in one call."""
        if self.heads:
            raise RuntimeError("an operation locks its lots once")
        self.heads = evidence.lock_chains(lots)

    def tell(self, **what: Any) -> None:
        """Add to what the statement says; ids, numbers and enumerations only."""
        self.body.update(what)

    def tell_more(self, name: str, entries: Iterable[Any]) -> None:
        """Append to a list of the statement."""
        self.body.setdefault(name, []).extend(entries)

    def write(self, name: str, text: str) -> None:
        """Add a free or personal text, salted, so that it can be erased; none if empty."""
        if text:
            self.texts[name] = text

    def attach(
        self, things: Iterable[evidence.Attached], *, about: uuid.UUID | None = None
    ) -> None:
        """Attach evidence to this act, or to the disposition `about`, and tell so."""
        listed = list(things)
        if not listed:
            return
        target = about or self.act
        ids = evidence.attach(about=target, act=self.act, things=listed)
        for its_id, one in zip(ids, listed, strict=True):
            said = {k: v for k, v in _told(one.evidence).items() if v}
            self.tell_more("evidence", [{"id": str(its_id), "about": str(target), **said}])
            texts = {"number": one.evidence.number or "", "title": one.title[: evidence.TITLE_MOST]}
            self._write_texts(f"attachment {its_id}", texts)

    def tell_row(self, kind: str, row: Any) -> None:
        """Tell a row as this act leaves it, its texts salted, so that `fsck` can compare it."""
        columns, texts = rows.told(row)
        self.tell_more("rows", [{"row": kind, **columns}])
        self._write_texts(f"{kind} {row.pk}", texts)

    def _write_texts(self, name: str, texts: dict[str, Any]) -> None:
        if any(texts.values()):
            self.write(name, statements.canonical(texts).decode())

    def self_signed(self, **what: Any) -> Evidence:
        """Return evidence by which the actor, logged in, speaks for themselves."""
        return Evidence(
            person=str(self.actor.person),
            organisation=str(self.actor.organisation),
            independence=self.actor.independence,
            by_themselves=True,
            **what,
        )


Operation = Callable[..., Outcome]

OPERATIONS: dict[str, Operation] = {}
"""Every operation by name; tests demand a permission, a reference line and a test of each."""


def operation(
    name: str,
) -> Callable[[Callable[Concatenate[Op, P], Outcome]], Callable[..., Outcome]]:
    """Make a function over `Op` an operation over `Actor`: see the module."""

    def wrap(body: Callable[Concatenate[Op, P], Outcome]) -> Callable[..., Outcome]:
        @functools.wraps(body)
        def perform(
            actor: Actor,
            *,
            act: uuid.UUID | None = None,
            occurred_at: datetime | None = None,
            **request: Any,
        ) -> Outcome:
            require(actor, name)
            recorded_at = timezone.now()
            happened = occurred_at or recorded_at
            if happened > recorded_at + CLOCK_AHEAD_MOST:
                ahead = (happened - recorded_at) // timedelta(minutes=1)
                raise InTheFuture(minutes=ahead)
            asked = request_digest({**request, "occurred_at": occurred_at})

            def once() -> Outcome:
                with transaction.atomic():
                    if act is not None and (done := _done(act, name, asked, actor)) is not None:
                        return done
                    op = Op(actor, act or uuid.uuid4(), name, happened, recorded_at)
                    outcome = body(op, **request)  # type: ignore[call-arg]
                    _append(op, asked, outcome)
                    return outcome

            return insist(once)

        assert name not in OPERATIONS, f"{name} is registered twice"
        OPERATIONS[name] = perform
        return perform

    return wrap


def _done(act: uuid.UUID, name: str, asked: str, actor: Actor) -> Outcome | None:
    """Return the outcome of an act that was done already; from here on nobody else does it."""
    evidence.claim(act)
    done = kept.act(act)
    if done is None:
        return None
    if (done[0], done[1], done[3]) != (name, asked, actor.person):
        raise OtherRequest(kind=done[0])
    return done[2]


def _append(op: Op, asked: str, outcome: Outcome) -> None:
    evidence.append(
        act=op.act,
        kind=op.kind,
        actor=op.actor.person,
        organisation=op.actor.organisation,
        occurred_at=op.occurred_at,
        recorded_at=op.recorded_at,
        request=asked,
        heads=op.heads,
        body=op.body,
        texts=op.texts,
        outcome=outcome,
    )


def require(actor: Actor, name: str) -> None:
    """Refuse unless the actor's role may do this operation.

    Refuses:
        identity.not_allowed, identity.not_admin
    """
    allowed = PERMISSIONS[name]
    if actor.role not in allowed:
        raise NotAllowed(
            name=actor.name, role=actor.role, operation=name, roles=", ".join(sorted(allowed))
        )
    if name in ADMIN and not actor.is_admin:
        raise NotAdmin(operation=name)


def may(actor: Actor, name: str) -> bool:
    """Return whether the actor's role may do this operation."""
    return actor.role in PERMISSIONS[name] and (name not in ADMIN or actor.is_admin)


def request_digest(request: Mapping[str, Any]) -> str:
    """Return the digest by which a retry is known to ask for the same."""
    return statements.digest(_plain(request))


def _plain(value: Any) -> Any:
    """Return `value` as canonical JSON can hold it."""
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, datetime):
        return statements.instant(value)
    if isinstance(value, Units):
        return to_ranges(value)
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, set | frozenset):
        return sorted(str(one) for one in value)
    if isinstance(value, Decimal):
        return str(value)
    if hasattr(value, "__dataclass_fields__"):
        return {name: _plain(getattr(value, name)) for name in value.__dataclass_fields__}
    return str(value)


def _told(one: Evidence) -> dict[str, Any]:
    return {
        "kind": one.kind.value,
        "person": one.person,
        "organisation": one.organisation,
        "independence": one.independence.value,
        "by_themselves": one.by_themselves,
        "sha256": one.document,
        "quantity": one.quantity,
        "weight_g": one.weight_g,
    }
