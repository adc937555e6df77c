"""The stand-in keeps GOV.UK Notify's contract: who is believed, what is refused and how, and when it calls back."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
from typing import Any
from uuid import UUID

import httpx
import jwt
import pytest

from tests.stand_ins.notify import KEY, TEMPLATES, Manners, Notify, notify_at_work
from tests.stand_ins.notify_callbacks import Callback
from tests.stand_ins.notify_contract import Contract, Template
from tests.stand_ins.notify_rates import Bucket, Rolling
from tests.stand_ins.notify_tokens import Key

NOW_S = 1_795_000_000.0
TEMPLATE = TEMPLATES["booked"]
GAPS = {"landlord": "Homes", "day": "Monday", "from": "08:00", "to": "13:00", "job": "W-1", "phone": "01632 960000"}
ASKED: dict[str, Any] = {
    "phone_number": "+447700900123",
    "template_id": TEMPLATE.template_id,
    "personalisation": GAPS,
    "reference": "r-1",
}


def a_contract(per_minute: int = 3000) -> Contract:
    """One service with one template."""
    return Contract([KEY], {TEMPLATE.template_id: TEMPLATE}, {"live": Rolling(per_minute)})


def a_token(now_s: float = NOW_S, key: Key = KEY, **claims: Any) -> str:
    """What PyJWT makes for Notify's own client: an implementation that is not the stand-in's."""
    told = {"iss": key.service_id, "iat": int(now_s)} | claims
    return "Bearer " + jwt.encode(told, key.secret, headers={"typ": "JWT", "alg": "HS256"})


def send(contract: Contract, now_s: float = NOW_S, **change: Any) -> tuple[int, dict[str, Any]]:
    """One text asked for, with what a test changes; None leaves a field out."""
    body = {name: value for name, value in (ASKED | change).items() if value is not None}
    answer = contract.answer("POST", "/v2/notifications/sms", a_token(now_s), json.dumps(body).encode(), now_s)
    return answer.status, answer.body


def get(contract: Contract, target: str) -> tuple[int, dict[str, Any]]:
    """One question."""
    answer = contract.answer("GET", target, a_token(), b"", NOW_S)
    return answer.status, answer.body


def errors_in(body: dict[str, Any]) -> list[str]:
    """The names of the errors of an answer, which must be in Notify's form."""
    assert set(body) == {"status_code", "errors"}
    assert all(set(error) == {"error", "message"} for error in body["errors"])
    return [error["error"] for error in body["errors"]]


def test_a_text_is_taken_and_found_again() -> None:
    """201 in its form; by its id and by its reference it is what was sent."""
    contract = a_contract()
    status, body = send(contract)
    assert status == 201
    assert body["reference"] == "r-1"
    assert body["content"]["body"] == "Homes: we come on Monday, 08:00 to 13:00, for W-1. Ring 01632 960000."
    assert body["template"]["id"] == TEMPLATE.template_id
    assert get(contract, f"/v2/notifications/{body['id']}")[1]["status"] == "created"
    [listed] = get(contract, "/v2/notifications?template_type=sms&reference=r-1")[1]["notifications"]
    assert (listed["id"], listed["type"], listed["phone_number"]) == (body["id"], "sms", "+447700900123")
    assert get(contract, "/v2/notifications?reference=r-2")[1]["notifications"] == []


def test_tokens_are_believed_for_thirty_seconds() -> None:
    """On either side of the service's own clock; 401 without one, 403 with a wrong one."""
    contract, target = a_contract(), "/v2/notifications?reference=r-1"
    for skew_s, status in ((-31, 403), (-30, 200), (0, 200), (30, 200), (31, 403)):
        assert contract.answer("GET", target, a_token(NOW_S + skew_s), b"", NOW_S).status == status
    unsigned = base64.urlsafe_b64encode(b'{"alg":"none"}').decode().rstrip("=")
    payload = a_token().split(".")[1]
    other = Key("other", KEY.service_id, str(UUID(int=5)))
    stranger = Key("stranger", str(UUID(int=6)), KEY.secret)
    wrong = {
        "": 401,
        "Basic x": 401,
        "Bearer x": 403,
        f"Bearer {unsigned}.{payload}.": 403,
        a_token(key=other): 403,
        a_token(key=stranger): 403,
        a_token(iss="x"): 403,
        a_token(iat="now"): 403,
    }
    for authorization, status in wrong.items():
        answer = contract.answer("GET", target, authorization, b"", NOW_S)
        assert (answer.status, errors_in(answer.body)) == (status, ["AuthError"])


