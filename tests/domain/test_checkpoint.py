"""Checkpoints are C2SP signed notes, to the byte; whatever is not exactly one is refused."""

from __future__ import annotations

import base64
import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doorstep.domain.checkpoint import (
    NoteMalformed,
    NoteSignature,
    VerifierKey,
    is_name,
    note_text,
    read_note,
    read_vkey,
    signed_note,
)
from doorstep.domain.log_tree import TreeHead

# The example of signed notes in the documentation of Go's sumdb, which the C2SP text goes back to.
PETER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
HEAD = TreeHead(20_852_163, hashlib.sha256(b"root").digest())
KEY = VerifierKey("doorstep/tests", b"p" * 32)
TEXT = note_text("doorstep/tests", HEAD)
SIGNATURES = [NoteSignature(KEY.name, KEY.key_hash, b"s" * 64), NoteSignature("witness", b"wwww", b"x" * 9)]
NOTE = signed_note(TEXT, SIGNATURES)


def test_a_note_as_written_down() -> None:
    """Three lines, an empty one, and a line for each signature: by a slow second writing of the form."""
    root = base64.b64encode(hashlib.sha256(b"root").digest()).decode()
    key_hash = hashlib.sha256(b"doorstep/tests\n\x01" + b"p" * 32).digest()[:4]
    assert f"doorstep/tests\n20852163\n{root}\n" == TEXT
    assert (
        f"{TEXT}\n— doorstep/tests {base64.b64encode(key_hash + b's' * 64).decode()}\n"
        f"— witness {base64.b64encode(b'wwww' + b'x' * 9).decode()}\n"
    ) == NOTE


def test_a_note_is_read() -> None:
    """What was signed, and only the signatures that say that they are by the key that is asked for."""
    note = read_note(NOTE)
    assert (note.text, note.origin, note.head) == (TEXT, "doorstep/tests", HEAD)
    assert note.sigs_by(KEY) == (b"s" * 64,)
    assert note.sigs_by(VerifierKey("doorstep/tests", b"q" * 32)) == ()
    assert note.sigs_by(VerifierKey("doorstep/other", b"p" * 32)) == ()


def test_further_lines_are_signed_too() -> None:
    """A checkpoint may say more than we do; what it says is part of what was signed."""
    text = f"{TEXT}more\nand more\n"
    assert read_note(signed_note(text, [NoteSignature("w", b"wwww", b"s")])).text == text


def test_a_verifier_key() -> None:
    """A key known from elsewhere is read, and written again, as it is."""
    key = read_vkey(PETER)
    assert (key.name, key.key_hash.hex(), key.vkey) == ("PeterNeumann", "c74f20a3", PETER)
    assert len(key.public_key) == 32


@pytest.mark.parametrize(
    "vkey",
    [
        "",
        "PeterNeumann",
        PETER.replace("Peter", "Paul"),
        PETER.replace("c74f20a3", "c74f20a4"),
        PETER.replace("c74f20a3", "C74F20A3"),
        PETER.replace("c74f20a3", "c74f20a"),
        PETER.replace("PeterNeumann", "Peter Neumann"),
        PETER.replace("PeterNeumann", ""),
        PETER[:-1],
        f"{PETER}=",
        f"{PETER}\n",
        "PeterNeumann+c74f20a3+" + base64.b64encode(b"\x02" + b"k" * 32).decode(),
        "PeterNeumann+c74f20a3+" + base64.b64encode(b"\x01" + b"k" * 31).decode(),
        "PeterNeumann+c74f20a3+é",
    ],
)
def test_what_is_no_verifier_key(vkey: str) -> None:
    """Cut short, of another kind, or with another's name: refused before anything is believed."""
    with pytest.raises(NoteMalformed):
        read_vkey(vkey)


@given(st.text(alphabet=st.characters(codec="utf-8"), min_size=1, max_size=20), st.binary(min_size=32, max_size=32))
def test_every_key_comes_back(name: str, public_key: bytes) -> None:
    """A name that may be one, with any key, is read from what is handed out."""
    if is_name(name):
        key = VerifierKey(name, public_key)
        assert read_vkey(key.vkey) == key


ONE_LINE = "— doorstep/tests " + base64.b64encode(b"hhhhs").decode() + "\n"
ROOT_LINE = TEXT.split("\n")[2]


@pytest.mark.parametrize(
    "note",
    [
        "",
        TEXT,
        f"{TEXT}\n",
        NOTE[:-1],
        NOTE.replace("\n\n", "\n"),
        NOTE.replace("— doorstep", "- doorstep"),
        NOTE.replace("— doorstep", "—  doorstep"),
        NOTE.replace("— doorstep/tests", "— doorstep+tests"),
        NOTE.replace("doorstep/tests\n", "\n"),
        NOTE.replace("\n20852163\n", "\n020852163\n"),
        NOTE.replace("\n20852163\n", "\n-1\n"),
        NOTE.replace("\n20852163\n", "\n٣\n"),
        NOTE.replace(f"{ROOT_LINE}\n", ""),
        NOTE.replace(ROOT_LINE, "AAAA"),
        NOTE.replace(ROOT_LINE, ROOT_LINE[:-1]),
        NOTE.replace(ROOT_LINE, "é"),
        f"{TEXT}\nfurther\n\n{ONE_LINE}",
        f"{TEXT}\r\n{ONE_LINE}",
        f"\ud800{TEXT}\n{ONE_LINE}",
        f"{TEXT}\n— doorstep/tests AAAA\n",
        f"{TEXT}\n— doorstep/tests AAAAA\n",
        f"{TEXT}\n— doorstep/tests\n",
        f"{TEXT}\n{ONE_LINE * 101}",
        f"{TEXT}{'x' * 100_000}\n\n{ONE_LINE}",
    ],
)
def test_what_is_no_checkpoint(note: str) -> None:
    """Nothing is believed of a text that is not exactly of the form."""
    with pytest.raises(NoteMalformed):
        read_note(note)


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused(text: str) -> None:
    """Whatever somebody hands in, it is a checkpoint or it is refused: nothing else happens."""
    for note in (text, f"{TEXT}\n{text}", f"{text}\n\n{ONE_LINE}"):
        try:
            read = read_note(note)
        except NoteMalformed:
            continue
        assert signed_note(read.text, list(read.signatures)) == note
