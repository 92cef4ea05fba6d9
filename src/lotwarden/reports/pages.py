"""What each page shows, as plain values: the questions in order, with their answers.

`lotwarden.reports` fills these from the books and a shell shows them; nothing here reads a
row, a clock or a request, so a page can be looked at with constructed data and a mail or a
PDF can show the same answer.

All text is for a person and already translated by who fills it.  Instants are aware and
come with the zone of the place where they happened; quantities are whole units; money is
kept apart by currency and is never added across currencies.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

GRADES = ("claimed", "stated", "documented", "witnessed", "proven", "supervised")

# Red is `alarm` (unaccounted, contradicted), amber is `overdue`; nothing else has their colour.
Tone = Literal["plain", "good", "hold", "open", "overdue", "alarm"]
# A share of a picture is toned, or it is an end whose colour is its evidence grade.
FlowTone = Literal[
    "plain", "hold", "open", "overdue", "alarm",
    "grade0", "grade1", "grade2", "grade3", "grade4", "grade5",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Money:
    currency: str
    amount: Decimal


def sum_money(parts: Iterable[Money]) -> tuple[Money, ...]:
    """Return one sum per currency, by currency code; what is zero is left out.

    >>> usd = Money("USD", Decimal("9.00"))
    >>> [f"{one.currency} {one.amount}" for one in sum_money([usd, Money("CNY", Decimal(5)), usd])]
    ['CNY 5', 'USD 18.00']
    """
    sums: dict[str, Decimal] = {}
    for part in parts:
        sums[part.currency] = sums.get(part.currency, Decimal(0)) + part.amount
    return tuple(Money(currency, sums[currency]) for currency in sorted(sums) if sums[currency])


# Frame ---------------------------------------------------------------------------------------

MenuKey = Literal["home", "lots", "orders", "organisations", "import", "people", "calculator"]


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands around every page; `menu` names only pages that this person may open."""

    workspace: str
    person: str
    organisation: str
    role: str
    menu: tuple[MenuKey, ...]
    is_demonstration: bool = False
    is_single_person: bool = False


@dataclass(frozen=True, slots=True)
class Link:
    label: str
    href: str


@dataclass(frozen=True, slots=True)
class Button:
    """One act by POST: no fields, one click."""

    label: str
    href: str
    tone: Literal["plain", "primary"] = "plain"


@dataclass(frozen=True, slots=True)
class Tag:
    text: str
    tone: Tone = "plain"


@dataclass(frozen=True, slots=True)
class NextAct:
    """One thing to do: `title` in the imperative, `why` with its numbers, one button."""

    title: str
    why: str
    button: str
    href: str
    tag: str | None = None
    tone: Literal["plain", "overdue", "alarm"] = "plain"


@dataclass(frozen=True, slots=True)
class Share:
    """Part of a whole in a small bar: a lot's units by where they are."""

    label: str
    units: int
    tone: FlowTone


# Home ----------------------------------------------------------------------------------------

FrontKey = Literal["unaccounted", "contradicted", "surplus", "overdue", "on_hold"]
PlaceGroup = Literal["open", "hold", "on_the_way", "released", "ends"]


@dataclass(frozen=True, slots=True)
class Front:
    """A number that stands in front; `detail` is one line: where, since when."""

    key: FrontKey
    units: int
    money: tuple[Money, ...] = ()
    detail: str = ""
    href: str | None = None
    items: int = 0  # how many dispositions are overdue: only for `overdue`


@dataclass(frozen=True, slots=True)
class Cell:
    units: int
    money: tuple[Money, ...] = ()
    href: str | None = None


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """A place where a rejected unit can be; `cells` has one entry per grade, 0 to 5.

    `contradicted` are confirmed sightings of units whose books still say this place: they
    are not in `cells`, and are in `units` and `money`.
    """

    key: str
    label: str
    group: PlaceGroup
    cells: tuple[Cell, Cell, Cell, Cell, Cell, Cell]
    units: int
    money: tuple[Money, ...] = ()
    contradicted: Cell = Cell(0)
    href: str | None = None


@dataclass(frozen=True, slots=True)
class PlaceGroupRows:
    group: PlaceGroup
    units: int
    money: tuple[Money, ...]
    rows: tuple[PlaceRow, ...]


