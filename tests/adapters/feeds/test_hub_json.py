"""Orders of a repairs hub as JSON: what is read of them, and each that is no order named."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doorstep.adapters.feeds.formats import HUB_JSON
from doorstep.application.import_appointments import Assigned, Booking, Window
from doorstep.application.intake.reading import Fault, Row, read_row
from tests.adapters.feeds.system_reading import LANDLORDS, only_row, read, refusal

ORDER: dict[str, Any] = {
    "reference": 4711,
    "priority": "2 [E] EMERGENCY",
    "property": "18 Sample House  Inventon Square",
    "propertyPostCode": "ZZ1 2AB",
    "owner": "Larch and Lintel",
    "propertyReference": "00012345",
    "tradeDescription": "Plumbing - PL",
    "status": "In Progress",
    "appointment": {
        "date": "2026-07-06",
        "description": "PM Slot",
        "start": "12:00",
        "end": "18:00",
        "assignedStart": "09:00",
        "assignedEnd": "10:00",
    },
    "operatives": [{"id": 1, "payrollNumber": "op-7", "name": "Somebody Real"}],
}


def test_an_order_of_the_hub_is_a_booking() -> None:
    """Its slot, its address, its priority in a policy's word; a time assigned outside the slot comes along."""
    booking = read_row(only_row(HUB_JSON, json.dumps([ORDER])), LANDLORDS)
    assert isinstance(booking, Booking)
    assert booking.window == Window("PM", "2026-07-06T11:00:00.000Z", "2026-07-06T17:00:00.000Z")
    assert booking.assigned == Assigned("2026-07-06T08:00:00.000Z", "2026-07-06T09:00:00.000Z")
    assert booking.address == ("18 Sample House Inventon Square", "ZZ1 2AB")
    assert (booking.priority, booking.trade, booking.operative_ids) == ("emergency", "Plumbing", ("id-7",))
    assert (booking.source_ref, booking.work_order_ref, booking.property_ref) == ("4711", "4711", "00012345")
    assert "Somebody" not in booking.snapshot()


def test_an_appointment_alone_lacks_its_home() -> None:
    """The hub's other answer has no property: what is missing is named by the hub's own names."""
    row = only_row(HUB_JSON, json.dumps({"reference": 5, "appointment": ORDER["appointment"], "operatives": None}))
    faults = read_row(row, LANDLORDS)
    assert isinstance(faults, list)
    assert [fault.column for fault in faults] == ["propertyReference", "property", "priority", "tradeDescription"]
    assert {fault.place for fault in faults} == {"work order 5"}


def test_what_the_hub_calls_otherwise_keeps_its_name() -> None:
    """A priority or a slot that we do not know stands as it was given; a cancelled order is cancelled."""
    changed = ORDER | {"priority": "9 [P] PLANNED WORKS", "tradeDescription": "Roofing", "status": "Work Cancelled"}
    cells = only_row(HUB_JSON, json.dumps([changed])).cells
    assert (cells["priority"], cells["trade"], cells["cancelled"]) == ("planned works", "Roofing", "yes")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ('[{"reference": 1, "reference": 2}]', "'reference' stands twice"),
        ('[{"reference": NaN}]', "NaN is no number"),
        ("[" * 100_000, "nested too deeply"),
        ('[{"reference": ' + "9" * 5_000 + "}]", "has 5000 digits"),
        ('[{"reference": "A\\ud83d"}]', "half a character"),
        ("[" + "{}," * 500_001 + "{}]", "more than 1000000 values"),
        ('[{"reference": 1', "line 1, column 17: the file is not JSON, or was cut off"),
        (b"\xff\xfe[]", "not UTF-8"),
    ],
)
def test_json_that_can_mean_two_things_or_nothing(content: str | bytes, words: str) -> None:
    """Two names, no number, no end: the file is refused as a whole, and says where."""
    assert words in refusal(HUB_JSON, content)


def test_entries_that_are_no_orders_are_named() -> None:
    """Each by its place; the order beside them is read. One reference twice is two truths."""
    entries = ["order", {"reference": 1, "appointment": []}, {"reference": 2, "operatives": "all"}, ORDER, ORDER]
    nothing, odd, other, row, twice = read(HUB_JSON, json.dumps(entries))
    assert str(nothing).startswith("work order 1, the whole work order: ")
    assert isinstance(odd, Row)
    assert [str(fault).partition(":")[0] for fault in odd.faults] == ["work order 1, appointment"]
    assert odd.cells == {"appointment_ref": "1", "work_order_ref": "1"}
    assert isinstance(other, Row)
    assert [fault.column for fault in other.faults] == ["operatives"]
    assert isinstance(row, Row)
    assert isinstance(twice, Row)
    assert (twice.cells, row.faults) == (row.cells, ())
    assert [(fault.place, fault.column) for fault in twice.faults] == [("work order 4711", "reference")]


leaves = st.none() | st.booleans() | st.integers() | st.text(max_size=5)
anything = st.recursive(
    leaves,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@given(st.lists(st.fixed_dictionaries({}, optional=dict.fromkeys(ORDER, anything)), max_size=2))
def test_any_json_is_read_or_named(orders: list[dict[str, Any]]) -> None:
    """Whatever stands where the hub puts an order, an appointment or a list: a row or a fault."""
    for each in read(HUB_JSON, json.dumps(orders)):
        assert isinstance(each, Row | Fault)
