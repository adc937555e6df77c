"""Mail by SMTP: one server, to which messages are given one at a time."""

from __future__ import annotations

import asyncio
import smtplib
import socket
import ssl
from contextlib import suppress
from email.message import EmailMessage
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

from doorstep.adapters.cutting import Line
from doorstep.application.ports import OutsideFailed

SECONDS, CONNECT_S = 20.0, 5.0
"""How long the server may take for each step, and how long to reach it may take."""
GREETED = 220
SMTP_PORTS = {"smtp": 587, "smtps": 465}


class AddressRefused(ValueError):
    """An address to send to cannot be used; the message says what is wrong with it."""


class MaybeTaken(OutsideFailed):
    """The message was given whole, or in part, and no answer came: nobody knows whether the server has it."""


class MailServer:
    """`smtp://user:password@host:port`, or `smtps://` where TLS comes first. A password is sent over TLS only."""

    def __init__(self, address: str) -> None:
        """Raises AddressRefused."""
        self._server = _mail_server(address)

    async def send(self, message: EmailMessage) -> None:
        """Give it one message. Raises OutsideFailed, and MaybeTaken where nobody knows.

        Where it is cancelled the connection is cut, and what is known by then is said, as after any other failure:
        whoever keeps account of messages must know whether this one went.
        """
        line = Line()
        giving = asyncio.create_task(asyncio.to_thread(self._send, message, line))
        while not giving.done():
            try:
                await asyncio.wait([giving])
            except asyncio.CancelledError:
                line.cut()
        try:
            giving.result()
        except (OSError, smtplib.SMTPException) as fault:
            raise OutsideFailed(f"{self._server.hostname} took no mail: {fault}.") from fault

    def _send(self, message: EmailMessage, line: Line) -> None:
        server, context = self._server, ssl.create_default_context()
        is_secret = server.scheme == "smtps"
        connection = _Connection(line) if not is_secret else _TlsConnection(line, context=context)
        try:
            connection.connect(str(server.hostname), server.port or SMTP_PORTS[server.scheme])
            connection.ehlo()
            if not is_secret and connection.has_extn("starttls"):
                connection.starttls(context=context)
                line.use(connection.sock)
                is_secret = True
            if server.username:
                if not is_secret:
                    raise smtplib.SMTPException("it offers no TLS, and a password goes over nothing else")
                connection.login(unquote(server.username), unquote(server.password or ""))
            connection.send_message(message)
            with suppress(OSError, smtplib.SMTPException):
                connection.quit()
        finally:
            connection.close()


class _Connection(smtplib.SMTP):
    """A connection that can be cut, and that knows when it is unknown whether a message was taken."""

    def __init__(self, line: Line, **more: Any) -> None:
        self._line = line
        super().__init__(timeout=SECONDS, **more)

    def connect(self, host: str = "", port: int = 0, source_address: Any = None) -> tuple[int, bytes]:
        """Reach the server. By this name its certificate is believed: the library takes it from its constructor only,
        which would connect before the line is known."""
        self._host = host
        code, words = super().connect(host, port, source_address)
        if code != GREETED:
            raise smtplib.SMTPConnectError(code, words)
        return code, words

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        self._line.use(None)
        opened: socket.socket = super()._get_socket(host, port, CONNECT_S)  # type: ignore[misc]
        opened.settimeout(timeout)
        self._line.use(opened)
        return opened

    def data(self, msg: Any) -> Any:
        """Give the message itself."""
        try:
            return super().data(msg)
        except smtplib.SMTPResponseException:
            raise
        except (OSError, smtplib.SMTPException) as fault:
            raise MaybeTaken(f"The mail server broke off while it took a message: {fault}.") from fault


class _TlsConnection(_Connection, smtplib.SMTP_SSL):
    """The same, where TLS comes first."""


def _mail_server(text: str) -> SplitResult:
    parts = urlsplit(text)
    if parts.scheme not in SMTP_PORTS or not parts.hostname:
        raise AddressRefused("The mail server is no address; it takes smtp://user:password@host:port.")
    return parts
