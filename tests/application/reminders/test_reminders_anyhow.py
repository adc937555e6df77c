"""Bookings, changes, time-outs, crashes, receipts and replies in any order: nobody is texted twice, or at night."""

from __future__ import annotations

import asyncio
import tempfile
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from doorstep.application.london import london_time
from doorstep.application.records import Wanted
from doorstep.application.reminders.receipts import take_receipt
from doorstep.application.reminders.replies import take_text
from doorstep.application.reminders.send_due import send_due
from doorstep.application.reminders.text_rows import TextRow
from doorstep.application.reminders.text_service import InboundText, Receipt, TextDelayed, TextToSend
from tests.makers import Bench, an_office, closed
from tests.reminded import NUMBER, HeldService, book, reminding

STARTS = ("2026-11-25 08:00", "2026-11-25 12:00", "2026-11-27 12:00")
TRADES = st.sampled_from(("plumber", "electrician"))
steps = st.lists(
    st.one_of(
        st.tuples(st.just("book"), st.sampled_from(("A-1", "A-2")), st.sampled_from(STARTS), st.booleans(), TRADES),
        st.tuples(st.just("wait"), st.sampled_from((1, 30, 240, 900))),
        st.tuples(st.just("send"), st.sampled_from(("well", "lost", "taken", "crash"))),
        st.tuples(st.just("receipt"), st.sampled_from(("sending", "temporary-failure", "delivered"))),
        st.tuples(st.just("stop")),
    ),
    max_size=25,
)


@settings(max_examples=60, deadline=None)
@given(steps)
def test_whatever_happens(taken_steps: list[tuple[Any, ...]]) -> None:
    """One text at most for each appointment, reminder, window and try; in open hours; of the time that holds."""
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(_go(Path(folder), taken_steps))


async def _go(folder: Path, taken_steps: list[tuple[Any, ...]]) -> None:
    bench = await an_office(folder)
    try:
        await _act(bench, taken_steps)
    finally:
        await closed(bench)


async def _act(bench: Bench, taken_steps: list[tuple[Any, ...]]) -> None:
    world = _World(bench, await reminding(bench, "2026-11-23 10:00"))
    for name, *arguments in taken_steps:
        await getattr(world, name)(*arguments)
    rows = await bench.office.store.records(TextRow, Wanted())
    keys = [(row.appointment_id, row.rule, row.starts_at, row.attempt) for row in rows]
    assert len(keys) == len(set(keys))


@dataclass
class _World:
    """What happens, and what must then hold."""

    bench: Bench
    service: HeldService
    held: dict[str, tuple[int, bool]] = field(default_factory=dict)
    has_stopped: bool = False

    async def book(self, reference: str, starts: str, is_cancelled: bool, trade: str) -> None:
        of: dict[str, Any] = {"reference": reference, "is_cancelled": is_cancelled, "trade": trade}
        appointment_id = await book(self.bench, starts, **of)
        row = await self.bench.office.store.appointment_row(appointment_id)
        assert row is not None
        self.held[appointment_id] = (row.starts_at, is_cancelled)

    async def wait(self, minutes: int) -> None:
        self.bench.clock.ms += minutes * 60_000

    async def receipt(self, status: str) -> None:
        for reference in self.service.taken:
            receipt = Receipt(f"id-{reference}", reference, status, self.bench.clock.ms)
            await take_receipt(self.bench.office, receipt)

    async def stop(self) -> None:
        await take_text(self.bench.office, InboundText("stop", NUMBER, "STOP", self.bench.clock.ms))
        self.has_stopped = True

    async def send(self, how: str) -> None:
        asked = len(self.service.asked_to_send)
        self.service.doing = partial(self._do, how)
        await send_due(self.bench.office, self.service, 3000)
        if len(self.service.asked_to_send) > asked:
            local = london_time(self.bench.clock.ms)
            assert 8 <= local.hour < 20
            assert local.weekday() != 6
        for reference in self.service.asked_to_send[asked:]:
            row = await self.bench.office.store.record(TextRow, reference)
            assert row is not None
            assert self.held[row.appointment_id] == (row.starts_at, False), "of a time that no longer holds"
            assert self.bench.clock.ms < row.starts_at

    def _do(self, how: str, text: TextToSend) -> None:
        assert not self.has_stopped, "they said STOP"
        if how == "taken":
            self.service.taken[text.reference] = text
        if how in ("lost", "taken"):
            raise TextDelayed("no answer in time")
        if how == "crash":
            raise RuntimeError("the server ends here")
