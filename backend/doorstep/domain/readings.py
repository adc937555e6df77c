"""What one operative's phone measured at the doors, side by side: questions for a person to ask, never guilt.

Each asks for at least three of a kind, or a journey that no van makes, because honest work gives none of them: a phone
finds itself anew at each door, a van keeps to roads, and nobody taps at the same millisecond of three waits. (Of twenty
waits within one minute of each other, three the same to the millisecond come up once in some three million months.)
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import pairwise
from typing import Final, NamedTuple

from doorstep.domain.dossier import Dossier
from doorstep.domain.events import Event
from doorstep.domain.linking import Chain, link
from doorstep.domain.placing import distance_m
from doorstep.domain.policy import ElapsedCheck, Policy
from doorstep.domain.standing import PUT_TO_AUDIT, Settled

PLACE_REPEATED: Final = "place_repeated"
PLACE_TOO_FAST: Final = "place_too_fast"
WAIT_REPEATED: Final = "wait_repeated"
LEAST_ALIKE: Final = 3
FASTEST_KM_H: Final = 160
WAITS_WITHIN_DAYS: Final = 28


class Fix(NamedTuple):
    """Where a phone said it was, in ten-millionths of a degree, and by how many metres that may be wrong."""

    lat_e7: int
    lon_e7: int
    accuracy_m: int


class Reading(NamedTuple):
    """What was measured at one door. `day` is the London date of the arrival, `at` its instant in ms since 1970."""

    visit_id: str
    day: str
    at: int
    fix: Fix | None = None
    wait_ms: int | None = None


class Question(NamedTuple):
    """Something to ask of these visits, in order of arrival.

    Of two that lie too far apart: how far at the least, in metres, and within how many ms. Of equal waits: how long.
    """

    kind: str
    visit_ids: tuple[str, ...]
    away_m: int = 0
    took_ms: int = 0
    wait_ms: int = 0


def reading_of(dossier: Dossier, settled: Settled, policies: Mapping[str, Policy], day: str) -> Reading | None:
    """What the phone measured at a visit of that day; None where nobody arrived, or nothing was measured."""
    if settled.arrived_at is None:
        return None
    chain = link(dossier.visits[settled.visit_id])
    arrived = chain.first("arrived")
    fix = _fix(arrived[1]) if arrived else None
    waited = wait_of(settled, chain, policies.get(settled.policy_version))
    if fix is None and waited is None:
        return None
    return Reading(settled.visit_id, day, settled.arrived_at, fix, waited[0] if waited else None)


def wait_of(settled: Settled, chain: Chain, policy: Policy | None) -> tuple[int, int] | None:
    """How long was waited until the card, or the record, and the least that the policy asks: by its longest wait.

    In ms on the visit's own stopwatch. None where no wait was over, or the visit is none that was recorded as missed.
    """
    if policy is None or settled.verdict is None or settled.standing not in PUT_TO_AUDIT:
        return None
    found: list[tuple[int, int]] = []
    for clause, ruling in zip(policy.clauses, settled.verdict.clauses, strict=True):
        if isinstance(clause.check, ElapsedCheck) and clause.check.at_least_ms and ruling.status == "met":
            least_ms = clause.check.at_least_ms
            found.append((least_ms, (ruling.t or 0) - least_ms))
    ends = [event.t for _, event in chain.links if event.kind in ("card_left", "missed_recorded")]
    if not found or not ends:
        return None
    least_ms, began_t = max(found)
    return ends[0] - began_t, least_ms


def questions(readings: Iterable[Reading]) -> list[Question]:
    """What to ask of one operative's doors: by the first visit's arrival, then by kind."""
    in_order = sorted(readings, key=lambda reading: (reading.at, reading.visit_id))
    place = {reading.visit_id: number for number, reading in enumerate(in_order)}
    found = [*_places_repeated(in_order), *_journeys(in_order), *_waits_repeated(in_order)]
    return sorted(found, key=lambda question: (place[question.visit_ids[0]], question.kind, question.visit_ids))


def _fix(arrived: Event) -> Fix | None:
    if "place_missing" in arrived.own:
        return None
    return Fix(*(int(arrived.own[name]) for name in Fix._fields))


def _places_repeated(in_order: Sequence[Reading]) -> Iterable[Question]:
    """The same ten-millionth of a degree with the same accuracy, at three doors of a day or more."""
    alike: dict[tuple[str, Fix], list[str]] = {}
    for reading in in_order:
        if reading.fix:
            alike.setdefault((reading.day, reading.fix), []).append(reading.visit_id)
    return [Question(PLACE_REPEATED, tuple(visits)) for visits in alike.values() if len(visits) >= LEAST_ALIKE]


def _journeys(in_order: Sequence[Reading]) -> Iterable[Question]:
    """Over 160 km/h from one door of a day to the next, with each fix's own error taken off the way."""
    placed = [reading for reading in in_order if reading.fix]
    for earlier, later in pairwise(placed):
        if earlier.fix is None or later.fix is None or earlier.day != later.day:
            continue
        away_m = distance_m(earlier.fix.lat_e7, earlier.fix.lon_e7, later.fix.lat_e7, later.fix.lon_e7)
        away_m -= earlier.fix.accuracy_m + later.fix.accuracy_m
        took_ms = later.at - earlier.at
        if away_m * 3_600 > FASTEST_KM_H * took_ms and away_m > 0:
            yield Question(PLACE_TOO_FAST, (earlier.visit_id, later.visit_id), away_m=away_m, took_ms=took_ms)


def _waits_repeated(in_order: Sequence[Reading]) -> Iterable[Question]:
    """The same wait to the millisecond, three times or more, each within four weeks of the one before the last."""
    alike: dict[int, list[Reading]] = {}
    for reading in in_order:
        if reading.wait_ms is not None:
            alike.setdefault(reading.wait_ms, []).append(reading)
    for wait_ms, of_one in alike.items():
        close = [
            three
            for three in zip(of_one, of_one[1:], of_one[2:], strict=False)
            if (date.fromisoformat(three[2].day) - date.fromisoformat(three[0].day)).days <= WAITS_WITHIN_DAYS
        ]
        together = dict.fromkeys(reading.visit_id for three in close for reading in three)
        if together:
            yield Question(WAIT_REPEATED, tuple(together), wait_ms=wait_ms)
