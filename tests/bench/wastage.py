"""How fast the analysis answers: `python -m tests.bench.wastage --appointments 200000`, each question's time in ms.

The facts are invented by seed and put into a store of their own, so many a day as a landlord of 125,000 homes has,
over as many days as that takes. Every day is summed; then each question is asked of a quarter and of everything, once
with all days summed and once with the newest thirty changed since.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from functools import partial
from pathlib import Path

import msgspec

from doorstep.adapters.sqlite.store import SqliteStore
from doorstep.application.wastage.asking import Behind, DaySummary, Lengths, Span, Sums
from doorstep.application.wastage.blocks import BLOCK_VERSION, BlockPiece, pieces_of
from doorstep.application.wastage.summarising import MOST_ROWS
from doorstep.application.world import Changes
from doorstep.domain.wastage.fact import Fact
from tests.invented_facts import invent_facts

A_DAY = 2_740
TIMES = 7
FIRST = date(2024, 12, 1)


async def main(appointments: int, folder: Path) -> None:
    """Fill, sum, ask, and print."""
    days = max(appointments // A_DAY, 31)
    store = await SqliteStore.open(folder / "store.sqlite3")
    try:
        began = time.perf_counter()
        facts = invent_facts(1, appointments, days, 125_000, FIRST)
        invented = time.perf_counter()
        for place in range(0, appointments, 1_000):
            await _save(store, facts[place : place + 1_000])
        kept = time.perf_counter()
        print(f"{appointments} appointments over {days} days; {invented - began:.0f} s to invent")
        print(f"kept in {(kept - invented) * 1e6 / appointments:.0f} us each, 1,000 a transaction")
        stale = await store.wastage_stale(days + 1)
        longest = 0.0
        for each in stale:
            for piece in (await store.wastage_day(each)).pieces(MOST_ROWS):
                longest = max(longest, await _timed(partial(_keep, store, piece)))
        summed = time.perf_counter()
        size = _size_of(folder)
        print(
            f"{len(stale)} days summed in {(summed - kept) * 1e3 / len(stale):.0f} ms each, of which the writer is held"
        )
        print(f"for at most {longest:.0f} ms; the file has {size / 1e6:.0f} MB")
        await _ask(store, days, "all days summed")
        began = time.perf_counter()
        blocks, longest = 0, 0.0
        while due := await store.wastage_due((FIRST + timedelta(days=days - 12)).isoformat(), 1):
            rows = await store.wastage_block(due[0])
            for part in pieces_of(due[0], BLOCK_VERSION, rows, MOST_ROWS):
                longest = max(longest, await _timed(partial(_keep_block, store, part)))
            blocks += 1
        took = time.perf_counter() - began
        print(
            f"{blocks} weeks and months summed in {took / blocks:.1f} s each, of which the writer is held for at most"
        )
        print(f"{longest:.0f} ms; the file has {_size_of(folder) / 1e6:.0f} MB")
        await _ask(store, days, "weeks and months made, too")
        newest = [fact for fact in facts if fact.day > (FIRST + timedelta(days=days - 31)).isoformat()]
        seen: dict[str, Fact] = {fact.day: fact for fact in newest}
        await _save(store, [msgspec.structs.replace(fact, contractor="Changed") for fact in seen.values()])
        await _ask(store, days, f"{len(seen)} days changed since")
    finally:
        await store.close()


async def _save(store: SqliteStore, facts: list[Fact]) -> None:
    async with store.unit() as unit:
        await unit.save(Changes(wastage={fact.appointment_id: fact for fact in facts}))


async def _keep(store: SqliteStore, piece: DaySummary) -> None:
    async with store.unit() as unit:
        await unit.save(Changes(wastage_days={piece.day: piece}))


async def _keep_block(store: SqliteStore, piece: BlockPiece) -> None:
    async with store.unit() as unit:
        await unit.save(Changes(wastage_blocks=[piece]))


def _size_of(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.glob("store.sqlite3*"))


async def _ask(store: SqliteStore, days: int, how: str) -> None:
    last = FIRST + timedelta(days=days - 1)
    spans = {"a quarter": max(FIRST, last - timedelta(days=89)), "everything": FIRST}
    for name, first in spans.items():
        span = Span(first.isoformat(), last.isoformat())
        patch = msgspec.structs.replace(span, patch="north")
        trade = msgspec.structs.replace(span, where=(("trade", "plumber"),))
        window = msgspec.structs.replace(span, where=(("window", "AM"),))
        questions: dict[str, Callable[[], Awaitable[object]]] = {
            "total": partial(store.wastage_sums, Sums(span)),
            "by window": partial(store.wastage_sums, Sums(span, "window")),
            "by window and weekday": partial(store.wastage_sums, Sums(span, "window", "weekday")),
            "by operative, a patch": partial(store.wastage_sums, Sums(patch, "operative")),
            "by operative": partial(store.wastage_sums, Sums(span, "operative")),
            "like with like": partial(store.wastage_sums, Sums(span, "like_with_like")),
            "one trade, by window": partial(store.wastage_sums, Sums(trade, "window")),
            "one trade, by operative": partial(store.wastage_sums, Sums(trade, "operative")),
            "one window, heat map": partial(store.wastage_sums, Sums(window, "window", "weekday")),
            "behind missed, first page": partial(store.wastage_behind, Behind(span, "missed")),
            "behind missed, last page": partial(
                store.wastage_behind, Behind(span, "missed", beyond=(span.last_day, ""))
            ),
            "median wait": partial(store.wastage_lengths, Lengths(span, "wait_ms", "operative")),
            "recovery": partial(store.wastage_recovery, Sums(span)),
            "repeats": partial(store.wastage_repeats, span, 2, (0, ""), 50),
            "orders": partial(store.wastage_orders, span, 0, 10**15),
            "hazards": partial(store.wastage_hazards, span, ("", ""), 50),
        }
        print(f"{name}, {how}:")
        for question, ask in questions.items():
            took = sorted([await _timed(ask) for _ in range(TIMES)])
            print(f"  {question:28} {took[TIMES // 2]:8.1f} ms, at most {took[-1]:.1f}")


async def _timed(ask: Callable[[], Awaitable[object]]) -> float:
    began = time.perf_counter()
    await ask()
    return (time.perf_counter() - began) * 1e3


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="How fast the analysis answers.")
    parser.add_argument("--appointments", type=int, default=200_000)
    parser.add_argument("--disk", type=Path, default=None, help="a folder on the disk to measure (default: temporary)")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=asked.disk) as made_folder:
        asyncio.run(main(asked.appointments, Path(made_folder)))
