"""A landlord for the gallery: the real office and the real web over one folder, where it is 10:42 on a Tuesday.

The office's clock is handed in at the front door, so that each picture shows the same times whenever it is taken. It
runs on by itself, and is moved together with the phone's.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import httpx
import uvicorn

from doorstep.adapters.argon2_passwords import Argon2Passwords
from doorstep.application.checkpoints import make_checkpoint
from doorstep.application.import_appointments import Booking, import_bookings
from doorstep.application.keep_people import add_person
from doorstep.application.office import Office
from doorstep.domain.office_events import SYSTEM
from doorstep.main import Running, open_office
from doorstep.settings import Settings
from doorstep.web.app import WebSettings, create_app
from tests.browser.serving import ROOT

Given = TypeVar("Given")
OPENS_MS = int(datetime(2026, 11, 17, 10, 42, tzinfo=UTC).timestamp() * 1000)
PLANNER_NUMBER, REBOOKING_NUMBER = "01632 960001", "01632 960002"
PASSWORD = "lantern-saddle-1042"
PEOPLE = (
    ("operative14", "Operative 14", "operative"),
    ("operative15", "Operative 15", "operative"),
    ("planner2", "Planner 2", "planner"),
    ("planner6", "Planner 6", "planner"),
    ("supervisor3", "Supervisor 3", "supervisor"),
    ("auditor4", "Auditor 4", "auditor"),
    ("admin5", "Admin 5", "admin"),
)
PATCH = "North"


class MovedClock:
    """Shows the gallery's time: it runs as time does, and is moved on by whoever passes time at a door."""

    def __init__(self, at_ms: int) -> None:
        self._ahead_ms = at_ms - time.time_ns() // 1_000_000

    def now_ms(self) -> int:
        """Milliseconds since 1970, UTC."""
        return time.time_ns() // 1_000_000 + self._ahead_ms

    def move(self, ms: int) -> None:
        """Let so much time be past."""
        self._ahead_ms += ms

    def set(self, at_ms: int) -> None:
        """Let it be then."""
        self._ahead_ms = at_ms - time.time_ns() // 1_000_000


