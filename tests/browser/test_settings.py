"""Settings and the home screen: chosen once, known before the first screen, and never asked at a door."""

from __future__ import annotations

from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.appointments import plain_door
from tests.browser.chromium import phone_context
from tests.browser.conftest import Serve
from tests.browser.driving import Phone
from tests.browser.faultless import faults_on_phone
from tests.browser.serving import Server
from tests.browser.words import said

IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/18.4 Mobile/15E148 Safari/604.1"
)
# What Chromium sends when the app may be installed; the answer to its question is noted.
QUESTION = """() => {
  const question = new Event("beforeinstallprompt", { cancelable: true });
  question.prompt = async () => { window.asked = (window.asked ?? 0) + 1; };
  window.dispatchEvent(question);
  return question.defaultPrevented;
}"""
FIRST_WORDS = """
new MutationObserver(() => {
  const heading = document.querySelector("h1");
  if (heading && !window.firstLanguage) window.firstLanguage = document.documentElement.lang;
}).observe(document, { childList: true, subtree: true });
"""


def signed_in(context: BrowserContext, server: Server) -> Phone:
    """A phone on Today."""
    phone = Phone(context.new_page(), server.url)
    phone.open()
    phone.sign_in(server.person("operative"))
    return phone


def to_settings(phone: Phone) -> Page:
    """Open the settings."""
    phone.tap("settings.title")
    phone.is_at("settings")
    return phone.page


def test_language(chromium: Browser, serve: Serve) -> None:
    """A language is spoken at once, and is there before the first screen of the next start."""
    phone = signed_in(chromium.new_context(**phone_context()), serve())
    page = to_settings(phone)
    page.add_init_script(FIRST_WORDS)
    assert faults_on_phone(page) == []
    page.locator("label.choice", has_text="Cymraeg").click()
    expect(page.locator("html")).to_have_attribute("lang", "cy")
    expect(page.locator('main[data-screen="settings"]')).to_have_attribute("data-state", "cy")
    page.reload()
    phone.is_at("today")
    assert page.evaluate("window.firstLanguage") == "cy"
    page.locator("main .link").last.click()
    page.locator("label.choice", has_text="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en-GB")


def test_promise_to_keep(chromium: Browser, serve: Serve) -> None:
    """What the browser answered when it was asked to keep the store is shown, with the room and the version."""
    phone = signed_in(chromium.new_context(**phone_context()), serve())
    page = to_settings(phone)
    is_kept = page.evaluate("navigator.storage.persisted()")
    expect(page.locator("[data-persisted]")).to_have_attribute("data-persisted", str(is_kept).lower())
    main = page.locator("main")
    expect(main).to_contain_text(said("settings.version$").replace("{0}", "").strip())
    expect(main).to_contain_text(said("settings.free$").partition("{0}")[0].strip())


def test_browser_may_ask(chromium: Browser, serve: Serve) -> None:
    """The browser's question is kept back, offered on Today and not at a door, and asked where it is tapped."""
    phone = signed_in(chromium.new_context(**phone_context()), serve())
    page = phone.page
    expect(page.locator('[data-notice="install"]')).to_have_count(0)
    assert page.evaluate(QUESTION) is True
    expect(page.locator('[data-notice="install"]')).to_be_visible()
    assert faults_on_phone(page) == []
    phone.tap("install.how")
    phone.is_at("install")
    expect(page.locator('main[data-screen="install"]')).to_have_attribute("data-state", "ask")
    assert faults_on_phone(page) == []
    phone.tap("install.button")
    assert page.evaluate("window.asked") == 1
    expect(page.locator('main[data-screen="install"]')).to_have_attribute("data-state", "by_hand")
    page.evaluate("window.dispatchEvent(new Event('appinstalled'))")
    expect(page.locator("main")).to_contain_text(said("install.done"))
    phone.tap("today")
    page.evaluate(QUESTION)
    phone.go_to(plain_door(phone.day(), phone.now_ms()).name)
    expect(page.locator("[data-notice]")).to_have_count(0)
    phone.tap("today")
    expect(page.locator('[data-notice="install"]')).to_have_count(0)


def test_by_hand_on_iphone(chromium: Browser, serve: Serve) -> None:
    """An iPhone is shown its three steps and why; put off, it is not offered again, but can be found in settings."""
    phone = signed_in(chromium.new_context(**{**phone_context(), "user_agent": IPHONE}), serve())
    page = phone.page
    expect(page.locator('[data-notice="install"]')).to_be_visible()
    phone.tap("install.later")
    expect(page.locator('[data-notice="install"]')).to_have_count(0)
    page.reload()
    phone.is_at("today")
    expect(page.locator('[data-notice="install"]')).to_have_count(0)
    to_settings(phone)
    phone.tap("install.offer")
    phone.is_at("install")
    expect(page.locator('main[data-screen="install"]')).to_have_attribute("data-state", "by_hand_ios")
    expect(page.locator(".guide li")).to_have_count(3)
    assert faults_on_phone(page) == []


def test_manifest(chromium: Browser, serve: Serve) -> None:
    """The manifest says all that a home screen needs, and each of its icons is as large as it says."""
    page = chromium.new_context(**phone_context()).new_page()
    server = serve()
    page.goto(f"{server.url}/door/")
    manifest = page.request.get(f"{server.url}/door/manifest.webmanifest").json()
    assert {
        "id": "/door/",
        "scope": "/door/",
        "start_url": "/door/",
        "display": "standalone",
    }.items() <= manifest.items()
    assert {icon.get("purpose", "any") for icon in manifest["icons"]} == {"any", "maskable"}
    sizes = "(src) => { const img = new Image(); img.src = src; return img.decode().then(() => img.naturalWidth); }"
    for icon in manifest["icons"]:
        if icon["sizes"] != "any":
            assert page.evaluate(sizes, icon["src"]) == int(icon["sizes"].partition("x")[0])
    apple = page.locator('link[rel="apple-touch-icon"]').get_attribute("href")
    assert page.evaluate(sizes, apple) == 180
