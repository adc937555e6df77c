"""A page as it is printed: a PDF whose tags say which rows its tables have, and on which sheets each row lies."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from playwright.sync_api import Page

OBJECT = re.compile(rb"(\d+) 0 obj\s(.*?)\bendobj", re.DOTALL)
REFERENCE = re.compile(rb"(\d+) 0 R")


class Rows(NamedTuple):
    """For each row that heads columns, and for each other one, the sheets that anything of it stands on."""

    heads: list[set[int]]
    figures: list[set[int]]


def rows_on_sheets(pdf: bytes) -> Rows:
    """Where the rows of all tables stand; sheets have their numbers in the file."""
    held = {int(number): body for number, body in OBJECT.findall(pdf)}
    rows = Rows([], [])
    for body in held.values():
        if re.search(rb"/S\s*/TR\b", body):
            is_head = any(b"/Scope /Column" in held[kid] for kid in _kids(held, body))
            (rows.heads if is_head else rows.figures).append(_sheets(held, body))
    return rows


def sheets_of(pdf: bytes) -> int:
    """How many sheets it has."""
    return len(re.findall(rb"/Type\s*/Page\b", pdf))


def print_of(page: Page) -> bytes:
    """What the browser would send to a printer, on the paper that the styles ask for."""
    return page.pdf(prefer_css_page_size=True, tagged=True)


def _kids(held: Mapping[int, bytes], body: bytes) -> list[int]:
    kids = re.search(rb"/K\s*(\[.*?\]|\d+ 0 R)", body, re.DOTALL)
    found = [int(number) for number in REFERENCE.findall(kids[1])] if kids else []
    return [number for number in found if b"/StructElem" in held.get(number, b"")]


def _sheets(held: Mapping[int, bytes], body: bytes) -> set[int]:
    found = {int(number) for number in re.findall(rb"/Pg (\d+) 0 R", body)}
    return found.union(*(_sheets(held, held[number]) for number in _kids(held, body)))
