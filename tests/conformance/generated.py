"""Seeded cases: policies, appointments and events together, with times crowded around the boundaries."""

import copy
import random
from collections.abc import Callable
from typing import Any

from doorstep.domain.instants import format_instant, parse_instant

Json = dict[str, Any]
KINDS = (
    "arrived",
    "door_knocked",
    "called",
    "planner",
    "attested",
    "followed",
    "clause_waived",
    "clause_waived",
    "constructor",
)
REASONS = ("r1", "r2")
CODES = ("10", "20-40", "20-50")
STARTS_AT = parse_instant("2026-11-23T08:00:00.000Z")
VALUES: tuple[Any, ...] = (True, False, 0, 1, "1", "true", "x")
NUDGES = (-1, 0, 0, 1)


def generated_case(seed: int) -> Json:
    """A vector without its verdict; about one in ten is broken somewhere, and to be refused or still right."""
    rng = random.Random(seed)
    events = _events(rng)
    last_t = events[-1]["t"] if events else 0
    now_t = last_t + rng.choice((0, 0, 1, 59_999, 60_000, 120_000, 900_000))
    case = {
        "policy": _policy(rng),
        "appointment": _appointment(rng),
        "events": events,
        "now": {"at": format_instant(STARTS_AT + now_t + rng.choice((0, 0, 10**7))), "t": now_t},
    }
    return _broken(rng, case) if rng.random() < 0.1 else case


def _events(rng: random.Random) -> list[Json]:
    t, n, events = 0, rng.choice((0, 0, 0, 3)), []
    # The wall clock starts near an edge of the window, and may be moved under way.
    wall = STARTS_AT + rng.choice((-600_000, -60_000, -1, 0, 1, 3_599_000, 3_600_000, 3_600_001, 3_660_000))
    for _ in range(rng.randrange(12)):
        event: Json = {"n": n, "kind": rng.choice(KINDS), "at": format_instant(wall + t), "t": t}
        _add_fields(rng, event)
        events.append(event)
        n += rng.choice((1, 1, 1, 2, 9))
        t += max(1, rng.choice((1, 500, 1_000, 2_000, 60_000, 60_000, 120_000)) + rng.choice(NUDGES))
        wall += rng.choice((0, 0, 0, 0, 600_000, -600_000))
    return events


def _add_fields(rng: random.Random, event: Json) -> None:
    if event["kind"] == "clause_waived":
        event["clause"] = rng.choice(("c0", "c1", "c2", "c3", "c4"))
        event["reason"] = rng.choice((*REASONS, *REASONS, "r9"))
    if event["kind"] == "followed":
        event["request_id"] = rng.choice(("q1", "q1", "q2", "q9"))
        if rng.random() < 0.85:
            event["followed"] = rng.random() < 0.5
    if rng.random() < 0.7:
        event[rng.choice(("v", "v", "constructor", "__proto__"))] = rng.choice(VALUES)


def _appointment(rng: random.Random) -> Json:
    hour_ago = STARTS_AT - 3_600_000
    notifications = []
    for _ in range(rng.randrange(3)):
        sent: Json = {"channel": rng.choice(("sms", "letter")), "sent_at": format_instant(hour_ago - 10**6)}
        sent["status"] = rng.choice(("delivered", "delivered", "sent"))
        if rng.random() < 0.9:
            status_at = hour_ago + rng.choice((-3_600_000, *NUDGES))
            sent["status_at"] = rng.choice((format_instant(status_at), format_instant(status_at), None))
        notifications.append(sent)
    ids = rng.choice(([], ["q1"], ["q1", "q2"], ["q2", "q1"], ["q1", "q2", "constructor"]))
    agreed = {"how": rng.choice(("chose", "told")), "at": format_instant(hour_ago)}
    return {
        "appointment_id": "A-1",
        "window": {
            "name": rng.choice(("AM", "PM")),
            "starts_at": format_instant(STARTS_AT),
            "ends_at": format_instant(STARTS_AT + 3_600_000),
        },
        "priority": rng.choice(("routine", "emergency", "constructor")),
        "trade": rng.choice(("plumber", "electrician")),
        "agreed": rng.choice((None, agreed, agreed)),
        "notifications": notifications,
        "contact_requests": [{"request_id": request_id, "text": ""} for request_id in ids],
        "alerts": [{"code": code, "text": ""} for code in rng.sample(CODES, rng.randrange(3))],
    }


def _policy(rng: random.Random) -> Json:
    clauses: list[Json] = []
    for index in range(rng.randrange(1, 8)):
        clauses.append(_clause(rng, f"c{index}", [clause["clause"] for clause in clauses]))
    ends = []
    for _ in range(rng.choice((0, 0, 1, 2))):
        end = _match(rng, "constructor") if rng.random() < 0.5 else _match(rng, rng.choice(KINDS))
        if rng.random() < 0.5:
            end["since"] = rng.choice(KINDS)
        ends.append(end)
    day = "2026-11-01"
    version = day + rng.choice(("", "", "-2", "-10"))
    head = {"policy": "p", "version": version, "in_force_from": day, "title": "", "source": ""}
    return {**head, "ends": ends, "clauses": clauses}


