"""Enrol a phone: the office gives a code, a phone shows with it that it holds a key, and may be revoked again.

A code is for one person and one phone, good for ten minutes, and only its hash is kept. Tries are limited by person, in
memory: 23^10 codes are too many to guess at five tries in ten minutes.
"""

from __future__ import annotations

import hashlib
import secrets
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import msgspec

from doorstep.application.access import sees_patch
from doorstep.application.log_event import log_event
from doorstep.application.office import Office
from doorstep.application.rows import DeviceRow, EnrolmentCode, Person, Session
from doorstep.application.sign_in import TooManyTries
from doorstep.application.world import Needs, World
from doorstep.application.writer import Refused
from doorstep.domain.chain import ALPHABET
from doorstep.domain.office_events import SYSTEM, DeviceEnrolled, DeviceRevoked
from doorstep.domain.signing import (
    PUBLIC_KEY_BYTES,
    SIGNATURE_BYTES,
    device_id_of,
    enrolment_message,
    from_base64url,
    to_base64url,
)

CODE_LENGTH: Final = 10
CODE_MS: Final = 10 * 60_000
MOST_TRIES: Final = 5
MOST_PEOPLE: Final = 10_000


class MadeCode(msgspec.Struct, frozen=True):
    """A code as it is shown, this once, and until when it is good, in ms."""

    code: str
    expires_at: int


class Phone(msgspec.Struct, frozen=True):
    """An enrolled phone as the office sees it: whose it is, when it was last heard, and how much was kept aside."""

    device: DeviceRow
    person: Person | None
    heard_at: int | None
    kept_aside: int


