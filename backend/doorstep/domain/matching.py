"""Which planner's call vouches for which contact that an operative stated: one call, one event.

A contact is matched (a) by the call's id, which the feed gave to a phone with signal, (b) by the code that the planner
spoke and the operative typed, (c) by time: the planner saved the call within 15 minutes of the event, with exactly one
candidate each way; or else by a person. All of it is computed anew at every settle, so that the order in which calls
and events arrive does not matter, and a second candidate takes a match away again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import msgspec

from doorstep.domain.dossier import Call, Dossier
from doorstep.domain.linking import Chain

SAME_TIME_MS = 15 * 60_000
LATE_AFTER_MS = 60 * 60_000


class Contact(msgspec.Struct, frozen=True):
    """One `planner_contacted` that counts. `code` is what was typed since the contact before it, if anything was."""

    visit_id: str
    n: int
    operative_id: str
    at_ms: int
    received_at: int
    instruction: str
    call_id: str
    code: str

    @property
    def key(self) -> tuple[str, int]:
        """The event's name: its visit and its place in the chain."""
        return (self.visit_id, self.n)


def contacts_in(visit_id: str, chain: Chain) -> list[Contact]:
    """The planner contacts of a visit, each with the code that was typed before it."""
    found: list[Contact] = []
    code = ""
    for body, event in chain.links:
        if event.kind == "planner_code_typed":
            code = event.text("code")
        elif event.kind == "planner_contacted":
            found.append(
                Contact(
                    visit_id,
                    event.n,
                    event.actor_id,
                    event.at_ms,
                    body.received_at,
                    event.text("instruction"),
                    event.text("call_id"),
                    code,
                )
            )
            code = ""
    return found


def match(dossier: Dossier, contacts: Sequence[Contact]) -> dict[tuple[str, int], str]:
    """The call that vouches for each contact that has one: {(visit_id, n): call_id}."""
    matched = _by_person(dossier, contacts)
    calls = [call for call in dossier.calls.values() if call.logged and call.call_id not in matched.values()]
    left = [contact for contact in contacts if contact.key not in matched]
    for is_candidate in (_same_call, _same_code, _same_time):
        pairs = [(contact, call) for contact in left for call in calls if is_candidate(contact, call)]
        for contact, call in pairs:
            if _is_only(pairs, contact, call) and _agrees(contact, call) and not is_late(contact, call):
                matched[contact.key] = call.call_id
        # Who was named by id or by code and did not match is a contradiction for people to see: a weaker rule must
        # not find it another partner.
        left = [contact for contact in left if not any(contact is named for named, _ in pairs)]
        calls = [call for call in calls if not any(call is named for _, named in pairs)]
    return matched


def is_saved_late(dossier: Dossier, contact: Contact) -> bool:
    """Whether a call that names this contact, by id or by code, was saved too late to vouch for it by itself."""
    calls = [call for call in dossier.calls.values() if call.operative_id == contact.operative_id]
    return any(is_late(contact, call) for call in calls if call.call_id == contact.call_id or call.code == contact.code)


def is_late(contact: Contact, call: Call) -> bool:
    """Saved more than 60 minutes after the event reached the server: flagged, and matched by a person only."""
    return call.logged is not None and call.logged.at - contact.received_at > LATE_AFTER_MS


def _by_person(dossier: Dossier, contacts: Iterable[Contact]) -> dict[tuple[str, int], str]:
    matched: dict[tuple[str, int], str] = {}
    for contact in contacts:
        call = dossier.calls.get(dossier.matches.get(contact.key, ""))
        if call and call.operative_id == contact.operative_id and _agrees(contact, call):
            matched[contact.key] = call.call_id
    return matched


def _same_call(contact: Contact, call: Call) -> bool:
    return contact.operative_id == call.operative_id and contact.call_id == call.call_id


def _same_code(contact: Contact, call: Call) -> bool:
    """The code stands for ten minutes after the planner opened the form; saved later, it vouches for nothing."""
    in_time = call.logged is not None and call.logged.at <= call.expires_at
    return contact.operative_id == call.operative_id and contact.code == call.code and in_time


def _same_time(contact: Contact, call: Call) -> bool:
    if contact.operative_id != call.operative_id or call.logged is None or not _agrees(contact, call):
        return False
    return abs(call.logged.at - contact.at_ms) <= SAME_TIME_MS


def _agrees(contact: Contact, call: Call) -> bool:
    return call.logged is not None and call.logged.instruction == contact.instruction


def _is_only(pairs: Sequence[tuple[Contact, Call]], contact: Contact, call: Call) -> bool:
    def times(same: Callable[[tuple[Contact, Call]], bool]) -> int:
        return sum(1 for pair in pairs if same(pair))

    return times(lambda pair: pair[0] is contact) == 1 and times(lambda pair: pair[1] is call) == 1
