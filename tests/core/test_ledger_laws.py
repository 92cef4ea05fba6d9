"""The laws of the ledger, over random histories of lots: counted and serialised, two sites.

A history is a list of random acts.  Each is made into transfers by looking at the books it
meets, so that most can be done and many cannot; `play` posts them and keeps every moment.
The laws are stated over those moments.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import product
from random import Random

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from lotwarden.core.errors import Refusal
from lotwarden.core.ledger import (
    DECLARED,
    FACTS,
    FOLLOWS,
    Account,
    Books,
    Code,
    Condition,
    Contradiction,
    Discrepancy,
    Holding,
    HoldNeedsGates,
    Key,
    MayNotFollow,
    Transfer,
    contradict,
    correction,
    count,
    pend,
    post,
    replay,
    scan,
    void,
)
from lotwarden.core.units import NONE, Units, first, units

PHASES = [phase for phase in Phase if phase is not Phase.explain]
law = settings(max_examples=50, deadline=None, phases=PHASES)
small_law = settings(law, max_examples=100)

C = Condition
SITES = ("yongkang", "ningbo")
PENDING = ("D1", "D2")
HOLD = {
    C.QUARANTINED,
    C.IN_SORTING,
    C.IN_REWORK,
    C.AWAITING_REINSPECTION,
    C.AWAITING_DESTRUCTION,
}
LOST = {C.UNACCOUNTED, C.STOLEN}
EVERYWHERE = [
    *(Account(c, site) for c, site in product(C, SITES) if c not in (C.IN_TRANSIT, C.DECLARED)),
    *(Account(C.IN_TRANSIT, site, c) for site in SITES for c in (C.QUARANTINED, C.RELEASED)),
    DECLARED,
]

Entry = Transfer | Contradiction | Discrepancy

# Random acts


@dataclass(frozen=True)
class Act:
    """An act before it has met any books: what is done, and numbers that pick where and what."""

    verb: str
    place: int
    to: int
    quantity: int
    flag: bool

    @property
    def pending(self) -> str:
        return PENDING[self.to % 2]

    @property
    def site(self) -> str:
        return SITES[self.place % 2]


VERBS = (
    *("declare", "move", "move", "move", "move", "forge", "pend", "pend", "step", "step", "step"),
    *("void", "lose", "lose", "count", "count", "scan", "contradict", "correct"),
)

_ACTS = len(VERBS) * 12 * 12 * 10 * 2


def numbered(number: int) -> Act:
    """The act of this number: drawing one number is much quicker than drawing five."""
    number, verb = divmod(number, len(VERBS))
    number, place = divmod(number, 12)
    number, to = divmod(number, 12)
    flag, quantity = divmod(number, 10)
    return Act(VERBS[verb], place, to, quantity, bool(flag))


act_lists = st.lists(st.integers(0, _ACTS - 1).map(numbered), min_size=5, max_size=30)


@dataclass(frozen=True)
class Moment:
    """One act in a history: the books before and after it, and what was entered or refused."""

    act: Act
    before: Books
    after: Books
    entries: tuple[Entry, ...] = ()
    refused: Refusal | None = None
    asked: tuple[Transfer, ...] = ()


@dataclass
class History:
    """What became of a list of acts."""

    serialised: bool
    books: Books
    moments: list[Moment] = field(default_factory=list)

    @property
    def entries(self) -> list[Entry]:
        return [entry for moment in self.moments for entry in moment.entries]


def play(acts: list[Act], *, serialised: bool) -> History:
    """Do `acts` to an empty lot, one after the other, and keep every moment.

    The lot begins with 10 units in quarantine, 6 of them promised to a disposition that has
    begun with 3: an empty lot has little to tell.
    """
    history = History(serialised, Books(serialised=serialised))
    opening = [
        Act("declare", 0, 0, 9, False),
        Act("move", 0, 0, 9, False),
        Act("pend", 0, 0, 5, False),
        Act("step", 0, 0, 2, True),
    ]
    for act in [*opening, *acts]:
        moment = _do(act, history)
        history.moments.append(moment)
        history.books = moment.after
    return history


def _do(act: Act, history: History) -> Moment:
    books = history.books
    transfers: tuple[Transfer, ...] = ()
    try:
        match act.verb:
            case "pend":
                where, which = _some(books, act)
                return Moment(
                    act,
                    books,
                    pend(
                        books,
                        pending=act.pending,
                        account=where,
                        quantity=which.quantity,
                        units=which.units,
                    ),
                )
            case "void":
                return Moment(act, books, void(books, pending=act.pending))
            case "contradict":
                entry = _contradiction(books, act)
                return Moment(act, books, contradict(books, entry), (entry,))
            case "count" | "scan":
                return _count(act, books)
            case _:
                transfers = tuple(_transfers(act, history))
                return Moment(act, books, post(books, transfers), transfers, asked=transfers)
    except Refusal as refusal:
        return Moment(act, books, books, refused=refusal, asked=transfers)


def _transfers(act: Act, history: History) -> Iterator[Transfer]:
    books = history.books
    if act.verb == "declare":
        known = _known(books)
        start = (max(known) if known else 0) + (0 if act.flag else 1)
        named = units((max(1, start), max(1, start) + act.quantity))
        yield _transfer(
            DECLARED,
            Account(C.OFFERED, act.site),
            Holding(act.quantity + 1, named if books.serialised else None),
            Code.DECLARE,
        )
    elif act.verb == "correct":
        posted = [one for one in history.entries if isinstance(one, Transfer)]
        if posted:
            original = posted[act.place % len(posted)]
            done = any(one.corrects == original.id for one in posted)
            yield correction(
                original,
                id=f"c{len(posted)}",
                authority="two people" if act.flag else None,
                corrected=done,
            )
    elif act.verb == "forge":
        where, which = _some(books, act)
        wrong = EVERYWHERE[(act.to * 7 + act.quantity) % len(EVERYWHERE)]
        right = _followers(where)
        credit = right[act.place % len(right)] if right and act.quantity % 2 else wrong
        yield replace(
            _transfer(where, credit, which),
            code=list(Code)[act.to % len(Code)],
            pending=act.pending if act.flag else None,
            corrects="t0" if act.quantity % 3 == 0 else None,
        )
    else:
        yield from _moves(act, books)


def _moves(act: Act, books: Books) -> Iterator[Transfer]:
    where, which = _some(books, act, own=act.verb == "step")
    credits = _followers(where)
    if act.verb == "lose":
        lost = Account(C.UNACCOUNTED if act.flag else C.STOLEN, where.site)
        code = Code.COUNT_SHORT if act.flag else Code.STOLEN
        mine = replace(_transfer(where, lost, which, code), grade=0)
        yield replace(mine, pending=act.pending) if act.quantity % 2 else mine
        return
    if not credits:
        return
    moved = _transfer(where, credits[act.to % len(credits)], which, grade=act.to % 5)
    allowed = "the gates were met" if act.verb == "step" or act.flag else None
    if act.verb == "step":
        moved = replace(moved, pending=act.pending, stays=act.flag, code=Code.STEP)
    yield replace(moved, authority=allowed)
    if act.quantity % 4 == 3:  # the rest of the same place elsewhere, in the same act
        yield replace(_transfer(where, credits[0], which), authority=allowed)


def _followers(where: Account) -> list[Account]:
    """Where units may go from an account, the hold group and quarantine first."""
    if where.carries is not None:
        held_up = Account(C.IN_TRANSIT, where.site, C.QUARANTINED)
        return [Account(where.carries, where.site), Account(C.RECEIVED, where.site), held_up]
    reached = [
        Account(c, where.site)
        for c in sorted(FOLLOWS[where.condition], key=lambda c: (c not in HOLD, c))
        if c is not C.IN_TRANSIT
    ]
    if C.IN_TRANSIT in FOLLOWS[where.condition]:
        other = SITES[where.site == SITES[0]]
        reached.insert(1, Account(C.IN_TRANSIT, other, where.condition))
    return reached


def _some(books: Books, act: Act, *, own: bool = False) -> tuple[Account, Holding]:
    """An account and some of its units; `own`: where the act's disposition reserves some."""
    if own:
        places = sorted({where for pending, where in books.reserved if pending == act.pending})
        own = act.quantity % 4 != 1  # at times it takes from all that is there
    else:
        places = sorted({key.account for key in books.holdings})
    if not places:
        return Account(C.QUARANTINED, act.site), _named(books, NONE, act.quantity + 1)
    where = places[act.place % len(places)]
    held = books.free(where, pending=act.pending) if own else books.held(where)
    quantity = act.quantity
    if quantity < 7:  # mostly what can be had; 7 and more may be too much
        quantity = min(held.quantity, quantity + 1)
    return where, _named(books, held.units if held.units is not None else NONE, quantity)


