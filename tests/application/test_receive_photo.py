"""Photos come in for accepted events only, and count once they were looked at."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator

import pytest

from doorstep.adapters.lookalikes import Lookalikes
from doorstep.adapters.photo_folder import FolderPhotos
from doorstep.application.photos import MAX_BYTES, Decoded, DecodingFailed, Received, TooLong, Unreadable
from doorstep.application.receive_photo import PhotoLooker, photo_received_so_far, receive_photo
from doorstep.application.rows import Session
from doorstep.application.writer import Refused
from doorstep.domain.office_events import PhotoUnreadable, read_office_event
from tests.chains import PICTURE, Chain
from tests.makers import Bench, TrustingDecoder, a_person, a_session, a_visit, an_id, send, upload

SHA256 = hashlib.sha256(PICTURE).hexdigest()


async def chunks(*pieces: bytes) -> AsyncIterator[bytes]:
    for piece in pieces:
        yield piece


async def a_scene(bench: Bench, picture: bytes = PICTURE) -> tuple[Session, Chain]:
    """A recorded visit whose photo's bytes are still on the phone."""
    session = await a_session(bench, await a_person(bench, 1, "operative"), 11)
    chain = await a_visit(bench, session)
    chain.whole(picture=picture)
    await send(bench, session, chain.bodies)
    return session, chain


async def awaiting(bench: Bench, chain: Chain) -> str:
    row = await bench.office.store.visit_row(chain.visit_id)
    assert row is not None
    return row.awaiting


async def receive(
    bench: Bench, session: Session, picture: bytes, sha256: str | None = None, offset: int = 0
) -> Received:
    name = sha256 or hashlib.sha256(picture).hexdigest()
    return await receive_photo(
        bench.office, bench.looker, session, name, offset, len(picture), chunks(picture[offset:])
    )


async def test_a_photo_in_two_parts(any_bench: Bench) -> None:
    """The connection broke: the rest is sent from where it broke, and then the photo is looked at."""
    session, chain = await a_scene(any_bench)
    assert await photo_received_so_far(any_bench.office, session, SHA256) == Received(0, False)
    first = receive_photo(any_bench.office, any_bench.looker, session, SHA256, 0, len(PICTURE), chunks(PICTURE[:10]))
    assert await first == Received(10, False)
    assert await photo_received_so_far(any_bench.office, session, SHA256) == Received(10, False)
    assert await receive(any_bench, session, PICTURE, offset=10) == Received(len(PICTURE), True)
    await any_bench.looker.drained()
    assert await awaiting(any_bench, chain) == '["planner_call"]'
    [row] = await any_bench.office.store.photo_rows()
    assert (row.sha256, row.state) == (SHA256, "complete")


async def test_whose_photos(any_bench: Bench) -> None:
    """Only for a hash that an accepted event of that installation names: anything else is not there."""
    session, _ = await a_scene(any_bench)
    stranger = await a_session(any_bench, await a_person(any_bench, 2, "operative"), 12)
    office = await a_session(any_bench, await a_person(any_bench, 3, "planner"))
    for who, sha256 in ((stranger, SHA256), (office, SHA256), (session, "0" * 64)):
        with pytest.raises(Refused) as refused:
            await photo_received_so_far(any_bench.office, who, sha256)
        assert refused.value.reason == "not-found"
        with pytest.raises(Refused):
            await receive(any_bench, who, PICTURE, sha256)


async def test_an_event_that_was_not_accepted(any_bench: Bench) -> None:
    """A `wrong_actor`'s event opens no door for bytes."""
    session = await a_session(any_bench, await a_person(any_bench, 1, "operative"), 11)
    chain = await a_visit(any_bench, session)
    chain.actor_id = an_id(9)
    chain.whole()
    await send(any_bench, session, chain.bodies)
    with pytest.raises(Refused):
        await receive(any_bench, session, PICTURE)


async def test_the_length_that_was_stated(bench: Bench) -> None:
    """As the event says, and no more than a photo may have."""
    session, _ = await a_scene(bench)
    for length, expected in ((len(PICTURE) + 1, Refused), (MAX_BYTES + 1, TooLong)):
        with pytest.raises(expected):
            await receive_photo(bench.office, bench.looker, session, SHA256, 0, length, chunks(PICTURE))


async def test_an_unreadable_photo(any_bench: Bench) -> None:
    """Kept, flagged, and the operative is told at once; it is looked at once, however often it is offered."""
    broken = b"broken picture"
    session, chain = await a_scene(any_bench, broken)
    for _ in range(2):
        await receive(any_bench, session, broken)
        await any_bench.looker.drained()
    row = await any_bench.office.store.visit_row(chain.visit_id)
    assert row is not None
    assert (row.awaiting, row.flags) == ('["photo","planner_call"]', '["photo_unreadable"]')
    told = [read_office_event(item.body) for item in await any_bench.office.store.feed(an_id(1), 0, 99)]
    [of_photo] = [event for event in told if isinstance(event, PhotoUnreadable)]
    assert (of_photo.sha256, of_photo.why, of_photo.size_bytes) == (
        hashlib.sha256(broken).hexdigest(),
        "no picture can be made of it",
        len(broken),
    )


async def test_one_photo_in_two_visits(any_bench: Bench) -> None:
    """The same bytes are looked at once, and both visits are settled."""
    session, first = await a_scene(any_bench)
    second = await a_visit(any_bench, session, 2, "A-2")
    second.whole()
    await send(any_bench, session, second.bodies, 10)
    await upload(any_bench)
    assert [await awaiting(any_bench, chain) for chain in (first, second)] == ['["planner_call"]'] * 2
    assert {row.visit_id for row in await any_bench.office.store.photo_visits(SHA256)} == {
        first.visit_id,
        second.visit_id,
    }


async def test_what_was_left_when_the_server_stopped(bench: Bench) -> None:
    """A photo that was whole but not looked at is taken up at the next start."""
    _, chain = await a_scene(bench)
    await bench.looker.stop()
    await bench.photos.append(SHA256, 0, len(PICTURE), chunks(PICTURE))
    again = PhotoLooker(bench.office, Lookalikes())
    await again.start()
    await again.drained()
    assert await awaiting(bench, chain) == '["planner_call"]'
    await again.stop()


class FailingDecoder(TrustingDecoder):
    """Dies once, and then works."""

    def __init__(self, photos: FolderPhotos) -> None:
        super().__init__(photos)
        self.failures = 1

    async def decode(self, sha256: str) -> Decoded | Unreadable:
        if self.failures:
            self.failures -= 1
            raise DecodingFailed
        return await super().decode(sha256)


async def test_a_decoder_that_fails(bench: Bench) -> None:
    """Nothing is said of the photo for it, no other photo waits, and it is tried again."""
    _, chain = await a_scene(bench)
    bench.office.decoder = FailingDecoder(bench.photos)
    looker = PhotoLooker(bench.office, Lookalikes(), retry_after_seconds=0)
    await looker.start()
    other = b"another"
    for picture in (PICTURE, other):
        await bench.photos.append(hashlib.sha256(picture).hexdigest(), 0, len(picture), chunks(picture))
    for picture in (PICTURE, other):
        looker.look_at(hashlib.sha256(picture).hexdigest())
    while '"photo"' in await awaiting(bench, chain):
        await asyncio.sleep(0)
        await looker.drained()
    assert await awaiting(bench, chain) == '["planner_call"]'
    positions = {row.sha256: row.position for row in await bench.office.store.photo_rows()}
    assert positions[hashlib.sha256(other).hexdigest()] < positions[SHA256]
    await looker.stop()
