"""Compare every row that can be made from the log with the row that it makes: who altered a list is found here."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping

import msgspec

from doorstep.application.composing import HomeFact, Notice
from doorstep.application.fact_rows import FactChange
from doorstep.application.lists import VisitFilter
from doorstep.application.rebuild import CHUNK, Reading, log_chunks
from doorstep.application.records import Record
from doorstep.application.resident.rows import DisputeRow, GivenTimes
from doorstep.application.rows import CallRow, PhotoUse, VisitRow
from doorstep.application.settle_visits import visit_row
from doorstep.application.settled_records import NAMES, settled_records
from doorstep.application.store import Store
from doorstep.application.world import Changes
from doorstep.domain.policy import Policy
from doorstep.domain.visit import settle
from doorstep.domain.wastage.facts import fact_of

NOBODY = ""
REBUILD = "Run `doorstep rebuild`."


async def projection_faults(store: Store, policies: Mapping[str, Policy]) -> AsyncIterator[str]:
    """Every row in the lists that says something else than the log, is missing, or has no business there."""
    reading = Reading()
    made = Changes()
    async for entries in log_chunks(store):
        made.add_rows(reading.read(entries))
    async for fault in _appointment_faults(store, made):
        yield fault
    async for fault in _photo_faults(store, made):
        yield fault
    async for fault in _device_faults(store, made):
        yield fault
    async for fault in _record_faults(store, made):
        yield fault
    is_placed = True
    async for fault in _place_faults(store, reading.homes):
        is_placed = False
        yield fault
    if is_placed:
        async for fault in _standing_faults(store, policies):
            yield fault


async def visit_rows(store: Store) -> AsyncIterator[VisitRow]:
    """Every visit in the lists."""
    after = ""
    while rows := await store.visit_rows(VisitFilter(after=after, limit=CHUNK)):
        for row in rows:
            yield row
        after = f"{rows[-1].day}/{rows[-1].visit_id}"


async def _appointment_faults(store: Store, made: Changes) -> AsyncIterator[str]:
    calls: dict[str, list[CallRow]] = {appointment_id: [] for appointment_id in made.appointments}
    for call in sorted(made.calls.values(), key=lambda call: (call.begun_at, call.call_id)):
        calls.setdefault(call.appointment_id, []).append(call)
    for appointment_id, row in sorted(made.appointments.items()):
        if fault := _fault(await store.appointment_row(appointment_id), row):
            yield f"Appointment {appointment_id}: {fault} {REBUILD}"
        if list(await store.call_rows(appointment_id)) != calls[appointment_id]:
            yield f"Appointment {appointment_id}: its planner calls in the lists are not those of the log. {REBUILD}"
    async for appointment_id in _appointment_ids(store):
        is_held = await store.appointment_row(appointment_id) is not None
        if is_held and appointment_id not in made.appointments:
            yield f"Appointment {appointment_id}: it is in the lists, and the log knows nothing of it. {REBUILD}"


async def _photo_faults(store: Store, made: Changes) -> AsyncIterator[str]:
    held = {row.sha256: row for row in await store.photo_rows()}
    for sha256 in sorted(held.keys() | made.photos.keys()):
        if fault := _fault(held.get(sha256), made.photos.get(sha256)):
            yield f"Photo {sha256}: {fault} {REBUILD}"
    uses: dict[str, list[PhotoUse]] = {}
    for use in made.photo_uses:
        uses.setdefault(use.sha256, []).append(use)
    for sha256, named in uses.items():
        visits = {row.visit_id for row in await store.photo_visits(sha256)}
        first = {use.installation_id: use.size_bytes for use in reversed(named)}
        sizes = {of: await store.photo_size(sha256, of, NOBODY) for of in first}
        if visits != {use.visit_id for use in named} or sizes != first:
            yield f"Photo {sha256}: the visits that use it are not those of the log. {REBUILD}"


async def _device_faults(store: Store, made: Changes) -> AsyncIterator[str]:
    held = {row.device_id: row for row in await store.devices()}
    for device_id in sorted(held.keys() | made.devices.keys()):
        if fault := _fault(held.get(device_id), made.devices.get(device_id)):
            yield f"Phone {device_id}: {fault} {REBUILD}"


async def _record_faults(store: Store, made: Changes) -> AsyncIterator[str]:
    """What the office knows of homes, every change of it, and what residents were told."""
    for kind, name in _RECORDS.items():
        told = {key: record for (of, key), record in made.records.items() if of is kind}
        held = {record.key: record for record in await store.records(kind)}
        for key in sorted(held.keys() | told.keys(), key=str):
            if fault := _fault(held.get(key), told.get(key)):
                yield f"{name} {key[0]}: {fault} {REBUILD}"


_RECORDS: Mapping[type[Record], str] = {
    HomeFact: "Alert or request",
    FactChange: "Change of an alert or request at log entry",
    Notice: "Notice",
    DisputeRow: "Dispute",
    GivenTimes: "Times that a resident gave in log entry",
}


async def _place_faults(store: Store, homes: Mapping[str, VisitRow]) -> AsyncIterator[str]:
    """Visits that are missing, invented, or put with another appointment; and those that have none yet."""
    held: set[str] = set()
    async for row in visit_rows(store):
        held.add(row.visit_id)
        home = homes.get(row.visit_id)
        if home is None:
            yield f"Visit {row.visit_id}: it is in the lists, and the log knows nothing of it. {REBUILD}"
        elif row.appointment_id != home.appointment_id or (home.appointment_id is None and row != home):
            yield f"Visit {row.visit_id}: {_fault(row, home)} {REBUILD}"
    for visit_id in sorted(homes.keys() - held):
        yield f"Visit {visit_id}: {_fault(None, homes[visit_id])} {REBUILD}"


async def _standing_faults(store: Store, policies: Mapping[str, Policy]) -> AsyncIterator[str]:
    async for appointment_id in _appointment_ids(store):
        dossier = await store.dossier(appointment_id)
        visits = settle(dossier, policies) if dossier else {}
        fact = fact_of(dossier, visits, policies) if dossier else None
        if fault := _fault(await store.wastage_fact(appointment_id), fact):
            yield f"Appointment {appointment_id}, in the analysis: {fault} {REBUILD}"
        if dossier is None:
            continue
        for visit_id, settled in visits.items():
            if fault := _fault(await store.visit_row(visit_id), visit_row(dossier, settled)):
                yield f"Visit {visit_id}: {fault} {REBUILD}"
            for kind, record in settled_records(dossier, settled, policies).items():
                if fault := _fault(await store.record(kind, visit_id), record):
                    yield f"{NAMES[kind]} {visit_id}: {fault} {REBUILD}"


async def _appointment_ids(store: Store) -> AsyncIterator[str]:
    after = ""
    while appointment_ids := await store.appointment_ids(after, CHUNK):
        for appointment_id in appointment_ids:
            yield appointment_id
        after = appointment_ids[-1]


def _fault(held: msgspec.Struct | None, made: msgspec.Struct | None) -> str | None:
    """What is wrong with a row that is held, beside the row that the log makes."""
    if held == made:
        return None
    if held is None:
        return "its row in the lists is missing."
    if made is None:
        return "it is in the lists, and the log knows nothing of it."
    names = [name for name in held.__struct_fields__ if getattr(held, name) != getattr(made, name)]
    return f"its row in the lists says something else than the log ({', '.join(names)})."
