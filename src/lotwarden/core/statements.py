"""Statements: the canonical form and the digest of what is claimed.

An act is told in one statement: a JSON object in the past tense, written in the JSON
Canonicalization Scheme (RFC 8785), so that the same claim always has the same bytes and
the same SHA-256.  For each lot it touches it names the digest of that lot's previous
statement; a lot's statements are a chain, and replaying the chain gives its books.

Nothing personal and no free text stands in a statement: such a value is *salted*.  The
statement holds SHA-256 of the canonical `[salt, name, value]`; salt and value are stored
beside it and can be erased, after which the digest says nothing and still verifies.

    {"format": "lotwarden/statement/1", "id": …, "kind": "custody.count", "actor": …,
     "organisation": …, "occurred_at": …, "recorded_at": …,
     "lots": [{"lot": …, "previous": digest or null}],
     "body": {… transfers with [[first, last], …] ordinals …}, "salted": {"note": digest}}
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import TypeAlias

import rfc8785

from lotwarden.core.errors import N_, Refusal

FORMAT = "lotwarden/statement/1"

Json: TypeAlias = "bool | int | str | list[Json] | dict[str, Json] | None"
"""What a statement may hold: no floats, whose texts differ between languages."""


class NotCanonical(Refusal):
    """A value has no canonical form: a float, a whole number of 2^53 or more, a lone surrogate."""

    code = "statement.not_canonical"
    template = N_("{value} cannot stand in a statement.")
    remedy = N_("Use whole numbers below 2^53, text, lists and objects.")


def canonical(value: Json) -> bytes:
    """Return the RFC 8785 bytes of `value`.

    Refuses:
        statement.not_canonical: `value` holds what canonical JSON cannot say the same way
            everywhere.

    >>> canonical({"b": 1, "a": [True, None, "é"]}).decode()
    '{"a":[true,null,"é"],"b":1}'
    """
    plain = _check(value)
    try:
        # Where every key is ASCII the standard library writes the same bytes, many times faster.
        return _PLAIN.encode(value).encode() if plain else rfc8785.dumps(value)
    except (rfc8785.CanonicalizationError, UnicodeEncodeError) as cause:
        raise NotCanonical(value=repr(value)[:80]) from cause


def digest(value: Json) -> str:
    """Return the SHA-256 of the canonical form, in lower-case hexadecimal."""
    return hashlib.sha256(canonical(value)).hexdigest()


def instant(at: datetime) -> str:
    """Return an aware instant as RFC 3339 in UTC with microseconds, the one form statements use.

    >>> from datetime import timezone, timedelta
    >>> instant(datetime(2026, 11, 18, 16, 20, tzinfo=timezone(timedelta(hours=8))))
    '2026-11-18T08:20:00.000000Z'
    """
    assert at.tzinfo is not None, "an instant in a statement is aware"
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def salted(*, salt: str, name: str, value: str) -> str:
    """Return the digest that stands in a statement for a value that may be erased."""
    return digest([salt, name, value])


def statement(  # noqa: PLR0913 - the fields of the format, each once
    *,
    id: str,
    kind: str,
    actor: str,
    organisation: str,
    occurred_at: datetime,
    recorded_at: datetime,
    previous: Mapping[str, str | None],
    body: Mapping[str, Json],
    salted_digests: Mapping[str, str],
) -> dict[str, Json]:
    """Return a statement ready for `canonical`; `previous` maps each lot to its chain's head.

    `actor` and `organisation` are random ids: names stay in the tables, where they can be
    corrected and erased.
    """
    return {
        "format": FORMAT,
        "id": id,
        "kind": kind,
        "actor": actor,
        "organisation": organisation,
        "occurred_at": instant(occurred_at),
        "recorded_at": instant(recorded_at),
        "lots": [{"lot": lot, "previous": previous[lot]} for lot in sorted(previous)],
        "body": dict(body),
        "salted": dict(salted_digests),
    }


_PLAIN = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))

_INTEGER_MOST = 2**53 - 1


def _check(value: object) -> bool:
    """Refuse what is not `Json`; return whether every key is ASCII.

    ASCII keys have one order; others are ordered by UTF-16, unlike Python's.
    """
    plain: bool = True
    inside: Iterable[object] = ()
    if isinstance(value, dict):
        for key in value:
            if not isinstance(key, str):
                raise NotCanonical(value=repr(key)[:80])
            plain = plain and key.isascii()
        inside = value.values()
    elif isinstance(value, list | tuple):
        inside = value
    elif isinstance(value, int):
        if abs(value) > _INTEGER_MOST:
            raise NotCanonical(value=repr(value)[:80])
    elif value is not None and not isinstance(value, str):
        raise NotCanonical(value=repr(value)[:80])
    for one in inside:
        if one is not None and type(one) is not str and not _check(one):
            plain = False
    return plain
