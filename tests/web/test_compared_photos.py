"""Photos that look alike are laid side by side, each with its own visit, for those who may see both visits."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser

from doorstep.adapters.lookalikes import Lookalikes
from doorstep.adapters.photo_decoder import PhotoDecoder
from doorstep.application.receive_photo import PhotoLooker
from doorstep.web.visits import find_visit
from tests.adapters import photo_cases
from tests.chains import Chain
from tests.makers import Bench, a_person, a_session, a_visit, send, upload
from tests.web.browsing import Signed, Site, read_visit
from tests.web.office_in_browser import VISITS, Reader, Serving

TRUE = photo_cases.jpeg()


def brighter() -> bytes:
    """The same card saved again: other bytes, and alike to look at."""
    out = BytesIO()
    with Image.open(BytesIO(TRUE)) as opened:
        opened.point(lambda grey: min(255, grey + 6)).save(out, "JPEG", quality=45)
    return out.getvalue()


@pytest.fixture
async def seeing(site: Site) -> AsyncIterator[Site]:
    """A site that really opens the photos that come."""
    decoder = await _opening(site.bench, site.folder.parent)
    yield site
    await decoder.close()


async def _opening(bench: Bench, folder: Path) -> PhotoDecoder:
    """Have the office of that folder open its photos."""
    await bench.looker.stop()
    bench.office.decoder = decoder = PhotoDecoder(folder / "photos")
    bench.looker = PhotoLooker(bench.office, Lookalikes())
    await bench.looker.start()
    return decoder


async def photographed(bench: Bench, operative: Signed, number: int, picture: bytes, patch: str = "north") -> Chain:
    """A whole visit with this photo of its card."""
    address = (f"{number} Sample Street", "ZZ1 2AB")
    chain = await a_visit(bench, operative.session, number, f"A-{number}", patch=patch, address=address)
    chain.whole(picture=picture)
    await send(bench, operative.session, chain.bodies)
    await upload(bench, picture)
    return chain


async def test_two_that_look_alike_stand_side_by_side(seeing: Site) -> None:
    """Each with its home, its time, its operative and the code that should stand on its card; and a question."""
    first = await seeing.signed(1, "operative", "north", installation=1)
    second = await seeing.signed(2, "operative", "north", installation=2)
    supervisor = await seeing.signed(3, "supervisor", "north")
    one = await photographed(seeing.bench, first, 1, TRUE)
    other = await photographed(seeing.bench, second, 2, brighter())
    said = await read_visit(supervisor, other)
    assert "A picture that looks like this one" in said
    assert "Is this one card at one door, or two?" in said
    codes = [(await find_visit(seeing.bench.office, supervisor.person, of.visit_id)).card_code for of in (one, other)]
    compared = said.partition("A picture that looks like this one")[2]
    assert (
        f"This visit taken 23/11/2026 09:15:20 , by the phone’s clock Operative 2 Code on the card: {codes[1]}"
        in compared
    )
    assert "1 Sample Street, ZZ1 2AB taken 23/11/2026 09:15:20 , by the phone’s clock Operative 1" in compared
    assert f"Operative 1 Code on the card: {codes[0]}" in compared
    page = (await supervisor.http.get(f"/office/visits/{other.visit_id}")).text
    for picture in (TRUE, brighter()):
        url = f"/api/photos/{hashlib.sha256(picture).hexdigest()}?size=400"
        assert url in page
        assert (await supervisor.http.get(url)).status_code == 200
    assert "size=original" not in page
    assert "looks like this one" not in await read_visit(supervisor, one), "whoever came first is not asked"


async def a_visit_without_photo(site: Site, operative: Signed) -> None:
    """One more visit, that goes on."""
    chain = await a_visit(site.bench, operative.session, 9, "A-9", patch="north")
    chain.start()
    await send(site.bench, operative.session, chain.bodies, 20)


async def test_the_same_picture_is_asked_about_on_both_visits(site: Site) -> None:
    """It is one picture: neither of the two is the copy by itself."""
    first = await site.signed(1, "operative", "north", installation=1)
    second = await site.signed(2, "operative", "north", installation=2)
    supervisor = await site.signed(3, "supervisor", "north")
    visits = [await photographed(site.bench, of, number, TRUE) for number, of in enumerate((first, second), start=1)]
    for chain in visits:
        assert "The same picture belongs to another visit too" in await read_visit(supervisor, chain)
    await a_visit_without_photo(site, first)
    found = (await supervisor.http.get("/office/visits?view=all&also=alike")).text
    assert all(f"/office/visits/{chain.visit_id}" in found for chain in visits)
    assert found.count('<th scope="row"') == 2


async def test_another_patchs_picture_is_neither_shown_nor_served(seeing: Site) -> None:
    """Nor its home, code or hour; it is counted. The operative of the visit is told of none."""
    first = await seeing.signed(1, "operative", "south", installation=1)
    second = await seeing.signed(2, "operative", "north", installation=2)
    supervisor = await seeing.signed(3, "supervisor", "north")
    auditor = await seeing.signed(4, "auditor")
    await photographed(seeing.bench, first, 1, TRUE, "south")
    mine = await photographed(seeing.bench, second, 2, brighter())
    said = await read_visit(supervisor, mine)
    assert "looks like this one" not in said
    assert "1 more on visits that you may not see." in said
    url = f"/api/photos/{hashlib.sha256(TRUE).hexdigest()}?size=400"
    assert url not in (await supervisor.http.get(f"/office/visits/{mine.visit_id}")).text
    assert (await supervisor.http.get(url)).status_code == 404
    assert (await second.http.get(url)).status_code == 404
    assert "A picture that looks like this one" in await read_visit(auditor, mine)
    [photo] = (await find_visit(seeing.bench.office, second.person, mine.visit_id)).photos
    assert (photo.resembles, photo.elsewhere) == ([], [])


class Alike(Serving):
    """A site with two visits whose photos look alike."""

    async def _fill(self, bench: Bench) -> None:
        decoder = await _opening(bench, self._folder)
        await a_person(bench, 3, "supervisor", "north")
        for number, picture in enumerate((TRUE, brighter()), start=1):
            operative = await a_person(bench, number, "operative", "north")
            session = await a_session(bench, operative, number)
            chain = await a_visit(bench, session, number, f"A-{number}", address=(f"{number} Sample Street",))
            chain.whole(picture=picture)
            await send(bench, session, chain.bodies)
            await upload(bench, picture)
            self.visits.append(chain.visit_id)
        await decoder.close()


SITE = Alike


@pytest.mark.parametrize("width", [1280, 320])
def test_side_by_side_at_a_desk_and_one_under_the_other_on_a_phone(
    serving: Alike, chromium: Browser, width: int
) -> None:
    """Both whole, neither cut; enlarged by key, each with its own card's code."""
    reader = Reader(chromium, serving, width)
    reader.sign_in("supervisor3")
    page = reader.page
    page.goto(f"{serving.url}{VISITS}/{serving.visits[1]}")
    photos = page.locator(".ds-compare img")
    page.wait_for_function("[...document.querySelectorAll('.ds-compare img')].every((each) => each.naturalWidth > 0)")
    boxes = [photos.nth(number).bounding_box() for number in range(2)]
    assert boxes[0] is not None
    assert boxes[1] is not None
    is_beside = boxes[1]["x"] >= boxes[0]["x"] + boxes[0]["width"]
    assert is_beside is (width == 1280)
    assert is_beside or boxes[1]["y"] >= boxes[0]["y"] + boxes[0]["height"]
    dialog = page.get_by_role("dialog", name="Photo, enlarged")
    for number in range(2):
        figure = page.locator(".ds-compare figure").nth(number)
        figure.locator("a[data-enlarge]").focus()
        page.keyboard.press("Enter")
        dialog.wait_for()
        assert figure.locator(".ds-code").inner_text() == dialog.locator(".ds-code").inner_text()
        page.keyboard.press("Escape")
    codes = page.locator(".ds-compare .ds-code").all_inner_texts()
    assert len(set(codes)) == 2
    reader.check(f"two photos that look alike at {width}")