def _named(books: Books, held: Units, quantity: int) -> Holding:
    """The lowest units of `held`, and when they are too few, units that are not there."""
    if not books.serialised:
        return Holding(quantity, None)
    some = first(held, quantity)
    if quantity % 3 == 0:  # as many from the other end
        some = Units(list(held)[-quantity:]) if quantity else NONE
    if len(some) < quantity and quantity % 2:
        return Holding(len(some), some)
    strangers = Units(range(900, 900 + quantity - len(some)))
    return Holding(quantity, some | strangers)


def _transfer(
    debit: Account, credit: Account, which: Holding, code: Code = Code.MOVE, grade: int = 0
) -> Transfer:
    return Transfer(
        id="t",
        debit=debit,
        credit=credit,
        quantity=which.quantity,
        units=which.units,
        code=code,
        grade=grade,
    )


def _known(books: Books) -> Units:
    return NONE.union(*(held.units for held in books.holdings.values() if held.units))


def _contradiction(books: Books, act: Act) -> Contradiction:
    where, which = _some(books, act)
    return Contradiction(units=which.units, quantity=which.quantity, account=where)


def _count(act: Act, books: Books) -> Moment:
    where, _ = _some(books, act)
    held = books.held(where)
    if act.verb == "scan" and books.serialised:
        seen = first(held.units or NONE, act.quantity) | first(_known(books), act.to)
        outcome = scan(books, where, seen=seen, unknown=act.quantity % 2)
    else:
        found = max(0, held.quantity + act.quantity - 6)
        outcome = count(books, where, found=found, again=act.to % 3 if act.flag else 0)
    entries: list[Entry] = [replace(one, id="t", grade=act.to % 3) for one in outcome.transfers]
    after = post(books, entries)
    if books.serialised:
        entries.append(Discrepancy(account=where, quantity=outcome.discrepancy))
        after = note(after, where, outcome.discrepancy)
    return Moment(act, books, after, tuple(entries))


