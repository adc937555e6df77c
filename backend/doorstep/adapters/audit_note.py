"""A note in the data folder of its last whole audit, for reports: when it was, of how much, and what it found."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Final

import msgspec

from doorstep.application.board_report.figures import AuditNote

NAME: Final = "last-audit.json"


class AuditNoteFile:
    """Beside the store and not in it: an audit changes nothing of what it walks."""

    def __init__(self, data: Path) -> None:
        self._file = data / NAME

    def last(self) -> AuditNote | None:
        """The last one; one that cannot be read is none."""
        try:
            return msgspec.json.decode(self._file.read_bytes(), type=AuditNote)
        except (OSError, msgspec.MsgspecError):
            return None

    def keep(self, note: AuditNote) -> None:
        """Keep it instead of the one before. Raises OSError."""
        half = self._file.with_name(f"{NAME}.{secrets.token_hex(4)}.part")
        with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as opened:
            opened.write(msgspec.json.encode(note))
        half.replace(self._file)
