"""Bank holidays, as GOV.UK gives them: those that came with this version, or newer ones that were fetched since.

Bundled are England and Wales from 2024 to 2028: as published to 2027, and for 2028 as the law's rule gives them.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from http.client import HTTPException
from importlib import resources
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

import msgspec

from doorstep.application.ports import OutsideFailed
from doorstep.domain.instants import is_real_day

GOV_UK = "https://www.gov.uk/bank-holidays.json"
SECONDS = 20.0
MOST_BYTES = 1_000_000
FEWEST_DAYS, MOST_DAYS = 6, 2_000
"""A list with fewer days than a year has is no list of a division's bank holidays."""
_DIVISION = re.compile(r"[a-z][a-z-]{0,60}")


class HolidaysRefused(ValueError):
    """What should be bank holidays is not; the message says where it stops being right."""


def read_holidays(text: bytes) -> dict[str, frozenset[str]]:
    """The days of each division. Raises HolidaysRefused unless the whole of it is in GOV.UK's form."""
    try:
        whole = msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError) as fault:
        raise HolidaysRefused(f"it is not JSON: {fault}") from None
    if not isinstance(whole, dict) or not whole:
        raise HolidaysRefused("it is not an object with a division for each part of the country")
    return {str(division): _days(str(division), held) for division, held in whole.items()}


def holidays_of(data: Path, division: str) -> frozenset[str]:
    """The bank holidays of a division: the fetched list where there is one, else the bundled one.

    Raises HolidaysRefused where the list does not hold the division, or the fetched file was spoilt since.
    """
    file = fetched_file(data)
    try:
        text = file.read_bytes() if file.exists() else _bundled()
        held = read_holidays(text)
    except HolidaysRefused as refused:
        raise HolidaysRefused(f"{file}: {refused}. Fetch it again with `doorstep bank-holidays refresh`.") from None
    if division not in held:
        raise HolidaysRefused(
            f"division {division!r} is not among {', '.join(sorted(held))}. Fetch a list that holds it with "
            "`doorstep bank-holidays refresh`, or name another in rules/reminders.toml."
        )
    return held[division]


def refresh(data: Path, url: str) -> dict[str, frozenset[str]]:
    """Fetch the list and keep it instead of the one before, once it is seen to be right. Gives the days by division.

    Raises OutsideFailed where nothing came, HolidaysRefused where it is not right: the old list then stays.
    """
    text = _fetch(url)
    held = read_holidays(text)
    file = fetched_file(data)
    # Whole before it has its name: the server may read it at any moment.
    unfinished = file.with_suffix(".unfinished")
    with unfinished.open("wb") as opened:
        opened.write(text)
        opened.flush()
        os.fsync(opened.fileno())
    unfinished.replace(file)
    return held


def fetched_file(data: Path) -> Path:
    """Where a fetched list is kept."""
    return data / "bank-holidays.json"


def _days(division: str, held: Any) -> frozenset[str]:
    if not _DIVISION.fullmatch(division):
        raise HolidaysRefused(f"{division[:60]!r} is no division's name")
    events = held.get("events") if isinstance(held, Mapping) else None
    if not isinstance(events, list):
        raise HolidaysRefused(f"{division} has no list of events")
    days = set()
    for index, event in enumerate(events):
        day = event.get("date") if isinstance(event, Mapping) else None
        if not isinstance(day, str) or not is_real_day(day):
            raise HolidaysRefused(f"{division}, event {index + 1}: has no date such as 2026-12-25")
        days.add(day)
    if not FEWEST_DAYS <= len(days) <= MOST_DAYS:
        raise HolidaysRefused(f"{division} has {len(days)} days, which cannot be all of them")
    return frozenset(days)


def _bundled() -> bytes:
    return resources.files(__package__).joinpath("bank_holidays.json").read_bytes()


def _fetch(url: str) -> bytes:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise HolidaysRefused(f"{url!r} is no address; it takes https://host/path")
    request = Request(url, headers={"User-Agent": "doorstep", "Accept": "application/json"})  # noqa: S310 - seen above
    try:
        with urlopen(request, timeout=SECONDS) as answer:  # noqa: S310
            text = bytes(answer.read(MOST_BYTES + 1))
            # A length that was promised and not kept is noticed by nobody else.
            promised = answer.headers.get("Content-Length")
    except HTTPError as refused:
        refused.close()
        raise OutsideFailed(f"{parts.hostname} answered {refused.code}.") from None
    except (OSError, HTTPException) as fault:
        raise OutsideFailed(f"{parts.hostname} could not be reached: {fault}.") from fault
    if len(text) > MOST_BYTES or (promised is not None and promised.isdecimal() and int(promised) != len(text)):
        raise HolidaysRefused("it did not arrive whole, or is far too long")
    return text
