"""Makers for tests of reminders: an office that reminds, and a text service that stands in the test's own hand."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from doorstep.application.import_appointments import PhoneNumber, Window, import_bookings
from doorstep.application.london import LONDON
from doorstep.application.records import Wanted
from doorstep.application.reminders.rules import ReminderRules, read_rules
from doorstep.application.reminders.text_rows import TextRow
from doorstep.application.reminders.text_service import Sent, TextToSend
from doorstep.domain.instants import format_instant
from tests.makers import RULES, Bench, a_booking

NUMBER = "+447700900123"


def london(text: str) -> int:
    """An instant in ms, from a London wall clock such as 2026-11-23 17:00; the first one, where an hour comes twice."""
    return round(datetime.fromisoformat(text).replace(tzinfo=LONDON).timestamp() * 1000)


def some_rules(holidays: frozenset[str] = frozenset({"2026-12-25", "2026-12-28"}), **changes: Any) -> ReminderRules:
    """The rules that come with this version, with what a test changes."""
    read = read_rules(tomllib.loads((Path(RULES) / "reminders.toml").read_text()), "rules/reminders.toml")
    return msgspec.structs.replace(read, **({"holidays": holidays} | changes))


@dataclass
class HeldService:
    """A text service that does as it is told: `doing` is asked before each text is taken, and may raise."""

    doing: Callable[[TextToSend], None] = lambda text: None
    taken: dict[str, TextToSend] = field(default_factory=dict)
    asked_to_send: list[str] = field(default_factory=list)
    looked_up: list[str] = field(default_factory=list)
    becomes: dict[str, str] = field(default_factory=dict)

    async def send(self, text: TextToSend) -> Sent:
        self.asked_to_send.append(text.reference)
        self.doing(text)
        assert text.reference not in self.taken, "a text was sent twice"
        self.taken[text.reference] = text
        return Sent(f"id-{text.reference}", "created")

    async def find(self, reference: str) -> Sent | None:
        self.looked_up.append(reference)
        return Sent(f"id-{reference}", "sending") if reference in self.taken else None

    async def status(self, provider_id: str) -> Sent | None:
        status = self.becomes.get(provider_id)
        return Sent(provider_id, status) if status else None


async def reminding(bench: Bench, now: str = "2026-11-20 10:00", **changes: Any) -> HeldService:
    """Have this office remind by these rules, at this time in London."""
    bench.office.reminders = some_rules(**changes)
    bench.office.landlord = "Inventon Homes"
    bench.clock.ms = london(now)
    return HeldService()


async def book(
    bench: Bench, starts: str, ends: str = "", reference: str = "A-1", number: str = NUMBER, **changes: Any
) -> str:
    """An appointment at a time of London's clock; gives its id."""
    ends = ends or f"{starts[:11]}{int(starts[11:13]) + 4:02}:00"
    window = Window("AM", format_instant(london(starts)), format_instant(london(ends)))
    fields: dict[str, Any] = {"window": window, "phone_numbers": (PhoneNumber("mobile", number),), "notifications": ()}
    booking = a_booking((), reference, **(fields | changes))
    await import_bookings(bench.office, "system", [booking])
    return booking.appointment_id


async def texts_of(bench: Bench, appointment_id: str = "") -> dict[str, TextRow]:
    """The texts by their rule, those of later tries after a dash; of one appointment where it is named."""
    rows = await bench.office.store.records(TextRow, Wanted((), ("due_at", "reference")))
    return {
        row.rule + f"-{row.attempt}" * (row.attempt > 1): row
        for row in rows
        if appointment_id in ("", row.appointment_id)
    }
