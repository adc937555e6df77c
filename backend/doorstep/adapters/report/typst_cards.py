"""Lays out sheets of blank cards with typst: no package, no font of the machine, and the same file twice."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any, Final

import msgspec
import segno
import typst

from doorstep.adapters.report.letters import printable
from doorstep.adapters.report.typst_report import ReportRefused
from doorstep.domain.chain import CARD_CODE_LENGTH

TEMPLATE: Final = Path(__file__).with_name("cards.typ")
CARDS_ON_A_SHEET: Final = 8
STANDARDS: Final[list[Any]] = ["ua-1"]
EPOCH: Final = 0
"""The file's own time: a sheet of blank cards is of no day."""


class InBoth(msgspec.Struct, frozen=True):
    """The same words in English and in Welsh."""

    en: str
    cy: str


class BlankCards(msgspec.Struct, frozen=True):
    """What stands on every card. `address` is the public page's, which the QR code opens; nobody is named in it."""

    landlord: str
    title: str
    address: str
    number: str
    came: InBoth
    date: InBoth
    time: InBoth
    job: InBoth
    reference: InBoth
    see: InBoth
    ring: InBoth
    qr_alt: str
    sheets: int = 1


def cards_pdf(cards: BlankCards) -> bytes:
    """The sheets as PDF, to be printed on A4 and cut. Raises ReportRefused where typst cannot lay them out."""
    drawn = segno.make(cards.address, error="m", micro=False).svg_inline(border=2, dark="#000", light="#fff")
    plain: dict[str, Any] = {name: _printable(value) for name, value in msgspec.to_builtins(cards).items()}
    shown = plain["address"].removeprefix("https://").removeprefix("http://")
    plain |= {"qr": f'<svg xmlns="http://www.w3.org/2000/svg"{drawn.removeprefix("<svg")}', "address": shown}
    plain["letters"] = CARD_CODE_LENGTH
    with tempfile.TemporaryDirectory(prefix="cards-") as folder:
        root = Path(folder)
        (root / "cards.typ").write_bytes(TEMPLATE.read_bytes())
        try:
            pdf = typst.compile(
                root / "cards.typ",
                root=root,
                font_paths=typst.Fonts(include_system_fonts=False, include_embedded_fonts=True),
                ignore_system_fonts=True,
                package_path=root / "no-packages",
                package_cache_path=root / "no-packages",
                format="pdf",
                sys_inputs={"cards": msgspec.json.encode(plain).decode()},
                pdf_standards=STANDARDS,
                timestamp=EPOCH,
            )
        except typst.TypstError as fault:
            raise ReportRefused(str(fault)) from fault
    if not isinstance(pdf, bytes):
        raise ReportRefused("typst gave no file")
    return pdf


def _printable(value: Any) -> Any:
    match value:
        case str():
            return printable(value)
        case dict():
            return {key: _printable(inner) for key, inner in value.items()}
        case _:
            return value
