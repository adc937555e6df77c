"""Each kind of data exception: made, found as exactly that row, mended, and gone; the same from every store."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import date, time
from typing import Any

import msgspec
import pytest

from doorstep.adapters import memory_exceptions
from doorstep.adapters.sqlite import exceptions
from doorstep.application.composing import HomeFact
from doorstep.application.data_exceptions.asking import ExceptionQuery, FoundException, Tally, cursor
from doorstep.application.data_exceptions.facts import clock_fact
from doorstep.application.data_exceptions.kinds import KIND_OF_FIELD, KINDS, Asked
from doorstep.application.import_appointments import (
    Alert,
    Assigned,
    Booking,
    Notification,
    PhoneNumber,
    Window,
    import_bookings,
)
from doorstep.application.intake.cells import CellRefused, instant, on_london_day
from doorstep.application.intake.kept import HeldRow
from doorstep.application.log_planner_call import begin_planner_call, log_planner_call
from doorstep.application.match_planner_call import match_planner_call
from doorstep.application.photos import Decoded, Unreadable
from doorstep.application.rebuild import rebuild
from doorstep.application.records import keep_records
from doorstep.application.reminders.text_rows import FailedNumber, ReplyTask
from doorstep.application.rows import Entry
from doorstep.domain.instants import MS_PER_DAY, MS_PER_HOUR
from tests.chains import PICTURE
from tests.makers import DAY, MORNING, Bench, TrustingDecoder, a_booking, a_person, a_session, a_visit, send, upload

OPENS = MORNING - MS_PER_HOUR
TOLD = Notification("sms", "2026-11-20T06:00:00.000Z", "delivered", "2026-11-20T06:00:09.000Z")


async def asked(bench: Bench, code: str, **more: Any) -> list[FoundException]:
    """The exceptions of a kind, as a page shows them."""
    kind = bench.office.rules.exceptions.find(code)
    assert kind is not None
    fields = {name: more.pop(name) for name in list(more) if name in kind.__struct_fields__}
    kind = msgspec.structs.replace(kind, **fields)
    query = ExceptionQuery(kind, bench.clock.ms, **more)
    rows = await bench.office.store.exception_rows(query)
    tally = await bench.office.store.exception_tally(query)
    if not query.after and query.standing == "open":
        oldest = min((row.since for row in rows), default=None)
        assert tally == Tally(len(rows), oldest, sum(row.since < query.late_before for row in rows), tally.mine)
    return rows


async def taken_in(bench: Bench, *bookings: Booking) -> None:
    """Bookings as a source sends them."""
    await import_bookings(bench.office, "system", bookings)


def found(code: str, booking: Booking, since: int, facts: str, **changes: Any) -> FoundException:
    """The row of an appointment."""
    fields: dict[str, Any] = {
        "subject_id": booking.appointment_id,
        "appointment_id": booking.appointment_id,
        "property_ref": booking.property_ref,
        "label": booking.work_order_ref,
    }
    return FoundException(kind=code, patch=booking.patch, since=since, facts=facts, **(fields | changes))


async def test_an_assigned_time_outside_the_window(any_bench: Bench) -> None:
    """09:00 in a slot of 12:00 to 18:00 is found; at the slot's very begin and end it is right."""
    window = Window("PM", f"{DAY}T12:00:00.000Z", f"{DAY}T18:00:00.000Z")
    wrong = a_booking((), window=window, assigned=Assigned(f"{DAY}T09:00:00.000Z", f"{DAY}T10:00:00.000Z"))
    first, last = (Assigned(f"{DAY}T{hour}:00:00.000Z", f"{DAY}T19:00:00.000Z") for hour in (12, 18))
    await taken_in(any_bench, wrong, a_booking((), "A-2", window=window, assigned=first))
    facts = f"{MORNING}|{MORNING + 3 * MS_PER_HOUR}|{MORNING + 9 * MS_PER_HOUR}"
    code = "assigned_outside_window"
    assert await asked(any_bench, code) == [found(code, wrong, MORNING, facts)]
    await taken_in(any_bench, msgspec.structs.replace(wrong, assigned=last))
    assert await asked(any_bench, code) == []


