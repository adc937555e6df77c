"""Makers for tests: an office over any store, and a phone whose chains anybody could make from the written forms."""

from __future__ import annotations

import hashlib
import json
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from doorstep.adapters.feeds.formats import FileFormats
from doorstep.adapters.log_key import Ed25519LogKey
from doorstep.adapters.lookalikes import Lookalikes
from doorstep.adapters.memory_store import MemoryStore
from doorstep.adapters.p256 import verifies
from doorstep.adapters.photo_folder import FolderPhotos
from doorstep.adapters.policies import Rules, load_rules
from doorstep.adapters.spool_folder import SpoolFolder
from doorstep.application.accept_events import Accepted, accept_events
from doorstep.application.anchors import Anchors
from doorstep.application.arrivals import Sent
from doorstep.application.enrol_phone import EnrolmentTries, enrol, make_enrolment_code
from doorstep.application.import_appointments import (
    Agreed,
    Alert,
    Booking,
    ContactRequest,
    Notification,
    PhoneNumber,
    Window,
    import_bookings,
)
from doorstep.application.intake.desk import Intake
from doorstep.application.office import Office
from doorstep.application.photos import DERIVATIVE_SIZES, Decoded, Unreadable
from doorstep.application.receive_photo import PhotoLooker
from doorstep.application.rows import Person, Session
from doorstep.application.serve_day import serve_day
from doorstep.application.sign_in import _Begin, new_session
from doorstep.application.store import Store
from doorstep.application.world import Needs, World
from doorstep.application.writer import Writer
from doorstep.demo.enrolling import PhoneKey as SeededKey
from doorstep.domain.chain import body_hash
from doorstep.domain.dossier import Stated
from doorstep.domain.events import Malformed, read_event
from doorstep.domain.signing import enrolment_message, event_message, to_base64url
from tests.chains import PICTURE, Chain

RULES = Path(__file__).parent.parent / "rules"
MORNING = int(datetime(2026, 11, 23, 9, 0, tzinfo=UTC).timestamp() * 1000)
"""When the visits of these tests begin: a Monday, 09:00, inside the window of 08:00 to 13:00."""
DAY = "2026-11-23"
LOG_KEY = Ed25519LogKey.from_seed(b"l" * 32, "doorstep/tests")
"""The key of every log of these tests."""


def an_id(number: int) -> str:
    """A UUID that is the same in every run."""
    return str(UUID(int=number))


@dataclass
class HeldClock:
    """A clock that stands still until it is moved."""

    ms: int = MORNING

    def now_ms(self) -> int:
        return self.ms


class PlainPasswords:
    """Passwords in clear: hashing is argon2's own business, and slow."""

    async def hashed(self, password: str) -> str:
        return f"plain {password}"

    async def is_right(self, password: str, password_hash: str) -> bool:
        return password_hash == f"plain {password}"


class TrustingDecoder:
    """Calls every photo good, but for those whose bytes begin with `broken`."""

    def __init__(self, photos: FolderPhotos) -> None:
        self._photos = photos

    async def decode(self, sha256: str) -> Decoded | Unreadable:
        original = self._photos.original(sha256)
        assert original is not None
        if original.read_bytes().startswith(b"broken"):
            return Unreadable("no picture can be made of it")
        for size in DERIVATIVE_SIZES:
            copy = original.parents[2] / "derived" / sha256[:2] / f"{sha256}-{size}.jpg"
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(f"a copy of {size} pixels".encode())
        return Decoded(1200, 1600, "JPEG", None, None, False)


@dataclass
class Bench:
    """An office with its moving parts within reach."""

    office: Office
    looker: PhotoLooker
    clock: HeldClock
    photos: FolderPhotos


async def an_office(folder: Path, store: Store | None = None, rules: Rules | None = None) -> Bench:
    """An office at work over a store (in memory where none is given); stop it with `closed`."""
    clock = HeldClock()
    held = store or MemoryStore()
    photos = FolderPhotos(folder / "photos")
    writer = Writer(held)
    office = Office(
        store=held,
        writer=writer,
        photos=photos,
        decoder=TrustingDecoder(photos),
        passwords=PlainPasswords(),
        rules=rules or load_rules(RULES),
        clock=clock,
        code_key=b"k" * 32,
        verifies=verifies,
        log_key=LOG_KEY,
        anchors=Anchors(LOG_KEY, clock, writer.tree_head),
        planner_number="01632 960100",
        intake=Intake(FileFormats(), SpoolFolder(folder / "intake")),
    )
    office.writer.start()
    looker = PhotoLooker(office, Lookalikes())
    await looker.start()
    return Bench(office, looker, clock, photos)


async def closed(bench: Bench) -> None:
    """Stop an office's tasks."""
    await bench.looker.stop()
    await bench.office.writer.stop()


class _Keep:
    def __init__(self, person: Person) -> None:
        self.person = person

    def needs(self) -> Needs:
        return Needs()

    def apply(self, world: World) -> None:
        world.changes.people[self.person.person_id] = self.person


async def a_person(bench: Bench, number: int, role: str, patch: str = "") -> Person:
    """Somebody with a role, known to the office; their username is the role and the number."""
    person = Person(an_id(number), f"{role}{number}", f"{role.title()} {number}", role, patch, "plain long password")
    await bench.office.writer.submit(_Keep(person))
    return person


