"""`doorstep feeds` as people run it: a process of its own, its words, its ends, and a token that really opens."""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
import sys
from pathlib import Path

from doorstep.application.intake.feeds import feed_of
from doorstep.main import open_office
from doorstep.settings import read_settings

FEEDS = [sys.executable, "-m", "doorstep.cli", "feeds"]
TOKEN = re.compile(r"^doorstep_feed_\S+$", re.MULTILINE)


def feeds(data: Path, *words: str) -> tuple[int, str, str]:
    """How the command ends, and what it says on each channel."""
    ended = subprocess.run(
        [*FEEDS, *words, "--data", str(data)],
        env={name: value for name, value in os.environ.items() if not name.startswith("DOORSTEP_")},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return ended.returncode, ended.stdout, ended.stderr


async def opens(data: Path, token: str) -> str:
    """The feed that a token opens; nothing where it opens none."""
    async with open_office(read_settings({}, data=data)) as running:
        feed = await feed_of(running.office, token)
        return f"{feed.name}: {feed.format} of {feed.source}" if feed else ""


def test_a_feed_is_added_listed_and_revoked(tmp_path: Path) -> None:
    """Its token is shown once and opens what was said; once it is revoked it opens nothing, and that is listed."""
    status, said, _ = feeds(tmp_path, "add", "scheduler", "--source", "drs", "--format", "booking_xml")
    [token] = TOKEN.findall(said)
    assert (status, "scheduler may send booking_xml of drs" in said) == (0, True)
    assert asyncio.run(opens(tmp_path, token)) == "scheduler: booking_xml of drs"
    status, said, _ = feeds(tmp_path, "list")
    assert (status, said.splitlines()[-1]) == (0, "scheduler: booking_xml of drs, never heard")
    assert token not in said
    status, said, _ = feeds(tmp_path, "revoke", "scheduler")
    assert (status, "is revoked" in said) == (0, True)
    assert asyncio.run(opens(tmp_path, token)) == ""
    assert ", never heard, revoked " in feeds(tmp_path, "list")[1]


def test_what_cannot_be_done_is_said_and_ends_with_2(tmp_path: Path) -> None:
    """A name twice, a source that is none, a form that is not read, an unknown feed; none at all is no fault."""
    status, said, _ = feeds(tmp_path, "list")
    assert (status, said.splitlines()[-1]) == (0, "There are no feeds. See doorstep feeds add --help.")
    add = ("add", "housing", "--source", "uh", "--format", "flat_file")
    assert feeds(tmp_path, *add)[0] == 0
    status, said, told = feeds(tmp_path, *add)
    assert (status, "may send" in said) == (2, False)
    assert "There is a feed called 'housing'. Revoke it first" in told
    for words, why in (
        (("add", "other", "--source", "two words", "--format", "csv"), "source names the system"),
        (("add", "other", "--source", "x", "--format", "pdf"), "invalid choice: 'pdf'"),
        (("revoke", "scheduler"), "There is no feed called 'scheduler' in use"),
    ):
        status, said, told = feeds(tmp_path, *words)
        assert (status, why in told) == (2, True), told
    listed = feeds(tmp_path, "list")[1].splitlines()
    assert [line for line in listed if "never heard" in line] == ["housing: flat_file of uh, never heard"]
