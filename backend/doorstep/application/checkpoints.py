"""Make a checkpoint: sign the log's head, so that whoever holds an older one can tell whether history was rewritten.

The log never signs two histories: each new head must go on from the one that was signed before. Only who holds what was
published can catch a history that was made anew together with its checkpoints; so what is made is sent away, see
publish_checkpoints.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import structlog

from doorstep.application.office import Office
from doorstep.application.ports import LogKey, LogVerifier, OutsideFailed
from doorstep.application.rows import Checkpoint
from doorstep.application.world import Needs, World
from doorstep.domain.checkpoint import Note, NoteSignature, note_text, read_note, read_vkey, signed_note
from doorstep.domain.log_tree import TreeHead, is_consistent

_log = structlog.get_logger("doorstep.log")


class CheckpointRefused(RuntimeError):
    """The log may not be signed as it is; the message says what to do."""


async def make_checkpoint(office: Office, beside: LogKey | None = None) -> Checkpoint:
    """The checkpoint of the log as it is now: the one that is held where nothing came since, else a new one.

    `beside` signs it too: the key that goes, so that who trusts only that one learns of the next. Where an authority is
    set up, the checkpoint has its timestamp, unless the authority did not answer; then it is asked again later. Raises
    CheckpointRefused where the log does not go on from what was signed before.
    """
    size = await log_size(office)
    head = TreeHead(size, await office.store.root_at(size))
    held = await office.store.newest_checkpoint()
    if held:
        await _check_that_it_goes_on(office, read_note(held.note).head, head)
        if held.size == head.size and beside is None and is_signed_by(read_note(held.note), office.log_key):
            return await _stamped(office, held)
    text = note_text(office.log_key.origin, head)
    signers = [office.log_key, beside] if beside else [office.log_key]
    note = signed_note(text, [_signature(key, text) for key in signers])
    made = Checkpoint(head.size, note, office.clock.now_ms())
    await hold(office, [made])
    return await _stamped(office, made)


async def _check_that_it_goes_on(office: Office, signed: TreeHead, now: TreeHead) -> None:
    advice = "Run `doorstep audit`. If it was restored from a backup, stop the server and run `doorstep log restored`."
    if signed.size > now.size:
        raise CheckpointRefused(f"The log has {now.size} entries, and one of {signed.size} was signed. {advice}")
    if signed.size and not is_consistent(signed, now, await office.store.consistency(signed.size, now.size)):
        raise CheckpointRefused(f"The log is not the one whose first {signed.size} entries were signed. {advice}")


def is_signed_by(note: Note, verifier: LogVerifier) -> bool:
    """Whether a note bears this key's genuine signature."""
    message = note.text.encode()
    return any(verifier.verifies(message, sig) for sig in note.sigs_by(read_vkey(verifier.vkey)))


def _signature(key: LogKey, text: str) -> NoteSignature:
    return NoteSignature(key.origin, read_vkey(key.vkey).key_hash, key.sign(text.encode()))


async def _stamped(office: Office, made: Checkpoint) -> Checkpoint:
    if office.timestamps is None or made.timestamp is not None:
        return made
    try:
        token = await office.timestamps.timestamp(made.note.encode())
    except OutsideFailed as failed:
        _log.warning("not_timestamped", size=made.size, why=str(failed))
        return made
    stamped = msgspec.structs.replace(made, timestamp=token)
    await hold(office, [stamped])
    return stamped


async def log_size(office: Office) -> int:
    """How many entries the log has, those of commands that wrote beside this process among them."""
    return await office.writer.submit(_Measure())


class _Measure:
    def needs(self) -> Needs:
        return Needs()

    def apply(self, world: World) -> int:
        return world.head


async def hold(office: Office, checkpoints: Sequence[Checkpoint]) -> None:
    """Keep checkpoints, each in the place of one of the same size."""
    await office.writer.submit(_Hold(checkpoints))


class _Hold:
    def __init__(self, checkpoints: Sequence[Checkpoint]) -> None:
        self.checkpoints = checkpoints

    def needs(self) -> Needs:
        return Needs()

    def apply(self, world: World) -> None:
        world.changes.checkpoints |= {held.size: held for held in self.checkpoints}
