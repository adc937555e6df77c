"""Webhooks on their way: again until they are taken, in order, given up, broken off by a crash, and forgotten."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace as replaced
from typing import Any

import msgspec
import pytest

from doorstep.application.decide_visit import decide_visit
from doorstep.application.records import keep_records
from doorstep.application.webhooks.contract import TRIAL
from doorstep.application.webhooks.endpoints import (
    count_deliveries,
    find_endpoint,
    last_deliveries,
    send_again,
    send_trial,
    turn_on,
)
from doorstep.application.webhooks.make_deliveries import make_deliveries, new_delivery
from doorstep.application.webhooks.posts import Answer, NotSent
from doorstep.application.webhooks.rows import DEAD, OFF, TAKEN, WAITING, Endpoint
from doorstep.application.webhooks.send_deliveries import AFTER_S, KEPT_DAYS, KEPT_DEAD_DAYS, forget_deliveries
from doorstep.application.writer import Refused
from doorstep.domain.instants import MS_PER_DAY
from tests.application.webhook_ends import URL, Other, a_missed_visit, all_deliveries, an_endpoint, round_of
from tests.makers import Bench, a_person
from tests.stand_ins.webhooks import check


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


async def test_what_was_taken_is_forgotten(any_bench: Bench) -> None:
    """After a month; what was given up stays for half a year, for somebody to send it again, and no longer."""
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
    any_bench.clock.ms += (KEPT_DEAD_DAYS - KEPT_DAYS) * MS_PER_DAY - 1
    assert await forget_deliveries(any_bench.office) == 0
    assert await count_deliveries(any_bench.office, endpoint.endpoint_id, DEAD) == 1
    any_bench.clock.ms += 1
    assert await forget_deliveries(any_bench.office) == 1
    assert await count_deliveries(any_bench.office, endpoint.endpoint_id, DEAD) == 0
    assert await count_deliveries(any_bench.office, endpoint.endpoint_id, WAITING) == 0
