"""What was overturned is told to its operative, who replies offline; a supervisor reads it, and decides again."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser, expect

from tests.browser.conftest import Serve
from tests.browser.desk import Desk
from tests.browser.driving import PATIENCE_S
from tests.browser.test_sent_back import decide, recorded
from tests.browser.words import said

WHY = "The neighbour says that nobody knocked."
REPLY = "I knocked twice. The planner heard the second knock on the phone."
SEEN = "The planner confirms it. Our decision was wrong."


def test_replied_to(chromium: Browser, serve: Serve, tmp_path: Path) -> None:
    """From an overturned decision to the operative's reply, and to what is made of it."""
    server = serve()
    phone = recorded(chromium, server, tmp_path)
    page, visit_id = phone.page, str(phone.held().bodies[0]["visit_id"])
    decide(server, visit_id, "overturned", WHY, "landlord_missed")
    phone.tap("after.next")
    page.reload()
    first = page.locator("main .line").first
    expect(first).to_contain_text(WHY, timeout=PATIENCE_S * 1000)
    first.click()
    expect(page.locator('main[data-state="overturned-asked"] .quote')).to_have_text(WHY)

    page.context.set_offline(True)
    phone.tap("after.answer")
    page.locator("#note").fill(REPLY)
    phone.tap("note.save")
    expect(page.locator('main[data-state="overturned-saved"]')).to_contain_text(said("after.not_sent"))
    page.context.set_offline(False)
    expect(page.locator('main[data-state="overturned-sent"]')).to_contain_text(
        said("after.looked_at"), timeout=PATIENCE_S * 1000
    )

    desk = Desk(chromium.new_context().new_page(), server.url, server.person("supervisor"))
    desk.sign_in()
    desk.page.goto(f"{server.url}/office/visits?view=replied")
    expect(desk.page.locator('a[aria-current="page"] .ds-views__count')).to_have_text("1")
    desk.page.locator(f'a[href="/office/visits/{visit_id}"]').first.click()
    reply = desk.page.locator("section", has=desk.page.locator("#sent-back"))
    expect(reply).to_contain_text(REPLY)
    expect(reply).to_contain_text(WHY)
    desk.page.locator('input[name="decision"][value="upheld"]').check()
    desk.page.locator("#reason").fill(SEEN)
    desk.page.locator(".ds-decide").get_by_role("button").click()
    expect(desk.page.locator(".ds-decided").first).to_contain_text(SEEN)
    desk.page.goto(f"{server.url}/office/visits?view=replied")
    expect(desk.page.locator('a[aria-current="page"] .ds-views__count')).to_have_count(0)

    phone.tap("after.next")
    page.reload()
    page.locator(".line", has_text=said("tags.recorded")).first.click()
    expect(page.locator('main[data-state="upheld"]')).to_contain_text(SEEN, timeout=PATIENCE_S * 1000)
