"""Lays out the board's report with typst, as the evidence report is laid out: PDF/A-3a, PDF/UA-1, same data same bytes.

Pictures are the SVG of the pages, drawn with typst's own fonts; the tables beside them say what is in them.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any, Final

import msgspec

from doorstep.adapters.report.letters import printable
from doorstep.adapters.report.typst_report import compiled, in_letters_had
from doorstep.application.board_report.document import Document

TEMPLATE: Final = Path(__file__).with_name("board.typ")
STANDING_ALONE: Final = '<svg xmlns="http://www.w3.org/2000/svg" font-family="Libertinus Serif" '
"""A picture in a page of HTML needs neither its language's name nor its letters'; a file does."""


def lay_out(document: Document) -> bytes:
    """The report as PDF. Raises ReportRefused where typst cannot lay it out."""
    with tempfile.TemporaryDirectory(prefix="board-report-") as folder:
        root = Path(folder)
        (root / "report.typ").write_bytes(TEMPLATE.read_bytes())
        return compiled(root, _as_inputs(document, root), document.made_at_ms // 1000)


def _as_inputs(document: Document, root: Path) -> str:
    """The document as one JSON text, with each picture written into the root under a name of our own."""
    plain: dict[str, Any] = msgspec.to_builtins(document)
    count = 0
    for part in plain["parts"]:
        for picture in part["pictures"]:
            picture["file"] = f"picture{count}.svg"
            drawn = printable(picture.pop("svg")).replace("<svg ", STANDING_ALONE, 1)
            (root / picture["file"]).write_text(drawn, encoding="utf-8")
            del picture["narrow_svg"]
            count += 1
    return msgspec.json.encode(in_letters_had(plain)).decode()
