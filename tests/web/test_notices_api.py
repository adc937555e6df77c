"""A planner records by the API that a resident was told, and it stands in the appointment."""

from __future__ import annotations

from doorstep.application.import_appointments import import_bookings
from tests.makers import DAY, a_booking, an_id
from tests.web.browsing import Site


async def test_a_letter_is_recorded(site: Site) -> None:
    """With its author; a time ahead, no time, and a way that a service answers for are named as faults."""
    planner = await site.signed(2, "planner", "north")
    booking = a_booking((an_id(1),), notifications=())
    await import_bookings(site.bench.office, "system", [booking])
    path = f"/api/appointments/{booking.appointment_id}/notices"
    told = {"channel": "letter", "sent_at": "2026-11-20T10:00:00.000Z", "note": "first class"}
    answer = await planner.http.post(path, json=told)
    assert (answer.status_code, answer.json()["status"]) == (201, "delivered")
    dossier = await site.bench.office.store.dossier(booking.appointment_id)
    assert dossier is not None
    assert [sent["channel"] for sent in dossier.versions[-1].snapshot["notifications"]] == ["letter"]
    wrong = [{"sent_at": f"{DAY}T23:00:00.000Z"}, {"sent_at": "yesterday"}, {"channel": "sms"}]
    for change in wrong:
        answer = await planner.http.post(path, json=told | change)
        assert (answer.status_code, answer.json()["errors"][0]["path"]) == (422, next(iter(change)))
    elsewhere = await site.signed(3, "planner", "south")
    assert (await elsewhere.http.post(path, json=told)).status_code == 404
