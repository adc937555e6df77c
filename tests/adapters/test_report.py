"""The evidence report: a PDF for archives and screen readers, the same twice, in which nothing typed is markup."""

from __future__ import annotations

import io
import re

import msgspec
import pytest
from PIL import Image

from doorstep.adapters.report.letters import HAVE, printable
from doorstep.adapters.report.typst_report import TypstReport
from doorstep.application.report_data import (
    CheckRow,
    DecisionRow,
    Named,
    PhotoPage,
    ReportData,
    TimelineRow,
)
from doorstep.domain.grades import GRADES

HOSTILE = '#read("/etc/passwd") <script>alert(1)</script> $x$ *b* #import "@preview/x:1.0.0" \\ // `r` [c] @d <e> = f'


def _jpeg() -> bytes:
    drawn = io.BytesIO()
    Image.new("RGB", (60, 90), "navy").save(drawn, "JPEG")
    return drawn.getvalue()


def _data(**other: object) -> ReportData:
    data = ReportData(
        landlord="Example Borough Council",
        title="Missed visit on 17 November 2026",
        subtitle="Flat 4, 12 Sample Street, ZZ1 2AB",
        made_at="18 November 2026, 09:14",
        made_at_ms=1_795_000_000_000,
        headline="Upheld as a missed visit.",
        findings=("All 4 checks were met.",),
        facts=(Named("Appointment", "AM, 08:00 to 13:00"), Named("Attended by", "Operative 14")),
        checks=tuple(CheckRow(f"Check {grade}", "10:42", "Met", grade, "Server", "") for grade in GRADES),
        wait=("At least 15 min 53 s lie between.",),
        cannot_show=("That nobody was in.",),
        timeline=(TimelineRow("10:42:12", "10:42:15", "Arrived", "Operative 14"),),
        photos=(PhotoPage("The card", "Photo of the card", "ab" * 32, _jpeg()),),
        decisions=(DecisionRow("18 November", "Supervisor 3", "Upheld", "The code can be read."),),
        steps=("Open verify.html.",),
        hashes=(Named("Manifest", "cd" * 32),),
        log_line="Log entry 5 of 7",
        log_root="9f3c 61d0",
    )
    return msgspec.structs.replace(data, **other)


def _xmp(pdf: bytes) -> str:
    found = re.search(rb"<x:xmpmeta.*?</x:xmpmeta>", pdf, re.DOTALL)
    assert found, "an archive's PDF says what it is, readably"
    return found[0].decode()


def test_says_that_it_is_for_archives_and_for_screen_readers() -> None:
    """typst refuses to write what breaks PDF/A-3a or PDF/UA-1; the file claims both, its language and its title."""
    pdf = TypstReport().make(_data())
    claims = _xmp(pdf)
    assert "<pdfaid:part>3</pdfaid:part>" in claims
    assert "<pdfaid:conformance>A</pdfaid:conformance>" in claims
    assert "<pdfuaid:part>1</pdfuaid:part>" in claims
    assert "Missed visit on 17 November 2026. Flat 4, 12 Sample Street, ZZ1 2AB" in claims
    assert "en-GB" in claims


def test_the_same_data_makes_the_same_bytes() -> None:
    """A report can be made again from the pack's data and compared; its time is the data's, not the machine's."""
    assert TypstReport().make(_data()) == TypstReport().make(_data())
    assert TypstReport().make(_data()) != TypstReport().make(_data(made_at_ms=1_795_000_060_000))


def test_39_markup_in_what_people_typed_is_inert_text() -> None:
    """Abuse 39: a note that reads a file, runs a script or breaks the template's syntax is shown as it was typed."""
    rows = (TimelineRow(HOSTILE, HOSTILE, HOSTILE, HOSTILE, HOSTILE, HOSTILE, HOSTILE),)
    named = (Named(HOSTILE, HOSTILE),)
    hostile = _data(
        title=HOSTILE,
        subtitle=HOSTILE,
        landlord=HOSTILE,
        department=HOSTILE,
        redacted=HOSTILE,
        headline=HOSTILE,
        findings=(HOSTILE,),
        facts=named,
        checks=(CheckRow(HOSTILE, HOSTILE, HOSTILE, HOSTILE, HOSTILE, HOSTILE),),
        wait=(HOSTILE,),
        cannot_show=(HOSTILE,),
        timeline=rows,
        photos=(PhotoPage(HOSTILE, HOSTILE, HOSTILE, _jpeg(), detail=HOSTILE),),
        decisions=(DecisionRow(HOSTILE, HOSTILE, HOSTILE, HOSTILE),),
        steps=(HOSTILE,),
        hashes=named,
        log_line=HOSTILE,
        log_root=HOSTILE,
    )
    pdf = TypstReport().make(hostile)
    claims = _xmp(pdf)
    assert "#read(" in claims
    assert "/etc/passwd" in claims
    assert "<script>" not in claims
    assert b"root:x:0" not in pdf


def test_every_letter_that_is_said_to_be_had_can_be_set() -> None:
    """An archive's PDF may hold no letter without a picture: one that no font has would make the whole report fail."""
    letters = "".join(chr(code) for first, last in HAVE for code in range(first, last + 1))
    assert TypstReport().make(_data(findings=(letters,)))


@pytest.mark.parametrize("typed", ["😀 here", "مرحبا", "a\u0000b", "\u202egnp", "שלום", "你好", "\ufeff", "\ue000"])
def test_letters_that_no_font_has_are_named(typed: str) -> None:
    """A note in another script, or with a hidden letter, neither stops the report nor is left out of it."""
    assert "[U+" in printable(typed)
    assert TypstReport().make(_data(findings=(typed,), title=typed))


def test_names_with_accents_are_composed() -> None:
    """A letter and its accent, sent apart, are the letter that the font has."""
    assert printable("Zoe\u0308 Ŵyn") == "Zoë Ŵyn"


def test_long_rows_go_over_pages_and_long_words_over_lines() -> None:
    """Nothing that was typed can run off the paper or be too long for a page."""
    rows = tuple(TimelineRow("10:42", "10:42", "Note", "Operative 14", "x" * 1000) for _ in range(60))
    pdf = TypstReport().make(_data(timeline=rows, cannot_show=("y" * 1000,)))
    assert len(pdf) > len(TypstReport().make(_data()))


@pytest.mark.parametrize("image", [b"", b"\xff\xd8\xff\xe0nonsense", b"<svg xmlns='http://www.w3.org/2000/svg'/>"])
def test_a_photo_that_cannot_be_drawn_is_told_in_words(image: bytes) -> None:
    """A picture that typst does not read leaves a report without it, not a visit without a report."""
    assert TypstReport().make(_data(photos=(PhotoPage("The card", "Photo of the card", "ab" * 32, image),)))


def test_a_visit_with_nothing_to_show_has_a_report() -> None:
    """No photo, no decision and no event is a report too."""
    assert TypstReport().make(_data(photos=(), decisions=(), timeline=(), checks=(), facts=(), hashes=()))
