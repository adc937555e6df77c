"""One event of a phone's queue as it came, read before the transaction, which must be short."""

from __future__ import annotations

import msgspec

from doorstep.application.anchors import Anchors
from doorstep.domain.chain import body_hash
from doorstep.domain.events import Event, Malformed, read_event
from doorstep.domain.signing import SIGNATURE_BYTES, from_base64url


class Sent(msgspec.Struct, frozen=True):
    """One event of a phone's queue: `seq` counts the queue from 1, `body` is the exact JSON text.

    `sig` is the phone's signature over it, base64url; None where it has no key.
    """

    seq: int
    body: str
    sig: str | None = None


class Arrival:
    """What can be said of an event by itself. `sig` is None where what was sent has not the form of a signature.

    `anchors` tells whether the event's anchor is one of this server's, given out before now.
    """

    def __init__(self, sent: Sent, anchors: Anchors, now_ms: int) -> None:
        self.seq = sent.seq
        self.body = sent.body.encode()
        self.sha256 = body_hash(self.body)
        self.is_signed = sent.sig is not None
        self.sig = from_base64url(sent.sig, SIGNATURE_BYTES) if sent.sig is not None else None
        self.event: Event | None = None
        try:
            self.event = read_event(self.body)
            self.visit_id: str | None = self.event.visit_id
        except Malformed as malformed:
            self.visit_id = malformed.visit_id
        anchor = self.event.anchor if self.event else None
        self.has_bad_anchor = anchor is not None and not anchors.is_ours(anchor, now_ms)
