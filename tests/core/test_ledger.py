"""The ledger of units: what it holds, what may move, what is refused, what a count means.

Books are written as tables, a row for each holding:

    condition [from condition] [@site] how-many-or-which [grade n] [contradicted] [rejected]

The site is Yongkang where none is named.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import FrozenInstanceError, replace
from itertools import pairwise, product

import pytest

from lotwarden.core import ledger
from lotwarden.core.errors import Refusal
from lotwarden.core.ledger import (
    DECLARED,
    FOLLOWS,
    Account,
    AlreadyCorrected,
    AlreadyKnown,
    BadQuantity,
    Books,
    Code,
    Condition,
    Contradiction,
    Discrepancy,
    Group,
    Holding,
    HoldNeedsGates,
    Key,
    MayNotFollow,
    MissingUnidentified,
    NotFoundAgain,
    NotPending,
    NotThere,
    Overdrawn,
    QuantityDiffers,
    Reserved,
    Transfer,
    UnitsNeeded,
    UnitsUnknown,
    contradict,
    correction,
    count,
    pend,
    post,
    replay,
    scan,
    void,
)
from lotwarden.core.units import NONE, Units, parse, units

# The notation

HOME = "yongkang"
_ACCOUNT = r"(?P<condition>\w+)(?: from (?P<carries>\w+))?(?: @(?P<site>\w+))?"
_ROW = re.compile(
    rf"{_ACCOUNT}\s+(?P<amount>[\d,-]+)"
    r"(?: grade (?P<grade>\d))?(?P<contradicted> contradicted)?(?P<rejected> rejected)?"
)


def at(text: str) -> Account:
    """The account that `text` names, such as `in_transit from quarantined @ningbo`."""
    if text == "declared":
        return DECLARED
    said = re.fullmatch(_ACCOUNT, text)
    assert said, text
    carries = said["carries"]
    return Account(
        Condition(said["condition"]), said["site"] or HOME, Condition(carries) if carries else None
    )


def lot(table: str, *, serialised: bool = False) -> Books:
    """The books of a lot in which the rows of `table` stand, one to a line."""
    holdings: dict[Key, Holding] = {}
    surplus = 0
    for row in rows(table):
        said = _ROW.fullmatch(row)
        assert said, row
        account = at(row[: said.start("amount")].strip())
        which = parse(said["amount"]) if serialised else None
        quantity = len(which) if which is not None else int(said["amount"])
        key = Key(
            account, int(said["grade"] or 0), bool(said["contradicted"]), bool(said["rejected"])
        )
        holdings[key] = Holding(quantity, which)
        surplus += quantity if account.condition is Condition.SURPLUS else 0
    total = sum(holding.quantity for holding in holdings.values())
    return Books(
        serialised=serialised, holdings=holdings, declared=total - surplus, surplus=surplus
    )


def rows(table: str) -> list[str]:
    return sorted(" ".join(line.split()) for line in table.splitlines() if line.strip())


def shown(books: Books) -> list[str]:
    """The rows of `books`: quantities, or the units where they have numbers."""
    return sorted(
        _row(key, str(holding.quantity) if holding.units is None else _which(holding.units))
        for key, holding in books.holdings.items()
    )


def position(books: Books) -> list[str]:
    """The rows of `books` as shown to a person: quantities, with discrepancies unaccounted."""
    return sorted(_row(key, str(quantity)) for key, quantity in books.position().items())


def _row(key: Key, amount: str) -> str:
    site = f" @{key.account.site}" if key.account.site != HOME else ""
    return (
        f"{key.account}{site} {amount}"
        + (f" grade {key.grade}" if key.grade else "")
        + (" contradicted" if key.contradicted else "")
        + (" rejected" if key.rejected else "")
    )


def _which(which: Units) -> str:
    return ledger.show(which, most=99).replace(" ", "")


def move(
    debit: str, credit: str, which: int | str, code: Code = Code.MOVE, **more: object
) -> Transfer:
    """The transfer of so many units, or of the units named in text."""
    named = parse(which) if isinstance(which, str) else None
    return Transfer(
        id="t",
        debit=at(debit),
        credit=at(credit),
        quantity=len(named) if named is not None else which,  # type: ignore[arg-type]
        units=named,
        code=code,
        **more,  # type: ignore[arg-type]
    )


def promised(books: Books) -> dict[tuple[str, str], str | int]:
    """What each disposition holds where: `{("D1", "quarantined"): 5}`."""
    return {
        (pending, str(account)): held.quantity if held.units is None else _which(held.units)
        for (pending, account), held in books.reserved.items()
    }


def missing_in(books: Books, account: str, quantity: int) -> Books:
    """The books in which a count of `account` came out `quantity` short, unnamed."""
    return replace(books, discrepancies={**books.discrepancies, at(account): quantity})


def grouped(text: str) -> dict[str, list[str]]:
    return {
        head.strip(): words.split()
        for head, _, words in (line.partition(":") for line in text.strip().splitlines())
    }


# Conditions and groups

CONDITIONS = grouped(
    """
