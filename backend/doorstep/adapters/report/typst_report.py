"""Lays out an evidence report with typst: PDF/A-3a and PDF/UA-1 in one file, and the same bytes for the same data.

Nothing in the data is ever markup: it reaches the template as one JSON text, and the template shows strings. The
template has a folder of its own as its root, with the photos and nothing else; it reads no package, and no font of the
machine, so that two machines make the same file. typst refuses to write a file that breaks either standard.
"""

from __future__ import annotations

import functools
import tempfile
from pathlib import Path
from typing import Any, Final

import msgspec
import typst

from doorstep.adapters.report.letters import printable
from doorstep.application.report_data import PhotoPage, ReportData

TEMPLATE: Final = Path(__file__).with_name("report.typ")
STANDARDS: Final[list[Any]] = ["a-3a", "ua-1"]
IMAGE_FORMATS: Final = ("jpg", "png", "webp")


class ReportRefused(Exception):
    """The report could not be laid out; the message is typst's own."""


class TypstReport:
    """The report by typst, in this process: an evidence report takes a fraction of a second."""

    def make(self, data: ReportData) -> bytes:
        """The report as PDF. Raises ReportRefused where typst cannot lay it out."""
        with tempfile.TemporaryDirectory(prefix="report-") as folder:
            root = Path(folder)
            (root / "report.typ").write_bytes(TEMPLATE.read_bytes())
            try:
                return compiled(root, _as_inputs(data, root), data.made_at_ms // 1000)
            except ReportRefused:
                # A photo may be of a make that typst does not read: the pack holds it all the same.
                undrawn = tuple(msgspec.structs.replace(photo, image=None) for photo in data.photos)
                plain = msgspec.structs.replace(data, photos=undrawn)
                return compiled(root, _as_inputs(plain, root), data.made_at_ms // 1000)


def compiled(root: Path, words: str, made_at: int) -> bytes:
    """The template of a root as PDF, with these words; `made_at` in s. Raises ReportRefused."""
    try:
        pdf = typst.compile(
            root / "report.typ",
            root=root,
            font_paths=_fonts(),
            ignore_system_fonts=True,
            package_path=root / "no-packages",
            package_cache_path=root / "no-packages",
            format="pdf",
            sys_inputs={"report": words},
            pdf_standards=STANDARDS,
            timestamp=made_at,
        )
    except typst.TypstError as fault:
        raise ReportRefused(str(fault)) from fault
    if not isinstance(pdf, bytes):
        raise ReportRefused("typst gave no file")
    return pdf


@functools.cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True)


def _as_inputs(data: ReportData, root: Path) -> str:
    """The data as one JSON text, with each photo written into the root under a name of our own."""
    plain: dict[str, Any] = msgspec.to_builtins(msgspec.structs.replace(data, photos=()))
    plain["photos"] = [_photo(photo, root, index) for index, photo in enumerate(data.photos)]
    return msgspec.json.encode(in_letters_had(plain)).decode()


def _photo(photo: PhotoPage, root: Path, index: int) -> dict[str, str]:
    file = ""
    if photo.image is not None and photo.format in IMAGE_FORMATS:
        file = f"photo{index}.{photo.format}"
        (root / file).write_bytes(photo.image)
    told: dict[str, str] = msgspec.to_builtins(msgspec.structs.replace(photo, image=None))
    told.pop("image", None)
    return told | {"file": file}


def in_letters_had(value: Any) -> Any:
    """Every text in the data, with the letters that the fonts have."""
    match value:
        case str():
            return printable(value)
        case dict():
            return {key: in_letters_had(inner) for key, inner in value.items()}
        case list() | tuple():
            return [in_letters_had(inner) for inner in value]
        case _:
            return value