async def test_how_long_it_has_been_so(any_bench: Bench) -> None:
    """Since the first of the states in all of which it is wrong: another change meanwhile makes it no younger."""
    booking = a_booking((), phone_numbers=())
    await taken_in(any_bench, booking)
    any_bench.clock.ms += MS_PER_HOUR
    await taken_in(any_bench, msgspec.structs.replace(booking, trade="roofer"))
    code = "no_phone_number"
    assert [row.since for row in await asked(any_bench, code)] == [MORNING]
    await taken_in(any_bench, msgspec.structs.replace(booking, phone_numbers=(PhoneNumber("home", "01632 960123"),)))
    assert await asked(any_bench, code) == []
    any_bench.clock.ms += MS_PER_HOUR
    await taken_in(any_bench, booking)
    again = await asked(any_bench, code)
    assert again == [found(code, booking, MORNING + 2 * MS_PER_HOUR, f"phone_number|{MORNING + 2 * MS_PER_HOUR}")]
    await rebuild(any_bench.office.store, any_bench.office.rules.policies)
    assert await asked(any_bench, code) == again
    await taken_in(any_bench, msgspec.structs.replace(booking, is_cancelled=True))
    assert await asked(any_bench, code) == []


async def test_no_slot_agreement(any_bench: Bench) -> None:
    """Asked of routine and urgent repairs only, as the minimum record has it."""
    booking = a_booking((), agreed=None)
    await taken_in(any_bench, booking, a_booking((), "A-2", agreed=None, priority="emergency"))
    code = "no_slot_agreement"
    assert await asked(any_bench, code) == [found(code, booking, MORNING, f"agreed|{MORNING}")]
    await taken_in(any_bench, a_booking(()))
    assert await asked(any_bench, code) == []


async def test_an_unknown_property(any_bench: Bench) -> None:
    """A UPRN that is not 1 to 12 digits, no property reference, no address; no UPRN at all is another matter."""
    bookings = [
        a_booking((), "A-1", uprn="10003X"),
        a_booking((), "A-2", uprn="1234567890123"),
        a_booking((), "A-3", property_ref=""),
        a_booking((), "A-4", address=()),
        a_booking((), "A-5", uprn="123456789012"),
        a_booking((), "A-6"),
    ]
    await taken_in(any_bench, *bookings)
    rows = await asked(any_bench, "unknown_property")
    assert {row.label for row in rows} == {"WO-A-1", "WO-A-2", "WO-A-3", "WO-A-4"}
    assert found("unknown_property", bookings[0], MORNING, "10003X|P-1") in rows
    await taken_in(any_bench, *[a_booking((), f"A-{number}") for number in range(1, 5)])
    assert await asked(any_bench, "unknown_property") == []


async def test_a_home_with_two_uprns(any_bench: Bench) -> None:
    """Since the second one was first heard of; the same one twice is none."""
    first, second = a_booking((), uprn="100"), a_booking((), "A-2", uprn="200")
    await taken_in(
        any_bench, first, a_booking((), "A-3", uprn="100"), a_booking((), "A-4", property_ref="P-2", uprn="1")
    )
    assert await asked(any_bench, "uprn_conflict") == []
    any_bench.clock.ms += 5
    await taken_in(any_bench, second)
    [row] = await asked(any_bench, "uprn_conflict")
    assert (row.subject_id, row.property_ref, row.since, row.facts) == ("P-1", "P-1", MORNING + 5, "2|100|200")
    await taken_in(any_bench, msgspec.structs.replace(second, uprn="100"))
    assert await asked(any_bench, "uprn_conflict") == []


async def test_a_duplicate_booking(any_bench: Bench) -> None:
    """One order twice on a day, at one home or by one operative; not another day, nor a cancelled one."""
    first = a_booking(("anna",), work_order_ref="WO-1")
    afternoon = Window("PM", f"{DAY}T12:00:00.000Z", f"{DAY}T17:00:00.000Z")
    same_home = a_booking(("ben",), "A-2", work_order_ref="WO-1", window=afternoon)
    tomorrow = Window("AM", "2026-11-24T08:00:00.000Z", "2026-11-24T13:00:00.000Z")
    others = [
        a_booking(("anna",), "A-3", work_order_ref="WO-1", window=tomorrow),
        a_booking(("anna",), "A-4", work_order_ref="WO-9"),
        a_booking(("cay",), "A-5", work_order_ref="WO-1", property_ref="P-5"),
    ]
    await taken_in(any_bench, first, *others)
    assert await asked(any_bench, "duplicate_booking") == []
    await taken_in(any_bench, same_home)
    [row] = await asked(any_bench, "duplicate_booking")
    assert row.subject_id == " ".join(sorted((first.appointment_id, same_home.appointment_id)))
    await taken_in(any_bench, msgspec.structs.replace(same_home, property_ref="P-7"))
    assert await asked(any_bench, "duplicate_booking") == []
    await taken_in(any_bench, msgspec.structs.replace(same_home, property_ref="P-7", operative_ids=("anna",)))
    assert len(await asked(any_bench, "duplicate_booking")) == 1
    await taken_in(any_bench, msgspec.structs.replace(same_home, is_cancelled=True))
    assert await asked(any_bench, "duplicate_booking") == []


