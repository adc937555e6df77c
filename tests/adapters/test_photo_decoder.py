"""Protects the office from pictures: whatever is sent, people see a clean JPEG or are told why there is none."""

from __future__ import annotations

import asyncio
import hashlib
import os
import resource
import signal
import sys
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from doorstep.adapters.photo_decoder import PhotoDecoder
from doorstep.adapters.photo_folder import FolderPhotos
from doorstep.application.photos import Decoded, DecodingFailed, PhotosFull, Unreadable
from tests.adapters import photo_cases
from tests.adapters.photo_cases import HOSTILE, READABLE, SCRIPT, Maker

DARK, LIGHT = 80, 180


@pytest.fixture
async def decoder(tmp_path: Path) -> AsyncIterator[PhotoDecoder]:
    decoder = PhotoDecoder(tmp_path)
    yield decoder
    await decoder.close()


async def kept(root: Path, data: bytes) -> str:
    """Lay a photo where FolderPhotos keeps it; past its limits too, since a decoder must not trust them."""
    name = hashlib.sha256(data).hexdigest()
    original = root / "originals" / name[:2] / name
    original.parent.mkdir(parents=True, exist_ok=True)
    original.write_bytes(data)
    return name


def shown(root: Path, name: str, size: int) -> Image.Image:
    made = FolderPhotos(root).derivative(name, size)
    assert made is not None
    image = Image.open(made)
    image.load()
    return image


def segments(jpeg: bytes) -> set[int]:
    """The kinds of the segments before a JPEG's picture: 0xE1 is EXIF, 0xE2 a profile, 0xFE a comment."""
    kinds, at = set(), 2
    while jpeg[at + 1] != 0xDA:
        kinds.add(jpeg[at + 1])
        at += 2 + int.from_bytes(jpeg[at + 2 : at + 4], "big")
    return kinds


@pytest.mark.parametrize("make", HOSTILE.values(), ids=HOSTILE.keys())
async def test_what_is_no_showable_picture_is_unreadable_with_a_reason(
    tmp_path: Path, decoder: PhotoDecoder, make: Maker
) -> None:
    """A person is told what is wrong and what to do, nothing is made, and the next photo decodes."""
    name, good = await kept(tmp_path, make()), await kept(tmp_path, photo_cases.jpeg())
    refused = await decoder.decode(name)
    assert isinstance(refused, Unreadable)
    assert refused.why.endswith(("Take the photo again.", "Take it again with the app's own camera."))
    assert FolderPhotos(tmp_path).derivative(name, 400) is None
    assert isinstance(await decoder.decode(good), Decoded)


@pytest.mark.parametrize("make", READABLE.values(), ids=READABLE.keys())
async def test_a_derivative_holds_the_picture_and_nothing_else(
    tmp_path: Path, decoder: PhotoDecoder, make: Maker
) -> None:
    """No comment, EXIF, profile or script of an original reaches the page of a supervisor; the original keeps all."""
    data = make()
    name = await kept(tmp_path, data)
    assert isinstance(await decoder.decode(name), Decoded)
    for size in (1600, 400):
        image = shown(tmp_path, name, size)
        assert image.format == "JPEG"
        assert max(image.size) <= size
        jpeg = (tmp_path / "derived" / name[:2] / f"{name}-{size}.jpg").read_bytes()
        assert segments(jpeg) <= {0xE0, 0xDB, 0xC0, 0xC4}
        assert SCRIPT not in jpeg
    original = FolderPhotos(tmp_path).original(name)
    assert original is not None
    assert original.read_bytes() == data


def _but_looks(decoded: Decoded | Unreadable) -> Decoded:
    """What was decoded, but for how the picture looks, which test_lookalikes protects."""
    assert isinstance(decoded, Decoded)
    return replace(decoded, dhash="")


async def test_claims_are_read_and_not_copied(tmp_path: Path, decoder: PhotoDecoder) -> None:
    """When, with what and whether somewhere: as the photo says, where it says so."""
    claimed = await decoder.decode(await kept(tmp_path, photo_cases.phone_photo()))
    assert _but_looks(claimed) == Decoded(320, 240, "JPEG", "2026:11:20 09:41:07", "Pixel 9a", has_place=True)
    silent = await decoder.decode(await kept(tmp_path, photo_cases.jpeg()))
    assert _but_looks(silent) == Decoded(320, 240, "JPEG", None, None, has_place=False)


@pytest.mark.parametrize(
    ("orientation", "dark_corner"),
    [(1, "NW"), (2, "NE"), (3, "SE"), (4, "SW"), (5, "NW"), (6, "NE"), (7, "SE"), (8, "SW")],
)
async def test_every_orientation_is_put_upright(
    tmp_path: Path, decoder: PhotoDecoder, orientation: int, dark_corner: str
) -> None:
    """A card photographed sideways is shown the way the operative saw it."""
    name = await kept(tmp_path, photo_cases.phone_photo(orientation))
    decoded = await decoder.decode(name)
    assert isinstance(decoded, Decoded)
    image = shown(tmp_path, name, 400).convert("L")
    assert image.size == (decoded.width, decoded.height) == ((240, 320) if orientation > 4 else (320, 240))
    right, bottom = image.width - 9, image.height - 9
    corners = {"NW": (8, 8), "NE": (right, 8), "SW": (8, bottom), "SE": (right, bottom)}
    dark = [corner for corner, at in corners.items() if int(str(image.getpixel(at))) < DARK]
    assert dark == [dark_corner]


async def test_16_bit_greys_keep_their_shades(tmp_path: Path, decoder: PhotoDecoder) -> None:
    """The upper bits are shown: a plain conversion would have turned all but black to white."""
    name = await kept(tmp_path, photo_cases.grey_16_bit())
    await decoder.decode(name)
    image = shown(tmp_path, name, 400)
    greys = [int(str(image.getpixel((x, 50)))) for x in (50, 150, 250, 350)]
    assert all(abs(grey - meant) < 6 for grey, meant in zip(greys, (0, 64, 128, 255), strict=True))


