"""Phones by seed: lost answers, replays, reordered requests, restarts of the office: nothing lost, nothing doubled."""

from __future__ import annotations

import asyncio
from collections import Counter
from pathlib import Path
from random import Random

import pytest

from doorstep.adapters.sqlite.store import SqliteStore
from doorstep.application.accept_events import accept_events
from doorstep.application.arrivals import Sent
from doorstep.application.audit import Audited, faults
from doorstep.application.rows import Session
from doorstep.application.writer import Refused, WriterStopped
from tests.chains import Chain
from tests.makers import Bench, PhoneKey, a_person, a_session, a_visit, an_enrolled_phone, an_office, closed


class Phone:
    """A queue of bodies, how far the phone knows that it was acknowledged, and what it was told of it.

    With a key it signs whatever it sends.
    """

    def __init__(self, session: Session, key: PhoneKey | None = None) -> None:
        self.session = session
        self.key = key
        self.queue: list[str] = []
        self.ack = 0
        self.refused: dict[int, str] = {}

    def sent(self, index: int) -> Sent:
        """One event of the queue as it is sent."""
        body = self.queue[index]
        return Sent(index + 1, body, self.key.sig(body) if self.key else None)

    async def sync(self, bench: Bench, random: Random) -> None:
        """Send some of the queue, from where it is known to be or from before; the answer may be lost on the way."""
        first = max(self.ack - random.randrange(4), 0)
        seqs = range(first, min(first + random.randint(1, 9), len(self.queue)))
        batch = [self.sent(seq) for seq in seqs]
        random.shuffle(batch)
        if random.random() < 0.2 and len(batch) > 2:
            batch.pop()
        request = asyncio.create_task(accept_events(bench.office, self.session, batch, 0))
        if random.random() < 0.2:
            for _ in range(random.randrange(6)):
                await asyncio.sleep(0)
            request.cancel()
        try:
            accepted, _ = await request
        except (asyncio.CancelledError, WriterStopped):
            return
        if random.random() < 0.7:
            self.ack = max(self.ack, accepted.ack)
            self.refused |= {refused.seq: refused.reason for refused in accepted.refused}


async def a_morning(bench: Bench, random: Random) -> tuple[list[Phone], list[Chain]]:
    """Three operatives with three visits each, two of them with enrolled phones."""
    phones, chains = [], []
    for number in (1, 2, 3):
        session = await a_session(bench, await a_person(bench, number, "operative"), 10 + number)
        key, device_id = await an_enrolled_phone(bench, session, number) if number > 1 else (None, "")
        phone = Phone(session, key)
        phones.append(phone)
        for visit in range(3):
            chain = await a_visit(bench, session, number * 10 + visit, f"A-{number * 10 + visit}")
            chain.device_id = device_id
            chain.whole(picture=f"{number} {visit}".encode())
            if random.random() < 0.3:
                chain.state("access_gained", 1_000_000)
            phone.queue += chain.bodies
            chains.append(chain)
        phone.queue.insert(random.randrange(len(phone.queue)), "{}" + " " * number)
    return phones, chains


async def played(folder: Path, seed: int) -> dict[str, list[tuple[str, int | None, bool]]]:
    """The kinds in the log by visit, with their places and whether they are signed, after a morning of trouble."""
    random = Random(seed)
    file = folder / f"{seed}.sqlite3"
    store = await SqliteStore.open(file)
    bench = await an_office(folder / str(seed), store)
    phones, chains = await a_morning(bench, Random(7))
    while any(phone.ack < len(phone.queue) for phone in phones):
        await asyncio.gather(*(phone.sync(bench, random) for phone in phones for _ in range(random.randint(1, 3))))
        if random.random() < 0.1:
            syncing = asyncio.gather(*(phone.sync(bench, random) for phone in phones))
            await asyncio.sleep(0)
            await closed(bench)
            await syncing
            await store.close()
            store = await SqliteStore.open(file)
            bench = await an_office(folder / str(seed), store)
    await _check(bench, phones, chains)
    by_visit = {
        chain.visit_id: [
            (entry.kind, entry.n, entry.sig is not None)
            for entry in await store.visit_entries(chain.visit_id)
            if entry.installation_id
        ]
        for chain in chains
    }
    await closed(bench)
    await store.close()
    return by_visit


async def _check(bench: Bench, phones: list[Phone], chains: list[Chain]) -> None:
    office = bench.office
    entries = await office.store.entries(0, 9_999)
    delivered = Counter(entry.body.decode() for entry in entries if entry.installation_id)
    assert delivered == Counter(body for phone in phones for body in phone.queue)
    for phone in phones:
        assert set(phone.refused.values()) <= {"malformed"}
    assert [fault async for fault in faults(office, Audited())] == []
    for chain in chains:
        row = await office.store.visit_row(chain.visit_id)
        assert row is not None
        assert row.standing == ("ended" if "access_gained" in chain.bodies[-1] else "pending_corroboration")
    told = Counter(entry.visit_id for entry in entries if entry.kind == "standing_changed")
    assert all(told[chain.visit_id] in (1, 2) for chain in chains)


async def test_a_morning_of_trouble(tmp_path: Path) -> None:
    """Whatever the network and the office did, the log holds the same of each visit, once, and the audit is content."""
    mornings = [await played(tmp_path, seed) for seed in range(4)]
    assert all(morning == mornings[0] for morning in mornings)


@pytest.mark.parametrize("seed", range(2))
async def test_a_store_put_back_an_hour(seed: int, tmp_path: Path) -> None:
    """An office that lost its newest hour acknowledges less: the phone sends the rest again, and all is there."""
    random = Random(seed)
    file = tmp_path / "store.sqlite3"
    store = await SqliteStore.open(file)
    bench = await an_office(tmp_path, store)
    phones, _ = await a_morning(bench, random)
    phone = phones[0]
    await accept_events(bench.office, phone.session, [phone.sent(n) for n in range(5)], 0)
    await closed(bench)
    await store.close()
    backup = file.read_bytes()
    store = await SqliteStore.open(file)
    bench = await an_office(tmp_path, store)
    await accept_events(bench.office, phone.session, [phone.sent(n) for n in range(5, 20)], 0)
    await closed(bench)
    await store.close()
    file.write_bytes(backup)
    store = await SqliteStore.open(file)
    bench = await an_office(tmp_path, store)
    accepted, _ = await accept_events(bench.office, phone.session, [Sent(21, phone.queue[20])], 0)
    assert accepted.ack == 5
    accepted, _ = await accept_events(bench.office, phone.session, [phone.sent(n) for n in range(5, 21)], 0)
    assert accepted.ack == 21
    with pytest.raises(Refused):
        await accept_events(bench.office, phone.session, [Sent(21, "{}")], 0)
    await closed(bench)
    await store.close()
