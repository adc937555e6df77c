"""Alerts and requests of homes: each stands in the snapshots of its days and no others; every change is an event."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta
from typing import Any

import msgspec
import pytest

from doorstep.application.audit import Audited, faults
from doorstep.application.composing import ALERT, HomeFact
from doorstep.application.fact_faults import faults_of, months_after
from doorstep.application.fact_rows import FactChange
from doorstep.application.home_facts import change_fact, end_fact, record_fact
from doorstep.application.homes import find_homes, home_view, reviews_due
from doorstep.application.import_appointments import import_bookings
from doorstep.application.lists import HomeFilter
from doorstep.application.rebuild import rebuild
from doorstep.application.records import Wanted
from doorstep.application.rows import Person
from doorstep.application.serve_day import serve_day
from doorstep.application.store import Store
from doorstep.application.writer import Refused
from doorstep.domain.office_events import AlertRecorded, read_office_event
from tests.facts import HOME, a_booking_on, a_day, a_request_of, an_alert_of, at, said
from tests.makers import Bench, a_booking, a_person, a_session, an_alert, an_id

ANN = an_id(1)


async def homes_of(bench: Bench, days: dict[str, int], **changes: Any) -> Person:
    """Appointments of one home, by reference, so many days from today; and the planner of their patch."""
    await a_person(bench, 1, "operative")
    bookings = [a_booking_on(a_day(after), ANN, reference, **changes) for reference, after in days.items()]
    await import_bookings(bench.office, "system", bookings)
    return await a_person(bench, 2, "planner", "north")


def day_before(day: str) -> str:
    """The day before."""
    return (date.fromisoformat(day) - timedelta(days=1)).isoformat()


async def texts_of(bench: Bench, reference: str) -> list[str]:
    """What the newest snapshot of an appointment says of alerts."""
    dossier = await bench.office.store.dossier(a_booking((), reference).appointment_id)
    assert dossier is not None
    return [alert["text"] for alert in dossier.versions[-1].snapshot["alerts"]]


async def test_each_appointment_holds_what_is_in_force_on_its_own_day(any_bench: Bench) -> None:
    """From the first day to the last, both included; before and after it is not there, and nothing is told of it."""
    planner = await homes_of(any_bench, {"past": -1, "today": 0, "first": 2, "last": 4, "after": 5})
    await an_alert_of(any_bench, planner, text="Frame", starts_on=a_day(2), ends_on=a_day(4))
    held = {
        reference: await texts_of(any_bench, reference) for reference in ("past", "today", "first", "last", "after")
    }
    assert held == {"past": [], "today": [], "first": ["Frame"], "last": ["Frame"], "after": []}
    feed = [item.kind for item in await any_bench.office.store.feed(ANN, 0, 99)]
    assert feed.count("appointment_changed") == 5 + 2


async def test_it_reaches_the_phone_as_it_is(any_bench: Bench) -> None:
    """The day that is served holds the alert with code, words, review and id; a request can be followed by its id."""
    planner = await homes_of(any_bench, {"today": 0})
    alert, request = await an_alert_of(any_bench, planner), await a_request_of(any_bench, planner)
    session = await a_session(any_bench, await a_person(any_bench, 1, "operative"), 9)
    [served] = (await serve_day(any_bench.office, session, None)).appointments
    snapshot = msgspec.json.decode(served.row.snapshot)
    assert snapshot["alerts"] == [
        {"code": "20-40", "text": alert.text, "review_on": alert.review_on, "fact_id": alert.fact_id}
    ]
    assert snapshot["contact_requests"] == [
        {"request_id": request.fact_id, "text": "Use the side door.", "fact_id": request.fact_id}
    ]


async def test_changes_are_events_with_author_and_reason(any_bench: Bench) -> None:
    """Recorded, changed, ended: three entries, each whole, with who and why; phones follow each."""
    planner = await homes_of(any_bench, {"today": 0})
    other = await a_person(any_bench, 3, "planner")
    held = await an_alert_of(any_bench, planner, text="Frame")
    any_bench.clock.ms += 60_000
    changed = await change_fact(any_bench.office, other, HOME, held.fact_id, said(text="Wheelchair", reason="A letter"))
    assert await texts_of(any_bench, "today") == ["Wheelchair"]
    any_bench.clock.ms += 60_000
    ended = await end_fact(any_bench.office, planner, HOME, held.fact_id, "Moved out")
    assert await texts_of(any_bench, "today") == []
    assert (changed.changed_by, ended.is_ended, ended.ends_on) == (other.person_id, True, a_day(0))
    changes = (await home_view(any_bench.office, planner, HOME)).changes
    assert [(change.text, change.reason, change.changed_by) for change in changes] == [
        ("Wheelchair", "Moved out", planner.person_id),
        ("Wheelchair", "A letter", other.person_id),
        ("Frame", "Told us on the telephone.", planner.person_id),
    ]
    entries = [e for e in await any_bench.office.store.entries(0, 99) if e.kind == "alert_recorded"]
    bodies = [read_office_event(entry.body) for entry in entries]
    assert [body.reason for body in bodies if isinstance(body, AlertRecorded)] == [
        "Told us on the telephone.",
        "A letter",
        "Moved out",
    ]


async def test_what_came_in_a_file_stays_the_sources_own(any_bench: Bench) -> None:
    """The landlord's alert stands beside ours, and survives ours; the same file again changes nothing."""
    planner = await homes_of(any_bench, {"today": 0}, alerts=(an_alert("10", "Theirs"),))
    ours = await an_alert_of(any_bench, planner, text="Ours")
    assert await texts_of(any_bench, "today") == ["Theirs", "Ours"]
    again = a_booking_on(a_day(0), ANN, "today", alerts=(an_alert("10", "Theirs"),))
    assert (await import_bookings(any_bench.office, "system", [again])).same == 1
    await end_fact(any_bench.office, planner, HOME, ours.fact_id, "over")
    assert await texts_of(any_bench, "today") == ["Theirs"]


