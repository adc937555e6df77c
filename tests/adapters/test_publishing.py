"""Checkpoints leave the house: into a folder where nothing is overwritten, by the web and by mail."""

from __future__ import annotations

import email.policy
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import ClassVar

import pytest

from doorstep.adapters.checkpoint_folder import CheckpointFolder
from doorstep.adapters.checkpoint_post import Mail, Webhook
from doorstep.adapters.log_key import Ed25519LogKey
from doorstep.adapters.mail import AddressRefused
from doorstep.application.ports import OutsideFailed
from doorstep.application.rows import Checkpoint
from doorstep.domain.checkpoint import NoteSignature, note_text, read_vkey, signed_note
from doorstep.domain.log_tree import TreeHead
from tests.makers import LOG_KEY, MORNING


def a_checkpoint(size: int, root: bytes = b"r" * 32, key: Ed25519LogKey = LOG_KEY) -> Checkpoint:
    """A signed head."""
    text = note_text(key.origin, TreeHead(size, root))
    note = signed_note(text, [NoteSignature(key.origin, read_vkey(key.vkey).key_hash, key.sign(text.encode()))])
    return Checkpoint(size, note, MORNING)


def contents(folder: Path) -> dict[str, bytes]:
    """Every file of a folder."""
    return {file.name: file.read_bytes() for file in folder.iterdir()}


async def test_a_folder_holds_each(tmp_path: Path) -> None:
    """One file each, with its timestamp beside it, the same however often it is sent."""
    folder = tmp_path / "a/checkpoints"
    publisher = CheckpointFolder(folder)
    first, second = a_checkpoint(7), a_checkpoint(12)
    stamped = Checkpoint(12, second.note, MORNING, timestamp=b"token")
    for checkpoint in (first, first, second, stamped):
        await publisher.publish(checkpoint)
    assert contents(folder) == {"7.txt": first.note.encode(), "12.txt": second.note.encode(), "12.tsr": b"token"}


async def test_a_folder_overwrites_nothing(tmp_path: Path) -> None:
    """What was published before a restore is the evidence of what was lost: it stays when the log grows again."""
    publisher = CheckpointFolder(tmp_path)
    lost, later = a_checkpoint(7), a_checkpoint(7, b"s" * 32, Ed25519LogKey.from_seed(b"n" * 32, "doorstep/tests~2"))
    key_hash = read_vkey(Ed25519LogKey.from_seed(b"n" * 32, "doorstep/tests~2").vkey).key_hash.hex()
    for checkpoint in (lost, later, later):
        await publisher.publish(checkpoint)
    assert contents(tmp_path) == {"7.txt": lost.note.encode(), f"7-{key_hash}.txt": later.note.encode()}


async def test_the_longest_in_a_folder(tmp_path: Path) -> None:
    """By this name and key: not another's, nor a file that somebody only called so."""
    publisher = CheckpointFolder(tmp_path)
    assert CheckpointFolder(tmp_path / "none").longest(LOG_KEY) is None
    assert publisher.longest(LOG_KEY) is None
    for checkpoint in (a_checkpoint(7), a_checkpoint(12), a_checkpoint(30, key=Ed25519LogKey.made("elsewhere"))):
        await publisher.publish(checkpoint)
    (tmp_path / "40.txt").write_text("none")
    (tmp_path / "41.txt").write_bytes(b"\xff")
    (tmp_path / "42.txt").write_text(a_checkpoint(42, key=Ed25519LogKey.made(LOG_KEY.origin)).note)
    (tmp_path / "notes.txt").write_text("mine")
    longest = publisher.longest(LOG_KEY)
    assert longest is not None
    assert (longest[0].name, longest[1].head.size) == ("12.txt", 12)


async def test_a_folder_that_takes_nothing(tmp_path: Path) -> None:
    """It is said who did not take it, and tried again."""
    (tmp_path / "file").write_text("")
    with pytest.raises(OutsideFailed, match="takes no checkpoint"):
        await CheckpointFolder(tmp_path / "file/folder").publish(a_checkpoint(7))


class Hook(BaseHTTPRequestHandler):
    """Takes what is POSTed to /taken, sends /moved elsewhere, and refuses the rest."""

    taken: ClassVar[list[tuple[str, bytes]]] = []

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        status = {"/taken": 204, "/moved": 302}.get(self.path, 500)
        if status == 204:
            self.taken.append((self.headers["Content-Type"], body))
        self.send_response(status)
        self.send_header("Location", "/taken")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *args: object) -> None:
        """Nothing on the screen."""


