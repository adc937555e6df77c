"""A landlord's CSV: what its cells may hold, and each thing that is wrong with one, named by row and column."""

from __future__ import annotations

import csv
import io
import json
import tracemalloc
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doorstep.adapters.feeds.csv_file import CsvFile, headers
from doorstep.adapters.feeds.limits import MOST_COLUMNS
from doorstep.application.import_appointments import (
    Agreed,
    Alert,
    Assigned,
    Booking,
    KeySafe,
    Notification,
    PhoneNumber,
    Place,
    Window,
)
from doorstep.application.intake.columns import COLUMNS, NAMES
from doorstep.application.intake.reading import Fault, FileRefused, Landlords, Row, read_row
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
    "place": "51.5456000, -0.0567 block",
    "uprn": "010001234567",
    "sor_codes": "20060020, N390917 20060020",
    "contractor": "Larch and Lintel",
    "assigned_starts": "2026-07-06 09:00",
    "assigned_ends": "2026-07-06 10:00",
}


def table(*rows: dict[str, str], header: tuple[str, ...] = tuple(ROW)) -> str:
    """A CSV text of these rows."""
    text = io.StringIO()
    writer = csv.DictWriter(text, header, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def read(text: str) -> list[Booking | Fault]:
    """What is read of a CSV text."""
    return read_bytes(text.encode())


def read_bytes(data: bytes, mapping: dict[str, str] | None = None, encoding: str = "utf-8") -> list[Booking | Fault]:
    """What is read of a file's bytes, row by row."""
    found: list[Booking | Fault] = []
    for each in CsvFile(mapping, encoding).rows(io.BytesIO(data)):
        read = each if isinstance(each, Fault) else read_row(each, LANDLORDS)
        found += read if isinstance(read, list) else [read]
    return found


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
        place=Place(515456000, -567000, "block"),
        uprn="010001234567",
        sor_codes=("20060020", "N390917"),
        contractor="Larch and Lintel",
        assigned=Assigned("2026-07-06T08:00:00.000Z", "2026-07-06T09:00:00.000Z"),
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


def test_a_mapping_names_their_columns() -> None:
    """Their header in any case, ours by it; a column may be passed over; faults speak of theirs."""
    header = {"appointment_ref": "Job  Ref", "trade": "Craft"}
    text = table({**ROW, "date": "?"}).replace("cancelled", "cancelled,Notes", 1)
    lines = text.splitlines()
    lines[0] = lines[0].replace("appointment_ref", "Job  Ref").replace("trade", "Craft")
    lines[1] = lines[1].replace("no consent,", "no consent,,secret")
    mapping = {"job ref": "appointment_ref", "CRAFT": "trade", "notes": ""}
    [fault] = read_bytes("\n".join(lines).encode(), mapping)
    assert (fault.place, fault.column) == ("row 2", "date") if isinstance(fault, Fault) else False
    [row] = CsvFile(mapping).rows(io.BytesIO("\n".join(lines).encode()))
    assert isinstance(row, Row)
    assert row.fields == {"appointment_ref": "Job  Ref", "trade": "Craft"}
    assert "secret" not in str(row.cells)
    with pytest.raises(FileRefused, match="no column of the header is one of ours"):
        read_bytes(b"notes\nx", mapping)
    assert set(header) <= row.cells.keys() <= set(NAMES)


def test_the_header_is_read_by_itself() -> None:
    """So that a page can ask what each column means."""
    assert headers(io.BytesIO(table(ROW).encode()), "utf-8") == list(ROW)
    with pytest.raises(FileRefused, match="the file is empty"):
        headers(io.BytesIO(b""), "utf-8")
    assert 2 * len(COLUMNS) <= MOST_COLUMNS


@pytest.mark.parametrize("cell", ["=cmd|' /C calc'!A1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_a_formula_is_text(cell: str) -> None:
    """A spreadsheet would run it: in a column that takes words it comes in as just that."""
    assert only(table({**ROW, "trade": cell})).trade == " ".join(cell.split())


@given(st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_any_bytes_give_rows_or_a_refusal(data: bytes) -> None:
    """Nothing that a file may hold breaks the reader."""
    with suppress(FileRefused):
        for each in CsvFile({"a": "trade", "b": "", "": ""}).rows(io.BytesIO(data)):
            assert isinstance(each, Row | Fault)


cells = st.text(st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp")), max_size=20).map(
    lambda cell: " ".join(cell.split())
)


@given(st.lists(st.fixed_dictionaries(dict.fromkeys(("trade", "patch", "address"), cells)), max_size=5))
def test_what_is_written_is_read(rows: list[dict[str, str]]) -> None:
    """Commas, quotes, formulas and every letter: each cell comes back as it was, and empty rows are passed over."""
    read = list(CsvFile().rows(io.BytesIO(table(*rows, header=("trade", "patch", "address")).encode())))
    kept = [{name: cell for name, cell in row.items() if cell} for row in rows]
    assert [row.cells for row in read if isinstance(row, Row)] == [row for row in kept if row]


def test_a_big_file_is_read_in_little_memory() -> None:
    """Rows are read one by one: what is kept of each is its reference."""
    header, row = table(ROW).splitlines(keepends=True)
    data = io.BytesIO((header + "".join(row.replace("A-1", f"A-{number}") for number in range(2_000))).encode())
    tracemalloc.start()
    try:
        count = sum(1 for each in CsvFile().rows(data) if isinstance(each, Row))
        _, peak_bytes = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert count == 2_000
    assert peak_bytes < 1_000_000
