"""The card on the mat: which visit it is of, found by the code on it and the home's postcode together.

The code is 5 characters from the hash of an event, so two visits may bear the same one, once in some six millions. The
postcode tells them apart; where it does not, neither is shown. A card is found by one hash over both: so a wrong code
and a right one with a wrong postcode are the same look-up of something that is not there, and take the same time.
"""

from __future__ import annotations

import hashlib
import re
from typing import ClassVar, Final

from doorstep.application.records import Record
from doorstep.domain.chain import ALPHABET, CARD_CODE_LENGTH
from doorstep.domain.dossier import Dossier
from doorstep.domain.standing import Settled

FORM: Final = "doorstep/card/v1"
POSTCODE: Final = re.compile(r"[A-Z]{1,2}[0-9][A-Z0-9]?[0-9][A-Z]{2}")
MOST_TYPED: Final = 40


class Card(Record, frozen=True, kw_only=True):
    """A card that was left: `card_key` is what its code and its home's postcode make together."""

    TABLE: ClassVar[str] = "cards"
    KEY: ClassVar[tuple[str, ...]] = ("visit_id",)
    IS_PROJECTION: ClassVar[bool] = True

    visit_id: str
    card_key: str


def card_of(dossier: Dossier, settled: Settled) -> Card | None:
    """The card of a visit; None where none was left, or where its home's address has no postcode."""
    version = dossier.version(settled.snapshot_sha256)
    if version is None or not settled.card_code:
        return None
    lines = version.snapshot.get("address", [])
    found = [postcode for line in reversed(lines) if (postcode := _postcode_at_end(str(line)))]
    return Card(visit_id=settled.visit_id, card_key=card_key(settled.card_code, found[0])) if found else None


def card_key(code: str, postcode: str) -> str:
    """What a card is found by."""
    return hashlib.sha256(f"{FORM}\n{code}\n{postcode}".encode()).hexdigest()


def read_code(typed: str) -> str | None:
    """The code of a card as somebody types it; None for what no card bears."""
    code = _bare(typed)
    return code if len(code) == CARD_CODE_LENGTH and all(letter in ALPHABET for letter in code) else None


def read_postcode(typed: str) -> str | None:
    """A postcode as somebody types it, with its space or without; None for what is none."""
    postcode = _bare(typed)
    return postcode if POSTCODE.fullmatch(postcode) else None


def _bare(typed: str) -> str:
    return re.sub(r"[\s.-]", "", typed[:MOST_TYPED]).upper()


def _postcode_at_end(line: str) -> str | None:
    words = line.split()
    return next((found for count in (2, 1) if (found := read_postcode("".join(words[-count:])))), None)
