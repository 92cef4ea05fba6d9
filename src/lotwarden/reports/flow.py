"""The flow picture's data: all units of a lot from what was made to where they are.

Parcels of units walk through the lot's transfers.  A node is drawn where something is done
to them (put on hold, sorted, reworked) and where they are now; what they only pass through
is not.  A correction and what it corrects are left out: they never happened to the goods.
Every column sums to what was made, because every parcel walks the whole way.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from django.utils.translation import gettext as _

from lotwarden.core.grades import NAMES
from lotwarden.core.ledger import GROUP_OF, Account, Condition, Group
from lotwarden.core.units import Units
from lotwarden.custody.queries import Moved, Stand
from lotwarden.reports import words
from lotwarden.reports.pages import Flow, FlowLink, FlowNode, FlowTone, SumTerm, Tone

C = Condition
MADE = "made"

_WORK = {C.QUARANTINED: "held", C.IN_SORTING: "sorting", C.IN_REWORK: "reworking"}
_SAMPLES = (C.CONSUMED, C.RETAINED)
_ORDER = (
    C.OFFERED, C.SAMPLED, C.RELEASED, C.CONCEDED, C.REGRADED, C.RECEIVED, C.SOLD_RESTRICTED,
    C.DONATED, C.RECYCLED, C.DESTROYED, C.CONSUMED, C.RETAINED, C.QUARANTINED, C.IN_SORTING,
    C.IN_REWORK, C.AWAITING_REINSPECTION, C.AWAITING_DESTRUCTION, C.IN_TRANSIT, C.SALVAGE,
    C.RETURNED, C.SURPLUS, C.STOLEN, C.UNACCOUNTED,
)  # fmt: skip


class Place(NamedTuple):
    """Where a parcel ends today: a term of the lot's sum."""

    condition: Condition
    reworked: bool = False
    contradicted: bool = False
    samples: bool = False

    @property
    def key(self) -> str:
        """Return the node's key in the picture and the address."""
        if self.samples:
            return "samples"
        if self.contradicted:
            return f"{self.condition.value}-contradicted"
        return f"reworked-{self.condition.value}" if self.reworked else self.condition.value


@dataclass(frozen=True, slots=True)
class _Parcel:
    quantity: int
    units: Units | None
    node: str = MADE
    reworked: bool = False
    visits: tuple[str, ...] = ()
    acts: frozenset[uuid.UUID] = frozenset()
    pending: frozenset[uuid.UUID] = frozenset()


@dataclass(slots=True)
class _Link:
    units: int = 0
    acts: set[uuid.UUID] = field(default_factory=set)
    pending: set[uuid.UUID] = field(default_factory=set)


@dataclass(slots=True)
class Walk:
    """What the parcels' way through the books gave: nodes, links, and where they are."""

    links: dict[tuple[str, str], _Link] = field(default_factory=dict)
    work: dict[str, tuple[Condition, int]] = field(default_factory=dict)
    places: dict[Place, int] = field(default_factory=dict)
    made: int = 0

    def acts_of(self, band: str) -> tuple[set[uuid.UUID], set[uuid.UUID]]:
        """Return the acts and the dispositions of a band, by its key."""
        for (source, target), link in self.links.items():
            if band_key(source, target) == band:
                return link.acts, link.pending
        return set(), set()


def band_key(source: str, target: str) -> str:
    """Return the key of a band in the address."""
    return f"{source}.{target}"


def walk(moved: Iterable[Moved], standing: Sequence[Stand], contradicted: Units | None) -> Walk:
    """Let the lot's units walk through its transfers, and stop where the books have them."""
    found = Walk()
    pools: dict[Account, list[_Parcel]] = {}
    for one in moved:
        if one.corrected or one.corrects is not None:
            continue
        if one.debit.condition is C.DECLARED:
            found.made += one.quantity
            parts = [_Parcel(one.quantity, one.units)]
        else:
            parts = _take(pools, one.debit, one.quantity, one.units)
        for part in parts:
            pools.setdefault(one.credit, []).append(_step(found, part, one))
    for stand in standing:
        if stand.unidentified:
            _lose(found, pools, stand)
    for account, parcels in pools.items():
        _stop(found, account, parcels, standing, contradicted)
    _without_echo(found)
    return found


def _without_echo(found: Walk) -> None:
    """Leave out the node of what was put on hold where all of it is still quarantined."""
    onward = [pair for pair in found.links if pair[0] == _WORK[C.QUARANTINED]]
    place = Place(C.QUARANTINED).key
    if onward != [(_WORK[C.QUARANTINED], place)]:
        return
    kept = found.links.pop(onward[0])
    del found.work[_WORK[C.QUARANTINED]]
    for pair in [pair for pair in found.links if pair[1] == _WORK[C.QUARANTINED]]:
        link = found.links.pop(pair)
        merged = found.links.setdefault((pair[0], place), _Link())
        merged.units += link.units
        merged.acts |= link.acts | kept.acts
        merged.pending |= link.pending | kept.pending


