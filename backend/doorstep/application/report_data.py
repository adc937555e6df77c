"""What the evidence report shows, in English, ready to be laid out: the port by which a pack gets its report made.

Every text is plain: whoever lays it out shows it as it stands, and never as markup.
"""

from __future__ import annotations

from typing import Protocol

import msgspec


class Named(msgspec.Struct, frozen=True):
    """One fact beside its name: Appointment, AM 08:00 to 13:00."""

    name: str
    value: str


class CheckRow(msgspec.Struct, frozen=True):
    """One check of the policy. `grade` is of GRADES, or empty; `detail` and `vouch_detail` are its second lines."""

    title: str
    detail: str
    verdict: str
    grade: str
    vouchers: str
    vouch_detail: str = ""


class TimelineRow(msgspec.Struct, frozen=True):
    """One event: its time by the phone, when the server had it, what happened, and its fault if it has one."""

    phone_at: str
    server_at: str
    words: str
    by: str
    detail: str = ""
    fault: str = ""
    entry: str = ""


class PhotoPage(msgspec.Struct, frozen=True):
    """One photo: its bytes to show (JPEG or PNG; None where there are none), what it is in words, and its hash."""

    caption: str
    alt: str
    sha256: str
    image: bytes | None = None
    format: str = "jpg"
    detail: str = ""


class DecisionRow(msgspec.Struct, frozen=True):
    """One decision of a supervisor, with the reason that they gave."""

    at: str
    by: str
    decision: str
    reason: str


class DisputeRow(msgspec.Struct, frozen=True):
    """What a resident said against the record, and what they were answered; `answer` empty while nobody has."""

    at: str
    said: str
    answer: str = ""


class ReportData(msgspec.Struct, frozen=True):
    """One visit's report. `made_at_ms` is the file's own time, so that the same data gives the same bytes.

    `headline` is the decision or the standing in one sentence, `findings` the sentences under it. `log_line` names the
    entry and the checkpoint, `log_root` is its root in hex. `cannot_show` is never empty. `steps` say how to verify.
    """

    landlord: str
    title: str
    subtitle: str
    made_at: str
    made_at_ms: int
    headline: str
    findings: tuple[str, ...]
    facts: tuple[Named, ...]
    checks: tuple[CheckRow, ...]
    wait: tuple[str, ...]
    cannot_show: tuple[str, ...]
    timeline: tuple[TimelineRow, ...]
    photos: tuple[PhotoPage, ...]
    decisions: tuple[DecisionRow, ...]
    steps: tuple[str, ...]
    hashes: tuple[Named, ...]
    log_line: str
    log_root: str
    department: str = ""
    redacted: str = ""
    disputes: tuple[DisputeRow, ...] = ()


class Report(Protocol):
    """Lays out a report."""

    def make(self, data: ReportData) -> bytes:
        """The report as PDF; the same data gives the same bytes."""
        ...
