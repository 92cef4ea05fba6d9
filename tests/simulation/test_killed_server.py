"""`kill -9` in a loop during acts: what was acknowledged is there, once, and the books agree.

Two clients send acts as fast as they are answered, each with an id of its own making: one
counts a lot, a bottle fewer each time, with a photograph now and then; the other proposes
dispositions for another lot, a bottle each.  The server is killed in the middle of them, at
moments that a seed chose, and started again; what was not acknowledged is sent again, the
same, under the same id.  At the end

    every act is in the books exactly once: the books count as many as were sent
    every act that was acknowledged is known by its id: other content under it is refused
    the units still sum to what was made, and `fsck` finds nothing

SEED=7 in the environment repeats another run.
"""

from __future__ import annotations

import os
import random
import re
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPException
from pathlib import Path
from typing import Any

import pytest

from tests.cli.client import Client
from tests.cli.program import Server, done, start, wait_until

MADE = 100_000
ORDERS = f"""\
Order,Supplier,Site,Country,Lot,Product code,Product,Quantity
PO-1,Haoyu,Yongkang site,CN,COUNTED,SB,Bottle,{MADE}
PO-1,Haoyu,Yongkang site,CN,DECIDED,SB,Bottle,{MADE}
"""
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 64


@dataclass
class Act:
    """One act of a client: where it is sent, what it says, and how often."""

    path: str
    fields: dict[str, str]
    files: dict[str, bytes]
    acknowledged: bool = False
    sent: int = 0

    @property
    def id(self) -> str:
        return self.fields["act"]


@dataclass
class Sender:
    """A client that sends one act after the other, each until it is acknowledged."""

    name: str
    cookies: dict[str, str]
    place: str
    acts: list[Act] = field(default_factory=list)
    address: str = ""
    wrong: list[str] = field(default_factory=list)
    _enough: threading.Event = field(default_factory=threading.Event)
    _given_up: threading.Event = field(default_factory=threading.Event)
    _up: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def at(self, address: str) -> None:
        """Send to this address from now on."""
        self.address = address
        self._up.set()

    def begin(self) -> None:
        """Begin to send, in a thread of its own."""
        self._thread = threading.Thread(target=self._send_all, name=self.name)
        self._thread.start()

    def down(self) -> None:
        """Wait for a new address: this server is gone."""
        self._up.clear()

    def end(self) -> None:
        """Send until everything is acknowledged, and no more."""
        self._enough.set()
        self._up.set()
        if self._thread is not None:
            self._thread.join()

    def give_up(self) -> None:
        """Send no more, acknowledged or not."""
        self._given_up.set()
        self.end()

    @property
    def acknowledged(self) -> int:
        """Return how many acts the server has acknowledged."""
        return sum(one.acknowledged for one in list(self.acts))

    def _send_all(self) -> None:
        while not self._given_up.is_set() and not self._is_done():
            if not self.acts or self.acts[-1].acknowledged:
                self.acts.append(self._next())
            self._up.wait()
            if not self._send(self.acts[-1]):
                return

    def _is_done(self) -> bool:
        return self._enough.is_set() and all(one.acknowledged for one in self.acts)

    def _next(self) -> Act:
        n = len(self.acts) + 1
        fields = {
            "act": str(uuid.uuid4()), "occurred_at": "2026-01-01T12:00",
            "evidence-TOTAL_FORMS": "0", "evidence-INITIAL_FORMS": "0",
        }  # fmt: skip
        if self.name == "proposes":
            more = {"site": self.place, "quantity": "1", "instruction": f"number {n}"}
            return Act("/lots/DECIDED/propose?kind=sort", {**fields, **more}, {})
        fields |= {
            "account": f"{self.place}|offered",
            "found": str(MADE - n),
            "note": f"number {n}",
        }
        if n % 3:
            return Act("/lots/COUNTED/count", fields, {})
        fields |= {"evidence-TOTAL_FORMS": "1", "evidence-0-kind": "media"}
        return Act("/lots/COUNTED/count", fields, {"evidence-0-file": PNG + str(n).encode()})

    def _send(self, act: Act) -> bool:
        """Send an act; a server that dies meanwhile acknowledges nothing."""
        act.sent += 1
        client = Client(self.address, cookies=self.cookies)
        try:
            answer = client.post(act.path, act.fields, act.files)
        except (OSError, HTTPException):
            time.sleep(0.005)  # until it is seen that the server is gone
            return True
        if answer.status == 302:
            act.acknowledged = True
            return True
        self.wrong.append(f"{self.name}: {answer.status} {_told(answer.text)}")
        return False


def _told(page: str) -> str:
    main = re.sub(r"<[^>]+>", " ", page.split("<main", 1)[-1])
    return " ".join(main.split())[:400]


