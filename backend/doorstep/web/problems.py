"""Every error as a problem (RFC 9457): what went wrong, and what the one who reads it does next."""

from __future__ import annotations

import re
import traceback
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import msgspec
import structlog
from litestar.exceptions import HTTPException
from litestar.openapi.datastructures import ResponseSpec
from litestar.response import Response

from doorstep.application.log_planner_call import TakenCall
from doorstep.application.photos import HashWrong, OffsetWrong, PhotosFull, TooLong
from doorstep.application.sign_in import TooManyTries
from doorstep.application.store import StoreFull
from doorstep.application.writer import Refused, WriterStopped

PROBLEM_JSON = "application/problem+json"
RETRY_SECONDS = 60

STATUS_OF_REFUSAL: Mapping[str, int] = {
    "card-form": 422,
    "card-over": 410,
    "dispute-answered": 409,
    "dispute-often": 409,
    "dispute-open": 409,
    "enrolment-code": 401,
    "wrong-password": 401,
    "no-installation": 403,
    "not-proved": 403,
    "other-installation": 403,
    "own-call": 403,
    "own-look": 403,
    "own-decision": 403,
    "dispute-undecided": 409,
    "not-your-exception": 403,
    "not-found": 404,
    "call-logged": 409,
    "import-running": 429,
    "call-taken": 409,
    "endpoint-off": 409,
    "fact-changed": 409,
    "fact-over": 409,
    "fact-twice": 409,
    "instructions-differ": 409,
    "key-enrolled": 409,
    "not-decidable": 409,
    "no-exports": 409,
    "no-parquet": 409,
    "no-such-card": 404,
    "no-pack": 409,
    "seq-reused": 409,
    "invalid": 422,
    "seq-twice": 422,
    "times-often": 409,
    "wrong-length": 422,
}

TITLES: Mapping[str, str] = {
    "broken-off": "The connection broke off",
    "bad-request": "The request cannot be read",
    "call-logged": "The call was saved before",
    "call-taken": "Somebody else has this call",
    "conflict": "Something else has happened meanwhile",
    "cross-site": "The request came from another site",
    "enrolment-code": "That did not enrol this phone",
    "endpoint-off": "That address is not told anything now",
    "fact-changed": "Somebody changed it meanwhile",
    "fact-over": "It has ended",
    "fact-twice": "It is recorded already",
    "file-refused": "The file cannot be read",
    "import-running": "Another file is being taken in",
    "instructions-differ": "The instructions differ",
    "internal": "The server failed",
    "invalid": "Something has to be put right",
    "key-enrolled": "The key was enrolled before",
    "malformed-json": "The body is not JSON",
    "method-not-allowed": "That cannot be done here",
    "no-policy": "No policy is in force",
    "no-installation": "The session belongs to no phone",
    "no-pack": "There is no evidence pack yet",
    "not-decidable": "The visit cannot be decided now",
    "not-found": "There is nothing here",
    "not-json": "The body is not sent as JSON",
    "not-proved": "That did not renew the session",
    "not-signed-in": "Sign in",
    "not-your-exception": "That is for others to resolve",
    "not-your-role": "This is not part of your role",
    "offset-wrong": "The upload goes on from another place",
    "other-installation": "The session belongs to another phone",
    "own-call": "You took this visit's call",
    "own-look": "You took the first look",
    "own-decision": "The resident disputes what you decided",
    "dispute-undecided": "The visit is to be decided first",
    "partial-upload-expected": "The bytes are not sent as a partial upload",
    "photo-not-ready": "The photo cannot be shown yet",
    "row-seen-to": "The row was seen to",
    "seq-reused": "The sequence was used before",
    "seq-twice": "A sequence number stands twice",
    "stopping": "The server is stopping",
    "store-full": "The disk is full",
    "too-large": "Too much was sent",
    "too-many-streams": "Too many streams",
    "too-many-tries": "Too many tries",
    "wrong-hash": "The bytes are not that photo's",
    "wrong-length": "The photo has another length",
    "wrong-password": "That did not sign you in",
    "wrong-token": "That is not the token",
}

REASON_OF_STATUS: Mapping[int, str] = {
    400: "bad-request",
    404: "not-found",
    405: "method-not-allowed",
    409: "conflict",
    413: "too-large",
    422: "invalid",
}

DETAILS: Mapping[int, str] = {
    400: "The request cannot be read. See /schema for what is expected.",
    404: "There is nothing at this address. See /schema for what there is.",
    405: "This address does not take that method. See the Allow header, or /schema.",
    413: "Too much was sent at once. Send less.",
}

_AT = re.compile(r" - at `\$\.?(.*)`$", re.DOTALL)
_UNKNOWN = re.compile(r"contains unknown field `(.*)`", re.DOTALL)
_MISSING = re.compile(r"missing required field `(.*)`", re.DOTALL)
_MISSING_PARAMETER = re.compile(r"^Missing required (\w+) parameter '([^']+)'")
_log = structlog.get_logger("doorstep.web")


class FieldFault(msgspec.Struct, frozen=True):
    """What is wrong with one field: `path` as in `events[0].seq`."""

    path: str
    message: str


class Problem(msgspec.Struct, frozen=True, omit_defaults=True):
    """An error that a person or a program can act on."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[FieldFault] = []
    taken: TakenCall | None = None


class InputFault(Exception):
    """What was sent does not fit; `faults` say where."""

    def __init__(self, status: int, reason: str, detail: str, faults: list[FieldFault] | None = None) -> None:
        super().__init__(detail)
        self.status, self.reason, self.detail = status, reason, detail
        self.faults = faults or []
        self.headers: dict[str, str] = {}


class NotSignedIn(Exception):
    """There is no live session: an API client gets 401, a person the sign-in page."""


class NotYourRole(Exception):
    """The session's role has no part in this."""


