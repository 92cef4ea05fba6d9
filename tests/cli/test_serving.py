"""`lotwarden serve`: how it starts, what it refuses, and that it leaves nothing behind."""

from __future__ import annotations

import json
import re
import signal
import socket
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.client import Client
from tests.cli.program import (
    PROGRAM,
    demonstration_in,
    environment,
    interruptible,
    refused,
    run,
    serving,
    start_as_installed,
)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_server_and_leaves_no_process_no_lock_and_the_workspace(
    number: signal.Signals, own_demonstration: Path
) -> None:
    server = start_as_installed(own_demonstration)
    client = Client(server.address)
    client.try_as("Vera")
    assert "586,876" in client.get("/").text

    code = server.stop(number)

    assert code == 0
    assert "lotwarden: stopped; the workspace stays." in server.log.read_text()
    assert not _children_of(server.process.pid)
    _nothing_listens(server.port)
    _nobody_locks(own_demonstration)
    _it_serves_again_at_the_same_port_with_the_same_sessions(
        own_demonstration, server.port, client.cookies
    )


def _children_of(pid: int) -> list[str]:
    """Return what still runs and was started by this process, or is it."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rsplit(")", 1)[1].split()
        except (FileNotFoundError, ProcessLookupError):
            continue  # it ended while we looked
        if int(fields[1]) == pid or stat.parent.name == str(pid):
            found.append(stat.parent.name)
    return found


def _nothing_listens(port: int) -> None:
    with socket.socket() as one, pytest.raises(ConnectionRefusedError):
        one.connect(("127.0.0.1", port))


def _nobody_locks(home: Path) -> None:
    assert sorted(path.name for path in home.iterdir()) == ["blobs", "secret", "workspace.sqlite3"]
    database = sqlite3.connect(home / "workspace.sqlite3", timeout=0)
    try:
        database.execute("BEGIN EXCLUSIVE")
        database.rollback()
    finally:
        database.close()


def _it_serves_again_at_the_same_port_with_the_same_sessions(
    home: Path, port: int, cookies: dict[str, str]
) -> None:
    with serving(home, "--port", str(port)) as again:
        assert again.port == port
        assert "586,876" in Client(again.address, cookies=cookies).get("/").text


def test_the_server_says_its_address_and_nothing_else_at_the_start(
    own_demonstration: Path,
) -> None:
    with serving(own_demonstration) as server:
        assert re.fullmatch(
            r"lotwarden: http://127\.0\.0\.1:\d+/   \(Ctrl-C stops it\)\n", server.first_line
        )
        assert Client(server.address).get("/log-in/").status == 200
        assert server.log.read_text() == ""


def test_a_port_that_is_taken_is_refused(demonstration: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        told = refused("serve", "--port", str(port), home=demonstration)

    assert told["code"] == "config.port_taken"
    assert f"127.0.0.1:{port}" in told["message"].replace(",", "")
    assert "--port" in told["next_step"]


def test_a_port_that_is_no_port_is_a_matter_of_usage(demonstration: Path) -> None:
    ended = run("serve", "--port", "99999", home=demonstration)

    assert ended.returncode == 2
    assert "Traceback" not in ended.stderr
    assert "99999" in ended.stderr


def test_an_address_of_another_machine_is_not_said_to_be_taken(demonstration: Path) -> None:
    told = refused("serve", "--host", "192.0.2.1", "--port", "0", home=demonstration)

    assert told["code"] != "config.port_taken"
    assert "192.0.2.1" in told["message"]


def test_demo_serve_makes_the_demonstration_once_and_serves_what_is_there(
    own_demonstration: Path,
) -> None:
    command = interruptible([PROGRAM, "demo", "--serve", "--port", "0", "--json"])
    process = subprocess.Popen(
        command, env=environment(own_demonstration), stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        address = json.loads(process.stdout.readline())["address"]
        assert "Vera Lindqvist" in Client(address.rstrip("/")).get("/log-in/").text
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)
    assert process.returncode == 0


def test_a_server_puts_missing_triggers_back_before_it_takes_requests(
    own_demonstration: Path,
) -> None:
    database = sqlite3.connect(own_demonstration / "workspace.sqlite3")
    triggers = "SELECT count(*) FROM sqlite_master WHERE type = 'trigger'"
    try:
        (before,) = database.execute(triggers).fetchone()
        database.execute("DROP TRIGGER lotwarden_statement_no_delete")
        with serving(own_demonstration):
            (after,) = database.execute(triggers).fetchone()
    finally:
        database.close()

    assert after == before
    assert run("fsck", home=own_demonstration).returncode == 0


def test_another_server_refuses_to_start_where_a_trigger_is_missing(
    own_demonstration: Path,
) -> None:
    """`lotwarden.config.wsgi` is for any server: it checks what `serve` puts right."""
    database = sqlite3.connect(own_demonstration / "workspace.sqlite3")
    database.execute("DROP TRIGGER lotwarden_statement_no_delete")
    database.close()

    ended = subprocess.run(
        [sys.executable, "-c", "import lotwarden.config.wsgi"],
        env=environment(own_demonstration), capture_output=True, text=True, timeout=180,
        check=False,
    )  # fmt: skip

    assert ended.returncode != 0
    assert "lotwarden_statement" in ended.stderr


def test_one_click_is_offered_on_loopback_in_a_demonstration_alone(tmp_path: Path) -> None:
    home = demonstration_in(tmp_path)
    with serving(home, LOTWARDEN_HOSTS="books.buyer.example") as server:
        here = Client(server.address)
        page = here.get("/log-in/")
        action = re.search(r'action="(/log-in/[0-9a-f-]{36})"', page.text)
        assert action, "on loopback the demonstration offers its people"

        for client, headers in (
            (Client(server.address, host="books.buyer.example"), {}),
            (Client(server.address), {"X_Forwarded_For": "203.0.113.7"}),
            (Client(server.address), {"Forwarded": "for=203.0.113.7"}),
            (Client(server.address), {"X_Forwarded_Proto": "https"}),
            (Client(server.address), {"X_Real_IP": "203.0.113.7"}),
            (Client(server.address), {"Via": "1.1 proxy"}),
        ):
            shown = client.get("/log-in/", **headers)
            tried = client.post(action[1], {}, **headers)
            assert shown.status == 200
            assert "Try the demonstration" not in shown.text, headers or client.host
            assert tried.status == 404, headers or client.host
            assert "lotwarden" not in client.cookies

        strange = Client(server.address, host="elsewhere.example").get("/log-in/")
        assert strange.status == 400
