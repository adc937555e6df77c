"""What the `doorstep people` command does: add people, list them, give them passwords, enrol phones, see them out."""

from __future__ import annotations

import argparse
import asyncio
import getpass
import secrets
import sys
from collections.abc import Awaitable, Callable
from typing import Any

from doorstep.application.access import ROLES
from doorstep.application.enrol_phone import CODE_MS, make_enrolment_code
from doorstep.application.keep_people import SHORTEST_PASSWORD, add_person, change_password, change_phone, person_left
from doorstep.application.london import london_time
from doorstep.application.office import Office
from doorstep.application.rows import Person
from doorstep.application.writer import Refused
from doorstep.data_folder import add_way
from doorstep.domain.chain import ALPHABET
from doorstep.settings import read_settings

DONE, FAULT = 0, 2
PASSWORD_GROUPS, GROUP_LETTERS = 4, 4


def add_parser(commands: Any) -> None:
    """`doorstep people` and its ways."""
    people = commands.add_parser("people", help="add people, list them, change passwords, enrol phones, see people out")
    ways = people.add_subparsers(metavar="WHAT", required=True)
    add = add_way(ways, "add", "add somebody who may sign in", _add)
    add.add_argument("username")
    add.add_argument("--name", required=True, help="as others see it")
    add.add_argument("--role", required=True, choices=ROLES)
    add.add_argument("--patch", default="", help="the patch that they see; left out: every patch")
    add.add_argument("--phone", default="", help="where a planner reaches them: an operative's work phone")
    phone = add_way(ways, "phone", "give somebody another telephone number", _phone)
    phone.add_argument("username")
    phone.add_argument("phone", help="left empty: none is held")
    password = add_way(ways, "password", "give somebody another password", _password)
    password.add_argument("username")
    for way in (add, password):
        way.add_argument(
            "--password-stdin",
            action="store_true",
            help="read the password from the first line of standard input; else one is made and shown once",
        )
    enrol = add_way(ways, "enrol", "a code with which an operative enrols their phone", _enrol)
    enrol.add_argument("username")
    add_way(ways, "list", "everybody, with their roles", _list)
    left = add_way(ways, "left", "somebody left: they are signed out at once, and what they recorded stays", _left)
    left.add_argument("username")


def _add(arguments: argparse.Namespace) -> int:
    password, is_made = _chosen(arguments)

    async def work(office: Office) -> int:
        person = await add_person(
            office,
            arguments.username,
            arguments.name,
            arguments.role,
            arguments.patch.strip(),
            password,
            phone=arguments.phone,
        )
        print(f"{person.username} may sign in as {person.role}{_on_patch(person)}.")
        _show(password, is_made)
        return DONE

    return _carried_out(arguments, work)


def _password(arguments: argparse.Namespace) -> int:
    password, is_made = _chosen(arguments)

    async def work(office: Office) -> int:
        person = await change_password(office, arguments.username, password)
        print(f"{person.username} has another password.")
        _show(password, is_made)
        return DONE

    return _carried_out(arguments, work)


def _phone(arguments: argparse.Namespace) -> int:
    async def work(office: Office) -> int:
        person = await change_phone(office, arguments.username, arguments.phone)
        print(
            f"{person.username} is reached at {person.phone}." if person.phone else f"{person.username} has no number."
        )
        return DONE

    return _carried_out(arguments, work)


def _enrol(arguments: argparse.Namespace) -> int:
    async def work(office: Office) -> int:
        person = await office.store.person_named(arguments.username.strip().casefold())
        if person is None:
            raise Refused("not-found", f"There is nobody called {arguments.username}.")
        made = await make_enrolment_code(office, None, person)
        print(f"Code: {made.code}")
        print(f"It enrols one phone within {CODE_MS // 60_000} minutes: {person.name} signs in there and types it in.")
        return DONE

    return _carried_out(arguments, work)


def _list(arguments: argparse.Namespace) -> int:
    async def work(office: Office) -> int:
        people = await office.store.people()
        for person in people:
            print("\t".join((person.username, person.role, person.patch or "every patch", person.name, _since(person))))
        print(f"{len(people)} people", file=sys.stderr)
        return DONE

    return _carried_out(arguments, work)


def _left(arguments: argparse.Namespace) -> int:
    async def work(office: Office) -> int:
        person = await person_left(office, arguments.username)
        print(f"{person.username} is signed out and cannot sign in again. What they recorded stays.")
        return DONE

    return _carried_out(arguments, work)


def _carried_out(arguments: argparse.Namespace, work: Callable[[Office], Awaitable[int]]) -> int:
    from doorstep.main import open_office

    async def within_the_office() -> int:
        async with open_office(read_settings(data=arguments.data)) as running:
            return await work(running.office)

    try:
        return asyncio.run(within_the_office())
    except Refused as refused:
        print(f"doorstep: {refused.detail}", file=sys.stderr)
        return FAULT


def _chosen(arguments: argparse.Namespace) -> tuple[str, bool]:
    """The password, and whether it was made here."""
    if not arguments.password_stdin:
        return made_password(), True
    if sys.stdin.isatty():
        return getpass.getpass(f"Password, at least {SHORTEST_PASSWORD} characters: "), False
    return sys.stdin.readline().rstrip("\r\n"), False


def made_password() -> str:
    """72 random bits in letters that nobody mistakes for one another, in groups that can be read out."""
    letters = ALPHABET.lower()
    return "-".join("".join(secrets.choice(letters) for _ in range(GROUP_LETTERS)) for _ in range(PASSWORD_GROUPS))


def _show(password: str, is_made: bool) -> None:
    if is_made:
        print(f"Password: {password}")
        print("It is shown this once. Give it to them in person, or by telephone.")


def _on_patch(person: Person) -> str:
    return f" on patch {person.patch}" if person.patch else " on every patch"


def _since(person: Person) -> str:
    return f"left {london_time(person.left_at):%d %B %Y}" if person.left_at is not None else ""
