"""A replay says what was told, and what the phone's judge says; one that is wrong finds itself out."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from doorstep.adapters.memory_store import MemoryStore
from tests.conformance.replay import beside_the_phone, found_out, replayed
from tests.makers import Bench, a_person, a_session, a_visit, closed, send
from tests.wastage_demo import a_lived_office


@pytest.fixture
async def lived(tmp_path: Path) -> AsyncIterator[Bench]:
    """A landlord with some weeks behind it."""
    bench = await a_lived_office(tmp_path, 1, 400, 40, MemoryStore())
    await _entered_later(bench)
    yield bench
    await closed(bench)


async def _entered_later(bench: Bench) -> None:
    """Two recordings after which somebody got in, one of which was refused; and a visit only closed that way."""
    session = await a_session(bench, await a_person(bench, 1, "operative"), 11)
    seq = 1
    for number, ending in enumerate(("whole", "early", "closed"), start=1):
        chain = await a_visit(bench, session, number, f"later-{number}")
        if ending == "closed":
            chain.start()
            chain.state("arrived", 5_000, address_confirmed=True, place_missing="off")
            chain.state("visit_closed", 900_000, outcome="access_gained_late")
        else:
            chain.until_planner()
            chain.card_and_record(t=920_000 if ending == "whole" else 720_000)
            chain.state("access_gained", 1_000_000)
        await send(bench, session, chain.bodies, seq)
        seq += len(chain.bodies)


async def test_replays_of_some_weeks(lived: Bench) -> None:
    """Agrees with the log on every visit, with the phone's judge under a dozen drafts; six wrong ones do not."""
    store, policies = lived.office.store, lived.office.rules.policies
    every, tally = await replayed(store, policies, policies[max(policies)])
    assert tally.visits == len(every) - 2 > 5
    later = [each for each in every if each.entered_later]
    assert sorted(each.result for each in later) == ["allowed", "refused"]
    assert {each.standing for each in later} == {"ended"}
    assert tally.entered_later.total() == 2
    assert all(each.agrees for each in later)
    assert tally.disagreeing == 0
    assert len(tally.versions) == 2
    compared = await beside_the_phone(store, policies, sample=len(every))
    assert compared.differing == []
    assert compared.verdicts == 2 * 12 * len(every)
    assert compared.results["would_refuse"] > 0
    betrayed = await found_out(store, policies)
    assert all(betrayed.values()), betrayed
