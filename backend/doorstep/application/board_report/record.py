"""How the record itself stands as a report is made: what is wrong in the data, what is signed, audited and erased."""

from __future__ import annotations

from typing import Protocol

from doorstep.application.board_report.figures import (
    AuditNote,
    Disputes,
    OpenExceptions,
    PolicyUse,
    RecordFigures,
)
from doorstep.application.board_report.months import bounds_ms
from doorstep.application.data_exceptions.asking import ExceptionQuery
from doorstep.application.office import Office
from doorstep.application.records import Wanted, Where
from doorstep.application.resident.rows import DisputeRow
from doorstep.application.wastage.spans import Period
from doorstep.domain.office_events import PolicyAdopted, read_office_event


class AuditNotes(Protocol):
    """What is known of audits of this data folder."""

    def last(self) -> AuditNote | None:
        """The last whole one, or None where there was none."""


async def open_exceptions(office: Office, now_ms: int) -> tuple[OpenExceptions, ...]:
    """Every kind, those with nothing open too: that it was asked is part of the answer."""
    found = []
    for kind in office.rules.exceptions.kinds:
        tally = await office.store.exception_tally(ExceptionQuery(kind, now_ms))
        found.append(OpenExceptions(kind.kind, tally.count, tally.late, tally.oldest_since))
    return tuple(found)


async def disputes_of(office: Office, month: Period) -> Disputes:
    """How many residents' disputes came, were answered, and wait."""
    first, end = bounds_ms(month)

    async def count(field: str) -> int:
        within = (Where(field, ">=", first), Where(field, "<", end))
        return await office.store.count_records(DisputeRow, Wanted(within))

    waiting = await office.store.count_records(DisputeRow, Wanted((Where("answered_at", "=", None),)))
    return Disputes(await count("disputed_at"), await count("answered_at"), waiting)


async def record_of(office: Office, month: Period, audit_notes: AuditNotes) -> RecordFigures:
    """Checkpoints, the last audit, erasures of the month, and the policy in its days."""
    first, end = bounds_ms(month)
    newest = await office.store.newest_checkpoint()
    entries, decisions = await office.store.erased_between(first, end)
    versions = await _adopted(office)
    return RecordFigures(
        checkpoint_size=newest.size if newest else None,
        checkpoint_at=newest.made_at if newest else None,
        checkpoint_published_at=newest.published_at if newest else None,
        unpublished=len(await office.store.unpublished_checkpoints()),
        is_timestamped=newest is not None and newest.timestamp is not None,
        audit=audit_notes.last(),
        erased=entries,
        erasures=decisions,
        policies=_in_use(office, month, versions),
        adopted=tuple(sorted(version for version, at in versions.items() if first <= at < end)),
    )


async def _adopted(office: Office) -> dict[str, int]:
    """When each version came into use here."""
    found: dict[str, int] = {}
    for entry in await office.store.adopted_policies():
        event = read_office_event(entry.body)
        if isinstance(event, PolicyAdopted):
            found.setdefault(event.version, entry.received_at)
    return found


def _in_use(office: Office, month: Period, versions: dict[str, int]) -> tuple[PolicyUse, ...]:
    """The versions in force, with their first and last day in the month; days before the first of all have none."""
    used: dict[str, list[str]] = {}
    for ordinal in range(month.first.toordinal(), month.last.toordinal() + 1):
        day = type(month.first).fromordinal(ordinal)
        try:
            version = office.rules.in_force(day).version
        except LookupError:
            continue
        used.setdefault(version, []).append(day.isoformat())
    return tuple(PolicyUse(version, days[0], days[-1], versions.get(version)) for version, days in used.items())
