"""What GOV.UK Notify calls: who is believed, what is kept, and which answers make it call again."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from doorstep.application.office import Office
from doorstep.application.records import Wanted
from doorstep.application.reminders.send_due import send_due
from doorstep.application.reminders.text_rows import ReceiptRow, ReplyTask
from doorstep.application.store import StoreFull
from doorstep.application.writer import Work, Writer
from tests.reminded import NUMBER, book, reminding, texts_of
from tests.web.browsing import NOTIFY_TOKEN, Site

BEARER = {"authorization": f"Bearer {NOTIFY_TOKEN}"}
RECEIPT: dict[str, Any] = {
    "id": "740e5834-3a29-46b4-9a6f-16142fde533a",
    "reference": "nobody's",
    "to": NUMBER,
    "status": "delivered",
    "created_at": "2026-11-20T10:00:00.000000Z",
    "completed_at": "2026-11-20T10:00:02.500000Z",
    "sent_at": "2026-11-20T10:00:01.000000Z",
    "notification_type": "sms",
    "template_id": "f33517ff-2a88-4f6e-b855-c550268ce08a",
    "template_version": 1,
}
TEXT: dict[str, Any] = {
    "id": "8b7b1f6e-3a29-46b4-9a6f-16142fde533b",
    "source_number": "447700900123",
    "destination_number": "447700900999",
    "message": "CHANGE please",
    "date_received": "2026-11-20T11:00:00.000000Z",
}


async def post(site: Site, of: str, body: object, headers: dict[str, str] | None = None) -> httpx.Response:
    """One call, as the service makes it."""
    return await site.client().post(f"/api/notify/{of}", json=body, headers=BEARER if headers is None else headers)


@pytest.mark.parametrize("of", ["receipts", "texts"])
async def test_only_who_bears_the_token_is_believed(site: Site, of: str) -> None:
    """No token, another, one that begins like it, one cut short, and a session of somebody's: 401 before all else."""
    wrong = ["", "Bearer", "Bearer ", f"Basic {NOTIFY_TOKEN}", f"Bearer {NOTIFY_TOKEN}x", f"Bearer {NOTIFY_TOKEN[:-1]}"]
    for header in wrong:
        answer = await post(site, of, {"junk": 1}, {"authorization": header})
        assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer"), header
        assert NOTIFY_TOKEN not in answer.text
    admin = await site.signed(1, "admin")
    assert (await admin.http.post(f"/api/notify/{of}", json={})).status_code == 401
    assert await site.bench.office.store.count_records(ReceiptRow, Wanted()) == 0


async def test_a_receipt_of_a_text_is_its_evidence(site: Site) -> None:
    """Kept once, though it comes twice; the text is delivered, and the appointment's snapshot says so."""
    service = await reminding(site.bench)
    appointment_id = await book(site.bench, "2026-11-25 12:00")
    await send_due(site.bench.office, service, 3000)
    [reference] = service.taken
    receipt = RECEIPT | {"reference": reference, "id": f"id-{reference}"}
    for _ in range(2):
        assert (await post(site, "receipts", receipt)).status_code == 204
    text = (await texts_of(site.bench, appointment_id))["booked"]
    assert (text.state, text.status, text.status_at) == ("delivered", "delivered", 1_795_168_802_500)
    assert await site.bench.office.store.count_records(ReceiptRow, Wanted()) == 1
    dossier = await site.bench.office.store.dossier(appointment_id)
    assert dossier is not None
    assert [told["status"] for told in dossier.versions[-1].snapshot["notifications"]] == ["delivered"]


async def test_a_receipt_of_nobodys_text_is_kept_aside(site: Site) -> None:
    """It answers 2xx, or the service would ask somebody to look at it; without a reference, or with a new word too."""
    changes: tuple[dict[str, Any], ...]
    changes = ({}, {"reference": None}, {"status": "virus-scan-failed"}, {"completed_at": "soon"})
    for number, change in enumerate(changes):
        receipt = RECEIPT | {"id": f"{number}"} | change
        assert (await post(site, "receipts", receipt)).status_code == 204
    kept = await site.bench.office.store.records(ReceiptRow, Wanted((), ("provider_id",)))
    assert [(row.reference, row.status) for row in kept] == [
        ("nobody's", "delivered"),
        ("", "delivered"),
        ("nobody's", "virus-scan-failed"),
        ("nobody's", "delivered"),
    ]
    assert NUMBER not in repr(kept)
    letter = RECEIPT | {"id": "letter", "notification_type": "letter"}
    assert (await post(site, "receipts", letter)).status_code == 204
    assert await site.bench.office.store.count_records(ReceiptRow, Wanted()) == 4


async def test_an_answer_becomes_a_task(site: Site) -> None:
    """Once, though it comes twice."""
    for _ in range(2):
        assert (await post(site, "texts", TEXT)).status_code == 204
    [task] = await site.bench.office.store.records(ReplyTask, Wanted())
    assert (task.kind, task.number, task.words) == ("change", NUMBER, "CHANGE please")


async def test_what_cannot_be_understood_is_not_asked_for_again(site: Site) -> None:
    """No JSON is 400, another form 422 with its place, too much 413: 4xx that are no 429, which are never retried."""
    client = site.client()
    json = BEARER | {"content-type": "application/json"}
    body: dict[str, Any]
    for of, body in (("receipts", RECEIPT), ("texts", TEXT)):
        path = f"/api/notify/{of}"
        assert (await client.post(path, content=b'{"id"', headers=json)).status_code == 400
        wrong: Any
        for wrong in ([], {**body, "id": 7}, {name: value for name, value in body.items() if name != "id"}):
            answer = await client.post(path, json=wrong, headers=BEARER)
            assert (answer.status_code, answer.json()["type"]) == (422, "/problems/invalid")
        assert (await client.post(path, json=body | {"more": "x" * 30_000}, headers=BEARER)).status_code == 413
        assert (await client.post(path, content=b"id=1", headers=BEARER)).status_code == 415


async def test_a_store_that_cannot_keep_it_asks_for_another_try(site: Site) -> None:
    """A full disk and a server that stops answer 503, on which the service calls again; afterwards it is kept once."""
    office: Office = site.bench.office
    true_writer = office.writer
    office.writer = FullWriter(office.store)
    for of, body in (("receipts", RECEIPT), ("texts", TEXT)):
        answer = await post(site, of, body)
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "60")
    stopped = Writer(office.store)
    stopped.start()
    await stopped.stop()
    office.writer = stopped
    for of, body in (("receipts", RECEIPT), ("texts", TEXT)):
        assert (await post(site, of, body)).status_code == 503
    office.writer = true_writer
    for of, body in (("receipts", RECEIPT), ("texts", TEXT)):
        assert (await post(site, of, body)).status_code == 204
    assert await office.store.count_records(ReceiptRow, Wanted()) == 1
    assert await office.store.count_records(ReplyTask, Wanted()) == 1


class FullWriter(Writer):
    """A writer over a full disk."""

    async def submit(self, work: Work[Any]) -> Any:
        raise StoreFull
