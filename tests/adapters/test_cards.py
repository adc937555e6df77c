"""The sheets of blank cards: so many pages, the same file twice, nothing typed is markup, and room is kept."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec
import pytest

from doorstep.adapters.report.typst_cards import cards_pdf
from doorstep.card_commands import LONGEST_ADDRESS, LONGEST_NAME, blank_cards
from doorstep.cli import parser
from doorstep.settings import SettingRefused

HOSTILE = '#read("/etc/passwd") $x$ *b* \\ // `r` [c] @d <e>'
CARDS = blank_cards("Example Borough Council", "https://doorstep.example.org/r", "01632 960101", 1)


def pages_of(pdf: bytes) -> int:
    """How many pages a file says it has."""
    counts = [int(count) for count in re.findall(rb"/Count (\d+)", pdf)]
    assert counts
    return max(counts)


def test_sheets() -> None:
    """One page for each sheet, and the same bytes for the same cards."""
    assert [pages_of(cards_pdf(msgspec.structs.replace(CARDS, sheets=count))) for count in (1, 3)] == [1, 3]
    assert cards_pdf(CARDS) == cards_pdf(CARDS)


def test_names_are_shown_and_not_run() -> None:
    """A landlord's name is text, whatever it looks like; a card without a number is a card."""
    hostile = msgspec.structs.replace(CARDS, landlord=HOSTILE, number="")
    assert pages_of(cards_pdf(hostile)) == 1


def test_nobody_is_named_on_a_card() -> None:
    """What the code opens is the public page: no reference, no home and no visit is in its address."""
    assert CARDS.address == "https://doorstep.example.org/r"
    for language in ("en", "cy"):
        words = [getattr(each, language) for each in msgspec.structs.astuple(CARDS) if hasattr(each, language)]
        assert len(words) == 7
        assert all(words)


def run(*arguments: str) -> int:
    """The command, as a shell gives it."""
    given = parser().parse_args(["cards", "print", *arguments])
    status: int = given.run(given)
    return status


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It writes the file and says where its cards lead."""
    out = tmp_path / "cards.pdf"
    own = ["--landlord", "A Council", "--url", "https://doorstep.example.org/", "--number", "01632 960101"]
    assert run("--out", str(out), "--sheets", "2", *own) == 0
    assert pages_of(out.read_bytes()) == 2
    assert capsys.readouterr().out == f"{out}: 16 cards that lead to https://doorstep.example.org/r\n"


@pytest.mark.parametrize(
    "wrong",
    [
        ["--url", ""],
        ["--url", "doorstep.example.org"],
        ["--url", "https://example.org/?who=1"],
        ["--url", f"https://{'x' * LONGEST_ADDRESS}.org"],
        ["--landlord", ""],
        ["--landlord", "x" * (LONGEST_NAME + 1)],
        ["--sheets", "0"],
    ],
)
def test_what_cannot_be_printed(tmp_path: Path, wrong: list[str]) -> None:
    """What a resident could not open, or what does not fit, is refused with what to give instead."""
    own = ["--landlord", "A Council", "--url", "https://doorstep.example.org", "--out", str(tmp_path / "cards.pdf")]
    with pytest.raises(SettingRefused):
        run(*own, *wrong)
    assert not (tmp_path / "cards.pdf").exists()
