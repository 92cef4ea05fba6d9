"""A lot's books under one operation: read once, changed in memory, written once.

desk = Desk(op, card)                     the lot is locked
desk.grade(evidence, holder=…)            what the act's evidence is worth
desk.post([...])                          refused or done, all of it
desk.close()                              rows, caches, and what the statement tells
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from lotwarden.core import ledger
from lotwarden.core.grades import Grade, Reason, Setting, grade
from lotwarden.core.ledger import Account, Books, Transfer
from lotwarden.core.units import Units, dump, to_ranges
from lotwarden.custody import books as stored
from lotwarden.custody import queries as custody
from lotwarden.custody.models import Contradiction, Discrepancy, Grading
from lotwarden.custody.models import Transfer as TransferRow
from lotwarden.evidence.operations import Attached
from lotwarden.evidence.rows import insert
from lotwarden.identity.acting import Op
from lotwarden.orders.queries import LotCard


class Desk:
    """The books of one lot while one act is done to them."""

    def __init__(self, op: Op, lot: LotCard) -> None:
        assert lot.id in op.heads, "the lot is locked before its books are opened"
        self.op = op
        self.lot = lot
        self._loaded = stored.load_books(lot.id, serialised=lot.serialised)
        self.books: Books = self._loaded.books
        self._rows: list[dict[str, Any]] = []
        self._index = 0
        self._grade: Grade | None = None
        self._setting: dict[str, Any] = {}
        self._disposition: uuid.UUID | None = None
        self._since: uuid.UUID | None = None

    def grade(
        self,
        things: Sequence[Attached],
        *,
        holder: uuid.UUID | None,
        covers: int | None = None,
        disposition: uuid.UUID | None = None,
        site: str | None = None,
        end_by_destruction: bool = False,
    ) -> Grade:
        """Attach `things` to the act and grade it by its evidence.

        `holder` is the organisation that holds the goods, `covers` how many units the act is
        about: a witness's count of fewer is no count of them.  A step of a `disposition`, of its
        part at `site`, also rests on what was attached to that since the step before.  Call
        before `post`: transfers carry the grade of their act.
        """
        self.op.attach(things)
        setting = Setting(
            holder=str(holder) if holder else None,
            supplier=str(self.lot.supplier),
            quantity=covers,
            end_by_destruction=end_by_destruction,
            same_person=self.op.actor.single_person,
        )
        items = [one.evidence for one in things]
        if disposition is not None:
            self._disposition = disposition
            self._since = custody.last_step(self.lot.id, disposition, site)
            items = custody.evidence_of(self.op.act, disposition, self._since)
        self._grade = grade(items, setting)
        self._setting = {
            "holder": setting.holder,
            "supplier": setting.supplier,
            "quantity": covers,
            "by_destruction": end_by_destruction,
            "same_person": setting.same_person,
        }
        return self._grade

    def post(self, transfers: Sequence[Transfer]) -> None:
        """Post transfers, each with an id and the act's grade; refuses as the ledger does."""
        level = self._grade.level if self._grade else 0
        ready = [replace(one, id=one.id or str(uuid.uuid4()), grade=level) for one in transfers]
        self.books = ledger.post(self.books, ready)
        for one in ready:
            self._rows.append(
                stored.transfer_row(one, lot=self.lot.id, act=self.op.act, index=self._index)
            )
            self._index += 1
        self.op.tell_more("transfers", (stored.told(one, lot=self.lot.id) for one in ready))

    def pend(
        self, pending: uuid.UUID, account: Account, quantity: int, units: Units | None
    ) -> None:
        """Reserve units for a disposition; refuses as the ledger does."""
        self.books = ledger.pend(
            self.books, pending=str(pending), account=account, quantity=quantity, units=units
        )

    def void(self, pending: uuid.UUID) -> None:
        """Give free what a disposition still reserves."""
        self.books = ledger.void(self.books, pending=str(pending))

    def contradict(self, units: Units | None, quantity: int, account: Account | None) -> int:
        """Mark units contradicted where a sighting contradicts; return how many newly are."""
        entry = ledger.Contradiction(units=units, quantity=quantity, account=account)
        before = _contradicted(self.books)
        self.books = ledger.contradict(self.books, entry)
        marked = _contradicted(self.books) - before
        if marked:
            Contradiction.objects.create(
                statement_id=self.op.act,
                index=self._index,
                lot_id=self.lot.id,
                units=None if units is None else dump(units),
                quantity=quantity,
                site_id=account.site if account else None,
                condition=account.condition.value if account else "",
            )
            self._index += 1
            self.op.tell_more(
                "contradictions",
                [
                    {
                        "lot": str(self.lot.id),
                        "units": None if units is None else to_ranges(units),
                        "quantity": quantity,
                        "account": [account.condition.value, account.site] if account else None,
                    }
                ],
            )
        return marked

    def discrepancy(self, account: Account, quantity: int) -> None:
        """Record how many serialised units a count missed in an account; 0 closes it."""
        if self.books.discrepancies.get(account, 0) == quantity:
            return
        self.books = replace(
            self.books,
            discrepancies={
                key: k for key, k in {**self.books.discrepancies, account: quantity}.items() if k
            },
        )
        Discrepancy.objects.create(
            statement_id=self.op.act,
            index=self._index,
            lot_id=self.lot.id,
            site_id=account.site,
            condition=account.condition.value,
            carries=account.carries.value if account.carries else "",
            quantity=quantity,
        )
        self._index += 1
        self.op.tell_more(
            "discrepancies",
            [
                {
                    "lot": str(self.lot.id),
                    "account": [account.condition.value, account.site,
                                account.carries.value if account.carries else None],
                    "quantity": quantity,
                }
            ],
        )  # fmt: skip

    def close(self) -> None:
        """Write the transfers, what stands where, what is reserved, and the act's grade."""
        insert(TransferRow, self._rows)
        stored.save_books(self.lot.id, self._loaded, self.books)
        changed = stored.reservations_told(self.lot.id, self._loaded.books, self.books)
        if changed:
            self.op.tell_more("reserved", changed)
        # An act has one grade, that of the first of its lots: the statement tells its setting.
        if self._grade is not None and "setting" not in self.op.body:
            grading = {
                "statement_id": self.op.act,
                "level": self._grade.level,
                "reasons": reasons_of(self._grade),
                "setting": self._setting,
                "disposition": self._disposition,
                "since": self._since,
            }
            insert(Grading, [grading])
            self.op.tell(setting=self._setting)


def reasons_of(found: Grade) -> list[Any]:
    """Return a grade's reasons as rows keep them: template and data, because and not more."""
    return [_reason(found.because), _reason(found.not_more)]


def _reason(of: Reason | None) -> list[Any] | None:
    return None if of is None else [of.template, dict(of.data)]


def _contradicted(books: Books) -> int:
    return sum(held.quantity for key, held in books.holdings.items() if key.contradicted)
