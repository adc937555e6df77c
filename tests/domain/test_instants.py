"""Instants: one written form, real dates only, and the same moment back."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doorstep.domain.instants import InputRefused, format_instant, is_real_day, parse_instant

LAST = 253_402_300_799_999


@pytest.mark.parametrize(
    ("text", "ms"),
    [
        ("1970-01-01T00:00:00.000Z", 0),
        ("1970-01-01T00:00:00.001Z", 1),
        ("2000-02-29T12:34:56.789Z", 951_827_696_789),
        ("9999-12-31T23:59:59.999Z", LAST),
    ],
)
def test_an_instant_is_milliseconds_since_1970(text: str, ms: int) -> None:
    """Both ways, to the millisecond."""
    assert parse_instant(text) == ms
    assert format_instant(ms) == text


@given(st.integers(0, LAST))
def test_what_is_written_is_read_back(ms: int) -> None:
    """No instant is lost between the two, and the standard library means the same moment."""
    text = format_instant(ms)
    assert parse_instant(text) == ms
    assert datetime.fromisoformat(text) == datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=ms)


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-23T08:00:00Z",
        "2026-11-23 08:00:00.000Z",
        "2026-11-23T08:00:00.000+00:00",
        "2026-11-23T08:00:00.000Z\n",
        "2026-11-23T24:00:00.000Z",
        "2026-11-23T08:60:00.000Z",
        "2026-11-23T08:00:60.000Z",
        "２026-11-23T08:00:00.000Z",
        "",
        None,
        0,
    ],
)
def test_another_form_is_refused(text: object) -> None:
    """The message says where it stood, and shows the form."""
    with pytest.raises(InputRefused, match=r"now\.at: .* is not an instant; write it as 2026-11-23T09:00:00\.000Z\."):
        parse_instant(text, "now.at")


@pytest.mark.parametrize("day", ["2026-02-29", "2026-11-31", "2026-00-01", "2026-01-00", "1969-12-31", "0000-01-01"])
def test_a_day_that_is_not_is_refused(day: str) -> None:
    """Neither 29 February in a common year, nor anything before 1970."""
    assert not is_real_day(day)
    with pytest.raises(InputRefused, match=r"is not a real date from 1970 on"):
        parse_instant(f"{day}T08:00:00.000Z")


def test_a_day_is_known() -> None:
    """Only as it is written in a policy."""
    assert is_real_day("2024-02-29")
    assert not is_real_day("2026-11-1")
    assert not is_real_day("2026-11-01\n")


@pytest.mark.parametrize("ms", [-1, LAST + 1])
def test_what_the_form_cannot_say_is_refused(ms: int) -> None:
    """No year before 1970, and none of five digits."""
    with pytest.raises(InputRefused, match="check the clock"):
        format_instant(ms)
