"""A landlord's CSV: what its cells may hold, and each thing that is wrong with one, named by row and column."""

from __future__ import annotations

import csv
import io
import json
import tracemalloc
from collections.abc import Iterator

import pytest

from doorstep.adapters.csv_bookings import COLUMNS, CsvUnreadable, Landlords, RowFault, read_bookings
from doorstep.application.import_appointments import (
    Agreed,
    Alert,
    Booking,
    KeySafe,
    Notification,
    PhoneNumber,
    Window,
)
from doorstep.domain.appointment import read_appointment

LANDLORDS = Landlords("drs", {"ann.ash": "id-ann", "bob.birch": "id-bob"}, "01632 960002")
ROW = {
    "appointment_ref": "A-1",
    "work_order_ref": "WO-100417",
    "property_ref": "P-9",
    "address": "Flat 4 | 12 Sample Street | ZZ1 2AB",
    "window": "AM",
    "date": "2026-07-06",
    "starts": "08:00",
    "ends": "13:00",
    "priority": "Routine",
    "trade": "Plumbing",
    "patch": "North",
    "operatives": "bob.birch Ann.Ash",
    "agreed_how": "resident_chose",
    "agreed_at": "2026-07-01 10:15",
    "notified_channel": "sms",
    "notified_sent_at": "2026-07-03T09:00:00+01:00",
    "notified_status": "delivered",
    "notified_status_at": "2026-07-03T08:00:04Z",
    "contact_requests": "Come to the side door | Text first",
    "alerts": "20-10: Hard of hearing (review 2027-02-01) | 10: Two people",
    "phones": "mobile: 07700 900123 | home: 01632 960123",
    "key_safe": "no consent",
    "cancelled": "",
}


def table(*rows: dict[str, str], header: tuple[str, ...] = tuple(ROW)) -> str:
    """A CSV text of these rows."""
    text = io.StringIO()
    writer = csv.DictWriter(text, header, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def read(text: str) -> list[Booking | RowFault]:
    """What is read of a CSV text."""
    return list(read_bookings(io.StringIO(text, newline=""), LANDLORDS))


def read_bytes(data: bytes) -> list[Booking | RowFault]:
    """What is read of a file's bytes, opened as the port says."""
    return list(read_bookings(io.TextIOWrapper(io.BytesIO(data), "utf-8-sig", newline=""), LANDLORDS))


def only(text: str) -> Booking:
    """The one booking of a text without faults."""
    [booking] = read(text)
    assert isinstance(booking, Booking), booking
    return booking


def test_a_whole_row_is_read() -> None:
    """Every column ends up where the judge and the phone look for it, in UTC."""
    booking = only(table(ROW))
    assert booking == Booking(
        source="drs",
        source_ref="A-1",
        work_order_ref="WO-100417",
        property_ref="P-9",
        address=("Flat 4", "12 Sample Street", "ZZ1 2AB"),
        window=Window("AM", "2026-07-06T07:00:00.000Z", "2026-07-06T12:00:00.000Z"),
        priority="routine",
        trade="Plumbing",
        agreed=Agreed("resident_chose", "2026-07-01T09:15:00.000Z"),
        notifications=(Notification("sms", "2026-07-03T08:00:00.000Z", "delivered", "2026-07-03T08:00:04.000Z"),),
        contact_requests=booking.contact_requests,
        alerts=(Alert("20-10", "Hard of hearing", "2027-02-01"), Alert("10", "Two people")),
        phone_numbers=(PhoneNumber("mobile", "07700 900123"), PhoneNumber("home", "01632 960123")),
        operative_ids=("id-ann", "id-bob"),
        patch="North",
        rebooking_number="01632 960002",
        key_safe=KeySafe(has_consent=False),
    )
    assert [request.text for request in booking.contact_requests] == ["Come to the side door", "Text first"]


def test_a_row_with_only_what_is_needed_is_read() -> None:
    """Columns that need not be there may be missing altogether."""
    needed = {column.name: ROW[column.name] for column in COLUMNS if column.is_required}
    booking = only(table(needed, header=tuple(needed)))
    assert (booking.agreed, booking.notifications, booking.operative_ids, booking.patch) == (None, (), (), "")


def test_what_is_read_can_be_judged() -> None:
    """The snapshot fits the strict form that judges take."""
    appointment = read_appointment(json.loads(only(table(ROW)).snapshot()))
    assert appointment.alert_codes == {"20-10", "10"}


def test_contact_requests_keep_their_ids() -> None:
    """An id follows from the words: it is the same in another place and another file, and no two share one."""
    one = only(table(ROW)).contact_requests
    two = only(table({**ROW, "contact_requests": "Text first | Text first | Come to the side door"})).contact_requests
    assert set(one) == set(two)
    assert len({request.request_id for request in two}) == len(two) == 2


def test_columns_may_stand_in_any_order() -> None:
    """Spreadsheets are rearranged; a header with capitals and spaces is the same header."""
    header = tuple(reversed(ROW))
    text = table(ROW, header=header)
    spaced = text.replace(",".join(header), " , ".join(name.title() for name in header))
    assert read(text) == read(spaced) == read(table(ROW))


def test_a_byte_order_mark_and_either_line_end_are_taken() -> None:
    """Excel writes a mark and CRLF; other programs write neither."""
    text = table(ROW)
    for data in (text, text.replace("\r\n", "\n"), "\ufeff" + text):
        assert read_bytes(data.encode()) == read(text)


def test_quoted_cells_may_hold_commas_and_line_breaks() -> None:
    """A line break within a cell counts as a space: an address stays on its lines by bars alone."""
    booking = only(table({**ROW, "address": 'Flat "B",\n12 Sample   Street | ZZ1 2AB'}))
    assert booking.address == ('Flat "B", 12 Sample Street', "ZZ1 2AB")


def test_empty_rows_are_passed_over() -> None:
    """Spreadsheets leave rows of nothing but commas at the end."""
    assert len(read(table(ROW) + "\r\n" + "," * (len(ROW) - 1) + "\r\n")) == 1


@pytest.mark.parametrize(
    ("cells", "starts_at"),
    [
        ({"date": "2026-12-07"}, "2026-12-07T08:00:00.000Z"),
        ({"date": "06/07/2026"}, "2026-07-06T07:00:00.000Z"),
        ({"date": "2026-10-25", "starts": "9:00:00"}, "2026-10-25T09:00:00.000Z"),
        ({"date": "2026-03-29"}, "2026-03-29T07:00:00.000Z"),
    ],
)
def test_windows_are_on_the_london_clock(cells: dict[str, str], starts_at: str) -> None:
    """Summer and winter, on the days of the changes too; with slashes the day stands first."""
    assert only(table({**ROW, **cells})).window.starts_at == starts_at


@pytest.mark.parametrize(
    ("cell", "instant"),
    [
        ("2026-07-01 10:15", "2026-07-01T09:15:00.000Z"),
        ("2026-07-01T10:15:30", "2026-07-01T09:15:30.000Z"),
        ("2026-01-05 10:15", "2026-01-05T10:15:00.000Z"),
        ("2026-07-01T10:15:30.25Z", "2026-07-01T10:15:30.250Z"),
        ("2026-07-01T10:15:30+02:00", "2026-07-01T08:15:30.000Z"),
        ("2026-07-01 10:15:30 +0100", "2026-07-01T09:15:30.000Z"),
        ("2025-10-26T01:30:00+01:00", "2025-10-26T00:30:00.000Z"),
    ],
)
def test_date_times_take_an_offset_or_london(cell: str, instant: str) -> None:
    """One council's scheduler writes offsets, Z and local times in one export."""
    agreed = only(table({**ROW, "agreed_at": cell})).agreed
    assert agreed is not None
    assert agreed.at == instant


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
    ("half a yes", {"cancelled": "maybe"}, "cancelled", "write yes"),
]


