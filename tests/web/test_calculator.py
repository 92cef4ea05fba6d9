"""The public calculator of plans: every type, every wrong input, and what it keeps to."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lotwarden import cases
from lotwarden.core import sampling
from lotwarden.reports import calculator, curves
from lotwarden.web import curve
from lotwarden.web.forms.calculator import FIELDS
from lotwarden.web.views import calculator as view
from tests.web.conftest import LogIn


def words(page: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", page)))


def asked(client: Client, **query: str) -> str:
    answer = client.get("/plan/", query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_answer_stands_first_then_what_it_means(client: Client, db: None) -> None:
    said = words(asked(client, lot="4000", major="2.5", minor="4"))

    answer = said.index("Draw 200 of 4,000.")
    assert said.index("Major : accept at 10 or fewer, reject at 11.") > answer
    assert "Minor : accept at 14 or fewer, reject at 15." in said
    assert "Critical" not in said.replace("AQL, critical", "")
    assert said.index("A lot with 5.33 % nonconforming passes as often as not.") > answer
    assert "ISO 2859-1:1999, level II, normal inspection, code letter L, AQL: major 2.5" in said


ANSWERS = {
    "double": (
        "Draw 125 of 4,000 first, at most 250 in all.",
        "of the first 125, accept at 5 or fewer, reject at 9; between, draw 125 more",
    ),
    "multiple": ("Draw 50 of 4,000 first, at most 350 in all.", "Stages: major"),
    "c0": ("Draw 45 of 4,000.", "accept at 0, reject at 1"),
    "design": ("Draw 132 units.", "accept at 3 or fewer, reject at 4"),
    "dodge-romig": ("Draw 68 of 4,000.", "On average 87 of 4,000 units are looked at."),
    "sequential": ("at most 198 units.", "between them, look at the next unit"),
    "chain": ("Draw 10 units.", "the samples of the 2 lots before had none"),
    "variables": ("Measure 20 units.", "at most 2.93 % is estimated beyond it (M)"),
}


@pytest.mark.parametrize("kind", ANSWERS)
def test_each_type_of_plan_has_its_answer_a_curve_and_a_table(
    kind: str, client: Client, db: None
) -> None:
    page = asked(client, type=kind, **({"major": "2.5"} if kind in ("double", "multiple") else {}))

    for part in ANSWERS[kind]:
        assert part in words(page) or part in page
    assert page.count("data-curve=") == 1
    assert "<svg" in page
    assert '<table class="points"' in page


def test_every_type_has_its_fields_and_shows_no_other(client: Client, db: None) -> None:
    assert set(FIELDS) == set(calculator.TYPES)
    design = asked(client, type="design")
    assert 'name="lot"' not in design
    assert 'name="lot"' in asked(client, type="design", model="hypergeometric")
    assert 'name="beta"' not in asked(client, type="dodge-romig")
    assert 'name="standard"' not in asked(client, type="double")


WRONG = [
    ({"lot": "abc"}, "lot", "reports.count_outside"),
    ({"lot": "1"}, "lot", "sampling.lot_too_small"),
    ({"lot": "9" * 30}, "lot", "reports.count_outside"),
    ({"level": "IV"}, "level", "sampling.unknown_level"),
    ({"major": "3"}, "major", "sampling.aql_not_in_series"),
    ({"minor": "nan"}, "minor", "sampling.aql_not_a_number"),
    ({"major": ""}, "major", "sampling.no_classes"),
    ({"severity": "harsh"}, "severity", "sampling.unknown_severity"),
    ({"standard": "iso9001"}, "standard", "sampling.unknown_standard"),
    ({"type": "triple"}, "type", "reports.unknown_plan_type"),
    ({"type": "double", "lot": "500000", "minor": "100"}, "minor", "sampling.staged_cell_invalid"),
    ({"type": "c0", "lq": "200"}, "lq", "reports.percent_outside"),
    ({"type": "c0", "beta": "Infinity"}, "beta", "reports.percent_outside"),
    ({"type": "design", "p1": "5", "p2": "4"}, "p2", "sampling.points_reversed"),
    ({"type": "design", "pa1": "5", "pa2": "50"}, "pa2", "sampling.risks_reversed"),
    ({"type": "design", "model": "normal"}, "model", "sampling.unknown_model"),
    ({"type": "design", "p2": "1.00001"}, "p2", "sampling.design_too_large"),
    ({"type": "sequential", "p2": "1.4"}, "p2", "reports.plan_too_heavy"),
    ({"type": "dodge-romig", "lot": "1000000", "limit": "20"}, "limit", "reports.plan_too_heavy"),
    ({"type": "chain", "before": "0"}, "before", "reports.count_outside"),
    ({"type": "chain", "n": "10000001"}, "n", "reports.count_outside"),
    ({"type": "variables", "letter": "A"}, "letter", "sampling.unknown_variables_letter"),
    ({"type": "variables", "aql": "15"}, "aql", "sampling.aql_not_in_variables"),
    ({"type": "variables", "method": "range"}, "method", "sampling.unknown_variables_method"),
]


@pytest.mark.parametrize(("query", "field", "code"), WRONG, ids=str)
def test_a_wrong_input_is_refused_at_its_field_and_kept(
    query: dict[str, str], field: str, code: str, client: Client, db: None
) -> None:
    page = asked(client, **query)

    assert f'data-rule="{code}"' in page
    slot = re.search(rf'<div id="wrong-{field}">(.*?)</div>', page, re.DOTALL)
    assert slot is not None
    assert "<li>" in slot[1]
    for given_text in query.values():
        assert f'value="{given_text}'[:40] in page
    assert "data-curve" not in page


NAMES = [*calculator.DEFAULTS, *calculator.CLASSES, "other"]
TEXTS = st.one_of(
    st.text(max_size=50),
    st.sampled_from(["0", "1", "-1", "1e9", "0.0000001", "99.9999999", "NaN", "inf", "1e999", "２",
                     "2,5", "50 %", "4'000", "10000000", "0.01", "0.010", "1000", "s", "sigma",
                     "two", "LTPD", "poisson", "hypergeometric", "reduced", "z1.4", "S-1", "P"]),
    *(st.sampled_from(list(group)) for group in (calculator.TYPES, sampling.AQLS)),
)  # fmt: skip


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.dictionaries(st.sampled_from(NAMES), TEXTS, max_size=6))
def test_no_query_breaks_the_page(client: Client, db: None, query: dict[str, str]) -> None:
    page = asked(client, **query)

    assert ("data-rule=" in page) != ("data-curve=" in page or "nothing is left to chance" in page)


@settings(max_examples=40, deadline=None)
@given(
    st.sampled_from([one for one in calculator.TYPES if "critical" not in FIELDS[one]]),
    st.lists(st.sampled_from(["0.00001", "0.01", "0.5", "1", "9", "30", "60", "99", "99.9999"]),
             min_size=6, max_size=6),
    st.sampled_from(["2", "3", "100", "5000", "10000000"]),
)  # fmt: skip
def test_no_computed_plan_is_without_an_answer(kind: str, shares: list[str], lot: str) -> None:
    names = ("p1", "pa1", "p2", "pa2", "lq", "limit")
    query = {"type": kind, "lot": lot, "average": shares[0], "beta": shares[1]}
    page = calculator.answer(calculator.question(query | dict(zip(names, shares, strict=True))))

    assert bool(page.answer) != (page.refusal is not None)


def test_nothing_of_the_visitor_is_kept_and_a_proxy_may_keep_the_page(
    client: Client, db: None, log_in: LogIn
) -> None:
    answer = client.get("/plan/?lot=500")

    assert not answer.cookies
    assert answer.headers["Cache-Control"] == "public, max-age=3600"
    assert client.post("/plan/").status_code == 405


def test_who_is_logged_in_finds_it_in_the_menu_and_their_name_is_not_cached(
    loaded: cases.Demonstration, log_in: LogIn
) -> None:
    client = log_in("Vera")
    answer = client.get("/plan/")

    assert answer.headers["Cache-Control"] == "no-store"
    assert re.search(r'<a href="/plan/" aria-current="page"', answer.content.decode())
    assert 'href="/plan/"' in Client().get("/log-in/").content.decode()


def test_more_questions_than_are_computed_at_a_time_are_sent_away(
    client: Client, db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(view, "CALCULATED_WAIT_S", 0.01)
    for _ in range(view.CALCULATED_AT_ONCE):
        assert view._COMPUTING.acquire(timeout=1)
    try:
        answer = client.get("/plan/")
    finally:
        for _ in range(view.CALCULATED_AT_ONCE):
            view._COMPUTING.release()

    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_doubtful_cell_says_so(client: Client, db: None) -> None:
    suspect = words(asked(client, type="multiple", severity="tightened", lot="4000", major="1.0"))
    alone = words(asked(client, severity="reduced", lot="4000", major="2.5"))
    known = words(asked(client, severity="normal", lot="4000", major="2.5"))

    assert "see the warning" in suspect
    assert "This cell looks wrong in our source" in suspect
    assert "rests on a single source" in alone
    assert "single source" not in known


def test_a_sample_of_the_whole_lot_leaves_nothing_to_chance(client: Client, db: None) -> None:
    said = words(asked(client, lot="10", major="0.65"))

    assert "Look at all 10." in said
    assert "nothing is left to chance" in said
    staged = words(asked(client, type="double", lot="2", level="III", major="10"))
    assert "the lot ends with the first stage: every unit is looked at" in staged


def test_what_is_typed_with_separators_is_understood(client: Client, db: None) -> None:
    assert "Draw 200 of 4,000." in words(asked(client, lot="4,000", major="2.5"))
    assert "Draw 45 of 4,000." in words(asked(client, type="c0", lot="4 000", lq="5,0 %"))


def test_the_points_of_a_curve_are_what_the_core_computes() -> None:
    told = curves.told(key="a", label="major", stages=((200, 10, 11),), lot_size=4000, aql="2.5")
    assert told is not None
    at = [one.quality for one in told.points]

    assert at[0] == 0
    assert at == sorted(at)
    expected = sampling.oc(n=200, ac=10, p=at)
    assert [one.accepted for one in told.points] == pytest.approx(list(expected), abs=1e-15)
    assert curve.kinds(told) == ("pa", "aoq", "asn", "ati")
    svg = curve.draw(told, "pa", title="A < B", across="%")
    places = re.search(r'data-y="([^"]+)"', svg)
    assert places is not None
    heights = [float(one) for one in places[1].split()]
    assert heights == sorted(heights), "the curve falls"
    assert "A &lt; B" in svg


def test_an_inspection_of_the_books_shows_what_its_plan_lets_through(
    loaded: cases.Demonstration, log_in: LogIn
) -> None:
    page = log_in("Vera").get("/inspections/I-1/").content.decode()

    assert page.count("data-curve=") == page.count("what the plan lets through") > 0
    assert "passes as often as not" in words(page)
