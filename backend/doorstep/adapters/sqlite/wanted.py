"""The queries of the list of visits: which rows, in which order, and the figures beside the filters.

A list of several standings is put together from one piece for each, and by weakness from one for each weakness: each
piece lies in an index in the order of the list, and ends with the page, however many visits there are. The index holds
what a piece is narrowed by, too, and rows are fetched for the page only.
"""

from __future__ import annotations

from typing import Any

from doorstep.adapters.sqlite.rows import VISIT_COLUMNS
from doorstep.adapters.sqlite.tallies import EVERY_DAY, LOTS_TOGETHER, PRESSING
from doorstep.application.lists import DISPUTED, LEAST_LETTERS, PHOTO_ALIKE, VisitFilter
from doorstep.domain.deciding import REPLIED, SECOND_LOOK

LOOKED_AT = f"(standing<>'recorded' OR lot<? OR waived_count>0 OR alert_count>0 OR grade='contradicted' OR {PRESSING})"
"""Who is looked at: see application.lists.is_looked_at."""
HAS_REPLY = f"instr(flags,'\"{REPLIED}\"')>0"
WAS_DISPUTED = f"instr(flags,'\"{DISPUTED}')>0"
HAS_PHOTO_ALIKE = f"instr(flags,'\"{PHOTO_ALIKE}')>0"
HAS_SECOND_LOOK = f"instr(flags,'\"{SECOND_LOOK}\"')>0"
ORDERS = {
    "newest": ("day DESC,visit_id DESC", "(day,visit_id)<(?,?)"),
    "oldest": ("day,visit_id", "(day,visit_id)>(?,?)"),
    "weakest": ("weakness DESC,day,visit_id", "(day,visit_id)>(?,?)"),
}
"""For each order: how rows are sorted, and which lie beyond a cursor; of one weakness, where that comes first."""
WEAKNESSES = (3, 2, 1, 0)
Query = tuple[Any, ...]


def given(*conditions: tuple[str, str | None]) -> tuple[list[str], list[Any]]:
    """Those of the conditions to which a value was given, one that always holds before them, and the values."""
    asked = [(condition, value) for condition, value in conditions if value]
    return ["1", *(condition for condition, _ in asked)], [value for _, value in asked]


def rows_wanted(wanted: VisitFilter) -> Query:
    """The query of one page, with its parameters."""
    found, source, tests, values = _found(wanted)
    if wanted.grades:
        tests.append(f"grade IN({','.join('?' * len(wanted.grades))})")
        values += wanted.grades
    order = ORDERS[wanted.order][0]
    columns = "visit_id,day,weakness" if wanted.order == "weakest" else "visit_id,day"
    pieces, given_to = [], []
    for narrowed, more in _pieces(wanted):
        where = " AND ".join([*tests, *narrowed])
        pieces.append(f"SELECT * FROM(SELECT {columns} FROM {source} WHERE {where} ORDER BY {order} LIMIT ?)")
        given_to += [*values, *more, wanted.limit]
    sql, *parameters = found
    listed = f"SELECT visit_id FROM({' UNION ALL '.join(pieces)}) ORDER BY {order} LIMIT ?"
    rows = f"SELECT {VISIT_COLUMNS} FROM({listed}) CROSS JOIN visits USING(visit_id) ORDER BY {order}"
    return f"{sql}{rows}", *parameters, *given_to, wanted.limit


def _pieces(wanted: VisitFilter) -> list[tuple[list[str], list[Any]]]:
    """What each piece of a list is narrowed to, with the parameters."""
    if wanted.operative_id or wanted.words:
        # A few at most, by an index of their own.
        standings = f"standing IN({','.join('?' * len(wanted.standings))})"
        found = [([standings] * bool(wanted.standings), list(wanted.standings))]
    else:
        found = [(["standing=?"], [standing]) for standing in wanted.standings or wanted.among] or [([], [])]
    if wanted.order == "weakest":
        return [
            ([*tests, "weakness=?", *beyond], [*values, weakness, *more])
            for tests, values in found
            for weakness in WEAKNESSES
            for beyond, more in _beyond(wanted, weakness)
        ]
    return [([*tests, *beyond], [*values, *more]) for tests, values in found for beyond, more in _beyond(wanted)]


def _beyond(wanted: VisitFilter, weakness: int | None = None) -> list[tuple[list[str], list[Any]]]:
    """What lies beyond the cursor: all of it where that is of a weakness before, nothing where it is of one after."""
    at, *place = wanted.beyond
    if not wanted.after or (weakness is not None and weakness < at):
        return [([], [])]
    if weakness is not None and weakness > at:
        return []
    return [([ORDERS[wanted.order][1]], list(place))]


def counts_wanted(wanted: VisitFilter) -> Query:
    """The figures by standing and grade, with their parameters: what is wanted of both, and the page, aside."""
    if _is_tallied(wanted):
        return _tallied(wanted)
    (found, *parameters), source, tests, values = _found(wanted)
    sql = (
        f"{found}SELECT standing,count(*),sum(alert_count>0),sum(waived_count>0),sum{PRESSING},grade FROM {source} "
        f"WHERE {' AND '.join(tests)} GROUP BY standing,grade ORDER BY standing,grade"
    )
    return sql, *parameters, *values