async def test_an_appointment_without_notification(any_bench: Bench) -> None:
    """From a day before its window on; a message that failed told nobody."""
    failed = msgspec.structs.replace(TOLD, status="permanent-failure")
    booking = a_booking((), notifications=(failed,))
    any_bench.clock.ms = OPENS - 25 * MS_PER_HOUR
    await taken_in(any_bench, booking)
    assert await asked(any_bench, "not_notified") == []
    any_bench.clock.ms = OPENS - 24 * MS_PER_HOUR
    facts = f"{OPENS - 25 * MS_PER_HOUR}|{OPENS}"
    assert await asked(any_bench, "not_notified") == [found("not_notified", booking, any_bench.clock.ms, facts)]
    await taken_in(any_bench, msgspec.structs.replace(booking, notifications=(failed, TOLD)))
    assert await asked(any_bench, "not_notified") == []


async def test_an_arrival_before_the_window(any_bench: Bench) -> None:
    """By the phone's own time, a minute before the slot; the limit says how early is too early."""
    session = await a_session(any_bench, await a_person(any_bench, 1, "operative"), 11)
    any_bench.clock.ms = OPENS
    chain = await a_visit(any_bench, session)
    chain.began_ms = OPENS - 65_000
    chain.start()
    chain.state("arrived", 5_000, address_confirmed=True, place_missing="off")
    await send(any_bench, session, chain.bodies)
    [row] = await asked(any_bench, "arrived_before_window")
    assert (row.visit_id, row.since, row.facts) == (chain.visit_id, OPENS, f"{OPENS - 60_000}|{OPENS}")
    assert await asked(any_bench, "arrived_before_window", limit_ms=60_000) == []


async def test_a_clock_that_was_wrong(any_bench: Bench) -> None:
    """An event from after its own arrival; a wall clock that went back while the page slept. A sleep is none."""
    session = await a_session(any_bench, await a_person(any_bench, 1, "operative"), 11)
    right, ahead, back = [await a_visit(any_bench, session, number, f"A-{number}") for number in (1, 2, 3)]
    for chain in (right, ahead, back):
        chain.start()
    ahead.state("arrived", 301_000, address_confirmed=True, place_missing="off")
    right.state("clock_gap", 300_000, hidden_ms=290_000, wall_ms=290_000, mono_ms=3)
    back.state("clock_gap", 900, hidden_ms=900, wall_ms=-400_000, mono_ms=900)
    await send(any_bench, session, [*right.bodies, *ahead.bodies, *back.bodies])
    rows = await asked(any_bench, "clock_skew")
    assert {(row.visit_id, row.facts) for row in rows} == {
        (ahead.visit_id, "301000|0|0"),
        (back.visit_id, "900|0|400900"),
    }
    assert await asked(any_bench, "clock_skew", limit_ms=500_000) == []
    await rebuild(any_bench.office.store, any_bench.office.rules.policies)
    assert await asked(any_bench, "clock_skew") == rows


async def test_an_older_clock_than_the_servers_own_word() -> None:
    """An event that holds the server's word of a later time than its own was stated by a clock that is behind."""
    body = b'{"kind":"arrived","at":"2026-11-23T08:00:00.000Z","anchor":"%d.1.x.y"}' % MORNING
    entry = Entry(1, "aa", "arrived", body, MORNING, "v", installation_id="i")
    fact = clock_fact(entry)
    assert fact is not None
    assert (fact.behind_ms, fact.worst_ms) == (MS_PER_HOUR, MS_PER_HOUR)
    for other in (msgspec.structs.replace(entry, fault="gap"), msgspec.structs.replace(entry, body=b"{")):
        assert clock_fact(other) is None


