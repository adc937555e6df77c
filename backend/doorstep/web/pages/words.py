"""Every word that the office's pages say, from catalogues by area and name: one set of files a language.

`catalogue/AREA.LANGUAGE.json` maps names such as `board.title` to words, where `{name}` is a fact put in; a name that
begins with `_` is a note to whoever edits it. English is whole; what another language lacks is said in English. The
language is the one that the reader chose, kept for the length of a request by `speak`.
"""

from __future__ import annotations

import json
from contextvars import ContextVar
from importlib import resources
from typing import Final

from markupsafe import Markup

LANGUAGES: Final = {"en": "English", "cy": "Cymraeg"}
"""What each language calls itself, by its code in BCP 47."""

_CATALOGUE = resources.files("doorstep.web.pages") / "catalogue"


def _load(language: str) -> dict[str, str]:
    words: dict[str, str] = {}
    for file in sorted(_CATALOGUE.iterdir(), key=lambda file: file.name):
        if file.name.endswith(f".{language}.json"):
            words |= json.loads(file.read_text(encoding="utf-8"))
    return {name: said for name, said in words.items() if not name.startswith("_")}


_ENGLISH: Final = _load("en")
CATALOGUES: Final[dict[str, dict[str, str]]] = {language: _ENGLISH | _load(language) for language in LANGUAGES}
_language: ContextVar[str] = ContextVar("language", default="en")


def speak(language: str | None) -> None:
    """Say everything in that language from here to the end of the request; in English where it is not known."""
    _language.set(language if language in LANGUAGES else "en")


def spoken_language() -> str:
    """The code of the language that is being spoken: `en` or `cy`."""
    return _language.get()


def find_words(name: str) -> str | None:
    """The words of that name as they are written, or None where nobody wrote any."""
    return CATALOGUES[_language.get()].get(name)


def say(name: str, /, **facts: object) -> str:
    """The words of that name, with facts put in. Raises KeyError for words that nobody wrote.

    A fact that is markup, such as a time, stays markup; then every other fact is escaped.
    """
    words = CATALOGUES[_language.get()][name]
    if any(isinstance(fact, Markup) for fact in facts.values()):
        return Markup(words).format(**facts)  # noqa: S704 - the catalogue is our own
    return words.format(**facts) if facts else words


def say_code(area: str, code: str) -> str:
    """The words for a code, such as a standing; the code itself, readable, where it is newer than the words."""
    return find_words(f"{area}.{code}") or code.replace("_", " ").capitalize()
