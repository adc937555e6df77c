"""Asking for data exceptions: one kind at a time, of one patch or all, and how they stand with the office."""

from __future__ import annotations

from datetime import date, timedelta
from typing import ClassVar, Literal, Protocol

import msgspec

from doorstep.application.data_exceptions.kinds import Kind
from doorstep.application.london import london_date
from doorstep.application.records import Record
from doorstep.domain.instants import MS_PER_DAY

Standing = Literal["open", "resolved"]


class ExceptionNote(Record, frozen=True, kw_only=True):
    """What people did about one exception: who has it, and why it may stay as it is, with the facts that this was of.

    The facts themselves are kept, which hold no personal data, and not their hash: the store compares them in a query.
    An exception whose facts are no longer these is open again.
    """

    TABLE: ClassVar[str] = "exception_notes"
    KEY: ClassVar[tuple[str, ...]] = ("kind", "subject_id")

    kind: str
    subject_id: str
    person_id: str = ""
    assigned_by: str = ""
    assigned_at: int | None = None
    facts: str | None = None
    reason: str = ""
    resolved_by: str = ""
    resolved_at: int | None = None


class FoundException(msgspec.Struct, frozen=True):
    """One exception: `subject_id` names what it is of, `since` is when it became one, in ms.

    `label` is what the office calls it: a work order, mostly. `facts` are what makes it one, as text. Where it is
    mended is told by the ids beside it, which are empty where they do not apply. `person_id` is who has it.
    """

    kind: str
    subject_id: str
    patch: str
    since: int
    label: str
    facts: str
    appointment_id: str = ""
    visit_id: str = ""
    property_ref: str = ""
    person_id: str = ""
    reason: str = ""
    resolved_by: str = ""
    resolved_at: int | None = None


class Tally(msgspec.Struct, frozen=True):
    """How many of a kind are open, since when the oldest is, how many are late, and how many are one person's."""

    count: int = 0
    oldest_since: int | None = None
    late: int = 0
    mine: int = 0


class ExceptionQuery(msgspec.Struct, frozen=True):
    """Which exceptions of a kind: `patch` empty is every patch; `person_id` is whose are `mine`.

    `after` is the cursor of a page: what `cursor` makes of the row before it. `subject_id` asks for that one alone.
    """

    kind: Kind
    now_ms: int
    patch: str = ""
    standing: Standing = "open"
    person_id: str = ""
    is_mine: bool = False
    is_late: bool = False
    subject_id: str = ""
    after: str = ""
    limit: int = 50

    @property
    def today(self) -> date:
        """The London date."""
        return london_date(self.now_ms)

    @property
    def first_day(self) -> str:
        """Nothing before this day is looked at, so that what was long ago costs nothing."""
        return (self.today - timedelta(days=self.kind.look_back_days)).isoformat()

    @property
    def first_ms(self) -> int:
        """The same for what has an instant and no day; not cut at midnight."""
        return self.now_ms - self.kind.look_back_days * MS_PER_DAY

    @property
    def late_before(self) -> int:
        """What became an exception before this instant is late."""
        return self.now_ms - self.kind.late_after_days * MS_PER_DAY

    @property
    def beyond(self) -> tuple[int, str]:
        """The cursor as `since` and `subject_id`; before every row where there is none."""
        since, _, subject_id = self.after.partition("/")
        return (int(since), subject_id) if since.isdecimal() and len(since) < 16 else (-1, "")


def cursor(row: FoundException) -> str:
    """What asks for the rows beyond this one."""
    return f"{row.since}/{row.subject_id}"


class DataExceptions(Protocol):
    """Where exceptions are found: the oldest first, those of one instant by their subject."""

    async def exception_tally(self, query: ExceptionQuery) -> Tally:
        """How many there are, of the open ones."""

    async def exception_rows(self, query: ExceptionQuery) -> list[FoundException]:
        """One page of them."""
