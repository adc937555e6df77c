"""What is wrong with a landlord's CSV: each cell named by row and column, and files that are refused as a whole."""

from __future__ import annotations

import io
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doorstep.adapters.feeds.csv_file import CsvFile
from doorstep.application.import_appointments import Booking
from doorstep.application.intake.reading import Fault, FileRefused, Row
from tests.adapters.feeds.csv_reading import ROW, read, read_bytes, table

FAULTS = [
    ("no reference", {"appointment_ref": ""}, "appointment_ref", "every appointment needs it"),
    ("only spaces", {"trade": "   "}, "trade", "every appointment needs it"),
    ("a long cell", {"trade": "x" * 1001}, "trade", "at most 1000"),
    ("only bars", {"address": "| |"}, "address", "write the address"),
    ("an American date", {"date": "07/31/2026"}, "date", "not a real date"),
    ("no such day", {"date": "2026-02-29"}, "date", "not a real date"),
    ("a date in words", {"date": "6 July"}, "date", "2026-11-23 or 23/11/2026"),
    ("a date before 1970", {"date": "1969-12-31"}, "date", "check the year"),
    ("an hour that is none", {"starts": "25:00"}, "starts", "24-hour clock"),
    ("half past in words", {"ends": "1pm"}, "ends", "24-hour clock"),
    ("an end before its start", {"ends": "07:30"}, "ends", "not after 08:00"),
    ("an end at its start", {"ends": "08:00"}, "ends", "not after 08:00"),
    ("a start that comes twice", {"date": "2026-10-25", "starts": "01:30"}, "starts", "clocks change"),
    ("an offset that is not London's", {"starts": "08:00Z"}, "starts", "leave the offset out"),
    ("the other offset", {"date": "2026-10-25", "starts": "00:30+00:00"}, "starts", "leave the offset out"),
    ("an offset too far", {"starts": "08:00+25:00"}, "starts", "not a time of day"),
    ("a start that is skipped", {"date": "2026-03-29", "starts": "01:30"}, "starts", "clocks change"),
    ("a username nobody has", {"operatives": "ann.ash cy.cedar"}, "operatives", "'cy.cedar' is no operative"),
    ("agreement in words", {"agreed_how": "Resident chose"}, "agreed_how", "small letters"),
    ("agreement without a time", {"agreed_at": ""}, "agreed_at", "fill all of"),
    ("a time without agreement", {"agreed_how": ""}, "agreed_how", "fill all of"),
    ("an ambiguous time", {"agreed_at": "2025-10-26 01:30"}, "agreed_at", "with its offset"),
    ("an impossible time", {"agreed_at": "2026-03-29 01:30"}, "agreed_at", "with its offset"),
    ("no date and time", {"agreed_at": "yesterday"}, "agreed_at", "write it as"),
    ("no real date and time", {"agreed_at": "2026-02-30 10:00"}, "agreed_at", "not a real date"),
    ("a time before 1970", {"agreed_at": "1969-02-03T10:00:00Z"}, "agreed_at", "from 1970"),
    ("a local time before 1970", {"agreed_at": "1968-02-03 10:00"}, "agreed_at", "1970"),
    ("a channel in words", {"notified_channel": "By post"}, "notified_channel", "small letters"),
    ("a message never sent", {"notified_sent_at": ""}, "notified_sent_at", "fill all of"),
    ("a message of no status", {"notified_status": ""}, "notified_status", "fill all of"),
    ("an alert to be reviewed on no day", {"alerts": "10: Two people (review 2027-02-30)"}, "alerts", "is no day"),
    ("an alert without words", {"alerts": "20-10:"}, "alerts", "its code, a colon and words"),
    ("an alert without a code", {"alerts": "10: two people | deaf"}, "alerts", "'deaf' is no alert"),
    ("a number without a label", {"phones": "07700 900123"}, "phones", "a label, a colon"),
    ("a number of letters", {"phones": "mobile: ask the neighbour"}, "phones", "a label, a colon"),
    ("the code of a key safe", {"key_safe": "1234"}, "key_safe", "never a code"),
    ("neither yes nor no", {"cancelled": "perhaps"}, "cancelled", "write yes, or leave it empty"),
    ("a place in words", {"place": "behind the shops"}, "place", "in degrees"),
    ("a place beyond the pole", {"place": "95, 0"}, "place", "nowhere on the earth"),
    ("a long UPRN", {"uprn": "1234567890123"}, "uprn", "up to 12 digits"),
    ("a code with a formula", {"sor_codes": "=1+1"}, "sor_codes", "no code"),
    ("too many codes", {"sor_codes": " ".join(map(str, range(51)))}, "sor_codes", "at most 50"),
    ("an assigned start without an end", {"assigned_ends": ""}, "assigned_ends", "fill all of"),
    ("a command for a date", {"date": "=cmd|' /C calc'!A1"}, "date", "is not a date"),
    ("a command for a username", {"operatives": "=cmd|'/C"}, "operatives", "no operative"),
    ("half a yes", {"cancelled": "maybe"}, "cancelled", "write yes"),
]


