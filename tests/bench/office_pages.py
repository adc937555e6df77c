"""Which pages of the office a benchmark asks for: each kind, with addresses drawn from the landlord's own data."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode

from doorstep.domain.wastage.measures.shares import SHARES
from doorstep.web.pages.analysis_cases import CASES
from tests.bench.browsing import Asked

DRAWN = 12
"""Of visits, words and the like, so many are drawn: the same page again and again would be read from one place."""
NARROWED = ("trade", "patch", "contractor", "window", "priority")


class Readers(NamedTuple):
    """Sessions by role: of people who see every patch, and of people of one."""

    supervisors: Sequence[str]
    of_a_patch: Sequence[str]
    planners: Sequence[str]
    patch_planners: Sequence[str]


class Drawn(NamedTuple):
    """What addresses are made of."""

    today: str
    visits: list[str]
    patch_visits: list[str]
    orders: list[str]
    streets: list[str]
    postcodes: list[str]
    operatives: list[str]
    cursors: Mapping[str, str]
    values: Mapping[str, str]
    homes: list[str]


def draw(database: Path, patch: str, seed: int = 1) -> Drawn:
    """Read what there is; nothing is written."""
    drawn = random.Random(seed)
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as held:
        count = _one(held, "SELECT count(*) FROM visits")
        places = sorted(drawn.sample(range(count), min(DRAWN, count)))
        visits = [_one(held, f"SELECT visit_id FROM visits ORDER BY visit_id LIMIT 1 OFFSET {at}") for at in places]
        of_patch = _column(held, "SELECT visit_id FROM visits WHERE patch=? ORDER BY visit_id LIMIT 12", patch)
        orders = _column(held, "SELECT work_order_ref FROM visits WHERE work_order_ref<>'' LIMIT 12")
        streets = _column(held, "SELECT DISTINCT address FROM visits WHERE address<>'' LIMIT 12")
        operatives = _column(held, "SELECT person_id FROM people WHERE role='operative' LIMIT 12")
        homes = _column(held, "SELECT DISTINCT property_ref FROM appointments WHERE property_ref<>'' LIMIT 12")
        today = _one(held, "SELECT max(day) FROM visits")
        deep = count * 2 // 3
        newest = held.execute(f"SELECT day,visit_id FROM visits ORDER BY day DESC,visit_id DESC LIMIT 1 OFFSET {deep}")
        waiting = _one(held, "SELECT count(*) FROM visits WHERE standing='recorded'") * 2 // 3
        weakest = held.execute(
            "SELECT weakness,day,visit_id FROM visits WHERE standing='recorded' "
            f"ORDER BY weakness DESC,day,visit_id LIMIT 1 OFFSET {waiting}"
        ).fetchone()
        cursors = {"newest": "{}/{}".format(*newest.fetchone()), "weakest": "{}.{}/{}".format(*weakest)}
        values = {name: _usual(held, name) for name in NARROWED}
    names, postcodes = [_words(each) for each in streets], [each.rpartition(", ")[2] for each in streets]
    return Drawn(today, visits, of_patch, orders, names, postcodes, operatives, cursors, values, homes)


def _one(held: sqlite3.Connection, sql: str) -> Any:
    return held.execute(sql).fetchone()[0]


def _column(held: sqlite3.Connection, sql: str, *values: str) -> list[str]:
    return [row[0] for row in held.execute(sql, values)]


def _usual(held: sqlite3.Connection, name: str) -> str:
    """The value with the most appointments: the slowest to narrow by."""
    found = held.execute(
        f"SELECT {name} FROM wastage_facts WHERE {name}<>'' GROUP BY 1 ORDER BY count(*) DESC LIMIT 1"
    ).fetchone()
    return str(found[0]) if found else ""


def _words(address: str) -> str:
    """What of an address somebody would search for: its longest words."""
    words = [word for word in address.replace(",", " ").split() if len(word) > 3 and word.isalpha()]
    return " ".join(words[:2])


def pages_of(drawn: Drawn, readers: Readers) -> dict[str, list[Asked]]:
    """Every kind of page, in the order of the report."""
    return _queue(drawn, readers) | _other(drawn, readers) | _analysis(drawn, readers)


def _queue(drawn: Drawn, readers: Readers) -> dict[str, list[Asked]]:
    newest, weakest = drawn.cursors["newest"], drawn.cursors["weakest"]
    lists: dict[str, list[dict[str, str]]] = {
        "queue": [{}],
        "queue, deep": [{"view": "decide", "after": weakest}],
        "missed": [{"view": "missed"}],
        "decided": [{"view": "decided"}],
        "not looked at": [{"view": "others"}],
        "all visits": [{"view": "all"}],
        "all visits, deep": [{"view": "all", "after": newest}],
        "all visits, oldest": [{"view": "all", "sort": "oldest"}],
        "queue, oldest": [{"view": "decide", "sort": "oldest"}],
        "queue, alert": [{"view": "decide", "also": "alert"}],
        "queue, waiver": [{"view": "decide", "also": "waiver"}],
        "queue, pressing": [{"view": "decide", "also": "pressing"}],
        "replied": [{"view": "replied"}],
        "a photo alike": [{"view": "decide", "also": "alike"}],
        "disputed": [{"view": "all", "also": "disputed"}],
        "queue, contradicted": [{"view": "decide", "grade": "contradicted"}],
        "all, one operative": [{"view": "all", "operative": each} for each in drawn.operatives],
        "all, a week": [{"view": "all", "from": _before(drawn.today, 7), "to": drawn.today}],
        "all, a year": [{"view": "all", "from": _before(drawn.today, 365), "to": drawn.today}],
        "search: an order": [{"view": "all", "q": each} for each in drawn.orders],
        "search: a street": [{"view": "all", "q": each} for each in drawn.streets],
        "search: a postcode": [{"view": "all", "q": each} for each in drawn.postcodes],
        "search: a number in a street": [{"view": "all", "q": f"12 {each}"} for each in drawn.streets],
        "search: a street, the oldest": [{"view": "all", "sort": "oldest", "q": each} for each in drawn.streets],
        "search: nothing found": [{"view": "all", "q": "zzqx unheard"}],
    }
    found = {}
    for kind, fields in lists.items():
        paths = [f"/office/visits?{urlencode(each)}" if each else "/office/visits" for each in fields]
        found[kind] = _asked(paths, readers.supervisors)
        if kind in ("queue", "queue, deep", "all visits"):
            found[f"{kind} (one patch)"] = _asked(paths, readers.of_a_patch)
    return found


def _other(drawn: Drawn, readers: Readers) -> dict[str, list[Asked]]:
    return {
        "a visit": _asked([f"/office/visits/{each}" for each in drawn.visits], readers.supervisors),
        "a visit (one patch)": _asked([f"/office/visits/{each}" for each in drawn.patch_visits], readers.of_a_patch),
        "home page": _asked(["/office/start"], readers.supervisors),
        "board": _asked(["/office/board"], readers.planners),
        "board (one patch)": _asked(["/office/board"], readers.patch_planners),
        "board, searched": _asked(
            [f"/office/board?{urlencode({'q': each})}" for each in drawn.streets], readers.planners
        ),
        "homes": _asked(["/office/homes"], readers.planners),
        "homes, searched": _asked(
            [f"/office/homes?{urlencode({'q': each})}" for each in drawn.streets], readers.planners
        ),
        "a home": _asked([f"/office/homes/{quote(each, safe='')}" for each in drawn.homes], readers.planners),
        "reviews": _asked(["/office/reviews"], readers.planners),
        "places and waits to ask about": _asked(
            [f"/office/door-questions?week={_before(drawn.today, 7 * week)}" for week in range(8)],
            readers.supervisors,
        ),
        "places and waits (one patch)": _asked(
            [f"/office/door-questions?week={_before(drawn.today, 7 * week)}" for week in range(8)],
            readers.of_a_patch,
        ),
        "disputes": _asked(["/office/disputes"], readers.supervisors),
        "exceptions": _asked(["/office/exceptions"], readers.planners),
        "exceptions (one patch)": _asked(["/office/exceptions"], readers.patch_planners),
        "exceptions, one kind": _asked(["/office/exceptions/photo_reused"], readers.planners),
        "reminders": _asked(["/office/reminders"], readers.planners),
        "replies": _asked(["/office/replies"], readers.planners),
        "imports": _asked(["/office/imports"], readers.planners),
        "replay": _asked(["/office/replay"], readers.supervisors),
        "log": _asked(["/office/log"], readers.supervisors),
    }


def _analysis(drawn: Drawn, readers: Readers) -> dict[str, list[Asked]]:
    found = {"analysis": _asked(["/office/analysis"], readers.supervisors)}
    found["analysis (one patch)"] = _asked(["/office/analysis"], readers.of_a_patch)
    spans = {"a month": {"period": "last"}} | {f"one {name}": {name: value} for name, value in drawn.values.items()}
    everything = {"period": "own", "from": "2000-01-01", "to": drawn.today}
    everything["from"] = _before(drawn.today, 3 * 365)
    spans["all years"] = everything
    for how, fields in spans.items():
        found[f"analysis, {how}"] = _asked([f"/office/analysis?{urlencode(fields)}"], readers.supervisors)
    for name in [*SHARES, *CASES]:
        here = f"/office/analysis/{name}"
        found[f"  {name}"] = _asked([here], readers.supervisors)
        found[f"  {name} (one patch)"] = _asked([here], readers.of_a_patch)
        found[f"  {name}, one trade"] = _asked(
            [f"{here}?{urlencode({'trade': drawn.values['trade']})}"], readers.supervisors
        )
        if name in SHARES:
            for by in SHARES[name].groups:
                found[f"  {name} by {by}"] = _asked([f"{here}?by={by}"], readers.supervisors)
            counter = SHARES[name].ratios[0].part
            last = {"counter": counter, "after_day": _before(drawn.today, 3), "after": "0"}
            found[f"  {name}, behind"] = _asked([f"{here}/visits?counter={counter}"], readers.supervisors)
            found[f"  {name}, behind, last page"] = _asked([f"{here}/visits?{urlencode(last)}"], readers.supervisors)
            narrowed = urlencode({"counter": counter, "trade": drawn.values["trade"]})
            found[f"  {name}, behind, one trade"] = _asked([f"{here}/visits?{narrowed}"], readers.supervisors)
    return found


def _before(day: str, days: int) -> str:
    return (date.fromisoformat(day) - timedelta(days=days)).isoformat()


def _asked(paths: Sequence[str], tokens: Sequence[str]) -> list[Asked]:
    """Each address by each session in turn; each token is of one person."""
    longest = max(len(paths), len(tokens))
    return [Asked(paths[turn % len(paths)], tokens[turn % len(tokens)]) for turn in range(longest)] if paths else []
