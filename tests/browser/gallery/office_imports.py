"""Files of appointments as a planner takes them in: looked at, with columns to name, taken in; held rows, mended."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.gallery.office import Office

HEADER = "appointment_ref,Job No,property_ref,address,window,date,starts,ends,priority,trade"
GOOD = "I-{number},WO-{number},P-1,4 Sample Street | ZZ1 2AB,AM,2027-02-01,08:00,13:00,routine,Plumbing"
ORDERS = """'HEADER','1','01/04/2021','07:56'
'ORDER-CREATE','0000','L835574','1','100 Days','01-Apr-2021 07:56','19-Aug-2021 07:56','0','Fit a lock','XAJ',\
'19-Aug-2021 07:56','','1','0',' ','A NAME','0749123456',' ',' ','1'
'SCHEDULED-ITEMS','0000','L835574','Joiner','0','N390917','   1.00','  12.57','1','1'
'TRAILER','1','4'
"""


def walk_imports(office: Office) -> None:
    """The upload and its errors, a mapping, a dry run with faults, a run, rows held: mended, waiting, dropped."""
    desk = office.desk("planner")
    page = desk.page
    desk.sign_in()
    imports = f"{desk.url}/office/imports"
    page.goto(imports)
    office.look(page, "imports, none yet")
    page.locator("form[enctype] button").click()
    expect(page.locator(".govuk-error-summary")).to_be_visible()
    office.look(page, "upload with errors")
    rows = [GOOD.format(number=1), GOOD.format(number=2).replace("2027-02-01", "next Monday")]
    upload(page, "bookings.csv", "\n".join([HEADER, *rows]))
    expect(page.locator("#columns")).to_be_visible()
    office.look(page, "import with columns to name")
    page.locator("#column1").select_option("work_order_ref")
    page.get_by_role("button", name="Look at the file with these").click()
    expect(page.locator("#faults")).to_be_visible()
    office.look(page, "import looked at")
    page.get_by_role("button", name="Take in 1 rows").click()
    expect(page.get_by_text("The file was taken in.")).to_be_visible()
    office.look(page, "import taken in")
    page.goto(imports)
    upload(page, "orders.txt", ORDERS, "housing")
    page.get_by_role("button", name="Take in").click()
    page.goto(imports)
    upload(page, "sheet.xlsx", "PK\x03\x04")
    expect(page.get_by_text("The file was refused")).to_be_visible()
    office.look(page, "import refused")
    page.goto(imports)
    office.look(page, "imports with rows held")
    page.get_by_role("link", name="L835574").click()
    office.look(page, "held row without a slot")
    page.goto(imports)
    page.get_by_role("link", name="I-2", exact=True).click()
    expect(page.locator("#date-error")).to_be_visible()
    office.look(page, "held row")
    held = page.url
    page.get_by_role("button", name="Drop this row").click()
    expect(page.locator(".govuk-error-summary")).to_be_visible()
    office.look(page, "held row dropped without a reason")
    page.locator("#date").fill("2027-02-01")
    page.get_by_role("button", name="Save and take in").click()
    expect(page).to_have_url(imports)
    page.goto(held)
    office.look(page, "held row mended")
    page.context.close()


def upload(page: Page, name: str, content: str, source: str = "scheduler") -> None:
    page.locator("#source").fill(source)
    page.locator("#file").set_input_files({"name": name, "mimeType": "text/plain", "buffer": content.encode("latin-1")})
    page.locator("form[enctype] button").click()