def test_a_signature_by_the_letter_of_the_contract_is_believed() -> None:
    """HS256 over head and claims, made here by hand."""

    def part(data: bytes) -> str:
        return base64.urlsafe_b64encode(data).decode().rstrip("=")

    head, claims = (
        part(b'{"typ":"JWT","alg":"HS256"}'),
        part(b'{"iss":"%s","iat":1795000000}' % KEY.service_id.encode()),
    )
    signature = part(hmac.new(KEY.secret.encode(), f"{head}.{claims}".encode(), hashlib.sha256).digest())
    answer = a_contract().answer("GET", "/v2/notifications", f"Bearer {head}.{claims}.{signature}", b"", NOW_S)
    assert answer.status == 200


@pytest.mark.parametrize(
    ("change", "errors"),
    [
        ({"phone_number": None, "template_id": None}, ["ValidationError", "ValidationError"]),
        ({"phone_number": "01632 960000"}, ["ValidationError"]),
        ({"template_id": "booked"}, ["ValidationError"]),
        ({"template_id": str(UUID(int=99))}, ["BadRequestError"]),
        ({"personalisation": {}}, ["BadRequestError"]),
        ({"personalisation": GAPS | {"landlord": "x" * 918}}, ["BadRequestError"]),
        ({"more": 1}, ["ValidationError"]),
    ],
)
def test_what_it_cannot_send_is_a_400(change: dict[str, Any], errors: list[str]) -> None:
    """With its error's name, and nothing is taken."""
    contract = a_contract()
    status, body = send(contract, **change)
    assert (status, errors_in(body)) == (400, errors)
    assert contract.taken == []


def test_what_it_does_not_hold() -> None:
    """404 by id, 400 for what is no id."""
    contract = a_contract()
    status, body = get(contract, f"/v2/notifications/{UUID(int=1)}")
    assert (status, errors_in(body)) == (404, ["NoResultFound"])
    status, body = get(contract, "/v2/notifications/nothing")
    assert (status, errors_in(body)) == (400, ["ValidationError"])


def test_the_rate_of_a_key() -> None:
    """So many in any sixty seconds, then 429 RateLimitError; questions are not counted."""
    contract = a_contract(per_minute=3)
    statuses = [send(contract, NOW_S + at, reference=f"r{at}")[0] for at in (0, 10, 20, 30, 59.9, 60, 60.1, 70)]
    assert statuses == [201, 201, 201, 429, 429, 201, 429, 201]
    assert errors_in(send(contract, NOW_S + 71)[1]) == ["RateLimitError"]
    assert get(contract, "/v2/notifications?reference=r0")[0] == 200


def test_the_rate_by_a_bucket() -> None:
    """A third of a minute's at once, then as they come in."""
    bucket = Bucket(3000)
    assert sum(bucket.takes(NOW_S) for _ in range(2000)) == 1001
    assert sum(bucket.takes(NOW_S + 1) for _ in range(2000)) == 50
    assert sum(bucket.takes(NOW_S + 61 + at) for at in range(0, 100, 2) for _ in range(2000)) == 1001 + 49 * 100


def test_the_twenty_first_identical_text_does_not_arrive() -> None:
    """To one number within an hour; another number, other words and a later hour are another matter."""
    contract = a_contract()
    for number in range(22):
        send(contract, reference=f"r{number}")
    send(contract, phone_number="07700900124")
    send(contract, personalisation=GAPS | {"job": "W-2"})
    send(contract, NOW_S + 3601)
    assert [text.ends for text in contract.taken].index("temporary-failure") == 20
    assert [text.ends for text in contract.taken[20:]] == ["temporary-failure"] * 2 + ["delivered"] * 3


def test_pages_of_250() -> None:
    """The newest first, and the next page by the last one's id."""
    contract = a_contract()
    for number in range(251):
        send(contract, phone_number=f"07700900{number + 300:03}")
    page = get(contract, "/v2/notifications?reference=r-1")[1]
    assert len(page["notifications"]) == 250
    assert page["notifications"][0]["phone_number"] == "07700900550"
    rest = get(contract, page["links"]["next"].partition(".uk")[2])[1]
    assert [text["phone_number"] for text in rest["notifications"]] == ["07700900300"]
    assert "next" not in rest["links"]


