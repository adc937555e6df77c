"""Data exceptions by named questions: each gives what it is of, since when, and the facts that make it one.

A question looks only at days from `:first_day` on, by an index, and most of them only at what lacks something or is a
suspect, see exception_suspects. What people did about an exception is joined to it:
one that was resolved with the very facts that it has now is no longer open.
"""

from __future__ import annotations

import sqlite3
from typing import Any, Final

from doorstep.adapters.sqlite.rows import json_list
from doorstep.application.data_exceptions.asking import ExceptionQuery, FoundException, Tally
from doorstep.application.data_exceptions.facts import LACKS
from doorstep.application.data_exceptions.kinds import UNCLEAR_TIME, Asked

COLUMNS = "subject_id,patch,since,label,facts,appointment_id,visit_id,property_ref"
RARE: Final = frozenset(
    "phone_number agreed notification trade priority work_order patch operative within_window known_home".split()
)
"""What few appointments lack: of those that lack any of these there is an index of their own."""


def _bit(name: str) -> str:
    return str(1 << LACKS.index(name))


RARELY: Final = f"lacks&{sum(1 << LACKS.index(name) for name in RARE)}"


def _live(name: str) -> str:
    """The appointments from the first day on that lack that."""
    source = f"facts_lacking WHERE {RARELY} AND" if name in RARE else "facts_asked WHERE"
    return f"appointment_facts INDEXED BY {source} day>=:first_day AND lacks&{_bit(name)}"


def _since(name: str) -> str:
    return f"json_extract(sinces,'$[{LACKS.index(name)}]')"


def _lacking(name: str) -> str:
    return (
        f"SELECT appointment_id AS subject_id,patch,{_since(name)} AS since,work_order_ref AS label,"
        f"'{name}|'||{_since(name)} AS facts,appointment_id,'' AS visit_id,property_ref "
        f"FROM {_live(name)}"
    )


def _after(day: str) -> str:
    """The end of a day, in ms; of London's clock it is at most an hour off, and an age is told in days."""
    return f"(CAST(strftime('%s',{day}) AS INT)+86400)*1000"


DUE = "min(iif(review_on='','9999-12-31',review_on),iif(ends_on='','9999-12-31',ends_on))"


def _held(test: str) -> str:
    """The rows of imports that wait to be mended. Faults quote what people wrote: only their length is told."""
    return (
        "SELECT held_id AS subject_id,patch,held_at AS since,"
        "iif(work_order_ref='',reference,work_order_ref) AS label,held_at||'|'||length(faults) AS facts,"
        "'' AS appointment_id,'' AS visit_id,property_ref FROM held_rows INDEXED BY held_rows_state "
        f"WHERE state='open' AND held_at>=:first_ms AND kind='fault' AND {test}"
    )


UNCLEAR = f"instr(faults,'{UNCLEAR_TIME}')"
SHARED_OPERATIVE = (
    "EXISTS(SELECT 1 FROM assignments x JOIN assignments y ON y.operative_id=x.operative_id "
    "WHERE x.appointment_id=a.appointment_id AND y.appointment_id=f.appointment_id)"
)

