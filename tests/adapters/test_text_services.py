"""Every text service keeps the port's promises: a folder, and GOV.UK Notify's own client against the stand-in."""

from __future__ import annotations

import asyncio
import json
import logging
import socket
import stat
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
import pytest

from doorstep.adapters.notify.file import FileTexts
from doorstep.adapters.notify.govuk import GovukNotify
from doorstep.application.reminders.ask_after import ask_after
from doorstep.application.reminders.receipts import RANKS
from doorstep.application.reminders.send_due import send_due
from doorstep.application.reminders.text_rows import ReceiptRow
from doorstep.application.reminders.text_service import SetUpWrong, TextDelayed, TextRefused, TextService, TextToSend
from tests.makers import Bench, an_office, closed
from tests.reminded import book, reminding, texts_of
from tests.stand_ins.notify import KEY, Manners, Notify, notify_at_work
from tests.stand_ins.notify_tokens import Key

GAPS = {"landlord": "Homes", "day": "Monday", "from": "08:00", "to": "13:00", "job": "W-1", "phone": "01632 960000"}
TEXT = TextToSend("b0c5cf7a-9f7e-4d43-8f1b-7c1d0d3c5a11", "+447700900123", "booked", GAPS)
PATIENT_S, QUICK_S = (30.0, 30.0), (30.0, 0.3)


@asynccontextmanager
async def by_notify(
    notify: Notify, key: str = "", timeout_s: tuple[float, float] = PATIENT_S
) -> AsyncIterator[GovukNotify]:
    """The real client against a stand-in."""
    texts = GovukNotify(key or notify.key, notify.template_ids, notify.url, timeout_s)
    try:
        yield texts
    finally:
        texts.close()


def in_folder(folder: Path) -> FileTexts:
    """Texts in a folder, with their gaps for words."""
    return FileTexts(folder / "texts", lambda template, gaps: f"{template}: {gaps['day']}")


