"""A visit and its snapshot: changed or cancelled meanwhile, adopted at the door, never served, not known at all."""

from __future__ import annotations

from typing import Any

import pytest

from doorstep.domain.dossier import Dossier
from doorstep.domain.visit import settle
from tests.dossiers import (
    MINUTE,
    PENDING,
    POLICIES,
    RECORDED,
    AnAppointment,
    a_missed_visit,
    completed,
    from_the_first_knock,
    with_fields,
)
from tests.makers import MORNING


@pytest.mark.parametrize(
    ("change", "made_at", "is_awaited"),
    [
        ({"trade": "electrician"}, MORNING, True),
        (
            {"window": {"name": "PM", "starts_at": "2026-11-23T08:00:00.000Z", "ends_at": "2026-11-23T17:00:00.000Z"}},
            MORNING,
            True,
        ),
        ({"contact_requests": [{"request_id": "R-1", "text": "Use the side door"}]}, MORNING, True),
        ({"trade": "electrician"}, MORNING + 5_000, True),
        ({"trade": "electrician"}, MORNING + 5_001, False),
        ({"notifications": []}, MORNING, False),
        ({"phone_numbers": []}, MORNING, False),
        ({"rebooking_number": "01632 960999"}, MORNING, False),
    ],
)
def test_the_appointment_changed(change: dict[str, Any], made_at: int, is_awaited: bool) -> None:
    """Changed in what matters before arrival, while the phone worked from the older snapshot."""
    appointment = AnAppointment()
    appointment.changed(with_fields(appointment.snapshot, **change), made_at)
    a_missed_visit(appointment)
    assert appointment.stands() == ((PENDING, ("appointment_changed",)) if is_awaited else RECORDED)


def test_the_appointment_was_cancelled() -> None:
    """Cancelled before arrival holds the visit; cancelled and then put back does not, nor cancelled afterwards."""
    appointment = AnAppointment()
    appointment.changed(appointment.snapshot, MORNING, is_cancelled=True)
    a_missed_visit(appointment)
    assert appointment.stands() == (PENDING, ("appointment_changed",))
    appointment.changed(appointment.snapshot, MORNING + 1)
    assert appointment.stands() == RECORDED
    appointment.changed(appointment.snapshot, MORNING + 60 * MINUTE, is_cancelled=True)
    assert appointment.stands() == RECORDED


def test_a_snapshot_adopted_at_the_door() -> None:
    """The visit is judged by the newest snapshot that the operative took up, if it was served to them."""
    for is_served in (True, False):
        appointment = AnAppointment()
        newer = with_fields(appointment.snapshot, trade="electrician")
        appointment.changed(newer, MORNING + 1_000)
        if is_served:
            appointment.served(newer)
        chain = appointment.chain()
        chain.start()
        chain.state("snapshot_adopted", 2_000, snapshot_sha256=appointment.dossier.versions[1].sha256)
        chain.state("arrived", 5_000, address_confirmed=True, place_missing="off")
        from_the_first_knock(chain)
        completed(appointment, chain)
        if is_served:
            assert appointment.stands() == RECORDED
        else:
            settled = appointment.settled()
            assert (settled.standing, settled.reasons[0].reason) == ("refused", "unknown_snapshot")
            assert list(settled.faults.values()) == ["unknown_snapshot"]


@pytest.mark.parametrize("how", ["never", "to another", "another policy", "another appointment", "no such policy"])
def test_a_snapshot_that_was_not_served(how: str) -> None:
    """Kept, shown, never recorded: and it is `visit_started` that bears the fault, whatever was adopted later."""
    appointment = AnAppointment()
    newer = with_fields(appointment.snapshot, trade="electrician")
    appointment.dossier.servings.clear()
    if how == "to another":
        appointment.served(appointment.snapshot, operative=2)
    elif how == "another policy":
        appointment.served(appointment.snapshot, policy_version="2025-01-01")
    elif how == "another appointment":
        appointment.served(newer)
    elif how == "no such policy":
        appointment.served(appointment.snapshot)
    chain = appointment.chain()
    chain.start()
    started_at = appointment.position + 1
    chain.state("snapshot_adopted", 2_000, snapshot_sha256=appointment.dossier.versions[0].sha256)
    chain.state("arrived", 5_000, address_confirmed=True, place_missing="off")
    from_the_first_knock(chain)
    completed(appointment, chain)
    settled = appointment.settled(policies={} if how == "no such policy" else POLICIES)
    assert (settled.standing, [reason.reason for reason in settled.reasons]) == ("refused", ["unknown_snapshot"])
    assert settled.faults == ({} if how == "no such policy" else {started_at: "unknown_snapshot"})
    assert settled.verdict is None


def test_an_appointment_that_the_office_does_not_know() -> None:
    """A visit to an appointment that was never made here is unknown too, while it goes on."""
    appointment = AnAppointment()
    chain = appointment.chain()
    chain.start()
    appointment.arrives(chain)
    dossier = Dossier("A-1", visits=appointment.dossier.visits)
    [settled] = settle(dossier, POLICIES).values()
    assert (settled.standing, list(settled.faults.values())) == ("in_progress", ["unknown_snapshot"])