QUESTIONS: Final = {
    "assigned_outside_window": (
        "SELECT appointment_id AS subject_id,patch,"
        f"{_since('within_window')} AS since,work_order_ref AS label,"
        "assigned_at||'|'||starts_at||'|'||ends_at AS facts,"
        f"appointment_id,'' AS visit_id,property_ref FROM {_live('within_window')}"
    ),
    "arrived_before_window": (
        "SELECT visit_id AS subject_id,v.patch,v.received_at AS since,v.work_order_ref AS label,"
        "v.arrived_at||'|'||a.starts_at AS facts,a.appointment_id,visit_id,a.property_ref "
        "FROM early_arrivals e INDEXED BY early_arrivals_day CROSS JOIN visits v USING(visit_id) "
        "CROSS JOIN appointments a USING(appointment_id) "
        "WHERE e.day>=:first_day AND v.arrived_at<a.starts_at-:limit_ms"
    ),
    "unknown_property": (
        f"SELECT appointment_id AS subject_id,patch,{_since('known_home')} AS since,work_order_ref AS label,"
        "uprn||'|'||property_ref AS facts,appointment_id,'' AS visit_id,property_ref "
        f"FROM {_live('known_home')}"
    ),
    "uprn_conflict": (
        "SELECT property_ref AS subject_id,min(patch) AS patch,max(since) AS since,property_ref AS label,"
        "count(*)||'|'||min(uprn)||'|'||max(uprn) AS facts,min(appointment_id) AS appointment_id,'' AS visit_id,"
        "property_ref FROM(SELECT property_ref,uprn,min(patch) AS patch,min(known_at) AS since,"
        "min(appointment_id) AS appointment_id FROM appointment_facts INDEXED BY facts_homes WHERE uprn<>'' "
        "AND day>=:first_day AND property_ref IN(SELECT property_ref FROM appointment_facts INDEXED BY facts_homes "
        "WHERE uprn<>'' AND property_ref<>'' AND day>=:first_day GROUP BY property_ref HAVING min(uprn)<>max(uprn)) "
        "GROUP BY property_ref,uprn) GROUP BY property_ref HAVING count(*)>1"
    ),
    "duplicate_booking": (
        "SELECT a.appointment_id||' '||f.appointment_id AS subject_id,a.patch,max(a.known_at,f.known_at) AS since,"
        "a.work_order_ref AS label,a.starts_at||'|'||f.starts_at AS facts,"
        "a.appointment_id,'' AS visit_id,a.property_ref "
        "FROM(SELECT day,work_order_ref FROM appointment_facts INDEXED BY facts_orders WHERE work_order_ref<>'' "
        "AND day>=:first_day GROUP BY day,work_order_ref HAVING count(*)>1)twice "
        "CROSS JOIN appointment_facts a INDEXED BY facts_orders ON a.work_order_ref<>'' AND a.day=twice.day "
        "AND a.work_order_ref=twice.work_order_ref "
        "CROSS JOIN appointment_facts f INDEXED BY facts_orders ON f.work_order_ref<>'' AND f.day=a.day "
        "AND f.work_order_ref=a.work_order_ref AND f.appointment_id>a.appointment_id "
        f"WHERE a.property_ref=f.property_ref OR {SHARED_OPERATIVE}"
    ),
    "not_notified": (
        "SELECT appointment_id AS subject_id,patch,"
        f"max({_since('notification')},starts_at-:limit_ms) AS since,work_order_ref AS label,"
        f"{_since('notification')}||'|'||starts_at AS facts,appointment_id,'' AS visit_id,property_ref "
        f"FROM {_live('notification')} AND starts_at<=:now_ms+:limit_ms"
    ),
    "clock_skew": (
        "SELECT visit_id AS subject_id,v.patch,c.received_at AS since,v.work_order_ref AS label,"
        "c.ahead_ms||'|'||c.behind_ms||'|'||c.moved_back_ms AS facts,ifnull(v.appointment_id,'') AS appointment_id,"
        "visit_id,'' AS property_ref FROM clock_facts c CROSS JOIN visits v USING(visit_id) "
        "WHERE max(c.ahead_ms,c.behind_ms,c.moved_back_ms)>:limit_ms AND v.day>=:first_day"
    ),
    "photo_reused": (
        "SELECT u.visit_id||' '||lower(hex(u.sha256)) AS subject_id,v.patch,min(l.received_at) AS since,"
        "v.work_order_ref AS label,'used' AS facts,ifnull(v.appointment_id,'') AS appointment_id,u.visit_id,"
        "'' AS property_ref FROM photo_repeats CROSS JOIN photo_uses u USING(position) CROSS JOIN visits v "
        "ON v.visit_id=u.visit_id JOIN log l ON l.position=u.position "
        "WHERE v.day>=:first_day GROUP BY u.visit_id,u.sha256"
    ),
    "photo_lookalike": (
        "SELECT u.visit_id||' '||lower(hex(u.sha256)) AS subject_id,v.patch,min(l.received_at) AS since,"
        "v.work_order_ref AS label,p.resembles AS facts,ifnull(v.appointment_id,'') AS appointment_id,u.visit_id,"
        "'' AS property_ref FROM photos p INDEXED BY photos_resembling "
        "CROSS JOIN photo_uses u INDEXED BY photo_uses_photo ON u.sha256=p.sha256 "
        "CROSS JOIN visits v ON v.visit_id=u.visit_id JOIN log l ON l.position=p.position "
        "WHERE v.day>=:first_day AND p.resembles<>'[]' GROUP BY u.visit_id,u.sha256"
    ),
    "planner_call_unmatched": (
        "SELECT 'call '||c.call_id AS subject_id,a.patch,c.logged_at+:limit_ms AS since,a.work_order_ref AS label,"
        "'logged' AS facts,a.appointment_id,'' AS visit_id,a.property_ref FROM untold_calls CROSS JOIN planner_calls c "
        "USING(call_id) CROSS JOIN appointments a USING(appointment_id) "
        "WHERE c.logged_at>=:first_ms AND c.logged_at<=:now_ms-:limit_ms UNION ALL "
        "SELECT 'visit '||visit_id,patch,ifnull(closed_at,received_at)+:limit_ms,work_order_ref,'awaited',"
        "ifnull(appointment_id,''),visit_id,'' FROM visits WHERE standing='pending_corroboration' AND day>=:first_day "
        "AND ifnull(closed_at,received_at)<=:now_ms-:limit_ms AND instr(awaiting,'\"planner_call\"')"
    ),
    "alert_past_date": (
        "SELECT 'fact '||fact_id AS subject_id,ifnull((SELECT patch FROM appointments a WHERE "
        "a.property_ref=home_facts.property_ref ORDER BY day DESC,appointment_id LIMIT 1),'') AS patch,"
        f"{_after(DUE)} AS since,"
        "property_ref AS label,review_on||'|'||ends_on AS facts,'' AS appointment_id,'' AS visit_id,property_ref "
        "FROM home_facts WHERE what='alert' AND is_ended=0 AND "
        "((review_on<>'' AND review_on<:today AND(ends_on='' OR ends_on>=:today))"
        "OR(ends_on<>'' AND ends_on<:today AND ends_on>=:first_day)) UNION ALL "
        f"SELECT 'booking '||appointment_id,patch,{_after('review_on')},work_order_ref,review_on,"
        "appointment_id,'',property_ref FROM appointment_facts INDEXED BY facts_reviews "
        "WHERE review_on<>'' AND review_on<:today AND day>=:today"
    ),
    "evidence_unsent": (
        "SELECT visit_id AS subject_id,v.patch,a.ends_at+:limit_ms AS since,v.work_order_ref AS label,"
        "v.standing AS facts,a.appointment_id,visit_id,a.property_ref FROM visits v JOIN appointments a "
        "USING(appointment_id) WHERE v.standing='in_progress' AND v.day>=:first_day AND a.ends_at<=:now_ms-:limit_ms "
        "UNION ALL SELECT visit_id,patch,ifnull(closed_at,received_at)+:limit_ms,work_order_ref,'photo',"
        "ifnull(appointment_id,''),visit_id,'' FROM visits WHERE standing='pending_corroboration' AND day>=:first_day "
        "AND ifnull(closed_at,received_at)<=:now_ms-:limit_ms AND instr(awaiting,'\"photo\"')"
    ),
    "held_row": _held(f"NOT {UNCLEAR}"),
    "unclear_local_time": _held(UNCLEAR),
    "number_failed": (
        "SELECT failed_id AS subject_id,f.patch,failed_at AS since,ifnull(a.work_order_ref,'') AS label,"
        "status||'|'||failed_at AS facts,f.appointment_id,'' AS visit_id,ifnull(a.property_ref,'') AS property_ref "
        "FROM failed_numbers f LEFT JOIN appointments a USING(appointment_id) "
        "WHERE state='open' AND failed_at>=:first_ms"
    ),
    "reply_waiting": (
        "SELECT text_id AS subject_id,r.patch,received_at AS since,ifnull(a.work_order_ref,'') AS label,kind AS facts,"
        "r.appointment_id,'' AS visit_id,ifnull(a.property_ref,'') AS property_ref "
        "FROM reply_tasks r LEFT JOIN appointments a USING(appointment_id) "
        "WHERE state='open' AND received_at>=:first_ms"
    ),
}
"""The questions that need more than the name of a field; those by a field are made from it."""


