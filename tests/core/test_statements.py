"""Statements: the same claim has the same bytes and the same digest, everywhere and for ever."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime, timedelta, timezone
from enum import IntEnum

import pytest
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st

from lotwarden.core import statements
from lotwarden.core.ledger import Condition
from lotwarden.core.statements import NotCanonical, canonical, digest, instant, salted

law = settings(max_examples=50, deadline=None)

SHANGHAI = timezone(timedelta(hours=8))

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
keys = texts | st.text(st.characters(max_codepoint=127), max_size=6)  # also none but ASCII
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4),
    max_leaves=12,
)


# The canonical form


def test_keys_stand_in_the_order_of_their_utf_16_code_units() -> None:
    # RFC 8785, section 3.2.3: the property names of its example, and their order.
    named = {
        "\u20ac": "Euro Sign",
        "\r": "Carriage Return",
        "\ufb33": "Hebrew Letter Dalet With Dagesh",
        "1": "One",
        "\U0001f600": "Emoji: Grinning Face",
        "\u0080": "Control",
        "\u00f6": "Latin Small Letter O With Diaeresis",
    }

    in_order = list(json.loads(canonical(named)).values())

    assert in_order == [
        "Carriage Return",
        "One",
        "Control",
        "Latin Small Letter O With Diaeresis",
        "Euro Sign",
        "Emoji: Grinning Face",
        "Hebrew Letter Dalet With Dagesh",
    ]


def test_text_is_utf_8_and_only_what_must_be_escaped_is() -> None:
    # RFC 8785, section 3.2.2: the string of its example.
    said = {"string": '\u20ac$\u000f\nA\'B"\\\\"/'}

    assert canonical(said) == '{"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}'.encode()


def test_literals_and_nesting_are_written_without_blanks() -> None:
    # RFC 8785, section 3.2.2: the literals of its example.
    assert canonical({"literals": [None, True, False]}) == b'{"literals":[null,true,false]}'
    assert canonical({"b": {"d": 1, "c": []}, "a": {}}) == b'{"a":{},"b":{"c":[],"d":1}}'


@pytest.mark.parametrize(
    ("value", "form"),
    [
        (0, b"0"),
        (-1, b"-1"),
        (2**53 - 1, b"9007199254740991"),
        (-(2**53) + 1, b"-9007199254740991"),
        ("", b'""'),
        ("义乌", '"义乌"'.encode()),
        ("\U0001f600", '"\U0001f600"'.encode()),
        ((1, 2), b"[1,2]"),
        (Condition.QUARANTINED, b'"quarantined"'),
        ({Condition.QUARANTINED: IntEnum("Level", "ONE").ONE}, b'{"quarantined":1}'),
    ],
)
def test_each_value_has_one_form(value: statements.Json, form: bytes) -> None:
    assert canonical(value) == form


@pytest.mark.parametrize(
    "value",
    [
        1.0,
        0.5,
        float("nan"),
        float("inf"),
        [1, [2.5]],
        {"a": {"b": (1, 2.5)}},
        2**53,
        -(2**53),
        10**30,
        [2**53],
        "\ud800",
        {"\udfff": 1},
        b"bytes",
        {1: "a number for a key"},
        {"at": datetime(2026, 3, 3, tzinfo=UTC)},
        {"units": frozenset({1})},
    ],
    ids=lambda value: ascii(value)[:30],
)
def test_what_has_no_one_form_everywhere_is_refused(value: statements.Json) -> None:
    with pytest.raises(NotCanonical):
        canonical(value)


def test_the_remedy_for_a_number_that_is_too_big_names_a_bound_that_holds() -> None:
    with pytest.raises(NotCanonical) as refused:
        canonical(2**53)

    assert refused.value.next_step == "Use whole numbers below 2^53, text, lists and objects."


@settings(law, max_examples=150)
@given(values)
def test_a_quicker_way_to_write_it_writes_the_same_bytes(value: statements.Json) -> None:
    assert canonical(value) == rfc8785.dumps(value)


def test_every_ascii_character_is_written_as_the_standard_says() -> None:
    said = {f"k{chr(number)}": [chr(number)] for number in range(0x80)}

    assert canonical(said) == rfc8785.dumps(said)


@law
@given(values)
def test_the_canonical_form_says_the_same_as_the_value(value: statements.Json) -> None:
    assert json.loads(canonical(value)) == value


@law
@given(st.dictionaries(texts, values, max_size=6), st.randoms(use_true_random=False))
def test_the_order_in_which_an_object_was_written_changes_no_byte(said, random) -> None:
    shuffled = list(said.items())
    random.shuffle(shuffled)

    assert canonical(dict(shuffled)) == canonical(said)


@law
@given(values)
def test_the_canonical_form_is_its_own_canonical_form(value: statements.Json) -> None:
    once = canonical(value)

    assert canonical(json.loads(once)) == once


@law
@given(st.dictionaries(texts, st.none(), min_size=2, max_size=8))
def test_keys_are_sorted_as_utf_16_sorts_them(said) -> None:
    written = list(json.loads(canonical(said)))

    assert written == sorted(said, key=lambda key: key.encode("utf-16-be"))


# Digests


@law
@given(values)
def test_the_digest_is_the_sha_256_of_the_canonical_form(value: statements.Json) -> None:
    assert digest(value) == hashlib.sha256(canonical(value)).hexdigest()


@pytest.mark.parametrize(
    ("value", "sha256"),
    [
        ({}, "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"),
        (
            {"b": 1, "a": [True, None, "é"]},
            "17c8c6f7f948ee1c9b93b1bc35f6edc29cbaf3022bff7d076d1c4831dd8a44a2",
        ),
    ],
)
def test_the_digest_of_a_claim_stays_what_it_was(value: statements.Json, sha256: str) -> None:
    assert digest(value) == sha256


# Salted values


def test_a_salted_value_is_the_digest_of_salt_name_and_value() -> None:
    assert salted(salt="s", name="note", value="v") == digest(["s", "note", "v"])
    assert salted(salt="5f", name="note", value="Mr Zhao was there") == (
        "5f2fcc6c06f99f4e48acb909d1074901e842ae446cb8e2bad488941f219c51ca"
    )


@law
@given(texts, texts, texts, texts)
def test_another_salt_is_another_digest(salt: str, other: str, name: str, value: str) -> None:
    same = salted(salt=salt, name=name, value=value) == salted(salt=other, name=name, value=value)

    assert same is (salt == other)


def test_salt_name_and_value_cannot_run_into_each_other() -> None:
    told_apart = {
        salted(salt="ab", name="c", value="d"),
        salted(salt="a", name="bc", value="d"),
        salted(salt="a", name="b", value="cd"),
        salted(salt="c", name="ab", value="d"),
    }

    assert len(told_apart) == 4


# Instants


@pytest.mark.parametrize(
    ("at", "written"),
    [
        (datetime(2026, 3, 3, tzinfo=UTC), "2026-03-03T00:00:00.000000Z"),
        (datetime(2026, 3, 3, 7, 5, 9, 42, SHANGHAI), "2026-03-02T23:05:09.000042Z"),
        (
            datetime(2025, 12, 31, 20, tzinfo=timezone(-timedelta(hours=5))),
            "2026-01-01T01:00:00.000000Z",
        ),
    ],
)
def test_an_instant_is_written_in_utc_with_microseconds(at: datetime, written: str) -> None:
    assert instant(at) == written


@law
@given(
    st.datetimes(datetime(1970, 1, 2), datetime(2199, 1, 1)),
    st.integers(-14 * 60, 14 * 60),
)
def test_the_same_instant_is_the_same_text_wherever_the_clock_hangs(at, minutes) -> None:
    utc = at.replace(tzinfo=UTC)
    elsewhere = utc.astimezone(timezone(timedelta(minutes=minutes)))

    assert instant(elsewhere) == instant(utc)
    assert datetime.fromisoformat(instant(utc)) == utc


def test_an_instant_without_a_time_zone_is_a_fault_of_ours() -> None:
    with pytest.raises(AssertionError):
        instant(datetime(2026, 3, 3))


# The whole statement


def claimed(**changed: object) -> dict[str, statements.Json]:
    said: dict[str, object] = {
        "id": "0199",
        "kind": "custody.count",
        "actor": "p-1",
        "organisation": "o-1",
        "occurred_at": datetime(2026, 3, 3, 16, 20, tzinfo=SHANGHAI),
        "recorded_at": datetime(2026, 3, 3, 8, 20, 1, tzinfo=UTC),
        "previous": {"lot-2": None, "lot-1": "ab" * 32},
        "body": {"found": 3_190},
        "salted_digests": {"note": "cd" * 32},
    }
    return statements.statement(**(said | changed))  # type: ignore[arg-type]


def test_a_statement_says_what_when_and_who_and_what_came_before() -> None:
    assert claimed() == {
        "format": "lotwarden/statement/1",
        "id": "0199",
        "kind": "custody.count",
        "actor": "p-1",
        "organisation": "o-1",
        "occurred_at": "2026-03-03T08:20:00.000000Z",
        "recorded_at": "2026-03-03T08:20:01.000000Z",
        "lots": [{"lot": "lot-1", "previous": "ab" * 32}, {"lot": "lot-2", "previous": None}],
        "body": {"found": 3_190},
        "salted": {"note": "cd" * 32},
    }


def test_the_digest_of_a_statement_stays_what_it_was() -> None:
    assert digest(claimed()) == "9e75cce53511549dde608eff701c0a3064d9ed7d9352b1f8997b0c458eaf4ba2"


def test_the_order_in_which_lots_were_named_changes_no_statement() -> None:
    turned = claimed(previous={"lot-1": "ab" * 32, "lot-2": None})

    assert canonical(turned) == canonical(claimed())


@pytest.mark.parametrize(
    "changed",
    [
        {"id": "0200"},
        {"kind": "custody.scan"},
        {"actor": "p-2"},
        {"organisation": "o-2"},
        {"occurred_at": datetime(2026, 3, 3, 16, 20, 0, 1, tzinfo=SHANGHAI)},
        {"recorded_at": datetime(2026, 3, 3, 8, 20, 2, tzinfo=UTC)},
        {"previous": {"lot-2": None, "lot-1": None}},
        {"previous": {"lot-1": "ab" * 32}},
        {"body": {"found": 3_191}},
        {"salted_digests": {}},
    ],
    ids="-".join,
)
def test_whatever_is_changed_in_a_statement_changes_its_digest(changed) -> None:
    assert digest(claimed(**changed)) != digest(claimed())


def test_a_statement_keeps_its_own_copy_of_what_was_said() -> None:
    body = {"found": 3_190}

    said = claimed(body=body)
    body["found"] = 0

    assert said["body"] == {"found": 3_190}
