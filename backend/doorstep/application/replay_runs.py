"""Replays that go on beside everything else: one at a time, each its asker's own, kept in memory for a day.

A restart ends and forgets them: a replay changes nothing, so whoever still wants it asks again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

import structlog

from doorstep.application.access import sees_patch
from doorstep.application.office import Office, new_id
from doorstep.application.replay import WOULD_ALLOW, WOULD_REFUSE, Asked, Replayed, Tally, count, replay
from doorstep.application.replay_draft import Change
from doorstep.application.rows import Person
from doorstep.application.writer import Refused
from doorstep.domain.instants import MS_PER_DAY
from doorstep.domain.policy import Policy

log = structlog.get_logger()

WAITING, RUNNING, DONE, STOPPED, BROKEN = "waiting", "running", "done", "stopped", "broken"
UNDER_WAY: Final = frozenset({WAITING, RUNNING})
KEPT_MS: Final = MS_PER_DAY
MOST_A_PERSON: Final = 5
MOST_UNDER_WAY: Final = 5
MOST_KEPT: Final = 20
"""By everybody together: each may hold as many visits as are listed, in the server's memory."""
MOST_LISTED: Final = 10_000
"""So many visits with another verdict are kept to be listed; all are counted, and the command names them all."""
BATCH: Final = 25
REST_SECONDS: Final = 0.02
"""Between two batches others have their turn: phones that send, and the office's pages."""


@dataclass
class ReplayRun:
    """One replay: what was asked, by whom, how far it is, and what it came to."""

    run_id: str
    person_id: str
    asked: Asked
    base: Policy
    changes: tuple[Change, ...]
    begun_at: int
    state: str = WAITING
    whole: int = 0
    tally: Tally = field(default_factory=Tally)
    changed: list[Replayed] = field(default_factory=list)

    @property
    def is_under_way(self) -> bool:
        """Whether there is more to come."""
        return self.state in UNDER_WAY

    @property
    def changes_verdicts(self) -> int:
        """How many visits would have another verdict."""
        return self.tally.results[WOULD_REFUSE] + self.tally.results[WOULD_ALLOW]


class ReplayRuns:
    """The replays of the last day, by their ids."""

    def __init__(self) -> None:
        self._runs: dict[str, ReplayRun] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self.turn = asyncio.Lock()

    def begin(self, office: Office, person: Person, asked: Asked, base: Policy, changes: Sequence[Change]) -> ReplayRun:
        """A new replay, which waits for its turn. Raises Refused while one of theirs, or too many, are under way."""
        now_ms = office.clock.now_ms()
        self._forget(now_ms)
        under_way = [run for run in self._runs.values() if run.is_under_way]
        if any(run.person_id == person.person_id for run in under_way):
            raise Refused("replay-running", "A replay of yours is under way. Wait for it, or stop it.")
        if len(under_way) >= MOST_UNDER_WAY:
            raise Refused("replay-busy", "Others' replays are under way. Try again in some minutes.")
        if not sees_patch(person, asked.patch):
            raise Refused("not-found", "There is no such patch.")
        run = ReplayRun(new_id(), person.person_id, asked, base, tuple(changes), now_ms)
        self._runs[run.run_id] = run
        self._keep_few(person)
        self._tasks[run.run_id] = asyncio.create_task(self._go(office, run, office.rules.policies))
        return run

    def of(self, office: Office, person: Person) -> list[ReplayRun]:
        """A person's own, the newest first."""
        self._forget(office.clock.now_ms())
        return [
            run
            for run in reversed(self._runs.values())
            if run.person_id == person.person_id and sees_patch(person, run.asked.patch)
        ]

    def run_of(self, office: Office, person: Person, run_id: str) -> ReplayRun:
        """One of a person's own. Raises Refused where there is none."""
        for run in self.of(office, person):
            if run.run_id == run_id:
                return run
        raise Refused("not-found", "There is no such replay, or it is over a day old.")

    async def stop(self, run: ReplayRun) -> None:
        """Stop one that is under way; what it counted so far is kept."""
        task = self._tasks.get(run.run_id)
        if task and run.is_under_way:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
            run.state = STOPPED

    async def close(self) -> None:
        """Stop all of them, before the store is closed under them."""
        for run in list(self._runs.values()):
            await self.stop(run)

    async def _go(self, office: Office, run: ReplayRun, policies: Mapping[str, Policy]) -> None:
        try:
            async with self.turn:
                run.state = RUNNING
                run.whole = await count(office.store, run.asked)
                async for judged in replay(office.store, policies, run.asked, BATCH):
                    _add(run, judged)
                    await asyncio.sleep(REST_SECONDS)
            run.state = DONE
        except asyncio.CancelledError:
            run.state = STOPPED
            raise
        except Exception:
            log.exception("replay_broken", run_id=run.run_id)
            run.state = BROKEN
        finally:
            self._tasks.pop(run.run_id, None)

    def _forget(self, now_ms: int) -> None:
        old = [run for run in self._runs.values() if not run.is_under_way and run.begun_at <= now_ms - KEPT_MS]
        for run in old:
            del self._runs[run.run_id]

    def _keep_few(self, person: Person) -> None:
        theirs = [run for run in self._runs.values() if run.person_id == person.person_id]
        over = [run for run in self._runs.values() if not run.is_under_way][: max(0, len(self._runs) - MOST_KEPT)]
        for run in {run.run_id: run for run in (*theirs[:-MOST_A_PERSON], *over)}:
            del self._runs[run]


def _add(run: ReplayRun, judged: Sequence[Replayed]) -> None:
    for each in judged:
        run.tally.add(each)
        is_changed = each.result in (WOULD_REFUSE, WOULD_ALLOW) and not each.entered_later
        if is_changed and len(run.changed) < MOST_LISTED:
            run.changed.append(each)
