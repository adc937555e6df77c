"""One simulated phone in real time: it goes from door to door, and does what the planner says."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import date
from random import Random

import msgspec

from doorstep.application.accept_events import accept_events
from doorstep.application.gather import is_from_phone
from doorstep.application.lists import DayAppointment
from doorstep.application.log_planner_call import begin_planner_call, log_planner_call
from doorstep.application.london import london_time
from doorstep.application.office import Office
from doorstep.application.receive_photo import PhotoLooker, receive_photo
from doorstep.application.rows import Person, Session
from doorstep.application.sign_in import Tries, sign_in
from doorstep.application.writer import Refused
from doorstep.demo.card_picture import SMALL_WIDTH, card_picture
from doorstep.demo.diary import DiaryClock
from doorstep.demo.enrolling import enrol_simulated, office_at
from doorstep.demo.landlord import REBOOKING_NUMBER, Member
from doorstep.demo.phone import DECLARATION, LONG_WAIT_ALERTS, SimulatedPhone, SimulatedVisit
from doorstep.demo.stories import MINUTE_MS, SUMMARIES
from doorstep.domain.chain import body_hash
from doorstep.domain.events import read_event
from doorstep.domain.instants import MS_PER_SECOND

ASKS, TOLD = "asks in the app", "planner says so"
POLLS_EVERY_SECONDS = 25
MOST_LOOKS, LOOKS_EVERY_SECONDS = 120, 10
"""For so long an operative who has asked for a call waits for somebody at the board."""
ENDS_FOR = {
    "resident_coming": "access_gained_late",
    "rebooked": "rebooked_by_resident",
    "welfare_check": "welfare_concern",
}
"""What a visit comes to where the planner says something else than to leave a card, or none."""


class Manner(msgspec.Struct, frozen=True):
    """How the first visit goes: when it began, and from when to when, on its stopwatch, the phone has no signal."""

    name: str
    began_ms_ago: int
    silent_after_ms: int = 0
    silent_until_ms: int = 0
    wants_long_wait: bool = False


@dataclass
class LivingPhone:
    """A phone in somebody's hand, today. `planner` answers it, where nobody at the board is to."""

    office: Office
    session: Session
    phone: SimulatedPhone
    random: Random
    looker: PhotoLooker = field(init=False)
    planner: Person = field(init=False)
    _heard: int = 0
    _manner: Manner = Manner("", 0)  # noqa: RUF009 - frozen
    _visit: SimulatedVisit = field(init=False)
    _told: tuple[str, str] = ("", "")

    @classmethod
    async def signed_in(cls, office: Office, member: Member, installation_id: str, random: Random) -> LivingPhone:
        """A phone that its operative has just signed in on."""
        _, session = await sign_in(office, Tries(), member.username, member.password, installation_id, "demo")
        phone = SimulatedPhone(member.person_id, installation_id, installation_id)
        return cls(office, session, await enrol_simulated(office, session, phone), random)

    async def work(self, day: date, manner: Manner) -> None:
        """The day's appointments one after another, the first in that manner; then home."""
        await self._close_what_was_left(day)
        later = [Manner(ASKS, 0), Manner(TOLD, 0), Manner("somebody comes", 0)]
        while True:
            now_ms = self.office.clock.now_ms()
            held = await self.office.store.day(self.phone.actor_id, day.isoformat())
            self._heard = max(self._heard, held.feed_next)
            begins_at = now_ms - manner.began_ms_ago
            found = await self._next(held.appointments, day, long_wait=manner.wants_long_wait)
            if found is None:
                await asyncio.sleep(60)
                manner = self.random.choice(later)
                continue
            self._manner = manner
            await self._attend(found, max(begins_at, found.row.starts_at))
            await asyncio.sleep(self.random.randint(240, 700))
            manner = self.random.choice(later)

    async def _next(
        self, appointments: tuple[DayAppointment, ...], day: date, *, long_wait: bool
    ) -> DayAppointment | None:
        """An appointment whose window is open and which nobody has been to; one with a long wait if there is any."""
        visited = {
            row.appointment_id for row in await self.office.store.operative_visits(self.phone.actor_id, str(day))
        }
        is_open = [
            each
            for each in appointments
            if each.row.appointment_id not in visited
            and not each.row.is_cancelled
            and each.row.starts_at <= self.office.clock.now_ms() < each.row.ends_at
        ]
        is_open.sort(key=lambda each: long_wait and not _has_long_wait(each.snapshot))
        return is_open[0] if is_open else None

    async def _attend(self, appointment: DayAppointment, begins_at: int) -> None:
        policy = self.office.rules.in_force(date.fromisoformat(appointment.row.day)).version
        # A visit that began before the start knows no later time than its own.
        self.phone.learn(self._at(begins_at).anchors.current())
        self._visit = self.phone.visit(appointment.snapshot, policy, begins_at)
        visit, snapshot = self._visit, json.loads(appointment.snapshot)
        await self._say("arrived", 25, address_confirmed=True, place_missing="unavailable")
        arrived_t = visit.t
        for request in snapshot["contact_requests"]:
            await self._say("contact_request_followed", 9, request_id=request["request_id"], followed=True)
        await self._say("door_knocked", 14, method="knock")
        if self._manner.name == "somebody comes" and self.random.random() < 0.7:
            await self._say("access_gained", 50)
            await self._say("visit_closed", self.random.randint(600, 1500), outcome="completed")
            return
        await self._say("door_knocked", 131, method="bell")
        if snapshot["phone_numbers"]:
            label = snapshot["phone_numbers"][0]["label"]
            await self._say("resident_called", 48, number_label=label, result="no_answer")
        else:
            await self._say("clause_waived", 20, clause="called", reason="no_number_held")
        instruction = await self._ask_planner(appointment)
        if outcome := ENDS_FOR.get(instruction):
            await self._say("visit_closed", 30, outcome=outcome)
            return
        await self._leave_card(appointment, arrived_t, instruction, is_long=_has_long_wait(appointment.snapshot))

    async def _ask_planner(self, appointment: DayAppointment) -> str:
        """What the planner says. Asked in the app, the phone waits for somebody at the board, then takes `no`."""
        row, visit = appointment.row, self._visit
        if self._manner.name == ASKS:
            await self._say("planner_call_tried", 40, result="in_app_asked")
            for _ in range(MOST_LOOKS):
                call_id, instruction = self._told
                if call_id:
                    self._told = ("", "")
                    own = {"how": "app", "instruction": instruction, "call_id": call_id}
                    await self._say("planner_contacted", self._passed_seconds(), **own)
                    if instruction != "keep_waiting":
                        return instruction
                await asyncio.sleep(LOOKS_EVERY_SECONDS)
                await self._send(self.office.clock.now_ms())
            await self._say("clause_waived", self._passed_seconds(), clause="planner", reason="planner_not_reached")
            return ""
        rang_at = visit.now_ms + 60 * MS_PER_SECOND
        await self._wait_until(rang_at)
        then = self._at(rang_at)
        try:
            call = await begin_planner_call(then, self.planner, row.appointment_id, self.phone.actor_id)
        except Refused as refused:
            if refused.reason != "call-taken":
                raise
            # Somebody at the board has this very call: they are waited for no longer than it takes to say so.
            await self._say("planner_call_tried", 60, result="no_answer")
            await self._say("clause_waived", 20, clause="planner", reason="planner_not_reached")
            return ""
        await self._say("planner_code_typed", 60 + 35, code=call.code)
        read_back = visit.read_back
        await self._say("planner_contacted", 25, how="phone", instruction="leave_card")
        summary = self.random.choice(SUMMARIES)
        await self._wait_until(visit.now_ms + 20 * MS_PER_SECOND)
        then = self._at(visit.now_ms + 20 * MS_PER_SECOND)
        await log_planner_call(then, self.planner, call.call_id, summary, "leave_card", read_back)
        return "leave_card"

    def _passed_seconds(self) -> int:
        """Since the latest statement, and at least one."""
        return max((self.office.clock.now_ms() - self._visit.now_ms) // MS_PER_SECOND, 1)

    async def _leave_card(
        self, appointment: DayAppointment, arrived_t: int, instruction: str, *, is_long: bool
    ) -> None:
        visit = self._visit
        wait_s = (25 if is_long else 15) * 60
        left_s = max((arrived_t + wait_s * MS_PER_SECOND - visit.t) // MS_PER_SECOND, 0) + self.random.randint(10, 200)
        if instruction == "leave_no_card":
            for clause in ("card", "card_photo"):
                await self._say("clause_waived", left_s, clause=clause, reason="planner_said_no_card")
                left_s = 8
            await self._say("missed_recorded", 30, declaration=DECLARATION)
            return
        await self._say("card_left", left_s, placed="letterbox")
        left = london_time(visit.now_ms)
        lines = (
            f"{left:%A} {left.day} {left:%B %Y, %H:%M}",
            f"Job {appointment.row.work_order_ref}",
            f"To rebook: {REBOOKING_NUMBER}",
        )
        photo = card_picture(visit.card_code, lines, visit.visit_id, SMALL_WIDTH)
        sha256 = hashlib.sha256(photo).hexdigest()
        await self._say(
            "card_photographed",
            25,
            photo_sha256=sha256,
            size_bytes=len(photo),
            width=SMALL_WIDTH,
            height=SMALL_WIDTH * 3 // 4,
            source_sha256=body_hash(sha256.encode()),
        )
        await self._say("missed_recorded", 30, declaration=DECLARATION)
        await self._say_nothing_until_signal()

        async def chunks() -> AsyncIterator[bytes]:
            yield photo

        await receive_photo(self.office, self.looker, self.session, sha256, 0, len(photo), chunks())

    async def _say(self, kind: str, after_seconds: int, **own: int | str | bool) -> None:
        """State something at its time, which may be past, and send it where there is signal."""
        due_ms = self._visit.now_ms + after_seconds * MS_PER_SECOND
        await self._wait_until(due_ms)
        self._visit.state(kind, after_seconds * MS_PER_SECOND, **own)
        if not self._is_silent(self._visit.t):
            await self._send(due_ms + 900)

    async def _say_nothing_until_signal(self) -> None:
        await self._wait_until(self._visit.starts_at_ms + self._manner.silent_until_ms)
        await self._send(self.office.clock.now_ms())

    async def _send(self, at_ms: int) -> None:
        while True:
            events = self.phone.take_unsent()
            office = self._at(at_ms)
            _, feed = await accept_events(office, self.session, events, self._heard)
            self.phone.learn(office.anchors.current())
            for item in feed:
                self._heard = max(self._heard, item.position)
                if item.kind == "planner_call_logged":
                    logged = json.loads(item.body)
                    if logged["appointment_id"] == self._visit.appointment.appointment_id:
                        self._told = (logged["call_id"], logged["instruction"])
            if len(events) == 0 or not self.phone.unsent():
                return

    def _at(self, at_ms: int) -> Office:
        """The office as it was then: only for what is told of before the start."""
        now_ms = self.office.clock.now_ms()
        return self.office if at_ms >= now_ms - MS_PER_SECOND else office_at(self.office, DiaryClock(at_ms))

    async def _wait_until(self, at_ms: int) -> None:
        """A phone that waits asks for news now and then; that is how the board sees that it has signal."""
        while (left_seconds := (at_ms - self.office.clock.now_ms()) / MS_PER_SECOND) > 0:
            await asyncio.sleep(min(left_seconds, POLLS_EVERY_SECONDS))
            if not self._is_silent(self.office.clock.now_ms() - self._visit.starts_at_ms):
                await self._send(self.office.clock.now_ms())

    def _is_silent(self, t: int) -> bool:
        return self._manner.silent_after_ms < t < self._manner.silent_until_ms

    async def _close_what_was_left(self, day: date) -> None:
        """Visits that an earlier run of the demonstration left open: the resident came home in the meantime."""
        for row in await self.office.store.operative_visits(self.phone.actor_id, day.isoformat()):
            if row.standing != "in_progress" or row.appointment_id is None or row.day != day.isoformat():
                continue
            bodies = [each.body for each in await self.office.store.visit_entries(row.visit_id) if is_from_phone(each)]
            snapshot = await self._snapshot(row.appointment_id)
            if not bodies or snapshot is None:
                continue
            last = read_event(bodies[-1])
            visit = self.phone.resumed(snapshot, row.visit_id, [body.decode() for body in bodies])
            passed = max(self.office.clock.now_ms() - last.at_ms, MS_PER_SECOND)
            visit.state("access_gained", passed)
            visit.state("visit_closed", MINUTE_MS, outcome="access_gained_late")
            self._visit = visit
            await self._send(self.office.clock.now_ms())

    async def _snapshot(self, appointment_id: str) -> str | None:
        dossier = await self.office.store.dossier(appointment_id)
        return msgspec.json.encode(dossier.versions[-1].snapshot).decode() if dossier and dossier.versions else None


def _has_long_wait(snapshot: str) -> bool:
    return any(alert["code"] in LONG_WAIT_ALERTS for alert in json.loads(snapshot)["alerts"])
