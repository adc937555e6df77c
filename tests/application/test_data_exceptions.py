"""Data exceptions of appointments: made, found as exactly that row, mended, and gone; the same from every store."""

from __future__ import annotations

import msgspec

from doorstep.adapters import memory_exceptions
from doorstep.adapters.sqlite import exceptions
from doorstep.application.data_exceptions.asking import cursor
from doorstep.application.data_exceptions.kinds import KIND_OF_FIELD, KINDS, Asked
from doorstep.application.import_appointments import Assigned, PhoneNumber, Window
from doorstep.application.rebuild import rebuild
from doorstep.domain.instants import MS_PER_DAY, MS_PER_HOUR
from tests.application.exceptions_asked import OPENS, TOLD, asked, found, taken_in
from tests.makers import DAY, MORNING, Bench, a_booking


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
