"""A hearing: what is laid before the judge, an appointment, the events of one visit in chain order, and a now."""

from collections.abc import Mapping

import msgspec

from doorstep.domain.appointment import Appointment, read_appointment
from doorstep.domain.instants import InputRefused, parse_instant

LARGEST_INTEGER = 2**53 - 1
LONGEST_VISIT_MS = 10**12
OWN_TO_NO_EVENT = frozenset({"n", "kind", "at", "t"})


class HeardEvent(msgspec.Struct, frozen=True):
    """One stated fact: `at` in ms since 1970, `t` in ms on the visit's stopwatch, `fields` its own."""

    n: int
    kind: str
    at: int
    t: int
    fields: Mapping[str, object]


class Hearing(msgspec.Struct, frozen=True):
    """Checked once, judged as often as one likes; `by_kind` holds the visit's events, first to last."""

    appointment: Appointment
    by_kind: Mapping[str, list[HeardEvent]]
    now_t: int

    def of_kind(self, kind: str) -> list[HeardEvent]:
        """Every event of this kind, first to last."""
        return self.by_kind.get(kind, [])


def read_hearing(appointment: object, events: object, now: object) -> Hearing:
    """Check the forms of a case from plain JSON values; raises InputRefused naming the path of the first fault."""
    return open_hearing(read_appointment(appointment), read_events(events), now)


def open_hearing(appointment: Appointment, events: tuple[HeardEvent, ...], now: object) -> Hearing:
    """A hearing of an appointment and events that were checked before, as of `now` ({"at", "t"}, plain JSON)."""
    if not isinstance(now, dict):
        raise InputRefused("now: must be an object with `at` and `t`.")
    parse_instant(now.get("at"), "now.at")
    now_t = _stopwatch(now.get("t"), "now.t")
    if events and now_t < events[-1].t:
        raise InputRefused(f"now.t: {now_t} is before the last event, at {events[-1].t}; judge at that event or after.")
    by_kind: dict[str, list[HeardEvent]] = {}
    for event in events:
        by_kind.setdefault(event.kind, []).append(event)
    return Hearing(appointment, by_kind, now_t)


def read_events(data: object) -> tuple[HeardEvent, ...]:
    """Check events in chain order: `n` and `t` each rise strictly, and own fields hold plain values only."""
    if not isinstance(data, list):
        raise InputRefused("events: must be a list, empty where nothing has happened yet.")
    events: list[HeardEvent] = []
    for index, row in enumerate(data):
        event = _event(row, f"events[{index}]")
        if events and event.n <= events[-1].n:
            raise InputRefused(f"events[{index}].n: {event.n} does not rise from {events[-1].n}; keep chain order.")
        if events and event.t <= events[-1].t:
            raise InputRefused(f"events[{index}].t: {event.t} does not rise from {events[-1].t}; keep chain order.")
        events.append(event)
    return tuple(events)


def is_integer(value: object) -> bool:
    """A whole number that both languages hold exactly; true and false are not numbers."""
    return type(value) is int and -LARGEST_INTEGER <= value <= LARGEST_INTEGER


def _event(row: object, place: str) -> HeardEvent:
    if not isinstance(row, dict):
        raise InputRefused(f"{place}: must be an object, not {row!r}.")
    n, kind = row.get("n"), row.get("kind")
    if type(n) is not int or not 0 <= n <= LARGEST_INTEGER:
        raise InputRefused(f"{place}.n: must be a whole number from 0, not {n!r}.")
    if not isinstance(kind, str):
        raise InputRefused(f"{place}.kind: must be text, not {kind!r}.")
    fields = {key: value for key, value in row.items() if key not in OWN_TO_NO_EVENT}
    for key, value in fields.items():
        if not isinstance(value, (str, bool)) and not is_integer(value):
            raise InputRefused(f"{place}.{key}: must be text, a whole number within 2^53 - 1, or true or false.")
    if not isinstance(fields.get("followed", True), bool):
        raise InputRefused(f"{place}.followed: must be true or false.")
    at, t = parse_instant(row.get("at"), f"{place}.at"), _stopwatch(row.get("t"), f"{place}.t")
    return HeardEvent(n, kind, at, t, fields)


def _stopwatch(value: object, place: str) -> int:
    if type(value) is not int or not 0 <= value <= LONGEST_VISIT_MS:
        raise InputRefused(f"{place}: must be whole milliseconds from 0 to 10^12, not {value!r}.")
    return value
