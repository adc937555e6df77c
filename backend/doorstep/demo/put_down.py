"""Keeps a past that is being lived in a file of the demonstration's folder, so that a run that was killed goes on.

The file is named after the length of the log that it goes with, and is written before that log is committed: whenever
a process ends, the file of what was committed last is there.
"""

from __future__ import annotations

import gc
import os
import pickle
from pathlib import Path
from typing import Any

from doorstep.demo.past import Past, PutDown

THE_PAST = "the past itself"


class FolderShelf:
    """Files in the demonstration's own folder. `head` is the length of the log as it is committed."""

    def __init__(self, folder: Path, head: int) -> None:
        self._folder, self._head = folder, head

    @property
    def is_begun(self) -> bool:
        """Whether there is a past that goes with the log."""
        return self._file(self._head).exists()

    def put(self, past: Past, put_down: PutDown) -> None:
        """Write it beside the one before, which goes with what is committed until the next commit."""
        before, self._head = self._head, put_down.kept.world.head
        file = self._file(self._head)
        half = file.with_suffix(".half")
        gc.disable()
        try:
            with half.open("wb") as writing:
                _Writing(writing, past).dump(put_down)
                writing.flush()
                os.fsync(writing.fileno())
        finally:
            gc.enable()
        half.replace(file)
        if past.landlord.is_vast:
            # Its photos were written without waiting for the disk, see quick_photos: now they have to be on it.
            os.sync()
        for older in self._folder.glob("past-*.pickle"):
            if older not in (file, self._file(before)):
                older.unlink()

    def take_up(self, past: Past) -> PutDown | None:
        """The one that goes with the log."""
        if not self.is_begun:
            return None
        with self._file(self._head).open("rb") as reading:
            put_down = _Reading(reading, past).load()
        if not isinstance(put_down, PutDown):
            raise TypeError(f"{self._file(self._head)} holds no past. Give another --data.")
        return put_down

    def clear(self) -> None:
        """The past is lived: nothing goes on from here."""
        for file in self._folder.glob("past-*"):
            file.unlink()

    def _file(self, head: int) -> Path:
        return self._folder / f"past-{head}.pickle"


class _Writing(pickle.Pickler):
    """What is still to come names the past that it is of, which is made anew by whoever goes on."""

    def __init__(self, file: Any, past: Past) -> None:
        super().__init__(file, pickle.HIGHEST_PROTOCOL)
        self._past = past

    def persistent_id(self, held: Any) -> str | None:
        """The past's own name."""
        return THE_PAST if held is self._past else None


class _Reading(pickle.Unpickler):
    def __init__(self, file: Any, past: Past) -> None:
        super().__init__(file)
        self._past = past

    def persistent_load(self, name: Any) -> Past:
        """The past that goes on."""
        if name != THE_PAST:
            raise pickle.UnpicklingError(f"Nobody knows {name} here.")
        return self._past
