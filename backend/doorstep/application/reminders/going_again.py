"""Which texts go again once what kept them is mended: those still worth sending, one of a kind, by their rules."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from doorstep.application.reminders.moments import MS_PER_MINUTE, next_allowed
from doorstep.application.reminders.planning import (
    BEGUN,
    NOT_FOR_THIS,
    Booked,
    NumberHeld,
    counts,
    dropped,
    personalisation,
    reference_of,
    why_dropped,
    why_not,
)
from doorstep.application.reminders.rules import ReminderRules
from doorstep.application.reminders.text_rows import FAILED, SET_UP, WAITING, TextRow


def going_again(
    booked: Booked, rules: ReminderRules, texts: Sequence[TextRow], held: NumberHeld, now_ms: int
) -> list[TextRow]:
    """The texts to keep instead of those of the appointment that a fault of the set-up kept.

    The latest of them stands for the others: nobody is to have three at once that say the same. It goes until the
    window begins, however late by its rule it has become, since somebody asked for it.
    """
    kept = sorted((text for text in texts if is_kept(text, now_ms)), key=lambda text: text.due_at, reverse=True)
    taken = [text for text in texts if counts(text) and not is_kept(text, now_ms)]
    found = []
    for text in kept:
        made = _as_it_now_is(booked, rules, text, now_ms)
        if made.state == WAITING and (why := why_dropped(made, rules, taken, held)):
            made = dropped(made, why)
        if made.state == WAITING:
            taken.append(made)
        found.append(made)
    return found


def is_kept(text: TextRow, now_ms: int) -> bool:
    """Whether a text failed for how the service is set up, or has waited for it, and was never handed over."""
    if text.state == FAILED:
        return text.fault.startswith(SET_UP)
    return text.state == WAITING and text.tries == 0 and text.due_at <= now_ms


def to_another_number(
    booked: Booked, rules: ReminderRules, texts: Sequence[TextRow], reference: str, now_ms: int
) -> TextRow | None:
    """One more try of a text that failed for good, to the number that the home now has; None where it cannot be.

    `texts` are those of the appointment. Its reference follows from the number of the try: asked twice, it goes once.
    """
    text = next((text for text in texts if text.reference == reference), None)
    if text is None or text.state != FAILED or not booked.number or booked.number == text.number:
        return None
    alike = [each for each in texts if (each.rule, each.starts_at) == (text.rule, text.starts_at)]
    if max(each.attempt for each in alike) != text.attempt:
        return None
    attempt = text.attempt + 1
    again = msgspec.structs.replace(
        text,
        reference=reference_of(text.appointment_id, text.rule, text.starts_at, attempt),
        attempt=attempt,
        tries=0,
        tried_at=None,
        provider_id="",
        status="",
        status_at=None,
        made_at=now_ms,
        sent_at=None,
        asked_at=None,
    )
    made = _as_it_now_is(booked, rules, again, now_ms)
    return made if made.state == WAITING else None


def _as_it_now_is(booked: Booked, rules: ReminderRules, text: TextRow, now_ms: int) -> TextRow:
    """The text as it would be planned now, due at the next moment that is allowed; dropped where it is of no use."""
    rule = rules.rule(text.rule)
    if booked.is_cancelled or text.starts_at != booked.starts_at:
        return dropped(text, why_not(booked, text))
    if rule is None or not rule.is_for(booked.priority, booked.trade, booked.window):
        return dropped(text, NOT_FOR_THIS)
    due_at = next_allowed(rules, now_ms)
    last_at = min(booked.starts_at - 1, booked.starts_at - rule.latest_minutes_before * MS_PER_MINUTE)
    if due_at is None or due_at > last_at:
        return dropped(text, BEGUN)
    return msgspec.structs.replace(
        text,
        patch=booked.patch,
        number=booked.number,
        template=rule.template,
        personalisation=msgspec.json.encode(personalisation(booked), order="sorted").decode(),
        due_at=due_at,
        last_at=last_at,
        state=WAITING,
        next_try_at=due_at,
        fault="",
    )
