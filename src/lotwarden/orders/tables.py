"""What the spreadsheets of orders and packing lists hold, column by column."""

from __future__ import annotations

from decimal import Decimal

from lotwarden.sheets import Column, Kind, Table

ORDERS = Table(
    "orders",
    "Orders",
    (
        Column("order", Kind.TEXT, title="Order", aliases=("PO", "order no", "订单号"),
               example="PO-7731", max_length=60, description="The order's number."),
        Column("placed_on", Kind.DATE, required=False, title="Placed on",
               aliases=("order date", "下单日期"), description="When it was placed."),
        Column("supplier", Kind.TEXT, title="Supplier", aliases=("factory", "供应商"),
               example="Yongkang Haoyu Metal Co., Ltd", max_length=200,
               description="The supplier's name; a new one is added."),
        Column("supplier_local", Kind.TEXT, required=False, title="Supplier, local name",
               aliases=("供应商中文名",), example="永康市浩宇金属有限公司", max_length=200),
        Column("site", Kind.TEXT, title="Site", aliases=("factory site", "place", "工厂"),
               example="Yongkang site", max_length=200,
               description="The place where the goods are made; a new one is added."),
        Column("country", Kind.COUNTRY, required=False, title="Country", aliases=("国家",),
               example="CN", description="Two letters; gives the site's time zone."),
        Column("zone", Kind.TEXT, required=False, title="Time zone", aliases=("时区",),
               example="Asia/Shanghai", max_length=60,
               description="The site's time zone, where a country has several."),
        Column("lot", Kind.SERIAL, title="Lot", aliases=("lot no", "批号"), example="L-1024",
               max_length=60,
               description="The lot's number: letters, digits, point, dash, underscore."),
        Column("product_code", Kind.SERIAL, title="Product code", aliases=("SKU", "item", "货号"),
               example="SB-750", max_length=60),
        Column("product", Kind.TEXT, title="Product", aliases=("description", "品名"),
               example="Steel bottle 750 ml", max_length=200),
        Column("product_local", Kind.TEXT, required=False, title="Product, local name",
               aliases=("中文品名",), example="不锈钢水瓶 750毫升", max_length=200),
        Column("unit_name", Kind.TEXT, required=False, title="Unit", aliases=("单位",),
               example="bottle", max_length=40,
               description="What one unit is: a bottle, a pair, a bag of 25 kg."),
        Column("quantity", Kind.INTEGER, title="Quantity", aliases=("qty", "units", "数量"),
               example=3200, minimum=2, maximum=2_000_000_000,
               description="Units that the supplier says it made."),
        Column("unit_cost", Kind.DECIMAL, required=False, title="Unit cost",
               aliases=("price", "单价"), example=Decimal("9.00"), minimum=Decimal(0)),
        Column("currency", Kind.CURRENCY, required=False, title="Currency", aliases=("币种",),
               example="USD"),
        Column("weight_g", Kind.INTEGER, required=False, title="Weight of a unit, g",
               aliases=("unit weight g", "单重克"), example=350, minimum=1, maximum=100_000_000),
        Column("branded", Kind.BOOLEAN, required=False, title="Branded", aliases=("有商标",),
               example=True, description="Whether the product carries the brand. Blank: yes."),
        Column("numbered", Kind.BOOLEAN, required=False, title="Units numbered",
               aliases=("serialised", "有序列号"), example=False,
               description="Whether each unit can be told apart by a number. Blank: no."),
    ),
    max_rows=5_000,
)  # fmt: skip

PACKING_LIST = Table(
    "packing-list",
    "Packing list",
    (
        Column("lot", Kind.SERIAL, title="Lot", aliases=("lot no", "批号"), example="L-1024",
               max_length=60),
        Column("carton", Kind.SERIAL, title="Carton", aliases=("carton no", "ctn", "箱号"),
               example="1", max_length=60),
        Column("quantity", Kind.INTEGER, title="Quantity", aliases=("qty", "units", "数量"),
               example=24, minimum=1, maximum=2_000_000_000,
               description="Units in the carton; cartons are numbered through in this order."),
        Column("serial_first", Kind.SERIAL, required=False, title="First serial",
               aliases=("serial from", "起始序列号"), example="SB000001", max_length=120),
        Column("serial_last", Kind.SERIAL, required=False, title="Last serial",
               aliases=("serial to", "结束序列号"), example="SB000024", max_length=120),
        Column("gross_weight_g", Kind.INTEGER, required=False, title="Gross weight, g",
               aliases=("毛重克",), example=9200, minimum=1, maximum=100_000_000_000),
    ),
    max_rows=20_000,
)  # fmt: skip
