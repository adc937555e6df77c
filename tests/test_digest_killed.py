"""A server that is killed while the mail server has a digest does not send it again: at most once, and that is kept."""

from __future__ import annotations

import asyncio
import os
import signal
import socketserver
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import ClassVar

from doorstep.application.data_exceptions.digest import DigestSent, send_digests
from doorstep.digest_opening import digest_post_of
from doorstep.main import open_office
from doorstep.settings import Settings, read_settings
from tests.adapters.test_publishing import Mailbox, served


class Box(Mailbox):
    """A mail server that does something once it has a message, before it says so."""

    taken: ClassVar[list[bytes]] = []
    arrived: ClassVar[Callable[[], None]]

    def answer_to_message(self) -> bytes:
        type(self).arrived()
        return super().answer_to_message()


async def once_more(settings: Settings) -> tuple[int, dict[str, str]]:
    """The next start's round of digests: how many it sent, and how each stands."""
    async with open_office(settings) as running:
        sent = await send_digests(running.office, digest_post_of(settings), settings.digest_hour, settings.office_url)
        return sent, {held.owner: held.state for held in await running.office.store.records(DigestSent)}


def test_killed_while_the_mail_server_has_it(tmp_path: Path) -> None:
    """Killed before the mail server's answer: the next start sends the other role's, and this one never again."""
    Box.taken.clear()
    killed = threading.Event()
    with served(socketserver.ThreadingTCPServer(("127.0.0.1", 0), Box)) as address:
        settings = read_settings(
            data=tmp_path / "data", smtp=f"smtp://{address}", digest_from="d@example.org",
            digest_to_planner="p@example.org", digest_to_supervisor="s@example.org", digest_hour=0,
        )  # fmt: skip
        environment = os.environ | {
            "DOORSTEP_DATA": str(settings.data),
            "DOORSTEP_PORT": "0",
            "DOORSTEP_SMTP": settings.smtp,
            "DOORSTEP_DIGEST_FROM": settings.digest_from,
            "DOORSTEP_DIGEST_TO_PLANNER": settings.digest_to_planner,
            "DOORSTEP_DIGEST_TO_SUPERVISOR": settings.digest_to_supervisor,
            "DOORSTEP_DIGEST_HOUR": "0",
        }
        begun = threading.Event()

        def kill() -> None:
            if not killed.is_set():
                begun.wait(60)
                os.kill(server.pid, signal.SIGKILL)
                server.wait()
                killed.set()

        Box.arrived = kill
        server = subprocess.Popen(
            [sys.executable, "-m", "doorstep.cli", "serve"],
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        begun.set()
        assert killed.wait(60), "the server sent nothing"
        [first] = Box.taken
        assert b"p@example.org" in first
        assert asyncio.run(once_more(settings)) == (1, {"planner": "unsure", "supervisor": "sent"})
        assert asyncio.run(once_more(settings))[0] == 0
    assert [b"s@example.org" in each for each in Box.taken] == [False, True]
