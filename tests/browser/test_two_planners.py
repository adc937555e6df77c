"""Two planners and three phones at once: each call has one planner, everybody sees who, and each phone is told."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.appointments import Door, doors_of
from tests.browser.chromium import office_context, phone_context
from tests.browser.conftest import Serve
from tests.browser.desk import Desk
from tests.browser.driving import Phone, until
from tests.browser.importing import imported
from tests.browser.serving import Server
from tests.browser.words import said

# When each name first stood among the calls that are asked for, by the browser's clock, which is the test's too.
SEEN = """
window.seenAt = {};
new MutationObserver(() => {
  for (const row of document.querySelectorAll("[data-asked] th small"))
    window.seenAt[row.textContent.split(",")[0]] ??= Date.now();
}).observe(document, { subtree: true, childList: true });
"""
PATCH = "South"
"""Where both planners see every visit."""


@dataclass
class Out:
    """An operative at a door, after two knocks and a call that nobody answered."""

    name: str
    phone: Phone
    door: Door

    def ask_to_be_called(self) -> float:
        """Open the planner's screen, and ask in the app; gives when that was tapped."""
        self.phone.tap("planner.button")
        self.phone.tap("planner.no_answer")
        ask = self.phone.button("planner.tried.results.in_app_asked")
        expect(ask).to_be_visible()
        tapped_at = time.time()
        ask.click()
        return tapped_at

    def ring(self) -> float:
        """Open the planner's screen, and tap the number; gives when that was."""
        self.phone.tap("planner.button")
        number = self.phone.page.locator(".callrow")
        expect(number).to_be_visible()
        tapped_at = time.time()
        number.click()
        return tapped_at

    def type_on(self, code: str) -> str:
        """Type the code where its screen is open already, and give what is to be read back."""
        for digit in code:
            self.phone.page.locator(".pad").get_by_role("button", name=digit, exact=True).click()
        self.phone.tap("planner.next")
        self.phone.is_at("planner-read-back")
        return self.phone.read_back()

    def hear(self, words: str) -> None:
        """Look at the phone until the office's news has come."""
        shown = self.phone.page.locator("main, .dock").get_by_text(words).first

        def has_come() -> bool:
            self.phone.signal_comes()
            self.phone.page.wait_for_timeout(150)
            return shown.is_visible()

        until(has_come, f"the phone says {words!r}", self.phone.page)


def out(chromium: Browser, server: Server, person: Mapping[str, str]) -> Out:
    """One phone, up to where its planner is to be reached."""
    phone = Phone(chromium.new_context(**phone_context()).new_page(), server.url, int(time.time() * 1000))
    phone.open()
    phone.sign_in(person)
    door = next(door for door in doors_of(phone.day()) if door.name == home_of(person))
    phone.go_to(door.name)
    phone.try_to_reach()
    return Out(person["name"], phone, door)


class Planner:
    """A planner at the live board."""

    def __init__(self, chromium: Browser, server: Server, person: Mapping[str, str]) -> None:
        self.name = person["name"]
        self.page: Page = chromium.new_context(**office_context()).new_page()
        desk = Desk(self.page, server.url, person)
        desk.sign_in()
        self.page.add_init_script(SEEN)
        self.page.goto(f"{server.url}/office/board")
        expect(self.page.locator("[data-live]")).to_contain_text("Live")

    def seen_at(self, of: Out) -> float:
        """When the row of a call that is asked for first stood on the board."""
        return float(self.page.evaluate("name => window.seenAt[name]", of.name)) / 1000

    def asked(self, of: Out) -> Locator:
        """The row of a call that is asked for."""
        return self.page.locator("[data-asked]", has_text=of.name)

    def at_door(self, of: Out) -> Locator:
        """The row of somebody at a door."""
        return self.page.locator(".ds-doors tbody tr", has_text=of.name)

    def take(self, row: Locator) -> None:
        """Take the call of a row."""
        row.get_by_role("button", name="Log").click()
        expect(self.page.locator("#call-form")).to_be_visible()

    def code(self) -> str:
        """The code to say."""
        return "".join(self.page.locator(".ds-say").inner_text().split())

    def press(self, *keys: str) -> None:
        """Press keys where the focus is."""
        for key in keys:
            self.page.keyboard.press(key)

    def saved(self, of: Out) -> None:
        """Wait until the call is saved."""
        expect(self.page.locator("[data-said]")).to_contain_text(f"Call with {of.name} saved")


@pytest.fixture
def server(serve: Serve, tmp_path: Path) -> Server:
    """The invented landlord's server, where each operative has a door at which nothing is asked for."""
    started = serve()
    for number, person in enumerate(people_of(started, "operative"), start=1):
        imported(
            started,
            tmp_path,
            appointment_ref=f"plain-{number}",
            work_order_ref=f"WO-{number}",
            property_ref=f"P-{number}",
            address=f"{home_of(person)} | ZZ1 2AB",
            operatives=person["username"],
            patch=PATCH,
        )
    return started


def home_of(person: Mapping[str, str]) -> str:
    """The home at which an operative's plain appointment is."""
    return f"{person['username'].title()} House"