source:     declared
in_hand:    offered sampled quarantined in_sorting in_rework awaiting_reinspection @
on_the_way: in_transit awaiting_destruction
ends:       received destroyed recycled donated sold_restricted consumed retained
open:       surplus returned salvage unaccounted stolen
""".replace("@", "released conceded regraded")
)
"""domain.md, "The ledger of units", the table of conditions."""

HOLD = ["quarantined", "in_sorting", "in_rework", "awaiting_reinspection", "awaiting_destruction"]

LOST = ["unaccounted", "stolen"]


def test_every_condition_of_the_domain_is_there_in_its_group() -> None:
    assert {
        group.value: [condition.value for condition in members]
        for group, members in ledger.GROUPS.items()
    } == CONDITIONS


def test_every_condition_is_in_one_group() -> None:
    grouped_once = [condition for members in ledger.GROUPS.values() for condition in members]

    assert sorted(grouped_once) == sorted(Condition)
    assert {ledger.GROUP_OF[condition] for condition in Condition} == set(Group)
    assert all(one in ledger.GROUPS[ledger.GROUP_OF[one]] for one in Condition)


def test_the_hold_group_is_what_may_not_leave_without_its_finish_gates() -> None:
    assert sorted(ledger.HOLD) == sorted(HOLD)


@pytest.mark.parametrize("condition", list(Condition))
def test_what_is_in_transit_is_on_hold_if_it_was_on_hold(condition: Condition) -> None:
    on_the_way = Account(Condition.IN_TRANSIT, HOME, condition)

    assert on_the_way.on_hold is (condition.value in HOLD)
    if condition is not Condition.IN_TRANSIT:
        assert Account(condition, HOME).on_hold is (condition.value in HOLD)


def test_an_account_is_called_by_its_condition_and_what_it_carries() -> None:
    assert str(at("quarantined")) == "quarantined"
    assert str(at("in_transit from quarantined @ningbo")) == "in_transit from quarantined"


# What may follow what

WHAT_MAY_FOLLOW = grouped("""
declared:              offered surplus
offered:               sampled quarantined released in_transit unaccounted stolen
sampled:               offered quarantined released consumed retained unaccounted stolen
quarantined:           in_sorting in_rework awaiting_reinspection awaiting_destruction @
in_sorting:            awaiting_reinspection quarantined released in_transit unaccounted stolen
in_rework:             awaiting_reinspection quarantined in_transit unaccounted stolen
awaiting_reinspection: released conceded quarantined consumed retained in_transit unaccounted stolen
released:              in_transit received quarantined consumed retained unaccounted stolen
conceded:              in_transit received quarantined unaccounted stolen
regraded:              in_transit sold_restricted quarantined unaccounted stolen
awaiting_destruction:  destroyed recycled salvage quarantined in_transit unaccounted stolen
received:              quarantined returned unaccounted stolen
destroyed:             unaccounted
recycled:              unaccounted
donated:               unaccounted
sold_restricted:       unaccounted
consumed:              unaccounted
retained:              consumed unaccounted
surplus:               quarantined unaccounted stolen
returned:              quarantined unaccounted stolen
salvage:               destroyed recycled quarantined unaccounted stolen
unaccounted:           quarantined stolen
stolen:                quarantined unaccounted
""".replace(
    "@", "conceded regraded returned salvage donated offered in_transit unaccounted stolen"
))  # fmt: skip
"""From each condition, the conditions that may follow; `in_transit` has its own tests."""


def accepted(debit: str, credit: str, **more: object) -> bool:
    """Whether the table lets 1 unit go from `debit` to `credit`, its gates met."""
    books = lot("" if debit == "declared" else f"{debit} 1")
    try:
        post(books, [move(debit, credit, 1, authority="D1:finish", **more)])
    except MayNotFollow:
        return False
    return True


@pytest.mark.parametrize("debit", [one.value for one in Condition if one != "in_transit"])
def test_from_each_condition_units_go_where_the_table_says_and_nowhere_else(debit: str) -> None:
    others = [one.value for one in Condition if one != "in_transit"]

    reached = [credit for credit in others if accepted(debit, credit)]
    if accepted(debit, f"in_transit from {debit} @ningbo"):
        reached.append("in_transit")

    assert sorted(reached) == sorted(WHAT_MAY_FOLLOW[debit])


def test_every_condition_has_its_row_in_the_table() -> None:
    assert set(FOLLOWS) == set(Condition)
    assert {*WHAT_MAY_FOLLOW, "in_transit"} == set(Condition)


@pytest.mark.parametrize("end", ["destroyed", "recycled", "donated", "sold_restricted", "consumed"])
def test_an_end_leads_nowhere_but_to_unaccounted(end: str) -> None:
    assert FOLLOWS[Condition(end)] == {Condition.UNACCOUNTED}


@pytest.mark.parametrize("open_place", ["surplus", "returned", "salvage", *LOST])
def test_what_is_open_comes_back_only_on_hold(open_place: str) -> None:
    ends = {"destroyed", "recycled"} if open_place == "salvage" else set()

    assert {one.value for one in FOLLOWS[Condition(open_place)]} - set(LOST) - ends == {
        "quarantined"
    }


@pytest.mark.parametrize("condition", [one.value for one in Condition])
def test_nothing_becomes_declared(condition: str) -> None:
    assert Condition.DECLARED not in FOLLOWS[Condition(condition)]


@pytest.mark.parametrize("condition", sorted(HOLD))
def test_goods_on_hold_arrive_as_what_they_were_and_as_nothing_else(condition: str) -> None:
    on_the_way = f"in_transit from {condition}"
    others = [one.value for one in Condition if one != "in_transit"]

    reached = [credit for credit in others if accepted(on_the_way, credit)]

    assert sorted(reached) == sorted([condition, *LOST])


@pytest.mark.parametrize("condition", ["offered", "released", "conceded", "regraded"])
def test_goods_let_go_arrive_as_what_they_were_or_are_received(condition: str) -> None:
    on_the_way = f"in_transit from {condition}"
    others = [one.value for one in Condition if one != "in_transit"]

    reached = [credit for credit in others if accepted(on_the_way, credit)]

    assert sorted(reached) == sorted([condition, "received", *LOST])


@pytest.mark.parametrize("condition", ["offered", "released", "conceded", "regraded"])
def test_goods_let_go_are_put_on_hold_on_the_way_and_go_on_to_the_same_place(condition) -> None:
    on_the_way = f"in_transit from {condition}"

    after = post(lot(f"{on_the_way} 5"), [move(on_the_way, "in_transit from quarantined", 5)])

    assert shown(after) == ["in_transit from quarantined 5 rejected"]
    assert not accepted(on_the_way, "in_transit from quarantined @ningbo")
    assert not accepted(on_the_way, "in_transit from in_rework")


@pytest.mark.parametrize("condition", HOLD)
def test_goods_on_hold_on_the_way_become_nothing_else_on_the_way(condition: str) -> None:
    carried = [one.value for one in Condition if one != "in_transit"]

    reached = [
        other
        for other in carried
        if accepted(f"in_transit from {condition}", f"in_transit from {other}")
    ]

    assert reached == []


@pytest.mark.parametrize("carried", ["released", "in_sorting", "in_transit"])
def test_goods_on_the_way_carry_the_condition_they_left_in(carried: str) -> None:
    assert not accepted("quarantined", f"in_transit from {carried} @ningbo")
    assert not accepted("quarantined", "in_transit @ningbo")


def test_a_move_that_may_not_follow_says_what_may() -> None:
    with pytest.raises(MayNotFollow) as refused:
        post(lot("in_rework 5"), [move("in_rework", "released", 1)])

    assert str(refused.value) == "Units that are in rework cannot become released."
    assert refused.value.next_step == (
        "From in rework units may become: "
        "awaiting re-inspection, on the way, quarantined, stolen, unaccounted."
    )


@pytest.mark.parametrize(
    ("carried", "follows"),
    [
        ("quarantined", "quarantined, stolen, unaccounted"),
        ("released", "received by the buyer, released, stolen, unaccounted"),
    ],
)
def test_what_may_follow_goods_on_the_way_is_told_for_what_they_carry(
    carried: str, follows: str
) -> None:
    on_the_way = f"in_transit from {carried}"

    with pytest.raises(MayNotFollow) as refused:
        post(lot(f"{on_the_way} 5"), [move(on_the_way, "destroyed", 1, authority="D1:finish")])

    assert refused.value.next_step == f"From on the way ({carried}) units may become: {follows}."


# Posting


def test_a_lot_enters_from_declared_which_alone_may_owe_units() -> None:
    books = post(lot(""), [move("declared", "offered", 3_200)])

    assert shown(books) == ["offered 3200"]
    assert (books.declared, books.surplus, books.produced) == (3_200, 0, 3_200)


def test_a_transfer_takes_from_one_account_and_gives_to_the_other() -> None:
    books = lot("""
        offered      100
        quarantined   50  rejected
    """)

    after = post(books, [move("offered", "quarantined", 30)])

    assert shown(after) == rows("""
        offered       70
        quarantined   80  rejected
    """)


def test_named_units_move_and_the_others_stay() -> None:
    books = lot("offered 1-10", serialised=True)

    after = post(books, [move("offered", "released", "2-3,7")])

    assert shown(after) == rows("""
        offered   1,4-6,8-10
        released  2-3,7
    """)


def test_an_act_of_several_transfers_sees_its_own_earlier_ones() -> None:
    act = [move("declared", "offered", 10), move("offered", "quarantined", 10)]

    assert shown(post(lot(""), act)) == ["quarantined 10 rejected"]


def test_a_refused_split_moves_no_unit() -> None:
    books = lot("quarantined 5")
    before = (shown(books), books)

    with pytest.raises(Overdrawn):
        post(books, [move("quarantined", "in_rework", 3), move("quarantined", "in_sorting", 3)])

    assert (shown(books), books) == before


def test_an_account_at_one_site_is_not_the_account_at_another() -> None:
    books = lot("""
        offered          10
        offered @ningbo  10
    """)

    with pytest.raises(Overdrawn):
        post(books, [move("offered @ningbo", "released", 11)])


def test_books_cannot_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        lot("offered 1").declared = 2  # type: ignore[misc]


@pytest.mark.parametrize("quantity", [0, -1, 1.5, True, None, "3"])
def test_a_transfer_moves_a_positive_whole_number_of_units(quantity: int) -> None:
    wrong = replace(move("offered", "released", 1), quantity=quantity)

    with pytest.raises(BadQuantity):
        post(lot("offered 5"), [wrong])


def test_units_of_a_serialised_lot_move_by_name() -> None:
    with pytest.raises(UnitsNeeded):
        post(lot("offered 1-5", serialised=True), [move("offered", "released", 2)])


def test_units_of_a_counted_lot_have_no_names() -> None:
    with pytest.raises(UnitsUnknown):
        post(lot("offered 5"), [move("offered", "released", "1-2")])


@pytest.mark.parametrize("quantity", [1, 3])
def test_the_quantity_is_the_number_of_units_named(quantity: int) -> None:
    wrong = replace(move("offered", "released", "1-2"), quantity=quantity)

    with pytest.raises(QuantityDiffers):
        post(lot("offered 1-5", serialised=True), [wrong])


def test_named_units_that_are_not_in_the_account_are_named_in_the_refusal() -> None:
    books = lot(
        """
        offered      1-5
        quarantined  6-9
        """,
        serialised=True,
    )

    with pytest.raises(NotThere) as refused:
        post(books, [move("offered", "released", "4-7,12")])

    assert str(refused.value) == "3 of the named units are not offered: 6-7, 12."


def test_no_account_but_declared_goes_below_zero() -> None:
    with pytest.raises(Overdrawn) as refused:
        post(lot("offered 5"), [move("offered", "released", 6)])

    assert str(refused.value) == "5 units are offered; 6 were asked for."


@pytest.mark.parametrize("condition", ["offered", "quarantined", "destroyed", "unaccounted"])
def test_a_unit_enters_a_lot_once_wherever_it_is_now(condition: str) -> None:
    books = lot(f"{condition} 5-9", serialised=True)

    with pytest.raises(AlreadyKnown) as refused:
        post(books, [move("declared", "offered", "1-6")])

    assert refused.value.data == {"quantity": 2, "units": "5-6"}


def test_of_several_faults_the_first_of_the_list_is_named() -> None:
    books = pend(
        missing_in(lot("quarantined 1-10", serialised=True), "quarantined", 9),
        pending="D1",
        account=at("quarantined"),
        quantity=1,
        units=units((1, 1)),
    )
    unhappy = move("quarantined", "destroyed", "1,11", pending="D2")
    faults: list[tuple[type[Refusal], dict[str, object]]] = [
        (BadQuantity, {"quantity": 0, "units": None}),
        (UnitsNeeded, {"quantity": 3, "units": None}),
        (QuantityDiffers, {"quantity": 3}),
        (MayNotFollow, {}),
        (HoldNeedsGates, {"credit": at("returned")}),
        (NotThere, {"credit": at("in_rework")}),
        (NotPending, {"credit": at("in_rework"), "units": units((1, 2))}),
        (Reserved, {"credit": at("in_rework"), "units": units((1, 2)), "pending": None}),
        (MissingUnidentified, {"credit": at("in_rework"), "units": units((2, 3)), "pending": None}),
    ]

    named = []
    for _, changed in faults:
        with pytest.raises(Refusal) as refused:
            post(books, [replace(unhappy, **changed)])
        named.append(type(refused.value))

    assert named == [fault for fault, _ in faults]


# Rejected units


@pytest.mark.parametrize("condition", ["offered", "released", "received", "unaccounted"])
def test_a_unit_that_was_ever_quarantined_is_a_rejected_unit(condition: str) -> None:
    after = post(lot(f"{condition} 10"), [move(condition, "quarantined", 10)])

    assert shown(after) == ["quarantined 10 rejected"]


def test_a_unit_that_was_never_quarantined_is_not_a_rejected_unit() -> None:
    path = ["declared", "offered", "sampled", "released", "in_transit from released", "received"]
    act = [move(debit, credit, 10) for debit, credit in pairwise(path)]

    assert shown(post(lot(""), act)) == ["received 10"]


def test_a_rejected_unit_stays_one_when_it_is_released_and_shown_apart() -> None:
    books = lot("""
        awaiting_reinspection  40  rejected
        released               60
    """)

    after = post(books, [move("awaiting_reinspection", "released", 40, authority="D1:release")])

    assert shown(after) == rows("""
        released  60
        released  40  rejected
    """)


def test_lifting_a_hold_does_not_make_a_unit_unrejected() -> None:
    lifted = move("quarantined", "offered", 5, Code.FINISH, authority="D1:finish")

    assert shown(post(lot("quarantined 5 rejected"), [lifted])) == ["offered 5 rejected"]


# Grades


def test_units_have_the_grade_of_the_act_that_brought_them() -> None:
    act = [
        move("quarantined", "awaiting_destruction", 10, grade=3),
        move("awaiting_destruction", "destroyed", 6, authority="D1:finish", grade=2),
    ]

    after = post(lot("quarantined 10 grade 1 rejected"), act)

    assert shown(after) == rows("""
        awaiting_destruction  4  grade 3 rejected
        destroyed             6  grade 2 rejected
    """)


def test_the_best_known_units_leave_first() -> None:
    books = lot("""
        offered  10
        offered  10  grade 1
        offered  10  grade 4
    """)

    after = post(books, [move("offered", "released", 15)])

    assert shown(after) == rows("""
        offered   10
        offered    5  grade 1
        released  15
    """)


def test_contradicted_units_leave_last_however_well_they_are_known() -> None:
    books = lot("""
        salvage  10  grade 5 contradicted
        salvage  10
    """)

    after = post(books, [move("salvage", "quarantined", 12)])

    assert shown(after) == rows("""
        salvage       8  grade 5 contradicted
        quarantined  10  rejected
        quarantined   2  contradicted rejected
    """)


def test_of_equally_known_units_those_never_rejected_leave_first() -> None:
    books = lot("""
        released  10  grade 2 rejected
        released  10  grade 2
    """)

    after = post(books, [move("released", "received", 12)])

    assert shown(after) == rows("""
        received  10
        received   2  rejected
        released   8  grade 2 rejected
    """)


def test_named_units_leave_whatever_their_grade() -> None:
    books = lot(
        """
        offered  1-5   grade 3
        offered  6-10
        """,
        serialised=True,
    )

    after = post(books, [move("offered", "released", "4-7", grade=1)])

    assert shown(after) == rows("""
        offered   1-3   grade 3
        offered   8-10
        released  4-7   grade 1
    """)


# The hold group

WAYS_OUT = [
    (debit, credit)
    for debit, credits in WHAT_MAY_FOLLOW.items()
    if debit in HOLD
    for credit in credits
    if credit not in [*HOLD, *LOST, "in_transit"]
]


@pytest.mark.parametrize(("debit", "credit"), WAYS_OUT)
@pytest.mark.parametrize("authority", [None, ""])
def test_nothing_leaves_the_hold_group_without_the_authority_of_its_gates(
    debit: str, credit: str, authority: str | None
) -> None:
    books = lot(f"{debit} 5")

    with pytest.raises(HoldNeedsGates):
        post(books, [move(debit, credit, 1, authority=authority)])

    assert post(books, [move(debit, credit, 1, authority="D1:finish")]).held(at(credit)).quantity


@pytest.mark.parametrize(("debit", "lost"), list(product(HOLD, LOST)))
def test_what_is_found_missing_or_stolen_needs_no_authority(debit: str, lost: str) -> None:
    on_the_way = f"in_transit from {debit}"
    books = lot(f"""
        {debit}       5
        {on_the_way}  5
    """)

    after = post(books, [move(debit, lost, 5), move(on_the_way, lost, 5)])

    assert after.held(at(lost)).quantity == 10


@pytest.mark.parametrize("condition", HOLD)
def test_goods_on_hold_may_be_moved_and_stay_on_hold(condition: str) -> None:
    on_the_way = f"in_transit from {condition} @ningbo"
    act = [move(condition, on_the_way, 5), move(on_the_way, f"{condition} @ningbo", 5)]

    after = post(lot(f"{condition} 5 rejected"), act)

    assert shown(after) == [f"{condition} @ningbo 5 rejected"]


# Reservations


def on_hold(**dispositions: int) -> Books:
    """A counted lot with 10 units in quarantine, of which dispositions reserve so many."""
    books = lot("quarantined 10 rejected")
    for pending, quantity in dispositions.items():
        books = pend(books, pending=pending, account=at("quarantined"), quantity=quantity)
    return books


def on_hold_named(**dispositions: str) -> Books:
    """A serialised lot with units 1-10 in quarantine, of which dispositions reserve some."""
    books = lot("quarantined 1-10 rejected", serialised=True)
    for pending, which in dispositions.items():
        named = parse(which)
        books = pend(
            books, pending=pending, account=at("quarantined"), quantity=len(named), units=named
        )
    return books


def test_a_disposition_reserves_units_and_moves_none() -> None:
    books = on_hold(D1=6)

    assert shown(books) == ["quarantined 10 rejected"]
    assert promised(books) == {("D1", "quarantined"): 6}
    assert books.free(at("quarantined")).quantity == 4
    assert books.free(at("quarantined"), pending="D1").quantity == 6
    assert books.free(at("quarantined"), pending="D2").quantity == 0


def test_what_is_free_of_a_serialised_lot_is_named() -> None:
    books = on_hold_named(D1="3-5")

    assert books.free(at("quarantined")) == Holding(7, parse("1-2,6-10"))
    assert books.free(at("quarantined"), pending="D1") == Holding(3, parse("3-5"))
    assert books.reserved_in(at("quarantined"), besides="D1") == Holding(0, None)


def test_what_a_disposition_reserves_nobody_else_moves() -> None:
    with pytest.raises(Reserved) as refused:
        post(on_hold(D1=6), [move("quarantined", "in_rework", 5)])

    assert refused.value.data["free"] == 4

    with pytest.raises(NotPending):
        post(on_hold(D1=6), [move("quarantined", "in_rework", 5, pending="D2")])
    with pytest.raises(Reserved):
        post(on_hold_named(D1="3-5"), [move("quarantined", "in_rework", "5-6")])


def test_what_nobody_reserves_moves_freely() -> None:
    after = post(on_hold(D1=6), [move("quarantined", "in_rework", 4)])

    assert promised(after) == {("D1", "quarantined"): 6}


def test_a_disposition_moves_what_it_reserves_and_no_more() -> None:
    with pytest.raises(NotPending) as refused:
        post(on_hold(D1=6), [move("quarantined", "in_rework", 7, pending="D1")])

    assert str(refused.value) == (
        "This disposition holds 6 units that are quarantined; 7 were asked for."
    )
    with pytest.raises(NotPending):
        post(on_hold_named(D1="3-5"), [move("quarantined", "in_rework", "5-6", pending="D1")])


def test_two_dispositions_cannot_reserve_the_same_units() -> None:
    with pytest.raises(Reserved):
        on_hold(D1=6, D2=5)
    with pytest.raises(Reserved):
        on_hold_named(D1="3-5", D2="5-6")


def test_a_disposition_cannot_reserve_what_is_not_there() -> None:
    with pytest.raises(Overdrawn):
        on_hold(D1=11)
    with pytest.raises(NotThere):
        on_hold_named(D1="10-11")


@pytest.mark.parametrize(
    ("refusal", "asked"),
    [
        (BadQuantity, {"quantity": 0, "units": NONE}),
        (UnitsNeeded, {"quantity": 2}),
        (QuantityDiffers, {"quantity": 3, "units": units((1, 2))}),
    ],
)
def test_a_reservation_is_well_formed_like_a_transfer(refusal, asked) -> None:
    with pytest.raises(refusal):
        pend(on_hold_named(), pending="D1", account=at("quarantined"), **asked)
    with pytest.raises(UnitsUnknown):
        pend(on_hold(), pending="D1", account=at("quarantined"), quantity=1, units=units((1, 1)))


def test_units_that_may_be_missing_cannot_be_reserved() -> None:
    books = missing_in(on_hold_named(), "quarantined", 2)

    with pytest.raises(MissingUnidentified):
        pend(books, pending="D1", account=at("quarantined"), quantity=9, units=parse("1-9"))


def test_a_disposition_may_reserve_more_later() -> None:
    more = pend(on_hold(D1=6), pending="D1", account=at("quarantined"), quantity=4)

    assert promised(more) == {("D1", "quarantined"): 10}
    assert promised(on_hold_named(D1="1-2")) == {("D1", "quarantined"): "1-2"}


def test_what_is_not_made_yet_cannot_be_reserved() -> None:
    with pytest.raises(AssertionError):
        pend(on_hold(), pending="D1", account=DECLARED, quantity=1)


def test_what_is_withdrawn_is_free_again() -> None:
    books = on_hold(D1=6, D2=3)

    after = void(books, pending="D1")

    assert promised(after) == {("D2", "quarantined"): 3}
    assert after.free(at("quarantined")).quantity == 7
    assert shown(after) == shown(books)


def test_withdrawing_what_reserves_nothing_changes_nothing() -> None:
    assert void(on_hold(D1=6), pending="D9") == on_hold(D1=6)


def test_units_that_stay_with_their_disposition_are_reserved_where_they_go() -> None:
    after = post(on_hold(D1=6), [move("quarantined", "in_rework", 4, pending="D1", stays=True)])

    assert promised(after) == {("D1", "quarantined"): 2, ("D1", "in_rework"): 4}


def test_units_that_do_not_stay_with_their_disposition_are_free_where_they_go() -> None:
    sorted_out = move("in_sorting", "quarantined", "1-2", pending="D1")
    sent = move("quarantined", "in_sorting", "1-4", pending="D1", stays=True)

    after = post(on_hold_named(D1="1-4"), [sent, sorted_out])

    assert promised(after) == {("D1", "in_sorting"): "3-4"}
    assert after.free(at("quarantined")).units == parse("1-2,5-10")


def test_nothing_is_reserved_once_it_has_left_the_hold_group() -> None:
    gone = move("quarantined", "returned", 6, pending="D1", stays=True, authority="D1:finish")

    assert promised(post(on_hold(D1=6), [gone])) == {}


@pytest.mark.parametrize("code", [Code.COUNT_SHORT, Code.STOLEN])
def test_facts_take_units_that_a_disposition_reserves(code: Code) -> None:
    after = post(on_hold(D1=6, D2=3), [move("quarantined", "unaccounted", 3, code)])

    assert promised(after) == {("D1", "quarantined"): 6, ("D2", "quarantined"): 1}

    after = post(on_hold_named(D1="3-5"), [move("quarantined", "unaccounted", "5-6", code)])

    assert promised(after) == {("D1", "quarantined"): "3-4"}


def test_a_shortfall_of_one_disposition_leaves_no_other_with_more_than_is_there() -> None:
    short = move("quarantined", "unaccounted", 8, Code.COUNT_SHORT, pending="D1")

    assert promised(post(on_hold(D1=6, D2=3), [short])) == {("D2", "quarantined"): 2}

    short = move("quarantined", "unaccounted", "2-5", Code.COUNT_SHORT, pending="D1")

    assert promised(post(on_hold_named(D1="1-3", D2="4-6"), [short])) == {
        ("D1", "quarantined"): "1",
        ("D2", "quarantined"): "6",
    }


@pytest.mark.parametrize("code", sorted(ledger.FACTS))
def test_calling_a_move_a_fact_does_not_take_reserved_units_elsewhere(code: Code) -> None:
    with pytest.raises(Reserved):
        post(on_hold(D1=6), [move("quarantined", "in_rework", 5, code)])


def test_what_was_lost_and_is_found_again_is_a_fact_whoever_reserved_it() -> None:
    lost = pend(lot("stolen 5"), pending="D1", account=at("stolen"), quantity=5)

    after = post(lost, [move("stolen", "quarantined", 3, Code.FOUND)])

    assert promised(after) == {("D1", "stolen"): 2}


def test_reopening_is_no_fact_and_leaves_reserved_units_alone() -> None:
    with pytest.raises(Reserved):
        post(on_hold(D1=6), [move("quarantined", "unaccounted", 5, Code.REOPEN)])


# Corrections


def test_a_correction_goes_the_other_way_and_names_what_it_corrects() -> None:
    original = move("offered", "released", 5, Code.ACCEPT, grade=3)

    back = correction(original, id="c", authority=None, corrected=False)

    assert back == replace(
        original,
        id="c",
        debit=at("released"),
        credit=at("offered"),
        code=Code.CORRECT,
        corrects="t",
        stays=True,
    )


@pytest.mark.parametrize(
    ("debit", "credit"),
    [("offered", "released"), ("offered", "sampled"), ("released", "received")],
)
def test_a_correction_undoes_its_original(debit: str, credit: str) -> None:
    books = lot(f"{debit} 10")
    act = move(debit, credit, 6)

    back = correction(act, id="c", authority=None, corrected=False)

    assert shown(post(books, [act, back])) == shown(books)


def test_only_a_correction_goes_backwards() -> None:
    back = move("destroyed", "awaiting_destruction", 1)

    with pytest.raises(MayNotFollow):
        post(lot("destroyed 5"), [back])

    after = post(lot("destroyed 5"), [replace(back, corrects="t1")])

    assert shown(after) == ["awaiting_destruction 1", "destroyed 4"]


def test_a_transfer_is_corrected_once() -> None:
    with pytest.raises(AlreadyCorrected):
        correction(move("offered", "released", 5), id="c", authority=None, corrected=True)


def test_a_correction_is_not_corrected() -> None:
    back = correction(move("offered", "released", 5), id="c", authority=None, corrected=False)

    with pytest.raises(AlreadyCorrected):
        correction(back, id="d", authority=None, corrected=False)


def test_a_correction_out_of_the_hold_group_needs_authority_too() -> None:
    quarantined = move("released", "quarantined", 5, Code.QUARANTINE)
    books = post(lot("released 5"), [quarantined])

    with pytest.raises(HoldNeedsGates):
        post(books, [correction(quarantined, id="c", authority=None, corrected=False)])

    back = correction(quarantined, id="c", authority="correct:a+b", corrected=False)

    assert shown(post(books, [back])) == ["released 5 rejected"]


def test_what_has_moved_on_cannot_be_corrected() -> None:
    offered = move("declared", "offered", 5)
    books = post(lot(""), [offered, move("offered", "released", 1)])

    with pytest.raises(Overdrawn):
        post(books, [correction(offered, id="c", authority=None, corrected=False)])


def test_a_corrected_declaration_was_never_produced() -> None:
    declared, over = move("declared", "offered", "1-5"), move("declared", "surplus", "6-7")
    books = post(lot("", serialised=True), [declared, over])

    less = post(books, [correction(over, id="c", authority=None, corrected=False)])
    none = post(less, [correction(declared, id="d", authority=None, corrected=False)])

    assert (books.declared, books.surplus) == (5, 2)
    assert (less.declared, less.surplus) == (5, 0)
    assert (none.declared, none.surplus, shown(none)) == (0, 0, [])


def test_a_corrected_step_gives_the_units_back_to_their_disposition() -> None:
    sent = move("quarantined", "in_rework", 4, Code.START, pending="D1", stays=True)
    books = post(on_hold(D1=6), [sent])

    after = post(books, [correction(sent, id="c", authority=None, corrected=False)])

    assert after == on_hold(D1=6)


def test_a_correction_does_not_take_what_another_disposition_reserves() -> None:
    quarantined = move("offered", "quarantined", 10, Code.QUARANTINE)
    books = pend(
        post(lot("offered 10"), [quarantined]), pending="D1", account=at("quarantined"), quantity=1
    )

    with pytest.raises(Reserved):
        post(books, [correction(quarantined, id="c", authority="two", corrected=False)])


# Counts of units that cannot be told apart


def counted(books: Books, account: str, found: int, again: int = 0) -> Books:
    """The books after a count was recorded."""
    outcome = count(books, at(account), found=found, again=again)
    after = post(books, outcome.transfers)
    open_now = {key: k for key, k in after.discrepancies.items() if key != at(account)}
    if outcome.discrepancy:
        open_now[at(account)] = outcome.discrepancy
    return replace(after, discrepancies=open_now)


def test_a_count_that_agrees_changes_nothing() -> None:
    outcome = count(lot("released 100"), at("released"), found=100)

    assert (outcome.transfers, outcome.discrepancy, outcome.difference) == ((), 0, 0)


def test_what_a_count_is_short_of_is_unaccounted_in_the_same_act() -> None:
    books = lot("quarantined 100 rejected")

    outcome = count(books, at("quarantined"), found=97)

    assert outcome.difference == -3
    assert outcome.discrepancy == 0
    assert [one.code for one in outcome.transfers] == [Code.COUNT_SHORT]
    assert shown(post(books, outcome.transfers)) == rows("""
        quarantined  97  rejected
        unaccounted   3  rejected
    """)


def test_what_a_count_is_over_comes_from_declared_into_surplus() -> None:
    books = lot("released 100")

    after = counted(books, "released", 104)

    assert shown(after) == rows("""
        released  100
        surplus     4
    """)
    assert (after.declared, after.surplus, after.produced) == (100, 4, 104)
    assert count(books, at("released"), found=104).difference == 4


def test_unaccounted_and_surplus_units_keep_the_site_where_they_were_counted() -> None:
    books = lot("""
        released @ningbo     10
        quarantined @ningbo  10
    """)

    after = counted(counted(books, "released @ningbo", 12), "quarantined @ningbo", 9)

    assert shown(after) == rows("""
        released @ningbo     10
        surplus @ningbo       2
        quarantined @ningbo   9
        unaccounted @ningbo   1
    """)


def test_a_count_of_an_end_reopens_what_is_not_there() -> None:
    assert shown(counted(lot("retained 3"), "retained", 2)) == ["retained 2", "unaccounted 1"]


def test_counting_nothing_makes_all_of_it_unaccounted() -> None:
    assert shown(counted(lot("released 3"), "released", 0)) == ["unaccounted 3"]


def test_an_account_that_the_books_do_not_have_can_be_counted() -> None:
    assert shown(counted(lot("offered 3"), "released", 2)) == ["offered 3", "surplus 2"]
    assert count(lot("offered 3"), at("released"), found=0).transfers == ()


def test_units_found_again_go_on_hold_and_only_the_rest_is_surplus() -> None:
    books = lot("""
        released     100
        unaccounted    5
    """)

    after = counted(books, "released", 107, again=5)

    assert shown(after) == rows("""
        released     100
        quarantined    5  rejected
        surplus        2
    """)
    assert (after.declared, after.surplus) == (105, 2)


@pytest.mark.parametrize(("found", "again"), [(107, 6), (103, 4), (100, 1), (90, 1)])
def test_no_more_is_found_again_than_is_missing_here_or_counted_over(found, again) -> None:
    books = lot("""
        released             100
        unaccounted            5
        unaccounted @ningbo   50
    """)

    with pytest.raises(NotFoundAgain):
        count(books, at("released"), found=found, again=again)


@pytest.mark.parametrize(("found", "again"), [(-1, 0), (5, -1), (-3, -4)])
def test_a_count_is_not_below_zero(found: int, again: int) -> None:
    with pytest.raises(BadQuantity):
        count(lot("released 5"), at("released"), found=found, again=again)


def test_units_counted_over_twice_are_surplus_once() -> None:
    once = counted(lot("released 100"), "released", 105)

    assert counted(once, "released", 105) == once
    assert count(once, at("released"), found=105).difference == 0
    assert shown(counted(once, "released", 107)) == ["released 100", "surplus 7"]
    elsewhere = counted(once, "released @ningbo", 2)
    assert (elsewhere.surplus, elsewhere.produced) == (7, 107)


def test_units_scanned_over_twice_are_surplus_once() -> None:
    books = lot("released 1-3", serialised=True)
    once = post(books, scan(books, at("released"), seen=parse("1-3"), unknown=2).transfers)

    for seen, unknown, more in (("1-3", 2, 0), ("1-5", 0, 0), ("1-4", 1, 0), ("1-4", 3, 2)):
        outcome = scan(once, at("released"), seen=parse(seen), unknown=unknown)
        assert (outcome.difference, outcome.elsewhere) == (more, ())
        assert sum(one.quantity for one in outcome.transfers) == more


def test_surplus_set_apart_is_counted_as_what_it_is() -> None:
    after = counted(lot("released 100"), "released", 104)

    assert counted(after, "released", 100) == after
    assert counted(after, "surplus", 4) == after


def test_surplus_that_was_never_quarantined_can_be_put_on_hold_and_is_rejected_then() -> None:
    after = post(counted(lot(""), "offered", 4), [move("surplus", "quarantined", 4)])

    assert shown(after) == ["quarantined 4 rejected"]
    assert after.surplus == 4


# Counts of units with numbers: a discrepancy

NUMBERED = """
    quarantined  1-60    grade 3 rejected
    quarantined  61-100  rejected
    released     101-150
