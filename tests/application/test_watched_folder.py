"""A watched folder: files are taken in once they are whole, moved with what was said, and again without a change."""

from __future__ import annotations

from pathlib import Path

import pytest

from doorstep.application.intake.watching_folder import WatchedFolder
from doorstep.application.lists import AppointmentFilter
from tests.csv_files import ROW, csv_of
from tests.makers import Bench

FILE = csv_of(ROW, {**ROW, "appointment_ref": "A-2", "date": "never"})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder that other systems write to."""
    made = tmp_path / "from-outside"
    made.mkdir()
    return made


@pytest.fixture
def watched(bench: Bench, folder: Path) -> WatchedFolder:
    """Whoever looks into it."""
    assert bench.office.intake
    return WatchedFolder(bench.office, bench.office.intake, folder)


async def sources(bench: Bench) -> list[tuple[str, str]]:
    """Which appointments there are, and whose references they bear."""
    rows = await bench.office.store.appointment_rows(AppointmentFilter())
    return sorted((row.source, row.source_ref) for row in rows)


async def test_a_file_is_taken_in_once_it_stands_still(bench: Bench, watched: WatchedFolder, folder: Path) -> None:
    """Two looks of one size; then it is moved, with its faults in words beside it."""
    file = folder / "drs.bookings.csv"
    file.write_text(FILE[:-20])
    assert await watched.look() == 0
    file.write_text(FILE)
    assert (await watched.look(), await sources(bench)) == (0, [])
    assert await watched.look() == 1
    assert await sources(bench) == [("drs", "A-1")]
    assert not file.exists()
    assert (folder / "done" / file.name).read_text() == FILE
    said = (folder / "done" / "drs.bookings.csv.txt").read_text()
    assert "2 rows: 1 new, 0 changed, 0 as they were, 1 held, with 1 faults." in said
    assert "row 3, date: 'never' is not a date" in said
    assert await watched.look() == 0


async def test_a_folder_may_name_the_source(bench: Bench, watched: WatchedFolder, folder: Path) -> None:
    """What lies in a folder is of the system that the folder is called by; hidden files are still being written."""
    (folder / "housing").mkdir()
    (folder / "housing" / "today.csv").write_text(FILE)
    (folder / "housing" / ".being-written.csv").write_text(FILE)
    await watched.look()
    assert await watched.look() == 1
    assert await sources(bench) == [("housing", "A-1")]
    assert [path.name for path in (folder / "housing").iterdir()] == [".being-written.csv"]


async def test_what_cannot_be_read_is_moved_aside(bench: Bench, watched: WatchedFolder, folder: Path) -> None:
    """With the reason in words; nothing of it went in."""
    for name in ("drs.csv", "a name.csv"):
        (folder / name).write_bytes(b"PK\x03\x04" if name == "drs.csv" else FILE.encode())
    await watched.look()
    assert await watched.look() == 2
    assert await sources(bench) == []
    assert "Save the sheet as CSV" in (folder / "refused" / "drs.csv.txt").read_text()
    assert "source names the system" in (folder / "refused" / "a name.csv.txt").read_text()


async def test_the_same_file_after_a_crash_changes_nothing(bench: Bench, watched: WatchedFolder, folder: Path) -> None:
    """Taken in but not moved: it is taken in again, and keeps its own name beside the first."""
    for _ in range(2):
        (folder / "drs.csv").write_text(FILE)
        await watched.look()
        assert await watched.look() == 1
        assert len(await bench.office.store.entries(0, 100)) == 1
    assert sorted(path.name for path in (folder / "done").iterdir()) == [
        "drs (2).csv",
        "drs (2).csv.txt",
        "drs.csv",
        "drs.csv.txt",
    ]


async def test_while_another_file_comes_in_it_waits(bench: Bench, watched: WatchedFolder, folder: Path) -> None:
    """One run at a time: it stays where it is, and is taken at a later look."""
    (folder / "drs.csv").write_text(FILE)
    await watched.look()
    assert bench.office.intake
    async with bench.office.intake.gate:
        assert await watched.look() == 0
    assert (folder / "drs.csv").exists()
    assert await watched.look() == 1
