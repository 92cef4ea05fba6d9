"""The smallest way to each refusal of the core, with its exact words.

`sampling` has its own list.  A refusal without a way to it fails the last test here.
"""

from __future__ import annotations

import importlib
import pkgutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from fractions import Fraction
from unittest import mock

import pytest

from lotwarden import core
from lotwarden.core import (
    beacon,
    bound,
    dispositions,
    draw,
    draw_records,
    ledger,
    statements,
    units,
)
from lotwarden.core.audits import swaps
from lotwarden.core.dispositions import Counted, Facts, Kind, Reinspection, check_counts, step_of
from lotwarden.core.errors import Refusal
from lotwarden.core.grades import Evidence, EvidenceKind
from lotwarden.core.ledger import Account, Books, Code, Condition, Holding, Key, Transfer
from lotwarden.core.units import Units

OFFERED = Account(Condition.OFFERED, "yongkang")
QUARANTINED = Account(Condition.QUARANTINED, "yongkang")
RELEASED = Account(Condition.RELEASED, "yongkang")
IN_REWORK = Account(Condition.IN_REWORK, "yongkang")
RETURNED = Account(Condition.RETURNED, "yongkang")


def counted(account: Account = QUARANTINED, **reserved: int) -> Books:
    """A lot of 3,200 units without numbers, all in one account."""
    return Books(
        serialised=False,
        holdings={Key(account): Holding(3_200, None)},
        declared=3_200,
        reserved={(name, account): Holding(quantity, None) for name, quantity in reserved.items()},
    )


def numbered(account: Account = QUARANTINED, missing: int = 0) -> Books:
    """A lot of units 1-5, all in one account."""
    return Books(
        serialised=True,
        holdings={Key(account): Holding(5, units.units((1, 5)))},
        declared=5,
        discrepancies={account: missing} if missing else {},
    )


def move(
    quantity: int,
    named: Units | None = None,
    debit: Account = QUARANTINED,
    credit: Account = IN_REWORK,
    pending: str | None = None,
) -> Transfer:
    return Transfer(
        id="t",
        debit=debit,
        credit=credit,
        quantity=quantity,
        code=Code.MOVE,
        units=named,
        pending=pending,
    )


FIVE = draw.FrozenList(units.units((1, 5)), "00" * 32)


def without_the_library() -> object:
    """Check a round where py_ecc is not installed."""
    chain = beacon.Chain(b"", 3, 1, b"", beacon.ON_G1, "")
    with mock.patch.dict(sys.modules, {"py_ecc.bls.g2_primitives": None}):
        return beacon.signed(chain, beacon.Round(1, b""))


def post(books: Books, *transfers: Transfer) -> object:
    return ledger.post(books, transfers)


def step(
    kind: Kind, name: str, sent: int, facts: dict[str, object] | None = None, **classes: int
) -> object:
    taken = dispositions.step_of(kind, name)
    known = Facts(
        kind=kind,
        quantity=sent,
        proposed_by="zhao",
        supplier="factory",
        buyer="buyer",
        as_of=datetime(2026, 3, 1, tzinfo=UTC),
        **(facts or {}),  # type: ignore[arg-type]
    )
    return dispositions.take_step(
        step=taken,
        facts=known,
        pending="D1",
        debit=Account(taken.debit, "yongkang"),
        sent=Counted(quantity=sent),
        classes={each: Counted(quantity=quantity) for each, quantity in classes.items()},
    )


@dataclass(frozen=True)
class Way:
    """A refusal, the smallest way to it, and all a person reads."""

    code: str
    to: Callable[[], object]
    message: str
    next_step: str
    who: str = "you"


def counted_otherwise(kind: EvidenceKind) -> None:
    check_counts(
        step=step_of(Kind.DESTROY, "finish"),
        evidence=[Evidence(kind=kind, quantity=3)],
        sent=20,
        classes={"destroyed": Counted(quantity=20)},
        explained=False,
    )


