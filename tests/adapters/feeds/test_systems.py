"""Files as landlords' systems write them, in three forms: what is read of each, and what is refused by name."""

from __future__ import annotations

import io
import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doorstep.adapters.feeds import limits
from doorstep.adapters.feeds.formats import BOOKING_XML, CSV, FLAT_FILE, HUB_JSON, FileFormats
from doorstep.adapters.feeds.limits import MOST_DOCUMENT_BYTES, read_whole
from doorstep.adapters.feeds.moments import london_parts
from doorstep.application.import_appointments import Assigned, Booking, PhoneNumber, Window
from doorstep.application.intake.reading import Fault, FileRefused, Landlords, Row, read_row

FORMATS = FileFormats()
LANDLORDS = Landlords("hub", {"op-7": "id-7"}, "01632 960002")
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
BOOKING = """<?xml version="1.0"?>
<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" xmlns:n="http://example.test/">
 <s:Body><n:bookingConfirmation><bookingConfirmation>
  <bookingId>9001</bookingId><locationID>L-77</locationID><primaryOrderNumber>4711</primaryOrderNumber>
  <planningWindowStart>2026-07-06T08:00:00</planningWindowStart>
  <planningWindowEnd>2026-07-06T13:00:00</planningWindowEnd>
  <assignedStart>2026-07-06T09:30:00+01:00</assignedStart><assignedEnd>2026-07-06T09:30:00Z</assignedEnd>
  <isEmergency>true</isEmergency><bookingLifeCycleStatus>PLANNED</bookingLifeCycleStatus>
  <theBookingCodes><bookingCodeSORCode>20060020</bookingCodeSORCode><trade>PL</trade>
   <primaryOrderNumber>4711</primaryOrderNumber></theBookingCodes>
  <theBookingCodes><bookingCodeSORCode>20060021</bookingCodeSORCode><trade>PL</trade></theBookingCodes>
 </bookingConfirmation></n:bookingConfirmation></s:Body>
</s:Envelope>"""
FLAT = (
    "'HEADER','501','01/04/2026','07:56'\r\n"
    "'ORDER-CREATE','0000','L4711','77','20 Days','01-Apr-2026 07:56','19-Apr-2026 07:56','0',"
    "'Fit lock, front door. It''s stuck','XAJ','19-Apr-2026 07:56','','00000501','0',' ','MS A PERSON','01632960123',"
    "' ','ANY PM please','1'\r\n"
    "'SCHEDULED-ITEMS','0000','L4711','Joiner','0','N390917','   1.00','  12.57','1','00000502'\r\n"
    "'TRAILER','501','4'\r\n"
)


def read(form: str, content: str | bytes) -> list[Row | Fault]:
    """What is read of a file."""
    data = content if isinstance(content, bytes) else content.encode()
    return list(FORMATS.reader(form, {}, "utf-8").rows(io.BytesIO(data)))


def only_row(form: str, content: str) -> Row:
    """The one row of a file."""
    [row] = read(form, content)
    assert isinstance(row, Row), row
    return row


def refusal(form: str, content: str | bytes) -> str:
    """Why a whole file is refused."""
    with pytest.raises(FileRefused) as refused:
        read(form, content)
    return str(refused.value)


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
    *faults, row, twice = read(HUB_JSON, json.dumps(entries))
    assert [str(fault).partition(":")[0] for fault in faults] == [
        "work order 1, the whole work order",
        "work order 1, appointment",
        "work order 2, operatives",
    ]
    assert isinstance(row, Row)
    assert isinstance(twice, Fault)
    assert (twice.place, twice.column) == ("work order 4711", "reference")


def test_a_booking_of_the_scheduler_is_a_row() -> None:
    """Order, slot and codes; times with an offset and Z come to the London clock. The home is known from elsewhere."""
    row = only_row(BOOKING_XML, "\ufeff" + BOOKING)
    assert row.place == "booking 9001"
    assert row.cells == {
        "appointment_ref": "9001",
        "work_order_ref": "4711",
        "property_ref": "L-77",
        "date": "2026-07-06",
        "starts": "08:00",
        "ends": "13:00",
        "window": "08:00 to 13:00",
        "trade": "PL",
        "sor_codes": "20060020 20060021",
        "priority": "emergency",
        "assigned_starts": "2026-07-06T09:30:00+01:00",
        "assigned_ends": "2026-07-06T09:30:00Z",
    }
    booking = read_row(Row(row.place, row.cells | {"address": "4 Sample Street"}), LANDLORDS)
    assert isinstance(booking, Booking)
    assert booking.assigned == Assigned("2026-07-06T08:30:00.000Z", "2026-07-06T09:30:00.000Z")
    assert "cancelled" in only_row(BOOKING_XML, BOOKING.replace("PLANNED", "CANCELLED")).cells


