"""Send checkpoints away on a schedule: what nobody here holds alone, nobody here can quietly make anew."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Final

import msgspec
import structlog

from doorstep.application.checkpoints import hold, log_size, make_checkpoint
from doorstep.application.office import Office
from doorstep.application.ports import OutsideFailed, Publisher
from doorstep.application.rows import Checkpoint

DAY_MS: Final = 24 * 60 * 60 * 1000
LOOK_SECONDS: Final = 60.0
LONGEST_REST_MS: Final = 60 * 60 * 1000
MOST_AT_ONCE: Final = 50
_log = structlog.get_logger("doorstep.log")


def is_due(newest: Checkpoint | None, size: int, now_ms: int, every_ms: int) -> bool:
    """Whether it is time for the next: some time after the last where the log grew, and once a day all the same.

    Whoever waits for one every day notices when it does not come.
    """
    if newest is None:
        return True
    return now_ms - newest.made_at >= (every_ms if size > newest.size else DAY_MS)


async def publish_waiting(office: Office, publishers: Sequence[Publisher]) -> int:
    """Send away what has not left yet, in order; gives how many went. Raises OutsideFailed at the first that cannot.

    What went to one and not to another is sent to both again.
    """
    waiting = (await office.store.unpublished_checkpoints())[:MOST_AT_ONCE]
    for checkpoint in waiting:
        for publisher in publishers:
            await publisher.publish(checkpoint)
        await hold(office, [msgspec.structs.replace(checkpoint, published_at=office.clock.now_ms())])
    return len(waiting)


class CheckpointRounds:
    """Looks every minute, beside the server's work, whether a checkpoint is due or one waits to be sent away."""

    def __init__(self, office: Office, publishers: Sequence[Publisher], every_minutes: int) -> None:
        self._office = office
        self._publishers = publishers
        self._every_ms = every_minutes * 60_000
        self._failures = 0
        self._rests_until_ms = 0
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin the rounds."""
        self._task = asyncio.get_running_loop().create_task(self._run())

    async def stop(self) -> None:
        """End the rounds; what was under way is done again after the next start."""
        if self._task:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None

    async def _run(self) -> None:
        while True:
            try:
                await self.go_round()
            except Exception:
                # A full disk, a log that may not be signed: the service goes on, and so do the rounds.
                _log.exception("no_checkpoint")
            await asyncio.sleep(LOOK_SECONDS)

    async def go_round(self) -> None:
        """Make a checkpoint where one is due, and send away what waits; after failures less and less often."""
        office, now_ms = self._office, self._office.clock.now_ms()
        newest = await office.store.newest_checkpoint()
        if is_due(newest, await log_size(office), now_ms, self._every_ms):
            made = await make_checkpoint(office)
            if newest and made.size == newest.size:
                await hold(office, [msgspec.structs.replace(made, made_at=now_ms, published_at=None)])
        if now_ms < self._rests_until_ms:
            return
        try:
            await publish_waiting(office, self._publishers)
        except OutsideFailed as failed:
            self._rests_until_ms = now_ms + min(60_000 << self._failures, LONGEST_REST_MS)
            self._failures = min(self._failures + 1, 6)
            _log.warning("checkpoint_not_published", why=str(failed))
        else:
            self._failures, self._rests_until_ms = 0, 0