async def a_session(bench: Bench, person: Person, installation: int | None = None) -> Session:
    """A signed-in person, on an installation where it is a phone."""
    installation_id = an_id(installation) if installation is not None else None
    _, session = new_session(bench.office, person, installation_id, bench.clock.ms)
    await bench.office.writer.submit(_Begin(session))
    return session


def a_booking(operative_ids: tuple[str, ...], reference: str = "A-1", **changes: Any) -> Booking:
    """An appointment as the council would have it: told in time, agreed, no requests and no alerts."""
    fields: dict[str, Any] = {
        "source": "test",
        "source_ref": reference,
        "work_order_ref": f"WO-{reference}",
        "property_ref": "P-1",
        "address": ("4 Sample Street", "Inventon", "ZZ1 2AB"),
        "window": Window("AM", f"{DAY}T08:00:00.000Z", f"{DAY}T13:00:00.000Z"),
        "priority": "routine",
        "trade": "plumber",
        "agreed": Agreed("resident_chose", "2026-11-17T08:00:00.000Z"),
        "notifications": (Notification("sms", "2026-11-20T06:00:00.000Z", "delivered", "2026-11-20T06:00:09.000Z"),),
        "contact_requests": (),
        "alerts": (),
        "phone_numbers": (PhoneNumber("mobile", "07700 900123"),),
        "operative_ids": operative_ids,
        "patch": "north",
        "rebooking_number": "01632 960101",
    }
    return Booking(**(fields | changes))


def a_request(request_id: str, text: str) -> ContactRequest:
    """A contact request."""
    return ContactRequest(request_id, text)


def an_alert(code: str, text: str = "alert") -> Alert:
    """A person alert."""
    return Alert(code, text)


class PhoneKey(SeededKey):
    """A test's key by its number: the demonstration's, which signs the same in every run."""

    def __init__(self, number: int = 1) -> None:
        super().__init__(f"key {number} of the tests")

    def sig(self, body: str) -> str:
        """What is sent beside an event."""
        return to_base64url(self.sign(event_message(body.encode())))


async def an_enrolled_phone(bench: Bench, session: Session, number: int = 1) -> tuple[PhoneKey, str]:
    """The phone that a session is on, enrolled with a code of the office's: its key and its device_id."""
    key = PhoneKey(number)
    made = await make_enrolment_code(bench.office, None, session.person)
    proof = key.sign(enrolment_message(made.code, session.person.person_id, str(session.installation_id)))
    given = (made.code, to_base64url(key.public_key), to_base64url(proof))
    device = await enrol(bench.office, EnrolmentTries(), session, *given)
    return key, device.device_id


def a_bare_chain(
    number: int = 1, operative: int = 1, appointment_id: str = "A-1", snapshot: str = "{}", began_ms: int = MORNING
) -> Chain:
    """An empty chain for a visit by itself, without an office."""
    return Chain(
        an_id(operative),
        an_id(0x1A0 + operative),
        appointment_id,
        snapshot,
        "2026-11-01",
        an_id(0xF000 + number),
        began_ms,
    )


def arrived_bodies(bodies: Iterable[str], first_position: int = 1, received_at: int = MORNING) -> list[Stated]:
    """Bodies as the log holds them, in the order in which they arrived."""
    held = []
    for position, text in enumerate(bodies, start=first_position):
        body = text.encode()
        try:
            event, visit_id = read_event(body), str(json.loads(body)["visit_id"])
        except Malformed as malformed:
            event, visit_id = None, malformed.visit_id or ""
        fault = None if event else "malformed"
        held.append(Stated(position, body_hash(body), visit_id, received_at, fault, event))
    return held


async def a_visit(bench: Bench, session: Session, number: int = 1, reference: str = "A-1", **changes: Any) -> Chain:
    """An appointment for the session's operative, served to them, and an empty chain for a visit to it."""
    booking = a_booking((session.person.person_id,), reference, **changes)
    await import_bookings(bench.office, "system", [booking])
    return await a_chain(bench, session, booking.appointment_id, number)


async def a_chain(bench: Bench, session: Session, appointment_id: str, number: int = 1) -> Chain:
    """An empty chain for a visit to an appointment that is served to the operative now."""
    day = await serve_day(bench.office, session, None)
    served = next(found for found in day.appointments if found.row.row.appointment_id == appointment_id)
    return Chain(
        actor_id=session.person.person_id,
        installation_id=str(session.installation_id),
        appointment_id=appointment_id,
        snapshot=served.row.snapshot,
        policy_version=served.policy.version,
        visit_id=an_id(0xF000 + number),
        began_ms=MORNING,
    )


async def send(
    bench: Bench, session: Session, bodies: list[str], first_seq: int = 1, key: PhoneKey | None = None
) -> Accepted:
    """Sync bodies with consecutive `seq`, signed where the phone has a key."""
    sent = [Sent(seq, body, key.sig(body) if key else None) for seq, body in enumerate(bodies, start=first_seq)]
    accepted, _ = await accept_events(bench.office, session, sent, 0)
    return accepted


async def upload(bench: Bench, picture: bytes = PICTURE) -> None:
    """Put a photo's bytes into the folder and have them looked at."""

    async def chunks() -> AsyncIterator[bytes]:
        yield picture

    sha256 = hashlib.sha256(picture).hexdigest()
    await bench.photos.append(sha256, 0, len(picture), chunks())
    bench.looker.look_at(sha256)
    await bench.looker.drained()
