"""What the folder of a demonstration says of itself: which landlord it holds, how large, and how far it is filled."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import msgspec

from doorstep.demo.landlord import MOST_HOMES
from doorstep.demo.seed import SHORTEST
from doorstep.settings import Settings

MARK = "demo.json"
MOST_DAYS = 1000


class Size(msgspec.Struct, frozen=True):
    """How large the invented landlord is, and how many days of its life there are to see, today among them."""

    homes: int = 40
    days: int = SHORTEST


SMALL, WHOLE = Size(), Size(2_000, 366)
SIZES = {"small": SMALL, "usual": WHOLE, "large": Size(MOST_HOMES, 731)}


class Mark(msgspec.Struct, frozen=True):
    """What a folder of a demonstration says of itself, so that no real landlord's folder is ever taken for one.

    `begun` is the day on which its filling began: its story ends there. `shown` is the last that was shown as today.
    """

    seed: int
    is_filled: bool
    homes: int = SMALL.homes
    days: int = SMALL.days
    shown: str = ""
    begun: str = ""


class NotADemonstration(RuntimeError):
    """The folders hold something that cannot be shown; the message says what to do."""


class Asked(msgspec.Struct, frozen=True):
    """What was asked for by the command; None where the folder decides, or else `size`."""

    seed: int | None = None
    homes: int | None = None
    days: int | None = None
    size: Size = WHOLE

    def fault(self, mark: Mark) -> str:
        """What of it the folder is not, as an option to give instead; empty where all agrees."""
        for name in ("seed", "homes", "days"):
            asked, held = getattr(self, name), getattr(mark, name)
            if asked not in (None, held):
                return f"--{name} {held}"
        return ""


def mark_of(settings: Settings, asked: Asked) -> Mark:
    """The folder's mark, made where there is none. Raises NotADemonstration for a folder of another kind."""
    if not (settings.data / MARK).exists():
        if settings.database.exists():
            raise NotADemonstration(f"{settings.data} holds a landlord that is not made up. Give another --data.")
        mark = Mark(
            1 if asked.seed is None else asked.seed,
            False,
            asked.homes or asked.size.homes,
            asked.days or asked.size.days,
        )
        if not (SMALL.homes <= mark.homes <= MOST_HOMES and SHORTEST <= mark.days <= MOST_DAYS):
            raise NotADemonstration(f"--homes takes 40 to {MOST_HOMES}, --days 2 to {MOST_DAYS}.")
        write_mark(settings.data, mark)
        return mark
    mark = read_mark(settings.data)
    if instead := asked.fault(mark):
        raise NotADemonstration(
            f"{settings.data} holds the landlord of seed {mark.seed}, with {mark.homes} homes and {mark.days} days. "
            f"Give {instead}, or another --data."
        )
    return mark


def read_mark(data: Path) -> Mark:
    """The mark of a folder that has one."""
    return msgspec.json.decode((data / MARK).read_bytes(), type=Mark)


def write_mark(data: Path, mark: Mark) -> None:
    """Mark the folder."""
    (data / MARK).write_bytes(msgspec.json.encode(mark))


def mark_shown(data: Path, day: date) -> None:
    """A day has begun while the demonstration ran: it is not lived through again."""
    write_mark(data, msgspec.structs.replace(read_mark(data), shown=day.isoformat()))