def read_tally(connection: sqlite3.Connection, query: ExceptionQuery) -> Tally:
    """How many there are of the open ones."""
    sql, values = _asked(query)
    count, oldest, late, mine = connection.execute(
        "SELECT count(*),min(since),total(since<:late_before),total(person_id=:person_id AND person_id<>'') "
        f"FROM({sql})",
        values,
    ).fetchone()
    return Tally(count, oldest, int(late), int(mine))


def read_exceptions(connection: sqlite3.Connection, query: ExceptionQuery) -> list[FoundException]:
    """One page of them, the oldest first."""
    sql, values = _asked(query)
    found = connection.execute(
        f"SELECT {COLUMNS},person_id,reason,resolved_by,resolved_at FROM({sql}) "
        "WHERE (since,subject_id)>(:since,:beyond) ORDER BY since,subject_id LIMIT :limit",
        values,
    )
    return [FoundException(query.kind.kind, *row) for row in found]


def _asked(query: ExceptionQuery) -> tuple[str, dict[str, Any]]:
    """The kind's question with what people did about each, narrowed to what is wanted."""
    since, beyond = query.beyond
    values: dict[str, Any] = {
        "kind": query.kind.kind,
        "now_ms": query.now_ms,
        "today": query.today.isoformat(),
        "first_day": query.first_day,
        "first_ms": query.first_ms,
        "limit_ms": query.kind.limit_ms,
        "late_before": query.late_before,
        "patch": query.patch,
        "person_id": query.person_id,
        "subject_id": query.subject_id,
        "since": since,
        "beyond": beyond,
        "limit": query.limit,
    }
    question = _by_field(query.kind.asked, values) if query.kind.asked else QUESTIONS[query.kind.kind]
    is_resolved = "n.facts IS NOT NULL AND n.facts=found.facts"
    tests = [is_resolved if query.standing == "resolved" else f"NOT({is_resolved})"]
    tests += ["found.patch=:patch"] * bool(query.patch)
    tests += ["n.person_id=:person_id"] * query.is_mine
    tests += ["found.since<:late_before"] * query.is_late
    tests += ["found.subject_id=:subject_id"] * bool(query.subject_id)
    sql = (
        "SELECT found.*,ifnull(n.person_id,'') AS person_id,ifnull(n.reason,'') AS reason,"
        "ifnull(n.resolved_by,'') AS resolved_by,n.resolved_at "
        f"FROM({question}) found LEFT JOIN exception_notes n ON n.kind=:kind AND n.subject_id=found.subject_id "
        f"WHERE {' AND '.join(tests)}"
    )
    return sql, values


