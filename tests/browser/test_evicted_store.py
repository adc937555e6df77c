"""A store that the browser cleared between two visits: the loss is told, and what the office has comes back."""

from __future__ import annotations

from playwright.sync_api import Browser, Page, expect

from tests.browser.appointments import Door, plain_door
from tests.browser.chromium import phone_context
from tests.browser.conftest import Serve
from tests.browser.driving import Phone, until
from tests.browser.faultless import faults_on_phone
from tests.browser.serving import Server
from tests.browser.words import like, said

# From a page beside the app, which holds nothing open.
CLEAR = """async (alsoTheNote) => {
  await new Promise((resolve, reject) => {
    const asked = indexedDB.deleteDatabase("doorstep");
    asked.onsuccess = resolve;
    asked.onerror = reject;
  });
  for (const name of await caches.keys()) await caches.delete(name);
  if (alsoTheNote) localStorage.clear();
}"""
KEPT = "caches.keys().then(async (names) => (await (await caches.open(names.at(-1) ?? '')).keys()).length)"


def at_a_door(chromium: Browser, server: Server) -> tuple[Phone, Door]:
    """A phone that has arrived at a door and sent that."""
    page = chromium.new_context(**phone_context()).new_page()
    phone = Phone(page, server.url)
    phone.open()
    phone.sign_in(server.person("operative"))
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    door = plain_door(phone.day(), phone.now_ms())
    phone.go_to(door.name)
    phone.arrive()
    phone.is_sent()
    return phone, door


def cleared(phone: Phone, *, also_the_note: bool) -> None:
    """What the app kept is deleted while no page of it is open; then it is opened again."""
    page = phone.page
    page.goto(f"{phone.url}/api/me")
    page.evaluate(CLEAR, also_the_note)
    phone.open()


def notice(page: Page, name: str) -> str:
    """What a notice says."""
    found = page.locator(f'[data-notice="{name}"]')
    expect(found).to_be_visible()
    return found.inner_text()


def test_store_deleted(chromium: Browser, serve: Serve) -> None:
    """What was not sent is counted and told, before and after signing in, until somebody has read it."""
    server = serve()
    phone, door = at_a_door(chromium, server)
    page = phone.page
    before = phone.held()
    page.context.set_offline(True)
    phone.knock(1)
    page.route("**/api/sync", lambda route: route.abort())
    page.context.set_offline(False)
    cleared(phone, also_the_note=False)
    page.unroute("**/api/sync")
    phone.is_at("sign-in")
    assert like("lost.some$").search(notice(page, "lost"))
    assert faults_on_phone(page) == []
    page.reload()
    assert like("lost.some$").search(notice(page, "lost"))
    phone.sign_in(server.person("operative"))
    assert phone.held().queue["installation_id"] != before.queue["installation_id"]
    assert door.name in notice(page, "elsewhere")
    assert faults_on_phone(page) == []
    phone.tap("lost.read")
    expect(page.locator('[data-notice="lost"]')).to_have_count(0)
    page.reload()
    phone.is_at("today")
    expect(page.locator('[data-notice="lost"]')).to_have_count(0)
    phone.go_to(door.name)
    phone.arrive()
    phone.is_sent()
    expect(page.locator('[data-notice="elsewhere"]')).to_have_count(0)


def test_all_deleted(chromium: Browser, serve: Serve) -> None:
    """With the note outside the store gone too, the office's list tells what this phone should have and has not."""
    server = serve()
    phone, door = at_a_door(chromium, server)
    cleared(phone, also_the_note=True)
    phone.sign_in(server.person("operative"))
    assert door.name in notice(phone.page, "elsewhere")
    expect(phone.page.locator('[data-notice="lost"]')).to_have_count(0)


def test_all_was_sent(chromium: Browser, serve: Serve) -> None:
    """Where everything had been sent, that is what is said; and the files are fetched again for when there is none."""
    server = serve()
    phone, _ = at_a_door(chromium, server)
    page = phone.page
    whole = page.evaluate(KEPT)
    cleared(phone, also_the_note=False)
    assert like("lost.none$").search(notice(page, "lost"))
    assert said("lost.sign_in") in notice(page, "lost")
    until(lambda: page.evaluate(KEPT) == whole, "the files are there again", page)
    page.context.set_offline(True)
    page.reload()
    phone.is_at("sign-in")
    phone.give_name(server.person("operative"))
    expect(page.locator(".fault")).to_contain_text(said("sign_in.unreachable"))