def flow_of(found: Walk, standing: Sequence[Stand], *, title: str, href: str) -> Flow:
    """Return the picture: made, what was done, where the units are; bands link to the story."""
    depth = _depths(found)
    last = max(depth.values(), default=0) + 1
    columns: list[list[FlowNode]] = [[] for _ in range(last + 1)]
    columns[0].append(FlowNode(MADE, _("Made"), found.made))
    for key, (condition, visit) in found.work.items():
        units = sum(link.units for (_, target), link in found.links.items() if target == key)
        columns[depth[key]].append(FlowNode(key, _work_label(condition, visit), units, "hold"))
    for place in sorted(found.places, key=_place_order):
        tone = place_tone(place, standing)
        columns[last].append(
            FlowNode(
                place.key, _capital(place_label(place)), found.places[place], tone,
                _grades(place, standing),
            )
        )  # fmt: skip
    tones: dict[str, FlowTone] = {node.key: node.tone for column in columns for node in column}
    links = tuple(
        FlowLink(
            source,
            target,
            link.units,
            tones[target],
            band_key(source, target),
            f"{href}?band={band_key(source, target)}#story",
        )
        for (source, target), link in found.links.items()
    )
    return Flow(title, tuple(tuple(column) for column in columns if column), links)


def terms_of(found: Walk, *, href: str) -> tuple[SumTerm, ...]:
    """Return the sum in words: every place with its units, what is wrong last."""
    terms = []
    for place in sorted(found.places, key=_place_order):
        into = [pair for pair in found.links if pair[1] == place.key]
        link = f"{href}?band={band_key(*into[0])}#story" if len(into) == 1 else None
        terms.append(SumTerm(place_label(place), found.places[place], _term_tone(place), link))
    return tuple(terms)


def node_label(found: Walk, key: str) -> str:
    """Return a node of the picture in words, within a sentence."""
    if key in found.work:
        label = _work_label(*found.work[key])
        return label[:1].lower() + label[1:]
    places = {place.key: place for place in found.places}
    return place_label(places[key]) if key in places else _("made")


def place_label(place: Place) -> str:
    """Return a place in words, as a term of the sum."""
    if place.samples:
        return _("samples used up or kept")
    if place.contradicted and words.is_hold(place.condition.value):
        return _("%(where)s in the books, seen elsewhere") % {
            "where": _(words.CONDITIONS[place.condition])
        }
    if place.contradicted:
        return _("%(where)s on paper, seen alive") % {"where": _(words.CONDITIONS[place.condition])}
    if place.reworked:
        return _("reworked and %(where)s") % {"where": _(words.CONDITIONS[place.condition])}
    return _(words.CONDITIONS[place.condition])


def place_tone(place: Place, standing: Sequence[Stand]) -> FlowTone:
    """Return the colour of a place: its grade at an end, its meaning elsewhere."""
    if place.contradicted or place.condition in (C.UNACCOUNTED, C.STOLEN):
        return "alarm"
    if words.is_hold(place.condition.value) or place.condition is C.IN_TRANSIT:
        return "hold"
    if GROUP_OF[place.condition] is Group.OPEN:
        return "open"
    if place.condition in (C.OFFERED, C.SAMPLED):
        return "plain"
    grades = _grade_numbers(place, standing)
    level = min(grades) if grades else 0
    tones: tuple[FlowTone, ...] = ("grade0", "grade1", "grade2", "grade3", "grade4", "grade5")
    return tones[level]


def _term_tone(place: Place) -> Tone:
    if place.contradicted or place.condition in (C.UNACCOUNTED, C.STOLEN):
        return "alarm"
    return "plain"


def _grade_numbers(place: Place, standing: Sequence[Stand]) -> set[int]:
    wanted = _SAMPLES if place.samples else (place.condition,)
    return {
        one.grade
        for one in standing
        if one.account.condition in wanted and one.contradicted == place.contradicted
    }


def _grades(place: Place, standing: Sequence[Stand]) -> str:
    """Return how well a place is known, in words; nothing where that is not the question."""
    if GROUP_OF[place.condition] is Group.OPEN or place.condition in (C.OFFERED, C.SAMPLED):
        return ""
    names = [grade_name(level) for level in sorted(_grade_numbers(place, standing))]
    return ", ".join(names)


