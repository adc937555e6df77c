"""A rules folder for the chaos run: no waits, and many photos of the card, so that photos are most of what is sent."""

from __future__ import annotations

from pathlib import Path

from tests.bench.phone_rules import with_quick_policy

KNOCKS = 2
ONE_PHOTO = 'match = { event = "card_photographed" }\nat_least = 1'


def with_many_photos(to: Path, photos: int) -> Path:
    """Copy the rules, with a version of today that asks for so many photos and for no wait."""
    with_quick_policy(to, KNOCKS)
    newest = max((to / "no_access").glob("*.toml"), key=lambda file: file.stat().st_mtime_ns)
    text = newest.read_text()
    assert ONE_PHOTO in text, "the policy asks for its photo in another way"
    newest.write_text(text.replace(ONE_PHOTO, ONE_PHOTO.replace("= 1", f"= {photos}")))
    return to
