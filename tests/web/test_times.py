"""Days and lengths of time as the pages say them, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from doorstep.web.pages.times import day_words, duration, short_day
from doorstep.web.pages.words import CATALOGUES, LANGUAGES, speak


@pytest.fixture(autouse=True)
def english_after() -> Iterator[None]:
    """What a test speaks, no other test hears."""
    yield
    speak("en")


def test_a_day_in_words() -> None:
    """Weekday, day, month, year; a text that is no day as it stands."""
    speak("en")
    assert (day_words("2026-11-17"), short_day("2026-11-17")) == ("Tuesday 17 November 2026", "17 Nov 2026")
    assert (day_words("2026-02-30"), short_day("")) == ("2026-02-30", "")
    assert (duration(350_000), duration(48_999), duration(-1)) == ("5 min 50 s", "48 s", "0 s")


def test_a_day_in_welsh() -> None:
    """A reader of Welsh reads the day in Welsh, too."""
    speak("cy")
    assert (day_words("2026-11-17"), short_day("2026-02-01")) == ("Dydd Mawrth 17 Tachwedd 2026", "1 Chwef 2026")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("name", "count"), [("weekdays", 7), ("months", 12), ("months_short", 12)])
def test_every_day_and_month_has_a_name(language: str, name: str, count: int) -> None:
    """One missing would shift all that follow it."""
    assert len(set(CATALOGUES[language][f"time.{name}"].split(", "))) == count
