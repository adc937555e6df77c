"""A running server keeps the templates that it began with: its words and its Python are of the same version."""

from __future__ import annotations

import os
from pathlib import Path

from jinja2 import FileSystemLoader

from doorstep.web.pages.rendering import environment


def test_a_template_that_an_upgrade_replaces_is_not_read(tmp_path: Path) -> None:
    """Read anew, it would ask for words that this server does not know, and every such page would fail."""
    file = tmp_path / "page.html"
    file.write_text("{{ say('all.back') }}")
    kept = environment().overlay(loader=FileSystemLoader(tmp_path))
    before = kept.get_template("page.html").render()
    file.write_text("{{ say('all.not_known_yet') }}")
    os.utime(file, (2_000_000_000, 2_000_000_000))
    assert kept.get_template("page.html").render() == before
