"""What is said at a door, as data: each way in which a visit can go is a list of statements with their times."""

from __future__ import annotations

from random import Random
from typing import NamedTuple

import msgspec

from doorstep.demo.phone import DECLARATION, LONG_WAIT_ALERTS, LONG_WAIT_MS, SECOND_MS, WAIT_MS

MINUTE_MS = 60 * SECOND_MS
Own = dict[str, int | str | bool]
SAME_PHOTO = "same_photo"


class Said(NamedTuple):
    """One statement, so many ms after the one before it. The code and the photo's facts are filled in on the way."""

    kind: str
    after_ms: int
    own: Own = {}  # noqa: RUF012 - never changed


class Call(msgspec.Struct, frozen=True):
    """A call with the planner: what they log, how long after the operative put down, and whether they speak a code.

    `summary` None: the planner never saves it.
    """

    summary: str | None
    instruction: str
    speaks: bool
    saved_after_ms: int


class Story(msgspec.Struct, frozen=True):
    """A visit as it will go. `sent_after_ms`: until the phone finds signal; `afterwards` is said after all else."""

    way: str
    said: tuple[Said, ...]
    call: Call | None = None
    has_photo: bool = False
    sends_photo: bool = False
    sent_after_ms: int = MINUTE_MS
    afterwards: tuple[Said, ...] = ()

    @property
    def lasts_ms(self) -> int:
        """From the first statement to the last before `afterwards`."""
        return sum(said.after_ms for said in self.said)


class Scene(msgspec.Struct, frozen=True):
    """What of an appointment bears on what is said at its door."""

    requests: tuple[str, ...]
    alerts: frozenset[str]
    number_label: str
    is_notified: bool
    home_seed: str

    @property
    def wait_ms(self) -> int:
        """How long nobody has to come, before they count as not in."""
        return LONG_WAIT_MS if self.alerts & LONG_WAIT_ALERTS else WAIT_MS


def beginning(random: Random, scene: Scene) -> list[Said]:
    """At the door: the visit is started, the address is confirmed, and requests are followed."""
    said = [Said("visit_started", 0), Said("arrived", random.randint(20, 240) * SECOND_MS, _place(random, scene))]
    return said + [
        Said("contact_request_followed", random.randint(6, 20) * SECOND_MS, {"request_id": each, "followed": True})
        for each in scene.requests
    ]


def _place(random: Random, scene: Scene) -> Own:
    """One fix, out at sea where nobody lives, or why there is none."""
    if random.random() < 0.28:
        missing = random.choice(("unavailable", "unavailable", "refused", "off"))
        return {"address_confirmed": True, "place_missing": missing}
    home = Random(scene.home_seed)  # noqa: S311
    lat, lon = 501_000_000 + home.randint(0, 300_000), -6_000_000 + home.randint(0, 300_000)
    return {
        "address_confirmed": True,
        "lat_e7": lat + random.randint(-900, 900),
        "lon_e7": lon + random.randint(-900, 900),
        "accuracy_m": random.choice((4, 6, 9, 12, 20, 48, 65)),
    }


def knocking(random: Random, times: int = 2) -> list[Said]:
    """Knocks far enough apart."""
    methods = random.choice((("knock", "bell"), ("bell", "knock"), ("knock", "knock"), ("intercom", "knock")))
    return [
        Said("door_knocked", random.randint(*((122, 260) if place else (8, 40))) * SECOND_MS, {"method": method})
        for place, method in enumerate(methods[:times])
    ]


def calling(random: Random, scene: Scene) -> list[Said]:
    """The resident is rung, or there is no number to ring."""
    if not scene.number_label:
        return [Said("clause_waived", 20_000, {"clause": "called", "reason": "no_number_held"})]
    label: Own = {"number_label": scene.number_label}
    if random.random() < 0.03:
        return [
            Said("resident_called", 25_000, label | {"result": "number_unobtainable"}),
            Said("clause_waived", 9_000, {"clause": "called", "reason": "number_unobtainable"}),
        ]
    result = random.choices(("no_answer", "voicemail", "engaged"), (60, 34, 6))[0]
    opened = [Said("dialler_opened", 6_000, label)] if random.random() < 0.8 else []
    return [*opened, Said("resident_called", random.randint(22, 70) * SECOND_MS, label | {"result": result})]


