"""Nobody adds a screen or a state to the phone without a picture of it."""

from __future__ import annotations

from tests.browser.gallery.sources import looked_at, screens_of_phone, states_of_phone

PASSING = {
    ("today", "updating"): "shown while a new version is put in place, for the blink of an eye",
    ("card-photo", "saving"): "shown while a photo is made smaller",
    ("door", "finding-place"): "shown while the phone looks for its place",
    ("waive", "none"): "shown where a check is settled by the office while its reason is being chosen",
}
"""States that are gone before anybody can look at them."""


def test_every_screen_has_a_picture() -> None:
    """Each screen that the types or the views name is looked at by a walk."""
    shown = {screen for screen, _ in looked_at()}
    assert screens_of_phone() - shown == set()


def test_every_state_has_a_picture() -> None:
    """Each state that a view spells out is looked at by a walk."""
    assert states_of_phone() - looked_at() - set(PASSING) == set()


def test_what_passes_exists() -> None:
    """Nothing is excused that is not there any more."""
    assert set(PASSING) - states_of_phone() == set()
