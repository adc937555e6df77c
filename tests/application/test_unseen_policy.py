"""A policy that nobody has seen: three knocks 61 s apart and a wait of 437 s, dropped into the rules."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from doorstep.adapters.policies import load_rules
from tests.makers import RULES, a_person, a_session, a_visit, an_office, closed, send

UNSEEN = """
policy = "no_access"
version = "2026-11-02"
in_force_from = "2026-11-02"
title = "Another"
source = "Nobody"

[[ends]]
event = "access_gained"

[[clauses]]
clause = "knocked"
title = "Knocked three times"
ask = "Knock."
why = "Because."
check = "events"
match = { event = "door_knocked" }
at_least = 3
apart_seconds = 61

[[clauses]]
clause = "waited"
title = "Waited"
ask = "Wait."
why = "Because."
check = "elapsed"
since = "arrived"
at_least_seconds = 437
"""


@pytest.mark.parametrize(
    ("third_knock", "waited", "reason"),
    [(122_000, 436_999, "not_allowed"), (122_000, 437_000, None), (121_999, 437_000, "not_allowed")],
)
async def test_it_is_obeyed(tmp_path: Path, third_knock: int, waited: int, reason: str | None) -> None:
    """Between 436,999 and 437,000 ms after arrival a chain flips from refused to recorded; so does the third knock."""
    rules = tmp_path / "rules"
    shutil.copytree(RULES, rules)
    (rules / "no_access" / "2026-11-02.toml").write_text(UNSEEN, encoding="utf-8")
    bench = await an_office(tmp_path, rules=load_rules(rules))
    session = await a_session(bench, await a_person(bench, 1, "operative"), 11)
    chain = await a_visit(bench, session)
    assert chain.policy_version == "2026-11-02"
    chain.start()
    chain.state("arrived", 5_000, address_confirmed=True, place_missing="off")
    for after in (1_000, 62_000, 1_000 + third_knock):
        chain.state("door_knocked", 5_000 + after, method="knock")
    chain.state("missed_recorded", 5_000 + waited, declaration="2026-11-01")
    accepted = await send(bench, session, chain.bodies)
    assert [refused.reason for refused in accepted.refused] == ([reason] if reason else [])
    row = await bench.office.store.visit_row(chain.visit_id)
    assert row is not None
    assert row.standing == ("refused" if reason else "recorded")
    await closed(bench)
