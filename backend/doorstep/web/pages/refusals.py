"""Why the office did not do something, in the words of the page's catalogues: an API's words are English only."""

from __future__ import annotations

from doorstep.application.writer import Refused
from doorstep.web.pages.words import CATALOGUES, find_words

_UNREADABLE = {words: name for name, words in CATALOGUES["en"].items() if name.startswith("unreadable.")}


def say_refusal(refused: Refused) -> str:
    """The words for a refusal, by its reason and the field at fault; the application's own where nobody wrote any."""
    path = refused.more.get("path")
    names = ([f"refused.{refused.reason}.{path}"] if path else []) + [f"refused.{refused.reason}"]
    return next((words for words in map(find_words, names) if words), refused.detail)


def say_unreadable(why: str | None) -> str | None:
    """Why a photo cannot be shown: the decoder's sentence, which the log keeps in English, in the reader's language."""
    name = _UNREADABLE.get(why or "")
    return find_words(name) if name else why
