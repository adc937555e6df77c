"""From a resident's dispute to its answer, in a real browser: a narrow one without script, and a supervisor's."""

from __future__ import annotations

import os
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Browser, Page

from doorstep.domain.chain import body_hash, card_code
from tests.makers import Bench
from tests.web.office_in_browser import Reader, Serving

POSTCODE = "zz1 2ab"
PICTURES = os.environ.get("DOORSTEP_PICTURES", "")
"""Where to keep pictures of the pages; nowhere, where it is not set."""


class Carded(Serving):
    """The office's site, with what is written on the card of its first visit."""

    code = ""

    async def _fill(self, bench: Bench) -> None:
        await super()._fill(bench)
        entries = await bench.office.store.visit_entries(self.visits[0])
        [arrived] = [entry for entry in entries if entry.kind == "arrived"]
        self.code = card_code(body_hash(arrived.body))


SITE = Carded


class Resident:
    """Somebody with a card and an old telephone: 360 px wide, and no script runs in it."""

    def __init__(self, browser: Browser, serving: Carded, path: str) -> None:
        self.serving, self.path = serving, path
        self.page: Page = browser.new_context(
            viewport={"width": 360, "height": 740}, java_script_enabled=False
        ).new_page()
        self.page.goto(f"{serving.url}{path}")
        self.measured: Page = browser.new_context(viewport={"width": 360, "height": 740}).new_page()

    def look_up(self, button: str) -> None:
        """Types what stands on the card."""
        self.page.locator("#reference").fill(self.serving.code.lower())
        self.page.locator("#postcode").fill(POSTCODE)
        self.page.get_by_role("button", name=button).click()
        self.page.locator("dl").wait_for()

    def check(self, what: str) -> None:
        """The page is fit for everybody, and nothing of it has to be pushed sideways."""
        # The rules are a script themselves: they run over the same page in a browser that has one.
        html = self.page.content()
        self.measured.route(self.page.url, lambda route: route.fulfill(body=html, content_type="text/html"))
        self.measured.goto(self.page.url)
        found = Axe().run(self.measured)
        self.measured.unroute_all()
        assert found.violations_count == 0, f"{what}: {found.generate_report()}"
        wide = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{what} is {wide} px too wide"
        if PICTURES:
            self.page.screenshot(path=Path(PICTURES) / f"resident-{what}.png", full_page=True)


def test_from_a_dispute_to_its_answer(serving: Carded, chromium: Browser) -> None:
    """The resident says that they were in; the supervisor reads it, decides and answers; the resident reads that."""
    resident = Resident(chromium, serving, "/r")
    resident.check("ask-en")
    resident.page.get_by_role("button", name="See the visit").click()
    resident.page.get_by_role("alert").wait_for()
    resident.check("ask-wrong-en")
    resident.look_up("See the visit")
    resident.check("seen-en")
    resident.page.get_by_role("button", name="Tell us it is wrong").click()
    resident.page.get_by_role("alert").wait_for()
    resident.check("seen-wrong-en")
    resident.page.get_by_label("Nobody knocked or rang").check()
    resident.page.get_by_label("What happened, in your words").fill("I was in the kitchen. The bell does not work.")
    resident.page.get_by_role("button", name="Tell us it is wrong").click()
    resident.page.get_by_role("heading", name="You told us it is wrong").wait_for()
    resident.check("told-en")

    supervisor = Reader(chromium, serving, 1280)
    supervisor.sign_in("supervisor3")
    supervisor.page.goto(f"{serving.url}/office/disputes")
    supervisor.check("the list of disputes")
    keep(supervisor.page, "disputes")
    supervisor.page.get_by_role("link", name="4 Sample Street").click()
    supervisor.page.get_by_role("heading", name="The resident says: nobody knocked or rang").wait_for()
    supervisor.check("the visit with its dispute")
    keep(supervisor.page, "visit-disputed")
    supervisor.page.get_by_label("Overturn: put the outcome right").check()
    supervisor.page.get_by_label("If overturned, what it truly was").select_option("landlord_missed")
    supervisor.page.locator("#reason").fill("The bell is broken, and nobody knocked.")
    supervisor.page.get_by_role("button", name="Save decision").click()
    supervisor.page.get_by_text("Overturned").first.wait_for()
    supervisor.page.get_by_role("button", name="Send the answer").click()
    supervisor.page.get_by_role("link", name="Write the answer").wait_for()
    supervisor.page.get_by_label("Answer the resident").fill(
        "You are right, and we are sorry. We rang a bell that is broken."
    )
    supervisor.page.get_by_role("button", name="Send the answer").click()
    supervisor.page.get_by_text("Supervisor 3 answered").wait_for()
    supervisor.check("the visit, answered")

    resident.page.get_by_role("button", name="Back to the visit").click()
    resident.page.get_by_text("You are right, and we are sorry.").wait_for()
    resident.page.get_by_text("We have changed our record.").wait_for()
    resident.check("answered-en")
    resident.page.get_by_role("button", name="Cymraeg").click()
    resident.page.get_by_role("heading", name="Yr hyn a ddywedoch wrthym").wait_for()
    resident.page.get_by_text("You are right, and we are sorry.").wait_for()
    resident.check("answered-cy")


def test_times_in_welsh(serving: Carded, chromium: Browser) -> None:
    """A resident who reads Welsh says when they are in; a planner finds it among the replies."""
    resident = Resident(chromium, serving, "/r")
    resident.page.get_by_role("link", name="Cymraeg").click()
    resident.page.get_by_role("heading", name="Cawsoch gerdyn gennym").wait_for()
    resident.check("ask-cy")
    resident.look_up("Gweld yr ymweliad")
    resident.check("seen-cy")
    resident.page.get_by_label("Dydd Mawrth").check()
    resident.page.get_by_label("Boreau").check()
    resident.page.get_by_label("Ie, ffoniwch fi").check()
    resident.page.get_by_label("Rhif i'w ffonio").fill("01632 960555")
    resident.page.get_by_role("button", name="Anfon fy amserau").click()
    resident.page.get_by_role("heading", name="Mae eich amserau gennym").wait_for()
    resident.check("told-times-cy")
    planner = Reader(chromium, serving, 1280)
    planner.sign_in("planner2")
    planner.page.goto(f"{serving.url}/office/replies")
    planner.page.get_by_text("Days that suit: Tuesday.").first.wait_for()
    planner.check("the replies")
    keep(planner.page, "replies")


def keep(page: Page, what: str) -> None:
    """Keep a picture, where somebody wants to look."""
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"resident-{what}.png", full_page=True)