@pytest.mark.parametrize(("cells", "column", "words"), [fault[1:] for fault in FAULTS], ids=[f[0] for f in FAULTS])
def test_a_wrong_cell_is_named(cells: dict[str, str], column: str, words: str) -> None:
    """The fault says the row, the column and what to write; the right row beside it is still read."""
    booking, fault = read(table({**ROW, "appointment_ref": "A-0"}, {**ROW, **cells}))
    assert isinstance(booking, Booking)
    assert isinstance(fault, Fault)
    assert (fault.place, fault.column) == ("row 3", column)
    assert words in fault.words
    assert str(fault).startswith(f"row 3, {column}: ")


def test_all_faults_of_all_rows_are_named() -> None:
    """Whoever puts a file right does not want to find the next fault on the next try."""
    other = {**ROW, "appointment_ref": "A-2", "phones": "?", "operatives": "x y"}
    found = read(table({**ROW, "date": "?", "trade": "", "alerts": "?"}, other))
    assert [(f.place, f.column) for f in found if isinstance(f, Fault)] == [
        ("row 2", "date"),
        ("row 2", "trade"),
        ("row 2", "alerts"),
        ("row 3", "operatives"),
        ("row 3", "operatives"),
        ("row 3", "phones"),
    ]


def test_a_reference_that_stands_twice_is_named() -> None:
    """Two rows of one reference are two truths about one appointment."""
    _, fault = read(table(ROW, {**ROW, "window": "PM"}))
    assert str(fault) == "row 3, appointment_ref: 'A-1' stands in row 2 as well; keep one of the two."


def test_a_row_of_too_few_cells_is_named() -> None:
    """An unquoted comma shifts every cell after it: nothing of that row can be believed."""
    text = table(ROW, {**ROW, "appointment_ref": "A-2"}).replace("A-2,", "A-2,left, over,")
    _, fault = read(text)
    assert "row 3, the whole row: has 31 cells where the header has 29" in str(fault)


def test_a_row_of_too_many_or_too_few_cells_keeps_what_it_says() -> None:
    """By the header as far as it goes; what is beyond it stands with the last cell, so that nothing is lost."""
    file = io.BytesIO(b"appointment_ref,trade,place,notes\nA-1,Plumbing,here,there,and everywhere\nA-2,Joiner\n")
    more, fewer = CsvFile({"notes": ""}).rows(file)
    assert isinstance(more, Row)
    assert isinstance(fewer, Row)
    assert more.cells == {"appointment_ref": "A-1", "trade": "Plumbing", "place": "here, there, and everywhere"}
    assert fewer.cells == {"appointment_ref": "A-2", "trade": "Joiner"}
    assert [len(row.faults) for row in (more, fewer)] == [1, 1]
    assert not more.is_itself()


REFUSED = [
    ("nothing", "", "the file is empty"),
    ("an empty first row", ",,\n", "its first row is"),
    ("an unknown column", "colour," + table(ROW), "'colour'"),
    ("an unknown column alone", "colour\nred", "'colour'"),
    ("a column twice", table(ROW).replace("phones", "alerts", 1), "are alerts"),
    ("semicolons", table(ROW).replace(",", ";"), "separated by commas"),
    ("an open quote", table(ROW) + '"A-2', "after row 2"),
    ("50,000 columns in a short line", "," * 49_999 + "x", "at most 200"),
    ("50,000 columns by name", ",".join(f"column {number}" for number in range(50_000)), "longer than 200000 bytes"),
    ("a cell of a million", table(ROW) + '"' + "x\n" * 500_000, "after row 2"),
    ("a row without end", table(ROW) + '"a\n",' * 250_001, "or a row than 1000000"),
    ("a long cell", table({**ROW, "trade": "x" * 10_001}), "more than 10000 characters"),
    ("a NUL", table(ROW) + "A\0,", "after row 2"),
]


@pytest.mark.parametrize(("text", "words"), [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED])
def test_a_file_that_is_no_such_table_is_refused(text: str, words: str) -> None:
    """What is wrong with the file as a whole is said once."""
    with pytest.raises(FileRefused, match=words):
        read(text)


def test_a_file_that_was_cut_off_is_named() -> None:
    """Its last row has too few cells: the rows before it are whole."""
    text = table(ROW, {**ROW, "appointment_ref": "A-2"})
    booking, fault = read(text[:-200])
    assert isinstance(booking, Booking)
    assert "the file may have been cut off" in str(fault)


def test_another_encoding_is_refused_unless_it_is_asked_for() -> None:
    """A name with an accent, in an old Windows encoding, would come out as another name: nobody guesses which it is."""
    data = table({**ROW, "address": "Café, ZZ1 2AB"}).encode("cp1252")
    with pytest.raises(FileRefused, match="Save it again as CSV UTF-8"):
        read_bytes(data)
    [booking] = read_bytes(data, encoding="latin-1")
    assert isinstance(booking, Booking)
    assert booking.address == ("Café, ZZ1 2AB",)
    with pytest.raises(FileRefused, match="no encoding"):
        read_bytes(data, encoding="utf-16")


@given(st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_any_bytes_give_rows_or_a_refusal(data: bytes) -> None:
    """Nothing that a file may hold breaks the reader."""
    with suppress(FileRefused):
        for each in CsvFile({"a": "trade", "b": "", "": ""}).rows(io.BytesIO(data)):
            assert isinstance(each, Row | Fault)
