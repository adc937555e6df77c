"""The rules of reminders, as a landlord writes them: which appointments, when, in which words, and when never."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import NoReturn

import msgspec

from doorstep.domain.policy_table import PolicyTable

LANGUAGES = ("en", "cy")
CLOSED_DAYS = ("before", "after")
GAPS = ("day", "day_cy", "from", "to", "landlord", "phone", "job", "trade")
"""What the words may have filled in, and a template of the text service likewise."""
MOST_DAYS_BEFORE = 28
MOST_HOURS_BEFORE = 72
MOST_WORDS = 918
"""Six texts' worth: the text service sends no longer one."""
MINUTES_A_DAY = 24 * 60
SUNDAY = 6
_GAP = re.compile(r"\(\(([^()]*)\)\)")
_CLOCK = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])", re.ASCII)


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """One reminder. Empty lists stand for any. One of the three says when: `on_booking`, `days_before`, `hours_before`.

    `at` is in minutes of London's day. Not sent later than `late_hours` after its moment, nor later than
    `latest_minutes_before` the window; `words` are by language.
    """

    reminder: str
    template: str
    words: Mapping[str, str]
    on_booking: bool = False
    days_before: int | None = None
    at: int = 0
    hours_before: int | None = None
    priorities: tuple[str, ...] = ()
    not_priorities: tuple[str, ...] = ()
    trades: tuple[str, ...] = ()
    windows: tuple[str, ...] = ()
    latest_minutes_before: int = 0
    late_hours: int = 12

    def is_for(self, priority: str, trade: str, window: str) -> bool:
        """Whether an appointment of this kind has this reminder."""
        if priority in self.not_priorities:
            return False
        wanted = ((self.priorities, priority), (self.trades, trade), (self.windows, window))
        return all(not named or value in named for named, value in wanted)


class Quiet(msgspec.Struct, frozen=True):
    """The hours in which nobody is texted, in minutes of London's day; they may lie over midnight."""

    begins: int
    ends: int

    def covers(self, minute: int) -> bool:
        """Whether a minute of the day lies in them; their end does not."""
        if self.begins < self.ends:
            return self.begins <= minute < self.ends
        return minute >= self.begins or minute < self.ends


class ReminderRules(msgspec.Struct, frozen=True, kw_only=True):
    """All of them. `holidays` are the bank holidays (days as text) on which nothing is sent; empty where it may be."""

    reminders: tuple[Rule, ...]
    languages: tuple[str, ...]
    division: str
    quiet: Quiet | None
    sundays: bool
    bank_holidays: bool
    closed_days: str
    most_an_appointment_a_day: int
    most_a_number_a_day: int
    apart_minutes: int
    try_again_minutes: int
    not_labels: tuple[str, ...]
    holidays: frozenset[str] = frozenset()

    def rule(self, name: str) -> Rule | None:
        """The reminder of that name, where there still is one."""
        return next((rule for rule in self.reminders if rule.reminder == name), None)

    def is_open(self, day: date) -> bool:
        """Whether anything may be sent on that day."""
        return (self.sundays or day.weekday() != SUNDAY) and day.isoformat() not in self.holidays


def read_rules(data: object, file: str) -> ReminderRules:
    """Check what stands in a file; raises PolicyRefused naming the file, the reminder and the key."""
    table = PolicyTable(data, file)
    languages = table.codes("languages")
    for language in languages:
        if language not in LANGUAGES:
            table.refuse("languages", f"{language!r} is not one of {', '.join(LANGUAGES)}")
    quiet = _quiet(table) if table.has("quiet") else None
    read = [
        _rule(table.inside(row, f"reminder[{index}]"), languages, quiet)
        for index, row in enumerate(table.rows("reminder"))
    ]
    for index, rule in enumerate(read):
        if rule.reminder in [other.reminder for other in read[:index]]:
            table.inside({}, f"reminder[{index}]").refuse("reminder", f"{rule.reminder!r} stands twice")
    closed_days = table.code("closed_days")
    if closed_days not in CLOSED_DAYS:
        table.refuse("closed_days", f"{closed_days!r} is not one of {', '.join(CLOSED_DAYS)}")
    rules = ReminderRules(
        reminders=tuple(read),
        languages=languages,
        division=table.code("division"),
        quiet=quiet,
        sundays=table.flag("sundays"),
        bank_holidays=table.flag("bank_holidays"),
        closed_days=closed_days,
        most_an_appointment_a_day=table.integer("most_an_appointment_a_day", 1),
        most_a_number_a_day=table.integer("most_a_number_a_day", 1),
        apart_minutes=table.integer("apart_minutes"),
        try_again_minutes=table.integer("try_again_minutes"),
        not_labels=tuple(label.casefold() for label in table.codes("not_labels", may_be_empty=True)),
    )
    table.finish()
    return rules


