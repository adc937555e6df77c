"""GOV.UK Notify's contract for texts, without its wire: what each request is answered, and what becomes of each text.

    POST /v2/notifications/sms            201, 400 ValidationError | BadRequestError, 429 RateLimitError
    GET  /v2/notifications/{id}           200, 400 ValidationError, 404 NoResultFound
    GET  /v2/notifications?reference=     200, the newest first, 250 a page
    POST /v2/template/{id}/preview        200, 400 BadRequestError, 404 NoResultFound

Errors are {"status_code", "errors": [{"error", "message"}]}. Numbers with a meaning: 07700900003 ends in
temporary-failure, 07700900002 in permanent-failure, all others are delivered, each with its receipt; 07700900000,
07700900111 and 07700900222 are answered 201 and kept nowhere: no receipt, and nothing is found of them.

A number takes 20 identical texts an hour. That is the networks' limit and no error of Notify's: the next ones are taken
and do not arrive (how Notify words that is not published; here it is temporary-failure).
"""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlencode
from uuid import uuid4

from tests.stand_ins.notify_rates import Rate
from tests.stand_ins.notify_tokens import UUID, Denied, Key, key_of

ADDRESS = "https://api.notifications.service.gov.uk"
FROM_NUMBER = "40604"
TEMPORARY, PERMANENT = "447700900003", "447700900002"
KEPT_NOWHERE = frozenset({"447700900000", "447700900111", "447700900222"})
MOST_IDENTICAL, HOUR_S = 20, 3600.0
MOST_CHARACTERS = 918
A_PAGE = 250
STATUSES = {"created", "sending", "pending", "sent", "delivered"} | {
    f"{kind}-failure" for kind in ("permanent", "temporary", "technical")
}
_GAP = re.compile(r"\(\(([^()]+)\)\)")
_UK_MOBILE = re.compile(r"447[0-9]{9}", re.ASCII)


@dataclass(frozen=True)
class Template:
    """Words with gaps, under an id."""

    template_id: str
    words: str
    version: int = 1


@dataclass
class Text:
    """One text that was taken. Instants in seconds since 1970."""

    text_id: str
    reference: str | None
    number: str
    given_number: str
    template: Template
    body: str
    kind: str
    created_at: float
    status: str = "created"
    sent_at: float | None = None
    completed_at: float | None = None
    ends: str = "delivered"


@dataclass(frozen=True)
class Answer:
    """A status and a JSON body."""

    status: int
    body: dict[str, Any]


