"""The lot's position as data: what `lotwarden where --json` prints, and spreadsheets hold.

Fixed form, so that others can build on it; rows of `accounts` sum to `produced`.
"""

from __future__ import annotations

from typing import Any

from lotwarden.custody import queries as custody
from lotwarden.identity.acting import Actor
from lotwarden.inspections import queries as inspections
from lotwarden.orders import queries as orders


def where(lot: str | None = None, *, actor: Actor | None = None) -> dict[str, Any]:
    """Return where every unit is, of one lot or of all.

    `{"produced", "declared", "surplus", "unaccounted", "contradicted", "accounts": […]}`:
    one row per condition, site, grade and contradicted; `site` is null where nobody holds
    the units.

    Refuses:
        orders.unknown_lot
    """
    ids = None
    if lot is not None:
        ids = [orders.lot(lot, actor).id]
    elif actor is not None and actor.role != "buyer":
        ids = [card.id for card in orders.lots(actor)]
    made = custody.produced(ids).values()
    rows = [
        {
            "condition": row["condition"],
            "site": _site(row),
            "grade": row["grade"],
            "contradicted": row["contradicted"],
            "units": row["units"],
        }
        for row in custody.accounts(ids)
    ]
    return {
        "produced": sum(one.produced for one in made),
        "declared": sum(one.declared for one in made),
        "surplus": sum(one.surplus for one in made),
        "unaccounted": sum(row["units"] for row in rows if row["condition"] == "unaccounted"),
        "contradicted": sum(row["units"] for row in rows if row["contradicted"]),
        "accounts": rows,
    }


def lots(*, actor: Actor | None = None) -> list[dict[str, Any]]:
    """Return one row per lot: order, product, produced, verdict, rejected, unaccounted, contradicted."""
    numbers = custody.per_lot()
    verdicts = inspections.verdicts()
    none = {"produced": 0, "rejected": 0, "unaccounted": 0, "contradicted": 0}
    return [
        {
            "lot": card.number,
            "order": card.order,
            "product": card.product,
            "produced": numbers.get(card.id, none)["produced"],
            "verdict": verdicts.get(card.id),
            "rejected": numbers.get(card.id, none)["rejected"],
            "unaccounted": numbers.get(card.id, none)["unaccounted"],
            "contradicted": numbers.get(card.id, none)["contradicted"],
        }
        for card in orders.lots(actor)
    ]


def _site(row: dict[str, Any]) -> str | None:
    if row["site__name"] is None:
        return None
    return f"{row['site__organisation__name']}, {row['site__name']}"
