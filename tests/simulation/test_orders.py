"""It does not matter in which order things arrive: every order ends in the same standing, and none is there early."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from itertools import permutations
from pathlib import Path
from random import Random
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from doorstep.adapters.memory_store import MemoryStore
from doorstep.adapters.sqlite.store import SqliteStore
from doorstep.application.decide_visit import decide_visit
from doorstep.application.log_planner_call import begin_planner_call, log_planner_call
from doorstep.application.rows import Session, VisitRow
from doorstep.domain.visit import settle
from tests.chains import Chain
from tests.makers import Bench, a_person, a_session, a_visit, an_id, an_office, closed, send, upload

Step = Callable[[], Awaitable[object]]


class Scene:
    """One visit and all that will arrive about it, in pieces that can come in any order."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self.begun: list[str] = []
        self.phones: list[Session] = []

    async def begins(self, pieces: int) -> Chain:
        """The people, the appointment, and an installation for each piece of the visit's chain."""
        operative = await a_person(self.bench, 1, "operative")
        self.planner, self.supervisor = (
            await a_person(self.bench, 2, "planner"),
            await a_person(self.bench, 3, "supervisor"),
        )
        self.phones = [await a_session(self.bench, operative, 11 + piece) for piece in range(pieces)]
        self.chain = await a_visit(self.bench, self.phones[0])
        return self.chain

    def piece(self, number: int, bodies: Sequence[str]) -> Step:
        async def arrive() -> None:
            accepted = await send(self.bench, self.phones[number], list(bodies))
            assert accepted.ack == len(bodies)

        return arrive

    async def photo(self) -> None:
        await upload(self.bench)

    async def begin(self) -> None:
        call = await begin_planner_call(self.bench.office, self.planner, self.chain.appointment_id, an_id(1))
        self.begun.append(call.call_id)

    async def log(self) -> None:
        await log_planner_call(self.bench.office, self.planner, self.begun[-1], "nobody came", "leave_card", None)

    async def call(self) -> None:
        await self.begin()
        await self.log()

    async def row(self) -> VisitRow | None:
        row = await self.bench.office.store.visit_row(self.chain.visit_id)
        # The lot is drawn from when and where in the log the visit came in: no order of arrival has another's.
        return row and msgspec.structs.replace(row, lot=0)

    async def end(self) -> tuple[VisitRow | None, dict[int, str], set[int], list[str]]:
        """The row, the faults by `n`, the contacts that are matched, and the photos: without the log's positions."""
        dossier = await self.bench.office.store.dossier(self.chain.appointment_id)
        assert dossier is not None
        settled = settle(dossier, self.bench.office.rules.policies)[self.chain.visit_id]
        held = {body.position: body.event.n for body in dossier.visits[self.chain.visit_id] if body.event}
        faults = {held[position]: fault for position, fault in settled.faults.items()}
        return await self.row(), faults, set(settled.matched), list(settled.photos)


async def in_order(steps: Sequence[Step], scene: Scene, allowed: Sequence[str] = ("recorded",)) -> None:
    """Take the steps; before the last one the visit is never where only all of them together bring it."""
    for step in steps[:-1]:
        await step()
        row = await scene.row()
        assert row is None or row.standing not in allowed, row
    await steps[-1]()


async def over(store_kind: str, folder: Path, play: Callable[[Bench], Awaitable[Any]]) -> Any:
    """Play a scene in an office of its own."""
    store = MemoryStore() if store_kind == "memory" else await SqliteStore.open(folder / "store.sqlite3")
    bench = await an_office(folder, store)
    try:
        return await play(bench)
    finally:
        await closed(bench)
        await store.close()


@pytest.mark.parametrize("store_kind", ["memory", "sqlite"])
async def test_every_order_of_five_steps(store_kind: str, tmp_path: Path) -> None:
    """The visit in three pieces over three installations, the photo, the planner's call: 120 orders, one end."""
    ends = []
    for number, order in enumerate(permutations(range(5))):

        async def play(bench: Bench, order: tuple[int, ...] = order) -> object:
            scene = Scene(bench)
            chain = await scene.begins(3)
            chain.whole()
            steps = [
                scene.piece(0, chain.bodies[:3]),
                scene.piece(1, chain.bodies[3:7]),
                scene.piece(2, chain.bodies[7:]),
                scene.photo,
                scene.call,
            ]
            await in_order([steps[place] for place in order], scene)
            return await scene.end()

        ends.append(await over(store_kind, tmp_path / str(number), play))
    row, faults, matched, photos = ends[0]
    assert (row.standing, row.outcome, row.awaiting, row.flags) == ("recorded", "no_access_carded", "[]", "[]")
    assert (faults, matched, len(photos)) == ({}, {5}, 1)
    assert all(end == ends[0] for end in ends)


