"""The work of the office's pages, each piece done to its end by somebody who has no mouse."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import FilePayload, expect

from tests.browser.gallery.office import Office
from tests.browser.gallery.office_imports import GOOD, HEADER
from tests.browser.keyboard import Keyboard

WHY = "Told us on the telephone"


@dataclass
class AtWork:
    """Somebody at a desk, with a keyboard only."""

    keys: Keyboard
    office: Office

    def go(self, path: str) -> None:
        """Type an address."""
        self.keys.page.goto(f"{self.office.landlord.url}{path}")


@dataclass(frozen=True)
class Job:
    """Who does it, how, and which of the office's forms are sent by it."""

    role: str
    do: Callable[[AtWork], None]
    sends: str


def language_and_out(work: AtWork) -> None:
    """Into Welsh and back, and out."""
    work.keys.push("Cymraeg")
    expect(work.keys.page.locator("html")).to_have_attribute("lang", "cy")
    work.keys.push("English")
    expect(work.keys.page.locator("html")).to_have_attribute("lang", "en-GB")
    work.keys.push("Sign out")
    expect(work.keys.page.locator("#username")).to_be_visible()


def take_a_file_in(work: AtWork) -> None:
    """A file looked at, its columns named, taken in; of the rows it held one mended and one dropped."""
    keys, page = work.keys, work.keys.page
    work.go("/office/imports")
    keys.fill("Which system is it from?", "keyboard")
    keys.to(page.locator("#file"))
    with page.expect_file_chooser() as chosen:
        keys.press("Space")
    bad = [GOOD.format(number=n).replace("2027-02-01", "next Monday") for n in (2, 3)]
    content = "\n".join([HEADER, GOOD.format(number=1), *bad]).encode()
    chosen.value.set_files(FilePayload(name="by keyboard.csv", mimeType="text/csv", buffer=content))
    keys.push("Look at the file")
    keys.choose(page.locator("#column1"), "Work order")
    keys.push("Look at the file with these")
    keys.follow(page.get_by_role("button", name="Take in"))
    while (again := page.get_by_role("link", name="Look again")).count():
        keys.follow(again)
    expect(page.get_by_text("The file was taken in.")).to_be_visible()
    keys.follow(page.get_by_role("link", name="Appointments in"))
    keys.follow(page.get_by_role("link", name="I-2", exact=True))
    keys.fill("Date", "2027-02-01")
    keys.push("Save and take in")
    expect(page.get_by_role("link", name="I-2", exact=True)).to_have_count(0)
    keys.follow(page.get_by_role("link", name="I-3", exact=True))
    keys.fill("Why?", WHY)
    keys.push("Drop this row")
    expect(page.get_by_role("heading", name="Appointments in")).to_be_visible()
    expect(page.get_by_role("link", name="I-3", exact=True)).to_have_count(0)


def see_to_an_exception(work: AtWork) -> None:
    """Given to somebody, and resolved."""
    keys, page = work.keys, work.keys.page
    work.go("/office/exceptions/unknown_property")
    first = page.locator("main tbody a").first
    name = first.inner_text()
    keys.follow(first)
    keys.choose(page.locator("#person_id"), "Planner 2")
    keys.push("Save who has it")
    expect(page.locator("#person_id option:checked")).to_have_text("Planner 2")
    keys.fill("Why may it stay as it is?", WHY)
    keys.push("Resolve")
    keys.follow(page.get_by_role("link", name="Resolved", exact=True))
    expect(page.locator("main tbody")).to_contain_text(name)


def answer_a_reply(work: AtWork) -> None:
    """A resident's text is seen to."""
    keys, page = work.keys, work.keys.page
    work.go("/office/replies")
    keys.follow(page.get_by_role("link", name="See to it").first)
    keys.fill("What you did", WHY)
    keys.push("It is seen to")
    expect(page.get_by_role("heading", name="Seen to")).to_be_visible()


def keep_numbers(work: AtWork) -> None:
    """No more texts to a number, then texts again; a number that failed is seen to."""
    keys, page = work.keys, work.keys.page
    work.go("/office/opt-outs")
    keys.fill("Their mobile number", "07700 900777")
    keys.fill("How you know", WHY)
    keys.push("Send no more")
    lift = page.locator('a[href$="/lift"]').filter(has_text="777")
    keys.follow(lift)
    keys.fill("Who said so, and how", WHY)
    keys.push("Send them again")
    expect(lift).to_have_count(0)
    failed = page.locator('a[href*="/failed/"]')
    keys.follow(failed.first)
    keys.fill("What you did", WHY)
    keys.follow(page.locator("main form button").last)
    expect(failed).to_have_count(0)


