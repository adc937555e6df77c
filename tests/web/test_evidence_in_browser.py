"""The pages for evidence in a real browser: grades, clocks, phones and the log, wide, narrow and without a script."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from tests.makers import Bench, a_person, a_session, an_enrolled_phone, send
from tests.web.evidence_visits import a_contradicted_visit, a_supported_visit
from tests.web.office_in_browser import VISITS, Reader, Serving
from tests.web.test_visit_in_browser import CUT, SIDEWAYS, PictureDecoder, a_picture

WIDTHS = (1280, 320)


class Weighed(Serving):
    """A site with a visit that the server's times support, one that they contradict, phones, something kept aside."""

    async def _fill(self, bench: Bench) -> None:
        bench.office.decoder = PictureDecoder(bench.photos)
        operative = await a_person(bench, 1, "operative", "north")
        planner = await a_person(bench, 2, "planner", "north")
        for number, role in enumerate(("supervisor", "auditor", "admin"), start=3):
            await a_person(bench, number, role, "north" if role == "supervisor" else "")
        session = await a_session(bench, operative, 1)
        lost = await a_session(bench, await a_person(bench, 6, "operative", "north"), 6)
        phone = await an_enrolled_phone(bench, session)
        await an_enrolled_phone(bench, lost, 2)
        supported = await a_supported_visit(bench, session, planner, phone, a_picture())
        sent = len(supported.bodies)
        contradicted = await a_contradicted_visit(bench, session, phone, sent + 1, a_picture())
        supported.state("note_added", 30 * 60_000, note="Not signed")
        await send(bench, session, supported.bodies[-1:], sent + len(contradicted.bodies) + 1)
        self.visits = [supported.visit_id, contradicted.visit_id]


SITE = Weighed


def fits(reader: Reader, what: str, width: int) -> None:
    """Nothing is cut, scrolls sideways, is blocked, or stands in anybody's way."""
    reader.page.wait_for_load_state("networkidle")
    assert [said for said in reader.complaints if "422" not in said] == [], what
    assert reader.page.evaluate(SIDEWAYS) == [], what
    assert reader.page.evaluate(CUT, width) == [], what
    reader.check(f"{what} at {width}")


@pytest.mark.parametrize("width", WIDTHS)
def test_visits_with_their_grades_are_fit_for_everybody(serving: Weighed, chromium: Browser, width: int) -> None:
    """The list, a visit that the server's times support and one that they contradict."""
    reader = Reader(chromium, serving, width)
    reader.sign_in("supervisor3")
    for path in (VISITS, *(f"{VISITS}/{visit_id}" for visit_id in serving.visits)):
        reader.page.goto(f"{serving.url}{path}")
        fits(reader, path, width)


def test_a_code_runs_out_without_a_script(serving: Weighed, chromium: Browser) -> None:
    """With JavaScript off: a code is made, its bar runs for ten minutes, and a phone is revoked."""
    page = chromium.new_context(java_script_enabled=False).new_page()
    page.goto(f"{serving.url}/office/sign-in?to=/office/phones")
    page.get_by_label("Username").fill("planner2")
    page.get_by_label("Password").fill("long password")
    page.get_by_role("button", name="Sign in").click()
    page.get_by_label("Operative").select_option(label="Operative 6")
    page.get_by_role("button", name="Make a code").click()
    page.get_by_role("img", name="The same code as a picture, for the phone's camera").wait_for()
    bar = page.locator(".ds-enrol__left div")
    assert bar.evaluate("each => getComputedStyle(each).animationDuration") == "600s"
    page.get_by_role("link", name="Back to phones").click()
    page.get_by_role("row", name="Operative 6").get_by_role("link", name="Revoke").click()
    page.get_by_label("Reason").fill("Lost on Monday")
    page.get_by_role("button", name="Revoke this phone").click()
    page.get_by_text("Revoked 23/11/2026").wait_for()


def test_the_bands_and_spans_lie_where_the_figures_say(serving: Weighed, chromium: Browser) -> None:
    """What passed for certain lies within every span that reaches over it, and a diamond lies within its span."""
    reader = Reader(chromium, serving, 1280)
    reader.sign_in("supervisor3")
    reader.page.goto(f"{serving.url}{VISITS}/{serving.visits[0]}")
    rows = reader.page.locator(".ds-tl tbody tr").evaluate_all(
        """rows => rows.map((row) => {
          const box = (name) => row.querySelector(name)?.getBoundingClientRect();
          const [bar, wall] = [box(".ds-tl__bar:not(.ds-tl__bar--open)"), box(".ds-tl__wall")];
          const band = box(".ds-tl__certain");
          return bar && { bar: [bar.left, bar.right], wall: wall.left + wall.width / 2, band: [band.left, band.right] };
        }).filter(Boolean)"""
    )
    assert len(rows) == 9
    band = rows[0]["band"]
    for row in rows:
        assert row["bar"][0] - 1 <= row["wall"] <= row["bar"][1] + 1
        assert row["band"] == band
    knocked = rows[1]
    assert knocked["bar"][0] < band[0] < band[1] < knocked["bar"][1]
