"""Who works here: add people, change what they may do, and see them out."""

from __future__ import annotations

import re

import msgspec

from doorstep.application.access import ROLES
from doorstep.application.office import Office, new_id
from doorstep.application.rows import Person
from doorstep.application.world import Needs, World
from doorstep.application.writer import Refused

SHORTEST_PASSWORD = 12
WRONG_PHONE = "A telephone number is digits and spaces, with a + in front or none: 07700 900123."
PHONE = re.compile(r"|\+?[0-9][0-9 ]{4,20}")


async def add_person(
    office: Office,
    username: str,
    name: str,
    role: str,
    patch: str,
    password: str,
    person_id: str | None = None,
    phone: str = "",
) -> Person:
    """Add a person. `patch` empty: every patch. Raises Refused where the username is taken or a field is wrong."""
    username = username.strip().casefold()
    if not username or len(username) > 100 or any(character.isspace() for character in username):
        raise Refused("invalid", "A username has 1 to 100 characters and no spaces.", path="username")
    if not PHONE.fullmatch(phone.strip()):
        raise Refused("invalid", WRONG_PHONE, path="phone")
    if role not in ROLES:
        raise Refused("invalid", f"role is one of {', '.join(ROLES)}.", path="role")
    password_hash = await _hashed(office, password)
    person = Person(
        person_id or new_id(), username, name.strip() or username, role, patch, password_hash, phone=phone.strip()
    )
    return await office.writer.submit(_Add(person))


class _Add:
    def __init__(self, person: Person) -> None:
        self.person = person

    def needs(self) -> Needs:
        return Needs(usernames={self.person.username})

    def apply(self, world: World) -> Person:
        if self.person.username in world.people:
            raise Refused("username-taken", f"There is somebody called {self.person.username} already.")
        world.people[self.person.username] = world.changes.people[self.person.person_id] = self.person
        return self.person


async def change_password(office: Office, username: str, password: str) -> Person:
    """Give a person another password. Whoever is signed in by the old one, on a stolen phone perhaps, is so no more."""
    password_hash = await _hashed(office, password)
    return await office.writer.submit(_Change(office, username, password_hash=password_hash))


async def change_phone(office: Office, username: str, phone: str) -> Person:
    """Give a person another telephone number, or none. They stay signed in."""
    if not PHONE.fullmatch(phone.strip()):
        raise Refused("invalid", WRONG_PHONE, path="phone")
    return await office.writer.submit(_Change(office, username, keeps_sessions=True, phone=phone.strip()))


async def person_left(office: Office, username: str) -> Person:
    """Somebody left: their sessions end at once, and what they recorded stays."""
    return await office.writer.submit(_Change(office, username, left_at=office.clock.now_ms()))


class _Change:
    def __init__(self, office: Office, username: str, *, keeps_sessions: bool = False, **changes: object) -> None:
        self.username, self.changes = username.strip().casefold(), changes
        self.keeps_sessions = keeps_sessions
        self.now_ms = office.clock.now_ms()

    def needs(self) -> Needs:
        return Needs(usernames={self.username})

    def apply(self, world: World) -> Person:
        person = world.people.get(self.username)
        if person is None:
            raise Refused("not-found", f"There is nobody called {self.username}.")
        changed = msgspec.structs.replace(person, **self.changes)
        world.people[self.username] = world.changes.people[person.person_id] = changed
        if not self.keeps_sessions:
            world.changes.signed_out.append((person.person_id, self.now_ms))
        return changed


async def _hashed(office: Office, password: str) -> str:
    if len(password) < SHORTEST_PASSWORD:
        raise Refused("invalid", f"A password has at least {SHORTEST_PASSWORD} characters.", path="password")
    return await office.passwords.hashed(password)
