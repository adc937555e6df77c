"""What somebody fills in about a home, and everything that has to be put right before it can be recorded."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import msgspec

from doorstep.application.composing import ALERT
from doorstep.domain.alert_codes import ALERT_CODES
from doorstep.domain.instants import is_real_day

MOST_TEXT = 500
MOST_REASON = 500
LAST_DAY = "2199-12-31"
DAYS = ("starts_on", "ends_on", "review_on")


class Said(msgspec.Struct, frozen=True):
    """An alert or a request as somebody fills it in; days as YYYY-MM-DD, empty where there is none."""

    text: str
    reason: str
    code: str = ""
    starts_on: str = ""
    ends_on: str = ""
    review_on: str = ""

    def tidied(self, today: str) -> Said:
        """Without the spaces around what was typed; what does not say when it starts, starts today."""
        held = Said(**{name: str(getattr(self, name)).strip() for name in self.__struct_fields__})
        return held if held.starts_on else msgspec.structs.replace(held, starts_on=today)


class FactFault(msgspec.Struct, frozen=True):
    """What is wrong with one field: `code` names it for whoever says it in another language."""

    path: str
    code: str
    words: str


def faults_of(said: Said, what: str, today: str, review_months: int) -> list[FactFault]:
    """The first fault of each field, in the order of the form."""
    found: dict[str, FactFault] = {}
    for is_wrong, fault in _checks(said, what, today, review_months):
        if is_wrong:
            found.setdefault(fault.path, fault)
    return list(found.values())


def _checks(said: Said, what: str, today: str, review_months: int) -> Iterator[tuple[bool, FactFault]]:
    is_alert = what == ALERT
    yield (
        is_alert and said.code not in ALERT_CODES,
        FactFault("code", "no_code", f"code is one of {', '.join(ALERT_CODES)}."),
    )
    yield not said.text, FactFault("text", "no_text", "Say what the operative has to know or do.")
    yield (
        len(said.text) > MOST_TEXT,
        FactFault("text", "long_text", f"The words have at most {MOST_TEXT} characters."),
    )
    for path in DAYS:
        day = getattr(said, path)
        is_none = bool(day) and not (is_real_day(day) and day <= LAST_DAY)
        yield is_none, FactFault(path, "no_day", "That is no date. Write it as YYYY-MM-DD.")
    yield (
        bool(said.ends_on) and said.ends_on < said.starts_on,
        FactFault("ends_on", "ends_first", "It ends before it starts. Put the dates right."),
    )
    yield (
        bool(said.ends_on) and said.ends_on < today,
        FactFault("ends_on", "is_over", "It would be over already. Give a day from today on, or none."),
    )
    yield (
        is_alert and not said.review_on,
        FactFault("review_on", "no_review", "Say when somebody looks at this alert again."),
    )
    yield (
        bool(said.review_on) and said.review_on < today,
        FactFault("review_on", "past_review", "The review is overdue. Say when somebody looks at it again."),
    )
    yield (
        said.review_on > months_after(today, review_months),
        FactFault("review_on", "late_review", f"Somebody has to look at it again within {review_months} months."),
    )
    yield not said.reason, FactFault("reason", "no_reason", "Say why: who told the office, or what changed.")
    yield (
        len(said.reason) > MOST_REASON,
        FactFault("reason", "long_reason", f"The reason has at most {MOST_REASON} characters."),
    )


def months_after(day: str, months: int) -> str:
    """The same day of the month so many months later, or that month's last day where it has no such day."""
    first = date.fromisoformat(day)
    year, month = divmod(first.year * 12 + first.month - 1 + months, 12)
    for number in range(first.day, 28, -1):
        try:
            return date(year, month + 1, number).isoformat()
        except ValueError:
            continue
    return date(year, month + 1, min(first.day, 28)).isoformat()
