"""Today goes on: simulated phones at doors while the demonstration is served, and a new day's appointments at midnight.

Their operatives are the landlord's last ones, so that the first ones are left to whoever signs in. Everything goes the
way of a real phone, at the hour that the clock on the wall shows; what is told of the minutes before the start is told
under a clock that is set back.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from random import Random
from uuid import uuid5

import structlog

from doorstep.application.london import london_date
from doorstep.application.office import Office
from doorstep.application.receive_photo import PhotoLooker
from doorstep.application.rows import Person
from doorstep.demo.diary import DiaryClock
from doorstep.demo.landlord import IDS, Landlord
from doorstep.demo.living_phone import LivingPhone, Manner
from doorstep.demo.seed import book_today, catch_up
from doorstep.demo.stories import MINUTE_MS

LEFT_ALONE = 4
"""How many operatives have no simulated phone today."""
AT_THE_START = (
    Manner("asks in the app", 9 * MINUTE_MS),
    Manner("slow to the door", 18 * MINUTE_MS, wants_long_wait=True),
    Manner("no signal", 24 * MINUTE_MS, silent_after_ms=4 * MINUTE_MS, silent_until_ms=43 * MINUTE_MS),
    Manner("planner says so", 13 * MINUTE_MS),
    Manner("just there", 2 * MINUTE_MS),
)
"""What each simulated phone is at when the demonstration starts, and since when."""
LOOKS_EVERY_SECONDS = 20.0

log = structlog.get_logger("doorstep.demo")


@dataclass
class Today:
    """Who and what today needs; `mark` is told each day that has begun."""

    office: Office
    looker: PhotoLooker
    landlord: Landlord
    mark: Callable[[date], None]


async def live_on(office: Office, looker: PhotoLooker, landlord: Landlord, mark: Callable[[date], None]) -> None:
    """Run until cancelled. A landlord that is not large has no simulated phones: a test has the day to itself."""
    today = Today(office, looker, landlord, mark)
    day = london_date(office.clock.now_ms())
    phones = await _phones(today, day)
    try:
        while True:
            await asyncio.sleep(LOOKS_EVERY_SECONDS)
            now = london_date(office.clock.now_ms())
            if now > day:
                _stop(phones)
                await catch_up(office, landlord, day, now)
                await book_today(office, landlord, office.clock.now_ms())
                mark(now)
                day, phones = now, await _phones(today, now)
    finally:
        _stop(phones)


async def _phones(today: Today, day: date) -> list[asyncio.Task[None]]:
    if not today.landlord.is_large:
        return []
    people = {person.person_id: person for person in await today.office.store.people()}
    planners = [people[member.person_id] for member in today.landlord.of_role("planner") if not member.patch]
    operatives = today.landlord.of_role("operative")[LEFT_ALONE:][: len(AT_THE_START)]
    return [
        asyncio.create_task(_carried(today, people[member.person_id], planners[0], manner, day))
        for member, manner in zip(operatives, AT_THE_START, strict=True)
    ]


async def _carried(today: Today, operative: Person, planner: Person, manner: Manner, day: date) -> None:
    """One operative's day. What goes wrong with a simulation must not end the demonstration, and is told."""
    seed = f"{today.landlord.seed}/{operative.username}/{day}/{today.office.clock.now_ms()}"
    member = next(each for each in today.landlord.people if each.person_id == operative.person_id)
    try:
        phone = await LivingPhone.signed_in(
            replace(today.office, clock=DiaryClock(today.office.clock.now_ms() - manner.began_ms_ago)),
            member,
            str(uuid5(IDS, f"{seed}/living")),
            Random(seed),  # noqa: S311
        )
        phone.office, phone.looker, phone.planner = today.office, today.looker, planner
        await phone.work(day, manner)
    except Exception:
        log.warning("simulated_phone_stopped", exc_info=True)


def _stop(phones: list[asyncio.Task[None]]) -> None:
    for phone in phones:
        phone.cancel()
