"""What a list can be asked for, and the rows and figures of which it is made."""

from __future__ import annotations

from typing import Final, Literal

import msgspec

from doorstep.application.rows import AppointmentRow, VisitRow

Order = Literal["newest", "oldest", "weakest"]
MOST_FOUND: Final = 1_000
LEAST_LETTERS: Final = 3
"""No index finds shorter words: at least one of a search has to have so many letters or digits."""


def is_findable(words: str) -> bool:
    """Whether what somebody typed is nothing, or can be looked for."""
    found = words.split()
    return not found or any(len(word) >= LEAST_LETTERS for word in found)


class VisitFilter(msgspec.Struct, frozen=True):
    """Which visits a list shows. Empty means any; `standing` is one or several; `patch` limits to one patch.

    `weakest` puts first what there is most reason to look at, and the oldest first among equals. `after` is the cursor
    of a page, whatever the order: the row before it, as `cursor` writes it. `lots` gives those that are looked at where
    so many lots of 10,000 are; `not_looked_at` the others. None leaves nothing to chance.

    `among` are the standings that the list is of, whichever of them `standing` wants: its figures count no others. Of
    what is found by `words` only the `most_found` newest are listed and counted, or the oldest where these come first:
    a street has thousands, and nobody reads them.
    """

    standing: str | tuple[str, ...] = ""
    first_day: str = ""
    last_day: str = ""
    operative_id: str = ""
    words: str = ""
    patch: str = ""
    after: str = ""
    limit: int = 50
    order: Order = "newest"
    had_alert: bool = False
    had_waiver: bool = False
    was_pressing: bool = False
    grades: tuple[str, ...] = ()
    lots: int | None = None
    not_looked_at: bool = False
    wants_second_look: bool = False
    has_reply: bool = False
    was_disputed: bool = False
    has_photo_alike: bool = False
    outcome: str = ""
    among: tuple[str, ...] = ()
    most_found: int = MOST_FOUND

    @property
    def beyond(self) -> tuple[int, str, str]:
        """The cursor as weakness, day and visit_id. Only the order by weakness writes its first part, and reads it."""
        before, visit_id = self.after.rpartition("/")[::2]
        weakness, day = before.rpartition(".")[::2]
        return int(weakness) if weakness in ("1", "2", "3") else 0, day, visit_id

    @property
    def standings(self) -> tuple[str, ...]:
        """The standings that are wanted; none stands for any."""
        one_or_more = (self.standing,) if isinstance(self.standing, str) else self.standing
        return tuple(standing for standing in one_or_more if standing)


PHOTO_ALIKE: Final = "photo_re"
"""With what the flags begin of a photo that was reused, or that resembles another visit's."""
DISPUTED: Final = "dispute_"
"""With what the flag of a visit begins that a resident disputed, answered or not."""


def is_pressing(row: VisitRow) -> bool:
    """Whether it was an emergency or a hazard."""
    return row.priority == "emergency" or "hazard" in row.priority


def is_looked_at(row: VisitRow, lots: int) -> bool:
    """Whether a supervisor is to look at a visit, where so many lots of 10,000 are looked at.

    Whatever is no plain record of a missed visit is, whoever drew it: waiting, refused, contradicted, with a check that
    was waived, an alert, an emergency or a hazard.
    """
    is_plain = row.standing == "recorded" and row.grade != "contradicted"
    return not is_plain or row.lot < lots or row.waived_count > 0 or row.alert_count > 0 or is_pressing(row)


def cursor(order: Order, row: VisitRow) -> str:
    """What asks for the rows beyond this one: `day/visit_id`, with the weakness before it where that comes first."""
    return f"{row.weakness}." * (order == "weakest") + f"{row.day}/{row.visit_id}"


class VisitCount(msgspec.Struct, frozen=True):
    """How many visits of one standing and grade there are, and of them those with an alert, a waiver, or pressing."""

    standing: str
    visits: int
    had_alert: int
    had_waiver: int
    were_pressing: int
    grade: str = ""


class AppointmentFilter(msgspec.Struct, frozen=True):
    """Which appointments a list shows: of a day, by operative, by words of the address, work order or their names.

    `first_day` gives those of that day and later ones, `property_ref` those of one home.
    """

    day: str = ""
    operative_id: str = ""
    words: str = ""
    patch: str = ""
    limit: int = 100
    property_ref: str = ""
    first_day: str = ""


class Home(msgspec.Struct, frozen=True):
    """A home as its newest appointment names it."""

    property_ref: str
    address: str


class HomeFilter(msgspec.Struct, frozen=True):
    """Which homes a list shows: by words of the address or the reference, or these references; `patch` limits to one.

    A home is on every patch that an appointment of it was ever on. Empty means any, but for `property_refs`.
    """

    words: str = ""
    property_refs: tuple[str, ...] | None = None
    patch: str = ""
    limit: int = 50


class DayAppointment(msgspec.Struct, frozen=True):
    """One appointment of an operative's day, with the exact text of its snapshot."""

    row: AppointmentRow
    snapshot: str


class Day(msgspec.Struct, frozen=True):
    """What an operative attends on a day. `served` holds (snapshot hash, policy version) pairs given to them before."""

    appointments: tuple[DayAppointment, ...]
    served: frozenset[tuple[str, str]]
    feed_next: int