async def test_a_photo_used_before(any_bench: Bench) -> None:
    """The later use is the exception, once, however many events name it; another picture is none."""
    session = await a_session(any_bench, await a_person(any_bench, 1, "operative"), 11)
    first, second, other = [await a_visit(any_bench, session, number, f"A-{number}") for number in (1, 2, 3)]
    for chain, picture in ((first, PICTURE), (second, PICTURE), (other, b"another")):
        chain.whole(picture=picture)
    await send(any_bench, session, [*first.bodies, *other.bodies])
    assert await asked(any_bench, "photo_reused") == []
    any_bench.clock.ms += 7
    await send(any_bench, session, second.bodies, len(first.bodies) + len(other.bodies) + 1)
    [row] = await asked(any_bench, "photo_reused")
    sha256 = hashlib.sha256(PICTURE).hexdigest()
    assert (row.subject_id, row.visit_id, row.since) == (f"{second.visit_id} {sha256}", second.visit_id, MORNING + 7)
    any_bench.clock.ms += 29 * MS_PER_DAY
    assert await asked(any_bench, "photo_reused") == []


class AlikeDecoder(TrustingDecoder):
    """Finds that every photo looks the same."""

    async def decode(self, sha256: str) -> Decoded | Unreadable:
        found = await super().decode(sha256)
        return replace(found, dhash="0" * 64) if isinstance(found, Decoded) else found


async def test_a_photo_that_looks_like_another(any_bench: Bench) -> None:
    """Of another visit: the one that came second, with the other's hash as what makes it one."""
    any_bench.office.decoder = AlikeDecoder(any_bench.photos)
    session = await a_session(any_bench, await a_person(any_bench, 1, "operative"), 11)
    first, second = [await a_visit(any_bench, session, number, f"A-{number}") for number in (1, 2)]
    for chain, picture in ((first, PICTURE), (second, b"another")):
        chain.whole(picture=picture)
    await send(any_bench, session, [*first.bodies, *second.bodies])
    await upload(any_bench)
    await any_bench.looker.drained()
    assert await asked(any_bench, "photo_lookalike") == []
    await upload(any_bench, b"another")
    await any_bench.looker.drained()
    [row] = await asked(any_bench, "photo_lookalike")
    assert (row.visit_id, row.facts) == (second.visit_id, f'["{hashlib.sha256(PICTURE).hexdigest()}"]')
    assert await asked(any_bench, "photo_lookalike", look_back_days=0, patch="south") == []


async def test_evidence_that_is_still_on_a_phone(any_bench: Bench) -> None:
    """A visit that never ended, half a day after its window; a photo that was named and has not come."""
    session = await a_session(any_bench, await a_person(any_bench, 1, "operative"), 11)
    chain, missed = await a_visit(any_bench, session), await a_visit(any_bench, session, 2, "A-2")
    chain.start()
    missed.whole()
    await send(any_bench, session, [*chain.bodies, *missed.bodies])
    ends = OPENS + 5 * MS_PER_HOUR
    any_bench.clock.ms = ends + 12 * MS_PER_HOUR - 1
    assert [row.visit_id for row in await asked(any_bench, "evidence_unsent")] == [missed.visit_id]
    any_bench.clock.ms += 1
    rows = await asked(any_bench, "evidence_unsent")
    assert [(row.visit_id, row.since, row.facts) for row in rows] == [
        (missed.visit_id, MORNING + 940_000 + 12 * MS_PER_HOUR, "photo"),
        (chain.visit_id, ends + 12 * MS_PER_HOUR, "in_progress"),
    ]
    await upload(any_bench)
    chain.state("visit_closed", 30_000, outcome="completed", note="")
    await send(any_bench, session, chain.bodies[1:], 1 + len(missed.bodies) + 1)
    assert "in_progress" not in [row.facts for row in await asked(any_bench, "evidence_unsent")]


