"""A new version of the phone and a new policy, deployed while a visit is half done: it ends as it began."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from playwright.sync_api import Page, Playwright, expect

from tests.browser.appointments import Door, asking_door, plain_door
from tests.browser.breaking_link import BreakingLink
from tests.browser.chromium import pocketed
from tests.browser.conftest import Join
from tests.browser.driving import MINUTE_MS, Phone, until
from tests.browser.serving import ROOT, Server, a_copy
from tests.browser.stored import fault_in_chain, heard, stated
from tests.browser.unseen_rules import with_unseen_policy
from tests.browser.versions import next_version
from tests.browser.words import said

WAIT_MS = 15 * MINUTE_MS
OLD_WORD, NEW_WORD = said("day.earlier"), "In the version that came later"
NEVER_SPOKEN = "00000000"
IS_KEPT = "navigator.serviceWorker.ready.then(() => navigator.serviceWorker.controller !== null)"
CODE = "document.querySelector('script[src]').src"
# What the browser does by itself at each start, and once a day: it looks whether there is a new version.
LOOK = """async () => {
  const registration = await navigator.serviceWorker.getRegistration("/door/");
  await registration.update();
  return registration.waiting !== null && registration.installing === null;
}"""


@pytest.fixture
def deployed(seeded: Path, built_phone: Path, tmp_path: Path) -> Server:
    """The first version, with a rules folder of its own."""
    shutil.copytree(built_phone, tmp_path / "static")
    shutil.copytree(ROOT / "rules", tmp_path / "rules")
    return Server(a_copy(seeded, tmp_path / "landlord"), tmp_path / "static", tmp_path / "rules")


def deploy(server: Server, folder: Path) -> str:
    """Put the next version where the first was, and a policy of today beside the one in force; give its version."""
    made, version = with_unseen_policy(folder / "made")
    assert server.rules
    shutil.copy(made / "no_access" / f"{version}.toml", server.rules / "no_access")
    server.stop()
    newer = next_version(server.static, folder / "newer", {OLD_WORD: NEW_WORD})
    shutil.rmtree(server.static)
    shutil.copytree(newer, server.static)
    server.start()
    reloaded = subprocess.run(
        [sys.executable, "-m", "doorstep.cli", "policy", "reload", "--data", str(server.data)],
        env=server.environment(),
        capture_output=True,
        text=True,
        cwd=ROOT,
    )
    assert reloaded.returncode == 0, reloaded.stderr
    return version


def half_a_visit(page: Page, link: BreakingLink, server: Server) -> tuple[Phone, Door]:
    """Arrived and knocked once with a signal; then it is gone, and the second knock and the call are made without."""
    phone = Phone(page, link.url, int(time.time() * 1000))
    phone.open()
    phone.sign_in(server.person("operative"))
    until(lambda: page.evaluate(IS_KEPT) or (page.reload(), False)[1], "the phone keeps its own files", page)
    phone.is_at("today")
    door = plain_door(phone.day(), phone.now_ms())
    phone.go_to(door.name)
    phone.arrive()
    phone.knock(1)
    page.context.set_offline(True)
    link.go_down()
    phone.in_pocket(2 * MINUTE_MS + 1000)
    phone.knock(2)
    phone.call_resident()
    return phone, door


def the_rest(phone: Phone, folder: Path) -> None:
    """From the call to the planner to the record."""
    phone.type_code(NEVER_SPOKEN)
    phone.save_contact()
    phone.in_pocket(WAIT_MS)
    phone.photograph(folder)
    phone.leave_card()
    phone.record()


def test_update(engine: Playwright, deployed: Server, join: Join, tmp_path: Path) -> None:
    """A visit ends under the code and the policy that began it; the next start is the new version's, and its policy."""
    server = deployed
    server.start()
    link = join(server)
    context, page = pocketed(engine, tmp_path / "profile", is_offline=False)
    try:
        phone, door = half_a_visit(page, link, server)
        code = page.evaluate(CODE)
        page.evaluate("window.isStillTheSamePage = true")
        first_assets = [file.name for file in (server.static / "assets").iterdir()]
        version = deploy(server, tmp_path)
        assert version != door.policy_version
        link.come_up()
        context.set_offline(False)
        phone.is_sent()
        until(lambda: page.evaluate(LOOK), "the new version waits on the phone", page)
        until(lambda: any(one["policy_version"] == version for one in phone.day()["appointments"]), "served", page)
        # A page that no service worker keeps would ask the server for the rest of its own version.
        for name in first_assets:
            assert page.request.get(f"{server.url}/door/assets/{name}").ok, f"{name} of the first version is gone"
        assert page.evaluate("window.isStillTheSamePage"), "the page was loaded anew in the middle of a visit"
        # The phone may end the page at any time: the visit is open, so the next start is not the new version's either.
        page.reload()
        phone.is_at("door")
        the_rest(phone, tmp_path)
        phone.is_sent()
        closed = phone.held()
        assert page.evaluate(CODE) == code, "the visit was not ended by the code that began it"
        assert_ended_as_begun(phone, server, door)

        # Back on Today nothing is open: the phone takes the new version by itself, and a start would as well.
        phone.tap("after.next")
        expect(page.get_by_text(NEW_WORD, exact=True)).to_be_visible()
        assert page.evaluate(CODE) != code
        assert phone.held().events == closed.events
        begins_by_new_policy(phone, asking_door(phone.day(), phone.now_ms()), version)
    finally:
        context.close()
        server.stop()


def assert_ended_as_begun(phone: Phone, server: Server, door: Door) -> None:
    """The office judged it by its own policy, and holds what the phone holds."""
    held = phone.held()
    visit_id = str(held.bodies[0]["visit_id"])
    assert fault_in_chain(held, visit_id, door.snapshot_sha256, door.policy_version) is None
    with server.client(server.person("supervisor")) as supervisor:
        visit = supervisor.get(f"/api/visits/{visit_id}").json()
    assert heard(visit) == stated(held.bodies)
    assert (visit["policy"]["version"], visit["standing"]) == (door.policy_version, "pending_corroboration")


def begins_by_new_policy(phone: Phone, door: Door, version: str) -> None:
    """A visit begun now is the new policy's."""
    assert door.policy_version == version
    phone.go_to(door.name)
    started = phone.held().of_kind("visit_started")[-1]
    assert started["policy_version"] == version
    phone.is_sent()