def make_a_code(work: AtWork) -> None:
    """A code with which an operative's phone is enrolled."""
    work.go("/office/phones")
    work.keys.choose(work.keys.page.locator("#person_id"), "Operative 14")
    work.keys.push("Make a code")
    expect(work.keys.page.locator(".ds-enrol__qr")).to_be_visible()


def decide_a_visit(work: AtWork) -> None:
    """Found by a filter, read, and sent back."""
    keys, page = work.keys, work.keys.page
    work.go("/office/visits?view=all")
    keys.tick(page.locator('input[name="standing"][value="recorded"]'))
    keys.push("Apply filters")
    keys.follow(page.locator(f'main table a[href*="{work.office.visits["doubted"]}"]').first)
    keys.pick(page.locator('input[name="decision"][value="returned"]'))
    keys.to(page.locator("#reason"))
    page.keyboard.type("Which door is it on the photo?")
    keys.push("Save decision")
    expect(page.locator("main")).to_contain_text("Which door is it on the photo?")
    expect(page.get_by_role("button", name="Save decision")).to_have_count(0)


def decide_several(work: AtWork) -> None:
    """A filter kept by name; visits ticked, and decided for one reason."""
    keys, page = work.keys, work.keys.page
    work.go("/office/visits?view=all&standing=recorded")
    keys.to(page.locator("#filter_name"))
    page.keyboard.type("Recorded")
    keys.push("Save filters")
    expect(page.locator("#saved")).to_be_visible()
    work.go("/office/visits?view=decide")
    keys.tick(page.locator("main table input[type=checkbox]").first)
    keys.push("Decide the ticked visits")
    keys.pick(page.locator('input[name="decision"][value="upheld"]'))
    keys.to(page.locator("#reason"))
    page.keyboard.type("Everything is there, and fits.")
    keys.push("Decide 1 visit")
    expect(page.get_by_text("1 visit was decided")).to_be_visible()


def take_a_table_out(work: AtWork) -> None:
    """Its columns are read, and it is downloaded."""
    keys, page = work.keys, work.keys.page
    work.go("/office/exports")
    details = page.locator("main details").first
    keys.to(details.locator("summary"))
    keys.press("Enter")
    expect(details).to_have_attribute("open", "")
    keys.to(page.locator('main a[href$="/visits.csv"]'))
    with page.expect_download() as taken:
        keys.press("Enter")
    assert taken.value.suggested_filename.endswith(".csv")


def add_a_webhook(work: AtWork) -> None:
    """An address with its secret; another secret; and its end."""
    keys, page = work.keys, work.keys.page
    work.go("/office/webhooks")
    keys.fill("Name", "Repairs hub")
    keys.fill("Address", "https://repairs.inventon.example/hooks")
    keys.push("Add address")
    expect(page.get_by_text("whsec_").first).to_be_visible()
    given = page.get_by_role("link", name="I have given it to them")
    keys.follow(given)
    keys.to(page.locator("summary", has_text="Give it a new secret"))
    keys.press("Enter")
    keys.follow(page.locator('form[action$="/secrets"] button'))
    keys.follow(given)
    keys.to(page.locator("summary", has_text="End it"))
    keys.press("Enter")
    keys.push("End this address")
    expect(page.get_by_role("button", name="End this address")).to_have_count(0)
    expect(page.get_by_role("definition").filter(has_text="Ended")).to_be_visible()


JOBS = {
    "signs in, changes the language, signs out": Job(
        "planner", language_and_out, "/office/sign-in /office/language /office/sign-out"
    ),
    "takes a file in": Job(
        "planner",
        take_a_file_in,
        "/office/imports /office/imports/{import_id:str}/columns /office/imports/{import_id:str}/take "
        "/office/held-rows/{held_id:str} /office/held-rows/{held_id:str}/drop",
    ),
    "sees to an exception": Job(
        "planner",
        see_to_an_exception,
        "/office/exceptions/{kind:str}/assignments /office/exceptions/{kind:str}/resolutions",
    ),
    "answers a reply": Job("planner", answer_a_reply, "/office/replies/{text_id:str}"),
    "keeps numbers": Job(
        "planner",
        keep_numbers,
        "/office/opt-outs /office/opt-outs/{opt_out_id:str}/lift /office/opt-outs/failed/{failed_id:str}",
    ),
    "makes a code": Job("planner", make_a_code, "/office/phones/codes"),
    "decides a visit": Job("supervisor", decide_a_visit, "/office/visits/{visit_id:str}/decisions"),
    "decides several visits": Job(
        "supervisor", decide_several, "/office/visits/filters /office/visits/several /office/visits/several/decisions"
    ),
    "takes a table out": Job("auditor", take_a_table_out, "/office/sign-in"),
    "adds a webhook": Job(
        "admin",
        add_a_webhook,
        "/office/webhooks /office/webhooks/{endpoint_id:str}/secrets /office/webhooks/{endpoint_id:str}/{act:str}",
    ),
}
