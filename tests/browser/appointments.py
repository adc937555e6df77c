"""Which of an operative's doors a test goes to."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

MINUTE_MS = 60_000
DAY_MS = 24 * 60 * MINUTE_MS


@dataclass(frozen=True)
class Door:
    """One appointment as the phone was served it."""

    appointment_id: str
    snapshot: dict[str, Any]
    snapshot_text: str
    snapshot_sha256: str
    policy_version: str

    @property
    def name(self) -> str:
        """The line of the address that no other home of the day shares."""
        lines: list[str] = self.snapshot["address"]
        return lines[1] if lines[0].startswith("Flat ") else lines[0]

    @property
    def opens_ms(self) -> int:
        return as_ms(self.snapshot["window"]["starts_at"])


def as_ms(instant: str) -> int:
    """An instant of the exact form as ms since 1970."""
    return int(datetime.strptime(instant, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC).timestamp() * 1000)


def doors_of(day: dict[str, Any]) -> list[Door]:
    """The day's appointments."""
    return [
        Door(
            one["appointment_id"],
            json.loads(one["snapshot"]),
            one["snapshot"],
            one["snapshot_sha256"],
            one["policy_version"],
        )
        for one in day["appointments"]
    ]


def told_apart(doors: Sequence[Door]) -> list[Door]:
    """Those whose home has one visit today: a search for any other finds two."""
    names = [door.name for door in doors]
    return [door for door in doors if names.count(door.name) == 1]


def plain_door(day: dict[str, Any], now_ms: int) -> Door:
    """One that lasts, with nothing to follow: told in time, agreed, a number to ring, no request and no alert."""
    apart = [door.appointment_id for door in told_apart(doors_of(day))]
    lasting = [door for door in _lasting(day, now_ms, 20) if door.appointment_id in apart]
    return next(
        door for door in lasting if not _asks(door) and door.snapshot["phone_numbers"] and is_told_in_time(door)
    )


def asking_door(day: dict[str, Any], now_ms: int) -> Door:
    """One whose window is open, with something to follow and somebody who needs longer."""
    return next(door for door in _lasting(day, now_ms, 1) if _asks(door))


def _lasting(day: dict[str, Any], now_ms: int, minutes: int) -> list[Door]:
    return [
        door
        for door in doors_of(day)
        if door.opens_ms <= now_ms and as_ms(door.snapshot["window"]["ends_at"]) > now_ms + minutes * MINUTE_MS
    ]


def is_told_in_time(door: Door) -> bool:
    """Whether the resident was told a day before the window at the least: a phone asks about any other first."""
    told: list[dict[str, str]] = door.snapshot["notifications"]
    return any(as_ms(notice["status_at"]) + DAY_MS <= door.opens_ms for notice in told if notice.get("status_at"))


def _asks(door: Door) -> bool:
    return bool(door.snapshot["contact_requests"] or door.snapshot["alerts"])