async def test_a_planner_call_without_a_match(any_bench: Bench) -> None:
    """A day after it was logged with no contact of that operative's visit; and a contact that awaits its call."""
    operative, planner = await a_person(any_bench, 1, "operative"), await a_person(any_bench, 2, "planner")
    session = await a_session(any_bench, operative, 11)
    chain, uncalled = await a_visit(any_bench, session), await a_visit(any_bench, session, 2, "A-2")
    call = await begin_planner_call(any_bench.office, planner, chain.appointment_id, operative.person_id)
    await log_planner_call(any_bench.office, planner, call.call_id, "nobody came", "leave_card", None)
    any_bench.clock.ms += 24 * MS_PER_HOUR - 1
    assert await asked(any_bench, "planner_call_unmatched") == []
    any_bench.clock.ms += 1
    [row] = await asked(any_bench, "planner_call_unmatched")
    assert (row.subject_id, row.since, row.label) == (f"call {call.call_id}", any_bench.clock.ms, "WO-A-1")
    chain.whole()
    await send(any_bench, session, chain.bodies)
    assert await asked(any_bench, "planner_call_unmatched") == []
    uncalled.whole()
    await send(any_bench, session, uncalled.bodies, len(chain.bodies) + 1)
    any_bench.clock.ms += MS_PER_HOUR
    [row] = await asked(any_bench, "planner_call_unmatched")
    assert (row.subject_id, row.facts) == (f"visit {uncalled.visit_id}", "awaited")
    call = await begin_planner_call(any_bench.office, planner, uncalled.appointment_id, operative.person_id)
    await log_planner_call(any_bench.office, planner, call.call_id, "nobody came", "leave_card", None)
    await match_planner_call(any_bench.office, planner, call.call_id, uncalled.visit_id, 5, "the same call")
    assert await asked(any_bench, "planner_call_unmatched") == []


async def test_an_alert_past_its_date(any_bench: Bench) -> None:
    """Of a home's own alerts those past review or end and not ended; of a booking's those past review."""
    fact = HomeFact(
        fact_id="f",
        what="alert",
        property_ref="P-1",
        code="20-60",
        text="",
        starts_on="2026-01-01",
        ends_on="",
        review_on=DAY,
        changed_at=1,
        changed_by="x",
    )
    booking = a_booking((), alerts=(Alert("10", "two people", "2026-11-22"), Alert("40", "Welsh", "2027-01-01")))
    tomorrow = Window("AM", "2026-11-24T08:00:00.000Z", "2026-11-24T13:00:00.000Z")
    await taken_in(any_bench, msgspec.structs.replace(booking, window=tomorrow))
    await keep_records(any_bench.office, [fact, msgspec.structs.replace(fact, fact_id="r", what="request")])
    midnight = MORNING - 9 * MS_PER_HOUR
    [row] = await asked(any_bench, "alert_past_date")
    assert (row.subject_id, row.since) == (f"booking {booking.appointment_id}", midnight)
    any_bench.clock.ms += MS_PER_DAY
    rows = await asked(any_bench, "alert_past_date")
    assert [(row.subject_id, row.patch, row.since, row.facts) for row in rows] == [
        (f"booking {booking.appointment_id}", "north", midnight, "2026-11-22"),
        ("fact f", "north", midnight + MS_PER_DAY, f"{DAY}|"),
    ]
    await keep_records(any_bench.office, [msgspec.structs.replace(fact, is_ended=True)])
    assert [row.subject_id for row in await asked(any_bench, "alert_past_date")] == [rows[0].subject_id]


async def test_an_alert_that_ran_out(any_bench: Bench) -> None:
    """Once its end has passed it is told for four weeks, reviewed or not: somebody confirms, or records it anew."""
    fields: dict[str, Any] = {"what": "alert", "property_ref": "P-1", "code": "20-60", "text": "", "changed_by": "x"}
    ran_out = HomeFact(fact_id="f", starts_on="2026-01-01", ends_on=DAY, review_on="2026-02-01", changed_at=1, **fields)
    await keep_records(any_bench.office, [ran_out])
    for days, count in ((0, 1), (1, 1), (28, 1), (29, 0)):
        any_bench.clock.ms = MORNING + days * MS_PER_DAY
        assert len(await asked(any_bench, "alert_past_date")) == count


def a_held_row(held_id: str, faults: str, **changes: Any) -> HeldRow:
    """A row of an import that waits to be mended."""
    texts = dict.fromkeys(("cells", "fields", "mended", "reason", "by"), "")
    fields: dict[str, Any] = {
        "import_id": "i",
        "source": "test",
        "reference": "REF",
        "work_order_ref": "",
        "property_ref": "",
        "patch": "north",
        "kind": "fault",
        "place": "row 2",
        "state": "open",
        "held_at": MORNING,
        "done_at": None,
    }
    return HeldRow(held_id=held_id, faults=faults, **(texts | fields | changes))


