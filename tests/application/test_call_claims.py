"""One planner at a time has a call: who comes second is told, and takes it only by saying so, with a reason."""

from __future__ import annotations

import asyncio
import json

import pytest

from doorstep.application.call_claims import CallClaim, open_claims, release_planner_call
from doorstep.application.log_planner_call import (
    CODE_GOOD_FOR_MS,
    MOST_WORDS,
    BegunCall,
    TakenCall,
    TakeOver,
    begin_planner_call,
    log_planner_call,
)
from doorstep.application.rebuild import rebuild
from doorstep.application.rows import Person
from doorstep.application.writer import Refused
from doorstep.domain.instants import format_instant
from tests.chains import Chain
from tests.makers import MORNING, Bench, a_person, a_session, a_visit, an_id

MINUTE_MS = 60_000


class Desks:
    """Two planners, and an appointment of operative 1."""

    def __init__(self, bench: Bench, first: Person, second: Person, chain: Chain) -> None:
        self.bench, self.first, self.second, self.chain = bench, first, second, chain

    async def begin(self, planner: Person, take_over: TakeOver | None = None) -> BegunCall:
        return await begin_planner_call(self.bench.office, planner, self.chain.appointment_id, an_id(1), take_over)

    async def refused(self, planner: Person, take_over: TakeOver | None = None) -> Refused:
        with pytest.raises(Refused) as refused:
            await self.begin(planner, take_over)
        return refused.value

    async def claim(self) -> CallClaim | None:
        claims = await open_claims(self.bench.office.store, self.bench.clock.ms)
        return claims.get((self.chain.appointment_id, an_id(1)))

    async def kinds(self) -> list[str]:
        entries = await self.bench.office.store.entries(0, 99)
        return [entry.kind for entry in entries if entry.kind.startswith("planner_call")]


async def two_desks(bench: Bench) -> Desks:
    session = await a_session(bench, await a_person(bench, 1, "operative"), 11)
    chain = await a_visit(bench, session)
    return Desks(bench, await a_person(bench, 2, "planner"), await a_person(bench, 3, "planner"), chain)


async def test_who_comes_second_is_told_who_has_it(any_bench: Bench) -> None:
    """The refusal names who and since when, and which call it is; nothing is logged for it."""
    desks = await two_desks(any_bench)
    begun = await desks.begin(desks.first)
    any_bench.clock.ms += MINUTE_MS
    refused = await desks.refused(desks.second)
    assert (refused.reason, refused.detail[:30]) == ("call-taken", "Planner 2 has this call, since")
    expected = TakenCall(begun.call_id, "Planner 2", format_instant(MORNING), format_instant(begun.expires_at))
    assert refused.more["taken"] == expected
    assert await desks.kinds() == ["planner_call_begun"]


async def test_who_comes_back_has_the_same_call(any_bench: Bench) -> None:
    """The same code, not a second one; renewed on purpose, another code in its place."""
    desks = await two_desks(any_bench)
    begun = await desks.begin(desks.first)
    any_bench.clock.ms += MINUTE_MS
    assert await desks.begin(desks.first) == begun
    chain = desks.chain
    renewed = await begin_planner_call(any_bench.office, desks.first, chain.appointment_id, an_id(1), is_renewed=True)
    assert renewed.code != begun.code
    claim = await desks.claim()
    assert claim is not None
    assert (claim.call_id, claim.took_from) == (renewed.call_id, "")


async def test_of_many_at_the_same_instant_one_has_it(any_bench: Bench) -> None:
    """Eight planners at once, in one transaction or in several: one call, seven refusals that name its holder."""
    desks = await two_desks(any_bench)
    planners = [await a_person(any_bench, number, "planner") for number in range(20, 28)]
    tried = await asyncio.gather(*(desks.begin(planner) for planner in planners), return_exceptions=True)
    begun = [each for each in tried if isinstance(each, BegunCall)]
    refused = [each for each in tried if isinstance(each, Refused)]
    assert (len(begun), len(refused)) == (1, 7)
    assert {each.more["taken"].call_id for each in refused} == {begun[0].call_id}  # type: ignore[attr-defined]
    assert await desks.kinds() == ["planner_call_begun"]


