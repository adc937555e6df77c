"""Makers of visits for tests of grades: when the server truly had each event, and what the phone says of time."""

from __future__ import annotations

from typing import Any

import msgspec

from doorstep.domain.dossier import Decision
from doorstep.domain.grade_words import sentence, vouched_by
from doorstep.domain.grades import Graded
from doorstep.domain.policy import Policy, read_policy
from tests.chains import Chain
from tests.dossiers import MINUTE, PICTURE_SHA256, SUPERVISOR, AnAppointment
from tests.makers import MORNING, an_id

VISIT = an_id(0xF001)
ARRIVED: dict[str, Any] = {"address_confirmed": True, "place_missing": "off"}
CARD: dict[str, Any] = {
    "photo_sha256": PICTURE_SHA256,
    "size_bytes": 38,
    "width": 1200,
    "height": 1600,
    "source_sha256": "ab" * 32,
}


def an_anchor(ms: int) -> str:
    """The server's statement of its time, in its form."""
    return f"{ms}.7.{'A' * 43}.{'A' * 86}"


def signed(appointment: AnAppointment, is_signed: bool = True) -> AnAppointment:
    """Every body that is here was signed by an enrolled phone, or none."""
    for visit_id, bodies in appointment.dossier.visits.items():
        appointment.dossier.visits[visit_id] = [msgspec.structs.replace(body, is_signed=is_signed) for body in bodies]
    return appointment


class Door:
    """A visit while it happens: `t` on the stopwatch, and what differs from it on the other clocks."""

    def __init__(self, appointment: AnAppointment | None = None, number: int = 1, began_at: int = 0) -> None:
        self.appointment = appointment or AnAppointment()
        self.chain: Chain = self.appointment.chain(number, began_ms=MORNING + began_at)
        self.chain.start()

    def states(
        self, kind: str, t: int, *, anchor_at: int | None = None, received_at: int | None = None, **own: Any
    ) -> None:
        """One event; with `received_at`, all that was not sent before arrives then."""
        if anchor_at is not None:
            own["anchor"] = an_anchor(MORNING + anchor_at)
        self.chain.state(kind, t, **own)
        if received_at is not None:
            self.arrives(received_at)

    def arrives(self, received_at: int) -> None:
        """All that was not sent before arrives."""
        self.appointment.arrives(self.chain, MORNING + received_at)

    def arrived(self, t: int = 5_000, **own: Any) -> None:
        """At the door."""
        self.states("arrived", t, **{**ARRIVED, **own})

    def until_card(self, **own: Any) -> None:
        """Knocks, a call and the planner, as the council wants them."""
        self.states("door_knocked", 20_000, method="knock", **own)
        self.states("door_knocked", 150_000, method="bell", **own)
        self.states("resident_called", 200_000, number_label="mobile", result="no_answer", **own)
        self.states("planner_contacted", 600_000, how="phone", instruction="leave_card", **own)

    def ends(self, t: int = 15 * MINUTE + 10_000, **own: Any) -> None:
        """The card's photo, the card, the record."""
        self.states("card_photographed", t, **CARD, **own)
        self.states("card_left", t + 5_000, placed="door", **own)
        self.states("missed_recorded", t + 10_000, declaration="2026-11-01", **own)

    def grades(self, is_signed: bool = True) -> dict[str, Graded]:
        """Each clause's grade now, by its name."""
        signed(self.appointment, is_signed)
        return {graded.clause: graded for graded in self.appointment.settled(int(self.chain.visit_id[-2:], 16)).grades}

    def shows(self, clause: str) -> tuple[str, str]:
        """A clause's grade and why."""
        graded = self.grades()[clause]
        return graded.grade, graded.why


def a_whole_door(appointment: AnAppointment | None = None, received_at: int = 60 * MINUTE, number: int = 1) -> Door:
    """An honest visit without a connection, sent an hour later, its call and its photo here."""
    door = Door(appointment, number)
    door.arrived()
    door.until_card()
    door.ends()
    door.arrives(received_at)
    door.appointment.call()
    door.appointment.photo()
    return door


def reads_card(appointment: AnAppointment, by: int = SUPERVISOR, is_read: bool = True) -> None:
    """A supervisor upholds the visit, and says whether the code can be read on the card."""
    made = Decision(appointment.next(), MORNING, an_id(by), "upheld", "because", None, frozenset(), is_read)
    appointment.dossier.decisions.setdefault(VISIT, []).append(made)


def a_policy(*clauses: dict[str, Any]) -> dict[str, Policy]:
    """A policy of these clauses alone, under the version that is served."""
    table = {"policy": "no_access", "version": "2026-11-01", "in_force_from": "2026-11-01", "title": "T", "source": "S"}
    rows = [{"title": "A title", **clause} for clause in clauses]
    return {"2026-11-01": read_policy({**table, "ends": [], "clauses": rows}, "test")}


def events_clause(kind: str, clause: str = "done", **more: Any) -> dict[str, Any]:
    """A clause for enough events of a kind."""
    return {"clause": clause, "check": "events", "match": {"event": kind}, "at_least": 1, **more}


def graded(door: Door, *clauses: dict[str, Any], is_signed: bool = True) -> dict[str, Graded]:
    """The grades of a visit under a policy of its own."""
    signed(door.appointment, is_signed)
    grades = door.appointment.settled(policies=a_policy(*clauses)).grades
    for each in grades:
        assert sentence(each)
        assert vouched_by(each)
    return {each.clause: each for each in grades}


def shown(door: Door, *clauses: dict[str, Any], is_signed: bool = True) -> tuple[str, str, tuple[str, ...]]:
    """The last clause's grade, why, and who vouches."""
    last = graded(door, *clauses, is_signed=is_signed)[clauses[-1]["clause"]]
    return last.grade, last.why, last.vouchers


def a_recorded(appointment: AnAppointment | None = None, *events: tuple[str, int, dict[str, Any]]) -> Door:
    """A visit of these events, recorded at the end and sent an hour later."""
    door = Door(appointment)
    for kind, t, own in events:
        door.states(kind, t, **own)
    door.states("missed_recorded", 20 * MINUTE, declaration="2026-11-01")
    door.arrives(60 * MINUTE)
    return door


NOTIFIED: dict[str, Any] = {
    "clause": "told",
    "check": "notification",
    "hours_before": 24,
    "statuses": ["delivered", "sent"],
    "attested_by": "notification_attested",
}

WINDOW: dict[str, Any] = {"clause": "came", "check": "within_window", "event": "arrived"}
