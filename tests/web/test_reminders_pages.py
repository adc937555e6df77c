"""The office's pages of reminders, of numbers that get none, and of replies: who sees what, and what each form does."""

from __future__ import annotations

import pytest

from doorstep.application.reminders.receipts import take_receipt
from doorstep.application.reminders.replies import take_text
from doorstep.application.reminders.send_due import send_due
from doorstep.application.reminders.text_rows import FailedNumber, OptOut, ReplyTask
from doorstep.application.reminders.text_service import InboundText, Receipt, SetUpWrong, TextRefused, TextToSend
from tests.reminded import NUMBER, book, reminding, texts_of
from tests.web.browsing import OWN, Signed, Site, form_token_in, words_in

REMINDERS, NUMBERS, REPLIES = "/office/reminders", "/office/opt-outs", "/office/replies"


async def a_reminded_patch(site: Site) -> tuple[Signed, Signed]:
    """A planner of the patch where somebody was texted, and one of another."""
    service = await reminding(site.bench)
    planner, other = await site.signed(1, "planner", "north"), await site.signed(2, "planner", "south")
    await book(site.bench, "2026-11-25 12:00")
    await send_due(site.bench.office, service, 3000)
    return planner, other


async def read(signed: Signed, path: str) -> str:
    """The words of a page that came."""
    answer = await signed.http.get(path)
    assert answer.status_code == 200, answer.text
    return words_in(answer.text)


async def posted(signed: Signed, path: str, **fields: str) -> tuple[int, str]:
    """A form sent from its page: the status and the words."""
    token = form_token_in((await signed.http.get(REMINDERS if path == "" else NUMBERS)).text)
    answer = await signed.http.post(path, data={"form_token": token, **fields}, headers=OWN)
    return answer.status_code, words_in(answer.text)


async def test_the_week_s_figures_and_a_day_s_list(site: Site) -> None:
    """One sent today, one due on the day before; the number only by its end, and only on its patch."""
    planner, other = await a_reminded_patch(site)
    said = await read(planner, f"{REMINDERS}?show=sent")
    assert "Friday 20 November 2026 (today) 0 1 On their way, Friday 20 November 2026 0 0 0" in said
    assert "On their way: Friday 20 November 2026" in said
    assert "10:00 Booked 4 Sample Street, Inventon, ZZ1 2AB WO-A-1, 25/11/2026 12:00:00 ends 123" in said
    assert "700900" not in (await planner.http.get(f"{REMINDERS}?show=sent")).text
    assert "Sample Street" not in await read(other, f"{REMINDERS}?show=sent")
    ahead = await read(planner, f"{REMINDERS}?day=2026-11-24&show=due")
    assert "17:00 Day before" in ahead


async def test_why_a_text_was_not_sent(site: Site) -> None:
    """In words, with the service's own where it has its own."""
    planner, _ = await a_reminded_patch(site)
    await book(site.bench, "2026-11-25 12:00", is_cancelled=True)
    await send_due(site.bench.office, await reminding(site.bench), 3000)
    assert "The appointment was cancelled" in await read(planner, f"{REMINDERS}?day=2026-11-24&show=dropped")
    text = (await texts_of(site.bench))["booked"]
    await take_receipt(site.bench.office, Receipt(text.provider_id, text.reference, "permanent-failure", 1))
    assert "No such number" in await read(planner, f"{REMINDERS}?show=failed")


async def test_the_words_as_they_are_read(site: Site) -> None:
    """Filled for an appointment tomorrow; a supervisor may look."""
    await reminding(site.bench, languages=("en", "cy"))
    supervisor = await site.signed(3, "supervisor")
    said = await read(supervisor, f"{REMINDERS}?day=never&show=nothing")
    assert "Day before: 1 day before, at 17:00" in said
    assert "Inventon Homes: a reminder that we come on Saturday 21 November between 12:00 and 17:00" in said
    assert "byddwn yn dod ddydd Sadwrn" not in said
    assert "byddwn yn dod dydd Sadwrn 21 Tachwedd rhwng 12:00 a 17:00" in said
    assert "No reminder is sent 24 hours or more before a window that starts at 08:00: only the one at booking" in said
    site.bench.office.reminders = None
    assert "No rules are written, so nobody is reminded" in await read(supervisor, REMINDERS)


