"""What a resident's text asks for, by its words: in English and in Welsh, and never more than they say."""

from __future__ import annotations

import re
from typing import Final

STOP, CANCEL, CHANGE, YES, OTHER = "stop", "cancel", "change", "yes", "other"
KINDS: Final = (CANCEL, CHANGE, YES, STOP, OTHER)
STOPS: Final = frozenset(
    "stop stopall unsubscribe optout end quit stopio stopiwch atal peidiwch dim-mwy opt-out".split()
)
BESIDE_STOP: Final = frozenset(
    "please texts text texting messages messaging me us all now thanks os gwelwch yn dda".split()
)
ASKS: Final = {
    CANCEL: frozenset("cancel canceled cancelled cancelling cancellation canslo diddymu gohirio".split()),
    CHANGE: frozenset(
        "change changed changing rearrange reschedule rebook move another different newid aildrefnu symud".split()
    ),
    YES: frozenset("yes yep yeah ok okay confirm confirmed ydw iawn ie bydda cadarnhau".split()),
}
_WORD = re.compile(r"[\w'-]+")
_PAIRS: Final = {("opt", "out"): "opt-out", ("dim", "mwy"): "dim-mwy", ("stop", "all"): "stopall"}


def kind_of(message: str) -> str:
    """What it asks for: `stop` only where it says nothing else ("stop the leak" is no wish about texts)."""
    words = _paired(_WORD.findall(message.casefold().replace("\u2019", "'")))
    if any(word in STOPS for word in words) and all(word in STOPS | BESIDE_STOP for word in words):
        return STOP
    # Who agrees and asks for something all the same ("yes but can we change it") asks for something.
    return next((kind for kind in (CANCEL, CHANGE, YES) if any(word in ASKS[kind] for word in words)), OTHER)


def _paired(words: list[str]) -> list[str]:
    made: list[str] = []
    for word in words:
        pair = _PAIRS.get((made[-1], word)) if made else None
        if pair:
            made[-1] = pair
        else:
            made.append(word)
    return made
