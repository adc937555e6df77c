"""What the log's tree costs, and how long an audit takes: `python -m tests.bench.log`.

Append and inclusion proof at 1,000,000 leaves, in memory and through the store's tiles; what the tree adds to a commit
of one visit's events, beside all else that the commit writes; and the audit of 100,000 signed events.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from random import Random

from doorstep.adapters.sqlite.connection import open_writer
from doorstep.adapters.sqlite.saving import save_changes
from doorstep.adapters.sqlite.store import SqliteStore
from doorstep.adapters.sqlite.tiles import grow, load_growth, read_consistency, read_inclusion
from doorstep.application.audit import Audited, faults
from doorstep.application.rows import Entry
from doorstep.application.world import Changes
from doorstep.domain.log_tiles import Growth, KeptNodes
from doorstep.domain.log_tree import TreeHead, inclusion_proof, is_included, leaf_hash, root_at
from tests.makers import MORNING, Bench, a_person, a_session, a_visit, an_enrolled_phone, an_id, an_office, closed, send

PROOFS = 1_000
VISIT_EVENTS = 9
FILLED_AT_ONCE = 5_000
OPERATIVE_VISITS = 12
AT_ONCE = 8


def timed(work: Callable[[], object]) -> float:
    """Seconds that a work takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def in_memory(leaves: int) -> None:
    """Append and prove with every hash of the tree in memory."""
    hashes = [leaf_hash(number.to_bytes(8, "big")) for number in range(leaves)]
    nodes = KeptNodes()

    def fill() -> None:
        for leaf in hashes:
            nodes.append(leaf)

    filled = timed(fill)
    grown = timed(lambda: Growth().grown(hashes))
    head, random = TreeHead(leaves, root_at(nodes, leaves)), Random(4)
    wanted = [random.randrange(leaves) for _ in range(PROOFS)]
    proofs: list[tuple[bytes, ...]] = []
    made = timed(lambda: proofs.extend(inclusion_proof(nodes, index, leaves) for index in wanted))
    pairs = list(zip(wanted, proofs, strict=True))
    seen = timed(lambda: _check(all(is_included(hashes[index], index, head, proof) for index, proof in pairs)))
    print(
        f"in memory, {leaves:,} leaves: append {filled / leaves * 1e6:.2f} us, in tiles {grown / leaves * 1e6:.2f} us"
    )
    print(f"  inclusion proof {made / PROOFS * 1e6:.0f} us, verified in {seen / PROOFS * 1e6:.0f} us")


