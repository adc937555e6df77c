"""The board's report in print: the same figures in PDF and HTML, in both languages, and nobody's name in either."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from datetime import date
from html import unescape
from pathlib import Path

import msgspec
import pytest

from doorstep.adapters.audit_note import AuditNoteFile
from doorstep.adapters.memory_store import MemoryStore
from doorstep.application.board_report.comparing import Against, held_against
from doorstep.application.board_report.editions import Issue
from doorstep.application.board_report.figures import AuditNote, MonthFigures, OpenExceptions
from doorstep.application.board_report.gathering import gather_month
from doorstep.application.board_report.months import month_of, months_back
from doorstep.application.ports import Rules
from doorstep.application.world import Changes
from doorstep.domain.wastage.rate import Rate, shown_ends, shown_percent
from doorstep.report_opening import BoardPrinter
from doorstep.web.board_report.html import policy_of
from tests.invented_facts import invent_facts
from tests.makers import Bench, closed
from tests.pdf_text import text_of
from tests.wastage_demo import a_lived_office

OCTOBER = month_of(date(2026, 10, 1))
HOMES, DAYS = 60, 50
BREAKABLE = "e31cbfa67cff90601408bd6d4fccafbccd8bf7db4fdd15dc8a15da8255cee70a"
"""A root that a typesetter would break at a line's end, with a hyphen."""
HOSTILE = '#read("/etc/passwd") <script>alert(1)</script> & {evil}'


class Lived(msgspec.Struct, frozen=True):
    """What the tests need of a landlord: its rules, reports of three months, and all that must be in none of them."""

    rules: Rules
    figures: MonthFigures
    september: MonthFigures
    bare: MonthFigures
    secrets: frozenset[str]


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Lived:
    """A small landlord's seven weeks, with more invented figures behind them."""
    return asyncio.run(_live(tmp_path_factory.mktemp("lived")))


async def _live(folder: Path) -> Lived:
    store = MemoryStore()
    bench = await a_lived_office(folder, 1, HOMES, DAYS, store)
    secrets = await _secrets(bench)
    async with store.unit() as unit:
        facts = invent_facts(5, 3_000, 420, first=date(2025, 10, 1))
        named = [msgspec.structs.replace(fact, appointment_id=f"more-{n}") for n, fact in enumerate(facts)]
        await unit.save(Changes(wastage={fact.appointment_id: fact for fact in named}))
    notes = AuditNoteFile(folder)
    notes.keep(AuditNote(bench.clock.ms, 1_234))
    bench.office.landlord = "Example Borough Council"
    none = AuditNoteFile(folder / "nowhere")
    made = Lived(
        bench.office.rules,
        await gather_month(bench.office, OCTOBER, notes),
        await gather_month(bench.office, months_back(OCTOBER, 1), none),
        await gather_month(bench.office, month_of(date(2020, 2, 1)), none),
        secrets,
    )
    await closed(bench)
    return made


async def _secrets(bench: Bench) -> frozenset[str]:
    """Everybody's names and ids; every home's address, postcode and number; every order's."""
    store = bench.office.store
    secrets: set[str] = set()
    for person in await store.people():
        secrets |= {person.name, person.username, person.person_id, person.phone}
    for appointment_id in await store.appointment_ids("", 100_000):
        row = await store.appointment_row(appointment_id)
        assert row is not None
        secrets |= {row.address, row.property_ref, row.work_order_ref, row.appointment_id, row.source_ref}
    entries = await store.entries(0, 1_000_000)
    for likeness in (rb"07\d{3} ?\d{6}", rb"\b[A-Z]{2}\d{1,2} \d[A-Z]{2}\b"):
        found = {each.decode() for entry in entries for each in re.findall(likeness, entry.body)}
        assert found
        secrets |= found
    assert len(secrets) > 200
    return frozenset(squeezed(each) for each in secrets if len(each) > 3)


def printed(
    lived: Lived, figures: MonthFigures, edition: int = 1, against: Against | None = None
) -> Mapping[str, bytes]:
    """The files of an issue."""
    return BoardPrinter().print(lived.rules, Issue(edition, figures, against))


def words_of(page: bytes) -> str:
    """A page's text as it is read, its pictures' too."""
    body = page.decode().partition("</style>")[2]
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", body)).split())


def squeezed(text: str) -> str:
    """Without its spaces: where a line or a cell ends is the layout's business."""
    return "".join(text.split())


def said(rate: Rate, language: str) -> str:
    """A share's figures, one after the other, as a row of a table has them."""
    counts = f"{rate.part:,}{rate.whole:,}"
    if not rate.is_given:
        return counts + {"en": "notgivennotgiven", "cy": "hebeiroihebeiroi"}[language]
    low, high = shown_ends(rate)
    return f"{counts}{shown_percent(rate)}%{low}{ {'en': 'to', 'cy': 'i'}[language] }{high}%"


