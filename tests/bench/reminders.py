"""How long reminders take: planning a landlord's days ahead, an idle round, and handing over what is due at once.

python -m tests.bench.reminders [APPOINTMENTS] [TEXTS_PER_MINUTE]
"""

from __future__ import annotations

import asyncio
import resource
import sys
import tempfile
import time
from pathlib import Path

from doorstep.adapters.sqlite.store import SqliteStore
from doorstep.application.import_appointments import Booking, PhoneNumber, Window, import_bookings
from doorstep.application.records import Wanted, Where
from doorstep.application.reminders.plan_reminders import plan_reminders
from doorstep.application.reminders.receipts import take_receipt
from doorstep.application.reminders.send_due import send_due
from doorstep.application.reminders.text_rows import ReceiptRow, TextRow
from doorstep.application.reminders.text_service import Receipt
from doorstep.domain.instants import MS_PER_DAY, MS_PER_HOUR, format_instant
from tests.makers import Bench, a_booking, an_office, closed
from tests.reminded import london, reminding

ROUND_MS = 2_000
"""So often the server goes this round."""


def due_by(now_ms: int) -> Wanted:
    """The texts that wait and could go."""
    return Wanted((Where("state", "=", "waiting"), Where("due_at", "<=", now_ms)))


def bookings(count: int) -> list[Booking]:
    """Appointments over the next eight days, each of a resident of their own."""
    first = london("2026-11-23 08:00")
    made = []
    for number in range(count):
        starts_at = first + number % 8 * MS_PER_DAY + number % 3 * 2 * MS_PER_HOUR
        window = Window("AM", format_instant(starts_at), format_instant(starts_at + 5 * MS_PER_HOUR))
        phone = (PhoneNumber("mobile", f"0770{number:07}"),)
        made.append(a_booking((), f"B-{number}", window=window, phone_numbers=phone, notifications=()))
    return made


async def measure(count: int, per_minute: int) -> None:
    """All of it, over one SQLite file."""
    with tempfile.TemporaryDirectory() as folder:
        store = await SqliteStore.open(Path(folder) / "store.sqlite3")
        bench = await an_office(Path(folder), store)
        try:
            await _measure(bench, count, per_minute)
        finally:
            await closed(bench)
            await store.close()


async def _measure(bench: Bench, count: int, per_minute: int) -> None:
    service = await reminding(bench, "2026-11-20 10:00")
    began = time.perf_counter()
    await import_bookings(bench.office, "system", bookings(count))
    began = _said(f"{count} appointments imported", began)
    planned = await plan_reminders(bench.office)
    began = _said(f"{planned} texts planned", began)
    for _ in range(10):
        await plan_reminders(bench.office)
    began = _said("ten rounds with nothing to plan", began)
    sent, opened_at = 0, bench.clock.ms
    while await bench.office.store.count_records(TextRow, due_by(bench.clock.ms)):
        sent += await send_due(bench.office, service, per_minute)
        bench.clock.ms += ROUND_MS
    took_s = (bench.clock.ms - opened_at) / 1000
    began = _said(f"{sent} texts handed over, in {took_s:.0f} s by the office's clock", began)
    texts = await bench.office.store.records(TextRow, Wanted((Where("state", "=", "sent"),)))
    receipts = [Receipt(text.provider_id, text.reference, "delivered", bench.clock.ms) for text in texts]
    taken = await asyncio.gather(*(take_receipt(bench.office, receipt) for receipt in receipts))
    kept = await bench.office.store.count_records(ReceiptRow)
    _said(f"{sum(taken)} receipts taken, {kept} kept, each in its appointment's snapshot", began)
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


def _said(what: str, began: float) -> float:
    print(f"{what}: {time.perf_counter() - began:.2f} s")
    return time.perf_counter()


if __name__ == "__main__":
    numbers = [int(word) for word in sys.argv[1:]]
    asyncio.run(measure(*(numbers + [2000, 3000][len(numbers) :])))
