"""One transaction of the writer: load what the works need, save what they changed, all at once or not at all."""

from __future__ import annotations

from functools import partial

from doorstep.adapters.sqlite.connection import Connection
from doorstep.adapters.sqlite.loading import load_world
from doorstep.adapters.sqlite.saving import clear_projections, save_changes
from doorstep.application.world import Changes, Needs, World


class SqliteUnit:
    """Reads and writes on the writer's connection, between its BEGIN and its COMMIT."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.changed_people = False

    async def load(self, needs: Needs) -> World:
        """What the works need."""
        return await self._connection.together(partial(load_world, needs=needs))

    async def clear_projections(self) -> None:
        """Empty every table that can be made from the log again."""
        await self._connection.together(clear_projections)

    async def save(self, changes: Changes) -> None:
        """Write the changes; the transaction's COMMIT, by whoever opened it, makes them durable."""
        if changes.people or changes.sessions_ended or changes.signed_out or changes.installations_out:
            self.changed_people = True
        await self._connection.together(partial(save_changes, changes=changes))