def note(books: Books, where: Account, missing: int) -> Books:
    """The books in which `missing` units of an account were not found and have no names."""
    open_now = {**books.discrepancies, where: missing}
    return replace(books, discrepancies={key: k for key, k in open_now.items() if k})


histories = st.builds(lambda acts, named: play(acts, serialised=named), act_lists, st.booleans())
serialised_histories = st.builds(lambda acts: play(acts, serialised=True), act_lists)


def frozen(books: Books) -> object:
    """All of `books`, copied, so that a change inside it would show."""
    return (
        tuple(books.holdings.items()),
        books.declared,
        books.surplus,
        tuple(books.reserved.items()),
        tuple(books.discrepancies.items()),
    )


# Conservation


@law
@given(histories)
def test_no_sequence_of_acts_creates_or_loses_a_unit(history: History) -> None:
    produced = 0
    for moment in history.moments:
        for entry in moment.entries:
            if isinstance(entry, Transfer):
                produced += entry.quantity if entry.debit == DECLARED else 0
                produced -= entry.quantity if entry.credit == DECLARED else 0
        books = moment.after

        assert books.produced == books.declared + books.surplus == produced
        assert sum(books.position().values()) == produced
        assert sum(held.quantity for held in books.holdings.values()) == produced
        assert all(held.quantity > 0 for held in books.holdings.values())
        assert all(key.account != DECLARED for key in books.holdings)
        assert all(quantity > 0 for quantity in books.position().values())


@law
@given(serialised_histories)
def test_each_unit_of_a_serialised_lot_is_in_exactly_one_account(history: History) -> None:
    for moment in history.moments:
        sets = [held.units for held in moment.after.holdings.values()]

        assert all(held.quantity == len(held.units) for held in moment.after.holdings.values())
        assert len(NONE.union(*sets)) == sum(len(one) for one in sets) == moment.after.produced


# Refusals


