"""The phone's own words, as the catalogue has them: a test taps what a person reads, however it is worded."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

CATALOGUE = Path(__file__).parent.parent.parent / "static_pwa" / "src" / "views" / "words.en.json"
_WORDS: dict[str, Any] = json.loads(CATALOGUE.read_text())


def said(name: str) -> str:
    """The words of that dotted name, such as `knock.button`; of a heading with its help, the heading."""
    found: Any = _WORDS
    for key in name.split("."):
        found = found[key]
    words = found[0] if isinstance(found, list) else found
    assert isinstance(words, str)
    return words


def like(name: str) -> re.Pattern[str]:
    """What a template (a name that ends in $) may become."""
    parts = re.split(r"\{[^}]*\}", said(name))
    return re.compile(".+".join(re.escape(part) for part in parts))
