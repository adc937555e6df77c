"""How sure each check of a missed visit is, and who vouches for it: one grader for each kind of check.

Nothing is dropped and nobody is accused by a guess: what only somebody's word speaks for is `unsupported`, which is no
fault. Clauses are graded by their check and the kinds of their events, never by their names, so that any policy is.
What the phone's clocks alone vouch for needs the signature of an enrolled phone; without one it is `unsupported`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from doorstep.domain.appointment import Notification
from doorstep.domain.dossier import Dossier, Version
from doorstep.domain.grades import GRADES, GRADING_VERSION, Graded, weakest
from doorstep.domain.grading_events import grade_events
from doorstep.domain.grading_time import grade_elapsed, grade_instant
from doorstep.domain.judge import ClauseVerdict
from doorstep.domain.laid_out import LaidOut
from doorstep.domain.linking import Chain
from doorstep.domain.placing import grade_place
from doorstep.domain.policy import (
    AnyOfCheck,
    Clause,
    EachRequestCheck,
    ElapsedCheck,
    EventsCheck,
    NotificationCheck,
    Policy,
    SlotAgreedCheck,
    WithinWindowCheck,
)
from doorstep.domain.standing import Settled

__all__ = ["GRADES", "GRADING_VERSION", "Graded", "grade_of_visit", "grade_place", "grade_visit", "weakest"]

RECEIPTED: Final = frozenset({"sms", "text", "email"})
"""Channels whose service reports back by itself that a message was delivered; a letter or a call it cannot."""
DELIVERED: Final = "delivered"

Graders = Mapping[type, Callable[..., Graded]]


def grade_visit(
    dossier: Dossier, chain: Chain, settled: Settled, policy: Policy, version: Version
) -> tuple[Graded, ...]:
    """The grade of each clause that is met, waived or failed, in the policy's order.

    For a visit that was recorded as missed and judged; there is nothing to grade in another.
    """
    verdict = settled.verdict
    if verdict is None or chain.closing is None or chain.closing.kind != "missed_recorded":
        return ()
    laid = LaidOut(dossier, chain, settled, policy, version, verdict)
    graded: dict[str, Graded] = {}
    for clause, ruling in zip(policy.clauses, verdict.clauses, strict=True):
        if ruling.status in _BY_STATUS:
            graded[clause.clause] = _BY_STATUS[ruling.status](laid, clause, ruling, graded)
    return tuple(graded.values())


def grade_of_visit(policy: Policy, grades: Iterable[Graded]) -> str:
    """The grade of a visit: its weakest clause's. What is optional does not weaken it, but a contradiction there does.

    The branches of an `any_of` are optional: the best of them counts, through the clause that asks for any.
    """
    optional = {clause.clause for clause in policy.clauses if clause.optional}
    return weakest(each for each in grades if each.clause not in optional or each.grade == "contradicted")


def _met(laid: LaidOut, clause: Clause, ruling: ClauseVerdict, above: Mapping[str, Graded]) -> Graded:
    if isinstance(clause.check, AnyOfCheck):
        return _any_of(laid.policy, clause, clause.check, above)
    return _MET[type(clause.check)](laid, clause, clause.check, ruling)


def _waived(laid: LaidOut, clause: Clause, ruling: ClauseVerdict, _: Mapping[str, Graded]) -> Graded:
    reason = laid.by_n[ruling.evidence[0]].text("reason")
    return Graded(clause.clause, "unsupported", "waived", {"reason": reason}, ("operative",))


def _failed(laid: LaidOut, clause: Clause, ruling: ClauseVerdict, _: Mapping[str, Graded]) -> Graded:
    return _FAILED[type(clause.check)](laid, clause, clause.check, ruling)


def _notified(laid: LaidOut, clause: Clause, check: NotificationCheck, _: ClauseVerdict) -> Graded:
    """By the text service's receipt, by the office's own record, or by the operative's word alone."""
    latest = laid.version.appointment.window.starts_at - check.before_ms
    # An attestation is corroborated by what the office holds now, as standing reads it too.
    for version in (laid.version, laid.dossier.versions[-1]):
        told = [each for each in version.appointment.notifications if _is_told(check, each, latest)]
        receipts = [each for each in told if each.channel in RECEIPTED and each.status == DELIVERED]
        if told:
            best = (receipts or told)[0]
            facts: dict[str, int | str] = {"channel": best.channel, "told_at": best.status_at or 0}
            if receipts:
                return Graded(clause.clause, "proven", "notified_receipt", facts, ("text_service", "office"))
            return Graded(clause.clause, "consistent", "notified_record", facts, ("office",))
    return Graded(clause.clause, "unsupported", "notified_word", {}, ("operative",))


