"""State an appointment as it now is: in the log, to the operatives whom it concerns, and in its row.

Whoever changes one settles its visits afterwards.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from doorstep.application.composing import HomeFact, Notice, compose, own_part
from doorstep.application.gather import add_office_entry
from doorstep.application.log_event import log_event
from doorstep.application.london import london_date
from doorstep.application.ports import Rules
from doorstep.application.rows import AppointmentRow, ServingRow
from doorstep.application.world import World
from doorstep.domain.chain import body_hash
from doorstep.domain.dossier import Serving
from doorstep.domain.instants import parse_instant
from doorstep.domain.office_events import AppointmentChanged, AppointmentWithdrawn


def change_appointment(
    world: World, rules: Rules, actor_id: str, now_ms: int, snapshot: str, made: AppointmentRow
) -> None:
    """Log this snapshot, with what `made` holds beside it; its operatives are told, and those who leave it too."""
    appointment_id = made.appointment_id
    before = world.appointment_rows.get(appointment_id)
    staying = [] if made.is_cancelled else list(made.operative_ids)
    _, entry = log_event(
        world,
        AppointmentChanged,
        actor_id,
        now_ms,
        staying,
        appointment_id=appointment_id,
        snapshot=snapshot,
        operative_ids=list(made.operative_ids),
        patch=made.patch,
        day=made.day,
        source=made.source,
        source_ref=made.source_ref,
        policy_version=(policy_version := _policy_version(rules, made)),
        is_cancelled=made.is_cancelled,
    )
    add_office_entry(world.dossier(appointment_id), entry)
    # The feed serves it: a phone may adopt it from there, at the door.
    for operative_id in staying:
        serving = ServingRow(made.snapshot_sha256, operative_id, policy_version, appointment_id, now_ms)
        world.changes.servings.append(serving)
        world.dossier(appointment_id).servings.add(Serving(made.snapshot_sha256, operative_id, policy_version))
    for operative_id in sorted(_attending(before) - set(staying)):
        left = {"appointment_id": appointment_id, "operative_id": operative_id}
        log_event(world, AppointmentWithdrawn, actor_id, now_ms, (operative_id,), **left)
    row = msgspec.structs.replace(made, position=entry.position)
    world.appointment_rows[appointment_id] = world.changes.appointments[appointment_id] = row


def recompose(world: World, rules: Rules, actor_id: str, now_ms: int, appointment_ids: Iterable[str]) -> set[str]:
    """Make these snapshots anew from what is now known of the homes and told their people; gives those that changed.

    The world was loaded with these appointments as `composed`, or by their `homes`.
    """
    touched: set[str] = set()
    for appointment_id in sorted(set(appointment_ids)):
        row = world.appointment_rows.get(appointment_id)
        if row is None:
            continue
        held: dict[str, Any] = world.dossier(appointment_id).versions[-1].snapshot
        facts = world.group(HomeFact, "property_ref", row.property_ref)
        notices = world.group(Notice, "appointment_id", appointment_id)
        snapshot = compose(own_part(held), facts, notices, row.day)
        if (sha256 := body_hash(snapshot.encode())) != row.snapshot_sha256:
            made = msgspec.structs.replace(row, snapshot_sha256=sha256)
            change_appointment(world, rules, actor_id, now_ms, snapshot, made)
            touched.add(appointment_id)
    return touched


def _attending(before: AppointmentRow | None) -> set[str]:
    """Who had it on their phone until now."""
    return set() if before is None or before.is_cancelled else set(before.operative_ids)


def _policy_version(rules: Rules, made: AppointmentRow) -> str:
    """The version in force on the window's day; empty for a day before the first one, which nobody can judge."""
    try:
        return rules.in_force(london_date(made.starts_at)).version
    except LookupError:
        return ""


def row_of(event: AppointmentChanged, position: int) -> AppointmentRow:
    """The row that an entry of the log makes."""
    return appointment_row(
        event.snapshot,
        position,
        operative_ids=tuple(event.operative_ids),
        patch=event.patch,
        day=event.day,
        source=event.source,
        source_ref=event.source_ref,
        is_cancelled=event.is_cancelled,
    )


def appointment_row(snapshot: str, position: int, operative_ids: tuple[str, ...], **beside: Any) -> AppointmentRow:
    """The row of an appointment with this snapshot, and what the office holds beside it."""
    held: dict[str, Any] = msgspec.json.decode(snapshot)
    return AppointmentRow(
        appointment_id=held["appointment_id"],
        work_order_ref=held["work_order_ref"],
        property_ref=held["property_ref"],
        address=", ".join(held["address"]),
        window=held["window"]["name"],
        starts_at=parse_instant(held["window"]["starts_at"], "window.starts_at"),
        ends_at=parse_instant(held["window"]["ends_at"], "window.ends_at"),
        snapshot_sha256=body_hash(snapshot.encode()),
        position=position,
        operative_ids=tuple(sorted(set(operative_ids))),
        **beside,
    )
