"""What the `doorstep log` command does: a checkpoint now, the key to check by, another key, and after a restore."""

from __future__ import annotations

import argparse
import asyncio
import sys
from pathlib import Path
from typing import Any

from doorstep.adapters.log_key import NEXT, Ed25519LogKey, usable_key, verifier
from doorstep.application.checkpoints import is_signed_by, make_checkpoint
from doorstep.application.log_keys import change_key, next_origin, restore_log, vkeys_of
from doorstep.application.office import Office
from doorstep.application.ports import OutsideFailed
from doorstep.application.publish_checkpoints import publish_waiting
from doorstep.data_folder import add_way, existing
from doorstep.domain.checkpoint import Note, NoteMalformed, read_note, read_vkey
from doorstep.main import Running, only_server, open_office
from doorstep.settings import Settings

DONE, NOT_PUBLISHED = 0, 1


class RestoreRefused(RuntimeError):
    """The log may not go on under another name; the message says why."""


def add_parser(commands: Any) -> None:
    """`doorstep log` and its ways."""
    log = commands.add_parser("log", help="the log's checkpoints and key, and how it goes on after a restore")
    ways = log.add_subparsers(metavar="WHAT", required=True)
    add_way(ways, "checkpoint", "sign the log's head now, publish it, and print it", _checkpoint)
    add_way(ways, "key", "print the verifier key, which whoever wants to check needs", _key)
    add_way(ways, "rotate-key", "sign with a new key from now on; stop the server first", _rotate)
    words = "after a restore from backup, or a lost key, go on under a new name; stop the server first"
    restored = add_way(ways, "restored", words, _back)
    restored.add_argument(
        "--checkpoint", type=Path, required=True, metavar="FILE", help="the last checkpoint that was published"
    )
    restored.add_argument(
        "--log-key", default="", metavar="KEY", help="the verifier key of that checkpoint, where the log knows it not"
    )


def _key(arguments: argparse.Namespace) -> int:
    print(asyncio.run(_vkey(existing(arguments.data))))
    return DONE


async def _vkey(settings: Settings) -> str:
    async with open_office(settings) as running:
        return running.office.log_key.vkey


def _checkpoint(arguments: argparse.Namespace) -> int:
    return asyncio.run(_make(existing(arguments.data)))


async def _make(settings: Settings) -> int:
    async with open_office(settings) as running:
        print((await make_checkpoint(running.office)).note, end="")
        return await _published(running)


async def _published(running: Running) -> int:
    try:
        while await publish_waiting(running.office, running.publishers):
            pass
    except OutsideFailed as failed:
        print(f"It is kept, and not published yet: {failed} The server tries again.", file=sys.stderr)
        return NOT_PUBLISHED
    return DONE


def _rotate(arguments: argparse.Namespace) -> int:
    settings = existing(arguments.data)
    with only_server(settings.data):
        asyncio.run(_change_key(settings))
        # Opened again, the log has the new key in its place, and a head that both have signed.
        status = asyncio.run(_make(settings))
        print("From now on this key signs. Hand it to everybody who checks:", asyncio.run(_vkey(settings)), sep="\n")
    return status


async def _change_key(settings: Settings) -> None:
    async with open_office(settings) as running:
        new = Ed25519LogKey.made(running.office.log_key.origin)
        # Kept before the log names it: the other way round, a power cut would leave a log that nobody can sign for.
        new.keep(settings.data, NEXT)
        await change_key(running.office, new.vkey)


def _back(arguments: argparse.Namespace) -> int:
    settings = existing(arguments.data)
    text = arguments.checkpoint.read_text("utf-8")
    with only_server(settings.data):
        asyncio.run(_go_on(settings, text, arguments.log_key))
        status = asyncio.run(_make(settings))
        print("The log goes on under a new name and key. Hand it to everybody who checks:")
        print(asyncio.run(_vkey(settings)))
    return status


async def _go_on(settings: Settings, text: str, log_key: str) -> None:
    # Opened as it is: neither the old key nor what it published may keep it shut now.
    async with open_office(settings, adopts=False) as running:
        office = running.office
        try:
            note = read_note(text)
            await _check_that_something_was_lost(office, note, log_key, settings.data)
        except NoteMalformed as malformed:
            raise RestoreRefused(f"That is no checkpoint, or no key: {malformed}.") from malformed
        new = Ed25519LogKey.made(next_origin(note.origin))
        new.keep(settings.data, NEXT)
        await restore_log(office, text, new.vkey)


async def _check_that_something_was_lost(office: Office, note: Note, log_key: str, data: Path) -> None:
    vkeys = await vkeys_of(office.store)
    believed = [log_key] if log_key else vkeys
    named = [vkey for vkey in believed if read_vkey(vkey).name == note.origin]
    if not any(is_signed_by(note, verifier(vkey)) for vkey in named):
        raise RestoreRefused(
            "No key of this log signed that checkpoint. If the key was changed after the backup was made, give the "
            "verifier key that was handed out then with --log-key."
        )
    key = usable_key(data)
    if key is None or vkeys[-1:] != [key.vkey]:
        return
    size = office.writer.tree_head().size
    if note.head.size <= size and await office.store.root_at(note.head.size) == note.head.root:
        raise RestoreRefused(
            f"All {note.head.size} entries of that checkpoint are in the log, as they were: nothing that was published "
            "is lost. Start the server as usual."
        )
