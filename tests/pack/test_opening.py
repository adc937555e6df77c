"""Protects whoever opens a stranger's pack: bombs, paths, doubles and odd kinds are refused in words, within bounds."""

from __future__ import annotations

import io
import resource
import struct
import warnings
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest

from doorstep.application.pack.findings import Fault
from doorstep.application.pack.opening import MOST_FILE_BYTES, MOST_FILES, PackUnread, open_pack
from tests.pack.true_packs import true_packs

FLAT_KILOBYTES = 200_000


def a_zip(*members: tuple[str | zipfile.ZipInfo, bytes], packing: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A ZIP of these members, whatever they are called."""
    out = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(out, "w", packing) as into:
        warnings.simplefilter("ignore")
        for name, content in members:
            into.writestr(name, content)
    return out.getvalue()


def refusal(folder: Path, content: bytes) -> str:
    """Why a file is not opened."""
    file = folder / "pack.zip"
    file.write_bytes(content)
    with pytest.raises(PackUnread) as refused:
        open_pack(file)
    return str(refused.value)


def test_files_come_as_they_are(tmp_path: Path) -> None:
    """Stored or deflated, and folders pass by."""
    file = tmp_path / "pack.zip"
    for packing in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        file.write_bytes(a_zip(("seal/", b""), ("seal/a.txt", b"a" * 5000), ("b", b""), packing=packing))
        assert open_pack(file) == {"seal/a.txt": b"a" * 5000, "b": b""}


@pytest.mark.parametrize("name", ["/etc/passwd", "../up.txt", "a/../../b", "a\\b", "a\nb", "a\x00.json", "a\x1b[2J"])
def test_a_name_that_no_pack_has_is_refused(tmp_path: Path, name: str) -> None:
    """Paths that lead out, and names that play tricks with who reads them."""
    # Written as a plain name of the same length first: Python itself mends some of them.
    plain = "n" * len(name.encode())
    content = a_zip((plain, b"x")).replace(plain.encode(), name.encode())
    said = refusal(tmp_path, content)
    assert said.startswith("it holds a file with a name or of a kind that no pack has")
    assert said.isprintable()


def test_a_link_is_refused(tmp_path: Path) -> None:
    """A symbolic link is no file of a pack."""
    link = zipfile.ZipInfo("photos/a.jpg")
    link.external_attr = 0o120777 << 16
    assert "no pack has" in refusal(tmp_path, a_zip((link, b"/etc/passwd")))


def test_two_of_a_name_are_refused(tmp_path: Path) -> None:
    """One reader would see the first, and another the second."""
    assert refusal(tmp_path, a_zip(("a", b"1"), ("a", b"2"))) == "it holds a twice"


def test_bombs_are_refused_and_memory_stays_flat(tmp_path: Path) -> None:
    """By what the list says, and by what comes where the list lies."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    honest = a_zip(("bomb", bytes(MOST_FILE_BYTES + 1)))
    assert refusal(tmp_path, honest) == "bomb is larger than 64 MB"
    real = struct.pack("<I", MOST_FILE_BYTES + 1)
    lying = honest.replace(real, struct.pack("<I", 10))
    assert refusal(tmp_path, lying) == "bomb is not as long as the list says"
    short = a_zip(("short", b"1234567890" * 10)).replace(struct.pack("<I", 100), struct.pack("<I", 1000))
    assert refusal(tmp_path, short) == "short is not as long as the list says"
    huge = a_zip(*((str(number), b"1234567") for number in range(17)))
    claims = huge.replace(struct.pack("<II", 9, 7), struct.pack("<II", 9, MOST_FILE_BYTES))
    assert refusal(tmp_path, claims) == "unpacked it would be larger than 1 GB"
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < FLAT_KILOBYTES


def test_too_many_files_are_refused(tmp_path: Path) -> None:
    """A pack has some dozens."""
    content = a_zip(*((str(number), b"") for number in range(MOST_FILES + 1)), packing=zipfile.ZIP_STORED)
    assert refusal(tmp_path, content) == "it holds too many files"


def test_a_list_that_would_fill_the_memory_is_not_read(tmp_path: Path) -> None:
    """Its length is looked at first, and the kind of ZIP that has no bounds is not taken."""
    end = struct.pack("<4s4HIIH", b"PK\x05\x06", 0, 0, 3, 3, 2**28, 0, 0)
    assert refusal(tmp_path, end) == "it holds too many files"
    sound = a_zip(("a", b"text"))
    locator = b"PK\x06\x07" + bytes(16)
    assert refusal(tmp_path, sound[:-22] + locator + sound[-22:]) == "it holds too many files"


def test_other_packings_and_locks_are_refused(tmp_path: Path) -> None:
    """Only what every reader can open: stored or deflated, without a password."""
    packed = a_zip(("a", b"text" * 100), packing=zipfile.ZIP_BZIP2)
    assert refusal(tmp_path, packed) == "a is packed in a way not known here"
    listed = a_zip(("a", b"text"))
    place = listed.index(b"PK\x01\x02") + 8
    locked = listed[:place] + b"\x01" + listed[place + 1 :]
    assert refusal(tmp_path, locked) == "it is encrypted"


def test_what_is_no_zip_is_refused(tmp_path: Path) -> None:
    """Anything else, a folder, and what is not there."""
    for content in (b"", b"junk", b"PK\x05\x06", b"PK\x03\x04" + bytes(300)):
        assert refusal(tmp_path, content) == "it is not a ZIP file, or was cut off"
    for path in (tmp_path, tmp_path / "none"):
        with pytest.raises(PackUnread, match="cannot be opened"):
            open_pack(path)


def test_a_true_pack_cut_or_overwritten_anywhere_never_breaks_the_reader(tmp_path: Path) -> None:
    """Wherever it is damaged it is read, or refused in words; nothing else."""
    content, file = true_packs().whole, tmp_path / "pack.zip"
    for place in range(0, len(content), max(1, len(content) // 300)):
        for damaged in (content[:place], content[:place] + b"\xff\xff" + content[place + 2 :]):
            file.write_bytes(damaged)
            with suppress(PackUnread):
                open_pack(file)


def test_words_of_a_stranger_do_not_reach_the_terminal_raw() -> None:
    """A name out of a manifest may hold anything: it moves no cursor, and fills no screen."""
    told = Fault("a\x1b[2J\n" + "b" * 5000, "missing").words
    assert told.isprintable()
    assert len(told) < 300
