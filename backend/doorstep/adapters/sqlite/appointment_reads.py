"""Reads of appointments: one, lists of them, the homes that they name, and each operative's day and feed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from doorstep.adapters.sqlite.loading import AMONG
from doorstep.adapters.sqlite.reading import Reading, one
from doorstep.adapters.sqlite.rows import APPOINTMENT_COLUMNS, appointment_row, json_list
from doorstep.adapters.sqlite.wanted import given
from doorstep.application.lists import AppointmentFilter, Day, DayAppointment, Home, HomeFilter
from doorstep.application.rows import AppointmentRow, FeedItem
from doorstep.domain.office_events import AppointmentChanged, read_office_event

NAMES = (
    "(SELECT group_concat(name,' ') FROM assignments JOIN people ON person_id=operative_id "
    "WHERE assignments.appointment_id=appointments.appointment_id)"
)
SEARCHED = f"instr(lower(address||' '||work_order_ref||' '||ifnull({NAMES},'')),?)>0"


class AppointmentReads(Reading):
    """The part of the port that reads appointments."""

    async def appointment_row(self, appointment_id: str) -> AppointmentRow | None:
        sql = f"SELECT {APPOINTMENT_COLUMNS} FROM appointments WHERE appointment_id=?"
        return one(await self._all(sql, appointment_id), appointment_row)

    async def appointments_held(self, appointment_ids: Sequence[str]) -> Mapping[str, AppointmentRow]:
        sql = f"SELECT {APPOINTMENT_COLUMNS} FROM appointments WHERE appointment_id {AMONG}"
        rows = map(appointment_row, await self._all(sql, json_list(appointment_ids)))
        return {row.appointment_id: row for row in rows}

    async def newest_appointments(
        self, work_order_refs: Sequence[str], property_refs: Sequence[str]
    ) -> Sequence[AppointmentRow]:
        newest = " UNION ".join(
            f"SELECT (SELECT appointment_id FROM appointments WHERE {name}=value ORDER BY position DESC LIMIT 1) "
            "FROM json_each(?)"
            for name in ("work_order_ref", "property_ref")
        )
        sql = f"SELECT {APPOINTMENT_COLUMNS} FROM appointments WHERE appointment_id IN({newest}) ORDER BY position"
        found = await self._all(sql, json_list(work_order_refs), json_list(property_refs))
        return [appointment_row(row) for row in found]

    async def appointment_rows(self, wanted: AppointmentFilter) -> Sequence[AppointmentRow]:
        theirs = "appointment_id IN(SELECT appointment_id FROM assignments WHERE operative_id=?)"
        tests, values = given(
            ("appointments.day=?", wanted.day),
            ("appointments.day>=?", wanted.first_day),
            ("property_ref=?", wanted.property_ref),
            ("patch=?", wanted.patch),
            (theirs, wanted.operative_id),
            *((SEARCHED, word) for word in wanted.words.casefold().split()),
        )
        sql = (
            f"SELECT {APPOINTMENT_COLUMNS} FROM appointments WHERE {' AND '.join(tests)} "
            "ORDER BY starts_at,appointment_id LIMIT ?"
        )
        return [appointment_row(row) for row in await self._all(sql, *values, wanted.limit)]

    async def homes(self, wanted: HomeFilter) -> Sequence[Home]:
        among = None if wanted.property_refs is None else json_list(wanted.property_refs)
        tests, values = given(
            (f"property_ref {AMONG}", among),
            ("patch=?", wanted.patch),
            *(("instr(lower(address||' '||property_ref),?)>0", word) for word in wanted.words.casefold().split()),
        )
        # Beside max(), SQLite takes the other columns from the row that has it: the newest names the home.
        sql = (
            "SELECT property_ref,address FROM(SELECT property_ref,address,max(day||appointment_id) FROM appointments "
            f"WHERE property_ref<>'' AND {' AND '.join(tests)} GROUP BY property_ref) "
            "ORDER BY address,property_ref LIMIT ?"
        )
        return [Home(*row) for row in await self._all(sql, *values, wanted.limit)]

    async def changed_appointments(self, after: int, ahead: int, limit: int) -> Sequence[AppointmentRow]:
        sql = (
            f"SELECT {APPOINTMENT_COLUMNS} FROM appointments WHERE position>? AND starts_at>? ORDER BY position LIMIT ?"
        )
        return [appointment_row(row) for row in await self._all(sql, after, ahead, limit)]

    async def appointment_ids(self, after: str, limit: int) -> Sequence[str]:
        found = await self._all(
            "SELECT appointment_id FROM appointments WHERE appointment_id>?1 UNION "
            "SELECT appointment_id FROM visits WHERE appointment_id>?1 ORDER BY 1 LIMIT ?2",
            after,
            limit,
        )
        return [row[0] for row in found]

    async def day(self, operative_id: str, day: str) -> Day:
        async with self._one_moment() as connection:
            [(feed_next,)] = await connection.execute_fetchall(
                "SELECT ifnull(max(position),0) FROM feed WHERE operative_id=?", (operative_id,)
            )
            found = await connection.execute_fetchall(
                f"SELECT bodies.body,{APPOINTMENT_COLUMNS} FROM assignments JOIN appointments USING(appointment_id) "
                "JOIN bodies ON bodies.position=appointments.position "
                "WHERE operative_id=? AND assignments.day=? ORDER BY starts_at,appointment_id",
                (operative_id, day),
            )
            appointments = tuple(DayAppointment(appointment_row(row[1:]), _snapshot(row[0])) for row in found)
            served = await connection.execute_fetchall(
                f"SELECT sha256,policy_version FROM servings WHERE operative_id=? AND appointment_id {AMONG}",
                (operative_id, json_list(appointment.row.appointment_id for appointment in appointments)),
            )
        return Day(appointments, frozenset((sha256.hex(), version) for sha256, version in served), feed_next)

    async def feed(self, operative_id: str, after: int, limit: int) -> Sequence[FeedItem]:
        found = await self._all(
            "SELECT feed.position,kind,received_at,body FROM feed JOIN log USING(position) JOIN bodies USING(position) "
            "WHERE operative_id=? AND feed.position>? ORDER BY feed.position LIMIT ?",
            operative_id,
            after,
            limit,
        )
        return [FeedItem(*row) for row in found]


def _snapshot(body: bytes) -> str:
    event = read_office_event(body)
    if not isinstance(event, AppointmentChanged):
        raise TypeError("an appointment's row points at another kind of entry: run `doorstep rebuild`")
    return event.snapshot