@law
@given(act_lists, st.booleans())
def test_an_act_done_or_refused_changes_nothing_in_the_books_it_was_given(acts, named) -> None:
    history = play([], serialised=named)
    for act in acts:
        given_books = history.books
        before = frozen(given_books)

        moment = _do(act, history)

        assert frozen(given_books) == before
        history.moments.append(moment)
        history.books = moment.after


@law
@given(histories)
def test_a_refused_act_is_refused_whole(history: History) -> None:
    for moment in history.moments:
        if moment.refused is None or not moment.asked:
            continue
        good = [
            _transfer(key.account, Account(C.UNACCOUNTED, key.account.site), held, Code.STOLEN)
            for key, held in moment.before.holdings.items()
            if key.account.condition in HOLD
        ]
        before = frozen(moment.before)

        with contextlib.suppress(Refusal):
            post(moment.before, [*good, *moment.asked])

        assert frozen(moment.before) == before


# The hold group

accounts_on_hold = st.sampled_from(
    [
        *(Account(c, site) for c, site in product(sorted(HOLD), SITES)),
        *(Account(C.IN_TRANSIT, site, c) for site, c in product(SITES, sorted(HOLD))),
    ]
)
forged = st.builds(
    Transfer,
    id=st.just("t"),
    debit=accounts_on_hold,
    credit=st.sampled_from([*EVERYWHERE, *(Account(C.IN_TRANSIT, "ningbo", c) for c in sorted(C))]),
    quantity=st.just(1),
    code=st.sampled_from(list(Code)),
    pending=st.sampled_from([None, "D1"]),
    stays=st.booleans(),
    authority=st.sampled_from([None, None, None, "", "D1:finish"]),
    corrects=st.sampled_from([None, "t0"]),
    grade=st.integers(0, 5),
)


def is_on_hold(account: Account) -> bool:
    if account.condition is C.IN_TRANSIT:
        return account.carries in HOLD
    return account.condition in HOLD


@settings(law, max_examples=200)
@given(forged)
def test_no_hand_made_transfer_leaves_the_hold_group_without_authority(entry: Transfer) -> None:
    books = Books(
        serialised=False,
        holdings={Key(entry.debit, rejected=True): Holding(1, None)},
        declared=1,
        reserved={("D1", entry.debit): Holding(1, None)} if entry.pending else {},
    )

    try:
        post(books, [entry])
    except (HoldNeedsGates, MayNotFollow):
        return

    stays = is_on_hold(entry.credit)
    lost = entry.credit.condition in LOST
    assert stays or lost or entry.authority


@law
@given(histories)
def test_nothing_leaves_the_hold_group_in_any_history_without_authority(
    history: History,
) -> None:
    for entry in history.entries:
        if isinstance(entry, Transfer) and is_on_hold(entry.debit):
            assert is_on_hold(entry.credit) or entry.credit.condition in LOST or entry.authority


# Reservations


@law
@given(histories)
def test_dispositions_never_hold_more_than_is_there_and_no_unit_twice(history: History) -> None:
    for moment in history.moments:
        books = moment.after
        for account in {where for _, where in books.reserved}:
            mine = [held for (_, where), held in books.reserved.items() if where == account]
            held = books.held(account)

            assert all(one.quantity > 0 for one in mine)
            assert sum(one.quantity for one in mine) <= held.quantity
            if books.serialised:
                named = [one.units for one in mine]
                assert all(one.quantity == len(one.units) for one in mine)
                assert NONE.union(*named) <= held.units
                assert len(NONE.union(*named)) == sum(len(one) for one in named)


@law
@given(histories)
def test_what_one_disposition_holds_no_act_of_another_takes(history: History) -> None:
    for moment in history.moments:
        moves = [one for one in moment.entries if isinstance(one, Transfer)]
        actors = {one.pending for one in moves}
        if moment.act.verb in ("pend", "void"):
            actors.add(moment.act.pending)
        robbed = {
            one.debit
            for one in moves
            if one.code in FACTS and {one.debit.condition, one.credit.condition} & LOST
        }

        for (pending, where), held in moment.before.reserved.items():
            if pending not in actors and where not in robbed:
                assert moment.after.reserved[pending, where] == held


@law
@given(histories)
def test_no_more_is_missing_without_a_name_than_an_account_holds(history: History) -> None:
    for moment in history.moments:
        for account, missing in moment.after.discrepancies.items():
            assert 0 < missing <= moment.after.held(account).quantity


