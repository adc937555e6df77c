"""Webhooks: what is told, signed, in order, again and again, and once more by hand; nothing lost, nobody named."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from dataclasses import replace as replaced
from typing import Any

import msgspec
import pytest

from doorstep.application.decide_visit import decide_visit
from doorstep.application.log_planner_call import begin_planner_call, log_planner_call
from doorstep.application.records import Wanted, keep_records
from doorstep.application.webhooks.contract import DECIDED, STANDING_CHANGED, TRIAL
from doorstep.application.webhooks.endpoints import (
    MOST_ENDPOINTS,
    add_endpoint,
    count_deliveries,
    end_endpoint,
    find_endpoint,
    last_deliveries,
    rotate_secret,
    send_again,
    send_trial,
    turn_on,
)
from doorstep.application.webhooks.make_deliveries import make_deliveries, new_delivery
from doorstep.application.webhooks.posts import Answer, NotSent
from doorstep.application.webhooks.rows import DEAD, OFF, TAKEN, WAITING, Delivery, Endpoint
from doorstep.application.webhooks.send_deliveries import AFTER_S, KEPT_DAYS, forget_deliveries, send_deliveries
from doorstep.application.writer import Refused
from doorstep.domain.instants import MS_PER_DAY, MS_PER_HOUR
from tests.makers import Bench, a_person, a_session, a_visit, an_id, send, upload
from tests.stand_ins.webhooks import NotGenuine, Taken, check

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


async def test_what_is_told(any_bench: Bench) -> None:
    """Each change of a standing and each decision, to the letter of the contract, and genuine by the secret."""
    other = Other()
    endpoint, secret = await an_endpoint(any_bench, other)
    visit_id = await a_missed_visit(any_bench)
    supervisor = await a_person(any_bench, 3, "supervisor")
    await decide_visit(any_bench.office, supervisor, visit_id, "overturned", "Ms Resident was in.", "landlord_missed")
    assert await round_of(any_bench, other) == len(other.taken)
    row = await any_bench.office.store.visit_row(visit_id)
    assert row is not None
    said = [each.json for each in other.taken]
    assert [(each["type"], each["data"]["standing"]) for each in said] == [
        (STANDING_CHANGED, "pending_corroboration"),
        (STANDING_CHANGED, "recorded"),
        (DECIDED, "overturned"),
        (STANDING_CHANGED, "overturned"),
    ]
    assert [each["data"]["is_settled"] for each in said] == [False, True, True, True]
    positions = [each["data"].pop("position") for each in said]
    assert positions == sorted(positions)
    ids = {
        "visit_id": visit_id,
        "appointment_id": row.appointment_id,
        "source": "test",
        "source_ref": "A-1",
        "work_order_ref": "WO-A-1",
    }
    assert said[1]["data"] == ids | {
        "standing": "recorded",
        "is_settled": True,
        "outcome": "no_access_carded",
        "side": "resident",
        "awaiting": [],
    }
    assert said[2]["data"] == ids | {
        "standing": "overturned",
        "is_settled": True,
        "outcome": "landlord_missed",
        "side": "landlord",
        "awaiting": [],
        "decision": "overturned",
        "decided_by": supervisor.person_id,
    }
    for each, position in zip(other.taken, positions, strict=True):
        check(secret, each.headers, each.body, any_bench.clock.ms // 1000)
        assert each.id == f"{endpoint.endpoint_id}-{position}"
        for private in (b"Sample Street", b"07700", b"Ms Resident", b"Operative 1", b"Supervisor"):
            assert private not in each.body
    assert await round_of(any_bench, other) == 0


async def test_only_what_comes_after_it(any_bench: Bench) -> None:
    """An address that is new is not sent what was before it."""
    other = Other()
    await a_missed_visit(any_bench)
    await an_endpoint(any_bench, other)
    assert await round_of(any_bench, other) == 0
    await a_missed_visit(any_bench, 2)
    assert await round_of(any_bench, other) == 2


async def test_the_right_secret_only(bench: Bench) -> None:
    """Another secret, another body, another time or another id: not genuine."""
    other = Other()
    _, secret = await an_endpoint(bench, other)
    _, another = await an_endpoint(bench, other, URL + "/2")
    await a_missed_visit(bench)
    await round_of(bench, other)
    first, now_s = (
        next(each for each in other.taken if other.urls[other.taken.index(each)] == URL),
        bench.clock.ms // 1000,
    )
    check(secret, first.headers, first.body, now_s)
    for wrong, headers, body, at_s in (
        (another, first.headers, first.body, now_s),
        (secret, first.headers, first.body + b" ", now_s),
        (secret, first.headers | {"webhook-id": "another"}, first.body, now_s),
        (secret, first.headers, first.body, now_s + 301),
    ):
        with pytest.raises(NotGenuine):
            check(wrong, headers, body, at_s)


async def test_a_new_secret(any_bench: Bench) -> None:
    """For a day both are good, then only the new one."""
    other = Other()
    endpoint, old = await an_endpoint(any_bench, other)
    new = await rotate_secret(any_bench.office, endpoint.endpoint_id)
    assert new != old
    for hours, good in ((0, (old, new)), (24, (new,))):
        any_bench.clock.ms += hours * MS_PER_HOUR
        await send_trial(any_bench.office, endpoint.endpoint_id)
        assert await round_of(any_bench, other) == 1
        trial = other.taken[-1]
        assert trial.json["type"] == TRIAL
        for secret in good:
            check(secret, trial.headers, trial.body, any_bench.clock.ms // 1000)
    with pytest.raises(NotGenuine):
        check(old, other.taken[-1].headers, other.taken[-1].body, any_bench.clock.ms // 1000)


async def test_no_secret_is_kept(bench: Bench) -> None:
    """The store, and so each backup of it, holds none; no address of two has the other's."""
    other = Other()
    endpoint, secret = await an_endpoint(bench, other)
    _, second = await an_endpoint(bench, other, URL + "/2")
    assert secret != second
    held = await find_endpoint(bench.office, endpoint.endpoint_id)
    assert secret.removeprefix("whsec_") not in repr(msgspec.structs.astuple(held))


