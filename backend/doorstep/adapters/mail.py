"""Mail by SMTP: one server, to which messages are given one at a time."""

from __future__ import annotations

import asyncio
import smtplib
import ssl
from email.message import EmailMessage
from urllib.parse import SplitResult, unquote, urlsplit

from doorstep.application.ports import OutsideFailed

SECONDS = 20.0
"""How long the server may take for each step."""
SMTP_PORTS = {"smtp": 587, "smtps": 465}


class AddressRefused(ValueError):
    """An address to send to cannot be used; the message says what is wrong with it."""


class MailServer:
    """`smtp://user:password@host:port`, or `smtps://` where TLS comes first. A password is sent over TLS only."""

    def __init__(self, address: str) -> None:
        """Raises AddressRefused."""
        self._server = _mail_server(address)

    async def send(self, message: EmailMessage) -> None:
        """Give it one message. Raises OutsideFailed."""
        try:
            await asyncio.to_thread(self._send, message)
        except (OSError, smtplib.SMTPException) as fault:
            raise OutsideFailed(f"{self._server.hostname} took no mail: {fault}.") from fault

    def _send(self, message: EmailMessage) -> None:
        server, context = self._server, ssl.create_default_context()
        host, port = str(server.hostname), server.port or SMTP_PORTS[server.scheme]
        if server.scheme == "smtps":
            connection: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=SECONDS, context=context)
        else:
            connection = smtplib.SMTP(host, port, timeout=SECONDS)
        with connection:
            connection.ehlo()
            is_secret = server.scheme == "smtps"
            if not is_secret and connection.has_extn("starttls"):
                connection.starttls(context=context)
                is_secret = True
            if server.username:
                if not is_secret:
                    raise smtplib.SMTPException("it offers no TLS, and a password goes over nothing else")
                connection.login(unquote(server.username), unquote(server.password or ""))
            connection.send_message(message)


def _mail_server(text: str) -> SplitResult:
    parts = urlsplit(text)
    if parts.scheme not in SMTP_PORTS or not parts.hostname:
        raise AddressRefused("The mail server is no address; it takes smtp://user:password@host:port.")
    return parts
