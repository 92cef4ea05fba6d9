"""Evidence grades: how well an act is known follows from what is attached and who signed."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lotwarden.core import grades
from lotwarden.core.grades import (
    DOCUMENTS,
    Evidence,
    EvidenceKind,
    Grade,
    Independence,
    Setting,
    grade,
    not_independent,
    witnesses,
)

law = settings(max_examples=60, deadline=None)

K = EvidenceKind

# People: the goods stand at the disposer's, the factory made them, the agency watches.

SETTING = Setting(holder="disposer", supplier="factory")
DESTRUCTION = replace(SETTING, end_by_destruction=True)


def said(**changed: object) -> Evidence:
    """The holder's own statement, by a logged-in person."""
    return replace(
        Evidence(kind=K.STATEMENT, person="hu", organisation="disposer", by_themselves=True),
        **changed,
    )


def paper(kind: EvidenceKind = K.CERTIFICATE, **changed: object) -> Evidence:
    """A third party's document."""
    return replace(Evidence(kind=kind, organisation="disposer", document="9c1e"), **changed)


def signed(**changed: object) -> Evidence:
    """The signature of an independent witness on the spot."""
    return replace(
        Evidence(
            kind=K.ATTESTATION,
            person="osei",
            organisation="agency",
            independence=Independence.A,
            by_themselves=True,
        ),
        **changed,
    )


COUNTED = Evidence(kind=K.COUNT_IN, organisation="agency", quantity=900)
FILMED = Evidence(kind=K.MEDIA, organisation="agency", document="aa01")
DRAWN = Evidence(kind=K.SECRET_DRAW)
SEALED = Evidence(kind=K.SEAL, number="S-118")
OFFICER = Evidence(kind=K.OFFICER, person="lin", organisation="customs", document="77b0")

WITNESSED = (signed(), COUNTED, FILMED)
PROVEN = (*WITNESSED, DRAWN, SEALED)


def in_words(found: Grade) -> tuple[int, str, str, str | None]:
    return found.level, found.name, str(found.because), found.not_more and str(found.not_more)


# The table: evidence, its grade, why that much, why not more

NOBODY = "no independent person was there and signed"

TABLE = [
    ((), 0, "someone said so", "no person of the organisation that holds the goods has stated it"),
    (
        (said(),),
        1,
        "the holder stated it, logged in",
        "no document of a third party is attached",
    ),
    (
        (said(by_themselves=False),),
        0,
        "someone said so",
        "no person of the organisation that holds the goods has stated it",
    ),
    (
        (said(organisation="factory"),),
        0,
        "someone said so",
        "no person of the organisation that holds the goods has stated it",
    ),
    (
        (said(organisation=None),),
        0,
        "someone said so",
        "no person of the organisation that holds the goods has stated it",
    ),
    (
        (COUNTED, FILMED, SEALED, DRAWN),
        0,
        "someone said so",
        "no person of the organisation that holds the goods has stated it",
    ),
    (
        (signed(),),
        1,
        "an independent person stated it, logged in",
        "the witness signed, but recorded no count of all these units",
    ),
    (
        (signed(), COUNTED),
        1,
        "an independent person stated it, logged in",
        "the witness signed, but attached no picture or video",
    ),
    ((paper(),), 2, "a third party's document is attached", NOBODY),
    ((said(), paper()), 2, "a third party's document is attached", NOBODY),
    ((paper(), COUNTED, FILMED), 2, "a third party's document is attached", NOBODY),
    (
        (paper(), signed(), FILMED),
        2,
        "a third party's document is attached",
        "the witness signed, but recorded no count of all these units",
    ),
    (
        (paper(), signed(), COUNTED),
        2,
        "a third party's document is attached",
        "the witness signed, but attached no picture or video",
    ),
    (
        (paper(), signed(organisation="disposer"), COUNTED, FILMED),
        2,
        "a third party's document is attached",
        "the witness is employed by the holder of the goods",
    ),
    (
        (paper(), signed(organisation="factory"), COUNTED, FILMED),
        2,
        "a third party's document is attached",
        "the witness is employed by the supplier",
    ),
    (
        (paper(), signed(independence=Independence.NONE), COUNTED, FILMED),
        2,
        "a third party's document is attached",
        "the witness belongs to no inspection body of type A, B or C",
    ),
    (
        (paper(), signed(by_themselves=False), COUNTED, FILMED),
        2,
        "a third party's document is attached",
        "somebody else entered the witness's signature, without the signed paper",
    ),
    (
        WITNESSED,
        3,
        "an independent person was there, with counts and pictures, and signed on the spot",
        "no secret draw was presented",
    ),
    (
        (*WITNESSED, SEALED),
        3,
        "an independent person was there, with counts and pictures, and signed on the spot",
        "no secret draw was presented",
    ),
    (
        (*WITNESSED, DRAWN),
        3,
        "an independent person was there, with counts and pictures, and signed on the spot",
        "no unbroken seal is recorded",
    ),
    (
        PROVEN,
        4,
        "units drawn in secret were found as drawn, and the seals were unbroken",
        "no officer of an authority attended",
    ),
    ((OFFICER,), 5, "a named officer of an authority attended", None),
    ((*PROVEN, OFFICER), 5, "a named officer of an authority attended", None),
]


