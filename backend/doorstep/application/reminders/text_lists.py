"""The texts of a day, and how many there were of each kind: what the office's page of reminders shows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final

import msgspec

from doorstep.application.access import may_see_appointment
from doorstep.application.london import london_date
from doorstep.application.office import Office
from doorstep.application.records import Wanted, Where
from doorstep.application.reminders.moments import at_london
from doorstep.application.reminders.text_rows import DELIVERED, DROPPED, FAILED, SENDING, SENT, WAITING, TextRow
from doorstep.application.rows import AppointmentRow, Person

SHOWN: Final[Mapping[str, tuple[str, ...]]] = {
    "due": (WAITING, SENDING),
    "sent": (SENT,),
    "delivered": (DELIVERED,),
    "failed": (FAILED,),
    "dropped": (DROPPED,),
}
"""What a list shows, by its name: the states of its texts."""
DAYS_BACK, DAYS_AHEAD, MOST_SHOWN = 6, 1, 100


class DayCounts(msgspec.Struct, frozen=True):
    """How many texts of a day (as text, London's) stand in each of the lists."""

    day: str
    counts: dict[str, int]


class ShownText(msgspec.Struct, frozen=True):
    """One text with the appointment that it is about, where the reader may see it."""

    text: TextRow
    appointment: AppointmentRow | None


async def count_days(office: Office, reader: Person) -> list[DayCounts]:
    """The week to tomorrow, the latest day first."""
    today = london_date(office.clock.now_ms())
    days = [today + timedelta(days=ahead) for ahead in range(DAYS_AHEAD, -DAYS_BACK - 1, -1)]
    return [
        DayCounts(
            day.isoformat(),
            {name: await office.store.count_records(TextRow, Wanted(_of(day, name, reader))) for name in SHOWN},
        )
        for day in days
    ]


async def texts_of_day(office: Office, reader: Person, day: date, shown: str) -> list[ShownText]:
    """One list of a day, by when they are or were due."""
    wanted = Wanted(_of(day, shown, reader), ("due_at", "reference"), MOST_SHOWN)
    found = []
    for text in await office.store.records(TextRow, wanted):
        row = await office.store.appointment_row(text.appointment_id)
        found.append(ShownText(text, row if row and may_see_appointment(reader, row) else None))
    return found


def _of(day: date, shown: str, reader: Person) -> tuple[Where, ...]:
    of_patch = (Where("patch", "=", reader.patch),) if reader.patch else ()
    return (
        Where("due_at", ">=", at_london(day, 0)),
        Where("due_at", "<", at_london(day + timedelta(days=1), 0)),
        Where("state", "in", SHOWN[shown]),
        *of_patch,
    )
