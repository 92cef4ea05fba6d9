"""Two processes act on the same lots at the same time, and one is killed at any moment.

On SQLite (a file, as `lotwarden serve` has it) and on PostgreSQL alike: what was acknowledged is
there, nothing is promised twice, and `fsck` is clean.
"""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.contexts.conftest import Server

ROOT = Path(__file__).resolve().parents[2]

Answers = list[list[Any]]


class Racer:
    """A process of `tests/contexts/racing.py`: ask it, and read its answer later."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.contexts.racing"],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def ask(self, do: str, **more: Any) -> None:
        assert self.process.stdin is not None
        print(json.dumps({"do": do, **more}), file=self.process.stdin, flush=True)

    def answer(self) -> Any:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, "the process ended"
        return json.loads(line)

    def kill(self) -> list[str]:
        """Kill it in the middle of what it does, and return the lines it still said."""
        self.process.kill()
        rest, _ = self.process.communicate()
        return rest.splitlines()

    def __enter__(self) -> Racer:
        return self

    def __exit__(self, *error: object) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.communicate()


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def environment(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, str]:
    """A home with a database of its own, of either kind."""
    home = tmp_path_factory.mktemp("home")
    found = {**os.environ, "LOTWARDEN_HOME": str(home)}
    found.pop("LOTWARDEN_DATABASE", None)
    if request.param == "postgresql":
        server: Server = request.getfixturevalue("postgresql")
        with psycopg.connect(server.address, autocommit=True) as connection:
            connection.execute("CREATE DATABASE racing")
        found["LOTWARDEN_DATABASE"] = server.address.rpartition("/")[0] + "/racing"
    return found


@pytest.fixture(scope="module")
def racers(environment: dict[str, str]) -> Iterator[tuple[Racer, Racer]]:
    """Two processes on one workspace."""
    with ExitStack() as open_ones:
        first, second = (open_ones.enter_context(Racer(environment)) for _ in range(2))
        first.ask("prepare")
        assert first.answer() == {"settled": True}
        yield first, second


def race(racers: tuple[Racer, Racer], *acts: list[dict[str, Any]]) -> tuple[Answers, Answers]:
    """Let each process do its acts at the same time."""
    for racer, own in zip(racers, acts, strict=True):
        racer.ask("acts", acts=own)
    first, second = (racer.answer() for racer in racers)
    return first, second


def look(racers: tuple[Racer, Racer], *lots: str) -> dict[str, Any]:
    racers[0].ask("look", lots=list(lots))
    found: dict[str, Any] = racers[0].answer()
    assert found["findings"] == []
    return found


def act(operation: str, by: str, *, id: str | None = None, **request: Any) -> dict[str, Any]:
    return {
        "operation": operation,
        "by": by,
        "id": id or str(uuid.uuid4()),
        "request": request,
    }


def one_unit(by: str = "wang") -> dict[str, Any]:
    return act(
        "custody.move", by, lot="L-1", site="site:yongkang", condition="quarantined",
        to="site:ningbo", quantity=1,
    )  # fmt: skip


def a_count(number: int) -> dict[str, Any]:
    """A fact, which is always stored, however many acts were done before."""
    return act(
        "custody.count", "vera", lot="L-1", site="site:gothenburg", condition="received",
        found=number,
    )  # fmt: skip


def words(answers: Answers) -> list[str]:
    return [answer[0] if answer[0] != "refused" else answer[1] for answer in answers]


def test_acts_on_one_lot_at_the_same_time_are_all_done(racers: tuple[Racer, Racer]) -> None:
    before = look(racers, "L-1")
    mine, yours = [one_unit() for _ in range(15)], [one_unit("vera") for _ in range(15)]

    first, second = race(racers, mine, yours)

    assert words(first) == words(second) == ["ok"] * 15
    after = look(racers, "L-1")
    assert after["where"]["L-1"]["in_transit"] == before["where"]["L-1"].get("in_transit", 0) + 30
    told = after["told"]["L-1"][len(before["told"]["L-1"]) :]
    assert sorted(told) == sorted(one["id"] for one in mine + yours)


def test_no_unit_is_promised_twice(racers: tuple[Racer, Racer]) -> None:
    before = look(racers, "L-1")
    there = before["where"]["L-1"]["quarantined"] - sum(before["held"].values())
    each = there // 15
    proposals = [
        [
            act("custody.propose", by, lot="L-1", kind="sort", site="site:yongkang",
                terms="terms:sort", quantity=each)
            for _ in range(12)
        ]
        for by in ("vera", "wang")
    ]  # fmt: skip

    answers = race(racers, *proposals)

    said = words(answers[0]) + words(answers[1])
    assert said.count("ok") == 15
    assert set(said) == {"ok", "ledger.reserved"}
    after = look(racers, "L-1")
    new = {number: n for number, n in after["held"].items() if number not in before["held"]}
    assert list(new.values()) == [each] * 15
    assert (
        len({answer[1]["disposition"] for one in answers for answer in one if answer[0] == "ok"})
        == 15
    )


def test_one_form_sent_twice_at_the_same_time_is_one_act(racers: tuple[Racer, Racer]) -> None:
    before = look(racers, "L-1")
    forms = [a_count(number) for number in range(1, 13)]

    first, second = race(racers, forms, forms)

    assert words(first) == words(second) == ["ok"] * 12
    assert first == second, "both are answered alike"
    after = look(racers, "L-1")
    assert len(after["told"]["L-1"]) == len(before["told"]["L-1"]) + 12


def test_one_step_is_taken_by_one_of_two(racers: tuple[Racer, Racer]) -> None:
    (made,), _ = race(
        racers,
        [act("custody.propose", "vera", lot="C-1", kind="concession", site="site:yongkang",
             terms="terms:concession")],
        [],
    )  # fmt: skip
    number = made[1]["disposition"]
    authorise = [
        act("custody.authorise", by, disposition=number, basis="by telephone")
        for by in ("vera", "tomas")
    ]
    finish = [
        act("custody.take_step", by, disposition=number, step="finish") for by in ("vera", "tomas")
    ]

    authorised = race(racers, authorise[:1], authorise[1:])
    finished = race(racers, finish[:1], finish[1:])

    assert sorted(words(authorised[0]) + words(authorised[1])) == ["custody.wrong_status", "ok"]
    assert sorted(words(finished[0]) + words(finished[1])) == ["custody.not_open", "ok"]
    assert look(racers, "C-1")["where"]["C-1"] == {"destroyed": 100, "conceded": 400}


def test_a_certificate_falls_in_a_lot_in_which_others_act_at_the_same_time(
    racers: tuple[Racer, Racer],
) -> None:
    """S-1 and C-1 rest on one certificate: contradicting it in one grades the other anew."""
    before = look(racers, "S-1", "C-1")
    seen = [
        act("custody.import_sightings", "vera", data=f"seen:SB{number:04d}", filename="s.csv")
        for number in range(1, 9)
    ]
    sent = [
        act("custody.move", "vera", lot="C-1", site="site:yongkang", condition="conceded",
            to="site:ningbo", quantity=1)
        for _ in range(20)
    ]  # fmt: skip

    first, second = race(racers, seen, sent)

    assert words(first) == ["ok"] * 8
    assert words(second) == ["ok"] * 20
    after = look(racers, "S-1", "C-1")
    assert after["contradicted"]["S-1"] == before["contradicted"]["S-1"] + 8
    assert after["where"]["C-1"]["in_transit"] == 20
    assert sum(after["where"]["C-1"].values()) == sum(before["where"]["C-1"].values())


@contextmanager
def another_writer(environment: dict[str, str], *, ahead_of: str) -> Iterator[Callable[[], None]]:
    """Hold what `act` with the id `ahead_of` needs; yield what meets it head on.

    On SQLite the one lock there is.  On PostgreSQL every chain, and when the act waits for
    them, what the act holds itself: a deadlock, which PostgreSQL ends at the act's expense.
    """
    if "LOTWARDEN_DATABASE" not in environment:
        path = Path(environment["LOTWARDEN_HOME"]) / "workspace.sqlite3"
        with closing(sqlite3.connect(path, isolation_level=None)) as writer:
            writer.execute("BEGIN IMMEDIATE")
            yield lambda: time.sleep(0.3)
        return
    with psycopg.connect(environment["LOTWARDEN_DATABASE"]) as rival:
        rival.execute("SET deadlock_timeout = '60s'")
        rival.execute("SELECT * FROM lotwarden_chain FOR UPDATE")
        key = uuid.UUID(ahead_of).int & (2**63 - 1)

        def meet() -> None:
            waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted"
            while rival.execute(waiting).fetchone() == (0,):
                time.sleep(0.01)
            rival.execute("SELECT pg_advisory_xact_lock(%s)", [key])

        yield meet
        rival.rollback()


def test_an_act_that_met_another_writer_head_on_is_done_anew(
    racers: tuple[Racer, Racer], environment: dict[str, str]
) -> None:
    before = look(racers, "L-1")
    mine = a_count(20)
    if "LOTWARDEN_DATABASE" not in environment:
        racers[0].ask("impatient", wait_s=0.05)
        racers[0].answer()

    with another_writer(environment, ahead_of=mine["id"]) as meet:
        racers[0].ask("acts", acts=[mine])
        meet()
    answers = racers[0].answer()

    assert words(answers) == ["ok"]
    after = look(racers, "L-1")
    assert after["told"]["L-1"] == [*before["told"]["L-1"], mine["id"]]


def test_an_act_that_never_gets_through_is_refused_and_can_be_sent_again(
    racers: tuple[Racer, Racer], environment: dict[str, str]
) -> None:
    before = look(racers, "L-1")
    mine = a_count(20)
    racers[0].ask("impatient", wait_s=0.02)
    racers[0].answer()

    with another_writer(environment, ahead_of=mine["id"]):
        racers[0].ask("acts", acts=[mine])
        refused = racers[0].answer()
    unchanged = look(racers, "L-1")
    racers[0].ask("impatient", wait_s=20)
    racers[0].answer()
    racers[0].ask("acts", acts=[mine])
    again = racers[0].answer()

    assert words(refused) == ["identity.busy"]
    assert unchanged == before
    assert words(again) == ["ok"]


def test_whoever_is_killed_at_any_moment_loses_nothing_that_was_acknowledged(
    racers: tuple[Racer, Racer],
) -> None:
    """The last test of this module: the second process does not live to see another."""
    _, victim = racers
    victim.ask("endless", act=a_count(20))  # the units to move may run out
    acknowledged = [victim.answer() for _ in range(3)]  # it is under way
    with pytest.raises(subprocess.TimeoutExpired):
        victim.process.wait(0.05)
    acknowledged += [json.loads(line) for line in victim.kill() if line.endswith("]")]

    assert {answer[0] for answer in acknowledged} == {"ok"}
    told = look(racers, "L-1")["told"]["L-1"]
    assert {answer[2] for answer in acknowledged} <= set(told)
    racers[0].ask("acts", acts=[a_count(20)])
    assert words(racers[0].answer()) == ["ok"], "and nobody waits for the dead"