@pytest.fixture(params=["file", "govuk"])
async def service(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[TextService]:
    """Each adapter in turn."""
    if request.param == "file":
        yield in_folder(tmp_path)
        return
    async with notify_at_work() as notify, by_notify(notify) as texts:
        yield texts


async def test_a_text_is_found_by_its_reference_and_its_id(service: TextService) -> None:
    """What was handed over is found; nothing else is."""
    assert await service.find(TEXT.reference) is None
    sent = await service.send(TEXT)
    assert sent.provider_id
    assert sent.status == "created"
    found, again = await service.find(TEXT.reference), await service.status(sent.provider_id)
    assert found is not None
    assert again is not None
    assert found.provider_id == again.provider_id == sent.provider_id
    assert {found.status, again.status} <= RANKS.keys()
    assert await service.find("another") is None
    assert await service.status(str(UUID(int=5))) is None
    assert await service.status("../../etc/passwd") is None


async def test_many_at_once(service: TextService) -> None:
    """Forty texts side by side are forty texts."""
    texts = [msgspec.structs.replace(TEXT, reference=f"r-{number}") for number in range(40)]
    sent = await asyncio.gather(*(service.send(text) for text in texts))
    assert len({each.provider_id for each in sent}) == 40
    found = await asyncio.gather(*(service.find(text.reference) for text in texts))
    assert [each and each.provider_id for each in found] == [each.provider_id for each in sent]


async def test_a_file_holds_the_text_for_its_owner_only(tmp_path: Path) -> None:
    """Small, whole, private; written once, whatever is handed over again under its reference."""
    service = in_folder(tmp_path)
    await service.send(TEXT)
    await service.send(msgspec.structs.replace(TEXT, number="+447700900124"))
    [file] = (tmp_path / "texts").iterdir()
    assert file.name == f"{TEXT.reference}.json"
    assert (stat.S_IMODE(file.stat().st_mode), stat.S_IMODE(file.parent.stat().st_mode)) == (0o600, 0o700)
    held = json.loads(file.read_text())
    assert held == {**msgspec.to_builtins(TEXT), "words": "booked: Monday"}
    with pytest.raises(TextRefused):
        await service.send(msgspec.structs.replace(TEXT, reference="../up"))
    assert service.forget(file.stat().st_mtime) == 0
    assert service.forget(file.stat().st_mtime + 1) == 1
    assert await service.find(TEXT.reference) is None


async def test_a_folder_that_cannot_be_written_delays(tmp_path: Path) -> None:
    """Nothing is lost: it is tried again."""
    (tmp_path / "texts").write_text("a file stands in the folder's place")
    with pytest.raises(TextDelayed):
        await in_folder(tmp_path).send(TEXT)


async def test_a_text_in_a_folder_is_never_evidence(tmp_path: Path) -> None:
    """Sent, asked after for days, and altered by hand to say `delivered`: no receipt, and nothing in the snapshot."""
    bench: Bench = await an_office(tmp_path)
    await reminding(bench)
    service = in_folder(tmp_path)
    appointment_id = await book(bench, "2026-11-25 12:00")
    assert await send_due(bench.office, service, 3000) == 1
    [file] = (tmp_path / "texts").iterdir()
    file.write_text(json.dumps(json.loads(file.read_text()) | {"status": "delivered"}))
    for _ in range(50):
        bench.clock.ms += 2 * 3_600_000
        assert await ask_after(bench.office, service) == 0
    assert (await texts_of(bench, appointment_id))["booked"].status == "created"
    assert await bench.office.store.count_records(ReceiptRow) == 0
    dossier = await bench.office.store.dossier(appointment_id)
    assert dossier is not None
    assert dossier.versions[-1].snapshot["notifications"] == []
    await closed(bench)


async def test_the_real_client_brings_what_the_contract_names() -> None:
    """The number, the template's id, the gaps and our reference arrive; what became of it comes back with its time."""
    async with notify_at_work(Manners(receipt_after_s=0.0)) as notify, by_notify(notify) as texts:
        sent = await texts.send(TEXT)
        [taken] = notify.contract.taken
        assert (taken.reference, taken.given_number) == (TEXT.reference, TEXT.number)
        assert taken.body == "Homes: we come on Monday, 08:00 to 13:00, for W-1. Ring 01632 960000."
        became = await texts.status(sent.provider_id)
        while became is not None and became.status != "delivered":
            became = await texts.status(sent.provider_id)
        assert became is not None
        assert became.status == "delivered"
        assert became.status_at == round((taken.completed_at or 0) * 1000)


async def test_of_two_under_one_reference_the_first_is_found() -> None:
    """Should there ever be two, its id does not change from one look to the next."""
    async with notify_at_work() as notify, by_notify(notify) as texts:
        first = await texts.send(TEXT)
        await texts.send(TEXT)
        found = await texts.find(TEXT.reference)
        assert found is not None
        assert found.provider_id == first.provider_id


async def test_a_number_that_is_none_is_that_text_s_own_fault() -> None:
    """Refused with the service's name for it, which no other text suffers for; no number in its words."""
    async with notify_at_work() as notify, by_notify(notify) as texts:
        with pytest.raises(TextRefused) as refused:
            await texts.send(msgspec.structs.replace(TEXT, number="+441632960000"))
    assert (refused.value.error, isinstance(refused.value, SetUpWrong)) == ("ValidationError", False)
    assert "960000" not in str(refused.value)


async def test_a_text_too_long_is_its_own_fault_too() -> None:
    """The same BadRequestError as for a template that is not there: the template is asked for, and is right."""
    gaps = GAPS | {"landlord": "Homes " * 200}
    async with notify_at_work() as notify, by_notify(notify) as texts:
        with pytest.raises(TextRefused) as refused:
            await texts.send(msgspec.structs.replace(TEXT, personalisation=gaps))
        assert notify.contract.taken == []
    assert (refused.value.error, isinstance(refused.value, SetUpWrong)) == ("BadRequestError", False)


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"template": str(UUID(int=99))}, "BadRequestError"),
        ({"template": "unheard_of"}, "NoTemplate"),
        ({"personalisation": {"day": "Monday"}}, "BadRequestError"),
    ],
)
async def test_a_template_that_is_not_there_is_the_set_up(change: dict[str, Any], error: str) -> None:
    """Unknown to us, unknown to the service, or with a gap that we do not fill: no text of it would go."""
    text = msgspec.structs.replace(TEXT, **change)
    async with notify_at_work() as notify, by_notify(notify) as texts:
        with pytest.raises(SetUpWrong) as wrong:
            await texts.send(text)
    assert (wrong.value.cause, wrong.value.error, wrong.value.template) == ("template", error, text.template)


async def test_a_wrong_key_and_a_wrong_clock_say_which() -> None:
    """Both are 403 AuthError: the answer's own date tells them apart, not its words."""
    other = Key("other", KEY.service_id, str(UUID(int=9))).text
    async with notify_at_work() as notify, by_notify(notify, other) as texts:
        with pytest.raises(SetUpWrong, match="DOORSTEP_NOTIFY_KEY") as refused:
            await texts.send(TEXT)
        assert (refused.value.error, refused.value.cause) == ("AuthError", "key")
    for ahead_s, way in ((95.0, "behind"), (-95.0, "ahead of")):
        async with notify_at_work(Manners(clock_ahead_s=ahead_s)) as notify, by_notify(notify) as texts:
            with pytest.raises(SetUpWrong, match=f"clock is 9[4-6] s {way} the service's"):
                await texts.send(TEXT)
            assert notify.contract.taken == []


