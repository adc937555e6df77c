"""The audit verifies no more signatures than the chains need, and believes none that no chain needs."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from doorstep.adapters.memory_store import MemoryStore
from doorstep.application.accept_events import accept_events
from doorstep.application.arrivals import Sent
from doorstep.application.audit import Audited, faults
from doorstep.application.audit_signatures import SignatureWalk
from doorstep.application.rows import Entry, Session
from doorstep.domain.events import read_event
from doorstep.domain.office_events import read_office_event
from doorstep.domain.signing import to_base64url
from tests.chains import Chain
from tests.makers import Bench, PhoneKey, a_person, a_session, a_visit, an_enrolled_phone, an_office, closed

NO_SIG = to_base64url(b"\x01" * 64)


class Phone:
    """An enrolled phone in a visit, which may send what it likes."""

    def __init__(self, bench: Bench, session: Session, key: PhoneKey, chain: Chain) -> None:
        self.bench, self.session, self.key, self.chain = bench, session, key, chain
        self.seq = 0

    async def send(self, *events: tuple[str, str]) -> None:
        """Bodies with what is sent as their signatures, in this order, in one request."""
        sent = [Sent(self.seq + place, body, sig) for place, (body, sig) in enumerate(events, start=1)]
        self.seq += len(sent)
        accepted, _ = await accept_events(self.bench.office, self.session, sent, 0)
        assert accepted.ack == self.seq

    def signed(self, body: str) -> tuple[str, str]:
        """A body with its own signature."""
        return body, self.key.sig(body)

    async def audited(self) -> tuple[list[str], int]:
        """What the audit finds, and how many signatures it verified."""
        audited = Audited()
        return [fault async for fault in faults(self.bench.office, audited)], audited.signatures

    async def entries(self) -> list[Entry]:
        """What is kept of the phone's."""
        return [entry for entry in await self.bench.office.store.entries(0, 999) if entry.seq]

    async def walked(self, most_open: int) -> list[str]:
        """What a walk over the log finds that keeps so many chains open."""
        store = self.bench.office.store
        walk = SignatureWalk(self.bench.office.verifies)
        found: list[str] = []
        for entry in await store.entries(0, 999):
            walk.add(entry, read_event(entry.body) if entry.seq else read_office_event(entry.body))
            found += [fault async for fault in walk.faults(store, most_open)]
        return found + [fault async for fault in walk.faults(store, 0)]


@pytest.fixture
async def phone(tmp_path: Path) -> AsyncIterator[Phone]:
    bench = await an_office(tmp_path)
    session = await a_session(bench, await a_person(bench, 1, "operative"), 11)
    key, device_id = await an_enrolled_phone(bench, session)
    chain = await a_visit(bench, session)
    chain.device_id = device_id
    yield Phone(bench, session, key, chain)
    await closed(bench)


async def test_one_signature_a_chain(phone: Phone) -> None:
    """However many events a visit has, and in however many requests they came, its last signature is enough."""
    phone.chain.whole()
    await phone.send(*map(phone.signed, phone.chain.bodies[:4]))
    await phone.send(*map(phone.signed, phone.chain.bodies[4:]))
    assert await phone.audited() == ([], 1)


async def test_chains_that_are_closed_early(phone: Phone) -> None:
    """A long log keeps few chains in mind: what was closed is verified by itself."""
    phone.chain.whole()
    await phone.send(*map(phone.signed, phone.chain.bodies))
    assert await phone.walked(0) == []


async def test_a_signature_that_a_later_one_made_needless(phone: Phone) -> None:
    """One that was damaged under way was accepted for the later one's sake."""
    phone.chain.until_planner()
    first, second, third = phone.chain.bodies[:3]
    await phone.send((first, NO_SIG), (second, NO_SIG), phone.signed(third))
    assert [entry.fault for entry in await phone.entries()] == [None] * 3
    assert await phone.audited() == ([], 1)


async def test_signatures_put_in_afterwards(phone: Phone) -> None:
    """Where the last of a chain is not its phone's, those before it are looked at one by one."""
    phone.chain.until_planner()
    await phone.send(*map(phone.signed, phone.chain.bodies))
    entries = await phone.entries()
    device_id = phone.chain.device_id

    async def found(*forged: int) -> list[int]:
        walk = SignatureWalk(phone.bench.office.verifies)
        for entry in await phone.bench.office.store.entries(0, 999):
            if not entry.seq:
                walk.add(entry, read_office_event(entry.body))
        store = phone.bench.office.store
        assert isinstance(store, MemoryStore)
        for place, entry in enumerate(entries):
            held = replace(entry, sig=b"\x01" * 64) if place in forged else entry
            store.log[entry.position - 1] = held
            walk.add(held, read_event(entry.body))
        named = [fault async for fault in walk.faults(phone.bench.office.store, 0)]
        assert all(device_id in fault for fault in named)
        return [place for place, e in enumerate(entries) if any(f"entry {e.position} " in fault for fault in named)]

    assert await found() == []
    assert await found(2) == []
    assert await found(5) == [5]
    assert await found(4, 5) == [4, 5]
    assert await found(*range(6)) == list(range(6))


async def test_a_phone_that_was_never_enrolled(phone: Phone) -> None:
    """A signature that no key of the log's can have made is named."""
    phone.chain.start()
    await phone.send(phone.signed(phone.chain.bodies[0]))
    walk = SignatureWalk(phone.bench.office.verifies)
    [entry] = await phone.entries()
    walk.add(entry, read_event(entry.body))
    found = [fault async for fault in walk.faults(phone.bench.office.store, 0)]
    assert len(found) == 1
    assert phone.chain.device_id in found[0]


async def test_the_list_of_phones(phone: Phone) -> None:
    """A phone whose revoking was taken back in the lists, or one that is missing there, is named."""
    store = phone.bench.office.store
    assert isinstance(store, MemoryStore)
    [row] = await store.devices()
    store.enrolled[row.device_id] = replace(row, revoked_at=1)
    [fault] = (await phone.audited())[0]
    assert fault.startswith(
        f"Phone {row.device_id}: its row in the lists says something else than the log (revoked_at)"
    )
    store.enrolled = {}
    [fault] = (await phone.audited())[0]
    assert "its row in the lists is missing" in fault
