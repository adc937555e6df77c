"""One generated visit to a door: what truly happened, and the dossier that the office holds of it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from random import Random
from typing import Any

import msgspec

from doorstep.domain.appointment import Appointment, Window
from doorstep.domain.chain import read_back, root_prev
from doorstep.domain.dossier import Call, Dossier, Logged, Serving, Stated, Version
from doorstep.domain.events import Event
from doorstep.domain.instants import format_instant
from doorstep.domain.policy import Policy, read_policy
from tests.conformance.phones_at_doors import NOTED_MS, HonestPhone, HostilePhone, Said
from tests.makers import MORNING, an_id

VERSION = "2026-11-01"
SNAPSHOT_SHA256 = hashlib.sha256(b"the snapshot of every timeline").hexdigest()
OPERATIVE, PLANNER, VISIT = an_id(1), an_id(2), an_id(0xF001)
MINUTE = 60_000
SLOT_MS = 5 * 3_600_000
STYLES = ("in view", "disturbed", "hostile", "tight")


@lru_cache
def a_policy(wait_seconds: int, from_window_start: bool) -> Mapping[str, Policy]:
    """A wait from the arrival, and the card that may only be left after it."""
    waited: dict[str, Any] = {"clause": "waited", "title": "W", "check": "elapsed", "since": "arrived"}
    waited |= {"at_least_seconds": wait_seconds, "from_window_start": from_window_start}
    card: dict[str, Any] = {"clause": "card", "title": "C", "check": "events", "match": {"event": "card_left"}}
    card |= {"at_least": 1, "after": ["waited"], "optional": True}
    table = {"policy": "no_access", "version": VERSION, "in_force_from": VERSION, "title": "T", "source": "S"}
    return {VERSION: read_policy({**table, "ends": [], "clauses": [waited, card]}, "timeline")}


@dataclass
class Timeline:
    """A visit with the truth about it: `truly_at` is when each event was stated, by its hash."""

    seed: int
    style: str
    policies: Mapping[str, Policy]
    dossier: Dossier
    opens_at: int
    needed_ms: int
    from_window_start: bool
    truly_at: dict[str, int] = field(default_factory=dict)
    moved_in_view_ms: int = 0
    was_out_of_view: bool = False

    @property
    def bodies(self) -> list[Stated]:
        """All that came of the visit."""
        return self.dossier.visits[VISIT]

    def lasted_ms(self, began: Stated, ended: Stated) -> int:
        """How long the wait between two events truly was, from the window's start at the earliest."""
        began_at = self.truly_at[began.sha256]
        return self.truly_at[ended.sha256] - (max(began_at, self.opens_at) if self.from_window_start else began_at)


class _Making:
    """A visit while it happens: what the phone says, when it has a connection, what the planner does."""

    def __init__(self, seed: int) -> None:
        self.seed, self.rng = seed, Random(seed)
        rng = self.rng
        self.style = STYLES[seed % len(STYLES)]
        self.needed_ms = rng.choice([120_000, 900_000, 900_000, 1_500_000])
        self.from_window_start = rng.random() < 0.6
        self.arrives_at = MORNING + rng.randrange(3_600_000)
        early_ms = rng.choice([-3_600_000, -1, 0, 1, 4 * MINUTE, 20 * MINUTE])
        self.opens_at = self.arrives_at + (early_ms if self.from_window_start else -3_600_000)
        self.said: list[tuple[Said, int | None, bool]] = []
        self.received: list[int] = []
        self.anchors: list[int] = []
        self.calls: list[Call] = []
        self.saved_at: list[int] = []
        self.moved_in_view_ms = 0
        self.was_out_of_view = False

    def connects(self, truly_at: int, age_ms: int | None = None) -> None:
        """All that was said comes in; the answer's anchor may be up to a second old."""
        self.received += [truly_at] * (len(self.said) - len(self.received))
        self.anchors.append(truly_at - (self.rng.randrange(5, 1_001) if age_ms is None else age_ms))

    def states(self, phone: HonestPhone | HostilePhone, kind: str, **own: Any) -> None:
        """A tap; an honest phone embeds the newest anchor, a hostile one whichever it has, or a forged one."""
        for said in phone.says(kind, **own):
            anchor = self.anchors[-1] if self.anchors else None
            is_forged = False
            if self.style == "hostile" and self.anchors and self.rng.random() < 0.4:
                anchor = self.rng.choice([None, *self.anchors])
            if self.style == "hostile" and kind not in ("visit_started", "arrived") and self.rng.random() < 0.04:
                anchor, is_forged = said.truly_at + self.needed_ms, True
            self.said.append((said, anchor, is_forged))

    def calls_planner(self, phone: HonestPhone | HostilePhone) -> None:
        """The planner's screen shows a code; it is typed in, and eight characters are perhaps read back."""
        code = f"{self.rng.randrange(10**8):08d}"
        others = OPERATIVE if self.rng.random() < 0.8 else an_id(9)
        call_id = an_id(0xCA00 + len(self.calls))
        self.calls.append(Call(call_id, others, PLANNER, code, phone.truly_at, phone.truly_at + 10 * MINUTE))
        _pass(self.rng, phone, 5_000)
        self.states(phone, "planner_code_typed", code=code)
        _pass(self.rng, phone, 20_000)
        self.saved_at.append(phone.truly_at)


