"""All that a visit's pack is made of, as the store holds it at one moment: its entries, phones, policies and people."""

from __future__ import annotations

from dataclasses import dataclass

from doorstep.application.access import may_see_visit
from doorstep.application.office import Office
from doorstep.application.resident.rows import FORGOTTEN_KINDS
from doorstep.application.rows import DeviceRow, Entry, Person, VisitRow
from doorstep.application.writer import Refused
from doorstep.domain.dossier import Dossier
from doorstep.domain.policy import Policy
from doorstep.domain.standing import Settled
from doorstep.domain.visit import settle


@dataclass(frozen=True)
class Told:
    """One visit with everything that its standing and its grades rest on; `entries` are in log order."""

    row: VisitRow
    dossier: Dossier
    settled: Settled
    policy: Policy
    entries: list[Entry]
    devices: list[DeviceRow]
    names: dict[str, str]


async def gather_told(office: Office, person: Person, visit_id: str) -> Told:
    """A visit for its pack. Raises Refused `not-found`, or `no-pack` where it is too early for one."""
    store = office.store
    row = await store.visit_row(visit_id)
    if row is None or not may_see_visit(person, row):
        raise Refused("not-found", "There is no such visit that you may see.")
    dossier = await store.dossier(row.appointment_id) if row.appointment_id else None
    settled = settle(dossier, office.rules.policies)[visit_id] if dossier else None
    policy = office.rules.policies.get(settled.policy_version) if settled else None
    if dossier is None or settled is None or policy is None:
        raise Refused("no-pack", "What this visit was begun under has not come yet: there is nothing to prove so far.")
    told = [entry for of in sorted(dossier.visits) for entry in await store.visit_entries(of)]
    # When residents say that they are in bears on nothing here, and is erased after some weeks: it goes to nobody.
    entries = {entry.position: entry for entry in told if entry.kind not in FORGOTTEN_KINDS}
    for photo in dossier.photos.values():
        await _add(office, entries, photo.position)
    for entry in await store.adopted_policies():
        entries[entry.position] = entry
    devices = await _devices(office, entries)
    for device in devices:
        await _add(office, entries, device.position)
    names = {each.person_id: each.name for each in await store.people()}
    return Told(row, dossier, settled, policy, [entries[at] for at in sorted(entries)], devices, names)


async def _add(office: Office, entries: dict[int, Entry], position: int) -> None:
    if position not in entries:
        (entries[position],) = await office.store.entries(position - 1, 1)


async def _devices(office: Office, entries: dict[int, Entry]) -> list[DeviceRow]:
    """The enrolled phones that delivered any of the entries."""
    over = {entry.installation_id for entry in entries.values() if entry.installation_id and entry.sig}
    return [device for device in await office.store.devices() if over & {device.installation_id, device.lives_on}]