SMALLEST = [
    Way(
        "units.bad_ranges",
        lambda: units.parse("5-3"),
        "5-3 is not a list of unit numbers.",
        "Write unit numbers as 1-2500, 2601: each from 1 up, no range turned round.",
    ),
    Way(
        "ledger.bad_quantity",
        lambda: post(counted(), move(0)),
        "0 units cannot be moved.",
        "Give a whole number of units, 1 or more.",
    ),
    Way(
        "ledger.units_needed",
        lambda: post(numbered(), move(2)),
        "The units of this lot have numbers: which 2 units are meant is missing.",
        "Name the units by serial or number, or scan them.",
    ),
    Way(
        "ledger.units_unknown",
        lambda: post(counted(), move(2, units.units((1, 2)))),
        "The units of this lot have no numbers, but 2 were named.",
        "Give the quantity alone.",
    ),
    Way(
        "ledger.quantity_differs",
        lambda: post(numbered(), move(3, units.units((1, 2)))),
        "2 units are named, but the quantity says 3.",
        "Make the two agree.",
    ),
    Way(
        "ledger.may_not_follow",
        lambda: post(counted(IN_REWORK), move(1, debit=IN_REWORK, credit=RELEASED)),
        "Units that are in rework cannot become released.",
        "From in rework units may become: "
        "awaiting re-inspection, on the way, quarantined, stolen, unaccounted.",
    ),
    Way(
        "ledger.hold_needs_gates",
        lambda: post(counted(), move(3_200, credit=RETURNED)),
        "3,200 units are on hold (quarantined) and would become returned to the factory.",
        "Decide a disposition for them and meet its gates.",
        "the buyer",
    ),
    Way(
        "ledger.not_there",
        lambda: post(numbered(), move(3, units.units((4, 6)))),
        "1 of the named units are not quarantined: 6.",
        "Take them out of the list, or look up where the books have them.",
    ),
    Way(
        "ledger.overdrawn",
        lambda: post(counted(), move(3_201)),
        "3,200 units are quarantined; 3,201 were asked for.",
        "Ask for 3,200 or fewer, or count what is there.",
    ),
    Way(
        "ledger.reserved",
        lambda: post(counted(D1=1_200), move(2_001)),
        "2,001 units were asked for, but of those quarantined only 2,000 are not promised yet.",
        "Ask for 2,000 or fewer, or withdraw the disposition that holds the rest.",
    ),
    Way(
        "ledger.not_pending",
        lambda: post(counted(D1=1_200), move(1_201, pending="D1")),
        "This disposition holds 1,200 units that are quarantined; 1,201 were asked for.",
        "Ask for 1,200 or fewer.",
    ),
    Way(
        "ledger.missing_unidentified",
        lambda: post(numbered(missing=1), move(5, units.units((1, 5)))),
        "1 units that should be quarantined were not found by count and nobody knows which; "
        "5 cannot move.",
        "Scan what is there first: then the missing units have names.",
    ),
    Way(
        "ledger.already_known",
        lambda: post(
            numbered(), move(3, units.units((4, 6)), debit=ledger.DECLARED, credit=OFFERED)
        ),
        "2 of these unit numbers are in the books already: 4-5.",
        "Number new units from the first free number up.",
    ),
    Way(
        "ledger.already_corrected",
        lambda: ledger.correction(move(1), id="c", authority=None, corrected=True),
        "This entry was corrected already, or is itself a correction.",
        "Record what is true now as a new act.",
    ),
    Way(
        "ledger.not_found_again",
        lambda: ledger.count(counted(), QUARANTINED, found=3_204, again=5),
        "5 units were said to be found again, but only 0 can be.",
        "Say 0 or fewer; the rest is surplus.",
    ),
    Way(
        "disposition.unknown_step",
        lambda: dispositions.step_of(Kind.SORT, "burn"),
        "sort has no step burn.",
        "Its steps are: start, counts, release.",
    ),
    Way(
        "disposition.unknown_class",
        lambda: step(Kind.SORT, "counts", 100, lost=1),
        "counts knows no class lost.",
        "Its classes are: conforming, reworkable, not_reworkable.",
    ),
    Way(
        "disposition.nothing_counted",
        lambda: step(Kind.SORT, "counts", 100),
        "No unit is counted in any class, or one is below zero.",
        "Give each class a whole number, at least one of them above 0.",
    ),
    Way(
        "disposition.does_not_add_up",
        lambda: step(Kind.SORT, "counts", 3_000, conforming=3_001),
        "3,000 units were sent, but the classes add up to 3,001: 1 too many.",
        "Count again; units beyond those sent are recorded as a count of the place.",
    ),
    Way(
        "disposition.gates_unmet",
        lambda: step(Kind.SORT, "release", 100, accepted=100),
        "sort, step release: These very units were re-inspected and are acceptable. "
        "(the agency or the buyer) "
        "The re-inspection was done by someone other than who did the work. "
        "(the agency or the buyer)",
        "Provide what is missing, then try again.",
        "as named",
    ),
    Way(
        "disposition.count_differs",
        lambda: counted_otherwise(EvidenceKind.COUNT_OUT),
        "3 were counted, but by this step it would be 0.",
        "Count again, or enter what the count says: what is missing is booked as short.",
    ),
    Way(
        "disposition.count_in_differs",
        lambda: counted_otherwise(EvidenceKind.COUNT_IN),
        "3 were counted in, but 20 were sent.",
        "Say in the remarks what became of the difference.",
    ),
    Way(
        "disposition.more_than_accepted",
        lambda: step(
            Kind.SORT,
            "release",
            1_100,
            {
                "reinspection": Reinspection(
                    acceptable=True, inspector="ines", organisation="agency", accepted=1_000
                )
            },
            accepted=1_001,
        ),
        "Of what the re-inspection accepted, 1,000 are still to be released; 1,001 would be.",
        "Release 1,000 or fewer; the others go back to quarantine.",
    ),
    Way(
        "statement.not_canonical",
        lambda: statements.canonical({"weight_kg": 1.5}),
        "1.5 cannot stand in a statement.",
        "Use whole numbers below 2^53, text, lists and objects.",
    ),
    Way(
        "bound.not_a_list",
        lambda: bound.read_pieces({}),
        "This is not a list of pieces of evidence: dict.",
        'Write a JSON list of objects, each with its kind: [{"kind": "paper", "n": 9}].',
    ),
    Way(
        "bound.pieces_wrong",
        lambda: bound.read_pieces([{"kind": "paper", "n": -1}, {"kind": "paper"}]),
        "Nothing is computed from these pieces; to correct: 2. piece 0, n: -1 is not a whole "
        "number, 0 or more; piece 1, n: this is missing.",
        "Correct these fields and ask again.",
    ),
    Way(
        "bound.setting_outside",
        lambda: bound.settings(alpha="1"),
        "alpha is 1; it has to be > 0, < 1.",
        "Give alpha as a number that is > 0, < 1.",
    ),
    Way(
        "bound.act_wrong",
        lambda: bound.tried(
            bound.read_pieces([{"kind": "paper", "n": 9}]), bound.Act("pile", ((0, 10),))
        ),
        "The act pile looks at 10 units of piece 0, which cannot be.",
        "Name a piece with units of its own, and at most the units not yet looked at.",
    ),
    Way(
        "audit.input_invalid",
        lambda: swaps.possible(units=9, n=10, found=0, confidence=Fraction(2)),
        "These numbers do not fit: checked is 10 but can be 0 to 9, "
        "confidence is 2 but lies between 0 and 1.",
        "Correct each of them, then ask again.",
    ),
    Way(
        "audit.no_sample_suffices",
        lambda: swaps.smallest_sample(
            units=10,
            swapped=1,
            confidence=Fraction(19, 20),
            recognition=swaps.Recognition(Fraction(1, 2)),
        ),
        "Even a check of all 10 units misses swapped ones, 1 of them, in more than 5 of 100 cases.",
        "Use a check that recognises more of them, or a lower confidence.",
    ),
    Way(
        "draw.nothing_to_draw",
        lambda: draw.commitment(FIVE, take=6, source=draw.Source()),
        "6 cannot be drawn from a list of 5.",
        "Draw from 1 up to as many as the list has.",
    ),
    Way(
        "draw.strata_do_not_fit",
        lambda: draw.check_strata(
            FIVE._replace(
                strata=(
                    draw.Stratum("a", units.units((1, 3))),
                    draw.Stratum("b", units.units((3, 4), (9, 9))),
                )
            )
        ),
        "The strata do not divide the list: strata share units: 1, strata leave out units: 1, "
        "strata hold units that are not on the list: 1.",
        "Put each unit into exactly one stratum, each with a name of its own.",
    ),
    Way(
        "draw.seed_without_source",
        lambda: draw.commitment(FIVE, take=1, source=draw.Source()),
        "This draw names neither entropy nor a beacon: its seed could be chosen.",
        "Commit entropy, or name a later round of a public beacon, or both.",
    ),
    Way(
        "draw.entropy_invalid",
        lambda: draw.entropy_digest(by="buyer", entropy="my birthday"),
        "Entropy 1 is not 32 bytes in lower-case hexadecimal.",
        "Give exactly what was committed: 64 digits of 0-9 and a-f.",
    ),
    Way(
        "draw.record_invalid",
        lambda: draw_records.read("[]"),
        "This is not a draw's record: file is empty.",
        "Take the record as it was written; its form is docs/specs/draw-v1.md.",
    ),
    Way(
        "beacon.invalid",
        lambda: beacon.chain({"schemeID": "rot13"}),
        "This is not a chain or round in drand's format: schemeID is not known, "
        "public_key is not 48 bytes in hexadecimal, groupHash is not 32 bytes in hexadecimal, "
        "period is not a whole number above 0, genesis_time is not a whole number above 0.",
        "Take the chain's info and the round as the network publishes them, in JSON.",
    ),
    Way(
        "beacon.library_missing",
        without_the_library,
        "The beacon's signature cannot be checked: py_ecc is not installed.",
        "Do: pip install 'lotwarden[beacon]', then verify again.",
        "whoever installed lotwarden here",
    ),
]