@pytest.mark.parametrize("fault", [500, 404, 302, 429, NotSent("no answer")])
async def test_again_until_it_is_taken(any_bench: Bench, fault: int | Exception) -> None:
    """Whatever is not a 2xx is tried again when its rest is over, under the same id with a new time."""
    other = Other([fault, fault])
    endpoint, secret = await an_endpoint(any_bench, other)
    await send_trial(any_bench.office, endpoint.endpoint_id)
    assert await round_of(any_bench, other) == 0
    assert await round_of(any_bench, other) == 0
    assert len(other.taken) == 1, "it rests first"
    any_bench.clock.ms += AFTER_S[0] * 1000
    assert await round_of(any_bench, other) == 0
    any_bench.clock.ms += AFTER_S[1] * 1000
    assert await round_of(any_bench, other) == 1
    assert len(set(other.ids)) == 1
    check(secret, other.taken[-1].headers, other.taken[-1].body, any_bench.clock.ms // 1000)
    [delivery] = await all_deliveries(any_bench)
    assert (delivery.state, delivery.tries, delivery.status, delivery.fault) == (TAKEN, 3, 204, "")


async def test_when_it_asks_for_time(bench: Bench) -> None:
    """Retry-After is kept to, within an hour."""
    other = Other([Answer(429, 600.0), Answer(503, 1e6)])
    endpoint, _ = await an_endpoint(bench, other)
    await send_trial(bench.office, endpoint.endpoint_id)
    for rest_s in (600, 3600):
        await round_of(bench, other)
        [delivery] = await all_deliveries(bench)
        assert delivery.next_try_at == bench.clock.ms + rest_s * 1000
        bench.clock.ms = delivery.next_try_at


async def test_given_up_after_two_days(any_bench: Bench) -> None:
    """Then it is a dead letter, until somebody sends it again: the same message under the same id."""
    other = Other([500] * (len(AFTER_S) + 1))
    endpoint, _ = await an_endpoint(any_bench, other)
    began = any_bench.clock.ms
    await send_trial(any_bench.office, endpoint.endpoint_id)
    for rest_s in (*AFTER_S, 0):
        await round_of(any_bench, other)
        any_bench.clock.ms += rest_s * 1000
    assert 1.9 * MS_PER_DAY < any_bench.clock.ms - began <= 2 * MS_PER_DAY
    [dead] = await last_deliveries(any_bench.office, endpoint.endpoint_id, DEAD)
    assert (dead.tries, dead.status) == (len(AFTER_S) + 1, 500)
    any_bench.clock.ms += MS_PER_DAY
    assert await round_of(any_bench, other) == 0
    assert await send_again(any_bench.office, endpoint.endpoint_id, dead.delivery_id) == 1
    assert await round_of(any_bench, other) == 1
    assert len(set(other.ids)) == 1
    assert len({each.body for each in other.taken}) == 1
    assert await send_again(any_bench.office, endpoint.endpoint_id) == 0


async def test_in_order_for_each_visit(any_bench: Bench) -> None:
    """While a message about a visit rests, no later one about it overtakes; other visits' go on."""
    other = Other([500])
    await an_endpoint(any_bench, other)
    first, second = await a_missed_visit(any_bench, 1), await a_missed_visit(any_bench, 2)
    await round_of(any_bench, other)
    seen = [each.json["data"]["visit_id"] for each in other.taken]
    assert seen == [first, second, second]
    await round_of(any_bench, other)
    assert len(other.taken) == 3, "the later one of the first visit waits"
    any_bench.clock.ms += AFTER_S[0] * 1000
    await round_of(any_bench, other)
    told = [each.json["data"] for each in other.taken if each.json["data"]["visit_id"] == first]
    assert [each["standing"] for each in told] == ["pending_corroboration", "pending_corroboration", "recorded"]


async def test_an_address_that_is_gone(any_bench: Bench) -> None:
    """410 turns it off; nothing is lost meanwhile, and it goes on from there once it is on again."""
    other = Other([410])
    endpoint, _ = await an_endpoint(any_bench, other)
    visit_id = await a_missed_visit(any_bench)
    assert await round_of(any_bench, other) == 0
    held = await find_endpoint(any_bench.office, endpoint.endpoint_id)
    assert (held.state, held.why) == (OFF, "gone")
    supervisor = await a_person(any_bench, 3, "supervisor")
    await decide_visit(any_bench.office, supervisor, visit_id, "upheld", "Right.", None)
    assert await round_of(any_bench, other) == 0
    with pytest.raises(Refused):
        await send_trial(any_bench.office, endpoint.endpoint_id)
    await turn_on(any_bench.office, endpoint.endpoint_id)
    assert await round_of(any_bench, other) == 4
    assert [each.json["data"]["standing"] for each in other.taken[1:]] == [
        "pending_corroboration",
        "recorded",
        "upheld",
        "upheld",
    ]


async def test_one_that_is_down_is_left_alone(bench: Bench) -> None:
    """After three failures in a row the round is over for that address, and for no other."""
    down, up = Other([NotSent("no answer")] * 9), Other()

    class Both(Other):
        async def post(self, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
            return await (up if url == URL else down).post(url, headers, body)

    both = Both()
    await an_endpoint(bench, both)
    await an_endpoint(bench, both, URL + "/down")
    for number in range(1, 6):
        await a_missed_visit(bench, number)
    await round_of(bench, both)
    assert (len(up.taken), len(down.taken)) == (10, 3)


async def test_killed_before_it_is_marked(any_bench: Bench) -> None:
    """The message had gone, and nobody knows: it goes again under the same id, and what was made is not made twice."""

    class Killed(BaseException):
        """The server is no more."""

    class Dying(Other):
        async def post(self, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
            await super().post(url, headers, body)
            raise Killed

    dying, other = Dying(), Other()
    endpoint, _ = await an_endpoint(any_bench, other)
    await a_missed_visit(any_bench)
    with pytest.raises(Killed):
        await round_of(any_bench, dying)
    assert await round_of(any_bench, other) == 2
    assert dying.ids == other.ids[:1]
    assert len(set(other.ids)) == 2 == len(await all_deliveries(any_bench))
    held = await find_endpoint(any_bench.office, endpoint.endpoint_id)
    assert held.position == any_bench.office.store.tree_head().size


async def test_two_rounds_at_once_make_none_twice(any_bench: Bench) -> None:
    """The place in the log and the messages move together, whoever else moves them."""
    other = Other()
    endpoint, _ = await an_endpoint(any_bench, other)
    await a_missed_visit(any_bench)
    held = await find_endpoint(any_bench.office, endpoint.endpoint_id)
    await make_deliveries(any_bench.office)
    before = await all_deliveries(any_bench)
    await round_of(any_bench, other)
    stale = replaced(any_bench.office, store=_Stale(any_bench.office.store, held))  # type: ignore[arg-type]
    assert await make_deliveries(stale) == 0
    assert [each.delivery_id for each in await all_deliveries(any_bench)] == [each.delivery_id for each in before]
    assert {each.state for each in await all_deliveries(any_bench)} == {TAKEN}


class _Stale:
    """A store of which one saw the address as it was."""

    def __init__(self, store: Any, held: Endpoint) -> None:
        self._store, self._held = store, held

    async def records(self, *_: Any) -> list[Endpoint]:
        return [self._held]

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)


async def test_an_ended_address(any_bench: Bench) -> None:
    """Nothing more goes there, what waited is dropped, and nothing can be done with it."""
    other = Other([500])
    endpoint, _ = await an_endpoint(any_bench, other)
    await a_missed_visit(any_bench)
    await round_of(any_bench, other)
    await end_endpoint(any_bench.office, endpoint.endpoint_id)
    assert await all_deliveries(any_bench) == []
    any_bench.clock.ms += MS_PER_DAY
    assert await round_of(any_bench, other) == 0
    acts: list[Callable[..., Any]] = [rotate_secret, turn_on, end_endpoint, send_trial, send_again]
    for act in acts:
        with pytest.raises(Refused):
            await act(any_bench.office, endpoint.endpoint_id)
    again, _ = await an_endpoint(any_bench, other)
    assert again.endpoint_id != endpoint.endpoint_id


@pytest.mark.parametrize(
    ("name", "url", "path"), [("", URL, "name"), ("n" * 101, URL, "name"), ("Hub", "http://repairs.example", "url")]
)
async def test_what_no_address_is(bench: Bench, name: str, url: str, path: str) -> None:
    """It is said which field, and what it takes."""
    with pytest.raises(Refused) as refused:
        await add_endpoint(bench.office, Other(), name, url, an_id(4))
    assert refused.value.more["path"] == path


async def test_no_address_twice_and_not_too_many(bench: Bench) -> None:
    """One system is told once; and a mistake in a loop ends somewhere."""
    other = Other()
    for number in range(MOST_ENDPOINTS):
        await an_endpoint(bench, other, f"{URL}/{number}")
    for url in (f"{URL}/0", f"{URL}/new"):
        with pytest.raises(Refused):
            await an_endpoint(bench, other, url)


async def test_what_was_taken_is_forgotten(any_bench: Bench) -> None:
    """After a month; what waits and what was given up stays."""
    other = Other()
    endpoint, _ = await an_endpoint(any_bench, other)
    await send_trial(any_bench.office, endpoint.endpoint_id)
    await round_of(any_bench, other)
    dead = new_delivery(endpoint, "dead", any_bench.clock.ms, TRIAL, "{}")
    await keep_records(any_bench.office, [msgspec.structs.replace(dead, state=DEAD, done_at=any_bench.clock.ms)])
    any_bench.clock.ms += KEPT_DAYS * MS_PER_DAY
    assert await forget_deliveries(any_bench.office) == 0
    any_bench.clock.ms += 1
    assert await forget_deliveries(any_bench.office) == 1
    assert await count_deliveries(any_bench.office, endpoint.endpoint_id, DEAD) == 1
    assert await count_deliveries(any_bench.office, endpoint.endpoint_id, WAITING) == 0
