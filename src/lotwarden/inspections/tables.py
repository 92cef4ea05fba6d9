"""What a spreadsheet of inspection results holds, column by column."""

from __future__ import annotations

from lotwarden.sheets import Column, Kind, Table

RESULTS = Table(
    "results",
    "Inspection results",
    (
        Column("inspection", Kind.SERIAL, required=False, title="Inspection", aliases=("检验号",),
               max_length=20, description="The inspection's number, such as I-7. Or give the lot."),
        Column("lot", Kind.SERIAL, title="Lot", aliases=("lot no", "批号"), example="L-1024",
               max_length=60),
        Column("inspected_at", Kind.DATETIME, required=False, title="Inspected at",
               aliases=("when", "date", "时间"),
               description="When it was done. Blank: now."),
        Column("inspected", Kind.INTEGER, title="Units inspected", aliases=("sample", "检验数量"),
               example=125, minimum=1, maximum=2_000_000_000),
        Column("counted", Kind.INTEGER, required=False, title="Units counted as presented",
               aliases=("清点数量",), minimum=1,
               description="Only if all units presented were counted."),
        Column("critical", Kind.INTEGER, required=False, title="Critical", aliases=("致命",),
               example=0, minimum=0, description="Units whose worst defect is critical. None: 0."),
        Column("major", Kind.INTEGER, required=False, title="Major", aliases=("严重",),
               example=21, minimum=0, description="Units whose worst defect is major. None: 0."),
        Column("minor", Kind.INTEGER, required=False, title="Minor", aliases=("轻微",),
               example=6, minimum=0, description="Units whose worst defect is minor. None: 0."),
        Column("consumed", Kind.INTEGER, required=False, title="Used up in tests",
               aliases=("破坏性测试",), minimum=0),
        Column("retained", Kind.INTEGER, required=False, title="Kept as samples",
               aliases=("留样",), minimum=0),
        Column("remarks", Kind.TEXT, required=False, title="Remarks", aliases=("备注",),
               max_length=2_000),
    ),
    max_rows=1_000,
)  # fmt: skip
