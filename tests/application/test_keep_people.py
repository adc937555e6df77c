"""Who works here: people are added once, kept by patch and role, given passwords, and seen out for good."""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from doorstep import people_commands
from doorstep.application.keep_people import add_person, change_password, change_phone, person_left
from doorstep.application.sign_in import Tries, sign_in
from doorstep.application.writer import Refused
from doorstep.people_commands import made_password
from tests.makers import Bench, a_session

PASSWORD = "a long passphrase"


async def test_somebody_who_was_added_signs_in(any_bench: Bench) -> None:
    """A username is the same in capitals, and the role and patch are as given."""
    added = await add_person(any_bench.office, " Ann.Ash ", "Ann Ash", "planner", "North", PASSWORD)
    _, session = await sign_in(any_bench.office, Tries(), "ANN.ash", PASSWORD, None, "peer")
    assert session.person == added
    assert (added.username, added.name, added.role, added.patch) == ("ann.ash", "Ann Ash", "planner", "North")


async def test_a_number_to_ring_is_kept_and_changed(any_bench: Bench) -> None:
    """A planner rings it; who is given another one stays signed in, and what is no number is refused."""
    office = any_bench.office
    added = await add_person(office, "ann", "Ann", "operative", "", PASSWORD, phone=" 07700 900123 ")
    session = await a_session(any_bench, added, 11)
    assert added.phone == "07700 900123"
    assert (await change_phone(office, "Ann", "+44 7700 900124")).phone == "+44 7700 900124"
    assert await office.store.session(session.token_hash, any_bench.clock.ms) is not None
    assert (await change_phone(office, "ann", "")).phone == ""
    for wrong in ("ring me", "1", "07700 900123; drop"):
        with pytest.raises(Refused) as refused:
            await change_phone(office, "ann", wrong)
        assert refused.value.more["path"] == "phone"


@pytest.mark.parametrize(
    ("username", "role", "password", "path"),
    [
        ("", "planner", PASSWORD, "username"),
        ("ann ash", "planner", PASSWORD, "username"),
        ("a" * 101, "planner", PASSWORD, "username"),
        ("ann", "manager", PASSWORD, "role"),
        ("ann", "planner", "short", "password"),
    ],
)
async def test_what_cannot_be_taken_is_refused_by_field(
    bench: Bench, username: str, role: str, password: str, path: str
) -> None:
    """The message names the field to put right, and nobody is added."""
    with pytest.raises(Refused) as refused:
        await add_person(bench.office, username, "Ann", role, "", password)
    assert refused.value.more["path"] == path
    assert await bench.office.store.people() == []


async def test_a_username_belongs_to_one_person(any_bench: Bench) -> None:
    """Evidence names people: a second person of one name would be taken for the first, even after they left."""
    await add_person(any_bench.office, "ann", "Ann", "operative", "", PASSWORD)
    await person_left(any_bench.office, "ann")
    with pytest.raises(Refused, match="already"):
        await add_person(any_bench.office, "Ann", "Another Ann", "operative", "", PASSWORD)


async def test_another_password_replaces_the_one_before(any_bench: Bench) -> None:
    """The old password opens nothing, and what it opened is shut; other people stay signed in."""
    ann = await add_person(any_bench.office, "ann", "Ann", "operative", "", PASSWORD)
    pat = await add_person(any_bench.office, "pat", "Pat", "planner", "", PASSWORD)
    stolen, other = await a_session(any_bench, ann, 9), await a_session(any_bench, pat)
    await change_password(any_bench.office, "Ann", "another passphrase")
    store, now_ms = any_bench.office.store, any_bench.clock.ms
    assert await store.session(stolen.token_hash, now_ms) is None
    assert await store.session(other.token_hash, now_ms) is not None
    with pytest.raises(Refused):
        await sign_in(any_bench.office, Tries(), "ann", PASSWORD, None, "peer")
    await sign_in(any_bench.office, Tries(), "ann", "another passphrase", None, "peer")


async def test_who_left_is_signed_out_and_stays_known(any_bench: Bench) -> None:
    """A session ends at once, a sign-in is refused, and the name stays for what they recorded."""
    ann = await add_person(any_bench.office, "ann", "Ann", "operative", "", PASSWORD)
    session = await a_session(any_bench, ann, 9)
    await person_left(any_bench.office, "ann")
    assert await any_bench.office.store.session(session.token_hash, any_bench.clock.ms) is None
    with pytest.raises(Refused):
        await sign_in(any_bench.office, Tries(), "ann", PASSWORD, None, "peer")
    assert [person.left_at for person in await any_bench.office.store.people()] == [any_bench.clock.ms]


async def test_nobody_by_that_name_is_refused(bench: Bench) -> None:
    """A slip in a username changes nobody."""
    for changing in (change_password(bench.office, "ann", PASSWORD), person_left(bench.office, "ann")):
        with pytest.raises(Refused, match="nobody called ann"):
            await changing


Run = Callable[..., int]


@pytest.fixture
def people(tmp_path: Path) -> Run:
    """The people command on a data folder of its own."""
    parser = argparse.ArgumentParser()
    people_commands.add_parser(parser.add_subparsers())

    def run(way: str, *rest: str) -> int:
        arguments = parser.parse_args(["people", way, *rest, "--data", str(tmp_path)])
        return int(arguments.run(arguments))

    return run


def test_the_command_adds_lists_and_sees_out(people: Run, capsys: pytest.CaptureFixture[str]) -> None:
    """A password is made and shown once; the list shows everybody, who left included, and no password."""
    assert people("add", "ann", "--name", "Ann Ash", "--role", "operative", "--patch", "North") == 0
    shown = capsys.readouterr().out
    password = shown.partition("Password: ")[2].splitlines()[0]
    assert len(password) >= 12
    assert people("add", "pat", "--name", "Pat Pine", "--role", "planner") == 0
    assert people("left", "ann") == 0
    capsys.readouterr()
    assert people("list") == 0
    listed = capsys.readouterr().out.splitlines()
    assert listed[0].startswith("ann\toperative\tNorth\tAnn Ash\tleft ")
    assert listed[1] == "pat\tplanner\tevery patch\tPat Pine\t"
    assert password not in "".join(listed)


def test_a_refusal_is_said_and_is_the_exit_status(people: Run, capsys: pytest.CaptureFixture[str]) -> None:
    """A script that adds people notices the one that was not added."""
    assert people("password", "ann") == 2
    said = capsys.readouterr()
    assert "nobody called ann" in said.err
    assert "Password" not in said.out


def test_made_passwords_differ_and_can_be_read_out() -> None:
    """No two are alike, and no letter of them looks like another."""
    made = {made_password() for _ in range(50)}
    assert len(made) == 50
    assert not set("".join(made)) & set("0o1il2z5s8buv")


def test_a_password_is_read_from_standard_input(tmp_path: Path) -> None:
    """It never stands on a command line, where everybody on the machine could read it."""
    command = [sys.executable, "-m", "doorstep.cli", "people"]
    rest = ["--data", str(tmp_path), "--password-stdin"]
    add = [*command, "add", "ann", "--name", "Ann", "--role", "admin", *rest]
    added = subprocess.run(add, input=f"{PASSWORD}\n", capture_output=True, text=True, check=False)
    assert (added.returncode, added.stdout) == (0, "ann may sign in as admin on every patch.\n")
    short = subprocess.run(
        [*command, "password", "ann", *rest], input="short\n", capture_output=True, text=True, check=False
    )
    assert (short.returncode, short.stdout) == (2, "")
    assert "at least 12 characters" in short.stderr