@pytest.mark.parametrize(("evidence", "level", "because", "not_more"), TABLE)
def test_evidence_has_a_grade_with_its_reasons(evidence, level, because, not_more) -> None:
    found = grade(evidence, SETTING)

    assert in_words(found) == (level, grades.NAMES[level], because, not_more)


def test_the_six_grades_have_the_names_of_the_domain() -> None:
    assert grades.NAMES == (
        "claimed",
        "stated",
        "documented",
        "witnessed",
        "proven",
        "supervised",
    )


@pytest.mark.parametrize("kind", [K.COUNT_IN, K.COUNT_OUT])
def test_a_count_in_or_out_is_a_count(kind: EvidenceKind) -> None:
    counted = Evidence(kind=kind, organisation="agency")

    assert grade((signed(), counted, FILMED), SETTING).level == 3


@pytest.mark.parametrize("theirs", [COUNTED, FILMED])
@pytest.mark.parametrize("other", ["disposer", "factory", "customs", None])
def test_the_count_and_the_picture_are_the_witness_s_own(theirs: Evidence, other) -> None:
    everything = [
        one if one is not theirs else replace(one, organisation=other) for one in WITNESSED
    ]

    found = grade(everything, SETTING)

    assert found.level == 1
    assert "the witness signed, but" in str(found.not_more)


@pytest.mark.parametrize("organisation", ["disposer", "factory", "another agency", None])
def test_the_witness_counts_and_films_and_nobody_else_for_the_witness(organisation) -> None:
    theirs = [
        replace(COUNTED, organisation=organisation),
        replace(FILMED, organisation=organisation),
    ]

    assert grade([paper(), signed(), COUNTED, theirs[1]], SETTING).level == 2
    assert grade([paper(), signed(), theirs[0], FILMED], SETTING).level == 2
    assert grade([paper(), signed(), *theirs, COUNTED, FILMED], SETTING).level == 3


def test_a_colleague_of_the_witness_may_count_and_film() -> None:
    weber = [replace(COUNTED, person="weber"), replace(FILMED, person="weber")]

    assert grade([signed(), *weber], SETTING).level == 3


@pytest.mark.parametrize(("counted", "level"), [(None, 2), (0, 2), (899, 2), (900, 3), (901, 3)])
def test_a_count_of_fewer_units_than_the_act_is_about_is_no_count_of_them(counted, level) -> None:
    watched = [paper(), signed(), replace(COUNTED, quantity=counted), FILMED]

    assert grade(watched, replace(SETTING, quantity=900)).level == level
    assert grade(watched, SETTING).level == 3


def test_who_signed_twice_and_once_without_an_organisation_still_witnesses_for_it() -> None:
    twice = [signed(organisation=None), *WITNESSED]

    assert grade(twice, SETTING).level == grade(twice[::-1], SETTING).level == 3


def test_weights_are_no_counts() -> None:
    weighed = (Evidence(kind=K.WEIGHT_IN), Evidence(kind=K.WEIGHT_OUT))

    assert grade((signed(), *weighed, FILMED, paper()), SETTING).level == 2


def test_a_signed_paper_is_a_signature_whoever_entered_it() -> None:
    on_paper = signed(by_themselves=False, document="51c3")

    assert grade((on_paper, COUNTED, FILMED), SETTING).level == 3


# Documents


@pytest.mark.parametrize("kind", sorted(DOCUMENTS))
def test_each_kind_of_document_documents(kind: EvidenceKind) -> None:
    assert grade([paper(kind)], SETTING).level == 2


