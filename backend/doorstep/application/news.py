"""News of what was committed: whoever listens learns that something on their patch has changed, never what.

A listener holds one mark, however much has happened since they last looked: a reader who is slow, or gone, costs no
memory, and the writer waits for nobody.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from doorstep.application.world import World

EVERY_PATCH = ""


class Listener:
    """Somebody who waits for news. `changed_at` is the log's position at the newest change that they may know of."""

    def __init__(self, patch: str, key: str, position: int) -> None:
        self.patch, self.key = patch, key
        self.changed_at = position
        self.is_over = False
        self._woken = asyncio.Event()

    def wake(self) -> None:
        """Something is to be looked at: a change, a session that may have ended, the server's end."""
        self._woken.set()

    async def wait(self, seconds: float) -> None:
        """Wait until woken, for so long at most."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._woken.wait(), seconds)
        self._woken.clear()


class News:
    """Tells all listeners of each commit."""

    def __init__(self) -> None:
        self.position = 0
        self._listeners: set[Listener] = set()
        self._is_over = False

    def count(self, key: str) -> int:
        """How many listen under this key."""
        return sum(listener.key == key for listener in self._listeners)

    @contextmanager
    def listening(self, patch: str, key: str) -> Iterator[Listener]:
        """Listen for changes on a patch; an empty one stands for every patch."""
        listener = Listener(patch, key, self.position)
        listener.is_over = self._is_over
        self._listeners.add(listener)
        try:
            yield listener
        finally:
            self._listeners.discard(listener)

    def tell(self, world: World) -> None:
        """After a commit: mark those whose patch it touched; wake all where somebody's session may have ended."""
        self.position = max(self.position, world.head)
        if not self._listeners:
            return
        patches = touched_patches(world)
        changes = world.changes
        are_people_changed = bool(
            changes.people or changes.sessions_ended or changes.signed_out or changes.installations_out
        )
        for listener in self._listeners:
            if patches and (listener.patch == EVERY_PATCH or listener.patch in patches):
                listener.changed_at = self.position
                listener.wake()
            elif are_people_changed:
                listener.wake()

    def end(self) -> None:
        """The server stops: nobody waits any longer."""
        self._is_over = True
        for listener in self._listeners:
            listener.is_over = True
            listener.wake()


def touched_patches(world: World) -> set[str]:
    """The patches of the appointments that new entries speak of: the one that each was on before, too."""
    new = {entry.position for entry in world.changes.entries}
    homes = {entry.appointment_id or world.homes.get(entry.visit_id or "") for entry in world.changes.entries}
    patches: set[str] = set()
    for home in homes - {None, ""}:
        versions = world.dossiers[home].versions if home in world.dossiers else []
        before = [version for version in versions if version.position not in new]
        patches |= {version.patch for version in (*before[-1:], *versions[-1:])}
    return patches
