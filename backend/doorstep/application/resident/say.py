"""What a resident says over the card: that the record is wrong, or when somebody is in. Each is an entry of the log.

The form that was sent twice says it once: its page drew the reference before it was filled in.
"""

from __future__ import annotations

import secrets

import msgspec

from doorstep.application.gather import add_office_entry
from doorstep.application.log_event import log_event
from doorstep.application.office import Office
from doorstep.application.reminders.text_rows import ReplyTask
from doorstep.application.resident.look_up import Found
from doorstep.application.resident.rows import DisputeRow, GivenTimes, dispute_row, given_times
from doorstep.application.resident.seen import RESIDENT_SAYS
from doorstep.application.settle_visits import settle_appointments
from doorstep.application.world import Needs, World
from doorstep.application.writer import Refused
from doorstep.domain.chain import ALPHABET
from doorstep.domain.office_events import RESIDENT, ResidentDisputed, ResidentGaveTimes

RECEIPT_LENGTH = 8
MOST_WORDS = 500
MOST_NUMBER = 30
MOST_DISPUTES = 3
MOST_TIMES = 3
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat")
TIMES = ("am", "pm", "school_run")
TIMES_KIND, CALL_KIND = "times", "call_back"


class Suits(msgspec.Struct, frozen=True):
    """When somebody is in, or that they want to be rung; `number` where another than ours is to be rung."""

    days: tuple[str, ...]
    times: tuple[str, ...]
    wants_call: bool
    number: str
    words: str


def new_receipt() -> str:
    """A reference for what is about to be said, in letters that can be read aloud."""
    return "".join(secrets.choice(ALPHABET) for _ in range(RECEIPT_LENGTH))


def is_receipt(text: str) -> bool:
    """Whether it could be one of ours."""
    return len(text) == RECEIPT_LENGTH and all(letter in ALPHABET for letter in text)


async def dispute(office: Office, found: Found, receipt: str, says: str, words: str, language: str) -> None:
    """Log that a resident disputes the visit: it is to be decided again. Raises Refused with what to put right."""
    if says not in RESIDENT_SAYS:
        raise Refused("card-form", "Say what is wrong.", path="says")
    if says == "other" and not words.strip():
        raise Refused("card-form", "Say in your words what is wrong.", path="words")
    _check(receipt, words)
    await office.writer.submit(_Dispute(office, found, receipt, says, words.strip(), language))


async def give_times(office: Office, found: Found, receipt: str, suits: Suits, language: str, said: str) -> None:
    """Log when somebody is in, and make it a planner's task; `said` is the same in the office's words."""
    if not (suits.days or suits.times or suits.wants_call):
        raise Refused("card-form", "Tick a day, a time, or that you want us to ring you.", path="days")
    if len(suits.number) > MOST_NUMBER:
        raise Refused("card-form", f"A telephone number has at most {MOST_NUMBER} characters.", path="number")
    _check(receipt, suits.words, "more")
    await office.writer.submit(_GiveTimes(office, found, receipt, suits, language, said))


def _check(receipt: str, words: str, path: str = "words") -> None:
    if len(words) > MOST_WORDS:
        raise Refused("card-form", f"Use at most {MOST_WORDS} characters.", path=path)
    if not is_receipt(receipt):
        raise Refused("card-form", "This page is not ours. Begin again.", path="")


class _Dispute:
    def __init__(self, office: Office, found: Found, receipt: str, says: str, words: str, language: str) -> None:
        self.visit_id, self.receipt = found.settled.visit_id, receipt
        self.stated = {"dispute_id": receipt, "says": says, "words": words, "language": language}
        self.policies, self.now_ms = office.rules.policies, office.clock.now_ms()

    def needs(self) -> Needs:
        return Needs(visits={self.visit_id}, records={(DisputeRow, (self.receipt,))})

    def apply(self, world: World) -> None:
        dossier = world.dossier_of(self.visit_id)
        before = world.record(DisputeRow, self.receipt)
        if before and before.visit_id == self.visit_id:
            return
        if dossier is None or before:
            raise Refused("card-form", "This page is not ours. Begin again.", path="")
        if dossier.is_under_dispute(self.visit_id):
            raise Refused("dispute-open", "You have told us already. We will answer you here.")
        if len(dossier.disputes.get(self.visit_id, [])) >= MOST_DISPUTES:
            raise Refused("dispute-often", "We have answered this. Ring us if it is still wrong.")
        fields = {"appointment_id": dossier.appointment_id, "visit_id": self.visit_id} | self.stated
        event, entry = log_event(world, ResidentDisputed, RESIDENT, self.now_ms, **fields)
        add_office_entry(dossier, entry)
        world.keep(dispute_row(event, entry))
        settle_appointments(world, {dossier.appointment_id}, self.policies, self.now_ms)


class _GiveTimes:
    def __init__(self, office: Office, found: Found, receipt: str, suits: Suits, language: str, said: str) -> None:
        self.visit_id, self.receipt, self.suits = found.settled.visit_id, receipt, suits
        self.language, self.said = language, said
        self.now_ms = office.clock.now_ms()

    def needs(self) -> Needs:
        return Needs(
            visits={self.visit_id},
            records={(ReplyTask, (self.receipt,))},
            groups={(GivenTimes, "visit_id", self.visit_id)},
        )

    def apply(self, world: World) -> None:
        dossier = world.dossier_of(self.visit_id)
        if world.record(ReplyTask, self.receipt):
            return
        if dossier is None:
            raise Refused("card-form", "This page is not ours. Begin again.", path="")
        if len(world.group(GivenTimes, "visit_id", self.visit_id)) >= MOST_TIMES:
            raise Refused("times-often", "You have told us your times. Ring us if they have changed.")
        event, entry = log_event(
            world,
            ResidentGaveTimes,
            RESIDENT,
            self.now_ms,
            appointment_id=dossier.appointment_id,
            visit_id=self.visit_id,
            request_id=self.receipt,
            days=list(self.suits.days),
            times=list(self.suits.times),
            language=self.language,
            wants_call=self.suits.wants_call,
        )
        world.keep(given_times(event, entry))
        row = world.visit_rows.get(self.visit_id)
        world.keep(
            ReplyTask(
                text_id=self.receipt,
                appointment_id=dossier.appointment_id,
                patch=row.patch if row else "",
                number="",
                kind=CALL_KIND if self.suits.wants_call else TIMES_KIND,
                words=self.said,
                received_at=self.now_ms,
            )
        )
