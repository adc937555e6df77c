"""`doorstep reminders due`: what would go, from a shell, with nothing changed and no number told."""

from __future__ import annotations

import asyncio
import time
from argparse import ArgumentParser
from pathlib import Path

import msgspec
import pytest

from doorstep.application.import_appointments import PhoneNumber, Window, import_bookings
from doorstep.application.records import EVERY
from doorstep.application.reminders.plan_reminders import plan_reminders
from doorstep.application.reminders.send_due import send_due
from doorstep.application.reminders.text_rows import TextRow
from doorstep.application.reminders.text_service import KEY, SetUpWrong, TextToSend
from doorstep.domain.instants import MS_PER_DAY, MS_PER_HOUR, format_instant
from doorstep.main import open_office
from doorstep.reminder_commands import DONE, REFUSED, add_parser
from doorstep.settings import SettingRefused, Settings
from tests.makers import RULES, a_booking
from tests.reminded import HeldService


def command(*words: object) -> int:
    """What a command line comes to."""
    parser = ArgumentParser()
    add_parser(parser.add_subparsers())
    arguments = parser.parse_args([str(word) for word in words])
    return int(arguments.run(arguments))


async def an_appointment(data: Path) -> None:
    """Four days from now, with texts planned for it; and one more that nobody has planned for yet."""
    starts_at = time.time_ns() // 1_000_000 // MS_PER_DAY * MS_PER_DAY + 4 * MS_PER_DAY + 12 * MS_PER_HOUR
    window = Window("PM", format_instant(starts_at), format_instant(starts_at + 4 * MS_PER_HOUR))
    async with open_office(Settings(data=data, rules=RULES)) as running:
        for reference, number in (("A-1", "07700 900123"), ("A-2", "07700 900456")):
            phone = (PhoneNumber("mobile", number),)
            await import_bookings(
                running.office, "system", [a_booking((), reference, window=window, phone_numbers=phone)]
            )
            if reference == "A-1":
                await plan_reminders(running.office)


async def texts_in(data: Path) -> list[TextRow]:
    """The outbox."""
    async with open_office(Settings(data=data, rules=RULES), adopts=False) as running:
        return await running.office.store.records(TextRow, EVERY)


def test_what_is_due_is_told_without_a_number(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A line for each text, planned or not, and how many there are."""
    data = tmp_path / "data"
    asyncio.run(an_appointment(data))
    before = asyncio.run(texts_in(data))
    capsys.readouterr()
    assert command("reminders", "due", "--hours", 192, "--data", data) == DONE
    said = capsys.readouterr().out
    assert "booked  to a number that ends 123, for" in said
    assert "booked  to a number that ends 456, for" in said
    assert said.count(", not planned yet") == len(before)
    assert f"{2 * len(before)} texts in 192 hours: " in said
    assert "900123" not in said
    assert asyncio.run(texts_in(data)) == before


def test_a_wrong_folder_or_number_is_named(tmp_path: Path) -> None:
    """Before anything is opened."""
    with pytest.raises(SettingRefused, match=r"is not there\. Give the data folder"):
        command("reminders", "due", "--data", tmp_path)
    with pytest.raises(SettingRefused, match="--hours takes 1 to 192"):
        command("reminders", "due", "--hours", 0, "--data", tmp_path)
    with pytest.raises(SettingRefused, match="is not there"):
        command("bank-holidays", "refresh", "--data", tmp_path / "nowhere")


def test_where_there_are_no_rules_nobody_is_reminded(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """And the check says so."""
    assert command("reminders", "check", "--rules", tmp_path) == DONE
    assert "reminders.toml is not there: nobody is reminded." in capsys.readouterr().out


async def halted_texts(data: Path) -> None:
    """One text failed for the service's key, and all stand still."""
    service = HeldService()

    def refuse(_: TextToSend) -> None:
        raise SetUpWrong(KEY, "AuthError", "")

    service.doing = refuse
    async with open_office(Settings(data=data, rules=RULES)) as running:
        assert running.office.reminders is not None
        # At whatever hour this runs.
        running.office.reminders = msgspec.structs.replace(
            running.office.reminders, quiet=None, sundays=True, bank_holidays=True, holidays=frozenset()
        )
        await send_due(running.office, service, 3000)


def test_texts_go_again_by_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Once the set-up is mended; it says how many, and that there is nothing to do where nothing was kept."""
    data = tmp_path / "data"
    asyncio.run(an_appointment(data))
    asyncio.run(halted_texts(data))
    capsys.readouterr()
    assert command("reminders", "send-again", "--data", data) == DONE
    assert "2 texts are due again; 0 are of no use any more" in capsys.readouterr().out
    assert command("reminders", "send-again", "--data", data) == REFUSED
    assert "nothing was kept back" in capsys.readouterr().err
    with pytest.raises(SettingRefused):
        command("reminders", "send-again", "--data", tmp_path / "elsewhere")
