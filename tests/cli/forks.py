"""Run commands of `lotwarden` in forks of one process that has Django imported already.

Most of a short command's time is importing Django, and these tests run dozens of commands
and servers.  A fork runs the same `main` with its own environment and ends with it; nothing
of one command is left for the next, because each is a process of its own.

    python tests/cli/forks.py       reads one request a line from standard input, as JSON
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Any

BEFORE = (
    "django", "django.conf", "django.contrib.auth.hashers", "django.contrib.auth.tokens",
    "django.contrib.messages", "django.contrib.sessions.backends.db",
    "django.core.handlers.wsgi", "django.core.management", "django.core.serializers.json",
    "django.db.backends.sqlite3.base", "django.db.migrations.executor", "django.db.models",
    "django.forms", "django.http", "django.template", "django.urls", "jinja2", "lotwarden.cli",
    "lotwarden.cli.parser", "lotwarden.core.dispositions", "lotwarden.core.sampling", "openpyxl",
    "puremagic", "pyroaring", "rfc8785", "waitress", "whitenoise.middleware",
)  # fmt: skip
"""What is imported once: nothing that looks at settings, at the environment or at a home."""


class Forks:
    """The process that forks; started at the first request."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None

    def run(
        self, arguments: Sequence[str], *, env: Mapping[str, str], timeout_s: float
    ) -> subprocess.CompletedProcess[str]:
        """Run one command to its end."""
        with tempfile.TemporaryDirectory(prefix="lotwarden-fork-") as folder:
            out, err = Path(folder, "out"), Path(folder, "err")
            pid = self._fork(arguments, env=env, out=out, err=err, timeout_s=timeout_s)
            code = self.wait(pid)
            return subprocess.CompletedProcess(
                list(arguments), code, out.read_text("utf-8"), err.read_text("utf-8")
            )

    def start(self, arguments: Sequence[str], *, env: Mapping[str, str], log: Path) -> Forked:
        """Start a command that goes on, its standard output to be read, its errors in `log`."""
        with tempfile.TemporaryDirectory(prefix="lotwarden-fork-") as folder:
            out = Path(folder, "out")
            os.mkfifo(out)
            pid = self._fork(arguments, env=env, out=out, err=log, timeout_s=0)
            return Forked(self, pid, out.open())

    def wait(self, pid: int) -> int:
        """Wait for the end of a fork and return its exit code, below zero for a signal."""
        return self._ask({"wait": pid})

    def end(self) -> None:
        """End the process; a later request starts another."""
        if self._process is not None:
            self._process.communicate()
            self._process = None

    def _fork(
        self, arguments: Sequence[str], *, env: Mapping[str, str], out: Path, err: Path,
        timeout_s: float,
    ) -> int:  # fmt: skip
        return self._ask(
            {"arguments": list(arguments), "env": dict(env), "out": str(out), "err": str(err),
             "timeout_s": timeout_s, "cwd": str(Path.cwd())}
        )  # fmt: skip

    def _ask(self, request: Mapping[str, Any]) -> int:
        if self._process is None:
            others = ("DJANGO_", "LOTWARDEN_")
            env = {k: v for k, v in os.environ.items() if not k.startswith(others)}
            self._process = subprocess.Popen(
                [sys.executable, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                text=True, env=env,
            )  # fmt: skip
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        assert answer, "the process that forks has ended"
        return int(answer)


class Forked:
    """A running fork, to be used as one uses `subprocess.Popen`."""

    def __init__(self, forks: Forks, pid: int, stdout: IO[str]) -> None:
        self.pid = pid
        self.stdout = stdout
        self.returncode: int | None = None
        self._forks = forks

    def poll(self) -> int | None:
        """Return the exit code, if it was waited for."""
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end."""
        if self.returncode is None:
            self.returncode = self._forks.wait(self.pid)
        return self.returncode

    def send_signal(self, number: int) -> None:
        """Send it a signal."""
        os.kill(self.pid, number)

    def kill(self) -> None:
        """End it at once."""
        self.send_signal(signal.SIGKILL)


def _serve() -> None:
    for name in BEFORE:
        __import__(name)
    for line in sys.stdin:
        asked = json.loads(line)
        if "wait" in asked:
            _, status = os.waitpid(asked["wait"], 0)
            print(os.waitstatus_to_exitcode(status), flush=True)
            continue
        child = os.fork()
        if child == 0:
            _be(asked)
        print(child, flush=True)


def _be(asked: dict[str, Any]) -> None:
    """Become the command: its environment, its files, its end."""
    from lotwarden.cli import main

    signal.signal(signal.SIGINT, signal.default_int_handler)  # the tests may run unhearing
    signal.alarm(int(asked["timeout_s"]))  # whatever hangs is ended, and its code shows it
    os.environ.clear()
    os.environ.update(asked["env"])
    os.chdir(asked["cwd"])
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    for number, name in ((1, "out"), (2, "err")):
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
        os.dup2(os.open(asked[name], flags, 0o600), number)
    sys.argv = ["lotwarden", *asked["arguments"]]
    sys.exit(main(asked["arguments"]))


if __name__ == "__main__":
    _serve()
