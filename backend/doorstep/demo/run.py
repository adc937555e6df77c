"""What `doorstep demo` does: fill a folder with the invented landlord, serve it, and say how to sign in."""

from __future__ import annotations

import argparse
import asyncio
import json
import shutil
import sqlite3
import sys
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
import uvloop

from doorstep.adapters.policies import NoPolicyInForce
from doorstep.adapters.sqlite.store import SqliteStore
from doorstep.application.london import london_date
from doorstep.application.rows import AppointmentRow
from doorstep.application.store import Store
from doorstep.demo.diary import DiaryClock
from doorstep.demo.enrolling import office_at
from doorstep.demo.landlord import (
    MOST_HOMES,
    PLANNER_NUMBER,
    REBOOKING_NUMBER,
    Landlord,
    invent_landlord,
)
from doorstep.demo.living import live_on
from doorstep.demo.mark import (
    MARK,
    SIZES,
    SMALL,
    WHOLE,
    Asked,
    NotADemonstration,
    Size,
    mark_of,
    mark_shown,
    read_mark,
    write_mark,
)
from doorstep.demo.put_down import FolderShelf
from doorstep.demo.quick_passwords import QuickPasswords
from doorstep.demo.quick_photos import QuickPhotos
from doorstep.demo.rules_folder import keep_linked, link_rules
from doorstep.demo.seed import SHORTEST, begins_at, book_today, catch_up, fill
from doorstep.demo.telling import as_object, in_words
from doorstep.settings import Settings, read_settings

DAYS_A_WEEK = 7


def add_parser(commands: Any) -> None:
    """`doorstep demo`, with its arguments."""
    demo = commands.add_parser("demo", help="serve an invented landlord, and print a sign-in for each role")
    demo.add_argument("--data", type=Path, default=Path("demo-data"), help="the folder to keep it in (%(default)s)")
    demo.add_argument("--seed", type=int, help="which landlord to invent (default: the folder's own, or 1)")
    demo.add_argument(
        "--homes", type=int, help=f"40 to {MOST_HOMES} homes (default: the folder's own, or {WHOLE.homes})"
    )
    demo.add_argument(
        "--days", type=int, help=f"2 to 1000 days of it, today the last (default: the folder's own, or {WHOLE.days})"
    )
    demo.add_argument(
        "--size",
        choices=SIZES,
        help="how large it is, where --homes and --days do not say: small is two days of 40 homes, usual a year of "
        f"{WHOLE.homes:,}, large two years of {MOST_HOMES:,} "
        "(some hours and 6 GB of memory to make, going on where they were broken off; default: the folder's own)",
    )
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
        # Whatever this machine's environment says: nobody is texted about a made-up appointment.
        notify_key="",
        notify_callback_token="",
    )
    size = SIZES[arguments.size] if arguments.size else None
    homes = arguments.homes or (size.homes if size else None)
    days = arguments.days or (size.days if size else None)
    asked = Asked(arguments.seed, homes, days)
    uvloop.run(_demonstrate(settings, asked, as_json=arguments.json))
    return 0


async def _demonstrate(settings: Settings, asked: Asked, *, as_json: bool) -> None:
    from doorstep.main import Running, serve

    landlord, today = await _prepare(settings, asked, _tell_progress)

    def tell(url: str) -> None:
        told = as_object(url, settings.data, landlord, today)
        sys.stdout.write(f"{json.dumps(told)}\n" if as_json else in_words(url, settings.data, landlord))
        sys.stdout.flush()

    own = with_its_rules(settings)

    async def beside(running: Running) -> None:
        living = live_on(running.office, running.looker, landlord, partial(mark_shown, settings.data))
        if own.rules == settings.rules:
            await living
        else:
            await asyncio.gather(living, keep_linked(settings.rules, own.rules))

    await serve(own, tell, beside)


def _tell_progress(day: date) -> None:
    if day.day <= DAYS_A_WEEK:
        sys.stderr.write(f"demo: living through {day:%B %Y}\n")
        sys.stderr.flush()


async def prepare(
    settings: Settings, seed: int | None, size: Size = SMALL, tell: Callable[[date], None] = lambda _: None
) -> tuple[Landlord, list[AppointmentRow]]:
    """A folder with the landlord and today's appointments. Raises NotADemonstration for a folder of another kind."""
    return await _prepare(settings, Asked(seed, size=size), tell)


async def _prepare(
    settings: Settings, asked: Asked, tell: Callable[[date], None]
) -> tuple[Landlord, list[AppointmentRow]]:
    from doorstep.logging_setup import set_up_logging
    from doorstep.main import SystemClock, only_server, open_office

    # Before anything is logged: until then a log line would go to standard output, among what the command says.
    set_up_logging()
    with only_server(settings.data):
        now_ms = SystemClock().now_ms()
        day = london_date(now_ms)
        mark = mark_of(settings, asked)
        shelf = FolderShelf(settings.data, await _log_size(settings.database) if settings.database.exists() else 0)
        if not mark.is_filled and not shelf.is_begun:
            _empty(settings, shelf)
            mark = msgspec.structs.replace(mark, begun=day.isoformat())
            write_mark(settings.data, mark)
        begun = date.fromisoformat(mark.begun) if mark.begun else day
        landlord = invent_landlord(mark.seed, mark.homes)
        # The policies come into use when the story begins, so that the log's hours rise from its first entry on.
        clock = None if mark.is_filled else DiaryClock(begins_at(begun, mark.days))
        async with open_office(with_its_rules(settings), clock) as running:
            office = replace(office_at(running.office, SystemClock()), passwords=QuickPasswords())
            if landlord.is_vast:
                photos = QuickPhotos(settings.photos)
                office = replace(office, photos=photos, decoder=photos)
            try:
                if not mark.is_filled:
                    async with _hurried(running.office.store, landlord):
                        await fill(office, landlord, begun, mark.days, tell, shelf)
                    mark = msgspec.structs.replace(mark, is_filled=True, shown=begun.isoformat())
                    write_mark(settings.data, mark)
                    shelf.clear()
                if mark.shown:
                    await catch_up(office, landlord, date.fromisoformat(mark.shown), day)
                today = await book_today(office, landlord, now_ms)
            except NoPolicyInForce as fault:
                raise NotADemonstration(f"{settings.rules}: {fault}") from None
        write_mark(settings.data, msgspec.structs.replace(mark, shown=day.isoformat()))
    return landlord, today


def _hurried(store: Store, landlord: Landlord) -> AbstractAsyncContextManager[None]:
    """A vast landlord's past can be made again, so its making does not wait for the disk."""
    return store.filling() if landlord.is_vast and isinstance(store, SqliteStore) else nullcontext()


def with_its_rules(settings: Settings) -> Settings:
    """A past that is longer than the policies needs an earlier standard, which only the demonstration has."""
    if not (settings.data / MARK).exists() or read_mark(settings.data).days <= SHORTEST:
        return settings
    return msgspec.structs.replace(settings, rules=link_rules(settings.rules, settings.data / "rules"))


async def _log_size(database: Path) -> int:
    """How long the log is that was committed; nought where the file was not even begun whole."""
    try:
        store = await SqliteStore.open(database)
    except sqlite3.DatabaseError:
        return 0
    try:
        return store.tree_head().size
    finally:
        await store.close()


def _empty(settings: Settings, shelf: FolderShelf) -> None:
    """What was broken off before its first week, or after its last, begins anew: nobody has used it yet."""
    for half in settings.data.glob(f"{settings.database.name}*"):
        half.unlink()
    shutil.rmtree(settings.photos, ignore_errors=True)
    shelf.clear()
