"""Single facts of a visit in words: an event, a message, how the time was agreed, the window, a time that was long."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import msgspec
from markupsafe import Markup

from doorstep.application.london import london_date
from doorstep.domain.instants import parse_instant
from doorstep.web.pages.times import clock, duration, short_day
from doorstep.web.pages.words import say, say_code
from doorstep.web.visit_form import EventView, VisitView

TOLD: Final[Mapping[str, tuple[str, ...]]] = {
    "contact_request_followed": ("note",),
    "notification_attested": ("told_by", "note"),
    "slot_attested": ("told_by", "note"),
    "door_knocked": ("method",),
    "resident_called": ("number_label", "result"),
    "planner_call_tried": ("result",),
    "planner_contacted": ("how", "instruction"),
    "card_left": ("placed", "note"),
    "clause_waived": ("reason", "note"),
    "access_refused": ("words", "note"),
}
"""The own fields of a kind that say something of a check, in the order in which they are read."""


class Line(msgspec.Struct, frozen=True):
    """One thing that a check rests on; `at` is the phone's time of it, where it has one."""

    words: str
    at: str | None = None
    is_needed: bool = False


def told(event: EventView, visit: VisitView) -> str:
    """An event as a sentence's part: `Called the resident: mobile, no answer`."""
    what = say_code("kind", event.kind)
    if event.kind == "contact_request_followed":
        return f"{_request(event, visit)}: {_followed(event)}"
    parts = [_value(name, event.own[name]) for name in TOLD.get(event.kind, ()) if event.own.get(name)]
    return f"{what}: {', '.join(parts)}" if parts else what


def _value(name: str, value: Any) -> str:
    if name in ("note", "words", "number_label"):
        return str(value) if name == "number_label" else say("evidence.quoted", words=value)
    return say_code("waiver" if name == "reason" else name, str(value))


def _request(event: EventView, visit: VisitView) -> str:
    requests = (visit.appointment or {}).get("contact_requests", [])
    named = (each["text"] for each in requests if each.get("request_id") == event.own.get("request_id"))
    return say("evidence.quoted", words=next(named, event.own.get("request_id", "")))


def _followed(event: EventView) -> str:
    done = say("evidence.followed" if event.own.get("followed") is True else "evidence.not_followed")
    return f"{done}, {_value('note', event.own['note'])}" if event.own.get("note") else done


def notices(snapshot: Mapping[str, Any]) -> list[Line]:
    """The office's messages about the appointment, and what became of each."""
    sent = snapshot.get("notifications") or []
    if not sent:
        return [Line(say("evidence.no_notice"))]
    return [
        Line(
            say(
                "evidence.notice",
                channel=say_code("channel", str(each["channel"])),
                status=say_code("delivery", str(each["status"])).lower(),
                at=dated(each.get("status_at") or each["sent_at"]),
            )
        )
        for each in sent
    ]


def agreed(snapshot: Mapping[str, Any]) -> list[Line]:
    """How and when the time was agreed, by the booking."""
    held = snapshot.get("agreed")
    if not held:
        return [Line(say("evidence.not_agreed"))]
    return [Line(say("evidence.agreed", how=say_code("agreed", str(held["how"])), at=dated(held["at"])))]


def window_words(snapshot: Mapping[str, Any]) -> str:
    """The appointment's window by name and clock."""
    window = snapshot.get("window")
    if not window:
        return ""
    start, end = clock(window["starts_at"]), clock(window["ends_at"])
    return say("visit.window", window=window["name"], start=start, end=end)


def dated(at: str) -> Markup | str:
    """An instant as a short date with London's hours and minutes."""
    return say("time.dated", day=short_day(london_date(parse_instant(at)).isoformat()), clock=clock(at))


def long_duration(ms: int) -> str | Markup:
    """A time that may be hours or days, as roughly as a person would say it."""
    minutes = ms // 60_000
    if minutes < 60:
        return duration(ms)
    hours, rest = divmod(minutes, 60)
    return say("time.hours", hours=hours, minutes=rest)
