"""The main job, clicked through by hand from nothing: where is every unit of a rejected lot?

Each test is a chapter; a chapter asked for alone reads those before it first.  Six people, each
at a browser of their own: Vera and Tomas of the buyer, Li and Chen of the agency, Wang of
the supplier, Zhou of the disposer.

    PICTURES=1      keeps a picture of everybody's page after each chapter
"""

from __future__ import annotations

import io
import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import BrowserContext, FilePayload, Locator, Page, expect

from tests.browser.chrome import Chrome, Watch, picture
from tests.browser.conftest import FAILED, pictures
from tests.cli.program import Server, done, serving

pytestmark = pytest.mark.browser

LOT = "L-2001"
PASSWORD = "three unrelated words of hers"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
SITE = "Haoyu Metal, Yongkang site"
YARD = "Green Shredding, Beilun yard"


@dataclass
class Job:
    """The job under way: the server, who is at which page, which chapters are read."""

    chrome: Chrome
    server: Server
    link: str
    people: dict[str, Page] = field(default_factory=dict)
    watches: list[Watch] = field(default_factory=list)
    contexts: list[BrowserContext] = field(default_factory=list)
    read: list[str] = field(default_factory=list)
    failed: str | None = None

    def upto(self, chapter: Callable[[Job], None]) -> None:
        """Read every chapter up to this one that is not read yet."""
        for one in CHAPTERS[: CHAPTERS.index(chapter) + 1]:
            if one.__name__ in self.read:
                continue
            if self.failed is not None:
                pytest.fail(f"the chapter {self.failed} failed before", pytrace=False)
            self.failed = one.__name__
            one(self)
            self.failed = None
            self.read.append(one.__name__)
            if os.environ.get("PICTURES"):
                for name, page in self.people.items():
                    picture(page, f"job-{len(self.read):02}-{one.__name__}-{name}")

    def person(self, name: str, path: str = "/") -> Page:
        """Open a browser for somebody at this path."""
        context = self.chrome.context(base_url=self.server.address)
        watch = Watch(self.server.address)
        watch.over(context)
        self.contexts.append(context)
        self.watches.append(watch)
        page = context.new_page()
        page.goto(path)
        self.people[name] = page
        return page

    def at_the_lot(self, name: str) -> Page:
        """Let somebody look at the lot's page."""
        page = self.people[name]
        page.goto(f"/lots/{LOT}/")
        return page

    def card(self, name: str, kind: str) -> Locator:
        """Return the open disposition of a kind on the lot's page, as somebody sees it."""
        return self.at_the_lot(name).get_by_role("article").filter(has_text=kind)

    def sum_of(self, name: str = "Vera") -> str:
        """Return the lot's sum in words."""
        return " ".join(self.at_the_lot(name).locator(".sum").inner_text().split())