def _is_told(check: NotificationCheck, sent: Notification, latest: int) -> bool:
    is_in_time = sent.status_at is not None and sent.status_at <= latest
    return sent.status in check.statuses and (check.channels is None or sent.channel in check.channels) and is_in_time


def _slot_agreed(laid: LaidOut, clause: Clause, check: SlotAgreedCheck, _: ClauseVerdict) -> Graded:
    for version in (laid.version, laid.dossier.versions[-1]):
        how = version.appointment.agreed_how
        if how is not None and how in check.how:
            return Graded(clause.clause, "consistent", "slot_record", {"how": how}, ("office",))
    return Graded(clause.clause, "unsupported", "slot_word", {}, ("operative",))


def _in_window(laid: LaidOut, clause: Clause, check: WithinWindowCheck, ruling: ClauseVerdict) -> Graded:
    return grade_instant(laid, clause.clause, check, laid.by_n[ruling.evidence[0]], ruling.status == "met")


def _requests(laid: LaidOut, clause: Clause, _: EachRequestCheck, ruling: ClauseVerdict) -> Graded:
    if ruling.status == "failed":
        return Graded(clause.clause, "contradicted", "request_not_followed", {}, ("operative",))
    if not laid.version.appointment.request_ids:
        return Graded(clause.clause, "consistent", "no_requests", {}, ("office",))
    return Graded(clause.clause, "unsupported", "requests_word", {}, ("operative",))


def _any_of(policy: Policy, clause: Clause, check: AnyOfCheck, above: Mapping[str, Graded]) -> Graded:
    """Its best branches that were made; where several are asked for, the weakest of those."""
    made = [above[name] for member in check.of if (name := policy.clauses[member].clause) in above]
    best = sorted(made, key=lambda each: -GRADES.index(each.grade))[check.at_least - 1]
    return Graded(clause.clause, best.grade, "rests_on", {"rests_on": best.clause}, best.vouchers)


def _no_notice(_: LaidOut, clause: Clause, *__: Any) -> Graded:
    return Graded(clause.clause, "unsupported", "no_notice", {}, ("office",))


def _no_agreement(_: LaidOut, clause: Clause, *__: Any) -> Graded:
    return Graded(clause.clause, "unsupported", "no_agreement", {}, ("office",))


def _elapsed(laid: LaidOut, clause: Clause, check: ElapsedCheck, ruling: ClauseVerdict) -> Graded:
    return grade_elapsed(laid, clause, check, ruling)


def _events(laid: LaidOut, clause: Clause, check: EventsCheck, ruling: ClauseVerdict) -> Graded:
    return grade_events(laid, clause.clause, check, [laid.by_n[n] for n in ruling.evidence])


_MET: Final[Graders] = {
    NotificationCheck: _notified,
    SlotAgreedCheck: _slot_agreed,
    WithinWindowCheck: _in_window,
    EachRequestCheck: _requests,
    EventsCheck: _events,
    ElapsedCheck: _elapsed,
}
_FAILED: Final[Graders] = {
    NotificationCheck: _no_notice,
    SlotAgreedCheck: _no_agreement,
    WithinWindowCheck: _in_window,
    EachRequestCheck: _requests,
}
_BY_STATUS: Final[Mapping[str, Callable[[LaidOut, Clause, ClauseVerdict, Mapping[str, Graded]], Graded]]] = {
    "met": _met,
    "waived": _waived,
    "failed": _failed,
}
