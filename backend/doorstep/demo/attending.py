"""One appointment of the plan as it is lived: a phone states and sends, planners log, supervisors decide."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator
from datetime import date, time, timedelta
from functools import partial
from random import Random

import msgspec

from doorstep.application.accept_events import accept_events
from doorstep.application.decide_visit import decide_visit
from doorstep.application.import_appointments import Booking, import_bookings
from doorstep.application.log_planner_call import BegunCall, begin_planner_call, log_planner_call
from doorstep.application.london import london_time
from doorstep.application.receive_photo import receive_photo
from doorstep.demo.card_picture import card_picture
from doorstep.demo.landlord import REBOOKING_NUMBER
from doorstep.demo.orderly import Run, Step
from doorstep.demo.past import Past
from doorstep.demo.phone import SimulatedVisit
from doorstep.demo.stories import MINUTE_MS, SAME_PHOTO, Call, Said, Story
from doorstep.demo.supervision import Deciding, decisions
from doorstep.demo.year import NOT_AGREED, Attendance, at
from doorstep.domain.instants import parse_instant
from doorstep.domain.office_events import SYSTEM


def whose(attendance: Attendance) -> str:
    """What its steps wait for each other by: they are of one appointment."""
    return attendance.booking.appointment_id


async def book(past: Past, bookings: list[Booking]) -> None:
    """The landlord's system sends them."""
    await import_bookings(past.office, SYSTEM, bookings)


