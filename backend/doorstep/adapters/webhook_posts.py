"""POSTs to addresses that somebody typed: by https, to the open web only, and never where a redirect points.

An address is looked up once, and the connection goes to the very number that was checked: a name that answers
otherwise the second time gains nothing.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
import threading
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from http.client import HTTPConnection, HTTPException, HTTPResponse
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final
from urllib.parse import SplitResult, urlsplit

from doorstep.adapters.cutting import Line
from doorstep.application.webhooks.posts import Answer, NotSent

SECONDS: Final = 10.0
"""How long one message may take, all in all."""
CONNECT_S: Final = 5.0
"""How much of it until there is a connection: as long, a stop of the server may have to wait."""
MOST_URL: Final = 2000
MOST_AT_ONCE: Final = 20
TRANSLATED: Final = IPv6Network("64:ff9b::/96")
GLOBAL_UNICAST: Final = IPv6Network("2000::/3")
"""Of the new kind only these are the open web's. Python calls others global: ::127.0.0.1, fec0::1, 64:ff9b:1::1."""
Network = IPv4Network | IPv6Network


class NetworksRefused(ValueError):
    """The setting of networks cannot be used."""


def read_networks(text: str) -> tuple[Network, ...]:
    """Networks with commas between them, as 10.0.0.0/8. Raises NetworksRefused."""
    try:
        return tuple(ip_network(part.strip()) for part in text.split(",") if part.strip())
    except ValueError as fault:
        raise NetworksRefused(f"DOORSTEP_WEBHOOK_NETWORKS: {fault}. It takes networks such as 10.1.0.0/16.") from None


class WebPosts:
    """Sends each message over a connection of its own.

    `networks` are those that may be reached although they are not of the open web; within them, and on this machine
    only, an address may begin with http. `roots` are the certificates by which the other end is believed.
    """

    def __init__(
        self, networks: Iterable[Network] = (), seconds: float = SECONDS, roots: ssl.SSLContext | None = None
    ) -> None:
        self._networks = tuple(networks)
        self._seconds = seconds
        self._tls = roots or ssl.create_default_context()
        # Threads of its own: else some addresses that answer slowly would have passwords and uploads wait for theirs.
        self._threads = ThreadPoolExecutor(MOST_AT_ONCE, "webhook")

    def fault_of(self, url: str) -> str | None:
        """See the port."""
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError:
            return "That is no address. It takes https://host/path."
        if len(url) > MOST_URL or not url.isascii() or not url.isprintable() or " " in url or port == 0:
            return f"An address has at most {MOST_URL} characters, of plain letters, figures and signs."
        if parts.scheme not in self._schemes(parts) or not parts.hostname:
            return "The address has to begin with https:// and name a host."
        if parts.username is not None or parts.password is not None or parts.fragment:
            return "The address may hold no name, no password and no #part: messages are signed instead."
        return None

    def _schemes(self, parts: SplitResult) -> tuple[str, ...]:
        is_here = parts.hostname in ("localhost", "127.0.0.1", "::1")
        return ("https", "http") if is_here and any(network.is_loopback for network in self._networks) else ("https",)

    async def post(self, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """See the port."""
        if fault := self.fault_of(url):
            raise NotSent(fault)
        line = Line()
        answer = asyncio.wrap_future(self._threads.submit(self._post, urlsplit(url), headers, body, line))
        try:
            return await asyncio.shield(answer)
        except asyncio.CancelledError:
            # The server stops. Whether it was taken nobody knows: it goes again after the start, under the same id.
            line.cut()
            await asyncio.wait([answer])
            if not answer.cancelled():
                answer.exception()
            raise

    def _post(self, parts: SplitResult, headers: Mapping[str, str], body: bytes, line: Line) -> Answer:
        host = str(parts.hostname)
        over = threading.Event()
        connection: HTTPConnection | None = None
        try:
            line.use(None)
            opened = self._connect(host, parts.port or (443 if parts.scheme == "https" else 80))
            # Each read may take its time, so a slow answer could go on for ever, byte by byte: the whole is timed too.
            # By a handle of its own: the socket becomes another object once it speaks TLS.
            handle = opened.dup()
            watch = threading.Timer(self._seconds, _cut, (handle, over))
            watch.daemon = True
            watch.start()
            try:
                line.use(handle)
                if parts.scheme == "https":
                    opened = self._tls.wrap_socket(opened, server_hostname=host)
                connection = HTTPConnection(host, parts.port)
                connection.sock = opened
                target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
                sent = {"User-Agent": "doorstep", "Connection": "close", "Host": parts.netloc, **headers}
                connection.request("POST", target, body, sent)
                return _answer(connection.getresponse())
            finally:
                watch.cancel()
                watch.join()
                opened.close()
                handle.close()
        except TimeoutError:
            raise NotSent(f"No answer came within {self._seconds:g} seconds.") from None
        except ssl.SSLError as fault:
            raise NotSent(f"It could not be reached safely: {fault.reason or 'TLS failed'}.") from None
        except (OSError, HTTPException, UnicodeError) as fault:
            if over.is_set():
                raise NotSent(f"No answer came within {self._seconds:g} seconds.") from None
            raise NotSent(f"It could not be reached: {_words(fault)}.") from None
        finally:
            if connection:
                connection.close()

    def _connect(self, host: str, port: int) -> socket.socket:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        allowed = [(family, address) for family, _, _, _, address in found if self._may_reach(str(address[0]))]
        if not allowed:
            raise NotSent("Its name leads to a private network, where nothing is sent. See DOORSTEP_WEBHOOK_NETWORKS.")
        family, address = allowed[0]
        opened = socket.socket(family, socket.SOCK_STREAM)
        try:
            opened.settimeout(min(self._seconds, CONNECT_S))
            opened.connect(address)
            opened.settimeout(self._seconds)
        except BaseException:
            opened.close()
            raise
        return opened

    def _may_reach(self, number: str) -> bool:
        address = ip_address(number.partition("%")[0])
        if isinstance(address, IPv6Address) and (inner := _inner(address)):
            # A number of the old kind inside one of the new: what counts is where it leads.
            address = inner
        if any(address in network for network in self._networks if network.version == address.version):
            return True
        if isinstance(address, IPv6Address) and address not in GLOBAL_UNICAST:
            return False
        return address.is_global and not address.is_multicast


def _answer(response: HTTPResponse) -> Answer:
    after = response.getheader("Retry-After", "").strip()
    return Answer(response.status, float(after) if after.isdecimal() and len(after) <= 6 else None)


def _cut(handle: socket.socket, over: threading.Event) -> None:
    over.set()
    with suppress(OSError):
        handle.shutdown(socket.SHUT_RDWR)


def _inner(address: IPv6Address) -> IPv4Address | None:
    if address in TRANSLATED:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour


def _words(fault: Exception) -> str:
    """The kind of failure; what the other end wrote is not told, nor the address, which may hold a secret."""
    return fault.strerror or type(fault).__name__ if isinstance(fault, OSError) else type(fault).__name__
