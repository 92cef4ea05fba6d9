"""Evidence grades 0–5: computed from what is attached and who signed, never typed in.

    0 claimed      someone said so
    1 stated       statement of the holder, by a logged-in person of that organisation,
                   or an independent person's signature without counts and media
    2 documented   third-party document: certificate, weigh ticket, receipt, customs file
    3 witnessed    an independent person present, with counts and media, signed on the spot
    4 proven       3, and a secret draw of serials found as drawn, and unbroken custody
    5 supervised   a named officer of an authority attended

For 3 the count and the media are the witness's own, not the holder's.  A certificate alone
never exceeds 2.  Who is *independent* (ISO/IEC 17020): employed neither
by the holder of the goods nor by their supplier, and of a type A, B or C body; destruction
asks for type A.  Evidence that was *struck out* (its certificate was contradicted) counts
for nothing, nor do the statements of those who signed that certificate, and the act is
graded at most 1.

Source: domain.md, "Evidence and its grade" and "Independence".
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from lotwarden.core.errors import N_


class EvidenceKind(StrEnum):
    """What kind of thing was attached to an act."""

    STATEMENT = "statement"
    CERTIFICATE = "certificate"
    WEIGH_TICKET = "weigh_ticket"
    DELIVERY_RECEIPT = "delivery_receipt"
    CUSTOMS_FILE = "customs_file"
    INSPECTION_REPORT = "inspection_report"
    COUNT_IN = "count_in"
    COUNT_OUT = "count_out"
    WEIGHT_IN = "weight_in"
    WEIGHT_OUT = "weight_out"
    MEDIA = "media"
    ATTESTATION = "attestation"
    SEAL = "seal"
    SECRET_DRAW = "secret_draw"  # noqa: S105 - a kind of evidence, not a password
    OFFICER = "officer"


DOCUMENTS: frozenset[EvidenceKind] = frozenset(
    {
        EvidenceKind.CERTIFICATE,
        EvidenceKind.WEIGH_TICKET,
        EvidenceKind.DELIVERY_RECEIPT,
        EvidenceKind.CUSTOMS_FILE,
        EvidenceKind.INSPECTION_REPORT,
    }
)
"""Documents of a third party; each counts only with the document itself attached."""

COUNTS: frozenset[EvidenceKind] = frozenset({EvidenceKind.COUNT_IN, EvidenceKind.COUNT_OUT})

NAMES: tuple[str, ...] = (
    N_("claimed"),
    N_("stated"),
    N_("documented"),
    N_("witnessed"),
    N_("proven"),
    N_("supervised"),
)
"""The grade's name by its number."""


class Independence(StrEnum):
    """The type of an inspection body (ISO/IEC 17020, clause 4.1.6), or none."""

    A = "A"
    B = "B"
    C = "C"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One thing attached to an act.

    `person` and `organisation` are who speaks through it: the signer of a statement or an
    attestation, the issuer of a document.  `by_themselves`: that person was logged in and
    recorded it; else somebody entered it for them.  `document` is the digest of a file;
    `number` the certificate's or ticket's own number.
    """

    kind: EvidenceKind
    person: str | None = None
    organisation: str | None = None
    independence: Independence = Independence.NONE
    by_themselves: bool = False
    document: str | None = None
    number: str | None = None
    quantity: int | None = None
    weight_g: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What the act itself says: who holds the goods, who made them, what is struck out.

    `same_person` is true where one person inspected and approved (single-person mode).
    `quantity` is how many units the act is about: a count of fewer is no count of them.
    `end_by_destruction` asks for a type A witness.  `contradicted` caps at `stated`.
    """

    holder: str | None
    supplier: str | None
    quantity: int | None = None
    end_by_destruction: bool = False
    same_person: bool = False
    struck_documents: frozenset[str] = frozenset()
    struck_persons: frozenset[str] = frozenset()
    contradicted: bool = False


