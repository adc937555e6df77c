"""What the server writes about itself: one line of JSON an event, to standard error, with no personal data."""

from __future__ import annotations

import sys
from contextlib import suppress
from typing import Any, Final

import msgspec
import structlog

# Without the local variables, which structlog would show: they hold addresses, names and the hashes of passwords.
WHERE_IT_FAILED = structlog.processors.ExceptionRenderer(
    structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
)


class _Lines:
    """Writes lines of bytes; a log that nobody reads any more stops no request."""

    def msg(self, line: bytes) -> None:
        with suppress(OSError, ValueError):
            sys.stderr.buffer.write(line + b"\n")
            sys.stderr.buffer.flush()

    debug = info = warning = error = critical = msg


def _json(event: Any, **_: Any) -> bytes:
    return msgspec.json.encode(event, enc_hook=str)


PROCESSORS: Final[list[Any]] = [
    structlog.processors.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    WHERE_IT_FAILED,
    structlog.processors.JSONRenderer(serializer=_json),
]
"""One list for the whole process: a logger keeps the one that it was first used with, and hears no other."""


def set_up_logging() -> None:
    """Call before the first line; once more changes nothing."""
    structlog.configure(
        processors=PROCESSORS,
        wrapper_class=structlog.make_filtering_bound_logger("info"),
        logger_factory=lambda *_: _Lines(),
        cache_logger_on_first_use=True,
    )
