"""The judge: a pure function from a policy and a case to a verdict, written once more for the phone."""

from collections.abc import Callable, Sequence
from operator import attrgetter
from typing import NamedTuple

import msgspec

from doorstep.domain.appointment import Appointment
from doorstep.domain.hearing import HeardEvent, Hearing, read_hearing
from doorstep.domain.policy import (
    AnyOfCheck,
    Clause,
    EachRequestCheck,
    ElapsedCheck,
    EventsCheck,
    Fact,
    Match,
    NotificationCheck,
    Policy,
    SlotAgreedCheck,
    WithinWindowCheck,
)


class ClauseVerdict(msgspec.Struct, frozen=True):
    """Where one clause stands; `t` and `ready_t` in ms on the visit's stopwatch, `evidence` as events' `n`."""

    clause: str
    status: str
    t: int | None = None
    evidence: tuple[int, ...] = ()
    ignored: tuple[int, ...] = ()
    blocked_by: tuple[str, ...] = ()
    ready_t: int | None = None
    missing: int | None = None
    final: bool = False


class Verdict(msgspec.Struct, frozen=True):
    """Where a visit stands; encodes to exactly the JSON that the phone's judge gives."""

    policy: str
    version: str
    clauses: tuple[ClauseVerdict, ...]
    may_record_missed: bool
    ended_by: int | None
    waived: tuple[str, ...]
    otherwise: str | None


class Finding(NamedTuple):
    """What a check alone says, before blocks and waivers."""

    status: str
    t: int = 0
    evidence: Sequence[int] = ()
    ready_t: int | None = None
    missing: int | None = None
    ignored: Sequence[int] = ()


_SETTLED = frozenset({"met", "waived", "not_applicable"})
_MADE = frozenset({"met", "waived"})


def judge(policy: Policy, appointment: object, events: object, now: object) -> Verdict:
    """Judge plain JSON values; raises InputRefused where they break the agreed forms."""
    return judge_hearing(policy, read_hearing(appointment, events, now))


def judge_hearing(policy: Policy, hearing: Hearing) -> Verdict:
    """Judge a hearing whose forms were checked before."""
    rulings: list[ClauseVerdict] = []
    for clause in policy.clauses:
        rulings.append(_rule(clause, hearing, rulings))
    counted = [(clause, ruling) for clause, ruling in zip(policy.clauses, rulings, strict=True) if not clause.optional]
    codes = [clause.otherwise for clause, ruling in counted if ruling.status == "failed" and clause.otherwise]
    ended_by = _ended_by(policy, hearing)
    return Verdict(
        policy=policy.policy,
        version=policy.version,
        clauses=tuple(rulings),
        may_record_missed=ended_by is None and all(ruling.status in _SETTLED for _, ruling in counted),
        ended_by=ended_by,
        waived=tuple(ruling.clause for ruling in rulings if ruling.status == "waived"),
        otherwise=codes[0] if codes else None,
    )


def _rule(clause: Clause, hearing: Hearing, rulings: Sequence[ClauseVerdict]) -> ClauseVerdict:
    """Settle one clause, in the order that the contract gives: applies, fails for good, blocked, check or waiver."""
    if not _applies(clause, hearing.appointment):
        return ClauseVerdict(clause.clause, "not_applicable", t=0)
    unsettled = tuple(rulings[above].clause for above in clause.after if rulings[above].status not in _SETTLED)
    check = _CHECKS[type(clause.check)]
    if unsettled:
        # A failure for good does not hang on A, so it must not hide behind a block that may never lift.
        if type(clause.check) in _FAIL_FOR_GOOD:
            finding = check(clause.check, hearing, 0, rulings)
            if finding.status == "failed":
                return _unwaived(clause, finding)
        return ClauseVerdict(clause.clause, "blocked", blocked_by=unsettled)
    start = max((rulings[above].t or 0 for above in clause.after), default=0)
    finding = check(clause.check, hearing, start, rulings)
    waiver = _first_waiver(clause, hearing, start) if clause.waivable else None
    if waiver is not None and (finding.status != "met" or waiver.t < max(finding.t, start)):
        return ClauseVerdict(clause.clause, "waived", t=waiver.t, evidence=(waiver.n,), ignored=tuple(finding.ignored))
    if finding.status == "met":
        return ClauseVerdict(
            clause.clause,
            "met",
            t=max(finding.t, start),
            evidence=_ascending(finding.evidence),
            ignored=tuple(finding.ignored),
        )
    return _unwaived(clause, finding)