@pytest.fixture(scope="module")
def job(
    chrome: Chrome, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[Job]:
    home = tmp_path_factory.mktemp("job") / "home"
    made = done(
        "init", "--name", "Nordhaven", "--organisation", "Nordhaven Outdoor", "--person",
        "Vera Lindqvist", "--email", "vera@buyer.example", home=home,
    )  # fmt: skip
    with serving(home) as server:
        found = Job(chrome, server, made["link"])
        yield found
        wrong = [one for watch in found.watches for one in watch.wrong]
        for context in found.contexts:
            context.close()
        assert not wrong


@pytest.fixture(autouse=True)
def _pictured(request: pytest.FixtureRequest, job: Job) -> Iterator[None]:
    yield
    if request.node.stash.get(FAILED, False):
        pictures(request.node.name, list(job.people.values()))


# ----------------------------------------------------------------------------------------------
# The chapters.


def somebody_opens_the_link_and_sets_a_password(job: Job) -> None:
    vera = job.person("Vera", job.link)
    expect(vera.get_by_role("heading", level=1)).to_have_text("Welcome, Vera Lindqvist")
    _set_password(vera)
    expect(vera.get_by_role("heading", level=1)).to_have_text("Where are the rejected units?")
    expect(vera.locator(".answer")).to_have_text("No lot is in the books yet.")
    vera.locator("summary", has_text="Vera Lindqvist").click()
    vera.get_by_role("button", name="Log out").click()
    vera.get_by_label("E-mail address").fill("Vera@Buyer.example")
    vera.get_by_label("Password").fill(PASSWORD)
    vera.get_by_role("button", name="Log in").click()
    expect(vera.locator(".answer")).to_have_text("No lot is in the books yet.")
    used = vera.goto(job.link)
    assert used is not None
    assert used.status == 409
    expect(vera.get_by_role("main")).to_contain_text("This link was used already")


def agency_and_disposer_are_added_and_the_disposer_approved(job: Job) -> None:
    vera = job.people["Vera"]
    vera.goto("/")
    vera.get_by_role("link", name="Suppliers", exact=True).click()
    _add_organisation(vera, "Jinhua Inspection", "inspection agency", independence="A:")
    _add_organisation(vera, "Green Shredding", "disposer", local="宁波绿色粉碎")
    vera.get_by_label("Name of the place").fill("Beilun yard")
    vera.get_by_label("Country").fill("CN")
    vera.get_by_role("button", name="Add it").click()
    card = vera.get_by_role("article").filter(has_text="Green Shredding")
    expect(card).to_contain_text("not approved yet")
    card.get_by_role("link", name="Approve").click()
    vera.get_by_label("Why it is approved").fill("Licence seen, visited in March.")
    vera.get_by_role("button", name="Approve").click()
    expect(card).to_contain_text("approved")
    expect(card).not_to_contain_text("not approved yet")
    expect(card).to_contain_text("Licence seen, visited in March.")
    expect(card).to_contain_text("Beilun yard")


def an_order_is_imported_from_the_filled_in_template(job: Job) -> None:
    vera = job.people["Vera"]
    vera.goto("/")
    vera.get_by_role("link", name="Import", exact=True).click()
    with vera.expect_download() as download:
        vera.get_by_role("link", name="spreadsheet Orders").click()
    filled = _filled_in(Path(download.value.path()).read_bytes())
    vera.get_by_role("radio", name="Orders").check()
    vera.get_by_label("Spreadsheet (.xlsx)").set_input_files(
        FilePayload(name="our orders.xlsx", mimeType=XLSX, buffer=filled)
    )
    vera.get_by_role("button", name="Check the file").click()
    expect(vera.get_by_role("heading", name="our orders.xlsx can be stored")).to_be_visible()
    expect(vera.get_by_role("main")).to_contain_text("new supplier: Haoyu Metal")
    vera.get_by_role("button", name="Store it").click()
    expect(vera.get_by_role("status")).to_have_text("Stored: our orders.xlsx.")
    vera.get_by_role("link", name="PO-55").click()
    expect(vera.get_by_role("main")).to_contain_text("1,200")
    vera.get_by_role("link", name=LOT).click()
    expect(vera.locator(".sum")).to_contain_text("1,200 offered, not yet judged")


def people_are_invited_and_let_in_by_their_links(job: Job) -> None:
    vera = job.people["Vera"]
    vera.goto("/people/")
    for name, email, organisation in (
        ("Tomas Okafor", "tomas@buyer.example", "Nordhaven Outdoor (buyer)"),
        ("Li Wen", "li@agency.example", "Jinhua Inspection (inspection agency)"),
        ("Chen Hao", "chen@agency.example", "Jinhua Inspection (inspection agency)"),
        ("Wang Qiang", "wang@supplier.example", "Haoyu Metal (supplier)"),
        ("Zhou Jie", "zhou@disposer.example", "Green Shredding (disposer)"),
    ):
        vera.get_by_label("Name", exact=True).fill(name)
        vera.get_by_label("E-mail address").fill(email)
        vera.get_by_label("Organisation").select_option(organisation)
        vera.get_by_role("button", name="Make the link").click()
        expect(vera.get_by_role("heading", name=f"A link for {name}")).to_be_visible()
        link = vera.locator("#once-link").inner_text()
        assert link.startswith(job.server.address)
        page = job.person(name.split()[0], link.removeprefix(job.server.address))
        _set_password(page)
        expect(page.get_by_role("heading", level=1)).to_have_text("Where are the rejected units?")
    vera.goto("/people/")
    expect(vera.locator("#once-link")).to_have_count(0)
    expect(vera.get_by_role("table").get_by_role("row")).to_have_count(7)


def an_inspection_is_planned_and_not_acceptable_so_everything_is_on_hold(job: Job) -> None:
    vera, li = job.at_the_lot("Vera"), job.people["Li"]
    vera.get_by_role("complementary").get_by_role("link", name="Plan it").click()
    vera.get_by_label("Inspector").select_option(label="Li Wen, Jinhua Inspection")
    asks = vera.get_by_role("region", name="What this plan asks")
    expect(asks.get_by_role("row", name="major")).to_contain_text(
        "majorsingle sampling, normal8056"
    )
    severity = vera.locator("#id_major_severity")
    severity.select_option("tightened")
    expect(asks.get_by_role("row", name="major")).to_contain_text("tightened8034")
    severity.select_option("")  # as switching proposes
    expect(asks.get_by_role("row", name="major")).to_contain_text(
        "majorsingle sampling, normal8056"
    )
    vera.get_by_role("button", name="Plan it").click()
    expect(vera.get_by_role("heading", level=1)).to_have_text("Inspection I-1")
    expect(vera.get_by_role("row", name="major AQL 2.5")).to_contain_text(
        "Look at 80 units; 5 nonconforming or fewer is acceptable, 6 or more is not."
    )

    li.goto("/")
    li.get_by_role("link", name="Record it").click()
    expect(li.get_by_label("Units inspected")).to_have_value("80")
    expect(li.get_by_role("main")).to_contain_text(
        "in the first 80 units; 5 or fewer is acceptable, 6 is not"
    )
    _found(li, major=14, minor=3)
    li.get_by_label("Used up in tests").fill("5")
    li.get_by_label("Kept as reference samples").fill("3")
    li.get_by_label("What was wrong").fill("Lids leak when the bottle lies on its side.")
    _evidence(li, 0, "picture or video", file=_png(li, "leaking lid.png"))
    li.get_by_role("button", name="Record", exact=True).click()
    expect(li.get_by_role("status").first).to_contain_text(
        "14 major in 80, at most 5; 3 minor in 80, at most 7: not acceptable. "
        "On hold: 1,192 units; NCR-1 is open."
    )
    expect(li.locator("#story")).to_contain_text("Not acceptable: all 1,192 units put on hold")
    assert job.sum_of() == "1,200 made = 8 samples used up or kept + 1,192 quarantined"


def the_stop_ship_notice_is_ready_to_send(job: Job) -> None:
    vera = job.at_the_lot("Vera")
    vera.get_by_role("link", name="NCR-1 and the stop-ship notice").click()
    expect(vera.get_by_role("heading", level=1)).to_contain_text("Nonconformity NCR-1")
    notice = vera.locator("#notice")
    expect(notice).to_contain_text(f"Stop shipment: order PO-55, lot {LOT} (NCR-1)")
    expect(notice).to_contain_text(f"To: {SITE}")
    expect(notice).to_contain_text("14 major in 80, at most 5")
    expect(notice).to_contain_text("All 1,192 units are")
    vera.get_by_role("button", name="Copy the text").first.click()
    expect(vera.get_by_role("button", name="Copied")).to_be_visible()


def the_sort_is_proposed_authorised_and_started(job: Job) -> None:
    vera, tomas = job.people["Vera"], job.people["Tomas"]
    vera.goto("/")
    expect(vera.locator(".answer")).to_contain_text(
        "Each of 1,192 rejected units has its place in the books. 1,192 are still on hold."
    )
    vera.get_by_role("link", name="Decide", exact=True).click()
    vera.get_by_role("radio", name="Sort: every unit is looked at").check()
    vera.get_by_role("button", name="Go on").click()
    vera.get_by_label("Instruction").fill("Every lid: leak test, then sort.")
    vera.get_by_label("Deadline").fill(_in_days(5))
    vera.get_by_role("button", name="Propose it").click()
    expect(vera.get_by_role("status")).to_contain_text("D-1 is proposed.")

    tomas.goto("/")
    tomas.get_by_role("link", name="Look and authorise").click()
    needs = tomas.get_by_role("complementary", name="What this needs")
    expect(needs.get_by_role("listitem").filter(has_text="Who does the work")).to_contain_text(
        "missing"
    )
    tomas.get_by_label("On what authority").fill("Quality manual 8.7")
    tomas.get_by_role("button", name="Authorise").click()
    expect(tomas.get_by_role("status")).to_contain_text("Recorded.")
    job.card("Tomas", "sort").get_by_role("link", name="Start sorting").click()
    tomas.get_by_role("button", name="Start").click()
    expect(tomas.get_by_role("alert")).to_contain_text("Who does the work is named.")

    job.card("Vera", "sort").get_by_role("link", name="Withdraw").click()
    vera.get_by_label("Why").fill("Nobody was named to do it.")
    vera.get_by_role("button", name="Withdraw it").click()
    _propose(vera, "Sort", {"Instruction": "Every lid: leak test, then sort."},
             {"Who does it": "Wang Qiang, Haoyu Metal"})  # fmt: skip
    _authorise(job, "sort", {})
    job.card("Vera", "sort").get_by_role("link", name="Start sorting").click()
    vera.get_by_role("button", name="Start").click()
    assert job.sum_of() == "1,200 made = 8 samples used up or kept + 1,192 in sorting"


def the_sort_is_counted_seven_short_which_is_unaccounted_at_once(job: Job) -> None:
    wang = job.people["Wang"]
    wang.goto("/")
    wang.get_by_role("link", name="Record the sorting").click()
    total = wang.locator("output.total")
    expect(total).to_have_text("Together these should be 1,192.")
    wang.get_by_label("Conforming").fill("1000")
    wang.get_by_label("Can be reworked").fill("320")
    wang.get_by_label("Cannot be reworked").fill("0")
    expect(total).to_have_text("1,320 of 1,192: 128 more than were sent; count again.")
    wang.get_by_role("button", name="Record", exact=True).click()
    expect(wang.get_by_role("alert")).to_contain_text(
        "1,192 units were sent, but the classes add up to 1,320: 128 too many."
    )
    expect(wang.get_by_label("Conforming")).to_have_value("1000")
    wang.get_by_label("Can be reworked").fill("120")
    wang.get_by_label("Cannot be reworked").fill("65")
    expect(total).to_have_text("1,185 of 1,192: 7 short, they will be booked as unaccounted.")
    wang.get_by_role("button", name="Record", exact=True).click()
    expect(wang.get_by_role("status")).to_have_text(
        "Recorded: 1,000 conforming, 120 can be reworked, 65 cannot be reworked. Unaccounted: 7."
    )


def the_seven_are_red_on_home_and_on_the_lot_page(job: Job) -> None:
    vera = job.people["Vera"]
    vera.goto("/")
    answer = vera.locator(".answer")
    expect(answer).to_contain_text("Of 1,192 rejected units, 7 are unaccounted for.")
    front = vera.get_by_role("list", name="In front").get_by_role("listitem").first
    expect(front).to_contain_text("Unaccounted")
    expect(front).to_contain_text("US$ 63.00")
    for alarm in (answer.locator("b").first, front.locator(".value")):
        _expect_red(alarm)
    front.get_by_role("link").click()
    expect(vera.get_by_role("heading", level=1)).to_contain_text(f"Lot {LOT}")
    _expect_red(vera.locator(".sum").get_by_text("7 unaccounted"))
    expect(vera.locator("#story")).to_contain_text("7 fewer than the books")
    assert job.sum_of() == (
        "1,200 made = 8 samples used up or kept + 185 quarantined + 1,000 awaiting re-inspection "
        "+ 7 unaccounted"
    )


def what_was_sorted_is_reinspected_by_somebody_else_and_released(job: Job) -> None:
    vera, chen = job.people["Vera"], job.people["Chen"]
    job.card("Vera", "sort").get_by_role("link", name="Plan the re-inspection").click()
    vera.get_by_label("Inspector").select_option(label="Li Wen, Jinhua Inspection")
    expect(vera.locator("#id_major_kind")).to_have_value("isolated")
    vera.locator("#id_major_kind").select_option("single")
    vera.get_by_role("button", name="Plan it").click()
    expect(vera.get_by_role("alert")).to_contain_text(
        "Li Wen inspected the lot first; these units are re-inspected by someone else."
    )
    expect(vera.locator("#id_major_kind")).to_have_value("single")
    vera.get_by_label("Inspector").select_option(label="Chen Hao, Jinhua Inspection")
    vera.get_by_role("button", name="Plan it").click()

    chen.goto("/")
    chen.get_by_role("link", name="Record it").click()
    expect(chen.get_by_label("Units inspected")).to_have_value("80")
    _evidence(chen, 0, "picture or video", file=_png(chen, "re-inspection.png"))
    _found(chen)
    chen.get_by_role("button", name="Record", exact=True).click()
    expect(chen.locator("#story")).to_contain_text("Inspection I-2: acceptable")

    job.card("Vera", "sort").get_by_role("link", name="Release what").click()
    expect(vera.get_by_label(re.compile("^Accepted"))).to_have_value("1000")
    vera.get_by_role("button", name="Release", exact=True).click()
    assert job.sum_of() == (
        "1,200 made = 1,000 released + 8 samples used up or kept + 185 quarantined + 7 unaccounted"
    )


def the_rework_is_reported_reinspected_one_by_one_and_released(job: Job) -> None:
    vera, wang, chen = job.people["Vera"], job.people["Wang"], job.people["Chen"]
    job.at_the_lot("Wang")
    _propose(wang, "Rework", {"How many": "120"}, {"Who does it": "Wang Qiang, Haoyu Metal"})
    _authorise(job, "rework", {
        "Instruction": "Replace the gasket of every lid.", "Risk": "The new gasket may swell.",
    })  # fmt: skip
    job.card("Vera", "rework").get_by_role("link", name="Start the rework").click()
    vera.get_by_role("button", name="Start").click()

    job.card("Wang", "rework").get_by_role("link", name="Report the rework").click()
    wang.get_by_label(re.compile("^Reworked")).fill("120")
    wang.get_by_label("Not reworked").fill("0")
    wang.get_by_label("Kinds of defect shown").fill("1")
    report = FilePayload(name="rework report.pdf", mimeType="application/pdf", buffer=PDF)
    _evidence(wang, 0, "inspection report", file=report, number="HY-RW-07")
    _evidence(wang, 1, "count out", units="120")
    _evidence(wang, 2, "picture or video", file=_png(wang, "before and after.png"))
    wang.get_by_role("button", name="Record", exact=True).click()
    expect(wang.locator("#story")).to_contain_text("Rework reported: 120 units")

    job.card("Vera", "rework").get_by_role("link", name="Plan the re-inspection").click()
    vera.get_by_label("Every unit is inspected").check()
    vera.get_by_label("Inspector").select_option(label="Chen Hao, Jinhua Inspection")
    vera.get_by_role("button", name="Plan it").click()
    chen.goto("/")
    chen.get_by_role("link", name="Record it").click()
    expect(chen.get_by_label("Units inspected")).to_have_value("120")
    _found(chen, major=10)
    chen.get_by_role("button", name="Record", exact=True).click()

    job.card("Vera", "rework").get_by_role("link", name="Release what").click()
    expect(vera.get_by_label(re.compile("^Accepted"))).to_have_value("110")
    expect(vera.get_by_label("Not accepted")).to_have_value("10")
    expect(vera.locator("output.total")).to_have_text("120 of 120: every unit is counted.")
    vera.get_by_role("button", name="Release", exact=True).click()
    assert job.sum_of() == (
        "1,200 made = 1,000 released + 110 reworked and released + 8 samples used up or kept "
        "+ 75 quarantined + 7 unaccounted"
    )


def the_rest_is_listed_sent_and_received_to_be_destroyed(job: Job) -> None:
    vera, wang, zhou = job.people["Vera"], job.people["Wang"], job.people["Zhou"]
    job.at_the_lot("Vera")
    _propose(vera, "Destroy", {
        "Why": "Not repairable.", "Method of destruction": "shredded", "Deadline": _in_days(3),
    }, {
        "Disposer": "Green Shredding (approved)", "Who does it": "Zhou Jie, Green Shredding",
        "Witness": "Li Wen, Jinhua Inspection",
    })  # fmt: skip
    _authorise(job, "destroy", {})
    job.card("Vera", "destroy").get_by_role("link", name="Freeze the list").click()
    vera.get_by_role("button", name="Start").click()

    job.card("Wang", "destroy").get_by_role("link", name="Send to another site").click()
    wang.get_by_label("What is sent").select_option(f"75 awaiting destruction at {SITE}")
    wang.get_by_label("To", exact=True).select_option(YARD)
    wang.get_by_label("Seal numbers").fill("JH-20417")
    wang.get_by_role("button", name="Record the dispatch").click()
    expect(wang.locator("#story")).to_contain_text(f"Sent: 75 units to {YARD}")

    zhou.goto("/")
    zhou.get_by_role("link", name="Record the arrival").click()
    zhou.get_by_label("Units that arrived").fill("75")
    zhou.get_by_label("Seal numbers found").fill("JH-20417")
    zhou.get_by_role("button", name="Record", exact=True).click()
    expect(zhou.locator("#story")).to_contain_text(f"Arrived: 75 units at {YARD}")


def they_are_destroyed_before_a_witness_who_attaches_their_own_evidence(job: Job) -> None:
    li, zhou = job.people["Li"], job.people["Zhou"]
    job.card("Zhou", "destroy").get_by_role("link", name="Record the destruction").click()
    zhou.get_by_label(re.compile("^Destroyed")).fill("75")
    zhou.get_by_label("Not destroyed").fill("0")
    zhou.get_by_role("button", name="Record", exact=True).click()
    panel = zhou.get_by_role("alert")
    for missing in (
        "The units were counted and weighed in.",
        "The certificate of destruction is attached.",
        "The appointed witness was there and signed.Who can: the witness, Li Wen.",
    ):
        expect(panel).to_contain_text(missing)

    job.card("Li", "destroy").get_by_role("link", name="Attach evidence").click()
    _evidence(li, 0, "signature on the spot")
    _evidence(li, 1, "count in", units="75")
    _evidence(li, 2, "weight in", weight="26.25")
    _evidence(li, 3, "picture or video", file=_png(li, "shredding.png"))
    li.get_by_role("button", name="Attach", exact=True).click()
    expect(li.locator("#story")).to_contain_text("Evidence attached: 4 items")
    expect(li.get_by_role("link", name="shredding.png")).to_be_visible()

    job.card("Zhou", "destroy").get_by_role("link", name="Record the destruction").click()
    expect(zhou.get_by_label(re.compile("^Destroyed"))).to_have_value("75")  # typed before
    certificate = FilePayload(name="certificate.pdf", mimeType="application/pdf", buffer=PDF + b"1")
    _evidence(zhou, 0, "certificate", file=certificate, number="GS-2231")
    _evidence(zhou, 1, "count out", units="0")
    _evidence(zhou, 2, "weight out", weight="26.1")
    zhou.get_by_role("button", name="Record", exact=True).click()
    expect(zhou.get_by_role("status")).to_have_text("Recorded: 75 destroyed.")
    told = zhou.locator("#story li").filter(
        has=zhou.get_by_role("heading", name="Destroyed: 75 units")
    )
    expect(told).to_contain_text("grade 3, witnessed")
    told.get_by_text("why").click()
    expect(told).to_contain_text("not more, because no secret draw was presented")


def the_released_are_counted(job: Job) -> None:
    chen = job.at_the_lot("Chen")
    chen.get_by_role("link", name="Record a count").last.click()
    chen.get_by_label("What was counted").select_option(f"1,110 released at {SITE}")
    chen.get_by_label("Units found").fill("1110")
    _evidence(chen, 0, "picture or video", file=_png(chen, "pallets.png"))
    chen.get_by_role("button", name="Record", exact=True).click()
    expect(chen.locator("#story")).to_contain_text("Counted 1,110: as the books say")
    assert job.sum_of() == (
        "1,200 made = 1,000 released + 110 reworked and released + 75 destroyed "
        "+ 8 samples used up or kept + 7 unaccounted"
    )


def an_entry_made_by_mistake_is_taken_back_by_two_people(job: Job) -> None:
    vera, tomas = job.at_the_lot("Vera"), job.people["Tomas"]
    vera.get_by_role("link", name="Put on hold on suspicion").click()
    vera.get_by_label("Why").fill("Meant for another lot.")
    vera.get_by_role("button", name="Put on hold").click()
    assert "1,110 quarantined" in job.sum_of()

    for name, said in (
        ("Vera", "Your signature is recorded. A second person signs before anything moves."),
        ("Vera", "Vera Lindqvist signed already; two people must."),
        ("Tomas", "Recorded. The entry is taken back; both stay readable."),
    ):
        page = job.at_the_lot(name)
        page.get_by_role("link", name="Correct an entry").click()
        label = page.get_by_label("Which entry").locator("option").first.inner_text()
        assert label.startswith("Put on hold on suspicion: 1,110 units"), label
        page.get_by_label("What was wrong").fill("It was another lot.")
        page.get_by_role("button", name="Take it back").click()
        expect(page.locator("[role=status], [role=alert]").first).to_contain_text(said)
    expect(tomas.locator("#story")).to_contain_text("Corrected: 1,110 units taken back")
    expect(tomas.locator("#story")).to_contain_text("Put on hold on suspicion: 1,110 units")
    assert job.sum_of() == (
        "1,200 made = 1,000 released + 110 reworked and released + 75 destroyed "
        "+ 8 samples used up or kept + 7 unaccounted"
    )


def the_position_is_taken_away_as_a_spreadsheet(job: Job) -> None:
    vera = job.at_the_lot("Vera")
    with vera.expect_download() as download:
        vera.get_by_role("link", name="Position of this lot, as a spreadsheet").click()
    assert download.value.suggested_filename == f"{LOT}.xlsx"
    book = load_workbook(io.BytesIO(Path(download.value.path()).read_bytes()))
    head = {row[0].value: row[1].value for row in book["Lot"].iter_rows(min_row=2)}
    accounts = [tuple(cell.value for cell in row) for row in book["Accounts"].iter_rows(min_row=2)]
    assert head["Lot"] == LOT
    assert head["Produced"] == 1_200
    assert head["Unaccounted"] == 7
    assert {(where, site, units) for where, site, _, _, units in accounts} == {
        ("released", SITE, 1_110),
        ("destroyed", YARD, 75),
        ("used up in test", SITE, 5),
        ("kept as reference samples", SITE, 3),
        ("unaccounted", SITE, 7),
    }
    assert sum(row[4] for row in accounts) == 1_200

    lots = vera.request.get("/lots.xlsx")
    sheet = load_workbook(io.BytesIO(lots.body())).active
    rows = [tuple(cell.value for cell in row) for row in sheet.iter_rows()]
    assert rows[1:] == [(LOT, "PO-55", "Steel bottle 750 ml", 1_200, "not acceptable", 1_192, 7, 0)]


def the_command_line_says_the_same_and_fsck_is_clean(job: Job) -> None:
    home = job.server.log.with_suffix("")
    found = done("where", LOT, home=home)
    checked = done("fsck", home=home)

    assert (found["produced"], found["unaccounted"], found["contradicted"]) == (1_200, 7, 0)
    assert {(row["condition"], row["site"], row["units"]) for row in found["accounts"]} == {
        ("released", SITE, 1_110),
        ("destroyed", YARD, 75),
        ("consumed", SITE, 5),
        ("retained", SITE, 3),
        ("unaccounted", SITE, 7),
    }
    assert checked["findings"] == []


CHAPTERS: list[Callable[[Job], None]] = [
    somebody_opens_the_link_and_sets_a_password,
    agency_and_disposer_are_added_and_the_disposer_approved,
    an_order_is_imported_from_the_filled_in_template,
    people_are_invited_and_let_in_by_their_links,
    an_inspection_is_planned_and_not_acceptable_so_everything_is_on_hold,
    the_stop_ship_notice_is_ready_to_send,
    the_sort_is_proposed_authorised_and_started,
    the_sort_is_counted_seven_short_which_is_unaccounted_at_once,
    the_seven_are_red_on_home_and_on_the_lot_page,
    what_was_sorted_is_reinspected_by_somebody_else_and_released,
    the_rework_is_reported_reinspected_one_by_one_and_released,
    the_rest_is_listed_sent_and_received_to_be_destroyed,
    they_are_destroyed_before_a_witness_who_attaches_their_own_evidence,
    the_released_are_counted,
    an_entry_made_by_mistake_is_taken_back_by_two_people,
    the_position_is_taken_away_as_a_spreadsheet,
    the_command_line_says_the_same_and_fsck_is_clean,
]


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda one: one.__name__)
def test_the_main_job_by_hand(chapter: Callable[[Job], None], job: Job) -> None:
    job.upto(chapter)


