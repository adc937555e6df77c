"""The whole job in a real browser: from a door with no signal to a record that a supervisor can see."""

from __future__ import annotations

import time
from pathlib import Path

from playwright.sync_api import Browser, Page, Playwright, expect

from tests.browser.appointments import Door, plain_door
from tests.browser.breaking_link import BreakingLink
from tests.browser.chromium import kill_browser, office_context, pocketed
from tests.browser.conftest import Join, Serve
from tests.browser.desk import Desk
from tests.browser.driving import MINUTE_MS, Phone, until
from tests.browser.serving import Server
from tests.browser.stored import Held, fault_in_chain, heard, stated
from tests.browser.words import said

WAIT_MS = 15 * MINUTE_MS
SUMMARY = "Knocked twice and rang, nobody in. Card agreed."


def in_the_morning(engine: Playwright, profile: Path, server: Server, link: BreakingLink) -> Door:
    """Sign in where there is signal; then the browser is closed in order, with the app kept for when there is none."""
    context, page = pocketed(engine, profile, is_offline=False)
    phone = Phone(page, link.url)
    phone.open()
    phone.sign_in(server.person("operative"))
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    door = plain_door(phone.day(), int(time.time() * 1000))
    context.close()
    link.go_down()
    return door


def without_signal(page: Page, link: BreakingLink, now_ms: int) -> Phone:
    """The app, opened where the server cannot be reached."""
    phone = Phone(page, link.url, now_ms)
    phone.open()
    expect(page.locator(".sent")).to_contain_text(said("strip.no_signal_head"))
    return phone


def test_whole_job(engine: Playwright, chromium: Browser, serve: Serve, join: Join, tmp_path: Path) -> None:
    """A visit made offline survives a reload and a killed browser, and ends recorded: nothing is lost or doubled."""
    server = serve()
    link = join(server)
    profile = tmp_path / "profile"
    door = in_the_morning(engine, profile, server, link)
    planner = Desk(chromium.new_context(**office_context()).new_page(), server.url, server.person("planner"))
    planner.sign_in()

    # The visit begins so long ago that its call to the planner, whose clock is the server's, falls on now.
    began_ms = max(int(time.time() * 1000) - WAIT_MS - 3 * MINUTE_MS, door.opens_ms + 1000)
    context, page = pocketed(engine, profile, is_offline=True)
    phone = without_signal(page, link, began_ms)
    phone.go_to(door.name)
    phone.try_to_reach()
    before = phone.held()
    page.reload()
    phone.is_at("door")
    assert phone.held().events[: len(before.events)] == before.events
    phone.in_pocket(WAIT_MS)
    assert phone.held().of_kind("clock_gap")[-1]["hidden_ms"] >= WAIT_MS

    code = planner.open_call(door.name, server.person("operative")["name"])
    read_back = phone.type_code(code)
    killed, died_ms = phone.held(), phone.now_ms()
    kill_browser(context, profile)
    context, page = pocketed(engine, profile, is_offline=True)
    phone = without_signal(page, link, died_ms + 5000)
    phone.is_at("planner-read-back")
    assert phone.read_back() == read_back
    assert phone.held().events[: len(killed.events)] == killed.events
    planner.fill_call(read_back, SUMMARY)
    planner.save_call()
    phone.save_contact()

    phone.photograph(tmp_path)
    phone.leave_card()
    phone.record()
    kept = phone.held()
    visit_id = str(kept.bodies[0]["visit_id"])
    assert kept.queue["acked"] == 0
    link.come_up()
    context.set_offline(False)
    phone.is_sent()
    sent = phone.held()
    until(lambda: _stands(phone, visit_id) == "recorded", "the phone hears of it", page)
    context.close()

    assert fault_in_chain(sent, visit_id, door.snapshot_sha256, door.policy_version) is None
    assert_nothing_lost(server, visit_id, kept, sent)
    assert_supervisor_sees(chromium, server, door, kept)
    server.stop()
    audited = server.audit()
    assert (audited.returncode, audited.stderr) == (0, ""), audited.stdout


def _stands(phone: Phone, visit_id: str) -> str:
    standings = {standing["visit_id"]: standing["standing"] for standing in phone.held().standings}
    return str(standings.get(visit_id))


def assert_nothing_lost(server: Server, visit_id: str, kept: Held, sent: Held) -> None:
    """The office's events are the phone's, one each, and the photo's bytes are those that the phone stored."""
    with server.client(server.person("supervisor")) as supervisor:
        visit = supervisor.get(f"/api/visits/{visit_id}").json()
    assert heard(visit) == stated(sent.bodies)
    assert stated(sent.bodies)[: len(kept.bodies)] == stated(kept.bodies)
    assert (visit["standing"], visit["awaiting"]) == ("recorded", [])
    assert visit["planner_calls"][-1]["read_back_agrees"] is True
    ((sha256, photo),) = kept.photo_bytes().items()
    assert [one["sha256"] for one in visit["photos"]] == [sha256]
    with server.client(server.person("auditor")) as auditor:
        assert auditor.get(f"/api/photos/{sha256}?size=original").content == photo
    assert sent.photo_bytes() == {}


def assert_supervisor_sees(chromium: Browser, server: Server, door: Door, kept: Held) -> None:
    """Standing, verdict, timeline and photo, on the page."""
    desk = Desk(chromium.new_context(**office_context()).new_page(), server.url, server.person("supervisor"))
    desk.sign_in()
    desk.open_visit(door.name, "recorded")
    expect(desk.page.locator(".govuk-tag").first).to_have_text("Recorded")
    expect(desk.page.locator(".ds-verdict")).not_to_have_class("ds-verdict--no")
    expect(desk.page.locator(".ds-logged", has_text=SUMMARY)).to_be_visible()
    timeline = desk.page.locator(".ds-table--events tbody tr")
    assert timeline.count() >= len(kept.events)
    assert desk.photo().evaluate("(img) => img.naturalWidth") > 0
