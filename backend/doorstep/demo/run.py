"""What `doorstep demo` does: fill a folder with the invented landlord, serve it, and say how to sign in."""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from pathlib import Path
from typing import Any

import msgspec
import uvloop

from doorstep.adapters.policies import NoPolicyInForce
from doorstep.application.london import london_date
from doorstep.application.rows import AppointmentRow
from doorstep.demo.landlord import NAME, PLANNER_NUMBER, REBOOKING_NUMBER, Landlord, Member, invent_landlord
from doorstep.demo.seed import book_today, fill
from doorstep.domain.instants import format_instant
from doorstep.settings import Settings, read_settings

ROLES = ("operative", "planner", "supervisor", "auditor", "admin")
MARK = "demo.json"


class Mark(msgspec.Struct, frozen=True):
    """What a folder of a demonstration says of itself, so that no real landlord's folder is ever taken for one."""

    seed: int
    is_filled: bool


class NotADemonstration(RuntimeError):
    """The folders hold something that cannot be shown; the message says what to do."""


def add_parser(commands: Any) -> None:
    """`doorstep demo`, with its arguments."""
    demo = commands.add_parser("demo", help="serve an invented landlord, and print a sign-in for each role")
    demo.add_argument("--data", type=Path, default=Path("demo-data"), help="the folder to keep it in (%(default)s)")
    demo.add_argument("--seed", type=int, help="which landlord to invent (default: the folder's own, or 1)")
    demo.add_argument("--host", default="127.0.0.1", help="the address to listen on (%(default)s)")
    demo.add_argument("--port", type=int, default=8000, help="0 takes a free one (%(default)s)")
    demo.add_argument("--json", action="store_true", help="print one JSON object for scripts, once it answers")
    demo.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Fill the folder where it is empty, add today's appointments where there are none, and serve until stopped."""
    settings = read_settings(
        data=arguments.data.absolute(),
        host=arguments.host,
        port=arguments.port,
        is_secure=False,
        planner_number=PLANNER_NUMBER,
        rebooking_number=REBOOKING_NUMBER,
    )
    uvloop.run(_demonstrate(settings, arguments.seed, as_json=arguments.json))
    return 0


async def _demonstrate(settings: Settings, seed: int | None, *, as_json: bool) -> None:
    from doorstep.main import serve

    landlord, today = await prepare(settings, seed)

    def tell(url: str) -> None:
        told = as_object(url, settings.data, landlord, today)
        sys.stdout.write(f"{json.dumps(told)}\n" if as_json else in_words(url, settings.data, landlord))
        sys.stdout.flush()

    await serve(settings, tell)


async def prepare(settings: Settings, seed: int | None) -> tuple[Landlord, list[AppointmentRow]]:
    """A folder with the landlord and today's appointments. Raises NotADemonstration for a folder of another kind."""
    from doorstep.main import SystemClock, only_server, open_office

    with only_server(settings.data):
        mark = _begin(settings, seed)
        landlord = invent_landlord(mark.seed)
        async with open_office(settings) as running:
            now_ms = SystemClock().now_ms()
            try:
                if not mark.is_filled:
                    await fill(running.office, landlord, london_date(now_ms))
                today = await book_today(running.office, landlord, now_ms)
            except NoPolicyInForce as fault:
                raise NotADemonstration(f"{settings.rules}: {fault}") from None
        _write_mark(settings.data, Mark(mark.seed, is_filled=True))
    return landlord, today


def _begin(settings: Settings, seed: int | None) -> Mark:
    """The folder's mark. One whose filling was broken off is emptied first: nobody has used it yet."""
    file = settings.data / MARK
    if not file.exists():
        if settings.database.exists():
            raise NotADemonstration(f"{settings.data} holds a landlord that is not made up. Give another --data.")
        mark = Mark(1 if seed is None else seed, is_filled=False)
        _write_mark(settings.data, mark)
        return mark
    mark = msgspec.json.decode(file.read_bytes(), type=Mark)
    if seed is not None and seed != mark.seed:
        raise NotADemonstration(
            f"{settings.data} holds the landlord of seed {mark.seed}. Give --seed {mark.seed}, or another --data."
        )
    if not mark.is_filled:
        for half in settings.data.glob(f"{settings.database.name}*"):
            half.unlink()
        shutil.rmtree(settings.photos, ignore_errors=True)
    return mark


def _write_mark(data: Path, mark: Mark) -> None:
    (data / MARK).write_bytes(msgspec.json.encode(mark))


def as_object(url: str, data: Path, landlord: Landlord, today: list[AppointmentRow]) -> dict[str, Any]:
    """What a script needs in order to drive the demonstration."""
    usernames = {member.person_id: member.username for member in landlord.people}
    return {
        "url": url,
        "data": str(data),
        "seed": landlord.seed,
        "sign_ins": {role: _sign_in(landlord.of_role(role)[0]) for role in ROLES},
        "people": [{**_sign_in(member), "role": member.role, "patch": member.patch} for member in landlord.people],
        "appointments": [
            {
                "appointment_id": row.appointment_id,
                "operative_username": usernames.get(operative_id, operative_id),
                "address": row.address,
                "window": row.window,
                "starts_at": format_instant(row.starts_at),
                "ends_at": format_instant(row.ends_at),
            }
            for row in today
            for operative_id in row.operative_ids
        ],
    }


def _sign_in(member: Member) -> dict[str, str]:
    return {
        "username": member.username,
        "password": member.password,
        "person_id": member.person_id,
        "name": member.name,
    }


def in_words(url: str, data: Path, landlord: Landlord) -> str:
    """What a person needs in order to look around."""
    first = [landlord.of_role(role)[0] for role in ROLES]
    widest = max(len(member.username) for member in first)
    lines = [
        "",
        f"This is a demonstration. {NAME}: its people, homes and telephone numbers are made up.",
        f"It is kept in {data}. Stop it with Ctrl-C; start it again and everything is still there.",
        "",
        f"  The phone, for operatives    {url}/door/",
        f"  The office, for all others   {url}/office/",
        "",
        *(f"  {member.role:<11} {member.username:<{widest}}  {member.password}" for member in first),
        "",
    ]
    return "\n".join(lines) + "\n"