@dataclass(frozen=True, slots=True)
class Reason:
    """Why not more, in words: a template to translate and its numbers or names."""

    template: str
    data: tuple[tuple[str, str | int], ...] = ()

    def __str__(self) -> str:
        return self.template.format_map(dict(self.data))


@dataclass(frozen=True, slots=True)
class Grade:
    """The grade of an act, why it is that much, and why it is not more."""

    level: int
    because: Reason
    not_more: Reason | None = None

    @property
    def name(self) -> str:
        """Return the grade's name, such as `witnessed`."""
        return NAMES[self.level]


_SAID = Reason(N_("someone said so"))
_STATED = Reason(N_("the holder stated it, logged in"))
_WITNESS_STATED = Reason(N_("an independent person stated it, logged in"))
_DOCUMENTED = Reason(N_("a third party's document is attached"))
_WITNESSED = Reason(
    N_("an independent person was there, with counts and pictures, and signed on the spot")
)
_PROVEN = Reason(N_("units drawn in secret were found as drawn, and the seals were unbroken"))
_SUPERVISED = Reason(N_("a named officer of an authority attended"))

_NO_STATEMENT = Reason(N_("no person of the organisation that holds the goods has stated it"))
_NO_DOCUMENT = Reason(N_("no document of a third party is attached"))
_NO_WITNESS = Reason(N_("no independent person was there and signed"))
_ENTERED = Reason(N_("somebody else entered the witness's signature, without the signed paper"))
_NO_COUNT = Reason(N_("the witness signed, but recorded no count of all these units"))
_NO_MEDIA = Reason(N_("the witness signed, but attached no picture or video"))
_NO_DRAW = Reason(N_("no secret draw was presented"))
_NO_SEAL = Reason(N_("no unbroken seal is recorded"))
_NO_OFFICER = Reason(N_("no officer of an authority attended"))
_SAME_PERSON = Reason(N_("the same person inspected and approved"))
_CONTRADICTED = Reason(
    N_("units on the same certificate were seen alive: it and its signers count for nothing")
)


def grade(evidence: Iterable[Evidence], setting: Setting) -> Grade:
    """Return the grade that `evidence` gives an act in `setting`, with the reason in words.

    >>> from lotwarden.core.grades import *
    >>> paper = Evidence(kind=EvidenceKind.CERTIFICATE, organisation="shredder", document="9c1e")
    >>> found = grade([paper], Setting(holder="shredder", supplier="factory"))
    >>> found.level, found.name, str(found.not_more)
    (2, 'documented', 'no independent person was there and signed')
    """
    standing = [one for one in evidence if not _struck(one, setting)]
    found = _uncapped(standing, setting)
    if setting.contradicted and found.level > 1:
        return Grade(1, found.because, _CONTRADICTED)
    if setting.contradicted:
        return Grade(found.level, found.because, _CONTRADICTED)
    if setting.same_person and found.level > 2:
        documented = _documents(standing, setting)
        return Grade(2, _DOCUMENTED if documented else found.because, _SAME_PERSON)
    return found


def _uncapped(evidence: Sequence[Evidence], setting: Setting) -> Grade:
    if any(_officer(one, setting) for one in evidence):
        return Grade(5, _SUPERVISED)
    witness = witnesses(evidence, setting)
    kinds = {one.kind for one in evidence}
    theirs = _kinds_of(witness, evidence, setting.quantity)
    if witness.independent and theirs & COUNTS and EvidenceKind.MEDIA in theirs:
        if EvidenceKind.SECRET_DRAW not in kinds:
            return Grade(3, _WITNESSED, _NO_DRAW)
        if EvidenceKind.SEAL not in kinds:
            return Grade(3, _WITNESSED, _NO_SEAL)
        return Grade(4, _PROVEN, _NO_OFFICER)
    if not witness.independent:
        missing = witness.why_not
    elif not theirs & COUNTS:
        missing = _NO_COUNT
    else:
        missing = _NO_MEDIA
    if _documents(evidence, setting):
        return Grade(2, _DOCUMENTED, missing)
    if any(_holder_stated(one, setting) for one in evidence):
        return Grade(1, _STATED, _NO_DOCUMENT)
    if witness.independent:
        return Grade(1, _WITNESS_STATED, missing)
    return Grade(0, _SAID, _NO_STATEMENT)


