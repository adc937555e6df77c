"""What intake holds of people goes when it is of no more use: done rows, ended runs, uploads, orders long settled."""

from __future__ import annotations

import msgspec

from doorstep.application.intake.desk import Intake
from doorstep.application.intake.kept import OPEN, HeldRow, ImportRun, KnownOrder
from doorstep.application.intake.runs import BROKEN_OFF, BROKEN_OFF_MS, CHECKING, RUNNING, SPOOLED_MS, WAITING
from doorstep.application.office import Office
from doorstep.application.records import Record, Wanted, Where, keep_records

DAY_MS = 24 * 3_600_000
ORDER_DAYS = 180
"""An order's slot may be made months after it was raised; after half a year it comes from the housing system again."""
AT_ONCE = 500


async def forget_intake(office: Office, keep_days: int) -> int:
    """Drop what has been done with for so many days, and orders that nobody spoke of for long; gives how much."""
    now_ms = office.clock.now_ms()
    before = now_ms - keep_days * DAY_MS
    count = 0
    for kind, conditions in (
        (HeldRow, (Where("state", "!=", OPEN), Where("done_at", "<", before))),
        (ImportRun, (Where("ended_at", "<", before),)),
        # One that nobody went on with never ends; its file went within the hour.
        (ImportRun, (Where("state", "=", WAITING), Where("begun_at", "<", before))),
        (KnownOrder, (Where("updated_at", "<", now_ms - ORDER_DAYS * DAY_MS),)),
    ):
        while found := await _some(office, kind, conditions):
            await keep_records(office, [], [(kind, record.key) for record in found])
            count += len(found)
    return count


async def _some(office: Office, kind: type[Record], conditions: tuple[Where, ...]) -> list[Record]:
    # By what the last condition is about, which has an index: by key, the whole table would be walked.
    return list(await office.store.records(kind, Wanted(conditions, (conditions[-1].field,), AT_ONCE)))


async def sweep_uploads(office: Office, intake: Intake) -> None:
    """Drop files that nobody took in within the hour, and say of runs that were broken off that they were."""
    now_ms = office.clock.now_ms()
    silent = (Where("state", "in", (CHECKING, RUNNING)), Where("heard_at", "<", now_ms - BROKEN_OFF_MS))
    broken = await office.store.records(ImportRun, Wanted(silent))
    ended = [msgspec.structs.replace(run, state=BROKEN_OFF, ended_at=now_ms) for run in broken]
    if not intake.gate.locked():
        for name in intake.spool.older_than(now_ms - SPOOLED_MS):
            intake.spool.drop(name)
    if ended:
        await keep_records(office, ended)
