"""Fills an office with the invented landlord: its people, what happened yesterday, and the appointments of today.

Nothing is written past the application: the past is lived through again under a clock that is set, with phones that
state and send, planners who log their calls, and supervisors who decide.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from random import Random
from uuid import uuid5

from doorstep.adapters.lookalikes import Lookalikes
from doorstep.application.import_appointments import Booking, import_bookings
from doorstep.application.keep_people import add_person
from doorstep.application.lists import AppointmentFilter
from doorstep.application.london import london_date, london_ms
from doorstep.application.office import Office
from doorstep.application.receive_photo import PhotoLooker
from doorstep.application.rows import AppointmentRow, Person, Session
from doorstep.application.serve_day import ServedAppointment, serve_day
from doorstep.application.sign_in import Tries, sign_in
from doorstep.demo.at_the_door import Door
from doorstep.demo.bookings import SOURCE, TIME_LEFT_MS, booking, day_of_bookings, night_bookings
from doorstep.demo.desk import lay_out
from doorstep.demo.diary import DiaryClock, Script, live_through
from doorstep.demo.enrolling import enrol_simulated, office_at
from doorstep.demo.landlord import IDS, Landlord, Member
from doorstep.demo.past import Shelf
from doorstep.demo.phone import SimulatedPhone
from doorstep.demo.weeks import live_days
from doorstep.demo.yesterday import SAID_SINCE, YESTERDAY, Past
from doorstep.domain.office_events import SYSTEM

MOST_APPOINTMENTS = 10_000
FIRST_WORK_PHONE = 900_900
"""Operatives' phones have the end of Ofcom's fictional range, so that a planner has a number to ring."""
SHORTEST = 2
"""Yesterday and today: what every demonstration has."""


@dataclass
class Carried:
    """An operative with their phone, signed in and served for the day."""

    phone: SimulatedPhone
    session: Session
    served: dict[str, ServedAppointment]


def begins_at(today: date, days: int) -> int:
    """When the story of so many days that end today begins: the people are there before their first appointment."""
    return _at(today - timedelta(days=days + 1), time(9, 0))


async def fill(
    office: Office,
    landlord: Landlord,
    today: date,
    days: int = 2,
    tell: Callable[[date], None] = lambda _: None,
    shelf: Shelf | None = None,
) -> None:
    """People, and the days before today with their visits, in an office that holds nothing yet, or holds their start.

    `tell` is given the first day of each week that is lived through; each is put down on the `shelf`, if there is one.
    """
    yesterday = today - timedelta(days=1)
    people = {person.person_id: person for person in await office.store.people()}
    if not people:
        people = await _add_people(replace(office, clock=DiaryClock(begins_at(today, days))), landlord)
    if days > SHORTEST:
        first = today - timedelta(days=days - 1)
        await live_days(office, landlord, people, first, yesterday - timedelta(days=1), tell, shelf)
    clock = DiaryClock(_at(today - timedelta(days=2), time(23, 30)))
    then = office_at(office, clock)
    pasts = (*YESTERDAY, *SAID_SINCE) if landlord.is_large else YESTERDAY
    async with _looking(then) as looker:
        bookings = _bookings_of_yesterday(landlord, yesterday, pasts)
        await import_bookings(then, SYSTEM, bookings)
        clock.set(_at(yesterday, time(7, 0)))
        carried = [await _carry(then, member, landlord.seed, yesterday) for member in landlord.of_role("operative")]
        scripts = [
            _script(then, looker, landlord, people, carried[past.operative], past, made, yesterday)
            for past, made in zip(pasts, bookings, strict=True)
        ]
        await live_through(clock, scripts)
    if landlord.is_large:
        await lay_out(office, landlord, people, today)


async def book_today(office: Office, landlord: Landlord, now_ms: int) -> list[AppointmentRow]:
    """Add what today lacks, keep what is there, and give today's appointments.

    Every operative ends up with a window that includes now and lasts three hours more, whatever the hour.
    """
    day = london_date(now_ms)
    rows = await _rows_of(office, day)
    if not any(row.source == SOURCE for row in rows):
        # As if booked the evening before: a phone that looks at the day finds nothing newer than the day.
        evening = replace(office, clock=DiaryClock(min(now_ms, _at(day - timedelta(days=1), time(18, 0)))))
        await import_bookings(evening, SYSTEM, day_of_bookings(landlord, day))
        rows = await _rows_of(office, day)
    covered = [
        operative_id
        for row in rows
        if row.starts_at <= now_ms and row.ends_at >= now_ms + TIME_LEFT_MS and not row.is_cancelled
        for operative_id in row.operative_ids
    ]
    if late := night_bookings(landlord, day, covered):
        await import_bookings(office, SYSTEM, late)
        rows = await _rows_of(office, day)
    return rows


async def _rows_of(office: Office, day: date) -> list[AppointmentRow]:
    return list(await office.store.appointment_rows(AppointmentFilter(day=day.isoformat(), limit=MOST_APPOINTMENTS)))


async def catch_up(office: Office, landlord: Landlord, last: date, today: date) -> None:
    """Live through the days between the last one that was shown and today, as far back as a year."""
    first = max(last + timedelta(days=1), today - timedelta(days=365))
    if first < today:
        people = {person.person_id: person for person in await office.store.people()}
        await live_days(office, landlord, people, first, today - timedelta(days=1), lambda _: None)


async def _add_people(office: Office, landlord: Landlord) -> dict[str, Person]:
    operatives = [member.person_id for member in landlord.people if member.role == "operative"]
    phones = {person_id: f"07700 {FIRST_WORK_PHONE + place}" for place, person_id in enumerate(operatives)}
    added = [
        add_person(
            office,
            member.username,
            member.name,
            member.role,
            member.patch,
            member.password,
            member.person_id,
            phones.get(member.person_id, ""),
        )
        for member in landlord.people
    ]
    return {person.person_id: person for person in await asyncio.gather(*added)}


@asynccontextmanager
async def _looking(office: Office) -> AsyncIterator[PhotoLooker]:
    """Photos are looked at by the clock of the past, too."""
    looker = PhotoLooker(office, Lookalikes())
    await looker.start()
    try:
        yield looker
    finally:
        await looker.stop()


def _bookings_of_yesterday(landlord: Landlord, yesterday: date, pasts: Sequence[Past]) -> list[Booking]:
    random = Random(f"yesterday/{landlord.seed}/{yesterday}")  # noqa: S311
    operatives = landlord.of_role("operative")
    homes = {patch: random.sample(landlord.homes_on(patch), 20) for patch in {home.patch for home in landlord.homes}}
    bookings = []
    for place, past in enumerate(pasts, start=1):
        operative = operatives[past.operative]
        home = homes[operative.patch].pop()
        ref = f"{yesterday}/past/{place}"
        bookings.append(booking(random, ref, home, operative, yesterday, past.window, past.case))
    return bookings


async def _carry(office: Office, member: Member, seed: int, day: date) -> Carried:
    installation_id = str(uuid5(IDS, f"{seed}/{member.username}/{day}/phone"))
    _, session = await sign_in(office, Tries(), member.username, member.password, installation_id, "demo")
    served = await serve_day(office, session, day)
    by_id = {appointment.row.row.appointment_id: appointment for appointment in served.appointments}
    phone = await enrol_simulated(office, session, SimulatedPhone(member.person_id, installation_id, seed))
    return Carried(phone, session, by_id)


def _script(
    office: Office,
    looker: PhotoLooker,
    landlord: Landlord,
    people: dict[str, Person],
    carried: Carried,
    past: Past,
    made: Booking,
    day: date,
) -> Script:
    door = Door(
        office=office,
        looker=looker,
        phone=carried.phone,
        session=carried.session,
        planner=people[landlord.of_role("planner")[0].person_id],
        supervisor=people[landlord.of_role("supervisor")[0].person_id],
        served=carried.served[made.appointment_id],
        arrives_at=_at(day, past.arrives),
        decides_at=_at(day, time(17, 15)),
    )
    return past.script(door)


def _at(day: date, clock: time) -> int:
    return london_ms(datetime.combine(day, clock))
