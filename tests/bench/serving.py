"""The server of a benchmark, as it is run for real, with people, sessions and appointments made beforehand."""

from __future__ import annotations

import hashlib
import io
import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
from PIL import Image

from doorstep.adapters.photo_folder import FolderPhotos
from doorstep.application.import_appointments import Agreed, Notification, Window, import_bookings
from doorstep.application.sign_in import _Begin, new_session
from doorstep.main import SystemClock, open_office
from doorstep.settings import read_settings
from tests.bench.load import AFTER
from tests.makers import Bench, HeldClock, PhoneKey, a_booking, a_chain, a_person, an_enrolled_phone, an_id

WARM_SECONDS = 4
"""The server makes its pages ready beside its first requests: that is not what is measured."""


@dataclass
class Prepared:
    """For each phone, its visits; for each visit, its requests as bytes."""

    jobs: list[list[list[bytes]]]


async def prepare(folder: Path, phones: int, visits: int, photo_bytes: int, *, is_signed: bool = False) -> Prepared:
    """Fill the data folder and make every request of every phone; signed, the phones are enrolled beforehand."""
    now = SystemClock().now_ms()
    today = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    window = Window("all day", _text(today), _text(today + timedelta(hours=23)))
    told = (Notification("sms", _text(today - timedelta(days=3)), "delivered", _text(today - timedelta(days=3))),)
    agreed = Agreed("resident_chose", _text(today - timedelta(days=5)))
    template = _jpeg(photo_bytes) if photo_bytes else b"\xff\xd8"
    jobs: list[list[list[bytes]]] = []
    async with open_office(read_settings({}, data=folder)) as running:
        bench = Bench(running.office, running.looker, HeldClock(now), FolderPhotos(folder / "unused"))
        for phone in range(phones):
            person = await a_person(bench, 100 + phone, "operative")
            token, session = new_session(running.office, person, an_id(10_000 + phone), now)
            await running.office.writer.submit(_Begin(session))
            key, device_id = await an_enrolled_phone(bench, session, phone) if is_signed else (None, "")
            mine = range(phone, visits, phones)
            bookings = [
                a_booking((person.person_id,), f"B-{number}", window=window, notifications=told, agreed=agreed)
                for number in mine
            ]
            await import_bookings(running.office, "system", bookings)
            jobs.append([])
            for turn, (number, booking) in enumerate(zip(mine, bookings, strict=True)):
                chain = await a_chain(bench, session, booking.appointment_id, number)
                chain.device_id = device_id
                chain.began_ms = int(today.timestamp() * 1000) + 3_600_000
                picture = _picture(template, number)
                chain.whole(picture=picture)
                requests = [_sync(token, str(session.installation_id), chain.bodies, turn * 9 + 1, key)]
                if photo_bytes:
                    requests.append(_photo(token, picture))
                jobs[-1].append(requests)
    return Prepared(jobs)


def _jpeg(about_bytes: int) -> bytes:
    """A true JPEG of a phone's size: its derivatives are really made, after the acknowledgement."""
    noise = Image.frombytes("L", (200, 150), random.Random(1).randbytes(30_000)).resize((1600, 1200)).convert("RGB")
    made = b""
    for quality in range(40, 96, 2):
        kept = io.BytesIO()
        noise.save(kept, "JPEG", quality=quality)
        made = kept.getvalue()
        if len(made) >= about_bytes:
            break
    return made


def _picture(template: bytes, number: int) -> bytes:
    """The same picture with its number in a comment, so that each visit has a photo of its own."""
    return template[:2] + b"\xff\xfe\x00\x0a" + number.to_bytes(8, "big") + template[2:]


def _text(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.000Z")


def _sync(token: str, installation_id: str, bodies: list[str], first_seq: int, key: PhoneKey | None) -> bytes:
    events = [
        {"seq": seq, "body": body} | ({"sig": key.sig(body)} if key else {})
        for seq, body in enumerate(bodies, start=first_seq)
    ]
    content = msgspec.json.encode({"installation_id": installation_id, "events": events, "after": 0})
    content = content.replace(b'"after":0', AFTER)
    return _request("POST", "/api/sync", token, "application/json", content)


def _photo(token: str, picture: bytes) -> bytes:
    path = f"/api/photos/{hashlib.sha256(picture).hexdigest()}"
    more = f"Upload-Offset: 0\r\nUpload-Length: {len(picture)}\r\n"
    return _request("PATCH", path, token, "application/partial-upload", picture, more)


def _request(method: str, path: str, token: str, content_type: str, content: bytes, more: str = "") -> bytes:
    head = (
        f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: doorstep_session={token}\r\n"
        f"Content-Type: {content_type}\r\n{more}Content-Length: {len(content)}\r\n\r\n"
    )
    return head.encode() + content


@dataclass
class Server:
    """A running server."""

    port: int
    process: subprocess.Popen[str]
    ready_s: float
    """From its start until it said that it answers."""

    def memory(self) -> int:
        """Resident bytes of the server process; the photo decoder has a process of its own."""
        return self._status("VmRSS")

    def peak(self) -> int:
        """The most bytes that were ever resident."""
        return self._status("VmHWM")

    def _status(self, name: str) -> int:
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return next(int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith(name))


@contextmanager
def serving(folder: Path) -> Iterator[Server]:
    """The server as `doorstep serve` runs it, on a free port."""
    environment = os.environ | {"DOORSTEP_IS_SECURE": "no"}
    if (folder / "rules").exists():
        # A demonstration has rules of its own: its past is longer than the standard.
        environment["DOORSTEP_RULES"] = str(folder / "rules")
    began = time.perf_counter()
    command = [sys.executable, "-m", "doorstep.cli", "serve", "--data", str(folder), "--port", "0"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment
    ) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        ready_s = time.perf_counter() - began
        time.sleep(WARM_SECONDS)
        try:
            yield Server(int(line.rsplit(":", 1)[1]), process, ready_s)
        finally:
            process.terminate()
            process.wait(timeout=30)
            time.sleep(0.2)