def _pass(rng: Random, phone: HonestPhone | HostilePhone, ms: int) -> None:
    if isinstance(phone, HonestPhone):
        phone.in_view(ms)
    else:
        phone.passes(ms, rng.choice([ms, ms, 1, ms * 3]))


def a_timeline(seed: int) -> Timeline:
    """The visit of this seed; every fourth is honest and in view, the next disturbed, hostile, and at the very edge."""
    making = _Making(seed)
    if making.style in ("in view", "disturbed"):
        _honest(making)
    else:
        _hostile(making)
    return _laid_down(making)


def _honest(making: _Making) -> None:
    rng = making.rng
    phone = HonestPhone(rng, making.arrives_at - 30_000, rng.randrange(-25_000, 25_001))
    if rng.random() < 0.7:
        making.connects(phone.truly_at)
    making.states(phone, "visit_started")
    phone.in_view(30_000)
    making.states(phone, "arrived")
    arrived = making.said[-1][0]
    until_open_ms = max(making.opens_at - arrived.at, 0) if making.from_window_start else 0
    over_t = arrived.t + until_open_ms + making.needed_ms
    for _ in range(rng.randrange(4)):
        _something_happens(making, phone)
        making.states(phone, "note_added", note="n")
        if rng.random() < 0.4:
            making.connects(phone.truly_at)
        if rng.random() < 0.3:
            making.states(phone, "event_withdrawn", withdrawn_n=len(making.said) - 1, reason="slip")
    if rng.random() < 0.3:
        making.calls_planner(phone)
    # The page lets nobody go on before its stopwatch says so; in view it is looked at 4 times a second.
    phone.in_view(max(over_t - phone.t, 0) + rng.choice([0, 1, 250, 40_000]))
    making.states(phone, "card_left")
    making.was_out_of_view = phone.was_out_of_view
    if rng.random() < 0.6:
        making.connects(phone.truly_at)
    phone.in_view(5_000)
    making.states(phone, "missed_recorded")
    phone.in_view(rng.choice([100, 60_000, 7_200_000]))
    making.connects(phone.truly_at)


def _something_happens(making: _Making, phone: HonestPhone) -> None:
    rng = making.rng
    ms = rng.randrange(1_000, 600_000)
    if making.style == "in view":
        phone.in_view(ms)
        # The blink of a notification is not stated; asleep or not, nobody may be accused of it.
        blink_ms = rng.choice([0, 0, 300])
        phone.hidden(blink_ms, rng.choice([0, blink_ms]))
        return
    what = rng.randrange(5)
    if what == 0:
        phone.hidden(ms, rng.randrange(ms + 1))
    elif what == 1:
        phone.hidden(ms, rng.randrange(ms + 1), rng.choice([-600_000, -40_000, 40_000, 900_000]))
    elif what == 2:
        phone.restarted(ms, rng.choice([0, 0, -600_000, 900_000]))
    elif what == 3:
        moved_ms = rng.choice([-900_000, -31_000, 31_000, 900_000])
        phone.moved(moved_ms)
        making.moved_in_view_ms += moved_ms
        phone.in_view(ms)
    else:
        phone.in_view(ms)


