"""The office's pages of reminders, of numbers that get none, and of replies: empty, full, each form and its errors."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from doorstep.application.import_appointments import PhoneNumber, Window
from doorstep.application.office import Office as TheOffice
from doorstep.application.records import Wanted, Where, keep_records
from doorstep.application.reminders.receipts import take_receipt
from doorstep.application.reminders.replies import take_text
from doorstep.application.reminders.send_due import send_due
from doorstep.application.reminders.text_rows import HALT, SENT, TextRow, TextsHalted
from doorstep.application.reminders.text_service import KEY, InboundText, Receipt
from tests.browser.gallery.bookings import booked
from tests.browser.gallery.office import Office

LATER = Window("PM", "2026-11-20T12:00:00.000Z", "2026-11-20T17:00:00.000Z")
SAID = (
    "Please cancel, I am away that whole week and nobody else has a key",
    "CHANGE",
    "Yes",
    "Who is this?",
)
WHY = "Told us on the telephone"


def walk_reminders(office: Office) -> None:
    """Before anything was sent, and after: figures, lists, replies, opt-outs, numbers that failed."""
    desk = office.desk("planner")
    page = desk.page
    desk.sign_in()
    for name in ("reminders", "replies", "opt-outs"):
        page.goto(f"{desk.url}/office/{name}")
        office.look(page, f"{name} with nothing")
    live_a_day(office)
    for shown in ("due", "sent", "delivered", "failed", "dropped"):
        page.goto(f"{desk.url}/office/reminders?show={shown}")
        office.look(page, f"reminders, {shown}")
    page.goto(f"{desk.url}/office/replies")
    office.look(page, "replies")
    page.get_by_role("link", name="See to it").first.click()
    _with_an_error(office, page, "reply")
    page.locator("#reason").fill("Rang them and moved it to Friday")
    page.get_by_role("button", name="It is seen to").click()
    expect(page.get_by_role("heading", name="Seen to")).to_be_visible()
    office.look(page, "replies, one seen to")
    _numbers(office, page, f"{desk.url}/office/opt-outs")
    office.landlord.do(_halt)
    page.goto(f"{desk.url}/office/reminders")
    expect(page.get_by_text("No text goes since")).to_be_visible()
    office.look(page, "reminders, standing still")
    page.get_by_role("button", name="It is mended: send again").click()
    expect(page.get_by_text("Due again: 0.")).to_be_visible()
    office.look(page, "reminders, going again")
    page.context.close()
    desk = office.desk("supervisor")
    desk.sign_in()
    for name in ("reminders", "replies", "opt-outs"):
        desk.page.goto(f"{desk.url}/office/{name}")
        office.look(desk.page, f"supervisor's {name}")
    desk.page.context.close()


def _numbers(office: Office, page: Page, url: str) -> None:
    page.goto(url)
    office.look(page, "opt-outs with a failed number")
    page.get_by_role("button", name="Send no more").click()
    expect(page.locator(".govuk-error-summary")).to_be_visible()
    office.look(page, "opt-outs with errors")
    page.locator("#number").fill("07700 900777")
    page.locator("#reason").fill(WHY)
    page.get_by_role("button", name="Send no more").click()
    page.locator('a[href*="/failed/"]').first.click()
    _with_an_error(office, page, "failed number")
    page.goto(url)
    page.locator('a[href$="/lift"]').first.click()
    _with_an_error(office, page, "opt-out lifted")
    page.locator("#reason").fill(WHY)
    page.get_by_role("button", name="Send them again").click()
    office.look(page, "opt-outs")


def _with_an_error(office: Office, page: Page, name: str) -> None:
    office.look(page, name)
    page.locator("main form button").last.click()
    expect(page.locator(".govuk-error-summary")).to_be_visible()
    office.look(page, f"{name} without a reason")


def live_a_day(office: Office) -> None:
    """Texts to six homes: one delivered, one to no such number, one to nobody, others on their way; four replies."""
    landlord = office.landlord
    for place in range(1, 7):
        number = "01632 960123" if place == 6 else f"0770090010{place}"
        landlord.book(
            booked(70 + place, f"{place} Sample Street", window=LATER, phone_numbers=(PhoneNumber("mobile", number),))
        )
    landlord.do(_send)


async def _send(office: TheOffice) -> None:
    assert office.texts is not None
    await send_due(office, office.texts, 3000)
    now_ms = office.clock.now_ms()
    sent = await office.store.records(TextRow, Wanted((Where("state", "=", SENT),), ("number",)))
    assert len(sent) > len(SAID)
    for text, status in zip(sent, ("delivered", "permanent-failure"), strict=False):
        await take_receipt(office, Receipt(text.provider_id, text.reference, status, now_ms))
    numbers = [text.number for text in sent[2 : 1 + len(SAID)]] + ["+447700900999"]
    for place, (number, message) in enumerate(zip(numbers, SAID, strict=True)):
        await take_text(office, InboundText(f"text-{place}", number, message, now_ms - place * 3_000_000))
    await take_text(office, InboundText("text-stop", sent[2].number, "STOP", now_ms))


async def _halt(office: TheOffice) -> None:
    """As after a key that the service does not believe."""
    now_ms = office.clock.now_ms()
    await keep_records(office, [TextsHalted(name=HALT, cause=KEY, template="", halted_at=now_ms)])
