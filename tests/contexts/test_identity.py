"""Who acts: the workspace, its people, links, log-in, approval, single-person mode."""

from __future__ import annotations

import hashlib
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client, RequestFactory
from django.utils import timezone

from lotwarden.core.grades import Independence
from lotwarden.custody import queries
from lotwarden.custody.operations import dispositions
from lotwarden.evidence.models import Statement
from lotwarden.identity import operations as identity
from lotwarden.identity import queries as who
from lotwarden.identity.models import LogInFailure, Person
from lotwarden.web.views.log_in import client_of
from tests.workspace import K, Workspace, findings, kept_plan, refused

GOOD = "three unrelated words"


@pytest.fixture(autouse=True)
def quick(settings: Any) -> None:
    """Digest passwords quickly: how well they are digested is Django's affair."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def link(person: uuid.UUID) -> dict[str, Any]:
    """The two parts of a link by which this person sets a password."""
    _, welcome, of, token, end = identity.link_to_set_password(person).split("/")
    assert (welcome, of, end) == ("welcome", str(person), "")
    return {"person": person, "token": token}


def with_password(person: uuid.UUID, password: str = GOOD) -> None:
    identity.set_password(**link(person), password=password)


# The workspace ----------------------------------------------------------------------------------


def test_a_workspace_begins_with_its_buyer_and_an_administrator_without_a_password(
    ws: Workspace,
) -> None:
    buyer, vera = who.buyer(), who.person(ws.people["vera"])

    assert (buyer.name, buyer.role, buyer.independence) == ("Nordhaven", "buyer", Independence.B)
    assert buyer.approved
    assert (vera.email, vera.is_admin, vera.has_password) == ("vera@buyer.example", True, False)


def test_an_installation_has_one_workspace(ws: Workspace) -> None:
    with refused("identity.workspace_there"):
        identity.create_workspace(name="A", organisation="B", person="C", email="c@d.example")


@pytest.mark.parametrize("empty", ["name", "organisation", "person", "email"])
@pytest.mark.django_db
def test_a_workspace_needs_all_its_names(empty: str) -> None:
    given = {"name": "A", "organisation": "B", "person": "C", "email": "c@d.example", empty: " "}

    with refused("identity.not_empty"):
        identity.create_workspace(**given)


# Organisations and sites ------------------------------------------------------------------------


def test_a_company_is_added_once_whatever_the_letter_case(ws: Workspace) -> None:
    made = identity.add_organisation(
        ws.tomas, name=" Wenzhou Valve ", role="agency", name_local="温州阀门", independence="C"
    )

    card = who.organisation(uuid.UUID(made["organisation"]))
    assert (card.name, card.name_local, card.role) == ("Wenzhou Valve", "温州阀门", "agency")
    assert (card.independence, card.approved, card.sites) == (Independence.C, False, ())
    with refused("identity.already_there", what="WENZHOU VALVE"):
        identity.add_organisation(ws.vera, name="WENZHOU VALVE", role="supplier")
    with refused("identity.not_empty", what="The name"):
        identity.add_organisation(ws.vera, name="  ", role="supplier")


def test_a_site_has_a_time_zone_and_a_name_of_its_own_within_its_company(ws: Workspace) -> None:
    supplier = ws.organisations["supplier"]
    made = identity.add_site(
        ws.vera, organisation=supplier, name="Hall 3", zone="Asia/Shanghai", country="cn"
    )

    card = who.site(uuid.UUID(made["site"]))
    assert (card.name, card.zone, card.country) == ("Hall 3", "Asia/Shanghai", "CN")
    assert card.label == "Yongkang Haoyu, Hall 3"
    with refused("identity.already_there", what="hall 3"):
        identity.add_site(ws.vera, organisation=supplier, name="hall 3", zone="Asia/Shanghai")
    identity.add_site(
        ws.vera, organisation=ws.organisations["disposer"], name="Hall 3", zone="Asia/Shanghai"
    )
    for zone in ("Shanghai", "", "../../etc/passwd"):
        with refused("identity.unknown_zone", zone=zone):
            identity.add_site(ws.vera, organisation=supplier, name="Hall 4", zone=zone)
    with refused("identity.unknown_organisation"):
        identity.add_site(ws.vera, organisation=uuid.uuid4(), name="Hall 4", zone="UTC")


def test_a_company_is_approved_with_the_reason_written(ws: Workspace) -> None:
    furnace = ws.organisations["other_disposer"]
    assert not who.organisation(furnace).approved

    with refused("identity.not_empty", what="Why it is approved"):
        identity.approve(ws.vera, organisation=furnace, note=" ")
    identity.approve(ws.tomas, organisation=furnace, note="licence seen")

    card = who.organisation(furnace)
    assert (card.approved, card.approval_note) == (True, "licence seen")
    with refused("identity.unknown_organisation"):
        identity.approve(ws.vera, organisation=uuid.uuid4(), note="licence seen")


# Links and passwords ----------------------------------------------------------------------------


def test_an_invited_person_sets_a_password_by_a_link_that_works_once(ws: Workspace) -> None:
    invited = identity.invite(
        ws.vera, organisation=ws.organisations["agency"], name="Ma", email="Ma@Agency.example"
    )
    ma = uuid.UUID(invited["person"])
    first = link(ma)
    assert identity.person_of_link(**first) == "Ma"
    with refused("identity.log_in_failed"):
        _failing("ma@agency.example", "")

    actor = identity.set_password(**first, password=GOOD)

    assert (actor.person, actor.role, actor.is_admin) == (ma, "agency", False)
    assert identity.check_password(email=" MA@agency.example", password=GOOD).id == ma
    for again in (first, {**first, "token": "x-y"}, {**first, "person": ws.people["li"]}):
        with refused("identity.link_invalid"):
            identity.set_password(**again, password="another three words")
        with refused("identity.link_invalid"):
            identity.person_of_link(**again)


def _failing(email: str, password: str) -> None:
    """Try to log in, and take the failure that is noted back out of what is compared."""
    try:
        identity.check_password(email=email, password=password)
    finally:
        LogInFailure.objects.all().delete()


def test_a_link_ends_after_its_time(ws: Workspace, settings: Any) -> None:
    given = link(ws.people["li"])
    settings.PASSWORD_RESET_TIMEOUT = -1

    with refused("identity.link_invalid"):
        identity.set_password(**given, password=GOOD)


def test_only_the_buyers_own_people_become_administrators(ws: Workspace) -> None:
    for organisation, admin in (("buyer", True), ("agency", False), ("supplier", False)):
        invited = identity.invite(
            ws.vera,
            organisation=ws.organisations[organisation],
            name="Ma",
            email=f"ma@{organisation}.example",
            is_admin=True,
        )
        assert who.person(uuid.UUID(invited["person"])).is_admin is admin


@pytest.mark.parametrize("email", ["", "ma", "ma @agency.example", "a" * 250 + "@b.example"])
def test_nobody_is_invited_without_an_address(ws: Workspace, email: str) -> None:
    with refused("identity.not_empty", what="The e-mail address"):
        identity.invite(ws.vera, organisation=ws.organisations["agency"], name="Ma", email=email)


def test_an_address_is_one_persons(ws: Workspace) -> None:
    agency = ws.organisations["agency"]

    with refused("identity.already_there", what="li@agency.example"):
        identity.invite(ws.vera, organisation=agency, name="Li 2", email="LI@agency.example")
    with refused("identity.not_empty", what="The name"):
        identity.invite(ws.vera, organisation=agency, name=" ", email="ma@agency.example")
    with refused("identity.unknown_organisation"):
        identity.invite(ws.vera, organisation=uuid.uuid4(), name="Ma", email="ma@agency.example")


def test_who_is_deactivated_is_let_in_by_nothing_and_what_they_did_stays(ws: Workspace) -> None:
    li = ws.people["li"]
    with_password(li)
    browser = Client()
    browser.force_login(Person.objects.get(id=li))
    assert browser.get("/lots/").status_code == 200
    unused = link(li)
    before = ws.chain("L-1")

    identity.deactivate(ws.vera, person=li)

    assert browser.get("/lots/").status_code == 302, "the session ends"
    with refused("identity.log_in_failed"):
        _failing("li@agency.example", GOOD)
    with refused("identity.link_invalid"):
        identity.set_password(**unused, password=GOOD)
    with refused("identity.unknown_person"):
        who.actor_of(li)
    assert ws.chain("L-1") == before
    assert who.people([li])[li].name == "Li"

    identity.readmit(ws.vera, person=li)
    with_password(li)
    assert identity.check_password(email="li@agency.example", password=GOOD)


def test_one_client_that_tries_many_addresses_is_closed_and_others_are_not(
    ws: Workspace, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    monkeypatch.setattr(identity, "CLIENT_FAILURES_MOST", 3)
    with_password(ws.people["li"])
    settings.TRUSTED_PROXIES = frozenset({"127.0.0.1"})
    browser = Client()

    def try_from(client: str, email: str, peer: str = "127.0.0.1") -> int:
        # What a browser writes into the header itself stands before what the proxy adds.
        more = {"HTTP_X_FORWARDED_FOR": f"10.9.9.9, {client}", "REMOTE_ADDR": peer}
        return browser.post("/log-in/", {"email": email, "password": GOOD}, **more).status_code

    for n in range(3):
        assert try_from("2001:db8::1", f"nobody{n}@agency.example") == 422

    assert try_from("2001:db8::ffff", "li@agency.example") == 422, "the same network"
    assert try_from("203.0.113.7", "li@agency.example", peer="198.51.100.1") == 302
    assert LogInFailure.objects.filter(client="").count() == 0


def test_a_proxy_that_is_not_named_is_not_believed() -> None:
    asked = RequestFactory().post(
        "/log-in/", REMOTE_ADDR="198.51.100.1", HTTP_X_FORWARDED_FOR="203.0.113.7"
    )

    assert client_of(asked) == "198.51.100.1"


def test_the_last_administrator_is_not_deactivated(ws: Workspace) -> None:
    with refused("identity.last_admin"):
        identity.deactivate(ws.vera, person=ws.vera.person)


def test_an_approval_is_withdrawn_with_the_reason_written(ws: Workspace) -> None:
    disposer = ws.organisations["disposer"]
    with refused("identity.not_empty"):
        identity.withdraw_approval(ws.vera, organisation=disposer, note=" ")
    destroy = ws.authorised("destroy")

    identity.withdraw_approval(ws.vera, organisation=disposer, note="licence ran out")

    assert not who.organisation(disposer).approved
    with refused("disposition.gates_unmet"):
        ws.step(destroy, "start")


def test_a_reset_takes_the_password_away_until_the_new_link_is_used(ws: Workspace) -> None:
    li = ws.people["li"]
    with_password(li)
    old = link(li)

    identity.reset(ws.vera, person=li)

    assert not who.person(li).has_password
    with refused("identity.log_in_failed"):
        _failing("li@agency.example", GOOD)
    with refused("identity.link_invalid"):
        identity.set_password(**old, password=GOOD)
    with_password(li, "other words altogether")
    assert identity.check_password(email="li@agency.example", password="other words altogether")
    with refused("identity.unknown_person"):
        identity.reset(ws.vera, person=uuid.uuid4())


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("short", "This password is too short. It must contain at least 10 characters."),
        ("8362749105", "This password is entirely numeric."),
        ("qwertyuiop", "This password is too common."),
    ],
)
def test_a_weak_password_is_refused_and_the_link_goes_on_working(
    ws: Workspace, password: str, why: str
) -> None:
    given = link(ws.people["li"])

    with refused("identity.weak_password", why=why):
        identity.set_password(**given, password=password)
    identity.set_password(**given, password=GOOD)


# Log-in -----------------------------------------------------------------------------------------


def test_a_failed_log_in_does_not_tell_which_part_was_wrong(ws: Workspace) -> None:
    with_password(ws.people["li"])

    texts = set()
    for email, password in (("li@agency.example", "wrong"), ("nobody@agency.example", GOOD)):
        with refused("identity.log_in_failed") as told:
            _failing(email, password)
        texts.add(str(told.value))

    assert len(texts) == 1


def test_too_many_failures_close_an_address_for_a_while_and_no_other(ws: Workspace) -> None:
    with_password(ws.people["li"])
    with_password(ws.people["chen"])
    for _ in range(identity.FAILURES_MOST):
        with pytest.raises(identity.LogInFailed):
            identity.check_password(email="Li@agency.example", password="guess")

    with refused("identity.too_many_failures", minutes=15):
        identity.check_password(email="li@agency.example", password=GOOD)
    assert identity.check_password(email="chen@agency.example", password=GOOD)

    LogInFailure.objects.update(at=timezone.now() - identity.FAILURES_WINDOW - timedelta(seconds=1))
    assert identity.check_password(email="li@agency.example", password=GOOD)


def test_a_new_password_by_link_forgets_the_failures(ws: Workspace) -> None:
    for _ in range(identity.FAILURES_MOST):
        with pytest.raises(identity.LogInFailed):
            identity.check_password(email="li@agency.example", password="guess")

    with_password(ws.people["li"])

    assert identity.check_password(email="li@agency.example", password=GOOD)


def test_a_failure_is_noted_without_the_address_itself(ws: Workspace) -> None:
    with pytest.raises(identity.LogInFailed):
        identity.check_password(email="li@agency.example", password="guess")

    (noted,) = LogInFailure.objects.all()
    assert len(noted.address) == 64
    assert set(noted.address) <= set("0123456789abcdef"), "a digest, salted with the secret"
    assert noted.address != hashlib.sha256(b"li@agency.example").hexdigest()


def test_who_may_no_longer_log_in_neither_logs_in_nor_acts(ws: Workspace) -> None:
    with_password(ws.people["li"])
    given = link(ws.people["li"])
    Person.objects.filter(id=ws.people["li"]).update(is_active=False)

    with refused("identity.log_in_failed"):
        _failing("li@agency.example", GOOD)
    with refused("identity.link_invalid"):
        identity.set_password(**given, password=GOOD)
    with refused("identity.unknown_person"):
        who.actor_of(ws.people["li"])


def test_only_a_demonstration_lets_its_people_in_without_a_password(ws: Workspace) -> None:
    from lotwarden.identity.models import Workspace as Row

    with refused("identity.log_in_failed"):
        identity.demonstration_person(ws.people["li"])

    Row.objects.update(demonstration=True)

    assert identity.demonstration_person(ws.people["li"]).id == ws.people["li"]
    with refused("identity.log_in_failed"):
        identity.demonstration_person(uuid.uuid4())
    Person.objects.filter(id=ws.people["li"]).update(is_active=False)
    with refused("identity.log_in_failed"):
        identity.demonstration_person(ws.people["li"])


def test_what_people_write_and_are_called_stands_in_no_statement(ws: Workspace) -> None:
    invited = identity.invite(
        ws.vera, organisation=ws.organisations["agency"], name="Ma Xiaoyu", email="ma@a.example"
    )

    (row,) = Statement.objects.filter(outcome__person=invited["person"])
    told = bytes(row.canonical).decode()
    assert "Ma Xiaoyu" not in told
    assert "ma@a.example" not in told


# Single-person mode -----------------------------------------------------------------------------


@pytest.fixture
def alone(ws: Workspace) -> Workspace:
    """A workspace in which Vera is everybody: she inspects and approves."""
    ws.leave("tomas")
    identity.set_single_person(ws.vera, on=True)
    ws.forget()
    return ws


def test_who_is_not_alone_does_not_declare_it(ws: Workspace) -> None:
    with refused("identity.not_alone", names="Tomas"):
        identity.set_single_person(ws.vera, on=True)


def test_a_second_person_of_the_buyer_ends_single_person_mode(alone: Workspace) -> None:
    def invite(organisation: str) -> dict[str, Any]:
        return identity.invite(
            alone.vera, organisation=alone.organisations[organisation], name="Ida",
            email=f"ida@{organisation}.example",
        )  # fmt: skip

    assert "single_person" not in invite("agency")
    assert who.actor_of(alone.vera.person).single_person

    assert invite("buyer")["single_person"] is False

    assert not who.actor_of(alone.vera.person).single_person
    told = Statement.objects.order_by("number").last()
    assert told is not None
    assert b'"single_person":false' in bytes(told.canonical)


def test_without_the_declaration_who_inspected_does_not_approve_alone(ws: Workspace) -> None:
    ws.offered("N-1")
    inspection = ws.plan("N-1", ws.vera)
    ws.result(inspection, ws.vera, critical=1)
    sort = ws.propose("sort", "N-1")
    ws.authorise(sort, ws.vera)

    with refused("disposition.gates_unmet", gates=["not_alone"]):
        ws.step(sort, "start")


def test_one_person_brings_a_lot_from_offer_to_end_and_is_graded_at_most_2(
    alone: Workspace,
) -> None:
    ws, vera = alone, alone.vera
    ws.offered("N-1")
    ws.result(ws.plan("N-1", vera), vera, major=21)
    sort = ws.propose("sort", "N-1", agent_person=vera.person)
    ws.authorise(sort, vera)
    ws.step(sort, "start")
    ws.step(
        sort, "counts", conforming=3_000, not_reworkable=200,
        things=[ws.thing(vera, K.MEDIA, document=b"a picture")],
    )  # fmt: skip
    outcome = ws.reinspected(
        sort, "N-1", inspector=vera, things=[ws.thing(vera, K.MEDIA, document=b"a picture")]
    )
    assert outcome["verdict"] == "acceptable"
    ws.step(sort, "release")

    assert ws.where("N-1") == {"released": 3_000, "quarantined": 200}
    assert max(ws.grades("released", "N-1")) <= 2
    assert max(ws.grades("quarantined", "N-1")) <= 2
    assert findings() == []


def test_what_one_person_does_alone_is_marked_and_the_reason_says_so(alone: Workspace) -> None:
    ws = alone
    sort = ws.propose("sort", quantity=5)
    ws.authorise(sort, ws.vera)
    ws.step(sort, "start")

    ws.step(
        sort, "counts", ws.vera, conforming=5,
        things=[ws.thing(ws.vera, K.MEDIA, document=b"a picture")],
    )  # fmt: skip

    told = ws.chain("L-1")[-1]
    assert told.kind == "custody.take_step"
    assert told.body["setting"]["same_person"] is True
    level, (_, not_more) = queries.gradings([told.act])[told.act]
    assert (level, not_more[0]) == (2, "the same person inspected and approved")


def test_two_signatures_are_one_where_there_is_one_person(alone: Workspace) -> None:
    ws = alone
    ws.offered("N-1")
    inspection = ws.plan("N-1", ws.vera)
    ws.result(inspection, ws.vera, critical=1)
    ws.result(inspection, ws.vera, inspected=kept_plan(inspection)["sample_size"], corrects=True)
    hold = ws.propose("hold", "N-1")

    assert dispositions.sign_lift(ws.vera, disposition=hold)["lifted"]

    assert ws.where("N-1") == {"offered": 3_200}


def test_the_declaration_ends_when_it_is_taken_back(alone: Workspace) -> None:
    identity.set_single_person(alone.vera, on=False)
    alone.forget()

    assert not alone.vera.single_person
