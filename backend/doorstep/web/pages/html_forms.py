"""Forms of the pages: each carries a token of its session, so that no other site's page can send one."""

from __future__ import annotations

import hashlib
import hmac
from urllib.parse import parse_qsl

from doorstep.web.problems import InputFault
from doorstep.web.requests import WebRequest
from doorstep.web.wiring import Web

URL_ENCODED = "application/x-www-form-urlencoded"
TOKEN_FIELD = "form_token"  # noqa: S105 - the field's name
MOST_FIELDS = 100


class FormTooOld(Exception):
    """The form's token is not this session's."""


def form_token(web: Web, session_hash: str) -> str:
    """The token of a session's forms."""
    return hmac.new(web.office.code_key, f"doorstep/form/v1\n{session_hash}".encode(), hashlib.sha256).hexdigest()


async def read_fields(request: WebRequest, most_fields: int = MOST_FIELDS) -> dict[str, str]:
    """The fields of a posted form, unchecked; the first of each name."""
    sent_as = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if sent_as != URL_ENCODED:
        raise InputFault(415, "bad-request", "Send the form as a browser does.")
    body = (await request.body()).decode("utf-8", "replace")
    try:
        pairs = parse_qsl(body, keep_blank_values=True, max_num_fields=most_fields, errors="replace")
    except ValueError:
        raise InputFault(400, "bad-request", "The form has too many fields.") from None
    fields: dict[str, str] = {}
    for name, value in pairs:
        # A browser sends line ends as CR LF, whatever the person typed; NUL is nothing that anybody types.
        fields.setdefault(name, value.replace("\r\n", "\n").replace("\0", ""))
    return fields


async def read_form(request: WebRequest, most_fields: int = MOST_FIELDS) -> dict[str, str]:
    """The fields of a form that this session was given. Raises FormTooOld for any other."""
    fields = await read_fields(request, most_fields)
    check_token(request, fields.get(TOKEN_FIELD, ""))
    return fields


def check_token(request: WebRequest, given: str) -> None:
    """Raise FormTooOld where a form was not given to this session."""
    expected = form_token(request.web, request.user.token_hash)
    if not hmac.compare_digest(given.encode(), expected.encode()):
        raise FormTooOld


def is_own_page(request: WebRequest) -> bool:
    """Whether the browser says that our own page sent this; demanded where there is no session for a token yet."""
    if sent_by := request.headers.get("sec-fetch-site"):
        return sent_by == "same-origin"
    origin = request.headers.get("origin", "")
    return origin.partition("://")[2] == request.headers.get("host", "-")
