"""Checkpoints sent away by the web or by mail: to an auditor, a witness, anybody whom nobody here commands."""

from __future__ import annotations

import asyncio
from email.message import EmailMessage
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from doorstep.adapters.mail import AddressRefused, MailServer
from doorstep.application.ports import OutsideFailed
from doorstep.application.rows import Checkpoint
from doorstep.domain.checkpoint import read_note

SECONDS = 20.0
"""How long somebody outside may take; meanwhile only the next checkpoint waits."""
MOST_ANSWER_BYTES = 1_000_000


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
        self._server = MailServer(server)
        self._sender = sender
        self._recipients = recipients
        if not sender or not recipients:
            raise AddressRefused("Checkpoints are mailed from somebody to somebody: both addresses are needed.")

    async def publish(self, checkpoint: Checkpoint) -> None:
        """Send one. Raises OutsideFailed."""
        await self._server.send(self._message(checkpoint))

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
