"""The contact sheet: all pictures on one page, by walk, each with its name and at both sizes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path

from tests.browser.chromium import PHONE_SIZE, SMALL_PHONE_SIZE
from tests.browser.gallery.eyes import file_name

STYLE = """body { font: 16px/1.4 system-ui, sans-serif; margin: 24px; background: #eee }
ul { display: flex; flex-wrap: wrap; gap: 24px; padding: 0; list-style: none }
li { background: #fff; padding: 12px } img { vertical-align: top; border: 1px solid #999; margin-right: 8px }"""


def write_sheet(folder: Path, shown: Mapping[str, Sequence[str]]) -> None:
    """Write index.html beside the pictures of these walks and screens."""
    count = sum(map(len, shown.values()))
    parts = [
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>Every screen of the phone</title>',
        f"<style>{STYLE}</style><h1>Every screen of the phone: {count}</h1>",
    ]
    for walk, names in shown.items():
        parts.append(f"<h2>{escape(walk)}</h2><ul>")
        parts += [f"<li><p>{escape(name)}</p>{_pictures(walk, name)}</li>" for name in names]
        parts.append("</ul>")
    (folder / "index.html").write_text("\n".join(parts))


def _pictures(walk: str, name: str) -> str:
    file = escape(file_name(walk, name))
    return "".join(
        f'<img src="{file}-{width}.png" width="{width // 2}" alt="{escape(name)} at {width} px" loading="lazy">'
        for width, _ in (PHONE_SIZE, SMALL_PHONE_SIZE)
    )
