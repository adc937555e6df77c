"""Bank holidays: those that came are the law's, and fetched ones replace the old list only when they are right."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest

from doorstep.adapters.bank_holidays import HolidaysRefused, fetched_file, holidays_of, read_holidays, refresh
from doorstep.adapters.reminder_rules import load_reminders
from doorstep.application.ports import OutsideFailed
from doorstep.domain.policy_table import PolicyRefused
from doorstep.reminder_commands import DONE, REFUSED, add_parser
from tests.makers import RULES

ENGLAND = "england-and-wales"


def easter(year: int) -> date:
    """Easter Sunday, by the Gregorian rule (Meeus)."""
    a, b, c = year % 19, year // 100, year % 100
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    j = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 22 * j) // 451
    month, day = divmod(h + j - 7 * m + 114, 31)
    return date(year, month, day + 1)


def by_law(year: int) -> set[str]:
    """England's and Wales's eight, where no proclamation changed them: substitutes are the next free weekdays."""

    def monday(month: int, last: bool) -> date:
        day = date(year, month, 31 if last else 7)
        return day - timedelta(days=day.weekday())

    days = {easter(year) - timedelta(days=2), easter(year) + timedelta(days=1)}
    days |= {monday(5, last=False), monday(5, last=True), monday(8, last=True)}
    for fixed in (date(year, 1, 1), date(year, 12, 25), date(year, 12, 26)):
        day = fixed
        while day.weekday() > 4 or day in days:
            day += timedelta(days=1)
        days.add(day)
    return {day.isoformat() for day in days}


@pytest.mark.parametrize("year", range(2024, 2029))
def test_those_that_came_are_the_law_s(tmp_path: Path, year: int) -> None:
    """Reckoned here from Easter and the Mondays, apart from the list."""
    held = holidays_of(tmp_path, ENGLAND)
    assert {day for day in held if day.startswith(str(year))} == by_law(year)


def a_list(*days: str, division: str = ENGLAND) -> bytes:
    """A list as GOV.UK gives it."""
    events = [{"title": "x", "date": day, "notes": "", "bunting": True} for day in days]
    return json.dumps({division: {"division": division, "events": events}}).encode()


WHOLE = a_list(*(f"2031-0{month}-03" for month in range(1, 9)))


@contextmanager
def answering(body: bytes, status: int = 200, promised: int | None = None) -> Iterator[str]:
    """A server on loopback that gives this and nothing else; its address."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(promised or len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            """Says nothing."""

    server = HTTPServer(("127.0.0.1", 0), Answer)
    thread = Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/bank-holidays.json"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_a_right_list_replaces_the_one_before(tmp_path: Path) -> None:
    """And is what the rules then go by."""
    with answering(WHOLE) as url:
        assert set(refresh(tmp_path, url)) == {ENGLAND}
    assert holidays_of(tmp_path, ENGLAND) == read_holidays(WHOLE)[ENGLAND]
    rules = load_reminders(RULES, tmp_path)
    assert rules is not None
    assert "2031-01-03" in rules.holidays
    assert "2026-12-25" not in rules.holidays


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (WHOLE[:-20], "it is not JSON"),
        (b"<!doctype html><title>Sorry</title>", "it is not JSON"),
        (b"", "it is not JSON"),
        (b"\xff\xfe", "it is not JSON"),
        (b"[]", "it is not an object"),
        (b"{}", "it is not an object"),
        (b'{"england-and-wales": []}', "has no list of events"),
        (b'{"england-and-wales": {"events": {}}}', "has no list of events"),
        (b'{"<b>": {"events": []}}', "is no division's name"),
        (a_list("2031-01-03"), "has 1 days, which cannot be all of them"),
        (a_list(*["2031-01-03"] * 8), "has 1 days, which cannot be all of them"),
        (a_list(*(f"2031-02-{day}" for day in range(24, 32))), "event 6: has no date such as 2026-12-25"),
        (a_list(*(f"0{day}/01/2031" for day in range(1, 9))), "event 1: has no date such as 2026-12-25"),
        (b'{"england-and-wales": {"events": ["2031-01-03"]}}', "event 1: has no date"),
        (b" " * 1_000_001, "far too long"),
    ],
)
def test_a_wrong_list_leaves_the_old_one(tmp_path: Path, body: bytes, why: str) -> None:
    """Cut short, a page in place of the list, or another shape: refused whole, with the reason."""
    fetched_file(tmp_path).write_bytes(WHOLE)
    with answering(body) as url, pytest.raises(HolidaysRefused, match=why):
        refresh(tmp_path, url)
    assert fetched_file(tmp_path).read_bytes() == WHOLE
    assert [file.name for file in tmp_path.iterdir()] == ["bank-holidays.json"]


def test_who_does_not_answer_changes_nothing(tmp_path: Path) -> None:
    """An error page, a broken connection, nobody there, an address that is none."""
    with answering(WHOLE, status=503) as url, pytest.raises(OutsideFailed, match="answered 503"):
        refresh(tmp_path, url)
    with answering(WHOLE, promised=len(WHOLE) + 10) as url, pytest.raises((OutsideFailed, HolidaysRefused)):
        refresh(tmp_path, url)
    with pytest.raises(OutsideFailed, match="could not be reached"):
        refresh(tmp_path, url)
    with pytest.raises(HolidaysRefused, match="is no address"):
        refresh(tmp_path, "file:///etc/passwd")
    assert list(tmp_path.iterdir()) == []


def test_another_division_is_named_where_it_lacks(tmp_path: Path) -> None:
    """The rules are refused, with what to do; a file that was spoilt since is named too."""
    with pytest.raises(HolidaysRefused, match=r"'scotland' is not among england-and-wales. Fetch a list"):
        holidays_of(tmp_path, "scotland")
    fetched_file(tmp_path).write_bytes(b"spoilt")
    with pytest.raises(PolicyRefused, match=r"key `division`: .*bank-holidays.json: it is not JSON"):
        load_reminders(RULES, tmp_path)


def test_rules_that_are_not_there_or_no_toml(tmp_path: Path) -> None:
    """Without the file nobody is reminded; a faulty one is refused with its name."""
    assert load_reminders(tmp_path, tmp_path) is None
    (tmp_path / "reminders.toml").write_text("languages = [")
    with pytest.raises(PolicyRefused, match=r"reminders.toml: is not TOML"):
        load_reminders(tmp_path, tmp_path)
    text = (RULES / "reminders.toml").read_text().replace("bank_holidays = false", "bank_holidays = true")
    (tmp_path / "reminders.toml").write_text(text)
    rules = load_reminders(tmp_path, tmp_path)
    assert rules is not None
    assert rules.holidays == frozenset(), "every day is as good as any other"


def command(*words: object) -> int:
    """What a command line comes to."""
    parser = ArgumentParser()
    add_parser(parser.add_subparsers())
    arguments = parser.parse_args([str(word) for word in words])
    return int(arguments.run(arguments))


def test_the_commands_say_what_they_found(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Checked, fetched, refused."""
    assert command("reminders", "check", "--data", tmp_path, "--rules", RULES) == DONE
    said = capsys.readouterr().out
    assert "quiet from 20:00 to 08:00; nothing on Sundays and bank holidays (england-and-wales)" in said
    assert "40 bank holidays are known, to 2028-12-26" in said
    assert "day_before: 1 day before, at 17:00; template day_before; in en, cy; landlord, day" in said
    with answering(WHOLE) as url:
        assert command("bank-holidays", "refresh", "--data", tmp_path, "--url", url) == DONE
    assert "england-and-wales: 8 days, from 2031-01-03 to 2031-08-03" in capsys.readouterr().out
    with answering(b"<html>") as url:
        assert command("bank-holidays", "refresh", "--data", tmp_path, "--url", url) == REFUSED
    assert "The list was not taken: it is not JSON" in capsys.readouterr().err
    (tmp_path / "reminders.toml").write_text("langages = ['en']")
    assert command("reminders", "check", "--data", tmp_path, "--rules", tmp_path) == REFUSED
    assert "key `languages`: is missing." in capsys.readouterr().err