class Called:
    """Somebody who is called back, and answers as a list says; then 204."""

    def __init__(self, answers: list[int]) -> None:
        self.answers, self.told, self.tokens = answers, [dict[str, Any]()][:0], list[str]()
        self.server: asyncio.Server | None = None

    async def __aenter__(self) -> Callback:
        self.server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        host, port = self.server.sockets[0].getsockname()
        return Callback(f"http://{host}:{port}/told", "token of tests")

    async def __aexit__(self, *_: object) -> None:
        assert self.server is not None
        self.server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        headers = {name: value.strip() for name, _, value in (line.partition(":") for line in head)}
        self.tokens.append(headers["Authorization"])
        self.told.append(json.loads(await reader.readexactly(int(headers["Content-Length"]))))
        status = self.answers.pop(0) if self.answers else 204
        if status:
            writer.write(f"HTTP/1.1 {status} Told\r\nContent-Length: 0\r\n\r\n".encode())
        writer.close()


async def settled(notify: Notify) -> None:
    """Wait until no call is open."""
    async with asyncio.timeout(10):
        await notify.calls.until(lambda: bool(notify.calls.taken or notify.calls.given_up) and not notify.calls.open)


async def asked(notify: Notify, **change: Any) -> httpx.Response:
    """One text asked for over the wire."""
    async with httpx.AsyncClient() as client:
        headers = {"authorization": a_token(notify.now_s())}
        return await client.post(f"{notify.url}/v2/notifications/sms", json=ASKED | change, headers=headers)


@pytest.mark.parametrize(
    ("answers", "calls", "is_taken"),
    [
        ([204], 1, True),
        ([500, 429, 0, 503, 507, 200], 6, True),
        ([500] * 6, 6, False),
        ([401], 1, False),
        ([404], 1, False),
        ([422], 1, False),
    ],
)
async def test_a_receipt_is_told_again_by_the_rule(answers: list[int], calls: int, is_taken: bool) -> None:
    """After 5xx, 429 and a broken connection, five times; after any other 4xx never."""
    called = Called(answers)
    async with called as callback, notify_at_work(again_s=0.01) as notify:
        notify.receipts_to = callback
        assert (await asked(notify)).status_code == 201
        await settled(notify)
        assert len(called.told) == calls
        assert (notify.calls.taken.total(), len(notify.calls.given_up)) == ((1, 0) if is_taken else (0, 1))
        assert set(called.tokens) == {"Bearer token of tests"}
        told = called.told[0]
        assert (told["status"], told["reference"], told["to"]) == ("delivered", "r-1", "+447700900123")
        assert set(told) == {
            *("id", "reference", "to", "status", "created_at", "completed_at", "sent_at"),
            *("notification_type", "template_id", "template_version"),
        }


async def test_numbers_with_a_meaning() -> None:
    """Temporary, permanent, and those that are answered well and kept nowhere."""
    called = Called([])
    async with called as callback, notify_at_work() as notify:
        notify.receipts_to = callback
        for number in ("07700900000", "07700900111", "07700900222", "07700900003", "07700900002"):
            assert (await asked(notify, phone_number=number, reference=number)).status_code == 201
        async with asyncio.timeout(10):
            await notify.calls.until(lambda: notify.calls.taken.total() == 2)
        await settled(notify)
    statuses = {told["reference"]: told["status"] for told in called.told}
    assert statuses == {"07700900003": "temporary-failure", "07700900002": "permanent-failure"}
    assert len(notify.contract.taken) == 5


async def test_bad_days() -> None:
    """A 500 before the text is taken, one after, and no answer at all after."""
    for fate, taken in (("fails_before", 0), ("fails_after", 1)):
        async with notify_at_work(Manners(**{fate: 1.0})) as notify:  # type: ignore[arg-type]
            assert (await asked(notify)).status_code == 500
            assert len(notify.contract.taken) == taken
    async with notify_at_work(Manners(breaks_after=1.0)) as notify:
        with pytest.raises(httpx.RemoteProtocolError):
            await asked(notify)
        assert len(notify.contract.taken) == 1


async def test_a_resident_texts() -> None:
    """By the stand-in's own path; it is told in Notify's form."""
    called = Called([])
    async with called as callback, notify_at_work() as notify, httpx.AsyncClient() as client:
        notify.texts_to = callback
        said = {"source_number": "447700900123", "message": "STOP"}
        assert (await client.post(f"{notify.url}/stand-in/inbound", json=said)).status_code == 201
        await settled(notify)
    [told] = called.told
    assert set(told) == {"id", "source_number", "destination_number", "message", "date_received"}
    assert (told["source_number"], told["message"]) == ("447700900123", "STOP")


def test_a_template_says_what_stands_in_it() -> None:
    """Words without gaps need no personalisation."""
    plain = Template(str(UUID(int=9)), "Hello.")
    contract = Contract([KEY], {plain.template_id: plain}, {"live": Rolling(1)})
    assert send(contract, template_id=plain.template_id, personalisation=None)[0] == 201
