"""Run the real `lotwarden` as a person does: a process of its own, a home of its own.

    run("where", "--json", home=home)      one command, ended
    with serving(home) as server: ...      the server, its address read from its first line
    demonstration()                        a demonstration's home, made once: copy it

Nothing of it is imported here: what these tests know of the product is what it prints,
what it answers, and what lies on the disk afterwards.
"""

from __future__ import annotations

import atexit
import functools
import json
import os
import re
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.cli.forks import Forked, Forks

PROGRAM = Path(sys.executable).with_name("lotwarden")
COMMAND_S = 180
"""How long one command may take on a busy machine before it is called stuck."""

STARTED = re.compile(r"lotwarden: (http://\S+:\d+)/")


def environment(home: Path, **more: str) -> dict[str, str]:
    """Return this process's environment without its own lotwarden, with `home` as the home."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("LOTWARDEN_", "DJANGO_"))
    }
    return {**kept, "PYTHONUTF8": "1", "LOTWARDEN_HOME": str(home), **more}


def run(*arguments: str | Path, home: Path, **more: str) -> subprocess.CompletedProcess[str]:
    """Run one command to its end, in a fork that has Django imported: see tests.cli.forks."""
    return _FORKS.run(
        [str(one) for one in arguments], env=environment(home, **more), timeout_s=COMMAND_S
    )


def run_as_installed(
    *arguments: str | Path, home: Path, **more: str
) -> subprocess.CompletedProcess[str]:
    """Run one command to its end, as the program that `pip install` put there."""
    return subprocess.run(
        [PROGRAM, *arguments],
        env=environment(home, **more),
        capture_output=True,
        text=True,
        timeout=COMMAND_S,
        check=False,
    )


def done(*arguments: str | Path, home: Path, **more: str) -> Any:
    """Run one command with `--json`, which must end well, and return what it printed."""
    ended = run(*arguments, "--json", home=home, **more)
    assert ended.returncode == 0, f"{arguments}: {ended.stdout}{ended.stderr}"
    return json.loads(ended.stdout)


def refused(*arguments: str | Path, home: Path, **more: str) -> dict[str, Any]:
    """Run one command with `--json`, which must be refused, and return the refusal."""
    ended = run(*arguments, "--json", home=home, **more)
    assert ended.returncode == 1, f"{arguments}: {ended.returncode} {ended.stdout}{ended.stderr}"
    assert "Traceback" not in ended.stderr, ended.stderr
    found = json.loads(ended.stdout)["refused"]
    assert set(found) == {"code", "message", "who", "next_step", "data"}
    assert all(found[part] for part in ("code", "message", "who", "next_step"))
    return found


_FORKS = Forks()
atexit.register(_FORKS.end)


class Server:
    """A running `lotwarden serve`; everything it said is in `log`."""

    def __init__(self, process: subprocess.Popen[str] | Forked, log: Path) -> None:
        self.process = process
        self.log = log
        self.first_line = _first_line(process, log)
        started = STARTED.match(self.first_line)
        assert started, f"the first line is no address: {self.first_line!r}\n{log.read_text()}"
        self.address = started[1]

    @property
    def port(self) -> int:
        """Return the port it listens on."""
        return int(self.address.rsplit(":", 1)[1])

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Send a signal, wait for the end, and return the exit code."""
        self.process.send_signal(number)
        return self.ended()

    def ended(self) -> int:
        """Wait for the end and return the exit code."""
        code = self.process.wait(timeout=COMMAND_S)
        assert self.process.stdout is not None
        self.process.stdout.close()
        return code


@contextmanager
def serving(home: Path, *arguments: str, **more: str) -> Iterator[Server]:
    """Serve `home` on a free port of loopback; stopped at the end, however the test ended."""
    server = start(home, *arguments, **more)
    try:
        yield server
    finally:
        if server.process.poll() is None:
            server.stop()


def start(home: Path, *arguments: str, **more: str) -> Server:
    """Start the server on a free port, in a fork, and wait until it takes connections."""
    log = home.with_name(home.name + ".log")
    command = ["serve", "--port", "0", *arguments]
    return _started(_FORKS.start(command, env=environment(home, **more), log=log), log)


def start_as_installed(home: Path, *arguments: str, **more: str) -> Server:
    """Start the server on a free port, as the program that `pip install` put there."""
    log = home.with_name(home.name + ".log")
    with log.open("a") as errors:
        process = subprocess.Popen(
            interruptible([PROGRAM, "serve", "--port", "0", *arguments]),
            env=environment(home, **more),
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )
    return _started(process, log)


def _started(process: subprocess.Popen[str] | Forked, log: Path) -> Server:
    try:
        return Server(process, log)
    except BaseException:
        process.kill()
        process.wait()
        assert process.stdout is not None
        process.stdout.close()
        raise


def interruptible(command: list[str | Path]) -> list[str]:
    """Return a command that obeys Ctrl-C even where the tests run in the background.

    A shell starts a background job deaf to SIGINT, and its children inherit that.
    """
    if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:
        return [str(one) for one in command]
    hear = "import os, signal, sys; signal.signal(signal.SIGINT, signal.SIG_DFL); "
    return [sys.executable, "-c", hear + "os.execv(sys.argv[1], sys.argv[1:])", *map(str, command)]


def wait_until(holds: Callable[[], bool], what: str, *, at_most_s: float = 60) -> None:
    """Wait until a condition holds; fail, saying `what` was waited for, when it never does."""
    end = time.monotonic() + at_most_s
    while not holds():
        assert time.monotonic() < end, f"waited {at_most_s} s in vain: {what}"
        time.sleep(0.01)


@functools.cache
def demonstration() -> Path:
    """Return the home of a demonstration, made once for all tests of this run: only read it."""
    home = _folder() / "demonstration"
    said = done("demo", home=home)
    assert said["home"] == str(home)
    (home.parent / "said.json").write_text(json.dumps(said))
    return home


def demonstration_said() -> dict[str, Any]:
    """Return what `lotwarden demo --json` printed."""
    return json.loads((demonstration().parent / "said.json").read_text())


def demonstration_in(folder: Path) -> Path:
    """Return a demonstration's home in `folder`, to do with as one likes."""
    return Path(shutil.copytree(demonstration(), folder / "home"))


@functools.cache
def _folder() -> Path:
    """Return a folder for all tests of this run; it goes when this process does."""
    made = Path(tempfile.mkdtemp(prefix="lotwarden-tests-")).resolve()
    atexit.register(shutil.rmtree, made, ignore_errors=True)
    return made


def _first_line(process: subprocess.Popen[str] | Forked, log: Path) -> str:
    assert process.stdout is not None
    ready, _, _ = select.select([process.stdout], [], [], COMMAND_S)
    assert ready, f"nothing was printed in {COMMAND_S} s\n{log.read_text()}"
    return process.stdout.readline()
