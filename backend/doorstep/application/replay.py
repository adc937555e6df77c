"""Judge past visits once more, by a draft of the policy, from the log's own bodies: nothing of it is ever kept.

Every visit that somebody recorded as missed, and that the judge could judge, is judged twice: by the version under
which it was begun, and by the draft. What the first says must be what the office told when the visit settled: that is
the replay's own proof, made anew at each replay. What a draft asks beyond what was asked then, nobody was asked for:
a visit that it would refuse says nothing about what operatives would have done.

Where somebody got in after the recording, the missed visit stands no more. Such recordings are judged as well, but they
are counted apart: none of them is a missed visit, and what was told of them last says nothing of a verdict.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Final

import msgspec

from doorstep.application.lists import VisitFilter, cursor
from doorstep.application.replay_draft import asked_then
from doorstep.application.rows import VisitRow
from doorstep.application.store import Store
from doorstep.domain.brought import bring
from doorstep.domain.dossier import Dossier
from doorstep.domain.judge import Verdict, judge_hearing
from doorstep.domain.linking import link
from doorstep.domain.office_events import StandingChanged, read_office_event
from doorstep.domain.policy import Policy

JUDGED: Final = ("pending_corroboration", "recorded", "refused", "upheld", "overturned", "returned")
"""Where a visit stands that was recorded as missed, and into which nobody got after all."""
ENTERED_LATER: Final = "access_gained_late"
"""The outcome of a visit that was recorded as missed, and into which somebody got after all. It stands `ended`."""
BATCH: Final = 50
AT_ONCE: Final = timedelta(days=6)
"""Among all visits that ended, few were recorded as missed: they are looked for a week at a time."""
MOST_NAMED: Final = 20
SETTLED: Final = frozenset({"met", "waived", "not_applicable"})
ALLOWED, REFUSED, WOULD_ALLOW, WOULD_REFUSE, NOT_JUDGED = "allowed", "refused", "would_allow", "would_refuse", "unknown"
RESULTS: Final = (WOULD_REFUSE, WOULD_ALLOW, ALLOWED, REFUSED, NOT_JUDGED)
"""What comes of a visit: another verdict than then, the same, or none, as nobody was given what its phone names."""
ENDED: Final = "ended"


class Asked(msgspec.Struct, frozen=True):
    """Which visits: of appointments on these London dates, both included; `patch` empty for all; by which draft."""

    draft: Policy
    first_day: str
    last_day: str
    patch: str = ""


class Why(msgspec.Struct, frozen=True, gc=False):
    """A clause of the draft that a visit does not meet, its status, and whether it was asked for then."""

    clause: str
    status: str
    asked_then: str


class Replayed(msgspec.Struct, frozen=True, gc=False):
    """One visit: how it stands, the version it was begun under, what comes of it, and why the draft refuses it.

    `agrees`: judged by that version once more, it comes to what the office told then; where somebody `entered_later`,
    that it told of this.
    """

    visit_id: str
    day: str
    work_order_ref: str
    standing: str
    policy_version: str
    result: str
    why: tuple[Why, ...]
    agrees: bool
    entered_later: bool = False


class Tally:
    """What a replay came to so far; its size does not grow with the visits."""

    def __init__(self) -> None:
        self.visits = 0
        self.results: Counter[str] = Counter(dict.fromkeys(RESULTS, 0))
        self.versions: Counter[str] = Counter()
        self.newly_refused: Counter[tuple[str, str]] = Counter()
        """By clause and whether it was asked for then, of visits that the draft alone would refuse."""
        self.entered_later: Counter[str] = Counter(dict.fromkeys(RESULTS, 0))
        """What comes of recordings after which somebody got in: they are in no other figure."""
        self.disagreeing = 0
        self.first_disagreeing: list[str] = []

    def add(self, replayed: Replayed) -> None:
        """Count one visit."""
        if replayed.entered_later:
            self.entered_later[replayed.result] += 1
            return
        self.visits += 1
        self.results[replayed.result] += 1
        self.versions[replayed.policy_version] += 1
        if replayed.result == WOULD_REFUSE:
            self.newly_refused.update({(why.clause, why.asked_then) for why in replayed.why})
        if not replayed.agrees:
            self.disagreeing += 1
            if len(self.first_disagreeing) < MOST_NAMED:
                self.first_disagreeing.append(replayed.visit_id)


async def count(store: Store, asked: Asked) -> int:
    """How many visits a replay will look at, those aside into which somebody got later."""
    counts = await store.visit_counts(_filter(asked))
    return sum(each.visits for each in counts if each.standing in JUDGED)


async def replay(
    store: Store, policies: Mapping[str, Policy], asked: Asked, batch: int = BATCH
) -> AsyncIterator[list[Replayed]]:
    """Every visit of the period, oldest first, some at a time: what is held of it in memory is one batch.

    After them come those into which somebody got later.
    """
    wanted = msgspec.structs.replace(_filter(asked), standing=JUDGED, order="oldest", limit=batch)
    async for rows in _pages(store, wanted):
        yield await _judged(store, rows, policies, asked.draft)
    ended = msgspec.structs.replace(_filter(asked), standing=ENDED, order="oldest")
    while first := await store.visit_rows(msgspec.structs.replace(ended, limit=1)):
        last_day = min(_later(first[0].day, AT_ONCE), asked.last_day)
        week = msgspec.structs.replace(
            ended, first_day=first[0].day, last_day=last_day, limit=batch, outcome=ENTERED_LATER
        )
        async for rows in _pages(store, week):
            # A visit that was only closed with this outcome was never recorded as missed.
            yield [each for each in await _judged(store, rows, policies, asked.draft) if each.entered_later]
        if last_day >= asked.last_day:
            return
        ended = msgspec.structs.replace(ended, first_day=_later(last_day, timedelta(days=1)))


async def _pages(store: Store, wanted: VisitFilter) -> AsyncIterator[Sequence[VisitRow]]:
    while rows := await store.visit_rows(wanted):
        yield rows
        wanted = msgspec.structs.replace(wanted, after=cursor("oldest", rows[-1]))


async def _judged(
    store: Store, rows: Sequence[VisitRow], policies: Mapping[str, Policy], draft: Policy
) -> list[Replayed]:
    dossiers = await store.dossiers(sorted({row.appointment_id for row in rows if row.appointment_id}))
    told = await _told(store, rows)
    return await asyncio.to_thread(_judge_all, rows, dossiers, told, policies, draft)


def _later(day: str, by: timedelta) -> str:
    return (date.fromisoformat(day) + by).isoformat()


def judge_again(
    dossier: Dossier, row: VisitRow, told: StandingChanged | None, policies: Mapping[str, Policy], draft: Policy
) -> Replayed:
    """One visit by the version that it was begun under, and by the draft."""
    brought = bring(dossier, row.visit_id, link(dossier.visits.get(row.visit_id, [])), policies)
    hearing = brought.hearing(brought.missed) if brought.missed else None
    entered_later = row.standing == ENDED and brought.missed is not None
    agrees = told is not None and told.outcome == ENTERED_LATER
    if hearing is None or brought.policy is None:
        if not entered_later:
            agrees = told is not None and [why.reason for why in told.reasons] == ["unknown_snapshot"]
        return _replayed(row, "", NOT_JUDGED, (), agrees=agrees, entered_later=entered_later)
    then, now = judge_hearing(brought.policy, hearing), judge_hearing(draft, hearing)
    if not entered_later:
        refusals = _refusals(brought.policy, then)
        agrees = told is not None and refusals == {(why.clause, why.reason) for why in told.reasons}
    result = {
        (True, True): ALLOWED,
        (False, False): REFUSED,
        (True, False): WOULD_REFUSE,
        (False, True): WOULD_ALLOW,
    }[then.may_record_missed, now.may_record_missed]
    why = () if now.may_record_missed else _why(brought.policy, draft, now)
    return _replayed(row, brought.policy.version, result, why, agrees=agrees, entered_later=entered_later)


def _judge_all(
    rows: Sequence[VisitRow],
    dossiers: Mapping[str, Dossier],
    told: Mapping[str, StandingChanged],
    policies: Mapping[str, Policy],
    draft: Policy,
) -> list[Replayed]:
    return [
        judge_again(dossiers[row.appointment_id], row, told.get(row.visit_id), policies, draft)
        for row in rows
        if row.appointment_id
    ]


async def _told(store: Store, rows: Sequence[VisitRow]) -> dict[str, StandingChanged]:
    """What the office last told of each visit, from its log."""
    told = {}
    for body in await store.last_told([row.visit_id for row in rows]):
        event = read_office_event(body)
        if isinstance(event, StandingChanged):
            told[event.visit_id] = event
    return told


def _refusals(policy: Policy, verdict: Verdict) -> set[tuple[str, str]]:
    """The clauses that keep a visit from being recorded, and their status; none where it may be."""
    if verdict.may_record_missed:
        return set()
    counted = {clause.clause for clause in policy.clauses if not clause.optional}
    refusals = {
        (ruling.clause, ruling.status)
        for ruling in verdict.clauses
        if ruling.clause in counted and ruling.status not in SETTLED
    }
    return refusals | ({("", ENDED)} if verdict.ended_by is not None else set())


def _why(then: Policy, draft: Policy, verdict: Verdict) -> tuple[Why, ...]:
    """What the draft misses, in its order; what only waits for another clause is left out, where there is another."""
    refusals = _refusals(draft, verdict)
    places = {clause.clause: place for place, clause in enumerate(draft.clauses)} | {"": -1}
    own = [each for each in refusals if each[1] != "blocked"] or refusals
    return tuple(
        Why(clause, status, asked_then(then, draft, clause) if clause else "other")
        for clause, status in sorted(own, key=lambda each: places[each[0]])
    )


def _replayed(
    row: VisitRow, version: str, result: str, why: tuple[Why, ...], *, agrees: bool, entered_later: bool
) -> Replayed:
    return Replayed(
        row.visit_id, row.day, row.work_order_ref, row.standing, version, result, why, agrees, entered_later
    )


def _filter(asked: Asked) -> VisitFilter:
    return VisitFilter(first_day=asked.first_day, last_day=asked.last_day, patch=asked.patch)
