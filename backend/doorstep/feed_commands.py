"""What the `doorstep feeds` command does: let a system send appointments by itself, list those that do, end one."""

from __future__ import annotations

import argparse
import asyncio
import getpass
import sys
from collections.abc import Awaitable, Callable
from typing import Any

from doorstep.adapters.feeds.formats import FileFormats
from doorstep.application.intake.feeds import add_feed, feeds, revoke_feed
from doorstep.application.london import london_time
from doorstep.application.office import Office
from doorstep.application.writer import Refused
from doorstep.data_folder import add_way
from doorstep.settings import read_settings

DONE, FAULT = 0, 2
HOW = """\
Send files with it to POST /api/appointments/imports?dry_run=no, as: Authorization: Bearer {token}
It is shown this once, and opens nothing but that."""


def add_parser(commands: Any) -> None:
    """`doorstep feeds` and its ways."""
    command = commands.add_parser("feeds", help="systems that send appointments by themselves: add, list, revoke")
    ways = command.add_subparsers(metavar="WHAT", required=True)
    add = add_way(ways, "add", "a token for a system, shown once", _add)
    add.add_argument("name", help="what people call it: scheduler, housing")
    add.add_argument("--source", required=True, help="whose references its appointments bear")
    add.add_argument("--format", required=True, choices=FileFormats.names)
    add_way(ways, "list", "all feeds, and when each was last heard", _list)
    revoke = add_way(ways, "revoke", "its token opens nothing any more", _revoke)
    revoke.add_argument("name")


def _add(arguments: argparse.Namespace) -> int:
    async def work(office: Office) -> None:
        feed, token = await add_feed(office, arguments.name, arguments.source, arguments.format, getpass.getuser())
        print(
            f"{feed.name} may send {feed.format} of {feed.source}. Its token:\n\n{token}\n\n{HOW.format(token=token)}"
        )

    return _carried_out(arguments, work)


def _list(arguments: argparse.Namespace) -> int:
    async def work(office: Office) -> None:
        found = await feeds(office)
        for feed in found:
            heard = f"last heard {_at(feed.last_used_at)}" if feed.last_used_at else "never heard"
            ended = f", revoked {_at(feed.revoked_at)}" if feed.revoked_at else ""
            print(f"{feed.name}: {feed.format} of {feed.source}, {heard}{ended}")
        if not found:
            print("There are no feeds. See doorstep feeds add --help.")

    return _carried_out(arguments, work)


def _revoke(arguments: argparse.Namespace) -> int:
    async def work(office: Office) -> None:
        feed = await revoke_feed(office, arguments.name)
        print(f"{feed.name} is revoked: its token opens nothing any more.")

    return _carried_out(arguments, work)


def _carried_out(arguments: argparse.Namespace, work: Callable[[Office], Awaitable[None]]) -> int:
    from doorstep.main import open_office

    async def carry_out() -> int:
        async with open_office(read_settings(data=arguments.data)) as running:
            try:
                await work(running.office)
            except Refused as refused:
                print(f"doorstep: {refused.detail}", file=sys.stderr)
                return FAULT
        return DONE

    return asyncio.run(carry_out())


def _at(ms: int | None) -> str:
    return f"{london_time(ms or 0):%d/%m/%Y %H:%M}"
