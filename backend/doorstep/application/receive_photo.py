"""Take in a photo's bytes, acknowledge them once they are durable, and then have them looked at.

The acknowledgement waits for durable bytes only. What the decoder finds is logged afterwards, and only then does a
photo count: whole, hash-true and decodable.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence

import structlog

from doorstep.application.log_event import log_event
from doorstep.application.office import Office
from doorstep.application.photos import DERIVATIVE_SIZES, MAX_BYTES, Decoded, Received, TooLong, Unreadable, file_hash
from doorstep.application.ports import Lookalikes, Photos
from doorstep.application.rebuild import photo_row
from doorstep.application.rows import Session
from doorstep.application.settle_visits import settle_appointments
from doorstep.application.world import Needs, World, photo_state
from doorstep.application.writer import Refused
from doorstep.domain.dossier import Dossier, Stated
from doorstep.domain.instants import MS_PER_DAY
from doorstep.domain.office_events import SYSTEM, PhotoReceived, PhotoUnreadable

RETRY_AFTER_SECONDS = 30.0
ABANDONED_DAYS = 60
"""A photo that half came this long ago is from a phone that is lost, or wiped. One that comes back loses nothing: it
keeps a photo's bytes until it is told that the whole of it is here, and begins again where the server has none."""
SWEEP_SECONDS = 86_400.0

log = structlog.get_logger()
Kept = tuple[int, dict[str, str]]


async def photo_received_so_far(office: Office, session: Session, sha256: str) -> Received:
    """How much of a photo is held. Raises Refused `not-found` where none of its events names it."""
    await _expected_size(office, session, sha256)
    return await office.photos.received(sha256)


async def receive_photo(
    office: Office,
    looker: PhotoLooker,
    session: Session,
    sha256: str,
    offset: int,
    length: int,
    chunks: AsyncIterator[bytes],
) -> Received:
    """Keep bytes of a photo; see application.photos for what is raised. A whole photo is queued to be looked at."""
    expected = await _expected_size(office, session, sha256)
    if length > MAX_BYTES:
        raise TooLong(MAX_BYTES)
    if length != expected:
        raise Refused("wrong-length", f"The event that names this photo says that it has {expected} bytes.")
    received = await office.photos.append(sha256, offset, length, chunks)
    if received.is_complete:
        looker.look_at(sha256)
    return received


async def _expected_size(office: Office, session: Session, sha256: str) -> int:
    size = None
    if session.installation_id is not None:
        size = await office.store.photo_size(sha256, session.installation_id, session.person.person_id)
    if size is None:
        raise Refused("not-found", "No accepted event of this phone names this photo. Send the visit's events first.")
    return size


PHOTOS_AT_ONCE = 5_000
"""So many are held twice while the server starts."""


class PhotoLooker:
    """Looks at whole photos one after another, apart from the requests that brought them, and logs what was found."""

    def __init__(
        self, office: Office, lookalikes: Lookalikes, retry_after_seconds: float = RETRY_AFTER_SECONDS
    ) -> None:
        self._office = office
        self._lookalikes = lookalikes
        self._retry_after_seconds = retry_after_seconds
        self._queue: asyncio.Queue[str] = asyncio.Queue()
        self._queued: set[str] = set()
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Take up what was whole but not looked at when the server last stopped."""
        loop = asyncio.get_running_loop()
        after = ""
        while rows := await self._office.store.photo_rows(after, PHOTOS_AT_ONCE):
            self._lookalikes.hold({row.sha256: row.dhash for row in rows})
            after = rows[-1].sha256
        self._tasks = [loop.create_task(self._run()), loop.create_task(self._sweep())]
        for sha256 in await self._office.store.undecoded_photos(await self._office.photos.complete()):
            self.look_at(sha256)

    async def stop(self) -> None:
        """Stop at once: what was not looked at is taken up at the next start."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def drained(self) -> None:
        """Wait until everything queued has been looked at."""
        await self._queue.join()

    def look_at(self, sha256: str) -> None:
        """Queue a whole photo, once."""
        if sha256 not in self._queued:
            self._queued.add(sha256)
            self._queue.put_nowait(sha256)

    async def _run(self) -> None:
        while True:
            sha256 = await self._queue.get()
            try:
                found = await self._office.decoder.decode(sha256)
                kept = await asyncio.to_thread(_kept, self._office.photos, sha256)
                dhash = found.dhash if isinstance(found, Decoded) else ""
                near = await asyncio.to_thread(self._lookalikes.near, dhash)
                if await self._office.writer.submit(_PhotoLookedAt(self._office, sha256, found, kept, near)):
                    self._lookalikes.hold({sha256: dhash})
            except Exception:
                # The disk or the decoder failed, not the photo, and nothing may be said of the photo for it: it goes
                # to the back of the queue, so that no other photo waits for it.
                log.warning("photo_not_looked_at", exc_info=True)
                self._later(sha256)
            else:
                self._queued.discard(sha256)
            finally:
                self._queue.task_done()

    async def _sweep(self) -> None:
        """Once a day, let go of what half came and was abandoned."""
        while True:
            try:
                dropped = await self._office.photos.let_go(self._office.clock.now_ms() - ABANDONED_DAYS * MS_PER_DAY)
                if dropped:
                    log.info("abandoned_photos_dropped", count=dropped)
            except OSError:
                log.warning("abandoned_photos_not_dropped", exc_info=True)
            await asyncio.sleep(SWEEP_SECONDS)

    def _later(self, sha256: str) -> None:
        asyncio.get_running_loop().call_later(self._retry_after_seconds, self._queue.put_nowait, sha256)


