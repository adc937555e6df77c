"""Which texts an appointment is to have: reckoned anew whenever it, the rules or the bank holidays change.

A text follows from appointment, reminder, window and attempt, and so does its reference: reckoning again finds the same
ones. What was handed over, or is being, stays as it is; all others are made to say what now holds.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from uuid import UUID, uuid5

import msgspec

from doorstep.application.london import london_date, london_time
from doorstep.application.reminders.moments import MS_PER_MINUTE, Moment, moments
from doorstep.application.reminders.rules import ReminderRules
from doorstep.application.reminders.text_rows import DROPPED, FAILED, WAITING, TextRow

TEXTS = UUID("b0c5cf7a-9f7e-4d43-8f1b-7c1d0d3c5a11")
"""The namespace of texts' references."""
CANCELLED, MOVED, NOT_FOR_THIS = "cancelled", "moved", "not_for_this"
NO_MOBILE, OPTED_OUT, NUMBER_FAILED = "no_mobile", "opted_out", "number_failed"
TOO_CLOSE, MOST_APPOINTMENT, MOST_NUMBER, BEGUN = "too_close", "most_appointment", "most_number", "begun"
DAYS_CY = ("dydd Llun", "dydd Mawrth", "dydd Mercher", "dydd Iau", "dydd Gwener", "dydd Sadwrn", "dydd Sul")
MONTHS_CY = "Ionawr Chwefror Mawrth Ebrill Mai Mehefin Gorffennaf Awst Medi Hydref Tachwedd Rhagfyr".split()
DAYS_EN = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS_EN = "January February March April May June July August September October November December".split()


class Booked(msgspec.Struct, frozen=True, kw_only=True):
    """What the planning knows of an appointment. `number` is empty where no mobile is held; instants in ms.

    `known_at` is when the office first knew that it is at this time.
    """

    appointment_id: str
    patch: str
    starts_at: int
    ends_at: int
    window: str
    priority: str
    trade: str
    known_at: int
    is_cancelled: bool
    number: str
    job: str
    landlord: str
    phone: str