def entries(first: int, count: int) -> Iterator[Entry]:
    """Entries like those of phones, each of some 600 bytes."""
    for position in range(first, first + count):
        body = b'{"position":%d,"note":"%s"}' % (position, b"x" * 550)
        visit_id, installation_id = an_id(position // VISIT_EVENTS), an_id(position % 500)
        digest = sha256(body).hexdigest()
        yield Entry(
            position, digest, "note_added", body, MORNING, visit_id, None, an_id(1), installation_id, position, 1,
            None, digest, bytes(64),
        )  # fmt: skip


async def in_tiles(file: Path, leaves: int) -> None:
    """Append and prove through the store's own tables."""
    writer = await open_writer(file)
    await writer.together(lambda connection: _fill(connection, leaves))
    await writer.close()


def _fill(connection: sqlite3.Connection, leaves: int) -> None:
    growth = Growth()
    for first in range(1, leaves + 1, FILLED_AT_ONCE):
        some = list(entries(first, min(FILLED_AT_ONCE, leaves + 1 - first)))
        connection.execute("BEGIN IMMEDIATE")
        save_changes(connection, Changes(entries=some))
        growth = grow(connection, growth, some)
        connection.execute("COMMIT")
    tree, rows, commits = [], [], []
    for visit in range(200):
        some = list(entries(leaves + 1 + visit * VISIT_EVENTS, VISIT_EVENTS))
        connection.execute("BEGIN IMMEDIATE")
        rows.append(timed(lambda some=some: save_changes(connection, Changes(entries=some))))  # type: ignore[misc]
        began = time.perf_counter()
        growth = grow(connection, growth, some)
        tree.append(time.perf_counter() - began)
        commits.append(timed(lambda: connection.execute("COMMIT")))
    size = growth.frontier.size
    per_visit = [statistics.mean(times) * 1e6 for times in (tree, rows, commits)]
    print(f"through tiles, {size:,} leaves: a visit's {VISIT_EVENTS} entries cost the tree {per_visit[0]:.0f} us,")
    print(f"  their own rows {per_visit[1]:.0f} us and the commit {per_visit[2]:.0f} us")
    again, head = timed(lambda: load_growth(connection)), timed(growth.frontier.head)
    print(f"  started again in {again * 1e3:.1f} ms, head {head * 1e6:.0f} us")
    random = Random(4)
    wanted = [random.randrange(size) + 1 for _ in range(PROOFS)]
    made = timed(lambda: [read_inclusion(connection, position, size) for position in wanted])
    older = timed(lambda: [read_consistency(connection, position, size) for position in wanted])
    print(f"  inclusion proof {made / PROOFS * 1e3:.2f} ms, consistency proof {older / PROOFS * 1e3:.2f} ms")
    [(pages, tiles)] = connection.execute("SELECT count(*),sum(length(hashes)) FROM tiles")
    print(f"  {pages:,} tiles, {tiles / 1e6:.0f} MB: {tiles / size:.0f} bytes an entry")


async def audited(folder: Path, events: int) -> None:
    """The audit of so many signed events, of whole visits by enrolled phones."""
    store = await SqliteStore.open(folder / "audited.sqlite3")
    bench = await an_office(folder, store)
    began = time.perf_counter()
    visits = -(-events // VISIT_EVENTS)
    operatives = range(-(-visits // OPERATIVE_VISITS))
    for first in operatives[::AT_ONCE]:
        some = operatives[first : first + AT_ONCE]
        await asyncio.gather(*(_work(bench, number, visits) for number in some))
    built = time.perf_counter() - began
    walked = Audited()
    began = time.perf_counter()
    found = [fault async for fault in faults(bench.office, walked)]
    seconds = time.perf_counter() - began
    _check(not found)
    print(
        f"audit of {visits * VISIT_EVENTS:,} signed events ({walked.entries:,} entries, {walked.visits:,} visits, "
        f"{walked.signatures:,} signatures verified): {seconds:.1f} s"
    )
    print(f"  {walked.entries / seconds:,.0f} entries a second; they were taken in within {built:.0f} s")
    await closed(bench)
    await store.close()


async def _work(bench: Bench, number: int, visits: int) -> None:
    """An operative's visits, signed by their phone."""
    person = await a_person(bench, 1_000 + number, "operative")
    session = await a_session(bench, person, 100_000 + number)
    key, device_id = await an_enrolled_phone(bench, session, number)
    seq = 1
    for visit in range(number * OPERATIVE_VISITS, min(visits, (number + 1) * OPERATIVE_VISITS)):
        chain = await a_visit(bench, session, visit, f"A-{visit}")
        chain.device_id = device_id
        chain.whole(picture=b"card of visit %d" % visit)
        accepted = await send(bench, session, chain.bodies, seq, key)
        _check(not accepted.refused)
        seq = accepted.ack + 1


def _check(is_right: object) -> None:
    if not is_right:
        raise RuntimeError("what was measured is wrong")


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--leaves", type=int, default=1_000_000)
    parser.add_argument("--events", type=int, default=100_000, help="signed events to audit")
    parser.add_argument("--disk", type=Path, default=None, help="a folder on the disk to measure (default: temporary)")
    arguments = parser.parse_args()
    print(f"{os.cpu_count()} cores")
    in_memory(arguments.leaves)
    with tempfile.TemporaryDirectory(dir=arguments.disk) as name:
        asyncio.run(in_tiles(Path(name) / "tiles.sqlite3", arguments.leaves))
        asyncio.run(audited(Path(name), arguments.events))


if __name__ == "__main__":
    main()
