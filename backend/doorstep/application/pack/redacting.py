"""A copy for the resident: what others said of others is taken out, and each gap is tied to the log by its hash.

Bodies hold people by id, never by name; names stand in the report only. What may name anybody is what people wrote
freely: notes, what was answered at the door, what a planner summed up. Codes that were spoken go too.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

import msgspec

from doorstep.application.pack.files import as_json
from doorstep.application.pack.gathering import Told
from doorstep.application.rows import Entry

FREE: Final = frozenset({"note", "words", "summary"})
NO_SALT: Final = "A" * 22
"""The salt goes with them: with it, whoever guesses what was taken out could test the guess against the hash."""
LEFT_OUT: Final = (
    "This copy is redacted: names, and what people wrote freely of others, are left out. "
    "The whole pack's manifest has the SHA-256 {manifest_sha256}."
)
ROLES: Final = {"operative": "the operative", "planner": "a planner", "supervisor": "a supervisor"}


def redacted_body(entry: Entry) -> bytes | None:
    """What is left of a body, with the hash of the whole; None where nothing has to be taken out of it."""
    try:
        body: Any = msgspec.json.decode(entry.body)
    except msgspec.DecodeError:
        body = None
    if not isinstance(body, dict):
        # Nobody can say what an unreadable body names.
        return as_json({"redacted": True, "sha256": entry.sha256, "body": {}})
    # Why a tap was withdrawn is typed; why a check was skipped is chosen, and judged by.
    free = FREE | {"reason"} if entry.kind == "event_withdrawn" else FREE
    if not any(body.get(name) for name in free):
        return None
    kept = {name: "" if name in free else value for name, value in body.items()} | {"salt": NO_SALT}
    return as_json({"redacted": True, "sha256": entry.sha256, "body": kept})


def nameless(told: Told, roles: dict[str, str]) -> Told:
    """The same visit with everybody named by what they are; `roles` by person."""
    names = {person_id: ROLES.get(role, "the landlord's staff") for person_id, role in roles.items()}
    dossier = replace(
        told.dossier, visits={of: [_silent(body) for body in it] for of, it in told.dossier.visits.items()}
    )
    unsaid = {of: [msgspec.structs.replace(each, words="") for each in it] for of, it in dossier.disputes.items()}
    return replace(told, names=names, dossier=replace(dossier, disputes=unsaid))


def _silent(body: Any) -> Any:
    if body.event is None:
        return body
    own = {name: value for name, value in body.event.own.items() if name not in FREE}
    return msgspec.structs.replace(body, event=msgspec.structs.replace(body.event, own=own))