@pytest.mark.parametrize(
    "kills",
    [pytest.param(12, id="12 kills"), pytest.param(60, id="60 kills", marks=pytest.mark.long)],
)
def test_killing_the_server_at_any_moment_loses_no_acknowledged_act_and_repeats_none(
    kills: int, tmp_path: Path
) -> None:
    seed = int(os.environ.get("SEED", str(kills)))
    chance = random.Random(seed)
    home = _workspace(tmp_path)
    with _senders(home) as senders:
        for _ in range(kills):
            _kill_during_acts(home, senders, chance)
        before = sum(one.acknowledged for one in senders)
        _finish(home, senders)

    acts = [one for sender in senders for one in sender.acts]
    print(f"seed {seed}: {len(acts)} acts, {sum(one.sent > 1 for one in acts)} sent again")
    assert [one for sender in senders for one in sender.wrong] == []
    assert all(one.acknowledged for one in acts)
    assert before > kills, "acts went on between the kills"
    assert sum(one.sent > 1 for one in acts) >= kills / 3, "the kills fell into acts"
    _the_books_hold_each_once(home, senders)


def _workspace(folder: Path) -> Path:
    home = folder / "home"
    done(
        "init", "--name", "N", "--organisation", "Nordhaven", "--person", "Vera", "--email",
        "vera@buyer.example", home=home,
    )  # fmt: skip
    (folder / "orders.csv").write_text(ORDERS)
    done("import", "orders", folder / "orders.csv", home=home)
    return home


@contextmanager
def _senders(home: Path) -> Iterator[list[Sender]]:
    """Give two clients that are logged in, their lots prepared; end them at the end."""
    link = done("people", "reset", "vera@buyer.example", home=home)["link"]
    server = start(home)
    try:
        vera = Client(server.address)
        vera.set_password(link, "three unrelated words")
        page = vera.get("/lots/COUNTED/count").text
        place = re.search(r'value="([0-9a-f-]{36})\|offered"', page)
        assert place
        held = vera.post(
            "/lots/DECIDED/quarantine",
            {"act": str(uuid.uuid4()), "reason": "A leak.", "occurred_at": "2026-01-01T10:00",
             "evidence-TOTAL_FORMS": "0", "evidence-INITIAL_FORMS": "0"},
        )  # fmt: skip
        assert held.status == 302, _told(held.text)
    finally:
        server.stop()
    senders = [Sender(name, dict(vera.cookies), place[1]) for name in ("counts", "proposes")]
    for one in senders:
        one.begin()
    try:
        yield senders
    finally:
        for one in senders:
            one.give_up()


def _kill_during_acts(home: Path, senders: list[Sender], chance: random.Random) -> None:
    """Serve, let some acts be acknowledged, and kill the server at a moment by chance."""
    server = start(home)
    before = sum(one.acknowledged for one in senders)
    for one in senders:
        one.at(server.address)
    enough = before + chance.randint(1, 10)
    try:
        wait_until(
            lambda: (
                sum(one.acknowledged for one in senders) >= enough
                or any(one.wrong for one in senders)
            ),
            f"{enough} acts are acknowledged",
        )
        time.sleep(chance.uniform(0, 0.05))
    finally:
        _kill(server)
        for one in senders:
            one.down()


def _kill(server: Server) -> None:
    server.process.kill()
    assert server.ended() == -9


def _finish(home: Path, senders: list[Sender]) -> None:
    """Serve once more until everything that was sent is acknowledged, and ask for each id."""
    server = start(home)
    try:
        for one in senders:
            one.at(server.address)
        for one in senders:
            one.end()
        for sender in senders:
            for act in sender.acts:
                assert _is_known(Client(server.address, cookies=sender.cookies), act), act.id
    finally:
        server.stop()


def _is_known(client: Client, act: Act) -> bool:
    """Say whether the server knows the act's id: other content under it is refused then."""
    fields = {**act.fields, "occurred_at": "2026-01-02T12:00"}
    answer = client.post(act.path, fields, act.files)
    return answer.status == 409 and "This form was sent already" in answer.text


def _the_books_hold_each_once(home: Path, senders: list[Sender]) -> None:
    counts, proposals = (len(one.acts) for one in senders)
    checked = done("fsck", home=home)
    counted = done("where", "COUNTED", home=home)
    decided = done("where", "DECIDED", home=home)

    assert checked["findings"] == []
    assert checked["statements"] == _statements_before() + counts + proposals
    assert _units(counted) == {"offered": MADE - counts, "unaccounted": counts}
    assert _units(decided) == {"quarantined": MADE}
    assert counted["produced"] == decided["produced"] == MADE


def _statements_before() -> int:
    """Return what was in the books before the clients began: orders, reset, hold."""
    return 3


def _units(position: dict[str, Any]) -> dict[str, int]:
    found: dict[str, int] = {}
    for row in position["accounts"]:
        found[row["condition"]] = found.get(row["condition"], 0) + row["units"]
    return found