def _by_field(asked: Asked, values: dict[str, Any]) -> str:
    """The question whether a field of the minimum record lacks."""
    sql = _lacking(asked.field)
    if asked.among:
        # A code that nobody knows is as good as none, and none is no code. Of codes there are few: each is found once.
        name = asked.field
        sql = sql.replace(_live(name), f"appointment_facts INDEXED BY facts_{name} WHERE {_unknown(name)}")
        sql = sql.replace(_since(name), f"ifnull({_since(name)},known_at)")
        values["among"] = json_list(asked.among)
    if asked.priorities:
        sql += " AND priority IN(SELECT value FROM json_each(:priorities))"
        values["priorities"] = json_list(asked.priorities)
    if asked.trades:
        sql += " AND trade IN(SELECT value FROM json_each(:trades))"
        values["trades"] = json_list(asked.trades)
    return sql


def _unknown(name: str) -> str:
    """From the first day on, a code that is not among those that are known."""
    codes = (
        f"WITH RECURSIVE codes(code)AS(SELECT min({name}) FROM appointment_facts UNION ALL "
        f"SELECT(SELECT min({name}) FROM appointment_facts WHERE {name}>code) FROM codes WHERE code IS NOT NULL) "
        "SELECT code FROM codes WHERE code NOT IN(SELECT value FROM json_each(:among))"
    )
    return f"{name} IN({codes}) AND day>=:first_day"