async def test_held_rows_and_local_times_that_are_unclear(any_bench: Bench) -> None:
    """Told apart by what the reading of a cell itself says of such a time; an order without a slot is neither."""
    with pytest.raises(CellRefused) as skipped:
        instant("2026-03-29 01:30")
    with pytest.raises(CellRefused) as twice:
        on_london_day(date(2026, 10, 25), time(1, 30))
    rows = [
        a_held_row("h-1", "no such priority"),
        a_held_row("h-2", str(skipped.value)),
        a_held_row("h-3", str(twice.value), work_order_ref="WO-3"),
        a_held_row("h-4", "", kind="no_slot"),
    ]
    await keep_records(any_bench.office, rows)
    assert [(row.subject_id, row.label) for row in await asked(any_bench, "held_row")] == [("h-1", "REF")]
    unclear = [(row.subject_id, row.label) for row in await asked(any_bench, "unclear_local_time")]
    assert unclear == [("h-2", "REF"), ("h-3", "WO-3")]
    await keep_records(any_bench.office, [msgspec.structs.replace(row, state="mended") for row in rows])
    assert await asked(any_bench, "held_row") == await asked(any_bench, "unclear_local_time") == []


async def test_failed_numbers_and_replies(any_bench: Bench) -> None:
    """Those that nobody has seen to, by ids and without the number itself."""
    booking = a_booking(())
    await taken_in(any_bench, booking)
    failed = FailedNumber(
        number="447700900123",
        failed_id="f-1",
        appointment_id=booking.appointment_id,
        patch="north",
        status="permanent-failure",
        failed_at=MORNING,
    )
    reply = ReplyTask(
        text_id="t-1",
        appointment_id="",
        patch="",
        number="447700900123",
        kind="change",
        words="x",
        received_at=MORNING + 1,
    )
    await keep_records(any_bench.office, [failed, reply])
    wanted = found("number_failed", booking, MORNING, f"permanent-failure|{MORNING}", subject_id="f-1")
    assert await asked(any_bench, "number_failed") == [wanted]
    assert [row.subject_id for row in await asked(any_bench, "reply_waiting")] == ["t-1"]
    done = [msgspec.structs.replace(failed, state="done"), msgspec.structs.replace(reply, state="done")]
    await keep_records(any_bench.office, done)
    assert await asked(any_bench, "number_failed") == await asked(any_bench, "reply_waiting") == []


async def test_fields_of_the_minimum_record(any_bench: Bench) -> None:
    """A code that is not among the known ones is none; of one trade only, where it says so."""
    odd = a_booking(("anna",), priority="whenever")
    await taken_in(any_bench, odd, a_booking(("anna",), "A-2"), a_booking((), "A-3", trade="roofer"))
    assert [row.label for row in await asked(any_bench, "lacks_priority")] == ["WO-A-1"]
    assert [row.label for row in await asked(any_bench, "lacks_operative")] == ["WO-A-3"]
    roofers, plumbers = Asked("operative", trades=("roofer",)), Asked("operative", trades=("plumber",))
    assert len(await asked(any_bench, "lacks_operative", asked=roofers)) == 1
    assert await asked(any_bench, "lacks_operative", asked=plumbers) == []
    await taken_in(any_bench, a_booking(("anna",)), a_booking(("anna",), "A-3", trade="roofer"))
    assert await asked(any_bench, "lacks_priority") == await asked(any_bench, "lacks_operative") == []


async def test_pages_patches_and_ages(any_bench: Bench) -> None:
    """So many at a time by a cursor; another patch's are absent; late ones are told; what is old is left."""
    for number in range(5):
        await taken_in(any_bench, a_booking((), f"A-{number}", patch="south" if number == 4 else "north"))
        any_bench.clock.ms += MS_PER_HOUR
    code = "lacks_operative"
    first = await asked(any_bench, code, patch="north")
    assert [row.label for row in first] == ["WO-A-0", "WO-A-1", "WO-A-2", "WO-A-3"]
    pages = [await asked(any_bench, code, limit=2, after=after) for after in ("0/", cursor(first[1]))]
    assert [row.label for page in pages for row in page] == ["WO-A-0", "WO-A-1", "WO-A-2", "WO-A-3"]
    any_bench.clock.ms = MORNING + MS_PER_DAY + MS_PER_HOUR + 1
    assert [row.label for row in await asked(any_bench, code, is_late=True)] == ["WO-A-0", "WO-A-1"]
    any_bench.clock.ms += MS_PER_DAY
    assert await asked(any_bench, code) == []


def test_every_kind_is_asked_in_both_stores() -> None:
    """No kind without its question: one that nobody asks would look as if all were well."""
    of_their_own = set(KINDS) - set(KIND_OF_FIELD.values())
    assert set(exceptions.QUESTIONS) == set(memory_exceptions.QUESTIONS) == of_their_own
