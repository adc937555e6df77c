"""Places and waits to ask about: worded as questions, with the visits at hand, and told to those who audit only."""

from __future__ import annotations

from typing import Any

from tests.chains import Chain
from tests.makers import a_visit, send
from tests.web.browsing import Signed, Site, words_in

PATH = "/office/door-questions"
HERE: dict[str, Any] = {"lat_e7": 515_000_000, "lon_e7": -1_000_000, "accuracy_m": 12}
FAR = HERE | {"lat_e7": 517_000_000}


async def stood_at(site: Site, operative: Signed, number: int, minutes: int, place: dict[str, Any]) -> Chain:
    """A visit that was begun so many minutes into the morning, with a place on arrival."""
    chain = await a_visit(site.bench, operative.session, number, f"A-{number}", address=(f"{number} Sample Street",))
    chain.began_ms += minutes * 60_000
    chain.start()
    chain.state("arrived", 5_000, address_confirmed=True, **place)
    await send(site.bench, operative.session, chain.bodies, 2 * number - 1)
    return chain


async def read(signed: Signed, path: str) -> str:
    """A page's text."""
    answer = await signed.http.get(path)
    assert answer.status_code == 200
    return words_in(answer.text)


async def test_what_is_asked_stands_with_the_week_and_with_the_visit(site: Site) -> None:
    """Both homes and how far apart, what may explain it, and a question; nothing that calls it guilt."""
    operative = await site.signed(1, "operative", installation=1)
    supervisor, planner = await site.signed(2, "supervisor"), await site.signed(3, "planner")
    first = await stood_at(site, operative, 1, 0, HERE)
    second = await stood_at(site, operative, 2, 6, FAR)
    asked = "At least 22.2 km in 6 min"
    of_visit = await read(supervisor, f"/office/visits/{first.visit_id}")
    assert "This visit , arrived 23/11/2026 09:00:05" in of_visit
    of_week = await read(supervisor, PATH)
    assert "1 Sample Street , arrived 23/11/2026 09:00:05" in of_week
    for said in (of_week, of_visit):
        assert asked in said
        assert "over 222 km/h" in said
        assert "How did the operative get from one to the other?" in said
        assert "2 Sample Street , arrived 23/11/2026 09:06:05" in said
        assert "None of" in said
        assert "Operative 1." in said
    assert asked not in await read(planner, f"/office/visits/{second.visit_id}")
    page = (await supervisor.http.get("/office/visits?view=all")).text
    assert f'href="{PATH}"' in page
    assert f'href="{PATH}"' not in (await planner.http.get("/office/visits?view=all")).text


async def test_the_same_place_at_three_doors(site: Site) -> None:
    """How many, and what honest work would explain."""
    operative, auditor = await site.signed(1, "operative", installation=1), await site.signed(2, "auditor")
    for number in (1, 2, 3):
        await stood_at(site, operative, number, 40 * number, HERE)
    said = await read(auditor, PATH)
    assert "The same location at 3 doors" in said
    assert "some give one point for a whole building" in said


async def test_another_patch_is_counted_and_not_named(site: Site) -> None:
    """A supervisor reads neither the home nor the hour of a visit that is none of theirs."""
    operative, supervisor = (
        await site.signed(1, "operative", installation=1),
        await site.signed(2, "supervisor", "north"),
    )
    for number, minutes, place, patch in ((1, 0, HERE, "north"), (2, 6, FAR, "south")):
        chain = await a_visit(site.bench, operative.session, number, f"A-{number}", patch=patch)
        chain.began_ms += minutes * 60_000
        chain.start()
        chain.state("arrived", 5_000, address_confirmed=True, **place)
        await send(site.bench, operative.session, chain.bodies, 2 * number - 1)
    said = await read(supervisor, PATH)
    assert "arrived 23/11/2026 09:00:05" in said
    assert "09:06:05" not in said
    assert "1 more, of other patches" in said


async def test_a_week_is_asked_for_by_any_of_its_days(site: Site) -> None:
    """An earlier week says what it is and that it has nothing; what is no day is put right; none lies in the future."""
    supervisor = await site.signed(2, "supervisor")
    said = await read(supervisor, f"{PATH}?week=2026-11-18")
    assert "16 Nov 2026 to 22 Nov 2026" in said
    assert "There is nothing to ask about in this week." in said
    assert "The week after" in said
    said = await read(supervisor, f"{PATH}?week=tomorrow")
    assert "Choose a day" in said
    assert "23 Nov 2026 to 29 Nov 2026" in said
    said = await read(supervisor, f"{PATH}?week=2027-03-01")
    assert "23 Nov 2026 to 29 Nov 2026" in said
    assert "The week after" not in said
    for day in ("0001-01-01", "9999-12-31"):
        assert (await supervisor.http.get(f"{PATH}?week={day}")).status_code == 200