def people_of(server: Server, role: str) -> list[dict[str, str]]:
    """Everybody of a role who sees, or works on, the patch."""
    return [one for one in server.told["people"] if one["role"] == role and one["patch"] in ("", PATCH)]


def test_each_call_is_taken_once(chromium: Browser, server: Server) -> None:
    """One asks to be called, one rings, one has no signal: no call has two planners, and all three are told."""
    one, other = (Planner(chromium, server, person) for person in people_of(server, "planner"))
    asking, ringing, offline = (out(chromium, server, person) for person in people_of(server, "operative"))
    for phone in (asking, ringing, offline):
        phone.phone.is_sent()

    asked_at = asking.ask_to_be_called()
    expect(one.asked(asking)).to_contain_text("Please call me", timeout=5_000)
    print(f"\n'please call me', from the tap to the board: {one.seen_at(asking) - asked_at:.2f} s")
    rang_at = ringing.ring()
    expect(other.asked(ringing)).to_contain_text("They are ringing now", timeout=5_000)
    print(f"'I am ringing', from the tap to the board: {other.seen_at(ringing) - rang_at:.2f} s")
    for planner in (one, other):
        expect(planner.page.locator("[data-asked]")).to_have_count(2)
        assert asking.name in planner.page.locator("[data-asked]").first.inner_text(), "oldest first"
        expect(planner.page).to_have_title("(2) Board - Doorstep")

    _second_planner_keeps_off(server, one, other, asking, ringing)
    _spoken_and_read_back(other, ringing)
    one.press("1", "Enter")
    one.saved(asking)
    asking.hear(said("planner.logged"))
    _without_a_signal(one, other, offline)
    _told_once(server, [(asking, "leave_card"), (ringing, "keep_waiting"), (offline, "leave_no_card")])


def _second_planner_keeps_off(server: Server, one: Planner, other: Planner, asking: Out, ringing: Out) -> None:
    """Who has a call is seen at once; the other's click and key do not take it, nor does the API."""
    one.take(one.asked(asking))
    expect(one.page.locator("[name=instruction]").first).to_be_focused()
    expect(other.asked(asking)).to_contain_text(f"{one.name} has it, since", timeout=5_000)
    expect(other.page).to_have_title("(1) Board - Doorstep")
    other.asked(asking).get_by_role("button", name="Take over").click()
    expect(other.page.locator("#call-title")).to_have_text(f"{one.name} has this call")
    expect(other.page.locator("#call-form")).to_have_count(0)
    other.press("Enter")
    expect(other.page.locator("#q")).to_be_focused()
    with server.client(people_of(server, "planner")[1]) as http:
        wanted = {
            "appointment_id": asking.door.appointment_id,
            "operative_id": asking.phone.held().bodies[0]["actor_id"],
        }
        refused = http.post("/api/planner-calls", json=wanted)
        assert (refused.status_code, refused.json()["taken"]["planner"]) == (409, one.name)
    other.press("Enter")
    expect(other.page.locator(".ds-who")).to_contain_text(ringing.name)
    expect(one.asked(ringing)).to_contain_text(f"{other.name} has it, since", timeout=5_000)


def _spoken_and_read_back(planner: Planner, ringing: Out) -> None:
    """The code goes by voice to the phone, the characters come back; the planner's own line breaks off meanwhile."""
    read_back = ringing.type_on(planner.code())
    expect(planner.page.locator("#read_back")).to_be_focused()
    planner.press(*read_back.lower())
    expect(planner.page.locator("[name=instruction]").first).to_be_focused()
    planner.page.context.set_offline(True)
    planner.press("2", "Enter")
    expect(planner.page.locator("[data-said]")).to_contain_text("It was not sent")
    planner.page.context.set_offline(False)
    expect(planner.page.locator("#read_back")).to_have_value(read_back)
    planner.press("Enter")
    planner.saved(ringing)
    ringing.phone.save_contact("keep_waiting")


def _without_a_signal(one: Planner, other: Planner, offline: Out) -> None:
    """Nothing comes from this phone: the planner finds its door, the rest goes by voice, and later all of it agrees."""
    offline.phone.page.context.set_offline(True)
    one.press(*offline.door.name[:10].lower())
    row = one.page.locator("tr[data-key]", has_text=offline.name).first
    expect(row).to_be_visible()
    one.take(row)
    expect(other.at_door(offline)).to_contain_text(f"{one.name} has it, since", timeout=5_000)
    read_back = offline.phone.type_code(one.code())
    one.press(*read_back.lower(), "3", "Enter")
    one.saved(offline)
    expect(other.at_door(offline)).not_to_contain_text("has it, since", timeout=5_000)
    offline.phone.save_contact("leave_no_card")
    offline.phone.page.context.set_offline(False)
    offline.phone.signal_comes()
    offline.phone.is_sent()


def _told_once(server: Server, told: Sequence[tuple[Out, str]]) -> None:
    """Each visit has one saved call, with what was said; of those that were spoken the codes agree."""
    with server.client(server.person("supervisor")) as http:
        for place, (of, instruction) in enumerate(told):
            visit = http.get(f"/api/visits/{of.phone.held().bodies[0]['visit_id']}").json()
            [call] = visit["planner_calls"]
            assert (call["instruction"], call["read_back_agrees"]) == (instruction, True if place else None)
