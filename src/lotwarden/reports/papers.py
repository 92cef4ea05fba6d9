"""Papers: the nonconformity with its stop-ship notice, and spreadsheets to take away."""

from __future__ import annotations

import uuid
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from lotwarden.custody import queries as custody
from lotwarden.evidence import queries as evidence
from lotwarden.identity import queries as identity
from lotwarden.identity.acting import Actor
from lotwarden.orders import queries as orders
from lotwarden.orders.queries import LotCard
from lotwarden.reports import lot, pages, position, words
from lotwarden.sheets import SheetData, workbook


def nonconformity(actor: Actor, number: str) -> pages.NonconformityPage:
    """Return a nonconformity with the stop-ship notice, ready to send.

    The notice is a letter to the supplier in the language the contract is read in, so its
    English is fixed here and not translated with the page.

    Refuses:
        custody.unknown_nonconformity
    """
    found = custody.nonconformity(number, actor)
    card = orders.lot_by_id(found.lot)
    sums = custody.per_lot([card.id])[card.id]
    standing = _("withdrawn") if found.withdrawn_at else _("open")
    held = sum(one.quantity for one in custody.standing([card.id]) if one.account.on_hold)
    lines = [found.requirement] if found.requirement else []
    lines.append(_("%(n)s were put on hold, %(held)s still are") % {
        "n": words.units(sums["rejected"]), "held": words.number(held),
    })  # fmt: skip
    if found.cause.startswith("inspection:"):
        said = f"The inspection of this lot was not acceptable: {found.requirement}."
    else:
        said = f"This lot is on hold on suspicion: {found.requirement}"
    subject, text = notice(card, number, found.opened_at, sums["rejected"], said)
    return pages.NonconformityPage(
        number=number,
        lot=lot.head(card),
        opened_at=found.opened_at,
        zone=card.zone,
        units=sums["rejected"],
        found=tuple(lines),
        status=pages.Tag(standing, "plain" if found.withdrawn_at else "hold"),
        notice_subject=subject,
        notice=text,
        addressees=(card.supplier_name,),
    )


def notice(
    card: LotCard, number: str, opened_at: datetime, quantity: int, found: str
) -> tuple[str, str]:
    """Return subject and text of the stop-ship notice of a rejected lot."""
    day = opened_at.astimezone(ZoneInfo(card.zone)).strftime("%d %B %Y")
    buyer = identity.buyer().name
    subject = f"Stop shipment: order {card.order}, lot {card.number} ({number})"
    text = f"""To: {card.supplier_name}, {card.site_name}

Order {card.order}, lot {card.number}: {card.product}
Nonconformity {number} of {day}

{found}

1. Do not ship, sell, rework, move or destroy any unit of this lot. All {quantity:,} units are
   on hold from this moment, good and defective alike.
2. Keep them apart, marked and locked. Confirm today in writing where they are, how many
   there are, and who has the key.
3. Tell us the same of spare labels, packaging and parts that carry our mark.
4. We decide what happens to each part: sorting, rework, destruction or another way. You may
   propose; nothing begins before we authorise it in writing.
5. We, or an inspector in our name, may count the goods at any time.

Please answer with the quantity you counted, the place, and photographs of the goods as they
stand.

{buyer}
"""
    return subject, text


def position_workbook(actor: Actor, number: str) -> bytes:
    """Return the lot's position as a spreadsheet: sum, accounts, story.

    Refuses:
        orders.unknown_lot
    """
    card = orders.lot(number, actor)
    found = position.where(number, actor=actor)
    head = [
        [_("Lot"), card.number], [_("Order"), card.order], [_("Product"), card.product],
        [_("Site"), f"{card.supplier_name}, {card.site_name}"],
        [_("Produced"), found["produced"]], [_("Declared"), found["declared"]],
        [_("Surplus"), found["surplus"]], [_("Unaccounted"), found["unaccounted"]],
        [_("Contradicted, at least"), found["contradicted"]],
    ]  # fmt: skip
    rows = [
        [
            words.condition_name(row["condition"]), row["site"] or "", row["grade"],
            _("yes") if row["contradicted"] else _("no"), row["units"],
        ]
        for row in found["accounts"]
    ]  # fmt: skip
    sites, people = identity.sites(), identity.people()
    told = {one.act: one for one in evidence.story(card.id)}

    def place(site: str | None) -> str:
        known = sites.get(uuid.UUID(site)) if site else None
        return known.label if known else ""

    moved = []
    for one in custody.transfers(card.id):
        act = told[one.act]
        person = people.get(act.actor)
        moved.append(
            [
                act.number, act.occurred_at, person.name if person else "", act.kind,
                words.condition(one.debit), place(one.debit.site),
                words.condition(one.credit), place(one.credit.site),
                one.quantity, _("yes") if one.corrected else "",
            ]
        )  # fmt: skip
    return workbook(
        [
            SheetData(_("Lot"), (_("What"), _("Value")), head),
            SheetData(
                _("Accounts"),
                (_("Condition"), _("Site"), _("Grade"), _("Contradicted"), _("Units")),
                rows,
            ),
            SheetData(
                _("Transfers"),
                (
                    _("Statement"),
                    _("When"),
                    _("Who"),
                    _("What"),
                    _("From"),
                    _("From site"),
                    _("To"),
                    _("To site"),
                    _("Units"),
                    _("Corrected"),
                ),
                moved,
            ),
        ]
    )


def lots_workbook(actor: Actor) -> bytes:
    """Return the table of lots as a spreadsheet."""
    rows = [
        [
            row["lot"], row["order"], row["product"], row["produced"],
            _(words.VERDICTS[row["verdict"]]) if row["verdict"] else "", row["rejected"],
            row["unaccounted"], row["contradicted"],
        ]
        for row in position.lots(actor=actor)
    ]  # fmt: skip
    headings = (
        _("Lot"), _("Order"), _("Product"), _("Produced"), _("Verdict"), _("Rejected"),
        _("Unaccounted"), _("Contradicted, at least"),
    )  # fmt: skip
    return workbook([SheetData(_("Lots"), headings, rows)])
