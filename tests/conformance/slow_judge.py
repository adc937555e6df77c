"""A third judge, slow and naive on purpose: each sentence of the contract tried anew, nothing prepared or shared.

It takes the same plain JSON as the others and gives the verdict as plain JSON. Input is taken to be well formed.
"""

from datetime import datetime
from typing import Any

Json = dict[str, Any]
FOR_GOOD = ("notification", "slot_agreed", "within_window")


def slow_judge(policy: Json, appointment: Json, events: list[Json], now: Json) -> Json:
    """The verdict, with the keys of the contract."""
    rows: dict[str, Json] = {}
    for clause in policy["clauses"]:
        rows[clause["clause"]] = settle(clause, appointment, events, now["t"], rows)
    ended = [event["n"] for event in events if any(is_end(end, event, events) for end in policy["ends"])]
    needed = [clause for clause in policy["clauses"] if not clause.get("optional", False)]
    failed = [c["otherwise"] for c in needed if "otherwise" in c and rows[c["clause"]]["status"] == "failed"]
    return {
        "policy": policy["policy"],
        "version": policy["version"],
        "clauses": list(rows.values()),
        "may_record_missed": not ended and all(rows[clause["clause"]]["t"] is not None for clause in needed),
        "ended_by": ended[0] if ended else None,
        "waived": [name for name, row in rows.items() if row["status"] == "waived"],
        "otherwise": failed[0] if failed else None,
    }


def settle(clause: Json, appointment: Json, events: list[Json], now_t: int, rows: dict[str, Json]) -> Json:
    """One clause by the five steps, in their order."""
    row: Json = {"clause": clause["clause"], "status": "", "t": None, "evidence": [], "ignored": [], "blocked_by": []}
    row |= {"ready_t": None, "missing": None, "final": False}
    when, unless = clause.get("applies_when", {}), clause.get("unless", {})
    if not all(has_fact(f, v, appointment) for f, v in when.items()) or any(
        has_fact(f, v, appointment) for f, v in unless.items()
    ):
        return row | {"status": "not_applicable", "t": 0}
    after = clause.get("after", [])
    waiting_for = [name for name in after if rows[name]["t"] is None]
    a = max([0, *(rows[name]["t"] for name in after if name not in waiting_for)])
    t, found = look(clause, appointment, events, now_t, a, rows)
    is_for_good = found.get("status") == "failed" and clause["check"] in FOR_GOOD
    if waiting_for and not is_for_good:
        return row | {"status": "blocked", "blocked_by": waiting_for}
    met_at = None if t is None else max(t, a)
    waivers = [
        event
        for event in events
        if not waiting_for
        and event["kind"] == "clause_waived"
        and event.get("clause") == clause["clause"]
        and event.get("reason") in clause.get("waivable", [])
        and event["t"] >= a
    ]
    row["ignored"] = found.get("ignored", [])
    if waivers and (met_at is None or waivers[0]["t"] < met_at):
        return row | {"status": "waived", "t": waivers[0]["t"], "evidence": [waivers[0]["n"]]}
    row["evidence"] = sorted(set(found.get("evidence", [])))
    if met_at is not None:
        return row | {"status": "met", "t": met_at}
    left = {key: found[key] for key in ("status", "ready_t", "missing") if key in found}
    return row | left | {"final": is_for_good and not clause.get("waivable")}


def look(c: Json, app: Json, events: list[Json], now_t: int, a: int, rows: dict[str, Json]) -> tuple[int | None, Json]:
    """A check alone: T where it is met, and what it found."""
    late_enough = [event for event in events if event["t"] >= a]
    if c["check"] in ("notification", "slot_agreed"):
        if (
            any(counts(c, sent, app) for sent in app["notifications"])
            if c["check"] == "notification"
            else (app["agreed"] is not None and app["agreed"]["how"] in c["how"])
        ):
            return 0, {}
        attests = [event for event in late_enough if event["kind"] == c.get("attested_by")]
        if attests:
            return attests[0]["t"], {"evidence": [attests[0]["n"]]}
        return None, {"status": "open" if "attested_by" in c else "failed"}
    if c["check"] == "within_window":
        firsts = [event for event in events if event["kind"] == c["event"]][:1]
        if not firsts:
            return None, {"status": "open"}
        at, start, end = ms(firsts[0]["at"]), ms(app["window"]["starts_at"]), ms(app["window"]["ends_at"])
        fits = at <= end + c.get("late_seconds", 0) * 1000
        fits = fits and ("early_seconds" not in c or at >= start - c["early_seconds"] * 1000)
        evidence = {"evidence": [firsts[0]["n"]]}
        return (firsts[0]["t"], evidence) if fits else (None, evidence | {"status": "failed"})
    if c["check"] == "each_request":
        return look_at_requests(c, app, late_enough)
    if c["check"] == "events":
        return look_at_events(c, events, a)
    if c["check"] == "elapsed":
        return look_at_wait(c, app, events, now_t, a)
    order = list(rows)
    made = [(rows[name]["t"], order.index(name), name) for name in c["of"] if rows[name]["status"] in ("met", "waived")]
    wanted = c.get("at_least", 1)
    if len(made) < wanted:
        return None, {"status": "open"}
    made = sorted(made)[:wanted]
    return made[-1][0], {"evidence": [n for _, _, name in made for n in rows[name]["evidence"]]}


