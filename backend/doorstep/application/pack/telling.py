"""What the report and the certificate say of a visit, in English: the verdict first, and what nobody can know."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Final

from doorstep.application.gather import is_from_phone
from doorstep.application.london import london_time
from doorstep.application.office import Office
from doorstep.application.pack.gathering import Told
from doorstep.application.report_data import (
    CheckRow,
    DecisionRow,
    DisputeRow,
    Named,
    PhotoPage,
    ReportData,
    TimelineRow,
)
from doorstep.domain.chain import card_code
from doorstep.domain.deciding import latest_decision
from doorstep.domain.dossier import Decision, Dispute
from doorstep.domain.events import PHOTOGRAPHS
from doorstep.domain.grade_words import sentence, vouched_by
from doorstep.domain.linking import link
from doorstep.domain.office_events import RESIDENT

STANDINGS: Final = {
    "in_progress": "This visit has not ended.",
    "ended": "This visit ended as something else than missed.",
    "refused": "This visit could not be recorded as missed.",
    "pending_corroboration": "Recorded as missed by the operative. The landlord's side has not agreed yet.",
    "recorded": "Recorded as missed. No supervisor has decided it.",
    "upheld": "Upheld as a missed visit.",
    "overturned": "Overturned: this was not a missed visit.",
    "returned": "Sent back to the operative for evidence.",
}
SAYS: Final = {
    "was_in": "I was in.",
    "nobody_knocked": "Nobody knocked or rang.",
    "other": "The record is wrong.",
}
NOBODYS_NAMES: Final = {RESIDENT: "The resident"}
STATUSES: Final = {
    "met": "Met",
    "waived": "Skipped",
    "failed": "Not met",
    "open": "Not done",
    "waiting": "Not over",
    "blocked": "Too early",
    "not_applicable": "Does not apply",
}
CANNOT_SHOW: Final = (
    "That nobody was in, or that anybody heard the knocks.",
    "Who held the phone: events are signed by that device's browser, which is no proof of who held it.",
    "That the operative's own words are true, where nobody else vouches for them.",
    "Where the phone was: a browser's location decides no check here.",
)
STEPS: Final = (
    "Open verify.html from this pack in a browser. It needs no network.",
    "Choose the pack's ZIP, and give the landlord's log key, which must come from outside this pack.",
    "Or run: doorstep verify PACK --log-key KEY. Both name any file that is not what it was.",
)
CERTIFICATE: Final = """DRAFT. To be completed, checked and signed by an officer of the body named below.

Certificate under section 9 of the Civil Evidence Act 1995

I, (name) ............................................., (office) .............................................,
of (body) ............................................., certify that the document produced with this certificate,
an export of the record of visit {visit_id}, of {made_at}, forms part of the records of that body.

The export's manifest has the SHA-256 that the log's entry of this export holds; `seal/checkpoint.txt` is the signed
state of the log at that time. I make no statement here of whether what the records say is true.

