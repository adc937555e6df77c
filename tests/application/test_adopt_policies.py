"""A version of the policy stays as it was when it came into use, whatever is done to its file."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from shutil import copytree

import pytest

from doorstep.adapters.policies import load_rules
from doorstep.application.adopt_policies import adopt_policies
from doorstep.domain.policy import PolicyRefused
from tests.makers import RULES, Bench, an_office, closed


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[Bench]:
    """An office that has taken the council's policy into use."""
    made = await an_office(tmp_path)
    await adopt_policies(made.office, made.office.rules.policies)
    yield made
    await closed(made)


async def test_a_version_is_adopted_once(bench: Bench) -> None:
    """Starting again with the same rules logs nothing."""
    await adopt_policies(bench.office, load_rules(RULES).policies)
    assert len(await bench.office.store.adopted_policies()) == 1


async def test_an_edited_version_is_refused(bench: Bench, tmp_path: Path) -> None:
    """A wait shortened in the file of a version in use would judge old visits anew."""
    rules = copytree(RULES, tmp_path / "rules")
    file = rules / "no_access" / "2026-11-01.toml"
    file.write_text(file.read_text("utf-8").replace("at_least_seconds = 900", "at_least_seconds = 60"), "utf-8")
    with pytest.raises(PolicyRefused, match="2026-11-01 of the policy was edited"):
        await adopt_policies(bench.office, load_rules(rules).policies)


async def test_a_version_in_use_may_not_go_away(bench: Bench) -> None:
    """Visits begun under it could not be judged any more."""
    with pytest.raises(PolicyRefused, match="its file is gone"):
        await adopt_policies(bench.office, {})
