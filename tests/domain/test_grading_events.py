"""Grades of what was done: the planner's call, the card and its photo."""

from __future__ import annotations

from typing import Any

import pytest

from tests.dossiers import MINUTE, PICTURE_SHA256, PLANNER
from tests.graded_visits import (
    CARD,
    Door,
    a_policy,
    a_recorded,
    events_clause,
    graded,
    reads_card,
    shown,
)
from tests.makers import MORNING, an_id


def test_what_only_the_operative_states() -> None:
    """A kind that nothing else can speak for."""
    door = a_recorded(None, ("planner_call_tried", 5_000, {"result": "no_answer"}))
    assert shown(door, events_clause("planner_call_tried")) == ("unsupported", "operative_word", ("operative",))


def test_the_planner() -> None:
    """Proven by the planner's own matched log."""
    contact: tuple[str, int, dict[str, Any]] = (
        "planner_contacted",
        10 * MINUTE,
        {"how": "phone", "instruction": "leave_card"},
    )
    door = a_recorded(None, contact)
    assert shown(door, events_clause("planner_contacted")) == ("unsupported", "contact_not_logged", ("operative",))
    door.appointment.call()
    assert shown(door, events_clause("planner_contacted")) == ("proven", "contact_logged", ("planner",))
    assert graded(door, events_clause("planner_contacted"))["done"].facts == {
        "planner_id": an_id(PLANNER),
        "logged_at": MORNING + 11 * MINUTE,
    }


CARD_CLAUSE, PHOTO_CLAUSE = events_clause("card_left"), events_clause("card_photographed")


def a_card(is_photographed: bool = True) -> Door:
    """A card left, and perhaps photographed."""
    photo = [("card_photographed", 5_000, CARD)] if is_photographed else []
    return a_recorded(None, *photo, ("card_left", 6_000, {"placed": "door"}))


@pytest.mark.parametrize("clause", [CARD_CLAUSE, PHOTO_CLAUSE])
def test_a_card_is_as_sure_as_its_photo(clause: dict[str, Any]) -> None:
    """Awaited, unreadable, whole; and proven where a supervisor read the code on it."""
    door = a_card()
    assert shown(door, clause) == ("unsupported", "photo_awaited", ("operative",))
    door.appointment.photo("unreadable")
    assert shown(door, clause) == ("unsupported", "photo_unreadable", ("operative",))
    door.appointment.dossier.photos.clear()
    reads_card(door.appointment)
    door.appointment.photo()
    assert shown(door, clause) == ("consistent", "photo_whole", ("phone", "server"))
    reads_card(door.appointment, is_read=False)
    assert shown(door, clause)[0] == "consistent"
    reads_card(door.appointment)
    assert shown(door, clause) == ("proven", "card_read", ("supervisor", "phone"))
    door.appointment.call()
    reads_card(door.appointment, by=PLANNER)
    assert shown(door, clause) == ("consistent", "photo_whole", ("phone", "server"))


def test_a_card_without_a_photo_and_a_door_with_one() -> None:
    """A card that nobody photographed is the operative's word; a door shows no code that could be read."""
    assert shown(a_card(is_photographed=False), CARD_CLAUSE) == ("unsupported", "card_word", ("operative",))
    door = a_recorded(None, ("door_photographed", 5_000, CARD))
    door.appointment.photo()
    reads_card(door.appointment)
    assert shown(door, events_clause("door_photographed")) == ("consistent", "photo_whole", ("phone", "server"))


def test_two_photos_that_are_one_are_not_two() -> None:
    """As many different pictures as the policy asks for."""
    door = a_recorded(None, ("card_photographed", 5_000, CARD), ("card_photographed", 6_000, CARD))
    door.appointment.photo()
    assert shown(door, {**PHOTO_CLAUSE, "at_least": 2}) == ("unsupported", "photo_awaited", ("operative",))


def test_a_contradiction_counts_even_where_it_was_not_asked_for() -> None:
    """Another visit's photo, in a clause that is optional, is no small thing."""
    door = a_card()
    door.appointment.photo()
    clauses = a_policy({**PHOTO_CLAUSE, "optional": True})
    assert door.appointment.settled(policies=clauses).grade == ""
    door.appointment.dossier.reused[PICTURE_SHA256] = frozenset({an_id(0xF002)})
    assert door.appointment.settled(policies=clauses).grade == "contradicted"