async def test_a_call_is_taken_over_from_whom_one_named(any_bench: Bench) -> None:
    """With a reason, which the log keeps; of two who name the same call one has it, and the other is told who."""
    desks = await two_desks(any_bench)
    third = await a_person(any_bench, 4, "planner")
    first = await desks.begin(desks.first)
    over = TakeOver(first.call_id, " Their screen froze ")
    tried = await asyncio.gather(desks.begin(desks.second, over), desks.begin(third, over), return_exceptions=True)
    assert [type(each) for each in tried] == [BegunCall, Refused]
    claim = await desks.claim()
    assert claim is not None
    assert (claim.planner_id, claim.took_from, claim.reason) == (
        desks.second.person_id,
        desks.first.person_id,
        "Their screen froze",
    )
    [*_, entry] = await any_bench.office.store.entries(0, 99)
    body = json.loads(entry.body)
    assert (body["took_over_from"], body["reason"]) == (first.call_id, "Their screen froze")
    assert (await desks.refused(desks.first)).reason == "call-taken"
    for words in ("", "  ", "x" * (MOST_WORDS + 1)):
        refused = await desks.refused(desks.first, TakeOver(claim.call_id, words))
        assert (refused.reason, refused.more["path"]) == ("invalid", "reason")


async def test_nothing_is_taken_over_where_nobody_has_it(any_bench: Bench) -> None:
    """A reason that is not needed is not logged as one."""
    desks = await two_desks(any_bench)
    await desks.begin(desks.second, TakeOver(an_id(9), "just in case"))
    [*_, entry] = await any_bench.office.store.entries(0, 99)
    assert "took_over_from" not in json.loads(entry.body)


@pytest.mark.parametrize("how", ["saved", "given up", "over"])
async def test_when_it_is_anybodys_again(any_bench: Bench, how: str) -> None:
    """Once it is saved, given up, or ten minutes old: the next planner has a call of their own."""
    desks = await two_desks(any_bench)
    first = await desks.begin(desks.first)
    office = any_bench.office
    if how == "saved":
        await log_planner_call(office, desks.first, first.call_id, "", "leave_card", None)
    elif how == "given up":
        assert await release_planner_call(office, desks.first, first.call_id)
        assert not await release_planner_call(office, desks.first, first.call_id)
    else:
        any_bench.clock.ms += CODE_GOOD_FOR_MS
    assert await desks.claim() is None
    second = await desks.begin(desks.second)
    assert second.call_id != first.call_id
    assert not await release_planner_call(office, desks.first, first.call_id)
    assert await desks.claim() is not None


async def test_only_ones_own_call_is_given_up(any_bench: Bench) -> None:
    """Another's is not there."""
    desks = await two_desks(any_bench)
    begun = await desks.begin(desks.first)
    for call_id in (begun.call_id, an_id(9)):
        with pytest.raises(Refused, match="no such call of yours"):
            await release_planner_call(any_bench.office, desks.second, call_id)


async def test_what_was_said_is_saved_even_after_somebody_took_over(any_bench: Bench) -> None:
    """A claim keeps people apart; the record of what somebody said is not lost for it, and leaves the new one be."""
    desks = await two_desks(any_bench)
    first = await desks.begin(desks.first)
    second = await desks.begin(desks.second, TakeOver(first.call_id, "They went home"))
    await log_planner_call(any_bench.office, desks.first, first.call_id, "spoke", "leave_card", None)
    claim = await desks.claim()
    assert claim is not None
    assert claim.call_id == second.call_id


async def test_claims_are_made_again_from_the_log(any_bench: Bench) -> None:
    """Taken over, given up, saved: a rebuild leaves each as it was."""
    desks = await two_desks(any_bench)
    office = any_bench.office
    first = await desks.begin(desks.first)
    second = await desks.begin(desks.second, TakeOver(first.call_id, "They went home"))
    held = await desks.claim()
    await rebuild(office.store, office.rules.policies)
    assert await desks.claim() == held
    await release_planner_call(office, desks.second, second.call_id)
    await rebuild(office.store, office.rules.policies)
    assert await desks.claim() is None
