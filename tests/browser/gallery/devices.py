"""The phone as a thing: signing in, no signal, settings, the home screen, a camera that gives nothing."""

from __future__ import annotations

from playwright.sync_api import Route, expect

from tests.browser.driving import TURN
from tests.browser.gallery.bookings import booked
from tests.browser.gallery.stage import Stage, Walk
from tests.browser.words import said

DOOR = booked(1, "")
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5"
    " Mobile/15E148 Safari/604.1"
)
NO_ROOM = """() => {
  for (const name of ["put", "add"]) {
    const write = IDBObjectStore.prototype[name];
    IDBObjectStore.prototype[name] = function (value, ...key) {
      if (value?.bytes) throw new DOMException("no room", "QuotaExceededError");
      return write.call(this, value, ...key);
    };
  }
}"""
"""A disk that takes everything but photos. That the browser's own refusal comes to the same is tested elsewhere."""
DAY_MS = 86_400_000
NAMES = {"en": "English", "cy": "Cymraeg"}
ASK_TO_INSTALL = """() => {
  const asked = new Event("beforeinstallprompt", { cancelable: true });
  const userChoice = Promise.resolve({ outcome: "dismissed" });
  dispatchEvent(Object.assign(asked, { prompt: () => Promise.resolve(), userChoice }));
}"""


def walk_signing_in(stage: Stage) -> None:
    """Get it wrong in every way, then come in: to no visits at all, to settings, and to a session that ends."""
    phone, look, landlord = stage.phone, stage.look, stage.landlord
    somebody = landlord.person("operative", 1)
    phone.open()
    mine, other = ("en", "cy") if said("language") == "en" else ("cy", "en")
    phone.page.get_by_role("button", name=NAMES[other]).click()
    expect(phone.page.locator(f'html[lang^="{other}"]')).to_be_attached()
    look("sign-in in another language", "sign-in")
    phone.page.get_by_role("button", name=NAMES[mine]).click()
    phone.tap("sign_in.title")
    look("sign-in empty", "sign-in")
    phone.open()
    phone.give_name({"username": somebody["username"], "password": "not the password"})
    expect(phone.page.get_by_role("alert")).to_be_visible()
    look("sign-in refused", "sign-in")
    phone.open()
    phone.give_name(landlord.person("planner"))
    expect(phone.page.get_by_role("alert")).to_contain_text(said("sign_in.not_operative"))
    look("sign-in of the office", "sign-in")
    stage.offline()
    phone.give_name(somebody)
    expect(phone.page.get_by_role("alert")).to_contain_text(said("sign_in.unreachable"))
    look("sign-in no signal", "sign-in")
    stage.offline(False)

    def nothing(route: Route) -> None:
        route.abort()

    phone.page.route("**/api/day*", nothing)
    phone.give_name(somebody)
    look("today not loaded", "today", "not-loaded")
    phone.page.unroute("**/api/day*", nothing)
    stage.hear(said("day.none"))
    look("today none", "today", "none")
    _settings(stage)
    phone.page.context.clear_cookies()
    stage.hear(said("day.signed_out"))
    look("today signed out", "today", "signed-out")
    phone.tap("strip.sign_in")
    look("sign-in again", "sign-in", "again")


def _settings(stage: Stage) -> None:
    phone, look = stage.phone, stage.look
    phone.tap("settings.title")
    look("settings", "settings", said("language"))
    phone.tap("install.offer")
    look("home screen by hand", "install", "by_hand")
    stage.to_today()
    phone.page.evaluate(ASK_TO_INSTALL)
    look("today offers the home screen", "today")
    phone.tap("install.how")
    look("home screen asks", "install", "ask")
    stage.to_today()
    phone.tap("install.later")
    phone.tap("settings.title")
    for language in ("cy", "en") if said("language") == "en" else ("en", "cy"):
        phone.page.locator("label.choice", has_text=NAMES[language]).click()
        look(f"settings in {NAMES[language]}", "settings", language)
    stage.to_today()


def walk_iphone(stage: Stage) -> None:
    """An iPhone has no question of its own: three steps by hand."""
    phone, look = stage.phone, stage.look
    stage.sign_in()
    look("today on an iPhone", "today")
    phone.tap("install.how")
    look("home screen of an iPhone", "install", "by_hand_ios")


def walk_camera(stage: Stage) -> None:
    """The camera gives nothing; the viewfinder; a photo for which this phone has no room; and one it cannot show."""
    phone, look = stage.phone, stage.look
    stage.sign_in()
    stage.start(DOOR)
    phone.try_to_reach()
    phone.type_code("00000000")
    phone.save_contact()
    stage.pass_time(13)
    phone.tap("card.open")
    with phone.page.expect_file_chooser():
        phone.tap("card.photograph")
    look("camera asked", "card-photo")
    phone.tap("card.here")
    look("viewfinder", "viewfinder")
    phone.page.locator(".back").click()
    with phone.page.expect_file_chooser() as chooser:
        phone.tap("card.camera")
    unknown = stage.folder / "card.heic"
    unknown.write_bytes(b"a picture in a form that no browser here can show" * 40)
    chooser.value.set_files(unknown)
    look("photo that cannot be shown", "card-check")
    phone.page.evaluate(NO_ROOM)
    with phone.page.expect_file_chooser() as again:
        phone.tap("card.retake")
        phone.is_at("card-photo")
        phone.tap("card.camera")
    again.value.set_files(unknown)
    look("no room for the photo", "card-full")


def walk_old(stage: Stage) -> None:
    """The day's end: tomorrow comes with no signal, and no day with it."""
    phone, look = stage.phone, stage.look
    stage.sign_in()
    stage.offline()
    phone.move_clock(DAY_MS)
    phone.page.evaluate(TURN, False)
    phone.page.evaluate(TURN, True)
    look("today of yesterday", "today", "old")
    stage.start(DOOR)
    phone.arrive()
    look("refused a day late with no signal", "refused")
    phone.page.locator(".dock .button").click()
    look("closed with no signal", "after", "here")


SIGNING_IN = Walk(
    "signing in", (), walk_signing_in, ("ERR_INTERNET_DISCONNECTED", "ERR_FAILED", "status of 401", "status of 403")
)
ON_IPHONE = Walk("iphone", (DOOR,), walk_iphone, context={"user_agent": IPHONE})
CAMERA = Walk("camera", (DOOR,), walk_camera)
OLD = Walk("old", (DOOR,), walk_old, ("ERR_INTERNET_DISCONNECTED",))
