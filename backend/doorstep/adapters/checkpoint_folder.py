"""Checkpoints in a folder, one file each, named by size; for whoever copies that folder away, by whatever they have."""

from __future__ import annotations

import asyncio
import os
import re
from pathlib import Path

from doorstep.application.ports import LogVerifier, OutsideFailed
from doorstep.application.rows import Checkpoint
from doorstep.domain.checkpoint import Note, NoteMalformed, read_note, read_vkey

_NAME = re.compile(r"([0-9]+)(?:-[0-9a-f]{8})?\.txt", re.ASCII)


class CheckpointFolder:
    """Writes each checkpoint as `<size>.txt`, and its timestamp beside it as `<size>.tsr`. It overwrites nothing.

    After a restore from backup the log may grow again to a size that it had before: then the file's name has the hash
    of the new key too, since what the old one holds is the evidence of what was lost.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def publish(self, checkpoint: Checkpoint) -> None:
        """Write one durably. Raises OutsideFailed where the folder takes nothing."""
        try:
            await asyncio.to_thread(self._write, checkpoint)
        except OSError as fault:
            raise OutsideFailed(f"{self._folder} takes no checkpoint: {fault}.") from fault

    def _write(self, checkpoint: Checkpoint) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        file = self._folder / f"{checkpoint.size}.txt"
        content = checkpoint.note.encode()
        if file.exists() and file.read_bytes() != content:
            key_hash = read_note(checkpoint.note).signatures[0].key_hash.hex()
            file = self._folder / f"{checkpoint.size}-{key_hash}.txt"
        if not file.exists():
            _write_durably(file, content)
        if checkpoint.timestamp:
            _write_durably(file.with_suffix(".tsr"), checkpoint.timestamp)

    def longest(self, verifier: LogVerifier) -> tuple[Path, Note] | None:
        """The checkpoint of the longest log here that bears this name and key."""
        found = [(int(named[1]), file) for file in self._files() if (named := _NAME.fullmatch(file.name))]
        for _, file in sorted(found, reverse=True):
            try:
                note = read_note(file.read_text("utf-8"))
            except (NoteMalformed, UnicodeDecodeError):
                continue
            sigs = note.sigs_by(read_vkey(verifier.vkey))
            if note.origin == verifier.origin and any(verifier.verifies(note.text.encode(), sig) for sig in sigs):
                return file, note
        return None

    def _files(self) -> list[Path]:
        return list(self._folder.iterdir()) if self._folder.is_dir() else []


def _write_durably(file: Path, content: bytes) -> None:
    unfinished = file.with_name(f"{file.name}.unfinished")
    with unfinished.open("wb") as opened:
        opened.write(content)
        opened.flush()
        os.fsync(opened.fileno())
    unfinished.replace(file)