async def test_an_appointment_that_is_moved_takes_what_its_new_day_has(any_bench: Bench) -> None:
    """Composed anew by each import: moved past the alert's end, it has it no longer; a new one of the day has it."""
    planner = await homes_of(any_bench, {"moved": 1})
    await an_alert_of(any_bench, planner, text="Frame", ends_on=a_day(1))
    assert await texts_of(any_bench, "moved") == ["Frame"]
    await import_bookings(any_bench.office, "system", [a_booking_on(a_day(2), ANN, "moved")])
    await import_bookings(any_bench.office, "system", [a_booking_on(a_day(1), ANN, "new")])
    assert (await texts_of(any_bench, "moved"), await texts_of(any_bench, "new")) == ([], ["Frame"])


async def test_nobody_is_told_of_a_cancelled_appointment_again(any_bench: Bench) -> None:
    """A cancelled one is left as it is; where an import revives it, it has what is then in force."""
    planner = await homes_of(any_bench, {"off": 1}, is_cancelled=True)
    before = len(await any_bench.office.store.feed(ANN, 0, 99))
    await an_alert_of(any_bench, planner, text="Frame")
    assert len(await any_bench.office.store.feed(ANN, 0, 99)) == before
    await import_bookings(any_bench.office, "system", [a_booking_on(a_day(1), ANN, "off")])
    assert await texts_of(any_bench, "off") == ["Frame"]


@pytest.mark.parametrize(
    ("change", "codes"),
    [
        ({"code": "20-30"}, ["code no_code"]),
        ({"text": "   "}, ["text no_text"]),
        ({"text": "x" * 501}, ["text long_text"]),
        ({"starts_on": "2026-02-30"}, ["starts_on no_day"]),
        ({"starts_on": a_day(5), "ends_on": a_day(4)}, ["ends_on ends_first"]),
        ({"starts_on": a_day(-9), "ends_on": a_day(-1)}, ["ends_on is_over"]),
        ({"review_on": ""}, ["review_on no_review"]),
        ({"review_on": a_day(-1)}, ["review_on past_review"]),
        ({"review_on": a_day(366)}, ["review_on late_review"]),
        ({"reason": ""}, ["reason no_reason"]),
        ({"reason": "x" * 501}, ["reason long_reason"]),
        ({"code": "", "review_on": "soon", "reason": " "}, ["code no_code", "review_on no_day", "reason no_reason"]),
        ({}, []),
    ],
)
def test_every_fault_is_named_by_its_field(change: dict[str, str], codes: list[str]) -> None:
    """All at once, the first of each field, in words."""
    found = faults_of(said(**change).tidied(a_day(0)), ALERT, a_day(0), 12)
    assert [f"{fault.path} {fault.code}" for fault in found] == codes
    assert all(fault.words.endswith(".") for fault in found)


def test_twelve_months_are_twelve_months() -> None:
    """By the calendar: the last day of a shorter month stands for those it lacks."""
    assert months_after("2026-11-23", 12) == "2027-11-23"
    assert months_after("2028-02-29", 12) == "2029-02-28"
    assert months_after("2026-08-31", 6) == "2027-02-28"
    assert months_after("2026-12-31", 2) == "2027-02-28"


async def test_the_review_is_due_within_what_the_landlord_sets(bench: Bench) -> None:
    """A landlord that looks every 3 months refuses a year."""
    planner = await homes_of(bench, {"today": 0})
    bench.office.review_months = 3
    with pytest.raises(Refused, match="within 3 months") as caught:
        await an_alert_of(bench, planner, review_on=a_day(120))
    assert caught.value.more["path"] == "review_on"