def _found(wanted: VisitFilter) -> tuple[Query, str, list[str], list[Any]]:
    """What is looked up before a query, with its parameters; then what it reads, its tests, and their parameters.

    What words find is gone through from the newest visit on (see searched.id), and no further than is listed.
    """
    tests, values = _tests(wanted)
    words = wanted.words.casefold().split()
    if not words:
        return ("",), _source(wanted), tests, values
    source, named = "searched", list[Any]()
    if long := [word for word in words if len(word) >= LEAST_LETTERS]:
        source = "searched_parts CROSS JOIN searched ON searched.id=searched_parts.rowid"
        tests.append("searched_parts MATCH ?")
        named.append(" AND ".join(f'"{_quoted(word)}"' for word in long))
    tests += ["instr(searched.words,?)>0"] * len(words)
    first = "searched_parts.rowid" if long else "searched.id"
    sql = (
        f"WITH found AS MATERIALIZED(SELECT visit_id FROM {source} "
        "CROSS JOIN visits INDEXED BY visits_words ON visits.words=searched.words "
        f"WHERE {' AND '.join(tests)} ORDER BY {first}{' DESC' * (wanted.order != 'oldest')} LIMIT ?) "
    )
    found = sql, *values, *named, *words, wanted.most_found
    return found, "found CROSS JOIN visits USING(visit_id)", ["1"], []


def _source(wanted: VisitFilter) -> str:
    """What narrows most is looked through first: no index by standing, patch or day is to be gone through for it."""
    if wanted.has_reply:
        return "visits INDEXED BY visits_replied"
    if wanted.has_photo_alike:
        return "visits INDEXED BY visits_photo_alike"
    if wanted.wants_second_look:
        return "visits INDEXED BY visits_second_look"
    if wanted.order == "weakest":
        return "visits"
    few = (("waived", wanted.had_waiver), ("alerted", wanted.had_alert), ("pressing", wanted.was_pressing))
    return next((f"visits INDEXED BY visits_{name}" for name, is_wanted in few if is_wanted), "visits")


def _is_tallied(wanted: VisitFilter) -> bool:
    """Whether tallies answer. One operative's visits are found by an index, and words by reading them."""
    is_finer = wanted.lots is not None and wanted.lots % LOTS_TOGETHER
    is_flagged = wanted.wants_second_look or wanted.has_reply or wanted.was_disputed or wanted.has_photo_alike
    return not (wanted.outcome or wanted.operative_id or wanted.words.split() or is_flagged or is_finer)


def _tallied(wanted: VisitFilter) -> Query:
    if wanted.first_day or wanted.last_day:
        tests, values = given(("day>=?", wanted.first_day), ("day<=?", wanted.last_day))
        # A star comes before every digit: the tallies of every day are among these only where no first day is given.
        tests.append(f"day<>'{EVERY_DAY}'")
    else:
        tests, values = [f"day='{EVERY_DAY}'"], []
    if wanted.patch:
        tests.append("patch=?")
        values.append(wanted.patch)
    if wanted.among:
        tests.append(f"standing IN({','.join('?' * len(wanted.among))})")
        values += wanted.among
    tests += ["had_alert"] * wanted.had_alert + ["had_waiver"] * wanted.had_waiver
    tests += ["was_pressing"] * wanted.was_pressing
    if wanted.lots is not None:
        tests.append("lot>=?" if wanted.not_looked_at else "lot<?")
        values.append(wanted.lots // LOTS_TOGETHER)
    sql = (
        "SELECT standing,sum(visits),sum(iif(had_alert,visits,0)),sum(iif(had_waiver,visits,0)),"
        f"sum(iif(was_pressing,visits,0)),grade FROM visit_tallies WHERE {' AND '.join(tests)} "
        "GROUP BY standing,grade ORDER BY standing,grade"
    )
    return sql, *values


def _tests(wanted: VisitFilter) -> tuple[list[str], list[Any]]:
    tests, values = given(
        ("day>=?", wanted.first_day),
        ("day<=?", wanted.last_day),
        ("operative_id=?", wanted.operative_id),
        ("patch=?", wanted.patch),
        ("outcome=?", wanted.outcome),
    )
    for test, is_wanted in (
        ("alert_count>0", wanted.had_alert),
        ("waived_count>0", wanted.had_waiver),
        (PRESSING, wanted.was_pressing),
        (HAS_SECOND_LOOK, wanted.wants_second_look),
        (HAS_REPLY, wanted.has_reply),
        (WAS_DISPUTED, wanted.was_disputed),
        (HAS_PHOTO_ALIKE, wanted.has_photo_alike),
    ):
        if is_wanted:
            tests.append(test)
    if wanted.among:
        tests.append(f"standing IN({','.join('?' * len(wanted.among))})")
        values += wanted.among
    if wanted.lots is not None:
        tests.append(f"NOT {LOOKED_AT}" if wanted.not_looked_at else LOOKED_AT)
        values.append(wanted.lots)
    return tests, values


def _quoted(word: str) -> str:
    return word.replace('"', '""')
