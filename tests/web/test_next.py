"""What to do next: what this person can do and see, and the first thing that is missing."""

from __future__ import annotations

import re
import uuid

from django.utils import timezone

from lotwarden.custody import queries as custody
from lotwarden.custody.operations import counts, grading, moves
from lotwarden.custody.operations.lots import quarantine
from lotwarden.identity.acting import Actor
from lotwarden.orders import queries as orders
from lotwarden.orders.models import Product
from lotwarden.reports import acts, agenda
from lotwarden.reports.pages import NextAct
from tests.web.conftest import LogIn
from tests.workspace import Workspace


def next_of(actor: Actor, lot: str = "L-1") -> tuple[NextAct, ...]:
    """What one person is told to do next about a lot."""
    state = agenda.state_of([orders.lot(lot).id])
    return agenda.next_acts(actor, state, timezone.now())


def test_the_button_leads_to_the_first_thing_missing_not_to_the_step(ws: Workspace) -> None:
    number = ws.authorised("destroy", witness=None)

    act = next_of(ws.vera)[0]

    assert act.title.startswith("Freeze the list")
    assert act.button == "Complete the terms"
    assert act.href == f"/lots/L-1/{number}/amend"
    assert "Missing first: An independent witness is appointed." in act.why


def test_the_witness_is_asked_by_name_and_who_cannot_help_is_not_asked(ws: Workspace) -> None:
    number = ws.frozen()

    (buyers,) = next_of(ws.vera)
    (witness,) = next_of(ws.sun)

    assert "Who can: the witness, Sun" in buyers.why
    assert buyers.href == f"/lots/L-1/#{number}"
    assert witness.title == "Witness the destruction of lot L-1"
    assert witness.href == f"/lots/L-1/attach?disposition={number}"
    assert next_of(ws.zhou) == next_of(ws.wang) == next_of(ws.li) == ()


def test_once_the_witness_signed_the_disposer_records_it_with_their_own_papers(
    ws: Workspace,
) -> None:
    number = ws.frozen()
    quantity = ws.where()["awaiting_destruction"]
    signed = ws.signature_of_witness(quantity)
    grading.attach(ws.sun, lot="L-1", disposition=number, things=signed)

    assert [one.href for one in next_of(ws.zhou)] == [f"/lots/L-1/{number}/finish"]
    assert next_of(ws.sun) == ()


def test_missing_units_are_asked_of_the_buyer_and_of_who_held_them(ws: Workspace) -> None:
    ws.frozen()  # the disposer takes part from here on
    counts.count(ws.li, lot="L-1", site=ws.yongkang, condition="awaiting_destruction", found=3_100)

    titles = {
        name: [one.title for one in next_of(ws.actor(name)) if one.tag == "unaccounted"]
        for name in ("vera", "li", "wang", "zhou")
    }

    missing = ws.where()["unaccounted"]
    assert titles["vera"] == [f"Find {missing} units of lot L-1"]
    assert titles["wang"] == ["Count what you hold of lot L-1"]
    assert titles["li"] == titles["zhou"] == []


def test_missing_units_have_the_lot_s_own_word_in_no_plural_that_is_guessed(ws: Workspace) -> None:
    Product.objects.update(unit_name="box")
    counts.count(ws.li, lot="L-1", site=ws.yongkang, condition="quarantined", found=3_193)

    assert next_of(ws.vera)[0].title == "Find 7 units (box) of lot L-1"


def test_an_incomplete_inspection_asks_for_the_rest(ws: Workspace) -> None:
    ws.offered("L-9", 3_200)
    number = ws.plan("L-9")
    assert ws.result(number, inspected=80)["verdict"] == "incomplete"

    for actor in (ws.vera, ws.li):
        (act,) = next_of(actor, "L-9")
        assert act.title == "Inspect 45 units more of lot L-9"
        assert "looked at 80 of the 125" in act.why
        assert act.href == f"/lots/L-9/{number}/result"


def test_what_came_off_hold_is_inspected_anew_before_its_release_is_offered(
    ws: Workspace,
) -> None:
    ws.offered("L-9", 3_200)
    ws.result(ws.plan("L-9"))
    assert [one.button for one in next_of(ws.vera, "L-9")] == ["Release"]
    quarantine(ws.vera, lot="L-9", reason="A customer found a leaking lid.")
    ws.lifted(ws.propose("hold", "L-9"))

    (act,) = next_of(ws.vera, "L-9")

    assert (act.title, act.button) == ("Plan the inspection of lot L-9", "Plan it")
    assert act.why == "3,200 units are offered again after a hold."
    ws.result(ws.plan("L-9"))
    assert [one.button for one in next_of(ws.vera, "L-9")] == ["Release"]


def test_what_came_after_an_inspection_is_inspected_before_its_release_is_offered(
    ws: Workspace,
) -> None:
    ws.offered("L-9", 3_200)
    sent = {"lot": "L-9", "site": ws.yongkang, "condition": "offered", "to": ws.ningbo}
    moves.move(ws.wang, **sent, quantity=400)
    ws.result(ws.plan("L-9"))
    moves.arrive(ws.wang, lot="L-9", site=ws.ningbo, carries="offered")

    (act,) = [one for one in next_of(ws.vera, "L-9") if "L-9" in one.title]

    assert act.button == "Plan it"
    assert act.why == "Units came after the last inspection: 3,200 are offered now."


def test_the_reinspection_stands_under_its_disposition_until_its_result_is_there(
    ws: Workspace,
) -> None:
    number = ws.running("sort")
    ws.step(number, "counts", ws.zhang, conforming=3_000, reworkable=100)
    card = orders.lot("L-1")

    def labels() -> list[str]:
        return [
            one.label for one in acts.of_disposition(ws.vera, card, custody.disposition(number))
        ]

    assert labels()[0] == "Plan the re-inspection"
    ws.plan("L-1", ws.chen, disposition=number)
    assert labels()[0] == "Record the re-inspection"


def test_a_refusal_lists_each_missing_gate_with_who_and_a_link_for_who_may(
    ws: Workspace, log_in: LogIn
) -> None:
    number = ws.authorised("destroy", witness=None, method="")

    answer = log_in("Vera").post(
        f"/lots/L-1/{number}/start",
        {"act": str(uuid.uuid4()), "note": "Pallets 1 to 9", "occurred_at": "2026-01-01T12:00"},
    )

    panel = re.search(r'<section class="refusal".*?</section>', answer.content.decode(), re.DOTALL)
    assert answer.status_code == 409
    assert panel
    assert panel[0].count('<li class="is-missing">') == 2
    assert panel[0].count(f'href="/lots/L-1/{number}/amend"') == 2
    assert "disposition.gates_unmet" not in re.sub(r'data-rule="[^"]+"', "", panel[0])
