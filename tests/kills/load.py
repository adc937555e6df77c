"""Phones that send a few events at a time and never give up: each knows what it was told is durable."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import msgspec

from doorstep.application.import_appointments import Window, import_bookings
from doorstep.application.sign_in import _Begin, new_session
from doorstep.domain.chain import body_hash
from doorstep.main import SystemClock, open_office
from doorstep.settings import read_settings
from tests.makers import Bench, HeldClock, a_booking, a_chain, a_person, an_id

RETRY_SECONDS = 0.05
PATIENCE_SECONDS = 20.0
MOST_AT_ONCE = 4


@dataclass
class SendingPhone:
    """One phone's whole queue, cut into requests of a few events; `acked` is what the server said it has."""

    token: str
    installation_id: str
    bodies: list[str]
    batches: list[tuple[int, int]]
    acked: int = 0
    hashes: list[str] = field(default_factory=list)

    def request(self, first: int, last: int) -> bytes:
        """The events of a stretch of the queue, as one request."""
        events = [{"seq": seq, "body": self.bodies[seq - 1]} for seq in range(first, last + 1)]
        content = msgspec.json.encode({"installation_id": self.installation_id, "after": 0, "events": events})
        head = (
            "POST /api/sync HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"
            f"Cookie: doorstep_session={self.token}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(content)}\r\n\r\n"
        )
        return head.encode() + content


async def phones_at_work(folder: Path, phones: int, visits: int, seed: int) -> list[SendingPhone]:
    """A data folder with people, sessions and appointments, and a queue of so many visits on every phone."""
    random = Random(seed)
    made = []
    now = SystemClock().now_ms()
    today = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    window = Window("all day", _text(today), _text(today + timedelta(hours=23)))
    async with open_office(read_settings({}, data=folder)) as running:
        bench = Bench(running.office, running.looker, HeldClock(now), running.office.photos)  # type: ignore[arg-type]
        for number in range(phones):
            person = await a_person(bench, 100 + number, "operative")
            token, session = new_session(running.office, person, an_id(10_000 + number), now)
            await running.office.writer.submit(_Begin(session))
            mine = range(number, phones * visits, phones)
            bookings = [a_booking((person.person_id,), f"B-{visit}", window=window) for visit in mine]
            await import_bookings(running.office, "system", bookings)
            bodies: list[str] = []
            for visit, booking in zip(mine, bookings, strict=True):
                chain = await a_chain(bench, session, booking.appointment_id, visit)
                chain.began_ms = int(today.timestamp() * 1000) + 3_600_000
                chain.whole()
                bodies += chain.bodies
            made.append(SendingPhone(token, str(session.installation_id), bodies, _cut(len(bodies), random)))
            made[-1].hashes = [body_hash(body.encode()) for body in bodies]
    return made


def _text(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.000Z")


def _cut(count: int, random: Random) -> list[tuple[int, int]]:
    """A queue in stretches of one to four events."""
    batches, first = [], 1
    while first <= count:
        last = min(first + random.randrange(MOST_AT_ONCE), count)
        batches.append((first, last))
        first = last + 1
    return batches


async def send_all(phones: Sequence[SendingPhone], port: Callable[[], int], is_over: asyncio.Event) -> None:
    """Every phone sends its queue until it is empty or all is over; what breaks off is sent again."""
    await asyncio.gather(*(_send(phone, port, is_over) for phone in phones))


async def _send(phone: SendingPhone, port: Callable[[], int], is_over: asyncio.Event) -> None:
    for first, last in phone.batches:
        while not is_over.is_set() and phone.acked < last:
            try:
                async with asyncio.timeout(PATIENCE_SECONDS):
                    answer = await ask(port(), phone.request(first, last))
            except (OSError, EOFError, TimeoutError):
                await asyncio.sleep(RETRY_SECONDS)
                continue
            status, body = answer
            if status == 200:
                phone.acked = max(phone.acked, min(int(msgspec.json.decode(body)["ack"]), last))
            elif status < 500:
                raise RuntimeError(f"the server refused a sound request with {status}: {body!r}")
            else:
                await asyncio.sleep(RETRY_SECONDS)


async def ask(port: int, request: bytes) -> tuple[int, bytes]:
    """One request on a connection of its own: the answer's status and body."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        lengths = [int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")]
        return int(head[9:12]), await reader.readexactly(lengths[0])
    finally:
        writer.close()
