"""Between the rows of the tables and the rows of the application: hashes are bytes here and hex there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from doorstep.application.rows import (
    AppointmentRow,
    CallRow,
    Checkpoint,
    DeviceRow,
    EnrolmentCode,
    Entry,
    Person,
    PhotoRow,
    PhotoUse,
    Session,
    VisitRow,
)

ENTRY_COLUMNS = (
    "log.position,log.sha256,log.kind,ifnull(bodies.body,x''),log.received_at,log.visit_id,log.appointment_id,"
    "log.actor_id,log.installation_id,log.seq,log.n,log.fault,log.seal,log.sig"
)
LEAF_COLUMNS = ENTRY_COLUMNS.replace("ifnull(bodies.body,x'')", "x''")
VISIT_COLUMNS = ",".join(VisitRow.__struct_fields__)
PHOTO_COLUMNS = ",".join(PhotoRow.__struct_fields__)
USE_COLUMNS = ",".join(PhotoUse.__struct_fields__)
DEVICE_COLUMNS = ",".join(DeviceRow.__struct_fields__)
CODE_COLUMNS = ",".join(EnrolmentCode.__struct_fields__)
CHECKPOINT_COLUMNS = ",".join(Checkpoint.__struct_fields__)
PERSON_COLUMNS = "people.person_id,username,name,role,patch,password_hash,left_at,phone"
APPOINTMENT_COLUMNS = (
    "appointments.appointment_id,source,source_ref,work_order_ref,property_ref,address,patch,appointments.day,window,"
    "starts_at,ends_at,is_cancelled,snapshot_sha256,appointments.position,"
    "(SELECT group_concat(operative_id) FROM assignments WHERE assignments.appointment_id=appointments.appointment_id)"
)


def entry(row: Sequence[Any]) -> Entry:
    """One log entry."""
    fields = dict(zip(Entry.__struct_fields__, row, strict=True))
    fields["sha256"], fields["seal"] = fields["sha256"].hex(), fields["seal"].hex()
    return Entry(**fields)


def visit_row(row: Sequence[Any]) -> VisitRow:
    """One visit in the lists."""
    return VisitRow(*row)


def appointment_row(row: Sequence[Any]) -> AppointmentRow:
    """One appointment, with its operatives in order of id."""
    fields = dict(zip(AppointmentRow.__struct_fields__, row, strict=True))
    fields["is_cancelled"] = bool(fields["is_cancelled"])
    fields["snapshot_sha256"] = fields["snapshot_sha256"].hex()
    fields["operative_ids"] = tuple(sorted((fields["operative_ids"] or "").split(","))) if row[-1] else ()
    return AppointmentRow(**fields)


def call_row(row: Sequence[Any]) -> CallRow:
    """One planner's call."""
    return CallRow(*row)


def photo_row(row: Sequence[Any]) -> PhotoRow:
    """One photo that was looked at."""
    return PhotoRow(row[0].hex(), *row[1:])


def photo_use(row: Sequence[Any]) -> PhotoUse:
    """One event that names a photo."""
    position, visit_id, sha256, installation_id, size_bytes, source_sha256 = row
    return PhotoUse(position, visit_id, sha256.hex(), installation_id, size_bytes, source_sha256.hex())


def device_row(row: Sequence[Any]) -> DeviceRow:
    """One enrolled phone."""
    return DeviceRow(*row)


def enrolment_code(row: Sequence[Any]) -> EnrolmentCode:
    """One code that enrols a phone."""
    return EnrolmentCode(row[0].hex(), *row[1:])


def checkpoint(row: Sequence[Any]) -> Checkpoint:
    """One signed note of the log's head."""
    return Checkpoint(*row)


def person(row: Sequence[Any]) -> Person:
    """One person."""
    return Person(*row)


def session(row: Sequence[Any]) -> Session:
    """One session with its person."""
    sha256, installation_id, began_at, expires_at, *of_person = row
    return Session(sha256.hex(), person(of_person), installation_id, began_at, expires_at)


def plain(row: msgspec.Struct) -> tuple[Any, ...]:
    """A row's fields in order, as parameters."""
    return msgspec.structs.astuple(row)


def json_list(values: Iterable[object]) -> str:
    """A list as one JSON parameter, for `IN (SELECT value FROM json_each(?))`."""
    return msgspec.json.encode(list(values)).decode()


def marks(count: int) -> str:
    """Placeholders for a list of BLOBs, which JSON cannot carry."""
    return ",".join("?" * count)
