"""Two tabs of one phone, and a phone that is signed out: one chain, and nothing that was stated is lost."""

from __future__ import annotations

from playwright.sync_api import Browser, Page, expect

from tests.browser.appointments import Door, plain_door
from tests.browser.chromium import phone_context
from tests.browser.conftest import Serve
from tests.browser.driving import Phone, until
from tests.browser.serving import Server
from tests.browser.stored import fault_in_chain, heard, stated
from tests.browser.words import said

KNOCKS = 6
# Both tabs tap at the same moment of the clock that they share.
TAP_AT = """(at) => setTimeout(() => {
  [...document.querySelectorAll(".links .link")].find((each) => each.textContent.includes("BELL")).click();
}, at - Date.now())"""


def at_a_door(chromium: Browser, server: Server) -> tuple[Phone, Door]:
    """A phone, signed in and arrived."""
    phone = Phone(chromium.new_context(**phone_context()).new_page(), server.url)
    phone.open()
    phone.sign_in(server.person("operative"))
    door = plain_door(phone.day(), phone.now_ms())
    phone.go_to(door.name)
    phone.arrive()
    return phone, door


def test_two_tabs(chromium: Browser, serve: Serve) -> None:
    """Taps in two tabs, in turn and at the same moment, make one chain without a fork, and all of it is sent."""
    server = serve()
    first, door = at_a_door(chromium, server)
    second = Phone(first.page.context.new_page(), server.url)
    second.open()
    second.is_at("door")
    at_once(first.page, second.page)
    first.has_stated("door_knocked", 2)
    for count, phone in enumerate((first, second, second, first)):
        phone.note(f"Note {count}")
    first.has_stated("note_added", 4)
    first.is_sent()
    held = second.held()
    assert held.events == first.held().events
    visit_id = str(held.bodies[0]["visit_id"])
    assert fault_in_chain(held, visit_id, door.snapshot_sha256, door.policy_version) is None
    assert [event["seq"] for event in sorted(held.events, key=lambda event: event["n"])] == list(
        range(1, len(held.events) + 1)
    )
    assert_office_has(server, visit_id, held.bodies)


def at_once(*pages: Page) -> None:
    """Ring the bell in all of them at once."""
    at = int(pages[0].evaluate("Date.now()")) + 500
    for page in pages:
        page.evaluate(TAP_AT.replace("BELL", said("knock.bell")), at)


def assert_office_has(server: Server, visit_id: str, bodies: list[dict[str, object]]) -> None:
    """The office holds the same events, one each and without a fault."""
    with server.client(server.person("supervisor")) as supervisor:
        visit = supervisor.get(f"/api/visits/{visit_id}").json()
    assert heard(visit) == stated(bodies)


def test_session_ends(chromium: Browser, serve: Serve) -> None:
    """A session that the server ends stops sending and never what can be stated; signed in again, all of it is sent."""
    server = serve()
    phone, _ = at_a_door(chromium, server)
    phone.is_sent()
    phone.page.context.clear_cookies()
    phone.knock(1)
    expect(phone.page.locator(".sent")).to_contain_text(said("strip.signed_out_head"))
    phone.note("Stated while signed out")
    held = phone.held()
    assert not held.is_all_sent
    phone.tap("strip.sign_in")
    phone.give_name(server.person("operative"))
    phone.is_sent()
    assert phone.held().events == held.events
    assert_office_has(server, str(held.bodies[0]["visit_id"]), held.bodies)


def test_sign_out(chromium: Browser, serve: Serve) -> None:
    """Whoever signs out leaves what is not sent on the phone; it goes when somebody signs in again."""
    server = serve()
    phone, _ = at_a_door(chromium, server)
    context = phone.page.context
    context.set_offline(True)
    phone.knock(1)
    held = phone.held()
    phone.tap("today")
    phone.tap("settings.title")
    phone.is_at("settings")
    phone.tap("sign_in.out")
    phone.is_at("sign-in")
    assert phone.held().events == held.events
    context.set_offline(False)
    phone.page.reload()
    phone.give_name(server.person("operative"))
    until(lambda: phone.held().is_all_sent, "it is sent", phone.page)
    assert_office_has(server, str(held.bodies[0]["visit_id"]), held.bodies)
