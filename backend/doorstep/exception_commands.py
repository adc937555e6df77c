"""The `doorstep exceptions` command: the daily digest of data exceptions, printed or sent, and where it goes."""

from __future__ import annotations

import argparse
import asyncio
from typing import Any

from doorstep.application.data_exceptions.digest import make_digests, send_digests
from doorstep.data_folder import existing, takes_data
from doorstep.digest_opening import digest_post_of
from doorstep.main import open_office
from doorstep.settings import Settings

MIDNIGHT = 0


def add_parser(commands: Any) -> None:
    """`doorstep exceptions` and its ways."""
    exceptions = commands.add_parser("exceptions", help="what is wrong with the data, and the daily digest of it")
    ways = exceptions.add_subparsers(metavar="WHAT", required=True)
    digest = ways.add_parser("digest", help="send today's digest to each role that has not had it")
    digest.add_argument("--print", action="store_true", dest="prints", help="print what would be sent; send nothing")
    takes_data(digest)
    digest.set_defaults(run=_digest)


def _digest(arguments: argparse.Namespace) -> int:
    settings = existing(arguments.data)
    return asyncio.run(_digests(settings, prints=arguments.prints))


async def _digests(settings: Settings, *, prints: bool) -> int:
    post = digest_post_of(settings)
    async with open_office(settings, adopts=False) as running:
        if prints:
            for digest in await make_digests(running.office, settings.office_url):
                print(f"To: {digest.owner}\nSubject: {digest.subject}\n\n{digest.text}")
        else:
            sent = await send_digests(running.office, post, MIDNIGHT, settings.office_url)
            print(
                f"{sent} sent. A role has one a day." if sent else "Nothing was sent: each had today's, or see above."
            )
    return 0
