"""Every page and state of the office, as a planner, a supervisor, an auditor and an administrator come to see them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from playwright.sync_api import Browser, Page, expect

from tests.browser.chromium import OFFICE_SIZE, office_context
from tests.browser.desk import Desk
from tests.browser.gallery.landlord import Landlord

ZOOMED = (320, 225)
"""A desk's screen at 400%, in CSS px."""
SHEET = (794, 1123)
"""A4, in CSS px."""
SIZES = (ZOOMED, OFFICE_SIZE)


class LookAt(Protocol):
    """Looks at a page of the office, at each of the sizes or, where it is printed, at a sheet's."""

    def __call__(self, page: Page, name: str, sizes: Sequence[tuple[int, int]] = SIZES) -> None: ...


@dataclass
class Office:
    """The office of one landlord: desks with a browser each, and whoever looks at each page."""

    landlord: Landlord
    browser: Browser
    visits: Mapping[str, str]
    look: LookAt
    opened: Callable[[Page], None]

    def print(self, page: Page, name: str) -> None:
        """Look at what is printed."""
        self.look(page, name, (SHEET,))

    def desk(self, role: str, place: int = 0) -> Desk:
        """Somebody at a desk, not signed in yet."""
        page = self.browser.new_context(**office_context()).new_page()
        self.opened(page)
        return Desk(page, self.landlord.url, self.landlord.person(role, place))


def walk_planner(office: Office) -> None:
    """The way in, the board, and a call from its beginning to its end."""
    desk = office.desk("planner")
    page = desk.page
    page.goto(desk.url)
    office.look(page, "landing")
    page.goto(f"{desk.url}/office/sign-in")
    office.look(page, "sign-in")
    page.get_by_role("button", name="Sign in").click()
    office.look(page, "sign-in with errors")
    page.locator("#username").fill("somebody")
    page.locator("#password").fill("not the password")
    page.get_by_role("button", name="Sign in").click()
    office.look(page, "sign-in refused")
    desk.sign_in()
    page.goto(f"{desk.url}/office/board")
    office.look(page, "board")
    page.locator(".ds-keys summary").click()
    office.look(page, "board with keys")
    page.goto(f"{desk.url}/office/board?q=Sample")
    office.look(page, "board found")
    page.goto(f"{desk.url}/office/board?q=nowhere+that+is")
    office.look(page, "board not found")
    _call(office, desk)
    page.goto(f"{desk.url}/office/nothing-here")
    office.look(page, "not there")
    page.goto(f"{desk.url}/office/visits")
    office.look(page, "planner's visits")
    page.context.close()


def _call(office: Office, desk: Desk) -> None:
    page = desk.page
    page.goto(f"{desk.url}/office/board")
    page.locator("#doors").locator("xpath=..").get_by_role("button").first.click()
    expect(page.locator(".ds-say")).to_be_visible()
    office.look(page, "call")
    page.locator("#read_back").fill("AAAA")
    page.get_by_role("button", name="Save call").last.click()
    expect(page.locator(".govuk-error-summary")).to_be_visible()
    office.look(page, "call with errors")
    page.locator("#read_back").fill("")
    page.locator('input[name="cannot"]').check()
    page.locator('input[name="instruction"][value="leave_card"]').check()
    page.locator("#summary").fill("Knocked twice and rang. Nobody in.")
    office.look(page, "call filled in")
    page.get_by_role("button", name="Save call").last.click()
    expect(page.locator("#call-form")).to_have_count(0)
    office.look(page, "call saved")
    page.goto(f"{desk.url}/office/board")
    page.locator("#asked").locator("xpath=..").get_by_role("button").first.click()
    expect(page.locator("#call-form")).to_be_visible()
    office.look(page, "call they asked for")
    _taken_over(office, desk)


def _taken_over(office: Office, desk: Desk) -> None:
    """What another planner sees of that call, and takes over; then what the first one sees; and the bell turned off."""
    other = office.desk("planner", 1)
    page = other.page
    other.sign_in()
    page.goto(f"{desk.url}/office/board")
    expect(page.locator("[data-asked] .ds-held--other")).to_be_visible()
    office.look(page, "board with a call that somebody has")
    page.locator("[data-asked]").get_by_role("button", name="Take over").click()
    expect(page.locator("#reason")).to_be_visible()
    office.look(page, "call that somebody else has")
    page.get_by_role("button", name="Take over the call").click()
    expect(page.locator(".govuk-error-summary")).to_be_visible()
    office.look(page, "take over with errors")
    page.locator("#reason").fill("Their screen has frozen")
    page.get_by_role("button", name="Take over the call").click()
    expect(page.locator("#call-form")).to_be_visible()
    page.locator("#bell-on").uncheck()
    office.look(page, "call taken over, with the bell off")
    expect(desk.page.locator("[data-taken-over]")).to_be_visible()
    office.look(desk.page, "call that somebody took over")
    page.context.close()


def walk_supervisor(office: Office) -> None:
    """The lists, filtered and not; a visit of each standing; a decision; what is printed."""
    desk = office.desk("supervisor")
    page = desk.page
    desk.sign_in()
    for name, query in LISTS.items():
        page.goto(f"{desk.url}/office/visits?{query}")
        office.look(page, name)
    for standing, visit_id in office.visits.items():
        page.goto(f"{desk.url}/office/visits/{visit_id}")
        office.look(page, f"visit {standing}")
    page.goto(f"{desk.url}/office/visits?view=all&standing=in_progress")
    page.locator(".ds-table tbody th a").first.click()
    office.look(page, "visit in progress")
    for name, query in DOORS.items():
        page.goto(f"{desk.url}/office/door-questions?{query}")
        office.look(page, name)
    page.goto(f"{desk.url}/office/visits/{office.visits['recorded']}")
    page.get_by_role("button", name="Save decision").click()
    expect(page.locator(".govuk-error-summary")).to_be_visible()
    office.look(page, "decision with errors")
    page.locator('input[name="decision"][value="overturned"]').check()
    office.look(page, "decision to overturn")
    page.goto(f"{desk.url}/office/visits/{office.visits['recorded']}")
    page.emulate_media(media="print")
    office.print(page, "visit in print")
    page.context.close()


LISTS = {
    "to decide": "",
    "missed": "view=missed",
    "decided": "view=decided",
    "all visits": "view=all",
    "filtered": "view=all&standing=recorded&also=alert",
    "nothing found": "view=all&q=nowhere+that+is",
    "dates the wrong way round": "view=all&from=2026-11-18&to=2026-11-01",
    "date that is none": "view=all&from=never",
}

DOORS = {
    "doors to ask about": "",
    "no doors to ask about": "week=2026-01-05",
    "doors of a week that is none": "week=never",
}


def walk_others(office: Office) -> None:
    """An auditor's visit with its originals; what an administrator comes to."""
    desk = office.desk("auditor")
    desk.sign_in()
    desk.page.goto(f"{desk.url}/office/visits/{office.visits['recorded']}")
    office.look(desk.page, "auditor's visit")
    desk.page.context.close()
    desk = office.desk("admin")
    desk.sign_in()
    office.look(desk.page, "administrator's start")
    desk.page.context.close()


def walk_empty(office: Office) -> None:
    """A landlord where nothing has happened yet."""
    desk = office.desk("planner")
    desk.sign_in()
    desk.page.goto(f"{desk.url}/office/board")
    office.look(desk.page, "board with nothing")
    desk.page.context.close()
    desk = office.desk("supervisor")
    desk.sign_in()
    desk.page.goto(f"{desk.url}/office/visits")
    office.look(desk.page, "nothing to decide")
    desk.page.context.close()
