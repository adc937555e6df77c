"""What the slow computation says of orders that wait, and of broad windows beside narrow ones."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, date, datetime
from decimal import Decimal, localcontext
from itertools import combinations

from tests.conformance.slow_measures import Slow
from tests.conformance.slow_wastage import LONDON, MISSED, Row

WIDTHS = ("up_to_2_hours", "up_to_4_hours", "up_to_6_hours", "over_6_hours")
Alike = tuple[int, int, int, float | None, float | None]


def waiting(slow: Slow, first: date, last: date, patch: str = "") -> dict[str, int]:
    """Orders that were held for an appointment within the period and have none that stands: since when, in ms."""
    served = {each["order"] for each in slow.appointments if not each["is_off"]}
    found: dict[str, int] = {}
    for row in slow.held.held:
        order, since = row["work_order_ref"], row["held_at"]
        is_asked = first <= datetime.fromtimestamp(since / 1000, UTC).astimezone(LONDON).date() <= last
        is_open = row["kind"] == "no_slot" and (row["state"] == "open" or slow.wrong == "mended_waits")
        is_theirs = patch in ("", row["patch"]) and order != ""
        if is_asked and is_open and is_theirs and (order not in served or slow.wrong == "served_waits"):
            found[order] = min(since, found.get(order, since))
    return found


def widths(slow: Slow, rows: list[Row], least: int) -> dict[tuple[str, str], Alike]:
    """Of every two widths: kinds of job with enough of both, their appointments, those left out, and both rates.

    A rate is what that width would have missed of all these appointments, at its own rate within each kind of job.
    """
    kinds: dict[tuple[str, ...], Counter[tuple[str, bool]]] = {}
    for each in rows:
        [width] = slow.groups([each], "width")
        kind = (each["trade"],) if slow.wrong == "urgent_beside_routine" else (each["trade"], each["priority"])
        kinds.setdefault(kind, Counter())[width, each["recorded_as"] in MISSED] += 1
    there = [width for width in WIDTHS if any(jobs[width, way] for jobs in kinds.values() for way in (True, False))]
    return {
        (one, other): _beside(kinds.values(), one, other, least, slow.wrong) for one, other in combinations(there, 2)
    }


def _beside(kinds: Iterable[Counter[tuple[str, bool]]], one: str, other: str, least: int, wrong: str) -> Alike:
    alike, appointments, left_out = 0, 0, 0
    missed = {one: Decimal(0), other: Decimal(0)}
    with localcontext() as context:
        context.prec = 50
        for jobs in kinds:
            of = {width: jobs[width, True] + jobs[width, False] for width in (one, other)}
            if min(of.values()) < max(least, 1):
                left_out += sum(of.values())
                continue
            alike, appointments = alike + 1, appointments + sum(of.values())
            for width in (one, other):
                weight = of[width] if wrong == "own_mixture" else sum(of.values())
                missed[width] += Decimal(weight * jobs[width, True]) / of[width]
        if not appointments:
            return alike, appointments, left_out, None, None
        return alike, appointments, left_out, float(missed[one] / appointments), float(missed[other] / appointments)