# Replay


@law
@given(histories)
def test_replaying_the_entries_so_far_gives_the_books_to_the_unit(history: History) -> None:
    entries: list[Entry] = []
    for number, moment in enumerate(history.moments):
        entries += moment.entries
        if number % 5 and moment is not history.moments[-1]:
            continue

        again = replay(serialised=history.serialised, entries=entries)

        assert again == replace(moment.after, reserved={})


# A naive model: each unit by itself


@dataclass
class Unit:
    """One unit of the model: everything the books should know of it."""

    account: Account
    grade: int
    contradicted: bool = False
    rejected: bool = False
    pending: str | None = None


class Shelf:
    """A serialised lot kept naively: an ordinal, a unit.  It decides by itself what may be."""

    def __init__(self) -> None:
        self.units: dict[int, Unit] = {}
        self.missing: dict[Account, int] = {}

    def copy(self) -> Shelf:
        other = Shelf()
        other.units = {ordinal: replace(unit) for ordinal, unit in self.units.items()}
        other.missing = dict(self.missing)
        return other

    def in_account(self, account: Account) -> list[int]:
        return [ordinal for ordinal, unit in self.units.items() if unit.account == account]

    def refuses(self, entry: Transfer) -> bool:
        """Whether the ledger must refuse this transfer."""
        if not entry.units or len(entry.units) != entry.quantity:
            return True
        debit, credit = entry.debit, entry.credit
        if entry.corrects is None and not self._may_follow(debit, credit):
            return True
        out = is_on_hold(debit) and not is_on_hold(credit) and credit.condition not in LOST
        if out and not entry.authority:
            return True
        if debit == DECLARED:
            return any(ordinal in self.units for ordinal in entry.units)
        here = self.in_account(debit)
        if not set(entry.units) <= set(here):
            return True
        if entry.code in FACTS and {debit.condition, credit.condition} & LOST:
            return False
        for ordinal in entry.units:
            owner = self.units[ordinal].pending
            if owner is not None and owner != entry.pending:
                return True
            if entry.pending and owner is None and entry.corrects is None:
                return True
        missing = self.missing.get(debit, 0)
        return bool(missing) and entry.quantity > len(here) - missing

    def refuses_one_of(self, act: tuple[Transfer, ...]) -> bool:
        """Whether the ledger must refuse these transfers as one act."""
        tried = self.copy()
        for entry in act:
            if tried.refuses(entry):
                return True
            tried.enter(entry)
        return False

    @staticmethod
    def _may_follow(debit: Account, credit: Account) -> bool:
        if debit.condition is credit.condition is C.IN_TRANSIT:
            held_up = credit.carries is C.QUARANTINED and debit.carries not in HOLD
            return held_up and credit.site == debit.site
        if debit.condition is C.IN_TRANSIT:
            arrives = credit.condition is debit.carries
            received = credit.condition is C.RECEIVED and debit.carries not in HOLD
            return arrives or received or credit.condition in LOST
        if credit.condition is C.IN_TRANSIT and credit.carries is not debit.condition:
            return False
        return credit.condition in FOLLOWS[debit.condition]

    def enter(self, entry: Entry) -> None:
        """Enter what was not refused."""
        if isinstance(entry, Discrepancy):
            self.missing[entry.account] = entry.quantity
            return
        if isinstance(entry, Contradiction):
            for ordinal in entry.units or ():
                unit = self.units.get(ordinal)
                if unit is not None and self._contradicts(unit.account):
                    unit.contradicted = True
            return
        if entry.credit == DECLARED:
            for ordinal in entry.units:
                del self.units[ordinal]
        else:
            for ordinal in entry.units:
                self._move(ordinal, entry)
        if entry.code is Code.COUNT_SHORT:
            left = self.missing.get(entry.debit, 0) - entry.quantity
            self.missing[entry.debit] = max(0, left) if entry.pending else 0
        here = len(self.in_account(entry.debit))
        self.missing[entry.debit] = min(here, self.missing.get(entry.debit, 0))

    @staticmethod
    def _contradicts(account: Account) -> bool:
        gone = (C.DESTROYED, C.RECYCLED, C.DONATED, C.CONSUMED, C.RETAINED, C.SALVAGE)
        return account.condition in (*HOLD, *gone, C.IN_TRANSIT)

    def _move(self, ordinal: int, entry: Transfer) -> None:
        unit = self.units.setdefault(ordinal, Unit(entry.credit, entry.grade))
        unit.account, unit.grade = entry.credit, entry.grade
        quarantined = C.QUARANTINED in (entry.credit.condition, entry.credit.carries)
        unit.rejected = unit.rejected or quarantined
        unit.contradicted = unit.contradicted and entry.credit.condition is not C.UNACCOUNTED
        if entry.code is Code.REOPEN and entry.corrects:
            unit.contradicted = True
        keeps = entry.pending if entry.stays and is_on_hold(entry.credit) else None
        unit.pending = keeps

    def holdings(self) -> dict[Key, Holding]:
        sets: dict[Key, list[int]] = {}
        for ordinal, unit in self.units.items():
            key = Key(unit.account, unit.grade, unit.contradicted, unit.rejected)
            sets.setdefault(key, []).append(ordinal)
        return {key: Holding(len(some), Units(some)) for key, some in sets.items()}

    def reserved(self) -> Mapping[tuple[str, Account], Holding]:
        sets: dict[tuple[str, Account], list[int]] = {}
        for ordinal, unit in self.units.items():
            if unit.pending is not None:
                sets.setdefault((unit.pending, unit.account), []).append(ordinal)
        return {name: Holding(len(some), Units(some)) for name, some in sets.items()}


