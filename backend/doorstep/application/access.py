"""Who may see what: operatives their own visits, the office those of its patch. What one may not see is absent."""

from __future__ import annotations

from typing import Final

from doorstep.application.rows import AppointmentRow, Person, VisitRow

ROLES: Final = ("operative", "planner", "supervisor", "auditor", "admin")
READERS: Final = frozenset({"planner", "supervisor", "auditor"})


def sees_patch(person: Person, patch: str) -> bool:
    """Whether a patch is this person's: an empty one of theirs stands for every patch."""
    return person.patch in ("", patch)


def may_see_visit(person: Person, row: VisitRow) -> bool:
    """Whether a visit exists as far as this person is concerned."""
    if person.role == "operative":
        return row.operative_id == person.person_id
    return person.role in READERS and sees_patch(person, row.patch)


def may_see_appointment(person: Person, row: AppointmentRow) -> bool:
    """Whether an appointment exists as far as this person is concerned."""
    if person.role == "operative":
        return person.person_id in row.operative_ids
    return person.role in READERS and sees_patch(person, row.patch)
