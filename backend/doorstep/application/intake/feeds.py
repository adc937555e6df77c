"""Feeds: systems that send appointments by themselves, each with a token of its own, for one source and one form."""

from __future__ import annotations

import hmac
import secrets
from hashlib import sha256

import msgspec

from doorstep.application.intake.kept import Feed
from doorstep.application.intake.runs import checked_source
from doorstep.application.office import Office, new_id
from doorstep.application.records import Wanted, Where, keep_records
from doorstep.application.world import Needs, World
from doorstep.application.writer import Refused

PREFIX = "doorstep_feed_"
TOKEN_BYTES = 32
MOST_NAME = 100


async def add_feed(office: Office, name: str, source: str, form: str, made_by: str) -> tuple[Feed, str]:
    """A new feed and its token, which is told this once: only its hash is kept. Raises Refused."""
    name = name.strip()
    if not name or len(name) > MOST_NAME:
        raise Refused("invalid", f"A feed's name has 1 to {MOST_NAME} characters.", path="name")
    if any(feed.name == name and feed.revoked_at is None for feed in await feeds(office)):
        raise Refused("invalid", f"There is a feed called {name!r}. Revoke it first, or call this one otherwise.")
    token = PREFIX + secrets.token_urlsafe(TOKEN_BYTES)
    made = Feed(
        feed_id=new_id(),
        name=name,
        source=checked_source(source),
        format=form,
        token_hash=_hash(token),
        made_by=made_by,
        made_at=office.clock.now_ms(),
        revoked_at=None,
        last_used_at=None,
    )
    await keep_records(office, [made])
    return made, token


async def feeds(office: Office) -> list[Feed]:
    """All that there are, or were, by name."""
    return await office.store.records(Feed, Wanted(order_by=("name", "made_at")))


async def revoke_feed(office: Office, name: str) -> Feed:
    """Its token opens nothing any more. Raises Refused."""
    live = await office.store.records(Feed, Wanted((Where("name", "=", name), Where("revoked_at", "=", None))))
    if not live:
        raise Refused("not-found", f"There is no feed called {name!r} in use. See doorstep feeds list.")
    ended = msgspec.structs.replace(live[0], revoked_at=office.clock.now_ms())
    await keep_records(office, [ended])
    return ended


async def feed_of(office: Office, token: str) -> Feed | None:
    """Whose token it is. Every feed is compared with it, in the same time whichever it is."""
    found = None
    given = _hash(token)
    for feed in await office.store.records(Feed, Wanted((Where("revoked_at", "=", None),))):
        if hmac.compare_digest(feed.token_hash, given):
            found = feed
    return found


async def used(office: Office, feed: Feed) -> None:
    """Remember when it was last heard."""
    await office.writer.submit(_Used(feed.feed_id, office.clock.now_ms()))


class _Used:
    """Of the feed as it now is: one that was revoked meanwhile stays revoked."""

    def __init__(self, feed_id: str, now_ms: int) -> None:
        self.feed_id, self.now_ms = feed_id, now_ms

    def needs(self) -> Needs:
        return Needs(records={(Feed, (self.feed_id,))})

    def apply(self, world: World) -> None:
        held = world.record(Feed, self.feed_id)
        if held is not None:
            world.keep(msgspec.structs.replace(held, last_used_at=self.now_ms))


def _hash(token: str) -> str:
    return sha256(token.encode()).hexdigest()