@pytest.mark.parametrize("kind", sorted(DOCUMENTS))
def test_a_document_counts_only_with_the_document_itself(kind: EvidenceKind) -> None:
    assert grade([paper(kind, document=None, number="C-7")], SETTING).level == 0


@pytest.mark.parametrize("kind", sorted(DOCUMENTS))
def test_the_suppliers_own_document_is_no_third_partys(kind: EvidenceKind) -> None:
    own = paper(kind, organisation="factory")

    assert grade([own], SETTING).level == 0
    assert grade([own], replace(SETTING, holder="factory")).level == 0
    assert grade([own, said()], SETTING).level == 1


def test_a_document_whose_issuer_is_not_recorded_documents() -> None:
    assert grade([paper(organisation=None)], replace(SETTING, supplier=None)).level == 2


@law
@given(st.lists(st.builds(paper, st.sampled_from(sorted(DOCUMENTS))), max_size=5), st.booleans())
def test_a_certificate_alone_never_exceeds_2_whatever_other_documents_there_are(
    documents: list[Evidence], has_statement: bool
) -> None:
    attached = [paper(), *documents, *([said()] if has_statement else [])]

    assert grade(attached, SETTING).level == 2


# Independence


@pytest.mark.parametrize(
    ("organisation", "independence", "setting", "objection"),
    [
        ("agency", Independence.A, SETTING, None),
        ("agency", Independence.B, SETTING, None),
        ("agency", Independence.C, SETTING, None),
        ("agency", Independence.A, DESTRUCTION, None),
        (None, Independence.A, SETTING, None),
        ("agency", Independence.NONE, SETTING, "belongs to no inspection body of type A, B or C"),
        ("disposer", Independence.A, SETTING, "is employed by the holder of the goods"),
        ("factory", Independence.A, SETTING, "is employed by the supplier"),
        ("agency", Independence.B, DESTRUCTION, "is of type B, and a destruction asks for type A"),
        ("agency", Independence.C, DESTRUCTION, "is of type C, and a destruction asks for type A"),
        (
            "agency",
            Independence.NONE,
            DESTRUCTION,
            "belongs to no inspection body of type A, B or C",
        ),
    ],
)
def test_who_is_independent(organisation, independence, setting, objection) -> None:
    found = not_independent(organisation=organisation, independence=independence, setting=setting)

    assert (found and str(found)) == (objection and f"the witness {objection}")


@pytest.mark.parametrize("independence", [Independence.B, Independence.C])
def test_a_destruction_asks_for_a_witness_of_type_a(independence: Independence) -> None:
    watched = (paper(), signed(independence=independence), COUNTED, FILMED, DRAWN, SEALED)

    found = grade(watched, DESTRUCTION)

    assert grade(watched, SETTING).level == 4
    assert found.level == 2
    assert str(found.not_more) == (
        f"the witness is of type {independence.value}, and a destruction asks for type A"
    )


def test_two_signatures_of_one_person_count_once() -> None:
    twice = (signed(), signed(document="51c3"), signed(person="weber"))

    found = witnesses(twice, SETTING)

    assert [one.person for one in found.independent] == ["osei", "weber"]


def test_a_signature_without_a_person_is_nobodys() -> None:
    found = witnesses([signed(person=None)], SETTING)

    assert (found.independent, str(found.why_not)) == ((), NOBODY)


def test_one_independent_witness_is_enough_beside_others_that_are_not() -> None:
    mixed = (signed(person="hu", organisation="disposer"), signed(), COUNTED, FILMED)

    assert grade(mixed, SETTING).level == 3


def test_only_a_signature_makes_a_witness() -> None:
    kinds = [kind for kind in K if kind is not K.ATTESTATION]

    assert not any(witnesses([signed(kind=kind)], SETTING).independent for kind in kinds)


# An officer of an authority


@pytest.mark.parametrize(
    "changed",
    [
        {"person": None},
        {"person": ""},
        {"document": None},
        {"organisation": "factory"},
        {"organisation": "disposer"},
    ],
)
def test_an_officer_is_named_with_a_document_and_of_neither_party(changed) -> None:
    assert grade([replace(OFFICER, **changed)], SETTING).level == 0


# Struck out


