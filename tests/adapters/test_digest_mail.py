"""Digests by mail: each role's to its own addresses, a file for a role that has none."""

from __future__ import annotations

import asyncio
import email.policy
import socketserver
import threading
from email import message_from_bytes
from pathlib import Path
from typing import Any, ClassVar

import pytest

from doorstep.adapters.digest_post import DigestFolder, DigestMail
from doorstep.application.data_exceptions.digest import Digest, DigestUnsure
from doorstep.application.ports import OutsideFailed
from doorstep.digest_opening import digest_post_of
from doorstep.settings import SettingRefused, Settings
from tests.adapters.test_publishing import Mailbox, served

DIGEST = Digest("2026-11-23", "planner", "Data exceptions, 2026-11-23: 1 open, 0 late", "Booked twice: 1\n")


async def test_a_digest_by_mail(tmp_path: Path) -> None:
    """To the role's addresses, as plain words that nobody answers by itself."""
    Mailbox.taken.clear()
    to = {"planner": "a@example.org, b@example.org", "supervisor": ""}
    with served(socketserver.TCPServer(("127.0.0.1", 0), Mailbox)) as address:
        post = DigestMail(f"smtp://{address}", "doorstep@example.org", to, DigestFolder(tmp_path))
        await post.send(DIGEST)
        await post.send(Digest("2026-11-23", "supervisor", "Theirs", "Nothing\n"))
    [taken] = Mailbox.taken
    mail = message_from_bytes(taken, policy=email.policy.default)
    assert (mail["To"], mail["Subject"]) == ("a@example.org, b@example.org", DIGEST.subject)
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail.get_content().replace("\r\n", "\n") == DIGEST.text
    assert (tmp_path / "2026-11-23-supervisor.txt").read_text() == "Theirs\n\nNothing\n"


async def test_a_server_that_takes_none(tmp_path: Path) -> None:
    """It is said who did not take it: the digest waits."""
    with served(socketserver.TCPServer(("127.0.0.1", 0), Mailbox)) as address:
        pass
    post = DigestMail(f"smtp://{address}", "doorstep@example.org", {"planner": "a@b"}, DigestFolder(tmp_path))
    with pytest.raises(OutsideFailed, match="took no mail"):
        await post.send(DIGEST)


class Silent(Mailbox):
    """Takes a message, and then hangs up or says nothing."""

    may_end: ClassVar[threading.Event] = threading.Event()
    has_it: ClassVar[threading.Event] = threading.Event()
    waits: ClassVar[bool] = False

    def answer_to_message(self) -> bytes:
        self.has_it.set()
        if self.waits:
            self.may_end.wait(60)
        raise ConnectionAbortedError


class Quiet(socketserver.ThreadingTCPServer):
    """Says nothing of handlers that hang up."""

    def handle_error(self, request: Any, client_address: Any) -> None:
        pass


async def test_a_server_that_hangs_up_with_it_may_have_it(tmp_path: Path) -> None:
    """Which is another thing than one that did not take it."""
    Silent.waits = False
    with served(Quiet(("127.0.0.1", 0), Silent)) as address:
        post = DigestMail(f"smtp://{address}", "d@example.org", {"planner": "a@b"}, DigestFolder(tmp_path))
        with pytest.raises(DigestUnsure):
            await post.send(DIGEST)


async def test_a_stop_does_not_wait_for_a_mail_server(tmp_path: Path) -> None:
    """Cancelled while it says nothing: the connection is cut, and it is said that it may have it."""
    Silent.waits = True
    Silent.has_it.clear()
    with served(Quiet(("127.0.0.1", 0), Silent)) as address:
        post = DigestMail(f"smtp://{address}", "d@example.org", {"planner": "a@b"}, DigestFolder(tmp_path))
        sending = asyncio.create_task(post.send(DIGEST))
        assert await asyncio.to_thread(Silent.has_it.wait, 60)
        sending.cancel()
        with pytest.raises(DigestUnsure):
            await sending
        assert not Silent.may_end.is_set(), "it was waited for"
        Silent.may_end.set()


def test_settings_say_where_they_go(tmp_path: Path) -> None:
    """Into the data folder where nobody is named; a fault is said at the start."""
    assert isinstance(digest_post_of(Settings(data=tmp_path)), DigestFolder)
    mailed = Settings(
        data=tmp_path, smtp="smtp://mail.example.org", digest_from="d@example.org", digest_to_planner="p@example.org"
    )
    assert isinstance(digest_post_of(mailed), DigestMail)
    for wrong in (
        Settings(data=tmp_path, digest_to_planner="p@example.org"),
        Settings(data=tmp_path, digest_to_planner="p@example.org", smtp="smtp://mail.example.org"),
        Settings(data=tmp_path, digest_hour=24),
    ):
        with pytest.raises(SettingRefused, match="DOORSTEP_"):
            digest_post_of(wrong)