@dataclass(frozen=True, slots=True)
class Witnesses:
    """The independent people who signed on the spot, each once, or why there is none.

    `organisations` are all for which they signed: a person may have signed twice.
    """

    independent: tuple[Evidence, ...]
    why_not: Reason
    organisations: frozenset[str]


def witnesses(evidence: Iterable[Evidence], setting: Setting) -> Witnesses:
    """Return who of those who signed on the spot is independent; two signatures count once."""
    independent: dict[str, Evidence] = {}
    organisations: set[str] = set()
    why_not = _NO_WITNESS
    for one in evidence:
        if one.kind is not EvidenceKind.ATTESTATION or one.person is None:
            continue
        objection = not_independent(
            organisation=one.organisation, independence=one.independence, setting=setting
        )
        if objection is None and not (one.by_themselves or one.document):
            objection = _ENTERED
        if objection is None:
            independent.setdefault(one.person, one)
            organisations |= {one.organisation} if one.organisation is not None else set()
        else:
            why_not = objection
    return Witnesses(tuple(independent.values()), why_not, frozenset(organisations))


def not_independent(
    *, organisation: str | None, independence: Independence, setting: Setting
) -> Reason | None:
    """Return why a person of this organisation is not an independent witness here, else `None`."""
    if organisation is not None and organisation == setting.holder:
        return Reason(N_("the witness is employed by the holder of the goods"))
    if organisation is not None and organisation == setting.supplier:
        return Reason(N_("the witness is employed by the supplier"))
    if independence is Independence.NONE:
        return Reason(N_("the witness belongs to no inspection body of type A, B or C"))
    if setting.end_by_destruction and independence is not Independence.A:
        return Reason(
            N_("the witness is of type {type}, and a destruction asks for type A"),
            (("type", independence.value),),
        )
    return None


def _kinds_of(
    witness: Witnesses, evidence: Iterable[Evidence], quantity: int | None
) -> set[EvidenceKind]:
    """Return what the witnesses' own organisations recorded.

    The holder's count is no witness's, and a count of a sample is none of the lot.
    """
    return {
        one.kind
        for one in evidence
        if one.organisation in witness.organisations
        and (
            one.kind not in COUNTS
            or quantity is None
            or (one.quantity is not None and one.quantity >= quantity)
        )
    }


def _struck(one: Evidence, setting: Setting) -> bool:
    return (
        one.document in setting.struck_documents
        or (one.kind is EvidenceKind.CERTIFICATE and one.number in setting.struck_documents)
        or (one.person is not None and one.person in setting.struck_persons)
    )


def _officer(one: Evidence, setting: Setting) -> bool:
    """Return whether a *named* officer attended, who is of neither party."""
    return (
        one.kind is EvidenceKind.OFFICER
        and bool(one.person and one.document)
        and not _is_party(one.organisation, setting.holder, setting.supplier)
    )


def _documents(evidence: Iterable[Evidence], setting: Setting) -> bool:
    """Return whether there is a document of a third party: the supplier's own is none."""
    return any(
        one.kind in DOCUMENTS and one.document and not _is_party(one.organisation, setting.supplier)
        for one in evidence
    )


def _is_party(organisation: str | None, *parties: str | None) -> bool:
    return organisation is not None and organisation in parties


def _holder_stated(one: Evidence, setting: Setting) -> bool:
    return (
        one.kind is EvidenceKind.STATEMENT
        and one.by_themselves
        and one.organisation is not None
        and one.organisation == setting.holder
    )
