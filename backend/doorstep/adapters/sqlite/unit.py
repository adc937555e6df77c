"""One transaction of the writer: load what the works need, save what they changed, all at once or not at all."""

from __future__ import annotations

import sqlite3
from functools import partial

from doorstep.adapters.sqlite.connection import Connection
from doorstep.adapters.sqlite.loading import load_world
from doorstep.adapters.sqlite.saving import clear_projections, save_changes
from doorstep.adapters.sqlite.tiles import grow, remake
from doorstep.application.world import Changes, Needs, World
from doorstep.domain.log_tiles import Growth
from doorstep.domain.log_tree import TreeHead


class SqliteUnit:
    """Reads and writes on the writer's connection, between its BEGIN and its COMMIT.

    `growth` is where the log's tree has got to; the store remembers it once the transaction is committed.
    """

    def __init__(self, connection: Connection, growth: Growth) -> None:
        self._connection = connection
        self.growth = growth
        self.changed_people = False

    async def load(self, needs: Needs) -> World:
        """What the works need."""
        return await self._connection.together(partial(load_world, needs=needs))

    async def clear_projections(self) -> None:
        """Empty every table that can be made from the log again."""
        await self._connection.together(clear_projections)

    async def remake_tree(self) -> None:
        """Make the log's tree anew from its entries."""
        self.growth = await self._connection.together(remake)

    def tree_head(self) -> TreeHead:
        """The head of the log's tree with what this transaction saved."""
        return self.growth.frontier.head()

    async def save(self, changes: Changes) -> None:
        """Write the changes; the transaction's COMMIT, by whoever opened it, makes them durable."""
        if changes.people or changes.sessions_ended or changes.signed_out:
            self.changed_people = True
        if changes.installations_out or changes.renewals:
            self.changed_people = True

        def save(connection: sqlite3.Connection) -> Growth:
            save_changes(connection, changes)
            return grow(connection, self.growth, changes.entries)

        self.growth = await self._connection.together(save)
