"""Sign in and out: server-side sessions under a random token, of which only the hash is stored.

Tries are limited by username and by the peer's address, in memory: a slow hash makes each try dear, and the limit
keeps somebody else's tries from being ours to pay for. But whoever knows a username could keep its owner out with wrong
tries. So a place where that person has signed in before, a phone's installation or a browser with our mark, has tries
of its own, and those that are made elsewhere do not count there.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections import deque
from dataclasses import dataclass, field

from doorstep.application.office import Office
from doorstep.application.rows import Person, Session
from doorstep.application.world import Needs, World
from doorstep.application.writer import Refused

WINDOW_MS = 15 * 60_000
TRIES_BY_USERNAME = 10
TRIES_BY_PEER = 50
MOST_REMEMBERED = 10_000


@dataclass
class Tries:
    """Tries of the last quarter of an hour that did not sign anybody in, by username and by peer, or by known place."""

    by_key: dict[str, deque[int]] = field(default_factory=dict)

    def wait_seconds(self, username: str, peer: str, now_ms: int, place: str = "") -> int:
        """Seconds until another try is allowed; 0 if one is allowed now."""
        return max(self._wait(key, allowed, now_ms) for key, allowed in _limits(username, peer, place).items())

    def begun(self, username: str, peer: str, now_ms: int, place: str = "") -> None:
        """Count a try before its slow hash: else a hundred at once would all be let through."""
        if len(self.by_key) > MOST_REMEMBERED:
            recent = {key: times for key, times in self.by_key.items() if times and times[-1] > now_ms - WINDOW_MS}
            self.by_key = recent
        for key in _limits(username, peer, place):
            self.by_key.setdefault(key, deque(maxlen=TRIES_BY_PEER)).append(now_ms)

    def succeeded(self, username: str, peer: str, place: str = "") -> None:
        """Forget a person's tries, and of their address this one: many phones may share a depot's address."""
        if place:
            self.by_key.pop(f"k {username} {place}", None)
            return
        self.by_key.pop(f"u {username}", None)
        if times := self.by_key.get(f"p {peer}"):
            times.pop()

    def _wait(self, key: str, allowed: int, now_ms: int) -> int:
        times = [time for time in self.by_key.get(key, ()) if time > now_ms - WINDOW_MS]
        if len(times) < allowed:
            return 0
        return (times[-allowed] + WINDOW_MS - now_ms) // 1000 + 1


def _limits(username: str, peer: str, place: str) -> dict[str, int]:
    if place:
        return {f"k {username} {place}": TRIES_BY_USERNAME}
    return {f"u {username}": TRIES_BY_USERNAME, f"p {peer}": TRIES_BY_PEER}


class TooManyTries(Exception):
    """Too many failed tries: wait `seconds`."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"Too many tries. Wait {-(-seconds // 60)} minutes, then try again.")
        self.seconds = seconds


def token_hash(token: str) -> str:
    """What is stored of a session's token."""
    return hashlib.sha256(token.encode()).hexdigest()


async def sign_in(
    office: Office, tries: Tries, username: str, password: str, installation_id: str | None, peer: str, mark: str = ""
) -> tuple[str, Session]:
    """The new session and its token. Raises TooManyTries, or Refused `wrong-password` for any wrong pair.

    `mark` is what `browser_mark` gave this browser when somebody signed in with it before.
    """
    now_ms = office.clock.now_ms()
    name = username.strip().casefold()
    person = await office.store.person_named(name)
    place = await _known_place(office, name, person, installation_id, mark)
    if seconds := tries.wait_seconds(name, peer, now_ms, place):
        raise TooManyTries(seconds)
    tries.begun(name, peer, now_ms, place)
    is_right = await office.passwords.is_right(password, person.password_hash if person else "")
    if person is None or person.left_at is not None or not is_right:
        raise Refused("wrong-password", "That username and password do not go together. Try again.")
    tries.succeeded(name, peer, place)
    token, session = new_session(office, person, installation_id, now_ms)
    await office.writer.submit(_Begin(session))
    return token, session


async def _known_place(office: Office, name: str, person: Person | None, installation_id: str | None, mark: str) -> str:
    """The phone or the browser that this person has signed in with before; empty for any other."""
    if person and installation_id and await office.store.has_held(person.person_id, installation_id):
        return installation_id
    nonce = mark.partition(".")[0]
    return nonce if mark and hmac.compare_digest(mark.encode(), _mark(office, name, nonce).encode()) else ""


def browser_mark(office: Office, person: Person) -> str:
    """What a browser keeps after somebody has signed in with it: no key to anything, and nobody else can make one."""
    return _mark(office, person.username, secrets.token_urlsafe(12))


def _mark(office: Office, username: str, nonce: str) -> str:
    made = hmac.new(office.code_key, f"doorstep/browser/v1\n{username}\n{nonce}".encode(), hashlib.sha256)
    return f"{nonce}.{made.hexdigest()}"


def new_session(office: Office, person: Person, installation_id: str | None, now_ms: int) -> tuple[str, Session]:
    """A session that is not stored yet, and its token."""
    token = secrets.token_urlsafe(32)
    expires_at = now_ms + office.session_hours * 3_600_000
    return token, Session(token_hash(token), person, installation_id, now_ms, expires_at)


class _Begin:
    def __init__(self, session: Session) -> None:
        self.session = session

    def needs(self) -> Needs:
        return Needs()

    def apply(self, world: World) -> None:
        world.changes.sessions.append(self.session)


async def sign_out(office: Office, session: Session) -> None:
    """End a session; what is queued on its phone is kept there, and sent after the next sign-in."""
    await office.writer.submit(_End(session.token_hash, office.clock.now_ms()))


class _End:
    def __init__(self, token_hash: str, now_ms: int) -> None:
        self.ended = (token_hash, now_ms)

    def needs(self) -> Needs:
        return Needs()

    def apply(self, world: World) -> None:
        world.changes.sessions_ended.append(self.ended)
