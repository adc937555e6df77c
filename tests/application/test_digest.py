"""The daily digest: counts, ages and links, once a day and role, at London's hour whatever its clock does."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from doorstep.adapters.digest_post import DigestFolder
from doorstep.application.data_exceptions.digest import (
    BEGUN,
    Digest,
    DigestSent,
    DigestUnsure,
    is_hour_past,
    make_digests,
    send_digests,
)
from doorstep.application.import_appointments import import_bookings
from doorstep.application.ports import OutsideFailed
from doorstep.application.records import keep_records
from doorstep.domain.instants import MS_PER_DAY, MS_PER_HOUR
from tests.makers import MORNING, Bench, a_booking

URL = "https://doorstep.example.org"


class Taken:
    """Takes digests, but for those of roles that it is told to refuse."""

    def __init__(self) -> None:
        self.taken: list[Digest] = []
        self.refused: set[str] = set()
        self.unsure: set[str] = set()

    async def send(self, digest: Digest) -> None:
        if digest.owner in self.unsure:
            raise DigestUnsure("it broke off.")
        if digest.owner in self.refused:
            raise OutsideFailed("the server is down.")
        self.taken.append(digest)

    @property
    def told(self) -> list[tuple[str, str]]:
        """Which days and roles."""
        return [(digest.day, digest.owner) for digest in self.taken]


async def test_counts_ages_and_links_and_nothing_personal(any_bench: Bench) -> None:
    """Each role's own kinds; no address, no name, no number and no reference of a home."""
    bookings = [a_booking((), f"A-{number}", uprn="X") for number in range(2)]
    await import_bookings(any_bench.office, "system", bookings)
    any_bench.clock.ms += MS_PER_DAY + 1
    planner, supervisor = await make_digests(any_bench.office, URL)
    assert planner.subject == "Data exceptions, 2026-11-24: 4 open, 4 late"
    assert "Unknown UPRN or property: 2, 2 late, the oldest 1 day\n" in planner.text
    assert f"{URL}/office/exceptions/unknown_property\n" in planner.text
    assert "No operative: 2, 2 late" in planner.text
    assert "nothing is open" in supervisor.text
    for personal in ("Sample Street", "P-1", "07700", "WO-A"):
        assert personal not in planner.text


async def test_once_a_day_and_role(any_bench: Bench) -> None:
    """From the hour on, not before, not again after a restart; the next day again."""
    post = Taken()
    assert await send_digests(any_bench.office, post, 10, URL) == 0
    any_bench.clock.ms += MS_PER_HOUR
    assert await send_digests(any_bench.office, post, 10, URL) == 2
    assert await send_digests(any_bench.office, Taken(), 10, URL) == 0
    any_bench.clock.ms += MS_PER_DAY
    assert await send_digests(any_bench.office, post, 10, URL) == 2
    assert post.told == [(day, role) for day in ("2026-11-23", "2026-11-24") for role in ("planner", "supervisor")]


async def test_what_could_not_be_sent_is_tried_again(any_bench: Bench) -> None:
    """And nobody else has theirs twice for it."""
    post = Taken()
    post.refused = {"planner"}
    assert await send_digests(any_bench.office, post, 7, URL) == 1
    post.refused = set()
    assert await send_digests(any_bench.office, post, 7, URL) == 1
    assert [role for _, role in post.told] == ["supervisor", "planner"]


async def test_what_may_have_gone_does_not_go_again(any_bench: Bench) -> None:
    """The mail server gave no answer: none is sent twice, and it is kept that nobody knows. The next day's goes."""
    post = Taken()
    post.unsure = {"planner"}
    assert await send_digests(any_bench.office, post, 7, URL) == 1
    post.unsure = set()
    assert await send_digests(any_bench.office, post, 7, URL) == 0
    assert await states(any_bench) == {"planner": "unsure", "supervisor": "sent"}
    any_bench.clock.ms += MS_PER_DAY
    assert await send_digests(any_bench.office, post, 7, URL) == 2


