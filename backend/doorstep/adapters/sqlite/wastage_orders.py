"""What ties appointments together, kept as facts change: which order was served before, what came of the missed."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection
from typing import Final

from doorstep.adapters.sqlite.rows import json_list
from doorstep.domain.wastage.sides import COMPLETED

TIED_BY: Final = tuple(
    "day starts_at patch window trade priority contractor operative_id work_order_ref alerts recorded_as "
    "is_cancelled_before".split()
)
"""The fields of a fact on which any of it rests."""
COMPLETING: Final = ",".join(f"'{outcome}'" for outcome in sorted(COMPLETED))
AGAIN: Final = (
    "SELECT appointment_id,day,patch,before,ifnull(before_here,'') AS before_here FROM(SELECT appointment_id,day,patch,"
    "lag(day) OVER(PARTITION BY work_order_ref ORDER BY day,appointment_id) AS before,"
    "lag(day) OVER(PARTITION BY work_order_ref,patch ORDER BY day,appointment_id) AS before_here "
    "FROM wastage_facts WHERE n_population AND work_order_ref<>''{among}) WHERE before IS NOT NULL"
)
"""Of the facts that are wanted. Within a day appointments lie by id."""
RECOVERED: Final = (
    "SELECT appointment_id,day,patch,window,trade,priority,contractor,operative_id,alerts,recorded_as,"
    "work_order_ref='' AS is_unknown,ifnull((SELECT max(1+(later.recorded_as IN(" + COMPLETING + "))) "
    "FROM wastage_facts later WHERE later.work_order_ref=missed.work_order_ref AND later.work_order_ref<>'' "
    "AND later.starts_at>missed.starts_at AND NOT later.is_cancelled_before),0) AS came_to "
    "FROM wastage_facts missed WHERE n_missed{among}"
)
"""Nothing came after it (0), or its order got another time (1), or was completed then (2)."""


def keep_orders(connection: sqlite3.Connection, appointments: Collection[str], orders: Collection[str]) -> None:
    """Bring both up to date for facts that changed, and for all others of the orders that they are or were of."""
    given = {"appointments": json_list(appointments), "orders": json_list(order for order in orders if order)}
    of_orders = "work_order_ref<>'' AND work_order_ref IN(SELECT value FROM json_each(:orders))"
    theirs = "SELECT value FROM json_each(:appointments)"
    changed = f"{theirs} UNION SELECT appointment_id FROM wastage_facts WHERE {of_orders}"
    for table in ("wastage_again", "wastage_recovered"):
        connection.execute(f"DELETE FROM {table} WHERE appointment_id IN({changed})", given)
    again = AGAIN.replace("{among}", " AND work_order_ref IN(SELECT value FROM json_each(:orders))")
    connection.execute(f"INSERT INTO wastage_again {again}", given)
    recovered = RECOVERED.replace("{among}", f" AND appointment_id IN({changed})")
    connection.execute(f"INSERT INTO wastage_recovered {recovered}", given)
