"""The housing system's flat file, and which form a file is of: what is read of each, and what is refused by name."""

from __future__ import annotations

import io
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doorstep.adapters.feeds import limits
from doorstep.adapters.feeds.formats import BOOKING_XML, CSV, FLAT_FILE, HUB_JSON
from doorstep.adapters.feeds.limits import MOST_DOCUMENT_BYTES, read_whole
from doorstep.application.import_appointments import Booking, PhoneNumber
from doorstep.application.intake.reading import Fault, FileRefused, Row, read_row
from tests.adapters.feeds.system_reading import FORMATS, LANDLORDS, only_row, read, refusal

FLAT = (
    "'HEADER','501','01/04/2026','07:56'\r\n"
    "'ORDER-CREATE','0000','L4711','77','20 Days','01-Apr-2026 07:56','19-Apr-2026 07:56','0',"
    "'Fit lock, front door. It''s stuck','XAJ','19-Apr-2026 07:56','','00000501','0',' ','MS A PERSON','01632960123',"
    "' ','ANY PM please','1'\r\n"
    "'SCHEDULED-ITEMS','0000','L4711','Joiner','0','N390917','   1.00','  12.57','1','00000502'\r\n"
    "'TRAILER','501','4'\r\n"
)


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
    assert [each.cells if isinstance(each, Row) else {} for each in faults] == [
        {},
        {"appointment_ref": "L2", "work_order_ref": "L2"},
        {"work_order_ref": "L9", "trade": "x", "sor_codes": "y"},
        {name: cell for name, cell in row.cells.items() if name not in ("trade", "sor_codes")},
    ]


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
