"""What people do about data exceptions: look at their patch's, give one to somebody, resolve one with a reason."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from doorstep.application.access import sees_patch
from doorstep.application.data_exceptions.asking import (
    ExceptionNote,
    ExceptionQuery,
    FoundException,
    Standing,
    Tally,
    cursor,
)
from doorstep.application.data_exceptions.kinds import Kind
from doorstep.application.log_event import log_event
from doorstep.application.office import Office
from doorstep.application.rows import Person
from doorstep.application.world import Needs, World
from doorstep.application.writer import Refused
from doorstep.domain.office_events import ExceptionResolved

PAGE = 50
MOST_REASON = 1_000
HOLDERS = frozenset({"planner", "supervisor"})
"""The roles of those to whom an exception may be given."""


class Counted(msgspec.Struct, frozen=True):
    """A kind and how many there are of it."""

    kind: Kind
    tally: Tally


class ExceptionPage(msgspec.Struct, frozen=True):
    """One page of a kind, and the cursor of the next; None at the end."""

    kind: Kind
    rows: list[FoundException]
    next: str | None


async def count_exceptions(office: Office, person: Person) -> list[Counted]:
    """Every kind, with how many are open on this person's patch. One read each: nobody waits for all of them."""
    now_ms = office.clock.now_ms()
    return [
        Counted(kind, await office.store.exception_tally(_query(kind, person, now_ms)))
        for kind in office.rules.exceptions.kinds
    ]


async def find_exceptions(
    office: Office,
    person: Person,
    code: str,
    *,
    standing: Standing = "open",
    is_mine: bool = False,
    is_late: bool = False,
    after: str = "",
) -> ExceptionPage:
    """One page of a kind. Raises Refused `not-found` for a kind that there is not."""
    kind = _kind(office, code)
    query = msgspec.structs.replace(
        _query(kind, person, office.clock.now_ms()),
        standing=standing,
        is_mine=is_mine,
        is_late=is_late,
        after=after,
        limit=PAGE + 1,
    )
    rows = await office.store.exception_rows(query)
    page = rows[:PAGE]
    return ExceptionPage(kind, page, cursor(page[-1]) if len(rows) > PAGE else None)


async def find_exception(
    office: Office, person: Person, code: str, subject_id: str, standing: Standing = "open"
) -> FoundException:
    """One that is open. Raises Refused `not-found` where it is not, or not on this person's patch."""
    query = _query(_kind(office, code), person, office.clock.now_ms())
    query = msgspec.structs.replace(query, subject_id=subject_id, standing=standing, limit=1)
    found = await office.store.exception_rows(query) if subject_id else []
    if not found:
        raise Refused("not-found", "There is no such open exception on your patch: it may have been mended meanwhile.")
    return found[0]


async def resolve_exception(office: Office, person: Person, code: str, subject_id: str, reason: str) -> FoundException:
    """Let it stay as it is, for a reason; it is open again once its facts are others. Gives it as it was.

    By the owner's role, or by whoever it was given to. Raises Refused.
    """
    reason = reason.strip()
    if not reason or len(reason) > MOST_REASON:
        raise Refused("invalid", f"Say why it may stay as it is, in at most {MOST_REASON} characters.", path="reason")
    found = await find_exception(office, person, code, subject_id)
    if not may_resolve(person, _kind(office, code), found):
        raise Refused("not-your-exception", "Only its owner's role, or whoever it was given to, resolves this one.")
    await office.writer.submit(_Resolve(office, person, found, reason))
    return found


def may_resolve(person: Person, kind: Kind, found: FoundException) -> bool:
    """Whether this person may say that it can stay as it is."""
    return person.role == kind.owner or (bool(found.person_id) and person.person_id == found.person_id)


async def assign_exception(office: Office, person: Person, code: str, subject_id: str, person_id: str) -> None:
    """Give it to somebody of the office who sees its patch; `person_id` empty: to nobody. Raises Refused."""
    found = await find_exception(office, person, code, subject_id)
    if person_id and person_id not in {each.person_id for each in await holders(office, found.patch)}:
        raise Refused("invalid", "Give it to a planner or supervisor who sees its patch.", path="person_id")
    await office.writer.submit(_Assign(office, person, found, person_id))


async def holders(office: Office, patch: str) -> Sequence[Person]:
    """To whom an exception of a patch may be given, by name."""
    people = [each for each in await office.store.people() if each.role in HOLDERS and each.left_at is None]
    return sorted((each for each in people if sees_patch(each, patch)), key=lambda each: each.name)


def _kind(office: Office, code: str) -> Kind:
    kind = office.rules.exceptions.find(code)
    if kind is None:
        raise Refused("not-found", "There is no such kind of exception.")
    return kind


def _query(kind: Kind, person: Person, now_ms: int) -> ExceptionQuery:
    return ExceptionQuery(kind, now_ms, patch=person.patch, person_id=person.person_id)


class _Note:
    """What resolving and giving have in common: the note of an exception, as earlier works of the batch left it."""

    def __init__(self, office: Office, person: Person, found: FoundException) -> None:
        self.person, self.found, self.now_ms = person, found, office.clock.now_ms()

    def needs(self) -> Needs:
        return Needs(records={(ExceptionNote, (self.found.kind, self.found.subject_id))})

    def held(self, world: World) -> ExceptionNote:
        """The note, or a new one."""
        found = self.found
        held = world.record(ExceptionNote, found.kind, found.subject_id)
        return held or ExceptionNote(kind=found.kind, subject_id=found.subject_id)


class _Resolve(_Note):
    def __init__(self, office: Office, person: Person, found: FoundException, reason: str) -> None:
        super().__init__(office, person, found)
        self.reason = reason

    def apply(self, world: World) -> None:
        found, by = self.found, self.person.person_id
        log_event(
            world,
            ExceptionResolved,
            by,
            self.now_ms,
            exception=found.kind,
            subject_id=found.subject_id,
            facts=found.facts,
            reason=self.reason,
        )
        resolved = {"facts": found.facts, "reason": self.reason, "resolved_by": by, "resolved_at": self.now_ms}
        world.keep(msgspec.structs.replace(self.held(world), **resolved))


class _Assign(_Note):
    def __init__(self, office: Office, person: Person, found: FoundException, person_id: str) -> None:
        super().__init__(office, person, found)
        self.person_id = person_id

    def apply(self, world: World) -> None:
        given = {"person_id": self.person_id, "assigned_by": self.person.person_id, "assigned_at": self.now_ms}
        world.keep(msgspec.structs.replace(self.held(world), **given))
