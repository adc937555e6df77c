"""Abuses by photo: made again from another, carrying something, or a bomb (24, 30, 32 to 34)."""

from __future__ import annotations

import hashlib
import resource
from collections.abc import AsyncIterator
from io import BytesIO
from pathlib import Path

import msgspec
import pytest
from PIL import Image

from doorstep.adapters.lookalikes import Lookalikes
from doorstep.adapters.photo_decoder import PhotoDecoder
from doorstep.application.photos import Unreadable
from doorstep.application.receive_photo import PhotoLooker
from tests.adapters import photo_cases
from tests.makers import Bench, a_person, a_session, a_visit, an_office, closed, send
from tests.web.browsing import Site, a_site

FLAT_KILOBYTES = 20_000


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[Bench]:
    """An office that really opens the photos that come."""
    made = await an_office(tmp_path)
    await made.looker.stop()
    decoder = PhotoDecoder(tmp_path / "photos")
    made.office.decoder = decoder
    made.looker = PhotoLooker(made.office, Lookalikes())
    await made.looker.start()
    yield made
    await closed(made)
    await decoder.close()


async def _take_in(bench: Bench, data: bytes) -> str:
    """Put a photo's bytes in place as a phone's upload does, and have them looked at."""
    sha256 = hashlib.sha256(data).hexdigest()

    async def chunks() -> AsyncIterator[bytes]:
        yield data

    await bench.photos.append(sha256, 0, len(data), chunks())
    bench.looker.look_at(sha256)
    await bench.looker.drained()
    return sha256


async def test_24_a_recompressed_photo_goes_to_review(bench: Bench) -> None:
    """Another visit's card, saved again and a little brighter: no hash gives it away, and a person is asked to look."""
    person = await a_person(bench, 1, "operative")
    true = photo_cases.jpeg()
    with Image.open(BytesIO(true)) as opened:
        out = BytesIO()
        opened.point(lambda grey: min(255, grey + 6)).save(out, "JPEG", quality=45)
    flags = []
    for number, picture in enumerate((true, out.getvalue()), start=1):
        session = await a_session(bench, person, 10 + number)
        chain = await a_visit(bench, session, number, f"A-{number}")
        chain.until_planner()
        chain.card_and_record(picture)
        await send(bench, session, chain.bodies)
        await _take_in(bench, picture)
        row = await bench.office.store.visit_row(chain.visit_id)
        assert row is not None
        flags.append(msgspec.json.decode(row.flags, type=list[str]))
    assert flags == [[], ["photo_resembles"]]


async def test_30_what_a_photo_carries_is_not_in_its_copies(bench: Bench) -> None:
    """EXIF, a place, a comment with a script: none of it is in what people are shown."""
    data = photo_cases.phone_photo()
    sha256 = await _take_in(bench, data)
    for size in (1600, 400):
        copy = bench.photos.derivative(sha256, size)
        assert copy is not None
        shown = copy.read_bytes()
        assert photo_cases.SCRIPT not in shown
        with Image.open(BytesIO(shown)) as opened:
            assert not opened.getexif()
            assert "comment" not in opened.info


@pytest.mark.parametrize(
    "bomb",
    [
        pytest.param(photo_cases.header_bomb, id="32_a_picture_of_30000_by_30000"),
        pytest.param(photo_cases.text_bomb, id="33_a_text_of_200_MB"),
    ],
)
async def test_32_33_a_bomb_is_refused_and_costs_nothing(bench: Bench, bomb: photo_cases.Maker) -> None:
    """It is kept under its hash and never opened: the phone is told that it is no photo, and memory stays flat.

    Its bytes are acknowledged before anybody looks at them, so the refusal comes by the feed and not as a 4xx.
    """
    data = bomb()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    sha256 = await _take_in(bench, data)
    (row,) = [row for row in await bench.office.store.photo_rows() if row.sha256 == sha256]
    assert row.state == "unreadable"
    assert isinstance(await bench.office.decoder.decode(sha256), Unreadable)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < FLAT_KILOBYTES


async def test_34_a_polyglot_is_an_inert_attachment(tmp_path: Path) -> None:
    """A photo that is a web page too reaches an auditor as a download that no browser opens, in a sandbox."""
    site: Site = await a_site(tmp_path)
    operative = await site.signed(1, "operative", installation=1)
    auditor = await site.signed(2, "auditor")
    data = photo_cases.polyglot()
    chain = await a_visit(site.bench, operative.session)
    chain.until_planner()
    chain.card_and_record(data)
    await send(site.bench, operative.session, chain.bodies)
    sha256 = await _take_in(site.bench, data)
    answer = await auditor.http.get(f"/api/photos/{sha256}?size=original")
    assert answer.status_code == 200
    assert answer.content == data
    assert answer.headers["content-disposition"].startswith("attachment")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in answer.headers["content-security-policy"]
    assert "html" not in answer.headers["content-type"]
    for client in site.clients:
        await client.aclose()
    await closed(site.bench)
