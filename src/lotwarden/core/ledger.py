"""The unit ledger: units of one lot move between accounts; none appears, none vanishes.

An *account* is where a unit is: a custodian site and a condition.  A *transfer* moves a
positive whole number of units of one lot from one account to another; one row, not two
legs, so that conservation is a matter of form.  A lot enters through `declared`, which
alone may owe units: what it owes is the quantity produced.

The rules, each stated once:

1. Serialised units move as a set of ordinals that is a subset of the account they leave;
   counted units, which nobody can tell apart, move by quantity.
2. What may follow what stands in `FOLLOWS`; only a correction goes backwards, and it names
   the transfer it corrects.
3. Nothing leaves the hold group without its finish gates: such a transfer carries the
   authority under which the gates were met.  Three things need none, since they are facts:
   found missing, stolen, and counted over.
4. A disposition is a pending transfer: it *reserves* units, and nobody else's act moves
   them until it is resolved or void.
5. A count is a balance assertion.  Short goes to `unaccounted` in the same act; over comes
   from `declared` into `surplus`.  A short *number* of serialised units moves nothing,
   because nobody knows which are missing: it opens a *discrepancy*, shown and summed as
   unaccounted until a scan names the units.
6. A transfer's grade is the grade of its act.  Of counted units those leave first that are
   known best, so that what stays is never shown better known than it is.

Source: domain.md's "The ledger of units".  The module is pure: `lotwarden.custody` stores
what it computes, `lotwarden fsck` replays what is stored through `replay` and compares.
Why one row and not legs: docs/decisions/0001.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

from lotwarden.core.errors import N_, Named, Refusal
from lotwarden.core.units import NONE, Units, show


class Condition(StrEnum):
    """Where a unit stands; the group decides what may follow."""

    DECLARED = "declared"
    OFFERED = "offered"
    SAMPLED = "sampled"
    QUARANTINED = "quarantined"
    IN_SORTING = "in_sorting"
    IN_REWORK = "in_rework"
    AWAITING_REINSPECTION = "awaiting_reinspection"
    RELEASED = "released"
    CONCEDED = "conceded"
    REGRADED = "regraded"
    IN_TRANSIT = "in_transit"
    AWAITING_DESTRUCTION = "awaiting_destruction"
    RECEIVED = "received"
    DESTROYED = "destroyed"
    RECYCLED = "recycled"
    DONATED = "donated"
    SOLD_RESTRICTED = "sold_restricted"
    CONSUMED = "consumed"
    RETAINED = "retained"
    SURPLUS = "surplus"
    RETURNED = "returned"
    SALVAGE = "salvage"
    UNACCOUNTED = "unaccounted"
    STOLEN = "stolen"


class Group(StrEnum):
    """The five groups of conditions."""

    SOURCE = "source"
    IN_HAND = "in_hand"
    ON_THE_WAY = "on_the_way"
    ENDS = "ends"
    OPEN = "open"


C = Condition

GROUPS: Mapping[Group, tuple[Condition, ...]] = MappingProxyType(
    {
        Group.SOURCE: (C.DECLARED,),
        Group.IN_HAND: (
            C.OFFERED, C.SAMPLED, C.QUARANTINED, C.IN_SORTING, C.IN_REWORK,
            C.AWAITING_REINSPECTION, C.RELEASED, C.CONCEDED, C.REGRADED,
        ),
        Group.ON_THE_WAY: (C.IN_TRANSIT, C.AWAITING_DESTRUCTION),
        Group.ENDS: (
            C.RECEIVED, C.DESTROYED, C.RECYCLED, C.DONATED, C.SOLD_RESTRICTED,
            C.CONSUMED, C.RETAINED,
        ),
        Group.OPEN: (C.SURPLUS, C.RETURNED, C.SALVAGE, C.UNACCOUNTED, C.STOLEN),
    }
)  # fmt: skip

GROUP_OF: Mapping[Condition, Group] = MappingProxyType(
    {condition: group for group, members in GROUPS.items() for condition in members}
)

WORDS: Mapping[Condition, str] = MappingProxyType(
    {
        C.DECLARED: N_("declared"),
        C.OFFERED: N_("offered, not yet judged"),
        C.SAMPLED: N_("drawn for inspection"),
        C.QUARANTINED: N_("quarantined"),
        C.IN_SORTING: N_("in sorting"),
        C.IN_REWORK: N_("in rework"),
        C.AWAITING_REINSPECTION: N_("awaiting re-inspection"),
        C.RELEASED: N_("released"),
        C.CONCEDED: N_("released by concession"),
        C.REGRADED: N_("regraded as seconds"),
        C.IN_TRANSIT: N_("on the way"),
        C.AWAITING_DESTRUCTION: N_("awaiting destruction"),
        C.RECEIVED: N_("received by the buyer"),
        C.DESTROYED: N_("destroyed"),
        C.RECYCLED: N_("recycled"),
        C.DONATED: N_("donated, confirmed"),
        C.SOLD_RESTRICTED: N_("sold with consent"),
        C.CONSUMED: N_("used up in test"),
        C.RETAINED: N_("kept as reference samples"),
        C.SURPLUS: N_("surplus"),
        C.RETURNED: N_("returned to the factory"),
        C.SALVAGE: N_("in salvage or interim treatment"),
        C.UNACCOUNTED: N_("unaccounted"),
        C.STOLEN: N_("stolen"),
    }
)
"""The word of each condition, as every page, spreadsheet and refusal says it."""

HOLD: frozenset[Condition] = frozenset(
    {C.QUARANTINED, C.IN_SORTING, C.IN_REWORK, C.AWAITING_REINSPECTION, C.AWAITING_DESTRUCTION}
)
"""The hold group, with what is `in_transit` from one of these (`Account.on_hold`)."""

_LOST = frozenset({C.UNACCOUNTED, C.STOLEN})

FOLLOWS: Mapping[Condition, frozenset[Condition]] = MappingProxyType(
    {
        C.DECLARED: frozenset({C.OFFERED, C.SURPLUS}),
        C.OFFERED: frozenset({C.SAMPLED, C.QUARANTINED, C.RELEASED, C.IN_TRANSIT}) | _LOST,
        C.SAMPLED: frozenset({C.OFFERED, C.QUARANTINED, C.RELEASED, C.CONSUMED, C.RETAINED})
        | _LOST,
        C.QUARANTINED: frozenset(
            {C.IN_SORTING, C.IN_REWORK, C.AWAITING_REINSPECTION, C.AWAITING_DESTRUCTION,
             C.CONCEDED, C.REGRADED, C.RETURNED, C.SALVAGE, C.DONATED, C.OFFERED, C.IN_TRANSIT}
        )
        | _LOST,
        C.IN_SORTING: frozenset(
            {C.AWAITING_REINSPECTION, C.QUARANTINED, C.RELEASED, C.IN_TRANSIT}
        )
        | _LOST,
        C.IN_REWORK: frozenset({C.AWAITING_REINSPECTION, C.QUARANTINED, C.IN_TRANSIT}) | _LOST,
        C.AWAITING_REINSPECTION: frozenset(
            {C.RELEASED, C.CONCEDED, C.QUARANTINED, C.CONSUMED, C.RETAINED, C.IN_TRANSIT}
        )
        | _LOST,
        C.RELEASED: frozenset({C.IN_TRANSIT, C.RECEIVED, C.QUARANTINED, C.CONSUMED, C.RETAINED})
        | _LOST,
        C.CONCEDED: frozenset({C.IN_TRANSIT, C.RECEIVED, C.QUARANTINED}) | _LOST,
        C.REGRADED: frozenset({C.IN_TRANSIT, C.SOLD_RESTRICTED, C.QUARANTINED}) | _LOST,
        C.AWAITING_DESTRUCTION: frozenset(
            {C.DESTROYED, C.RECYCLED, C.SALVAGE, C.QUARANTINED, C.IN_TRANSIT}
        )
        | _LOST,
        # What is on the way arrives in the condition it carries; `_may_follow` checks that.
        C.IN_TRANSIT: frozenset({C.RECEIVED}) | _LOST,
        C.RECEIVED: frozenset({C.QUARANTINED, C.RETURNED}) | _LOST,
        C.DESTROYED: frozenset({C.UNACCOUNTED}),
        C.RECYCLED: frozenset({C.UNACCOUNTED}),
        C.DONATED: frozenset({C.UNACCOUNTED}),
        C.SOLD_RESTRICTED: frozenset({C.UNACCOUNTED}),
        C.CONSUMED: frozenset({C.UNACCOUNTED}),
        C.RETAINED: frozenset({C.CONSUMED, C.UNACCOUNTED}),
        C.SURPLUS: frozenset({C.QUARANTINED}) | _LOST,
        C.RETURNED: frozenset({C.QUARANTINED}) | _LOST,
        C.SALVAGE: frozenset({C.DESTROYED, C.RECYCLED, C.QUARANTINED}) | _LOST,
        # Found again: suspect is nonconforming (IATF 16949, 8.7.1.3), so it goes on hold.
        C.UNACCOUNTED: frozenset({C.QUARANTINED, C.STOLEN}),
        C.STOLEN: frozenset({C.QUARANTINED, C.UNACCOUNTED}),
    }
)  # fmt: skip
"""What may follow what, without a correction.

