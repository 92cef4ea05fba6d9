"""Trying again: an act that met another writer head on is undone whole and done anew.

Two acts may want the same lots in another order (PostgreSQL ends one of them as a deadlock),
wait for each other too long (SQLite says that the database is locked), or take the same
number or name at once.  None of that is the person's fault and nothing of the act is stored,
so that it is done again: a few times, with a growing wait, then refused clearly.

What was done already is looked up again in every attempt, under the lock: see `acting`.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterator
from typing import TypeVar

from django.db import IntegrityError, OperationalError, connection

from lotwarden.core.errors import N_, Refusal
from lotwarden.evidence.rows import Interleaved

ATTEMPTS_MOST = 6
"""How often one act is tried."""

PATIENCE_S = 30.0
"""No attempt begins later than this after the first one."""

WAIT_FIRST_S = 0.02
"""The wait before the second attempt; each later one is twice as long."""

PASSING = frozenset({"40001", "40P01", "55P03"})
"""PostgreSQL: serialisation failure, deadlock, a lock that could not be had in time."""

SQLITE_PASSING = frozenset({5, 6})
"""SQLite: SQLITE_BUSY and SQLITE_LOCKED, whatever their extended code says."""

T = TypeVar("T")


class Busy(Refusal):
    """Other writers were in the way of every attempt; nothing was recorded."""

    code = "identity.busy"
    template = N_("Others were writing to the same books in each of {attempts} attempts.")
    remedy = N_("Nothing was recorded. Wait a minute and send it again.")


def insist(do: Callable[[], T]) -> T:
    """Return what `do` returns; do it again while another writer is in its way.

    `do` is a whole transaction.  Within somebody else's transaction it is done once: only
    whoever began that can undo it.

    Refuses:
        identity.busy
    """
    if connection.in_atomic_block:
        return do()
    attempts = 0
    met: Exception = Interleaved()
    for wait_s in _waits():
        attempts += 1
        try:
            return do()
        except (IntegrityError, OperationalError, Interleaved) as error:
            if not is_passing(error):
                raise
            met = error
        time.sleep(wait_s)
    if isinstance(met, IntegrityError):
        raise met  # no race loses every time: this is a fault of ours
    raise Busy(attempts=attempts) from met


def is_passing(error: Exception) -> bool:
    """Return whether the same act may well be done at another attempt.

    A row that must be unique and is there already: at the next attempt it is seen.
    """
    if isinstance(error, IntegrityError | Interleaved):
        return True
    cause = error.__cause__
    if getattr(cause, "sqlstate", None) in PASSING:
        return True
    return (getattr(cause, "sqlite_errorcode", None) or 0) & 0xFF in SQLITE_PASSING


def _waits() -> Iterator[float]:
    """Yield, for each attempt there may be, the wait after it: up to twice the one before."""
    begun = time.monotonic()
    for attempt in range(ATTEMPTS_MOST):
        if attempt and time.monotonic() - begun > PATIENCE_S:
            return
        last = attempt == ATTEMPTS_MOST - 1
        spread = 0.5 + secrets.randbelow(1_000) / 1_000  # two that met do not meet again
        yield 0.0 if last else WAIT_FIRST_S * 2**attempt * spread
