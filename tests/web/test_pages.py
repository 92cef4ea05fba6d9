"""Every page and every form of a fresh demonstration opens for each role, and none breaks."""

from __future__ import annotations

import re
import subprocess
import sys
import uuid
from html import unescape
from urllib.parse import urljoin, urlsplit

import pytest
from django.test import Client
from django.urls import reverse

from lotwarden import cases
from lotwarden.custody import queries as custody
from lotwarden.inspections import queries as inspections
from lotwarden.orders import queries as orders
from lotwarden.web.views import acts
from tests.web.conftest import LogIn

PEOPLE = ["Vera Lindqvist", "Li Wen", "Wang Qiang", "Zhou Jie"]
HREF = re.compile(r'<a\b[^>]*?\bhref="([^"]+)"')
PAGES_MOST = 300


def links(client: Client, start: str = "/") -> dict[str, int]:
    """Follow every link from a page on, one variant of each, and return what was answered."""
    waiting, seen, found = [start], {start}, {}
    while waiting:
        path = waiting.pop(0)
        answer = client.get(path)
        found[path] = answer.status_code
        assert len(found) <= PAGES_MOST, f"the last was {path}"
        if not answer.headers["Content-Type"].startswith("text/html"):
            continue
        for href in map(unescape, HREF.findall(answer.content.decode())):
            target = urlsplit(urljoin(path, href))
            query = re.sub(r"(band|place|q|site)=[^&]+", r"\1=…", target.query)
            key = f"{target.path}?{query}" if query else target.path
            if re.search("T1-GEEP-([23]|1/.)", key) or key in seen:
                continue
            seen.add(key)
            waiting.append(target.path + (f"?{target.query}" if target.query else ""))
    return found


def forms() -> list[str]:
    """The address of every form of two lots, their dispositions and inspections, of each kind."""
    found = []
    for card in orders.lots(numbers=["L-1024", "T3-POWDER"]):
        found += [reverse("act", args=[card.number, key]) for key in acts.LOT_FORMS]
        found += [
            reverse("act", args=[card.number, "propose"]) + f"?kind={kind}"
            for kind in acts.decisions.KIND_WORDS
        ]
        for one in custody.dispositions([card.id]):
            found += [
                reverse("act_about", args=[card.number, one.number, key])
                for key in acts.DISPOSITION_FORMS
            ]
        for inspection in inspections.inspections([card.id]):
            found.append(reverse("act_about", args=[card.number, inspection.number, "result"]))
    return found


@pytest.mark.parametrize("name", PEOPLE)
def test_every_link_a_person_is_shown_opens(
    name: str, loaded: cases.Demonstration, log_in: LogIn
) -> None:
    answered = links(log_in(name))

    assert len(answered) > 10
    assert {path: status for path, status in answered.items() if status != 200} == {}


@pytest.mark.parametrize("name", PEOPLE)
def test_every_form_opens_or_is_not_this_person_s(
    name: str, loaded: cases.Demonstration, log_in: LogIn
) -> None:
    client = log_in(name)

    answered = {path: client.get(path).status_code for path in forms()}

    wanted = {200, 404} if name.startswith("Vera") else {200, 403, 404}
    assert {path: status for path, status in answered.items() if status not in wanted} == {}
    assert 200 in answered.values()


@pytest.mark.parametrize("name", PEOPLE)
def test_a_form_sent_empty_says_what_it_wants(
    name: str, loaded: cases.Demonstration, log_in: LogIn
) -> None:
    client = log_in(name)
    act = {"evidence-TOTAL_FORMS": "0", "evidence-INITIAL_FORMS": "0", "act": str(uuid.uuid4())}

    answered = {path: client.post(path, {}).status_code for path in forms()}
    nearly = {path: client.post(path, act).status_code for path in forms()}

    assert set(answered.values()) <= {422, 403, 404}
    assert set(nearly.values()) <= {302, 409, 422, 403, 404}
    assert 422 in answered.values()


def test_overdue_leads_to_what_is_overdue(loaded: cases.Demonstration, log_in: LogIn) -> None:
    client = log_in("Vera")

    home = client.get("/").content.decode()
    lots = client.get("/lots/?overdue=1").content.decode()

    assert 'href="/lots/T3-POWDER/#D-7"' in home
    assert re.findall(r'class="number" href="([^"]+)"', lots) == ["/lots/T3-POWDER/"]


def test_the_forms_name_operations_that_their_view_s_module_registers() -> None:
    asked = """
import os
os.environ["DJANGO_SETTINGS_MODULE"] = "lotwarden.config.settings"
import django
django.setup()
from lotwarden.web.views import acts
from lotwarden.identity.acting import OPERATIONS
forms = {**acts.LOT_FORMS, **acts.DISPOSITION_FORMS, **acts.INSPECTION_FORMS}
print(sorted({one.operation for one in forms.values()} - set(OPERATIONS)))
"""
    said = subprocess.run(
        [sys.executable, "-c", asked], capture_output=True, text=True, check=False
    )

    assert (said.returncode, said.stdout.strip()) == (0, "[]"), said.stderr
