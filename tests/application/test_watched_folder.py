"""A watched folder: files are taken in once they are whole, moved with what was said, and again without a change."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from doorstep.application.intake.kept import ImportRun
from doorstep.application.intake.watching_folder import WatchedFolder
from doorstep.application.lists import AppointmentFilter
from doorstep.domain.instants import MS_PER_DAY
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


def names_in(folder: Path) -> list[str]:
    """What lies in a folder."""
    return sorted(path.name for path in folder.iterdir())


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


async def test_no_link_is_followed(bench: Bench, watched: WatchedFolder, folder: Path, tmp_path: Path) -> None:
    """Neither of a file nor of a folder: what lies elsewhere is not read, and not moved away from there."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "kept.csv").write_text(FILE)
    (folder / "drs").symlink_to(elsewhere)
    (folder / "drs.csv").symlink_to(elsewhere / "kept.csv")
    await watched.look()
    assert await watched.look() == 0
    assert await sources(bench) == []
    assert (elsewhere / "kept.csv").read_text() == FILE


async def test_a_pipe_holds_nobody_up(bench: Bench, watched: WatchedFolder, folder: Path) -> None:
    """Nobody writes to it: opening it would wait for ever."""
    os.mkfifo(folder / "drs.pipe")
    (folder / "drs.csv").write_text(FILE)
    await watched.look()
    assert await watched.look() == 1
    assert await sources(bench) == [("drs", "A-1")]


async def test_what_is_said_is_written_over_nothing(watched: WatchedFolder, folder: Path, tmp_path: Path) -> None:
    """Neither over another file that was dropped, nor through a link to one that lies elsewhere."""
    ours = tmp_path / "server.key"
    ours.write_text("a key")
    (folder / "done").mkdir()
    (folder / "done" / "drs.csv.txt").symlink_to(ours)
    (folder / "done" / "housing.csv.txt").write_text("dropped before")
    for name in ("drs.csv", "housing.csv"):
        (folder / name).write_text(FILE)
    await watched.look()
    assert await watched.look() == 2
    assert ours.read_text() == "a key"
    assert (folder / "done" / "housing.csv.txt").read_text() == "dropped before"
    assert (folder / "done" / "drs (2).csv").read_text() == FILE
    assert "2 rows" in (folder / "done" / "housing (2).csv.txt").read_text()


@pytest.mark.parametrize("name", [b"aaa." + b"x" * 247 + b".csv", b"aaa.\xff\xfe.csv", b"aaa.line\nbreak.csv"])
async def test_no_name_holds_up_the_other_files(any_bench: Bench, folder: Path, name: bytes) -> None:
    """As long as names can be, or in no encoding: taken in and moved like any other, and so is what comes after it."""
    assert any_bench.office.intake
    watched = WatchedFolder(any_bench.office, any_bench.office.intake, folder)
    (folder / os.fsdecode(name)).write_text(FILE)
    (folder / "drs.csv").write_text(FILE)
    await watched.look()
    assert await watched.look() == 2
    assert await sources(any_bench) == [("aaa", "A-1"), ("drs", "A-1")]
    assert names_in(folder) == ["done"]


async def test_what_cannot_be_moved_is_taken_in_once(bench: Bench, watched: WatchedFolder, folder: Path) -> None:
    """It stays where it is, and holds up no other; changed, it is taken in again."""
    (folder / "done").write_text("no folder")
    (folder / "drs.csv").write_text(FILE)
    (folder / "housing.csv").write_bytes(b"PK\x03\x04")
    assert [await watched.look() for _ in range(4)] == [0, 2, 0, 0]
    assert len(await bench.office.store.records(ImportRun)) == 2
    assert (folder / "refused" / "housing.csv").exists()
    (folder / "done").unlink()
    (folder / "drs.csv").write_text(FILE + "\n")
    assert [await watched.look() for _ in range(2)] == [0, 1]
    assert (folder / "done" / "drs.csv").exists()


async def test_files_are_forgotten_when_their_rows_are(bench: Bench, watched: WatchedFolder, folder: Path) -> None:
    """They hold names and numbers too: so many days after they were moved they go, and nothing else of the folder."""
    (folder / "drs.csv").write_text(FILE)
    os.utime(folder / "drs.csv", (0, 0))
    await watched.look()
    await watched.look()
    (folder / "housing.csv").write_text(FILE)
    bench.clock.ms = time.time_ns() // 1_000_000 + 29 * MS_PER_DAY
    assert await watched.forget(30) == 0
    bench.clock.ms += 2 * MS_PER_DAY
    assert await watched.forget(30) == 2
    assert list((folder / "done").iterdir()) == []
    assert (folder / "housing.csv").exists()
