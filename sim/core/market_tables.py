"""The tables of those who arrange likes: mutual-aid groups and like farms, by day."""

from __future__ import annotations

from sim.core.table_columns import TableSpec, flag_column, float_column, int_column

GROUPS = TableSpec(
    "groups",
    "one row for every mutual-aid group and day",
    (
        int_column("day", "day", "day of the run, from 0"),
        int_column("group", "id", "group"),
        int_column("members", "creators", "members on the roster"),
        int_column("active_members", "creators", "members who answered anything"),
        int_column("requests", "requests", "requests posted"),
        int_column("answered", "likes", "answers given"),
        int_column("likes", "likes", "likes given"),
        float_column("free_rider_share", "0..1", "share of members who owe more than they gave"),
        flag_column("alive", "has not dissolved"),
    ),
)

FARMS = TableSpec(
    "farms",
    "one row for every like farm and day",
    (
        int_column("day", "day", "day of the run, from 0"),
        int_column("farm", "id", "farm"),
        flag_column("open", "takes orders"),
        *(
            int_column(grade, "accounts", f"usable {grade} accounts held")
            for grade in ("machine", "raised", "real_person")
        ),
        int_column("burnt", "accounts", "accounts lost so far"),
        int_column("orders", "orders", "orders taken today"),
        int_column("likes_delivered", "likes", "likes delivered today"),
        float_column("revenue_cny", "CNY", "revenue today"),
        float_column("sales_cost_cny", "CNY", "brokers' share today"),
        float_column("operations_cost_cny", "CNY", "operations today"),
        float_column("accounts_cost_cny", "CNY", "accounts bought today"),
        float_column("profit_cny", "CNY", "profit today"),
        *(
            float_column(f"price_{grade}_per_1000_cny", "CNY/1000 likes", f"asking price of 1000 {grade} likes")
            for grade in ("machine", "raised", "real")
        ),
    ),
)
