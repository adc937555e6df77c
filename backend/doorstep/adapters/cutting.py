"""Cut a connection that another thread waits on: whoever stops the server does not wait for the other end."""

from __future__ import annotations

import os
import socket
import threading
from contextlib import suppress


class Line:
    """The connection that one call is using, if any. Once it is cut, whatever is opened on it is cut too."""

    def __init__(self) -> None:
        self._held = threading.Lock()
        self._socket: socket.socket | None = None
        self._is_cut = False

    def use(self, opened: socket.socket | None) -> None:
        """From now on the call waits on this one. Raises OSError where it has been cut."""
        with self._held:
            self._socket = opened
            if self._is_cut:
                raise ConnectionAbortedError("the server is stopping")

    def cut(self) -> None:
        """End whatever waits on it now or later."""
        with self._held:
            self._is_cut = True
            if self._socket is not None:
                # By a handle of its own: to shut a TLS socket down would take its keys from the thread that reads.
                with suppress(OSError), socket.socket(fileno=os.dup(self._socket.fileno())) as handle:
                    handle.shutdown(socket.SHUT_RDWR)