def _hostile(making: _Making) -> None:
    rng, needed_ms = making.rng, making.needed_ms
    is_tight = making.style == "tight"
    phone = HostilePhone(rng, making.arrives_at - 30_000)
    if is_tight or rng.random() < 0.8:
        making.connects(phone.truly_at, 0 if is_tight else None)
    making.states(phone, "visit_started")
    phone.passes(30_000, 30_000)
    if is_tight:
        making.connects(phone.truly_at, 0)
    making.states(phone, "arrived")
    arrived = making.said[-1][0]
    until_open_ms = max(making.opens_at - arrived.at, 0) if making.from_window_start else 0
    truly_until_open_ms = max(making.opens_at - phone.truly_at, 0) if making.from_window_start else 0
    if is_tight or rng.random() < 0.5:
        making.connects(phone.truly_at, 0 if is_tight else None)
    claimed_ms = until_open_ms + needed_ms + rng.choice([0, 0, 1, 60_000])
    short_ms = rng.choice([1, 500, 60_000, needed_ms // 2, needed_ms])
    tight_ms = truly_until_open_ms + needed_ms + rng.choice([-1, 0, 1, -30_000, -30_001, -29_999])
    truly_ms = tight_ms if is_tight else max(truly_until_open_ms + needed_ms - short_ms, 0) * rng.choice([0, 1, 1])
    parts = 1 if is_tight else rng.randrange(1, 4)
    for part in range(parts):
        phone.passes(truly_ms // parts, -(-claimed_ms // parts))
        if not is_tight and rng.random() < 0.4:
            making.connects(phone.truly_at)
        if part < parts - 1:
            making.states(phone, "note_added", note="n")
        if not is_tight and rng.random() < 0.2:
            making.calls_planner(phone)
    if is_tight:
        making.anchors.append(phone.truly_at)
    phone.measures(arrived.mono + until_open_ms + needed_ms - NOTED_MS + rng.choice([-1, 0, 1]))
    making.states(phone, "card_left")
    if is_tight or rng.random() < 0.5:
        making.connects(phone.truly_at, 0)
    phone.passes(rng.choice([0, 1, 60_000]), 1_000)
    making.states(phone, "missed_recorded")
    phone.passes(rng.choice([0, 60_000]), 0)
    making.connects(phone.truly_at)


def _laid_down(making: _Making) -> Timeline:
    """What the office holds in the end. A hostile phone may also keep an event back, or state two after one."""
    rng = making.rng
    dossier = Dossier("A-1", visits={VISIT: []})
    window = Window("AM", making.opens_at, making.opens_at + SLOT_MS)
    appointment = Appointment("A-1", window, "routine", "plumber", None, (), (), frozenset())
    dossier.versions.append(Version(SNAPSHOT_SHA256, {}, appointment, MORNING - SLOT_MS, 1))
    dossier.servings.add(Serving(SNAPSHOT_SHA256, OPERATIVE, VERSION))
    policies = a_policy(making.needed_ms // 1_000, making.from_window_start)
    made = Timeline(
        making.seed, making.style, policies, dossier, making.opens_at, making.needed_ms, making.from_window_start
    )
    made.moved_in_view_ms, made.was_out_of_view = making.moved_in_view_ms, making.was_out_of_view
    is_signed = rng.random() < 0.9 or making.style == "in view"
    head = root_prev(SNAPSHOT_SHA256, VERSION)
    for n, ((said, anchor, is_forged), received_at) in enumerate(zip(making.said, making.received, strict=True)):
        event = _event(said, n, head, anchor)
        head = _name(making, n)
        made.truly_at[head] = said.truly_at
        fault = "bad_anchor" if is_forged else None
        made.bodies.append(Stated(n + 2, head, VISIT, received_at, fault, event, is_signed))
    _reads_back(making, made)
    if making.style == "hostile":
        _tampers(making, made)
    return made


def _event(said: Said, n: int, prev: str, anchor_ms: int | None) -> Event:
    own = dict(said.own)
    if said.kind == "visit_started":
        own = {"appointment_id": "A-1", "snapshot_sha256": SNAPSHOT_SHA256, "policy_version": VERSION}
    at = format_instant(said.at)
    places = (VISIT, n, prev, said.kind, at, said.at, said.t, said.mono, said.boot, OPERATIVE, OPERATIVE)
    return Event(*places, own, anchor_ms=anchor_ms)


def _name(making: _Making, n: int) -> str:
    return hashlib.sha256(f"{making.seed} {n}".encode()).hexdigest()


def _reads_back(making: _Making, made: Timeline) -> None:
    """Each planner saves the call, most with what was read back to them."""
    typed = [body for body in made.bodies if body.event and body.event.kind == "planner_code_typed"]
    for position, (call, body, saved_at) in enumerate(zip(making.calls, typed, making.saved_at, strict=True)):
        characters = read_back(body.sha256) if making.rng.random() < 0.7 else None
        logged = Logged(1_000 + position, saved_at, "leave_card", "", characters)
        made.dossier.calls[call.call_id] = msgspec.structs.replace(call, logged=logged)


def _tampers(making: _Making, made: Timeline) -> None:
    """An event is kept back; or the end was made beforehand, to hang on an event that never comes; or one is forked."""
    rng, bodies = making.rng, made.bodies
    what = rng.randrange(5)
    if what == 0 and len(bodies) > 5:
        del bodies[rng.randrange(2, len(bodies) - 2)]
    elif what == 1:
        made_at = made.truly_at[bodies[1].sha256] + 10
        prev = _name(making, 900)
        for place in (len(bodies) - 2, len(bodies) - 1):
            body = bodies[place]
            assert body.event is not None
            event = msgspec.structs.replace(body.event, n=body.event.n + 1, prev=prev, anchor_ms=None)
            bodies[place] = msgspec.structs.replace(body, event=event, fault=None)
            made.truly_at[body.sha256], prev = made_at, body.sha256
    elif what == 2:
        first = bodies[1]
        assert first.event is not None
        own: dict[str, int | str | bool] = {"note": "fork"}
        event = msgspec.structs.replace(first.event, n=2, prev=first.sha256, kind="note_added", own=own)
        event = msgspec.structs.replace(event, t=event.t + 10, anchor_ms=None)
        truly_at = made.truly_at[first.sha256] + 10
        made.truly_at[_name(making, 901)] = truly_at
        bodies.append(Stated(500, _name(making, 901), VISIT, truly_at + 20, None, event, is_signed=True))