def grade_name(level: int) -> str:
    """Return a grade's name in words."""
    return _(NAMES[level])


def _step(found: Walk, part: _Parcel, one: Moved) -> _Parcel:
    """Move a parcel on; where something is done to it, draw a node and a band to it."""
    acts = part.acts | {one.act}
    pending = part.pending | ({one.pending} if one.pending else frozenset())
    condition = one.credit.condition
    again = part.visits.count(condition.value)
    # Back in quarantine after work is no new node: the work's node tells where they come from.
    draws = condition in _WORK and not (condition is C.QUARANTINED and part.visits)
    if not draws:
        return replace(
            part,
            acts=acts,
            pending=pending,
            reworked=part.reworked and condition is not C.QUARANTINED,
        )
    key = _WORK[condition] + (f"-{again + 1}" if again else "")
    found.work.setdefault(key, (condition, again + 1))
    _join(found, part.node, key, part.quantity, acts, pending)
    return replace(
        part,
        node=key,
        visits=(*part.visits, condition.value),
        reworked=condition is C.IN_REWORK,
        acts=frozenset(),
        pending=frozenset(),
    )


def _take(
    pools: dict[Account, list[_Parcel]], account: Account, quantity: int, named: Units | None
) -> list[_Parcel]:
    """Take units out of a pool: those named, or the first that came."""
    taken: list[_Parcel] = []
    kept: list[_Parcel] = []
    left = quantity
    for part in pools.get(account, []):
        if named is not None and part.units is not None:
            common = part.units & named
            n = len(common)
            rest = part.units - common
            move = replace(part, quantity=n, units=common)
            stay = replace(part, quantity=len(rest), units=rest)
        else:
            n = min(left, part.quantity)
            move = replace(part, quantity=n)
            stay = replace(part, quantity=part.quantity - n)
        left -= n
        if move.quantity:
            taken.append(move)
        if stay.quantity:
            kept.append(stay)
    pools[account] = kept
    return taken


def _lose(found: Walk, pools: dict[Account, list[_Parcel]], stand: Stand) -> None:
    """Show units that a count missed without a name as unaccounted, whichever they are."""
    for account in [one for one in pools if one.site == stand.account.site and pools[one]]:
        if GROUP_OF[account.condition] is Group.ENDS:
            continue
        for part in _take(pools, account, stand.quantity, None):
            pools.setdefault(stand.account, []).append(replace(part, units=None))
        return


def _stop(
    found: Walk,
    account: Account,
    parcels: Sequence[_Parcel],
    standing: Sequence[Stand],
    contradicted: Units | None,
) -> None:
    """Let parcels stop at their place, split into believed and contradicted."""
    against = sum(one.quantity for one in standing if one.account == account and one.contradicted)
    for part in parcels:
        seen = 0
        if against and contradicted is not None and part.units is not None:
            seen = len(part.units & contradicted)
        elif against and part.units is None:
            seen = min(against, part.quantity)
            against -= seen
        condition = account.condition
        good = Place(
            C.CONSUMED if condition in _SAMPLES else condition,
            reworked=part.reworked and GROUP_OF[condition] is Group.IN_HAND
            and not words.is_hold(condition.value),
            samples=condition in _SAMPLES,
        )  # fmt: skip
        for place, quantity in (
            (good, part.quantity - seen),
            (Place(condition, contradicted=True), seen),
        ):
            if quantity:
                found.places[place] = found.places.get(place, 0) + quantity
                _join(found, part.node, place.key, quantity, part.acts, part.pending)


def _join(
    found: Walk,
    source: str,
    target: str,
    quantity: int,
    acts: Iterable[uuid.UUID],
    pending: Iterable[uuid.UUID],
) -> None:
    link = found.links.setdefault((source, target), _Link())
    link.units += quantity
    link.acts |= set(acts)
    link.pending |= set(pending)


def _depths(found: Walk) -> dict[str, int]:
    """Return the column of each node where something was done: the longest way to it."""
    depth = {MADE: 0}
    for _round in range(len(found.work) + 1):
        for source, target in found.links:
            if source in depth and target in found.work:
                depth[target] = max(depth.get(target, 0), depth[source] + 1)
    return depth


def _work_label(condition: Condition, visit: int) -> str:
    label = {
        C.QUARANTINED: _("Put on hold"),
        C.IN_SORTING: _("Sorted"),
        C.IN_REWORK: _("In rework"),
    }[condition]
    return label if visit == 1 else _("%(what)s, time %(n)s") % {"what": label, "n": visit}


def _place_order(place: Place) -> tuple[int, bool, bool]:
    return (_ORDER.index(place.condition), place.reworked, place.contradicted)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
