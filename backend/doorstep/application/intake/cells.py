"""Reads single cells: dates and times in London, codes, lists, places; each refusal says what to write instead."""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, date, datetime, time
from decimal import Decimal

from doorstep.application.import_appointments import Alert, ContactRequest, KeySafe, PhoneNumber, Place
from doorstep.application.london import LONDON, london_ms
from doorstep.domain.instants import InputRefused, format_instant, is_real_day

MOST_CHARACTERS = 1000
BETWEEN = "|"
FIRST_YEAR = 1970
"""Instants are counted from the start of it in UTC: its London dates are not all after that."""
_DAY = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_BRITISH_DAY = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})")
_CLOCK = re.compile(r"([0-9]{1,2}):([0-9]{2})(?::00)?(?:\s?(Z|[+-][0-9]{2}:?[0-9]{2}))?")
_INSTANT = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[T ]([0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,3})?)?)\s?(Z|[+-][0-9]{2}:?[0-9]{2})?"
)
_CODE = re.compile(r"[a-z][a-z0-9_-]{0,49}")
_ALERT = re.compile(r"([0-9]{2}(?:-[0-9]{2})?)\s*:\s*(.+?)(?:\s*\(review ([0-9]{4}-[0-9]{2}-[0-9]{2})\))?")
_PLACE = re.compile(
    r"([+-]?[0-9]{1,3}(?:\.[0-9]{1,12})?)\s*[, ]\s*([+-]?[0-9]{1,3}(?:\.[0-9]{1,12})?)(\s+block)?", re.IGNORECASE
)
_UPRN = re.compile(r"[0-9]{1,12}")
_SOR_CODE = re.compile(r"[A-Za-z0-9./_-]{1,20}")
MOST_CODES = 50
DEGREE_E7 = 10_000_000
_PHONE = re.compile(r"([^:]{1,50}?)\s*:\s*(\+?[0-9][0-9 ()-]{3,29})")


class CellRefused(ValueError):
    """What a cell holds cannot be taken; the message says what to write instead."""


def words(cell: str) -> str:
    """Plain text on one line."""
    if len(cell) > MOST_CHARACTERS:
        raise CellRefused(f"has {len(cell)} characters; write at most {MOST_CHARACTERS}.")
    return cell


def code(cell: str) -> str:
    """A code that policies compare, letter by letter."""
    if not _CODE.fullmatch(cell):
        raise CellRefused(f"{cell!r} is no code; write it in small letters without spaces, as in resident_chose.")
    return cell


def day(cell: str) -> date:
    """A date, the year first or, with slashes, the day first."""
    found = _DAY.fullmatch(cell)
    numbers = [*map(int, found.groups())] if found else []
    if british := _BRITISH_DAY.fullmatch(cell):
        numbers = [*map(int, reversed(british.groups()))]
    if not numbers:
        raise CellRefused(f"{cell!r} is not a date; write it as 2026-11-23 or 23/11/2026.")
    try:
        read = date(*numbers)
    except ValueError:
        raise CellRefused(f"{cell!r} is not a real date; check the day and the month.") from None
    if read.year <= FIRST_YEAR:
        raise CellRefused(f"{cell!r} is not after {FIRST_YEAR}; check the year.")
    return read


def clock(cell: str) -> time:
    """A time of day on the London clock, with an offset where one is given."""
    try:
        if found := _CLOCK.fullmatch(cell):
            hour, minute, offset = found.groups()
            return time.fromisoformat(f"{int(hour):02}:{minute}{offset or ''}")
    except ValueError:
        pass
    raise CellRefused(f"{cell!r} is not a time of day; write it as 08:00, on the 24-hour clock.")


def on_london_day(on: date, at: time) -> str:
    """The instant of a London wall clock on a date. With an offset it is certain, even in the hour that comes twice."""
    if at.tzinfo:
        meant = datetime.combine(on, at)
        if meant.astimezone(LONDON).replace(tzinfo=None) != meant.replace(tzinfo=None):
            raise CellRefused(f"{at:%H:%M%z} is not what a clock shows in London on {on}; leave the offset out.")
        return format_instant(round(meant.timestamp() * 1000))
    try:
        return format_instant(london_ms(datetime.combine(on, at)))
    except ValueError:
        raise CellRefused(
            f"{at:%H:%M} on {on} does not exist or comes twice in London, where the clocks change that night; "
            f"choose another time, or write which of the two is meant with its offset, as in {at:%H:%M}+01:00."
        ) from None


