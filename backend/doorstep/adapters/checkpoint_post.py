"""Checkpoints sent away by the web or by mail: to an auditor, a witness, anybody whom nobody here commands."""

from __future__ import annotations

import asyncio
import smtplib
import ssl
from email.message import EmailMessage
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError
from urllib.parse import SplitResult, unquote, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from doorstep.application.ports import OutsideFailed
from doorstep.application.rows import Checkpoint
from doorstep.domain.checkpoint import read_note

SECONDS = 20.0
"""How long somebody outside may take; meanwhile only the next checkpoint waits."""
MOST_ANSWER_BYTES = 1_000_000
SMTP_PORTS = {"smtp": 587, "smtps": 465}


class AddressRefused(ValueError):
    """An address to send to cannot be used; the message says what is wrong with it."""


class _NoRedirect(HTTPRedirectHandler):
    """A POST that is sent elsewhere would arrive there as a GET without its body, and look as if it were taken."""

    def redirect_request(self, *_: Any) -> None:
        return None


_opener = build_opener(_NoRedirect)


def post(url: str, body: bytes, content_type: str) -> bytes:
    """The answer to a POST. Raises OutsideFailed where it was not taken, or came to nothing in time."""
    headers = {"Content-Type": content_type, "User-Agent": "doorstep"}
    request = Request(url, body, headers, method="POST")  # noqa: S310 - `web_address` let only http and https through
    try:
        with _opener.open(request, timeout=SECONDS) as answer:
            return bytes(answer.read(MOST_ANSWER_BYTES))
    except HTTPError as refused:
        refused.close()
        raise OutsideFailed(f"{_host(url)} answered {refused.code}.") from None
    except (OSError, HTTPException) as fault:
        raise OutsideFailed(f"{_host(url)} could not be reached: {fault}.") from fault


def web_address(url: str) -> str:
    """The address, if it is one of the web. Raises AddressRefused."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise AddressRefused(f"{url!r} is no address; it takes https://host/path.")
    return url


def _host(url: str) -> str:
    # The rest of an address may hold a secret, and this is for the log.
    return urlsplit(url).hostname or "the address"


class Webhook:
    """POSTs each checkpoint, as it is, to one address, which takes it by answering 2xx."""

    def __init__(self, url: str) -> None:
        self._url = web_address(url)

    async def publish(self, checkpoint: Checkpoint) -> None:
        """Send one. Raises OutsideFailed."""
        await asyncio.to_thread(post, self._url, checkpoint.note.encode(), "text/plain; charset=utf-8")


class Mail:
    """Mails each checkpoint by `smtp://user:password@host:port`, or `smtps://` where TLS comes first.

    A password is sent over TLS only.
    """

    def __init__(self, server: str, sender: str, recipients: str) -> None:
        self._server = _mail_server(server)
        self._sender = sender
        self._recipients = recipients
        if not sender or not recipients:
            raise AddressRefused("Checkpoints are mailed from somebody to somebody: both addresses are needed.")

    async def publish(self, checkpoint: Checkpoint) -> None:
        """Send one. Raises OutsideFailed."""
        try:
            await asyncio.to_thread(self._send, self._message(checkpoint))
        except (OSError, smtplib.SMTPException) as fault:
            raise OutsideFailed(f"{self._server.hostname} took no mail: {fault}.") from fault

    def _message(self, checkpoint: Checkpoint) -> EmailMessage:
        note = read_note(checkpoint.note)
        message = EmailMessage()
        message["From"], message["To"] = self._sender, self._recipients
        message["Subject"] = f"Checkpoint of {note.origin}: {checkpoint.size} entries"
        message.set_content(
            "Keep the attached file. With it, and with no word from whoever runs the log, its history can be checked:\n"
            "doorstep audit --checkpoint FILE. If none comes for a day, ask why.\n"
        )
        # In base64: on its way a mail's lines may be ended otherwise, and the file must arrive byte for byte.
        message.add_attachment(checkpoint.note, cte="base64", filename=f"{checkpoint.size}.txt")
        return message

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