def look_at_requests(c: Json, app: Json, late_enough: list[Json]) -> tuple[int | None, Json]:
    """each_request: the first true of each, or the latest false of those that have none."""
    trues, falses, unanswered = [], [], 0
    for request in app["contact_requests"]:
        own = [e for e in late_enough if e["kind"] == c["event"] and e.get("request_id") == request["request_id"]]
        yes = [event for event in own if event.get("followed") is True]
        if yes:
            trues.append(yes[0])
        elif own and own[-1].get("followed") is False:
            falses.append(own[-1])
        else:
            unanswered += 1
    if falses:
        return None, {"status": "failed", "evidence": [event["n"] for event in falses]}
    found = {"status": "open", "evidence": [event["n"] for event in trues]}
    return (None if unanswered else max([0, *(event["t"] for event in trues)])), found


def look_at_events(c: Json, events: list[Json], a: int) -> tuple[int | None, Json]:
    """events: taken one by one, each far enough after the last one taken."""
    gap = c.get("apart_seconds", 0) * 1000
    taken: list[Json] = []
    ignored: list[int] = []
    for event in events:
        if is_match(c["match"], event) and len(taken) < c["at_least"]:
            if event["t"] < a or (taken and event["t"] - taken[-1]["t"] < gap):
                ignored.append(event["n"])
            else:
                taken.append(event)
    found: Json = {"evidence": [event["n"] for event in taken], "ignored": ignored}
    if len(taken) == c["at_least"]:
        return taken[-1]["t"], found
    ready_t = taken[-1]["t"] + gap if taken and gap > 0 else None
    return None, found | {"status": "open", "missing": c["at_least"] - len(taken), "ready_t": ready_t}


def look_at_wait(c: Json, app: Json, events: list[Json], now_t: int, a: int) -> tuple[int | None, Json]:
    """elapsed: from A, or from the first event of a kind, perhaps moved to the window's start."""
    s, evidence = a, []
    if "since" in c:
        firsts = [event for event in events if event["kind"] == c["since"]]
        if not firsts:
            return None, {"status": "open"}
        s, evidence = firsts[0]["t"], [firsts[0]["n"]]
        before = ms(app["window"]["starts_at"]) - ms(firsts[0]["at"])
        if c.get("from_window_start") and before > 0:
            s += before
    t = max(s, a) + c["at_least_seconds"] * 1000
    return (t if now_t >= t else None), {"status": "waiting", "ready_t": t, "evidence": evidence}


def has_fact(name: str, values: list[Any], app: Json) -> bool:
    """One fact of the appointment against its values."""
    if name == "alert":
        return any(is_in(alert["code"], values) for alert in app["alerts"])
    return is_in(app["window"]["name"] if name == "window" else app[name], values)


def is_match(match: Json, event: Json) -> bool:
    """Kind and every field, by type and value."""
    fields = match.get("where", {})
    return event["kind"] == match["event"] and all(f in event and is_in(event[f], fields[f]) for f in fields)


def is_end(end: Json, event: Json, events: list[Json]) -> bool:
    """An end, looked for only from the first event of its `since` on."""
    if "since" in end and not any(e["kind"] == end["since"] for e in events if e["n"] <= event["n"]):
        return False
    return is_match(end, event)


def counts(c: Json, sent: Json, app: Json) -> bool:
    """One notification in time, by a channel and with a status that count."""
    if sent["status"] not in c["statuses"] or ("channels" in c and sent["channel"] not in c["channels"]):
        return False
    if sent.get("status_at") is None:
        return False
    latest = ms(app["window"]["starts_at"]) - int(c["hours_before"]) * 3600 * 1000
    return ms(sent["status_at"]) <= latest


def is_in(value: Any, values: list[Any]) -> bool:
    """Equal by type and value."""
    return any(type(value) is type(other) and value == other for other in values)


def ms(instant: str) -> int:
    """Milliseconds since 1970, by the standard library's own reading."""
    since = datetime.fromisoformat(instant) - datetime.fromisoformat("1970-01-01T00:00:00.000Z")
    return since.days * 86_400_000 + since.seconds * 1000 + since.microseconds // 1000
