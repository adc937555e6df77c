"""What an appointment's newest snapshot is asked for every day, taken out of it once: what it lacks, and since when.

A projection: one row an appointment, so that no question about two million of them has to read a snapshot.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, NamedTuple

import msgspec

from doorstep.application.rows import AppointmentRow, Entry
from doorstep.domain.instants import parse_instant
from doorstep.domain.office_events import AppointmentChanged

NOT_TOLD: Final = frozenset({"permanent-failure", "temporary-failure", "technical-failure"})
"""Statuses of a message that never came: whoever has only these was not told."""
_UPRN: Final = re.compile(r"[0-9]{1,12}", re.ASCII)
_MOBILE: Final = re.compile(r"(\+44|0044|0)7[0-9]{9}", re.ASCII)

Snapshot = Mapping[str, Any]


class Version(NamedTuple):
    """One state that an appointment has been in, and when the office was told of it, in ms."""

    received_at: int
    event: AppointmentChanged


class AppointmentFacts(msgspec.Struct, frozen=True, gc=False):
    """`lacks` has a bit for each name of LACKS that is true of the snapshot; `sinces` says since when, in their order.

    `sinces` is a JSON list of ms, null for what is not lacking. `review_on` is the earliest day on which one of the
    source's own alerts was to be reviewed; empty where none says. `known_at` is when the office first heard of it.
    """

    appointment_id: str
    day: str
    patch: str
    starts_at: int
    ends_at: int
    property_ref: str
    work_order_ref: str
    uprn: str
    priority: str
    trade: str
    assigned_at: int | None
    review_on: str
    lacks: int
    sinces: str
    known_at: int

    def lacks_since(self, name: str) -> int | None:
        """Since when it lacks that, in ms; None where it does not."""
        since: int | None = msgspec.json.decode(self.sinces, type=list[int | None])[LACKS.index(name)]
        return since


def _lacks(field: str) -> Callable[[Version, Snapshot], bool]:
    return lambda _, snapshot: not snapshot.get(field)


def _has_no_mobile(_: Version, snapshot: Snapshot) -> bool:
    numbers = [str(each.get("number", "")) for each in snapshot.get("phone_numbers") or ()]
    return not any(_MOBILE.fullmatch(re.sub(r"[\s()-]", "", number)) for number in numbers)


def _is_not_told(_: Version, snapshot: Snapshot) -> bool:
    return not any(each.get("status") not in NOT_TOLD for each in snapshot.get("notifications") or ())


def _has_alert_without_review(_: Version, snapshot: Snapshot) -> bool:
    return any(not each.get("review_on") for each in snapshot.get("alerts") or ())


def _is_assigned_outside(_: Version, snapshot: Snapshot) -> bool:
    assigned, window = _assigned_at(snapshot), snapshot["window"]
    if assigned is None:
        return False
    return not parse_instant(window["starts_at"]) <= assigned <= parse_instant(window["ends_at"])


def _is_unknown_home(_: Version, snapshot: Snapshot) -> bool:
    uprn = str(snapshot.get("uprn") or "")
    has_address = any(str(line).strip() for line in snapshot.get("address") or ())
    return bool(uprn and not _UPRN.fullmatch(uprn)) or not snapshot.get("property_ref") or not has_address


TESTS: Final[Mapping[str, Callable[[Version, Snapshot], bool]]] = {
    "phone_number": _lacks("phone_numbers"),
    "mobile_number": _has_no_mobile,
    "agreed": _lacks("agreed"),
    "notification": _is_not_told,
    "uprn": _lacks("uprn"),
    "place": _lacks("place"),
    "trade": _lacks("trade"),
    "sor_codes": _lacks("sor_codes"),
    "priority": _lacks("priority"),
    "contractor": _lacks("contractor"),
    "work_order": _lacks("work_order_ref"),
    "patch": lambda version, _: not version.event.patch,
    "operative": lambda version, _: not version.event.operative_ids,
    "alert_review": _has_alert_without_review,
    "within_window": _is_assigned_outside,
    "known_home": _is_unknown_home,
}
LACKS: Final = tuple(TESTS)
"""A name's place is its bit in `lacks`: add at the end only, or have every row made anew by a migration."""

FIELDS: Final = LACKS[: LACKS.index("within_window")]
"""What a minimum record may ask for."""


