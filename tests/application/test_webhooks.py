"""Webhooks: what is told of what, to whom, signed with which secret; addresses that may be none."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from doorstep.application.decide_visit import decide_visit
from doorstep.application.webhooks.contract import DECIDED, STANDING_CHANGED, TRIAL
from doorstep.application.webhooks.endpoints import (
    MOST_ENDPOINTS,
    add_endpoint,
    end_endpoint,
    find_endpoint,
    rotate_secret,
    send_again,
    send_trial,
    turn_on,
)
from doorstep.application.writer import Refused
from doorstep.domain.instants import MS_PER_DAY, MS_PER_HOUR
from tests.application.webhook_ends import URL, Other, a_missed_visit, all_deliveries, an_endpoint, round_of
from tests.makers import Bench, a_person, an_id
from tests.stand_ins.webhooks import NotGenuine, check


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