async def test_see_through_places_are_white(tmp_path: Path, decoder: PhotoDecoder) -> None:
    """Colours hidden behind transparency stay hidden."""
    name = await kept(tmp_path, photo_cases.see_through_black())
    await decoder.decode(name)
    assert shown(tmp_path, name, 400).getpixel((20, 20)) == (255, 255, 255)


async def test_a_large_photo_is_made_small_in_its_own_shape(tmp_path: Path, decoder: PhotoDecoder) -> None:
    """Twelve megapixels become 1600 and 400 pixels on the longest side, and small ones are not enlarged."""
    name = await kept(tmp_path, photo_cases.saved(photo_cases.door(3_024, 4_032), "JPEG"))
    decoded = await decoder.decode(name)
    assert _but_looks(decoded) == Decoded(3_024, 4_032, "JPEG", None, None, has_place=False)
    assert [shown(tmp_path, name, size).size for size in (1600, 400)] == [(1200, 1600), (300, 400)]


async def test_the_server_pays_no_memory_for_a_bomb(tmp_path: Path, decoder: PhotoDecoder) -> None:
    """Fifty see-through megapixels are the child's matter: refused or shown, the server stays as small as it was."""
    name = await kept(tmp_path, photo_cases.pixel_bomb())
    before_kilobytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert isinstance(await decoder.decode(name), Decoded | Unreadable)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before_kilobytes < 20_000


async def test_photos_asked_for_at_once_each_get_their_own_answer(tmp_path: Path, decoder: PhotoDecoder) -> None:
    """One process, one photo at a time, no answers swapped."""
    widths = range(10, 22)
    names = [await kept(tmp_path, photo_cases.saved(photo_cases.door(width, 9), "PNG")) for width in widths]
    answers = await asyncio.gather(*map(decoder.decode, names))
    assert [answer.width for answer in answers if isinstance(answer, Decoded)] == list(widths)


async def test_an_impatient_asker_does_not_shift_the_answers(tmp_path: Path, decoder: PhotoDecoder) -> None:
    """The answer to a request that was given up is not taken for the next photo's."""
    small, bad = await kept(tmp_path, photo_cases.jpeg()), await kept(tmp_path, photo_cases.noise())
    await decoder.decode(small)
    asking = asyncio.create_task(decoder.decode(bad))
    await asyncio.sleep(0)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    assert isinstance(await decoder.decode(small), Decoded)


async def test_a_decoder_that_was_killed_is_started_again(tmp_path: Path) -> None:
    """The system may kill the process for its memory: the next photo does not notice."""
    name, number = await kept(tmp_path, photo_cases.jpeg()), tmp_path / "number"
    start = (
        "import os, sys; open(sys.argv[1], 'w').write(str(os.getpid())); "
        "from doorstep.adapters.photo_decoder_child import main; main()"
    )
    decoder = PhotoDecoder(tmp_path, command=(sys.executable, "-c", start, str(number)))
    assert isinstance(await decoder.decode(name), Decoded)
    os.kill(int(number.read_text()), signal.SIGKILL)
    assert isinstance(await decoder.decode(name), Decoded)
    await decoder.close()


@pytest.mark.parametrize(
    "command",
    [(sys.executable, "-c", "pass"), (sys.executable, "-c", "print('no answer')"), ("no-such-decoder",)],
    ids=["dies", "babbles", "missing"],
)
async def test_a_decoder_that_does_not_work_blames_no_photo(tmp_path: Path, command: tuple[str, ...]) -> None:
    """A photo is only ever unreadable by its own fault; else it is tried again later."""
    decoder = PhotoDecoder(tmp_path, command=command)
    with pytest.raises(DecodingFailed, match="tried again later"):
        await decoder.decode(await kept(tmp_path, photo_cases.jpeg()))
    await decoder.close()


async def test_a_photo_that_is_not_there_is_no_unreadable_photo(tmp_path: Path, decoder: PhotoDecoder) -> None:
    """An unmounted disk must not make a day's photos unreadable."""
    with pytest.raises(DecodingFailed):
        await decoder.decode("0" * 64)


async def test_a_full_disk_makes_no_photo_unreadable(tmp_path: Path) -> None:
    """No room for a derivative is said as such, leaves no half of it, and is no fault of the photo."""
    name = await kept(tmp_path, photo_cases.jpeg())
    start = (
        "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000)); "
        "from doorstep.adapters.photo_decoder_child import main; main()"
    )
    decoder = PhotoDecoder(tmp_path, command=(sys.executable, "-c", start))
    with pytest.raises(PhotosFull):
        await decoder.decode(name)
    await decoder.close()
    assert [file for file in (tmp_path / "derived").rglob("*") if file.is_file()] == []


async def test_the_decoder_gets_none_of_the_servers_secrets(tmp_path: Path) -> None:
    """What reads hostile bytes holds no key: the server's environment stays the server's."""
    written = tmp_path / "environment"
    start = "import os, sys; open(sys.argv[1], 'w').write(' '.join(os.environ)); sys.stdin.readline()"
    decoder = PhotoDecoder(tmp_path, command=(sys.executable, "-c", start, str(written)))
    with pytest.raises(DecodingFailed):
        await decoder.decode("0" * 64)
    await decoder.close()
    assert set(written.read_text().split()) <= {
        "PATH",
        "PYTHONPATH",
        "PYTHONHOME",
        "LD_LIBRARY_PATH",
        "LANG",
        "LC_ALL",
        "LC_CTYPE",
    }
