"""Plan the texts of the appointments that changed, as they did so; of all that lie ahead when the rules change."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

import msgspec

from doorstep.application.office import Office
from doorstep.application.records import Wanted, Where
from doorstep.application.reminders.numbers import mobile_among
from doorstep.application.reminders.planning import Booked, NumberHeld, plan
from doorstep.application.reminders.rules import ReminderRules
from doorstep.application.reminders.text_rows import OPEN, FailedNumber, OptOut, PlannedFor, TextRow
from doorstep.application.rows import AppointmentRow
from doorstep.application.world import Needs, World
from doorstep.domain.dossier import Dossier, Version

CURSOR = "reminders"
MOST_AT_ONCE = 200
"""So many in one transaction, since a phone must not wait long."""


async def plan_reminders(office: Office) -> int:
    """Plan for whatever changed since the last time; gives how many texts are new or changed.

    What changes while it runs has a higher position, and is planned the next time.
    """
    rules = office.reminders
    if rules is None:
        return 0
    mark = _mark(office, rules)
    after, ahead, is_anew = await _begin(office, mark)
    changed = 0
    while booked := await _changed(office, rules, after, ahead):
        after = booked[-1][0]
        works = _Plan(office, rules, [each for _, each in booked], PlannedFor(name=CURSOR, position=after, mark=mark))
        changed += len(await office.writer.submit(works))
        is_anew = False
    if is_anew:
        await office.writer.submit(_Plan(office, rules, [], PlannedFor(name=CURSOR, position=after, mark=mark)))
    return changed


async def reckon(office: Office, rules: ReminderRules) -> list[TextRow]:
    """What `plan_reminders` would keep, without keeping it."""
    after, ahead, _ = await _begin(office, _mark(office, rules))
    found: list[TextRow] = []
    while booked := await _changed(office, rules, after, ahead):
        after = booked[-1][0]
        work = _Plan(office, rules, [each for _, each in booked], PlannedFor(name=CURSOR, position=after, mark=""))
        found += work.apply(await _as_it_stands(office, work.needs()))
    return found


async def _begin(office: Office, mark: str) -> tuple[int, int, bool]:
    """From which position to read, which windows, and whether everything is looked at again.

    Under new rules that is every appointment ahead, and no past one; else whatever changed, wherever to.
    """
    before = await office.store.record(PlannedFor, CURSOR)
    if before is None or before.mark != mark:
        return 0, office.clock.now_ms(), True
    return before.position, 0, False


async def _changed(office: Office, rules: ReminderRules, after: int, ahead: int) -> list[tuple[int, Booked]]:
    rows = await office.store.changed_appointments(after, ahead, MOST_AT_ONCE)
    dossiers = await office.store.dossiers([row.appointment_id for row in rows])
    return [(row.position, booked_of(office, rules, row, dossiers.get(row.appointment_id))) for row in rows]


async def _as_it_stands(office: Office, needs: Needs) -> World:
    """The records that a work needs, read outside any transaction: for looking only."""
    world = World()
    for kind, key in needs.records:
        if held := await office.store.record(kind, *key):
            world.records[kind, key] = held
    for kind, name, value in needs.groups:
        for held in await office.store.records(kind, Wanted((Where(name, "=", value),))):
            world.records[kind, held.key] = held
    return world


class _Plan:
    def __init__(self, office: Office, rules: ReminderRules, booked: Sequence[Booked], done: PlannedFor) -> None:
        self.rules, self.booked, self.done = rules, booked, done
        self.now_ms = office.clock.now_ms()

    def needs(self) -> Needs:
        numbers = {each.number for each in self.booked if each.number}
        return Needs(
            records={(kind, (number,)) for number in numbers for kind in (OptOut, FailedNumber)},
            groups={(TextRow, "appointment_id", each.appointment_id) for each in self.booked}
            | {(TextRow, "number", number) for number in numbers},
        )

    def apply(self, world: World) -> list[TextRow]:
        by_appointment: dict[str, list[TextRow]] = {}
        by_number: dict[str, list[TextRow]] = {}
        for record in world.records.values():
            if isinstance(record, TextRow):
                by_appointment.setdefault(record.appointment_id, []).append(record)
                by_number.setdefault(record.number, []).append(record)
        changed: list[TextRow] = []
        for booked in self.booked:
            held = number_held(world, booked.number, by_number)
            for text in plan(booked, self.rules, by_appointment.get(booked.appointment_id, []), held, self.now_ms):
                world.keep(text)
                others = [other for other in by_number.get(text.number, []) if other.reference != text.reference]
                by_number[text.number] = [*others, text]
                changed.append(text)
        world.keep(self.done)
        return changed


def number_held(world: World, number: str, by_number: dict[str, list[TextRow]]) -> NumberHeld:
    """What the world holds of a number."""
    opted_out, failed = world.record(OptOut, number), world.record(FailedNumber, number)
    return NumberHeld(
        has_opted_out=opted_out is not None and not opted_out.is_lifted,
        has_failed=failed is not None and failed.state == OPEN,
        texts=tuple(by_number.get(number, ())) if number else (),
    )


def booked_of(office: Office, rules: ReminderRules, row: AppointmentRow, dossier: Dossier | None) -> Booked:
    """What the planning knows of an appointment, from its row and its latest version."""
    versions = dossier.versions if dossier else []
    snapshot: dict[str, Any] = versions[-1].snapshot if versions else {}
    numbers = [(each["label"], each["number"]) for each in snapshot.get("phone_numbers", ())]
    return Booked(
        appointment_id=row.appointment_id,
        patch=row.patch,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        window=row.window,
        priority=snapshot.get("priority", ""),
        trade=snapshot.get("trade", ""),
        known_at=_known_at(versions),
        is_cancelled=row.is_cancelled,
        number=mobile_among(numbers, rules.not_labels),
        job=row.work_order_ref,
        landlord=office.landlord,
        phone=snapshot.get("rebooking_number", "") or office.rebooking_number,
    )


def _known_at(versions: Sequence[Version]) -> int:
    """When the office first knew that the appointment is at the time at which it now is, in ms."""
    known_at = 0
    for version in reversed(versions):
        if version.is_cancelled or version.appointment.window.starts_at != versions[-1].appointment.window.starts_at:
            break
        known_at = version.made_at
    return known_at


def _mark(office: Office, rules: ReminderRules) -> str:
    """What the planning follows from, beside the appointments."""
    whole = msgspec.json.encode((rules, office.landlord, office.rebooking_number), order="deterministic")
    return hashlib.sha256(whole).hexdigest()
