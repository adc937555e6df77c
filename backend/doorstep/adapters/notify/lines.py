"""The client's own HTTP connections, so made that what one of them waits for can be cut from another thread."""

from __future__ import annotations

from typing import Any

from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection

from doorstep.adapters.cutting import Line


class CuttableAdapter(HTTPAdapter):
    """Connections of one session, which one thread uses for one call at a time: `line` is that call's."""

    def __init__(self) -> None:
        self.line = Line()
        super().__init__()

    def init_poolmanager(self, *args: Any, **more: Any) -> None:
        """See the library: here each connection is known to the call that waits for it."""
        super().init_poolmanager(*args, **more)
        plain, secret = _cuttable(HTTPConnection, self), _cuttable(HTTPSConnection, self)
        self.poolmanager.pool_classes_by_scheme = {
            "http": type("PlainPool", (HTTPConnectionPool,), {"ConnectionCls": plain}),
            "https": type("SecretPool", (HTTPSConnectionPool,), {"ConnectionCls": secret}),
        }


def _cuttable(base: Any, adapter: CuttableAdapter) -> Any:
    class Cuttable(base):  # type: ignore[misc]
        def connect(self) -> None:
            adapter.line.use(None)
            super().connect()

        def request(self, *args: Any, **more: Any) -> None:
            if self.sock is None:
                self.connect()
            adapter.line.use(self.sock)
            super().request(*args, **more)

    return Cuttable
