"""Lives through the weeks of the plan: what is booked before each, and what its days and evenings bring."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import date, time, timedelta
from functools import partial
from typing import cast
from uuid import uuid5

from doorstep.application.anchors import Anchors
from doorstep.application.import_appointments import import_bookings
from doorstep.application.office import Office
from doorstep.application.rows import Person
from doorstep.application.sign_in import Tries, sign_in
from doorstep.application.store import Store
from doorstep.demo.attending import Attending, book, whose
from doorstep.demo.diary import DiaryClock
from doorstep.demo.enrolling import enrol_simulated, office_at
from doorstep.demo.kept_world import KeptStore, kept_of, kept_writer
from doorstep.demo.landlord import IDS, Landlord, Member
from doorstep.demo.orderly import Diary, EagerDecoder, PatientLooker, Step
from doorstep.demo.past import Holder, Past, PutDown, Shelf
from doorstep.demo.phone import SimulatedPhone
from doorstep.demo.stories import MINUTE_MS
from doorstep.demo.year import Attendance, Year, at
from doorstep.domain.instants import parse_instant
from doorstep.domain.office_events import SYSTEM

Progress = Callable[[date], None]
WEEK = 7


async def live_days(
    office: Office,
    landlord: Landlord,
    people: dict[str, Person],
    first: date,
    last: date,
    tell: Progress,
    shelf: Shelf | None = None,
) -> None:
    """Live through the days from `first` to `last`; what supervisors would decide after the last is left open.

    With a `shelf` the past is put down there each week, and taken up from there where it was begun.
    """
    past = Past(landlord, people)
    past.year = Year(landlord)
    begun = shelf.take_up(past) if shelf else None
    clock = begun.diary.clock if begun else DiaryClock(at(first, time(0, 5)))
    decoder = EagerDecoder(office.decoder)
    then = replace(office_at(office, clock), decoder=decoder)
    begun = begun or await _begin(then, landlord, first, clock)
    past.holders, past.booked, diary = begun.holders, begun.booked, begun.diary
    async with kept_writer(office.writer, office.store, begun.kept) as writer:
        past.writer = writer
        past.office = replace(
            then,
            writer=writer,
            store=cast(Store, KeptStore(office.store, writer, people)),
            anchors=Anchors(office.log_key, clock, writer.tree_head),
        )
        past.looker = PatientLooker(past.office, decoder)
        await past.looker.start()
        try:
            monday = begun.next_day
            while monday <= last:
                week = [monday + timedelta(days=day) for day in range(min(WEEK, (last - monday).days + 1))]
                tell(monday)
                await _live_week(past, diary, week)
                await writer.saved()
                monday += timedelta(days=WEEK)
                if shelf:
                    shelf.put(past, PutDown(monday, writer.kept, past.holders, past.booked, diary))
                await writer.commit()
        finally:
            await past.looker.stop()


async def _begin(office: Office, landlord: Landlord, first: date, clock: DiaryClock) -> PutDown:
    """Everybody has a phone on the first morning."""
    operatives = landlord.of_role("operative")
    held = await asyncio.gather(*(_hold(office, member, landlord.seed, first) for member in operatives))
    holders = {holder.phone.actor_id: holder for holder in held}
    phones = {holder.phone.installation_id: holder.phone.actor_id for holder in held}
    kept = await kept_of(office.store, phones, {holder.phone.device_id for holder in held})
    return PutDown(first, kept, holders, set(), Diary(clock))


async def _hold(office: Office, member: Member, seed: int, first: date) -> Holder:
    installation_id = str(uuid5(IDS, f"{seed}/{member.username}/{first}/year"))
    _, session = await sign_in(office, Tries(), member.username, member.password, installation_id, "demo")
    phone = await enrol_simulated(office, session, SimulatedPhone(member.person_id, installation_id, seed))
    return Holder(phone, session)


async def _live_week(past: Past, diary: Diary, days: list[date]) -> None:
    """The week's appointments are booked before it, its emergencies on the day; photos are looked at each evening."""
    plans = [past.year.plan_day(day) for day in days]
    attendances = [each for plan in plans for each in plan.attendances]
    booked = [each for each in attendances if each.booking.priority != "emergency"]
    past.booked |= {each.booking.appointment_id for each in attendances}
    past.writer.expect(each.booking.appointment_id for each in attendances)
    await import_bookings(past.office, SYSTEM, [each.booking for each in booked])
    for plan in plans:
        urgent = [each for each in plan.attendances if each.booking.priority == "emergency"]
        diary.add(Step(_reported_at(each), whose(each), partial(book, past, [each.booking])) for each in urgent)
        for each in plan.attendances:
            diary.add(Attending(past, each, plan.day).steps())
        await diary.live_until(at(plan.day, time(22, 45)))
        if past.photos:
            await asyncio.gather(*(send() for send in past.photos))
            past.photos.clear()
            await past.looker.look_at_all()
    # What is over is let go of before the past is put down: it would be most of what is written.
    past.writer.forget(past.booked - diary.still_to_come())
    past.booked &= diary.still_to_come()


def _reported_at(attendance: Attendance) -> int:
    return min(attendance.begins_at, parse_instant(attendance.booking.window.starts_at, "starts_at")) - 9 * MINUTE_MS
