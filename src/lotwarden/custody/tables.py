"""What a spreadsheet of sightings holds, column by column."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from lotwarden.sheets import Column, Kind, Table

HOW = (
    ("scan", "扫码"),
    ("network", "device active"),
    ("listing", "网店"),
    ("test buy", "试购"),
    ("tracker", "定位"),
    ("recall", "召回"),
    ("market", "市场"),
    ("lot code", "批号"),
)

SIGHTINGS = Table(
    "sightings",
    "Sightings",
    (
        Column("lot", Kind.SERIAL, required=False, title="Lot", aliases=("lot no", "批号"),
               max_length=60, description="May be left out where the serial tells it."),
        Column("serial", Kind.SERIAL, required=False, title="Serial",
               aliases=("first serial", "serial from", "序列号"), example="SB000017",
               max_length=120, description="The serial seen, or the first of a range."),
        Column("serial_last", Kind.SERIAL, required=False, title="Last serial",
               aliases=("serial to", "结束序列号"), max_length=120,
               description="The last serial, where a whole range was seen."),
        Column("quantity", Kind.INTEGER, required=False, title="Quantity", aliases=("qty", "数量"),
               minimum=1, maximum=2_000_000_000,
               description="How many distinct units; needed where units have no serials."),
        Column("seen_at", Kind.DATETIME, title="Seen at", aliases=("when", "date", "时间"),
               example=datetime(2026, 3, 1, 9, 30, tzinfo=timezone(timedelta(hours=8)))),
        Column("place", Kind.TEXT, title="Place", aliases=("where", "地点"),
               example="online shop, Shenzhen", max_length=200),
        Column("how", Kind.CHOICE, title="How", aliases=("kind", "方式"), example="test buy",
               choices=HOW),
        Column("confirmed", Kind.BOOLEAN, title="Confirmed", aliases=("已确认",), example=True,
               description="Yes only if a person decided so: the unit in hand, a device active."),
        Column("confirmed_how", Kind.TEXT, required=False, title="How confirmed",
               aliases=("确认方式",), max_length=400),
        Column("source", Kind.TEXT, required=False, title="Source", aliases=("来源",),
               max_length=400),
    ),
    max_rows=20_000,
)  # fmt: skip
