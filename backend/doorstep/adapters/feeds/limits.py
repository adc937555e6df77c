"""How large the parts of a file may be: what is beyond is refused at once, before it takes memory."""

from __future__ import annotations

from typing import BinaryIO

from doorstep.application.intake.reading import FileRefused

MOST_LINE_BYTES = 200_000
MOST_COLUMNS = 200
MOST_CELL = 10_000
MOST_ROW_BYTES = 1_000_000
"""Of one row over all its lines: within quotation marks a row goes on without an end."""
MOST_DOCUMENT_BYTES = 20_000_000
"""Of a file that can only be read whole: JSON and XML. Measured at 20 MB of usual rows: 114 MB of memory at the peak
for JSON and 120 MB for XML; 124 MB for JSON of nearly as many values as may be."""
MOST_VALUES = 1_000_000
MOST_ELEMENTS = 300_000
"""Of JSON and of XML: each takes far more memory than the few bytes that write it."""


def read_whole(file: BinaryIO) -> bytes:
    """All bytes of a file that can only be read whole."""
    content = file.read(MOST_DOCUMENT_BYTES + 1)
    if len(content) > MOST_DOCUMENT_BYTES:
        raise FileRefused(f"the file is larger than {MOST_DOCUMENT_BYTES // 1_000_000} MB. Send it in parts.")
    return content


def short(text: str, most: int = 60) -> str:
    """A piece of a file as a message may quote it: nothing in it can steer the terminal that shows it."""
    shown = "".join(each if each.isprintable() else "?" for each in text[:most])
    return shown if len(text) <= most else f"{shown}..."
