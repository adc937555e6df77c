"""What is said of a missed visit after it: the operative's reply to a decision, a resident's dispute, its answer."""

from __future__ import annotations

from random import Random

import msgspec

from doorstep.application.resident.answer import answer_dispute
from doorstep.application.resident.guesses import Guesses
from doorstep.application.resident.look_up import look_up
from doorstep.application.resident.say import RECEIPT_LENGTH, dispute
from doorstep.demo.at_the_door import MINUTE_MS, Door, decided, missed
from doorstep.demo.diary import Script
from doorstep.domain.chain import ALPHABET

REPLIED_AFTER_MS = 20 * MINUTE_MS
DECIDED_AFTER_MS, ANSWERED_AFTER_MS = 35 * MINUTE_MS, 40 * MINUTE_MS
RESIDENTS_PHONE = "198.51.100.7"
"""From the range that is kept for documentation."""


class Told(msgspec.Struct, frozen=True):
    """What a resident says over the card, and the same in their own words."""

    says: str
    words: str


class Given(msgspec.Struct, frozen=True):
    """How a dispute is met: the visit is overturned to `outcome` for a reason, and the resident reads the answer."""

    outcome: str
    reason: str
    answer: str


async def replied(door: Door, reason: str, outcome: str, note: str) -> Script:
    """A supervisor overturns the visit, and its operative says the same evening what they know of it."""
    async for at_ms in decided(door, "overturned", reason, outcome):
        yield at_ms
    at_ms = door.decides_at + REPLIED_AFTER_MS
    yield at_ms
    door.visit.state("note_added", at_ms - door.visit.now_ms, note=note)
    await door.send()


async def disputed(door: Door, told: Told, given: Given | None = None) -> Script:
    """The resident finds the card and says that it is wrong, which is answered the same evening, or is not yet."""
    async for at_ms in missed(door):
        yield at_ms
    yield door.decides_at
    receipt = await _dispute(door, told)
    if given is None:
        return
    yield door.decides_at + DECIDED_AFTER_MS
    await door.decide("overturned", given.reason, given.outcome)
    if "dispute" in door.office.rules.audit.second_look:
        # Where two have to decide of it, it waits for the other, and so does its answer.
        return
    yield door.decides_at + ANSWERED_AFTER_MS
    await answer_dispute(door.office, door.supervisor, door.visit.visit_id, receipt, given.answer)


async def _dispute(door: Door, told: Told) -> str:
    """As a resident does it, by the card's code and the postcode; the receipt follows from the visit."""
    postcode = msgspec.json.decode(door.served.row.snapshot)["address"][-1]
    found = await look_up(door.office, Guesses(), door.visit.card_code, postcode, RESIDENTS_PHONE)
    receipt = "".join(Random(f"receipt/{found.settled.visit_id}").choices(ALPHABET, k=RECEIPT_LENGTH))  # noqa: S311
    await dispute(door.office, found, receipt, told.says, told.words, "en")
    return receipt
