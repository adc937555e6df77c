"""The checks of a pack against its seal: each over bytes alone, and each says what is wrong and what it did not see."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

import msgspec

from doorstep.application.checkpoints import is_signed_by
from doorstep.application.pack.findings import Fault, Found, Note
from doorstep.application.pack.reading import (
    CHECKPOINT,
    EXPORT,
    MANIFEST,
    PROOF,
    SEAL,
    TIMESTAMP,
    Body,
    Device,
    Files,
    FileUnread,
    Manifest,
    Proofs,
    Read,
    checkpoint_of,
    content_of,
    entry_file,
    json_of,
    read_form,
    read_leaf,
    read_proof,
)
from doorstep.application.ports import LogVerifier, Verifies
from doorstep.application.rows import Entry
from doorstep.domain.events import Malformed, read_event
from doorstep.domain.log_tree import TreeHead, is_included, leaf_hash
from doorstep.domain.office_events import DeviceEnrolled, PackExported
from doorstep.domain.signing import event_message, to_base64url

StampFault = Callable[[bytes, bytes], str | None]
"""What is wrong with a timestamp's token on these bytes; None where it is genuine."""


def check_presence(files: Files) -> Found:
    """The manifest and the seal are there."""
    return Found(tuple(Fault(name, "missing") for name in (MANIFEST, *SEAL) if name not in files))


def check_files(files: Files) -> Found:
    """Every file is the one that the manifest names."""
    named = json_of(files, MANIFEST, Manifest).files
    faults = []
    for name, sha256 in sorted(named.items()):
        if name not in files:
            faults.append(Fault(name, "missing"))
        elif _sha256(files[name]) != sha256:
            faults.append(Fault(name, "changed"))
    known = {MANIFEST, TIMESTAMP, *SEAL, *named}
    faults += [Fault(name, "extra") for name in sorted(files) if name not in known]
    return Found(tuple(faults))


def check_checkpoint(files: Files, key: LogVerifier) -> Found:
    """The checkpoint was signed by the log whose key the reader brought."""
    note = checkpoint_of(files)
    if note.origin != key.origin:
        return Found((Fault(CHECKPOINT, "checkpoint_foreign", {"origin": note.origin, "name": key.origin}),))
    return Found(() if is_signed_by(note, key) else (Fault(CHECKPOINT, "checkpoint_sig"),))


def check_seal(files: Files) -> Found:
    """From the checkpoint down: it vouches for the export's leaf, that for the export, and that for the manifest.

    The first that is not vouched for is at fault, and nothing below it.
    """
    head = checkpoint_of(files).head
    sealed = json_of(files, PROOF, Proofs)
    export = read_leaf(PROOF, sealed.export.leaf)
    is_of_export = _sha256(content_of(files, EXPORT)) == export.sha256
    if export.kind != "pack_exported" or not _is_in_log(export, sealed.export.proof, head):
        # Where proofs belong to this export and yet not one leads to the checkpoint, it is the checkpoint's fault.
        if is_of_export and not _is_any_in_log(files, sealed, head):
            return Found((Fault(CHECKPOINT, "checkpoint_other"),))
        return Found((Fault(PROOF, "export_not_in_log"),))
    if not is_of_export:
        return Found((Fault(EXPORT, "export_other"),))
    stated = json_of(files, EXPORT, PackExported)
    is_sealed = _sha256(content_of(files, MANIFEST)) == stated.manifest_sha256
    return Found(() if is_sealed else (Fault(MANIFEST, "manifest"),))


def _is_in_log(entry: Entry, proof: list[str], head: TreeHead) -> bool:
    return is_included(leaf_hash(entry.leaf()), entry.position - 1, head, read_proof(proof))


def _is_any_in_log(files: Files, sealed: Proofs, head: TreeHead) -> bool:
    for each in json_of(files, "log.json", _Leaves).entries:
        entry = read_leaf("log.json", each["leaf"])
        if _is_in_log(entry, sealed.proofs.get(str(entry.position), []), head):
            return True
    return False


class _Leaves(msgspec.Struct, frozen=True):
    entries: list[dict[str, list[object]]]


def check_timestamp(files: Files, fault_of: StampFault | None, is_stamp_of: Callable[[bytes, bytes], bool]) -> Found:
    """The timestamp, if there is one, is of this checkpoint; and, where the authority's root is held, by it."""
    if TIMESTAMP not in files:
        return Found(notes=(Note("timestamp_none"),), is_unchecked=True)
    token, stamped = files[TIMESTAMP], content_of(files, CHECKPOINT)
    is_wrong = fault_of(token, stamped) is not None if fault_of else not is_stamp_of(token, stamped)
    if is_wrong:
        return Found((Fault(TIMESTAMP, "timestamp"),))
    return Found(notes=() if fault_of else (Note("timestamp_chain"),))


def check_inclusion(read: Read) -> Found:
    """Every entry stands in the log that the checkpoint states."""
    head = checkpoint_of(read.files).head
    sealed = json_of(read.files, PROOF, Proofs)
    faults = []
    for entry in read.entries:
        # Unlike an empty one, a proof that is not there is never right.
        proof = sealed.proofs.get(str(entry.position))
        if proof is None or not _is_in_log(entry, proof, head):
            faults.append(Fault(PROOF, "not_in_log", {"position": entry.position}))
    return Found(tuple(faults))


def check_bodies(read: Read) -> Found:
    """Every body is the one that its entry in the log names; a withheld one says which that was."""
    faults = []
    for entry in read.entries:
        body = read.bodies[entry.position]
        if (body.withheld_sha256 or _sha256(body.content)) != entry.sha256:
            faults.append(Fault(entry_file(entry.position), "body_other", {"position": entry.position}))
    count = sum(body.withheld_sha256 is not None for body in read.bodies.values())
    return Found(tuple(faults), (Note("withheld", {"count": count}),) if count else ())


def check_signatures(read: Read, verifies: Verifies, is_at_fault: Callable[[str], bool]) -> Found:
    """Each signature belongs to its bytes, and to a phone that the log enrolled."""
    faults = [
        Fault("keys.json", "key_not_logged", {"device_id": device.device_id})
        for device in read.devices
        if not is_at_fault(entry_file(device.position)) and not _is_enrolled(device, read)
    ]
    keys = {device.device_id: device.public_key for device in read.devices}
    for entry in read.entries:
        body = read.bodies[entry.position]
        if entry.sig is not None and body.withheld_sha256 is None:
            key = keys.get(_device_of(body))
            if key is None:
                faults.append(Fault(entry_file(entry.position), "key_unknown"))
            elif not verifies(key, event_message(body.content), entry.sig):
                faults.append(Fault(entry_file(entry.position), "sig_wrong"))
    return Found(tuple(faults))


def _is_enrolled(device: Device, read: Read) -> bool:
    body = read.bodies.get(device.position)
    try:
        said = read_form("", body.content if body else b"", DeviceEnrolled)
    except FileUnread:
        return False
    return (said.device_id, said.public_key) == (device.device_id, to_base64url(device.public_key))


def _device_of(body: Body) -> str:
    try:
        return read_event(body.content).device_id
    except Malformed:
        return ""


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