@small_law
@given(serialised_histories)
def test_a_naive_model_of_single_units_refuses_the_same_and_agrees_in_every_moment(
    history: History,
) -> None:
    shelf = Shelf()
    for moment in history.moments:
        if moment.asked:
            assert shelf.refuses_one_of(moment.asked) is (moment.refused is not None)
        if moment.refused is None:
            _enter_all(shelf, moment)

        assert dict(moment.after.holdings) == shelf.holdings()
        assert dict(moment.after.reserved) == shelf.reserved()
        assert dict(moment.after.discrepancies) == {a: k for a, k in shelf.missing.items() if k}


@law
@given(serialised_histories, st.randoms(use_true_random=False))
def test_whatever_transfer_is_made_by_hand_the_naive_model_says_the_same(history, chance) -> None:
    shelf = Shelf()
    for moment in history.moments:
        if moment.refused is None:
            _enter_all(shelf, moment)
    books = history.books

    for entry in _made_by_hand(books, chance, 25):
        tried = shelf.copy()
        try:
            after = post(books, [entry])
        except Refusal as refused:
            assert shelf.refuses(entry), refused
            continue

        assert not shelf.refuses(entry)
        tried.enter(entry)
        assert dict(after.holdings) == tried.holdings()
        assert dict(after.reserved) == tried.reserved()
        assert dict(after.discrepancies) == {a: k for a, k in tried.missing.items() if k}


def _made_by_hand(books: Books, chance: Random, number: int) -> Iterator[Transfer]:
    """Transfers that nearly could be: units of one account, half of them its followers'."""
    places = sorted({key.account for key in books.holdings})
    for _ in range(number if places else 0):
        where = chance.choice(places)
        held = books.held(where).units
        own = [one.units for (_, account), one in books.reserved.items() if account == where]
        pool = list(chance.choice([held, held, *own]))
        named = Units(chance.sample(pool, chance.randint(1, len(pool))))
        yield Transfer(
            id="t",
            debit=where,
            credit=chance.choice([*_followers(where) * 6, *EVERYWHERE]),
            quantity=len(named),
            units=named,
            code=chance.choice([Code.MOVE, Code.MOVE, *Code]),
            pending=chance.choice([None, *PENDING]),
            stays=chance.random() < 0.5,
            authority=chance.choice([None, "the gates were met"]),
            grade=chance.randrange(6),
        )


def _enter_all(shelf: Shelf, moment: Moment) -> None:
    for entry in moment.entries:
        shelf.enter(entry)
    if moment.act.verb == "void":
        for unit in shelf.units.values():
            unit.pending = None if unit.pending == moment.act.pending else unit.pending
    if moment.act.verb == "pend":
        where, which = _some(moment.before, moment.act)
        for ordinal in which.units:
            assert shelf.units[ordinal].account == where
            assert shelf.units[ordinal].pending is None
            shelf.units[ordinal].pending = moment.act.pending


