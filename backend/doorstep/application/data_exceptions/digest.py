"""The daily digest: to each role that owns exceptions how many there are and how old, with links, nothing personal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Final, Protocol

import msgspec
import structlog

from doorstep.application.data_exceptions.asking import ExceptionQuery, Tally
from doorstep.application.data_exceptions.kinds import OWNERS, Kind
from doorstep.application.london import london_time
from doorstep.application.office import Office
from doorstep.application.ports import OutsideFailed
from doorstep.application.records import Record, keep_records
from doorstep.domain.instants import MS_PER_DAY

_log = structlog.get_logger("doorstep.digest")
PATH: Final = "/office/exceptions"
BEGUN, SENT, UNSURE = "begun", "sent", "unsure"
"""How a digest stands: about to be given to the mail server; taken by it; nobody knows, and nobody tries again."""


class DigestSent(Record, frozen=True, kw_only=True):
    """That a day's digest was begun for a role: after a restart it does not go again. `day` is the London date.

    `state` is begun, sent or unsure; `sent_at` is when it was begun, in ms.
    """

    TABLE: ClassVar[str] = "digests"
    KEY: ClassVar[tuple[str, ...]] = ("day", "owner")

    day: str
    owner: str
    sent_at: int
    state: str = SENT


class Digest(msgspec.Struct, frozen=True):
    """One role's mail of one day."""

    day: str
    owner: str
    subject: str
    text: str


class DigestUnsure(OutsideFailed):
    """Nobody knows whether a digest went: it may have arrived."""


class DigestPost(Protocol):
    """Whoever takes digests to people."""

    async def send(self, digest: Digest) -> None:
        """Send one. Raises OutsideFailed where it certainly did not go, and DigestUnsure where it may have."""


def is_hour_past(now_ms: int, hour: int) -> bool:
    """Whether London's clock has come to that hour today; where the hour is skipped in March, to the next one."""
    return london_time(now_ms).hour >= hour


async def make_digests(office: Office, url: str) -> list[Digest]:
    """Each role's digest as of now. `url` is where the office is reached, without a slash at its end."""
    now_ms = office.clock.now_ms()
    tallies = [(kind, await _tally(office, kind, now_ms)) for kind in office.rules.exceptions.kinds]
    return [_digest(owner, tallies, now_ms, url) for owner in OWNERS]


async def send_digests(office: Office, post: DigestPost, hour: int, url: str) -> int:
    """Send today's to each role that has not had it, once the hour has come; gives how many went.

    At most once: that it is about to go is noted before it goes. What certainly did not go is tried again the next time
    that this is called. Of what nobody knows (the power went, the mail server gave no answer) none is sent again: mail
    cannot be looked up, the next day's says all that is still open, and the page says it at any time.
    """
    now_ms = office.clock.now_ms()
    if not is_hour_past(now_ms, hour):
        return 0
    day = london_time(now_ms).date().isoformat()
    missing = [owner for owner in OWNERS if not await _was_begun(office, day, owner)]
    sent = 0
    for digest in await make_digests(office, url) if missing else []:
        if digest.owner in missing:
            sent += await _send_one(office, post, digest, now_ms)
    return sent


async def _was_begun(office: Office, day: str, owner: str) -> bool:
    held = await office.store.record(DigestSent, day, owner)
    if held is not None and held.state == BEGUN:
        # Nobody is at it, for one round at a time goes: the server ended before it was known what became of it.
        await _unsure(office, held, "the server ended while it was being sent")
    return held is not None


async def _send_one(office: Office, post: DigestPost, digest: Digest, now_ms: int) -> bool:
    begun = DigestSent(day=digest.day, owner=digest.owner, sent_at=now_ms, state=BEGUN)
    await keep_records(office, [begun])
    try:
        await post.send(digest)
    except DigestUnsure as unsure:
        await _unsure(office, begun, str(unsure))
        return False
    except OutsideFailed as failed:
        _log.warning("digest_not_sent", owner=digest.owner, why=str(failed))
        await keep_records(office, [], [(DigestSent, begun.key)])
        return False
    await keep_records(office, [msgspec.structs.replace(begun, state=SENT)])
    return True


async def _unsure(office: Office, begun: DigestSent, why: str) -> None:
    _log.warning("digest_unsure", owner=begun.owner, why=why)
    await keep_records(office, [msgspec.structs.replace(begun, state=UNSURE)])


async def _tally(office: Office, kind: Kind, now_ms: int) -> Tally:
    return await office.store.exception_tally(ExceptionQuery(kind, now_ms))


def _digest(owner: str, tallies: Sequence[tuple[Kind, Tally]], now_ms: int, url: str) -> Digest:
    day = london_time(now_ms).date().isoformat()
    mine = [(kind, tally) for kind, tally in tallies if kind.owner == owner and tally.count]
    late = sum(tally.late for _, tally in mine)
    count = sum(tally.count for _, tally in mine)
    subject = f"Data exceptions, {day}: {count} open, {late} late"
    return Digest(day, owner, subject, "\n".join([*_lines(owner, mine, now_ms, url), ""]))


def _lines(owner: str, mine: Sequence[tuple[Kind, Tally]], now_ms: int, url: str) -> list[str]:
    if not mine:
        return [f"Every kind that a {owner} owns was asked, and nothing is open.", "", f"{url}{PATH}"]
    lines = [f"What is open and owned by a {owner}, the oldest first:", ""]
    for kind, tally in sorted(mine, key=lambda each: each[1].oldest_since or 0):
        age = (now_ms - (tally.oldest_since or now_ms)) // MS_PER_DAY
        late = f", {tally.late} late" if tally.late else ""
        lines += [
            f"{kind.say_title('en')}: {tally.count}{late}, the oldest {age} day{'' if age == 1 else 's'}",
            f"{url}{PATH}/{kind.kind}",
            "",
        ]
    return [*lines, f"All kinds: {url}{PATH}"]