@pytest.mark.parametrize("way", SMALLEST, ids=lambda way: way.code)
def test_a_refusal_says_what_is_wrong_who_can_help_and_what_to_do(way: Way) -> None:
    with pytest.raises(Refusal) as refused:
        way.to()

    told = refused.value.as_dict()
    assert told.pop("data") is not None
    assert told == {
        "code": way.code,
        "message": way.message,
        "who": way.who,
        "next_step": way.next_step,
    }


def core_refusals() -> dict[str, type[Refusal]]:
    """Every refusal that a module of the core defines, `sampling` and doctests aside."""
    for module in pkgutil.walk_packages(core.__path__, "lotwarden.core."):
        importlib.import_module(module.name)
    return {
        code: kind
        for code, kind in Refusal.registry.items()
        if kind.__module__.startswith("lotwarden.core.")
        and not kind.__module__.startswith("lotwarden.core.sampling")
        and not code.startswith("doc.")
    }


def test_every_refusal_of_the_core_has_its_smallest_way() -> None:
    assert sorted(way.code for way in SMALLEST) == sorted(core_refusals())


def test_the_code_of_a_refusal_begins_with_what_it_is_about() -> None:
    about = {"units": "units", "ledger": "ledger", "dispositions": "disposition"}
    about["statements"] = "statement"
    about["bound"] = "bound"
    about["audits"] = "audit"
    about |= {"draw": "draw", "draw_records": "draw", "beacon": "beacon"}

    for code, kind in core_refusals().items():
        module = kind.__module__.removeprefix("lotwarden.core.")
        assert code.split(".")[0] == about[module.split(".")[0]]


def test_what_a_person_reads_is_whole_sentences() -> None:
    for kind in core_refusals().values():
        assert kind.remedy.endswith(".")
        assert kind.template.endswith((".", "{missing}"))
        assert kind.__doc__
