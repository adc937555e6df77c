"""A whole pack checked, step after step: what is wrong with it, what was not looked at, and what its visit came to.

The order is the page's own (see the checking page), so that both name the same file: nothing is blamed that only rests
on what is at fault already.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, TypeVar

from doorstep.application.pack.checks import (
    StampFault,
    check_bodies,
    check_checkpoint,
    check_files,
    check_inclusion,
    check_presence,
    check_seal,
    check_signatures,
    check_timestamp,
)
from doorstep.application.pack.findings import Fault, Found, Note
from doorstep.application.pack.outcome import (
    Outcome,
    check_chain,
    check_grades,
    check_policies,
    check_verdict,
    work_out,
)
from doorstep.application.pack.reading import CHECKPOINT, MANIFEST, PROOF, SEAL, TIMESTAMP, Files, FileUnread, read_pack
from doorstep.application.ports import LogVerifier, Verifies

APART: Final = frozenset({*SEAL, TIMESTAMP, MANIFEST, "report.pdf", "certificate.txt", "verify.html"})
"""Files on which no verdict rests."""

T = TypeVar("T")
Work = Callable[[], Found]


@dataclass(frozen=True)
class Means:
    """What a check is done with: the reader's log key, the arithmetic of phones' signatures, and of timestamps.

    `stamp_fault` also looks at who signed a timestamp; None where the reader brought no authority's root.
    """

    log_key: LogVerifier
    verifies: Verifies
    is_stamp_of: Callable[[bytes, bytes], bool]
    stamp_fault: StampFault | None = None


@dataclass
class Checked:
    """What was found, step by step; `marks` are good, bad or unchecked. The pack is sound where nothing is wrong."""

    marks: dict[str, str] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    outcome: Outcome | None = None

    def is_at_fault(self, *names: str) -> bool:
        """Whether one of these files was found at fault."""
        return any(fault.file in names for fault in self.faults)

    def run(self, step: str, *works: Work, is_vain: bool = False) -> None:
        """Do a step's work, unless what it rests on is at fault."""
        before = len(self.faults)
        blamed = {fault.file for fault in self.faults}
        is_unchecked = is_vain
        for work in works if not is_vain else ():
            found = self.read(work) or Found()
            self.notes += found.notes
            new = [fault for fault in found.faults if fault.file not in blamed]
            self.faults += new
            # What fails only because its file is at fault already was not shown to hold either.
            is_unchecked = is_unchecked or found.is_unchecked or len(new) < len(found.faults)
        if self.marks.get(step) != "bad":
            mark = "unchecked" if is_unchecked else "good"
            self.marks[step] = "bad" if len(self.faults) > before else mark

    def read(self, work: Callable[[], T]) -> T | None:
        """What some work gives; a file that cannot be read is at fault, and gives nothing."""
        try:
            return work()
        except FileUnread as unread:
            if not self.is_at_fault(unread.file):
                self.faults.append(unread.fault)
            return None


def verify(files: Files, means: Means) -> Checked:
    """Check everything that can be checked."""
    checked = Checked()
    checked.run("hashes", lambda: check_presence(files))
    is_cut = checked.is_at_fault(CHECKPOINT)
    checked.run("checkpoint", lambda: check_checkpoint(files, means.log_key), is_vain=is_cut)
    # An altered checkpoint vouches for nothing: what it does not vouch for is not at fault by that.
    is_unsealed = checked.is_at_fault(CHECKPOINT)
    checked.run("hashes", lambda: check_seal(files), is_vain=bool(checked.faults))
    # An altered list of files says nothing of the files: then the steps below find what they can.
    checked.run("hashes", lambda: check_files(files), is_vain=checked.is_at_fault(MANIFEST))
    checked.run(
        "timestamp",
        lambda: check_timestamp(files, means.stamp_fault, means.is_stamp_of),
        is_vain=is_unsealed or checked.is_at_fault(TIMESTAMP),
    )
    _check_contents(checked, files, means)
    if checked.faults:
        checked.notes.append(Note("rests"))
    checked.notes.append(Note("report"))
    return checked


def _check_contents(checked: Checked, files: Files, means: Means) -> None:
    """What the files say of the log and of the visit."""
    # An altered list of entries may name others than are here.
    read = None if checked.is_at_fault("log.json") else checked.read(lambda: read_pack(files))
    if read is None:
        return
    checked.run(
        "signatures",
        lambda: check_signatures(read, means.verifies, checked.is_at_fault),
        is_vain=checked.is_at_fault("keys.json"),
    )
    checked.run("inclusion", lambda: check_inclusion(read), is_vain=checked.is_at_fault(CHECKPOINT, PROOF))
    checked.run("chain", lambda: check_bodies(read))
    # A verdict that is worked out from altered bytes would blame the files that are right.
    is_vain = any(fault.file not in APART for fault in checked.faults)
    outcome = checked.outcome = None if is_vain else checked.read(lambda: work_out(read))
    if outcome is None:
        for step in ("chain", "grades", "verdict"):
            checked.run(step, is_vain=True)
        return
    checked.run("chain", lambda: check_chain(read, outcome))
    checked.run("grades", lambda: check_grades(read, outcome))
    checked.run("verdict", lambda: check_policies(read), lambda: check_verdict(read, outcome))