@dataclass
class Contract:
    """One service at Notify. `rates` holds each kind of key's limit; `taken` is every text it was ever answered for."""

    keys: Sequence[Key]
    templates: Mapping[str, Template]
    rates: Mapping[str, Rate]
    texts: dict[str, Text] = field(default_factory=dict)
    taken: list[Text] = field(default_factory=list)
    _by_reference: dict[str, list[Text]] = field(default_factory=lambda: defaultdict(list))
    _identical: dict[tuple[str, str], list[float]] = field(default_factory=lambda: defaultdict(list))

    def answer(self, method: str, target: str, authorization: str, body: bytes, now_s: float) -> Answer:
        """What one request is answered."""
        path, _, query = target.partition("?")
        try:
            key = key_of(authorization, self.keys, now_s)
        except Denied as denied:
            return _error(denied.status, "AuthError", denied.message)
        if (method, path) == ("POST", "/v2/notifications/sms"):
            return self._take(key, body, now_s)
        if (method, path) == ("GET", "/v2/notifications"):
            return self._list(key, parse_qs(query))
        if method == "GET" and path.startswith("/v2/notifications/"):
            return self._one(key, path.rpartition("/")[2])
        if method == "POST" and path.startswith("/v2/template/") and path.endswith("/preview"):
            return self._preview(path.split("/")[3], _json(body) or {})
        return Answer(404, {"result": "error", "message": "The requested URL was not found on the server."})

    def move(self, text: Text, status: str, now_s: float) -> None:
        """A text comes to another status."""
        assert status in STATUSES
        text.status = status
        if status == "sending":
            text.sent_at = now_s
        else:
            text.completed_at = now_s

    def doubled(self) -> list[str]:
        """The references under which more than one text was taken."""
        counts = Counter(text.reference for text in self.taken if text.reference)
        return [reference for reference, count in counts.items() if count > 1]

    def _take(self, key: Key, body: bytes, now_s: float) -> Answer:
        # Notify counts a request before it looks at what it asks.
        if not self.rates[key.kind].takes(now_s):
            return _error(
                429,
                "RateLimitError",
                f"Exceeded rate limit for key type {key.kind.upper()} of 3000 requests per 60 seconds",
            )
        asked = _json(body)
        if asked is None:
            return _error(400, "BadRequestError", "Invalid JSON supplied in POST data")
        if faults := _faults(asked):
            return Answer(400, {"status_code": 400, "errors": [_named("ValidationError", fault) for fault in faults]})
        template = self.templates.get(asked["template_id"])
        if template is None:
            return _error(400, "BadRequestError", "Template not found")
        given = asked.get("personalisation") or {}
        if missing := _missing(template, given):
            return _error(400, "BadRequestError", f"Missing personalisation: {', '.join(missing)}")
        words = _GAP.sub(lambda gap: str(given[gap[1]]), template.words)
        if len(words) > MOST_CHARACTERS:
            return _error(400, "BadRequestError", f"Text messages cannot be longer than {MOST_CHARACTERS} characters.")
        return Answer(201, self._taken(self._keep(key, asked, template, words, now_s)))

    def _keep(self, key: Key, asked: dict[str, Any], template: Template, words: str, now_s: float) -> Text:
        number = _bare(asked["phone_number"])
        text = Text(
            str(uuid4()), asked.get("reference"), number, asked["phone_number"], template, words, key.kind, now_s
        )
        text.ends = {TEMPORARY: "temporary-failure", PERMANENT: "permanent-failure"}.get(number, "delivered")
        alike = self._identical[number, words]
        alike[:] = [*(at for at in alike if at > now_s - HOUR_S), now_s]
        if len(alike) > MOST_IDENTICAL:
            text.ends = "temporary-failure"
        self.taken.append(text)
        if number not in KEPT_NOWHERE:
            self.texts[text.text_id] = text
            self._by_reference[text.reference or ""].append(text)
        return text

    def _taken(self, text: Text) -> dict[str, Any]:
        template = text.template
        return {
            "id": text.text_id,
            "reference": text.reference,
            "content": {"body": text.body, "from_number": FROM_NUMBER},
            "uri": f"{ADDRESS}/v2/notifications/{text.text_id}",
            "template": {
                "id": template.template_id,
                "version": template.version,
                "uri": f"{ADDRESS}/v2/template/{template.template_id}",
            },
            "scheduled_for": None,
        }

    def _one(self, key: Key, text_id: str) -> Answer:
        if not UUID.fullmatch(text_id):
            return _error(400, "ValidationError", "id is not a valid UUID")
        text = self.texts.get(text_id)
        if text is None or text.kind != key.kind:
            return _error(404, "NoResultFound", "No result found")
        return Answer(200, shown(text))

    def _preview(self, template_id: str, asked: dict[str, Any]) -> Answer:
        template = self.templates.get(template_id)
        if template is None:
            return _error(404, "NoResultFound", "No result found")
        given = asked.get("personalisation") or {}
        if missing := _missing(template, given):
            return _error(400, "BadRequestError", f"Missing personalisation: {', '.join(missing)}")
        body = _GAP.sub(lambda gap: str(given[gap[1]]), template.words)
        of = {"id": template.template_id, "type": "sms", "version": template.version, "body": body}
        return Answer(200, of | {"subject": None, "html": None, "postage": None})

    def _list(self, key: Key, query: dict[str, list[str]]) -> Answer:
        unknown = set(query.get("status", ())) - STATUSES
        if unknown:
            return _error(400, "ValidationError", f"status {min(unknown)} is not one of {sorted(STATUSES)}")
        held = self._by_reference.get(query["reference"][0], []) if "reference" in query else list(self.texts.values())
        found = [text for text in reversed(held) if text.kind == key.kind]
        if "status" in query:
            found = [text for text in found if text.status in query["status"]]
        if "template_type" in query and "sms" not in query["template_type"]:
            found = []
        if "older_than" in query:
            ids = [text.text_id for text in found]
            after = ids.index(query["older_than"][0]) + 1 if query["older_than"][0] in ids else len(ids)
            found = found[after:]
        page, rest = found[:A_PAGE], found[A_PAGE:]
        links = {"current": f"{ADDRESS}/v2/notifications?{urlencode(query, doseq=True)}"}
        if rest:
            more = {**query, "older_than": [page[-1].text_id]}
            links["next"] = f"{ADDRESS}/v2/notifications?{urlencode(more, doseq=True)}"
        return Answer(200, {"notifications": [shown(text) for text in page], "links": links})