@pytest.mark.parametrize(("cells", "column", "words"), [fault[1:] for fault in FAULTS], ids=[f[0] for f in FAULTS])
def test_a_wrong_cell_is_named(cells: dict[str, str], column: str, words: str) -> None:
    """The fault says the row, the column and what to write; the right row beside it is still read."""
    booking, fault = read(table({**ROW, "appointment_ref": "A-0"}, {**ROW, **cells}))
    assert isinstance(booking, Booking)
    assert isinstance(fault, RowFault)
    assert (fault.row, fault.column) == (3, column)
    assert words in fault.words
    assert str(fault).startswith(f"row 3, {column}: ")


def test_all_faults_of_all_rows_are_named() -> None:
    """Whoever puts a file right does not want to find the next fault on the next try."""
    found = read(table({**ROW, "date": "?", "trade": "", "alerts": "?"}, {**ROW, "phones": "?", "operatives": "x y"}))
    assert [(f.row, f.column) for f in found if isinstance(f, RowFault)] == [
        (2, "date"),
        (2, "trade"),
        (2, "alerts"),
        (3, "operatives"),
        (3, "operatives"),
        (3, "phones"),
        (3, "appointment_ref"),
    ]


def test_a_reference_that_stands_twice_is_named() -> None:
    """Two rows of one reference are two truths about one appointment."""
    _, fault = read(table(ROW, {**ROW, "window": "PM"}))
    assert str(fault) == "row 3, appointment_ref: 'A-1' stands in row 2 as well; keep one of the two."


def test_a_row_of_too_few_cells_is_named() -> None:
    """An unquoted comma shifts every cell after it: nothing of that row can be believed."""
    text = table(ROW, {**ROW, "appointment_ref": "A-2"}).replace("A-2,", "A-2,left, over,")
    _, fault = read(text)
    assert "row 3, the whole row: has 25 cells where the header has 23" in str(fault)


UNREADABLE = [
    ("nothing", "", "lacks appointment_ref"),
    ("an unknown column", "colour," + table(ROW), "'colour'"),
    ("a missing column", table(ROW).replace("trade", "patch", 1), "lacks trade"),
    ("a column twice", table(ROW).replace("phones", "alerts", 1), "alerts twice"),
    ("semicolons", table(ROW).replace(",", ";"), "separated by commas"),
    ("an open quote", table(ROW) + '"A-2', "after row 2"),
]


@pytest.mark.parametrize(("text", "words"), [case[1:] for case in UNREADABLE], ids=[case[0] for case in UNREADABLE])
def test_a_file_that_is_no_such_table_is_refused(text: str, words: str) -> None:
    """What is wrong with the file as a whole is said once."""
    with pytest.raises(CsvUnreadable, match=words):
        read(text)


def test_a_file_in_another_encoding_is_refused() -> None:
    """A name with an accent, in an old Windows encoding, would come out as another name."""
    with pytest.raises(CsvUnreadable, match="Save it again as CSV UTF-8"):
        read_bytes(table({**ROW, "address": "Café, ZZ1 2AB"}).encode("cp1252"))


def test_a_big_file_is_read_in_little_memory() -> None:
    """Rows are read one by one: what is kept of each is its reference."""

    def lines() -> Iterator[str]:
        header, row = table(ROW).splitlines(keepends=True)
        yield header
        for number in range(2_000):
            yield row.replace("A-1", f"A-{number}")

    tracemalloc.start()
    try:
        count = sum(1 for booking in read_bookings(lines(), LANDLORDS) if isinstance(booking, Booking))
        _, peak_bytes = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert count == 2_000
    assert peak_bytes < 1_000_000