"""


def test_a_short_number_of_named_units_moves_none_and_opens_a_discrepancy() -> None:
    books = lot(NUMBERED, serialised=True)

    outcome = count(books, at("quarantined"), found=95)

    assert (outcome.transfers, outcome.discrepancy, outcome.difference) == ((), 5, -5)


def test_a_discrepancy_is_shown_as_unaccounted_taken_from_the_best_known() -> None:
    books = missing_in(lot(NUMBERED, serialised=True), "quarantined", 65)

    assert position(books) == rows("""
        quarantined  35  rejected
        unaccounted  65  rejected
        released     50
    """)
    assert sum(books.position().values()) == books.produced


def test_a_discrepancy_adds_to_what_is_unaccounted_already() -> None:
    books = missing_in(
        lot(
            """
            released     1-10
            unaccounted  11-13
            """,
            serialised=True,
        ),
        "released",
        4,
    )

    assert position(books) == ["released 6", "unaccounted 7"]


def test_a_discrepancy_says_from_which_holdings_it_is_taken() -> None:
    books = missing_in(lot(NUMBERED, serialised=True), "quarantined", 65)
    hold = at("quarantined")

    assert list(books.missing_parts()) == [
        (Key(hold, grade=3, rejected=True), 60),
        (Key(hold, grade=0, rejected=True), 5),
    ]


def test_without_a_discrepancy_what_is_shown_is_what_is_held() -> None:
    books = lot(NUMBERED, serialised=True)

    assert books.position() == {key: one.quantity for key, one in books.holdings.items()}


@pytest.mark.parametrize(("found", "open_now"), [(95, 5), (99, 1), (100, 0), (90, 10)])
def test_the_latest_count_says_what_is_missing(found: int, open_now: int) -> None:
    books = missing_in(lot(NUMBERED, serialised=True), "quarantined", 5)

    assert counted(books, "quarantined", found).discrepancies == (
        {at("quarantined"): open_now} if open_now else {}
    )


def test_named_units_counted_over_get_the_next_ordinals() -> None:
    after = counted(lot(NUMBERED, serialised=True), "released", 52)

    assert after.held(at("surplus")) == Holding(2, parse("151-152"))
    assert (after.declared, after.surplus) == (150, 2)


def test_named_units_are_found_again_by_scan_and_not_by_number() -> None:
    books = lot(
        """
        released     1-10
        unaccounted  11-13
        """,
        serialised=True,
    )

    with pytest.raises(NotFoundAgain):
        count(books, at("released"), found=12, again=1)


def test_units_that_may_be_missing_do_not_move() -> None:
    books = missing_in(lot("quarantined 1-10", serialised=True), "quarantined", 2)

    with pytest.raises(MissingUnidentified) as refused:
        post(books, [move("quarantined", "in_rework", "1-9")])

    assert refused.value.data == {"missing": 2, "debit": "quarantined", "asked": 9}
    assert post(books, [move("quarantined", "in_rework", "1-8")]).discrepancies == {
        at("quarantined"): 2
    }


def test_units_that_may_be_missing_do_not_move_in_two_acts_either() -> None:
    books = missing_in(lot("quarantined 1-10", serialised=True), "quarantined", 2)
    half = post(books, [move("quarantined", "in_rework", "1-5")])

    with pytest.raises(MissingUnidentified):
        post(half, [move("quarantined", "in_rework", "6-9")])


def test_units_that_may_be_missing_are_not_free_by_number() -> None:
    books = missing_in(on_hold_named(D1="1-3"), "quarantined", 2)

    assert books.free(at("quarantined")) == Holding(5, parse("4-10"))
    assert missing_in(books, "quarantined", 9).free(at("quarantined")).quantity == 0


def test_a_step_that_names_some_of_the_missing_leaves_the_others_open() -> None:
    books = missing_in(on_hold_named(D1="1-5"), "quarantined", 3)
    short = move("quarantined", "unaccounted", "5", Code.COUNT_SHORT, pending="D1")

    after = post(books, [short])

    assert after.discrepancies == {at("quarantined"): 2}
    assert position(after) == ["quarantined 7 rejected", "unaccounted 3 rejected"]


def test_no_more_is_missing_without_a_name_than_is_there() -> None:
    books = missing_in(lot("quarantined 1-10 rejected", serialised=True), "quarantined", 6)

    after = post(books, [move("quarantined", "stolen", "1-8", Code.STOLEN)])

    assert after.discrepancies == {at("quarantined"): 2}
    assert position(after) == ["stolen 8 rejected", "unaccounted 2 rejected"]


# Scans


def scanned(books: Books, account: str, seen: str, unknown: int = 0) -> Books:
    """The books after a scan was recorded."""
    outcome = scan(books, at(account), seen=parse(seen), unknown=unknown)
    assert outcome.discrepancy == 0
    after = post(books, outcome.transfers)
    return replace(
        after,
        discrepancies={key: k for key, k in after.discrepancies.items() if key != at(account)},
    )


def test_a_scan_names_what_is_missing() -> None:
    books = missing_in(lot("quarantined 1-10 rejected", serialised=True), "quarantined", 2)

    after = scanned(books, "quarantined", "1-4,6-9")

    assert shown(after) == ["quarantined 1-4,6-9 rejected", "unaccounted 5,10 rejected"]
    assert after.discrepancies == {}


def test_a_scan_that_finds_fewer_missing_than_a_count_closes_the_discrepancy() -> None:
    books = missing_in(lot("quarantined 1-10", serialised=True), "quarantined", 3)
    outcome = scan(books, at("quarantined"), seen=parse("1-9"))

    after = post(books, outcome.transfers)

    assert after.discrepancies == {}


def test_a_scan_in_which_all_are_seen_changes_nothing() -> None:
    outcome = scan(lot(NUMBERED, serialised=True), at("released"), seen=parse("101-150"))

    assert outcome == ledger.CountOutcome(found=50, booked=50)


def test_a_missing_unit_that_is_seen_again_goes_on_hold_where_it_was_seen() -> None:
    books = lot(
        """
        released @ningbo  1-3
        unaccounted       4-5
        stolen            6
        """,
        serialised=True,
    )

    after = scanned(books, "released @ningbo", "1-4,6")

    assert shown(after) == rows("""
        released @ningbo     1-3
        quarantined @ningbo  4,6  rejected
        unaccounted          5
    """)


def test_a_unit_seen_where_the_books_do_not_have_it_is_a_fact_and_moves_nothing() -> None:
    books = lot(
        """
        released   1-3
        destroyed  4-6  grade 3 rejected
        destroyed  7    grade 4 rejected
        """,
        serialised=True,
    )

    outcome = scan(books, at("released"), seen=parse("1-4,7"))

    assert outcome.transfers == ()
    assert outcome.elsewhere == ((at("destroyed"), parse("4,7")),)


def test_units_that_bear_unknown_serials_are_surplus_and_get_the_next_ordinals() -> None:
    after = scanned(lot("released 1-3,9", serialised=True), "released", "1-3,9", unknown=2)

    assert shown(after) == ["released 1-3,9", "surplus 10-11"]
    assert (after.declared, after.surplus) == (4, 2)


def test_units_whose_ordinals_are_not_in_the_books_are_surplus_and_keep_them() -> None:
    books = lot("released 1-3", serialised=True)

    after = scanned(books, "released", "1-3,7", unknown=1)

    assert shown(after) == ["released 1-3", "surplus 7-8"]


def test_a_scan_says_what_was_found_and_what_the_books_have() -> None:
    outcome = scan(lot("released 1-3", serialised=True), at("released"), seen=parse("1"), unknown=4)

    assert (outcome.found, outcome.booked, outcome.difference) == (5, 3, 2)


def test_a_lot_without_numbers_is_counted_and_not_scanned() -> None:
    with pytest.raises(UnitsUnknown):
        scan(lot("released 3"), at("released"), seen=parse("1-3"))


# Contradictions

CONTRADICTED = [*HOLD, "in_transit", "salvage", "destroyed", "recycled", "donated"]
CONTRADICTED += ["consumed", "retained"]


def seen_alive(which: int | str, account: str | None = None) -> Contradiction:
    named = parse(which) if isinstance(which, str) else None
    return Contradiction(
        units=named,
        quantity=len(named) if named is not None else which,  # type: ignore[arg-type]
        account=at(account) if account else None,
    )


def test_a_contradicted_unit_keeps_its_account_and_is_marked() -> None:
    books = lot(
        """
        destroyed  1-5  grade 3 rejected
        recycled   6-9  grade 2 rejected
        """,
        serialised=True,
    )

    after = contradict(books, seen_alive("4-6"))

    assert shown(after) == rows("""
        destroyed  1-3  grade 3 rejected
        destroyed  4-5  grade 3 contradicted rejected
        recycled   6    grade 2 contradicted rejected
        recycled   7-9  grade 2 rejected
    """)


@pytest.mark.parametrize("condition", [one.value for one in Condition if one != "declared"])
def test_a_sighting_contradicts_only_where_the_unit_cannot_be_abroad(condition: str) -> None:
    place = f"{condition} from quarantined" if condition == "in_transit" else condition
    named, unnamed = lot(f"{place} 1-2", serialised=True), lot(f"{place} 2")

    marked = {
        key.contradicted
        for after in (
            contradict(named, seen_alive("1-2")),
            contradict(unnamed, seen_alive(2, place)),
        )
        for key in after.holdings
    }

    assert marked == {condition in CONTRADICTED}


def test_counted_units_are_contradicted_by_number_in_the_account_named() -> None:
    books = lot("""
        destroyed          10  grade 1 rejected
        destroyed           5  grade 3 rejected
        destroyed @ningbo   7  rejected
    """)

    after = contradict(books, seen_alive(8, "destroyed"))

    assert shown(after) == rows("""
        destroyed           5  grade 3 contradicted rejected
        destroyed           3  grade 1 contradicted rejected
        destroyed           7  grade 1 rejected
        destroyed @ningbo   7  rejected
    """)


def test_no_more_is_contradicted_than_the_account_holds() -> None:
    books = lot("""
        destroyed  3  contradicted rejected
        destroyed  2  rejected
    """)

    after = contradict(books, seen_alive(9, "destroyed"))

    assert shown(after) == ["destroyed 5 contradicted rejected"]


def test_a_unit_seen_twice_is_contradicted_once() -> None:
    books = lot("destroyed 1-5", serialised=True)

    once = contradict(books, seen_alive("2-3"))

    assert contradict(once, seen_alive("2-3")) == once


def test_units_nobody_knows_contradict_nothing() -> None:
    books = lot("destroyed 1-5", serialised=True)

    assert contradict(books, seen_alive("77")) == books


@pytest.mark.parametrize(
    ("refusal", "table", "which", "quantity"),
    [
        (BadQuantity, "destroyed 5", None, 0),
        (BadQuantity, "destroyed 5", None, -2),
        (UnitsUnknown, "destroyed 5", "1", 1),
        (UnitsNeeded, "destroyed 1-5", None, 2),
        (QuantityDiffers, "destroyed 1-5", "1-2", 3),
    ],
)
def test_a_contradiction_is_well_formed_for_its_lot(refusal, table, which, quantity) -> None:
    serialised = "-" in table
    sighting = Contradiction(
        units=parse(which) if which else None, quantity=quantity, account=at("destroyed")
    )

    with pytest.raises(refusal):
        contradict(lot(table, serialised=serialised), sighting)
    with pytest.raises(refusal):
        replay(serialised=serialised, entries=[sighting])


def test_reopening_moves_contradicted_units_to_unaccounted_and_clears_the_mark() -> None:
    books = lot("destroyed 1-5 grade 3 contradicted rejected", serialised=True)

    after = post(books, [move("destroyed", "unaccounted", "1-5", Code.REOPEN)])

    assert shown(after) == ["unaccounted 1-5 rejected"]


def test_reopening_counted_units_takes_the_contradicted_ones_and_no_others() -> None:
    books = lot("""
        destroyed  10  grade 3 rejected
        destroyed   4  grade 1 contradicted rejected
    """)

    after = post(books, [move("destroyed", "unaccounted", 4, Code.REOPEN)])

    assert shown(after) == ["destroyed 10 grade 3 rejected", "unaccounted 4 rejected"]


def test_when_a_reopening_is_taken_back_the_doubt_is_there_again() -> None:
    books = lot("destroyed 1-5 contradicted rejected", serialised=True)
    reopened = move("destroyed", "unaccounted", "1-5", Code.REOPEN)

    back = correction(reopened, id="c", authority=None, corrected=False)

    assert shown(post(books, [reopened, back])) == shown(books)


@pytest.mark.parametrize("end", ["retained", "received", "destroyed"])
def test_when_a_miscount_of_an_end_is_taken_back_nothing_is_in_doubt(end: str) -> None:
    books = lot(f"{end} 5")
    (short,) = count(books, at(end), found=3).transfers

    back = correction(short, id="c", authority=None, corrected=False)

    assert shown(post(books, [short, back])) == shown(books)


@pytest.mark.parametrize("credit", ["quarantined", "stolen", "destroyed"])
def test_a_contradicted_unit_that_moves_elsewhere_stays_contradicted(credit: str) -> None:
    books = lot("salvage 5 contradicted rejected")

    assert shown(post(books, [move("salvage", credit, 5)])) == [f"{credit} 5 contradicted rejected"]


# Replay

HISTORY: Sequence[Transfer | Contradiction | Discrepancy] = (
    move("declared", "offered", "1-20"),
    move("offered", "quarantined", "1-20", Code.QUARANTINE),
    move("quarantined", "in_sorting", "1-10", Code.START, pending="D1", stays=True, grade=1),
    move("in_sorting", "awaiting_reinspection", "1-6", Code.STEP, pending="D1", stays=True),
    move("in_sorting", "quarantined", "7-9", Code.STEP, pending="D1"),
    move("in_sorting", "unaccounted", "10", Code.COUNT_SHORT, pending="D1"),
    Discrepancy(account=at("quarantined"), quantity=2),
    move("declared", "surplus", "21-22", Code.COUNT_OVER),
    Contradiction(units=parse("7,21"), quantity=2),
    move("awaiting_reinspection", "released", "1-6", authority="D1:release", grade=3),
)


def test_replaying_what_was_stored_gives_the_books_to_the_unit() -> None:
    books = replay(serialised=True, entries=HISTORY)

    assert shown(books) == rows("""
        quarantined  7        contradicted rejected
        quarantined  8-9,11-20  rejected
        released     1-6      grade 3 rejected
        surplus      21-22
        unaccounted  10       rejected
    """)
    assert (books.declared, books.surplus) == (20, 2)
    assert books.discrepancies == {at("quarantined"): 2}


def test_a_replay_holds_no_reservations() -> None:
    books = replay(serialised=True, entries=HISTORY[:3])

    assert promised(books) == {}
    assert books.free(at("in_sorting")).units == parse("1-10")


def test_replaying_nothing_is_an_empty_lot() -> None:
    assert replay(serialised=False, entries=[]) == Books(serialised=False)


@pytest.mark.parametrize(
    ("refusal", "entry"),
    [
        (UnitsNeeded, move("quarantined", "in_rework", 2)),
        (MayNotFollow, move("quarantined", "destroyed", "11", authority="D1:finish")),
        (HoldNeedsGates, move("quarantined", "returned", "11")),
        (NotThere, move("quarantined", "in_rework", "1")),
        (AlreadyKnown, move("declared", "offered", "22-23")),
    ],
)
def test_an_entry_that_cannot_be_is_found_by_replay(refusal, entry: Transfer) -> None:
    with pytest.raises(refusal):
        replay(serialised=True, entries=[*HISTORY, entry])


def test_a_later_discrepancy_of_an_account_replaces_the_earlier() -> None:
    place = at("quarantined")
    later = [Discrepancy(account=place, quantity=1), Discrepancy(account=place, quantity=0)]

    assert replay(serialised=True, entries=[*HISTORY, later[0]]).discrepancies == {place: 1}
    assert replay(serialised=True, entries=[*HISTORY, *later]).discrepancies == {}
