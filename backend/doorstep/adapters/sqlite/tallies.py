"""How many visits there are of each kind, kept as they change: the figures beside the list's filters count no visit.

A tally is of a day, and another of every day together: most lists are of no particular days.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from doorstep.adapters.sqlite.rows import json_list, marks, plain
from doorstep.application.rows import VisitRow

PRESSING: Final = "(priority='emergency' OR instr(priority,'hazard')>0)"
IS_PLAIN: Final = (
    f"(standing='recorded' AND waived_count=0 AND alert_count=0 AND grade<>'contradicted' AND NOT {PRESSING})"
)
"""Of these a share is looked at, by lot: see application.lists.is_looked_at."""
LOTS_TOGETHER: Final = 50
"""Half a per cent: so finely a landlord's share is counted from tallies. The lot of what is no plain record is -1."""
EVERY_DAY: Final = "*"
EPOCH: Final = date(1970, 1, 1)
IDS_OF_A_DAY: Final = 1 << 24
KIND: Final = f"day,patch,standing,grade,alert_count>0,waived_count>0,{PRESSING},iif({IS_PLAIN},lot/{LOTS_TOGETHER},-1)"
COLUMNS: Final = "day,patch,standing,grade,had_alert,had_waiver,was_pressing,lot"


def save_visits(connection: sqlite3.Connection, rows: Sequence[VisitRow]) -> None:
    """Keep these instead of what was held of the same visits, and tally what that changed."""
    if not rows:
        return
    visit_ids = json_list(row.visit_id for row in rows)
    changed = Counter[tuple[Any, ...]]()
    changed.subtract(_kinds(connection, visit_ids))
    words = _words(connection, visit_ids)
    columns = marks(len(VisitRow.__struct_fields__))
    connection.executemany(f"INSERT OR REPLACE INTO visits VALUES({columns})", map(plain, rows))
    changed.update(_kinds(connection, visit_ids))
    _keep_searched(connection, words, {row.words: row.day for row in rows})
    tallied = [(*kind, by) for kind, by in changed.items() if by]
    tallied += [(EVERY_DAY, *kind, by) for kind, by in _of_every_day(changed).items() if by]
    connection.executemany(
        f"INSERT INTO visit_tallies({COLUMNS},visits) VALUES({marks(9)}) "
        "ON CONFLICT DO UPDATE SET visits=visits+excluded.visits",
        tallied,
    )
    by_kind = " AND ".join(f"{name}=?" for name in COLUMNS.split(","))
    gone = [row[:-1] for row in tallied if row[-1] < 0]
    connection.executemany(f"DELETE FROM visit_tallies WHERE {by_kind} AND visits=0", gone)


def _kinds(connection: sqlite3.Connection, visit_ids: str) -> Counter[tuple[Any, ...]]:
    sql = f"SELECT {KIND} FROM visits WHERE visit_id IN(SELECT value FROM json_each(?))"
    return Counter(connection.execute(sql, (visit_ids,)))


def _words(connection: sqlite3.Connection, visit_ids: str) -> set[str]:
    sql = "SELECT words FROM visits WHERE visit_id IN(SELECT value FROM json_each(?))"
    return {words for (words,) in connection.execute(sql, (visit_ids,))}


def _keep_searched(connection: sqlite3.Connection, before: set[str], now: Mapping[str, str]) -> None:
    """What visits are searched by, with their days: words that no visit has any more are not kept.

    Ids rise with the day, so that what is newest is found first; which of several days it was decides only that.
    """
    new = [(_first_id(day), words) for words, day in now.items() if words not in before]
    gone = [(words,) for words in before - now.keys()]
    last = f"SELECT max(id) FROM searched WHERE id>=?1 AND id<?1+{IDS_OF_A_DAY}"
    connection.executemany(f"INSERT OR IGNORE INTO searched VALUES(ifnull(({last}),?1)+1,?2)", new)
    unused = "NOT EXISTS(SELECT 1 FROM visits WHERE visits.words=searched.words)"
    connection.executemany(f"DELETE FROM searched WHERE words=? AND {unused}", gone)


def _first_id(day: str) -> int:
    return (date.fromisoformat(day) - EPOCH).days * IDS_OF_A_DAY if day else 0


def _of_every_day(changed: Counter[tuple[Any, ...]]) -> Counter[tuple[Any, ...]]:
    summed = Counter[tuple[Any, ...]]()
    for (_, *kind), by in changed.items():
        summed[tuple(kind)] += by
    return summed