@dataclass(frozen=True, slots=True)
class Home:
    workspace: str
    as_of: datetime
    zone: str
    lots: int
    lots_rejected: int
    units_rejected: int
    front: tuple[Front, ...] = ()
    matrix: tuple[PlaceRow, ...] = ()
    next_acts: tuple[NextAct, ...] = ()
    shows: Literal["units", "money"] = "units"
    has_money: bool = True

    def in_front(self, key: FrontKey) -> Front:
        """Return the front number of `key`; zero units if nothing was put there."""
        return next((one for one in self.front if one.key == key), Front(key, 0))

    @property
    def groups(self) -> tuple[PlaceGroupRows, ...]:
        """Return the matrix by group, what is open first; groups without a row are left out."""
        order: tuple[PlaceGroup, ...] = ("open", "hold", "on_the_way", "released", "ends")
        return tuple(
            PlaceGroupRows(
                group,
                sum(row.units for row in rows),
                sum_money(money for row in rows for money in row.money),
                rows,
            )
            for group in order
            if (rows := tuple(row for row in self.matrix if row.group == group))
        )


# Lots ----------------------------------------------------------------------------------------

Verdict = Literal["none", "acceptable", "not_acceptable", "contested", "suspect"]


@dataclass(frozen=True, slots=True)
class Option:
    value: str
    label: str
    is_chosen: bool = False


@dataclass(frozen=True, slots=True)
class LotFilters:
    """What the address asks for; empty means everything."""

    q: str = ""
    verdict: str = ""
    supplier: str = ""
    is_open_only: bool = False
    is_overdue_only: bool = False
    place: str = ""  # in words
    suppliers: tuple[Option, ...] = ()

    @property
    def is_set(self) -> bool:
        asked = (self.q, self.verdict, self.supplier, self.place)
        return any(asked) or self.is_open_only or self.is_overdue_only


@dataclass(frozen=True, slots=True)
class LotRow:
    number: str
    product: str
    order: str
    site: str
    produced: int
    verdict: Verdict
    rejected: int
    where: tuple[Share, ...] = ()
    product_local: str = ""
    order_href: str | None = None
    unaccounted: int = 0
    contradicted: int = 0
    overdue: str | None = None  # "12 days overdue"


@dataclass(frozen=True, slots=True)
class LotsPage:
    """`lots` counts the workspace's lots, `found` those that the filters let through."""

    filters: LotFilters
    rows: tuple[LotRow, ...]
    lots: int
    found: int
    previous_href: str | None = None
    next_href: str | None = None


# Flow ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class FlowNode:
    """Units that were in one state at one stage; `key` is unique within the flow."""

    key: str
    label: str
    units: int
    tone: FlowTone = "plain"
    sublabel: str = ""
    href: str | None = None


@dataclass(frozen=True, slots=True)
class FlowLink:
    """Units that went from one node to a node of a later column: a band of the picture."""

    source: str
    target: str
    units: int
    tone: FlowTone = "plain"
    key: str = ""
    href: str | None = None


@dataclass(frozen=True, slots=True)
class Flow:
    """All units of a lot from left to right.

    `columns` are stages in time.  A node without a link out is drawn in the last column and
    one without a link in in the first, whichever column it is given in: so every column
    sums to what was made.
    """

    title: str
    columns: tuple[tuple[FlowNode, ...], ...]
    links: tuple[FlowLink, ...] = ()


# Lot -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LotHead:
    """The few lines that say which lot this is, on its page and on every act's page."""

    number: str
    product: str
    site: str
    order: str
    verdict: Verdict
    produced: int
    rejected: int
    product_local: str = ""
    site_local: str = ""
    order_href: str | None = None
    plan: str = ""  # "21 major in 125, at most 7"
    plan_href: str | None = None


@dataclass(frozen=True, slots=True)
class SumTerm:
    label: str
    units: int
    tone: Tone = "plain"
    href: str | None = None


@dataclass(frozen=True, slots=True)
class Grade:
    """An evidence grade as it is said: the number, and why not the next one."""

    value: int
    reason: str = ""

    @property
    def name(self) -> str:
        return GRADES[self.value]


@dataclass(frozen=True, slots=True)
class EvidenceLink:
    label: str
    href: str
    kind: str = ""


