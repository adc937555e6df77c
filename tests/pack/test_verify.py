"""Protects `doorstep verify`: a true pack is sound, and of one that was touched the very file is named."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from doorstep.adapters.log_key import Ed25519LogKey
from doorstep.cli import parser
from tests.makers import LOG_KEY
from tests.pack.making import unzipped
from tests.pack.true_packs import at_fault, checked, true_packs, whole_files


def flipped(content: bytes) -> bytes:
    """The bytes with one bit in the middle turned over."""
    place = len(content) // 2
    return content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :]


def run(*arguments: str) -> int:
    """The command's exit status."""
    read = parser().parse_args(["verify", *arguments])
    status: int = read.run(read)
    return status


def test_a_true_pack_is_sound() -> None:
    """Every step is good, but for the timestamp that there is none of; grades and verdict are worked out anew."""
    found = checked(whole_files())
    assert [fault.words for fault in found.faults] == []
    assert {step for step, mark in found.marks.items() if mark != "good"} == {"timestamp"}
    assert found.outcome is not None
    assert (found.outcome.settled.standing, found.outcome.unsigned) == ("upheld", 0)
    assert found.outcome.settled.grades


def test_a_redacted_pack_has_nothing_wrong_and_says_what_stays_open() -> None:
    """Bodies that are withheld are tied by their hash to the log; what rests on them is not called checked."""
    found = checked(unzipped(true_packs().redacted))
    assert [fault.words for fault in found.faults] == []
    assert "withheld" in {note.code for note in found.notes}
    assert found.marks["grades"] == "unchecked"
    assert {found.marks[step] for step in ("hashes", "signatures", "chain", "inclusion", "checkpoint")} == {"good"}


def test_every_file_that_was_flipped_is_named() -> None:
    """One bit in any file: that file is named, and no other."""
    files = whole_files()
    for name in files:
        assert at_fault(files | {name: flipped(files[name])}) == [name], name


def test_every_file_that_was_removed_is_named() -> None:
    """A pack without one of its files: that file is named, and no other."""
    files = whole_files()
    for name in files:
        assert at_fault({other: content for other, content in files.items() if other != name}) == [name], name


def test_every_file_of_another_pack_is_named() -> None:
    """A file out of another true pack of the same log: that file is named, and no other."""
    files, another = whole_files(), unzipped(true_packs().another)
    swapped = [name for name in files.keys() & another.keys() if files[name] != another[name]]
    assert len(swapped) >= 10
    for name in swapped:
        assert at_fault(files | {name: another[name]}) == [name], name


def test_one_body_in_the_place_of_another_is_named() -> None:
    """Within one pack too: each body has its own place."""
    files = whole_files()
    bodies = sorted(name for name in files if name.startswith("entries/"))
    for earlier, later in pairwise(bodies):
        both = files | {earlier: files[later], later: files[earlier]}
        assert sorted(at_fault(both)) == sorted([earlier, later])


def test_a_file_too_many_is_named() -> None:
    """What nobody sealed does not belong to the pack, wherever it is put."""
    for name in ("photos/extra.jpg", "seal/extra.json", "entries/999999.json", "README"):
        assert at_fault(whole_files() | {name: b"{}"}) == [name]


def test_every_file_of_the_whole_pack_is_named_in_the_redacted_one() -> None:
    """A body that was withheld cannot be put back by whoever guesses it, nor the other way round."""
    whole, redacted = whole_files(), unzipped(true_packs().redacted)
    for name in [name for name in whole.keys() & redacted.keys() if whole[name] != redacted[name]]:
        assert at_fault(redacted | {name: whole[name]}) == [name], name
        assert at_fault(whole | {name: redacted[name]}) == [name], name


def test_packs_that_hold_nonsense_are_told_and_nothing_breaks() -> None:
    """Any file may hold anything: the file is named, and no step falls over it."""
    files = whole_files()
    for junk in (b"", b"{}", b"[]", b"null", b'{"files":1}', b"\xff\xfe", b"[" * 50_000, b'{"entries":[{"leaf":[]}]}'):
        for name in files:
            assert at_fault(files | {name: junk}) == [name], (name, junk[:20])


def test_the_command_says_it_in_lines(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """0 for a sound pack, 1 for one at fault, 2 for what cannot be read; the key is given as text or as a file."""
    pack, key = tmp_path / "pack.zip", tmp_path / "log.vkey"
    pack.write_bytes(true_packs().whole)
    key.write_text(f"{LOG_KEY.vkey}\n")
    assert run(str(pack), "--log-key", str(key)) == 0
    assert capsys.readouterr().out.startswith("This pack is sound.\n")
    foreign = Ed25519LogKey.from_seed(bytes([9]) * 32, "another/log")
    assert run(str(pack), "--log-key", foreign.vkey) == 1
    said = capsys.readouterr().out.splitlines()
    assert said[0] == "This pack is not sound."
    origin = LOG_KEY.origin
    assert said[1] == f"seal/checkpoint.txt: is of the log {origin}. The key that you gave is of the log another/log."
    same_name = Ed25519LogKey.from_seed(bytes([9]) * 32, origin)
    assert run(str(pack), "--log-key", same_name.vkey) == 1
    assert "was not signed with the log key that you gave" in capsys.readouterr().out
    assert run(str(pack), "--log-key", "junk") == 2
    assert "That is no log key" in capsys.readouterr().err
    assert run(str(tmp_path / "none.zip"), "--log-key", str(key)) == 2
    assert "This pack cannot be read." in capsys.readouterr().err
    assert run(str(key), "--log-key", str(key)) == 2
    assert "it is not a ZIP file" in capsys.readouterr().err
    assert run(str(pack), "--log-key", str(key), "--timestamp-root", str(key)) == 2
    assert "root certificate" in capsys.readouterr().err


def test_a_redacted_copy_is_not_called_sound(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing wrong was found, and how many bodies are withheld is said."""
    pack = tmp_path / "pack.zip"
    pack.write_bytes(true_packs().redacted)
    assert run(str(pack), "--log-key", LOG_KEY.vkey) == 0
    said = capsys.readouterr().out
    assert said.startswith("Nothing wrong was found.\n")
    assert "Bodies withheld from this copy: " in said
