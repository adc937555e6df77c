"""After anything that bears on an appointment: settle its visits, and write what has changed of where they stand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from doorstep.application.log_event import log_event
from doorstep.application.rows import VisitRow
from doorstep.application.settled_records import settled_records
from doorstep.application.world import World
from doorstep.domain.deciding import REPLIED, latest_decision
from doorstep.domain.dossier import Dossier, Stated
from doorstep.domain.grades import GRADING_VERSION
from doorstep.domain.lots import draw_lot
from doorstep.domain.office_events import SYSTEM, FeedReason, StandingChanged
from doorstep.domain.policy import Policy
from doorstep.domain.standing import Settled
from doorstep.domain.visit import settle
from doorstep.domain.wastage.facts import fact_of


def settle_appointments(
    world: World, appointment_ids: Iterable[str], policies: Mapping[str, Policy], now_ms: int
) -> dict[str, Settled]:
    """Settle every visit to these appointments; log and feed each change; bring the lists up to date."""
    settled: dict[str, Settled] = {}
    for appointment_id in sorted(set(appointment_ids)):
        dossier = world.dossier(appointment_id)
        dossier.reused = world.reused_in(dossier)
        visits = settle(dossier, policies)
        if fact := fact_of(dossier, visits, policies):
            world.changes.wastage[appointment_id] = fact
        for visit_id, now in sorted(visits.items()):
            settled[visit_id] = now
            row = visit_row(dossier, now)
            before = world.visit_rows.get(visit_id)
            if _has_moved(before, row):
                _tell(world, dossier, now, now_ms)
            if row != before:
                world.visit_rows[visit_id] = world.changes.visits[visit_id] = row
                _keep_records(world, dossier, now, policies)
    return settled


def _keep_records(world: World, dossier: Dossier, settled: Settled, policies: Mapping[str, Policy]) -> None:
    """Only a change of the row can change them: they rest on the arrival, the checks and the closing."""
    for kind, record in settled_records(dossier, settled, policies).items():
        if record:
            world.keep(record)
        elif settled.arrived_at is not None:
            world.drop(kind, settled.visit_id)


def keep_stray_row(world: World, visit_id: str) -> None:
    """A row for a visit whose `visit_started` has not come, so that what did come can be found."""
    row = stray_row(visit_id, world.strays[visit_id])
    world.visit_rows[visit_id] = world.changes.visits[visit_id] = row


def visit_row(dossier: Dossier, settled: Settled) -> VisitRow:
    """The visit as the lists show it: wholly made from its dossier, so that it can be made anew."""
    version = dossier.versions[-1] if dossier.versions else None
    worked_from = dossier.version(settled.snapshot_sha256) or version
    address = [str(line) for line in version.snapshot.get("address", [])] if version else []
    work_order_ref = str(version.snapshot.get("work_order_ref", "")) if version else ""
    return VisitRow(
        visit_id=settled.visit_id,
        appointment_id=dossier.appointment_id,
        operative_id=settled.operative_id,
        patch=version.patch if version else "",
        day=version.day if version else "",
        standing=settled.standing,
        outcome=settled.outcome or "",
        awaiting=_json(settled.awaiting),
        reasons=_json(feed_reasons(settled)),
        otherwise=settled.otherwise or "",
        flags=_json(settled.flags),
        started_at=settled.started_at,
        arrived_at=settled.arrived_at,
        closed_at=settled.closed_at,
        received_at=_received_at(dossier.visits[settled.visit_id]),
        words=_searched(address, work_order_ref),
        address=", ".join(address),
        work_order_ref=work_order_ref,
        priority=worked_from.appointment.priority if worked_from else "",
        alert_count=len(worked_from.appointment.alert_codes) if worked_from else 0,
        waived_count=len(settled.verdict.waived) if settled.verdict else 0,
        grade=settled.grade,
        weakness=_weakness(settled),
        grades=_json([*settled.grades, *([settled.place] if settled.place else [])]),
        graded_by=GRADING_VERSION if settled.grade else "",
        lot=_lot(settled.visit_id, dossier.visits[settled.visit_id]),
    )


def stray_row(visit_id: str, stated: list[Stated], appointment_id: str | None = None) -> VisitRow:
    """The row of a visit that is not settled: nobody knows its appointment yet, or a rebuild has not come to it."""
    operative_id = next((body.event.actor_id for body in stated if body.event), "")
    return VisitRow(
        visit_id=visit_id,
        appointment_id=appointment_id,
        operative_id=operative_id,
        patch="",
        day="",
        standing="in_progress",
        outcome="",
        awaiting="[]",
        reasons="[]",
        otherwise="",
        flags="[]",
        started_at=None,
        arrived_at=None,
        closed_at=None,
        received_at=_received_at(stated),
        words="",
        address="",
        work_order_ref="",
        priority="",
        alert_count=0,
        waived_count=0,
        lot=_lot(visit_id, stated),
    )


def feed_reasons(settled: Settled) -> list[FeedReason]:
    """Why the visit may not be recorded, as the phone is told."""
    return [FeedReason(reason.reason, reason.words, reason.clause or "") for reason in settled.reasons]


def _weakness(settled: Settled) -> int:
    """What to look at first: contradictions, then waivers, then what only the operative vouches for.

    A phone that slept is the commonest of the last, and must not hide the others.
    """
    if settled.grade == "contradicted":
        return 3
    if settled.grade and settled.verdict and settled.verdict.waived:
        return 2
    return 1 if settled.grade == "unsupported" else 0


def _searched(address: list[str], work_order_ref: str) -> str:
    """What a search looks in. A postcode is typed with its space or without it: so the last line is there both ways."""
    unspaced = address[-1].replace(" ", "") if address else ""
    return " ".join([*address, unspaced, work_order_ref]).casefold()


def _lot(visit_id: str, stated: list[Stated]) -> int:
    return draw_lot(visit_id, stated[0].position, stated[0].received_at) if stated else 0


def _received_at(stated: list[Stated]) -> int:
    return stated[0].received_at if stated else 0


def _has_moved(before: VisitRow | None, row: VisitRow) -> bool:
    if before is None:
        return row.standing != "in_progress"
    return _told(before) != _told(row)


def _told(row: VisitRow) -> tuple[object, ...]:
    """What the operative's phone is told of. A reply that was looked at is, even where the decision is the same."""
    return row.standing, row.outcome, row.awaiting, row.reasons, f'"{REPLIED}"' in row.flags


def _tell(world: World, dossier: Dossier, settled: Settled, now_ms: int) -> None:
    decision = latest_decision(dossier, settled.visit_id)
    if decision and decision.decision not in ("returned", settled.standing):
        decision = None
    known = [body for body in dossier.visits[settled.visit_id] if decision and body.position < decision.position]
    log_event(
        world,
        StandingChanged,
        SYSTEM,
        now_ms,
        (settled.operative_id,),
        appointment_id=dossier.appointment_id,
        visit_id=settled.visit_id,
        standing=settled.standing,
        outcome=settled.outcome or "",
        awaiting=list(settled.awaiting),
        reasons=feed_reasons(settled),
        otherwise=settled.otherwise or "",
        decision=decision.decision if decision else "",
        decision_reason=decision.reason if decision else "",
        decided_n=max((body.event.n for body in known if body.event), default=-1),
    )


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()