@dataclass(frozen=True, slots=True)
class StoryItem:
    id: str
    title: str
    occurred_at: datetime
    recorded_at: datetime
    zone: str
    person: str = ""
    organisation: str = ""
    details: tuple[str, ...] = ()
    tag: Tag | None = None
    grade: Grade | None = None
    evidence: tuple[EvidenceLink, ...] = ()
    statement: int | None = None
    statement_href: str | None = None
    tone: Tone = "plain"
    bands: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Story:
    """What happened, newest first; `band` says which units it is about when it is narrowed."""

    items: tuple[StoryItem, ...]
    band: str | None = None  # "268 units destroyed"
    all_href: str = "?#story"


@dataclass(frozen=True, slots=True)
class AccountRow:
    condition: str
    site: str
    units: int
    grade: Grade | None = None
    contradicted: int = 0
    money: tuple[Money, ...] = ()
    tone: Tone = "plain"
    site_local: str = ""


@dataclass(frozen=True, slots=True)
class Gate:
    """One condition of an act: met, or missing with who can provide it and where."""

    label: str
    is_met: bool
    detail: str = ""
    who: str = ""
    href: str | None = None


@dataclass(frozen=True, slots=True)
class Step:
    label: str
    state: Literal["done", "now", "later"]
    gates: tuple[Gate, ...] = ()


@dataclass(frozen=True, slots=True)
class DispositionCard:
    number: str
    kind: str
    units: int
    status: str
    owner: str = ""
    deadline: date | None = None
    overdue: str | None = None
    steps: tuple[Step, ...] = ()
    acts: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class PossibleAct:
    """An act of this lot; `missing` says in words what it still needs, empty when ready."""

    label: str
    href: str
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LotPage:
    head: LotHead
    sum: tuple[SumTerm, ...]
    flow: Flow
    story: Story
    accounts: tuple[AccountRow, ...] = ()
    dispositions: tuple[DispositionCard, ...] = ()
    next_acts: tuple[NextAct, ...] = ()
    acts: tuple[PossibleAct, ...] = ()
    packing: tuple[str, ...] = ()
    packing_href: str | None = None
    nonconformities: tuple[Link, ...] = ()
    money: tuple[Money, ...] = ()
    selected_band: str | None = None
    zone: str = "UTC"  # of the site: every time on the page is its own
    source: str = ""  # where a published or constructed case comes from
    switching_href: str | None = None
    notes: tuple[str, ...] = ()  # under the sum: "at least 95,754 of 531,966 …, 18.0 %"


# Acts ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RefusalPanel:
    """Why an act was refused, and the way out: the four parts of `core.errors.Refusal`."""

    code: str
    message: str
    who: str = ""
    next_step: str = ""
    missing: tuple[Gate, ...] = ()


@dataclass(frozen=True, slots=True)
class FieldGroup:
    """Fields of the form, by name, that belong together; `total` is checked while typing."""

    legend: str
    names: tuple[str, ...]
    help: str = ""
    total: LiveTotal | None = None
    in_a_row: bool = False  # short fields, side by side where there is room


@dataclass(frozen=True, slots=True)
class LiveTotal:
    """What the fields with the attribute `data-part=key` should sum to.

    `unfinished`, `short` and `over` are whole sentences with the places {sum}, {total} and {difference}.
    """

    key: str
    total: int
    unfinished: str
    exact: str
    short: str
    over: str


@dataclass(frozen=True, slots=True)
class ActPage:
    """The page of one act.  The form itself is Django's; its fields are named in `groups`."""

    key: str
    title: str
    explains: str
    lot: LotHead | None
    groups: tuple[FieldGroup, ...]
    submit: str
    cancel_href: str
    gates: tuple[Gate, ...] = ()
    refusal: RefusalPanel | None = None
    has_evidence: bool = False
    evidence_help: str = ""
    is_evidence_folded: bool = False
    draft: str = ""  # names the draft kept in the browser; empty keeps none
    preview: PlanPreview | None = None  # of a plan that is being made
    crumbs: tuple[Link, ...] = ()


# People, organisations -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class DemoPerson:
    id: str
    name: str
    organisation: str
    role: str


