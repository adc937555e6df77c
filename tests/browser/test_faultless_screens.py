"""The looking finds what it looks for: faults that are planted are told, and a page without any has none."""

from __future__ import annotations

from playwright.sync_api import Browser

from tests.browser.chromium import phone_context
from tests.browser.faultless import Complaints, faults_on_phone

PLANTED = """<!doctype html><html lang="en"><meta name="viewport" content="width=device-width">
<title>Planted</title><body style="margin: 0; font-size: 19px"><main data-screen="planted" style="height: 60px">
<h1>Planted</h1></main>
<img src="data:,"><button style="width: 30px; height: 30px">x</button>
<p style="width: 90px; overflow: hidden; white-space: nowrap">words that are cut where their box ends</p>
<p style="font-size: 12px">words too small to be read</p>
<div style="position: relative; height: 60px"><p>words under something</p>
<div style="position: absolute; inset: 0; background: #fff"></div></div>
<button style="height: 44px" tabindex="2">Jumps</button>
<div class="dock"><button class="button" style="width: 200px; height: 50px">Go</button>
<button class="button" style="height: 60px">Go too</button></div>
<p style="width: 500px">wide</p>"""
FAULTS = (
    "image-alt",
    'button "x" is 30 x 30, not 44',
    'button.button "Go" is 200 x 50, not 56',
    "cut or scrolled sideways",
    "small words",
    'covered: p "words under something"',
    "jumps the order",
    "2 filled buttons",
    "the middle is only 60 high",
    "wider than the screen",
)
FAULTLESS = """<!doctype html><html lang="en"><meta name="viewport" content="width=device-width">
<title>Faultless</title><body style="font-size: 19px"><main><h1>Faultless</h1>
<button style="min-width: 120px; height: 48px; font: inherit">Go on</button></main>"""


def test_planted_faults(chromium: Browser) -> None:
    """A picture without words, small targets and words, what is cut or covered, a jump, a complaint: all are found."""
    page = chromium.new_context(**phone_context()).new_page()
    complaints = Complaints(page)
    page.set_content(PLANTED)
    page.evaluate("console.error('something is wrong')")
    found = "\n".join(faults_on_phone(page))
    assert [fault for fault in FAULTS if fault not in found] == [], found
    assert complaints.heard == ["error: something is wrong"]
    page.context.close()


def test_no_faults(chromium: Browser) -> None:
    """A page with nothing wrong is told to have nothing wrong."""
    page = chromium.new_context(**phone_context()).new_page()
    page.set_content(FAULTLESS)
    assert faults_on_phone(page) == []
    page.context.close()
