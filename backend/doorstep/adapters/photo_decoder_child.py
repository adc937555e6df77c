"""The decoder's own process: for each photo it forks a child that may touch nothing, and files what the child made.

One JSON request a line on stdin `{"sha256", "root"}`, one JSON answer a line on stdout: `{"decoded": {...}}`,
`{"unreadable": why}`, or, when the photo is not to blame, `{"failed": what, "is_full": bool}`. It ends with its stdin.
"""

from __future__ import annotations

import errno
import json
import os
import signal
import sys
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

from doorstep.adapters.photo_cell import CellFailed, open_in_cell
from doorstep.adapters.photo_derivatives import Derivatives, prepare
from doorstep.adapters.photo_layout import PhotoLayout, make_folder, sync_folder
from doorstep.application.photos import Unreadable

_NICE = 19
_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


def main() -> None:
    """Answer requests until stdin ends, which it does when the server does."""
    # Ctrl-C in a terminal reaches the whole group: the server decides when the decoder goes.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with suppress(OSError):
        os.nice(_NICE)
    prepare()
    for line in sys.stdin:
        request = json.loads(line)
        answer = _answer(PhotoLayout(Path(request["root"])), request["sha256"])
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


def _answer(layout: PhotoLayout, sha256: str) -> dict[str, object]:
    try:
        with layout.original(sha256).open("rb") as original:
            made = open_in_cell(original.fileno())
        if isinstance(made, Unreadable):
            return {"unreadable": made.why}
        _file(layout, sha256, made)
        return {"decoded": asdict(made.decoded)}
    except CellFailed as failure:
        return {"failed": str(failure), "is_full": False}
    except OSError as error:
        return {"failed": str(error), "is_full": error.errno in _NO_ROOM}


def _file(layout: PhotoLayout, sha256: str, made: Derivatives) -> None:
    """Give each derivative its name only when all of it is on the disk."""
    for size, jpeg in made.jpegs.items():
        final = layout.derivative(sha256, size)
        make_folder(final.parent)
        # One name for every try: what a kill leaves behind, the next try overwrites.
        unfinished = final.with_suffix(".unfinished")
        try:
            with unfinished.open("wb") as out:
                out.write(jpeg)
                out.flush()
                os.fsync(out.fileno())
            unfinished.replace(final)
        except OSError:
            unfinished.unlink(missing_ok=True)
            raise
        sync_folder(final.parent)


if __name__ == "__main__":
    main()
