"""Bookings of the scheduler as XML: what is read of them, and what is refused before any of it is believed."""

from __future__ import annotations

import pytest

from doorstep.adapters.feeds.formats import BOOKING_XML
from doorstep.adapters.feeds.moments import london_parts
from doorstep.application.import_appointments import Assigned, Booking
from doorstep.application.intake.reading import Row, read_row
from tests.adapters.feeds.system_reading import LANDLORDS, only_row, read, refusal

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
    row = only_row(BOOKING_XML, BOOKING.replace("4711", "{{workOrderId}}"))
    assert [str(fault) for fault in row.faults] == [
        "booking 9001, primaryOrderNumber: still holds the sender's placeholder '{{workOrderId}}'; see its settings."
    ]
    assert (row.cells["property_ref"], row.is_itself()) == ("L-77", True)


def test_several_bookings_of_one_file() -> None:
    """Each is a row of its own; one again is two truths; one without its slot is a row that lacks it, and not lost."""
    inner = "<bookingConfirmation>" + BOOKING.split("<bookingConfirmation>")[1].partition("</bookingConfirmation>")[0]
    later = inner.replace("9001", "9002").replace("planningWindow", "other")
    rows = read(
        BOOKING_XML, f"<b>{inner}</bookingConfirmation>{inner}</bookingConfirmation>{later}</bookingConfirmation></b>"
    )
    first, again, without = rows
    assert isinstance(first, Row)
    assert isinstance(again, Row)
    assert "stands in this file before" in again.faults[0].words
    assert (again.cells, again.is_itself(), first.is_itself()) == (first.cells, False, True)
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
    ("starts", "ends", "instants"),
    [
        ("2026-10-25T01:30:00+01:00", "2026-10-25T01:15:00+00:00", ("00:30", "01:15")),
        ("2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z", ("00:30", "01:30")),
        ("2026-10-25T01:00:00+00:00", "2026-10-25T05:00:00", ("01:00", "05:00")),
        ("2026-10-25T00:15:00", "2026-10-25T01:59:00+01:00", ("23:15", "00:59")),
    ],
)
def test_an_offset_settles_the_hour_that_comes_twice(starts: str, ends: str, instants: tuple[str, str]) -> None:
    """Both of October's hours are taken, each as the one that it is; even a slot from the first into the second."""
    content = BOOKING.replace("2026-07-06T08:00:00", starts).replace("2026-07-06T13:00:00", ends)
    row = only_row(BOOKING_XML, content)
    booking = read_row(Row(row.place, row.cells | {"address": "4 Sample Street"}), LANDLORDS)
    assert isinstance(booking, Booking), booking
    assert (booking.window.starts_at[11:16], booking.window.ends_at[11:16]) == instants


def test_a_slot_that_ends_before_it_starts_by_its_offsets_is_named() -> None:
    """The clock shows a later time, and the instant is an earlier one."""
    content = BOOKING.replace("2026-07-06T08:00:00", "2026-10-25T01:15:00+00:00")
    content = content.replace("2026-07-06T13:00:00", "2026-10-25T01:30:00+01:00")
    faults = read_row(only_row(BOOKING_XML, content), LANDLORDS)
    assert isinstance(faults, list)
    assert "01:30 is not after 01:15" in {fault.column: fault.words for fault in faults}["planningWindowEnd"]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("2026-10-25T00:30:00Z", ("2026-10-25", "01:30+01:00")),
        ("2026-10-25T01:30:00Z", ("2026-10-25", "01:30+00:00")),
        ("2026-10-25T01:30:00+01:00", ("2026-10-25", "01:30+01:00")),
        ("2026-10-25T01:30:00+00:00", ("2026-10-25", "01:30+00:00")),
        ("2026-10-25T01:30:00", ("2026-10-25", "01:30")),
        ("2026-10-25T02:00:00Z", ("2026-10-25", "02:00")),
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
