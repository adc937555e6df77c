"""What is set up of GOV.UK Notify, checked before anything is sent: its key, its address, and its templates' ids."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import urlsplit

ADDRESS = "https://api.notifications.service.gov.uk"
LEAST_TOKEN = 20
_UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_KEY = re.compile(rf"(.+)-({_UUID})-({_UUID})", re.ASCII)
_LOOPBACK = ("127.0.0.1", "::1", "localhost")


class NotifyRefused(ValueError):
    """Something set up of GOV.UK Notify cannot be used; the message says what, and never repeats a secret."""


class NotifyKey(NamedTuple):
    """A key in its parts. Its name is whatever somebody called it; the client itself reads it from the end."""

    service_id: str
    whole: str


def read_key(text: str) -> NotifyKey:
    """The key as Notify shows it once. Raises NotifyRefused."""
    found = _KEY.fullmatch(text.strip().lower())
    if found is None:
        raise NotifyRefused(
            "is no key of GOV.UK Notify: it is a name and two UUIDs with hyphens between them, as its page "
            "“API integration” shows it once. Copy it whole; if it is lost, make another there."
        )
    # The name's own capitals do not matter: nothing is made of it.
    return NotifyKey(found[2], text.strip()[: len(found[1]) + 1] + f"{found[2]}-{found[3]}")


def read_address(text: str) -> str:
    """Where Notify answers. Raises NotifyRefused for what is no address, and for one that would show numbers to all."""
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname, parts.port
    except ValueError:
        parts, host = urlsplit(""), None
    if parts.scheme not in ("http", "https") or not host or parts.username or parts.query or parts.fragment:
        raise NotifyRefused(f"is no address; it takes {ADDRESS}.")
    if parts.path not in ("", "/"):
        raise NotifyRefused(f"has a path; the service's paths are added to it. It takes {ADDRESS}.")
    if parts.scheme == "http" and host not in _LOOPBACK:
        raise NotifyRefused("begins with http: numbers and texts go over https only, but for a stand-in on 127.0.0.1.")
    return text.rstrip("/")


def read_templates(text: str) -> dict[str, str]:
    """`booked=<uuid>, day_before=<uuid>`: the id of each template that rules name. Raises NotifyRefused."""
    templates: dict[str, str] = {}
    for pair in filter(None, (part.strip() for part in text.split(","))):
        name, _, template_id = (part.strip() for part in pair.partition("="))
        if not name or not is_uuid(template_id):
            raise NotifyRefused(f"has {pair!r}; it takes booked=UUID, day_before=UUID, with each template's own id.")
        if templates.setdefault(name, template_id) != template_id:
            raise NotifyRefused(f"names {name} twice.")
    return templates


def read_token(text: str) -> str:
    """The token that Notify's callbacks bear. Raises NotifyRefused where anybody could guess it."""
    if len(text) < LEAST_TOKEN or not text.isascii() or not text.isprintable() or " " in text:
        raise NotifyRefused(
            f"takes at least {LEAST_TOKEN} letters, digits and signs without a space: for example what "
            "`openssl rand -hex 32` prints. Give Notify the same, at “API integration”, “Callbacks”."
        )
    return text


def is_uuid(text: str) -> bool:
    """Whether this is a UUID in lower case, as the service writes its ids."""
    return re.fullmatch(_UUID, text, re.ASCII) is not None


def missing_templates(templates: Mapping[str, str], named: set[str]) -> list[str]:
    """The templates that rules name and that have no id."""
    return sorted(name for name in named if name not in templates and not is_uuid(name))