def test_both_say_the_figures_of_the_analysis(lived: Lived) -> None:
    """Every share with its n, rate and interval, and every sum of money, stands in the PDF and in the page."""
    figures = msgspec.structs.replace(lived.figures, root=BREAKABLE)
    files = printed(lived, figures)
    for language in ("en", "cy"):
        texts = {
            "pdf": squeezed(text_of(files[f"{language}.pdf"])),
            "html": squeezed(words_of(files[f"{language}.html"])),
        }
        for form, text in texts.items():
            for measured in figures.now.measures:
                for share in measured.shares:
                    assert said(share.rate, language) in text, (form, language, share)
            for line in (*figures.now.cost.lines, figures.now.cost.missed, figures.now.cost.landlord):
                assert f"£{line.total_pence // 100:,}.{line.total_pence % 100:02}" in text, (form, language, line)
            assert squeezed(" ".join(re.findall(".{8}", figures.root))) in text
            assert f"{figures.tree_size:,}" in text
    assert any(share.rate.is_given for each in figures.now.measures for share in each.shares)
    assert any(not share.rate.is_given for each in figures.now.measures for share in each.shares)


def test_the_same_figures_make_the_same_bytes(lived: Lived) -> None:
    """A report can be made again from what its edition kept, and compared."""
    figures = lived.figures
    again = msgspec.json.decode(msgspec.json.encode(figures), type=MonthFigures)
    assert printed(lived, figures) == printed(lived, again)


def test_the_pdf_is_for_archives_and_for_screen_readers(lived: Lived) -> None:
    """typst refuses to write what breaks PDF/A-3a or PDF/UA-1; the file claims both, and its language."""
    figures = lived.figures
    files = printed(lived, figures)
    for language, code in (("en", b"en-GB"), ("cy", b"cy")):
        pdf = files[f"{language}.pdf"]
        assert b"<pdfaid:part>3</pdfaid:part>" in pdf
        assert b"<pdfaid:conformance>A</pdfaid:conformance>" in pdf
        assert b"<pdfuaid:part>1</pdfuaid:part>" in pdf
        assert b"<rdf:li>" + code in pdf or b"/Lang(" + code in pdf.replace(b" ", b"")


def test_the_page_is_one_file_without_a_script(lived: Lived) -> None:
    """Nothing is fetched and nothing runs; its own policy, and the one that it is served with, allow its style only."""
    figures = lived.figures
    page = printed(lived, figures)["en.html"]
    text = page.decode()
    assert not re.search(r"<script|<link|<img|<iframe|javascript:|\bon[a-z]+=|url\((?!#)|@import", text)
    assert not re.search(r'(?:src|href)="(?!#)', text)
    assert ' style="' not in text
    assert policy_of(page).startswith("default-src 'none'; style-src 'sha256-")
    assert unescape(re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', text)[1]) == policy_of(page)  # type: ignore[index]
    ids = re.findall(r' id="([^"]*)"', text)
    assert len(ids) == len(set(ids))
    described = {
        each for group in re.findall(r'aria-(?:describedby|labelledby)="([^"]*)"', text) for each in group.split()
    }
    assert described <= set(ids)


def test_nobody_is_named(lived: Lived) -> None:
    """No name, address, postcode, number, order, home or id of the demonstration is in a file, or in what is kept."""
    files = printed(lived, lived.figures)
    texts = [text_of(files[name]) if name.endswith("pdf") else files[name].decode() for name in files]
    texts.append(msgspec.json.encode(lived.figures).decode())
    held = [squeezed(text) for text in texts]
    named = [secret for secret in lived.secrets if any(secret in text for text in held)]
    assert named == []


def test_a_month_without_any_visit_is_printed(lived: Lived) -> None:
    """Nothing to tell is told in words, and is no fault."""
    files = printed(lived, lived.bare)
    for text in (text_of(files["en.pdf"]), words_of(files["en.html"])):
        assert "There are none in this period." in text
        assert "January 2020: nothing to compare with." in text
        assert "No whole audit has been run on this data folder." in text


def test_another_edition_says_what_differs(lived: Lived) -> None:
    """On the first page of both: against which edition, how the log has grown, and each figure then and now."""
    figures = lived.figures
    earlier = lived.september
    earlier = msgspec.structs.replace(earlier, now=msgspec.structs.replace(earlier.now, month="2026-10"), tree_size=1)
    against = held_against(1, earlier, figures)
    files = printed(lived, figures, 2, against)
    was, now = (each.rate("kept", "kept") for each in (earlier.now, figures.now))
    assert (was.part, was.whole) != (now.part, now.whole)
    for text in (text_of(files["en.pdf"]), words_of(files["en.html"])):
        assert "What differs from the edition before" in text
        assert f"Entries added to the log since: {figures.tree_size - 1:,}." in text
        assert squeezed(f"{was.part} of {was.whole}{now.part} of {now.whole}") in squeezed(text)


def test_what_a_landlord_typed_is_inert(lived: Lived) -> None:
    """A group's name that reads a file, runs a script or breaks a template is shown as it was typed."""
    figures = lived.figures
    [by_window, *others] = figures.groups
    rows = tuple(msgspec.structs.replace(row, value=(HOSTILE,)) for row in by_window.rows[:1])
    assert rows
    hostile = msgspec.structs.replace(
        figures,
        landlord=HOSTILE,
        groups=(msgspec.structs.replace(by_window, rows=rows), *others),
        exceptions=(OpenExceptions(HOSTILE, 1, 1, 0),),
    )
    files = printed(lived, hostile)
    assert "<script>alert" not in files["en.html"].decode()
    assert HOSTILE in words_of(files["en.html"])
    assert squeezed(HOSTILE) in squeezed(text_of(files["en.pdf"]))
    assert b"root:x:0" not in files["en.pdf"]