def missed_story(random: Random, scene: Scene, way: str) -> Story:
    """A visit at which nobody came, gone in this way; see WAYS."""
    said = beginning(random, scene)
    said += knocking(random, 1 if way == "one_knock" else 2)
    if way == "slip":
        said += [
            Said("door_knocked", 4_000, {"method": "intercom"}),
            Said("event_withdrawn", 9_000, {"reason": "slip"}),
        ]
    if not scene.is_notified:
        said.append(Said("notification_attested", 15_000, {"told_by": "planner", "note": "Told by phone on the day."}))
    said += calling(random, scene)
    call: Call | None = None
    if way in NO_PLANNER:
        tried: Own = {"result": "no_answer" if way == "planner_not_reached" else "no_signal"}
        said += [Said("planner_call_tried", 90_000, tried), Said("planner_call_tried", 120_000, tried)]
        said.append(Said("clause_waived", 12_000, {"clause": "planner", "reason": way}))
    else:
        call = _planners_word(random, way)
        if call.speaks:
            said.append(Said("planner_code_typed", random.randint(35, 70) * SECOND_MS))
        contacted: Own = {"how": "phone", "instruction": "leave_no_card" if way == "no_card" else "leave_card"}
        said.append(Said("planner_contacted", random.randint(15, 60) * SECOND_MS, contacted))
    said += _the_wait(random, scene, way, said)
    if way == "no_card":
        for clause in ("card", "card_photo"):
            said.append(Said("clause_waived", 8_000, {"clause": clause, "reason": "planner_said_no_card"}))
    else:
        placed: Own = {"placed": random.choices(("letterbox", "door", "communal"), (80, 12, 8))[0]}
        said.append(Said("card_left", random.randint(30, 90) * SECOND_MS, placed))
        if way == "camera_failed":
            said.append(Said("clause_waived", 40_000, {"clause": "card_photo", "reason": "camera_failed"}))
        else:
            said.append(Said("card_photographed", random.randint(15, 45) * SECOND_MS))
    said.append(Said("missed_recorded", random.randint(20, 60) * SECOND_MS, {"declaration": DECLARATION}))
    has_photo = way not in ("no_card", "camera_failed")
    came: tuple[Said, ...] = ()
    if way == "came_after_card":
        came = (Said("access_gained", random.randint(3, 15) * MINUTE_MS, {"note": "They came as I drove off."}),)
    return Story(way, tuple(said), call, has_photo, has_photo and way != "photo_lost", until_signal(random), came)


def _the_wait(random: Random, scene: Scene, way: str, said: list[Said]) -> list[Said]:
    """What is left of the wait, counted from the arrival; a third leave as soon as they may."""
    arrived = next(place for place, each in enumerate(said) if each.kind == "arrived")
    spent_ms = sum(each.after_ms for each in said[arrived + 1 :])
    extra_ms = random.randint(2, 28) * SECOND_MS if random.random() < 0.35 else random.randint(30, 420) * SECOND_MS
    wait_ms = random.randint(6, 12) * MINUTE_MS if way == "short_wait" else scene.wait_ms + extra_ms
    left_ms = max(wait_ms - spent_ms, 5 * SECOND_MS)
    if way == "clock_gap":
        hidden_ms = random.randint(33, 70) * MINUTE_MS
        gap: Own = {"hidden_ms": hidden_ms, "wall_ms": hidden_ms + 400, "mono_ms": 0}
        return [Said("clock_gap", left_ms + hidden_ms, gap)]
    return [Said("note_added", left_ms, {"note": random.choice(WAITING)})]


WAITING = ("No sound from inside.", "Curtains drawn. No car outside.", "Neighbour has not seen them.", "Still nobody.")
SUMMARIES = (
    "Knocked twice and rang, nobody in. No sound from inside. Card agreed.",
    "No answer at the door or on the phone. I rang as well: voicemail. Leave a card.",
    "Nobody in. Neighbour says they are away. Card agreed.",
    "Second visit to this home. Rang both numbers. Leave a card, I will write to them.",
)


def _planners_word(random: Random, way: str) -> Call:
    saved_after_ms = random.randint(20, 150) * SECOND_MS
    if way == "call_unsaved":
        return Call(None, "leave_card", speaks=True, saved_after_ms=saved_after_ms)
    if way == "call_differs":
        return Call("Asked them to wait ten minutes more.", "keep_waiting", speaks=True, saved_after_ms=saved_after_ms)
    if way == "no_card":
        told = "They are in hospital, says the sister. No card, please."
        return Call(told, "leave_no_card", speaks=True, saved_after_ms=saved_after_ms)
    return Call(random.choice(SUMMARIES), "leave_card", speaks=random.random() < 0.8, saved_after_ms=saved_after_ms)


def until_signal(random: Random) -> int:
    """Most phones send within minutes; one in ten comes home first."""
    if random.random() < 0.1:
        return random.randint(70, 200) * MINUTE_MS
    return random.randint(15, 400) * SECOND_MS


NO_PLANNER = ("planner_not_reached", "no_signal")
WAYS: dict[str, int] = {
    "plain": 690,
    "slip": 40,
    "no_card": 35,
    "came_after_card": 30,
    "planner_not_reached": 30,
    "short_wait": 28,
    "camera_failed": 28,
    "call_unsaved": 28,
    "clock_gap": 18,
    "no_signal": 18,
    "photo_lost": 18,
    "call_differs": 12,
    "one_knock": 10,
    SAME_PHOTO: 6,
}
"""How nobody was in, in so many of a thousand such visits."""