def test_placeholders_of_the_sender_are_named() -> None:
    """A template that was sent unfilled: each field once, and nothing of that booking is taken."""
    faults = read(BOOKING_XML, BOOKING.replace("4711", "{{workOrderId}}"))
    assert [str(fault) for fault in faults] == [
        "booking 9001, primaryOrderNumber: still holds the sender's placeholder '{{workOrderId}}'; see its settings."
    ]


def test_several_bookings_of_one_file() -> None:
    """Each is a row of its own; one again is two truths; one without its slot is a row that lacks it, and not lost."""
    inner = "<bookingConfirmation>" + BOOKING.split("<bookingConfirmation>")[1].partition("</bookingConfirmation>")[0]
    later = inner.replace("9001", "9002").replace("planningWindow", "other")
    rows = read(
        BOOKING_XML, f"<b>{inner}</bookingConfirmation>{inner}</bookingConfirmation>{later}</bookingConfirmation></b>"
    )
    first, again, without = rows
    assert isinstance(first, Row)
    assert isinstance(again, Fault)
    assert "stands in this file before" in again.words
    assert isinstance(without, Row)
    assert without.cells["appointment_ref"] == "9002"
    assert "date" not in without.cells


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (f'<!DOCTYPE b [<!ENTITY l0 "ha">{LAUGHS}]><b>&l9;</b>', "document type or an entity"),
        ('<!DOCTYPE b [<!ENTITY x SYSTEM "file:///etc/passwd">]><b>&x;</b>', "document type or an entity"),
        ('<!DOCTYPE b SYSTEM "http://example.test/b.dtd"><b/>', "document type or an entity"),
        ("<b>&x;</b>", "not XML"),
        ("<b>" * 100 + "</b>" * 100, "nested too deeply"),
        (BOOKING[:-30], "cut off"),
        ("<b>" + "<c/>" * 300_001 + "</b>", "more than 300000 elements"),
        ("<b><planningWindow/></b>", "holds no booking"),
        (b"\x00<\x00b", "not XML"),
    ],
    ids=[
        "billion laughs",
        "external entity",
        "external DTD",
        "unknown entity",
        "deep",
        "cut off",
        "elements without end",
        "no booking",
        "junk",
    ],
)
def test_xml_that_is_refused(content: str | bytes, words: str) -> None:
    """No entity is ever expanded, nothing is fetched, and a message without a booking says so."""
    assert words in refusal(BOOKING_XML, content)


@pytest.mark.parametrize(
    ("starts", "ends", "column"),
    [
        ("2026-07-06T08:00:00", "2026-07-07T13:00:00", "planningWindowEnd"),
        ("soon", "2026-07-06T13:00:00", "planningWindowStart"),
        ("2026-10-25T01:30:00", "2026-10-25T05:00:00", "planningWindowStart"),
        ("2026-03-29T01:30:00", "2026-03-29T05:00:00", "planningWindowStart"),
        ("2026-07-06T08:00:00", "whenever", "planningWindowEnd"),
    ],
    ids=["over midnight", "no time", "comes twice", "skipped", "no end"],
)
def test_slots_that_nobody_can_mean(starts: str, ends: str, column: str) -> None:
    """Over midnight, in words, in the hour that comes twice or not at all: a fault under the scheduler's own name."""
    content = BOOKING.replace("2026-07-06T08:00:00", starts).replace("2026-07-06T13:00:00", ends)
    faults = read_row(only_row(BOOKING_XML, content), LANDLORDS)
    assert isinstance(faults, list)
    assert column in {fault.column for fault in faults}


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("2026-10-25T00:30:00Z", ("2026-10-25", "01:30")),
        ("2026-10-25T01:30:00+00:00", ("2026-10-25", "01:30")),
        ("2026-03-29T01:00:00Z", ("2026-03-29", "02:00")),
        ("2026-03-29 00:59", ("2026-03-29", "00:59")),
        ("2026-07-06T23:30:00Z", ("2026-07-07", "00:30")),
        ("2026-07-06T08:00:30", ("2026-07-06", "08:00:30")),
        ("2026-07-06T08:00:30Z", ("2026-07-06", "09:00:30")),
        ("2026-07-06T25:00:00Z", None),
        ("0001-01-01T00:00:00+14:00", None),
        ("06/07/2026 08:00", None),
    ],
)
def test_moments_come_to_london(text: str, parts: tuple[str, str] | None) -> None:
    """An offset is honoured over both changes of the clock; without one the text stands, for its reader to judge."""
    assert london_parts(text) == parts