async def test_an_opt_out_is_recorded_and_lifted(site: Site) -> None:
    """With a reason each time; the number stands nowhere on the page but in the form where it was typed."""
    planner, other = await a_reminded_patch(site)
    status, said = await posted(planner, NUMBERS, number="01632 960123", reason="")
    assert status == 422
    assert "Give a mobile number" in said
    assert (await posted(planner, NUMBERS, number="07700 900123", reason=""))[0] == 422
    assert (await posted(planner, NUMBERS, number="07700 900123", reason="Said so by telephone"))[0] == 303
    assert "ends 123" in await read(planner, NUMBERS)
    assert "Planner 1: Said so by telephone" in await read(planner, NUMBERS)
    assert "ends 123" not in await read(other, NUMBERS)
    [held] = await site.bench.office.store.records(OptOut)
    assert held.number == NUMBER
    path = f"{NUMBERS}/{held.opt_out_id}/lift"
    assert (await other.http.get(path)).status_code == 404
    assert (await posted(other, path, reason="Not mine"))[0] == 404
    assert "number that ends 123" in await read(planner, path)
    assert (await posted(planner, path, reason=" "))[0] == 422
    assert (await posted(planner, path, reason="They rang"))[0] == 303
    assert "Planner 1: They rang" in await read(planner, NUMBERS)
    assert (await planner.http.get(path)).status_code == 404


async def test_a_failed_number_is_seen_to(site: Site) -> None:
    """On its patch, beside its appointment."""
    planner, other = await a_reminded_patch(site)
    text = (await texts_of(site.bench))["booked"]
    await take_receipt(site.bench.office, Receipt(text.provider_id, text.reference, "permanent-failure", 1))
    [failed] = await site.bench.office.store.records(FailedNumber)
    path = f"{NUMBERS}/failed/{failed.failed_id}"
    assert "See to it : ends 123" in await read(planner, NUMBERS)
    assert (await other.http.get(path)).status_code == 404
    assert "4 Sample Street" in await read(planner, path)
    assert (await posted(planner, path, reason=""))[0] == 422
    assert (await posted(planner, path, reason="They have a new number"))[0] == 303
    assert "No number has failed" in await read(planner, NUMBERS)
    assert (await posted(planner, path, reason="Again"))[0] == 404


async def test_a_reply_waits_and_is_seen_to(site: Site) -> None:
    """With its age and its appointment; done once, by name."""
    planner, other = await a_reminded_patch(site)
    text = InboundText("t-1", "447700900123", "Please <b>cancel</b>", site.bench.clock.ms)
    await take_text(site.bench.office, text)
    site.bench.clock.ms += 3 * 3_600_000
    said = await read(planner, REPLIES)
    assert "3 h Cancel Please <b>cancel</b> 4 Sample Street" in said
    assert "No reply waits" in await read(other, REPLIES)
    path = f"{REPLIES}/t-1"
    assert (await other.http.get(path)).status_code == 404
    assert (await posted(other, path, reason="Not mine"))[0] == 404
    assert "Cancel or move the appointment in the system" in await read(planner, path)
    status, said = await posted(planner, path, reason="")
    assert status == 422
    assert "Give the reason" in said
    assert (await posted(planner, path, reason="Rang them, moved it"))[0] == 303
    assert "Planner 1: Rang them, moved it" in await read(planner, REPLIES)
    status, said = await posted(planner, path, reason="Again")
    assert status == 409
    assert "Somebody has seen to this reply already" in said
    assert [task.state for task in await site.bench.office.store.records(ReplyTask)] == ["done"]