def _clause(rng: random.Random, name: str, above: list[str]) -> Json:
    clause: Json = {"clause": name, "title": name, **rng.choice(CHECKS)(rng, above)}
    if above and rng.random() < 0.4:
        clause["after"] = rng.sample(above, rng.randrange(1, min(3, len(above)) + 1))
    for key, share in (("applies_when", 0.1), ("unless", 0.1)):
        if rng.random() < share:
            clause[key] = _facts(rng)
    if rng.random() < 0.5:
        clause["waivable"] = rng.sample(REASONS, rng.choice((0, 1, 2, 2)))
    if rng.random() < 0.25:
        clause["optional"] = rng.random() < 0.7
    if rng.random() < 0.5:
        clause["otherwise"] = f"code_{name}"
    return clause


def _facts(rng: random.Random) -> Json:
    values: Json = {
        "priority": ["routine", 1],
        "trade": ["plumber", True],
        "window": ["AM"],
        "alert": rng.sample(CODES, 2),
    }
    return {fact: values[fact] for fact in rng.sample(sorted(values), rng.choice((1, 1, 2)))}


def _match(rng: random.Random, kind: str) -> Json:
    match: Json = {"event": kind}
    if rng.random() < 0.5:
        fields = rng.choice((("v",), ("v",), ("constructor",), ("__proto__",), ("v", "constructor"), ()))
        match["where"] = {field: rng.sample(VALUES, rng.randrange(1, 5)) for field in fields}
    return match


def _attestable(rng: random.Random, check: Json) -> Json:
    return check | ({"attested_by": "attested"} if rng.random() < 0.5 else {})


def _notification(rng: random.Random, _: list[str]) -> Json:
    check: Json = {"check": "notification", "hours_before": rng.choice((0, 1, 1, 2)), "statuses": ["delivered"]}
    return _attestable(rng, check | ({"channels": ["letter"]} if rng.random() < 0.4 else {}))


def _slot(rng: random.Random, _: list[str]) -> Json:
    return _attestable(rng, {"check": "slot_agreed", "how": ["chose"]})


def _window(rng: random.Random, _: list[str]) -> Json:
    check: Json = {"check": "within_window", "event": rng.choice(("arrived", "arrived", "door_knocked"))}
    for key in ("late_seconds", "early_seconds"):
        if rng.random() < 0.4:
            check[key] = rng.choice((0, 60, 600))
    return check


def _requests(_: random.Random, __: list[str]) -> Json:
    return {"check": "each_request", "event": "followed"}


def _enough(rng: random.Random, _: list[str]) -> Json:
    check: Json = {"check": "events", "match": _match(rng, rng.choice(KINDS)), "at_least": rng.choice((1, 1, 2, 3))}
    return check | ({"apart_seconds": rng.choice((0, 1, 60, 120))} if rng.random() < 0.6 else {})


def _wait(rng: random.Random, _: list[str]) -> Json:
    check: Json = {"check": "elapsed", "at_least_seconds": rng.choice((0, 1, 60, 120, 900))}
    if rng.random() < 0.7:
        check["since"] = rng.choice(("arrived", "arrived", "door_knocked"))
        if rng.random() < 0.6:
            check["from_window_start"] = rng.random() < 0.8
    return check


def _any_of(rng: random.Random, above: list[str]) -> Json:
    if not above:
        return _enough(rng, above)
    of = rng.sample(above, rng.randrange(1, len(above) + 1))
    check: Json = {"check": "any_of", "of": of}
    return check | ({"at_least": rng.randrange(1, len(of) + 1)} if rng.random() < 0.6 else {})


CHECKS: tuple[Callable[[random.Random, list[str]], Json], ...] = (
    _notification,
    _slot,
    _window,
    _requests,
    _enough,
    _enough,
    _enough,
    _wait,
    _wait,
    _any_of,
)
ODD: tuple[Any, ...] = (None, True, 0, -1, 1, 2**53, 0.5, "", "x", "a", [], ["x"], {}, "2026-02-30T00:00:00.000Z")


def _broken(rng: random.Random, case: Json) -> Json:
    """The case with one value, at any depth, replaced, removed or given a new neighbour."""
    broken = copy.deepcopy(case)
    inside: Any = broken[rng.choice(("policy", "policy", "appointment", "events", "now"))]
    while True:
        keys = list(inside) if isinstance(inside, dict) else list(range(len(inside)))
        if not keys:
            return broken
        key = rng.choice(keys)
        if isinstance(inside[key], (dict, list)) and rng.random() < 0.8:
            inside = inside[key]
            continue
        change = rng.randrange(4)
        if change == 0 and isinstance(inside, dict):
            del inside[key]
        elif change == 1 and isinstance(inside, dict):
            inside[rng.choice(("zz", "since", "where", "at_least", "constructor", "__proto__"))] = rng.choice(ODD)
        elif change == 2 and isinstance(inside, list):
            inside.append(copy.deepcopy(inside[key]))
        else:
            inside[key] = rng.choice(ODD)
        return broken
