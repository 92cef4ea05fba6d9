"""Stories as tables: one line is one act, and what is expected of it.

    present    N 3200                                 offered, units without numbers
    present    S 500 serials=SB0001                   offered, units with numbers
    inspect    N 125 major=21 used=25 kept=15         -> not_acceptable
    release    N
    suspect    N                                      all of it on hold, on suspicion
    propose    D1 N sort 3000 by=wang                 how many, or units as `1-100`; else all
    authorise  D1 by=wang                             -> refused identity.not_allowed
    step       D1 start
    step       D1 counts conforming=2900 reworkable=90 by=zhang
    step       D2 counts conforming=rest reworkable=17,99
    reinspect  D1 major=3 by=chen                     -> acceptable
    papers     D1 by=sun                              what a witness of a destruction brings
    step       D1 finish papers by=zhou               with weights, counts and certificate
    withdraw   D1
    lift       D1 by=vera
    count      N quarantined 2993 by=li
    scan       S quarantined 1-493 unknown=2
    send       N quarantined 1000 from=yongkang to=ningbo
    arrive     N quarantined 990 at=ningbo
    see        S SB0001..SB0010 confirmed             or `suspected`
    reopen     S
    correct    N by=vera                              the latest act that moved units
    declare    alone                                  one person plays all parts
    balances   N quarantined=2993 unaccounted=7       all of them, and nothing else
    grades     N released=3                           the lowest in which any stand

After every act the accounts of every lot sum to what was produced; after every third, and at the
end, `fsck` is clean; a line that is refused has changed nothing.  What follows `#` is a remark.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from lotwarden.core.dispositions import Counted
from lotwarden.core.units import parse
from lotwarden.custody import queries
from lotwarden.custody.operations import (
    corrections,
    counts,
    dispositions,
    grading,
    moves,
    sightings,
)
from lotwarden.custody.operations import lots as custody
from lotwarden.evidence.operations import Attached
from lotwarden.identity import operations as identity
from lotwarden.identity.acting import Actor
from lotwarden.inspections import operations as inspections
from lotwarden.orders import queries as lots
from lotwarden.reports import position
from tests.workspace import (
    K,
    Workspace,
    findings,
    kept_plan,
    refused,
    sheet,
    sighting_row,
    these,
)


@dataclass(slots=True)
class Line:
    """One line: its verb, its words, its names, who does it, and what is expected."""

    verb: str
    words: list[str]
    named: dict[str, str]
    by: str | None
    expected: str
    things: list[Attached] = field(default_factory=list)

    def number(self, index: int) -> int | None:
        """Return a word as a quantity; `None` where there is none, or it is something else."""
        word = self.words[index] if len(self.words) > index else ""
        return int(word) if word.isdigit() else None

    def units(self, index: int) -> Any:
        """Return a word as units named, such as `1-100`; `None` where it is no such word."""
        word = self.words[index] if len(self.words) > index else ""
        return parse(word) if word and not word.isdigit() and word[0].isdigit() else None


def read(line: str) -> Line | None:
    """Return a line of a story, or `None` for an empty one."""
    act, _, expected = line.split("#", maxsplit=1)[0].partition("->")
    parts = act.split()
    if not parts:
        return None
    named = dict(part.split("=", 1) for part in parts[1:] if "=" in part)
    words = [part for part in parts[1:] if "=" not in part]
    return Line(parts[0], words, named, named.pop("by", None), expected.strip() or "ok")


def tell(ws: Workspace, story: str) -> None:
    """Do a story line by line."""
    teller = Teller(ws)
    for row in story.splitlines():
        line = read(row)
        if line is None:
            continue
        try:
            teller.do(line)
        except BaseException:
            print(f"in the line: {row.strip()}")
            raise
    assert findings() == []


@dataclass(slots=True)
class Teller:
    """Does the lines of one story."""

    ws: Workspace
    numbers: dict[str, str] = field(default_factory=dict)
    acts: int = 0

    def do(self, line: Line) -> None:
        act: Callable[[Line], str | None] = getattr(self, line.verb)
        if line.verb == "step":
            line.things = self._things_of(line)
        word, _, code = line.expected.partition(" ")
        if word == "refused":
            with refused(code):
                act(line)
        else:
            assert (act(line) or "ok") == line.expected
            if line.verb not in ("balances", "grades"):
                self._still_sound()

    def _still_sound(self) -> None:
        for card in lots.lots():
            if card.number in ("L-1", "S-1"):  # the workspace's own, in no story
                continue
            found = position.where(card.number)
            assert sum(row["units"] for row in found["accounts"]) == found["produced"]
            assert found["produced"] == found["declared"] + found["surplus"]
        self.acts += 1
        if self.acts % 3 == 0:
            assert findings() == []

    def _who(self, line: Line, usual: str) -> Actor:
        return self.ws.actor(line.by or usual)

    def _site(self, line: Line, key: str, usual: str = "yongkang") -> Any:
        return self.ws.sites[line.named.get(key, usual)]

    # The lot ------------------------------------------------------------------------------------

    def present(self, line: Line) -> None:
        lot, quantity = line.words[0], line.number(1)
        assert quantity is not None
        self.ws.offered(lot, quantity, serials=line.named.get("serials", ""))

    def inspect(self, line: Line) -> str:
        lot = line.words[0]
        person = self._who(line, "li")
        inspection = self.ws.plan(lot, person)
        found = {name: int(line.named.get(name, 0)) for name in ("critical", "major", "minor")}
        outcome = self.ws.result(
            inspection,
            person,
            inspected=line.number(1) or kept_plan(inspection)["sample_size"],
            **found,
            consumed=int(line.named.get("used", 0)),
            retained=int(line.named.get("kept", 0)),
        )
        return str(outcome["verdict"])

    def release(self, line: Line) -> None:
        inspections.release(self._who(line, "vera"), lot=line.words[0])

    def suspect(self, line: Line) -> None:
        custody.quarantine(self._who(line, "vera"), lot=line.words[0], reason="Suspected.")

    # Dispositions -------------------------------------------------------------------------------

    def propose(self, line: Line) -> None:
        label, lot, kind = line.words[:3]
        more = {"agent": "agent_person", "witness": "witness"}
        terms = {more[key]: self.ws.people[name] for key, name in line.named.items() if key in more}
        self.numbers[label] = self.ws.propose(
            kind,
            lot,
            self._who(line, "vera"),
            quantity=line.number(3),
            named=line.units(3),
            site=self._site(line, "at"),
            **terms,
        )

    def authorise(self, line: Line) -> None:
        self.ws.authorise(self.numbers[line.words[0]], self._who(line, "tomas"))

    def step(self, line: Line) -> None:
        label, name = line.words[:2]
        person = self._who(line, "vera")
        at = line.named.pop("at", None)
        classes = {key: _counted(text) for key, text in line.named.items()}
        rest = next((key for key, text in line.named.items() if text == "rest"), None)
        number = self.numbers[label]
        self.ws.step(
            number,
            name,
            person,
            things=line.things,
            rest=rest,
            site=None if at is None else self.ws.sites[at],
            defects_shown=2,
            **classes,
        )

    def _things_of(self, line: Line) -> list[Attached]:
        """Return the evidence that a step's words name: files are kept before the act."""
        label, _, *more = line.words
        number, person = self.numbers[label], self._who(line, "vera")
        things: list[Attached] = []
        if "papers" in more:
            things += self.ws.papers_of_destruction(
                self._waiting(number), left=int(line.named.get("not_destroyed", 0))
            )
        if "report" in more:
            things.append(self.ws.thing(person, K.INSPECTION_REPORT, document=b"report"))
            things.append(self.ws.thing(person, K.COUNT_OUT, quantity=self._waiting(number)))
        if "picture" in more:
            things.append(self.ws.thing(person, K.MEDIA, document=b"a picture"))
        return things

    def _waiting(self, number: str) -> int:
        card = next(one for one in queries.dispositions() if one.number == number)
        return sum(quantity for _, quantity in card.holds)

    def reinspect(self, line: Line) -> str:
        number = self.numbers[line.words[0]]
        lot = lots.lot_by_id(queries.disposition(number).lot).number
        person = self._who(line, "chen")
        outcome = self.ws.reinspected(
            number,
            lot,
            inspector=person,
            major=int(line.named.get("major", 0)),
            things=[self.ws.thing(person, K.MEDIA, document=b"a picture")],
        )
        return str(outcome["verdict"])

    def papers(self, line: Line) -> None:
        number, person = self.numbers[line.words[0]], self._who(line, "sun")
        lot = lots.lot_by_id(queries.disposition(number).lot).number
        things = self.ws.signature_of_witness(self._waiting(number), person)
        grading.attach(person, lot=lot, disposition=number, things=things)

    def withdraw(self, line: Line) -> None:
        number = self.numbers[line.words[0]]
        dispositions.withdraw(self._who(line, "vera"), disposition=number, reason="Not needed.")

    def lift(self, line: Line) -> None:
        dispositions.sign_lift(self._who(line, "vera"), disposition=self.numbers[line.words[0]])

    # Counts and moves ---------------------------------------------------------------------------

    def count(self, line: Line) -> None:
        lot, condition = line.words[:2]
        person = self._who(line, "li")
        picture = self.ws.thing(person, K.MEDIA, document=b"pallets")
        counts.count(
            person,
            lot=lot,
            condition=condition,
            site=self._site(line, "at"),
            found=line.number(2),
            again=int(line.named.get("again", 0)),
            things=[picture],
        )

    def scan(self, line: Line) -> None:
        lot, condition, seen = line.words
        counts.count(
            self._who(line, "li"),
            lot=lot,
            condition=condition,
            site=self._site(line, "at"),
            seen=parse(seen),
            unknown=int(line.named.get("unknown", 0)),
        )

    def send(self, line: Line) -> None:
        lot, condition = line.words[:2]
        moves.move(
            self._who(line, "wang"),
            lot=lot,
            condition=condition,
            site=self._site(line, "from"),
            to=self._site(line, "to"),
            quantity=line.number(2),
            named=line.units(2),
            disposition=self.numbers.get(line.named.get("of", "")),
        )

    def arrive(self, line: Line) -> None:
        lot, carries = line.words[:2]
        moves.arrive(
            self._who(line, "wang"),
            lot=lot,
            carries=carries,
            site=self._site(line, "at"),
            found=line.number(2),
            seen=line.units(2),
        )

    # Afterwards ---------------------------------------------------------------------------------

    def see(self, line: Line) -> None:
        lot, what, how = line.words
        first, _, last = what.partition("..")
        more = {"quantity": what} if what.isdigit() else {"serial": first, "serial_last": last}
        row = sighting_row(lot, confirmed="yes" if how == "confirmed" else "no", **more)
        sightings.import_sightings(
            self._who(line, "vera"), data=sheet(row), filename="sightings.csv"
        )

    def reopen(self, line: Line) -> None:
        sightings.reopen(self._who(line, "vera"), lot=line.words[0], reason="Seen alive.")

    def correct(self, line: Line) -> str:
        lot = line.words[0]
        entry = [one.act for one in queries.transfers(lots.lot(lot).id) if not one.corrects][-1]
        outcome = corrections.correct(
            self._who(line, "vera"), lot=lot, entry=entry, reason="It was not so."
        )
        return "waits" if outcome["waits"] else "ok"

    def declare(self, line: Line) -> None:
        alone = line.words == ["alone"]
        if alone:
            self.ws.leave("tomas")
        identity.set_single_person(self.ws.vera, on=alone)
        self.ws.forget()

    # What is expected ---------------------------------------------------------------------------

    def balances(self, line: Line) -> None:
        expected = {key: int(text) for key, text in line.named.items()}
        contradicted = expected.pop("contradicted", 0)
        assert self.ws.where(line.words[0]) == expected
        assert self.ws.contradicted(line.words[0]) == contradicted

    def grades(self, line: Line) -> None:
        for condition, grade in line.named.items():
            rows = position.where(line.words[0])["accounts"]
            found = [row["grade"] for row in rows if row["condition"] == condition]
            assert min(found) == int(grade), f"{condition}: {found}"


def _counted(text: str) -> int | Counted:
    if text == "rest":
        return 1
    return int(text) if text.isdigit() else these(text)