def test_the_histories_are_not_empty_talk() -> None:
    """Acts of each verb are done, most are refused at times, and units come to all groups."""
    chance = Random(7)
    done: set[str] = set()
    codes: set[str] = set()
    reached: set[Condition] = set()
    for number in range(100):
        acts = [numbered(chance.randrange(_ACTS)) for _ in range(30)]
        for moment in play(acts, serialised=bool(number % 2)).moments:
            if moment.refused is None:
                done.add(moment.act.verb)
            else:
                codes.add(moment.refused.code)
            reached |= {key.account.condition for key in moment.after.holdings}

    assert done == set(VERBS)
    assert {
        "ledger.bad_quantity",
        "ledger.may_not_follow",
        "ledger.hold_needs_gates",
        "ledger.not_there",
        "ledger.overdrawn",
        "ledger.reserved",
        "ledger.not_pending",
        "ledger.missing_unidentified",
        "ledger.already_known",
        "ledger.already_corrected",
        "ledger.not_found_again",
    } <= codes
    assert len(reached) >= 15


# Units that cannot be told apart

grades = st.integers(0, 5)
holdings = st.dictionaries(
    st.builds(Key, st.just(Account(C.SALVAGE, "ningbo")), grades, st.booleans(), st.booleans()),
    st.integers(1, 9).map(lambda quantity: Holding(quantity, None)),
    min_size=1,
    max_size=6,
)


def each_unit(held: Mapping[Key, Holding]) -> list[tuple[bool, int, bool]]:
    """The units one by one, those first that are to leave first."""
    return sorted(
        (key.contradicted, -key.grade, key.rejected)
        for key, holding in held.items()
        for _ in range(holding.quantity)
    )


@small_law
@given(holdings, st.data())
def test_what_stays_is_never_shown_better_known_than_it_is(held, data) -> None:
    everyone = each_unit(held)
    quantity = data.draw(st.integers(1, len(everyone)))
    books = Books(serialised=False, holdings=held, declared=len(everyone))
    salvage = Account(C.SALVAGE, "ningbo")

    after = post(
        books,
        [_transfer(salvage, Account(C.DESTROYED, "ningbo"), Holding(quantity, None), grade=3)],
    )

    stayed = {key: one for key, one in after.holdings.items() if key.account == salvage}
    assert each_unit(stayed) == everyone[quantity:]


@law
@given(act_lists)
def test_forgetting_which_units_they_are_changes_no_account(acts: list[Act]) -> None:
    told_apart = ("count", "scan", "lose", "forge")  # here it matters which units are gone
    history = play([act for act in acts if act.verb not in told_apart], serialised=True)
    forgotten = Books(serialised=False)

    for moment in history.moments:
        if moment.refused is not None:
            continue
        if moment.act.verb == "pend":
            where, which = _some(moment.before, moment.act)
            forgotten = pend(
                forgotten, pending=moment.act.pending, account=where, quantity=which.quantity
            )
        if moment.act.verb == "void":
            forgotten = void(forgotten, pending=moment.act.pending)
        moves = [one for one in moment.entries if isinstance(one, Transfer)]
        forgotten = post(forgotten, [replace(one, units=None) for one in moves])

        accounts = {key.account for key in moment.after.holdings}
        assert {key.account for key in forgotten.holdings} == accounts
        for account in accounts:
            assert forgotten.held(account).quantity == moment.after.held(account).quantity


# Contradictions


@law
@given(
    histories,
    st.lists(st.tuples(st.integers(0, 11), st.integers(1, 5)), min_size=2, max_size=4),
    st.randoms(use_true_random=False),
)
def test_the_order_of_independent_contradictions_does_not_matter(history, picked, chance) -> None:
    books = history.books
    places = sorted({key.account for key in books.holdings}) or [Account(C.DESTROYED, "ningbo")]
    sightings = [
        Contradiction(
            units=first(_known(books), place + n) - first(_known(books), place) or units((7, 7)),
            quantity=1,
        )
        if books.serialised
        else Contradiction(units=None, quantity=n, account=places[place % len(places)])
        for place, n in picked
    ]
    sightings = [
        replace(one, quantity=len(one.units)) if one.units is not None else one for one in sightings
    ]
    shuffled = list(sightings)
    chance.shuffle(shuffled)

    one_way, other_way = books, books
    for sighting in sightings:
        one_way = contradict(one_way, sighting)
    for sighting in shuffled:
        other_way = contradict(other_way, sighting)

    assert one_way == other_way


