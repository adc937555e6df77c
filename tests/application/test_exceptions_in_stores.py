"""Both stores answer every question about data exceptions alike, on landlords made up by chance."""

from __future__ import annotations

import random
from pathlib import Path

import msgspec
import pytest

from doorstep.adapters.memory_store import MemoryStore
from doorstep.adapters.sqlite.store import SqliteStore
from doorstep.application.composing import HomeFact
from doorstep.application.data_exceptions.asking import ExceptionQuery, FoundException, cursor
from doorstep.application.data_exceptions.mending import assign_exception, resolve_exception
from doorstep.application.import_appointments import Assigned, Booking, Window, import_bookings
from doorstep.application.log_planner_call import begin_planner_call, log_planner_call
from doorstep.application.rebuild import rebuild
from doorstep.application.records import keep_records
from doorstep.application.rows import Person
from doorstep.domain.instants import MS_PER_HOUR
from tests.makers import (
    DAY,
    Bench,
    a_booking,
    a_chain,
    a_person,
    a_session,
    an_alert,
    an_office,
    closed,
    send,
)

Answers = dict[str, object]


def a_random_booking(chance: random.Random, number: int, operatives: tuple[str, ...]) -> Booking:
    """Right in most of its fields, and wrong in some."""
    day = chance.choice((DAY, DAY, "2026-11-24", "2026-11-20"))
    window = Window("AM", f"{day}T08:00:00.000Z", f"{day}T13:00:00.000Z")
    right = a_booking(operatives, f"A-{number}")

    def or_else(usual: object, odd: object) -> object:
        return odd if chance.random() < 0.2 else usual

    assigned = Assigned(f"{day}T{chance.choice(('07', '09', '14'))}:00:00.000Z", f"{day}T15:00:00.000Z")
    changes = {
        "work_order_ref": or_else(f"WO-{number}", f"WO-{number % 3}"),
        "property_ref": or_else(f"P-{number}", f"P-{number % 3}"),
        "window": window,
        "uprn": chance.choice(("", "1", "2", "no number")),
        "agreed": or_else(right.agreed, None),
        "notifications": or_else(right.notifications, ()),
        "phone_numbers": or_else(right.phone_numbers, ()),
        "priority": or_else("routine", chance.choice(("emergency", "whenever", ""))),
        "trade": or_else("plumber", ""),
        "patch": chance.choice(("north", "south", "")),
        "assigned": or_else(None, assigned),
        "alerts": or_else((), (an_alert("10"),)),
        "is_cancelled": chance.random() < 0.1,
    }
    return a_booking(operatives, f"A-{number}", **changes)


async def lived(bench: Bench, seed: int) -> list[Person]:
    """A few days of a landlord that is the same for one seed: bookings and their changes, visits, calls, alerts."""
    chance = random.Random(seed)
    planner = await a_person(bench, 2, "planner")
    sessions = [await a_session(bench, await a_person(bench, n, "operative"), n) for n in (10, 11)]
    people = [session.person.person_id for session in sessions]
    for number in range(24):
        one = (chance.choice(people),)
        for _ in range(chance.choice((1, 1, 2))):
            await import_bookings(bench.office, "system", [a_random_booking(chance, number, one)])
            bench.clock.ms += chance.randrange(60_000)
    seqs = dict.fromkeys(people, 1)
    for session in sessions:
        person_id = session.person.person_id
        day = await bench.office.store.day(person_id, DAY)
        for place, found in enumerate(day.appointments):
            if found.row.is_cancelled or chance.random() < 0.4:
                continue
            chain = await a_chain(bench, session, found.row.appointment_id, hash_of(person_id, place))
            chain.began_ms = bench.clock.ms - chance.choice((0, 90 * 60_000, -400_000))
            picture = chance.choice((b"one", b"two", f"{seed} {place} {person_id}".encode()))
            chain.whole(picture=picture)
            bodies = chain.bodies[: chance.choice((2, 7, 10))]
            await send(bench, session, bodies, seqs[person_id])
            seqs[person_id] += len(bodies)
            if chance.random() < 0.5:
                call = await begin_planner_call(bench.office, planner, found.row.appointment_id, person_id)
                await log_planner_call(bench.office, planner, call.call_id, "Rang.", "leave_card", None)
                bench.clock.ms += 1
    await keep_records(bench.office, alerts(chance))
    bench.clock.ms += 30 * MS_PER_HOUR
    return [planner, await a_person(bench, 3, "supervisor", "north")]


