"""The network between a phone and its server: it can be away, or break at a chosen byte of a chosen request."""

from __future__ import annotations

import socket
import threading
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

from tests.browser.listening_link import ListeningLink, cut


@dataclass(frozen=True)
class Break:
    """The next request that begins with `marker` is broken: after so many of its bytes, or, with None, its answer."""

    marker: bytes
    after_bytes: int | None
    then: Callable[[], None] | None = None


@dataclass
class BreakingLink(ListeningLink):
    """Passes bytes both ways between a port of its own and the server's; its breaks happen in their order, once."""

    breaks: deque[Break] = field(default_factory=deque)
    _open: set[socket.socket] = field(default_factory=set)

    def go_down(self) -> None:
        """No connection lives, and none is made."""
        super().go_down()
        with self._lock:
            for end in self._open:
                cut(end)

    def close(self) -> None:
        """End it all; what went wrong in between is raised."""
        self.go_down()
        super().close()

    def _join(self, phone: socket.socket) -> None:
        server = None
        with suppress(OSError):
            if self.is_up:
                server = socket.create_connection(("127.0.0.1", self.server_port), timeout=5)
                server.settimeout(None)
        if server is None:
            phone.close()
            return
        with self._lock:
            self._open |= {phone, server}
        passing = _Passing(phone, server)
        down = threading.Thread(target=passing.answers, daemon=True)
        down.start()
        try:
            self._requests(passing)
        except OSError:
            pass
        except BaseException as failure:
            self._failures.append(failure)
        passing.cut()
        down.join()
        with self._lock:
            self._open -= {phone, server}
        phone.close()
        server.close()

    def _requests(self, passing: _Passing) -> None:
        while data := passing.phone.recv(65536):
            found, at = self._due(data)
            if found is None:
                passing.server.sendall(data)
            elif found.after_bytes is None:
                passing.breaks_answer = found
                passing.server.sendall(data)
            else:
                self._break_after(passing, found, data, at + found.after_bytes)
                return

    def _due(self, data: bytes) -> tuple[Break | None, int]:
        with self._lock:
            at = data.find(self.breaks[0].marker) if self.breaks else -1
            return (self.breaks.popleft(), at) if at >= 0 else (None, -1)

    @staticmethod
    def _break_after(passing: _Passing, found: Break, data: bytes, left: int) -> None:
        while data and left > 0:
            passing.server.sendall(data[:left])
            left -= len(data)
            data = passing.phone.recv(65536) if left > 0 else b""
        if found.then:
            found.then()
        passing.cut()


@dataclass
class _Passing:
    """One connection and its two ends."""

    phone: socket.socket
    server: socket.socket
    breaks_answer: Break | None = None

    def answers(self) -> None:
        """Pass the server's bytes, but for an answer that is to be lost: by then the server has done its work."""
        with suppress(OSError):
            while data := self.server.recv(65536):
                if self.breaks_answer:
                    if self.breaks_answer.then:
                        self.breaks_answer.then()
                    break
                self.phone.sendall(data)
        self.cut()

    def cut(self) -> None:
        """End both ends at once."""
        cut(self.phone)
        cut(self.server)