def shown(text: Text) -> dict[str, Any]:
    """A text as it is got."""
    template = text.template
    nothing = dict.fromkeys(("email_address", "subject", "postage", "created_by_name", "scheduled_for"))
    lines = {f"line_{number}": None for number in range(1, 7)}
    return {
        "id": text.text_id,
        "reference": text.reference,
        "phone_number": text.given_number,
        "type": "sms",
        "status": text.status,
        "template": {
            "id": template.template_id,
            "version": template.version,
            "uri": f"{ADDRESS}/v2/template/{template.template_id}/version/{template.version}",
        },
        "body": text.body,
        "created_at": written(text.created_at),
        "sent_at": written(text.sent_at),
        "completed_at": written(text.completed_at),
        **nothing,
        **lines,
    }


def receipt(text: Text) -> dict[str, Any]:
    """What is told of a text that came to its end."""
    return {
        "id": text.text_id,
        "reference": text.reference,
        "to": text.given_number,
        "status": text.status,
        "created_at": written(text.created_at),
        "completed_at": written(text.completed_at),
        "sent_at": written(text.sent_at),
        "notification_type": "sms",
        "template_id": text.template.template_id,
        "template_version": text.template.version,
    }


def written(at: float | None) -> str | None:
    """An instant as Notify writes it."""
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ") if at is not None else None


def _faults(asked: dict[str, Any]) -> list[str]:
    faults = [f"{name} is a required property" for name in ("phone_number", "template_id") if name not in asked]
    known = {"phone_number", "template_id", "personalisation", "reference", "sms_sender_id"}
    if unknown := sorted(asked.keys() - known):
        faults.append(f"Additional properties are not allowed ({', '.join(unknown)} was unexpected)")
    if "phone_number" in asked and not _UK_MOBILE.fullmatch(_bare(str(asked["phone_number"]))):
        faults.append("phone_number Not a UK mobile number")
    if "template_id" in asked and not UUID.fullmatch(str(asked["template_id"])):
        faults.append("template_id is not a valid UUID")
    if not isinstance(asked.get("personalisation", {}), dict):
        faults.append("personalisation is not of type object")
    if not isinstance(asked.get("reference", ""), str):
        faults.append("reference is not of type string")
    return faults


def _missing(template: Template, given: Mapping[str, Any]) -> list[str]:
    return [gap for gap in dict.fromkeys(_GAP.findall(template.words)) if gap not in given]


def _bare(number: str) -> str:
    digits = re.sub(r"[^0-9]", "", number)
    return f"44{digits[1:]}" if digits.startswith("07") else digits


def _json(body: bytes) -> dict[str, Any] | None:
    try:
        found = json.loads(body)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def _named(error: str, message: str) -> dict[str, str]:
    return {"error": error, "message": message}


def _error(status: int, error: str, message: str) -> Answer:
    return Answer(status, {"status_code": status, "errors": [_named(error, message)]})
