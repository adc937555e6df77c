"""Let an enrolled phone stay signed in: its key shows that it is the phone, and a fresh anchor that it is now.

Whoever stole only the session's cookie has no key, and is out when the session ends.
"""

from __future__ import annotations

from typing import Final

import msgspec

from doorstep.application.enrol_phone import phone_of
from doorstep.application.office import Office
from doorstep.application.rows import Session
from doorstep.application.world import Needs, World
from doorstep.application.writer import Refused
from doorstep.domain.signing import SIGNATURE_BYTES, from_base64url, renewal_message

ANCHOR_MS: Final = 5 * 60_000


async def renew_session(office: Office, session: Session, installation_id: str, anchor: str, proof: str) -> Session:
    """The session, as long as a new one from now on. Raises Refused `not-proved` for whatever proves nothing."""
    now_ms = office.clock.now_ms()
    at = anchor.partition(".")[0]
    is_fresh = (
        at.isdecimal() and len(at) < 16 and now_ms - int(at) <= ANCHOR_MS and office.anchors.is_ours(anchor, now_ms)
    )
    device = await phone_of(office, session) if session.installation_id == installation_id else None
    sig = from_base64url(proof, SIGNATURE_BYTES)
    is_own = (
        is_fresh
        and sig is not None
        and device is not None
        and device.revoked_at is None
        and office.verifies(device.public_key, renewal_message(installation_id, anchor), sig)
    )
    if not is_own:
        raise Refused("not-proved", "This does not show that it comes from the enrolled phone now. Sign in again.")
    renewed = msgspec.structs.replace(session, expires_at=now_ms + office.session_hours * 3_600_000)
    await office.writer.submit(_Renew(renewed))
    return renewed


class _Renew:
    def __init__(self, session: Session) -> None:
        self.renewal = (session.token_hash, session.expires_at)

    def needs(self) -> Needs:
        return Needs()

    def apply(self, world: World) -> None:
        world.changes.renewals.append(self.renewal)
