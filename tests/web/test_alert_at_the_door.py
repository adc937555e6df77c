"""From the office to the door: this morning's alert is on the phone and its longer wait holds; yesterday's is not."""

from __future__ import annotations

from typing import Any

import msgspec

from doorstep.application.import_appointments import import_bookings
from doorstep.application.log_planner_call import begin_planner_call, log_planner_call
from tests.chains import Chain
from tests.facts import HOME, a_booking_on, a_day, an_alert_of
from tests.makers import MORNING, an_id, send
from tests.web.browsing import Signed, Site

DAY_MS = 24 * 3_600_000


async def served(operative: Signed) -> dict[str, Any]:
    """The only appointment of the phone's day."""
    [one] = (await operative.http.get("/api/day")).json()["appointments"]
    return {**one, "held": msgspec.json.decode(one["snapshot"])}


async def standing_after(site: Site, operative: Signed, planner: Signed, number: int, recorded_at: int) -> str:
    """Where a visit stands whose card was left, and which was recorded, so many ms after the operative's arrival."""
    one = await served(operative)
    chain = Chain(
        operative.person.person_id,
        str(operative.session.installation_id),
        one["appointment_id"],
        one["snapshot"],
        one["policy_version"],
        an_id(0xF000 + number),
        site.bench.clock.ms,
    )
    office = site.bench.office
    call = await begin_planner_call(office, planner.person, chain.appointment_id, operative.person.person_id)
    chain.until_planner(call.code)
    chain.card_and_record(b"card %d" % number, recorded_at)
    first_seq = 1 + 10 * (number - 1)
    await send(site.bench, operative.session, chain.bodies, first_seq)
    await log_planner_call(office, planner.person, call.call_id, "Nobody in", "leave_card", None)
    row = await office.store.visit_row(chain.visit_id)
    assert row is not None
    return f"{row.standing} {'extra_wait' if 'extra_wait' in row.reasons else ''}".strip()


async def test_an_alert_of_this_morning_lengthens_the_wait_and_one_of_yesterday_does_not(site: Site) -> None:
    """Recorded by the API at eight, on the phone's day at once; 15 minutes do not do, 25 do. Ended yesterday: 15 do."""
    operative = await site.signed(1, "operative", installation=1)
    planner = await site.signed(2, "planner", "north")
    site.bench.clock.ms = MORNING - DAY_MS
    await import_bookings(site.bench.office, "system", [a_booking_on(a_day(0), an_id(1), "A-1")])
    await an_alert_of(site.bench, planner.person, text="Until Sunday", ends_on=a_day(-1))
    site.bench.clock.ms = MORNING - 3_600_000
    assert (await served(operative))["held"]["alerts"] == []
    said = {"code": "20-40", "text": "Walks with a frame", "review_on": a_day(90), "reason": "Her son rang"}
    assert (await planner.http.post(f"/api/properties/{HOME}/alerts", json=said)).status_code == 201
    site.bench.clock.ms = MORNING
    [alert] = (await served(operative))["held"]["alerts"]
    assert (alert["code"], alert["text"], alert["review_on"]) == ("20-40", "Walks with a frame", a_day(90))
    synced = await operative.http.post("/api/sync", json={"installation_id": an_id(1), "events": [], "after": 0})
    told = [entry["body"]["snapshot"] for entry in synced.json()["feed"] if entry["kind"] == "appointment_changed"]
    assert "Walks with a frame" in told[-1]
    assert await standing_after(site, operative, planner, 1, 920_000) == "refused extra_wait"
    assert (await standing_after(site, operative, planner, 2, 1_560_000)).startswith("pending_corroboration")


async def test_without_it_fifteen_minutes_do(site: Site) -> None:
    """The same visit at a home whose alert ended yesterday."""
    operative = await site.signed(1, "operative", installation=1)
    planner = await site.signed(2, "planner", "north")
    site.bench.clock.ms = MORNING - DAY_MS
    await import_bookings(site.bench.office, "system", [a_booking_on(a_day(0), an_id(1), "A-1")])
    await an_alert_of(site.bench, planner.person, text="Until Sunday", ends_on=a_day(-1))
    site.bench.clock.ms = MORNING
    assert (await served(operative))["held"]["alerts"] == []
    assert (await standing_after(site, operative, planner, 1, 920_000)).startswith("pending_corroboration")
