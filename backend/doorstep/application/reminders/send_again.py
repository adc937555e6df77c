"""Send again: somebody mended what kept texts from going, and says so; who it was is in the log.

What went, or may have gone, never goes twice by it: a text that was handed over before is looked up first, as always.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import msgspec

from doorstep.application.access import sees_patch
from doorstep.application.log_event import log_event
from doorstep.application.office import Office
from doorstep.application.records import Wanted, Where
from doorstep.application.reminders.going_again import going_again, is_kept, to_another_number
from doorstep.application.reminders.plan_reminders import booked_of, number_held
from doorstep.application.reminders.planning import Booked
from doorstep.application.reminders.rules import ReminderRules
from doorstep.application.reminders.send_due import halted
from doorstep.application.reminders.text_rows import (
    FAILED,
    HALT,
    SET_UP,
    WAITING,
    FailedNumber,
    OptOut,
    TextRow,
    TextsHalted,
)
from doorstep.application.reminders.text_service import CAUSES
from doorstep.application.rows import Person
from doorstep.application.world import Needs, World
from doorstep.application.writer import Refused
from doorstep.domain.office_events import TextsSentAgain

MOST_AT_ONCE: Final = 100
"""Appointments in one transaction, since a phone must not wait long."""


class SentAgain(msgspec.Struct, frozen=True):
    """How many texts are due again, and how many were of no use any more."""

    due: int
    dropped: int


async def send_again(office: Office, person: Person) -> SentAgain:
    """Let texts go again after the service's set-up was mended. Raises Refused where nothing was kept by it.

    It is the service that stood still, so it is let go for every patch at once; nothing of another patch is told.
    """
    rules, halt = _rules(office), await halted(office)
    kept = await _kept(office, is_halted=halt is not None)
    if halt is None and not kept:
        raise Refused("nothing-kept", "Texts are going: nothing was kept back. Look at the page again.")
    due = of_no_use = 0
    appointments = list(dict.fromkeys(text.appointment_id for text in kept))
    for start in range(0, len(appointments), MOST_AT_ONCE):
        booked = await _booked(office, rules, appointments[start : start + MOST_AT_ONCE])
        made = await office.writer.submit(_Again(office, rules, booked))
        due += sum(text.state == WAITING for text in made)
        of_no_use += sum(text.state != WAITING for text in made)
    # At the end: whatever ends the server before, they still stand still, and somebody presses again.
    await office.writer.submit(_Resume(person.person_id, due, halt, office.clock.now_ms()))
    return SentAgain(due, of_no_use)


async def send_text_again(office: Office, planner: Person, reference: str) -> None:
    """Send one text that failed for good to the number that the home now has. Raises Refused."""
    rules = _rules(office)
    text = await office.store.record(TextRow, reference)
    if text is None or not sees_patch(planner, text.patch):
        raise Refused("not-found", "There is no such text.")
    booked = await _booked(office, rules, [text.appointment_id])
    if not booked or not sees_patch(planner, booked[0].patch):
        raise Refused("not-found", "There is no such text.")
    await office.writer.submit(_AgainOne(planner.person_id, booked[0], rules, reference, office.clock.now_ms()))


async def sendable_again(office: Office, texts: Sequence[TextRow]) -> set[str]:
    """The references of those that failed and could go to another number now."""
    failed = [text for text in texts if text.state == FAILED and not text.fault.startswith(SET_UP)]
    if office.reminders is None or not failed:
        return set()
    now_ms, found = office.clock.now_ms(), set()
    for booked in await _booked(office, office.reminders, list({text.appointment_id for text in failed})):
        of = Wanted((Where("appointment_id", "=", booked.appointment_id),))
        held = await office.store.records(TextRow, of)
        for text in failed:
            if to_another_number(booked, office.reminders, held, text.reference, now_ms) is not None:
                found.add(text.reference)
    return found


def _rules(office: Office) -> ReminderRules:
    if office.reminders is None:
        raise Refused("no-reminders", "No rules of reminders are written, so nobody is reminded.")
    return office.reminders


async def _kept(office: Office, *, is_halted: bool) -> list[TextRow]:
    faults = tuple(f"{SET_UP}{cause}" for cause in CAUSES)
    now_ms = office.clock.now_ms()
    found = await office.store.records(TextRow, Wanted((Where("state", "=", FAILED), Where("fault", "in", faults))))
    if is_halted:
        waiting = Wanted((Where("state", "=", WAITING), Where("next_try_at", "<=", now_ms)))
        found += [text for text in await office.store.records(TextRow, waiting) if is_kept(text, now_ms)]
    return found


async def _booked(office: Office, rules: ReminderRules, appointments: Sequence[str]) -> list[Booked]:
    dossiers = await office.store.dossiers(list(appointments))
    rows = [await office.store.appointment_row(appointment_id) for appointment_id in appointments]
    return [booked_of(office, rules, row, dossiers.get(row.appointment_id)) for row in rows if row is not None]


class _Again:
    """Let the texts of some appointments go again, or drop them."""

    def __init__(self, office: Office, rules: ReminderRules, booked: Sequence[Booked]) -> None:
        self.rules, self.booked, self.now_ms = rules, booked, office.clock.now_ms()

    def needs(self) -> Needs:
        numbers = {each.number for each in self.booked if each.number}
        return Needs(
            records={(kind, (number,)) for number in numbers for kind in (OptOut, FailedNumber)},
            groups={(TextRow, "appointment_id", each.appointment_id) for each in self.booked}
            | {(TextRow, "number", number) for number in numbers},
        )

    def apply(self, world: World) -> list[TextRow]:
        made = []
        for booked in self.booked:
            texts = world.group(TextRow, "appointment_id", booked.appointment_id)
            to_it = {booked.number: list(world.group(TextRow, "number", booked.number))} if booked.number else {}
            held = number_held(world, booked.number, to_it)
            for text in going_again(booked, self.rules, texts, held, self.now_ms):
                world.keep(text)
                made.append(text)
        return made


class _Resume:
    """Texts go again; who said so is logged."""

    def __init__(self, person_id: str, texts: int, halt: TextsHalted | None, now_ms: int) -> None:
        self.person_id, self.texts, self.halt, self.now_ms = person_id, texts, halt, now_ms

    def needs(self) -> Needs:
        return Needs(records={(TextsHalted, (HALT,))})

    def apply(self, world: World) -> None:
        held = world.record(TextsHalted, HALT)
        # One that came meanwhile is a new one: whoever pressed has not mended that.
        if held is not None and held == self.halt:
            world.keep(msgspec.structs.replace(held, is_over=True, ended_at=self.now_ms, ended_by=self.person_id))
        cause = self.halt.cause if self.halt else ""
        log_event(world, TextsSentAgain, self.person_id, self.now_ms, texts=self.texts, cause=cause)


class _AgainOne:
    """One more try of one text, to the number that there now is."""

    def __init__(self, person_id: str, booked: Booked, rules: ReminderRules, reference: str, now_ms: int) -> None:
        self.person_id, self.booked, self.rules = person_id, booked, rules
        self.reference, self.now_ms = reference, now_ms

    def needs(self) -> Needs:
        return Needs(groups={(TextRow, "appointment_id", self.booked.appointment_id)})

    def apply(self, world: World) -> None:
        texts = world.group(TextRow, "appointment_id", self.booked.appointment_id)
        made = to_another_number(self.booked, self.rules, texts, self.reference, self.now_ms)
        if made is None:
            raise Refused(
                "text-not-again",
                "It cannot go again: the number is still the one that failed, the visit is over or changed, or it was "
                "sent again. Put the number right where it came from first.",
            )
        world.keep(made)
        log_event(world, TextsSentAgain, self.person_id, self.now_ms, texts=1, reference=self.reference)