# ----------------------------------------------------------------------------------------------
# What people do more than once.


def _set_password(page: Page) -> None:
    page.get_by_label("New password").fill(PASSWORD)
    page.get_by_label("The same again").fill(PASSWORD)
    page.get_by_role("button", name="Set the password and log in").click()


def _add_organisation(
    page: Page, name: str, role: str, *, independence: str = "none:", local: str = ""
) -> None:
    """Add a company; the page that follows asks for its place."""
    page.goto("/organisations/")
    page.get_by_role("link", name="Add an organisation").click()
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("Name in its own script").fill(local)
    page.get_by_label("What it is to you").select_option(role)
    kind = page.get_by_label("Type as an inspection body")
    wanted = kind.locator("option").filter(has_text=re.compile(f"^{independence}"))
    kind.select_option(wanted.inner_text())
    page.get_by_role("button", name="Add it").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Add a place of {name}")


def _filled_in(template: bytes) -> bytes:
    """Return the orders' template with one row in it, typed under its headings."""
    book = load_workbook(io.BytesIO(template))
    sheet = book[book.sheetnames[0]]
    columns = {str(cell.value): cell.column for cell in sheet[1] if cell.value}
    row = {
        "Order": "PO-55", "Supplier": "Haoyu Metal", "Supplier, local name": "浩宇金属",
        "Site": "Yongkang site", "Country": "CN", "Lot": LOT, "Product code": "SB-750",
        "Product": "Steel bottle 750 ml", "Unit": "bottle", "Quantity": 1_200,
        "Unit cost": 9, "Currency": "USD", "Weight of a unit, g": 350,
    }  # fmt: skip
    for heading, value in row.items():
        sheet.cell(row=2, column=columns[heading], value=value)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def _propose(page: Page, kind: str, typed: dict[str, str], chosen: dict[str, str]) -> None:
    """Propose a disposition, beginning at the lot's page."""
    page.goto(f"/lots/{LOT}/")
    page.get_by_role("link", name="Propose a disposition").click()
    page.get_by_role("radio", name=f"{kind}: ").check()
    page.get_by_role("button", name="Go on").click()
    _fill(page, typed)
    for label, option in chosen.items():
        page.get_by_label(label).select_option(option)
    page.get_by_role("button", name="Propose it").click()
    expect(page.get_by_role("status")).to_contain_text("is proposed.")


