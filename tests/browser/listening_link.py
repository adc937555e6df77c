"""A link between a phone and its server: it takes connections on a port of its own, and says what went wrong."""

from __future__ import annotations

import socket
import threading
from abc import ABC, abstractmethod
from contextlib import suppress
from dataclasses import dataclass, field


@dataclass
class ListeningLink(ABC):
    """Takes every connection in a thread of its own; what is done with it is the link's own business."""

    server_port: int
    is_up: bool = True
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _failures: list[BaseException] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self.url = f"http://127.0.0.1:{self.port}"
        threading.Thread(target=self._accept, daemon=True).start()

    def go_down(self) -> None:
        """Nothing gets through."""
        self.is_up = False

    def come_up(self) -> None:
        """It gets through again."""
        self.is_up = True

    def close(self) -> None:
        """Take no more; what went wrong in between is raised."""
        cut(self._listener)
        self._listener.close()
        if self._failures:
            raise self._failures[0]

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                phone, _ = self._listener.accept()
                threading.Thread(target=self._join, args=(phone,), daemon=True).start()

    @abstractmethod
    def _join(self, phone: socket.socket) -> None:
        """Join a phone's connection to the server, until it ends; failures are kept."""


def cut(end: socket.socket) -> None:
    """End a socket both ways, whoever waits at it."""
    with suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
