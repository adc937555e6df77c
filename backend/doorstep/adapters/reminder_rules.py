"""Read rules/reminders.toml, with the bank holidays of its division."""

from __future__ import annotations

import tomllib
from pathlib import Path

import msgspec

from doorstep.adapters.bank_holidays import HolidaysRefused, holidays_of
from doorstep.application.reminders.rules import ReminderRules, read_rules
from doorstep.domain.policy_table import PolicyRefused

FILE = "reminders.toml"


def load_reminders(rules: Path, data: Path) -> ReminderRules | None:
    """The rules of reminders; None where the rules folder has none, and so nobody is reminded. Raises PolicyRefused."""
    file = rules / FILE
    if not file.exists():
        return None
    read = read_rules(_toml(file), str(file))
    try:
        holidays = holidays_of(data, read.division)
    except HolidaysRefused as refused:
        raise PolicyRefused(f"{file}: key `division`: {refused}") from None
    return read if read.bank_holidays else msgspec.structs.replace(read, holidays=holidays)


def _toml(file: Path) -> object:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as fault:
        raise PolicyRefused(f"{file}: cannot be read ({fault.strerror}).") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        raise PolicyRefused(f"{file}: is not TOML: {fault}.") from None
