"""GOV.UK Notify on loopback: `python -m tests.stand_ins.notify` serves it, and says its address, key and templates.

It keeps the contract (notify_contract.py), counts as the contract says (notify_rates.py), believes only tokens that
Notify would believe (notify_tokens.py), and calls back by Notify's own rule (notify_callbacks.py). On top it can be as
bad as any service has its days: see Manners. Two paths are its own: POST /stand-in/inbound {source_number, message}
has a resident answer, GET /stand-in says what it holds.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from email.utils import formatdate
from random import Random
from typing import Any
from uuid import UUID, uuid4

from tests.stand_ins.notify_callbacks import AGAIN_S, Callback, Calls
from tests.stand_ins.notify_contract import Answer, Contract, Template, Text, receipt, written
from tests.stand_ins.notify_rates import Bucket, Rate, Rolling
from tests.stand_ins.notify_tokens import Key

PER_MINUTE = 3000
SERVICE_ID = str(UUID(int=26785))
KEY = Key("stand_in", SERVICE_ID, str(UUID(int=844)))
TEMPLATES = {
    name: Template(str(UUID(int=number)), words)
    for number, (name, words) in enumerate(
        {
            "booked": "((landlord)): we come on ((day)), ((from)) to ((to)), for ((job)). Ring ((phone)).",
            "day_before": "((landlord)): we come on ((day)), ((from)) to ((to)), for ((job)). Reply CHANGE.",
            "two_hours_before": "((landlord)): we come today between ((from)) and ((to)) for ((job)).",
        }.items(),
        start=1,
    )
}
DESTINATION = "447700900999"
PHRASES = {200: "OK", 201: "Created", 204: "No Content", 500: "Internal Server Error"}
MOST_BODY = 100_000


@dataclass
class Manners:
    """How it behaves beside the contract. Shares are of all texts sent, from 0 to 1, drawn from `seed`.

    `fails_before` answers 500 and takes nothing; `fails_after` takes the text and answers 500; `hangs_after` takes it
    and never answers; `breaks_after` takes it and hangs up. `clock_ahead_s` sets its clock against this machine's.
    """

    seed: int = 1
    fails_before: float = 0.0
    fails_after: float = 0.0
    hangs_after: float = 0.0
    breaks_after: float = 0.0
    slow_s: float = 0.0
    receipt_after_s: float = 0.05
    receipts_twice: float = 0.0
    clock_ahead_s: float = 0.0


@dataclass
class Notify:
    """The stand-in at work. What its callbacks are is set beside it, once whoever is called has an address."""

    contract: Contract
    manners: Manners
    calls: Calls
    receipts_to: Callback | None = None
    texts_to: Callback | None = None
    requests: dict[str, int] = field(default_factory=dict)
    url: str = ""

    def __post_init__(self) -> None:
        self._random = Random(self.manners.seed)
        self._waiting: set[asyncio.TimerHandle] = set()

    @property
    def key(self) -> str:
        """A key that it believes."""
        return self.contract.keys[0].text

    @property
    def template_ids(self) -> dict[str, str]:
        """The ids of its templates, by their names."""
        return {name: template.template_id for name, template in TEMPLATES.items()}

    def now_s(self) -> float:
        """Its own clock."""
        return time.time() + self.manners.clock_ahead_s

    def inbound(self, source_number: str, message: str) -> dict[str, Any]:
        """A resident texts; gives what is told of it."""
        told = {
            "id": str(uuid4()),
            "source_number": source_number,
            "destination_number": DESTINATION,
            "message": message,
            "date_received": written(self.now_s()),
        }
        if self.texts_to:
            self.calls.begin(self.texts_to, told)
        return told

    async def answer(self, method: str, target: str, authorization: str, body: bytes) -> Answer | None:
        """What a request is answered; None where it is not."""
        if self.manners.slow_s:
            await asyncio.sleep(self.manners.slow_s)
        is_sending = (method, target) == ("POST", "/v2/notifications/sms")
        fate = self._fate() if is_sending else ""
        if fate == "fails_before":
            return self._counted(_failed())
        answer = self.contract.answer(method, target, authorization, body, self.now_s())
        if is_sending and answer.status == 201:
            self._carry(self.contract.texts.get(answer.body["id"]))
            if fate:
                self.requests[fate] = self.requests.get(fate, 0) + 1
            if fate == "fails_after":
                return self._counted(_failed())
            if fate == "hangs_after":
                await asyncio.sleep(3600)
            if fate == "breaks_after":
                return None
        return self._counted(answer)

    def stop(self) -> None:
        """Nothing becomes of any text any more."""
        for handle in self._waiting:
            handle.cancel()

    def _fate(self) -> str:
        drawn = self._random.random()
        for name in ("fails_before", "fails_after", "hangs_after", "breaks_after"):
            share = getattr(self.manners, name)
            if drawn < share:
                return name
            drawn -= share
        return ""

    def _counted(self, answer: Answer) -> Answer:
        errors = answer.body.get("errors")
        name = f"{answer.status} {errors[0]['error']}" if errors else str(answer.status)
        self.requests[name] = self.requests.get(name, 0) + 1
        return answer

    def _carry(self, text: Text | None) -> None:
        if text is not None:
            self.contract.move(text, "sending", self.now_s())
            self._later(text)

    def _later(self, text: Text) -> None:
        def arrive() -> None:
            self._waiting.discard(handle)
            self.contract.move(text, text.ends, self.now_s())
            if self.receipts_to:
                for _ in range(2 if self._random.random() < self.manners.receipts_twice else 1):
                    self.calls.begin(self.receipts_to, receipt(text))

        handle = asyncio.get_running_loop().call_later(self.manners.receipt_after_s, arrive)
        self._waiting.add(handle)

    def _own(self, method: str, target: str, body: bytes) -> Answer:
        if (method, target) == ("POST", "/stand-in/inbound"):
            asked = json.loads(body)
            return Answer(201, self.inbound(asked["source_number"], asked["message"]))
        held = {"taken": len(self.contract.taken), "doubled": len(self.contract.doubled()), "answers": self.requests}
        return Answer(200, held | {"told": self.calls.taken.total(), "open": self.calls.open})

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, as long as the other side keeps it."""
        with suppress(OSError, EOFError, ValueError, asyncio.LimitOverrunError, asyncio.CancelledError):
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
                method, target, _ = head[0].split(" ", 2)
                headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:])}
                body = await reader.readexactly(min(int(headers.get("content-length", "0")), MOST_BODY))
                if target.startswith("/stand-in"):
                    answer: Answer | None = self._own(method, target, body)
                else:
                    answer = await self.answer(method, target, headers.get("authorization", ""), body)
                if answer is None:
                    break
                content = json.dumps(answer.body).encode()
                writer.write(
                    f"HTTP/1.1 {answer.status} {PHRASES.get(answer.status, 'Refused')}\r\n"
                    f"Date: {formatdate(self.now_s(), usegmt=True)}\r\nContent-Type: application/json\r\n"
                    f"Content-Length: {len(content)}\r\n\r\n".encode()
                    + content
                )
                await writer.drain()
        writer.close()