Signed .............................................     Dated .............................................
"""


def certificate(told: Told, made_at: int) -> bytes:
    """A draft for a person to complete: section 9 lets a certified record of a public authority stand as evidence."""
    return CERTIFICATE.format(visit_id=told.row.visit_id, made_at=_moment(made_at)).encode()


def report_data(office: Office, told: Told, made_at: int) -> ReportData:
    """Everything that the report shows, in words."""
    settled, dossier = told.settled, told.dossier
    version = dossier.version(settled.snapshot_sha256) or dossier.versions[-1]
    appointment = version.appointment
    day = london_time(appointment.window.starts_at)
    grades = Counter(each.grade for each in settled.grades)
    counted = ", ".join(f"{grades[grade]} {grade}" for grade in ("proven", "consistent", "unsupported", "contradicted"))
    waits = [sentence(each) for each in settled.grades if each.why.startswith("wait_")]
    head = office.writer.tree_head()
    return ReportData(
        landlord=office.landlord or "Housing repairs",
        title=f"Visit on {day.day} {day:%B %Y}",
        subtitle=f"{told.row.address}. Work order {told.row.work_order_ref}",
        made_at=_moment(made_at),
        made_at_ms=made_at,
        headline=_headline(told),
        findings=(
            f"Policy {told.policy.policy}, version {told.policy.version}. Its checks by how sure each is: {counted}.",
            *_why(told),
        ),
        facts=(
            Named("Appointment", f"{appointment.window.name}, {_window(told)}"),
            Named("Attended by", told.names.get(settled.operative_id, "not known")),
            Named("Arrived", _moment(settled.arrived_at)),
            Named("Ended", _moment(settled.closed_at)),
        ),
        checks=tuple(_checks(told)),
        wait=tuple(waits) or ("No wait was asked for, or it was not met.",),
        cannot_show=CANNOT_SHOW,
        timeline=tuple(_timeline(told)),
        photos=tuple(_photos(office, told)),
        decisions=tuple(
            DecisionRow(_moment(made.at), told.names.get(made.by_id, ""), _decision(made), made.reason)
            for made in dossier.decisions.get(told.row.visit_id, [])
        ),
        disputes=tuple(_dispute(told, each) for each in dossier.disputes.get(told.row.visit_id, [])),
        steps=STEPS,
        hashes=(
            Named("Appointment as it was served", settled.snapshot_sha256),
            *(Named("Photo", sha256) for sha256 in settled.photos),
        ),
        log_line=f"{len(told.entries)} entries of the log, which had {head.size} when this was made.",
        log_root=head.root.hex(),
    )


def _decision(made: Decision) -> str:
    return f"{made.decision.capitalize()}{' (first of two looks: it decides nothing by itself)' * made.first_look}"


def _dispute(told: Told, dispute: Dispute) -> DisputeRow:
    words = f"{SAYS.get(dispute.says, SAYS['other'])} {dispute.words}".strip()
    answer = dispute.answer
    if answer is None:
        return DisputeRow(_moment(dispute.at), words)
    by = told.names.get(answer.by_id, "a supervisor")
    return DisputeRow(_moment(dispute.at), words, f"{answer.words} ({by}, {_moment(answer.at)})")


def _headline(told: Told) -> str:
    """The decision first, with who made it; where there is none that holds, how the record stands."""
    decision, standing = latest_decision(told.dossier, told.row.visit_id), told.settled.standing
    if decision is None or decision.decision != standing:
        return STANDINGS[standing]
    words = STANDINGS[standing].rstrip(".")
    return f"{words}. Decided by {told.names.get(decision.by_id, 'a supervisor')} on {_moment(decision.at)}."


def _why(told: Told) -> list[str]:
    decision, settled = latest_decision(told.dossier, told.row.visit_id), told.settled
    if decision is not None and decision.decision == settled.standing:
        return [f"Reason given: {decision.reason}"]
    if settled.standing == "pending_corroboration":
        return [f"Still awaited: {', '.join(name.replace('_', ' ') for name in settled.awaiting)}."]
    return [reason.words for reason in settled.reasons]


def _window(told: Told) -> str:
    version = told.dossier.version(told.settled.snapshot_sha256) or told.dossier.versions[-1]
    window = version.appointment.window
    return f"{london_time(window.starts_at):%H:%M} to {london_time(window.ends_at):%H:%M}"


def _moment(ms: int | None) -> str:
    if ms is None:
        return "not known"
    at: datetime = london_time(ms)
    return f"{at.day} {at:%B %Y, %H:%M:%S}"


def _checks(told: Told) -> list[CheckRow]:
    verdict = told.settled.verdict
    titles = {clause.clause: clause.title for clause in told.policy.clauses}
    grades = {graded.clause: graded for graded in told.settled.grades}
    rows = []
    for ruled in verdict.clauses if verdict else ():
        if ruled.status == "not_applicable":
            continue
        graded = grades.get(ruled.clause)
        rows.append(
            CheckRow(
                titles[ruled.clause],
                sentence(graded) if graded else "",
                STATUSES[ruled.status],
                graded.grade if graded else "",
                vouched_by(graded) if graded else "",
            )
        )
    return rows


def _timeline(told: Told) -> list[TimelineRow]:
    rows = []
    stated = {body.position: body for body in told.dossier.visits[told.row.visit_id]}
    for entry in told.entries:
        if is_from_phone(entry) and entry.visit_id != told.row.visit_id:
            continue
        body = stated.get(entry.position)
        event = body.event if body else None
        note = str(event.own.get("note", "")) if event else ""
        rows.append(
            TimelineRow(
                _moment(event.at_ms) if event else "",
                _moment(entry.received_at),
                entry.kind.replace("_", " ").capitalize(),
                told.names.get(entry.actor_id or "", NOBODYS_NAMES.get(entry.actor_id or "", "Doorstep")),
                note,
                (told.settled.faults.get(entry.position) or entry.fault or "").replace("_", " "),
                str(entry.position),
            )
        )
    return rows


def _photos(office: Office, told: Told) -> list[PhotoPage]:
    arrived = link(told.dossier.visits[told.row.visit_id]).first("arrived")
    code = f" The code to look for on the card is {card_code(arrived[0].sha256)}." if arrived else ""
    kinds = {
        body.event.text("photo_sha256"): body.event.kind
        for body in told.dossier.visits[told.row.visit_id]
        if body.event and body.event.kind in PHOTOGRAPHS
    }
    pages = []
    for sha256 in told.settled.photos:
        shown: Path | None = office.photos.derivative(sha256, 1600)
        what = "The card" if kinds.get(sha256) == "card_photographed" else "The door"
        pages.append(
            PhotoPage(
                what,
                f"Photo of {what.lower()}, as the operative took it.{code}",
                sha256,
                shown.read_bytes() if shown else None,
                detail=code.strip(),
            )
        )
    return pages
