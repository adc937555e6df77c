"""People and data exceptions: counted by patch, given to somebody, resolved with a reason, and open again by itself."""

from __future__ import annotations

import msgspec
import pytest

from doorstep.application.data_exceptions.asking import ExceptionNote
from doorstep.application.data_exceptions.mending import (
    assign_exception,
    count_exceptions,
    find_exceptions,
    resolve_exception,
)
from doorstep.application.import_appointments import import_bookings
from doorstep.application.rebuild import rebuild
from doorstep.application.writer import Refused
from doorstep.domain.instants import MS_PER_DAY
from tests.makers import Bench, a_booking, a_person, an_id

KIND = "unknown_property"


async def test_counted_by_patch(any_bench: Bench) -> None:
    """A planner counts their patch's; who has no patch counts all; each kind is there, whether or not there is any."""
    north, anywhere = await a_person(any_bench, 1, "planner", "north"), await a_person(any_bench, 2, "planner")
    bookings = [a_booking((), "A-1", uprn="X"), a_booking((), "A-2", uprn="X", patch="south")]
    await import_bookings(any_bench.office, "system", bookings)
    any_bench.clock.ms += MS_PER_DAY + 1
    for person, count in ((north, 1), (anywhere, 2)):
        counted = {each.kind.kind: each.tally for each in await count_exceptions(any_bench.office, person)}
        assert set(counted) == {kind.kind for kind in any_bench.office.rules.exceptions.kinds}
        tally = counted[KIND]
        assert (tally.count, tally.late, tally.mine) == (count, count, 0)


async def test_resolved_with_a_reason_until_the_facts_change(any_bench: Bench) -> None:
    """It leaves the open ones, stands among the resolved, and comes back when it is wrong in another way."""
    planner = await a_person(any_bench, 1, "planner", "north")
    booking = a_booking((), uprn="X")
    await import_bookings(any_bench.office, "system", [booking])
    subject_id = booking.appointment_id
    with pytest.raises(Refused, match="Say why"):
        await resolve_exception(any_bench.office, planner, KIND, subject_id, " ")
    await resolve_exception(any_bench.office, planner, KIND, subject_id, "The council gives these no number.")
    assert (await find_exceptions(any_bench.office, planner, KIND)).rows == []
    [row] = (await find_exceptions(any_bench.office, planner, KIND, standing="resolved")).rows
    assert (row.reason, row.resolved_by) == ("The council gives these no number.", planner.person_id)
    with pytest.raises(Refused, match="no such open exception"):
        await resolve_exception(any_bench.office, planner, KIND, subject_id, "Again.")
    entries = await any_bench.office.store.entries(0, 1_000)
    assert [entry.actor_id for entry in entries if entry.kind == "exception_resolved"] == [planner.person_id]
    await rebuild(any_bench.office.store, any_bench.office.rules.policies)
    assert (await find_exceptions(any_bench.office, planner, KIND)).rows == []
    await import_bookings(any_bench.office, "system", [msgspec.structs.replace(booking, uprn="Y")])
    [again] = (await find_exceptions(any_bench.office, planner, KIND)).rows
    assert again.subject_id == subject_id


async def test_given_to_somebody(any_bench: Bench) -> None:
    """Who has it finds it among theirs and may resolve it; to nobody again; never to who does not see it."""
    planner = await a_person(any_bench, 1, "planner", "north")
    supervisor = await a_person(any_bench, 2, "supervisor")
    south = await a_person(any_bench, 3, "planner", "south")
    operative = await a_person(any_bench, 4, "operative", "north")
    booking = a_booking((), uprn="X")
    await import_bookings(any_bench.office, "system", [booking])
    subject_id, office = booking.appointment_id, any_bench.office
    with pytest.raises(Refused, match="owner's role"):
        await resolve_exception(office, supervisor, KIND, subject_id, "Because.")
    for person_id in (south.person_id, operative.person_id, an_id(99)):
        with pytest.raises(Refused, match="sees its patch"):
            await assign_exception(office, planner, KIND, subject_id, person_id)
    await assign_exception(office, planner, KIND, subject_id, supervisor.person_id)
    [mine] = (await find_exceptions(office, supervisor, KIND, is_mine=True)).rows
    assert mine.person_id == supervisor.person_id
    assert (await find_exceptions(office, planner, KIND, is_mine=True)).rows == []
    await assign_exception(office, planner, KIND, subject_id, "")
    assert (await find_exceptions(office, supervisor, KIND, is_mine=True)).rows == []
    await assign_exception(office, planner, KIND, subject_id, supervisor.person_id)
    await resolve_exception(office, supervisor, KIND, subject_id, "Because.")
    note = await office.store.record(ExceptionNote, KIND, subject_id)
    assert note is not None
    assert (note.person_id, note.resolved_by) == (supervisor.person_id, supervisor.person_id)


async def test_another_patch_has_nothing_to_see(any_bench: Bench) -> None:
    """What is not on one's patch is absent, whatever one asks for."""
    south = await a_person(any_bench, 3, "planner", "south")
    booking = a_booking((), uprn="X")
    await import_bookings(any_bench.office, "system", [booking])
    with pytest.raises(Refused, match="no such open exception"):
        await resolve_exception(any_bench.office, south, KIND, booking.appointment_id, "Mine now.")
    with pytest.raises(Refused, match="no such open exception"):
        await assign_exception(any_bench.office, south, KIND, booking.appointment_id, south.person_id)
    with pytest.raises(Refused, match="no such kind"):
        await find_exceptions(any_bench.office, south, "nothing")
