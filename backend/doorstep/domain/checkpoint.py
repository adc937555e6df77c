"""A checkpoint: the log's head as a C2SP signed note, which any witness or verifier of transparency logs can read.

    <origin>
    <size>
    <root, base64>
    <any further lines, which stand for nothing here>

    — <key name> <base64 of the key's hash, 4 bytes, and the signature, 64 bytes>

A verifier key is `<name>+<key hash, 8 hex digits>+<base64 of 0x01 and the Ed25519 public key>`; the hash is the first 4
bytes of SHA-256 over name, newline and what is behind the second plus. Sources: c2sp.org/signed-note, tlog-checkpoint.
"""

from __future__ import annotations

import base64
import re
from hashlib import sha256
from typing import Final

import msgspec

from doorstep.domain.log_tree import HASH_BYTES, TreeHead

ED25519: Final = b"\x01"
ED25519_KEY_BYTES: Final = 32
KEY_HASH_BYTES: Final = 4
MOST_NOTE_CHARACTERS: Final = 100_000
MOST_SIGNATURES: Final = 100
_DASH: Final = "\u2014 "
_SIZE: Final = re.compile("0|[1-9][0-9]{0,18}", re.ASCII)
_UNFIT: Final = re.compile("[\x00-\x09\x0b-\x1f\ud800-\udfff]")
_KEY_HASH: Final = re.compile("[0-9a-f]{8}", re.ASCII)


class NoteMalformed(ValueError):
    """A text is no checkpoint, or no verifier key; the message says what is wrong with it."""


class NoteSignature(msgspec.Struct, frozen=True):
    """One signature line of a note: whose it claims to be, and its bytes."""

    name: str
    key_hash: bytes
    sig: bytes


class Note(msgspec.Struct, frozen=True):
    """A checkpoint as read. `text` is what was signed: all up to the empty line, with its last newline."""

    text: str
    origin: str
    head: TreeHead
    signatures: tuple[NoteSignature, ...]

    def sigs_by(self, key: VerifierKey) -> tuple[bytes, ...]:
        """The signatures that claim to be by this key; others, of witnesses, are not looked at."""
        return tuple(line.sig for line in self.signatures if (line.name, line.key_hash) == (key.name, key.key_hash))


class VerifierKey(msgspec.Struct, frozen=True):
    """Whose signatures to believe: a name and an Ed25519 public key of 32 bytes."""

    name: str
    public_key: bytes

    @property
    def key_hash(self) -> bytes:
        """The 4 bytes by which a signature line names its key."""
        return sha256(self.name.encode() + b"\n" + ED25519 + self.public_key).digest()[:KEY_HASH_BYTES]

    @property
    def vkey(self) -> str:
        """The key as it is handed out."""
        return f"{self.name}+{self.key_hash.hex()}+{base64.b64encode(ED25519 + self.public_key).decode()}"


def is_name(text: str) -> bool:
    """Whether a text may name a log and its key: no spaces, no plus, nothing that cannot be seen."""
    return bool(text) and text.isprintable() and not any(letter.isspace() or letter == "+" for letter in text)


def read_vkey(text: str) -> VerifierKey:
    """Read a verifier key; its own hash must fit. Raises NoteMalformed."""
    name, _, rest = text.partition("+")
    key_hash, _, encoded = rest.partition("+")
    data = _from_base64(encoded)
    if not is_name(name) or not _KEY_HASH.fullmatch(key_hash) or data is None:
        raise NoteMalformed("a verifier key is name+hash+key")
    if data[:1] != ED25519 or len(data) != 1 + ED25519_KEY_BYTES:
        raise NoteMalformed("the verifier key is not of Ed25519")
    key = VerifierKey(name, data[1:])
    if key.key_hash.hex() != key_hash:
        raise NoteMalformed("the verifier key's hash is not that of its name and key: it was not copied whole")
    return key


def note_text(origin: str, head: TreeHead) -> str:
    """What is signed of a checkpoint."""
    return f"{origin}\n{head.size}\n{base64.b64encode(head.root).decode()}\n"


def signed_note(text: str, signatures: list[NoteSignature]) -> str:
    """The whole note."""
    lines = (f"{_DASH}{line.name} {base64.b64encode(line.key_hash + line.sig).decode()}\n" for line in signatures)
    return f"{text}\n{''.join(lines)}"


def read_note(note: str) -> Note:
    """Read a checkpoint by its form alone. Raises NoteMalformed."""
    if len(note) > MOST_NOTE_CHARACTERS or _UNFIT.search(note):
        raise NoteMalformed("it is too long, or holds what is no text")
    body, parting, signatures = note.rpartition("\n\n")
    if not parting or not signatures.endswith("\n"):
        raise NoteMalformed("it has no signatures below an empty line")
    lines = body.split("\n")
    if len(lines) < 3 or "" in lines:
        raise NoteMalformed("it has no origin, size and root, or an empty line among them")
    origin, size, encoded, *_ = lines
    root = _from_base64(encoded)
    if not _SIZE.fullmatch(size) or root is None or len(root) != HASH_BYTES:
        raise NoteMalformed("its size or its root is not written as one")
    signature_lines = signatures[:-1].split("\n")
    if len(signature_lines) > MOST_SIGNATURES:
        raise NoteMalformed("it has too many signatures")
    return Note(f"{body}\n", origin, TreeHead(int(size), root), tuple(map(_read_signature, signature_lines)))


def _read_signature(line: str) -> NoteSignature:
    name, _, encoded = line.removeprefix(_DASH).partition(" ")
    data = _from_base64(encoded)
    if not line.startswith(_DASH) or not is_name(name) or data is None or len(data) <= KEY_HASH_BYTES:
        raise NoteMalformed("one of its signature lines is not in form")
    return NoteSignature(name, data[:KEY_HASH_BYTES], data[KEY_HASH_BYTES:])


def _from_base64(text: str) -> bytes | None:
    """The bytes of a text in base64 with its padding, in its one form; None for any other."""
    try:
        data = base64.b64decode(text.encode(), validate=True)
    except ValueError:
        return None
    return data if data and base64.b64encode(data).decode() == text else None
