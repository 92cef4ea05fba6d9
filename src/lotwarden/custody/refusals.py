"""What custody refuses, beyond the ledger and the gates."""

from __future__ import annotations

from lotwarden.core.errors import N_, Refusal


class UnknownDisposition(Refusal):
    """No disposition has this number."""

    code = "custody.unknown_disposition"
    template = N_("There is no disposition {number} here.")
    remedy = N_("Look at the lot's page for those that are open.")


class UnknownNonconformity(Refusal):
    """No nonconformity has this number."""

    code = "custody.unknown_nonconformity"
    template = N_("There is no nonconformity {number} here.")
    remedy = N_("Look at the lot's page.")


class UnknownAct(Refusal):
    """There is no such act of this lot."""

    code = "custody.unknown_act"
    template = N_("There is no such entry in this lot's books.")
    remedy = N_("Look at the lot's story for it.")


class NotYours(Refusal):
    """The act is for another organisation."""

    code = "custody.not_yours"
    template = N_("{what} is for {whose}.")
    remedy = N_("Ask them to do it.")
    who = N_("the organisation named")


class NotThoseInspected(Refusal):
    """The units that wait are not those that the re-inspection looked at."""

    code = "custody.not_those_inspected"
    template = N_("The units of {number} that wait now are not those that were re-inspected.")
    remedy = N_("Plan another re-inspection of what waits now.")
    who = N_("the buyer")


class NotYourSite(Refusal):
    """A supplier or disposer speaks only of what lies at its own sites."""

    code = "custody.not_your_site"
    template = N_("{site} is not a site of {organisation}.")
    remedy = N_("Those who hold the goods there record it, or the buyer.")
    who = N_("the holder of the goods")


class NotOpen(Refusal):
    """The disposition is finished, withdrawn or lapsed."""

    code = "custody.not_open"
    template = N_("Disposition {number} is {status}.")
    remedy = N_("Decide a new disposition for what is still on hold.")


class WrongStatus(Refusal):
    """The disposition stands where this act does not fit."""

    code = "custody.wrong_status"
    template = N_("Disposition {number} is {status}; this act needs it to be {wanted}.")
    remedy = N_("Do what comes before, on the lot's page.")


class OwnProposal(Refusal):
    """A supplier's person signed what only the buyer may."""

    code = "custody.own_proposal"
    template = N_("{name} proposed disposition {number} and works for {organisation}.")
    remedy = N_("A person of the buyer authorises it.")
    who = N_("the buyer")


class NothingThere(Refusal):
    """The account holds nothing to act on."""

    code = "custody.nothing_there"
    template = N_("No unit of lot {lot} is {condition} at {site}.")
    remedy = N_("Look at the lot's table of accounts for where its units are.")


class UnknownCondition(Refusal):
    """Units have no such condition."""

    code = "custody.unknown_condition"
    template = N_("Units are never said to be {word!r}.")
    remedy = N_("Use one of these words: {known}.")


class UnknownKind(Refusal):
    """There is no such kind of disposition."""

    code = "custody.unknown_kind"
    template = N_("There is no disposition of the kind {word!r}.")
    remedy = N_("Use one of these words: {known}.")


class CannotBeCounted(Refusal):
    """Only what lies at a place can be counted."""

    code = "custody.cannot_be_counted"
    template = N_("Units that are {condition} lie at no place where they could be counted.")
    remedy = N_("Count the place where units lie, and say what they are there.")


class DeadlinePassed(Refusal):
    """A deadline or an expiry lies in the past."""

    code = "custody.deadline_passed"
    template = N_("{what} lies in the past: {at}.")
    remedy = N_("Give a date that is still to come.")


class SeveralParts(Refusal):
    """The disposition's units stand in more than one place; the step needs to know which."""

    code = "custody.several_parts"
    template = N_("The units of {number} are in {parts} places.")
    remedy = N_("Say from which of them.")


class TermsStand(Refusal):
    """The list is frozen, or the work has begun: these terms are not exchanged any more."""

    code = "custody.terms_stand"
    template = N_("The work of {number} has begun; this stands: {what}.")
    remedy = N_("Withdraw it and propose anew what is still on hold.")
    who = N_("the buyer")


class NoteNeeded(Refusal):
    """Another deadline after the start needs its reason."""

    code = "custody.note_needed"
    template = N_("The work of {number} has begun; why its deadline changes is missing.")
    remedy = N_("Write why.")


class SecondPerson(Refusal):
    """Two different people must sign; one signed twice."""

    code = "custody.second_person"
    template = N_("{name} signed already; two people must.")
    remedy = N_("Another person of the buyer signs.")
    who = N_("another person of the buyer")


class NoNonconformity(Refusal):
    """The lot was not rejected, so nothing of it is disposed of."""

    code = "custody.no_nonconformity"
    template = N_("No nonconformity is open for lot {lot}.")
    remedy = N_("Put its units on hold first, with the reason.")


class NothingContradicted(Refusal):
    """No unit of the lot is contradicted."""

    code = "custody.nothing_contradicted"
    template = N_("No unit of lot {lot} was seen alive after its end.")
    remedy = N_("Record the sighting first.")


class UnitsMissing(Refusal):
    """A serialised lot needs its units named."""

    code = "custody.units_missing"
    template = N_("Which units are meant is missing for: {what}.")
    remedy = N_("Name them by serial or unit number; one part may be left as the rest.")


class SameSite(Refusal):
    """Goods are sent to where they are."""

    code = "custody.same_site"
    template = N_("The goods are at {site} already.")
    remedy = N_("Choose the site they go to.")


class ResultStands(Refusal):
    """What a result put into the books goes with the result, not without it."""

    code = "custody.result_stands"
    template = N_("This entry follows from an inspection's result, which stands.")
    remedy = N_("Correct the result: the books follow it, and the first one stays readable.")
    who = N_("the inspector")


class DrawnWhere(Refusal):
    """Units were used up or kept, and may have been drawn at any of several sites."""

    code = "custody.drawn_where"
    template = N_("Lot {lot} lies at several sites; where the units used were drawn is missing.")
    remedy = N_("Say at which site they were drawn.")


class CannotBeTakenBack(Refusal):
    """The act moved no units, so there is nothing to take back."""

    code = "custody.cannot_be_taken_back"
    template = N_("This entry moved no units.")
    remedy = N_("Record what is true now as a new act.")
