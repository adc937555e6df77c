"""Each of the office's pages does its work for somebody who has no mouse."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, Request, expect

from tests.browser.chromium import office_context
from tests.browser.gallery.office import Office
from tests.browser.gallery.office_exceptions import take_in_faulty
from tests.browser.gallery.office_eyes import office_for
from tests.browser.gallery.office_reminders import live_a_day
from tests.browser.jobs_by_keyboard import JOBS, AtWork, Job
from tests.browser.keyboard import Keyboard, path_like


@pytest.fixture(scope="module")
def office(chromium: Browser, built_phone: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """One landlord for all jobs, with visits, texts and exceptions to see to."""

    def look(page: Page, name: str = "", sizes: Sequence[tuple[int, int]] = ()) -> None:
        """Nobody looks here."""

    with office_for(chromium, built_phone, tmp_path_factory.mktemp("jobs"), look, look, "jobs") as made:
        take_in_faulty(made.landlord)
        live_a_day(made)
        yield made


@pytest.mark.parametrize("job", JOBS.values(), ids=list(JOBS))
def test_job(office: Office, job: Job) -> None:
    """Signed in and done to its end by Tab, Enter, the space bar and arrows; its forms are sent."""
    page = office.browser.new_context(**office_context()).new_page()
    sent: list[Request] = []
    page.on("request", lambda request: sent.append(request) if request.method == "POST" else None)
    keys, person = Keyboard(page), office.landlord.person(job.role)
    page.goto(f"{office.landlord.url}/office/sign-in")
    keys.fill("Username", person["username"])
    keys.fill("Password", person["password"])
    keys.push("Sign in")
    expect(page.locator(".ds-mast__person")).to_contain_text(person["name"])
    job.do(AtWork(keys, office))
    paths = {urlsplit(request.url).path for request in sent}
    unsent = [form for form in job.sends.split() if not any(map(path_like(form).fullmatch, paths))]
    assert not unsent
    page.context.close()
