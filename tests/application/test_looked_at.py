"""Which visits a supervisor is to look at: whatever speaks for itself, and of the rest those whose lot was drawn."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
import pytest

from doorstep.adapters.policies import load_rules
from doorstep.application.lists import VisitFilter, is_looked_at
from doorstep.application.rows import VisitRow
from doorstep.application.world import Needs, World
from doorstep.domain.lots import draw_lot
from doorstep.domain.policy import PolicyRefused
from tests.makers import RULES, Bench, a_person, a_session, a_visit, an_id, send

PLAIN: dict[str, Any] = {"standing": "recorded", "grade": "unsupported", "lot": 5_000}
VISITS: list[dict[str, Any]] = [
    PLAIN,
    PLAIN | {"lot": 1_249},
    PLAIN | {"lot": 1_250},
    PLAIN | {"standing": "pending_corroboration"},
    PLAIN | {"standing": "refused"},
    PLAIN | {"grade": "contradicted"},
    PLAIN | {"waived_count": 1},
    PLAIN | {"alert_count": 2},
    PLAIN | {"priority": "emergency"},
    PLAIN | {"priority": "damp_hazard"},
]
CHOSEN = {1, 3, 4, 5, 6, 7, 8, 9}
"""With 1,250 lots of 10,000."""


class _Put:
    """Rows of the list as they are given, whatever the log says."""

    def __init__(self, rows: Sequence[VisitRow]) -> None:
        self.rows = rows

    def needs(self) -> Needs:
        return Needs()

    def apply(self, world: World) -> None:
        world.changes.visits |= {row.visit_id: row for row in self.rows}


async def a_list(bench: Bench) -> list[VisitRow]:
    """A visit of each sort."""
    session = await a_session(bench, await a_person(bench, 1, "operative"), 11)
    chain = await a_visit(bench, session)
    chain.start()
    await send(bench, session, chain.bodies)
    row = await bench.office.store.visit_row(chain.visit_id)
    assert row is not None
    rows = [msgspec.structs.replace(row, visit_id=an_id(0xF001 + n), **more) for n, more in enumerate(VISITS)]
    await bench.office.writer.submit(_Put(rows))
    return rows


async def test_what_speaks_for_itself_and_what_was_drawn(any_bench: Bench) -> None:
    """Every store's list and figures have just those; the others are the rest, and nothing is in both."""
    rows = await a_list(any_bench)
    store = any_bench.office.store
    chosen = [row for n, row in enumerate(rows) if n in CHOSEN]
    assert {row.visit_id for row in rows if is_looked_at(row, 1_250)} == {row.visit_id for row in chosen}
    for wanted, expected in ((False, chosen), (True, [row for row in rows if row not in chosen])):
        asked = VisitFilter(lots=1_250, not_looked_at=wanted)
        assert {row.visit_id for row in await store.visit_rows(asked)} == {row.visit_id for row in expected}
        assert sum(count.visits for count in await store.visit_counts(asked)) == len(expected)


@pytest.mark.parametrize(("lots", "chosen"), [(0, 7), (10_000, 10), (None, 10)])
async def test_a_share_of_nothing_and_of_all(any_bench: Bench, lots: int | None, chosen: int) -> None:
    """With a share of nought what speaks for itself is still there; with a whole one, or none stated, all is."""
    await a_list(any_bench)
    assert len(await any_bench.office.store.visit_rows(VisitFilter(lots=lots))) == chosen


async def test_the_lot_is_drawn_from_the_log(any_bench: Bench) -> None:
    """From where and when the visit's first event came in: later ones change nothing."""
    session = await a_session(any_bench, await a_person(any_bench, 1, "operative"), 11)
    chain = await a_visit(any_bench, session)
    chain.whole()
    await send(any_bench, session, chain.bodies[:1])
    [entry] = [each for each in await any_bench.office.store.entries(0, 99) if each.visit_id == chain.visit_id]
    lot = draw_lot(chain.visit_id, entry.position, entry.received_at)
    for bodies, seq in (((), 1), (chain.bodies[1:], 2)):
        await send(any_bench, session, list(bodies), seq)
        row = await any_bench.office.store.visit_row(chain.visit_id)
        assert row is not None
        assert row.lot == lot


@pytest.mark.parametrize(
    ("text", "share"), [("share_percent = 0", 0), ("share_percent = 12", 1_200), ("share_percent = 100", 10_000)]
)
def test_the_rule_is_read(tmp_path: Path, text: str, share: int) -> None:
    """In per cent, from the landlord's file."""
    assert load_rules(_rules(tmp_path, text)).audit.share == share


@pytest.mark.parametrize(
    "text",
    [
        "share_percent = 101",
        "share_percent = -1",
        'share_percent = "all"',
        "",
        "part = 1",
        'share_percent = 5\nsecond_look = ["everything"]',
        'share_percent = 5\nsecond_look = "overturned"',
    ],
)
def test_a_rule_at_fault_is_named(tmp_path: Path, text: str) -> None:
    """The file and its key; nothing is guessed."""
    with pytest.raises(PolicyRefused, match=r"audit\.toml"):
        load_rules(_rules(tmp_path, text))


def test_without_the_file_every_visit_is_looked_at(tmp_path: Path) -> None:
    """A folder of rules from before there was one."""
    folder = _rules(tmp_path, "")
    (folder / "audit.toml").unlink()
    assert load_rules(folder).audit.is_every_one


def _rules(folder: Path, text: str) -> Path:
    """The project's rules with another file about audit."""
    copy = folder / "rules"
    shutil.copytree(RULES, copy)
    (copy / "audit.toml").write_text(text + "\n")
    return copy