def gaps_in(words: str) -> list[str]:
    """The names of the gaps in some words, in order: `((day))` is one."""
    return _GAP.findall(words)


def filled(words: str, personalisation: Mapping[str, str]) -> str:
    """Words with their gaps filled, as the text service fills a template's; a gap for which there is nothing stays."""
    return _GAP.sub(lambda gap: personalisation.get(gap[1], gap[0]), words)


def worded(rules: ReminderRules, rule: Rule, personalisation: Mapping[str, str]) -> str:
    """The whole text as it would be read: in each language of the rules, one after another."""
    return "\n\n".join(filled(rule.words[language], personalisation) for language in rules.languages)


def _quiet(table: PolicyTable) -> Quiet:
    inside = table.table("quiet")
    quiet = Quiet(_clock(inside, "from"), _clock(inside, "to"))
    if quiet.begins == quiet.ends:
        inside.refuse("to", "is the same as `from`; leave `quiet` out where no hours are quiet")
    inside.finish()
    return quiet


def _rule(table: PolicyTable, languages: tuple[str, ...], quiet: Quiet | None) -> Rule:
    whens = [key for key in ("on_booking", "days_before", "hours_before") if table.has(key)]
    if len(whens) != 1:
        table.refuse("", "says when by one of `on_booking`, `days_before` and `hours_before`")
    rule = Rule(
        reminder=table.clause_id("reminder"),
        template=table.code("template"),
        words=_words(table.table("words"), languages),
        on_booking=_on_booking(table) if whens == ["on_booking"] else False,
        days_before=_number(table, "days_before", MOST_DAYS_BEFORE) if whens == ["days_before"] else None,
        at=_at(table, quiet) if whens == ["days_before"] else 0,
        hours_before=_number(table, "hours_before", MOST_HOURS_BEFORE) if whens == ["hours_before"] else None,
        priorities=_named(table, "priorities"),
        not_priorities=_named(table, "not_priorities"),
        trades=_named(table, "trades"),
        windows=_named(table, "windows"),
        latest_minutes_before=table.integer("latest_minutes_before"),
        late_hours=table.integer("late_hours", 1),
    )
    table.finish()
    return rule


def _on_booking(table: PolicyTable) -> bool:
    if not table.flag("on_booking"):
        table.refuse("on_booking", "is true, or is left out")
    return True


def _number(table: PolicyTable, key: str, most: int) -> int:
    number = table.integer(key, 1)
    if number > most:
        table.refuse(key, f"must be from 1 to {most}, not {number}")
    return number


def _at(table: PolicyTable, quiet: Quiet | None) -> int:
    at = _clock(table, "at")
    if quiet and quiet.covers(at):
        table.refuse("at", "lies in the quiet hours")
    return at


def _named(table: PolicyTable, key: str) -> tuple[str, ...]:
    return table.codes(key) if table.has(key) else ()


def _words(table: PolicyTable, languages: tuple[str, ...]) -> dict[str, str]:
    words = {language: table.code(language) for language in LANGUAGES if language in languages or table.has(language)}
    for language, text in words.items():
        for gap in gaps_in(text):
            if gap not in GAPS:
                table.refuse(language, f"has the gap (({gap})); there are {', '.join(GAPS)}")
        if len(text) > MOST_WORDS:
            table.refuse(language, f"has {len(text)} characters; a text takes {MOST_WORDS}")
    table.finish()
    return words


def _clock(table: PolicyTable, key: str) -> int:
    found = _CLOCK.fullmatch(table.text(key))
    if found is None:
        _refuse_clock(table, key)
    return int(found[1]) * 60 + int(found[2])


def _refuse_clock(table: PolicyTable, key: str) -> NoReturn:
    table.refuse(key, f"{table.text(key)!r} is no time of day; write it as 17:00")
