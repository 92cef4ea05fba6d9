"""One reading in a fresh process, as JSON: how long it took, and the most memory it ever had.

    LOTWARDEN_HOME=… python -m bench.probe matrix|home|lots|answer

The time is that of the reading alone, the first of its process; the memory is the process's.
"""

from __future__ import annotations

import json
import os
import re
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any


def main(name: str) -> int:
    """Do the reading and print what it took."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "lotwarden.config.settings"
    import django

    django.setup()
    read = READINGS[name]()
    computed, began = time.process_time(), time.perf_counter()
    shown = read()
    found = {
        "seconds": time.perf_counter() - began,
        "processor_seconds": time.process_time() - computed,
        "peak_bytes": peak_bytes(),
        "shown": shown,
    }
    print(json.dumps(found))
    return 0


def peak_bytes() -> int:
    """Return the most memory that this process ever had.

    Linux's `getrusage` tells what the parent had, where that was more; its status does not.
    """
    status = Path("/proc/self/status")
    if status.is_file():
        found = re.search(r"VmHWM:\s+(\d+) kB", status.read_text())
        assert found is not None, "Linux tells the peak"
        return int(found[1]) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss  # in bytes on macOS


def _matrix() -> Callable[[], Any]:
    from lotwarden.custody import queries as custody
    from lotwarden.reports import home

    _connect()
    return lambda: sum(row.units for row in home.matrix(custody.weighed()))


def _home() -> Callable[[], Any]:
    from django.utils import timezone

    from lotwarden.reports import home

    actor = _connect()
    return lambda: len(home.home(actor, now=timezone.now()).next_acts)


def _lots() -> Callable[[], Any]:
    from django.utils import timezone

    from lotwarden.reports import lots

    actor = _connect()
    return lambda: len(lots.lots_page(actor, lots.Wanted(), now=timezone.now()).rows)


def _answer() -> Callable[[], Any]:
    """Answer the home page as the server does, with its session and template."""
    from django.contrib.auth import get_user_model
    from django.test import Client
    from django.urls import reverse

    _connect()
    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(get_user_model().objects.get())
    return lambda: len(client.get(reverse("home")).content)


def _connect() -> Any:
    """Open the database and load what a server has loaded; return who reads."""
    from django.urls import get_resolver

    from lotwarden.identity import queries as identity

    assert get_resolver().url_patterns
    return identity.actor_of(next(iter(identity.people())))


READINGS: dict[str, Callable[[], Callable[[], Any]]] = {
    "matrix": _matrix, "home": _home, "lots": _lots, "answer": _answer,
}  # fmt: skip

if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
