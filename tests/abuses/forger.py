"""Somebody who has the office's file, its tools and all that we know, and lacks only what others hold."""

from __future__ import annotations

import hashlib
import sqlite3
from pathlib import Path

from msgspec.structs import replace

from doorstep.adapters.sqlite.store import SqliteStore
from doorstep.adapters.sqlite.tiles import remake
from doorstep.application.rows import Entry

TRIGGERS = ("log_update", "log_delete", "log_insert", "body_insert", "body_update", "body_delete")


def alter(file: Path, *statements: str) -> None:
    """Change the file past its own guards."""
    with sqlite3.connect(file) as held:
        for trigger in TRIGGERS:
            held.execute(f"DROP TRIGGER IF EXISTS {trigger}")
        for statement in statements:
            assert held.execute(statement).rowcount != 0, statement
    held.close()


async def rewrite(file: Path, position: int, right: str, wrong: str) -> None:
    """Put other words into one body and make every hash and seal from there on anew; the tree is left as it was."""
    store = await SqliteStore.open(file)
    entries = list(await store.entries(0, 99_999))
    await store.close()
    seal = entries[position - 2].seal if position > 1 else ""
    statements = []
    for entry in entries[position - 1 :]:
        if entry.position == position:
            body = entry.body.replace(right.encode(), wrong.encode())
            assert body != entry.body
            statements.append(f"UPDATE bodies SET body=x'{body.hex()}' WHERE position={position}")
            forged = replace(entry, body=body, sha256=hashlib.sha256(body).hexdigest())
        else:
            forged = entry
        seal = forged.sealed(seal)
        statements.append(
            f"UPDATE log SET sha256=x'{forged.sha256}',seal=x'{seal}' WHERE position={forged.position}",
        )
    alter(file, *statements)


def rewrite_tree(file: Path) -> None:
    """Make the tiles anew, as `doorstep rebuild` does for whoever asks."""
    with sqlite3.connect(file) as held:
        remake(held)
    held.close()


def cut_tail(file: Path, entries: list[Entry], first: int) -> None:
    """Take the log's entries from a position on, and all that the file itself tells of them."""
    kept = {
        of: sum(entry.installation_id == of for entry in entries if entry.position < first)
        for of in {entry.installation_id for entry in entries if entry.installation_id}
    }
    alter(
        file,
        f"DELETE FROM bodies WHERE position>={first}",
        f"DELETE FROM log WHERE position>={first}",
        *(f"UPDATE installations SET ack_seq={count} WHERE installation_id='{of}'" for of, count in kept.items()),
    )
    with sqlite3.connect(file) as held:
        held.execute("DELETE FROM feed WHERE position>=?", (first,))
        remake(held)
    held.close()
