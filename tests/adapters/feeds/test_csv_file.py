"""A landlord's CSV as it is read: what its cells may hold, in which order and form its columns may come."""

from __future__ import annotations

import io
import json
import tracemalloc

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
from doorstep.application.intake.reading import Fault, FileRefused, Row
from doorstep.domain.appointment import read_appointment
from tests.adapters.feeds.csv_reading import ROW, only, read, read_bytes, table


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
        ({"date": "2026-10-25", "starts": "01:30+01:00"}, "2026-10-25T00:30:00.000Z"),
        ({"date": "2026-10-25", "starts": "1:30 +0000"}, "2026-10-25T01:30:00.000Z"),
        ({"date": "2026-10-25", "starts": "01:30Z"}, "2026-10-25T01:30:00.000Z"),
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