Ends lead only to `unaccounted`, by `reopen`; but what the buyer received may prove suspect or
go back, and what is retained may be used up.
"""

CONTRADICTABLE: frozenset[Condition] = HOLD | frozenset(
    {C.IN_TRANSIT, C.DESTROYED, C.RECYCLED, C.DONATED, C.CONSUMED, C.RETAINED, C.SALVAGE}
)
"""Where a unit seen elsewhere contradicts the books; a released unit may be anywhere."""


class Code(StrEnum):
    """Why units moved."""

    DECLARE = "declare"
    DRAW = "draw"
    CONSUME = "consume"
    RETAIN = "retain"
    PUT_BACK = "put_back"
    QUARANTINE = "quarantine"
    ACCEPT = "accept"
    START = "start"
    STEP = "step"
    FINISH = "finish"
    MOVE = "move"
    ARRIVE = "arrive"
    COUNT_SHORT = "count_short"
    COUNT_OVER = "count_over"
    FOUND = "found"
    STOLEN = "stolen"
    REOPEN = "reopen"
    CORRECT = "correct"


FACTS: frozenset[Code] = frozenset({Code.COUNT_SHORT, Code.COUNT_OVER, Code.FOUND, Code.STOLEN})
"""Codes of what was seen: they may take units that somebody else's disposition reserves."""


