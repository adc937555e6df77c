"""The office's pages of data exceptions: counted, a kind's list in each view, one with its forms and their errors."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from doorstep.application.import_appointments import Alert, Assigned
from tests.browser.gallery.bookings import DAY, NOT_ALONE, PM, booked
from tests.browser.gallery.landlord import Landlord
from tests.browser.gallery.office import Office

WRONG = Assigned(f"{DAY}T09:00:00.000Z", f"{DAY}T10:00:00.000Z")


def walk_exceptions(office: Office) -> None:
    """Nothing yet; then what a faulty import brings, from the count to what was resolved; a supervisor beside it."""
    desk = office.desk("planner")
    page = desk.page
    desk.sign_in()
    page.goto(f"{desk.url}/office/exceptions/unknown_property")
    office.look(page, "no exceptions of a kind")
    take_in_faulty(office.landlord)
    page.goto(f"{desk.url}/office/exceptions")
    office.look(page, "exceptions")
    page.get_by_role("link", name="Assigned time outside the time slot", exact=True).click()
    expect(page.locator("table")).to_be_visible()
    office.look(page, "exceptions of a kind")
    page.get_by_role("link", name="Resolved", exact=True).click()
    office.look(page, "none resolved")
    for kind in ("unknown_property", "uprn_conflict", "duplicate_booking", "alert_past_date"):
        page.goto(f"{desk.url}/office/exceptions/{kind}")
        page.locator("main tbody a").first.click()
        expect(page.get_by_role("button", name="Resolve")).to_be_visible()
        office.look(page, f"exception {kind}")
    _resolve(office, page)
    page.context.close()
    desk = office.desk("supervisor")
    desk.sign_in()
    desk.page.goto(f"{desk.url}/office/exceptions/unknown_property")
    desk.page.locator("main tbody a").first.click()
    expect(desk.page.get_by_text("Only a resource planner")).to_be_visible()
    office.look(desk.page, "exception of another role")
    desk.page.context.close()


def take_in_faulty(landlord: Landlord) -> None:
    """Appointments that are wrong in some way, and would be right otherwise."""
    landlord.book(
        booked(30, "2 Wrongtime Street", window=PM, assigned=WRONG),
        booked(31, "4 Wrongtime Street", uprn="10003X"),
        booked(32, "6 Wrongtime Street", uprn="100"),
        booked(33, "6 Wrongtime Street", uprn="200", property_ref="BH10032"),
        booked(34, "8 Wrongtime Street"),
        booked(35, "8 Wrongtime Street", work_order_ref="WO-104234", property_ref="BH10034", window=PM),
        booked(36, "10 Wrongtime Street", agreed=None, phone_numbers=(), notifications=()),
        booked(37, "12 Wrongtime Street", uprn="X", patch=""),
        booked(38, "14 Wrongtime Street", alerts=(_overdue(),)),
    )


def _overdue() -> Alert:
    return Alert(NOT_ALONE.code, NOT_ALONE.text, "2026-11-01")


def _resolve(office: Office, page: Page) -> None:
    """Given to somebody, then resolved: first without a reason."""
    page.locator("#person_id").select_option(label="Planner 2")
    page.get_by_role("button", name="Save who has it").click()
    page.wait_for_load_state()
    page.get_by_role("button", name="Resolve").click()
    expect(page.locator(".govuk-error-summary")).to_be_visible()
    office.look(page, "exception without a reason")
    page.locator("#reason").fill("The review is booked for Thursday, with the resident's daughter.")
    page.get_by_role("button", name="Resolve").click()
    page.get_by_role("link", name="Resolved", exact=True).click()
    expect(page.get_by_text("The review is booked")).to_be_visible()
    office.look(page, "exceptions that were resolved")