@dataclass
class EnrolmentTries:
    """Each person's tries of the last ten minutes that enrolled nothing."""

    by_person: dict[str, deque[int]] = field(default_factory=dict)

    def begin(self, person_id: str, now_ms: int) -> None:
        """Count a try before it is looked at. Raises TooManyTries."""
        if len(self.by_person) > MOST_PEOPLE:
            self.by_person = {of: tries for of, tries in self.by_person.items() if tries[-1] > now_ms - CODE_MS}
        tries = self.by_person.setdefault(person_id, deque(maxlen=MOST_TRIES))
        if len(tries) == MOST_TRIES and (waits_ms := tries[0] + CODE_MS - now_ms) > 0:
            raise TooManyTries(waits_ms // 1000 + 1)
        tries.append(now_ms)

    def succeeded(self, person_id: str) -> None:
        """Whoever has the right code may begin anew."""
        self.by_person.pop(person_id, None)


def code_hash(code: str) -> str:
    """What is stored of a code."""
    return hashlib.sha256(code.encode()).hexdigest()


async def make_enrolment_code(office: Office, by: Person | None, person: Person | str) -> MadeCode:
    """A code for an operative's phone, by somebody of their office; None: by whoever runs the service.

    Raises Refused `not-found` for a person who is not there, has left, or is on another patch.
    """
    person_id = person if isinstance(person, str) else person.person_id
    found = await office.store.person(person_id)
    if found is None or found.left_at is not None or not _may_see(by, found):
        raise Refused("not-found", "There is nobody with that person_id.")
    if found.role != "operative":
        raise Refused("invalid", f"{found.name} is no operative: only operatives enrol a phone.", path="person_id")
    code = "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))
    made = MadeCode(code, office.clock.now_ms() + CODE_MS)
    made_by = by.person_id if by else SYSTEM
    await office.writer.submit(_Keep(EnrolmentCode(code_hash(code), found.person_id, made_by, made.expires_at)))
    return made


def _may_see(by: Person | None, person: Person) -> bool:
    return by is None or sees_patch(by, person.patch) or not person.patch


class _Keep:
    def __init__(self, code: EnrolmentCode) -> None:
        self.code = code

    def needs(self) -> Needs:
        return Needs()

    def apply(self, world: World) -> None:
        world.changes.codes[self.code.code_hash] = self.code


async def enrol(
    office: Office, tries: EnrolmentTries, session: Session, code: str, public_key: str, proof: str
) -> DeviceRow:
    """The session's phone, enrolled with this key; the same phone again where the answer to this very code was lost.

    `public_key` and `proof` are base64url, of 65 and 64 bytes. Raises TooManyTries, or Refused: `no-installation`,
    `invalid`, `enrolment-code` for a code that is wrong, used or too old, `key-enrolled`.
    """
    if session.installation_id is None:
        raise Refused("no-installation", "Sign in again on this phone, with its installation_id, before enrolling it.")
    key, sig = from_base64url(public_key, PUBLIC_KEY_BYTES), from_base64url(proof, SIGNATURE_BYTES)
    message = enrolment_message(code, session.person.person_id, session.installation_id)
    if key is None or sig is None or not office.verifies(key, message, sig):
        path = "public_key" if key is None else "proof"
        raise Refused("invalid", "The proof does not show that this phone holds that key. Try again.", path=path)
    now_ms = office.clock.now_ms()
    tries.begin(session.person.person_id, now_ms)
    device = await office.writer.submit(_Enrol(session, code, key, now_ms))
    tries.succeeded(session.person.person_id)
    return device


class _Enrol:
    def __init__(self, session: Session, code: str, public_key: bytes, now_ms: int) -> None:
        self.person_id = session.person.person_id
        self.installation_id = str(session.installation_id)
        self.code_hash, self.public_key, self.now_ms = code_hash(code), public_key, now_ms

    def needs(self) -> Needs:
        return Needs(codes={self.code_hash}, keys={self.public_key.hex()})

    def apply(self, world: World) -> DeviceRow:
        code = world.codes.get(self.code_hash)
        held = next((row for row in world.devices.values() if row.public_key == self.public_key), None)
        if code is None or code.person_id != self.person_id:
            raise self._wrong()
        is_same = held is not None and (held.person_id, held.lives_on) == (self.person_id, self.installation_id)
        if code.device_id is not None:
            if held is None or held.device_id != code.device_id or not is_same:
                raise self._wrong()
            return held
        if code.expires_at <= self.now_ms:
            raise self._wrong()
        if held is not None and (not is_same or held.revoked_at is not None):
            raise Refused("key-enrolled", "This key was enrolled before. Have the phone make a new one.")
        device = held or self._enrolled(world)
        used = msgspec.structs.replace(code, device_id=device.device_id)
        world.codes[self.code_hash] = world.changes.codes[self.code_hash] = used
        return device

    def _enrolled(self, world: World) -> DeviceRow:
        device_id = device_id_of(self.public_key)
        _, entry = log_event(
            world,
            DeviceEnrolled,
            self.person_id,
            self.now_ms,
            device_id=device_id,
            public_key=to_base64url(self.public_key),
            person_id=self.person_id,
            installation_id=self.installation_id,
        )
        device = DeviceRow(
            device_id, self.public_key, self.installation_id, self.person_id, self.now_ms, entry.position
        )
        world.devices[device_id] = world.changes.devices[device_id] = device
        return device

    @staticmethod
    def _wrong() -> Refused:
        return Refused(
            "enrolment-code", "That code is not right, was used, or is too old. Ask the office for a new one."
        )


async def revoke_device(office: Office, by: Person, device_id: str, reason: str) -> DeviceRow:
    """What this phone sends from now on counts no more, and whoever is signed in on it is so no more.

    Revoked once, it stays so: again changes nothing. Raises Refused `not-found` or `invalid`.
    """
    if not reason.strip():
        raise Refused("invalid", "Say why: the reason stands in the log.", path="reason")
    found = await office.store.devices_of(None, [device_id])
    person = await office.store.person(found[0].person_id) if found else None
    if person is None or not _may_see(by, person):
        raise Refused("not-found", "There is no such phone.")
    return await office.writer.submit(_Revoke(device_id, by.person_id, reason.strip(), office.clock.now_ms()))


class _Revoke:
    def __init__(self, device_id: str, by_id: str, reason: str, now_ms: int) -> None:
        self.device_id, self.by_id, self.reason, self.now_ms = device_id, by_id, reason, now_ms

    def needs(self) -> Needs:
        return Needs(devices={self.device_id})

    def apply(self, world: World) -> DeviceRow:
        device = world.devices[self.device_id]
        if device.revoked_at is not None:
            return device
        log_event(world, DeviceRevoked, self.by_id, self.now_ms, device_id=self.device_id, reason=self.reason)
        homes = {device.installation_id, device.lives_on}
        world.changes.installations_out += [(home, self.now_ms) for home in sorted(homes)]
        device = msgspec.structs.replace(device, revoked_at=self.now_ms)
        world.devices[self.device_id] = world.changes.devices[self.device_id] = device
        return device


async def phones_seen_by(office: Office, by: Person) -> Sequence[Phone]:
    """Every phone that was enrolled by an operative whom this person sees, the newest first."""
    store = office.store
    people = {person.person_id: person for person in await store.people()}
    devices = [row for row in reversed(await store.devices()) if _is_seen(by, people.get(row.person_id))]
    heard = await store.heard_at([row.lives_on for row in devices])
    aside = await store.kept_aside()
    return [
        Phone(row, people.get(row.person_id), heard.get(row.lives_on), aside.get(row.lives_on, 0)) for row in devices
    ]


def _is_seen(by: Person, person: Person | None) -> bool:
    return person is not None and _may_see(by, person)


async def phone_of(office: Office, session: Session) -> DeviceRow | None:
    """The enrolled phone that a session is on: the newest of its installation.

    Whoever signs in under a colleague's installation_id can enrol a key there too: a person's own key goes first, so
    that nobody's renewals or wipe hang on a key that is not theirs.
    """
    if session.installation_id is None:
        return None
    found = await office.store.devices_of(session.installation_id)
    own = [device for device in found if device.person_id == session.person.person_id]
    return (own or found)[-1] if found else None
