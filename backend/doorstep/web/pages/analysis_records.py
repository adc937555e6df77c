"""How good contractors' records are, side by side: a picture for each kind of share, our own teams among them."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlencode

import msgspec

from doorstep.application.wastage.answers import Answer
from doorstep.domain.wastage.measures.definition import Measure
from doorstep.web.pages.analysis_asked import PATH, Asked
from doorstep.web.pages.analysis_sections import Section, groups_section
from doorstep.web.pages.analysis_words import Speech
from doorstep.web.pages.words import say

NAME: Final = "records"
CARD: Final = f"{PATH}/{NAME}/card"
KINDS: Final = {
    "whole": ("complete_first_time", "waived", "sent_back"),
    "graded": ("proven", "unsupported", "contradicted", "consistent"),
    "held": ("photo_unreadable", "calls_unmatched", "requests_ignored"),
    "sent": ("sent_late", "sent_next_day"),
    "after": ("overturned", "disputed"),
}
"""Which shares stand in one picture; of the grades the first three, and all four in the table."""


def record_sections(asked: Asked, measured: Measure, answer: Answer, speech: Speech) -> list[Section]:
    """A section for each kind; from a contractor's name its card is a link away."""
    is_by_contractor = answer.dimension == "contractor"
    return [
        groups_section(
            asked,
            msgspec.structs.replace(measured, ratios=tuple(measured.ratio(name) for name in names)),
            answer,
            speech,
            kind,
            say(f"scorecard.kind.{kind}"),
            lambda value: card_url(asked, value[0]) if is_by_contractor and value else "",
        )
        for kind, names in KINDS.items()
    ]


def card_url(asked: Asked, contractor: str, *, is_to_hand_out: bool = False) -> str:
    """A contractor's card over the same appointments."""
    everybody = msgspec.structs.replace(asked, wanted=msgspec.structs.replace(asked.wanted, contractor=""))
    usual = everybody.url().partition("?")[2]
    handed = [("handed", "out")] if is_to_hand_out else []
    return f"{CARD}?{usual}&{urlencode([('of', contractor), *handed])}"