def test_an_order_without_a_slot_is_what_is_known_of_it() -> None:
    """Its number, trade, codes and telephone; a slot only by name; the resident's name is not taken."""
    row = only_row(FLAT_FILE, FLAT)
    assert row.place == "order L4711, line 2"
    assert row.cells == {
        "appointment_ref": "L4711",
        "work_order_ref": "L4711",
        "priority": "20 days",
        "trade": "Joiner",
        "sor_codes": "N390917",
        "window": "PM",
        "phones": "given with the order: 01632960123",
    }
    assert "window" not in only_row(FLAT_FILE, FLAT.replace("ANY PM please", "ANY PM or ANY AM")).cells
    assert "phones" not in only_row(FLAT_FILE, FLAT.replace("01632960123", "ring 0163296")).cells
    unnumbered = FLAT.replace("01632960123", " ")
    noted = only_row(FLAT_FILE, unnumbered.replace("please", "ring 07700 900123"))
    assert noted.cells["phones"] == "found in the notes of the order: 07700 900123"
    two = unnumbered.replace("please", "ring 07700 900123 or 01632 960123, order 0012345678")
    assert "phones" not in only_row(FLAT_FILE, two).cells
    whole = {
        "property_ref": "P-1",
        "address": "4 Sample Street",
        "date": "2026-07-06",
        "starts": "12:00",
        "ends": "17:00",
    }
    booking = read_row(Row(row.place, row.cells | whole), LANDLORDS)
    assert isinstance(booking, Booking)
    assert booking.phone_numbers == (PhoneNumber("given with the order", "01632960123"),)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (FLAT.rpartition("'TRAILER'")[0], "does not end with a TRAILER line"),
        (FLAT.replace("'501','4'", "'501','9'"), "counts 9 lines, and there are 4"),
        (FLAT.partition("\r\n")[2], "does not begin with a HEADER"),
        (FLAT[:100], "cut off"),
        ("", "does not begin with a HEADER"),
        (FLAT.encode() + b"\xff", "not UTF-8"),
        (FLAT.replace("L4711", "L\0"), "NUL"),
    ],
    ids=["no trailer", "a line lost", "no header", "cut within a line", "empty", "another encoding", "a NUL"],
)
def test_a_flat_file_that_is_not_whole(content: str | bytes, words: str) -> None:
    """Its first and last lines say whether it is: of one that is cut off nothing is taken."""
    assert words in refusal(FLAT_FILE, content)


def test_records_that_are_not_read_are_named() -> None:
    """Of a kind not known, too short, an item of no order, an order again: each by its line; the rest is read."""
    more = "'ORDER-DELETE','0000','L1'\r\n'ORDER-CREATE','0000','L2'\r\n'SCHEDULED-ITEMS','0','L9','x','0','y'\r\n"
    more += FLAT.splitlines()[1] + "\r\n"
    content = FLAT.replace("'TRAILER','501','4'", f"{more}'TRAILER','501','8'")
    *faults, row = read(FLAT_FILE, content)
    assert [fault.place for fault in faults] == ["line 4", "line 5", "line 6", "line 7"]
    assert isinstance(row, Row)


@pytest.mark.parametrize(
    ("head", "form"),
    [
        (b"\xef\xbb\xbf<soap", BOOKING_XML),
        (b"  [ {", HUB_JSON),
        (b'{"reference"', HUB_JSON),
        (b"'HEADER','1'", FLAT_FILE),
        (b"appointment_ref,trade", CSV),
    ],
)
def test_a_file_shows_what_it_is(head: bytes, form: str) -> None:
    """By its first bytes, a mark or spaces before them or not."""
    assert FORMATS.detect(head, "file") == form
    assert form in FORMATS.names


@pytest.mark.parametrize("head", [b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"", b"\x00\x01"])
def test_a_file_that_is_none_of_ours(head: bytes) -> None:
    """A spreadsheet is no CSV yet: the message says how it becomes one."""
    with pytest.raises(FileRefused, match="CSV"):
        FORMATS.detect(head, "book.xlsx")
    with pytest.raises(FileRefused, match="no form of file"):
        FORMATS.reader("xlsx", {}, "utf-8")


def test_likely_columns_are_proposed() -> None:
    """Where just one header can be meant; two of them, or none, are for a person to tell."""
    theirs = ["JobRef", "Appointment Date", "start_time", "Mobile", "Phone", "Colour", "UPRN"]
    assert FORMATS.suggested(theirs) == {
        "JobRef": "work_order_ref",
        "Appointment Date": "date",
        "start_time": "starts",
        "UPRN": "uprn",
    }
    assert FORMATS.headers(io.BytesIO(b"a,b\n"), "utf-8") == ["a", "b"]


def test_a_document_has_a_size() -> None:
    """What can only be read whole is not read beyond its limit."""

    class Endless(io.RawIOBase):
        def read(self, size: int = -1) -> bytes:
            """As much as is asked for."""
            return b"x" * size

    with pytest.raises(FileRefused, match="in parts"):
        read_whole(Endless())  # type: ignore[arg-type]
    assert limits.short("x" * 100) == "x" * 60 + "..."
    assert limits.short("a\x1b[2J") == "a?[2J"
    assert MOST_DOCUMENT_BYTES >= 10_000_000


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode), st.sampled_from(FORMATS.names))
def test_any_bytes_are_read_or_refused(data: bytes, form: str) -> None:
    """Nothing that a file may hold breaks its reader."""
    with suppress(FileRefused):
        for each in FORMATS.reader(form, {}, "latin-1").rows(io.BytesIO(data)):
            assert isinstance(each, Row | Fault)


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