def facts_of(row: AppointmentRow, versions: Sequence[Version]) -> AppointmentFacts | None:
    """The facts of an appointment from all the states that it has been in, oldest first.

    None where it is cancelled, or where all of them are erased."""
    if not versions or row.is_cancelled:
        return None
    snapshot = _snapshot(versions[-1])
    sinces = [_since(test, versions, snapshot) for test in TESTS.values()]
    return AppointmentFacts(
        appointment_id=row.appointment_id,
        day=row.day,
        patch=row.patch,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        property_ref=row.property_ref,
        work_order_ref=row.work_order_ref,
        uprn=str(snapshot.get("uprn") or ""),
        priority=str(snapshot.get("priority") or ""),
        trade=str(snapshot.get("trade") or ""),
        assigned_at=_assigned_at(snapshot),
        review_on=min((str(each["review_on"]) for each in _own_alerts(snapshot) if each.get("review_on")), default=""),
        lacks=sum(1 << place for place, since in enumerate(sinces) if since is not None),
        sinces=msgspec.json.encode(sinces).decode(),
        known_at=versions[0].received_at,
    )


def _since(test: Callable[[Version, Snapshot], bool], versions: Sequence[Version], newest: Snapshot) -> int | None:
    """When the office was told of the first of the states, up to the newest, in all of which it lacks that."""
    if not test(versions[-1], newest):
        return None
    since = versions[-1].received_at
    for version in reversed(versions[:-1]):
        if not test(version, _snapshot(version)):
            break
        since = version.received_at
    return since


def _snapshot(version: Version) -> Snapshot:
    held: Snapshot = msgspec.json.decode(version.event.snapshot)
    return held


def _assigned_at(snapshot: Snapshot) -> int | None:
    assigned = snapshot.get("assigned")
    return parse_instant(assigned["starts_at"]) if assigned else None


def _own_alerts(snapshot: Snapshot) -> list[Mapping[str, str]]:
    """The alerts that came with the booking: those of the office itself are reviewed where they are kept."""
    return [each for each in snapshot.get("alerts") or () if "fact_id" not in each]


class _Told(msgspec.Struct, gc=False):
    """What the clocks' test reads of an event's body, however strange the rest of it."""

    kind: str
    at: str
    anchor: str = ""
    wall_ms: int | None = None
    mono_ms: int | None = None


_told: Final = msgspec.json.Decoder(_Told)
LEAST_SKEW_MS: Final = 30_000
"""What two clocks that agree may differ by: less is not kept."""


class ClockFact(msgspec.Struct, frozen=True, gc=False):
    """How far a phone's clock was wrong in one visit, as far as the server knows, and since when it does; all in ms.

    `ahead_ms` is how far an event's own time was after its arrival here; `behind_ms` how far it was before the
    server's own time that stands in it; `moved_back_ms` how far the wall clock went back while the page slept.
    """

    visit_id: str
    ahead_ms: int
    behind_ms: int
    moved_back_ms: int
    received_at: int

    @property
    def worst_ms(self) -> int:
        """The furthest that it was wrong in any way."""
        return max(self.ahead_ms, self.behind_ms, self.moved_back_ms)

    def joined(self, later: ClockFact) -> ClockFact:
        """The same visit's, after another of its events."""
        return ClockFact(
            self.visit_id,
            max(self.ahead_ms, later.ahead_ms),
            max(self.behind_ms, later.behind_ms),
            max(self.moved_back_ms, later.moved_back_ms),
            min(self.received_at, later.received_at),
        )


def clock_fact(entry: Entry) -> ClockFact | None:
    """What a phone's event shows of its clock; None where it shows nothing wrong, or nobody could read it."""
    if entry.installation_id is None or entry.visit_id is None or entry.fault is not None:
        return None
    try:
        told = _told.decode(entry.body)
        at = parse_instant(told.at)
        anchored_at = int(told.anchor.partition(".")[0]) if told.anchor else at
    except ValueError:
        return None
    gap = (told.mono_ms, told.wall_ms) if told.kind == "clock_gap" else (None, None)
    moved_back = gap[0] - gap[1] if gap[0] is not None and gap[1] is not None else 0
    found = ClockFact(entry.visit_id, at - entry.received_at, anchored_at - at, moved_back, entry.received_at)
    return found if found.worst_ms > LEAST_SKEW_MS else None