async def test_one_that_a_crash_left_does_not_go_again(any_bench: Bench) -> None:
    """It was begun, and the server ended."""
    begun = DigestSent(day="2026-11-23", owner="planner", sent_at=MORNING, state=BEGUN)
    await keep_records(any_bench.office, [begun])
    post = Taken()
    assert await send_digests(any_bench.office, post, 7, URL) == 1
    assert post.told == [("2026-11-23", "supervisor")]
    assert await states(any_bench) == {"planner": "unsure", "supervisor": "sent"}


async def test_it_is_noted_before_it_goes(any_bench: Bench) -> None:
    """Whatever ends the server while it is on its way."""
    seen: list[str] = []

    class Looking(Taken):
        async def send(self, digest: Digest) -> None:
            seen.append((await states(any_bench))[digest.owner])
            await super().send(digest)

    assert await send_digests(any_bench.office, Looking(), 7, URL) == 2
    assert seen == ["begun", "begun"]


async def states(bench: Bench) -> dict[str, str]:
    """How the digests of each role stand."""
    return {held.owner: held.state for held in await bench.office.store.records(DigestSent)}


@pytest.mark.parametrize(
    ("instant", "hour", "is_past"),
    [
        # London is an hour ahead of UTC in summer.
        (datetime(2026, 7, 1, 5, 59, tzinfo=UTC), 7, False),
        (datetime(2026, 7, 1, 6, 0, tzinfo=UTC), 7, True),
        # 29 March 2026: 01:00 to 02:00 does not exist; what is due then is due at 02:00, which is 01:00 UTC.
        (datetime(2026, 3, 29, 0, 59, tzinfo=UTC), 1, False),
        (datetime(2026, 3, 29, 1, 0, tzinfo=UTC), 1, True),
        (datetime(2026, 3, 29, 6, 0, tzinfo=UTC), 7, True),
        # 25 October 2026: 01:00 comes twice; it is past from the first on.
        (datetime(2026, 10, 25, 0, 0, tzinfo=UTC), 1, True),
        (datetime(2026, 10, 25, 1, 0, tzinfo=UTC), 1, True),
        (datetime(2026, 10, 25, 6, 0, tzinfo=UTC), 7, False),
        (datetime(2026, 10, 25, 7, 0, tzinfo=UTC), 7, True),
    ],
)
def test_the_hour_is_londons(instant: datetime, hour: int, is_past: bool) -> None:
    """In summer, in winter, and on the two days on which the clock is changed."""
    assert is_hour_past(round(instant.timestamp() * 1000), hour) is is_past


async def test_an_hour_that_comes_twice_sends_once(any_bench: Bench) -> None:
    """On the last Sunday of October, at one o'clock of either kind."""
    post = Taken()
    first = round(datetime(2026, 10, 25, 0, 30, tzinfo=UTC).timestamp() * 1000)
    for instant in (first, first + MS_PER_HOUR):
        any_bench.clock.ms = instant
        await send_digests(any_bench.office, post, 1, URL)
    assert post.told == [("2026-10-25", "planner"), ("2026-10-25", "supervisor")]


async def test_a_folder_takes_them(any_bench: Bench, tmp_path: Path) -> None:
    """One file a day and role; a folder that takes nothing is said, and tried again."""
    assert any_bench.clock.ms == MORNING
    await send_digests(any_bench.office, DigestFolder(tmp_path / "digests"), 7, URL)
    files = sorted(file.name for file in (tmp_path / "digests").iterdir())
    assert files == ["2026-11-23-planner.txt", "2026-11-23-supervisor.txt"]
    (tmp_path / "file").write_text("")
    with pytest.raises(OutsideFailed, match="takes no digest"):
        await DigestFolder(tmp_path / "file/folder").send(Digest("2026-11-23", "planner", "", ""))
