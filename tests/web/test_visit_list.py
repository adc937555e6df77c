"""The list of visits as a supervisor works through it: what waits first, why, how old it is, and every filter."""

from __future__ import annotations

import re
from datetime import date
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from doorstep.application.decide_visit import decide_visit
from doorstep.application.london import working_days
from tests.chains import Chain
from tests.makers import DAY, MORNING, a_visit, an_alert, an_id, send, upload
from tests.web.browsing import Signed, Site, words_in

DAYS = 86_400_000
MORE: dict[int, dict[str, Any]] = {
    2: {"priority": "emergency"},
    4: {"alerts": (an_alert("20-10", "Hard of hearing"),)},
}


async def a_queue(site: Site, operative: Signed) -> list[Chain]:
    """Four visits: 1 waits for proof, 2 is refused, 3 goes on, 4 waits with a waived check and an alert."""
    chains: list[Chain] = []
    seq = 1
    for number in (1, 2, 3, 4):
        more = MORE.get(number, {})
        address = (f"{number} Sample Row", "Inventon", f"ZZ{number} 2AB")
        chain = await a_visit(site.bench, operative.session, number, f"Q-{number}", address=address, **more)
        if number == 1:
            chain.whole()
        elif number == 4:
            chain.until_planner()
            chain.state("clause_waived", 910_000, clause="card_photo", reason="camera_failed")
            chain.state("card_left", 920_000, placed="letterbox")
            chain.state("missed_recorded", 930_000, declaration="2026-11-01")
        else:
            chain.start()
            chain.state("arrived", 5_000, address_confirmed=True, place_missing="off")
        if number == 2:
            chain.state("missed_recorded", 20_000, declaration="2026-11-01")
        await send(site.bench, operative.session, chain.bodies, seq)
        seq += len(chain.bodies)
        chains.append(chain)
    return chains


async def test_a_supervisor_begins_with_what_waits(site: Site) -> None:
    """Pending, recorded and refused, weakest first, each with its reason and age; others see all, newest first."""
    operative = await site.signed(1, "operative", "north", installation=1)
    await a_queue(site, operative)
    site.bench.clock.ms = MORNING + 8 * DAYS
    supervisor, planner = await site.signed(2, "supervisor", "north"), await site.signed(3, "planner", "north")
    page = (await supervisor.http.get("/office/visits")).text
    said = words_in(page)
    assert "Visits to decide" in said
    assert "3 visits, weakest evidence first." in said
    assert [int(number) for number in re.findall(r"(\d) Sample Row", page)] == [4, 1, 2]
    assert "Waiting for proof photo planner's log 09:00 6" in said
    assert "1 Sample Row, Inventon, ZZ1 2AB WO-Q-1, 23 Nov 2026 Unsupported" in said
    assert "Refused Knocked twice: not done Called them: not done" in said
    assert "Weak evidence is a reason to look, not a finding against anyone." in said
    assert re.search(r"and \d+ more", said)
    assert "Operative 1 Emergency Refused" in said
    assert "Operative 1 Alert in force. 1 check waived Waiting for proof" in said
    every = words_in((await planner.http.get("/office/visits")).text)
    assert "4 visits, newest first." in every


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("view=all", [4, 3, 2, 1]),
        ("view=all&sort=oldest", [1, 2, 3, 4]),
        ("view=decide&sort=newest", [4, 2, 1]),
        ("view=missed", [4, 2, 1]),
        ("view=decided", []),
        ("standing=refused&standing=in_progress", [3, 2]),
        ("view=decide&standing=pending_corroboration", [4, 1]),
        ("view=decide&sort=oldest", [1, 2, 4]),
        ("view=decide&grade=unsupported", [4, 1, 2]),
        ("view=all&grade=unsupported&grade=proven", [4, 2, 1]),
        ("view=all&grade=proven", []),
        ("view=decide&standing=in_progress", [3]),
        ("view=all&also=alert", [4]),
        ("view=all&also=waiver", [4]),
        ("view=all&also=pressing", [2]),
        ("view=all&also=pressing&also=alert", []),
        ("q=zz32ab", [3]),
        ("q=ZZ3+2ab", [3]),
        ("q=wo-q-2", [2]),
        (f"from={DAY}&to={DAY}", [4, 3, 2, 1]),
        ("to=2026-11-22", []),
        (f"operative={an_id(1)}", [4, 3, 2, 1]),
        (f"operative={an_id(2)}", []),
        ("view=nonsense&standing=nonsense&also=nonsense&sort=nonsense", [4, 3, 2, 1]),
    ],
)
async def test_every_filter(site: Site, query: str, shown: list[int]) -> None:
    """Each narrows by itself and with others; what means nothing is passed over."""
    operative = await site.signed(1, "operative", "north", installation=1)
    supervisor = await site.signed(2, "supervisor", "north")
    await a_queue(site, operative)
    answer = await supervisor.http.get(f"/office/visits?{query}")
    assert answer.status_code == 200
    assert [int(number) for number in re.findall(r"(\d) Sample Row", answer.text)] == shown


