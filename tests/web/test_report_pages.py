"""The office's monthly reports: who sees them, what is logged, a month that is asked for, and what a page may do."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import msgspec
import pytest

from doorstep.adapters.audit_note import AuditNoteFile
from doorstep.adapters.report_shelf import ReportShelf
from doorstep.application.board_report.editions import Issue, Press, editions
from doorstep.application.ports import Rules
from doorstep.report_opening import BoardPrinter, report_time_of
from doorstep.settings import SettingRefused, Settings
from doorstep.web.board_report.html import policy_of
from tests.web.browsing import Signed, Site, form_token_in, words_in

PATH = "/office/reports"
MONTH = "2026-10"


class OneLanguage:
    """Prints the English page and no PDF: what the pages do is the same, and it is quick."""

    def print(self, rules: Rules, issue: Issue) -> Mapping[str, bytes]:
        from doorstep.web.board_report.html import as_page
        from doorstep.web.board_report.telling import tell

        return {"en.html": as_page(tell(rules, issue, "en")), "en.pdf": b"%PDF of " + str(issue.edition).encode()}


@pytest.fixture
async def reporting(site: Site, tmp_path: Path) -> Site:
    """A site whose office makes reports."""
    shelf, notes = ReportShelf(tmp_path / "reports"), AuditNoteFile(tmp_path)
    site.bench.office.press = Press(OneLanguage(), shelf, notes, 5, 6)
    return site


async def ask(reader: Signed, month: str, seen: int) -> tuple[int, str]:
    """Press the button of a page that listed so many editions: the status and the words."""
    html = (await reader.http.get(PATH)).text
    fields = {"form_token": form_token_in(html), "month": month, "seen": str(seen)}
    answer = await reader.http.post(PATH, data=fields, follow_redirects=True)
    return answer.status_code, words_in(answer.text)


async def kinds(site: Site) -> list[str]:
    """The log's newest entries by kind, beyond those of people signing in."""
    return [entry.kind for entry in await site.bench.office.store.entries(0, 1_000)]


async def test_a_month_is_asked_for_read_and_taken(reporting: Site) -> None:
    """From none to one: it is listed with what it was made of; each file that is given is logged before it goes."""
    auditor = await reporting.signed(1, "auditor")
    assert "No report has been made yet." in words_in((await auditor.http.get(PATH)).text)
    status, words = await ask(auditor, MONTH, 0)
    assert status == 200
    assert "The report for October 2026 was made: edition 1." in words
    [made] = await editions(reporting.bench.office)
    assert made.made_by == auditor.person.person_id
    assert f"told in entry {made.position}" in words
    before = len(await kinds(reporting))
    page = await auditor.http.get(f"{PATH}/report-{MONTH}-1.en.html")
    assert page.status_code == 200
    assert page.headers["content-security-policy"] == f"{policy_of(page.content)}; frame-ancestors 'none'"
    assert page.headers["cache-control"] == "no-store"
    assert "Assurance report on missed visits" in page.text
    pdf = await auditor.http.get(f"{PATH}/report-{MONTH}-1.en.pdf")
    assert (pdf.content, pdf.headers["content-type"]) == (b"%PDF of 1", "application/pdf")
    assert pdf.headers["content-disposition"] == f'attachment; filename="report-{MONTH}-1.en.pdf"'
    assert (await kinds(reporting))[before:] == ["data_exported", "data_export_ended"] * 2


async def test_a_head_takes_nothing_out(reporting: Site) -> None:
    """Whoever asks for an answer's head is given nothing, and nothing is logged."""
    auditor = await reporting.signed(1, "auditor")
    await ask(auditor, MONTH, 0)
    before = await kinds(reporting)
    answer = await auditor.http.head(f"{PATH}/report-{MONTH}-1.en.pdf")
    assert (answer.status_code, answer.content) == (200, b"")
    assert await kinds(reporting) == before


