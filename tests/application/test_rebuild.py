"""Projections made anew from the log are the ones that were there."""

from __future__ import annotations

import json
import sqlite3
from contextlib import suppress
from pathlib import Path
from random import Random

import pytest

from doorstep.adapters.memory_store import MemoryStore
from doorstep.adapters.sqlite.store import SqliteStore
from doorstep.application.decide_visit import decide_visit
from doorstep.application.home_facts import change_fact, end_fact
from doorstep.application.import_appointments import import_bookings
from doorstep.application.log_planner_call import begin_planner_call, log_planner_call
from doorstep.application.match_planner_call import match_planner_call
from doorstep.application.rebuild import rebuild
from doorstep.application.rows import Person
from doorstep.application.store import Store
from doorstep.application.writer import Refused
from tests.chains import Chain
from tests.facts import HOME, a_day, an_alert_of, said
from tests.makers import Bench, a_booking, a_person, a_session, a_visit, an_id, an_office, closed, send, upload

TABLES = (
    "appointments",
    "assignments",
    "visits",
    "photo_uses",
    "photos",
    "planner_calls",
    "call_claims",
    "devices",
    "home_facts",
    "home_fact_changes",
    "notices",
    "tiles",
)
KEPT = ("log", "bodies", "feed", "servings", "installations", "repeats", "sessions", "people")


def dumped(store: Store, file: Path) -> dict[str, object]:
    """Every row of every table."""
    if isinstance(store, MemoryStore):
        rows = {name: held for name, held in vars(store).items() if name != "photo_uses"}
        return {
            name: repr(sorted(held.items(), key=repr) if isinstance(held, dict) else held)
            for name, held in rows.items()
        } | {"photo_uses": sorted(map(repr, store.photo_uses))}
    with sqlite3.connect(file) as held:
        tables = {table: sorted(map(repr, held.execute(f"SELECT * FROM {table}"))) for table in (*TABLES, *KEPT)}
    held.close()
    return dict(tables)


async def a_world(bench: Bench, random: Random) -> None:
    """Visits of every sort: whole, cut short, with gaps, forks and strays; photos good and bad; calls; decisions."""
    operatives = [await a_person(bench, number, "operative") for number in (1, 2)]
    planner, supervisor = await a_person(bench, 3, "planner"), await a_person(bench, 4, "supervisor")
    phones = [await a_session(bench, of, 10 + number) for number, of in enumerate([*operatives, *operatives])]
    queues: dict[int, list[str]] = {}
    for number in range(1, 7):
        bench.clock.ms += random.randrange(5_000)
        which = random.randrange(2)
        chain = await a_visit(bench, phones[which], number, f"A-{random.randint(1, 4)}")
        call = await begin_planner_call(bench.office, planner, chain.appointment_id, operatives[which].person_id)
        picture = random.choice([b"one", b"two", b"broken"])
        await _state(chain, random, call.code, picture)
        pieces = list(chain.bodies)
        if random.random() < 0.4:
            del pieces[random.randrange(len(pieces))]
        if random.random() < 0.3:
            pieces.append(json.dumps(json.loads(pieces[-1]) | {"mono": 1}, separators=(",", ":")))
        if random.random() < 0.5:
            pieces.append(random.choice(["{}", f'{{"visit_id":"{chain.visit_id}"}}', f'{{"visit_id":"{an_id(9)}"}}']))
        for piece in pieces:
            phone = which + random.choice([0, 2])
            queues.setdefault(phone, []).append(piece)
        for phone, queue in queues.items():
            await send(bench, phones[phone], queue[-45:], max(len(queue) - 44, 1))
        if random.random() < 0.7:
            await upload(bench, picture)
        if random.random() < 0.7:
            await log_planner_call(bench.office, planner, call.call_id, "said", "leave_card", None)
        if random.random() < 0.5:
            await _decide(bench, supervisor.person_id, chain, call.call_id, random)
        if random.random() < 0.3:
            changed = a_booking((an_id(random.randint(1, 2)),), f"A-{random.randint(1, 4)}", trade="electrician")
            await import_bookings(bench.office, "system", [changed])
        await _know_home(bench, planner, number, random)


async def _know_home(bench: Bench, planner: Person, number: int, random: Random) -> None:
    """Alerts that come, are changed and end while visits go on."""
    fact = await an_alert_of(bench, planner, text=f"Note {number}", ends_on=random.choice(["", a_day(0), a_day(2)]))
    if random.random() < 0.6:
        await change_fact(bench.office, planner, HOME, fact.fact_id, said(text=f"Note {number}, otherwise"))
    if random.random() < 0.4:
        await end_fact(bench.office, planner, HOME, fact.fact_id, "over")


async def _state(chain: Chain, random: Random, code: str, picture: bytes) -> None:
    chain.whole(random.choice([None, code]), picture)
    if random.random() < 0.2:
        chain.state("access_gained", 1_000_000)
    if random.random() < 0.2:
        del chain.bodies[random.randrange(2, len(chain.bodies)) :]


async def _decide(bench: Bench, supervisor_id: str, chain: Chain, call_id: str, random: Random) -> None:
    supervisor = await bench.office.store.person(supervisor_id)
    assert supervisor is not None
    for act in (
        lambda: match_planner_call(bench.office, supervisor, call_id, chain.visit_id, 5, "I asked"),
        lambda: decide_visit(
            bench.office,
            supervisor,
            chain.visit_id,
            random.choice(["upheld", "overturned", "returned"]),
            "because",
            "completed",
        ),
    ):
        # Whatever a random world does not allow is refused, and changes nothing.
        with suppress(Refused):
            await act()


@pytest.mark.parametrize("kind", ["memory", "sqlite"])
@pytest.mark.parametrize("seed", range(8))
async def test_a_world_made_anew(kind: str, seed: int, tmp_path: Path) -> None:
    """Every table is as it was, row for row, after the projections were emptied and filled from the log."""
    file = tmp_path / "store.sqlite3"
    store = MemoryStore() if kind == "memory" else await SqliteStore.open(file)
    bench = await an_office(tmp_path, store)
    await a_world(bench, Random(seed))
    before = dumped(store, file)
    visits = await rebuild(store, bench.office.rules.policies)
    after = dumped(store, file)
    assert {name: (before[name], after[name]) for name in before if before[name] != after[name]} == {}
    if isinstance(store, MemoryStore):
        assert visits == len(store.visits)
    else:
        with sqlite3.connect(file) as held:
            for table in TABLES:
                held.execute(f"DELETE FROM {table}")
        held.close()
        assert await rebuild(store, bench.office.rules.policies) == visits
        assert dumped(store, file) == before
    await closed(bench)
    await store.close()


async def test_an_empty_log(any_bench: Bench) -> None:
    """Nothing is made of nothing."""
    assert await rebuild(any_bench.office.store, any_bench.office.rules.policies) == 0
