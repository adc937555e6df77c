"""The planner's pages in Welsh, whose words are longer, with names as long as they come: full, empty and wrong."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from doorstep.application.import_appointments import Window
from tests.browser.gallery.bookings import DAY, booked
from tests.browser.gallery.office import Office
from tests.browser.gallery.office_imports import GOOD, HEADER, upload

PLACE = "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch"
LONG = booked(
    60,
    f"Flat 1207, The Old {PLACE} Station House, Ffordd {PLACE}",
    trade="Plumbing, heating and ventilation, with the making good of whatever is opened up for it",
    uprn="1000X",
    window=Window("ALLDAY", f"{DAY}T08:00:00.000Z", f"{DAY}T18:00:00.000Z"),
)
EMPTY = ("reviews", "imports", "reminders", "replies", "opt-outs", "exceptions", "phones")


def walk_welsh(office: Office) -> None:
    """Each list with nothing in it; then with long names; each form's errors; a row held, and held again."""
    desk = office.desk("planner")
    page = desk.page
    desk.sign_in()
    page.get_by_role("button", name="Cymraeg").click()
    expect(page.locator("html")).to_have_attribute("lang", "cy")
    for name in EMPTY:
        page.goto(f"{desk.url}/office/{name}")
        office.look(page, f"{name} in Welsh")
    for name in ("homes", "opt-outs", "phones", "imports"):
        page.goto(f"{desk.url}/office/{name}")
        _refused(office, page, f"{name} in Welsh with errors")
    office.landlord.book(LONG)
    page.goto(f"{desk.url}/office/board?q={PLACE[:12]}")
    expect(page.locator("main")).to_contain_text(PLACE)
    office.look(page, "board in Welsh with a long name")
    page.goto(f"{desk.url}/office/exceptions/unknown_property")
    page.locator("main tbody a").first.click()
    expect(page.locator("#give")).to_be_visible()
    _refused(office, page, "exception in Welsh with errors")
    page.goto(f"{desk.url}/office/homes/{LONG.property_ref}")
    office.look(page, "home in Welsh with a long name")
    page.goto(f"{page.url}/new/alert")
    _refused(office, page, "new alert in Welsh with errors")
    _held(office, page, f"{desk.url}/office/imports")
    page.context.close()


def _refused(office: Office, page: Page, name: str) -> None:
    page.locator("main form:has(.govuk-form-group) button").first.click()
    expect(page.locator(".govuk-error-summary")).to_be_visible()
    office.look(page, name)


def _held(office: Office, page: Page, imports: str) -> None:
    page.goto(imports)
    bad = GOOD.format(number=1).replace("2027-02-01", PLACE).replace("4 Sample Street", f"4 {PLACE}")
    upload(page, f"{PLACE}.csv", "\n".join([HEADER.replace("Job No", "work_order_ref"), bad]))
    expect(page.locator("#faults")).to_be_visible()
    office.look(page, "import in Welsh with a long name")
    page.locator('form[action$="/take"] button').click()
    page.goto(imports)
    office.look(page, "imports in Welsh with a long name")
    page.locator("table[aria-labelledby=held] a").first.click()
    page.locator("#starts").fill(PLACE)
    page.locator("main form button").first.click()
    expect(page.locator(".govuk-error-summary")).to_be_visible()
    office.look(page, "held row in Welsh, wrong once more")