@dataclass(frozen=True, slots=True)
class PersonRow:
    name: str
    email: str
    organisation: str
    role: str
    status: Tag
    last_seen_at: datetime | None = None
    zone: str = "UTC"
    acts: tuple[Button, ...] = ()


@dataclass(frozen=True, slots=True)
class OneTimeLink:
    """A link that is shown once: who it is for, until when it works."""

    person: str
    address: str
    expires_at: datetime
    zone: str = "UTC"


@dataclass(frozen=True, slots=True)
class PeoplePage:
    people: tuple[PersonRow, ...]
    once: OneTimeLink | None = None
    may_invite: bool = False


@dataclass(frozen=True, slots=True)
class SiteRow:
    name: str
    place: str
    name_local: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class OrganisationCard:
    name: str
    kinds: tuple[str, ...]  # "supplier", "disposer", "agency": in the reader's language
    approval: Tag | None = None
    name_local: str = ""
    detail: str = ""  # why it has this state, by whom and when
    sites: tuple[SiteRow, ...] = ()
    links: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class OwnOrganisation:
    name: str
    is_single_person: bool
    change: Button | None = None


@dataclass(frozen=True, slots=True)
class OrganisationsPage:
    organisations: tuple[OrganisationCard, ...]
    own: OwnOrganisation | None = None
    add_href: str | None = None


# Orders, import ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class OrderRow:
    number: str
    supplier: str
    ordered_on: date | None
    lines: int
    units: int
    money: tuple[Money, ...] = ()
    lots: int = 0
    tag: Tag | None = None


@dataclass(frozen=True, slots=True)
class OrdersPage:
    rows: tuple[OrderRow, ...]
    add_href: str | None = None
    previous_href: str | None = None
    next_href: str | None = None


@dataclass(frozen=True, slots=True)
class OrderLine:
    number: str
    product: str
    units: int
    offered: int
    price: Money | None = None
    product_local: str = ""
    product_code: str = ""
    offer_href: str | None = None


@dataclass(frozen=True, slots=True)
class OrderPage:
    number: str
    supplier: str
    ordered_on: date | None
    lines: tuple[OrderLine, ...]
    lots: tuple[LotRow, ...] = ()
    site: str = ""
    supplier_local: str = ""
    warning: str = ""  # why this supplier should not have got an order, if so
    money: tuple[Money, ...] = ()


@dataclass(frozen=True, slots=True)
class ImportKind:
    key: str
    label: str
    help: str
    is_chosen: bool = False


@dataclass(frozen=True, slots=True)
class EncodingChoice:
    """A way to read the file's bytes, with lines that show whether the names come out right."""

    name: str
    label: str
    preview: tuple[str, ...]
    is_chosen: bool = False


@dataclass(frozen=True, slots=True)
class ImportProblem:
    file: str
    row: int | None
    column: str
    value: str
    message: str


@dataclass(frozen=True, slots=True)
class ImportPage:
    """Choose, upload, look, accept.  Nothing is stored while there is a problem."""

    kinds: tuple[ImportKind, ...]
    file: str = ""
    missing: str = ""  # why there is no file to check
    upload: str = ""  # names the file already sent, so that it need not be sent again
    encodings: tuple[EncodingChoice, ...] = ()
    problems: tuple[ImportProblem, ...] = ()
    rows_read: int = 0
    problems_found: int = 0  # may be more than are listed
    ready: tuple[str, ...] = ()  # what will be stored, in words, when nothing is wrong
    columns: tuple[str, ...] = ()
    preview: tuple[tuple[str, ...], ...] = ()


# Nonconformity, plan, message ----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class NonconformityPage:
    number: str
    lot: LotHead
    opened_at: datetime
    zone: str
    units: int
    found: tuple[str, ...]
    status: Tag
    notice_subject: str
    notice: str
    notice_subject_local: str = ""
    notice_local: str = ""
    addressees: tuple[str, ...] = ()
    sent: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """Lots of one quality, and what a plan does with them; shares, not percentages.

    `accepted_most` is there where the chance depends on what the books cannot know: then it
    is between the two.
    """

    quality: float
    accepted: float
    accepted_most: float | None = None
    inspected: float | None = None  # units, on average (ASN)
    outgoing: float | None = None  # the quality that goes out (AOQ)
    screened: float | None = None  # units, on average, screening included (ATI)


