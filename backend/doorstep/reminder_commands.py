"""What `doorstep reminders` and `doorstep bank-holidays` do: the rules, what is due, sending again, holidays."""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

from doorstep.adapters.bank_holidays import GOV_UK, HolidaysRefused, refresh
from doorstep.adapters.policies import load_rules
from doorstep.adapters.reminder_rules import FILE, load_reminders
from doorstep.application.london import london_date, london_time
from doorstep.application.ports import OutsideFailed
from doorstep.application.reminders.in_time import too_late
from doorstep.application.reminders.look_ahead import Due, due_until
from doorstep.application.reminders.numbers import ends_of
from doorstep.application.reminders.rules import ReminderRules, Rule, gaps_in
from doorstep.application.reminders.send_again import send_again
from doorstep.application.rows import Person
from doorstep.application.writer import Refused
from doorstep.data_folder import add_way, existing
from doorstep.domain.instants import MS_PER_HOUR
from doorstep.domain.office_events import SYSTEM
from doorstep.domain.policy_table import PolicyRefused
from doorstep.settings import SettingRefused, Settings, read_settings

DONE, REFUSED, FAULT = 0, 1, 2
LONGEST_LOOK_HOURS = 24 * 8
WHOEVER_RUNS_IT = Person(SYSTEM, SYSTEM, "Doorstep", "admin", "", "")


def add_parser(commands: Any) -> None:
    """`doorstep reminders` and `doorstep bank-holidays`, with their ways."""
    reminders = commands.add_parser("reminders", help="check the rules of reminders, and look at what is due")
    ways = reminders.add_subparsers(metavar="WHAT", required=True)
    check = add_way(ways, "check", "read rules/reminders.toml and say what stands in it", _check)
    check.add_argument("--rules", type=Path, help="the rules folder (default: DOORSTEP_RULES, or the one that came)")
    due = add_way(ways, "due", "what is due and would be sent; sends nothing", _due)
    due.add_argument("--hours", type=int, default=24, help="how far to look ahead (default: 24)")
    add_way(ways, "send-again", "let texts go again after the text service's set-up was mended", _again)
    holidays = commands.add_parser("bank-holidays", help="the days on which no reminders go")
    ways = holidays.add_subparsers(metavar="WHAT", required=True)
    fetch = add_way(ways, "refresh", "fetch the list; one that is not right leaves the old one as it is", _refresh)
    fetch.add_argument("--url", default=GOV_UK, help=f"where the list is (default: {GOV_UK})")


def _check(arguments: argparse.Namespace) -> int:
    settings = read_settings(data=arguments.data, rules=arguments.rules)
    try:
        rules = load_reminders(settings.rules, settings.data)
    except PolicyRefused as refused:
        print(refused, file=sys.stderr)
        return REFUSED
    if rules is None:
        print(f"{settings.rules / FILE} is not there: nobody is reminded.")
        return DONE
    print("\n".join(_said(rules)))
    today = london_date(time.time_ns() // 1_000_000)
    try:
        late = too_late(rules, load_rules(settings.rules).in_force(today))
    except (PolicyRefused, LookupError) as fault:
        print(f"Whether they go in time for the policy cannot be said: {fault}", file=sys.stderr)
        return REFUSED
    if late:
        print(f"Look at this: {late.say()}")
    return DONE


def _said(rules: ReminderRules) -> list[str]:
    quiet = (
        f"quiet from {_clock(rules.quiet.begins)} to {_clock(rules.quiet.ends)}" if rules.quiet else "no quiet hours"
    )
    closed = [*([] if rules.sundays else ["Sundays"]), *([] if rules.bank_holidays else ["bank holidays"])]
    days = f"nothing on {' and '.join(closed)}" if closed else "every day"
    lines = [f"{quiet}; {days} ({rules.division})"]
    if not rules.bank_holidays:
        lines.append(f"{len(rules.holidays)} bank holidays are known, to {max(rules.holidays)}")
    for rule in rules.reminders:
        gaps = ", ".join(dict.fromkeys(gap for words in rule.words.values() for gap in gaps_in(words)))
        lines.append(f"{rule.reminder}: {_when(rule)}; template {rule.template}; in {', '.join(rule.words)}; {gaps}")
    return lines


def _when(rule: Rule) -> str:
    if rule.on_booking:
        return "when it is booked"
    if rule.days_before is not None:
        return f"{rule.days_before} day{'s' * (rule.days_before > 1)} before, at {_clock(rule.at)}"
    return f"{rule.hours_before} hours before"


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def _due(arguments: argparse.Namespace) -> int:
    if not 1 <= arguments.hours <= LONGEST_LOOK_HOURS:
        raise SettingRefused(f"--hours takes 1 to {LONGEST_LOOK_HOURS}.")
    settings = existing(arguments.data)
    return asyncio.run(_look(settings, arguments.hours))


async def _look(settings: Settings, hours: int) -> int:
    from doorstep.main import open_office

    async with open_office(settings, adopts=False) as running:
        office = running.office
        if office.reminders is None:
            print(f"{settings.rules / FILE} is not there: nobody is reminded.")
            return DONE
        found = await due_until(office, office.reminders, office.clock.now_ms() + hours * MS_PER_HOUR)
    for due in found:
        print(_line(due))
    states = Counter(due.text.state for due in found)
    print(
        f"{len(found)} texts in {hours} hours: " + (", ".join(f"{n} {state}" for state, n in states.items()) or "none")
    )
    return DONE


def _again(arguments: argparse.Namespace) -> int:
    settings = existing(arguments.data)
    return asyncio.run(_send_again(settings))


async def _send_again(settings: Settings) -> int:
    from doorstep.main import open_office

    async with open_office(settings, adopts=False) as running:
        try:
            done = await send_again(running.office, WHOEVER_RUNS_IT)
        except Refused as refused:
            print(f"doorstep: {refused}", file=sys.stderr)
            return REFUSED
    print(f"{done.due} texts are due again; {done.dropped} are of no use any more. The server sends them.")
    return DONE


def _line(due: Due) -> str:
    text = due.text
    ends = f"to a number that ends {ends_of(text.number)}" if text.number else "to nobody"
    window = f"{london_time(text.starts_at):%a %d %b %H:%M}"
    fault = f" ({text.fault})" if text.fault else ""
    new = "" if due.is_planned else ", not planned yet"
    return f"{london_time(text.due_at):%a %d %b %H:%M}  {text.rule}  {ends}, for {window}: {text.state}{fault}{new}"


def _refresh(arguments: argparse.Namespace) -> int:
    settings = read_settings(data=arguments.data)
    if not settings.data.is_dir():
        raise SettingRefused(f"{settings.data} is not there. Give the data folder with --data.")
    try:
        held = refresh(settings.data, arguments.url)
    except (HolidaysRefused, OutsideFailed) as fault:
        print(f"The list was not taken: {str(fault).rstrip('.')}. The one before stays.", file=sys.stderr)
        return REFUSED
    for division, days in sorted(held.items()):
        print(f"{division}: {len(days)} days, from {min(days)} to {max(days)}")
    try:
        os.kill(int((settings.data / "server.pid").read_text()), signal.SIGHUP)
    except (OSError, ValueError):
        print("No server works on this data: it will read them when it starts.")
    else:
        print("The server was told to read them.")
    return DONE
