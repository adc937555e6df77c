"""The office's pages of phones and of the log: a code for a phone, phones in use and revoked, the newest checkpoint."""

from __future__ import annotations

from playwright.sync_api import expect

from doorstep.domain.signing import enrolment_message, to_base64url
from tests.browser.gallery.landlord import Landlord
from tests.browser.gallery.made_visits import INSTALLATION
from tests.browser.gallery.office import Office
from tests.makers import PhoneKey


def walk_evidence(office: Office) -> None:
    """Phones before there is one and after; a code, with its error; one revoked, asked first; the log."""
    desk = office.desk("supervisor")
    page = desk.page
    desk.sign_in()
    phones = f"{desk.url}/office/phones"
    page.goto(phones)
    office.look(page, "no phones")
    page.get_by_role("button", name="Make a code").click()
    expect(page.locator(".govuk-error-summary")).to_be_visible()
    office.look(page, "phones with an error")
    page.locator("#person_id").select_option(index=1)
    page.get_by_role("button", name="Make a code").click()
    expect(page.locator(".ds-enrol__qr")).to_be_visible()
    office.look(page, "code for a phone")
    _enrol(office.landlord)
    page.goto(phones)
    office.look(page, "phones")
    page.locator("main table a").first.click()
    office.look(page, "revoking a phone")
    page.get_by_role("button", name="Revoke this phone").click()
    expect(page.locator(".govuk-error-summary")).to_be_visible()
    office.look(page, "revoking without a reason")
    page.locator("#reason").fill("Lost on Monday")
    page.get_by_role("button", name="Revoke this phone").click()
    expect(page.locator("main table a")).to_have_count(0)
    office.look(page, "phone revoked")
    page.goto(f"{desk.url}/office/log")
    office.look(page, "log without a checkpoint")
    office.landlord.sign_log()
    page.reload()
    office.look(page, "log")
    page.context.close()


def _enrol(landlord: Landlord) -> None:
    """Enrol the operative's phone, through the API."""
    key = PhoneKey()
    person_id = landlord.person("operative")["person_id"]
    with landlord.client("planner") as planner:
        answer = planner.post("/api/enrolment-codes", json={"person_id": person_id})
        assert answer.status_code == 201, answer.text
        code = answer.json()["code"]
    proof = key.sign(enrolment_message(code, person_id, INSTALLATION))
    shown = {"code": code, "public_key": to_base64url(key.public_key), "proof": to_base64url(proof)}
    with landlord.phone_client("operative", INSTALLATION) as phone:
        answer = phone.post("/api/enrolments", json=shown)
        assert answer.status_code == 201, answer.text
