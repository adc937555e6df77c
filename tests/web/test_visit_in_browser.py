"""The supervisor's pages in a real browser: at a desk, at 400% zoom, a photo enlarged, on paper, without a script."""

from __future__ import annotations

import io

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page

from doorstep.application.decide_visit import decide_visit
from doorstep.application.photos import DERIVATIVE_SIZES, Decoded, Unreadable
from doorstep.web.pages.words import CATALOGUES
from tests.makers import MORNING, Bench, TrustingDecoder, a_person, a_session, a_visit, an_alert, send, upload
from tests.web.office_in_browser import VISITS, Reader, Serving

ZOOMED = 320
"""A desk's 1280 pixels at 400%."""

SIDEWAYS = """() => [...document.querySelectorAll("main *")]
  .filter((each) => !each.closest("svg, .govuk-visually-hidden, dialog"))
  .filter((each) => each.scrollWidth > each.clientWidth + 1 && getComputedStyle(each).overflowX !== "visible")
  .map((each) => `${each.tagName}.${each.className}`)"""
CUT = """(width) => [...document.querySelectorAll("main *")]
  .filter((each) => !each.closest("svg, .govuk-visually-hidden, dialog") && each.getClientRects().length)
  .filter((each) => each.getBoundingClientRect().right > width + 0.5 || each.getBoundingClientRect().left < -0.5)
  .map((each) => `${each.tagName}.${each.className} ${each.textContent.trim().slice(0, 30)}`)"""


def a_picture() -> bytes:
    """A small photo that any browser can show."""
    made = io.BytesIO()
    Image.new("RGB", (900, 1200), (36, 72, 86)).save(made, "JPEG")
    return made.getvalue()


class PictureDecoder(TrustingDecoder):
    """Makes true smaller copies: a browser has to show them."""

    async def decode(self, sha256: str) -> Decoded | Unreadable:
        """Smaller copies beside the original."""
        decoded = await super().decode(sha256)
        original = self._photos.original(sha256)
        assert original is not None
        for size in DERIVATIVE_SIZES:
            copy = original.parents[2] / "derived" / sha256[:2] / f"{sha256}-{size}.jpg"
            picture = Image.open(original)
            picture.thumbnail((size, size))
            picture.save(copy, "JPEG")
        return decoded


class Weighing(Serving):
    """A site with one visit of everything that a supervisor has to weigh, and one that was sent back and answered."""

    async def _fill(self, bench: Bench) -> None:
        bench.office.decoder = PictureDecoder(bench.photos)
        operative = await a_person(bench, 1, "operative", "north")
        supervisor = await a_person(bench, 3, "supervisor", "north")
        session = await a_session(bench, operative, 1)
        whole = await a_visit(bench, session, 1, "A-1", alerts=(an_alert("20-10", "Hard of hearing"),))
        whole.start()
        whole.state("arrived", 5_000, address_confirmed=True, place_missing="off")
        whole.state("door_knocked", 20_000, method="knock")
        whole.state("event_withdrawn", 30_000, withdrawn_n=2, reason="pressed_in_a_very_long_hurry_without_any_space")
        whole.state("clock_gap", 90_000, hidden_ms=40_000, wall_ms=40_000, mono_ms=0)
        whole.state("door_knocked", 100_000, method="knock")
        whole.state("door_knocked", 230_000, method="bell")
        whole.state("clause_waived", 300_000, clause="called", reason="no_number_held", note="None on the job")
        whole.state("planner_contacted", 600_000, how="phone", instruction="leave_card")
        whole.card_and_record(a_picture())
        whole.state("door_knocked", 950_000, method="bell")
        answered = await a_visit(bench, session, 2, "A-2", address=("Flat 12", "9 Makebelieve House", "ZZ1 3CD"))
        answered.whole(picture=b"broken")
        await send(bench, session, whole.bodies[:2])
        bench.clock.ms = MORNING + 30 * 60_000
        await send(bench, session, whole.bodies[2:], 3)
        await send(bench, session, answered.bodies, 1 + len(whole.bodies))
        await upload(bench, a_picture())
        await upload(bench, b"broken")
        await decide_visit(bench.office, supervisor, answered.visit_id, "returned", "Is there another photo?", None)
        answered.state("note_added", 2_000_000, note="No, the camera broke")
        await send(bench, session, answered.bodies[-1:], len(whole.bodies) + len(answered.bodies))
        self.visits = [whole.visit_id, answered.visit_id]


SITE = Weighing


def a_supervisor(chromium: Browser, serving: Serving, width: int) -> Reader:
    """Signed in, at a screen of that width."""
    reader = Reader(chromium, serving, width)
    reader.sign_in("supervisor3")
    return reader