def _failed() -> Answer:
    return Answer(500, {"status_code": 500, "errors": [{"error": "Exception", "message": "Internal server error"}]})


@asynccontextmanager
async def notify_at_work(
    manners: Manners | None = None, per_minute: int = PER_MINUTE, *, is_bucket: bool = False, again_s: float = AGAIN_S,
    port: int = 0,
) -> AsyncIterator[Notify]:  # fmt: skip
    """A stand-in that answers on loopback, with a live key and the templates of our own rules."""
    rate: Rate = Bucket(per_minute) if is_bucket else Rolling(per_minute)
    templates = {template.template_id: template for template in TEMPLATES.values()}
    notify = Notify(Contract([KEY], templates, {"live": rate}), manners or Manners(), Calls(again_s))
    connections: set[asyncio.Task[None]] = set()

    def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.get_running_loop().create_task(notify.serve(reader, writer))
        connections.add(task)
        task.add_done_callback(connections.discard)

    server = await asyncio.start_server(connected, "127.0.0.1", port)
    notify.url = "http://{}:{}".format(*server.sockets[0].getsockname())
    try:
        yield notify
    finally:
        notify.stop()
        server.close()
        for task in connections:
            task.cancel()
        await asyncio.gather(*connections, return_exceptions=True)
        await notify.calls.stop()


async def _serve(asked: argparse.Namespace) -> None:
    shares = ("fails_before", "fails_after", "hangs_after", "slow_s")
    manners = Manners(asked.seed, **{name: getattr(asked, name) for name in shares})
    async with notify_at_work(
        manners, asked.per_minute, is_bucket=asked.bucket, again_s=asked.again_s, port=asked.port
    ) as notify:
        if asked.doorstep:
            notify.receipts_to = Callback(f"{asked.doorstep}/api/notify/receipts", asked.token)
            notify.texts_to = Callback(f"{asked.doorstep}/api/notify/texts", asked.token)
        print(f"DOORSTEP_NOTIFY_URL={notify.url}")
        print(f"DOORSTEP_NOTIFY_KEY={notify.key}")
        named = ",".join(f"{name}={template_id}" for name, template_id in notify.template_ids.items())
        print(f"DOORSTEP_NOTIFY_TEMPLATES={named}", flush=True)
        await asyncio.Event().wait()


def main() -> None:
    """Serve until stopped."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.stand_ins.notify", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--per-minute", type=int, default=PER_MINUTE)
    parser.add_argument("--bucket", action="store_true", help="count by a bucket of tokens, not by the last 60 seconds")
    parser.add_argument("--again-s", type=float, default=AGAIN_S, help="how long after a callback that failed")
    parser.add_argument("--doorstep", default="", help="where to call back, such as http://127.0.0.1:8000")
    parser.add_argument("--token", default="", help="what the callbacks bear")
    parser.add_argument("--seed", type=int, default=1)
    for name in ("fails-before", "fails-after", "hangs-after", "slow-s"):
        parser.add_argument(f"--{name}", type=float, default=0.0)
    with suppress(KeyboardInterrupt):
        asyncio.run(_serve(parser.parse_args()))


if __name__ == "__main__":
    main()