async def test_it_is_of_every_patch_and_for_those_who_see_all(reporting: Site) -> None:
    """A supervisor or auditor of one patch is told so, and is given no list, no file and no way to ask."""
    everywhere = [await reporting.signed(n, role) for n, role in enumerate(("supervisor", "auditor", "admin"), start=1)]
    for seen, reader in enumerate(everywhere):
        assert (await ask(reader, MONTH, seen))[0] == 200
    file = f"{PATH}/report-{MONTH}-1.en.pdf"
    for number, role in enumerate(("supervisor", "auditor"), start=4):
        north = await reporting.signed(number, role, "north")
        page = (await north.http.get(PATH)).text
        assert "The report is of every patch. You look after one" in words_in(page)
        assert "October 2026" not in page
        assert (await north.http.get(file)).status_code == 404
        token = form_token_in((await everywhere[0].http.get(PATH)).text)
        assert (await north.http.post(PATH, data={"form_token": token, "month": MONTH, "seen": "3"})).status_code >= 400
    for number, role in enumerate(("planner", "operative"), start=6):
        other = await reporting.signed(number, role)
        assert (await other.http.get(PATH)).status_code == 403
        assert (await other.http.get(file)).status_code == 403
    assert len(await editions(reporting.bench.office)) == 3


@pytest.mark.parametrize(
    ("month", "words"),
    [
        ("", "Enter a month as year and month, such as 2026-10"),
        ("October", "Enter a month as year and month, such as 2026-10"),
        ("<script>", "Enter a month as year and month, such as 2026-10"),
        ("2026-11", "That month is not over yet: choose one that is"),
    ],
)
async def test_a_month_at_fault_is_asked_for_again(reporting: Site, month: str, words: str) -> None:
    """In words, beside the field, with what was typed; and nothing is made."""
    auditor = await reporting.signed(1, "auditor")
    status, page = await ask(auditor, month, 0)
    assert status == 422
    assert words in page
    assert await editions(reporting.bench.office) == []


async def test_one_press_makes_one_edition(reporting: Site) -> None:
    """Pressed twice, or by two people at once: the second is told, and may ask again if they want another."""
    auditor = await reporting.signed(1, "auditor")
    assert (await ask(auditor, MONTH, 0))[0] == 200
    status, words = await ask(auditor, MONTH, 0)
    assert status == 409
    assert "Somebody else has just made one." in words
    assert len(await editions(reporting.bench.office)) == 1
    assert (await ask(auditor, MONTH, 1))[0] == 200
    assert [made.edition for made in await editions(reporting.bench.office)] == [2, 1]


@pytest.mark.parametrize(
    "file",
    [
        f"report-{MONTH}-2.en.pdf",
        f"report-{MONTH}-1.cy.pdf",
        f"report-{MONTH}-1.en.txt",
        f"report-{MONTH}-01.en.pdf",
        f"report-{MONTH}-1.en.pdf.part",
        "report-..%2F..%2F-1.en.pdf",
        "server.key",
        f"report-{MONTH}-99999999999999999999.en.pdf",
    ],
)
async def test_no_other_file_is_there(reporting: Site, file: str) -> None:
    """A name is one of an edition's files, or nothing at all."""
    auditor = await reporting.signed(1, "auditor")
    await ask(auditor, MONTH, 0)
    assert (await auditor.http.get(f"{PATH}/{file}")).status_code == 404


async def test_the_list_speaks_welsh(reporting: Site) -> None:
    """And leads to the files of the reader's own language first."""
    reporting.bench.office.press = msgspec.structs.replace(reporting.bench.office.press, printer=BoardPrinter())  # type: ignore[type-var]
    auditor = await reporting.signed(1, "auditor")
    await ask(auditor, MONTH, 0)
    auditor.http.cookies.set("doorstep_language", "cy")
    html = (await auditor.http.get(PATH)).text
    assert "Adroddiadau misol" in words_in(html)
    assert html.index(f"report-{MONTH}-1.cy.html") < html.index(f"report-{MONTH}-1.en.pdf")
    page = (await auditor.http.get(f"{PATH}/report-{MONTH}-1.cy.html")).text
    assert "Adroddiad sicrwydd ar ymweliadau a gollwyd" in page
    assert '<html lang="cy">' in page


def test_a_time_that_not_every_month_has_is_refused() -> None:
    """The 31st would leave half of the months without a report."""
    assert report_time_of(Settings(report_day=28, report_hour=23)) == (28, 23)
    with pytest.raises(SettingRefused, match="DOORSTEP_REPORT_DAY is 29"):
        report_time_of(Settings(report_day=29))
    with pytest.raises(SettingRefused, match="DOORSTEP_REPORT_HOUR is 24"):
        report_time_of(Settings(report_hour=24))
