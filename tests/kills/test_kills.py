"""Protects what was acknowledged from a server that dies: the short form of `python -m tests.kills`."""

from __future__ import annotations

from pathlib import Path

from tests.kills.run import run

KILLS = 3


async def test_nothing_acknowledged_is_lost(tmp_path: Path) -> None:
    """Killed under load: every event that a phone was told is durable is there, and the audit finds nothing."""
    killed = await run(tmp_path / "data", KILLS, phones=4, visits=60, seed=7)
    assert (killed.lost, killed.unsound) == ([], [])
    assert killed.kills == KILLS
    assert killed.acknowledged > 0