class Landlord:
    """One landlord's server, in a thread of its own. Times are those of `clock`."""

    def __init__(self, folder: Path, static: Path, rules: Path = ROOT / "rules") -> None:
        self.clock = MovedClock(OPENS_MS)
        self._settings = Settings(
            data=folder,
            rules=rules,
            static=static,
            is_secure=False,
            planner_number=PLANNER_NUMBER,
            rebooking_number=REBOOKING_NUMBER,
        )
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_until_complete, args=(self._serve(),), daemon=True)
        self._is_ready = threading.Event()
        self._fault: BaseException | None = None

    def start(self) -> None:
        """Serve, and wait until it answers."""
        self._thread.start()
        assert self._is_ready.wait(60), "the gallery's landlord does not answer"
        if self._fault:
            raise self._fault

    def stop(self) -> None:
        """Serve no more."""
        self._server.should_exit = True
        self._thread.join(20)
        self._loop.close()

    async def _serve(self) -> None:
        try:
            async with self._open() as running:
                self._running = running
                await self._engage()
                web = WebSettings(
                    False,
                    self._settings.static,
                    self._settings.static / "office",
                    logs_requests=False,
                    stream_seconds=2,
                )
                app = create_app(web, running.office, running.looker)
                self.replays = app.state["web"].replays
                config = uvicorn.Config(app, host="127.0.0.1", port=0, log_config=None, lifespan="on", ws="none")
                self._server = uvicorn.Server(config)
                serving = asyncio.create_task(self._server.serve())
                while not self._server.started:  # noqa: ASYNC110 - the server tells nobody else
                    await asyncio.sleep(0.01)
                self.port = self._server.servers[0].sockets[0].getsockname()[1]
                self._is_ready.set()
                await serving
        except BaseException as fault:
            self._fault = fault
            raise
        finally:
            self._is_ready.set()

    @asynccontextmanager
    async def _open(self) -> AsyncIterator[Running]:
        async with open_office(self._settings, self.clock) as running:
            await running.looker.start()
            yield running

    async def _engage(self) -> None:
        # Hashed once for all: it takes longer than everything else here.
        password_hash = await Argon2Passwords().hashed(PASSWORD)
        office = replace(self._running.office, passwords=Hashed(password_hash))
        self._ids = {
            username: (await add_person(office, username, name, role, "", PASSWORD)).person_id
            for username, name, role in PEOPLE
        }

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    def person(self, role: str, place: int = 0) -> dict[str, str]:
        """Somebody who works here, with their password."""
        username, name, _ = [one for one in PEOPLE if one[2] == role][place]
        return {"username": username, "name": name, "password": PASSWORD, "person_id": self._ids[username]}

    def book(self, *bookings: Booking) -> None:
        """Take in appointments, or take them in anew where they changed."""
        self._run(import_bookings(self._running.office, SYSTEM, self._for_somebody(bookings)))

    def _for_somebody(self, bookings: Sequence[Booking]) -> list[Booking]:
        first = self._ids[PEOPLE[0][0]]
        # Struct fields by name: whatever a booking gains, it keeps.
        return [one if one.operative_ids else _given(one, operative_ids=(first,)) for one in bookings]

    def _run(self, asked: Coroutine[Any, Any, Given]) -> Given:
        return asyncio.run_coroutine_threadsafe(asked, self._loop).result(30)

    @contextmanager
    def client(self, role: str) -> Iterator[httpx.Client]:
        """The API, as somebody of the office uses it."""
        person = self.person(role)
        wanted = {name: person[name] for name in ("username", "password")}
        with httpx.Client(base_url=self.url, timeout=20) as client:
            client.post("/api/session", json=wanted).raise_for_status()
            yield client

    @contextmanager
    def phone_client(self, role: str, installation_id: str) -> Iterator[httpx.Client]:
        """The API, as a phone uses it."""
        person = self.person(role)
        wanted = {**{name: person[name] for name in ("username", "password")}, "installation_id": installation_id}
        with httpx.Client(base_url=self.url, timeout=20) as client:
            client.post("/api/session", json=wanted).raise_for_status()
            yield client

    def do(self, work: Callable[[Office], Coroutine[Any, Any, Given]]) -> Given:
        """Something that the office does by itself, or that somebody outside does to it."""
        return self._run(work(self._running.office))

    def settle_photos(self) -> None:
        """Wait until every photo has been looked at."""
        self._run(self._running.looker.drained())

    def sign_log(self) -> None:
        """Make a checkpoint of the log as it is."""
        self._run(make_checkpoint(self._running.office))

    def decide(self, visit_id: str, decision: str, reason: str, outcome: str | None = None) -> None:
        """A supervisor decides a visit."""
        with self.client("supervisor") as supervisor:
            wanted = {"decision": decision, "reason": reason, "outcome": outcome}
            answer = supervisor.post(f"/api/visits/{visit_id}/decisions", json=wanted)
            assert answer.status_code == 201, answer.text

    def begin_call(self, appointment_id: str) -> Mapping[str, str]:
        """A planner opens a call about an appointment of the first operative; its id and the code to speak."""
        with self.client("planner") as planner:
            wanted = {"appointment_id": appointment_id, "operative_id": self.person("operative")["person_id"]}
            answer = planner.post("/api/planner-calls", json=wanted)
            assert answer.status_code == 201, answer.text
            given: dict[str, str] = answer.json()
            return given

    def log_call(self, call_id: str, instruction: str, read_back: str = "") -> None:
        """The planner saves it."""
        with self.client("planner") as planner:
            wanted = {"summary": "Knocked and rang, nobody in.", "instruction": instruction, "read_back": read_back}
            answer = planner.post(f"/api/planner-calls/{call_id}/log", json=wanted)
            assert answer.status_code == 201, answer.text


class Hashed:
    """Gives every password the one hash that was made before."""

    def __init__(self, password_hash: str) -> None:
        self._password_hash = password_hash

    async def hashed(self, password: str) -> str:
        """The hash, and only for the one password that it is of."""
        assert password == PASSWORD
        return self._password_hash

    async def is_right(self, password: str, password_hash: str) -> bool:
        """Nobody signs in by this."""
        return password == PASSWORD and password_hash == self._password_hash


def _given(booking: Booking, **changes: object) -> Booking:
    import msgspec

    return msgspec.structs.replace(booking, **changes)