def _kept(photos: Photos, sha256: str) -> Kept:
    """The size of a photo's original, and the hash of each smaller copy of it."""
    original = photos.original(sha256)
    copies = {str(size): photos.derivative(sha256, size) for size in DERIVATIVE_SIZES}
    hashes = {size: file_hash(copy) for size, copy in copies.items() if copy}
    return (original.stat().st_size if original else 0), hashes


class _PhotoLookedAt:
    """Log what was found, and settle every visit whose events name the photo."""

    def __init__(
        self, office: Office, sha256: str, found: Decoded | Unreadable, kept: Kept, near: Sequence[str]
    ) -> None:
        self.sha256, self.found, self.near = sha256, found, near
        self.size_bytes, self.derivatives = kept
        self.policies = office.rules.policies
        self.now_ms = office.clock.now_ms()

    def needs(self) -> Needs:
        return Needs(photos={self.sha256, *self.near})

    def apply(self, world: World) -> bool:
        """Whether it was logged; what was looked at before is not logged again."""
        if self.sha256 in world.photos:
            return False
        dossiers = [dossier for dossier in world.dossiers.values() if _naming(dossier, self.sha256)]
        event: PhotoReceived | PhotoUnreadable
        if isinstance(self.found, Decoded):
            event, entry = log_event(
                world,
                PhotoReceived,
                SYSTEM,
                self.now_ms,
                sha256=self.sha256,
                size_bytes=self.size_bytes,
                width=self.found.width,
                height=self.found.height,
                format=self.found.format,
                derivatives=self.derivatives,
                taken_at=self.found.taken_at or "",
                model=self.found.model or "",
                has_place=self.found.has_place,
                dhash=self.found.dhash,
                resembles=self._resembles(world),
            )
        else:
            senders = {held.event.actor_id for of in dossiers for held in _naming(of, self.sha256) if held.event}
            event, entry = log_event(
                world,
                PhotoUnreadable,
                SYSTEM,
                self.now_ms,
                sorted(senders),
                sha256=self.sha256,
                size_bytes=self.size_bytes,
                why=self.found.why,
            )
        row = world.photos[self.sha256] = world.changes.photos[self.sha256] = photo_row(event, entry.position)
        for dossier in dossiers:
            dossier.photos[self.sha256] = photo_state(row)
        settle_appointments(world, {dossier.appointment_id for dossier in dossiers}, self.policies, self.now_ms)
        return True

    def _resembles(self, world: World) -> list[str]:
        """Those that look the same and are of other visits: a second photo of one door is what a visit has."""
        mine = {use.visit_id for use in world.uses if use.sha256 == self.sha256}
        others = {use.sha256 for use in world.uses if use.visit_id not in mine}
        return [sha256 for sha256 in self.near if sha256 in others and sha256 != self.sha256]


def _naming(dossier: Dossier, sha256: str) -> list[Stated]:
    return [
        body
        for bodies in dossier.visits.values()
        for body in bodies
        if body.event and body.event.own.get("photo_sha256") == sha256
    ]