async def test_the_figures_beside_the_filters(site: Site) -> None:
    """A standing counts what ticking it would show; the others count what is in the list."""
    operative = await site.signed(1, "operative", "north", installation=1)
    supervisor = await site.signed(2, "supervisor", "north")
    await a_queue(site, operative)

    async def figures(query: str) -> dict[str, int]:
        page = (await supervisor.http.get(f"/office/visits?{query}")).text
        found = re.findall(r'name="(?:standing|also)" value="(\w+)".*?</span>(\d+)</span>', page, re.DOTALL)
        return {name: int(count) for name, count in found}

    assert await figures("view=decide") == {
        "pending_corroboration": 2,
        "recorded": 0,
        "refused": 1,
        "alert": 1,
        "waiver": 1,
        "pressing": 1,
    }
    ticked = await figures("view=decide&standing=refused")
    assert (ticked["pending_corroboration"], ticked["alert"], ticked["pressing"]) == (2, 0, 1)
    assert (await figures("view=all&q=4+sample"))["in_progress"] == 0


async def test_pages_of_a_filtered_list_go_on_as_they_began(site: Site) -> None:
    """The next page keeps filter and order, and holds what the first did not."""
    operative = await site.signed(1, "operative", "north", installation=1)
    supervisor = await site.signed(2, "supervisor", "north")
    for number in range(1, 53):
        chain = await a_visit(
            site.bench, operative.session, number, f"R-{number}", address=(f"{number} Row", "ZZ1 2AB")
        )
        chain.start()
        await send(site.bench, operative.session, chain.bodies, number)
    first = (await supervisor.http.get("/office/visits?view=all&sort=oldest&standing=in_progress&q=row")).text
    assert "<strong>52</strong>" in first
    found = re.search(r'rel="next" href="([^"]+)"', first)
    assert found
    url = unescape(found[1])
    asked = parse_qs(urlsplit(url).query)
    assert asked["after"].pop().startswith(f"{DAY}/")
    assert asked == {"view": ["all"], "sort": ["oldest"], "standing": ["in_progress"], "q": ["row"], "after": []}
    second = (await supervisor.http.get(url)).text
    assert second.count('scope="row"') == 2
    assert set(re.findall(r"/office/visits/([0-9a-f-]{36})", first)).isdisjoint(
        re.findall(r"/office/visits/([0-9a-f-]{36})", second)
    )
    assert "First page" in second


async def test_nothing_to_show_says_what_to_do(site: Site) -> None:
    """No visit at all, none to decide, none that matches, and days that cannot be."""
    supervisor = await site.signed(2, "supervisor", "north")
    assert "No visit has been sent yet." in (await supervisor.http.get("/office/visits")).text
    operative = await site.signed(1, "operative", "north", installation=1)
    chain = (await a_queue(site, operative))[0]
    await upload(site.bench)
    await decide_visit(site.bench.office, supervisor.person, chain.visit_id, "returned", "No card in it", None)
    said = words_in((await supervisor.http.get("/office/visits?view=decided")).text)
    assert "Returned Waits for the operative's answer" in said
    assert "Change or clear the filters." in (await supervisor.http.get("/office/visits?q=zebra")).text
    south = await site.signed(5, "supervisor", "south")
    assert "No visit has been sent yet." in (await south.http.get("/office/visits")).text
    crossed = await supervisor.http.get("/office/visits?from=2026-11-24&to=2026-11-23")
    assert (crossed.status_code, "not before the first" in crossed.text) == (422, True)
    wrong = await supervisor.http.get("/office/visits?from=yesterday")
    assert (wrong.status_code, 'href="#from"' in wrong.text) == (422, True)


@pytest.mark.parametrize(
    ("first", "last", "days"),
    [
        ("2026-11-20", "2026-11-20", 0),
        ("2026-11-20", "2026-11-21", 0),
        ("2026-11-20", "2026-11-22", 0),
        ("2026-11-20", "2026-11-23", 1),
        ("2026-11-21", "2026-11-23", 1),
        ("2026-11-16", "2026-11-20", 4),
        ("2026-11-16", "2026-11-30", 10),
        ("2026-11-23", "2026-11-20", 0),
    ],
)
def test_an_age_in_working_days(first: str, last: str, days: int) -> None:
    """Monday to Friday, over one weekend and over two."""
    assert working_days(date.fromisoformat(first), date.fromisoformat(last)) == days


async def test_a_search_asks_for_three_letters(site: Site) -> None:
    """Told beside the field, with the list unfiltered by it; a short word beside a long one is looked for."""
    operative = await site.signed(1, "operative", "north", installation=1)
    supervisor = await site.signed(2, "supervisor", "north")
    await a_queue(site, operative)
    answer = await supervisor.http.get("/office/visits?view=all&q=4")
    assert (answer.status_code, "at least three letters" in answer.text) == (422, True)
    assert "4 Sample Row" in answer.text
    assert "2 Sample Row" in answer.text
    found = (await supervisor.http.get("/office/visits?view=all&q=4+sample")).text
    assert "4 Sample Row" in found
    assert "2 Sample Row" not in found
    told = await supervisor.http.get("/api/visits?q=4")
    assert (told.status_code, told.json()["type"]) == (422, "/problems/too-short")
    assert len((await supervisor.http.get("/api/visits?q=q-4")).json()["visits"]) == 1