async def test_nothing_stands_twice(any_bench: Bench) -> None:
    """The same words for the same days are refused, however they are spaced; other days or other words are not."""
    planner = await homes_of(any_bench, {"today": 0})
    first = await an_alert_of(any_bench, planner, text="Walks with a frame", ends_on=a_day(30))
    with pytest.raises(Refused, match="already"):
        await an_alert_of(any_bench, planner, text=" walks  with a FRAME", starts_on=a_day(30))
    later = await an_alert_of(any_bench, planner, text="Walks with a frame", starts_on=a_day(31))
    with pytest.raises(Refused, match="already"):
        await change_fact(
            any_bench.office, planner, HOME, later.fact_id, said(text="Walks with a frame", starts_on=a_day(9))
        )
    await end_fact(any_bench.office, planner, HOME, first.fact_id, "over")
    assert await an_alert_of(any_bench, planner, text="Walks with a frame", ends_on=a_day(30))


async def test_two_planners_at_once_do_not_undo_each_other(any_bench: Bench) -> None:
    """Of two who save what they read at the same moment one is told to look again; of two recording, one is refused."""
    planner = await homes_of(any_bench, {"today": 0})
    held = await an_alert_of(any_bench, planner)
    any_bench.clock.ms += 1
    done = await asyncio.gather(
        *(
            change_fact(any_bench.office, planner, HOME, held.fact_id, said(text=text), held.changed_at)
            for text in ("One", "Two")
        ),
        return_exceptions=True,
    )
    assert sorted(type(one).__name__ for one in done) == ["HomeFact", "Refused"]
    assert await texts_of(any_bench, "today") == ["One"]
    done = await asyncio.gather(
        *(an_alert_of(any_bench, planner, text="Both") for _ in range(3)), return_exceptions=True
    )
    assert sorted(type(one).__name__ for one in done) == ["HomeFact", "Refused", "Refused"]


@pytest.mark.parametrize("is_import_first", [True, False])
async def test_an_import_at_the_same_moment_misses_nothing(any_bench: Bench, is_import_first: bool) -> None:
    """Whichever the writer takes first, the new appointment has the new alert, and the lists are those of the log."""
    planner = await homes_of(any_bench, {"today": 0})
    acts = [
        import_bookings(any_bench.office, "system", [a_booking_on(a_day(1), ANN, "new")]),
        an_alert_of(any_bench, planner, text="Frame"),
    ]
    await asyncio.gather(*(acts if is_import_first else reversed(acts)))
    assert (await texts_of(any_bench, "today"), await texts_of(any_bench, "new")) == (["Frame"], ["Frame"])
    assert [fault async for fault in faults(any_bench.office, Audited())] == []


async def test_what_has_ended_stays_as_it_was(any_bench: Bench) -> None:
    """By somebody's word or by its day: it is neither changed nor ended again."""
    planner = await homes_of(any_bench, {"today": 0})
    by_word, by_day = (
        await an_alert_of(any_bench, planner),
        await an_alert_of(any_bench, planner, text="B", ends_on=a_day(0)),
    )
    await end_fact(any_bench.office, planner, HOME, by_word.fact_id, "over")
    any_bench.clock.ms += 24 * 3_600_000
    for fact in (by_word, by_day):
        with pytest.raises(Refused) as caught:
            await change_fact(any_bench.office, planner, HOME, fact.fact_id, said(text="again"))
        assert caught.value.reason == "fact-over"
        with pytest.raises(Refused) as caught:
            await end_fact(any_bench.office, planner, HOME, fact.fact_id, "again")
        assert caught.value.reason == "fact-over"


async def test_a_planner_has_the_homes_of_their_patch(any_bench: Bench) -> None:
    """Another patch's home, an unknown one and an operative's question are all answered alike: it is not there."""
    planner = await homes_of(any_bench, {"today": 0})
    south, everywhere = await a_person(any_bench, 3, "planner", "south"), await a_person(any_bench, 4, "planner")
    held = await an_alert_of(any_bench, planner)
    office = any_bench.office
    operative = await a_person(any_bench, 1, "operative", "north")
    for person, home in ((south, HOME), (planner, "P-2"), (planner, ""), (operative, HOME)):
        with pytest.raises(Refused) as caught:
            await record_fact(office, person, ALERT, home, said(text="other"))
        assert caught.value.reason == "not-found"
    with pytest.raises(Refused):
        await end_fact(office, south, HOME, held.fact_id, "not mine")
    with pytest.raises(Refused):
        await change_fact(office, planner, HOME, an_id(99), said())
    assert [home.property_ref for home in await find_homes(office, everywhere, "sample p-1")] == [HOME]
    assert list(await find_homes(office, south, "sample")) == []
    assert list(await find_homes(office, planner, "  ")) == []
    assert list(await find_homes(office, operative, "sample")) == []