@pytest.mark.parametrize("store_kind", ["memory", "sqlite"])
async def test_a_decision_among_them(store_kind: str, tmp_path: Path) -> None:
    """A supervisor upholds a waived visit before, between or after photo and call: it stays upheld, whichever came."""
    for number, order in enumerate(permutations(range(3))):

        async def play(bench: Bench, order: tuple[int, ...] = order) -> object:
            scene = Scene(bench)
            chain = await scene.begins(1)
            chain.until_planner()
            chain.card_and_record()
            del chain.bodies[-2:]
            chain.state("clause_waived", 925_000, clause="card", reason="planner_said_no_card")
            chain.state("missed_recorded", 940_000, declaration="2026-11-01")
            await scene.piece(0, chain.bodies)()

            async def decide() -> object:
                return await decide_visit(bench.office, scene.supervisor, chain.visit_id, "upheld", "Fair.", None)

            await in_order([[scene.photo, scene.call, decide][place] for place in order], scene)
            row = await scene.row()
            assert row is not None
            return row.standing

        assert await over(store_kind, tmp_path / str(number), play) == "upheld"


def test_random_interleavings(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Single events over two installations, replays, a fork, two contacts and two calls: always one end."""
    ends: list[Any] = []

    @settings(max_examples=25, deadline=None, database=None)
    @given(st.integers(0, 10**9))
    def play_by(seed: int) -> None:
        folder = tmp_path_factory.mktemp("orders") / "office"
        ends.append(asyncio.run(over("memory", folder, lambda bench: _interleaved(bench, Random(seed)))))

    play_by()
    row, faults, matched, photos = ends[0]
    assert (row.standing, row.awaiting) == ("pending_corroboration", '["conflict"]')
    assert (faults, matched, len(photos)) == ({2: "fork", 11: "after_close"}, {5, 7}, 1)
    assert all(end == ends[0] for end in ends)


async def _interleaved(bench: Bench, random: Random) -> object:
    scene = Scene(bench)
    chain = await scene.begins(2)
    chain.start()
    chain.state("arrived", 5_000, address_confirmed=True, place_missing="off")
    chain.state("door_knocked", 20_000, method="knock")
    chain.state("door_knocked", 150_000, method="bell")
    chain.state("resident_called", 200_000, number_label="mobile", result="no_answer")
    chain.state("planner_contacted", 260_000, how="phone", instruction="keep_waiting")
    chain.state("note_added", 500_000, note="still nobody")
    chain.state("planner_contacted", 600_000, how="phone", instruction="leave_card")
    chain.card_and_record()
    chain.state("door_knocked", 950_000, method="knock")
    fork = json.dumps(json.loads(chain.bodies[2]) | {"method": "bell"}, separators=(",", ":"))
    pieces = [*chain.bodies, fork]
    queues: list[list[str]] = [[], []]
    for body in random.sample(pieces, len(pieces)):
        queues[random.randrange(2)].append(body)
    await _deliver(scene, queues, random)
    return await scene.end()


async def _deliver(scene: Scene, queues: list[list[str]], random: Random) -> None:
    """Each queue in its own order, in batches of any size, some of them twice; calls and photo in between."""
    acks = [0, 0]
    steps: list[str] = random.sample(["photo", "first", "second"], 3)
    while steps or any(ack < len(queue) for ack, queue in zip(acks, queues, strict=True)):
        which = random.randrange(3)
        if which == 2 and steps:
            await _office_step(scene, steps.pop())
        elif which < 2:
            first = random.randint(0, acks[which])
            batch = queues[which][first : first + random.randint(1, 5)]
            if batch:
                accepted = await send(scene.bench, scene.phones[which], batch, first + 1)
                acks[which] = accepted.ack


async def _office_step(scene: Scene, step: str) -> None:
    if step == "photo":
        await scene.photo()
        return
    instruction = "keep_waiting" if step == "first" else "leave_card"
    begun = await begin_planner_call(scene.bench.office, scene.planner, scene.chain.appointment_id, an_id(1))
    await log_planner_call(scene.bench.office, scene.planner, begun.call_id, "said", instruction, None)
