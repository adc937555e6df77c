"""`doorstep policy replay` over a real data folder: three forms, drafts from files, and what it says of faults."""

from __future__ import annotations

import asyncio
import csv
import json
import sqlite3
import subprocess
import tomllib
from contextlib import closing
from pathlib import Path
from shutil import copytree

import pytest

from doorstep.adapters.sqlite.store import SqliteStore
from doorstep.settings import CHECKOUT
from tests.makers import DAY, a_person, a_session, a_visit, an_office, closed, send
from tests.test_log_commands import DOORSTEP, Shell

RULES = CHECKOUT / "rules" / "no_access" / "2026-11-01.toml"
PERIOD = ("--from", DAY, "--to", DAY)


@pytest.fixture(scope="module")
def shell(tmp_path_factory: pytest.TempPathFactory) -> Shell:
    """A folder with one visit that was recorded and one that was refused; and one where somebody got in after all."""
    made = Shell(tmp_path_factory.mktemp("landlord"))
    asyncio.run(_lived(made))
    return made


async def _lived(shell: Shell) -> None:
    store = await SqliteStore.open(shell.settings.database)
    bench = await an_office(shell.data, store)
    operative = await a_person(bench, 1, "operative")
    session = await a_session(bench, operative, 11)
    recorded = await a_visit(bench, session, 1, "A-1")
    recorded.whole()
    refused = await a_visit(bench, session, 2, "A-2")
    refused.until_planner()
    refused.card_and_record(t=720_000)
    await send(bench, session, recorded.bodies)
    await send(bench, session, refused.bodies, len(recorded.bodies) + 1)
    entered = await a_visit(bench, session, 3, "A-3")
    entered.whole()
    entered.state("access_gained", 1_000_000)
    await send(bench, session, entered.bodies, len(recorded.bodies) + len(refused.bodies) + 1)
    await closed(bench)
    await store.close()


def told(shell: Shell, *words: str) -> str:
    """What a program reads of the command: progress and words are beside it."""
    asked = [str(DOORSTEP), "policy", "replay", *words, "--data", str(shell.data)]
    return subprocess.run(asked, capture_output=True, text=True, timeout=60, check=True).stdout


def replayed(shell: Shell, *words: str | Path, status: int = 0) -> str:
    """What the command says."""
    return shell.run("policy", "replay", *PERIOD, *words, status=status)


def test_in_words(shell: Shell) -> None:
    """Counts, why, what nobody was asked for, and that the replay agrees with what was told; progress beside it."""
    said = replayed(shell, "--set", "waited.minutes=10", "--set", "knocked.apart_minutes=3")
    assert "2 visits recorded as missed" in said
    assert "1 would now be refused\n  1 for knocked: asked for in another form then" in said
    assert "Nobody was asked then for what the draft asks beyond it" in said
    assert "all 2 came to what was told then" in said
    assert "2 of 2 visits" in said
    assert "Apart from these, recordings after which somebody got in: 1." in said
    assert "would refuse 1 of them that were allowed, and allow 0 that were refused; 0 could not be judged." in said
    assert "1 would now be allowed" in replayed(shell, "--set", "waited.minutes=10")
    assert "0 visits recorded as missed of patch elsewhere" in replayed(shell, "--patch", "elsewhere")


def test_as_a_table(shell: Shell) -> None:
    """Each visit a row, with what comes of it and why."""
    text = told(shell, *PERIOD, "--set", "waited.minutes=20", "--format", "csv")
    rows = list(csv.DictReader(text.splitlines()))
    assert [(row["result"], row["why"], row["agrees"], row["entered_later"]) for row in rows] == [
        ("would_refuse", "waited:waiting:other", "true", "false"),
        ("refused", "waited:waiting:other", "true", "false"),
        ("would_refuse", "waited:waiting:other", "true", "true"),
    ]


def test_as_json(shell: Shell) -> None:
    """One object, with the draft itself; of a period without visits too."""
    drafted = ("--set", "waited.minutes=10", "--format", "json")
    held = json.loads(told(shell, *PERIOD, *drafted))
    assert [each["result"] for each in held["visits"]] == ["allowed", "would_allow", "allowed"]
    assert [each["entered_later"] for each in held["visits"]] == [False, False, True]
    assert (held["judged"], held["entered_later"]["allowed"]) == (2, 1)
    assert (held["results"]["would_allow"], held["disagreeing"]) == (1, 0)
    assert next(row for row in held["draft"]["clauses"] if row["clause"] == "waited")["at_least_seconds"] == 600
    none = json.loads(told(shell, "--from", "2027-01-01", "--to", "2027-01-02", *drafted))
    assert none["visits"] == []


def test_a_draft_from_a_file(shell: Shell, tmp_path: Path) -> None:
    """A whole policy as in the rules folder, TOML or JSON, and changes on top of it."""
    text = RULES.read_text().replace("at_least_seconds = 900", "at_least_seconds = 600")
    toml, as_json = tmp_path / "draft.toml", tmp_path / "draft.json"
    toml.write_text(text)
    as_json.write_text(json.dumps(tomllib.loads(text)))
    for file in (toml, as_json):
        assert "1 would now be allowed" in replayed(shell, file)
        assert "1 would now be refused" in replayed(shell, file, "--set", "waited.minutes=20", "--set", "planner=off")


def test_faults_are_said_and_end_with_two(shell: Shell, tmp_path: Path) -> None:
    """A draft that is none, a file that is not there or no JSON, days the wrong way round."""
    broken = tmp_path / "draft.json"
    broken.write_text("{")
    for words, why in (
        (("--set", "wait.minutes=10"), "there is no clause 'wait'"),
        (("--set", "waited"), "is not a change"),
        ((tmp_path / "gone.toml",), "there is no such file"),
        ((tmp_path / "gone.json",), "cannot be read"),
        ((broken,), "is not JSON"),
    ):
        assert why in replayed(shell, *words, status=2)
    assert "Turn them round" in shell.run("policy", "replay", "--from", "2026-12-01", "--to", DAY, status=2)
    assert "is not a day" in shell.run("policy", "replay", "--from", "today", "--to", DAY, status=2)


def test_a_replay_that_disagrees_says_so_and_ends_with_one(shell: Shell, tmp_path: Path) -> None:
    """Where somebody altered what is kept of a visit, the replay cannot be relied on."""
    other = Shell(tmp_path / "altered")
    copytree(shell.data, other.data)
    with closing(sqlite3.connect(other.settings.database)) as database, database:
        for trigger in database.execute("SELECT name FROM sqlite_master WHERE type='trigger'").fetchall():
            database.execute(f"DROP TRIGGER {trigger[0]}")
        database.execute(
            "UPDATE bodies SET body=CAST(replace(CAST(body AS TEXT),'door_knocked','note_added') AS BLOB) "
            "WHERE instr(body,CAST('\"knock\"' AS BLOB))"
        )
    said = replayed(other, status=1)
    assert "2 of 2 visits come to something else than was told then" in said
    assert "`doorstep audit` says what was altered" in said
