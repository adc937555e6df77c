"""The phone's own words, as the catalogue has them: a test taps what a person reads, however it is worded."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

CATALOGUES = Path(__file__).parent.parent.parent / "static_pwa" / "src" / "views"
_WORDS: dict[str, Any] = {}


def speak(language: str) -> None:
    """From here on the phone is read in that language."""
    _WORDS.clear()
    _WORDS.update(json.loads((CATALOGUES / f"words.{language}.json").read_text(encoding="utf-8")))


speak("en")


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