class Account(NamedTuple):
    """Where units are.  `carries` is the condition of what is `in_transit`, else `None`.

    `declared`, `unaccounted` and `stolen` have no custodian; an unaccounted unit keeps the
    site where it was last booked, so that people know where to look.
    """

    condition: Condition
    site: str | None = None
    carries: Condition | None = None

    @property
    def on_hold(self) -> bool:
        """Whether these units may not leave without their finish gates."""
        return (self.carries if self.condition is C.IN_TRANSIT else self.condition) in HOLD

    def __str__(self) -> str:
        carried = f" from {self.carries}" if self.carries else ""
        return f"{self.condition}{carried}"


DECLARED = Account(C.DECLARED)


def in_words(account: Account) -> Named:
    """Return where units are, for a refusal: the code name, and the word that a person reads."""
    condition, carries = account.condition, account.carries
    carried = "" if carries is None else _SHORT.get(carries, WORDS[carries])
    return Named(str(account), _SHORT.get(condition, WORDS[condition]), carried)


_SHORT: Mapping[Condition, str] = MappingProxyType(
    {C.OFFERED: N_("offered"), C.DONATED: N_("donated")}
)
"""Words that fit into the middle of a sentence, where those of the pages explain."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer:
    """One movement of units of one lot; immutable once posted.

    `pending` names the disposition that reserves the units, `stays` that they remain its
    own after the move.  `authority` names what met the finish gates.  `grade` is that of
    the act today: evidence that comes later, or is struck out, changes it.
    """

    id: str
    debit: Account
    credit: Account
    quantity: int
    code: Code
    units: Units | None = None
    pending: str | None = None
    stays: bool = False
    authority: str | None = None
    corrects: str | None = None
    grade: int = 0


class Key(NamedTuple):
    """What units of one account have in common: how well known, contradicted, ever rejected."""

    account: Account
    grade: int = 0
    contradicted: bool = False
    rejected: bool = False


class Holding(NamedTuple):
    """So many units, and which, if they can be told apart."""

    quantity: int
    units: Units | None


@dataclass(frozen=True, slots=True)
class Books:
    """A lot's books at one moment.  Never changed: `post` and its kin return new books.

    `discrepancies` counts, for an account of serialised units, how many of them a count did
    not find without being able to say which.
    """

    serialised: bool
    holdings: Mapping[Key, Holding] = field(default_factory=dict)
    declared: int = 0
    surplus: int = 0
    reserved: Mapping[tuple[str, Account], Holding] = field(default_factory=dict)
    discrepancies: Mapping[Account, int] = field(default_factory=dict)

    @property
    def produced(self) -> int:
        """Return declared + surplus: what the accounts must sum to."""
        return self.declared + self.surplus

    def held(self, account: Account) -> Holding:
        """Return all that `account` holds, whatever its grade."""
        return _sum(h for key, h in self.holdings.items() if key.account == account)

    def reserved_in(self, account: Account, *, besides: str | None = None) -> Holding:
        """Return what dispositions other than `besides` reserve in `account`."""
        return _sum(
            h
            for (pending, where), h in self.reserved.items()
            if where == account and pending != besides
        )

    def free(self, account: Account, *, pending: str | None = None) -> Holding:
        """Return what an act may move out of `account`: its own reservation, or what nobody holds.

        Units that a count could not find are not free by number: which they are is unknown.
        """
        if pending is not None:
            return self.reserved.get((pending, account), Holding(0, NONE))
        held, taken = self.held(account), self.reserved_in(account)
        missing = self.discrepancies.get(account, 0)
        if self.serialised:
            free = _units(held) - _units(taken)
            return Holding(max(0, len(free) - missing), free)
        return Holding(held.quantity - taken.quantity, None)

    def missing_parts(self) -> Iterator[tuple[Key, int]]:
        """Return from which holdings the units of each discrepancy are taken: best known first."""
        for account, missing in self.discrepancies.items():
            left = missing
            for key in sorted(
                (k for k in self.holdings if k.account == account), key=_leaves_first
            ):
                part = min(left, self.holdings[key].quantity)
                left -= part
                if part:
                    yield key, part

    def position(self) -> dict[Key, int]:
        """Return the units of every account as shown: discrepancies stand as unaccounted.

        The sum is `produced`.
        """
        shown = {key: holding.quantity for key, holding in self.holdings.items()}
        for key, part in self.missing_parts():
            shown[key] -= part
            to = lost_from(key)
            shown[to] = shown.get(to, 0) + part
        return {key: quantity for key, quantity in shown.items() if quantity}


def lost_from(key: Key) -> Key:
    """Return the unaccounted holding in which units of `key` that a count missed are shown."""
    return Key(Account(C.UNACCOUNTED, key.account.site), rejected=key.rejected)


class BadQuantity(Refusal):
    """A transfer moves a positive whole number of units."""

    code = "ledger.bad_quantity"
    template = N_("{quantity} units cannot be moved.")
    remedy = N_("Give a whole number of units, 1 or more.")


class UnitsNeeded(Refusal):
    """Units of a serialised lot move by name."""

    code = "ledger.units_needed"
    template = N_(
        "The units of this lot have numbers: which {quantity} units are meant is missing."
    )
    remedy = N_("Name the units by serial or number, or scan them.")


class UnitsUnknown(Refusal):
    """Units of a counted lot cannot be told apart."""

    code = "ledger.units_unknown"
    template = N_("The units of this lot have no numbers, but {quantity} were named.")
    remedy = N_("Give the quantity alone.")


class QuantityDiffers(Refusal):
    """The quantity is the number of units named."""

    code = "ledger.quantity_differs"
    template = N_("{named} units are named, but the quantity says {quantity}.")
    remedy = N_("Make the two agree.")


class MayNotFollow(Refusal):
    """The table of what may follow what forbids this move."""

    code = "ledger.may_not_follow"
    template = N_("Units that are {debit} cannot become {credit}.")
    remedy = N_("From {debit} units may become: {follows}.")


class HoldNeedsGates(Refusal):
    """Nothing leaves the hold group without its finish gates."""

    code = "ledger.hold_needs_gates"
    template = N_("{quantity} units are on hold ({debit}) and would become {credit}.")
    remedy = N_("Decide a disposition for them and meet its gates.")
    who = N_("the buyer")


class NotThere(Refusal):
    """Named units are not in the account they should leave."""

    code = "ledger.not_there"
    template = N_("{quantity} of the named units are not {debit}: {units}.")
    remedy = N_("Take them out of the list, or look up where the books have them.")


class Overdrawn(Refusal):
    """An account other than `declared` would go below zero."""

    code = "ledger.overdrawn"
    template = N_("{held} units are {debit}; {asked} were asked for.")
    remedy = N_("Ask for {held} or fewer, or count what is there.")


class Reserved(Refusal):
    """The units are reserved by a disposition that is still open."""

    code = "ledger.reserved"
    template = N_(
        "{asked} units were asked for, but of those {debit} only {free} are not promised yet."
    )
    remedy = N_("Ask for {free} or fewer, or withdraw the disposition that holds the rest.")


class NotPending(Refusal):
    """The disposition does not hold so many units there."""

    code = "ledger.not_pending"
    template = N_("This disposition holds {held} units that are {debit}; {asked} were asked for.")
    remedy = N_("Ask for {held} or fewer.")


class MissingUnidentified(Refusal):
    """Units a count could not find may be among those that are to move."""

    code = "ledger.missing_unidentified"
    template = N_(
        "{missing} units that should be {debit} were not found by count and nobody knows which; "
        "{asked} cannot move."
    )
    remedy = N_("Scan what is there first: then the missing units have names.")


class AlreadyKnown(Refusal):
    """An ordinal enters a lot once."""

    code = "ledger.already_known"
    template = N_("{quantity} of these unit numbers are in the books already: {units}.")
    remedy = N_("Number new units from the first free number up.")


class AlreadyCorrected(Refusal):
    """A transfer is corrected once; a correction is not corrected."""

    code = "ledger.already_corrected"
    template = N_("This entry was corrected already, or is itself a correction.")
    remedy = N_("Record what is true now as a new act.")


def post(books: Books, transfers: Sequence[Transfer]) -> Books:
    """Return the books after all `transfers`, or refuse them all.

    The sequence is one act: a quarantined lot split three ways is three transfers in one
    call, and if the third is refused none has happened.  `books` is not changed.

    Refuses, for the first transfer that cannot be, first match wins:
        ledger.bad_quantity, ledger.units_needed, ledger.units_unknown,
        ledger.quantity_differs: the transfer is not well-formed for this lot.
        ledger.may_not_follow: `FOLLOWS` forbids it and it corrects nothing.
        ledger.hold_needs_gates: it leaves the hold group without authority.
        ledger.already_known: units would enter the lot twice.
        ledger.not_there, ledger.overdrawn: the account does not hold them.
        ledger.not_pending: the disposition does not hold them.
        ledger.reserved: somebody else's disposition holds them.
        ledger.missing_unidentified: some of them may be missing.

    >>> q = Account(Condition.QUARANTINED, "yongkang")
    >>> lot = Books(serialised=False, holdings={Key(q): Holding(5, None)}, declared=5)
    >>> end = Account(Condition.DESTROYED, "yongkang")
    >>> post(lot, [Transfer(id="1", debit=q, credit=end, quantity=3, code=Code.FINISH)])
    Traceback (most recent call last):
    lotwarden.core.ledger.MayNotFollow: Units that are quarantined cannot become destroyed.
    """
    work = _Work(books)
    for transfer in transfers:
        _check_form(transfer, serialised=books.serialised)
        _check_rules(transfer)
        work.check_there(transfer)
        work.apply(transfer)
    return work.books()


def replay(*, serialised: bool, entries: Iterable[Transfer | Contradiction | Discrepancy]) -> Books:
    """Return the books that the stored `entries` make, from nothing, without reservations.

    Refuses as `post` does where an entry cannot be: to `fsck` that is a finding.
    """
    work = _Work(Books(serialised=serialised))
    for entry in entries:
        if isinstance(entry, Transfer):
            _check_form(entry, serialised=serialised)
            _check_rules(entry)
            work.check_held(entry)
            work.apply(entry)
        elif isinstance(entry, Contradiction):
            _check_form(entry, serialised=serialised)
            work.contradict(entry)
        else:
            work.discrepancies[entry.account] = entry.quantity
    return replace(work.books(), reserved={})


def pend(
    books: Books, *, pending: str, account: Account, quantity: int, units: Units | None = None
) -> Books:
    """Return the books in which the disposition `pending` reserves units of `account`.

    Refuses:
        ledger.bad_quantity, ledger.units_needed, ledger.units_unknown,
        ledger.quantity_differs, ledger.not_there, ledger.overdrawn, ledger.reserved.
    """
    probe = Transfer(
        id=pending, debit=account, credit=account, quantity=quantity, units=units, code=Code.STEP
    )
    assert account != DECLARED, "what is not made yet cannot be reserved"
    _check_form(probe, serialised=books.serialised)
    _Work(books).check_there(probe)
    held = books.reserved.get((pending, account), Holding(0, NONE if units is not None else None))
    return replace(
        books,
        reserved={
            **books.reserved,
            (pending, account): Holding(
                held.quantity + quantity,
                None if units is None else _units(held) | units,
            ),
        },
    )


def void(books: Books, *, pending: str) -> Books:
    """Return the books without what `pending` still reserves: its units are free again."""
    kept = {key: held for key, held in books.reserved.items() if key[0] != pending}
    return replace(books, reserved=kept)


def correction(original: Transfer, *, id: str, authority: str | None, corrected: bool) -> Transfer:
    """Return the transfer that takes `original` back.

    That of a reopening keeps its code: the doubt is there again.

    A correction that takes units out of the hold group needs `authority` like any other
    way out: two people (see `custody.correct`).

    Refuses:
        ledger.already_corrected: `original` is a correction, or has one (`corrected`).
    """
    if corrected or original.corrects is not None:
        raise AlreadyCorrected(transfer=original.id)
    return replace(
        original,
        id=id,
        debit=original.credit,
        credit=original.debit,
        code=Code.REOPEN if original.code is Code.REOPEN else Code.CORRECT,
        corrects=original.id,
        authority=authority,
        stays=True,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Contradiction:
    """Units seen alive where the books do not have them; they keep their account."""

    units: Units | None
    quantity: int
    account: Account | None = None


def contradict(books: Books, contradiction: Contradiction) -> Books:
    """Return the books with these units marked contradicted, where a sighting contradicts.

    Serialised units are found by ordinal; units already contradicted or in an account where
    a sighting says nothing (`CONTRADICTABLE`) are left.  Counted units are marked by number
    in the account named, as far as it holds any.

    Refuses:
        ledger.bad_quantity, ledger.units_needed, ledger.units_unknown,
        ledger.quantity_differs: the contradiction is not well-formed for this lot.
    """
    _check_form(contradiction, serialised=books.serialised)
    work = _Work(books)
    work.contradict(contradiction)
    return work.books()


@dataclass(frozen=True, slots=True, kw_only=True)
class Discrepancy:
    """A count found `quantity` fewer serialised units in `account` and could not name them."""

    account: Account
    quantity: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CountOutcome:
    """What a count means for the books.

    `transfers` lack ids and grades that the caller fills in; `discrepancy` is what stands
    open in the account afterwards (0 closes it).  `known` of the units counted over stand as
    surplus at the site already.  `elsewhere` are named units that the books have in another
    account: a fact to look at, and a contradiction where that is an end.
    """

    found: int
    booked: int
    transfers: tuple[Transfer, ...] = ()
    discrepancy: int = 0
    known: int = 0
    elsewhere: tuple[tuple[Account, Units], ...] = ()

    @property
    def difference(self) -> int:
        """Return found − booked − known: below zero is short, above is over."""
        return self.found - self.booked - self.known


class NotFoundAgain(Refusal):
    """No more units can be found again than are unaccounted for."""

    code = "ledger.not_found_again"
    template = N_("{again} units were said to be found again, but only {most} can be.")
    remedy = N_("Say {most} or fewer; the rest is surplus.")


def count(books: Books, account: Account, *, found: int, again: int = 0) -> CountOutcome:
    """Return what it means that `found` units were counted in `account`.

    `again` of the units counted over are the ones that were unaccounted for at this site:
    they go on hold, since where they were is unknown.  What stands as surplus at this site
    already counts as there: the same units counted over twice are surplus once.

    Refuses:
        ledger.bad_quantity: `found` or `again` is below zero.
        ledger.not_found_again: `again` is more than the surplus, or than what is missing.
    """
    if found < 0 or again < 0:
        raise BadQuantity(quantity=min(found, again))
    booked = books.held(account).quantity
    over = max(0, found - booked)
    lost = Account(C.UNACCOUNTED, account.site)
    most = 0 if books.serialised else min(over, books.held(lost).quantity)
    if again > most:
        raise NotFoundAgain(again=again, most=most)
    if found < booked and books.serialised:
        return CountOutcome(found=found, booked=booked, discrepancy=booked - found)
    moves: list[Transfer] = []
    if found < booked:
        moves.append(_move(account, lost, booked - found, Code.COUNT_SHORT))
    if again:
        moves.append(_move(lost, Account(C.QUARANTINED, account.site), again, Code.FOUND))
    known = min(over - again, _known_surplus(books, account).quantity)
    if over > again + known:
        moves.append(_surplus(books, account.site, over - again - known))
    return CountOutcome(found=found, booked=booked, transfers=tuple(moves), known=known)


def scan(books: Books, account: Account, *, seen: Units, unknown: int = 0) -> CountOutcome:
    """Return what it means that exactly the units `seen` were scanned in `account`.

    `unknown` units bore serials that are not of this lot: they are surplus, and get the next
    ordinals; so is a unit seen whose ordinal is not in the books yet, and keeps it.  What
    stands as surplus at this site already counts as there.  A unit that was unaccounted for
    and is seen goes on hold.

    Refuses:
        ledger.units_unknown: the lot is not serialised.
    """
    if not books.serialised:
        raise UnitsUnknown(quantity=len(seen))
    held = _units(books.held(account))
    moves: list[Transfer] = []
    if missing := held - seen:
        lost = Account(C.UNACCOUNTED, account.site)
        moves.append(_move(account, lost, len(missing), Code.COUNT_SHORT, missing))
    elsewhere: dict[Account, Units] = {}
    there = _units(_known_surplus(books, account))
    for key, holding in books.holdings.items():
        here = (seen - there) & _units(holding)
        if not here or key.account == account:
            continue
        if key.account.condition in _LOST:
            back = Account(C.QUARANTINED, account.site)
            moves.append(_move(key.account, back, len(here), Code.FOUND, here))
        else:
            elsewhere[key.account] = elsewhere.get(key.account, NONE) | here
    known = _units(_sum(books.holdings.values()))
    new = seen - known
    again = min(unknown, len(there - seen))
    if new or unknown > again:
        moves.append(_surplus(books, account.site, unknown - again, new))
    return CountOutcome(
        found=len(seen) + unknown,
        booked=len(held),
        transfers=tuple(moves),
        known=again + len(there & seen),
        elsewhere=tuple(sorted(elsewhere.items(), key=lambda item: str(item[0]))),
    )


def _known_surplus(books: Books, account: Account) -> Holding:
    """Return what stands as surplus at the site of `account`, if that is another account."""
    if account.condition is C.SURPLUS:
        return Holding(0, None)
    return books.held(Account(C.SURPLUS, account.site))


def _move(
    debit: Account, credit: Account, quantity: int, code: Code, units: Units | None = None
) -> Transfer:
    return Transfer(id="", debit=debit, credit=credit, quantity=quantity, units=units, code=code)


def _surplus(books: Books, site: str | None, quantity: int, named: Units = NONE) -> Transfer:
    """Return the entry of units beyond those declared: the `named`, and `quantity` without name.

    Serialised ones without a name get the next ordinals.
    """
    units = None
    if books.serialised:
        known = _units(_sum(books.holdings.values())) | named
        first = (known.max() if known else 0) + 1
        units = named | Units(range(first, first + quantity))
        quantity = len(units)
    return _move(DECLARED, Account(C.SURPLUS, site), quantity, Code.COUNT_OVER, units)


def _check_form(entry: Transfer | Contradiction, *, serialised: bool) -> None:
    quantity, units = entry.quantity, entry.units
    if isinstance(quantity, bool) or not isinstance(quantity, int) or quantity < 1:
        raise BadQuantity(quantity=quantity)
    if serialised and units is None:
        raise UnitsNeeded(quantity=quantity)
    if not serialised and units is not None:
        raise UnitsUnknown(quantity=len(units))
    if units is not None and len(units) != quantity:
        raise QuantityDiffers(named=len(units), quantity=quantity)


def _may_follow(debit: Account, credit: Account) -> bool:
    if debit.condition is credit.condition is C.IN_TRANSIT:
        # Goods on the way are put on hold where they are; they go on to the same place.
        return credit.carries is C.QUARANTINED and debit.site == credit.site and not debit.on_hold
    if debit.condition is C.IN_TRANSIT and credit.condition is debit.carries:
        return True
    if debit.condition is C.IN_TRANSIT and credit.condition is C.RECEIVED:
        # The buyer receives what was let go; goods on hold that arrive stay on hold.
        return not debit.on_hold
    if credit.condition is C.IN_TRANSIT and credit.carries is not debit.condition:
        return False
    return credit.condition in FOLLOWS[debit.condition]


def _check_rules(transfer: Transfer) -> None:
    debit, credit = transfer.debit, transfer.credit
    if transfer.corrects is None and not _may_follow(debit, credit):
        follows = tuple(
            in_words(Account(c))
            for c in sorted(C)
            if _may_follow(debit, Account(c, carries=debit.condition))
        )
        raise MayNotFollow(debit=in_words(debit), credit=in_words(credit), follows=follows)
    leaves_hold = debit.on_hold and not credit.on_hold and credit.condition not in _LOST
    if leaves_hold and not transfer.authority:
        raise HoldNeedsGates(
            quantity=transfer.quantity, debit=in_words(debit), credit=in_words(credit)
        )


class _Work:
    """A lot's books while one act is applied; nobody else sees it."""

    def __init__(self, books: Books) -> None:
        self.serialised = books.serialised
        self.holdings = dict(books.holdings)
        self.reserved = dict(books.reserved)
        self.discrepancies = dict(books.discrepancies)
        self.declared = books.declared
        self.surplus = books.surplus

    def books(self) -> Books:
        return Books(
            serialised=self.serialised,
            holdings=self.holdings,
            declared=self.declared,
            surplus=self.surplus,
            reserved={key: held for key, held in self.reserved.items() if held.quantity},
            discrepancies={key: k for key, k in self.discrepancies.items() if k},
        )

    def check_held(self, transfer: Transfer) -> None:
        """Refuse what the account does not hold."""
        if transfer.debit == DECLARED:
            known = _units(_sum(self.holdings.values()))
            twice = known & (transfer.units or NONE)
            if twice:
                raise AlreadyKnown(quantity=len(twice), units=show(twice))
            return
        held = _sum(h for key, h in self.holdings.items() if key.account == transfer.debit)
        if transfer.units is not None:
            absent = transfer.units - _units(held)
            if absent:
                raise NotThere(
                    quantity=len(absent), debit=in_words(transfer.debit), units=show(absent)
                )
        elif transfer.quantity > held.quantity:
            raise Overdrawn(
                debit=in_words(transfer.debit), held=held.quantity, asked=transfer.quantity
            )

    def check_there(self, transfer: Transfer) -> None:
        """Refuse what the account does not hold, or holds for somebody else."""
        self.check_held(transfer)
        lost_or_found = {transfer.debit.condition, transfer.credit.condition} & _LOST
        if transfer.debit == DECLARED or (transfer.code in FACTS and lost_or_found):
            return
        books = Books(self.serialised, self.holdings, reserved=self.reserved)
        asked, debit = transfer.quantity, transfer.debit
        if transfer.pending is not None and transfer.corrects is None:
            own = books.free(debit, pending=transfer.pending)
            if asked > own.quantity or (transfer.units or NONE) - _units(own):
                raise NotPending(debit=in_words(debit), held=own.quantity, asked=asked)
        else:
            taken = books.reserved_in(debit, besides=transfer.pending)
            free = books.held(debit).quantity - taken.quantity
            if asked > free or (transfer.units or NONE) & _units(taken):
                raise Reserved(asked=asked, free=free, debit=in_words(debit))
        missing = self.discrepancies.get(debit, 0)
        if missing and asked > books.held(debit).quantity - missing:
            raise MissingUnidentified(missing=missing, debit=in_words(debit), asked=asked)

    def apply(self, transfer: Transfer) -> None:
        """Move the units; every check has been made."""
        debit, credit = transfer.debit, transfer.credit
        if debit == DECLARED:
            parts = [(Key(debit), Holding(transfer.quantity, transfer.units))]
        else:
            parts = list(self._take(transfer))
        for key, part in parts:
            if credit == DECLARED:
                continue
            believed = credit.condition is C.UNACCOUNTED or not key.contradicted
            # A reopening is taken back: the doubt is there again.  A miscount leaves none.
            doubted = transfer.code is Code.REOPEN and transfer.corrects is not None
            to = Key(
                credit,
                transfer.grade,
                doubted or not believed,
                key.rejected or C.QUARANTINED in (credit.condition, credit.carries),
            )
            self.holdings[to] = _sum((self.holdings.get(to, Holding(0, None)), part))
        self._tally(transfer)
        self._move_reservation(transfer)
        self._name_missing(transfer)

    def _take(self, transfer: Transfer) -> Iterator[tuple[Key, Holding]]:
        left, named = transfer.quantity, transfer.units
        keys = sorted(
            (key for key in self.holdings if key.account == transfer.debit), key=_leaves_first
        )
        if transfer.code is Code.REOPEN:  # it is the contradicted ones whose end is not believed
            keys.sort(key=lambda key: not key.contradicted)
        for key in keys:
            if not left:
                break
            quantity = self.holdings[key].quantity
            if named is not None:
                part = _units(self.holdings[key]) & named
                taken = Holding(len(part), part)
            else:
                taken = Holding(min(left, quantity), None)
            if not taken.quantity:
                continue
            left -= taken.quantity
            rest = None if taken.units is None else _units(self.holdings[key]) - taken.units
            if quantity == taken.quantity:
                del self.holdings[key]
            else:
                self.holdings[key] = Holding(quantity - taken.quantity, rest)
            yield key, taken
        assert left == 0, "checked before: the account holds what leaves it"

    def _tally(self, transfer: Transfer) -> None:
        """Keep produced = declared + surplus."""
        if transfer.debit == DECLARED:
            if transfer.credit.condition is C.SURPLUS:
                self.surplus += transfer.quantity
            else:
                self.declared += transfer.quantity
        elif transfer.credit == DECLARED:
            if transfer.debit.condition is C.SURPLUS:
                self.surplus -= transfer.quantity
            else:
                self.declared -= transfer.quantity

    def _move_reservation(self, transfer: Transfer) -> None:
        pending, debit, credit = transfer.pending, transfer.debit, transfer.credit
        if pending is not None:
            self._unreserve((pending, debit), transfer.quantity, transfer.units)
            if transfer.stays and credit.on_hold:
                key = (pending, credit)
                self.reserved[key] = _sum(
                    (
                        self.reserved.get(key, Holding(0, None)),
                        Holding(transfer.quantity, transfer.units),
                    )
                )
        if transfer.code in FACTS:
            self._shrink_reservations(debit)

    def _name_missing(self, transfer: Transfer) -> None:
        """Close the discrepancy that a scan of the account named, in part what a step named.

        No more can be missing without a name than the account still holds.
        """
        missing = self.discrepancies.get(transfer.debit, 0)
        if not missing:
            return
        if transfer.code is Code.COUNT_SHORT:
            missing = 0 if transfer.pending is None else max(0, missing - transfer.quantity)
        held = _sum(h for key, h in self.holdings.items() if key.account == transfer.debit)
        self.discrepancies[transfer.debit] = min(missing, held.quantity)

    def _unreserve(self, key: tuple[str, Account], quantity: int, units: Units | None) -> None:
        held = self.reserved.get(key)
        if held is None:
            return
        if units is None:
            self.reserved[key] = Holding(max(0, held.quantity - quantity), None)
        else:
            left = _units(held) - units
            self.reserved[key] = Holding(len(left), left)

    def _shrink_reservations(self, account: Account) -> None:
        """Let dispositions hold no more than is there, now that a count found less."""
        held = _sum(h for key, h in self.holdings.items() if key.account == account)
        room = held.quantity
        for key in sorted(k for k in self.reserved if k[1] == account):
            own = self.reserved[key]
            if self.serialised:
                left = _units(own) & _units(held)
                self.reserved[key] = Holding(len(left), left)
            else:
                self.reserved[key] = Holding(min(own.quantity, room), None)
                room -= self.reserved[key].quantity

    def contradict(self, entry: Contradiction) -> None:
        left = entry.quantity
        for key in sorted(self.holdings, key=_leaves_first):
            if key.contradicted or key.account.condition not in CONTRADICTABLE:
                continue
            if entry.units is None and key.account != entry.account:
                continue
            quantity, units = self.holdings[key]
            if entry.units is not None:
                seen = _units(self.holdings[key]) & entry.units
                part, rest = Holding(len(seen), seen), _units(self.holdings[key]) - seen
            else:
                part, rest = Holding(min(left, quantity), None), None
            if not part.quantity:
                continue
            left -= part.quantity
            if part.quantity == quantity:
                del self.holdings[key]
            else:
                self.holdings[key] = Holding(quantity - part.quantity, rest if units else None)
            to = key._replace(contradicted=True)
            self.holdings[to] = _sum((self.holdings.get(to, Holding(0, None)), part))


def _leaves_first(key: Key) -> tuple[bool, int, bool, str]:
    """Order holdings by who leaves first: see rule 6; contradicted units stay to the last."""
    return (key.contradicted, -key.grade, key.rejected, str(key.account))


def _units(holding: Holding) -> Units:
    return holding.units if holding.units is not None else NONE


def _sum(holdings: Iterable[Holding]) -> Holding:
    quantity, units = 0, None
    for holding in holdings:
        quantity += holding.quantity
        if holding.units is not None:
            units = holding.units if units is None else units | holding.units
    return Holding(quantity, units)