@contextmanager
def served(server: socketserver.TCPServer) -> Iterator[str]:
    """The server's address, while it serves."""
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"127.0.0.1:{server.socket.getsockname()[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


async def test_a_webhook() -> None:
    """The note as it is; whatever is not a plain yes is no: a redirect would lose the body and look like one."""
    Hook.taken.clear()
    with served(HTTPServer(("127.0.0.1", 0), Hook)) as address:
        await Webhook(f"http://{address}/taken").publish(a_checkpoint(7))
        for path in ("/moved", "/full?token=secret"):
            with pytest.raises(OutsideFailed, match=r"^127.0.0.1 answered (302|500)\.$"):
                await Webhook(f"http://{address}{path}").publish(a_checkpoint(8))
    with pytest.raises(OutsideFailed, match="could not be reached"):
        await Webhook(f"http://{address}/taken").publish(a_checkpoint(9))
    assert Hook.taken == [("text/plain; charset=utf-8", a_checkpoint(7).note.encode())]


class Mailbox(socketserver.StreamRequestHandler):
    """As much of a mail server as takes a mail, without TLS."""

    taken: ClassVar[list[bytes]] = []
    answers: ClassVar[dict[bytes, bytes]] = {
        b"EHLO": b"250-here\r\n250 8BITMIME\r\n",
        b"MAIL": b"250 ok\r\n",
        b"RCPT": b"250 ok\r\n",
        b"QUIT": b"221 bye\r\n",
        b"RSET": b"250 ok\r\n",
    }

    def handle(self) -> None:
        self.wfile.write(b"220 here\r\n")
        while line := self.rfile.readline():
            verb = line[:4].upper()
            if verb == b"DATA":
                self.wfile.write(b"354 go on\r\n")
                lines = iter(self.rfile.readline, b".\r\n")
                self.taken.append(b"".join(each.removeprefix(b".") for each in lines))
                self.wfile.write(self.answer_to_message())
            else:
                self.wfile.write(self.answers.get(verb, b"502 no\r\n"))
            if verb == b"QUIT":
                return

    def answer_to_message(self) -> bytes:
        """What is said once a message is there; nothing ends the connection's use."""
        return b"250 ok\r\n"


async def test_a_mail() -> None:
    """The note as an attachment, with words on what to do with it."""
    Mailbox.taken.clear()
    with served(socketserver.TCPServer(("127.0.0.1", 0), Mailbox)) as address:
        await Mail(f"smtp://{address}", "log@example.org", "a@example.org, b@example.org").publish(a_checkpoint(7))
    mail = message_from_bytes(Mailbox.taken[0], policy=email.policy.default)
    assert (mail["To"], mail["Subject"]) == (
        "a@example.org, b@example.org",
        "Checkpoint of doorstep/tests: 7 entries",
    )
    [attached] = mail.iter_attachments()
    assert (attached.get_filename(), attached.get_payload(decode=True)) == ("7.txt", a_checkpoint(7).note.encode())


async def test_a_password_goes_over_tls_only() -> None:
    """A server that offers none gets neither the password nor the mail."""
    Mailbox.taken.clear()
    with served(socketserver.TCPServer(("127.0.0.1", 0), Mailbox)) as address:
        mail = Mail(f"smtp://me:secret@{address}", "log@example.org", "a@example.org")
        with pytest.raises(OutsideFailed, match=r"^127.0.0.1 took no mail: it offers no TLS") as refused:
            await mail.publish(a_checkpoint(7))
        with pytest.raises(OutsideFailed, match="took no mail"):
            await Mail(f"smtps://me:secret@{address}", "log@example.org", "a@example.org").publish(a_checkpoint(7))
    assert "secret" not in str(refused.value)
    assert Mailbox.taken == []


@pytest.mark.parametrize("url", ["", "example.org", "file:///etc/passwd", "ftp://example.org/", "https://"])
def test_an_address_that_is_none(url: str) -> None:
    """Said at the start, not at the first checkpoint."""
    with pytest.raises(AddressRefused):
        Webhook(url)
    with pytest.raises(AddressRefused):
        Mail(url, "log@example.org", "a@example.org")
    with pytest.raises(AddressRefused, match="both addresses"):
        Mail("smtp://mail.example.org", "", "a@example.org")