def alerts(chance: random.Random) -> list[HomeFact]:
    """Alerts with reviews and ends before, on and after the day."""
    made = []
    for number in range(8):
        day = chance.choice(("", DAY, "2026-11-20", "2027-01-01"))
        ends_on = chance.choice(("", DAY, "2026-11-21", "2027-01-01"))
        fact = HomeFact(
            fact_id=f"f-{number}",
            what="alert",
            property_ref=f"P-{number}",
            code="10",
            text="",
            starts_on="2026-01-01",
            ends_on=ends_on,
            review_on=day,
            changed_at=1,
            changed_by="x",
        )
        made.append(fact)
    return made


def hash_of(person_id: str, place: int) -> int:
    """A visit's number."""
    return int(person_id[-2:], 16) * 100 + place


async def mended(bench: Bench, people: list[Person], seed: int) -> None:
    """Some are given to somebody, some resolved."""
    chance = random.Random(seed)
    for kind in bench.office.rules.exceptions.kinds:
        for found in await bench.office.store.exception_rows(ExceptionQuery(kind, bench.clock.ms)):
            who = people[0] if kind.owner == "planner" else people[1]
            if chance.random() < 0.3:
                await assign_exception(bench.office, people[0], kind.kind, found.subject_id, people[0].person_id)
            elif chance.random() < 0.3 and (not who.patch or found.patch == who.patch):
                await resolve_exception(bench.office, who, kind.kind, found.subject_id, "Because.")


async def answers(bench: Bench, person_id: str) -> Answers:
    """Every question, in every way that it can be asked."""
    said: Answers = {}
    store, now_ms = bench.office.store, bench.clock.ms
    for kind in bench.office.rules.exceptions.kinds:
        for patch in ("", "north", "south"):
            query = ExceptionQuery(kind, now_ms, patch, person_id=person_id, limit=3)
            said[f"{kind.kind} {patch}"] = await store.exception_tally(query)
            for ways in (
                {},
                {"is_late": True},
                {"is_mine": True},
                {"standing": "resolved"},
            ):
                asked = ExceptionQuery(kind, now_ms, patch, person_id=person_id, limit=3, **ways)
                rows = await store.exception_rows(asked)
                said[f"{kind.kind} {patch} {ways}"] = [without_call_id(row) for row in rows]
                if len(rows) == 3:
                    following = ExceptionQuery(
                        kind, now_ms, patch, person_id=person_id, limit=3, after=cursor(rows[-1]), **ways
                    )
                    rows = await store.exception_rows(following)
                    said[f"{kind.kind} {patch} {ways} then"] = [without_call_id(row) for row in rows]
    return said


def without_call_id(row: FoundException) -> FoundException:
    """A call's id is another in every run."""
    is_call = row.subject_id.startswith("call ")
    return msgspec.structs.replace(row, subject_id="call") if is_call else row


@pytest.mark.parametrize("seed", range(6))
async def test_both_stores_answer_alike(tmp_path: Path, seed: int) -> None:
    """To the row, in the same order, by patch, by person, late or resolved; and so after a rebuild."""
    told: list[Answers] = []
    stores: list[MemoryStore | SqliteStore] = [MemoryStore(), await SqliteStore.open(tmp_path / "store.sqlite3")]
    for place, store in enumerate(stores):
        bench = await an_office(tmp_path / str(place), store)
        people = await lived(bench, seed)
        await mended(bench, people, seed)
        told.append(await answers(bench, people[0].person_id))
        held = await store.records(HomeFact)
        await rebuild(store, bench.office.rules.policies)
        # They stand in no log here: their own use case takes none that is past its date.
        await keep_records(bench.office, held)
        told.append(await answers(bench, people[0].person_id))
        await closed(bench)
        await store.close()
    for other in told[1:]:
        assert other == told[0]
    kinds = {str(name).split(" ")[0] for name, rows in told[0].items() if isinstance(rows, list) and rows}
    assert len(kinds) >= 12, sorted(kinds)
