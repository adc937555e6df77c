"""Texts by GOV.UK Notify, through its own client: in threads of its own, each with its own connection.

Read before relying on it: the client (13.0.0) is not safe in several threads, so each thread has one. It follows
redirects, and a POST that is sent elsewhere would look as if it were taken: here it follows none. It would take a
password for the host from ~/.netrc in place of its token: here it does not. It logs the service's words: here it is
silent. It never tries again by itself, and must not: only who kept the text knows whether it is wanted.
"""

from __future__ import annotations

import asyncio
import logging
import re
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

import requests
from notifications_python_client.errors import APIError, InvalidResponse
from notifications_python_client.notifications import NotificationsAPIClient

from doorstep.adapters.cutting import Line
from doorstep.adapters.notify.key import ADDRESS, is_uuid, read_address, read_key
from doorstep.adapters.notify.lines import CuttableAdapter
from doorstep.application.reminders.text_service import (
    CLOCK,
    KEY,
    TEMPLATE,
    Sent,
    SetUpWrong,
    TextDelayed,
    TextRefused,
    TextToSend,
)

THREADS = 16
"""As many as are handed over at once; with 300 ms an answer that is the 3,000 a minute that the service takes."""
CONNECT_S, READ_S = 3.0, 5.0
"""How long a connection, and then a pause in an answer, may take; longer, and the text is looked up later."""
MOST_SKEW_S = 30
"""The service believes a token for so long before and after it was made."""
MOST_WORDS = 300
TIMED_OUT, TOO_MANY = 408, 429
AUTHENTICATION = (401, 403)
NUMBER_WRONG = "ValidationError"
_NAME = re.compile(r"[A-Za-z]{1,60}", re.ASCII)
_NUMBER = re.compile(r"\+?\d[\d ()-]{5,}\d")
Ask = Callable[[NotificationsAPIClient], Any]


class GovukNotify:
    """A TextService. `templates` gives the service's id for the name that a rule has; close it at the end."""

    def __init__(
        self, key: str, templates: Mapping[str, str], url: str = ADDRESS, timeout_s: tuple[float, float] | None = None
    ) -> None:
        self._key, self._url = read_key(key).whole, read_address(url)
        self._templates = dict(templates)
        self._timeout_s = timeout_s or (CONNECT_S, READ_S)
        self._pool = ThreadPoolExecutor(THREADS, "texts", self._begin)
        self._own = threading.local()
        self._clients: list[NotificationsAPIClient] = []
        logging.getLogger("notifications_python_client").setLevel(logging.CRITICAL + 1)

    async def send(self, text: TextToSend) -> Sent:
        """Hand over one text; what is answered has no status yet, so it is `created`."""
        template_id = self._templates.get(text.template, text.template)
        if not is_uuid(template_id):
            raise SetUpWrong(
                TEMPLATE, "NoTemplate", f"Nobody said which of the service's templates {text.template!r} is: "
                "name it in DOORSTEP_NOTIFY_TEMPLATES.", text.template
            )  # fmt: skip
        try:
            answer = await self._ask(
                lambda client: client.send_sms_notification(
                    text.number, template_id, personalisation=text.personalisation, reference=text.reference
                )
            )
        except TextRefused as refused:
            if await self._is_of_template(refused, text, template_id):
                raise SetUpWrong(TEMPLATE, refused.error, refused.detail, text.template) from None
            raise
        return _sent(answer, "created")

    async def _is_of_template(self, refused: TextRefused, text: TextToSend, template_id: str) -> bool:
        """Whether no text of this template would be taken: it is asked for without a number, and that is refused too.

        A wrong number is a ValidationError, a template that is not there or has another gap a BadRequestError: but so
        is much else, and what the words say is not to be relied on.
        """
        if isinstance(refused, SetUpWrong) or refused.error == NUMBER_WRONG:
            return False
        try:
            await self._ask(lambda client: client.post_template_preview(template_id, text.personalisation))
        except SetUpWrong:
            raise
        except TextRefused:
            return True
        except TextDelayed:
            return False
        return False

    async def find(self, reference: str) -> Sent | None:
        """The oldest text of this reference that the service holds."""
        answer = await self._ask(lambda client: client.get_all_notifications(template_type="sms", reference=reference))
        held = answer.get("notifications") if isinstance(answer, dict) else None
        if not isinstance(held, list):
            raise TextDelayed("the service's list cannot be read")
        ours = [each for each in held if isinstance(each, dict) and each.get("reference") == reference]
        return _sent(min(ours, key=lambda each: str(each.get("created_at")))) if ours else None

    async def status(self, provider_id: str) -> Sent | None:
        """What became of a text; it is held for seven days."""
        if not is_uuid(provider_id):
            return None
        try:
            return _sent(await self._ask(lambda client: client.get_notification_by_id(provider_id)))
        except _NotHeld:
            return None

    def close(self) -> None:
        """Wait for what is under way, and let the connections go."""
        self._pool.shutdown()
        for client in self._clients:
            client.request_session.close()

    def _begin(self) -> None:
        client = NotificationsAPIClient(self._key, self._url, timeout=self._timeout_s)
        client.request_session.max_redirects = 0
        client.request_session.auth = _as_it_is
        adapter = CuttableAdapter()
        for scheme in ("http://", "https://"):
            client.request_session.mount(scheme, adapter)
        self._own.client, self._own.adapter = client, adapter
        self._clients.append(client)

    async def _ask(self, ask: Ask) -> Any:
        line = Line()
        try:
            begun = self._pool.submit(self._carry, ask, line)
        except RuntimeError as stopped:
            raise TextDelayed("the server is stopping") from stopped
        answer = asyncio.wrap_future(begun)
        try:
            return await asyncio.shield(answer)
        except asyncio.CancelledError:
            # Its thread is never left alone: it might still send, after somebody looked the text up.
            line.cut()
            await asyncio.wait([answer])
            if not answer.cancelled():
                answer.exception()
            raise

    def _carry(self, ask: Ask, line: Line) -> Any:
        self._own.adapter.line = line
        try:
            return ask(self._own.client)
        except APIError as fault:
            raise _failure(fault) from None
        except requests.RequestException as fault:
            raise TextDelayed(f"no answer ({type(fault).__name__})") from None