@dataclass(frozen=True, slots=True)
class PlanCurves:
    """What a plan lets through: in sentences, and point by point.

    `key` is unique on its page.  Where `is_per_hundred`, qualities are nonconformities per
    100 units instead of a share of units.
    """

    key: str
    label: str
    points: tuple[CurvePoint, ...]
    words: tuple[str, ...] = ()
    basis: str = ""  # for which lots it is computed
    worst: str = ""  # the AOQL, in words
    is_per_hundred: bool = False
    mark: float | None = None  # the AQL, or the limit that was asked for
    mark_label: str = ""


@dataclass(frozen=True, slots=True)
class PlanStage:
    """One stage of a plan: `more` units are drawn, which makes `units` so far."""

    number: int
    more: int
    units: int
    accept: int | None
    reject: int


@dataclass(frozen=True, slots=True)
class CalculatedPlan:
    """One class, or one plan without classes: its rule, what it rests on, what it lets through."""

    key: str
    label: str
    rule: str
    stages: tuple[PlanStage, ...] = ()
    flags: tuple[str, ...] = ()  # warnings of this cell of the table
    trust: str = ""  # how well the table's cell is known
    curves: PlanCurves | None = None


@dataclass(frozen=True, slots=True)
class CalculatorPage:
    """The public calculator: the answer first, or why there is none and in which field."""

    answer: str
    basis: str = ""
    plans: tuple[CalculatedPlan, ...] = ()
    notes: tuple[str, ...] = ()
    refusal: RefusalPanel | None = None
    wrong: str = ""


@dataclass(frozen=True, slots=True)
class PlanClass:
    """One class of defects, or one stage of it: how many are looked at, how many may be found.

    `accept` is `None` where the stage cannot accept yet.  `said`: what its result says, where
    the plan has more than one stage.
    """

    label: str
    sample: int
    accept: int | None
    reject: int
    aql: str
    found: int | None = None
    sub: str = ""
    said: str = ""
    is_first: bool = True  # of its class


@dataclass(frozen=True, slots=True)
class PlanPreview:
    """What a plan would ask, before it is made: `href` gives it anew for other choices."""

    href: str
    sentence: str
    classes: tuple[PlanClass, ...] = ()
    notes: tuple[str, ...] = ()  # why this severity; what is doubtful
    words: tuple[str, ...] = ()  # what it lets through
    more_href: str = ""  # the calculator, with the same choices


@dataclass(frozen=True, slots=True)
class PlanPage:
    lot: LotHead
    number: str
    scheme: str
    level: str
    severity: str
    classes: tuple[PlanClass, ...]
    sample: str = ""  # "draw 125 of 3,200 units"
    notes: tuple[str, ...] = ()
    act: Link | None = None
    curves: tuple[PlanCurves, ...] = ()
    reasons: tuple[str, ...] = ()  # why this severity, what is doubtful, how often it was offered
    results: tuple[str, ...] = ()  # each result, where there is more than one
    switching_href: str | None = None


@dataclass(frozen=True, slots=True)
class SwitchingLot:
    """A lot in the history of a stream, for one class."""

    lot: str
    href: str
    day: str  # in the zone of the site
    severity: str
    result: str  # "2 in 125"
    accepted: bool
    after: str  # the rule's sentence


@dataclass(frozen=True, slots=True)
class SwitchingClass:
    """One class of a stream: what binds the next lot, why, what would change it."""

    label: str
    severity: str
    tone: Tone
    why: str
    would: tuple[str, ...]
    lots: tuple[SwitchingLot, ...]
    more: int = 0  # earlier lots that are not shown


@dataclass(frozen=True, slots=True)
class SwitchingStandard:
    """A stream under one standard."""

    name: str
    key: str
    classes: tuple[SwitchingClass, ...]
    decided: tuple[str, ...]
    acts: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class SwitchingPage:
    """How strictly the next lot of a stream is inspected."""

    lot: LotHead
    family: str
    site: str
    standards: tuple[SwitchingStandard, ...]
    rules_href: str


@dataclass(frozen=True, slots=True)
class Message:
    title: str
    text: str = ""
    links: tuple[Link, ...] = ()
    is_failure: bool = False  # then the draft of the form before it is kept
