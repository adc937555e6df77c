"""The office changes an appointment while the operative is at its door: it is seen, and judged by from then on."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.bench.phone_rules import with_quick_policy
from tests.browser.chromium import phone_context
from tests.browser.conftest import Serve
from tests.browser.driving import Phone
from tests.browser.importing import HOME, imported
from tests.browser.serving import Server
from tests.browser.words import said

NEW_REQUEST = "Ring the bell at the side door"


@pytest.fixture
def server(serve: Serve, tmp_path: Path) -> Server:
    """A server whose policy asks for one knock and no wait, so that the visit is soon at its end."""
    started = serve(with_quick_policy(tmp_path / "rules", 1))
    imported(started, tmp_path)
    return started


def test_a_change_at_the_door_is_seen_and_counts(chromium: Browser, server: Server, tmp_path: Path) -> None:
    """A new request comes while the operative stands there: the visit cannot be recorded before it is followed."""
    page = chromium.new_context(**phone_context()).new_page()
    phone = Phone(page, server.url, int(time.time() * 1000))
    phone.open()
    phone.sign_in(server.operative(0))
    phone.go_to(HOME)
    phone.arrive()
    phone.knock(1)

    imported(server, tmp_path, contact_requests=NEW_REQUEST)
    phone.note("Nobody in so far")
    phone.is_at("changed")
    expect(page.locator("main")).to_contain_text(f"{said('changed.new_request')}: {NEW_REQUEST}")
    phone.tap("changed.seen")
    phone.has_stated("snapshot_adopted")
    phone.is_at("door")
    expect(page.locator(".dock")).to_contain_text(NEW_REQUEST)
    phone.tap("request.yes")
    phone.has_stated("contact_request_followed")
    phone.knock(2)
    phone.call_resident()
    phone.type_code("00000000")
    phone.save_contact()
    phone.photograph(tmp_path)
    phone.leave_card()
    phone.record()
    phone.is_sent()

    visit_id = phone.held().bodies[0]["visit_id"]
    adopted = phone.held().of_kind("snapshot_adopted")[0]["snapshot_sha256"]
    with server.client(server.person("supervisor")) as supervisor:
        visit = supervisor.get(f"/api/visits/{visit_id}").json()
    assert visit["standing"] == "pending_corroboration"
    assert visit["snapshot_sha256"] == adopted
    assert [request["text"] for request in visit["appointment"]["contact_requests"]] == [NEW_REQUEST]
    assert "appointment_changed" not in visit["awaiting"]


def test_a_cancellation_at_the_door_is_said_and_takes_nothing_away(
    chromium: Browser, server: Server, tmp_path: Path
) -> None:
    """Cancelled while they stand there: no next step is asked for, the planner can be rung, what they did is kept."""
    page = chromium.new_context(**phone_context()).new_page()
    phone = Phone(page, server.url, int(time.time() * 1000))
    phone.open()
    phone.sign_in(server.operative(0))
    phone.go_to(HOME)
    phone.arrive()
    phone.knock(1)

    imported(server, tmp_path, cancelled="yes")
    phone.note("Nobody in so far")
    expect(page.locator("main")).to_contain_text(said("changed.cancelled"))
    phone.is_at("door")
    dock = page.locator(".dock")
    expect(dock.get_by_role("link")).to_have_attribute("href", re.compile("^tel:"))
    expect(dock.get_by_role("button")).to_have_count(1)
    phone.is_sent()

    kinds = [body["kind"] for body in phone.held().bodies]
    visit_id = phone.held().bodies[0]["visit_id"]
    with server.client(server.person("supervisor")) as supervisor:
        visit = supervisor.get(f"/api/visits/{visit_id}").json()
    assert [event["kind"] for event in visit["events"] if event["kind"] in kinds] == kinds
    assert visit["standing"] == "in_progress"