class _NotHeld(TextRefused):
    """The service has nothing of that id."""


def _as_it_is(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Leaves a request's own token where it is."""
    return request


def _failure(fault: APIError) -> TextRefused | TextDelayed:
    """What a failed call means, by its status alone: words change."""
    response = fault.response
    if response is None:
        return TextDelayed(f"no answer ({type(fault.__cause__).__name__})")
    status = response.status_code
    error, detail = _told(response)
    if status in (TIMED_OUT, TOO_MANY) or status >= 500:
        return TextDelayed(f"{status} {error}".strip(), _retry_after_s(response))
    if isinstance(fault, InvalidResponse) or status < 400:
        return TextDelayed(f"{status}, but not in the service's own form; is DOORSTEP_NOTIFY_URL right?")
    if status in AUTHENTICATION:
        cause, why = _why_not_believed(response)
        return SetUpWrong(cause, error or str(status), f"{why} ({status}: {detail})")
    return (_NotHeld if status == 404 else TextRefused)(error or str(status), detail)


def _told(response: requests.Response) -> tuple[str, str]:
    """The service's name for its first error, and its words, without anything that may be somebody's number."""
    try:
        first = response.json()["errors"][0]
        error, message = str(first["error"]), str(first["message"])
    except (ValueError, LookupError, TypeError):
        return "", "no words in the service's own form"
    # A name and no sentence: it is kept, and a sentence might hold somebody's number.
    return error if _NAME.fullmatch(error) else "", _NUMBER.sub("…", message)[:MOST_WORDS]


def _why_not_believed(response: requests.Response) -> tuple[str, str]:
    """A wrong clock and a wrong key are answered alike; the answer's own date tells them apart."""
    try:
        skew_s = round(time.time() - parsedate_to_datetime(response.headers["Date"]).timestamp())
    except (KeyError, ValueError):
        skew_s = 0
    if abs(skew_s) >= MOST_SKEW_S:
        way = "ahead of" if skew_s > 0 else "behind"
        return CLOCK, f"This machine's clock is {abs(skew_s)} s {way} the service's, which allows 30: set it right"
    return KEY, "The service does not believe our key: compare DOORSTEP_NOTIFY_KEY with its page “API integration”"


def _retry_after_s(response: requests.Response) -> float | None:
    text = response.headers.get("Retry-After", "")
    return float(text) if text.isascii() and text.isdecimal() else None


def _sent(answer: Any, status: str = "") -> Sent:
    found = answer if isinstance(answer, dict) else {}
    provider_id, status = found.get("id"), status or str(found.get("status", ""))
    if not isinstance(provider_id, str) or not provider_id or not status:
        # It was taken, it seems; under what id is found out by its reference.
        raise TextDelayed("the service's answer names no text")
    return Sent(provider_id, status, _instant(found.get("completed_at") or found.get("sent_at")))


def _instant(text: object) -> int | None:
    try:
        return round(datetime.fromisoformat(str(text)).timestamp() * 1000) if text else None
    except ValueError:
        return None
