"""A pack's files as what they say, not yet believed: the one place that knows the format for whoever checks."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from itertools import pairwise
from typing import Any, Final, TypeVar

import msgspec

from doorstep.application.pack.findings import Fault
from doorstep.application.rows import Entry
from doorstep.domain.checkpoint import Note, NoteMalformed, read_note
from doorstep.domain.log_tree import HASH_BYTES
from doorstep.domain.signing import PUBLIC_KEY_BYTES, SIGNATURE_BYTES, from_base64url

MANIFEST: Final = "manifest.json"
EXPORT: Final = "seal/export.json"
PROOF: Final = "seal/proof.json"
CHECKPOINT: Final = "seal/checkpoint.txt"
TIMESTAMP: Final = "seal/timestamp.tsr"
SEAL: Final = (EXPORT, PROOF, CHECKPOINT)
LEAF: Final = "doorstep/leaf/v1"

Files = Mapping[str, bytes]
T = TypeVar("T")


class FileUnread(ValueError):
    """A file of the pack cannot be read as what it is to be; `why` is a sentence."""

    def __init__(self, file: str, why: str) -> None:
        super().__init__(f"{file}: {why}")
        self.file, self.why = file, why

    @property
    def fault(self) -> Fault:
        """The same as something that is wrong."""
        return Fault(self.file, "form", {"why": self.why})


class Body(msgspec.Struct, frozen=True):
    """A body: its exact bytes; or, where it is withheld from this copy, what is left of it and the whole's hash."""

    content: bytes
    withheld_sha256: str | None = None


class Device(msgspec.Struct, frozen=True):
    """A phone's key as keys.json has it."""

    device_id: str
    public_key: bytes
    position: int


class Read(msgspec.Struct, frozen=True):
    """What the checks read once and share; `entries` have their bodies as they are in this pack."""

    files: Files
    visit_id: str
    entries: tuple[Entry, ...]
    bodies: dict[int, Body]
    devices: tuple[Device, ...]

    @property
    def is_redacted(self) -> bool:
        """Whether any body is withheld."""
        return any(body.withheld_sha256 is not None for body in self.bodies.values())


class _Leafed(msgspec.Struct, frozen=True):
    leaf: list[Any]


class _Export(msgspec.Struct, frozen=True):
    leaf: list[Any]
    proof: list[str]


class Proofs(msgspec.Struct, frozen=True):
    """seal/proof.json, by its form."""

    export: _Export
    proofs: dict[str, list[str]]


class Manifest(msgspec.Struct, frozen=True):
    """manifest.json, as far as a check needs it."""

    files: dict[str, str]
    visit_id: str = ""
    redacted_of: str = ""


class _Log(msgspec.Struct, frozen=True):
    entries: list[_Leafed]


class _Key(msgspec.Struct, frozen=True):
    device_id: str
    public_key: str
    position: int


class _Keys(msgspec.Struct, frozen=True):
    devices: list[_Key]


class _Visit(msgspec.Struct, frozen=True):
    visit_id: str


def content_of(files: Files, name: str) -> bytes:
    """A file's bytes. Raises FileUnread where it is missing."""
    if name not in files:
        raise FileUnread(name, "It is missing.")
    return files[name]


def json_of(files: Files, name: str, form: type[T]) -> T:
    """What a file's JSON says, by its form. Raises FileUnread."""
    return read_form(name, content_of(files, name), form)


def read_form(name: str, content: bytes, form: type[T]) -> T:
    """What bytes say, by their form. Raises FileUnread, which names the file."""
    try:
        return msgspec.json.decode(content, type=form)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise FileUnread(name, "It is not in the form that a pack has.") from None


def checkpoint_of(files: Files) -> Note:
    """The checkpoint, not yet believed. Raises FileUnread."""
    try:
        return read_note(content_of(files, CHECKPOINT).decode())
    except (UnicodeDecodeError, NoteMalformed):
        raise FileUnread(CHECKPOINT, "It is not in the form of a signed checkpoint.") from None


def read_leaf(name: str, leaf: list[Any], body: bytes = b"") -> Entry:
    """An entry of the log as its leaf has it, with a body. Raises FileUnread, which names the file of the leaf."""
    sig = None
    try:
        form, *fields, signature = leaf
        if signature is not None:
            sig = from_base64url(signature, SIGNATURE_BYTES) if isinstance(signature, str) else b""
        entry = _entry(fields, body, sig)
    except (ValueError, TypeError):
        raise FileUnread(name, "It holds a leaf that is not in its form.") from None
    # What the tree hashes is made anew from the fields: so no two ways of writing a leaf can stand for one.
    if form != LEAF or sig == b"" or (signature is not None and sig is None) or entry.position < 1:
        raise FileUnread(name, "It holds a leaf that is not in its form.")
    return entry


def _entry(fields: list[Any], body: bytes, sig: bytes | None) -> Entry:
    position, sha256, kind, received_at, visit_id, appointment_id, actor_id, installation_id, seq, n, fault = fields
    return msgspec.convert(
        {
            "position": position,
            "sha256": sha256,
            "kind": kind,
            "body": body,
            "received_at": received_at,
            "visit_id": visit_id,
            "appointment_id": appointment_id,
            "actor_id": actor_id,
            "installation_id": installation_id,
            "seq": seq,
            "n": n,
            "fault": fault,
            "sig": sig,
        },
        Entry,
        builtin_types=(bytes,),
    )


def read_proof(proof: list[str]) -> tuple[bytes, ...]:
    """The hashes that lead from an entry to the log's root. Raises FileUnread."""
    try:
        nodes = tuple(base64.b64decode(node, validate=True) for node in proof)
    except (binascii.Error, ValueError):
        nodes = (b"",)
    if any(len(node) != HASH_BYTES for node in nodes):
        raise FileUnread(PROOF, "It is not in the form that a pack has.")
    return nodes


def entry_file(position: int) -> str:
    """The file of an entry's body."""
    return f"entries/{position}.json"


def read_pack(files: Files) -> Read:
    """What all checks need. Raises FileUnread for the first file that cannot be read."""
    visit_id = json_of(files, "visit.json", _Visit).visit_id
    entries, bodies = [], {}
    for each in json_of(files, "log.json", _Log).entries:
        entry = read_leaf("log.json", each.leaf)
        body = bodies[entry.position] = _body(content_of(files, entry_file(entry.position)))
        entries.append(msgspec.structs.replace(entry, body=body.content))
    if any(later.position <= earlier.position for earlier, later in pairwise(entries)):
        raise FileUnread("log.json", "Its entries are not in order.")
    return Read(files, visit_id, tuple(entries), bodies, _devices(files))


def _devices(files: Files) -> tuple[Device, ...]:
    devices = []
    for key in json_of(files, "keys.json", _Keys).devices:
        public_key = from_base64url(key.public_key, PUBLIC_KEY_BYTES)
        if public_key is None:
            raise FileUnread("keys.json", "It holds a key that is not in its form.")
        devices.append(Device(key.device_id, public_key, key.position))
    return tuple(devices)


def _body(content: bytes) -> Body:
    try:
        value = msgspec.json.decode(content)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        # A malformed body is evidence too, and is kept as it came.
        return Body(content)
    if not isinstance(value, dict) or value.get("redacted") is not True or not isinstance(value.get("sha256"), str):
        return Body(content)
    return Body(msgspec.json.encode(value.get("body", {})), value["sha256"])
