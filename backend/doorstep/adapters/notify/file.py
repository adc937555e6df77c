"""Texts that nobody carries: written to a folder, one small file each, for offices that have no key of a service yet.

Such a text is `created` and never becomes anything else: nobody received it, and it must never be taken for evidence
that somebody was told. There is no setting that would change that, and what stands in a file is never read back.
"""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import Callable, Mapping
from pathlib import Path

import msgspec

from doorstep.application.reminders.text_service import Sent, TextDelayed, TextRefused, TextToSend

CREATED, MARK = "created", "file-"
_REFERENCE = re.compile(r"[0-9A-Za-z-]{1,100}", re.ASCII)
Worded = Callable[[str, Mapping[str, str]], str]


class Written(msgspec.Struct, frozen=True):
    """What a file holds: the text as it would be sent, and its words as they would be read."""

    reference: str
    number: str
    template: str
    personalisation: dict[str, str]
    words: str


class FileTexts:
    """A TextService over a folder. `worded` gives the words of a template with its gaps filled."""

    def __init__(self, folder: Path, worded: Worded) -> None:
        self._folder, self._worded = folder, worded

    async def send(self, text: TextToSend) -> Sent:
        """Write one text, durably; a second one of its reference changes nothing."""
        if not _REFERENCE.fullmatch(text.reference):
            raise TextRefused("BadReference", "A reference takes letters, digits and hyphens.")
        words = self._worded(text.template, text.personalisation)
        written = Written(text.reference, text.number, text.template, text.personalisation, words)
        try:
            await asyncio.to_thread(self._write, written)
        except OSError as fault:
            raise TextDelayed(f"the folder of texts cannot be written: {fault.strerror}") from fault
        return _held(text.reference)

    async def find(self, reference: str) -> Sent | None:
        """The text of this reference, if it was written."""
        return _held(reference) if await asyncio.to_thread(self._is_written, reference) else None

    async def status(self, provider_id: str) -> Sent | None:
        """That it was written, and nothing more: nobody carries it."""
        return await self.find(provider_id[len(MARK) :]) if provider_id.startswith(MARK) else None

    def close(self) -> None:
        """Nothing is held open."""

    def forget(self, before_s: float) -> int:
        """Remove the files last written before then (seconds since 1970), which hold numbers; gives how many."""
        old = [file for file in self._folder.glob("*.json") if file.stat().st_mtime < before_s]
        for file in old:
            file.unlink(missing_ok=True)
        return len(old)

    def _is_written(self, reference: str) -> bool:
        return _REFERENCE.fullmatch(reference) is not None and self._file(reference).exists()

    def _file(self, reference: str) -> Path:
        return self._folder / f"{reference}.json"

    def _write(self, written: Written) -> None:
        file = self._file(written.reference)
        if file.exists():
            return
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        unfinished = file.with_suffix(".unfinished")
        unfinished.unlink(missing_ok=True)
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as opened:
            opened.write(msgspec.json.format(msgspec.json.encode(written)) + b"\n")
            opened.flush()
            os.fsync(opened.fileno())
        unfinished.rename(file)
        folder = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _held(reference: str) -> Sent:
    return Sent(f"{MARK}{reference}", CREATED)
