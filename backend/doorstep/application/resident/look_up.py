"""Look up a card for somebody who holds it: nothing is said of any visit until its code and its postcode agree."""

from __future__ import annotations

import msgspec

from doorstep.application.office import Office
from doorstep.application.records import Wanted, Where
from doorstep.application.resident.cards import Card, card_key, read_code, read_postcode
from doorstep.application.resident.guesses import Guesses
from doorstep.application.sign_in import TooManyTries
from doorstep.application.writer import Refused
from doorstep.domain.dossier import Dossier
from doorstep.domain.instants import MS_PER_DAY
from doorstep.domain.standing import Settled
from doorstep.domain.visit import settle

AFTER_ANSWER_DAYS = 28
"""However old the card is: so long an answer can be read."""


class Found(msgspec.Struct, frozen=True):
    """The visit that a card is of, with its dossier."""

    dossier: Dossier
    settled: Settled


async def look_up(office: Office, guesses: Guesses, code: str, postcode: str, peer: str) -> Found:
    """The visit of a card. Raises Refused with the field at fault, `no-such-card`, `card-over`; or TooManyTries.

    A wrong code and a wrong postcode are one and the same answer, after one and the same look-up.
    """
    card, home = read_code(code), read_postcode(postcode)
    if card is None:
        raise Refused("card-form", "A card's reference has 5 letters and numbers.", path="reference")
    if home is None:
        raise Refused("card-form", "That is no postcode.", path="postcode")
    now_ms = office.clock.now_ms()
    if seconds := guesses.wait_seconds(peer, home, now_ms):
        raise TooManyTries(seconds)
    guesses.begun(peer, home, now_ms)
    cards = await office.store.records(Card, Wanted((Where("card_key", "=", card_key(card, home)),), limit=2))
    if len(cards) != 1:
        raise Refused("no-such-card", "We cannot find a visit with that reference and that postcode.")
    guesses.was_right(peer, home, now_ms)
    found = await _found(office, cards[0].visit_id)
    if _is_over(office, found, now_ms):
        raise Refused("card-over", "This card is too old to be answered here. Ring us.")
    return found


async def _found(office: Office, visit_id: str) -> Found:
    row = await office.store.visit_row(visit_id)
    dossier = await office.store.dossier(row.appointment_id) if row and row.appointment_id else None
    if dossier is None:
        raise Refused("no-such-card", "We cannot find a visit with that reference and that postcode.")
    return Found(dossier, settle(dossier, office.rules.policies)[visit_id])


def _is_over(office: Office, found: Found, now_ms: int) -> bool:
    """A card answers for so many days; with a dispute, until some weeks after the answer."""
    visit_id = found.settled.visit_id
    if found.dossier.is_under_dispute(visit_id):
        return False
    until = (found.settled.closed_at or 0) + office.resident_days * MS_PER_DAY
    answers = [dispute.answer.at for dispute in found.dossier.disputes.get(visit_id, []) if dispute.answer]
    return now_ms > max([until, *(at + AFTER_ANSWER_DAYS * MS_PER_DAY for at in answers)])
