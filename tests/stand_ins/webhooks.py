"""A landlord's system that takes webhooks: it checks each signature as Standard Webhooks says, by code of its own."""

from __future__ import annotations

import json
import threading
import time
from base64 import b64decode, b64encode
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hmac import HMAC

MINUTES_5 = 300


class NotGenuine(Exception):
    """The signature is not by the secret, or too old."""


def check(secret: str, headers: dict[str, str], body: bytes, now_s: int) -> None:
    """As the other end has to: over `id.timestamp.body`, one `v1` among the signatures, within five minutes."""
    if abs(now_s - int(headers["webhook-timestamp"])) > MINUTES_5:
        raise NotGenuine("too old")
    signing = HMAC(b64decode(secret.removeprefix("whsec_")), SHA256())
    signing.update(b".".join([headers["webhook-id"].encode(), headers["webhook-timestamp"].encode(), body]))
    expected = "v1," + b64encode(signing.finalize()).decode()
    if expected not in headers["webhook-signature"].split(" "):
        raise NotGenuine("no signature of this secret")


@dataclass
class Taken:
    """One message that came."""

    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> dict[str, Any]:
        """What it says."""
        return dict(json.loads(self.body))

    @property
    def id(self) -> str:
        """Its webhook-id."""
        return self.headers["webhook-id"]


@dataclass
class Receiver:
    """What came, and how it answers: `answers` first, one each, then 204. An answer of 0 is none at all."""

    url: str
    taken: list[Taken] = field(default_factory=list)
    answers: deque[tuple[int, dict[str, str]]] = field(default_factory=deque)
    sleeps_s: float = 0.0
    arrived: Callable[[], None] = lambda: None
    """Called when a message is here, before it is answered."""

    @property
    def ids(self) -> list[str]:
        """The webhook-ids in the order in which they came."""
        return [each.id for each in self.taken]


@contextmanager
def receiving() -> Iterator[Receiver]:
    """A receiver on loopback."""

    class Hook(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            receiver.taken.append(Taken({name.lower(): value for name, value in self.headers.items()}, body))
            receiver.arrived()
            status, headers = receiver.answers.popleft() if receiver.answers else (204, {})
            if status == 0:
                # Byte by byte and without end, as long as anybody listens.
                try:
                    for letter in b"HTTP/1.1 200 OK\r\n" + b"X-Slow: " + b"y" * 1000:
                        self.wfile.write(bytes([letter]))
                        self.wfile.flush()
                        time.sleep(receiver.sleeps_s)
                except OSError:
                    return
            self.send_response(status or 200)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Nothing is printed."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Hook)
    server.daemon_threads = True
    receiver = Receiver(f"http://127.0.0.1:{server.server_address[1]}/hook?key=private")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
