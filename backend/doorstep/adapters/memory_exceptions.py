"""What each question about data exceptions means, in plain words over everything that is held: slow, and plain."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

import msgspec

from doorstep.application.composing import ALERT, HomeFact
from doorstep.application.data_exceptions.asking import ExceptionNote, ExceptionQuery, FoundException, Tally
from doorstep.application.data_exceptions.facts import AppointmentFacts, ClockFact, Version, clock_fact, facts_of
from doorstep.application.data_exceptions.kinds import UNCLEAR_TIME, Asked
from doorstep.application.intake.kept import HeldRow
from doorstep.application.reminders.text_rows import OPEN, FailedNumber, ReplyTask
from doorstep.application.rows import AppointmentRow, PhotoUse, VisitRow
from doorstep.domain.office_events import AppointmentChanged, read_office_event

if TYPE_CHECKING:
    from doorstep.adapters.memory_store import MemoryStore


def tally_of(store: MemoryStore, query: ExceptionQuery) -> Tally:
    """How many there are of the open ones."""
    found = _wanted(store, query)
    return Tally(
        len(found),
        min((each.since for each in found), default=None),
        sum(each.since < query.late_before for each in found),
        sum(bool(query.person_id) and each.person_id == query.person_id for each in found),
    )


def exceptions_of(store: MemoryStore, query: ExceptionQuery) -> list[FoundException]:
    """One page of them, the oldest first."""
    found = sorted(_wanted(store, query), key=lambda each: (each.since, each.subject_id))
    return [each for each in found if (each.since, each.subject_id) > query.beyond][: query.limit]


def _wanted(store: MemoryStore, query: ExceptionQuery) -> list[FoundException]:
    noted = (_noted(store, found) for found in _Asking(store, query).answers())
    return [
        found
        for found, is_resolved in noted
        if is_resolved == (query.standing == "resolved")
        and query.patch in ("", found.patch)
        and (not query.is_mine or found.person_id == query.person_id)
        and (not query.is_late or found.since < query.late_before)
        and query.subject_id in ("", found.subject_id)
    ]


def _noted(store: MemoryStore, found: FoundException) -> tuple[FoundException, bool]:
    """An exception with what people did about it, and whether it was resolved as it is."""
    note = store.kept.get((ExceptionNote, (found.kind, found.subject_id)))
    if not isinstance(note, ExceptionNote):
        return found, False
    done = {name: getattr(note, name) for name in ("person_id", "reason", "resolved_by", "resolved_at")}
    return msgspec.structs.replace(found, **done), note.facts == found.facts


class _Asking:
    """One question, and what it is asked of."""

    def __init__(self, store: MemoryStore, query: ExceptionQuery) -> None:
        self.store, self.query, self.limit_ms = store, query, query.kind.limit_ms
        self.today = query.today.isoformat()
        self.overdue_at = query.now_ms - self.limit_ms

    def answers(self) -> Iterator[FoundException]:
        if self.query.kind.asked:
            return self.lacking(self.query.kind.asked)
        return QUESTIONS[self.query.kind.kind](self)

    def found(
        self,
        subject_id: str,
        patch: str,
        since: int,
        label: str,
        facts: str,
        appointment_id: str = "",
        visit_id: str = "",
        property_ref: str = "",
    ) -> FoundException:
        kind = self.query.kind.kind
        return FoundException(kind, subject_id, patch, since, label, facts, appointment_id, visit_id, property_ref)

    def of(self, facts: AppointmentFacts, since: int | None, text: str, subject_id: str = "") -> FoundException:
        links = {"appointment_id": facts.appointment_id, "property_ref": facts.property_ref}
        subject_id = subject_id or facts.appointment_id
        return self.found(subject_id, facts.patch, since or 0, facts.work_order_ref, text, **links)

    def of_visit(self, visit: VisitRow, since: int, text: str, subject_id: str = "", home: str = "") -> FoundException:
        links = {"visit_id": visit.visit_id, "appointment_id": visit.appointment_id or "", "property_ref": home}
        subject_id = subject_id or visit.visit_id
        return self.found(subject_id, visit.patch, since, visit.work_order_ref, text, **links)

    def all_facts(self) -> list[AppointmentFacts]:
        made = (facts_of(row, self._versions(row)) for row in self.store.appointments.values())
        return [facts for facts in made if facts]

    def _versions(self, row: AppointmentRow) -> list[Version]:
        entries = [entry for entry in self.store.log if entry.appointment_id == row.appointment_id and entry.body]
        changed = [entry for entry in entries if entry.kind == "appointment_changed"]
        read = [(entry.received_at, read_office_event(entry.body)) for entry in changed]
        return [Version(at, event) for at, event in read if isinstance(event, AppointmentChanged)]

    def live(self) -> list[AppointmentFacts]:
        return [facts for facts in self.all_facts() if facts.day >= self.query.first_day]

    def visits(self, standing: str = "") -> list[VisitRow]:
        rows = [row for row in self.store.visits.values() if row.day >= self.query.first_day and row.day]
        return [row for row in rows if standing in ("", row.standing)]

    def lacking(self, asked: Asked) -> Iterator[FoundException]:
        for facts in self.live():
            since = facts.lacks_since(asked.field)
            if asked.among and since is None and getattr(facts, asked.field) not in asked.among:
                since = facts.known_at
            is_of_these = not asked.priorities or facts.priority in asked.priorities
            if since is not None and is_of_these and (not asked.trades or facts.trade in asked.trades):
                yield self.of(facts, since, f"{asked.field}|{since}")

    def assigned_outside_window(self) -> Iterator[FoundException]:
        for facts in self.live():
            if (since := facts.lacks_since("within_window")) is not None:
                yield self.of(facts, since, f"{facts.assigned_at}|{facts.starts_at}|{facts.ends_at}")

    def arrived_before_window(self) -> Iterator[FoundException]:
        for visit in self.visits():
            row = self.store.appointments.get(visit.appointment_id or "")
            if row and visit.arrived_at is not None and visit.arrived_at < row.starts_at - self.limit_ms:
                text = f"{visit.arrived_at}|{row.starts_at}"
                yield self.of_visit(visit, visit.received_at, text, home=row.property_ref)

    def unknown_property(self) -> Iterator[FoundException]:
        for facts in self.live():
            if (since := facts.lacks_since("known_home")) is not None:
                yield self.of(facts, since, f"{facts.uprn}|{facts.property_ref}")

    def uprn_conflict(self) -> Iterator[FoundException]:
        homes: dict[str, list[AppointmentFacts]] = {}
        for facts in self.live():
            if facts.uprn and facts.property_ref:
                homes.setdefault(facts.property_ref, []).append(facts)
        for home, known in homes.items():
            uprns = {facts.uprn for facts in known}
            if len(uprns) > 1:
                since = max(min(facts.known_at for facts in known if facts.uprn == uprn) for uprn in uprns)
                text = f"{len(uprns)}|{min(uprns)}|{max(uprns)}"
                first = min(facts.appointment_id for facts in known)
                patch = min(facts.patch for facts in known)
                yield self.found(home, patch, since, home, text, appointment_id=first, property_ref=home)

    def duplicate_booking(self) -> Iterator[FoundException]:
        live = sorted(self.live(), key=lambda facts: facts.appointment_id)
        for place, first in enumerate(live):
            for second in live[place + 1 :]:
                is_same = first.work_order_ref and (first.work_order_ref, first.day) == (
                    second.work_order_ref,
                    second.day,
                )
                if is_same and (first.property_ref == second.property_ref or self._share_operative(first, second)):
                    subject_id = f"{first.appointment_id} {second.appointment_id}"
                    text = f"{first.starts_at}|{second.starts_at}"
                    yield self.of(first, max(first.known_at, second.known_at), text, subject_id)

    def _share_operative(self, first: AppointmentFacts, second: AppointmentFacts) -> bool:
        rows = [self.store.appointments[facts.appointment_id] for facts in (first, second)]
        return bool(set(rows[0].operative_ids) & set(rows[1].operative_ids))

    def not_notified(self) -> Iterator[FoundException]:
        for facts in self.live():
            since = facts.lacks_since("notification")
            if since is not None and facts.starts_at <= self.query.now_ms + self.limit_ms:
                yield self.of(facts, max(since, facts.starts_at - self.limit_ms), f"{since}|{facts.starts_at}")

    def clock_skew(self) -> Iterator[FoundException]:
        clocks: dict[str, ClockFact] = {}
        for entry in self.store.log:
            if fact := clock_fact(entry):
                held = clocks.get(fact.visit_id)
                clocks[fact.visit_id] = held.joined(fact) if held else fact
        for visit in self.visits():
            fact = clocks.get(visit.visit_id)
            if fact and fact.worst_ms > self.limit_ms:
                text = f"{fact.ahead_ms}|{fact.behind_ms}|{fact.moved_back_ms}"
                yield self.of_visit(visit, fact.received_at, text)

    def photo_reused(self) -> Iterator[FoundException]:
        for visit, uses in self._photos():
            again = [use for use in uses if self._was_used_before(use)]
            if again:
                since = min(self.store.log[use.position - 1].received_at for use in again)
                yield self.of_visit(visit, since, "used", f"{visit.visit_id} {again[0].sha256}")

    def _was_used_before(self, use: PhotoUse) -> bool:
        others = [o for o in self.store.photo_uses if o.position < use.position and o.visit_id != use.visit_id]
        return any(o.sha256 == use.sha256 or o.source_sha256 == use.source_sha256 for o in others)

    def photo_lookalike(self) -> Iterator[FoundException]:
        for visit, uses in self._photos():
            photo = self.store.photos.get(uses[0].sha256)
            if photo and photo.resembles != "[]":
                since = self.store.log[photo.position - 1].received_at
                yield self.of_visit(visit, since, photo.resembles, f"{visit.visit_id} {photo.sha256}")

    def _photos(self) -> Iterator[tuple[VisitRow, list[PhotoUse]]]:
        """Each photo of each visit, with the events that name it."""
        for visit in self.visits():
            own = [use for use in self.store.photo_uses if use.visit_id == visit.visit_id]
            for sha256 in sorted({use.sha256 for use in own}):
                yield visit, [use for use in own if use.sha256 == sha256]

    def planner_call_unmatched(self) -> Iterator[FoundException]:
        for call in self.store.calls.values():
            row = self.store.appointments.get(call.appointment_id)
            if row is None or call.logged_at is None or not self.query.first_ms <= call.logged_at <= self.overdue_at:
                continue
            if not self._has_contact(call.appointment_id, call.operative_id):
                links = {"appointment_id": row.appointment_id, "property_ref": row.property_ref}
                since = call.logged_at + self.limit_ms
                yield self.found(f"call {call.call_id}", row.patch, since, row.work_order_ref, "logged", **links)
        for visit in self.visits("pending_corroboration"):
            if (at := _ended_at(visit)) <= self.overdue_at and '"planner_call"' in visit.awaiting:
                yield self.of_visit(visit, at + self.limit_ms, "awaited", f"visit {visit.visit_id}")

    def _has_contact(self, appointment_id: str, operative_id: str) -> bool:
        of = {
            visit.visit_id
            for visit in self.store.visits.values()
            if (visit.appointment_id, visit.operative_id) == (appointment_id, operative_id)
        }
        told = (entry for entry in self.store.log if entry.visit_id in of and entry.fault is None)
        return any(entry.kind == "planner_contacted" for entry in told)

    def alert_past_date(self) -> Iterator[FoundException]:
        for record in self.store.kept.values():
            if isinstance(record, HomeFact) and record.what == ALERT and not record.is_ended:
                has_run_out = record.ends_on and self.query.first_day <= record.ends_on < self.today
                is_over = record.ends_on and record.ends_on < self.today
                if has_run_out or (record.review_on and record.review_on < self.today and not is_over):
                    due = min(day for day in (record.review_on, record.ends_on) if day)
                    text = f"{record.review_on}|{record.ends_on}"
                    home = record.property_ref
                    subject_id = f"fact {record.fact_id}"
                    yield self.found(subject_id, self._patch_of(home), _after(due), home, text, property_ref=home)
        for facts in self.all_facts():
            if facts.day >= self.today and facts.review_on and facts.review_on < self.today:
                subject_id = f"booking {facts.appointment_id}"
                yield self.of(facts, _after(facts.review_on), facts.review_on, subject_id)

    def _patch_of(self, home: str) -> str:
        rows = [row for row in self.store.appointments.values() if row.property_ref == home]
        rows.sort(key=lambda row: row.appointment_id)
        return max(rows, key=lambda row: row.day).patch if rows else ""

    def evidence_unsent(self) -> Iterator[FoundException]:
        for visit in self.visits("in_progress"):
            row = self.store.appointments.get(visit.appointment_id or "")
            if row and row.ends_at <= self.overdue_at:
                yield self.of_visit(visit, row.ends_at + self.limit_ms, visit.standing, home=row.property_ref)
        for visit in self.visits("pending_corroboration"):
            if (at := _ended_at(visit)) <= self.overdue_at and '"photo"' in visit.awaiting:
                yield self.of_visit(visit, at + self.limit_ms, "photo")

    def held_row(self) -> Iterator[FoundException]:
        return self._held(is_unclear=False)

    def unclear_local_time(self) -> Iterator[FoundException]:
        return self._held(is_unclear=True)

    def _held(self, *, is_unclear: bool) -> Iterator[FoundException]:
        for record in self.store.kept.values():
            if not isinstance(record, HeldRow) or record.held_at < self.query.first_ms:
                continue
            is_fault = (record.state, record.kind) == ("open", "fault")
            if is_fault and (UNCLEAR_TIME in record.faults) is is_unclear:
                label = record.work_order_ref or record.reference
                text = f"{record.held_at}|{len(record.faults)}"
                home = record.property_ref
                yield self.found(record.held_id, record.patch, record.held_at, label, text, property_ref=home)

    def number_failed(self) -> Iterator[FoundException]:
        for record in self.store.kept.values():
            if isinstance(record, FailedNumber) and record.state == OPEN and record.failed_at >= self.query.first_ms:
                text = f"{record.status}|{record.failed_at}"
                yield self._of_record(record.failed_id, record.patch, record.failed_at, text, record.appointment_id)

    def reply_waiting(self) -> Iterator[FoundException]:
        for record in self.store.kept.values():
            if isinstance(record, ReplyTask) and record.state == OPEN and record.received_at >= self.query.first_ms:
                since = record.received_at
                yield self._of_record(record.text_id, record.patch, since, record.kind, record.appointment_id)

    def _of_record(self, subject_id: str, patch: str, since: int, text: str, appointment_id: str) -> FoundException:
        row = self.store.appointments.get(appointment_id)
        label, home = (row.work_order_ref, row.property_ref) if row else ("", "")
        links = {"appointment_id": appointment_id, "property_ref": home}
        return self.found(subject_id, patch, since, label, text, **links)


QUESTIONS: Final[Mapping[str, Callable[[_Asking], Iterator[FoundException]]]] = {
    "assigned_outside_window": _Asking.assigned_outside_window,
    "arrived_before_window": _Asking.arrived_before_window,
    "unknown_property": _Asking.unknown_property,
    "uprn_conflict": _Asking.uprn_conflict,
    "duplicate_booking": _Asking.duplicate_booking,
    "not_notified": _Asking.not_notified,
    "clock_skew": _Asking.clock_skew,
    "photo_reused": _Asking.photo_reused,
    "photo_lookalike": _Asking.photo_lookalike,
    "planner_call_unmatched": _Asking.planner_call_unmatched,
    "alert_past_date": _Asking.alert_past_date,
    "evidence_unsent": _Asking.evidence_unsent,
    "held_row": _Asking.held_row,
    "unclear_local_time": _Asking.unclear_local_time,
    "number_failed": _Asking.number_failed,
    "reply_waiting": _Asking.reply_waiting,
}


def _ended_at(visit: VisitRow) -> int:
    return visit.received_at if visit.closed_at is None else visit.closed_at


def _after(day: str) -> int:
    """The end of a day, in ms; of London's clock it is at most an hour off, and an age is told in days."""
    return int((datetime.fromisoformat(day).replace(tzinfo=UTC) + timedelta(days=1)).timestamp()) * 1000
