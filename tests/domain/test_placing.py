"""Place: what a phone's location may say of a visit, and what those of a day say together."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doorstep.domain.grade_words import sentence
from doorstep.domain.placing import distance_m
from tests.dossiers import AnAppointment, a_snapshot, with_fields
from tests.graded_visits import (
    NOTIFIED,
    WINDOW,
    a_policy,
    a_recorded,
    signed,
)

HOME = {"lat_e7": 515_000_000, "lon_e7": -1_000_000}
METRE_E7 = 89.932


@pytest.mark.parametrize(
    ("kind", "away_m", "accuracy_m", "expected"),
    [
        ("house", 30, 0, ("consistent", "place_near")),
        ("house", 31, 0, ("unsupported", "place_unclear")),
        ("house", 130, 100, ("consistent", "place_near")),
        ("house", 131, 100, ("unsupported", "place_unclear")),
        ("house", 10, 101, ("unsupported", "place_coarse")),
        ("block", 75, 0, ("consistent", "place_near")),
        ("block", 76, 0, ("unsupported", "place_unclear")),
        ("block", 300, 50, ("unsupported", "place_unclear")),
        ("block", 301, 50, ("contradicted", "place_far")),
        ("house", 2_000, 1_700, ("contradicted", "place_far")),
    ],
)
def test_place(kind: str, away_m: int, accuracy_m: int, expected: tuple[str, str]) -> None:
    """It may agree or contradict, it never proves; and its own error is on the operative's side."""
    fix = {"lat_e7": HOME["lat_e7"] + round(away_m * METRE_E7), "lon_e7": HOME["lon_e7"], "accuracy_m": accuracy_m}
    snapshot = with_fields(a_snapshot(), place={**HOME, "kind": kind})
    door = a_recorded(AnAppointment(snapshot), ("arrived", 5_000, {"address_confirmed": True, **fix}))
    place = signed(door.appointment).settled(policies=a_policy(WINDOW)).place
    assert place is not None
    assert (place.grade, place.why) == expected
    assert place.facts["away_m"] == away_m
    assert sentence(place)
    if expected[0] == "consistent":
        unsigned = signed(door.appointment, is_signed=False).settled(policies=a_policy(WINDOW)).place
        assert unsigned is not None
        assert (unsigned.grade, unsigned.why) == ("unsupported", "place_unsigned")


@pytest.mark.parametrize(
    "place",
    [
        None,
        {},
        {**HOME},
        {**HOME, "kind": "barn"},
        {"lat_e7": 1.5, "lon_e7": 2, "kind": "house"},
        {"kind": "house"},
        {**HOME, "kind": ["house"]},
        {**HOME, "lat_e7": 900_000_001, "kind": "house"},
        {**HOME, "lon_e7": -(10**400), "kind": "house"},
        "x",
    ],
)
def test_a_property_whose_place_is_not_held(place: object) -> None:
    """Nothing to compare with; a place in no agreed form is none."""
    fix = {**HOME, "accuracy_m": 5, "address_confirmed": True}
    door = a_recorded(AnAppointment(with_fields(a_snapshot(), place=place)), ("arrived", 5_000, fix))
    found = door.appointment.settled(policies=a_policy(WINDOW)).place
    assert found is not None
    assert (found.grade, found.why) == ("unsupported", "place_not_held")


@pytest.mark.parametrize("missing", ["refused", "unavailable", "off"])
def test_a_phone_that_tells_no_place(missing: str) -> None:
    """Denied is no lie."""
    door = a_recorded(None, ("arrived", 5_000, {"address_confirmed": True, "place_missing": missing}))
    found = door.appointment.settled(policies=a_policy(WINDOW)).place
    assert found is not None
    assert (found.grade, found.why) == ("unsupported", f"place_{missing}")


def test_nobody_arrived() -> None:
    """There is no place to grade."""
    assert a_recorded().appointment.settled(policies=a_policy(NOTIFIED)).place is None


@pytest.mark.parametrize(
    ("one", "other", "metres"),
    [
        ((515_000_000, -1_000_000), (515_000_000, -1_000_000), 0),
        ((0, 0), (0, 10_000_000), 111_195),
        ((600_000_000, 0), (600_000_000, 10_000_000), 55_597),
        ((0, 1_799_999_999), (0, -1_799_999_999), 0),
        ((900_000_000, 0), (-900_000_000, 0), 20_015_087),
    ],
)
def test_distance(one: tuple[int, int], other: tuple[int, int], metres: int) -> None:
    """Along a great circle, across the date line, from pole to pole."""
    assert distance_m(*one, *other) == metres


@given(st.tuples(*[st.integers(-(2**53) + 1, 2**53 - 1)] * 4))
def test_no_place_that_a_phone_can_state_stops_the_office(places: tuple[int, int, int, int]) -> None:
    """A fix far beyond the poles is nonsense, and yet some distance."""
    assert 0 <= distance_m(*places) <= 20_015_087
