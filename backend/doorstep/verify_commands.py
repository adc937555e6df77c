"""What `doorstep verify` does: check a pack that somebody brings, with no data folder and no network."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from doorstep.adapters.log_key import Ed25519Verifier, verifier
from doorstep.adapters.mail import AddressRefused
from doorstep.adapters.p256 import verifies
from doorstep.adapters.timestamps import is_stamp_of, stamp_fault
from doorstep.application.pack.findings import STEPS, WORDS
from doorstep.application.pack.opening import PackUnread, open_pack
from doorstep.application.pack.verify import Checked, Means, verify
from doorstep.domain.checkpoint import NoteMalformed

SOUND, FAULTY, UNREAD = 0, 1, 2
MOST_KEY_BYTES = 1000
MARKS = {"good": "Checked", "bad": "Wrong", "unchecked": "Not checked"}


class KeyUnread(ValueError):
    """What was given is no log key; the message says why."""


def add_parser(commands: Any) -> None:
    """`doorstep verify`."""
    check = commands.add_parser("verify", help="check a visit's evidence pack, and name any file at fault")
    check.add_argument("pack", type=Path, metavar="PACK", help="the ZIP")
    check.add_argument(
        "--log-key",
        required=True,
        metavar="KEY",
        help="the landlord's log key, or a file that holds it; it must come from outside the pack",
    )
    check.add_argument(
        "--timestamp-root",
        type=Path,
        metavar="FILE",
        help="root certificates (PEM) of the authority whose timestamp the pack holds",
    )
    check.set_defaults(run=_verify)


def _verify(arguments: argparse.Namespace) -> int:
    try:
        means = Means(
            log_key=log_key(arguments.log_key),
            verifies=verifies,
            is_stamp_of=is_stamp_of,
            stamp_fault=stamp_fault(arguments.timestamp_root) if arguments.timestamp_root else None,
        )
        files = open_pack(arguments.pack)
    except (KeyUnread, AddressRefused) as refused:
        print(f"doorstep: {refused}", file=sys.stderr)
        return UNREAD
    except PackUnread as unread:
        print(f"{WORDS['outcomes']['unread']} {arguments.pack}: {unread}.", file=sys.stderr)
        return UNREAD
    checked = verify(files, means)
    for line in told(checked):
        print(line)
    return FAULTY if checked.faults else SOUND


def log_key(text_or_file: str) -> Ed25519Verifier:
    """The reader's log key, given as itself or as the file that holds it. Raises KeyUnread."""
    text = text_or_file
    try:
        if (file := Path(text_or_file)).is_file():
            with file.open("rb") as opened:
                text = opened.read(MOST_KEY_BYTES).decode()
    except (OSError, ValueError):
        raise KeyUnread(f"The log key cannot be read from {text_or_file}. Give the key or its file.") from None
    try:
        return verifier(text.strip())
    except (NoteMalformed, ValueError) as fault:
        raise KeyUnread(
            f"That is no log key, and no file that holds one: {fault}. Ask the landlord; `doorstep log key` prints it."
        ) from None


def told(checked: Checked) -> list[str]:
    """What is told of a checked pack: what is wrong first, then each step, then what was not checked."""
    is_open = any(checked.marks.get(step) != "good" for step in STEPS if step != "timestamp")
    outcome = "faulty" if checked.faults else "open" if is_open else "sound"
    lines = [WORDS["outcomes"][outcome], *(fault.words for fault in checked.faults), ""]
    lines += [f"{MARKS[checked.marks.get(step, 'unchecked')]:12}{WORDS['steps'][step]}" for step in STEPS]
    if checked.outcome:
        settled = checked.outcome.settled
        stands = f"The visit stands as {settled.standing.replace('_', ' ')}"
        lines += ["", f"{stands}; its weakest check is {settled.grade}." if settled.grade else f"{stands}."]
    return [*lines, "", *(note.words for note in checked.notes)]