async def test_too_many_is_a_delay() -> None:
    """429 RateLimitError."""
    async with notify_at_work(per_minute=1) as notify, by_notify(notify) as texts:
        await texts.send(TEXT)
        with pytest.raises(TextDelayed, match="429 RateLimitError"):
            await texts.send(msgspec.structs.replace(TEXT, reference="another"))


@pytest.mark.parametrize("fate", ["fails_before", "fails_after", "hangs_after", "breaks_after"])
async def test_a_bad_day_is_a_delay_and_the_text_can_be_looked_up(fate: str) -> None:
    """500, no answer in time and a broken connection; whether it was taken is found out by its reference."""
    timeout_s = QUICK_S if fate == "hangs_after" else PATIENT_S
    manners = Manners(**{fate: 1.0})  # type: ignore[arg-type]
    async with notify_at_work(manners) as notify, by_notify(notify) as texts:
        async with by_notify(notify, timeout_s=timeout_s) as sending:
            with pytest.raises(TextDelayed):
                await sending.send(TEXT)
        assert (await texts.find(TEXT.reference) is not None) == (fate != "fails_before")
        assert len(notify.contract.taken) == (fate != "fails_before"), "the client tried again by itself"


async def test_nobody_there_is_a_delay() -> None:
    """A port at which nothing listens, and a service that was closed."""
    with closing(socket.socket()) as held:
        held.bind(("127.0.0.1", 0))
        texts = GovukNotify(
            KEY.text, {"booked": str(UUID(int=1))}, f"http://127.0.0.1:{held.getsockname()[1]}", PATIENT_S
        )
        for ask in (texts.send(TEXT), texts.find("r"), texts.status(str(UUID(int=1)))):
            with pytest.raises(TextDelayed):
                await ask
        texts.close()
    with pytest.raises(TextDelayed):
        await texts.send(TEXT)


@pytest.mark.parametrize(
    ("answer", "delay"),
    [
        (b"HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n", None),
        (b"HTTP/1.1 201 Created\r\nContent-Length: 5\r\n\r\nhello", None),
        (b"HTTP/1.1 201 Created\r\nContent-Length: 2\r\n\r\n[]", None),
        (b"HTTP/1.1 201 Created\r\nContent-Length: 9\r\n\r\n{", None),
        (b"HTTP/1.1 503 Busy\r\nRetry-After: 120\r\nContent-Length: 4\r\n\r\nbusy", 120.0),
        (b"HTTP/1.1 408 Timeout\r\nContent-Length: 0\r\n\r\n", None),
        (b"junk\r\n\r\n", None),
    ],
)
async def test_what_is_not_the_services_answer_is_a_delay(answer: bytes, delay: float | None) -> None:
    """Somebody in between: a redirect is not followed, half an answer is none; nobody takes the text for sent."""
    asked: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append(await reader.readuntil(b"\r\n"))
        writer.write(answer)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    texts = GovukNotify(KEY.text, {"booked": str(UUID(int=1))}, f"http://127.0.0.1:{_port(server)}", PATIENT_S)
    with pytest.raises(TextDelayed) as delayed:
        await texts.send(TEXT)
    assert delayed.value.retry_after_s == delay
    assert len(asked) == 1
    texts.close()
    server.close()


async def test_the_client_writes_nothing_to_the_log(caplog: pytest.LogCaptureFixture) -> None:
    """Its own warnings bear the service's words."""
    with caplog.at_level(logging.DEBUG):
        async with notify_at_work(Manners(fails_before=1.0)) as notify, by_notify(notify) as texts:
            with pytest.raises(TextDelayed):
                await texts.send(TEXT)
    assert "900123" not in caplog.text
    assert not [record for record in caplog.records if record.name.startswith("notifications_python_client")]


def _port(server: asyncio.Server) -> int:
    return int(server.sockets[0].getsockname()[1])


async def test_a_stop_does_not_wait_for_the_service() -> None:
    """Cancelled while it never answers: the connection is cut, its thread ends, and the text can be looked up."""
    async with (
        notify_at_work(Manners(hangs_after=1.0)) as notify,
        by_notify(notify, timeout_s=(30.0, 3600.0)) as texts,
    ):
        sending = asyncio.create_task(texts.send(TEXT))
        while await texts.find(TEXT.reference) is None:
            pass
        sending.cancel()
        with pytest.raises(asyncio.CancelledError):
            await sending
        assert await texts.find(TEXT.reference) is not None
