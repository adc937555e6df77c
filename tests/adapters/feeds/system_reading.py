"""Files of the systems that landlords have, read in tests as the office reads them."""

from __future__ import annotations

import io

import pytest

from doorstep.adapters.feeds.formats import FileFormats
from doorstep.application.intake.reading import Fault, FileRefused, Landlords, Row

FORMATS = FileFormats()
LANDLORDS = Landlords("hub", {"op-7": "id-7"}, "01632 960002")


def read(form: str, content: str | bytes) -> list[Row | Fault]:
    """What is read of a file."""
    data = content if isinstance(content, bytes) else content.encode()
    return list(FORMATS.reader(form, {}, "utf-8").rows(io.BytesIO(data)))


def only_row(form: str, content: str) -> Row:
    """The one row of a file."""
    [row] = read(form, content)
    assert isinstance(row, Row), row
    return row


def refusal(form: str, content: str | bytes) -> str:
    """Why a whole file is refused."""
    with pytest.raises(FileRefused) as refused:
        read(form, content)
    return str(refused.value)