async def test_homes_are_named_by_their_newest_appointment(any_store: Store, any_bench: Bench) -> None:
    """One row a home, whatever was spelt how before; only its own patch's appointments speak of it."""
    await homes_of(any_bench, {"a": 0})
    renamed = a_booking_on(a_day(1), ANN, "b", address=("4 Sample Street, Flat 1", "ZZ1 2AB"))
    other = a_booking_on(a_day(2), ANN, "c", address=("1 Other Street",), property_ref="P/2 x", patch="south")
    none = a_booking_on(a_day(2), ANN, "d", property_ref="")
    await import_bookings(any_bench.office, "system", [renamed, other, none])
    assert [(home.property_ref, home.address) for home in await any_store.homes(HomeFilter())] == [
        ("P/2 x", "1 Other Street"),
        (HOME, "4 Sample Street, Flat 1, ZZ1 2AB"),
    ]
    assert [home.property_ref for home in await any_store.homes(HomeFilter(patch="south"))] == ["P/2 x"]
    assert [home.property_ref for home in await any_store.homes(HomeFilter(words="p/2"))] == ["P/2 x"]
    assert list(await any_store.homes(HomeFilter(property_refs=()))) == []
    assert [home.property_ref for home in await any_store.homes(HomeFilter(property_refs=(HOME, "no")))] == [HOME]
    assert len(await any_store.homes(HomeFilter(limit=1))) == 1


async def test_reviews_come_oldest_first_with_their_age(any_bench: Bench) -> None:
    """What is overdue, what is due today, what soon will be; not what has ended, nor another patch's."""
    planner = await homes_of(any_bench, {"today": 0})
    for text, review, ends in (
        ("soon", 40, ""),
        ("late", 5, ""),
        ("far", 300, ""),
        ("over", 3, a_day(4)),
        ("due", 15, ""),
    ):
        await an_alert_of(any_bench, planner, text=text, review_on=a_day(review), ends_on=ends)
    gone = await an_alert_of(any_bench, planner, text="gone", review_on=a_day(4))
    await end_fact(any_bench.office, planner, HOME, gone.fact_id, "over")
    any_bench.clock.ms += 15 * 24 * 3_600_000
    found = [(review.fact.text, review.age_days) for review in await reviews_due(any_bench.office, planner)]
    assert found == [("late", 10), ("due", 0), ("soon", -25)]
    south = await a_person(any_bench, 3, "planner", "south")
    assert await reviews_due(any_bench.office, south) == []


@pytest.mark.parametrize(
    ("day", "clock", "today"),
    [
        ("2026-06-14", "22:59:59", "2026-06-14"),
        ("2026-06-14", "23:00:00", "2026-06-15"),
        ("2026-10-25", "23:59:59", "2026-10-25"),
        ("2026-10-24", "23:30:00", "2026-10-25"),
        ("2026-10-25", "00:30:00", "2026-10-25"),
        ("2026-10-26", "00:00:00", "2026-10-26"),
        ("2026-03-29", "00:59:59", "2026-03-29"),
        ("2026-03-29", "22:59:59", "2026-03-29"),
        ("2026-03-29", "23:00:00", "2026-03-30"),
    ],
)
async def test_today_is_londons(bench: Bench, day: str, clock: str, today: str) -> None:
    """Around midnight, in summer and on the days the clocks change: what starts today starts on London's date."""
    bench.clock.ms = at(day, clock)
    planner = await homes_of(bench, {})
    before, after = (a_booking_on(d, ANN, d) for d in (day_before(today), today))
    await import_bookings(bench.office, "system", [before, after])
    held = await an_alert_of(bench, planner, text="Frame", review_on=months_after(today, 12), ends_on=today)
    assert (held.starts_on, held.ends_on) == (today, today)
    assert (await texts_of(bench, day_before(today)), await texts_of(bench, today)) == ([], ["Frame"])


async def test_a_rebuild_makes_the_register_anew(any_bench: Bench) -> None:
    """Facts and every change of them, from the log alone."""
    planner = await homes_of(any_bench, {"today": 0, "later": 3})
    held = await an_alert_of(any_bench, planner)
    await a_request_of(any_bench, planner)
    any_bench.clock.ms += 1000
    await change_fact(any_bench.office, planner, HOME, held.fact_id, said(text="New words"))
    await end_fact(any_bench.office, planner, HOME, held.fact_id, "over")
    store = any_bench.office.store

    async def whole() -> Any:
        rows = [
            await store.appointment_row(a_booking((), reference).appointment_id) for reference in ("today", "later")
        ]
        return rows, await store.records(HomeFact), await store.records(FactChange, Wanted(order_by=("position",)))

    before = await whole()
    await rebuild(store, any_bench.office.rules.policies)
    assert await whole() == before
    assert len(before[1]) == 2
    assert len(before[2]) == 4
