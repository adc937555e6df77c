"""How a browser's location bears on a visit: it can agree or contradict, it proves nothing and satisfies no clause."""

from __future__ import annotations

import math
from typing import Any, Final

from doorstep.domain.dossier import Dossier, Version
from doorstep.domain.events import Event
from doorstep.domain.grades import Graded
from doorstep.domain.laid_out import vouched_for
from doorstep.domain.linking import Chain
from doorstep.domain.standing import Settled

NEAR_M: Final = {"house": 30, "block": 75}
"""How far from the property's own point its door may be."""
COARSE_M: Final = 100
FAR_M: Final = 250
POLE_E7: Final = 900_000_000
DATE_LINE_E7: Final = 1_800_000_000
EARTH_M: Final = 6_371_000
"""The earth's mean radius; over a street's length its flattening is less than a phone's own error."""


def distance_m(lat_e7: int, lon_e7: int, other_lat_e7: int, other_lon_e7: int) -> int:
    """Whole metres between two places given in ten-millionths of a degree, along a great circle."""
    lat, other_lat = math.radians(lat_e7 / 1e7), math.radians(other_lat_e7 / 1e7)
    half_lat, half_lon = (other_lat - lat) / 2, math.radians((other_lon_e7 - lon_e7) / 1e7) / 2
    chord = math.sin(half_lat) ** 2 + math.cos(lat) * math.cos(other_lat) * math.sin(half_lon) ** 2
    # Rounding may take it a little below 0 or above 1, and what a phone states of itself must never stop the office.
    return math.floor(2 * EARTH_M * math.asin(math.sqrt(max(0.0, min(chord, 1.0)))) + 0.5)


def grade_place(dossier: Dossier, chain: Chain, settled: Settled, version: Version) -> Graded | None:
    """The grade of where the phone says it was on arrival; None where nobody arrived."""
    arrived = chain.first("arrived")
    if arrived is None:
        return None
    body, event = arrived
    if "place_missing" in event.own:
        return _unsupported(f"place_{event.text('place_missing')}")
    place = _held(version)
    if place is None:
        return _unsupported("place_not_held")
    is_signed = body.sha256 in vouched_for(dossier.visits[settled.visit_id])
    return _measured(event, *place, is_signed=is_signed)


def _measured(event: Event, lat_e7: int, lon_e7: int, near_m: int, *, is_signed: bool) -> Graded:
    accuracy_m = int(event.own["accuracy_m"])
    away_m = distance_m(int(event.own["lat_e7"]), int(event.own["lon_e7"]), lat_e7, lon_e7)
    facts: dict[str, int | str] = {"away_m": away_m, "accuracy_m": accuracy_m}
    if away_m - accuracy_m > FAR_M:
        return Graded("place", "contradicted", "place_far", facts, ("phone",))
    if accuracy_m > COARSE_M:
        return _unsupported("place_coarse", facts)
    if away_m > near_m + accuracy_m:
        return _unsupported("place_unclear", facts)
    if not is_signed:
        return _unsupported("place_unsigned", facts)
    return Graded("place", "consistent", "place_near", facts, ("phone",))


def _unsupported(why: str, facts: dict[str, int | str] | None = None) -> Graded:
    return Graded("place", "unsupported", why, facts or {}, ("operative",))


def _held(version: Version) -> tuple[int, int, int] | None:
    """The property's point and how near to it is near, where the landlord gave one in the agreed form."""
    place: Any = version.snapshot.get("place")
    if not isinstance(place, dict) or str(place.get("kind")) not in NEAR_M:
        return None
    lat_e7, lon_e7 = place.get("lat_e7"), place.get("lon_e7")
    if type(lat_e7) is not int or type(lon_e7) is not int or abs(lat_e7) > POLE_E7 or abs(lon_e7) > DATE_LINE_E7:
        return None
    return lat_e7, lon_e7, NEAR_M[place["kind"]]
