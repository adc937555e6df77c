"""What `doorstep audit` and `doorstep rebuild` do."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from doorstep.adapters.audit_note import AuditNoteFile
from doorstep.adapters.log_key import verifier
from doorstep.application.audit import Audited, faults
from doorstep.application.audit_checkpoints import checkpoint_faults
from doorstep.application.board_report.figures import AuditNote
from doorstep.application.office import Office
from doorstep.application.rebuild import rebuild as rebuild_projections
from doorstep.main import open_office
from doorstep.settings import Settings

SOUND, WRONG = 0, 1


async def audit(settings: Settings, checkpoints: Sequence[Path] = ()) -> int:
    """Print the first thing that is wrong and give 1, or say what was walked and give 0.

    The log is compared with the checkpoints that it holds, and with these files.
    """
    audited = Audited()
    given = [(str(file), file.read_text("utf-8", errors="replace")) for file in checkpoints]
    async with open_office(settings, adopts=False) as running:
        office = running.office
        async for fault in faults(office, audited):
            return _wrong(settings, office, audited, fault)
        async for fault in checkpoint_faults(office.store, verifier, given, office.timestamps):
            return _wrong(settings, office, audited, fault)
        _note(settings, office, audited)
    print(
        f"All is well: {audited.entries} log entries, {audited.photos} photos, {audited.visits} visits, "
        f"{audited.signatures} signatures verified."
    )
    return SOUND


def _wrong(settings: Settings, office: Office, audited: Audited, fault: str) -> int:
    print(fault)
    _note(settings, office, audited, fault)
    return WRONG


def _note(settings: Settings, office: Office, audited: Audited, fault: str = "") -> None:
    """Keep a note for the monthly report. Where the folder takes none, the audit stands all the same."""
    with suppress(OSError):
        AuditNoteFile(settings.data).keep(AuditNote(office.clock.now_ms(), audited.entries, fault))


async def rebuild(settings: Settings) -> int:
    """Make the projections anew and say how many visits there are."""
    async with open_office(settings, adopts=False) as running:
        count = await rebuild_projections(running.office.store, running.office.rules.policies)
    print(f"Made anew from the log: {count} visits.")
    return SOUND
