"""Both ends of a webhook in tests: an address with its secret, whoever listens there, and visits to tell of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from doorstep.application.log_planner_call import begin_planner_call, log_planner_call
from doorstep.application.records import Wanted
from doorstep.application.webhooks.endpoints import add_endpoint
from doorstep.application.webhooks.make_deliveries import make_deliveries
from doorstep.application.webhooks.posts import Answer
from doorstep.application.webhooks.rows import Delivery, Endpoint
from doorstep.application.webhooks.send_deliveries import send_deliveries
from tests.makers import Bench, a_person, a_session, a_visit, an_id, send, upload
from tests.stand_ins.webhooks import Taken

URL = "https://repairs.example/hook"


@dataclass
class Other:
    """The other end, in the test's own hands: each answer in turn, an exception for none; then 204 for ever."""

    answers: list[int | Answer | Exception] = field(default_factory=list)
    taken: list[Taken] = field(default_factory=list)
    urls: list[str] = field(default_factory=list)

    def fault_of(self, url: str) -> str | None:
        return None if url.startswith("https://") else "It has to begin with https://."

    async def post(self, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
        self.taken.append(Taken(dict(headers), body))
        self.urls.append(url)
        answer = self.answers.pop(0) if self.answers else 204
        if isinstance(answer, Exception):
            raise answer
        return Answer(answer) if isinstance(answer, int) else answer

    @property
    def ids(self) -> list[str]:
        return [each.id for each in self.taken]


async def an_endpoint(bench: Bench, other: Other, url: str = URL) -> tuple[Endpoint, str]:
    """An address that is told."""
    return await add_endpoint(bench.office, other, "Repairs hub", url, an_id(4))


async def round_of(bench: Bench, other: Other) -> int:
    """What the server does every two seconds."""
    await make_deliveries(bench.office)
    return await send_deliveries(bench.office, other)


async def a_missed_visit(bench: Bench, number: int = 1) -> str:
    """A visit that is recorded as missed, with all that corroborates it: it came from in progress to recorded."""
    planner = await a_person(bench, 2, "planner")
    session = await a_session(bench, await a_person(bench, 1, "operative"), 11)
    chain = await a_visit(bench, session, number, f"A-{number}")
    call = await begin_planner_call(bench.office, planner, chain.appointment_id, an_id(1))
    await log_planner_call(bench.office, planner, call.call_id, "", "leave_card", None)
    picture = f"photo {number}".encode()
    chain.whole(call.code, picture)
    await send(bench, session, chain.bodies, (number - 1) * len(chain.bodies) + 1)
    await upload(bench, picture)
    return chain.visit_id


async def all_deliveries(bench: Bench) -> list[Delivery]:
    """Every message that is kept."""
    return await bench.office.store.records(Delivery, Wanted(order_by=("position", "delivery_id")))
