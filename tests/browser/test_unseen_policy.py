"""A policy that nobody has seen, dropped into the rules, is obeyed by the browser and by the server."""

from __future__ import annotations

import hashlib
import time
import uuid
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.appointments import Door, plain_door
from tests.browser.chromium import phone_context
from tests.browser.conftest import Serve
from tests.browser.driving import Phone
from tests.browser.outside_client import OutsidePhone, a_chain_at
from tests.browser.serving import Server
from tests.browser.unseen_rules import APART_S, KNOCKS, WAIT_S, with_unseen_policy
from tests.browser.words import like, said
from tests.chains import Chain

ARRIVED_T = 5_000
SOON_MS = 25_000
PICTURE = b"bytes that stand for a photo"


@pytest.fixture
def unseen(serve: Serve, tmp_path: Path) -> tuple[Server, str]:
    """A server with the policy, and its version."""
    rules, version = with_unseen_policy(tmp_path / "rules")
    return serve(rules), version


def test_browser_obeys(chromium: Browser, unseen: tuple[Server, str], tmp_path: Path) -> None:
    """The phone counts three knocks 61 s apart, and lets the visit be recorded after 437 s and not before."""
    server, version = unseen
    page = chromium.new_context(**phone_context()).new_page()
    phone = Phone(page, server.url, int(time.time() * 1000))
    phone.open()
    phone.sign_in(server.person("operative"))
    door = plain_door(phone.day(), phone.now_ms())
    assert door.policy_version == version
    phone.go_to(door.name)
    phone.arrive()
    for count in range(1, KNOCKS + 1):
        phone.knock(count)
        if count < KNOCKS:
            expect(page.locator('[data-clause="knocked"]')).to_contain_text(like_count(KNOCKS - count))
            phone.in_pocket(APART_S * 1000 - SOON_MS)
            expect(phone.button("knock.wait$")).to_have_attribute("aria-disabled", "true")
            phone.in_pocket(SOON_MS)
    expect(page.locator('[data-clause="knocked"][data-status="met"]')).to_have_count(1)
    phone.call_resident()
    phone.type_code("00000000")
    phone.save_contact()
    phone.photograph(tmp_path)
    phone.tap("card.use")
    phone.is_at("card-left")
    phone.choose("card.placed.letterbox")
    phone.tap("card.save")

    phone.is_at("door")
    arrived = phone.held().of_kind("arrived")[0]["t"]
    left = WAIT_S * 1000 - (t_of(phone) - arrived)
    assert left > 60_000, "the steps before took so long that the wait cannot be seen"
    expect(page.get_by_role("timer")).to_have_attribute("aria-label", like("wait.left_of$"))
    phone.in_pocket(left - 30_000)
    expect(page.locator('[data-clause="waited"]')).to_have_attribute("data-status", "waiting")
    phone.in_pocket(31_000)
    phone.is_at("ready")
    phone.record()
    recorded = phone.held().of_kind("missed_recorded")[0]["t"]
    assert recorded - arrived >= WAIT_S * 1000
    phone.is_sent()
    visit_id = phone.held().bodies[0]["visit_id"]
    with server.client(server.person("supervisor")) as supervisor:
        visit = supervisor.get(f"/api/visits/{visit_id}").json()
    assert (visit["standing"], visit["policy"]["version"]) == ("pending_corroboration", version)


def like_count(missing: int) -> str:
    """How the checklist says how many knocks are still to come."""
    return said("steps.still$").replace("{0}", str(missing))


def t_of(phone: Phone) -> int:
    """The stopwatch at the last event of the visit."""
    return int(phone.held().bodies[-1]["t"])


CASES = {
    "1 ms too early": (WAIT_S * 1000 - 1, APART_S * 1000, ["not_allowed"], "refused"),
    "in time": (WAIT_S * 1000, APART_S * 1000, [], "pending_corroboration"),
    "in time, with knocks 1 ms too close": (WAIT_S * 1000, APART_S * 1000 - 1, ["not_allowed"], "refused"),
}
"""Ms from arrival to recording, ms between the last two knocks; what is then refused, and how the visit stands."""


def test_server_obeys(unseen: tuple[Server, str]) -> None:
    """A chain that somebody else's client linked flips from refused to allowed at the policy's very millisecond."""
    server, version = unseen
    person, installation_id = server.person("operative"), str(uuid.uuid4())
    with server.client(person, installation_id) as http, server.client(server.person("supervisor")) as supervisor:
        door = plain_door(http.get("/api/day").json(), int(time.time() * 1000))
        assert door.policy_version == version
        phone = OutsidePhone(http, installation_id)
        for case, (waited_ms, apart_ms, refused, standing) in CASES.items():
            chain = chain_of(door, person["person_id"], installation_id, waited_ms, apart_ms)
            assert (case, phone.send(chain.bodies)) == (case, refused)
            visit = supervisor.get(f"/api/visits/{chain.visit_id}").json()
            assert (case, visit["standing"], visit["policy"]["version"]) == (case, standing, version)


def chain_of(door: Door, actor_id: str, installation_id: str, waited_ms: int, third_knock_after_ms: int) -> Chain:
    """A whole visit, recorded so long after the arrival."""
    began_ms = max(int(time.time() * 1000) - 10 * 60_000, door.opens_ms)
    chain = a_chain_at(door, actor_id, installation_id, began_ms)
    second = 10_000 + APART_S * 1000
    sha256 = hashlib.sha256(PICTURE).hexdigest()
    chain.start()
    chain.state("arrived", ARRIVED_T, address_confirmed=True, place_missing="off")
    chain.state("door_knocked", 10_000, method="knock")
    chain.state("door_knocked", second, method="bell")
    chain.state("door_knocked", second + third_knock_after_ms, method="knock")
    chain.state("resident_called", 200_000, number_label="mobile", result="no_answer")
    chain.state("planner_contacted", 250_000, how="phone", instruction="leave_card")
    chain.state(
        "card_photographed",
        300_000,
        photo_sha256=sha256,
        size_bytes=len(PICTURE),
        width=40,
        height=30,
        source_sha256=sha256,
    )
    chain.state("card_left", 310_000, placed="letterbox")
    chain.state("missed_recorded", ARRIVED_T + waited_ms, declaration="2026-11-01")
    return chain
