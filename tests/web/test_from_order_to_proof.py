"""From a housing system's order to a notification that nobody can dispute: every step as its own outsider takes it."""

from __future__ import annotations

import json
import re
from typing import Any

from doorstep.adapters.notify.govuk import GovukNotify
from doorstep.application.lists import AppointmentFilter
from doorstep.application.reminders.send_due import send_due
from doorstep.application.reminders.text_rows import DELIVERED
from doorstep.application.serve_day import serve_day
from doorstep.domain.instants import format_instant
from tests.makers import MORNING, a_chain, send
from tests.reminded import london, reminding, texts_of
from tests.stand_ins.notify import notify_at_work
from tests.web.browsing import NOTIFY_TOKEN, Signed, Site, form_token_in

ORDER = (
    "'HEADER','501','18/11/2026','07:56'\r\n"
    "'ORDER-CREATE','0000','L4711','77','20 Days','18-Nov-2026 07:56','08-Dec-2026 07:56','0',"
    "'Fit lock, front door','XAJ','08-Dec-2026 07:56','','00000501','0',' ','MS A PERSON','07700900123',"
    "' ','ANY AM','1'\r\n"
    "'SCHEDULED-ITEMS','0000','L4711','Joiner','0','N390917','   1.00','  12.57','1','00000502'\r\n"
    "'TRAILER','501','4'\r\n"
)
BOOKING = """<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body><bookingConfirmation>
<bookingId>9001</bookingId><locationID>P-77</locationID><primaryOrderNumber>L4711</primaryOrderNumber>
<planningWindowStart>2026-11-23T08:00:00</planningWindowStart><planningWindowEnd>2026-11-23T13:00:00</planningWindowEnd>
</bookingConfirmation></e:Body></e:Envelope>"""


async def given(planner: Signed, source: str, content: str) -> dict[str, int]:
    """Send a file by the API; what became of its rows."""
    asked = {"dry_run": "no", "source": source}
    answer = await planner.http.post("/api/appointments/imports", params=asked, content=content.encode())
    assert answer.status_code == 200, answer.text
    counts: dict[str, int] = answer.json()["counts"]
    return counts


async def mended(planner: Signed, **cells: str) -> None:
    """Mend the booking's held row on the screen: its form comes filled with what is known, these cells beside."""
    listed = (await planner.http.get("/office/imports")).text
    pages = [
        page
        for path in sorted(set(re.findall(r'href="(/office/held-rows/[^"#?]+)"', listed)))
        for page in [(path, (await planner.http.get(path)).text)]
    ]
    path, page = next((path, page) for path, page in pages if 'value="9001"' in page)
    fields = dict(re.findall(r'name="([a-z_]+)"[^>]*value="([^"]*)"', page)) | cells
    answer = await planner.http.post(path, data=fields | {"form_token": form_token_in(page)})
    assert answer.status_code == 303, answer.text


async def test_an_order_becomes_a_proven_notification(site: Site) -> None:
    """The order, its slot, the mended row, the text, its receipt, the visit: and the check is `proven`."""
    bench = site.bench
    operative = await site.signed(1, "operative", "north", installation=1)
    planner = await site.signed(2, "planner")
    await reminding(bench, "2026-11-20 09:00")

    assert (await given(planner, "housing", ORDER))["held"] == 1
    assert (await given(planner, "scheduler", BOOKING))["held"] == 1
    await mended(
        planner,
        address="4 Sample Street | Inventon",
        patch="north",
        operatives=operative.person.username,
        agreed_how="resident_chose",
        agreed_at="2026-11-18 10:00",
    )
    [row] = await bench.office.store.appointment_rows(AppointmentFilter(day="2026-11-23"))
    assert (row.work_order_ref, row.property_ref, row.operative_ids) == ("L4711", "P-77", (operative.person.person_id,))

    async with notify_at_work() as notify:
        texts = GovukNotify(notify.key, notify.template_ids, notify.url)
        assert await send_due(bench.office, texts, 3_000) == 1
        texts.close()
        [text] = notify.contract.texts.values()
    assert text.number.endswith("7700900123")
    receipt = {
        "id": text.text_id,
        "reference": text.reference,
        "to": text.number,
        "status": "delivered",
        "notification_type": "sms",
        "completed_at": format_instant(london("2026-11-20 09:01")),
    }
    answer = await site.client().post(
        "/api/notify/receipts", json=receipt, headers={"authorization": f"Bearer {NOTIFY_TOKEN}"}
    )
    assert answer.status_code == 204, answer.text
    assert (await texts_of(bench, row.appointment_id))["booked"].state == DELIVERED

    bench.clock.ms = MORNING
    await serve_day(bench.office, operative.session, None)
    chain = await a_chain(bench, operative.session, row.appointment_id)
    chain.whole()
    await send(bench, operative.session, chain.bodies)
    visit = await bench.office.store.visit_row(chain.visit_id)
    assert visit is not None
    grades: list[dict[str, Any]] = json.loads(visit.grades)
    notified = next(grade for grade in grades if grade["clause"] == "notified")
    assert (notified["grade"], notified["why"]) == ("proven", "notified_receipt")
    assert notified["facts"]["told_at"] == london("2026-11-20 09:01")
