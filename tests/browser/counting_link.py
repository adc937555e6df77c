"""A link that counts what a phone sends, and is cut once, after so many bytes of photos."""

from __future__ import annotations

import gzip
import json
import re
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field


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
class CountingLink:
    """Passes whole requests and answers between a port of its own and the server's."""

    server_port: int
    sent: list[Sent] = field(default_factory=list)
    is_up: bool = True
    is_acknowledged: bool = False
    """True once the server has been heard to say that it has a whole photo."""
    _cut: tuple[int, Callable[[], None]] | None = None
    _photo_bytes: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _failures: list[BaseException] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def go_down(self) -> None:
        """No request gets through."""
        self.is_up = False

    def come_up(self) -> None:
        """Requests get through again."""
        self.is_up = True

    def cut_after_photo_bytes(self, size: int, then: Callable[[], None]) -> None:
        """Cut the request in which the photo's byte of that number is; `then` is called in between."""
        self._cut = size, then

    def close(self) -> None:
        """Take no more; what went wrong in between is raised."""
        self._listener.close()
        if self._failures:
            raise self._failures[0]

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                phone, _ = self._listener.accept()
                threading.Thread(target=self._live, args=(phone,), daemon=True).start()

    def _live(self, phone: socket.socket) -> None:
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