@pytest.mark.parametrize("width", [1280, ZOOMED])
def test_nothing_is_cut_and_nothing_scrolls_sideways(serving: Weighing, chromium: Browser, width: int) -> None:
    """The list and visits with everything in them, at a desk and at 400%: nothing is beyond the edge."""
    reader = a_supervisor(chromium, serving, width)
    for path in ("?view=all", *(f"/{visit_id}" for visit_id in serving.visits)):
        reader.page.goto(f"{serving.url}{VISITS}{path}")
        reader.page.wait_for_load_state("networkidle")
        assert reader.complaints == []
        assert reader.page.evaluate(SIDEWAYS) == [], path
        assert reader.page.evaluate(CUT, width) == [], path
        reader.check(f"{path} at {width}")


def test_narrow_figures_keep_their_names(serving: Weighing, chromium: Browser) -> None:
    """Where a table becomes a list, each figure stands after the name that its column had."""
    reader = a_supervisor(chromium, serving, ZOOMED)
    reader.page.goto(f"{serving.url}{VISITS}/{serving.visits[0]}")
    named = reader.page.evaluate(
        """() => [...document.querySelectorAll(".ds-stacked td[data-label]")]
          .filter((each) => each.getClientRects().length)
          .map((each) => getComputedStyle(each, "::before").content.replaceAll('"', ""))"""
    )
    english = CATALOGUES["en"]
    for name in (
        "visit.evidence",
        "visit.vouches",
        "visit.phone_time",
        "visit.received",
        "visit.by",
        "timeline.server",
    ):
        assert english[name] in named
    assert not reader.page.locator("td.ds-tl__cell").first.is_visible()
    reader.page.set_viewport_size({"width": 1280, "height": 900})
    assert reader.page.locator("td.ds-tl__cell").first.is_visible()


def test_a_photo_is_enlarged_in_place(serving: Weighing, chromium: Browser) -> None:
    """By mouse or key, with the code of the card beside it; closed again, the focus is back where it was."""
    page = a_supervisor(chromium, serving, 1280).page
    page.goto(f"{serving.url}{VISITS}/{serving.visits[0]}")
    link = page.get_by_role("link", name="Enlarge")
    link.focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="Photo, enlarged")
    dialog.wait_for()
    page.wait_for_function("document.querySelector('dialog img')?.naturalWidth === 900")
    assert dialog.locator("img").bounding_box()["height"] > 600  # type: ignore[index]
    assert page.locator(".ds-photos > p .ds-code").inner_text() in dialog.inner_text()
    page.keyboard.press("Escape")
    assert not dialog.is_visible()
    assert page.evaluate("document.activeElement.dataset.enlarge") == ""
    link.click()
    dialog.get_by_role("button", name="Close").click()
    assert not dialog.is_visible()
    assert page.url.endswith(serving.visits[0])


def test_without_a_script_the_photo_is_a_link(serving: Weighing, chromium: Browser) -> None:
    """Filters, pages and the photo's own address work with JavaScript switched off."""
    page = chromium.new_context(java_script_enabled=False).new_page()
    page.goto(f"{serving.url}/office/sign-in?to={VISITS}")
    page.get_by_label("Username").fill("supervisor3")
    page.get_by_label("Password").fill("long password")
    page.get_by_role("button", name="Sign in").click()
    page.get_by_label("a check was waived").check()
    page.get_by_role("button", name="Apply filters").click()
    page.get_by_role("heading", name="Visits to decide").wait_for()
    page.get_by_role("link", name="4 Sample Street").click()
    page.get_by_role("link", name="Enlarge").click()
    assert page.url.endswith("size=1600")


def test_the_visit_on_paper(serving: Weighing, chromium: Browser) -> None:
    """No frame and nothing to press; decision and verdict first, then checks, photos, clocks, all events; who, when."""
    page = a_supervisor(chromium, serving, 1280).page
    page.goto(f"{serving.url}{VISITS}/{serving.visits[0]}")
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 688, "height": 1000})
    for hidden in ("header.ds-mast", ".ds-nav", ".govuk-back-link", ".ds-decide", "summary", ".govuk-skip-link"):
        for each in page.locator(hidden).all():
            assert not each.is_visible(), hidden
    tops = [_top(page, part) for part in (".ds-verdict", "#checks", "#photos", "#clocks", "#faults", "#events")]
    assert tops == sorted(tops)
    assert page.get_by_text("Printed by Supervisor 3").is_visible()
    assert page.locator("td.ds-tl__cell").first.is_visible()
    assert page.evaluate("getComputedStyle(document.querySelector('main a'), '::after').content") == "none"
    assert page.pdf(prefer_css_page_size=True).startswith(b"%PDF")


def _top(page: Page, selector: str) -> float:
    box = page.locator(selector).first.bounding_box()
    assert box, selector
    return box["y"]