def _unwaived(clause: Clause, finding: Finding) -> ClauseVerdict:
    """A clause that is not settled, as its check alone left it."""
    return ClauseVerdict(
        clause.clause,
        finding.status,
        evidence=_ascending(finding.evidence),
        ignored=tuple(finding.ignored),
        ready_t=finding.ready_t,
        missing=finding.missing,
        final=finding.status == "failed" and type(clause.check) in _FAIL_FOR_GOOD and not clause.waivable,
    )


def _ascending(evidence: Sequence[int]) -> tuple[int, ...]:
    return tuple(sorted(set(evidence))) if len(evidence) > 1 else tuple(evidence)


def _applies(clause: Clause, appointment: Appointment) -> bool:
    return all(_holds(fact, appointment) for fact in clause.applies_when) and not any(
        _holds(fact, appointment) for fact in clause.unless
    )


def _holds(fact: Fact, appointment: Appointment) -> bool:
    name, values = fact
    if name == "alert":
        return not values.isdisjoint(appointment.alert_codes)
    return _FACTS[name](appointment) in values


_FACTS: dict[str, Callable[[Appointment], str]] = {
    "priority": attrgetter("priority"),
    "trade": attrgetter("trade"),
    "window": attrgetter("window.name"),
}


def _first_waiver(clause: Clause, hearing: Hearing, start: int) -> HeardEvent | None:
    for event in hearing.of_kind("clause_waived"):
        if event.t >= start and event.fields.get("clause") == clause.clause:
            reason = event.fields.get("reason")
            if isinstance(reason, str) and reason in clause.waivable:
                return event
    return None


def _matches(match: Match, event: HeardEvent) -> bool:
    for field, values in match.where:
        value = event.fields.get(field)
        if (type(value), value) not in values:
            return False
    return True


def _ended_by(policy: Policy, hearing: Hearing) -> int | None:
    """The `n` of the first event that ends the attempt, over all events."""
    found: list[int] = []
    for end in policy.ends:
        first = 0 if end.since is None else next((event.n for event in hearing.of_kind(end.since)), None)
        if first is not None:
            of_kind = hearing.of_kind(end.match.event)
            found += [event.n for event in of_kind if event.n >= first and _matches(end.match, event)][:1]
    return min(found, default=None)


def _notification(check: NotificationCheck, hearing: Hearing, start: int, _: Sequence[ClauseVerdict]) -> Finding:
    latest = hearing.appointment.window.starts_at - check.before_ms
    for sent in hearing.appointment.notifications:
        if (
            sent.status in check.statuses
            and (check.channels is None or sent.channel in check.channels)
            and sent.status_at is not None
            and sent.status_at <= latest
        ):
            return Finding("met")
    return _attested(check.attested_by, hearing, start)


def _slot_agreed(check: SlotAgreedCheck, hearing: Hearing, start: int, _: Sequence[ClauseVerdict]) -> Finding:
    if hearing.appointment.agreed_how in check.how:
        return Finding("met")
    return _attested(check.attested_by, hearing, start)


def _attested(kind: str | None, hearing: Hearing, start: int) -> Finding:
    if kind is None:
        return Finding("failed")
    for event in hearing.of_kind(kind):
        if event.t >= start:
            return Finding("met", event.t, (event.n,))
    return Finding("open")


