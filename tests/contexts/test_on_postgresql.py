"""The tests of the contexts and the scenarios once more, on a real PostgreSQL."""

from __future__ import annotations

from defusedxml import ElementTree

from tests.contexts.conftest import SecondRun

WAIT_S = 900
"""Long enough for a slow machine; the run itself takes a minute."""


def test_the_contexts_and_the_scenarios_hold_on_postgresql(second_run: SecondRun) -> None:
    code = second_run.process.wait(WAIT_S)

    said = second_run.said.read_text()
    assert code == 0, said
    (suite,) = ElementTree.parse(second_run.report).getroot().iter("testsuite")
    ran = {key: int(suite.attrib[key]) for key in ("tests", "failures", "errors", "skipped")}
    assert ran.pop("tests") > 300, said
    assert ran == {"failures": 0, "errors": 0, "skipped": 0}, said
    assert "contexts on PostgreSQL" in said, "the second run says which database it used"
