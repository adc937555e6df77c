"""Holds what the office has against what the phones confirmed and hold: each event and photo, once and true."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.browser.serving import Server
from tests.browser.stored import Held
from tests.chaos.ledger import Ledger

EVENTS = """SELECT log.sha256, log.kind, log.installation_id, log.n, log.fault, log.visit_id, bodies.body
FROM log JOIN bodies USING (position) WHERE log.installation_id IS NOT NULL ORDER BY position"""
REPEATS = "SELECT count(*) FROM repeats"
STANDINGS = "SELECT standing, count(*) FROM visits GROUP BY standing"


@dataclass
class Found:
    """What was found. Everything in `lost`, `doubled` and `wrong` is a fault of ours, in words."""

    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    events: int = 0
    photos: int = 0
    photo_bytes: int = 0
    visits: dict[str, int] = field(default_factory=dict)
    audit: str = ""

    @property
    def is_whole(self) -> bool:
        return not (self.lost or self.doubled or self.wrong)


@dataclass(frozen=True)
class _Event:
    sha256: str
    kind: str
    fault: str | None
    visit_id: str
    n: int
    text: str
    body: dict[str, Any]


def compared(server: Server, phones: Sequence[tuple[Ledger, Held]]) -> Found:
    """Compare a stopped server's store with the phones."""
    found = Found()
    with sqlite3.connect(f"file:{server.data / 'doorstep.sqlite3'}?mode=ro", uri=True) as store:
        by_phone = _events_by_phone(store, found)
        found.visits = dict(store.execute(STANDINGS).fetchall())
        if repeats := store.execute(REPEATS).fetchone()[0]:
            found.doubled.append(f"{repeats} bodies came again under another number")
    for ledger, held in phones:
        events = by_phone.pop(held.queue["installation_id"], [])
        found.events += len(events)
        _against_ledger(found, ledger, events)
        _against_store(found, held, events)
        _photos(found, server.data / "photos" / "originals", ledger, events)
    if by_phone:
        found.wrong.append(f"events of phones that nobody has: {sorted(by_phone)}")
    for events in by_phone.values():
        _chains(found, events)
    audited = server.audit()
    found.audit = audited.stdout.strip().splitlines()[-1] if audited.stdout.strip() else ""
    if audited.returncode or audited.stderr:
        found.wrong.append(f"doorstep audit: {audited.stdout} {audited.stderr}")
    return found


def _events_by_phone(store: sqlite3.Connection, found: Found) -> dict[str, list[_Event]]:
    by_phone: dict[str, list[_Event]] = defaultdict(list)
    for sha256, kind, installation_id, n, fault, visit_id, body in store.execute(EVENTS):
        if hashlib.sha256(body).digest() != sha256:
            found.wrong.append(f"a body of {kind} does not fit its hash")
        text = bytes(body).decode()
        by_phone[installation_id].append(_Event(sha256.hex(), kind, fault, visit_id, n, text, json.loads(text)))
    return by_phone


def _against_ledger(found: Found, ledger: Ledger, events: Sequence[_Event]) -> None:
    """What a screen confirmed is there; what is there more often than a thumb tried was doubled."""
    notes = Counter(event.body["note"] for event in events if event.kind == "note_added")
    found.lost += [f"the confirmed note {words!r}" for words in sorted(ledger.notes - set(notes))]
    found.doubled += [f"{words!r} is there {count} times" for words, count in notes.items() if count > 1]
    found.wrong += [f"nobody wrote {words!r}" for words in sorted(set(notes) - ledger.tried_notes)]
    kinds = Counter(event.kind for event in events)
    for kind, confirmed in ledger.kinds.items():
        if kinds[kind] < confirmed:
            found.lost.append(f"{confirmed - kinds[kind]} of {confirmed} confirmed {kind}")
    named = Counter(event.body["photo_sha256"] for event in events if "photo_sha256" in event.body)
    found.lost += [f"the event of the photo {sha256}" for sha256 in sorted(ledger.photos - set(named))]
    found.doubled += [f"the photo {sha256} is named {count} times" for sha256, count in named.items() if count > 1]


def _against_store(found: Found, held: Held, events: Sequence[_Event]) -> None:
    """The office's events are the phone's, byte for byte and one each."""
    there = Counter(event.text for event in events)
    here = Counter(event["body"] for event in held.events)
    found.lost += [f"an event that the phone holds: {text[:200]}" for text in (here - there)]
    found.doubled += [f"an event that is there again: {text[:200]}" for text in (there - here)]
    for event in held.events:
        if hashlib.sha256(event["body"].encode()).hexdigest() != event["sha256"]:
            found.wrong.append(f"the phone's own hash of {event['body'][:200]}")
    left = [photo["sha256"] for photo in held.photos if photo["is_kept"] and photo["bytes"]]
    found.wrong += [f"bytes of {sha256} are still on the phone" for sha256 in left]
    _chains(found, events)


def _chains(found: Found, events: Sequence[_Event]) -> None:
    visits: dict[str, list[_Event]] = defaultdict(list)
    for event in events:
        visits[event.visit_id].append(event)
        if event.fault:
            found.wrong.append(f"the office finds {event.fault} in {event.kind} of {event.visit_id}")
    for visit_id, chain in visits.items():
        chain.sort(key=lambda event: event.n)
        first = chain[0].body
        expected = hashlib.sha256(f"{first['snapshot_sha256']}\n{first['policy_version']}".encode()).hexdigest()
        for place, event in enumerate(chain):
            if event.n != place or event.body["prev"] != expected:
                found.wrong.append(f"the chain of {visit_id} breaks at {place}")
                break
            expected = event.sha256


def _photos(found: Found, originals: Path, ledger: Ledger, events: Sequence[_Event]) -> None:
    """Every photo that an event names lies there under its hash, with as many bytes as were said."""
    for event in events:
        if "photo_sha256" not in event.body:
            continue
        sha256 = event.body["photo_sha256"]
        file = originals / sha256[:2] / sha256
        if not file.is_file():
            found.lost.append(f"the bytes of the photo {sha256}")
            continue
        content = file.read_bytes()
        found.photos += 1
        found.photo_bytes += len(content)
        if hashlib.sha256(content).hexdigest() != sha256 or len(content) != event.body["size_bytes"]:
            found.wrong.append(f"the bytes of the photo {sha256}")