def struck(*documents: str, persons: tuple[str, ...] = ()) -> Setting:
    return replace(
        SETTING,
        struck_documents=frozenset(documents),
        struck_persons=frozenset(persons),
        contradicted=True,
    )


CONTRADICTED = "units on the same certificate were seen alive: it and its signers count for nothing"


@pytest.mark.parametrize(
    ("evidence", "setting", "level"),
    [
        ((said(), paper(number="C-7")), struck("9c1e"), 1),
        ((said(), paper(number="C-7")), struck("C-7"), 1),
        ((said(), paper(number="C-7")), struck("9c1e", persons=("hu",)), 0),
        ((paper(number="C-7"),), struck("9c1e"), 0),
        ((paper(number="C-7"),), struck("C-7"), 0),
        ((said(), paper(), paper(K.WEIGH_TICKET, document="01ff")), struck("9c1e"), 1),
        (PROVEN, struck("9c1e"), 1),
        (PROVEN, struck("9c1e", persons=("osei",)), 0),
        ((OFFICER,), struck("77b0"), 0),
        ((OFFICER,), struck("9c1e"), 1),
    ],
)
def test_a_struck_certificate_and_its_signers_count_for_nothing(evidence, setting, level) -> None:
    found = grade(evidence, setting)

    assert (found.level, str(found.not_more)) == (level, CONTRADICTED)


def test_only_a_certificate_is_struck_by_its_number() -> None:
    ticket = paper(K.WEIGH_TICKET, number="C-7")

    assert grade([ticket], replace(struck("C-7"), contradicted=False)).level == 2


def test_what_lacks_a_document_a_number_or_a_person_is_not_struck_by_that() -> None:
    nameless = (said(), Evidence(kind=K.CERTIFICATE))

    assert grade(nameless, struck("9c1e", persons=("osei",))).level == 1


# One person


@pytest.mark.parametrize("evidence", [WITNESSED, PROVEN, (OFFICER,)])
def test_where_one_person_inspected_and_approved_the_grade_is_at_most_2(evidence) -> None:
    found = grade(evidence, replace(SETTING, same_person=True))

    assert (found.level, str(found.not_more)) == (2, "the same person inspected and approved")


def test_one_person_with_a_document_is_documented() -> None:
    found = grade((*WITNESSED, paper()), replace(SETTING, same_person=True))

    assert in_words(found)[:3] == (2, "documented", "a third party's document is attached")


@pytest.mark.parametrize(("evidence", "level"), [((), 0), ((said(),), 1), ((paper(),), 2)])
def test_one_person_loses_nothing_below_that(evidence, level) -> None:
    assert grade(evidence, replace(SETTING, same_person=True)) == grade(evidence, SETTING)
    assert grade(evidence, SETTING).level == level


# Laws

_ORGANISATIONS = (None, "disposer", "factory", "agency", "customs")
_DOCUMENTS = (None, "9c1e", "01ff")
_SIGNERS = ("hu", "osei", None)
_PLAIN = (K.COUNT_IN, K.COUNT_OUT, K.WEIGHT_IN, K.MEDIA, K.SECRET_DRAW, K.SEAL)

POOL = [
    *(
        Evidence(kind=kind, organisation=organisation)
        for kind, organisation in product(_PLAIN, _ORGANISATIONS)
    ),
    *(
        Evidence(kind=kind, organisation=organisation, document=document, number=number)
        for kind, organisation, document, number in product(
            sorted(DOCUMENTS), _ORGANISATIONS, _DOCUMENTS, (None, "C-7", "C-8")
        )
    ),
    *(
        Evidence(kind=kind, person=person, organisation=organisation, independence=independence,
                 by_themselves=themselves, document=document)
        for kind, person, organisation, independence, themselves, document in product(
            (K.STATEMENT, K.ATTESTATION, K.OFFICER), _SIGNERS, _ORGANISATIONS, Independence,
            (True, False), _DOCUMENTS,
        )
    ),
]  # fmt: skip
GOOD = [said(), paper(), signed(), COUNTED, FILMED, DRAWN, SEALED, OFFICER]
GOOD += [signed(organisation="disposer"), signed(by_themselves=False)]

