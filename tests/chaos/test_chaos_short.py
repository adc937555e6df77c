"""The chaos run in its short form: tabs and phones over a breaking network, with browsers and the server killed."""

from __future__ import annotations

import asyncio
from pathlib import Path
from random import Random

from tests.chaos.link import CLOSED_PORT, NO_SERVER
from tests.chaos.run import BROWSER, IN_REQUEST, SERVER, Plan, Run

PLAN = Plan(events=120, photos=8, kills=4, tabs=3, seed=1)


def test_chaos_short(built_phone: Path, tmp_path: Path) -> None:
    """Whatever a screen confirmed is at the office, once and true, though browsers, server and network failed."""
    run = Run(PLAN, tmp_path, built_phone, Random(f"strikes/{PLAN.seed}"))
    asyncio.run(run.carry_out())
    found = run.found
    assert found
    assert (found.lost, found.doubled, found.wrong) == ([], [], [])
    assert run.events >= PLAN.events
    assert run.photos >= PLAN.photos
    assert found.photos >= run.photos
    assert run.kills == {BROWSER: 2, SERVER: 1, IN_REQUEST: 1}
    ways = {fate for fate in run.link.broken if fate not in (CLOSED_PORT, NO_SERVER)}
    assert len(ways) > 3, "the network hardly broke: this run proves little"