def input_fault(message: str) -> InputFault:
    """One fault of a decoded body, with its path, from msgspec's words for it."""
    found = _AT.search(message)
    path, words = (found[1], message[: found.start()]) if found else ("", message)
    for pattern in (_UNKNOWN, _MISSING):
        if named := pattern.search(words):
            path = f"{path}.{named[1]}" if path else named[1]
    detail = f"Put right {path or 'the body'}: {words}."
    return InputFault(422, "invalid", detail, [FieldFault(path, words)])


def problem(status: int, reason: str, detail: str, faults: list[FieldFault] | None = None) -> Problem:
    """A problem by its reason, which is the last part of its `type`."""
    return Problem(f"/problems/{reason}", TITLES.get(reason, HTTPStatus(status).phrase), status, detail, faults or [])


def told(failure: Exception) -> tuple[Problem, dict[str, str]]:
    """What an exception means for the one who asked: the problem, and headers that go with it."""
    retry = {"Retry-After": str(RETRY_SECONDS)}
    match failure:
        case Refused():
            path = failure.more.get("path")
            named = failure.more.get("faults")
            faults = [FieldFault(str(path), failure.detail)] if path else []
            if isinstance(named, list):
                faults = [FieldFault(str(path), str(words)) for path, words in named]
            status = STATUS_OF_REFUSAL.get(failure.reason, 409)
            found = problem(status, failure.reason, failure.detail, faults)
            taken = failure.more.get("taken")
            return msgspec.structs.replace(found, taken=taken if isinstance(taken, TakenCall) else None), {}
        case InputFault():
            return problem(failure.status, failure.reason, failure.detail, failure.faults), failure.headers
        case NotSignedIn():
            return problem(401, "not-signed-in", "Sign in first, with POST /api/session."), {}
        case NotYourRole():
            return problem(403, "not-your-role", "Ask somebody whose role this is, or sign in as yourself."), {}
        case TooManyTries():
            return problem(429, "too-many-tries", str(failure)), {"Retry-After": str(failure.seconds)}
        case StoreFull() | PhotosFull():
            detail = "The server's disk is full, and nothing of this was kept. Try again later."
            return problem(507, "store-full", detail), retry
        case WriterStopped():
            return problem(503, "stopping", str(failure)), retry
        case HTTPException():
            return _told_of_http(failure)
        case _:
            return _told_of_photo(failure) or (_told_of_failure(failure), retry)


def _told_of_photo(failure: Exception) -> tuple[Problem, dict[str, str]] | None:
    match failure:
        case OffsetWrong():
            return problem(409, "offset-wrong", str(failure)), upload_headers(
                failure.received.offset, failure.received.is_complete
            )
        case HashWrong():
            return problem(422, "wrong-hash", str(failure)), upload_headers(0, is_complete=False)
        case TooLong():
            return problem(413, "too-large", str(failure)), {}
    return None


def upload_headers(offset: int, is_complete: bool) -> dict[str, str]:
    """How far an upload has come, in the words of the resumable-upload draft."""
    return {"Upload-Offset": str(offset), "Upload-Complete": "?1" if is_complete else "?0"}


def _told_of_http(failure: HTTPException) -> tuple[Problem, dict[str, str]]:
    status = failure.status_code
    headers = dict(failure.headers or {})
    if isinstance(failure.extra, list):
        if all(isinstance(fault, dict) and fault.get("source") == "path" for fault in failure.extra):
            return problem(404, "not-found", DETAILS[404]), headers
        faults = [FieldFault(str(fault.get("key", "")), str(fault.get("message", ""))) for fault in failure.extra]
        named = ", ".join(fault.path for fault in faults if fault.path)
        return problem(422, "invalid", f"Put right {named or 'the request'}. See `errors`.", faults), headers
    if missing := _MISSING_PARAMETER.search(failure.detail):
        detail = f"Send the {missing[1]} {missing[2]}. See /schema for its form."
        return problem(422, "invalid", detail, [FieldFault(missing[2], f"Missing {missing[1]}")]), headers
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return _told_of_failure(failure), headers
    return problem(status, REASON_OF_STATUS.get(status, "bad-request"), DETAILS.get(status, DETAILS[400])), headers


def _told_of_failure(failure: Exception) -> Problem:
    # The failure goes to the log, never to the one who asked: it may name what they may not see.
    # The trace is plain text, because loggers that draw it themselves would show what the variables hold.
    _log.error("request failed", trace="".join(traceback.format_exception(failure)))
    return problem(500, "internal", "The server failed. Nothing may have been kept: look, then try again.")


def problem_response(failure: Exception) -> Response[Any]:
    """The response that tells of an exception."""
    told_of, headers = told(failure)
    return Response(msgspec.json.encode(told_of), status_code=told_of.status, media_type=PROBLEM_JSON, headers=headers)


def may_answer_with_nothing(description: str, *statuses: int) -> dict[int, ResponseSpec]:
    """For the schema: a route whose success has no body, and the problems that it may answer with."""
    return {204: ResponseSpec(None, generate_examples=False, description=description), **may_answer(*statuses)}


def may_answer(*statuses: int) -> dict[int, ResponseSpec]:
    """For the schema: the problems that a route may answer with."""
    return {
        status: ResponseSpec(
            Problem, generate_examples=False, description=HTTPStatus(status).phrase, media_type=PROBLEM_JSON
        )
        for status in sorted({400, *statuses})
    }