def instant(cell: str) -> str:
    """A date and time, with its offset or Z, or else on the London clock."""
    found = _INSTANT.fullmatch(cell)
    if found is None:
        raise CellRefused(f"{cell!r} is not a date and time; write it as 2026-11-20 14:05 or 2026-11-20T14:05:00Z.")
    on, at, offset = found.groups()
    try:
        moment = datetime.fromisoformat(f"{on}T{at}{offset or ''}")
        if offset:
            return format_instant(round(moment.astimezone(UTC).timestamp() * 1000))
    except (ValueError, OverflowError):
        raise CellRefused(f"{cell!r} is not a real date and time from 1970 on; check it.") from None
    try:
        return format_instant(london_ms(moment))
    except InputRefused:
        raise CellRefused(f"{cell!r} is not between 1970 and 9999; check the year.") from None
    except ValueError:
        raise CellRefused(
            f"{cell!r} does not exist or comes twice in London, where the clocks change that night; "
            "write it with its offset, as in 2026-10-25T01:30:00+01:00."
        ) from None


def items(cell: str) -> list[str]:
    """The parts of a list, without empty ones."""
    return [words(part) for item in cell.split(BETWEEN) if (part := item.strip())]


def contact_requests(cell: str) -> tuple[ContactRequest, ...]:
    """What the resident asked for. The id follows from the words, so that importing again changes nothing."""
    return tuple(
        ContactRequest(f"r{hashlib.sha256(text.encode()).hexdigest()[:12]}", text)
        for text in dict.fromkeys(items(cell))
    )


def alerts(cell: str) -> tuple[Alert, ...]:
    """Person alerts: `20-10: words`, between bars; `(review 2027-02-01)` after the words where that day is known."""
    found = [(item, _ALERT.fullmatch(item)) for item in items(cell)]
    for item, match in found:
        if match is None:
            raise CellRefused(f"{item!r} is no alert; write its code, a colon and words, as in 20-10: hard of hearing.")
        if match[3] and not is_real_day(match[3]):
            raise CellRefused(f"{match[3]} is no day; write the alert's review as in (review 2027-02-01).")
    return tuple(Alert(*match.groups("")) for _, match in found if match)


def phone_numbers(cell: str) -> tuple[PhoneNumber, ...]:
    """Numbers to call the resident on: `mobile: 07700 900123`, between bars."""
    found = [(item, _PHONE.fullmatch(item)) for item in items(cell)]
    for item, match in found:
        if match is None:
            raise CellRefused(
                f"{item!r} is no number; write a label, a colon and the number, as in mobile: 07700 900123."
            )
    return tuple(PhoneNumber(*match.groups()) for _, match in found if match)


def key_safe(cell: str) -> KeySafe:
    """`consent` or `no consent`; anything else may be its code, which must not be kept, nor shown in a fault."""
    if cell.casefold() not in ("consent", "no consent"):
        raise CellRefused("write consent or no consent, and never a code; leave it empty where there is no key safe.")
    return KeySafe(cell.casefold() == "consent")


def yes(cell: str) -> bool:
    """Yes or no, where empty means no."""
    if cell.casefold() not in ("", "yes", "no"):
        raise CellRefused(f"{cell!r} is neither; write yes, or leave it empty.")
    return cell.casefold() == "yes"


def place(cell: str) -> Place:
    """Latitude and longitude in degrees (WGS 84), and `block` where many doors share the point."""
    found = _PLACE.fullmatch(cell)
    if found is None:
        raise CellRefused(f"{cell!r} is no place; write latitude and longitude in degrees, as in 51.5456, -0.0567.")
    lat, lon = Decimal(found[1]), Decimal(found[2])
    if abs(lat) > 90 or abs(lon) > 180:
        raise CellRefused(f"{cell!r} is nowhere on the earth; write the latitude first, in degrees.")
    return Place(round(lat * DEGREE_E7), round(lon * DEGREE_E7), "block" if found[3] else "house")


def uprn(cell: str) -> str:
    """A national property number; zeros before it are kept as they were given."""
    if not _UPRN.fullmatch(cell):
        raise CellRefused(f"{cell!r} is no UPRN; it has up to 12 digits and nothing else.")
    return cell


def sor_codes(cell: str) -> tuple[str, ...]:
    """Codes of the schedule of rates, between spaces or commas; each once, in their order."""
    codes = tuple(dict.fromkeys(cell.replace(",", " ").split()))
    for each in codes:
        if not _SOR_CODE.fullmatch(each):
            raise CellRefused(f"{each!r} is no code of the schedule of rates; put a space between two of them.")
    if len(codes) > MOST_CODES:
        raise CellRefused(f"has {len(codes)} codes; an appointment has at most {MOST_CODES}.")
    return codes