attached = st.builds(
    lambda whole, others: [*whole, *others],
    st.sampled_from([(), (), (paper(),), WITNESSED, PROVEN, (*PROVEN, OFFICER)]),
    st.lists(st.sampled_from(GOOD) | st.sampled_from(POOL), max_size=5),
)
situations = st.sampled_from(
    [SETTING, DESTRUCTION, replace(SETTING, quantity=900)]
) | st.sampled_from(
    [
        Setting(
            holder=holder,
            supplier="factory",
            end_by_destruction=by_destruction,
            same_person=same_person,
            struck_documents=documents,
            struck_persons=persons,
            contradicted=contradicted,
        )
        for holder, by_destruction, same_person, documents, persons, contradicted in product(
            ("disposer", "factory", None),
            (False, True),
            (False, True),
            (frozenset(), frozenset({"9c1e"}), frozenset({"01ff", "C-7"})),
            (frozenset(), frozenset({"hu"}), frozenset({"osei"})),
            (False, True),
        )
    ]
)


@settings(law, max_examples=250)
@given(attached, attached, situations)
def test_more_evidence_never_lowers_a_grade(evidence, more, setting) -> None:
    assert grade([*evidence, *more], setting).level >= grade(evidence, setting).level


@settings(law, max_examples=150)
@given(attached, situations, st.randoms(use_true_random=False))
def test_the_order_of_the_evidence_changes_no_grade(evidence, setting, random) -> None:
    shuffled = list(evidence)
    random.shuffle(shuffled)

    assert grade(shuffled, setting).level == grade(evidence, setting).level


@law
@given(attached, situations)
def test_attaching_the_same_twice_changes_nothing(evidence, setting) -> None:
    assert grade([*evidence, *evidence], setting) == grade(evidence, setting)


@law
@given(
    attached,
    situations,
    st.frozensets(st.sampled_from(["9c1e", "01ff", "C-8", "77b0"])),
    st.frozensets(st.sampled_from(["hu", "osei", "lin"])),
)
def test_striking_evidence_out_never_raises_a_grade(evidence, setting, documents, persons) -> None:
    more_struck = replace(
        setting,
        struck_documents=setting.struck_documents | documents,
        struck_persons=setting.struck_persons | persons,
    )

    assert grade(evidence, more_struck).level <= grade(evidence, setting).level


@law
@given(attached, situations)
def test_a_contradicted_act_is_graded_at_most_1(evidence, setting) -> None:
    assert grade(evidence, replace(setting, contradicted=True)).level <= 1


@law
@given(attached, situations)
def test_in_single_person_mode_a_grade_is_at_most_2(evidence, setting) -> None:
    assert grade(evidence, replace(setting, same_person=True)).level <= 2


@law
@given(attached, situations)
def test_a_destruction_is_never_graded_higher_than_another_act(evidence, setting) -> None:
    destroyed = replace(setting, end_by_destruction=True)
    other = replace(setting, end_by_destruction=False)

    assert grade(evidence, destroyed).level <= grade(evidence, other).level


@law
@given(attached, situations)
def test_nothing_is_witnessed_without_an_independent_persons_signature_count_and_picture(
    evidence, setting
) -> None:
    level = grade(evidence, setting).level
    parties = (setting.holder, setting.supplier)

    independent = {
        one.organisation
        for one in evidence
        if one.kind is K.ATTESTATION
        and one.person
        and one.organisation not in (None, *parties)
        and one.independence is not Independence.NONE
        and (one.by_themselves or one.document)
    }
    kinds = {one.kind for one in evidence if one.organisation in independent}

    if level in (3, 4):
        assert kinds & {K.COUNT_IN, K.COUNT_OUT}
        assert K.MEDIA in kinds
    if level == 4:
        assert {K.SECRET_DRAW, K.SEAL} <= {one.kind for one in evidence}


@law
@given(attached, situations)
def test_a_grade_below_5_says_why_it_is_not_more(evidence, setting) -> None:
    found = grade(evidence, setting)

    assert str(found.because)
    assert (found.not_more is None) is (found.level == 5)


@pytest.mark.parametrize(
    ("counts", "media", "draw", "seal"), list(product([False, True], repeat=4))
)
def test_a_witness_is_worth_what_stands_beside_the_signature(counts, media, draw, seal) -> None:
    beside = [
        one
        for one, there in zip(
            (COUNTED, FILMED, DRAWN, SEALED), (counts, media, draw, seal), strict=True
        )
        if there
    ]
    expected = 1 if not (counts and media) else 4 if draw and seal else 3

    assert grade([signed(), *beside], SETTING).level == expected
