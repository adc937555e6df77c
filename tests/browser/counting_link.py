"""A link that counts what a phone sends, and is cut once, after so many bytes of photos."""

from __future__ import annotations

import gzip
import json
import re
import socket
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

from tests.browser.listening_link import ListeningLink


@dataclass
class Sent:
    """One request, as far as it was passed on."""

    target: str
    offset: int
    length: int
    passed: int = 0
    has_events: bool = False
    is_cut: bool = False

    @property
    def is_photo(self) -> bool:
        return self.target.startswith("PATCH /api/photos/")


@dataclass
class CountingLink(ListeningLink):
    """Passes whole requests and answers between a port of its own and the server's."""

    sent: list[Sent] = field(default_factory=list)
    is_acknowledged: bool = False
    """True once the server has been heard to say that it has a whole photo."""
    _cut: tuple[int, Callable[[], None]] | None = None
    _photo_bytes: int = 0

    def cut_after_photo_bytes(self, size: int, then: Callable[[], None]) -> None:
        """Cut the request in which the photo's byte of that number is; `then` is called in between."""
        self._cut = size, then

    def _join(self, phone: socket.socket) -> None:
        try:
            with phone, suppress(OSError), socket.create_connection(("127.0.0.1", self.server_port)) as server:
                while self._one(phone, server):
                    pass
        except BaseException as failure:
            self._failures.append(failure)

    def _one(self, phone: socket.socket, server: socket.socket) -> bool:
        """Pass one request and its answer; False when the connection is over."""
        heading = _heading(phone)
        if not heading or not self.is_up:
            return False
        body = _exactly(phone, _number(rb"content-length", heading))
        sent = Sent(heading.split(b" HTTP/")[0].decode(), _number(rb"upload-offset", heading), len(body))
        sent.has_events = sent.target.startswith("POST /api/sync") and _has_events(heading, body)
        self.sent.append(sent)
        with self._lock:
            size = self._until_cut(sent)
            server.sendall(heading + body[:size])
            sent.passed = size
            self._photo_bytes += size if sent.is_photo else 0
        if size < len(body):
            self._break(sent, server)
            return False
        return self._answer(heading, phone, server)

    def _until_cut(self, sent: Sent) -> int:
        if not self._cut or not sent.is_photo:
            return sent.length
        return min(sent.length, self._cut[0] - self._photo_bytes)

    def _break(self, sent: Sent, server: socket.socket) -> None:
        assert self._cut
        then, self._cut = self._cut[1], None
        sent.is_cut = True
        server.shutdown(socket.SHUT_WR)
        then()

    def _answer(self, request: bytes, phone: socket.socket, server: socket.socket) -> bool:
        heading = _heading(server)
        if not heading:
            return False
        has_body = not request.startswith(b"HEAD ") and not re.match(rb"HTTP/1.1 (204|304)", heading)
        body = _exactly(server, _number(rb"content-length", heading)) if has_body else b""
        if re.search(rb"\r\nupload-complete: *\?1", heading, re.IGNORECASE):
            self.is_acknowledged = True
        phone.sendall(heading + body)
        return True


def _heading(stream: socket.socket) -> bytes:
    data = b""
    while not data.endswith(b"\r\n\r\n"):
        byte = stream.recv(1)
        if not byte:
            return b""
        data += byte
    return data


def _exactly(stream: socket.socket, size: int) -> bytes:
    data = bytearray()
    while len(data) < size:
        piece = stream.recv(min(65_536, size - len(data)))
        if not piece:
            raise ConnectionResetError
        data += piece
    return bytes(data)


def _number(name: bytes, heading: bytes) -> int:
    found = re.search(rb"\r\n" + name + rb": *(\d+)", heading, re.IGNORECASE)
    return int(found[1]) if found else 0


def _has_events(heading: bytes, body: bytes) -> bool:
    is_packed = re.search(rb"\r\ncontent-encoding: *gzip", heading, re.IGNORECASE)
    return bool(json.loads(gzip.decompress(body) if is_packed else body)["events"])