@pytest.mark.parametrize(("minutes", "said"), [(5, "5 min"), (59, "59 min"), (61, "1 h"), (60 * 49, "2 d")])
async def test_a_reply_s_age(site: Site, minutes: int, said: str) -> None:
    """From nobody's number, it is everybody's."""
    _, other = await a_reminded_patch(site)
    at = site.bench.clock.ms - minutes * 60_000
    await take_text(site.bench.office, InboundText("t", "447700900999", "Who is this", at))
    words = await read(other, REPLIES)
    assert f"{said} Read it Who is this No appointment of ours is known" in words


async def test_in_welsh(site: Site) -> None:
    """The pages speak the reader's language."""
    planner, _ = await a_reminded_patch(site)
    planner.http.cookies.set("doorstep_language", "cy")
    for path, title in ((REMINDERS, "Negeseuon atgoffa"), (NUMBERS, "Rhifau nad ydynt"), (REPLIES, "Atebion")):
        assert title in await read(planner, path)


async def test_texts_that_stand_still_are_told_of_and_let_go(site: Site) -> None:
    """What is wrong in plain words, for all; the button is a planner's; one press, and what it came to."""
    service = await reminding(site.bench)

    def refuse(_: TextToSend) -> None:
        raise SetUpWrong("key", "AuthError", "07700 900123")

    service.doing = refuse
    planner, supervisor = await site.signed(1, "planner", "north"), await site.signed(3, "supervisor")
    await book(site.bench, "2026-11-25 12:00")
    await send_due(site.bench.office, service, 3000)
    for reader in (planner, supervisor):
        said = await read(reader, REMINDERS)
        assert "No text goes since 20/11/2026 10:00:00" in said
        assert "does not believe our key. Compare DOORSTEP_NOTIFY_KEY" in said
    button = "It is mended: send again"
    assert (button in await read(planner, REMINDERS), button in await read(supervisor, REMINDERS)) == (True, False)
    token = form_token_in((await planner.http.get(REMINDERS)).text)
    again = f"{REMINDERS}/again"
    done = await planner.http.post(again, data={"form_token": token}, headers=OWN)
    assert (done.status_code, done.headers["location"]) == (303, f"{REMINDERS}?due=1&dropped=0#again")
    assert "Due again: 1." in await read(planner, f"{REMINDERS}?due=1&dropped=0")
    assert "No text goes since" not in await read(planner, REMINDERS)
    twice = await planner.http.post(again, data={"form_token": token}, headers=OWN)
    assert twice.status_code == 409
    assert "nothing was kept back" in words_in(twice.text)


async def test_a_text_that_failed_goes_to_a_new_number(site: Site) -> None:
    """The button stands there once the home has another number; another patch's planner has neither."""
    service = await reminding(site.bench)

    def refuse(_: TextToSend) -> None:
        raise TextRefused("ValidationError", "07700 900123")

    service.doing = refuse
    planner, other = await site.signed(1, "planner", "north"), await site.signed(2, "planner", "south")
    await book(site.bench, "2026-11-25 12:00")
    await send_due(site.bench.office, service, 3000)
    shown, button = f"{REMINDERS}?show=failed", "Send to the new number"
    said = await read(planner, shown)
    assert "The text service did not take it (ValidationError)" in said
    assert button not in said
    await book(site.bench, "2026-11-25 12:00", number="+447700900456")
    assert button in await read(planner, shown)
    reference = (await texts_of(site.bench))["booked"].reference
    for who, status in ((other, 404), (planner, 303), (planner, 409)):
        token = form_token_in((await who.http.get(NUMBERS)).text)
        answer = await who.http.post(f"{REMINDERS}/again/{reference}", data={"form_token": token}, headers=OWN)
        assert answer.status_code == status
    assert (await texts_of(site.bench))["booked-2"].number == "+447700900456"
