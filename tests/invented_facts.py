"""Facts of appointments drawn by seed, in every mixture that a dossier could come to and some that none would."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from doorstep.domain.grades import GRADES
from doorstep.domain.instants import MS_PER_DAY
from doorstep.domain.wastage.fact import Fact
from doorstep.domain.wastage.sides import ATTENDED, LANDLORD, MISSED, NEUTRAL, RESIDENT
from tests.makers import an_id

FIRST = date(2026, 11, 2)
FIRST_MS = 1_793_606_400_000
WINDOWS = {"AM": 5, "PM": 5, "School run": 4, "All day": 10, "Evening": 2}
OUTCOMES = (
    *sorted(MISSED),
    *sorted(RESIDENT),
    *sorted(ATTENDED),
    *sorted(NEUTRAL),
    *sorted(LANDLORD),
    "",
    "unheard_of",
)
LIKELY = (18, 3, *[1] * 3, *[30] * 4, *[1] * 6, *[2] * 7, 6, 1)
CLAUSES = ("knocked", "called", "waited", "card", "card_photo")


def invent_facts(seed: int, count: int, days: int = 28, homes: int = 150, first: date = FIRST) -> list[Fact]:
    """So many facts over so many days."""
    random = Random(f"facts/{seed}/{count}")
    return [_fact(random, number, days, homes, first) for number in range(1, count + 1)]


def _fact(random: Random, number: int, days: int, homes: int, first: date) -> Fact:
    after = random.randrange(days)
    window = random.choice(list(WINDOWS))
    starts_at = FIRST_MS + (first - FIRST).days * MS_PER_DAY + after * MS_PER_DAY + random.randrange(8, 12) * 3_600_000
    recorded = random.choices(OUTCOMES, LIKELY)[0]
    is_audited = recorded in MISSED or (recorded in LANDLORD and random.random() < 0.3)
    decision = random.choice(("", "", "upheld", "overturned", "returned")) if is_audited else ""
    stands = {"upheld": recorded, "overturned": random.choice(sorted(LANDLORD)), "returned": ""}.get(
        decision, "" if recorded in MISSED else recorded
    )
    home = random.randrange(homes)
    arrived = starts_at + random.randrange(-1_800_000, 20_000_000) if recorded else None
    is_off = random.random() < 0.05
    more = Random(f"quality/{number}")
    other = more.choice(("", "Otley Roofing"))
    grades = {clause: more.choice(GRADES) for clause in CLAUSES if more.random() < 0.9} if is_audited else {}
    has_photo, has_call, had_requests = (is_audited and more.random() < share for share in (0.9, 0.8, 0.4))
    return Fact(
        appointment_id=an_id(number),
        day=(first + timedelta(days=after)).isoformat(),
        patch=("north", "south")[home % 2],
        starts_at=starts_at,
        ends_at=starts_at + WINDOWS[window] * 3_600_000,
        window=window,
        width="up_to_4_hours" if WINDOWS[window] <= 4 else "over_6_hours" if WINDOWS[window] > 6 else "up_to_6_hours",
        trade=random.choice(("plumber", "electrician", "joiner", "roofer")),
        sor=f"{random.randrange(300_000, 300_030)}",
        priority=random.choices(("routine", "urgent", "emergency", "hazard"), (70, 20, 7, 3))[0],
        contractor=random.choice(("", other, "Brook & Daughters")),
        operative_id=an_id(10**9 + home % 2 * 1_000 + random.randrange(20)),
        property_ref=f"P-{home}" if home else "",
        work_order_ref=f"WO-{random.randrange(max(number // 2, 1))}" if random.random() > 0.02 else "",
        alerts="with" if home % 7 == 0 else "without",
        is_cancelled=is_off,
        is_cancelled_before=is_off and random.random() < 0.8,
        visit_ids=an_id(10**8 + number) if recorded or random.random() < 0.5 else "",
        visit_id=an_id(10**8 + number) if recorded else "",
        standing=decision or ("recorded" if is_audited else "ended" if recorded else ""),
        recorded_as=recorded,
        stands_as=stands,
        attempts=int(bool(recorded)),
        methods=random.choice(("", "sms", "call visit", "letter visit")),
        arrived_at=arrived,
        arrival="none" if arrived is None else random.choice(("in_window", "in_window", "early", "late")),
        on_site_ms=random.randrange(600_000, 3_600_000) if recorded and random.random() < 0.97 else None,
        is_put_to_audit=is_audited,
        is_complete_first_time=is_audited and random.random() < 0.6,
        has_complete_pack=is_audited and random.random() < 0.8,
        clauses_failed=" ".join(random.sample(CLAUSES, random.choice((0, 0, 1, 2)))) if is_audited else "",
        clauses_waived=" ".join(random.sample(CLAUSES, random.choice((0, 0, 0, 1)))) if is_audited else "",
        wait_ms=random.randrange(900_000, 1_500_000) if is_audited else None,
        least_wait_ms=900_000 if is_audited else None,
        receipt=random.choice(("delivered_day_before", "delivered_late", "failed", "none")),
        channel=random.choice(("sms", "letter", "none")),
        lead=random.choice(("1_to_2_days", "2_days_or_more", "none")),
        has_failed_number=random.random() < 0.03,
        notice=random.choice(("1_day", "4_to_7_days", "8_to_14_days")),
        planner=random.choice(("none", "in_time", "late", "unanswered")) if is_audited else "none",
        decision=decision,
        decided_after_ms=random.randrange(10**6, 10**9) if decision else None,
        disputed_at=starts_at + random.randrange(60) * MS_PER_DAY if is_audited and random.random() < 0.1 else None,
        closed_at=starts_at + 3_600_000 if recorded else None,
        grades=" ".join(f"{clause}={grade}" for clause, grade in grades.items()),
        grade=min(grades.values(), key=GRADES.index, default=""),
        has_photo=has_photo,
        is_photo_unreadable=has_photo and more.random() < 0.15,
        has_named_call=has_call,
        is_call_unmatched=has_call and more.random() < 0.2,
        had_requests=had_requests,
        is_request_ignored=had_requests and more.random() < 0.2,
        was_returned=is_audited and (decision == "returned" or more.random() < 0.1),
        came_after_ms=more.choice((1_000, 2 * 3_600_000, 2 * MS_PER_DAY)) if is_audited else None,
    )
