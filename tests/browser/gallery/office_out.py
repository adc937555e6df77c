"""The office's pages of what leaves the house: the tables with their words, and webhooks from the first to the end."""

from __future__ import annotations

import msgspec
from playwright.sync_api import expect

from doorstep.application.office import Office as Kept
from doorstep.application.records import keep_records
from doorstep.application.webhooks.endpoints import endpoints
from doorstep.application.webhooks.make_deliveries import new_delivery
from doorstep.application.webhooks.rows import DEAD, OFF, TAKEN
from tests.browser.gallery.office import Office

LONG = "https://repairs.inventon.example/hooks/doorstep/" + "averylongpathwithoutanybreak" * 4


def walk_out(office: Office) -> None:
    """An auditor's tables; an admin's address: none, wrong, added, given up, gone, ended."""
    desk = office.desk("auditor")
    desk.sign_in()
    desk.page.goto(f"{desk.url}/office/exports")
    office.look(desk.page, "exports")
    desk.page.locator("details summary").first.click()
    office.look(desk.page, "exports with a table's columns")
    desk.page.context.close()
    _webhooks(office)


def _webhooks(office: Office) -> None:
    desk = office.desk("admin")
    page = desk.page
    desk.sign_in()
    page.goto(f"{desk.url}/office/webhooks")
    office.look(page, "webhooks with none")
    page.get_by_role("button", name="Add address").click()
    expect(page.locator(".govuk-error-summary")).to_be_visible()
    office.look(page, "webhooks with errors")
    page.get_by_label("Name", exact=True).fill("Repairs hub")
    page.get_by_label("Address", exact=True).fill(LONG)
    page.get_by_role("button", name="Add address").click()
    expect(page.get_by_text("whsec_", exact=False).first).to_be_visible()
    office.look(page, "webhook's secret")
    page.get_by_role("link", name="I have given it to them").click()
    expect(page.get_by_text("None yet. Send a trial message")).to_be_visible()
    office.look(page, "webhook with no messages")
    office.landlord.do(_go_wrong)
    page.reload()
    for summary in ("Give it a new secret", "End it"):
        page.get_by_text(summary, exact=True).click()
    expect(page.get_by_role("button", name="Turn it on again")).to_be_visible()
    office.look(page, "webhook that is gone, with dead letters")
    page.get_by_role("button", name="End this address").click()
    page.goto(f"{desk.url}/office/webhooks")
    expect(page.get_by_text("Repairs hub, ended")).to_be_visible()
    office.look(page, "webhooks that were ended")
    page.context.close()


async def _go_wrong(office: Kept) -> None:
    """The address is gone; one message was taken, two were given up."""
    [endpoint] = await endpoints(office)
    now_ms = office.clock.now_ms()
    made = [new_delivery(endpoint, f"m{n}", now_ms, "visit.decided", "{}", n, f"v{n}") for n in (1, 2, 3)]
    await keep_records(
        office,
        [
            msgspec.structs.replace(endpoint, state=OFF, why="gone"),
            msgspec.structs.replace(made[0], state=TAKEN, tries=1, status=204, done_at=now_ms),
            msgspec.structs.replace(made[1], state=DEAD, tries=9, status=500, done_at=now_ms),
            msgspec.structs.replace(made[2], state=DEAD, tries=9, fault="No answer came within 10 seconds."),
        ],
    )