class Attending:
    """One appointment of the plan, from what becomes of it before the day to what is decided of it."""

    def __init__(self, past: Past, attendance: Attendance, day: date) -> None:
        self._past, self._attendance, self._day = past, attendance, day
        self._holder = past.holders[attendance.operative.person_id]
        self._random = Random(f"attending/{attendance.fate_seed}")  # noqa: S311
        self._patch = attendance.booking.patch
        self._visit: SimulatedVisit | None = None
        self._said = 0
        self._begun: BegunCall | None = None
        self._photo = b""

    def steps(self) -> list[Step]:
        """Each thing that reaches the office, at its instant."""
        booking, story = self._attendance.booking, self._attendance.story
        if self._attendance.is_cancelled:
            off = msgspec.structs.replace(booking, is_cancelled=True)
            return [self._step(at(self._day, time(7, 30)), partial(book, self._past, [off]))]
        if story is None:
            return []
        begins_at = self._attendance.begins_at
        steps = self._calls(story, story.call, begins_at) if story.call else []
        sent_at = begins_at + story.lasts_ms + story.sent_after_ms
        steps.append(self._step(sent_at, partial(self._send, story.said)))
        if story.afterwards:
            later_ms = sum(said.after_ms for said in story.afterwards)
            steps.append(self._step(sent_at + later_ms + MINUTE_MS, partial(self._send, story.said + story.afterwards)))
        return steps + self._decisions(story) if story.said[-1].kind == "missed_recorded" else steps

    def _step(self, at_ms: int, run: Run) -> Step:
        return Step(at_ms, whose(self._attendance), run)

    def _calls(self, story: Story, call: Call, begins_at: int) -> list[Step]:
        """The planner opens the form when the operative rings, half a minute before the code is typed."""
        place = next(place for place, said in enumerate(story.said) if said.kind == "planner_contacted")
        contacted_at = begins_at + sum(said.after_ms for said in story.said[: place + 1])
        rang_ms = story.said[place].after_ms + (story.said[place - 1].after_ms if call.speaks else 0)
        steps = [self._step(contacted_at - rang_ms + 5_000, self._ring)]
        if call.summary is not None:
            saved_at = contacted_at + call.saved_after_ms
            steps.append(self._step(saved_at, partial(self._log_call, call, story.said[:place])))
        return steps

    def _decisions(self, story: Story) -> list[Step]:
        window = self._attendance.booking.window
        starts_at, ends_at = (parse_instant(each, "window") for each in (window.starts_at, window.ends_at))
        is_out = not starts_at <= self._attendance.begins_at + story.said[1].after_ms <= ends_at
        agreed = self._attendance.booking.agreed
        is_agreed = agreed is None or agreed.how != NOT_AGREED
        made = decisions(self._attendance.fate_seed, story.way, self._day, is_out_of_hours=is_out, is_agreed=is_agreed)
        steps: list[Step] = []
        for each in made:
            steps.append(self._step(at(each.on, each.hour), partial(self._decide, each)))
            if each.answer:
                answered_at = at(each.on + timedelta(days=1), time(7, 50))
                steps.append(self._step(answered_at, partial(self._answer, each.answer, answered_at)))
        return steps

    def _say(self, said: tuple[Said, ...]) -> None:
        """State what was not stated yet of these."""
        for each in said[self._said :]:
            own = dict(each.own)
            if self._visit is None:
                policy = self._past.office.rules.in_force(self._day)
                snapshot = self._attendance.booking.snapshot()
                self._visit = self._holder.phone.visit(snapshot, policy.version, self._attendance.begins_at)
            elif each.kind == "planner_code_typed" and self._begun:
                self._visit.state(each.kind, each.after_ms, code=self._begun.code)
            elif each.kind == "card_photographed":
                self._visit.state(each.kind, each.after_ms, **self._photograph(self._visit))
            elif each.kind == "event_withdrawn":
                self._visit.state(each.kind, each.after_ms, withdrawn_n=len(self._visit.bodies) - 1, **own)
            else:
                self._visit.state(each.kind, each.after_ms, **own)
        self._said = max(self._said, len(said))

    def _photograph(self, visit: SimulatedVisit) -> dict[str, int | str | bool]:
        story, row = self._attendance.story, self._attendance.booking
        if story and story.way == SAME_PHOTO and self._holder.photo:
            self._photo = self._holder.photo
        else:
            left = london_time(visit.now_ms)
            lines = (
                f"{left:%A} {left.day} {left:%B %Y, %H:%M}",
                f"Job {row.work_order_ref}",
                f"To rebook: {REBOOKING_NUMBER}",
            )
            self._photo = card_picture(visit.card_code, lines, visit.visit_id, self._past.photo_width)
        self._holder.photo = self._photo
        sha256 = hashlib.sha256(self._photo).hexdigest()
        return {
            "photo_sha256": sha256,
            "size_bytes": len(self._photo),
            "width": self._past.photo_width,
            "height": self._past.photo_width * 3 // 4,
            "source_sha256": hashlib.sha256(sha256.encode()).hexdigest(),
        }

    async def _ring(self) -> None:
        planner = self._past.person("planner", self._patch, self._random)
        self._planner = planner
        appointment_id = self._attendance.booking.appointment_id
        self._begun = await begin_planner_call(self._past.office, planner, appointment_id, self._holder.phone.actor_id)

    async def _log_call(self, call: Call, said: tuple[Said, ...]) -> None:
        self._say(said)
        if self._begun is None or self._visit is None:
            raise RuntimeError("a call is logged before it was begun")
        read_back = self._visit.read_back if call.speaks else None
        summary = call.summary or ""
        await log_planner_call(
            self._past.office, self._planner, self._begun.call_id, summary, call.instruction, read_back
        )

    async def _send(self, said: tuple[Said, ...]) -> None:
        self._say(said)
        if (
            self._attendance.story
            and self._attendance.story.sends_photo
            and len(said) == len(self._attendance.story.said)
        ):
            self._past.photos.append(self._send_photo)
        await self._sync()

    async def _sync(self) -> None:
        while events := self._holder.phone.take_unsent():
            await accept_events(self._past.office, self._holder.session, events, 0)
            self._holder.phone.learn(self._past.office.anchors.current())

    async def _send_photo(self) -> None:
        async def chunks() -> AsyncIterator[bytes]:
            yield self._photo

        sha256 = hashlib.sha256(self._photo).hexdigest()
        office, session, size = self._past.office, self._holder.session, len(self._photo)
        await receive_photo(office, self._past.looker, session, sha256, 0, size, chunks())

    async def _decide(self, what: Deciding) -> None:
        if self._visit is None:
            raise RuntimeError("a visit is decided before it began")
        supervisor = self._past.person("supervisor", self._patch, self._random)
        await decide_visit(
            self._past.office, supervisor, self._visit.visit_id, what.decision, what.reason, what.outcome
        )

    async def _answer(self, note: str, at_ms: int) -> None:
        if self._visit is None:
            raise RuntimeError("a visit is answered for before it began")
        self._visit.state("note_added", at_ms - self._visit.now_ms, note=note)
        await self._sync()