@law
@given(histories, st.integers(0, 11), st.integers(1, 9))
def test_a_contradiction_moves_no_unit(history: History, place: int, quantity: int) -> None:
    books = history.books
    entry = _contradiction(books, Act("contradict", place, 0, quantity, True))

    after = contradict(books, entry)

    for account in {key.account for key in books.holdings}:
        assert after.held(account) == books.held(account)
    assert after.produced == books.produced


# Counts


@law
@given(histories, st.integers(0, 11), st.integers(-4, 4))
def test_a_count_makes_the_books_say_what_was_counted(history, place, more) -> None:
    books = history.books
    where, _ = _some(books, Act("count", place, 0, 0, True))
    found = max(0, books.held(where).quantity + more)
    if where.condition is C.UNACCOUNTED:
        return

    outcome = count(books, where, found=found)
    after = post(books, outcome.transfers)
    shown = note(after, where, outcome.discrepancy).position() if books.serialised else None

    over = max(0, found - books.held(where).quantity)
    apart = where.condition is not C.SURPLUS
    known = books.held(Account(C.SURPLUS, where.site)).quantity if apart else 0
    assert after.surplus - books.surplus == max(0, over - known)
    expected = min(found, books.held(where).quantity) + (0 if apart else over)
    if shown is None:
        assert after.held(where).quantity == expected
    else:
        assert sum(n for key, n in shown.items() if key.account == where) == expected


@law
@given(histories, st.integers(0, 11), st.integers(-9, 9))
def test_a_count_followed_by_the_same_count_changes_nothing(history, place, short) -> None:
    """What was counted over stands as surplus at the site then, and is there."""
    books = history.books
    where, _ = _some(books, Act("count", place, 0, 0, True))
    if where.condition is C.UNACCOUNTED or (where.condition is C.SURPLUS and short < 0):
        return
    found = max(0, books.held(where).quantity - short)
    outcome = count(books, where, found=found)
    once = post(books, outcome.transfers)
    if books.serialised:
        once = note(once, where, outcome.discrepancy)

    again = count(once, where, found=found)

    assert again.transfers == ()
    assert again.discrepancy == outcome.discrepancy


@law
@given(serialised_histories, st.integers(0, 11), st.integers(0, 12), st.integers(0, 12))
def test_a_scan_followed_by_the_same_scan_changes_nothing(history, place, few, more) -> None:
    books = history.books
    where, _ = _some(books, Act("scan", place, 0, 0, True))
    if where.condition in LOST:
        return
    known = _known(books)
    last = known.max() if known else 0
    strangers = Units([last + 1 + more, last + 2])
    seen = first(known, few) | strangers
    outcome = scan(books, where, seen=seen)
    once = post(note(books, where, outcome.discrepancy), outcome.transfers)

    again = scan(once, where, seen=seen)

    assert again.transfers == ()
    assert again.discrepancy == 0


@law
@given(serialised_histories, st.integers(0, 11), st.integers(0, 12), st.integers(0, 3))
def test_a_scan_tells_of_every_unit_where_it_is(history, place, few, unknown) -> None:
    books = history.books
    where, _ = _some(books, Act("scan", place, 0, 0, True))
    if where.condition in (*LOST, C.QUARANTINED, C.SURPLUS):
        return
    seen = first(_known(books), few)

    outcome = scan(books, where, seen=seen, unknown=unknown)
    after = post(books, outcome.transfers)

    booked = books.held(where).units or NONE
    gone = NONE.union(*(h.units for k, h in books.holdings.items() if k.account.condition in LOST))
    elsewhere = NONE.union(*(named for _, named in outcome.elsewhere))
    hold = after.held(Account(C.QUARANTINED, where.site)).units or NONE
    assert (after.held(where).units or NONE) == booked & seen
    assert booked - seen <= (after.held(Account(C.UNACCOUNTED, where.site)).units or NONE)
    assert seen & gone <= hold
    there = books.held(Account(C.SURPLUS, where.site)).units or NONE
    assert elsewhere == seen - booked - gone - there
    assert after.surplus == books.surplus + max(0, unknown - len(there - seen))
