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


class DigestSent(Record, frozen=True, kw_only=True):
    """That a day's digest went to a role: after a restart it does not go again. `day` is the London date."""

    TABLE: ClassVar[str] = "digests"
    KEY: ClassVar[tuple[str, ...]] = ("day", "owner")

    day: str
    owner: str
    sent_at: int


class Digest(msgspec.Struct, frozen=True):
    """One role's mail of one day."""

    day: str
    owner: str
    subject: str
    text: str


class DigestPost(Protocol):
    """Whoever takes digests to people."""

    async def send(self, digest: Digest) -> None:
        """Send one; after a failure it is sent again. Raises OutsideFailed."""


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

    What could not be sent is tried again the next time that this is called. Where the power goes between sending one
    and noting it, it goes twice: better than not at all.
    """
    now_ms = office.clock.now_ms()
    if not is_hour_past(now_ms, hour):
        return 0
    day = london_time(now_ms).date().isoformat()
    missing = [owner for owner in OWNERS if await office.store.record(DigestSent, day, owner) is None]
    sent = 0
    for digest in await make_digests(office, url) if missing else []:
        if digest.owner not in missing:
            continue
        try:
            await post.send(digest)
        except OutsideFailed as failed:
            _log.warning("digest_not_sent", owner=digest.owner, why=str(failed))
            continue
        await keep_records(office, [DigestSent(day=day, owner=digest.owner, sent_at=now_ms)])
        sent += 1
    return sent


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