class NumberHeld(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a number: whether its owner wants no texts, whether it failed, and the texts that go to it."""

    has_opted_out: bool = False
    has_failed: bool = False
    texts: tuple[TextRow, ...] = ()


NOTHING_HELD = NumberHeld()


def reference_of(appointment_id: str, rule: str, starts_at: int, attempt: int = 1) -> str:
    """Our reference of a text: it holds nothing personal, and is the same whenever it is made."""
    return str(uuid5(TEXTS, f"{appointment_id}\n{rule}\n{starts_at}\n{attempt}"))


def plan(
    booked: Booked, rules: ReminderRules, texts: Sequence[TextRow], held: NumberHeld, now_ms: int
) -> list[TextRow]:
    """The texts to keep instead of what is held of the appointment: those that are new, or that change."""
    had = {text.reference: text for text in texts}
    wanted = {} if booked.is_cancelled else _wanted(booked, rules)
    whole = {
        reference: dropped(text, why_not(booked, text))
        if text.state == WAITING and reference not in wanted and not _is_another_try(text, booked)
        else text
        for reference, text in had.items()
    }
    # Too late to begin with: nothing was promised. One that waits already is dropped when its turn comes.
    in_time = [(reference, moment) for reference, moment in wanted.items() if moment.last_at >= now_ms]
    anew = {reference: moment for reference, moment in in_time if _may_be_planned_anew(had.get(reference))}
    taken = [text for reference, text in whole.items() if counts(text) and reference not in anew]
    for reference, moment in sorted(anew.items(), key=lambda item: (item[1].due_at, item[0])):
        made = _text(booked, moment, had.get(reference), now_ms)
        if why := why_dropped(made, rules, taken, held):
            made = dropped(made, why)
        else:
            taken.append(made)
        whole[reference] = made
    return [text for reference, text in whole.items() if had.get(reference) != text]


def _wanted(booked: Booked, rules: ReminderRules) -> dict[str, Moment]:
    found = moments(rules, booked.priority, booked.trade, booked.window, booked.starts_at, booked.known_at)
    return {reference_of(booked.appointment_id, each.rule.reminder, booked.starts_at): each for each in found}


def _is_another_try(text: TextRow, booked: Booked) -> bool:
    return text.attempt > 1 and text.starts_at == booked.starts_at and not booked.is_cancelled


def _may_be_planned_anew(text: TextRow | None) -> bool:
    """Whether nothing was ever handed over under it."""
    if text is None:
        return True
    return text.tries == 0 and (text.state == WAITING or (text.state == DROPPED and text.fault != BEGUN))


def counts(text: TextRow) -> bool:
    """Whether a text went or will go, as far as is known."""
    return text.state not in (DROPPED, FAILED)


def why_not(booked: Booked, text: TextRow) -> str:
    """Why a text is no longer of its appointment."""
    if booked.is_cancelled:
        return CANCELLED
    return MOVED if text.starts_at != booked.starts_at else NOT_FOR_THIS


def why_dropped(made: TextRow, rules: ReminderRules, taken: Sequence[TextRow], held: NumberHeld) -> str:
    """Why a text is not to go beside those of its appointment that are `taken`; empty where it is."""
    if not made.number:
        return NO_MOBILE
    if held.has_opted_out:
        return OPTED_OUT
    if held.has_failed:
        return NUMBER_FAILED
    at = _goes_at(made)
    of_window = [_goes_at(text) for text in taken if text.starts_at == made.starts_at]
    if any(abs(at - other) < rules.apart_minutes * MS_PER_MINUTE for other in of_window):
        return TOO_CLOSE
    day = london_date(at)
    if _on_day(day, taken) >= rules.most_an_appointment_a_day:
        return MOST_APPOINTMENT
    others = [text for text in held.texts if text.appointment_id != made.appointment_id and counts(text)]
    if _on_day(day, others) + _on_day(day, taken) >= rules.most_a_number_a_day:
        return MOST_NUMBER
    return ""


def _goes_at(text: TextRow) -> int:
    """When it goes, or went."""
    return text.due_at if text.sent_at is None else text.sent_at


def _on_day(day: date, texts: Iterable[TextRow]) -> int:
    return sum(london_date(_goes_at(text)) == day for text in texts)


def _text(booked: Booked, moment: Moment, before: TextRow | None, now_ms: int) -> TextRow:
    return TextRow(
        reference=reference_of(booked.appointment_id, moment.rule.reminder, booked.starts_at),
        appointment_id=booked.appointment_id,
        patch=booked.patch,
        rule=moment.rule.reminder,
        starts_at=booked.starts_at,
        number=booked.number,
        template=moment.rule.template,
        personalisation=msgspec.json.encode(personalisation(booked), order="sorted").decode(),
        due_at=moment.due_at,
        last_at=moment.last_at,
        next_try_at=moment.due_at,
        made_at=before.made_at if before else now_ms,
    )


def dropped(text: TextRow, why: str) -> TextRow:
    """A text that does not go."""
    return msgspec.structs.replace(text, state=DROPPED, fault=why)


def personalisation(booked: Booked) -> dict[str, str]:
    """What fills the gaps of the words. Nothing of the repair's nature: others may read the telephone's screen."""
    day = london_time(booked.starts_at)
    return {
        "day": f"{DAYS_EN[day.weekday()]} {day.day} {MONTHS_EN[day.month - 1]}",
        "day_cy": f"{DAYS_CY[day.weekday()]} {day.day} {MONTHS_CY[day.month - 1]}",
        "from": f"{day:%H:%M}",
        "to": f"{london_time(booked.ends_at):%H:%M}",
        "landlord": booked.landlord,
        "phone": booked.phone,
        "job": booked.job,
        "trade": booked.trade,
    }
