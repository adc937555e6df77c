"""A vast landlord's past: sound by every check of the store, and the same whether or not its making was broken off."""

from __future__ import annotations

import sqlite3
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
import uvloop

from doorstep.adapters.sqlite.saving import PROJECTIONS
from doorstep.application.audit import Audited, faults
from doorstep.application.lists import VisitFilter
from doorstep.application.rebuild import rebuild
from doorstep.demo.landlord import invent_landlord
from doorstep.demo.mark import SIZES, Size
from doorstep.demo.run import prepare
from doorstep.demo.year import Year
from doorstep.main import open_office
from doorstep.settings import Settings, read_settings
from tests.makers import RULES

LEAST_VAST = Size(2_501, 18)


class Killed(BaseException):
    """The process ends, whatever it was doing."""


def _settings(data: Path) -> Settings:
    return read_settings(data=data, rules=RULES, is_secure=False, notify_key="", notify_callback_token="")


def _made(data: Path, weeks: int | None = None, seed: int = 1) -> Settings:
    """The least of the vast landlords; its making is broken off when that many weeks have begun."""
    begun: list[date] = []

    def tell(day: date) -> None:
        begun.append(day)
        if len(begun) == weeks:
            raise Killed

    settings = _settings(data)
    uvloop.run(prepare(settings, seed, LEAST_VAST, tell))
    return settings


def _figures(settings: Settings) -> dict[str, list[tuple[object, ...]]]:
    """What a folder holds, by figures that do not rest on the server's own randomness."""
    connection = sqlite3.connect(settings.database)
    asked = {
        "log": "SELECT kind, received_at, count(*) FROM log GROUP BY 1, 2 ORDER BY 1, 2",
        "visits": "SELECT standing, outcome, started_at, count(*) FROM visits GROUP BY 1, 2, 3 ORDER BY 1, 2, 3",
        "appointments": "SELECT * FROM appointments ORDER BY appointment_id",
        "phones": "SELECT ack_seq, count(*) FROM installations GROUP BY 1 ORDER BY 1",
    }
    figures = {name: connection.execute(sql).fetchall() for name, sql in asked.items()}
    connection.close()
    # The place in the log is that of the entry, and of one instant any may stand first.
    figures["appointments"] = [row[:-1] for row in figures["appointments"]]
    return figures


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """One folder for the tests that only look."""
    return _made(tmp_path_factory.mktemp("vast"))


def test_the_largest_has_the_rates_of_life() -> None:
    """One visit in eight finds nobody in, and each operative has about seven on a working day."""
    size = SIZES["large"]
    landlord = invent_landlord(1, size.homes)
    day = date(2026, 3, 10)
    each = Year(landlord).plan_day(day).attendances
    missed = [a for a in each if a.story and a.story.said[-1].kind == "missed_recorded"]
    assert 0.1 < len(missed) / len(each) < 0.15
    assert 5 < len(each) / len(landlord.of_role("operative")) < 9
    assert len(landlord.patches) == 25
    assert len({member.username for member in landlord.people}) == len(landlord.people) > 600


async def test_it_stands_up_to_an_audit_and_a_rebuild_changes_nothing(made: Settings) -> None:
    """Signatures, chains, seals, tree, photos and every projection are what the log says."""
    async with open_office(made, adopts=False) as running:
        store = running.office.store
        assert [fault async for fault in faults(running.office, Audited())] == []
        before = _projections(made)
        await rebuild(store, running.office.rules.policies)
        assert _projections(made) == before
        rows = await store.visit_rows(VisitFilter())
        assert rows
        assert await store.dossier(str(rows[0].appointment_id))


def _projections(settings: Settings) -> dict[str, Counter[tuple[object, ...]]]:
    connection = sqlite3.connect(settings.database)
    held = {table: Counter(connection.execute(f"SELECT * FROM {table}").fetchall()) for table in PROJECTIONS}
    # Numbered in the order in which they came, which is not what they say; a mark says only what is to be summed anew.
    held["searched"] = Counter(row[1:] for row in held["searched"])
    held["wastage_marks"] = Counter(row[:1] for row in held["wastage_marks"])
    connection.close()
    return held


def test_a_making_that_was_killed_goes_on(made: Settings, tmp_path: Path) -> None:
    """Killed within its second week it has the first, and ends as one that was never killed."""
    with pytest.raises(Killed):
        _made(tmp_path, weeks=2)
    assert list(tmp_path.glob("past-*.pickle"))
    connection = sqlite3.connect(tmp_path / "doorstep.sqlite3")
    [(kept,)] = connection.execute("SELECT count(*) FROM log").fetchall()
    connection.close()
    assert kept > 500
    assert _figures(_made(tmp_path)) == _figures(made)
    assert not list(tmp_path.glob("past-*"))