def _within_window(check: WithinWindowCheck, hearing: Hearing, _: int, __: Sequence[ClauseVerdict]) -> Finding:
    of_kind = hearing.of_kind(check.event)
    if not of_kind:
        return Finding("open")
    first, window = of_kind[0], hearing.appointment.window
    is_late = first.at > window.ends_at + check.late_ms
    is_early = check.early_ms is not None and first.at < window.starts_at - check.early_ms
    return Finding("failed" if is_late or is_early else "met", first.t, (first.n,))


def _each_request(check: EachRequestCheck, hearing: Hearing, start: int, _: Sequence[ClauseVerdict]) -> Finding:
    first_true: dict[object, HeardEvent] = {}
    latest: dict[object, HeardEvent] = {}
    for event in hearing.of_kind(check.event):
        if event.t >= start:
            request_id = event.fields.get("request_id")
            latest[request_id] = event
            if event.fields.get("followed") is True:
                first_true.setdefault(request_id, event)
    requests = hearing.appointment.request_ids
    followed = [first_true[request_id] for request_id in requests if request_id in first_true]
    failed = [
        latest[request_id].n
        for request_id in requests
        if request_id in latest and request_id not in first_true and latest[request_id].fields.get("followed") is False
    ]
    if failed:
        return Finding("failed", evidence=failed)
    status = "met" if len(followed) == len(requests) else "open"
    return Finding(status, max((event.t for event in followed), default=0), [event.n for event in followed])


def _events(check: EventsCheck, hearing: Hearing, start: int, _: Sequence[ClauseVerdict]) -> Finding:
    taken: list[int] = []
    ignored: list[int] = []
    ready_t = start
    for event in hearing.of_kind(check.match.event):
        if not _matches(check.match, event):
            continue
        if event.t < ready_t:
            ignored.append(event.n)
            continue
        taken.append(event.n)
        if len(taken) == check.at_least:
            return Finding("met", event.t, taken, ignored=ignored)
        ready_t = event.t + check.apart_ms
    return Finding(
        "open",
        evidence=taken,
        ready_t=ready_t if taken and check.apart_ms else None,
        missing=check.at_least - len(taken),
        ignored=ignored,
    )


def _elapsed(check: ElapsedCheck, hearing: Hearing, start: int, _: Sequence[ClauseVerdict]) -> Finding:
    began = start
    evidence: tuple[int, ...] = ()
    if check.since is not None:
        of_kind = hearing.of_kind(check.since)
        if not of_kind:
            return Finding("open")
        evidence = (of_kind[0].n,)
        began = of_kind[0].t
        if check.from_window_start:
            began += max(hearing.appointment.window.starts_at - of_kind[0].at, 0)
    over_t = max(began, start) + check.at_least_ms
    if hearing.now_t >= over_t:
        return Finding("met", over_t, evidence)
    return Finding("waiting", evidence=evidence, ready_t=over_t)


def _any_of(check: AnyOfCheck, _: Hearing, __: int, rulings: Sequence[ClauseVerdict]) -> Finding:
    made = sorted((rulings[member].t or 0, member) for member in check.of if rulings[member].status in _MADE)
    if len(made) < check.at_least:
        return Finding("open")
    chosen = made[: check.at_least]
    return Finding("met", chosen[-1][0], [n for _, member in chosen for n in rulings[member].evidence])


_CHECKS: dict[type, Callable[..., Finding]] = {
    NotificationCheck: _notification,
    SlotAgreedCheck: _slot_agreed,
    WithinWindowCheck: _within_window,
    EachRequestCheck: _each_request,
    EventsCheck: _events,
    ElapsedCheck: _elapsed,
    AnyOfCheck: _any_of,
}
_FAIL_FOR_GOOD = frozenset({NotificationCheck, SlotAgreedCheck, WithinWindowCheck})
