"""A report as one file of HTML: its own style in it, no script, nothing from elsewhere, and a policy that says so."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from importlib import resources

from jinja2 import Environment, PackageLoader
from markupsafe import Markup

from doorstep.application.board_report.document import Document
from doorstep.web.board_report.said import table_id

BEGINS, ENDS = "<style>", "</style>"


def as_page(document: Document) -> bytes:
    """The file. The same document gives the same bytes."""
    style = _style()
    shown = {
        "document": document,
        "style": Markup(style),  # noqa: S704 - our own file
        "policy": _policy(style),
        "drawn": Markup,
        "table_id": table_id,
        "language": "en-GB" if document.language == "en" else document.language,
    }
    return _environment().get_template("report.html").render(shown).encode()


def policy_of(page: bytes) -> str:
    """The Content-Security-Policy that a page of an earlier version is served with: nothing but its own style."""
    text = page.decode("utf-8", errors="replace")
    return _policy(text[text.index(BEGINS) + len(BEGINS) : text.index(ENDS)])


def _policy(style: str) -> str:
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


@cache
def _style() -> str:
    return resources.files("doorstep.web.board_report").joinpath("report.css").read_text(encoding="utf-8")


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("doorstep.web.board_report"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