def _authorise(job: Job, kind: str, typed: dict[str, str]) -> None:
    """Let Tomas authorise the disposition of a kind."""
    tomas = job.people["Tomas"]
    job.card("Tomas", kind).get_by_role("link", name="Authorise").click()
    _fill(tomas, {**typed, "On what authority": "Quality manual 8.7"})
    tomas.get_by_role("button", name="Authorise").click()
    expect(tomas.get_by_role("status")).to_contain_text("Recorded.")


def _fill(page: Page, typed: dict[str, str]) -> None:
    for label, value in typed.items():
        page.get_by_label(label).fill(value)


def _evidence(
    page: Page, index: int, kind: str, *, file: FilePayload | None = None, number: str = "",
    units: str = "", weight: str = "",
) -> None:  # fmt: skip
    """Fill in one row of evidence; rows are added as somebody would."""
    rows = page.locator(".evidence-row")
    while rows.count() <= index:
        page.get_by_role("button", name="Add another").click()
    row = rows.nth(index)
    row.get_by_label("What it is").select_option(kind)
    if file is not None:
        row.get_by_label("File").set_input_files(file)
    row.get_by_label("Number or name").fill(number)
    row.get_by_label("Units").fill(units)
    row.get_by_label("Weight, kg").fill(weight)


def _found(page: Page, *, critical: int = 0, major: int = 0, minor: int = 0) -> None:
    for name, n in (("critical", critical), ("major", major), ("minor", minor)):
        page.get_by_label(f"Units with a {name} defect").fill(str(n))


def _png(page: Page, name: str) -> FilePayload:
    """Return a picture, as a telephone would take it: no two are the same."""
    return FilePayload(name=name, mimeType="image/png", buffer=page.screenshot())


def _in_days(days: int) -> str:
    return (datetime.now(UTC) + timedelta(days=days)).strftime("%Y-%m-%dT18:00")


def _expect_red(locator: Locator) -> None:
    colour = locator.evaluate("one => getComputedStyle(one).color")
    red, green, blue = (int(one) for one in re.findall(r"\d+", colour)[:3])
    assert red > 2 * green, colour
    assert red > 2 * blue, colour
