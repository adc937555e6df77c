"""A replay says what was told, and what the phone's judge says; one that is wrong finds itself out."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from doorstep.adapters.memory_store import MemoryStore
from tests.conformance.replay import beside_the_phone, found_out, replayed
from tests.makers import Bench, closed
from tests.wastage_demo import a_lived_office


@pytest.fixture
async def lived(tmp_path: Path) -> AsyncIterator[Bench]:
    """A landlord with some weeks behind it."""
    bench = await a_lived_office(tmp_path, 1, 400, 40, MemoryStore())
    yield bench
    await closed(bench)


async def test_replays_of_some_weeks(lived: Bench) -> None:
    """Agrees with the log on every visit, with the phone's judge under a dozen drafts; six wrong ones do not."""
    store, policies = lived.office.store, lived.office.rules.policies
    every, tally = await replayed(store, policies, policies[max(policies)])
    assert tally.visits == len(every) > 5
    assert tally.disagreeing == 0
    assert len(tally.versions) == 2
    compared = await beside_the_phone(store, policies, sample=tally.visits)
    assert compared.differing == []
    assert compared.verdicts == 2 * 12 * tally.visits
    assert compared.results["would_refuse"] > 0
    betrayed = await found_out(store, policies)
    assert all(betrayed.values()), betrayed
