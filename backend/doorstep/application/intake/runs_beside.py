"""Runs that a page begins: they go on beside it, and the page looks in on them."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

import msgspec
import structlog

from doorstep.application.access import sees_patch
from doorstep.application.intake.columns import NAMES
from doorstep.application.intake.desk import Intake
from doorstep.application.intake.holding import encoded
from doorstep.application.intake.kept import ImportRun
from doorstep.application.intake.mappings import recall, remember
from doorstep.application.intake.runs import (
    BROKEN_OFF,
    CSV,
    DONE,
    REFUSED,
    UNDER_WAY,
    carry_out,
)
from doorstep.application.office import Office
from doorstep.application.records import Wanted, Where, keep_records
from doorstep.application.rows import Person
from doorstep.application.writer import Refused, WriterStopped

AWAITED_S = 3.0
"""A page waits so long for its run: most files are through by then."""
MOST_LISTED = 50
GONE = "The file is kept for an hour only, and that is over. Send it again."
_log = structlog.get_logger()


async def runs(office: Office, person: Person) -> list[ImportRun]:
    """The last runs of this person's patch, the newest first."""
    where = (Where("patch", "=", person.patch),) if person.patch else ()
    return await office.store.records(ImportRun, Wanted(where, ("-begun_at", "import_id"), MOST_LISTED))


async def run_of(office: Office, person: Person, import_id: str) -> ImportRun:
    """One run of this person's patch. Raises Refused."""
    run = await office.store.record(ImportRun, import_id)
    if run is None or not sees_patch(person, run.patch):
        raise Refused("not-found", "There is no such import on your patch. See the list of imports.")
    return run


async def headers_of(intake: Intake, run: ImportRun) -> tuple[Sequence[str], Mapping[str, str]]:
    """A CSV file's headers, and the column that each likely is; nothing for other forms. Raises FileRefused."""
    if run.format != CSV or run.state == REFUSED:
        return [], {}
    file = await asyncio.to_thread(intake.spool.open, run.spooled)
    if file is None:
        return [], {}
    with file:
        headers = await asyncio.to_thread(intake.formats.headers, file, run.encoding)
    exact = {header: folded for header in headers if (folded := " ".join(header.split()).casefold()) in NAMES}
    given = msgspec.json.decode(run.mapping, type=dict[str, str])
    return headers, {**intake.formats.suggested(headers), **exact, **given}


async def is_to_be_asked(office: Office, intake: Intake, run: ImportRun) -> bool:
    """Whether somebody has to say what its columns are: nobody did for these headers, and some are not ours."""
    headers, _ = await headers_of(intake, run)
    known = await recall(office, run.source, headers)
    return any(" ".join(header.split()).casefold() not in NAMES and header not in known for header in headers)


async def name_columns(
    office: Office, intake: Intake, person: Person, run: ImportRun, mapping: Mapping[str, str]
) -> ImportRun:
    """Say what its columns are, remember it for the next file, and look at the file. Raises Refused."""
    headers, _ = await headers_of(intake, run)
    if not headers:
        raise Refused("import-gone", GONE)
    said = {header: mapping.get(header, "") for header in headers}
    await remember(office, run.source, headers, said, person.person_id)
    return await start(office, intake, person, msgspec.structs.replace(run, mapping=encoded(said)), is_dry=True)


async def start(office: Office, intake: Intake, person: Person, run: ImportRun, *, is_dry: bool) -> ImportRun:
    """Begin a run over the file that is kept, and give it as it stands some seconds later. Raises Refused."""
    if intake.gate.locked():
        raise Refused(UNDER_WAY, "Another file is being taken in. Try again when it is done.")
    if run.state == DONE or not run.spooled:
        raise Refused("import-gone", GONE)
    task = asyncio.get_running_loop().create_task(_go(office, intake, person, run, is_dry=is_dry))
    intake.under_way.add(task)
    task.add_done_callback(intake.under_way.discard)
    await asyncio.wait({task}, timeout=AWAITED_S)
    return await office.store.record(ImportRun, run.import_id) or run


async def _go(office: Office, intake: Intake, person: Person, run: ImportRun, *, is_dry: bool) -> None:
    file = await asyncio.to_thread(intake.spool.open, run.spooled)
    try:
        if file is None:
            gone = msgspec.structs.replace(run, state=REFUSED, why=GONE, ended_at=office.clock.now_ms())
            await keep_records(office, [gone])
            return
        with file:
            ended = await carry_out(office, intake, run, file, person.person_id, is_dry=is_dry)
        if ended.state in (DONE, REFUSED):
            intake.spool.drop(run.spooled)
    except (Refused, WriterStopped):
        # Another run was quicker, or the server stops: this one stands as it was, and can be begun again.
        return
    except Exception:
        _log.exception("import_failed", import_id=run.import_id)
        broken = msgspec.structs.replace(run, state=BROKEN_OFF, is_dry=is_dry, ended_at=office.clock.now_ms())
        await keep_records(office, [broken])
