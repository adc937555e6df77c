"""What a key signs, to the byte, and bytes in JSON: one text each, and no other is read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doorstep.domain.signing import (
    enrolment_message,
    event_message,
    from_base64url,
    renewal_message,
    to_base64url,
)


def test_what_is_signed() -> None:
    """An outside client signs these bytes, written out here once more; no two purposes share a beginning."""
    assert event_message(b'{"v":1}') == b'doorstep/event/v1\n{"v":1}'
    assert enrolment_message("3467", "p", "i") == b"doorstep/enrol/v1\n3467\np\ni\n"
    assert renewal_message("i", "1.2.r.s") == b"doorstep/renew/v1\ni\n1.2.r.s\n"


@given(st.binary(max_size=80))
def test_bytes_come_back(data: bytes) -> None:
    """What was written is read, and only as what was written: another length is none of it."""
    text = to_base64url(data)
    assert from_base64url(text, len(data)) == data
    assert from_base64url(text, len(data) + 1) is None


@pytest.mark.parametrize("text", ["QQ==", "QR", "QQ ", "Q", "Q\ud800", "é", "+/", "\n", "QQQ="])
def test_other_texts_are_not_read(text: str) -> None:
    """Padding, spare bits that are not 0, the other alphabet, spaces: a byte has one text."""
    assert from_base64url(text, 1) is None
    assert from_base64url("-_-_", 3) == b"\xfb\xff\xbf"
    assert from_base64url("+/+/", 3) is None
